"""Everything that a document is made of, as digests that can be compared."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.report import Reason
from ucap_reports.project import Project

PRODUCT = "ucap-reports"
SHAPING = (
    *("babel", "deflate", "fonttools", "jinja2", "lxml", "markdown-it-py", "markupsafe", "mdurl", "pillow", "pydantic"),
    *("pypdfium2", "python-docx", "pyyaml", "reportlab", "uharfbuzz"),
    *("fontpkg-arimo", "fontpkg-ibm-plex-sans-arabic", "fontpkg-noto-sans-devanagari"),
    *("pylopdf-fonts-zh-cn", "pylopdf-fonts-jp", "pylopdf-fonts-ko"),
)
"""The packages that have a part in a document's bytes, its problems or its picture; fonts are packages as well."""
PASSIVE = frozenset({"cli", "importers", "planfile", "preview", "shipped", "starters"})
"""The rooms that have none: they begin before a plan or come after a document."""


class Inputs(Struct, frozen=True):
    """What a document was made of: digests are SHA-256 in hex, `undated` is a date as ISO 8601 has it."""

    plan: str
    pack: str
    """The pack's name."""
    pack_digest: str
    """Of the pack with all that it extends."""
    template: str | None
    """The pack that was asked for instead of the plan's own."""
    language: str | None
    undated: str
    tools: str
    """`tools_digest` of the product that made it."""

    def difference(self, made: "Inputs") -> Reason | None:
        """Why what was made of `made` is not what would be made of these; None where it is."""
        if made.plan != self.plan:
            return Reason.PLAN
        if (made.template, made.language, made.undated) != (self.template, self.language, self.undated):
            return Reason.OPTIONS
        if (made.pack, made.pack_digest) != (self.pack, self.pack_digest):
            return Reason.PACK
        return None if made.tools == self.tools else Reason.VERSION


@cache
def tools_digest() -> str:
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
        for name in os.listdir(folder) if os.path.isdir(folder) else ():  # noqa: PTH112, PTH208 - as above
            stem, dot, kind = name.rpartition(".")
            if dot and kind in {"dist-info", "egg-info"}:
                project, _, version = stem.partition("-")
                versions.setdefault(project.lower().replace("_", "-"), version)
    return versions


def _shaping_files(package: str) -> Iterator[str]:
    """The files of the package that can shape a document, in the order of their names."""
    for folder, folders, names in os.walk(package):
        folders[:] = sorted({*folders} - {"__pycache__"} - (PASSIVE if folder == package else frozenset()))
        yield from (os.path.join(folder, name) for name in sorted(names))  # noqa: PTH118 - as above


def templates_digest(project: Project) -> str:
    """SHA-256 of all files that packs can be made of: as long as it stays, so does every pack's own digest."""
    whole = sha256()
    for folder in project.pack_folders:
        whole.update(b"\1")
        # A pack has files of its own, and folders of files: nothing lies deeper.
        for path in sorted([*folder.glob("*/*"), *folder.glob("*/*/*")]):
            if path.is_file():
                name = path.relative_to(folder).as_posix().encode()
                whole.update(b"\0" + name + b"\0" + sha256(path.read_bytes()).digest())
    return whole.hexdigest()
