"""Office files as packages: the ZIP archive, its parts with their content types and relationships, and the allowlist of
parts for finished Word files.

All readers of Word files and workbooks open them with `ZipParts`, which has limits. The same parts give the same bytes.
The allowlist is in `allowed_content.toml`.
"""

import lzma
import posixpath
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from html import escape
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, LargeZipFile, ZipFile

import deflate
from lxml import etree
from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.storage.artifact_cache import shipped_table
from ucap_reports.storage.reading_limits import MIB
from ucap_reports.word.file.word_xml import DECLARATION, RELATIONSHIPS, WORD, qualified, read_xml, to_bytes

MAX_TEMPLATE_PARTS = 2_000
"""parts"""
MAX_TEMPLATE_BYTES = 64 * MIB
"""bytes of all parts together"""
MAX_TEMPLATE_PART_BYTES = 4 * MIB
"""bytes of a part with XML: about a thousand pages"""
MAX_TEMPLATE_ELEMENTS = 25_000
"""XML elements; templates have about a thousand"""
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Byte order marks, white space, and the zero bytes of UTF-16."""
_LEVEL = 1
"""The level of libdeflate: level 6 takes 50 % longer and saves 3 %."""
CONTENT_TYPES = "[Content_Types].xml"
_DAY_ONE = (1 << 5) | 1
"""1980-01-01 in the format of ZIP archives, the date that Word writes."""
_VERSION = 20
"""The version of the ZIP format that compressed parts need: 2.0."""
_UTF8 = 0x800
"""The flag of a part whose name is in UTF-8."""
_LARGEST_KEPT = 8_192
"""The bytes of a part whose compressed bytes are kept: headers and footers are often equal in many documents."""
_HEADER = b"PK\x03\x04"
"""The beginning of the header of a part, which is before its bytes (APPNOTE.TXT 4.3.7)."""
_ENTRY = b"PK\x01\x02" + _VERSION.to_bytes(2, "little")
"""The beginning of the entry of a part in the directory of the archive (4.3.12), with the version that wrote it."""
_SHARED_FIELDS = struct.Struct("<HHHHHIIIHH")
"""What the header of a part and its entry have in common, up to the length of an extra field."""
_END_OF_ENTRY = struct.Struct("<10xI")
"""What only the entry has after these fields: no comment, no attributes, and the offset of the header."""
_END_OF_DIRECTORY = struct.Struct("<4sHHHHIIH")
"""What is at the end of the archive (4.3.16): where the directory is, and how many entries it has."""


class BrokenPackageError(Exception):
    """The bytes are not a readable package; the message is the reason, such as "a part is in it twice"."""


class PackageSizeError(Exception):
    """The package or a part is larger than is allowed."""


class ZipMember(Struct, frozen=True):
    """A part in the archive: its compressed bytes (`stored`), and what both of its headers have (`fields`)."""

    name: str
    stored: bytes
    fields: bytes


class ZipParts:
    """The parts of an archive, whose number and size are checked before any is unpacked."""

    def __init__(self, content: bytes, max_parts: int, max_bytes: int) -> None:
        """Open an archive.

        Raises BrokenPackageError if it is damaged or has two parts with the same name, and PackageSizeError.
        """
        with _damage_reported():
            self._zip = ZipFile(BytesIO(content))
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(infos) > max_parts or sum(info.file_size for info in infos) > max_bytes:
            raise PackageSizeError
        self._infos = {info.filename: info for info in infos}
        if len(self._infos) < len(infos):  # programs may read different ones
            raise BrokenPackageError("it has two parts with the same name")

    @property
    def names(self) -> list[str]:
        """The names of the parts, as they are in the archive."""
        return list(self._infos)

    def read(self, name: str, max_bytes: int | None = None) -> bytes:
        """Return the content of a part. Raises BrokenPackageError if it is damaged, and PackageSizeError."""
        with _damage_reported(), self._zip.open(self._infos[name]) as part:
            content = part.read() if max_bytes is None else part.read(max_bytes + 1)
        if max_bytes is not None and len(content) > max_bytes:
            raise PackageSizeError
        return content


@contextmanager
def _damage_reported() -> Iterator[None]:
    """Raise BrokenPackageError for everything that the standard library raises for damaged or encrypted archives."""
    try:
        yield
    except (
        BadZipFile,
        LargeZipFile,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ):
        raise BrokenPackageError("it is not a valid ZIP archive") from None


def read_package(content: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file by name.

    Raises BrokenPackageError if it cannot be read, or is too large for a template.
    """
    try:
        package = ZipParts(content, MAX_TEMPLATE_PARTS, MAX_TEMPLATE_BYTES)
    except PackageSizeError:
        raise BrokenPackageError("it has more parts or bytes than a template needs") from None
    if any(_leads_out(name) for name in package.names):
        raise BrokenPackageError("the name of a part is a path outside the file")
    parts = {name: package.read(name) for name in package.names}
    if sum(map(_elements, parts.values())) > MAX_TEMPLATE_ELEMENTS:
        raise BrokenPackageError(f"it has more than {MAX_TEMPLATE_ELEMENTS:,} elements")
    return parts


def _elements(content: bytes) -> int:
    """Return the number of elements and comments in a part, counted without parsing it; 0 if it is not XML."""
    if not content[:16].lstrip(_BEFORE_XML).startswith(b"<"):
        return 0
    return content.count(b"<") - content.count(b"</")


def _leads_out(name: str) -> bool:
    """Return whether unpacking the part could write to another folder (ISO/IEC 29500-2, 6.2.2, forbids such names)."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def compressed(name: str, content: bytes) -> ZipMember:
    """Return a part with this name and content."""
    if len(content) <= _LARGEST_KEPT:
        stored, checksum = _kept_compressed(content)
    else:
        stored, checksum = _compressed(content)
    flags = 0 if name.isascii() else _UTF8
    midnight = 0
    no_extra_field = 0
    fields = _SHARED_FIELDS.pack(
        _VERSION,
        flags,
        ZIP_DEFLATED,
        midnight,
        _DAY_ONE,
        checksum,
        len(stored),
        len(content),
        len(name.encode()),
        no_extra_field,
    )
    return ZipMember(name, stored, fields)


def _compressed(content: bytes) -> tuple[bytes, int]:
    """Return the compressed bytes, and the checksum of the content."""
    return bytes(deflate.deflate_compress(content, _LEVEL)), deflate.crc32(content)


_kept_compressed = lru_cache(maxsize=16)(_compressed)


def write_package(members: Iterable[ZipMember]) -> bytes:
    """Return the file with these parts: the content types first, the others by name, all with the same date."""
    by_name = {member.name: member for member in members}
    names = sorted(by_name)
    if CONTENT_TYPES in by_name:
        names.remove(CONTENT_TYPES)
        names.insert(0, CONTENT_TYPES)
    pieces: list[bytes] = []
    entries: list[bytes] = []
    offset = 0
    for name in names:
        member = by_name[name]
        encoded_name = name.encode()
        header = b"".join((_HEADER, member.fields, encoded_name))
        pieces += (header, member.stored)
        entries += (_ENTRY, member.fields, _END_OF_ENTRY.pack(offset), encoded_name)
        offset += len(header) + len(member.stored)
    directory = b"".join(entries)
    count = len(names)
    # The zeros are the numbers of its only disk and of that where the directory begins, and the length of a comment.
    end = _END_OF_DIRECTORY.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
    return b"".join([*pieces, directory, end])


def is_own_package(content: bytes) -> bool:
    """Return whether the product has written a Word file that no program has changed since: others write other bytes
    for the same parts.
    """
    try:
        parts = read_package(content)
    except BrokenPackageError:
        return False
    return write_package(compressed(name, part) for name, part in parts.items()) == content


# Parts and their relationships
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPED = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = RELATIONSHIPS
"""What the types of relationships to parts of the document begin with: the namespace of references to them."""
IDENTITY = "docProps/custom.xml"
"""The part with the identity of the document."""
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


@lru_cache(maxsize=128)
def relationships_of(name: str) -> str:
    """Return the name of the part with the relationships of a part; with those of the package for an empty name."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _relationship_xml(attributes: Iterable[tuple[str | bytes, str | bytes]]) -> str:
    """Return a relationship with these attributes."""
    written = " ".join(f'{name!s}="{escape(str(value))}"' for name, value in attributes)
    return f"<Relationship {written}/>"


def new_relationship(identifier: str, kind: str, target: str, *, is_external: bool = False) -> str:
    """Return a relationship of a finished document to another part or, if it `is_external`, to an address."""
    mode = ' TargetMode="External"' if is_external else ""
    return f'<Relationship Id="{identifier}" Type="{kind}" Target="{escape(target)}"{mode}/>'


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
    """Return the content types without those of parts that are not kept, and with those of added parts."""
    root = read_xml(content_types)
    for element in root.findall(f"{{{TYPED}}}Override"):
        name = str(element.get("PartName")).lstrip("/")
        if name in added or not is_kept(name):
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


# The allowlist for finished Word files
HYPERLINK = f"{OFFICE}/hyperlink"
IMAGE = f"{OFFICE}/image"
MAIN_DOCUMENT = f"{OFFICE}/officeDocument"
STRICT = "http://purl.oclc.org/ooxml/"
"""The beginning of the namespaces and relationship types of "Strict Open XML" files."""
IMAGES: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
"""Types of raster images, with the first bytes of their files. Metafiles (EMF, WMF) are lists of drawing commands that
printer drivers and old readers execute; PNG replaces BMP and TIFF.
"""
SVG = "image/svg+xml"
RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


class Allowlist(Struct, frozen=True, forbid_unknown_fields=True):
    """The tables of allowed_content.toml, which explains them."""

    settings: frozenset[str]
    active: frozenset[str]
    fields: frozenset[str]
    fetching_fields: frozenset[str]
    editing: tuple[str, ...]
    changes: tuple[str, ...]
    namespaces: frozenset[str]
    package_parts: Mapping[str, tuple[str, ...]]
    single_parts: Mapping[str, tuple[str, ...]]
    other_parts: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]
    settings_refused: Mapping[str, str]
    settings_left_out: Mapping[str, str]
    references: Mapping[str, str]

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The relationships between parts, with the part types of their targets."""
        return {**self.single_parts, **self.other_parts, IMAGE: (*IMAGES, SVG)}


@cache
def allowlist() -> Allowlist:
    """Return the allowlist."""
    return shipped_table(Path(__file__).with_name("allowed_content.toml"), Allowlist)
