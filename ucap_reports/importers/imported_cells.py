"""Cells as values of fields: one line, lists, goals, dated entries, rich text. Cells about several cities are split.

`Filler.put` places a cell, in the field of a city where it is about one; `Filler.fill` decides by the type of the field
how it is read. Where the text of a cell is split: `separators_of_names_and_lists` for cities and lists,
`_put_place` for regions and countries, `_topic_items` for goals and partnerships, `_grouped_by_theme` for the focus,
`_activity_entry` for dates.

A draft is `exact` if this product wrote the file: nothing is guessed then.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from ucap_reports.importers.draft_and_kept_comments import Draft, on_one_line, rich_source
from ucap_reports.importers.label_recognition import THOUSAND, in_brackets
from ucap_reports.importers.parsed_cells_and_lists import ParsedCell
from ucap_reports.importers.separators_of_names_and_lists import (
    COMMA_AND_SPACE,
    COMMA_OR_SEMICOLON,
    CONNECTORS,
    PLACE_SEPARATOR,
    item_separator,
    joined_countries,
    split_facts,
    split_names,
    stripped_parts,
)
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.plan.countries_goals_and_partnerships import (
    GOALS,
    find_country,
    find_partnership,
    with_english_word,
    with_narrow_letters,
)
from ucap_reports.plan.custom_field_values import choice_key
from ucap_reports.plan.dates import names_time
from ucap_reports.plan.field_descriptions import CITIES, FIGURES, LISTS, NAME, Field, FieldType
from ucap_reports.plan.field_values import read_goal
from ucap_reports.plan.numbers_and_amounts import DIGITS, area, population, read_money, with_ascii_digits
from ucap_reports.plan.plan_model import MAX_CITIES, PLACE
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source
from ucap_reports.plan.writing.plan_file import PlainValue
from ucap_reports.problems import problem
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.source.yaml_tree import Loc, loc_of
from ucap_reports.summary.summary_model import begins_with_date
from ucap_reports.text.capitals_punctuation_and_plain_letters import COMMA
from ucap_reports.text.links import link_address
from ucap_reports.text.markdown import without_lead
from ucap_reports.text.rich_text import Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run

_ADDRESS_TYPES = (FieldType.SOURCES, FieldType.WEBSITE, FieldType.EMAIL)
"""The types of fields that take an address itself where a file links words to it."""
_TOPICS = (FieldType.TOPICS, FieldType.GOALS, FieldType.AGENDA)
"""The types of fields and rows with goals and partnerships, each of which belongs to its own field."""
_BETWEEN_GOALS = rf"(?:[\s,;:/\u3001\uff0c\uff1b\uff1a]|{CONNECTORS})"
_GOAL_LIST = re.compile(
    rf"""
    (?P<word> sdgs? | goals? )?
    (?: - | {_BETWEEN_GOALS} )*
    \d{{1,2}}                           # the first number
    (?: {_BETWEEN_GOALS}+ \d{{1,2}} )*  # further ones
    [. ]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A list of goals such as "SDG 3, 4 and 9". "SDG 3-5" does not match, since it means 4, too."""
_BEFORE_TOPIC = re.compile(
    rf"""
    (?<! [\s,;\u3001\uff0c\uff1b] ) [\s,;\u3001\uff0c\uff1b]*  # all separators that follow each other
    (?: \s (?:{CONNECTORS}) \s+ )?
    (?= \b SDG[\s-]?\d | \b EU[\s-]?UP \b | \b UAEU \b )       # the topic itself stays
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The separators or the connector before "SDG 3", "EU-UP" or "UAEU", where a list is split."""
_BEFORE_GOAL = (":", "\uff1a", "(", "\uff08", "\u2013", "\u2014")
"""What a wording of an office ends with before the goal that it is about."""
_AGENDA_LABEL = re.compile(r"(?:EU )?Urban Agenda(?: for the EU)?(?: topics)?\s*:\s*", re.IGNORECASE)
"""What a list of partnerships may begin with, as "Urban Agenda for the EU: …"."""
_STARTS_TOPIC = re.compile(r"(?:SDGs?[\s-]?\d{1,2}|EU[\s-]?UP|UAEU|(?:EU )?Urban Agenda)\b", re.IGNORECASE)
"""The beginning of a goal or of partnerships among themes, as "SDG 3", "EU-UP" or "Urban Agenda"."""
_BEFORE_CAPITAL = re.compile(r"(?<=[^\W\d_A-Z])\s+(?=[A-Z][^\W\d_A-Z])")
"""Between a word and a capitalised one: where an item may begin when a list has lost its line ends."""
_BEFORE_UNIT = re.compile(r"(?:in|en|em|x|\u00d7|\u5355\u4f4d|\u55ae\u4f4d|\u5358\u4f4d)[\s:\uff1a]+", re.IGNORECASE)
"""What is before a unit in brackets: "in millions", or the word for unit in Chinese and Japanese."""
_THEME = re.compile(r"([A-Z][^:.!?]{1,60}):(?:\s+|$)")
"""A theme at the beginning of a paragraph, as "Housing: …"."""
_BOLD_THEME = re.compile(r"(\S(?:.*\S)?)(?:\u00a0?:|\uff1a)")
"""A run that is a theme and its colon, before which French has a space that does not break."""
_AFTER_DATE = re.compile(r"\s*:\s+|\uff1a")
"""What separates an underlined date from the text of its activity."""
_AFTER_TIME = re.compile(r":\s+|\uff1a")
"""What ends the words of a line that may be a time, as "May 2019: …"; the time "14:30" has no space after its colon."""
_Blocks = tuple[Paragraph | ItemList, ...]
_Inlines = tuple[Inline, ...]


class Filler:
    """Puts cells into a draft."""

    def __init__(self, draft: Draft, *, separator: str | None = None) -> None:
        self.draft = draft
        self._separator = item_separator(separator)
        self._names_are_tight = False
        """Whether the names of cities were separated by a dash without spaces; known once the names are put."""

    def put(self, field: str, cell: ParsedCell, city: int | None = None, *, label: str = "") -> None:
        """Put a cell into a field of the plan or, where it is a fact of cities, into one city or all.

        `field` is the key of a field or row, or a field with the index of its city, such as `cities[1].country`.
        `label` is the header or label of the cell, which may have the unit of its number.
        """
        known = self.draft.known.of_key(field)
        if known is not None and known.is_of_city:
            if city is None:
                if not is_unknown(cell.text):
                    self._put_for_each_city(known, cell, label)
                return
            loc: Loc = (CITIES, city, known.name)
        else:
            loc = loc_of(field)
            known = known or self.draft.known.at(loc)
        if known is not None:
            cell = _with_unit_of_label(known, cell, label)
        self.fill(loc, cell)

    def _put_for_each_city(self, field: Field, cell: ParsedCell, label: str) -> None:
        """Put a fact of several cities into each in turn; keep what cannot be split between them."""
        city_count = len(self.draft.fields.get(CITIES, []))
        if field.type is FieldType.NAMES:
            parts = self._names(cell)
            fits = len(parts) <= MAX_CITIES
        else:
            parts = split_facts(field, cell.content.text, city_count, names_are_tight=self._names_are_tight)
            fits = len(parts) == city_count <= MAX_CITIES
        if not fits:
            shown = on_one_line(cell.text)
            unclear = problem("import-unplaced", cell.location, form="cities", field=field.name, text=shown)
            self.draft.keep(field.name, cell.content.text, cell.location, unclear)
            return
        for index, part in enumerate(parts):
            cell_of_city = cell
            if len(parts) > 1:
                cell_of_city = replace(cell, content=RichText.plain(part), number=None)
            self.fill((CITIES, index, field.name), _with_unit_of_label(field, cell_of_city, label))
        if field.type is FieldType.NAMES and len(parts) == 1:
            is_group = isinstance(self.draft.get((CITIES, 0, NAME)), list)
            if is_group:  # several names, without a sign that each is a city of its own
                self.draft.problems.append(problem("import-guessed", cell.location, form="group", text=cell.text))

    def _names(self, cell: ParsedCell) -> Sequence[str]:
        """Return the names in a cell; a split at a word, a dash or a slash is reported as a guess."""
        split = split_names(cell.content.text)
        self._names_are_tight = split.are_tight
        if split.is_guess:
            guess = problem("import-guessed", cell.location, form="cities", text=cell.text, count=len(split.names))
            self.draft.problems.append(guess)
        return split.names

    def fill(self, loc: Loc, cell: ParsedCell) -> None:
        """Put a cell into the field at `loc`; a field with a value gets more of it, where it can."""
        if is_unknown(cell.text):
            return
        field = self.draft.known.at(loc)
        if field is not None and field.type is FieldType.LIST:
            self._put_items(loc, self._rich_items(loc, cell), cell)
            return
        if field is None or field.is_rich:
            self._put_rich_text(loc, cell)
            return
        cell = self._without_links(field, cell)
        if field.type is FieldType.PLACE:
            self._put_place(loc[:-1], cell)
        elif field.type in _TOPICS:
            self._put_topics(field, cell)
        elif field.type is FieldType.THEMES:
            self._put_themes(field, cell)
        elif field.type in LISTS:
            items = self.items(cell, field)
            if field.type is FieldType.NAMES:
                self._report_country(items, cell)
            self._put_items(loc, items, cell)
        elif field.type is FieldType.CHOICE:
            self._append(loc, choice_key(field, cell.text), cell, "; ")
        elif field.type in FIGURES and cell.number is not None and self.draft.get(loc) is None:
            self.draft.put(loc, PlainValue(cell.text), cell.location)
        elif field.type is FieldType.OFFICE:  # its lines separate the parts of the contact
            self._append(loc, cell.content.text, cell, "\n")
        else:
            self._append(loc, cell.text, cell, "; ")

    def items(self, cell: ParsedCell, field: Field) -> list[str]:
        """Return the items of a list: lines of the cell, or parts of its one line."""
        lines = [line.strip(" \t") for line in cell.content.text.split("\n") if line.strip()]
        if field.plural or field.type is FieldType.NAMES:  # each line may have several
            parts = self._parts(", ".join(lines), COMMA_OR_SEMICOLON)
            return joined_countries(parts) if field.type is FieldType.COUNTRIES else parts
        if self.draft.exact:
            return lines
        items: list[str] = []
        for line in lines:
            items += stripped_parts(self._separator, line)
        return items

    def _parts(self, text: str, separator: re.Pattern[str]) -> list[str]:
        """Return the parts of a text between commas, as the files of this product print them, or in other files between
        the matches of `separator`.
        """
        return COMMA.split(text) if self.draft.exact else stripped_parts(separator, text)

    def _report_country(self, names: Sequence[str], cell: ParsedCell) -> None:
        """Warn about the country behind the name of a city, as in "Tianjin, China", which is read as another city."""
        if self.draft.exact or len(names) <= 1:
            return
        if find_country(names[-1]) and not find_country(names[0]):
            self.draft.problems.append(problem("import-guessed", cell.location, form="nation", text=names[-1]))

    def _rich_items(self, loc: Loc, cell: ParsedCell) -> list[str]:
        """Return the items of a list of rich texts: those of the lists in a cell, and its other paragraphs."""
        texts: list[RichText] = []
        for block in cell.content.blocks:
            if isinstance(block, ItemList):
                texts += [RichText(item.blocks) for item in block.items]
            else:
                texts.append(RichText((block,)))
        return [rich_source(text, self.draft, loc, cell.location) for text in texts if text]

    def _without_links(self, field: Field, cell: ParsedCell) -> ParsedCell:
        """Return the cell of a field without links: an address replaces its words where the field takes one. Another
        address that is written over it counts instead, as in edited Word files: programs change the text of a link, but
        not where it leads.
        """
        links = dict.fromkeys(run.link for run in cell.content.runs() if run.link)
        hidden_links = [link for link in links if _written_address(link) not in cell.text]  # under other words
        is_alone = len(hidden_links) == 1 and len(cell.content.blocks) == 1
        if field.type in _ADDRESS_TYPES and is_alone:
            link = hidden_links[0]
            is_shortened = cell.text in link  # the words are a part of the address, such as "rome.example"
            is_written_over = link_address(cell.text) is not None and not is_shortened
            if not is_written_over:
                if not is_shortened:
                    self.draft.keep(f"the words of the link {link}", cell.text, cell.location)
                address = _written_address(link) if field.type is FieldType.EMAIL else link
                return replace(cell, content=RichText.plain(address))
        for link in hidden_links:
            self.draft.keep(f'the link of "{cell.text}"', link, cell.location)
        return cell

    def _append(self, loc: Loc, text: str, cell: ParsedCell, gap: str) -> None:
        """Put text after what the field has already, unless it is the same."""
        value = self.draft.get(loc)
        if isinstance(value, PlainValue):
            value = value.written
        if isinstance(value, list):
            self.draft.keep(str(loc[-1]), text, cell.location)
        elif value is None or value == text:
            self.draft.put(loc, text, cell.location)
        else:
            self.draft.put(loc, f"{value}{gap}{text}", cell.location)

    def _put_items(self, loc: Loc, items: Iterable[str], cell: ParsedCell) -> None:
        """Put items after those that the field has already, each once; in a city a single item is not a list."""
        value = self.draft.get(loc) or []
        if isinstance(value, str):
            value = [value]
        all_items = [*value, *items]
        if not self.draft.exact and not self._are_facts_of_group(loc, all_items):
            all_items = list(dict.fromkeys(all_items))
        if not all_items:
            return
        field = self.draft.known.at(loc)
        may_be_single = field is not None and (bool(field.plural) or field.type is FieldType.NAMES)
        if may_be_single and len(all_items) == 1:
            self.draft.put(loc, all_items[0], cell.location)
        else:
            self.draft.put(loc, all_items, cell.location)

    def _are_facts_of_group(self, loc: Loc, items: Sequence[str]) -> bool:
        """Return whether the items of a field are facts of a group of cities, those of each name in turn: they are as
        many as the names, and not all equal.
        """
        field = self.draft.known.at(loc)
        if field is None or not field.plural:
            return False
        names = self.draft.get((*loc[:-1], NAME))
        are_as_many = isinstance(names, list) and len(names) == len(items)
        return are_as_many and len(set(items)) > 1

    def _put_place(self, city: Loc, cell: ParsedCell) -> None:
        """Put region and country into their fields: the last parts, as far as they name countries, are the country.

        A region may have the name of a country too, such as Georgia: of two different parts, the first one is the
        region, except in a group of cities, which may have several countries.
        """
        parts = joined_countries(self._parts(cell.content.text, PLACE_SEPARATOR))
        region_count = len(parts)
        while region_count and find_country(parts[region_count - 1]):
            region_count -= 1
        if region_count == 0 and len(parts) > 1 and parts[0] != parts[1]:
            is_one_city = isinstance(self.draft.get((*city, NAME)), str)
            if is_one_city:
                region_count = 1
        region, country = (self.draft.known.of_path(path) for path in PLACE.parts)
        if region is not None and country is not None:
            self._put_items((*city, region.name), parts[:region_count], cell)
            self._put_items((*city, country.name), parts[region_count:], cell)

    def _put_topics(self, field: Field, cell: ParsedCell) -> None:
        """Put goals and partnerships into their fields; what is neither stays in the field of the cell."""
        goals = self.draft.known.of_type(FieldType.GOALS)
        partnerships = self.draft.known.of_type(FieldType.AGENDA)
        topics_by_field: dict[str, list[str]] = {}
        for item in self._topic_items(cell, field):
            goal = self._goal(item)
            if goal:
                topics_by_field.setdefault(goals.name, []).append(goal)
            elif find_partnership(item):
                topics_by_field.setdefault(partnerships.name, []).append(item)
            elif field.type is FieldType.TOPICS:  # the row of both, which is no field
                self.draft.keep(field.name, item, cell.location)
            else:
                topics_by_field.setdefault(field.name, []).append(item)
        for name, topics in topics_by_field.items():
            self._put_items((name,), topics, cell)

    def _topic_items(self, cell: ParsedCell, field: Field) -> Iterator[str]:
        """Yield the topics of a cell: "SDG 3, 4 and 9" are three, "Housing, Food" two."""
        lines = self.items(cell, field)
        if self.draft.exact:
            yield from lines
            return
        for line in lines:
            text = with_narrow_letters(line)
            if field.type is FieldType.GOALS:
                text = with_english_word(text)
            for part in _parts_with_topics(text):
                yield from _split_topics(part, field)

    def _goal(self, item: str) -> str | None:
        """Return a goal as in a plan; None for other items.

        The files of this product print the official title after the number of a goal for which a plan has no title.
        """
        try:
            goal = read_goal(item)
        except ValueError:
            return None
        if self.draft.exact and goal.wording == GOALS[goal.number]:
            return f"SDG {goal.number}"
        return item

    def _put_themes(self, field: Field, cell: ParsedCell) -> None:
        """Put themes into their field, and goals and Urban Agenda topics among them into theirs."""
        items: Sequence[str] = self.items(cell, field)
        if not self.draft.exact:
            items = self._guessed_items(items, cell)
        topics = self.draft.known.of_type(FieldType.TOPICS)
        themes: list[str] = []
        for item in items:
            if _STARTS_TOPIC.match(item) and not self.draft.exact:
                self._put_topics(topics, replace(cell, content=RichText.plain(item)))
            else:
                themes.append(item)
        self._put_items((field.name,), themes, cell)

    def _guessed_items(self, items: Sequence[str], cell: ParsedCell) -> Sequence[str]:
        """Return the items, or those that a text without separators may have been before its line ends were lost."""
        if len(items) != 1 or "," in items[0] or cell.location.line is None:  # only lines of text dumps have a number
            return items
        guessed = _BEFORE_CAPITAL.split(items[0])
        have_several_words = any(" " in part for part in guessed)
        if len(guessed) <= 1 or not have_several_words:
            return items
        guess = problem("import-guessed", cell.location, form="themes", themes="; ".join(guessed))
        self.draft.problems.append(guess)
        return guessed

    def _put_rich_text(self, loc: Loc, cell: ParsedCell) -> None:
        """Put rich text into its field, or entries where the text is made of them and the field is empty."""
        entries = self._entries(loc, cell) if self.draft.get(loc) is None else []
        if entries:
            self.draft.put(loc, entries, cell.location)
        else:
            source = rich_source(cell.content, self.draft, loc, cell.location)
            self._append(loc, source, cell, "\n\n")

    def _entries(self, loc: Loc, cell: ParsedCell) -> list[dict[str, Any]]:
        """Return each theme with its text, or each activity; none where a part of the cell is not such an entry."""
        field = self.draft.known.at(loc)
        if field is not None and field.type is FieldType.FOCUS:
            return self._focus_entries(loc, cell)
        if field is not None and field.type is FieldType.ACTIVITIES:
            return self._activity_entries(cell)
        return []

    def _focus_entries(self, loc: Loc, cell: ParsedCell) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        text_by_theme = _grouped_by_theme(cell.content, exact=self.draft.exact)
        for index, (theme, text) in enumerate(text_by_theme):
            source = rich_source(text, self.draft, (*loc, index, "text"), cell.location)
            entries.append({"theme": theme, "text": source})
        return entries

    def _activity_entries(self, cell: ParsedCell) -> list[dict[str, Any]]:
        """Return the activities in a cell that is one list of them; none if Markdown cannot express one."""
        blocks = cell.content.blocks
        if self.draft.exact:
            blocks = _with_timeline(blocks)
        match blocks:
            case (ItemList(Marker.BULLET, items),) if all(map(_begins_with_paragraph, items)):
                entries: list[dict[str, Any]] = []
                for item in items:
                    entry = _activity_entry(item, exact=self.draft.exact)
                    if entry is None:
                        return []
                    entries.append(entry)
                return entries
            case _:
                return []


def _with_unit_of_label(field: Field, cell: ParsedCell, label: str) -> ParsedCell:
    """Return the cell of a number with the unit of its label, as in "Population (millions)" or "Area, km²".

    A cell with words of its own, and one for whose field the words are no unit, stay as they are.
    """
    if field.type not in FIGURES or DIGITS.fullmatch(with_ascii_digits(cell.text)) is None:
        return cell
    for words in in_brackets(label):
        unit = _BEFORE_UNIT.sub("", words)
        unit = THOUSAND.sub("thousand", unit)
        is_without_spaces = bool(unit) and not has_space_between(unit, unit)  # as in Chinese, "13万"
        after_number = unit if is_without_spaces else f" {unit}"
        if _is_unit(field, after_number):
            text = f"{cell.text}{after_number}"
            return replace(cell, content=RichText.plain(text), number=None)
    return cell


def _is_unit(field: Field, after_number: str) -> bool:
    """Return whether what is written after a number makes another number of it, or an amount of a currency."""
    one = f"1{after_number}"
    match field.type:
        case FieldType.POPULATION:
            quantity = population(one)
            return quantity.is_number and quantity.value != 1
        case FieldType.AREA:
            quantity = area(one)
            return quantity.is_number and quantity.value != 1
        case FieldType.MONEY:
            money = read_money(one, currencies())
            return bool(money.currency) and money.amount is not None
        case _:
            return False


def _written_address(link: str) -> str:
    """Return the address as people write it; that of an e-mail without the subject that its link proposes."""
    if link.startswith("mailto:"):
        return link.removeprefix("mailto:").partition("?")[0]
    return re.sub(r"^https?://", "", link).rstrip("/")


def listed_goals(text: str) -> list[str]:
    """Return the goals in a list of numbers such as "SDG 3, 4 and 9"; other texts as they are, with the English word
    for a goal.
    """
    text = with_english_word(text)
    if _GOAL_LIST.fullmatch(text) is None:
        return [text]
    return [f"SDG {number}" for number in re.findall(r"\d+", text)]


def _parts_with_topics(text: str) -> list[str]:
    """Return the parts of a text, split before each goal and partnership; the wording of an office stays with the goal
    after it.
    """
    parts = stripped_parts(_BEFORE_TOPIC, text)
    match parts:
        case [wording, _] if wording.endswith(_BEFORE_GOAL):  # "own wording: SDG 11"
            return [text.strip()]
        case _:
            return parts


def _split_topics(text: str, field: Field) -> list[str]:
    """Return the goals or the partnerships that a text consists of; the text itself if it is something else."""
    match = _GOAL_LIST.fullmatch(text)
    if match and (match["word"] or field.type is FieldType.GOALS):
        return listed_goals(text)
    partnerships = stripped_parts(COMMA_AND_SPACE, _AGENDA_LABEL.sub("", text, count=1))
    if partnerships and all(map(find_partnership, partnerships)):
        return partnerships
    return [text]


def _grouped_by_theme(rich: RichText, *, exact: bool) -> list[tuple[str, RichText]]:
    """Return themes with their texts, where every paragraph begins with a theme; none for other texts.

    Themes are bold, except in files of others whose first theme is not. Only bold ones may have several paragraphs.
    """
    is_bold = True
    first = rich.blocks[0] if rich.blocks else None
    if not exact and isinstance(first, Paragraph):
        is_bold = _leading_theme(first, is_bold=True) is not None
    groups: list[tuple[str, list[Paragraph | ItemList]]] = []
    for block in rich.blocks:
        lead = _leading_theme(block, is_bold=is_bold) if isinstance(block, Paragraph) else None
        if lead is not None:
            theme, inlines = lead
            blocks_of_theme: list[Paragraph | ItemList] = []
            if inlines:
                blocks_of_theme.append(Paragraph(inlines))
            groups.append((theme, blocks_of_theme))
        elif groups and is_bold:  # a further paragraph of the theme above it
            _, blocks = groups[-1]
            blocks.append(block)
        else:
            return []
    has_text_for_each = all(blocks for _, blocks in groups)
    if not has_text_for_each:
        return []
    return [(theme, RichText(tuple(blocks))) for theme, blocks in groups]


def _leading_theme(paragraph: Paragraph, *, is_bold: bool) -> tuple[str, _Inlines] | None:
    """Return the theme that a paragraph begins with, and what follows its colon."""
    if not paragraph.inlines:
        return None
    lead, *following = paragraph.inlines
    if not isinstance(lead, Run) or not _has_only(lead, bold=is_bold):
        return None
    theme = _BOLD_THEME.fullmatch(lead.text) if is_bold else _THEME.match(lead.text)
    if theme is None:
        return None
    if is_bold and not _is_apart(lead.text, following):
        return None
    return theme[1], without_lead(paragraph.inlines, theme.end())


def _has_only(run: Run, *, bold: bool = False, underline: bool = False) -> bool:
    """Return whether a run has this formatting and no other."""
    return run == Run(run.text, bold=bold, underline=underline)


def _is_apart(theme: str, following: Sequence[Inline]) -> bool:
    """Return whether there is a space between a bold theme and the words after it, if any; a full-width colon needs
    none.
    """
    if not following or theme.endswith("\uff1a"):
        return True
    return isinstance(following[0], Run) and following[0].text.startswith(" ")


def _with_timeline(blocks: _Blocks) -> _Blocks:
    """Return activities and the timeline below them, which templates print as two lists, as one list as in the plan."""
    match blocks:
        case (ItemList(Marker.BULLET, undated), ItemList(Marker.BULLET, items)) if _is_timeline(items):
            return (ItemList(Marker.BULLET, (*undated, *items)),)
        case _:
            return blocks


def _is_timeline(items: Sequence[ListItem]) -> bool:
    return bool(items) and begins_with_date(RichText(items[0].blocks))


def _begins_with_paragraph(item: ListItem) -> bool:
    return bool(item.blocks) and isinstance(item.blocks[0], Paragraph)


def _activity_entry(item: ListItem, *, exact: bool) -> dict[str, Any] | None:
    """Return an activity: its date before a colon, its text, and its points of the second level.

    The date is underlined words or, in files of others, any words that are a time. None where Markdown cannot express
    the activity.
    """
    when, blocks = _without_date(item.blocks)
    if when is None and not exact:
        when, blocks = _without_time(item.blocks)
    points: tuple[ListItem, ...] = ()
    *above, last = blocks
    if above and isinstance(last, ItemList) and _are_points(last):
        points = last.items
        blocks = tuple(above)
    text = rich_text_source(RichText(blocks))
    details = [rich_text_source(RichText(point.blocks)) for point in points]
    if text is None or None in details:
        return None
    entry: dict[str, Any] = {}
    if when:
        entry["when"] = when
    entry["text"] = text
    if details:
        entry["details"] = details
    return entry


def _without_date(blocks: _Blocks) -> tuple[str | None, _Blocks]:
    """Return the underlined words before a colon, and the blocks without them."""
    first, *others = blocks
    if not isinstance(first, Paragraph) or len(first.inlines) < 2:  # noqa: PLR2004 - the date, and what follows it
        return None, blocks
    date, *following = first.inlines
    text = following[0]
    if not isinstance(date, Run) or not _has_only(date, underline=True) or date.text != date.text.strip():
        return None, blocks
    if not isinstance(text, Run) or not _has_only(text):
        return None, blocks
    colon = _AFTER_DATE.match(text.text)
    if colon is None:
        return None, blocks
    inlines = without_lead(following, colon.end())
    if not inlines:
        return None, blocks
    return date.text, (Paragraph(inlines), *others)


def _without_time(blocks: _Blocks) -> tuple[str | None, _Blocks]:
    """Return the words before a colon that are a day, a month, a year or a period, and the blocks without them."""
    first, *others = blocks
    if not isinstance(first, Paragraph):
        return None, blocks
    first_line, _, _ = first.text.partition("\n")
    colon = _AFTER_TIME.search(first_line)
    if colon is None:
        return None, blocks
    when = first_line[: colon.start()]
    inlines = without_lead(first.inlines, colon.end())
    if not names_time(when) or not inlines:
        return None, blocks
    return when.strip(), (Paragraph(inlines), *others)


def _are_points(entries: ItemList) -> bool:
    """Return whether a list has bullets, and no lists in it."""
    if entries.marker is not Marker.BULLET:
        return False
    for item in entries.items:
        if any(isinstance(block, ItemList) for block in item.blocks):
            return False
    return True
