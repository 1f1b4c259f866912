"""Processor time and memory of a check and a build with each hostile pack of the tests, beside the promise.

    .venv/bin/python -m benchmarks.hostile [--only WORD]

The outlines of the shipped fonts are cached before. Exits with 1 where a pack takes more than is promised.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.hostile_packs import HOSTILE, Files
from tests.hostile_runs import MEGABYTES, RUN, SECONDS, Used, run_hostile


def main() -> None:
    """Run all packs, or those with a word in their name, and print what they use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only packs whose name contains this")
    only = parser.parse_args().only
    names = [name for name in HOSTILE if only in name]
    slowest, largest = 0.0, 0
    print(f"{'pack':55}{'seconds':>9}{'MB':>6}   errors of the check")
    with tempfile.TemporaryDirectory() as cache:
        measured("warm up", {"summary.docx": b""}, cache)
        for name in names:
            used = measured(name, HOSTILE[name](), cache)
            slowest, largest = max(slowest, used.seconds), max(largest, used.megabytes)
            codes = ", ".join(sorted(set(used.checked)))
            print(f"{name:55}{used.seconds:9.2f}{used.megabytes:6}   {codes}", flush=True)
    print(f"\n{len(names)} packs: at most {slowest:.2f} s of {SECONDS} s, and {largest} MB of {MEGABYTES} MB")
    sys.exit(slowest > SECONDS or largest > MEGABYTES)


def measured(name: str, files: Files, cache: str) -> Used:
    """What a pack uses, in a project of its own."""
    with tempfile.TemporaryDirectory(prefix=name.replace(" ", "-").replace("/", "-")) as project:
        return run_hostile(Path(project), files, partial(in_new_process, cache))


def in_new_process(cache: str, project: Path) -> str:
    """What the run prints in a new process, whose start-up counts."""
    environment = os.environ | {"UCAP_CACHE_DIR": cache}
    command = [sys.executable, "-c", RUN]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=True
    ).stdout


if __name__ == "__main__":
    main()
