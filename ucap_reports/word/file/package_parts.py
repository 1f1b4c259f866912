"""The parts of a Word template by what they are for, found through its content types and relationships."""

import posixpath
import re

from lxml import etree
from msgspec import Struct

from ucap_reports.word.file.word_xml import DECLARATION, read_xml, to_bytes
from ucap_reports.word.file.zip_package import CONTENT_TYPES, BrokenPackageError, ZipPackage

RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPED = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE_RELATED = f"{RELATED}/metadata/core-properties"
CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
HYPERLINK = f"{OFFICE}/hyperlink"
MAIN = "document"
MOST_XML_BYTES = 4 * 1024 * 1024
"""A part of some thousand pages: as a tree it takes fifty times as much memory."""
NO_RELATIONSHIPS = f'{DECLARATION}<Relationships xmlns="{RELATED}"></Relationships>'.encode()
_WORD_TYPE = re.compile(r"application/vnd\.openxmlformats-officedocument\.wordprocessingml\.([\w.]+)\+xml")
_KINDS = {"document.main": MAIN, "template.main": MAIN}
_TEXTS = ("header", "footer", "footnotes", "endnotes")
BODY = "body"
"""What places call the part with the document's own text."""


class TextPart(Struct, frozen=True):
    """A part that holds text: its `name` in the package, and its `place` as problems call it, such as "header 1"."""

    name: str
    place: str


class Parts(Struct, frozen=True):
    """The names of a template's parts: its texts, the body first, and what these rely on."""

    texts: tuple[TextPart, ...]
    styles: str
    settings: str | None
    numbering: str
    core: str


class Contents:
    """A package's parts as they are changed for the product's needs; what is not changed keeps its stored form."""

    def __init__(self, package: ZipPackage) -> None:
        self.package = package
        self.changed: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        return self.changed[name] if name in self.changed else self.package.parts[name]

    def __setitem__(self, name: str, content: bytes) -> None:
        self.changed[name] = content

    def __contains__(self, name: str) -> bool:
        return name in self.changed or name in self.package.parts

    def tree(self, name: str) -> etree._Element:
        """The part's root. Raises BrokenPackageError where there is no such part or it is not well-formed."""
        if name not in self:
            raise BrokenPackageError(f"it has no {name}")
        if len(self[name]) > MOST_XML_BYTES:
            raise BrokenPackageError(f"{name} is larger than {MOST_XML_BYTES // 1024**2} MiB")
        try:
            return read_xml(self[name])
        except ValueError as error:
            raise BrokenPackageError(f"{name} cannot be read: {error}") from None


def find_parts(contents: Contents) -> Parts:
    """The parts of a Word template; those it lacks and the product needs are added, empty."""
    kinds = kinds_of(contents)
    mains = kinds.get(MAIN, [])
    if len(mains) != 1 or mains[0] not in contents:
        raise BrokenPackageError("it is not a Word document")
    (main,) = mains
    if not kinds.get("styles"):
        raise BrokenPackageError("it has no styles")
    texts = [TextPart(main, BODY)]
    for kind in _TEXTS:
        names = sorted(kinds.get(kind, []), key=_natural)
        places = [f"{kind} {number}" if kind in ("header", "footer") else kind for number in range(1, len(names) + 1)]
        texts += [TextPart(name, place) for name, place in zip(names, places, strict=True)]
    numbering = next(iter(kinds.get("numbering", [])), None)
    cores = [name for name, kind in types_of(contents).items() if kind == CORE_TYPE]
    if len(cores) > 1:
        raise BrokenPackageError("it has two parts with core properties")
    return Parts(
        texts=tuple(texts),
        styles=kinds["styles"][0],
        settings=next(iter(kinds.get("settings", [])), None),
        numbering=numbering or _add_numbering(contents, main),
        core=cores[0] if cores else _add_core(contents),
    )


def relationships_of(name: str) -> str:
    """The part that holds the relationships of the part called `name`; those of the package for an empty name."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def types_of(contents: Contents) -> dict[str, str]:
    """The content type of each part in lower case, from its name or its extension (ISO/IEC 29500-2, 7.2.3); empty for
    a part that has none. Raises BrokenPackageError where one is given twice.
    """
    types: dict[str, str] = {}
    for each in contents.tree(CONTENT_TYPES).iterchildren(etree.Element):
        if each.tag == f"{{{TYPED}}}Override":
            key = f"/{str(each.get('PartName')).lstrip('/').lower()}"
        else:
            key = f".{each.get('Extension')}".lower()
        if key in types:
            raise BrokenPackageError(f'it has two content types for "{key}"')
        types[key] = str(each.get("ContentType")).lower()
    names = [name for name in sorted({*contents.package.parts, *contents.changed}) if name != CONTENT_TYPES]
    return {name: types.get(f"/{name.lower()}", types.get(f".{name.lower().rpartition('.')[2]}", "")) for name in names}


def kinds_of(contents: Contents) -> dict[str, list[str]]:
    """The names of the parts of each kind that WordprocessingML knows."""
    kinds: dict[str, list[str]] = {}
    for name, content_type in types_of(contents).items():
        if match := _WORD_TYPE.fullmatch(content_type):
            kinds.setdefault(_KINDS.get(match[1], match[1]), []).append(name)
    return kinds


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """An order in which 10 comes after 9."""
    return tuple((int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", name))


def _add_numbering(contents: Contents, main: str) -> str:
    name = posixpath.join(posixpath.dirname(main), "numbering.xml")
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
    add_part(contents, name, content_type, main, f"{OFFICE}/numbering")
    return name


def _add_core(contents: Contents) -> str:
    add_part(contents, "docProps/core.xml", CORE_TYPE, "", CORE_RELATED)
    return "docProps/core.xml"


def add_part(contents: Contents, name: str, content_type: str, source: str, relationship: str) -> None:
    """Declare a part that is still to be written, and relate the part `source` to it."""
    types = contents.tree(CONTENT_TYPES)
    for known in types.findall(f"{{{TYPED}}}Override[@PartName='/{name}']"):
        types.remove(known)
    etree.SubElement(types, f"{{{TYPED}}}Override", PartName=f"/{name}", ContentType=content_type)
    contents[CONTENT_TYPES] = to_bytes(types)
    related = relationships_of(source)
    root = contents.tree(related) if related in contents else read_xml(NO_RELATIONSHIPS)
    target = {"Id": f"ucap{len(root)}", "Type": relationship, "Target": f"/{name}"}
    etree.SubElement(root, f"{{{RELATED}}}Relationship", target)
    contents[related] = to_bytes(root)


class Links(Struct, frozen=True):
    """The hyperlinks of one part of one document: a relationship for each address, in the order they are met."""

    addresses: dict[str, str]

    def relate(self, address: str) -> str:
        """The identifier of the relationship to an address."""
        return self.addresses.setdefault(address, f"link{len(self.addresses) + 1}")
