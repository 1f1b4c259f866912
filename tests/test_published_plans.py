"""The plans in `plans/`: real city pairings, all of which build and conform to the standards."""

import json
import shutil
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.command import ucap
from tests.verapdf import AssertConformant
from ucap_reports.plan.plan_model import Plan, parse_plan
from ucap_reports.storage.decoding import Source

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
CREDIT = "GeoNames (https://www.geonames.org), CC BY 4.0"
"""The credit in the sources of plans, which the licence of GeoNames demands."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A copy of the project after `ucap build`, and the JSON report."""
    project = tmp_path_factory.mktemp("published")
    for name in ("plans", "templates"):
        shutil.copytree(ROOT / name, project / name)
    return project, ucap(project, "build", "--json").report


@pytest.mark.long
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


@pytest.mark.long
def test_every_pdf_is_accessible_and_archivable(
    published: tuple[Path, dict[str, Any]], assert_conformant: AssertConformant
) -> None:
    project, _ = published
    for path in sorted((project / "out").glob("*.pdf")):
        assert_conformant(path.read_bytes())


def test_no_first_page_is_half_empty(published: tuple[Path, dict[str, Any]]) -> None:
    project, _ = published
    for path in sorted((project / "out").glob("*.pdf")):
        assert largest_gap(path) < 0.5, path.name


def largest_gap(path: Path) -> float:
    """Return the height of the largest white band across the first page of a PDF, as a share of the page's height."""
    with pypdfium2.PdfDocument(path) as document:
        page = document[0].render(scale=0.5, grayscale=True).to_pil().convert("L")
    width: int = page.width
    height: int = page.height
    pixels = page.tobytes()
    largest, gap = 0, 0
    for start in range(0, width * height, width):
        is_white = min(pixels[start : start + width]) == 255
        gap = gap + 1 if is_white else 0
        largest = max(largest, gap)
    return largest / height


def published_plans() -> list[Plan]:
    """All plans of the project, as written."""
    plans = []
    for path in sorted((ROOT / "plans").glob("*.yaml")):
        plans.append(parse_plan(Source(path.name, path.read_text(encoding="utf-8"))))
    return plans


def test_every_city_has_a_region_and_nearly_every_city_a_population() -> None:
    cities = [city for plan in published_plans() for city in plan.cities]
    unknown = {", ".join(city.name) for city in cities if city.population is None}

    assert all(city.region for city in cities)
    assert unknown == {"West Athens", "Miraflores", "Rome", "Agioi Anargyroi-Kamatero (AKK), Málaga, Rome, Nice"}


def test_most_plans_say_what_the_cities_do() -> None:
    plans = published_plans()

    assert sum(bool(plan.themes) for plan in plans) >= 40
    assert sum(bool(plan.objectives or plan.activities) for plan in plans) >= 35
    assert sum(plan.updated is not None for plan in plans) >= 15


def test_plans_list_their_sources_and_credit_geonames() -> None:
    imported = [plan for plan in published_plans() if "Tianjin" not in plan.cities[0].name]

    assert len(imported) == 46
    for plan in imported:
        assert len(plan.sources) >= 2
        assert plan.sources[-1].startswith(CREDIT)
    assert "[GeoNames](https://www.geonames.org/)" in (ROOT / "README.md").read_text(encoding="utf-8")
