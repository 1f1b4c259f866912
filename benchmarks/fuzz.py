"""Feed every stage with changed files: an exception other than ProblemsFound is printed with the case that causes it.

    .venv/bin/python -m benchmarks.fuzz [--cases 20000] [--start 0] [--only plan "page template"] [--seconds 20]
        [--record]

The cases are the same in each run. A case that takes more than `--seconds` of processor time counts as a failure.
"""

import argparse
import logging
import sys
import traceback
from collections import Counter
from itertools import cycle, islice
from time import process_time

from benchmarks.records import add_option, write_record
from tests.mutations import STAGES, run_case


def main() -> None:
    """Run the cases, print the results, and exit with 1 if one has failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000, help="of all stages together")
    parser.add_argument("--start", type=int, default=0, help="the number of the first case of each stage")
    parser.add_argument("--only", nargs="+", choices=STAGES, default=list(STAGES), help="only these stages")
    parser.add_argument("--seconds", type=float, default=20, help="the most processor time of a case")
    add_option(parser)
    options = parser.parse_args()
    logging.disable()  # fontTools logs what is wrong with a font
    names: list[str] = options.only
    outcomes: Counter[tuple[str, str]] = Counter()
    slowest = dict.fromkeys(names, 0.0)
    for number, name in enumerate(islice(cycle(names), options.cases)):
        begin = process_time()
        outcomes[name, outcome(name, options.start + number // len(names))] += 1
        slowest[name] = max(slowest[name], process_time() - begin)
    print(f"{'stage':16}{'accepted':>10}{'problems':>10}{'failed':>8}{'slowest':>10}")
    for name in names:
        counts = [outcomes[name, each] for each in ("accepted", "problems", "failed")]
        print(f"{name:16}{counts[0]:10,}{counts[1]:10,}{counts[2]:8,}{slowest[name]:8.2f} s")
    failed = sum(count for (_, result), count in outcomes.items() if result == "failed")
    print(f"{options.cases:,} cases, {failed} failed")
    if options.record:
        rows = []
        for name in names:
            cells = [f"{outcomes[name, each]:,}" for each in ("accepted", "problems", "failed")]
            rows.append(f"| {name} | {' | '.join(cells)} | {slowest[name]:.2f} s |")
        write_record(
            "fuzz", options.record, {"cases": f"{options.cases:,}", "failed": f"{failed}", "stages": "\n".join(rows)}
        )
    sys.exit(bool(failed) or max(slowest.values()) > options.seconds)


def outcome(name: str, number: int) -> str:
    """Return the result of a case; an exception is printed."""
    try:
        return "accepted" if run_case(name, number) else "problems"
    except Exception:  # noqa: BLE001 - that is what is searched for
        print(f"case {number} of {name}:\n{traceback.format_exc(limit=-3)}", flush=True)
        return "failed"


if __name__ == "__main__":
    main()
