"""The state of a preview: the documents of a plan in a pack, and what the last save changed."""

from msgspec import Struct

from ucap_reports.batch.pipeline import Produced
from ucap_reports.problems import Problem
from ucap_reports.summary.document import Document


class Choice(Struct, frozen=True):
    """What is shown: a plan by its id, in the pack of that name or else in its own."""

    plan: str
    pack: str | None = None


class PreviewState(Struct, frozen=True):
    """The state of a choice after a save."""

    problems: tuple[Problem, ...]
    documents: tuple[Document, ...] = ()
    """The last documents that could be built."""
    outdated: bool = False
    """The documents are those of an earlier save, because errors prevent new ones."""
    failed: bool = False
    """An error prevents publishing."""
    earlier: tuple[Document, ...] = ()
    """The documents before the last save."""
    title: str = ""
    """The title of the summary."""
    pack: str = ""
    """The name of the pack; empty if it has errors."""
    inputs: tuple[str, ...] = ()
    """The text of the plan, and the digest of the pack."""

    @property
    def publishable(self) -> bool:
        """Whether the documents are what a build would write now."""
        return bool(self.documents) and not self.outdated and not self.failed


def next_state(before: PreviewState | None, produced: Produced, text: str) -> PreviewState:
    """The state after a save, given the text of the plan with the digest of its translations: `before` itself if none
    of them and not the pack changed.

    Old documents stay until there are new ones, so that a mistake while typing does not clear the page.
    """
    inputs = (text, produced.pack_digest)
    if before is not None and (before.inputs, before.problems) == (inputs, produced.problems):
        return before
    before = before or PreviewState(())
    return PreviewState(
        problems=produced.problems,
        documents=produced.documents or before.documents,
        outdated=bool(before.documents) and not produced.documents,
        failed=produced.failed,
        earlier=before.documents if produced.documents else before.earlier,
        title=produced.summary.full_title if produced.summary else before.title,
        pack=produced.pack,
        inputs=inputs,
    )
