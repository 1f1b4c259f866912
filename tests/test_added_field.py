"""A built-in field needs one description and its label: everything else follows from these."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the product with the field `elevation` of cities says about it."""
    folder, cache = tmp_path_factory.mktemp("added"), tmp_path_factory.mktemp("cache")
    words = [sys.executable, "-m", "tests.added_field", str(folder)]
    environment = {**os.environ, "UCAP_CACHE_DIR": str(cache)}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=True, encoding="utf-8")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.no_cover
def test_schema_describes_an_added_field(said: dict[str, Any]) -> None:
    city = json.loads(said["schema"])["$defs"]["City"]["properties"]
    assert city["elevation"] == {
        "description": "The height above the sea.",
        "examples": ["12 m"],
        "type": ["string", "number", "null"],
    }


def test_new_plans_have_an_added_field_with_its_comment(said: dict[str, Any]) -> None:
    assert "    # The height above the sea.\n    elevation:\n" in said["new"]


def test_another_name_of_an_added_field_is_an_error_with_its_name(said: dict[str, Any]) -> None:
    assert said["hint"][0] == 'did you mean "elevation"?'


def test_fmt_puts_an_added_field_in_its_place(said: dict[str, Any]) -> None:
    assert "    country: China\n    elevation: 5 m\n    picture:\n" in said["fmt"]


def test_imports_know_the_names_of_an_added_field(said: dict[str, Any]) -> None:
    assert "    elevation: 23 m\n" in said["import"]


def test_check_reports_that_an_added_field_is_missing(said: dict[str, Any]) -> None:
    assert "missing facts for Rome: region, population, area_km2, elevation" in said["check"]


def test_conditions_and_completeness_know_an_added_field(said: dict[str, Any]) -> None:
    assert (said["where"], said["where not"], said["completeness"]) == (["a"], [], 15)


def test_template_show_lists_the_row_of_an_added_field(said: dict[str, Any]) -> None:
    assert "  elevation   Elevation: (when unknown: omit)\n" in said["show"]


def test_translations_have_an_added_field(said: dict[str, Any]) -> None:
    assert 'msgctxt "cities[0].elevation"\nmsgid "5 m"\n' in said["translate"]


def test_documents_print_an_added_field(said: dict[str, Any]) -> None:
    row = re.search(r"<tr>(?:(?!</tr>).)*>Elevation:</th>(.*?)</tr>", said["web page"])
    assert row is not None
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1])
    assert [re.sub(r"<[^>]+>", "", cell) for cell in cells] == ["5 m", "N/A"]
    assert "    elevation: 5 m\n" in said["embedded"]


def test_review_applies_and_diff_shows_changes_of_an_added_field(said: dict[str, Any]) -> None:
    (change,) = said["review"]
    assert (change["field"], change["old"], change["new"]) == ("cities[0].elevation", "5 m", "6 m")
    assert change["applied"]
    (plan,) = said["diff"]
    assert [each["field"] for each in plan["changes"]] == ["cities[0].elevation"]


def test_workbooks_and_the_form_of_the_editor_have_an_added_field(said: dict[str, Any]) -> None:
    assert said["workbook"] == [["elevation", "Elevation", "6 m", None]]
    (field,) = said["form"]
    assert (field["scope"], field["type"], field["label"]) == ("city", "line", "Elevation")


def test_reference_describes_an_added_field(said: dict[str, Any]) -> None:
    assert "| `cities[].elevation` | text | The height above the sea. |\n" in said["reference"]
