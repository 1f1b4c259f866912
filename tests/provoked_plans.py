"""Problems of plans that need a long text, or something that is not installed."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.command import ucap, write_plan
from ucap_reports.fonts.font_families import FAMILIES
from ucap_reports.plan.writing import yaml_writing
from ucap_reports.plan.writing.file_content import PlanFileContent

HEAD = "cities: [{name: Rome, country: Italy}]\n"


def codes(folder: Path, text: str, command: str = "check") -> set[str]:
    write_plan(folder, "a.yaml", text)
    return set(ucap(folder, command, "--json").codes)


def text_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    return codes(folder, f"{HEAD}period: {'x' * 2001}\n")


def format_unsafe(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    def without_fields(document: PlanFileContent) -> str:
        return "cities: []\n"

    monkeypatch.setattr(yaml_writing, "write_document", without_fields)
    return codes(folder, HEAD, "fmt")


def language_font_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    family = FAMILIES["Noto Sans JP"]
    monkeypatch.setitem(FAMILIES, family.name, replace(family, package="a_package_that_is_not_installed"))
    return codes(folder, f"{HEAD}language: ja\nresults: 直角\n", "build")


def marks_misplaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    for module in ("check.missing_fonts", "pdf.text.glyph_writing"):
        monkeypatch.setattr(f"ucap_reports.{module}.can_shape", lambda: False)
    return codes(folder, f"{HEAD}language: he\nresults: שָׁלוֹם\n", "build")


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "text-too-long": text_too_long,
    "format-unsafe": format_unsafe,
    "language-font-missing": language_font_missing,
    "marks-misplaced": marks_misplaced,
}
