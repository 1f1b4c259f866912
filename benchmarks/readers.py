"""Compare what different readers find in the documents of all plans: every word of the summary, and no damage.

    .venv/bin/python -m benchmarks.readers [--plans 5] [--record]

PDF files: the tags (read with pikepdf), PDFium, Poppler, and the syntax check of qpdf. Word files: their XML,
python-docx, and LibreOffice. Poppler and LibreOffice must be installed. MuPDF (`pip install pymupdf`), pdf.js (`node`
and `npm install pdfjs-dist` in this folder), pandoc and mammoth (`pip install mammoth`) join where they are installed.
Words are compared without white space, which readers place differently at line ends, and without the order of columns.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pikepdf
from docx import Document
from docx.table import Table

from benchmarks.records import add_option, write_record
from tests.pdf_text import pdf_words
from tests.stages import ROOT, pdf_file, summary_of, word_file
from tests.tools import copied_by_poppler, office_pdf, page_texts
from tests.words import docx_words, summary_words


def by_python_docx(content: bytes) -> Iterator[str]:
    """Return the texts of the paragraphs in a Word file and its tables."""
    blocks = list(Document(BytesIO(content)).iter_inner_content())
    while blocks:
        block = blocks.pop()
        if isinstance(block, Table):
            blocks += [each for row in block.rows for cell in row.cells for each in cell.iter_inner_content()]
        else:
            yield block.text


def by_poppler(content: bytes) -> str:
    """Return the text as copied from readers that are based on Poppler."""
    with tempfile.TemporaryDirectory() as folder:
        return copied_by_poppler(content, Path(folder))


def by_mupdf(content: bytes) -> str:
    """Return the text that MuPDF extracts."""
    with import_module("pymupdf").open("pdf", content) as document:
        return "".join(page.get_text() for page in document)


PDFJS = """
import {getDocument} from "pdfjs-dist/legacy/build/pdf.mjs";
import {readFileSync} from "node:fs";
const pdf = await getDocument({data: new Uint8Array(readFileSync(0)), verbosity: 0}).promise;
for (let number = 1; number <= pdf.numPages; number++)
  for (const item of (await (await pdf.getPage(number)).getTextContent()).items) console.log(item.str);
"""


def by_pdfjs(content: bytes) -> str:
    """Return the text that pdf.js extracts."""
    return _output(["node", "--input-type=module", "--eval", PDFJS], content)


def by_pandoc(content: bytes) -> str:
    """Return the text that pandoc converts the Word file to, with page headers and footers, which pandoc leaves out."""
    text = _output(["pandoc", "--from=docx", "--to=plain", "--output=-", "-"], content)
    return text + _page_furniture(content)


def by_mammoth(content: bytes) -> str:
    """Return the text that mammoth extracts, with the page headers and footers that mammoth leaves out."""
    text: str = import_module("mammoth").extract_raw_text(BytesIO(content)).value
    return text + _page_furniture(content)


def _output(command: list[str], content: bytes) -> str:
    return subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True, cwd=HERE).stdout.decode()


def _page_furniture(content: bytes) -> str:
    parts = (part for section in Document(BytesIO(content)).sections for part in (section.header, section.footer))
    return " ".join(paragraph.text for part in parts for paragraph in part.paragraphs)


HERE = Path(__file__).parent
INSTALLED: Mapping[str, bool] = {
    "MuPDF": find_spec("pymupdf") is not None,
    "pdf.js": shutil.which("node") is not None and (HERE / "node_modules/pdfjs-dist").is_dir(),
    "pandoc": shutil.which("pandoc") is not None,
    "mammoth": find_spec("mammoth") is not None,
}
PDF: Mapping[str, Callable[[bytes], str]] = {
    "tags (pikepdf)": lambda pdf: " ".join(pdf_words(pdf)),
    "PDFium": lambda pdf: " ".join(page_texts(pdf)),
    "Poppler": by_poppler,
    "MuPDF": by_mupdf,
    "pdf.js": by_pdfjs,
}
WORD: Mapping[str, Callable[[bytes], str]] = {
    "XML": lambda docx: " ".join(docx_words(docx)),
    "python-docx": lambda docx: " ".join(by_python_docx(docx)),
    "LibreOffice": lambda docx: " ".join(page_texts(office_pdf(docx))),
    "pandoc": by_pandoc,
    "mammoth": by_mammoth,
}


def installed(readers: Mapping[str, Callable[[bytes], str]]) -> Iterator[tuple[str, Callable[[bytes], str]]]:
    """Return the readers without those that are not on this machine."""
    return ((name, read) for name, read in readers.items() if INSTALLED.get(name, True))


def letters(text: str) -> Counter[str]:
    """Return the visible characters, without hyphens, which end lines in some readers."""
    return Counter(each for each in text if each.isalnum())


def main() -> None:
    """Compare, print, and exit with 1 if a reader misses a character."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000, help="the most plans")
    add_option(parser)
    options = parser.parse_args()
    paths = sorted((ROOT / "plans").glob("*.yaml"))[: options.plans]
    complete: Counter[str] = Counter()
    for path in paths:
        summary = summary_of(path.read_text(encoding="utf-8"), path.stem)
        wanted = letters("".join(summary_words(summary)))
        pdf, docx = pdf_file(summary).content, word_file(summary)
        with pikepdf.open(BytesIO(pdf)) as opened:
            complete["qpdf"] += not opened.check_pdf_syntax()
        for content, readers in ((pdf, PDF), (docx, WORD)):
            for name, read in installed(readers):
                missing = wanted - letters(read(content))
                complete[name] += not missing
                if missing:
                    print(f"{path.stem}: {name} misses {dict(missing)}")
    names = ("qpdf", *dict(installed(PDF)), *dict(installed(WORD)))
    for name in names:
        print(f"{name:16}{complete[name]:4} of {len(paths)} documents")
    if options.record:
        worst = min(complete[name] for name in names)
        figures = {"plans": f"{worst} of {len(paths)} plans", "readers": f"{len(names)} readers"}
        write_record("readers", options.record, figures | {"names": ", ".join(names)})
    sys.exit(any(complete[name] < len(paths) for name in names))


if __name__ == "__main__":
    main()
