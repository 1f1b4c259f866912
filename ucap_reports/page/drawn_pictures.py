"""SVG drawings as the operators of PDF (ISO 32000-1, 8.5), and as PNG pictures for formats without vector graphics.

PDFium draws the pictures, from a page that has only the operators of the drawing.
"""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

from ucap_reports.page.svg_drawing import PaintedShape, Stroke, SvgDrawing, read_drawing
from ucap_reports.page.svg_paths import operands
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.template.lengths_and_colours import colour_operands

_MOST_PIXELS = 1_200
"""The larger side of the picture: 600 pixels to the inch for a logo of 5 cm."""


def shape_operators(drawing: SvgDrawing) -> str:
    """Return the operators that draw the shapes in the units of the drawing."""
    return "\n".join(operator for shape in drawing.shapes for operator in _painted(shape))


def unit_square_matrix(drawing: SvgDrawing) -> str:
    """Return the operands of the matrix that maps the visible box of a drawing to the unit square."""
    left, top, right, bottom = drawing.box
    width, height = right - left, bottom - top
    return operands(1 / width, 0, 0, -1 / height, -left / width, bottom / height, digits=9)


def drawing_operators(drawing: SvgDrawing) -> str:
    """Return the operators that draw the visible box of a drawing in the unit square."""
    return f"q 0 0 1 1 re W n {unit_square_matrix(drawing)} cm\n{shape_operators(drawing)}\nQ"


def _painted(shape: PaintedShape) -> Iterator[str]:
    yield f"q {operands(*shape.matrix, digits=9)} cm"
    if shape.fill is not None:
        yield f"{colour_operands(shape.fill)} rg"
    if shape.stroke is not None:
        yield from _stroked(shape.stroke)
    yield shape.path
    if shape.fill is None:
        painting = "S"
    else:
        painting = "f" if shape.stroke is None else "B"
    rule = "*" if shape.is_even_odd else ""
    yield f"{painting}{rule} Q"


def _stroked(stroke: Stroke) -> Iterator[str]:
    yield f"{colour_operands(stroke.colour)} RG"
    yield f"{operands(stroke.width)} w {stroke.cap} J {stroke.join} j"
    yield f"{operands(stroke.miter_limit)} M"


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
    for number, content_of_object in enumerate(objects, 1):
        offsets.append(written.tell())
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, content_of_object))
    start = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        written.write(b"%010d 00000 n \n" % offset)
    written.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return written.getvalue()
