"""Rows of a table that add the others up: warnings, and no plans."""

import pytest
from msgspec.structs import replace

from tests.imports import imported, read
from tests.stages import shipped_pack
from ucap_reports.importers.column_map_file import NO_MAP
from ucap_reports.importers.import_file import import_content
from ucap_reports.importers.label_recognition import Labels


@pytest.mark.parametrize(
    "row",
    [
        "Total;;;",
        "TOTAL:;;16400000;",
        "Sum;Sum;16400000;",
        "Durchschnitt;;;",
        "Promedio;;;",
        "合计;;;",
        pytest.param("المجموع;;;", id="the Arabic `total` of two shipped packs"),
        ";Total;16400000;",
    ],
)
def test_a_total_is_a_warning_and_not_a_plan(row: str) -> None:
    found = imported(f"City 1;City 2;Population 1;Period\nTianjin;Rome;13.6 Mio;2017\n{row}\n", "x.csv")
    assert [plan.id for plan in found.plans] == ["tianjin-rome"]
    assert [(problem.code, problem.location.line) for problem in found.problems] == [("import-row", 3)]
    assert row.partition(";")[0] in found.problems[0].details["text"]


def test_a_total_is_not_a_city_of_a_plan_over_several_rows() -> None:
    (plan,) = imported("Plan;City;Population\nab;Tianjin;13.6 Mio\n;Rome;2.8 Mio\n;Total;16.4 Mio\n", "x.csv").plans
    assert [city.name for city in read(plan).cities] == [("Tianjin",), ("Rome",)]


def test_a_city_named_total_is_a_city_beside_another() -> None:
    found = imported("City 1;City 2;Period\nTotal;Rome;2017\n", "x.csv")
    assert [plan.id for plan in found.plans] == ["total-rome"]


def test_a_total_may_be_numbered_like_other_rows() -> None:
    found = imported("No.;City 1;City 2\n1;Tianjin;Rome\n2;Total;\n", "x.csv")
    assert [plan.id for plan in found.plans] == ["tianjin-rome"]
    assert "import-row" in [problem.code for problem in found.problems]


def test_a_row_with_the_total_of_a_pack_is_no_plan() -> None:
    pack = shipped_pack("plain")
    own = replace(pack, settings=pack.settings.model_copy(update={"total": "All cities"}))
    content = b"City 1;City 2\nTianjin;Rome\nAll cities;\n"
    found = import_content(content, "x.csv", Labels((own,)), NO_MAP)
    assert [plan.id for plan in found.plans] == ["tianjin-rome"]
    assert "import-row" in [problem.code for problem in found.problems]
