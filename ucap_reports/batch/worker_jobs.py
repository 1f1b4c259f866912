"""The work of a worker: plan text in, documents out, without reading plans or packs from the disk."""

import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.pipeline import Produced, produce
from ucap_reports.batch.plan_files import NO_FILES, PlanFiles
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.version_fingerprint import product_fingerprint
from ucap_reports.summary.document import Format
from ucap_reports.template.pack import Pack

RENDERING = Lock()
"""Held while documents are rendered: the libraries that draw are not safe in threads."""


class Job(Struct, frozen=True):
    """The text of a plan with its files, and the options for its documents."""

    source: Source
    options: BuildOptions
    files: PlanFiles = NO_FILES
    digest: str = ""
    """The SHA-256 of the plan's file, in hex."""
    problems: tuple[Problem, ...] = ()
    """The errors because of which the plan cannot be read."""


class JobRunner(Struct, frozen=True):
    """What a worker needs for all jobs: the packs, and the leader's `product_fingerprint`."""

    open_pack: Callable[[str], Pack]
    tools: str

    def produce(self, job: Job) -> Produced:
        """Return what a job produces, without what the leader does not need: all documents or, if there is an error,
        none.

        An unexpected error is a problem of this plan only.
        """
        path = job.source.path
        if job.problems:
            return Produced(job.problems)
        if product_fingerprint() != self.tools:
            return Produced((problem("worker-differs", Location(path)),))
        try:
            with RENDERING:
                produced = produce(job.source, self.open_pack, job.options, job.files)
        except Exception as error:  # noqa: BLE001 - a bug that one plan provokes must not stop the others
            return Produced((internal_fault(error, path),))
        documents = () if produced.failed or job.options.is_check else produced.documents
        digests = tuple(sha256(document.content).hexdigest() for document in documents)
        thumbnail = None
        for document, digest in zip(documents, digests, strict=True):
            if document.format is Format.PDF and job.options.needs_thumbnail and digest != job.options.thumbnail_pdf:
                thumbnail = self.thumbnail(document.content)
        return replace(produced, plan=None, summary=None, documents=documents, digests=digests, thumbnail=thumbnail)

    def produce_all(self, jobs: Sequence[Job]) -> list[Produced]:
        """Return what each of the jobs produces."""
        return [self.produce(job) for job in jobs]

    def thumbnail(self, pdf: bytes) -> bytes | None:
        """Return a picture of the first page of a PDF; None if it cannot be drawn."""
        from ucap_reports.batch.index_page.thumbnails import thumbnail  # noqa: PLC0415 - takes 30 ms to import

        with suppress(Exception), RENDERING:  # the index can do without the picture of a damaged file
            return thumbnail(pdf)
        return None


def internal_fault(error: Exception, shown: str) -> Problem:
    """Return the problem for an unexpected error, with what is needed to report it."""
    frames = traceback.extract_tb(error.__traceback__)
    line = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    return problem("internal-fault", Location(shown), kind=type(error).__name__, place=line, text=str(error))
