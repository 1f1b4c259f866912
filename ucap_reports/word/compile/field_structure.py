"""Fields of a template's part, checked so that every finished document has the same ones.

A field's instruction has no tag in it, and the field begins and ends in the same branch of statements and alternatives.
"""

from collections.abc import Mapping

from lxml import etree
from msgspec import Struct, field

from ucap_reports.problems import Location, Problem
from ucap_reports.word.compile.docxtpl_tags import WordTagKind, find_word_tags
from ucap_reports.word.compile.statement_blocks import CLOSING, CONTINUING
from ucap_reports.word.compile.tag_marks import TagMark
from ucap_reports.word.file.allowed_fields import HINT, MADE, OTHER, instruction_fault
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import COMPATIBILITY, qualified

_SIMPLE, _CHARACTER, _INSTRUCTION = (qualified(f"w:{name}") for name in ("fldSimple", "fldChar", "instrText"))
_RUN, _PROPERTIES = qualified("w:r"), qualified("w:rPr")
_TEXTS = (_INSTRUCTION, *(qualified(f"w:{name}") for name in ("t", "delInstrText", "delText")))
"""What readers take for a piece of an instruction where it is in one."""
_BRANCHES = tuple(f"{{{COMPATIBILITY}}}{name}" for name in ("Choice", "Fallback"))
_CONTAINERS = tuple(qualified(f"w:{name}") for name in ("tc", "txbxContent", "footnote", "endnote"))
_TORN = "a field does not begin and end in the same place: the same cell, text box and branch of a condition"


class _OpenField(Struct, eq=False):
    """An open field: what is around its beginning, and the pieces of its instruction, None once that has ended."""

    begin: etree._Element
    container: etree._Element | None
    depth: int
    pieces: list[str] | None = field(default_factory=list)


def field_problems(
    root: etree._Element, places: ElementPlaces, path: str, marks: Mapping[etree._Element, TagMark]
) -> list[Problem]:
    """Errors for the fields of a part whose tags are `marks`: `content-active`, `content-external`, `link-invalid`."""
    if next(root.iter(_SIMPLE, _CHARACTER, _INSTRUCTION), None) is None:
        return []
    return _Walk(places, path, marks).problems_of(root)


class _Walk:
    """The fields of one part in document order."""

    def __init__(self, places: ElementPlaces, path: str, marks: Mapping[etree._Element, TagMark]) -> None:
        self._places, self._path, self._marks = places, path, marks
        self._fields: list[_OpenField] = []
        self._depth = 0
        self._problems: list[Problem] = []

    def problems_of(self, root: etree._Element) -> list[Problem]:
        for event, element in etree.iterwalk(root, events=("start", "end", "pi")):
            if event == "pi":
                if element in self._marks:
                    self._tag(self._marks[element])
            elif element.tag in _BRANCHES:
                self._branch(1 if event == "start" else -1, element)
            elif event == "start":
                self._element(element)
        self._close(0)
        return self._problems

    def _tag(self, mark: TagMark) -> None:
        if mark.tag.kind is WordTagKind.COMMENT:
            return
        if any(each.pieces is not None for each in self._fields):
            message = f'"{mark.tag.written}" is in the instruction of a field'
            hint = "put the tag in front of the field or behind it"
            self._problems.append(Problem.error("content-active", message, hint, mark.location))
        if mark.tag.kind is WordTagKind.STATEMENT:
            word = mark.tag.keyword
            if word in CLOSING:
                self._depth += 1
            elif word in CONTINUING or word in CLOSING.values():
                self._close(self._depth)
                self._depth -= word not in CONTINUING

    def _branch(self, step: int, element: etree._Element) -> None:
        """Enter or leave an alternative, of which readers choose one: an instruction cannot depend on it."""
        if step > 0 and any(each.pieces is not None for each in self._fields):
            self._report(element, "content-active", "the instruction of a field has alternatives")
        if step < 0:
            self._close(self._depth)
        self._depth += step

    def _close(self, depth: int) -> None:
        """Report the fields that are open at the end of the branch at that depth."""
        while self._fields and self._fields[-1].depth >= depth:
            self._report(self._fields.pop().begin, "content-active", _TORN)

    def _element(self, element: etree._Element) -> None:
        top = self._fields[-1] if self._fields else None
        pieces = top.pieces if top else None
        if element.tag == _SIMPLE:
            self._instruction(element, str(element.get(qualified("w:instr"))))
            if pieces is not None:
                pieces.append(MADE)
        elif element.tag == _CHARACTER:
            self._character(element, top)
        elif pieces is not None:
            parent = element.getparent()
            if element.tag in _TEXTS:
                pieces.append(element.text or "")
            elif parent is not None and parent.tag == _RUN and element.tag != _PROPERTIES:
                pieces.append(OTHER)
        elif element.tag == _INSTRUCTION:
            self._instruction(element, element.text or "")

    def _character(self, element: etree._Element, top: _OpenField | None) -> None:
        kind, container = element.get(qualified("w:fldCharType")), next(element.iterancestors(*_CONTAINERS), None)
        if kind == "begin":
            if top is not None and top.pieces is not None:
                top.pieces.append(MADE)
            self._fields.append(_OpenField(element, container, self._depth))
        elif top is None or top.container is not container or top.depth != self._depth:
            self._report(element, "content-active", _TORN)
        else:
            if top.pieces is not None:
                self._instruction(top.begin, "".join(top.pieces))
                top.pieces = None
            if kind == "end":
                self._fields.pop()

    def _instruction(self, element: etree._Element, instruction: str) -> None:
        fault = instruction_fault(instruction)
        if fault is not None and not find_word_tags(instruction).found:  # such tags have a problem of their own
            self._report(element, *fault)

    def _report(self, element: etree._Element, code: str, message: str) -> None:
        location = Location(self._path, place=self._places.of(element))
        self._problems.append(Problem.error(code, message, HINT, location))
