"""The same plan gives the same bytes in another process, folder, locale, order and year."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from tests.pdf_text import unpacked
from tests.stages import EXAMPLE, pdf_file, summary_of, word_file
from ucap_reports.batch.options_settings_and_source_date import source_date
from ucap_reports.problems import ProblemsFound

pytestmark = pytest.mark.no_cover

OTHER = "cities: [{name: Łódź 罗兹, country: Poland}]\nobjectives: Something else, with “quotes” and Ελληνικά.\n"
CHILD = """
import sys, time
time.time = lambda: float(sys.argv[1])
time.time_ns = lambda: int(sys.argv[1]) * 10**9
from ucap_reports.cli import main
sys.exit(main(sys.argv[2:]))
"""
FIELDS = """\
fields:
  permits:
    type: table
    label: Permits
    hint: The dates of permits
    columns:
      asked: {type: date, label: Asked}
      given: {type: date, label: Given}
      ends: {type: date, label: Ends}
"""
PERMITS = "permits:\n  - {asked: 2019-04-01, given: 2019-05-02, ends: 2029-05-02}\n"
Y2026, Y2099 = 1_780_000_000, 4_080_000_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three plans."""
    plans = tmp_path / "plans"
    plans.mkdir()
    shutil.copy(EXAMPLE, plans)
    (tmp_path / "ucap.yaml").write_text(FIELDS, encoding="utf-8")
    (plans / "a-first.yaml").write_text(OTHER + PERMITS, encoding="utf-8")
    (plans / "z-last.yaml").write_text(OTHER.replace("else", "new 智慧城市"), encoding="utf-8")
    return tmp_path


def digests(
    project: Path, *arguments: str, now: int = Y2026, folder: Path | None = None, **settings: str
) -> dict[str, str]:
    """Build in a child process and return the digest of each document by file name."""
    out = project / f"out-{len(list(project.iterdir()))}"
    command = [sys.executable, "-c", CHILD, str(now), "build", *arguments, "--root", str(project), "--out", str(out)]
    environment = os.environ | {"PYTHONHASHSEED": "1"} | settings
    done = subprocess.run(
        [*command, "--quiet"], env=environment, cwd=folder or project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    documents = [path for path in sorted(out.iterdir()) if path.suffix in {".pdf", ".docx"}]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in documents}


def test_bytes_do_not_depend_on_process_date_or_folder(project: Path, tmp_path: Path) -> None:
    here = digests(project)
    assert len(here) == 6
    there = digests(
        project,
        now=Y2099,
        folder=Path("/"),
        PYTHONHASHSEED="4242",
        TZ="Pacific/Kiritimati",
        LC_ALL="C",
        LANG="tr_TR.UTF-8",
        HOME=str(tmp_path),
        USER="somebody",
    )
    assert there == here


@pytest.mark.long
def test_bytes_do_not_depend_on_cached_fonts(project: Path, tmp_path: Path) -> None:
    assert digests(project, UCAP_CACHE_DIR=str(tmp_path / "cache")) == digests(project)


@pytest.mark.long
def test_bytes_do_not_depend_on_other_plans_in_the_build(project: Path) -> None:
    together = digests(project)
    alone = digests(project, "tianjin-rome")
    assert alone == {name: digest for name, digest in together.items() if name in alone}
    assert digests(project, "z-last", "tianjin-rome", "a-first") == together


def test_documents_contain_only_the_date_of_the_plan() -> None:
    summary = summary_of("cities: [{name: Rome}]\nupdated: 2019-04-01")
    pdf = unpacked(pdf_file(summary).content)
    assert set(re.findall(rb"D:(\d{8})", pdf)) == {b"20190401"}
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT", pdf)) == {b"2019-04-01T"}
    with zipfile.ZipFile(BytesIO(word_file(summary))) as package:
        assert {info.date_time[:3] for info in package.infolist()} == {(1980, 1, 1)}
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT", package.read("docProps/core.xml"))) == {b"2019-04-01T"}


def test_a_plan_without_a_date_uses_source_date_epoch(project: Path) -> None:
    """SOURCE_DATE_EPOCH is in seconds since 1970, as in other build tools."""
    without = digests(project, "a-first")
    dated = digests(project, "a-first", SOURCE_DATE_EPOCH="1554076800")
    assert without.keys() == dated.keys()
    assert all(without[name] != dated[name] for name in dated)


@pytest.mark.parametrize("written", ["yesterday", "-1e9", "9" * 30])
def test_an_invalid_source_date_epoch_is_an_error(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", written)
    with pytest.raises(ProblemsFound) as found:
        source_date()
    assert [problem.code for problem in found.value.problems] == ["source-date-invalid"]
