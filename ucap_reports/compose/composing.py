"""A summary put together: its title, its fact table, its contact, its labels."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from ucap_reports.compose.cells import COLUMN_CELLS, SHARED_CELLS, joined
from ucap_reports.compose.wording import Words, words_of
from ucap_reports.languages import REGIONAL
from ucap_reports.pack import EXTRA, NAMES_FIELD, Pack, RowRule, WhenUnknown
from ucap_reports.plan import Plan
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.richtext import RichText
from ucap_reports.summary import UNDATED, Contact, LabelText, Metadata, Row, Summary


def compose_summary(plan: Plan, pack: Pack, language: str | None = None, *, undated: date = UNDATED) -> Summary:
    """The summary of `plan` in the form of `pack`, its labels, numbers and dates in `language` or, where none is asked
    for, in the plan's own, as far as the pack has them.

    `undated` is the date that the documents' properties have where the plan has none.
    Raises ProblemsFound when a programme label is asked for in a language that the pack has none in.
    """
    words = words_of(pack, plan.language, language)
    rules = [rule for rule in pack.settings.rows if rule.field != NAMES_FIELD]
    rows = [row for rule in rules if (row := _row(plan, words, rule)) is not None]
    table = _table(plan, words, rows)
    contact = _contact(plan, words)
    return Summary(
        id=plan.id,
        title=plan.title or words.title,
        language=plan.language,
        column_label=table.label,
        columns=table.columns,
        rows=table.rows,
        contact=contact,
        programme_label=_programme_label(plan, pack),
        metadata=Metadata(contact.office, ", ".join(joined(city.name) for city in plan.cities), plan.themes, undated),
        updated=plan.updated,
        updated_text=words.day_text(plan.updated) if plan.updated else "",
        continued=words.continued,
        label_language=words.language,
        column_language=table.language,
    )


class _Table(Struct, frozen=True):
    """The fact table's heads, their language, and its rows."""

    label: RichText
    columns: tuple[str, ...]
    language: str
    rows: tuple[Row, ...]


def _table(plan: Plan, words: Words, rows: Sequence[Row]) -> _Table:
    """A column a city; beyond the pack's `max_columns` the table is turned: a row a city, a column a fact."""
    label, most = words.label(NAMES_FIELD), words.pack.settings.max_columns
    names = tuple(joined(city.name) for city in plan.cities)
    if len(names) <= most:
        return _Table(label, names, plan.language, tuple(rows))
    facts = [row for row in rows if not row.shared]
    if not facts:
        return _Table(label, (", ".join(names),), plan.language, tuple(rows))
    kept = most - 1 if len(facts) > most else len(facts)
    heads = [words.short_label(fact.key) for fact in facts]
    columns = [*heads[:kept], *([" · ".join(heads[kept:])] if facts[kept:] else [])]
    turned = [
        Row(f"{NAMES_FIELD}.{place}", RichText.plain(name), _turned_cells(facts, kept, place), shared=False)
        for place, name in enumerate(names)
    ]
    return _Table(label, tuple(columns), words.language, (*turned, *(row for row in rows if row.shared)))


def _turned_cells(facts: Sequence[Row], kept: int, place: int) -> tuple[RichText, ...]:
    """One city's cells; the facts for which there is no column share the last one, a line each."""
    cells = [fact.cells[place] for fact in facts]
    rest = [block for cell in cells[kept:] for block in cell.blocks]
    return (*cells[:kept], RichText(tuple(rest))) if rest else tuple(cells)


def _row(plan: Plan, words: Words, rule: RowRule) -> Row | None:
    """The row of a rule, or None where nothing is known and the rule leaves such a row out."""
    if rule.field in COLUMN_CELLS:
        print_field = COLUMN_CELLS[rule.field]
        cells = tuple(print_field(city, words) for city in plan.cities)
    else:
        cells = (_shared_cell(plan, words, rule.field),)
    if not any(cells) and rule.when_unknown is WhenUnknown.OMIT:
        return None
    label, unknown = words.label(rule.field), words.unknown
    return Row(rule.field, label, tuple(cell or unknown for cell in cells), shared=rule.field not in COLUMN_CELLS)


def _shared_cell(plan: Plan, words: Words, field: str) -> RichText:
    """The content of a row that all columns share; empty where it is unknown."""
    if field.startswith(EXTRA):
        return plan.extra.get(field.removeprefix(EXTRA), RichText())
    return SHARED_CELLS[field](plan, words)


def _contact(plan: Plan, words: Words) -> Contact:
    """The plan's contact under the pack's lead, or the pack's own; nothing, not even the lead, where there is none."""
    own = plan.contact or words.pack.settings.contact
    parts = {name: getattr(own, name) or "" for name in ("office", "email", "phone", "website", "address")}
    return Contact(lead=words.lead, **parts) if any(parts.values()) else Contact()


def _programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    known = pack.settings.programme_label
    texts, problems = [], []
    for place, tag in enumerate(plan.label_languages or pack.label_languages(plan.language)):
        key = tag if tag in known else tag.split("-", 1)[0]
        if key in known:
            texts.append(LabelText(REGIONAL.get(tag, tag), known[key].text))
        else:
            message = f'the pack {pack.name} has no programme label in the language "{tag}"'
            hint = did_you_mean(tag, known) or f"it has them in {', '.join(known)}"
            location = Location(field=f"label_languages[{place}]")
            problems.append(Problem.error("label-language-unknown", message, hint, location))
    if problems:
        raise ProblemsFound(problems)
    return tuple(texts)
