"""The files for containers, pre-commit and pipelines fit the product, and the how-to names commands that exist."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.command import ucap, write_plan
from ucap_reports.cli.command_line import COMMANDS

ROOT = Path(__file__).parent.parent
HOW_TO = ROOT / "docs" / "how-to"
NAMES = {command.name for command in COMMANDS}
PLAN = "themes: [Aerospace]\ncities:\n- name: Rome\n  country: Italy\n"


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


HOOKS = {hook["id"]: hook for hook in loaded(ROOT / ".pre-commit-hooks.yaml")}


def run_hook(name: str, project: Path, *files: str) -> int:
    """Run a hook as pre-commit does: with the changed files that its pattern matches."""
    hook = HOOKS[name]
    matching = [file for file in files if re.search(hook["files"], file)]
    program, *words = hook["entry"].split()
    assert program == "ucap"
    return ucap(project, *words, *(matching if hook.get("pass_filenames", True) else ())).code


def test_the_hook_for_fmt_formats_the_plans_of_a_commit_and_no_other_files(tmp_path: Path) -> None:
    path, other = (write_plan(tmp_path, name, PLAN) for name in ("rome.yaml", "other.yaml"))
    assert run_hook("ucap-fmt", tmp_path, "plans/rome.yaml", "plans/plan.schema.json", "README.md") == 0
    assert path.read_text(encoding="utf-8").startswith("cities:")
    assert other.read_text(encoding="utf-8") == PLAN


@pytest.mark.parametrize(("country", "code"), [("Italy", 0), ("Itly", 1)])
def test_the_hook_for_check_fails_for_plans_with_errors(tmp_path: Path, country: str, code: int) -> None:
    write_plan(tmp_path, "rome.yaml", PLAN.replace("Italy", country))
    assert run_hook("ucap-check", tmp_path, "plans/rome.yaml") == code


def test_the_hook_for_check_runs_for_plans_and_packs_only() -> None:
    pattern = re.compile(HOOKS["ucap-check"]["files"])
    assert pattern.search("templates/house/pack.yaml")
    assert not pattern.search("docs/plans.md")


def test_the_container_runs_as_a_normal_user_with_the_locked_packages() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    final = text[text.rindex("FROM ") :]
    assert re.search(r"^USER (?!root|0)\w+$", final, re.MULTILINE)
    assert final.index("USER ") < final.index("ENTRYPOINT")
    assert "--require-hashes --requirement locks/reports.txt" in text
    assert 'ENTRYPOINT ["ucap"]' in final


def test_the_container_has_all_files_that_the_wheel_needs_and_none_of_the_users() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert lines[0] == "*"
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = [*wheel["packages"], *wheel["force-include"], "pyproject.toml", settings["project"]["readme"], "LICENSE"]
    assert [name for name in (*needed, "locks/reports.txt") if not is_kept(name, kept)] == []
    assert not is_kept("plans/rome.yaml", kept)
    assert not is_kept("out/rome.pdf", kept)


def is_kept(name: str, kept: list[str]) -> bool:
    return any(fnmatch(name, each) or name.startswith(f"{each}/") for each in kept)


def test_the_workflow_builds_what_it_publishes_with_commands_that_succeed(tmp_path: Path) -> None:
    workflow = loaded(HOW_TO / "publish-on-push.yml")
    steps = workflow["jobs"]["build"]["steps"]
    commands = [step["run"].split()[1:] for step in steps if step.get("run", "").startswith("ucap ")]
    write_plan(tmp_path, "rome.yaml", PLAN)
    ucap(tmp_path, "fmt")
    assert [ucap(tmp_path, *words).code for words in commands] == [0] * 3
    published = tmp_path / steps[-1]["with"]["path"]
    assert {path.name for path in published.iterdir()} >= {"index.html", "rome.pdf", "rome.docx", "rome.html"}
    assert workflow["permissions"] == {"contents": "read"}


def test_the_how_to_names_commands_extras_and_files_that_exist() -> None:
    text = (HOW_TO / "install.md").read_text(encoding="utf-8")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = {name for found in re.findall(r"ucap_reports\[([\w,]+)\]", text) for name in found.split(",")}
    assert extras <= settings["project"]["optional-dependencies"].keys()
    assert set(re.findall(r"`ucap (\w+)", text)) <= NAMES
    assert all((ROOT / name).is_file() for name in re.findall(r"ucap_reports/([\w/.]+\.txt)", text))
    for system in ("Windows", "macOS", "Linux"):
        assert len(re.findall(rf"^{system}.*:\n```\w+\n(?:[^`\n]+\n){{2}}```", text, re.MULTILINE)) == 2, system
