"""The emblem of the European Union as a PDF drawing."""

from functools import lru_cache

from ucap_reports.pdf.file.canvas import PictureObject, operand
from ucap_reports.pdf.file.pdf_objects import compressed_stream
from ucap_reports.template.emblem_geometry import BLUE, GOLD, PROPORTION, Corners, stars


@lru_cache(maxsize=1)
def emblem() -> PictureObject:
    """The emblem as a drawing that fills the unit square; it must be shown 1.5 times as wide as high."""
    squeeze = f"{1 / PROPORTION:.6f} 0 0 1 0 0 cm"
    field = f"{operand(BLUE)} rg 0 0 {PROPORTION} 1 re f"
    gold = "\n".join(_path(star) for star in stars())
    content = f"{squeeze}\n{field}\n{operand(GOLD)} rg\n{gold}\nf"
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>"
    return PictureObject("Emblem", compressed_stream(content.encode("ascii"), entries))


def _path(corners: Corners) -> str:
    """The path around the corners."""
    points = [f"{x:.5f} {y:.5f}" for x, y in corners]
    return f"{points[0]} m {' l '.join(points[1:])} l h"
