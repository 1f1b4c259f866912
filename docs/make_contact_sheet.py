"""Draw all documents of a folder as one picture, PDF beside Word: python docs/make_contact_sheet.py out sheet.png

LibreOffice (`soffice`) shows the Word files. `--width` is that of a page in pixels.
"""

import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageOps

SHEET_WIDTH = 1_800
GAP = 12
NAME_HEIGHT = 16
OVERSAMPLING = 4
"""PDFium draws thin lines, such as those around letters in synthetic bold, at least one pixel wide."""
EDGE, PAPER, INK = "#C5CFE6", "#FFFFFF", "#1A1A1A"


def main() -> None:
    """Write the sheet of a folder."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=200)
    options = parser.parse_args()
    draw(options.folder, options.picture, options.width)


def draw(folder: Path, picture: Path, width: int) -> None:
    """Write the sheet of the documents in a folder; `width` is that of a page in pixels."""
    whole = sheet(list(entries(folder, width)))
    whole.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(picture, optimize=True)


def entries(folder: Path, width: int) -> Iterator[Image.Image]:
    """One picture for each document: the pages of its PDF, and those of its Word file."""
    with TemporaryDirectory() as converted:
        files = sorted(folder.glob("*.docx"))
        # All files in one run: starting LibreOffice takes longer than converting a file.
        command = ["soffice", "--headless", f"-env:UserInstallation={Path(converted).as_uri()}/profile"]
        subprocess.run([*command, "--convert-to", "pdf", "--outdir", converted, *files], check=True)  # noqa: S603 - soffice is found on the PATH
        for file in files:
            both = [pages(each, width) for each in (file.with_suffix(".pdf"), Path(converted) / f"{file.stem}.pdf")]
            yield named(file.stem, both)


def pages(pdf: Path, width: int) -> list[Image.Image]:
    """Each page of a PDF, with an edge."""
    with pdfium.PdfDocument(pdf) as document:
        large = [
            page.render(scale=OVERSAMPLING * width / page.get_width()).to_pil().convert("RGB") for page in document
        ]
    return [ImageOps.expand(picture.reduce(OVERSAMPLING), border=1, fill=EDGE) for picture in large]


def named(name: str, formats: Sequence[Sequence[Image.Image]]) -> Image.Image:
    """Return the pages of all formats side by side below the name."""
    shown = list(chain.from_iterable(formats))
    size = sum(page.width + 2 for page in shown) + GAP, max(page.height for page in shown) + NAME_HEIGHT
    picture = Image.new("RGB", size, PAPER)
    ImageDraw.Draw(picture).text((0, 0), name, fill=INK)
    left = 0
    for each in formats:
        for page in each:
            picture.paste(page, (left, NAME_HEIGHT))
            left += page.width + 2
        left += GAP // 2
    return picture


def sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return the pictures in rows."""
    rows: list[list[Image.Image]] = [[]]
    for picture in pictures:
        if rows[-1] and sum(each.width + GAP for each in rows[-1]) + picture.width + GAP > SHEET_WIDTH:
            rows.append([])
        rows[-1].append(picture)
    heights = [max((each.height for each in row), default=0) + GAP for row in rows]
    whole = Image.new("RGB", (SHEET_WIDTH, sum(heights) + GAP), PAPER)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        left = GAP
        for picture in row:
            whole.paste(picture, (left, top))
            left += picture.width + GAP
        top += height
    return whole


if __name__ == "__main__":
    main()
