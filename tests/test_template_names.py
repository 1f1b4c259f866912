"""The names that a template may use, each with a description and an example."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from docs import make_names
from tests.samples import seed_summary
from ucap_reports.cli.template_command import described_names, template_names
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.summary.summary_model import (
    CityFacts,
    Contact,
    GoalFacts,
    LabelText,
    Logo,
    Metadata,
    Row,
    Summary,
    Version,
)
from ucap_reports.template.jinja.sandbox import public_names
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact

OWNERS: Mapping[str, type] = {
    "summary": Summary,
    "row": Row,
    "city": CityFacts,
    "goal": GoalFacts,
    "picture": PictureFacts,
    "label": LabelText,
    "summary.contact": Contact,
    "summary.logo": Logo,
    "summary.metadata": Metadata,
    "version": Version,
    "fact": CustomFact,
}
"""The types of the values that have names."""


def test_the_list_has_every_name_of_a_summary_and_no_other() -> None:
    known = {f"{owner}.{name}" for owner, kind in OWNERS.items() for name in public_names(kind)}
    assert set(described_names()) == known


def test_each_name_has_an_example_of_one_line() -> None:
    names = {name.name: name.example for name in template_names(seed_summary())}
    assert names["summary.title"] == "IUC Urban Cooperation Action Plan (U-CAP) Summary"
    assert names["summary.columns"] == "Tianjin | Rome"
    assert names["summary.rows"] == "12 items"
    assert names["row.label"] == "Province, State, Department...:"
    assert names["row.shared"] == "false"
    assert names["summary.contact.lead"].endswith("…")
    assert all("\n" not in example for example in names.values())


def test_a_summary_without_rows_has_names_without_examples() -> None:
    bare = replace(seed_summary(), rows=(), programme_label=(), contact=Contact())
    assert {name.name for name in template_names(bare) if not name.example} >= {"row.key", "label.text"}


def test_the_reference_of_names_is_generated() -> None:
    assert Path(make_names.PAGE).read_text(encoding="utf-8") == make_names.page(), "run docs/make_names.py"
