from pathlib import Path

import pytest

from ucap_reports.problems import ProblemsFound, Severity
from ucap_reports.storage.project_folder import Project, find_project, shipped_folder
from ucap_reports.storage.safe_folder import SafeFolder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    plans = tmp_path / "plans"
    plans.mkdir()
    for name in ("tianjin-rome.yaml", "longyan.yaml", "plan.schema.json", ".hidden.yaml"):
        (plans / name).write_text("cities: []\n", encoding="utf-8")
    return Project(tmp_path)


def problems_of(found: pytest.ExceptionInfo[ProblemsFound]) -> list[tuple[str, str]]:
    return [(problem.code, problem.hint or "") for problem in found.value.problems]


def test_the_project_is_the_nearest_folder_upward_with_plans(project: Project) -> None:
    deep = project.root / "plans" / "deep" / "deeper"
    deep.mkdir(parents=True)

    assert find_project(None, deep) == project
    (deep / "plans").mkdir()
    assert find_project(None, deep) == Project(deep)


def test_a_project_can_be_named_from_another_folder(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    assert find_project(project.root, elsewhere) == project
    assert find_project(Path("../.."), project.root / "plans" / "x") == project


def test_a_folder_without_plans_is_not_a_project(tmp_path: Path) -> None:
    for root in (None, tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ProblemsFound) as found:
            find_project(root, tmp_path)
        ((code, hint),) = problems_of(found)
        assert code == "project-missing"
        assert "ucap init" in hint


def test_plans_are_sorted_by_name_and_hidden_files_are_ignored(project: Project) -> None:
    assert [path.name for path in project.plan_paths()] == ["longyan.yaml", "tianjin-rome.yaml"]


@pytest.mark.parametrize("name", ["rome.yml", "rome.YAML", "rome.Yml", "rome.yaml.txt", "rome.YML.TXT"])
def test_a_plan_with_a_wrong_ending_is_an_error_with_its_id(project: Project, name: str) -> None:
    (project.plans / name).write_text("", encoding="utf-8")

    (problem,) = project.misnamed()

    assert (problem.code, problem.location.path) == ("plan-extension", f"plans/{name}")
    assert problem.details["id"] == "rome"
    assert [path.stem for path in project.plan_paths()] == ["longyan", "tianjin-rome"]


@pytest.mark.parametrize("name", ["rome.yaml.bak", "rome.yaml~", "rome.yml.orig"])
def test_a_copy_of_a_plan_is_an_info(project: Project, name: str) -> None:
    (project.plans / name).write_text("", encoding="utf-8")

    (problem,) = project.misnamed()

    assert (problem.code, problem.severity, problem.location.path) == ("plan-copy", Severity.INFO, f"plans/{name}")
    assert "rome.yaml" in (problem.hint or "")


def test_plans_in_folders_are_an_info_that_names_them(project: Project) -> None:
    for folder, names in {"2019": ["rome.yaml"], "old": [f"{letter}.yaml" for letter in "abcde"]}.items():
        (project.plans / folder).mkdir()
        for name in names:
            (project.plans / folder / name).write_text("cities: []\n", encoding="utf-8")

    one, several = project.misnamed()

    assert (one.code, one.severity, one.location.path) == ("plan-in-folder", Severity.INFO, "plans/2019")
    assert "`ucap build plans/2019/rome.yaml`" in (one.hint or "")
    assert several.message.endswith(": a.yaml, b.yaml, c.yaml and 2 more")


def test_plans_in_folders_are_an_info_beside_a_file_that_cannot_be_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.plans / "old").mkdir()
    for name in ("paris.yaml", "rome.yaml"):
        (project.plans / "old" / name).write_text("cities: []\n", encoding="utf-8")
    read = SafeFolder.read_file

    def read_or_refuse(folder: SafeFolder, path: Path, limit: int) -> bytes:
        if path.name == "paris.yaml":
            raise PermissionError
        return read(folder, path, limit)

    monkeypatch.setattr(SafeFolder, "read_file", read_or_refuse)

    (problem,) = project.misnamed()

    assert (problem.code, problem.message.endswith(": rome.yaml")) == ("plan-in-folder", True)


@pytest.mark.parametrize(
    "name", ["pictures/rome.jpg", "old/notes.txt", "old/.rome.yaml", ".history/rome.yaml", "sources/columns.yaml"]
)
def test_folders_without_plans_are_not_mentioned(project: Project, name: str) -> None:
    (project.plans / name).parent.mkdir()
    text = "columns: {Town: cities.name}\n" if name.endswith("columns.yaml") else "cities: []\n"
    (project.plans / name).write_text(text, encoding="utf-8")

    assert project.misnamed() == ()


@pytest.mark.parametrize("name", ["archive.yml", "archive.yaml.txt", "archive.yaml.bak"])
def test_folders_with_the_ending_of_a_file_are_no_files(project: Project, name: str) -> None:
    (project.plans / name).mkdir()

    assert project.misnamed() == ()

    (project.plans / name / "rome.yaml").write_text("cities: []\n", encoding="utf-8")
    (problem,) = project.misnamed()
    assert (problem.code, problem.location.path) == ("plan-in-folder", f"plans/{name}")


@pytest.mark.parametrize("name", ["README.md", "notes.txt", "plan.schema.json", "yaml", ".rome.yaml.swp"])
def test_other_files_beside_the_plans_are_not_mentioned(project: Project, name: str) -> None:
    (project.plans / name).write_text("", encoding="utf-8")

    assert project.misnamed() == ()


@pytest.mark.parametrize(
    "name", ["tianjin-rome", "plans/tianjin-rome.yaml", "tianjin-rome.yaml", "./plans/../plans/tianjin-rome.yaml"]
)
def test_a_plan_can_be_named_by_id_or_by_path(project: Project, name: str) -> None:
    assert project.find_plans([name], project.root) == (project.plans / "tianjin-rome.yaml",)


def test_a_path_relative_to_the_project_works_in_every_folder(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    assert project.find_plans(["plans/longyan.yaml"], elsewhere) == (project.plans / "longyan.yaml",)


@pytest.mark.parametrize("name", ["plans", ".", "x" * 300, "x" * 5000 + ".yaml"])
def test_a_name_that_cannot_be_a_plan_is_an_error(project: Project, name: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        project.find_plans([name], project.root)

    assert [problem.code for problem in found.value.problems] == ["plan-unknown"]


def test_a_path_is_relative_to_the_current_folder(project: Project) -> None:
    assert project.find_plans(["longyan.yaml"], project.plans) == (project.plans / "longyan.yaml",)


def test_a_plan_named_twice_is_found_once_in_the_order_of_the_names(project: Project) -> None:
    found = project.find_plans(["tianjin-rome", "longyan", "plans/tianjin-rome.yaml"], project.root)

    assert [path.stem for path in found] == ["tianjin-rome", "longyan"]


def test_every_unknown_plan_is_an_error_with_the_nearest_names(project: Project) -> None:
    with pytest.raises(ProblemsFound) as found:
        project.find_plans(["tianjin-roma", "longyan", "zzz"], project.root)

    (first, misspelt), (second, unlike) = problems_of(found)
    assert first == second == "plan-unknown"
    assert "tianjin-rome" in misspelt
    assert "longyan" not in misspelt
    assert "ucap list" in unlike


def test_a_folder_with_the_name_of_a_plan_is_found_unless_a_file_has_it_too(project: Project) -> None:
    """Reading it is the error, as it is for all plans; it is not unknown."""
    folder = project.plans / "rome.yaml"
    folder.mkdir()
    (project.root / "longyan.yaml").mkdir()

    assert project.find_plans(["rome"], project.root) == (folder,)
    assert project.find_plans(["plans/rome.yaml"], project.root) == (folder,)
    assert project.find_plans(["longyan.yaml"], project.root) == (project.plans / "longyan.yaml",)


def test_a_file_that_is_not_a_plan_is_an_error(project: Project) -> None:
    for name, code in (("plans/plan.schema.json", "plan-unknown"), ("plans/rome.yml", "plan-extension")):
        (project.root / name).touch()
        with pytest.raises(ProblemsFound) as found:
            project.find_plans([name], project.root)
        assert [problem.code for problem in found.value.problems] == [code]


def test_two_plans_with_one_id_are_an_error(project: Project) -> None:
    other = project.root / "drafts"
    other.mkdir()
    (other / "longyan.yaml").touch()

    with pytest.raises(ProblemsFound) as found:
        project.find_plans(["longyan", "drafts/longyan.yaml"], project.root)

    assert [(problem.code, problem.details) for problem in found.value.problems] == [
        ("plan-duplicate", {"name": "longyan"})
    ]


def test_names_in_messages_are_relative_to_the_project(project: Project) -> None:
    assert project.shown(project.plans / "x.yaml") == "plans/x.yaml"
    assert project.shown(Path("/elsewhere/x.yaml")) == str(Path("/elsewhere/x.yaml"))


def test_packs_of_the_project_come_before_the_shipped_ones(project: Project) -> None:
    assert project.pack_folders == (project.root / "templates", shipped_folder() / "templates")


def test_the_shipped_folder_has_packs() -> None:
    assert (shipped_folder() / "templates" / "iuc-asia" / "pack.yaml").is_file()
