"""What the XML of a template's parts must not contain: unknown markup, active elements, references to other files."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from ucap_reports.problems import Location, Problem
from ucap_reports.word.file.allowed_content import ACTIVE, NAMESPACES, REFERENCES, SETTINGS, SETTINGS_LEFT_OUT, STRICT
from ucap_reports.word.file.allowed_fields import is_link
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import RELATIONSHIPS

_Fault = tuple[str, str, str]
"""A problem's code, message and hint."""
_REPLACE = "replace it by a picture (PNG, JPEG) or by text"
_VML, _PACKED = "urn:schemas-microsoft-com:vml", "{urn:schemas-microsoft-com:office:office}gfxdata"
_EXTENSION = "{http://schemas.openxmlformats.org/drawingml/2006/main}ext"
_SHOWING = ("imagedata", "fill", "stroke")
"""Elements of VML whose `href` is what they show, not where they lead."""


def clean_settings(settings: etree._Element, location: Location) -> Iterator[Problem]:
    """Remove the settings that are not on the list. Yields an error for a mail merge, and warnings."""
    for setting in list(settings.iterchildren(etree.Element)):
        name = etree.QName(setting)
        if name.localname in SETTINGS and name.namespace in NAMESPACES:
            continue
        settings.remove(setting)
        if name.localname == "mailMerge":
            message, hint = "the document is connected to the data of a mail merge", "choose Normal Word Document"
            yield Problem.error("content-external", message, f"{hint} in Word: Mailings, Start Mail Merge", location)
        elif name.localname in SETTINGS_LEFT_OUT:
            yield left_out(SETTINGS_LEFT_OUT[name.localname], location)


def left_out(what: str, location: Location) -> Problem:
    """The warning for a thing that no finished document contains."""
    message = f"the Word template contains {what}, which the documents leave out"
    return Problem.warning("content-left-out", message, "remove it from the template", location)


def drop_extensions(root: etree._Element) -> bool:
    """Remove what readers may ignore and the list does not have: extensions of drawings, and packages inside attributes
    of drawings (`o:gfxdata`). Returns whether there was any.
    """
    packed = [each for each in root.iter(f"{{{_VML}}}*") if each.attrib.pop(_PACKED, "")]
    unknown = [each for each in root.iter(_EXTENSION) if any(_is_unknown(child) for child in each.iter(etree.Element))]
    for extension in unknown:
        if (parent := extension.getparent()) is not None:
            parent.remove(extension)
    return bool(packed or unknown)


def _is_unknown(element: etree._Element) -> bool:
    return etree.QName(element).namespace not in NAMESPACES


def content_problems(
    root: etree._Element, place: str, path: str, relationships: Mapping[str, str | None]
) -> Iterator[Problem]:
    """Errors for the XML of one part, which problems call `place`. Its relationships are types by identifier, None for
    those that have a problem of their own.
    """
    places = ElementPlaces(root, place)
    for element in root.iter(etree.Element):
        for code, message, hint in _faults(element, relationships):
            yield Problem.error(code, message, hint, Location(path, place=places.of(element)))


def _faults(element: etree._Element, relationships: Mapping[str, str | None]) -> Iterator[_Fault]:
    """What is wrong with an element: its name, or else the names of its attributes, or else their targets."""
    tag, names = str(element.tag), [str(name) for name in element.keys()]  # noqa: SIM118 - it is no mapping
    fault = _name_fault(tag) or next(filter(None, map(_namespace_fault, names)), None)
    if fault is not None:
        yield fault
        return
    for name in filter(_names_a_target, names):
        if (fault := _target_fault(tag, name, element.get(name, ""), relationships)) is not None:
            yield fault


@lru_cache(maxsize=1024)
def _name_fault(tag: str) -> _Fault | None:
    """What is wrong with an element of that name, wherever it is."""
    name = etree.QName(tag)
    if name.localname in ACTIVE:
        return "content-active", f'the element "{name.localname}" is active content', _REPLACE
    return _namespace_fault(tag)


@lru_cache(maxsize=1024)
def _namespace_fault(name: str) -> _Fault | None:
    """What is wrong with a name in a namespace that is not on the list."""
    qualified = etree.QName(name)
    if (qualified.namespace or "") in NAMESPACES:
        return None
    if str(qualified.namespace).startswith(STRICT):
        return "template-broken", 'the file is in the format "Strict Open XML"', "save it as Word Document (.docx)"
    return "content-active", f'"{qualified.localname}" is unknown markup ({qualified.namespace})', _REPLACE


@lru_cache(maxsize=1024)
def _names_a_target(name: str) -> bool:
    """Whether attributes of that name lead somewhere, or do something."""
    qualified = etree.QName(name)
    return qualified.namespace == RELATIONSHIPS or qualified.localname in ("relid", "action", "src", "althref", "href")


def _target_fault(tag: str, attribute: str, value: str, relationships: Mapping[str, str | None]) -> _Fault | None:
    element, name = etree.QName(tag), etree.QName(attribute)
    if name.namespace == RELATIONSHIPS or name.localname == "relid":
        return _reference_fault(element.localname, name.localname, relationships.get(value, "")) if value else None
    if name.localname == "action":
        return (
            ("content-active", f'a link of a drawing runs the action "{value}"', "remove the action") if value else None
        )
    if name.localname == "href" and element.localname not in _SHOWING:
        hint = "links go to http, https and mailto"
        return None if is_link(value) else ("link-invalid", f'a link leads to "{value}"', hint)
    return "content-external", f'the picture "{value}" is outside the file', "put it into the Word file itself"


def _reference_fault(element: str, attribute: str, kind: str | None) -> _Fault | None:
    """What is wrong with a reference to a relationship of the type `kind`, which is None for one that is refused."""
    expected = REFERENCES.get((element, attribute))
    if kind is None or kind == expected:
        return None
    if expected is None:
        message = f'the element "{element}" refers to another file or part ("{attribute}")'
        return "content-external", message, "put a picture (PNG, JPEG) or text into the Word file itself"
    message = f'the {expected.rsplit("/", 1)[-1]} of the element "{element}" is missing in the file'
    return "template-broken", message, "insert it again in Word"
