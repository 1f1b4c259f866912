"""Security checks for the XML of a template: unknown markup, active content, and references to other files."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from ucap_reports.pictures.svg_security import SVG_NAMESPACE
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.word.compile.tag_lexer import find_word_tags
from ucap_reports.word.file.allowed_content import STRICT, allowlist
from ucap_reports.word.file.element_names import PARAGRAPH, RELATIONSHIPS, RUN, TEXT, WORD
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_fields import link_problem
from ucap_reports.word.file.word_xml import remove

_VML, _PACKED = "urn:schemas-microsoft-com:vml", "{urn:schemas-microsoft-com:office:office}gfxdata"
_EXTENSION = "{http://schemas.openxmlformats.org/drawingml/2006/main}ext"
Relationships = Mapping[str, str | None]
"""The types of a part's relationships by identifier, None for those with an error of their own."""
_WITH_TEXT = frozenset(("t", "delText", "instrText", "delInstrText", "fldData", "binData"))
"""The elements of WordprocessingML that have text."""
_TEXT_ELEMENTS = frozenset((*_WITH_TEXT, "p", "r", "fldSimple", "fldChar", "hyperlink"))
"""Those, and the elements around them."""
_WITHOUT_TEXT = frozenset(f"{{{WORD}}}{name}" for name in ("styles", "numbering", "settings", "fonts"))
"""The roots of parts without text."""
_SHOWN_TEXT = 40
_SHOWING = ("imagedata", "fill", "stroke")
"""VML elements whose `href` is the picture that they show, not the target of a link."""


def clean_settings(settings: etree._Element, location: Location) -> Iterator[Problem]:
    """Remove the settings that are not allowed. Yields an error for a mail merge, and warnings."""
    allowed = allowlist()
    for setting in list(settings.iterchildren(etree.Element)):
        name = etree.QName(setting)
        if name.localname in allowed.settings and name.namespace in allowed.namespaces:
            continue
        settings.remove(setting)
        if name.localname == "mailMerge":
            yield problem("content-external", location, form="mail-merge")
        elif name.localname in allowed.settings_left_out:
            yield problem("content-left-out", location, content=allowed.settings_left_out[name.localname])


def drop_extensions(root: etree._Element) -> bool:
    """Remove what readers may ignore: unknown extensions of drawings, and packages inside attributes (`o:gfxdata`).

    Returns whether there were any.
    """
    packed = [each for each in root.iter(f"{{{_VML}}}*") if each.attrib.pop(_PACKED, "")]
    names = {each: map(etree.QName, each.iter(etree.Element)) for each in root.iter(_EXTENSION)}
    unknown = [each for each in names if any(name.namespace not in allowlist().namespaces for name in names[each])]
    for extension in unknown:
        remove(extension)
    return bool(packed or unknown)


def content_problems(root: etree._Element, places: ElementPlaces, relationships: Relationships) -> Iterator[Problem]:
    """Errors for the XML of one part with these relationships."""
    unread: dict[etree._Element, list[str]] = {}
    for element in root.iter(etree.Element):
        for found in _stray_problems(root, element):
            yield found.at(places.location(element))
        if element.text and not element.text.isspace() and not _is_read(element):
            unread.setdefault(next(element.iterancestors(PARAGRAPH), root), []).append(element.text)
        for found in _element_problems(element, relationships):
            yield found.at(places.location(element))
    for paragraph, texts in unread.items():
        for found in _unused_tags("".join(texts)):
            yield found.at(places.location(paragraph))


def _element_problems(element: etree._Element, relationships: Relationships) -> Iterator[Problem]:
    """What is wrong with an element: its name, the names of its attributes, or else their values."""
    if found := [each for name in (element.tag, *element.attrib) if (each := _name_problem(str(name))) is not None]:
        yield found[0]
        return
    for name, value in ((str(name), str(value)) for name, value in element.items()):
        wrong = _target_problem(element, etree.QName(name), value, relationships) if _is_target(name) else None
        if wrong is not None:
            yield wrong
        yield from _unused_tags(value)


def _stray_problems(root: etree._Element, element: etree._Element) -> Iterator[Problem]:
    """Errors for text where Word has none, which another program may read as a field.

    In WordprocessingML only a few elements have text, and the styles, the lists and the like have no such elements
    (ISO/IEC 29500-1, Annex A.1).
    """
    name = etree.QName(element)
    if name.namespace != WORD:
        return
    if name.localname in _TEXT_ELEMENTS and root.tag in _WITHOUT_TEXT:
        yield problem("content-active", form="stray-element", name=name.localname)
    if name.localname in _WITH_TEXT:
        return
    for text in (element.text, *(child.tail for child in element)):
        if text and not text.isspace():
            yield problem("content-active", form="stray-text", text=text.strip()[:_SHOWN_TEXT])


def _is_read(element: etree._Element) -> bool:
    """Whether tags work in an element: in the text of a run that is in a paragraph, not in another run (ruby)."""
    run = element.getparent()
    if element.tag != TEXT or run is None or run.tag != RUN:
        return False
    around = next(run.iterancestors(RUN, PARAGRAPH), None)
    return around is not None and around.tag == PARAGRAPH


def _unused_tags(text: str) -> Iterator[Problem]:
    """Errors for tags where none is read, such as in an alternative text: the finished document would contain them."""
    if "{" in text or "}" in text:
        tags = find_word_tags(text)
        for written in (*(tag.written for tag in tags.found), *tags.unclosed, *tags.unopened):
            yield problem("tag-misplaced", form="unused", tag=written)


@lru_cache(maxsize=1024)
def _name_problem(name: str) -> Problem | None:
    """What is wrong with the name of an element or attribute, or with its namespace."""
    local, namespace = etree.QName(name).localname, etree.QName(name).namespace or ""
    if local in allowlist().active:
        return problem("content-active", form="element", name=local)
    if namespace in allowlist().namespaces:
        return None
    if namespace.startswith(STRICT):
        return problem("template-broken", form="strict")
    return problem("content-active", form="markup", name=local, namespace=namespace)


@lru_cache(maxsize=1024)
def _is_target(name: str) -> bool:
    """Whether attributes with this name have a target or an action."""
    attribute = etree.QName(name)
    targets = ("relid", "action", "src", "althref", "href", "docLocation")
    return attribute.namespace == RELATIONSHIPS or attribute.localname in targets


def _target_problem(element: etree._Element, name: etree.QName, value: str, known: Relationships) -> Problem | None:
    tag = etree.QName(element).localname
    if name.namespace == RELATIONSHIPS or name.localname == "relid":
        return _reference_problem(f"{tag} {name.localname}", value, known) if value else None
    if name.localname == "docLocation":
        return problem("link-invalid", form="location", address=value)
    if name.localname == "action":
        return problem("content-active", form="action", action=value) if value else None
    if name.localname == "href" and tag not in _SHOWING:
        return link_problem(value)
    return problem("content-external", kind="picture", target=value)


def _reference_problem(place: str, identifier: str, known: Relationships) -> Problem | None:
    """What is wrong with a reference to a relationship, in the attribute of an element."""
    kind, expected = known.get(identifier, ""), allowlist().references.get(place)
    if kind is None or kind == expected:
        return None
    if expected is None:
        name, attribute = place.split()
        return problem("content-external", form="reference", name=name, attribute=attribute)
    return problem("template-broken", form="missing", kind=expected.rsplit("/", 1)[-1], target=identifier)


def svg_tags(root: etree._Element) -> Iterator[Problem]:
    """Errors for tags in the texts of an SVG, however they are split."""
    for element in root.iter(*(f"{{{SVG_NAMESPACE}}}{name}" for name in ("text", "title", "desc"))):
        yield from _unused_tags("".join(map(str, element.itertext())))
