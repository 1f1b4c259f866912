"""Problems of commands that no file can provoke."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.command import ucap


def plans_none(tmp_path: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A project without plans."""
    (tmp_path / "plans").mkdir()
    return set(ucap(tmp_path, "check", "--json").codes)


def extra_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Signing where its library is not installed."""
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "x.p12").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "ucap_reports.pdf.file.signatures", None)
    return set(ucap(tmp_path, "sign", "x.pdf", "--key", "x.p12", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "plans-none": plans_none,
    "extra-missing": extra_missing,
}
