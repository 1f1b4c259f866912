"""Paragraphs of a Word file as lines: runs with their styles and links, items with their level and marker."""

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.lines import Line
from ucap_reports.importers.package import RELATIONS, WORD, Package, value, whole
from ucap_reports.markup.inlines import Piece
from ucap_reports.markup.links import link_target
from ucap_reports.richtext import Break, Marker, Run, Script
from ucap_reports.word.languages import EAST_ASIAN, primary, tag_of

_TRANSPARENT = {
    f"{WORD}{name}"
    for name in ("ins", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "customXml", "dir", "bdo")
}
_OFF = {"0", "false", "off", "none"}
_FIELD = re.compile(r'\s*HYPERLINK\s+"([^"]+)"')
_EMPHATIC = {"strong": {"bold": True}, "emphasis": {"italic": True}}


class _Field(Struct):
    """A field that is being read: what it is told to do, and whether its result has begun."""

    instruction: str = ""
    shown: bool = False


class Paragraphs:
    """Reads paragraphs of one part of a file; `exact` takes every language that a run says to be meant."""

    def __init__(self, package: Package, *, part: str, exact: bool) -> None:
        self._package = package
        self._links = package.relations(part)
        self._exact = exact
        self._own = (package.properties.language or "en").split("-")[0]
        self._fields: list[_Field] = []

    def line(self, paragraph: etree._Element) -> Line:
        """The paragraph's pieces, and its place in a list."""
        pieces = tuple(self._pieces(paragraph, Run("")))
        properties = paragraph.find(f"{WORD}pPr")
        numbering = self._numbering(properties)
        if numbering is not None:
            number, level = numbering
            shape = self._package.lists.get((number, level))
            if shape is not None and shape.marker is not Marker.NONE:
                return Line(pieces, level, shape.marker, shape.start, number)
        return Line(pieces, under=self._under(properties))

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
        left = whole(indent.get(f"{WORD}left") or indent.get(f"{WORD}start"))
        levels = sorted(
            {shape.indent for (_, level), shape in self._package.lists.items() if level == 1 and shape.indent}
        )
        return None if left <= 0 else int(bool(levels) and left >= levels[0])

    def _pieces(self, holder: etree._Element, style: Run) -> Iterator[Piece]:
        for child in holder:
            if child.tag == f"{WORD}r":
                yield from self._run(child, style)
            elif child.tag == f"{WORD}hyperlink":
                address = link_target(self._links.get(child.get(f"{RELATIONS}id", ""), "")).address
                yield from self._pieces(child, replace(style, link=address))
            elif child.tag in _TRANSPARENT:
                field = _FIELD.match(child.get(f"{WORD}instr", ""))
                link = link_target(field[1]).address if field else style.link
                yield from self._pieces(child, replace(style, link=link))

    def _run(self, run: etree._Element, style: Run) -> Iterator[Piece]:
        styled = self._styled(run.find(f"{WORD}rPr"), style)
        for child in run:
            match child.tag:
                case tag if tag == f"{WORD}t" and self._is_shown():
                    yield replace(styled, text=child.text or "", link=styled.link or self._field_link())
                case tag if tag == f"{WORD}tab":
                    yield replace(styled, text="\t")
                case tag if tag == f"{WORD}noBreakHyphen":
                    yield replace(styled, text="\u2011")
                case tag if tag in {f"{WORD}br", f"{WORD}cr"}:
                    yield Break()
                case tag if tag == f"{WORD}fldChar":
                    self._mark(child.get(f"{WORD}fldCharType", ""))
                case tag if tag == f"{WORD}instrText" and self._fields:
                    self._fields[-1].instruction += child.text or ""
                case _:
                    pass

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
        return link_target(found[-1]).address if found else None

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
