"""What templates know about a plan as data: its cities, also those of groups, its goals, pictures and custom fields;
and which city of a group, which shares a column of the fact table, has which of its regions and countries.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from ucap_reports.pictures.picture_preparation_and_quality import NO_PICTURE, PictureFacts, PreparedPicture
from ucap_reports.plan.countries_goals_and_partnerships import GOAL_COLOURS
from ucap_reports.plan.custom_field_values import Number, TableRows
from ucap_reports.plan.dates import PartialDate
from ucap_reports.plan.field_descriptions import Field, FieldType
from ucap_reports.plan.field_values import Country
from ucap_reports.plan.numbers_and_amounts import Money, Quantity
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan, PlanPicture
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.summary.fact_table_and_values import printed_cell, printed_value
from ucap_reports.summary.pack_and_book_words import PackWords
from ucap_reports.summary.summary_model import CityFacts, GoalFacts
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact, FactsByName
from ucap_reports.text.capitals_punctuation_and_plain_letters import comma
from ucap_reports.text.rich_text import RichText

Images = Mapping[str, PreparedPicture]
"""The pictures of a plan by the names of their files."""
Place = TypeVar("Place", str, Country)
"""A region, which is its name, or a country."""


def city_facts(plan: Plan, words: PackWords, images: Images) -> tuple[CityFacts, ...]:
    """Return the facts of each city, also of those in a group, whose shared facts are unknown for each of them."""
    facts: list[CityFacts] = []
    for index, city in enumerate(plan.cities):
        picture = _picture(city.picture, f"cities[{index}].picture", images)
        facts += _of_column(city, words, picture)
    return tuple(facts)


def picture_facts(plan: Plan, images: Images) -> tuple[PictureFacts, ...]:
    """Return the pictures of the plan that are not those of one city, in the order of the plan."""
    fields_of_cities = {f"cities[{index}].picture" for index, city in enumerate(plan.cities) if len(city.name) == 1}
    pictures: list[PictureFacts] = []
    for field, plan_picture in plan.all_pictures():
        picture = _picture(plan_picture, field, images)
        if picture and field not in fields_of_cities:
            pictures.append(picture)
    return tuple(pictures)


def goal_facts(plan: Plan, words: PackWords) -> tuple[GoalFacts, ...]:
    """Return the facts of each goal, with its official title in the language of the labels, or else in English."""
    facts = []
    for goal in plan.sdgs:
        title = words.formats.goal(goal.number)
        facts.append(GoalFacts(goal.number, title, f"#{GOAL_COLOURS[goal.number]}"))
    return tuple(facts)


def custom_facts(owner: Plan | City, words: PackWords, *, is_known: bool = True) -> FactsByName:
    """Return the custom fields of the plan or of a city, by name, as unknown ones unless they are known."""
    facts = FactsByName()
    for field in words.pack.fields.custom:
        is_of_owner = field.is_of_city == isinstance(owner, City)
        if not is_of_owner:
            continue
        value = owner.value(field) if is_known else None
        content = RichText()
        if value is not None:
            content = printed_cell(field, owner, words)
        rows: tuple[FactsByName, ...] = ()
        if isinstance(value, TableRows):
            rows = _table_facts(field, value, words)
        label = words.label(field.key).text
        facts[field.name] = CustomFact(label, content, _fact_value(value, content), rows)
    return facts


def places_by_city(column: City, places: Sequence[Place]) -> Sequence[Sequence[Place]] | None:
    """Return the regions or the countries of each city of a column; None if it is unknown which are whose.

    A city alone has all of them. In a group, each city has its own if there are as many places as cities. A single
    country is that of all cities, but a single region is not: it may be that of one city.
    """
    number_of_cities = len(column.name)  # a group has several names
    if number_of_cities == 1:
        return [places]
    if len(places) == number_of_cities:
        return [[place] for place in places]
    is_in_one_country = len(places) == 1 and isinstance(places[0], Country)
    if is_in_one_country or not places:
        return [places] * number_of_cities
    return None


def _picture(picture: PlanPicture | None, field: str, images: Images) -> PictureFacts:
    """Return the picture with its image; empty without one."""
    if picture is None or picture.file not in images:
        return NO_PICTURE
    return PictureFacts(picture.alt, picture.caption, picture.credit, field, images[picture.file])


def _of_column(city: City, words: PackWords, picture: PictureFacts) -> Iterator[CityFacts]:
    """Yield the facts of each city in a column of the fact table: one city, or those of a group."""
    is_group = len(city.name) > 1
    between = comma(words.document)
    population = None if is_group else city.population
    area = None if is_group else city.area_km2
    population_text = printed_value(BUILT_IN.of_type(FieldType.POPULATION), population, words).text
    area_text = printed_value(BUILT_IN.of_type(FieldType.AREA), area, words).text
    regions_by_city = places_by_city(city, city.region) or [()] * len(city.name)
    countries_by_city = places_by_city(city, city.country) or [()] * len(city.name)
    for index, name in enumerate(city.name):
        regions = [region for region in regions_by_city[index] if not is_unknown(region)]
        countries = [country for country in countries_by_city[index] if country.code]
        country_code = countries[0].code if len(countries) == 1 else ""
        yield CityFacts(
            name=name,
            region=between.join(regions),
            country=between.join([country.text for country in countries]),
            country_code=country_code,
            population=_value_of(population),
            population_text=population_text,
            area_km2=_value_of(area),
            area_text=area_text,
            picture=NO_PICTURE if is_group else picture,
            custom=custom_facts(city, words, is_known=not is_group),
        )


def _value_of(quantity: Quantity | None) -> float | None:
    """Return the number, a whole one without decimals."""
    if quantity is None or quantity.value is None:
        return None
    value = quantity.value
    return int(value) if value == int(value) else value


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
