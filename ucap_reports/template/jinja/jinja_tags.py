"""The tags in a template's text, found by Jinja's own lexer, so that nobody disagrees with it on where one ends."""

from collections.abc import Callable, Iterator
from enum import Enum, auto

from jinja2.exceptions import TemplateSyntaxError
from msgspec import Struct

from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.template.jinja.jinja_errors import jinja_syntax_problem
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.sandbox import sandbox


class JinjaTagKind(Enum):
    """What a tag does."""

    PRINT = auto()
    """`{{ … }}`."""
    STATEMENT = auto()
    """`{% … %}`."""
    COMMENT = auto()
    """`{# … #}`, whole."""
    RAW = auto()
    """`{% raw %}` or `{% endraw %}`: what stands between the two is text."""


class JinjaTag(Struct, frozen=True):
    """A tag from `start` up to `end`, its delimiters up to `inner_start` and from `inner_end` on.

    `word` is the first name in it: what a statement is. An end that takes white space (`-%}`) includes it.
    """

    kind: JinjaTagKind
    start: int
    inner_start: int
    inner_end: int
    end: int
    word: str


_BEGINS = {
    "variable_begin": JinjaTagKind.PRINT,
    "block_begin": JinjaTagKind.STATEMENT,
    "comment_begin": JinjaTagKind.COMMENT,
    "raw_begin": JinjaTagKind.RAW,
    "raw_end": JinjaTagKind.RAW,
}
_ENDS = {"variable_end", "block_end", "comment_end", "raw_begin", "raw_end"}


def find_jinja_tags(text: str, locate: Callable[[int], Location]) -> Iterator[JinjaTag]:
    """Every tag of `text` (lines ended by a line feed alone), in order; what never ends is no tag.

    Raises ProblemsFound (`tag-syntax`) for a tag with something in it that Jinja has no word for.
    """
    try:
        yield from _tags(text)
    except TemplateSyntaxError as error:
        raise ProblemsFound([jinja_syntax_problem(SourcePlaces.of(text, locate), error)]) from None


def _tags(text: str) -> Iterator[JinjaTag]:
    kind, start, inner_start, word, end = JinjaTagKind.PRINT, 0, 0, "", 0
    for _, lexeme, value in sandbox(()).lexer.tokeniter(text, None):
        at = text.index(value, end)  # only white space that `-` takes away can lie between two lexemes
        end = at + len(value)
        if lexeme in _BEGINS:
            kind, start, inner_start, word = _BEGINS[lexeme], at, end, ""
        elif lexeme == "name" and not word:
            word = value
        if lexeme in _ENDS:
            yield JinjaTag(kind, start, inner_start, max(at, inner_start), end, word)
