"""The fact table: the values of fields as they are printed, in a column for each city or, if there are more than
`max_columns`, in a row for each city; and the facts of a plan as data for templates.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pictures.picture_preparation import NO_PICTURE, PictureFacts, PreparedPicture
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
from ucap_reports.plan.field_descriptions import CITIES, FIGURES, Field, FieldType
from ucap_reports.plan.field_types import AgendaTopic, Country, Goal
from ucap_reports.plan.plan_model import BUILT_IN, Activity, City, Focus, Plan, PlanPicture
from ucap_reports.plan.vocabulary import GOAL_COLOURS
from ucap_reports.summary.pack_words import PackWords
from ucap_reports.summary.summary_model import CITY_ROW, CityFacts, GoalFacts, Row
from ucap_reports.text.language_tags import joined_text, like
from ucap_reports.text.links import with_links
from ucap_reports.text.orthography import colon, comma, without_colon
from ucap_reports.text.rich_text import DataTable, ItemList, ListItem, Marker, Paragraph, RichText, Run, plain_run
from ucap_reports.text.template_values import CustomFact, FactsByName

_NO_VALUE = "\N{EN DASH}"
"""What the cell of a table prints if its value is unknown."""
Value = TypeVar("Value")
Images = Mapping[str, PreparedPicture]
"""The pictures of a plan by the names of their files."""


class FactTable(Struct, frozen=True):
    """The labels of the columns and the rows of the fact table; `language` is that of the labels."""

    label: RichText
    columns: tuple[str, ...]
    language: str
    rows: tuple[Row, ...]


# The table
def fact_table(plan: Plan, words: PackWords, rows: Sequence[Row]) -> FactTable:
    """Return a column for each city; beyond the pack's `max_columns`, a row for each city and a column for each fact.

    Facts that are too many for columns of their own share the last one.
    """
    label = words.label(CITIES)
    limit = words.pack.settings.max_columns
    between = comma(plan.language)
    names = tuple(joined_text(city.name, between) for city in plan.cities)
    if len(names) <= limit:
        return FactTable(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    shared = [row for row in rows if row.shared]
    if not facts:
        return FactTable(label, (joined_text(names, between),), plan.language, tuple(rows))
    alone = limit - 1 if len(facts) > limit else len(facts)
    groups = [[fact] for fact in facts[:alone]]
    if facts[alone:]:
        groups.append(facts[alone:])
    columns = []
    for group in groups:
        columns.append(" · ".join([words.short_label(fact.key) for fact in group]))
    figures = {fact.key for fact in facts if words.pack.fields.rows[fact.key].type in FIGURES}
    city_rows = [_city_row(name, groups, index, figures) for index, name in enumerate(names)]
    return FactTable(label, tuple(columns), words.language, (*city_rows, *shared))


def cell(row: Field, owner: Plan | City, words: PackWords) -> RichText:
    """Return the content of a cell of a row; empty if nothing is known.

    `owner` is the city of the column, or the plan if the row has one cell for all columns.
    """
    values = [owner.value(field) for field in words.pack.fields.printed_by(row.key)]
    if row.type is FieldType.PLACE:
        return RichText.joined((name for value in values for name in _names(value)), comma(words.document))
    if row.type is FieldType.TOPICS:
        return _lines([topic for value in values for topic in _topics(value, words)])
    value = values[0]
    if row.type is FieldType.AREA and value is not None and words.has_unit_in_label(row.key):
        value = value.without_unit
    return _printed_value(row, value, words)


def _city_row(name: str, groups: Sequence[Sequence[Row]], city: int, figures: Container[str]) -> Row:
    """Return the row of a city, with a cell for each group of facts; `figures` are the keys of numbers."""
    cells: list[RichText] = []
    fields: list[tuple[str, ...]] = []
    unknown: list[int] = []
    for index, group in enumerate(groups):
        cells.append(_city_cell(group, city, figures))
        fields.append(tuple(field for fact in group for field in fact.fields[city]))
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


# Facts for templates
def city_facts(plan: Plan, words: PackWords, images: Images) -> tuple[CityFacts, ...]:
    """Return one for each city, also within a group, whose shared facts are unknown for each of its cities."""
    facts: list[CityFacts] = []
    for index, city in enumerate(plan.cities):
        picture = _picture(city.picture, f"cities[{index}].picture", images)
        facts += _of_column(city, words, picture)
    return tuple(facts)


def picture_facts(plan: Plan, images: Images) -> tuple[PictureFacts, ...]:
    """Return the pictures of the plan that are not those of one city; pictures of groups come first."""
    of_cities = {f"cities[{index}].picture" for index, city in enumerate(plan.cities) if len(city.name) == 1}
    pictures = []
    for field, plan_picture in plan.all_pictures():
        if field not in of_cities:
            pictures.append(_picture(plan_picture, field, images))
    return tuple(filter(None, pictures))


def goal_facts(plan: Plan, words: PackWords) -> tuple[GoalFacts, ...]:
    """Return one for each goal, with its official title in the language of the labels, or else in English."""
    facts = []
    for goal in plan.sdgs:
        facts.append(GoalFacts(goal.number, words.formats.goal(goal.number), f"#{GOAL_COLOURS[goal.number]}"))
    return tuple(facts)


def custom_facts(owner: Plan | City, words: PackWords, *, is_known: bool = True) -> FactsByName:
    """Return the custom fields of the plan or of a city, by name, as unknown ones unless they are known."""
    facts = FactsByName()
    for field in words.pack.fields.custom:
        if field.is_of_city is isinstance(owner, City):
            value = owner.value(field) if is_known else None
            content = cell(field, owner, words) if value is not None else RichText()
            rows = _table_facts(field, value, words) if isinstance(value, TableRows) else ()
            facts[field.name] = CustomFact(words.label(field.key).text, content, _fact_value(value, content), rows)
    return facts


def _picture(picture: PlanPicture | None, field: str, images: Images) -> PictureFacts:
    """Return the picture with its image; empty without one."""
    if picture is None or picture.file not in images:
        return NO_PICTURE
    return PictureFacts(picture.alt, picture.caption, picture.credit, field, images[picture.file])


def _of_column(city: City, words: PackWords, picture: PictureFacts) -> Iterator[CityFacts]:
    is_group = len(city.name) > 1
    between = comma(words.document)
    population = None if is_group else city.population
    area = None if is_group else city.area_km2
    population_text = _printed_value(BUILT_IN.of_type(FieldType.POPULATION), population, words).text
    area_text = _printed_value(BUILT_IN.of_type(FieldType.AREA), area, words).text
    for index, name in enumerate(city.name):
        countries = _own(city.country, index, len(city.name))
        yield CityFacts(
            name=name,
            region=between.join(_own(city.region, index, len(city.name))),
            country=between.join(country.text for country in countries),
            country_code=countries[0].code if len(countries) == 1 else "",
            population=_value_of(population),
            population_text=population_text,
            area_km2=_value_of(area),
            area_text=area_text,
            picture=NO_PICTURE if is_group else picture,
            custom=custom_facts(city, words, is_known=not is_group),
        )


def _own(values: Sequence[Value], index: int, names: int) -> Sequence[Value]:
    """Return the values of one city: all those of its column if it is alone in it; in a group, the only one, or its
    own if there are as many as names.
    """
    if names == 1 or len(values) == 1:
        return values
    return values[index : index + 1] if len(values) == names else ()


def _value_of(quantity: Quantity | None) -> float | None:
    """Return the number, a whole one without decimals."""
    value = quantity.value if quantity is not None else None
    return int(value) if value is not None and value == int(value) else value


def _table_facts(field: Field, rows: TableRows, words: PackWords) -> tuple[FactsByName, ...]:
    """Return the cells of each row of a table, by the names of its columns."""
    labels = {column.name: words.choice(column.labels, column.name) for column in field.columns}
    facts = []
    for row in rows:
        cells = FactsByName()
        for column in field.columns:
            value = row.get(column.name)
            content = _printed_value(column, value, words)
            cells[column.name] = CustomFact(labels[column.name], content, _fact_value(value, content))
        facts.append(cells)
    return tuple(facts)


def _fact_value(value: Any, content: RichText) -> float | str | date | None:
    """Return the value of a custom field for bars and charts: a number, a date, or text."""
    match value:
        case None | str() | date():
            return value
        case Number():
            return value.value
        case Money():
            return value.value
        case PartialDate():
            return value.isoformat()
        case _:
            return content.text


# Printed values
def _printed_value(field: Field, value: Any, words: PackWords) -> RichText:
    """Return the value of a field as it is printed; empty if it is unknown."""
    if field.is_custom:
        return _custom(field, value, words)
    match field.type:
        case FieldType.COUNTRIES:
            return RichText.joined(_names(value), comma(words.document))
        case FieldType.LINES if field.plural:
            return RichText.joined(_names(value), comma(words.document))
        case FieldType.SOURCES:
            return _lines([RichText((Paragraph(tuple(with_links(Run(line)))),)) for line in value])
        case FieldType.LINES | FieldType.THEMES:
            return _lines([RichText.plain(line) for line in value])
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


def _names(values: Sequence[str | Country]) -> Sequence[str]:
    """Return the regions or countries that the cities of a group are in, each once."""
    texts = [value.text if isinstance(value, Country) else value for value in values]
    return list(dict.fromkeys(texts))


def _lines(lines: Sequence[RichText]) -> RichText:
    """Return one text as it is, several as a list without markers."""
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
    value = number.value if field.decimals is None else round(number.value, field.decimals)
    unit = number.words
    if field.unit and not unit.startswith(field.unit):
        unit = f"{field.unit} {unit}".strip()
    gap = "" if not unit or unit[0] in "%°,.;:)" else " "
    return words.formats.number(value, decimals, f"{gap}{unit}")


def _data_table(field: Field, rows: TableRows, words: PackWords) -> DataTable:
    """Return a table as it is printed: the numbers of a column have equal decimals, unknown cells a dash.

    Columns without any value are left out.
    """
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
        title=without_colon(words.label(field.key).text),
    )


def _column(column: Field, values: Sequence[Any], words: PackWords) -> list[RichText]:
    """Return the cells of a column."""
    decimals = most_decimals(values)
    cells = []
    for value in values:
        content = _printed_value(column, with_decimals(value, decimals), words) or RichText.plain(_NO_VALUE)
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
        lines = [_printed_value(column, total, words) for total in totals or ()]
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
        mark = sign.rstrip(" ")
        blocks += _after(_bold(entry.theme, mark), sign.removeprefix(mark), entry.text)
    return RichText(tuple(blocks))


def _after(lead: Run, gap: str, text: RichText) -> tuple[Paragraph | ItemList, ...]:
    """Return the blocks of `text` after `lead`, which is a paragraph of its own before a list."""
    match text.blocks:
        case (Paragraph((Run(words) as first, *inlines)), *others) if first == Run(words):
            return (Paragraph((lead, Run(gap + words), *inlines)), *others)
        case (Paragraph(inlines), *others):
            between = (Run(gap),) if gap else ()
            return (Paragraph((lead, *between, *inlines)), *others)
        case others:
            sign = gap.strip()
            return (Paragraph((lead, Run(sign)) if sign else (lead,)), *others)


def _bold(theme: str, mark: str) -> Run:
    run = plain_run(theme)
    return replace(run, text=f"{run.text}{mark}", bold=True)


def _activities(activities: Sequence[Activity], sign: str) -> RichText:
    items = tuple(_activity(activity, sign) for activity in activities)
    return RichText((ItemList(Marker.BULLET, items),)) if items else RichText()


def _activity(activity: Activity, sign: str) -> ListItem:
    blocks = activity.text.blocks
    if activity.when:
        blocks = _after(replace(plain_run(activity.when), underline=True), sign, activity.text)
    if activity.details:
        details = tuple(ListItem(detail.blocks) for detail in activity.details)
        blocks = (*blocks, ItemList(Marker.BULLET, details))
    return ListItem(blocks)
