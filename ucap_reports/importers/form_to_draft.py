"""A form as the draft of a plan: each row goes to its field, the lines around the table to title and contact."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ucap_reports.importers.cell_values import Filler
from ucap_reports.importers.contact_splitting import split_office
from ucap_reports.importers.field_labels import CITY_FIELDS, Labels, folded_label
from ucap_reports.importers.imported_form import PICTURE, Form, FormCell, FormRow
from ucap_reports.importers.pack_recognition import (
    Around,
    contact_parts,
    own_words,
    read_around,
    recognise,
    words_in,
)
from ucap_reports.importers.plan_draft import Draft, shortened
from ucap_reports.importers.shared_cells import CityColumns
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.template.pack import NAMES_FIELD, Pack
from ucap_reports.text.language_tags import primary
from ucap_reports.text.rich_text import RichText

_COMBINED = " · "
"""Between the headers of facts that share a column."""


def draft_of(form: Form, labels: Labels) -> Draft:
    """The draft of the plan that a form shows; raises ProblemsFound where it names no cities."""
    draft = Draft(form.path, problems=list(form.problems))
    filler = Filler(draft, exact=form.exact)
    rows = [_with_unknown(row, labels) for row in form.rows]
    heads = next((row for row in rows if labels.find(row.label.text) == NAMES_FIELD and _filled(row)), None)
    if heads is not None:
        _refuse_several(rows, labels)
        rest = [row for row in rows if row is not heads]
        facts = _turned_facts(heads, rest, labels)
        rest = _fill_names(heads, rest, filler, labels) if facts is None else _fill_turned(facts, rest, filler, labels)
        for row in rest:
            _fill_row(row, filler, labels)
    if not draft.has_cities():
        place = form.rows[0].label.location if form.rows else Location(form.path)
        raise ProblemsFound([problem("import-no-cities", place)])
    split_office(draft, exact=form.exact, has_office=form.author != "")
    _fill_around(form, draft, labels)
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
        if field == NAMES_FIELD and field in seen:
            second = row
        elif second is not None and field in seen and field in CITY_FIELDS:
            raise ProblemsFound([problem("import-several", second.label.location)])
        seen.add(field or "")


def _fill_names(heads: FormRow, rest: Sequence[FormRow], filler: Filler, labels: Labels) -> list[FormRow]:
    """Fill the cities; return the rows that are left.

    Where one cell names several cities, cells about them are split between them.
    """
    fields = [labels.find(row.label.text) for row in rest]
    single = {field: _filled(row)[0] for field, row in zip(fields, rest, strict=True) if len(_filled(row)) == 1}
    shared = CityColumns(filler, single["country"].text if "country" in single else "")
    names = _filled(heads)
    left: list[FormRow] = []
    if filler.exact or len(names) > 1:
        for place, cell in enumerate(heads.cells):
            filler.fill(("cities", place, "name"), cell)
    else:
        shared.put("name", names[0])
    cities = len(filler.draft.fields.get("cities", []))
    for field, row in zip(fields, rest, strict=True):
        if field not in CITY_FIELDS:
            left.append(row)
        elif len(row.cells) == 1 and not (filler.exact or row.spanned):
            for cell in _filled(row):
                shared.put(field, cell)
        else:
            _fill_cities(field, row, cities, filler)
    return left


def _fill_cities(field: str, row: FormRow, cities: int, filler: Filler) -> None:
    """Fill a cell for each city; one cell over all of them is about each."""
    for place, cell in enumerate(row.cells * cities if row.spanned and len(row.cells) == 1 else row.cells):
        if place < cities:
            filler.fill(("cities", place, field), cell)
        elif not is_unknown(cell.text):
            filler.draft.keep(row.label.text, cell.content.text, cell.location)


def _fill_row(row: FormRow, filler: Filler, labels: Labels) -> None:
    """Put a row's cells into its field, or keep them as comments."""
    field = labels.find(row.label.text)
    if field is None or field == NAMES_FIELD or field in CITY_FIELDS:
        for cell in _filled(row) or [row.label]:
            name = row.label.text if cell is not row.label else ""
            filler.draft.keep(name, cell.content.text, cell.location)
        return
    for cell in _filled(row):
        filler.fill(tuple(field.split(".")), cell)


def _turned_facts(heads: FormRow, rest: Sequence[FormRow], labels: Labels) -> list[list[str]] | None:
    """The fields of the columns where the table is turned (a row a city, a column a fact); None where it is not."""
    if not rest or labels.find(rest[0].label.text) in CITY_FIELDS:
        return None
    fields = [[labels.find(head) or "" for head in cell.text.split(_COMBINED)] for cell in heads.cells]
    return fields if all(each in CITY_FIELDS for column in fields for each in column) else None


def _fill_turned(
    facts: Sequence[Sequence[str]], rest: Sequence[FormRow], filler: Filler, labels: Labels
) -> list[FormRow]:
    """Fill the cities of a turned table; return the rows that are about all of them."""
    left: list[FormRow] = []
    place = 0
    for row in rest:
        is_contact = labels.named(row.label.text) == "contact.office"
        if row.spanned or is_contact or (len(row.cells) != len(facts) and labels.find(row.label.text)):
            left.append(row)
            continue
        filler.fill(("cities", place, "name"), row.label)
        for fields, cell in zip(facts, row.cells, strict=False):
            for field, part in _parts(fields, cell, filler):
                filler.fill(("cities", place, field), part)
        for cell in row.cells[len(facts) :]:
            filler.draft.keep(row.label.text, cell.content.text, cell.location)
        place += 1
    return left


def _parts(fields: Sequence[str], cell: FormCell, filler: Filler) -> Iterator[tuple[str, FormCell]]:
    """The facts that share a cell, a line each."""
    lines = cell.content.text.split("\n")
    if len(fields) == 1:
        yield fields[0], cell
    elif len(lines) == len(fields):
        yield from (
            (field, replace(cell, content=RichText.plain(line))) for field, line in zip(fields, lines, strict=True)
        )
    else:
        filler.draft.keep(_COMBINED.join(fields), cell.content.text, cell.location)


def _fill_around(form: Form, draft: Draft, labels: Labels) -> None:
    """Fill title, language and dates, where they are not the pack's own; keep all other lines."""
    around = read_around(form, labels)
    pack, is_known = recognise(form, around, draft.get(("contact",)) or {}, labels)
    here = Location(form.path)
    if is_known and pack.name != labels.packs[0].name:
        draft.put(("template",), pack.name, here)
    if is_known and draft.get(("contact",)) == contact_parts(pack.settings.contact):
        del draft.fields["contact"]
    if form.language and form.language != "en" and (form.exact or primary(form.language) != "en"):
        draft.put(("language",), form.language, here)
    _fill_title(around, pack, draft, is_known=is_known)
    if around.languages and around.languages != list(pack.label_languages(form.language or "en")):
        draft.put(("label_languages",), around.languages, here)
    _fill_updated(form, around, draft)
    cells = [cell for row in form.rows for cell in (row.label, *row.cells)]
    printed = " ".join(cell.text for cell in [*cells, *filter(None, [around.title])])
    own = own_words(pack, form.updated) | words_in(printed) if is_known else set()
    for cell in around.rest:
        if not (is_known and words_in(cell.text) <= own):
            draft.keep("", cell.content.text, cell.location)
    in_rows = {cell.location for cell in cells}
    for aside in form.asides:
        if not (is_known and aside.name == PICTURE and aside.location not in in_rows):
            draft.keep_aside(aside.name, aside.text, aside.location)


def _fill_title(around: Around, pack: Pack, draft: Draft, *, is_known: bool) -> None:
    """Fill the title that a pack has printed, unless it is the pack's own; other first lines are no titles."""
    title = around.title
    if title is not None and not is_known:
        around.rest.insert(0, title)
    elif title is not None and folded_label(title.text) not in map(folded_label, pack.titles()):
        draft.put(("title",), title.text, title.location)


def _fill_updated(form: Form, around: Around, draft: Draft) -> None:
    """Fill the day of the content from the file's properties, or else from a line around the table."""
    if form.updated is not None:
        draft.put(("updated",), form.updated.isoformat(), Location(form.path))
    said = around.updated
    if said is not None and draft.get(("updated",)) is None:
        draft.put(("updated",), said.text, said.location)
    elif said is not None and draft.get(("updated",)) != said.text:
        found = problem("import-unplaced", said.location, form="field", field="updated", text=shortened(said.text))
        draft.keep("updated", said.text, said.location, found)
