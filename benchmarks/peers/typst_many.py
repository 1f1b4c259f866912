"""Typst, making many PDFs in one warm process: FOLDER PART PARTS

`FOLDER/data` holds a JSON file for each document, of which this process makes every `PARTS`-th; `FOLDER/warm` others,
which are made first. It writes a line when it is warm, waits for the end of its input, and writes a line at the end.
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.peers.typst_ua import renderer


def main() -> None:
    """Make the PDFs, and keep none."""
    folder, part, parts = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    data = documents(folder / "data")[part::parts]
    render = renderer(folder / "fonts")
    for each in documents(folder / "warm"):
        render(each)
    print("warm", flush=True)
    sys.stdin.read()
    for each in data:
        render(each)
    print("done", flush=True)


def documents(folder: Path) -> list[dict[str, Any]]:
    """What the files of a folder hold, in the order of their names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir())]


if __name__ == "__main__":
    main()
