"""Inputs that a library refuses with an exception of its own: errors with a code, and never an internal one."""

import base64
import os
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.command import ucap, write_plan
from tests.selected_cases import every
from ucap_reports.cli.command_line import Arguments
from ucap_reports.cli.command_output_and_exit_codes import Session
from ucap_reports.fonts.font_faces import family_source

PLAN = "cities: [{name: Rome, country: Italy}]\n"
NO_PALETTE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAMAAAAoyzS7AAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
"""A PNG with colours from a palette that it does not have."""


def codes(folder: Path, command: str) -> set[str]:
    """The codes of the errors of a command that fails."""
    run = ucap(folder, *command.split(), "--json")
    assert run.code == 1
    return {each["code"] for each in run.report["problems"] if each["severity"] == "error"}


@pytest.mark.parametrize("rows", ["['']", "[themes, '']"])
def test_a_row_without_a_name(tmp_path: Path, rows: str) -> None:
    write_plan(tmp_path, "rome.yaml", PLAN)
    (tmp_path / "ucap.yaml").write_text(f"rows: {rows}\n", encoding="utf-8")
    assert not codes(tmp_path, "check") & {"internal-fault"}

    (tmp_path / "ucap.yaml").unlink()
    pack = tmp_path / "templates" / "our" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(f"extends: iuc-asia\nrows: {rows}\n", encoding="utf-8")
    assert not codes(tmp_path, "template check our") & {"internal-fault"}
    assert not codes(tmp_path, "build --template our") & {"internal-fault"}


def test_a_picture_without_its_palette(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", f"{PLAN}pictures: [{{file: a.png, alt: A}}]\n")
    path = tmp_path / "plans" / "pictures" / "a.png"
    path.parent.mkdir()
    path.write_bytes(base64.b64decode(NO_PALETTE))
    assert codes(tmp_path, "build") == {"picture-invalid"}


@pytest.mark.parametrize("table", every(3, ["hhea", "post", "head"]))
def test_a_font_without_a_table(tmp_path: Path, table: str) -> None:
    font = TTFont(family_source("Arimo", bold=False, italic=False).path)
    if table == "head":
        font["head"].unitsPerEm = 0
    else:
        del font[table]
    folder = tmp_path / "templates" / "our"
    (folder / "fonts").mkdir(parents=True)
    font.save(content := BytesIO())
    (folder / "fonts" / "a.ttf").write_bytes(content.getvalue())
    files = ", ".join(f"{each}: fonts/a.ttf" for each in ("regular", "bold", "italic", "bold_italic"))
    settings = f"extends: iuc-asia\ntheme: {{fonts: {{text: {{word: A, pdf: null, files: {{{files}}}}}}}}}\n"
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    write_plan(tmp_path, "rome.yaml", PLAN)
    assert "font-unusable" in codes(tmp_path, "build --template our")


@pytest.mark.parametrize("field", ["area_km2: 1e26", "population: 1e308", "population: 99999999999999999"])
def test_more_people_or_land_than_there_are(tmp_path: Path, field: str) -> None:
    write_plan(tmp_path, "rome.yaml", f"language: de\ncities: [{{name: Rome, {field}}}]\n")
    assert codes(tmp_path, "check") == {"quantity-invalid"}


def test_a_pipe_in_place_of_the_settings_of_a_pack(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "templates" / "our").mkdir(parents=True)
    os.mkfifo(tmp_path / "templates" / "our" / "pack.yaml")
    assert codes(tmp_path, "template new other --from our")


def test_results_contain_no_escape_codes(capsys: pytest.CaptureFixture[str]) -> None:
    Session(Arguments()).result("signed", "a.pdf by \x1b[31mX\nY")
    assert capsys.readouterr().out == "signed    a.pdf by \\x1b[31mX\\nY\n"
