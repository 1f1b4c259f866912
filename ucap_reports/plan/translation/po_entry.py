"""The entries of a PO file, and how complete it is."""

from collections.abc import Collection

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


class ImportedEntry(Struct, frozen=True):
    """An entry of an imported file; `has_own_state` is whether the translator has set its state, as PO editors do."""

    entry: PoEntry
    has_own_state: bool = True


class Completeness(Struct, frozen=True):
    """The numbers of passages of a translation; `path` is its PO file in messages."""

    plan: str
    language: str
    path: str
    total: int
    missing: int
    outdated: int

    @property
    def translated(self) -> int:
        """The number of passages with an up-to-date translation."""
        return self.total - self.missing - self.outdated

    @property
    def percent(self) -> int:
        """The part of the passages that is translated; 100 only if all are."""
        return 100 * self.translated // self.total if self.total else 100


def completeness_of(entries: Collection[PoEntry], plan: str, language: str, path: str) -> Completeness:
    """Return the completeness of a translation with an entry for each passage."""
    missing = sum(not entry.text for entry in entries)
    outdated = sum(bool(entry.text) and entry.fuzzy for entry in entries)
    return Completeness(plan, language, path, len(entries), missing, outdated)
