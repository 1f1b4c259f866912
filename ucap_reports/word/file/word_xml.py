"""The XML of Word files: names of elements and attributes, numbers and lengths in them, reading, changing, writing.

`ElementLocator` gives the places of elements as problems name them: the part, table, row and cell, and the paragraph
there.
"""

from collections import Counter
from collections.abc import Mapping
from html import escape
from pathlib import Path

from lxml import etree

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location

MAX_XML_ATTRIBUTES = 200
"""attributes of an element"""
_ORDER_FILE = Path(__file__).with_name("schema_order.txt")
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ENCODINGS = ("utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii")
FORBIDDEN = LazyPattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 cannot represent."""
_FINISHED_PARTS = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_HAS_MANY_ATTRIBUTES = etree.XPath(f"boolean(//*[count(@*) > {MAX_XML_ATTRIBUTES}])")

_DECLARED = LazyPattern(r' xmlns:\w+="[^"]*"')

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
WORD_2012 = "http://schemas.microsoft.com/office/word/2012/wordml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
WORD_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMESPACES = {"w": WORD, "r": RELATIONSHIPS, "wp": DRAWING}

OFF = ("0", "false", "off")
"""Values that switch off a property which is on if its element has no value."""
TWENTIETHS = 20
_WHOLE = LazyPattern(r"-?\d{1,9}")
_LENGTH = LazyPattern(r"(-?\d{1,9}(?:\.\d+)?)(|mm|cm|in|pt|pc|pi)")
_TWIPS = {"pt": TWENTIETHS, "pc": 240, "pi": 240, "in": 1_440, "cm": 1_440 / 2.54, "mm": 144 / 2.54}


def new(name: str) -> etree._Element:
    """Return a new, empty element with that name, such as `w:tbl`."""
    return etree.Element(qualified(name), nsmap={"w": WORD})


def child_of(holder: etree._Element, tag: str) -> etree._Element | None:
    """Return the first child with a tag. lxml's `find`, which reads a path, takes ten times as long."""
    for child in holder:
        if child.tag == tag:
            return child
    return None


def value_at(element: etree._Element, path: str, attribute: str = "w:val") -> str | None:
    """Return an attribute of the element at a path such as `w:pPr/w:pStyle`; None if either is missing."""
    child = element.find(path, NAMESPACES)
    return None if child is None else child.get(qualified(attribute))


def is_on(element: etree._Element, path: str) -> bool:
    """Return whether the property at a path such as `w:trPr/w:tblHeader` is on: it is there, and its value, if it has
    one, does not switch it off.
    """
    switch = element.find(path, NAMESPACES)
    return switch is not None and switch.get(VALUE) not in OFF


def text_of(element: etree._Element) -> str:
    """Return the text in an element, with the hyphens at which no line ends."""
    text = ""
    for part in element.iter(TEXT, UNBROKEN_HYPHEN):
        text += "-" if part.tag == UNBROKEN_HYPHEN else part.text or ""
    return text


def own(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return the descendants with these names that are not in another element like `element`, such as a nested
    table.
    """
    own_elements = []
    for descendant in element.iter(*names):
        if next(descendant.iterancestors(element.tag), None) is element:
            own_elements.append(descendant)
    return own_elements


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
    """Return the root of a part that the product has written, of any size."""
    return etree.fromstring(part, _FINISHED_PARTS)


def with_namespaces(root: etree._Element) -> etree._Element:
    """Return the same tree with the prefixes `w` and `r` declared on its root, for the elements that are added
    to it.
    """
    wanted = {"w": WORD, "r": RELATIONSHIPS}
    known = {str(prefix): address for prefix, address in root.nsmap.items() if prefix is not None}
    declared = known | wanted
    if declared == known:
        return root
    attributes = {str(name): str(value) for name, value in root.attrib.items()}
    named = etree.Element(root.tag, attributes, nsmap=declared)
    named.extend(list(root))
    etree.cleanup_namespaces(named, top_nsmap=wanted, keep_ns_prefixes=list(declared))
    return named


def to_text(root: etree._Element) -> str:
    """Return the tree as text, without an XML declaration."""
    return etree.tostring(root, encoding="unicode")


def to_bytes(root: etree._Element) -> bytes:
    """Return the content of a part with this root."""
    return (DECLARATION + to_text(root)).encode()


def elements(xml: str) -> list[etree._Element]:
    """Return the elements of a piece of XML that uses the prefixes of `NAMESPACES`."""
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
    later = {qualified(f"w:{later_name}") for later_name in order[order.index(name) + 1 :]}
    following = next((child for child in parent if child.tag in later), None)
    if following is None:
        parent.append(node)
    else:
        following.addprevious(node)


def remove(element: etree._Element) -> None:
    """Remove the element from the tree that it is in, if any."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def properties_of(element: etree._Element, name: str) -> etree._Element:
    """Return the element's properties (`w:pPr`, `w:rPr`, `w:tcPr`), added in schema order or as its first child if
    there are none.
    """
    child = element.find(qualified(name))
    if child is None:
        child = new(name)
        if str(element.tag) in _ORDER:
            insert(element, child, name.removeprefix("w:"))
        else:
            element.insert(0, child)
    return child


def children_xml(element: etree._Element | None) -> dict[str, str]:
    """Return the XML of each child by its local name, without namespace declarations."""
    if element is None:
        return {}
    return {etree.QName(child).localname: bare(to_text(child)) for child in element.iterchildren(etree.Element)}


def bare(xml: str) -> str:
    """Return the XML without namespace declarations, which the root of the part has."""
    return _DECLARED.sub("", xml)


def properties_xml(name: str, parts: Mapping[str, str]) -> str:
    """Return the properties element of that name, such as `w:rPr`; its children are XML by local name. Empty without
    children.

    They are in schema order, those of other namespaces last.
    """
    order = _ORDER[qualified(name)]
    ordered = sorted(parts, key=lambda part: order.index(part) if part in order else len(order))
    return f"<{name}>{''.join(parts[part] for part in ordered)}</{name}>" if parts else ""


def one_line(path: Path) -> str:
    """Return a file with a piece of XML, without its line ends and indents."""
    return "".join(line.strip() for line in path.read_text(encoding="utf-8").splitlines())


def escaped(text: str) -> str:
    """Return the text as character data. Raises ValueError for a character that XML cannot represent."""
    if not text.isprintable():
        forbidden = FORBIDDEN.search(text)
        if forbidden:
            raise ValueError(f"U+{ord(forbidden[0]):04X}")
    if "&" in text or "<" in text or ">" in text:
        return escape(text, quote=False)
    return text


def qualified(name: str) -> str:
    """Return the name in lxml's form: the namespace of `w:tbl` in braces before `tbl`."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _read_order() -> dict[str, list[str]]:
    """Return the names of the children of elements in schema order, by the tag of the parent."""
    order = {}
    for line in _ORDER_FILE.read_text(encoding="utf-8").splitlines():
        parent, *children = line.split()
        order[qualified(parent)] = children
    return order


_ORDER = _read_order()

PARAGRAPH = qualified("w:p")
RUN = qualified("w:r")
TEXT = qualified("w:t")
TABLE = qualified("w:tbl")
ROW = qualified("w:tr")
CELL = qualified("w:tc")
BOOKMARKS = (qualified("w:bookmarkStart"), qualified("w:bookmarkEnd"))
SECTION = qualified("w:sectPr")
"""The properties of a section."""
UNBROKEN_HYPHEN = qualified("w:noBreakHyphen")
VALUE = qualified("w:val")
"""The attribute of most properties."""
PARAGRAPH_FORMAT = qualified("w:pPr")
RUN_FORMAT = qualified("w:rPr")
"""The elements with the properties of a paragraph and of a run."""


def whole(text: str | None, default: int = 0) -> int:
    """Return the integer in an attribute; the default for other text."""
    return int(text) if text and _WHOLE.fullmatch(text) else default


def points(text: str | None, parts: int) -> float | None:
    """Return the length in an attribute, in points, rounded to a fraction of one: `parts` is 2 for half points.

    The attribute has the number of fractions, which some programs write with decimals, or a number with a unit
    (ISO/IEC 29500-1, 22.9.2.14 and 22.9.2.15). None for anything else, such as a percentage.
    """
    length = _LENGTH.fullmatch(text or "")
    if length is None:
        return None
    number, unit = length.groups()
    fractions_in_unit = _TWIPS[unit] * parts / TWENTIETHS if unit else 1
    return round(float(number) * fractions_in_unit) / parts


def twips(text: str | None) -> int:
    """Return the length in an attribute, in twentieths of a point; 0 for anything else."""
    return round((points(text, TWENTIETHS) or 0) * TWENTIETHS)


# Places of elements in problems
SEPARATOR = " \u203a "
"""Between the steps of a place, as in body › table 1 › row 3."""  # noqa: RUF001 - a docstring shows it as it is printed
NOTE_TYPE = qualified("w:type")
"""An attribute of notes that contain the line above the notes, not text."""
_FALLBACK = f"{{{COMPATIBILITY}}}Fallback"
NAMED = {
    PARAGRAPH: "paragraph",
    TABLE: "table",
    ROW: "row",
    CELL: "cell",
    qualified("w:txbxContent"): "text box",
    qualified("w:footnote"): "footnote",
    qualified("w:endnote"): "endnote",
}
"""The elements that places name, each with its number among the elements of its kind in the one around it."""


class ElementLocator:
    """The places of the elements of one part; `part` is its name in them: body, header 1, footnotes. `path` is that of
    the template.

    The elements are counted when the first place is read: later changes of the tree do not change the numbers.
    """

    def __init__(self, root: etree._Element, part: str, path: str = "") -> None:
        self._root = root
        self._part = part
        self._path = path
        self._numbers: dict[etree._Element, int] = {}

    def of(self, element: etree._Element) -> str:
        """Return the place of an element."""
        if not self._numbers:
            self._count()
        named = [around for around in (element, *element.iterancestors()) if around in self._numbers]
        steps = [f"{NAMED[str(around.tag)]} {self._numbers[around]}" for around in reversed(named)]
        return SEPARATOR.join([self._part, *steps])

    def location(self, element: etree._Element) -> Location:
        """Return the place of an element as that of a problem."""
        return Location(self._path, place=self.of(element))

    def _count(self) -> None:
        """Count the elements, from 1 for each kind in the element around them.

        A drawing's fallback repeats its elements for old readers, and is counted separately.
        """
        counts: Counter[tuple[object, ...]] = Counter()
        for element in self._root.iter(*NAMED):
            is_repeated = next(element.iterancestors(_FALLBACK), None) is not None
            key = (next(element.iterancestors(*NAMED), None), element.tag, is_repeated)
            if element.get(NOTE_TYPE) is None:
                counts[key] += 1
            self._numbers[element] = counts[key]
