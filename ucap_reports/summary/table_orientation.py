"""The fact table: a column for each city or, if there are more than `max_columns`, a row for each city."""

from collections.abc import Container, Sequence

from msgspec import Struct

from ucap_reports.plan.fields import CITIES, FIGURES
from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.label_languages import PackWords
from ucap_reports.summary.summary import CITY_ROW, Row
from ucap_reports.text.language_tags import joined_text
from ucap_reports.text.rich_text import Paragraph, RichText


class FactTable(Struct, frozen=True):
    """The label, heads and rows of the fact table; `language` is that of the heads."""

    label: RichText
    columns: tuple[str, ...]
    language: str
    rows: tuple[Row, ...]


def fact_table(plan: Plan, words: PackWords, rows: Sequence[Row]) -> FactTable:
    """A column for each city; beyond the pack's `max_columns`, a row for each city and a column for each fact."""
    label, limit = words.label(CITIES), words.pack.settings.max_columns
    names = tuple(joined_text(city.name) for city in plan.cities)
    if len(names) <= limit:
        return FactTable(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    if not facts:
        return FactTable(label, (joined_text(names),), plan.language, tuple(rows))
    kept = limit - 1 if len(facts) > limit else len(facts)
    groups = [*([fact] for fact in facts[:kept]), *([facts[kept:]] if facts[kept:] else [])]
    columns = tuple(" · ".join(words.short_label(fact.key) for fact in group) for group in groups)
    figures = {fact.key for fact in facts if words.pack.fields.rows[fact.key].type in FIGURES}
    turned = (_city_row(name, groups, place, figures) for place, name in enumerate(names))
    return FactTable(label, columns, words.language, (*turned, *(row for row in rows if row.shared)))


def _city_row(name: str, groups: Sequence[Sequence[Row]], place: int, figures: Container[str]) -> Row:
    """The row of one city, with a cell for each group of facts; `figures` are the keys of numbers."""
    cells = tuple(_cell(group, place, figures) for group in groups)
    fields = tuple(tuple(field for fact in group for field in fact.fields[place]) for group in groups)
    unknown = tuple(index for index, group in enumerate(groups) if all(place in fact.unknown for fact in group))
    return Row(f"{CITY_ROW}{place}", RichText.plain(name), cells, shared=False, fields=fields, unknown=unknown)


def _cell(group: Sequence[Row], place: int, figures: Container[str]) -> RichText:
    """The facts of one city that share a cell, one line each; numbers alone are aligned as such."""
    if len(group) == 1 and group[0].key in figures:
        paragraphs = group[0].cells[place].paragraphs()
        return RichText(tuple(Paragraph(each.inlines, figure=True) for each in paragraphs))
    return RichText(tuple(block for fact in group for block in fact.cells[place].blocks))
