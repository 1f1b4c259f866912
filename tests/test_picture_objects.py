"""Pictures stand where their style says."""

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from tests.pages import picture
from tests.samples import seed_summary
from tests.word_templates import shipped_settings
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.template.pack import Pack, PackFile, PackSettings

TEMPLATE = b'<document><img class="logo" src="images/a.png" alt="a"/></document>'
LEFT, RIGHT, WIDTH = 51.0, 544.3, 60.0
"""The margins of the shipped pack from the left edge of A4, and the picture's width, in points."""


@pytest.mark.parametrize(
    ("align", "left"), [("start", LEFT), ("end", RIGHT - WIDTH), ("center", (LEFT + RIGHT - WIDTH) / 2)]
)
def test_a_picture_is_aligned_as_its_style_says(align: str, left: float) -> None:
    settings = shipped_settings()
    settings["theme"]["styles"]["logo"] = {"width": f"{WIDTH} pt", "align": align}
    files = {
        "summary.page.xml": PackFile("summary.page.xml", TEMPLATE),
        "images/a.png": PackFile("images/a.png", picture()),
    }
    content = render_pdf(seed_summary(), Pack(PackSettings.model_validate(settings), files, {})).content
    with pdfium.PdfDocument(content) as document:
        (image,) = document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])
        found = image.get_bounds()
    assert found[0] == pytest.approx(left, abs=0.1)
    assert found[2] - found[0] == pytest.approx(WIDTH, abs=0.1)
