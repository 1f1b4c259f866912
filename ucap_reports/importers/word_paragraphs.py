"""Paragraphs of a Word file as lines: runs with their styles and links, items with their level and marker."""

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.lines_to_blocks import DEEPEST, TextLine
from ucap_reports.importers.notes_and_pictures import Asides, Beside, formula, sign, words
from ucap_reports.importers.word_package import RELATIONS, WORD, WordPackage, value
from ucap_reports.text.inline_cleanup import Piece
from ucap_reports.text.language_tags import primary
from ucap_reports.text.links import explicit_address
from ucap_reports.text.rich_text import Break, Marker, Run, Script
from ucap_reports.word.file.word_languages import EAST_ASIAN, tag_of
from ucap_reports.word.file.word_measures import twips, whole

_TRANSPARENT = {
    f"{WORD}{name}"
    for name in ("ins", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "customXml", "dir", "bdo")
}
_OFF = {"0", "false", "off", "none"}
_FIELD = re.compile(r'\s*HYPERLINK\s+"([^"]+)"')
_SIGNS = {"tab": "\t", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
"""Elements that stand for a character."""
_EMPHATIC = {"strong": {"bold": True}, "emphasis": {"italic": True}}


class _Field(Struct):
    """A field that is being read: what it is told to do, and whether its result has begun."""

    instruction: str = ""
    shown: bool = False


class Paragraphs:
    """Reads paragraphs of one part of a file; `exact` takes every language that a run says to be meant."""

    def __init__(self, package: WordPackage, *, part: str, exact: bool) -> None:
        self._package = package
        self._links = package.relations(part)
        self._exact = exact
        self._own = (package.properties.language or "en").split("-")[0]
        self._fields: list[_Field] = []
        self._asides = Asides(package)
        self._beside: list[Beside] = []
        self._changed: dict[str, None] = {}

    def beside(self) -> list[Beside]:
        """What stood beside the text since this was last asked."""
        found, self._beside = self._beside, []
        return found

    def changed(self) -> list[str]:
        """What was not taken as it stands since this was last asked, in words."""
        found, self._changed = list(self._changed), {}
        return found

    def line(self, paragraph: etree._Element) -> TextLine:
        """The paragraph's pieces, and its place in a list."""
        pieces = tuple(self._pieces(paragraph, Run("")))
        properties = paragraph.find(f"{WORD}pPr")
        numbering = self._numbering(properties)
        if numbering is not None:
            number, level = numbering
            shape = self._package.lists.get((number, level))
            if shape is not None and shape.marker is not Marker.NONE:
                if level > DEEPEST:
                    self._change("a list has more than two levels; its deeper items are taken as items of the second")
                return TextLine(pieces, level, shape.marker, shape.start, number)
        return TextLine(pieces, under=self._under(properties))

    def _numbering(self, properties: etree._Element | None) -> tuple[str, int] | None:
        """The list and level of a paragraph, by itself or by its style."""
        for holder in self._holders(properties):
            numbering = holder.find(f"{WORD}numPr")
            number = value(numbering, "numId")
            if number is not None:
                return None if number == "0" else (number, whole(value(numbering, "ilvl")))
        return None

    def _holders(self, properties: etree._Element | None) -> Iterator[etree._Element]:
        """A paragraph's own properties, then those of its style and of the styles that that is based on."""
        if properties is not None:
            yield properties
        name = value(properties, "pStyle")
        for _ in range(10):
            style = self._package.styles.get(name or "")
            if style is None:
                return
            if (inherited := style.find(f"{WORD}pPr")) is not None:
                yield inherited
            name = value(style, "basedOn")

    def _under(self, properties: etree._Element | None) -> int | None:
        """The level of the item that an indented paragraph goes on."""
        indent = None if properties is None else properties.find(f"{WORD}ind")
        if indent is None:
            return None
        left = twips(indent.get(f"{WORD}left") or indent.get(f"{WORD}start"))
        levels = sorted(
            {shape.indent for (_, level), shape in self._package.lists.items() if level == 1 and shape.indent}
        )
        return None if left <= 0 else int(bool(levels) and left >= levels[0])

    def _pieces(self, holder: etree._Element, style: Run) -> Iterator[Piece]:
        for child in holder:
            if child.tag == f"{WORD}r":
                yield from self._run(child, style)
            elif child.tag == f"{WORD}hyperlink":
                address = explicit_address(self._links.get(child.get(f"{RELATIONS}id", ""), ""))
                yield from self._pieces(child, replace(style, link=address))
            elif child.tag in _TRANSPARENT:
                field = _FIELD.match(child.get(f"{WORD}instr", ""))
                link = explicit_address(field[1]) if field else style.link
                yield from self._pieces(child, replace(style, link=link))
            elif (signs := formula(child)) is not None:
                self._change("a formula is taken as its signs alone")
                yield replace(style, text=signs)

    def _run(self, run: etree._Element, style: Run) -> Iterator[Piece]:
        properties = run.find(f"{WORD}rPr")
        is_hidden = not self._exact and _is_on(properties, "vanish")
        if is_hidden and (text := words(run)):
            self._beside.append(Beside("hidden text", text))
        elif not is_hidden and (_is_on(properties, "strike") or _is_on(properties, "dstrike")):
            self._change("words that are struck through are taken like others")
        styled = self._styled(properties, style)
        for child in run:
            if child.tag == f"{WORD}fldChar":  # hidden too, or what follows would stand in a field that never ends
                self._mark(child.get(f"{WORD}fldCharType", ""))
            elif child.tag == f"{WORD}instrText" and self._fields:
                self._fields[-1].instruction += child.text or ""
            elif not is_hidden:
                yield from self._shown(child, styled)

    def _shown(self, child: etree._Element, styled: Run) -> Iterator[Piece]:
        """What a reader sees of a child of a run; what is no text is noted."""
        match etree.QName(child).localname:
            case "t" if self._is_shown():
                yield replace(styled, text=child.text or "", link=styled.link or self._field_link())
            case kind if kind in _SIGNS:
                yield replace(styled, text=_SIGNS[kind])
            case "sym" if known := sign(child):
                yield replace(styled, text=known)
            case "br" | "cr":
                yield Break()
            case "ruby":
                self._beside += self._asides.read(child)
                for base in child.iter(f"{WORD}rubyBase"):
                    yield from self._pieces(base, styled)
            case _:
                self._beside += self._asides.read(child)

    def _change(self, what: str) -> None:
        if not self._exact:
            self._changed[what] = None

    def _mark(self, kind: str) -> None:
        """A field begins, its result begins, or it ends."""
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shown = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_shown(self) -> bool:
        return all(field.shown for field in self._fields)

    def _field_link(self) -> str | None:
        found = [match[1] for field in self._fields if (match := _FIELD.match(field.instruction))]
        return explicit_address(found[-1]) if found else None

    def _styled(self, properties: etree._Element | None, style: Run) -> Run:
        """The style of a run: what is said of it itself, and what the well-known character styles mean."""
        if properties is None:
            return style
        name = self._package.styles.get(value(properties, "rStyle") or "")
        known = _EMPHATIC.get((value(name, "name") or "").lower(), {}) if name is not None else {}
        style = replace(style, **known)
        for tag, field in (("b", "bold"), ("i", "italic"), ("u", "underline")):
            said = value(properties, tag)
            if said is not None:
                style = replace(style, **{field: said not in _OFF})
        match value(properties, "vertAlign"):
            case "subscript":
                style = replace(style, script=Script.SUBSCRIPT)
            case "superscript":
                style = replace(style, script=Script.SUPERSCRIPT)
            case _:
                pass
        language = self._language(properties)
        return style if language is None else replace(style, language=language)

    def _language(self, properties: etree._Element) -> str | None:
        """The language that a run says; in a file that this product wrote the tag that the author wrote."""
        said = properties.find(f"{WORD}lang")
        language = None if said is None else said.get(f"{WORD}val")
        if said is None or not language:
            return None
        if not self._exact:
            return tag_of(language) if primary(language) != self._own else None
        return said.get(f"{WORD}{'bidi' if primary(language) in EAST_ASIAN else 'eastAsia'}") or tag_of(language)


def _is_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a run has a property that is on or off."""
    said = None if properties is None else properties.find(f"{WORD}{name}")
    return said is not None and said.get(f"{WORD}val") not in _OFF
