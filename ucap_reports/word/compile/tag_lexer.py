"""A lexer for tags in the text of a paragraph, in the docxtpl dialect of Jinja. It does not depend on Word's runs.

A tag is `{{ value }}`, `{% statement %}` or `{# comment #}`. A prefix after the opening braces is its scope: the tag
replaces its paragraph (`p`), its table row (`tr`), its table cell (`tc`), or only itself (`r`).

`{_{`, `}_}`, `{_%` and `%_}` print braces.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, StrEnum

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import shortened

_OPENING = re.compile(r"\{[{%#]|\{_[{%]|[%}]_\}")
_CLOSING_BRACES = re.compile(r"[}%#]\}")
_ESCAPED = {"{_{": "{{", "{_%": "{%", "}_}": "}}", "%_}": "%}"}
"""Escaped braces, and the braces that they print."""
_SPACE = " \t"
"""White space that a mark removes, in addition to one line end; a no-break space stays."""
_DASHES = ("-", "\u2013")
"""The mark that removes white space, and the dash by which Word may replace it."""
_SCOPE = re.compile(r"(p|tr|tc|r)\s+")
_KEYWORD = re.compile(r"\w+")
_DOUBLE, _SINGLE = "\u201c\u201d\u201e", "\u2018\u2019\u201a"
"""The quotation marks by which Word replaces straight ones, in English and in German."""
_QUOTED = "|".join(
    rf"[{opening}](?:\\.|[^{closing}\\])*+[{closing}]"
    for opening, closing in (('"', '"'), ("'", "'"), (_DOUBLE, _DOUBLE + '"'), (_SINGLE, _SINGLE + "'"))
)
"""A quoted text."""
_ESCAPED_MARK = rf"\\[\"'{_DOUBLE}{_SINGLE}]"
"""A mark that begins no quoted text. Otherwise each of many would be taken for one that has no end."""
_QUOTATION = re.compile(f"{_ESCAPED_MARK}|{_QUOTED}|[{_DOUBLE}{_SINGLE}]", re.DOTALL)
_TOKEN = re.compile(rf"{_ESCAPED_MARK}|{_QUOTED}|\{{[{{%#]|[{{}}]|%(?=\}})", re.DOTALL)
"""What may end a tag, or keep braces from ending it."""


class WordTagKind(Enum):
    """Kinds of tags; the value is the opening and closing braces."""

    PRINT = ("{{", "}}")
    STATEMENT = ("{%", "%}")
    COMMENT = ("{#", "#}")

    @property
    def closing(self) -> str:
        """The closing braces."""
        return str(self.value[1])


class Scope(StrEnum):
    """The element that a tag replaces; the value is the prefix."""

    TEXT = ""
    RUN = "r"
    PARAGRAPH = "p"
    CELL = "tc"
    ROW = "tr"


class WordTag(Struct, frozen=True):
    """A tag from `start` to `end` of its paragraph's text.

    `content` is for Jinja, with straight quotation marks; `written` is the complete tag as it is in Word.
    `joins_before` and `joins_after` are the white space marks of `{%-` and `-%}`.
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
        """The first word, which is the name of a statement."""
        word = _KEYWORD.match(self.content)
        return word[0] if word else ""


class Tags(Struct, frozen=True):
    """The tags of a text in order, the beginnings of tags without an end, and the ends of tags without a beginning."""

    complete: tuple[WordTag, ...] = ()
    unclosed: tuple[str, ...] = ()
    unopened: tuple[str, ...] = ()


MOST_TAGS = 1_000
"""The maximum number of tags that are read."""


def find_word_tags(text: str) -> Tags:
    """Return the tags of a text."""
    tags: list[WordTag] = []
    unclosed: list[str] = []
    unopened: list[str] = []
    position = 0
    while len(tags) + len(unclosed) <= MOST_TAGS and (opening := _OPENING.search(text, position)) is not None:
        unopened += _endings(text, position, opening.start())
        tag = _read_tag(text, opening.start())
        if tag is None:
            following = _OPENING.search(text, opening.end())
            position = following.start() if following else len(text)
            unclosed.append(shortened(text[opening.start() : position].rstrip()))
        else:
            tags.append(tag)
            position = tag.end
    unopened += _endings(text, position, len(text))
    return Tags(tuple(_with_space(tags, text)), tuple(unclosed), tuple(unopened[:MOST_TAGS]))


def _endings(text: str, start: int, end: int) -> Iterator[str]:
    """Closing braces in a piece of the text that is not in a tag, each with the text before it."""
    for ending in _CLOSING_BRACES.finditer(text, start, end):
        yield text[max(start, ending.end() - MAX_QUOTED) : ending.end()].strip()
        start = ending.end()


def _with_space(tags: Iterable[WordTag], text: str) -> Iterator[WordTag]:
    """Yield the tags with the white space that their marks remove, if there is text after it in the same paragraph: up
    to one line end or, without one, all spaces.
    """
    last = 0
    for tag in tags:
        start, end = tag.start, tag.end
        if tag.joins_before and text[:start].strip():
            words = text[last:start].rstrip(_SPACE)
            start = last + len(words.removesuffix("\n"))
        if tag.joins_after and text[end:].strip():
            words = text[end:].lstrip(_SPACE)
            end = len(text) - len(words.removeprefix("\n"))
        last = end
        yield replace(tag, start=start, end=end) if (start, end) != (tag.start, tag.end) else tag


def _read_tag(text: str, start: int) -> WordTag | None:
    """Return the tag or the escaped braces at `start`; None if the tag does not end before the next one begins."""
    braces = _ESCAPED.get(text[start : start + 3])
    if braces:
        return WordTag(WordTagKind.PRINT, Scope.RUN, f"'{braces}'", text[start : start + 3], start, start + 3)
    kind = next(kind for kind in WordTagKind if text.startswith(kind.value[0], start))
    begin = start + 2
    end = text.find(kind.closing, begin) if kind is WordTagKind.COMMENT else _end_of_content(text, begin, kind)
    if end in {None, -1}:
        return None
    content = text[begin:end]
    joins_before, joins_after = content[:1] in _DASHES, content[-1:] in _DASHES and len(content) > 1
    content = content[joins_before or content[:1] == "+" :]
    content = content[: len(content) - (joins_after or content[-1:] == "+")]
    scope = _SCOPE.match(content)
    content = content[scope.end() if scope else 0 :].strip()
    return WordTag(
        kind=kind,
        scope=Scope(scope[1]) if scope else Scope.TEXT,
        content=content if kind is WordTagKind.COMMENT else _QUOTATION.sub(_straightened, content),
        written=text[start : end + 2],
        start=start,
        end=end + 2,
        joins_before=joins_before,
        joins_after=joins_after,
    )


def _end_of_content(text: str, position: int, kind: WordTagKind) -> int | None:
    """Return the offset of the closing braces, which are not in a quoted text and do not end a dictionary."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        if depth == 0 and text.startswith(kind.closing, token.start()):
            return token.start()
        if token[0] in ("{{", "{%", "{#"):
            return None
        depth += (token[0] == "{") - (token[0] == "}" and depth > 0)
    return None


def _straightened(quote: re.Match[str]) -> str:
    """Return the quoted text in straight quotation marks, which Jinja reads, or a single one, such as an apostrophe."""
    if quote[0].startswith("\\"):
        return quote[0]
    mark = '"' if quote[0][0] in _DOUBLE + '"' else "'"
    return mark + quote[0][1:-1] + mark if len(quote[0]) > 1 else mark


MAX_QUOTED = 60
"""How many characters of an incomplete tag a message shows."""
