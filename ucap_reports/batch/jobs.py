"""What a worker does: plan text comes in, documents go out, and nothing is read from the disk."""

import traceback
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.pipeline import Produced, produce
from ucap_reports.batch.plan_card import PlanCard
from ucap_reports.problems import Location, Problem
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.version_fingerprint import product_fingerprint
from ucap_reports.summary.document import Document, Format
from ucap_reports.template.pack import Pack

Item = TypeVar("Item")
Result = TypeVar("Result")
PackOpener = Callable[[str], Pack]
RENDERING = Lock()
"""Workers may have threads (those of Dask do), and the libraries that draw know of none."""


class Job(Struct, frozen=True):
    """A plan's text, and the documents that are wanted of it."""

    source: Source
    formats: tuple[Format, ...]


class Outcome(Struct, frozen=True):
    """What became of a job: `documents` are all or none, and with them come card and pack."""

    problems: tuple[Problem, ...]
    """Those that every format has."""
    format_problems: Mapping[Format, tuple[Problem, ...]] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    digests: tuple[str, ...] = ()
    """The SHA-256 of each document, in hex."""
    card: PlanCard | None = None
    pack: str = ""
    pack_digest: str = ""


class PackElsewhere(Exception):  # noqa: N818 - not an error: whoever has the disk is to do this job
    """Raised for a pack that was not sent along: nobody has it, or it is broken."""


class SentPacks(Struct, frozen=True):
    """Opened packs as they are sent to workers, by name; asked for another, PackElsewhere."""

    packs: Mapping[str, Pack]

    def __call__(self, name: str) -> Pack:
        """The pack of that name."""
        try:
            return self.packs[name]
        except KeyError:
            raise PackElsewhere(name) from None


class Bench(Struct, frozen=True):
    """What a worker needs for every job: the packs, and what is asked for of all plans alike."""

    open_pack: PackOpener
    options: BuildOptions
    tools: str
    """The `product_fingerprint` of whoever asks."""

    def produce(self, job: Job) -> Outcome | None:
        """What becomes of a job; None where its pack is not here. A fault of ours is a problem of the one plan."""
        if product_fingerprint() != self.tools:
            return Outcome((_other_tools(job.source.path),))
        try:
            with RENDERING:
                produced = produce(job.source, self.open_pack, replace(self.options, formats=job.formats))
        except PackElsewhere:
            return None
        except Exception as error:  # noqa: BLE001 - a fault of ours in one plan must not stop the others
            return Outcome((fault(error, job.source.path),))
        return _outcome(produced)

    def picture(self, pdf: bytes) -> bytes | None:
        """The picture of a PDF's first page; None for what has none to show."""
        from ucap_reports.batch.index_page.thumbnails import thumbnail  # noqa: PLC0415 - 30 ms that a build without index saves

        try:
            with RENDERING:
                return thumbnail(pdf)
        except Exception:  # noqa: BLE001 - the index can do without the picture of a damaged file
            return None


Work = Callable[[Bench, Item], Result]
"""What is done at a bench with one item. It raises nothing of its own: an error means that a worker was lost."""


def fault(error: Exception, shown: str) -> Problem:
    """The problem that a fault of the product is to the reader, with what its makers need to know."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    message = f"a fault of ucap, not of this plan: {type(error).__name__}{where}: {error}"
    return Problem.error("internal-fault", message, "please report it, with the plan", Location(shown))


def lost(error: Exception, shown: str) -> Problem:
    """The problem of a plan whose worker ended at it, twice."""
    message = f"whoever built this plan ended before it was done: {type(error).__name__}: {error}"
    return Problem.error("worker-ended", message, "is there enough memory?", Location(shown))


def _other_tools(shown: str) -> Problem:
    message = "the worker has another version of ucap, or of a library that shapes documents, than whoever asks"
    return Problem.error("worker-differs", message, "install the same versions on both", Location(shown))


def _outcome(produced: Produced) -> Outcome:
    documents = () if produced.failed else produced.documents
    special = {problem for problems in produced.format_problems.values() for problem in problems}
    return Outcome(
        problems=tuple(problem for problem in produced.problems if problem not in special),
        format_problems=produced.format_problems,
        documents=documents,
        digests=tuple(sha256(document.content).hexdigest() for document in documents),
        card=produced.card,
        pack=produced.pack.name if produced.pack else "",
        pack_digest=produced.pack.digest if produced.pack else "",
    )
