"""The passages of a plan: which of its texts are translated, the plan with each of them changed, which translation
one has after its text was changed or moved, and what becomes of those of deleted passages.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from operator import itemgetter
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
from ucap_reports.plan.po_files import PoEntry, PoFile, entry_key
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


# Changed, moved and deleted passages: one has the translation of the same text, else that of its field, else that of a
# similar text

_LEAST_SIMILARITY = 0.7
_INDEX = re.compile(r"\d+")


def merged_translation(plan: Plan, tree: Tree, known: PoFile) -> PoFile:
    """Return the PO file with an entry for each passage of the plan, and the translations that are known.

    A passage whose text is known keeps its translation wherever it has moved. One whose text has changed gets the
    translation of its field, marked fuzzy, or of a similar text that was in another place of the same list. An entry
    that a passage has by its text is not used for another text. No translation is lost: those that no passage has are
    obsolete, unless another one has the same words for the same text.
    """
    all_entries = [*known.entries, *known.obsolete]
    known_entries = [entry for entry in all_entries if entry.text or entry.notes or entry.flags]
    all_passages = passages(plan, tree)
    same = _same_texts(all_passages, known_entries)
    used = {entry_key(entry) for entry in same.values()}
    unused: dict[tuple[str, str], PoEntry] = {}
    for entry in known_entries:
        if entry_key(entry) not in used:
            unused.setdefault(entry_key(entry), entry)
    untranslated = [passage for passage in all_passages if not same[passage.field].text]
    unused_translations = [entry for entry in unused.values() if entry.text]
    earlier = _earlier_texts(untranslated, unused_translations)
    entries = []
    for passage in all_passages:
        entry = replace(same[passage.field], field=passage.field)
        if passage.field in earlier:
            entry = _outdated(entry, earlier[passage.field])
        own = unused.get((passage.field, passage.text))
        if own is not None:
            notes = dict.fromkeys((*own.notes, *entry.notes))
            flags = dict.fromkeys((*own.flags, *entry.flags))
            entry = replace(entry, notes=tuple(notes), flags=tuple(flags))
        entries.append(entry)
    for entry in earlier.values():
        unused.pop(entry_key(entry), None)
    words = {(entry.source, entry.text) for entry in same.values()}
    obsolete = [entry for entry in unused.values() if entry.text and (entry.source, entry.text) not in words]
    return replace(known, entries=tuple(entries), obsolete=tuple(obsolete))


def _same_texts(all_passages: Sequence[Passage], known_entries: Sequence[PoEntry]) -> dict[str, PoEntry]:
    """Return the entry of each passage by its field, with the translation of the same text if there is one: that of the
    same field, else one that no other passage has, else a finished one of another passage.
    """
    by_source: dict[str, list[PoEntry]] = {}
    for entry in known_entries:
        by_source.setdefault(entry.source, []).append(entry)
    same: dict[str, PoEntry] = {}
    for passage in all_passages:
        with_text = by_source.get(passage.text, ())
        own = [entry for entry in with_text if entry.field == passage.field and entry.text]
        if own:
            same[passage.field] = min(own, key=lambda entry: entry.fuzzy)
    used = {entry_key(entry) for entry in same.values()}
    texts = {passage.field: passage.text for passage in all_passages}
    for passage in all_passages:
        if passage.field in same:
            continue
        candidates = []
        for entry in by_source.get(passage.text, ()):
            is_of_another_field = entry.field != passage.field
            is_of_another_passage = is_of_another_field and texts.get(entry.field) == entry.source
            is_used = is_of_another_passage or entry_key(entry) in used
            is_finished = bool(entry.text) and not entry.fuzzy
            if is_finished or not is_used:
                rank = (not entry.text, is_used, is_of_another_field, entry.fuzzy)
                candidates.append((rank, entry))
        if candidates:
            _, best = min(candidates, key=itemgetter(0))
            used.add(entry_key(best))
            same[passage.field] = best
        else:
            same[passage.field] = PoEntry(passage.field, passage.text)
    return same


def _earlier_texts(passages: Sequence[Passage], unused: Sequence[PoEntry]) -> Mapping[str, PoEntry]:
    """Return the entries of earlier texts of passages by field: those of the same fields first, then similar ones.

    Of several entries of a field, the first is its earlier text: the others are obsolete.
    """
    by_field: dict[str, PoEntry] = {}
    for entry in unused:
        by_field.setdefault(entry.field, entry)
    earlier = {passage.field: by_field[passage.field] for passage in passages if passage.field in by_field}
    remaining = [entry for entry in unused if earlier.get(entry.field) is not entry]
    for passage in passages:
        if passage.field in earlier:
            continue
        candidates = [entry for entry in remaining if _shape(entry.field) == _shape(passage.field)]
        sources = [entry.source for entry in candidates]
        similar = get_close_matches(passage.text, sources, 1, _LEAST_SIMILARITY)
        if similar:
            entry = candidates[sources.index(similar[0])]
            earlier[passage.field] = entry
            remaining.remove(entry)
    return earlier


def _shape(field: str) -> str:
    """Return the field without its places in lists."""
    return _INDEX.sub("", field)


def _outdated(entry: PoEntry, earlier: PoEntry) -> PoEntry:
    """Return the entry of a passage without a translation, with that of its earlier text, marked fuzzy."""
    return replace(
        entry,
        text=earlier.text,
        fuzzy=True,
        notes=earlier.notes or entry.notes,
        line=earlier.line,
        previous=earlier.previous or earlier.source,
        flags=earlier.flags or entry.flags,
    )
