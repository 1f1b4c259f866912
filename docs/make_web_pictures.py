"""Generate the pictures of the web page with Chromium: python docs/make_web_pictures.py"""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser

from tests.browser import chromium
from ucap_reports import render

ROOT = Path(__file__).parent.parent
PLAN = ROOT / "plans" / "tianjin-rome.yaml"
HEIGHT, GAP = 800, 16


def main() -> None:
    """Write one picture of the page on a screen, and on a phone in light and dark."""
    with TemporaryDirectory() as folder, chromium() as browser:
        path = render(PLAN, formats="pdf,docx,html").html.save(folder)
        desk = shown(browser, path, 1000, "light")
        phones = [shown(browser, path, 360, scheme) for scheme in ("light", "dark")]
    joined = Image.new("RGB", (sum(each.width + GAP for each in (desk, *phones)) - GAP, HEIGHT), "#8A93A6")
    left = 0
    for picture in (desk, *phones):
        joined.paste(picture, (left, 0))
        left += picture.width + GAP
    small = joined.resize((joined.width * 2 // 3, joined.height * 2 // 3), Image.Resampling.LANCZOS)
    small.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        ROOT / "docs" / "images" / "web-page.png", optimize=True
    )


def shown(browser: Browser, path: Path, width: int, scheme: str) -> Image.Image:
    """Return a picture of the top of the page."""
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(path.as_uri())
    picture = Image.open(BytesIO(page.screenshot()))
    page.close()
    return picture


if __name__ == "__main__":
    main()
