"""Problems of commands that no file can provoke."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.command import ucap
from ucap_reports import preview


def plans_none(tmp_path: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A project without plans."""
    (tmp_path / "plans").mkdir()
    return set(ucap(tmp_path, "check", "--json").codes)


def extra_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The preview where one of its libraries is not installed."""
    (tmp_path / "plans").mkdir()
    monkeypatch.delitem(sys.modules, "ucap_reports.preview.local_server", raising=False)
    monkeypatch.delattr(preview, "local_server", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    return set(ucap(tmp_path, "preview", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "plans-none": plans_none,
    "extra-missing": extra_missing,
}
