"""Everything that a document is made of, as digests that can be compared."""

import sys
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from ucap_reports.batch.report import Reason
from ucap_reports.project import Project

PRODUCT = "ucap-reports"
SHAPING = (
    *("babel", "fonttools", "jinja2", "lxml", "markdown-it-py", "pillow", "pydantic"),
    *("pypdfium2", "python-docx", "pyyaml", "reportlab"),
    *("fontpkg-arimo", "pylopdf-fonts-zh-cn", "pylopdf-fonts-jp", "pylopdf-fonts-ko"),
)
"""The packages that have a part in a document's bytes, its problems or its picture; fonts are packages as well."""
PASSIVE = frozenset({"cli", "importers", "planfile", "preview", "shipped", "starters"})
"""The rooms that have none: they begin before a plan or come after a document."""


@dataclass(frozen=True, slots=True)
class Inputs:
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
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 25 ms that `--help` need not wait for

    whole = sha256(f"python {sys.version_info[:3]} zlib {zlib.ZLIB_RUNTIME_VERSION}".encode())
    for name in SHAPING:
        try:
            whole.update(f"\0{name} {version(name)}".encode())
        except PackageNotFoundError:  # an extra that is not installed shapes nothing
            whole.update(f"\0{name}".encode())
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*")):
        place = path.relative_to(package)
        if place.parts[0] not in PASSIVE and path.suffix != ".pyc" and path.is_file():
            whole.update(f"\0{place.as_posix()}\0".encode() + path.read_bytes())
    return whole.hexdigest()


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
