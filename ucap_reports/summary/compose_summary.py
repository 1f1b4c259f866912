"""Composition of a summary from a plan and a pack.

First its table, its contact (`_contact`), its programme label and its properties. Then the scale of its text, estimated
from the length of the text (`_estimated_scale`), which `page/fitted_scale` corrects when the page is measured. Last the
facts of the plan as data for templates: cities, goals, pictures and custom fields.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from itertools import chain
from math import ceil
from types import MappingProxyType
from typing import Any

from msgspec import msgpack

from ucap_reports.patterns.wide_characters import width_in_characters
from ucap_reports.pictures.picture_preparation import NO_PICTURE, PictureFacts, PreparedPicture
from ucap_reports.plan.countries_goals_and_partnerships import GOAL_COLOURS
from ucap_reports.plan.custom_field_values import Number, TableRows
from ucap_reports.plan.dates import PartialDate
from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType
from ucap_reports.plan.groups_of_cities import places_by_city
from ucap_reports.plan.numbers_and_amounts import Money, Quantity
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan, PlanPicture
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, did_you_mean, problem, raise_found
from ucap_reports.summary.document_formats_and_pdf_standards import DRAFT
from ucap_reports.summary.document_titles import all_names, names_in_titles
from ucap_reports.summary.fact_table_and_values import (
    FactTable,
    fact_table,
    printed_cell,
    printed_value,
    table_row,
    with_comparable_cities,
)
from ucap_reports.summary.pack_and_book_words import PackWords, words_of
from ucap_reports.summary.summary_model import (
    MAX_GENEROUS_COLUMNS,
    PICTURES_IN_ROW,
    CityFacts,
    Contact,
    GoalFacts,
    LabelText,
    Logo,
    Metadata,
    Row,
    Summary,
)
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings import RequiredPart
from ucap_reports.template.theme import Scale
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact, FactsByName
from ucap_reports.text.language_tags import REGIONAL
from ucap_reports.text.punctuation import comma
from ucap_reports.text.rich_text import RichText

Images = Mapping[str, PreparedPicture]
"""The pictures of a plan by the names of their files."""


def compose_summary(
    plan: Plan,
    pack: Pack,
    language: str | None = None,
    *,
    undated: date | None = None,
    images: Images = MappingProxyType({}),
) -> Summary:
    """Return the summary of a plan: the text of its documents, without a format.

    Args:
        plan: The plan.
        pack: The template pack, which has the rows, the labels and the number formats.
        language: The language of labels, numbers and dates, if the pack has it; by default the plan's.
        undated: The date in the properties of the documents if the plan has none. None leaves it out.
        images: The plan's pictures by the names of their files; a picture without one is left out.

    Raises:
        ProblemsFound: If the plan names a language for the programme label that the pack does not have.
    """
    words = words_of(pack, plan.language, language)
    plan = with_comparable_cities(plan, pack.fields.custom)
    rows = []
    for rule in pack.settings.rows:
        if rule.field != CITIES:
            row = table_row(plan, words, rule)
            if row is not None:
                rows.append(row)
    table = fact_table(plan, words, rows)
    omitted = pack.settings.leaves_out
    contact = Contact()
    if RequiredPart.CONTACT not in omitted:
        contact = _contact(plan, words)
    programme_label: tuple[LabelText, ...] = ()
    if RequiredPart.PROGRAMME_LABEL not in omitted:
        programme_label = _programme_label(plan, pack)
    subject = ", ".join(chain.from_iterable([city.name for city in plan.cities]))
    metadata = Metadata(contact.office, subject, plan.known_themes, undated, pack.name, _digest(plan, table))
    picture_count = len(list(plan.all_pictures()))
    return Summary(
        id=plan.id,
        title=plan.title or words.title,
        language=plan.language,
        column_label=table.label,
        columns=table.columns,
        rows=table.rows,
        contact=contact,
        programme_label=programme_label,
        metadata=metadata,
        updated=plan.updated,
        updated_text=words.day_text(plan.updated) if plan.updated else "",
        status=plan.status,
        status_text=words.draft if plan.status == DRAFT else "",
        continued=words.continued,
        formats=words.formats,
        label_language=words.language,
        column_language=table.language,
        period=plan.period or "",
        cities=city_facts(plan, words, images),
        goals=goal_facts(plan, words),
        pictures=picture_facts(plan, images),
        scale=_estimated_scale(table, pack, picture_count),
        names=names_in_titles(plan, words.formats),
        all_names=all_names(plan),
        as_of=words.as_of(plan.updated) if plan.updated else "",
        custom=custom_facts(plan, words),
        logo=logo_of(pack),
    )


def logo_of(pack: Pack) -> Logo:
    """Return the logo of a pack."""
    logo = pack.settings.logo
    return Logo() if logo is None else Logo(logo.file, logo.alt)


def _contact(plan: Plan, words: PackWords) -> Contact:
    """Return the contact of the plan or, if only that of the pack has an office or an email address, that one.

    It has the pack's lead, and is empty if nothing is known.
    """
    pack_contact = words.pack.settings.contact
    contact = plan.contact or pack_contact
    if pack_contact.named and not contact.named:
        contact = pack_contact
    names = [field.name for field in BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)]
    parts = {name: getattr(contact, name) or "" for name in names}
    known = [name for name, text in parts.items() if text]
    if not known:
        return Contact()
    lead = "" if known == ["website"] else words.lead  # nobody can be asked at a web site
    return Contact(lead=lead, **parts)


def _programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    """Return the label in each language, and the statement about the funding; raises ProblemsFound for languages that
    the pack does not have.
    """
    known = pack.settings.programme_label
    tags = pack.label_languages(plan.language, plan.country_codes, plan.label_languages)
    problems = []
    for index, tag in enumerate(tags):
        if pack.programme_label(tag) is None and pack.funding_statement(tag) is None:
            hint = did_you_mean(tag, known) or f"the pack {pack.name} has it in {', '.join(known)}"
            location = Location(field=f"label_languages[{index}]")
            problems.append(problem("label-language-unknown", location, language=tag, hint=hint))
    raise_found(problems)
    return tuple([LabelText(REGIONAL.get(tag, tag), text) for tag, text in pack.label_texts(tags)])


def _digest(plan: Plan, table: FactTable) -> str:
    """Return the SHA-256 of what the document shows of the plan."""
    rows = [(row.key, row.cells) for row in table.rows]
    shown: tuple[object, ...] = (plan.language, table.columns, rows)
    pictures = []
    for field, picture in plan.all_pictures():
        pictures.append((field, picture.alt, picture.caption, picture.credit))
    if pictures:
        shown = (*shown, pictures)
    return sha256(msgpack.encode(shown)).hexdigest()


# The scale of the text
_MAX_LINES = 26
"""Lines of generous text in the table of one page; the space around each row counts as one."""
_TABLE_WIDTH = 57
"""Narrow characters in a line of generous text across all columns."""
_LABEL_WIDTH = 19
"""Narrow characters in a line of a label."""
_PICTURE_LINES = 12
"""The height of a row of pictures with their captions, in lines."""


def _estimated_scale(table: FactTable, pack: Pack, picture_count: int) -> Scale:
    """Return the pack's scale or, if it has no preference, the generous one for a table that fits on one page in it.

    This estimate depends on the text alone, so that all formats have the same scale.
    """
    choice = pack.settings.scale
    if choice != "auto":
        return Scale(choice)
    if len(table.columns) > MAX_GENEROUS_COLUMNS or any(row.is_city for row in table.rows):
        return Scale.COMPACT
    height = _PICTURE_LINES * ceil(picture_count / PICTURES_IN_ROW)
    # The longest rows are at the end in most packs, so that few rows of a long table need to be measured.
    for row in reversed(table.rows):
        if height > _MAX_LINES:
            break
        height += _height_in_lines(row)
    return Scale.COMPACT if height > _MAX_LINES else Scale.GENEROUS


def _height_in_lines(row: Row) -> int:
    """Return the estimated height of a row in lines."""
    width = _TABLE_WIDTH // len(row.cells)
    cell_heights = [_wrapped(cell, width) for cell in row.cells]
    return 1 + max(_wrapped(row.label, _LABEL_WIDTH), *cell_heights)


def _wrapped(text: RichText, width: int) -> int:
    """Return the number of lines of a text, in each of which that many narrow characters have space."""
    return sum([1 + width_in_characters(paragraph.text) // width for paragraph in text.paragraphs()])


# The facts of the plan as data for templates
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
