"""The cells of the fact table, by field."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from ucap_reports.plan.plan_model import Activity, City, Plan
from ucap_reports.plan.quantities import Quantity
from ucap_reports.summary.label_languages import PackWords
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run, plain_run


def _countries(city: City) -> Iterable[str]:
    """The countries that the cities of a group are in, each once."""
    return dict.fromkeys(country.text for country in city.country)


def _lines(lines: Sequence[RichText]) -> RichText:
    """One text as it is, several as a list without markers."""
    if len(lines) <= 1:
        return lines[0] if lines else RichText()
    return RichText((ItemList(Marker.NONE, tuple(ListItem(line.blocks) for line in lines)),))


def _plain_lines(texts: Sequence[str]) -> RichText:
    return _lines(list(map(RichText.plain, texts)))


def _quantity(quantity: Quantity | None, print_value: Callable[[float, int], str]) -> RichText:
    if quantity is None:
        return RichText()
    if quantity.text is not None or quantity.value is None:
        return RichText.plain(quantity.text or "")
    return RichText.plain(print_value(quantity.value, quantity.decimals))


def _area(city: City, words: PackWords) -> RichText:
    unit = city.area_km2.unit if city.area_km2 else ""
    return _quantity(city.area_km2, lambda value, decimals: words.formats.number(value, decimals, unit))


COLUMN_CELLS: dict[str, Callable[[City, PackWords], RichText]] = {
    "region": lambda city, _: RichText.joined(dict.fromkeys(city.region)),
    "country": lambda city, _: RichText.joined(_countries(city)),
    "place": lambda city, _: RichText.joined((*dict.fromkeys(city.region), *_countries(city))),
    "population": lambda city, words: _quantity(city.population, lambda value, _: words.formats.figure(value)),
    "area_km2": _area,
    "visits": lambda city, _: _plain_lines(city.visits),
    "mayor": lambda city, _: RichText.plain(city.mayor or ""),
}
"""The fields with a cell for each column."""


def _goals(plan: Plan, words: PackWords) -> list[RichText]:
    return [
        RichText.joined((f"SDG {goal.number}", goal.wording), " ") if goal.wording else _goal(goal.number, words)
        for goal in plan.sdgs
    ]


def _goal(number: int, words: PackWords) -> RichText:
    """A goal with its official title, tagged with the language of the title."""
    title = plain_run(words.formats.goal(number))
    return RichText((Paragraph((replace(title, text=f"SDG {number} {title.text}"),)),))


def _agenda(plan: Plan) -> list[RichText]:
    return [RichText.plain(topic.wording) for topic in plan.urban_agenda]


def _focus(plan: Plan) -> RichText:
    if isinstance(plan.focus, RichText):
        return plan.focus
    entries = (_after(_bold(focus.theme), " ", focus.text) for focus in plan.focus)
    return RichText(tuple(block for blocks in entries for block in blocks))


def _bold(theme: str) -> Run:
    run = plain_run(theme)
    return replace(run, text=f"{run.text}:", bold=True)


def _activities(plan: Plan) -> RichText:
    if isinstance(plan.activities, RichText):
        return plan.activities
    items = tuple(_activity(activity) for activity in plan.activities)
    return RichText((ItemList(Marker.BULLET, items),)) if items else RichText()


def _activity(activity: Activity) -> ListItem:
    blocks = activity.text.blocks
    if activity.when:
        blocks = _after(replace(plain_run(activity.when), underline=True), ": ", activity.text)
    if activity.details:
        details = tuple(ListItem(detail.blocks) for detail in activity.details)
        blocks = (*blocks, ItemList(Marker.BULLET, details))
    return ListItem(blocks)


def _after(lead: Run, gap: str, text: RichText) -> tuple[Paragraph | ItemList, ...]:
    """The blocks of `text` after `lead`, which is a paragraph of its own before a list."""
    match text.blocks:
        case (Paragraph((Run(words) as first, *inlines)), *others) if first == Run(words):
            return (Paragraph((lead, Run(gap + words), *inlines)), *others)
        case (Paragraph(inlines), *others):
            return (Paragraph((lead, Run(gap), *inlines)), *others)
        case others if sign := gap.strip():
            return (Paragraph((lead, Run(sign))), *others)
        case others:
            return (Paragraph((lead,)), *others)


def _signed(plan: Plan, words: PackWords) -> RichText:
    return RichText.plain(words.formats.date(plan.signed) if isinstance(plan.signed, date) else plan.signed or "")


SHARED_CELLS: dict[str, Callable[[Plan, PackWords], RichText]] = {
    "period": lambda plan, _: RichText.plain(plan.period or ""),
    "signed": _signed,
    "themes": lambda plan, _: _plain_lines(plan.themes),
    "sdgs": lambda plan, words: _lines(_goals(plan, words)),
    "urban_agenda": lambda plan, _: _lines(_agenda(plan)),
    "topics": lambda plan, words: _lines([*_goals(plan, words), *_agenda(plan)]),
    "focus": lambda plan, _: _focus(plan),
    "challenges": lambda plan, _: plan.challenges,
    "objectives": lambda plan, _: plan.objectives,
    "activities": lambda plan, _: _activities(plan),
    "results": lambda plan, _: plan.results,
}
"""The fields with one cell for all columns; `topics` has the SDGs and the Urban Agenda topics in one row."""
