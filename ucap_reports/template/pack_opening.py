"""Opening packs: folders found, read, laid over what they extend, and checked. Nothing else reads them from disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.plan.validation import validate
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.source.tree import Loc, Tree
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import TEMPLATES, shipped_folder
from ucap_reports.template.pack import PAGE_TEMPLATE, WORD_TEMPLATE, Pack, PackFile, PackSettings
from ucap_reports.template.pack_references import reference_problems
from ucap_reports.template.pack_validation import pack_problems
from ucap_reports.text.markup import parse_inline
from ucap_reports.text.rich_text import RichText

SETTINGS = "pack.yaml"
FOLDERS = ("images", "fonts")
MAX_FILE_BYTES = 32 * 1024 * 1024
"""More than any template, logo or font needs."""


class PackFolder(Struct, frozen=True):
    """Where packs lie: `path` on disk, `shown` as problems name it."""

    path: Path
    shown: str


class LayeredTree(Struct, frozen=True):
    """The settings of a pack over those of the packs it extends, the nearest layer first."""

    value: Any
    layers: tuple[Tree, ...]

    def location(self, path: Loc, *, key: bool = False) -> Location:
        """The place in the nearest layer that has `path`; a nearby place in the pack itself where none has."""
        depth = self.depth(path)
        return self.layers[depth if depth < len(self.layers) else 0].location(path, key=key)

    def depth(self, path: Loc) -> int:
        """How many packs lie over the nearest layer that has `path`: 0 for the pack itself, that of no layer where none
        has it.
        """
        return next((depth for depth, layer in enumerate(self.layers) if _holds(layer.value, path)), len(self.layers))


class OpenedPack(Struct, frozen=True):
    """A pack with the places of its settings, which its designer needs to know."""

    pack: Pack
    tree: LayeredTree


class PackLayers(Struct, frozen=True):
    """A pack read from disk: its settings and those of the packs it extends, nearest first, and the files of all.
    `shipped` is whether the first place where packs are looked up, which is the project's, has none of its name.
    """

    name: str
    trees: tuple[Tree, ...]
    files: Mapping[str, PackFile]
    shipped: bool


def shipped_packs() -> PackFolder:
    """Where the packs lie that come with the product."""
    return PackFolder(shipped_folder() / TEMPLATES, TEMPLATES)


def open_pack(pack: str | Path, folders: Sequence[PackFolder] | None = None) -> Pack:
    """A template pack with everything that it inherits.

    Args:
        pack: The name of a pack, or the `Path` of its folder.
        folders: The folders in which a name is looked up, the first that has it; by default that of the shipped packs.

    Raises:
        ProblemsFound: With all errors in the settings of the pack, or if there is no such pack.
    """
    return open_with_places(pack, folders).pack


def open_with_places(pack: str | Path, folders: Sequence[PackFolder] | None = None) -> OpenedPack:
    """What `open_pack` opens and raises, with the places of its settings."""
    return assemble(read_layers(pack, folders))


def read_layers(pack: str | Path, folders: Sequence[PackFolder] | None = None) -> PackLayers:
    """The pack as it lies on disk, with all it extends. Raises ProblemsFound where a file of it cannot be read."""
    searched = (shipped_packs(),) if folders is None else tuple(folders)
    name = str(pack)
    if isinstance(pack, Path):
        name = pack.resolve().name
        searched = (PackFolder(pack.resolve().parent, str(pack.parent)), *searched)
    trees, files = _read_layers(name, searched)
    return PackLayers(name, trees, files, shipped=not (searched[0].path / name / SETTINGS).is_file())


def assemble(read: PackLayers) -> OpenedPack:
    """The pack that the layers make. Raises ProblemsFound with what is wrong in their settings."""
    name, files, layers = read.name, read.files, read.trees
    value: Any = {}
    for layer in reversed(layers):
        value = _laid_over(value, layer.value)
    tree = LayeredTree({**value, "name": name}, layers)
    settings = validate(PackSettings, tree)
    problems = [
        *_misnamed(name, layers[0]),
        *pack_problems(settings, tree.location),
        *reference_problems(settings, files, tree.location),
        *_missing_files(name, files, layers),
    ]
    labels = _labels(settings, tree, problems)
    if problems:
        raise ProblemsFound(
            sorted(problems, key=lambda problem: (problem.location.path or "", problem.location.line or 0))
        )
    return OpenedPack(Pack(settings, files, labels, read.shipped), tree)


def own_files(name: str, folders: Sequence[PackFolder]) -> Mapping[str, PackFile]:
    """The templates, images and fonts that a pack has itself. Raises ProblemsFound where they are not to be read."""
    return _read_files(_find(name, folders, [], Location()))


def pack_names(folders: Sequence[PackFolder]) -> tuple[str, ...]:
    """The names of all packs in the folders, sorted."""
    return tuple(sorted({found.parent.name for folder in folders for found in folder.path.glob(f"*/{SETTINGS}")}))


def _read_layers(name: str, folders: Sequence[PackFolder]) -> tuple[tuple[Tree, ...], Mapping[str, PackFile]]:
    """The trees of a pack and of what it extends, nearest first, and all their files, the nearest of each name."""
    layers: list[Tree] = []
    files: dict[str, PackFile] = {}
    used: list[Path] = []
    wanted: str | None = name
    location = Location()
    while wanted is not None:
        folder = _find(wanted, folders, used, location)
        used.append(folder.path)
        tree = _read_settings(folder)
        layers.append(tree)
        files = {**_read_files(folder), **files}
        wanted = tree.value.get("extends") if isinstance(tree.value, dict) else None
        location = tree.location(("extends",))
        if wanted is not None and not isinstance(wanted, str):
            raise ProblemsFound([Problem.error("type-wrong", "extends needs the name of a pack", location=location)])
    return tuple(layers), files


def _read_settings(folder: PackFolder) -> Tree:
    path, shown = folder.path / SETTINGS, f"{folder.shown}/{SETTINGS}"
    if not path.resolve().is_relative_to(folder.path.resolve()):
        raise ProblemsFound([_outside(SETTINGS, shown)])
    return parse(read_source(path, shown))


def _outside(name: str, shown: str) -> Problem:
    message = f"{name} leads out of its pack"
    return Problem.error("file-outside", message, "put the file itself there", Location(shown))


def _find(name: str, folders: Sequence[PackFolder], used: Sequence[Path], location: Location) -> PackFolder:
    """The first folder of that name that is not in use yet, so that a pack can extend the shipped one of its name."""
    for folder in folders:
        path = folder.path / name
        if path not in used and Path(name).name == name and (path / SETTINGS).is_file():
            is_hidden = any(other.name == name for other in used)  # by the pack of the same name that extends it
            return PackFolder(path, path.as_posix() if is_hidden else f"{folder.shown}/{name}")
    names = pack_names(folders)
    if name in names:
        message = f'the pack "{name}" extends itself' if len(used) == 1 else f'the packs extend each other: "{name}"'
        raise ProblemsFound([Problem.error("pack-circular", message, "extend another pack", location)])
    hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
    raise ProblemsFound([Problem.error("pack-unknown", f'no pack is called "{name}"', hint, location)])


def _laid_over(lower: Any, upper: Any) -> Any:
    """`upper` with what only `lower` has: mappings are merged key by key, everything else is replaced."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    return lower | {key: _laid_over(lower.get(key), value) for key, value in upper.items()}


def _holds(value: Any, path: Loc) -> bool:
    for step in path:
        match value:
            case dict() if step in value:
                value = value[step]
            case list() if isinstance(step, int) and step < len(value):
                value = value[step]
            case _:
                return False
    return True


def _read_files(folder: PackFolder) -> dict[str, PackFile]:
    """The templates, images and fonts of one folder by their path in it."""
    paths = [folder.path / name for name in (WORD_TEMPLATE, PAGE_TEMPLATE)]
    for subfolder in FOLDERS:
        paths += sorted((folder.path / subfolder).glob("*"))
    home = folder.path.resolve()
    problems: list[Problem] = []
    files: dict[str, PackFile] = {}
    for path in paths:
        name = path.relative_to(folder.path).as_posix()
        shown = f"{folder.shown}/{name}"
        if not path.is_file():
            continue
        if not path.resolve().is_relative_to(home):
            problems.append(_outside(name, shown))
        elif path.stat().st_size > MAX_FILE_BYTES:
            message = f"{name} is larger than {MAX_FILE_BYTES // 1024**2} MiB"
            problems.append(Problem.error("file-too-large", message, location=Location(shown)))
        else:
            files[name] = PackFile(shown, path.read_bytes())
    if problems:
        raise ProblemsFound(problems)
    return files


def _misnamed(name: str, tree: Tree) -> list[Problem]:
    """An error where a pack calls itself other than its folder, by which plans name it."""
    said = tree.value.get("name", name) if isinstance(tree.value, dict) else name
    if said == name:
        return []
    message = f'the pack calls itself "{said}", and its folder "{name}"'
    return [Problem.error("pack-misnamed", message, "leave the name out", tree.location(("name",)))]


def _missing_files(name: str, files: Mapping[str, PackFile], layers: Sequence[Tree]) -> list[Problem]:
    hint = 'add it, or inherit it with "extends: iuc-asia"'
    return [
        Problem.error("file-missing", f"the pack {name} has no {needed}", hint, layers[0].location(()))
        for needed in (WORD_TEMPLATE, PAGE_TEMPLATE)
        if needed not in files
    ]


def _labels(settings: PackSettings, tree: LayeredTree, problems: list[Problem]) -> Mapping[str, Mapping[str, RichText]]:
    """The row labels read as rich text, what is wrong with them added to `problems`. What `labels` says in the pack's
    own language stands before what the rows say: so a pack that extends another renames one row.
    """

    def read(text: str, path: Loc) -> RichText:
        try:
            return parse_inline(text, tree.location(path))
        except ProblemsFound as found:
            problems.extend(found.problems)
            return RichText()

    own = {rule.field: read(rule.label, ("rows", place, "label")) for place, rule in enumerate(settings.rows)}
    others = {
        language: {field: read(text, ("labels", language, field)) for field, text in labels.items()}
        for language, labels in settings.labels.items()
    }
    return {"": own | others.get(settings.language, {}), **others}
