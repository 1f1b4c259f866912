"""The fact table: its rows, from which unknown ones are omitted (`table_row`), in a column for each city or, if there
are more than `max_columns`, in a row for each city (`fact_table`); and the numbers of the cities, which can be
compared: they are in one unit, and have one number of decimals (`with_comparable_cities`).
"""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.amounts_and_dates import Quantity
from ucap_reports.plan.custom_values import most_decimals, with_decimals
from ucap_reports.plan.field_descriptions import CITIES, FIGURES, Field, FieldType
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan
from ucap_reports.summary.number_and_date_formats import MILLION
from ucap_reports.summary.pack_words import PackWords
from ucap_reports.summary.printed_values import printed_cell
from ucap_reports.summary.summary_model import CITY_ROW, Row
from ucap_reports.template.pack import RowRule
from ucap_reports.text.capitals_and_punctuation import comma
from ucap_reports.text.language_tags import joined_text
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText

_LEAST_IN_MILLIONS = 100_000
"""The smallest population that is printed in millions beside larger ones; beside a smaller one, all are in full."""


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
    limit = words.pack.settings.max_columns
    names = tuple(joined_text(city.name, comma(plan.language)) for city in plan.cities)
    if len(names) <= limit:
        return FactTable(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    shared = [row for row in rows if row.shared]
    if not facts:
        return FactTable(label, (joined_text(names, comma(plan.language)),), plan.language, tuple(rows))
    groups = _facts_of_columns(facts, limit)
    columns = []
    for group in groups:
        columns.append(" · ".join([words.short_label(fact.key) for fact in group]))
    figures = {fact.key for fact in facts if words.pack.fields.rows[fact.key].type in FIGURES}
    city_rows = [_city_row(name, groups, index, figures) for index, name in enumerate(names)]
    return FactTable(label, tuple(columns), words.language, (*city_rows, *shared))


def _facts_of_columns(facts: Sequence[Row], limit: int) -> list[list[Row]]:
    """Return the facts in each column of a table with a row for each city."""
    if len(facts) <= limit:
        return [[fact] for fact in facts]
    return [*[[fact] for fact in facts[: limit - 1]], list(facts[limit - 1 :])]


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
        tuple(content or words.unknown for content in cells),
        shared=not row.is_of_city,
        fields=tuple((field,) for field in fields),
        unknown=tuple(index for index, content in enumerate(cells) if not content),
    )


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


# Numbers that can be compared
def with_comparable_cities(plan: Plan, custom: Sequence[Field]) -> Plan:
    """Return the plan, whose cities have numbers in one unit and with one number of decimals in each field.

    Numbers that were written as text stay as they were written. `custom` are the custom fields of the pack.
    """
    if len(plan.cities) < 2:  # noqa: PLR2004 - nothing to compare
        return plan
    quantities_of_cities: dict[str, Sequence[Quantity | None]] = {}
    for field in BUILT_IN.inside(CITIES):
        compare = _COMPARED.get(field.type)
        if compare is not None:
            quantities_of_cities[field.name] = compare([getattr(city, field.name) for city in plan.cities])
    decimals: dict[str, int] = {}
    for field in custom:
        if field.is_of_city and field.decimals is None:
            decimals[field.name] = most_decimals(city.custom.get(field.name) for city in plan.cities)
    cities: list[City] = []
    for index, city in enumerate(plan.cities):
        quantities = {name: of_cities[index] for name, of_cities in quantities_of_cities.items()}
        cities.append(_with_numbers(city, quantities, decimals))
    return plan.model_copy(update={CITIES: cities})


def _with_numbers(city: City, quantities: Mapping[str, Quantity | None], decimals: Mapping[str, int]) -> City:
    """Return a city with these quantities, and with so many decimals in its custom fields; the same one if it has
    them.
    """
    if any(getattr(city, name) is not quantity for name, quantity in quantities.items()):
        city = city.model_copy(update=quantities)
    if any(decimals.get(name) for name in city.custom):
        city = city.with_custom(
            {name: with_decimals(value, decimals.get(name, 0)) for name, value in city.custom.items()}
        )
    return city


def _in_one_unit(populations: Sequence[Quantity | None]) -> Sequence[Quantity | None]:
    """Return populations that are all printed in millions or all in full, if one of them has a million."""
    values = [quantity.value for quantity in populations if _is_formatted(quantity) and quantity.value is not None]
    if len(values) < 2 or max(values) < MILLION:  # noqa: PLR2004 - nothing to compare
        return populations
    in_millions = min(values) >= _LEAST_IN_MILLIONS
    decimals = _decimals_of_millions(values) if in_millions else 0
    compared = []
    for quantity in populations:
        if _is_formatted(quantity):
            quantity = replace(quantity, in_millions=in_millions, decimals=decimals)  # noqa: PLW2901 - the same one
        compared.append(quantity)
    return compared


def _decimals_of_millions(values: Sequence[float]) -> int:
    """Return the number of decimals of millions: two if a value has less than one, but no zeros that all have."""
    decimals = 1 if min(values) >= MILLION else 2
    texts = [f"{value / MILLION:.{decimals}f}" for value in values]
    while decimals and all(text.endswith("0") for text in texts):
        texts = [text[:-1] for text in texts]
        decimals -= 1
    return decimals


def _with_equal_decimals(areas: Sequence[Quantity | None]) -> Sequence[Quantity | None]:
    decimals = max((area.decimals for area in areas if _is_formatted(area)), default=0)
    compared = []
    for area in areas:
        if _is_formatted(area) and area.decimals != decimals:
            area = replace(area, decimals=decimals)  # noqa: PLW2901 - the same one
        compared.append(area)
    return compared


_COMPARED: Mapping[FieldType, Callable[[Sequence[Quantity | None]], Sequence[Quantity | None]]] = {
    FieldType.POPULATION: _in_one_unit,
    FieldType.AREA: _with_equal_decimals,
}
"""How the quantities of all cities in a field are made comparable, by its type."""


def _is_formatted(quantity: Quantity | None) -> TypeGuard[Quantity]:
    """Return whether a quantity is a number that the document formats."""
    return quantity is not None and quantity.text is None and quantity.value is not None
