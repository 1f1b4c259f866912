"""The parts of a Word file: which texts, styles and lists it has, their content types, and the relationships between
them (ISO/IEC 29500-2).

How they are packed is in `zip_package.py`, and which of them a finished document may have in `allowed_content.py`.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape

from lxml import etree
from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.storage.reading_limits import MIB
from ucap_reports.word.file.word_xml import DECLARATION, RELATIONSHIPS, WORD, qualified, read_xml, to_bytes
from ucap_reports.word.file.zip_package import CONTENT_TYPES, BrokenPackageError

MAX_TEMPLATE_PART_BYTES = 4 * MIB
"""bytes of a part with XML: about a thousand pages"""
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPED = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = RELATIONSHIPS
"""What the types of relationships to parts of the document begin with: the namespace of references to them."""
HYPERLINK = f"{OFFICE}/hyperlink"
IMAGE = f"{OFFICE}/image"
MAIN_DOCUMENT = f"{OFFICE}/officeDocument"
IDENTITY = "docProps/custom.xml"
"""The part with the identity of the document."""
RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DOCUMENT_TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
"""The type of the main part of a template that Word opens as a new document (`.dotx`)."""
NUMBERING_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
MAIN = "document"
"""The kind of the part with the document's own text."""
BODY = "body"
"""The name of that part in places."""
_WORD_TYPE = LazyPattern(r"application/vnd\.openxmlformats-officedocument\.wordprocessingml\.([\w.]+)\+xml")
_KINDS = {"document.main": MAIN, "template.main": MAIN}


class Parts(Struct, frozen=True):
    """The names of a template's parts: its texts, the body first, and the parts that these need.

    Each text has its place in problems, such as "header 1".
    """

    texts: Mapping[str, str]
    styles: str
    settings: str | None
    numbering: str
    core: str


class Contents(dict[str, bytes]):
    """The parts of a package by name."""

    def tree(self, name: str, expected: str = "") -> etree._Element:
        """Return the root of a part. Raises BrokenPackageError if the part is missing, too large, or not well-formed,
        and if its root is not the `expected` element, such as `w:styles`.
        """
        if name not in self:
            raise BrokenPackageError(f"it has no {name}")
        if len(self[name]) > MAX_TEMPLATE_PART_BYTES:
            raise BrokenPackageError(f"{name} is larger than {MAX_TEMPLATE_PART_BYTES // 1024**2} MiB")
        try:
            root = read_xml(self[name])
        except ValueError as error:
            raise BrokenPackageError(f"{name} is invalid: {error}") from None
        if expected and root.tag != qualified(expected):
            raise BrokenPackageError(f"{name} is invalid: its first element is not {expected}")
        return root


def find_parts(contents: Contents) -> Parts:
    """Return the parts of a Word template, whose missing parts are added: that of the lists, and those of the
    properties of the document, which are only declared, since their content is different in each document.

    Raises BrokenPackageError if there are no styles.
    """
    types = types_of(contents)
    kinds = _kinds_of(contents)
    if "styles" not in kinds:
        raise BrokenPackageError("it has no styles")
    (main,) = kinds[MAIN]
    contents[CONTENT_TYPES] = as_document(contents[CONTENT_TYPES])
    texts = {main: BODY}
    for kind in ("header", "footer"):
        for number, name in enumerate(kinds.get(kind, []), start=1):
            texts[name] = f"{kind} {number}"
    for kind in ("footnotes", "endnotes"):
        for name in kinds.get(kind, []):
            texts[name] = kind
    cores = [name for name, content_type in types.items() if content_type == CORE_TYPE]
    if len(cores) > 1:
        raise BrokenPackageError("it has two parts with core properties")
    if "numbering" in kinds:
        numbering = kinds["numbering"][0]
    else:
        numbering = posixpath.join(posixpath.dirname(main), "numbering.xml")
        _add_part(contents, numbering, NUMBERING_TYPE, main, f"{OFFICE}/numbering")
        contents[numbering] = f'<w:numbering xmlns:w="{WORD}"/>'.encode()
    if cores:
        core = cores[0]
    else:
        core = "docProps/core.xml"
        _add_part(contents, core, CORE_TYPE, "", f"{RELATED}/metadata/core-properties")
    _add_part(contents, IDENTITY, CUSTOM_TYPE, "", f"{OFFICE}/custom-properties")
    settings = kinds["settings"][0] if "settings" in kinds else None
    return Parts(texts, kinds["styles"][0], settings, numbering, core)


def types_of(contents: Contents) -> dict[str, str]:
    """Return the content type of each part in lower case: that of its name, or else of its extension (ISO/IEC 29500-2,
    7.2.3); empty if none is declared. Raises BrokenPackageError if one is declared twice.
    """
    types: dict[str, str] = {}
    """The declared types by `/name` of a part or `.extension`, in lower case, since programs ignore the case."""
    for declared in flat_children(contents.tree(CONTENT_TYPES)):
        if declared.tag == f"{{{TYPED}}}Override":
            name_of_part = str(declared.get("PartName")).lstrip("/")
            key = f"/{name_of_part}".lower()
        else:
            key = f".{declared.get('Extension')}".lower()
        if key in types:
            raise BrokenPackageError(f'it has two content types for "{key}"')
        types[key] = str(declared.get("ContentType")).lower()
    types_by_name: dict[str, str] = {}
    for name in sorted(contents):
        if name == CONTENT_TYPES:
            continue
        lower_name = name.lower()
        extension = lower_name.rpartition(".")[2]
        type_of_extension = types.get(f".{extension}", "")
        types_by_name[name] = types.get(f"/{lower_name}", type_of_extension)
    return types_by_name


def flat_children(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the content types or relationships in a part. Raises BrokenPackageError if one of them contains another
    element, which only some programs read.
    """
    for element in root.iterchildren(etree.Element):
        if len(element):
            raise BrokenPackageError(f"a {etree.QName(element).localname} contains another element")
        yield element


def _kinds_of(contents: Contents) -> dict[str, list[str]]:
    """Return the names of the WordprocessingML parts, by kind: document, header, styles and so on."""
    kinds: dict[str, list[str]] = {}
    for name, content_type in types_of(contents).items():
        match = _WORD_TYPE.fullmatch(content_type)
        if match:
            kind = _KINDS.get(match[1], match[1])
            kinds.setdefault(kind, []).append(name)
    return kinds


def changed_types(content_types: bytes, added: Mapping[str, str], is_kept: Callable[[str], bool]) -> bytes:
    """Return the content types without those of parts that are not kept, and with those of added parts.

    `is_kept` gets the names of parts in lower case: programs ignore the case, and a part has one type (`types_of`).
    """
    root = read_xml(content_types)
    added_names = {name.lower() for name in added}
    for element in root.findall(f"{{{TYPED}}}Override"):
        name = str(element.get("PartName")).lstrip("/").lower()
        if name in added_names or not is_kept(name):
            root.remove(element)
    for name, content_type in added.items():
        etree.SubElement(root, f"{{{TYPED}}}Override", PartName=f"/{name}", ContentType=content_type)
    return to_bytes(root)


def as_document(content_types: bytes) -> bytes:
    """Return the content types of a Word file, which are those of a document if it is a template (`.dotx`): Word opens
    no `.docx` file with the type of a template.
    """
    root = read_xml(content_types)
    is_changed = False
    for element in root.iterchildren(etree.Element):
        if str(element.get("ContentType")).lower() == _DOCUMENT_TEMPLATE_TYPE:
            element.set("ContentType", DOCUMENT_TYPE)
            is_changed = True
    return to_bytes(root) if is_changed else content_types


def _add_part(contents: Contents, name: str, content_type: str, source: str, relationship: str) -> None:
    """Declare a part whose content is set later, and relate the part `source` to it."""
    contents[CONTENT_TYPES] = changed_types(contents[CONTENT_TYPES], {name: content_type}, lambda _: True)
    related = relationships_of(source)
    root = contents.tree(related) if related in contents else read_xml(relationships_part([]))
    known_identifiers = {element.get("Id") for element in root}
    number = len(root)
    while f"ucap{number}" in known_identifiers:
        number += 1
    attributes = {"Id": f"ucap{number}", "Type": relationship, "Target": f"/{name}"}
    etree.SubElement(root, f"{{{RELATED}}}Relationship", attributes)
    contents[related] = to_bytes(root)


@lru_cache(maxsize=128)
def relationships_of(name: str) -> str:
    """Return the name of the part with the relationships of a part; with those of the package for an empty name."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def relationships_xml(contents: Contents, name: str) -> dict[str, str]:
    """Return the relationships of a part, by identifier."""
    related = relationships_of(name)
    if related not in contents:
        return {}
    relationships: dict[str, str] = {}
    for relationship in contents.tree(related):
        identifier = str(relationship.get("Id"))
        relationships[identifier] = _relationship_xml(relationship.items())
    return relationships


def _relationship_xml(attributes: Iterable[tuple[str | bytes, str | bytes]]) -> str:
    """Return a relationship with these attributes."""
    written = " ".join(f'{name!s}="{escape(str(value))}"' for name, value in attributes)
    return f"<Relationship {written}/>"


def new_relationship(identifier: str, kind: str, target: str, *, is_external: bool = False) -> str:
    """Return a relationship of a finished document to another part or, if it `is_external`, to an address."""
    mode = ' TargetMode="External"' if is_external else ""
    return f'<Relationship Id="{identifier}" Type="{kind}" Target="{escape(target)}"{mode}/>'


def relationships_part(relationships: Iterable[str]) -> bytes:
    """Return the content of a part with these relationships."""
    return f'{DECLARATION}<Relationships xmlns="{RELATED}">{"".join(relationships)}</Relationships>'.encode()
