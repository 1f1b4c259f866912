"""The draft of a plan: the fields found so far, their places in the file, and everything that has no field."""

import re
from itertools import pairwise
from typing import Any

from msgspec import Struct, field

from ucap_reports.plan.writing.markdown_source import rich_text_source
from ucap_reports.plan.writing.yaml_style import WIDTH
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.text.rich_text import RichText

INDENT = 2
_SHOWN = 60
"""How many characters of a text a message shows."""


class Leftover(Struct, frozen=True):
    """Something in the file that has no field: its name there, its words, and its location."""

    name: str
    text: str
    location: Location


class Draft(Struct):
    """A plan in progress. `fields` is plain data as in the plan file; `places` is where values are in the file."""

    path: str
    id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[Loc, Location] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def put(self, loc: Loc, value: Any, location: Location) -> None:
        """Set the field at `loc`, such as `("period",)` or `("cities", 1, "country")`; add the cities before it."""
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

    def keep(self, name: str, text: str, location: Location, reported: Problem | None = None) -> None:
        """Keep words that have no field as a comment, and report them: as `reported` or as an unknown field."""
        leftover = Leftover(name, text.strip(), location)
        if reported is None:
            shown = f"{name.rstrip(': ')}: {text}" if name else text
            reported = problem("import-unplaced", location, form="text", text=shortened(shown))
        self.problems.append(reported)
        if leftover.text:
            self.leftovers.append(leftover)

    def keep_aside(self, name: str, text: str, location: Location) -> None:
        """Keep what is beside the text of a file, such as a footnote, and report it."""
        if text.strip():
            found = problem("import-aside", location, form="words", name=name, text=shortened(text))
        else:
            found = problem("import-aside", location, form="bare", name=name)
        self.keep(name, text, location, found)

    def has_cities(self) -> bool:
        """Whether a city has a name; cities without any fact, not even a name, are removed."""
        self.fields["cities"] = [city for city in self.fields.get("cities", []) if city]
        return any("name" in city for city in self.fields["cities"])

    def place_of(self, loc: Loc) -> Location:
        """The location of the value at `loc`, or of the nearest one that contains it."""
        while loc:
            if loc in self.places:
                return self.places[loc]
            loc = loc[:-1]
        return Location(self.path)


def shortened(text: str) -> str:
    """The text on one line, as long as a message shows it."""
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"


def loc_of(name: str) -> Loc:
    """The place that `cities[1].country` names."""
    return tuple(int(part) if part.isdecimal() else part for part in re.findall(r"[^.\[\]]+", name))


def rich_source(rich: RichText, draft: Draft, loc: Loc, location: Location) -> str:
    """Rich text as in a plan file; where Markdown cannot express it, its words and links alone, with a warning."""
    width = WIDTH - INDENT * len(loc)
    source = rich_text_source(rich, width)
    if source is not None:
        return source
    draft.problems.append(problem("import-formatting", location, form="field", field=field_name(loc)))
    for link in dict.fromkeys(run.link for run in rich.runs() if run.link):
        draft.keep("link", link, location)
    plain = RichText(tuple(block for each in rich.paragraphs() for block in RichText.plain(each.text).blocks))
    return rich_text_source(plain, width) or " ".join(plain.text.split())
