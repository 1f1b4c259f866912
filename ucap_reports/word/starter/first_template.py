"""The Word template of a shipped pack, generated from its theme: an ordinary document that Word can edit."""

import re
from html import escape
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.parts.story import StoryPart
from docx.shared import Emu
from lxml import etree

from ucap_reports.template.emblem_geometry import ALTERNATIVE_TEXT, PROPORTION
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.paper_sizes import is_landscape
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.page_setup import dress_tables
from ucap_reports.word.compile.theme_styles import style_names
from ucap_reports.word.file.element_names import NAMESPACES, WORD
from ucap_reports.word.file.word_xml import to_text
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.render.list_numbering import EMPTY
from ucap_reports.word.starter.emblem_picture import emblem_png
from ucap_reports.word.starter.starter_styles import font_table_xml, settings_xml, styles_xml
from ucap_reports.word.starter.starter_text import body_xml, emblem_width, footer_xml, header_xml

KEPT = ("styles", "settings", "numbering", "fontTable", "theme", "core-properties", "officeDocument")
"""The kinds of parts that are kept from python-docx's template; some of the others are in no schema."""
FONT_TABLE, OFFICE_THEME = "word/fontTable.xml", "word/theme/theme1.xml"
LATIN = re.compile(rb'<a:latin typeface="[^"]*"')
DECLARATIONS = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
FOOTER_HEIGHT = Length(18)
"""The height of the footer's line with the rule above it."""


def make_template(theme: Theme, *, mark: str, name: str) -> bytes:
    """The bytes of a Word template with the theme's look, and the programme's `mark` above its `name` in the header."""
    document = Document()
    _drop_parts(document)
    _replace(document.styles.element, styles_xml(theme))
    _replace(document.settings.element, settings_xml())
    _replace(document.part.numbering_part.element, parse_xml(EMPTY))
    section = document.sections[0]
    _set_margins(document, theme)
    section.different_first_page_header_footer = True
    headers = section.first_page_header, section.header
    for place, header in enumerate(headers):
        header.is_linked_to_previous = False
        emblem = _emblem(header.part, theme, 3 + place)
        _write(header.part.element, header_xml(theme, emblem, mark, name, title=place > 0))
    for footer in (section.first_page_footer, section.footer):
        footer.is_linked_to_previous = False
        _write(footer.part.element, footer_xml())
    _write(document.element.body, body_xml(theme, *(_emblem(document.part, theme, number) for number in (1, 2))))
    for story in (document.element.body, *(header.part.element for header in headers)):
        dress_tables(story, style_names(document.styles.element), theme)
    return _saved(document, theme)


def _drop_parts(document: WordDocument) -> None:
    """Remove the parts of python-docx's template that are not kept."""
    for relationships in (document.part.rels, document.part.package.rels):
        for identifier, relationship in list(relationships.items()):
            if relationship.reltype.rsplit("/", 1)[-1] not in KEPT:
                del relationships[identifier]


def _replace(root: etree._Element, other: etree._Element) -> None:
    """Replace the content of a root by that of another one."""
    for child in list(root):
        root.remove(child)
    root.extend(list(other))


def _write(story: etree._Element, xml: str) -> None:
    """Replace the content of a text; a body keeps its section."""
    section = story.find(f"{{{WORD}}}sectPr")
    _replace(story, parse_xml(f"<holder {DECLARATIONS}>{xml}</holder>"))
    if section is not None:
        story.append(section)


def _emblem(part: StoryPart, theme: Theme, number: int) -> str:
    """A run with the emblem, whose picture is added to the package."""
    width = emblem_width(theme)
    inline = part.new_pic_inline(BytesIO(emblem_png()), width.emu, round(width.emu / PROPORTION))
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")
    inline.docPr.set("id", str(number))
    inline.docPr.set("name", "Emblem")
    inline.docPr.set("descr", ALTERNATIVE_TEXT)
    return f"<w:r><w:drawing>{to_text(inline)}</w:drawing></w:r>"


def _set_margins(document: WordDocument, theme: Theme) -> None:
    """Set the page of the theme, with the emblem centred in the top margin, and the footer below the text."""
    section = document.sections[0]
    margins = theme.margins
    height = theme.style("emblem").height or margins.top
    section.page_width, section.page_height = (Emu(length.emu) for length in theme.paper)
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape(theme.paper) else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Emu(margins.top.emu), Emu(margins.bottom.emu)
    section.left_margin, section.right_margin = Emu(margins.left.emu), Emu(margins.right.emu)
    section.header_distance = Emu(Length((margins.top - height) / 2).emu)
    gap = theme.styles["footer-rule"].padding.top if "footer-rule" in theme.styles else 0
    section.footer_distance = Emu(Length(margins.bottom - FOOTER_HEIGHT - gap).emu)


def _saved(document: WordDocument, theme: Theme) -> bytes:
    """The document's bytes, which do not depend on the time, with the theme's fonts in the parts that list fonts."""
    buffer = BytesIO()
    document.save(buffer)
    parts = dict(read_package(buffer.getvalue()).parts)
    parts[FONT_TABLE] = font_table_xml(theme)
    parts[OFFICE_THEME] = LATIN.sub(
        f'<a:latin typeface="{escape(theme.fonts["text"].word)}"'.encode(), parts[OFFICE_THEME]
    )
    return write_package(compressed(name, content) for name, content in parts.items())
