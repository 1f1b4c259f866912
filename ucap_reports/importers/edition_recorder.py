"""Records the sent edition of a Word file while it is built: which text of the plan is where in it.

The values of the summary have marks beside their texts, with which the writer makes a main part that is only recorded.
Its paragraphs and those of the margins are taken from their markup as it is written; the finished file is not read
again. What properties mean is asked of the reader of files, once for each spelling. A run that is a picture has no
text, and a paragraph with other content, such as a page number, is read as in a file. For all packs, tests compare what
is recorded with what `paragraphs_of` reads from the file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import unescape

from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.paragraph_identity import PlacedLine, placed_lines, plain_piece
from ucap_reports.importers.parsed_summary import TextLine
from ucap_reports.importers.sent_edition import (
    CITY_TEXTS,
    CONTACT_FIELDS,
    PICTURE_TEXTS,
    TITLES,
    TOTAL,
    SentEdition,
    SentParagraph,
    SentRun,
    SentSpan,
    edition_properties,
)
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.importers.word_paragraphs import (
    HYPHENS,
    NO_PROPERTIES,
    UNSTYLED,
    ParagraphProperties,
    Paragraphs,
    paragraph_properties,
    run_values,
    with_signs_of_plans,
)
from ucap_reports.pictures.document_pictures import PictureFacts
from ucap_reports.plan.field_descriptions import CITIES, NAME
from ucap_reports.summary.summary import BETWEEN, CityFacts, Row, Summary
from ucap_reports.text.links import explicit_address
from ucap_reports.text.marked_text import Marks, joined, marked_text
from ucap_reports.text.markup import Piece
from ucap_reports.text.rich_text import Break, DataTable, Inline, Paragraph, RichText, Run
from ucap_reports.word.file.word_xml import DECLARATION, read_finished

_MARK_START = "\u206a"
_MARK_END = "\u206b"
_DIGITS = "\u206c\u206d\u206e\u206f"
"""Deprecated format characters, which no text needs, and which have no direction (Unicode, 23.3). They are below
U+FFFF, so that a marked text does not need four bytes a character.
"""
_VALUE_END = _MARK_START + _MARK_END
"""The mark after a value, which has no digits."""
_MARK = re.compile(f"{_MARK_START}([{_DIGITS}]*){_MARK_END}")


class SummaryRecorder:
    """Records a summary, which a Word file prints, as its sent edition."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._marks = _FieldMarks()

    def marked(self) -> Summary:
        """Return the summary with marks beside its values, as `EditionRecorder` in `document_properties` says."""
        self._marks = _FieldMarks()
        return self._marks.marked(self._summary)

    def properties(self, parts: Mapping[str, bytes], main: str, marked: str) -> Mapping[str, str]:
        """Return the properties with the sent edition, as `EditionRecorder` in `document_properties` says."""
        if any(_MARK_START.encode() in part for part in parts.values()):
            return {}  # a text has such characters itself, so that its marks would be ambiguous
        package = WordPackage.of_parts(parts, main)
        paragraphs = []
        for line in _WrittenParagraphs(package, marked).lines():
            paragraphs.append(self._sent_paragraph(line, package))
        summary = self._summary
        edition = SentEdition(summary.metadata.pack, summary.language, summary.formats, tuple(paragraphs))
        return edition_properties(edition)

    def _sent_paragraph(self, placed: PlacedLine, package: WordPackage) -> SentParagraph:
        """Return a paragraph as it is recorded: without marks, with the fields that they say."""
        line = placed.line
        pieces = [plain_piece(piece) for piece in line.pieces]
        text = "".join([piece.text if isinstance(piece, Run) else "\n" for piece in pieces])
        fields: tuple[SentSpan, ...] = ()
        if _MARK_START in text:
            plain, fields = self._marks.spans(text)
            if len(pieces) == 1 and isinstance(pieces[0], Run):  # as most paragraphs
                pieces = [replace(pieces[0], text=plain)]
            else:
                pieces = [_without_marks(piece) for piece in pieces]
        return SentParagraph(
            runs=tuple(_sent_runs(pieces)),
            holder=placed.holder,
            style=placed.style,
            level=line.level,
            marker=line.marker.name,
            start=line.start,
            list_key=line.list_key,
            under=line.under,
            is_in_margin=not placed.is_in_body,
            is_beside=placed.is_beside(package),
            fields=fields,
        )


def _sent_runs(pieces: Iterable[Piece]) -> list[SentRun]:
    """Return the pieces of a paragraph; those in one style as one."""
    runs: list[SentRun] = []
    for piece in pieces:
        if not isinstance(piece, Run):
            runs.append(SentRun())
        elif piece.text:
            run = SentRun(piece.text, piece.bold, piece.italic, piece.underline, piece.script, piece.link)
            if runs and runs[-1].text:
                has_same_style = replace(runs[-1], text=run.text) == run
                if has_same_style:
                    run = replace(run, text=runs.pop().text + run.text)
            runs.append(run)
    return runs


def _without_marks(piece: Piece) -> Piece:
    if not isinstance(piece, Run) or _MARK_START not in piece.text:
        return piece
    return replace(piece, text=_MARK.sub("", piece.text))


# The marks of the values


class _MarkedRichText(RichText, frozen=True):
    """Rich text whose plain text has the marks of its runs, too."""

    @property
    def text(self) -> str:
        """The words without list markers, one line per paragraph."""
        return joined("\n", [_marked_words(paragraph) for paragraph in self.paragraphs()])


def _marked_words(paragraph: Paragraph) -> str:
    return joined("", [inline.text if isinstance(inline, Run) else "\n" for inline in paragraph.inlines])


class _FieldMarks:
    """Marks the values of a summary as marked texts, which are equal to their texts.

    Composed texts, such as the facts of a group of cities, have no marks.
    """

    def __init__(self) -> None:
        self._paragraphs: dict[str, tuple[str, int]] = {}
        """The field of each mark by its digits, and the number of the paragraph in its value."""
        self._occurrences: dict[str, tuple[int, int]] = {}

    def marked(self, summary: Summary) -> Summary:
        """Return the summary with all its values marked."""
        rows = tuple(map(self._row, summary.rows))
        columns = summary.columns
        cities = summary.cities
        city_labels = [row.label.text for row in rows if row.is_city]
        has_city_columns = any(not row.shared for row in rows) or len(columns) == len(cities)
        names: Sequence[str]
        if city_labels:  # the cities are below each other
            names = city_labels
        elif has_city_columns:
            columns = tuple(self._text(f"{CITIES}[{index}].{NAME}", name) for index, name in enumerate(columns))
            names = columns
        else:  # the columns are not those of cities
            names = columns
        has_name_for_each = len(names) == len(cities)
        title = joined(BETWEEN, names)
        contact = summary.contact
        parts = {field.name: self._text(field.path, getattr(contact, field.name)) for field in CONTACT_FIELDS}
        if has_name_for_each:
            cities = tuple(self._city(index, city) for index, city in enumerate(cities))
        return replace(
            summary,
            rows=rows,
            columns=columns,
            names=_marked_if_equal(title, summary.names),
            all_names=_marked_if_equal(title, summary.all_names),
            cities=cities,
            pictures=tuple(map(self._picture, summary.pictures)),
            contact=replace(contact, **parts),
            **{attribute: self._text(name, getattr(summary, attribute)) for attribute, name in TITLES.items()},
        )

    def spans(self, text: str) -> tuple[str, tuple[SentSpan, ...]]:
        """Return the next text of a document without its marks, and the values in it."""
        plain = ""
        spans: list[SentSpan] = []
        opened = ""
        """The digits of the mark before the value, if one has begun."""
        end = 0
        for mark in _MARK.finditer(text):
            piece = text[end : mark.start()]
            end = mark.end()
            digits = mark[1]
            if opened and not digits:
                path, paragraph = self._paragraphs[opened]
                number = self._occurrence(path, paragraph)
                spans.append(SentSpan(len(plain), len(plain) + len(piece), path, number))
            plain += piece
            opened = digits
        return plain + text[end:], tuple(spans)

    def _occurrence(self, path: str, paragraph: int) -> int:
        """Return how often the value of a field was printed before this paragraph of it; it is printed again if its
        `paragraph` is not after the last.
        """
        if path in self._occurrences:
            number, last_paragraph = self._occurrences[path]
            if paragraph <= last_paragraph:
                number += 1
        else:
            number = 0
        self._occurrences[path] = number, paragraph
        return number

    def _mark(self, path: str, paragraph: int = 0) -> str:
        digits = _digits(len(self._paragraphs))
        self._paragraphs[digits] = path, paragraph
        return f"{_MARK_START}{digits}{_MARK_END}"

    def _text(self, path: str, text: str) -> str:
        """Return the text between its marks; an empty text stays empty, because templates test for that."""
        if not text:
            return ""
        return marked_text(text, ((0, self._mark(path)), (len(text), _VALUE_END)))

    def _rich(self, fields: Sequence[str], rich: RichText) -> RichText:
        """Return the rich text with its paragraphs marked; with several fields, each must have one paragraph."""
        if isinstance(rich, DataTable):
            return self._table(fields, rich)
        count = len(list(rich.paragraphs()))
        if len(fields) == 1:
            marked_paragraphs = [(fields[0], index) for index in range(count)]
        elif len(fields) == count:
            marked_paragraphs = [(path, 0) for path in fields]
        else:
            return rich
        marks = iter([self._mark(path, paragraph) for path, paragraph in marked_paragraphs])  # in order

        def marked(paragraph: Paragraph) -> Paragraph:
            return replace(paragraph, inlines=_between(next(marks), paragraph.inlines))

        return _MarkedRichText(rich.with_paragraphs(marked).blocks)

    def _table(self, fields: Sequence[str], table: DataTable) -> DataTable:
        """Return the table of a field with the cells of its rows marked, and its totals, which follow from these.

        A table of several fields stays as it is.
        """
        if len(fields) != 1:
            return table
        rows = []
        for index, cells in enumerate(table.rows):
            named = zip(table.names, cells, strict=True)
            rows.append(tuple(self._rich([f"{fields[0]}[{index}].{name}"], cell) for name, cell in named))
        totals = [
            self._rich([f"{TOTAL}{fields[0]}.{name}"], cell)
            for name, cell in zip(table.names, table.totals, strict=False)
        ]
        return replace(table, rows=tuple(rows), totals=tuple(totals))

    def _row(self, row: Row) -> Row:
        cells = list(row.cells)
        for index, fields in enumerate(row.fields):
            cells[index] = self._rich(fields, cells[index])
        label = row.label
        if row.is_city:
            label = self._rich([f"{CITIES}[{row.key.rpartition('.')[2]}].{NAME}"], label)
        return replace(row, cells=tuple(cells), label=label)

    def _city(self, index: int, city: CityFacts) -> CityFacts:
        texts = {}
        for attribute, name in CITY_TEXTS.items():
            texts[attribute] = self._text(f"{CITIES}[{index}].{name}", getattr(city, attribute))
        return replace(city, picture=self._picture(city.picture), **texts)

    def _picture(self, picture: PictureFacts) -> PictureFacts:
        texts = {}
        for attribute, name in PICTURE_TEXTS.items():
            texts[attribute] = self._rich([f"{picture.field}.{name}"], getattr(picture, attribute))
        return replace(picture, **texts)


@lru_cache(maxsize=1024)
def _digits(number: int) -> str:
    """Return a number in digits of marks; all documents need the same, and few have more than those that are kept."""
    higher, last = divmod(number, len(_DIGITS))
    return (_digits(higher) if higher else "") + _DIGITS[last]


def _marked_if_equal(marked: str, text: str) -> str:
    """Return the marked text, which is equal to its plain text, in the place of a text if both are the same."""
    return marked if marked == text else text


def _between(begin: str, inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return inlines with marks in the first and the last run; unmarked without a run, which has no text."""
    runs = [index for index, inline in enumerate(inlines) if isinstance(inline, Run)]
    if not runs:
        return tuple(inlines)
    marked = list(inlines)
    for index in {runs[0], runs[-1]}:
        run = marked[index]
        assert isinstance(run, Run)  # noqa: S101 - see `runs`
        marks: Marks = ()
        if index == runs[0]:
            marks = ((0, begin),)
        if index == runs[-1]:
            marks = (*marks, (len(run.text), _VALUE_END))
        marked[index] = replace(run, text=marked_text(run.text, marks))
    return tuple(marked)


# The paragraphs, from their markup

_HOLDERS = ("body", "tbl", "tr", "tc", "sdt", "sdtContent", "footnote", "endnote")
"""The elements around paragraphs."""
_BEGINS = {f"w:{name}>": name for name in _HOLDERS}
_ENDS = frozenset([f"/w:{name}>" for name in _HOLDERS])
_END_OF_HOLDER = "/"
_BEGINS_WITH_ATTRIBUTES = tuple([f"w:{name} " for name in _HOLDERS])
_TEXT, _TEXT_END = '<w:t xml:space="preserve">', "</w:t>"
_RUN_PART = re.compile(r"<w:(?:t(?: [^<>]*)?>([^<]*)</w:t|(br|tab|noBreakHyphen|softHyphen)/)>")
_DRAWING, _DRAWING_END = "<w:drawing>", "</w:drawing>"
_LINK = re.compile(r'w:hyperlink r:id="([^"]*)"')
_RARE = ("<w:p/>", "<w:p ", "<w:txbxContent", "<mc:AlternateContent")
"""What few parts have: paragraphs without content, with attributes, or in shapes, which are in paragraphs."""
_HIDDEN_OR_STRUCK = frozenset({"vanish", "strike", "dstrike"})
"""Properties of runs whose text is not read as it is."""


class _OtherContentError(Exception):
    """A paragraph has more than texts, breaks and links."""


class _Holder(Struct):
    """An element around paragraphs: its path, and how many of its children of each name have begun."""

    path: str = ""
    children: dict[str, int] = field(default_factory=dict)

    def child(self, name: str) -> "_Holder":
        """Return its next child, which has this name."""
        number = self.children.get(name, 0) + 1
        self.children[name] = number
        return _Holder(f"{self.path}/{name}[{number}]")


class _WrittenParagraphs(Paragraphs):
    """Reads the paragraphs of the parts of a document that is being written, and of `marked` instead of its main
    part.
    """

    def __init__(self, package: WordPackage, marked: str) -> None:
        super().__init__(package, exact=True, text_alone=True)
        self._marked = marked
        self._styles: dict[tuple[str, str | None], Run] = {}
        """The styles of runs by their properties and links, of which a document has a few."""

    def lines(self) -> Iterator[PlacedLine]:
        """Yield all paragraphs in the order of `paragraphs_of`."""
        for name in self._package.text_names():
            is_main = name == self._package.main
            xml = self._marked if is_main else self._package.archive.markup(name).decode()
            if any([rare in xml for rare in _RARE]):  # noqa: C419 - a list is faster for so few
                yield from placed_lines(self._package, {name: read_finished(xml.encode())}, self)
            elif xml:
                yield from self._part_lines(xml, name)

    def _part_lines(self, xml: str, name: str) -> Iterator[PlacedLine]:
        """Yield the paragraphs of a part, which has nothing that is rare."""
        self.begin_part(name)
        is_in_body = name == self._package.main
        root, tag_end, content = xml.removeprefix(DECLARATION).partition(">")
        root += tag_end
        open_elements = [_Holder()]
        for piece in content.split("</w:p>"):
            before, paragraph_tag, paragraph = piece.partition("<w:p>")
            for holder in _holder_steps(before):
                if holder == _END_OF_HOLDER:
                    open_elements.pop()
                else:
                    open_elements.append(open_elements[-1].child(holder))
            if paragraph_tag:
                line, style = self._line(paragraph, root)
                yield PlacedLine(line, style, open_elements[-1].path, is_in_body)

    def _line(self, content: str, root: str) -> tuple[TextLine, str | None]:
        """Return the paragraph with this content, and its style.

        `root` is the first tag of its part, which declares the prefixes of names.
        """
        before, _, rest = content.partition(_TEXT)
        text, _, after = rest.partition(_TEXT_END)
        if after == "</w:r>" and not self._fields:  # as in most paragraphs: one run with one text
            only_run = _start_of_only_run(before, root)
            if only_run is not None:
                style = self._style(only_run.run_properties, None, root)
                pieces = with_signs_of_plans((self._written_text(text, style),))
                return self.placed(pieces, only_run.properties), only_run.properties.style
        return self._line_of_runs(content, root)

    def _line_of_runs(self, content: str, root: str) -> tuple[TextLine, str | None]:
        """Return the paragraph with this content, which may have any number of runs, and its style."""
        try:
            written_properties, runs = _divided(content, "w:pPr")
            properties = _parsed_paragraph_properties(written_properties, root)
            pieces = self._written_pieces(runs, root)
        except _OtherContentError:
            element = _paragraph(content, root)
            properties = paragraph_properties(element)
            pieces = self.pieces(element)
        return self.placed(pieces, properties), properties.style

    def _written_pieces(self, content: str, root: str) -> tuple[Piece, ...]:
        """Return the pieces of a paragraph with this content. Raises `_OtherContentError`."""
        if self._fields or "<w:fldChar" in content:
            raise _OtherContentError
        pieces: list[Piece] = []
        link: str | None = None
        *runs, end = content.split("</w:r>")
        for run in runs:
            before, _, inside = run.partition("<w:r>")
            if before:
                link = self._link_after(before, link)
            properties, inside = _divided(inside, "w:rPr")
            style = self._style(properties, link, root)
            text = inside[len(_TEXT) : -len(_TEXT_END)]
            is_text = "<" not in text and inside.startswith(_TEXT) and inside.endswith(_TEXT_END)
            is_drawing = inside.startswith(_DRAWING) and inside.endswith(_DRAWING_END)
            if is_text:
                pieces.append(self._written_text(text, style))
            elif not is_drawing:
                pieces += self._run_pieces(inside, style)
        if end:
            self._link_after(end, link)  # raises for other tags than those of links and bookmarks
        return with_signs_of_plans(tuple(pieces))

    def _link_after(self, tags: str, link: str | None) -> str | None:
        """Return the address of the runs after these tags. Raises `_OtherContentError` for other tags than those of
        links and bookmarks.
        """
        for tag in tags.split("<")[1:]:
            if tag.startswith("w:hyperlink "):
                match = _LINK.match(tag)
                link = explicit_address(self._links.get(match[1], "")) if match else None
            elif tag == "/w:hyperlink>":
                link = None
            elif not tag.startswith("w:bookmark"):
                raise _OtherContentError
        return link

    def _style(self, properties: str, link: str | None, root: str) -> Run:
        """Return the style of runs with these properties, as a run without text."""
        key = properties, link
        if key not in self._styles:
            values = _run_properties(properties, root)
            if _HIDDEN_OR_STRUCK & values.keys():
                raise _OtherContentError
            self._styles[key] = self._styled(values, replace(UNSTYLED, link=link))
        return self._styles[key]

    def _run_pieces(self, content: str, style: Run) -> Iterator[Piece]:
        """Yield the pieces of a run with hyphens, breaks or tabs."""
        characters = ""
        offset = 0
        while offset < len(content):
            part = _RUN_PART.match(content, offset)
            if part is None:
                raise _OtherContentError
            text, element = part.groups()
            offset = part.end()
            if element is None:
                characters += text
            elif element in HYPHENS:
                characters += HYPHENS[element]
            else:
                if characters:
                    yield self._written_text(characters, style)
                    characters = ""
                yield Break() if element == "br" else replace(style, text="\t")
        if characters:
            yield self._written_text(characters, style)

    def _written_text(self, text: str, style: Run) -> Run:
        if "&" in text:
            text = unescape(text)
        return replace(style, text=text) if style.link is None else self._text(text, style, {})


def _divided(content: str, name: str) -> tuple[str, str]:
    """Return the element with the properties, which may be missing, and what is after it.

    Raises `_OtherContentError` for former properties among them.
    """
    if not content.startswith(f"<{name}>"):
        return "", content
    end = f"</{name}>"
    properties, _, after = content.partition(end)
    if "PrChange " in properties:
        raise _OtherContentError
    return properties + end, after


@lru_cache(maxsize=256)
def _holder_steps(markup: str) -> tuple[str, ...]:
    """Return the names of the elements around paragraphs that begin in the markup between two of them, and
    `_END_OF_HOLDER` for each that ends. Those of at most 256 spellings are kept, which a pack's documents share.
    """
    steps = []
    for tag in markup.split("<"):
        if tag in _ENDS:
            steps.append(_END_OF_HOLDER)
        elif tag in _BEGINS:
            steps.append(_BEGINS[tag])
        elif tag.startswith(_BEGINS_WITH_ATTRIBUTES):
            steps.append(tag[2:].partition(" ")[0])
    return tuple(steps)


class _OnlyRun(Struct, frozen=True):
    """The properties of a paragraph that has one run with one text, and the XML of those of the run."""

    properties: ParagraphProperties
    run_properties: str


@lru_cache(maxsize=256)
def _start_of_only_run(markup: str, root: str) -> _OnlyRun | None:
    """Return what the markup before the text of a paragraph says, if the text is in the first run; None for any other.

    Those of at most 256 spellings are kept, as of properties.
    """
    try:
        written_properties, run = _divided(markup, "w:pPr")
        if not run.startswith("<w:r>"):
            return None
        run_properties, content = _divided(run.removeprefix("<w:r>"), "w:rPr")
        if content or _HIDDEN_OR_STRUCK & _run_properties(run_properties, root).keys():
            return None
    except _OtherContentError:
        return None
    return _OnlyRun(_parsed_paragraph_properties(written_properties, root), run_properties)


@lru_cache(maxsize=256)
def _parsed_paragraph_properties(xml: str, root: str) -> ParagraphProperties:
    """Return the properties of a paragraph. Those of at most 256 spellings are kept, which a pack's documents share."""
    return paragraph_properties(_element(f"<w:p>{xml}</w:p>", root)) if xml else NO_PROPERTIES


@lru_cache(maxsize=256)
def _run_properties(xml: str, root: str) -> Mapping[str, str]:
    """Return the properties of a run that are read. Those of at most 256 spellings are kept, as of paragraphs."""
    return run_values(_element(xml, root)) if xml else {}


@lru_cache(maxsize=16)
def _paragraph(content: str, root: str) -> etree._Element:
    """Return a paragraph with this content, which is only read. Most documents have the same one with page numbers."""
    return _element(f"<w:p>{content}</w:p>", root)


def _element(xml: str, root: str) -> etree._Element:
    """Return an element of a part whose first tag is `root`."""
    name = root[1:].partition(" ")[0]
    return etree.fromstring(f"{root}{xml}</{name}>")[0]
