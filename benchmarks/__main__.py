"""Run all benchmarks, redraw the plots of growth and record the figures of the docs: half an hour on an idle machine.

.venv/bin/python -m benchmarks [--quick]
"""

import argparse
import subprocess
import sys
from pathlib import Path

PLOTS = str(Path(__file__).parent.parent / "docs" / "explanation")
MEASUREMENTS = {
    "cold": ([], ["--runs", "3"]),
    "warm": ([], ["--documents", "20", "--warm-up", "5"]),
    "batch": ([], ["--plans", "150", "--turns", "1"]),
    "growth": (["--plots", PLOTS], ["--counts", "10", "100"]),
    "index_page": ([], []),
    "editor": ([], []),
    "inputs": ([], ["--sizes", "2", "20", "200"]),
    "compare": ([], []),
    "stages": ([], []),
}
"""The modules in order, each with its arguments for a full run and for --quick."""


def main() -> None:
    """Run the benchmarks and print their results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short runs, to check that everything works")
    is_quick = parser.parse_args().quick
    record = [] if is_quick else ["--record"]
    for name, (whole, quick) in MEASUREMENTS.items():
        print(f"\n## {name}", flush=True)
        arguments = quick if is_quick else whole
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments, *record], check=True)


if __name__ == "__main__":
    main()
