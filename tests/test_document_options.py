"""Which of an option, the plan and `ucap.yaml` decides, before the plan is validated."""

from typing import Any

import pytest

from ucap_reports.batch.document_names_and_thumbnails import variant
from ucap_reports.batch.options_settings_and_source_date import (
    BuildOptions,
    ProjectSettings,
    early_values,
    version_languages,
)
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

PROJECT = ProjectSettings(template="iuc-japan", language="ja", languages=("ko", "zh"))
PLAN = {"template": "plain", "language": "fr", "languages": ["it"]}


@pytest.mark.parametrize(
    ("template", "language", "plan", "expected"),
    [
        ("modern", "de", PLAN, ("modern", "de")),
        (None, None, PLAN, ("plain", "fr")),
        (None, None, {}, ("iuc-japan", "ja")),
        (None, None, None, ("iuc-japan", "ja")),
        (None, None, {"template": "N/A", "language": " "}, ("iuc-japan", "ja")),
        (None, "de", {"template": " plain "}, ("plain", "de")),
        ("modern", None, {"language": "fr"}, ("modern", "fr")),
        (None, None, {"template": 2020, "language": True}, ("2020", "ja")),
        (None, None, parse(Source("plan.yaml", "template: 007")).value, ("007", "ja")),
    ],
)
def test_options_come_before_the_plan_and_the_plan_before_the_project(
    template: str | None, language: str | None, plan: Any, expected: tuple[str, str]
) -> None:
    options = PROJECT.options(template=template, language=language)
    assert (options.pack_of(plan), options.language_of(plan)) == expected


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (PLAN, ("it",)),
        ({"languages": "N/A"}, ("ko", "zh")),
        ({"language": "zh"}, ("ko",)),
        (None, ("ko", "zh")),
    ],
)
def test_versions_are_in_the_languages_of_the_plan_or_else_of_the_project(plan: Any, expected: tuple[str, ...]) -> None:
    assert version_languages(plan, PROJECT.languages, PROJECT.language) == expected


@pytest.mark.parametrize("text", ["", "cities: [", "- a\n", "language: [zh]\ntemplate: {}\n", "language: ''\n", "\xff"])
def test_a_plan_with_errors_has_the_default_pack_and_language(text: str) -> None:
    plan = early_values(Source("plans/x.yaml", text), "language", "template")

    assert variant("x", plan, BuildOptions(template="iuc-asia", language="en"))[0] == "x"
    assert variant("x", plan, BuildOptions(template="plain", language="zh"))[0] == "x.plain.zh"
