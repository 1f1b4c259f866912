"""`manifest.json`: what each document in a folder was built from, so that the next build writes only what has changed.

The file is JSON with one plan to a line. It is input like any other: a file that was cut off, edited or written by
another program is not used, and neither is a record with a wrong value.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct, convert, field, to_builtins
from msgspec.structs import replace

from ucap_reports.batch.plan_card import PlanCard
from ucap_reports.problems import Location, Problem
from ucap_reports.storage.atomic_files import NewFile, read_regular, write_files
from ucap_reports.summary.document import Format

MANIFEST = "manifest.json"
FORMAT = 2
"""Changes whenever an older version could not read what this one writes, or the other way round."""
PLAN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
"""The only keys of records that are used, since document names are made from them."""
_PLANS = b'"plans": {\n'
_END = b"\n}}\n"
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 in hex."""


class Inputs(Struct, frozen=True):
    """Everything that a document is built from; `undated` is an ISO 8601 date."""

    plan: Digest
    pack: str
    """The pack's name."""
    pack_digest: str
    """Of the pack with all that it extends."""
    template: str | None
    """The pack from the options, instead of the plan's own."""
    language: str | None
    undated: str
    tools: str
    """`tools_digest` of the product that built it."""


class DocumentRecord(Struct, frozen=True, omit_defaults=True):
    """A document: the digest of its content, recorded before the file gets its name.

    After an interruption the file may still be the one that this document `replaces`.
    """

    sha256: Digest
    pages: int | None = None
    inputs: Inputs | None = None
    """None where they are the plan's."""
    replaces: Digest | None = None


class PlanRecord(Struct, frozen=True, omit_defaults=True):
    """The last build of a plan. `inputs` are those of its card and its problems."""

    source: str
    """The plan's file, as messages name it."""
    inputs: Inputs
    card: PlanCard
    problems: tuple[Problem, ...] = ()
    format_problems: Mapping[Format, tuple[Problem, ...]] = field(default_factory=dict)
    """Problems of the document of one format only."""
    documents: Mapping[Format, DocumentRecord] = field(default_factory=dict)
    pictured: Digest | None = None
    """The digest of the PDF whose first page the picture in the index shows."""
    picture: Digest | None = None
    """The digest of that picture."""

    def problems_of(self, formats: tuple[Format, ...]) -> tuple[Problem, ...]:
        """All problems of a build of these formats."""
        return self.problems + tuple(found for each in formats for found in self.format_problems.get(each, ()))

    def settled(self, formats: Collection[Format]) -> "PlanRecord":
        """The same, once the documents of these formats have their names."""
        known = self.documents.items()
        return replace(
            self, documents={each: replace(made, replaces=None) if each in formats else made for each, made in known}
        )

    def document_beside(self, format_: Format, inputs: Inputs) -> DocumentRecord:
        """The document as it is recorded in a record with those inputs."""
        document = self.documents[format_]
        own = self.inputs_of(document)
        return replace(document, inputs=None if own == inputs else own)

    def inputs_of(self, document: DocumentRecord) -> Inputs:
        """What the document was built from."""
        return document.inputs or self.inputs


class Made(Struct, frozen=True):
    """A file that is made from more than one plan: its own digest and the digest of what it was made from."""

    sha256: str
    of: str


class Settings(Struct, frozen=True):
    """What the manifest says beside its plans."""

    templates: str = ""
    """The `templates_digest` at which `packs` had these digests; empty when it is not known."""
    packs: Mapping[str, str] = field(default_factory=dict)
    """The digest of each pack by its name."""
    index: Made | None = None
    schema: Made | None = None


class Manifest(Struct, frozen=True):
    """The content of a manifest. `plans` has an encoded `PlanRecord` for each id."""

    plans: Mapping[str, bytes] = field(default_factory=dict)
    settings: Settings = Settings()


def encode_record(record: PlanRecord) -> bytes:
    """The record as JSON in ASCII on one line. (msgspec's own encoder cannot write file names that are not Unicode.)"""
    return _json(record)


def decode_record(line: bytes) -> PlanRecord | None:
    """The record that `encode_record` wrote; None for anything else."""
    with suppress(ValueError, RecursionError):
        return convert(json.loads(line), PlanRecord)
    return None


def encode_line(plan: str, record: bytes) -> bytes:
    """The line of a plan, without its end."""
    return json.dumps(plan).encode("ascii") + b": " + record


def decode_line(line: bytes) -> tuple[str, bytes] | None:
    """The id and the encoded record of a line; None for a line that does not begin with a plan's id."""
    quoted, colon, record = line.removesuffix(b",").partition(b": ")
    plan = quoted[1:-1].decode("ascii", "replace")
    return (plan, record) if colon and PLAN_ID.fullmatch(plan) else None


def encode_manifest(manifest: Manifest) -> bytes:
    """The file's content: the same for the same manifest."""
    settings = to_builtins(manifest.settings)
    settings["packs"] = dict(sorted(settings["packs"].items()))
    lines = [json.dumps(name).encode() + b": " + _json(value) for name, value in settings.items()]
    plans = b",\n".join(encode_line(plan, record) for plan, record in sorted(manifest.plans.items()))
    body = b"".join([*(line + b",\n" for line in lines), _PLANS, plans, _END])
    return _head(body) + body


def decode_manifest(content: bytes) -> Manifest | None:
    """The manifest that `encode_manifest` wrote; None for any other content."""
    end = content.find(b"\n") + 1
    settings, _, rest = content[end:].partition(_PLANS)
    if content[:end] != _head(memoryview(content)[end:]):
        return None
    try:
        decoded = convert(json.loads(b"{" + settings.removesuffix(b",\n") + b"}"), Settings)
    except (ValueError, RecursionError):
        return None
    found = (decode_line(line) for line in _lines(rest.removesuffix(_END)))
    return Manifest(dict(each for each in found if each), decoded)


def _head(body: bytes | memoryview) -> bytes:
    """The first line, by which a file that was cut off, edited or written by another version is recognised."""
    return f'{{"format": {FORMAT}, "sha256": "{sha256(body).hexdigest()}",\n'.encode()


def _lines(content: bytes) -> Iterator[bytes]:
    """The lines one at a time: the manifest of ten thousand plans is too large for needless copies."""
    start = 0
    while (end := content.find(b"\n", start)) >= 0:
        yield content[start:end]
        start = end + 1
    yield content[start:]


def load_manifest(folder: Path, shown: str) -> tuple[Manifest, tuple[Problem, ...]]:
    """The folder's manifest, or an empty one; with a warning where there is one that cannot be used."""
    try:
        manifest = decode_manifest(read_regular(folder / MANIFEST))
    except FileNotFoundError:
        return Manifest(), ()
    except OSError:
        manifest = None
    if manifest is not None:
        return manifest, ()
    message = "not a manifest of this version of ucap: all documents are rebuilt"
    return Manifest(), (Problem.warning("manifest-unknown", message, None, Location(f"{shown}/{MANIFEST}")),)


def save_manifest(manifest: Manifest, folder: Path, shown: str) -> None:
    """Write the manifest. Raises ProblemsFound when the disk refuses; the old one is complete then."""
    write_files([NewFile(folder / MANIFEST, encode_manifest(manifest), f"{shown}/{MANIFEST}")])


def _json(value: Any) -> bytes:
    return json.dumps(to_builtins(value)).encode("ascii")
