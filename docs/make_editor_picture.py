"""Generate the picture of the editor in a browser: python -m docs.make_editor_picture"""

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.editors import PLAN, edited

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "images" / "editor.png"
WINDOW = (1440, 900)
WIDTH = 960
"""Width of the picture in pixels."""
PATIENCE = 60_000
"""Milliseconds to wait for the page."""


def main() -> None:
    """Write a picture of the form of the shipped plan, with a misspelt country."""
    with TemporaryDirectory() as name, chromium() as browser:
        project = Path(name) / "my-summaries"
        (project / "plans").mkdir(parents=True)
        shutil.copy(ROOT / "plans" / f"{PLAN}.yaml", project / "plans")
        width, height = WINDOW
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        with edited(project) as editor:
            page.goto(editor.address.replace("/#", f"/plans/{PLAN}#"))
            type_country(page)
            write(page.screenshot())


def type_country(page: Page) -> None:
    """Type a misspelt country, and wait until the page shows the problem."""
    expect(page.get_by_role("img", name="Page 1 of")).to_be_visible()
    country = page.locator("[id='field-cities[1].country']")
    country.fill("Itly")
    expect(page.get_by_role("button", name="Use “Italy”")).to_be_visible()
    expect(page.get_by_text("These pages are from before the error.")).to_be_visible()
    country.press("End")


def write(screenshot: bytes) -> None:
    """Write the screenshot as a compressed picture."""
    with Image.open(BytesIO(screenshot)) as image:
        picture = image.convert("RGB").resize((WIDTH, WIDTH * image.height // image.width), Image.Resampling.LANCZOS)
    small = picture.quantize(method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
