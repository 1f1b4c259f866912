"""What a choice of plan and pack looks like, and how that differs from what it looked like before."""

from msgspec import Struct

from ucap_reports.batch.pipeline import Produced
from ucap_reports.problems import Problem
from ucap_reports.summary.document import Document


class Choice(Struct, frozen=True):
    """What is looked at: a plan by its id, in the pack of that name or, without one, in its own."""

    plan: str
    pack: str | None = None


class MadeOf(Struct, frozen=True):
    """What a look was made of, as far as it could be read; empty where not."""

    plan: str = ""
    """The plan's text."""
    pack: str = ""
    """The name of the pack."""
    pack_digest: str = ""


class PreviewState(Struct, frozen=True):
    """What a choice looks like now."""

    problems: tuple[Problem, ...]
    documents: tuple[Document, ...] = ()
    """The last that could be made; none where none ever could."""
    outdated: bool = False
    """Whether the documents are those of an earlier save, because none can be made now."""
    failed: bool = False
    """Whether an error keeps the plan from being published."""
    earlier: tuple[Document, ...] = ()
    """The documents of the save before; none where there was none."""
    title: str = ""
    """The summary's own."""
    made_of: MadeOf = MadeOf()

    @property
    def publishable(self) -> bool:
        """Whether the documents are what a build would write now."""
        return bool(self.documents) and not self.outdated and not self.failed


def next_state(before: PreviewState | None, produced: Produced, made_of: MadeOf) -> PreviewState:
    """The look after a save: `before` itself where neither plan nor pack has changed.

    Documents stay until others take their place, so that a mistake in the middle of a sentence does not clear the page.
    """
    if before is not None and (before.made_of, before.problems) == (made_of, produced.problems):
        return before
    last = before.documents if before is not None else ()
    title = produced.summary.title if produced.summary is not None else ""
    return PreviewState(
        problems=produced.problems,
        documents=produced.documents or last,
        outdated=bool(last) and not produced.documents,
        failed=produced.failed,
        earlier=last if produced.documents or before is None else before.earlier,
        title=title or (before.title if before is not None else ""),
        made_of=made_of,
    )
