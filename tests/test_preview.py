"""What the preview knows: looks and how they differ, pictures, excerpts, saves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from tests.previews import PACK, PACK_TEXT, PLAN, PLAN_TEXT, write_project
from tests.stages import example_summary, pdf_file
from ucap_reports.batch.pipeline import Produced
from ucap_reports.preview.browser_message import excerpt, message
from ucap_reports.preview.file_watching import saves
from ucap_reports.preview.page_pictures import pictures, png
from ucap_reports.preview.plan_previews import PlanPreviews
from ucap_reports.preview.preview_state import Choice, MadeOf, PreviewState, next_state
from ucap_reports.problems import Problem
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Document, Format

ONE, TWO = (Document("x", Format.PDF, content, 1) for content in (b"one", b"two"))
WRONG = Problem.error("name-unknown", "no such name")
DOUBTFUL = Problem.warning("text-long", "a long text")
SECONDS = 20
"""After which a save that was not told never will be."""


def made(*documents: Document, problems: tuple[Problem, ...] = ()) -> Produced:
    return Produced(problems, documents=documents)


def looks(*steps: Produced) -> PreviewState:
    """The last look after saves that made these, each of another text."""
    look = None
    for number, produced in enumerate(steps):
        look = next_state(look, produced, MadeOf(str(number)))
    assert look is not None
    return look


def test_a_first_look_differs_from_nothing() -> None:
    assert looks(made(ONE)).earlier == ()


def test_a_save_is_compared_with_the_one_before() -> None:
    look = looks(made(ONE), made(TWO))
    assert (look.documents, look.earlier, look.publishable) == ((TWO,), (ONE,), True)


def test_an_error_leaves_the_documents_and_says_that_they_are_outdated() -> None:
    look = looks(made(ONE), made(problems=(WRONG,)))
    assert (look.documents, look.outdated, look.publishable) == ((ONE,), True, False)


def test_after_an_error_the_difference_is_to_the_last_documents() -> None:
    look = looks(made(ONE), made(problems=(WRONG,)), made(TWO))
    assert (look.documents, look.earlier, look.outdated) == ((TWO,), (ONE,), False)


def test_documents_with_an_error_beside_them_are_shown_and_not_offered() -> None:
    look = looks(made(ONE, problems=(WRONG,)))
    assert (look.documents, look.outdated, look.publishable) == ((ONE,), False, False)


def test_warnings_keep_nothing_from_being_offered() -> None:
    assert looks(made(ONE, problems=(DOUBTFUL,))).publishable


def test_a_save_that_changes_neither_plan_nor_pack_is_none() -> None:
    look = looks(made(ONE), made(TWO))
    assert next_state(look, made(TWO), look.made_of) is look


def test_a_save_without_effect_says_that_nothing_changed() -> None:
    look = looks(made(ONE), made(TWO), made(TWO))
    told = message(Choice("x"), look, plans=("x",), packs=(), lines=PlanPreviews(Project(Path("/nowhere"))).lines)
    assert told["documents"][0]["same"]


def test_errors_are_told_before_warnings() -> None:
    look = looks(made(problems=(DOUBTFUL, WRONG)))
    told = message(Choice("x"), look, plans=("x",), packs=(), lines=PlanPreviews(Project(Path("/nowhere"))).lines)
    assert [problem["code"] for problem in told["problems"]] == ["name-unknown", "text-long"]


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
def studio(tmp_path: Path) -> PlanPreviews:
    return PlanPreviews(Project(write_project(tmp_path)))


def test_a_plan_is_shown_in_its_own_pack_or_in_the_chosen_one(studio: PlanPreviews) -> None:
    own, other = studio.look(Choice(PLAN)), studio.look(Choice(PLAN, "iuc-japan"))
    assert (own.made_of.pack, other.made_of.pack) == (PACK, "iuc-japan")
    assert own.documents != other.documents
    assert [document.format for document in own.documents] == [Format.PDF, Format.DOCX]


def test_packs_are_opened_again_after_a_save(studio: PlanPreviews) -> None:
    before = studio.look(Choice(PLAN))
    pack = studio.project.root / "templates" / PACK / "pack.yaml"
    pack.write_text(PACK_TEXT.replace("003399", "7A1F5C"), encoding="utf-8")
    assert studio.look(Choice(PLAN)) is before
    studio.saved()
    after = studio.look(Choice(PLAN))
    assert after.earlier == before.documents
    assert all(one.content != other.content for one, other in zip(before.documents, after.documents, strict=True))


def test_nothing_but_a_plan_s_id_leads_to_a_file(studio: PlanPreviews) -> None:
    (studio.project.root / "secret.yaml").write_text(PLAN_TEXT, encoding="utf-8")
    for name in ("../secret", "plans/../../secret", str(studio.project.root / "secret"), "secret.yaml", ""):
        (problem,) = studio.look(Choice(name)).problems
        assert problem.code == "plan-unknown"
    for name in ("../plans", "..", "/etc", "iuc-asia/images"):
        assert {problem.code for problem in studio.look(Choice(PLAN, name)).problems} >= {"pack-unknown"}


def test_a_named_plan_may_lie_elsewhere_and_comes_first(studio: PlanPreviews, tmp_path: Path) -> None:
    other = tmp_path / "zagreb.yaml"
    other.write_text(PLAN_TEXT, encoding="utf-8")
    named = PlanPreviews(studio.project, (other,))
    assert (named.first(), list(named.plans())) == ("zagreb", [PLAN, "zagreb"])
    assert named.look(Choice("zagreb")).documents


def test_a_fault_of_the_product_is_told_and_ends_nothing(studio: PlanPreviews, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr("ucap_reports.preview.plan_previews.produce", fail)
    (problem,) = studio.look(Choice(PLAN)).problems
    assert problem.code == "internal-fault"
    assert "surprise" in problem.message


def test_looking_writes_nothing(studio: PlanPreviews) -> None:
    before = sorted(studio.project.root.rglob("*"))
    studio.look(Choice(PLAN))
    assert sorted(studio.project.root.rglob("*")) == before


def test_pictures_have_the_size_of_the_page_and_the_pixels_of_the_screen() -> None:
    pdf = pdf_file(example_summary()).content
    first, second = pictures(pdf, 2.0)
    assert (round(first.width), round(first.height)) == (794, 1123)
    with Image.open(BytesIO(png(first))) as image:
        assert image.size == (1588, 2246)
    assert first.name != second.name


def test_a_picture_s_name_is_that_of_its_pixels() -> None:
    summary = example_summary()
    first, second = pictures(pdf_file(summary).content, 1.0)
    again, other = pictures(pdf_file(replace(summary, rows=summary.rows[:-1])).content, 1.0)
    assert first.name == again.name
    assert second.name != other.name
    assert pictures(pdf_file(summary).content, 2.0)[0].name != first.name


async def heard(paths: list[Path], save: Callable[[], object], *, polling: bool) -> None:
    """Ends when a save is told; it is made again and again, since nobody knows when the watch has begun."""
    watch: AsyncIterator[None] = saves(paths, polling=polling)
    waiting = asyncio.ensure_future(anext(watch))
    async with asyncio.timeout(SECONDS):
        while not waiting.done():
            save()
            await asyncio.wait([waiting], timeout=0.2)


@pytest.mark.parametrize("polling", [False, True])
def test_a_save_is_told_however_deep_and_in_a_folder_that_is_new(tmp_path: Path, polling: bool) -> None:  # noqa: FBT001 - one of two ways, named by the parameter
    plans, templates = tmp_path / "plans", tmp_path / "templates"
    plans.mkdir()
    deep = templates / "office" / "images" / "logo.svg"

    def save() -> None:
        deep.parent.mkdir(parents=True, exist_ok=True)
        deep.write_text(f"{deep.stat().st_mtime_ns if deep.exists() else 0}", encoding="utf-8")

    asyncio.run(heard([plans, templates], save, polling=polling))


def test_a_named_file_is_followed_when_it_is_replaced(tmp_path: Path) -> None:
    file, other = tmp_path / "x.yaml", tmp_path / "x.yaml.new"
    file.touch()

    def save() -> None:
        other.write_text("new", encoding="utf-8")
        other.replace(file)

    asyncio.run(heard([file], save, polling=False))
