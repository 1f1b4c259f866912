"""Entries in rich text: dated activities in a list, and themes, each with its text."""

import re
from typing import Any

from ucap_reports.plan.writing.markdown_source import rich_text_source
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.text.typed_text import without_lead

_THEME = re.compile(r"([A-Z][^:.!?]{1,60}):(?:\s+|$)")
_BOLD_THEME = re.compile(r"(\S(?:.*\S)?):")
_DATED = re.compile(r"\s*:\s+")
_Blocks = tuple[Paragraph | ItemList, ...]
_Theme = tuple[str, Paragraph | None]


def activity_entry(item: ListItem) -> dict[str, Any] | None:
    """An activity: its underlined date before a colon, its text, and its points of the second level.

    None where Markdown cannot express it.
    """
    when, blocks = _dated(item.blocks)
    details: tuple[ListItem, ...] = ()
    match blocks:
        case (*others, ItemList(Marker.BULLET, listed)) if others and all(map(_is_flat, listed)):
            blocks, details = tuple(others), listed
        case _:
            pass
    text = rich_text_source(RichText(tuple(blocks)))
    points = [rich_text_source(RichText(point.blocks)) for point in details]
    if text is None or None in points:
        return None
    entry: dict[str, Any] = {"when": when} if when else {}
    return entry | {"text": text} | ({"details": points} if points else {})


def begins_with_words(item: ListItem) -> bool:
    """Whether an item's first block is a paragraph."""
    return bool(item.blocks) and isinstance(item.blocks[0], Paragraph)


def _is_flat(item: ListItem) -> bool:
    return all(isinstance(block, Paragraph) for block in item.blocks)


def _dated(blocks: _Blocks) -> tuple[str | None, _Blocks]:
    """The underlined words before a colon, and the blocks without them."""
    match blocks:
        case (Paragraph((Run(when) as lead, Run(after) as rest, *more)), *others) if lead == Run(when, underline=True):
            match = _DATED.match(after)
            if match is None or rest != Run(after) or when != when.strip() or not (after[match.end() :] or more):
                return None, blocks
            inlines = without_lead((rest, *more), match.end())
            return (when, (Paragraph(inlines), *others)) if inlines else (None, blocks)
        case _:
            return None, blocks


def grouped_by_theme(rich: RichText, *, exact: bool) -> list[tuple[str, RichText]]:
    """Themes with their texts, where every paragraph begins with a theme; none for other texts.

    Only bold themes may have several paragraphs.
    """
    first = next(iter(rich.blocks), None)
    is_bold = exact or not (isinstance(first, Paragraph) and _theme(first, is_bold=True) is None)
    groups: list[tuple[str, list[Paragraph | ItemList]]] = []
    for block in rich.blocks:
        found = _theme(block, is_bold=is_bold) if isinstance(block, Paragraph) else None
        if found is not None:
            groups.append((found[0], [found[1]] if found[1] else []))
        elif groups and is_bold:
            groups[-1][1].append(block)
        else:
            return []
    texts = [(theme, RichText(tuple(blocks))) for theme, blocks in groups]
    return texts if all(text for _, text in texts) else []


def _theme(words: Paragraph, *, is_bold: bool) -> _Theme | None:
    """The theme that a paragraph begins with, and the words after its colon."""
    match words.inlines:
        case (Run(text) as lead, *rest) if lead == Run(text, bold=is_bold):
            match = _BOLD_THEME.fullmatch(text) if is_bold else _THEME.match(text)
            is_apart = not rest or not is_bold or (isinstance(rest[0], Run) and rest[0].text.startswith(" "))
            after = without_lead(words.inlines, match.end()) if match else ()
            return (match[1], Paragraph(after) if after else None) if match and is_apart else None
        case _:
            return None
