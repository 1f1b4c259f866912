"""Compare what different readers find in the documents of all plans: every word of the summary, and no damage.

    .venv/bin/python -m benchmarks.readers [--plans 5]

PDF files: the tags (read with pikepdf), PDFium, Poppler, and the syntax check of qpdf. Word files: their XML,
python-docx, and LibreOffice. Poppler and LibreOffice must be installed. Words are compared without white space, which
readers place differently at line ends, and without the order of columns.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pikepdf
from docx import Document
from docx.table import Table

from tests.pdf_text import pdf_words
from tests.stages import ROOT, pdf_file, summary_of, word_file
from tests.tools import copied_by_poppler, office_pdf, page_texts
from tests.words import docx_words, summary_words


def by_python_docx(content: bytes) -> Iterator[str]:
    """The texts of the paragraphs in a Word file and its tables."""
    blocks = list(Document(BytesIO(content)).iter_inner_content())
    while blocks:
        block = blocks.pop()
        if isinstance(block, Table):
            blocks += [each for row in block.rows for cell in row.cells for each in cell.iter_inner_content()]
        else:
            yield block.text


def by_poppler(content: bytes) -> str:
    """The text as copied from readers that are based on Poppler."""
    with tempfile.TemporaryDirectory() as folder:
        return copied_by_poppler(content, Path(folder))


PDF: Mapping[str, Callable[[bytes], str]] = {
    "tags (pikepdf)": lambda pdf: " ".join(pdf_words(pdf)),
    "PDFium": lambda pdf: " ".join(page_texts(pdf)),
    "Poppler": by_poppler,
}
WORD: Mapping[str, Callable[[bytes], str]] = {
    "XML": lambda docx: " ".join(docx_words(docx)),
    "python-docx": lambda docx: " ".join(by_python_docx(docx)),
    "LibreOffice": lambda docx: " ".join(page_texts(office_pdf(docx))),
}


def letters(text: str) -> Counter[str]:
    """The visible characters, without hyphens, which end lines in some readers."""
    return Counter(each for each in text if each.isalnum())


def main() -> None:
    """Compare, print, and exit with 1 if a reader misses a character."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000, help="the most plans")
    paths = sorted((ROOT / "plans").glob("*.yaml"))[: parser.parse_args().plans]
    complete: Counter[str] = Counter()
    for path in paths:
        summary = summary_of(path.read_text(encoding="utf-8"), path.stem)
        wanted = letters("".join(summary_words(summary)))
        pdf, docx = pdf_file(summary).content, word_file(summary)
        with pikepdf.open(BytesIO(pdf)) as opened:
            complete["qpdf"] += not opened.check_pdf_syntax()
        for content, readers in ((pdf, PDF), (docx, WORD)):
            for name, read in readers.items():
                missing = wanted - letters(read(content))
                complete[name] += not missing
                if missing:
                    print(f"{path.stem}: {name} misses {dict(missing)}")
    for name in ("qpdf", *PDF, *WORD):
        print(f"{name:16}{complete[name]:4} of {len(paths)} documents")
    sys.exit(any(complete[name] < len(paths) for name in ("qpdf", *PDF, *WORD)))


if __name__ == "__main__":
    main()
