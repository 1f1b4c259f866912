"""The tags in the text of a template, as found by Jinja's own lexer."""

from collections.abc import Iterator

from msgspec import Struct

from ucap_reports.template.jinja.sandbox import sandbox

PRINT, STATEMENT, COMMENT, RAW = "variable", "block", "comment", "raw"
"""Jinja's names for `{{ … }}`, `{% … %}`, `{# … #}`, and for `{% raw %}` and `{% endraw %}`."""


class JinjaTag(Struct, frozen=True):
    """A tag as offsets: it is `start:end`, and its content `inner_start:inner_end`; a comment is one tag.

    `word` is the first name in it, the keyword of a statement. An end that strips white space (`-%}`) includes it.
    """

    kind: str
    start: int
    inner_start: int
    inner_end: int
    end: int
    word: str


def lex_tags(text: str) -> Iterator[JinjaTag]:
    """All tags of `text` (with line feeds as line ends) in order, except one that does not end.

    Raises TemplateSyntaxError for a tag with an invalid character.
    """
    kind, start, inner_start, word, end = "", 0, 0, "", 0
    for _, lexeme, value in sandbox(()).lexer.tokeniter(text, None):
        at = text.index(value, end)  # only white space stripped by `-` can be between two lexemes
        end = at + len(value)
        name, _, side = lexeme.partition("_")
        if side == "begin" or name == RAW:
            kind, start, inner_start, word = name, at, end, ""
        elif lexeme == "name" and not word:
            word = value
        if side == "end" or name == RAW:
            yield JinjaTag(kind, start, inner_start, max(at, inner_start), end, word)
