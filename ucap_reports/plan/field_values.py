"""The values of a plan's built-in fields: how each is read and checked.

The checks are about one value: countries, addresses, paths of pictures, numbers of items. Which fields
there are, and which are required, is in `plan_model`; the JSON Schema that editors get for each is in
`json_schema_of_values`.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, PlainValidator, WithJsonSchema

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.plan.countries_goals_and_partnerships import (
    MAX_NAME,
    Goal,
    country_hint,
    find_country,
    find_partnership,
    goal_in,
    partnership_hint,
)
from ucap_reports.plan.dates import YEARS_OF_AGREEMENTS, YEARS_OF_CONTENT, read_day, read_day_or_words
from ucap_reports.plan.json_schema_of_values import (
    AGENDA,
    DATE_PATTERN,
    GOAL,
    OPTIONAL_STRING,
    OPTIONAL_TEXT,
    PICTURE_FILE,
    STRING,
    TEXT,
    UNKNOWN,
    list_schema,
    propose_countries,
)
from ucap_reports.plan.numbers_and_amounts import MINUS, Quantity, area, area_number, population, population_number
from ucap_reports.plan.unknown_values import PLACEHOLDER_HINT, is_placeholder, is_unknown
from ucap_reports.problems import Hint, problem, shortened
from ucap_reports.source.model_validation import described, refusal, refusing
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag, distinct, language_hint, languages_hint
from ucap_reports.text.links import MAIL, link_address
from ucap_reports.text.markdown import BULLETS, parse_rich_text
from ucap_reports.text.rich_text import ItemList, Marker, Paragraph, RichText

MAX_ITEMS = 30
MAX_ENTRIES = 100


class AgendaTopic(Struct, frozen=True):
    """A partnership of the Urban Agenda for the EU: its official name, and the wording to print."""

    partnership: str
    wording: str


class Country(Struct, frozen=True):
    """A country: its ISO 3166-1 alpha-2 code, and the text to print. The code is empty for an unknown country, such as
    "N/A", which keeps the place of one among the countries of a group.
    """

    code: str
    text: str


# Readers: each returns the value, or raises the error `refusal`
_PICTURE_NAME = LazyPattern(r"[^\\:\0]{1,200}")
_NEGATIVE = re.compile(f"[{MINUS}][0-9]")
"""The beginning of a negative number."""
_QUANTITY_LIMIT = 1e15
"""More people, and more square kilometres, than there are anywhere."""
_PACK_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LIST_NUMBER = LazyPattern(r"\A(\s*[0-9]{1,9})([.)])")
"""The number before the first item of a list."""
_MAX_TEXT = 2_000
_LINE_ENDS = re.compile(r"[\r\n]+")


def read_text(value: Any) -> str:
    """Return one line of text; a number is the text that it was written as."""
    text = _written(value)
    if len(text) > _MAX_TEXT:
        raise refusal(problem("text-too-long", limit=_MAX_TEXT))
    first, *others = _LINE_ENDS.split(text.replace("\t", " "))
    joined = first.strip(" ")
    for line in others:
        words = line.strip(" ")
        joined += f" {words}" if has_space_between(joined, words) else words
    return joined.strip()


def read_lines(value: Any) -> str:
    """Return text that keeps its line ends."""
    lines = _LINE_ENDS.split(_written(value).strip())
    return "\n".join(read_text(line) for line in lines)


def read_rich_text(value: Any) -> RichText:
    """Return rich text with lists of up to two levels."""
    text = _written(value, 'write a single text: start it with | and its bullets with "- "')
    return refusing(parse_rich_text)(text)


def read_entry_text(value: Any) -> RichText:
    """Return the rich text of a list item: it may have lists of one level."""
    return _with_lists(_unmarked(value), 1)


def read_detail(value: Any) -> RichText:
    """Return the rich text of an item of the second level: it has no lists."""
    return _with_lists(_unmarked(value), 0)


def _read_country(value: Any) -> Country:
    """Return a country by any of its names or codes."""
    text = read_text(value)
    if is_unknown(text):
        return Country("", text)
    code = find_country(text)
    if code is None:
        raise refusal(problem("country-unknown", name=shortened(text), hint=_hint(text, country_hint)))
    return Country(code, text)


def read_goal(value: Any) -> Goal:
    """Return a goal in any of the usual forms, which `goals` lists."""
    return goal_in(read_text(value))


def _read_agenda_topic(value: Any) -> AgendaTopic:
    """Return a partnership by its name, an alias or a similar spelling, with or without the prefix "EU UP"."""
    text = read_text(value)
    partnership = find_partnership(text)
    if partnership is None:
        raise refusal(problem("urban-agenda-unknown", name=shortened(text), hint=_hint(text, partnership_hint)))
    return AgendaTopic(partnership, text)


def _read_date(value: Any) -> date:
    """Return the date of the content of a plan, written as 2019-04-30."""
    return read_day(read_text(value), YEARS_OF_CONTENT)


def _read_signed(value: Any) -> str | date:
    """Return a date, or words about one; what has the form of a date must be one, and mean one day only."""
    return read_day_or_words(read_text(value), YEARS_OF_AGREEMENTS)


def _read_language(value: Any, *, hint: Callable[[str], str | None] = language_hint) -> str:
    """Return a BCP 47 tag in its canonical form; `hint` is what to write instead of another text."""
    text = read_text(value)
    if not LANGUAGE.fullmatch(text) or is_placeholder(text):
        raise refusal(problem("language-invalid", tag=shortened(text), hint=_hint(text, hint)))
    return canonical_tag(text)


def _read_template(value: Any) -> str:
    """Return the name of a pack."""
    text = read_text(value)
    if not _PACK_NAME.fullmatch(text) or is_placeholder(text):
        raise refusal(problem("template-invalid", name=shortened(text), hint=_hint(text)))
    return text


def _read_picture_file(value: Any) -> str:
    """Return the path of a file in the folder of the pictures."""
    text = read_text(value)
    path = text.removeprefix("./")
    steps = re.split(r"[\\/]", text)
    file_name = steps[-1]
    leaves_folder = ".." in steps
    has_empty_step = "" in steps  # it begins or ends with a slash, or has two
    if leaves_folder or has_empty_step or not _PICTURE_NAME.fullmatch(path):
        hint = None
        if file_name:
            hint = f"put the file into the folder pictures beside the plan, and write {file_name}"
        raise refusal(problem("picture-outside", form="path", name=shortened(text), hint=hint))
    return path


def _read_email(value: Any) -> str:
    """Return an email address."""
    text = read_text(value)
    if not MAIL.fullmatch(text):
        raise refusal(problem("email-invalid", value=shortened(text), hint=_hint(text, _address_hint)))
    return text


def _read_website(value: Any) -> str:
    """Return a web address, with or without its scheme."""
    text = read_text(value)
    address = link_address(text) or ""
    if "." not in text or not address.lower().startswith("http"):
        raise refusal(problem("website-invalid", value=shortened(text), hint=_hint(text)))
    return text


def _read_population(value: Any) -> Quantity:
    """Return a population as a number or in words."""
    return _read_quantity(value, population, population_number)


def _read_area(value: Any) -> Quantity:
    """Return an area in square kilometres as a number or in words."""
    return _read_quantity(value, area, area_number)


def _written(value: Any, hint: str | None = None) -> str:
    """Return the text itself, or the text that a number was written as. Other values are refused, with the hint of
    their type or else with this one.
    """
    match value:
        case str():
            return value
        case bool():
            hint = f'put it in quotes: "{str(value).lower()}"'
        case int() | float():
            return str(getattr(value, "text", value))
        case None:
            hint = "write it here, or remove the line"
        case list():
            hint = hint or 'write it on one line, without "- " or brackets'
        case dict() if not any(value.values()):  # such as {Plan}, or a text that ends with a colon
            hint = hint or 'put straight quotes around a text that starts with { or ends with ":"'
        case _:
            hint = hint or 'put straight quotes around a text that contains ": "'
    raise refusal(problem("type-invalid", expected="text", given=described(value), hint=hint))


def _unmarked(value: Any) -> RichText:
    """Return the rich text of an item without a bullet that was typed before it as well: "- • Workshop".

    A number before a single item is a part of its text: "- 31. Mai 2017: Workshop" is no list from 31.
    """
    text = read_rich_text(value)
    if not isinstance(value, str) or len(text.blocks) != 1:
        return text
    [block] = text.blocks
    if not isinstance(block, ItemList) or len(block.items) != 1:
        return text
    [item] = block.items
    is_line = len(item.blocks) == 1 and isinstance(item.blocks[0], Paragraph)
    if block.marker is Marker.NUMBER and is_line:
        with_escaped_number = _LIST_NUMBER.sub(r"\1\\\2", value, count=1)
        return read_rich_text(with_escaped_number)
    has_bullet = value.lstrip()[:1] in BULLETS
    return RichText(item.blocks) if has_bullet else text


def _with_lists(text: RichText, levels: int) -> RichText:
    """Return the text; raise the error `refusal` if its lists have more levels than that."""
    blocks: list[Paragraph | ItemList] = list(text.blocks)
    for _ in range(levels):  # from the blocks of a level to those of the next one
        inner_blocks: list[Paragraph | ItemList] = []
        for block in blocks:
            if isinstance(block, ItemList):
                for item in block.items:
                    inner_blocks += item.blocks
        blocks = inner_blocks
    if any(isinstance(block, ItemList) for block in blocks):
        raise refusal(problem("list-too-deep"))
    return text


def _hint(text: str, other: Callable[[str], str | None] = lambda _: None) -> str | None:
    """Return what to do about an invalid value: the hint for placeholders, or the other hint about it."""
    return PLACEHOLDER_HINT if is_placeholder(text) else other(text)


def _address_hint(text: str) -> str | None:
    """Return the hint with the address that a longer text contains."""
    if len(text) > MAX_NAME:
        return None
    address = MAIL.search(text)
    if address is None:
        return None
    return Hint(f"write {address[0]}", [address[0]])


def _read_quantity(
    value: Any, of_text: Callable[[str], Quantity], of_number: Callable[[float, str], Quantity]
) -> Quantity:
    if isinstance(value, list):
        hint = 'write a single text: "62,529; 574,654"'
        raise refusal(problem("type-invalid", expected="a number or text", given=described(value), hint=hint))
    text = read_text(value)
    if is_placeholder(text):
        raise refusal(problem("quantity-invalid", value=text, hint=PLACEHOLDER_HINT))
    if _NEGATIVE.match(text):
        raise refusal(problem("quantity-invalid", value=shortened(text)))
    quantity = of_text(text) if isinstance(value, str) else of_number(value, text)
    if quantity.value is not None and not 0 < quantity.value < _QUANTITY_LIMIT:
        raise refusal(problem("quantity-invalid", value=text))
    return quantity


# Validators: of several `BeforeValidator`s of a type, Pydantic runs the last one first
def optional(read: Callable[[Any], Any], default: Any = None) -> PlainValidator:
    """Return a validator that reads a value, or gives `default` for an unknown one."""
    return PlainValidator(lambda value: default if is_unknown(value) else read(value))


def parsed(parse: Callable[[str], Any], default: Any) -> PlainValidator:
    """Return a validator that reads a text with `parse`, which raises ProblemsFound; `default` for an unknown value."""
    return optional(lambda value: refusing(parse)(read_text(value)), default)


def listed(limit: int) -> BeforeValidator:
    """Return a validator that makes a value a list of at most `limit` items.

    One value is a list of one, and an unknown one, or a list of nothing but unknown ones, an empty list.
    """

    def read(value: Any) -> Any:
        if is_unknown(value):
            return []
        if isinstance(value, str | int | float):
            return [value]
        if not isinstance(value, list):
            return value  # the type refuses it
        if len(value) > limit:
            raise refusal(problem("list-too-long", limit=limit, count=len(value)))
        if all(isinstance(item, str) and is_unknown(item) for item in value):
            return []
        return value

    return BeforeValidator(read)


def unknown_as(default: Any) -> BeforeValidator:
    """Return a validator that replaces an unknown value by `default`."""
    return BeforeValidator(lambda value: default if is_unknown(value) else value)


def _required(name: str, hint: str) -> Callable[[Any], Any]:
    """Return a validator that refuses an unknown value of the field `name`."""

    def read(value: Any) -> Any:
        items = value if isinstance(value, list) else [value]
        if all(map(is_unknown, items)):
            raise refusal(problem("field-missing", name=name, hint=hint))
        return value

    return read


def _split_countries(value: Any) -> Any:
    """Split a text such as "Italy, UK" into its countries; return any other value as it is."""
    if not isinstance(value, str) or ", " not in value:
        return value
    if find_country(value):  # one with a comma in its name, such as "Korea, Republic of"
        return value
    names = value.split(", ")
    return names if all(map(find_country, names)) else value


# Types
OneLine = Annotated[str, PlainValidator(read_text), WithJsonSchema(TEXT)]
OptionalLine = Annotated[str | None, optional(read_text), WithJsonSchema(OPTIONAL_TEXT)]
OptionalLines = Annotated[str | None, optional(read_lines), WithJsonSchema(OPTIONAL_TEXT)]
Lines = Annotated[tuple[OneLine, ...], listed(MAX_ITEMS), list_schema(TEXT)]
Entries = Annotated[tuple[OneLine, ...], listed(MAX_ENTRIES), list_schema(TEXT)]
_refuse_nameless = BeforeValidator(_required("name", "write the name of the city here"))
CityNames = Annotated[
    tuple[Annotated[OneLine, _refuse_nameless], ...],  # each name
    listed(MAX_ITEMS),
    _refuse_nameless,  # before `listed`, which would make an empty list of nothing
    WithJsonSchema({"anyOf": [{"type": "array", "items": TEXT, "minItems": 1}, TEXT]}),
]
Language = Annotated[str, PlainValidator(_read_language), WithJsonSchema(STRING)]
PlanLanguage = Annotated[Language, unknown_as("en"), WithJsonSchema(OPTIONAL_STRING)]
_ListedLanguage = Annotated[str, PlainValidator(lambda value: _read_language(value, hint=languages_hint))]
Languages = Annotated[
    tuple[_ListedLanguage, ...] | None,
    listed(MAX_ITEMS),
    AfterValidator(lambda tags: distinct(tags or ()) or None),
    list_schema(STRING),
]
Template = Annotated[str | None, optional(_read_template), WithJsonSchema(OPTIONAL_TEXT)]
Status = Annotated[
    Literal["draft", "final"],
    unknown_as("final"),
    WithJsonSchema({"anyOf": [{"enum": ["draft", "final"]}, UNKNOWN]}),
]
Email = Annotated[str | None, optional(_read_email), WithJsonSchema(OPTIONAL_STRING)]
Website = Annotated[str | None, optional(_read_website), WithJsonSchema(OPTIONAL_STRING)]
Rich = Annotated[RichText, optional(read_rich_text, RichText()), WithJsonSchema(OPTIONAL_TEXT)]
EntryText = Annotated[RichText, optional(read_entry_text, RichText()), WithJsonSchema(OPTIONAL_TEXT)]
_Detail = Annotated[RichText, optional(read_detail, RichText())]
AltText = Annotated[OneLine, BeforeValidator(_required("alt", "describe the picture for readers who cannot see it"))]
_refuse_no_file = BeforeValidator(
    _required("file", "write the name of a JPEG or PNG file in the folder pictures beside the plan")
)
PictureFile = Annotated[str, PlainValidator(_read_picture_file), _refuse_no_file, WithJsonSchema(PICTURE_FILE)]
Details = Annotated[tuple[_Detail, ...], listed(MAX_ENTRIES), list_schema(OPTIONAL_TEXT)]
Population = Annotated[Quantity | None, optional(_read_population), WithJsonSchema(OPTIONAL_TEXT)]
Area = Annotated[Quantity | None, optional(_read_area), WithJsonSchema(OPTIONAL_TEXT)]
_Country = Annotated[Country, PlainValidator(_read_country)]
Countries = Annotated[
    tuple[_Country, ...],
    listed(MAX_ITEMS),
    BeforeValidator(_split_countries),  # before `listed`, which would make a list of the text
    list_schema(STRING),
    Field(json_schema_extra=propose_countries),
]
_Goal = Annotated[Goal, PlainValidator(read_goal)]
Goals = Annotated[tuple[_Goal, ...], listed(MAX_ITEMS), list_schema(GOAL)]
_AgendaTopic = Annotated[AgendaTopic, PlainValidator(_read_agenda_topic)]
Agenda = Annotated[tuple[_AgendaTopic, ...], listed(MAX_ITEMS), list_schema(AGENDA)]
Day = Annotated[date | None, optional(_read_date), WithJsonSchema({**OPTIONAL_STRING, "pattern": DATE_PATTERN})]
Signed = Annotated[str | date | None, optional(_read_signed), WithJsonSchema(OPTIONAL_TEXT)]
TextOrEntries = Discriminator(lambda value: "entries" if isinstance(value, list | tuple) else "rich-text")
"""Selects the type of a field that is rich text or a list of entries, so that only the errors of that type count."""
