"""The text of a font's glyphs, including those without a character, read from the font's substitutions."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from unicodedata import bidirectional, category, normalize

from fontTools.ttLib import TTFont

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_SINGLE, _MULTIPLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 2, 3, 4, 7
_FORMS = frozenset({*range(0xFB1D, 0xFE00), *range(0xFE70, 0xFEFD)})
"""Characters that are forms and ligatures of Hebrew and Arabic letters."""
_NO_TEXT = frozenset({"Cc", "Co"})
_PASSES = 4
"""More passes than fonts need from a letter to the last of its forms."""

Substitution = tuple[tuple[str, ...], str]
"""The names of glyphs that are replaced, and of one that replaces them."""


def glyph_meanings(content: bytes) -> tuple[str, ...]:
    """Return the text of each glyph in the font's order: the letter of a form, the letters of a ligature.

    Text of a right-to-left script is reversed, because readers of PDF reverse the complete line.
    """
    font = TTFont(BytesIO(content), lazy=True)
    known: dict[str, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        if category(chr(code)) not in _NO_TEXT:
            known.setdefault(name, normalize("NFKC", chr(code)) if code in _FORMS else chr(code))
    substitutions = list(_substitutions(font))
    for _ in range(_PASSES):
        for replaced, name in substitutions:
            if name not in known and all(part in known for part in replaced):
                known[name] = "".join(known[part] for part in replaced)
    return tuple(_left_to_right(known.get(name, _UNKNOWN)) for name in font.getGlyphOrder())


def _left_to_right(text: str) -> str:
    is_reversed = any(bidirectional(character) in {"R", "AL"} for character in text)
    return text[::-1] if is_reversed or category(text[0]) == "Mn" else text


def _substitutions(font: Any) -> Iterator[Substitution]:
    """The substitutions of the font's lookups (OpenType 1.9, GSUB); contextual ones refer to simple ones."""
    if "GSUB" in font:
        for lookup in font["GSUB"].table.LookupList.Lookup:
            for table in lookup.SubTable:
                yield from _of_table(table.ExtSubTable if table.LookupType == _EXTENSION else table)


def _of_table(table: Any) -> Iterator[Substitution]:
    if table.LookupType == _SINGLE:
        yield from (((replaced,), name) for replaced, name in table.mapping.items())
    elif table.LookupType == _MULTIPLE:
        yield from (((replaced,), names[0]) for replaced, names in table.mapping.items() if names)
    elif table.LookupType == _ALTERNATE:
        yield from (((replaced,), name) for replaced, names in table.alternates.items() for name in names)
    elif table.LookupType == _LIGATURE:
        for first, ligatures in table.ligatures.items():
            yield from (((first, *ligature.Component), ligature.LigGlyph) for ligature in ligatures)
