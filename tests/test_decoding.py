import codecs
import os
from pathlib import Path

import pytest

from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.storage.decoding import Source, read_source, readable_text, source_line
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES

TEXT = "cities:\n  - name: Málaga 天津\n"


def problem_of(path: Path) -> Problem:
    with pytest.raises(ProblemsFound) as found:
        read_source(path, "plans/x.yaml")
    (problem,) = found.value.problems
    return problem


def written(folder: Path, content: bytes) -> Path:
    path = folder / "x.yaml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_every_encoding_with_a_byte_order_mark_is_read(tmp_path: Path, mark: bytes, encoding: str) -> None:
    source = read_source(written(tmp_path, mark + TEXT.encode(encoding)), "plans/x.yaml")

    assert source == Source("plans/x.yaml", TEXT)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a: b\rc: d\r", "a: b\nc: d\n"),
        ("a: b\r\nc: d\r\n", "a: b\r\nc: d\r\n"),
        ("a: b\r\r\nc: d\re: f\n", "a: b\n\r\nc: d\ne: f\n"),
    ],
)
def test_carriage_returns_alone_are_line_feeds(tmp_path: Path, content: str, text: str) -> None:
    assert read_source(written(tmp_path, content.encode())).text == text
    assert readable_text(content.encode("utf-16")) == text


def test_problems_name_the_path_unless_another_name_is_given(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode())

    assert read_source(path).path == path.as_posix()


def test_another_encoding_is_an_error_at_its_first_wrong_byte(tmp_path: Path) -> None:
    problem = problem_of(written(tmp_path, TEXT.encode().replace("á".encode(), b"\xe1")))

    assert problem.code == "encoding-invalid"
    assert problem.details == {"encoding": "UTF-8", "byte": "0xE1"}
    assert problem.location == Location("plans/x.yaml", 2, 12)


def test_a_truncated_utf_16_file_is_one_error(tmp_path: Path) -> None:
    assert problem_of(written(tmp_path, codecs.BOM_UTF16_LE + b"a\0b")).code == "encoding-invalid"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\ufffe"])
def test_a_character_that_cannot_be_printed_is_an_error_at_its_place(tmp_path: Path, character: str) -> None:
    problem = problem_of(written(tmp_path, f"a: b\nc: d{character}e".encode()))

    assert (problem.code, problem.location.line, problem.location.column) == ("control-character", 2, 5)
    assert f"U+{ord(character):04X}" in problem.details["character"]


@pytest.mark.parametrize("content", [b"", b" \n\n", codecs.BOM_UTF8])
def test_an_empty_file_is_one_error(tmp_path: Path, content: bytes) -> None:
    assert problem_of(written(tmp_path, content)).code == "file-empty"


def test_a_huge_file_is_one_error(tmp_path: Path) -> None:
    assert problem_of(written(tmp_path, b"a" * (MAX_TEXT_FILE_BYTES + 1))).code == "file-too-large"


def test_a_missing_file_is_one_error(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "no.yaml").code == "file-missing"


def test_a_folder_is_one_error_that_says_so(tmp_path: Path) -> None:
    problem = problem_of(tmp_path)
    assert (problem.code, problem.message) == ("file-unreadable", "this is a folder, not a file")
    assert "rename or remove the folder" in (problem.hint or "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_one_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rome.yaml")
    problem = problem_of(tmp_path / "rome.yaml")
    assert (problem.code, problem.message) == ("file-unreadable", "not a regular file")


def test_an_impossible_file_name_is_one_error(tmp_path: Path) -> None:
    assert problem_of(tmp_path / ("x" * 5000)).code == "file-unreadable"


def test_a_file_with_the_name_of_a_folder_is_one_error(tmp_path: Path) -> None:
    assert problem_of(written(tmp_path, b"a") / "x.yaml").code in {"file-missing", "file-unreadable"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_found_with_every_line_ending(end: str) -> None:
    source = Source("x.yaml", f"one{end}two{end}")

    assert [source_line(source, line) for line in range(5)] == ["", "one", "two", "", ""]
