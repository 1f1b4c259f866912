"""The Word template of the pack glance: the body of a generated template, replaced by a band, cards, bars and texts."""

from collections.abc import Iterable, Sequence
from html import escape

from lxml import etree

from docs.template_pieces import CUSTOM, NOWHERE, TITLE, Element, end_of, section, style_identifier
from ucap_reports.template.lengths_and_colours import Colour, Length
from ucap_reports.template.theme import DrawnRule, Theme
from ucap_reports.word.compile.page_setup import dress_tables
from ucap_reports.word.compile.theme_styles import PREFIX, apply_theme, style_names
from ucap_reports.word.file.element_names import qualified
from ucap_reports.word.file.word_xml import elements, read_xml, to_bytes
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
FIRST_HEADER, LATER_HEADER = "word/header1.xml", "word/header2.xml"
PARAGRAPHS = (
    *("band-start", "band-end", "band-text", "card-name", "card-fact", "figure", "figure-small", "bar-line"),
    *("band-label", "text-heading", "text", "tiles", "foot-room"),
)
TABLES = ("band", "card", "texts")
HEADING = '<w:outlineLvl w:val="1"/>'
THEMES = '{{ row.cells[0].text.splitlines()|join(" · ") }}'
BAR = "{{ city.population|bar(largest, city.name) }}"
FROM_THE_LEFT = '{% if summary.direction == "rtl" %}\u200e{% endif %}'
"""Keeps the words of a number in their order on a line from the right."""
SETTINGS = (
    "lines = (summary.column_count + 3) // 4",
    "across = (summary.column_count + lines - 1) // lines",
    'turned = summary.rows|selectattr("is_city")|list',
    'photos = [] if turned else summary.cities|map(attribute="picture")|select|list',
    "in_cards = photos|length == summary.column_count",
    'known = summary.cities|selectattr("population")|list',
    'largest = known|map(attribute="population")|max',
)
TEXTS = 'row in summary.rows if row.shared and row.key not in ["period", "themes"]'
COLUMNS, GAP = 3, Length.mm(7)
"""The columns of text, and the space between them."""
AT_TOP = (
    '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:bottomFromText="{below}" w:vertAnchor="page"'
    ' w:horzAnchor="page" w:tblpXSpec="left" w:tblpYSpec="top"/><w:tblOverlap w:val="never"/>'
)
"""The position of a table at the upper left corner of the paper (ECMA-376, 17.4.57)."""
CARD_GAP = DrawnRule(Length(12), Colour("FFFFFF"), None)
"""The space between two cards: the widest border in Word."""


def glance(template: bytes, theme: Theme) -> bytes:
    """The generated template with the body of the pack; the first page has no header, since the band is there."""
    parts = read_package(template)
    styles, document, header, later = (read_xml(parts[name]) for name in (STYLES, DOCUMENT, FIRST_HEADER, LATER_HEADER))
    styles.extend([*map(_paragraph_style, PARAGRAPHS), *map(_table_style, TABLES)])
    apply_theme(styles, theme)
    (body,) = document
    (contact,) = (each for each in body.findall(qualified("w:tbl")) if _style_of(each) == style_identifier("contact"))
    last = body.find(qualified("w:sectPr"))
    _empty(body)
    body.extend(elements("".join(_body(theme, last))))
    body.extend([contact, *elements(_paragraph("foot-room") + section(last))])
    dress_tables(document, style_names(styles), theme)
    _empty(header)
    (_, _, *brand), (title,) = later.iter(qualified("w:tc")), later.findall(qualified("w:p"))
    _empty(brand[0], keep=1)
    brand[0].append(title)
    for each in (header, later):
        each.extend(elements(_paragraph("end")))
    changed = {STYLES: styles, DOCUMENT: document, FIRST_HEADER: header, LATER_HEADER: later}
    parts |= {name: to_bytes(root) for name, root in changed.items()}
    return write_package(compressed(name, part) for name, part in parts.items())


def _style_of(table: etree._Element) -> str | None:
    style = table.find(f"{qualified('w:tblPr')}/{qualified('w:tblStyle')}")
    return None if style is None else style.get(qualified("w:val"))


def _empty(element: etree._Element, keep: int = 0) -> None:
    """Remove the children after the first ones that are kept."""
    for child in list(element)[keep:]:
        element.remove(child)


def _paragraph_style(name: str) -> etree._Element:
    (style,) = elements(
        f'<w:style w:type="paragraph"{CUSTOM} w:styleId="{style_identifier(name)}"><w:name w:val="{PREFIX}{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr/><w:rPr/></w:style>'
    )
    return style


def _table_style(name: str) -> etree._Element:
    (style,) = elements(
        f'<w:style w:type="table"{CUSTOM} w:styleId="{style_identifier(name)}"><w:name w:val="{PREFIX}{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr>{NOWHERE}</w:tblPr></w:style>'
    )
    return style


def _body(theme: Theme, last: Element) -> Iterable[str]:
    """The paragraphs and tables before the contact; `last` are the properties of the section with the contact."""
    gap = _paragraph("contact-gap")
    yield from (_band(theme), _paragraph("end"))
    yield from (_tag(f"set {each}") for each in SETTINGS)
    yield _tag("if turned")
    yield _facts(theme)
    yield _tag("else")
    yield _tag("for group in range(summary.column_count)|batch(across)")
    yield _cards(theme)
    yield from (_tag("if not loop.last"), gap, _tag("endif"), _tag("endfor"), _tag("endif"))
    yield from (_tag("if known|length > 1"), gap, _tag("for city in known"), _bar(theme), _tag("endfor"), _tag("endif"))
    yield from (gap, end_of(section(last, first=True)), *_texts(theme))
    # LibreOffice does not balance columns whose last paragraph is kept with others: an empty one is last.
    yield from (gap, end_of(section(last, COLUMNS, GAP)))
    yield _tag("for group in (summary.pictures if in_cards else summary.all_pictures)|batch(3)")
    yield from (_pictures(theme), gap, _tag("endfor"))


def _band(theme: Theme) -> str:
    """The band across the width of the paper: the form and the period, and below them the names of the cities and the
    themes. Its rows are not a table in a cell, below which LibreOffice moves tracked changes to other words.
    """
    style, period, margin = theme.style("band"), theme.style("band-end").width or Length(0), theme.margins.right
    content = [
        _paragraph("band-label", _run("{{p summary.column_label }}")),
        _paragraph("title", _run("{{ summary.names or summary.title }}")),
        *_if_row("themes", "band-text", THEMES),
    ]
    title, end = [_paragraph("band-start", _run(TITLE))], _if_row("period", "band-end", "{{r row.cells[0] }}")
    side = [_paragraph("band-start")]  # columns, since the margins of cells are not mirrored
    widths = margin, Length(theme.text_width - period), period, margin
    edge, none = _margins(top=theme.margins.top, bottom=Length(0)), _margins(top=Length(0))
    upper = [_cell(width, each, edge) for width, each in zip(widths, (side, title, end, side), strict=True)]
    across, beside = _cell(theme.text_width, content, f'<w:gridSpan w:val="2"/>{none}'), _cell(margin, side, none)
    rest = (style.height or 0) - theme.style("band-start").leading
    height = f'<w:trHeight w:val="{Length(rest).twips}" w:hRule="atLeast"/>'
    rows = _row("<w:tblHeader/>", upper), _row(height, (beside, across, beside))
    place = AT_TOP.format(below=style.space_after.twips)
    return _table_of_rows("band", widths, rows, place, _border("bottom", style.rule_below))


def _margins(**sides: Length) -> str:
    edges = "".join(f'<w:{side} w:w="{length.twips}" w:type="dxa"/>' for side, length in sides.items())
    return f"<w:tcMar>{edges}</w:tcMar>"


def _facts(theme: Theme) -> str:
    """The table of more cities than cards: a row for each city."""
    width = Length(theme.text_width / 4)

    def row(style: str, loop: str, *values: str, properties: str = "") -> str:
        texts = [values[0], f"{{%tc for {loop} %}}", values[1], "{%tc endfor %}"]
        return _row(properties, (_cell(width, [_paragraph(style, _run(each))]) for each in texts))

    def statement(tag: str) -> str:
        span = '<w:gridSpan w:val="4"/>'
        return f"<w:tr>{_cell(theme.text_width, [_paragraph('cell', _run(tag))], span)}</w:tr>"

    head = row(
        "column", "head in summary.heads", "{{p summary.column_label }}", "{{p head }}", properties="<w:tblHeader/>"
    )
    own = row("cell", "cell in row.cells", "{{p row.label }}", "{{p cell }}")
    rows = [head, statement("{%tr for row in summary.rows if row.is_city %}"), own, statement("{%tr endfor %}")]
    return _table_of_rows("table", [width] * 4, rows)


def _cards(theme: Theme) -> str:
    """The cards of one row, with white borders between them."""
    figure = "{{p row.cells[place] }}"
    fact = _run("{{r row.label }} ", "<w:b/>") + _run("{{r row.cells[place] }}")
    width = '"74 mm" if across < 3 else "45 mm" if across == 3 else "31 mm"'
    card = [
        _tag("if in_cards"),
        *_picture("photos[place]", width),
        _tag("endif"),
        _paragraph("card-name", _run("{{p summary.heads[place] }}"), HEADING),
        _tag("for row in summary.rows if not row.shared"),
        _tag('if row.key == "population"'),
        _tag("if across < 3"),
        _paragraph("figure", _run(figure)),
        _tag("else"),
        _paragraph("figure-small", _run(figure)),
        _tag("endif"),
        _paragraph("card-fact", _run("{{p row.label }}")),
        _tag("else"),
        _paragraph("card-fact", fact),
        _tag("endif"),
        _tag("endfor"),
    ]
    border = _border("insideV", CARD_GAP)
    return _table("card", _loop(theme, "place in group", card), borders=border, row="<w:cantSplit/>")


def _picture(picture: str, width: str) -> list[str]:
    """A picture, with its caption and its credit below it."""
    values = f"{picture}|width({width})", f"{picture}.caption", f"{picture}.credit"
    return [_paragraph("caption", _run(f"{{{{p {value} }}}}")) for value in values]


def _pictures(theme: Theme) -> str:
    """Up to three pictures beside each other."""
    return _table("texts", _loop(theme, "picture in group", _picture("picture", '"53 mm"')), row="<w:cantSplit/>")


def _texts(theme: Theme) -> Iterable[str]:
    """The text of each row after its label with a rule below it; before that of the topics, the tiles of the goals."""
    heading = theme.style("heading-2")
    rule = f"<w:keepNext/><w:pBdr>{_border('bottom', heading.rule_below, heading.padding.bottom)}</w:pBdr>"
    yield _tag(f"for {TEXTS}")
    yield _paragraph("text-heading", _run("{{p row.label }}"), rule + HEADING)
    yield _tag('if row.key == "topics" and summary.goals')
    yield _paragraph("tiles", _run("{% for goal in summary.goals %}{{ goal|tile }} {% endfor %}"))
    yield from (_tag("endif"), _paragraph("text", _run("{{p row.cells[0] }}")), _tag("endfor"))


def _loop(theme: Theme, loop: str, content: Iterable[str]) -> list[tuple[Length, str]]:
    """A cell for each item of a loop, between those of its tags, with their widths."""
    width = Length(theme.text_width / 3)
    first, last = ([_paragraph("text", _run(tag))] for tag in (f"{{%tc for {loop} %}}", "{%tc endfor %}"))
    return [(width, _cell(width, each)) for each in (first, content, last)]


def _bar(theme: Theme) -> str:
    """The line of a city: its name, the bar, and its population."""
    start = Length((theme.style("bar-name").width or Length(0)) + theme.style("bar-line").gap)
    tab = f'<w:keepNext/><w:tabs><w:tab w:val="left" w:pos="{start.twips}"/></w:tabs>'
    runs = (
        _run("{{ city.name }}"),
        "<w:r><w:tab/></w:r>",
        _run(BAR),
        _run(f" {FROM_THE_LEFT}{{{{ city.population_text }}}}"),
    )
    return _paragraph("bar-line", "".join(runs), tab)


def _if_row(key: str, style: str, value: str) -> list[str]:
    """The label and the value of a row in the band, if the summary has it."""
    paragraph = _paragraph(style, _run("{{r row.label }} ", "<w:b/>") + _run(value))
    return [_tag(f'for row in summary.rows if row.key == "{key}"', style), paragraph, _tag("endfor", style)]


def _tag(statement: str, style: str = "text") -> str:
    """A paragraph with a statement; documents do not contain it."""
    return _paragraph(style, _run(f"{{%p {statement} %}}"))


def _run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def _paragraph(style: str, content: str = "", properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style_identifier(style)}"/>{properties}</w:pPr>{content}</w:p>'


def _cell(width: Length, content: Iterable[str], properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width.twips}" w:type="dxa"/>{properties}</w:tcPr>{"".join(content)}</w:tc>'


def _border(side: str, rule: DrawnRule | None, space: float = 0) -> str:
    if rule is None:
        return ""
    width = f'w:sz="{round(rule.width * 8)}" w:space="{round(space)}"'
    return f'<w:{side} w:val="single" {width} w:color="{rule.colour.hex}"/>'


def _table(style: str, cells: Sequence[tuple[Length, str]], borders: str = "", row: str = "") -> str:
    """A table of one row, from its cells with their widths."""
    return _table_of_rows(style, [width for width, _ in cells], [_row(row, [cell for _, cell in cells])], "", borders)


def _row(properties: str, cells: Iterable[str]) -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _table_of_rows(
    style: str, widths: Sequence[Length], rows: Iterable[str], place: str = "", borders: str = ""
) -> str:
    grid = "".join(f'<w:gridCol w:w="{width.twips}"/>' for width in widths)
    around = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    properties = (
        f'<w:tblStyle w:val="{style_identifier(style)}"/>{place}'
        f'<w:tblW w:w="{sum(width.twips for width in widths)}" w:type="dxa"/>{around}<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0000" w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0"'
        ' w:noVBand="0"/>'
    )
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
