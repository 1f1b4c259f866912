"""Office files as ZIP archives of limited size, with XML without entities."""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Protocol

from lxml import etree

from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.reading_limits import MAX_OFFICE_BYTES, MAX_OFFICE_PART_BYTES, MAX_OFFICE_PARTS
from ucap_reports.word.file.package_parts import relationships_of
from ucap_reports.word.file.word_xml import ENCODINGS, read_finished, read_xml
from ucap_reports.word.file.zip_package import BrokenPackageError, PackageSizeError, ZipParts

RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DOCTYPE = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"'>]*)", re.IGNORECASE)
_EBCDIC = b"\x4c\x6f\xa7\x94"
"""The characters "<?xml" in encodings of IBM, by which XML parsers recognise them (XML 1.0, appendix F)."""
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_DRAWN = re.compile(r"(?:word|xl)/(?:charts/chart\d*|diagrams/data\d*|drawings/drawing\d*)\.xml")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class OfficeParts(Protocol):
    """The parts of an office file."""

    @property
    def names(self) -> Collection[str]:
        """The names of the parts."""

    def markup(self, name: str) -> bytes:
        """Return a part's content if it is XML; else nothing."""

    def main_part(self, default: str) -> str:
        """Return the name of the part with the content of the file."""

    def links(self, name: str, kind: str = "") -> Mapping[str, str]:
        """Return the addresses and parts that a part names by identifiers."""

    def xml(self, name: str) -> etree._Element:
        """Return a part as XML; an empty element if there is no such part."""


class WrittenParts:
    """The parts of a file that the product writes, which need no checks."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts

    @property
    def names(self) -> Collection[str]:
        """The names of the parts."""
        return self._parts

    def markup(self, name: str) -> bytes:
        """Return a part's content."""
        return self._parts.get(name, b"")

    def main_part(self, default: str) -> str:
        """Return the name of the main part, which is always the same."""
        return default

    def links(self, name: str, kind: str = "") -> Mapping[str, str]:
        """Return the addresses and parts that a part names by identifiers; only those whose type ends with `kind`."""
        return _links(self.xml(relationships_of(name)), kind)

    def xml(self, name: str) -> etree._Element:
        """Return a part as XML; an empty element if there is no such part."""
        content = self.markup(name)
        return written_part(content)


@lru_cache(maxsize=32)
def written_part(content: bytes) -> etree._Element:
    """Return the root of a part that the product has written; an empty element if there is no such part.

    Styles, lists and links, which many documents share, are read once.
    """
    return read_finished(content) if content else etree.Element("none")


class Archive:
    """The parts of an office file; raises ProblemsFound for files that are none, or would unpack to too much."""

    def __init__(self, content: bytes, path: str, kind: str) -> None:
        self.path = path
        if content.startswith(_OLD_OFFICE):
            raise ProblemsFound([problem("import-old-format", Location(path), kind=kind)])
        damaged = ProblemsFound([problem("import-damaged", Location(path), form="archive", kind=kind)])
        try:
            self._parts = ZipParts(content, MAX_OFFICE_PARTS, MAX_OFFICE_BYTES)
        except PackageSizeError:
            limit = MAX_OFFICE_BYTES // 1024**2
            raise ProblemsFound([problem("import-too-large", Location(path), form="archive", limit=limit)]) from None
        except BrokenPackageError:
            raise damaged from None
        self.names = {name.lstrip("/"): name for name in self._parts.names}
        """The names of the parts, each with its name in the archive, which may begin with a slash."""
        if len(self.names) < len(self._parts.names):  # programs may read different ones
            raise damaged

    def read(self, name: str) -> bytes:
        """Return a part's content, empty where the file has no such part. Raises ProblemsFound if it declares
        entities.
        """
        if name not in self.names:
            return b""
        location = Location(self.path)
        try:
            content = self._parts.read(self.names[name], MAX_OFFICE_PART_BYTES)
        except BrokenPackageError:
            raise self._damaged(name) from None
        except PackageSizeError:
            limit = MAX_OFFICE_PART_BYTES // 1024**2
            raise ProblemsFound([problem("import-too-large", location, form="part", name=name, limit=limit)]) from None
        if name.endswith((".xml", ".rels")) and _DOCTYPE.search(content.replace(b"\0", b"")):
            raise ProblemsFound([problem("import-entities", Location(self.path), name=name)])
        return content

    def markup(self, name: str) -> bytes:
        """Return a part's content if an XML parser could read it, with one byte for each ASCII character; else nothing.

        Raises ProblemsFound for a part in an encoding in which its elements cannot be counted before it is parsed.
        """
        content = self.read(name)
        ascii_content = content.replace(b"\0", b"").lstrip(_BEFORE_XML)
        declared = _ENCODING.match(ascii_content)
        encoding = declared[1].decode("ascii", errors="replace").lower() if declared else "utf-8"
        if content.startswith(_EBCDIC) or encoding not in ENCODINGS:
            raise self._damaged(name)
        if _DOCTYPE.search(ascii_content):
            raise ProblemsFound([problem("import-entities", Location(self.path), name=name)])
        return ascii_content if ascii_content.startswith(b"<") else b""

    def main_part(self, default: str) -> str:
        """Return the name of the part with the content of the file."""
        for relationship in self.xml(relationships_of("")):
            if relationship.get("Type", "").endswith("/officeDocument"):
                return relationship.get("Target", "").lstrip("/")
        return default

    def links(self, name: str, kind: str = "") -> Mapping[str, str]:
        """Return the addresses and parts that a part names by identifiers; only those whose type ends with `kind`."""
        return _links(self.xml(relationships_of(name)), kind)

    def xml(self, name: str) -> etree._Element:
        """Return a part as XML, read without entities, networks and comments; an empty element where there is no such
        part.
        """
        content = self.read(name)
        try:
            return read_xml(content) if content else etree.Element("none")
        except ValueError:
            raise self._damaged(name) from None

    def drawn_texts(self) -> Iterator[tuple[str, str]]:
        """Yield the paragraphs in charts, diagrams and drawings, each with the name of its part."""
        for name in filter(_DRAWN.fullmatch, self.names):
            for paragraph in self.xml(name).iter(f"{_DRAWING}p"):
                text = "".join(run.text or "" for run in paragraph.iter(f"{_DRAWING}t")).strip()
                if text:
                    yield name, text

    def _damaged(self, name: str) -> ProblemsFound:
        return ProblemsFound([problem("import-damaged", Location(self.path), form="part", name=name)])


def part_at(target: str, source: str) -> str:
    """Return the name of the part that a relationship of the part `source` leads to."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")


def _links(relationships: etree._Element, kind: str) -> dict[str, str]:
    links = {}
    for relationship in relationships:
        if relationship.get("Type", "").endswith(kind):
            links[relationship.get("Id", "")] = relationship.get("Target", "")
    return links
