"""Problems with files and folders that no example in the catalogue can have."""

from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.refusals import refuse_opening
from ucap_reports.batch.output_folder_locking_and_ownership import LOCK
from ucap_reports.source.yaml_syntax_errors import MAX_YAML_EDITS
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES

PLAN = "cities: [{name: Rome, country: Italy}]\n"


def disk_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The lock file may not be opened."""
    write_plan(folder, "rome.yaml", PLAN)

    refuse_opening(monkeypatch, lambda path: path.name == LOCK)
    return set(ucap(folder, "build", "--json").codes)


def file_too_large(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A plan of more than a megabyte."""
    write_plan(folder, "rome.yaml", PLAN + "#" * MAX_TEXT_FILE_BYTES)
    return set(ucap(folder, "check", "--json").codes)


def encoding_wrong(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A plan in Latin-1."""
    write_plan(folder, "malaga.yaml", "").write_bytes("cities: [{name: Málaga}]\n".encode("latin-1"))
    return set(ucap(folder, "check", "--json").codes)


def rest_unread(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A plan with more errors in its YAML than are reported."""
    write_plan(folder, "rome.yaml", PLAN + "".join(f"x{number}: a: b\n" for number in range(MAX_YAML_EDITS + 1)))
    return set(ucap(folder, "check", "--json").codes)


def document_unreadable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Another program has locked a document that is to be built again."""
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "docx")
    write_plan(folder, "rome.yaml", f"{PLAN}themes: [Aerospace]\n")
    with monkeypatch.context() as locked:
        refuse_opening(locked, lambda path: path.name == "rome.docx")
        return set(ucap(folder, "build", "--format", "docx", "--json").codes)


PROVOKED = {
    "file-not-accessible": disk_refused,
    "file-too-large": file_too_large,
    "encoding-invalid": encoding_wrong,
    "yaml-unread": rest_unread,
    "document-unreadable": document_unreadable,
}
