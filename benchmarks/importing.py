"""How the time of importing grows with the size of a file: each input at 1, 10 and 100 times its first size.

    .venv/bin/python -m benchmarks.importing [--sizes 20 200 2000]

The exponent is that of the growth between the last two sizes: 1 is linear, 2 quadratic. Above 1.2 it is an error.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from math import log
from pathlib import Path
from time import process_time

from docx import Document
from openpyxl import Workbook

from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.import_file import import_content
from ucap_reports.problems import ProblemsFound
from ucap_reports.template.pack_opening import PackFolder, open_pack

PACKS = Path(__file__).parent.parent / "templates"
LIMIT = 1.2
NOTICEABLE = 0.1
"""Seconds; the growth of shorter times is that of the clock."""
CITIES = "City 1;City 2"


def header(text: str) -> Callable[[int], tuple[str, bytes]]:
    """A table with so many of these texts in one header cell."""
    return lambda size: ("x.csv", f"{CITIES};{text * size}\nTianjin;Rome;x\n".encode())


def headers(size: int) -> tuple[str, bytes]:
    """A table with so many lines of unknown headers above it."""
    return "x.csv", (";".join(["Word_" * 3] * 20) + "\n").encode() * min(
        size, 25
    ) + f"{CITIES}\nTianjin;Rome\n".encode()


def cell(field: str, text: str) -> Callable[[int], tuple[str, bytes]]:
    """A table with so many of these texts in one cell of that field."""
    return lambda size: ("x.csv", f'{CITIES};{field}\nTianjin;Rome;"{text * size}"\n'.encode())


def rows(size: int) -> tuple[str, bytes]:
    """A table with so many rows."""
    return "x.csv", f"{CITIES};Themes\n".encode() + b"Tianjin;Rome;Aerospace\n" * size


def lines(size: int) -> tuple[str, bytes]:
    """A text with so many lines of all kinds."""
    words = [f"Line {number}: of words\nShoe size {number}\t42\nPeriod:\t{number}\n" for number in range(size)]
    return "x.txt", ("City:\tTianjin\tRome\n" + "".join(words)).encode()


def tags(size: int) -> tuple[str, bytes]:
    """A text with so many tags in one cell."""
    return "x.txt", f"City:\tTianjin\tRome\nObjectives:\t{'<ul><li><b>x < y' * size}\n".encode()


def paragraphs(size: int) -> tuple[str, bytes]:
    """A Word file with so many paragraphs in a cell and below the table."""
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
    """A workbook with so many rows."""
    book = Workbook()
    for row in (["City 1", "City 2", "Shoe size"], *([f"Tianjin {number}", "Rome", number] for number in range(size))):
        book.worksheets[0].append(row)
    return "x.xlsx", saved(book)


def saved(file: object) -> bytes:
    """The content of a document or workbook."""
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
    "sheet": sheet,
}


def seconds(labels: Labels, name: str, content: bytes) -> float:
    """The processor time of an import; a problem is a result like any other."""
    begin = process_time()
    with suppress(ProblemsFound):
        import_content(content, name, labels)
    return process_time() - begin


def main() -> None:
    """Measure and print; exit with 1 where an input grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs=3, default=[20, 200, 2000], help="how often the input is repeated")
    sizes = parser.parse_args().sizes
    labels = Labels((open_pack("iuc-asia", [PackFolder(PACKS, "templates")]),))
    seconds(labels, *rows(1))
    failed = False
    for name, made in INPUTS.items():
        times = [seconds(labels, *made(size)) for size in sizes]
        exponent = log(times[2] / times[1]) / log(sizes[2] / sizes[1]) if times[2] > NOTICEABLE else 0
        failed |= exponent > LIMIT
        print(f"{name:26}" + "".join(f"{each:9.3f} s" for each in times) + f"   n^{exponent:.2f}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
