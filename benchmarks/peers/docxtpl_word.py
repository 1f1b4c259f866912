"""docxtpl, rendering a Word template with the same content as the product's.

As a script it builds one document, to measure a cold process: DATA.json TEMPLATE.docx OUT.docx
"""

import json
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

Data = dict[str, Any]


def renderer(template: bytes) -> Callable[[Data], bytes]:
    """Return a function that renders the data of a summary; docxtpl opens the template again for each document."""
    from docxtpl import DocxTemplate, RichText  # noqa: PLC0415 - docxtpl is optional

    def rich(block: Data, lead: str = "") -> Any:
        text = RichText(lead)
        for run in block["runs"]:
            styles = {name: run.get(name, False) for name in ("bold", "italic", "underline")}
            text.add(run["text"], color="#003399" if run.get("link") else None, **styles)
        return text

    def paragraphs(blocks: list[Data]) -> list[Any]:
        texts = []
        for block in blocks:
            if "runs" in block:
                texts.append(rich(block))
                continue
            lead = f"{block['marker']} " if block["marker"] else ""
            texts += [rich(each, lead) for item in block["items"] for each in item if "runs" in each]
        return texts

    def row(data: Data, columns: int) -> Data:
        cells = [paragraphs(cell) for cell in data["cells"]]
        return {"label": rich(data["label"][0]), "span": columns if data["shared"] else 1, "parts": cells}

    def render(data: Data) -> bytes:
        document = DocxTemplate(BytesIO(template))
        rows = [row(each, len(data["columns"])) for each in data["rows"]]
        document.render({**data, "rows": rows, "programme": data["labels"][0]["text"]}, autoescape=True)
        target = BytesIO()
        document.save(target)
        return target.getvalue()

    return render


if __name__ == "__main__":
    source, word_template, target_path = map(Path, sys.argv[1:])
    target_path.write_bytes(
        renderer(word_template.read_bytes())(json.loads(source.read_text(encoding="utf-8"))),
    )
