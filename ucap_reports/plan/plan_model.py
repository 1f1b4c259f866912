"""The model of a plan, and the way to it from a file."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Tag

from ucap_reports.plan.field_types import (
    LIST_TAG,
    MAX_ENTRIES,
    TEXT_TAG,
    Agenda,
    Area,
    CityNames,
    Countries,
    Day,
    Details,
    Email,
    Entries,
    EntryText,
    Goals,
    Languages,
    Lines,
    OneLine,
    OptionalLine,
    OptionalLines,
    PlanLanguage,
    Population,
    Rich,
    Signed,
    Template,
    TextOrEntries,
    Website,
    or_unknown,
    propose_countries,
    unknown_as,
)
from ucap_reports.plan.name_hints import entry_hint
from ucap_reports.plan.validation import in_file_order, validate
from ucap_reports.plan.validation_messages import described, refusal
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.source.tree import Tree
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.text.rich_text import RichText

MAX_CITIES = 12
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
RESERVED_ID = re.compile(r"index|con|prn|aux|nul|com\d|lpt\d")
"""The name of the index page, and names that Windows keeps for devices, whatever follows after a dot."""
_SUFFIX = ".yaml"


class _PlanPart(BaseModel):
    """What every part of a plan is: unchanging, and without room for a misspelt field."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class City(_PlanPart):
    """A column of the fact table: a city, or a group of cities that shares the column."""

    name: CityNames = Field(
        description='The name of the city; a list is a group that shares the column, printed joined with ", ".',
        examples=["Tianjin", ["AKK", "Málaga", "Rome", "Nice"]],
    )
    region: Lines = Field(default=(), description="Province, state, department …", examples=["Lazio"])
    country: Countries = Field(
        default=(),
        description="Country by its ISO 3166 name, common name or code; printed as written.",
        examples=["China", "CZ", ["Italy", "UK"]],
        json_schema_extra=propose_countries,
    )
    population: Population = Field(
        default=None,
        description="A YAML number is printed by the template pack's number format, 498.000 as one of thousands; "
        "text as it is written.",
        examples=[13600000, "13.6 Mio", "590,000"],
    )
    area_km2: Area = Field(
        default=None,
        description='Area in square kilometres; the unit is printed "km²" where it is written.',
        examples=[11760, "11,760 km²"],
    )
    visits: Lines = Field(default=(), description="Dates of visits to the counterpart.", examples=[["12 March 2018"]])
    mayor: OptionalLine = Field(default=None, description="The mayor's name.", examples=["Zhang Wei"])


class Focus(_PlanPart):
    """What is key to one of the themes; printed as "Theme: text"."""

    theme: OneLine = Field(description="The theme.", examples=["Aerospace"])
    text: Rich = Field(description="What the cooperation on it is about.", examples=["Establishing deeper ties."])


class Activity(_PlanPart):
    """An activity or output; printed as an item of a list."""

    when: OptionalLine = Field(
        default=None,
        description='When and where, in words; printed underlined before the text, followed by ": ".',
        examples=["31 May 2017 in Brussels"],
    )
    text: EntryText = Field(description="What was or will be done.", examples=["IUC Project Launch Event."])
    details: Details = Field(default=(), description="Points of the second level.", examples=[["40 participants"]])


class PlanContact(_PlanPart):
    """Whom readers ask; every line may be left out."""

    office: OptionalLine = Field(default=None, description="The office or person.", examples=["IUC-ASIA"])
    email: Email = Field(default=None, description="Mail address.", examples=["office@iuc-asia.eu"])
    phone: OptionalLine = Field(default=None, description="Telephone number.", examples=["+39 06 0606"])
    website: Website = Field(default=None, description="Web address.", examples=["www.iuc-asia.eu"])
    address: OptionalLines = Field(
        default=None, description="Postal address, in lines.", examples=["1 Main Street, Rome"]
    )


def _counted(value: Any) -> Any:
    """The table has from one to twelve columns; counted before the cities are read, so that theirs are other errors."""
    if isinstance(value, list) and not 1 <= len(value) <= MAX_CITIES:
        raise refusal("cities-count", f"a plan is about 1 to {MAX_CITIES} columns of cities, not {len(value)}")
    return value


def _as_entry(value: Any) -> Any:
    """A text alone is an activity without a date."""
    match value:
        case str():
            return {"text": value}
        case dict() if len(value) == 1 and " " in (name := str(next(iter(value)))):
            raise refusal("field-unknown", f"there is no field {described(name)}", entry_hint(name, "when"))
        case _:
            return value


def _no_fields(lead: str) -> BeforeValidator:
    """Refuses fields where entries are needed that each begin with the field `lead`."""

    def check(value: Any) -> Any:
        if isinstance(value, dict) and value:
            hint = entry_hint(str(next(iter(value))), lead)
            raise refusal("type-wrong", "text or a list of entries is needed here, not fields", hint)
        return value

    return BeforeValidator(check)


_Entry = Annotated[Activity, BeforeValidator(_as_entry, json_schema_input_type=Activity | str)]
FocusField = Annotated[
    Annotated[Rich, _no_fields("theme"), Tag(TEXT_TAG)]
    | Annotated[tuple[Focus, ...], Field(max_length=MAX_ENTRIES), Tag(LIST_TAG)],
    TextOrEntries,
]
ActivitiesField = Annotated[
    Annotated[Rich, _no_fields("when"), Tag(TEXT_TAG)]
    | Annotated[tuple[_Entry, ...], Field(max_length=MAX_ENTRIES), Tag(LIST_TAG)],
    TextOrEntries,
]
OptionalContact = Annotated[PlanContact | None, unknown_as(None)]
ExtraRows = Annotated[dict[str, Rich], unknown_as({})]


class PlanFile(_PlanPart):
    """An Urban Cooperation Action Plan as its file has it. What is absent, empty, "N/A" or "-" is unknown."""

    title: OptionalLine = Field(
        default=None,
        description="The template pack's title unless given.",
        examples=["Action Plan of Tianjin and Rome"],
    )
    template: Template = Field(
        default=None, description="The template pack that the plan is published in.", examples=["iuc-asia"]
    )
    language: PlanLanguage = Field(
        default="en", description="Language of the texts (BCP 47).", examples=["en", "zh-CN"]
    )
    cities: Annotated[tuple[City, ...], BeforeValidator(_counted)] = Field(
        description="The columns of the fact table, in their order; 1 to 12.",
        examples=[[{"name": "Tianjin", "country": "China"}, {"name": "Rome", "country": "Italy"}]],
        json_schema_extra={"minItems": 1, "maxItems": MAX_CITIES},
    )
    period: OptionalLine = Field(
        default=None, description="Period of cooperation.", examples=["May 2017 to April 2019"]
    )
    signed: Signed = Field(
        default=None, description="Signing date of the pairing agreement: a date or words.", examples=["2018-05-31"]
    )
    themes: Lines = Field(default=(), description="Cooperation themes.", examples=[["Aerospace", "Economy and trade"]])
    sdgs: Goals = Field(
        default=(),
        description="Sustainable Development Goals, 1 to 17; the official title is printed where no wording is given.",
        examples=[[11, "SDG 9", "SDG 13 own wording", "SDG4: own wording", "own wording: SDG 5"]],
    )
    urban_agenda: Agenda = Field(
        default=(),
        description="Partnerships of the Urban Agenda for the EU; the wording is printed as written.",
        examples=[["EU UP Urban Mobility"]],
    )
    focus: FocusField = Field(
        default=RichText(),
        description="Key focus of the themes: a text, or a text for each theme.",
        examples=["Clean air.", [{"theme": "Aerospace", "text": "Establishing deeper ties."}]],
    )
    challenges: Rich = Field(default=RichText(), description="Key challenges.", examples=["Traffic in the old town."])
    objectives: Rich = Field(
        default=RichText(), description="Main objectives.", examples=["**Clean air** for both cities."]
    )
    activities: ActivitiesField = Field(
        default=RichText(),
        description="Main activities and key outputs: a text, or a list of entries.",
        examples=["A workshop in Rome.", [{"when": "31 May 2017 in Brussels", "text": "IUC Project Launch Event."}]],
    )
    results: Rich = Field(default=RichText(), description="Expected results and benefits.", examples=["Less traffic."])
    contact: OptionalContact = Field(
        default=None,
        description="The template pack's contact unless given.",
        examples=[{"office": "International Affairs", "email": "office@example.org"}],
        json_schema_extra=or_unknown,
    )
    label_languages: Languages = Field(
        default=None,
        description="Languages of the programme label; the template pack's unless given.",
        examples=[["en", "zh"]],
    )
    updated: Day = Field(
        default=None, description="Date of the content, which becomes the documents' date.", examples=["2019-04-30"]
    )
    sources: Entries = Field(
        default=(), description="Where the facts are from; never printed.", examples=[["https://www.iuc.eu"]]
    )
    extra: ExtraRows = Field(
        default_factory=dict,
        description="Further rows that a template pack defines, by key.",
        examples=[{"budget": "About €40,000 a year."}],
        json_schema_extra=or_unknown,
    )


class Plan(PlanFile):
    """A validated plan; `id` is the stem of its file and names its documents."""

    id: str


def load_plan(path: Path, shown: str | None = None) -> Plan:
    """The plan of a file, which problems call `shown`; raises ProblemsFound with everything that is wrong with it."""
    return parse_plan(read_source(path, shown))


def parse_plan(source: Source) -> Plan:
    """The plan of a source; raises ProblemsFound with everything that is wrong with it."""
    return read_plan(parse_tolerantly(source))


def read_plan(tree: Tree) -> Plan:
    """The plan of a tree; raises ProblemsFound with everything that is wrong with it, the name of its file first."""
    plan_id, problems = _id(tree.source.path)
    problems += tree.problems
    try:
        fields = validate(PlanFile, tree)
    except ProblemsFound as found:
        # A line that is no good YAML is told as that alone: its values are not what the author meant.
        lines = {problem.location.line for problem in tree.problems}
        others = [problem for problem in found.problems if problem.location.line not in lines]
        raise ProblemsFound(in_file_order([*problems, *others])) from None
    if problems:
        raise ProblemsFound(problems)
    return Plan(id=plan_id, **dict(fields))


def _id(path: str) -> tuple[str, list[Problem]]:
    """The id that a plan has from its file's name, and what is wrong with it."""
    name = re.split(r"[\\/]", path)[-1]
    stem = name.removesuffix(_SUFFIX)
    if name.endswith(_SUFFIX) and _ID.fullmatch(stem) and not RESERVED_ID.fullmatch(stem):
        return stem, []
    better = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:80] or "plan"
    better += "-plan" if RESERVED_ID.fullmatch(better) else ""
    message = f'"{name}" is no name for a plan: lower-case letters, digits and hyphens, at most 80, then {_SUFFIX}'
    if RESERVED_ID.fullmatch(stem):
        message = f'the name "{stem}" is reserved for other files'
    problem = Problem.error("id-invalid", message, f"rename the file, for example to {better}{_SUFFIX}", Location(path))
    return stem, [problem]
