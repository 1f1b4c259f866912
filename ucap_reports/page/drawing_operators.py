"""The operators of PDF (ISO 32000-1, 8.5) that draw the shapes of an SVG drawing."""

from collections.abc import Iterator

from ucap_reports.page.colour_operands import operand
from ucap_reports.page.svg_drawing import PaintedShape, Stroke, SvgDrawing
from ucap_reports.page.svg_paths import operands


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
        yield f"{operand(shape.fill)} rg"
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
    yield f"{operand(stroke.colour)} RG"
    yield f"{operands(stroke.width)} w {stroke.cap} J {stroke.join} j"
    yield f"{operands(stroke.miter_limit)} M"
