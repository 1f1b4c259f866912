"""Composition of a summary from a plan and a pack.

The numbers of the cities of a plan are printed in one unit and with one number of decimals, so that they can be
compared.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import TypeGuard
from unicodedata import east_asian_width

from msgspec.structs import replace

from ucap_reports.plan.amounts_and_dates import Quantity
from ucap_reports.plan.custom_values import most_decimals, with_decimals
from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan
from ucap_reports.plan.vocabulary import locale_of
from ucap_reports.problems import Location, did_you_mean, problem, raise_found
from ucap_reports.summary.document_formats import DRAFT
from ucap_reports.summary.fact_table import (
    FactTable,
    Images,
    cell,
    city_facts,
    custom_facts,
    fact_table,
    goal_facts,
    picture_facts,
)
from ucap_reports.summary.number_and_date_formats import Formats
from ucap_reports.summary.pack_words import PackWords, words_of
from ucap_reports.summary.summary_model import (
    BETWEEN,
    MAX_GENEROUS_COLUMNS,
    PICTURES_IN_ROW,
    Contact,
    LabelText,
    Logo,
    Metadata,
    Row,
    Summary,
)
from ucap_reports.template.pack import MILLION, Pack, RequiredPart, RowRule
from ucap_reports.template.theme import Scale
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, REGIONAL, lookup
from ucap_reports.text.orthography import comma
from ucap_reports.text.rich_text import RichText

_MAX_LINES = 26
"""Lines of generous text in the table of one page; the space around each row counts as one."""
_TABLE_WIDTH = 57
"""Narrow characters in a line of generous text across all columns."""
_LABEL_WIDTH = 19
_PICTURE_LINES = 12
"""The height of a row of pictures with their captions."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
"""The characters that can be wide."""

_MAX_NAMES = 4
"""The number of names in a title; more are counted there, and listed below it."""
_MAX_NAMES_LENGTH = 90
"""Characters of the names of all cities in headers, footers and titles."""


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
    rules = [rule for rule in pack.settings.rows if rule.field != CITIES]
    rows = [_row(plan, words, rule) for rule in rules]
    table = fact_table(plan, words, [row for row in rows if row is not None])
    omitted = pack.settings.leaves_out
    contact = Contact() if RequiredPart.CONTACT in omitted else _contact(plan, words)
    names = ", ".join(name for city in plan.cities for name in city.name)
    return Summary(
        id=plan.id,
        title=plan.title or words.title,
        language=plan.language,
        column_label=table.label,
        columns=table.columns,
        rows=table.rows,
        contact=contact,
        programme_label=() if RequiredPart.PROGRAMME_LABEL in omitted else _programme_label(plan, pack),
        metadata=Metadata(contact.office, names, plan.themes, undated, pack.name, _digest(plan, table)),
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
        scale=scale_of(table, pack, len(list(plan.all_pictures()))),
        names=_names_in_titles(plan, words.formats),
        all_names=all_names(plan),
        as_of=words.as_of(plan.updated) if plan.updated else "",
        custom=custom_facts(plan, words),
        logo=logo_of(pack),
    )


def logo_of(pack: Pack) -> Logo:
    """Return the logo of a pack."""
    logo = pack.settings.logo
    return Logo() if logo is None else Logo(logo.file, logo.alt)


def scale_of(table: FactTable, pack: Pack, pictures: int) -> Scale:
    """Return the pack's scale or, if it has no preference, the generous one for a table that fits on one page in it.

    This estimate depends on the text alone, so that all formats have the same scale.
    """
    choice = pack.settings.scale
    if choice != "auto":
        return Scale(choice)
    if len(table.columns) > MAX_GENEROUS_COLUMNS or any(row.is_city for row in table.rows):
        return Scale.COMPACT
    height = _PICTURE_LINES * ceil(pictures / PICTURES_IN_ROW)
    for row in reversed(table.rows):  # the longest ones are at the end in most packs
        height += _lines(row)
        if height > _MAX_LINES:  # not all rows of a long table need to be measured
            return Scale.COMPACT
    return Scale.COMPACT if height > _MAX_LINES else Scale.GENEROUS


def all_names(plan: Plan) -> str:
    """Return the names of all cities; those of a group have commas between them."""
    return BETWEEN.join(comma(plan.language).join(city.name) for city in plan.cities)


def _names_in_titles(plan: Plan, formats: Formats) -> str:
    """Return the names of all cities or, if they are too many or too long for a title, their number: "12 cities".

    No name is left out of a list, since no partner is less important. A single name that is too long is cut off.
    """
    count = sum(len(city.name) for city in plan.cities)
    names = all_names(plan)
    if count <= _MAX_NAMES and len(names) <= _MAX_NAMES_LENGTH:
        return names
    if count > 1:
        return _counted(count, formats)
    return f"{names[: _MAX_NAMES_LENGTH - 1]}…"


def numbers_of_cities(count: int) -> tuple[str, ...]:
    """Return what titles print instead of so many names, in each language."""
    return tuple(_number_of_cities(count, language) for language in _city_counts())


def _row(plan: Plan, words: PackWords, rule: RowRule) -> Row | None:
    """Return the row of a rule; None if all cells are unknown and the pack omits such a row."""
    row = words.pack.fields.rows[rule.field]
    if row.is_of_city:
        cells = [cell(row, city, words) for city in plan.cities]
        fields = [f"cities[{index}].{row.name}" for index in range(len(plan.cities))]
    else:
        cells = [cell(row, plan, words)]
        fields = [rule.field]
    if not any(cells) and words.pack.omits(rule):
        return None
    return Row(
        rule.field,
        words.label(rule.field),
        tuple(content or words.unknown for content in cells),
        shared=not row.is_of_city,
        fields=tuple((field,) for field in fields),
        unknown=tuple(index for index, content in enumerate(cells) if not content),
    )


def _contact(plan: Plan, words: PackWords) -> Contact:
    """Return the contact of the plan or, if only that of the pack names an office or an email address, that one.

    It has the pack's lead, and is empty if nothing is known.
    """
    pack_contact = words.pack.settings.contact
    contact = plan.contact or pack_contact
    plan_names_one = bool(contact.office or contact.email)
    pack_names_one = bool(pack_contact.office or pack_contact.email)
    if pack_names_one and not plan_names_one:
        contact = pack_contact
    names = [field.name for field in BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)]
    parts = {name: getattr(contact, name) or "" for name in names}
    if not any(parts.values()):
        return Contact()
    is_web_site_alone = [name for name, text in parts.items() if text] == ["website"]
    return Contact(lead="" if is_web_site_alone else words.lead, **parts)  # nobody can be asked at a web site


def _programme_label(plan: Plan, pack: Pack) -> tuple[LabelText, ...]:
    """Return the label in each language, and the statement about the funding; raises ProblemsFound for languages that
    the pack does not have.
    """
    known = pack.settings.programme_label
    tags = plan.label_languages or pack.label_languages(plan.language, plan.country_codes)
    problems = []
    for index, tag in enumerate(tags):
        if pack.programme_label(tag) is None and pack.funding_statement(tag) is None:
            hint = did_you_mean(tag, known) or f"the pack {pack.name} has it in {', '.join(known)}"
            location = Location(field=f"label_languages[{index}]")
            problems.append(problem("label-language-unknown", location, language=tag, hint=hint))
    raise_found(problems)
    return tuple(LabelText(REGIONAL.get(tag, tag), text) for tag, text in pack.label_texts(tags))


def _digest(plan: Plan, table: FactTable) -> str:
    """Return the SHA-256 of what the document shows of the plan."""
    rows = [(row.key, row.cells) for row in table.rows]
    shown: tuple[object, ...] = (plan.language, table.columns, rows)
    pictures = []
    for field, picture in plan.all_pictures():
        pictures.append((field, picture.alt, picture.caption, picture.credit))
    if pictures:
        shown = (*shown, pictures)
    return sha256(repr(shown).encode(errors="surrogateescape")).hexdigest()


def _lines(row: Row) -> int:
    """Return the estimated height of a row in lines."""
    width = _TABLE_WIDTH // len(row.cells)
    return 1 + max(_wrapped(row.label, _LABEL_WIDTH), *(_wrapped(cell, width) for cell in row.cells))


def _wrapped(text: RichText, width: int) -> int:
    """Return the number of lines of a text, in each of which that many narrow characters have space."""
    return sum(1 + _width(paragraph.text) // width for paragraph in text.paragraphs())


def _width(text: str) -> int:
    """Return the width in narrow characters."""
    if text.isascii():  # most texts have no wide character
        return len(text)
    return len(text) + sum(east_asian_width(character) in "FW" for character in _NOT_ASCII.findall(text))


def _counted(count: int, formats: Formats) -> str:
    """Return a number of cities in words of the requested language, or else in English."""
    language = lookup(formats.wanted, _city_counts()) or DEFAULT_LANGUAGE
    return formats.tagged(_number_of_cities(count, language), language)


@cache
def _city_counts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("city_counts.toml").read_text(encoding="utf-8"))


def _number_of_cities(count: int, language: str) -> str:
    forms = _city_counts()[language]
    form = forms.get(locale_of(language).plural_form(count), forms["other"])
    return form.replace("{count}", str(count))


# Numbers of cities that can be compared
_LEAST_IN_MILLIONS = 100_000
"""The smallest population that is printed in millions beside larger ones; beside a smaller one, all are in full."""


def with_comparable_cities(plan: Plan, custom: Sequence[Field]) -> Plan:
    """Return the plan, whose cities have numbers in one unit and with one number of decimals in each field.

    Numbers that were written as text stay as they were written. `custom` are the custom fields of the pack.
    """
    if len(plan.cities) < 2:  # noqa: PLR2004 - nothing to compare
        return plan
    quantities = {}
    for field in BUILT_IN.inside(CITIES):
        if field.type in _COMPARED:
            compare = _COMPARED[field.type]
            quantities[field.name] = compare([getattr(city, field.name) for city in plan.cities])
    own = [field for field in custom if field.is_of_city and field.decimals is None]
    decimals = {field.name: most_decimals(city.custom.get(field.name) for city in plan.cities) for field in own}
    cities: list[City] = []
    for index, city in enumerate(plan.cities):
        update = {name: of_cities[index] for name, of_cities in quantities.items()}
        if any(getattr(city, name) is not quantity for name, quantity in update.items()):
            city = city.model_copy(update=update)  # noqa: PLW2901 - the same city
        if any(decimals.get(name) for name in city.custom):
            values = {name: with_decimals(value, decimals.get(name, 0)) for name, value in city.custom.items()}
            city = city.with_custom(values)  # noqa: PLW2901 - the same city
        cities.append(city)
    return plan.model_copy(update={CITIES: cities})


def _in_one_unit(populations: Sequence[Quantity | None]) -> Sequence[Quantity | None]:
    """Return populations that are all printed in millions or all in full, if one of them has a million."""
    values = [quantity.value for quantity in populations if _is_formatted(quantity) and quantity.value is not None]
    if len(values) < 2 or max(values) < MILLION:  # noqa: PLR2004 - nothing to compare
        return populations
    in_millions = min(values) >= _LEAST_IN_MILLIONS
    decimals = _decimals_of_millions(values) if in_millions else 0
    compared = []
    for quantity in populations:
        if _is_formatted(quantity):
            quantity = replace(quantity, in_millions=in_millions, decimals=decimals)  # noqa: PLW2901 - the same one
        compared.append(quantity)
    return compared


def _decimals_of_millions(values: Sequence[float]) -> int:
    """Return the number of decimals of millions: two if a value has less than one, but no zeros that all have."""
    decimals = 1 if min(values) >= MILLION else 2
    texts = [f"{value / MILLION:.{decimals}f}" for value in values]
    while decimals and all(text.endswith("0") for text in texts):
        texts = [text[:-1] for text in texts]
        decimals -= 1
    return decimals


def _with_equal_decimals(areas: Sequence[Quantity | None]) -> Sequence[Quantity | None]:
    decimals = max((area.decimals for area in areas if _is_formatted(area)), default=0)
    compared = []
    for area in areas:
        if _is_formatted(area) and area.decimals != decimals:
            area = replace(area, decimals=decimals)  # noqa: PLW2901 - the same one
        compared.append(area)
    return compared


_COMPARED: Mapping[FieldType, Callable[[Sequence[Quantity | None]], Sequence[Quantity | None]]] = {
    FieldType.POPULATION: _in_one_unit,
    FieldType.AREA: _with_equal_decimals,
}
"""How the quantities of all cities in a field are made comparable, by its type."""


def _is_formatted(quantity: Quantity | None) -> TypeGuard[Quantity]:
    """Return whether a quantity is a number that the document formats."""
    return quantity is not None and quantity.text is None and quantity.value is not None
