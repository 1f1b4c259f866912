"""What is beside the text of a Word file: notes, comments, text boxes, pictures. No field takes any of it."""

from collections.abc import Iterator, Mapping

from lxml import etree

from ucap_reports.importers.imported_form import PICTURE
from ucap_reports.importers.word_package import RELATIONS, WORD, WordPackage

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_DRAWN = {f"{WORD}drawing", f"{WORD}pict", f"{WORD}object", f"{ALTERNATIVES}AlternateContent"}
_SIGNS = {
    "wingdings": {"E0": "→", "E8": "→", "D8": "→", "F0": "→", "A7": "▪", "9F": "•", "FC": "✓", "FE": "☑", "A8": "□"},
    "symbol": {"B7": "•", "AE": "→", "B0": "°", "B1": "±", "B3": "≥", "A3": "≤", "B4": "\u00d7"},
}
"""The Unicode characters for signs of old fonts, by the last two digits of their number in the private use area."""
Beside = tuple[str, str]
"""What something is, and its words, which a picture may not have."""


def beside_text(child: etree._Element, notes: Mapping[tuple[str, str], Beside]) -> Iterator[Beside]:
    """What an element of a run refers to that is not text; nothing for those that only describe how text looks."""
    kind = etree.QName(child).localname
    if kind in _NOTES:
        yield notes.get((_NOTES[kind], child.get(f"{WORD}id", "")), (_NOTES[kind], ""))
    elif child.tag in _DRAWN:
        yield from _drawn(child)
    elif kind == "sym" and sign(child) is None:
        yield f"sign of the font {child.get(f'{WORD}font', '')}", ""
    elif kind == "ruby":
        yield "reading above characters", words(child.find(f"{WORD}rt"))


def notes_of(package: WordPackage) -> Mapping[tuple[str, str], Beside]:
    """Footnotes, endnotes and comments with their words, by kind and identifier."""
    found = {}
    for kind in _NOTES.values():
        for note in package.part(f"word/{kind}s.xml").iter(f"{WORD}{kind}"):
            author = f" by {note.get(f'{WORD}author') or 'unknown'}" if kind == "comment" else ""
            found[kind, note.get(f"{WORD}id", "")] = f"{kind}{author}", words(note)
    return found


def sign(symbol: etree._Element) -> str | None:
    """The character for a sign of an old font; None where that is not known."""
    known = _SIGNS.get((symbol.get(f"{WORD}font") or "").lower(), {})
    return known.get((symbol.get(f"{WORD}char") or "").upper()[-2:])


def words(holder: etree._Element | None) -> str:
    """The words of an element, one line for each paragraph, without deleted ones."""
    if holder is None:
        return ""
    blocks = list(holder.iter(f"{WORD}p")) or [holder]
    return "\n".join(text for block in blocks if (text := "".join(_texts(block)).strip()))


def formula(holder: etree._Element) -> str | None:
    """The signs of a formula; None for other elements."""
    return "".join(each.text or "" for each in holder.iter(f"{_MATH}t")) if holder.tag.startswith(_MATH) else None


def _texts(block: etree._Element) -> Iterator[str]:
    for each in block.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br"):
        yield (each.text or "") if each.tag == f"{WORD}t" else " "


def _drawn(drawn: etree._Element) -> Iterator[Beside]:
    """A text box with its words, and a picture with its descriptions; of alternatives the first one."""
    if drawn.tag.startswith(ALTERNATIVES):
        drawn = next(iter(drawn), drawn)
    boxes = [text for box in drawn.iter(f"{WORD}txbxContent") if (text := words(box))]
    yield from (("text box", text) for text in boxes)
    said = (each.get(name) for each in drawn.iter(etree.Element) for name in ("descr", "alt", "title"))
    descriptions = dict.fromkeys(" ".join(text.split()) for text in said if text)
    yield from ((PICTURE, text) for text in descriptions)
    attributes = [f"{RELATIONS}{name}" for name in ("embed", "id", "link", "pict")]
    if not (boxes or descriptions) and any(each.get(name) for each in drawn.iter(etree.Element) for name in attributes):
        yield PICTURE, ""
