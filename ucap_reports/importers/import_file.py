"""The plans in a file, by the kind of the file, and the fields of its labels and columns, with proposals that a person
must confirm.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.column_map_file import IGNORE, NO_MAP, ColumnMap, names_cities
from ucap_reports.importers.draft_and_kept_comments import (
    Draft,
    Imported,
    ImportedPlan,
    finished,
    on_one_line,
)
from ucap_reports.importers.imported_summaries import cities_of_rows, draft_of
from ucap_reports.importers.imported_tables import (
    CellGrid,
    Header,
    Row,
    delimited_grid,
    header_of,
    likely_header,
    parse_label_column,
    table_drafts,
    target_of_header,
)
from ucap_reports.importers.label_recognition import MAX_LABEL, Labels, folded_label
from ucap_reports.importers.parsed_cells_and_lists import ParsedCell, ParsedRow, ParsedSummary
from ucap_reports.importers.text_files import decoded, parse_text_summary
from ucap_reports.plan.countries_goals_and_partnerships import find_country
from ucap_reports.plan.field_descriptions import CITIES, NAME, FieldType
from ucap_reports.plan.plan_ids import different_ids, id_fault, id_of_names
from ucap_reports.plan.plan_model import BUILT_IN, MAX_CITIES, parse_plan
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, reported
from ucap_reports.storage.decoding import Source, decode_source
from ucap_reports.storage.pdf_safety_check import MAX_PDF_UNPACKED, PdfLimitError, check_pdf_limits
from ucap_reports.storage.project_folder import PLAN_ENDING
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_EMBEDDED_PLANS = 100
"""embedded plans"""
WORKBOOKS = (".xlsx", ".xlsm")
WORD_FILES = (".docx", ".docm")
_KINDS = (*WORD_FILES, *WORKBOOKS, ".csv", ".tsv", ".txt", ".pdf")
_MOST_TEXTS = 20
"""The different texts of a column in which words for a choice can be seen."""
_FEWEST_COUNTRIES = 0.6
"""The part of the texts in a column that must be countries, if its header does not say so."""
_LABELLED = re.compile(r"(?P<label>[^:\uff1a\t]{2,80})[:\uff1a\t]\s*(?P<value>\S.*)?")
_PAIR = re.compile(r"[^\n]{2,60}?\s[-\u2013\u2014\u2194]\s[^\n]{2,60}")
"""A title with two cities."""


class MappedLabel(Struct, frozen=True):
    """A label or column header (`source`), its field, and the first value that the file has for it.

    Only a `certain` field is filled; others are proposals. `field` is None if there is no proposal either.
    """

    source: str
    field: str | None
    sample: str
    certain: bool


def import_content(
    content: bytes,
    path: str,
    labels: Labels,
    columns: ColumnMap = NO_MAP,
    mapping: list[MappedLabel] | None = None,
    *,
    texts: dict[str, tuple[str, ...]] | None = None,
) -> Imported:
    """Return the plans in a file. Raises ProblemsFound if it cannot be read or has none.

    Only labels and column headers that are known, or that the map in `columns` names, fill fields. `mapping` gets all
    of them with their fields, and proposals for the others, also if there is an error. `texts` gets the different texts
    of each column by its header, unless there are many.
    """
    labels = replace(labels, mapped=columns.labels)
    location = Location(path)
    ending = PurePath(path).suffix.lower()
    if ending not in _KINDS:
        kind = ending or "no ending"
        raise ProblemsFound([problem("import-kind", location, kind=kind, kinds=", ".join(_KINDS))])
    if ending == ".pdf":
        embedded_plans = _embedded_plans(content, path, labels)
        return Imported(_with_different_ids(embedded_plans, path), ())
    reading = _FileReading()
    try:
        drafts = _drafts(content, path, labels, columns, reading)
    finally:
        if texts is not None:
            texts |= reading.texts
        if mapping is not None:
            mapping += _first_of_each_label(reading.mapping)
    problems = reading.problems
    plans: list[ImportedPlan] = []
    for draft in drafts:
        with reported(problems.extend):
            plans.append(finished(draft, labels))
    if not drafts:
        missing = "form" if reading.is_form else "plans"
        problems.append(problem("import-empty", location, form=missing))
    return Imported(_with_different_ids(plans, path), tuple(problems))


class _FileReading(Struct):
    """What is collected while a file is read: warnings about it, and the fields of its labels."""

    problems: list[Problem] = field(default_factory=list)
    mapping: list[MappedLabel] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_form: bool = False


def _first_of_each_label(mapping: Iterable[MappedLabel]) -> Iterable[MappedLabel]:
    """Return the mapping of each label where it is first: several sheets may have the same labels."""
    mapping_by_label: dict[str, MappedLabel] = {}
    for label in mapping:
        mapping_by_label.setdefault(label.source, label)
    return mapping_by_label.values()


def _with_different_ids(plans: Sequence[ImportedPlan], path: str) -> tuple[ImportedPlan, ...]:
    """Return the plans, each with an id that no other has, and a warning about an id that another has."""
    imported: list[ImportedPlan] = []
    for plan, own_id in zip(plans, different_ids(plan.id for plan in plans), strict=True):
        if own_id == plan.id:
            imported.append(plan)
        else:
            warning = problem("import-duplicate", Location(path), id=plan.id, other=own_id)
            imported.append(replace(plan, id=own_id, problems=(*plan.problems, warning)))
    return tuple(imported)


# Files by their kind


def _drafts(
    content: bytes,
    path: str,
    labels: Labels,
    columns: ColumnMap,
    reading: _FileReading,
) -> list[Draft]:
    """Return the drafts of the plans in a file, by its kind; `reading` gets the warnings about the file, and its
    labels.
    """
    match PurePath(path).suffix.lower():
        case ending if ending in WORD_FILES:
            return _drafts_of_word_file(content, path, labels, reading)
        case ending if ending in WORKBOOKS:
            return _drafts_of_workbook(content, path, labels, columns, reading)
        case ".txt":
            source = Source(path, decoded(content, path, reading.problems))
            return _drafts_of_document(parse_text_summary(source, labels), labels, reading)
        case _:
            text = decoded(content, path, reading.problems)

            def is_header(text: str) -> bool:
                return target_of_header(text, labels, columns) is not None

            grid = delimited_grid(text, path, is_header, reading.problems)
            return _drafts_of_grid(grid, labels, columns, reading)


def _drafts_of_word_file(content: bytes, path: str, labels: Labels, reading: _FileReading) -> list[Draft]:
    """Return the plan of a form or of a summary; none if a form has no city."""
    from ucap_reports.importers.form_answers import form_draft, read_form  # noqa: PLC0415 - tables need no XML
    from ucap_reports.importers.word_package import WordPackage  # noqa: PLC0415 - as above
    from ucap_reports.importers.word_summary_reading import parse_word_summary  # noqa: PLC0415 - as above

    package = WordPackage(content, path)
    if package.identity.book:
        raise ProblemsFound([problem("import-of-book", Location(path))])
    plan_form = read_form(package)
    if plan_form is None:
        return _drafts_of_document(parse_word_summary(package, labels), labels, reading)
    reading.is_form = True
    draft = form_draft(plan_form, labels)
    return [draft] if draft.has_cities() else []


def _drafts_of_document(summary: ParsedSummary, labels: Labels, reading: _FileReading) -> list[Draft]:
    """Return the plan of a document, named after its file."""
    draft = _draft_of_summary(summary, labels, reading)
    draft.id = id_of_names([PurePath(summary.path).stem])
    return [draft]


def _draft_of_summary(summary: ParsedSummary, labels: Labels, reading: _FileReading) -> Draft:
    """Return the plan of a summary, without the rows that the map ignores."""
    rows = tuple(row for row in summary.rows if labels.find(row.label.text) != IGNORE)
    summary = replace(summary, rows=rows)
    reading.mapping += _mapped_labels(summary, labels)
    return draft_of(summary, labels)


def _drafts_of_workbook(
    content: bytes,
    path: str,
    labels: Labels,
    columns: ColumnMap,
    reading: _FileReading,
) -> list[Draft]:
    """Return the plans of all sheets; a sheet without plans is kept in the first plan, unless there is none."""
    from ucap_reports.importers.workbook_reading import workbook_grids  # noqa: PLC0415 - text files need no spreadsheets

    workbook = workbook_grids(content, path)
    reading.problems += workbook.problems
    drafts: list[Draft] = []
    refusals: list[Problem] = []
    sheets_without_plans = list(workbook.hidden)
    for grid in workbook.grids:
        try:
            drafts += _drafts_of_grid(grid, labels, columns, reading)
        except ProblemsFound as refused:
            refusals += refused.problems
            sheets_without_plans.append(grid)
    if not drafts and refusals:
        raise ProblemsFound(refusals)
    for refusal in refusals:
        reading.problems.append(problem("import-sheet", refusal.location, hint=refusal.hint, reason=refusal.message))
    if drafts:
        leftovers = drafts[0].leftovers
        leftovers += workbook.texts
        for grid in sheets_without_plans:
            leftovers += [grid.kept(row, "; ") for row in grid.rows if grid.own_cells(row)]
    return drafts


def _drafts_of_grid(grid: CellGrid, labels: Labels, columns: ColumnMap, reading: _FileReading) -> list[Draft]:
    """Return the plans of a table: one with its labels in the first column, or one for each row."""
    header = header_of(grid, labels, columns)
    if columns is NO_MAP or header is None:
        summary = parse_label_column(grid, labels)
        if summary is not None:
            return [_draft_of_summary(summary, labels, reading)]
    header = header or likely_header(grid)
    if header is not None:
        rows_below = grid.rows[header.last + 1 :]
        reading.mapping += _columns_mapping(header, rows_below, labels, reading.texts)
    return table_drafts(grid, labels, columns, reading.problems)


# The fields of labels and columns


def _columns_mapping(
    header: Header, rows: Sequence[Row], labels: Labels, texts: dict[str, tuple[str, ...]]
) -> list[MappedLabel]:
    """Return the mapping of the columns of a table that have a header and content; `texts` gets their different texts.

    A column without a known header may be proposed as a field by its words, or because its cells have countries. Those
    that are proposed for the same field of cities are proposed for one city after the other.
    """
    mapping: list[MappedLabel] = []
    for column in header.columns:
        if not column.header:
            continue
        column_texts = _different_texts(row[column.index] for row in rows)
        if not column_texts:
            continue
        if len(column_texts) <= _MOST_TEXTS:
            texts[column.header] = column_texts
        target: str | None
        if column.uses:
            target = next((use.field for use in column.uses if use.field != IGNORE), IGNORE)
        else:
            target = labels.proposed_target(column.header) or _field_of_countries(column_texts, labels)
        mapping.append(MappedLabel(column.header, target, column_texts[0], certain=bool(column.uses)))
    return _with_numbers(mapping, labels)


def _different_texts(cells: Iterable[ParsedCell | None]) -> tuple[str, ...]:
    """Return the different texts of cells that say something, each on one line."""
    texts: dict[str, None] = {}
    for cell in cells:
        if cell is not None and not is_unknown(cell.text):
            texts[on_one_line(cell.text)] = None
    return tuple(texts)


def _with_numbers(mapping: Sequence[MappedLabel], labels: Labels) -> list[MappedLabel]:
    """Return the mapping with a city for each proposal of a field of cities, unless one column is all that it has."""
    taken = {label.field for label in mapping}
    proposals = Counter(label.field for label in mapping if not label.certain)
    numbered: list[MappedLabel] = []
    for label in mapping:
        known = labels.known.of_key(label.field or "")
        if label.certain or known is None or not known.is_of_city:
            numbered.append(label)
            continue
        fields_by_city = [f"{CITIES}[{index}].{known.name}" for index in range(MAX_CITIES)]
        if proposals[known.key] > 1 or taken.intersection(fields_by_city):
            free = next((field for field in fields_by_city if field not in taken), known.key)
            taken.add(free)
            numbered.append(replace(label, field=free))
        else:
            numbered.append(label)
    return numbered


def _field_of_countries(texts: Sequence[str], labels: Labels) -> str | None:
    """Return the field of countries, if most texts name one."""
    countries = [text for text in texts if find_country(text) is not None]
    if len(countries) < _FEWEST_COUNTRIES * len(texts):
        return None
    return labels.known.of_type(FieldType.COUNTRIES).key


def _mapped_labels(summary: ParsedSummary, labels: Labels) -> Iterator[MappedLabel]:
    """Yield the mapping of the labels of a document: of its rows, of lines with a label, and of a title with cities."""
    mapped_rows = list(_mapped_rows(summary.rows, labels))
    yield from mapped_rows
    has_cities = any(row.certain and row.field is not None and names_cities(row.field) for row in mapped_rows)
    title = next(chain.from_iterable(summary.around), None)
    for group in summary.around:
        for line, line_below in zip(group, (*group[1:], None), strict=True):
            label, value = _label_and_value(line)
            if line is title and not has_cities and _PAIR.fullmatch(line.text):
                is_certain = labels.find(line.text) == NAME
                yield MappedLabel(line.text, CITIES, on_one_line(line.text), certain=is_certain)
            elif label:
                if not value and line_below is not None and not _has_label(line_below):
                    value = line_below.text
                yield MappedLabel(label, labels.proposal(label), on_one_line(value), certain=False)


def _mapped_rows(rows: Sequence[ParsedRow], labels: Labels) -> Iterator[MappedLabel]:
    """Yield the mapping of the labels of rows."""
    city_of_row = cities_of_rows(rows, labels)
    for index, row in enumerate(rows):
        label = without_colon(row.label.text)
        if not label:
            continue
        field = labels.find(label)
        if index in city_of_row:
            field = labels.path(*city_of_row[index])
        sample = on_one_line("; ".join(cell.text for cell in row.cells if cell.text))
        yield MappedLabel(label, field or labels.proposal(label), sample, certain=field is not None)


def _label_and_value(line: ParsedCell) -> tuple[str, str]:
    """Return the label that a line begins with, or that it is as a heading, and what follows it; an empty label if it
    has none.
    """
    match = _LABELLED.fullmatch(line.text)
    if match is not None and folded_label(match["label"]):
        return match["label"].strip(), match["value"] or ""
    if line.is_heading and len(line.text) <= MAX_LABEL:
        return line.text, ""
    return "", ""


def _has_label(line: ParsedCell) -> bool:
    label, _ = _label_and_value(line)
    return bool(label)


# Plans that are embedded in PDFs

_MOST_BYTES = 4 * MAX_TEXT_FILE_BYTES
"""Of all plans together."""
_LANGUAGE = BUILT_IN.of_type(FieldType.LANGUAGE).name


def _embedded_plans(content: bytes, path: str, labels: Labels) -> tuple[ImportedPlan, ...]:
    """Return the plans that a PDF contains, each with the text of its file.

    Raises ProblemsFound if the PDF is damaged or contains none, and with all errors of its plans.
    """
    import pypdfium2 as pdfium  # noqa: PLC0415 - other files need no pdfium

    _refuse_bombs(content, path)
    try:
        with pdfium.PdfDocument(content) as document:
            files = list(_plan_files(document, path))
    except pdfium.PdfiumError:
        raise ProblemsFound([problem("import-damaged", Location(path), form="archive", kind="pdf")]) from None
    if not files:
        raise ProblemsFound([problem("import-plan-missing", Location(path))])
    return tuple(_embedded_plan(name, plan, path, labels) for name, plan in files)


def _refuse_bombs(content: bytes, path: str) -> None:
    """Raise ProblemsFound for a PDF that PDFium would unpack to too much."""
    try:
        check_pdf_limits(content)
    except PdfLimitError as error:
        if error.is_hidden:
            raise ProblemsFound([problem("import-damaged", Location(path), form="hidden", reason=error)]) from None
        raise _too_large(path, MAX_PDF_UNPACKED) from None


def _too_large(path: str, limit: int) -> ProblemsFound:
    return ProblemsFound([problem("import-too-large", Location(path), form="archive", limit=limit // 1024**2)])


def _plan_files(document: "PdfDocument", path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of the embedded files that may be plans."""
    total = 0
    for number in range(min(document.count_attachments(), MAX_EMBEDDED_PLANS)):
        attachment = document.get_attachment(number)
        if not attachment.get_name().endswith(PLAN_ENDING):
            continue
        plan = bytes(attachment.get_data())
        total += len(plan)
        if len(plan) > MAX_TEXT_FILE_BYTES:
            raise _too_large(path, MAX_TEXT_FILE_BYTES)
        if total > _MOST_BYTES:
            raise _too_large(path, _MOST_BYTES)
        yield attachment.get_name(), plan


def _embedded_plan(name: str, content: bytes, path: str, labels: Labels) -> ImportedPlan:
    """Return the plan of an embedded file. It is named after that file or, if this is no plan's name, after the PDF.

    An embedded plan that names no language is in English, whatever is the language of plans in the project.
    """
    plan_id = name.removesuffix(PLAN_ENDING)
    if id_fault(plan_id) is not None:
        name_of_pdf, _, _ = PurePath(path).stem.partition(".")
        plan_id = id_of_names([name_of_pdf])
    source = decode_source(content, f"{path}/{plan_id}{PLAN_ENDING}")
    plan = parse_plan(source, labels.known.without_required)
    text = source.text
    if _LANGUAGE not in plan.model_fields_set and plan.language != labels.language:
        text = format_plan(replace(source, text=f"{_LANGUAGE}: {plan.language}\n{text}"), labels.known)
    return ImportedPlan(plan_id, text, ())
