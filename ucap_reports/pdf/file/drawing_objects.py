"""SVG drawings as PDF objects: forms of vector graphics that fill the unit square (ISO 32000-1, 8.10)."""

from functools import lru_cache
from hashlib import sha256

from ucap_reports.page.drawing_operators import shape_operators, unit_square_matrix
from ucap_reports.page.svg_drawing import SvgDrawing, read_drawing
from ucap_reports.page.svg_paths import operands
from ucap_reports.pdf.file.canvas import PictureObject
from ucap_reports.pdf.file.pdf_objects import compressed_stream


@lru_cache(maxsize=64)
def drawing_object(content: bytes) -> PictureObject:
    """Return the object of an SVG file. Raises PictureError with everything in it that cannot be drawn."""
    drawing = read_drawing(content)
    form = compressed_stream(shape_operators(drawing).encode("ascii"), _entries(drawing))
    return PictureObject(f"Drawing-{sha256(content).hexdigest()[:12]}", form)


def _entries(drawing: SvgDrawing) -> bytes:
    """Return the entries of a form that shows the box of the drawing in the unit square."""
    bounds = operands(*drawing.box, digits=9)
    matrix = unit_square_matrix(drawing)
    return f"/Type/XObject/Subtype/Form/BBox[{bounds}]/Matrix[{matrix}]/Resources<<>>".encode("ascii")
