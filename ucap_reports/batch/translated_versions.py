"""Which translation a document of a plan has, and the versions of the plan in other languages that templates may print.

A document in the language of the options has the translation into it, if there is one; otherwise the plan as it is. A
translation into another language that has errors is left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec import field as struct_field

from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.plan_translations import TranslationFile, in_order
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.po_files import Completeness, read_po_file
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.decoding import decode_source
from ucap_reports.storage.project_folder import TRANSLATIONS
from ucap_reports.summary.city_groups_and_facts_for_templates import Images
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.languages_of_texts import foreign_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.bars_tiles_charts_and_facts import LazyTranslations
from ucap_reports.text.language_tags import lookup

if TYPE_CHECKING:  # not imported at run time: most plans have no translation
    from ucap_reports.plan.translation import TranslatedPlan


class TranslatedVersions(Struct, frozen=True):
    """A plan in the language of the options, its other versions by language, and the problems of its translation."""

    plan: Plan
    problems: tuple[Problem, ...] = ()
    completeness: Completeness | None = None
    others: Mapping[str, Callable[[], Plan]] = struct_field(default_factory=dict)
    """Functions that return the versions, or raise ProblemsFound; few templates print another language."""

    def summaries(self, pack: Pack, images: Images) -> LazyTranslations[Summary]:
        """Return the summaries of the other versions by language; None for those that have problems of their own."""
        summaries = {}
        for language, version in self.others.items():
            summaries[language] = cache(partial(_foreign_summary, pack, images, language, version))
        return LazyTranslations(summaries)


def _foreign_summary(pack: Pack, images: Images, language: str, version: Callable[[], Plan]) -> Summary | None:
    """Return the summary of another version; None if the version has problems of its own."""
    try:
        return foreign_summary(compose_summary(version(), pack, language, images=images))
    except ProblemsFound:
        return None


def translated_versions(
    plan: Plan, tree: Tree, files: Sequence[TranslationFile], options: BuildOptions
) -> TranslatedVersions:
    """Return the plan in the language of the options, if it has a translation into it; else as it is.

    Raises ProblemsFound if that translation is not valid. Invalid translations into other languages are left out.
    """
    chosen_language = None  # as the files spell it
    if options.language:
        chosen_language = lookup(options.language, {file.language for file in files})
    chosen_file: TranslationFile | None = None
    others: dict[str, Callable[[], Plan]] = {}
    for file in in_order(files, plan.languages):
        if file.language == chosen_language:
            chosen_file = file
        elif file.language.lower() != plan.language.lower():
            others[file.language] = partial(_translated_plan, plan, tree, file)
    if chosen_file is None:
        return TranslatedVersions(plan, tuple(_missing_translation(plan, tree, options)), None, others)
    chosen = _translated(plan, tree, chosen_file, options.language or chosen_file.language)
    others = {plan.language: lambda: plan, **others}  # the plan's own language is another one now
    return TranslatedVersions(chosen.plan, chosen.problems, chosen.completeness, others)


def _translated(plan: Plan, tree: Tree, file: TranslationFile, language: str) -> "TranslatedPlan":
    from ucap_reports.plan.translation import translate_plan  # noqa: PLC0415 - most plans have no translation

    if file.problem is not None:
        raise ProblemsFound([file.problem])
    return translate_plan(plan, tree, read_po_file(decode_source(file.content, file.path)), language)


def _translated_plan(plan: Plan, tree: Tree, file: TranslationFile) -> Plan:
    return _translated(plan, tree, file, file.language).plan


def _missing_translation(plan: Plan, tree: Tree, options: BuildOptions) -> Iterator[Problem]:
    """Yield the warning that the document of a version in another language has no translation."""
    if options.is_version and options.language:
        path = f"{TRANSLATIONS}/{options.language}/{plan.id}.po"
        where = tree.location(("languages",))
        details = {"language": options.language, "field": "languages", "path": path, "id": plan.id}
        yield problem("translation-missing", where, form="file", **details)
