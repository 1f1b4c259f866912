"""SVG drawings as PNG pictures, for formats that have no vector graphics: drawn by PDFium, from a page that has only
the operators of the drawing.
"""

from functools import lru_cache
from io import BytesIO

from ucap_reports.page.drawing_operators import drawing_operators
from ucap_reports.page.svg_drawing import read_drawing
from ucap_reports.storage.user_cache import cached_artifact

_MOST_PIXELS = 1_200
"""The larger side of the picture: 600 pixels to the inch for a logo of 5 cm."""


@lru_cache(maxsize=64)
def png_of_drawing(content: bytes) -> bytes:
    """Return the drawing of an SVG file as a PNG file. Raises PictureError with everything that cannot be drawn."""
    return cached_artifact("drawing-png", (content,), bytes, lambda: _drawn(content))


def _drawn(content: bytes) -> bytes:
    import pypdfium2 as pdfium  # noqa: PLC0415 - few packs have a drawing

    drawing = read_drawing(content)
    scale = _MOST_PIXELS / max(drawing.width, drawing.height)
    with pdfium.PdfDocument(_page(drawing_operators(drawing), drawing.width, drawing.height)) as document:
        bitmap = document[0].render(scale=scale, fill_color=(255, 255, 255, 0), maybe_alpha=True)
        written = BytesIO()
        bitmap.to_pil().save(written, "PNG", optimize=True)
    return written.getvalue()


def _page(operators: str, width: float, height: float) -> bytes:
    """Return a PDF file whose only page has these operators, which draw in the unit square (ISO 32000-1, 7.5)."""
    content = f"{width:.4f} 0 0 {height:.4f} 0 0 cm\n{operators}".encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.4f} {height:.4f}]/Resources<<>>/Contents 4 0 R>>".encode(),
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
    ]
    written = BytesIO()
    written.write(b"%PDF-1.4\n")
    offsets = []
    for number, each in enumerate(objects, 1):
        offsets.append(written.tell())
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, each))
    start = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        written.write(b"%010d 00000 n \n" % offset)
    written.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return written.getvalue()
