"""What the glyphs of a font stand for, those too that no character has: read from what it substitutes for what."""

from collections.abc import Iterator
from typing import Any
from unicodedata import bidirectional, category, normalize

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_SINGLE, _MULTIPLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 2, 3, 4, 7
_FORMS = frozenset({*range(0xFB1D, 0xFE00), *range(0xFE70, 0xFEFD)})
"""Characters that are forms and ligatures of others: those of Hebrew and Arabic letters."""
_NO_TEXT = frozenset({"Cc", "Co"})
_PASSES = 4
"""More than fonts need to come from letters to the last of their forms."""

Substitution = tuple[tuple[str, ...], str]
"""Names of the glyphs that are taken away, and of one that stands for them."""


def glyph_meanings(font: Any) -> tuple[str, ...]:
    """The text of each glyph in the font's order: of a form its letter, of a ligature its letters one by one. Those of
    a script that runs from the right stand from left to right: readers of PDF turn a line around as a whole.
    """
    order = font.getGlyphOrder()
    known: dict[str, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        if category(chr(code)) in _NO_TEXT:
            continue
        known.setdefault(name, normalize("NFKC", chr(code)) if code in _FORMS else chr(code))
    substitutions = list(_substitutions(font))
    for _ in range(_PASSES):
        for taken, given in substitutions:
            if given not in known and all(name in known for name in taken):
                known[given] = "".join(known[name] for name in taken)
    return tuple(_from_the_left(known.get(name, _UNKNOWN)) for name in order)


def _from_the_left(text: str) -> str:
    runs_from_the_right = any(bidirectional(character) in {"R", "AL"} for character in text)
    return text[::-1] if runs_from_the_right or category(text[0]) == "Mn" else text


def _substitutions(font: Any) -> Iterator[Substitution]:
    """What the font's lookups say (OpenType 1.9, GSUB), those of a context by the simple ones that they refer to."""
    if "GSUB" not in font:
        return
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            simple = table.ExtSubTable if table.LookupType == _EXTENSION else table
            yield from _of_table(simple)


def _of_table(table: Any) -> Iterator[Substitution]:
    match table.LookupType:
        case kind if kind == _SINGLE:
            yield from (((taken,), given) for taken, given in table.mapping.items())
        case kind if kind == _MULTIPLE:
            yield from (((taken,), given[0]) for taken, given in table.mapping.items() if given)
        case kind if kind == _ALTERNATE:
            yield from (((taken,), each) for taken, given in table.alternates.items() for each in given)
        case kind if kind == _LIGATURE:
            for first, ligatures in table.ligatures.items():
                yield from (((first, *ligature.Component), ligature.LigGlyph) for ligature in ligatures)
        case _:
            pass
