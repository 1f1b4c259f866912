"""`ucap diff`: the changes between two editions of plans, by plan, field and word."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html
from playwright.sync_api import BrowserContext, ViewportSize

from tests.browser import ON_BOTH_SCREENS, accessibility_problems
from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from tests.stages import EXAMPLE
from tests.strategies import plan_texts
from tests.tracked import part
from ucap_reports.plan.plan_changes import plan_changes
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.text.text_comparison import PartKind, compared_words
from ucap_reports.word.file.word_xml import qualified

TEXT = EXAMPLE.read_text(encoding="utf-8")


def changes(*edits: tuple[str, str]) -> list[tuple[str, str, str, str, str]]:
    """The changes that edits of the example cause: field, kind, old, new, origin."""
    text = TEXT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    before, after = (parse(Source("x.yaml", each)).value for each in (TEXT, text))
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    return [(each.field, each.kind.value, each.old, each.new, each.origin) for each in plan_changes(before, after)]


def test_a_renamed_city_is_renamed_whatever_else_changes() -> None:
    assert changes(("name: Rome", "name: Roma Capitale")) == [
        ("cities[1].name", "renamed", "Rome", "Roma Capitale", "")
    ]
    found = changes(("name: Rome\n    region: Lazio\n    country: [Italy, UK]", "name: Essen\n    country: Germany"))
    assert ("cities[1].name", "renamed", "Rome", "Essen", "") in found
    assert ("cities[1].region", "removed", "Lazio", "", "") in found
    assert [kind for _, kind, *_ in found].count("renamed") == 1


def test_a_new_city_is_added_and_a_city_that_has_gone_is_removed() -> None:
    ((field, kind, *_),) = changes(("period:", "  - name: Nice\n    country: France\n\nperiod:"))
    assert (field, kind) == ("cities[2]", "added")


@pytest.mark.parametrize(
    "order",
    [
        "  - Smart city construction\n  - Energy conservation and environmental protection\n  - Aerospace\n",
        "  - Energy conservation and environmental protection\n  - Aerospace\n  - Smart city construction\n",
    ],
)
def test_a_list_in_another_order_is_reordered(order: str) -> None:
    before = "  - Aerospace\n  - Energy conservation and environmental protection\n  - Smart city construction\n"
    ((field, kind, old, new, _),) = changes((before, order))
    assert (field, kind) == ("themes", "reordered")
    assert sorted(old.split("\n")) == sorted(new.split("\n"))


def test_an_item_that_is_inserted_is_one_addition() -> None:
    assert changes(("  - Economy and trade\n", "  - Water\n  - Economy and trade\n")) == [
        ("themes[3]", "added", "", "Water", "")
    ]


def test_an_edited_entry_after_an_insertion_is_a_change_of_that_entry() -> None:
    found = changes(("activities:\n", "activities:\n  - text: New.\n"), ("10th China", "11th China"))
    assert [(field, kind) for field, kind, *_ in found] == [
        ("activities[0]", "added"),
        ("activities[5].text", "changed"),
    ]


def test_a_paragraph_that_moves_inside_its_field_or_to_another_has_moved() -> None:
    first = (
        "  To support local districts by facilitating entry to EU business large and small in the above mentioned key\n"
    )
    assert first in TEXT
    start = TEXT.index(first)
    end = TEXT.index("\n\n", start)
    paragraph = TEXT[start:end]
    second = TEXT[end + 2 : TEXT.index("\n\n", end + 2)]
    ((field, kind, _, new, origin),) = changes((f"{paragraph}\n\n{second}", f"{second}\n\n{paragraph}"))
    assert (field, kind, origin) == ("objectives", "moved", "objectives")
    assert new in " ".join(TEXT.split())

    ((field, kind, _, new, origin),) = changes(
        (f"\n\n{second}", ""),
        ("results: >-\n  Current", f"results: |\n{second}\n\n  Current"),
        ("from Tianjin\n  participation.", "from Tianjin participation."),
    )
    assert (field, kind, origin) == ("results", "moved", "objectives")
    assert new.startswith("Facilitate and launch")


def test_an_activity_that_becomes_an_entry_with_fields_is_the_same_text() -> None:
    old = {"activities": ["Workshop.", "Visit."]}
    assert plan_changes(old, {"activities": [{"text": "Workshop."}, "Visit."]}) == ()
    (change,) = plan_changes(old, {"activities": [{"when": "May", "text": "Workshop."}, "Visit."]})
    assert (change.kind.value, change.field, change.new) == ("added", "activities[0].when", "May")


@pytest.mark.parametrize("bullet", ["-", "→", "•", "\uf0b7"])
def test_the_items_of_a_list_in_a_text_are_lines_of_the_change(bullet: str) -> None:
    old, new = {"results": f"{bullet} Trams\n{bullet} Buses"}, {"results": f"{bullet} Trams\n{bullet} Cycling"}

    (change,) = plan_changes(old, new)

    assert change.new == f"{bullet} Trams\n{bullet} Cycling"


def test_a_text_that_two_fields_had_moves_from_one_of_them() -> None:
    old, new = {"challenges": "Noise.", "objectives": "Noise."}, {"results": "Noise."}
    lost_and_moved = [(change.kind.value, change.field, change.origin) for change in plan_changes(old, new)]
    assert lost_and_moved == [("moved", "results", "challenges"), ("removed", "objectives", "")]
    got = [(change.kind.value, change.field, change.origin) for change in plan_changes(new, old)]
    assert got == [("moved", "challenges", "results"), ("added", "objectives", "")]


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("the cat sat", "the dog sat", "the [-cat-]{+dog+} sat"),
        ("four districts", "five new districts", "[-four-]{+five new+} districts"),
        ("天津城市", "天津新城市", "天津{+新+}城市"),
        ("पानी और", "पाने और", "[-पानी-]{+पाने+} और"),
        ("cafe\u0301 x", "cafe x", "[-cafe\u0301-]{+cafe+} x"),
        ("same", "same", "same"),
        ("", "new", "{+new+}"),
    ],
)
def test_the_words_that_differ_are_marked(old: str, new: str, marked: str) -> None:
    signs = {PartKind.SAME: "{}", PartKind.OLD: "[-{}-]", PartKind.NEW: "{{+{}+}}"}
    assert "".join(signs[part.kind].format(part.text) for part in compared_words(old, new)) == marked


@pytest.mark.long
@settings(max_examples=50)
@given(plan_texts(), plan_texts())
def test_the_compared_words_are_those_of_both_texts(old: str, new: str) -> None:
    parts = compared_words(old, new)
    assert "".join(part.text for part in parts if part.kind is not PartKind.NEW) == old
    assert "".join(part.text for part in parts if part.kind is not PartKind.OLD) == new


@settings(max_examples=50)
@given(plan_texts())
def test_a_plan_has_no_differences_from_itself(text: str) -> None:
    value: Any = parse(Source("x.yaml", text)).value
    assert plan_changes(value, value) == ()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project in a folder of a git repository, with two commits."""
    project = tmp_path / "office"
    project.mkdir()
    git(tmp_path, "init", "-q")
    write_plan(project, "rome.yaml", "cities: [{name: Rome}]\nresults: Less traffic.\n")
    write_plan(project, "essen.yaml", "cities: [{name: Essen}]\n")
    write_plan(project, "old.yaml", "cities: [{name: Old}]\n")
    commit(tmp_path)
    write_plan(project, "rome.yaml", "cities: [{name: Rome}]\nresults: Much less traffic.\n")
    (project / "plans" / "old.yaml").rename(project / "plans" / "other.yaml")
    commit(tmp_path)
    write_plan(project, "essen.yaml", "cities: [{name: Essen}]\nresults: Clean air.\n")
    return project


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.email=a@example.org", "-c", "user.name=a", *words], cwd=folder, check=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "edition")


def statuses(folder: Path, *words: str) -> dict[str, str]:
    report = ucap(folder, "diff", *words, "--json").report
    return {each["plan"]: each["status"] for each in report["plans"]}


def test_revisions_are_compared_with_each_other_and_with_the_project(repository: Path) -> None:
    assert statuses(repository, "HEAD") == {"essen": "changed"}
    assert statuses(repository, "HEAD~1") == {"essen": "changed", "other": "renamed", "rome": "changed"}
    assert statuses(repository, "HEAD~1", "HEAD") == {"other": "renamed", "rome": "changed"}
    assert statuses(repository, "HEAD~1", "rome") == {"rome": "changed"}


def test_files_and_folders_are_compared(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "sent"
    other.mkdir()
    (other / "rome.yaml").write_text("cities: [{name: Roma}]\nresults: Much less traffic.\n", encoding="utf-8")
    (other / "nice.yaml").write_text("cities: [{name: Nice}]\n", encoding="utf-8")

    assert statuses(repository, str(other / "rome.yaml")) == {"rome": "changed"}
    assert statuses(repository, str(other), str(repository))["nice"] == "removed"
    assert statuses(repository, str(repository), str(other))["nice"] == "added"
    assert statuses(repository, "plans/essen.yaml", str(other / "nice.yaml")) == {"nice": "changed"}


@pytest.mark.parametrize("name", ["no-such-thing", "--upload-pack=x", "HEAD~99", ""])
def test_anything_else_is_a_usage_error(repository: Path, name: str) -> None:
    assert ucap(repository, "diff", name, "--json").code == 2


def test_only_plans_directly_in_the_folder_are_compared_and_no_program_runs(repository: Path, tmp_path: Path) -> None:
    for name in ("archive/rome.yaml", ".hidden.yaml"):
        path = repository / "plans" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("cities: [{name: Elsewhere}]\n", encoding="utf-8")
    (repository / "plans" / ".gitattributes").write_text(
        "*.yaml filter=evil\nrome.yaml export-ignore\n", encoding="utf-8"
    )
    commit(tmp_path)
    git(tmp_path, "config", "filter.evil.smudge", f"touch {tmp_path / 'pwned'}; cat")

    assert statuses(repository, "HEAD") == {}
    assert not (tmp_path / "pwned").exists()


def test_word_files_with_changes_do_not_replace_the_documents(repository: Path) -> None:
    for folder in ("out", "../office/out"):
        run = ucap(repository, "diff", "HEAD", "--docx", folder, "--json")
        assert (run.code, run.codes) == (2, ["usage-invalid"])
    assert not (repository / "out").exists()


@pytest.mark.parametrize("target", ["deliveries", "deliveries/rome.docx"])
def test_word_files_with_changes_do_not_replace_documents_in_other_folders(tmp_path: Path, target: str) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\nperiod: 2019\n")
    shutil.copytree(tmp_path / "plans", tmp_path / "old")
    ucap(tmp_path, "build", "--format", "docx", "--no-index", "--out", "deliveries")
    before = (tmp_path / "deliveries" / "rome.docx").read_bytes()
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\nperiod: 2020\n")

    run = ucap(tmp_path, "diff", "old", "--docx", target, "--json")

    assert (run.code, run.codes) == (2, ["usage-invalid"])
    assert (tmp_path / "deliveries" / "rome.docx").read_bytes() == before
    assert ucap(tmp_path, "diff", "old", "--docx", "deliveries/changes.docx", "--json").code == 0


def test_a_project_without_git_has_no_revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")

    run = ucap(tmp_path, "diff", "HEAD", "--json")

    assert (run.code, run.codes) == (2, ["diff-unknown"])


def test_an_invalid_plan_is_reported_and_the_others_are_compared(repository: Path) -> None:
    write_plan(repository, "rome.yaml", "cities: [\n")

    run = ucap(repository, "diff", "HEAD", "--json")

    assert run.code == 1
    assert "essen" in {each["plan"] for each in run.report["plans"]}


def test_differences_are_selected_in_spite_of_errors_in_the_settings(repository: Path) -> None:
    write_plan(repository, "essen.yaml", "cities: [{name: Bonn}]\n")
    (repository / "ucap.yaml").write_text("formats: odt\n", encoding="utf-8")

    run = ucap(repository, "diff", "HEAD", "--where", "city=Bonn", "--json")

    assert (run.code, run.codes) == (1, ["format-unknown"])
    assert [plan["plan"] for plan in run.report["plans"]] == ["essen"]


def test_a_web_page_and_a_report_exclude_each_other(repository: Path) -> None:
    run = ucap(repository, "diff", "HEAD", "--html", "--json")

    assert (run.code, run.codes) == (2, ["usage-invalid"])
    assert run.report["problems"][0]["message"] == "--json and --html cannot be used together"


def test_the_page_shows_the_words_and_is_safe(repository: Path) -> None:
    write_plan(repository, "essen.yaml", "cities: [{name: '<script>x</script>'}]\nresults: Clean air.\n")

    page: Any = html.document_fromstring(ucap(repository, "diff", "HEAD", "--html").out)

    assert page.xpath("//h2")[0].text_content().startswith("essen: changed")
    assert page.xpath("//del/text()") == ["Essen"]
    assert page.xpath("//ins/text()") == ["<script>x</script>", "Clean air."]
    assert page.xpath("//script") == []


@pytest.mark.long
@pytest.mark.no_cover
@ON_BOTH_SCREENS
def test_the_page_is_readable_on_all_screens_light_and_dark(
    repository: Path, tmp_path: Path, context: BrowserContext, viewport: ViewportSize
) -> None:
    write_plan(
        repository,
        "essen.yaml",
        "cities: [{name: Rome}]\nresults: Clean air.\nsources: [https://a.eu/" + "b" * 90 + "]\n",
    )
    (tmp_path / "changes.html").write_text(ucap(repository, "diff", "HEAD", "--html").out, encoding="utf-8")
    page = context.new_page()
    page.goto((tmp_path / "changes.html").as_uri())
    assert {paragraph.get_attribute("dir") for paragraph in page.locator("main p").all()} == {"auto"}
    assert page.locator("ins").count() > 1
    assert accessibility_problems(page, [viewport]) == []
    page.close()


def test_conditions_select_the_plans_of_the_project(repository: Path) -> None:
    assert statuses(repository, "HEAD~1", "--where", "city=Essen") == {"essen": "changed"}
    assert ucap(repository, "diff", "HEAD", "--where", "nonsense", "--json").code == 2


def test_the_office_is_the_author_of_tracked_changes(tmp_path: Path) -> None:
    text = "cities: [{name: Rome, country: Italy}]\ncontact: {office: Roma Europa}\nperiod: 2019\n"
    write_plan(tmp_path, "rome.yaml", text)
    write_plan(tmp_path, "new.yaml", text.replace("2019", "2020"))
    assert ucap(tmp_path, "diff", "rome", "new", "--docx", "sent").code == 0

    root = part((tmp_path / "sent" / "new.docx").read_bytes())
    tracked = list(root.iter(qualified("w:ins"), qualified("w:del")))
    assert {each.get(qualified("w:author")) for each in tracked} == {"Roma Europa"}


def test_tracked_changes_of_the_office_are_no_changes_of_a_reply(tmp_path: Path) -> None:
    text = "cities: [{name: Rome, country: Italy}]\nperiod: 2019\nresults: Less noise.\n"
    plan = write_plan(tmp_path, "rome.yaml", text)
    (tmp_path / "old").mkdir()
    old = write_plan(tmp_path / "old", "rome.yaml", plan.read_text(encoding="utf-8").replace("2019", "2018"))
    assert ucap(tmp_path, "diff", str(old), "rome", "--docx", "sent").code == 0
    assert ucap(tmp_path, "review", "sent/rome.docx", "--json").report["changes"] == []
    edit = WordEdit(tmp_path / "sent" / "rome.docx")
    edit.replace("Less noise", "Less dust")
    edit.save()

    run = ucap(tmp_path, "review", "sent/rome.docx", "--apply", "--json")

    assert [(each["field"], each["applied"]) for each in run.report["changes"]] == [("results", True)]
    assert "period: 2019" in plan.read_text(encoding="utf-8")


def test_plan_that_cannot_be_read_in_one_edition_is_neither_new_nor_removed(tmp_path: Path) -> None:
    for folder, text in (("old", TEXT), ("plans", "cities: ["), ("new", TEXT)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yaml").write_text(text, encoding="utf-8")
        (tmp_path / folder / f"{folder}.yaml").write_text(f"cities: [{{name: {folder}}}]\n", encoding="utf-8")
    for editions in (["old"], ["plans", "new"]):
        run = ucap(tmp_path, "diff", *editions, "--json")
        assert (run.code, run.codes) == (1, ["yaml-syntax"])
        assert "x" not in [difference["plan"] for difference in run.report["plans"]]
        assert len(run.report["plans"]) == 2
