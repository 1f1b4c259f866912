"""The template of the web page, the pack's `summary.html` or the shipped one, filled with the markup of values."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from html.entities import html5
from importlib.resources import files
from itertools import groupby

from ucap_reports.html.web_elements import VOID
from ucap_reports.pictures.picture_facts import PictureFacts
from ucap_reports.problems import Problem
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.render_budget import Printable
from ucap_reports.template.markup.picture_references import picture_reference
from ucap_reports.template.markup.prepared_template import NO_KIND, TEXT_KIND, FilledTemplate, prepared_template
from ucap_reports.template.pack import WEB_TEMPLATE, Pack, PackFile
from ucap_reports.text.foreign_text import language_of
from ucap_reports.text.language_tags import REGIONAL, is_right_to_left
from ucap_reports.text.rich_text import Break, DataTable, Inline, ItemList, Marker, Paragraph, RichText, Run, Script

DOCTYPE = re.compile(r"\A\s*<!doctype html>", re.IGNORECASE)
_VOID_TAG = re.compile(rf"<({'|'.join(sorted(VOID))})\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)/?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*;)")


@cache
def shipped_template() -> PackFile:
    """The template for packs without one of their own."""
    return PackFile(f"(shipped)/{WEB_TEMPLATE}", files("ucap_reports.html").joinpath(WEB_TEMPLATE).read_bytes())


def web_template(pack: Pack) -> PackFile:
    """The pack's template, or the shipped one."""
    return pack.files.get(WEB_TEMPLATE) or shipped_template()


class WebXml(FilledTemplate, frozen=True):
    """A filled web template, in which `<img src="…">` may refer to one of the `pictures`."""

    pictures: Mapping[str, PictureFacts]


def attempt_fill(template: PackFile, summary: Summary) -> tuple[WebXml, tuple[Problem, ...]]:
    """The template filled as far as possible (empty if filling stopped), as XML, and the problems of its tags.

    Raises ProblemsFound for a template that cannot be compiled.
    """
    prepared = prepared_template("web-template", template, DOCTYPE)
    pictures: dict[str, PictureFacts] = {}

    def place(value: Printable, kind: str) -> str:
        if isinstance(value, PictureFacts):
            return picture_reference(value, kind, pictures, '<img src="{{ picture }}" alt="{{ picture.alt }}">')
        return rich_markup(value, summary.language) if kind == TEXT_KIND else write(value.text, kind)

    def write(text: str, kind: str) -> str:
        if kind == NO_KIND:
            return ""
        is_title = text in {summary.title, summary.full_title}  # the element <title> has text only
        if kind == TEXT_KIND and language_of(text) is not None and not is_title:
            return rich_markup(RichText.plain(text), summary.language)
        return lines_markup(text) if kind == TEXT_KIND else text_markup(text)

    filled = prepared.compiled.attempt(summary, place, write)
    return WebXml(_as_xml(filled.text or ""), template.path, prepared.start_tags, pictures), filled.problems


def _as_xml(text: str) -> str:
    """The page with void elements closed, and with characters instead of the entities that only HTML has."""
    return _ENTITY.sub(lambda found: html5.get(found[1], found[0]), _VOID_TAG.sub(_closed, text))


def _closed(void_tag: re.Match[str]) -> str:
    name, attributes = void_tag.groups()
    return f"<{name}{attributes.rstrip()}/>"


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
    if isinstance(value, DataTable):
        return "".join(_table(value, language))
    match value.blocks:
        case (Paragraph(inlines),):
            return "".join(_inlines(inlines, language))
        case blocks:
            return "".join(_blocks(blocks, language))


def _table(table: DataTable, language: str) -> Iterator[str]:
    """A table of a plan; its caption is for readers who hear the page, since a heading is above it."""
    yield f'<table class="data wide"><caption>{text_markup(table.title)}</caption><thead>'
    names = [head.text for head in table.heads]
    yield from _table_row(table.heads, language, "col", names, headers=len(names))
    yield "</thead><tbody>"
    for row in table.rows:
        yield from _table_row(row, language, "row", names)
    yield "</tbody>"
    if table.totals:
        yield "<tfoot>"
        yield from _table_row(table.totals, language, "row", names, headers=1)
        yield "</tfoot>"
    yield "</table>"


def _table_row(
    cells: Iterable[RichText], language: str, scope: str, names: Sequence[str], headers: int = 0
) -> Iterator[str]:
    """A row whose first cells are headers; the others have the names of their columns for narrow screens."""
    yield "<tr>"
    for index, cell in enumerate(cells):
        name, attributes = "th", f' scope="{scope}"'
        if index >= headers:
            name, attributes = "td", f' data-column="{text_markup(names[index])}"'
        if any(paragraph.figure for paragraph in cell.paragraphs()):
            attributes += ' class="figure"'
        yield f"<{name}{attributes}>{rich_markup(cell, language)}</{name}>"
    yield "</tr>"


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
