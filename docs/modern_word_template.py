"""The Word template of the pack `modern`: a band, a table of cards, and the text in two columns."""

from docx.oxml import parse_xml

from docs.template_pieces import CUSTOM, NOWHERE, TITLE, Element, end_of, section, style_identifier
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.page_setup import dress_tables
from ucap_reports.word.compile.theme_styles import PREFIX, apply_theme, style_names
from ucap_reports.word.file.element_names import NAMESPACES, WORD, qualified
from ucap_reports.word.file.word_xml import read_xml, to_bytes
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
PARAGRAPHS = ("kicker", "card-head", "card", "card-figure", "text")
TAG = Length.mm(22)
"""The width of a cell that has only a tag."""
GAP = Length.mm(8)
"""The space between the columns of text."""
PICTURES = 4
"""The number of paragraphs and tables for rows of pictures in the generated template."""
IN_COLUMNS = (
    *("{%p for picture in summary.all_pictures %}", '{{p picture|width("80 mm") }}'),
    *("{{p picture.caption }}", "{{p picture.credit }}", "{%p endfor %}"),
)
"""The pictures in the columns of text."""
HEAD = (
    '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"'
    ' w:noHBand="0" w:noVBand="0"/>'
)
"""The first row and the first column have the headings of the table."""


def cards_and_columns(template: bytes, theme: Theme) -> bytes:
    """The template with a band in place of the title, cards in place of the fact table, and text in columns."""
    parts = read_package(template)
    styles, document = read_xml(parts[STYLES]), read_xml(parts[DOCUMENT])
    styles.extend([*map(_paragraph_style, PARAGRAPHS), _heading_style(), _table_style("band")])
    apply_theme(styles, theme)
    body: Element = document[0]
    facts, *_ = body.iter(qualified("w:tbl"))
    last = body.find("w:sectPr", NAMESPACES)
    for title in list(facts.itersiblings(preceding=True)):
        body.remove(title)
    for each in (_band(theme), _paragraph("contact-gap"), _cards(theme), end_of(section(last, first=True))):
        facts.addprevious(_element(each))
    for text in ("{%p for row in summary.rows %}", "{%p if row.shared %}"):
        facts.addprevious(_element(_paragraph("text", text)))
    facts.addprevious(_element(_paragraph("heading-2", "{{p row.label }}")))
    for text in ("{{p row.cells[0] }}", "{%p endif %}", "{%p endfor %}"):
        facts.addprevious(_element(_paragraph("text", text)))
    for picture in list(facts.itersiblings())[:PICTURES]:
        body.remove(picture)
    for text in IN_COLUMNS:
        kept = "<w:keepNext/>" if text in IN_COLUMNS[1:3] else ""
        facts.addprevious(_element(_paragraph("caption", text, kept)))
    facts.addprevious(facts.getnext())  # an empty paragraph, without which LibreOffice does not balance the columns
    body.replace(facts, _element(end_of(section(last, 2, GAP))))
    body.replace(last, _element(section(last)))
    dress_tables(document, style_names(styles), theme)
    parts |= {STYLES: to_bytes(styles), DOCUMENT: to_bytes(document)}
    return write_package(compressed(name, part) for name, part in parts.items())


def _band(theme: Theme) -> str:
    """The band, whose table the product extends to the edges of the paper."""
    cell = _cell(theme.text_width, _paragraph("kicker", TITLE) + _paragraph("title", "{{ summary.names }}"))
    return _table("band", [theme.text_width], f"<w:tr>{cell}</w:tr>")


def _cards(theme: Theme) -> str:
    """The table of cards: a column of labels, and one for each city."""
    label = theme.style("label").width or Length(0)
    value = Length(theme.text_width - label - 2 * TAG)

    def row(style: str, head: str, loop: str, printed: str, more: str = "") -> str:
        cells = _cell(label, _paragraph("label", head)) + _cell(TAG, _paragraph(style, f"{{%tc for {loop} %}}"))
        cells += _cell(value, _paragraph(style, printed)) + _cell(TAG, _paragraph(style, "{%tc endfor %}"))
        return f"<w:tr>{more}{cells}</w:tr>"

    def tag(text: str) -> str:
        return f"<w:tr>{_cell(theme.text_width, _paragraph('card', text), 4)}</w:tr>"

    def head(style: str) -> str:
        repeated = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        return row(style, "{{p summary.column_label }}", "head in summary.heads", "{{p head }}", repeated)

    def facts(style: str) -> str:
        return row(style, "{{p row.label }}", "cell in row.cells", "{{p cell }}")

    rows = [
        *(tag("{%tr if summary.large_names %}"), head("city"), tag("{%tr else %}"), head("card-head")),
        *(tag("{%tr endif %}"), tag("{%tr for row in summary.rows %}"), tag("{%tr if not row.shared %}")),
        *(tag('{%tr if summary.large_names and row.key == "population" %}'), facts("card-figure")),
        *(tag("{%tr else %}"), facts("card"), tag("{%tr endif %}"), tag("{%tr endif %}"), tag("{%tr endfor %}")),
    ]
    return _table("table", [label, TAG, value, TAG], "".join(rows), HEAD)


def _element(xml: str) -> Element:
    (only,) = parse_xml(f'<holder xmlns:w="{WORD}">{xml}</holder>')
    return only


def _paragraph(style: str, text: str = "", properties: str = "") -> str:
    identifier = "Heading2" if style == "heading-2" else style_identifier(style)
    run = f'<w:r><w:t xml:space="preserve">{text.replace("&", "&amp;")}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{identifier}"/>{properties}</w:pPr>{run}</w:p>'


def _cell(width: Length, content: str, span: int = 1) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width.twips}" w:type="dxa"/>{spanned}</w:tcPr>{content}</w:tc>'


def _table(style: str, widths: list[Length], rows: str, look: str = "") -> str:
    total, grid = sum(width.twips for width in widths), "".join(f'<w:gridCol w:w="{each.twips}"/>' for each in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style_identifier(style)}"/><w:tblW w:w="{total}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _paragraph_style(name: str) -> Element:
    kept = "<w:pPr><w:keepNext/></w:pPr>" if name == "card-head" else ""
    return _element(
        f'<w:style w:type="paragraph"{CUSTOM} w:styleId="{style_identifier(name)}"><w:name w:val="{PREFIX}{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/>{kept}<w:rPr/></w:style>'
    )


def _heading_style() -> Element:
    return _element(
        '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/>'
        f'<w:aliases w:val="{PREFIX}heading-2"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:keepNext/><w:outlineLvl w:val="1"/></w:pPr><w:rPr/></w:style>'
    )


def _table_style(name: str) -> Element:
    return _element(
        f'<w:style w:type="table"{CUSTOM} w:styleId="{style_identifier(name)}"><w:name w:val="{PREFIX}{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr>{NOWHERE}</w:tblPr></w:style>'
    )
