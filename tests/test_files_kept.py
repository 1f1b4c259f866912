"""Files that a build never removes or overwrites: edited documents, and files that it did not write."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.selected_cases import crossed
from tests.test_incremental import ESSEN, ROME, project, statuses
from ucap_reports.batch.manifest import decode_manifest, encode_manifest
from ucap_reports.word.file.zip_package import read_package

__all__ = ["project"]


def document_text(path: Path) -> bytes:
    """The body of a Word file as XML."""
    return read_package(path.read_bytes())["word/document.xml"]


def edit(path: Path) -> bytes:
    """Edit a document as a person would, keeping its size and its date; returns its new content."""
    edited, times = (
        path.read_bytes().replace(b"PK", b"KP").replace(b"%PDF", b"%FDP"),
        (path.stat().st_atime, path.stat().st_mtime),
    )
    path.write_bytes(edited)
    os.utime(path, times)
    return edited


@pytest.mark.no_cover
@pytest.mark.parametrize("words", [(), ("--force",), ("--jobs", "2", "--force"), ("--dry-run",)])
def test_an_edited_document_is_an_error_and_stays_and_the_others_are_built(
    project: Path, words: tuple[str, ...]
) -> None:
    path = project / "out" / "rome.docx"
    edited = edit(path)
    write_plan(project, "essen.yaml", ESSEN.replace("Essen", "Bonn"))

    run = ucap(project, "build", "--json", *words)

    assert (run.code, run.codes.count("document-edited")) == (1, 1)
    (problem,) = (each for each in run.report["problems"] if each["code"] == "document-edited")
    assert (problem["severity"], problem["path"]) == ("error", "out/rome.docx")
    assert statuses(run)["rome.docx"] == "edited"
    assert {statuses(run)["essen.pdf"], statuses(run)["essen.docx"]} == {"written"}
    assert path.read_bytes() == edited
    assert statuses(ucap(project, "build", "--json", "--overwrite-edited"))["rome.docx"] == "written"
    assert path.read_bytes() != edited


@pytest.mark.parametrize(("name", "words"), [("rome.docx", ["ucap import"]), ("rome.pdf", ["another folder"])])
def test_the_hint_for_an_edited_document_says_how_to_keep_and_how_to_discard_it(
    project: Path, name: str, words: list[str]
) -> None:
    edit(project / "out" / name)
    problems = ucap(project, "build", "--json").report["problems"]
    (hint,) = (each["hint"] for each in problems if each["code"] == "document-edited")
    assert all(each in hint for each in [*words, "--overwrite-edited"])


def test_an_edited_document_stays_when_its_plan_changes_and_is_reported_until_it_is_overwritten(project: Path) -> None:
    path = project / "out" / "rome.docx"
    edited = edit(path)
    write_plan(project, "rome.yaml", ROME.replace("Rome", "Roma"))

    for expected in ("written", "unchanged"):
        run = ucap(project, "build", "--json")
        assert (run.code, statuses(run)["rome.pdf"], statuses(run)["rome.docx"]) == (1, expected, "edited")
        assert path.read_bytes() == edited
    run = ucap(project, "build", "--json", "--overwrite-edited")
    assert (run.code, statuses(run)["rome.docx"]) == (0, "written")
    assert b"Roma" in document_text(path)
    assert statuses(ucap(project, "build", "--json"))["rome.docx"] == "unchanged"


def test_a_document_that_the_manifest_does_not_know_is_adopted_when_equal_and_kept_otherwise(project: Path) -> None:
    edited = edit(project / "out" / "rome.docx")
    (project / "out" / "manifest.json").unlink()

    run = ucap(project, "build", "--json")

    assert (run.code, statuses(run)["rome.pdf"], statuses(run)["rome.docx"]) == (1, "unchanged", "edited")
    assert (project / "out" / "rome.docx").read_bytes() == edited


def test_prune_keeps_edited_documents_of_deleted_plans(project: Path) -> None:
    edited = edit(project / "out" / "rome.docx")
    (project / "plans" / "rome.yaml").unlink()

    run = ucap(project, "build", "--json", "--prune")

    assert run.report["removed"] == ["out/rome.pdf"]
    assert (project / "out" / "rome.docx").read_bytes() == edited
    (problem,) = (each for each in run.report["problems"] if each["code"] == "plan-deleted")
    assert "out/rome.docx" in problem["message"]


@pytest.mark.parametrize(
    ("name", "words"),
    crossed(
        ["../victim", "../../victim", "{outside}/victim", "sub/victim", "..", "victim\\..\\x"],
        [("--prune", "--force"), ("--prune",), ()],
    ),
)
def test_a_hostile_manifest_removes_nothing_outside_its_folder(
    tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    project, outside = tmp_path / "a" / "project", tmp_path / "outside"
    project.mkdir(parents=True)
    write_plan(project, "rome.yaml", ROME)
    ucap(project, "build")
    victims = [
        (folder / "victim").with_suffix(suffix)
        for folder in (project, project.parent, outside, project / "out" / "sub", project / "out" / "thumbnails")
        for suffix in (".pdf", ".docx", ".jpg")
    ]
    for victim in victims:
        victim.parent.mkdir(exist_ok=True)
        victim.write_bytes(b"mine")
    forge(project, name.format(outside=outside))

    assert ucap(project, "build", *words).code == 0
    assert [victim.read_bytes() for victim in victims] == [b"mine"] * len(victims)


def forge(project: Path, name: str, **changes: Any) -> None:
    """Add the record of a deleted plan of that name to a manifest, with digests that match."""
    path = project / "out" / "manifest.json"
    manifest = decode_manifest(path.read_bytes())
    assert manifest is not None
    plain = json.loads(manifest["rome"]) | {"source": "plans/deleted.yaml", **changes}
    for document in plain["documents"].values():
        document["sha256"] = sha256(b"mine").hexdigest()
    plain["picture"] = sha256(b"mine").hexdigest()
    plans = {**manifest, name: json.dumps(plain).encode()}
    path.write_bytes(encode_manifest(plans))


def test_a_file_of_a_deleted_plan_is_removed_only_while_its_digest_matches(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", ROME)
    ucap(tmp_path, "build")
    for suffix, content in ((".pdf", b"mine"), (".docx", b"edited")):
        (tmp_path / "out" / "victim").with_suffix(suffix).write_bytes(content)
    (tmp_path / "out" / "thumbnails" / "picture.jpg").write_bytes(b"another")
    forge(tmp_path, "victim")
    forge(tmp_path, "picture")
    (tmp_path / "mine").write_bytes(b"mine")
    for name in ("linked.pdf", "thumbnails/picture-link.jpg"):
        (tmp_path / "out" / name).symlink_to(tmp_path / "mine")
    forge(tmp_path, "linked")
    forge(tmp_path, "picture-link")

    run = ucap(tmp_path, "build", "--prune", "--json")

    assert run.report["removed"] == ["out/victim.pdf"]
    assert (tmp_path / "out" / "victim.docx").read_bytes() == b"edited"
    assert (tmp_path / "out" / "thumbnails" / "picture.jpg").read_bytes() == b"another"
    assert (tmp_path / "out" / "linked.pdf").is_symlink()
    assert (tmp_path / "out" / "thumbnails" / "picture-link.jpg").is_symlink()


@pytest.mark.parametrize("card", [{"sdgs": [99]}, {"cities": 1}, "Rome", [], None])
def test_a_record_with_an_invalid_value_is_ignored(tmp_path: Path, card: Any) -> None:
    write_plan(tmp_path, "rome.yaml", ROME)
    ucap(tmp_path, "build")
    whole = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["plans"]["rome"]
    forge(
        tmp_path, "rome", source="plans/rome.yaml", card={**whole["card"], **card} if isinstance(card, dict) else card
    )

    run = ucap(tmp_path, "build", "--json")

    assert (run.code, set(statuses(run).values())) == (0, {"unchanged"})
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["plans"]["rome"] == whole


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("schema", "--out"), "plans/rome.yaml"),
        (("schema", "--out"), "notes.json"),
        (("template", "word", "plain", "--out"), "answer.docx"),
        (("form", "--out"), "answer.docx"),
        (("export",), "table.xlsx"),
    ],
)
def test_a_command_with_a_file_to_write_overwrites_no_file_of_a_person(
    project: Path, words: tuple[str, ...], name: str
) -> None:
    path = project / name
    if not path.exists():
        path.write_text('{"a person": "wrote this"}', encoding="utf-8")
    before = path.read_bytes()

    run = ucap(project, *words, name, "--json")

    assert (run.code, run.codes, run.report["problems"][0]["path"]) == (1, ["export-edited"], name)
    assert path.read_bytes() == before


def test_a_schema_replaces_an_earlier_schema(project: Path) -> None:
    path = project / "schema.json"
    ucap(project, "schema", "--settings", "--out", "schema.json")
    before = path.read_bytes()

    assert ucap(project, "schema", "--out", "schema.json").code == 0
    assert path.read_bytes() != before
