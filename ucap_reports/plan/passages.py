"""The passages of a plan: which of its texts are translated, and the plan with each of them changed."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from ucap_reports.plan import field_values
from ucap_reports.plan.countries_goals_and_partnerships import Goal
from ucap_reports.plan.custom_field_values import CellValue, ChoiceKey, Number, TableRows
from ucap_reports.plan.field_descriptions import FieldType, descriptions_of
from ucap_reports.plan.field_values import AgendaTopic
from ucap_reports.plan.numbers_and_amounts import Money, Quantity
from ucap_reports.plan.plan_model import BUILT_IN, Plan, WithCustomFields
from ucap_reports.source.yaml_tree import Loc, Tree, field_name
from ucap_reports.text.rich_text import RichText


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


_READERS: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.ENTRY_TEXT: field_values.read_entry_text,
    FieldType.DETAILS: field_values.read_detail,
    FieldType.ADDRESS: field_values.read_lines,
}
"""The readers of texts that are neither one line nor rich text with all lists."""
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST_SIGN = 2
"""Letters of the sign of a currency, such as kr."""


def passages(plan: Plan, tree: Tree) -> tuple[Passage, ...]:
    """Return the passages of a plan in the order of its fields; `tree` is its file."""
    collected: list[Passage] = []

    def collect(passage: Passage, value: Any) -> Any:
        collected.append(passage)
        return value

    with_passages(plan, tree, collect)
    return tuple(collected)


def with_passages(plan: Plan, tree: Tree, change: Change) -> Plan:
    """Return the plan with each passage changed; facts stay as they are."""
    changed: Plan = _Walk(tree, change).part((), plan)
    return changed


class _Walk(Struct, frozen=True):
    """Visits the passages of a plan."""

    tree: Tree
    change: Change

    def part(self, loc: Loc, part: BaseModel) -> Any:
        """Return the part of the plan at `loc` with its passages changed."""
        translated = {}
        for name, field in descriptions_of(type(part)).items():
            if field.is_translated:
                translated[name] = self._value((*loc, name), getattr(part, name))
        changed = part.model_copy(update=translated)
        if isinstance(changed, WithCustomFields) and changed.custom:
            custom = {name: self._custom((*loc, name), value) for name, value in changed.custom.items()}
            return changed.with_custom(custom)
        return changed

    def _custom(self, loc: Loc, value: Any) -> Any:
        """Return the value of a custom field with its passages changed: texts, and the words of numbers and amounts."""
        match value:
            case ChoiceKey():
                return value
            case TableRows():
                return TableRows(self._row((*loc, index), row) for index, row in enumerate(value))
            case Money(text=str(text)) if _has_words(text):
                return replace(value, text=self._text(loc, text))
            case Number(words=words) if _has_words(words):
                passage = Passage(loc, words, field_values.read_text)
                return replace(value, words=self.change(passage, words))
            case str() | RichText() | tuple():
                return self._value(loc, value)
            case _:
                return value

    def _row(self, loc: Loc, row: Mapping[str, CellValue]) -> Mapping[str, CellValue]:
        """Return a row of a table with its passages changed."""
        return {name: self._custom((*loc, name), cell) for name, cell in row.items()}

    def _value(self, loc: Loc, value: Any) -> Any:
        match value:
            case BaseModel():
                return self.part(loc, value)
            case dict():
                return {key: self._value((*loc, key), inner) for key, inner in value.items()}
            case tuple():
                return self._items(loc, value)
            case Goal(wording=str(wording)):
                passage = Passage(loc, wording, field_values.read_text)
                return replace(value, wording=self.change(passage, wording))
            case AgendaTopic():
                return replace(value, wording=self._text(loc, value.wording))
            case Quantity(text=str(text)) if text and not value.is_number:
                return replace(value, text=self._text(loc, text))
            case str() | RichText() if value:
                return self._text(loc, value)
            case _:
                return value

    def _items(self, loc: Loc, values: Sequence[Any]) -> tuple[Any, ...]:
        """Return the items of a list, which may be written without a list if it is the only one."""
        if not isinstance(self._written(loc), list):
            return tuple(self._value(loc, item) for item in values)
        return tuple(self._value((*loc, index), item) for index, item in enumerate(values))

    def _text(self, loc: Loc, value: str | RichText) -> Any:
        """Return the value of a text in the translated plan."""
        read = field_values.read_rich_text if isinstance(value, RichText) else field_values.read_text
        field = BUILT_IN.at(loc)
        if field is not None:
            read = _READERS.get(field.type, read)
        written = self._written(loc)
        source = str(getattr(written, "text", written))
        passage = Passage(loc, source.strip("\n"), read)
        return self.change(passage, value)

    def _written(self, loc: Loc) -> Any:
        """Return the value in the file: that of the entry itself where it is written without its field."""
        node = self.tree.root
        for part in loc:
            node = node.children.get(part, node)
        return node.value


def _has_words(text: str) -> bool:
    """Return whether a text has words, beside numbers and the codes and signs of currencies."""
    return any(len(letters) > _LONGEST_SIGN and not letters.isupper() for letters in _LETTERS.findall(text))
