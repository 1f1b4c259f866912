"""Makes the pictures of the tutorial on brands by following it: python -m docs.make_brand_pictures"""

from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from PIL import Image, ImageOps

from tests.test_documentation import FENCE, Reader
from tests.tools import office_pdf, page_pictures

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "docs" / "tutorial" / "your-own-brand.md"
DOTS_PER_INCH = 80
EDGE = "#C5CFE6"


def main() -> None:
    """Write a picture of the first page in the tutorial's brand, and one of its annotated Word template."""
    with TemporaryDirectory() as name:
        reader = Reader(Path(name))
        for block in FENCE.finditer(TUTORIAL.read_text(encoding="utf-8")):
            reader.follow(block["language"], dedent(block["text"]))
        write(reader.folder.joinpath("out", "tianjin-rome.pdf").read_bytes(), "your-own-brand")
        notes = office_pdf(reader.folder.joinpath("notes.docx").read_bytes(), comments=True)
        write(notes, "your-own-brand-notes")


def write(pdf: bytes, name: str) -> None:
    """The first page of a PDF as a small picture."""
    picture = ImageOps.expand(page_pictures(pdf, DOTS_PER_INCH)[0].convert("RGB"), border=1, fill=EDGE)
    small = picture.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(ROOT / "docs" / "images" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
