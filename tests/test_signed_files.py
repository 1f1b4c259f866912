"""Signed files that were changed in other ways than by a byte, unusable keys, and signing at the same time."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.signing import PASSPHRASE, write_key

PDF = "out/rome.pdf"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_key(tmp_path / "key.p12")
    monkeypatch.setenv("UCAP_PASSPHRASE", PASSPHRASE)
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
    ucap(tmp_path, "build", "--format", "pdf", "--no-index")
    return tmp_path


def with_other_words(content: bytes) -> bytes:
    """The file with an update that replaces the words of its first page."""
    from pyhanko.pdf_utils.generic import NameObject, StreamObject  # noqa: PLC0415 - it may not be installed
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - the same

    writer = IncrementalPdfFileWriter(BytesIO(content))
    pages = writer.root["/Pages"]["/Kids"]
    pages[0][NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"BT ET"))
    writer.mark_update(pages.raw_get(0))
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # it has no types
    return output.getvalue()


def test_a_page_that_was_replaced_between_two_signatures_makes_the_first_one_invalid(project: Path) -> None:
    ucap(project, "sign", PDF, "--key", "key.p12")
    path = project / PDF
    path.write_bytes(with_other_words(path.read_bytes()))
    assert ucap(project, "sign", PDF, "--key", "key.p12").code == 0

    run = ucap(project, "check", PDF, "--json")

    assert [each["valid"] for each in run.report["signatures"]] == [False, True]
    assert "signature-invalid" in run.codes


def test_checking_a_signature_prints_no_log(project: Path) -> None:
    ucap(project, "sign", PDF, "--key", "key.p12")
    command = [sys.executable, "-m", "ucap_reports", "check", PDF]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("part", ["certificate", "key"])
def test_a_file_without_a_key_or_its_certificate_is_an_error(project: Path, part: str) -> None:
    write_key(project / "half.p12", without="key" if part == "certificate" else "certificate")
    run = ucap(project, "sign", PDF, "--key", "half.p12", "--json")
    assert (run.code, run.codes) == (1, ["key-invalid"])


def test_a_signature_that_came_meanwhile_is_not_lost(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ucap_reports.pdf.file import signatures  # noqa: PLC0415 - its library may not be installed

    path, sign = project / PDF, signatures.signed

    def signed_twice(pdf: bytes, key: Any) -> bytes:
        path.write_bytes(sign(pdf, key))
        return sign(pdf, key)

    monkeypatch.setattr(signatures, "signed", signed_twice)
    run = ucap(project, "sign", PDF, "--key", "key.p12", "--json")

    assert (run.code, run.codes) == (1, ["file-changed"])
    assert len(signatures.signatures(path.read_bytes())) == 1


def test_a_pipe_is_neither_signed_nor_checked(project: Path) -> None:
    os.mkfifo(project / "pipe.pdf")
    for command in (["sign", "pipe.pdf", "--key", "key.p12"], ["check", "pipe.pdf"]):
        assert ucap(project, *command, "--json").code == 1
