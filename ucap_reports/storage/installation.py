"""The installed product: the digest of its version, and the command that adds an optional part to it.

With another digest, documents are rebuilt, and artifacts in the user's cache are made again.
"""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

SHAPING = (
    "babel", "budoux", "deflate", "fonttools", "jinja2", "lxml", "markdown-it-py", "markupsafe", "mdurl", "pillow",
    "pydantic", "pypdfium2", "pyphen", "python-docx", "pyyaml", "reportlab", "tinycss2", "uharfbuzz", "webencodings",
    "fontpkg-arimo", "fontpkg-ibm-plex-sans-arabic", "fontpkg-noto-sans-devanagari",
    "fontpkg-noto-sans-khmer", "fontpkg-noto-sans-tamil", "fontpkg-noto-sans-thai",
    "pylopdf-fonts-zh-cn", "pylopdf-fonts-jp", "pylopdf-fonts-ko",
)  # fmt: skip
"""The packages that affect the bytes of a document, its problems or its picture; fonts are packages as well."""
PASSIVE = frozenset({"/cli", "/importers", "/plan/writing", "/editor", "/shipped"})
"""Folders of the product that affect no documents: their work is done before there is a plan, or when its documents are
complete.
"""
SHAPING_IN_PASSIVE = (
    "importers/sent_edition.py",
    "importers/word_package.py",
    "plan/writing/markdown_and_public_plan.py",
    "plan/writing/plan_file.py",
)
"""Files in these folders that affect documents all the same: a Word file records what it prints for the review of
replies, and a PDF may have the plan embedded.
"""
_UV_TOOL = "uv-receipt.toml"
"""The file that `uv tool install` writes into the environment of a tool."""
_PIPX = "pipx_metadata.json"
"""The file that pipx writes into the environment of an application."""


@cache
def product_fingerprint() -> str:
    """Return a digest of the product's source and of the versions of Python and of the packages in `SHAPING`."""
    from hashlib import blake2b  # noqa: PLC0415 - loads OpenSSL, which help and usage errors do not need

    digest = blake2b(f"python {sys.version_info[:3]}".encode(), digest_size=32)
    for name in _installed():
        digest.update(f"\0{name}".encode())
    digest.update(b"\0" + _source_digest(str(Path(__file__).parent.parent)))
    return digest.hexdigest()


def install_command(extra: str | None = None) -> str:
    """Return the command that installs an extra of the product where this process runs, or the product alone.

    uv and pipx keep their applications in environments of their own, in which pip is missing or must not be used.
    """
    wanted = "ucap-reports" if extra is None else f"ucap-reports[{extra}]"
    environment = Path(sys.prefix)
    if (environment / _UV_TOOL).is_file():
        return f'uv tool install "{wanted}"'
    if (environment / _PIPX).is_file():
        return f'pipx install --force "{wanted}"'
    python = shell_word(sys.executable)
    if _was_made_by_uv(environment):
        return f'uv pip install "{wanted}" --python {python}'
    return f'{python} -m pip install "{wanted}"'


def shell_word(text: str, *, windows: bool = os.name == "nt") -> str:
    """Return the text as one word of a command line, in quotes if it needs them."""
    if not windows:
        return shlex.quote(text)
    needs_quotes = not text or any(character in text for character in " \t&()[]{}^=;!'+,`~")
    return f'"{text}"' if needs_quotes else text


def _installed() -> list[str]:
    """Return the names and versions of the packages in `SHAPING`, read from folder names (PyPA, Recording installed
    projects). `importlib.metadata` reads the files in them, which takes 30 ms.
    """
    installed: set[str] = set()
    for folder in {*sys.path}:
        with suppress(OSError):  # Python ignores folders that it cannot list, too
            installed.update(map(str.lower, os.listdir(folder or ".")))  # noqa: PTH208 - as above
    shaping = []
    for name in installed:
        if name.endswith((".dist-info", ".egg-info")):
            package = name.partition("-")[0].replace("_", "-")
            if package in SHAPING:
                shaping.append(name)
    return sorted(shaping)


def _source_digest(package: str) -> bytes:
    """Return a digest of the product's files that affect documents.

    Reading them takes 7 ms, and each command needs it; it is kept in the user's cache for as long as no file has
    another status. Writing to a file changes its ctime, also where its date is set back.
    """
    from ucap_reports.storage.user_cache import LIMIT, user_cache  # noqa: PLC0415 - loads OpenSSL, as above

    cache = user_cache()
    statuses = _statuses(package)
    name = f"{statuses}.product"
    known = cache.load(name)
    if known is not None:
        return known
    digest = _read_digest(package)
    if _statuses(package) == statuses:  # no file was changed while it was read
        cache.store(name, digest)
        cache.trim(".product", LIMIT)
    return digest


def _read_digest(package: str) -> bytes:
    """Return the digest of the files that affect documents. It is BLAKE2b, which on most processors takes half as long
    as SHA-256.
    """
    from hashlib import blake2b  # noqa: PLC0415 - loads OpenSSL, as above

    digest = blake2b(digest_size=32)
    for path in _shaping_files(package):
        digest.update(f"\0{path.removeprefix(package)}\0".encode().replace(b"\\", b"/"))
        with open(path, "rb") as file:  # noqa: PTH123 - `pathlib` takes longer than reading
            digest.update(file.read())
    return digest.digest()


def _statuses(package: str) -> str:
    """Return a digest of the statuses of the files that affect documents."""
    from hashlib import blake2b  # noqa: PLC0415 - loads OpenSSL, as above

    digest = blake2b(digest_size=32)
    for path in _shaping_files(package):
        status = os.stat(path)  # noqa: PTH116 - `pathlib` takes longer
        known = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        digest.update(f"\0{path}\0{known}".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _shaping_files(package: str) -> Iterator[str]:
    """Yield the files of the product that affect documents, always in the same order."""
    for folder, folders, names in os.walk(package):
        parent = folder.removeprefix(package).replace(os.sep, "/")
        shaping = []
        for name in folders:
            if name != "__pycache__" and f"{parent}/{name}" not in PASSIVE:
                shaping.append(name)
        folders[:] = sorted(shaping)  # `os.walk` continues in these
        for name in sorted(names):
            yield os.path.join(folder, name)  # noqa: PTH118 - as above
    for name in SHAPING_IN_PASSIVE:
        yield os.path.join(package, *name.split("/"))  # noqa: PTH118 - as above


def _was_made_by_uv(environment: Path) -> bool:
    """Return whether uv made a virtual environment, which then has no pip."""
    settings = environment / "pyvenv.cfg"
    try:
        lines = settings.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(line.partition("=")[0].strip() == "uv" for line in lines)
