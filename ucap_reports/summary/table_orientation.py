"""The fact table: a column for each city or, if there are more than `max_columns`, a row for each city."""

from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.label_languages import PackWords
from ucap_reports.summary.summary import CITY_ROW, Row
from ucap_reports.template.pack import NAMES_FIELD
from ucap_reports.text.foreign_text import joined_text
from ucap_reports.text.rich_text import Paragraph, RichText

FIGURES = ("population", "area_km2")
"""The fields whose cells are aligned as numbers in a column of their own."""


class FactTable(Struct, frozen=True):
    """The label, heads and rows of the fact table; `language` is that of the heads."""

    label: RichText
    columns: tuple[str, ...]
    language: str
    rows: tuple[Row, ...]


def fact_table(plan: Plan, words: PackWords, rows: Sequence[Row]) -> FactTable:
    """A column for each city; beyond the pack's `max_columns`, a row for each city and a column for each fact."""
    label, limit = words.label(NAMES_FIELD), words.pack.settings.max_columns
    names = tuple(joined_text(city.name) for city in plan.cities)
    if len(names) <= limit:
        return FactTable(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    if not facts:
        return FactTable(label, (joined_text(names),), plan.language, tuple(rows))
    kept = limit - 1 if len(facts) > limit else len(facts)
    heads = [words.short_label(fact.key) for fact in facts]
    columns = [*heads[:kept], *([" · ".join(heads[kept:])] if facts[kept:] else [])]
    turned = [
        Row(
            f"{CITY_ROW}{place}",
            RichText.plain(name),
            _turned_cells(facts, kept, place),
            shared=False,
            fields=_turned_fields(facts, kept, place),
        )
        for place, name in enumerate(names)
    ]
    return FactTable(label, tuple(columns), words.language, (*turned, *(row for row in rows if row.shared)))


def _turned_cells(facts: Sequence[Row], kept: int, place: int) -> tuple[RichText, ...]:
    """The cells of one city; facts without a column share the last one, one line each."""
    cells = [_figure(fact.cells[place]) if fact.key in FIGURES else fact.cells[place] for fact in facts[:kept]]
    rest = [block for fact in facts[kept:] for block in fact.cells[place].blocks]
    return (*cells, RichText(tuple(rest))) if rest else tuple(cells)


def _turned_fields(facts: Sequence[Row], kept: int, place: int) -> tuple[tuple[str, ...], ...]:
    """The fields of the cells of one city."""
    fields = [field for fact in facts for field in fact.fields[place]]
    return (*((field,) for field in fields[:kept]), tuple(fields[kept:]))


def _figure(cell: RichText) -> RichText:
    return RichText(tuple(Paragraph(paragraph.inlines, figure=True) for paragraph in cell.paragraphs()))
