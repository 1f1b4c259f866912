"""Time of a complete process that builds one document, in turns with other tools.

    .venv/bin/python -m benchmarks.cold [--runs 11] [--record]

The product reads and checks the plan and builds both documents; docxtpl and Typst build one each from prepared data.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.content import summary_data
from benchmarks.peers import docxtpl_template
from benchmarks.peers.fonts import write_fonts
from benchmarks.plans import EXAMPLE
from benchmarks.records import add_option, write_record
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack_opening import PackFolder, open_pack

ROOT = Path(__file__).parent.parent


def commands(folder: Path) -> dict[str, Sequence[str]]:
    """Return the commands to measure, by name; `folder` contains the input of the other tools."""
    python = sys.executable
    out = str(folder / "out")
    build = [python, "-m", "ucap_reports", "build"]
    found: dict[str, Sequence[str]] = {
        "ours, Word and PDF": [*build, str(EXAMPLE), "--root", str(ROOT), "--out", out, "--force", "--no-index"],
        "ours, --help": [python, "-m", "ucap_reports", "--help"],
    }
    data = str(folder / "data.json")
    peers = Path(__file__).parent / "peers"
    if find_spec("docxtpl"):
        arguments = [data, str(folder / "template.docx"), str(folder / "peer.docx")]
        found["docxtpl, Word"] = [python, str(peers / "docxtpl_word.py"), *arguments]
    if find_spec("typst"):
        found["Typst, PDF/UA-1"] = [python, str(peers / "typst_ua.py"), data, str(folder), str(folder / "peer.pdf")]
    return found


def prepare(folder: Path) -> None:
    """Write the input of the other tools to `folder`."""
    summary = compose_summary(load_plan(EXAMPLE), open_pack("iuc-asia", [PackFolder(ROOT / "templates", "templates")]))
    (folder / "data.json").write_text(json.dumps(summary_data(summary)), encoding="utf-8")
    (folder / "template.docx").write_bytes(docxtpl_template.make_template())
    write_fonts(folder)


def milliseconds(command: Sequence[str]) -> tuple[float, float]:
    """Elapsed and processor time of the command. Python writes its compiled modules, as usual."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    spent, began = processor(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return (time.perf_counter() - began) * 1000, (processor() - spent) * 1000


def processor() -> float:
    """Return the processor time of all finished commands, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11, help="runs of each command after the first (11)")
    add_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        wanted = commands(folder)
        turns = [{title: milliseconds(command) for title, command in wanted.items()} for _ in range(options.runs + 1)][
            1:
        ]
    print(f"{'A whole process':34}{'median ms':>10}{'fastest ms':>12}{'processor ms':>14}")
    for title in wanted:
        times, spent = zip(*(turn[title] for turn in turns), strict=True)
        print(f"{title:34}{median(times):10.0f}{min(times):12.0f}{min(spent):14.0f}")
    if options.record:
        elapsed = {title: median(turn[title][0] for turn in turns) for title in wanted}
        ours, word = elapsed["ours, Word and PDF"], elapsed["docxtpl, Word"]
        figures = {"ours": f"{ours:.0f} ms", "docxtpl": f"{word:.0f} ms", "ratio": f"{ours / word:.1f}"}
        write_record("cold", options.record, figures | {"help": f"{elapsed['ours, --help']:.0f} ms"})


if __name__ == "__main__":
    main()
