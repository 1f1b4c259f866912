"""Rich text as markup for the web page."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from ucap_reports.text.language_tags import REGIONAL, is_right_to_left
from ucap_reports.text.rich_text import Break, Inline, ItemList, Marker, Paragraph, RichText, Run, Script

LINE_BREAK = "<br/>"
_NOT_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot contain (XML 1.0, 2.2)."""
_LINE_END = re.compile(r"\r\n?|\n")
_LISTS = {
    Marker.BULLET: '<ul class="bullets">',
    Marker.ARROW: '<ul class="arrows">',
    Marker.NONE: '<ul class="lines">',
}


def text_markup(text: str) -> str:
    """The text for an attribute or an element, escaped."""
    return escape(_NOT_XML.sub("\ufffd", _LINE_END.sub("\n", text)))


def lines_markup(text: str) -> str:
    """The text for an element, with its line ends as breaks."""
    return text_markup(text).replace("\n", LINE_BREAK)


def rich_markup(value: RichText, language: str) -> str:
    """The blocks of a text in a page of that language. A single paragraph has no element of its own."""
    match value.blocks:
        case (Paragraph(inlines),):
            return "".join(_inlines(inlines, language))
        case blocks:
            return "".join(_blocks(blocks, language))


def _blocks(blocks: Iterable[Paragraph | ItemList], language: str) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from ("<p>", *_inlines(block.inlines, language), "</p>")
        else:
            yield from _list(block, language)


def _list(block: ItemList, language: str) -> Iterator[str]:
    is_numbered = block.marker is Marker.NUMBER
    start = f' start="{block.start}"' if block.start != 1 else ""
    yield f"<ol{start}>" if is_numbered else _LISTS[block.marker]
    for item in block.items:
        yield f"<li>{rich_markup(RichText(item.blocks), language)}</li>"
    yield "</ol>" if is_numbered else "</ul>"


def _inlines(inlines: Iterable[Inline], language: str) -> Iterator[str]:
    """The runs; neighbours in the same language, or with the same link, share an element."""
    for tag, group in groupby(inlines, key=lambda each: _language(each, language)):
        content = "".join(_links(group))
        if tag is None:
            yield content
        else:
            direction = f' dir="{"rtl" if is_right_to_left(tag) else "ltr"}"'
            turned = direction if is_right_to_left(tag) != is_right_to_left(language) else ""
            yield f'<span lang="{text_markup(tag)}"{turned}>{content}</span>'


def _language(inline: Inline, language: str) -> str | None:
    """The language of a run; None for that of the page."""
    own = inline.language if isinstance(inline, Run) else None
    tag = REGIONAL.get(own or language, own or language)
    return None if tag in (language, REGIONAL.get(language)) else tag


def _links(inlines: Iterable[Inline]) -> Iterator[str]:
    for link, group in groupby(inlines, key=lambda each: each.link if isinstance(each, Run) else None):
        content = "".join(LINE_BREAK if isinstance(each, Break) else _run(each) for each in group)
        yield f'<a href="{text_markup(link)}">{content}</a>' if link else content


def _run(run: Run) -> str:
    markup = lines_markup(run.text)
    scripts = (("sub", run.script is Script.SUBSCRIPT), ("sup", run.script is Script.SUPERSCRIPT))
    for element, applies in (*scripts, ("u", run.underline), ("em", run.italic), ("strong", run.bold)):
        markup = f"<{element}>{markup}</{element}>" if applies else markup
    return markup
