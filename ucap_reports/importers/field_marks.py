"""Marks around the values of a plan in its summary, which show where a document prints each value."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pictures.document_pictures import PictureFacts
from ucap_reports.plan.fields import CITIES, NAME, QUANTITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.summary.summary import BETWEEN, CityFacts, Row, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.rich_text import DataTable, Inline, Paragraph, RichText, Run

_BEGIN, _END = "\U000e0001", "\U000e007f"
"""Tag characters, which have neither a width nor a direction."""
_MARK = re.compile(f"{_BEGIN}([\U000e0030-\U000e0039]*){_END}")
_DIGITS = {ord(digit): 0xE0000 + ord(digit) for digit in "0123456789"}
_PLAIN_DIGITS = {tag: digit for digit, tag in _DIGITS.items()}


def _template_texts(owner: str, *types: FieldType) -> dict[str, str]:
    """The attributes with texts that templates print, with the names of their fields, which are of these types."""
    texts = {}
    for field in BUILT_IN.inside(owner):
        if field.template_text and field.type in types:
            texts[field.template_text] = field.name
    return texts


_TITLES = _template_texts("", FieldType.TITLE, FieldType.LINE)
_CITY_TEXTS = _template_texts(
    CITIES, FieldType.NAMES, FieldType.LINE, FieldType.LINES, FieldType.COUNTRIES, *QUANTITIES
)
_PICTURE_TEXTS = _template_texts(BUILT_IN.of_type(FieldType.PICTURES).path, FieldType.TEXT)
_CONTACT = BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)
TOTAL = "total of "
"""The beginning of what marks the total of a column, which is no field."""
Printing = tuple[str, int]
"""A field, and the number of the place where a document prints it, counted from 0."""


class PrintedSpan(Struct, frozen=True):
    """The part of a paragraph that is text of a field."""

    start: int
    end: int
    printing: Printing


def printable_paths(pack: Pack) -> frozenset[str]:
    """Return the paths of the fields that documents of a pack can print, and of rows that print several of them."""
    paths = {f"{CITIES}.{NAME}", *_TITLES.values(), *(field.path for field in _CONTACT)}
    paths |= {f"{CITIES}.{name}" for name in _CITY_TEXTS.values()}
    for field in pack.fields.all:
        if field.type is FieldType.PICTURES or (field.type is FieldType.PICTURE and not field.is_private):
            paths |= {f"{field.path}.{name}" for name in _PICTURE_TEXTS.values()}
    printed = {rule.field for rule in pack.settings.rows}
    paths |= {row.path for key, row in pack.fields.rows.items() if key in printed or not row.is_private}
    columns = [column.path for field in pack.fields.custom for column in field.columns]
    paths |= {*columns, *(f"{TOTAL}{path}" for path in columns)}
    return frozenset(paths)


def without_marks(text: str) -> str:
    """Return a text without marks."""
    return _MARK.sub("", text)


class FieldMarks:
    """Marks the values of a summary. Composed texts, such as the facts of a group of cities, have no marks."""

    def __init__(self) -> None:
        self._paragraphs: list[tuple[str, int]] = []
        self._printings: dict[str, tuple[int, int]] = {}

    def marked(self, summary: Summary) -> Summary:
        """The summary with all its values marked."""
        rows = tuple(map(self._row, summary.rows))
        turned = [row.label.text for row in rows if row.is_city]
        is_divided = any(not row.shared for row in rows) or len(summary.columns) == len(summary.cities)
        columns = summary.columns
        if is_divided and not turned:
            columns = tuple(self._text(f"{CITIES}[{place}].{NAME}", name) for place, name in enumerate(columns))
        names, cities = turned or columns, summary.cities
        is_alone = len(names) == len(cities)
        joined = BETWEEN.join(names)
        plain = _MARK.sub("", joined)
        contact = summary.contact
        parts = {field.name: self._text(field.path, getattr(contact, field.name)) for field in _CONTACT}
        return replace(
            summary,
            rows=rows,
            columns=columns,
            names=joined if plain == summary.names else summary.names,
            all_names=joined if plain == summary.all_names else summary.all_names,
            cities=tuple(self._city(*each) for each in enumerate(cities)) if is_alone else cities,
            pictures=tuple(map(self._picture, summary.pictures)),
            contact=replace(contact, **parts),
            **{attribute: self._text(name, getattr(summary, attribute)) for attribute, name in _TITLES.items()},
        )

    def spans(self, text: str) -> tuple[str, tuple[PrintedSpan, ...]]:
        """The next text of a document without its marks, and the values in it."""
        if _BEGIN not in text:
            return text, ()
        plain, spans, opened = "", list[PrintedSpan](), ""
        parts = _MARK.split(text)
        for piece, mark in zip(parts[::2], [*parts[1::2], None], strict=True):
            if opened and mark == "":
                printing = self._printing(*self._paragraphs[int(opened.translate(_PLAIN_DIGITS))])
                spans.append(PrintedSpan(len(plain), len(plain) + len(piece), printing))
            plain += piece
            opened = mark or ""
        return plain, tuple(spans)

    def _printing(self, field: str, place: int) -> Printing:
        """Where a paragraph of a value is printed; a value is printed again if its `place` is not after the last."""
        number, last = self._printings.get(field, (-1, place))
        self._printings[field] = number + (place <= last), place
        return field, self._printings[field][0]

    def _mark(self, field: str, place: int = 0) -> str:
        self._paragraphs.append((field, place))
        return f"{_BEGIN}{str(len(self._paragraphs) - 1).translate(_DIGITS)}{_END}"

    def _text(self, field: str, text: str) -> str:
        """The text between its marks; an empty text stays empty, because templates test for that."""
        return f"{self._mark(field)}{text}{_BEGIN}{_END}" if text else ""

    def _rich(self, fields: Sequence[str], rich: RichText) -> RichText:
        """The rich text with its paragraphs marked; with several fields, each must have one paragraph."""
        if isinstance(rich, DataTable):
            return self._table(fields, rich)
        count = len(list(rich.paragraphs()))
        if len(fields) == 1:
            places = [(fields[0], place) for place in range(count)]
        elif len(fields) == count:
            places = [(field, 0) for field in fields]
        else:
            return rich
        marks = iter([self._mark(*each) for each in places])

        def marked(paragraph: Paragraph) -> Paragraph:
            return replace(paragraph, inlines=_between(next(marks), paragraph.inlines, f"{_BEGIN}{_END}"))

        return rich.with_paragraphs(marked)

    def _table(self, fields: Sequence[str], table: DataTable) -> DataTable:
        """The table of a field with the cells of its rows marked, and its totals, which follow from these."""
        rows = []
        for index, cells in enumerate(table.rows):
            named = zip(table.names, cells, strict=True)
            rows.append(tuple(self._rich([f"{fields[0]}[{index}].{name}"], cell) for name, cell in named))
        totals = [
            self._rich([f"{TOTAL}{fields[0]}.{name}"], cell)
            for name, cell in zip(table.names, table.totals, strict=False)
        ]
        return replace(table, rows=tuple(rows), totals=tuple(totals)) if len(fields) == 1 else table

    def _row(self, row: Row) -> Row:
        cells = tuple(self._rich(fields, cell) for cell, fields in zip(row.cells, row.fields, strict=False))
        label = row.label
        if row.is_city:
            label = self._rich([f"{CITIES}[{row.key.rpartition('.')[2]}].{NAME}"], label)
        return replace(row, cells=cells, label=label)

    def _city(self, place: int, city: CityFacts) -> CityFacts:
        texts = {}
        for attribute, name in _CITY_TEXTS.items():
            texts[attribute] = self._text(f"{CITIES}[{place}].{name}", getattr(city, attribute))
        return replace(city, picture=self._picture(city.picture), **texts)

    def _picture(self, picture: PictureFacts) -> PictureFacts:
        caption, credit = (self._rich([f"{picture.field}.{name}"], getattr(picture, name)) for name in _PICTURE_TEXTS)
        return replace(picture, caption=caption, credit=credit)


def _between(begin: str, inlines: Sequence[Inline], end: str) -> tuple[Inline, ...]:
    """Return inlines between marks, which are in the first and the last run to have no runs of their own."""
    marked = list(inlines)
    first = marked[0] if marked else None
    if isinstance(first, Run):
        marked[0] = replace(first, text=begin + first.text)
    else:
        marked.insert(0, Run(begin))
    last = marked[-1]
    if isinstance(last, Run):
        marked[-1] = replace(last, text=last.text + end)
    else:
        marked.append(Run(end))
    return tuple(marked)
