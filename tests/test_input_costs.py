"""Small files that would take much time or memory to read end in an error (`python -m benchmarks.hostile`)."""

import sys
from pathlib import Path

import pytest

from tests.hostile_inputs import (
    HIDDEN_PDFS,
    HIDDEN_WORKBOOKS,
    HOSTILE_INPUTS,
    LARGE_PDFS,
    LARGE_WORKBOOKS,
    deflated,
    pdf_with_plan,
    run_hostile_input,
)
from tests.hostile_runs import MEGABYTES
from ucap_reports.importers.translation_sheets import read_translation_sheet
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.pdf_limits import MAX_BYTES, MAX_UNPACKED, PdfLimitError, check_pdf_limits


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other ways")
@pytest.mark.parametrize("name", HOSTILE_INPUTS)
def test_hostile_input_is_an_error_within_limits(name: str, tmp_path: Path) -> None:
    """The process is killed after four times the promised processor time, on any machine."""
    hostile = HOSTILE_INPUTS[name]
    used = run_hostile_input(tmp_path, hostile)
    assert used.codes == [*hostile.codes]
    assert used.megabytes < MEGABYTES


@pytest.mark.parametrize("name", [*HIDDEN_PDFS, *LARGE_PDFS])
def test_signatures_has_the_limits_of_import_for_pdf_files(name: str) -> None:
    signatures = pytest.importorskip("ucap_reports.pdf.file.signatures")
    pdf = {**HIDDEN_PDFS, **LARGE_PDFS}[name]()
    with pytest.raises(signatures.SignatureError, match=r"^it |^its "):
        signatures.signatures(pdf)


@pytest.mark.parametrize("name", [*HIDDEN_WORKBOOKS, *LARGE_WORKBOOKS])
def test_translate_has_the_limits_of_import_for_workbooks(name: str) -> None:
    content = {**HIDDEN_WORKBOOKS, **LARGE_WORKBOOKS}[name]()
    with pytest.raises(ProblemsFound) as found:
        read_translation_sheet(content, "a.xlsx")
    if name == "workbook with many large sheets":  # it has no tables, so that only the cells with content are read
        assert {problem.code for problem in found.value.problems} == {"translation-sheet-invalid"}
    else:
        assert [problem.code for problem in found.value.problems] == [*HOSTILE_INPUTS[name].codes]


@pytest.mark.parametrize(
    "entries",
    [
        b"/Filter /FlateDecode",
        b"/Filter [/FlateDecode]",
        b"/Filter[/FlateDecode/RunLengthDecode]",
        b"/Filter [/FlateDecode /DCTDecode]",
        b"/Filter /DCTDecode",
        b"/Filter /Adobe.PPKLite",
        b"/Filter []",
    ],
)
def test_check_pdf_limits_accepts_filters_that_unpack_once(entries: bytes) -> None:
    check_pdf_limits(pdf_with_plan(b"data", entries))


def test_check_pdf_limits_accepts_streams_up_to_the_limit() -> None:
    check_pdf_limits(pdf_with_plan(deflated(MAX_UNPACKED - (1 << 20)), b"/Filter /FlateDecode"))
    with pytest.raises(PdfLimitError, match="unpacks to more than 64 MiB"):
        check_pdf_limits(pdf_with_plan(deflated(MAX_UNPACKED), b"/Filter /FlateDecode"))
    with pytest.raises(PdfLimitError, match="larger than 32 MiB"):
        check_pdf_limits(bytes(MAX_BYTES + 1))
