"""The folder of documents contains only what is printed; what else a build must know is in the user's cache."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.command import Run, ucap, write_plan
from tests.pdf_text import unpacked
from tests.photos import photograph, saved
from ucap_reports.batch.manifest import MANIFEST, Reason
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard

PRIVATE = "do not publish"
PLAN = f"""\
# {PRIVATE}
cities:
  - name: Rome # {PRIVATE}
    country: Italy
    picture: {{file: do-not-publish.jpg, alt: The river}}
results: Growth # {PRIVATE}
"""
COMPLETE = """\
cities: [{name: Rome, country: Italy, region: Lazio, population: 2800000, area_km2: 1285}]
period: 2018-2020
updated: 2019-04-30
themes: [Water]
sdgs: [11]
urban_agenda: [Air Quality]
focus: Less traffic.
challenges: Much traffic.
objectives: Less noise.
activities: Workshops.
results: Trees.
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, empty."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("UCAP_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Path:
    """A project with a plan that has comments, built in all formats."""
    folder = tmp_path / "project"
    (folder / "plans" / "pictures").mkdir(parents=True)
    (folder / "plans" / "pictures" / "do-not-publish.jpg").write_bytes(saved(photograph(), "JPEG"))
    write_plan(folder, "rome.yaml", PLAN)
    assert build(folder).code == 0
    return folder


def build(project: Path, *words: str) -> Run:
    return ucap(project, "build", "--format", "pdf,docx,html", "--json", *words)


def reasons(project: Path, *words: str) -> list[str | None]:
    """Return why each document is due."""
    run = build(project, "--dry-run", *words)
    return [document["reason"] for document in run.report["documents"]]


def published(path: Path) -> bytes:
    """Return the content of a file, with its parts unpacked."""
    content = path.read_bytes()
    if path.suffix == ".docx":
        with zipfile.ZipFile(BytesIO(content)) as package:
            return b"".join(name.encode() + package.read(name) for name in package.namelist())
    return unpacked(content) if path.suffix == ".pdf" else content


@pytest.mark.parametrize("standard", PdfStandard)
def test_no_published_file_contains_comments(project: Path, standard: PdfStandard) -> None:
    assert "text-commented" in build(project, "--pdf-standard", standard.value).codes

    files = [path for path in (project / "out").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".pdf", ".docx", ".html", ".json", ".jpg"}
    for path in files:
        assert PRIVATE.encode() not in published(path), path.name


def test_no_published_file_contains_the_names_of_pictures(project: Path) -> None:
    for path in (project / "out").rglob("*.*"):
        assert b"do-not-publish" not in published(path), path.name


def test_the_manifest_has_the_codes_and_the_places_of_warnings(project: Path) -> None:
    plain = json.loads((project / "out" / MANIFEST).read_bytes())
    warnings = [each for each in plain["plans"]["rome"]["problems"] if each["code"] == "text-commented"]
    place = {"path": "plans/rome.yaml", "severity": "warning"}
    assert [{**each, **place} for each in warnings] == warnings
    assert {each["line"] for each in warnings} == {3, 6}
    assert all(each.keys() <= {"code", "severity", "path", "line", "field"} for each in warnings)


def test_an_unchanged_plan_is_reported_with_all_its_warnings(project: Path) -> None:
    built = build(project, "--force")
    assert reasons(project) == [None, None, None]
    again = build(project)
    assert again.report["problems"] == built.report["problems"]
    assert "text-commented" in again.codes


def test_a_plan_whose_warnings_are_unknown_is_due_again(project: Path, cache: Path) -> None:
    before = build(project)
    for path in cache.glob("*.notes"):
        path.unlink()

    assert reasons(project) == [Reason.UNNOTED] * 3
    run = build(project)
    assert {document["status"] for document in run.report["documents"]} == {"unchanged"}
    assert run.report["problems"] == before.report["problems"]
    assert reasons(project) == [None, None, None]


def test_the_other_formats_of_a_plan_whose_warnings_are_unknown_are_due_as_well(project: Path, cache: Path) -> None:
    before = build(project)
    for path in cache.glob("*.notes"):
        path.unlink()

    ucap(project, "build", "--format", "pdf")

    assert reasons(project) == [None, Reason.UNNOTED, Reason.UNNOTED]
    run = build(project)
    assert run.report["problems"] == before.report["problems"]


def test_a_damaged_file_of_notes_is_not_used(project: Path, cache: Path) -> None:
    (path,) = cache.glob("*.notes")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert reasons(project) == [Reason.UNNOTED] * 3


def test_a_plan_without_warnings_is_not_due_without_notes(tmp_path: Path, cache: Path) -> None:
    write_plan(tmp_path, "rome.yaml", COMPLETE)
    assert build(tmp_path).codes == []
    for path in cache.glob("*.notes"):
        path.unlink()

    assert reasons(tmp_path) == [None, None, None]


def test_signing_keeps_the_warnings(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.signing import PASSPHRASE, write_key  # noqa: PLC0415 - its library may not be installed

    before = build(project)
    write_key(project / "key.p12")
    monkeypatch.setenv("UCAP_PASSPHRASE", PASSPHRASE)
    assert ucap(project, "sign", "out/rome.pdf", "--key", "key.p12").code == 0

    assert reasons(project) == [None, None, None]
    again = build(project)
    assert again.report["problems"] == before.report["problems"]
