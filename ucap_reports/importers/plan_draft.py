"""A plan as it comes together from what a file says: its fields, where each is from, and what has no place in it."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from msgspec import Struct, field

from ucap_reports.plan.plan_model import City, PlanFile
from ucap_reports.plan.writing.markdown_source import rich_text_source
from ucap_reports.plan.writing.yaml_style import WIDTH
from ucap_reports.problems import Location, Problem
from ucap_reports.source.tree import Loc, field_name
from ucap_reports.text.rich_text import RichText

MAX_ID = 80
_FIELDS = {*City.model_fields, *PlanFile.model_fields}
INDENT = 2
_SHOWN = 60
"""How many characters of a text a message shows."""
KEPT = "it is kept as a comment at the end of the plan"


class Leftover(Struct, frozen=True):
    """Something of the file that no field takes: what it is called there, its words, and where it stands."""

    name: str
    text: str
    location: Location
    told: bool = False
    """Whether something has been said of it already, as of a whole column."""


class Draft(Struct):
    """A plan in the making. `fields` is plain data as the plan file has it; `places` says where values are from."""

    path: str
    id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[Loc, Location] = field(default_factory=dict)
    remarks: list[Leftover] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def put(self, loc: Loc, value: Any, location: Location) -> None:
        """Set the field at `loc`, such as `("period",)` or `("cities", 1, "country")`; cities before it are made."""
        holder: Any = self.fields
        for step, following in pairwise(loc):
            if isinstance(step, int):
                while len(holder) <= step:
                    holder.append({})
                holder = holder[step]
            else:
                holder = holder.setdefault(step, [] if isinstance(following, int) else {})
        holder[loc[-1]] = value
        self.places[loc] = location

    def get(self, loc: Loc) -> Any:
        """The value at `loc`; None where there is none."""
        value: Any = self.fields
        for step in loc:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def leave(self, name: str, text: str, location: Location, *, told: bool = False) -> None:
        """Keep what no field takes."""
        remark = Leftover(name, text.strip(), location, told)
        if remark.text and remark not in self.remarks:
            self.remarks.append(remark)

    def set_aside(self, name: str, text: str, location: Location) -> None:
        """Keep what stands beside the text of a file, such as a footnote, and tell of it."""
        words = " ".join(text.split())
        shown = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
        message = f'the {name} "{shown}" is not taken' if words else f"the {name} is not taken"
        hint = f"{KEPT}; move it to where it belongs" if words else "a plan holds text alone"
        self.warn("import-aside", message, hint, location)
        self.leave(name, text, location, told=True)

    def warn(self, code: str, message: str, hint: str | None, location: Location) -> None:
        """Tell of something that somebody should look at."""
        self.problems.append(Problem.warning(code, message, hint, location))

    def place_of(self, loc: Loc) -> Location:
        """Where the value at `loc`, or the nearest that holds it, is from."""
        while loc:
            if loc in self.places:
                return self.places[loc]
            loc = loc[:-1]
        return Location(self.path)


def loc_of(name: str) -> Loc:
    """The place that `cities[1].country` names."""
    return tuple(int(part) if part.isdecimal() else part for part in re.findall(r"[^.\[\]]+", name))


def rich_source(rich: RichText, draft: Draft, loc: Loc, location: Location) -> str:
    """Rich text as the plan file has it; where no source says it, its words alone, and a warning."""
    indent = INDENT * len(loc)
    source = rich_text_source(rich, WIDTH - indent)
    if source is not None:
        return source
    plain = RichText(tuple(block for each in rich.paragraphs() for block in RichText.plain(each.text).blocks))
    message = f"{field_name(loc)} is taken without its lists and emphasis"
    draft.warn("import-formatting", message, "compare it with the file", location)
    return rich_text_source(plain, WIDTH - indent) or " ".join(plain.text.split())


def problems_left(draft: Draft) -> Iterator[Problem]:
    """A warning for each thing that no field takes, or that is no value of the field that it is called after."""
    for remark in draft.remarks:
        if remark.told:
            continue
        shown = remark.name or " ".join(remark.text.split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
        hint = f"{KEPT}; move it to where it belongs"
        message = f'no field takes "{shown}"'
        if remark.name in _FIELDS:
            message = f"what the file says of {remark.name} was not taken"
        yield Problem.warning("import-unplaced", message, hint, remark.location)
