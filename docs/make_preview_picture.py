"""Generate the picture of the preview in a browser: python -m docs.make_preview_picture"""

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.previews import Preview, previewed

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "images" / "preview.png"
PLAN = "tianjin-rome"
PACK = "our-city"
SETTINGS = """\
extends: iuc-asia
title: Our City's Partnerships
theme:
  colours: {blue: "#004D40", gold: "#E0A100", tint: "#E6F2EF", line: "#B7D3CC"}
"""
WINDOW = (1280, 860)
WIDTH = 960
"""Width of the picture in pixels."""
PATIENCE = 60_000
"""Milliseconds to wait for the page."""


def main() -> None:
    """Write a picture of the preview after a change of the colours of a pack."""
    with TemporaryDirectory() as name, chromium() as browser:
        project = new_project(Path(name))
        width, height = WINDOW
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        with previewed(project, PLAN) as preview:
            change_colours(page, preview)
            write(page.screenshot())


def new_project(folder: Path) -> Path:
    """A project with the shipped plan and a pack that is still identical to the shipped one."""
    plan = folder / "plans" / f"{PLAN}.yaml"
    plan.parent.mkdir()
    shutil.copy(ROOT / "plans" / plan.name, plan)
    plan.write_text(f"template: {PACK}\n{plan.read_text(encoding='utf-8')}", encoding="utf-8")
    pack = folder / "templates" / PACK / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\n", encoding="utf-8")
    return folder


def change_colours(page: Page, preview: Preview) -> None:
    """Open the page, save the settings of the pack, and wait until the page shows the change."""
    page.goto(preview.address)
    expect(page.get_by_role("img", name="Page 1 of")).to_be_visible()
    preview.write(f"templates/{PACK}/pack.yaml", SETTINGS)
    expect(page.locator("figcaption b")).to_have_text(["Changed", "Changed"])
    page.wait_for_load_state("networkidle")


def write(screenshot: bytes) -> None:
    """Write the screenshot as a compressed picture."""
    with Image.open(BytesIO(screenshot)) as image:
        picture = image.convert("RGB").resize((WIDTH, WIDTH * image.height // image.width), Image.Resampling.LANCZOS)
    small = picture.quantize(method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
