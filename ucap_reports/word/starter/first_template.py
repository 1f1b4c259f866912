"""The Word template of a shipped pack, generated from its theme: an ordinary document that Word can edit.

The text, the styles and the settings are in the XML files beside this module. The look of the styles comes from the
theme, and so do the measures in the text.
"""

import re
from collections.abc import Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from string import Template
from types import MappingProxyType

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.parts.story import StoryPart
from docx.shared import Emu
from lxml import etree

from ucap_reports.template.emblem_geometry import ALTERNATIVE_TEXT, PROPORTION
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.page_setup import dress_tables, set_page
from ucap_reports.word.compile.theme_styles import apply_theme, fonts_xml, half_points, style_names, with_link_style
from ucap_reports.word.file.element_names import WORD
from ucap_reports.word.file.emblem_picture import EMBLEM_PNG
from ucap_reports.word.file.word_xml import DECLARATION, escaped, one_line, to_text
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

FOLDER = Path(__file__).parent
KEPT = ("styles", "settings", "numbering", "fontTable", "theme", "core-properties", "officeDocument")
"""The kinds of parts that are kept from python-docx's template; some of the others are in no schema."""
FONT_TABLE, OFFICE_THEME = "word/fontTable.xml", "word/theme/theme1.xml"
LATIN = re.compile(rb'<a:latin typeface="[^"]*"')
FOOTER_HEIGHT = Length(18)
"""The height of the footer's line with the rule above it."""
EMBLEM_GAP = Length.mm(3)
"""Between the emblem and the text beside it."""
TAG = Length.mm(28)
"""The width of a cell that has only a tag."""
FIRST_END = '<w:p><w:pPr><w:pStyle w:val="UCAPend"/></w:pPr></w:p>'
LATER_END = (
    '<w:p><w:pPr><w:pStyle w:val="UCAPrunningtitle"/></w:pPr>'
    '<w:r><w:t xml:space="preserve">{{ summary.running_title }}</w:t></w:r></w:p>'
)
"""The last paragraphs of headers: that of the first page has no title, since the text begins with it."""


def make_template(theme: Theme, *, mark: str, name: str) -> bytes:
    """The bytes of a Word template with the theme's look, and the programme's `mark` above its `name` in the header."""
    document = Document()
    _drop_parts(document)
    styles, body = document.styles.element, document.element.body
    size = half_points(theme.style("body").size)
    _write(styles, "styles", {"fonts": fonts_xml(theme.style("body"), theme), "size": size})
    apply_theme(styles, theme)
    with_link_style(styles, theme, follow=True)
    _write(document.settings.element, "settings")
    _clear(document.part.numbering_part.element)
    _set_margins(document, theme)
    section, measures = document.sections[0], _measures(theme)
    section.different_first_page_header_footer = True
    headers = section.first_page_header, section.header
    for number, (header, last) in enumerate(zip(headers, (FIRST_END, LATER_END), strict=True), 3):
        header.is_linked_to_previous = False
        words = {"mark": escaped(mark), "name": escaped(name), "last": last}
        emblem = _emblem(header.part, theme, number)
        _write(header.part.element, "header", measures | words | {"emblem": emblem})
    for footer in (section.first_page_footer, section.footer):
        footer.is_linked_to_previous = False
        _write(footer.part.element, "footer")
    emblems = {name: _emblem(document.part, theme, number) for number, name in enumerate(("emblem", "other_emblem"), 1)}
    _write(body, "body", measures | emblems)
    for story in (body, *(header.part.element for header in headers)):
        dress_tables(story, style_names(styles), theme)
    return _saved(document, theme)


def _drop_parts(document: WordDocument) -> None:
    """Remove the parts of python-docx's template that are not kept."""
    for relationships in (document.part.rels, document.part.package.rels):
        for identifier, relationship in list(relationships.items()):
            if relationship.reltype.rsplit("/", 1)[-1] not in KEPT:
                del relationships[identifier]


def _clear(root: etree._Element) -> None:
    """Remove the content of a root, except for the section of a body."""
    for child in list(root):
        if child.tag != f"{{{WORD}}}sectPr":
            root.remove(child)


def _write(root: etree._Element, name: str, values: Mapping[str, object] = MappingProxyType({})) -> None:
    """Replace the content of a root by that of an XML file, with these values in its placeholders."""
    _clear(root)
    root[:0] = parse_xml(Template(one_line(FOLDER / f"{name}.xml")).substitute(values))


def _measures(theme: Theme) -> dict[str, object]:
    """The widths of the tables and of their columns, and the padding of the contact panel, in twips."""
    text, padding, emblem = theme.text_width, theme.style("contact").padding, _emblem_width(theme)
    label, panel = _width(theme, "label"), emblem + 2 * EMBLEM_GAP
    beside, labels = _width(theme, "header-label") + 2 * EMBLEM_GAP, _width(theme, "contact-label") + padding.right
    tables = {
        "header": (emblem, beside, text - emblem - beside),
        "facts": (label, TAG, text - label - 2 * TAG, TAG),
        "pictures": (text / 3, text / 3, text / 3),
        "contact": (text - panel - labels, panel, labels),
        "labels": (emblem + EMBLEM_GAP, text - emblem - EMBLEM_GAP),
    }
    measures: dict[str, object] = {"text": text.twips, "values": Length(text - label).twips}
    for name, lengths in tables.items():
        widths = [Length(length).twips for length in lengths]
        measures |= {name: sum(widths)} | {f"{name}_{place}": width for place, width in enumerate(widths, 1)}
    return measures | {f"padding_{side}": getattr(padding, side).twips for side in ("top", "right", "bottom")}


def _width(theme: Theme, name: str) -> Length:
    """The width of a style, or 40 mm."""
    return (theme.style(name).width if name in theme.styles else None) or Length.mm(40)


def _emblem_width(theme: Theme) -> Length:
    """The width of the emblem: 1.5 times its height."""
    return Length((theme.style("emblem").height or Length.mm(12)) * PROPORTION)


def _emblem(part: StoryPart, theme: Theme, number: int) -> str:
    """A run with the emblem, whose picture is added to the package."""
    width = _emblem_width(theme)
    inline = part.new_pic_inline(BytesIO(EMBLEM_PNG), width.emu, round(width.emu / PROPORTION))
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")
    inline.docPr.attrib.update({"id": str(number), "name": "Emblem", "descr": ALTERNATIVE_TEXT})
    return f"<w:r><w:drawing>{to_text(inline)}</w:drawing></w:r>"


def _set_margins(document: WordDocument, theme: Theme) -> None:
    """Set the page of the theme, with the emblem centred in the top margin, and the footer below the text."""
    set_page(document.element, theme)
    section, margins = document.sections[0], theme.margins
    height = theme.style("emblem").height or margins.top
    section.header_distance = Emu(Length((margins.top - height) / 2).emu)
    gap = theme.styles["footer-rule"].padding.top if "footer-rule" in theme.styles else 0
    section.footer_distance = Emu(Length(margins.bottom - FOOTER_HEIGHT - gap).emu)


def _saved(document: WordDocument, theme: Theme) -> bytes:
    """The document's bytes, which do not depend on the time, with the theme's fonts in the parts that list fonts."""
    buffer = BytesIO()
    document.save(buffer)
    parts = read_package(buffer.getvalue())
    names = sorted({name for family in theme.fonts.values() for name in (family.word, family.word_east_asian)})
    fonts = "".join(f'<w:font w:name="{escape(name)}"><w:family w:val="swiss"/></w:font>' for name in names)
    parts[FONT_TABLE] = f'{DECLARATION}<w:fonts xmlns:w="{WORD}">{fonts}</w:fonts>'.encode()
    latin = f'<a:latin typeface="{escape(theme.fonts["text"].word)}"'
    parts[OFFICE_THEME] = LATIN.sub(latin.encode(), parts[OFFICE_THEME])
    return write_package(compressed(name, content) for name, content in parts.items())
