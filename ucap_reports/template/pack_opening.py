"""Opening packs: reading the folders of a pack and of the packs that it extends, merging their settings, and checking
the result.

A name means the pack in the first of the folders that has it (`Project.pack_folders`). The settings of the project
replace those of the pack, which replace those of the packs that it extends; where a text is replaced, its translations
are, too (`merged_layers`). Each setting keeps its place in its file, so that problems are reported there
(`LayeredTree`).
"""

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.countries_goals_and_partnerships import names_language
from ucap_reports.plan.custom_field_declarations import (
    DECLARATIONS,
    Declaration,
    DeclaredFields,
    declaration_problems,
    readable_declarations,
    type_conflicts,
)
from ucap_reports.plan.field_descriptions import CITIES
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound, problem, raise_found, reported
from ucap_reports.source.model_validation import Located, described, in_file_order, validate
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Loc, Tree, field_name
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import PACK_IMAGES, PACK_SETTINGS, SHIPPED, TEMPLATES, shipped_folder
from ucap_reports.storage.reading_limits import MAX_PACK_BYTES, MAX_PACK_FILE_BYTES
from ucap_reports.storage.safe_folder import FileKind, SafeFolder, kind_of
from ucap_reports.template.pack import BOOK_TEMPLATE, PAGE_TEMPLATE, STYLE_SHEET, WORD_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_settings import PackSettings
from ucap_reports.template.pack_settings_checks import nearest_or_all, pack_problems
from ucap_reports.template.programme_label import over_inherited
from ucap_reports.template.row_order_labels_and_hiding import (
    RowEntry,
    field_of,
    merge_rows,
    omitted_rows,
    row_entries,
    rows_of_fields,
    with_rows_of_fields,
)
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE
from ucap_reports.text.markdown import parse_inline
from ucap_reports.text.rich_text import RichText

MAX_PACK_FILES = 100
"""files of a pack and all packs that it extends"""
MAX_PACKS = 10
"""packs that extend each other"""
_PACK_NAME = LazyPattern(r"(?=.{1,80}$)[a-z0-9]+([-_][a-z0-9]+)*")
"""The form of the names of new packs."""
_NAME_LINE = LazyPattern(rb"""(?<![^\r\n\xbf])["']?name["']?[ \t]*:[^\r\n]*(?:\r\n?|\n|\Z)""")
"""The setting `name`, after a line end or a byte order mark."""
FOLDERS = (PACK_IMAGES, "fonts")


class PackFolder(Struct, frozen=True):
    """A folder of packs, or of one pack: `path` is on disk, `shown` is its name in problems.

    Its files are opened without following links below `within`, by default the folder itself.
    """

    path: Path
    shown: str
    within: SafeFolder | None = None

    @property
    def safe_folder(self) -> SafeFolder:
        """The folder below which no link is followed."""
        return self.within or SafeFolder(self.path)

    def inner(self, name: str) -> "PackFolder":
        """Return a folder in this one."""
        return PackFolder(self.path / name, f"{self.shown}/{name}", self.safe_folder)

    def kind(self, name: str) -> FileKind:
        """Return what a path in the folder is. Raises LinkError if a folder on the way is a link."""
        return self.safe_folder.kind(self.path / name)


class LayeredTree(Struct, frozen=True, dict=True):
    """The settings of a pack merged over those of the packs it extends; `layers` has the nearest first."""

    value: Any
    layers: tuple[Located, ...]
    hidden_rows: frozenset[str] = frozenset()
    """The fields of rows of the packs that the project leaves out."""

    def location(self, path: Loc, *, key: bool = False) -> Location:
        """Return the place in the nearest layer that has `path`, or a place near it in the pack itself if none has."""
        is_in_row = len(path) > 1 and path[0] == "rows"
        if is_in_row:
            # The merged rows are others than those of each layer: a row is found in the layers by its field.
            _, index, *setting = path
            row = self.value["rows"][index]
            field = field_of(row)
            # What is no row has no field; merging leaves it as the object that is in its layer.
            entries = self._row_entries.get(field or id(row))
            if entries:
                return _location_in_row(entries, tuple(setting), key=key)
            path = (DECLARATIONS, field, *setting)  # the row of a custom field that no pack places
        depth = self.depth(path)
        layer = self.layers[depth] if depth < len(self.layers) else self.layers[0]
        return layer.location(path, key=key)

    @cached_property
    def _row_entries(self) -> Mapping[str | int, list[tuple[RowEntry, Located]]]:
        """The entries of each row with their layers, nearest first, by its field or, if it is no row, its identity."""
        entries = defaultdict(list)
        for layer in self.layers:
            for entry in row_entries(layer.value.get("rows")):
                entries[entry.field or id(entry.settings)].append((entry, layer))
        return entries

    def depth(self, path: Loc) -> int:
        """Return the index of the nearest layer that has `path`, or the number of layers if none has."""
        wanted = field_name(path)
        for depth, layer in enumerate(self.layers):
            # The location of a path that a layer does not have is that of the nearest field around it.
            nearest = layer.location(path).field or ""
            if nearest == wanted:
                return depth
        return len(self.layers)


def _location_in_row(entries: Sequence[tuple[RowEntry, Located]], setting: Loc, *, key: bool) -> Location:
    """Return the place of a setting in the nearest entry of its row that has it, or in the nearest one if none has."""
    nearest_entry, nearest_layer = entries[0]
    for entry, layer in entries:
        if entry.has(setting):
            return layer.location((*entry.loc, *setting), key=key)
    return nearest_layer.location((*nearest_entry.loc, *setting), key=key)


class PackLayers(Struct, frozen=True):
    """A pack as read from disk: its settings and those of the packs it extends, nearest first, and the files of all.

    `project` has the settings of the project that replace those of the pack. The last `shipped_count` trees are those
    of shipped packs.
    """

    name: str
    trees: tuple[Tree, ...]
    files: Mapping[str, PackFile]
    project: Located | None = None
    shipped_count: int = 0

    @property
    def is_shipped(self) -> bool:
        """Whether the pack itself is part of the product."""
        return self.shipped_count == len(self.trees)

    @property
    def all_settings(self) -> tuple[Located, ...]:
        """All settings, nearest first: those of the project, and those of the packs."""
        return self.trees if self.project is None else (self.project, *self.trees)

    @property
    def project_fields(self) -> frozenset[str]:
        """The paths of the custom fields that the project declares."""
        if self.project is None:
            return frozenset()
        return frozenset(mapping_at(self.project.value, DECLARATIONS))

    @property
    def project_labels(self) -> frozenset[str]:
        """The fields of rows whose labels the project sets."""
        if self.project is None or not isinstance(self.project.value, dict):
            return frozenset()
        return frozenset(_row_labels(self.project.value))

    @property
    def own_count(self) -> int:
        """The number of `all_settings` that are not those of shipped packs."""
        return len(self.all_settings) - self.shipped_count


class OpenedPack(Struct, frozen=True):
    """A pack and the places of its settings."""

    pack: Pack
    tree: LayeredTree


def shipped_packs() -> PackFolder:
    """Return the folder of the packs that are part of the product."""
    return PackFolder(shipped_folder() / TEMPLATES, TEMPLATES)


def open_pack(pack: str | Path, folders: Sequence[PackFolder] | None = None, project: Located | None = None) -> Pack:
    """Return a template pack with everything that it inherits.

    Args:
        pack: The name of a pack, or the `Path` of its folder.
        folders: The folders in which a name is looked up, the first that has it; by default that of the shipped packs.
        project: The `contact`, `label_languages`, `funding` and `rows` of a project, which replace those of the pack.

    Raises:
        ProblemsFound: With all errors in the settings of the pack, or if there is no such pack.
    """
    return assemble(replace(read_layers(pack, folders), project=project)).pack


def read_layers(pack: str | Path, folders: Sequence[PackFolder] | None = None) -> PackLayers:
    """Return the files of a pack and of all packs that it extends. Raises ProblemsFound if one of them
    cannot be read.
    """
    searched = (shipped_packs(),) if folders is None else tuple(folders)
    name = str(pack)
    if isinstance(pack, Path):
        name = pack.resolve().name
        searched = (PackFolder(pack.resolve().parent, str(pack.parent)), *searched)
    trees: list[Tree] = []
    files: dict[str, PackFile] = {}
    sizes: list[int] = []
    shipped_count = 0
    has_own_logo = False
    for folder, tree in _folders(name, searched):
        trees.append(tree)
        is_shipped = folder.path.parent == shipped_packs().path
        if is_shipped:
            shipped_count += 1
        files_of_folder = _read_files(folder, sizes)
        sizes += [len(file.content) for file in files_of_folder.values()]
        # A Word template is not inherited below a nearer page template, which decides what Word files look like. Nor is
        # a shipped one by a pack with a logo, because it prints its own; the page template prints the pack's.
        has_nearer_page = PAGE_TEMPLATE in files
        has_other_logo = is_shipped and has_own_logo
        if has_nearer_page or has_other_logo:
            files_of_folder.pop(WORD_TEMPLATE, None)
        files = files_of_folder | files  # the nearer ones replace those of packs that they extend
        has_own_logo = has_own_logo or settings_of(tree).get("logo") is not None
    return PackLayers(name, tuple(trees), files, shipped_count=shipped_count)


def assemble(layers: PackLayers) -> OpenedPack:
    """Return the pack that the layers make. Raises ProblemsFound with all errors in their settings."""
    problems: list[Problem] = []
    tree = merged_layers(layers, problems)
    try:
        settings = validate(PackSettings, tree)
    except ProblemsFound as error:
        declarations = readable_declarations(mapping_at(tree.value, DECLARATIONS))
        problems += error.problems
        problems += _declaration_problems(declarations, tree, layers)
        raise ProblemsFound(in_file_order(dict.fromkeys(problems))) from None
    declared_fields = {} if settings.fields in (None, {}) else _declarations(tree, problems)
    settings = settings.model_copy(update={"fields": declared_fields})
    problems += _folder_problems(layers)
    problems += pack_problems(settings, layers.files, tree.location)
    problems += _declaration_problems(declared_fields, tree, layers)
    labels = labels_of_rows(settings, tree, problems)
    declared_labels = labels_of_fields(settings, tree, problems)
    raise_found(in_file_order(dict.fromkeys(problems)))
    shipped_contact = _shipped_contact(settings, tree, layers)
    pack = Pack(
        settings,
        layers.files,
        labels,
        shipped=layers.is_shipped,
        declared_labels=declared_labels,
        shipped_contact=shipped_contact,
        hidden_rows=tree.hidden_rows,
        project_fields=layers.project_fields,
        project_labels=layers.project_labels,
    )
    return OpenedPack(pack, tree)


def own_files(name: str, folders: Sequence[PackFolder]) -> Mapping[str, PackFile]:
    """Return the templates, pictures and fonts in the pack's own folder. Raises ProblemsFound if one cannot be read."""
    return _read_files(_find(name, folders, [], NOWHERE))


def own_content(name: str, folders: Sequence[PackFolder]) -> dict[str, bytes]:
    """Return all files in the pack's own folder, for a copy without its name. Raises ProblemsFound if one cannot be
    read.
    """
    folder = _find(name, folders, [], NOWHERE)
    content = {PACK_SETTINGS: _NAME_LINE.sub(b"", _read_settings(folder))}
    for path, file in sorted(own_files(name, folders).items()):
        content[path] = file.content
    return content


def pack_name_problem(name: str) -> Problem | None:
    """Return what is wrong with the name of a new pack, which is part of the names of documents: a language tag there
    means a language.
    """
    if not _PACK_NAME.fullmatch(name):
        return problem("pack-name-invalid", form="characters", name=name)
    if names_language(name):
        return problem("pack-name-invalid", form="language", name=name)
    return None


def pack_names(folders: Sequence[PackFolder]) -> tuple[str, ...]:
    """Return the names of all packs in the folders, sorted."""
    names: set[str] = set()
    for folder in folders:
        names |= _names_in(folder)
    return tuple(sorted(names))


# Reading the folders


def _folders(name: str, folders: Sequence[PackFolder]) -> Iterator[tuple[PackFolder, Tree]]:
    """Yield the folder and the settings of the pack and of each pack that it extends, nearest first.

    Raises ProblemsFound if one cannot be read, or if its settings are no mapping.
    """
    used: list[Path] = []
    wanted: Any = name
    location = NOWHERE
    while wanted is not None:
        if not isinstance(wanted, str):
            expected = "the name of a pack"
            raise ProblemsFound([problem("type-invalid", location, expected=expected, given=described(wanted))])
        folder = _find(wanted, folders, used, location)
        used.append(folder.path)
        if len(used) > MAX_PACKS:
            raise ProblemsFound([problem("pack-too-large", location, form="packs", packs=MAX_PACKS)])
        shown = f"{folder.shown}/{PACK_SETTINGS}"
        tree = _parsed_settings(decode_source(_read_settings(folder), shown))
        if not isinstance(tree.value, dict):
            given = described(tree.value)
            raise ProblemsFound([problem("type-invalid", tree.location(()), expected="fields", given=given)])
        yield folder, tree
        wanted = tree.value.get("extends")
        location = tree.location(("extends",))


@lru_cache(maxsize=32)
def _parsed_settings(source: Source) -> Tree:
    """Return the settings of a pack, parsed once: nearly all packs extend the same one."""
    return parse(source)


def _find(name: str, folders: Sequence[PackFolder], used: Sequence[Path], location: Location) -> PackFolder:
    """Return the first folder of that name that is not used yet, so that a pack can extend the shipped
    one of its name.
    """
    for folder in folders:
        path = folder.path / name
        if path not in used and name in _names_in(folder):
            is_shadowed = any(other.name == name for other in used)  # by the pack of the same name that extends it
            if is_shadowed:
                return PackFolder(path, f"{SHIPPED}/{folder.shown}/{name}", folder.safe_folder)
            return folder.inner(name)
    names = pack_names(folders)
    if name in names:
        raise ProblemsFound([problem("pack-circular", location, name=name)])
    raise ProblemsFound([problem("pack-unknown", location, hint=nearest_or_all(name, names), name=name)])


def _names_in(folder: PackFolder) -> set[str]:
    """Return the names of the packs in a folder: of folders with settings, and of links, which are errors when used."""
    names: set[str] = set()
    with disk_refusals(folder.shown):
        for entry in folder.safe_folder.entries(folder.path):
            if entry.kind is FileKind.LINK:
                is_pack = "." not in entry.name
            elif entry.kind is FileKind.FOLDER:
                is_pack = folder.kind(f"{entry.name}/{PACK_SETTINGS}") is not FileKind.MISSING
            else:
                is_pack = False
            if is_pack:
                names.add(entry.name)
    return names


def _read_settings(folder: PackFolder) -> bytes:
    """Return the settings of the pack in a folder. Raises ProblemsFound."""
    return read_content(folder.path / PACK_SETTINGS, f"{folder.shown}/{PACK_SETTINGS}", within=folder.safe_folder)


def _read_files(folder: PackFolder, known_sizes: Sequence[int] = ()) -> dict[str, PackFile]:
    """Return the templates, pictures and fonts of one folder by their path.

    Raises ProblemsFound if one cannot be read, or if they are too many or too large together with those of other
    folders, whose sizes are `known_sizes`.
    """
    problems: list[Problem] = []
    statuses = _file_statuses(folder, problems)
    sizes = [*known_sizes, *(status.st_size for status in statuses.values())]
    if len(sizes) > MAX_PACK_FILES or sum(sizes) > MAX_PACK_BYTES:
        limit = f"{MAX_PACK_BYTES // 1024**2} MiB"
        raise ProblemsFound([problem("pack-too-large", Location(folder.shown), files=MAX_PACK_FILES, size=limit)])
    files: dict[str, PackFile] = {}
    for name in statuses:
        shown = f"{folder.shown}/{name}"
        with reported(problems.extend), disk_refusals(shown):
            content = folder.safe_folder.read_file(folder.path / name, MAX_PACK_FILE_BYTES + 1)
            if len(content) > MAX_PACK_FILE_BYTES:
                limit = f"{MAX_PACK_FILE_BYTES // 1024**2} MiB"
                raise ProblemsFound([problem("file-too-large", Location(shown), limit=limit)])
            files[name] = PackFile(shown, content)
    raise_found(problems)
    return files


def _file_statuses(folder: PackFolder, problems: list[Problem]) -> dict[str, os.stat_result]:
    """Return the statuses of the files of a pack by their path; errors about links are added to `problems`."""
    statuses: dict[str, os.stat_result] = {}
    with folder.safe_folder.open_folder(folder.path) as opened:
        templates = {name: opened.status(name) for name in (WORD_TEMPLATE, PAGE_TEMPLATE, BOOK_TEMPLATE, STYLE_SHEET)}
        statuses |= {name: status for name, status in templates.items() if status is not None}
    for subfolder in FOLDERS:
        with reported(problems.extend), disk_refusals(f"{folder.shown}/{subfolder}"):
            statuses |= _statuses_in(folder, subfolder)
    for name, status in tuple(statuses.items()):
        kind = kind_of(status)
        if kind is not FileKind.FILE:
            del statuses[name]
        if kind is FileKind.LINK:
            problems.append(problem("file-outside", Location(f"{folder.shown}/{name}"), form="link", name=name))
    return statuses


def _statuses_in(folder: PackFolder, subfolder: str) -> dict[str, os.stat_result]:
    """Return the statuses of what is in a folder of a pack, sorted by name; nothing if there is no such folder."""
    statuses: dict[str, os.stat_result] = {}
    subfolder_path = folder.path / subfolder
    with (
        suppress(FileNotFoundError, NotADirectoryError),
        folder.safe_folder.open_folder(subfolder_path, readable=True) as opened,
    ):
        for entry in sorted(opened.entries()):
            status = opened.status(entry.name)
            if status is not None:
                statuses[f"{subfolder}/{entry.name}"] = status
    return statuses


# What `assemble` checks and adds beside the merged settings


def _declarations(tree: LayeredTree, problems: list[Problem]) -> dict[str, Declaration]:
    """Return the declarations of custom fields; their errors are added to `problems`."""
    declarations = tree.value[DECLARATIONS]
    try:
        return validate(DeclaredFields, LayeredTree({DECLARATIONS: declarations}, tree.layers)).fields
    except ProblemsFound as error:
        problems += error.problems
        return readable_declarations(declarations)


def _declaration_problems(
    declarations: Mapping[str, Declaration], tree: LayeredTree, layers: PackLayers
) -> Iterator[Problem]:
    """Yield the errors in the declarations of fields, except those of the project, which are reported about its
    settings.
    """
    written = mapping_at(tree.value, DECLARATIONS)
    for fault in declaration_problems(declarations, tree, BUILT_IN, written):
        if layers.project is None or fault.location.path != layers.project.location(()).path:
            yield fault


def _folder_problems(layers: PackLayers) -> Iterator[Problem]:
    """Yield an error for a name that is not the folder's, by which plans name the pack, and for a missing page
    template.
    """
    own_settings = layers.trees[0]
    name = settings_of(own_settings).get("name", layers.name)
    if name != layers.name:
        yield problem("pack-misnamed", own_settings.location(("name",)), name=name, folder=layers.name)
    if PAGE_TEMPLATE not in layers.files:
        where = own_settings.location(())
        yield problem("file-missing", where, form="pack", pack=layers.name, file=PAGE_TEMPLATE)


def _shipped_contact(settings: PackSettings, tree: LayeredTree, layers: PackLayers) -> str:
    """Return the office or the email address that a pack of the project inherits from a shipped pack; empty if none."""
    if layers.is_shipped:
        return ""
    contact = settings.contact
    for name, text in (("office", contact.office), ("email", contact.email)):
        if text and tree.depth(("contact", name)) >= layers.own_count:
            return text
    return ""


# Merging the settings
_CUSTOM = LazyPattern(r"\b(?:(?P<of_plan>summary)\.)?custom\.(?P<name>[a-z][a-z0-9_]*)")
"""A custom field in a template: of the plan after `summary`, of a city after another word."""
_TEXTS = ("title", "continued", "as_of", "draft", "total", "unknown")
"""The settings whose translations are in `wording`, beside the line before the contact."""


def merged_layers(layers: PackLayers, problems: list[Problem]) -> LayeredTree:
    """Return the settings of all layers; wrong types of declarations and errors in rows are added to `problems`."""
    settings = _merged_settings(layers, problems)
    own_rows = rows_of_fields(mapping_at(settings, DECLARATIONS), _language(settings) or DEFAULT_LANGUAGE)
    rows = _rows_of_packs(layers, own_rows, problems)
    hidden_rows: frozenset[str] = frozenset()
    # The project changes rows of any pack, also those of its custom fields.
    if layers.project is not None and "rows" in layers.project.value:
        changes = layers.project.value["rows"]
        rows_of_project = merge_rows(changes, rows, layers.project, problems, own_rows, of_project=True)
        hidden_rows = frozenset(map(field_of, rows)) - frozenset(map(field_of, rows_of_project))
        rows = rows_of_project
    if rows or "rows" in settings:
        settings = settings | {"rows": rows}
    return LayeredTree(settings | {"name": layers.name}, layers.all_settings, hidden_rows)


def _merged_settings(layers: PackLayers, problems: list[Problem]) -> dict[str, Any]:
    """Return the settings of all layers, except for their rows; wrong types of declarations are added to `problems`."""
    settings: dict[str, Any] = {}
    row_labels: dict[str, Any] = {}
    for index, layer in reversed(list(enumerate(layers.all_settings))):  # from the farthest to the nearest
        problems += type_conflicts(mapping_at(settings, DECLARATIONS), mapping_at(layer.value, DECLARATIONS), layer)
        upper = settings_of(layer)
        lower = _without_scaled(settings, upper)
        if index < layers.own_count:  # translations of shipped packs are meant for the shipped packs that extend them
            lower = _without_translations(lower, row_labels, upper)
        settings = _merged(lower, _with_other_languages(lower, upper))
        row_labels |= _row_labels(upper)
    return settings


def settings_of(layer: Located) -> dict[str, Any]:
    """Return the settings of a layer: `read_layers` refuses other values."""
    settings: dict[str, Any] = layer.value
    return settings


def _merged(lower: Any, upper: Any) -> Any:
    """Return `upper` with what only `lower` has: mappings are merged key by key, everything else is replaced."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    merged = dict(lower)
    for key, value in upper.items():
        merged[key] = _merged(lower.get(key), value)
    return merged


def _rows_of_packs(layers: PackLayers, own_rows: Mapping[str, Any], problems: list[Problem]) -> list[Any]:
    """Return the rows of the packs, with `own_rows`, those of custom fields; errors in changes of rows are added to
    `problems`.
    """
    rows: list[Any] = []
    for tree in reversed(layers.trees):
        changes = settings_of(tree).get("rows")
        if isinstance(changes, list | dict):
            rows = merge_rows(changes, rows, tree, problems, own_rows)
        elif changes is not None:
            location = tree.location(("rows",))
            problems.append(problem("type-invalid", location, expected="a list", given=described(changes)))
    if own_rows:
        placed = [*_placed_in_templates(own_rows, layers.files), *omitted_rows(map(settings_of, layers.trees))]
        rows = with_rows_of_fields(rows, own_rows, placed)
    return rows


def _placed_in_templates(rows: Mapping[str, Any], files: Mapping[str, PackFile]) -> Iterator[str]:
    """Yield the custom fields that the page template prints by name."""
    if PAGE_TEMPLATE not in files:
        return
    template = files[PAGE_TEMPLATE].content.decode("utf-8", "replace")
    for printed in _CUSTOM.finditer(template):
        name = printed["name"]
        of_city = f"{CITIES}.{name}"
        if of_city in rows and not printed["of_plan"]:
            yield of_city
        elif name in rows:
            yield name


def _with_other_languages(lower: Mapping[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    """Return `upper` with the languages of programme labels that `lower` has for countries without an entry."""
    name = "label_languages"
    if name not in upper:
        return upper
    return upper | {name: over_inherited(upper[name], lower.get(name))}


def _without_scaled(lower: dict[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Return `lower` without the rules of its scales for what `upper` sets in the styles themselves."""
    own_styles = mapping_at(mapping_at(upper, "theme"), "styles")
    scales = mapping_at(mapping_at(lower, "theme"), "scales")
    if not own_styles or not scales:
        return lower
    kept: dict[str, Any] = {}
    for scale, styles in scales.items():
        if not isinstance(styles, dict):
            kept[scale] = styles  # wrong, and reported later
            continue
        kept_styles: dict[str, Any] = {}
        for name, rules in styles.items():
            kept_styles[name] = _without_keys(rules, mapping_at(own_styles, name))
        kept[scale] = kept_styles
    return lower | {"theme": lower["theme"] | {"scales": kept}}


def _without_translations(
    lower: dict[str, Any], row_labels: Mapping[str, Any], upper: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `lower` without its translations of texts and labels that `upper` replaces, since they translate other
    words than those of the pack. `row_labels` are those of `lower` by field.
    """
    language = _language(upper) or _language(lower) or DEFAULT_LANGUAGE
    own_labels = mapping_at(mapping_at(upper, "labels"), language)
    replaced_labels: set[str] = set()
    for field, label in (_row_labels(upper) | own_labels).items():
        if field in row_labels and row_labels[field] != label:
            replaced_labels.add(field)
    replaced_texts: set[str] = set()
    for name in _TEXTS:
        if name in upper and upper[name] != lower.get(name):
            replaced_texts.add(name)
    lead = mapping_at(upper, "contact").get("lead")
    if lead is not None and lead != mapping_at(lower, "contact").get("lead"):
        replaced_texts.add("lead")
    if not replaced_labels and not replaced_texts:
        return lower
    labels = {tag: _without_keys(texts, replaced_labels) for tag, texts in mapping_at(lower, "labels").items()}
    wording = {tag: _without_keys(texts, replaced_texts) for tag, texts in mapping_at(lower, "wording").items()}
    return lower | {"labels": labels, "wording": wording}


def _row_labels(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels that the `rows` of a file set, by field."""
    labels: dict[str, str] = {}
    for entry in row_entries(settings.get("rows")):
        label = entry.settings.get("label") if isinstance(entry.settings, dict) else None
        if isinstance(label, str):
            labels[entry.field] = label
    return labels


def _without_keys(values: Any, names: Collection[str]) -> Any:
    """Return a mapping without some of its keys; a wrong value as it is, so that it is reported."""
    if not isinstance(values, dict):
        return values
    return {name: value for name, value in values.items() if name not in names}


def _language(settings: Mapping[str, Any]) -> str:
    """Return the language that settings name; empty if they name none, or have another value there."""
    language = settings.get("language")
    return language if isinstance(language, str) else ""


def mapping_at(value: Any, key: str) -> dict[str, Any]:
    """Return the mapping that is the value of a key; an empty one if there is none."""
    if not isinstance(value, dict):
        return {}
    fields = value.get(key)
    return fields if isinstance(fields, dict) else {}


# The labels in merged settings


def labels_of_fields(
    settings: PackSettings, tree: LayeredTree, problems: list[Problem]
) -> Mapping[str, Mapping[str, RichText]]:
    """Return the labels of custom fields as rich text, by field and language; their errors are added to `problems`."""
    labels: dict[str, dict[str, RichText]] = {}
    for path, declaration in settings.fields.items():
        labels[path] = {}
        for language, text in declaration.label.items():
            loc: Loc = (DECLARATIONS, path, "label")
            if language:
                loc = (*loc, language)
            with reported(problems.extend):
                labels[path][language] = parse_inline(text, tree.location(loc))
    return labels


def labels_of_rows(
    settings: PackSettings, tree: LayeredTree, problems: list[Problem]
) -> Mapping[str, Mapping[str, RichText]]:
    """Return the row labels as rich text, by language and field; their errors are added to `problems`.

    Those of the pack's own language are under "". Labels in `labels` for this language replace those in `rows`, so that
    a pack can rename one row of the pack that it extends.
    """
    reader = _RowLabelReader(tree, problems)
    own_labels: dict[str, RichText] = {}
    for index, rule in enumerate(settings.rows):
        own_labels[rule.field] = reader.label(rule.field, rule.label, ("rows", index, "label"))
        if rule.short_label is not None:
            reader.report_empty(rule.field, rule.short_label, ("rows", index, "short_label"))
    labels: dict[str, dict[str, RichText]] = {}
    for language, texts in settings.labels.items():
        labels[language] = {}
        for field, text in texts.items():
            labels[language][field] = reader.label(field, text, ("labels", language, field))
    for language, wording in settings.wording.items():
        for field, text in wording.short_labels.items():
            reader.report_empty(field, text, ("wording", language, "short_labels", field))
    return {"": own_labels | labels.get(settings.language, {}), **labels}


class _RowLabelReader:
    """Reads row labels. One that prints nothing is an error: nobody would know what the row is about."""

    def __init__(self, tree: LayeredTree, problems: list[Problem]) -> None:
        self._tree = tree
        self._problems = problems

    def label(self, field: str, text: str, path: Loc) -> RichText:
        """Return the label of a field, which is at `path` in the settings; empty if it has an error."""
        try:
            label = _parsed_label(text)
        except ProblemsFound:  # only errors need the place, which takes longer to find than most labels to read
            with reported(self._problems.extend):
                return parse_inline(text, self._tree.location(path))
            return RichText()
        self.report_empty(field, label.text, path)
        return label

    def report_empty(self, field: str, text: str, path: Loc) -> None:
        """Report a label that prints nothing."""
        if not text.strip():
            where = self._tree.location(path)
            self._problems.append(problem("row-label-missing", where, form="empty", field=field))


@lru_cache(maxsize=4096)
def _parsed_label(text: str) -> RichText:
    """Return a label, parsed once: packs inherit hundreds of labels. Raises ProblemsFound without its place."""
    return parse_inline(text)
