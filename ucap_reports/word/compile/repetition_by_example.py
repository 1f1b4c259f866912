"""Repetition by example: a template with short names looks like the document.

Short names are what Word templates may use beside `summary`. `{{ title }}` prints the title, as other names of values
print theirs. Names of items repeat what they are in: the row with `{{ row.label }}` is repeated for each row of the
summary, its cell with `{{ cell }}` for each column, a paragraph with `{{ label }}` for each language of the programme
label. Names that a statement of the template defines are not short names.

What prints nothing disappears, together with its separators and brackets: which these are is decided in `text_parts`,
the rest in `render/unprinted_parts.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import deepcopy
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

from lxml import etree
from msgspec import Struct, field

from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.summary.summary_model import CityFacts, Contact, LabelText, Row, Summary
from ucap_reports.template.jinja.jinja_templates import names_bound_by, names_in
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.picture_bar_tile_and_emblem_look import USUAL_WIDTH
from ucap_reports.text.bars_tiles_charts_and_facts import FactsByName
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.compile.table_layout_marks import cell_columns
from ucap_reports.word.compile.word_tags import (
    Block,
    RunText,
    Snippet,
    TagMark,
    WordTagKind,
    cut_run,
    is_whole_paragraph,
    literal,
    pieces_of,
    run_of,
    snippet,
)
from ucap_reports.word.file.word_styles import THEME_PREFIX
from ucap_reports.word.file.word_xml import (
    CELL,
    NAMESPACES,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    ROW,
    RUN,
    RUN_FORMAT,
    TABLE,
    TEXT,
    ElementLocator,
    bare,
    children_xml,
    properties_of,
    properties_xml,
    put,
    qualified,
    to_text,
    twips,
    value_at,
)
from ucap_reports.word.render import table_grid, unprinted_parts
from ucap_reports.word.render.fill_word_template import CUSTOM
from ucap_reports.word.render.table_grid import grid_mark
from ucap_reports.word.render.unprinted_parts import LEAD, PREFIX, SEPARATOR, SUFFIX, TAIL, WORDED, example_mark

# The short names
VALUES: Mapping[str, Any] = MappingProxyType(
    {
        "title": str,
        "names": str,
        "status": str,
        "as_of": str,
        "first_label": str,
        "contact": Contact,
        CUSTOM: FactsByName,
    }
)
"""The names of values, with their types."""
ITEMS: Mapping[str, Any] = MappingProxyType(
    {
        "row": Row,
        "cell": RichText,
        "head": RichText,
        "city": CityFacts,
        "label": LabelText,
        "picture": PictureFacts,
        "photo": PictureFacts,
    }
)
"""The names of items, for each of which a part of the template is repeated, with their types."""
ITEMS_OF_PARAGRAPHS: Mapping[str, str] = {"label": "summary.programme_label", "picture": "summary.all_pictures"}
"""The lists of the items for which a paragraph is repeated, by short name."""
ITEMS_OF_CELLS: Mapping[str, str] = {
    "cell": "row.cells",
    "head": "summary.heads",
    "city": "summary.cities",
    "photo": "photos",
}
"""The lists of the items for which a table cell is repeated, by short name."""
ITEMS_OF_ROWS: Mapping[str, tuple[str, str]] = {
    "row": ("row", "summary.rows"),
    "photo": ("photos", "summary.picture_rows"),
}
"""The variable of the loop, and the list of the items for which a table row is repeated, by short name. A row of photos
is repeated for up to three of them.
"""
REPEATED: Mapping[str, str] = {
    "row": "each row of the summary",
    "cell": "each column of its row",
    "head": "each column",
    "city": "each city",
    "label": "each language of the programme label",
    "picture": "each picture",
    "photo": "each picture, up to three in a row",
}
"""For what an element with the name is repeated, in words."""
KINDS: Mapping[str, Any] = MappingProxyType({"summary": Summary, **VALUES, **ITEMS})
"""The types of all names in Word templates."""

# Their elements in the tree
_ONE_COLUMN = grid_mark(table_grid.CELL, 0, 0, 1)
_ALL_COLUMNS = grid_mark(table_grid.WIDE_CELL)
_CELL_MARKS: Mapping[str, str] = {
    "cell": f"{{%\nif row.shared %}}{_ALL_COLUMNS}{{%\nelse %}}{_ONE_COLUMN}{{%\nendif %}}"
}
"""The source of the marks of repeated cells: the one cell of a shared row is as wide as those of all cities."""
LARGE_NAMES = f"{THEME_PREFIX}city"
"""The style of headings of columns."""
SMALL_NAMES = f"{THEME_PREFIX}column"
"""The style that is used instead for many or long headings."""
ONE_MM = Length.mm(1)
PHOTO_GAP = 6
"""The least distance between photos beside each other, in mm."""
_LEAST_PHOTO = 1
"""The least width of a photo, in mm: a cell may be too narrow for several of them."""
_ELEMENTS = {ROW: "table row", CELL: "table cell", PARAGRAPH: "paragraph"}
_SEPARATORS = re.compile(r"[·•|,;，、；\t\n–—]|(?<=\s)[-/](?=\s)")  # noqa: RUF001 - as they are written
_WORD = re.compile(r"\w")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "„": "“", "«": "»", "（": "）", '"': '"'}  # noqa: RUF001 - brackets
_BREAK = qualified("w:br")
_KEEPING = (
    _BREAK,
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
    qualified("w:drawing"),
    qualified("w:pict"),
    qualified("w:object"),
    qualified("w:fldChar"),
    qualified("w:fldSimple"),
    qualified("w:footnoteReference"),
    qualified("w:endnoteReference"),
    qualified("w:sectPr"),
)
"""Content of paragraphs that stay although their tags print nothing."""
_UNSEEN = frozenset(
    {
        PARAGRAPH_FORMAT,
        qualified("w:bookmarkStart"),
        qualified("w:bookmarkEnd"),
        qualified("w:proofErr"),
        qualified("w:permStart"),
        qualified("w:permEnd"),
    }
)
"""Elements of paragraphs that print nothing."""
_PLAIN = frozenset({RUN_FORMAT, TEXT, _BREAK, qualified("w:tab"), qualified("w:cr"), qualified("w:noBreakHyphen")})
"""The content of runs that are only text."""


class Repetition(Struct, frozen=True):
    """An element that is repeated by example: its place, and the name of the items."""

    location: Location
    name: str

    @property
    def reason(self) -> str:
        """For what it is repeated."""
        return REPEATED[self.name]


class ExampleLook(Struct, frozen=True):
    """What repetition by example needs of the look: the theme's names of the paragraph styles by identifier, and the
    usual width of pictures.
    """

    styles: Mapping[str, str] = {}
    picture_width: Length = USUAL_WIDTH


class Examples(Struct):
    """What a part has by example: the source of the loops and of the marks of `unprinted_parts`, and the cells that are
    repeated. `values` say whether they print anything.
    """

    snippets: list[Snippet] = field(default_factory=list)
    cells: dict[etree._Element, str] = field(default_factory=dict)
    """The repeated cells, each with the source of its mark."""
    tables: set[etree._Element] = field(default_factory=set)
    """The tables with short names."""
    values: set[TagMark] = field(default_factory=set)
    """The values in paragraphs with more than one value or text, which have marks."""
    disappearing: set[TagMark] = field(default_factory=set)
    """The values that are paragraphs of their own, without marks: they are not printed if they have nothing to show."""
    repetitions: list[Repetition] = field(default_factory=list)
    emptied: dict[etree._Element, str] = field(default_factory=dict)
    """The properties of the last paragraph that may disappear, as XML, by the element that contains it."""
    labels: set[TagMark] = field(default_factory=set)
    """The values that print a label itself and not one of its fields."""

    widths: dict[TagMark, str] = field(default_factory=dict)
    """The filters that set the widths of photos whose tags set none."""

    def expression(self, mark: TagMark) -> str:
        """Return the expression of a value. A label is printed in its language, a photo as wide as its cell allows."""
        content = mark.tag.content
        if mark not in self.labels:
            return content + self.widths.get(mark, "")
        filters = content.removeprefix("label") if "|" in content else "|language(label.language)"
        return f"label.text{filters}"


def place_examples(
    marks: list[TagMark], blocks: Sequence[Block], locator: ElementLocator, look: ExampleLook, problems: list[Problem]
) -> Examples:
    """Put the loops and marks of repetition by example into the tree; names in wrong places go to `problems`.

    `marks` get the tags that are added.
    """
    used = _short_names_of(marks, blocks)
    if not used:
        return Examples()
    bound = _bound_names(marks, blocks)
    return _Placement(marks, used, bound, locator=locator, look=look, problems=problems).examples()


def _short_names_of(marks: Sequence[TagMark], blocks: Sequence[Block]) -> dict[TagMark, frozenset[str]]:
    """Return the short names in each value, without those that statements around it define."""
    bound = _bound_names(marks, blocks)
    used: dict[TagMark, frozenset[str]] = {}
    for mark in marks:
        if mark.tag.kind is WordTagKind.PRINT:
            names = names_in(mark.tag.content) & (ITEMS.keys() | VALUES.keys())
            used[mark] = frozenset(names - bound[mark])
    return {mark: names for mark, names in used.items() if names}


def _bound_names(marks: Sequence[TagMark], blocks: Sequence[Block]) -> dict[TagMark, frozenset[str]]:
    """Return the names that statements define for each mark; those of `set` are known in the complete part."""
    set_names: frozenset[str] = frozenset()
    for mark in marks:
        if mark.statement == "set":
            set_names |= names_bound_by(mark.tag.content)
    bound = dict.fromkeys(marks, set_names)
    positions = {mark: number for number, mark in enumerate(marks)}
    for opening, *_, closing in blocks:
        names = names_bound_by(opening.tag.content)
        if names:
            for mark in marks[positions[opening] + 1 : positions[closing]]:
                bound[mark] |= names
    return bound


class _Placement:
    """Puts the source of one part into its tree."""

    def __init__(
        self,
        marks: list[TagMark],
        used: dict[TagMark, frozenset[str]],
        bound: Mapping[TagMark, frozenset[str]],
        *,
        locator: ElementLocator,
        look: ExampleLook,
        problems: list[Problem],
    ) -> None:
        self._marks = marks
        self._look = look
        self._used = used
        self._bound = bound
        self._locator = locator
        self._problems = problems
        self._examples = Examples()
        self._repeated: dict[etree._Element, dict[str, TagMark]] = {}
        """The first tag with each name of items, by the element that is repeated for them."""

    def examples(self) -> Examples:
        """Put the source into the tree, unless the part has errors, and return what it has by example."""
        self._collect_repeated()
        if self._problems:
            return self._examples
        for mark, names in list(self._used.items()):  # `_add_smaller_head` adds to it
            if "head" in names and mark.tag.content == "head":
                self._add_smaller_head(mark)
            elif "photo" in names and mark.tag.content == "photo":
                self._examples.widths[mark] = self._width_filter(mark)
        values_by_paragraph = self._values_by_paragraph()
        # Loops first: the marks of a row or paragraph that may disappear are inside its loop.
        for elements in self._groups():
            self._repeat(elements)
        self._mark_rows(values_by_paragraph)
        marks = {mark.element: mark for mark in self._marks}
        for paragraph, values in values_by_paragraph.items():
            self._mark_paragraph(paragraph, values, marks)
        return self._examples

    def _collect_repeated(self) -> None:
        """Find the elements that are repeated; names in wrong places are problems."""
        for mark, names in self._used.items():
            for name in sorted(names & ITEMS.keys()):
                self._collect(mark, name)
            value = mark.tag.content.partition("|")[0].strip()
            if "label" in names and value == "label":
                self._examples.labels.add(mark)
        self._forget_inner_elements()
        for element, tags in self._repeated.items():
            self._check_lists(element, tags)

    def _collect(self, mark: TagMark, name: str) -> None:
        """Add the elements that are repeated because of a name; a name in a wrong place is a problem."""
        if name in ITEMS_OF_PARAGRAPHS:
            self._add(next(mark.element.iterancestors(PARAGRAPH)), name, mark)
            return
        row = next(mark.element.iterancestors(ROW), None)
        cell = next(mark.element.iterancestors(CELL), None)
        if row is None or cell is None:
            element = _ELEMENTS[ROW] if name == "row" else _ELEMENTS[CELL]
            hint = f"move it into a {element}, which is repeated for {REPEATED[name]}"
            self._report(mark, hint=hint, element=element)
            return
        if name == "cell" and not self._has_row(mark, row):
            self._report(mark, form="cell")
        if name in ITEMS_OF_CELLS:
            self._add(cell, name, mark)
        if name in ITEMS_OF_ROWS:
            self._add(row, name, mark)

    def _add(self, element: etree._Element, name: str, mark: TagMark) -> None:
        self._repeated.setdefault(element, {}).setdefault(name, mark)

    def _forget_inner_elements(self) -> None:
        """Forget the elements in one of the same kind that is repeated for the same items: they print the item of the
        outer one, such as the cells of a table in the cell of a city.
        """
        for element in list(self._repeated):
            names = self._repeated[element]
            names_of_outer: set[str] = set()
            for outer in element.iterancestors(element.tag):
                names_of_outer |= self._repeated.get(outer, {}).keys()
            for name in names_of_outer & names.keys():
                del names[name]
            if not names:
                del self._repeated[element]

    def _has_row(self, mark: TagMark, row: etree._Element) -> bool:
        """Return whether a tag is in a row that is repeated, or in a loop over rows."""
        if "row" in self._bound[mark]:
            return True
        rows = {row, *row.iterancestors(ROW)}
        for other, names in self._used.items():
            if "row" in names and next(other.element.iterancestors(ROW), None) in rows:
                return True
        return False

    def _check_lists(self, element: etree._Element, tags: Mapping[str, TagMark]) -> None:
        """Report an element that would be repeated for the items of two lists."""
        if len(tags) < 2:  # noqa: PLR2004 - of two lists
            return
        first, second, *_ = tags.values()
        self._report(second, form="lists", opening=first.tag.written, element=_ELEMENTS[str(element.tag)])

    def _report(self, mark: TagMark, *, form: str | None = None, hint: str | None = None, **details: str) -> None:
        misplaced = problem("tag-misplaced", mark.location, form=form, hint=hint, tag=mark.tag.written, **details)
        self._problems.append(misplaced)

    def _add_smaller_head(self, mark: TagMark) -> None:
        """Add the paragraph for headings that are too long or too many for the style of large names."""
        paragraph = next(mark.element.iterancestors(PARAGRAPH))
        style = value_at(paragraph, "w:pPr/w:pStyle") or ""
        nodes = list(paragraph.iterchildren(etree.ProcessingInstruction))
        smaller = [identifier for identifier, name in self._look.styles.items() if name == SMALL_NAMES]
        is_large = self._look.styles.get(style) == LARGE_NAMES
        if not is_large or not smaller or nodes != [mark.element]:
            return
        other = deepcopy(paragraph)
        (node,) = other.iterchildren(etree.ProcessingInstruction)
        put(properties_of(other, "w:pPr"), f'<w:pStyle w:val="{smaller[0]}"/>')
        added = TagMark(mark.tag, node, mark.location, mark.run_properties)
        self._marks.insert(self._marks.index(mark) + 1, added)
        self._used[added] = self._used[mark]
        paragraph.addnext(other)
        sources = self._examples.snippets
        sources.append(snippet(paragraph.addprevious, "{%\nif summary.large_names %}", mark))
        sources.append(snippet(paragraph.addnext, "{%\nelse %}", mark))
        sources.append(snippet(other.addnext, "{%\nendif %}", mark))

    def _width_filter(self, mark: TagMark) -> str:
        """Return the filter for the width of a photo: the usual one, or its part of the width of the cell, if that is
        less. The filter divides it by the number of photos in the row.

        A table whose grid has no widths has photos in the usual one.
        """
        cell = next(mark.element.iterancestors(CELL))
        row = next(cell.iterancestors(ROW))
        table = next(cell.iterancestors(TABLE))
        columns = table.iterfind("w:tblGrid/w:gridCol", NAMESPACES)
        widths = [twips(column.get(qualified("w:w"))) for column in columns]
        cell_width = 0  # in mm, as the others
        for other, start, span in cell_columns(row):
            if other is cell:
                cell_width = round(sum(widths[start : start + span]) / ONE_MM.twips)
        usual_width = round(self._look.picture_width / ONE_MM)
        if not cell_width:
            return f'|width("{usual_width} mm")'
        own_part = f"[{_LEAST_PHOTO}, {cell_width} // photos|length - {PHOTO_GAP}]|max"
        return f'|width([{usual_width}, {own_part}]|min ~ " mm")'

    def _values_by_paragraph(self) -> dict[etree._Element, list[TagMark]]:
        """Return the values of each paragraph that has a short name and no statement."""
        values_by_paragraph: dict[etree._Element, list[TagMark]] = {}
        with_statements: set[etree._Element] = set()
        for mark in self._marks:
            paragraph = next(mark.element.iterancestors(PARAGRAPH))
            if mark.tag.kind is WordTagKind.PRINT:
                values_by_paragraph.setdefault(paragraph, []).append(mark)
            elif mark.statement:
                with_statements.add(paragraph)
        with_names = {next(mark.element.iterancestors(PARAGRAPH)) for mark in self._used}
        marked = with_names - with_statements
        return {paragraph: values for paragraph, values in values_by_paragraph.items() if paragraph in marked}

    def _groups(self) -> list[list[etree._Element]]:
        """Return what is repeated together: a row, a cell, or paragraphs below each other with the same name."""
        groups: list[list[etree._Element]] = []
        for element in self._repeated:
            if groups and self._continues(element, groups[-1][-1]):
                groups[-1].append(element)
            else:
                groups.append([element])
        return groups

    def _continues(self, element: etree._Element, last: etree._Element) -> bool:
        """Return whether an element is a paragraph directly below another one that is repeated for the same items."""
        if element.tag != PARAGRAPH or element.getprevious() is not last:
            return False
        return self._repeated[element].keys() == self._repeated[last].keys()

    def _repeat(self, elements: Sequence[etree._Element]) -> None:
        """Put a loop around elements."""
        first = elements[0]
        last = elements[-1]
        [(name, mark)] = self._repeated[first].items()  # one, since `_check_lists` refuses others
        variable = name
        without_items = ""
        if first.tag == PARAGRAPH:
            items = ITEMS_OF_PARAGRAPHS[name]
        elif first.tag == CELL:
            items = ITEMS_OF_CELLS[name]
            without_items = _empty_cell(first)
            self._examples.cells[first] = _CELL_MARKS.get(name, _ONE_COLUMN)
            self._add_table(first)
        else:
            variable, items = ITEMS_OF_ROWS[name]
        loops = self._examples.snippets
        loops.append(snippet(first.addprevious, f"{{%\nfor {variable} in {items} %}}", mark))
        loops.append(snippet(last.addnext, f"{without_items}{{%\nendfor %}}", mark))
        is_row_of_photos = first.tag == ROW and variable != name
        if not is_row_of_photos:  # its cell is in the list
            self._examples.repetitions.append(Repetition(self._locator.location(first), name))

    def _add_table(self, element: etree._Element) -> None:
        """Note that the table around an element, if there is one, has short names."""
        table = next(element.iterancestors(TABLE), None)
        if table is not None:
            self._examples.tables.add(table)

    def _mark_rows(self, paragraphs: Iterable[etree._Element]) -> None:
        """Mark the rows around these paragraphs."""
        rows: dict[etree._Element, None] = {}
        for paragraph in paragraphs:
            rows |= dict.fromkeys(paragraph.iterancestors(ROW))
        for row in rows:
            self._surround(row, unprinted_parts.ROW, unprinted_parts.ROW_END)

    def _mark_paragraph(
        self, paragraph: etree._Element, values: Sequence[TagMark], marks: Mapping[etree._Element, TagMark]
    ) -> None:
        """Mark a paragraph, its values, and the text between them. `marks` are all of the part by their elements."""
        parent = paragraph.getparent()
        properties = paragraph.find(PARAGRAPH_FORMAT)
        if parent is not None:
            self._examples.emptied[parent] = "" if properties is None else bare(to_text(properties))
        self._add_table(paragraph)
        has_more = any(_is_printed(element) for element in paragraph.iter(*_KEEPING))
        is_kept = has_more or _is_between_tables(paragraph)
        if not is_kept and is_whole_paragraph(values[0], paragraph, marks):
            self._examples.disappearing.add(values[0])
            return
        if all(mark.element.getparent() is paragraph for mark in values):
            self._examples.snippets += _marked_texts(paragraph, {mark.element for mark in values})
        self._examples.values.update(values)
        kind = unprinted_parts.KEPT_PARAGRAPH if is_kept else unprinted_parts.PARAGRAPH
        self._surround(paragraph, kind, unprinted_parts.PARAGRAPH_END)

    def _surround(self, element: etree._Element, kind: str, end: str) -> None:
        self._examples.snippets.append(snippet(element.addprevious, example_mark(kind)))
        self._examples.snippets.append(snippet(element.addnext, example_mark(end)))


def _empty_cell(cell: etree._Element) -> str:
    """Return the end of a loop that leaves an empty cell if there are no items: a row without it would be shorter."""
    properties = children_xml(cell.find("w:tcPr", NAMESPACES))
    kept = {name: xml for name, xml in properties.items() if name not in ("tcW", "gridSpan")}
    kept["tcW"] = _ONE_COLUMN
    paragraph = cell.find("w:p/w:pPr", NAMESPACES)
    own = "" if paragraph is None else bare(to_text(paragraph))
    return f"{{%\nelse %}}<w:tc>{literal(properties_xml('w:tcPr', kept))}<w:p>{literal(own)}</w:p></w:tc>"


def _is_printed(element: etree._Element) -> bool:
    """Return whether an element of `_KEEPING` is printed without the values beside it; a break is if it begins a page
    or column.
    """
    return element.tag != _BREAK or qualified("w:type") in element.attrib


def _is_between_tables(paragraph: etree._Element) -> bool:
    """Return whether two tables would become one without the paragraph."""
    before = paragraph.getprevious()
    after = paragraph.getnext()
    return before is not None and after is not None and before.tag == after.tag == TABLE


class TextPart(NamedTuple):
    """A part of a text beside a value, with its kind, such as SEPARATOR."""

    kind: str
    text: str


def _marked_texts(paragraph: etree._Element, values: AbstractSet[etree._Element]) -> Iterator[Snippet]:
    """Yield marks around the runs of the text before, between and after the values of a paragraph."""
    segments = _texts_around(paragraph, values)
    parts = text_parts([segment.text for segment in segments])
    _cut_runs(segments, parts)
    for segment, parts_of_segment in zip(_texts_around(paragraph, values), parts, strict=True):
        if not parts_of_segment:
            continue
        start_of_segment = segment.pieces[0].start
        for run, pieces in groupby(segment.pieces, lambda piece: run_of(piece.element)):
            first_piece = next(pieces)  # those after it are in the same part, since the run was cut
            kind = _kind_at(first_piece.start - start_of_segment, parts_of_segment)
            yield snippet(run.addprevious, example_mark(kind))
            yield snippet(run.addnext, example_mark(unprinted_parts.TEXT_END))


def _cut_runs(segments: Sequence["_TextAround"], parts: Sequence[Sequence[TextPart]]) -> None:
    """Cut the runs of texts where one of their parts ends, so that each run belongs to one part."""
    cuts: list[tuple[RunText, int]] = []
    for segment, parts_of_segment in zip(segments, parts, strict=True):
        offset = segment.pieces[0].start if segment.pieces else 0
        for part in parts_of_segment[:-1]:
            offset += len(part.text)
            piece = next(piece for piece in segment.pieces if piece.start <= offset < piece.end)
            cuts.append((piece, offset))
    for piece, offset in reversed(cuts):  # the pieces before a cut stay valid
        cut_run(piece, offset)


def _kind_at(offset: int, parts: Sequence[TextPart]) -> str:
    """Return the kind of the part of a text in which an offset is."""
    end = 0
    for part in parts:
        end += len(part.text)
        if offset < end:
            return part.kind
    raise ValueError("the offset is after the last part")


class _TextAround(Struct):
    """The pieces of the text before, between or after values; it `is_plain` if there is nothing else."""

    pieces: list[RunText] = field(default_factory=list)
    is_plain: bool = True

    @property
    def text(self) -> str | None:
        """The text; None if it is not plain."""
        return "".join(piece.text for piece in self.pieces) if self.is_plain else None


def _texts_around(paragraph: etree._Element, values: AbstractSet[etree._Element]) -> list[_TextAround]:
    """Return the texts before the first value of a paragraph, between each two, and after the last one."""
    pieces_by_run: dict[etree._Element, list[RunText]] = {}
    for piece in pieces_of(paragraph):
        pieces_by_run.setdefault(run_of(piece.element), []).append(piece)
    printed = {child for child in paragraph.iterchildren(etree.Element) if child.tag not in _UNSEEN}
    segments = [_TextAround()]
    for child in paragraph:
        if child in values:
            segments.append(_TextAround())
        elif child.tag == RUN and all(part.tag in _PLAIN for part in child):
            segments[-1].pieces += pieces_by_run.get(child, ())
        elif child in printed:  # no processing instruction
            segments[-1].is_plain = False
    return segments


def text_parts(texts: Sequence[str | None]) -> list[list[TextPart]]:
    """Return the parts of the texts around values; none for None.

    `texts` are before the first value, between two values, and after the last one. A bracket beside a value belongs to
    it, the words before the first value are its LEAD, those after the last one its TAIL.
    """
    opened, closed = _brackets(texts)
    parts_of_texts: list[list[TextPart]] = []
    last = len(texts) - 1
    for number, text in enumerate(texts):
        if text is None:
            parts_of_texts.append([])
            continue
        start = 1 if closed[number] else 0
        end = len(text) - 1 if opened[number] else len(text)
        words = text[start:end]
        parts = [TextPart(SUFFIX, text[:start])]
        if number == 0:
            parts.append(TextPart(LEAD, words))
        elif number == last:
            parts.append(TextPart(TAIL, words))
        else:
            parts += _separated(words)
        parts.append(TextPart(PREFIX, text[end:]))
        parts_of_texts.append([part for part in parts if part.text])
    return parts_of_texts


def _brackets(texts: Sequence[str | None]) -> tuple[list[bool], list[bool]]:
    """Return which texts end with the opening bracket, and which begin with the closing one, of a value."""
    opened = [False] * len(texts)
    closed = [False] * len(texts)
    for number, (before, after) in enumerate(pairwise(texts)):
        if not before or not after:
            continue
        closing = _BRACKETS.get(before[-1])
        closes_value_before = closed[number] and len(before) == 1  # such as a quotation mark, which may also open
        if closing is not None and not closes_value_before and after.startswith(closing):
            opened[number] = True
            closed[number + 1] = True
    return opened, closed


def _separated(text: str) -> list[TextPart]:
    """Return the parts of a text between two values: what belongs to the first one, the separator, and the rest."""
    separator = _SEPARATORS.search(text)
    before = ""
    after = ""
    if separator is not None:
        before = text[: separator.start()].rstrip()
        after = text[separator.end() :].lstrip()
    elif text.rstrip().endswith(":"):  # it is the label of the second value
        after = text.lstrip()
    if not _WORD.search(before):
        before = ""
    if not _WORD.search(after):
        after = ""
    middle = text[len(before) : len(text) - len(after)]
    return [TextPart(SUFFIX + WORDED, before), TextPart(SEPARATOR, middle), TextPart(PREFIX + WORDED, after)]
