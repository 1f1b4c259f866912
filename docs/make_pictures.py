"""Generate the pictures of the README from the PDF of the example: python docs/make_pictures.py"""

from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageOps

from ucap_reports import compose_summary, load_plan, open_pack, render_pdf
from ucap_reports.template.pack_opening import PackFolder

ROOT = Path(__file__).parent.parent
PLAN = ROOT / "plans" / "tianjin-rome.yaml"
DOTS_PER_INCH = 110
EDGE = "#C5CFE6"


def main() -> None:
    """Write a picture of each page."""
    pack = open_pack("iuc-asia", [PackFolder(ROOT / "templates", "templates")])
    document = render_pdf(compose_summary(load_plan(PLAN), pack), pack)
    with pdfium.PdfDocument(document.content) as pages:
        for number, page in enumerate(pages, 1):
            picture = page.render(scale=DOTS_PER_INCH / 72).to_pil().convert("RGB")
            framed = ImageOps.expand(picture, border=1, fill=EDGE)
            framed.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
                ROOT / "docs" / "images" / f"{PLAN.stem}-{number}.png", optimize=True
            )


if __name__ == "__main__":
    main()
