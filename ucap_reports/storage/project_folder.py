"""A project on disk: the folder with the plans, where its packs lie, and which file a person means by a name."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean

PLANS = "plans"
TEMPLATES = "templates"
PLAN_ENDING = ".yaml"
OTHER_ENDINGS = (".yml", ".yaml")
"""Compared in lower case: what a plan file is called by mistake."""
SCHEMA = "plan.schema.json"


class Project(Struct, frozen=True):
    """A folder that has a `plans/`. `root` is absolute."""

    root: Path

    @property
    def plans(self) -> Path:
        """The folder of the plans."""
        return self.root / PLANS

    @property
    def schema(self) -> Path:
        """Where editors find the plan's JSON Schema."""
        return self.plans / SCHEMA

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """Where packs are looked up, in this order: the project's own, then the shipped ones."""
        own, shipped = self.root / TEMPLATES, shipped_folder() / TEMPLATES
        return (own,) if own == shipped else (own, shipped)

    def shown(self, path: Path) -> str:
        """How messages name the path: from the project's root, with slashes, where it lies inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def path(self, text: str) -> Path:
        """The path that an option relative to the project means."""
        return _absolute(self.root / text)

    def plan_paths(self) -> tuple[Path, ...]:
        """All plan files, sorted by name; hidden files are no plans."""
        return tuple(path for path in _visible(self.plans) if path.suffix == PLAN_ENDING)

    def misnamed(self) -> tuple[Problem, ...]:
        """An error for each file that is meant as a plan but has the wrong ending."""
        return tuple(
            _misnamed(path, self.shown(path))
            for path in _visible(self.plans)
            if path.suffix != PLAN_ENDING and path.suffix.lower() in OTHER_ENDINGS
        )

    def find_plans(self, names: Sequence[str], folder: Path) -> tuple[Path, ...]:
        """The files of the plans named by id or by path from `folder`, each once, in the order named.

        Raises ProblemsFound with every name that means none, and where two mean plans of one id.
        """
        problems: list[Problem] = []
        paths: dict[Path, None] = {}
        for name in names:
            try:
                paths[self._find_plan(name, folder)] = None
            except ProblemsFound as found:
                problems += found.problems
        if problems := problems or _twins(tuple(paths)):
            raise ProblemsFound(problems)
        return tuple(paths)

    def _find_plan(self, name: str, folder: Path) -> Path:
        """The file that the name means: an id, a path from `folder` or, at last, a path from the project."""
        named = _absolute(folder / name)
        by_id = self.plans / (name if name.endswith(PLAN_ENDING) else name + PLAN_ENDING)
        is_path = name.lower().endswith(OTHER_ENDINGS) or Path(name).name != name
        for path in (*((named, by_id) if is_path else (by_id, named)), self.path(name)):
            if path.suffix == PLAN_ENDING and _true(path.is_file):
                return path
        raise ProblemsFound([self._no_plan(name, named)])

    def _no_plan(self, name: str, named: Path) -> Problem:
        if _true(named.is_file) and named.suffix.lower() in OTHER_ENDINGS:
            return _misnamed(named, self.shown(named))
        if _true(named.is_file):
            hint = f"plans are files that end in {PLAN_ENDING}"
            return Problem.error("plan-unknown", f'"{name}" is not a plan', hint)
        if _true(named.is_dir):
            hint = "name plans by id or by file; without a name all plans are taken"
            return Problem.error("plan-unknown", f'"{name}" is a folder', hint)
        ids = [path.stem for path in self.plan_paths()]
        hint = did_you_mean(named.stem, ids) or _plans_there_are(ids)
        return Problem.error("plan-unknown", f'no plan is called "{name}"', hint)


def find_project(root: Path | None, folder: Path) -> Project:
    """The project named by `root` or else the nearest from `folder` upward; ProblemsFound when there is none."""
    folder = _absolute(folder)
    if root is not None:
        named = _absolute(folder / root)
        if _true((named / PLANS).is_dir):
            return Project(named)
        message = (
            f'"{root}" is no project: it has no folder "{PLANS}"' if _true(named.is_dir) else f'"{root}" is no folder'
        )
        raise ProblemsFound([Problem.error("project-missing", message, f"`ucap init {root}` makes a project there")])
    for candidate in (folder, *folder.parents):
        if (candidate / PLANS).is_dir():
            return Project(candidate)
    message = f'neither this folder nor one above it has a folder "{PLANS}"'
    hint = "`ucap init` makes a project here; `--root DIR` names one that is elsewhere"
    raise ProblemsFound([Problem.error("project-missing", message, hint)])


def project_at(folder: Path) -> Project:
    """The project that is, or will be, in that folder."""
    return Project(_absolute(folder))


def shipped_folder() -> Path:
    """Where the shipped `templates/` and `plans/` lie: inside the installed package or, in a checkout, beside it."""
    package = Path(__file__).parent.parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent


def _absolute(path: Path) -> Path:
    """The path from the root of the disk, without `..`, and with links as they are named."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links, and names would surprise


def _true(test: Callable[[], bool]) -> bool:
    """What the disk answers; a name that no disk can have is nothing."""
    try:
        return test()
    except OSError:
        return False


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _misnamed(path: Path, shown: str) -> Problem:
    hint = f"rename it to {path.stem}{PLAN_ENDING}"
    message = f"a plan's file ends in {PLAN_ENDING}, so this one would not be built"
    return Problem.error("plan-ending", message, hint, Location(shown))


def _twins(paths: Sequence[Path]) -> list[Problem]:
    """An error for each id that two of the files have, since one's documents would take the other's place."""
    ids = [path.stem for path in paths]
    return [
        Problem.error("plan-twice", f'two of the plans named have the id "{name}"', "build them into different folders")
        for name in sorted({name for name in ids if ids.count(name) > 1})
    ]


def _plans_there_are(ids: Sequence[str]) -> str:
    shown = 8
    if not ids:
        return "there are no plans yet; `ucap new ID` begins one"
    more = f" and {len(ids) - shown} more" if len(ids) > shown else ""
    return f"there are {', '.join(ids[:shown])}{more}" if len(ids) > 1 else f"there is {ids[0]}"
