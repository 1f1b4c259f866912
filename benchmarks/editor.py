"""Time from a save to the new picture in the browser.

    .venv/bin/python -m benchmarks.editor [--record]

The text of a plan and a colour of a pack are changed repeatedly while the editor runs. The time is measured in Chromium
with two device pixels per CSS pixel, from before the file is written until the picture of page 1 is drawn.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.records import add_option, write_record
from tests.browser import QUIET
from tests.editors import PACK, PLAN, Editor, edited
from tests.stages import EXAMPLE

SAVES = 20
DRAWN = """(old) => {
  const picture = document.querySelector("figure img");
  return picture && picture.getAttribute("src") !== old && picture.complete ? picture.getAttribute("src") : null;
}"""


def main() -> None:
    """Print the median and the maximum time for each kind of save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = Path(folder)
        shutil.copytree(EXAMPLE.parent, project / "plans", ignore=shutil.ignore_patterns("sources"))
        (project / "templates" / PACK).mkdir(parents=True)
        pack = project / "templates" / PACK / "pack.yaml"
        pack.write_text(pack_text(0), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        with edited(project) as editor:
            page = browser.new_page(device_scale_factor=2)
            page.goto(editor.address.replace("/#", f"/plans/{PLAN}#"))
            page.locator("#shown-pack").select_option(PACK)
            text = EXAMPLE.read_text(encoding="utf-8")
            plans = [text.replace("Aerospace", f"Aerospace {number}", 1) for number in range(1, SAVES + 1)]
            plan_times = [waited(page, editor, f"plans/{PLAN}.yaml", each) for each in plans]
            print_times("a plan's text", plan_times)
            packs = [pack_text(number) for number in range(1, SAVES + 1)]
            pack_times = [waited(page, editor, f"templates/{PACK}/pack.yaml", each) for each in packs]
            print_times("a pack's colour", pack_times)
    if options.record:
        figures = {"plan": f"{statistics.median(plan_times) / 1000:.2f} s"}
        write_record("editor", options.record, figures | {"pack": f"{statistics.median(pack_times) / 1000:.2f} s"})


def pack_text(number: int) -> str:
    """Return the text of a pack with another blue."""
    return f'extends: iuc-asia\ntheme:\n  colours: {{blue: "#0033{0x40 + number:02X}"}}\n'


def waited(page: Page, editor: Editor, name: str, text: str) -> float:
    """Milliseconds from the save of a file to the new picture."""
    old = page.wait_for_function(DRAWN, arg="").json_value()
    began = time.perf_counter()
    editor.write(name, text)
    page.wait_for_function(DRAWN, arg=old)
    return (time.perf_counter() - began) * 1000


def print_times(what: str, times: list[float]) -> None:
    """Print the median and the maximum."""
    print(f"{what:16} {statistics.median(times):4.0f} ms median, {max(times):4.0f} ms maximum")


if __name__ == "__main__":
    main()
