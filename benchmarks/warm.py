"""Time per document in a warm process, in turns with other tools.

    .venv/bin/python -m benchmarks.warm [--documents 200] [--warm-up 20] [--record]

All tools build the same documents from finished summaries, so reading plans is not measured. Tools that are not
installed are skipped.
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.content import summary_data
from benchmarks.measure import Peer, measure, table
from benchmarks.peers import docxtpl_template, docxtpl_word, office, typst_ua, weasyprint_ua
from benchmarks.peers.fonts import write_fonts
from benchmarks.plans import plan_text
from benchmarks.records import add_option, write_record
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, open_pack
from ucap_reports.word.render_word import render_word

OFFICE_FILES = 20
"""Word files per run of LibreOffice."""
Render = Callable[[dict[str, Any]], bytes]
"""Builds the document from the data of a summary."""
PACKS = Path(__file__).parent.parent / "templates"


class Documents:
    """The series of documents: composed summaries, and the same as plain data for the other tools."""

    def __init__(self, pack: Pack, count: int) -> None:
        self.pack = pack
        self.summaries = [self._summary(number) for number in range(count)]
        self.data = [summary_data(summary) for summary in self.summaries]
        gc.freeze()  # keeps the inputs out of all garbage collections

    def _summary(self, number: int) -> Summary:
        plan = parse_plan(Source(f"plans/plan-{number}.yaml", plan_text(number)))
        return compose_summary(plan, self.pack)


def pdf_peers(documents: Documents, fonts: Path) -> Iterator[Peer]:
    """Return the product, Typst and WeasyPrint, all with tagged PDF."""
    yield Peer("ours, PDF/UA-1 and PDF/A-2a", lambda n: render_pdf(documents.summaries[n], documents.pack).content)
    if make := _if_installed("Typst", lambda: typst_ua.renderer(fonts)):
        yield Peer("Typst, PDF/UA-1", lambda n: make(documents.data[n]))
    if weasyprint := _if_installed("WeasyPrint", lambda: weasyprint_ua.renderer(fonts)):
        yield Peer("WeasyPrint, PDF/UA-1", lambda n: weasyprint(documents.data[n]))


def word_peers(documents: Documents) -> Iterator[Peer]:
    """Return the product and docxtpl."""
    yield Peer("ours, Word", lambda n: render_word(documents.summaries[n], documents.pack).content)
    if make := _if_installed("docxtpl", lambda: docxtpl_word.renderer(docxtpl_template.make_template())):
        yield Peer("docxtpl, Word", lambda n: make(documents.data[n]))


def office_line(documents: Documents) -> str:
    """Return the result line for docxtpl and LibreOffice, whose PDFs have the tags that LibreOffice infers."""
    make = _if_installed("docxtpl", lambda: docxtpl_word.renderer(docxtpl_template.make_template()))
    if make is None or not office.is_installed():
        return "docxtpl or LibreOffice is not installed, skipped"
    data = documents.data[:OFFICE_FILES]
    began = time.perf_counter()
    office.make_pdfs([make(each) for each in data])
    milliseconds = (time.perf_counter() - began) * 1000 / len(data)
    return f"docxtpl and LibreOffice, one run for {len(data)}: {milliseconds:.0f} ms per PDF"


def _if_installed(name: str, renderer: Callable[[], Render]) -> Render | None:
    try:
        return renderer()
    except (ImportError, OSError):  # OSError: system libraries of WeasyPrint are missing
        print(f"{name} is not installed, skipped (benchmarks/requirements.txt)")
        return None


def main() -> None:
    """Measure and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200, help="number of measured documents (200)")
    parser.add_argument("--warm-up", type=int, default=20, help="number of documents before the measurement (20)")
    add_option(parser)
    options = parser.parse_args()
    pack = open_pack("iuc-asia", [PackFolder(PACKS, "templates")])
    documents = Documents(pack, options.warm_up + options.documents)
    with tempfile.TemporaryDirectory() as fonts:
        write_fonts(Path(fonts))
        pdf, word = list(pdf_peers(documents, Path(fonts))), list(word_peers(documents))
        for title, peers in (("Tagged PDF", pdf), ("Word", word)):
            measure(peers, options.documents, options.warm_up)
            print(table(title, peers), end="\n\n")
    print(office_line(documents))
    if options.record:
        write_record("warm", options.record, figures(pdf, word))


def figures(pdf: list[Peer], word: list[Peer]) -> dict[str, str]:
    """Return the figures for the documentation: of the product, and of each other tool with its ratio."""
    found = {
        "pdf": f"{pdf[0].typical:.1f} ms",
        "pdf-size": f"{median(pdf[0].sizes) / 1000:.1f} KB",
        "pdf-rows": compared(pdf),
        "word": f"{word[0].typical:.2f} ms",
        "word-rows": compared(word),
    }
    for name, peers in (("pdf", pdf), ("word", word)):
        if len(peers) > 1:
            found[f"{name}-ratio"] = f"1/{peers[1].typical / peers[0].typical:.1f}"
    return found


def compared(peers: list[Peer]) -> str:
    """Return a row of a table for each other tool."""
    rows = []
    for peer in peers[1:]:
        size = median(peer.sizes) / 1000
        rows.append(
            f"| {peer.name} | {peer.typical:.1f} ms | 1/{peer.typical / peers[0].typical:.1f} | {size:.1f} KB |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
