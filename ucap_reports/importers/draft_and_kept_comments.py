"""The draft of an imported plan: the fields found so far, and how it becomes a plan file.

What has no field is reported, and kept as comments at the end of the plan file, where the editor finds it again.
"""

import re
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.label_recognition import Labels
from ucap_reports.importers.parsed_cells_and_lists import Leftover
from ucap_reports.plan.countries_goals_and_partnerships import find_country
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.field_descriptions import CITIES, DAYS, NAME, FieldType, KnownFields
from ucap_reports.plan.plan_changes import shown_value
from ucap_reports.plan.plan_ids import id_of_names
from ucap_reports.plan.plan_model import BUILT_IN, parse_plan
from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source
from ucap_reports.plan.writing.plan_file import (
    SCHEMA_LINE,
    WIDTH,
    Entries,
    PlainValue,
    PlanFileContent,
    in_canonical_order,
    plain_entry,
    write_document,
)
from ucap_reports.problems import Hint, Location, Problem, ProblemsFound, Severity, problem, shortened
from ucap_reports.source.yaml_tree import Loc, field_name, loc_of, value_or_none
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES
from ucap_reports.summary.pack_and_book_words import PackWords, words_of
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText


class Draft(Struct):
    """A plan in progress. `fields` is plain data as in the plan file; `locations` is where values are in the file.

    `exact` is whether the file shows where items begin and end.
    """

    path: str
    exact: bool = False
    known: KnownFields = BUILT_IN
    id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    locations: dict[Loc, Location] = field(default_factory=dict)
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
            elif isinstance(following, int):
                holder = holder.setdefault(step, [])
            else:
                holder = holder.setdefault(step, {})
        holder[loc[-1]] = value
        self.locations[loc] = location

    def get(self, loc: Loc) -> Any:
        """Return the value at `loc`; None where there is none."""
        return value_or_none(self.fields, loc)

    def keep(self, name: str, text: str, location: Location, reported: Problem | None = None) -> None:
        """Keep words that have no field as a comment, and report them: as `reported` or as an unknown field."""
        leftover = Leftover(name, text.strip(), location)
        self.problems.append(reported or unplaced_problem(leftover))
        if leftover.text:
            self.leftovers.append(leftover)

    def keep_aside(self, aside: Leftover) -> None:
        """Keep what is beside the text of a file, such as a footnote, and report it."""
        self.keep(aside.name, aside.text, aside.location, aside_problem(aside))

    def has_cities(self) -> bool:
        """Return whether a city has a name; cities without any fact, not even a name, are removed."""
        cities = [city for city in self.fields.get(CITIES, []) if city]
        self.fields[CITIES] = cities
        return any(NAME in city for city in cities)

    def place_of(self, loc: Loc) -> Location:
        """Return the location of the value at `loc`, or of the nearest one that contains it."""
        while loc:
            if loc in self.locations:
                return self.locations[loc]
            loc = loc[:-1]
        return Location(self.path)


def rich_source(rich: RichText, draft: Draft, loc: Loc, location: Location) -> str:
    """Return rich text as in a plan file; where Markdown cannot express it, its words alone, with a warning: its links
    are kept as comments.
    """
    source = rich_text_source(rich)
    if source is not None:
        return source
    draft.problems.append(problem("import-formatting", location, form="field", field=field_name(loc)))
    links = dict.fromkeys(run.link for run in rich.runs() if run.link)
    for link in links:
        draft.keep("link", link, location)
    blocks: list[Paragraph | ItemList] = []
    for paragraph in rich.paragraphs():
        blocks += RichText.plain(paragraph.text).blocks
    plain = RichText(tuple(blocks))
    return rich_text_source(plain) or " ".join(plain.text.split())


VALUE_IS_KEPT = "the value is kept as a comment at the end of the plan"
"""The start of the hint about a value that the plan format refuses."""


class ImportedPlan(Struct, frozen=True):
    """A plan from a file: its id, the text of its plan file, and warnings about what has no field."""

    id: str
    text: str
    problems: tuple[Problem, ...]


def finished(draft: Draft, labels: Labels) -> ImportedPlan:
    """Return the plan file of a draft. Raises ProblemsFound where no valid plan can be made of it."""
    plan_id = draft.id or id_of_names(names_of(draft))
    _put_days(draft, labels)
    characters = sum(len(leftover.text) for leftover in draft.leftovers)
    if characters > MAX_TEXT_FILE_BYTES:  # before lines are broken, which takes long
        raise _too_large(draft)
    while True:
        text = _text(draft)
        if len(text.encode()) > MAX_TEXT_FILE_BYTES:
            raise _too_large(draft)
        try:
            parse_plan(Source(f"{plan_id}.yaml", text), draft.known.without_required)
        except ProblemsFound as wrong:
            _keep_refused(draft, wrong.problems)
        else:
            return ImportedPlan(plan_id, text, tuple(dict.fromkeys(draft.problems)))


def _too_large(draft: Draft) -> ProblemsFound:
    limit = MAX_TEXT_FILE_BYTES // 1024**2
    return ProblemsFound([problem("import-too-large", Location(draft.path), form="plan", limit=limit)])


def _put_days(draft: Draft, labels: Labels) -> None:
    """Write days as 2018-11-16, also those of cities and of rows of tables: that of the content in any form, others
    only in the words that print them, in the language of the plan or the project, or in English.
    """
    language = draft.get((draft.known.of_type(FieldType.LANGUAGE).name,))
    languages = dict.fromkeys((str(language or labels.language), DEFAULT_LANGUAGE))
    words_by_language = [words_of(labels.packs[0], one, None) for one in languages]
    draft.fields = _with_days(draft.fields, (), draft.known, words_by_language)


def _with_days(value: Any, loc: Loc, known: KnownFields, words_by_language: Sequence[PackWords]) -> Any:
    """Return the value at `loc` with its days as 2018-11-16."""
    if isinstance(value, dict):
        return {name: _with_days(part, (*loc, name), known, words_by_language) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_days(item, (*loc, index), known, words_by_language) for index, item in enumerate(value)]
    field = known.at(loc)
    if field is None or field.type not in DAYS or not isinstance(value, str):
        return value
    days = dates_meant(value)
    if len(days) != 1:
        return value
    day = days[0]
    if field.type is FieldType.DAY or any(words.day_text(day) == value for words in words_by_language):
        return day.isoformat()
    return value


def names_of(draft: Draft) -> list[str]:
    """Return the names of all cities in the order of the columns."""
    names: list[str] = []
    for city in draft.fields.get(CITIES, []):
        name = city.get(NAME, [])
        names += [name] if isinstance(name, str) else name
    return names


def country_codes_of(draft: Draft) -> list[str]:
    """Return the ISO 3166-1 alpha-2 codes of the countries of all cities, in the order of the columns."""
    name = draft.known.of_type(FieldType.COUNTRIES).name
    codes = []
    for city in draft.fields.get(CITIES, []):
        countries = city.get(name) or []
        if isinstance(countries, str):
            countries = [countries]
        for country in countries:
            code = find_country(country)
            if code is not None:
                codes.append(code)
    return codes


def _keep_refused(draft: Draft, problems: Sequence[Problem]) -> None:
    """Take the values out that the plan format refuses, with a warning for each at its place in the imported file.

    Raises ProblemsFound where a plan is not valid without the value.
    """
    refused: dict[Loc, Problem] = {}
    for reported in problems:
        loc = loc_of(reported.location.field or "")
        while loc and draft.get(loc) is None:
            loc = loc[:-1]
        if not loc or loc[-1] in {NAME, CITIES}:
            raise ProblemsFound([replace(reported, location=draft.place_of(loc))])
        refused.setdefault(loc, reported)
    # The last items of lists first, so that the indexes of the others stay as they are.
    for loc in sorted(refused, key=_sort_key, reverse=True):
        _keep_value(draft, loc, refused[loc])


def _sort_key(loc: Loc) -> list[str]:
    """Return what sorts places by their names, and those in a list by their indexes."""
    return [str(step).zfill(4) for step in loc]


def _keep_value(draft: Draft, loc: Loc, error: Problem) -> None:
    """Move a value from its field to the comments; its error becomes a warning."""
    *holder_loc, key = loc
    holder: Any = draft.get(tuple(holder_loc)) if holder_loc else draft.fields
    value = holder.pop(key)
    if isinstance(value, PlainValue):
        value = value.written
    name = holder_loc[-1] if isinstance(key, int) else key
    hint = VALUE_IS_KEPT
    if error.hint:
        hint = f"{hint}; {error.hint}"
    location = draft.place_of(loc)
    warning = error.with_hint(Hint(hint, error.suggestions))
    warning = replace(warning, severity=Severity.WARNING, location=location)
    draft.keep(str(name), shown_value(value), location, warning)


def _text(draft: Draft) -> str:
    """Return the plan file: its fields, below a comment that says where they are from, and above what has no field."""
    origin = f"Imported from {PurePath(draft.path).name}. `ucap check` reports what is missing."
    entries = []
    for name, value in draft.fields.items():
        if value not in ([], {}, ""):
            entries.append(plain_entry(name, value))
    closing = closing_comments(draft.leftovers)
    content = PlanFileContent((SCHEMA_LINE, *as_comments(origin)), Entries(tuple(entries), tuple(closing)))
    return write_document(in_canonical_order(content, draft.known))


class Imported(Struct, frozen=True):
    """The plans of a file, and the problems of the file itself: plans that could not be made, and warnings."""

    plans: tuple[ImportedPlan, ...]
    problems: tuple[Problem, ...]


# Comments at the end of a plan file


_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_LEFT_OVER = "Not imported into any field, with the place in the file:"
"""The comment above what has no field."""
_COMMENTS = textwrap.TextWrapper(
    WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False
)


def unplaced_problem(leftover: Leftover) -> Problem:
    """Return the warning about words that have no field."""
    return problem("import-unplaced", leftover.location, form="text", text=on_one_line(_named_text(leftover)))


def _named_text(leftover: Leftover) -> str:
    """Return the text behind its name, if it has one."""
    if not leftover.name:
        return leftover.text
    return f"{without_colon(leftover.name)}: {leftover.text}"


def aside_problem(aside: Leftover) -> Problem:
    """Return the warning about something beside the text of a file."""
    if not aside.text.strip():
        return problem("import-aside", aside.location, form="bare", name=aside.name)
    text = on_one_line(aside.text)
    return problem("import-aside", aside.location, form="words", name=aside.name, text=text)


def on_one_line(text: str) -> str:
    """Return the text on one line, as long as a message shows it."""
    return shortened(" ".join(text.split()))


def closing_comments(leftovers: Sequence[Leftover]) -> list[str]:
    """Return the comments at the end: everything that has no field."""
    lines = as_comments(_LEFT_OVER) if leftovers else []
    for leftover in leftovers:
        text = _named_text(leftover)
        origin = _place_in_file(leftover.location)
        if origin:
            text = f"{text} ({origin})"
        lines.append("")
        lines += as_comments(text)
    return lines


def left_over_texts(text: str) -> list[str]:
    """Return the texts in the comments at the end of a plan file that were not imported into any field."""
    lines = text.splitlines()
    heading = f"# {_LEFT_OVER}"
    if heading not in lines:
        return []
    texts: list[str] = []
    is_new = True
    for line in lines[lines.index(heading) + 1 :]:
        words = line.removeprefix("#").strip()
        if not line.startswith("#"):
            is_new = True
        elif is_new:
            texts.append(words)
            is_new = False
        else:
            texts[-1] += f" {words}"
    return texts


def as_comments(text: str) -> list[str]:
    """Return a text as comments, wrapped, without signs that YAML does not allow."""
    if _is_comment_line(text):
        return [_COMMENTS.initial_indent + text]
    comments = []
    for line in _UNPRINTABLE.sub(" ", text).split("\n"):
        if _is_comment_line(line):
            comments.append(_COMMENTS.initial_indent + line)
        else:
            comments += _COMMENTS.wrap(line) or ["#"]
    return comments


def _is_comment_line(text: str) -> bool:
    """Return whether a text would be wrapped to itself, as most cells of large tables; wrapping takes 15 times as long
    as this.
    """
    fits = 0 < len(text) <= WIDTH - len(_COMMENTS.initial_indent)
    return fits and text.isprintable() and text == text.strip()


def _place_in_file(location: Location) -> str:
    if not location.line:
        return location.place or ""
    line = f"line {location.line}"
    return f"{line}, {location.place}" if location.place else line
