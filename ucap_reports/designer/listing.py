"""The packs there are."""

from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.packs import PackFolder, open_pack, pack_names, shipped_packs
from ucap_reports.problems import ProblemsFound


class Listed(Struct, frozen=True):
    """A pack as lists have it: `path` is its folder as messages name it. Without a `title` it cannot be opened."""

    name: str
    title: str | None
    extends: str | None
    path: str
    shipped: bool


def list_packs(folders: Sequence[PackFolder]) -> tuple[Listed, ...]:
    """Every pack in the folders by its name, each from the first folder that has it."""
    return tuple(_listed(name, folders) for name in pack_names(folders))


def _listed(name: str, folders: Sequence[PackFolder]) -> Listed:
    home = next(folder for folder in folders if name in pack_names([folder]))
    path, shipped = f"{home.shown}/{name}", home.path == shipped_packs().path
    try:
        settings = open_pack(name, folders).settings
    except ProblemsFound:
        return Listed(name, None, None, path, shipped)
    return Listed(name, settings.title, settings.extends, path, shipped)
