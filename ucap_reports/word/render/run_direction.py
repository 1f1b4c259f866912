"""Runs with one direction each, which Word files must state."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ucap_reports.text.bidi_levels import levels, paragraph_level, parts_by_level, runs_from_the_right
from ucap_reports.text.rich_text import Inline, Run


def directed(inlines: Sequence[Inline], *, right_to_left: bool) -> Iterator[tuple[Inline, bool]]:
    """The inlines of a paragraph, each with whether it is right-to-left; runs with both directions are split.

    `right_to_left` is the direction of the document.
    """
    texts = [inline.text if isinstance(inline, Run) else "\N{LINE SEPARATOR}" for inline in inlines]
    if not any(map(runs_from_the_right, texts)):
        yield from ((inline, False) for inline in inlines)
        return
    whole = "".join(texts)
    turned = [level % 2 for level in levels(whole, paragraph_level(whole, right_to_left=right_to_left))]
    place = 0
    for inline, text in zip(inlines, texts, strict=True):
        if isinstance(inline, Run):
            for odd, part in parts_by_level(text, turned[place:]):
                yield replace(inline, text=part), bool(odd)
        else:
            yield inline, False
        place += len(text)
