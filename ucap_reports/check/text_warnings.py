"""Warnings about the texts of a plan: cut sentences, stray markup, placeholders, and what YAML reads otherwise."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.plan.custom_values import TableRows
from ucap_reports.plan.dates import names_no_day
from ucap_reports.plan.fields import CITIES, Field, FieldType, Required
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.unknown_values import is_placeholder
from ucap_reports.problems import Problem, problem, shortened
from ucap_reports.source.scalars import curly_quotes
from ucap_reports.source.yaml_tree import Key, Loc, Tree, YamlNode, field_name
from ucap_reports.storage.decoding import locate
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText
from ucap_reports.text.typed_text import BULLETS, DASHES

_OPEN_ENDS: Mapping[str, str] = json.loads(Path(__file__).with_name("open_ends.json").read_text(encoding="utf-8"))
"""Words that no sentence ends with, by the language of the plan."""
_OPEN_SIGNS = (",", ";", "(", "[", "-", "\u2013", "\u2014", "&", "/", "\u3001", "\uff0c", "\uff1b", "\uff08")
_FEW = 40
"""Characters of the end of a text in a message."""
_QUOTES = "\"'\u2019\u201d\u00bb)](\u201c\u00ab"
_SEVERAL = 2
_BULLET = re.compile(rf"[{BULLETS}](?<!\S.)(?=\s*\w)")
"""A bullet before a word and not after one. It begins with a set, for which `re` searches five times faster."""
_LISTED_LINE = re.compile(rf"[-*+{BULLETS}{DASHES}][ \t]*\w")
_DATED = frozenset({FieldType.LINE, FieldType.LINES, FieldType.DATE})
"""The types of fields in which numbers with the form of a date are one; a telephone number may look like a date."""
_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARKS = tuple("\"'|>*&!")
"""The first characters of values that are not plain: quoted ones, blocks, aliases, anchors and tags."""


PlanText = tuple[Loc, RichText, bool]
"""A rich text of a row with its place, and whether it is printed after other words in the same paragraph."""


class WrittenText(Struct, frozen=True):
    """A text of the file: its place, its value, and its characters in the file, up to the offset `end`."""

    loc: Loc
    value: str
    written: str
    end: int


def written_texts(tree: Tree) -> Iterator[WrittenText]:
    """Yield every text of the file, in the order of the file."""
    yield from _texts_of_node(tree.root, (), tree.source.text)


def cut_text_warnings(plan: Plan, texts: Iterable[PlanText], tree: Tree) -> Iterator[Problem]:
    """Yield warnings about every rich text; a text after a theme or a date may start with a lower-case letter."""
    open_ends = frozenset(_OPEN_ENDS.get(plan.language.partition("-")[0].lower(), "").split())
    for loc, text, follows in texts:
        if not text.blocks:
            continue
        first = text.blocks[0]
        if not follows and isinstance(first, Paragraph) and first.text[:1].islower():
            yield problem("text-cut", tree.location(loc), form="start", words=shortened(first.text))
        ending = _last_line(text)
        if _is_open(ending, open_ends):
            words = f"…{ending[-_FEW:]}" if len(ending) > _FEW else ending
            yield problem("text-cut", tree.location(loc), form="end", words=words)


def markup_warnings(written: Iterable[WrittenText], texts: Iterable[PlanText], tree: Tree) -> Iterator[Problem]:
    """Yield warnings about every text of the file; `texts` are the rich texts that were read from it."""
    rich = {loc: text for loc, text, _ in texts}
    for text in written:
        printed = rich.get(text.loc, rich.get((*text.loc, "text")))  # an entry may be its text alone
        words = text.value if printed is None else printed.text
        if _is_run_together(text, words):
            yield problem("bullets-run-together", tree.location(text.loc))
        stars = text.value.find("**")
        # A backslash before a star, or an entity for it, means that stars are to be printed.
        if printed is None or stars < 0 or "\\*" in text.value:
            continue
        if any("**" in run.text for run in printed.runs()):
            yield problem("emphasis-unclosed", tree.text_location(text.loc, stars))


def questionable_values(written: Iterable[WrittenText], tree: Tree) -> Iterator[Problem]:
    """Yield a warning for each text of the file that is a placeholder, or a date that does not exist."""
    for text in written:
        field = BUILT_IN.at(text.loc)
        if is_placeholder(text.value):
            form = _placeholder_form(text.loc, field)
            yield problem("text-placeholder", tree.location(text.loc), form=form, text=text.value.strip())
        elif field is not None and field.type in _DATED and names_no_day(text.value):
            yield problem("date-impossible", tree.location(text.loc), text=text.value.strip())


def misreading_warnings(
    written: Iterable[WrittenText], tree: Tree, fields: KnownFields = BUILT_IN
) -> Iterator[Problem]:
    """Yield warnings about every text without quotes."""
    for text in written:
        if not text.written.startswith(_MARKS):
            yield from _lost_comment(text, tree, fields)
            if quotes := curly_quotes(text.value):
                yield problem("quotes-printed", tree.location(text.loc), quotes=quotes)


def rich_texts(plan: Plan, fields: KnownFields = BUILT_IN) -> Iterator[PlanText]:
    """Yield every rich text of a row."""
    for field in fields.inside():
        value = plan.value(field)
        if field.has_row and isinstance(value, RichText):
            yield (field.name,), value, False
        elif field.is_custom and field.is_rich:
            for loc, text, _ in _texts_of_entry((field.name,), value):
                yield loc, text, False
        elif isinstance(value, TableRows):
            for index, row in enumerate(value):
                for name, cell in row.items():
                    yield from _texts_of_entry((field.name, index, name), cell)
        elif field.has_row and field.is_rich:
            for index, entry in enumerate(value):
                for inner in fields.inside(field.path):
                    yield from _texts_of_entry((field.name, index, inner.name), getattr(entry, inner.name))
    for index, city in enumerate(plan.cities):
        for field in fields.inside(CITIES):
            if field.is_custom and field.is_rich:
                for loc, text, _ in _texts_of_entry((CITIES, index, field.name), city.value(field)):
                    yield loc, text, False


def _texts_of_entry(loc: Loc, value: Any) -> Iterator[PlanText]:
    """Yield the rich texts at a place of an entry, which follow its theme or date."""
    if isinstance(value, RichText):
        yield loc, value, True
    elif isinstance(value, tuple):
        for index, text in enumerate(value):
            yield (*loc, index), text, True


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


def _texts_of_node(node: YamlNode, loc: tuple[Key, ...], source: str) -> Iterator[WrittenText]:
    for key, child in node.children.items():
        if isinstance(child.value, str):
            yield WrittenText((*loc, key), child.value, source[child.start : child.end], child.end)
        elif child.children:
            yield from _texts_of_node(child, (*loc, key), source)


def _is_run_together(text: WrittenText, shown: str) -> bool:
    """Return whether a line that looks like an item of a list is printed with its mark, or a line has
    several bullets.
    """
    if "\n" in text.written:
        written_lines = [line.strip() for line in text.written.split("\n")]
        listed = [line for line in written_lines if _LISTED_LINE.match(line)]
        if len(listed) >= _SEVERAL and any(line in shown for line in listed):
            return True
    if not _BULLET.search(text.value) and not _BULLET.search(shown):
        return False
    lines = text.value.split("\n") + shown.split("\n")
    return any(len(_BULLET.findall(line)) >= _SEVERAL for line in lines)


def _placeholder_form(loc: Loc, field: Field | None) -> str:
    """Return the form of the hint: of a field that may not be empty, of an item of a list, or of another field."""
    if field is not None and field.required is Required.ERROR:
        return "required"
    return "item" if isinstance(loc[-1], int) else "field"


def _lost_comment(text: WrittenText, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield a warning about words that are not printed because a number sign after a space starts a comment.

    Numbers, names and tags often have a comment on the same line.
    """
    comment = _COMMENT.match(tree.source.text, text.end)
    field = fields.at(text.loc)
    is_prose = field is None or field.is_prose
    if comment is not None and is_prose and not _DATE.fullmatch(text.value):
        where = locate(tree.source, comment.start(1), field_name(text.loc))
        yield problem("text-commented", where, comment=shortened(comment[1].strip()))
