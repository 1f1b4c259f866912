"""Problems of translations that no example file can provoke."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.command import ucap, write_plan


def translation_sheet_invalid(tmp_path: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A file of another format."""
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
    (tmp_path / "list.csv").write_text("a,b\n", encoding="utf-8")
    return set(ucap(tmp_path, "translate", "fr", "--import", "list.csv", "--json").codes)


def translation_sheet_unread(tmp_path: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A spreadsheet that was filled in and not imported."""
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
    ucap(tmp_path, "translate", "fr", "--format", "xlsx")
    path = tmp_path / "translations" / "fr" / "rome.xlsx"
    book = load_workbook(path)
    book.active["D2"] = "Rome"
    book.save(path)
    content = path.read_bytes()
    codes = ucap(tmp_path, "translate", "fr", "--format", "xlsx", "--json").codes
    assert path.read_bytes() == content
    return set(codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "translation-sheet-invalid": translation_sheet_invalid,
    "translation-sheet-unread": translation_sheet_unread,
}
