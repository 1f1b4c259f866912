"""What no published document may bring along: content from elsewhere, and content that acts."""

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from ucap_reports.addresses import link_address
from ucap_reports.problems import Location, Problem
from ucap_reports.word.opening import Opened
from ucap_reports.word.package import CONTENT_TYPES
from ucap_reports.word.parts import HYPERLINK, RELATED, TYPED, Contents
from ucap_reports.word.places import Places
from ucap_reports.word.tags import find_tags
from ucap_reports.word.wordml import qualified

ATTACHED_TEMPLATE = "attachedTemplate"
"""The relationship to the template that a document was once made from, which Word opens again with it."""
ACTING = ("vbaProject", "oleObject", "activeX", "control", "ActiveXControl", "package", "aFChunk", "subDocument")
"""Kinds of relationships to what acts when the document is opened, or brings in what nobody has looked at."""
FETCHING = ("DDE", "DDEAUTO", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK", "DATABASE", "RD", "EMBED")
"""Fields that read another file or start another program (ISO/IEC 29500-1, 17.16.5)."""
ACTING_FIELDS = ("ADDIN", "CONTROL", "HTMLCONTROL", "MACROBUTTON", "PRINT")
"""Fields that run a command, hold a control or speak to the printer."""
VML = "urn:schemas-microsoft-com:vml"
_MADE = "\x01"
"""What stands in a field's instruction for another field in it."""
_SWITCHES = r'(?:\\[lot*]\s*(?:"[^"]*"|[^\s"\\]\S*+)\s*|\\[\w*]\s*)*+'
_LINK_FIELD = re.compile(rf'\s*HYPERLINK\b\s*+{_SWITCHES}(?:"([^"]*)|((?!\\[^\\])[^\s"]\S*))', re.IGNORECASE)
"""The address of a link's field, which may stand behind switches and what those name (ISO/IEC 29500-1, 17.16.5.25); a
last quote may be missing.
"""
_MACROS = ("macroEnabled", "vbaProject")
_FIELD = re.compile(r"\s*(\w+)")
_SIMPLE, _CHARACTER, _INSTRUCTION = (qualified(f"w:{name}") for name in ("fldSimple", "fldChar", "instrText"))


def unwanted(opened: Opened, path: str) -> Iterator[Problem]:
    """Errors for all content from elsewhere and all that acts: `content-external`, `content-active`, `link-invalid`."""
    yield from _macros(opened.contents, path)
    for name in sorted(opened.contents.package.parts):
        if name.endswith(".rels"):
            yield from _related(opened.contents, name, path)
    yield from _fields(opened, path)
    yield from _old_drawings(opened, path)


def _macros(contents: Contents, path: str) -> Iterator[Problem]:
    kinds = (f"{{{TYPED}}}Override", f"{{{TYPED}}}Default")
    types = {str(each.get("ContentType")) for each in contents.tree(CONTENT_TYPES).iter(*kinds)}
    if any(mark in each for each in types for mark in _MACROS):
        message, hint = "the Word template has macros", "save it as a Word document without macros (.docx)"
        yield Problem.error("content-active", message, hint, Location(path))


def _related(contents: Contents, name: str, path: str) -> Iterator[Problem]:
    """What is wrong with the relationships of one part."""
    location = Location(path, place=_part_of(name))
    for relationship in contents.tree(name).iter(f"{{{RELATED}}}Relationship"):
        kind = str(relationship.get("Type")).rsplit("/", 1)[-1]
        target = str(relationship.get("Target"))
        if kind in ACTING:
            message, hint = f'the Word template holds an object of the kind "{kind}"', "take it out, or show a picture"
            yield Problem.error("content-active", message, hint, location)
        elif str(relationship.get("TargetMode")) != "External" and ":" not in target:
            continue
        elif relationship.get("Type") == HYPERLINK:
            yield from _link(target, location)
        else:
            yield _external(kind, target, location)


def _external(kind: str, target: str, location: Location) -> Problem:
    if kind == ATTACHED_TEMPLATE:
        message = f'the document is attached to the template "{target}", which Word would open with it'
        hint = "attach it to Normal in Word: Developer, Document Template"
    else:
        message, hint = f'the {kind} "{target}" lies outside the file', "put it into the Word file itself"
    return Problem.error("content-external", message, hint, location)


def _fields(opened: Opened, path: str) -> Iterator[Problem]:
    """Fields that would fetch something, or do something."""
    for part in opened.parts.texts:
        places = Places(opened.texts[part.name], part.place)
        for element, instruction in _instructions(opened.texts[part.name]):
            word = _FIELD.match(instruction)
            name = word[1].upper() if word else ""
            location = Location(path, place=places.of(element))
            link = _LINK_FIELD.match(instruction)
            if name in FETCHING:
                message = f"a field {name} reads something outside the file"
                yield Problem.error("content-external", message, "take the field out of the template", location)
            elif name in ACTING_FIELDS or (instruction if link is None else _address(link)).lstrip().startswith(_MADE):
                message = (
                    f"a field {name} acts" if name in ACTING_FIELDS else "what a field does is made by another field"
                )
                yield Problem.error("content-active", message, "take the field out of the template", location)
            elif link is not None and not find_tags(instruction).found:  # a tag that nobody reads there is told as that
                yield from _link(_address(link), location)


def _address(link: re.Match[str]) -> str:
    """Where a link's field leads, which may be nowhere."""
    return link[1] or link[2] or "#"


def _link(target: str, location: Location) -> Iterator[Problem]:
    """An error where a link of the template leads to what nobody may be led to; without a scheme it would be a file
    beside the document.
    """
    is_whole = target.lower().startswith(("http://", "https://", "mailto:"))
    if not target.startswith("#") and not (is_whole and link_address(target)):
        message, hint = f'a link leads to "{target}"', "links go to http, https and mailto"
        yield Problem.error("link-invalid", message, hint, location)


def _old_drawings(opened: Opened, path: str) -> Iterator[Problem]:
    """Drawings in Word's older form (VML) can name what they show, and where they lead, without a relationship."""
    for part in opened.parts.texts:
        places = Places(opened.texts[part.name], part.place)
        for element in opened.texts[part.name].iter(f"{{{VML}}}*"):
            location = Location(path, place=places.of(element))
            shows = etree.QName(element).localname in ("imagedata", "fill", "stroke")
            for attribute, value in element.items():
                name = etree.QName(attribute).localname
                if name in ("src", "althref") or (name == "href" and shows):
                    yield _external("picture", str(value), location)
                elif name == "href":
                    yield from _link(str(value), location)


def _instructions(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The instruction of each field with an element of it, put together where Word has cut it up."""
    open_fields: list[list[str]] = []
    for element in root.iter(_SIMPLE, _CHARACTER, _INSTRUCTION):
        kind = element.get(qualified("w:fldCharType"))
        if element.tag == _SIMPLE:
            yield element, str(element.get(qualified("w:instr")))
        elif element.tag == _INSTRUCTION:
            if open_fields:
                open_fields[-1].append(element.text or "")
            else:
                yield element, element.text or ""
        elif kind == "begin":
            if open_fields:
                open_fields[-1].append(_MADE)
            open_fields.append([])
        elif kind == "end" and open_fields:
            yield element, "".join(open_fields.pop())


def _part_of(relationships: str) -> str:
    """What the part is called to which those relationships belong, such as `settings`."""
    return posixpath.basename(relationships).removesuffix(".rels").removesuffix(".xml") or "package"
