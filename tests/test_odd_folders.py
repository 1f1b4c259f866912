"""Folders of documents with obstacles: links, pipes, full disks, folders with the names of files, long names."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Run, ucap, write_plan
from tests.projects import begin, digests, parts, small_project, unknown_documents
from tests.refusals import refuse_opening
from tests.test_template_commands import write_pack
from ucap_reports.batch.output_folder_locking_and_ownership import output_folder
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.atomic_files import clear_parts
from ucap_reports.storage.project_folder import Project

pytestmark = pytest.mark.no_cover

PLAN = "cities: [{name: Rome, country: Italy}]\n"


def refuse(monkeypatch: pytest.MonkeyPatch, number: int, beginning: str) -> None:
    """Let the disk refuse files whose names begin like this."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc for the names of open files")
    flush = os.fsync

    def refuse_some(file: int) -> None:
        if Path(f"/proc/self/fd/{file}").readlink().name.startswith(beginning):
            raise OSError(number, os.strerror(number))
        flush(file)

    monkeypatch.setattr(os, "fsync", refuse_some)


def statuses(run: Run) -> list[str]:
    return [document["status"] for document in run.report["documents"]]


def test_a_disk_that_is_full_for_the_manifest_leaves_no_unknown_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    small_project(tmp_path, 2)
    ucap(tmp_path, "build")
    for city, changed in (("Rome", ["plan-0001.yaml"]), ("Siena", [])):
        small_project(tmp_path, 2, city)
        for name in changed:
            write_plan(tmp_path, name, PLAN)
        refuse(monkeypatch, errno.ENOSPC, ".manifest.json")

        run = ucap(tmp_path, "build", "--json")

        monkeypatch.undo()
        assert (run.code, run.codes.count("file-not-written")) == (1, 1)
        assert unknown_documents(out) == []
        assert parts(tmp_path) == []


def test_an_edited_document_is_reported_although_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 1)
    ucap(tmp_path, "build")
    document = tmp_path / "out" / "plan-0000.docx"
    document.write_bytes(document.read_bytes() + b"edited")
    small_project(tmp_path, 1, "Siena")
    refuse(monkeypatch, errno.ENOSPC, ".plan-0000.pdf")

    run = ucap(tmp_path, "build", "--json")

    assert {document["format"]: document["status"] for document in run.report["documents"]} == {
        "docx": "edited",
        "pdf": "failed",
    }
    assert {"document-edited", "file-not-written"} <= set(run.codes)


def test_a_disk_that_is_full_for_the_first_manifest_only_costs_a_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 2)
    refuse(monkeypatch, errno.ENOSPC, ".manifest.json")
    run = ucap(tmp_path, "build", "--json")
    monkeypatch.undo()

    assert run.code == 1
    assert statuses(run) == ["written"] * 4
    assert not (tmp_path / "out" / "manifest.json").exists()
    assert statuses(ucap(tmp_path, "build", "--json")) == ["unchanged"] * 4, "the new bytes are the same"


@pytest.mark.parametrize("name", ["index.html", "manifest.json", "thumbnails/plan-0000.jpg"])
def test_a_folder_with_the_name_of_a_file_is_an_error_and_costs_no_document(tmp_path: Path, name: str) -> None:
    small_project(tmp_path, 2)
    (tmp_path / "out" / name).mkdir(parents=True)

    run = ucap(tmp_path, "build", "--json")

    (problem,) = (each for each in run.report["problems"] if each["code"] == "file-not-written")
    assert (run.code, problem["path"], "rename" in problem["hint"]) == (1, f"out/{name}", True)
    assert len(digests(tmp_path / "out")) == 4
    assert parts(tmp_path) == []
    (tmp_path / "out" / name).rmdir()
    assert ucap(tmp_path, "build").code == 0
    assert unknown_documents(tmp_path / "out") == []


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_a_folder_with_the_name_of_a_document_only_fails_that_document(tmp_path: Path, ending: str) -> None:
    small_project(tmp_path, 2)
    (tmp_path / "out" / f"plan-0000.{ending}").mkdir(parents=True)

    run = ucap(tmp_path, "build", "--json", "--no-index")

    assert run.code == 1
    assert sorted(statuses(run)) == ["failed", *["written"] * 3]
    assert unknown_documents(tmp_path / "out") == []
    assert parts(tmp_path) == []


def test_a_file_with_the_name_of_the_thumbnails_folder_is_an_error(tmp_path: Path) -> None:
    small_project(tmp_path, 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thumbnails").touch()

    run = ucap(tmp_path, "build", "--json")

    assert (run.code, statuses(run)) == (1, ["written"] * 2)
    assert "folder-is-file" in run.codes
    assert (tmp_path / "out" / "thumbnails").is_file()


OUTPUTS = ("", "manifest.json", ".manifest.journal", "index.html", ".lock", "thumbnails")
"""The folder of the documents, and the fixed names in it that a build reads or writes."""


def listing(folder: Path) -> dict[str, bytes]:
    """The content of all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", [(), ("--dry-run",), ("--prune", "--force")])
@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("kind", ["link", "link to nothing", "link to a pipe", "pipe"])
def test_a_link_or_a_pipe_where_a_build_writes_is_an_error_and_nothing_outside_changes(
    tmp_path: Path, kind: str, name: str, words: tuple[str, ...]
) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    small_project(project, 1)
    (outside / "folder").mkdir(parents=True)
    (outside / "file").write_bytes(b"mine")
    os.mkfifo(outside / "pipe")
    path = project / "out" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        target = "folder" if name in ("", "thumbnails") else "file"
        path.symlink_to(outside / {"link to nothing": "nothing", "link to a pipe": "pipe"}.get(kind, target))
    before = listing(outside)

    run = ucap(project, "build", "--json", *words)

    assert (run.code, run.codes) == (1, ["output-unsafe"])
    assert run.report["problems"][0]["path"] == (f"out/{name}" if name else "out")
    assert listing(outside) == before


APP_MANIFEST = b'{"name": "App", "icons": []}'


@pytest.mark.parametrize("words", ["build", "build --dry-run", "build --force --overwrite-edited", "book"])
def test_a_manifest_of_another_program_is_not_replaced(tmp_path: Path, words: str) -> None:
    small_project(tmp_path, 1)
    path = tmp_path / "out" / "manifest.json"
    path.parent.mkdir()
    path.write_bytes(APP_MANIFEST)

    run = ucap(tmp_path, *words.split(), "--json")

    assert (run.code, run.codes) == (1, ["manifest-foreign"])
    assert run.report["problems"][0]["path"] == "out/manifest.json"
    assert listing(path.parent) == {"manifest.json": APP_MANIFEST}


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"format": 2, "sha256": "0", "plans": {}}'])
def test_an_empty_manifest_or_one_of_another_version_is_replaced(tmp_path: Path, content: bytes) -> None:
    small_project(tmp_path, 1)
    path = tmp_path / "out" / "manifest.json"
    path.parent.mkdir()
    path.write_bytes(content)

    run = ucap(tmp_path, "build", "--json")

    assert (run.code, run.codes.count("manifest-unknown")) == (0, 1)
    assert unknown_documents(tmp_path / "out") == []


@pytest.mark.parametrize(
    "damaged",
    [
        lambda content: content[:3],
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: b"<<<<<<< HEAD\n" + content,
        lambda content: json.dumps(json.loads(content), indent=2).encode(),
        lambda content: json.dumps(json.loads(content), indent="\t", sort_keys=True).encode(),
    ],
    ids=["cut off", "byte order mark", "merge conflict", "formatted", "sorted"],
)
def test_a_damaged_manifest_is_replaced_in_a_published_folder(
    tmp_path: Path, damaged: Callable[[bytes], bytes]
) -> None:
    small_project(tmp_path, 1)
    ucap(tmp_path, "build")
    path = tmp_path / "out" / "manifest.json"
    content = path.read_bytes()
    path.write_bytes(damaged(content))
    (tmp_path / "out" / ".lock").unlink()  # archives and uploads often leave out hidden files

    run = ucap(tmp_path, "build", "--json")

    assert (run.code, run.codes.count("manifest-unknown")) == (0, 1)
    assert path.read_bytes() == content


def test_a_folder_above_the_documents_may_not_be_a_link_inside_the_project(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    small_project(project, 1)
    outside.mkdir()
    (project / "published").symlink_to(outside)

    assert ucap(project, "build", "--out", "published/2026", "--json").codes == ["output-unsafe"]
    assert list(outside.iterdir()) == []


def test_a_folder_outside_the_project_may_be_a_link(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    small_project(project, 1)
    outside.mkdir()
    (tmp_path / "web").symlink_to(outside)

    assert ucap(project, "build", "--out", str(tmp_path / "web")).code == 0
    assert len(digests(outside)) == 2


def test_a_link_or_a_pipe_with_the_name_of_a_document_is_kept_like_an_edited_one(tmp_path: Path) -> None:
    small_project(tmp_path, 1)
    (tmp_path / "mine.pdf").write_bytes(b"mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "plan-0000.pdf").symlink_to(tmp_path / "mine.pdf")
    os.mkfifo(tmp_path / "out" / "plan-0000.docx")

    for _ in range(2):
        run = ucap(tmp_path, "build", "--json")
        assert (run.code, statuses(run)) == (1, ["edited"] * 2)
    assert ucap(tmp_path, "build", "--overwrite-edited", "--json").code == 0
    assert (tmp_path / "mine.pdf").read_bytes() == b"mine"
    assert not (tmp_path / "out" / "plan-0000.pdf").is_symlink()


def test_plan_names_that_other_disks_cannot_keep_apart_are_errors(tmp_path: Path) -> None:
    """Ids are short and in lower case, so that they are different and valid names on every disk."""
    wrong = ("Plan-0000", "málaga", "ma\u0301laga", "x" * 81)
    for name in wrong:
        write_plan(tmp_path, f"{name}.yaml", PLAN)
    small_project(tmp_path, 1)
    write_plan(tmp_path, f"{'x' * 80}.yaml", PLAN)

    run = ucap(tmp_path, "build", "--json")

    assert run.codes.count("id-invalid") == len(wrong)
    assert {Path(name).stem for name in digests(tmp_path / "out")} == {"plan-0000", "x" * 80}
    assert parts(tmp_path) == []


def test_two_builds_of_one_project_into_two_folders_can_run_at_once(tmp_path: Path) -> None:
    small_project(tmp_path, 12)
    (tmp_path / "plans" / "plan.schema.json").touch()

    processes = [begin(tmp_path, "--quiet", "--out", name) for name in ("one", "other")]
    output = [process.communicate() for process in processes]

    assert [process.returncode for process in processes] == [0, 0], output
    assert digests(tmp_path / "one") == digests(tmp_path / "other")
    assert (tmp_path / "one" / "manifest.json").read_bytes() == (tmp_path / "other" / "manifest.json").read_bytes()
    assert parts(tmp_path) == []


def test_a_schema_that_cannot_be_written_is_a_warning_and_the_build_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 1)
    (tmp_path / "plans" / "plan.schema.json").touch()
    for expected in ("written", "unchanged"):
        refuse(monkeypatch, errno.EROFS, ".plan.schema.json")
        run = ucap(tmp_path, "build", "--json")
        monkeypatch.undo()

        (problem,) = (each for each in run.report["problems"] if each["code"] == "file-not-written")
        assert (run.code, problem["severity"], problem["path"]) == (0, "warning", "plans/plan.schema.json")
        assert statuses(run) == [expected] * 2


def test_temporary_files_of_one_name_are_removed_and_others_stay(tmp_path: Path) -> None:
    left = tmp_path / ".a.json.1.part"
    kept = [tmp_path / ".b.json.1.part", tmp_path / "a.json", tmp_path / ".a.json.part"]
    for path in (left, *kept):
        path.touch()

    clear_parts(tmp_path, "a.json")

    assert not left.exists()
    assert all(path.exists() for path in kept)


def test_a_disk_without_locks_has_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_lock(_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("ucap_reports.batch.output_folder_locking_and_ownership.take", refuse_lock)
    with (
        pytest.raises(ProblemsFound) as found,
        output_folder(Project(tmp_path), tmp_path),
    ):
        pass

    (problem,) = found.value.problems
    assert problem.code == "file-not-accessible"
    assert "locks" in (problem.hint or "")


def test_unreadable_manifest_is_named_by_its_path_in_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 1)
    manifest = tmp_path / "out" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text('{"name": "app"}', encoding="utf-8")
    refuse_opening(monkeypatch, lambda path: path == manifest)

    run = ucap(tmp_path, "build", "--json")

    (problem,) = run.report["problems"]
    assert (problem["code"], problem["path"]) == ("file-not-accessible", "out/manifest.json")


def test_unreadable_output_folder_is_named_by_its_path_in_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 1)
    out = tmp_path / "out"
    out.mkdir()
    refuse_opening(monkeypatch, lambda path: path == out)

    run = ucap(tmp_path, "build", "--json")

    (problem,) = run.report["problems"]
    assert (problem["code"], problem["path"]) == ("file-not-accessible", "out/thumbnails")


def test_the_thumbnail_of_a_deleted_plan_without_documents_is_removed(tmp_path: Path) -> None:
    small_project(tmp_path, 2)
    ucap(tmp_path, "build")
    for name in ("plans/plan-0001.yaml", "out/plan-0001.pdf", "out/plan-0001.docx"):
        (tmp_path / name).unlink()

    ucap(tmp_path, "build")

    assert [path.name for path in (tmp_path / "out" / "thumbnails").iterdir()] == ["plan-0000.jpg"]


@pytest.mark.parametrize("command", ["build", "check"])
def test_an_unreadable_template_only_fails_the_plans_of_its_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    write_plan(tmp_path, "one.yaml", PLAN)
    write_plan(tmp_path, "two.yaml", f"{PLAN}template: ours\n")
    write_pack(tmp_path, "ours", "extends: iuc-asia\n", **{"summary.docx": b"", "~$mmary.docx": b""})
    own = tmp_path / "templates" / "ours"
    refuse_opening(monkeypatch, lambda path: path.name.endswith("mmary.docx") and path.parent == own)
    run = ucap(tmp_path, command, "--json")
    refused = [each for each in run.report["problems"] if each["severity"] == "error"]

    assert [(each["code"], each["path"]) for each in refused] == [
        ("file-not-accessible", "templates/ours/summary.docx")
    ]
    if command == "build":
        assert {each["plan"]: each["status"] for each in run.report["documents"]}["one"] == "written"
