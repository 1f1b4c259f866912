"""The documents of plans in the editor: previews of plans as they are on the disk, and builds into `out/`.

Each choice of what is shown is built once after every save, and sent to the browser. The state of a preview has the
documents of a plan in a pack. Its pages are sent as pictures, whose names are digests, so that only changed ones are
sent again, with the areas where they print each field, so that a click on a row leads to it.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import lru_cache, partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.build_project import build_plans
from ucap_reports.batch.build_request_and_report import (
    BuildRequest,
    BuildStarted,
    Event,
    Listed,
    PlanReport,
    Produced,
    Remark,
    Removed,
)
from ucap_reports.batch.document_names import BOOK, plan_of
from ucap_reports.batch.manifest import Records
from ucap_reports.batch.opened_project import opened_despite_errors, opened_project
from ucap_reports.batch.pack_store import pack_folders, templates_digest
from ucap_reports.batch.settings_file import project_settings
from ucap_reports.batch.worker_pool import internal_fault
from ucap_reports.check.pack_check import check_named
from ucap_reports.plan.field_descriptions import CITIES, NAME, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import (
    Problem,
    ProblemsFound,
    Severity,
    by_severity,
    did_you_mean,
    problem,
    problem_record,
    raise_found,
    shortened,
)
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.atomic_files import disk_problem, disk_refusals
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import OUT, TRANSLATIONS, Project, shipped_folder
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.document_formats_and_pdf_standards import DEFAULT_FORMATS, Document, Format, parse_formats
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack_opening import pack_names
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag, distinct

_AROUND = 60
"""Characters that are shown on each side of a problem's place, since plans have long lines."""
_ELLIPSIS = "…"
_MAX_KEPT = 100
"""Choices whose state is kept: until the next save it is shown as it is, and then if errors prevent new documents."""
_MAX_PACKS = 20
"""Packs whose warnings are kept until they change."""
RATIOS = (1.0, 1.5, 2.0, 3.0)
"""The supported ratios of screen pixels to CSS pixels."""
_CSS_PIXELS = 96 / 72
"""A point in CSS pixels."""
_COMPRESSION = 1
"""Of PNG, 0 to 9. Higher levels take twice as long and do not make pages of text smaller."""
_PADDING = 4.0
"""CSS pixels around the words."""


class Choice(Struct, frozen=True):
    """What is shown: a plan by its id, in the pack of that name or else in its own, in some formats.

    Without a language, it is in its own.
    """

    plan: str
    pack: str | None = None
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    language: str | None = None


class PreviewState(Struct, frozen=True):
    """The state of a choice after a save."""

    produced: Produced
    documents: tuple[Document, ...] = ()
    """The last documents that could be built."""
    outdated: bool = False
    """The documents are those of an earlier save, because errors prevent new ones."""
    title: str = ""
    """The title of the summary."""
    digest: str = ""
    """The SHA-256 of the plan file."""

    @property
    def publishable(self) -> bool:
        """Whether the documents are what a build would write now."""
        return bool(self.documents) and not self.outdated and not self.produced.failed


class PagePicture(Struct, frozen=True):
    """A page of a PDF as a PNG, which keeps colours exactly: `width` and `height` are in CSS pixels, `name` is a digest
    of the content.
    """

    name: str
    width: float
    height: float
    content: bytes


class PrintedArea(Struct, frozen=True):
    """The area of a field on a page, counted from 0: left, top, width and height in CSS pixels."""

    page: int
    box: tuple[float, float, float, float]
    field: str
    label: str


class PlanPreviews:
    """Previews of the plans of a project. For one thread, except `saved`."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.lines = SourceExcerpts((project.root, shipped_folder()))
        self._folders = pack_folders(project)
        self._kept: dict[Choice, tuple[PreviewState, int]] = {}
        """The state of each choice, and the number of saves before it was built."""
        self._saves = 0
        self._pack_warnings = lru_cache(_MAX_PACKS)(self._checked)

    def plans(self) -> Mapping[str, Path]:
        """Return all plan files by id, sorted."""
        return {path.stem: path for path in self.project.plan_paths()}

    def versions(self) -> dict[str, str]:
        """Return, for each plan, a text that is another one when its file has changed."""
        return {plan: self._version(path) for plan, path in self.plans().items()}

    def settings_version(self) -> str:
        """Return a text that is another one when the settings of the project have changed, or its packs."""
        return f"{self._version(self.project.settings)} {templates_digest(self.project)}"

    def _version(self, path: Path) -> str:
        """Return a text that is another one when a file has changed; an empty one if there is none."""
        with suppress(OSError):
            status = self.project.safe_folder.status(path)
            if status is not None:
                return f"{status.st_mtime_ns}-{status.st_size}"
        return ""

    def saved(self) -> None:
        """Rebuild each choice when it is next shown, since something was saved. Call it from one thread, any one."""
        self._saves += 1

    def state(self, choice: Choice) -> PreviewState:
        """Return the current state of the choice. Its problems include all errors, such as an unknown plan."""
        saves = self._saves  # what is saved from now on may not be in the state
        state, save = self._kept.pop(choice, (None, -1))
        if state is None or save != saves:
            produced, digest = self._produce(choice)
            state = next_state(state, produced, digest)
        self._kept[choice] = state, saves
        while len(self._kept) > _MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        return state

    def _produce(self, choice: Choice) -> tuple[Produced, str]:
        """Return the results for the choice, and the digest of its plan file."""
        shown = choice.plan
        digest = ""
        try:
            path = self._path(choice.plan)
            shown = self.project.shown(path)
            content = read_content(path, shown, within=self.project.safe_folder_of(path))
            digest = sha256(content).hexdigest()
            source = decode_source(content, shown)
            opened = opened_project(self.project)
            options = opened.settings.options(choice.formats, choice.pack, choice.language)
            files = opened.files_of(path, source)
            produced = produce(source, opened.packs.open, options, files)
            pack_warnings = self._pack_warnings(produced.pack, templates_digest(self.project))
            problems_of_documents = list(produced.problems)
            if any(warning.code == "contrast-low" for warning in pack_warnings):
                # The check of the pack reports it at the setting that determines it.
                problems_of_documents = [fault for fault in problems_of_documents if fault.code != "contrast-low"]
            problems = dict.fromkeys((*opened.settings.problems, *problems_of_documents, *pack_warnings))
            return replace(produced, problems=tuple(problems)), digest
        except ProblemsFound as error:
            return Produced(error.problems), digest
        except OSError as error:
            return Produced((disk_problem(error),)), digest
        except Exception as error:  # noqa: BLE001 - a bug that one plan provokes must not end the preview
            return Produced((internal_fault(error, shown),)), digest

    def _checked(self, pack: str, _digest: str) -> tuple[Problem, ...]:
        """Return the warnings of `template check` about a pack of the project; none about a shipped one."""
        if pack not in pack_names(self._folders[:1]):
            return ()
        problems = check_named(pack, self._folders).problems
        return tuple(problem for problem in problems if problem.severity is Severity.WARNING)

    def _path(self, plan: str) -> Path:
        plans = self.plans()
        if plan not in plans:
            hint = did_you_mean(plan, plans) or "choose another plan"
            raise ProblemsFound([problem("plan-unknown", form="name", name=plan, hint=hint)])
        return plans[plan]


def next_state(before: PreviewState | None, produced: Produced, digest: str = "") -> PreviewState:
    """Return the state after a save, with the results for a plan file of that digest.

    Old documents stay until there are new ones, so that a mistake while typing does not clear the page.
    """
    before = before or PreviewState(Produced(()))
    title = before.title
    if produced.summary is not None:
        title = produced.summary.full_title
    return PreviewState(
        produced=produced,
        documents=produced.documents or before.documents,
        outdated=bool(before.documents) and not produced.documents,
        title=title,
        digest=digest,
    )


def message(
    choice: Choice,
    state: PreviewState,
    pages: Sequence[PagePicture] = (),
    areas: Sequence[PrintedArea] = (),
    web_page: str | None = None,
    *,
    lines: SourceExcerpts,
) -> dict[str, Any]:
    """Return everything that the page shows of a choice beside its form.

    `web_page` is the name to request the web page by.
    """
    return {
        "plan": choice.plan,
        "digest": state.digest,
        "pack": choice.pack,
        "own_pack": state.produced.pack if choice.pack is None else None,
        "title": state.title,
        "outdated": state.outdated,
        "publishable": state.publishable,
        "pages": [{"name": page.name, "width": page.width, "height": page.height} for page in pages],
        "areas": [to_builtins(area) for area in areas],
        "web_page": web_page,
        "problems": [_problem(problem, lines) for problem in by_severity(state.produced.problems)],
    }


def excerpt(line: str | None, column: int | None) -> list[str] | None:
    """Return the text before, at and after a column (from 1), shortened; None if there is no text."""
    if line is None or not line.strip():
        return None
    start = min((column or 1) - 1, len(line))
    end = start if column is None else start + 1
    before = line[max(0, start - _AROUND) : start].lstrip()
    if start > _AROUND:
        before = _ELLIPSIS + before
    after = line[end : end + _AROUND].rstrip()
    if len(line.rstrip()) > end + _AROUND:
        after += _ELLIPSIS
    return [before, line[start:end], after]


def _problem(problem: Problem, lines: SourceExcerpts) -> dict[str, Any]:
    location = problem.location
    return {**problem_record(problem), "excerpt": excerpt(lines.line(location), location.column)}


# Pictures of pages
@lru_cache(maxsize=16)
def pictures(pdf: bytes, ratio: float) -> tuple[PagePicture, ...]:
    """Return a picture of each page, with `ratio` screen pixels for each CSS pixel. Not safe in threads."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(_picture(page, ratio) for page in document)


def _picture(page: Any, ratio: float) -> PagePicture:
    file = BytesIO()
    picture = page.render(scale=ratio * _CSS_PIXELS).to_pil()
    picture.save(file, "PNG", compress_level=_COMPRESSION)
    content = file.getvalue()
    name = sha256(content).hexdigest()[:32]
    width = page.get_width() * _CSS_PIXELS
    height = page.get_height() * _CSS_PIXELS
    return PagePicture(name, width, height, content)


# Areas: the words of a field are searched in the text of the pages, letter by letter and without white space, case and
# marks: packs may set text in capitals, and lines, bullets and repeated headers are between the words
class _Letter(Struct, frozen=True):
    """A letter of a page: its edges in CSS pixels from the left and the top."""

    character: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def printed_areas(pdf: bytes, summary: Summary) -> list[PrintedArea]:
    """Return the area of each field on each page that prints it. Not safe in threads."""
    with pdfium.PdfDocument(pdf) as document:
        letters: list[_Letter] = []
        for number, page in enumerate(document):
            letters += _letters(page, number)
    text = "".join(letter.character for letter in letters)
    letters_of_fields: dict[tuple[int, str], list[_Letter]] = {}
    labels: dict[str, str] = {}
    end_of_last = 0
    for field, label, words in _printed_words(summary):
        wanted = _plain(words)
        start = text.find(wanted, end_of_last)
        if start < 0:  # the page prints it before the field above it
            start = text.find(wanted)
        if not wanted or start < 0:
            continue
        end_of_last = start + len(wanted)
        labels[field] = label
        for letter in letters[start:end_of_last]:
            letters_of_fields.setdefault((letter.page, field), []).append(letter)
    areas = []
    for (page_number, field), letters_of_field in letters_of_fields.items():
        areas.append(_area(page_number, field, labels[field], letters_of_field))
    return areas


def _area(page: int, field: str, label: str, letters: Sequence[_Letter]) -> PrintedArea:
    """Return the box around the letters of a field on a page, with a padding."""
    left = min(letter.left for letter in letters) - _PADDING
    top = min(letter.top for letter in letters) - _PADDING
    right = max(letter.right for letter in letters) + _PADDING
    bottom = max(letter.bottom for letter in letters) + _PADDING
    width = right - left
    height = bottom - top
    box = (round(left, 1), round(top, 1), round(width, 1), round(height, 1))
    text = str(label)  # without the language that it may be tagged with
    return PrintedArea(page, box, field, text)


def _printed_words(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """Yield each field with its label and the words of a paragraph of it, in the order in which pages print them."""
    for index, name in enumerate(summary.columns):
        yield f"{CITIES}[{index}].{NAME}", name, name
    for row in summary.rows:
        label = row.label.text.removesuffix(":")
        for cell, fields in zip(row.cells, row.fields, strict=False):
            if not fields:
                continue
            paragraphs = [paragraph.text for paragraph in cell.paragraphs()]
            has_own_fields = len(fields) == len(paragraphs)
            for index, words in enumerate(paragraphs):
                field = fields[index] if has_own_fields else fields[0]
                yield field, label, words
    contact = BUILT_IN.of_type(FieldType.CONTACT)
    for line in BUILT_IN.inside(contact.path):
        yield contact.path, contact.name, getattr(summary.contact, line.name)


def _letters(page: Any, number: int) -> Iterator[_Letter]:
    """Yield the letters and digits of a page, in lower case."""
    height = page.get_height()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, index)
        characters = _plain(chr(code)) if code else ""
        if not characters:
            continue
        # In points from the left and the bottom of the page.
        left, bottom, right, top = text.get_charbox(index, loose=True)
        letter = _Letter(
            "",
            number,
            left=left * _CSS_PIXELS,
            top=(height - top) * _CSS_PIXELS,
            right=right * _CSS_PIXELS,
            bottom=(height - bottom) * _CSS_PIXELS,
        )
        for character in characters:
            yield replace(letter, character=character)


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


# Builds that the editor starts: the same as `ucap build`, with its progress
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
