"""Warnings and infos about a plan that need only the plan and its pack.

The texts: cut sentences, stray markup, placeholders, and what YAML reads otherwise. The values: facts of cities that
contradict each other, unclear amounts, duplicate items. What is not printed: content without a row in its pack. The
facts that a plan lacks are in `completeness`.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import isclose
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.check.completeness_and_contact_warnings import ignored_contact, missing_facts
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.column_totals import column_total, is_summed
from ucap_reports.plan.countries_goals_and_partnerships import (
    GOAL_TITLES,
    Goal,
    find_country,
    goal_meant,
    is_near_spelling,
    part_of_country,
    shares_words,
)
from ucap_reports.plan.custom_field_values import Number, TableRows
from ucap_reports.plan.dates import names_no_day
from ucap_reports.plan.field_descriptions import CITIES, LISTS, QUANTITIES, Field, FieldType, KnownFields, Required
from ucap_reports.plan.numbers_and_amounts import DIGITS, Money, unread_multiple
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan
from ucap_reports.plan.unknown_values import is_placeholder, is_unknown
from ucap_reports.problems import Hint, Location, Problem, Severity, problem, shortened
from ucap_reports.source.commas_in_brackets import may_be_split_number
from ucap_reports.source.currencies_and_multiples import AMBIGUOUS, currencies_of
from ucap_reports.source.model_validation import in_file_order
from ucap_reports.source.yaml_tree import Key, Loc, Tree, YamlNode, curly_quotes, field_name, value_or_none
from ucap_reports.storage.decoding import locate
from ucap_reports.summary.city_groups_and_facts_for_templates import places_by_city
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import RequiredPart
from ucap_reports.template.programme_label import funding_statement, is_unconfirmed
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, primary
from ucap_reports.text.links import vague_link_texts
from ucap_reports.text.markdown import BULLETS, DASHES
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText, Run


def plan_warnings(
    plan: Plan | None,
    tree: Tree,
    pack: Pack | None,
    errors: Iterable[Problem] = (),
    fields: KnownFields = BUILT_IN,
) -> tuple[Problem, ...]:
    """Return all warnings and infos about a plan, in the order of its file.

    Args:
        plan: the plan, or its valid part if it has errors; None if it has no valid fields.
        tree: the file of the plan.
        pack: the pack that prints the plan; None if it has errors.
        errors: the errors of the plan; fields with errors have no warnings.
        fields: the fields that the plan may have.
    """
    written = _written_texts(tree)
    problems = list(_misreading_warnings(written, tree, fields))
    problems += _split_number_warnings(tree, fields)
    if plan is not None:
        texts = tuple(_rich_texts(plan, fields))
        problems += _city_warnings(plan, tree)
        problems += _list_warnings(plan, tree)
        problems += _questionable_values(written, tree, fields)
        problems += _cut_text_warnings(plan, texts, tree)
        problems += _markup_warnings(written, texts, tree, fields)
        problems += _link_warnings(texts, tree)
        totals = list(_total_warnings(plan, tree, fields))
        explained = {warning.location for warning in totals}
        for warning in _amount_warnings(plan, tree, fields):
            # That an amount has a sign of several currencies is not said by the warning about the total.
            if warning.location not in explained or warning.code == "currency-unclear":
                problems.append(warning)
        problems += totals
        if pack is not None:
            problems += missing_facts(plan, tree, pack, fields)
            problems += _printing_warnings(plan, tree, pack, fields)
            if plan.title:
                problems += broken_title(plan.title, pack, tree.location(("title",)))
    invalid_fields = {(error.location.path, error.location.field) for error in errors}
    has_contact_errors = any((field or "").startswith(f"{_CONTACT.name}.") for _, field in invalid_fields)
    broken_lines = {error.location.line for error in tree.problems}
    warnings: list[Problem] = []
    for warning in in_file_order(problems):
        where = warning.location
        if (where.path, where.field) in invalid_fields or where.line in broken_lines:
            continue
        if warning.code in _ABOUT_NAMELESS_CONTACTS and has_contact_errors:
            continue  # the address or office that the contact lacks may be the one that has the error
        if warning.severity is Severity.INFO and tree.lost:
            continue  # what is missing may be in the lines that could not be read
        warnings.append(warning)
    return tuple(warnings)


def broken_title(title: str, pack: Pack, location: Location) -> Iterator[Problem]:
    """Yield `title-broken` for the first word of a title that is wider than the text of a page.

    Chinese and Japanese break anywhere.
    """
    style = pack.theme.style("title")
    width = pack.theme.text_width
    for word in title.split():
        is_long = len(word) * style.size > width  # measuring takes longer, and few letters are wider than high
        if not is_long or any(unicodedata.east_asian_width(character) in "WF" for character in word):
            continue
        from ucap_reports.pdf.text.line_filling import text_width  # noqa: PLC0415 - almost no title needs it

        run = Run(word, bold=style.bold, italic=style.italic)
        if text_width(pack, (run,), style) > width:
            yield problem("title-broken", location, word=word)
            return


# Texts

_OPEN_SIGNS = (",", ";", "(", "[", "-", "\u2013", "\u2014", "&", "/", "\u3001", "\uff0c", "\uff1b", "\uff08")
_FEW = 40
"""Characters of the end of a text in a message."""
_QUOTES = "\"'\u2019\u201d\u00bb)](\u201c\u00ab"
_SEVERAL = 2
_BULLET = re.compile(rf"[{BULLETS}](?<!\S.)(?=\s*\w)")
"""A bullet before a word and not after one. It begins with a set, for which `re` searches five times faster."""
_LISTED_LINE = re.compile(rf"\s*[-*+{BULLETS}{DASHES}][ \t]*\w")
_DATED = frozenset({FieldType.LINE, FieldType.LINES, FieldType.DATE})
"""The types of fields in which numbers with the form of a date are one; a telephone number may look like a date."""
_NOT_PROSE = frozenset(
    {
        FieldType.NUMBER,
        FieldType.MONEY,
        FieldType.CHOICE,
        FieldType.COUNTRIES,
        FieldType.POPULATION,
        FieldType.AREA,
        FieldType.AGENDA,
        FieldType.FILE,
        FieldType.EMAIL,
        FieldType.WEBSITE,
        FieldType.LANGUAGE,
        FieldType.LANGUAGES,
        FieldType.LABEL_LANGUAGES,
        FieldType.PACK,
        FieldType.STATUS,
        FieldType.DAY,
        FieldType.SOURCES,
        FieldType.ID,
    }
)
"""The types of fields that often have a comment on the same line: numbers, names, tags and addresses, and sources."""
_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_DECIMAL_COMMA = LazyPattern("[0-9],[0-9]")
_DATE = LazyPattern(r"\d{4}-\d{2}-\d{2}")
_MARKS = tuple("\"'|>*&!")
"""The first characters of values that are not plain: quoted ones, blocks, aliases, anchors and tags."""
_LINK_SIGNS = ("](", "][", "<a")
"""What is written for a link whose text is not its address."""
_PlanText = tuple[Loc, RichText, bool]
"""A rich text of a row with its place, and whether it may start with a lower-case letter, since it is an item of a list
or is printed after other words in the same paragraph.
"""


class _WrittenText(Struct, frozen=True):
    """A text of the file: its place, its value, and its characters in the file, up to the offset `end`."""

    loc: Loc
    value: str
    written: str
    end: int


def _written_texts(tree: Tree) -> list[_WrittenText]:
    """Return every text of the file, in the order of the file."""
    texts: list[_WrittenText] = []
    _add_texts(texts, tree.root, (), tree.source.text)
    return texts


def _cut_text_warnings(plan: Plan, texts: Iterable[_PlanText], tree: Tree) -> Iterator[Problem]:
    """Yield warnings about every rich text."""
    open_ends = _open_ends(plan.language.partition("-")[0].lower())
    for loc, text, may_be_small in texts:
        if not text.blocks:
            continue
        first = text.blocks[0]
        if not may_be_small and isinstance(first, Paragraph) and _is_small(first.text[:1]):
            yield problem("text-cut", tree.location(loc), form="start", words=shortened(first.text))
        ending = _last_line(text)
        if _is_open(ending, open_ends):
            is_short = len(ending) <= _FEW
            words = ending if is_short else f"…{ending[-_FEW:]}"
            yield problem("text-cut", tree.location(loc), form="end", words=words)


def _is_small(letter: str) -> bool:
    """Return whether a letter needs to be a capital at the start of a sentence; Georgian has no capitals there."""
    return letter.islower() and letter.title() != letter


def _markup_warnings(
    written: Sequence[_WrittenText], texts: Iterable[_PlanText], tree: Tree, fields: KnownFields
) -> Iterator[Problem]:
    """Yield warnings about every text of the file; `texts` are the rich texts that were read from it."""
    rich = {loc: text for loc, text, _ in texts}
    values = [text.value for text in written]
    printed_texts = [text.text for text in rich.values()]
    has_bullets = _has_bullet("\n".join([*values, *printed_texts]))
    for text in written:
        stars = text.value.find("**")
        if stars < 0 and not has_bullets and "\n" not in text.written:  # as most texts
            continue
        printed = rich.get(text.loc, rich.get((*text.loc, "text")))  # an entry may be its text alone
        if _is_run_together(text, printed, has_bullets=has_bullets):
            field = fields.at(text.loc)
            form = "list" if field is not None and field.type in LISTS else "text"
            yield problem("bullets-run-together", tree.location(text.loc), form=form)
        # A backslash before a star, or an entity for it, means that stars are to be printed.
        if printed is None or stars < 0 or "\\*" in text.value:
            continue
        if any("**" in run.text for run in printed.runs()):
            yield problem("emphasis-unclosed", tree.text_location(text.loc, stars))


def _link_warnings(texts: Iterable[_PlanText], tree: Tree) -> Iterator[Problem]:
    """Yield a warning for each link whose text does not say where it leads."""
    source = tree.source.text
    if not any(sign in source for sign in _LINK_SIGNS):  # as in most plans
        return
    for loc, rich_text, _ in texts:
        for paragraph in rich_text.paragraphs():
            for link_text in vague_link_texts(paragraph.inlines):
                written = str(value_or_none(tree.value, loc))
                offset = max(written.find(f"[{link_text}]"), 0)
                yield problem("link-text-vague", tree.text_location(loc, offset), text=shortened(link_text))


def _questionable_values(written: Iterable[_WrittenText], tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield a warning for each text of the file that is a placeholder, or a date that does not exist."""
    for text in written:
        if is_placeholder(text.value):
            field = fields.at(text.loc)
            if field is not None and field.type is FieldType.CHOICE:  # it is a key, whose label is printed
                continue
            form = _placeholder_form(text.loc, field)
            yield problem("text-placeholder", tree.location(text.loc), form=form, text=text.value.strip())
        elif names_no_day(text.value):
            field = BUILT_IN.at(text.loc)
            if field is not None and field.type in _DATED:
                yield problem("date-impossible", tree.location(text.loc), text=text.value.strip())


def _misreading_warnings(
    written: Iterable[_WrittenText], tree: Tree, fields: KnownFields = BUILT_IN
) -> Iterator[Problem]:
    """Yield warnings about every text without quotes."""
    may_have_comments = "#" in tree.source.text  # few files do
    for text in written:
        if text.written.startswith(_MARKS):
            continue
        if may_have_comments:
            yield from _lost_comment(text, tree, fields)
        quotes = curly_quotes(text.value)
        if quotes:
            yield problem("quotes-printed", tree.location(text.loc), quotes=quotes)


def _split_number_warnings(tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield a warning for each two items of a list that may be meant as one number with a decimal comma; the numbers
    of goals have no decimals.
    """
    source = tree.source.text
    if _DECIMAL_COMMA.search(source) is None:  # as in most plans
        return
    for loc, items in _lists(tree.root, ()):
        field = fields.at(loc)
        if field is not None and field.type is FieldType.GOALS:
            continue
        for index, (before, after) in enumerate(pairwise(items)):
            if may_be_split_number(source, before, after):
                text = source[before.start : after.end]
                first = source[before.start : before.end]
                second = source[after.start : after.end]
                where = tree.location((*loc, index))
                details = {"text": shortened(text), "before": shortened(first), "after": shortened(second)}
                yield problem("number-split", where, **details)


def _lists(node: YamlNode, loc: Loc) -> Iterator[tuple[Loc, Sequence[YamlNode]]]:
    """Yield the items of each list in a node of the file, with the place of the list."""
    if isinstance(node.value, list):
        yield loc, list(node.children.values())
    for key, child in node.children.items():
        if child.children:
            yield from _lists(child, (*loc, key))


def _rich_texts(plan: Plan, fields: KnownFields = BUILT_IN) -> Iterator[_PlanText]:
    """Yield every rich text of a row."""
    for field in fields.with_rich_text:
        value = plan.value(field)
        if field.has_row and isinstance(value, RichText):
            yield (field.name,), value, False
        elif field.is_custom and field.is_rich:
            yield from _texts_of_custom_field((field.name,), value)
        elif isinstance(value, TableRows):
            for index, row in enumerate(value):
                for name, cell in row.items():
                    yield from _texts_of_entry((field.name, index, name), cell)
        elif field.has_row and field.is_rich:
            for index, entry in enumerate(value):
                for inner in fields.inside(field.path):
                    yield from _texts_of_entry((field.name, index, inner.name), getattr(entry, inner.name))
    custom_texts = [field for field in fields.custom if field.is_of_city and field.is_rich]
    for index, city in enumerate(plan.cities):
        for field in custom_texts:
            yield from _texts_of_custom_field((CITIES, index, field.name), city.value(field))


def _texts_of_custom_field(loc: Loc, value: Any) -> Iterator[_PlanText]:
    """Yield the rich texts of a custom field, which may be a list of them."""
    is_list = isinstance(value, tuple)
    for text_loc, text, _ in _texts_of_entry(loc, value):
        yield text_loc, text, is_list


def _texts_of_entry(loc: Loc, value: Any) -> Iterator[_PlanText]:
    """Yield the rich texts at a place of an entry, which follow its theme or date."""
    if isinstance(value, RichText):
        yield loc, value, True
    elif isinstance(value, tuple):
        for index, text in enumerate(value):
            yield (*loc, index), text, True


@cache
def _open_ends(language: str) -> frozenset[str]:
    """Return the words with which no sentence in a language ends."""
    words = json.loads(Path(__file__).with_name("open_ends.json").read_text(encoding="utf-8"))
    return frozenset(words.get(language, "").split())


def _is_open(ending: str, open_ends: frozenset[str]) -> bool:
    """Return whether a text cannot end like this: with an opening sign, or with a word that no sentence ends with."""
    last = ending.rsplit(maxsplit=1)[-1] if ending else ""
    return ending.endswith(_OPEN_SIGNS) or last.lstrip(_QUOTES) in open_ends


def _last_line(text: RichText) -> str:
    """Return the last paragraph of the text, which may be in a list."""
    block = text.blocks[-1]
    while isinstance(block, ItemList):
        block = block.items[-1].blocks[-1]
    return block.text.strip()


def _add_texts(texts: list[_WrittenText], node: YamlNode, loc: tuple[Key, ...], source: str) -> None:
    """Add the texts in a node of the file to the list."""
    for key, child in node.children.items():
        child_loc = (*loc, key)
        if isinstance(child.value, str):
            written = source[child.start : child.end]
            texts.append(_WrittenText(child_loc, child.value, written, child.end))
        elif child.children:
            _add_texts(texts, child, child_loc, source)


def _is_run_together(text: _WrittenText, printed: RichText | None, *, has_bullets: bool) -> bool:
    """Return whether a line that looks like an item of a list is printed with its mark, or a line has several bullets.

    `printed` is what is printed of a rich text. If no text of the plan has bullets, none is searched for.
    """
    listed: list[str] = []
    if "\n" in text.written:
        listed = [line.strip() for line in text.written.split("\n") if _LISTED_LINE.match(line)]
    if len(listed) < _SEVERAL and not has_bullets:  # as most texts
        return False
    shown = text.value if printed is None else printed.text
    if len(listed) >= _SEVERAL and any(line in shown for line in listed):
        return True
    lines = text.value.split("\n") + shown.split("\n")
    return any(len(_BULLET.findall(line)) >= _SEVERAL for line in lines)


def _has_bullet(texts: str) -> bool:
    """Return whether texts, joined to one, have a bullet, as few do. To search for single characters takes a fraction
    of the time of a pattern for each text.
    """
    return any(bullet in texts for bullet in BULLETS)


def _placeholder_form(loc: Loc, field: Field | None) -> str:
    """Return the form of the hint: of a field that may not be empty, of an item of a list, or of another field."""
    if field is not None and field.required is Required.ERROR:
        return "required"
    return "item" if isinstance(loc[-1], int) else "field"


def _lost_comment(text: _WrittenText, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield a warning about words that are not printed because a number sign after a space starts a comment.

    Numbers, names and tags often have a comment on the same line.
    """
    comment = _COMMENT.match(tree.source.text, text.end)
    if comment is None:
        return
    field = fields.at(text.loc)
    is_prose = field is None or field.type not in _NOT_PROSE
    if is_prose and not _DATE.fullmatch(text.value):
        where = locate(tree.source, comment.start(1), field_name(text.loc))
        yield problem("text-commented", where, comment=shortened(comment[1].strip()))


# Values

_DENSEST = 50_000
"""Persons per square kilometre; the densest cities of the world have about 45,000."""
_EMPTIEST = 0.5
"""Persons per square kilometre; the emptiest municipalities, in the Amazon and in Tibet, have about one."""
_NAME = BUILT_IN.of_type(FieldType.NAMES)
_POPULATION = BUILT_IN.of_type(FieldType.POPULATION)
_AREA = BUILT_IN.of_type(FieldType.AREA)
_FIELDS = BUILT_IN.inside(CITIES)
_MAX_ABBREVIATION = 3
"""The largest length of the abbreviation of a region."""
_TERRITORIES = frozenset({
    "AI", "AS", "AW", "AX", "BL", "BM", "BQ", "CC", "CK", "CW", "CX", "FK", "FO", "GF", "GG", "GI", "GL", "GP",
    "GS", "GU", "HK", "HM", "IM", "IO", "JE", "KY", "MF", "MO", "MP", "MQ", "MS", "NC", "NF", "NU", "PF", "PM",
    "PN", "PR", "RE", "SH", "SJ", "SX", "TC", "TF", "TK", "TW", "UM", "VG", "VI", "WF", "YT",
})  # fmt: skip
"""Codes of ISO 3166-1 for places that ISO 3166-2 also has as subdivisions, and for other territories."""
_NAMESAKES = {
    "BE": "LU",  # Luxembourg
    "CD": "EC",  # Équateur
    "ES": "GD",  # Granada, the Spanish name of Grenada
    "ET": "SO",  # Somali
    "GN": "ML",  # Mali
    "GR": "MK",  # Macedonia
    "NG": "NE",  # Niger
    "NI": "GD",  # Granada
    "RO": "MD",  # Moldova
    "US": "GE",  # Georgia
}
"""The countries that have the name of a region in another country, by that country (ISO 3166-2)."""
_NOTHING = Number(0)
_MAX_PROPOSED = 4
"""The largest number of currencies in a hint."""
_THEMES = BUILT_IN.of_type(FieldType.THEMES).name
_GOAL_FIELD = BUILT_IN.of_type(FieldType.GOALS).name
_AGENDA = BUILT_IN.of_type(FieldType.AGENDA).name


def _city_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield warnings about each column."""
    for index, city in enumerate(plan.cities):
        for warnings in (_name_warnings, _countries_as_regions, _quantity_warnings):
            yield from warnings(city, tree, (CITIES, index))


def _amount_warnings(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield warnings about the signs of several currencies, digits that may be decimals or thousands, and amounts
    without a currency.
    """
    for loc, money in _amounts(plan, fields):
        where = tree.location(loc)
        written = str(value_or_none(tree.value, loc))
        if money.symbol:
            amount = f"{money.amount:,}".removesuffix(".0")
            proposed = [f"{code} {amount}" for code in _proposed(money.symbol, plan)]
            hint = Hint(f"write the code of the currency: {' or '.join(proposed)}", proposed)
            yield problem("currency-unclear", where, hint=hint, symbol=money.symbol)
        if money.is_unread:
            yield problem("amount-unread", where, text=shortened(written))
        if money.is_unclear and money.amount is not None:
            amount = f"{money.amount.normalize():f}"
            yield problem("amount-unclear", where, text=written, amount=amount)


def _total_warnings(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield warnings about columns of tables whose total is asked for, and that have words, at the first of these."""
    for field in fields.custom:
        rows = plan.custom.get(field.path)
        if not isinstance(rows, TableRows):
            continue
        for column in field.columns:
            if column.name not in field.totals or column_total(column, rows) is not None:
                continue
            values = [row.get(column.name, _NOTHING) for row in rows]
            index = next(index for index, value in enumerate(values) if not is_summed(value))
            loc: Loc = (field.name, index, column.name)
            text = shortened(str(value_or_none(tree.value, loc)))
            value = values[index]
            lacks_currency = isinstance(value, Money) and not value.currency and DIGITS.fullmatch(text)
            form = "currency" if lacks_currency else "words"
            yield problem("total-impossible", tree.location(loc), form=form, name=column.name, text=text)


def _list_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield warnings about themes, goals and partnerships."""
    themes = [(_theme_key(theme), f'theme "{theme}"') for theme in plan.themes]
    yield from _duplicates(_THEMES, themes, tree)
    goals = [(str(goal.number), f"SDG {goal.number}") for goal in plan.sdgs]
    yield from _duplicates(_GOAL_FIELD, goals, tree)
    topics = [(topic.partnership, f'partnership "{topic.partnership}"') for topic in plan.urban_agenda]
    yield from _duplicates(_AGENDA, topics, tree)
    for index, goal in enumerate(plan.sdgs):
        yield from _wording_warnings(goal, plan.language, tree, (_GOAL_FIELD, index))
    for index, topic in enumerate(plan.urban_agenda):
        if is_near_spelling(topic.wording):  # the typing error would be printed
            where = tree.location((_AGENDA, index))
            warning = problem("urban-agenda-spelling", where, name=topic.wording, known=topic.partnership)
            yield warning.with_hint(Hint(warning.hint or "", [topic.partnership]))


def _theme_key(theme: str) -> str:
    """Return what a theme has in common with its other spellings; empty if it is unknown."""
    if is_unknown(theme):
        return ""
    return " ".join(unicodedata.normalize("NFC", theme).casefold().split())


def _name_warnings(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Yield names of a new plan file, and a group of which it is unknown which city has which region or country."""
    for name in city.name:
        if name in _NAME.placeholders:
            yield problem("placeholder-left", tree.location((*loc, _NAME.name)), name=name)
    for field in _FIELDS:
        places = getattr(city, field.name) if field.plural else ()
        if places_by_city(city, places) is not None:
            continue
        count = len(places)
        noun = field.name if count == 1 else field.plural
        where = tree.location((*loc, field.name))
        yield problem("group-uneven", where, names=len(city.name), places=f"{count} {noun}", field=field.name)


def _countries_as_regions(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Yield countries in lists of other places, such as regions; a city state is both.

    Countries of the column are none of its regions, and others only if the column's countries have such a region.
    """
    codes = {country.code for country in city.country}
    for field in _FIELDS:
        if not field.plural or field.type is FieldType.COUNTRIES:
            continue
        for index, region in enumerate(getattr(city, field.name)):
            code = find_country(region)
            if code is None or region in city.name or part_of_country(region, DEFAULT_LANGUAGE) is not None:
                continue
            if code in codes or _is_no_region(region, code, codes):
                yield problem("region-is-country", tree.location((*loc, field.name, index)), region=region)


def _is_no_region(name: str, code: str, countries: Collection[str]) -> bool:
    """Return whether the name of the country with this code is not that of a region in `countries`, given by codes.

    An abbreviation may be one of a region, such as CA and GA in the United States.
    """
    if code in _TERRITORIES or (name.isascii() and len(name) <= _MAX_ABBREVIATION):
        return False
    return all(_NAMESAKES.get(country) != code for country in countries)


def _quantity_warnings(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Yield quantities without a number, fractions of people, and populations that do not fit the area."""
    for field in _FIELDS:
        if field.type not in QUANTITIES:
            continue
        quantity = getattr(city, field.name)
        if quantity is not None and quantity.value is None:
            text = quantity.text or ""
            word = unread_multiple(text)
            if word:
                form = "word"
            else:
                form = "several" if DIGITS.search(text) else "none"
            yield problem("number-missing", tree.location((*loc, field.name)), form=form, text=text, word=word)
    people = city.population.value if city.population else None
    area = city.area_km2.value if city.area_km2 else None
    if people is None:
        return
    if not isclose(people, round(people), rel_tol=1e-9):
        yield problem("population-fraction", tree.location((*loc, _POPULATION.name)), number=f"{people:g}")
        return
    if area is None:
        return
    density = people / area
    if not _EMPTIEST <= density <= _DENSEST:
        shown = f"{density:,.0f}" if density >= 1 else f"{density:.2g}"
        yield problem("density-impossible", tree.location((*loc, _AREA.name)), density=shown)


def _amounts(plan: Plan, fields: KnownFields) -> Iterator[tuple[Loc, Money]]:
    """Yield the amounts in custom fields, with their places."""
    owners: list[tuple[Loc, Plan | City]] = [((), plan)]
    owners += [((CITIES, index), city) for index, city in enumerate(plan.cities)]
    for field in fields.custom:
        for owner_loc, owner in owners:
            if field.is_of_city is not isinstance(owner, City):
                continue
            loc = (*owner_loc, field.name)
            value = owner.value(field)
            if isinstance(value, Money):
                yield loc, value
            elif isinstance(value, TableRows):
                for index, row in enumerate(value):
                    for name, cell in row.items():
                        if isinstance(cell, Money):
                            yield (*loc, index, name), cell


def _proposed(symbol: str, plan: Plan) -> list[str]:
    """Return the currencies that a symbol may mean: those of the countries of the plan, or else the likeliest."""
    codes: dict[str, None] = {}
    for city in plan.cities:
        for country in city.country:
            codes |= dict.fromkeys(currencies_of(country.code))
    own = [code for code in codes if code in AMBIGUOUS[symbol]]
    return own or list(AMBIGUOUS[symbol][:_MAX_PROPOSED])


def _duplicates(field: str, items: Iterable[tuple[str, str]], tree: Tree) -> Iterator[Problem]:
    """Yield a warning for each item with the same key as an earlier one; the items are keys with names for messages.
    Those with an empty key are no values.
    """
    first_indexes: dict[str, int] = {}
    for index, (key, item) in enumerate(items):
        if not key:
            continue
        first = first_indexes.setdefault(key, index)
        if first != index:
            line = tree.location((field, first)).line
            yield problem("item-duplicate", tree.location((field, index)), item=item, first=first + 1, line=line)


def _wording_warnings(goal: Goal, language: str, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Yield a warning about a wording that shares no word with the title of its goal, but all with that of another, in
    English or in the language of the plan.
    """
    wording = goal.wording or ""
    meant = goal_meant(wording, language)
    if meant is None:
        return
    other, title_language = meant
    if other != goal.number and not shares_words(wording, goal.number, language):
        titles = GOAL_TITLES[title_language]
        details = {"title": titles[goal.number], "other_title": titles[other]}
        yield problem("sdg-wording", tree.location(loc), wording=wording, number=goal.number, other=other, **details)


# What is not printed: content of the plan, and wordings that the programme has not confirmed

_CONTACT = BUILT_IN.of_type(FieldType.CONTACT)
_ABOUT_NAMELESS_CONTACTS = ("contact-ignored", "contact-missing")


def _printing_warnings(plan: Plan, tree: Tree, pack: Pack, fields: KnownFields) -> Iterator[Problem]:
    """Yield warnings about content that the pack does not print, and infos about its unconfirmed wordings."""
    yield from ignored_contact(plan, tree, pack)
    yield from _not_printed(plan, tree, pack, fields)
    if RequiredPart.PROGRAMME_LABEL not in pack.settings.leaves_out:
        languages = pack.label_languages(plan.language, plan.country_codes, plan.label_languages)
        yield from _unconfirmed_labels(languages, pack)
        yield from _unconfirmed_statements(languages, pack)


def _not_printed(plan: Plan, tree: Tree, pack: Pack, fields: KnownFields) -> Iterator[Problem]:
    """Warn about fields with content but without a row, except private ones, such as the sources, and custom fields,
    which the project hides or a template places.
    """
    printed = _printed_keys(pack)
    hidden = _hidden_keys(pack)
    without_row = [field for field in fields.of_one_row if field.key not in printed and not field.is_private]
    for field, loc in _with_content(plan, without_row):
        form = "hidden" if field.key in hidden else "missing"
        where = tree.location(loc, key=True)
        yield problem("field-not-printed", where, form=form, field=field.key, pack=pack.name)


@lru_cache(maxsize=64)
def _printed_keys(pack: Pack) -> frozenset[str]:
    """Return the keys of the rows of a pack, of the fields in them, and of its custom fields."""
    printed = {rule.field for rule in pack.settings.rows}
    printed |= {field.key for field in pack.fields.custom}
    for rule in pack.settings.rows:
        printed |= {field.key for field in pack.fields.printed_by(rule.field)}
    return frozenset(printed)


@lru_cache(maxsize=64)
def _hidden_keys(pack: Pack) -> frozenset[str]:
    """Return the keys of the rows that the project leaves out, and of the fields in them."""
    hidden = set(pack.hidden_rows)
    for row in pack.hidden_rows:
        hidden |= {field.key for field in pack.fields.printed_by(row)}
    return frozenset(hidden)


def _with_content(plan: Plan, fields: Sequence[Field]) -> Iterator[tuple[Field, Loc]]:
    """Yield each of the fields that has content, with its place: first those of the plan, then those of each city."""
    for field in fields:
        if not field.is_of_city and plan.value(field):
            yield field, (field.name,)
    for index, city in enumerate(plan.cities):
        for field in fields:
            if field.is_of_city and city.value(field):
                yield field, (CITIES, index, field.name)


def _unconfirmed_labels(languages: Iterable[str], pack: Pack) -> Iterator[Problem]:
    """Report that the programme label is printed in a wording that the programme has not confirmed.

    The problem is the same for all plans of the pack, so that it is reported once.
    """
    labels = pack.settings.programme_label
    printed = set()
    for tag in languages:
        is_own_label = tag in labels
        printed.add(tag if is_own_label else primary(tag))
    unconfirmed = pack.unconfirmed_label_languages
    if printed.intersection(unconfirmed):
        details = {"languages": ", ".join(unconfirmed), "pack": pack.name, "home": pack.home}
        yield problem("label-unconfirmed", Location(pack.settings_path), **details)


def _unconfirmed_statements(languages: Iterable[str], pack: Pack) -> Iterator[Problem]:
    """Report languages of the label in which the statement about the funding is not printed."""
    funding = pack.settings.funding
    if funding is None:
        return
    missing = [tag for tag in languages if is_unconfirmed(funding, tag)]
    if missing:
        english = funding_statement(funding, DEFAULT_LANGUAGE)
        languages_without = ", ".join(missing)
        yield problem("funding-unconfirmed", Location(pack.settings_path), text=english, languages=languages_without)
