"""An entry of a PO file."""

from msgspec import Struct


class PoEntry(Struct, frozen=True):
    """A passage and its translation, empty if there is none. Its source may have changed since, if it is `fuzzy`."""

    field: str
    source: str
    text: str = ""
    fuzzy: bool = False
    notes: tuple[str, ...] = ()
    """The translator's comments."""
    line: int | None = None
    """The line in the PO file that it was read from."""
    previous: str = ""
    """The source text that was translated, if it is another one."""
