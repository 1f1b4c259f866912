"""Which pack and language a Word file was built with, by the labels in it."""

from collections.abc import Collection, Iterator, Sequence

from ucap_reports.importers.field_labels import folded_label
from ucap_reports.template.pack import Pack

MIN_LABELS = 2
"""A single label is a word that any document may have."""
PackLanguage = tuple[str, str]
"""The name of a pack, and a language of its labels."""


def detected_packs(texts: Collection[str], packs: Sequence[Pack], language: str = "") -> Sequence[PackLanguage]:
    """Return the packs and languages with the most labels that paragraphs of a file consist of or begin with.

    Several are returned if packs have the same labels; none, if the file does not have the labels of any. With a
    `language`, only labels in that language are looked for.
    """
    beginnings = set()
    for text in texts:
        beginnings |= {folded_label(text), folded_label(text.partition(":")[0])}
    counts: dict[PackLanguage, int] = {}
    for pack in packs:
        for tag, labels in _labels(pack):
            if not language or tag.lower() == language.lower():
                counts[pack.name, tag] = len(labels & beginnings)
    highest = max(counts.values(), default=0)
    if highest < MIN_LABELS:
        return []
    return [pack_language for pack_language, count in counts.items() if count == highest]


def _labels(pack: Pack) -> Iterator[tuple[str, set[str]]]:
    """Yield the folded labels of a pack in each of its languages."""
    settings = pack.settings
    for tag, labels in pack.labels.items():
        texts = [label.text for label in labels.values()]
        if tag:
            wording = settings.wording.get(tag)
            texts += wording.short_labels.values() if wording else ()
        else:
            texts += [rule.short_label for rule in settings.rows if rule.short_label]
        folded = {folded_label(text) for text in texts}
        yield tag or settings.language, folded - {""}
