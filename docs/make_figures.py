"""Generate the pages with figures from their .in files and the records of the benchmarks: python -m docs.make_figures

In an .in file, `{{ warm.pdf }}` is a figure of a record in figures.toml, `{{ warm }}` the command, commit and date of
the record, `{{ target.warm-pdf }}` a target or limit, and `{{ reading-limits }}` the table of all limits of readers. A
test fails if a page is out of date.
"""

import ast
import re
from collections.abc import Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path

from benchmarks.records import Record, read_records
from ucap_reports.storage.reading_limits import MIB

ROOT = Path(__file__).parent.parent
PAGES = (
    "docs/explanation/performance.md",
    "docs/explanation/reliability.md",
    "docs/explanation/packages.md",
    "docs/explanation/tried.md",
    "benchmarks/README.md",
)
"""The generated pages; the source of each is beside it, with `.in` after its name."""
PLACEHOLDER = re.compile(r"\{\{ ([\w-]+)(?:\.([\w-]+))? \}\}")
TARGETS = {
    "cold": "2 times",
    "editor": "0.5 s",
    "exponent": "n^1.2",
    "hostile-memory": "500 MB",
    "hostile-seconds": "5 s",
    "index": "1.3 times",
    "unchanged": "1 s",
    "warm-pdf": "1/2.5",
    "warm-word": "1/10",
    "whole-builds": "1.4 times",
}
"""What the product promises, or aims at."""
LIMITS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Any file of a project": {
        "storage.reading_limits": ("MAX_FILE_BYTES",),
        "storage.atomic_files": ("MAX_DOCUMENT_BYTES",),
        "batch.undo_history": ("MAX_HISTORY_BYTES",),
    },
    "Plans, settings, translations and maps, in YAML or as PO files": {
        "storage.reading_limits": ("MAX_TEXT_FILE_BYTES", "MAX_YAML_DEPTH", "MAX_YAML_NODES"),
        "source.yaml_syntax_errors": ("MAX_YAML_EDITS", "MAX_RECOVERED_CHARACTERS"),
        "plan.po_files": ("MAX_PO_ERRORS",),
    },
    "Files to import and to review": {
        "storage.reading_limits": ("MAX_IMPORT_BYTES", "MAX_IMPORT_CHARACTERS", "MAX_PARAGRAPHS"),
    },
    "Tables (workbooks and text files with delimiters)": {
        "storage.reading_limits": ("MAX_ROWS", "MAX_COLUMNS", "MAX_CELLS", "MAX_CELL_CHARACTERS"),
        "importers.workbook_reading": ("MAX_MERGED_CELLS", "MAX_WORKBOOK_DEFINITIONS"),
    },
    "Word files and workbooks (Office Open XML)": {
        "importers.word_package": (
            "MAX_OFFICE_PARTS",
            "MAX_OFFICE_BYTES",
            "MAX_OFFICE_PART_BYTES",
            "MAX_WORD_ELEMENTS",
        ),
        "importers.form_answers": ("MAX_FORM_CONTROLS", "MAX_NESTED_CONTROLS"),
        "importers.word_review": ("MAX_EDITIONS", "MAX_EDITION_PARAGRAPHS", "MAX_EDITION_RUNS"),
        "importers.sent_edition": (
            "MAX_SENT_PIECES",
            "MAX_SENT_BYTES",
            "MAX_SENT_PATH",
            "MAX_SENT_VALUES",
            "MAX_SENT_ITEMS",
        ),
        "importers.pasted_text": ("MAX_PASTED_CHARACTERS",),
    },
    "PDF files": {
        "storage.pdf_safety_check": ("MAX_PDF_BYTES", "MAX_PDF_STREAMS", "MAX_PDF_UNPACKED"),
        "importers.import_file": ("MAX_EMBEDDED_PLANS",),
    },
    "Pictures of plans and packs (PNG, JPEG)": {
        "storage.reading_limits": ("MAX_PICTURE_FILE_BYTES", "MAX_PICTURE_PIXELS"),
        "batch.plan_pictures": ("MAX_PICTURES_READ",),
        "pictures.picture_preparation_and_quality": ("MAX_PACK_PICTURE_PIXELS", "MAX_DECODED_PIXELS", "MAX_JPEG_SCANS"),
    },
    "SVG drawings": {
        "page.svg_drawing": ("MAX_SVG_BYTES", "MAX_SVG_DEPTH", "MAX_SVG_FAULTS"),
    },
    "Template packs": {
        "storage.reading_limits": ("MAX_PACK_FILE_BYTES", "MAX_PACK_BYTES"),
        "template.pack_opening": ("MAX_PACK_FILES", "MAX_PACKS"),
        "page.fill_and_read_page": ("MAX_PAGE_DEPTH",),
    },
    "Word templates": {
        "word.file.zip_package": ("MAX_TEMPLATE_PARTS", "MAX_TEMPLATE_BYTES", "MAX_TEMPLATE_ELEMENTS"),
        "word.file.package_parts": ("MAX_TEMPLATE_PART_BYTES",),
        "word.file.word_xml": ("MAX_XML_ATTRIBUTES",),
    },
    "Revisions of a git repository": {
        "storage.git_revisions": ("MAX_GIT_FOLDER_BYTES", "MAX_GIT_BYTES", "MAX_GIT_SECONDS"),
    },
}
"""The limits of what is read, by its kind and their modules."""


def page(name: str) -> str:
    """Return the text of a page, with its figures. Raises KeyError for a figure that no record has."""
    records = read_records()

    def shown(match: re.Match[str]) -> str:
        record, figure = match[1], match[2]
        if record == "target":
            return TARGETS[figure]
        if record == "reading-limits":
            return limits_table()
        if figure is None:
            return source(records[record])
        return records[record].figures[figure]

    return PLACEHOLDER.sub(shown, (ROOT / f"{name}.in").read_text(encoding="utf-8"))


def source(record: Record) -> str:
    """Return the command of a record, and which code it measured when."""
    return f"`{record.command.removesuffix(' --record')}`, {record.date}, commit {record.commit}"


def limits_table() -> str:
    """Return the `LIMITS`, in a row for each kind of what is read."""
    rows = []
    for kind, limits in LIMITS.items():
        texts = [limit_text(module, name) for module, names in limits.items() for name in names]
        rows.append(f"| {kind} | {'; '.join(texts)} |")
    return "\n".join(["| what is read | limits |", "|---|---|", *rows])


def limit_text(module: str, name: str) -> str:
    """Return a limit as a person writes it, with the start of its text: bytes in MiB, if they are a multiple of one."""
    value = getattr(import_module(f"ucap_reports.{module}"), name)
    text = re.split(r"[;:]|, since ", description(module, name))[0]
    if text.startswith("bytes") and value % MIB == 0:
        return f"{value // MIB} MiB{text.removeprefix('bytes')}"
    return f"{value:,} {text}"


def description(module: str, name: str) -> str:
    """Return the text below a limit in its module."""
    path = ROOT / "ucap_reports" / f"{module.replace('.', '/')}.py"
    for statement, described in pairwise(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(statement, ast.Assign) and isinstance(described, ast.Expr) and defines(statement, name):
            return " ".join(str(ast.literal_eval(described.value)).split())
    raise KeyError(name)


def defines(statement: ast.Assign, name: str) -> bool:
    """Whether a statement assigns a value to the name."""
    return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)


if __name__ == "__main__":
    for name in PAGES:
        (ROOT / name).write_text(page(name), encoding="utf-8")
