"""A warm process that renders documents on request, with whatever checkout is first in PYTHONPATH.

    PYTHONPATH=CHECKOUT python benchmarks/warm_process.py PLANS CHECKOUT

It uses only the public names of the product, so that it also runs with the code of an earlier commit. Each line of its
input is a format, the number of the first document and that of the one after the last; it answers with the milliseconds
of each document, separated by spaces. It writes "ready" once everything is loaded.
"""

import gc
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from ucap_reports import compose_summary, load_plan, open_pack, render, render_html, render_pdf, render_word

WARM_UP = 10
"""The number of documents of each format before it is ready."""
MANY_OBJECTS = 200_000
"""Objects between garbage collections, as in the command `ucap`."""
RENDERERS: Mapping[str, Callable[..., object]] = {"pdf": render_pdf, "word": render_word, "web": render_html}
"""The renderers of summaries, by format."""
ALL = "all"
"""All formats of a plan, from its file."""


def main() -> None:
    """Answer requests until the input ends."""
    gc.set_threshold(MANY_OBJECTS)
    plans, checkout = map(Path, sys.argv[1:])
    pack = open_pack(checkout / "templates" / "iuc-asia")
    paths = sorted(plans.glob("*.yaml"))
    summaries = [compose_summary(load_plan(path), pack) for path in paths]
    jobs: dict[str, list[Callable[[], object]]] = {}
    for name, renderer in RENDERERS.items():
        jobs[name] = [partial(renderer, summary, pack) for summary in summaries]
    jobs[ALL] = [partial(render, path, template=pack, formats="pdf,docx,html") for path in paths]
    for documents in jobs.values():
        for make in documents[:WARM_UP]:
            make()
    gc.collect()
    gc.freeze()  # keeps the inputs out of all garbage collections
    print("ready", flush=True)
    for line in sys.stdin:
        name, start, end = line.split()
        milliseconds = []
        for make in jobs[name][int(start) : int(end)]:
            began = time.perf_counter()
            make()
            milliseconds.append((time.perf_counter() - began) * 1000)
        print(*milliseconds, flush=True)


if __name__ == "__main__":
    main()
