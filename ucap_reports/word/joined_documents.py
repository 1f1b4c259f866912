"""Several Word files of the product as one: each starts on a new page, in a section of its own, and keeps its look.

Libraries for this leave out the headers, footers and page sizes of all files but the first, and take its styles for
those with the same names.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import deepcopy
from typing import NamedTuple

from lxml import etree

from ucap_reports.word.file.package_parts import (
    CORE_TYPE,
    CUSTOM_TYPE,
    OFFICE,
    RELATED,
    TYPED,
    relationships_of,
    relationships_part,
)
from ucap_reports.word.file.word_xml import (
    NOTE_TYPE,
    PARAGRAPH,
    RELATIONSHIPS,
    TABLE,
    VALUE,
    escaped,
    insert,
    new,
    properties_of,
    put,
    qualified,
    read_finished,
    to_bytes,
    to_text,
    value_at,
)
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, read_package, write_package

_MAIN_TYPE = "wordprocessingml.document.main+xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}
_NOTE_REFERENCES = {qualified(f"w:{note}Reference"): kind for kind, note in _NOTES.items()}
"""The kind of notes to which an element in the text refers."""
_OF_FILE = ("styles", "numbering", "settings", "webSettings", "fontTable", "theme", *_NOTES)
"""The parts of which a file has one, by their relationships; those of the settings, fonts and theme are the first
file's.
"""
_MARGINS = ("header", "footer")
_MARGIN_PAGES = ("default", "first", "even")
_STYLED = {
    qualified("w:pStyle"): "paragraph",
    qualified("w:rStyle"): "character",
    qualified("w:tblStyle"): "table",
}
_STYLE_LINKS = ("basedOn", "next", "link")
_STYLES_OF_LISTS = tuple(qualified(f"w:{name}") for name in ("pStyle", "styleLink", "numStyleLink"))
"""Elements of a definition of lists that name a style."""
_DEFAULT_STYLES = {"paragraph": " paragraph", "table": " table"}
"""The keys of the new names of default styles, by kind: paragraphs and tables that name no style have them."""
_ID = qualified("w:id")
_STYLE = qualified("w:style")
_STYLE_ID = qualified("w:styleId")
_DEFAULTS = qualified("w:docDefaults")
_DEFINITION_ID = qualified("w:abstractNumId")
"""The attribute of a definition of lists with its number, and the element of a list with that of its definition."""
_LIST_ID = qualified("w:numId")
"""The attribute of a list with its number, and the element of a paragraph with that of its list."""
_INSTRUCTION = qualified("w:instr")
_ON = ("1", "true", "on")
_VML = "urn:schemas-microsoft-com:vml"
_BULLET = qualified("w:numPicBullet")
"""A picture that is the marker of lists."""
_BULLET_ID = qualified("w:numPicBulletId")
_LEVEL_BULLET = qualified("w:lvlPicBulletId")
"""The number of the picture that is the marker of a level."""
_LAST_OF_NUMBERING = "w:numIdMacAtCleanup"
"""What Word for the Mac writes after all lists."""
_DRAWING_ID = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_MAX_BOOKMARK = 40
"""Characters of the name of a bookmark in Word."""
_FIELD_WORD = re.compile(r'"[^"]*+"|[^\s"]++')
"""A word or a quoted text in the instruction of a field."""
_STYLE_FIELD = re.compile(r'(\s*STYLEREF\s+)("[^"]*+"|[^\s"]++)', re.IGNORECASE)
"""The beginning of a field that prints the text in a style, with the name of the style."""


def join_documents(documents: Sequence[bytes]) -> bytes:
    """Return one or more Word files that the product has made as one file, in their order.

    It has the settings and the properties of the first one, the titles of all, and no record of what they were built
    from, since it is the document of no single plan. The same files give the same bytes.
    """
    joined = _JoinedDocument(documents[0])
    for document in documents[1:]:
        joined.append(_Package(document))
    return joined.content()


class _Package:
    """The parts of a file, and its main part and the parts of which it has one as trees."""

    def __init__(self, content: bytes) -> None:
        self.parts = read_package(content)
        self.types = read_finished(self.parts[CONTENT_TYPES])
        self.main = self._part_of_type(_MAIN_TYPE)
        self.body = read_finished(self.parts[self.main])
        self.relationships = self.relationships_of_part(self.main)
        self.shared: dict[str, str] = {}
        """The names of the parts of which a file has one, by kind."""
        for relationship in self.relationships:
            kind = relationship.get("Type", "").rpartition("/")[2]
            if kind in _OF_FILE:
                self.shared[kind] = self.target(self.main, relationship)

    def relationships_of_part(self, name: str) -> etree._Element:
        """Return the relationships of a part; empty if it has none."""
        return read_finished(self.parts.get(relationships_of(name), relationships_part([])))

    def target(self, source: str, relationship: etree._Element) -> str:
        """Return the name of the part that a relationship of another part leads to."""
        folder = posixpath.dirname(f"/{source}")
        return posixpath.normpath(posixpath.join(folder, relationship.get("Target", ""))).lstrip("/")

    def tree(self, kind: str) -> etree._Element | None:
        """Return the root of a part of which the file has one; None if it has none."""
        if kind not in self.shared:
            return None
        return read_finished(self.parts[self.shared[kind]])

    def content_type(self, name: str) -> str:
        """Return the content type of a part."""
        extension = name.rpartition(".")[2].lower()
        by_extension = ""
        for declared in self.types:
            if declared.get("PartName", "").lower() == f"/{name.lower()}":
                return declared.get("ContentType", "")
            if declared.get("Extension", "").lower() == extension:
                by_extension = declared.get("ContentType", "")
        return by_extension

    def _part_of_type(self, content_type: str) -> str:
        for declared in self.types:
            if declared.get("ContentType", "").endswith(content_type):
                return declared.get("PartName", "").lstrip("/")
        raise ValueError("the file has no main part")


class _StyleNames(NamedTuple):
    """The new names of the styles of a file."""

    identifiers: Mapping[str, str]
    """The new identifiers by the old ones; those of default styles also by their keys in `_DEFAULT_STYLES`."""
    shown: Mapping[str, str]
    """The new names that Word shows, by the old ones in lower case."""


class _JoinedDocument:
    """The first file, to which others are appended."""

    def __init__(self, first: bytes) -> None:
        self._base = _Package(first)
        self._trees: dict[str, etree._Element] = {}
        for kind in ("styles", "numbering", *_NOTES):
            tree = self._base.tree(kind)
            if tree is not None:
                self._trees[kind] = tree
        styles = self._base.parts[self._base.shared["styles"]]
        self._names_by_styles: dict[bytes, _StyleNames] = {styles: _StyleNames({}, {})}
        """The new names by the content of the part with the styles: files with the same styles share them."""
        self._is_right_to_left = _is_right_to_left(self._base.tree("styles"))
        self._added_styles: list[etree._Element] = []
        """Those of the file that was appended last."""
        self._titles = _titles(self._base)
        self._number = 1
        self._highest_id = _highest_id(self._base)
        self._bookmarks = set(_bookmark_names(self._base))
        """The names of the bookmarks of all files."""
        self._margins = set(_margin_kinds(self._base.body))
        """The headers and footers that sections have, which the next section without them would repeat."""

    def content(self) -> bytes:
        """Return the file."""
        base = self._base
        for kind, tree in self._trees.items():
            base.parts[base.shared[kind]] = to_bytes(tree)
        base.parts[base.main] = to_bytes(base.body)
        base.parts[relationships_of(base.main)] = to_bytes(base.relationships)
        for name in list(base.parts):
            content_type = base.content_type(name)
            if content_type == CUSTOM_TYPE:
                self._remove_part(name)
            elif content_type == CORE_TYPE:
                core = read_finished(base.parts[name])
                for title in core.iter(_TITLE):
                    title.text = "; ".join(dict.fromkeys(self._titles))
                base.parts[name] = to_bytes(core)
        base.parts[CONTENT_TYPES] = to_bytes(base.types)
        return write_package(compressed(name, content) for name, content in base.parts.items())

    def append(self, added: _Package) -> None:
        """Append a file: first the parts that its text refers to, which get new names, and then the text."""
        self._number += 1
        self._titles += _titles(added)
        first_id = self._highest_id + 1
        self._highest_id = first_id + _highest_id(added)
        appended = _AppendedFile(self._number, self._free_prefix(), first_id, self._styles(added))
        appended.numbers = self._numbers(added, appended)
        appended.is_left_to_right = self._is_right_to_left and not _is_right_to_left(added.tree("styles"))
        appended.bookmarks = _renamed_bookmarks(added, self._number, self._bookmarks)
        self._bookmarks.update(appended.bookmarks.values())
        appended.notes = {kind: self._notes(kind, added, appended) for kind in _NOTES}
        self._relate(added, appended)
        appended.change(added.body)
        self._start_section(added)
        body = _body(self._base.body)
        _end_section(body)
        body.extend(list(_body(added.body)))

    def _free_prefix(self) -> str:
        """Return a beginning for the identifiers of relationships that none has."""
        known = list(self._base.relationships)
        for name in self._base.shared.values():
            known += self._base.relationships_of_part(name)
        prefix = f"file{self._number}-"
        while any(relationship.get("Id", "").startswith(prefix) for relationship in known):
            prefix += "-"
        return prefix

    def _styles(self, added: _Package) -> _StyleNames:
        """Add the styles of a file that this one does not have; return their new names.

        Among them are the styles that depend on defaults of their file which differ, and those with lists, whose
        numbers would continue those of the file before it.
        """
        self._added_styles = []
        own = self._trees["styles"]
        content = added.parts[added.shared["styles"]]
        tree = read_finished(content)
        has_lists = any(_has_list(style) for style in tree.iter(_STYLE))
        if content in self._names_by_styles and not has_lists:
            return self._names_by_styles[content]
        known = {style.get(_STYLE_ID, "") for style in own.iter(_STYLE)}
        known_names = {_shown_name(style).lower() for style in own.iter(_STYLE)}
        taken = known | {style.get(_STYLE_ID, "") for style in tree.iter(_STYLE)}
        taken_names = known_names | {_shown_name(style).lower() for style in tree.iter(_STYLE)}
        changed = _changed_styles(own, tree)
        renamed: dict[str, str] = {}
        for name in changed:
            new_name = name
            if name in known:
                new_name = _free_name(name, f"-{self._number}", taken)
                taken.add(new_name)
            renamed[name] = new_name
        shown_names: dict[str, str] = {}
        for name, style_of_file in changed.items():
            style = deepcopy(style_of_file)
            if _depends_on_defaults(style):
                _add_defaults(style, tree.find(_DEFAULTS), own.find(_DEFAULTS))
            if _is_default(style):
                kind = style.get(qualified("w:type"), "")
                if kind in _DEFAULT_STYLES:
                    renamed[_DEFAULT_STYLES[kind]] = renamed[name]
                del style.attrib[qualified("w:default")]
            self._rename_style(style, renamed, known_names, taken_names)
            shown_names[_shown_name(style_of_file).lower()] = _shown_name(style)
            own.append(style)
            self._added_styles.append(style)
        names = _StyleNames(renamed, shown_names)
        self._names_by_styles[content] = names
        return names

    def _rename_style(
        self, style: etree._Element, renamed: Mapping[str, str], known_names: set[str], taken_names: set[str]
    ) -> None:
        """Give an added style, and those to which it is linked, their new names. Of the names that Word shows, in lower
        case, `known_names` are those of the files before, `taken_names` those that no style gets.
        """
        name = style.get(_STYLE_ID, "")
        if renamed[name] != name or _shown_name(style).lower() in known_names:
            style.set(_STYLE_ID, renamed[name])
            shown = style.find(qualified("w:name"))
            if shown is not None:
                new_name = _free_name(shown.get(VALUE, ""), f" ({self._number})", taken_names)
                taken_names.add(new_name.lower())
                shown.set(VALUE, new_name)
            for aliases in style.findall(qualified("w:aliases")):
                style.remove(aliases)
        for link in _STYLE_LINKS:
            for element in style.findall(qualified(f"w:{link}")):
                _rename(element, renamed)

    def _numbers(self, added: _Package, appended: "_AppendedFile") -> Mapping[str, str]:
        """Add the lists of a file; return their new numbers."""
        tree = added.tree("numbering")
        if tree is None:
            return {}
        own = self._trees.get("numbering")
        if own is None:
            own = self._trees["numbering"] = self._adopt("numbering", added, new("w:numbering"))
        first_definition = _first_free(own, _DEFINITION_ID)
        first_number = _first_free(own, _LIST_ID)
        first_bullet = self._picture_bullets(tree, own, added, appended)
        for definition in list(tree.iterchildren(qualified("w:abstractNum"))):
            _add_to_number(definition, _DEFINITION_ID, first_definition)
            for identifier in definition.findall(qualified("w:nsid")):  # Word joins lists with the same one
                definition.remove(identifier)
            for style in definition.iter(*_STYLES_OF_LISTS):
                _rename(style, appended.styles.identifiers)
            for bullet in definition.iter(_LEVEL_BULLET):
                _add_to_number(bullet, VALUE, first_bullet)
            _insert_before(own, definition, "w:num", _LAST_OF_NUMBERING)
        numbers: dict[str, str] = {}
        for added_list in list(tree.iterchildren(qualified("w:num"))):
            number = added_list.get(_LIST_ID, "0")
            numbers[number] = str(first_number + int(number))
            added_list.set(_LIST_ID, numbers[number])
            for bullet in added_list.iter(_LEVEL_BULLET):
                _add_to_number(bullet, VALUE, first_bullet)
            for reference in added_list.iterchildren(_DEFINITION_ID):
                _add_to_number(reference, VALUE, first_definition)
            _insert_before(own, added_list, _LAST_OF_NUMBERING)
        for style in self._added_styles:
            _renumber_lists(style, numbers)
        return numbers

    def _picture_bullets(
        self, tree: etree._Element, own: etree._Element, added: _Package, appended: "_AppendedFile"
    ) -> int:
        """Add the pictures that are the markers of lists of a file; return by how much their numbers are higher."""
        first = _first_free(own.iterchildren(_BULLET), _BULLET_ID, if_none=0)
        bullets = list(tree.iterchildren(_BULLET))
        if bullets:
            self._relate_shared("numbering", added, appended)
        for bullet in bullets:
            _add_to_number(bullet, _BULLET_ID, first)
            appended.relate(bullet)
            for shape in bullet.iter(f"{{{_VML}}}*"):
                if shape.get("id") is not None:
                    shape.set("id", f"{appended.prefix}{shape.get('id')}")
            _insert_before(own, bullet, "w:abstractNum", "w:num", _LAST_OF_NUMBERING)
        return first

    def _relate_shared(self, kind: str, added: _Package, appended: "_AppendedFile") -> None:
        """Copy the parts that a part of a file needs of which this one has one, such as the pictures in its notes."""
        name = self._base.shared[kind]
        added_name = added.shared[kind]
        relationships = self._base.relationships_of_part(name)
        for relationship in added.relationships_of_part(added_name):
            copy = self._copied(relationship, added_name, added, appended)
            copy.set("Id", f"{appended.prefix}{relationship.get('Id')}")
            relationships.append(copy)
        self._base.parts[relationships_of(name)] = to_bytes(relationships)

    def _notes(self, kind: str, added: _Package, appended: "_AppendedFile") -> Mapping[str, str]:
        """Add the footnotes or endnotes of a file; return their new identifiers."""
        tree = added.tree(kind)
        if tree is None:
            return {}
        notes = _notes_with_text(tree)
        if not notes:
            return {}
        own = self._trees.get(kind)
        if own is None:
            separators = deepcopy(tree)
            for note in _notes_with_text(separators):
                separators.remove(note)
            own = self._trees[kind] = self._adopt(kind, added, separators)
        self._relate_shared(kind, added, appended)
        first = _first_free(own, _ID)
        identifiers = {}
        for note in notes:
            identifier = note.get(_ID, "0")
            identifiers[identifier] = str(first + int(identifier))
            appended.change(note)
            appended.relate(note)
            note.set(_ID, identifiers[identifier])
            own.append(note)
        return identifiers

    def _adopt(self, kind: str, added: _Package, tree: etree._Element) -> etree._Element:
        """Give this file a part that only an appended one has; return its root, `tree`."""
        name = self._new_name(added.shared[kind], "")
        self._base.shared[kind] = name
        self._base.parts[name] = b""
        self._declare(name, added.content_type(added.shared[kind]))
        target = {"Id": f"joined-{kind}", "Type": f"{OFFICE}/{kind}", "Target": f"/{name}"}
        etree.SubElement(self._base.relationships, f"{{{RELATED}}}Relationship", target)
        return tree

    def _relate(self, added: _Package, appended: "_AppendedFile") -> None:
        """Copy the parts that the text of a file needs, such as its headers and pictures."""
        shared = set(added.shared.values())
        for relationship in added.relationships:
            is_external = relationship.get("TargetMode") == "External"
            if is_external or added.target(added.main, relationship) not in shared:
                copy = self._copied(relationship, added.main, added, appended)
                copy.set("Id", f"{appended.prefix}{relationship.get('Id')}")
                self._base.relationships.append(copy)
        appended.relate(added.body)

    def _copied(
        self, relationship: etree._Element, source: str, added: _Package, appended: "_AppendedFile"
    ) -> etree._Element:
        """Return a relationship of a part of an appended file, and copy the part that it leads to."""
        copy = deepcopy(relationship)
        if relationship.get("TargetMode") != "External":
            target = self._copied_part(added.target(source, relationship), added, appended)
            copy.set("Target", f"/{target}")
        return copy

    def _copied_part(self, name: str, added: _Package, appended: "_AppendedFile") -> str:
        """Copy a part of an appended file with all parts that it needs; return its new name."""
        if name in appended.copied:
            return appended.copied[name]
        content = added.parts[name]
        own_relationships = relationships_of(name)
        if not name.endswith(".xml") and self._base.parts.get(name) == content:  # the same picture
            return name
        new_name = appended.copied[name] = self._new_name(name, f"-{appended.number}")
        self._declare(new_name, added.content_type(name))
        kind = added.content_type(name).removesuffix("+xml").rpartition(".")[2]
        if kind in _MARGINS:
            root = read_finished(content)
            appended.change(root)
            content = to_bytes(root)
        self._base.parts[new_name] = content
        if own_relationships in added.parts:
            copies = []
            for relationship in added.relationships_of_part(name):
                copies.append(to_text(self._copied(relationship, name, added, appended)))
            self._base.parts[relationships_of(new_name)] = relationships_part(copies)
        return new_name

    def _new_name(self, name: str, suffix: str) -> str:
        """Return a name like that of a part which this file does not have."""
        stem, ending = posixpath.splitext(name)
        new_name = f"{stem}{suffix}{ending}"
        while new_name in self._base.parts:
            suffix += "-"
            new_name = f"{stem}{suffix}{ending}"
        return new_name

    def _declare(self, name: str, content_type: str) -> None:
        """Declare the content type of a part."""
        attributes = {"PartName": f"/{name}", "ContentType": content_type}
        etree.SubElement(self._base.types, f"{{{TYPED}}}Override", attributes)

    def _start_section(self, added: _Package) -> None:
        """Start the first section of a file on a new page, without the headers and footers of the file before it."""
        sections = list(added.body.iter(qualified("w:sectPr")))
        if sections:
            first = sections[0]
            for kind in first.findall(qualified("w:type")):
                first.remove(kind)
            for margin, page in sorted(self._margins - set(_section_margins(first))):
                self._add_empty_margin(first, margin, page)
        self._margins |= set(_margin_kinds(added.body))

    def _add_empty_margin(self, section: etree._Element, margin: str, page: str) -> None:
        """Give a section an empty header or footer on these pages."""
        name = f"word/{margin}-empty.xml"
        identifier = f"joined-{margin}"
        if name not in self._base.parts:
            root = new("w:hdr" if margin == "header" else "w:ftr")
            root.append(new("w:p"))
            self._base.parts[name] = to_bytes(root)
            content_type = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{margin}+xml"
            self._declare(name, content_type)
            target = {"Id": identifier, "Type": f"{OFFICE}/{margin}", "Target": f"/{name}"}
            etree.SubElement(self._base.relationships, f"{{{RELATED}}}Relationship", target)
        reference = new(f"w:{margin}Reference")
        reference.set(qualified("w:type"), page)
        reference.set(f"{{{RELATIONSHIPS}}}id", identifier)
        section.insert(0, reference)

    def _remove_part(self, name: str) -> None:
        """Remove a part, with its content type and the relationships of the package to it."""
        del self._base.parts[name]
        for declared in list(self._base.types):
            if declared.get("PartName") == f"/{name}":
                self._base.types.remove(declared)
        package = self._base.relationships_of_part("")
        for relationship in list(package):
            if self._base.target("", relationship) == name:
                package.remove(relationship)
        self._base.parts[relationships_of("")] = to_bytes(package)


class _AppendedFile:
    """The new names of styles, lists, notes, bookmarks, relationships and parts of an appended file.

    `_JoinedDocument.append` sets those that are empty here when it has copied the parts that they are from.
    """

    def __init__(self, number: int, prefix: str, first_id: int, styles: _StyleNames) -> None:
        self.number = number
        self.styles = styles
        self.prefix = prefix
        """What the new identifiers of its relationships begin with."""
        self.copied: dict[str, str] = {}
        """The new names of its parts that are copied."""
        self.notes: Mapping[str, Mapping[str, str]] = {}
        self.bookmarks: Mapping[str, str] = {}
        self.numbers: Mapping[str, str] = {}
        self.is_left_to_right = False
        """Whether it is left to right in a joined file that is right to left."""
        self._first_id = first_id

    def relate(self, root: etree._Element) -> None:
        """Change the identifiers of relationships in a text."""
        for element in root.iter(etree.Element):
            for name, identifier in element.items():
                if str(name).startswith(f"{{{RELATIONSHIPS}}}"):
                    element.set(name, f"{self.prefix}{identifier!s}")

    def change(self, root: etree._Element) -> None:
        """Change the names in a text."""
        for element in root.iter(*_STYLED):
            _rename(element, self.styles.identifiers)
        self._name_default(root.iter(PARAGRAPH), "paragraph", "w:pPr", "w:pStyle")
        self._name_default(root.iter(TABLE), "table", "w:tblPr", "w:tblStyle")
        if self.is_left_to_right:
            _name_direction(root)
        _renumber_lists(root, self.numbers)
        for element in root.iter(etree.Element):
            identifier = element.get(_ID)
            kind = _NOTE_REFERENCES.get(str(element.tag))
            if kind is not None and identifier is not None:
                element.set(_ID, self.notes[kind].get(identifier, identifier))
            elif identifier is not None and identifier.isdecimal():
                _add_to_number(element, _ID, self._first_id)
            elif element.tag == _DRAWING_ID and element.get("id", "").isdecimal():
                _add_to_number(element, "id", self._first_id)
        for properties in root.iter(qualified("w:sdtPr")):
            for number in properties.findall(_ID):  # a file before may have the same one; Word adds others
                properties.remove(number)
        self._rename_references(root)

    def _name_default(self, elements: Iterable[etree._Element], kind: str, properties: str, style: str) -> None:
        """Name the default style of the file in elements without a style, as the joined file has another default."""
        name = self.styles.identifiers.get(_DEFAULT_STYLES[kind])
        if name is None:
            return
        for element in elements:
            holder = properties_of(element, properties)
            if holder.find(qualified(style)) is None:
                put(holder, f'<{style} w:val="{escaped(name)}"/>')

    def _rename_references(self, root: etree._Element) -> None:
        """Give bookmarks, and the links and fields that lead to them, their new names."""
        for element in root.iter(qualified("w:bookmarkStart"), qualified("w:hyperlink")):
            for attribute in (qualified("w:name"), qualified("w:anchor")):
                new_name = self.bookmarks.get(element.get(attribute, ""))
                if new_name is not None:
                    element.set(attribute, new_name)
        for instruction in root.iter(qualified("w:instrText")):
            instruction.text = self._renamed_instruction(instruction.text or "")
        for field in root.iter(qualified("w:fldSimple")):
            field.set(_INSTRUCTION, self._renamed_instruction(field.get(_INSTRUCTION, "")))

    def _renamed_instruction(self, instruction: str) -> str:
        """Return the instruction of a field, in which a style or a bookmark has its new name."""
        style_field = _STYLE_FIELD.match(instruction)
        if style_field is None:
            return _FIELD_WORD.sub(self._renamed_word, instruction)
        new_name = self.styles.shown.get(style_field[2].strip('"').lower())
        if new_name is None:
            return instruction
        return f'{style_field[1]}"{new_name}"{instruction[style_field.end() :]}'

    def _renamed_word(self, match: re.Match[str]) -> str:
        """Return a word of a field, in which a bookmark has its new name."""
        word = match[0].strip('"')
        if word not in self.bookmarks:
            return match[0]
        return match[0].replace(word, self.bookmarks[word])


def _text(element: etree._Element | None) -> str:
    return "" if element is None else to_text(element)


def _body(root: etree._Element) -> etree._Element:
    body = root.find(qualified("w:body"))
    return root if body is None else body


def _titles(package: _Package) -> list[str]:
    """Return the titles in the properties of a file."""
    titles = []
    for name in package.parts:
        if package.content_type(name) == CORE_TYPE:
            titles += [title.text or "" for title in read_finished(package.parts[name]).iter(_TITLE)]
    return titles


def _texts(package: _Package) -> Iterable[etree._Element]:
    """Yield the text of a file and those of its headers and footers."""
    yield package.body
    for name, content in package.parts.items():
        kind = package.content_type(name).removesuffix("+xml").rpartition(".")[2]
        if kind in _MARGINS or kind in _NOTES:
            yield read_finished(content)


def _highest_id(package: _Package) -> int:
    """Return the highest identifier of tracked changes, bookmarks and drawings."""
    highest = 0
    for root in _texts(package):
        for element in root.iter(etree.Element):
            identifier = element.get("id", "") if element.tag == _DRAWING_ID else element.get(_ID, "")
            if identifier.isdecimal():
                highest = max(highest, int(identifier))
    return highest


def _bookmark_names(package: _Package) -> list[str]:
    """Return the names of the bookmarks of a file, once each."""
    names: dict[str, None] = {}
    for root in _texts(package):
        for bookmark in root.iter(qualified("w:bookmarkStart")):
            name = bookmark.get(qualified("w:name"))
            if name:
                names[name] = None
    return list(names)


def _renamed_bookmarks(package: _Package, number: int, known: AbstractSet[str]) -> Mapping[str, str]:
    """Return new names of the bookmarks of a file, which are not those of the files before it (`known`)."""
    renamed: dict[str, str] = {}
    taken = set(known)
    for name in _bookmark_names(package):
        new_name = _with_ending(name, f"_{number}")
        attempt = len(renamed)
        while new_name in taken:  # long names may also differ only in what is cut off
            new_name = _with_ending(name, f"_{number}_{attempt}")
            attempt += 1
        renamed[name] = new_name
        taken.add(new_name)
    return renamed


def _with_ending(name: str, ending: str) -> str:
    """Return the name of a bookmark with another ending, cut to the length that Word allows."""
    return name[: _MAX_BOOKMARK - len(ending)] + ending


def _is_right_to_left(styles: etree._Element | None) -> bool:
    """Return whether the paragraphs of a file with these styles are right to left by default."""
    if styles is None:
        return False
    for value in _default_properties(styles.find(_DEFAULTS), "pPr"):
        if value.tag == qualified("w:bidi") and _is_switched_on(value):
            return True
    return False


def _name_direction(root: etree._Element) -> None:
    """Say that tables and sections are left to right: LibreOffice gives those that say nothing the direction of the
    defaults.
    """
    for element, name in (("w:tblPr", "bidiVisual"), ("w:sectPr", "bidi")):
        for properties in root.iter(qualified(element)):
            if properties.find(qualified(f"w:{name}")) is None:
                put(properties, f'<w:{name} w:val="off"/>')


def _changed_styles(own: etree._Element, tree: etree._Element) -> dict[str, etree._Element]:
    """Return the styles of a file that are not the same in the first one (`own`), by identifier, in the order of the
    file: those with other properties or other defaults, those with lists, and those that are linked to such styles.
    """
    known = {style.get(_STYLE_ID): to_text(style) for style in own.iter(_STYLE)}
    has_other_defaults = _text(tree.find(_DEFAULTS)) != _text(own.find(_DEFAULTS))
    styles = {style.get(_STYLE_ID, ""): style for style in tree.iter(_STYLE)}
    changed = set()
    for name, style in styles.items():
        has_other_properties = known.get(name) != to_text(style)
        gets_other_defaults = has_other_defaults and _depends_on_defaults(style)
        if has_other_properties or gets_other_defaults or _has_list(style):
            changed.add(name)
    linked = set(changed)
    while linked:  # then the styles that are linked to these, and so on
        linked = {name for name, style in styles.items() if name not in changed and _linked_styles(style) & changed}
        changed |= linked
    return {name: style for name, style in styles.items() if name in changed}


def _is_default(style: etree._Element) -> bool:
    return style.get(qualified("w:default")) in _ON


def _depends_on_defaults(style: etree._Element) -> bool:
    """Return whether a style of paragraphs takes what it does not say from the defaults of its file."""
    if style.get(qualified("w:type")) != "paragraph":
        return False
    return _is_default(style) or style.find(qualified("w:basedOn")) is None


def _has_list(style: etree._Element) -> bool:
    """Return whether paragraphs in a style are items of a list; 0 is none."""
    return any(number.get(VALUE, "0") != "0" for number in style.iter(_LIST_ID))


def _shown_name(style: etree._Element) -> str:
    """Return the name of a style that Word shows."""
    return value_at(style, "w:name") or ""


def _linked_styles(style: etree._Element) -> set[str]:
    """Return the identifiers of the styles that a style names."""
    links = style.iterchildren(*(qualified(f"w:{name}") for name in _STYLE_LINKS))
    return {link.get(VALUE, "") for link in links}


def _add_defaults(style: etree._Element, defaults: etree._Element | None, replacing: etree._Element | None) -> None:
    """Give the default style of paragraphs the defaults of its file, where it does not say otherwise; what is on only
    by the defaults that replace them is off.
    """
    for name in ("pPr", "rPr"):
        properties = properties_of(style, f"w:{name}")
        for value in _default_properties(defaults, name):
            if properties.find(str(value.tag)) is None:
                insert(properties, deepcopy(value), etree.QName(value).localname)
        for value in _default_properties(replacing, name):
            if properties.find(str(value.tag)) is None and _is_switched_on(value):
                put(properties, f'<w:{etree.QName(value).localname} w:val="0"/>')


def _default_properties(defaults: etree._Element | None, name: str) -> Sequence[etree._Element]:
    """Return the default properties of paragraphs (`pPr`) or runs (`rPr`) of a file."""
    if defaults is None:
        return ()
    properties = defaults.find(f"{qualified(f'w:{name}Default')}/{qualified(f'w:{name}')}")
    return () if properties is None else list(properties)


def _is_switched_on(value: etree._Element) -> bool:
    """Return whether a property is on or off, and on."""
    has_only_value = not set(value.attrib) - {VALUE}
    return has_only_value and value.get(VALUE, "1") in _ON


def _renumber_lists(root: etree._Element, numbers: Mapping[str, str]) -> None:
    """Give the items of lists in a text the new numbers of their lists."""
    for properties in root.iter(qualified("w:numPr")):
        for number in properties.iterchildren(_LIST_ID):
            _rename(number, numbers)


def _free_name(name: str, ending: str, taken: AbstractSet[str]) -> str:
    """Return a name with an ending, which is repeated while the name is taken; the taken ones may be in lower case."""
    free_name = name + ending
    while free_name in taken or free_name.lower() in taken:
        free_name += ending
    return free_name


def _rename(element: etree._Element, names: Mapping[str, str]) -> None:
    """Replace the name in an element (`w:val`) by the new one, if there is one."""
    name = element.get(VALUE, "")
    element.set(VALUE, names.get(name, name))


def _add_to_number(element: etree._Element, attribute: str, added: int) -> None:
    """Raise the number in an attribute."""
    number = int(element.get(attribute, "0"))
    element.set(attribute, str(added + number))


def _first_free(elements: Iterable[etree._Element], attribute: str, *, if_none: int = 1) -> int:
    """Return the number after the highest one that elements have in an attribute; `if_none` without elements."""
    numbers = [int(element.get(attribute, "0")) for element in elements]
    return 1 + max(numbers) if numbers else if_none


def _notes_with_text(tree: etree._Element) -> list[etree._Element]:
    """Return the notes; those with a type are the lines above the notes of a page."""
    return [note for note in tree if note.get(NOTE_TYPE) is None]


def _insert_before(parent: etree._Element, node: etree._Element, *names: str) -> None:
    """Insert an element before the first child with one of these names, or at the end."""
    tags = [qualified(name) for name in names]
    following = next(parent.iterchildren(*tags), None)
    if following is None:
        parent.append(node)
    else:
        following.addprevious(node)


def _section_margins(section: etree._Element) -> Iterable[tuple[str, str]]:
    """Yield the headers and footers that a section has, each with the pages that it is on."""
    for margin in _MARGINS:
        for reference in section.iterchildren(qualified(f"w:{margin}Reference")):
            yield margin, reference.get(qualified("w:type"), _MARGIN_PAGES[0])


def _margin_kinds(root: etree._Element) -> Iterable[tuple[str, str]]:
    """Yield the headers and footers of all sections."""
    for section in root.iter(qualified("w:sectPr")):
        yield from _section_margins(section)


def _end_section(body: etree._Element) -> None:
    """Put the properties of the last section into its last paragraph, so that another section can follow.

    A table, a content control, or a paragraph that ends another section or is tracked, is followed by a paragraph
    without height.
    """
    section = body.find(qualified("w:sectPr"))
    if section is None:
        return
    body.remove(section)
    last = _last_paragraph(body)
    if last is None:
        last = new("w:p")
        put(properties_of(last, "w:pPr"), '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>')
        body.append(last)
    insert(properties_of(last, "w:pPr"), section, "sectPr")


def _last_paragraph(body: etree._Element) -> etree._Element | None:
    """Return the last block of a body, if it is a paragraph that can end a section."""
    blocks = list(body.iterchildren(PARAGRAPH, TABLE, qualified("w:sdt")))
    if not blocks or blocks[-1].tag != PARAGRAPH:
        return None
    last = blocks[-1]
    properties = last.find(qualified("w:pPr"))
    marks = (qualified("w:sectPr"), qualified("w:ins"), qualified("w:del"))
    if properties is not None and next(properties.iter(*marks), None) is not None:
        return None
    return last
