"""Problems of signatures, which need a key and the extra `sign`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.signing import PASSPHRASE, write_key

PDF = "out/rome.pdf"
PLAN = "cities: [{name: Rome, country: Italy}]\nresults: Less traffic.\n"


def signing(
    folder: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch, file: str = PDF, **options: Any
) -> set[str]:
    """The problems of signing a file with a key of these options."""
    write_key(folder / "key.p12", **options)
    monkeypatch.setenv("UCAP_PASSPHRASE", passphrase)
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "pdf", "--no-index")
    return set(ucap(folder, "sign", file, "--key", "key.p12", "--json").codes)


def key_invalid(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A wrong passphrase."""
    return signing(folder, "wrong", monkeypatch)


def key_weak(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """An RSA key that is too short."""
    return signing(folder, PASSPHRASE, monkeypatch, kind="rsa", bits=1024)


def certificate_expired(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A certificate that was valid last year."""
    return signing(folder, PASSPHRASE, monkeypatch, valid_days=(-700, -335))


def passphrase_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """No passphrase, and no terminal."""
    write_key(folder / "key.p12")
    monkeypatch.delenv("UCAP_PASSPHRASE", raising=False)
    return set(ucap(folder, "sign", "x.pdf", "--key", "key.p12", "--json").codes)


def sign_failed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A file that is no PDF."""
    return signing(folder, PASSPHRASE, monkeypatch, "plans/rome.yaml")


def signature_invalid(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A signed file that was changed."""
    signing(folder, PASSPHRASE, monkeypatch)
    (folder / PDF).write_bytes((folder / PDF).read_bytes() + b"\n")
    return set(ucap(folder, "check", PDF, "--json").codes)


def digest_weak(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A file that another program signed with a broken algorithm."""
    from tests.pdf_revisions import approved  # noqa: PLC0415 - its library may not be installed

    signing(folder, PASSPHRASE, monkeypatch, "plans/rome.yaml")
    (folder / "x.pdf").write_bytes(approved((folder / PDF).read_bytes(), "sha1"))
    return set(ucap(folder, "check", "x.pdf", "--json").codes)


def signature_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A plan that has changed after its document was signed."""
    signing(folder, PASSPHRASE, monkeypatch)
    write_plan(folder, "rome.yaml", PLAN.replace("traffic", "noise"))
    return set(ucap(folder, "build", "--format", "pdf", "--no-index", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "certificate-expired": certificate_expired,
    "digest-weak": digest_weak,
    "key-invalid": key_invalid,
    "key-weak": key_weak,
    "passphrase-missing": passphrase_missing,
    "sign-failed": sign_failed,
    "signature-invalid": signature_invalid,
    "signature-removed": signature_removed,
}
