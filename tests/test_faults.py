"""Builds that are killed, refused or run twice: documents are complete, the manifest is right, and the next build
finishes the work and removes temporary files.
"""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.projects import (
    begin,
    digests,
    ended_within,
    interrupt_during_work,
    parts,
    small_project,
    unknown_documents,
    until,
)
from tests.refusals import refuse_opening
from ucap_reports.batch.manifest import Records
from ucap_reports.batch.output_folder_locking_and_ownership import output_folder
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Format

pytestmark = pytest.mark.no_cover

PLANS = 12
KILLS = 25
CITIES = ("Rome", "Siena", "Turin")
"""Each build has another city than the one before, so that all documents change."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """For each of the cities, the digests of all documents of a build that was not killed."""
    made: dict[str, dict[str, str]] = {}
    for city in CITIES:
        project = small_project(tmp_path_factory.mktemp(city), PLANS, city)
        assert ucap(project, "build", "--no-index").code == 0
        made[city] = digests(project / "out")
    return made


@pytest.mark.long
def test_a_build_killed_at_random_moments_leaves_complete_documents_and_a_right_manifest(
    tmp_path: Path, whole: dict[str, dict[str, str]]
) -> None:
    out = tmp_path / "out"
    known = {digest for made in whole.values() for digest in made.values()}
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    killed = 0
    for number in range(KILLS):
        small_project(tmp_path, PLANS, CITIES[number % len(CITIES)])
        process = begin(tmp_path, "--quiet", *([] if number % 5 == 0 else ["--no-index"]))
        until((out / "manifest.json").exists, process)
        ended_within(chance.uniform(0, 0.6), process)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL

        assert set(digests(out).values()) <= known
        assert unknown_documents(out) == []
    assert killed > KILLS / 2, "too few builds were killed"

    small_project(tmp_path, PLANS, CITIES[0])
    assert ucap(tmp_path, "build").code == 0
    assert digests(out) == whole[CITIES[0]]
    assert parts(tmp_path) == []
    assert unknown_documents(out) == []


def test_a_document_that_a_killed_build_was_about_to_replace_does_not_count_as_edited(
    tmp_path: Path,
) -> None:
    small_project(tmp_path, 1)
    ucap(tmp_path, "build")
    records = Records(tmp_path / "out", "out")
    record = records.get("plan-0000")
    assert record is not None
    pdf = record.documents[Format.PDF]
    planned = replace(pdf, sha256="0" * 64, replaces=pdf.sha256)
    records.put("plan-0000", replace(record, documents={**record.documents, Format.PDF: planned}))

    report = ucap(tmp_path, "build", "--dry-run", "--json").report
    assert [document["reason"] for document in report["documents"]] == ["an earlier build was interrupted", None]
    assert ucap(tmp_path, "build", "--json").report["documents"][0]["status"] == "unchanged"
    records.save()


def test_temporary_files_of_killed_builds_are_removed_and_other_files_stay(tmp_path: Path) -> None:
    small_project(tmp_path, 1)
    left = [tmp_path / "out" / ".plan-0000.pdf.4711.part", tmp_path / "out" / "thumbnails" / ".plan-0000.jpg.1.part"]
    other = tmp_path / "out" / "notes.part"
    left[1].parent.mkdir(parents=True)
    for path in (*left, other):
        path.write_bytes(b"half")

    ucap(tmp_path, "build")

    assert [path.exists() for path in left] == [False, False]
    assert other.read_bytes() == b"half"


def test_an_interruption_ends_the_build_with_130_and_keeps_what_is_done(tmp_path: Path) -> None:
    small_project(tmp_path, 400)
    interrupt_during_work(tmp_path, "--jobs", "2")

    report = ucap(tmp_path, "build", "--dry-run", "--json", "--no-index").report
    known = {Path(document["path"]).name for document in report["documents"] if document["reason"] is None}
    assert known == digests(tmp_path / "out").keys(), "documents that were built are not rebuilt"
    assert len(known) < len(report["documents"]), "the interruption came too late"


def test_workers_end_with_a_killed_build(tmp_path: Path) -> None:
    small_project(tmp_path, 400)
    process = begin(tmp_path, "--no-index", "--jobs", "2")
    until(lambda: len(digests(tmp_path / "out")) > 8, process)
    workers = children(process.pid)
    process.kill()
    process.communicate()

    assert workers
    for worker in workers:
        end_of(worker)


def children(parent: int) -> list[int]:
    """The ids of all descendants of a process (Linux)."""
    threads = Path(f"/proc/{parent}/task").glob("*/children")
    found = [int(text) for path in threads for text in path.read_text().split()]
    return [*found, *(grandchild for child in found for grandchild in children(child))]


def end_of(process: int) -> None:
    """Wait until a process ends that is not a child of this one."""
    import select  # noqa: PLC0415 - only for this test

    try:
        opened = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        assert select.select([opened], [], [], 60)[0], "the worker did not end"
    finally:
        os.close(opened)


def test_a_second_build_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    small_project(tmp_path, 1)
    (tmp_path / "out").mkdir()
    with output_folder(Project(tmp_path), tmp_path / "out"):
        run = ucap(tmp_path, "build", "--json")
        elsewhere = ucap(tmp_path, "build", "--json", "--out", "other")

    assert (run.code, run.codes) == (1, ["build-running"])
    assert digests(tmp_path / "out") == {}
    assert elsewhere.code == 0
    assert ucap(tmp_path, "build").code == 0


def test_a_killed_build_does_not_keep_the_lock(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from ucap_reports.batch.output_folder_locking_and_ownership import output_folder\n"
        "from ucap_reports.storage.project_folder import Project\n"
        "with output_folder(Project(Path.cwd()), Path.cwd()): print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        with pytest.raises(ProblemsFound), output_folder(Project(tmp_path), tmp_path):
            pass
        process.kill()
        process.wait()
    with output_folder(Project(tmp_path), tmp_path):
        pass


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only the administrator can mount a disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    done = subprocess.run(mounting, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_complete_documents_and_a_right_manifest(tmp_path: Path, small_disk: Path) -> None:
    small_project(tmp_path, 30)
    out = small_disk / "out"

    run = ucap(tmp_path, "build", "--no-index", "--out", str(out), "--json")

    assert run.code == 1
    assert "file-not-written" in run.codes
    assert any("full" in problem["hint"] for problem in run.report["problems"] if problem["hint"])
    written = {each["path"]: each["sha256"] for each in run.report["documents"] if each["status"] == "written"}
    assert written
    assert {f"disk/out/{name}": digest for name, digest in digests(out).items()} == written
    assert unknown_documents(out) == []
    assert parts(out) == []


def test_a_disk_that_is_full_for_a_while_only_costs_the_documents_of_that_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 3)
    ucap(tmp_path, "build")
    old = digests(tmp_path / "out")
    small_project(tmp_path, 3, "Siena")
    flush = os.fsync

    def refuse(file: int) -> None:
        if "plan-0001" in str(Path(f"/proc/self/fd/{file}").readlink()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(file)

    monkeypatch.setattr(os, "fsync", refuse)
    run = ucap(tmp_path, "build", "--json", "--no-index")
    monkeypatch.undo()

    new = digests(tmp_path / "out")
    assert run.code == 1
    assert {name for name in old if old[name] == new[name]} == {"plan-0001.pdf", "plan-0001.docx"}
    assert unknown_documents(tmp_path / "out") == []
    assert ucap(tmp_path, "build", "--json").code == 0
    assert unknown_documents(tmp_path / "out") == []


def test_a_read_only_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_project(tmp_path, 1)
    out = tmp_path / "out"
    out.mkdir()
    if os.geteuid() == 0:  # may write to every folder
        refuse_opening(monkeypatch, lambda path: path == out / ".lock")
    out.chmod(0o500)
    run = ucap(tmp_path, "build", "--json")
    monkeypatch.undo()
    out.chmod(0o700)

    assert (run.code, run.codes) == (1, ["file-not-accessible"])
    assert run.report["problems"][0]["path"] == "out"
    assert list(out.iterdir()) == []


def test_a_plan_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    small_project(tmp_path, 3)
    write_plan(tmp_path, "plan-0001.yaml", "")
    (tmp_path / "plans" / "plan-0002.yaml").write_bytes(b"cities: \xff\n")

    run = ucap(tmp_path, "build", "--json")

    assert run.code == 1
    assert {"file-empty", "encoding-invalid"} <= set(run.codes)
    assert [each["status"] for each in run.report["documents"]] == ["written"] * 2 + ["failed"] * 4
