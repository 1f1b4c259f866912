"""Texts of web pages about pairings: labels on lines of their own, facts once for each city, lists of partners.

The names of the cities are the lines before the first label, each in a paragraph of its own; a list of partners has a
line for each, with the country after the last bar. All other lines are kept as comments.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from ucap_reports.importers.dump_html import dump_text
from ucap_reports.importers.field_labels import CITY_FIELDS, Labels
from ucap_reports.importers.imported_form import Form, FormCell, FormRow
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.problems import Location
from ucap_reports.storage.decoding import Source
from ucap_reports.text.rich_text import RichText

_BAR = "|"
_FEWEST = 2
"""The smallest number of cities of a pairing, and of lines of a list of partners."""
_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
"""Between two topics without a space: "Circular economyUrban mobility"."""
_FACTS = frozenset({"population", "area_km2", "mayor", "region", "country"})
_THEMES = {"topics", "themes"}
_TEXTS = {"period", "focus", "challenges", "objectives", "activities", "results"}
"""Fields to which all lines below their label belong, up to the next label."""


class _PageLine(Struct, frozen=True):
    """A line with its number, and whether empty lines are around it."""

    text: str
    number: int
    is_alone: bool


class _PairingPage(Struct):
    """What a page says: names and facts of cities by field, themes, texts by field, and all other lines."""

    names: list[_PageLine] = field(default_factory=list)
    facts: dict[str, list[_PageLine]] = field(default_factory=dict)
    themes: list[_PageLine] = field(default_factory=list)
    texts: list[tuple[str, list[_PageLine]]] = field(default_factory=list)
    others: list[_PageLine] = field(default_factory=list)


def pairing_form(source: Source, labels: Labels) -> Form | None:
    """The form of a page about a pairing or of a list of partners; None for any other text."""
    lines = list(_lines(source.text))
    page = _partners(lines) or _pairing(lines, labels)
    if page is None:
        return None

    def cell(line: _PageLine) -> FormCell:
        return FormCell(RichText.plain(line.text), Location(source.path, line.number))

    def row(label: str, values: Sequence[_PageLine]) -> FormRow:
        place = Location(source.path, values[0].number)
        return FormRow(FormCell(RichText.plain(label), place), tuple(map(cell, values)))

    rows = [row("City", page.names), *(row(name, values) for name, values in page.facts.items())]
    themes = tuple(_themes(page.themes, source.path))
    texts = tuple(
        FormRow(row(name, values).label, (FormCell(dump_text("\n".join(each.text for each in values)), where),))
        for name, values in page.texts
        for where in [Location(source.path, values[0].number)]
    )
    around = tuple((FormCell(dump_text(each.text), Location(source.path, each.number)),) for each in page.others)
    return Form(source.path, (*rows, *themes, *texts), around)


def _lines(text: str) -> Iterator[_PageLine]:
    written = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    for place, line in enumerate(written):
        if line:
            before, after = written[place - 1] if place else "", written[place + 1] if place + 1 < len(written) else ""
            yield _PageLine(line, place + 1, not before and not after)


def _partners(lines: Sequence[_PageLine]) -> _PairingPage | None:
    """The page with a list of partners: lines that follow each other and end with a country after a bar."""
    found = [line for line in lines if _BAR in line.text and find_country(line.text.rpartition(_BAR)[2].strip())]
    if not _FEWEST <= len(found) <= MAX_CITIES or found[-1].number - found[0].number != len(found) - 1:
        return None
    parts = [(line, *line.text.rpartition(_BAR)[::2]) for line in found]
    names = [_PageLine(name.strip(), line.number, is_alone=False) for line, name, _ in parts]
    countries = [_PageLine(country.strip(), line.number, is_alone=False) for line, _, country in parts]
    return _PairingPage(names, {"country": countries}, others=[line for line in lines if line not in found])


def _pairing(lines: Sequence[_PageLine], labels: Labels) -> _PairingPage | None:
    """The page with facts below labels that are repeated for each city, after the names of the cities."""
    fields = [labels.named(line.text) if line.is_alone else None for line in lines]
    counts = Counter(each for each in fields if each in _FACTS)
    cities = max(counts.values(), default=0)
    if not _FEWEST <= cities <= MAX_CITIES:
        return None
    page = _PairingPage(facts={name: [] for name, count in counts.items() if count == cities})
    first = next(place for place, each in enumerate(fields) if each in page.facts)
    before = [line for line in lines[:first] if line.is_alone]
    if len(before) < cities:
        return None
    page.names = before[:cities]
    page.others = [line for line in lines[:first] if line not in page.names]
    _read_facts(lines[first:], fields[first:], page)
    is_complete = all(len(values) == cities for values in page.facts.values())
    return page if is_complete else None


def _read_facts(lines: Sequence[_PageLine], fields: Sequence[str | None], page: _PairingPage) -> None:
    """Add the line below each label to its field; labels without one, and all other lines, are kept."""
    place = 0
    while place < len(lines):
        name, line = fields[place], lines[place]
        following = lines[place + 1] if place + 1 < len(lines) and fields[place + 1] is None else None
        place += 1
        if following is not None and name in page.facts:
            page.facts[name].append(following)
            place += 1
        elif following is not None and name in _THEMES and not page.themes:
            page.themes.append(following)
            place += 1
        elif following is not None and name in _TEXTS:
            end = next((each for each in range(place, len(lines)) if fields[each] is not None), len(lines))
            page.texts.append((name, list(lines[place:end])))
            place = end
        elif name is None or name in CITY_FIELDS:
            page.others.append(line)


def _themes(lines: Sequence[_PageLine], path: str) -> Iterator[FormRow]:
    """The row of the themes: those in one line that run together are separate."""
    for line in lines:
        where = Location(path, line.number)
        themes = "\n".join(_RUN_TOGETHER.split(line.text))
        yield FormRow(FormCell(RichText.plain("themes"), where), (FormCell(dump_text(themes), where),))
