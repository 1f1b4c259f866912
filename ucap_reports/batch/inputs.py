"""Everything that a document is made of, as digests that can be compared."""

import os
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.report import Reason
from ucap_reports.project import Project


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


def templates_digest(project: Project) -> str:
    """SHA-256 of all files that packs can be made of: as long as it stays, so does every pack's own digest. It never
    stays where one cannot be read, such as what Word keeps beside a template that is open.
    """
    whole = sha256()
    for folder in project.pack_folders:
        whole.update(b"\1")
        # A pack has files of its own, and folders of files: nothing lies deeper.
        for path in sorted([*folder.glob("*/*"), *folder.glob("*/*/*")]):
            if path.is_file():
                name = path.relative_to(folder).as_posix().encode()
                whole.update(b"\0" + name + b"\0" + _content_digest(path))
    return whole.hexdigest()


def _content_digest(path: Path) -> bytes:
    try:
        return sha256(path.read_bytes()).digest()
    except OSError:  # whoever needs the file tells it
        return os.urandom(sha256().digest_size)
