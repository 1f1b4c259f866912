"""Revisions that were appended to a signed PDF: the pages and the metadata show exactly what was signed."""

from io import BytesIO
from itertools import product
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.selected_cases import crossed, every
from tests.signing import write_key
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard

pytest.importorskip("pyhanko")

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import read_certification_data

from tests import pdf_revisions
from ucap_reports.pdf.file import signatures

pytestmark = pytest.mark.no_cover

PLAN = "cities: [{name: Rome, country: Italy}]\nresults: Less traffic.\n"
PDF = "out/rome.pdf"


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A built PDF."""
    return built(tmp_path_factory.mktemp("unsigned"), PdfStandard.UA_1)


def built(folder: Path, standard: PdfStandard) -> bytes:
    """Return the PDF of the plan."""
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "pdf", "--no-index", "--pdf-standard", standard.value)
    return (folder / PDF).read_bytes()


@pytest.fixture(scope="module")
def certified(unsigned: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The PDF as `ucap sign` signs it."""
    key = signatures.open_key(write_key(tmp_path_factory.mktemp("key") / "k.p12", None).read_bytes(), None)
    assert key is not None
    return signatures.signed(unsigned, key)


@pytest.fixture(scope="module")
def approved(unsigned: bytes) -> bytes:
    """The PDF with a signature of another program, which says nothing about later changes."""
    return pdf_revisions.approved(unsigned)


def reported(folder: Path, content: bytes) -> tuple[int, set[str]]:
    """Return the exit code and the problems that `ucap check` reports about a PDF outside a project."""
    (folder / "x.pdf").write_bytes(content)
    run = ucap(folder, "check", "x.pdf", "--json")
    return run.code, set(run.codes)


def test_a_signature_permits_no_changes(certified: bytes) -> None:
    certification = read_certification_data(PdfFileReader(BytesIO(certified)))
    assert certification is not None
    assert certification.permission is MDPPerm.NO_CHANGES


@pytest.mark.parametrize(("signed", "revision"), crossed(["certified", "approved"], pdf_revisions.REFUSED))
def test_check_refuses_a_revision_that_changes_something(
    tmp_path: Path, request: pytest.FixtureRequest, signed: str, revision: str
) -> None:
    content = request.getfixturevalue(signed)
    changed = pdf_revisions.REFUSED[revision](content)

    assert changed.startswith(content)
    assert changed != content
    assert reported(tmp_path, changed) == (1, {"signature-invalid"})


@pytest.mark.parametrize(("signed", "revision"), every(5, product(["certified", "approved"], pdf_revisions.ACCEPTED)))
def test_check_accepts_a_revision_for_archiving(
    tmp_path: Path, request: pytest.FixtureRequest, signed: str, revision: str
) -> None:
    content = pdf_revisions.ACCEPTED[revision](request.getfixturevalue(signed))
    assert reported(tmp_path, content) == (0, set())


@pytest.mark.parametrize(("added", "expected"), [(1, (0, set())), (2, (1, {"signature-invalid"}))])
def test_revisions_have_a_limit(
    tmp_path: Path, certified: bytes, monkeypatch: pytest.MonkeyPatch, added: int, expected: tuple[int, set[str]]
) -> None:
    """Those of the file, of the signature, and one more."""
    monkeypatch.setattr(signatures, "_MOST_REVISIONS", 3)
    content = certified
    for _ in range(added):
        content = pdf_revisions.raw_update(content, {})
    assert reported(tmp_path, content) == expected


@pytest.mark.long
def test_check_refuses_more_revisions_than_real_files_have(tmp_path: Path, certified: bytes) -> None:
    """Each is compared with each signature, so that a thousand of them would take minutes."""
    content = certified
    for _ in range(100):
        content = pdf_revisions.raw_update(content, {})
    assert reported(tmp_path, content) == (1, {"signature-invalid"})


@pytest.mark.parametrize("attack", pdf_revisions.PREPARED)
def test_check_refuses_a_revision_for_which_the_signed_file_was_prepared(
    tmp_path: Path, unsigned: bytes, attack: str
) -> None:
    prepare, revise = pdf_revisions.PREPARED[attack]
    signed = signatures.signed(prepare(unsigned), pdf_revisions.stranger())
    assert reported(tmp_path, signed) == (0, set())
    assert reported(tmp_path, revise(signed)) == (1, {"signature-invalid"})
