"""What provokes the problems of importing that no text file can have: office files, binary files, large files."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.imports import imported
from tests.stages import example_summary, pdf_file
from tests.test_import_damaged import DOCUMENT, bomb, ours, with_parts
from tests.test_import_word import content_of, hand_made
from ucap_reports.importers.office_archive import MAX_UNPACKED
from ucap_reports.problems import ProblemsFound

HEAD = ("Cities", "Tianjin", "Rome")


def codes(content: bytes, name: str) -> set[str]:
    """The codes of all problems of a file."""
    try:
        found = imported(content, name)
    except ProblemsFound as wrong:
        return {problem.code for problem in wrong.problems}
    problems = [*found.problems, *(problem for plan in found.plans for problem in plan.problems)]
    return {problem.code for problem in problems}


def encoding(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    return codes("City 1;City 2\nMálaga;Rome\n".encode("cp1252"), "x.csv")


def too_large(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    return codes(bomb(DOCUMENT, MAX_UNPACKED + 1), "x.docx")


def entities(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    declared = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    return codes(with_parts(ours(), lambda parts: parts.update({DOCUMENT: declared})), "x.docx")


def old_format(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    return codes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "x.docx")


def sentence(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    rows = "Key challenges:\tAll is said. To open the\n\fMain objectives:\tmarket to both."
    return codes(f"City:\tTianjin\tRome\n{rows}".encode(), "x.txt")


def aside_and_formatting(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    document, table = hand_made(HEAD, ("Objectives", "", ""))
    (paragraph,) = table.cell(1, 1).paragraphs
    paragraph.add_run("hidden").font.hidden = True
    paragraph.add_run("struck through").font.strike = True
    return codes(content_of(document), "x.docx")


def pdf_without_plan(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    return codes(pdf_file(example_summary()).content, "x.pdf")


def workbook(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["City 1", "City 2", "Period"], ["Tianjin", "Rome", "=1/0"]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    book.create_sheet("Notes").append(["by M. Mori"])
    stream = BytesIO()
    book.save(stream)
    return codes(stream.getvalue(), "x.xlsx")


PROVOKED = {
    "import-aside": aside_and_formatting,
    "import-encoding": encoding,
    "import-entities": entities,
    "import-formatting": aside_and_formatting,
    "import-formula": workbook,
    "import-hidden": workbook,
    "import-old-format": old_format,
    "import-plan-missing": pdf_without_plan,
    "import-sentence": sentence,
    "import-sheet": workbook,
    "import-too-large": too_large,
}
