"""Summaries as drafts of plans, from Word files, text files and tables with labels in a column: each row goes to its
field, the lines around the table to title and contact.

In the table, only labels fill fields: a row whose label names none stays with the draft as text without a field
(`draft_and_kept_comments`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from msgspec.structs import replace

from ucap_reports.importers.contact_parts import split_office
from ucap_reports.importers.draft_and_kept_comments import Draft, country_codes_of, names_of
from ucap_reports.importers.imported_cells import Filler
from ucap_reports.importers.label_recognition import OFFICE, Labels, folded_label
from ucap_reports.importers.parsed_cells_and_lists import PICTURE, ParsedCell, ParsedRow, ParsedSummary, ParsedTable
from ucap_reports.plan.field_descriptions import CITIES, NAME, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.summary.document_titles import numbers_of_cities
from ucap_reports.summary.pack_and_book_words import words_of
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, primary
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.file.zip_package import read_package

_COMBINED = " · "
"""Between the headers of facts that share a column."""
_CONTACT = BUILT_IN.of_type(FieldType.CONTACT)
_BETWEEN_CITIES = re.compile(r"\s[-\u2013\u2014\u2194]\s|[;\uff1b\u061b]")
"""Between the names in a line such as "Tianjin - Rome": a dash or an arrow between spaces, or a semicolon."""
_TAG = re.compile(
    r"""
      \{\{ (?: (?! \{\{ ) . )*? \}\}  # {{ title }}
    | \{%  (?: (?! \{%  ) . )*? %\}   # {% for row in rows %}
    | \{\# (?: (?! \{\# ) . )*? \#\}  # {# a comment #}
    """,
    re.DOTALL | re.VERBOSE,
)
"""A tag of a template. One without an end does not reach into the next one: "{{ a {{ b }}" has the tag "{{ b }}"."""
_LONGEST_TITLE = 10_000
"""Characters of a title, or of the programme labels in all languages; longer texts are not compared with them."""


def draft_of(summary: ParsedSummary, labels: Labels) -> Draft:
    """Return the draft of the plan in a summary. Raises ProblemsFound if it names no cities."""
    properties = summary.properties
    draft = Draft(summary.path, exact=properties.exact, known=labels.known, problems=list(summary.problems))
    rows = [_with_unknown(row, labels) for row in summary.rows]
    rows = _with_cities_beside_each_other(rows, labels)
    city_names = _row_of_city_names(rows, labels)
    if city_names is None:
        summary, city_names = _with_title_as_names(summary, labels)
    if city_names is not None:
        _refuse_several(rows, labels)
        other_rows = [row for row in rows if row is not city_names]
        _fill_rows(city_names, other_rows, draft, labels)
    if not draft.has_cities():
        location = summary.rows[0].label.location if summary.rows else Location(summary.path)
        raise ProblemsFound([problem("import-no-cities", location)])
    for table in summary.tables:
        _fill_table(table, draft, labels)
    draft.leftovers += summary.kept
    split_office(draft, has_office=not draft.exact or properties.author != "")
    _fill_around(summary, draft, labels)
    return draft


def cities_of_rows(rows: Sequence[ParsedRow], labels: Labels) -> Mapping[int, tuple[int, str]]:
    """Return the index of the city and the field of each row that is about one city, by the index of the row.

    The cities must be numbered from 1, each with a row for its name: "City 1", "City 2". A fact that has several rows
    without a number, such as "Country", is about the city above it. There are none if a row names all cities.
    """
    if _row_of_city_names(rows, labels) is not None:
        return {}
    row_counts = Counter(labels.find(row.label.text) for row in rows)
    row_by_fact: dict[tuple[int, str], int] = {}
    """The index of the row by the index of its city and its field."""
    city_above: int | None = None
    for index, row in enumerate(rows):
        if len(_filled(row)) > 1:
            continue
        fact = labels.city_of_row(row.label.text)
        if fact is None and city_above is not None:
            field = labels.find(row.label.text)
            if field is not None and row_counts[field] > 1 and labels.known.is_of_city(field):
                fact = (city_above, field)
        if fact is None:
            continue
        row_by_fact.setdefault(fact, index)
        city, field = fact
        if field == NAME:
            city_above = city
    city_count = 0
    while (city_count, NAME) in row_by_fact:
        city_count += 1
    facts = {}
    for fact, index in row_by_fact.items():
        city, _ = fact
        if city < city_count:
            facts[index] = fact
    return facts


def _row_of_city_names(rows: Sequence[ParsedRow], labels: Labels) -> ParsedRow | None:
    """Return the first row with the names of all cities: it has their label, or none above facts about cities."""
    for row in rows:
        if labels.find(row.label.text) == NAME and _filled(row):
            return row
    if not rows:
        return None
    first, *others = rows
    fields = [labels.find(row.label.text) for row in others]
    has_facts = any(field is not None and labels.known.is_of_city(field) for field in fields)
    is_head = has_facts and not first.label.text and len(_filled(first)) > 1
    return first if is_head else None


def _with_cities_beside_each_other(rows: Sequence[ParsedRow], labels: Labels) -> list[ParsedRow]:
    """Return the rows with those of one city each joined to rows with a cell for each city."""
    fact_of_row = cities_of_rows(rows, labels)
    row_of_fact = {fact: rows[index] for index, fact in fact_of_row.items()}
    city_count = sum(field == NAME for _, field in row_of_fact)
    joined_fields: set[str] = set()
    result: list[ParsedRow] = []
    for index, row in enumerate(rows):
        if index not in fact_of_row:
            result.append(row)
            continue
        _, field = fact_of_row[index]
        if field not in joined_fields:
            label = replace(row.label, content=RichText.plain(field))
            cells = [_only_cell(row_of_fact.get((city, field)), label) for city in range(city_count)]
            result.append(ParsedRow(label, tuple(cells)))
            joined_fields.add(field)
    return result


def _only_cell(row: ParsedRow | None, label: ParsedCell) -> ParsedCell:
    """Return the cell of a row that says something; an empty one if there is none."""
    filled = [] if row is None else _filled(row)
    return filled[0] if filled else ParsedCell(RichText(), label.location)


def _with_title_as_names(summary: ParsedSummary, labels: Labels) -> tuple[ParsedSummary, ParsedRow | None]:
    """Return the summary without a line that a map declares to be the names of the cities, and the row with them.

    Such a line, as "Tianjin - Rome" above a text, is the label of its own value.
    """
    if not labels.mapped:
        return summary, None
    lines = chain.from_iterable(summary.around)
    title = next((line for line in lines if labels.find(line.text) == NAME), None)
    if title is None:
        return summary, None
    groups = []
    for group in summary.around:
        groups.append(tuple(line for line in group if line is not title))
    names = []
    for name in _BETWEEN_CITIES.split(title.text):
        names.append(replace(title, content=RichText.plain(name.strip())))
    return replace(summary, around=tuple(groups)), ParsedRow(title, tuple(names))


def _with_unknown(row: ParsedRow, labels: Labels) -> ParsedRow:
    """Return the row with N/A in the cells that say so in another language."""
    cells = []
    for cell in row.cells:
        if cell.text in labels.unknown:
            cells.append(replace(cell, content=RichText.plain("N/A")))
        else:
            cells.append(cell)
    return replace(row, cells=tuple(cells))


def _filled(row: ParsedRow) -> list[ParsedCell]:
    """Return the cells that say something."""
    return [cell for cell in row.cells if not is_unknown(cell.text)]


def _refuse_several(rows: Sequence[ParsedRow], labels: Labels) -> None:
    """Raise ProblemsFound where facts of cities follow a second row with names: a plan is one pairing."""
    fields_above: set[str] = set()
    further_names: ParsedRow | None = None
    for row in rows:
        field = labels.find(row.label.text)
        if field is None:
            continue
        is_repeated = field in fields_above
        if is_repeated and field == NAME:
            further_names = row
        elif is_repeated and further_names is not None and labels.known.is_of_city(field):
            raise ProblemsFound([problem("import-several", further_names.label.location)])
        fields_above.add(field)


def _fill_rows(city_names: ParsedRow, rows: Sequence[ParsedRow], draft: Draft, labels: Labels) -> None:
    """Fill the names of the cities, then all other rows; nothing, if there are no names.

    Cells about all cities of one cell are split between them.
    """
    city_names, rows = _upright(city_names, rows, labels)
    filler = Filler(draft)
    names = _filled(city_names)
    if not draft.exact and _are_headers(names, labels):
        return
    if draft.exact or len(names) > 1:
        for city, cell in enumerate(city_names.cells):
            filler.put(NAME, cell, city)
    elif names:
        filler.put(NAME, names[0])
    else:  # a transposed table whose rows have no names
        return
    city_count = len(draft.fields.get(CITIES, []))
    for row in rows:
        if row.label.text or not _numbers_cities(row, labels):
            _fill_row(row, city_count, filler, labels)


def _are_headers(names: Sequence[ParsedCell], labels: Labels) -> bool:
    """Return whether the cells of a row with the label of cities are the headers of a transposed table whose rows have
    no names: "Region" and "Country". Its rows without labels continue the first row.
    """
    headers = [name for name in names if labels.known.is_of_city(labels.find(name.text))]
    return len(headers) > 1


def _fill_row(row: ParsedRow, city_count: int, filler: Filler, labels: Labels) -> None:
    """Fill the field of a row; keep a row without a field, a second one with names, and the cells of more cities than
    the plan has.
    """
    draft = filler.draft
    label = row.label.text
    field = labels.find(label)
    if field is None or field == NAME:
        for cell in _filled(row):
            draft.keep(label, cell.content.text, cell.location)
        if not _filled(row):
            draft.keep("", row.label.content.text, row.label.location)
        return
    has_cell_for_each_city = labels.known.is_of_city(field) and (draft.exact or len(row.cells) != 1)
    if not has_cell_for_each_city:
        for cell in _filled(row):
            filler.put(field, cell, label=label)
        return
    for city, cell in enumerate(row.cells):
        if city < city_count:
            filler.put(field, cell, city, label=label)
        elif not is_unknown(cell.text):
            draft.keep(label, cell.content.text, cell.location)


def _numbers_cities(row: ParsedRow, labels: Labels) -> bool:
    """Return whether a row has nothing but the numbers of the cities above their columns, as "City 1" and "City 2"."""
    numbers = [labels.city_of_row(cell.text) for cell in _filled(row)]
    return numbers == [(index, NAME) for index in range(len(numbers))]


def _fill_table(table: ParsedTable, draft: Draft, labels: Labels) -> None:
    """Fill the table of a field; cells of columns that it does not have are kept as comments."""
    filler = Filler(draft)
    entry = len(draft.get((table.field,)) or [])  # the index of the next one
    for row in table.rows:
        is_empty = True
        for name, heading, cell in zip(table.columns, table.headings, row, strict=False):
            if is_unknown(cell.text) or cell.text in labels.unknown:
                continue
            if name is None:
                draft.keep(heading.text, cell.content.text, cell.location)
            else:
                filler.fill((table.field, entry, name), cell)
                is_empty = False
        if not is_empty:
            entry += 1


def _upright(city_names: ParsedRow, rows: Sequence[ParsedRow], labels: Labels) -> tuple[ParsedRow, Sequence[ParsedRow]]:
    """Return the rows of a table. Those of a transposed one (a row per city, a column per fact) are transposed back."""
    if not rows or not _is_transposed(city_names, rows[0], labels):
        return city_names, rows
    column_count = len(city_names.cells)
    cities: list[ParsedRow] = []
    others: list[ParsedRow] = []
    for row in rows:
        field = labels.find(row.label.text)
        # A city may have the name of a field, but it has a cell below each header.
        is_row_of_field = field is not None and len(row.cells) != column_count
        if field == OFFICE.key or is_row_of_field:
            others.append(row)
        else:
            cities.append(row)
    facts: list[ParsedRow] = []
    for index, header in enumerate(city_names.cells):
        no_value = ParsedCell(RichText(), header.location)
        cells = [city.cells[index] if index < len(city.cells) else no_value for city in cities]
        facts += _rows_of_column(header, cells)
    for city in cities:
        if len(city.cells) > column_count:  # its last cells are below no header
            facts.append(ParsedRow(city.label, city.cells[column_count:]))
    names = tuple(city.label for city in cities)
    return replace(city_names, cells=names), [*facts, *others]


def _is_transposed(header: ParsedRow, row_below: ParsedRow, labels: Labels) -> bool:
    """Return whether all headers of a table are facts of cities, and the label below them is none."""
    for cell in header.cells:
        for fact in cell.text.split(_COMBINED):
            if not labels.known.is_of_city(labels.find(fact)):
                return False
    return not labels.known.is_of_city(labels.find(row_below.label.text))


def _rows_of_column(header: ParsedCell, cells: Sequence[ParsedCell]) -> Iterator[ParsedRow]:
    """Yield the row that a column of a transposed table becomes, or one for each of the facts that share the column, if
    each cell has a line for each.
    """
    facts = header.text.split(_COMBINED)
    lines_of_cells = [cell.content.text.split("\n") for cell in cells]
    has_line_for_each = all(len(lines) == len(facts) for lines in lines_of_cells)
    if len(facts) == 1 or not has_line_for_each:
        yield ParsedRow(header, tuple(cells))
        return
    for number, fact in enumerate(facts):
        fact_cells = []
        for cell, lines in zip(cells, lines_of_cells, strict=True):
            fact_cells.append(replace(cell, content=RichText.plain(lines[number])))
        yield ParsedRow(replace(header, content=RichText.plain(fact)), tuple(fact_cells))


def _fill_around(summary: ParsedSummary, draft: Draft, labels: Labels) -> None:
    """Fill title, language and date, where they are not the pack's own; keep all other lines."""
    title, languages, others = _read_around(summary, labels)
    pack = _pack_of(summary, title, labels)
    default_pack = labels.packs[0]
    location = Location(summary.path)
    if pack is not None:
        if pack.name != default_pack.name:
            _put(draft, FieldType.PACK, pack.name, location)
        if draft.get((_CONTACT.name,)) == _contact_of(pack):
            draft.fields.pop(_CONTACT.name)
    language = _put_language(summary, draft, labels)
    usual_languages = (pack or default_pack).label_languages(language, country_codes_of(draft))
    if languages and languages != list(usual_languages):
        _put(draft, FieldType.LABEL_LANGUAGES, languages, location)
    if title is not None:
        if pack is None:  # the first line of other files is no title
            others.insert(0, title)
        elif not _is_title(title, pack):
            _put(draft, FieldType.TITLE, title.text, title.location)
    if summary.properties.updated is not None:
        _put(draft, FieldType.DAY, summary.properties.updated.isoformat(), location)
    names = names_of(draft)
    known_texts = [*names, *numbers_of_cities(len(names))]
    if title is not None:
        known_texts.append(title.text)
    _keep_rest(summary, known_texts, others, pack, draft)


def _pack_of(summary: ParsedSummary, title: ParsedCell | None, labels: Labels) -> Pack | None:
    """Return the pack that the file names, or else the first one with its title."""
    for pack in labels.packs:
        if pack.name == summary.properties.pack:
            return pack
    if title is not None:
        for pack in labels.packs:
            if _is_title(title, pack):
                return pack
    return None


def _put_language(summary: ParsedSummary, draft: Draft, labels: Labels) -> str:
    """Write the language of the file into the draft if it is known and not that of the project; return it, or the usual
    one if it is not known.

    It is the one that the file names. Word files of others in English often have a text in another language: their
    language is that of their labels.
    """
    named_language = summary.properties.language or DEFAULT_LANGUAGE
    location = Location(summary.path)
    if summary.properties.exact or primary(named_language) != primary(DEFAULT_LANGUAGE):
        language = named_language
    else:
        language_of_labels = labels.common_language([row.label.text for row in summary.rows])
        if language_of_labels is None or primary(language_of_labels) == primary(labels.language):
            return named_language  # it is not known
        language = language_of_labels
        draft.problems.append(problem("import-guessed", location, form="language", language=language))
    if language != labels.language:
        _put(draft, FieldType.LANGUAGE, language, location)
    return language


def _put(draft: Draft, type_: FieldType, value: Any, location: Location) -> None:
    """Set the only field of that type."""
    draft.put((draft.known.of_type(type_).name,), value, location)


def _keep_rest(
    summary: ParsedSummary, known_texts: Sequence[str], others: Sequence[ParsedCell], pack: Pack | None, draft: Draft
) -> None:
    """Keep the other lines and what is beside the text, except what the pack itself prints and texts that are known."""
    if pack is None:
        for line in others:
            draft.keep("", line.content.text, line.location)
        for aside in summary.asides:
            draft.keep_aside(aside)
        return
    cells: list[ParsedCell] = []
    for row in summary.rows:
        cells += (row.label, *row.cells)
    printed_words = own_words(pack, summary.properties.updated)
    printed_words |= _words_in(" ".join(known_texts))
    if summary.properties.exact:
        for cell in cells:
            printed_words |= _words_in(cell.text)
    for line in others:
        if not _words_in(line.text) <= printed_words:
            draft.keep("", line.content.text, line.location)
    locations_in_rows = {cell.location for cell in cells}
    for aside in summary.asides:
        if aside.name != PICTURE or aside.location in locations_in_rows:  # other pictures are those of the pack
            draft.keep_aside(aside)


def _read_around(summary: ParsedSummary, labels: Labels) -> tuple[ParsedCell | None, list[str], list[ParsedCell]]:
    """Return the first line, which is the title if a pack printed the file, the languages of the programme label, and
    all other lines.
    """
    title: ParsedCell | None = None
    languages: list[str] = []
    others: list[ParsedCell] = []
    for group in summary.around:
        lines = _with_words(group)
        tags = _label_languages(lines, labels.programme_labels)
        if tags:
            languages += [tag for tag in tags if tag not in languages]
            continue
        if lines and title is None:
            title = lines.pop(0)
        others += lines
    others += _with_words(summary.margins)
    return title, languages, others


def _with_words(lines: Iterable[ParsedCell]) -> list[ParsedCell]:
    """Return the lines that are not only signs."""
    return [line for line in lines if _words_in(line.text)]


def _label_languages(lines: Sequence[ParsedCell], language_of: Mapping[str, str]) -> list[str]:
    """Return the languages of a group that consists of programme labels; none for other groups.

    `language_of` are the languages by the texts of the labels.
    """
    text = " ".join(line.text for line in lines)
    if len(text) > _LONGEST_TITLE:
        return []
    remaining = folded_label(text)
    tags: list[str] = []
    while remaining:
        starts = [label for label in language_of if remaining.startswith(label)]
        label = max(starts, key=len, default="")
        if not label:
            return []
        tag = language_of[label]
        if tag not in tags:
            tags.append(tag)
        remaining = remaining.removeprefix(label).strip()
    return tags


def _is_title(line: ParsedCell, pack: Pack) -> bool:
    """Return whether a line is one of the titles that the pack prints."""
    if len(line.text) > _LONGEST_TITLE:
        return False
    return folded_label(line.text) in map(folded_label, pack.titles())


def _contact_of(pack: Pack) -> dict[str, str]:
    """Return the parts that a pack's own contact has."""
    names = {field.name for field in BUILT_IN.inside(_CONTACT.path)}
    contact = pack.settings.contact.model_dump(include=names)
    return {name: text for name, text in contact.items() if text}


def own_words(pack: Pack, updated: date | None) -> set[str]:
    """Return the words that a pack itself prints: those of its templates, its titles, its contact and its programme
    label, and the date of the content.
    """
    texts = [*pack.titles(), *_contact_of(pack).values()]
    for label in pack.settings.programme_label.values():
        texts.append(label.text)
    if updated is not None:
        for language in pack.labels:
            texts.append(words_of(pack, language, None).as_of(updated))
    if pack.word_template is None:
        texts.append(_template_text(pack.page_template.content, b">"))
    else:
        for name, part in read_package(pack.word_template.content).items():
            if name.endswith(".xml"):
                texts.append(_template_text(part, b"</w:p>"))
    return _words_in(" ".join(texts))


def _template_text(content: bytes, block_end: bytes) -> str:
    """Return the text of a template without its tags and elements; `block_end` ends words too."""
    marked = content.replace(block_end, block_end + b" ").decode("utf-8", errors="replace")
    return _TAG.sub(" ", re.sub(r"<[^<>]*>", "", marked))


def _words_in(text: str) -> set[str]:
    """Return the words of a text."""
    return set(re.findall(r"\w+", text))
