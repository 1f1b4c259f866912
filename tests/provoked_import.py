"""What provokes the problems of importing that no text file can have: office files, binary files, large files."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.command import ucap
from tests.imports import imported
from tests.stages import example_summary, pdf_file
from tests.test_forms import answered, made
from tests.test_import_damaged import DOCUMENT, bomb, ours, with_parts
from tests.test_import_word import content_of, hand_made
from ucap_reports.importers.word_package import MAX_OFFICE_BYTES
from ucap_reports.importers.workbook_sheets_and_cells import RECORD
from ucap_reports.problems import ProblemsFound

PLAN = "cities: [{name: Rome, country: Italy}]\nupdated: 2019-04-30\n"
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
    return codes(bomb(DOCUMENT, MAX_OFFICE_BYTES + 1), "x.docx")


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


def exchange(folder: Path, edit: Callable[[Path, Workbook], object], *, plan: str = PLAN) -> set[str]:
    """The codes of an export, and of an import after an edit of the workbook and of the project."""
    (folder / "plans").mkdir()
    (folder / "plans" / "rome.yaml").write_text(plan)
    found = set(ucap(folder, "export", "all.xlsx", "--json").codes)
    book = load_workbook(folder / "all.xlsx")
    edit(folder, book)
    book.save(folder / "all.xlsx")
    found |= set(ucap(folder, "import", "all.xlsx", "--json").codes)
    found |= set(ucap(folder, "import", "all.xlsx", "--update", "--json").codes)
    return found | set(ucap(folder, "export", "all.xlsx", "--json").codes)


def exchanged(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    def edit(folder: Path, book: Workbook) -> None:
        book["Plans"]["F3"], book["Cities"]["A4"], book["Cities"]["C4"] = "2026", "roma", "Ostia"
        (folder / "plans" / "rome.yaml").write_text(f"{PLAN}period: 2025\n")

    return exchange(folder, edit, plan=f"{PLAN}objectives: {'word ' * 8000}\n")


def rows_gone(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    return exchange(folder, lambda _, book: book["Cities"].delete_rows(3))


def record_missing(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    return exchange(folder, lambda _, book: book.remove(book[RECORD]))


def plan_gone(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    return exchange(folder, lambda folder, _: (folder / "plans" / "rome.yaml").rename(folder / "plans" / "roma.yaml"))


def city_unknown(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    (folder / "plans").mkdir()
    (folder / "plans" / "rome.yaml").write_text(PLAN)
    (folder / "table.csv").write_text("plan,City,Mayor\nrome,Milan,G. Sala\n")
    return set(ucap(folder, "import", "table.csv", "--update", "--json").codes)


def many_rows(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    (folder / "plans").mkdir()
    for number in range(51):
        lines = "".join("- {text: Visit.}\n" for _ in range(100))
        (folder / "plans" / f"rome-{number}.yaml").write_text(f"{PLAN}activities:\n{lines}")
    return set(ucap(folder, "export", "all.xlsx", "--json").codes)


def of_book(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    (folder / "plans").mkdir()
    (folder / "plans" / "rome.yaml").write_text(PLAN)
    ucap(folder, "book", "--format", "docx")
    return set(ucap(folder, "import", "out/book.docx", "--json").codes)


def form_answers(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    (folder / "plans").mkdir()
    (folder / "plans" / "rome.yaml").write_text(f"{PLAN}objectives: A **bold** text.\n")
    (folder / "ucap.yaml").write_text("fields: {budget: {type: money, label: Budget}}\n")
    form = made(folder, "rome")
    (folder / "ucap.yaml").unlink()
    answered(folder, form, {"objectives": "Another text.", "budget": "5 €"})
    return set(ucap(folder, "review", "answers.docx", "--json").codes)


PROVOKED = {
    "form-field-unknown": form_answers,
    "form-markup": form_answers,
    "export-cut": exchanged,
    "export-edited": exchanged,
    "export-too-large": many_rows,
    "import-city-unknown": city_unknown,
    "import-conflict": exchanged,
    "import-not-exported": exchanged,
    "import-plan-deleted": plan_gone,
    "import-record-missing": record_missing,
    "import-row-invalid": exchanged,
    "import-rows-missing": rows_gone,
    "import-aside": aside_and_formatting,
    "import-encoding": encoding,
    "import-of-book": of_book,
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
