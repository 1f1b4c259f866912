"""YAML that cannot be read: what is wrong, at the place that a person would look at, and what to do."""

import yaml

from ucap_reports.problems import Problem
from ucap_reports.storage.decoding import Source, locate

MAX_DEPTH = 20
DEPTH_MESSAGE = f"values are nested more than {MAX_DEPTH} deep"
_TOO_DEEP = "exceeded maximum nesting depth"
"""How libyaml, which reads ahead of what it tells, says that it has met a thousand brackets."""
_QUOTES = "text that begins with {} needs straight quotes around it"
_HINTS = {
    "\t": "use spaces, not tabs, before the first word of a line",
    ":": 'text that holds ": " needs straight quotes around it, or stands below ">-"',
    "\\": "write \\\\ for a backslash, or put the text in single quotes",
    **{sign: _QUOTES.format(sign) for sign in "@`%*&!|>{[,"},
}
"""What to do about an error of syntax, by the character that it is found at."""
ALIAS_HINT = _HINTS["*"]


def yaml_syntax_problem(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    """What libyaml could not read, at the place that a person would look at."""
    from ucap_reports.source.yaml_mistakes import find_mistake  # noqa: PLC0415 - most files have no mistake

    mark = error.problem_mark or error.context_mark
    place = min(mark.index if mark else 0, len(source.text))
    if error.problem == _TOO_DEEP:
        return Problem.error("yaml-depth", DEPTH_MESSAGE, None, locate(source, place))
    begun = min(error.context_mark.index if error.context_mark else place, len(source.text))
    hint = _HINTS.get(source.text[place : place + 1])
    match source.text[begun : begun + 1]:
        case "*" | "&" as sign:
            place, hint = begun, _HINTS[sign]
        case '"' | "'" as quote if hint is not _HINTS["\\"]:
            place, hint = begun, f"the text begins here with {quote}; where does it end?"
        case opened if hint is None or hint is _HINTS[":"] or opened in {"[", "{"}:
            if (mistake := find_mistake(source.text, place)) is not None:
                place, hint = mistake.place, mistake.hint
            elif opened in {"[", "{"}:
                hint = f"is the {opened} of line {locate(source, begun).line} closed?"
        case _:
            pass
    if hint is None and (bracket := _left_open(source.text, place)) is not None:
        hint = f"is the {source.text[bracket]} of line {locate(source, bracket).line} closed?"
    return Problem.error("yaml-syntax", f"this is no YAML: {error.problem}", hint, locate(source, place))


def _left_open(text: str, place: int) -> int | None:
    """The bracket behind which, or behind a comma after it, the file ends at `place`."""
    before = text[:place].rstrip()
    if text[place:].strip() or before[-1:] not in {"[", "{", ","}:
        return None
    bracket = max(before.rfind("["), before.rfind("{"))
    return bracket if bracket >= 0 else None
