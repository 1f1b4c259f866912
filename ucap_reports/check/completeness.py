"""What is still missing in a plan, and what stands in it but not in the form of its pack."""

from collections.abc import Iterator, Sequence
from typing import Any

from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.tree import Loc, Tree
from ucap_reports.template.pack import Pack, WhenUnknown
from ucap_reports.text.rich_text import RichText

CITY_FIELDS = ("region", "country", "population", "area_km2", "visits", "mayor")
SHARED_FIELDS = (
    *("period", "signed", "themes", "sdgs", "urban_agenda"),
    *("focus", "challenges", "objectives", "activities", "results"),
)
JOINT = {"topics": ("sdgs", "urban_agenda"), "place": ("region", "country")}
"""The rows that print more than one field."""
TOPICS = JOINT["topics"]
_MISSING_HINT = "fill it in, or write N/A where it is unknown"


def completeness_warnings(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Warnings about the plan as a whole and about each field."""
    if plan.updated is None:
        yield problem("updated-missing", _field(tree, "updated"))
    if plan.contact is None and not (pack.settings.contact.office or pack.settings.contact.email):
        message = f"nobody is named as contact, neither in the plan nor in the pack {pack.name}"
        yield Problem.warning("contact-missing", message, "add `contact:`", _field(tree, "contact"))
    yield from _empty_sections(plan, tree, pack)
    yield from _empty_entries(plan, tree)
    yield from _missing_facts(plan, tree, pack)
    yield from _not_printed(plan, tree, pack)
    yield from _unconfirmed_labels(plan, tree, pack)


def _empty_sections(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Rows of the form that the plan has nothing for: a warning for each field that is written and empty, one for all
    that are absent. One that says N/A has been thought of.
    """
    absent: list[str] = []
    for row in _shown(pack):
        fields = TOPICS if row == "topics" else (row,)
        filled = any(
            getattr(plan, field) or _says_unknown(tree, (field,)) for field in fields if field in SHARED_FIELDS
        )
        if filled or row not in {"topics", *SHARED_FIELDS}:
            continue
        written = [field for field in fields if isinstance(tree.value, dict) and field in tree.value]
        if written:
            yield _nothing_said(fields, written[0], tree)
        else:
            absent += fields
    if absent:
        yield _nothing_said(absent, absent[0], tree)


def _nothing_said(fields: Sequence[str], place: str, tree: Tree) -> Problem:
    message = f"nothing is said about {', '.join(fields)}"
    return Problem.warning("section-empty", message, _MISSING_HINT, _field(tree, place))


def _empty_entries(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Entries of which only the beginning is printed: a theme or a day, with nothing behind its colon."""
    focus = () if isinstance(plan.focus, RichText) else plan.focus
    activities = () if isinstance(plan.activities, RichText) else plan.activities
    entries: list[tuple[Loc, str | None]] = []
    entries += [(("focus", place), each.theme) for place, each in enumerate(focus) if not each.text]
    silent = ((place, each) for place, each in enumerate(activities) if not each.text and not each.details)
    entries += [(("activities", place), each.when) for place, each in silent]
    for loc, beginning in entries:
        if not _says_unknown(tree, (*loc, "text")):
            about = f' of "{beginning}"' if beginning else ""
            message = f"nothing is said about this entry{about}"
            yield Problem.warning("section-empty", message, _MISSING_HINT, tree.location((*loc, "text"), key=True))


def _missing_facts(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """One warning for each column whose facts are not complete."""
    for place, city in enumerate(plan.cities):
        missing = [
            field
            for field in _shown(pack)
            if field in CITY_FIELDS and not getattr(city, field) and not _says_unknown(tree, ("cities", place, field))
        ]
        if missing:
            message = f"{', '.join(city.name)} has no {', '.join(missing)}"
            yield Problem.warning("facts-missing", message, _MISSING_HINT, tree.location(("cities", place)))


def _not_printed(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """What is filled in and has no row."""
    rows = {field for rule in pack.settings.rows for field in (rule.field, *JOINT.get(rule.field, ()))}
    places: list[tuple[str, Loc]] = [(field, (field,)) for field in SHARED_FIELDS if getattr(plan, field)]
    places += [
        (field, ("cities", place, field))
        for place, city in enumerate(plan.cities)
        for field in CITY_FIELDS
        if getattr(city, field)
    ]
    places += [(f"extra.{key}", ("extra", key)) for key, text in plan.extra.items() if text]
    for field, loc in places:
        if field not in rows:
            message = f'the pack {pack.name} has no row for "{field}", so it is not printed'
            hint = "add a row to its pack.yaml, or choose another template"
            yield Problem.warning("field-not-printed", message, hint, tree.location(loc, key=True))


def _unconfirmed_labels(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Programme labels whose wording no office has confirmed."""
    labels = pack.settings.programme_label
    for tag in plan.label_languages or pack.settings.label_languages:
        label = labels.get(tag, labels.get(tag.partition("-")[0]))
        if label is not None and not label.confirmed:
            message = f'"{label.text}" is no confirmed wording of the programme label'
            hint = f"when the programme has confirmed it, set `confirmed: true` in {pack.home}"
            yield Problem.warning("label-unconfirmed", message, hint, _field(tree, "label_languages"))


def _shown(pack: Pack) -> tuple[str, ...]:
    """The fields of the rows that are printed even where nothing is known."""
    return tuple(rule.field for rule in pack.settings.rows if rule.when_unknown is WhenUnknown.SHOW)


def _says_unknown(tree: Tree, loc: Loc) -> bool:
    """Whether the author wrote that it is unknown, by N/A or a dash, and did not just leave it empty."""
    value: Any = tree.value
    for part in loc:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return isinstance(value, str) and bool(value.strip())


def _field(tree: Tree, name: str) -> Location:
    """The place of a field of the plan: its file alone where the field is not written."""
    if isinstance(tree.value, dict) and name in tree.value:
        return tree.location((name,), key=True)
    return Location(tree.source.path, field=name)
