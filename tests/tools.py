"""External programs that tests use and that may not be installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
import pytest
from PIL import Image

OFFICE_SECONDS = 120
"""Seconds after which LibreOffice is considered hung."""


def require(program: str) -> str:
    """The path of the program. If it is not installed, the test is skipped, or fails if UCAP_REQUIRE_TOOLS is set."""
    path = shutil.which(program)
    if path is not None:
        return path
    if os.environ.get("UCAP_REQUIRE_TOOLS"):
        pytest.fail(f"{program} is not installed, and UCAP_REQUIRE_TOOLS asks for it", pytrace=False)
    pytest.skip(f"{program} is not installed")


def require_library(name: str) -> None:
    """Skip the test if a library is not installed, or let it fail if UCAP_REQUIRE_TOOLS is set."""
    if find_spec(name) is None:
        if os.environ.get("UCAP_REQUIRE_TOOLS"):
            pytest.fail(f"{name} is not installed, and UCAP_REQUIRE_TOOLS asks for it", pytrace=False)
        pytest.skip(f"{name} is not installed")


@cache
def _office_home() -> TemporaryDirectory[str]:
    """A LibreOffice profile for this process, so that other instances do not interfere."""
    return TemporaryDirectory(prefix="ucap-office-")


WITH_COMMENTS = 'pdf:writer_pdf_Export:{"ExportNotes":{"type":"boolean","value":"true"}}'
"""The LibreOffice export filter for a PDF with comments."""


WORD_2007 = "docx:MS Word 2007 XML"


def office_pdf(docx: bytes, *, comments: bool = False) -> bytes:
    """The Word file converted to PDF by LibreOffice."""
    (pdf,) = office_pdfs((docx,), comments=comments)
    return pdf


def office_pdfs(documents: Iterable[bytes], *, comments: bool = False) -> tuple[bytes, ...]:
    """The Word files converted to PDF by LibreOffice, which is started once for all of them."""
    soffice = require("soffice")
    home = Path(_office_home().name)
    sources = []
    for number, docx in enumerate(documents):
        source = home / f"document-{number}.docx"
        source.write_bytes(docx)
        source.with_suffix(".pdf").unlink(missing_ok=True)
        sources.append(source)
    profile = (home / "profile").as_uri()
    kind = WITH_COMMENTS if comments else "pdf"
    command = [soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", kind, "--outdir", str(home)]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True, timeout=OFFICE_SECONDS)
    return tuple(source.with_suffix(".pdf").read_bytes() for source in sources)


def office_file(docx: bytes, *kinds: str) -> bytes:
    """The Word file as LibreOffice saves it, after saving it in the other formats."""
    soffice = require("soffice")
    home = Path(_office_home().name)
    source = home / "edited.docx"
    source.write_bytes(docx)
    profile = (home / "profile").as_uri()
    for kind in (*kinds, WORD_2007):
        saved = home / "saved" / kind.partition(":")[0]
        command = [soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", kind, "--outdir"]
        subprocess.run([*command, str(saved), str(source)], check=True, capture_output=True, timeout=OFFICE_SECONDS)
        source = saved / source.with_suffix(f".{saved.name}").name
    return source.read_bytes()


def office_workbook(xlsx: bytes) -> bytes:
    """The workbook as LibreOffice Calc saves it. Without Calc, like a program that is not installed."""
    soffice = require("soffice")
    home = Path(_office_home().name)
    source, saved = home / "edited.xlsx", home / "saved"
    source.write_bytes(xlsx)
    target = saved / source.name
    target.unlink(missing_ok=True)
    profile = (home / "profile").as_uri()
    command = [soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx", "--outdir"]
    subprocess.run([*command, str(saved), str(source)], check=True, capture_output=True, timeout=OFFICE_SECONDS)
    if not target.exists():
        require("LibreOffice Calc")
    return target.read_bytes()


def page_pictures(pdf: bytes, dots_per_inch: int = 60) -> tuple[Image.Image, ...]:
    """Each page as a picture."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(page.render(scale=dots_per_inch / 72).to_pil() for page in document)


def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text of each page as extracted without the tags."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(page.get_textpage().get_text_range() for page in document)


def copied_by_poppler(pdf: bytes, folder: Path) -> str:
    """The text of all pages as copied by readers based on Poppler, on one line and without directional marks."""
    program, path = require("pdftotext"), folder / "a.pdf"
    path.write_bytes(pdf)
    text = subprocess.run([program, str(path), "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e]", "", text).split())
