"""The passages of a plan: the texts that a translation translates, each with its field."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan import text_fields
from ucap_reports.plan.field_values import Goal
from ucap_reports.plan.plan_model import Activity, City, Focus, Plan, PlanContact, PlanPicture
from ucap_reports.source.yaml_tree import Loc, Tree, field_name
from ucap_reports.text.rich_text import RichText

Value = TypeVar("Value")
TRANSLATED = frozenset({
    "title", "cities", "period", "signed", "themes", "sdgs", "urban_agenda", "focus", "challenges", "objectives",
    "activities", "results", "pictures", "contact", "extra",
})  # fmt: skip
"""The fields of a plan with texts that are translated."""
NOT_TRANSLATED = frozenset({"template", "language", "languages", "label_languages", "updated", "sources", "status"})


class Passage(Struct, frozen=True):
    """A text of a plan: its place, the text as written, and the reader of its translations."""

    loc: Loc
    text: str
    read: Callable[[Any], Any]

    @property
    def field(self) -> str:
        """The name of its place, as in `activities[2].text`."""
        return field_name(self.loc)


Change = Callable[[Passage, Any], Any]
"""A function from a passage and its value to the value in the translated plan."""


def passages(plan: Plan, tree: Tree) -> tuple[Passage, ...]:
    """The passages of a plan in the order of its fields; `tree` is its file."""
    found: list[Passage] = []

    def collect(passage: Passage, value: Any) -> Any:
        found.append(passage)
        return value

    with_passages(plan, tree, collect)
    return tuple(found)


def with_passages(plan: Plan, tree: Tree, change: Change) -> Plan:
    """The plan with each passage changed; facts stay as they are."""
    return _Walk(tree, change).plan(plan)


class _Walk:
    """Visits the passages of a plan."""

    def __init__(self, tree: Tree, change: Change) -> None:
        self._tree = tree
        self._change = change

    def plan(self, plan: Plan) -> Plan:
        return plan.model_copy(update=dict(self._fields(plan)))

    def _fields(self, plan: Plan) -> Iterator[tuple[str, Any]]:
        yield "title", self._line(("title",), plan.title)
        yield "cities", self._each("cities", plan.cities, self._city)
        yield "period", self._line(("period",), plan.period)
        yield "signed", self._line(("signed",), plan.signed) if isinstance(plan.signed, str) else plan.signed
        yield "themes", self._lines(("themes",), plan.themes)
        yield "sdgs", self._items(("sdgs",), plan.sdgs, self._goal)
        yield "urban_agenda", self._items(("urban_agenda",), plan.urban_agenda, self._topic)
        yield "focus", self._entries("focus", plan.focus, self._focus)
        for name in ("challenges", "objectives"):
            yield name, self._rich((name,), getattr(plan, name))
        yield "activities", self._entries("activities", plan.activities, self._activity)
        yield "results", self._rich(("results",), plan.results)
        yield "pictures", self._each("pictures", plan.pictures, self._picture)
        yield "contact", self._contact(plan.contact) if plan.contact else None
        yield "extra", {key: self._rich(("extra", key), text) for key, text in plan.extra.items()}

    def _city(self, loc: Loc, city: City) -> City:
        changed: dict[str, Any] = {name: self._lines((*loc, name), getattr(city, name)) for name in ("name", "region")}
        for name in ("population", "area_km2"):
            quantity = getattr(city, name)
            if quantity is not None and quantity.text and not quantity.is_number:
                changed[name] = replace(quantity, text=self._line((*loc, name), quantity.text), value=None)
        changed |= {
            "visits": self._lines((*loc, "visits"), city.visits),
            "mayor": self._line((*loc, "mayor"), city.mayor),
        }
        picture = city.picture and self._picture((*loc, "picture"), city.picture)
        return city.model_copy(update={**changed, "picture": picture})

    def _picture(self, loc: Loc, picture: PlanPicture) -> PlanPicture:
        words = {name: self._rich((*loc, name), getattr(picture, name)) for name in ("caption", "credit")}
        return picture.model_copy(update={"alt": self._line((*loc, "alt"), picture.alt), **words})

    def _goal(self, loc: Loc, goal: Goal) -> Goal:
        if goal.wording is None:
            return goal
        return replace(goal, wording=self._change(Passage(loc, goal.wording, text_fields.read_text), goal.wording))

    def _topic(self, loc: Loc, topic: Any) -> Any:
        return replace(topic, wording=self._line(loc, topic.wording))

    def _focus(self, loc: Loc, focus: Focus) -> Focus:
        theme, text = self._line((*loc, "theme"), focus.theme), self._rich((*loc, "text"), focus.text)
        return focus.model_copy(update={"theme": theme, "text": text})

    def _activity(self, loc: Loc, activity: Activity) -> Activity:
        when = self._line((*loc, "when"), activity.when)
        text = self._value((*loc, "text"), activity.text, text_fields.read_entry_text)
        details = self._items(
            (*loc, "details"), activity.details, lambda at, each: self._value(at, each, text_fields.read_detail)
        )
        return activity.model_copy(update={"when": when, "text": text, "details": details})

    def _contact(self, contact: PlanContact) -> PlanContact:
        office = self._line(("contact", "office"), contact.office)
        address = self._value(("contact", "address"), contact.address, text_fields.read_lines)
        return contact.model_copy(update={"office": office, "address": address})

    def _entries(self, name: str, value: Any, change: Callable[[Loc, Any], Any]) -> Any:
        return self._rich((name,), value) if isinstance(value, RichText) else self._each(name, value, change)

    def _each(self, name: str, values: Sequence[Value], change: Callable[[Loc, Value], Value]) -> tuple[Value, ...]:
        return tuple(change((name, place), each) for place, each in enumerate(values))

    def _items(self, loc: Loc, values: Sequence[Value], change: Callable[[Loc, Value], Value]) -> tuple[Value, ...]:
        """The items of a list, which may be written without a list if it is the only one."""
        is_list = isinstance(self._written(loc), list)
        return tuple(change((*loc, place) if is_list else loc, each) for place, each in enumerate(values))

    def _lines(self, loc: Loc, values: Sequence[str]) -> tuple[str, ...]:
        return self._items(loc, values, self._line)

    def _line(self, loc: Loc, value: Any) -> Any:
        return self._value(loc, value, text_fields.read_text)

    def _rich(self, loc: Loc, value: RichText) -> RichText:
        changed: RichText = self._value(loc, value, text_fields.read_rich_text)
        return changed

    def _value(self, loc: Loc, value: Any, read: Callable[[Any], Any]) -> Any:
        if not value:
            return value
        written = self._written(loc)
        return self._change(Passage(loc, str(getattr(written, "text", written)).strip("\n"), read), value)

    def _written(self, loc: Loc) -> Any:
        """The value in the file: that of the entry itself where it is written without its field."""
        node = self._tree.root
        for part in loc:
            node = node.children.get(part, node)
        return node.value
