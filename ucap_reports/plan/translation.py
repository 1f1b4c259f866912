"""Translations of plans: the passages of a plan, the entry of a PO file that translates each, and the plan in another
language.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from operator import itemgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from ucap_reports.plan import field_values
from ucap_reports.plan.countries_goals_and_partnerships import Goal, locale_of, part_of_country
from ucap_reports.plan.custom_field_values import CellValue, ChoiceKey, Number, TableRows
from ucap_reports.plan.field_descriptions import CITIES, QUANTITIES, FieldType, descriptions_of
from ucap_reports.plan.field_values import AgendaTopic, read_goal
from ucap_reports.plan.numbers_and_amounts import MULTIPLES, Money, Quantity, population
from ucap_reports.plan.plan_changes import ChangeKind, shown_value, value_changes
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan, WithCustomFields, spoken_name
from ucap_reports.plan.po_files import Completeness, ImportedEntry, PoContext, PoEntry, PoFile, completeness_of, po_text
from ucap_reports.plan.writing.plan_file import SCHEMA_MARK, Entries, PlanEntry, read_document
from ucap_reports.problems import Location, Problem, problem, raise_found
from ucap_reports.source.model_validation import REFUSED
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, loc_of
from ucap_reports.text.language_tags import is_readable_as
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText, in_language


class Passage(Struct, frozen=True):
    """A text of a plan: its place, the text as written, and the reader of its translations."""

    loc: Loc
    text: str
    read: Callable[[Any], Any]

    @property
    def field(self) -> str:
        """The name of its place, as in `activities[2].text`."""
        return field_name(self.loc)


class TranslatedPlan(Struct, frozen=True):
    """A plan in another language, the warnings about its translation, and how complete it is."""

    plan: Plan
    problems: tuple[Problem, ...]
    completeness: Completeness


Change = Callable[[Passage, Any], Any]
"""A function from a passage and its value to the value in the translated plan."""


# The plan in another language
_SEPARATOR = r"[.,'\u2019\u066c \u00a0\u2009\u202f]"
_GROUPING = re.compile(rf"(?<=\d)({_SEPARATOR})(?=(?:\d\d\1){{0,9}}\d{{3}}(?!\d))")
"""A separator of thousands, or in India of lakhs and crores, in numbers of up to ten groups."""
_MULTIPLES = "|".join(sorted(MULTIPLES, key=len, reverse=True))
_MULTIPLE = re.compile(
    rf"""
    (?<!\d) (?<!\d[.,]) \d+ (?: [.,]\d+ )* [.,]?            # a complete number
    \s*
    (?:{_MULTIPLES})
    (?: \b | (?<= [千万萬人亿億百천만억백] ) )              # after these words, others follow without a space
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A number with a word such as "million", instead of which other languages have words for other numbers."""


def translate_plan(plan: Plan, tree: Tree, po: PoFile, language: str) -> TranslatedPlan:
    """Return the plan with its passages in the language, and its countries and numbers as the language writes them.

    A passage without an up-to-date translation keeps its text, tagged with its own language. Raises ProblemsFound for
    translations that are not valid in their field.
    """
    translator = _Translator(plan, tree, po, language)
    translated = _with_passages(plan, tree, translator.change)
    raise_found(translator.errors)
    cities = tuple(_city(city, language) for city in translated.cities)
    translated = translated.model_copy(update={"language": language, "cities": cities})
    return TranslatedPlan(translated, tuple(translator.warnings), translator.completeness())


class _Translator:
    """Translates passages, and collects what is wrong with their translations."""

    def __init__(self, plan: Plan, tree: Tree, po: PoFile, language: str) -> None:
        self._entries = {entry.field: entry for entry in merged_translation(plan, tree, po).entries}
        self._plan = plan
        self._tree = tree
        self._po = po
        self._language = language
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def completeness(self) -> Completeness:
        return completeness_of(self._entries.values(), self._plan.id, self._language, self._po.path)

    def change(self, passage: Passage, value: Any) -> Any:
        """Return the value of a passage in the language."""
        entry = self._entries[passage.field]
        if entry.text and not entry.fuzzy:
            return self._translated(passage, value, entry)
        self.warnings.append(self._incomplete(passage, entry))
        if is_readable_as(self._plan.language, self._language):
            return value
        return in_language(value, self._plan.language)

    def _translated(self, passage: Passage, value: Any, entry: PoEntry) -> Any:
        where = Location(self._po.path, entry.line, None, passage.field)
        try:
            translation = passage.read(entry.text)
        except PydanticCustomError as error:
            if error.type == REFUSED and error.context is not None:
                self.errors += [refusal.at(where) for refusal in error.context["problems"]]
            return value
        for kind, words in differences(value, translation):
            self.warnings.append(problem("translation-differs", where, form=kind, words=words))
        return translation

    def _incomplete(self, passage: Passage, entry: PoEntry) -> Problem:
        where = replace(self._tree.location(passage.loc), field=passage.field)
        details = {
            "language": self._language,
            "field": spoken_name(passage.field),
            "path": self._po.path,
            "id": self._plan.id,
        }
        if entry.text:
            form = "changed" if entry.previous else "marked"
            return problem("translation-outdated", where, form=form, **details)
        return problem("translation-missing", where, form="passage", **details)


def _city(city: City, language: str) -> City:
    locale = locale_of(language)
    names = locale.territories if locale is not None else {}
    countries = []
    for country in city.country:
        name = part_of_country(country.text, language) or names.get(country.code) or country.text
        countries.append(replace(country, text=name))
    changed: dict[str, Any] = {BUILT_IN.of_type(FieldType.COUNTRIES).name: tuple(countries)}
    for field in BUILT_IN.inside(CITIES):
        quantity = getattr(city, field.name)
        if field.type in QUANTITIES and quantity is not None:
            changed[field.name] = quantity.in_numbers()
    return city.model_copy(update=changed)


def differences(source: RichText | str, translation: RichText | str) -> Iterator[tuple[str, str]]:
    """Yield what the source has and the translation has not or has differently: the kind of difference,
    and the words.
    """
    if isinstance(source, RichText) and isinstance(translation, RichText):
        yield from _markup_differences(source, translation)
    before = source.text if isinstance(source, RichText) else source
    after = translation.text if isinstance(translation, RichText) else translation
    # A point or space in the translation may group thousands, or stand between two numbers.
    translated_numbers = {*_numbers(after), *_numbers(_GROUPING.sub(" ", after)), *_multiplied(after)}
    numbers = dict.fromkeys(_numbers(_MULTIPLE.sub("", before)))
    missing = [number for number in numbers if number not in translated_numbers]
    if missing:
        yield "numbers", ", ".join(missing)


def _markup_differences(source: RichText, translation: RichText) -> Iterator[tuple[str, str]]:
    changed_links = _links(source) ^ _links(translation)
    if changed_links:
        yield "links", ", ".join(sorted(changed_links))
    changed_styles = _styles(source) ^ _styles(translation)
    if changed_styles:
        yield "emphasis", ", ".join(sorted(changed_styles))
    item_counts = list(_item_counts(source.blocks))
    translated_counts = list(_item_counts(translation.blocks))
    if item_counts != translated_counts:
        yield "items", f"{_sum_of(translated_counts)} instead of {_sum_of(item_counts)}"


def _links(rich: RichText) -> set[str]:
    return {run.link for run in rich.runs() if run.link}


def _styles(rich: RichText) -> set[str]:
    styles = set()
    for run in rich.runs():
        if not run.text.strip():
            continue
        if run.bold:
            styles.add("bold")
        if run.italic:
            styles.add("italic")
        if run.underline and not run.link:
            styles.add("underline")
    return styles


def _item_counts(blocks: tuple[Paragraph | ItemList, ...]) -> Iterator[int]:
    """Yield the number of items of each list, in reading order."""
    for block in blocks:
        if isinstance(block, ItemList):
            yield len(block.items)
            for item in block.items:
                yield from _item_counts(item.blocks)


def _sum_of(item_counts: list[int]) -> str:
    return " + ".join(map(str, item_counts)) or "0"


def _numbers(text: str) -> list[str]:
    """Return the digits of the numbers in a text, in any script, without separators."""
    in_western_digits = re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), text)
    return re.findall(r"\d+", _GROUPING.sub("", in_western_digits))


def _multiplied(text: str) -> list[str]:
    """Return the digits of the whole numbers that are written with a word such as "million"."""
    values = [population(number[0]).value for number in _MULTIPLE.finditer(text)]
    return [f"{value:.0f}" for value in values if value is not None]


# Passages
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

    _with_passages(plan, tree, collect)
    return tuple(collected)


def _with_passages(plan: Plan, tree: Tree, change: Change) -> Plan:
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


# Which entry translates a passage: that with the same text, else of its field, else a similar one
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
    used = {_key(entry) for entry in same.values()}
    unused: dict[tuple[str, str], PoEntry] = {}
    for entry in known_entries:
        if _key(entry) not in used:
            unused.setdefault(_key(entry), entry)
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
        unused.pop(_key(entry), None)
    words = {(entry.source, entry.text) for entry in same.values()}
    obsolete = [entry for entry in unused.values() if entry.text and (entry.source, entry.text) not in words]
    return replace(known, entries=tuple(entries), obsolete=tuple(obsolete))


def _key(entry: PoEntry) -> tuple[str, str]:
    """Return what identifies an entry in a PO file: its field and its source text."""
    return entry.field, entry.source


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
    used = {_key(entry) for entry in same.values()}
    texts = {passage.field: passage.text for passage in all_passages}
    for passage in all_passages:
        if passage.field in same:
            continue
        candidates = []
        for entry in by_source.get(passage.text, ()):
            is_of_another_field = entry.field != passage.field
            is_of_another_passage = is_of_another_field and texts.get(entry.field) == entry.source
            is_used = is_of_another_passage or _key(entry) in used
            is_finished = bool(entry.text) and not entry.fuzzy
            if is_finished or not is_used:
                rank = (not entry.text, is_used, is_of_another_field, entry.fuzzy)
                candidates.append((rank, entry))
        if candidates:
            _, best = min(candidates, key=itemgetter(0))
            used.add(_key(best))
            same[passage.field] = best
        else:
            same[passage.field] = PoEntry(passage.field, passage.text)
    return same


def imported_entries(imported: Iterable[ImportedEntry], known: PoFile) -> Iterator[PoEntry]:
    """Yield the entries of an imported file, completed with what the PO file knows about them.

    The state of an entry stays. Only an outdated row of a spreadsheet that now has another translation is up to date,
    because translators rarely change the state there. Notes and earlier source texts, which spreadsheets and some
    editors do not keep, come from the PO file.
    """
    outdated = {entry.field: entry.text for entry in known.entries if entry.fuzzy}
    replaced = {_key(entry): entry for entry in known.entries}
    for row in imported:
        entry = row.entry
        if not row.has_own_state and outdated.get(entry.field, entry.text) != entry.text:
            entry = replace(entry, fuzzy=False)
        before = replaced.get(_key(entry))
        if before is not None:
            earlier = before.previous if entry.fuzzy else ""
            entry = replace(
                entry,
                notes=entry.notes or before.notes,
                previous=entry.previous or earlier,
                flags=entry.flags or before.flags,
            )
        yield entry


def with_imported(known: PoFile, entries: Sequence[PoEntry]) -> PoFile:
    """Return the PO file with these entries in place of those for the same field and source."""
    imported = {_key(entry) for entry in entries if entry.text}
    others = [entry for entry in known.entries if _key(entry) not in imported]
    return replace(known, entries=(*entries, *others))


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


# The PO file of a plan, with the comments in the plan
_GOALS = BUILT_IN.of_type(FieldType.GOALS).name


def translation_text(plan: Plan, tree: Tree, merged: PoFile, language: str) -> str:
    """Return the text of the PO file with these entries. The same plan and the same entries give the same text."""
    return po_text(language, merged, passage_contexts(plan, tree))


def edited_translation(plan: Plan, tree: Tree, po: PoFile, loc: Loc, values: tuple[Any, Any]) -> PoFile:
    """Return the entries of a translation with the words of the field at `loc` changed as between the two values.

    Only passages can change: what a document adds, removes or moves is not in a translation, and is left as it is.
    """
    before, after = values
    entries = {entry.field: entry for entry in merged_translation(plan, tree, po).entries}
    for change in value_changes({loc: before}, {loc: after}):
        only_item = change.field.removesuffix("[0]")  # as the only item of a list that is written without a list
        entry = entries.get(change.field) or entries.get(only_item)
        if entry is None or change.kind not in {ChangeKind.CHANGED, ChangeKind.RENAMED}:
            continue
        value = after
        for step in loc_of(change.field)[len(loc) :]:
            value = value[step]
        text = shown_value(value)
        wording = read_goal(text).wording if loc == (_GOALS,) else text
        entries[entry.field] = replace(entry, text=wording or entry.text, fuzzy=False, previous="")
    return replace(po, entries=tuple(entries.values()))


def passage_contexts(plan: Plan, tree: Tree) -> Mapping[str, PoContext]:
    """Return the comments and the place of each passage by its field."""
    comments = dict(_comments(read_document(tree).body, ()))
    contexts = {}
    for passage in passages(plan, tree):
        where = tree.location(passage.loc)
        comments_about = tuple(_take_comments(passage, comments))
        contexts[passage.field] = PoContext(comments_about, f"{where.path}:{where.line}")
    return contexts


def _take_comments(passage: Passage, comments: dict[Loc, tuple[str, ...]]) -> Iterator[str]:
    """Yield the comments of a passage, and those of the entries around it that no passage before it had."""
    for end in range(1, len(passage.loc) + 1):
        yield from comments.pop(passage.loc[:end], ())


def _comments(content: Entries, loc: Loc) -> Iterator[tuple[Loc, tuple[str, ...]]]:
    """Yield the comments of all entries without their signs, by place."""
    for index, entry in enumerate(content.entries):
        step = index if entry.key is None else entry.key
        entry_loc = (*loc, step)
        yield entry_loc, tuple(_comment_texts(entry))
        if isinstance(entry.content, Entries):
            yield from _comments(entry.content, entry_loc)


def _comment_texts(entry: PlanEntry) -> Iterator[str]:
    for comment in (*entry.comments_before, entry.comment_after):
        if comment and not comment.startswith(SCHEMA_MARK):
            yield comment.lstrip("#").strip()
