"""Builds into `out/` that the editor starts, the same as `ucap build` with its progress; and downloads of documents."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from ucap_reports.batch.build_project import build_plans
from ucap_reports.batch.build_request_and_report import (
    BuildRequest,
    BuildStarted,
    Event,
    Listed,
    PlanReport,
    Remark,
    Removed,
)
from ucap_reports.batch.document_names_and_thumbnails import BOOK, plan_of
from ucap_reports.batch.manifest import Records
from ucap_reports.batch.opened_project_and_settings_file import opened_despite_errors, project_settings
from ucap_reports.problems import Problem, ProblemsFound, Severity, problem, problem_record, raise_found, shortened
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.project_folder import OUT, TRANSLATIONS, Project
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.document_formats_and_pdf_standards import Format, parse_formats
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag, distinct


class BuildChoice(Struct, forbid_unknown_fields=True):
    """What to build: the ids of plans and the names of formats; none means all, or those of the project.

    Without languages, each plan is built in its own and its further languages, as `ucap build` does; otherwise in those
    named alone. `prune` removes documents of plans that do not exist any more. With `book`, all plans are in one
    document, as `ucap book` builds it.
    """

    plans: list[str] = []
    formats: list[str] = []
    languages: list[str] = []
    prune: bool = False
    book: bool = False


def build_choices(project: Project) -> dict[str, Any]:
    """Return what can be chosen for a build: the formats; the languages, those with translations first; and the folder
    of the documents.
    """
    opened = opened_despite_errors(project)
    settings = opened.settings
    languages = {settings.language: None, **dict.fromkeys(settings.languages)}
    with disk_refusals(TRANSLATIONS):
        folders = project.safe_folder.entries(project.root / TRANSLATIONS)
    for folder in folders:
        if folder.kind is FileKind.FOLDER and LANGUAGE.fullmatch(folder.name):
            languages[canonical_tag(folder.name)] = None
    with suppress(ProblemsFound):  # the build reports what is wrong with the pack
        pack = opened.packs.open(settings.template)
        languages |= dict.fromkeys([pack.settings.language, *pack.labels])
    languages.pop("", None)  # the labels in the pack's own language
    return {
        "formats": list(Format),
        "chosen": list(settings.formats),
        "languages": distinct(languages),
        "folder": str(project.path(OUT)),
    }


def build_steps(project: Project, choice: BuildChoice) -> Generator[dict[str, Any], None, None]:
    """Build documents into `out/`: yield the number of plans that are done and that are due, and at last the report,
    with the records of the documents as `ucap build --json` prints them.

    Raises ProblemsFound for unknown plans, formats or languages, and if nothing can be built. Whenever the iterator is
    closed, every file is complete.
    """
    settings = project_settings(project)
    paths = _selected(project, choice.plans)
    formats = parse_formats(choice.formats)
    unknown = [language for language in choice.languages if not LANGUAGE.fullmatch(language)]
    raise_found([problem("language-invalid", tag=shortened(language)) for language in unknown])
    request = BuildRequest(settings.options(formats), settings, prune=choice.prune)
    documents: list[dict[str, Any]] = []
    removed: list[str] = []
    problems: dict[Problem, None] = {}
    done = 0
    total = 0
    languages: list[str | None] = [*distinct(map(canonical_tag, choice.languages))]
    if not languages:
        languages = [None]  # those of each plan
    for language in languages:
        if language is not None:
            request = replace(request, options=settings.options(formats, language=language))
        build = _book_builder(language) if choice.book else build_plans
        events = build(project, paths, request, project.path(OUT))
        with closing(events):
            for event in events:
                match event:
                    case BuildStarted():
                        total += event.plans
                    case PlanReport():
                        documents += [{**to_builtins(document), "plan": event.plan} for document in event.documents]
                        problems |= dict.fromkeys(event.problems)
                        if any(document.reason for document in event.documents):
                            done += 1
                    case Remark():
                        problems |= dict.fromkeys(event.problems)
                    case Removed():
                        removed.append(event.path)
                    case Listed():
                        pass
                yield {"done": done, "total": total}
    yield {
        "ok": not any(fault.severity is Severity.ERROR for fault in problems),
        "documents": documents,
        "removed": removed,
        "problems": [problem_record(fault) for fault in problems],
    }


def _book_builder(language: str | None) -> Callable[..., Generator[Event, None, None]]:
    """Return the function that builds the book; in a language that was chosen, with a name of its own."""
    from ucap_reports.batch.book_building import BookOrder, build_book  # noqa: PLC0415 - few builds are of books

    name = BOOK if language is None else f"{BOOK}-{language.lower()}"
    return partial(build_book, order=BookOrder(name=name))


def built_document(project: Project, name: str) -> tuple[Format, bytes]:
    """Return a document in `out/` that a build wrote, by its name there. Raises ProblemsFound if there is none.

    The name is looked up in the records of the folder, and is never read as a path.
    """
    out = project.path(OUT)
    safe_folder = project.safe_output(out)
    stem, _, ending = name.rpartition(".")
    record = Records(out, project.shown(out), safe_folder).get(stem)
    if record is None or ending not in tuple(Format) or Format(ending) not in record.documents:
        raise ProblemsFound([problem("plan-unknown", form="name", name=plan_of(name))])
    file_name = f"{stem}.{ending}"
    with disk_refusals(f"{project.shown(out)}/{file_name}"):
        return Format(ending), safe_folder.read_file(out / file_name)


def documents_archive(project: Project, names: Sequence[str]) -> bytes:
    """Return documents in `out/` that a build wrote as a ZIP file. Raises ProblemsFound as `built_document`."""
    archive = BytesIO()
    with ZipFile(archive, "w") as file:  # not compressed, since documents are already
        for name in dict.fromkeys(names):
            _, content = built_document(project, name)
            file.writestr(ZipInfo(name), content)
    return archive.getvalue()


def _selected(project: Project, ids: Sequence[str]) -> Sequence[Path]:
    """Return the files of plans by their ids, or of all plans; an id is never read as a path."""
    paths = {path.stem: path for path in project.plan_paths()}
    if not ids:
        return list(paths.values())
    unknown = [plan for plan in ids if plan not in paths]
    raise_found([problem("plan-unknown", form="name", name=plan) for plan in unknown])
    return [paths[plan] for plan in dict.fromkeys(ids)]
