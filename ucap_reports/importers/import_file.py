"""The plans in a file, by the kind of the file."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.cell_grids import CellGrid, delimited_grid
from ucap_reports.importers.column_headers import target_of_header
from ucap_reports.importers.column_map import ColumnMap
from ucap_reports.importers.encoding_detection import decoded
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.finish_plan import ImportedPlan, finished, id_of
from ucap_reports.importers.form_to_draft import draft_of
from ucap_reports.importers.office_archive import MAX_FILE, kind_of
from ucap_reports.importers.plan_draft import Draft, Leftover
from ucap_reports.importers.printed_dates import put_days
from ucap_reports.importers.table_drafts import label_column_form, table_drafts
from ucap_reports.importers.text_dumps import text_form
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.storage.decoding import Source

_OTHERS = {
    **dict.fromkeys((".doc", ".rtf", ".odt", ".fodt", ".pages", ".html", ".htm"), "save it as .docx"),
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".fods", ".numbers"), "save it as .xlsx"),
    ".pptx": "copy its text into a .txt file, or its table into a spreadsheet",
    ".zip": "unpack it, and name the files in it",
    **dict.fromkeys((".yaml", ".yml"), "run `ucap check`: it is a plan already"),
}
"""Kinds of files that are not imported, with what to do about them."""
_PDF = ".pdf"


class Imported(Struct, frozen=True):
    """The plans of a file, and the problems of the file itself: plans that could not be made, and warnings."""

    plans: tuple[ImportedPlan, ...]
    problems: tuple[Problem, ...]


_Drafts = tuple[list[Draft], list[Problem]]


def import_content(content: bytes, path: str, labels: Labels, columns: ColumnMap | None = None) -> Imported:
    """The plans in a file; raises ProblemsFound where it cannot be read or has none."""
    here = Location(path)
    if len(content) > MAX_FILE:
        raise ProblemsFound([problem("import-too-large", here, form="file", limit=MAX_FILE // 1024**2)])
    ending = PurePath(path).suffix.lower()
    if ending not in _KINDS and ending != _PDF:
        hint = _OTHERS.get(ending) or did_you_mean(ending, _KINDS)
        unknown, kinds = ending or "no ending", ", ".join([*_KINDS, _PDF])
        raise ProblemsFound([problem("import-kind", here, form="unknown", hint=hint, kind=unknown, kinds=kinds)])
    if (kind := kind_of(content)) is not None and kind not in {ending, *_SAME.get(ending, ())}:
        better = _OTHERS.get(kind)
        raise ProblemsFound([problem("import-kind", here, form="other", hint=better, ending=ending, kind=kind)])
    if ending == _PDF:
        from ucap_reports.importers.embedded_plans import embedded_plans  # noqa: PLC0415 - other files need no pdfium

        return Imported(_with_different_ids(embedded_plans(content, path), path), ())
    drafts, problems = _KINDS[ending](content, path, labels, columns)
    plans: list[ImportedPlan] = []
    for draft in drafts:
        put_days(draft, labels)
        try:
            plans.append(finished(draft))
        except ProblemsFound as found_problems:
            problems += found_problems.problems
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
            twice = problem("import-twice", Location(path), id=plan.id, other=own)
            plan = replace(plan, id=own, problems=(*plan.problems, twice))  # noqa: PLW2901 - the same plan, renamed
        found[own] = plan
    return tuple(found.values())


def _text(content: bytes, path: str, labels: Labels, _: ColumnMap | None) -> _Drafts:
    text, problems = decoded(content, path)
    draft = draft_of(text_form(Source(path, text), labels), labels)
    draft.id = _id_of_file(path)
    return [draft], problems


def _word(content: bytes, path: str, labels: Labels, _: ColumnMap | None) -> _Drafts:
    from ucap_reports.importers.word_summaries import word_form  # noqa: PLC0415 - tables need no XML

    draft = draft_of(word_form(content, path, labels), labels)
    draft.id = _id_of_file(path)
    return [draft], []


def _delimited(content: bytes, path: str, labels: Labels, columns: ColumnMap | None) -> _Drafts:
    text, problems = decoded(content, path)
    grid = delimited_grid(text, path, lambda text: target_of_header(text, labels, columns) is not None)
    drafts, more = _drafts_of(grid, labels, columns)
    return drafts, [*problems, *more]


def _workbook(content: bytes, path: str, labels: Labels, columns: ColumnMap | None) -> _Drafts:
    """The plans of all sheets; a sheet without plans is kept in the first plan, unless there is none."""
    from ucap_reports.importers.spreadsheets import workbook_grids  # noqa: PLC0415 - text files need no spreadsheets

    workbook = workbook_grids(content, path)
    problems = list(workbook.problems)
    drafts: list[Draft] = []
    refused: list[Problem] = []
    others = list(workbook.hidden)
    for grid in workbook.grids:
        try:
            found, more = _drafts_of(grid, labels, columns)
        except ProblemsFound as wrong:
            refused += wrong.problems
            others.append(grid)
        else:
            drafts += found
            problems += more
    if not drafts and refused:
        raise ProblemsFound(refused)
    problems += [problem("import-sheet", each.location, hint=each.hint, reason=each.message) for each in refused]
    for draft in drafts[:1]:
        draft.leftovers += [*workbook.texts, *(leftover for grid in others for leftover in _rows_of(grid))]
    return drafts, problems


def _rows_of(grid: CellGrid) -> Iterable[Leftover]:
    """A comment for each row of a sheet that has no plans."""
    for row in grid.rows:
        texts = [text for cell in grid.own_cells(row) for text in (cell.cell.content.text, cell.note) if text]
        if texts:
            yield Leftover("", "; ".join(texts), grid.own_cells(row)[0].cell.location)


def _drafts_of(grid: CellGrid, labels: Labels, columns: ColumnMap | None) -> _Drafts:
    form = None if columns else label_column_form(grid, labels)
    return table_drafts(grid, labels, columns) if form is None else ([draft_of(form, labels)], [])


def _id_of_file(path: str) -> str:
    return id_of([PurePath(path).stem])


_KINDS: dict[str, Callable[[bytes, str, Labels, ColumnMap | None], _Drafts]] = {
    ".docx": _word,
    ".docm": _word,
    ".xlsx": _workbook,
    ".xlsm": _workbook,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".txt": _text,
}
_SAME: dict[str, Sequence[str]] = {".docm": (".docx",), ".xlsm": (".xlsx",)}
"""Kinds that are read as another."""
