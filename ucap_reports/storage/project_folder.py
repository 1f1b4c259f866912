"""A project on disk: the folder with the plans, the folders of its packs, and the plan file that a name means."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem, raise_found, reported
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.safe_folder import Entry, FileKind, LinkError, SafeFolder, is_file, is_folder

PLANS = "plans"
TEMPLATES = "templates"
SHIPPED = "shipped"
"""The folder of the installed package that has the shipped plans and templates, and its name in problems."""
SETTINGS_FILE = "ucap.yaml"
PACK_SETTINGS = "pack.yaml"
"""The file with the settings of a pack, in the folder of the pack."""
PACK_IMAGES = "images"
"""The folder of the pictures of a pack, in the folder of the pack."""
TRANSLATIONS = "translations"
OUT = "out"
"""The folder of the documents, unless another one is named."""
PLAN_ENDING = ".yaml"
OTHER_ENDINGS = (".yml", ".yaml")
"""Endings of plan files, right or wrong, in lower case."""
_YAML_NAME = re.compile(r"(?P<id>.+)\.ya?ml(?P<added>\.\w+|~)?", re.IGNORECASE)
"""The name of a plan file, right or wrong, perhaps with an ending that another program has added."""
_TEXT_ENDING = ".txt"
"""The ending that editors on Windows add, where the user does not see endings."""
SCHEMA = "plan.schema.json"
SETTINGS_SCHEMA = "ucap.schema.json"
_CITIES = LazyPattern(rb"""^["']?cities["']?:""", re.MULTILINE)
"""The field that each plan has."""
_SEARCHED = 64 << 10
"""Bytes of a file in which this field is searched."""
_MAX_LISTED = 3
"""Plans in a folder that a message names."""


class Project(Struct, frozen=True):
    """A folder that has a folder `plans/`. `root` is absolute."""

    root: Path

    @property
    def safe_folder(self) -> SafeFolder:
        """The project as a folder below which no link is followed."""
        return SafeFolder(self.root)

    def safe_folder_of(self, file: Path) -> SafeFolder:
        """Return the folder below which a file that a person typed is opened: the project, or the file's own folder."""
        return self._inside(file) or SafeFolder(file.parent, typed=True)

    def safe_output(self, folder: Path) -> SafeFolder:
        """Return the folder below which files in a folder that a person typed are opened: the project, or this one."""
        return self._inside(folder) or SafeFolder(folder)

    def _inside(self, path: Path) -> SafeFolder | None:
        """Return the project if the path is in it, even if a link to the project was named as its root."""
        if self.safe_folder.contains(path):
            return self.safe_folder
        real = SafeFolder(Path(os.path.realpath(self.root)))
        return real if real.contains(path) else None

    @property
    def plans(self) -> Path:
        """The folder of the plans."""
        return self.root / PLANS

    @property
    def schema(self) -> Path:
        """The file in which editors find the JSON Schema of plans."""
        return self.plans / SCHEMA

    @property
    def settings_schema(self) -> Path:
        """The file in which editors find the JSON Schema of the settings."""
        return self.plans / SETTINGS_SCHEMA

    @property
    def settings(self) -> Path:
        """The file with the settings of the project, which need not exist."""
        return self.root / SETTINGS_FILE

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """The folders of packs in order of precedence: the project's own, then the shipped one."""
        own = self.root / TEMPLATES
        shipped = shipped_folder() / TEMPLATES
        return (own,) if own == shipped else (own, shipped)

    def shown(self, path: Path) -> str:
        """Return the name of the path in messages: relative to the project if it is inside, with slashes."""
        text = path.as_posix()
        folder = f"{self.root.as_posix()}/"
        if text.startswith(folder):  # takes a third of the time of `relative_to`
            return text.removeprefix(folder)
        return "." if path == self.root else str(path)

    def path(self, text: str) -> Path:
        """Return the absolute path for a name that is relative to the project, such as a default of an option."""
        return _absolute(self.root / text)

    def has(self, text: str) -> bool:
        """Return whether there is something at a path that is relative to the project, or absolute and
        outside of it.
        """
        path = self.path(text)
        try:
            return self.safe_folder_of(path).kind(path) is not FileKind.MISSING
        except LinkError:
            return True
        except ValueError:
            return False

    def is_taken(self, name: str) -> bool:
        """Return whether something has a name in the project that is no link, and not behind one: writing there is
        refused in another way.
        """
        try:
            return self.safe_folder.kind(self.root / name) not in (FileKind.MISSING, FileKind.LINK)
        except LinkError:
            return False

    def plan_paths(self) -> tuple[Path, ...]:
        """Return all plan files, sorted by name, without hidden files."""
        folder = self.plans
        paths = [folder / entry.name for entry in self._visible_entries()]
        return tuple(path for path in paths if path.suffix == PLAN_ENDING)

    def misnamed(self) -> tuple[Problem, ...]:
        """Return an error for each file beside the plans that has the wrong ending for a plan, and infos about what is
        not built either: copies of plans, such as rome.yaml.bak, and plans in folders, such as archive/rome.yaml.
        """
        problems = []
        folder = self.plans
        for entry in self._visible_entries():
            path = folder / entry.name
            if entry.kind is FileKind.FOLDER:
                names = self._plans_in(path)
                if names:
                    problems.append(self._in_folder(path, names))
                continue  # whatever its name is, it is no plan
            copied = _YAML_NAME.fullmatch(path.name)
            if _has_wrong_ending(path):
                problems.append(self._misnamed(path))
            elif copied is not None and path.suffix != PLAN_ENDING:
                problems.append(problem("plan-copy", Location(self.shown(path)), id=copied["id"]))
        return tuple(problems)

    def _plans_in(self, folder: Path) -> list[str]:
        """Return the names of the plan files in a folder; none if it cannot be listed."""
        entries: list[Entry] = []
        with suppress(OSError):
            entries = self.safe_folder.entries(folder)
        names = []
        for entry in entries:
            if entry.kind is not FileKind.FILE or entry.name.startswith("."):
                continue
            if entry.name.endswith(PLAN_ENDING) and self._has_cities(folder / entry.name):
                names.append(entry.name)
        return names

    def _has_cities(self, file: Path) -> bool:
        """Return whether a file looks like a plan, as far as it can be read; others in YAML are, for example, maps for
        imports.
        """
        with suppress(OSError):
            return _CITIES.search(self.safe_folder.read_file(file, _SEARCHED)) is not None
        return False

    def _in_folder(self, folder: Path, names: Sequence[str]) -> Problem:
        shown = self.shown(folder)
        listed = ", ".join(names[:_MAX_LISTED])
        if len(names) > _MAX_LISTED:
            listed = f"{listed} and {len(names) - _MAX_LISTED:,} more"
        return problem("plan-in-folder", Location(shown), names=listed, example=f"{shown}/{names[0]}")

    def _visible_entries(self) -> list[Entry]:
        """Return what is in the folder of the plans, without hidden files. Raises ProblemsFound."""
        with disk_refusals(PLANS):
            entries = self.safe_folder.entries(self.plans)
        return [entry for entry in entries if not entry.name.startswith(".")]

    def find_plans(self, names: Sequence[str], folder: Path) -> tuple[Path, ...]:
        """Return the plan files with those ids or paths (relative to `folder`), each once, in the order of the names.

        Raises ProblemsFound with every name that means no plan, or if two plans have the same id.
        """
        problems: list[Problem] = []
        paths: dict[Path, None] = {}
        for name in names:
            with reported(problems.extend):
                paths[self._find_plan(name, folder)] = None
        ids = [path.stem for path in paths]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        raise_found(problems or [problem("plan-duplicate", name=name) for name in twice])
        return tuple(paths)

    def _find_plan(self, name: str, folder: Path) -> Path:
        """Return the file that the name means: an id, a path relative to `folder`, or a path relative to
        the project.
        """
        named = _absolute(folder / name)
        by_id = self.plans / f"{name.removesuffix(PLAN_ENDING)}{PLAN_ENDING}"
        is_path = name.lower().endswith((*OTHER_ENDINGS, _TEXT_ENDING)) or Path(name).name != name
        in_order = (named, by_id) if is_path else (by_id, named)
        candidates = (*in_order, self.path(name))
        kinds = {path: self._kind(path) for path in candidates if path.suffix == PLAN_ENDING}
        for path, kind in kinds.items():
            if kind in (FileKind.FILE, FileKind.LINK):
                return path
        for path, kind in kinds.items():
            if kind is not FileKind.MISSING:  # a folder or a pipe, which is an error when the plan is read
                return path
        raise ProblemsFound([self._unknown_plan(name, named)])

    def _kind(self, path: Path) -> FileKind:
        """Return what a typed path is; a link to a file is a file unless it is in the project."""
        safe_folder = self.safe_folder_of(path)
        if safe_folder.typed and is_file(path):
            return FileKind.FILE
        try:
            return safe_folder.kind(path)
        except LinkError:
            return FileKind.LINK  # reported when the file is read
        except (OSError, ValueError):  # a name that is invalid there
            return FileKind.MISSING

    def _unknown_plan(self, name: str, named: Path) -> Problem:
        kind = self._kind(named)
        if kind is FileKind.FILE and _has_wrong_ending(named):
            return self._misnamed(named)
        if kind is not FileKind.MISSING:
            return problem("plan-unknown", form="other", name=name)
        hint = did_you_mean(named.stem, [path.stem for path in self.plan_paths()])
        return problem("plan-unknown", form="name", name=name, hint=hint)

    def _misnamed(self, path: Path) -> Problem:
        name = _YAML_NAME.fullmatch(path.name)
        plan_id = name["id"] if name else path.stem
        ending = path.name.removeprefix(plan_id)
        return problem("plan-extension", Location(self.shown(path)), ending=ending, id=plan_id)


def typed_path(name: str | Path) -> Path:
    """Return the path that a person typed: it is relative to the current folder.

    Defaults of options are relative to the project instead (`Project.path`).
    """
    return Path.cwd() / name


def find_project(root: Path | None, folder: Path) -> Project:
    """Return the project in `root` or else the nearest one from `folder` upward. Raises ProblemsFound if
    there is none.
    """
    folder = _absolute(folder)
    if root is not None:
        named = _absolute(folder / root)
        if is_folder(named / PLANS):
            return Project(named)
        form = "named" if is_folder(named) else "no-folder"
        raise ProblemsFound([problem("project-missing", form=form, root=root)])
    for candidate in (folder, *folder.parents):
        if is_folder(candidate / PLANS):
            return Project(candidate)
    raise ProblemsFound([problem("project-missing", form="searched")])


def safe_folder_of(file: Path) -> SafeFolder:
    """Return the folder below which a file that a program named is opened: its project, or the folder that it is in."""
    try:
        return find_project(None, file.parent).safe_folder_of(file)
    except ProblemsFound:
        return SafeFolder(file.parent, typed=True)


def project_at(folder: Path) -> Project:
    """Return the project that is, or will be, in that folder."""
    return Project(_absolute(folder))


def shipped_folder() -> Path:
    """Return the folder of the shipped `templates/` and `plans/`: inside the installed package or, in a checkout, above
    it.
    """
    package = Path(__file__).parent.parent
    installed = package / SHIPPED
    return installed if is_folder(installed) else package.parent


def _absolute(path: Path) -> Path:
    """Return the absolute path without `..`; links are not followed."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve follows links, which changes names in messages


def _has_wrong_ending(path: Path) -> bool:
    """Return whether a file is probably a plan with the wrong ending: .yml, .YAML or .yaml.txt."""
    name = _YAML_NAME.fullmatch(path.name)
    if name is None or path.suffix == PLAN_ENDING:
        return False
    return not name["added"] or name["added"].lower() == _TEXT_ENDING
