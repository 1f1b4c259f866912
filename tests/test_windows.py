"""What differs on Windows, simulated: open files, paths, line ends, encodings of files and of the terminal."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Any, cast

import pytest

from tests.command import ucap, write_plan
from tests.refusals import IN_USE, refuse_replacing
from tests.selected_cases import every
from tests.stages import ROOT, example_summary, shipped_pack
from ucap_reports import load_plan, render
from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.storage.project_folder import Project
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile

pytestmark = pytest.mark.no_cover

PLAN = "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\n"
CHANGED = PLAN + "themes: [Aerospace]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two plans that were built, and changed after that."""
    for name in ("essen", "rome"):
        write_plan(tmp_path, f"{name}.yaml", PLAN)
    ucap(tmp_path, "build", "--format", "pdf,docx,html")
    for name in ("essen", "rome"):
        write_plan(tmp_path, f"{name}.yaml", CHANGED)
    return tmp_path


def statuses(project: Path) -> dict[str, str]:
    report = ucap(project, "build", "--format", "pdf,docx,html", "--json").report
    return {each["path"].removeprefix("out/"): each["status"] for each in report["documents"]}


def test_documents_that_could_not_be_replaced_are_not_reported_as_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ucap(project, "build", "--format", "pdf,docx,html")
    with monkeypatch.context() as locked:
        for name in ("rome.pdf", "rome.docx", "rome.html"):
            refuse_replacing(locked, name)
        run = ucap(project, "build", "rome", "--format", "pdf,docx,html", "--force", "--json")
    assert run.code == 1
    assert {each["status"] for each in run.report["documents"]} == {"unchanged"}


def test_a_pdf_that_is_open_in_a_viewer_is_reported_and_all_other_documents_are_built(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (project / "out" / "rome.pdf").read_bytes()
    with monkeypatch.context() as locked:
        refuse_replacing(locked, "rome.pdf")
        run = ucap(project, "build", "--format", "pdf,docx,html", "--json")
    (problem,) = (each for each in run.report["problems"] if each["severity"] == "error")
    assert (problem["code"], problem["path"]) == ("file-not-written", "out/rome.pdf")
    assert IN_USE.lower() in problem["message"]
    assert "close the file" in problem["hint"]
    found = {each["path"]: each["status"] for each in run.report["documents"]}
    assert [path for path, status in found.items() if status != "written"] == ["out/rome.pdf"]
    assert (run.code, found["out/rome.pdf"]) == (1, "failed")
    assert (project / "out" / "rome.pdf").read_bytes() == old
    assert list((project / "out").glob("*.part")) == []


def test_when_the_viewer_is_closed_the_next_build_writes_the_pdf_only(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as locked:
        refuse_replacing(locked, "rome.pdf")
        ucap(project, "build", "--format", "pdf,docx,html")
    found = statuses(project)
    assert [name for name, status in found.items() if status != "unchanged"] == ["rome.pdf"]
    assert found["rome.pdf"] == "written"
    assert set(statuses(project).values()) == {"unchanged"}


def test_all_documents_of_a_plan_may_be_open(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in (project / "out").glob("rome.*")}
    with monkeypatch.context() as locked:
        for name in before:
            refuse_replacing(locked, name)
        found = statuses(project)
    assert {name for name, status in found.items() if status == "failed"} == before.keys()
    assert {path.name: path.read_bytes() for path in (project / "out").glob("rome.*")} == before
    found = statuses(project)
    assert {found[name] for name in before} == {"written"}


def test_a_document_that_cannot_be_read_is_kept_and_the_others_are_built(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    def refuse(path: Any, *words: Any, **settings: Any) -> int:
        if str(path).endswith("rome.docx"):
            raise PermissionError(errno.EACCES, IN_USE, str(path))
        return really(path, *words, **settings)

    with monkeypatch.context() as locked:
        locked.setattr(os, "open", refuse)
        run = ucap(project, "build", "--format", "pdf,docx,html", "--json")
    assert [each["code"] for each in run.report["problems"] if each["severity"] == "error"] == ["document-unreadable"]
    found = {each["path"]: each["status"] for each in run.report["documents"]}
    assert [path for path, status in found.items() if status != "written"] == ["out/rome.docx"]


def test_paths_are_shown_with_slashes() -> None:
    root = PureWindowsPath("C:/office/summaries")
    project = Project(cast("Path", root))
    assert project.shown(cast("Path", root / "out" / "rome.pdf")) == "out/rome.pdf"
    assert project.shown(cast("Path", PureWindowsPath("D:/x.yaml"))) == "D:\\x.yaml"


def with_windows_line_ends(pack: Pack) -> Pack:
    """The pack with its page template as Notepad saves it."""
    changed = {PAGE_TEMPLATE: PackFile(pack.page_template.path, crlf(pack.page_template.content))}
    return Pack(pack.settings, {**pack.files, **changed}, pack.labels)


def crlf(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_templates_with_windows_line_ends_give_the_same_documents() -> None:
    pack, summary = shipped_pack(), example_summary()
    windows = with_windows_line_ends(pack)
    assert render_pdf(summary, windows).content == render_pdf(summary, pack).content
    assert render_html(summary, windows).content == render_html(summary, pack).content


SAVED: dict[str, Callable[[str], bytes]] = {
    "Windows line ends": lambda text: crlf(text.encode()),
    "Notepad, UTF-8 with BOM": lambda text: text.encode("utf-8-sig"),
    "PowerShell, UTF-16": lambda text: b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"),
}


@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
def test_plans_saved_by_windows_programs_give_the_same_documents(tmp_path: Path, save: Callable[[str], bytes]) -> None:
    text = (ROOT / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")
    path = write_plan(tmp_path, "tianjin-rome.yaml", "")
    path.write_bytes(save(text))
    saved, own = render(path), render(ROOT / "plans" / "tianjin-rome.yaml")
    assert saved.plan == own.plan
    assert [each.content for each in saved.documents] == [each.content for each in own.documents]


@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
def test_fmt_accepts_plans_saved_by_windows_programs(tmp_path: Path, save: Callable[[str], bytes]) -> None:
    path = write_plan(tmp_path, "rome.yaml", "")
    path.write_bytes(save("themes: [Aerospace]\n# A comment: 天津\ncities:\n- name: Tianjin\n"))
    assert ucap(tmp_path, "fmt").code == 0
    assert ucap(tmp_path, "fmt", "--check").code == 0
    assert load_plan(path).themes == ("Aerospace",)
    assert "天津" in path.read_text(encoding="utf-8-sig")


def command(project: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    python = [sys.executable, "-X", "warn_default_encoding", "-W", "default::EncodingWarning"]
    return subprocess.run(
        [*python, "-m", "ucap_reports", *words],
        cwd=project, env=os.environ | {"NO_COLOR": "1"} | environment, capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("page", every(4, ["cp437", "cp1252", "cp932", "ascii"], start=3))
def test_output_works_in_every_code_page_and_json_is_ascii(tmp_path: Path, page: str) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: 天津 → Málaga, country: Atlantís}]\n")
    shown = command(tmp_path, "check", PYTHONIOENCODING=page)
    assert (shown.returncode, b"country-unknown" in shown.stderr) == (1, True)
    report = command(tmp_path, "check", "--json", PYTHONIOENCODING=page)
    assert report.stdout.isascii()
    assert b"country-unknown" in report.stdout


def test_no_file_is_read_or_written_in_the_code_page_of_the_system(tmp_path: Path) -> None:
    """Python warns of each file that is opened as text without an encoding, with the path of the module."""
    write_plan(tmp_path, "rome.yaml", PLAN)
    for words in (("init",), ("build", "--format", "pdf,docx,html"), ("fmt",), ("template", "check", "iuc-asia")):
        done = command(tmp_path, *words)
        assert done.returncode == 0, done.stderr.decode()
        warned = [line for line in done.stderr.decode().splitlines() if "EncodingWarning" in line]
        assert [line for line in warned if "ucap_reports" in line] == []
