"""The values of fields as they are printed: places, numbers, dates, goals, activities, tables, and custom fields."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.amounts_and_dates import Money, Quantity
from ucap_reports.plan.custom_values import (
    Number,
    PartialDate,
    TableRows,
    column_total,
    is_summed,
    most_decimals,
    with_decimals,
)
from ucap_reports.plan.field_descriptions import FIGURES, Field, FieldType
from ucap_reports.plan.field_types import AgendaTopic, Country
from ucap_reports.plan.goals import Goal
from ucap_reports.plan.placeholders import is_unknown
from ucap_reports.plan.plan_model import Activity, City, Focus, Plan
from ucap_reports.summary.pack_words import PackWords
from ucap_reports.text.capitals_and_punctuation import colon, comma, without_colon
from ucap_reports.text.language_tags import like
from ucap_reports.text.links import with_links
from ucap_reports.text.rich_text import DataTable, ItemList, ListItem, Marker, Paragraph, RichText, Run, plain_run

_NO_VALUE = "\N{EN DASH}"
"""What the cell of a table prints if its value is unknown."""


def printed_cell(row: Field, owner: Plan | City, words: PackWords) -> RichText:
    """Return the content of a cell of a row; empty if nothing is known.

    `owner` is the city of the column, or the plan if the row has one cell for all columns.
    """
    values = [owner.value(field) for field in words.pack.fields.printed_by(row.key)]
    if row.type is FieldType.PLACE:
        return RichText.joined((name for value in values for name in _names(value, words)), comma(words.document))
    if row.type is FieldType.TOPICS:
        return _lines([topic for value in values for topic in _topics(value, words)])
    value = values[0]
    if row.type is FieldType.AREA and value is not None and words.has_unit_in_label(row.key):
        value = value.without_unit
    return printed_value(row, value, words)


def printed_value(field: Field, value: Any, words: PackWords) -> RichText:
    """Return the value of a field as it is printed; empty if it is unknown."""
    if field.is_custom:
        return _custom(field, value, words)
    match field.type:
        case FieldType.COUNTRIES:
            return RichText.joined(_names(value, words), comma(words.document))
        case FieldType.LINES if field.plural:
            return RichText.joined(_names(value, words), comma(words.document))
        case FieldType.SOURCES:
            return _lines([RichText((Paragraph(tuple(with_links(Run(line)))),)) for line in value])
        case FieldType.LINES | FieldType.THEMES:
            return _lines([RichText.plain(line) for line in value if not is_unknown(line)])
        case FieldType.POPULATION:
            return _population(value, words)
        case FieldType.AREA:
            return _area(value, words)
        case FieldType.DATE if isinstance(value, date):
            return RichText.plain(words.formats.date(value))
        case FieldType.GOALS | FieldType.AGENDA:
            return _lines(_topics(value, words))
        case FieldType.FOCUS if not isinstance(value, RichText):
            return _focus(value, colon(words.document))
        case FieldType.ACTIVITIES if not isinstance(value, RichText):
            return _activities(value, colon(words.document))
        case _:
            return value if isinstance(value, RichText) else RichText.plain(value or "")


def _names(values: Sequence[str | Country], words: PackWords) -> Sequence[str]:
    """Return the regions or countries that the cities of a group are in, each once; for unknown ones, the text of the
    pack.
    """
    names = []
    for value in values:
        text = value.text if isinstance(value, Country) else value
        names.append(words.unknown_name if is_unknown(text) else text)
    return list(dict.fromkeys(names))


def _lines(texts: Sequence[RichText]) -> RichText:
    """Return one text as it is, several as a list without markers."""
    lines = [text for text in texts if text]
    if len(lines) <= 1:
        return lines[0] if lines else RichText()
    return RichText((ItemList(Marker.NONE, tuple(ListItem(line.blocks) for line in lines)),))


def _topics(topics: Sequence[Goal | AgendaTopic], words: PackWords) -> list[RichText]:
    """Return goals with their own wording or official title, and partnerships as they are written."""
    lines = []
    for topic in topics:
        if isinstance(topic, AgendaTopic):
            lines.append(RichText.plain(topic.wording))
        elif topic.wording:
            lines.append(RichText.joined((f"SDG {topic.number}", topic.wording), " "))
        else:
            lines.append(_goal(topic.number, words))
    return lines


def _goal(number: int, words: PackWords) -> RichText:
    """Return a goal with its official title, tagged with the language of the title."""
    title = plain_run(words.formats.goal(number))
    return RichText((Paragraph((replace(title, text=f"SDG {number} {title.text}"),)),))


def _custom(field: Field, value: Any, words: PackWords) -> RichText:
    """Return the value of a custom field, whose type may be another one in the pack that prints the plan."""
    match value:
        case None:
            return RichText()
        case RichText():
            return value
        case date():
            return RichText.plain(words.formats.date(value))
        case Number():
            return RichText.plain(_number(field, value, words))
        case Money(amount=Decimal() as amount, text=None):
            return RichText.plain(words.formats.money(amount, value.currency, value.decimals))
        case Money():
            return RichText.plain(value.text or "")
        case PartialDate():
            return RichText.plain(words.formats.month(value.year, value.month))
        case TableRows():
            return _data_table(field, value, words) if field.columns else RichText()
        case (RichText(), *_):
            return RichText((ItemList(Marker.BULLET, tuple(ListItem(item.blocks) for item in value)),))
        case tuple():
            return _lines([RichText.plain(line) for line in value])
        case str() if value in field.choices:
            return RichText.plain(words.choice(field.choices[value], value))
        case _:
            return RichText.plain(str(value))


def _number(field: Field, number: Number, words: PackWords) -> str:
    """Return a number with its unit and with the words after it, unless these begin with the unit."""
    decimals = number.decimals if field.decimals is None else field.decimals
    value = number.value
    if field.decimals is not None:
        value = round(value, field.decimals) or 0  # not "-0"
    unit = number.words
    if field.unit and not unit.startswith(field.unit):
        unit = f"{field.unit} {unit}".strip()
    return words.formats.number(value, decimals, f"{words.formats.gap_before(unit)}{unit}")


def _data_table(field: Field, rows: TableRows, words: PackWords) -> DataTable:
    """Return a table as it is printed: the numbers of a column have equal decimals, unknown cells a dash.

    Columns and rows without any value are left out.
    """
    places = tuple(index for index, row in enumerate(rows) if row)
    rows = rows.filled
    filled = [column for column in field.columns if any(column.name in row for row in rows)]
    field = replace(field, columns=tuple(filled))
    cells_by_column = [_column(column, [row.get(column.name) for row in rows], words) for column in field.columns]
    columns = []
    for column, cells in zip(field.columns, cells_by_column, strict=True):
        text = words.choice(column.labels, column.name)
        label = RichText.plain(like(without_colon(text), text))
        if column.type in FIGURES and any(map(_is_figure, cells)):
            label = _as_figure(label)
        columns.append(label)
    return DataTable(
        names=tuple(column.name for column in field.columns),
        columns=tuple(columns),
        rows=tuple(zip(*cells_by_column, strict=True)),
        totals=tuple(_totals(field, rows, words)),
        undivided=frozenset(column.name for column in field.columns if column.type is FieldType.DATE),
        title=without_colon(words.label(field.key).text),
        places=places,
    )


def _column(column: Field, values: Sequence[Any], words: PackWords) -> list[RichText]:
    """Return the cells of a column."""
    decimals = most_decimals(values)
    cells = []
    for value in values:
        content = printed_value(column, with_decimals(value, decimals), words) or RichText.plain(_NO_VALUE)
        is_figure = is_summed(value) or (value is None and column.type in FIGURES)
        cells.append(_as_figure(content) if is_figure else content)
    return cells


def _as_figure(content: RichText) -> RichText:
    """Return a number that is aligned with those of its column."""
    return content.with_paragraphs(lambda paragraph: replace(paragraph, figure=True))


def _is_figure(content: RichText) -> bool:
    return any(paragraph.figure for paragraph in content.paragraphs())


def _totals(field: Field, rows: TableRows, words: PackWords) -> list[RichText]:
    """Return the cells of the row with the totals, which begins with its label; empty if no column has a total."""
    cells = []
    for column in field.columns:
        totals = column_total(column, rows) if column.name in field.totals else None
        lines = [printed_value(column, total, words) for total in totals or ()]
        cells.append(_as_figure(RichText(tuple(block for line in lines for block in line.blocks))))
    if not any(cells):
        return []
    label = RichText.plain(words.total)
    cells[0] = RichText((*label.blocks, *cells[0].blocks))
    return cells


def _population(quantity: Quantity | None, words: PackWords) -> RichText:
    if quantity is None or quantity.value is None or quantity.text is not None:
        return _as_written(quantity, words, of_people=True)
    figure = words.formats.figure(quantity.value, in_millions=quantity.in_millions, decimals=quantity.decimals)
    return RichText.plain(figure)


def _as_written(quantity: Quantity | None, words: PackWords, *, of_people: bool) -> RichText:
    if quantity is None:
        return RichText()
    return RichText.plain(words.formats.rewritten(quantity, of_people=of_people))


def _area(quantity: Quantity | None, words: PackWords) -> RichText:
    if quantity is None or quantity.value is None or quantity.text is not None:
        return _as_written(quantity, words, of_people=False)
    return RichText.plain(words.formats.number(quantity.value, quantity.decimals, quantity.unit))


def _focus(entries: Sequence[Focus], sign: str) -> RichText:
    blocks: list[Paragraph | ItemList] = []
    for entry in entries:
        mark = sign.rstrip(" ") if entry.text else ""
        if is_unknown(entry.theme):
            blocks += entry.text.blocks
        else:
            blocks += _after(_bold(entry.theme, mark), sign.removeprefix(mark), entry.text)
    return RichText(tuple(blocks))


def _after(lead: Run, gap: str, text: RichText) -> tuple[Paragraph | ItemList, ...]:
    """Return the blocks of `text` after `lead`, which is a paragraph of its own before a list, or without text."""
    match text.blocks:
        case ():
            return (Paragraph((lead,)),)
        case (Paragraph((Run(words) as first, *inlines)), *others) if first == Run(words):
            return (Paragraph((lead, Run(gap + words), *inlines)), *others)
        case (Paragraph(inlines), *others):
            between = (Run(gap),) if gap else ()
            return (Paragraph((lead, *between, *inlines)), *others)
        case others:
            sign = gap.rstrip(" ")
            return (Paragraph((lead, Run(sign)) if sign else (lead,)), *others)


def _bold(theme: str, mark: str) -> Run:
    run = plain_run(theme)
    return replace(run, text=f"{run.text}{mark}", bold=True)


def _activities(activities: Sequence[Activity], sign: str) -> RichText:
    items = []
    for activity in activities:
        item = _activity(activity, sign)
        if item.blocks:
            items.append(item)
    return RichText((ItemList(Marker.BULLET, tuple(items)),)) if items else RichText()


def _activity(activity: Activity, sign: str) -> ListItem:
    blocks = activity.text.blocks
    if activity.when:
        blocks = _after(replace(plain_run(activity.when), underline=True), sign, activity.text)
    details = tuple(ListItem(detail.blocks) for detail in activity.details if detail)
    if details:
        blocks = (*blocks, ItemList(Marker.BULLET, details))
    return ListItem(blocks)
