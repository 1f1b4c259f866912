"""The text of a generated Word template: its tags, and the tables, cells and paragraphs around them."""

from collections.abc import Iterable, Sequence

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.measures import NO_SIDES, Sides
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.theme_styles import sides_xml
from ucap_reports.word.file.word_xml import escaped
from ucap_reports.word.starter.starter_styles import style_identifier

LABEL = "{{ label.text|language(label.language) }}"
FIRST_LABEL = f"{{% for label in summary.programme_label[:1] %}}{LABEL}{{% endfor %}}"
TITLE = (
    "{{ summary.title }}"
    "{% if summary.status_text %}\u00a0·\u00a0{{ summary.status_text|language(summary.label_language) }}{% endif %}"
)
CITIES = "{{ summary.names }}{% if summary.as_of %} · {{ summary.as_of|language(summary.label_language) }}{% endif %}"
LEAD = "{{ summary.contact.lead|language(summary.label_language) }}"
OFFICE = (
    "{{ summary.contact.office }}"
    "{% if summary.contact.office and summary.contact.email %} {% endif %}"
    "{{ summary.contact.email|link }}"
)
PICTURE_WIDTHS = "52 mm", "80 mm"
"""The widths of pictures in a row of three, and in a shorter one."""
EMBLEM_GAP = Length.mm(3)
"""Between the emblem and the text beside it."""
NO_SPLIT = "<w:cantSplit/>"
REPEATED = "<w:tblHeader/>"


def header_xml(theme: Theme, emblem: str, mark: str, name: str, *, title: bool) -> str:
    """The header: the emblem, the programme label beside it, the programme's mark at the right, and with `title` the
    title with the names of the cities below.
    """
    widths = _widths(theme, emblem_width(theme), Length(_width(theme, "header-label") + 2 * EMBLEM_GAP))
    beside = NO_SIDES._replace(left=EMBLEM_GAP, right=EMBLEM_GAP)
    cells = [
        _cell(widths[0], [_paragraph("emblem", emblem)], NO_SIDES, align="center"),
        _cell(widths[1], [_paragraph("emblem-label", _run(FIRST_LABEL))], beside, align="center"),
        _cell(widths[2], [_paragraph("brand", _run(mark)), _paragraph("brand-name", _run(name))], align="center"),
    ]
    last = _paragraph("running-title", _run("{{ summary.running_title }}")) if title else _paragraph("end")
    return _table("header", widths, [_row(cells, NO_SPLIT)]) + last


def footer_xml() -> str:
    """The footer: the cities and the date of the content, and the page number and number of pages at the right."""
    number = [_field("PAGE", "1"), _run(" / "), _field("NUMPAGES", "2")]
    return _paragraph("footer", "".join([_run(CITIES), "<w:r><w:tab/></w:r>", *number]))


def body_xml(theme: Theme, emblem: str, other_emblem: str) -> str:
    """The title, the fact table, and at the end the contact panel or, without a contact, the programme labels."""
    title = [_paragraph("title", _run(TITLE)), _paragraph("title-rule")]
    gap, end = _paragraph("contact-gap"), _paragraph("end")
    panels = [
        _paragraph("contact-text", _run("{%p if summary.contact %}")),
        _contact(theme, emblem),
        _paragraph("contact-text", _run("{%p elif summary.programme_label[1:] %}")),
        _labels_alone(theme, other_emblem),
        _paragraph("contact-text", _run("{%p endif %}")),
    ]
    return "".join([*title, _facts(theme), *_pictures(theme), gap, *panels, end])


def _facts(theme: Theme) -> str:
    """The fact table: a column of labels, and one for each column of the summary; shared rows have one cell for all.

    The first row has large names of cities, or else the second one the heads of the columns.
    """
    label, rest = _width(theme, "label"), Length(theme.text_width - _width(theme, "label"))
    side = Length.mm(28)
    widths = [label, side, Length(rest - 2 * side), side]

    def row(style: str, head: tuple[str, str], loop: str, value: str, more: str = "") -> str:
        texts = [head, (style, f"{{%tc for {loop} %}}"), (style, value), (style, "{%tc endfor %}")]
        cells = [_cell(width, [_paragraph(*_tagged(text))]) for width, text in zip(widths, texts, strict=True)]
        return _row(cells, more)

    shared = [
        _cell(label, [_paragraph(*_tagged(("label", "{{p row.label }}")))]),
        _cell(rest, [_paragraph("cell", _run("{% colspan summary.column_count %}{{p row.cells[0] }}"))], span=3),
    ]

    def statement(tag: str) -> str:
        return _row([_cell(theme.text_width, [_paragraph("cell", _run(tag))], span=4)])

    def heads(style: str) -> str:
        label = ("column", "{{p summary.column_label }}")
        return row(style, label, "head in summary.heads", "{{p head }}", NO_SPLIT + REPEATED)

    rows = [
        statement("{%tr if summary.large_names %}"),
        heads("city"),
        statement("{%tr else %}"),
        heads("column"),
        statement("{%tr endif %}"),
        statement("{%tr for row in summary.rows %}"),
        statement("{%tr if row.shared %}"),
        _row(shared),
        statement("{%tr else %}"),
        row("cell", ("label", "{{p row.label }}"), "cell in row.cells", "{{p cell }}"),
        statement("{%tr endif %}"),
        statement("{%tr endfor %}"),
    ]
    return _table("table", widths, rows, first_row=True)


def _pictures(theme: Theme) -> Iterable[str]:
    """The pictures, up to three beside each other, each with its caption and its credit below it."""
    narrow, wide = PICTURE_WIDTHS
    picture = f'{{{{p picture|width("{narrow}" if row[2:] else "{wide}") }}}}'
    loop, end, beside = "{%tc for picture in row %}", "{%tc endfor %}", NO_SIDES._replace(right=Length.mm(5))
    texts = ([loop], [picture, "{{p picture.caption }}", "{{p picture.credit }}"], [end])
    width = Length(theme.text_width / len(texts))
    cells = [_cell(width, [_paragraph("caption", _run(each)) for each in text], beside) for text in texts]
    yield _paragraph("caption", _run("{%p for row in summary.picture_rows %}"))
    yield _paragraph("contact-gap")
    yield _table("labels", [width] * len(texts), [_row(cells, NO_SPLIT)])
    yield _paragraph("caption", _run("{%p endfor %}"))


def _contact(theme: Theme, emblem: str) -> str:
    """The contact panel: the contact, the emblem, and the programme label in each of its languages, centred vertically;
    it is never split.
    """
    padding = theme.style("contact").padding
    picture = Length(emblem_width(theme) + 2 * EMBLEM_GAP)
    label = Length(_width(theme, "contact-label") + padding.right)
    widths = [Length(theme.text_width - picture - label), picture, label]
    apart, beside = padding._replace(left=EMBLEM_GAP, right=EMBLEM_GAP), padding._replace(left=Length(0))
    texts = [
        *_if("summary.contact.lead", "contact-lead", LEAD),
        *_if("summary.contact.office or summary.contact.email", "contact-text", OFFICE),
        *_if("summary.contact.phone", "contact-text", "{{ summary.contact.phone }}"),
        *_if("summary.contact.website", "contact-text", "{{ summary.contact.website|link }}"),
        *_if("summary.contact.address", "contact-text", "{{ summary.contact.address }}"),
    ]
    cells = [
        _cell(widths[0], texts, align="center"),
        _cell(widths[1], [_paragraph("emblem", emblem)], apart, align="center"),
        _cell(widths[2], _labels(), beside, align="center"),
    ]
    return _table("contact", widths, [_row(cells, NO_SPLIT)])


def _labels_alone(theme: Theme, emblem: str) -> str:
    """The emblem and the programme label in each of its languages, from the left."""
    widths = _widths(theme, Length(emblem_width(theme) + EMBLEM_GAP))
    cells = [
        _cell(widths[0], [_paragraph("emblem", emblem)], align="center"),
        _cell(widths[1], _labels(), align="center"),
    ]
    return _table("labels", widths, [_row(cells, NO_SPLIT)])


def _labels() -> Iterable[str]:
    """The programme label, with a paragraph for each language."""
    texts = ("{%p for label in summary.programme_label %}", LABEL, "{%p endfor %}")
    return (_paragraph("emblem-label", _run(text)) for text in texts)


def emblem_width(theme: Theme) -> Length:
    """The width of the emblem: 1.5 times its height."""
    return Length((theme.style("emblem").height or Length.mm(12)) * 1.5)


def _if(condition: str, style: str, text: str) -> Iterable[str]:
    """A paragraph under a condition."""
    return (_paragraph(style, _run(each)) for each in (f"{{%p if {condition} %}}", text, "{%p endif %}"))


def _tagged(text: tuple[str, str]) -> tuple[str, str]:
    style, tag = text
    return style, _run(tag)


def _width(theme: Theme, name: str) -> Length:
    """The width of a style, or 40 mm."""
    own = theme.style(name).width if name in theme.styles else None
    return own or Length.mm(40)


def _widths(theme: Theme, *first: Length) -> list[Length]:
    """The widths of a table as wide as the text; the last column has the remaining width."""
    return [*first, Length(theme.text_width - sum(first))]


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'


def _paragraph(style: str, content: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style_identifier(style)}"/></w:pPr>{content}</w:p>'


def _field(instruction: str, shown: str) -> str:
    """A field, and the text until Word updates it."""
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    code = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return f"{marks['begin']}{code}{marks['separate']}{_run(shown)}{marks['end']}"


def _cell(
    width: Length,
    paragraphs: Iterable[str],
    inset: Sides | None = None,
    *,
    span: int = 1,
    align: str = "top",
) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    margins = "" if inset is None else f"<w:tcMar>{sides_xml(inset)}</w:tcMar>"
    properties = f'<w:tcW w:w="{width.twips}" w:type="dxa"/>{spanned}{margins}<w:vAlign w:val="{align}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def _row(cells: Iterable[str], properties: str = "") -> str:
    wrapped = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return f"<w:tr>{wrapped}{''.join(cells)}</w:tr>"


def _table(style: str, widths: Sequence[Length], rows: Iterable[str], *, first_row: bool = False) -> str:
    head = int(first_row)
    properties = (
        f'<w:tblStyle w:val="{style_identifier(style)}"/>'
        f'<w:tblW w:w="{sum(width.twips for width in widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"00A0" if head else "0000"}" w:firstRow="{head}" w:lastRow="0" w:firstColumn="{head}"'
        ' w:lastColumn="0" w:noHBand="0" w:noVBand="0"/>'
    )
    grid = "".join(f'<w:gridCol w:w="{width.twips}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
