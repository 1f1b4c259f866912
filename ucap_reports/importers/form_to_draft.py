"""A form as the draft of a plan: each row goes to its field, the lines around the table to title and contact."""

from collections.abc import Sequence

from msgspec.structs import replace

from ucap_reports.importers.around_table import fill_around
from ucap_reports.importers.contact_splitting import split_office
from ucap_reports.importers.field_labels import CITY_FIELDS, Labels
from ucap_reports.importers.imported_form import Form, FormCell, FormRow
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.importers.shared_cells import CityColumns
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.text.rich_text import RichText

_COMBINED = " · "
"""Between the headers of facts that share a column."""


def draft_of(form: Form, labels: Labels) -> Draft:
    """The draft of the plan that a form shows; raises ProblemsFound where it names no cities."""
    draft = Draft(form.path, exact=form.properties.exact, problems=list(form.problems))
    rows = [_with_unknown(row, labels) for row in form.rows]
    heads = next((row for row in rows if labels.find(row.label.text) == "name" and _filled(row)), None)
    if heads is not None:
        _refuse_several(rows, labels)
        _fill_rows(heads, [row for row in rows if row is not heads], draft, labels)
    if not draft.has_cities():
        place = form.rows[0].label.location if form.rows else Location(form.path)
        raise ProblemsFound([problem("import-no-cities", place)])
    split_office(draft, has_office=not draft.exact or form.properties.author != "")
    fill_around(form, draft, labels)
    return draft


def _with_unknown(row: FormRow, labels: Labels) -> FormRow:
    """The row with N/A in the cells that say so in another language."""
    unknown = RichText.plain("N/A")
    cells = (replace(cell, content=unknown) if cell.text in labels.unknown else cell for cell in row.cells)
    return replace(row, cells=tuple(cells))


def _filled(row: FormRow) -> list[FormCell]:
    """The cells that say something."""
    return [cell for cell in row.cells if not is_unknown(cell.text)]


def _refuse_several(rows: Sequence[FormRow], labels: Labels) -> None:
    """Raises ProblemsFound where facts of cities follow a second row with names: a plan is one pairing."""
    seen: set[str] = set()
    second: FormRow | None = None
    for row in rows:
        field = labels.find(row.label.text)
        if field == "name" and field in seen:
            second = row
        elif second is not None and field in seen and field in CITY_FIELDS:
            raise ProblemsFound([problem("import-several", second.label.location)])
        seen.add(field or "")


def _fill_rows(heads: FormRow, rest: Sequence[FormRow], draft: Draft, labels: Labels) -> None:
    """Fill the names of the cities, then all other rows. Cells about all cities of one cell are split between them."""
    heads, rest = _upright(heads, rest, labels)
    shared = CityColumns(draft)
    names = _filled(heads)
    if draft.exact or len(names) > 1:
        for place, cell in enumerate(heads.cells):
            shared.put("name", cell, place)
    else:
        shared.put("name", names[0])
    for row in rest:
        field = labels.find(row.label.text)
        if field in CITY_FIELDS and field != "name" and (draft.exact or row.spanned or len(row.cells) != 1):
            _fill_cities(field, row, shared)
        elif field not in {None, "name"}:
            for cell in _filled(row):
                shared.put(field, cell)
        else:
            for cell in _filled(row) or [row.label]:
                name = row.label.text if cell is not row.label else ""
                draft.keep(name, cell.content.text, cell.location)


def _fill_cities(field: str, row: FormRow, shared: CityColumns) -> None:
    """Fill a cell for each city; one cell over all of them is about each."""
    cities = len(shared.draft.fields.get("cities", []))
    for place, cell in enumerate(row.cells * cities if row.spanned and len(row.cells) == 1 else row.cells):
        if place < cities:
            shared.put(field, cell, place)
        elif not is_unknown(cell.text):
            shared.draft.keep(row.label.text, cell.content.text, cell.location)


def _upright(heads: FormRow, rest: Sequence[FormRow], labels: Labels) -> tuple[FormRow, Sequence[FormRow]]:
    """The rows of a table. Those of a transposed one (a row per city, a column per fact) are transposed back.

    Facts that share a column, a line each, become rows of their own.
    """
    columns = [cell.text.split(_COMBINED) for cell in heads.cells]
    is_turned = all(labels.find(head) in CITY_FIELDS for heads in columns for head in heads)
    if not is_turned or not rest or labels.find(rest[0].label.text) in CITY_FIELDS:
        return heads, rest
    cities: list[FormRow] = []
    others: list[FormRow] = []
    for row in rest:
        is_other = len(row.cells) != len(columns) and labels.find(row.label.text)
        is_contact = labels.named(row.label.text) == "contact.office"
        (others if row.spanned or is_contact or is_other else cities).append(row)
    facts = []
    for place, (head, names) in enumerate(zip(heads.cells, columns, strict=True)):
        cells = [row.cells[place] if place < len(row.cells) else FormCell(RichText(), head.location) for row in cities]
        if len(names) == 1 or any(len(cell.content.text.split("\n")) != len(names) for cell in cells):
            facts.append(FormRow(head, tuple(cells)))
            continue
        for number, name in enumerate(names):
            parts = (replace(cell, content=RichText.plain(cell.content.text.split("\n")[number])) for cell in cells)
            facts.append(FormRow(replace(head, content=RichText.plain(name)), tuple(parts)))
    facts += [FormRow(row.label, row.cells[len(columns) :]) for row in cities if len(row.cells) > len(columns)]
    return replace(heads, cells=tuple(row.label for row in cities)), [*facts, *others]
