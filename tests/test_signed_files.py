"""Signed files that were changed in other ways than by a byte, unusable keys, and signing at the same time."""

import os
import subprocess
import sys
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


@pytest.mark.no_cover
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
    assert run.report["problems"][0]["message"] == "the file contains no private key with its certificate"


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN CERTIFICATE-----\n", b"%PDF-1.7\n", b"\x30\x05\x02\x01\x00\x30\x00"]
)
def test_a_file_that_is_not_pkcs12_is_named_without_asking_for_a_passphrase(
    project: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.delenv("UCAP_PASSPHRASE")
    (project / "key.pem").write_bytes(content)
    run = ucap(project, "sign", PDF, "--key", "key.pem", "--json")
    assert (run.code, run.codes) == (1, ["key-invalid"])
    assert run.report["problems"][0]["message"] == "the file is not a PKCS#12 file"


def test_a_key_with_an_unfit_passphrase_is_named_as_such(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UCAP_PASSPHRASE", "wrong")
    run = ucap(project, "sign", PDF, "--key", "key.p12", "--json")
    assert run.report["problems"][0]["message"] == "the key cannot be opened with this passphrase"


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
