"""Cells become values of fields: one line, lists, goals, dated entries, rich text."""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from ucap_reports.importers.activity_entries import activity_entry, begins_with_words, grouped_by_theme
from ucap_reports.importers.field_labels import CITY_FIELDS
from ucap_reports.importers.imported_form import FormCell
from ucap_reports.importers.plan_draft import Draft, rich_source
from ucap_reports.plan.field_values import read_goal
from ucap_reports.plan.vocabulary import GOALS, find_country, find_partnership
from ucap_reports.plan.writing.file_content import PlainValue
from ucap_reports.source.tree import Loc
from ucap_reports.text.rich_text import ItemList, Marker, RichText

UNKNOWN = {"", "n/a", "n.a.", "na", "-", "\u2013", "\u2014", "unknown", "tbd", "tbc"}
RICH = ("challenges", "objectives", "results")
LISTS = ("region", "country", "name", "visits", "themes", "sources", "label_languages")
ADDRESSES = ("sources", "website", "email")
"""Fields that take an address itself where a file links words to it."""
OFFICE = ("contact", "office")
_SEPARATOR = re.compile(r"\s*[;•●·|]\s*|\s*\n\s*")
_GOALS = re.compile(r"(?:SDGs?|Goals?)\s*:?\s*((?:\d{1,2}\D{1,5})*\d{1,2})\.?", re.IGNORECASE)
_TOPIC = re.compile(r"(?<!^)(?=\bSDG[\s-]?\d|\bEU[\s-]?UP\b|\bUAEU\b)")
_AGENDA_LEAD = re.compile(r"(?:EU )?Urban Agenda(?: for the EU)?(?: topics)?\s*:\s*", re.IGNORECASE)
_NO_THEME = re.compile(r"(?:SDGs?[\s-]?\d{1,2}|EU[\s-]?UP|UAEU)\b", re.IGNORECASE)
_CAPITAL = re.compile(r"(?<=[^\W\d_A-Z])\s+(?=[A-Z][^\W\d_A-Z])")
"""Between a word and a capitalised one: where an item may begin when a list has lost its line ends."""


def says_unknown(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return text.strip().lower() in UNKNOWN


class Filler:
    """Puts cells into a draft. `exact` says that the file shows where items begin and end."""

    def __init__(self, draft: Draft, *, exact: bool = False, separator: str | None = None) -> None:
        self.draft = draft
        self.exact = exact
        self._separator = _SEPARATOR if separator is None else re.compile(rf"\s*{re.escape(separator)}\s*|\s*\n\s*")

    def fill(self, loc: Loc, cell: FormCell) -> None:
        """Put a cell where `loc` says; a field that has a value already gets more of it, where it can hold more."""
        if says_unknown(cell.text):
            return
        name = str(loc[-1])
        is_rich = name in {*RICH, "focus", "activities"} or loc[0] == "extra"
        if not is_rich:
            cell = self._without_links(name, cell)
        match name:
            case "place":
                self._place(loc[:-1], cell)
            case "topics" | "sdgs" | "urban_agenda":
                self._topics(name, cell)
            case "themes":
                self._themes(cell)
            case "focus":
                self._focus(cell)
            case "activities":
                self._activities(cell)
            case _ if name in LISTS:
                self._list(loc, self.items(cell, name), cell)
            case _ if is_rich:
                self._more(loc, rich_source(cell.content, self.draft, loc, cell.location), cell, "\n\n")
            case _:
                self._line(loc, cell)

    def items(self, cell: FormCell, name: str) -> list[str]:
        """The items of a list: lines of the cell, or parts of its one line."""
        lines = [line.strip(" \t") for line in cell.content.text.split("\n") if line.strip()]
        if name in {"region", "country", "name"}:
            whole = ", ".join(lines)
            if name == "country" and find_country(whole):
                return [whole]
            parts = whole.split(", ") if self.exact else re.split(r"\s*[;,]\s+|\s*;\s*", whole)
            return [part for part in parts if part]
        if self.exact:
            return lines
        return [part for line in lines for part in self._separator.split(line) if part]

    def _without_links(self, name: str, cell: FormCell) -> FormCell:
        """The cell of a field that holds no links: an address takes the place of its words, others are remarks."""
        links = dict.fromkeys(run.link for run in cell.content.runs() if run.link)
        hidden = [link for link in links if _bare(link) not in cell.text]
        if name in ADDRESSES and len(hidden) == 1 and len(cell.content.blocks) == 1:
            return replace(cell, content=RichText.plain(_bare(hidden[0]) if name == "email" else hidden[0]))
        for link in hidden:
            self.draft.leave(f'the link of "{cell.text}"', link, cell.location)
        return cell

    def _line(self, loc: Loc, cell: FormCell) -> None:
        if cell.number is not None and loc[-1] in {"population", "area_km2"}:
            self.draft.put(loc, PlainValue(cell.text), cell.location)
        elif loc == OFFICE and not self.exact:
            self._more(loc, cell.content.text, cell, "; ")  # its lines tell parts of the contact from each other
        else:
            self._more(loc, cell.text, cell, "; ")

    def _more(self, loc: Loc, text: str, cell: FormCell, gap: str) -> None:
        """Text, after what the field has already, unless that says the same."""
        before = self.draft.get(loc)
        if before is None or before == text:
            self.draft.put(loc, text, cell.location)
        else:
            self.draft.put(loc, f"{before}{gap}{text}", cell.location)

    def _list(self, loc: Loc, items: Iterable[str], cell: FormCell) -> None:
        """Items, after those that the field has already; in a city one item alone is no list."""
        before = self.draft.get(loc) or []
        merged = [*([before] if isinstance(before, str) else before), *items]
        if not self.exact:
            merged = list(dict.fromkeys(merged))
        if merged:
            in_city = loc[-1] in CITY_FIELDS and loc[-1] != "visits"
            self.draft.put(loc, merged[0] if in_city and len(merged) == 1 else merged, cell.location)

    def _place(self, city: Loc, cell: FormCell) -> None:
        """Region and country in one cell: the country is what comes last and is one."""
        text = cell.content.text
        parts = text.split(", ") if self.exact else re.split(r"\s*[,;/]\s*|\s*\n\s*", text)
        first = len(parts)
        while first > 0 and find_country(parts[first - 1]):
            first -= 1
        if first == 0 and len(parts) > 1 and parts[0] != parts[1] and self._one_name(city):
            first = 1  # a region that is called like a country, as Georgia is
        if parts[:first]:
            self._list((*city, "region"), parts[:first], cell)
        if parts[first:]:
            self._list((*city, "country"), parts[first:], cell)

    def _one_name(self, city: Loc) -> bool:
        return isinstance(self.draft.get((*city, "name")), str)

    def _topics(self, name: str, cell: FormCell) -> None:
        """Goals and partnerships, each to its own field; what is neither stays in the field of the cell."""
        for item in self._topic_items(cell, name):
            if (goal := _goal(item)) is not None:
                self._list(("sdgs",), [goal], cell)
            elif find_partnership(item) or name == "urban_agenda":
                self._list(("urban_agenda",), [item], cell)
            elif name == "sdgs":
                self._list(("sdgs",), [item], cell)
            else:
                self.draft.leave("", item, cell.location)

    def _topic_items(self, cell: FormCell, name: str) -> Iterator[str]:
        for line in self.items(cell, "topics"):
            for part in [line] if self.exact else _TOPIC.split(line):
                yield from self._single_topics(part.strip() if self.exact else part.strip(" ,;"), name)

    def _single_topics(self, text: str, name: str) -> Iterator[str]:
        """The topics of one part: "SDG 3, 4 and 9" are three, "Urban Agenda: Housing, Food" two."""
        if match := None if self.exact else _GOALS.fullmatch(text):
            yield from (f"SDG {number}" for number in re.findall(r"\d+", match[1]))
        elif name == "sdgs" and re.fullmatch(r"[\d\s,;and&]+", text):
            yield from (f"SDG {number}" for number in re.findall(r"\d+", text))
        elif self.exact:
            yield text
        else:
            bare = _AGENDA_LEAD.sub("", text, count=1)
            parts = re.split(r",\s+", bare)
            yield from parts if all(find_partnership(part) for part in parts) else [bare]

    def _themes(self, cell: FormCell) -> None:
        """Themes; goals and Urban Agenda topics that stand among them go to their own fields."""
        items = self.items(cell, "themes")
        if self.exact:
            self._list(("themes",), items, cell)
            return
        for item in self._guessed(items, cell):
            if _GOALS.fullmatch(item) or _AGENDA_LEAD.match(item) or _NO_THEME.match(item):
                self._topics("topics", replace(cell, content=RichText.plain(item)))
            else:
                self._list(("themes",), [item], cell)

    def _guessed(self, items: Sequence[str], cell: FormCell) -> Sequence[str]:
        """The items, or those that a text without separators may have been before its line ends were lost."""
        if len(items) != 1 or "," in items[0]:
            return items
        guessed = _CAPITAL.split(items[0])
        if cell.location.line is None or len(guessed) <= 1 or not any(" " in part for part in guessed):
            return items
        hint = f"are these the themes? {'; '.join(guessed)}"
        self.draft.warn("import-guessed", "the themes have lost their line ends", hint, cell.location)
        return guessed

    def _focus(self, cell: FormCell) -> None:
        """Entries where each paragraph begins with its theme and a colon, else rich text."""
        groups = grouped_by_theme(cell.content, exact=self.exact)
        if not groups or self.draft.get(("focus",)):
            self._rich(("focus",), cell)
            return
        entries = [
            {"theme": theme, "text": rich_source(text, self.draft, ("focus", place, "text"), cell.location)}
            for place, (theme, text) in enumerate(groups)
        ]
        self.draft.put(("focus",), entries, cell.location)

    def _activities(self, cell: FormCell) -> None:
        """Entries where the cell is one list and each item can stand alone, else rich text."""
        match cell.content.blocks:
            case (ItemList(Marker.BULLET, items),) if all(map(begins_with_words, items)) and not self.draft.get(
                ("activities",)
            ):
                entries = [activity_entry(item) for item in items]
            case _:
                entries = []
        if entries and None not in entries and not self.draft.get(("activities",)):
            self.draft.put(("activities",), entries, cell.location)
        else:
            self._rich(("activities",), cell)

    def _rich(self, loc: Loc, cell: FormCell) -> None:
        if isinstance(before := self.draft.get(loc), list):
            self.draft.leave(str(loc[-1]), cell.text, cell.location)
        else:
            source = rich_source(cell.content, self.draft, loc, cell.location)
            self.draft.put(loc, f"{before}\n\n{source}" if before else source, cell.location)


def _bare(link: str) -> str:
    """The address as people write it."""
    return re.sub(r"^(?:https?://|mailto:)", "", link).rstrip("/")


def _goal(item: str) -> str | None:
    """A goal as a plan has it, without the wording where it is the official title; None where it is no goal."""
    try:
        goal = read_goal(item)
    except ValueError:
        return None
    return f"SDG {goal.number}" if goal.wording == GOALS[goal.number] else item
