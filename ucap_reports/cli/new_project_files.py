"""The files that a project and a plan begin with."""

from collections.abc import Iterator
from pathlib import Path

from ucap_reports.plan.json_schema import schema_content
from ucap_reports.storage.atomic_files import NewFile
from ucap_reports.storage.project_folder import PLANS, SCHEMA, TEMPLATES, Project, shipped_folder

STARTERS = Path(__file__).parent / "starters"
EXAMPLE = "tianjin-rome.yaml"
PACK = "iuc-asia"
SETTINGS = "pack.yaml"
IGNORED = ".gitignore"


def project_files(project: Project) -> Iterator[NewFile]:
    """What a new project has. A project that has plans or packs of its own already needs no example of them."""
    if not any(project.plans.glob("*.yaml")):
        yield _file(project, f"{PLANS}/{EXAMPLE}", (shipped_folder() / PLANS / EXAMPLE).read_bytes())
    yield schema_file(project)
    if not any((project.root / TEMPLATES).glob(f"*/{SETTINGS}")):
        yield _file(project, f"{TEMPLATES}/{PACK}/{SETTINGS}", _starter(SETTINGS))
    yield _file(project, IGNORED, _starter("gitignore"))


def plan_file(project: Project, plan_id: str) -> NewFile:
    """A plan to fill in."""
    return _file(project, f"{PLANS}/{plan_id}.yaml", _starter("plan.yaml"))


def schema_file(project: Project) -> NewFile:
    """The JSON Schema where editors look for it."""
    return _file(project, f"{PLANS}/{SCHEMA}", schema_content())


def _starter(name: str) -> bytes:
    return (STARTERS / name).read_bytes()


def _file(project: Project, name: str, content: bytes) -> NewFile:
    return NewFile(project.root / name, content, name)
