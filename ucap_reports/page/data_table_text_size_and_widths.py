"""The styles of tables of plans and of their headings, the widths that their columns need, and the size of their text,
which is smaller in tables that are too wide.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import edges, estimated_width
from ucap_reports.page.page_elements import natural_style, without_box
from ucap_reports.page.page_tree import ColumnNeed
from ucap_reports.template.lengths_and_colours import Length, Sides
from ucap_reports.template.theme import DrawnRule, Style, Theme
from ucap_reports.text.rich_text import DataTable, RichText

HEADING = "heading-2"
"""The style of the headings of tables."""
HEAD, CELL, TOTAL, TABLE = "data-column", "data-cell", "data-total", "data-table"
"""The styles of tables of plans, which a theme may have."""
_ROOM_FOR_ESTIMATES = 1.15
"""The factor by which words may be wider than they are estimated."""
_THIN = Length(0.5)
_LEAST_SIZE = Length(6)
"""The size of the text below which no table is set smaller."""
_LEAST_FOR_WORDS = 0.85
"""The factor below which no table is set smaller for the sake of words, which can be hyphenated."""
_PART_OF_WORD = 6
"""The width of a column of words as multiples of the size of its text, if numbers in other columns need the rest."""
_MOST_WANTED = Length.mm(90)
"""A column is not wider for the sake of a text that needs more on one line."""


class DataStyles(Struct, frozen=True):
    """The styles of a table of a plan and of its cells."""

    table: Style
    head: Style
    cell: Style
    total: Style


def data_styles(theme: Theme, text: Style) -> DataStyles:
    """Return the theme's own styles of tables of plans, or else those of the fact table; `text` is the style around."""
    styles = theme.styles
    cell = _cell_style(theme, text)
    head = styles.get(HEAD) or styles.get("column") or replace(cell, name=HEAD, bold=True)
    total = styles.get(TOTAL) or replace(cell, name=TOTAL, bold=True)
    table = styles.get(TABLE)
    if table is None:
        natural = natural_style(theme, "table", text)
        table = replace(natural, name=TABLE, space_after=Length(1.5 * cell.leading))
    return DataStyles(
        replace(table, width=None),
        replace(head, width=None, height=None),
        replace(cell, width=None, height=None),
        replace(total, width=None, height=None),
    )


def fitted_data_styles(table: DataTable, styles: DataStyles, available: float) -> DataStyles:
    """Return the styles with smaller text and padding if the columns of a table would break words or numbers.

    Words may be hyphenated, so that text is made only a little smaller for them. Numbers, amounts and dates are not
    broken as long as the smallest text can be read.
    """
    needs = column_needs(table, styles)
    narrowest = sum([need.narrowest for need in needs])
    if narrowest <= available:
        return styles
    factor = max(available / narrowest, _LEAST_FOR_WORDS)
    least = sum([need.least for need in needs])
    if least * factor > available:
        least_factor = min(_LEAST_SIZE / styles.cell.size, 1)
        factor = max(available / least, least_factor)
    return replace(
        styles,
        head=_smaller(styles.head, factor),
        cell=_smaller(styles.cell, factor),
        total=_smaller(styles.total, factor),
    )


def _smaller(style: Style, factor: float) -> Style:
    """Return a style with smaller text, and with padding that gets smaller faster, so that it has room for the text.

    Its name is its own, since Word files define the styles of a theme by their names.
    """
    padding = Sides(*[Length(side * factor**3) for side in style.padding])
    size = Length(style.size * factor)
    return replace(
        style,
        name=f"{style.name}-{size * 10:.0f}",
        size=size,
        leading=Length(style.leading * factor),
        letter_spacing=Length(style.letter_spacing * factor),
        padding=padding,
    )


def heading_style(theme: Theme) -> Style:
    """Return the style of the headings of tables: the theme's own below the title, or one between title and text."""
    own = theme.styles.get(HEADING)
    if own is not None:
        return own
    body = theme.style("body")
    title = theme.styles.get("title", body)
    return replace(
        without_box(body),
        name=HEADING,
        bold=True,
        size=Length(1.25 * body.size),
        leading=Length(1.25 * body.leading),
        colour=title.colour,
        space_before=body.leading,
        space_after=Length(0.4 * body.leading),
    )


def _cell_style(theme: Theme, text: Style) -> Style:
    """Return the theme's style of the cells of tables, or that of the text around with padding and a thin rule."""
    own = theme.styles.get(CELL) or theme.styles.get("cell")
    if own is not None:
        return own
    beside = Length.mm(2)
    above = Length.mm(1.2)
    padding = Sides(above, beside, above, beside)
    rule = DrawnRule(_THIN, text.colour, None)
    return replace(without_box(text), name=CELL, padding=padding, rule_below=rule)


def column_needs(table: DataTable, styles: DataStyles) -> tuple[ColumnNeed, ...]:
    """Return what each column of a table needs."""
    needs = []
    for index, head in enumerate(table.columns):
        cells = [(row[index], styles.cell) for row in table.rows]
        if table.totals:
            cells.append((table.totals[index], styles.total))
        is_undivided = table.names[index] in table.undivided
        needs.append(_need(head, cells, styles, is_undivided=is_undivided))
    return tuple(needs)


def _need(
    head: RichText, cells: Sequence[tuple[RichText, Style]], styles: DataStyles, *, is_undivided: bool
) -> ColumnNeed:
    """Return the widths that a column needs; each value of an undivided one is on one line."""
    least = narrowest = wanted = 0.0
    for content, style in ((head, styles.head), *cells):
        edge = edges(style)
        around = edge.left + edge.right
        for paragraph in content.paragraphs():
            is_one_word = paragraph.figure or (is_undivided and content is not head)
            words = [paragraph.text] if is_one_word else paragraph.text.split()
            word_widths = [estimated_width(word, style) * _ROOM_FOR_ESTIMATES + around for word in words]
            line_width = estimated_width(paragraph.text, style) * _ROOM_FOR_ESTIMATES + around
            longest = max([*word_widths, around])
            undivided = longest
            is_value = is_one_word and content is not head
            if not is_value:
                undivided = min(longest, _PART_OF_WORD * style.size + around)
            least = max(least, undivided)
            narrowest = max(narrowest, longest)
            wanted = max(wanted, min(line_width, _MOST_WANTED), narrowest)
    return ColumnNeed(least, narrowest, wanted)
