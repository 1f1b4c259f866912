"""No word of a file is lost: each is in a field or a comment of a plan, and comments are reported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imported_words import HEAD, KNOWN, Words, delimited, lost, rows, shapes, without_markup, word_file, workbook
from tests.imports import imported
from ucap_reports.importers.draft_and_kept_comments import Imported

CITIES = ["City", "Tianjin", "Rome"]
Rows = list[tuple[str, list[str]]]
EXAMPLE: Rows = [
    ("Population", ["2 800 000 @", "13.6 Mio"]),
    ("SDGs", ["SDG 3, 4 and 9 @", "SDG 99"]),
    ("Themes", ["@, @", "@; @"]),
    ("Contact", ["Mr @, @@example.org", "Tel. +49 30 123456 @"]),
    ("Signed", ["16 November 2018 @", "12 of 14"]),
    ("Focus", ["<b>@</b> @", "[@](@)"]),
    ("Shoe size", ["@ (@)", "N/A"]),
]
"""A field of each kind, with words that it cannot have, and a label of none."""


def check(source: list[str], found: Imported) -> None:
    """Assert that no word is lost, and that comments are reported."""
    assert lost(source, found, ["City", "City 1", "City 2", *KNOWN]) == set()
    reported = [*found.problems, *(problem for plan in found.plans for problem in plan.problems)]
    assert bool(reported) or not any(HEAD in plan.text for plan in found.plans)


def filled(table: Rows, lines: list[str]) -> tuple[list[list[str]], list[str]]:
    """The rows and lines with words, below a row with the cities."""
    new = Words()
    return [CITIES, *([label, *map(new.fill, cells)] for label, cells in table)], [new.fill(line) for line in lines]


def flat(table: list[list[str]]) -> list[str]:
    return [cell for row in table for cell in row]


def check_text(table: Rows, lines: list[str], between: str = "\n") -> None:
    cells, free = filled(table, lines)
    text = between.join([*free, "", *("\t".join(row) for row in cells), "", *free])
    check([without_markup(each) for each in (*flat(cells), *free)], imported(text, "x.txt"))


def check_text_with_colons(table: Rows, lines: list[str]) -> None:
    cells, free = filled(table, lines)
    text = "\n".join([*free, "", *(f"{row[0]}: {'; '.join(row[1:])}" for row in cells), "", *free])
    check([without_markup(each) for each in (*flat(cells), *free)], imported(text, "x.txt"))


def check_word_file(table: Rows, lines: list[str]) -> None:
    cells, free = filled(table, lines)
    check([*flat(cells), *free], imported(word_file(cells, free), "x.docx"))


def columns(table: Rows) -> list[list[str]]:
    """The rows as columns below their labels, each label once, and a row without cities."""
    new = Words()
    unique = dict(table)
    header = ["City 1", "City 2", *unique]
    first = ["Tianjin", "Rome", *(new.fill(cells[0]) for cells in unique.values())]
    second = ["Lyon", "Nice", *(new.fill(cells[-1]) for cells in unique.values())]
    return [header, first, second, ["", "", *(new.fill("@") for _ in unique)]]


def check_table(table: Rows, above: str) -> None:
    cells = [[Words().fill(above.replace("@", "above"))], *columns(table)]
    check(list(map(without_markup, flat(cells))), imported(delimited(cells), "x.csv"))


def check_workbook(table: Rows, note: str) -> None:
    cells = columns(table)
    note = Words().fill(note.replace("@", "note"))
    source = [without_markup(each.replace("=", "")) for each in (*flat(cells), note)]
    check([*source, f"{note} on A2"], imported(workbook(cells, note), "x.xlsx"))


@pytest.mark.parametrize("check_file", [check_text, check_text_with_colons, check_word_file])
def test_no_word_of_an_example_is_lost(check_file: Callable[[Rows, list[str]], None]) -> None:
    check_file(EXAMPLE, ["@ City of @: @", "Please contact @", "\u2022 @"])


@pytest.mark.parametrize("check_file", [check_table, check_workbook])
def test_no_word_of_an_example_of_a_table_is_lost(check_file: Callable[[Rows, str], None]) -> None:
    check_file(EXAMPLE, "@ City of @: @")


@pytest.mark.long
@given(rows(), st.lists(shapes(), max_size=4), st.sampled_from(["\n", "\n\n"]))
@settings(max_examples=75, deadline=None)
def test_no_word_of_a_text_is_lost(table: Rows, lines: list[str], between: str) -> None:
    check_text(table, lines, between)


@pytest.mark.long
@given(rows(), st.lists(shapes(), max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_word_of_a_text_with_colons_is_lost(table: Rows, lines: list[str]) -> None:
    check_text_with_colons(table, lines)


@pytest.mark.long
@given(rows(), st.lists(shapes(), max_size=4))
@settings(max_examples=40, deadline=None)
def test_no_word_of_a_word_file_is_lost(table: Rows, lines: list[str]) -> None:
    check_word_file(table, lines)


@pytest.mark.long
@given(rows(), shapes())
@settings(max_examples=75, deadline=None)
def test_no_word_of_a_table_is_lost(table: Rows, above: str) -> None:
    check_table(table, above)


@pytest.mark.long
@given(rows(), shapes())
@settings(max_examples=40, deadline=None)
def test_no_word_of_a_workbook_is_lost(table: Rows, note: str) -> None:
    check_workbook(table, note)
