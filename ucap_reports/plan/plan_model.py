"""The model of a plan, and reading it from files, sources and trees.

The docstrings of the fields are their descriptions in the JSON Schema and the reference.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Tag

from ucap_reports.plan import field_types
from ucap_reports.plan.name_hints import better_id
from ucap_reports.plan.strict_model import Strict
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.validation import refusal, validate_file, validate_partly
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import PLAN_ID, RESERVED_ID
from ucap_reports.text.rich_text import RichText

MAX_CITIES = 12
MAX_PICTURES = 12
_SUFFIX = ".yaml"
_STAND_INS = {"cities": [{"name": "\u2026"}], "name": "\u2026", "theme": "\u2026", "text": "\u2026"}
"""The values of required fields that are missing or invalid, in the valid part of a plan."""


class PlanPicture(Strict):
    """A picture: a file in the folder `pictures` beside the plan, with its description, caption and credit."""

    file: field_types.PictureFile = Field(examples=["rome-trevi.jpg"])
    """The name of a JPEG or PNG file in the folder `pictures` beside the plan."""
    alt: field_types.AltText = Field(examples=["The Trevi Fountain in the evening."])
    """A description of the picture, for readers who cannot see it."""
    caption: field_types.Rich = Field(default=RichText(), examples=["The Trevi Fountain after its renovation."])
    """The text below the picture."""
    credit: field_types.Rich = Field(default=RichText(), examples=["Photo: Maria Rossi"])
    """The author or owner of the picture; printed after the caption."""


_Picture = Annotated[PlanPicture | None, field_types.unknown_as(None)]


class City(Strict):
    """A column of the fact table: a city, or a group of cities that shares the column."""

    name: field_types.CityNames = Field(examples=["Tianjin", ["AKK", "Málaga", "Rome", "Nice"]])
    """The name of the city; a list is a group of cities that share the column, printed with ", " between them."""
    region: field_types.Lines = Field(default=(), examples=["Lazio"])
    """Province, state, department …"""
    country: field_types.Countries = Field(
        default=(), examples=["China", "CZ", ["Italy", "UK"]], json_schema_extra=field_types.propose_countries
    )
    """Country by its ISO 3166 name, common name or code; printed as written."""
    population: field_types.Population = Field(default=None, examples=[13600000, "13.6 Mio", "590,000"])
    """A number is printed in the pack's number format, and text as it is written."""
    area_km2: field_types.Area = Field(default=None, examples=[11760, "11,760 km²"])
    """Area in square kilometres; its unit, if any, is printed as "km²"."""
    visits: field_types.Lines = Field(default=(), examples=[["12 March 2018"]])
    """Dates of visits to the counterpart."""
    mayor: field_types.OptionalLine = Field(default=None, examples=["Zhang Wei"])
    """The mayor's name."""
    picture: _Picture = Field(
        default=None,
        examples=[{"file": "rome.jpg", "alt": "The Colosseum."}],
        json_schema_extra=field_types.or_unknown,
    )
    """A picture of the city."""


class Focus(Strict):
    """The key focus of one theme; printed as "Theme: text"."""

    theme: field_types.OneLine = Field(examples=["Aerospace"])
    """The theme."""
    text: field_types.Rich = Field(examples=["Establishing deeper ties."])
    """What the cooperation on this theme is about."""


class Activity(Strict):
    """An activity or output; printed as an item of a list."""

    when: field_types.OptionalLine = Field(default=None, examples=["31 May 2017 in Brussels"])
    """When and where, in words; printed underlined before the text, followed by ": "."""
    text: field_types.EntryText = Field(examples=["IUC Project Launch Event."])
    """What was or will be done."""
    details: field_types.Details = Field(default=(), examples=[["40 participants"]])
    """List items of the second level."""


class PlanContact(Strict):
    """The contact for readers; every field is optional."""

    office: field_types.OptionalLine = Field(default=None, examples=["IUC-ASIA"])
    """The office or person."""
    email: field_types.Email = Field(default=None, examples=["office@iuc-asia.eu"])
    """Email address."""
    phone: field_types.OptionalLine = Field(default=None, examples=["+39 06 0606"])
    """Telephone number."""
    website: field_types.Website = Field(default=None, examples=["www.iuc-asia.eu"])
    """Web address."""
    address: field_types.OptionalLines = Field(default=None, examples=["1 Main Street, Rome"])
    """Postal address, in one or more lines."""

    @property
    def named(self) -> bool:
        """Whether it names an office or an email address, without which another contact is printed if there is one."""
        return bool(self.office or self.email)


def _counted(value: Any) -> Any:
    """Refuses too few or too many cities, before the errors of each are found."""
    if is_unknown(value) or value == []:
        raise refusal(problem("cities-count", form="none"))
    if isinstance(value, list) and len(value) > MAX_CITIES:
        raise refusal(problem("cities-count", form="many", limit=MAX_CITIES, count=len(value)))
    return value


def _as_entry(value: Any) -> Any:
    """Makes a text alone an activity without a date."""
    return {"text": value} if isinstance(value, str) else value


_Entry = Annotated[Activity, BeforeValidator(_as_entry, json_schema_input_type=Activity | str)]
FocusField = Annotated[
    Annotated[field_types.Rich, Tag("rich-text")]
    | Annotated[tuple[Focus, ...], Field(max_length=field_types.MAX_ENTRIES), Tag("entries")],
    field_types.TextOrEntries,
]
ActivitiesField = Annotated[
    Annotated[field_types.Rich, Tag("rich-text")]
    | Annotated[tuple[_Entry, ...], Field(max_length=field_types.MAX_ENTRIES), Tag("entries")],
    field_types.TextOrEntries,
]


class PlanFile(Strict):
    """An Urban Cooperation Action Plan, as in its file. A field that is absent, empty, "N/A" or "-" is unknown."""

    title: field_types.OptionalLine = Field(default=None, examples=["Action Plan of Tianjin and Rome"])
    """Title of the documents; by default that of the template pack."""
    template: field_types.Template = Field(default=None, examples=["iuc-asia"])
    """The template pack that the plan is published with."""
    language: field_types.PlanLanguage = Field(default="en", examples=["en", "zh-CN"])
    """Language of the texts (BCP 47)."""
    status: field_types.Status = Field(default="final", examples=["draft"])
    """Drafts are left out of the index page."""
    cities: Annotated[tuple[City, ...], BeforeValidator(_counted)] = Field(
        examples=[[{"name": "Tianjin", "country": "China"}, {"name": "Rome", "country": "Italy"}]],
        json_schema_extra={"minItems": 1, "maxItems": MAX_CITIES},
    )
    """The columns of the fact table, in order; 1 to 12."""
    period: field_types.OptionalLine = Field(default=None, examples=["May 2017 to April 2019"])
    """Period of cooperation."""
    signed: field_types.Signed = Field(default=None, examples=["2018-05-31"])
    """Signing date of the pairing agreement: a date or words."""
    themes: field_types.Lines = Field(default=(), examples=[["Aerospace", "Economy and trade"]])
    """Cooperation themes."""
    sdgs: field_types.Goals = Field(
        default=(), examples=[[11, "SDG 9", "SDG 13 own wording", "SDG4: own wording", "own wording: SDG 5"]]
    )
    """Sustainable Development Goals, 1 to 17; the official title is printed unless a wording is given."""
    urban_agenda: field_types.Agenda = Field(default=(), examples=[["EU UP Urban Mobility"]])
    """Partnerships of the Urban Agenda for the EU; the wording is printed as written."""
    focus: FocusField = Field(
        default=RichText(), examples=["Clean air.", [{"theme": "Aerospace", "text": "Establishing deeper ties."}]]
    )
    """Key focus of the themes: one text for all of them, or one for each."""
    challenges: field_types.Rich = Field(default=RichText(), examples=["Traffic in the old town."])
    """Key challenges."""
    objectives: field_types.Rich = Field(default=RichText(), examples=["**Clean air** for both cities."])
    """Main objectives."""
    activities: ActivitiesField = Field(
        default=RichText(),
        examples=["A workshop in Rome.", [{"when": "31 May 2017 in Brussels", "text": "IUC Project Launch Event."}]],
    )
    """Main activities and key outputs: one text, or a list of entries."""
    results: field_types.Rich = Field(default=RichText(), examples=["Less traffic."])
    """Expected results and benefits."""
    pictures: Annotated[tuple[PlanPicture, ...], field_types.listed(MAX_PICTURES)] = Field(
        default=(),
        examples=[[{"file": "workshop.jpg", "alt": "Ten people at a table.", "credit": "Photo: Maria Rossi"}]],
        json_schema_extra=field_types.or_unknown,
    )
    """Pictures of the cooperation."""
    contact: Annotated[PlanContact | None, field_types.unknown_as(None)] = Field(
        default=None,
        examples=[{"office": "International Affairs", "email": "office@example.org"}],
        json_schema_extra=field_types.or_unknown,
    )
    """Contact for readers; by default that of the template pack."""
    languages: field_types.Languages = Field(default=None, examples=[["zh", "fr"]])
    """Further languages of the documents, from the files in `translations/`."""
    label_languages: field_types.Languages = Field(default=None, examples=[["en", "zh"]])
    """Languages of the programme label; by default those of the template pack."""
    updated: field_types.Day = Field(default=None, examples=["2019-04-30"])
    """Date of the content, which becomes the documents' date."""
    sources: field_types.Entries = Field(default=(), examples=[["https://www.iuc.eu"]])
    """The sources of the facts; never printed."""
    extra: Annotated[dict[str, field_types.Rich], field_types.unknown_as({})] = Field(
        default_factory=dict, examples=[{"budget": "About €40,000 a year."}], json_schema_extra=field_types.or_unknown
    )
    """Further rows that a template pack defines, by key."""

    def all_pictures(self) -> Iterator[tuple[str, PlanPicture]]:
        """Each picture with its field, those of the cities first."""
        for place, city in enumerate(self.cities):
            if city.picture is not None:
                yield f"cities[{place}].picture", city.picture
        yield from ((f"pictures[{place}]", picture) for place, picture in enumerate(self.pictures))


class Plan(PlanFile):
    """A validated plan; `id` is the stem of its file and names its documents."""

    id: str
    """The stem of the file."""


def load_plan(path: str | Path, shown: str | None = None) -> Plan:
    """The plan of a file.

    Args:
        path: The file; its name without `.yaml` is the plan's id.
        shown: The name of the file in problems; by default the path.

    Raises:
        ProblemsFound: With all errors of the plan.
    """
    return parse_plan(read_source(Path(path), shown))


def parse_plan(source: Source) -> Plan:
    """The plan of a source; raises ProblemsFound with all its errors."""
    return read_plan(parse_tolerantly(source))


def read_plan(tree: Tree) -> Plan:
    """The plan of a tree; raises ProblemsFound with all its errors, the name of its file first."""
    return _plan(tree, validate_file(PlanFile, tree, _id_problems(tree.source.path)))


def read_valid_part(tree: Tree) -> Plan | None:
    """Return the plan of the fields that are valid, so that they are checked beside the errors of others.

    An entry without a valid name, theme or text has an ellipsis there, and a plan without valid cities has none.
    None if the file has no fields.
    """
    fields = validate_partly(PlanFile, tree, _STAND_INS)
    if fields is None:
        return None
    if fields.cities == PlanFile(cities=_STAND_INS["cities"]).cities:
        fields = fields.model_copy(update={"cities": ()})
    return _plan(tree, fields)


def _plan(tree: Tree, fields: PlanFile) -> Plan:
    """The plan of fields that have been validated."""
    plan_id = _file_name(tree.source.path).removesuffix(_SUFFIX)
    return Plan.model_construct(fields.model_fields_set, id=plan_id, **dict(fields))


def _file_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


def _id_problems(path: str) -> list[Problem]:
    """The error about a file name that is not an id."""
    name = _file_name(path)
    stem = name.removesuffix(_SUFFIX)
    reserved = RESERVED_ID.fullmatch(stem)
    if name.endswith(_SUFFIX) and PLAN_ID.fullmatch(stem) and not reserved:
        return []
    hint = f"rename the file to {better_id(stem) or 'plan'}{_SUFFIX}"
    return [problem("id-invalid", Location(path), form="reserved" if reserved else "characters", id=name, hint=hint)]
