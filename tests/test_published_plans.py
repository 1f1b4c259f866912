"""The plans in `plans/`: real city pairings, all of which build and conform to the standards."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap
from tests.verapdf import AssertConformant

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A copy of the project after `ucap build`, and the JSON report."""
    project = tmp_path_factory.mktemp("published")
    for name in ("plans", "templates"):
        shutil.copytree(ROOT / name, project / name)
    return project, ucap(project, "build", "--json").report


def test_more_than_forty_plans_are_built(published: tuple[Path, dict[str, Any]]) -> None:
    _, report = published

    assert {document["status"] for document in report["documents"]} == {"written"}
    assert len(report["documents"]) >= 2 * 40
    assert {problem["severity"] for problem in report["problems"]} <= {"warning", "info"}


def test_plans_have_all_shapes_and_keep_their_accents(published: tuple[Path, dict[str, Any]]) -> None:
    project, _ = published
    manifest = json.loads((project / "out" / "manifest.json").read_bytes())
    plans = manifest["plans"].values()

    assert {plan["inputs"]["pack"] for plan in plans} == {"iuc-asia", "iuc-japan", "iuc-americas"}
    assert {2, 3, 4, 5} <= {len(plan["card"]["cities"]) for plan in plans}
    cities = {city for plan in plans for city in plan["card"]["cities"]}
    assert {"Córdoba", "Malmö", "Métropole Nice Côte d'Azur", "Pitești", "São Paulo", "Umeå", "Växjö"} <= cities


def test_every_pdf_is_accessible_and_archivable(
    published: tuple[Path, dict[str, Any]], assert_conformant: AssertConformant
) -> None:
    project, _ = published
    for path in sorted((project / "out").glob("*.pdf")):
        assert_conformant(path.read_bytes())
