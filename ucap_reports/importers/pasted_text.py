"""Text that was copied in Word or on a web page, as the Markdown of plans.

Only paragraphs, lists, bold, italic, underlined, raised and lowered text and links to the web are kept; everything else
of the HTML is left out, and nothing of it reaches a document as markup.
"""

import re
from collections.abc import Iterable, Iterator

from lxml import html
from lxml.etree import ParserError
from msgspec import Struct

from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.reading_limits import MAX_PASTED_CHARACTERS

_BLOCK_NAMES = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_LISTS = frozenset({"ol", "ul"})
_IGNORED = frozenset({"style", "script", "meta", "link", "title", "head", "xml", "template", "noscript"})
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_TAGS = {"u": "u", "sub": "sub", "sup": "sup"}
_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\ufffd]+")
"""White space, and control characters: Word has a vertical tab for a line break, and no plan can contain one."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
"""It names the encoding of bytes, and lxml refuses it in a text."""
_SPECIAL = re.compile(r"([*_`\\\[\]<]|&(?=#?\w{1,31};))")
_LINE_START = re.compile(r"#{1,6}(?:\s|$)|>|~~~|-(?:\s?-){2,}$")
"""A line that Markdown takes for a heading, a quotation, a block of code, or a rule."""
_YEAR = re.compile(r"(\d{4,9})[.)](?:\s|$)")
"""A year, which Markdown takes for the number of an item."""
_BULLET = re.compile(r"(?:[·•▪◦o§-]|(?P<number>\d{1,3})[.)])\s+")
"""A bullet or number that is typed before the words of an item."""
_NUMBER = re.compile(r"\s*(\d{1,9})[.)]\s*")
_MAX_NUMBER_DIGITS = 9
"""CommonMark 0.31, section 5.2."""
_WORD_LEVEL = re.compile(r"\blevel(\d)")
_LINK = re.compile(r"(?i)(?:https?:|mailto:)[^\s()<>]+")


class _Block(Struct, frozen=True):
    """A paragraph, or an item of a list: its level, from 0, and its number in a numbered list."""

    text: str
    level: int | None = None
    number: int | None = None


def pasted_text(content: str) -> str:
    """Return the text of HTML from a clipboard as Markdown. Raises ProblemsFound if it is too long."""
    if len(content) > MAX_PASTED_CHARACTERS:
        raise ProblemsFound([problem("text-too-long", limit=MAX_PASTED_CHARACTERS)])
    parser = html.HTMLParser(recover=True, no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(_DECLARATION.sub("", content), parser=parser)
    except ParserError:  # nothing but white space or comments
        return ""
    return "".join(_markdown(_blocks(root)))


def _markdown(blocks: Iterable[_Block]) -> Iterator[str]:
    """Yield the lines of the blocks, with the line ends before them. Lists of plans have two levels."""
    before: _Block | None = None
    outer_level = indent = 0
    for block in blocks:
        follows_item = before is not None and before.level is not None and block.level is not None
        if before is not None:
            yield "\n" if follows_item else "\n\n"
        if block.level is None:
            yield _as_text(block.text)
        else:
            marker = "- " if block.number is None else f"{block.number}. "
            outer_level = min(outer_level, block.level) if follows_item else block.level
            if block.level > outer_level:
                yield " " * indent
            else:
                indent = len(marker)
            yield f"{marker}{block.text}"
        before = block


def _as_text(line: str) -> str:
    """Return a line that Markdown takes for text, or for an item of a list that a person has typed."""
    year = _YEAR.match(line)
    if year is not None:
        return f"{year[1]}\\{line[year.end(1) :]}"
    return f"\\{line}" if _LINE_START.match(line) else line


def _blocks(element: html.HtmlElement, depth: int = 0) -> Iterator[_Block]:
    """Yield the paragraphs and items in an element, which contains blocks or one line and is in `depth` lists."""
    line = _escaped(element.text)
    number = _first_number(element)
    for child in element:
        if _is_block(child):
            yield from _line(line)
            line = ""
            if child.tag == "li":
                yield from _item(child, depth, number)
                number = None if number is None else number + 1
            elif _is_word_item(child):
                yield from _word_item(child)
            else:
                yield from _blocks(child, depth + 1 if child.tag in _LISTS else depth)
        else:
            line += _inline(child)
        line += _escaped(child.tail)
    yield from _line(line)


def _first_number(element: html.HtmlElement) -> int | None:
    """Return the number of the first item of a list; None for any other element."""
    if element.tag != "ol":
        return None
    start = element.get("start", "")
    return int(start) if start.isdecimal() and len(start) <= _MAX_NUMBER_DIGITS else 1


def _item(element: html.HtmlElement, depth: int, number: int | None) -> Iterator[_Block]:
    """Yield an item of a list, with its paragraphs as lines, and the items of the lists in it."""
    lines: list[str] = []
    inner: list[_Block] = []
    for block in _blocks(element, depth):
        if block.level is None:
            lines.append(block.text)
        else:
            inner.append(block)
    if lines:
        words = "<br>".join(lines)
        typed = _BULLET.match(words)
        if typed is not None and typed["number"] is None:
            words = words[typed.end() :]
        yield _Block(words, max(depth - 1, 0), number)
    yield from inner


def _word_item(element: html.HtmlElement) -> Iterator[_Block]:
    """Yield a paragraph that Word shows as an item, whose bullet or number is a text in it."""
    words = _clean(_inline(element))
    typed = _BULLET.match(words)
    number = None if typed is None else typed["number"]
    if typed is not None:
        words = words[typed.end() :]
    for part in element.iter():
        if isinstance(part.tag, str) and _is_word_bullet(part):
            shown = _NUMBER.fullmatch(part.text_content())
            number = None if shown is None else shown[1]
    if words:
        yield _Block(words, _word_level(element), None if number is None else int(number))


def _word_level(element: html.HtmlElement) -> int:
    """Return the level of a paragraph that Word shows as an item, from 0."""
    for declaration in element.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        level = _WORD_LEVEL.search(value)
        if name.strip() == "mso-list" and level is not None:
            return max(int(level[1]) - 1, 0)
    return 0


def _line(text: str) -> Iterator[_Block]:
    words = _clean(text)
    if words:
        yield _Block(words)


def _is_block(element: html.HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.tag in _BLOCKS


def _is_word_item(element: html.HtmlElement) -> bool:
    """Return whether Word shows a paragraph as an item of a list, which it marks by a style."""
    return "mso-list:" in element.get("style", "") or "MsoListParagraph" in element.get("class", "")


def _is_word_bullet(element: html.HtmlElement) -> bool:
    """Return whether an element is the bullet or number that Word writes as text."""
    return "mso-list:ignore" in element.get("style", "").lower().replace(" ", "")


def _inline(element: html.HtmlElement) -> str:
    """Return the text in an element with its marks."""
    if not isinstance(element.tag, str) or element.tag in _IGNORED:
        return ""
    if element.tag == "br":
        return "<br>"
    if _is_word_bullet(element):
        return ""
    text = _escaped(element.text)
    for child in element:
        text += _inline(child) + _escaped(child.tail)
    words = text.strip()
    if not words:
        return text
    start, end = text[: text.index(words)], text[text.index(words) + len(words) :]
    if element.tag in _MARKS:
        mark = _MARKS[element.tag]
        return f"{start}{mark}{words}{mark}{end}"
    if element.tag in _TAGS:
        return f"{start}<{element.tag}>{words}</{element.tag}>{end}"
    address = element.get("href", "") if element.tag == "a" else ""
    return f"{start}[{words}]({address}){end}" if _LINK.fullmatch(address) else text


def _escaped(text: str | None) -> str:
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text or ""))


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
