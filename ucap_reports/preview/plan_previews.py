"""Previews of plans as they are on the disk: each choice is built once after every save.

The state of a preview has the documents of a plan in a pack, and what the last save changed.
"""

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.pack_store import pack_folders, templates_digest
from ucap_reports.batch.pipeline import Produced, produce
from ucap_reports.batch.plan_files import TranslationFiles
from ucap_reports.batch.project_settings import project_settings
from ucap_reports.batch.worker_jobs import internal_fault
from ucap_reports.check.pack_check import check_named
from ucap_reports.problems import Problem, ProblemsFound, Severity, did_you_mean, problem
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.atomic_files import disk_problem
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import Project, shipped_folder
from ucap_reports.summary.document import DEFAULT_FORMATS, Document
from ucap_reports.template.pack_opening import open_pack, pack_names


class Choice(Struct, frozen=True):
    """What is shown: a plan by its id, in the pack of that name or else in its own."""

    plan: str
    pack: str | None = None


class PreviewState(Struct, frozen=True):
    """The state of a choice after a save."""

    produced: Produced
    documents: tuple[Document, ...] = ()
    """The last documents that could be built."""
    outdated: bool = False
    """The documents are those of an earlier save, because errors prevent new ones."""
    earlier: tuple[Document, ...] = ()
    """The documents before the last save."""
    title: str = ""
    """The title of the summary."""
    text: str = ""
    """The text of the plan with the digests of its files."""

    @property
    def publishable(self) -> bool:
        """Whether the documents are what a build would write now."""
        return bool(self.documents) and not self.outdated and not self.produced.failed


def next_state(before: PreviewState | None, produced: Produced, text: str) -> PreviewState:
    """The state after a save, given the text of the plan with the digest of its translations: `before` itself if none
    of them and not the pack changed.

    Old documents stay until there are new ones, so that a mistake while typing does not clear the page.
    """
    before = before or PreviewState(Produced(()))
    old = before.produced
    if (before.text, old.pack_digest, old.problems) == (text, produced.pack_digest, produced.problems):
        return before
    return PreviewState(
        produced=produced,
        documents=produced.documents or before.documents,
        outdated=bool(before.documents) and not produced.documents,
        earlier=before.documents if produced.documents else before.earlier,
        title=produced.summary.full_title if produced.summary else before.title,
        text=text,
    )


MAX_KEPT = 100
"""Choices whose state is kept, to compare it with the one after the next save."""
MAX_PACKS = 20
"""Packs whose warnings are kept until they change."""


class PlanPreviews:
    """Previews of the plans of a project, and of the plan files `named`, which may be elsewhere. For one thread."""

    def __init__(self, project: Project, named: tuple[Path, ...] = ()) -> None:
        self.project = project
        self.named = named
        self.lines = SourceExcerpts((project.root, shipped_folder()))
        self._folders = pack_folders(project)
        self._kept: dict[Choice, tuple[PreviewState, int]] = {}
        """The state of each choice, and the number of saves before it was built."""
        self._saves = 0
        self._pack_warnings = lru_cache(MAX_PACKS)(self._checked)

    def plans(self) -> Mapping[str, Path]:
        """All plans by id, sorted; of two with one id, the named one."""
        paths = [*(self.project.plan_paths() if self.project.plans.is_dir() else ()), *self.named]
        return {path.stem: path for path in sorted(paths, key=lambda path: (path.stem, path in self.named))}

    def packs(self) -> tuple[str, ...]:
        """The names of all packs, sorted."""
        return pack_names(self._folders)

    def first(self) -> str | None:
        """The id of the plan to show at first; None if there is none."""
        return self.named[0].stem if self.named else next(iter(self.plans()), None)

    def saved(self) -> None:
        """Rebuild each choice when it is next shown, since something was saved."""
        self._saves += 1

    def state(self, choice: Choice) -> PreviewState:
        """The current state of the choice. Its problems include all errors, such as an unknown plan."""
        state, save = self._kept.pop(choice, (None, -1))
        if state is None or save != self._saves:
            state = next_state(state, *self._produce(choice))
        self._kept[choice] = state, self._saves
        while len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        return state

    def _produce(self, choice: Choice) -> tuple[Produced, str]:
        """The results for the choice, and the text of its plan with the digest of its translations."""
        shown, text = choice.plan, ""
        try:
            path = self._path(choice.plan)
            shown = self.project.shown(path)
            source = read_source(path, shown)
            text = source.text
            settings = project_settings(self.project)
            options = settings.options(DEFAULT_FORMATS, choice.pack)
            files = TranslationFiles(self.project, settings.languages).with_pictures(path, source)
            text += files.digest
            opened = partial(open_pack, folders=self._folders, project=settings.pack)
            produced = produce(source, opened, options, files)
            warnings = self._pack_warnings(produced.pack, templates_digest(self.project))
            problems = dict.fromkeys((*settings.problems, *produced.problems, *warnings))
            return replace(produced, problems=tuple(problems)), text
        except ProblemsFound as found:
            return Produced(found.problems), text
        except OSError as error:
            return Produced((disk_problem(error),)), text
        except Exception as error:  # noqa: BLE001 - a bug that one plan provokes must not end the preview
            return Produced((internal_fault(error, shown),)), text

    def _checked(self, pack: str, _digest: str) -> tuple[Problem, ...]:
        """The warnings of `template check` about a pack of the project; none about a shipped one."""
        if pack not in pack_names(self._folders[:1]):
            return ()
        return tuple(each for each in check_named(pack, self._folders).problems if each.severity is Severity.WARNING)

    def _path(self, plan: str) -> Path:
        plans = self.plans()
        if plan not in plans:
            hint = did_you_mean(plan, plans) or "choose another plan"
            raise ProblemsFound([problem("plan-unknown", form="name", name=plan, hint=hint)])
        return plans[plan]
