"""A summary's text as WordprocessingML, in the style of its tag.

In this order: a value as paragraphs, lists, hyperlinks and runs (`value_xml`), and the text of a run; the directions of
runs, which Word files must state, so that runs with both directions are split; the numbering part, which has the look
and the numbers of the lists; and the marks of values.

A filled part has marks beside its values, from which two parts follow: what is printed, and what is recorded. The marks
are between two characters that XML cannot represent, so that no value contains them. What is in a mark is text of the
part that is recorded, and is left out of the other one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from html import escape
from itertools import groupby, pairwise
from unicodedata import bidirectional

from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.page.page_elements import LISTS
from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.template.theme_and_line_spacing import Style, Theme
from ucap_reports.text.bidi_levels import (
    IsolatedPart,
    isolated_parts,
    paragraph_level,
    paragraph_text,
    parts_by_level,
    printed_levels,
    runs_from_the_right,
    visual_order,
)
from ucap_reports.text.field_marks import Marks, TextWithMarks, part_of
from ucap_reports.text.language_tags import is_right_to_left, language_of
from ucap_reports.text.letter_spacing import divided_by_spacing, keeps_letters_together
from ucap_reports.text.rich_text import ARROW, BULLET, Inline, ItemList, Marker, Paragraph, RichText, Run, Script
from ucap_reports.text.unbreakable_words import hyphen_offsets, with_fixed_spaces
from ucap_reports.word.file.word_languages import is_east_asian, language_xml
from ucap_reports.word.file.word_styles import LINK_STYLE, Gaps, marker_properties
from ucap_reports.word.file.word_xml import add, elements, escaped, properties_xml, qualified, whole

LONGEST_BOOKMARK = 40
"""Characters of the name of a bookmark (ISO/IEC 29500-1, 17.13.6.2)."""
OF_LINKS = ("color", "u")
"""Properties of a link that come from its own style, not from the text around it."""
TEXT_START = '<w:t xml:space="preserve">'
LINE_BREAK = "<w:br/>"
TAB = "<w:tab/>"
UNBROKEN_HYPHEN = "<w:noBreakHyphen/>"
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_OPTIONAL_HYPHEN = "<w:softHyphen/>"
"""What Word needs for a soft hyphen: it prints the character as a hyphen, also within a line."""
_EMBEDDING_START, _EMBEDDING_END = '<w:dir w:val="{}">', "</w:dir>"
LEVELS = 2
"""The number of list levels."""
KEPT_TOGETHER_LENGTHS = range(60, 500)
"""The lengths of paragraphs, of two to about five lines, that are not split between pages."""

_LONGEST_KEPT = 80
"""The characters of a text whose XML is kept for other documents."""

Properties = tuple[tuple[str, str], ...]
"""Properties as XML, each after its local name."""
_USUAL_SCRIPT = Script.NORMAL
"""Named here, because Python looks up a member of an enumeration slowly, and this is needed for each run."""
_KEPT_TOGETHER: Properties = (("keepLines", "<w:keepLines/>"),)
_FIGURE: Properties = (("jc", '<w:jc w:val="right"/>'),)
_HINT = re.compile(r' w:hint="[^"]*"')
"""Which kind of font text without a script has, such as quotation marks."""


class ValuePlace(Struct, frozen=True, dict=True):
    """The place of a value: the properties of its run and, if the value is a whole paragraph, of its paragraph.

    Properties are XML by local name. `kept` if an empty value leaves an empty paragraph. `before` are runs of spaces
    at the beginning of the paragraph. `link_colour` is the colour of links, if they have that of the text around them.
    `disappears` if a value without words and drawings leaves nothing. `is_spaced` if its style has letter spacing,
    which words have not whose letters keep their places.
    """

    run: Mapping[str, str]
    paragraph: Mapping[str, str] | None = None
    gaps: Gaps = Gaps()
    kept: bool = True
    before: str = ""
    link_colour: str | None = None
    disappears: bool = False
    is_spaced: bool = False
    _styles: dict[tuple[object, ...], str] = field(default_factory=dict)

    @cached_property
    def run_properties(self) -> str:
        """The w:rPr of plain text."""
        return properties_xml("w:rPr", self.run)

    def properties_of(self, run: Run, *, turned: bool = False) -> str:
        """Return the w:rPr of a run of rich text: the properties of the place and of the run; `turned` if
        right-to-left.
        """
        keeps_places = self.is_spaced and keeps_letters_together(run.text)
        is_styled = run.bold or run.italic or run.underline or run.link or run.language or turned or keeps_places
        if not is_styled and run.script is _USUAL_SCRIPT:
            return self.run_properties
        is_link = _has_link_look(run)
        key = (run.bold, run.italic, run.underline, run.script, is_link, run.language, turned, keeps_places)
        if key not in self._styles:
            kept = {name: xml for name, xml in self.run.items() if not is_link or name not in OF_LINKS}
            added = _added(run)
            if turned:
                added["rtl"] = "<w:rtl/>"
            if keeps_places:
                added["spacing"] = '<w:spacing w:val="0"/>'
            if is_link and self.link_colour is not None:
                added["color"] = f'<w:color w:val="{self.link_colour}"/>'
            if "rFonts" in added and "rFonts" in kept:
                fonts = _HINT.sub("", kept["rFonts"])  # Word writes it for text that was typed in a Chinese Word
                added["rFonts"] = fonts.replace("<w:rFonts", added["rFonts"].removesuffix("/>"), 1)
            self._styles[key] = properties_xml("w:rPr", kept | added)
        return self._styles[key]

    def paragraph_properties(self, before: int = 0, own: Properties = ()) -> str:
        """Return the w:pPr of a paragraph, with a space `before` it in twips and with its `own` properties, as XML."""
        key = (before, own)
        properties = self._styles.get(key)
        if properties is None:
            parts = {**(self.paragraph or {}), **dict(own)}
            if before:
                parts["spacing"] = _with_before(parts.get("spacing", "<w:spacing/>"), before)
            properties = self._styles[key] = properties_xml("w:pPr", parts)
        return properties


class TextContext(Struct):
    """What the texts of a part need from its document, and the links in them."""

    number: Callable[[Marker, int, int], int]
    """The numbering of a list by its marker, its level from 0 and its first number."""
    right_to_left: bool = False
    """Whether the document is right-to-left."""
    links: dict[str, str] = field(default_factory=dict)
    """The identifiers of the relationships to addresses."""
    alignments: Mapping[str, str] = {}
    """The alignment of each paragraph style by its identifier; that of the default style with an empty one."""

    def relate(self, address: str) -> str:
        """Return the identifier of the relationship to an address."""
        return self.links.setdefault(address, f"link{len(self.links) + 1}")


class _DirectedPiece(Struct):
    """A part of a paragraph in one direction: an inline or a part of one, and where it is in the text."""

    inline: Inline
    turned: bool
    start: int


def _with_before(spacing: str, before: int) -> str:
    """Return the spacing with another space before the paragraph."""
    kept = [part for part in spacing.removesuffix("/>").split(" ") if not part.startswith("w:before")]
    return " ".join([*kept, f'w:before="{before}"']) + "/>"


def _has_link_look(run: Run) -> bool:
    """Return whether a run looks like a link; links from one place of a book to another look like the text around."""
    return run.link is not None and not run.link.startswith("#")


def _added(run: Run) -> dict[str, str]:
    """Return the properties of a run of rich text."""
    added: dict[str, str] = {}
    if _has_link_look(run):
        added["rStyle"] = f'<w:rStyle w:val="{LINK_STYLE}"/>'
    if run.bold:
        added |= {"b": "<w:b/>", "bCs": "<w:bCs/>"}
    if run.italic:
        added |= {"i": "<w:i/>", "iCs": "<w:iCs/>"}
    if run.underline:
        added["u"] = '<w:u w:val="single"/>'
    if run.script is not Script.NORMAL:
        added["vertAlign"] = f'<w:vertAlign w:val="{run.script.value}"/>'
    if run.language is not None:
        added["lang"] = language_xml(run.language)
        if is_east_asian(run.language):
            added["rFonts"] = '<w:rFonts w:hint="eastAsia"/>'
    return added


# A value as paragraphs, lists, hyperlinks and runs


def value_xml(value: RichText | str, value_place: ValuePlace, context: TextContext) -> str:
    """Return a value as runs or, if it is a whole paragraph, as paragraphs. Raises ValueError for a forbidden
    character.
    """
    language = language_of(value) if isinstance(value, str) else None
    if isinstance(value, str) and language is not None:
        value = RichText.foreign(value, language)
    if value_place.paragraph is None:
        return _runs(value, value_place, context)
    if isinstance(value, RichText) and value.blocks:
        return _paragraphs_xml(value.blocks, value_place, context)
    runs = _runs(value, value_place, context)
    if not value and not value_place.kept:
        return ""
    return f"<w:p>{value_place.paragraph_properties()}{value_place.before}{runs}</w:p>"


def _paragraphs_xml(blocks: Iterable[Paragraph | ItemList], value_place: ValuePlace, context: TextContext) -> str:
    """Return the paragraphs and lists of a value that is a whole paragraph."""
    written: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            gap = value_place.gaps.paragraphs if written else None
            written.append(_paragraph_xml(block, value_place, context, gap))
        else:
            _add_items(written, block, value_place, context)
    return "".join(written)


def _add_items(
    written: list[str],
    listed: ItemList,
    value_place: ValuePlace,
    context: TextContext,
    *,
    is_inner: bool = False,
    widened: int = 0,
) -> None:
    """Add the items of a list to the paragraphs of a value: the first paragraph of each has the marker, the others are
    aligned with its text. A list without markers is paragraphs without spaces between them.

    A list whose numbers are wide is indented more than the others: Word would move the text after such a number to the
    next tab stop. `widened` is by how much the list around it is, in twips.
    """
    gaps = value_place.gaps
    properties = _ListProperties()
    if listed.marker is not Marker.NONE:
        level = LEVELS - 1 if is_inner else 0
        properties = _properties_of_list(listed, gaps, context, level=level, widened=widened)
        widened = properties.widened
    for index, item in enumerate(listed.items):
        gap = 0
        if index == 0 and not is_inner:
            gap = gaps.paragraphs
        elif properties.first:
            gap = gaps.items
        own = properties.first
        for number, block in enumerate(item.blocks):
            gap_above = gap if written else None  # the first paragraph of the value has none
            if isinstance(block, Paragraph):
                written.append(_paragraph_xml(block, value_place, context, gap_above, own))
            else:
                if number == 0 and properties.first:  # the marker is on a line of its own
                    written.append(_paragraph_xml(Paragraph(()), value_place, context, gap_above, own))
                _add_items(written, block, value_place, context, is_inner=True, widened=widened)
            gap = gaps.items
            own = properties.later


class _ListProperties(Struct, frozen=True):
    """The properties of the first paragraph of each item and of the later ones; and by how much the list is wider, in
    twips.
    """

    first: Properties = ()
    later: Properties = ()
    widened: int = 0


def _properties_of_list(
    listed: ItemList, gaps: Gaps, context: TextContext, *, level: int, widened: int
) -> _ListProperties:
    """Return the properties of a list with markers; `widened` is by how much the list around it is wider, in twips."""
    number = context.number(listed.marker, level, listed.start)
    marker = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    hanging = gaps.indents[level]
    if level:
        hanging -= gaps.indents[level - 1]
    if listed.marker is Marker.NUMBER and gaps.numbers:
        last_number = listed.start + len(listed.items) - 1
        digits = len(str(last_number))
        needed = gaps.numbers[min(digits, len(gaps.numbers)) - 1]
        widened += max(needed - hanging, 0)
        hanging = max(needed, hanging)
    indent = gaps.indents[level] + widened
    own_indent = f'<w:ind w:left="{indent}" w:hanging="{hanging}"/>' if widened else ""
    later: Properties = (("ind", f'<w:ind w:left="{indent}"/>'),) if indent else ()
    return _ListProperties((("ind", own_indent), ("numPr", marker)), later, widened)


def _paragraph_xml(
    paragraph: Paragraph, value_place: ValuePlace, context: TextContext, gap: int | None, own: Properties = ()
) -> str:
    """Return a paragraph with its own properties, and a gap in twips between it and the one before it; None if it is
    the first of its value.
    """
    right_to_left = context.right_to_left
    if paragraph.language is not None:
        right_to_left = is_right_to_left(paragraph.language)
    if paragraph.length in KEPT_TOGETHER_LENGTHS:
        own += _KEPT_TOGETHER
    if paragraph.figure and not right_to_left:  # where the lines of such paragraphs start
        own += _FIGURE
    if right_to_left is not context.right_to_left:
        own += (("bidi", f'<w:bidi w:val="{int(right_to_left)}"/>'),)
        if not paragraph.figure:
            own += (("jc", _alignment_xml(value_place, context.alignments)),)
    spaces = value_place.before if gap is None else ""
    properties = value_place.paragraph_properties(gap or 0, own)
    runs = inlines_xml(paragraph.inlines, value_place, context.relate, right_to_left=right_to_left)
    return f"<w:p>{properties}{spaces}{runs}</w:p>"


def _runs(value: RichText | str, value_place: ValuePlace, context: TextContext) -> str:
    """Return a value inside a paragraph: plain text as a run, or as several if it has both directions; rich text with
    line breaks between its paragraphs.
    """
    if isinstance(value, RichText):
        lines = []
        for paragraph in value.paragraphs():
            lines.append(
                inlines_xml(paragraph.inlines, value_place, context.relate, right_to_left=context.right_to_left)
            )
        return f"<w:r>{value_place.run_properties}{LINE_BREAK}</w:r>".join(lines)
    keeps_places = value_place.is_spaced and keeps_letters_together(value)
    if not runs_from_the_right(value) and not keeps_places:
        return f"<w:r>{value_place.run_properties}{_text_xml(value)}</w:r>" if value else ""
    return inlines_xml((Run(value),), value_place, context.relate, right_to_left=context.right_to_left)


def inlines_xml(
    inlines: Sequence[Inline], value_place: ValuePlace, relate: Callable[[str], str], *, right_to_left: bool
) -> str:
    """Return inlines as runs; adjacent runs with the same address are one hyperlink.

    `relate` returns the identifier of the relationship to an address; `right_to_left` is the direction of the text
    around them.
    """
    if value_place.is_spaced:
        inlines = tuple(divided_by_spacing(inlines))
    runs = ""
    for inline in inlines:
        if isinstance(inline, Run) and (inline.link or runs_from_the_right(inline.text)):  # as few are
            return _linked_or_turned(inlines, value_place, relate, right_to_left=right_to_left)
        runs += _inline(inline, value_place, turned=False)
    return runs


def _linked_or_turned(
    inlines: Sequence[Inline], value_place: ValuePlace, relate: Callable[[str], str], *, right_to_left: bool
) -> str:
    """Return inlines as runs, some of which have links or text from right to left."""
    pieces, embeddings = _directed(inlines, right_to_left=right_to_left)
    written: list[str] = []
    for link, linked_pieces in groupby(pieces, lambda piece: _link_of(piece.inline)):
        runs = _embedded_runs(list(linked_pieces), embeddings, value_place)
        written.append(_linked(runs, link, relate))
    return "".join(written)


def _link_of(inline: Inline) -> str | None:
    return inline.link if isinstance(inline, Run) else None


def _embedded_runs(
    pieces: Sequence[_DirectedPiece], embeddings: Sequence[IsolatedPart], value_place: ValuePlace
) -> str:
    """Return pieces with one link as runs, with elements (ISO/IEC 29500-1, 17.3.2.8) around those that are embedded."""
    runs = ""
    ends: list[int] = []
    """The ends of the elements that are open, the outer ones first."""
    waiting = [part for part in embeddings if part.start >= pieces[0].start]
    for piece in pieces:
        while ends and ends[-1] <= piece.start:
            runs += _EMBEDDING_END
            ends.pop()
        while waiting and waiting[0].start <= piece.start:
            part = waiting.pop(0)
            direction = "rtl" if part.right_to_left else "ltr"
            runs += _EMBEDDING_START.format(direction)
            ends.append(part.end)
        runs += _inline(piece.inline, value_place, turned=piece.turned)
    return runs + _EMBEDDING_END * len(ends)


def _linked(runs: str, link: str | None, relate: Callable[[str], str]) -> str:
    """Return runs as a hyperlink, if they have a link."""
    if not link:
        return runs
    if link.startswith("#"):
        target = f'w:anchor="{bookmark_name(link)}"'
    else:
        target = f'r:id="{relate(link)}"'
    return f'<w:hyperlink {target} w:history="1">{runs}</w:hyperlink>'


def bookmark_name(link: str) -> str:
    """Return the name of the bookmark of a heading to which `#id` leads: up to 40 letters, digits and underscores."""
    anchor = link.removeprefix("#")
    name = f"_{anchor.replace('-', '_').replace('.', '_')}"
    if len(name) <= LONGEST_BOOKMARK:
        return name
    digest = sha256(anchor.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_BOOKMARK - len(digest) - 1]}_{digest}"


def _inline(inline: Inline, value_place: ValuePlace, *, turned: bool) -> str:
    if not isinstance(inline, Run):
        return f"<w:r>{value_place.run_properties}{LINE_BREAK}</w:r>"
    if not inline.text:
        return ""
    return f"<w:r>{value_place.properties_of(inline, turned=turned)}{_text_xml(inline.text)}</w:r>"


# The text of a run


def _text_xml(text: str) -> str:
    """Return the content of a run: text, with line breaks, tabs, soft hyphens, and hyphens at which no line ends as
    elements, and no-break spaces before units. Its marks are those of `_value_mark`.
    """
    # A text with marks is equal to one without them, so that it cannot be looked up.
    if len(text) > _LONGEST_KEPT or isinstance(text, TextWithMarks):
        return _written_text(text)
    return _kept_text(text)


def _written_text(text: str) -> str:
    """Return the content of a run with a text of any length."""
    if "\n" in text or "\t" in text:
        lines = [_with_tabs(line) for line in _parts(text, "\n")]
        return LINE_BREAK.join(lines)
    if _SOFT_HYPHEN in text:
        syllables = _parts(text, _SOFT_HYPHEN)
        return _OPTIONAL_HYPHEN.join([_text_xml(part) if part else "" for part in syllables])
    hyphens = hyphen_offsets(text) if "-" in text else []
    if hyphens:
        edges = [-1, *hyphens, len(text)]
        parts = [part_of(text, start + 1, end) for start, end in pairwise(edges)]
        return UNBROKEN_HYPHEN.join([_text_xml(part) for part in parts])
    fixed = with_fixed_spaces(text)
    if isinstance(text, TextWithMarks):
        characters = _characters_with_marks(fixed, text.marks)
    else:
        characters = escaped(fixed)
    return f"{TEXT_START}{characters}</w:t>"


_kept_text = kept_values(1024)(_written_text)
"""The contents of runs with short texts without marks, such as labels, which many documents have."""


def _with_tabs(line: str) -> str:
    return TAB.join([_text_xml(piece) if piece else "" for piece in _parts(line, "\t")])


def _characters_with_marks(text: str, marks: Marks) -> str:
    characters = ""
    start = 0
    for offset, mark in marks:
        if offset > start:  # most texts have a mark at their start and one at their end
            characters += escaped(text[start:offset])
            start = offset
        characters += _value_mark(mark)
    if start < len(text):
        characters += escaped(text[start:])
    return characters


def _parts(text: str, separator: str) -> Iterator[str]:
    """Yield the parts of a text between separators, with their marks."""
    start = 0
    for part in text.split(separator):
        yield part_of(text, start, start + len(part))
        start += len(part) + len(separator)


# Directions of runs and paragraphs


def _directed(
    inlines: Sequence[Inline], *, right_to_left: bool
) -> tuple[Sequence[_DirectedPiece], Sequence[IsolatedPart]]:
    """Return the pieces of a paragraph, and the parts around which elements with their direction are.

    `right_to_left` is the direction of the text around it. Word orders a text by the directions of its runs: the
    elements are needed where a part would be in another order than in the other formats.
    """
    text = paragraph_text(inlines)
    if not runs_from_the_right(text):
        return [_DirectedPiece(inline, turned=False, start=0) for inline in inlines], ()
    base = paragraph_level(text, right_to_left=right_to_left)
    isolated = isolated_parts(inlines, base)
    text_levels = printed_levels(text, base, isolated)
    turned = _turned(text, text_levels, base, isolated)
    pieces = _pieces(inlines, turned, isolated)
    if visual_order(text_levels) == visual_order(_levels_of_runs(text_levels, turned, base)):
        return pieces, ()
    return pieces, _embeddings(isolated, pieces)


def _levels_of_runs(text_levels: Sequence[int], turned: Sequence[bool], base: int) -> list[int]:
    """Return the levels that characters have by the directions of their runs alone, as Word orders them.

    Odd levels are from right to left, also that of the paragraph (`base`).
    """
    levels_of_runs: list[int] = []
    is_base_turned = base % 2 == 1
    for level, is_turned in zip(text_levels, turned, strict=True):
        if is_turned == is_base_turned:
            levels_of_runs.append(base)
        elif is_turned and level % 2 == 0:  # digits in such a run are from left to right
            levels_of_runs.append(base + 2)
        else:
            levels_of_runs.append(base + 1)
    return levels_of_runs


def _turned(text: str, text_levels: Sequence[int], base: int, isolated: Sequence[IsolatedPart]) -> list[bool]:
    """Return for each character whether its run is right-to-left.

    In a part from left to right, a number between words from right to left has an even level as the words from left to
    right, but is in a run with those from right to left, which would otherwise be apart.
    """
    outer = [base] * len(text)
    for part in sorted(isolated, key=lambda part: (part.start, -part.end)):
        for offset in range(part.start, part.end):
            outer[offset] = part.level(outer[offset])
    turned: list[bool] = []
    for level, part_text in parts_by_level(text, text_levels):
        around = outer[len(turned)]
        is_turned = level % 2 == 1
        if not is_turned and around % 2 == 0 and level > around:
            is_turned = all(bidirectional(character) != "L" for character in part_text)
        turned += [is_turned] * len(part_text)
    return turned


def _pieces(
    inlines: Sequence[Inline], turned: Sequence[bool], isolated: Sequence[IsolatedPart]
) -> Sequence[_DirectedPiece]:
    """Return inlines, those with both directions and those with ends of isolated parts in pieces."""
    cuts = {part.start for part in isolated} | {part.end for part in isolated}
    pieces: list[_DirectedPiece] = []
    offset = 0  # of the inline in the paragraph; `start` and `end` of a piece are offsets in the inline
    for inline in inlines:
        if not isinstance(inline, Run):
            pieces.append(_DirectedPiece(inline, turned=False, start=offset))
            offset += 1
            continue
        length = len(inline.text)
        start = 0
        for end in range(1, length + 1):
            is_cut = end == length or offset + end in cuts
            if not is_cut and turned[offset + end] == turned[offset + start]:
                continue
            is_whole = start == 0 and end == length
            piece = inline if is_whole else replace(inline, text=part_of(inline.text, start, end))
            pieces.append(_DirectedPiece(piece, turned[offset + start], offset + start))
            start = end
        offset += length
    return pieces


def _embeddings(isolated: Sequence[IsolatedPart], pieces: Sequence[_DirectedPiece]) -> list[IsolatedPart]:
    """Return the isolated parts that elements can be around, in the order of their starts, longer ones first.

    Such an element cannot be around a part of a link and text beside it (CT_DirContentRun), or cross another one.
    """
    embeddings: list[IsolatedPart] = []
    for part in sorted(isolated, key=lambda part: (part.start, -part.end)):
        links = {_link_of(piece.inline) for piece in pieces if part.start <= piece.start < part.end}
        if len(links) == 1 and not any(_begins_in_and_ends_after(part, earlier) for earlier in embeddings):
            embeddings.append(part)
    return embeddings


def _begins_in_and_ends_after(part: IsolatedPart, earlier: IsolatedPart) -> bool:
    return earlier.start < part.start < earlier.end < part.end


_OPPOSITE = {"left": "right", "start": "right", "right": "left", "end": "left"}
"""In right-to-left paragraphs, `left` and `right` mean the beginning and the end (ISO/IEC 29500-4, ST_Jc)."""
_STYLE_OR_ALIGNMENT = re.compile(r'w:val="([^"]*)"')


def same_side(alignment: str) -> str:
    """Return the alignment of a paragraph against the direction of the document that keeps it at its side."""
    return _OPPOSITE.get(alignment, alignment)


def _alignment_xml(value_place: ValuePlace, alignments: Mapping[str, str]) -> str:
    """Return the alignment of a paragraph of a value against the direction of the document."""
    properties = value_place.paragraph or {}
    own = _STYLE_OR_ALIGNMENT.search(properties.get("jc", ""))
    style = _STYLE_OR_ALIGNMENT.search(properties.get("pStyle", ""))
    if own is not None:
        alignment = own[1]
    else:
        name = style[1] if style is not None else ""
        alignment = alignments.get(name, "left")
    return f'<w:jc w:val="{same_side(alignment)}"/>'


# Lists: the numbering part has their look, and a separate numbering for each numbered list
NUMBER_TEXTS = ("%1.", "%2.")


class Numbering(Struct, frozen=True):
    """The product's lists in a numbering part; numbered lists are added for each document.

    `fixed` has the numbers of the lists with markers, `decimal` is the definition of numbered lists, `following` the
    first free number.
    """

    fixed: Mapping[Marker, int]
    decimal: int
    following: int


class Numbers(Struct):
    """The lists of one document."""

    numbering: Numbering
    added: list[str] = field(default_factory=list)

    def number(self, marker: Marker, level: int, start: int) -> int:
        """Return the numbering of a list; each numbered list has its own, with its own first number."""
        if marker is not Marker.NUMBER:
            return self.numbering.fixed[marker]
        number = self.numbering.following + len(self.added)
        self.added.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{self.numbering.decimal}"/>'
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>',
        )
        return number

    def added_to(self, part: bytes) -> bytes:
        """Return the numbering part with the numbered lists."""
        following = b"<w:numIdMacAtCleanup"
        if following not in part:
            following = b"</w:numbering>"
        before, _, after = part.rpartition(following)
        return before + "".join(self.added).encode() + following + after


def with_lists(root: etree._Element, theme: Theme) -> Numbering:
    """Return the theme's lists, which are added to the numbering part."""
    abstract = 1 + max(_numbers(root, "w:abstractNum", "w:abstractNumId"), default=-1)
    number = 1 + max(_numbers(root, "w:num", "w:numId"), default=0)
    styles = [theme.styles.get(name, theme.style("body")) for name in LISTS]
    bullets = [style.marker or BULLET for style in styles]
    for index, texts in enumerate((bullets, [ARROW] * LEVELS, NUMBER_TEXTS)):
        levels = "".join(_level(level, texts[level], styles, theme) for level in range(LEVELS))
        definition = (
            f'<w:abstractNum w:abstractNumId="{abstract + index}"><w:multiLevelType w:val="hybridMultilevel"/>'
            f"{levels}</w:abstractNum>"
        )
        add(root, elements(definition)[0], "abstractNum")
    for index in range(2):
        xml = f'<w:num w:numId="{number + index}"><w:abstractNumId w:val="{abstract + index}"/></w:num>'
        add(root, elements(xml)[0], "num")
    return Numbering(
        fixed={Marker.BULLET: number, Marker.ARROW: number + 1},
        decimal=abstract + 2,
        following=number + 2,
    )


def _numbers(root: etree._Element, name: str, attribute: str) -> list[int]:
    return [whole(element.get(qualified(attribute))) for element in root.iter(qualified(name))]


def _level(level: int, text: str, styles: Sequence[Style], theme: Theme) -> str:
    """Return a level: the marker is before the text, which is indented by this level and those above it together."""
    style = styles[level]
    kind = "decimal" if text in NUMBER_TEXTS else "bullet"
    indent = sum(style.indent.twips for style in styles[: level + 1])
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{escape(text)}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" w:hanging="{style.indent.twips}"/></w:pPr>'
        f"<w:rPr>{marker_properties(style, theme)}</w:rPr></w:lvl>"
    )


# Marks of values
MARK_BEGIN, _MARK_END = "\x03", "\x04"
_BEGIN_BYTE, _END_BYTE = MARK_BEGIN.encode(), _MARK_END.encode()
VALUE_MARK = f"{MARK_BEGIN}[^{MARK_BEGIN}{_MARK_END}]*{_MARK_END}"
"""A mark in a filled part, as a regular expression."""


def _value_mark(mark: str) -> str:
    """Return a mark as it is in a filled part."""
    return f"{MARK_BEGIN}{mark}{_MARK_END}"


def printed_part(xml: bytes) -> bytes:
    """Return a filled part without its marks. A regular expression would take four times as long."""
    if _BEGIN_BYTE not in xml:
        return xml
    before, *pieces = xml.split(_BEGIN_BYTE)
    return b"".join([before, *[piece.partition(_END_BYTE)[2] for piece in pieces]])


def recorded_part(xml: bytes) -> bytes:
    """Return a filled part with its marks as text."""
    if _BEGIN_BYTE not in xml:
        return xml
    return xml.replace(_BEGIN_BYTE, b"").replace(_END_BYTE, b"")
