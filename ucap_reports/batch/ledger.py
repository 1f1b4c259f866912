"""The manifest while a build goes on: what it says on disk is true at every moment, wherever the build may end."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.manifest import Made, Manifest, save_manifest
from ucap_reports.batch.records import PlanRecord, decode_record, encode_record
from ucap_reports.document import Format
from ucap_reports.files import flush_folder

KEPT_BETWEEN = 200
"""So many plans, or a tenth of all, are built before the manifest is written again in between."""


class Ledger:
    """The records of a folder of documents, as they change; `shown` is how messages name the folder."""

    def __init__(self, manifest: Manifest, folder: Path, shown: str) -> None:
        self.manifest = manifest
        self.packs: set[str] = set()
        """The packs of all documents that were made since."""
        self._folder = folder
        self._shown = shown
        self._lines = dict(manifest.plans)
        self._before: dict[str, bytes] = {}
        self._since_saved = 0
        self._saved_after = KEPT_BETWEEN

    def __iter__(self) -> Iterator[str]:
        """The ids of all plans that there is a record of, sorted."""
        return iter(sorted(self._lines))

    def record(self, plan: str) -> PlanRecord | None:
        """What is known of a plan."""
        line = self._before.get(plan) or self._lines.get(plan)
        return None if line is None else decode_record(line)

    def begin(self, due: Mapping[str, Iterable[Format]]) -> None:
        """Write down that these documents of these plans may be other files from now on."""
        for plan, formats in due.items():
            if (record := self.record(plan)) is not None and record.documents:
                self._before[plan] = self._lines[plan]
                self._lines[plan] = encode_record(_unfinished(record, formats))
        self._saved_after = max(KEPT_BETWEEN, len(due) // 10)
        if self._before:
            self.save()

    def keep(self, plan: str, record: PlanRecord) -> None:
        """This is known of the plan from now on; it reaches the disk with the next of many, or at the end."""
        self._before.pop(plan, None)
        self._lines[plan] = encode_record(record)
        self.packs.add(record.inputs.pack)
        self._since_saved += 1
        if self._since_saved >= self._saved_after:
            self.save()

    def begin_pictures(self, plans: Iterable[str]) -> None:
        """Write down that the pictures of these plans may be others from now on."""
        hanging = [plan for plan in plans if (record := self.record(plan)) is not None and record.pictured is not None]
        for plan in hanging:
            self.set_pictured(plan, None)
        if hanging:
            self.save()

    def set_pictured(self, plan: str, digest: str | None) -> None:
        """The picture in the index is that of the PDF with this digest; None where it may be any."""
        if (record := self.record(plan)) is not None:
            self._lines[plan] = encode_record(replace(record, pictured=digest))

    def leave(self, plan: str) -> None:
        """Nothing was written of the plan: what was known of it before is still so."""
        if plan in self._before:
            self._lines[plan] = self._before.pop(plan)

    def doubt(self, plan: str) -> None:
        """Some of the plan's documents may have been written, and others not."""
        self._before.pop(plan, None)

    def forget(self, plan: str) -> None:
        """Nothing is known of the plan any more."""
        self._before.pop(plan, None)
        self._lines.pop(plan, None)

    def set_packs(self, templates: str, packs: Mapping[str, str]) -> None:
        """The packs have these digests at this state of their files."""
        self.manifest = replace(self.manifest, templates=templates, packs=dict(packs))

    def set_index(self, index: Made | None) -> None:
        """The index that there is."""
        self.manifest = replace(self.manifest, index=index)

    def set_schema(self, schema: Made | None) -> None:
        """The schema that was written beside the plans."""
        self.manifest = replace(self.manifest, schema=schema)

    def save(self) -> None:
        """Write the manifest as it is now, when all that it tells of is on the disk. Raises ProblemsFound when the disk
        refuses.
        """
        flush_folder(self._folder)
        save_manifest(replace(self.manifest, plans=self._lines), self._folder, self._shown)
        self._since_saved = 0


def _unfinished(record: PlanRecord, formats: Iterable[Format]) -> PlanRecord:
    changing = {each: replace(record.documents[each], inputs=None) for each in formats if each in record.documents}
    return replace(record, documents={**record.documents, **changing})
