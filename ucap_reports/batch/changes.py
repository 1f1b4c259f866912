"""What has changed since the last build: which documents are to be built, and why."""

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.events import Built, Reason
from ucap_reports.batch.manifest import DocumentRecord, Inputs, PlanRecord
from ucap_reports.problems import Location, Problem
from ucap_reports.storage.atomic_files import WriteStatus, regular_digest
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Format


class Due(Struct, frozen=True):
    """A plan with the reason why each of its documents is to be built; none where nothing is to be done."""

    path: Path
    shown: str
    """How messages name the plan's file."""
    reasons: Mapping[Format, Reason]
    edited: frozenset[Format] = frozenset()
    """Documents that are up to date but were edited since they were built."""

    @property
    def plan(self) -> str:
        """The plan's id."""
        return self.path.stem


class Changes(Struct, frozen=True):
    """Compares plans, packs and the documents in the folder `out` with what the last build recorded.

    `pack_digest` returns the digest of a pack by its name, empty when the pack cannot be opened.
    """

    out: Path
    options: BuildOptions
    tools: str
    force: bool
    overwrite_edited: bool
    pack_digest: Callable[[str], str]

    def due(self, path: Path, shown: str, record: PlanRecord | None) -> Due:
        """What is to be built of the plan in a file, given the record of its last build."""
        if record is None or record.source != shown:
            changed = Reason.NEW if record is None else Reason.PLAN
            return Due(path, shown, dict.fromkeys(self.options.formats, changed))
        wanted = self._wanted(path, record)
        found = {each: self._reason(path.stem, each, record, wanted) for each in self.options.formats}
        reasons = {each: reason for each, reason in found.items() if reason is not None}
        edited = frozenset(each for each, reason in reasons.items() if reason is Reason.EDITED)
        if self.overwrite_edited:
            return Due(path, shown, reasons)
        return Due(path, shown, {each: why for each, why in reasons.items() if each not in edited}, edited)

    def _wanted(self, path: Path, record: PlanRecord) -> Inputs:
        """What the plan would be built from now. Which pack it names is known, unless it or the options changed."""
        return Inputs(
            plan=_plan_digest(path),
            pack=record.inputs.pack,
            pack_digest=self.pack_digest(record.inputs.pack),
            template=self.options.template,
            language=self.options.language,
            undated=self.options.undated.isoformat(),
            tools=self.tools,
        )

    def _reason(self, plan: str, format_: Format, record: PlanRecord, wanted: Inputs) -> Reason | None:
        document = record.documents.get(format_)
        if document is None:
            return Reason.NEW
        if reason := difference(wanted, record.inputs) or difference(wanted, record.inputs_of(document)):
            return reason
        return _file_reason(self.out / f"{plan}.{format_.value}", document) or (Reason.FORCED if self.force else None)


def difference(wanted: Inputs, made: Inputs) -> Reason | None:
    """Why a document built from `made` is not what `wanted` would give; None where it is."""
    if made.plan != wanted.plan:
        return Reason.PLAN
    if (made.template, made.language, made.undated) != (wanted.template, wanted.language, wanted.undated):
        return Reason.OPTIONS
    if (made.pack, made.pack_digest) != (wanted.pack, wanted.pack_digest):
        return Reason.PACK
    return None if made.tools == wanted.tools else Reason.VERSION


def untouched(due: Due, format_: Format, shown: str, record: PlanRecord) -> Built:
    """A document for which nothing was to be done, either because it is up to date or because it was edited."""
    if format_ in due.edited:
        return Built(due.plan, format_, shown, WriteStatus.EDITED)
    document = record.documents[format_]
    return Built(due.plan, format_, shown, WriteStatus.UNCHANGED, document.pages, document.sha256)


def edited_problem(shown: str) -> Problem:
    """The error about a document that was edited, and so is not overwritten."""
    hint = f"keep the changes with `ucap import {shown}`, or discard them with `ucap build --overwrite-edited`"
    return Problem.error("document-edited", "this file was edited after it was built", hint, Location(shown))


def _file_reason(path: Path, document: DocumentRecord) -> Reason | None:
    """Whether the file is as it was written: its content decides, not its date."""
    found = regular_digest(path)
    if found == document.sha256:
        return None
    if found is None:
        return Reason.MISSING
    return Reason.UNFINISHED if found == document.replaces else Reason.EDITED


def _plan_digest(path: Path) -> str:
    """The digest of the plan's file; empty, and so no plan's, where it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def templates_digest(project: Project) -> str:
    """SHA-256 of all files that packs can be made of: as long as it stays, so does every pack's own digest. It never
    stays where a file cannot be read, such as what Word keeps beside a template that is open.
    """
    whole = sha256()
    for folder in project.pack_folders:
        whole.update(b"\1")
        # A pack has files of its own, and folders of files: nothing is deeper.
        for path in sorted([*folder.glob("*/*"), *folder.glob("*/*/*")]):
            if path.is_file():
                name = path.relative_to(folder).as_posix().encode()
                whole.update(b"\0" + name + b"\0" + _content_digest(path))
    return whole.hexdigest()


def _content_digest(path: Path) -> bytes:
    try:
        return sha256(path.read_bytes()).digest()
    except OSError:  # reported where the file is needed
        return os.urandom(sha256().digest_size)
