"""The descriptions of fields: complete, and the only lists of the names of fields."""

import ast
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.modules import PACKAGE, nodes, trees
from ucap_reports.plan.field_descriptions import Required, descriptions_of
from ucap_reports.plan.plan_model import BUILT_IN, Activity, City, Focus, PlanContact, PlanFile, PlanPicture
from ucap_reports.source.yaml_tree import loc_of

pytestmark = pytest.mark.no_cover

MODELS = (PlanFile, City, Focus, Activity, PlanContact, PlanPicture)
WITH_NAMES = {
    "plan/plan_model.py": "the descriptions",
    "plan/field_descriptions.py": "the types of fields, and the names of the two that the format cannot be without",
    "batch/plan_pictures.py": "reads the pictures of a plan before it is validated, without its model",
    "batch/options_settings_and_source_date.py": "reads languages and pack before validation, without the model",
    "batch/rebuild_reasons.py": "reads what a build depends on before plans are validated, without their model",
    "batch/write_and_check_plans.py": "reads the languages of a plan before it is validated, without its model",
    "cli/list_command.py": "the columns of `ucap list`, some of which have the names of fields",
    "editor/plan_editing.py": "lists plans, and proposes their themes, by the facts that conditions name",
    "summary/compose_book.py": "what the chapters of a book are, two of which have the names of fields",
    "summary/schema_org.py": "the facts of cities in linked data, two of which have the names of fields",
    "page/figure_elements.py": "the numbers of cities in summaries, with the attributes that have their texts",
    "importers/imported_cells.py": "makes the entries of one field from rich text",
}
"""The modules that may contain names of fields, with the reason."""
ORDINARY = {
    *("address", "alt", "caption", "contact", "details", "email", "extra", "file", "focus", "id", "label_languages"),
    *(
        "language",
        "languages",
        "name",
        "office",
        "phone",
        "picture",
        "pictures",
        "place",
        "results",
        "signed",
        "status",
    ),
    *("template", "text", "theme", "themes", "title", "topics", "updated", "website", "when", "cities", "credit"),
    *("period", "sources"),
}
"""Names of fields that are also ordinary words, or names of settings and of attributes of summaries."""
NAMES = {field.name for field in BUILT_IN.all}


OTHER_LISTS = {
    "cli/build_check_and_book_commands.py": "names of options",
    "importers/pasted_text.py": "elements of HTML",
    "importers/word_paragraphs.py": "attributes of drawings in Word",
    "pictures/svg_safety.py": "elements of SVG",
    "summary/languages_of_texts.py": "attributes of summaries",
    "template/pack_settings_and_number_format.py": "settings of packs",
    "template/pack_settings_checks.py": "their errors",
    "word/compile/active_content.py": "attributes of drawings in Word",
    "check/word_template_check.py": "names of pictures in templates",
    "word/writer/template_export.py": "attributes of pictures in summaries",
}
"""The modules with lists of names that fields happen to have, too."""


def strings(path: str) -> Iterator[str]:
    """Yield the strings of a module that are not its documentation or parts of messages."""
    prose = {id(statement.value) for statement in nodes(path, ast.Expr)}
    for message in nodes(path, ast.JoinedStr):
        prose.update(id(value) for value in message.values)
    for constant in nodes(path, ast.Constant):
        if isinstance(constant.value, str) and id(constant) not in prose:
            yield constant.value


def listed_names(path: str) -> Iterator[set[str]]:
    """Yield the names of fields in each literal list and alternative of a match."""
    lists = [literal.elts for literal in nodes(path, ast.Tuple)]
    lists += [literal.elts for literal in nodes(path, ast.List)]
    lists += [literal.elts for literal in nodes(path, ast.Set)]
    for alternatives in nodes(path, ast.MatchOr):
        lists.append([pattern.value for pattern in alternatives.patterns if isinstance(pattern, ast.MatchValue)])
    for items in lists:
        yield {item.value for item in items if isinstance(item, ast.Constant) and item.value in NAMES}


def keys(value: Any) -> Iterator[str]:
    """All keys in the content of a data file."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from keys(each)


def test_every_attribute_of_a_plan_has_a_description_and_only_these() -> None:
    for model in MODELS:
        assert descriptions_of(model).keys() == model.model_fields.keys()
        for name, field in descriptions_of(model).items():
            assert field.hint
            assert field.examples
            assert (field.required is Required.ERROR) == model.model_fields[name].is_required()


def test_fields_are_found_by_their_place_their_path_and_their_key() -> None:
    assert BUILT_IN.at(loc_of("cities[3].population")) is BUILT_IN.of_path("cities.population")
    assert BUILT_IN.at(loc_of("activities[0].details[2]")) is BUILT_IN.of_path("activities.details")
    assert BUILT_IN.of_key("population") is BUILT_IN.of_path("cities.population")
    assert BUILT_IN.of_key("contact.email") is BUILT_IN.of_path("contact.email")
    assert BUILT_IN.at(("cities", 0, "nothing")) is None
    assert [field.key for field in BUILT_IN.printed_by("topics")] == ["sdgs", "urban_agenda"]
    assert BUILT_IN.printed_by("contact") == ()


def test_keys_of_fields_are_unique() -> None:
    found = [field.key for field in BUILT_IN.all]
    assert len(found) == len(set(found))


def test_no_other_module_names_fields() -> None:
    for name in trees():
        if name not in WITH_NAMES:
            steps = {step for text in strings(name) for step in text.split(".")}
            assert not (NAMES - ORDINARY) & steps, name


def test_no_other_module_contains_a_list_of_fields() -> None:
    for name in trees():
        if name in WITH_NAMES or name in OTHER_LISTS:
            continue
        for names in listed_names(name):
            assert len(names) <= 1, (name, names)


def test_no_data_file_has_the_names_of_fields_as_keys() -> None:
    for path in PACKAGE.rglob("*"):
        if path.suffix in {".toml", ".json"}:
            text = path.read_text(encoding="utf-8")
            content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
            assert not (NAMES - ORDINARY) & set(keys(content)), path.name


def test_the_modules_that_may_name_fields_exist_and_do() -> None:
    for name in WITH_NAMES:
        assert NAMES & set(strings(name)), name
