"""Markdown for rich text, as an author would write it: parsing it gives the same rich text."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from ucap_reports.plan.writing.yaml_style import WIDTH, filled
from ucap_reports.problems import ProblemsFound
from ucap_reports.text.markup import parse_rich_text
from ucap_reports.text.rich_text import Break, Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run, Script
from ucap_reports.text.typed_lists import ARROW

_PUNCTUATION = r"!\"#$%&'()*+,./:;<=>?@\[\\\]^_`{|}~-"
_SPECIAL = re.compile(
    rf"""\\(?=[{_PUNCTUATION}]|$)|`|\*|(?<!\w)_|_(?!\w)|\[(?=[^\]]*\][(\[:])|!(?=\[)|<(?=[A-Za-z/!?])|&(?=\#?\w+;)""",
)
"""Characters that are markup at their place, unless they are escaped."""
_ANY_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~|]")
_LINE_START = re.compile(
    r"([-+*](?=\s|$)|>|=+\s*$|-+\s*$|([-*_] *){3,}$|~~~|\#{1,6}(?=\s|$)|→)|(?P<number>\d{1,9})[.)](?=\s|$)"
)
_ATOM = re.compile(r"<[^<>\n]*>|\]\([^()\n]*\)|[^ <\]]+|[<\]]| +")


class _EscapeMode(Struct, frozen=True):
    """How to write a text: which characters are escaped, whether emphasis has stars, and the length of lines."""

    special: re.Pattern[str]
    stars: bool
    width: int | None


def rich_text_source(rich: RichText, width: int = WIDTH) -> str | None:
    """The shortest text that is parsed as `rich`, with several blocks in lines of up to `width` characters.

    None if there is no such text: rich text that does not come from a plan may have more than plans can have.
    """
    many = len(rich.blocks) > 1 or any(isinstance(block, ItemList) for block in rich.blocks)
    for special, stars in ((_SPECIAL, True), (_SPECIAL, False), (_ANY_SPECIAL, False)):
        for lines in (width, None) if many else (None,):
            text = _blocks(rich.blocks, _EscapeMode(special, stars, lines))
            if _parsed(text) == rich:
                return text
    return None


def _parsed(text: str) -> RichText | None:
    try:
        return parse_rich_text(text)
    except ProblemsFound:
        return None


def _blocks(blocks: Sequence[Paragraph | ItemList], mode: _EscapeMode) -> str:
    """Blocks with an empty line between two of them; lists that follow each other have different marks."""
    texts: list[str] = []
    other = False
    for place, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            texts.append(_paragraph(block, mode, 0))
        else:
            other = not other if place and _are_similar(blocks[place - 1], block) else False
            texts.append("\n".join(_items(block, mode, 0, other=other)))
    return "\n\n".join(texts)


def _are_similar(before: Paragraph | ItemList, after: ItemList) -> bool:
    """Whether two lists with the same marks would be parsed as one."""
    return isinstance(before, ItemList) and (before.marker is Marker.NUMBER) is (after.marker is Marker.NUMBER)


def _items(listed: ItemList, mode: _EscapeMode, indent: int, *, other: bool) -> Iterator[str]:
    """The lines of a list; `other` is whether it has the second of the two possible marks."""
    lead = f"{ARROW} " if listed.marker is Marker.ARROW else ""
    for number, item in enumerate(listed.items, listed.start):
        bullet, end = ("*", ")") if other else ("-", ".")
        mark = f"{number}{end} " if listed.marker is Marker.NUMBER else f"{bullet} "
        yield from _item(item, mark, lead, mode, indent)


def _item(item: ListItem, mark: str, lead: str, mode: _EscapeMode, indent: int) -> Iterator[str]:
    inner = indent + len(mark)
    first = f"{' ' * indent}{mark}"
    for place, block in enumerate(item.blocks):
        if isinstance(block, Paragraph):
            text = _paragraph(block, mode, inner, "" if place else lead)
            lines = [*([""] if place else []), *text.split("\n")]
        else:
            other = place > 0 and _are_similar(item.blocks[place - 1], block)
            apart = [""] if block.marker is Marker.NUMBER and block.start != 1 else []
            lines = [*apart, *(line[inner:] for line in _items(block, mode, inner, other=other))]
        for line in lines:
            yield f"{first}{line}" if first.strip() else (f"{' ' * inner}{line}" if line else "")
            first = ""


def _paragraph(paragraph: Paragraph, mode: _EscapeMode, indent: int, lead: str = "") -> str:
    text = "".join(_inlines(paragraph.inlines, mode))
    text = f"{lead}{text}" if lead else _with_escaped_start(text)
    return text if mode.width is None else "\n".join(filled(_words(text), mode.width - indent))


def _with_escaped_start(text: str) -> str:
    """The line, its first characters escaped if they would start a block."""
    match = _LINE_START.match(text)
    if match is None:
        return text
    if match[1] == ARROW:
        return f"&rarr;{text[1:]}"
    number = match["number"] or ""
    return f"{number}\\{text[len(number) :]}"


def _words(text: str) -> list[str]:
    """The parts between which a line may end: at single spaces, outside tags, and not before what starts a block."""
    words = [""]
    atoms = _ATOM.findall(text)
    for place, atom in enumerate(atoms):
        following = "".join(atoms[place + 1 : place + 3])
        if atom == " " and words[-1] and not _LINE_START.match(following) and not _are_wide(words[-1], following):
            words.append("")
        else:
            words[-1] += atom
    return words


def _are_wide(before: str, after: str) -> bool:
    """Whether a line end between the two would be removed, as between Chinese characters."""
    return all(unicodedata.east_asian_width(each) in "WF" for each in (before[-1], (after or " ")[0]))


def _inlines(inlines: Sequence[Inline], mode: _EscapeMode) -> Iterator[str]:
    for link, linked in groupby(inlines, lambda inline: inline.link if isinstance(inline, Run) else None):
        runs = list(linked)
        text = "".join("<br>" if isinstance(each, Break) else _run(each, mode) for each in runs)
        if link is None or _links_itself(runs, link):
            yield text
        elif re.fullmatch(r"[^\s()<>\\]+", link) and "[" not in text and "]" not in text:
            yield f"[{text}]({link})"
        else:
            address = link.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
            yield f'<a href="{address}">{text}</a>'


def _links_itself(runs: Sequence[Inline], link: str) -> bool:
    """Whether the words are an address that becomes this link without markup."""
    match runs:
        case [Run(text)] if parsed := _parsed(text):
            return [run.link for run in parsed.runs()] == [link]
        case _:
            return False


def _run(run: Run, mode: _EscapeMode) -> str:
    text = run.text if run.link == run.text else mode.special.sub(lambda match: f"\\{match[0]}", run.text)
    for wrap in _wraps(run, stars=mode.stars and text == text.strip(" ")):
        text = wrap(text)
    return text


def _wraps(run: Run, *, stars: bool) -> Iterator[Callable[[str], str]]:
    """The markup around the words of a run, the innermost first."""
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
