"""Check that all plans of the project conform in both PDF standards, and that embedded plans give the same documents.

.venv/bin/python -m tests.check_standards [FOLDER]
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.pdf_text import embedded_plan
from tests.verapdf import all_failures
from ucap_reports import render
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard

PLANS = Path(__file__).parent.parent / "plans"


def faults(path: Path) -> Iterator[str]:
    """What is wrong with the PDFs of a plan."""
    for standard in PdfStandard:
        pdf = render(path, formats="pdf", pdf_standard=standard).pdf.content
        yield from all_failures(pdf, standard)
        if standard is PdfStandard.UA_2:
            again = render(text=embedded_plan(pdf), name=path.stem, formats="pdf", pdf_standard=standard)
            if again.pdf.content != pdf:
                yield "the embedded plan gives another document"


def main() -> int:
    """Print the faults of each plan; return 1 if there are any."""
    paths = sorted(Path(sys.argv[1] if sys.argv[1:] else PLANS).glob("*.yaml"))
    found = [f"{path.name}: {fault}" for path in paths for fault in faults(path)]
    sys.stdout.write("".join(f"{line}\n" for line in [*found, f"{len(paths)} plans, {len(found)} faults"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
