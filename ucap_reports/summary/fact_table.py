"""The fact table: a column for each city or, beyond `max_columns`, turned to a row for each city."""

from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.city_names import joined_names
from ucap_reports.summary.label_languages import PackWords
from ucap_reports.summary.summary import Row
from ucap_reports.template.pack import NAMES_FIELD
from ucap_reports.text.rich_text import RichText


class FactTable(Struct, frozen=True):
    """The fact table's heads, their language, and its rows."""

    label: RichText
    columns: tuple[str, ...]
    language: str
    rows: tuple[Row, ...]


def fact_table(plan: Plan, words: PackWords, rows: Sequence[Row]) -> FactTable:
    """A column a city; beyond the pack's `max_columns` the table is turned: a row a city, a column a fact."""
    label, most = words.label(NAMES_FIELD), words.pack.settings.max_columns
    names = tuple(joined_names(city.name) for city in plan.cities)
    if len(names) <= most:
        return FactTable(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    if not facts:
        return FactTable(label, (", ".join(names),), plan.language, tuple(rows))
    kept = most - 1 if len(facts) > most else len(facts)
    heads = [words.short_label(fact.key) for fact in facts]
    columns = [*heads[:kept], *([" · ".join(heads[kept:])] if facts[kept:] else [])]
    turned = [
        Row(f"{NAMES_FIELD}.{place}", RichText.plain(name), _turned_cells(facts, kept, place), shared=False)
        for place, name in enumerate(names)
    ]
    return FactTable(label, tuple(columns), words.language, (*turned, *(row for row in rows if row.shared)))


def _turned_cells(facts: Sequence[Row], kept: int, place: int) -> tuple[RichText, ...]:
    """One city's cells; the facts for which there is no column share the last one, a line each."""
    cells = [fact.cells[place] for fact in facts]
    rest = [block for cell in cells[kept:] for block in cell.blocks]
    return (*cells[:kept], RichText(tuple(rest))) if rest else tuple(cells)
