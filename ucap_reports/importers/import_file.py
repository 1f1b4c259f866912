"""The plans in a file, by the kind of the file."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.cell_grids import CellGrid, delimited_grid
from ucap_reports.importers.encoding_detection import decoded
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.label_mapping import MappedLabel, columns_mapping, mapped_labels
from ucap_reports.importers.parsed_summary import ParsedSummary
from ucap_reports.importers.plan_draft import Draft, ImportedPlan, finished, id_of
from ucap_reports.importers.summary_to_draft import draft_of
from ucap_reports.importers.table_columns import IGNORE, NO_MAP, ColumnMap, header_of, target_of_header
from ucap_reports.importers.table_drafts import parse_label_column, table_drafts
from ucap_reports.importers.text_summaries import parse_text_summary
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, reported
from ucap_reports.storage.decoding import Source

WORKBOOKS = (".xlsx", ".xlsm")
WORD_FILES = (".docx", ".docm")
_KINDS = (*WORD_FILES, *WORKBOOKS, ".csv", ".tsv", ".txt", ".pdf")


class _Found(Struct):
    """What is collected while a file is read: warnings about it, and the fields of its labels."""

    problems: list[Problem] = field(default_factory=list)
    mapping: list[MappedLabel] = field(default_factory=list)


class Imported(Struct, frozen=True):
    """The plans of a file, and the problems of the file itself: plans that could not be made, and warnings."""

    plans: tuple[ImportedPlan, ...]
    problems: tuple[Problem, ...]


def import_content(
    content: bytes,
    path: str,
    labels: Labels,
    columns: ColumnMap = NO_MAP,
    mapping: list[MappedLabel] | None = None,
) -> Imported:
    """Return the plans in a file. Raises ProblemsFound if it cannot be read or has none.

    Only labels and column headers that are known, or that the map in `columns` names, fill fields. `mapping` gets all
    of them with their fields, and proposals for the others, also if there is an error.
    """
    mapping = [] if mapping is None else mapping
    labels = replace(labels, mapped=columns.labels)
    here = Location(path)
    ending = PurePath(path).suffix.lower()
    if ending not in _KINDS:
        kind, kinds = ending or "no ending", ", ".join(_KINDS)
        raise ProblemsFound([problem("import-kind", here, kind=kind, kinds=kinds)])
    if ending == ".pdf":
        from ucap_reports.importers.embedded_plans import embedded_plans  # noqa: PLC0415 - other files need no pdfium

        return Imported(_with_different_ids(embedded_plans(content, path, labels.known), path), ())
    found = _Found()
    problems = found.problems
    try:
        drafts = _drafts(content, path, labels, columns, found)
    finally:
        mapping += {label.source: label for label in reversed(found.mapping)}.values()
        mapping.reverse()
    plans: list[ImportedPlan] = []
    for draft in drafts:
        with reported(problems.extend):
            plans.append(finished(draft, labels))
    if not drafts:
        problems.append(problem("import-empty", here, form="plans"))
    return Imported(_with_different_ids(plans, path), tuple(problems))


def _with_different_ids(plans: Iterable[ImportedPlan], path: str) -> tuple[ImportedPlan, ...]:
    """The plans, each with an id that no other has."""
    found: dict[str, ImportedPlan] = {}
    numbers: Counter[str] = Counter()
    for plan in plans:
        own = plan.id
        while own in found:
            numbers[plan.id] += 1
            own = f"{plan.id[:75]}-{numbers[plan.id] + 1}"
        if own != plan.id:
            twice = problem("import-duplicate", Location(path), id=plan.id, other=own)
            plan = replace(plan, id=own, problems=(*plan.problems, twice))  # noqa: PLW2901 - the same plan, renamed
        found[own] = plan
    return tuple(found.values())


def _drafts(
    content: bytes,
    path: str,
    labels: Labels,
    columns: ColumnMap,
    found: _Found,
) -> list[Draft]:
    """The drafts of the plans in a file, by its kind; `found` gets the warnings about the file, and its labels."""
    match PurePath(path).suffix.lower():
        case ending if ending in WORD_FILES:
            from ucap_reports.importers.form_reading import form_draft, read_form  # noqa: PLC0415 - as above
            from ucap_reports.importers.word_summaries import parse_word_summary  # noqa: PLC0415 - tables need no XML

            plan_form = read_form(content, path)
            if plan_form is not None:
                draft = form_draft(plan_form, labels)
                return [draft] if draft.has_cities() else []
            summary = parse_word_summary(content, path, labels)
        case ending if ending in WORKBOOKS:
            return _of_workbook(content, path, labels, columns, found)
        case ".txt":
            summary = parse_text_summary(Source(path, decoded(content, path, found.problems)), labels)
        case _:
            text = decoded(content, path, found.problems)

            def is_header(text: str) -> bool:
                return target_of_header(text, labels, columns) is not None

            grid = delimited_grid(text, path, is_header, found.problems)
            return _of_grid(grid, labels, columns, found)
    summary = _without_ignored(summary, labels)
    found.mapping += mapped_labels(summary, labels)
    draft = draft_of(summary, labels)
    draft.id = id_of([PurePath(path).stem])
    return [draft]


def _of_workbook(
    content: bytes,
    path: str,
    labels: Labels,
    columns: ColumnMap,
    found: _Found,
) -> list[Draft]:
    """The plans of all sheets; a sheet without plans is kept in the first plan, unless there is none."""
    from ucap_reports.importers.spreadsheets import workbook_grids  # noqa: PLC0415 - text files need no spreadsheets

    workbook = workbook_grids(content, path)
    found.problems += workbook.problems
    drafts: list[Draft] = []
    refused: list[Problem] = []
    others = list(workbook.hidden)
    for grid in workbook.grids:
        try:
            drafts += _of_grid(grid, labels, columns, found)
        except ProblemsFound as wrong:
            refused += wrong.problems
            others.append(grid)
    if not drafts and refused:
        raise ProblemsFound(refused)
    found.problems += [problem("import-sheet", each.location, hint=each.hint, reason=each.message) for each in refused]
    for draft in drafts[:1]:
        rows = (grid.kept(row, "; ") for grid in others for row in grid.rows if grid.own_cells(row))
        draft.leftovers += [*workbook.texts, *rows]
    return drafts


def _of_grid(grid: CellGrid, labels: Labels, columns: ColumnMap, found: _Found) -> list[Draft]:
    """Return the plans of a table: one with its labels in the first column, or one for each row."""
    summary = None
    if columns is NO_MAP or header_of(grid, labels, columns) is None:
        summary = parse_label_column(grid, labels)
    if summary is None:
        header = header_of(grid, labels, columns)
        if header is not None:
            found.mapping += columns_mapping(header, grid.rows[header.last + 1 :], labels)
        return table_drafts(grid, labels, columns, found.problems)
    summary = _without_ignored(summary, labels)
    found.mapping += mapped_labels(summary, labels)
    return [draft_of(summary, labels)]


def _without_ignored(summary: ParsedSummary, labels: Labels) -> ParsedSummary:
    """Return the summary without the rows that the map ignores."""
    rows = tuple(row for row in summary.rows if labels.find(row.label.text) != IGNORE)
    return summary if len(rows) == len(summary.rows) else replace(summary, rows=rows)
