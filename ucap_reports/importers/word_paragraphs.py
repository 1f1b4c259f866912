"""Paragraphs of a Word file as lines of runs with their place in a list, and what is beside their text.

`Paragraphs` reads them: the text of fields, links, languages and character styles as plans have them; `ListCounters`
has the numbers of the items of lists. What a plan has no place for, such as notes and pictures, is collected in
`asides` (`_keep_beside`), and formatting that is lost is reported (`lose`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.parsed_cells_and_lists import DEEPEST, PICTURE, Leftover, TextLine, printable_text
from ucap_reports.importers.word_package import EMPHATIC_STYLES, RELATIONS, WORD, ListLevel, WordPackage, indent_of
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.text.language_tags import primary
from ucap_reports.text.links import explicit_address, link_address
from ucap_reports.text.markdown import Piece, text_of_pieces
from ucap_reports.text.rich_text import Break, Marker, Run, Script
from ucap_reports.text.unbreakable_words import UNBREAKABLE_HYPHEN, has_unbreakable_signs, with_ordinary_signs
from ucap_reports.word.file.word_fields import is_page_number, link_of_field
from ucap_reports.word.file.word_languages import language_of_text
from ucap_reports.word.file.word_styles import ListPlace, list_place
from ucap_reports.word.file.word_xml import child_of

DELETED = {f"{WORD}del", f"{WORD}moveFrom"}
"""Tracked changes count as accepted."""
BESIDE = (f"{WORD}txbxContent", *DELETED)
"""Elements with paragraphs that are not in the text around them."""
_OFF = {None, "0", "false", "off", "none"}
"""The values of a property that is off: None if a run does not have it. One without a value is on, as in `<w:b/>`."""
HYPHENS = {"noBreakHyphen": UNBREAKABLE_HYPHEN, "softHyphen": "\u00ad"}
"""The names of elements that represent a character in a word."""
_HYPHENS = {f"{WORD}{name}": hyphen for name, hyphen in HYPHENS.items()}
_SPACES = {f"{WORD}{name}" for name in ("tab", "ptab", "br", "cr")}
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_RUN = f"{WORD}r"
_TEXT = f"{WORD}t"
_RUN_PROPERTIES = f"{WORD}rPr"
_FIELD_CHARACTER = f"{WORD}fldChar"
_PARAGRAPH_PROPERTIES = f"{WORD}pPr"
_STYLE = f"{WORD}pStyle"
_NUMBERING = f"{WORD}numPr"
_INDENT = f"{WORD}ind"
_VALUE = f"{WORD}val"
_RUN_VALUES = {f"{WORD}{name}": name for name in ("rStyle", "b", "i", "u", "vertAlign", "vanish", "strike", "dstrike")}
"""The properties of runs that are read, by their tags."""
UNSTYLED = Run("")
_DRAWN = {f"{WORD}drawing", f"{WORD}pict", f"{WORD}object", f"{ALTERNATIVES}AlternateContent"}
_FONT_SIGNS = {
    "wingdings": {"E0": "→", "E8": "→", "D8": "→", "F0": "→", "A7": "▪", "9F": "•", "FC": "✓", "FE": "☑", "A8": "□"},
    "symbol": {"B7": "•", "AE": "→", "B0": "°", "B1": "±", "B3": "≥", "A3": "≤", "B4": "\u00d7"},
}
"""The Unicode characters for signs of old fonts, by the last two digits of their number in the private use area."""


class _WordField(Struct):
    """A field that is being read: its instruction, and whether its result has begun."""

    instruction: str = ""
    has_result: bool = False

    @property
    def is_printed(self) -> bool:
        """Whether what follows is text of the document, as numbers of pages are not."""
        return self.has_result and not is_page_number(self.instruction)


class ParagraphProperties(Struct, frozen=True):
    """The properties of a paragraph that say what it is: its style, its own place in a list, and its indentation in
    twips.
    """

    style: str | None = None
    list_place: ListPlace | None = None
    indent: int = 0


NO_PROPERTIES = ParagraphProperties()


def paragraph_properties(paragraph: etree._Element) -> ParagraphProperties:
    """Return the properties of a paragraph, whose elements are read once."""
    holder = child_of(paragraph, _PARAGRAPH_PROPERTIES)
    if holder is None:
        return NO_PROPERTIES
    style: str | None = None
    numbering: etree._Element | None = None
    indent: etree._Element | None = None
    for element in holder:
        tag = element.tag
        if tag == _STYLE and style is None:
            style = element.get(_VALUE, "")
        elif tag == _NUMBERING and numbering is None:
            numbering = element
        elif tag == _INDENT and indent is None:
            indent = element
    return ParagraphProperties(style, list_place(numbering), indent_of(indent))


class ListCounters:
    """Counts the items of lists, in the order of the paragraphs, as Word does (ECMA-376 §17.9).

    The counters belong to the definition of a list, not to its number: LibreOffice gives the first item of a list
    another number than those that continue it.
    """

    def __init__(self, levels: Mapping[tuple[str, int], ListLevel]) -> None:
        self._levels = levels
        self._counters: dict[str, dict[int, int]] = {}
        """The last number of each level by definition; a level without one starts again."""
        self._used: set[tuple[str, int]] = set()
        self._restarts: Counter[tuple[str, int]] = Counter()

    def count(self, number: str, level: int) -> tuple[str, int]:
        """Return the key of the list that an item of this list and level belongs to, and the number of the item."""
        shape = self._levels[number, level]
        counters = self._counters.setdefault(shape.definition, {})
        restarts_here = shape.restarts and (number, level) not in self._used
        if restarts_here:
            counters.pop(level, None)
            self._restarts[shape.definition, level] += 1
        self._used.add((number, level))
        counters[level] = counters.get(level, shape.start - 1) + 1
        # The items below this one start again: without a counter, the next item of their level is the first.
        deeper_levels = [other for other in counters if other > level]
        for deeper in deeper_levels:
            if level <= self._levels[number, deeper].restart_level:
                del counters[deeper]
        # Items before and after a restart are in different lists.
        list_key = f"{shape.definition} {level} {self._restarts[shape.definition, level]}"
        return list_key, counters[level]


class Paragraphs:
    """Reads paragraphs of a file, and collects what is beside their text and what is lost of their formatting.

    `exact` is whether this product wrote the file, `text_alone` whether neither the languages of text nor what is
    beside it are read.
    """

    def __init__(self, package: WordPackage, *, exact: bool, text_alone: bool = False) -> None:
        self.asides: list[Leftover] = []
        self.problems: list[Problem] = []
        self._package = package
        self._exact = exact
        self._text_alone = text_alone
        self._part = ""
        self._links = package.links("")
        self._location = Location()
        self._is_original = not text_alone and package.is_original
        self._document_language = "" if text_alone else primary(package.properties.language or "en")
        self._fields: list[_WordField] = []
        """The fields around the text that is read, the inner ones last."""
        self._counters = ListCounters(package.lists)
        self._second_indent = _indent_of_second_level(package)

    def line(
        self, paragraph: etree._Element, location: Location, part: str, properties: ParagraphProperties | None = None
    ) -> TextLine:
        """Return the pieces of a paragraph of a part, and its place in a list; its `properties` if they have
        been read.
        """
        self._location = location
        self.begin_part(part)
        return self.placed(self.pieces(paragraph), properties or paragraph_properties(paragraph))

    def pieces(self, paragraph: etree._Element) -> tuple[Piece, ...]:
        """Return the pieces of a paragraph.

        Only the result of a field continues in the next paragraphs: one without an end would hide all of them.
        """
        pieces = tuple(_printable_pieces(self._pieces(paragraph, UNSTYLED)))
        self._fields = [field for field in self._fields if field.is_printed]
        return with_signs_of_plans(pieces)

    def text(self, holder: etree._Element) -> str:
        """Return the text of a paragraph, or of what is in one, with line ends for breaks.

        It is read alone: no field continues from the paragraph that was read before, or into the next one.
        """
        self._fields.clear()
        pieces = self.pieces(holder)
        self._fields.clear()
        return text_of_pieces(pieces)

    def begin_part(self, part: str) -> None:
        """Read the next paragraphs from this part."""
        if part != self._part:
            self._part = part
            self._links = self._package.links(part)
            self._fields.clear()

    def placed(self, pieces: tuple[Piece, ...], properties: ParagraphProperties) -> TextLine:
        """Return the pieces of the next paragraph, which has these properties, with its place in a list."""
        numbering = self._numbering(properties)
        if numbering is None:
            return TextLine(pieces, under=self._under(properties))
        shape = self._package.lists.get(numbering)
        if shape is None or shape.marker is Marker.NONE:
            return TextLine(pieces, under=self._under(properties))
        number, level = numbering
        if level > DEEPEST:
            self.lose("levels", self._location)
        list_key, count = self._counters.count(number, level)
        start = count if shape.marker is Marker.NUMBER else 1
        return TextLine(pieces, min(level, DEEPEST), shape.marker, start, list_key)

    def lose(self, form: str, location: Location) -> None:
        """Warn about formatting that no plan has."""
        if not self._exact:
            self.problems.append(problem("import-formatting", location, form=form))

    @cached_property
    def _notes(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """Footnotes, endnotes and comments by kind and identifier: what each is, and its words."""
        notes: dict[tuple[str, str], tuple[str, str]] = {}
        for kind in _NOTES.values():
            part = self._package.part_of(f"{kind}s", f"word/{kind}s.xml")
            for note in self._package.archive.xml(part).iter(f"{WORD}{kind}"):
                name = kind
                if kind == "comment":
                    name = f"comment by {note.get(f'{WORD}author') or 'unknown'}"
                notes[kind, note.get(f"{WORD}id", "")] = name, _words(note)
        return notes

    def _keep_beside(self, child: etree._Element) -> None:
        """Keep content of a run that is not text, such as notes and pictures; formatting is ignored."""
        if self._text_alone:
            return
        name = etree.QName(child).localname
        if name in _NOTES:
            kind = _NOTES[name]
            identifier = child.get(f"{WORD}id", "")
            note_name, words = self._notes.get((kind, identifier), (kind, ""))
            self._keep(note_name, words)
        elif child.tag in _DRAWN:
            for kind, words in _drawn(child):
                self._keep(kind, words)
        elif name == "sym":
            self._keep(f"symbol in the font {child.get(f'{WORD}font', '')}", "")
        elif name == "ruby":
            self._keep("ruby text", _words(child.find(f"{WORD}rt")))

    def _keep(self, name: str, words: str) -> None:
        self.asides.append(Leftover(name, words, self._location))

    def _numbering(self, properties: ParagraphProperties) -> ListPlace | None:
        """Return the list and level of a paragraph, by itself, by its style, or by a style that this is based on."""
        numbering = properties.list_place
        if numbering is None:
            numbering = self._package.styles.list_place(properties.style or "")
        if numbering is None:
            return None
        number, _ = numbering
        is_in_list = number != "0"  # the number that takes a paragraph out of the list of its style
        return numbering if is_in_list else None

    def _under(self, properties: ParagraphProperties) -> int | None:
        """Return the level of the item that an indented paragraph continues."""
        if properties.indent <= 0:
            return None
        if self._second_indent is not None and properties.indent >= self._second_indent:
            return DEEPEST
        return 0

    def _pieces(self, holder: etree._Element, style: Run) -> Iterator[Piece]:
        """Yield the pieces of a paragraph or of an element in it, whose text is in this style."""
        for child in holder:
            tag = child.tag
            if tag == _RUN:
                yield from self._run(child, style)
            elif tag == _PARAGRAPH_PROPERTIES:
                pass
            elif tag.startswith(_MATH):
                self.lose("formula", self._location)
                formula = "".join([element.text or "" for element in child.iter(f"{_MATH}t")])
                yield replace(style, text=formula)
            elif tag.startswith(ALTERNATIVES):
                first_alternative = next(iter(child), child)
                yield from self._pieces(first_alternative, style)
            elif tag == f"{WORD}fldSimple":
                self._fields.append(_WordField(child.get(f"{WORD}instr", ""), has_result=True))
                yield from self._pieces(child, style)
                self._fields.pop()
            elif tag == f"{WORD}hyperlink":
                link = self._link(child) or style.link
                yield from self._pieces(child, replace(style, link=link))
            elif tag not in DELETED:  # an insertion, a content control, or something else around runs
                yield from self._pieces(child, style)

    def _link(self, hyperlink: etree._Element) -> str | None:
        """Return the address of a hyperlink. Word stores the place in the page apart from the address of the page."""
        target = self._links.get(hyperlink.get(f"{RELATIONS}id", ""), "")
        return _address(target, hyperlink.get(f"{WORD}anchor"))

    def _run(self, run: etree._Element, style: Run) -> Iterator[Piece]:
        """Yield the pieces of a run: its texts and hyphens up to the next tab or other element are one."""
        properties = child_of(run, _RUN_PROPERTIES)
        is_hidden = False
        languages: Mapping[str, str] = {}
        if properties is not None:
            values = run_values(properties)
            is_hidden = values.get("vanish") not in _OFF
            if is_hidden:
                self._keep_hidden(run)
            elif values.get("strike") not in _OFF or values.get("dstrike") not in _OFF:
                self.lose("struck", self._location)
            style = self._styled(values, style)
            if not self._text_alone:
                languages = _languages(properties)
        text = ""  # of the piece that is read
        for child in run:
            tag = child.tag
            if tag == _TEXT or tag in _HYPHENS:
                if not is_hidden and self._is_shown():
                    text += _HYPHENS.get(tag) or child.text or ""
                continue
            if text:  # another element ends the piece
                yield self._text(text, style, languages)
                text = ""
            if tag == _FIELD_CHARACTER:  # hidden ones too, or the field would never end
                self._read_field_character(child.get(f"{WORD}fldCharType", ""))
            elif self._fields and tag == f"{WORD}instrText":
                self._fields[-1].instruction += child.text or ""
            elif tag != _RUN_PROPERTIES and not is_hidden:
                yield from self._shown(child, style)
        if text:
            yield self._text(text, style, languages)

    def _keep_hidden(self, run: etree._Element) -> None:
        """Keep the words of a hidden run beside the text."""
        words = _words(run)
        if words:
            self._keep("hidden text", words)

    def _text(self, text: str, style: Run, languages: Mapping[str, str]) -> Run:
        """Return a text of a run in these languages, linked as its field says if it is the result of one."""
        link = style.link or self._field_link()
        if link is not None:
            link = _as_printed(link, text)
            if not self._exact:  # programs underline links, as documents do
                style = replace(style, underline=False)
        language = None if self._text_alone else self._language(languages, text)
        return replace(style, text=text, link=link, language=language or style.language)

    def _shown(self, child: etree._Element, styled: Run) -> Iterator[Piece]:
        """Yield what a reader sees of a child of a run that is not text; other things are beside the text."""
        match etree.QName(child).localname:
            case "tab" | "ptab":
                yield replace(styled, text="\t")
            case "sym":
                sign = _sign(child)
                if sign is None:
                    self._keep_beside(child)
                else:
                    yield replace(styled, text=sign)
            case "br" | "cr":
                yield Break()
            case "ruby":
                self._keep_beside(child)
                for base in child.iter(f"{WORD}rubyBase"):
                    yield from self._pieces(base, styled)
            case _:
                self._keep_beside(child)

    def _read_field_character(self, kind: str) -> None:
        """Begin a field, begin its result, or end it."""
        if kind == "begin":
            self._fields.append(_WordField())
        elif kind == "separate" and self._fields:
            self._fields[-1].has_result = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_shown(self) -> bool:
        if not self._fields:
            return True
        return all(field.is_printed for field in self._fields)

    def _field_link(self) -> str | None:
        """Return the address to which the innermost link leads that is a field."""
        for field in reversed(self._fields):
            link = link_of_field(field.instruction)
            if link is not None:
                return _address(link.address, link.place)
        return None

    def _styled(self, values: Mapping[str, str], style: Run) -> Run:
        """Return the style of a run with these properties, and what the well-known character styles mean."""
        changes: dict[str, Any] = {}
        if "rStyle" in values:
            name = self._package.styles.names.get(values["rStyle"], "")
            changes |= EMPHATIC_STYLES.get(name.lower(), {})
        for tag, field in (("b", "bold"), ("i", "italic"), ("u", "underline")):
            if tag in values:
                changes[field] = values[tag] not in _OFF
        height = values.get("vertAlign")
        if height in {Script.SUBSCRIPT, Script.SUPERSCRIPT}:
            changes["script"] = Script(height)
        return replace(style, **changes) if changes else style

    def _language(self, languages: Mapping[str, str], text: str) -> str | None:
        """Return the language of a text with these languages, unless it is that of the document.

        In a file of this product, this is the tag that the author wrote, whatever the language of the document is.
        """
        language = language_of_text(languages, text, original=self._is_original)
        if self._is_original:
            return language
        if language is not None and primary(language) == self._document_language:
            return None
        return language


def _indent_of_second_level(package: WordPackage) -> int | None:
    """Return the least indentation of an item of the second level, in twips; None if no list has one."""
    indents: list[int] = []
    for (_, level), shape in package.lists.items():
        if level == 1 and shape.indent:
            indents.append(shape.indent)
    return min(indents, default=None)


def _printable_pieces(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces of a paragraph without control characters, and with a break for each line separator in them."""
    for piece in pieces:
        if not isinstance(piece, Run):
            yield piece
            continue
        text = printable_text(piece.text)
        if text == piece.text:
            yield piece
            continue
        for number, line in enumerate(text.split("\n")):
            if number:
                yield Break()
            yield replace(piece, text=line)


def paragraphs_in(holder: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs of a cell or a margin, those of tables in it too; text boxes are beside the text."""
    for element in holder.iter(f"{WORD}p"):
        if next(element.iterancestors(*BESIDE), None) is None:
            yield element


def with_signs_of_plans(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return the pieces of a paragraph with ordinary hyphens in names such as U-CAP and ordinary spaces before units,
    as in plans.
    """
    if not any([isinstance(piece, Run) and has_unbreakable_signs(piece.text) for piece in pieces]):  # noqa: C419 - a list is faster for so few
        return pieces
    # Whether a sign is replaced depends on the letters around it, which may be in other runs.
    text = with_ordinary_signs(text_of_pieces(pieces))  # of the same length
    written: list[Piece] = []
    offset = 0
    for piece in pieces:
        if isinstance(piece, Run):
            end = offset + len(piece.text)
            written.append(replace(piece, text=text[offset:end]))
            offset = end
        else:
            written.append(piece)
            offset += 1  # a break is one character of the text
    return tuple(written)


def _address(target: str, place: str | None) -> str | None:
    """Return the address of a page, or of a place in it; None if it is not that of a page."""
    if target and place and "#" not in target:
        address_of_place = explicit_address(f"{target}#{place}")
        if address_of_place is not None:
            return address_of_place
    return explicit_address(target)


def _as_printed(link: str, text: str) -> str:
    """Return the link of a printed address without the slash that other programs add after the name of a host."""
    if not link.endswith("/"):
        return link
    printed = link_address(with_ordinary_signs(text))
    if printed is not None and link == f"{printed}/":
        return printed
    return link


def run_values(properties: etree._Element) -> Mapping[str, str]:
    """Return the values of the properties of a run that are read, by their names; empty for those without a value."""
    values: dict[str, str] = {}
    for child in properties:
        name = _RUN_VALUES.get(child.tag)
        if name is not None:
            values.setdefault(name, child.get(_VALUE, ""))
    return values


def _languages(properties: etree._Element) -> Mapping[str, str]:
    """Return the languages of a run by the names of the attributes; empty if it names none."""
    languages = child_of(properties, f"{WORD}lang")
    if languages is None:
        return {}
    return {etree.QName(name).localname: str(tag) for name, tag in languages.items()}


def _sign(symbol: etree._Element) -> str | None:
    """Return the character for a sign of an old font; None where that is not known."""
    font = symbol.get(f"{WORD}font") or ""
    number = symbol.get(f"{WORD}char") or ""
    return _FONT_SIGNS.get(font.lower(), {}).get(number.upper()[-2:])


def _words(holder: etree._Element | None) -> str:
    """Return the words of an element, one line for each paragraph, without deleted ones."""
    if holder is None:
        return ""
    lines: list[str] = []
    for paragraph in list(holder.iter(f"{WORD}p")) or [holder]:
        line = with_ordinary_signs("".join(_texts(paragraph))).strip()
        if line:
            lines.append(line)
    return "\n".join(lines)


def _texts(paragraph: etree._Element) -> Iterator[str]:
    """Yield the texts of a paragraph that are not deleted."""
    for element in paragraph.iter(f"{WORD}t", f"{_MATH}t", *_SPACES, *_HYPHENS):
        if next(element.iterancestors(*DELETED), None) is not None:
            continue
        if element.tag in _SPACES:
            yield " "
        else:
            yield _HYPHENS.get(element.tag) or element.text or ""


def _drawn(drawn: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the kind and the words of what is drawn: of each text box, and of each description of a picture.

    A picture without a description and without text boxes has no words. Only the first of several alternatives counts.
    """
    if drawn.tag.startswith(ALTERNATIVES):
        drawn = next(iter(drawn), drawn)
    boxes = [words for words in map(_words, drawn.iter(f"{WORD}txbxContent")) if words]
    for words in boxes:
        yield "text box", words
    descriptions = _descriptions(drawn)
    for description in descriptions:
        yield PICTURE, description
    if not boxes and not descriptions and _has_picture(drawn):
        yield PICTURE, ""


def _descriptions(drawn: etree._Element) -> Sequence[str]:
    """Return the descriptions and titles of what is drawn, each once."""
    descriptions: dict[str, None] = {}
    for element in drawn.iter(etree.Element):
        for name in ("descr", "alt", "title"):
            description = " ".join(element.get(name, "").split())
            if description:
                descriptions[description] = None
    return list(descriptions)


def _has_picture(drawn: etree._Element) -> bool:
    """Return whether what is drawn refers to the file of a picture."""
    attributes = [f"{RELATIONS}{name}" for name in ("embed", "id", "link", "pict")]
    for element in drawn.iter(etree.Element):
        if any(element.get(name) for name in attributes):
            return True
    return False
