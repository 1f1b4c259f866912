"""Plans looked at as they are on the disk: each choice is produced once after every save."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.jobs import internal_fault
from ucap_reports.batch.pipeline import Produced, produce
from ucap_reports.preview.preview_state import Choice, MadeOf, PreviewState, next_state
from ucap_reports.problems import Problem, ProblemsFound, did_you_mean
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.atomic_files import disk_problem
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import TEMPLATES, Project, shipped_folder
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, open_pack, pack_names

MOST_KEPT = 100
"""How many choices are remembered, for the difference that the next save makes."""


class _Kept(Struct, frozen=True):
    look: PreviewState
    save: int
    """How many saves there had been when it was looked at."""


class PlanPreviews:
    """Looks at the plans of a project and at `named`, plans that may lie elsewhere. To be used by one thread."""

    def __init__(self, project: Project, named: tuple[Path, ...] = (), options: BuildOptions | None = None) -> None:
        self.project = project
        self.named = named
        self.lines = SourceExcerpts((project.root, shipped_folder()))
        self._options = options or BuildOptions()
        self._folders = tuple(PackFolder(folder, TEMPLATES) for folder in project.pack_folders)
        self._kept: dict[Choice, _Kept] = {}
        self._saves = 0

    def plans(self) -> Mapping[str, Path]:
        """The plans that there are, by id and sorted; of two with one id the named one."""
        paths = [*(self.project.plan_paths() if self.project.plans.is_dir() else ()), *self.named]
        return {path.stem: path for path in sorted(paths, key=lambda path: (path.stem, path in self.named))}

    def packs(self) -> tuple[str, ...]:
        """The names of the packs that there are, sorted."""
        return pack_names(self._folders)

    def first(self) -> str | None:
        """The id of the plan that is looked at unless another is chosen; None where there is none."""
        return self.named[0].stem if self.named else next(iter(self.plans()), None)

    def saved(self) -> None:
        """Something was saved: what is looked at next is produced anew."""
        self._saves += 1

    def look(self, choice: Choice) -> PreviewState:
        """What the choice looks like. What is wrong with it, were it that there is no such plan, is in its problems."""
        kept = self._kept.pop(choice, None)
        if kept is None or kept.save != self._saves:
            produced, made_of = self._produce(choice)
            kept = _Kept(next_state(kept.look if kept else None, produced, made_of), self._saves)
        self._kept[choice] = kept
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return kept.look

    def _produce(self, choice: Choice) -> tuple[Produced, MadeOf]:
        """What becomes of the choice now, and what it was made of."""
        made_of = MadeOf()

        def opener(name: str) -> Pack:
            nonlocal made_of
            pack = open_pack(name, self._folders)
            made_of = replace(made_of, pack=pack.name, pack_digest=pack.digest)
            return pack

        shown = choice.plan
        try:
            path = self._path(choice.plan)
            shown = self.project.shown(path)
            source = read_source(path, shown)
            made_of = replace(made_of, plan=source.text)
            produced = produce(source, opener, replace(self._options, template=choice.pack))
        except ProblemsFound as found:
            produced = Produced(found.problems)
        except OSError as error:
            produced = Produced((disk_problem(error),))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the preview
            produced = Produced((internal_fault(error, shown),))
        return produced, made_of

    def _path(self, plan: str) -> Path:
        plans = self.plans()
        if plan in plans:
            return plans[plan]
        hint = did_you_mean(plan, plans) or "choose another plan"
        raise ProblemsFound([Problem.error("plan-unknown", f'no plan is called "{plan}" any more', hint)])
