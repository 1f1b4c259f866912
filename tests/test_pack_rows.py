"""Rows in packs that extend others: what they inherit, and the places of their errors."""

from pathlib import Path

import pytest

from tests.test_pack_opening import codes, opened, write_pack
from ucap_reports import Pack, ProblemsFound, open_pack
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack_settings_and_number_format import RowRule


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """An empty folder of packs."""
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def rows(pack: Pack) -> list[tuple[str, str, str | None]]:
    return [(rule.field, rule.label, rule.short_label) for rule in pack.settings.rows]


def test_a_row_that_names_its_field_alone_inherits_the_rest(templates: Path) -> None:
    write_pack(
        templates,
        "short",
        """\
        extends: plain
        fields: {budget: {type: line, label: Cost}}
        rows:
          - results
          - cities
          - {field: themes, when_unknown: omit}
          - country: {label: Land}
          - {field: budget, label: Budget}
        """,
    )
    plain = {rule.field: rule for rule in open_pack("plain").settings.rows}
    assert opened(templates, "short").settings.rows == (
        plain["results"],
        plain["cities"],
        plain["themes"].model_copy(update={"when_unknown": "omit"}),
        plain["country"].model_copy(update={"label": "Land"}),
        RowRule(field="budget", label="Budget"),
    )


def test_rows_as_a_mapping_change_rows_and_keep_the_others_in_their_place(templates: Path) -> None:
    settings = """\
        extends: plain
        fields: {budget: {type: line, label: Cost}}
        rows:
          country: hide
          mayor: hide
          period: {label: Duration}
          budget: {label: Budget}
        """
    write_pack(templates, "changed", settings)
    expected = [row for row in rows(open_pack("plain")) if row[0] != "country"]
    expected = [(field, "Duration" if field == "period" else label, short) for field, label, short in expected]
    assert rows(opened(templates, "changed")) == [*expected, ("budget", "Budget", None)]


def test_rows_are_inherited_through_several_packs(templates: Path) -> None:
    write_pack(templates, "one", "extends: plain\nrows: {country: {when_unknown: omit}, period: hide}\n")
    write_pack(templates, "two", "extends: one\nrows: [cities, country: {label: Land}]\n")
    assert rows(opened(templates, "two")) == [("cities", "City", None), ("country", "Land", None)]
    assert opened(templates, "two").settings.rows[1].when_unknown == "omit"


def test_a_row_prints_the_sources_of_a_plan_with_their_links(templates: Path) -> None:
    write_pack(templates, "cited", "extends: plain\nrows:\n  sources: {label: Sources}\n")
    text = "cities: [{name: Rome}]\nsources: [Census of 2021, 'Eurostat, https://ec.europa.eu/eurostat']\n"
    plan = parse_plan(Source("plans/rome.yaml", text))
    (row,) = compose_summary(plan, opened(templates, "cited")).rows
    links = [run.link for run in row.cells[0].runs() if run.link]
    assert (row.label.text, row.cells[0].text) == ("Sources", "\n".join(plan.sources))
    assert links == ["https://ec.europa.eu/eurostat"]
    assert compose_summary(plan, open_pack("plain")).rows == ()


def test_a_new_label_does_not_inherit_the_short_label_of_another(templates: Path) -> None:
    write_pack(templates, "one", "extends: iuc-asia\nrows: {country: {label: Staat}, area_km2: {when_unknown: omit}}\n")
    found = {field: short for field, _, short in rows(opened(templates, "one"))}
    assert (found["country"], found["area_km2"]) == (None, "Size (km²)")


@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        ("label: Area", False),
        ("short_label: Area", False),
        ("label: Area, short_label: Area", False),
        ("short_label: Province", True),
        ("when_unknown: omit", True),
    ],
)
def test_new_label_does_not_inherit_translated_short_labels(templates: Path, change: str, *, is_kept: bool) -> None:
    write_pack(templates, "one", f"extends: iuc-asia\nrows: {{region: {{{change}}}}}\n")
    wording = opened(templates, "one").settings.wording
    shipped = open_pack("iuc-asia").settings.wording["zh"].short_labels
    assert shipped["region"] == "省份"
    assert wording["zh"].short_labels == (shipped if is_kept else {})


def test_translated_short_label_of_the_same_pack_is_kept(templates: Path) -> None:
    settings = "rows: {region: {label: Area}}\nwording: {zh: {short_labels: {region: 地区}}}\n"
    write_pack(templates, "one", f"extends: iuc-asia\n{settings}")
    write_pack(templates, "two", "extends: one\nrows: {country: {label: Land}}\n")
    assert opened(templates, "two").settings.wording["zh"].short_labels == {"region": "地区"}
    write_pack(templates, "three", "extends: two\nrows: {region: {short_label: State}}\n")
    assert opened(templates, "three").settings.wording["zh"].short_labels == {}


def test_errors_in_a_mapping_of_rows_are_at_their_places(templates: Path) -> None:
    write_pack(
        templates,
        "mapping",
        """\
        extends: iuc-asia
        rows:
          region: omit
          countrey: hide
          mayor: {when_unknown: omit}
          period: {label: "`code`"}
          themes: {when_unknwn: omit}
          place: {short_label: x}
        """,
    )
    assert codes(templates, "mapping") == [
        ("row-change-invalid", 3, "rows.region"),
        ("row-field-unknown", 4, "rows.countrey"),
        ("row-label-missing", 5, "rows.mayor"),
        ("field-unknown", 7, "rows.themes.when_unknwn"),
        ("row-label-missing", 8, "rows.place"),
    ]


def test_an_empty_label_is_an_error(templates: Path) -> None:
    write_pack(
        templates,
        "empty",
        """\
        extends: iuc-asia
        rows:
          country: {label: ""}
          region: {label: " ", short_label: ""}
        labels:
          de: {country: "", region: "Region:"}
        wording:
          de: {short_labels: {country: ""}}
        """,
    )
    assert codes(templates, "empty") == [
        ("row-label-missing", 3, "rows.country.label"),
        ("row-label-missing", 4, "rows.region.label"),
        ("row-label-missing", 4, "rows.region.short_label"),
        ("row-label-missing", 6, "labels.de.country"),
        ("row-label-missing", 8, "wording.de.short_labels.country"),
    ]


def test_errors_in_the_entries_of_a_list_are_at_their_places(templates: Path) -> None:
    write_pack(
        templates,
        "list",
        """\
        extends: iuc-asia
        rows:
          - cities
          - populaton
          - {field: mayor}
          - country: {when_unknown: no}
          - 3
          - region: omit
          - {label: x}
        """,
    )
    assert codes(templates, "list") == [
        ("row-field-unknown", 4, "rows[1]"),
        ("field-missing", 5, "rows[2].label"),
        ("value-invalid", 6, "rows[3].country.when_unknown"),
        ("type-invalid", 7, "rows[4]"),
        ("row-change-invalid", 8, "rows[5].region"),
        ("field-missing", 9, "rows[6].field"),
    ]


def test_the_hidden_head_row_is_an_error(templates: Path) -> None:
    write_pack(templates, "headless", "extends: iuc-asia\nrows: {cities: hide}\n")
    assert codes(templates, "headless") == [("row-missing", 2, "rows")]


def test_an_inherited_label_is_found_in_its_own_file(templates: Path) -> None:
    write_pack(templates, "low", 'extends: iuc-asia\nrows:\n  period: {label: "`code`"}\n')
    write_pack(templates, "high", "extends: low\nrows: [cities, period]\n")
    with pytest.raises(ProblemsFound) as found:
        opened(templates, "high")
    [problem] = found.value.problems
    assert (problem.location.path, problem.location.line) == ("templates/low/pack.yaml", 3)
