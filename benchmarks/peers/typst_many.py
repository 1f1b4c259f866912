"""Typst, building many PDFs in one warm process: FOLDER PART PARTS

`FOLDER/data` contains a JSON file for each document; this process builds every `PARTS`-th. `FOLDER/warm` contains
others that are built first. The process prints a line when it is warm, waits for the end of its input, builds
the documents and prints another line.
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.peers.typst_ua import renderer


def main() -> None:
    """Build the PDFs and discard them."""
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
    """Return the content of the files in a folder, ordered by name."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir())]


if __name__ == "__main__":
    main()
