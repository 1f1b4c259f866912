"""Generate the pictures of the tutorial on brands by running it: python -m docs.make_brand_pictures"""

from collections.abc import Iterable, Iterator
from ctypes import c_ushort
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap
from typing import NamedTuple

import fontpkg_arimo
from PIL import Image, ImageDraw, ImageFont, ImageOps
from pypdfium2 import PdfDocument, raw

from tests.test_documentation import Reader
from tests.tools import office_pdf, page_pictures

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "docs" / "tutorial" / "your-own-brand.md"
DOTS_PER_INCH = 80
EDGE, NOTE = "#C5CFE6", "#B45F06"
MARGIN = 260
MOST_UNITS = 1_000
"""UTF-16 units in a comment."""


def main() -> None:
    """Write a picture of the first page in the tutorial's brand, and one of its annotated Word template."""
    with TemporaryDirectory() as name:
        reader = Reader(Path(name))
        reader.read(TUTORIAL)
        write(first_page(reader.folder.joinpath("out", "tianjin-rome.our-city.pdf").read_bytes()), "your-own-brand")
        notes = office_pdf(reader.folder.joinpath("notes.docx").read_bytes(), comments=True)
        write(with_comments(first_page(notes), comments(notes)), "your-own-brand-notes")


class Comment(NamedTuple):
    """The text of a comment on a page, and the centre of its mark in pixels."""

    text: str
    place: tuple[float, float]


def first_page(pdf: bytes) -> Image.Image:
    """Return the first page of a PDF."""
    return page_pictures(pdf, DOTS_PER_INCH)[0].convert("RGB")


def comments(pdf: bytes) -> Iterator[Comment]:
    """Return the comments on the first page of a PDF, from top to bottom."""
    with PdfDocument(pdf) as document:
        page, scale = document[0], DOTS_PER_INCH / 72
        for number in range(raw.FPDFPage_GetAnnotCount(page)):
            annotation = raw.FPDFPage_GetAnnot(page, number)
            buffer, edges = (c_ushort * MOST_UNITS)(), raw.FS_RECTF()
            size = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, MOST_UNITS * 2)
            raw.FPDFAnnot_GetRect(annotation, edges)
            text = bytes(buffer)[: max(0, size - 2)].decode("utf-16-le")
            across, down = (edges.left + edges.right) / 2, page.get_height() - (edges.top + edges.bottom) / 2
            if text:
                yield Comment(text, (across * scale, down * scale))


def with_comments(page: Image.Image, found: Iterable[Comment]) -> Image.Image:
    """Return the page with its comments in the margin, as Word shows them."""
    font = ImageFont.truetype(Path(fontpkg_arimo.__file__).parent / "files" / "Arimo[wght].ttf", 11)
    picture = Image.new("RGB", (page.width + MARGIN, page.height), "#E3E6EC")
    picture.paste(page)
    drawing, bottom = ImageDraw.Draw(picture), 0.0
    for comment in found:
        text = "\n".join(line for part in comment.text.splitlines() for line in wrap(part, 36))
        top = max(bottom + 8, comment.place[1] - 12)
        bottom = top + 15 * (text.count("\n") + 1) + 12
        left = page.width + 12
        drawing.line((comment.place, (left, top + 12)), fill=NOTE, width=1)
        drawing.rectangle((left, top, picture.width - 8, bottom), fill="white", outline=NOTE)
        drawing.multiline_text((left + 8, top + 6), text, fill="#1A1A1A", font=font, spacing=3)
    return picture


def write(page: Image.Image, name: str) -> None:
    """Write a page as a compressed picture."""
    picture = ImageOps.expand(page, border=1, fill=EDGE)
    small = picture.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(ROOT / "docs" / "images" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
