"""A plan in another language, from the plan and a PO file."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic_core import PydanticCustomError

from ucap_reports.plan.fields import CITIES, QUANTITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.spoken_names import spoken_name
from ucap_reports.plan.translation.markup_agreement import differences
from ucap_reports.plan.translation.matching import merged_translation
from ucap_reports.plan.translation.passages import Passage, with_passages
from ucap_reports.plan.translation.po_entry import Completeness, PoEntry, completeness_of
from ucap_reports.plan.translation.po_file import PoFile
from ucap_reports.plan.validation import REFUSED
from ucap_reports.plan.vocabulary import locale_of
from ucap_reports.problems import Location, Problem, problem, raise_found
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.text.language_tags import is_readable_as
from ucap_reports.text.rich_text import in_language


class TranslatedPlan(Struct, frozen=True):
    """A plan in another language, the warnings about its translation, and how complete it is."""

    plan: Plan
    problems: tuple[Problem, ...]
    completeness: Completeness


def translate_plan(plan: Plan, tree: Tree, po: PoFile, language: str) -> TranslatedPlan:
    """The plan with its passages in the language, and its countries and numbers as the language writes them.

    A passage without an up-to-date translation keeps its text, tagged with its own language. Raises ProblemsFound for
    translations that are not valid in their field.
    """
    translator = _Translator(plan, tree, po, language)
    translated = with_passages(plan, tree, translator.change)
    raise_found(translator.errors)
    cities = tuple(_city(each, language) for each in translated.cities)
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
        """The value of a passage in the language."""
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
            self.errors += [each.at(where) for each in refused]
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
    countries = tuple(replace(each, text=names.get(each.code) or each.text) for each in city.country)
    changed: dict[str, Any] = {BUILT_IN.of_type(FieldType.COUNTRIES).name: countries}
    for field in BUILT_IN.inside(CITIES):
        quantity = getattr(city, field.name)
        if field.type in QUANTITIES and quantity is not None:
            changed[field.name] = quantity.in_numbers()
    return city.model_copy(update=changed)
