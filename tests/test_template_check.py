"""`template check`: each planted fault is found at its place, all of them at once, and nothing else is told."""

from pathlib import Path

import pytest

from tests.broken_packs import BODY, BROKEN, PAGE, SETTINGS, Broken, problems_of, shown
from tests.broken_pages import BROKEN_PAGES, BROKEN_SETTINGS
from tests.word_templates import docx, paragraph
from ucap_reports.check.pack_check import check_pack
from ucap_reports.problems import Severity
from ucap_reports.template.pack_opening import PackFolder, open_pack, open_with_places, pack_names, shipped_packs

ALL = {
    **{f"word: {name}": broken for name, broken in BROKEN.items()},
    **{f"page: {name}": broken for name, broken in BROKEN_PAGES.items()},
    **{f"settings: {name}": broken for name, broken in BROKEN_SETTINGS.items()},
}


@pytest.mark.parametrize("name", ALL)
def test_each_fault_is_found_at_its_place(name: str, tmp_path: Path) -> None:
    broken = ALL[name]
    found = [(each.code, shown(each), each.message) for each in problems_of(broken, tmp_path)]
    assert [
        message
        for code, where, message in found
        if code == broken.code and says_so(broken, where) and broken.says in message
    ], found


def says_so(broken: Broken, where: str) -> bool:
    """Whether it is the place; of settings the line alone is given, 0 where the font's file is the place."""
    if broken.where.endswith(":0"):
        return where == "templates/broken/fonts/a.ttf"
    return where == broken.where or where.startswith(f"{broken.where}:")


def test_there_are_at_least_thirty_faults() -> None:
    assert len(ALL) >= 30


@pytest.mark.parametrize("name", pack_names([shipped_packs()]))
def test_shipped_packs_have_no_errors_and_only_what_an_office_has_to_enter(name: str) -> None:
    problems = check_pack(open_with_places(name))
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    assert {problem.code for problem in problems} <= {"contact-missing", "label-unconfirmed"}


def test_a_template_that_shows_everything_is_told_nothing(tmp_path: Path) -> None:
    fine = Broken("", "", "", {"pack.yaml": SETTINGS, "summary.docx": docx(BODY), "summary.page.xml": PAGE})
    assert problems_of(fine, tmp_path) == ()


def test_all_faults_of_both_templates_are_told_at_once(tmp_path: Path) -> None:
    body = BODY.replace("{{ summary.contact.phone }}", "").replace("summary.title", "sumary.title")
    body += paragraph("{{ summary.id", style="Gone") + paragraph("{{ summary.contact.fone }} {{ a b }}")
    page = PAGE.replace("{{ row.label }}", "{{ row.labl }}").replace("<h1>", "<paragraf/><h1>")
    settings = SETTINGS + 'theme:\n  styles:\n    cell: {colour: "#999999"}\n'
    files: dict[str, str | bytes] = {"pack.yaml": settings, "summary.docx": docx(body), "summary.page.xml": page}
    found = [
        (each.code, shown(each).removeprefix("templates/broken/"))
        for each in problems_of(Broken("", "", "", files), tmp_path)
    ]
    assert sorted(found) == sorted(
        [
            ("contrast-low", "pack.yaml:4:20"),
            ("name-unknown", "summary.docx: body › paragraph 1"),
            ("tag-unclosed", "summary.docx: body › paragraph 5"),
            ("style-missing", "summary.docx: body › paragraph 5"),
            ("name-unknown", "summary.docx: body › paragraph 6"),
            ("tag-syntax", "summary.docx: body › paragraph 6"),
            ("element-unknown", place_in(page, "<paragraf/>")),
            ("name-unknown", place_in(page, "{{ row.labl }}")),
            ("content-not-shown", "summary.page.xml"),
        ]
    )


def place_in(page: str, text: str) -> str:
    """Where a text stands in the page template."""
    offset = page.index(text)
    return f"summary.page.xml:{page.count(chr(10), 0, offset) + 1}:{offset - page.rfind(chr(10), 0, offset)}"


def test_hard_colours_are_told_once_at_the_setting_of_the_designer_s_own_that_they_come_from(tmp_path: Path) -> None:
    settings = SETTINGS + 'theme:\n  colours:\n    blue: "#88AAFF"\n'
    found = problems_of(Broken("", "", "", {"pack.yaml": settings}), tmp_path)
    assert {(problem.code, shown(problem)) for problem in found} == {
        ("contrast-low", "templates/broken/pack.yaml:4:11")
    }
    assert [problem.message.rpartition(" in #")[2].split(" is ")[0] for problem in found] == [
        "88AAFF on #FFFFFF", "FFFFFF on #88AAFF", "88AAFF on #EEF2FA",
    ]  # fmt: skip
    assert 'text of the style "column" in' in found[1].message
    assert 'text of the styles "title", "brand", "brand-name" and ' in found[0].message


def test_a_programme_label_that_does_not_look_as_beside_an_emblem_is_told_where_it_is_said(tmp_path: Path) -> None:
    styles = (
        "theme:\n  styles:\n    emblem-label: {like: brand, align: start, colour: ink}\n    brand: {italic: true}\n"
    )
    files: dict[str, str | bytes] = {
        "pack.yaml": SETTINGS + styles,
        "summary.page.xml": PAGE.replace("{{ label.text }}", "<u>{{ label.text }}</u>"),
    }
    found = problems_of(Broken("", "", "", files), tmp_path)
    assert [(problem.code, shown(problem).removeprefix("templates/broken/"), problem.message) for problem in found] == [
        ("programme-label-altered", "pack.yaml:4:55", "the programme label is in #1A1A1A"),
        ("programme-label-altered", "pack.yaml:5:21", "the programme label is italic"),
        ("programme-label-altered", "summary.page.xml:12", "the programme label is underlined"),
        ("programme-label-altered", "summary.page.xml:84", "the programme label is underlined"),
    ]


def test_the_programme_label_keeps_its_colour_whatever_those_of_a_brand_are() -> None:
    for name in pack_names([shipped_packs()]):
        assert open_pack(name).theme.styles["emblem-label"].colour == "#003399"


def test_what_a_pack_inherits_from_the_shipped_one_of_its_name_is_not_told_as_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "iuc-asia"
    folder.mkdir()
    (folder / "pack.yaml").write_text(SETTINGS, encoding="utf-8")
    opened = open_with_places("iuc-asia", [PackFolder(tmp_path, "templates"), shipped_packs()])
    assert check_pack(opened) == ()
    inherited = opened.tree.location(("title",))
    assert inherited.path == (shipped_packs().path / "iuc-asia" / "pack.yaml").as_posix()


def test_what_a_template_leaves_out_of_a_turned_table_is_told(tmp_path: Path) -> None:
    facts = "for row in summary.rows if not row.key.startswith('cities')"
    columns = "for column in summary.columns[:4]"
    assert all(old in BODY + PAGE for old in ("for row in summary.rows", "for column in summary.columns"))
    files: dict[str, str | bytes] = {
        "pack.yaml": SETTINGS,
        "summary.docx": docx(BODY.replace("for row in summary.rows", facts)),
        "summary.page.xml": PAGE.replace("for column in summary.columns", columns),
    }
    turned = ", in the table that is turned since it has more cities than `max_columns`"
    assert [problem.message for problem in problems_of(Broken("", "", "", files), tmp_path)] == [
        f"the Word template never shows row.label{turned}",
        f"the Word template never shows row.cells{turned}",
        "this row is 6 columns wide and those before it 5",
        f"the page template shows summary.columns only in part, without that of column 5{turned}",
    ]
