"""Problems of plans that need a long text, or something that is not installed."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.forks import command, forked
from ucap_reports import ProblemsFound, render
from ucap_reports.fonts.font_faces import FAMILIES
from ucap_reports.plan.writing import plan_file
from ucap_reports.plan.writing.plan_file import PlanFileContent

HEAD = "cities: [{name: Rome, country: Italy}]\n"


def codes(folder: Path, text: str, name: str = "check") -> set[str]:
    write_plan(folder, "a.yaml", text)
    return set(ucap(folder, name, "--json").codes)


def text_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    return codes(folder, f"{HEAD}period: {'x' * 2001}\n")


def value_unusable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    with pytest.raises(ProblemsFound) as found:
        render({"cities": [{"name": object()}]})
    return {problem.code for problem in found.value.problems}


def format_unsafe(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    def without_fields(document: PlanFileContent) -> str:
        return "cities: []\n"

    monkeypatch.setattr(plan_file, "write_document", without_fields)
    return codes(folder, HEAD, "fmt")


def without_japanese() -> None:
    """Build without the Japanese font, in a process of its own, because typefaces are cached."""
    family = FAMILIES["Noto Sans JP"]
    FAMILIES[family.name] = replace(family, package="a_package_that_is_not_installed")
    command("build", "--json")


def built_codes(folder: Path, text: str, build: Callable[[], None]) -> set[str]:
    write_plan(folder, "a.yaml", text)
    return {problem["code"] for problem in json.loads(forked(build, folder=folder).out)["problems"]}


def language_font_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    return built_codes(folder, f"{HEAD}language: ja\nresults: 直角\n", without_japanese)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "text-too-long": text_too_long,
    "value-unusable": value_unusable,
    "format-unsafe": format_unsafe,
    "language-font-missing": language_font_missing,
}
