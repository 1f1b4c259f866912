"""`ucap review` of tables of plans: rows that were added, removed and moved in a Word file."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from tests.command import Run, ucap, write_plan
from tests.edited_words import WordEdit
from tests.selected_cases import every
from ucap_reports.importers.fields_of_paragraphs import _spans_of_cells
from ucap_reports.importers.paragraph_identity import DocumentParagraph
from ucap_reports.importers.parsed_cells_and_lists import TextLine
from ucap_reports.importers.sent_edition import FieldOccurrence, PrintedSpan
from ucap_reports.word.file.word_xml import CELL, PARAGRAPH, ROW, TEXT, new, properties_of, qualified, remove, text_of

pytestmark = pytest.mark.no_cover

SETTINGS = """\
fields:
  partners:
    type: table
    label: Partners
    hint: Who does what
    after: period
    columns:
      name: {type: line, label: Partner}
      role: {type: text, label: Role}
      share: {type: money, label: Share}
      since: {type: date, label: Since}
    total: [share]
"""
PLAN = """\
cities: [{name: Hanoi, country: Viet Nam}]
period: 2026 to 2028
partners:
  # The operator.
  - {name: Tisséo, role: 'Public transport', share: 25000 EUR, since: 2026-03}
  - name: Hanoi Metro   # since the start
    role: Operation of the lines
    share: 14999 EUR
  # The owner.
  - name: City of Hanoi
    share: 20000 EUR
results: Good results.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ucap.yaml").write_text(SETTINGS, encoding="utf-8")
    write_plan(tmp_path, "hanoi.yaml", PLAN)
    assert ucap(tmp_path, "build", "--format", "docx", "--no-index").code == 0
    return tmp_path


class TableEdit(WordEdit):
    """An edit of rows."""

    def row(self, words: str) -> etree._Element:
        """The row with these words."""
        return next(self.paragraph(words).iterancestors(ROW))

    def add_row(self, below: str, *cells: str, author: str = "") -> None:
        """Add a row below the one with these words."""
        row = self.row(below)
        added = deepcopy(row)
        sample = deepcopy(next(row.iter(qualified("w:r"))))
        for cell, text in zip(added.iter(CELL), cells, strict=True):
            (paragraph,) = cell.iter(PARAGRAPH)
            for run in list(paragraph.iter(qualified("w:r"))):
                remove(run)
            run = deepcopy(sample)
            (words,) = run.iter(TEXT)
            words.text = text
            paragraph.append(run)
        row.addnext(added)
        if author:
            self.track(added, "w:ins", author)

    def track(self, row: etree._Element, mark: str, author: str) -> None:
        """Track an inserted or deleted row."""
        element = new(mark)
        element.set(qualified("w:author"), author)
        element.set(qualified("w:date"), "2026-11-20T10:00:00Z")
        properties_of(row, "w:trPr").append(element)


def applied(run: Run) -> dict[str, bool]:
    """Whether each change is applied, by its field."""
    return {change["field"]: change["applied"] for change in run.report["changes"]}


def review(project: Path, *files: str) -> Run:
    return ucap(project, "review", *files, "--apply", "--json")


def plan_text(project: Path) -> str:
    return (project / "plans" / "hanoi.yaml").read_text(encoding="utf-8")


NEW = ("Vinh Transport", "Buses", "€5,000", "")
NEW_LINES = "  - name: Vinh Transport\n    role: Buses\n    share: €5,000\n"


@pytest.mark.parametrize("author", every(2, ["", "Li Wei"], start=1))
def test_rows_added_to_a_table_are_applied(project: Path, author: str) -> None:
    edit = TableEdit(project / "out" / "hanoi.docx")
    edit.add_row("Hanoi Metro", *NEW, author=author)
    edit.save(project / "edited.docx")

    run = review(project, "edited.docx")

    assert applied(run) == {"partners[2]": True}
    assert plan_text(project) == PLAN.replace("  # The owner.\n", f"{NEW_LINES}  # The owner.\n")
    assert ucap(project, "review", "edited.docx", "--json").report["changes"] == []


@pytest.mark.parametrize("author", every(2, ["", "Li Wei"], start=1))
def test_rows_removed_from_a_table_are_removed_from_the_plan(project: Path, author: str) -> None:
    edit = TableEdit(project / "out" / "hanoi.docx")
    row = edit.row("Hanoi Metro")
    if author:
        edit.track(row, "w:del", author)
    else:
        remove(row)
    edit.save(project / "edited.docx")

    run = review(project, "edited.docx")

    assert applied(run) == {"partners[1]": True}
    start, end = PLAN.index("  - name: Hanoi Metro"), PLAN.index("  # The owner.")
    assert plan_text(project) == PLAN[:start] + PLAN[end:]


def test_a_row_is_moved_and_a_cell_edited(project: Path) -> None:
    edit = TableEdit(project / "out" / "hanoi.docx")
    edit.row("City of Hanoi").addnext(edit.row("Tisséo"))
    edit.replace("Operation of the", "Operation of all")
    edit.save(project / "edited.docx")

    run = review(project, "edited.docx")

    assert all(applied(run).values())
    text = plan_text(project)
    assert "role: Operation of all lines" in text
    names = [
        "Hanoi Metro   # since",
        "  # The owner.\n  - name: City",
        "  # The operator.\n  - {name: Tisséo, role: 'Public",
    ]
    assert sorted(names, key=text.index) == names


def test_rows_of_two_replies_are_merged(project: Path) -> None:
    for name, below, words in (("a", "Tisséo", "One"), ("b", "City of Hanoi", "Two")):
        edit = TableEdit(project / "out" / "hanoi.docx")
        edit.add_row(below, words, "", "", "")
        edit.save(project / f"{name}.docx")

    run = review(project, "b.docx", "a.docx")

    assert [change["applied"] for change in run.report["changes"]] == [True, True]
    assert plan_text(project) == PLAN.replace("  - name: Hanoi Metro", "  - name: One\n  - name: Hanoi Metro").replace(
        "20000 EUR\n", "20000 EUR\n  - name: Two\n"
    )


def test_cells_that_were_empty_are_filled(project: Path) -> None:
    edit = TableEdit(project / "out" / "hanoi.docx")
    cell = list(edit.row("City of Hanoi").iter(CELL))[1]
    (words,) = cell.iter(TEXT)
    words.text = "Owner"
    edit.save(project / "edited.docx", office=True)

    run = review(project, "edited.docx")

    assert applied(run) == {"partners[2].role": True}
    assert plan_text(project) == PLAN.replace("    share: 20000 EUR\n", "    role: Owner\n    share: 20000 EUR\n")


EMPTY = "  - {name: N/A, role: '-'}   # to be found\n"


@pytest.fixture
def project_with_empty_rows(project: Path) -> Path:
    write_plan(project, "hanoi.yaml", WITH_EMPTY_ROWS)
    assert ucap(project, "build", "--format", "docx", "--no-index").code == 0
    return project


WITH_EMPTY_ROWS = PLAN.replace("partners:\n", "partners:\n  - {}\n").replace(
    "  # The owner.\n", f"{EMPTY}  # The owner.\n"
)


def test_the_edit_of_a_cell_changes_no_other_row_of_a_table_with_empty_rows(project_with_empty_rows: Path) -> None:
    edit = TableEdit(project_with_empty_rows / "out" / "hanoi.docx")
    edit.replace("Operation of the", "Operation of all")
    edit.save(project_with_empty_rows / "edited.docx")

    assert all(applied(review(project_with_empty_rows, "edited.docx")).values())
    text = WITH_EMPTY_ROWS.replace("Operation of the", "Operation of all")
    assert plan_text(project_with_empty_rows) == text


def test_rows_are_added_to_a_table_with_empty_rows(project_with_empty_rows: Path) -> None:
    edit = TableEdit(project_with_empty_rows / "out" / "hanoi.docx")
    edit.add_row("Hanoi Metro", *NEW)
    edit.save(project_with_empty_rows / "edited.docx")

    assert all(applied(review(project_with_empty_rows, "edited.docx")).values())
    assert plan_text(project_with_empty_rows) == WITH_EMPTY_ROWS.replace(EMPTY, f"{EMPTY}{NEW_LINES}")


def test_rows_are_removed_from_a_table_with_empty_rows(project_with_empty_rows: Path) -> None:
    edit = TableEdit(project_with_empty_rows / "out" / "hanoi.docx")
    remove(edit.row("Hanoi Metro"))
    edit.save(project_with_empty_rows / "edited.docx")

    assert all(applied(review(project_with_empty_rows, "edited.docx")).values())
    start, end = WITH_EMPTY_ROWS.index("  - name: Hanoi Metro"), WITH_EMPTY_ROWS.index(EMPTY)
    assert plan_text(project_with_empty_rows) == WITH_EMPTY_ROWS[:start] + WITH_EMPTY_ROWS[end:]


def test_empty_rows_stay_behind_the_row_above_them_when_it_is_moved(project_with_empty_rows: Path) -> None:
    edit = TableEdit(project_with_empty_rows / "out" / "hanoi.docx")
    edit.row("City of Hanoi").addnext(edit.row("Hanoi Metro"))
    edit.save(project_with_empty_rows / "edited.docx")

    assert all(applied(review(project_with_empty_rows, "edited.docx")).values())
    text = plan_text(project_with_empty_rows)
    names = ["  - {}\n", "Tisséo", "City of Hanoi", "Hanoi Metro", EMPTY, "results:"]
    assert sorted(names, key=text.index) == names


def test_a_column_added_to_a_table_is_not_applied(project: Path) -> None:
    edit = TableEdit(project / "out" / "hanoi.docx")
    for row in next(edit.row("Tisséo").iterancestors(qualified("w:tbl"))).iter(ROW):
        cell = deepcopy(next(row.iter(CELL)))
        row.insert(len(row) - len(row.findall(CELL)), cell)
        for words in cell.iter(TEXT):
            words.text = f"No. {len(text_of(row))}"
    edit.save(project / "edited.docx")

    run = review(project, "edited.docx")

    assert not any(applied(run).values())
    assert plan_text(project) == PLAN


def cells_of(rows: Sequence[Sequence[tuple[str, str]]], number: int = 0) -> dict[str, str]:
    """Return the field of each text in a table, given the text of each cell and the field that it was built as."""
    paragraphs: list[DocumentParagraph] = []
    built: dict[int, list[PrintedSpan]] = {}
    for row, cells in enumerate(rows, 1):
        for column, (words, field) in enumerate(cells, 1):
            if field:
                built[len(paragraphs)] = [PrintedSpan(0, len(words), FieldOccurrence(field, number))]
            holder = f"/tbl[1]/tr[{row}]/tc[{column}]"
            paragraphs.append(
                DocumentParagraph(TextLine(()), words, holder, (None, None), is_in_body=True, is_beside=False)
            )
    values = _spans_of_cells(paragraphs, built, built, lambda _: True, {"unknown"})
    fields = {}
    for index, span in values.items():
        if span is not None:
            assert span.occurrence.number == number
            fields[paragraphs[index].text] = span.occurrence.field
    return fields


def test_row_whose_cells_were_all_emptied_is_no_row_of_the_plan() -> None:
    rows = [
        [("Tisséo", "partners[0].name"), ("1 €", "partners[0].share")],
        [("", "partners[1].name"), ("unknown", "partners[1].share")],
        [("Hanoi", "partners[2].name"), ("2 €", "partners[2].share")],
    ]

    assert cells_of(rows) == {
        "Tisséo": "partners[0].name",
        "1 €": "partners[0].share",
        "Hanoi": "partners[1].name",
        "2 €": "partners[1].share",
    }


def test_table_that_is_printed_again_has_the_occurrences_of_that_place() -> None:
    assert cells_of([[("Tisséo", "partners[0].name")]], number=1) == {"Tisséo": "partners[0].name"}


def test_table_whose_cells_were_built_as_other_columns_is_no_table_of_the_plan() -> None:
    rows = [
        [("Tisséo", "partners[0].name"), ("1 €", "partners[0].share")],
        [("2 €", "partners[1].share")],
    ]

    assert cells_of(rows) == {}


def test_rows_of_two_tables_in_one_are_no_table_of_the_plan() -> None:
    assert cells_of([[("Tisséo", "partners[0].name")], [("Launch", "events[0].name")]]) == {}
