"""The PO files of plans in a project: `translations/TAG/ID.po`."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.storage.project_folder import TRANSLATIONS, Project
from ucap_reports.text.language_tags import LANGUAGE

PO_ENDING = ".po"


class TranslationFile(Struct, frozen=True):
    """The PO file of a plan in one language: its name in messages, and its content."""

    language: str
    path: str
    content: bytes


class TranslationFiles:
    """The PO files of a project, those in the `languages` that it names first; the folders are read once."""

    def __init__(self, project: Project, languages: Sequence[str] = ()) -> None:
        self._project = project
        self._named = languages
        self._folder = project.root / TRANSLATIONS
        self._languages = tuple(each.name for each in _folders(self._folder) if LANGUAGE.fullmatch(each.name))

    def path(self, language: str, plan: str) -> Path:
        """The PO file of a plan, which may not exist."""
        return self._folder / language / f"{plan}{PO_ENDING}"

    def of_plan(self, plan: str) -> tuple[TranslationFile, ...]:
        """The PO files of a plan; one that cannot be read is as if empty, which is a problem where it is used."""
        return in_order((found for each in self._languages if (found := self._file(each, plan))), self._named)

    def _file(self, language: str, plan: str) -> TranslationFile | None:
        path = self.path(language, plan)
        try:
            return TranslationFile(language, self._project.shown(path), path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError:
            return TranslationFile(language, self._project.shown(path), b"")


def in_order(files: Iterable[TranslationFile], named: Sequence[str] | None) -> tuple[TranslationFile, ...]:
    """The files with those in the named languages first."""
    places = {each.lower(): place for place, each in enumerate(named or ())}
    return tuple(sorted(files, key=lambda each: places.get(each.language.lower(), len(places))))


def translations_digest(files: tuple[TranslationFile, ...]) -> str:
    """The SHA-256 of the translations of a plan; empty if there are none."""
    digest = sha256()
    for each in files:
        digest.update(f"{each.language}\0{len(each.content)}\0".encode() + each.content)
    return digest.hexdigest() if files else ""


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []
