"""`manifest.json`: what each document in a folder was built from, so that the next build writes only what has changed.

The file is JSON with one line for each plan and each variant. It is input like any other: a file that was cut off,
edited or written by another program is not used, and neither is a record with an invalid value.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Raw, Struct, field, to_builtins
from msgspec.json import decode
from msgspec.structs import replace

from ucap_reports.batch.build_options import DocumentOptions
from ucap_reports.batch.document_names import NAME
from ucap_reports.batch.index_page.index_entry import PlanCard
from ucap_reports.problems import Location, Problem, Severity, problem
from ucap_reports.storage.safe_folder import SafeFolder
from ucap_reports.summary.document import Format

MANIFEST = "manifest.json"
JOURNAL = ".manifest.journal"
"""Records that are newer than the manifest. The file exists while a build runs, and after one was killed."""
FORMAT = 3
"""Changes whenever an older version cannot read the manifests of this one, or this one the older ones."""
_PLANS = b'"plans": {\n'
_END = b"\n}}\n"
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 in hex."""


class Reason(StrEnum):
    """Why a document is pending."""

    NEW = "new"
    PLAN = "plan changed"
    OPTIONS = "options changed"
    FILES = "translation or picture changed"
    PACK = "template pack or project settings changed"
    VERSION = "version changed"
    """Of the product or of a library that affects documents."""
    UNFINISHED = "an earlier build was interrupted"
    UNNOTED = "warnings not recorded"
    """The text of the warnings of the last build is not in the user's cache."""
    NO_THUMBNAIL = "thumbnail missing"
    MISSING = "document missing"
    EDITED = "document edited"
    FORCED = "forced"


class Inputs(Struct, frozen=True):
    """Everything that a document is built from.

    `options` has `template` and `language` if they differ from what the plan says, `default_pack` if it is the pack of
    the document.
    """

    plan: Digest
    options: DocumentOptions
    pack: str
    """The pack's name."""
    pack_digest: str
    """The digest of the pack with all that it extends, and of what the settings of the project change in it."""
    tools: str
    """The `product_fingerprint`."""
    files: str = ""
    """The digest of the plan's translations and pictures; empty if it has none."""


class DocumentRecord(Struct, frozen=True, omit_defaults=True):
    """A document: the digest of its content, recorded before the file gets its name.

    After an interruption the file may still be the one that this document `replaces`.
    """

    sha256: Digest
    pages: int | None = None
    outdated: Reason | None = None
    """Why it is out of date, if its plan has been built in other formats since."""
    replaces: Digest | None = None
    links: tuple[str, ...] = ()
    """The files to which a web page links."""
    unsigned: Digest | None = None
    """The digest before it was signed; None if it was not."""


class WarningRecord(Struct, frozen=True, omit_defaults=True):
    """A warning without its text, which may quote a comment of the plan. The text is in `BuildNotes`."""

    code: str
    severity: Severity
    path: str | None = None
    line: int | None = None
    field: str | None = None


class PlanRecord(Struct, frozen=True, omit_defaults=True):
    """The last build of a plan or of a variant. `inputs` are those of its card and its problems.

    The file is published with the documents, so a record contains nothing that is private.
    """

    source: str
    """The plan's file in messages."""
    inputs: Inputs
    card: PlanCard
    problems: tuple[WarningRecord, ...] = ()
    """The warnings of all builds with these inputs."""
    documents: Mapping[Format, DocumentRecord] = field(default_factory=dict)
    thumbnail_pdf: Digest | None = field(default=None, name="pictured")
    """The digest of the PDF whose first page the thumbnail in the index shows."""
    thumbnail: Digest | None = field(default=None, name="picture")
    """The digest of that thumbnail; None if there is none, for example because the PDF cannot be drawn."""
    is_version: bool = False
    """Whether its language was one of those that plan or project name."""

    is_book: bool = False
    """Whether the documents are a book of many plans."""

    @property
    def has_current_thumbnail(self) -> bool:
        """Whether the thumbnail in the index shows the current PDF."""
        pdf = self.documents.get(Format.PDF)
        return pdf is not None and pdf.sha256 == self.thumbnail_pdf

    def settled(self, formats: Iterable[Format]) -> "PlanRecord":
        """Return the same record, after the documents of these formats got their names."""
        return self.with_documents({format_: replace(self.documents[format_], replaces=None) for format_ in formats})

    def with_documents(self, changed: Mapping[Format, DocumentRecord]) -> "PlanRecord":
        """Return the same record with some documents replaced."""
        return replace(self, documents={**self.documents, **changed})


def encode_record(value: Any) -> bytes:
    """Return a record, or other values, as JSON in ASCII on one line. File names that are not Unicode are escaped."""
    return json.dumps(to_builtins(value)).encode("ascii")


def decode_record(line: bytes) -> PlanRecord | None:
    """Return the record that `encode_record` wrote; None for anything else."""
    with suppress(ValueError, RecursionError):
        return decode(line, type=PlanRecord)
    return None


def encode_line(name: str, record: bytes) -> bytes:
    """Return the line of a record, without its end."""
    return encode_record(name) + b": " + record


def decode_lines(lines: bytes) -> dict[str, bytes]:
    """Return the encoded records in lines by name, without those whose name cannot be that of documents of a plan."""
    with suppress(ValueError, RecursionError):
        records = decode(b"{" + lines + b"}", type=dict[str, Raw])
        return {name: bytes(record) for name, record in records.items() if NAME.fullmatch(name)}
    return {}


def encode_manifest(records: Mapping[str, bytes]) -> bytes:
    """Return the content of the file, given an encoded `PlanRecord` for each name of documents."""
    lines = b",\n".join(encode_line(name, record) for name, record in sorted(records.items()))
    body = b"".join([_PLANS, lines, _END])
    return _head(body) + body


def decode_manifest(content: bytes) -> Mapping[str, bytes] | None:
    """Return the encoded records in the content that `encode_manifest` wrote; None for any other content."""
    end = content.find(b"\n") + 1
    if content[:end] != _head(memoryview(content)[end:]):
        return None
    return decode_lines(content[end:].removeprefix(_PLANS).removesuffix(_END))


def _head(body: bytes | memoryview) -> bytes:
    """Return the first line, by which a file that was cut off, edited or written by another version is recognised."""
    return f'{{"format": {FORMAT}, "sha256": "{sha256(body).hexdigest()}",\n'.encode()


def load_manifest(folder: Path, shown: str, safe_folder: SafeFolder) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
    """Return the encoded records in the manifest of a folder, with a warning if there is a manifest that cannot be
    used.
    """
    with suppress(OSError):
        try:
            records = decode_manifest(safe_folder.read_file(folder / MANIFEST))
        except FileNotFoundError:
            return {}, ()
        if records is not None:
            return records, ()
    return {}, (problem("manifest-unknown", Location(f"{shown}/{MANIFEST}")),)
