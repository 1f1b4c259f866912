"""Projects with translated plans: the shipped example in Chinese and French."""

import shutil
from pathlib import Path

from tests.stages import EXAMPLE, ROOT
from ucap_reports.plan.po_files import PoEntry, read_po_file
from ucap_reports.storage.decoding import read_source

LANGUAGES = ("zh", "fr")


def translated_project(folder: Path) -> Path:
    """A project with the example and its two translations; returns the plan file."""
    plan = folder / "plans" / EXAMPLE.name
    plan.parent.mkdir()
    plan.write_text(f"{EXAMPLE.read_text(encoding='utf-8')}languages: [zh, fr]\n", encoding="utf-8")
    for language in LANGUAGES:
        path = po_path(folder, language)
        path.parent.mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "data" / "translations" / f"{language}.po", path)
    return plan


def po_path(folder: Path, language: str, plan: str = EXAMPLE.stem) -> Path:
    """The PO file of a plan."""
    return folder / "translations" / language / f"{plan}.po"


def po_entries(path: Path) -> dict[str, PoEntry]:
    """The entries of a PO file by field."""
    return {entry.field: entry for entry in read_po_file(read_source(path)).entries}


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that is once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
