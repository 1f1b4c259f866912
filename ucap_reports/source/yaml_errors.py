"""The problem for YAML that cannot be parsed, at the place where a person would look for the mistake."""

import re

import yaml

from ucap_reports.problems import Problem, problem
from ucap_reports.storage.decoding import Source, locate

MAX_DEPTH = 20
_TOO_DEEP = "exceeded maximum nesting depth"
"""The error of libyaml, which reads ahead of the events, for a thousand nested brackets."""
_QUOTES = "put straight quotes around a text that starts with {}"
_HINTS = {
    "\t": "use spaces, not tabs, at the start of a line",
    ":": 'put straight quotes around a text that contains ": ", or write it below >-',
    "\\": "write \\\\ for a backslash, or put the text in single quotes",
    **{sign: _QUOTES.format(sign) for sign in "@`%*&!|>{[,"},
}
"""What to do about a syntax error, by the character at its place."""


_WORD_ALONE = re.compile(r"\w+[ \t]*(?:[|>][-+0-9]*)?[ \t]*(?:#.*)?$", re.MULTILINE)
"""A line with a single word, probably the name of a field, and perhaps the sign of a text below it."""


def yaml_syntax_problem(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    """The problem for an error of libyaml."""
    mark = error.problem_mark or error.context_mark
    place = min(mark.index if mark else 0, len(source.text))
    if error.problem == _TOO_DEEP:
        return problem("yaml-depth", locate(source, place), limit=MAX_DEPTH)
    place, hint = _mistake(source, place, error.context_mark)
    if hint is None and (bracket := _unclosed_bracket(source.text, place)) is not None:
        hint = _bracket_hint(source, bracket)
    return problem("yaml-syntax", locate(source, place), reason=error.problem, hint=hint)


def _mistake(source: Source, place: int, context: yaml.Mark | None) -> tuple[int, str | None]:
    """The place of the mistake and what to do; `context` is the start of what libyaml was reading."""
    from ucap_reports.source.yaml_mistakes import NO_FIELD, find_mistake  # noqa: PLC0415 - most files have no mistake

    start = min(context.index if context else place, len(source.text))
    opened = source.text[start : start + 1]
    hint = _HINTS.get(source.text[place : place + 1])
    if start < place and _WORD_ALONE.match(source.text, start):
        return start, NO_FIELD
    if opened in {"*", "&"}:
        return start, _HINTS[opened]
    if opened in {'"', "'"} and hint is not _HINTS["\\"]:
        return start, f"add the closing {opened} of the text that starts here"
    if hint is None or hint is _HINTS[":"] or opened in {"[", "{"}:
        if (mistake := find_mistake(source.text, place)) is not None:
            return mistake
        if opened in {"[", "{"}:
            return place, _bracket_hint(source, start)
    return place, hint


def _bracket_hint(source: Source, place: int) -> str:
    return f"close the {source.text[place]} on line {locate(source, place).line}"


def _unclosed_bracket(text: str, place: int) -> int | None:
    """The place of the bracket after which, or after a comma following it, the file ends."""
    before = text[:place].rstrip()
    if text[place:].strip() or before[-1:] not in {"[", "{", ","}:
        return None
    bracket = max(before.rfind("["), before.rfind("{"))
    return bracket if bracket >= 0 else None
