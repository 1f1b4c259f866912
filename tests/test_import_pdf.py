"""Import of the plan that a PDF contains."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from tests.command import ucap, write_plan
from tests.pdf_text import embedded_plan
from tests.stages import EXAMPLE
from ucap_reports import render

NEXT = ("--format", "pdf", "--pdf-standard", "ua-2+a-4f")
ROME = "cities: [{name: Rome}]\n"


def with_files(**files: bytes) -> bytes:
    """A PDF with embedded files; two underscores in a name stand for a full stop."""
    result = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, content in files.items():
            document.attachments[name.replace("__", ".")] = content
        document.save(result)
    return result.getvalue()


def codes(folder: Path, content: bytes, name: str = "x.pdf") -> list[str]:
    (folder / "plans").mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return ucap(folder, "import", name, "--json").codes


def test_the_plan_in_a_pdf_is_given_back_and_builds_the_same_document(tmp_path: Path) -> None:
    write_plan(tmp_path, EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))
    assert ucap(tmp_path, "build", *NEXT).code == 0
    first = (tmp_path / "out" / "tianjin-rome.pdf").read_bytes()
    assert ucap(tmp_path, "import", "out/tianjin-rome.pdf", "--into", "again/plans").code == 0
    imported = tmp_path / "again" / "plans" / EXAMPLE.name
    assert imported.read_text(encoding="utf-8") == embedded_plan(first)
    assert ucap(tmp_path / "again", "build", *NEXT).code == 0
    assert (tmp_path / "again" / "out" / "tianjin-rome.pdf").read_bytes() == first


def test_a_renamed_pdf_gives_the_plan_its_own_name(tmp_path: Path) -> None:
    pdf = render(text=ROME, name="rome", formats="pdf", pdf_standard="ua-2+a-4f").pdf.content
    assert codes(tmp_path, pdf, "copy (2).pdf") == []
    assert (tmp_path / "plans" / "rome.yaml").is_file()


def test_a_pdf_without_a_plan_is_an_error(tmp_path: Path) -> None:
    assert codes(tmp_path, render(text=ROME, formats="pdf").pdf.content) == ["import-plan-missing"]
    assert codes(tmp_path, with_files(notes__txt=b"cities: []")) == ["import-plan-missing"]


@pytest.mark.parametrize("content", [b"anything", b"%PDF-1.4\nCity: Tianjin", b"%PDF-2.0\n%%EOF"])
def test_a_damaged_pdf_is_an_error(tmp_path: Path, content: bytes) -> None:
    assert codes(tmp_path, content) == ["import-damaged"]


def test_an_invalid_plan_in_a_pdf_is_an_error_and_is_not_written(tmp_path: Path) -> None:
    assert codes(tmp_path, with_files(rome__yaml=b"cities: [{nmae: Rome}]")) == ["field-missing", "field-unknown"]
    assert codes(tmp_path, with_files(rome__yaml=b"\xff\xfe\x00")) != []
    assert codes(tmp_path, with_files(rome__yaml=b"# " + b"x" * 1_100_000)) == ["import-too-large"]
    assert list((tmp_path / "plans").iterdir()) == []


@pytest.mark.parametrize("name", ["../../up.yaml", "Rome.yaml", "con.yaml"])
def test_a_name_that_no_plan_may_have_is_replaced_by_that_of_the_pdf(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, with_files(**{name: ROME.encode()}), "Málaga.pdf") == []
    assert [path.name for path in (tmp_path / "plans").glob("*.yaml")] == ["malaga.yaml"]
