"""The fields of `ucap.yaml`, their checks, with all errors at once, and their JSON Schema."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Annotated, Any, get_args

from msgspec import Struct
from msgspec import field as struct_field

from ucap_reports.batch.options_settings_and_source_date import DEFAULT_PACK, PackChanges, ProjectSettings, pack_name
from ucap_reports.plan import field_values
from ucap_reports.plan.custom_field_declarations import (
    DECLARATIONS,
    Declarations,
    declaration_problems,
    in_language,
    readable_declarations,
    valid_declarations,
)
from ucap_reports.plan.json_schema import DIALECT, ShortSchema, json_content
from ucap_reports.plan.json_schema_of_values import OR_UNKNOWN, described_as, list_schema, with_schema
from ucap_reports.plan.plan_model import BUILT_IN, PlanContact
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.source.model_validation import Strict, validate, validate_file, validate_partly
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.document_formats_and_pdf_standards import (
    DEFAULT_FORMATS,
    DEFAULT_STANDARD,
    Format,
    PdfStandard,
    parse_formats,
    parse_standard,
)
from ucap_reports.template.pack_inheritance import LayeredTree
from ucap_reports.template.pack_opening import PackFolder, pack_names, read_settings_of_layers
from ucap_reports.template.pack_settings_and_number_format import RowRule, WhenUnknown
from ucap_reports.template.pack_settings_checks import nearest_or_all
from ucap_reports.template.programme_label import Funding, ProjectLabelLanguages
from ucap_reports.template.row_order_labels_and_hiding import HIDE, merge_rows, row_entries, unused_rows
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE

_FORMAT = {"type": "string", "examples": list(Format)}
_ROW = {
    "type": "object",
    "properties": {
        "field": {"type": "string", "description": "The field of the row."},
        "label": {"type": ["string", "number"], "description": "The label of the row."},
        "short_label": {"type": ["string", "number", "null"], "description": "The heading in tables with columns."},
        "when_unknown": {
            "enum": [*get_args(WhenUnknown), None],
            "description": "What an unknown field prints.",
        },
        "keep_unit": {"type": "boolean", "description": "Whether an area keeps a unit that the label has."},
    },
}
_ROW_CHANGES = {
    "anyOf": [
        {"type": "object", "additionalProperties": {"anyOf": [{"const": HIDE}, _ROW]}},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}},
        {"type": "null"},
    ]
}
_Formats = Annotated[tuple[Format, ...], field_values.parsed(parse_formats, ())]


class IndexSettings(Strict):
    """The settings of the index page: its title, and whether it lists drafts."""

    title: Annotated[field_values.OptionalLine, described_as("The title of the index page.")] = None
    drafts: Annotated[bool, described_as("Whether the index lists drafts and plans outside plans/.")] = False


class SettingsFile(Strict):
    """The settings of a project."""

    template: Annotated[field_values.Template, described_as("The template pack for plans that name none.")] = None
    contact: Annotated[
        PlanContact | None,
        field_values.unknown_as(None),
        OR_UNKNOWN,
        described_as("The contact for plans that have none."),
    ] = None
    label_languages: Annotated[ProjectLabelLanguages, described_as("The languages of the programme label.")] = None
    funding: Annotated[
        Funding | None,
        described_as("The statement below the programme label: funded or co-funded by the European Union."),
    ] = None
    formats: Annotated[
        tuple[_Formats, ...],
        field_values.listed(field_values.MAX_ITEMS),
        list_schema(_FORMAT),
        described_as("The formats that are built: pdf, docx, html."),
    ] = ()
    language: Annotated[
        field_values.Language | None,
        field_values.unknown_as(None),
        with_schema({"type": ["string", "null"], "examples": ["en", "de", "zh"]}),
        described_as("The language of plans that set none, as a tag; by default en."),
    ] = None
    languages: Annotated[field_values.Languages, described_as("Other languages in which plans are published.")] = None
    pdf_standard: Annotated[
        PdfStandard,
        field_values.parsed(parse_standard, DEFAULT_STANDARD),
        with_schema({"type": ["string", "null"], "examples": list(PdfStandard)}),
        described_as("The standards of PDF files: ua-1+a-2a, or ua-2+a-4f."),
    ] = DEFAULT_STANDARD
    rows: Annotated[Any, with_schema(_ROW_CHANGES), described_as("Changes to the rows of all packs.")] = None
    fields: Annotated[
        Declarations,
        field_values.unknown_as({}),
        OR_UNKNOWN,
        described_as("Custom fields of plans."),
    ]
    index: Annotated[
        IndexSettings,
        field_values.unknown_as(IndexSettings()),
        OR_UNKNOWN,
        described_as("The settings of the index page."),
    ] = IndexSettings()


class _Rows(Strict):
    rows: tuple[RowRule, ...]


def read_settings(source: Source, folders: Sequence[PackFolder]) -> ProjectSettings:
    """Return the settings in a `ucap.yaml`, given the folders of packs. Raises ProblemsFound with all errors of the
    file.
    """
    tree = parse_tolerantly(source)
    value = tree.value if isinstance(tree.value, dict) else {}
    needs_names = bool(value.get(DECLARATIONS) or value.get("rows"))
    others = _of_packs(folders) if needs_names else _PackNames()
    errors = [*_unknown_pack(value, tree, folders), *_row_errors(value, tree), *_field_errors(value, tree, others)]
    file = validate_file(SettingsFile, tree, errors)
    declared = value[DECLARATIONS] if file.fields else {}
    warnings = [*_contact_warnings(file, tree), *_row_warnings(value, tree, others)]
    return _settings(file, declared, source, warnings)


def read_valid_settings(source: Source, folders: Sequence[PackFolder]) -> ProjectSettings:
    """Return the settings in a `ucap.yaml` with errors that are valid in spite of them. Raises ProblemsFound if the
    file has no settings.
    """
    tree = parse_tolerantly(source)
    value = dict(_mapping(tree.value))
    others = _of_packs(folders)
    if any(_unknown_pack(value, tree, folders)):
        del value["template"]
    if _row_errors(value, tree):
        del value["rows"]
    value[DECLARATIONS] = valid_declarations(value.get(DECLARATIONS), tree, BUILT_IN, others.fields)
    file = validate_partly(SettingsFile, tree.with_value(value))
    return _settings(file or SettingsFile(fields={}), value[DECLARATIONS], source, ())


def _settings(
    file: SettingsFile, declared: Mapping[str, Any], source: Source, warnings: Sequence[Problem]
) -> ProjectSettings:
    """Return the settings of a file, given the declarations of custom fields as they are written."""
    changes: dict[str, Any] = {"label_languages": file.label_languages, "funding": file.funding, "rows": file.rows}
    if declared:
        changes[DECLARATIONS] = in_language(declared, file.language) if file.language else declared
    if file.contact and file.contact.named:  # complete: a contact is replaced, not mixed with that of the pack
        changes["contact"] = {name: getattr(file.contact, name) or "" for name in PlanContact.model_fields}
    written_changes = {name: value for name, value in changes.items() if value}
    pack_changes = None
    if written_changes:
        plain_changes = json.loads(json.dumps(written_changes))  # without tuples and models
        pack_changes = PackChanges(plain_changes, source)
    formats = set(chain(*file.formats)) or DEFAULT_FORMATS
    return ProjectSettings(
        template=file.template or DEFAULT_PACK,
        formats=tuple(format_ for format_ in Format if format_ in formats),
        language=file.language or DEFAULT_LANGUAGE,
        languages=file.languages or (),
        pdf_standard=file.pdf_standard,
        index_title=file.index.title,
        index_drafts=file.index.drafts,
        pack=pack_changes,
        problems=tuple(warnings),
    )


def _unknown_pack(value: Mapping[str, Any], tree: Tree, folders: Sequence[PackFolder]) -> Iterator[Problem]:
    """Yield an error about a default pack that does not exist."""
    name = pack_name(value, "")
    names = pack_names(folders)
    if name and name not in names:
        yield problem("pack-unknown", tree.location(("template",)), hint=nearest_or_all(name, names), name=name)


def _row_errors(value: Mapping[str, Any], tree: Tree) -> Sequence[Problem]:
    """Return the errors in the changes of rows, whether or not a pack has the rows."""
    rows = value.get("rows")
    if rows is None:
        return []
    problems: list[Problem] = []  # unknown rows are warnings
    if isinstance(rows, list | dict):
        known = [{"field": entry.field, "label": ""} for entry in row_entries(rows) if entry.field]
        rows = merge_rows(rows, known, tree, problems)
    try:
        validate(_Rows, LayeredTree({"rows": rows}, (tree,)))
    except ProblemsFound as error:
        return (*problems, *error.problems)
    return problems


class _PackNames(Struct):
    """The names in all packs: the fields that have rows, and the custom fields."""

    rows: set[str] = struct_field(default_factory=set)
    fields: set[str] = struct_field(default_factory=set)


def _of_packs(folders: Sequence[PackFolder]) -> _PackNames:
    names = _PackNames()
    for name in pack_names(folders):
        with suppress(ProblemsFound):  # errors of a pack are reported about the plans that use it
            for settings in read_settings_of_layers(name, folders):
                value = _mapping(settings.value)
                names.rows |= {entry.field for entry in row_entries(value.get("rows"))}
                names.fields |= set(map(str, _mapping(value.get(DECLARATIONS))))
    return names


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _field_errors(value: Mapping[str, Any], tree: Tree, others: _PackNames) -> Iterator[Problem]:
    """Yield the errors in the declarations of custom fields beyond their types, which are reported with the other
    settings.
    """
    declared = _mapping(value.get(DECLARATIONS))
    yield from declaration_problems(
        readable_declarations(declared), tree, BUILT_IN, {*others.fields, *map(str, declared)}
    )


def _row_warnings(value: Mapping[str, Any], tree: Tree, others: _PackNames) -> Iterator[Problem]:
    known = others.rows | others.fields | set(map(str, _mapping(value.get(DECLARATIONS))))
    yield from unused_rows(value.get("rows"), known, tree)


def _contact_warnings(file: SettingsFile, tree: Tree) -> Iterator[Problem]:
    """Yield a warning about a contact that is not printed."""
    if file.contact is not None and not file.contact.named:
        yield problem("contact-ignored", tree.location(("contact",), key=True))


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of `ucap.yaml`, generated from its model."""
    schema = SettingsFile.model_json_schema(schema_generator=ShortSchema)
    return {"$schema": DIALECT, "title": "Settings of a project of ucap-reports", **schema}


def settings_schema_content() -> bytes:
    """Return the schema as a JSON file."""
    return json_content(settings_schema())
