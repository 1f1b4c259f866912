"""The schema of `ucap.yaml` for editors: it accepts all valid files, and rejects as many invalid ones as possible."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ucap_reports.batch.pack_store import pack_folders
from ucap_reports.batch.settings_fields_and_schema import SettingsFile, read_settings, settings_schema
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

DOCS = Path(__file__).parent.parent / "docs"
EXAMPLES = [
    example
    for path in sorted(DOCS.rglob("*.md"))
    for example in re.findall(r"```yaml\n# ucap\.yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
]
SCHEMA = Draft202012Validator(settings_schema())
CUSTOM = "fields: {budget: {type: money, label: Budget"
VALID = [
    "language: N/A\ncontact:\nrows:\nformats:\nlanguages: '-'\ntemplate:\npdf_standard:\nindex:\nfields: N/A\n",
    "formats: pdf\nlanguages: zh\nlabel_languages: [en, zh]\npdf_standard: UA-2+A-4F\n",
    "rows: {visits: hide, themes: {label: Topics, when_unknown: show}}",
    "label_languages: {Japan: [en, ja], China: zh, other: en}",
    "rows: [cities, visits: hide, {field: themes, label: Topics, short_label: T}]",
    "contact: {office: 1984, email: a@example.org, address: 'A\n  B'}\nindex: {title: 2026, drafts: true}",
    f"{CUSTOM}, required: no, import: Kosten, minimum: 0}}}}",
    f"{CUSTOM}, required: error, import: [Kosten, Betrag]}}}}",
    "fields: {x: {type: choice, label: {en: X, de: Y}, choices: {a: A, b: {en: B, de: C}}}}",
]
INVALID = [
    "[a]",
    "langage: de",
    "language: [de]",
    "contact: Office",
    "contact: {fax: 1}",
    "index: {drafts: maybe}",
    "index: [a]",
    "rows: hide",
    "rows: false",
    "rows: 0",
    "rows: {visits: show}",
    "rows: {visits: {when_unknown: never}}",
    "fields: [budget]",
    "fields: {budget: {type: sum, label: Budget}}",
    "fields: {budget: {type: money}}",
    f"{CUSTOM}, colour: red}}}}",
    f"{CUSTOM}, required: maybe}}}}",
]


def errors(text: str) -> list[Any]:
    tree = parse(Source("ucap.yaml", text))
    return list(SCHEMA.iter_errors(tree.value))


@pytest.mark.parametrize("text", VALID)
def test_schema_accepts_valid_settings(text: str) -> None:
    read_settings(Source("ucap.yaml", text), pack_folders(None))
    assert errors(text) == []


@pytest.mark.parametrize("text", EXAMPLES)
def test_schema_accepts_the_valid_settings_in_the_documentation(text: str) -> None:
    with suppress(ProblemsFound):  # some show errors
        read_settings(Source("ucap.yaml", text), pack_folders(None))
        assert errors(text) == []


@pytest.mark.parametrize("text", INVALID)
def test_schema_rejects_invalid_settings(text: str) -> None:
    with pytest.raises(ProblemsFound):
        read_settings(Source("ucap.yaml", text), pack_folders(None))
    assert errors(text)


def test_schema_describes_every_setting() -> None:
    properties = settings_schema()["properties"]
    assert properties.keys() == SettingsFile.model_fields.keys()
    assert all(setting["description"] for setting in properties.values())
