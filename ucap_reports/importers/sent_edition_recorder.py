"""Records the sent edition of a Word file while it is built: which text of the plan is where in it.

The values of the summary have marks beside their texts, with which the writer makes a main part that is only recorded,
with the other parts that have text. Their paragraphs are read when a reply is reviewed, not here: see `RecordedMarkup`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.importers.sent_edition_reader import (
    CITY_TEXTS,
    CONTACT_FIELDS,
    MARK_DIGITS,
    MARK_END,
    MARK_START,
    PICTURE_TEXTS,
    TITLES,
    TOTAL,
    MarkedField,
    RecordedMarkup,
    edition_properties,
)
from ucap_reports.importers.word_package import DOCUMENT, LISTS, NOTES, STYLES, WORD, margin_names
from ucap_reports.pictures.picture_preparation import PictureFacts
from ucap_reports.plan.field_descriptions import CITIES, NAME
from ucap_reports.summary.summary_model import BETWEEN, CityFacts, Row, Summary
from ucap_reports.text.rich_text import DataTable, Inline, Paragraph, RichText, Run
from ucap_reports.text.value_marks import Marks, joined, marked_text
from ucap_reports.word.file.office_package import relationships_of
from ucap_reports.word.file.word_xml import read_finished, to_bytes

_VALUE_END = MARK_START + MARK_END
"""The mark after a value, which has no digits."""
_READ_OF_STYLES = {f"{WORD}{name}" for name in ("name", "aliases", "basedOn", "pPr")}
"""What is read of a style to compare paragraphs."""


class SummaryRecorder:
    """Records a summary, which a Word file prints, as its sent edition."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._marks = _FieldMarks()

    def marked(self) -> Summary:
        """Return the summary with marks beside its values, as `EditionRecorder` in `document_properties` says."""
        self._marks = _FieldMarks()  # a document that is written again counts its marks from the first
        return self._marks.marked(self._summary)

    def properties(self, parts: Mapping[str, bytes], main: str, marked: bytes) -> Mapping[str, str]:
        """Return the properties with the sent edition, as `EditionRecorder` in `document_properties` says."""
        recorded = _recorded_parts(parts, main)
        if any(MARK_START in part.decode() for part in recorded.values()):  # a search in bytes takes thrice as long
            return {}  # a text has such characters itself, so that its marks would be ambiguous
        recorded[DOCUMENT] = marked
        summary = self._summary
        fields = tuple(self._marks.fields)
        markup = RecordedMarkup(summary.metadata.pack, summary.language, summary.formats, recorded, fields)
        return edition_properties(markup)


def _recorded_parts(parts: Mapping[str, bytes], main: str) -> dict[str, bytes]:
    """Return the parts of a document with text, and what is needed to read their paragraphs."""
    recorded = {DOCUMENT: parts[main]}
    if relationships_of(main) in parts:
        recorded[relationships_of(DOCUMENT)] = parts[relationships_of(main)]
    margins_and_notes = (*margin_names(parts), *NOTES)
    for name in (LISTS, *margins_and_notes, *map(relationships_of, margins_and_notes)):
        if name in parts:
            recorded[name] = parts[name]
    if STYLES in parts:
        recorded[STYLES] = _names_and_lists(parts[STYLES])
    return recorded


@lru_cache(maxsize=8)
def _names_and_lists(styles: bytes) -> bytes:
    """Return a part with styles, which all documents of a pack in a language share, without what they look like."""
    root = read_finished(styles)
    for element in list(root):
        if element.tag != f"{WORD}style":
            root.remove(element)
            continue
        for setting in list(element):
            if setting.tag not in _READ_OF_STYLES:
                element.remove(setting)
        for properties in element.iterchildren(f"{WORD}pPr"):
            for setting in list(properties):
                if setting.tag != f"{WORD}numPr":
                    properties.remove(setting)
    return to_bytes(root)


# The marks of the values


class _MarkedRichText(RichText, frozen=True):
    """Rich text whose plain text has the marks of its runs, too. Like a marked text, it is equal to that without
    marks.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RichText) and RichText(self.blocks) == RichText(other.blocks)

    def __hash__(self) -> int:
        return hash(RichText(self.blocks))

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
        self.fields: list[MarkedField] = []
        """The field of each mark, which has its index."""

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

    def _mark(self, path: str, paragraph: int = 0) -> str:
        digits = _digits(len(self.fields))
        self.fields.append(MarkedField(path, paragraph))
        return f"{MARK_START}{digits}{MARK_END}"

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
        marks = iter([self._mark(path, paragraph) for path, paragraph in marked_paragraphs])

        def marked(paragraph: Paragraph) -> Paragraph:  # called for the paragraphs in their order
            return replace(paragraph, inlines=_marked_inlines(next(marks), paragraph.inlines))

        return _MarkedRichText(rich.with_paragraphs(marked).blocks)

    def _table(self, fields: Sequence[str], table: DataTable) -> DataTable:
        """Return the table of a field with the cells of its rows marked, and its totals, which follow from these.

        A table of several fields stays as it is.
        """
        if len(fields) != 1:
            return table
        rows = []
        for index, cells in zip(table.places, table.rows, strict=True):
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
    higher, last = divmod(number, len(MARK_DIGITS))
    return (_digits(higher) if higher else "") + MARK_DIGITS[last]


def _marked_if_equal(marked: str, text: str) -> str:
    """Return the marked text, which is equal to its plain text, in the place of a text if both are the same."""
    return marked if marked == text else text


def _marked_inlines(start_mark: str, inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return inlines with this mark at the start of the first run, and the mark after a value at the end of the last;
    inlines without a run have no text, and stay as they are.
    """
    runs = [index for index, inline in enumerate(inlines) if isinstance(inline, Run)]
    if not runs:
        return tuple(inlines)
    marked = list(inlines)
    for index in {runs[0], runs[-1]}:
        run = marked[index]
        assert isinstance(run, Run)  # noqa: S101 - see `runs`
        marks: Marks = ()
        if index == runs[0]:
            marks = ((0, start_mark),)
        if index == runs[-1]:
            marks = (*marks, (len(run.text), _VALUE_END))
        marked[index] = replace(run, text=marked_text(run.text, marks))
    return tuple(marked)
