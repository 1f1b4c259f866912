"""The tags in the text of a template, as found by Jinja's own lexer."""

from collections.abc import Iterator
from enum import Enum, auto

from msgspec import Struct

from ucap_reports.template.jinja.sandbox import sandbox


class JinjaTagKind(Enum):
    """The kind of a tag."""

    PRINT = auto()
    """`{{ … }}`."""
    STATEMENT = auto()
    """`{% … %}`."""
    COMMENT = auto()
    """`{# … #}`, from its start to its end."""
    RAW = auto()
    """`{% raw %}` or `{% endraw %}`: everything between them is text."""


class JinjaTag(Struct, frozen=True):
    """A tag as offsets: it is `start:end`, and its content `inner_start:inner_end`.

    `word` is the first name in it, the keyword of a statement. An end that strips white space (`-%}`) includes it.
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


def lex_tags(text: str) -> Iterator[JinjaTag]:
    """All tags of `text` (with line feeds as line ends) in order, except one that does not end.

    Raises TemplateSyntaxError for a tag with an invalid character.
    """
    kind, start, inner_start, word, end = JinjaTagKind.PRINT, 0, 0, "", 0
    for _, lexeme, value in sandbox(()).lexer.tokeniter(text, None):
        at = text.index(value, end)  # only white space stripped by `-` can be between two lexemes
        end = at + len(value)
        if lexeme in _BEGINS:
            kind, start, inner_start, word = _BEGINS[lexeme], at, end, ""
        elif lexeme == "name" and not word:
            word = value
        if lexeme in _ENDS:
            yield JinjaTag(kind, start, inner_start, max(at, inner_start), end, word)
