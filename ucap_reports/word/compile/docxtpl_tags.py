"""Tags in a paragraph's text: a lexer for Jinja's tags in the docxtpl dialect, which knows nothing of Word's runs.

A tag is `{{ value }}`, `{% statement %}` or `{# comment #}`. Right after the opening braces it may name what it takes
with it: `p` its paragraph, `tr` its table row, `tc` its table cell, `r` nothing more than its own run.

Braces that are to be printed are written `{_{`, `}_}`, `{_%` and `%_}`.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, StrEnum

from msgspec import Struct
from msgspec.structs import replace

RAW = "raw"
END_RAW = "endraw"
_OPENING = re.compile(r"\{[{%#]|\{_[{%]|[%}]_\}")
_ESCAPED = {"{_{": "{{", "{_%": "{%", "}_}": "}}", "%_}": "%}"}
"""How braces are written that are to be printed, and what is printed."""
_SPACE = " \t"
"""White space that a mark takes away, beside one line's end; a space that does not break is there to stay."""
_DASHES = ("-", "\u2013")
"""The mark that takes white space, and what Word may make of it."""
_SCOPE = re.compile(r"(p|tr|tc|r)\s+")
_KEYWORD = re.compile(r"\w+")
_DOUBLE, _SINGLE = "\u201c\u201d\u201e", "\u2018\u2019\u201a"
"""The quotation marks that Word makes of typed ones, in English and in German."""
_QUOTES = {'"': '"', "'": "'"} | dict.fromkeys(_DOUBLE, '"') | dict.fromkeys(_SINGLE, "'")
"""What a template means by each mark that may begin a quoted text."""
_CLOSING = {'"': '"', "'": "'"} | dict.fromkeys(_DOUBLE, _DOUBLE + '"') | dict.fromkeys(_SINGLE, _SINGLE + "'")
"""The marks that may end what each of them has begun."""


class WordTagKind(Enum):
    """What a tag does; the value is its opening and closing braces."""

    PRINT = ("{{", "}}")
    STATEMENT = ("{%", "%}")
    COMMENT = ("{#", "#}")

    @property
    def closing(self) -> str:
        """The braces that end it."""
        return str(self.value[1])


class Scope(StrEnum):
    """What goes with the tag; the value is the prefix that says so."""

    TEXT = ""
    RUN = "r"
    PARAGRAPH = "p"
    CELL = "tc"
    ROW = "tr"


class WordTag(Struct, frozen=True):
    """A tag from `start` to `end` of its paragraph's text.

    `content` is what Jinja is to read, with straight quotation marks; `written` is the whole tag as it stands in Word.
    `joins_before` and `joins_after` are the whitespace marks of `{%-` and `-%}`.
    """

    kind: WordTagKind
    scope: Scope
    content: str
    written: str
    start: int
    end: int
    joins_before: bool = False
    joins_after: bool = False

    @property
    def keyword(self) -> str:
        """The first word, which says what a statement does."""
        word = _KEYWORD.match(self.content)
        return word[0] if word else ""


class Tags(Struct, frozen=True):
    """The tags of one paragraph in order, and the beginnings of those that never end."""

    found: tuple[WordTag, ...] = ()
    unclosed: tuple[str, ...] = ()


MOST_TAGS = 1_000
"""More than any paragraph has; what comes after them is not looked at."""


def find_word_tags(text: str) -> Tags:
    """All tags of a paragraph's text. What stands between `{% raw %}` and `{% endraw %}` is text."""
    found: list[WordTag] = []
    unclosed: list[str] = []
    position = 0
    while len(found) + len(unclosed) <= MOST_TAGS and (opening := _OPENING.search(text, position)) is not None:
        tag = _read_braces(opening) or _read_tag(text, opening.start())
        if tag is None:
            unclosed.append(_beginning(text, opening.start()))
            position = opening.end()
        elif tag.kind is WordTagKind.STATEMENT and tag.keyword == RAW:
            end = _end_of_raw(text, tag.end)
            if end is None:
                unclosed.append(tag.written)
                break
            found += (tag, end)
            position = end.end
        else:
            found.append(tag)
            position = tag.end
    return Tags(tuple(_with_space(found, text)), tuple(unclosed))


def _with_space(found: Iterable[WordTag], text: str) -> Iterator[WordTag]:
    """The tags with the white space that their marks take, where a text stands beyond it in the same paragraph: the
    line's end that comes first or, without one, all spaces.
    """
    last = 0
    for tag in found:
        start, end = tag.start, tag.end
        if tag.joins_before and text[:start].strip():
            rest = text[last:start].rstrip(_SPACE)
            start = last + len(rest.removesuffix("\n"))
        if tag.joins_after and text[end:].strip():
            rest = text[end:].lstrip(_SPACE)
            end = len(text) - len(rest.removeprefix("\n"))
        last = end
        yield replace(tag, start=start, end=end) if (start, end) != (tag.start, tag.end) else tag


def _read_tag(text: str, start: int) -> WordTag | None:
    """The tag that begins at `start`, or None where it does not end before the next one begins."""
    kind = next(kind for kind in WordTagKind if text.startswith(kind.value[0], start))
    begin = start + 2
    end = text.find(kind.closing, begin) if kind is WordTagKind.COMMENT else _end_of_content(text, begin, kind)
    if end is None or end < 0:
        return None
    content = text[begin:end]
    joins_before, joins_after = content[:1] in _DASHES, content[-1:] in _DASHES and len(content) > 1
    content = content[joins_before or content[:1] == "+" :]
    content = content[: len(content) - (joins_after or content[-1:] == "+")]
    scope = _SCOPE.match(content)
    content = content[scope.end() :] if scope else content
    return WordTag(
        kind=kind,
        scope=Scope(scope[1]) if scope else Scope.TEXT,
        content=content.strip() if kind is WordTagKind.COMMENT else straighten(content.strip()),
        written=text[start : end + 2],
        start=start,
        end=end + 2,
        joins_before=joins_before,
        joins_after=joins_after,
    )


def _read_braces(opening: re.Match[str]) -> WordTag | None:
    """Braces that are to be printed, as a tag that prints them; None for a tag's own."""
    written = opening[0]
    if written not in _ESCAPED:
        return None
    content = f"'{_ESCAPED[written]}'"
    return WordTag(WordTagKind.PRINT, Scope.RUN, content, written, opening.start(), opening.end())


def _end_of_content(text: str, position: int, kind: WordTagKind) -> int | None:
    """Where the closing braces stand that are neither in a quoted text nor those of a dictionary."""
    depth = 0
    while position < len(text):
        character = text[position]
        if character in _QUOTES and (end := _end_of_quote(text, position)) is not None:
            position = end
        elif depth == 0 and text.startswith(kind.closing, position):
            return position
        elif text.startswith(("{{", "{%", "{#"), position):
            return None
        else:
            depth += (character == "{") - (character == "}" and depth > 0)
        position += 1
    return None


def _end_of_quote(text: str, start: int) -> int | None:
    """Where the quoted text that begins at `start` ends; None where it does not, so that the mark is but a mark."""
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] in _CLOSING[text[start]]:
            return position
        position += 1
    return None


def straighten(content: str) -> str:
    """A tag's content with the typographic marks around its quoted texts turned back into those that Jinja reads."""
    parts: list[str] = []
    position = 0
    while position < len(content):
        character = content[position]
        end = _end_of_quote(content, position) if character in _QUOTES else None
        if end is None:
            parts.append(_QUOTES.get(character, character))
            position += 1
        else:
            mark = _QUOTES[character]
            parts.append(mark + content[position + 1 : end] + mark)
            position = end + 1
    return "".join(parts)


def _end_of_raw(text: str, position: int) -> WordTag | None:
    """The `{% endraw %}` after `position`."""
    while (opening := text.find("{%", position)) >= 0:
        tag = _read_tag(text, opening)
        if tag is not None and tag.keyword == END_RAW:
            return tag
        position = opening + 2
    return None


def _beginning(text: str, start: int) -> str:
    """The tag that begins at `start` and never ends, up to where the next one begins, as far as a message can show."""
    following = _OPENING.search(text, start + 2)
    written = text[start : following.start() if following else None].rstrip()
    return written if len(written) <= MAX_QUOTED else written[:MAX_QUOTED] + "…"


MAX_QUOTED = 60
"""How much of an unclosed tag a message shows."""
