"""The files that belong to a plan: its translations `translations/TAG/ID.po`, and pictures in `pictures` beside it."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.batch.document_names import early_values
from ucap_reports.problems import Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.storage.atomic_files import disk_refusals, regular_only
from ucap_reports.storage.decoding import Source, read_content
from ucap_reports.storage.project_folder import TRANSLATIONS, Project
from ucap_reports.text.language_tags import LANGUAGE

PO_ENDING = ".po"
PICTURES = "pictures"
PICTURE_FIELD = "picture"
"""The start of the names of picture fields."""
MOST_FILE_BYTES = 32_000_000
MOST_FILES = 50
"""The maximum number of files that are read for a plan; a valid plan has fewer."""


class TranslationFile(Struct, frozen=True):
    """The PO file of a plan in one language: its path as shown in messages, and its content or the `problem` that
    prevents its use.
    """

    language: str
    path: str
    content: bytes = b""
    problem: Problem | None = None


class PictureFile(Struct, frozen=True):
    """A picture file: its name in the plan, and its content or the `problem` that prevents its use."""

    name: str
    content: bytes = b""
    problem: Problem | None = None


class PlanFiles(Struct, frozen=True):
    """The files that belong to a plan."""

    translations: tuple[TranslationFile, ...] = ()
    pictures: tuple[PictureFile, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of all files with their names; empty if there are none."""
        files = [(each.language, each.content) for each in self.translations]
        files += [(f"{each.name}\0{each.problem}", each.content) for each in self.pictures]
        digest = sha256()
        for name, content in files:
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest() if files else ""


NO_FILES = PlanFiles()


class TranslationFiles:
    """The PO files of a project, with those in `languages` first; the folders are read once."""

    def __init__(self, project: Project, languages: Sequence[str] = ()) -> None:
        self._project = project
        self._named = languages
        self._folder = project.root / TRANSLATIONS
        with disk_refusals(project.shown(self._folder)):
            folders = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
            self._languages = tuple(each.name for each in folders if LANGUAGE.fullmatch(each.name) and each.is_dir())

    def path(self, language: str, plan: str) -> Path:
        """The PO file of a plan, which may not exist."""
        return self._folder / language / f"{plan}{PO_ENDING}"

    def of_plan(self, plan: str) -> tuple[TranslationFile, ...]:
        """The PO files of a plan; the problem of one that cannot be read is reported where it is used."""
        return in_order((found for each in self._languages if (found := self._file(each, plan))), self._named)

    def with_pictures(self, path: Path, source: Source) -> PlanFiles:
        """The PO files and the pictures of the plan in a file with this text."""
        return PlanFiles(self.of_plan(path.stem), pictures_of(source, path.parent / PICTURES))

    def _file(self, language: str, plan: str) -> TranslationFile | None:
        path = self.path(language, plan)
        shown = self._project.shown(path)
        try:
            return TranslationFile(language, shown, read_content(path, shown))
        except ProblemsFound as found:
            (refused,) = found.problems
            return None if refused.code == "file-missing" else TranslationFile(language, shown, problem=refused)


def in_order(files: Iterable[TranslationFile], named: Sequence[str] | None) -> tuple[TranslationFile, ...]:
    """The files with those in the named languages first."""
    places = {each.lower(): place for place, each in enumerate(named or ())}
    return tuple(sorted(files, key=lambda each: places.get(each.language.lower(), len(places))))


def pictures_of(source: Source, folder: Path | None) -> tuple[PictureFile, ...]:
    """The pictures of a plan with this text in `folder`, which is None if no folder is known."""
    return named_pictures(picture_names(early_values(source, PICTURE_FIELD)), folder)


def picture_names(values: Any) -> Iterator[str]:
    """The names of the files of all pictures of a plan, given as parsed YAML, which may be invalid."""
    fields = values if isinstance(values, dict) else {}
    cities, pictures = (each if isinstance(each, list) else [] for each in map(fields.get, ("cities", "pictures")))
    for each in (*(city.get("picture") for city in cities if isinstance(city, dict)), *pictures):
        if isinstance(each, dict) and isinstance(name := each.get("file"), str):
            yield name.strip().removeprefix("./")


def named_pictures(names: Iterable[str], folder: Path | None) -> tuple[PictureFile, ...]:
    """The files with these names in `folder`, which is None if no folder is known."""
    return tuple(_picture(name, folder) for name in dict.fromkeys(islice(names, MOST_FILES)))


def _picture(name: str, folder: Path | None) -> PictureFile:
    """The file of that name in the folder. The name may be anything, since the plan is not validated yet."""
    if folder is None:
        return PictureFile(name, problem=problem("picture-missing", form="folder", name=name))
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.parent.resolve() / folder.name):
            return PictureFile(name, problem=problem("picture-outside", form="link", name=name))
        with open(path.resolve(), "rb", opener=regular_only) as file:
            content = file.read(MOST_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        hint = did_you_mean(Path(name).name, [each.name for each in folder.glob("*")])
        return PictureFile(name, problem=problem("picture-missing", form="file", name=name, hint=hint))
    except (OSError, ValueError):
        return PictureFile(name, problem=problem("picture-missing", form="unreadable", name=name))
    if len(content) > MOST_FILE_BYTES:
        most = f"{MOST_FILE_BYTES:,}"
        return PictureFile(name, problem=problem("picture-invalid", form="bytes", name=name, most=most))
    return PictureFile(name, content)
