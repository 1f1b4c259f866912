"""What is to be built, and why: the plans, packs and documents as they are, held against what the manifest knows."""

from collections.abc import Callable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.inputs import Inputs
from ucap_reports.batch.records import DocumentRecord, PlanRecord
from ucap_reports.batch.report import Built, Reason
from ucap_reports.document import Format
from ucap_reports.files import Status
from ucap_reports.order import Order


class Due(Struct, frozen=True):
    """A plan, and for each of its documents that is to be built, why; nothing is to be built where there are none."""

    path: Path
    shown: str
    """How messages name the plan's file."""
    reasons: Mapping[Format, Reason]
    forced: bool = False
    """Whether its documents are written even where they come out as they are."""

    @property
    def plan(self) -> str:
        """The plan's id."""
        return self.path.stem


class Decider(Struct, frozen=True):
    """Decides for a folder of documents. `pack_digest` gives that of a pack by its name, empty when it has none."""

    out: Path
    order: Order
    tools: str
    force: bool
    pack_digest: Callable[[str], str]

    def due(self, path: Path, shown: str, record: PlanRecord | None) -> Due:
        """What is to be built of the plan in a file, of which that record is known."""
        if record is None or record.source != shown:
            changed = Reason.NEW if record is None else Reason.PLAN
            return Due(path, shown, dict.fromkeys(self.order.formats, changed), self.force)
        wanted = self._wanted(path, record)
        found = {each: self._reason(path.stem, each, record, wanted) for each in self.order.formats}
        return Due(path, shown, {each: reason for each, reason in found.items() if reason is not None}, self.force)

    def _wanted(self, path: Path, record: PlanRecord) -> Inputs:
        """What the plan would be made of now. Which pack it names is known, unless it or the order has changed."""
        return Inputs(
            plan=_plan_digest(path),
            pack=record.inputs.pack,
            pack_digest=self.pack_digest(record.inputs.pack),
            template=self.order.template,
            language=self.order.language,
            undated=self.order.undated.isoformat(),
            tools=self.tools,
        )

    def _reason(self, plan: str, format_: Format, record: PlanRecord, wanted: Inputs) -> Reason | None:
        document = record.documents.get(format_)
        if document is None:
            return Reason.NEW
        if reason := wanted.difference(record.inputs):
            return reason
        if document.inputs is None:
            return Reason.UNFINISHED
        if reason := wanted.difference(document.inputs):
            return reason
        return _file_reason(self.out / f"{plan}.{format_.value}", document) or (Reason.FORCED if self.force else None)


def unchanged(plan: str, format_: Format, shown: str, document: DocumentRecord) -> Built:
    """What became of a document that nothing was to be done for."""
    return Built(plan, format_, shown, Status.UNCHANGED, document.pages, document.sha256)


def _file_reason(path: Path, document: DocumentRecord) -> Reason | None:
    """Whether the file is as it was written: its content decides, not its date."""
    try:
        if path.stat().st_size != document.size:
            return Reason.EDITED
        with path.open("rb") as file:
            return None if file_digest(file, "sha256").hexdigest() == document.sha256 else Reason.EDITED
    except FileNotFoundError:
        return Reason.MISSING
    except OSError:
        return Reason.EDITED


def _plan_digest(path: Path) -> str:
    """The digest of the plan's file; empty, and so no plan's, where it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
