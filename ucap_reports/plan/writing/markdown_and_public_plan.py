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
from ucap_reports.plan.amounts_and_dates import Money, Quantity, read_amount
from ucap_reports.plan.countries_goals_and_partnerships import Goal, find_country, find_partnership
from ucap_reports.plan.custom_field_values import Number, PartialDate, TableRows
from ucap_reports.plan.field_descriptions import FieldType, KnownFields, descriptions_of
from ucap_reports.plan.field_values import AgendaTopic, Country
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
    entries = tuple(plain_entry(key, mapped(value, _plain)) for key, value in values.items() if key not in _PRIVATE)
    return write_document(in_canonical_order(PlanFileContent((), Entries(entries)), fields))


def plan_values(plan: Plan) -> dict[str, Any]:
    """Return the values of a plan as its file has them, without unknown ones."""
    return _fields(plan, PlanFile)


def _fields(part: BaseModel, model: type[BaseModel]) -> dict[str, Any]:
    values = {}
    for name, field in descriptions_of(model).items():
        value = getattr(part, name)
        if not value or name not in part.model_fields_set:
            continue
        values[name] = _value(value)
        is_of_each_city = field.plural or field.type is FieldType.NAMES
        if is_of_each_city and len(value) == 1:
            values[name] = values[name][0]
    if isinstance(part, WithCustomFields):
        values |= {name: _custom(value) for name, value in part.custom.items()}
    return values


def _custom(value: Any) -> Any:
    """Return the value of a custom field as its file has it."""
    match value:
        case Money(text=None, amount=amount):
            grouped = f"{amount:,.{value.decimals}f}"
            again, _, _ = read_amount(grouped, value.currency)
            digits = grouped if again == amount else grouped.replace(",", "")  # 1,234 TND has three decimals
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
            return [{name: _custom(cell) for name, cell in row.items()} for row in value]
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
    value, comma = quantity.value or 0, "," if quantity.unit else ""
    is_whole = quantity.decimals or value == int(value)
    digits = f"{value:{comma}.{quantity.decimals}f}" if is_whole else f"{value:{comma}.6f}".rstrip("0")
    return f"{digits}{quantity.unit}" if quantity.unit else PlainValue(digits)


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
    rf"""\\(?=[{_PUNCTUATION}]|$)|`|\*|(?<!\w)_|_(?!\w)|\[(?=[^\]]*\][(\[:])|!(?=\[)|<(?=[A-Za-z/!?])|&(?=\#?\w+;)""",
)
"""Characters that are markup at their place, unless they are escaped."""
_ANY_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~|]")
_TYPED_SIGN = LazyPattern(rf"^((?:&rarr;|[{BULLETS}{DASHES}])[^ \n]*) ", re.MULTILINE)
"""The start of a line that is an item of a list if it is alone."""
_LINE_START = re.compile(
    r"([-+*](?=\s|$)|>|=+\s*$|-+\s*$|([-*_] *){3,}$|~~~|\#{1,6}(?=\s|$)|→)|(?P<number>\d{1,9})[.)](?=\s|$)"
)


def rich_text_source(rich: RichText) -> str | None:
    """Return the shortest text that is parsed as `rich`, mostly with a line for each paragraph.

    None if there is no such text: rich text that does not come from a plan may have more than plans can have.
    """
    return next((text for text in _possible_sources(rich) if _parsed(text) == rich), None)


def unchecked_source(rich: RichText) -> str:
    """Return a text for rich text that plans cannot have, such as one that is too long."""
    return _blocks(rich.blocks, careful=True)


def _possible_sources(rich: RichText) -> Iterator[str]:
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
    """Blocks with an empty line between two of them; lists that follow each other have different marks.

    A `careful` text has tags instead of stars, and an escape before everything that may be markup.
    """
    texts: list[str] = []
    other = False
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            texts.append(_paragraph(block, careful=careful))
        else:
            other = not other if index and _are_similar(blocks[index - 1], block) else False
            texts.append("\n".join(_items(block, careful=careful, other=other)))
    return "\n\n".join(texts)


def _are_similar(before: Paragraph | ItemList, after: ItemList) -> bool:
    """Return whether two lists with the same marks would be parsed as one."""
    if not isinstance(before, ItemList) or (before.marker is Marker.NUMBER) is not (after.marker is Marker.NUMBER):
        return False
    last = before.start + len(before.items) - 1
    return after.marker is not Marker.NUMBER or after.start in {last, last + 1}


def _items(listed: ItemList, *, careful: bool, other: bool) -> Iterator[str]:
    """Yield the lines of a list; `other` is whether it has the second of the two possible marks."""
    lead = f"{ARROW} " if listed.marker is Marker.ARROW else ""
    bullet, end = ("*", ")") if other else ("-", ".")
    for number, item in enumerate(listed.items, listed.start):
        mark = f"{number}{end} " if listed.marker is Marker.NUMBER else f"{bullet} "
        for index, line in enumerate(_item(item, lead, careful=careful)):
            yield f"{' ' * len(mark) if index else mark}{line}" if line else line


def _item(item: ListItem, lead: str, *, careful: bool) -> Iterator[str]:
    for index, block in enumerate(item.blocks):
        if isinstance(block, Paragraph):
            yield from [""] if index else []
            yield _paragraph(block, "" if index else lead, careful=careful)
        else:
            yield from [""] if index and block.start != 1 else []
            other = index > 0 and _are_similar(item.blocks[index - 1], block)
            yield from _items(block, careful=careful, other=other)


def _paragraph(paragraph: Paragraph, lead: str = "", *, careful: bool) -> str:
    text = "".join(_inlines(paragraph.inlines, careful=careful))
    return f"{lead}{text}" if lead else _with_escaped_start(text)


def _with_escaped_start(text: str) -> str:
    """Return the line, its first characters escaped if they would start a block."""
    match = _LINE_START.match(text)
    if match is None:
        return text
    if match[1] == ARROW:
        return f"&rarr;{text[1:]}"
    number = match["number"] or ""
    return f"{number}\\{text[len(number) :]}"


def _inlines(inlines: Sequence[Inline], *, careful: bool) -> Iterator[str]:
    for link, linked in groupby(inlines, lambda inline: inline.link if isinstance(inline, Run) else None):
        runs = list(linked)
        text = "".join("<br>" if isinstance(run, Break) else _run(run, careful=careful) for run in runs)
        if link is None or _links_itself(runs, link):
            yield text
        elif re.fullmatch(r"[^\s()<>\\]+", link) and "[" not in text and "]" not in text:
            yield f"[{text}]({link})"
        else:
            address = link.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
            yield f'<a href="{address}">{text}</a>'


def _links_itself(runs: Sequence[Inline], link: str) -> bool:
    """Return whether the words are an address that becomes this link without markup."""
    match runs:
        case [Run(text)] if parsed := _parsed(text):
            return [run.link for run in parsed.runs()] == [link]
        case _:
            return False


def _run(run: Run, *, careful: bool) -> str:
    special = _ANY_SPECIAL if careful else _SPECIAL
    text = run.text if run.link == run.text else special.sub(lambda match: f"\\{match[0]}", run.text)
    for wrap in _wraps(run, stars=not careful and text == text.strip(" ")):
        text = wrap(text)
    return text


def _wraps(run: Run, *, stars: bool) -> Iterator[Callable[[str], str]]:
    """Yield the markup around the words of a run, the innermost first."""
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
