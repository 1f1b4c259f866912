"""The list of packs."""

from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.problems import ProblemsFound
from ucap_reports.template.pack_opening import PackFolder, open_pack, pack_names, shipped_packs


class ListedPack(Struct, frozen=True):
    """A pack in the list. `path` is its folder as shown in messages; `title` is None if the pack cannot be opened."""

    name: str
    title: str | None
    extends: str | None
    path: str
    shipped: bool


def list_packs(folders: Sequence[PackFolder]) -> tuple[ListedPack, ...]:
    """All packs in the folders, sorted by name, each from the first folder that has it."""
    return tuple(_listed(name, folders) for name in pack_names(folders))


def _listed(name: str, folders: Sequence[PackFolder]) -> ListedPack:
    home = next(folder for folder in folders if name in pack_names([folder]))
    path, shipped = f"{home.shown}/{name}", home.path == shipped_packs().path
    try:
        settings = open_pack(name, folders).settings
    except ProblemsFound:
        return ListedPack(name, None, None, path, shipped)
    return ListedPack(name, settings.title, settings.extends, path, shipped)
