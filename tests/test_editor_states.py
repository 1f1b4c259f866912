"""The states of pages in the editor and how they differ, pictures, excerpts, saves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from tests.editors import PACK, PACK_TEXT, PLAN, PLAN_TEXT, packs_checked_once, write_project
from tests.stages import example_summary, pdf_file
from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.editor import local_server
from ucap_reports.editor.document_previews import (
    Choice,
    PlanPreviews,
    PreviewState,
    excerpt,
    message,
    next_state,
    pictures,
)
from ucap_reports.editor.local_server import saves
from ucap_reports.problems import Problem, Severity
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Document, Format

pytestmark = pytest.mark.no_cover

ONE, TWO = (Document("x", Format.PDF, content, 1) for content in (b"one", b"two"))
WRONG = Problem("name-unknown", Severity.ERROR, "no such name")
DOUBTFUL = Problem("text-long", Severity.WARNING, "a long text")
SECONDS = 20
"""The time after which a save counts as missed."""


def made(*documents: Document, problems: tuple[Problem, ...] = ()) -> Produced:
    return Produced(problems, documents=documents)


def after_saves(*steps: Produced) -> PreviewState:
    """The state after saves with these results."""
    state = None
    for produced in steps:
        state = next_state(state, produced)
    assert state is not None
    return state


def test_new_documents_replace_those_before() -> None:
    state = after_saves(made(ONE), made(TWO))
    assert (state.documents, state.outdated, state.publishable) == ((TWO,), False, True)


def test_after_an_error_the_old_documents_are_outdated() -> None:
    state = after_saves(made(ONE), made(problems=(WRONG,)))
    assert (state.documents, state.outdated, state.publishable) == ((ONE,), True, False)


def test_after_an_error_new_documents_replace_the_last_ones() -> None:
    state = after_saves(made(ONE), made(problems=(WRONG,)), made(TWO))
    assert (state.documents, state.outdated) == ((TWO,), False)


def test_documents_beside_an_error_are_shown_but_not_publishable() -> None:
    state = after_saves(made(ONE, problems=(WRONG,)))
    assert (state.documents, state.outdated, state.publishable) == ((ONE,), False, False)


def test_documents_with_warnings_are_publishable() -> None:
    assert after_saves(made(ONE, problems=(DOUBTFUL,))).publishable


def test_errors_come_before_warnings_and_warnings_before_infos() -> None:
    missing = Problem("updated-missing", Severity.INFO, "the plan has no `updated` date")
    state = after_saves(made(problems=(missing, DOUBTFUL, WRONG)))
    sent = message(Choice("x"), state, lines=PlanPreviews(Project(Path("/nowhere"))).lines)
    assert [problem["code"] for problem in sent["problems"]] == ["name-unknown", "text-long", "updated-missing"]


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("country: Itly", 10, ["country: ", "I", "tly"]),
        ("    country: Itly", 14, ["country: ", "I", "tly"]),
        ("天津: x", 2, ["天", "津", ": x"]),
        ("x" * 100 + "!" + "y" * 100, 101, ["…" + "x" * 60, "!", "y" * 60 + "…"]),
        ("short", 9, ["short", "", ""]),
        ("whole line", None, ["", "", "whole line"]),
        ("  ", 1, None),
        (None, 1, None),
    ],
)
def test_an_excerpt_shows_the_place_in_its_line(line: str | None, column: int | None, shown: list[str] | None) -> None:
    assert excerpt(line, column) == shown


@pytest.fixture
def previews(tmp_path: Path) -> Iterator[PlanPreviews]:
    with packs_checked_once():
        yield PlanPreviews(Project(write_project(tmp_path)))


def test_a_plan_is_shown_in_its_own_pack_or_in_the_chosen_one(previews: PlanPreviews) -> None:
    own, other = previews.state(Choice(PLAN)), previews.state(Choice(PLAN, "iuc-japan"))
    assert (own.produced.pack, other.produced.pack) == (PACK, "iuc-japan")
    assert own.documents != other.documents
    assert [document.format for document in own.documents] == [Format.PDF, Format.DOCX]


def test_packs_are_opened_again_after_a_save(previews: PlanPreviews) -> None:
    before = previews.state(Choice(PLAN))
    pack = previews.project.root / "templates" / PACK / "pack.yaml"
    pack.write_text(PACK_TEXT.replace("003399", "7A1F5C"), encoding="utf-8")
    assert previews.state(Choice(PLAN)) is before
    previews.saved()
    after = previews.state(Choice(PLAN))
    assert all(one.content != other.content for one, other in zip(before.documents, after.documents, strict=True))


def test_settings_that_change_only_the_bytes_of_documents_are_read_again(previews: PlanPreviews) -> None:
    choice = Choice(PLAN, None, (Format.PDF,))
    before = previews.state(choice).documents
    (previews.project.root / "ucap.yaml").write_text("pdf_standard: ua-2+a-4f\n", encoding="utf-8")
    previews.saved()
    after = previews.state(choice).documents
    assert before[0].content.startswith(b"%PDF-1.7")
    assert after[0].content.startswith(b"%PDF-2.0")


def test_save_while_documents_are_built_is_in_the_next_state(
    previews: PlanPreviews, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_after(*arguments: Any) -> Produced:
        produced = produce(*arguments)
        (previews.project.plans / f"{PLAN}.yaml").write_text(PLAN_TEXT.replace("Rome", "Roma"), encoding="utf-8")
        previews.saved()
        return produced

    monkeypatch.setattr("ucap_reports.editor.document_previews.produce", save_after)
    assert "Rome" in previews.state(Choice(PLAN)).title
    monkeypatch.undo()
    assert "Roma" in previews.state(Choice(PLAN)).title


def test_warnings_about_the_pack_are_shown_until_it_is_changed(previews: PlanPreviews) -> None:
    pack = previews.project.root / "templates" / PACK / "pack.yaml"
    pack.write_text(PACK_TEXT.replace("003399", "88AAFF"), encoding="utf-8")
    pale = previews.state(Choice(PLAN))
    assert "contrast-low" in {problem.code for problem in pale.produced.problems}
    assert pale.publishable
    pack.write_text("# Our office\n" + PACK_TEXT.replace("003399", "88AAFF"), encoding="utf-8")
    previews.saved()
    lines = [
        {each.location.line for each in state.produced.problems if each.code == "contrast-low"}
        for state in (pale, previews.state(Choice(PLAN)))
    ]
    assert lines == [{3}, {4}]
    pack.write_text(PACK_TEXT, encoding="utf-8")
    previews.saved()
    assert "contrast-low" not in {problem.code for problem in previews.state(Choice(PLAN)).produced.problems}


def test_only_the_id_of_a_plan_leads_to_a_file(previews: PlanPreviews) -> None:
    (previews.project.root / "secret.yaml").write_text(PLAN_TEXT, encoding="utf-8")
    for name in ("../secret", "plans/../../secret", str(previews.project.root / "secret"), "secret.yaml", ""):
        (problem,) = previews.state(Choice(name)).produced.problems
        assert problem.code == "plan-unknown"
    for name in ("../plans", "..", "/etc", "iuc-asia/images"):
        assert {problem.code for problem in previews.state(Choice(PLAN, name)).produced.problems} >= {"pack-unknown"}


def test_an_unexpected_error_is_a_problem_and_does_not_end_the_editor(
    previews: PlanPreviews, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr("ucap_reports.editor.document_previews.produce", fail)
    (problem,) = previews.state(Choice(PLAN)).produced.problems
    assert problem.code == "internal-fault"
    assert problem.details["text"] == "surprise"


def test_a_preview_writes_nothing(previews: PlanPreviews) -> None:
    before = sorted(previews.project.root.rglob("*"))
    previews.state(Choice(PLAN))
    assert sorted(previews.project.root.rglob("*")) == before


def test_pictures_have_the_size_of_the_page_and_the_pixels_of_the_screen() -> None:
    pdf = pdf_file(example_summary()).content
    first, second = pictures(pdf, 2.0)
    assert (round(first.width), round(first.height)) == (794, 1123)
    with Image.open(BytesIO(first.content)) as image:
        assert image.size == (1588, 2246)
    assert first.name != second.name


def test_the_name_of_a_picture_is_a_digest_of_its_pixels() -> None:
    summary = example_summary()
    first, second = pictures(pdf_file(summary).content, 1.0)
    again, other = pictures(pdf_file(replace(summary, rows=summary.rows[:-1])).content, 1.0)
    assert first.name == again.name
    assert second.name != other.name
    assert pictures(pdf_file(summary).content, 2.0)[0].name != first.name


async def wait_for_save(
    project: Project, paths: list[Path], save: Callable[[], object], *, polling: bool, seconds: float = SECONDS
) -> None:
    """Save repeatedly until a save is reported, since the start of the watch is not known."""
    watch: AsyncIterator[None] = saves(paths, project, polling=polling)
    waiting = asyncio.ensure_future(anext(watch))
    async with asyncio.timeout(seconds):
        while not waiting.done():
            save()
            await asyncio.wait([waiting], timeout=0.2)


@pytest.mark.parametrize("polling", [False, True])
def test_a_save_is_reported_however_deep_and_in_a_new_folder(tmp_path: Path, polling: bool) -> None:  # noqa: FBT001 - named by the parameter
    plans, templates = tmp_path / "plans", tmp_path / "templates"
    plans.mkdir()
    deep = templates / "office" / "images" / "logo.svg"

    def save() -> None:
        deep.parent.mkdir(parents=True, exist_ok=True)
        deep.write_text(f"{deep.stat().st_mtime_ns if deep.exists() else 0}", encoding="utf-8")

    asyncio.run(wait_for_save(Project(tmp_path), [plans, templates], save, polling=polling))


def test_save_between_two_watches_is_reported(tmp_path: Path) -> None:
    """A new folder is in a new watch, which begins after the folder was reported."""
    templates = tmp_path / "templates"
    templates.mkdir()

    async def save_in_new_folder() -> None:
        watch = saves([templates], Project(tmp_path))
        waiting = asyncio.ensure_future(anext(watch))
        folders: list[Path] = []
        while not waiting.done():
            folders.append(templates / f"pack-{len(folders)}")
            folders[-1].mkdir()
            await asyncio.wait([waiting], timeout=0.2)
        (folders[-1] / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
        async with asyncio.timeout(SECONDS):
            await anext(watch)

    asyncio.run(save_in_new_folder())


def test_saves_in_a_project_in_a_hidden_folder_are_reported(tmp_path: Path) -> None:
    plans = tmp_path / ".office" / "plans"
    plans.mkdir(parents=True)
    plan = plans / "rome.yaml"

    def save() -> None:
        plan.write_text(f"{plan.stat().st_mtime_ns if plan.exists() else 0}", encoding="utf-8")

    asyncio.run(wait_for_save(Project(plans.parent), [plans], save, polling=False))


def test_hidden_files_and_folders_are_not_watched(tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    (plans / ".history").mkdir(parents=True)

    def save() -> None:
        (plans / ".history" / "change.json").write_text("{}", encoding="utf-8")
        (plans / ".rome.yaml.1.part").write_text("", encoding="utf-8")

    with pytest.raises(TimeoutError):
        asyncio.run(wait_for_save(Project(tmp_path), [plans], save, polling=False, seconds=2))


def test_a_named_file_is_followed_when_it_is_replaced(tmp_path: Path) -> None:
    file, other = tmp_path / "x.yaml", tmp_path / "x.yaml.new"
    file.touch()

    def save() -> None:
        other.write_text("new", encoding="utf-8")
        other.replace(file)

    asyncio.run(wait_for_save(Project(tmp_path), [file], save, polling=False))


def test_links_in_a_project_are_not_watched(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    for folder in (project / "plans" / "pictures", outside / "deep"):
        folder.mkdir(parents=True)
    for name in ("plans/link", "plans/pictures/link", "templates"):
        (project / name).symlink_to(outside)

    watched = local_server._identities([project / "plans", project / "templates"], Project(project))

    assert list(watched) == [project / "plans", project / "plans" / "pictures"]
