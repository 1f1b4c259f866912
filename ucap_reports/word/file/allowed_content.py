"""The allowlist of what finished Word files may contain; its tables are in `allowed_content.toml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from ucap_reports.storage.artifact_cache import shipped_table
from ucap_reports.word.file.package_parts import IMAGE

STRICT = "http://purl.oclc.org/ooxml/"
"""The beginning of the namespaces and relationship types of "Strict Open XML" files."""
IMAGES: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
"""Types of raster images, with the first bytes of their files. Metafiles (EMF, WMF) are lists of drawing commands that
printer drivers and old readers execute; PNG replaces BMP and TIFF.
"""
SVG = "image/svg+xml"


class Allowlist(Struct, frozen=True, forbid_unknown_fields=True):
    """The tables of allowed_content.toml, which explains them."""

    settings: frozenset[str]
    active: frozenset[str]
    fields: frozenset[str]
    fetching_fields: frozenset[str]
    editing: tuple[str, ...]
    changes: tuple[str, ...]
    namespaces: frozenset[str]
    package_parts: Mapping[str, tuple[str, ...]]
    single_parts: Mapping[str, tuple[str, ...]]
    other_parts: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]
    settings_refused: Mapping[str, str]
    settings_left_out: Mapping[str, str]
    references: Mapping[str, str]

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The relationships between parts, with the part types of their targets."""
        return {**self.single_parts, **self.other_parts, IMAGE: (*IMAGES, SVG)}


@cache
def allowlist() -> Allowlist:
    """Return the allowlist."""
    return shipped_table(Path(__file__).with_name("allowed_content.toml"), Allowlist)
