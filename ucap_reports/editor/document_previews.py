"""Previews of plans in the editor, as they are on the disk.

Each choice of what is shown is built once after every save, and sent to the browser. The state of a preview has the
documents of a plan in a pack. Its pages are sent as pictures, whose names are digests, so that only changed ones are
sent again, with the areas where they print each field, so that a click on a row leads to it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.batch.pack_store import pack_folders, templates_digest
from ucap_reports.batch.worker_pool import internal_fault
from ucap_reports.check.pack_check import check_named
from ucap_reports.editor.printed_areas import CSS_PIXELS, PrintedArea
from ucap_reports.problems import Problem, ProblemsFound, Severity, by_severity, did_you_mean, problem, problem_record
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.atomic_files import disk_problem
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import Project, shipped_folder
from ucap_reports.summary.document_formats_and_pdf_standards import DEFAULT_FORMATS, Document, Format
from ucap_reports.template.pack_opening import pack_names

_AROUND = 60
"""Characters that are shown on each side of a problem's place, since plans have long lines."""
_ELLIPSIS = "…"
_MAX_KEPT = 100
"""Choices whose state is kept: until the next save it is shown as it is, and then if errors prevent new documents."""
_MAX_PACKS = 20
"""Packs whose warnings are kept until they change."""
RATIOS = (1.0, 1.5, 2.0, 3.0)
"""The supported ratios of screen pixels to CSS pixels."""
_COMPRESSION = 1
"""Of PNG, 0 to 9. Higher levels take twice as long and do not make pages of text smaller."""


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
    picture = page.render(scale=ratio * CSS_PIXELS).to_pil()
    picture.save(file, "PNG", compress_level=_COMPRESSION)
    content = file.getvalue()
    name = sha256(content).hexdigest()[:32]
    width = page.get_width() * CSS_PIXELS
    height = page.get_height() * CSS_PIXELS
    return PagePicture(name, width, height, content)
