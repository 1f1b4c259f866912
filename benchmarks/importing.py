"""Files to import by size, for `benchmarks.inputs`: each repeats what a user may have in a file."""

from collections.abc import Callable, Sequence
from io import BytesIO

from docx import Document
from openpyxl import Workbook

CITIES = "City 1;City 2"
RUNS = " ,.-a1("
"""Characters that patterns look for, or skip."""


def header(text: str) -> Callable[[int], tuple[str, bytes]]:
    """Return a table with so many of these texts in one header cell."""
    return lambda size: ("x.csv", f"{CITIES};{text * size}\nTianjin;Rome;x\n".encode())


def headers(size: int) -> tuple[str, bytes]:
    """Return a table with so many lines of unknown headers above it."""
    return "x.csv", (";".join(["Word_" * 3] * 20) + "\n").encode() * min(
        size, 25
    ) + f"{CITIES}\nTianjin;Rome\n".encode()


def cell(field: str, text: str) -> Callable[[int], tuple[str, bytes]]:
    """Return a table with so many of these texts in one cell of that field."""
    return lambda size: ("x.csv", f'{CITIES};{field}\nTianjin;Rome;"{text * size}"\n'.encode())


def runs(character: str) -> Callable[[int], tuple[str, bytes]]:
    """Return a table with so many of a character in a cell of each field."""
    fields = (
        "City 3;Country;Population;Themes;SDGs;Urban Agenda;Activities;Contact;Website;Period;Updated;Language;Other"
    )

    def made(size: int) -> tuple[str, bytes]:
        cells = ";".join([f'"x{character * size * 10}x"'] * (fields.count(";") + 1))
        return "x.csv", f"{CITIES};{fields}\nTianjin;Rome;{cells}\n".encode()

    return made


def rows(size: int) -> tuple[str, bytes]:
    """Return a table with so many rows."""
    return "x.csv", f"{CITIES};Themes\n".encode() + b"Tianjin;Rome;Aerospace\n" * size


def lines(size: int) -> tuple[str, bytes]:
    """Return a text with so many lines of all kinds."""
    words = [f"Line {number}: of words\nShoe size {number}\t42\nPeriod:\t{number}\n" for number in range(size)]
    return "x.txt", ("City:\tTianjin\tRome\n" + "".join(words)).encode()


def lines_below_label(size: int) -> tuple[str, bytes]:
    """Return a Word file with so many lines below a label."""
    document = Document()
    for text in ("City: Tianjin, Rome", "Objectives:", *(f"Line {number}" for number in range(min(size, 9_000)))):
        document.add_paragraph(text)
    return "x.docx", saved(document)


def unknown_labels(size: int) -> tuple[str, bytes]:
    """Return a text with so many lines that could be labels, each with a word that no other has."""
    return "x.txt", ("City:\tTianjin\tRome\n" + "".join(f"citys{number}: words\n" for number in range(size))).encode()


def tags(size: int) -> tuple[str, bytes]:
    """Return a text with so many tags in one cell."""
    return "x.txt", f"City:\tTianjin\tRome\nObjectives:\t{'<ul><li><b>x < y' * size}\n".encode()


def paragraphs(size: int) -> tuple[str, bytes]:
    """Return a Word file with so many paragraphs in a cell and below the table."""
    document = Document()
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(
        table.rows, (("City", "Tianjin", "Rome"), ("Objectives", "Objective\n" * size, "")), strict=True
    ):
        for each, text in zip(row.cells, texts, strict=True):
            each.text = text
    for number in range(size):
        document.add_paragraph(f"Paragraph {number}")
    return "x.docx", saved(document)


def sheet(size: int) -> tuple[str, bytes]:
    """Return a workbook with so many rows."""
    rows: list[list[str | int]] = [[f"Tianjin {number}", "Rome", number] for number in range(size)]
    return "x.xlsx", saved_rows([["City 1", "City 2", "Shoe size"], *rows])


def saved_rows(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return the content of a workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    return saved(book)


def saved(file: object) -> bytes:
    """Return the content of a document or workbook."""
    stream = BytesIO()
    file.save(stream)  # type: ignore[attr-defined] # documents and workbooks have it
    return stream.getvalue()


INPUTS = {
    "underscores in a header": header("_" * 100),
    "words in a header": header("word " * 20),
    "spaces in a header": header(" " * 100),
    "headers": headers,
    "commas between goals": cell("Goals", "," * 50),
    "spaces between goals": cell("Goals", " " * 50 + "SDG 9"),
    "goals": cell("Goals", "SDG 9, SDG 11 and "),
    "spaces in a city": cell("Country", " " * 50 + "x"),
    "words of a contact": cell("Contact", "Mr Meier, +49 30 123456 a@example.org - "),
    "quotation marks": cell("Objectives", "''" * 50),
    "rows": rows,
    "lines": lines,
    "tags": tags,
    "paragraphs": paragraphs,
    "lines below a label": lines_below_label,
    "labels": unknown_labels,
    "sheet": sheet,
    **{f"runs of {character!r}": runs(character) for character in RUNS},
}
