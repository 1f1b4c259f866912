"""Plans checked without writing anything."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.document_names import early_values, own_language, version_languages
from ucap_reports.batch.events import PlanReport
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.plan_files import TranslationFiles
from ucap_reports.batch.project_settings import ProjectSettings
from ucap_reports.batch.work_distribution import produced_by_workers
from ucap_reports.batch.worker_jobs import Job
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import Project


def check_plans(
    project: Project, paths: Sequence[Path], settings: ProjectSettings, processes: int | None = 1
) -> Generator[PlanReport, None, None]:
    """The problems of each plan, its versions in other languages, and its pack, found by at most `processes`.

    Documents are built in memory, since pages are counted too.
    """
    own, translations = replace(settings.options(), is_check=True), TranslationFiles(project, settings.languages)
    jobs = (job for path in paths for job in _jobs(path, project, own, translations, settings.languages))
    packs = PackStore(project, settings.pack)
    with closing(produced_by_workers(jobs, len(paths), packs, processes)) as produced:
        for path, (_, of_plan) in zip(paths, groupby(produced, lambda each: each[0].source.path), strict=True):
            found = [each for _, each in of_plan]
            problems = dict.fromkeys(problem for each in found for problem in each.problems)
            complete = tuple(each.completeness for each in found if each.completeness)
            is_sparse = any(each.is_sparse for each in found)
            yield PlanReport(path.stem, (), tuple(problems), complete, is_sparse)


def _jobs(
    path: Path, project: Project, own: BuildOptions, translations: TranslationFiles, languages: Sequence[str]
) -> Iterator[Job]:
    """The jobs of the plan's own document, of its versions, and of those with a translation only."""
    job = read_job(path, project, own, translations)
    yield job
    plan = early_values(job.source, "language")
    versions = version_languages(plan, languages, own.default_language)
    yield from (replace(job, options=replace(own, language=each, is_version=True)) for each in versions)
    translated = [each.language for each in job.files.translations]
    others = version_languages({"languages": translated, "language": own_language(plan, own.default_language)})
    yield from (replace(job, options=replace(own, language=each)) for each in others if each not in versions)


def read_job(path: Path, project: Project, options: BuildOptions, translations: TranslationFiles) -> Job:
    """The job of a plan; if it cannot be read, a job that only has the problems."""
    shown = project.shown(path)
    try:
        content = read_content(path, shown, within=project.safe_folder_of(path))
        source = decode_source(content, shown)
    except ProblemsFound as found:
        return Job(Source(shown, ""), options, problems=found.problems)
    return Job(source, options, translations.with_pictures(path, source), sha256(content).hexdigest())
