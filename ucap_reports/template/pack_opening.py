"""Opening packs: finding and reading their folders, merging the packs that they extend, and checking the result."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.validation import Located, described, in_file_order, validate
from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound, problem, raise_found, reported
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Loc, Tree, field_name
from ucap_reports.storage.atomic_files import read_regular
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import SHIPPED, TEMPLATES, shipped_folder
from ucap_reports.template.pack import PAGE_TEMPLATE, WEB_TEMPLATE, WORD_TEMPLATE, Pack, PackFile, PackSettings
from ucap_reports.template.pack_validation import nearest_or_all, pack_problems
from ucap_reports.template.row_merging import RowEntry, field_of, merge_rows, row_entries
from ucap_reports.text.markup import parse_inline
from ucap_reports.text.rich_text import RichText

SETTINGS = "pack.yaml"
FOLDERS = ("images", "fonts")
MAX_FILE_BYTES = 32 * 1024 * 1024
"""The largest size of a template, picture or font."""
MAX_FILES, MAX_PACK_BYTES, MAX_PACKS = 100, 64 * 1024 * 1024, 10
"""Limits for a pack and all packs that it extends: the number of files, their total size, and the number of packs."""


class PackFolder(Struct, frozen=True):
    """A folder of packs: `path` is on disk, `shown` is its name in problems."""

    path: Path
    shown: str


class LayeredTree(Struct, frozen=True, dict=True):
    """The settings of a pack merged over those of the packs it extends; `layers` has the nearest first."""

    value: Any
    layers: tuple[Located, ...]

    def location(self, path: Loc, *, key: bool = False) -> Location:
        """The place in the nearest layer that has `path`, or a place near it in the pack itself if none has."""
        if path[:1] == ("rows",) and path[1:]:
            row = self.value["rows"][path[1]]
            if entries := self._row_entries.get(field_of(row) or id(row)):
                entry, layer = next((each for each in entries if each[0].has(path[2:])), entries[0])
                return layer.location((*entry.loc, *path[2:]), key=key)
        depth = self.depth(path)
        return self.layers[depth if depth < len(self.layers) else 0].location(path, key=key)

    @cached_property
    def _row_entries(self) -> Mapping[str | int, list[tuple[RowEntry, Located]]]:
        """The entries of each row, nearest first, by its field or, if it is no row, by its identity."""
        entries = defaultdict(list)
        for layer in self.layers:
            for entry in row_entries(layer.value.get("rows")):
                entries[entry.field or id(entry.settings)].append((entry, layer))
        return entries

    def depth(self, path: Loc) -> int:
        """The index of the nearest layer that has `path`, or the number of layers if none has."""
        wanted = field_name(path)
        found = (depth for depth, layer in enumerate(self.layers) if (layer.location(path).field or "") == wanted)
        return next(found, len(self.layers))


class OpenedPack(Struct, frozen=True):
    """A pack and the places of its settings."""

    pack: Pack
    tree: LayeredTree


class PackLayers(Struct, frozen=True):
    """A pack as read from disk: its settings and those of the packs it extends, nearest first, and the files of all.

    `shipped` is whether the first folder of packs, which is the project's, has no pack of this name. `project` has the
    settings of the project that replace those of the pack.
    """

    name: str
    trees: tuple[Tree, ...]
    files: Mapping[str, PackFile]
    shipped: bool
    project: Located | None = None


def shipped_packs() -> PackFolder:
    """The folder of the packs that are part of the product."""
    return PackFolder(shipped_folder() / TEMPLATES, TEMPLATES)


def open_pack(pack: str | Path, folders: Sequence[PackFolder] | None = None, project: Located | None = None) -> Pack:
    """A template pack with everything that it inherits.

    Args:
        pack: The name of a pack, or the `Path` of its folder.
        folders: The folders in which a name is looked up, the first that has it; by default that of the shipped packs.
        project: The `contact`, `label_languages` and `rows` of a project, which replace those of the pack.

    Raises:
        ProblemsFound: With all errors in the settings of the pack, or if there is no such pack.
    """
    return assemble(replace(read_layers(pack, folders), project=project)).pack


def read_layers(pack: str | Path, folders: Sequence[PackFolder] | None = None) -> PackLayers:
    """The files of a pack and of all packs that it extends. Raises ProblemsFound if one of them cannot be read."""
    searched = (shipped_packs(),) if folders is None else tuple(folders)
    name = str(pack)
    if isinstance(pack, Path):
        name = pack.resolve().name
        searched = (PackFolder(pack.resolve().parent, str(pack.parent)), *searched)
    trees, files, paths = list[Tree](), dict[str, PackFile](), list[Path]()
    for folder, tree in _folders(name, searched):
        trees.append(tree)
        own = _read_files(folder, paths)
        if PAGE_TEMPLATE in files:  # that of a nearer pack decides what Word files look like
            own.pop(WORD_TEMPLATE, None)
        files = own | files
    return PackLayers(name, tuple(trees), files, shipped=not (searched[0].path / name / SETTINGS).is_file())


def assemble(read: PackLayers) -> OpenedPack:
    """The pack that the layers make. Raises ProblemsFound with all errors in their settings."""
    problems: list[Problem] = []
    tree = _merge(read, problems)
    try:
        settings = validate(PackSettings, tree)
    except ProblemsFound as found:
        raise ProblemsFound(in_file_order([*problems, *found.problems])) from None
    problems += [*_folder_problems(read), *pack_problems(settings, read.files, tree.location)]
    labels = _labels(settings, tree, problems)
    raise_found(in_file_order(problems))
    return OpenedPack(Pack(settings, read.files, labels, read.shipped), tree)


def own_files(name: str, folders: Sequence[PackFolder]) -> Mapping[str, PackFile]:
    """The templates, pictures and fonts in the pack's own folder. Raises ProblemsFound if one cannot be read."""
    return _read_files(_find(name, folders, [], NOWHERE), [])


def own_content(name: str, folders: Sequence[PackFolder]) -> dict[str, bytes]:
    """All files in the pack's own folder, for a copy without its name. Raises ProblemsFound if one cannot be read."""
    settings = read_regular(_find(name, folders, [], NOWHERE).path / SETTINGS)
    files = {path: file.content for path, file in sorted(own_files(name, folders).items())}
    return {SETTINGS: re.sub(rb"^name:.*\n", b"", settings, flags=re.MULTILINE)} | files


def pack_names(folders: Sequence[PackFolder]) -> tuple[str, ...]:
    """The names of all packs in the folders, sorted."""
    return tuple(sorted({found.parent.name for folder in folders for found in folder.path.glob(f"*/{SETTINGS}")}))


def _folders(name: str, folders: Sequence[PackFolder]) -> Iterator[tuple[PackFolder, Tree]]:
    """The folder and the settings of the pack and of each pack that it extends, nearest first."""
    used: list[Path] = []
    wanted: Any = name
    location = NOWHERE
    while wanted is not None:
        if not isinstance(wanted, str):
            expected = "the name of a pack"
            raise ProblemsFound([problem("type-wrong", location, expected=expected, given=described(wanted))])
        folder = _find(wanted, folders, used, location)
        used.append(folder.path)
        if len(used) > MAX_PACKS:
            raise ProblemsFound([problem("pack-too-large", location, form="packs", packs=MAX_PACKS)])
        shown = f"{folder.shown}/{SETTINGS}"
        if _leads_out(folder.path / SETTINGS, folder):
            raise ProblemsFound([problem("file-outside", Location(shown), name=SETTINGS)])
        tree = parse(read_source(folder.path / SETTINGS, shown))
        if not isinstance(tree.value, dict):
            given = described(tree.value)
            raise ProblemsFound([problem("type-wrong", tree.location(()), expected="fields", given=given)])
        yield folder, tree
        wanted = tree.value.get("extends")
        location = tree.location(("extends",))


def _find(name: str, folders: Sequence[PackFolder], used: Sequence[Path], location: Location) -> PackFolder:
    """The first folder of that name that is not used yet, so that a pack can extend the shipped one of its name."""
    for folder in folders:
        path = folder.path / name
        if path not in used and name in pack_names([folder]):
            is_hidden = any(other.name == name for other in used)  # by the pack of the same name that extends it
            return PackFolder(path, f"{SHIPPED}/{folder.shown}/{name}" if is_hidden else f"{folder.shown}/{name}")
    names = pack_names(folders)
    if name in names:
        raise ProblemsFound([problem("pack-circular", location, name=name)])
    raise ProblemsFound([problem("pack-unknown", location, hint=nearest_or_all(name, names), name=name)])


def _merged(lower: Any, upper: Any) -> Any:
    """`upper` with what only `lower` has: mappings are merged key by key, everything else is replaced."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    return lower | {key: _merged(lower.get(key), value) for key, value in upper.items()}


def _merge(read: PackLayers, problems: list[Problem]) -> LayeredTree:
    """The settings of all layers; errors in the changes of rows are added to `problems`."""
    layers = (*((read.project,) if read.project else ()), *read.trees)
    rows: list[Any] = []
    value: Any = {}
    for layer in reversed(layers):
        value = _merged(_without_scaled(value, layer.value), layer.value)
        if isinstance(layer.value.get("rows"), list | dict):
            rows = merge_rows(layer.value["rows"], rows, layer, problems, of_project=layer is read.project)
            value = value | {"rows": rows}
    return LayeredTree(value | {"name": read.name}, layers)


def _without_scaled(lower: Any, upper: Any) -> Any:
    """`lower` without the rules of its scales for what `upper` sets in the styles themselves."""
    own, scales = _fields(_fields(upper, "theme"), "styles"), _fields(_fields(lower, "theme"), "scales")
    if not own or not scales:
        return lower
    kept = {
        scale: {
            name: {rule: value for rule, value in rules.items() if rule not in _fields(own, name)}
            if isinstance(rules, dict)
            else rules
            for name, rules in _fields(scales, scale).items()
        }
        for scale in scales
    }
    return lower | {"theme": lower["theme"] | {"scales": kept}}


def _fields(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _leads_out(path: Path, folder: PackFolder) -> bool:
    """Whether the path is a link to something outside the folder."""
    return not path.resolve().is_relative_to(folder.path.resolve())


def _read_files(folder: PackFolder, read: list[Path]) -> dict[str, PackFile]:
    """The templates, pictures and fonts of one folder by their path; `read` are those read before, and gets them."""
    paths = [folder.path / name for name in (WORD_TEMPLATE, PAGE_TEMPLATE, WEB_TEMPLATE)]
    for subfolder in FOLDERS:
        paths += sorted((folder.path / subfolder).glob("*"))
    read += (paths := [path for path in paths if path.is_file()])
    if len(read) > MAX_FILES or sum(path.stat().st_size for path in read) > MAX_PACK_BYTES:
        limit = f"{MAX_PACK_BYTES // 1024**2} MiB"
        raise ProblemsFound([problem("pack-too-large", Location(folder.shown), files=MAX_FILES, size=limit)])
    problems: list[Problem] = []
    files: dict[str, PackFile] = {}
    for path in paths:
        name = path.relative_to(folder.path).as_posix()
        shown = f"{folder.shown}/{name}"
        if _leads_out(path, folder):
            problems.append(problem("file-outside", Location(shown), name=name))
        elif path.stat().st_size > MAX_FILE_BYTES:
            problems.append(problem("file-too-large", Location(shown), limit=f"{MAX_FILE_BYTES // 1024**2} MiB"))
        else:
            files[name] = PackFile(shown, path.read_bytes())
    raise_found(problems)
    return files


def _folder_problems(read: PackLayers) -> Iterator[Problem]:
    """An error for a name that is not the folder's, by which plans name the pack, and for a missing page template."""
    own = read.trees[0]
    named = own.value.get("name", read.name) if isinstance(own.value, dict) else read.name
    if named != read.name:
        yield problem("pack-misnamed", own.location(("name",)), name=named, folder=read.name)
    if PAGE_TEMPLATE not in read.files:
        yield problem("file-missing", own.location(()), form="pack", pack=read.name, file=PAGE_TEMPLATE)


def _labels(settings: PackSettings, tree: LayeredTree, problems: list[Problem]) -> Mapping[str, Mapping[str, RichText]]:
    """The row labels as rich text; their errors are added to `problems`.

    Labels in `labels` for the pack's own language replace those in `rows`, so that a pack can rename one row of the
    pack that it extends.
    """

    def read(text: str, path: Loc) -> RichText:
        with reported(problems.extend):
            return parse_inline(text, tree.location(path))
        return RichText()

    own = {rule.field: read(rule.label, ("rows", place, "label")) for place, rule in enumerate(settings.rows)}
    others = {
        language: {field: read(text, ("labels", language, field)) for field, text in labels.items()}
        for language, labels in settings.labels.items()
    }
    return {"": own | others.get(settings.language, {}), **others}
