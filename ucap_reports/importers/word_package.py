"""What a stranger's office file contains: the parts of any such file, and what those of a Word file around its text
say: links, lists, styles, properties.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.reading_limits import MAX_PARAGRAPHS, MIB
from ucap_reports.text.rich_text import ARROW, ARROW_TO_LEFT, Marker
from ucap_reports.word.file.package_parts import IDENTITY, relationships_of
from ucap_reports.word.file.word_styles import THEME_PREFIX, StyleSheet
from ucap_reports.word.file.word_xml import ENCODINGS, child_of, read_xml, remove, text_of, twips, value_at, whole
from ucap_reports.word.file.zip_package import BrokenPackageError, PackageSizeError, ZipParts

if TYPE_CHECKING:  # not imported at run time: builds use the names of parts only
    from ucap_reports.importers.parsed_cells_and_lists import FileProperties

MAX_OFFICE_PARTS = 4_000
"""parts"""
MAX_OFFICE_BYTES = 128 * MIB
"""bytes of all parts together"""
MAX_OFFICE_PART_BYTES = 24 * MIB
"""bytes of a part with XML, which has one encoding"""
MAX_WORD_ELEMENTS = 400_000
"""XML elements of a Word file; pages with many tracked changes have about a thousand"""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH = LazyPattern(rb"<(?:\w+:)?p[\s/>]")
_CORE = "docProps/core.xml"
_APPLICATION = "docProps/app.xml"
DOCUMENT, STYLES, LISTS = "word/document.xml", "word/styles.xml", "word/numbering.xml"
NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_PLACEHOLDER_STYLE = "placeholder text"
_MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
_NO_DATE = date(2000, 1, 1)
"""What documents of earlier versions had as their date if their plan had none."""
_SECOND = f"{THEME_PREFIX}second"
"""The beginning of the names of styles for text in a second language, which belongs to another document of the plan."""
EMPHATIC_STYLES = {"strong": {"bold": True}, "emphasis": {"italic": True}}
"""What the well-known styles of characters mean."""
_MIDNIGHT = LazyPattern(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00Z")
"""The times in the properties of built documents, which are those of their date."""


class ListLevel(Struct, frozen=True):
    """A level of a Word list: its marker, its first number, and the indentation of its text (twips).

    Lists with the same `definition` count together; one that `restarts` starts again where it is first used.
    `restart_level` is the deepest level whose items make this one start again, -1 if there is none.
    """

    marker: Marker
    start: int
    indent: int
    definition: str = ""
    restarts: bool = False
    restart_level: int = -1


class DocumentIdentity(Struct, frozen=True):
    """What a Word file was built from; empty where the file does not say it."""

    plan: str = ""
    language: str = ""
    pack: str = ""
    digest: str = ""
    book: str = ""
    """The name of a book of several plans."""


class WordPackage:
    """A Word file. Raises ProblemsFound where it has no text."""

    def __init__(self, content: bytes | Mapping[str, bytes], path: str) -> None:
        self.path = path
        self.archive = Archive(content, path, "docx")
        self.main = self.archive.main_part(DOCUMENT)
        self._refuse_large()
        if self.document.tag != f"{WORD}document":
            raise ProblemsFound([problem("import-damaged", Location(path), form="document")])

    @cached_property
    def document(self) -> etree._Element:
        """The root of the main part."""
        return self.archive.xml(self.main)

    def _refuse_large(self) -> None:
        """Raise ProblemsFound for a file with more text than a summary can have."""
        elements = 0
        paragraphs = 0
        xml_parts = {name for name in self.archive.names if name.endswith(".xml")}
        for name in xml_parts | {self.main}:
            markup = self.archive.markup(name)
            elements += markup.count(b"<") - markup.count(b"</")
            paragraphs += len(_PARAGRAPH.findall(markup))
        for form, count, limit in (
            ("elements", elements, MAX_WORD_ELEMENTS),
            ("paragraphs", paragraphs, MAX_PARAGRAPHS),
        ):
            if count > limit:
                raise ProblemsFound([problem("import-too-large", Location(self.path), form=form, limit=limit)])

    def leave_out_second_language(self) -> None:
        """Remove the paragraphs in styles of the second language, and the cells that have no others."""
        if not self.second_styles:
            return
        for paragraph in list(self.document.iter(f"{WORD}p")):
            if value_at(paragraph, "w:pPr/w:pStyle") in self.second_styles:
                cell = next(paragraph.iterancestors(f"{WORD}tc"), None)
                remove(paragraph)
                if cell is not None and cell.find(f".//{WORD}p") is None:
                    remove(cell)

    def links(self, name: str) -> Mapping[str, str]:
        """Return the addresses and parts that a part names by identifiers."""
        return self.archive.links(name)

    def leave_out_placeholders(self) -> None:
        """Remove the hints that content controls show where nothing was written.

        A program may say that a control shows its placeholder when it has another text: only the placeholder of the
        control is a hint or, where the file does not have that, a text in its style.
        """
        for control in self.document.iter(f"{WORD}sdt"):
            properties = control.find(f"{WORD}sdtPr")
            content = control.find(f"{WORD}sdtContent")
            if properties is None or content is None or properties.find(f"{WORD}showingPlcHdr") is None:
                continue
            runs = [run for run in content.iter(f"{WORD}r") if text_of(run).strip()]
            name = value_at(properties, "w:placeholder/w:docPart") or ""
            placeholder = self._placeholders.get(name)
            if placeholder is None:
                is_hint = all(value_at(run, "w:rPr/w:rStyle") in self._placeholder_styles for run in runs)
            else:
                is_hint = " ".join(text_of(content).split()) == placeholder
            if is_hint:
                for run in runs:
                    remove(run)

    @cached_property
    def _placeholders(self) -> Mapping[str, str]:
        """The texts of placeholders by their names."""
        glossary = self.part_of("glossaryDocument", "word/glossary/document.xml")
        placeholders: dict[str, str] = {}
        for part in self.archive.xml(glossary).iter(f"{WORD}docPart"):
            body = part.find(f"{WORD}docPartBody")
            name = value_at(part, "w:docPartPr/w:name")
            if name and body is not None:
                placeholders[name] = " ".join(text_of(body).split())
        return placeholders

    @cached_property
    def _placeholder_styles(self) -> frozenset[str]:
        """The identifiers of the style of placeholders."""
        names = self.styles.names
        return frozenset(identifier for identifier, name in names.items() if name.lower() == _PLACEHOLDER_STYLE)

    def part_of(self, kind: str, default: str) -> str:
        """Return the name of the part of a kind that the main part refers to: Word on the web writes `styles2.xml`."""
        names = self.archive.linked_parts(self.main, f"/{kind}")
        return names[0] if names else default

    def margins(self) -> list[str]:
        """Return the names of the header and footer parts, sorted."""
        names = set(margin_names(self.archive.names))
        for kind in ("/header", "/footer"):
            names.update(self.archive.linked_parts(self.main, kind))
        return sorted(names.intersection(self.archive.names))

    def texts(self) -> Mapping[str, etree._Element]:
        """Return the parts whose text is on the pages, by name: the document first."""
        main, *names = self.text_names()
        parts = {main: self.document}
        for name in names:
            parts[name] = self.archive.xml(name)
        return parts

    def text_names(self) -> list[str]:
        """Return the names of the parts whose text is on the pages, also of notes that a file may not have."""
        notes = [self.part_of(PurePath(name).stem, name) for name in NOTES]
        return [self.main, *self.margins(), *notes]

    @cached_property
    def second_styles(self) -> frozenset[str]:
        """The identifiers of the styles for text in the second language."""
        return frozenset(identifier for identifier, name in self.styles.names.items() if name.startswith(_SECOND))

    @cached_property
    def lists(self) -> Mapping[tuple[str, int], ListLevel]:
        """Each level of each list by the number of the list and the level."""
        return _read_lists(self.archive.xml(self.part_of("numbering", LISTS)))

    @cached_property
    def styles(self) -> StyleSheet:
        """The styles."""
        return StyleSheet(self.archive.xml(self.part_of("styles", STYLES)))

    @cached_property
    def properties(self) -> "FileProperties":
        """What the file says of itself."""
        from ucap_reports.importers.parsed_cells_and_lists import FileProperties  # noqa: PLC0415 - as above

        texts: dict[str, str] = {}
        for element in self.archive.xml(_CORE):
            texts[etree.QName(element).localname] = (element.text or "").strip()
        language = texts.get("language") or None
        pack = self.identity.pack
        created = texts.get("created", "")
        modified = texts.get("modified", "")
        built_on = _date_at_midnight(modified)
        has_times_of_built = created == modified and (built_on is not None or not modified)
        if not pack or not has_times_of_built:
            return FileProperties(language, pack=pack)
        updated = None if built_on == _NO_DATE else built_on
        return FileProperties(language, updated, texts.get("creator", ""), pack, exact=True)

    @property
    def is_original(self) -> bool:
        """Whether no other program has saved the file since it was built: all of them add their name to it."""
        return self.properties.exact and _APPLICATION not in self.archive.names

    @cached_property
    def custom_properties(self) -> Mapping[str, str]:
        """The custom properties of the file, by name."""
        properties: dict[str, str] = {}
        for element in self.archive.xml(IDENTITY):
            text = "".join(map(str, element.itertext()))
            properties[element.get("name", "")] = text.strip()
        return properties

    @cached_property
    def identity(self) -> DocumentIdentity:
        """What the file was built from, which is in its custom properties."""
        texts: dict[str, str] = {}
        for name in DocumentIdentity.__struct_fields__:
            texts[name] = self.custom_properties.get(f"ucap-{name}", "")
        return DocumentIdentity(**texts)


def _date_at_midnight(time: str) -> date | None:
    """Return the date of a time as built documents have it; None for another time, or one that does not exist."""
    match = _MIDNIGHT.fullmatch(time)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None


def is_read_style(name: str) -> bool:
    """Return whether the name of a style says something about text in it."""
    return name.lower() in EMPHATIC_STYLES or name.startswith(_SECOND)


def margin_names(names: Iterable[str]) -> list[str]:
    """Return the names of header and footer parts among those of parts, sorted."""
    return sorted(name for name in names if _MARGIN.fullmatch(name))


def _read_lists(root: etree._Element) -> Mapping[tuple[str, int], ListLevel]:
    """Return each level of each list by the number of the list and the level (ECMA-376 §17.9)."""
    definitions: dict[str | None, etree._Element] = {}
    definitions_of_styles: dict[str, etree._Element] = {}
    for definition in root.iter(f"{WORD}abstractNum"):
        definitions[definition.get(f"{WORD}abstractNumId")] = definition
    for definition in definitions.values():
        style = value(definition, "styleLink")
        if style:
            definitions_of_styles[style] = definition
    lists: dict[tuple[str, int], ListLevel] = {}
    for number in root.iter(f"{WORD}num"):
        named = definitions.get(value(number, "abstractNumId"))
        used = definitions_of_styles.get(value(named, "numStyleLink") or "", named)
        if used is None:
            continue
        overrides: dict[str | None, etree._Element] = {}
        for override in number.iterchildren(f"{WORD}lvlOverride"):
            overrides[override.get(f"{WORD}ilvl")] = override
        levels = list(used.iter(f"{WORD}lvl"))
        texts = [value(level, "lvlText") or "" for level in levels]
        for level in levels:
            index = level.get(f"{WORD}ilvl") or "0"
            key = (number.get(f"{WORD}numId") or "", whole(index))
            lists[key] = _list_level(level, texts, used, overrides.get(index))
    return lists


def value(holder: etree._Element | None, name: str) -> str | None:
    """Return the value of a child such as `w:numId`; None where there is none."""
    child = None if holder is None else child_of(holder, f"{WORD}{name}")
    return None if child is None else child.get(f"{WORD}val", "")


def indent_of(indent: etree._Element | None) -> int:
    """Return the indentation that this `w:ind` gives to paragraphs (twips); 0 if it gives none."""
    return 0 if indent is None else twips(indent.get(f"{WORD}left") or indent.get(f"{WORD}start"))


def _list_level(
    level: etree._Element, texts: list[str], definition: etree._Element, override: etree._Element | None
) -> ListLevel:
    """Return a level of a definition as a list with this override has it; `texts` are the markers of all levels."""
    own = None if override is None else override.find(f"{WORD}lvl")
    if own is not None:
        level = own
    start_override = value(override, "startOverride")
    restart = value(level, "lvlRestart")  # the number of a level, from 1; 0 for none
    restart_number = whole(level.get(f"{WORD}ilvl")) if restart is None else whole(restart)
    return ListLevel(
        _marker(level, texts),
        start=whole(start_override or value(level, "start"), 1),
        indent=indent_of(level.find(f"{WORD}pPr/{WORD}ind")),
        definition=definition.get(f"{WORD}abstractNumId") or "",
        restarts=start_override is not None,
        restart_level=restart_number - 1,
    )


def _marker(level: etree._Element, texts: list[str]) -> Marker:
    number_format = next(level.iter(f"{WORD}numFmt"), None)  # one such as 01, 02 is in an alternative
    kind = "bullet" if number_format is None else number_format.get(f"{WORD}val", "")
    if kind == "none":
        return Marker.NONE
    if kind != "bullet":
        return Marker.NUMBER
    has_arrows = len(texts) > 1 and set(texts[:2]) in ({ARROW}, {ARROW_TO_LEFT})
    return Marker.ARROW if has_arrows else Marker.BULLET


# Office files as ZIP archives of limited size, with XML without entities

RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DOCTYPE = LazyPattern(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = LazyPattern(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"'>]*)", re.IGNORECASE)
_EBCDIC = b"\x4c\x6f\xa7\x94"
"""The characters "<?xml" in encodings of IBM, by which XML parsers recognise them (XML 1.0, appendix F)."""
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_DRAWN = LazyPattern(r"(?:word|xl)/(?:charts/chart\d*|diagrams/data\d*|drawings/drawing\d*)\.xml")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class Archive:
    """The parts of an office file, or parts of one that have been unpacked.

    Raises ProblemsFound for files that are not an archive, or would unpack to too much.
    """

    def __init__(self, content: bytes | Mapping[str, bytes], path: str, kind: str) -> None:
        self.path = path
        self._parts: ZipParts | _UnpackedParts
        if isinstance(content, bytes):
            self._parts = _zip_parts(content, path, kind)
        else:
            self._parts = _UnpackedParts(content)
        self.names = {name.lstrip("/"): name for name in self._parts.names}
        """The names of the parts, each with its name in the archive, which may begin with a slash."""
        if len(self.names) < len(self._parts.names):  # programs may read different ones
            raise _damaged_archive(path, kind)

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
        links: dict[str, str] = {}
        for relationship in self.xml(relationships_of(name)):
            if relationship.get("Type", "").endswith(kind):
                links[relationship.get("Id", "")] = relationship.get("Target", "")
        return links

    def linked_parts(self, name: str, kind: str) -> list[str]:
        """Return the names of the parts that a part refers to by relationships whose type ends with `kind`."""
        return [part_at(target, name) for target in self.links(name, kind).values()]

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


class _UnpackedParts:
    """Parts in memory, which are read like those of an archive."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return list(self._parts)

    def read(self, name: str, max_bytes: int) -> bytes:
        """Return the content of a part. Raises PackageSizeError."""
        content = self._parts[name]
        if len(content) > max_bytes:
            raise PackageSizeError
        return content


def _zip_parts(content: bytes, path: str, kind: str) -> ZipParts:
    """Return the parts of an office file. Raises ProblemsFound."""
    if content.startswith(_OLD_OFFICE):
        raise ProblemsFound([problem("import-old-format", Location(path), kind=kind)])
    try:
        return ZipParts(content, MAX_OFFICE_PARTS, MAX_OFFICE_BYTES)
    except PackageSizeError:
        limit = MAX_OFFICE_BYTES // 1024**2
        raise ProblemsFound([problem("import-too-large", Location(path), form="archive", limit=limit)]) from None
    except BrokenPackageError:
        raise _damaged_archive(path, kind) from None


def _damaged_archive(path: str, kind: str) -> ProblemsFound:
    return ProblemsFound([problem("import-damaged", Location(path), form="archive", kind=kind)])


def part_at(target: str, source: str) -> str:
    """Return the name of the part that a relationship of the part `source` leads to."""
    folder = posixpath.join("/", posixpath.dirname(source))
    return posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
