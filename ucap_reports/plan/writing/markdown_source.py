"""Rich text written as an author would write it, so that reading it gives the same rich text."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import assert_never

from msgspec import Struct

from ucap_reports.plan.writing.yaml_style import WIDTH
from ucap_reports.problems import ProblemsFound
from ucap_reports.text.markup import parse_rich_text
from ucap_reports.text.rich_text import Break, Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run, Script

ARROW = "→"
_PUNCTUATION = r"!\"#$%&'()*+,./:;<=>?@\[\\\]^_`{|}~-"
_SPECIAL = re.compile(
    rf"""\\(?=[{_PUNCTUATION}]|$)|`|\*|(?<!\w)_|_(?!\w)|\[(?=[^\]]*\][(\[:])|!(?=\[)|<(?=[A-Za-z/!?])|&(?=\#?\w+;)""",
)
"""Characters that could be markup where they stand, told from those that are text there."""
_ANY_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~|]")
_LINE_START = re.compile(
    r"([-+*](?=\s|$)|>|=+\s*$|-+\s*$|([-*_] *){3,}$|~~~|\#{1,6}(?=\s|$)|→)|(?P<number>\d{1,9})[.)](?=\s|$)"
)
_ATOM = re.compile(r"<[^<>\n]*>|\]\([^()\n]*\)|[^ <\]]+|[<\]]| +")
_OPENING = {"bold": "<b>", "italic": "<i>", "underline": "<u>"}


class _EscapeMode(Struct, frozen=True):
    """How cautiously a text is written: which characters are escaped, whether stars are used, how long lines may be."""

    special: re.Pattern[str]
    stars: bool
    width: int | None


def rich_text_source(rich: RichText, width: int = WIDTH) -> str | None:
    """The plainest text that reads as `rich`, several blocks in lines of up to `width` characters.

    None where no text does: rich text that was not read from a plan may hold what plans cannot say.
    """
    many = len(rich.blocks) > 1 or any(isinstance(block, ItemList) for block in rich.blocks)
    for special, stars in ((_SPECIAL, True), (_SPECIAL, False), (_ANY_SPECIAL, False)):
        for lines in (width, None) if many else (None,):
            text = _blocks(rich.blocks, _EscapeMode(special, stars, lines))
            if _reads_as(text, rich):
                return text
    return None


def _reads_as(text: str, rich: RichText) -> bool:
    try:
        return parse_rich_text(text) == rich
    except ProblemsFound:
        return False


def _blocks(blocks: Sequence[Paragraph | ItemList], manner: _EscapeMode) -> str:
    """Blocks with an empty line between two of them; lists that follow each other have different marks."""
    texts: list[str] = []
    other = False
    for place, block in enumerate(blocks):
        match block:
            case Paragraph():
                texts.append(_paragraph(block, manner, 0))
            case ItemList():
                other = not other if place and _are_alike(blocks[place - 1], block) else False
                texts.append("\n".join(_items(block, manner, 0, other=other)))
            case _:
                assert_never(block)
    return "\n\n".join(texts)


def _are_alike(before: Paragraph | ItemList, after: ItemList) -> bool:
    """Whether two lists would be read as one, had they the same marks."""
    return isinstance(before, ItemList) and (before.marker is Marker.NUMBER) is (after.marker is Marker.NUMBER)


def _items(listed: ItemList, manner: _EscapeMode, indent: int, *, other: bool) -> Iterator[str]:
    for number, item in enumerate(listed.items, listed.start):
        match listed.marker:
            case Marker.NUMBER:
                mark = f"{number}{')' if other else '.'} "
            case Marker.ARROW:
                mark = f"{'*' if other else '-'} "
            case Marker.BULLET | Marker.NONE:
                mark = f"{'*' if other else '-'} "
            case _:
                assert_never(listed.marker)
        lead = f"{ARROW} " if listed.marker is Marker.ARROW else ""
        yield from _item(item, mark, lead, manner, indent)


def _item(item: ListItem, mark: str, lead: str, manner: _EscapeMode, indent: int) -> Iterator[str]:
    inner = indent + len(mark)
    first = f"{' ' * indent}{mark}"
    for place, block in enumerate(item.blocks):
        match block:
            case Paragraph():
                text = _paragraph(block, manner, inner, lead if place == 0 else "")
                lines = text.split("\n") if place == 0 else ["", *text.split("\n")]
            case ItemList():
                before = item.blocks[place - 1] if place else None
                apart = [""] if block.marker is Marker.NUMBER and block.start != 1 else []
                other = before is not None and _are_alike(before, block)
                lines = [*apart, *(line[inner:] for line in _items(block, manner, inner, other=other))]
            case _:
                assert_never(block)
        for line in lines:
            yield f"{first}{line}" if first.strip() else (f"{' ' * inner}{line}" if line else "")
            first = ""


def _paragraph(paragraph: Paragraph, manner: _EscapeMode, indent: int, lead: str = "") -> str:
    text = lead + _line_start("".join(_inlines(paragraph.inlines, manner)), bare=not lead)
    if manner.width is None:
        return text
    return "\n".join(_wrapped(text, manner.width - indent))


def _line_start(text: str, *, bare: bool) -> str:
    """The line with its first characters escaped where they would begin a block."""
    match = _LINE_START.match(text)
    if not bare or match is None:
        return text
    if match[1] == ARROW:
        return f"&rarr;{text[1:]}"
    number = match["number"] or ""
    return f"{number}\\{text[len(number) :]}"


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines that are read as one: broken at single spaces that are in no tag, and not before what begins a block."""
    words = [""]
    atoms = _ATOM.findall(text)
    for place, atom in enumerate(atoms):
        following = "".join(atoms[place + 1 : place + 3])
        if atom == " " and words[-1] and not _LINE_START.match(following) and not _are_wide(words[-1], following):
            words.append("")
        else:
            words[-1] += atom
    line = words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) <= width:
            line += f" {word}"
        else:
            yield line
            line = word
    yield line


def _are_wide(before: str, after: str) -> bool:
    """Whether a line end between the two would be read as nothing, as between Chinese characters."""
    return all(unicodedata.east_asian_width(each) in "WF" for each in (before[-1], (after or " ")[0]))


def _inlines(inlines: Sequence[Inline], manner: _EscapeMode) -> Iterator[str]:
    for link, linked in groupby(inlines, lambda inline: inline.link if isinstance(inline, Run) else None):
        runs = list(linked)
        text = "".join(_styled(runs, manner))
        if link is None or _is_bare(runs, link):
            yield text
        elif re.fullmatch(r"[^\s()<>\\]+", link) and "[" not in text and "]" not in text:
            yield f"[{text}]({link})"
        else:
            address = link.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
            yield f'<a href="{address}">{text}</a>'


def _is_bare(runs: Sequence[Inline], link: str) -> bool:
    """Whether the words are an address that becomes this very link by itself."""
    match runs:
        case [Run(text)]:
            try:
                return [run.link for run in parse_rich_text(text).runs()] == [link]
            except ProblemsFound:
                return False
        case _:
            return False


def _styled(inlines: Sequence[Inline], manner: _EscapeMode) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Break():
                yield "<br>"
            case Run():
                yield _run(inline, manner)
            case _:
                assert_never(inline)


def _run(run: Run, manner: _EscapeMode) -> str:
    text = run.text if run.link == run.text else manner.special.sub(_escaped, run.text)
    for wrap in _wraps(run, stars=manner.stars and text == text.strip(" ")):
        text = wrap(text)
    return text


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _wraps(run: Run, *, stars: bool) -> Iterator[Callable[[str], str]]:
    """What is put around the words of a run, the innermost first."""
    if run.script is not Script.NORMAL:
        yield _tagged("sub" if run.script is Script.SUBSCRIPT else "sup")
    if run.language:
        yield lambda text: f'<span lang="{run.language}">{text}</span>'
    if run.underline:
        yield _tagged("u")
    if run.italic:
        yield (lambda text: f"*{text}*") if stars else _tagged("i")
    if run.bold:
        yield (lambda text: f"**{text}**") if stars else _tagged("b")


def _tagged(name: str) -> Callable[[str], str]:
    return lambda text: f"<{name}>{text}</{name}>"
