"""A file's content to plans, by the kind of the file."""

from collections.abc import Callable, Iterable
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.cell_grids import CellGrid, delimited_grid
from ucap_reports.importers.column_map import ColumnMap
from ucap_reports.importers.encoding_detection import decoded
from ucap_reports.importers.field_labels import Labels, folded_label
from ucap_reports.importers.finish_plan import ImportedPlan, finished, id_of
from ucap_reports.importers.form_to_draft import draft_of
from ucap_reports.importers.office_archive import MAX_FILE, archive_problem, kind_of
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.importers.printed_dates import put_days
from ucap_reports.importers.table_drafts import label_column_form, table_drafts
from ucap_reports.importers.text_dumps import text_form
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.storage.decoding import Source

_OTHERS = {
    **dict.fromkeys((".doc", ".rtf", ".odt", ".fodt", ".pages", ".html", ".htm"), "save it as .docx"),
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".fods", ".numbers"), "save it as .xlsx"),
    ".pdf": "import the Word file that it was made of, or save its text as .txt",
    ".pptx": "copy its text into a file that ends with .txt, or its table into a spreadsheet",
    ".zip": "unpack it, and name the files in it",
    **dict.fromkeys((".yaml", ".yml"), "a plan need not be imported; `ucap check` tells what it needs"),
}
"""Kinds of files that are not read, with what to do about them."""


class Imported(Struct, frozen=True):
    """The plans of a file, and everything to be told of it: errors of those that could not be made, and warnings."""

    plans: tuple[ImportedPlan, ...]
    problems: tuple[Problem, ...]


_Drafts = tuple[list[Draft], list[Problem]]


def import_content(content: bytes, path: str, labels: Labels, columns: ColumnMap | None = None) -> Imported:
    """The plans that a file holds; raises ProblemsFound where it cannot be read, or holds none."""
    if len(content) > MAX_FILE:
        raise archive_problem("import-too-large", f"this file is larger than {MAX_FILE // 1024**2} MiB", None, path)
    ending = PurePath(path).suffix.lower()
    if ending not in _KINDS:
        raise _unknown_kind(ending, path)
    if (kind := kind_of(content)) is not None and kind not in {ending, *_SAME.get(ending, ())}:
        hint = _OTHERS.get(kind) or f"let its name end with {kind}"
        raise archive_problem("import-kind", f"this file is called {ending}, and is a {kind} file", hint, path)
    drafts, problems = _KINDS[ending](content, path, labels, columns)
    plans: list[ImportedPlan] = []
    for draft in drafts:
        put_days(draft, labels)
        try:
            plans.append(finished(draft))
        except ProblemsFound as found:
            problems += found.problems
    if not drafts:
        problems.append(Problem.error("import-empty", "this file holds no plans", None, Location(path)))
    return Imported(_with_own_ids(plans, path), tuple(problems))


def _unknown_kind(ending: str, path: str) -> ProblemsFound:
    kinds = ", ".join(_KINDS)
    hint = _OTHERS.get(ending) or did_you_mean(ending, _KINDS) or f"there are {kinds}"
    return archive_problem(
        "import-kind", f"files of the kind {ending or 'without ending'} cannot be imported", hint, path
    )


def _with_own_ids(plans: Iterable[ImportedPlan], path: str) -> tuple[ImportedPlan, ...]:
    """The plans, each with an id that no other has."""
    known: set[str] = set()
    kept = []
    for plan in plans:
        number, own = 1, plan.id
        while own in known:
            number += 1
            own = f"{plan.id[:76]}-{number}"
        known.add(own)
        if own != plan.id:
            hint = "a column id names the plans otherwise"
            twice = Problem.warning("import-twice", f"two plans would be {plan.id}; one is {own}", hint, Location(path))
            kept.append(replace(plan, id=own, problems=(*plan.problems, twice)))
        else:
            kept.append(plan)
    return tuple(kept)


def _text(content: bytes, path: str, labels: Labels, _: ColumnMap | None) -> _Drafts:
    text, problems = decoded(content, path)
    form, more = text_form(Source(path, text), labels)
    draft = draft_of(form, labels)
    draft.id = _id_of_file(path)
    return [draft], [*problems, *more]


def _word(content: bytes, path: str, labels: Labels, _: ColumnMap | None) -> _Drafts:
    from ucap_reports.importers.word_summaries import word_form  # noqa: PLC0415 - tables need no XML

    draft = draft_of(word_form(content, path, labels), labels)
    draft.id = _id_of_file(path)
    return [draft], []


def _delimited(content: bytes, path: str, labels: Labels, columns: ColumnMap | None) -> _Drafts:
    text, problems = decoded(content, path)
    named = {folded_label(header) for header in columns.columns} if columns else set()
    grid = delimited_grid(text, path, lambda text: folded_label(text) in named or labels.find(text) is not None)
    drafts, more = _drafts_of(grid, labels, columns)
    return drafts, [*problems, *more]


def _workbook(content: bytes, path: str, labels: Labels, columns: ColumnMap | None) -> _Drafts:
    """The plans of all sheets. A sheet without plans is told of, unless none has any."""
    from ucap_reports.importers.spreadsheets import workbook_grids  # noqa: PLC0415 - text files need no spreadsheets

    grids, problems = workbook_grids(content, path)
    drafts: list[Draft] = []
    refused: list[Problem] = []
    for grid in grids:
        try:
            found, more = _drafts_of(grid, labels, columns)
        except ProblemsFound as wrong:
            refused += wrong.problems
        else:
            drafts += found
            problems += more
    if not drafts and refused:
        raise ProblemsFound(refused)
    told = [
        Problem.warning("import-sheet", f"nothing is taken: {each.message}", each.hint, each.location)
        for each in refused
    ]
    return drafts, [*problems, *told]


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
_SAME = {".docm": (".docx",), ".xlsm": (".xlsx",)}
"""Kinds that are read as another."""
