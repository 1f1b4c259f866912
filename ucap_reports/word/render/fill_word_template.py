"""A Word template that is compiled once, and filled in for each summary."""

import re
from collections.abc import Container, Iterator, Mapping
from copy import deepcopy
from functools import cached_property
from html import escape

from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.storage.bounded_and_compressed_values import BoundedValues
from ucap_reports.summary.summary_model import LabelText, Summary
from ucap_reports.template.jinja.jinja_templates import CompiledTemplate
from ucap_reports.template.jinja.rendering_state import Printable, SourceLocations
from ucap_reports.template.theme_and_line_spacing import Theme
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, Shape, Tile
from ucap_reports.text.bidi_levels import paragraph_level
from ucap_reports.text.language_tags import foreign_text, is_right_to_left
from ucap_reports.text.rich_text import DataTable, Paragraph, RichText, Run
from ucap_reports.word.file.document_properties import EditionRecorder, core_properties, identity_properties
from ucap_reports.word.file.package_parts import IDENTITY, changed_types, relationships_of, relationships_part
from ucap_reports.word.file.word_fields import finished_field_problems
from ucap_reports.word.file.word_languages import in_language
from ucap_reports.word.file.word_styles import StyleSheet
from ucap_reports.word.file.word_xml import (
    NAMESPACES,
    PARAGRAPH,
    ROW,
    SECTION,
    TABLE,
    TEXT,
    VALUE,
    elements,
    own,
    properties_of,
    put,
    qualified,
    read_finished,
    remove,
    to_bytes,
    twips,
    value_at,
    whole,
)
from ucap_reports.word.file.zip_package import CONTENT_TYPES, ZipMember, compressed, write_package
from ucap_reports.word.render.pictures_shapes_and_watermark import (
    PartContext,
    draft_header,
    header_relationships,
    watermark_xml,
    with_foot_below_text,
)
from ucap_reports.word.render.rich_text_and_lists import (
    Numbering,
    Numbers,
    ValuePlace,
    printed_part,
    recorded_part,
    same_side,
    value_xml,
)
from ucap_reports.word.render.table_grid import PICTURES, resolve
from ucap_reports.word.render.unprinted_parts import is_visible, without_unprinted_parts

CUSTOM = "custom"
"""The name of the custom fields of the plan in Word templates."""
CAPTION_STYLE = re.compile(
    r'<w:style [^<>]*>\s*<w:name w:val="U-CAP caption"/>(?:(?!<w:style ).)*?</w:style>', re.DOTALL
)

_NUMBER = qualified("w:id")
_WIDTH = qualified("w:w")
_LEAST_BESIDE = 20
"""How much narrower than the text a table is at least, to have an empty place beside it, in twips."""
_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}
"""The kinds of notes, by the places of their parts."""
_CELL_MARGINS = (qualified("w:tcMar"), qualified("w:tblCellMar"))
_MIRRORED = {qualified("w:left"): qualified("w:right"), qualified("w:right"): qualified("w:left")}
_SIDES = ("top", "start", "left", "bottom", "end", "right")
"""The sides of cells in schema order."""
_PLACED = ("w:pPr/w:numPr", "w:pPr/w:ind", "w:pPr/w:bidi", "w:r/w:tab")
"""Elements for the position or direction of a paragraph."""

_DRAWN = (PictureFacts, Bar, Tile)
_LONGEST_SHORT_VALUE = 80
"""The characters of a value whose XML is kept for other documents."""
_MOST_SHORT_VALUES = 1024
"""The values of a part whose XML is kept."""


class TextTemplate(Struct, frozen=True, dict=True):
    """A part with text; `number` is its number among the texts.

    `value_places` has the place of each value by the value's kind, `directives` the statements about cells by number,
    `relationships` the XML of each by its identifier, and `references` the parts to which some of them lead.
    """

    name: str
    location: Location
    number: int
    template: CompiledTemplate
    value_places: Mapping[str, ValuePlace]
    directives: tuple[SourceLocations, ...]
    relationships: Mapping[str, str]
    references: Mapping[str, str]
    has_fields: bool
    """Whether the part has fields; values have none."""
    has_identifiers: bool = False
    """Whether the part has bookmarks, permissions or content controls, which loops may repeat."""

    @cached_property
    def short_values(self) -> BoundedValues[tuple[str, object, bool], str]:
        """The XML of short values without links and marks, such as labels, which many documents have, by the kind of
        the value, the value, and whether it is in a right-to-left document.
        """
        return BoundedValues(_MOST_SHORT_VALUES)


class WordTemplate(Struct, frozen=True, eq=False):
    """A compiled template: parts with text, the main one first, parts that are equal in all documents, and parts that
    depend only on the language (`by_language`).
    """

    texts: tuple[TextTemplate, ...]
    fixed: tuple[ZipMember, ...]
    content_types: bytes
    by_language: Mapping[str, str]
    numbering_name: str
    numbering: Numbering
    core_name: str
    alignments: Mapping[str, str]
    """The alignment of each paragraph style."""
    referenced: frozenset[str]
    """The parts to which parts without text refer."""
    warnings: tuple[Problem, ...]
    """Warnings about content that documents leave out, or show differently."""
    _members: dict[tuple[str, bool], tuple[ZipMember, ...]] = field(default_factory=dict)
    _unfilled_parts: dict[tuple[str, bool], Mapping[str, bytes]] = field(default_factory=dict)
    _language_parts: dict[tuple[str, bool], Mapping[str, bytes]] = field(default_factory=dict)

    def members_in(self, language: str, *, pictures: bool) -> tuple[ZipMember, ...]:
        """Return the parts that are equal in all documents in a language; only with `pictures` the style of
        captions.
        """
        key = language, pictures
        if key not in self._members:
            parts = self.language_parts(language, pictures=pictures)
            self._members[key] = (*self.fixed, *(compressed(name, part) for name, part in parts.items()))
        return self._members[key]

    def unfilled_parts(self, language: str, *, pictures: bool) -> Mapping[str, bytes]:
        """Return the parts in a language, and the relationships of texts, as they are if no value changes them."""
        key = language, pictures
        if key not in self._unfilled_parts:
            parts = dict(self.language_parts(language, pictures=pictures))
            for text in self.texts:
                if text.relationships:
                    parts[relationships_of(text.name)] = relationships_part(text.relationships.values())
            self._unfilled_parts[key] = parts
        return self._unfilled_parts[key]

    def language_parts(self, language: str, *, pictures: bool) -> Mapping[str, bytes]:
        """Return the parts that depend only on the language; only with `pictures` the style of captions."""
        key = language, pictures
        if key not in self._language_parts:
            parts = {}
            for name, part in self.by_language.items():
                styled = part if pictures else CAPTION_STYLE.sub("", part)
                parts[name] = in_language(styled, language)
            self._language_parts[key] = parts
        return self._language_parts[key]


class FilledPart(Struct, frozen=True):
    """The XML of a part, or None if an error stopped it, and all problems.

    `marked` is the XML with the marks of the summary's values as text.
    """

    xml: bytes | None
    problems: tuple[Problem, ...]
    marked: bytes = b""


def fill_word_template(
    template: WordTemplate,
    summary: Summary,
    theme: Theme,
    recorder: EditionRecorder | None = None,
    sample_words: Container[str] = frozenset(),
) -> tuple[bytes, Mapping[str, float]]:
    """Return the Word file of a summary, and the widths of its pictures in points by their fields.

    `sample_words` are those of a sample: in a document, each may be a colour.
    Raises ProblemsFound with the problems of all parts.
    """
    document = _FilledDocument(template, summary)
    main = template.texts[0]
    values = printed_values(summary)
    main_values = values if recorder is None else printed_values(recorder.marked())
    problems: list[Problem] = []
    for text in template.texts:
        context = PartContext(
            document.numbers.number,
            is_right_to_left(summary.language),
            alignments=template.alignments,
            theme=theme,
            language=summary.language,
            sample_words=sample_words,
        )
        filled = attempt_text(text, main_values if text is main else values, context)
        problems += filled.problems
        if not filled.problems:
            document.add_text(text, filled, context)
    raise_found(problems)
    return document.content(recorder), document.widths


class _FilledDocument:
    """The parts of a document that are not equal in all documents of the template."""

    def __init__(self, template: WordTemplate, summary: Summary) -> None:
        self.numbers = Numbers(template.numbering)
        self.widths: dict[str, float] = {}
        """The widths of the pictures, in points, by their fields."""
        self._template = template
        self._summary = summary
        self._main = template.texts[0]
        self._has_pictures = bool(summary.all_pictures)
        self._parts: dict[str, bytes] = {template.core_name: core_properties(summary)}
        self._added_parts: dict[str, tuple[bytes, str]] = {}
        """The parts that the template does not have, such as pictures, each with its content type."""
        self._marked_main = b""
        """The main part with the marks of values as text."""
        self._referenced: set[str] = set()
        """The parts to which texts of the template refer."""
        self._used = set(template.referenced)
        """The parts to which the document refers."""

    def add_text(self, text: TextTemplate, filled: FilledPart, context: PartContext) -> None:
        """Add a part with text that is filled in without problems. The main part is the first."""
        part = filled.xml or b""
        if text is self._main:
            self._marked_main = filled.marked
        if self._has_pictures:
            part = with_foot_below_text(part)
        if context.right_to_left:
            part = with_directions(part, self._template.alignments)
        self._parts[text.name] = part
        watermark = self._summary.watermark
        self._added_parts |= context.files(text.name) | draft_header(text.name, part, watermark)
        self.widths |= context.widths
        dropped = self._dropped_references(text, part)
        for identifier, name in text.references.items():
            self._referenced.add(name)
            if identifier not in dropped:
                self._used.add(name)
        added = [*context.relationships(), *header_relationships(part, watermark)]
        if added or dropped:
            kept = [xml for identifier, xml in text.relationships.items() if identifier not in dropped]
            self._parts[relationships_of(text.name)] = relationships_part([*kept, *added])

    def _dropped_references(self, text: TextTemplate, part: bytes) -> set[str]:
        """Return the identifiers of the references that a filled part no longer has: all of them, if the main part no
        longer refers to this one, so that it is left out.
        """
        if text.name in self._referenced and text.name not in self._used:
            return set(text.references)
        dropped = set()
        for identifier in text.references:
            # Searched from the end, where those to headers and footers are, which most references are.
            if part.rfind(f'"{identifier}"'.encode()) < 0:
                dropped.add(identifier)
        return dropped

    def content(self, recorder: EditionRecorder | None) -> bytes:
        """Return the file, after all texts are added. The `recorder` records the document as it is sent."""
        template = self._template
        language = self._summary.language
        parts = self._parts
        for text in template.texts:
            if text.location.place in _NOTES:
                self._marked_main = _copy_repeated_notes(parts, self._main.name, text, self._marked_main)
        types: dict[str, str] = {}
        for name, (content, content_type) in self._added_parts.items():
            parts[name] = content
            types[name] = content_type
        unused = self._referenced - self._used
        if types or unused:
            unused_names = {name.lower() for name in unused}
            parts[CONTENT_TYPES] = changed_types(template.content_types, types, lambda name: name not in unused_names)
        if self.numbers.added:
            numbering = in_language(template.by_language[template.numbering_name], language)
            parts[template.numbering_name] = self.numbers.added_to(numbering)
        sent: Mapping[str, str] = {}
        if recorder is not None:
            recorded = dict(template.unfilled_parts(language, pictures=self._has_pictures))
            recorded |= {name: part for name, part in parts.items() if name not in unused}
            sent = recorder.properties(recorded, self._main.name, self._marked_main)
        parts[IDENTITY] = identity_properties(self._summary, sent)
        fixed = template.members_in(language, pictures=self._has_pictures)
        members = {member.name: member for member in fixed}
        members |= {name: compressed(name, part) for name, part in parts.items()}
        left_out = unused | {relationships_of(name) for name in unused}
        return write_package(member for name, member in members.items() if name not in left_out)


def _copy_repeated_notes(parts: dict[str, bytes], main: str, text: TextTemplate, marked: bytes) -> bytes:
    """Give each note of a filled part a reference of its own in the main part: a loop repeats the reference, and
    programs leave the note of the second one empty. Return the `marked` main part with the same references.
    """
    kind = _NOTES[str(text.location.place)]
    notes = read_finished(parts[text.name])
    notes_by_number = {note.get(_NUMBER, ""): note for note in notes}
    first = 1 + max(map(whole, notes_by_number), default=0)
    parts[main], copies = _with_own_references(parts[main], kind, first)
    if not copies:
        return marked
    for number, original in copies.items():
        if original in notes_by_number:
            copy = deepcopy(notes_by_number[original])
            copy.set(_NUMBER, number)
            notes.append(copy)
    parts[text.name] = to_bytes(notes)
    marked, _ = _with_own_references(marked, kind, first)
    return marked


def _with_own_references(part: bytes, kind: str, first: int) -> tuple[bytes, Mapping[str, str]]:
    """Return a part in which repeated references to notes have numbers from `first` on, and the numbers that they had
    by the new ones.
    """
    root = read_finished(part)
    known: set[str] = set()
    copies: dict[str, str] = {}
    for reference in root.iter(qualified(f"w:{kind}Reference")):
        number = reference.get(_NUMBER, "")
        if number in known:
            own_number = str(first + len(copies))
            copies[own_number] = number
            reference.set(_NUMBER, own_number)
        known.add(number)
    if not copies:
        return part, copies
    return to_bytes(root), copies


class PrintedValues(Struct, frozen=True):
    """A summary, and its values by their short names; the same for all parts of a document."""

    summary: Summary
    by_short_name: Mapping[str, object]


def printed_values(summary: Summary) -> PrintedValues:
    """Return the values that the parts of the document of a summary print."""
    return PrintedValues(summary, _values_by_short_name(summary))


def _values_by_short_name(summary: Summary) -> Mapping[str, object]:
    """Return the values of a summary by their short names, each with its language if it is not the document's."""
    language = None if summary.label_language == summary.language else summary.label_language
    label = summary.programme_label[0] if summary.programme_label else LabelText(summary.language, "")
    return {
        "title": summary.title,
        "names": summary.names,
        "status": foreign_text(summary.status_text, language),
        "as_of": foreign_text(summary.as_of, language),
        "first_label": foreign_text(label.text, label.language),
        "contact": replace(summary.contact, lead=foreign_text(summary.contact.lead, language)),
        CUSTOM: summary.custom,
    }


def attempt_text(text: TextTemplate, values: PrintedValues, context: PartContext) -> FilledPart:
    """Return the XML of a part as far as it can be filled in, and all problems."""

    def write(value: Printable | Shape | str, kind: str) -> str:
        value_place = text.value_places.get(kind)
        if value_place is None:
            return _attribute(value)
        try:
            if not _is_short(value):
                return _seen_xml(value, value_place, context)
            key = (kind, value, context.right_to_left)
            xml = text.short_values.get(key)
            if xml is None:
                xml = text.short_values.keep(key, _seen_xml(value, value_place, context))
        except ValueError as error:
            raise ProblemsFound([problem("character-forbidden", character=str(error))]) from None
        return xml

    summary = values.summary
    filled = text.template.attempt(summary, write, write, write, values.by_short_name)
    if filled.pieces is None:
        return FilledPart(None, filled.problems)
    right_to_left = is_right_to_left(summary.language)
    watermark = watermark_xml(summary.watermark, text.number)
    try:
        number = text.number * PICTURES
        printed = without_unprinted_parts(filled.pieces)
        resolved = resolve(
            printed,
            number,
            text.directives,
            columns=summary.column_count,
            right_to_left=right_to_left,
            watermark=watermark,
            sample_words=context.sample_words,
        )
        xml = printed_part(resolved)
        marked = recorded_part(resolved)
        if context.has_data_tables:
            from ucap_reports.word.render.data_table_sections import has_sections, with_sections  # noqa: PLC0415 - few plans

            if has_sections(xml):
                xml = with_sections(xml, context.theme)
                marked = with_sections(marked, context.theme)
        if text.has_identifiers:
            xml = with_unique_identifiers(xml)
            marked = with_unique_identifiers(marked)
        problems = list(filled.problems)
        if text.has_fields:
            problems += [reported.at(text.location) for reported in finished_field_problems(xml.decode())]
        return FilledPart(xml, tuple(problems), marked)
    except ProblemsFound as error:
        return FilledPart(None, (*filled.problems, *error.problems))


def _attribute(value: Printable | Shape | str) -> str:
    """Return a value that is printed in an attribute, such as the number of columns of a cell."""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, _DRAWN):
        return escape(value.alt)
    return escape(value.text)


def _is_short(value: Printable | Shape | str) -> bool:
    """Return whether a value is a short text whose XML is that of any equal value: it has no links, which are numbered
    in each document, and no marks and languages of plain texts, which make no text unequal.
    """
    # The classes are compared, because `isinstance` takes several times as long for a class that a value does not have.
    if type(value) is RichText:
        if len(value.blocks) != 1:
            return False
        block = value.blocks[0]
        if type(block) is not Paragraph:
            return False
        length = 0
        for inline in block.inlines:
            if type(inline) is not Run or inline.link or type(inline.text) is not str:
                return False
            length += len(inline.text)
        return length <= _LONGEST_SHORT_VALUE
    return type(value) is str and len(value) <= _LONGEST_SHORT_VALUE


def _seen_xml(value: Printable | Shape | str, value_place: ValuePlace, context: PartContext) -> str:
    """Return the XML of a value; empty if nothing of it can be seen, and its place disappears then.

    Raises ValueError for a character that XML cannot represent.
    """
    xml = _xml_of(value, value_place, context)
    if value_place.disappears and not is_visible(xml):
        return ""
    return xml


def _xml_of(value: Printable | Shape | str, value_place: ValuePlace, context: PartContext) -> str:
    """Return the XML of a value. Raises ValueError for a character that XML cannot represent."""
    if isinstance(value, str):
        return value_xml(value, value_place, context)
    if isinstance(value, RichText):
        # Tables have no blocks, so that the usual texts need no test for their class, which takes long if it fails.
        if not value.blocks and isinstance(value, DataTable) and value_place.paragraph is not None:
            from ucap_reports.word.render.data_table_sections import data_table_xml  # noqa: PLC0415 - few plans have tables

            context.has_data_tables = True
            return data_table_xml(value, value_place, context)
        return value_xml(value, value_place, context)
    return context.drawing_xml(value, value_place)


_IDENTIFIED = re.compile(rb'<w:(bookmarkStart|permStart|id)\b[^<>]*? w:(?:id|val)="([^"]*)"')
"""The identifier of a bookmark, a permission or a content control."""
_RANGES = ("bookmark", "perm")
_CONTROL_IDENTIFIER = "w:sdtPr/w:id"


def has_identifiers(root: etree._Element) -> bool:
    """Return whether a part has elements whose identifiers are unique in a document."""
    tags = [qualified("w:sdt"), *[qualified(f"w:{name}Start") for name in _RANGES]]
    return next(root.iter(*tags), None) is not None


def with_unique_identifiers(part: bytes) -> bytes:
    """Return a filled part in which each bookmark, permission and content control is the only one with its identifier.

    A loop repeats them. As in a text that is copied in Word, the first bookmark stays, and later content controls get
    identifiers of their own when Word opens the file.
    """
    identifiers = _IDENTIFIED.findall(part)
    if len(set(identifiers)) == len(identifiers):
        return part
    root = read_finished(part)
    for name in _RANGES:
        known: set[str] = set()
        for element in list(root.iter(qualified(f"w:{name}Start"), qualified(f"w:{name}End"))):
            kind = etree.QName(element).localname.removeprefix(name)
            key = f"{kind} {element.get(qualified('w:id'))}"
            if key in known:
                remove(element)
            known.add(key)
    known_controls: set[str | None] = set()
    for control in root.iter(qualified("w:sdt")):
        identifier = control.find(_CONTROL_IDENTIFIER, NAMESPACES)
        if identifier is not None:
            number = identifier.get(VALUE)
            if number in known_controls:
                remove(identifier)
            known_controls.add(number)
    return to_bytes(root)


def alignments_of(styles: etree._Element) -> dict[str, str]:
    """Return the alignment of each paragraph style by its identifier; that of the default style with an empty one."""
    sheet = StyleSheet(styles)
    alignments = {name: sheet.value(name, "w:pPr/w:jc") or "left" for name in sheet.styles}
    default = sheet.defaults.get("paragraph", "")
    alignments[""] = alignments.get(default, "left")
    return alignments


def with_directions(part: bytes, alignments: Mapping[str, str]) -> bytes:
    """Return a part of a right-to-left document whose left-to-right paragraphs say so, without which "Country:" would
    begin with its colon. They stay at their side. The margins of cells are on the other one, and narrow tables begin at
    the right.
    """
    root = read_finished(part)
    for paragraph in root.iter(PARAGRAPH):
        if any(paragraph.find(path, NAMESPACES) is not None for path in _PLACED):
            continue
        text = "".join(element.text or "" for element in own(paragraph, TEXT))
        if paragraph_level(text, right_to_left=True) == 0:
            style = value_at(paragraph, "w:pPr/w:pStyle") or ""
            alignment = value_at(paragraph, "w:pPr/w:jc") or alignments.get(style, "left")
            put(properties_of(paragraph, "w:pPr"), f'<w:bidi w:val="0"/><w:jc w:val="{same_side(alignment)}"/>')
    for margins in root.iter(*_CELL_MARGINS):
        _mirror(margins)
    for table, width in _tables_of_sections(root):
        _fill_place_beside(table, width)
    return to_bytes(root)


def _mirror(margins: etree._Element) -> None:
    """Exchange the left and the right margin of cells: in tables from right to left too, these are sides of the page,
    unlike borders.
    """
    for margin in margins:
        margin.tag = _MIRRORED.get(str(margin.tag), margin.tag)
    in_order = sorted(margins, key=lambda margin: _SIDES.index(etree.QName(margin).localname))
    margins[:] = in_order


def _tables_of_sections(root: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    """Yield the tables of the body that are in no cell, each with the width of the text of its section, in twips."""
    body = root.find("w:body", NAMESPACES)
    if body is None:
        return
    width = 0
    for block in reversed(body):  # the properties of a section are at its end
        section = block if block.tag == SECTION else block.find("w:pPr/w:sectPr", NAMESPACES)
        if section is not None:
            width = _text_width(section)
        elif block.tag == TABLE:
            yield block, width


def _text_width(section: etree._Element) -> int:
    """Return the width of the text of a section, or of one of its columns, in twips; 0 if it is not known."""
    page = section.find("w:pgSz", NAMESPACES)
    margins = section.find("w:pgMar", NAMESPACES)
    if page is None or margins is None:
        return 0
    left = twips(margins.get(qualified("w:left")))
    right = twips(margins.get(qualified("w:right")))
    width = twips(page.get(_WIDTH)) - left - right
    columns = section.find("w:cols", NAMESPACES)
    if columns is None:
        return width
    count = max(whole(columns.get(qualified("w:num"), "1")), 1)
    gaps = (count - 1) * twips(columns.get(qualified("w:space")))
    return (width - gaps) // count


def _fill_place_beside(table: etree._Element, width: int) -> None:
    """Give a table that is narrower than the text a last column without cells, so that it is as wide.

    Word puts a table from right to left at the right. LibreOffice puts it at the left, unless it is as wide as the text
    (seen in 25.2.3).
    """
    properties = properties_of(table, "w:tblPr")
    grid = table.find("w:tblGrid", NAMESPACES)
    is_placed = any(properties.find(path, NAMESPACES) is not None for path in ("w:jc", "w:tblpPr", "w:tblInd"))
    is_fixed = value_at(properties, "w:tblLayout", "w:type") == "fixed"
    if grid is None or is_placed or not is_fixed:
        return
    own_width = sum(twips(column.get(_WIDTH)) for column in grid)
    beside = width - own_width
    if beside < _LEAST_BESIDE:
        return
    grid.append(elements(f'<w:gridCol w:w="{beside}"/>')[0])
    put(properties, f'<w:tblW w:w="{width}" w:type="dxa"/>')
    for row in table.iter(ROW):
        if next(row.iterancestors(TABLE)) is table:
            _skip_last_column(row, beside)


def _skip_last_column(row: etree._Element, width: int) -> None:
    """Say that a row ends before the last column, which has that width in twips."""
    properties = row.find("w:trPr", NAMESPACES)
    if properties is None:
        (properties,) = elements("<w:trPr/>")
        exceptions = row.find("w:tblPrEx", NAMESPACES)
        row.insert(0 if exceptions is None else 1, properties)
    columns = 1 + whole(value_at(properties, "w:gridAfter"))
    free = width + twips(value_at(properties, "w:wAfter", "w:w"))
    for name in ("w:gridAfter", "w:wAfter"):
        for earlier in properties.findall(name, NAMESPACES):
            properties.remove(earlier)
    # The properties of rows have no order (ECMA-376, 17.4.79).
    properties.extend(elements(f'<w:gridAfter w:val="{columns}"/><w:wAfter w:w="{free}" w:type="dxa"/>'))
