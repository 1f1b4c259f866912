"""The fact table: its rows, in a column for each city or, if there are more than `max_columns`, in a row for each
city.
"""

from collections.abc import Container, Sequence

from msgspec import Struct

from ucap_reports.plan.field_descriptions import CITIES, FIGURES
from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.city_names import partner_name
from ucap_reports.summary.pack_words import PackWords
from ucap_reports.summary.printed_values import printed_cell
from ucap_reports.summary.summary_model import CITY_ROW, Row
from ucap_reports.template.pack import RowRule
from ucap_reports.text.capitals_and_punctuation import comma
from ucap_reports.text.language_tags import joined_text
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText


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
    names = tuple(partner_name(city, plan.language) for city in plan.cities)
    if len(names) <= limit:
        return FactTable(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    shared = [row for row in rows if row.shared]
    if not facts:
        return FactTable(label, (joined_text(names, comma(plan.language)),), plan.language, tuple(rows))
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
