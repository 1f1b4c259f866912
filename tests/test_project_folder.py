from pathlib import Path

import pytest

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.project_folder import Project, find_project, shipped_folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    plans = tmp_path / "plans"
    plans.mkdir()
    for name in ("tianjin-rome.yaml", "longyan.yaml", "plan.schema.json", ".hidden.yaml"):
        (plans / name).write_text("cities: []\n", encoding="utf-8")
    return Project(tmp_path)


def problems_of(found: pytest.ExceptionInfo[ProblemsFound]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.hint) for problem in found.value.problems]


def test_the_project_is_the_nearest_folder_upward_that_has_plans(project: Project) -> None:
    deep = project.root / "plans" / "deep" / "deeper"
    deep.mkdir(parents=True)

    assert find_project(None, deep) == project
    (deep / "plans").mkdir()
    assert find_project(None, deep) == Project(deep)


def test_a_project_can_be_named_from_elsewhere(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    assert find_project(project.root, elsewhere) == project
    assert find_project(Path("../.."), project.root / "plans" / "x") == project


def test_without_plans_there_is_no_project(tmp_path: Path) -> None:
    for root in (None, tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ProblemsFound) as found:
            find_project(root, tmp_path)
        ((code, hint),) = problems_of(found)
        assert code == "project-missing"
        assert "ucap init" in (hint or "")


def test_plans_are_listed_by_name_and_hidden_files_are_none(project: Project) -> None:
    assert [path.name for path in project.plan_paths()] == ["longyan.yaml", "tianjin-rome.yaml"]


@pytest.mark.parametrize("name", ["rome.yml", "rome.YAML", "rome.Yml"])
def test_a_plan_with_another_ending_is_told_and_how_to_name_it(project: Project, name: str) -> None:
    (project.plans / name).write_text("", encoding="utf-8")

    (problem,) = project.misnamed()

    assert (problem.code, problem.location.path) == ("plan-ending", f"plans/{name}")
    assert problem.hint == "rename it to rome.yaml"
    assert [path.stem for path in project.plan_paths()] == ["longyan", "tianjin-rome"]


@pytest.mark.parametrize(
    "name", ["tianjin-rome", "plans/tianjin-rome.yaml", "tianjin-rome.yaml", "./plans/../plans/tianjin-rome.yaml"]
)
def test_a_plan_is_named_by_id_or_by_path(project: Project, name: str) -> None:
    assert project.find_plans([name], project.root) == (project.plans / "tianjin-rome.yaml",)


def test_a_path_from_the_project_is_understood_elsewhere_too(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    assert project.find_plans(["plans/longyan.yaml"], elsewhere) == (project.plans / "longyan.yaml",)


@pytest.mark.parametrize("name", ["plans", ".", "x" * 300, "x" * 5000 + ".yaml"])
def test_what_cannot_be_a_plan_is_told_not_raised(project: Project, name: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        project.find_plans([name], project.root)

    assert [problem.code for problem in found.value.problems] == ["plan-unknown"]


def test_a_path_is_looked_up_in_the_current_folder(project: Project) -> None:
    assert project.find_plans(["longyan.yaml"], project.plans) == (project.plans / "longyan.yaml",)


def test_a_plan_named_twice_is_found_once_and_the_order_is_kept(project: Project) -> None:
    found = project.find_plans(["tianjin-rome", "longyan", "plans/tianjin-rome.yaml"], project.root)

    assert [path.stem for path in found] == ["tianjin-rome", "longyan"]


def test_all_unknown_plans_are_told_with_the_nearest_names(project: Project) -> None:
    with pytest.raises(ProblemsFound) as found:
        project.find_plans(["tianjin-roma", "longyan", "zzz"], project.root)

    assert problems_of(found) == [
        ("plan-unknown", 'did you mean "tianjin-rome"?'),
        ("plan-unknown", "there are longyan, tianjin-rome"),
    ]


def test_a_file_that_is_no_plan_is_refused(project: Project) -> None:
    for name, code in (("plans/plan.schema.json", "plan-unknown"), ("plans/rome.yml", "plan-ending")):
        (project.root / name).touch()
        with pytest.raises(ProblemsFound) as found:
            project.find_plans([name], project.root)
        assert [problem.code for problem in found.value.problems] == [code]


def test_two_plans_of_one_id_are_not_built_into_one_document(project: Project) -> None:
    other = project.root / "drafts"
    other.mkdir()
    (other / "longyan.yaml").touch()

    with pytest.raises(ProblemsFound) as found:
        project.find_plans(["longyan", "drafts/longyan.yaml"], project.root)

    assert found.value.problems == (
        Problem.error(
            "plan-twice", 'two of the plans named have the id "longyan"', "build them into different folders"
        ),
    )


def test_names_are_shown_from_the_root_of_the_project(project: Project) -> None:
    assert project.shown(project.plans / "x.yaml") == "plans/x.yaml"
    assert project.shown(Path("/elsewhere/x.yaml")) == str(Path("/elsewhere/x.yaml"))


def test_packs_are_looked_up_in_the_project_before_the_shipped_ones(project: Project) -> None:
    assert project.pack_folders == (project.root / "templates", shipped_folder() / "templates")


def test_the_shipped_folder_has_packs() -> None:
    assert (shipped_folder() / "templates" / "iuc-asia" / "pack.yaml").is_file()
