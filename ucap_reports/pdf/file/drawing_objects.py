"""SVG drawings as PDF objects: forms of vector graphics that fill the unit square (ISO 32000-1, 8.10)."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256

from ucap_reports.page.svg_drawing import PaintedShape, Stroke, SvgDrawing, read_drawing
from ucap_reports.page.svg_paths import operands
from ucap_reports.pdf.file.canvas import PictureObject, operand
from ucap_reports.pdf.file.pdf_objects import compressed_stream


@lru_cache(maxsize=64)
def drawing_object(content: bytes) -> PictureObject:
    """Return the object of an SVG file. Raises PictureError with everything in it that cannot be drawn."""
    drawing = read_drawing(content)
    operators = [operator for shape in drawing.shapes for operator in _shape_operators(shape)]
    form = compressed_stream("\n".join(operators).encode("ascii"), _entries(drawing))
    return PictureObject(f"Drawing-{sha256(content).hexdigest()[:12]}", form)


def _shape_operators(shape: PaintedShape) -> Iterator[str]:
    yield f"q {operands(*shape.matrix, digits=9)} cm"
    if shape.fill is not None:
        yield f"{operand(shape.fill)} rg"
    if shape.stroke is not None:
        yield from _stroke_operators(shape.stroke)
    yield shape.path
    if shape.fill is None:
        painting = "S"
    else:
        painting = "f" if shape.stroke is None else "B"
    rule = "*" if shape.is_even_odd else ""
    yield f"{painting}{rule} Q"


def _stroke_operators(stroke: Stroke) -> Iterator[str]:
    yield f"{operand(stroke.colour)} RG"
    yield f"{operands(stroke.width)} w {stroke.cap} J {stroke.join} j"
    yield f"{operands(stroke.miter_limit)} M"


def _entries(drawing: SvgDrawing) -> bytes:
    """Return the entries of a form that shows the box of the drawing in the unit square."""
    left, top, right, bottom = drawing.box
    width, height = right - left, bottom - top
    bounds = operands(*drawing.box, digits=9)
    matrix = operands(1 / width, 0, 0, -1 / height, -left / width, bottom / height, digits=9)
    return f"/Type/XObject/Subtype/Form/BBox[{bounds}]/Matrix[{matrix}]/Resources<<>>".encode("ascii")
