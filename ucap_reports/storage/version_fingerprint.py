"""The product itself and the packages it stands on, as one digest: what another of them makes may be another thing."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

SHAPING = (
    *("babel", "deflate", "fonttools", "jinja2", "lxml", "markdown-it-py", "markupsafe", "mdurl", "pillow", "pydantic"),
    *("pypdfium2", "python-docx", "pyyaml", "reportlab", "uharfbuzz"),
    *("fontpkg-arimo", "fontpkg-ibm-plex-sans-arabic", "fontpkg-noto-sans-devanagari"),
    *("pylopdf-fonts-zh-cn", "pylopdf-fonts-jp", "pylopdf-fonts-ko"),
)
"""The packages that have a part in a document's bytes, its problems or its picture; fonts are packages as well."""
PASSIVE = frozenset({"/cli", "/importers", "/plan/writing", "/preview", "/shipped"})
"""The packages that have none: they begin before a plan or come after a document."""


@cache
def product_fingerprint() -> str:
    """SHA-256 of the product's own source and of the versions of all that shapes a document beside it."""
    whole = sha256(f"python {sys.version_info[:3]}".encode())
    installed = _installed()
    for name in SHAPING:  # an extra that is not installed shapes nothing
        whole.update(f"\0{name} {installed.get(name, '')}".encode())
    package = Path(__file__).parent.parent
    for path in _shaping_files(str(package)):
        whole.update(f"\0{path.removeprefix(str(package))}\0".encode().replace(b"\\", b"/"))
        with open(path, "rb") as file:  # noqa: PTH123 - a path of `pathlib` costs more than the reading
            whole.update(file.read())
    return whole.hexdigest()


def _installed() -> dict[str, str]:
    """Version of each installed package by its normalised name, read from folder names (PyPA: recording installed
    projects); `importlib.metadata` reads the files in them, and takes 30 ms for it.
    """
    versions: dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder) if os.path.isdir(folder) else []  # noqa: PTH112, PTH208 - as above
        except OSError:  # Python passes over what it may not look into, too
            continue
        for name in names:
            stem, dot, kind = name.rpartition(".")
            if dot and kind in {"dist-info", "egg-info"}:
                project, _, version = stem.partition("-")
                versions.setdefault(project.lower().replace("_", "-"), version)
    return versions


def _shaping_files(package: str) -> Iterator[str]:
    """The files of the package that can shape a document, in the order of their names."""
    for folder, folders, names in os.walk(package):
        parent = folder.removeprefix(package).replace(os.sep, "/")
        folders[:] = sorted(name for name in folders if name != "__pycache__" and f"{parent}/{name}" not in PASSIVE)
        yield from (os.path.join(folder, name) for name in sorted(names))  # noqa: PTH118 - as above
