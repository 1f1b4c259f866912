"""A form becomes the draft of a plan: each row goes to its field, what stands around the table to title and contact."""

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

from msgspec.structs import replace

from ucap_reports.importers.cell_values import Filler, says_unknown
from ucap_reports.importers.contact_splitting import split_office
from ucap_reports.importers.field_labels import CITY_FIELDS, Labels, folded_label
from ucap_reports.importers.imported_form import PICTURE, Form, FormCell, FormRow
from ucap_reports.importers.pack_recognition import (
    DEFAULT_PACK,
    Around,
    contact_parts,
    margins_left,
    read_around,
    recognise,
)
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.template.pack import NAMES_FIELD, Pack
from ucap_reports.text.language_tags import primary
from ucap_reports.text.rich_text import RichText

_PAIR = re.compile(r"\s+(?:and|und|et|y|e|with|&)\s+|\s*(?:;|/|\n|\s[-\u2013\u2014]\s|\u2013|\u2014)\s*")
_COMBINED = " · "
_SURE = 3
"""So many labels of a pack tell that a file was made with it or after its form."""


def draft_of(form: Form, labels: Labels) -> Draft:
    """The draft of the plan that a form shows; raises ProblemsFound where it names no cities."""
    draft = Draft(form.path)
    filler = Filler(draft, exact=form.exact)
    heads = next((row for row in form.rows if labels.find(row.label.text) == NAMES_FIELD and row.cells), None)
    if heads is None:
        _no_cities(form)
    _refuse_several(form, labels)
    around = read_around(form, labels)
    pack = recognise(form, around, labels)
    rest = [_with_unknown(row, labels) for row in form.rows if row is not heads]
    if (facts := _turned_facts(heads, rest, labels, pack)) is not None:
        rest = _fill_turned(facts, rest, filler, labels)
    else:
        _fill_names(heads, rest, filler, labels)
    for row in rest:
        _fill_row(row, filler, labels)
    if not draft.fields.get("cities"):
        _no_cities(form)
    if not form.exact:
        split_office(draft)
    known = _is_known(form, around, pack, labels)
    margins = margins_left(form, around, labels)
    around.rest += () if known else margins
    _fill_around(form, around, pack, filler, known=known)
    _fill_aside(form, draft, known=known)
    return draft


def _fill_aside(form: Form, draft: Draft, *, known: bool) -> None:
    """Keep and tell what stands beside the text, but for the pictures that a pack has around its table."""
    draft.problems += form.problems
    in_rows = {cell.location for row in form.rows for cell in (row.label, *row.cells)}
    for aside in form.asides:
        if not (known and aside.name == PICTURE and aside.location not in in_rows):
            draft.set_aside(aside.name, aside.text, aside.location)


def _with_unknown(row: FormRow, labels: Labels) -> FormRow:
    """The row with N/A in the cells that say so in another language."""
    unknown = RichText.plain("N/A")
    cells = (replace(cell, content=unknown) if cell.text in labels.unknown else cell for cell in row.cells)
    return replace(row, cells=tuple(cells))


def _refuse_several(form: Form, labels: Labels) -> None:
    """Raises ProblemsFound where facts of cities come again after a second row with names: a plan is one pairing."""
    seen: set[str] = set()
    second: FormRow | None = None
    for row in form.rows:
        field = labels.find(row.label.text)
        if field == NAMES_FIELD and field in seen:
            second = row
        elif second is not None and field in seen and field in CITY_FIELDS:
            hint = "save each summary in a file of its own"
            message = "a second summary begins here"
            raise ProblemsFound([Problem.error("import-several", message, hint, second.label.location)])
        seen.add(field or "")


def _no_cities(form: Form) -> NoReturn:
    hint = 'a summary has a row "City:" with a cell for each city'
    place = form.rows[0].label.location if form.rows else Location(form.path)
    raise ProblemsFound([Problem.error("import-no-cities", "no row names the cities", hint, place)])


def _fill_names(heads: FormRow, rest: Sequence[FormRow], filler: Filler, labels: Labels) -> None:
    cells = [cell for cell in heads.cells if not says_unknown(cell.text)]
    most = max((len(row.cells) for row in rest if labels.find(row.label.text) in CITY_FIELDS), default=1)
    if not filler.exact and len(cells) == 1 and most > 1 and len(parts := _PAIR.split(cells[0].content.text)) == most:
        cells = [replace(cells[0], content=RichText.plain(part)) for part in parts]
    for place, cell in enumerate(cells):
        filler.fill(("cities", place, "name"), cell)


def _fill_row(row: FormRow, filler: Filler, labels: Labels) -> None:
    """Put a row's cells into its field, or keep it as a remark."""
    field = labels.find(row.label.text)
    cells = [cell for cell in row.cells if not says_unknown(cell.text)]
    if field is None or field == NAMES_FIELD:
        for cell in cells or [row.label]:
            filler.draft.leave(row.label.text, cell.content.text, cell.location)
    elif field in CITY_FIELDS:
        _fill_cities(field, row, filler)
    else:
        seen: set[str] = set()
        for cell in cells:
            if cell.text not in seen:
                filler.fill(tuple(field.split(".")), cell)
            seen.add(cell.text)


def _fill_cities(field: str, row: FormRow, filler: Filler) -> None:
    """A cell for each city; one cell over all of them is about each."""
    cities = filler.draft.fields["cities"]
    cells = row.cells * len(cities) if row.spanned and len(row.cells) == 1 else row.cells
    for place, cell in enumerate(cells):
        if place < len(cities):
            filler.fill(("cities", place, field), cell)
        elif not says_unknown(cell.text):
            filler.draft.leave(row.label.text, cell.text, cell.location)


def _turned_facts(heads: FormRow, rest: Sequence[FormRow], labels: Labels, pack: Pack) -> list[list[str]] | None:
    """The fields of the columns where the table is turned (a row a city, a column a fact); None where it is not."""
    if not rest or labels.find(rest[0].label.text) in CITY_FIELDS:
        return None
    short = {
        folded_label(pack.short_label(rule.field, language)): rule.field
        for language in (*pack.settings.wording, None)
        for rule in pack.settings.rows
    }
    fields = [
        [short.get(folded_label(head)) or labels.find(head) or "" for head in cell.text.split(_COMBINED)]
        for cell in heads.cells
    ]
    return fields if all(each in CITY_FIELDS for column in fields for each in column) else None


def _fill_turned(
    facts: Sequence[Sequence[str]], rest: Sequence[FormRow], filler: Filler, labels: Labels
) -> list[FormRow]:
    """The cities of a turned table; the rows that are left are about all of them."""
    left: list[FormRow] = []
    place = 0
    for row in rest:
        if row.spanned or (len(row.cells) != len(facts) and labels.find(row.label.text)):
            left.append(row)
            continue
        filler.fill(("cities", place, "name"), row.label)
        for fields, cell in zip(facts, row.cells, strict=False):
            for field, part in _parts(fields, cell, filler):
                filler.fill(("cities", place, field), part)
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
        filler.draft.leave(" · ".join(fields), cell.text, cell.location)


def _is_known(form: Form, around: Around, pack: Pack, labels: Labels) -> bool:
    """Whether a file was made with a pack: it has its labels, and more of it than labels that others may have too."""
    said = {folded_label(label.text) for label in pack.settings.programme_label.values()}
    titled = around.title is not None and folded_label(around.title.text) in map(folded_label, pack.titles())
    shown = form.exact or titled or around.languages or any(folded_label(cell.text) in said for cell in form.margins)
    return bool(shown) and len({row.label.text for row in form.rows} & set(labels.printed(pack))) >= _SURE


def _fill_around(form: Form, around: Around, pack: Pack, filler: Filler, *, known: bool) -> None:
    """What is not the pack's own: title, contact, languages of the programme label."""
    draft = filler.draft
    if known and pack.name != DEFAULT_PACK:
        draft.put(("template",), pack.name, Location(form.path))
    if form.language and form.language != "en" and (form.exact or primary(form.language) != "en"):
        draft.put(("language",), form.language, Location(form.path))
    if form.updated is not None:
        draft.put(("updated",), form.updated.isoformat(), Location(form.path))
    title = around.title
    if title is not None and folded_label(title.text) not in map(folded_label, pack.titles()):
        draft.put(("title",), title.text, title.location)
    if around.contact and around.contact != contact_parts(pack.settings.contact) and around.contact_cell:
        draft.put(("contact",), around.contact, around.contact_cell.location)
    if around.languages and around.languages != list(pack.label_languages(form.language or "en")):
        draft.put(("label_languages",), around.languages, Location(form.path))
    if around.updated is not None and draft.get(("updated",)) is None:
        draft.put(("updated",), around.updated.text, around.updated.location)
    elif around.updated is not None and draft.get(("updated",)) != around.updated.text:
        draft.leave("updated", around.updated.text, around.updated.location)
    for cell in around.rest:
        draft.leave("", cell.content.text, cell.location)
