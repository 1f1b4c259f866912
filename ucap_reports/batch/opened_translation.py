"""The translation of a plan into one language, opened for reading or changing it."""

from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.plan_files import TranslationFiles
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.translation.matching import merged_translation
from ucap_reports.plan.translation.po_file import PoFile, read_po_file
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import Project


class OpenedTranslation(Struct, frozen=True):
    """A plan and its translation into a language: its PO file, with its content if it exists, and its entries."""

    plan: Plan
    tree: Tree
    language: str
    path: Path
    shown: str
    content: bytes | None
    known: PoFile

    @property
    def merged(self) -> PoFile:
        """The PO file with an entry for each passage of the plan."""
        return merged_translation(self.plan, self.tree, self.known)


def open_translation(project: Project, plan: Plan, tree: Tree, language: str) -> OpenedTranslation:
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
