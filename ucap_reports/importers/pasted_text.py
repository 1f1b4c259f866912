"""Text that was copied in Word or on a web page, as the Markdown of plans.

Only paragraphs, lists, bold, italic, underlined, raised and lowered text and links to the web are kept; everything else
of the HTML is left out, and nothing of it reaches a document as markup.
"""

import re
from collections.abc import Iterator

from lxml import html
from lxml.etree import ParserError
from msgspec import Struct

from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.reading_limits import MAX_PASTED_CHARACTERS

_BLOCKS = frozenset(
    "p div li ul ol h1 h2 h3 h4 h5 h6 table tbody thead tr td th blockquote section article body".split()  # noqa: SIM905 - as in HTML
)
_IGNORED = frozenset({"style", "script", "meta", "link", "title", "head", "xml", "template", "noscript"})
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_TAGS = {"u": "u", "sub": "sub", "sup": "sup"}
_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\ufffd]+")
"""White space, and control characters: Word has a vertical tab for a line break, and no plan can contain one."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
"""It names the encoding of bytes, and lxml refuses it in a text."""
_SPECIAL = re.compile(r"([*_\\\[\]<])")
_BULLET = re.compile(r"(?:[·•▪◦o§-]|\d{1,3}[.)])\s+")
_LINK = re.compile(r"(?i)(?:https?:|mailto:)[^\s()<>]+")


class _Block(Struct, frozen=True):
    text: str
    is_item: bool


def pasted_text(content: str) -> str:
    """Return the text of HTML from a clipboard as Markdown. Raises ProblemsFound if it is too long."""
    if len(content) > MAX_PASTED_CHARACTERS:
        raise ProblemsFound([problem("text-too-long", limit=MAX_PASTED_CHARACTERS)])
    parser = html.HTMLParser(recover=True, no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(_DECLARATION.sub("", content), parser=parser)
    except ParserError:  # nothing but white space or comments
        return ""
    text = ""
    before: _Block | None = None
    for block in _blocks(root):
        if before is not None:
            text += "\n" if block.is_item and before.is_item else "\n\n"
        text += block.text
        before = block
    return text


def _blocks(element: html.HtmlElement) -> Iterator[_Block]:
    """Yield the paragraphs and items in an element, which contains blocks or one line."""
    line = _escaped(element.text)
    for child in element:
        if _is_block(child):
            yield from _line(line)
            line = ""
            if child.tag == "li" or _is_word_item(child):
                words = _clean(_inline(child))
                if words:
                    yield _Block(f"- {_BULLET.sub('', words, count=1)}", is_item=True)
            else:
                yield from _blocks(child)
        else:
            line += _inline(child)
        line += _escaped(child.tail)
    yield from _line(line)


def _line(text: str) -> Iterator[_Block]:
    words = _clean(text)
    if words:
        yield _Block(words, is_item=False)


def _is_block(element: html.HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.tag in _BLOCKS


def _is_word_item(element: html.HtmlElement) -> bool:
    """Return whether Word shows a paragraph as an item of a list, which it marks by a style."""
    return "mso-list:" in element.get("style", "") or "MsoListParagraph" in element.get("class", "")


def _inline(element: html.HtmlElement) -> str:
    """Return the text in an element with its marks."""
    if not isinstance(element.tag, str) or element.tag in _IGNORED:
        return ""
    if element.tag == "br":
        return "<br>"
    if "mso-list:ignore" in element.get("style", "").lower().replace(" ", ""):  # the bullet that Word writes as text
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
