"""A plan in another language: its passages from a PO file, its numbers and countries, and what is wrong with them; and
the text of the PO file of a plan.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic_core import PydanticCustomError

from ucap_reports.plan.countries_goals_and_partnerships import part_of_country
from ucap_reports.plan.field_descriptions import CITIES, QUANTITIES, FieldType
from ucap_reports.plan.field_values import read_goal
from ucap_reports.plan.numbers_and_amounts import population
from ucap_reports.plan.passages_and_their_changes import Passage, merged_translation, passages, with_passages
from ucap_reports.plan.plan_changes import ChangeKind, shown_value, value_changes
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan
from ucap_reports.plan.po_files import Completeness, PoContext, PoEntry, PoFile, completeness_of, po_text
from ucap_reports.plan.writing.plan_file import SCHEMA_MARK, Entries, PlanEntry, read_document
from ucap_reports.problems import Location, Problem, problem, raise_found, shortened
from ucap_reports.source.currencies_and_multiples import MULTIPLES
from ucap_reports.source.model_validation import REFUSED
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of
from ucap_reports.text.language_tags import is_readable_as, locale_of
from ucap_reports.text.links import vague_link_texts
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText, in_language


class TranslatedPlan(Struct, frozen=True):
    """A plan in another language, the warnings about its translation, and how complete it is."""

    plan: Plan
    problems: tuple[Problem, ...]
    completeness: Completeness


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
    # Before the passages: a population with words is one, whose translation is printed as it is.
    cities = tuple(_city(city, language) for city in plan.cities)
    with_numbers = plan.model_copy(update={"cities": cities})
    translated = with_passages(with_numbers, tree, translator.change)
    raise_found(translator.errors)
    translated = translated.model_copy(update={"language": language})
    return TranslatedPlan(translated, tuple(translator.warnings), translator.completeness())


IN_FINAL_TRANSLATIONS = frozenset({"translation-differs", "link-text-vague"})
"""The warnings about translations that are complete and up to date."""


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
        if isinstance(translation, RichText):
            for paragraph in translation.paragraphs():
                for link_text in vague_link_texts(paragraph.inlines):
                    self.warnings.append(problem("link-text-vague", where, text=shortened(link_text)))
        return translation

    def _incomplete(self, passage: Passage, entry: PoEntry) -> Problem:
        where = replace(self._tree.location(passage.loc), field=passage.field)
        details = {
            "language": self._language,
            "field": BUILT_IN.spoken_name(passage.field),
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
            is_population = field.type is FieldType.POPULATION
            changed[field.name] = quantity.in_numbers(of_people=is_population)
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
