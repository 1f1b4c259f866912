"""Descriptions of fields: everything that the product knows about a field of a plan in one value, and all of a plan.

Each attribute of the models in `plan_model` carries its description (`Annotated[…, Field(…)]`). Validation, the JSON
Schema, new plan files, the canonical order, imports, completeness, conditions, lists, reviews, translations, templates,
rows and the reference read it; no other module contains a list of the names of fields. Messages and translators name a
field in words, such as "the text of the third activity" (`spoken_name`).
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import BaseModel

from ucap_reports.source.yaml_tree import Loc, loc_of

CITIES = "cities"
"""The field with the columns of the fact table, which is that of the header row, too."""
NAME = "name"
"""The field of cities that a plan must have, with their names."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
"""The endings of larger ordinals by their last digit; others have "th"."""


class FieldType(StrEnum):
    """What a field contains: this decides how it is entered, printed, compared and imported."""

    LINE = "line"
    """One line of text."""
    LINES = "lines"
    """A list of lines of text."""
    TEXT = "text"
    """Rich text."""
    NUMBER = "number"
    """A number, or text that begins with one."""
    MONEY = "money"
    """An amount with its currency, or words."""
    DATE = "date"
    """A date, or words about one."""
    CHOICE = "choice"
    """One of the keys that the declaration lists."""
    LIST = "list"
    """A list of rich texts."""
    TABLE = "table"
    """Rows with the columns that the declaration lists, which are printed as a section of its own."""

    # The types of built-in fields only:
    TITLE = "title"
    CITIES = "cities"
    NAMES = "names"
    """The name of a city, or those of a group of cities."""
    COUNTRIES = "countries"
    POPULATION = "population"
    AREA = "area"
    THEMES = "themes"
    GOALS = "goals"
    AGENDA = "agenda"
    """Partnerships of the Urban Agenda for the EU."""
    FOCUS = "focus"
    """Rich text, or entries with a theme and a text."""
    ACTIVITIES = "activities"
    """Rich text, or entries with a date, a text and details."""
    ENTRY_TEXT = "entry-text"
    """Rich text of an item of a list, with lists of one level."""
    DETAILS = "details"
    """A list of rich texts without lists."""
    PICTURE = "picture"
    PICTURES = "pictures"
    FILE = "file"
    CONTACT = "contact"
    OFFICE = "office"
    """One line. In an imported file, the other parts of the contact may be below it."""
    EMAIL = "email"
    PHONE = "phone"
    WEBSITE = "website"
    ADDRESS = "address"
    """Text with line ends."""
    LANGUAGE = "language"
    LANGUAGES = "languages"
    LABEL_LANGUAGES = "label-languages"
    """Languages of the programme label."""
    PACK = "pack"
    STATUS = "status"
    DAY = "day"
    """A date."""
    SOURCES = "sources"
    """Lines, among them addresses, that only books and packs with a row for them print."""
    ID = "id"
    """The stem of the plan's file."""
    PLACE = "place"
    """The row that prints regions and countries together."""
    TOPICS = "topics"
    """The row that prints goals and partnerships together."""


QUANTITIES = frozenset({FieldType.POPULATION, FieldType.AREA})
RICH = frozenset(
    {
        FieldType.TEXT,
        FieldType.LIST,
        FieldType.FOCUS,
        FieldType.ACTIVITIES,
        FieldType.ENTRY_TEXT,
        FieldType.DETAILS,
    }
)
"""The types of rich text."""
FIGURES = frozenset({FieldType.POPULATION, FieldType.AREA, FieldType.NUMBER, FieldType.MONEY})
"""The types whose cells are aligned as numbers in a column of their own."""
DAYS = frozenset({FieldType.DATE, FieldType.DAY})
"""The types of dates."""
ENTRIES = frozenset({FieldType.CITIES, FieldType.FOCUS, FieldType.ACTIVITIES, FieldType.PICTURES, FieldType.TABLE})
"""The types of lists of entries, which have fields of their own."""
LISTS = frozenset(
    {
        FieldType.LINES,
        FieldType.LIST,
        FieldType.TABLE,
        FieldType.NAMES,
        FieldType.COUNTRIES,
        FieldType.THEMES,
        FieldType.GOALS,
        FieldType.AGENDA,
        FieldType.DETAILS,
        FieldType.PICTURES,
        FieldType.LANGUAGES,
        FieldType.LABEL_LANGUAGES,
        FieldType.SOURCES,
    }
)
"""The types of lists."""


class Required(StrEnum):
    """What `check` reports if a plan does not have a field."""

    NO = "no"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Field(Struct, frozen=True, kw_only=True, dict=True):
    """The description of a field. `path` is its place in a plan without indexes, such as `cities.population`."""

    type: FieldType
    hint: str
    """What to write: for the JSON Schema, the reference and forms."""
    path: str = ""
    examples: tuple[Any, ...] = ()
    """Values as plan files have them."""
    starter: str = ""
    """The comment above the field in a new plan file; by default its hint. Further lines are examples in YAML."""
    placeholders: tuple[str, ...] = ()
    """The values in a new plan file."""
    required: Required = Required.NO
    has_row: bool = False
    """Whether the fact table can have a row with this field alone."""
    parts: tuple[str, ...] = ()
    """The fields that a row prints together; such a row is in no plan file."""
    plural: str = ""
    """What several values are called, if a group of cities has one for each of them or one for all."""
    item: str = ""
    """What one item of the list is called in messages."""
    is_translated: bool = True
    is_private: bool = False
    """Whether no row prints it by default, and the plans in PDF files and books are without it."""
    on_one_line: bool | None = None
    """Whether a short list is written on one line; by default only inside of other fields."""
    template_names: Mapping[str, str] = field(default_factory=dict)
    """The attributes that templates read it by, with their descriptions; the last is that of the text."""
    template_item: str = ""
    """What templates call the value, or an item of it, that has the names of the fields in this one."""
    condition: str = ""
    """The name in conditions such as `country=CN`."""
    import_names: tuple[str, ...] = ()
    """What offices write for the field, in addition to its own name and to the labels of packs."""
    import_words: tuple[str, ...] = ()
    """Words by which a longer label names the field if it has those of no other field."""
    other_names: tuple[str, ...] = ()
    """Names that people give the field in plan files by mistake."""
    added_in: str = ""
    """The release that added a built-in field, whose name older declarations may have; empty for the first release."""

    # Custom fields only:
    is_custom: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    """The labels by language; the one without a language is in the project's. Packs label built-in fields."""
    after: str = ""
    """The key of the field that its row follows, if no pack places it; by default it is the last one."""
    unit: str = ""
    decimals: int | None = None
    """The number of decimals that are printed; by default as many as are written."""
    minimum: float | None = None
    maximum: float | None = None
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The labels of each choice by language, by its key."""
    columns: tuple["Field", ...] = ()
    """The columns of a table."""
    totals: tuple[str, ...] = ()
    """The names of the columns of a table whose total is printed below them."""
    is_column: bool = False
    """Whether it is a column of a table, whose rows have its values."""

    @cached_property
    def name(self) -> str:
        """The name in its mapping, such as `population`."""
        return self.path.rpartition(".")[2]

    @cached_property
    def owner(self) -> str:
        """The path of the field that it is in; empty for the fields of the plan itself."""
        return self.path.rpartition(".")[0]

    @cached_property
    def template_text(self) -> str:
        """The attribute with the text that templates print; empty if there is none."""
        return list(self.template_names)[-1] if self.template_names else ""

    @cached_property
    def is_of_city(self) -> bool:
        """Whether each column of the fact table has its own value."""
        return self.owner == CITIES

    @cached_property
    def key(self) -> str:
        """The name by which rows, labels and imports refer to the field: that of a built-in field of cities is without
        `cities`.
        """
        return self.name if self.is_of_city and not self.is_custom else self.path

    @property
    def is_rich(self) -> bool:
        """Whether it contains rich text."""
        return self.type in RICH


class KnownFields(Struct, frozen=True, dict=True):
    """The fields of plan files, each before those that are in it, and what is named like them."""

    fields: tuple[Field, ...]
    others: tuple[Field, ...]
    """What conditions, rows and imports name like fields, although no plan file contains it."""

    def inside(self, owner: str = "") -> tuple[Field, ...]:
        """Return the fields in the field with that path; by default those of the plan itself."""
        return self._by_owner.get(owner, ())

    def at(self, loc: Loc) -> Field | None:
        """Return the field at a place of a plan, such as `("cities", 0, "population")`, or the field with that item."""
        return self.of_path(".".join(step for step in loc if isinstance(step, str)))

    def of_path(self, path: str) -> Field | None:
        """Return the field or row with that path."""
        return self._by_path.get(path)

    def of_key(self, key: str) -> Field | None:
        """Return the field or row that rows, labels and imports call `key`."""
        return self._by_key.get(key)

    def of_type(self, type_: FieldType) -> Field:
        """Return the first field of that type, which may be the only one. Raises LookupError if there is none."""
        return self._by_type[type_]

    @property
    def all(self) -> tuple[Field, ...]:
        """The fields of plan files, then the others."""
        return (*self.fields, *self.others)

    @cached_property
    def custom(self) -> tuple[Field, ...]:
        """The custom fields, without the columns of tables."""
        return tuple(known for known in self.fields if known.is_custom and not known.is_column)

    @cached_property
    def with_rich_text(self) -> tuple[Field, ...]:
        """The fields of the plan itself that can have rich text, or tables with rich text."""
        return tuple(known for known in self.inside() if known.is_rich or known.type is FieldType.TABLE)

    @cached_property
    def of_one_row(self) -> tuple[Field, ...]:
        """The fields that the fact table can have in a row of their own."""
        return tuple(row for row in self.rows.values() if not row.parts)

    @property
    def has_custom(self) -> bool:
        """Whether there are custom fields."""
        return bool(self.custom)

    @cached_property
    def without_required(self) -> "KnownFields":
        """The fields of plans that are still to be completed: a declared field that is missing is no error.

        `check` and `build` report it. It does not prevent what helps to complete a plan: an import, or a form.
        """
        fields: list[Field] = []
        for known in self.fields:
            if known.is_custom and known.required is Required.ERROR:
                fields.append(replace(known, required=Required.WARNING))
            else:
                fields.append(known)
        return replace(self, fields=tuple(fields))

    @property
    def importable(self) -> tuple[Field, ...]:
        """The fields that an imported file can have a value of: those of a plan, its contact and its cities."""
        contact = self.of_type(FieldType.CONTACT)
        own = tuple(known for known in self.inside() if known.type is not FieldType.CONTACT)
        return (*own, *self.inside(contact.path), *self.inside(CITIES))

    def is_of_city(self, key: str | None) -> bool:
        """Return whether rows, labels and imports call a field or row of cities `key`."""
        known = self._by_key.get(key or "")
        return known is not None and known.is_of_city

    @cached_property
    def rows(self) -> Mapping[str, Field]:
        """The rows that the fact table can have, by key: one for a field, or one for several."""
        return {known.key: known for known in self.all if known.has_row}

    def printed_by(self, key: str) -> tuple[Field, ...]:
        """Return the fields that a row prints: one, several, or none of those that are known."""
        row = self.rows.get(key)
        if row is None:
            return ()
        if not row.parts:
            return (row,)
        return tuple(self._by_path[part] for part in row.parts)

    def spoken_name(self, field: str) -> str:
        """Return a field as people count it, such as "the text of the third activity" for `activities[2].text`."""
        parts: list[str] = []
        loc = loc_of(field)
        for index, part in enumerate(loc):
            if isinstance(part, str):
                parts.append(part)
            elif parts:
                name = parts.pop()
                known = self.at(loc[:index])
                item = known.item if known is not None and known.item else f"item of {name}"
                parts.append(f"{ordinal(part + 1)} {item}")
        if not any(" " in part for part in parts):
            return f"`{field}`"
        return " of ".join(f"the {part}" for part in reversed(parts))

    @cached_property
    def _by_owner(self) -> Mapping[str, tuple[Field, ...]]:
        by_owner: dict[str, tuple[Field, ...]] = {}
        for known in self.fields:
            by_owner[known.owner] = (*by_owner.get(known.owner, ()), known)
        return by_owner

    @cached_property
    def _by_path(self) -> Mapping[str, Field]:
        return {known.path: known for known in self.all}

    @cached_property
    def _by_type(self) -> Mapping[FieldType, Field]:
        return {known.type: known for known in reversed(self.all)}

    @cached_property
    def _by_key(self) -> Mapping[str, Field]:
        return {known.key: known for known in self.all}


def ordinal(number: int) -> str:
    """Return a number as a word that counts, such as "third" or "21st"."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    is_teen = number // 10 % 10 == 1
    ending = "th" if is_teen else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


@cache
def descriptions_of(model: type[BaseModel]) -> Mapping[str, Field]:
    """Return the descriptions of the attributes of a model by name; attributes without one are not in a plan file."""
    descriptions = {}
    for name, attribute in model.model_fields.items():
        for description in attribute.metadata:
            if isinstance(description, Field):
                descriptions[name] = replace(description, path=name)
    return descriptions


def names(text: str) -> tuple[str, ...]:
    """Return the names in a text, which are separated by commas."""
    return tuple(" ".join(name.split()) for name in text.split(","))
