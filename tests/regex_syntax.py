"""The syntax of Python's regular expressions as a tree (https://docs.python.org/3/library/re.html).

Python's own parser is private. Unknown syntax is an error, so that no pattern is misread.
"""

import re
from typing import NamedTuple, TypeAlias

FLAGS = {"a": re.ASCII, "i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "u": re.UNICODE}
CLASSES = "dDsSwW"
ANCHORS = "AZbB"


class Characters(NamedTuple):
    """One character of a class: its source, such as `[a-z]` or `.`, and the flags that apply to it."""

    source: str
    flags: re.RegexFlag


class Sequence(NamedTuple):
    """One part after the other."""

    parts: tuple["Node", ...]


class Choice(NamedTuple):
    """The first branch that leads to a match."""

    branches: tuple["Node", ...]


class Repeat(NamedTuple):
    """A quantifier. `most` is None without a limit; `order` is the sign after it: `?` for lazy, `+` for possessive."""

    body: "Node"
    least: int
    most: int | None
    order: str


class Group(NamedTuple):
    """A capturing group and its number."""

    body: "Node"
    number: int


class Atomic(NamedTuple):
    """A group whose first match is final."""

    body: "Node"


class Look(NamedTuple):
    """A condition on the text ahead or behind."""

    body: "Node"
    is_ahead: bool
    is_negative: bool


class Anchor(NamedTuple):
    """A condition on the position: `^`, `$`, or a letter of `ANCHORS`."""

    kind: str
    flags: re.RegexFlag


class Backreference(NamedTuple):
    """The text of a group."""

    number: int


Node: TypeAlias = Characters | Sequence | Choice | Repeat | Group | Atomic | Look | Anchor | Backreference


def parse_pattern(pattern: "re.Pattern[str] | re.Pattern[bytes]") -> Node:
    """Return the tree of a compiled pattern. Bytes are read as Latin-1."""
    source = pattern.pattern
    if isinstance(source, bytes):
        source = source.decode("latin-1")
    if pattern.flags & re.VERBOSE:
        source = re.sub(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\s+|#.*", r"\1", source)
    parser = _Parser(source, re.RegexFlag(pattern.flags) & ~re.VERBOSE, dict(pattern.groupindex))
    tree = parser.choice()
    assert parser.offset == len(source), f"unknown syntax at {parser.offset}: {source}"
    assert parser.groups == pattern.groups
    return tree


class _Parser:
    """A recursive descent through the source of a pattern."""

    def __init__(self, source: str, flags: re.RegexFlag, names: dict[str, int]) -> None:
        self.source = source
        self.flags = flags
        self.names = names
        self.offset = 0
        self.groups = 0

    def choice(self) -> Node:
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.offset < len(self.source) and self.source[self.offset] not in "|)":
            part = self.atom()
            if part is not None:
                parts.append(self.quantified(part))
        return Sequence(tuple(parts))

    def quantified(self, body: Node) -> Node:
        found = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})([?+]?)").match(self.source, self.offset)
        if found is None or found[0].startswith("{}"):
            return body
        self.offset = found.end()
        sign, least, comma, most, order = found.groups()
        if sign:
            limits = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        elif comma:
            limits = (int(least or 0), int(most) if most else None)
        else:
            limits = (int(least), int(least))
        return Repeat(body, *limits, order)

    def atom(self) -> Node | None:
        """Return the next part without its quantifier, or None for flags of the complete pattern and for comments."""
        if self.take("("):
            return self.group()
        if self.take("["):
            return Characters(self.character_class(), self.flags)
        if self.take("\\"):
            return self.escape()
        character = self.next()
        if character in "^$":
            return Anchor(character, self.flags)
        return Characters("." if character == "." else re.escape(character), self.flags)

    def group(self) -> Node | None:
        if not self.take("?"):
            return self.captured()
        if self.take("P<"):
            self.until(">")
            return self.captured()
        if self.take("P="):
            return Backreference(self.names[self.until(")")])
        if self.take("#"):
            self.until(")")
            return None
        for sign, is_ahead, is_negative in (("=", 1, 0), ("!", 1, 1), ("<=", 0, 0), ("<!", 0, 1)):
            if self.take(sign):
                return Look(self.body(), bool(is_ahead), bool(is_negative))
        if self.take(">"):
            return Atomic(self.body())
        found = re.compile(r"([aimsu]*)(?:-([ims]+))?([:)])").match(self.source, self.offset)
        assert found, f"unknown group at {self.offset}: {self.source}"
        self.offset = found.end()
        if found[3] == ")":  # the flags are those of the compiled pattern
            return None
        before = self.flags
        for letter in found[1] or "":
            self.flags |= FLAGS[letter]
        for letter in found[2] or "":
            self.flags &= ~FLAGS[letter]
        body = self.body()
        self.flags = before
        return body

    def captured(self) -> Group:
        self.groups += 1
        number = self.groups
        return Group(self.body(), number)

    def body(self) -> Node:
        body = self.choice()
        assert self.take(")"), f"no end of a group at {self.offset}: {self.source}"
        return body

    def character_class(self) -> str:
        start = self.offset - 1
        self.take("^")
        self.take("]")
        while (character := self.next()) != "]":
            if character == "\\":
                self.next()
        return self.source[start : self.offset]

    def escape(self) -> Node:
        start = self.offset - 1
        character = self.next()
        if character in CLASSES:
            return Characters(f"\\{character}", self.flags)
        if character in ANCHORS:
            return Anchor(character, self.flags)
        if character in "123456789":
            digits = re.compile(r"\d*").match(self.source, self.offset)
            assert digits
            self.offset = digits.end()
            return Backreference(int(character + digits[0]))
        length = {"x": 2, "u": 4, "U": 8}.get(character, 0)
        assert length or character in "0nrtfva\\" or not character.isalnum(), f"unknown escape \\{character}"
        if character == "0":
            while self.offset < len(self.source) and self.source[self.offset] in "01234567":
                self.offset += 1
        self.offset += length
        return Characters(self.source[start : self.offset], self.flags)

    def take(self, text: str) -> bool:
        is_next = self.source.startswith(text, self.offset)
        if is_next:
            self.offset += len(text)
        return is_next

    def next(self) -> str:
        self.offset += 1
        return self.source[self.offset - 1]

    def until(self, end: str) -> str:
        start = self.offset
        self.offset = self.source.index(end, start) + len(end)
        return self.source[start : self.offset - len(end)]
