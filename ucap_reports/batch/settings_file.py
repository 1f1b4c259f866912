"""Reading of `ucap.yaml`, with all its errors at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from msgspec import Struct

from ucap_reports.batch.build_options import DEFAULT_PACK
from ucap_reports.batch.project_settings import ProjectSettings
from ucap_reports.plan import field_types
from ucap_reports.plan.plan_model import PlanContact
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.validation import validate, validate_file
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, Tree
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import SETTINGS_FILE, TEMPLATES, Project
from ucap_reports.summary.document import DEFAULT_FORMATS, PdfStandard, parse_formats, parse_standard
from ucap_reports.template.borders import Strict
from ucap_reports.template.pack import RowRule
from ucap_reports.template.pack_opening import LayeredTree, PackFolder, pack_names, read_layers
from ucap_reports.template.pack_validation import nearest_or_all
from ucap_reports.template.row_merging import RowMerger, row_entries


class IndexSettings(Strict):
    """The settings of the index page: its title, and whether it lists drafts."""

    title: field_types.OptionalLine = None
    drafts: bool = False


class SettingsFile(Strict):
    """The content of `ucap.yaml`."""

    template: field_types.Template = None
    contact: Annotated[PlanContact | None, field_types.unknown_as(None)] = None
    label_languages: field_types.Languages = None
    formats: field_types.Lines = ()
    languages: field_types.Languages = None
    pdf_standard: field_types.OptionalLine = None
    rows: Any = None
    index: Annotated[IndexSettings, field_types.unknown_as(IndexSettings())] = IndexSettings()


class _Rows(Strict):
    rows: tuple[RowRule, ...]


class PackChanges(Struct, frozen=True):
    """The settings that replace those of packs, with their places in the file."""

    value: Mapping[str, Any]
    tree: Tree

    def location(self, loc: Loc, *, key: bool = False) -> Location:
        """The place of the value at `loc`, or of its key."""
        return self.tree.location(loc, key=key)


def read_settings(project: Project) -> ProjectSettings:
    """The settings in the `ucap.yaml` of a project. Raises ProblemsFound with all errors of the file."""
    try:
        tree = parse_tolerantly(read_source(project.settings, SETTINGS_FILE))
    except ProblemsFound as found:
        if [each.code for each in found.problems] == ["file-empty"]:  # such as one of comments alone
            return ProjectSettings()
        raise
    value = tree.value if isinstance(tree.value, dict) else {}
    folders = [PackFolder(folder, TEMPLATES) for folder in project.pack_folders]
    errors = (
        *_unknown_pack(value, tree, folders),
        *_unknown_formats(value, tree),
        *_unknown_standard(value, tree),
        *_row_errors(value, tree),
    )
    file = validate_file(SettingsFile, tree, errors)
    contact = file.contact if file.contact and file.contact.named else None
    changes: dict[str, Any] = {"label_languages": file.label_languages, "rows": file.rows}
    if contact:
        changes["contact"] = {name: getattr(contact, name) or "" for name in PlanContact.model_fields}
    changes = {name: each for name, each in changes.items() if each}
    return ProjectSettings(
        template=file.template or DEFAULT_PACK,
        formats=parse_formats(",".join(file.formats)) if file.formats else DEFAULT_FORMATS,
        languages=file.languages or (),
        pdf_standard=PdfStandard(file.pdf_standard.lower()) if file.pdf_standard else PdfStandard.UA_1,
        index_title=file.index.title,
        index_drafts=file.index.drafts,
        pack=PackChanges(changes, tree) if changes else None,
        problems=(*_contact_warnings(file, tree), *_row_warnings(value, tree, folders)),
    )


def _unknown_pack(value: Mapping[str, Any], tree: Tree, folders: Sequence[PackFolder]) -> Iterator[Problem]:
    """An error about a default pack that does not exist."""
    name, names = value.get("template"), pack_names(folders)
    if isinstance(name, str) and name not in names and not is_unknown(name):
        yield problem("pack-unknown", tree.location(("template",)), hint=nearest_or_all(name, names), name=name)


def _unknown_formats(value: Mapping[str, Any], tree: Tree) -> Iterator[Problem]:
    """An error about each format that does not exist."""
    formats = value.get("formats")
    names: Mapping[Loc, Any] = {("formats",): formats}
    if isinstance(formats, list):
        names = {("formats", place): name for place, name in enumerate(formats)}
    for loc, name in names.items():
        try:
            parse_formats(name if isinstance(name, str) and not is_unknown(name) else ())
        except ProblemsFound as found:
            yield from (each.at(tree.location(loc)) for each in found.problems)


def _unknown_standard(value: Mapping[str, Any], tree: Tree) -> Iterator[Problem]:
    """An error about a PDF standard that does not exist."""
    name = value.get("pdf_standard")
    if isinstance(name, str) and not is_unknown(name):
        try:
            parse_standard(name)
        except ProblemsFound as found:
            yield from (each.at(tree.location(("pdf_standard",))) for each in found.problems)


def _row_errors(value: Mapping[str, Any], tree: Tree) -> Sequence[Problem]:
    """The errors in the changes of rows, whether or not a pack has the rows."""
    rows = value.get("rows")
    changes = PackChanges({}, tree)
    layered = LayeredTree({}, (changes, changes))
    merger = RowMerger(layered.origin_location)
    if isinstance(rows, list | dict):
        merger.add({entry.field: {"label": ""} for entry in row_entries(rows) if entry.field}, 1)
        merger.add(rows, 0)
        rows = [row.value for row in merger.rows]
    try:
        validate(_Rows, LayeredTree({"rows": rows or []}, layered.layers, merger.rows))
    except ProblemsFound as found:
        return (*merger.problems, *found.problems)
    return merger.problems


def _row_warnings(value: Mapping[str, Any], tree: Tree, folders: Sequence[PackFolder]) -> Iterator[Problem]:
    """A warning about each row that no pack has."""
    entries = list(row_entries(value.get("rows")))
    known: set[str] = set()
    for name in pack_names(folders) if entries else ():
        with suppress(ProblemsFound):  # errors of a pack are reported about the plans that use it
            layers = [layer.value for layer in read_layers(name, folders).trees if isinstance(layer.value, dict)]
            known |= {each.field for layer in layers for each in row_entries(layer.get("rows"))}
    for entry in entries:
        if entry.field not in known:
            yield problem(
                "row-unused",
                tree.location(entry.loc, key=entry.named),
                hint=nearest_or_all(entry.field, known),
                name=entry.field,
            )


def _contact_warnings(file: SettingsFile, tree: Tree) -> Iterator[Problem]:
    """A warning about a contact that is not printed."""
    if file.contact is not None and not file.contact.named:
        yield problem("contact-ignored", tree.location(("contact",), key=True))
