"""Warnings about words of titles that break, and about titles that other languages do not print."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.broken_packs import SETTINGS, Broken, problems_of, shown
from tests.selected_cases import every
from tests.stages import SHIPPED_PACKS, pdf_file, shipped_pack, summary_of, web_page, word_file
from ucap_reports import render
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.page.fitted_scale import plan_page
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.theme_and_line_spacing import Scale

pytestmark = pytest.mark.no_cover

LARGE = "theme: {styles: {title: {size: 96 pt, leading: 110 pt}}}\n"
LONG = "W" * 60
ALL_ROWS = """
cities: [{name: Rome, country: IT, region: a, population: 1, area_km2: 1}, {name: Nice}]
period: a
signed: 2018-11-16
themes: [a]
sdgs: [11]
urban_agenda: [Urban Mobility]
focus: a
challenges: a
objectives: a
activities: a
results: a
"""


def found_in(folder: Path, settings: str) -> list[tuple[str, str]]:
    """The code and place of each problem of a pack with those settings, except unused content."""
    found = problems_of(Broken("", "", "", {"pack.yaml": SETTINGS + settings}), folder)
    return [(each.code, shown(each).removeprefix("templates/broken/")) for each in found]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param("", [], marks=pytest.mark.long),
        (LARGE, [("title-broken", "pack.yaml:2:32")]),
        pytest.param(f"title: {LONG}\n", [("title-broken", "pack.yaml:2:8")], marks=pytest.mark.long),
        (f"wording: {{de: {{title: {LONG}}}}}\n", [("title-broken", "pack.yaml:2:23")]),
        pytest.param("title: DRAFT\n", [("wording-inherited", "pack.yaml:2:8")], marks=pytest.mark.long),
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


@pytest.mark.parametrize(
    ("text", "is_broken"),
    [
        (LONG, True),
        (f"({LONG[:50]}-{LONG[:20]}).", True),
        (f"\u201c{LONG}\u201d", True),
        (f"\u2039{LONG}\u2019\u2026", True),
        (f"{LONG[:20]}-" * 9, False),
        (f"https://example.eu/{LONG * 3}", False),
        (f"{LONG}@example.eu", False),
        ("." * 300, False),
        ("城市合作" * 50, False),
    ],
)
def test_a_word_that_is_wider_than_its_column_is_reported_at_its_field(text: str, *, is_broken: bool) -> None:
    summary = summary_of(f"cities: [{{name: Rome}}, {{name: Nice}}]\nperiod: '{text}'\n")
    found = [(each.code, each.location.field) for each in pdf_file(summary).warnings]
    assert found == [("title-broken", "period")] * is_broken


@pytest.mark.parametrize(
    ("letters", "scale", "form"),
    [
        (16, Scale.GENEROUS, None),
        (20, Scale.MEDIUM, "so that the document is set in the scale `medium`"),
        (22, Scale.COMPACT, "so that the document is set in the scale `compact`"),
        (24, Scale.TIGHT, "so that the document is set in the scale `tight`"),
        (40, Scale.GENEROUS, "is wider than its column"),
    ],
)
def test_a_word_without_hyphenation_points_sets_the_document_in_the_next_smaller_scale(
    letters: int, scale: Scale, form: str | None
) -> None:
    word = "M" + "w" * letters
    summary = summary_of(f"cities: [{{name: Rome, country: Italy, region: {word}}}, {{name: Nice, country: Italy}}]\n")
    page = plan_page(summary, shipped_pack())
    assert page.summary.scale is scale
    found = [(each.code, each.location.field, form in each.message) for each in page.warnings if form]
    assert found == [("title-broken", "region", True)] * (form is not None)


def long_word_summary(scale: Scale) -> Summary:
    """A summary of two pages, the last of which would be less than half full, with a word for the medium scale."""
    results = "".join(f"  Result number {number} of the cooperation.\n\n" for number in range(55))
    summary = summary_of(f"cities: [{{name: Rome, region: M{'w' * 20}}}, {{name: Nice}}]\nresults: |\n{results}")
    return replace(summary, scale=scale)


def test_a_page_in_the_medium_scale_warns_about_the_words_that_a_larger_scale_cuts() -> None:
    page = plan_page(long_word_summary(Scale.GENEROUS), shipped_pack())
    assert (page.summary.scale, page.extent.pages) == (Scale.MEDIUM, 2)
    assert [warning.code for warning in page.warnings] == ["title-broken"]


def test_a_summary_in_the_medium_scale_has_tighter_scales() -> None:
    word = "M" + "w" * 22
    summary = summary_of(f"cities: [{{name: Rome, region: {word}}}, {{name: Nice}}]\n")
    page = plan_page(replace(summary, scale=Scale.MEDIUM), shipped_pack())
    assert (page.summary.scale, page.kept_words) == (Scale.COMPACT, (word,))


def test_documents_of_all_formats_have_the_smaller_scale_of_a_long_word() -> None:
    plan = "cities: [{name: Rome, country: Italy, region: MA}, {name: Nice, country: Italy}]\n"
    long = summary_of(plan.replace("MA", "M" + "w" * 20))
    compact = replace(long, scale=Scale.COMPACT)
    for write in (web_page, word_file):
        assert write(long) == write(compact)
    assert pdf_file(long).content == pdf_file(compact).content


@pytest.mark.no_cover
@pytest.mark.parametrize("name", every(3, SHIPPED_PACKS))
def test_no_word_of_a_shipped_label_is_wider_than_its_column(name: str) -> None:
    pack = shipped_pack(name)
    plan = parse_plan(Source("plans/a.yaml", ALL_ROWS))
    for language in sorted({*pack.settings.labels, pack.settings.language}):
        summary = replace(compose_summary(plan, pack, language), scale=Scale.GENEROUS)
        assert render_pdf(summary, pack).warnings == (), language


@pytest.mark.parametrize("pack", SHIPPED_PACKS)
def test_a_long_title_fits_into_the_header_of_later_pages(pack: str) -> None:
    title, text = " ".join(["W" * 40] * 2), "word " * 3_900
    plan = {"cities": [{"name": "Rome"}, {"name": "Nice"}], "title": title, "results": text, "template": pack}
    assert (render(plan, formats="pdf").pdf.pages or 0) > 1
