"""Lists of Word files: their numbers as Word and LibreOffice show them, in imports and reviews (ECMA-376 §17.9)."""

from pathlib import Path

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.command import ucap, write_plan
from tests.imports import DATA, one_plan, read
from tests.test_import_word import HEAD, content_of, hand_made
from tests.tools import office_file
from ucap_reports.importers.word_package import ListLevel
from ucap_reports.importers.word_paragraphs import ListCounters
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.text.rich_text import Marker

LISTS = DATA / "numbered-lists.yaml"


@pytest.mark.parametrize("name", ["numbered-lists-docx.docx", "numbered-lists-odt.docx"])
def test_import_reads_numbered_lists_that_libreoffice_saved(name: str) -> None:
    found = read(one_plan((DATA / name).read_bytes(), name))

    plan = load_plan(LISTS)
    fields = ("focus", "challenges", "objectives", "activities", "results")
    assert {field: getattr(found, field) for field in fields} == {field: getattr(plan, field) for field in fields}


@pytest.mark.long
@pytest.mark.parametrize("kinds", [(), ("odt",)], ids=["docx", "odt"])
def test_review_finds_no_changes_in_lists_that_libreoffice_saved(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    write_plan(tmp_path, "rome.yaml", LISTS.read_text(encoding="utf-8"))
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    path = tmp_path / "out" / "rome.docx"
    saved = tmp_path / "saved.docx"
    saved.write_bytes(office_file(path.read_bytes(), *kinds))

    assert ucap(tmp_path, "review", str(saved), "--json").report["changes"] == []
    found = read(one_plan(saved.read_bytes(), "saved.docx"))
    assert found.objectives == load_plan(LISTS).objectives


def levels(**lists: ListLevel) -> dict[tuple[str, int], ListLevel]:
    """Levels by names such as `a0`: list and level."""
    return {(name[0], int(name[1])): level for name, level in lists.items()}


def level(definition: str, *, start: int = 1, restarts: bool = False, restart_level: int = -1) -> ListLevel:
    return ListLevel(Marker.NUMBER, start, 0, definition, restarts, restart_level)


def counts(lists: dict[tuple[str, int], ListLevel], items: str) -> list[int]:
    """The numbers of items such as "a0 a0 b1"."""
    counters = ListCounters(lists)
    return [counters.count(item[0], int(item[1]))[1] for item in items.split()]


def test_lists_of_one_definition_count_together() -> None:
    lists = levels(a0=level("x"), b0=level("x"), c0=level("y"))
    assert counts(lists, "a0 b0 c0 a0 c0 b0") == [1, 2, 1, 3, 2, 4]


def test_a_list_with_its_own_first_number_restarts_only_where_it_is_first_used() -> None:
    lists = levels(a0=level("x"), b0=level("x", start=5, restarts=True))
    assert counts(lists, "a0 a0 b0 a0 b0") == [1, 2, 5, 6, 7]


def test_a_restart_begins_another_list() -> None:
    counters = ListCounters(levels(a0=level("x"), b0=level("x", restarts=True)))
    keys = [counters.count(number, 0)[0] for number in "aabab"]
    assert keys[0] == keys[1] != keys[2] == keys[3] == keys[4]


def test_deeper_levels_restart_after_a_higher_one_unless_they_say_otherwise() -> None:
    lists = levels(a0=level("x"), a1=level("x", start=3, restart_level=0), a2=level("x", restart_level=-1))
    assert counts(lists, "a0 a1 a1 a2 a0 a1 a2") == [1, 3, 4, 1, 2, 3, 2]


NUMBERING = f"""<w:numbering {nsdecls("w")}>
<w:abstractNum w:abstractNumId="7"><w:styleLink w:val="Steps"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="Steps"/></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:lvlOverride></w:num>
</w:numbering>"""


def test_import_reads_list_styles_and_levels_that_a_list_replaces() -> None:
    document, table = hand_made(HEAD, ("Objectives", "", ""), ("Results", "", ""))
    document.part.numbering_part._element = parse_xml(NUMBERING)
    for row, texts in ((1, (("1", "one"), ("2", "two"), ("3", "dash"))), (2, (("2", "three"),))):
        cell = table.cell(row, 1)
        for number, text in texts:
            paragraph = cell.add_paragraph(text)
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
            )

    text = one_plan(content_of(document), "x.docx").text

    assert "  1. one\n  2. two\n\n  - dash" in text
    assert "4. three" in text  # the dash is an item of the same definition


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("- one\n - two\n   - three\n - four", "  - one\n  - two\n    - three\n  - four\n"),
        ("  - one\n  - two\n  - three", "  - one\n  - two\n  - three\n"),
    ],
)
def test_typed_items_with_further_spaces_are_of_the_second_level(typed: str, written: str) -> None:
    plan = one_plan(f'City,Objectives\nRome,"{typed}"\n', "x.csv")

    assert plan.text.endswith(f"objectives: |\n{written}")
