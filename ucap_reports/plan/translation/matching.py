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
    """Return the PO file with an entry for each passage of the plan, and the translations that are known.

    A passage whose text is known keeps its translation wherever it has moved. One whose text has changed gets the
    translation of its field, marked fuzzy, or of a similar text that was in another place of the same list. An entry
    that another passage has by its text is not used twice.
    """
    translated = [entry for entry in (*known.entries, *known.obsolete) if entry.text]
    by_source: dict[str, list[PoEntry]] = {}
    for entry in translated:
        by_source.setdefault(entry.source, []).append(entry)
    all_passages = passages(plan, tree)
    texts = {passage.text for passage in all_passages}
    unused = {(entry.field, entry.source): entry for entry in translated if entry.source not in texts}
    untranslated = [passage for passage in all_passages if passage.text not in by_source]
    earlier = _earlier_texts(untranslated, list(unused.values()))
    entries = []
    for passage in all_passages:
        entries.append(_entry(passage, by_source.get(passage.text, ()), earlier.get(passage.field)))
    for entry in earlier.values():
        unused.pop((entry.field, entry.source), None)
    return replace(known, entries=tuple(entries), obsolete=tuple(unused.values()))


def imported_entries(imported: Iterable[ImportedEntry], known: PoFile) -> Iterator[PoEntry]:
    """Yield the entries of an imported file, completed with what the PO file knows about them.

    The state of an entry stays. Only an outdated row of a spreadsheet that now has another translation is up to date,
    because translators rarely change the state there. Notes and earlier source texts, which spreadsheets and some
    editors do not keep, come from the PO file.
    """
    outdated = {entry.field: entry.text for entry in known.entries if entry.fuzzy}
    replaced = {(entry.field, entry.source): entry for entry in known.entries}
    for row in imported:
        entry = row.entry
        if not row.has_own_state and outdated.get(entry.field, entry.text) != entry.text:
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


def _earlier_texts(passages: Sequence[Passage], unused: Sequence[PoEntry]) -> Mapping[str, PoEntry]:
    """Return the entries of earlier texts of passages by field: those of the same fields first, then similar ones."""
    by_field = {entry.field: entry for entry in unused}
    earlier = {passage.field: by_field[passage.field] for passage in passages if passage.field in by_field}
    remaining = [entry for entry in unused if entry.field not in earlier]
    for passage in passages:
        if passage.field in earlier:
            continue
        candidates = [entry for entry in remaining if _shape(entry.field) == _shape(passage.field)]
        similar = get_close_matches(passage.text, [entry.source for entry in candidates], 1, _SIMILAR)
        if similar:
            entry = next(entry for entry in remaining if entry.source == similar[0])
            earlier[passage.field] = entry
            remaining.remove(entry)
    return earlier


def _shape(field: str) -> str:
    """Return the field without its places in lists."""
    return _INDEX.sub("", field)


def _entry(passage: Passage, same: Sequence[PoEntry], changed: PoEntry | None) -> PoEntry:
    """Return the entry of a passage, given the entries with the same text, and that of its earlier text."""
    if same:
        best = min(same, key=lambda entry: (entry.field != passage.field, entry.fuzzy))
        return replace(best, field=passage.field)
    if changed is None:
        return PoEntry(passage.field, passage.text)
    previous = changed.previous or changed.source
    return replace(changed, field=passage.field, source=passage.text, fuzzy=True, previous=previous)
