"""The files that a new pack begins with."""

from collections.abc import Iterator
from pathlib import Path

from ucap_reports.storage.atomic_files import NewFile
from ucap_reports.storage.project_folder import TEMPLATES, Project
from ucap_reports.template.pack import PAGE_TEMPLATE, WORD_TEMPLATE, Pack
from ucap_reports.template.pack_opening import SETTINGS, shipped_packs

EXAMPLE = "plain"
"""The shipped pack that is made to be copied whole."""
STARTER = Path(__file__).parent / "starters" / "extending-pack.yaml"
EXTENDED = "EXTENDED"
"""What stands in the starter for the name of the pack that is extended."""


def new_pack(project: Project, name: str, extended: Pack | None, *, copied: bool) -> Iterator[NewFile]:
    """The files of a pack of that name: settings that extend a pack, with its templates where they are to be `copied`,
    or else all of the smallest pack there is.
    """
    if extended is None:
        for path in sorted((shipped_packs().path / EXAMPLE).iterdir()):
            yield _file(project, f"{name}/{path.name}", path.read_bytes())
        return
    settings = STARTER.read_text(encoding="utf-8").replace(EXTENDED, extended.name)
    yield _file(project, f"{name}/{SETTINGS}", settings.encode())
    for file in (WORD_TEMPLATE, PAGE_TEMPLATE) if copied else ():
        yield _file(project, f"{name}/{file}", extended.files[file].content)


def _file(project: Project, name: str, content: bytes) -> NewFile:
    shown = f"{TEMPLATES}/{name}"
    return NewFile(project.root / shown, content, shown)
