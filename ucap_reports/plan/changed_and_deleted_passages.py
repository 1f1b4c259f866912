"""Which translation a passage has after its text was changed or moved, and what becomes of those of deleted passages.

A passage has the translation of the same text, else that of its field, else that of a similar text.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from operator import itemgetter

from msgspec.structs import replace

from ucap_reports.plan.passages import Passage, passages
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.po_files import PoEntry, PoFile, entry_key
from ucap_reports.source.yaml_tree import Tree

_LEAST_SIMILARITY = 0.7
_INDEX = re.compile(r"\d+")


def merged_translation(plan: Plan, tree: Tree, known: PoFile) -> PoFile:
    """Return the PO file with an entry for each passage of the plan, and the translations that are known.

    A passage whose text is known keeps its translation wherever it has moved. One whose text has changed gets the
    translation of its field, marked fuzzy, or of a similar text that was in another place of the same list. An entry
    that a passage has by its text is not used for another text. No translation is lost: those that no passage has are
    obsolete, unless another one has the same words for the same text.
    """
    all_entries = [*known.entries, *known.obsolete]
    known_entries = [entry for entry in all_entries if entry.text or entry.notes or entry.flags]
    all_passages = passages(plan, tree)
    same = _same_texts(all_passages, known_entries)
    used = {entry_key(entry) for entry in same.values()}
    unused: dict[tuple[str, str], PoEntry] = {}
    for entry in known_entries:
        if entry_key(entry) not in used:
            unused.setdefault(entry_key(entry), entry)
    untranslated = [passage for passage in all_passages if not same[passage.field].text]
    unused_translations = [entry for entry in unused.values() if entry.text]
    earlier = _earlier_texts(untranslated, unused_translations)
    entries = []
    for passage in all_passages:
        entry = replace(same[passage.field], field=passage.field)
        if passage.field in earlier:
            entry = _outdated(entry, earlier[passage.field])
        own = unused.get((passage.field, passage.text))
        if own is not None:
            notes = dict.fromkeys((*own.notes, *entry.notes))
            flags = dict.fromkeys((*own.flags, *entry.flags))
            entry = replace(entry, notes=tuple(notes), flags=tuple(flags))
        entries.append(entry)
    for entry in earlier.values():
        unused.pop(entry_key(entry), None)
    words = {(entry.source, entry.text) for entry in same.values()}
    obsolete = [entry for entry in unused.values() if entry.text and (entry.source, entry.text) not in words]
    return replace(known, entries=tuple(entries), obsolete=tuple(obsolete))


def _same_texts(all_passages: Sequence[Passage], known_entries: Sequence[PoEntry]) -> dict[str, PoEntry]:
    """Return the entry of each passage by its field, with the translation of the same text if there is one: that of the
    same field, else one that no other passage has, else a finished one of another passage.
    """
    by_source: dict[str, list[PoEntry]] = {}
    for entry in known_entries:
        by_source.setdefault(entry.source, []).append(entry)
    same: dict[str, PoEntry] = {}
    for passage in all_passages:
        with_text = by_source.get(passage.text, ())
        own = [entry for entry in with_text if entry.field == passage.field and entry.text]
        if own:
            same[passage.field] = min(own, key=lambda entry: entry.fuzzy)
    used = {entry_key(entry) for entry in same.values()}
    texts = {passage.field: passage.text for passage in all_passages}
    for passage in all_passages:
        if passage.field in same:
            continue
        candidates = []
        for entry in by_source.get(passage.text, ()):
            is_of_another_field = entry.field != passage.field
            is_of_another_passage = is_of_another_field and texts.get(entry.field) == entry.source
            is_used = is_of_another_passage or entry_key(entry) in used
            is_finished = bool(entry.text) and not entry.fuzzy
            if is_finished or not is_used:
                rank = (not entry.text, is_used, is_of_another_field, entry.fuzzy)
                candidates.append((rank, entry))
        if candidates:
            _, best = min(candidates, key=itemgetter(0))
            used.add(entry_key(best))
            same[passage.field] = best
        else:
            same[passage.field] = PoEntry(passage.field, passage.text)
    return same


def _earlier_texts(passages: Sequence[Passage], unused: Sequence[PoEntry]) -> Mapping[str, PoEntry]:
    """Return the entries of earlier texts of passages by field: those of the same fields first, then similar ones.

    Of several entries of a field, the first is its earlier text: the others are obsolete.
    """
    by_field: dict[str, PoEntry] = {}
    for entry in unused:
        by_field.setdefault(entry.field, entry)
    earlier = {passage.field: by_field[passage.field] for passage in passages if passage.field in by_field}
    remaining = [entry for entry in unused if earlier.get(entry.field) is not entry]
    for passage in passages:
        if passage.field in earlier:
            continue
        candidates = [entry for entry in remaining if _shape(entry.field) == _shape(passage.field)]
        sources = [entry.source for entry in candidates]
        similar = get_close_matches(passage.text, sources, 1, _LEAST_SIMILARITY)
        if similar:
            entry = candidates[sources.index(similar[0])]
            earlier[passage.field] = entry
            remaining.remove(entry)
    return earlier


def _shape(field: str) -> str:
    """Return the field without its places in lists."""
    return _INDEX.sub("", field)


def _outdated(entry: PoEntry, earlier: PoEntry) -> PoEntry:
    """Return the entry of a passage without a translation, with that of its earlier text, marked fuzzy."""
    return replace(
        entry,
        text=earlier.text,
        fuzzy=True,
        notes=earlier.notes or entry.notes,
        line=earlier.line,
        previous=earlier.previous or earlier.source,
        flags=earlier.flags or entry.flags,
    )
