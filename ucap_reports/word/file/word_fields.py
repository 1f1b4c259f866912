"""Fields of Word files (ISO/IEC 29500-1, 17.16): which are allowed, and that each is the same in all documents.

A field may do much: read other files, start programs. So its instruction must be fixed text with an allowed name, and
it must begin and end in the same cell, text box, and branch of a condition.

Whether an instruction is allowed is decided by `instruction_problem`, with the names of `allowlist`; where a field may
begin and end, by `_FieldWalk`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct, field

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import NOWHERE, Location, Problem, problem
from ucap_reports.text.links import link_address
from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.word_xml import COMPATIBILITY, RUN, RUN_FORMAT, qualified, read_finished

NESTED, OTHER = "\x01", "\x02"
"""Placeholders in an instruction: for another field, and for elements that are not text."""
_END_OF_NAME = rf'[\s"\\{NESTED}]|$'
"""A space, the first character of an argument or a switch, another field, or the end of the instruction."""
_NAME = re.compile(rf"\s*(=|[a-z]+(?={_END_OF_NAME}))", re.IGNORECASE)
"""The name of a field, such as `PAGE` in ` PAGE \\* MERGEFORMAT`, or the sign of a formula, such as in `=1+1`."""
_PAGE_FIELDS = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES"))
_TOKEN = LazyPattern(
    r'"(?P<quoted>[^"]*)"?'  # "https://example.org"; the last mark may be missing
    r"|(?P<switch>\\[\w*])"  # \l
    r'|(?P<word>[^\s"]+)'  # an address or a bookmark without quotation marks
)
"""A part of the arguments of HYPERLINK."""
_SWITCHES_WITH_ARGUMENT = frozenset(("\\l", "\\o", "\\t", "\\*"))
"""The switches of HYPERLINK that have an argument (17.16.5.25), and that of the format."""
_SIMPLE = qualified("w:fldSimple")
_CHARACTER = qualified("w:fldChar")
_INSTRUCTION = qualified("w:instrText")
_TEXTS = (_INSTRUCTION, *(qualified(f"w:{name}") for name in ("t", "delInstrText", "delText")))
"""Elements whose text readers add to the instruction that they are in."""
_FIELD_ELEMENTS = ("fldChar", "fldSimple", "instrText")
"""The names of the elements of fields; a part without one of these words has no field."""
_TEXT_CONTENT = re.compile(">[^<>]+</w:t>")
"""The text in an element `w:t`, after its start tag."""
_ALTERNATIVES = tuple(f"{{{COMPATIBILITY}}}{name}" for name in ("Choice", "Fallback"))
"""Elements of which a program reads only one: the first that it knows, or the fallback."""
_TEXT_CONTAINERS = tuple(qualified(f"w:{name}") for name in ("tc", "txbxContent", "footnote", "endnote"))
_CONTAINERS = (*_ALTERNATIVES, *_TEXT_CONTAINERS)
"""Elements with text of their own, out of which no field may lead."""


def link_problem(target: str, location: Location = NOWHERE) -> Problem | None:
    """Return what is wrong with the target of a link, which must lead to the web, to an email address or into its own
    file, and must not contain a tag.
    """
    if any(braces in unquote(target) for braces in ("{{", "{%", "}}", "%}")):
        return problem("link-invalid", location, form="tag", address=target)
    is_in_own_file = target.startswith("#")
    has_allowed_scheme = target.lower().startswith(("http://", "https://", "mailto:"))  # others would be files
    if is_in_own_file or (has_allowed_scheme and link_address(target) is not None):
        return None
    return problem("link-invalid", location, address=target)


def instruction_problem(instruction: str, location: Location = NOWHERE) -> Problem | None:
    """Return what is wrong with the instruction of a field."""
    match = _NAME.match(instruction)
    if match is None:
        if instruction.lstrip().startswith(NESTED):
            return problem("content-active", location, form="nested-field")
        words = instruction.replace(OTHER, " ").replace(NESTED, "{ }").split()
        name = words[0] if words else ""
        return problem("content-active", location, form="unknown-field", name=name)
    name = match[1].upper()
    if name in allowlist().fetching_fields:
        return problem("content-external", location, form="field", name=name)
    if name not in allowlist().fields:
        return problem("content-active", location, form="field", name=name)
    if name != "HYPERLINK":
        return None
    addresses = _link_addresses(instruction[match.end() :])
    for address in addresses:
        if address.lstrip().startswith(NESTED):
            return problem("content-active", location, form="nested-link")
        wrong_address = link_problem(address, location)
        if wrong_address is not None:
            return wrong_address
    if len(addresses) > 1:
        return problem("link-invalid", location, form="surplus", address=addresses[1])
    return None


def name_of_field(instruction: str) -> str:
    """Return the name of the field with this instruction, in capitals; empty if it has none."""
    match = _NAME.match(instruction)
    return "" if match is None else match[1].upper()


def is_page_number(instruction: str) -> bool:
    """Return whether a field with this instruction prints the number of a page or of all pages."""
    return name_of_field(instruction) in _PAGE_FIELDS


class FieldLink(Struct, frozen=True):
    """The address of a page in a field, and the place in that page; each may be empty."""

    address: str
    place: str


def link_of_field(instruction: str) -> FieldLink | None:
    """Return the link in the instruction of a field, which may be in small letters; None for any other field."""
    match = _NAME.match(instruction)
    if match is None or match[1].upper() != "HYPERLINK":
        return None
    address = place = ""
    for switch, text in _arguments(instruction[match.end() :]):
        if not switch:
            address = address or text
        elif switch == "\\l":
            place = text
    return FieldLink(address, place)


class TagStep(Struct, frozen=True):
    """A tag among the fields of a template, and whether it ends a branch of statements and begins one."""

    written: str
    location: Location
    ends: bool
    begins: bool


def field_problems(
    root: etree._Element, locate: Callable[[etree._Element], Location], tags: Mapping[etree._Element, TagStep]
) -> list[Problem]:
    """Return errors for the fields of a part: `content-active`, `content-external`, `link-invalid`.

    `tags` are those of a template, by the nodes that represent them.
    """
    return _FieldWalk(locate, tags).problems_of(root)


def has_fields(root: etree._Element) -> bool:
    """Return whether a part has fields."""
    return next(root.iter(_SIMPLE, _CHARACTER, _INSTRUCTION), None) is not None


def finished_field_problems(part: str) -> tuple[Problem, ...]:
    """Return errors for the fields of a part of a finished document."""
    names = [name for name in _FIELD_ELEMENTS if name in part]
    if not names:
        return ()
    # Text outside of fields is removed, so that parts that differ only there are one entry of the cache.
    first = min(map(part.find, names))
    last = max(map(part.rfind, names))
    before = _TEXT_CONTENT.sub("></w:t>", part[:first])
    after = _TEXT_CONTENT.sub("></w:t>", part[last:])
    return _finished_field_problems(before + part[first:last] + after)


def _link_addresses(arguments: str) -> list[str]:
    """Return the addresses in the arguments of HYPERLINK. There should be one, or none beside a bookmark.

    Programs disagree about which of several they open.
    """
    return [text for switch, text in _arguments(arguments) if text and not switch]


def _arguments(arguments: str) -> Iterator[tuple[str, str]]:
    """Yield the arguments of HYPERLINK, each with the switch that it belongs to, in small letters, or none."""
    switch = ""
    for token in _TOKEN.finditer(arguments):
        if token["switch"]:
            written = token["switch"].lower()
            switch = written if written in _SWITCHES_WITH_ARGUMENT else ""
        else:
            yield switch, token["quoted"] or token["word"] or ""
            switch = ""


class _FieldWalk:
    """The fields of one part in document order."""

    def __init__(self, locate: Callable[[etree._Element], Location], tags: Mapping[etree._Element, TagStep]) -> None:
        self._locate = locate
        self._tags = tags
        self._fields: list[_OpenField] = []
        """The fields around what is read, the inner ones last."""
        self._branches: list[object] = []
        """The tags that begin the branches around what is read, the inner ones last."""
        self._problems: list[Problem] = []

    def problems_of(self, root: etree._Element) -> list[Problem]:
        """Read a part, and return what is wrong with its fields."""
        for event, element in etree.iterwalk(root, events=("start", "pi")):
            if event == "start":
                self._read_element(element)
            elif element in self._tags:
                self._read_tag(element, self._tags[element])
        for open_field in self._fields:
            self._report_split(open_field.begin)
        return self._problems

    def _read_tag(self, node: etree._Element, tag: TagStep) -> None:
        self._report_in_instruction(problem("content-active", tag.location, form="tag-in-field", tag=tag.written))
        if tag.ends and self._branches:
            self._branches.pop()
        if tag.begins:
            self._branches.append(node)

    def _read_element(self, element: etree._Element) -> None:
        """Read an element of a field, or anything else that may be in an instruction."""
        instruction = self._fields[-1].instruction if self._fields else None
        """The texts of the instruction that the element is in; None outside of one."""
        if element.tag in _ALTERNATIVES:  # an instruction must not depend on which of them a program reads
            self._report_in_instruction(problem("content-active", self._locate(element), form="field-alternatives"))
        elif element.tag == _SIMPLE:
            self._check_instruction(element, element.get(qualified("w:instr"), ""))
            if instruction is not None:
                instruction.append(NESTED)
        elif element.tag == _CHARACTER:
            self._read_field_character(element)
        elif instruction is not None:
            instruction.append(_text_in_instruction(element))
        elif element.tag == _INSTRUCTION:  # outside of an instruction: programs may read it as one
            self._check_instruction(element, element.text or "")

    def _read_field_character(self, element: etree._Element) -> None:
        """Read the beginning of a field, the end of its instruction, or its end."""
        innermost = self._fields[-1] if self._fields else None
        kind = element.get(qualified("w:fldCharType"))
        container = next(element.iterancestors(*_CONTAINERS), None)
        branch = self._branches[-1] if self._branches else None
        surroundings = (container, branch)
        if kind == "begin":
            if innermost is not None and innermost.instruction is not None:
                innermost.instruction.append(NESTED)
            self._fields.append(_OpenField(element, surroundings))
            return
        if innermost is None or innermost.surroundings != surroundings:
            self._report_split(element)
            return
        # The instruction ends before the result (`separate`); in a field without a result, where the field ends.
        if innermost.instruction is not None:
            self._check_instruction(innermost.begin, "".join(innermost.instruction))
            innermost.instruction = None
        if kind == "end":
            self._fields.pop()

    def _report_in_instruction(self, forbidden: Problem) -> None:
        """Report something that is forbidden in an instruction, if the walk is in one: that of the innermost field, or
        of a field around it whose instruction contains that field. The rest of this instruction is not checked, since
        it is wrong already.
        """
        for open_field in reversed(self._fields):
            if open_field.instruction is not None:
                open_field.instruction = None
                self._problems.append(forbidden)
                return

    def _check_instruction(self, element: etree._Element, instruction: str) -> None:
        wrong = instruction_problem(instruction, self._locate(element))
        if wrong is not None:
            self._problems.append(wrong)

    def _report_split(self, element: etree._Element) -> None:
        self._problems.append(problem("content-active", self._locate(element), form="split-field"))


def _text_in_instruction(element: etree._Element) -> str:
    """Return what an element adds to the instruction that it is in; OTHER for what is no text, such as a picture."""
    if element.tag in _TEXTS:
        return element.text or ""
    parent = element.getparent()
    is_content_of_run = parent is not None and parent.tag == RUN and element.tag != RUN_FORMAT
    return OTHER if is_content_of_run else ""


class _OpenField(Struct, eq=False):
    """A field whose end has not been read yet."""

    begin: etree._Element
    surroundings: tuple[object, object]
    """The container, such as a cell, and the branch of statements that it begins in."""
    instruction: list[str] | None = field(default_factory=list)
    """The texts of its instruction; None after it."""


@lru_cache(maxsize=64)
def _finished_field_problems(part: str) -> tuple[Problem, ...]:
    """Return errors for a part without text outside of fields. Cached, since such headers and footers are equal in many
    documents.
    """
    return tuple(field_problems(read_finished(part.encode()), lambda _: NOWHERE, {}))
