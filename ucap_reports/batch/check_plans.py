"""Plans checked without writing anything."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.document_names import own_language, version_languages
from ucap_reports.batch.events import PlanReport
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.picture_files import pictures_of
from ucap_reports.batch.project_settings import ProjectSettings
from ucap_reports.batch.translation_files import TranslationFile, TranslationFiles
from ucap_reports.batch.worker_jobs import Bench, Job
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.version_fingerprint import product_fingerprint


def check_plans(project: Project, paths: Sequence[Path], settings: ProjectSettings) -> Iterator[PlanReport]:
    """The problems of each plan, its versions in other languages, and its pack.

    Documents are built in memory, since pages are counted too.
    """
    bench = Bench(PackStore(project, settings.pack).open, product_fingerprint())
    translations = TranslationFiles(project, settings.languages)
    for path in paths:
        try:
            source = read_source(path, project.shown(path))
        except ProblemsFound as found:
            yield PlanReport(path.stem, (), found.problems)
            continue
        files = translations.of_plan(path.stem)
        pictures = pictures_of(path)
        jobs = (Job(source, options, files, pictures) for options in _options(source, files, settings))
        outcomes = [outcome for job in jobs if (outcome := bench.produce(job))]
        problems = dict.fromkeys(each for outcome in outcomes for each in outcome.all_problems)
        complete = (outcome.completeness for outcome in outcomes)
        yield PlanReport(path.stem, (), tuple(problems), tuple(each for each in complete if each))


def _options(source: Source, files: Sequence[TranslationFile], settings: ProjectSettings) -> Iterator[BuildOptions]:
    """The options of the plan's own document, of its versions, and of those with a translation only."""
    own = settings.options()
    yield own
    try:
        plan = parse_tolerantly(source).value
    except ProblemsFound:
        return
    languages = version_languages(plan, settings.languages)
    yield from (replace(own, language=each, is_version=True) for each in languages)
    others = version_languages({"languages": [each.language for each in files], "language": own_language(plan)})
    yield from (replace(own, language=each) for each in others if each not in languages)
