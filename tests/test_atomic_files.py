import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.atomic_files import (
    MAX_DOCUMENT_BYTES,
    OVERSIZED,
    NewFile,
    WriteStatus,
    disk_problem,
    make_folder,
    regular_digest,
    write_edited,
    write_files,
    write_missing,
)
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def new_file(path: Path, content: bytes = b"new") -> NewFile:
    return NewFile(path, content, f"out/{path.name}")


def problem_of(found: pytest.ExceptionInfo[ProblemsFound]) -> Problem:
    (problem,) = found.value.problems
    return problem


def test_files_are_written_without_temporary_files_left(tmp_path: Path) -> None:
    statuses = write_files([new_file(tmp_path / "a", b"one"), new_file(tmp_path / "b", b"two")])

    assert statuses == (WriteStatus.WRITTEN, WriteStatus.WRITTEN)
    assert names(tmp_path) == ["a", "b"]
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"one", b"two")


def test_a_file_with_the_same_content_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"same")
    before = path.stat()

    assert write_files([new_file(path, b"same"), new_file(tmp_path / "b")]) == (
        WriteStatus.UNCHANGED,
        WriteStatus.WRITTEN,
    )
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_new_file_has_the_permissions_of_other_new_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()

    write_files([new_file(tmp_path / "a")])

    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_if_one_file_cannot_be_written_all_old_files_stay(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    with pytest.raises(ProblemsFound) as found:
        write_files([new_file(tmp_path / "a"), new_file(tmp_path / "nowhere" / "b")])

    assert problem_of(found).location.path == "out/b"
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_link_with_the_name_of_a_temporary_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / f".a.{os.getpid()}.part").symlink_to(tmp_path / "mine")

    write_files([new_file(tmp_path / "a")])

    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "a").is_symlink()) == (b"new", False)


def test_a_temporary_file_of_an_earlier_process_with_the_same_id_is_replaced(tmp_path: Path) -> None:
    (tmp_path / f".a.{os.getpid()}.part").write_bytes(b"content that is longer than the new one")

    write_files([new_file(tmp_path / "a"), new_file(tmp_path / "b")])

    assert [(tmp_path / name).read_bytes() for name in names(tmp_path)] == [b"new", b"new"]


def test_digest_is_of_regular_files_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "pipe"):
        assert regular_digest(tmp_path / name) == ""
    assert regular_digest(tmp_path) is regular_digest(tmp_path / "nothing") is None
    assert regular_digest(tmp_path / "file") == sha256(b"mine").hexdigest()


def test_digest_reads_no_file_that_is_larger_than_documents(tmp_path: Path) -> None:
    """Its content costs nothing where it is empty space, which archives compress to nothing."""
    path = tmp_path / "file"
    path.write_bytes(b"")
    os.truncate(path, MAX_DOCUMENT_BYTES + 1)
    assert regular_digest(path) == OVERSIZED


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_error_leaves_the_old_file_and_has_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ProblemsFound) as found:
        write_files([new_file(tmp_path / "a")])

    problem = problem_of(found)
    assert (problem.code, problem.location.path) == ("file-not-written", "out/a")
    assert problem.details == {"reason": os.strerror(number).lower()}
    assert problem.hint
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_an_interruption_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_files([new_file(tmp_path / "a")])

    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_folder_with_the_name_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    with pytest.raises(ProblemsFound) as found:
        write_files([new_file(tmp_path / "a")])

    assert problem_of(found).code == "file-not-written"
    assert names(tmp_path) == ["a"]


def test_only_missing_files_are_written_with_their_folders(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")

    statuses = write_missing([new_file(tmp_path / "a"), new_file(tmp_path / "deep" / "er" / "b")])

    assert statuses == (WriteStatus.UNCHANGED, WriteStatus.WRITTEN)
    assert (tmp_path / "a").read_bytes() == b"mine"
    assert (tmp_path / "deep" / "er" / "b").read_bytes() == b"new"


def test_a_dangling_link_counts_as_a_file_that_exists(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "nowhere")

    assert write_missing([new_file(tmp_path / "a")]) == (WriteStatus.UNCHANGED,)
    assert not (tmp_path / "nowhere").exists()


def test_an_existing_folder_is_fine_and_a_file_of_its_name_is_an_error(tmp_path: Path) -> None:
    make_folder(tmp_path / "out" / "zh", "out/zh")
    make_folder(tmp_path / "out" / "zh", "out/zh")
    (tmp_path / "file").touch()

    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ProblemsFound) as found:
            make_folder(path, "file")
        assert problem_of(found).code == "folder-is-file"


def test_an_error_of_the_system_is_a_problem_with_its_file_and_reason() -> None:
    problem = disk_problem(PermissionError(errno.EACCES, "Permission denied", "plans"))

    assert (problem.details, problem.location.path) == ({"reason": "permission denied"}, "plans")
    assert problem.hint


@pytest.mark.parametrize("name", ["rome.yaml", "rome.po"])
def test_text_that_is_too_large_to_be_read_again_is_not_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    largest = b"x" * MAX_TEXT_FILE_BYTES
    write_edited(NewFile(path, largest, name), None)

    with pytest.raises(ProblemsFound) as found:
        write_edited(NewFile(path, largest + b"x", name), largest)

    assert [problem.code for problem in found.value.problems] == ["file-too-large"]
    assert path.read_bytes() == largest
    write_edited(NewFile(tmp_path / "rome.html", largest + b"x", "rome.html"), None)
