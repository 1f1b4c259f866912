"""Problems with files and folders that no example in the catalogue can have."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from ucap_reports.storage.decoding import MAX_BYTES

PLAN = "cities: [{name: Rome, country: Italy}]\n"


def disk_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The lock file may not be opened."""
    write_plan(folder, "rome.yaml", PLAN)

    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("ucap_reports.batch.output_folder.regular_only", refuse)
    return set(ucap(folder, "build", "--json").codes)


def file_too_large(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A plan of more than a megabyte."""
    write_plan(folder, "rome.yaml", PLAN + "#" * MAX_BYTES)
    return set(ucap(folder, "check", "--json").codes)


def encoding_wrong(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A plan in Latin-1."""
    write_plan(folder, "malaga.yaml", "").write_bytes("cities: [{name: Málaga}]\n".encode("latin-1"))
    return set(ucap(folder, "check", "--json").codes)


def document_unreadable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Another program has locked a document that is to be built again."""
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "docx")
    write_plan(folder, "rome.yaml", f"{PLAN}themes: [Aerospace]\n")
    really = os.open

    def refuse(path: Any, *words: Any, **settings: Any) -> int:
        if str(path).endswith("rome.docx"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return really(path, *words, **settings)

    with monkeypatch.context() as locked:
        locked.setattr(os, "open", refuse)
        return set(ucap(folder, "build", "--format", "docx", "--json").codes)


PROVOKED = {
    "disk-refused": disk_refused,
    "file-too-large": file_too_large,
    "encoding-wrong": encoding_wrong,
    "document-unreadable": document_unreadable,
}
