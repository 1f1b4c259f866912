"""Fields of Word files (ISO/IEC 29500-1, 17.16): which are allowed, and that each is the same in all documents.

A field may do much: read other files, start programs. So its instruction must be fixed text with an allowed name, and
it must begin and end in the same cell, text box, and branch of a condition.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct, field

from ucap_reports.problems import NOWHERE, Location, Problem, problem
from ucap_reports.text.links import link_address
from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.element_names import COMPATIBILITY, RUN, RUN_FORMAT, qualified
from ucap_reports.word.file.word_xml import read_finished

NESTED, OTHER = "\x01", "\x02"
"""Placeholders in an instruction: for another field, and for elements that are not text."""
_NAME = re.compile(rf'\s*(=|[a-z]+(?=[\s"\\{NESTED}]|$))', re.IGNORECASE)
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"?|(?P<switch>\\[\w*])|(?P<word>[^\s"]+)')
"""A part of an instruction: text in quotation marks, of which the last one may be missing, a switch, or a word."""
_SWITCHES_WITH_ARGUMENT = frozenset(("\\l", "\\o", "\\t", "\\*"))
"""The switches of HYPERLINK that have an argument (17.16.5.25), and that of the format."""
_SIMPLE, _CHARACTER, _INSTRUCTION = (qualified(f"w:{name}") for name in ("fldSimple", "fldChar", "instrText"))
_TEXTS = (_INSTRUCTION, *(qualified(f"w:{name}") for name in ("t", "delInstrText", "delText")))
"""Elements whose text readers add to the instruction that they are in."""
_FIELDS = ("fldChar", "fldSimple", "instrText")
_TEXT = re.compile("(<w:t(?: [^<>]*)?>)[^<]+")
_BRANCHES = tuple(f"{{{COMPATIBILITY}}}{name}" for name in ("Choice", "Fallback"))
_CONTAINERS = (*_BRANCHES, *(qualified(f"w:{name}") for name in ("tc", "txbxContent", "footnote", "endnote")))


def link_problem(target: str, location: Location = NOWHERE) -> Problem | None:
    """What is wrong with the target of a link, which must lead to the web, to an email address or into its own file,
    and must not contain a tag.
    """
    if any(braces in unquote(target) for braces in ("{{", "{%", "}}", "%}")):
        return problem("link-invalid", location, form="tag", address=target)
    is_absolute = target.lower().startswith(("http://", "https://", "mailto:"))  # anything else would be a file
    if target.startswith("#") or (is_absolute and link_address(target) is not None):
        return None
    return problem("link-invalid", location, address=target)


def instruction_problem(instruction: str, location: Location = NOWHERE) -> Problem | None:
    """What is wrong with the instruction of a field."""
    match = _NAME.match(instruction)
    if match is None:
        if instruction.lstrip().startswith(NESTED):
            return problem("content-active", location, form="nested-field")
        name = next(iter(instruction.replace(OTHER, " ").replace(NESTED, "{ }").split()), "")
        return problem("content-active", location, form="unknown-field", name=name)
    name = match[1].upper()
    if name not in allowlist().fields:
        is_fetching = name in allowlist().fetching_fields
        return problem("content-external" if is_fetching else "content-active", location, form="field", name=name)
    if name != "HYPERLINK":
        return None
    addresses = _link_addresses(instruction[match.end() :])
    for address in addresses:
        if address.lstrip().startswith(NESTED):
            return problem("content-active", location, form="nested-link")
        if (found := link_problem(address, location)) is not None:
            return found
    if len(addresses) > 1:
        return problem("link-invalid", location, form="surplus", address=addresses[1])
    return None


def _link_addresses(arguments: str) -> list[str]:
    """Return the addresses in the arguments of HYPERLINK. There should be one, or none beside a bookmark.

    Programs disagree about which of several they open.
    """
    addresses = []
    is_argument = False
    for token in _TOKEN.finditer(arguments):
        if token["switch"]:
            is_argument = token["switch"].lower() in _SWITCHES_WITH_ARGUMENT
        elif is_argument:
            is_argument = False
        elif address := token["quoted"] or token["word"]:
            addresses.append(address)
    return addresses


class TagStep(Struct, frozen=True):
    """A tag among the fields of a template, and whether it ends a branch of statements and begins one."""

    written: str
    location: Location
    ends: bool
    begins: bool


class _OpenField(Struct, eq=False):
    """A field without its end so far: the cell and the branch that it begins in, and the `pieces` of its instruction,
    None after the instruction.
    """

    begin: etree._Element
    place: tuple[object, object]
    pieces: list[str] | None = field(default_factory=list)


def field_problems(
    root: etree._Element, locate: Callable[[etree._Element], Location], tags: Mapping[etree._Element, TagStep]
) -> list[Problem]:
    """Errors for the fields of a part: `content-active`, `content-external`, `link-invalid`.

    `tags` are those of a template, by the nodes that represent them.
    """
    return _FieldWalk(locate, tags).problems_of(root)


def finished_field_problems(part: str) -> tuple[Problem, ...]:
    """Errors for the fields of a part of a finished document."""
    found = [name for name in _FIELDS if name in part]
    if not found:
        return ()
    # No instruction has text from before the first field or, unless its field has no end, after the last one.
    first, last = min(map(part.find, found)), max(map(part.rfind, found))
    return _finished_field_problems(_TEXT.sub(r"\1", part[:first]) + part[first:last] + _TEXT.sub(r"\1", part[last:]))


@lru_cache(maxsize=64)
def _finished_field_problems(part: str) -> tuple[Problem, ...]:
    """The same; without other text, headers and footers are equal in many documents."""
    return tuple(field_problems(read_finished(part.encode()), lambda _: NOWHERE, {}))


class _FieldWalk:
    """The fields of one part in document order."""

    def __init__(self, locate: Callable[[etree._Element], Location], tags: Mapping[etree._Element, TagStep]) -> None:
        self._locate, self._tags = locate, tags
        self._fields: list[_OpenField] = []
        self._branches: list[object] = []
        self._problems: list[Problem] = []

    def problems_of(self, root: etree._Element) -> list[Problem]:
        for event, element in etree.iterwalk(root, events=("start", "pi")):
            if event == "start":
                self._element(element)
            elif (tag := self._tags.get(element)) is not None:
                self._not_in_instruction(problem("content-active", tag.location, form="tag-in-field", tag=tag.written))
                del self._branches[len(self._branches) - tag.ends :]
                self._branches += [element] * tag.begins
        for each in self._fields:
            self._report_split(each.begin)
        return self._problems

    def _not_in_instruction(self, found: Problem) -> None:
        """Report a problem that something is only if it is in the instruction of a field, which is not read on."""
        for each in [each for each in self._fields if each.pieces is not None][-1:]:
            each.pieces = None
            self._problems.append(found)

    def _element(self, element: etree._Element) -> None:
        pieces = self._fields[-1].pieces if self._fields else None
        if element.tag in _BRANCHES:  # readers choose one alternative: an instruction must not depend on it
            self._not_in_instruction(problem("content-active", self._locate(element), form="field-alternatives"))
        elif element.tag == _SIMPLE:
            self._instruction(element, str(element.get(qualified("w:instr"))))
            if pieces is not None:
                pieces.append(NESTED)
        elif element.tag == _CHARACTER:
            self._character(element)
        elif pieces is not None:
            parent = element.getparent()
            if element.tag in _TEXTS:
                pieces.append(element.text or "")
            elif parent is not None and parent.tag == RUN and element.tag != RUN_FORMAT:
                pieces.append(OTHER)
        elif element.tag == _INSTRUCTION:
            self._instruction(element, element.text or "")

    def _character(self, element: etree._Element) -> None:
        top = self._fields[-1] if self._fields else None
        kind, cell = element.get(qualified("w:fldCharType")), next(element.iterancestors(*_CONTAINERS), None)
        place = cell, self._branches[-1] if self._branches else None
        if kind == "begin":
            if top is not None and top.pieces is not None:
                top.pieces.append(NESTED)
            self._fields.append(_OpenField(element, place))
        elif top is None or top.place != place:
            self._report_split(element)
        else:
            if top.pieces is not None:
                self._instruction(top.begin, "".join(top.pieces))
                top.pieces = None
            if kind == "end":
                self._fields.pop()

    def _instruction(self, element: etree._Element, instruction: str) -> None:
        if (found := instruction_problem(instruction, self._locate(element))) is not None:
            self._problems.append(found)

    def _report_split(self, element: etree._Element) -> None:
        self._problems.append(problem("content-active", self._locate(element), form="split-field"))
