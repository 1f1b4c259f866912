"""Invalid settings do not prevent the check of the templates: all problems are reported at once."""

import re
from pathlib import Path

import pytest
from docx import Document

from tests.broken_packs import BODY, PAGE, SETTINGS, shown
from tests.command import ucap
from tests.word_templates import docx, paragraph, run, table
from ucap_reports.check.pack_check import check_named
from ucap_reports.template.pack_opening import PackFolder, shipped_packs
from ucap_reports.template.theme_and_line_spacing import MAX_BASES

pytestmark = pytest.mark.no_cover

WRONG_WORD = docx(BODY + paragraph("{{ summary.foo }}"))
WRONG_PAGE = PAGE.replace("{{ row.label }}", "{{ row.labl }}")
IN_TEMPLATES = [
    ("name-unknown", "summary.docx: body › paragraph 5"),
    ("name-unknown", "summary.page.xml"),
]


def write(folder: Path, settings: str, word: bytes = WRONG_WORD, page: str = WRONG_PAGE) -> None:
    pack = folder / "broken"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text(settings, encoding="utf-8")
    (pack / "summary.docx").write_bytes(word)
    (pack / "summary.page.xml").write_text(page, encoding="utf-8")


def found(folder: Path) -> list[tuple[str, str]]:
    """The codes and places of all problems, without lines and columns."""
    checked = check_named("broken", [PackFolder(folder, "templates"), shipped_packs()])
    places = [(each.code, shown(each).removeprefix("templates/broken/")) for each in checked.problems]
    return sorted((code, re.sub(r"(:\d+)+$", "", where)) for code, where in places)


def test_all_kinds_of_invalid_settings_and_tags_are_reported_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        SETTINGS + "page_limits: 3\nmax_columns: many\ncontact: {email: nobody}\ntheme:\n  styles:\n"
        "    label: {background: tnt, siz: 9 pt}\n    cell: {like: lable, leading: 12}\n",
    )
    checked = check_named("broken", [PackFolder(tmp_path, "templates"), shipped_packs()])
    told = [
        (each.code, each.location.line)
        for each in checked.problems
        if each.location.path == "templates/broken/pack.yaml"
    ]
    assert told == [
        ("field-unknown", 2), ("type-invalid", 3), ("field-unknown", 7), ("value-invalid", 8),
        ("email-invalid", 4), ("colour-unknown", 7), ("style-unknown", 8),
    ]  # fmt: skip
    assert [each for each in found(tmp_path) if each[1].startswith("summary")] == sorted(IN_TEMPLATES)


def test_the_index_of_a_removed_item_hides_no_problem_with_the_same_number(tmp_path: Path) -> None:
    languages = ", ".join(["en"] * MAX_BASES)
    styles = [f"    s{number}: {{like: s{number + 1}}}\n" for number in range(MAX_BASES + 1)]
    styles.append(f"    s{MAX_BASES + 1}: {{like: body}}\n")
    settings = f"label_languages: [{languages}, {{}}]\ntheme:\n  styles:\n{''.join(styles)}"
    write(tmp_path, SETTINGS + settings, docx(BODY), PAGE)
    assert set(found(tmp_path)) == {("style-circular", "pack.yaml"), ("type-invalid", "pack.yaml")}


def test_an_invalid_row_does_not_hide_another(tmp_path: Path) -> None:
    rows = (
        "{field: countri, label: C}",
        "{label: D}",
        "{field: period, label: P, lable: Q}",
        "{field: cities, label: E}",
    )
    write(tmp_path, SETTINGS + "rows:\n- {field: cities, label: A}\n" + "".join(f"- {row}\n" for row in rows))
    checked = check_named("broken", [PackFolder(tmp_path, "templates"), shipped_packs()])
    told = [(each.location.line, each.code) for each in checked.problems if "pack.yaml" in str(each.location.path)]
    assert sorted(told) == [
        (4, "row-field-unknown"), (5, "field-missing"), (6, "field-unknown"), (7, "row-duplicate"),
    ]  # fmt: skip
    assert [each for each in found(tmp_path) if each[1].startswith("summary")] == sorted(IN_TEMPLATES)


def test_problems_caused_by_removed_settings_are_not_reported(tmp_path: Path) -> None:
    page = WRONG_PAGE.replace('<p class="brand">', '<p class="ours">')
    for place, (settings, told) in enumerate(
        [
            ("theme: {styles: {ours: 12}}\n", ["type-invalid"]),
            (
                "theme: {fonts: {text: {pdf: null, files: {regular: fonts/none.ttf}}}, styles: {ours: {}}}\n",
                ["font-file-missing"],
            ),
            (
                "rows:\n- {field: mayor}\n- {field: cities, label: Cities}\ntheme: {styles: {ours: {}}}\n",
                ["field-missing"],
            ),
            ("theme: {styles: {ours: {like: body}, body: {colour: blu}}}\n", ["colour-unknown"]),
        ]
    ):
        folder = tmp_path / str(place)
        write(folder, SETTINGS + settings, page=page)
        assert found(folder) == sorted([*IN_TEMPLATES, *((code, "pack.yaml") for code in told)])


def test_each_tag_is_checked_by_itself_if_the_settings_cannot_be_read(tmp_path: Path) -> None:
    for place, (settings, code) in enumerate([
        ("extends: [iuc-asia\n", "yaml-syntax"),
        ("extends: iuc-asai\n", "pack-unknown"),
        ("extends: broken\n", "pack-circular"),
    ]):  # fmt: skip
        folder = tmp_path / str(place)
        write(folder, settings)
        assert {code, "name-unknown"} <= {each for each, _ in found(folder)}
        assert [where for each, where in found(folder) if each == "name-unknown"] == [
            "summary.docx: body › paragraph 5", "summary.page.xml",
        ]  # fmt: skip


def test_valid_templates_of_a_pack_with_invalid_settings_have_no_problems(tmp_path: Path) -> None:
    write(tmp_path, SETTINGS + "page_limits: 3\n", docx(BODY), PAGE)
    assert found(tmp_path) == [("field-unknown", "pack.yaml")]


def test_required_custom_fields_are_no_problem_of_the_samples(tmp_path: Path) -> None:
    fields = "fields:\n  budget: {type: line, label: 'Budget:', required: error, after: period}\n"
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pack.yaml").write_text(SETTINGS + fields, encoding="utf-8")
    assert found(tmp_path) == []


def test_an_annotated_copy_is_written_for_a_pack_with_invalid_settings(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    write(tmp_path / "templates", SETTINGS + "page_limits: 3\n")
    assert ucap(tmp_path, "template", "check", "broken", "--annotate", "notes.docx").code == 1
    (comment,) = Document(str(tmp_path / "notes.docx")).comments
    assert "[name-unknown]" in comment.text


@pytest.mark.parametrize("settings", [SETTINGS, "extends: nothing\n"])
def test_problems_of_word_are_in_the_order_of_the_document(tmp_path: Path, settings: str) -> None:
    unknown, odd = paragraph("{{ summary.fone }}"), paragraph("{{ a b }}")
    cells = table(["{{ a b }}", "{{ summary.fone }}"])
    body, aside = "".join([paragraph("x"), cells, odd, *[unknown] * 8, odd, unknown]), paragraph("x") + odd
    write(tmp_path, settings, docx(body, footer=aside, header=aside))
    checked = check_named("broken", [PackFolder(tmp_path, "templates"), shipped_packs()])
    assert [each.location.place for each in checked.problems if each.code in {"name-unknown", "tag-syntax"}][:-1] == [
        "body › table 1 › row 1 › cell 1 › paragraph 1",
        "body › table 1 › row 1 › cell 2 › paragraph 1",
        *(f"body › paragraph {number}" for number in range(2, 13)),
        "header 1 › paragraph 2",
        "footer 1 › paragraph 2",
    ]


def test_warnings_about_all_of_word_come_before_those_about_places(tmp_path: Path) -> None:
    foreign = paragraph(run("x", '<w:rFonts w:ascii="Comic Sans MS"/>'))
    write(tmp_path, SETTINGS, docx(foreign + paragraph("x", style="Gone") + foreign + paragraph("x", style="Gone")))
    checked = check_named("broken", [PackFolder(tmp_path, "templates"), shipped_packs()])
    ours = [each for each in checked.problems if each.location.path == "templates/broken/summary.docx"]
    places = [each.location.place for each in ours if each.location.place]
    assert places == [f"body › paragraph {number}" for number in range(1, 5)]
    assert {each.code for each in ours[: -len(places)]} == {"content-not-shown", "content-required"}
