"""Cells about several cities shared out among them: each city a column of the fact table, or a group in one."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from ucap_reports.importers.cell_values import Filler
from ucap_reports.importers.imported_form import FormCell
from ucap_reports.importers.plan_draft import KEPT
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.text.rich_text import RichText

_BETWEEN_CITIES = re.compile(r"\s*(?:;|\||\n)\s*")
_GUESSED = (
    re.compile(r"\s+(?:-|\u2013|\u2014|\u2194|<->)\s+"),
    re.compile(r"\s+/\s+"),
    re.compile(r"\s+(?:and|&)\s+"),
)
"""What may stand between cities and may be part of a name as well, the least likely part of one first."""
_SLASH = re.compile(r"\s*/\s*")
_COMMON = ("region", "country")
"""What several cities may have in common, so that one cell says it of each."""


class CityColumns:
    """Puts the cells of columns that are about cities, without saying which, into the cities of one plan.

    `countries` is what the same row says of their countries: it tells whether a slash stands between two cities, or in
    the name of one.
    """

    def __init__(self, filler: Filler, countries: str) -> None:
        self._filler = filler
        self._countries = countries
        self._between: re.Pattern[str] | None = None

    def put(self, name: str, cell: FormCell, row: int | None) -> None:
        """A fact of the row's own city, or of several cities in turn; what cannot be shared out is a remark."""
        if row is not None:
            self._filler.fill(("cities", row, name), cell)
            return
        draft = self._filler.draft
        cities = len(draft.fields.get("cities", []))
        parts = self._names(cell) if name == "name" else self._facts(name, cell.content.text, cities)
        if name != "name" and cities and len(parts) != cities:
            self._leave(name, cell, cities)
            return
        if len(parts) > MAX_CITIES or (name != "name" and len(parts) != 1 and not cities):
            draft.leave(name, cell.content.text, cell.location)
            return
        for place, part in enumerate(parts):
            each = cell if len(parts) == 1 else replace(cell, content=RichText.plain(part), number=None)
            self._filler.fill(("cities", place, name), each)
        if name == "name" and len(parts) == 1 and isinstance(draft.get(("cities", 0, "name")), list):
            hint = "write a semicolon between cities that have a column each"
            message = f'"{cell.text}" was read as a group of cities that shares one column'
            draft.warn("import-guessed", message, hint, cell.location)

    def _leave(self, name: str, cell: FormCell, cities: int) -> None:
        """Keep a cell that does not say which city it is about."""
        draft = self._filler.draft
        draft.leave(name, cell.content.text, cell.location, told=True)
        whose = "the city" if cities == 1 else f"which of the {cities} cities"
        message = f"what the file says of {name} was not taken: it does not tell what of it is about {whose}"
        hint = f"{KEPT}; in a table, headers such as {name} 1 and {name} 2 tell it"
        draft.warn("import-unplaced", message, hint, cell.location)

    def _names(self, cell: FormCell) -> Sequence[str]:
        """The names in a cell; those with a word, a dash or a slash between them are told as a guess."""
        text = cell.content.text.strip()
        if len(parts := _split(_BETWEEN_CITIES, text)) > 1:
            return parts
        for between in (*_GUESSED, *([_SLASH] if self._tells_slash(text) else [])):
            if len(parts := _split(between, text)) > 1:
                self._between = between
                told = "two" if len(parts) == len("AB") else str(len(parts))
                hint = "if it is one name, write it into the plan again"
                draft = self._filler.draft
                draft.warn("import-guessed", f'"{cell.text}" was read as {told} cities', hint, cell.location)
                return parts
        return [text]

    def _tells_slash(self, names: str) -> bool:
        """Whether the countries have as many slashes between them as the names."""
        countries = _split(_SLASH, self._countries)
        return len(countries) == len(_split(_SLASH, names)) and all(map(find_country, countries))

    def _facts(self, name: str, text: str, cities: int) -> Sequence[str]:
        """What a cell says of each city in turn."""
        parts = _split(_BETWEEN_CITIES, text)
        if len(parts) != 1 or cities <= 1:
            return parts
        if name == "country" and find_country(text.strip()):
            return parts * cities
        for between in (self._between, *_GUESSED[1:2], re.compile(", ") if name in _COMMON else None):
            if between is not None and len(shared := _split(between, text)) == cities:
                return shared
        for between in (*_GUESSED, _SLASH) if name == "country" else ():
            if len(shared := _split(between, text)) == cities and all(map(find_country, shared)):
                return shared
        return parts * cities if name in _COMMON else parts


def _split(between: re.Pattern[str], text: str) -> list[str]:
    return [part.strip() for part in between.split(text) if part.strip()]
