"""Processor time and memory of each hostile pack and each hostile file of the tests, beside the promise.

    .venv/bin/python -m benchmarks.hostile [--only WORD] [--record]

A pack is checked, and a plan is built with it; a file is imported, reviewed or built. The outlines of the shipped fonts
are cached before, and projects are in memory where that is possible. Exits with 1 if one takes more than is promised.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.projects import memory
from benchmarks.records import add_option, write_record
from tests.hostile_inputs import HOSTILE_INPUTS, InputUse, run_hostile_input, run_script
from tests.hostile_packs import HOSTILE, Files
from tests.hostile_runs import MEGABYTES, RUN, SECONDS, Used, run_hostile


def main() -> None:
    """Run all packs and files, or those with a word in their name, and print what they use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only packs and files whose name contains this")
    add_option(parser)
    options = parser.parse_args()
    only = options.only
    slowest, largest, count = 0.0, 0, 0
    print(f"{'pack or file':55}{'seconds':>9}{'MB':>6}   errors")
    with tempfile.TemporaryDirectory() as cache:
        measured("warm up", {"summary.docx": b""}, cache)
        for name in (*HOSTILE, *HOSTILE_INPUTS):
            if only not in name:
                continue
            if name in HOSTILE:
                pack_use = measured(name, HOSTILE[name](), cache)
                used = InputUse(sorted(set(pack_use.checked)), pack_use.seconds, pack_use.megabytes)
            else:
                used = measured_input(name, cache)
            slowest, largest, count = max(slowest, used.seconds), max(largest, used.megabytes), count + 1
            print(f"{name:55}{used.seconds:9.2f}{used.megabytes:6}   {', '.join(used.codes)}", flush=True)
    print(f"\n{count} packs and files: at most {slowest:.2f} s of {SECONDS} s, and {largest} MB of {MEGABYTES} MB")
    if options.record:
        figures = {"inputs": f"{count} packs and files", "seconds": f"{slowest:.1f} s", "memory": f"{largest} MB"}
        write_record("hostile", options.record, figures)
    sys.exit(slowest > SECONDS or largest > MEGABYTES)


def measured(name: str, files: Files, cache: str) -> Used:
    """Return what a pack uses, in a project of its own."""
    with tempfile.TemporaryDirectory(prefix=name.replace(" ", "-").replace("/", "-"), dir=memory()) as project:
        return run_hostile(Path(project), files, partial(in_new_process, cache))


def measured_input(name: str, cache: str) -> InputUse:
    """Return what a command uses that reads a hostile file, in a project of its own."""
    with tempfile.TemporaryDirectory(dir=memory()) as project:
        return run_hostile_input(
            Path(project),
            HOSTILE_INPUTS[name],
            lambda folder, words: in_new_process(cache, folder, run_script(words)),
        )


def in_new_process(cache: str, project: Path, script: str = RUN) -> str:
    """Return what the script prints in a new process, whose start-up counts."""
    environment = os.environ | {"UCAP_CACHE_DIR": cache}
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=True
    ).stdout


if __name__ == "__main__":
    main()
