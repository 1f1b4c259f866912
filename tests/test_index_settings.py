"""What the index lists: drafts are built and stay out of it; its title."""

from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports import compose_summary, load_plan, open_pack

pytestmark = pytest.mark.no_cover

PLAN = "cities: [{name: Rome, country: Italy}]\nthemes: [Water]\nupdated: 2019-04-30\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", PLAN)
    return tmp_path


@pytest.mark.parametrize("name", ["rome.yaml", "drafts/rome.yaml"])
def test_drafts_are_not_in_the_index_unless_the_settings_say_so(project: Path, name: str) -> None:
    write_plan(project, "nice.yaml", PLAN.replace("Rome", "Nice"))
    (project / "plans" / "rome.yaml").unlink()
    (project / "plans" / "drafts").mkdir()
    write_plan(project, name, PLAN + ("" if "/" in name else "status: draft\n"))
    index = project / "out" / "index.html"

    assert ucap(project, "build").code == 0
    assert ucap(project, "build", f"plans/{name}").code == 0
    assert "rome.pdf" not in index.read_text(encoding="utf-8")
    assert [path.name for path in (project / "out" / "thumbnails").iterdir()] == ["nice.jpg"]

    (project / "ucap.yaml").write_text("index: {drafts: true}\n", encoding="utf-8")
    assert ucap(project, "build", "nice").code == 0
    assert "rome.pdf" in index.read_text(encoding="utf-8")
    assert ("Rome (draft)" in index.read_text(encoding="utf-8")) is (name == "rome.yaml")


def test_the_status_reaches_the_summary(project: Path) -> None:
    for written, status in {
        "": "final",
        "status: draft\n": "draft",
        "status: final\n": "final",
        "status:\n": "final",
    }.items():
        plan = load_plan(write_plan(project, "rome.yaml", PLAN + written))
        assert compose_summary(plan, open_pack("plain")).status == status
    write_plan(project, "rome.yaml", PLAN + "status: Drft\n")
    assert ucap(project, "check", "--json").codes[:1] == ["value-invalid"]


def test_a_document_that_was_listed_leaves_the_index_when_its_plan_becomes_a_draft(project: Path) -> None:
    ucap(project, "build")
    write_plan(project, "rome.yaml", PLAN + "status: draft\n")
    ucap(project, "build")
    assert "rome.pdf" not in (project / "out" / "index.html").read_text(encoding="utf-8")


def test_the_index_has_the_title_of_the_project(project: Path) -> None:
    (project / "ucap.yaml").write_text("index: {title: Cities & Waters}\n", encoding="utf-8")
    ucap(project, "build")
    page = (project / "out" / "index.html").read_text(encoding="utf-8")
    assert "<title>Cities &amp; Waters</title>" in page
    assert "<h1>Cities &amp; Waters</h1>" in page
    (project / "ucap.yaml").write_text("index: {title: Other}\n", encoding="utf-8")
    ucap(project, "build")
    assert "<title>Other</title>" in (project / "out" / "index.html").read_text(encoding="utf-8")


def test_a_link_in_the_place_of_a_picture_is_replaced(project: Path) -> None:
    ucap(project, "build")
    picture, other = project / "out" / "thumbnails" / "rome.jpg", project / "private.jpg"
    content = picture.read_bytes()
    other.write_bytes(b"private")
    picture.unlink()
    picture.symlink_to(other)

    assert ucap(project, "build").code == 0

    assert not picture.is_symlink()
    assert (picture.read_bytes(), other.read_bytes()) == (content, b"private")
