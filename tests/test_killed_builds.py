"""Builds killed at every change that they make on the disk, one after the other."""

import os
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.ended import killed_at
from tests.projects import digests, parts, small_project, unknown_documents
from ucap_reports.batch.manifest import Records

pytestmark = pytest.mark.no_cover

CITIES = ("Rome", "Siena")
MOST_STEPS = 200
Contents = dict[str, bytes]


def contents(folder: Path) -> Contents:
    """The content of each file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A project that was built, in which all is out of date: its plans, one of which was deleted, and its schema."""
    project = small_project(tmp_path / "old", 2, CITIES[0])
    write_plan(project, "gone.yaml", "cities: [{name: Nice, country: France}]\n")
    ucap(project, "build")
    (project / "plans" / "gone.yaml").unlink()
    (project / "plans" / "plan.schema.json").write_text("{}", encoding="utf-8")
    return small_project(project, 2, CITIES[1])


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, Contents]:
    """For each of two cities, all files of a build that was not killed."""
    made = {}
    for city in CITIES:
        project = small_project(tmp_path / city, 2, city)
        (project / "plans" / "plan.schema.json").touch()
        assert ucap(project, "build").code == 0
        made[city] = contents(project)
    return made


def pictures(made: Contents) -> dict[str, str]:
    """The digest of the picture of each PDF, by the digest of the PDF."""
    thumbnails = ((name, Path(name).stem) for name in made if "thumbnails" in name)
    return {digest(made[f"out/{plan}.pdf"]): digest(made[name]) for name, plan in thumbnails}


def wrong_pictures(out: Path, known: dict[str, str]) -> list[str]:
    """The pictures that do not show the PDF that the manifest says they show."""
    records = Records(out, "out")
    said = {f"{plan}.jpg": record.thumbnail_pdf for plan in records if (record := records.get(plan))}
    found = {path.name: digest(path.read_bytes()) for path in (out / "thumbnails").glob("*.jpg")}
    return [name for name in found if said.get(name) is not None and known[str(said[name])] != found[name]]


@pytest.mark.long
@pytest.mark.usefixtures("rendered_once")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX systems can fork")
def test_after_a_kill_at_any_step_all_documents_are_known_and_the_next_build_completes_them(
    tmp_path: Path, old: Path, whole: dict[str, Contents]
) -> None:
    project, every = tmp_path / "project", [contents(old), *whole.values()]
    documents = {(Path(name).name, digest(content)) for made in every for name, content in made.items()}
    known = {pdf: picture for made in every for pdf, picture in pictures(made).items()}
    for step in range(1, MOST_STEPS):
        shutil.copytree(old, project)
        was_killed = killed_at(step, project)

        assert digests(project / "out").items() <= documents
        assert unknown_documents(project / "out") == []
        assert wrong_pictures(project / "out", known) == []

        city = CITIES[step % 2]  # the same plans as the killed build, or the old ones
        small_project(project, 2, city)
        assert ucap(project, "build", "--prune").code == 0
        assert contents(project) == whole[city]
        assert parts(project) == []
        shutil.rmtree(project)
        if not was_killed:
            break
    assert 30 < step < MOST_STEPS - 1, "too few or too many steps"
