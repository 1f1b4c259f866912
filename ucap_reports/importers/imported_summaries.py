"""Summaries as drafts of plans, from Word files, text files and tables with labels in a column: each row goes to its
field, the lines around the table to title and contact.

In the table, only labels fill fields: a row whose label names none stays with the draft as text without a field
(`draft_and_kept_comments`).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
from ucap_reports.word.file.office_package import read_package

_COMBINED = " · "
"""Between the headers of facts that share a column."""
_CONTACT = BUILT_IN.of_type(FieldType.CONTACT)
_BETWEEN_CITIES = re.compile(r"\s[-\u2013\u2014\u2194]\s|[;\uff1b\u061b]")
_TAG = re.compile(r"\{(?:\{(?:(?!\{\{).)*?\}|%(?:(?!\{%).)*?%|#(?:(?!\{#).)*?#)\}", re.DOTALL)
"""A tag of a template."""
_LONGEST_TITLE = 10_000
"""Characters of a title, or of the programme labels in all languages; longer texts are not compared with them."""


def draft_of(summary: ParsedSummary, labels: Labels) -> Draft:
    """Return the draft of the plan in a summary. Raises ProblemsFound if it names no cities."""
    draft = Draft(summary.path, exact=summary.properties.exact, known=labels.known, problems=list(summary.problems))
    rows = _with_cities_beside_each_other([_with_unknown(row, labels) for row in summary.rows], labels)
    city_names = next((row for row in rows if labels.find(row.label.text) == NAME and _filled(row)), None)
    if city_names is None:
        summary, city_names = _with_title_as_names(summary, labels)
    if city_names is not None:
        _refuse_several(rows, labels)
        _fill_rows(city_names, [row for row in rows if row is not city_names], draft, labels)
    if not draft.has_cities():
        location = summary.rows[0].label.location if summary.rows else Location(summary.path)
        raise ProblemsFound([problem("import-no-cities", location)])
    for table in summary.tables:
        _fill_table(table, draft, labels)
    draft.leftovers += summary.kept
    split_office(draft, has_office=not draft.exact or summary.properties.author != "")
    _fill_around(summary, draft, labels)
    return draft


def cities_of_rows(rows: Sequence[ParsedRow], labels: Labels) -> Mapping[int, tuple[int, str]]:
    """Return the index of the city and the field of each row that is about one city, by the index of the row.

    The cities must be numbered from 1, each with a row for its name: "City 1", "City 2". A fact that has several rows
    without a number, such as "Country", is about the city above it. There are none if a row names all cities.
    """
    if any(labels.find(row.label.text) == NAME and _filled(row) for row in rows):
        return {}
    facts = Counter(labels.find(row.label.text) for row in rows)
    rows_of_cities: dict[tuple[int, str], int] = {}
    city_above: int | None = None
    for index, row in enumerate(rows):
        if len(_filled(row)) > 1:
            continue
        field = labels.find(row.label.text)
        city = labels.city_of_row(row.label.text)
        if city is not None and city[1] == NAME:
            city_above = city[0]
        elif city is None and city_above is not None and field is not None and facts[field] > 1:
            city = (city_above, field) if labels.known.is_of_city(field) else None
        if city is not None:
            rows_of_cities.setdefault(city, index)
    count = 0
    while (count, NAME) in rows_of_cities:
        count += 1
    return {index: city for city, index in rows_of_cities.items() if city[0] < count}


def _with_cities_beside_each_other(rows: Sequence[ParsedRow], labels: Labels) -> list[ParsedRow]:
    """Return the rows with those of one city each joined to rows with a cell for each city."""
    city_of_row = cities_of_rows(rows, labels)
    row_of_city = {city: rows[index] for index, city in city_of_row.items()}
    count = sum(field == NAME for _, field in row_of_city)
    joined: dict[str, ParsedRow] = {}
    result: list[ParsedRow] = []
    for index, row in enumerate(rows):
        if index not in city_of_row:
            result.append(row)
            continue
        _, field = city_of_row[index]
        if field not in joined:
            label = replace(row.label, content=RichText.plain(field))
            cells = [_only_cell(row_of_city.get((city, field)), label) for city in range(count)]
            joined[field] = ParsedRow(label, tuple(cells))
            result.append(joined[field])
    return result


def _only_cell(row: ParsedRow | None, label: ParsedCell) -> ParsedCell:
    """Return the cell of a row that says something; an empty one if there is none."""
    filled = [] if row is None else _filled(row)
    return filled[0] if filled else ParsedCell(RichText(), label.location)


def _with_title_as_names(summary: ParsedSummary, labels: Labels) -> tuple[ParsedSummary, ParsedRow | None]:
    """Return the summary without a line that a map declares to be the names of the cities, and the row with them.

    Such a line, as "Tianjin - Rome" above a text, is the label of its own value.
    """
    groups: list[tuple[ParsedCell, ...]] = []
    city_names: ParsedRow | None = None
    for group in summary.around:
        for cell in group:
            if city_names is None and labels.mapped and labels.find(cell.text) == NAME:
                names = [
                    replace(cell, content=RichText.plain(name.strip())) for name in _BETWEEN_CITIES.split(cell.text)
                ]
                city_names = ParsedRow(cell, tuple(names))
                group = tuple(other for other in group if other is not cell)  # noqa: PLW2901 - the rest of the group
        groups.append(group)
    return replace(summary, around=tuple(groups)), city_names


def _with_unknown(row: ParsedRow, labels: Labels) -> ParsedRow:
    """Return the row with N/A in the cells that say so in another language."""
    unknown = RichText.plain("N/A")
    cells = (replace(cell, content=unknown) if cell.text in labels.unknown else cell for cell in row.cells)
    return replace(row, cells=tuple(cells))


def _filled(row: ParsedRow) -> list[ParsedCell]:
    """Return the cells that say something."""
    return [cell for cell in row.cells if not is_unknown(cell.text)]


def _refuse_several(rows: Sequence[ParsedRow], labels: Labels) -> None:
    """Raises ProblemsFound where facts of cities follow a second row with names: a plan is one pairing."""
    seen: set[str] = set()
    second: ParsedRow | None = None
    for row in rows:
        field = labels.find(row.label.text)
        if field == NAME and field in seen:
            second = row
        elif second is not None and field in seen and labels.known.is_of_city(field):
            raise ProblemsFound([problem("import-several", second.label.location)])
        seen.add(field or "")


def _fill_rows(city_names: ParsedRow, rows: Sequence[ParsedRow], draft: Draft, labels: Labels) -> None:
    """Fill the names of the cities, then all other rows. Cells about all cities of one cell are split between them."""
    city_names, rows = _upright(city_names, rows, labels)
    shared = Filler(draft)
    names = _filled(city_names)
    if draft.exact or len(names) > 1:
        for city, cell in enumerate(city_names.cells):
            shared.put(NAME, cell, city)
    else:
        shared.put(NAME, names[0])
    city_count = len(draft.fields.get(CITIES, []))
    for row in rows:
        if not row.label.text and _numbers_cities(row, labels):
            continue
        field = labels.find(row.label.text)
        is_divided = labels.known.is_of_city(field) and (draft.exact or len(row.cells) != 1)
        cells = row.cells if is_divided else _filled(row)
        for city, cell in enumerate(cells):
            if field in {None, NAME} or (is_divided and city >= city_count):
                draft.keep(row.label.text, cell.content.text, cell.location)
            elif field is not None:
                shared.put(field, cell, city if is_divided else None, label=row.label.text)
        if field in {None, NAME} and not _filled(row):
            draft.keep("", row.label.content.text, row.label.location)


def _numbers_cities(row: ParsedRow, labels: Labels) -> bool:
    """Return whether a row has nothing but the numbers of the cities above their columns, as "City 1" and "City 2"."""
    numbers = [labels.city_of_row(cell.text) for cell in _filled(row)]
    return numbers == [(index, NAME) for index in range(len(numbers))]


def _fill_table(table: ParsedTable, draft: Draft, labels: Labels) -> None:
    """Fill the table of a field; cells of columns that it does not have are kept as comments."""
    filler = Filler(draft)
    index = len(draft.get((table.field,)) or [])
    for row in table.rows:
        is_empty = True
        for name, heading, cell in zip(table.columns, table.headings, row, strict=False):
            if is_unknown(cell.text) or cell.text in labels.unknown:
                continue
            if name is None:
                draft.keep(heading.text, cell.content.text, cell.location)
            else:
                filler.fill((table.field, index, name), cell)
                is_empty = False
        if not is_empty:
            index += 1


def _upright(city_names: ParsedRow, rows: Sequence[ParsedRow], labels: Labels) -> tuple[ParsedRow, Sequence[ParsedRow]]:
    """Return the rows of a table. Those of a transposed one (a row per city, a column per fact) are transposed back.

    Facts that share a column, a line each, become rows of their own.
    """
    columns = [cell.text.split(_COMBINED) for cell in city_names.cells]
    headers = []
    for column in columns:
        headers += column
    is_turned = all(labels.known.is_of_city(labels.find(header)) for header in headers)
    if not is_turned or not rows or labels.known.is_of_city(labels.find(rows[0].label.text)):
        return city_names, rows
    cities: list[ParsedRow] = []
    others: list[ParsedRow] = []
    for row in rows:
        field = labels.find(row.label.text)
        is_labelled = field is not None and len(row.cells) != len(columns)
        if field == OFFICE.key or is_labelled:
            others.append(row)
        else:
            cities.append(row)
    facts = []
    for index, (head, names) in enumerate(zip(city_names.cells, columns, strict=True)):
        cells = [
            row.cells[index] if index < len(row.cells) else ParsedCell(RichText(), head.location) for row in cities
        ]
        if len(names) == 1 or any(len(cell.content.text.split("\n")) != len(names) for cell in cells):
            facts.append(ParsedRow(head, tuple(cells)))
            continue
        for number, name in enumerate(names):
            parts = (replace(cell, content=RichText.plain(cell.content.text.split("\n")[number])) for cell in cells)
            facts.append(ParsedRow(replace(head, content=RichText.plain(name)), tuple(parts)))
    facts += [ParsedRow(row.label, row.cells[len(columns) :]) for row in cities if len(row.cells) > len(columns)]
    return replace(city_names, cells=tuple(row.label for row in cities)), [*facts, *others]


def _fill_around(summary: ParsedSummary, draft: Draft, labels: Labels) -> None:
    """Fill title, language and date, where they are not the pack's own; keep all other lines."""
    title, languages, others = _read_around(summary, labels)
    named = (pack for pack in labels.packs if pack.name == summary.properties.pack)
    titled = (pack for pack in labels.packs if title and _is_title(title, pack))
    pack = next(chain(named, titled), None)  # the one that the file names, or else the first with its title
    default, location = labels.packs[0], Location(summary.path)
    if pack is not None and pack.name != default.name:
        _put(draft, FieldType.PACK, pack.name, location)
    if pack is not None and draft.get((_CONTACT.name,)) == _contact_of(pack):
        draft.fields.pop(_CONTACT.name)
    language = _put_language(summary, draft, labels)
    usual_languages = (pack or default).label_languages(language, country_codes_of(draft))
    if languages and languages != list(usual_languages):
        _put(draft, FieldType.LABEL_LANGUAGES, languages, location)
    if title is not None and pack is None:  # the first line of other files is no title
        others.insert(0, title)
    elif title is not None and pack is not None and not _is_title(title, pack):
        _put(draft, FieldType.TITLE, title.text, title.location)
    if summary.properties.updated is not None:
        _put(draft, FieldType.DAY, summary.properties.updated.isoformat(), location)
    names = names_of(draft)
    _keep_rest(summary, [title.text if title else "", *names, *numbers_of_cities(len(names))], others, pack, draft)


def _put_language(summary: ParsedSummary, draft: Draft, labels: Labels) -> str:
    """Write the language of the file into the draft if it is known and not that of the project; return it.

    It is the one that the file names. Word files of others in English often have a text in another language: their
    language is that of their labels.
    """
    language = summary.properties.language or DEFAULT_LANGUAGE
    location = Location(summary.path)
    is_known = summary.properties.exact or primary(language) != primary(DEFAULT_LANGUAGE)
    if not is_known:
        language_of_labels = labels.common_language([row.label.text for row in summary.rows])
        if language_of_labels is not None and primary(language_of_labels) != primary(labels.language):
            language, is_known = language_of_labels, True
            draft.problems.append(problem("import-guessed", location, form="language", language=language))
    if is_known and language != labels.language:
        _put(draft, FieldType.LANGUAGE, language, location)
    return language


def _put(draft: Draft, type_: FieldType, value: Any, location: Location) -> None:
    """Set the only field of that type."""
    draft.put((draft.known.of_type(type_).name,), value, location)


def _keep_rest(
    summary: ParsedSummary, known: Sequence[str], others: Sequence[ParsedCell], pack: Pack | None, draft: Draft
) -> None:
    """Keep the other lines and what is beside the text, except what the pack itself prints and texts that are known."""
    cells: list[ParsedCell] = []
    for row in summary.rows:
        cells += (row.label, *row.cells)
    printed = [*known, *(cell.text for cell in cells if summary.properties.exact)]
    own = own_words(pack, summary.properties.updated) | _words_in(" ".join(printed)) if pack else set()
    for cell in others:
        if pack is None or not _words_in(cell.text) <= own:
            draft.keep("", cell.content.text, cell.location)
    in_rows = {cell.location for cell in cells}
    for aside in summary.asides:
        if pack is None or aside.name != PICTURE or aside.location in in_rows:
            draft.keep_aside(aside)


def _read_around(summary: ParsedSummary, labels: Labels) -> tuple[ParsedCell | None, list[str], list[ParsedCell]]:
    """Return the first line, which is the title if a pack printed the file, the languages of the programme label, and
    all other lines.
    """
    title, languages, others = None, list[str](), list[ParsedCell]()
    for group in summary.around:
        lines = [line for line in group if _words_in(line.text)]
        tags = _label_languages(lines, labels.programme_labels)
        if tags:
            languages += [tag for tag in tags if tag not in languages]
            continue
        if lines and title is None:
            title = lines.pop(0)
        others += lines
    return title, languages, [*others, *(line for line in summary.margins if _words_in(line.text))]


def _label_languages(lines: Sequence[ParsedCell], texts: Mapping[str, str]) -> list[str]:
    """Return the languages of a group that consists of programme labels; none for other groups."""
    text = " ".join(line.text for line in lines)
    if len(text) > _LONGEST_TITLE:
        return []
    remaining = folded_label(text)
    tags: list[str] = []
    while remaining:
        text = max((text for text in texts if remaining.startswith(text)), key=len, default="")
        if not text:
            return []
        if texts[text] not in tags:
            tags.append(texts[text])
        remaining = remaining.removeprefix(text).strip()
    return tags


def _is_title(line: ParsedCell, pack: Pack) -> bool:
    return len(line.text) <= _LONGEST_TITLE and folded_label(line.text) in map(folded_label, pack.titles())


def _contact_of(pack: Pack) -> dict[str, str]:
    """Return the parts that a pack's own contact has."""
    names = {field.name for field in BUILT_IN.inside(_CONTACT.path)}
    return {name: text for name, text in pack.settings.contact.model_dump(include=names).items() if text}


def own_words(pack: Pack, updated: date | None) -> set[str]:
    """Return the words that a pack itself prints: those of its templates, its titles, its contact and its programme
    label, and the date of the content.
    """
    texts = [*pack.titles(), *(label.text for label in pack.settings.programme_label.values())]
    texts += _contact_of(pack).values()
    texts += [words_of(pack, language, None).as_of(updated) for language in pack.labels] if updated else []
    if pack.word_template is None:
        texts.append(_template_text(pack.page_template.content, b">"))
    else:
        parts = read_package(pack.word_template.content)
        texts += [_template_text(part, b"</w:p>") for name, part in parts.items() if name.endswith(".xml")]
    return _words_in(" ".join(texts))


def _template_text(content: bytes, block_end: bytes) -> str:
    """Return the text of a template without its tags and elements; `block_end` ends words too."""
    marked = content.replace(block_end, block_end + b" ").decode("utf-8", errors="replace")
    return _TAG.sub(" ", re.sub(r"<[^<>]*>", "", marked))


def _words_in(text: str) -> set[str]:
    """Return the words of a text."""
    return set(re.findall(r"\w+", text))
