"""Size of the index page and speed of its search, for ten to ten thousand summaries.

    .venv/bin/python -m benchmarks.index_page [--record]

The search is measured in Chromium, from a keystroke to the new picture; without Chromium it is skipped.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.records import add_option, write_record
from tests.browser import QUIET
from tests.entries import many_entries
from ucap_reports.batch.index_page import render_index

COUNTS = (10, 100, 1_000, 10_000)
SEARCHES = ("m", "ma", "malaga", "", "nowhere", "")
SEARCH = """async (words) => {
  const field = document.querySelector("input");
  const began = performance.now();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def main() -> None:
    """Print a line for each count: the size of the page, the time to render it, and the slowest of a few searches."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_option(parser)
    options = parser.parse_args()
    rows = []
    chromium = shutil.which("chromium")
    print(f"{'summaries':>10}{'kB':>8}{'made in ms':>12}{'searched in ms':>16}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET) if chromium else None
        for count in COUNTS:
            entries = many_entries(count)
            began = time.perf_counter()
            content = render_index(entries).encode()
            made = (time.perf_counter() - began) * 1000
            path = Path(folder, "index.html")
            path.write_bytes(content)
            searched = f"{slowest_search(browser.new_page(), path):16.0f}" if browser else "     no Chromium"
            print(f"{count:10,}{len(content) / 1000:8,.0f}{made:12.0f}{searched}")
            rows.append(f"| {count:,} | {len(content) / 1000:,.0f} kB | {made:.0f} ms | {searched.strip()} ms |")
    if options.record:
        write_record("index_page", options.record, {"rows": "\n".join(rows)})


def slowest_search(page: Page, path: Path) -> float:
    """Milliseconds from the change of the search field to the picture of the results; the maximum of all searches."""
    page.goto(path.as_uri())
    times: list[float] = [page.evaluate(SEARCH, words) for words in SEARCHES]
    page.close()
    return max(times)


if __name__ == "__main__":
    main()
