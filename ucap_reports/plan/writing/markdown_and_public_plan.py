"""Parsed values as an author would write them: rich text as Markdown, and a plan as a file.

The file is the public form of the plan: canonical YAML without comments and without the sources of its facts. Parsing
the texts gives the same values.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from pydantic import BaseModel

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.countries_goals_and_partnerships import Goal, find_country, find_partnership
from ucap_reports.plan.custom_field_values import Number, TableRows
from ucap_reports.plan.dates import PartialDate
from ucap_reports.plan.field_descriptions import FieldType, KnownFields, descriptions_of
from ucap_reports.plan.field_values import AgendaTopic, Country
from ucap_reports.plan.numbers_and_amounts import Money, Quantity, read_amount
from ucap_reports.plan.plan_model import BUILT_IN, Plan, PlanFile, WithCustomFields
from ucap_reports.plan.writing.plan_file import (
    Entries,
    PlainValue,
    PlanFileContent,
    in_canonical_order,
    plain_entry,
    write_document,
)
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_tree import WrittenDecimal, WrittenInteger, mapped
from ucap_reports.text.markdown import BULLETS, DASHES, parse_rich_text
from ucap_reports.text.rich_text import (
    ARROW,
    Break,
    Inline,
    ItemList,
    ListItem,
    Marker,
    Paragraph,
    RichText,
    Run,
    Script,
)

# Plans
_PRIVATE = {field.name for field in BUILT_IN.inside() if field.is_private}


def public_plan(values: Mapping[str, Any], fields: KnownFields = BUILT_IN) -> str:
    """Return the text of a plan file in its public form, from parsed YAML or `plan_values`. It has the
    same documents.
    """
    entries = []
    for key, value in values.items():
        if key not in _PRIVATE:
            entries.append(plain_entry(key, mapped(value, _plain)))
    content = PlanFileContent((), Entries(tuple(entries)))
    return write_document(in_canonical_order(content, fields))


def plan_values(plan: Plan) -> dict[str, Any]:
    """Return the values of a plan as its file has them, without unknown ones."""
    return _fields(plan, PlanFile)


def _fields(part: BaseModel, model: type[BaseModel]) -> dict[str, Any]:
    values = {}
    for name, field in descriptions_of(model).items():
        value = getattr(part, name)
        if not value or name not in part.model_fields_set:
            continue
        written = _value(value)
        may_be_one_value = field.plural or field.type is FieldType.NAMES
        if may_be_one_value and len(value) == 1:  # such as `country: Italy`
            written = written[0]
        values[name] = written
    if isinstance(part, WithCustomFields):
        values |= {name: _custom(value) for name, value in part.custom.items()}
    return values


def _custom(value: Any) -> Any:
    """Return the value of a custom field as its file has it."""
    match value:
        case Money(text=None, amount=amount):
            digits = f"{amount:,.{value.decimals}f}"
            amount_read_again, _, _ = read_amount(digits, value.currency)
            if amount_read_again != amount:  # 1,234 TND has three decimals
                digits = digits.replace(",", "")
            return f"{digits} {value.currency}"
        case Money():
            return value.text
        case Number(words="") if value.decimals == 0:
            return PlainValue(f"{Decimal(str(value.value)):f}")
        case Number(words=""):  # as text, the three decimals of 12.500 would be thousands
            return PlainValue(f"{value.value:.{value.decimals}f}")
        case Number():
            return f"{value.value:.{value.decimals}f} {value.words}".strip()
        case date() | PartialDate():
            return value.isoformat()
        case TableRows():
            rows = []
            for row in value:
                rows.append({name: _custom(cell) for name, cell in row.items()})
            return rows
        case _:
            return _value(value)


def _value(value: Any) -> Any:
    match value:
        case RichText():
            return rich_text_source(value) or value.text
        case Goal(number, wording):
            return f"SDG {number} {wording or ''}".strip()
        case AgendaTopic(partnership, wording):
            return str(wording) if find_partnership(wording) == partnership else partnership
        case Country(code, text):
            return str(text) if find_country(text) == code else code
        case Quantity():
            return value.text or _number(value)
        case tuple():
            return [_value(item) for item in value]
        case BaseModel():
            return _fields(value, type(value))
        case dict():
            return {key: _value(inner) for key, inner in value.items()}
        case _:
            return str(value)


def _number(quantity: Quantity) -> Any:
    """Return a number or, with a unit, the text of it."""
    value = quantity.value or 0
    grouping = "," if quantity.unit else ""
    if quantity.decimals or value == int(value):
        digits = f"{value:{grouping}.{quantity.decimals}f}"
    else:
        digits = f"{value:{grouping}.6f}".rstrip("0")
    if quantity.unit:
        return f"{digits}{quantity.unit}"
    return PlainValue(digits)


def _plain(value: Any) -> Any:
    """Return a text or, as it is written, a number or a boolean."""
    match value:
        case str():
            return value.strip("\n")
        case bool():
            return PlainValue(str(value).lower())
        case WrittenInteger(text=text) | WrittenDecimal(text=text):
            return PlainValue(text)
        case _:
            return value if isinstance(value, PlainValue) else None


# Rich text
_PUNCTUATION = r"!\"#$%&'()*+,./:;<=>?@\[\\\]^_`{|}~-"
_SPECIAL = re.compile(
    rf"""
    \\ (?= [{_PUNCTUATION}] | $ )
    | ` | \*
    | (?<!\w)_ | _(?!\w)
    | \[ (?= [^\]]* \] [(\[:] )                             # of a link
    | ! (?=\[)                                              # of a picture
    | < (?= [A-Za-z/!?] )                                   # of an element
    | & (?= \#?\w+; )                                       # of a character reference
    """,
    re.VERBOSE,
)
"""Characters that are markup at their place, unless they are escaped."""
_ANY_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~|]")
_TYPED_SIGN = LazyPattern(rf"^((?:&rarr;|[{BULLETS}{DASHES}])[^ \n]*) ", re.MULTILINE)
"""The start of a line that is an item of a list if it is alone."""
_LINE_START = re.compile(
    r"""
    (?P<mark> [-+*] (?=\s|$)                                # an item of a list
    | >                                                     # a quotation
    | =+\s*$ | -+\s*$                                       # the line below a heading
    | (?: [-*_][ ]* ){3,}$                                  # a line across the page
    | ~~~                                                   # code
    | \#{1,6} (?=\s|$)                                      # a heading
    | →                                                     # an item of a list
    )
    | (?P<number> \d{1,9} ) [.)] (?=\s|$)                   # an item of a numbered list
    """,
    re.VERBOSE,
)
"""What is markup at the start of a line."""


def rich_text_source(rich: RichText) -> str | None:
    """Return the shortest text that is parsed as `rich`, mostly with a line for each paragraph.

    None if there is no such text: rich text that does not come from a plan may have more than plans can have.
    """
    for text in _possible_sources(rich):
        if _parsed(text) == rich:
            return text
    return None


def unchecked_source(rich: RichText) -> str:
    """Return a text for rich text that plans cannot have, such as one that is too long."""
    return _blocks(rich.blocks, careful=True)


def _possible_sources(rich: RichText) -> Iterator[str]:
    """Yield texts that may be parsed as `rich`, the shortest ones first."""
    for careful in (False, True):
        text = _blocks(rich.blocks, careful=careful)
        yield text
        # A line end, which is a space, keeps a paragraph that begins with a bullet from being a list.
        yield _TYPED_SIGN.sub(r"\1\n", text)


def _parsed(text: str) -> RichText | None:
    try:
        return parse_rich_text(text)
    except ProblemsFound:
        return None


def _blocks(blocks: Sequence[Paragraph | ItemList], *, careful: bool) -> str:
    """Return blocks with an empty line between two of them; lists that follow each other have different marks.

    A `careful` text has tags instead of stars, and an escape before everything that may be markup.
    """
    texts: list[str] = []
    has_other_mark = False
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            texts.append(_paragraph(block, careful=careful))
            continue
        if index and _continues(blocks[index - 1], block):
            has_other_mark = not has_other_mark
        else:
            has_other_mark = False
        texts.append("\n".join(_items(block, careful=careful, has_other_mark=has_other_mark)))
    return "\n\n".join(texts)


def _continues(before: Paragraph | ItemList, after: ItemList) -> bool:
    """Return whether a list would be parsed as part of the one before it, if both had the same mark."""
    if not isinstance(before, ItemList):
        return False
    is_numbered = after.marker is Marker.NUMBER
    if is_numbered is not (before.marker is Marker.NUMBER):
        return False
    last_number = before.start + len(before.items) - 1
    return not is_numbered or after.start in {last_number, last_number + 1}


def _items(item_list: ItemList, *, careful: bool, has_other_mark: bool) -> Iterator[str]:
    """Yield the lines of a list, with the second of the two possible marks if it has the other one."""
    lead = f"{ARROW} " if item_list.marker is Marker.ARROW else ""
    bullet = "*" if has_other_mark else "-"
    number_end = ")" if has_other_mark else "."
    for number, item in enumerate(item_list.items, item_list.start):
        mark = f"{number}{number_end} " if item_list.marker is Marker.NUMBER else f"{bullet} "
        before_line = mark
        for line in _item(item, lead, careful=careful):
            yield f"{before_line}{line}" if line else line
            before_line = " " * len(mark)


def _item(item: ListItem, lead: str, *, careful: bool) -> Iterator[str]:
    """Yield the lines of an item without its mark: a nested list needs an empty line before it only if its first number
    is not 1.
    """
    before: Paragraph | ItemList | None = None
    for block in item.blocks:
        if isinstance(block, Paragraph):
            if before is None:
                yield _paragraph(block, lead, careful=careful)
            else:
                yield ""
                yield _paragraph(block, careful=careful)
        else:
            if before is not None and block.start != 1:
                yield ""
            has_other_mark = before is not None and _continues(before, block)
            yield from _items(block, careful=careful, has_other_mark=has_other_mark)
        before = block


def _paragraph(paragraph: Paragraph, lead: str = "", *, careful: bool) -> str:
    text = "".join(_inlines(paragraph.inlines, careful=careful))
    if lead:
        return f"{lead}{text}"
    return _with_escaped_start(text)


def _with_escaped_start(text: str) -> str:
    """Return the line, its first characters escaped if they would start a block."""
    match = _LINE_START.match(text)
    if match is None:
        return text
    if match["mark"] == ARROW:
        return f"&rarr;{text[1:]}"
    number = match["number"] or ""
    return f"{number}\\{text[len(number) :]}"


def _inlines(inlines: Sequence[Inline], *, careful: bool) -> Iterator[str]:
    for link, linked in groupby(inlines, _link_of):
        runs = list(linked)
        text = "".join(_inline(run, careful=careful) for run in runs)
        if link is None or _links_itself(runs, link):
            yield text
        elif re.fullmatch(r"[^\s()<>\\]+", link) and "[" not in text and "]" not in text:
            yield f"[{text}]({link})"
        else:
            address = link.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
            yield f'<a href="{address}">{text}</a>'


def _link_of(inline: Inline) -> str | None:
    return inline.link if isinstance(inline, Run) else None


def _links_itself(runs: Sequence[Inline], link: str) -> bool:
    """Return whether the words are an address that becomes this link without markup."""
    match runs:
        case [Run(text)]:
            parsed = _parsed(text)
            return parsed is not None and [run.link for run in parsed.runs()] == [link]
        case _:
            return False


def _inline(inline: Inline, *, careful: bool) -> str:
    if isinstance(inline, Break):
        return "<br>"
    text = inline.text
    if inline.link != text:
        special = _ANY_SPECIAL if careful else _SPECIAL
        text = special.sub(lambda match: f"\\{match[0]}", text)
    can_have_stars = not careful and text == text.strip(" ")
    for wrap in _wraps(inline, stars=can_have_stars):
        text = wrap(text)
    return text


def _wraps(run: Run, *, stars: bool) -> Iterator[Callable[[str], str]]:
    """Yield the markup around the words of a run, the innermost first; with `stars`, emphasis has no tags."""
    if run.script is not Script.NORMAL:
        yield _tagged("sub" if run.script is Script.SUBSCRIPT else "sup")
    if run.language:
        yield lambda text: f'<span lang="{run.language}">{text}</span>'
    if run.underline:
        yield _tagged("u")
    if run.italic:
        yield (lambda text: f"*{text}*") if stars else _tagged("i")
    if run.bold:
        yield (lambda text: f"**{text}**") if stars else _tagged("b")


def _tagged(name: str) -> Callable[[str], str]:
    return lambda text: f"<{name}>{text}</{name}>"
