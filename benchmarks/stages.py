"""Instructions of each stage of the documents of a plan in a warm process, counted with valgrind.

    .venv/bin/python -m benchmarks.stages [--record]

Each stage has plans of its own, so that nothing of them is in caches when it is measured, after it has run with others.
"""

import argparse
import gc
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.plans import plan_text
from benchmarks.records import add_option, write_record
from ucap_reports import compose_summary, load_plan, open_pack, render_html, render_pdf
from ucap_reports.html.block_markup import BlockWriter
from ucap_reports.html.theme_style_sheet import PageStyles, font_rules
from ucap_reports.importers.sent_edition import SummaryRecorder
from ucap_reports.page.fitted_scale import plan_page
from ucap_reports.template.pack import Pack
from ucap_reports.word.render_word import render_word

PACK = Path(__file__).parent.parent / "templates" / "iuc-asia"
COUNTED, WARM_UP = 4, 10
"""The documents of a stage whose instructions are counted, and those before."""
MANY_OBJECTS = 200_000
"""Objects between garbage collections, as in the command `ucap`."""
TOTAL = re.compile(r"^totals: (\d+)$", re.MULTILINE)
"""The number of instructions in a file of callgrind."""
STAGES = {
    "plan": "read and check the plan",
    "summary": "compose the summary",
    "page": "fill and read the page template, and find its scale",
    "pdf": "lay out and write the PDF",
    "word": "fill the Word template",
    "recorded": "record in the Word file what it prints",
    "web": "write the web page",
    "fonts": "make the fonts of the web page",
}
"""What is measured. The stages "recorded" and "web" are counted with those that they contain, "word" and "fonts"."""


def main() -> None:
    """Count and print the instructions of all stages; with `--process`, do the stages in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--process", type=Path, help=argparse.SUPPRESS)
    add_option(parser)
    options = parser.parse_args()
    if options.process:
        count_stages(options.process)
        return
    with tempfile.TemporaryDirectory() as folder:
        counts = f"--callgrind-out-file={folder}/counts"
        wrapper = ["valgrind", "--tool=callgrind", "--instr-atstart=no", counts, "--quiet"]
        command = [*wrapper, sys.executable, "-m", "benchmarks.stages", "--process", folder]
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    rows = table_rows([float(word) for word in result.stdout.split()])
    print(rows)
    if options.record:
        write_record("stages", options.record, {"rows": rows})


def table_rows(millions: list[float]) -> str:
    """Return a row for each stage: its name, its instructions, and its share of all."""
    counted = dict(zip(STAGES, millions, strict=True))
    counted["recorded"] -= counted["word"]
    counted["web"] -= counted["fonts"]
    total = sum(counted.values())
    rows = []
    for stage, name in STAGES.items():
        rows.append(f"| {name} | {counted[stage]:.1f} million | {counted[stage] / total:.0%} |")
    return "\n".join(rows)


def count_stages(folder: Path) -> None:
    """Do each stage with plans of its own, and print the millions of instructions for one."""
    gc.set_threshold(MANY_OBJECTS)
    pack = open_pack(PACK)
    for number, stage in enumerate(STAGES):
        first = number * (WARM_UP + COUNTED)
        jobs = [job(stage, first + index, pack, folder) for index in range(WARM_UP + COUNTED)]
        for warm_up in jobs[:WARM_UP]:
            warm_up()
        gc.collect()
        control("--instr=on")
        for counted in jobs[WARM_UP:]:
            counted()
        control(f"--dump={stage}")
        control("--instr=off")
        files = sorted(folder.glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        match = TOTAL.search(files[-1].read_text(encoding="utf-8"))
        print(int(match[1]) / COUNTED / 1e6 if match else 0)


def control(option: str) -> None:
    """Send a command to callgrind, in which this process runs."""
    subprocess.run(["callgrind_control", option, str(os.getpid())], capture_output=True, check=True)


def job(stage: str, number: int, pack: Pack, folder: Path) -> Callable[[], object]:
    """Return a function that does a stage for the plan with this number; all that is before it is done here."""
    path = folder / f"plan-{number}.yaml"
    path.write_text(plan_text(number), encoding="utf-8")
    if stage == "plan":
        return lambda: load_plan(path)
    plan = load_plan(path)
    if stage == "summary":
        return lambda: compose_summary(plan, pack)
    summary = compose_summary(plan, pack)
    if stage == "page":
        return lambda: plan_page(summary, pack)
    page = plan_page(summary, pack)
    if stage == "pdf":
        return lambda: render_pdf(summary, pack, page=page)
    if stage == "word":
        return lambda: render_word(summary, pack, page=page)
    if stage == "recorded":
        return lambda: render_word(summary, pack, SummaryRecorder(summary), page=page)
    if stage == "web":
        return lambda: render_html(summary, pack, page=page)
    writer = BlockWriter(PageStyles(page.tree, pack.theme), pack.theme, summary.contact, page.tree)
    writer.margin(page.tree.header)
    writer.main(page.tree.body)
    return lambda: list(font_rules(pack, writer.texts))


if __name__ == "__main__":
    main()
