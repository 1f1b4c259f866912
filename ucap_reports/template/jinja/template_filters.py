"""The filters of templates: those of Jinja for text and lists, charged for their text, and those of the product."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import wraps
from math import isfinite
from typing import Any

from jinja2 import pass_context, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS, do_replace, sync_do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Undefined, markup_join
from markupsafe import Markup
from msgspec.structs import replace

from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.problems import problem
from ucap_reports.template.jinja.rendering_state import RENDERING, TURN, spend
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.text.bars_tiles_charts_and_facts import NO_BAR, Bar, LazyItems, Tile, bar_of
from ucap_reports.text.field_marks import TextWithMarks, joined, marks_of
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag, foreign_text, language_of, like
from ucap_reports.text.links import link_address
from ucap_reports.text.rich_text import Inline, Paragraph, RichText, Run

_TEXT_FILTERS = ("capitalize", "lower", "title", "trim", "upper")
_LIST_FILTERS = (
    "batch", "count", "d", "default", "first", "last", "length", "list", "map", "reject", "rejectattr", "reverse",
    "select", "selectattr",
)  # fmt: skip
_MOST_DECIMALS = 6
EACH = " each"
"""The filter around the list of each loop; a template cannot write a name that begins with a space."""
ENTER = " enter"
"""The filter at the start of each macro."""
JOINED = " joined"
"""The filter that replaces `a ~ b`."""
MADE = " made"
"""The filter around each list and dictionary in a template."""
KIND = "kind_"
"""The beginning of the names of filters for the kinds of printed values."""
_MOST_MADE = 1_000
"""The largest number of items in a list, including those of nested lists each time that they occur.

Otherwise a list that contains the previous list twice, forty times over, could be neither compared nor printed.
"""
WIDEST = 14_400
"""The largest width of a picture in points."""


def template_filters(kinds: Iterable[str]) -> Mapping[str, Callable[..., Any]]:
    """Return all filters by name, including one for each of `kinds`, which are replaced where a value is printed."""
    filters: dict[str, Callable[..., Any]] = {
        "join": _join,
        "replace": _replace,
        "e": _as_it_is,
        "escape": _as_it_is,
        "link": _link,
        "language": _language,
        "number": _number,
        "date": _date,
        "bar": _bar,
        "tile": _tile,
        "max": _extreme(max),
        "min": _extreme(min),
        "width": _width,
        EACH: _each,
        ENTER: _enter,
        JOINED: _joined,
        MADE: _made,
    }
    for name in _TEXT_FILTERS:
        filters[name] = _charged(_for_text(name))
    for name in _LIST_FILTERS:
        filters[name] = _charged(FILTERS[name])
    for kind in kinds:
        filters[f"{KIND}{kind}"] = _as_it_is
    return filters


def _charged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter, at the cost of its texts. It fails outside a rendering, so that Jinja does not evaluate it
    early. Its result can be used twice.
    """

    @wraps(function)
    def charged(*args: Any, **kwargs: Any) -> Any:
        texts = [argument for argument in args if isinstance(argument, str)]
        spend(sum(map(len, texts)))
        result = function(*args, **kwargs)
        return list(result) if isinstance(result, Iterator) else result

    return charged


def _for_text(name: str) -> Callable[..., Any]:
    """Jinja's filter of that name, for text only: it would convert other values to Python notation. The text keeps its
    language.
    """
    function = FILTERS[name]

    @wraps(function)
    def for_text(value: object, *args: Any) -> Any:
        result = function(_text(value, name), *args)
        return still_tagged(result, value) if isinstance(value, str) else result

    return for_text


def still_tagged(result: str, text: str) -> str:
    """Return what a filter has made of a text, with the language of the text; with its marks only if they are still
    at the same characters.
    """
    if len(result) == len(text):
        return like(result, text)
    return foreign_text(result, language_of(text))


def _text(value: object, name: str) -> Any:
    """Return the value of a filter of that name, if it is for plain text. Raises TypeError for others."""
    if isinstance(value, str | int | Undefined) and not isinstance(value, bool):
        return value
    raise TypeError(f'"{name}" is for plain text')


def _words(value: object, name: str) -> str:
    """Return the plain text of a value with its marks, unescaped if it comes from a set block."""
    if not isinstance(value, Markup):
        text = _text(value, name)
        return text if isinstance(text, str) else str(text)
    if "<" in value:
        raise TypeError(f'"{name}" is for plain text')
    return value.unescape()


@pass_eval_context
def _join(context: EvalContext, value: Iterable[object], between: str = "", attribute: str | None = None) -> str:
    """Return the texts of a list, or of an attribute of its items, with another text between them."""
    if attribute is not None:
        value = [context.environment.getitem(item, attribute) for item in value]
    items = [_text(item, "join") for item in value]
    spend(sum([len(between) + len(str(item)) for item in items]))
    text = sync_do_join(context, items, between)
    if isinstance(text, Markup):
        return text
    return _with_marks_of(text, between, items)


@pass_eval_context
def _replace(context: EvalContext, value: str, old: str, new: str, count: int | None = None) -> str:
    """Return a text in which one text is replaced by another."""
    # At most, the new text is before each character and at the end: where the old text is empty.
    places = len(str(value)) + 1
    spend(places * (len(str(new)) + 1))
    text = _text(value, "replace")
    result = do_replace(context, text, old, new, count)
    return still_tagged(result, value) if marks_of(value) else result


def _link(value: Any, address: Any = None) -> RichText | Undefined:
    """Return the text, which may be marked with its language, as a link to `address` or, without one, to the mail or
    web address in the text. With an empty address it is no link, as in page templates.
    """
    for argument in (value, address):
        if isinstance(argument, Undefined):
            return argument
    text = value.text if isinstance(value, RichText) else _words(value, "link")
    written = text if address is None else str(address)
    target = link_address(written)
    if text and written and target is None:
        RENDERING.get().report(problem("link-invalid", address=written))
    if isinstance(value, RichText):
        return value.with_paragraphs(lambda paragraph: _with_link(paragraph, target))
    if not text:
        return RichText()
    return RichText((Paragraph((Run(text, link=target),)),))


def _with_link(paragraph: Paragraph, target: str | None) -> Paragraph:
    """Return a paragraph whose text is a link."""
    inlines: list[Inline] = []
    for inline in paragraph.inlines:
        inlines.append(replace(inline, link=target) if isinstance(inline, Run) else inline)
    return replace(paragraph, inlines=tuple(inlines))


def _language(value: Any, tag: Any) -> RichText | Undefined:
    """Return the text, marked as being in the language of a BCP 47 tag, unless it has a language of its own."""
    for argument in (value, tag):
        if isinstance(argument, Undefined):
            return argument
    if not LANGUAGE.fullmatch(str(tag)):
        RENDERING.get().report(problem("language-invalid", tag=str(tag)))
    text = _words(value, "language")
    if not text:
        return RichText()
    language = language_of(value) or canonical_tag(str(tag))
    return RichText((Paragraph((Run(text, language=language),)),))


def _width(value: Any, width: Any) -> PictureFacts | Undefined:
    """Return the picture, to be printed as wide as a length such as "60 mm"."""
    for argument in (value, width):
        if isinstance(argument, Undefined):
            return argument
    if not isinstance(value, PictureFacts):
        raise TypeError('"width" is for pictures')
    length = Length.parse(str(width))
    if not 1 <= length <= WIDEST:
        raise ValueError(f"a picture is 1 to {WIDEST:,} pt wide")
    return replace(value, width=length)


@pass_context
def _number(context: Context, value: Any, decimals: int | None = None) -> Any:
    """Return a number as the pack prints populations or, with a number of decimals, with all its digits."""
    if value is None or isinstance(value, Undefined):
        return value
    formats = _formats(context)
    number = _numeric(value)
    if decimals is None:
        return formats.figure(number)
    if decimals not in range(_MOST_DECIMALS + 1):
        raise ValueError(f"a number has at most {_MOST_DECIMALS} decimals")
    return formats.number(round(number, decimals), decimals)


@pass_context
def _date(context: Context, value: Any) -> Any:
    """Return a date in words."""
    if value is None or isinstance(value, Undefined):
        return value
    if not isinstance(value, date):
        raise TypeError('"date" is for dates')
    return _formats(context).date(value)


@pass_context
def _bar(context: Context, value: Any, largest: Any, label: object = "") -> Bar | Undefined:
    """Return a bar as long as the number is of `largest`; its alternative text has the label and the number."""
    for argument in (value, largest):
        if isinstance(argument, Undefined):
            return argument
    if value is None or largest is None:
        return NO_BAR
    formats = _formats(context)
    number = _numeric(value)
    return bar_of(number, _numeric(largest), formats.figure(number), _words(label, "bar"), formats.document)


@pass_context
def _tile(context: Context, value: Any) -> Any:
    """Return the tile of a goal, or of the goal with that number."""
    if value is None or isinstance(value, Undefined):
        return value
    number = getattr(value, "number", None)
    title = getattr(value, "title", None)
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
        try:
            title = _formats(context).goal(number)
        except KeyError:
            title = None
    if not isinstance(number, int) or not isinstance(title, str):
        raise TypeError('"tile" is for goals')
    return Tile(number, str(title), language_of(title), _formats(context).document)


def _formats(context: Context) -> Any:
    return context.parent["summary"].formats


def _numeric(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError("it is not a number")
    return value


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter for the largest or smallest number of a list, without those that are unknown;
    none if all are.
    """

    @pass_context
    def extreme(_context: Context, values: Iterable[Any]) -> Any:
        known = [_numeric(value) for value in values if value is not None]
        return function(known, default=None)

    return extreme


def _as_it_is(value: object) -> object:
    """Return the value: all printed text is escaped anyway, and has the kind of its tag."""
    return value


@pass_context
def _each(_context: Context, value: Iterable[object], characters: int) -> Iterable[object]:
    """Return the items of a loop whose body prints `characters` by itself."""
    if isinstance(value, LazyItems):
        spend(len(value) * (characters + TURN))
        return value
    items = tuple(value)
    spend(len(items) * (characters + TURN))
    return items


@pass_context
def _enter(_context: Context, characters: int) -> None:
    """Take the cost of a macro that prints `characters` by itself."""
    spend(characters + TURN)


@pass_context
def _joined(_context: Context, parts: list[object]) -> str:
    """Return the text of `a ~ b`."""
    texts = [_text(part, "~") for part in parts]
    spend(sum([len(str(text)) for text in texts]))
    text = markup_join(texts)
    if isinstance(text, Markup):
        return text
    return _with_marks_of(text, "", texts)


def _with_marks_of(text: str, between: str, parts: Sequence[object]) -> str:
    """Return the text of parts that Jinja has joined, with their marks."""
    if not any(isinstance(part, TextWithMarks) for part in parts):
        return text
    texts = []
    for part in parts:
        texts.append(part if isinstance(part, str) else str(part))  # `str` would remove the marks of a text
    return joined(between, texts)


@pass_context
def _made(_context: Context, value: object) -> object:
    weigh(value)
    return value


def weigh(*values: object) -> None:
    """Check the size of values. Raises SecurityError for lists with too many items."""
    unweighed = list(values)
    remaining = _MOST_MADE
    while unweighed:
        value = unweighed.pop()
        if isinstance(value, list | tuple | dict):
            remaining -= len(value)
            if remaining < 0:
                raise SecurityError(f"lists are limited to {_MOST_MADE:,} items")
            unweighed += value
            if isinstance(value, dict):
                unweighed += value.values()
