"""A plan in another language, from the plan and a PO file, and where a translation differs from its source."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic_core import PydanticCustomError

from ucap_reports.plan.fields import CITIES, QUANTITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN, spoken_name
from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.quantities import MULTIPLES
from ucap_reports.plan.translation.matching import merged_translation
from ucap_reports.plan.translation.passages import Passage, with_passages
from ucap_reports.plan.translation.po_entry import Completeness, PoEntry, completeness_of
from ucap_reports.plan.translation.po_file import PoFile
from ucap_reports.plan.validation import REFUSED
from ucap_reports.plan.vocabulary import locale_of
from ucap_reports.problems import Location, Problem, problem, raise_found
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.text.language_tags import is_readable_as
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText, in_language

_GROUPING = re.compile(r"(?<=\d)[.,'\u2019 \u00a0\u202f](?=\d{3}(?!\d))")
_MULTIPLE = re.compile(rf"(?<!\d)(?<!\d[.,])\d+(?:[.,]\d+)*[.,]?\s*(?:{'|'.join(MULTIPLES)})\b", re.IGNORECASE)
"""A number with a word such as "million", instead of which other languages have words for other numbers."""


class TranslatedPlan(Struct, frozen=True):
    """A plan in another language, the warnings about its translation, and how complete it is."""

    plan: Plan
    problems: tuple[Problem, ...]
    completeness: Completeness


def translate_plan(plan: Plan, tree: Tree, po: PoFile, language: str) -> TranslatedPlan:
    """Return the plan with its passages in the language, and its countries and numbers as the language writes them.

    A passage without an up-to-date translation keeps its text, tagged with its own language. Raises ProblemsFound for
    translations that are not valid in their field.
    """
    translator = _Translator(plan, tree, po, language)
    translated = with_passages(plan, tree, translator.change)
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
            refused = (error.context or {})["problems"] if error.type == REFUSED else ()
            self.errors += [refusal.at(where) for refusal in refused]
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
    countries = tuple(replace(country, text=names.get(country.code) or country.text) for country in city.country)
    changed: dict[str, Any] = {BUILT_IN.of_type(FieldType.COUNTRIES).name: countries}
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
    known = {*_numbers(after), *_numbers(_GROUPING.sub(" ", after))}
    missing = [number for number in dict.fromkeys(_numbers(_MULTIPLE.sub("", before))) if number not in known]
    if missing:
        yield "numbers", ", ".join(missing)


def _markup_differences(source: RichText, translation: RichText) -> Iterator[tuple[str, str]]:
    changed_links = _links(source) ^ _links(translation)
    if changed_links:
        yield "links", ", ".join(sorted(changed_links))
    changed_styles = _styles(source) ^ _styles(translation)
    if changed_styles:
        yield "emphasis", ", ".join(sorted(changed_styles))
    items, other_items = list(_item_counts(source.blocks)), list(_item_counts(translation.blocks))
    if items != other_items:
        yield "items", f"{_counts(other_items)} instead of {_counts(items)}"


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


def _counts(items: list[int]) -> str:
    return " + ".join(map(str, items)) or "0"


def _numbers(text: str) -> list[str]:
    """Return the digits of the numbers in a text, in any script, without separators."""
    digits = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return re.findall(r"\d+", _GROUPING.sub("", digits))
