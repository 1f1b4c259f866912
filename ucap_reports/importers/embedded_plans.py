"""Plans that are embedded in PDFs."""

from collections.abc import Iterator
from pathlib import PurePath

import pypdfium2 as pdfium

from ucap_reports.importers.plan_draft import ImportedPlan, id_of
from ucap_reports.plan.fields import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN, parse_plan
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.decoding import decode_source
from ucap_reports.storage.pdf_limits import PdfLimitError, check_pdf_limits
from ucap_reports.storage.project_folder import PLAN_ENDING, PLAN_ID, RESERVED_ID
from ucap_reports.storage.reading_limits import MAX_EMBEDDED_PLANS, MAX_PDF_UNPACKED, MAX_TEXT_FILE_BYTES

_MOST_BYTES = 4 * MAX_TEXT_FILE_BYTES
"""Of all plans together."""


def embedded_plans(content: bytes, path: str, known: KnownFields = BUILT_IN) -> tuple[ImportedPlan, ...]:
    """Return the plans that a PDF contains, each with the text of its file.

    Raises ProblemsFound if the PDF is damaged or contains none, and with all errors of its plans.
    """
    _refuse_bombs(content, path)
    try:
        with pdfium.PdfDocument(content) as document:
            files = list(_plan_files(document, path))
    except pdfium.PdfiumError:
        raise ProblemsFound([problem("import-damaged", Location(path), form="archive", kind="pdf")]) from None
    if not files:
        raise ProblemsFound([problem("import-plan-missing", Location(path))])
    return tuple(_imported(name, plan, path, known) for name, plan in files)


def _refuse_bombs(content: bytes, path: str) -> None:
    """Raise ProblemsFound for a PDF that PDFium would unpack to too much."""
    try:
        check_pdf_limits(content)
    except PdfLimitError as error:
        if error.is_hidden:
            raise ProblemsFound([problem("import-damaged", Location(path), form="hidden", reason=error)]) from None
        raise _too_large(path, MAX_PDF_UNPACKED) from None


def _too_large(path: str, limit: int) -> ProblemsFound:
    return ProblemsFound([problem("import-too-large", Location(path), form="archive", limit=limit // 1024**2)])


def _plan_files(document: pdfium.PdfDocument, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of the embedded files that may be plans."""
    total = 0
    for number in range(min(document.count_attachments(), MAX_EMBEDDED_PLANS)):
        attachment = document.get_attachment(number)
        if attachment.get_name().endswith(PLAN_ENDING):
            plan = bytes(attachment.get_data())
            total += len(plan)
            if len(plan) > MAX_TEXT_FILE_BYTES or total > _MOST_BYTES:
                raise _too_large(path, MAX_TEXT_FILE_BYTES if len(plan) > MAX_TEXT_FILE_BYTES else _MOST_BYTES)
            yield attachment.get_name(), plan


def _imported(name: str, content: bytes, path: str, known: KnownFields) -> ImportedPlan:
    """Return the plan of an embedded file. It is named after that file or, if this is no plan's name, after the PDF."""
    plan_id = name.removesuffix(PLAN_ENDING)
    if not PLAN_ID.fullmatch(plan_id) or RESERVED_ID.fullmatch(plan_id):
        plan_id = id_of([PurePath(path).stem.partition(".")[0]])
    source = decode_source(content, f"{path}/{plan_id}{PLAN_ENDING}")
    parse_plan(source, known)
    return ImportedPlan(plan_id, source.text, ())
