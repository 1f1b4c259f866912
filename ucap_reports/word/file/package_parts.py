"""The parts of a Word template, found through its content types and relationships."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape

from lxml import etree
from msgspec import Struct

from ucap_reports.storage.reading_limits import MAX_TEMPLATE_PART_BYTES
from ucap_reports.word.file.word_xml import DECLARATION, WORD, qualified, read_xml, to_bytes
from ucap_reports.word.file.zip_package import CONTENT_TYPES, BrokenPackageError

RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPED = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
IDENTITY = "docProps/custom.xml"
"""The part with the identity of the document."""
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
NUMBERING_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
MAIN, BODY = "document", "body"
"""The kind of the part with the document's own text, and its name in places."""
_WORD_TYPE = re.compile(r"application/vnd\.openxmlformats-officedocument\.wordprocessingml\.([\w.]+)\+xml")
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
    """Return the parts of a Word template; missing parts for lists and properties are added, the latter without their
    content.

    Raises BrokenPackageError if there are no styles.
    """
    types = types_of(contents)
    kinds = kinds_of(contents)
    if "styles" not in kinds:
        raise BrokenPackageError("it has no styles")
    (main,) = kinds[MAIN]
    texts = {main: BODY}
    for kind in ("header", "footer", "footnotes", "endnotes"):
        for number, name in enumerate(kinds.get(kind, []), start=1):
            texts[name] = f"{kind} {number}" if kind in ("header", "footer") else kind
    cores = [name for name, content_type in types.items() if content_type == CORE_TYPE]
    if len(cores) > 1:
        raise BrokenPackageError("it has two parts with core properties")
    if "numbering" not in kinds:
        kinds["numbering"] = [posixpath.join(posixpath.dirname(main), "numbering.xml")]
        add_part(contents, kinds["numbering"][0], NUMBERING_TYPE, main, f"{OFFICE}/numbering")
        contents[kinds["numbering"][0]] = f'<w:numbering xmlns:w="{WORD}"/>'.encode()
    if not cores:
        cores.append("docProps/core.xml")
        add_part(contents, cores[0], CORE_TYPE, "", f"{RELATED}/metadata/core-properties")
    add_part(contents, IDENTITY, CUSTOM_TYPE, "", f"{OFFICE}/custom-properties")
    return Parts(texts, kinds["styles"][0], kinds.get("settings", [None])[0], kinds["numbering"][0], cores[0])


def relationships_of(name: str) -> str:
    """Return the name of the part with the relationships of a part; with those of the package for an empty name."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def relationship_xml(attributes: Iterable[tuple[str | bytes, str | bytes]]) -> str:
    """Return a relationship with these attributes."""
    written = " ".join(f'{name!s}="{escape(str(value))}"' for name, value in attributes)
    return f"<Relationship {written}/>"


def new_relationship(identifier: str, kind: str, target: str, **more: str) -> str:
    """Return a relationship of a finished document."""
    return relationship_xml({"Id": identifier, "Type": kind, "Target": target, **more}.items())


def relationships_xml(contents: Contents, name: str) -> dict[str, str]:
    """Return the relationships of a part, by identifier."""
    related = relationships_of(name)
    root = contents.tree(related) if related in contents else []
    return {str(relationship.get("Id")): relationship_xml(relationship.items()) for relationship in root}


def relationships_part(relationships: Iterable[str]) -> bytes:
    """Return the content of a part with these relationships."""
    return f'{DECLARATION}<Relationships xmlns="{RELATED}">{"".join(relationships)}</Relationships>'.encode()


def flat_children(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the content types or relationships in a part. Raises BrokenPackageError if one of them contains another
    element, which only some programs read.
    """
    for element in root.iterchildren(etree.Element):
        if len(element):
            raise BrokenPackageError(f"a {etree.QName(element).localname} contains another element")
        yield element


def types_of(contents: Contents) -> dict[str, str]:
    """Return the content type of each part in lower case, by its name or its extension (ISO/IEC 29500-2, 7.2.3); empty
    if none is declared. Raises BrokenPackageError if one is declared twice.
    """
    types: dict[str, str] = {}
    for flat_child in flat_children(contents.tree(CONTENT_TYPES)):
        if flat_child.tag == f"{{{TYPED}}}Override":
            key = f"/{str(flat_child.get('PartName')).lstrip('/').lower()}"
        else:
            key = f".{flat_child.get('Extension')}".lower()
        if key in types:
            raise BrokenPackageError(f'it has two content types for "{key}"')
        types[key] = str(flat_child.get("ContentType")).lower()
    names = [name for name in sorted(contents) if name != CONTENT_TYPES]
    return {name: types.get(f"/{name.lower()}", types.get(f".{name.lower().rpartition('.')[2]}", "")) for name in names}


def kinds_of(contents: Contents) -> dict[str, list[str]]:
    """Return the names of the WordprocessingML parts, by kind: document, header, styles and so on."""
    kinds: dict[str, list[str]] = {}
    for name, content_type in types_of(contents).items():
        match = _WORD_TYPE.fullmatch(content_type)
        if match:
            kinds.setdefault(_KINDS.get(match[1], match[1]), []).append(name)
    return kinds


def changed_types(content_types: bytes, added: Mapping[str, str], is_kept: Callable[[str], bool]) -> bytes:
    """Return the content types without those of parts that are not kept, and with those of added parts."""
    root = read_xml(content_types)
    for element in root.findall(f"{{{TYPED}}}Override"):
        name = str(element.get("PartName")).lstrip("/")
        if name in added or not is_kept(name):
            root.remove(element)
    for name, content_type in added.items():
        etree.SubElement(root, f"{{{TYPED}}}Override", PartName=f"/{name}", ContentType=content_type)
    return to_bytes(root)


def add_part(contents: Contents, name: str, content_type: str, source: str, relationship: str) -> None:
    """Declare a part whose content is set later, and relate the part `source` to it."""
    contents[CONTENT_TYPES] = changed_types(contents[CONTENT_TYPES], {name: content_type}, lambda _: True)
    related = relationships_of(source)
    root = contents.tree(related) if related in contents else read_xml(relationships_part([]))
    target = {"Id": f"ucap{len(root)}", "Type": relationship, "Target": f"/{name}"}
    etree.SubElement(root, f"{{{RELATED}}}Relationship", target)
    contents[related] = to_bytes(root)
