"""WordprocessingML trees: safe parsing, text and properties, and children in schema order (ISO/IEC 29500-1)."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from lxml import etree

from ucap_reports.storage.reading_limits import MAX_XML_ATTRIBUTES
from ucap_reports.word.file.element_names import NAMESPACES, RELATIONSHIPS, TEXT, WORD, qualified

_ORDER_FILE = Path(__file__).with_name("schema_order.txt")
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ORDER = {
    qualified(parent): children
    for parent, *children in map(str.split, _ORDER_FILE.read_text(encoding="utf-8").splitlines())
}
"""The children of elements in schema order."""
ENCODINGS = ("utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 cannot represent."""
_FINISHED_PARTS = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_HAS_MANY_ATTRIBUTES = etree.XPath(f"boolean(//*[count(@*) > {MAX_XML_ATTRIBUTES}])")


def new(name: str) -> etree._Element:
    """A new, empty element with that name, such as `w:tbl`."""
    return etree.Element(qualified(name), nsmap={"w": WORD})


def child_of(holder: etree._Element, tag: str) -> etree._Element | None:
    """Return the first child with a tag. lxml's `find`, which reads a path, takes ten times as long."""
    for child in holder:
        if child.tag == tag:
            return child
    return None


def value_at(element: etree._Element, path: str, attribute: str = "w:val") -> str | None:
    """An attribute of the element at a path such as `w:pPr/w:pStyle`; None if either is missing."""
    found = element.find(path, NAMESPACES)
    return None if found is None else found.get(qualified(attribute))


def text_of(element: etree._Element) -> str:
    """The text in an element."""
    return "".join(each.text or "" for each in element.iter(TEXT))


def own(element: etree._Element, *names: str) -> list[etree._Element]:
    """The descendants with these names that are not in another element like `element`, such as a nested table."""
    return [each for each in element.iter(*names) if next(each.iterancestors(element.tag), None) is element]


def read_xml(content: bytes, *, keep_spaces: bool = False) -> etree._Element:
    """Return the root of a part, without comments and processing instructions.

    Text of white space alone is removed unless it is kept, as a drawing needs it.

    Raises ValueError for XML that is not well-formed, has a DTD, an element with hundreds of attributes, or an encoding
    other than UTF-8 and UTF-16, which readers may decode differently (ISO/IEC 29500-2, 9.1.4).
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        remove_blank_text=not keep_spaces,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None:
        raise ValueError("document type declarations are not allowed")
    if (document.encoding or "utf-8").lower() not in ENCODINGS:
        raise ValueError(f"the encoding {document.encoding} is not allowed")
    if _HAS_MANY_ATTRIBUTES(root):  # reading them takes time that grows with the square of their number
        raise ValueError(f"an element has more than {MAX_XML_ATTRIBUTES} attributes")
    return root


def read_finished(part: bytes) -> etree._Element:
    """The root of a part that the product has written, of any size."""
    return etree.fromstring(part, _FINISHED_PARTS)


def with_namespaces(root: etree._Element) -> etree._Element:
    """The same tree with the prefixes `w` and `r` declared on its root, for the elements that are added to it."""
    wanted = {"w": WORD, "r": RELATIONSHIPS}
    known = {str(prefix): address for prefix, address in root.nsmap.items() if prefix is not None}
    if known | wanted == known:
        return root
    named = etree.Element(
        root.tag, {str(name): str(value) for name, value in root.attrib.items()}, nsmap=known | wanted
    )
    named.extend(list(root))
    etree.cleanup_namespaces(named, top_nsmap=wanted, keep_ns_prefixes=list(known | wanted))
    return named


def to_text(root: etree._Element) -> str:
    """The tree as text, without an XML declaration."""
    return etree.tostring(root, encoding="unicode")


def to_bytes(root: etree._Element) -> bytes:
    """The content of a part with this root."""
    return (DECLARATION + to_text(root)).encode()


def elements(xml: str) -> list[etree._Element]:
    """The elements of a piece of XML that uses the prefixes of `NAMESPACES`."""
    declarations = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
    return list(etree.fromstring(f"<holder {declarations}>{xml}</holder>"))


def put(parent: etree._Element, xml: str) -> None:
    """Set the children of `parent` that are written in `xml`, each at its place in schema order."""
    for element in elements(xml):
        insert(parent, element, etree.QName(element).localname)


def insert(parent: etree._Element, node: etree._Element, name: str) -> None:
    """Replace the children of `parent` with that name by the node, at its place in schema order."""
    for old in parent.findall(qualified(f"w:{name}")):
        parent.remove(old)
    add(parent, node, name)


def add(parent: etree._Element, node: etree._Element, name: str) -> None:
    """Add a child to `parent`, at the place in schema order for that name, after others with the same name."""
    order = _ORDER[str(parent.tag)]
    later = {qualified(f"w:{each}") for each in order[order.index(name) + 1 :]}
    following = next((child for child in parent if child.tag in later), None)
    if following is None:
        parent.append(node)
    else:
        following.addprevious(node)


def remove(element: etree._Element) -> None:
    """Remove the element from the tree that it is in, if any."""
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def properties_of(element: etree._Element, name: str) -> etree._Element:
    """The element's properties (`w:pPr`, `w:rPr`, `w:tcPr`), added in schema order or as its first child if there are
    none.
    """
    found = element.find(qualified(name))
    if found is None:
        found = new(name)
        if str(element.tag) in _ORDER:
            insert(element, found, name.removeprefix("w:"))
        else:
            element.insert(0, found)
    return found


def children_xml(element: etree._Element | None) -> dict[str, str]:
    """The XML of each child by its local name, without namespace declarations."""
    if element is None:
        return {}
    return {etree.QName(child).localname: bare(to_text(child)) for child in element.iterchildren(etree.Element)}


_DECLARED = re.compile(r' xmlns:\w+="[^"]*"')


def bare(xml: str) -> str:
    """The XML without namespace declarations, which the root of the part has."""
    return _DECLARED.sub("", xml)


def properties_xml(name: str, parts: Mapping[str, str]) -> str:
    """The properties element of that name, such as `w:rPr`; its children are XML by local name. Empty without children.

    They are in schema order, those of other namespaces last.
    """
    order = _ORDER[qualified(name)]
    ordered = sorted(parts, key=lambda part: order.index(part) if part in order else len(order))
    return f"<{name}>{''.join(parts[part] for part in ordered)}</{name}>" if parts else ""


def one_line(path: Path) -> str:
    """A file with a piece of XML, without its line ends and indents."""
    return "".join(line.strip() for line in path.read_text(encoding="utf-8").splitlines())


def escaped(text: str) -> str:
    """The text as character data. Raises ValueError for a character that XML cannot represent."""
    if not text.isprintable() and (forbidden := FORBIDDEN.search(text)):
        raise ValueError(f"U+{ord(forbidden[0]):04X}")
    return escape(text, quote=False)
