"""The facts of a plan as data for templates: cities, goals, pictures and custom fields."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from ucap_reports.pictures.picture_preparation import NO_PICTURE, PictureFacts, PreparedPicture
from ucap_reports.plan.amounts_and_dates import Money, Quantity
from ucap_reports.plan.custom_values import (
    Number,
    PartialDate,
    TableRows,
)
from ucap_reports.plan.field_descriptions import Field, FieldType
from ucap_reports.plan.goals import GOAL_COLOURS
from ucap_reports.plan.placeholders import is_unknown
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan, PlanPicture
from ucap_reports.summary.pack_words import PackWords
from ucap_reports.summary.printed_values import printed_cell, printed_value
from ucap_reports.summary.summary_model import CityFacts, GoalFacts
from ucap_reports.text.capitals_and_punctuation import comma
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.template_values import CustomFact, FactsByName

Value = TypeVar("Value")
Images = Mapping[str, PreparedPicture]
"""The pictures of a plan by the names of their files."""


def city_facts(plan: Plan, words: PackWords, images: Images) -> tuple[CityFacts, ...]:
    """Return one for each city, also within a group, whose shared facts are unknown for each of its cities."""
    facts: list[CityFacts] = []
    for index, city in enumerate(plan.cities):
        picture = _picture(city.picture, f"cities[{index}].picture", images)
        facts += _of_column(city, words, picture)
    return tuple(facts)


def picture_facts(plan: Plan, images: Images) -> tuple[PictureFacts, ...]:
    """Return the pictures of the plan that are not those of one city, in the order of the plan."""
    of_cities = {f"cities[{index}].picture" for index, city in enumerate(plan.cities) if len(city.name) == 1}
    pictures = []
    for field, plan_picture in plan.all_pictures():
        if field not in of_cities:
            pictures.append(_picture(plan_picture, field, images))
    return tuple(filter(None, pictures))


def goal_facts(plan: Plan, words: PackWords) -> tuple[GoalFacts, ...]:
    """Return one for each goal, with its official title in the language of the labels, or else in English."""
    facts = []
    for goal in plan.sdgs:
        facts.append(GoalFacts(goal.number, words.formats.goal(goal.number), f"#{GOAL_COLOURS[goal.number]}"))
    return tuple(facts)


def custom_facts(owner: Plan | City, words: PackWords, *, is_known: bool = True) -> FactsByName:
    """Return the custom fields of the plan or of a city, by name, as unknown ones unless they are known."""
    facts = FactsByName()
    for field in words.pack.fields.custom:
        if field.is_of_city is isinstance(owner, City):
            value = owner.value(field) if is_known else None
            content = printed_cell(field, owner, words) if value is not None else RichText()
            rows = _table_facts(field, value, words) if isinstance(value, TableRows) else ()
            facts[field.name] = CustomFact(words.label(field.key).text, content, _fact_value(value, content), rows)
    return facts


def _picture(picture: PlanPicture | None, field: str, images: Images) -> PictureFacts:
    """Return the picture with its image; empty without one."""
    if picture is None or picture.file not in images:
        return NO_PICTURE
    return PictureFacts(picture.alt, picture.caption, picture.credit, field, images[picture.file])


def _of_column(city: City, words: PackWords, picture: PictureFacts) -> Iterator[CityFacts]:
    is_group = len(city.name) > 1
    between = comma(words.document)
    population = None if is_group else city.population
    area = None if is_group else city.area_km2
    population_text = printed_value(BUILT_IN.of_type(FieldType.POPULATION), population, words).text
    area_text = printed_value(BUILT_IN.of_type(FieldType.AREA), area, words).text
    for index, name in enumerate(city.name):
        countries = [country for country in _own(city.country, index, len(city.name)) if country.code]
        regions = [region for region in _own(city.region, index, len(city.name)) if not is_unknown(region)]
        yield CityFacts(
            name=name,
            region=between.join(regions),
            country=between.join(country.text for country in countries),
            country_code=countries[0].code if len(countries) == 1 else "",
            population=_value_of(population),
            population_text=population_text,
            area_km2=_value_of(area),
            area_text=area_text,
            picture=NO_PICTURE if is_group else picture,
            custom=custom_facts(city, words, is_known=not is_group),
        )


def _own(values: Sequence[Value], index: int, names: int) -> Sequence[Value]:
    """Return the values of one city: all those of its column if it is alone in it; in a group, the only one, or its
    own if there are as many as names.
    """
    if names == 1 or len(values) == 1:
        return values
    return values[index : index + 1] if len(values) == names else ()


def _value_of(quantity: Quantity | None) -> float | None:
    """Return the number, a whole one without decimals."""
    value = quantity.value if quantity is not None else None
    return int(value) if value is not None and value == int(value) else value


def _table_facts(field: Field, rows: TableRows, words: PackWords) -> tuple[FactsByName, ...]:
    """Return the cells of each row of a table that has any, by the names of its columns."""
    labels = {column.name: words.choice(column.labels, column.name) for column in field.columns}
    facts = []
    for row in rows.filled:
        cells = FactsByName()
        for column in field.columns:
            value = row.get(column.name)
            content = printed_value(column, value, words)
            cells[column.name] = CustomFact(labels[column.name], content, _fact_value(value, content))
        facts.append(cells)
    return tuple(facts)


def _fact_value(value: Any, content: RichText) -> float | str | date | None:
    """Return the value of a custom field for bars and charts: a number, a date, or text."""
    match value:
        case None | str() | date():
            return value
        case Number():
            return value.value
        case Money():
            return value.value
        case PartialDate():
            return value.isoformat()
        case _:
            return content.text
