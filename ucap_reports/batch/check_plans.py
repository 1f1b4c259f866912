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
from ucap_reports.batch.opened_project import OpenedProject
from ucap_reports.batch.plan_files import TranslationFiles
from ucap_reports.batch.worker_jobs import Job, produced_by_workers
from ucap_reports.plan.po_files import Completeness
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import Project


def check_plans(
    opened: OpenedProject, paths: Sequence[Path], processes: int | None = 1
) -> Generator[PlanReport, None, None]:
    """Yield the problems of each plan, its versions in other languages, and its pack, found by at most `processes`.

    Documents are built in memory, since pages are counted too.
    """
    own = replace(opened.settings.options(), is_check=True)
    _ = opened.translations  # an unreadable folder is an error before the first plan is checked
    jobs = (job for path in paths for job in _jobs(path, opened, own))
    with closing(produced_by_workers(jobs, len(paths), opened.packs, processes)) as produced:
        by_plan = groupby(produced, lambda job_and_result: job_and_result[0].source.path)
        for path, (_, results) in zip(paths, by_plan, strict=True):
            problems: dict[Problem, None] = {}
            completeness: list[Completeness] = []
            is_sparse = False
            for _, version in results:
                problems |= dict.fromkeys(version.problems)
                if version.completeness is not None:
                    completeness.append(version.completeness)
                is_sparse = is_sparse or version.is_sparse
            yield PlanReport(path.stem, (), tuple(problems), tuple(completeness), is_sparse)


def _jobs(path: Path, opened: OpenedProject, own: BuildOptions) -> Iterator[Job]:
    """Yield the jobs of the plan's own document, of its versions, and of those with a translation only."""
    job = read_job(path, opened.project, own, opened.translations)
    yield job
    plan = early_values(job.source, "language")
    versions = version_languages(plan, opened.settings.languages, own.default_language)
    yield from (replace(job, options=replace(own, language=version, is_version=True)) for version in versions)
    translated = [translation.language for translation in job.files.translations]
    others = version_languages({"languages": translated, "language": own_language(plan, own.default_language)})
    yield from (replace(job, options=replace(own, language=other)) for other in others if other not in versions)


def read_job(path: Path, project: Project, options: BuildOptions, translations: TranslationFiles) -> Job:
    """Return the job of a plan; if it cannot be read, a job that only has the problems."""
    shown = project.shown(path)
    try:
        content = read_content(path, shown, within=project.safe_folder_of(path))
        source = decode_source(content, shown)
    except ProblemsFound as error:
        return Job(Source(shown, ""), options, problems=error.problems)
    return Job(source, options, translations.with_pictures(path, source), sha256(content).hexdigest())
