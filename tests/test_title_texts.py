"""Warnings about words of titles that break, and about titles that other languages do not print."""

from pathlib import Path

import pytest

from tests.broken_packs import SETTINGS, Broken, problems_of, shown
from tests.stages import shipped_pack
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

LARGE = "theme: {styles: {title: {size: 96 pt, leading: 110 pt}}}\n"
LONG = "W" * 60


def found_in(folder: Path, settings: str) -> list[tuple[str, str]]:
    """The code and place of each problem of a pack with those settings, except unused content."""
    found = problems_of(Broken("", "", "", {"pack.yaml": SETTINGS + settings}), folder)
    return [(each.code, shown(each).removeprefix("templates/broken/")) for each in found]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", []),
        (LARGE, [("title-broken", "pack.yaml:2:32")]),
        (f"title: {LONG}\n", [("title-broken", "pack.yaml:2:8")]),
        (f"wording: {{de: {{title: {LONG}}}}}\n", [("title-broken", "pack.yaml:2:23")]),
        ("title: DRAFT\n", [("wording-inherited", "pack.yaml:2:8")]),
        ("contact: {lead: Ask TBC}\n", [("wording-inherited", "pack.yaml:2:17")]),
        ("title: Drafts of our City\n", []),
        ("title: DRAFT\nwording: {de: {title: ENTWURF}}\n", [("wording-inherited", "pack.yaml:2:8")]),
    ],
)
def test_titles_that_break_and_texts_that_others_override_are_reported(
    settings: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert sorted(found_in(tmp_path, settings)) == expected


@pytest.mark.parametrize(("title", "is_broken"), [(LONG, True), ("City " * 40, False), ("城市合作" * 20, False)])
def test_a_word_of_a_plan_title_that_breaks_is_reported(title: str, *, is_broken: bool) -> None:
    source = Source("plans/a.yaml", f"cities: [{{name: Rome}}]\ntitle: {title}\n")
    found = plan_warnings(parse_plan(source), parse(source), shipped_pack())
    places = [(each.location.line, each.location.column) for each in found if each.code == "title-broken"]
    assert places == [(2, 8)] * is_broken
