"""The fact table and the values in it, as they are printed.

First the table: its rows, from which unknown ones are omitted (`table_row`), in a column for each city or, if there are
more than `max_columns`, in a row for each city (`fact_table`). Then the values of fields: places, numbers, dates,
goals, activities (`printed_value`), custom fields (`_custom`) and their tables with totals (`_data_table`). The
numbers of the cities have been made comparable before (`comparable_city_numbers`).
"""

from collections.abc import Container, Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.column_totals import column_total, is_summed, most_decimals, with_decimals
from ucap_reports.plan.countries_goals_and_partnerships import Goal
from ucap_reports.plan.custom_field_values import Number, TableRows
from ucap_reports.plan.dates import PartialDate
from ucap_reports.plan.field_descriptions import CITIES, FIGURES, Field, FieldType
from ucap_reports.plan.field_values import AgendaTopic, Country
from ucap_reports.plan.numbers_and_amounts import Money, Quantity
from ucap_reports.plan.plan_model import Activity, City, Focus, Plan
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.summary.pack_and_book_words import PackWords
from ucap_reports.summary.summary_model import CITY_ROW, Row
from ucap_reports.template.pack_settings_and_number_format import RowRule
from ucap_reports.text.capitals_punctuation_and_plain_letters import colon, comma, without_colon
from ucap_reports.text.language_tags import foreign_text, language_of, like
from ucap_reports.text.links import with_links
from ucap_reports.text.rich_text import DataTable, ItemList, ListItem, Marker, Paragraph, RichText, Run, plain_run


class FactTable(Struct, frozen=True):
    """The labels of the columns and the rows of the fact table; `language` is that of the labels."""

    label: RichText
    columns: tuple[str, ...]
    language: str
    rows: tuple[Row, ...]


def fact_table(plan: Plan, words: PackWords, rows: Sequence[Row]) -> FactTable:
    """Return a column for each city; beyond the pack's `max_columns`, a row for each city and a column for each fact.

    Facts that are too many for columns of their own share the last one.
    """
    label = words.label(CITIES)
    max_columns = words.pack.settings.max_columns
    between_names = comma(plan.language)
    names = tuple([_joined_names(city.name, between_names) for city in plan.cities])
    if len(names) <= max_columns:
        return FactTable(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    shared_rows = [row for row in rows if row.shared]
    if not facts:
        all_names = _joined_names(names, between_names)
        return FactTable(label, (all_names,), plan.language, tuple(rows))
    groups = _facts_by_column(facts, max_columns)
    columns = []
    for group in groups:
        short_labels = [words.short_label(fact.key) for fact in group]
        columns.append(" · ".join(short_labels))
    fields = words.pack.fields.rows
    figures = {fact.key for fact in facts if fields[fact.key].type in FIGURES}
    city_rows = [_city_row(name, groups, index, figures) for index, name in enumerate(names)]
    return FactTable(label, tuple(columns), words.language, (*city_rows, *shared_rows))


def _joined_names(names: Sequence[str], between: str) -> str:
    """Return the names of the cities of one column, with their language if all have the same."""
    languages = {language_of(name) for name in names}
    language = languages.pop() if len(languages) == 1 else None
    return foreign_text(between.join(names), language)


def _facts_by_column(facts: Sequence[Row], max_columns: int) -> list[list[Row]]:
    """Return the facts in each column of a table with a row for each city."""
    groups = [[fact] for fact in facts[:max_columns]]
    groups[-1] += facts[max_columns:]
    return groups


def table_row(plan: Plan, words: PackWords, rule: RowRule) -> Row | None:
    """Return the row of a rule; None if all cells are unknown and the pack omits such a row."""
    row = words.pack.fields.rows[rule.field]
    if row.is_of_city:
        cells = [printed_cell(row, city, words) for city in plan.cities]
        fields = [f"cities[{index}].{row.name}" for index in range(len(plan.cities))]
    else:
        cells = [printed_cell(row, plan, words)]
        fields = [rule.field]
    if not any(cells) and words.pack.omits(rule):
        return None
    return Row(
        rule.field,
        words.label(rule.field),
        tuple([content or words.unknown for content in cells]),
        shared=not row.is_of_city,
        fields=tuple([(field,) for field in fields]),
        unknown=tuple([index for index, content in enumerate(cells) if not content]),
    )


def _city_row(name: str, groups: Sequence[Sequence[Row]], city: int, figures: Container[str]) -> Row:
    """Return the row of a city, with a cell for each group of facts; `city` is its index, and `figures` are the keys of
    numbers.
    """
    cells: list[RichText] = []
    fields: list[tuple[str, ...]] = []
    unknown: list[int] = []
    for index, group in enumerate(groups):
        cells.append(_city_cell(group, city, figures))
        fields_of_cell = chain.from_iterable([fact.fields[city] for fact in group])
        fields.append(tuple(fields_of_cell))
        if all(city in fact.unknown for fact in group):
            unknown.append(index)
    return Row(
        f"{CITY_ROW}{city}",
        RichText.plain(name),
        tuple(cells),
        shared=False,
        fields=tuple(fields),
        unknown=tuple(unknown),
    )


def _city_cell(group: Sequence[Row], city: int, figures: Container[str]) -> RichText:
    """Return the facts of one city that share a cell, one line each; numbers alone are aligned as such."""
    blocks: list[Paragraph | ItemList] = []
    if len(group) == 1 and group[0].key in figures:
        for paragraph in group[0].cells[city].paragraphs():
            blocks.append(Paragraph(paragraph.inlines, figure=True))
    else:
        for fact in group:
            blocks += fact.cells[city].blocks
    return RichText(tuple(blocks))


# Values
_NO_VALUE = "\N{EN DASH}"
"""What the cell of a table prints if its value is unknown."""


def printed_cell(row: Field, owner: Plan | City, words: PackWords) -> RichText:
    """Return the content of a cell of a row; empty if nothing is known.

    `owner` is the city of the column, or the plan if the row has one cell for all columns.
    """
    values = [owner.value(field) for field in words.pack.fields.printed_by(row.key)]
    if row.type is FieldType.PLACE:
        names = chain.from_iterable([_names(value, words) for value in values])
        return RichText.joined(names, comma(words.document))
    if row.type is FieldType.TOPICS:
        topics = chain.from_iterable([_topics(value, words) for value in values])
        return _lines(list(topics))
    value = values[0]  # all other rows print one field
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
            return _lines([_with_links(line) for line in value])
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
        case _ if isinstance(value, RichText):
            return value
        case _:
            return RichText.plain(value or "")


def _with_links(line: str) -> RichText:
    """Return a text in which addresses are links."""
    return RichText((Paragraph(tuple(with_links(Run(line)))),))


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
    if not lines:
        return RichText()
    if len(lines) == 1:
        return lines[0]
    return _list(Marker.NONE, lines)


def _list(marker: Marker, texts: Iterable[RichText]) -> RichText:
    """Return a list with an item for each text."""
    items = tuple([ListItem(text.blocks) for text in texts])
    return RichText((ItemList(marker, items),))


def _topics(topics: Sequence[Goal | AgendaTopic], words: PackWords) -> list[RichText]:
    """Return goals with their own wording or official title, and partnerships as they are written, one line each."""
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
    run = replace(title, text=f"SDG {number} {title.text}")
    return RichText((Paragraph((run,)),))


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
            return _list(Marker.BULLET, value)
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
    gap = words.formats.gap_before(unit)
    return words.formats.number(value, decimals, f"{gap}{unit}")


def _data_table(field: Field, rows: TableRows, words: PackWords) -> DataTable:
    """Return a table as it is printed: the numbers of a column have equal decimals, unknown cells a dash.

    Columns and rows without any value are left out.
    """
    indexes_of_filled = tuple([index for index, row in enumerate(rows) if row])
    rows = rows.filled
    columns: list[Field] = []
    for column in field.columns:
        if any(column.name in row for row in rows):
            columns.append(column)
    labels = []
    cells_by_column = []
    for column in columns:
        values = [row.get(column.name) for row in rows]
        cells = _column(column, values, words)
        text = words.choice(column.labels, column.name)
        label = RichText.plain(like(without_colon(text), text))
        if column.type in FIGURES and any(map(_is_figure, cells)):
            label = _as_figure(label)
        labels.append(label)
        cells_by_column.append(cells)
    field_of_table = replace(field, columns=tuple(columns))
    return DataTable(
        names=tuple([column.name for column in columns]),
        columns=tuple(labels),
        rows=tuple(zip(*cells_by_column, strict=True)),
        totals=tuple(_totals(field_of_table, rows, words)),
        undivided=frozenset([column.name for column in columns if column.type is FieldType.DATE]),
        title=without_colon(words.label(field.key).text),
        places=indexes_of_filled,
    )


def _column(column: Field, values: Sequence[Any], words: PackWords) -> list[RichText]:
    """Return the cells of a column."""
    decimals = most_decimals(values)
    cells = []
    for value in values:
        content = printed_value(column, with_decimals(value, decimals), words)
        if not content:
            content = RichText.plain(_NO_VALUE)
        if is_summed(value) or (value is None and column.type in FIGURES):
            content = _as_figure(content)
        cells.append(content)
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
        blocks: list[Paragraph | ItemList] = []
        if column.name in field.totals:
            for total in column_total(column, rows) or ():  # such as one for each currency
                blocks += printed_value(column, total, words).blocks
        cells.append(_as_figure(RichText(tuple(blocks))))
    if not any(cells):
        return []
    label = RichText.plain(words.total)
    cells[0] = RichText((*label.blocks, *cells[0].blocks))
    return cells


def _population(quantity: Quantity | None, words: PackWords) -> RichText:
    """Return a population as a number that the document formats, or as it is written."""
    if quantity is None or quantity.value is None or quantity.text is not None:
        return _as_written(quantity, words, of_people=True)
    figure = words.formats.figure(quantity.value, in_millions=quantity.in_millions, decimals=quantity.decimals)
    return RichText.plain(figure)


def _area(quantity: Quantity | None, words: PackWords) -> RichText:
    """Return an area as a number that the document formats, or as it is written."""
    if quantity is None or quantity.value is None or quantity.text is not None:
        return _as_written(quantity, words, of_people=False)
    number = words.formats.number(quantity.value, quantity.decimals, quantity.unit)
    return RichText.plain(number)


def _as_written(quantity: Quantity | None, words: PackWords, *, of_people: bool) -> RichText:
    """Return a number of people or an area in the words of the plan, with its digits in the format of the document."""
    if quantity is None:
        return RichText()
    return RichText.plain(words.formats.rewritten(quantity, of_people=of_people))


def _focus(entries: Sequence[Focus], colon_and_space: str) -> RichText:
    """Return each theme in bold type, with the colon after it, and its text in the same paragraph."""
    sign = colon_and_space.rstrip(" ")
    space = colon_and_space.removeprefix(sign)
    blocks: list[Paragraph | ItemList] = []
    for entry in entries:
        if is_unknown(entry.theme):
            blocks += entry.text.blocks
        elif entry.text:
            blocks += _after(_bold(entry.theme, sign), space, entry.text)
        else:
            blocks.append(Paragraph((_bold(entry.theme),)))
    return RichText(tuple(blocks))


def _after(lead: Run, separator: str, text: RichText) -> tuple[Paragraph | ItemList, ...]:
    """Return the blocks of `text` after `lead` and the separator.

    Before a list, the lead is a paragraph of its own, which ends in the separator without its space.
    """
    match text.blocks:
        case ():
            return (Paragraph((lead,)),)
        case (Paragraph((Run(words) as first, *inlines)), *others) if first == Run(words):  # a run without any style
            return (Paragraph((lead, Run(separator + words), *inlines)), *others)
        case (Paragraph(inlines), *others):
            between = (Run(separator),) if separator else ()
            return (Paragraph((lead, *between, *inlines)), *others)
        case others:
            sign = separator.rstrip(" ")
            leading = (lead, Run(sign)) if sign else (lead,)
            return (Paragraph(leading), *others)


def _bold(theme: str, sign: str = "") -> Run:
    """Return a theme in bold type, with a sign after it."""
    run = plain_run(theme)
    return replace(run, text=f"{run.text}{sign}", bold=True)


def _activities(activities: Sequence[Activity], colon_and_space: str) -> RichText:
    """Return a list of the activities that have a text."""
    items = []
    for activity in activities:
        item = _activity(activity, colon_and_space)
        if item.blocks:
            items.append(item)
    if not items:
        return RichText()
    return RichText((ItemList(Marker.BULLET, tuple(items)),))


def _activity(activity: Activity, colon_and_space: str) -> ListItem:
    """Return an activity: when it is, underlined, a colon, its text, and its details as a list below."""
    blocks = activity.text.blocks
    if activity.when:
        when = replace(plain_run(activity.when), underline=True)
        blocks = _after(when, colon_and_space, activity.text)
    details = tuple([ListItem(detail.blocks) for detail in activity.details if detail])
    if details:
        blocks = (*blocks, ItemList(Marker.BULLET, details))
    return ListItem(blocks)
