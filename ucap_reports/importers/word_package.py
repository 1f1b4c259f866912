"""What the parts of a Word file around its text say: links, lists, styles, properties."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache

from lxml import etree
from msgspec import Struct

from ucap_reports.importers.office_archive import Archive, OfficeParts, WrittenParts, written_part
from ucap_reports.importers.parsed_summary import FileProperties
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.reading_limits import MAX_PARAGRAPHS, MAX_WORD_ELEMENTS
from ucap_reports.text.rich_text import Marker
from ucap_reports.word.file.effective_styles import THEME_PREFIX, StyleSheet
from ucap_reports.word.file.package_parts import IDENTITY
from ucap_reports.word.file.word_xml import child_of, remove, twips, value_at, whole

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH = re.compile(rb"<(?:\w+:)?p[\s/>]")
_CORE = "docProps/core.xml"
_APPLICATION = "docProps/app.xml"
_STYLES, _LISTS = "word/styles.xml", "word/numbering.xml"
_NO_DATE = "2000-01-01"
"""What documents of earlier versions had as their date if their plan had none."""
_SECOND = f"{THEME_PREFIX}second"
"""The beginning of the names of styles for text in a second language, which belongs to another document of the plan."""
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00Z")


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

    def __init__(self, content: bytes, path: str) -> None:
        self.path = path
        self.archive: OfficeParts = Archive(content, path, "docx")
        self.main = self.archive.main_part("word/document.xml")
        self._refuse_large()
        if self.document.tag != f"{WORD}document":
            raise ProblemsFound([problem("import-damaged", Location(path), form="document")])

    @classmethod
    def of_parts(cls, parts: Mapping[str, bytes], main: str) -> "WordPackage":
        """Return the package of a document that the product writes, from its parts before they are packed."""
        package = cls.__new__(cls)
        package.path = ""
        package.archive = WrittenParts(parts)
        package.main = main
        package.styles = _written_styles(parts.get(_STYLES, b""))
        package.lists = _written_lists(parts.get(_LISTS, b""))
        return package

    @cached_property
    def document(self) -> etree._Element:
        """The root of the main part."""
        return self.archive.xml(self.main)

    def _refuse_large(self) -> None:
        """Raise ProblemsFound for a file with more text than a summary can have."""
        elements = paragraphs = 0
        for name in {self.main, *(name for name in self.archive.names if name.endswith(".xml"))}:
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

    def margins(self) -> list[str]:
        """Return the names of the header and footer parts, sorted."""
        return sorted(name for name in self.archive.names if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name))

    def texts(self) -> Mapping[str, etree._Element]:
        """Return the parts whose text is on the pages, by name: the document first."""
        main, *names = self.text_names()
        return {main: self.document, **{name: self.archive.xml(name) for name in names}}

    def text_names(self) -> list[str]:
        """Return the names of the parts whose text is on the pages, also of notes that a file may not have."""
        return [self.main, *self.margins(), "word/footnotes.xml", "word/endnotes.xml"]

    @cached_property
    def second_styles(self) -> frozenset[str]:
        """The identifiers of the styles for text in the second language."""
        return frozenset(name for name, said in self.styles.names.items() if said.startswith(_SECOND))

    @cached_property
    def lists(self) -> Mapping[tuple[str, int], ListLevel]:
        """Each level of each list by the number of the list and the level."""
        return _read_lists(self.archive.xml(_LISTS))

    @cached_property
    def styles(self) -> StyleSheet:
        """The styles."""
        return StyleSheet(self.archive.xml(_STYLES))

    @cached_property
    def properties(self) -> FileProperties:
        """What the file says of itself."""
        texts = {etree.QName(element).localname: (element.text or "").strip() for element in self.archive.xml(_CORE)}
        language = texts.get("language") or None
        pack = self.identity.pack
        created = texts.get("created", "")
        modified = texts.get("modified", "")
        match = _MIDNIGHT.fullmatch(modified)
        is_as_built = created == modified and (match is not None or not modified)
        if not pack or not is_as_built:
            return FileProperties(language, pack=pack)
        updated = date.fromisoformat(match[1]) if match and match[1] != _NO_DATE else None
        return FileProperties(language, updated, texts.get("creator", ""), pack, exact=True)

    @property
    def is_original(self) -> bool:
        """Whether no other program has saved the file since it was built: all of them add their name to it."""
        return self.properties.exact and _APPLICATION not in self.archive.names

    @cached_property
    def custom_properties(self) -> Mapping[str, str]:
        """The custom properties of the file, by name."""
        properties = self.archive.xml(IDENTITY)
        return {element.get("name", ""): "".join(map(str, element.itertext())).strip() for element in properties}

    @cached_property
    def identity(self) -> DocumentIdentity:
        """What the file was built from, which is in its custom properties."""
        texts = self.custom_properties
        return DocumentIdentity(**{name: texts.get(f"ucap-{name}", "") for name in DocumentIdentity.__struct_fields__})


@lru_cache(maxsize=8)
def _written_styles(part: bytes) -> StyleSheet:
    """Return the styles in a part that the product has written, which all documents of a pack in a language share."""
    return StyleSheet(written_part(part))


@lru_cache(maxsize=8)
def _written_lists(part: bytes) -> Mapping[tuple[str, int], ListLevel]:
    """Return the lists in a part that the product has written, which many documents of a pack share."""
    return _read_lists(written_part(part))


def _read_lists(root: etree._Element) -> Mapping[tuple[str, int], ListLevel]:
    """Return each level of each list by the number of the list and the level (ECMA-376 §17.9)."""
    definitions = {definition.get(f"{WORD}abstractNumId"): definition for definition in root.iter(f"{WORD}abstractNum")}
    styled = {}
    for definition in definitions.values():
        style = value(definition, "styleLink")
        if style:
            styled[style] = definition
    lists: dict[tuple[str, int], ListLevel] = {}
    for number in root.iter(f"{WORD}num"):
        named = definitions.get(value(number, "abstractNumId"))
        used = styled.get(value(named, "numStyleLink") or "", named)
        if used is None:
            continue
        overrides = {override.get(f"{WORD}ilvl"): override for override in number.iterchildren(f"{WORD}lvlOverride")}
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
    """Return how far in paragraphs with this `w:ind` stand (twips); 0 where they do not say it."""
    return 0 if indent is None else twips(indent.get(f"{WORD}left") or indent.get(f"{WORD}start"))


def _list_level(
    level: etree._Element, texts: list[str], definition: etree._Element, override: etree._Element | None
) -> ListLevel:
    """Return a level of a definition as a list with this override has it; `texts` are the markers of all levels."""
    own = None if override is None else override.find(f"{WORD}lvl")
    level = level if own is None else own
    first = value(override, "startOverride")
    after = value(level, "lvlRestart")
    number = whole(level.get(f"{WORD}ilvl"))
    return ListLevel(
        _marker(level, texts),
        whole(first or value(level, "start"), 1),
        indent_of(level.find(f"{WORD}pPr/{WORD}ind")),
        definition.get(f"{WORD}abstractNumId") or "",
        restarts=first is not None,
        restart_level=number - 1 if after is None else whole(after) - 1,
    )


def _marker(level: etree._Element, texts: list[str]) -> Marker:
    match value(level, "numFmt"):
        case "none":
            return Marker.NONE
        case "bullet" | None:
            return Marker.ARROW if set(texts[:2]) == {"→"} and len(texts) > 1 else Marker.BULLET
        case _:
            return Marker.NUMBER
