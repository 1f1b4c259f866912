"""The translations of a plan, the files `translations/TAG/ID.po`, which are known before the plan is validated; and all
files that belong to a plan, with its pictures.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ucap_reports.batch.options_settings_and_source_date import early_values
from ucap_reports.batch.plan_pictures import PICTURE_FIELD, PictureFile, picture_names, pictures_beside
from ucap_reports.plan.po_files import PoFile, read_po_file
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import TRANSLATIONS, Project
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed validates no plan and needs no pictures
    from ucap_reports.plan.plan_model import Plan

PO_ENDING = ".po"


class TranslationFile(Struct, frozen=True):
    """The PO file of a plan in one language: its path as shown in messages, and its content or the `problem` that
    prevents its use.
    """

    language: str
    path: str
    content: bytes = b""
    problem: Problem | None = None


class PlanFiles(Struct, frozen=True):
    """The files that belong to a plan."""

    translations: tuple[TranslationFile, ...] = ()
    pictures: tuple[PictureFile, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of all files with their names; empty if there are none."""
        files = [(translation.language, translation.content) for translation in self.translations]
        files += [(f"{picture.name}\0{picture.problem}", picture.content) for picture in self.pictures]
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
            entries = project.safe_folder.entries(self._folder)
        # The link of a language is reported about each of the plans.
        entries = [entry for entry in entries if entry.kind in (FileKind.FOLDER, FileKind.LINK)]
        self._languages = tuple(entry.name for entry in entries if LANGUAGE.fullmatch(entry.name))

    def path(self, language: str, plan: str) -> Path:
        """Return the PO file of a plan, which may not exist: in the folder of the language, whatever its capitals."""
        folder = language
        if language not in self._languages:
            same = [name for name in self._languages if name.lower() == language.lower()]
            folder = next(iter(same), language)
        return self._folder / folder / f"{plan}{PO_ENDING}"

    def of_plan(self, plan: str) -> tuple[TranslationFile, ...]:
        """Return the PO files of a plan; the problem of one that cannot be read is reported where it is used."""
        files = []
        for language in self._languages:
            file = self._file(language, plan)
            if file is not None:
                files.append(file)
        return in_order(files, self._named)

    def with_pictures(self, path: Path, source: Source) -> PlanFiles:
        """Return the PO files and the pictures of the plan in a file with this text."""
        names = picture_names(early_values(source, PICTURE_FIELD))
        return PlanFiles(self.of_plan(path.stem), pictures_beside(path, names, self._project))

    def _file(self, language: str, plan: str) -> TranslationFile | None:
        path = self.path(language, plan)
        shown = self._project.shown(path)
        tag = canonical_tag(language)  # the folder may have other capitals
        try:
            return TranslationFile(tag, shown, read_content(path, shown, within=self._project.safe_folder))
        except ProblemsFound as error:
            (refused,) = error.problems
            return None if refused.code == "file-missing" else TranslationFile(tag, shown, problem=refused)


def in_order(files: Iterable[TranslationFile], named: Sequence[str] | None) -> tuple[TranslationFile, ...]:
    """Return the files with those in the named languages first."""
    ranks = {language.lower(): rank for rank, language in enumerate(named or ())}
    return tuple(sorted(files, key=lambda file: ranks.get(file.language.lower(), len(ranks))))


class OpenedTranslation(Struct, frozen=True):
    """A plan and its translation into a language: its PO file, with its content if it exists, and its entries."""

    plan: "Plan"
    tree: Tree
    language: str
    path: Path
    shown: str
    content: bytes | None
    known: PoFile

    @property
    def merged(self) -> PoFile:
        """The PO file with an entry for each passage of the plan."""
        from ucap_reports.plan.passages_and_their_changes import merged_translation  # noqa: PLC0415 - most plans have no translation

        return merged_translation(self.plan, self.tree, self.known)


def open_translation(project: Project, plan: "Plan", tree: Tree, language: str) -> OpenedTranslation:
    """Return the translation of a plan, without entries if it has no PO file.

    Raises ProblemsFound for an invalid PO file.
    """
    path = TranslationFiles(project).path(language, plan.id)
    shown = project.shown(path)
    if not project.has(shown):
        return OpenedTranslation(plan, tree, language, path, shown, None, PoFile(shown))
    content = read_content(path, shown, within=project.safe_folder)
    known = read_po_file(decode_source(content, shown))
    return OpenedTranslation(plan, tree, language, path, shown, content, known)
