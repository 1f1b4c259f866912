"""Plan and pack become a summary: all wording, order, number formats and folding of columns, once for both formats."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ucap_reports.figures import figure_text, number_text
from ucap_reports.pack import EXTRA, NAMES_FIELD, Pack, RowRule, WhenUnknown
from ucap_reports.plan import Activity, City, Focus, Plan, Quantity
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.richtext import ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.summary import UNDATED, Contact, LabelText, Metadata, Row, Summary

REGIONAL = {"zh": "zh-CN"}
"""Languages whose bare tag does not say which characters are meant."""


def compose_summary(plan: Plan, pack: Pack, language: str | None = None, *, undated: date = UNDATED) -> Summary:
    """The summary of `plan` in the form of `pack`, its row labels in `language` where the pack has them.

    `undated` is the date that the documents' properties have where the plan has none.
    Raises ProblemsFound when a programme label is asked for in a language that the pack has none in.
    """
    rules = [rule for rule in pack.settings.rows if rule.field != NAMES_FIELD]
    rows = [row for rule in rules if (row := _row(plan, pack, rule, language)) is not None]
    table = _table(plan, pack, rows, language)
    contact = _contact(plan, pack)
    return Summary(
        id=plan.id,
        title=plan.title or pack.settings.title,
        language=plan.language,
        column_label=table.label,
        columns=table.columns,
        rows=table.rows,
        contact=contact,
        programme_label=_programme_label(plan, pack),
        metadata=Metadata(contact.office, ", ".join(_joined(city.name) for city in plan.cities), plan.themes, undated),
        updated=plan.updated,
        updated_text=_date_text(plan.updated, plan.language) if plan.updated else "",
        continued=pack.settings.continued,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """The fact table's heads and rows."""

    label: RichText
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def _table(plan: Plan, pack: Pack, rows: Sequence[Row], language: str | None) -> _Table:
    """A column a city; beyond the pack's `max_columns` the table is turned: a row a city, a column a fact."""
    label = pack.label(NAMES_FIELD, language)
    names = tuple(_joined(city.name) for city in plan.cities)
    if len(names) <= pack.settings.max_columns:
        return _Table(label, names, tuple(rows))
    facts = [row for row in rows if not row.shared]
    if not facts:
        return _Table(label, (", ".join(names),), tuple(rows))
    kept = pack.settings.max_columns - 1 if len(facts) > pack.settings.max_columns else len(facts)
    heads = [pack.short_label(fact.key, language) for fact in facts]
    columns = [*heads[:kept], *([" · ".join(heads[kept:])] if facts[kept:] else [])]
    turned = [
        Row(f"{NAMES_FIELD}.{place}", RichText.plain(name), _turned_cells(facts, kept, place), shared=False)
        for place, name in enumerate(names)
    ]
    return _Table(label, tuple(columns), (*turned, *(row for row in rows if row.shared)))


def _turned_cells(facts: Sequence[Row], kept: int, place: int) -> tuple[RichText, ...]:
    """One city's cells; the facts for which there is no column share the last one, a line each."""
    cells = [fact.cells[place] for fact in facts]
    rest = [block for cell in cells[kept:] for block in cell.blocks]
    return (*cells[:kept], RichText(tuple(rest))) if rest else tuple(cells)


def _row(plan: Plan, pack: Pack, rule: RowRule, language: str | None) -> Row | None:
    """The row of a rule, or None where nothing is known and the rule leaves such a row out."""
    if rule.field in COLUMN_CELLS:
        print_field = COLUMN_CELLS[rule.field]
        cells = tuple(print_field(city, pack) for city in plan.cities)
    else:
        cells = (_shared_cell(plan, rule.field),)
    if not any(cells) and rule.when_unknown is WhenUnknown.OMIT:
        return None
    unknown = RichText.plain(pack.settings.unknown)
    label = pack.label(rule.field, language)
    return Row(rule.field, label, tuple(cell or unknown for cell in cells), shared=rule.field not in COLUMN_CELLS)


def _shared_cell(plan: Plan, field: str) -> RichText:
    """The content of a row that all columns share; empty where it is unknown."""
    if field.startswith(EXTRA):
        return plan.extra.get(field.removeprefix(EXTRA), RichText())
    return SHARED_CELLS[field](plan)


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names)


def _lines(texts: Sequence[str]) -> RichText:
    """One text as a paragraph, several as a list of lines without markers."""
    if len(texts) <= 1:
        return RichText.plain("".join(texts))
    items = tuple(ListItem(RichText.plain(text).blocks) for text in texts)
    return RichText((ItemList(Marker.NONE, items),))


def _population(city: City, pack: Pack) -> RichText:
    return _quantity(city.population, lambda value: figure_text(value, pack.settings.number_format))


def _area(city: City, pack: Pack) -> RichText:
    return _quantity(city.area_km2, lambda value: number_text(value, pack.settings.number_format))


def _quantity(quantity: Quantity | None, print_value: Callable[[float], str]) -> RichText:
    if quantity is None:
        return RichText()
    if quantity.text is not None or quantity.value is None:
        return RichText.plain(quantity.text or "")
    return RichText.plain(print_value(quantity.value))


COLUMN_CELLS: dict[str, Callable[[City, Pack], RichText]] = {
    "region": lambda city, _: RichText.plain(_joined(city.region)),
    "country": lambda city, _: RichText.plain(_joined([country.text for country in city.country])),
    "place": lambda city, _: RichText.plain(_joined([*city.region, *(country.text for country in city.country)])),
    "population": _population,
    "area_km2": _area,
    "visits": lambda city, _: _lines(city.visits),
    "mayor": lambda city, _: RichText.plain(city.mayor or ""),
}
"""The fields that have a cell for each column."""


def _goals(plan: Plan) -> list[str]:
    return [f"SDG {goal.number} {goal.wording or goal.title}" for goal in plan.sdgs]


def _agenda(plan: Plan) -> list[str]:
    return [topic.wording for topic in plan.urban_agenda]


def _focus(plan: Plan) -> RichText:
    if isinstance(plan.focus, RichText):
        return plan.focus
    return RichText(tuple(block for focus in plan.focus for block in _focus_blocks(focus)))


def _focus_blocks(focus: Focus) -> tuple[Paragraph | ItemList, ...]:
    return _after(Run(f"{focus.theme}:", bold=True), " ", focus.text)


def _activities(plan: Plan) -> RichText:
    if isinstance(plan.activities, RichText):
        return plan.activities
    items = tuple(_activity(activity) for activity in plan.activities)
    return RichText((ItemList(Marker.BULLET, items),)) if items else RichText()


def _activity(activity: Activity) -> ListItem:
    blocks = activity.text.blocks
    if activity.when:
        blocks = _after(Run(activity.when, underline=True), ": ", activity.text)
    if activity.details:
        details = tuple(ListItem(detail.blocks) for detail in activity.details)
        blocks = (*blocks, ItemList(Marker.BULLET, details))
    return ListItem(blocks)


def _after(lead: Run, gap: str, text: RichText) -> tuple[Paragraph | ItemList, ...]:
    """The blocks of `text` with `lead` before its first words, in a paragraph of its own where a list comes first."""
    match text.blocks:
        case (Paragraph((Run(words) as first, *inlines)), *others) if first == Run(words):
            return (Paragraph((lead, Run(gap + words), *inlines)), *others)
        case (Paragraph(inlines), *others):
            return (Paragraph((lead, Run(gap), *inlines)), *others)
        case others if sign := gap.strip():
            return (Paragraph((lead, Run(sign))), *others)
        case others:
            return (Paragraph((lead,)), *others)


def _signed(plan: Plan) -> RichText:
    match plan.signed:
        case date():
            return RichText.plain(_date_text(plan.signed, plan.language))
        case text:
            return RichText.plain(text or "")


SHARED_CELLS: dict[str, Callable[[Plan], RichText]] = {
    "period": lambda plan: RichText.plain(plan.period or ""),
    "signed": _signed,
    "themes": lambda plan: _lines(plan.themes),
    "sdgs": lambda plan: _lines(_goals(plan)),
    "urban_agenda": lambda plan: _lines(_agenda(plan)),
    "topics": lambda plan: _lines([*_goals(plan), *_agenda(plan)]),
    "focus": _focus,
    "challenges": lambda plan: plan.challenges,
    "objectives": lambda plan: plan.objectives,
    "activities": _activities,
    "results": lambda plan: plan.results,
}
"""The fields whose one cell all columns share; `topics` is the SDGs and the Urban Agenda topics in one row."""


def _contact(plan: Plan, pack: Pack) -> Contact:
    """The plan's contact under the pack's lead, or the pack's own; nothing, not even the lead, where there is none."""
    own = plan.contact or pack.settings.contact
    parts = {name: getattr(own, name) or "" for name in ("office", "email", "phone", "website", "address")}
    return Contact(lead=pack.settings.contact.lead, **parts) if any(parts.values()) else Contact()


def _programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    known = pack.settings.programme_label
    texts, problems = [], []
    for place, tag in enumerate(plan.label_languages or pack.settings.label_languages):
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


def _date_text(day: date, language: str) -> str:
    """The day as its language writes it, such as "1 April 2019"."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - a summary without dates does not wait for it
    from babel.dates import format_date  # noqa: PLC0415 - as above

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return day.isoformat()
    return format_date(day, "d MMMM y" if locale.language == "en" else "long", locale=locale)
