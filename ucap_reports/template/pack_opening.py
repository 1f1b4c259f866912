"""Opening packs: reading the folders of a pack and of the packs that it extends, and checking the result.

A name means the pack in the first of the folders that has it (`Project.pack_folders`). What a pack inherits from those
that it extends, settings and files, is in `pack_inheritance`.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.custom_field_declarations import (
    DECLARATIONS,
    Declaration,
    DeclaredFields,
    declaration_problems,
    readable_declarations,
)
from ucap_reports.plan.plan_ids import names_device
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound, problem, raise_found, reported
from ucap_reports.source.model_validation import Located, described, in_file_order, validate
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import PACK_IMAGES, PACK_SETTINGS, SHIPPED, TEMPLATES, shipped_folder
from ucap_reports.storage.reading_limits import MAX_PACK_BYTES, MAX_PACK_FILE_BYTES
from ucap_reports.storage.safe_folder import Entry, FileKind, OpenFolder, SafeFolder, kind_of
from ucap_reports.template.pack import BOOK_TEMPLATE, PAGE_TEMPLATE, STYLE_SHEET, WORD_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_inheritance import (
    FilesOfLayer,
    LayeredTree,
    PackLayers,
    mapping_at,
    merged_files,
    merged_layers,
    settings_of,
    shipped_contact,
)
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.template.pack_settings_checks import nearest_or_all, pack_problems
from ucap_reports.template.row_order_labels_and_hiding import labels_of_fields, labels_of_rows
from ucap_reports.text.language_tags import names_language

MAX_PACK_FILES = 100
"""files of a pack and all packs that it extends"""
MAX_PACKS = 10
"""packs that extend each other"""
_PACK_NAME = LazyPattern(r"(?=.{1,80}$)[a-z0-9]+([-_][a-z0-9]+)*")
"""The form of the names of new packs."""
_NAME_LINE = LazyPattern(rb"""(?<![^\r\n\xbf])["']?name["']?[ \t]*:[^\r\n]*(?:\r\n?|\n|\Z)""")
"""The setting `name`, after a line end or a byte order mark."""
FOLDERS = (PACK_IMAGES, "fonts")
_MISSING = (FileNotFoundError, NotADirectoryError)


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
    files: list[FilesOfLayer] = []
    sizes: list[int] = []
    are_shipped: list[bool] = []
    for folder, tree in _folders(name, searched):
        trees.append(tree)
        is_shipped = folder.path.parent == shipped_packs().path
        are_shipped.append(is_shipped)
        files_of_folder = _read_files(folder, sizes)
        sizes += [len(file.content) for file in files_of_folder.values()]
        has_logo = settings_of(tree).get("logo") is not None
        files.append(FilesOfLayer(files_of_folder, is_shipped=is_shipped, has_logo=has_logo))
    return PackLayers(name, tuple(trees), merged_files(files), are_shipped=tuple(are_shipped))


def read_settings_of_layers(name: str, folders: Sequence[PackFolder]) -> list[Tree]:
    """Return the settings of a pack and of all packs that it extends, nearest first, without their other files.

    Raises ProblemsFound if one of them cannot be read.
    """
    return [tree for _, tree in _folders(name, folders)]


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
    pack = Pack(
        settings,
        layers.files,
        labels,
        shipped=layers.is_shipped,
        declared_labels=declared_labels,
        shipped_contact=shipped_contact(settings, tree, layers),
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
    """Return what is wrong with the name of a new pack."""
    if not _PACK_NAME.fullmatch(name):
        return problem("pack-name-invalid", form="characters", name=name)
    return reserved_pack_name(name, NOWHERE)


def reserved_pack_name(name: str, location: Location) -> Problem | None:
    """Return an error if the name of a pack means something else: it is part of the names of documents, where a
    language tag means a language, and the name of a folder, which Windows refuses for devices.
    """
    if names_language(name):
        return problem("pack-name-invalid", location, form="language", name=name)
    if names_device(name):
        return problem("pack-name-invalid", location, form="device", name=name)
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
        if path not in used and _names_in(folder, name):
            is_shadowed = any(other.name == name for other in used)  # by the pack of the same name that extends it
            if is_shadowed:
                return PackFolder(path, f"{SHIPPED}/{folder.shown}/{name}", folder.safe_folder)
            return folder.inner(name)
    names = pack_names(folders)
    if name in names:
        raise ProblemsFound([problem("pack-circular", location, name=name)])
    raise ProblemsFound([problem("pack-unknown", location, hint=nearest_or_all(name, names), name=name)])


def _names_in(folder: PackFolder, wanted: str | None = None) -> set[str]:
    """Return the names of the packs in a folder: of folders with settings, and of links, which are errors when used.

    With `wanted`, only that name is returned, if there is such a pack; the other folders are not opened.
    """
    names: set[str] = set()
    opening = folder.safe_folder.open_folder(folder.path, readable=True)
    with disk_refusals(folder.shown), suppress(*_MISSING), opening as opened:
        for entry in opened.entries():
            if wanted in (None, entry.name) and _is_pack(opened, entry):
                names.add(entry.name)
    return names


def _is_pack(parent: OpenFolder, entry: Entry) -> bool:
    """Return whether an entry of a folder of packs is a folder with settings, or a link."""
    if entry.kind is FileKind.FOLDER:
        with suppress(*_MISSING), closing(parent.enter(entry.name, readable=False)) as opened:
            return opened.status(PACK_SETTINGS) is not None
    return entry.kind is FileKind.LINK and "." not in entry.name


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
