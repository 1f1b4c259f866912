"""Cells about several cities split between them: each city is a column of the fact table, or one of a group in it."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from ucap_reports.importers.cell_values import Filler, stripped_parts
from ucap_reports.importers.field_labels import CITY_FIELDS, word_lists
from ucap_reports.importers.imported_form import FormCell
from ucap_reports.importers.plan_draft import shortened
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import loc_of
from ucap_reports.text.rich_text import RichText

_SIGN = re.compile(r"[;|\n]")
_GUESSED = (
    re.compile(r"(?<=\s)(?:-|\u2013|\u2014|\u2194|<->)(?=\s)"),
    re.compile(r"(?<=\s)/(?=\s)"),
    re.compile(rf"(?<=\s)(?:{'|'.join(word_lists().connectors)})(?=\s)"),
)
"""What is between cities and may be part of a name as well, the least likely part of one first."""
_SLASH = re.compile(r"/")
_COMMA = re.compile(r",(?=\s)")


class CityColumns(Filler):
    """Puts cells into fields of a plan; those about cities that do not say which city are split between all."""

    def put(self, field: str, cell: FormCell, city: int | None = None) -> None:
        """Put a cell into a field of the plan or, where it is a fact of cities, into one city or all."""
        if field not in CITY_FIELDS:
            self.fill(loc_of(field) if field.startswith("cities[") else tuple(field.split(".")), cell)
        elif city is not None:
            self.fill(("cities", city, field), cell)
        elif not is_unknown(cell.text):
            self._share(field, cell)

    def _share(self, name: str, cell: FormCell) -> None:
        """Put a fact of several cities into each in turn; keep what cannot be split between them."""
        cities = len(self.draft.fields.get("cities", []))
        parts = self._names(cell) if name == "name" else self._facts(name, cell.content.text, cities)
        if len(parts) > MAX_CITIES or (name != "name" and len(parts) != cities):
            self.draft.keep(name, cell.content.text, cell.location, _unclear(name, cell, cities))
            return
        for place, part in enumerate(parts):
            each = cell if len(parts) == 1 else replace(cell, content=RichText.plain(part), number=None)
            self.fill(("cities", place, name), each)
        if name == "name" and len(parts) == 1 and isinstance(self.draft.get(("cities", 0, "name")), list):
            self.draft.problems.append(problem("import-guessed", cell.location, form="group", text=cell.text))

    def _names(self, cell: FormCell) -> Sequence[str]:
        """The names in a cell; a split at a word, a dash or a slash is reported as a guess."""
        text = cell.content.text.strip()
        for between in (_SIGN, *_GUESSED):
            if len(parts := stripped_parts(between, text)) > 1:
                if between is not _SIGN:
                    found = problem("import-guessed", cell.location, form="cities", text=cell.text, count=len(parts))
                    self.draft.problems.append(found)
                return parts
        return [text]

    def _facts(self, name: str, text: str, cities: int) -> Sequence[str]:
        """What a cell says about each city in turn; a country or region that is not split is that of each."""
        parts = stripped_parts(_SIGN, text)
        if len(parts) != 1 or cities <= 1:
            return parts
        for between in (*_GUESSED, _SLASH, *([_COMMA] if name in {"region", "country"} else [])):
            shared = stripped_parts(between, text)
            if len(shared) == cities and (name != "country" or all(map(find_country, shared))):
                return shared
        return parts * cities if name == "country" and find_country(parts[0]) else parts


def _unclear(name: str, cell: FormCell, cities: int) -> Problem:
    text = shortened(cell.text)
    if cities <= 1:
        return problem("import-unplaced", cell.location, form="one-city", field=name, text=text)
    return problem("import-unplaced", cell.location, form="cities", field=name, text=text, count=cities)
