"""Reads the charts of a page: their data from a table of the plan, from its cities, or from a list of pairs."""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ucap_reports.page.element_styles import natural_style, without_box
from ucap_reports.page.page_tree import ChartBlock
from ucap_reports.page.reading_context import ElementContext, PageElement
from ucap_reports.problems import did_you_mean, problem
from ucap_reports.summary.summary import CityFacts
from ucap_reports.template.theme import Style
from ucap_reports.text.shapes import ChartData, ChartKind, ChartSeries
from ucap_reports.text.template_values import CustomFact

CHART, BAR = "chart", "bar"
"""The style of charts, and that of bars, whose colour charts have in themes without the first one."""
CITIES = "cities"
"""What a chart of the cities is `of`."""
MOST_CATEGORIES = 100
_CITY_NUMBERS = {"population": "population_text", "area_km2": "area_text"}
"""The numbers of cities with the attributes that have their texts."""
_BETWEEN = re.compile(r"[\s,]+")
_Row = tuple[str, Sequence[CustomFact]]
"""A category with its values."""


def read_chart(opened: PageElement, place: ElementContext) -> ChartBlock | None:
    """A `chart` of one of the `kinds`; None if there is nothing to show."""
    kind = opened.required("kind", ChartKind.BAR.value)
    name = opened.required("of", "partners")
    if kind is not None and kind not in set(ChartKind):
        known = ", ".join(f'"{each.value}"' for each in ChartKind)
        opened.report(problem("attribute-invalid", name="kind", value=kind, known=known))
        return None
    rows = None if kind is None or name is None else _rows(opened, name)
    data = _data(opened, name or "", rows) if rows else None
    if kind is None or data is None:
        return None
    style, text = _styles(opened, place)
    language = opened.language(place.language)
    return ChartBlock(ChartKind(kind), data, style, opened.line, text, language)


def _styles(opened: PageElement, place: ElementContext) -> tuple[Style, Style]:
    """Return the style of the chart, whose colour is that of the bars, and that of its labels."""
    theme, text = opened.reading.theme, without_box(place.text)
    if "class" in opened.attributes:
        style = opened.style(place.text)
    elif CHART in theme.styles:
        style = theme.styles[CHART]
    else:
        colour = natural_style(theme, BAR, theme.styles.get("title", text)).colour
        style = replace(text, colour=colour)
    return style, replace(text, size=style.size, leading=style.leading, font=style.font, align="start")


def _rows(opened: PageElement, name: str) -> list[_Row] | None:
    """Return the categories with their values; None for an unknown name, which is reported."""
    page = opened.reading.page
    if name in page.lists:
        return [(label, (_number(opened, value),)) for label, value in page.lists[name]]
    if name == CITIES:
        return list(_of_cities(opened, page.summary.cities))
    fact = page.summary.custom.get(name)
    tables = {column for column, known in page.summary.custom.items() if known.rows}
    if fact is None:
        known = sorted({*tables, *page.lists, CITIES})
        hint = did_you_mean(name, known)
        names = f"a table, such as {', '.join(known)}"
        opened.report(problem("attribute-invalid", hint=hint, name="of", value=name, known=names))
        return None
    if not fact.rows:
        return []
    columns = list(fact.rows[0])
    label = opened.attributes.get("label", columns[0])
    values = _BETWEEN.split(opened.required("value", "share") or "")
    for attribute, column in (("label", label), *(("value", value) for value in values)):
        if column and column not in columns:
            known_columns = f"one of {', '.join(columns)}"
            hint = did_you_mean(column, columns)
            opened.report(problem("attribute-invalid", hint=hint, name=attribute, value=column, known=known_columns))
            return None
    return [(row[label].text, [row[value] for value in values if value]) for row in fact.rows]


def _of_cities(opened: PageElement, cities: Sequence[CityFacts]) -> Iterator[_Row]:
    """Yield the cities with their numbers: `population`, `area_km2`, or custom fields."""
    for city in cities:
        facts = []
        for value in _BETWEEN.split(opened.attributes.get("value", "population")):
            if value in _CITY_NUMBERS:
                fact = _number(opened, getattr(city, value), getattr(city, _CITY_NUMBERS[value]))
            elif value in city.custom:
                fact = city.custom[value]
            else:
                known = ", ".join([*_CITY_NUMBERS, *city.custom])
                opened.report(problem("attribute-invalid", name="value", value=value, known=f"one of {known}"))
                return
            facts.append(fact)
        yield city.name, facts


def _number(opened: PageElement, value: float | None, text: str = "") -> CustomFact:
    from ucap_reports.text.rich_text import RichText  # noqa: PLC0415 - few charts are of numbers

    shown = text or ("" if value is None else opened.reading.page.summary.formats.number(value))
    return CustomFact("", RichText.plain(shown), value)


def _data(opened: PageElement, name: str, rows: Sequence[_Row]) -> ChartData | None:
    """Return the data of a chart; None if no value is a number."""
    if len(rows) > MOST_CATEGORIES:
        known = f"a list of up to {MOST_CATEGORIES} items"
        opened.report(problem("attribute-invalid", name="of", value=name, known=known))
        return None
    shown = [(label, facts) for label, facts in rows if any(_value(fact) is not None for fact in facts)]
    if not shown:
        return None
    count = len(shown[0][1])
    series = []
    for index in range(count):
        facts = [facts[index] for _, facts in shown]
        own = facts[0].label.rstrip(":\uff1a ") if count > 1 else ""
        series.append(ChartSeries(own, tuple(map(_value, facts)), tuple(fact.text for fact in facts)))
    fact = opened.reading.page.summary.custom.get(name)
    title = opened.attributes.get("title") or (fact.label.rstrip(":\uff1a ") if fact is not None else "")
    return ChartData(title, tuple(label for label, _ in shown), tuple(series))


def _value(fact: CustomFact) -> float | None:
    return float(fact.value) if isinstance(fact.value, int | float) else None
