"""Typst, writing PDF/UA-1 through its Python binding: one compiler, warm, its data as JSON.

As a script it builds one document, to measure a cold process: DATA.json FONTS OUT.pdf
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_name("summary.typ")


def renderer(fonts: Path) -> Callable[[dict[str, Any]], bytes]:
    """Return a function that renders the data of a summary with the fonts of a folder.

    Raises ImportError without Typst.
    """
    import typst  # noqa: PLC0415 - Typst is optional

    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=found)

    def render(data: dict[str, Any]) -> bytes:
        inputs = {"summary": json.dumps(data, ensure_ascii=False)}
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
        assert isinstance(pdf, bytes)  # noqa: S101 - only pictures are a list, one for each page
        return pdf

    return render


if __name__ == "__main__":
    source, folder, target = map(Path, sys.argv[1:])
    target.write_bytes(renderer(folder)(json.loads(source.read_text(encoding="utf-8"))))
