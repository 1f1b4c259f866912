"""A digest of the product and of the packages that affect documents: with another digest, documents are rebuilt."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path

SHAPING = (
    *("babel", "deflate", "fonttools", "jinja2", "lxml", "markdown-it-py", "markupsafe", "mdurl", "pillow", "pydantic"),
    *("pypdfium2", "pyphen", "python-docx", "pyyaml", "reportlab", "tinycss2", "uharfbuzz", "webencodings"),
    *("fontpkg-arimo", "fontpkg-ibm-plex-sans-arabic", "fontpkg-noto-sans-devanagari"),
    *("fontpkg-noto-sans-khmer", "fontpkg-noto-sans-tamil", "fontpkg-noto-sans-thai"),
    *("pylopdf-fonts-zh-cn", "pylopdf-fonts-jp", "pylopdf-fonts-ko"),
)
"""The packages that affect the bytes of a document, its problems or its picture; fonts are packages as well."""
PASSIVE = frozenset({"/cli", "/importers", "/plan/writing", "/editor", "/shipped"})
"""Parts of the product that do not: their work is done before there is a plan or after there is a document."""


@cache
def product_fingerprint() -> str:
    """Return a digest of the product's source and of the versions of Python and of the packages in `SHAPING`.

    It is BLAKE2b, which on most processors takes half as long as SHA-256.
    """
    digest = blake2b(f"python {sys.version_info[:3]}".encode(), digest_size=32)
    for name in _installed():
        digest.update(f"\0{name}".encode())
    package = Path(__file__).parent.parent
    for path in _shaping_files(str(package)):
        digest.update(f"\0{path.removeprefix(str(package))}\0".encode().replace(b"\\", b"/"))
        with open(path, "rb") as file:  # noqa: PTH123 - `pathlib` takes longer than reading
            digest.update(file.read())
    return digest.hexdigest()


def _installed() -> list[str]:
    """Return the names and versions of the packages in `SHAPING`, read from folder names (PyPA, Recording installed
    projects). `importlib.metadata` reads the files in them, which takes 30 ms.
    """
    installed: set[str] = set()
    for folder in {*sys.path}:
        with suppress(OSError):  # Python ignores folders that it cannot list, too
            installed.update(map(str.lower, os.listdir(folder or ".")))  # noqa: PTH208 - as above
    packages = (name for name in installed if name.endswith((".dist-info", ".egg-info")))
    return sorted(name for name in packages if name.partition("-")[0].replace("_", "-") in SHAPING)


def _shaping_files(package: str) -> Iterator[str]:
    """Yield the files of the product that affect documents, sorted."""
    for folder, folders, names in os.walk(package):
        parent = folder.removeprefix(package).replace(os.sep, "/")
        folders[:] = sorted(name for name in folders if name != "__pycache__" and f"{parent}/{name}" not in PASSIVE)
        yield from (os.path.join(folder, name) for name in sorted(names))  # noqa: PTH118 - as above
