"""The versions of a plan in other languages, from its translations; and a translation, opened to read or change it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.plan_files import TranslationFile, TranslationFiles, in_order
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.po_files import Completeness, PoFile, read_po_file
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import TRANSLATIONS, Project
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.summary.fact_table import Images
from ucap_reports.summary.summary import Summary, foreign_summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import lookup
from ucap_reports.text.template_values import LazyTranslations

if TYPE_CHECKING:  # not imported at run time: most plans have no translation
    from ucap_reports.plan.translation import TranslatedPlan


class PlanVersions(Struct, frozen=True):
    """A plan in the language of the options, its other versions by language, and the problems of its translation."""

    plan: Plan
    problems: tuple[Problem, ...] = ()
    completeness: Completeness | None = None
    others: Mapping[str, Callable[[], Plan]] = field(default_factory=dict)
    """Functions that return the versions, or raise ProblemsFound; few templates print another language."""

    def summaries(self, pack: Pack, images: Images) -> LazyTranslations[Summary]:
        """Return the summaries of the other versions by language; None for those that have problems of their own."""
        others = self.others.items()
        return LazyTranslations({tag: cache(partial(_summary, pack, images, tag, version)) for tag, version in others})


def _summary(pack: Pack, images: Images, language: str, version: Callable[[], Plan]) -> Summary | None:
    try:
        return foreign_summary(compose_summary(version(), pack, language, images=images))
    except ProblemsFound:
        return None


def plan_versions(plan: Plan, tree: Tree, files: Sequence[TranslationFile], options: BuildOptions) -> PlanVersions:
    """Return the plan in the language of the options, if it has a translation into it; else as it is.

    Raises ProblemsFound if that translation is not valid. Invalid translations into other languages are left out.
    """
    wanted = lookup(options.language, {file.language for file in files}) if options.language else None
    others: dict[str, Callable[[], Plan]] = {}
    for file in in_order(files, plan.languages):
        if file.language not in (wanted, plan.language):
            others[file.language] = partial(_plan, plan, tree, file)
    for file in files:
        if file.language == wanted:
            chosen = _translated(plan, tree, file, options.language or wanted)
            others = {plan.language: lambda: plan, **others}
            return PlanVersions(chosen.plan, chosen.problems, chosen.completeness, others)
    return PlanVersions(plan, tuple(_missing_file(plan, tree, options)), None, others)


def _translated(plan: Plan, tree: Tree, file: TranslationFile, language: str) -> "TranslatedPlan":
    from ucap_reports.plan.translation import translate_plan  # noqa: PLC0415 - see above

    if file.problem is not None:
        raise ProblemsFound([file.problem])
    return translate_plan(plan, tree, read_po_file(decode_source(file.content, file.path)), language)


def _plan(plan: Plan, tree: Tree, file: TranslationFile) -> Plan:
    return _translated(plan, tree, file, file.language).plan


def _missing_file(plan: Plan, tree: Tree, options: BuildOptions) -> Iterator[Problem]:
    """Yield the warning that a version has no translation."""
    if options.is_version and options.language:
        path = f"{TRANSLATIONS}/{options.language}/{plan.id}.po"
        where = tree.location(("languages",))
        details = {"language": options.language, "field": "languages", "path": path, "id": plan.id}
        yield problem("translation-missing", where, form="file", **details)


class OpenedTranslation(Struct, frozen=True):
    """A plan and its translation into a language: its PO file, with its content if it exists, and its entries."""

    plan: Plan
    tree: Tree
    language: str
    path: Path
    shown: str
    content: bytes | None
    known: PoFile

    @property
    def merged(self) -> PoFile:
        """The PO file with an entry for each passage of the plan."""
        from ucap_reports.plan.translation import merged_translation  # noqa: PLC0415 - see above

        return merged_translation(self.plan, self.tree, self.known)


def open_translation(project: Project, plan: Plan, tree: Tree, language: str) -> OpenedTranslation:
    """Return the translation of a plan, without entries if it has no PO file.

    Raises ProblemsFound for an invalid PO file.
    """
    path = TranslationFiles(project).path(language, plan.id)
    shown = project.shown(path)
    if not project.has(shown):
        return OpenedTranslation(plan, tree, language, path, shown, None, PoFile(shown))
    content = read_content(path, shown, within=project.safe_folder)
    known = read_po_file(decode_source(content, shown))
    return OpenedTranslation(plan, tree, language, path, shown, content, known)
