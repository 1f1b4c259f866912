"""Which entry of a PO file translates a passage: that with the same text, else of its field, else a similar one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from msgspec.structs import replace

from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.translation.passages import Passage, passages
from ucap_reports.plan.translation.po_entry import ImportedEntry, PoEntry
from ucap_reports.plan.translation.po_file import PoFile
from ucap_reports.source.yaml_tree import Tree

_SIMILAR = 0.7
_INDEX = re.compile(r"\d+")


def merged_translation(plan: Plan, tree: Tree, known: PoFile) -> PoFile:
    """The PO file with an entry for each passage of the plan, and the translations that are known.

    A passage whose text is known keeps its translation wherever it has moved. One whose text has changed gets the
    translation of its field, marked fuzzy, or of a similar text that was in another place of the same list. An entry
    that another passage has by its text is not used twice.
    """
    translated = [entry for entry in (*known.entries, *known.obsolete) if entry.text]
    by_source: dict[str, list[PoEntry]] = {}
    for entry in translated:
        by_source.setdefault(entry.source, []).append(entry)
    found = passages(plan, tree)
    texts = {passage.text for passage in found}
    gone = {(each.field, each.source): each for each in translated if each.source not in texts}
    changed = _changed([each for each in found if each.text not in by_source], list(gone.values()))
    used = {(each.field, each.source) for each in changed.values()}
    entries = tuple(_entry(each, by_source.get(each.text, ()), changed.get(each.field)) for each in found)
    return replace(known, entries=entries, obsolete=tuple(each for key, each in gone.items() if key not in used))


def imported_entries(imported: Iterable[ImportedEntry], known: PoFile) -> Iterator[PoEntry]:
    """Yield the entries of an imported file, completed with what the PO file knows about them.

    The state of an entry stays. Only an outdated row of a spreadsheet that now has another translation is up to date,
    because translators rarely change the state there. Notes and earlier source texts, which spreadsheets and some
    editors do not keep, come from the PO file.
    """
    outdated = {entry.field: entry.text for entry in known.entries if entry.fuzzy}
    replaced = {(entry.field, entry.source): entry for entry in known.entries}
    for each in imported:
        entry = each.entry
        if not each.has_own_state and outdated.get(entry.field, entry.text) != entry.text:
            entry = replace(entry, fuzzy=False)
        before = replaced.get((entry.field, entry.source))
        if before is not None:
            earlier = before.previous if entry.fuzzy else ""
            entry = replace(entry, notes=entry.notes or before.notes, previous=entry.previous or earlier)
        yield entry


def with_imported(known: PoFile, entries: Sequence[PoEntry]) -> PoFile:
    """Return the PO file with these entries in place of those for the same field and source."""
    imported = {(entry.field, entry.source) for entry in entries if entry.text}
    others = (entry for entry in known.entries if (entry.field, entry.source) not in imported)
    return replace(known, entries=(*entries, *others))


def _changed(passages: Sequence[Passage], gone: Sequence[PoEntry]) -> Mapping[str, PoEntry]:
    """The entries of earlier texts of passages by field: those of the same fields first, then similar ones."""
    by_field = {entry.field: entry for entry in gone}
    found = {each.field: by_field[each.field] for each in passages if each.field in by_field}
    left = [entry for entry in gone if entry.field not in found]
    for passage in passages:
        sources = [each.source for each in left if _shape(each.field) == _shape(passage.field)]
        if passage.field not in found and (close := get_close_matches(passage.text, sources, 1, _SIMILAR)):
            found[passage.field] = next(each for each in left if each.source == close[0])
            left.remove(found[passage.field])
    return found


def _shape(field: str) -> str:
    """The field without its places in lists."""
    return _INDEX.sub("", field)


def _entry(passage: Passage, same: Sequence[PoEntry], changed: PoEntry | None) -> PoEntry:
    """The entry of a passage, given the entries with the same text, and that of its earlier text."""
    if same:
        best = min(same, key=lambda entry: (entry.field != passage.field, entry.fuzzy))
        return replace(best, field=passage.field)
    if changed is None:
        return PoEntry(passage.field, passage.text)
    previous = changed.previous or changed.source
    return replace(changed, field=passage.field, source=passage.text, fuzzy=True, previous=previous)
