"""Search for patterns whose time grows faster than the text: faster than any power of its length, or with its square.

A pattern is read as a nondeterministic automaton whose states are its characters. Two structures make it slow (Weideman
et al., Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers, CIAA 2016, after Weber and Seidl,
1991):

- a text that leads from a state to itself on two ways: each repetition doubles the number of ways;
- a text that leads from a state to itself, from it to a second one, and from that to itself: the number of ways is the
  number of places at which the second one can take over. The place at which a search starts is such a state.

A structure costs time only if the text does not match. Therefore each is tried with texts that it suggests, in a
matcher that counts its steps.
"""

import re
import sys
import unicodedata
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import product
from typing import NamedTuple, TypeAlias, TypeVar

from tests.regex_syntax import (
    Anchor,
    Atomic,
    Backreference,
    Characters,
    Choice,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    parse_pattern,
)

Pattern: TypeAlias = re.Pattern[str] | re.Pattern[bytes]

MANY = 8
"""A quantifier with a higher number is read as one without a limit. The matcher that counts steps knows the limit."""
PUMPS = 20
"""The repetitions in the shorter of two texts; the longer one has twice as many."""
MAX_STEPS = 60_000
"""More steps than a pattern with linear, quadratic or cubic time takes for the shorter text."""
QUADRATIC = 3.0
"""The growth from one text to that of twice the length: about 2 in linear time, 4 in quadratic time."""
MAX_TEXTS = 8
"""How many texts are tried for two loops."""
START = -1
"""The state before the first character."""
SUFFIXES = 12
"""How many characters are tried at the end of a text, so that it does not match."""


class Slow(NamedTuple):
    """A way in which a pattern is slow: for `prefix`, then many repetitions of `pump`, then `suffix`."""

    growth: str
    prefix: str
    pump: str
    suffix: str


def slow_texts(pattern: Pattern, methods: Iterable[str]) -> Iterator[Slow]:
    """Yield the ways in which a pattern is slow if it is used by these methods, such as `search`."""
    tree = parse_pattern(pattern)
    alphabet = Alphabet(pattern, tree)
    for method in methods:
        automaton = Automaton(tree, alphabet, searches=method not in {"match", "fullmatch"})
        matcher = Matcher(tree, alphabet)
        for prefix, pump in automaton.ambiguities():
            slow = _measured(matcher, method, alphabet, prefix, pump)
            if slow is not None:
                yield slow


def _measured(matcher: "Matcher", method: str, alphabet: "Alphabet", prefix: str, pump: str) -> Slow | None:
    suffixes = ["", *alphabet.representatives[:SUFFIXES]]
    for suffix in suffixes:
        short = matcher.steps(method, prefix + pump * PUMPS + suffix)
        if short > MAX_STEPS:
            return Slow("exponential", prefix, pump, suffix)
        long = matcher.steps(method, prefix + pump * 2 * PUMPS + suffix, limit=4 * MAX_STEPS)
        if long / short > QUADRATIC:
            return Slow("quadratic", prefix, pump, suffix)
    return None


class Alphabet:
    """The characters that a pattern can tell apart, with a bit for each; classes are sums of bits."""

    def __init__(self, pattern: Pattern, tree: Node) -> None:
        classes = sorted(set(_characters(tree)))
        is_bytes = isinstance(pattern.pattern, bytes)
        characters = [chr(code) for code in range(256)]
        if not is_bytes:
            characters += _samples()
            for node in classes:
                characters += _neighbours(node.source)
        members = [_members(node, tuple(characters), is_bytes=is_bytes) for node in classes]
        bits: dict[tuple[bool, ...], int] = {}
        self.bits: dict[str, int] = {}
        """The bit of each character."""
        self.representatives: list[str] = []
        """A character for each bit, printable ones first."""
        for character in sorted(characters, key=lambda character: (not character.isprintable(), character)):
            signature = tuple(character in member for member in members)
            if signature not in bits:
                bits[signature] = 1 << len(bits)
                self.representatives.append(character)
            self.bits[character] = bits[signature]
        self.masks: dict[Characters, int] = {}
        for index, node in enumerate(classes):
            self.masks[node] = sum(bit for signature, bit in bits.items() if signature[index])
        self.all = (1 << len(bits)) - 1

    def character(self, mask: int) -> str:
        """A character of a class."""
        return self.representatives[(mask & -mask).bit_length() - 1]


def _characters(node: Node) -> Iterator[Characters]:
    if isinstance(node, Characters):
        yield node
    elif isinstance(node, Sequence):
        for part in node.parts:
            yield from _characters(part)
    elif isinstance(node, Choice):
        for branch in node.branches:
            yield from _characters(branch)
    elif isinstance(node, Repeat | Group | Atomic | Look):
        yield from _characters(node.body)


@cache
def _samples() -> list[str]:
    """Return three characters of each category of Unicode, and characters with special rules for upper case."""
    samples: dict[str, list[str]] = {}
    for code in range(0x110000):
        character = chr(code)
        chosen = samples.setdefault(unicodedata.category(character), [])
        if len(chosen) < 3:
            chosen.append(character)
    return [character for chosen in samples.values() for character in chosen] + [*"ſKİı中\u0660\u2028"]


def _neighbours(source: str) -> list[str]:
    """Return the characters in the source of a class, and those before and after each."""
    neighbours: list[str] = []
    for found in re.finditer(r"\\x(..)|\\u(.{4})|\\U(.{8})|([^\\])", source):
        written = found[1] or found[2] or found[3]
        code = int(written, 16) if written else ord(found[4])
        neighbours += [chr(near) for near in (code - 1, code, code + 1) if 0 <= near <= sys.maxunicode]
    return neighbours


@cache
def _members(node: Characters, characters: tuple[str, ...], *, is_bytes: bool) -> frozenset[str]:
    """Return the characters of a class, as Python reads it."""
    if is_bytes:
        written = re.compile(node.source.encode("latin-1"), node.flags)
        return frozenset(character for character in characters if written.fullmatch(character.encode("latin-1")))
    pattern = re.compile(node.source, node.flags)
    return frozenset(character for character in characters if pattern.fullmatch(character))


class Automaton:
    """The automaton of a pattern without empty transitions: a state is a character of the pattern that was just read.

    The number of an edge is 2 if there are several ways between two characters, otherwise 1.
    """

    def __init__(self, tree: Node, alphabet: Alphabet, *, searches: bool) -> None:
        self.alphabet = alphabet
        self._empty: list[list[int]] = [[]]
        self._read: dict[int, list[tuple[int, int]]] = {}
        """For each point between characters, the characters that can follow, with the point after each."""
        self.masks: list[int] = []
        self._after: list[int] = []
        start = 0
        if searches:
            self._add_character(start, alphabet.all, start)
        inner = self._point()
        self._empty[start].append(inner)
        self._build(tree, inner, self._point())
        self.edges: dict[int, dict[int, int]] = {START: self._followers(start)}
        for state, point in enumerate(self._after):
            self.edges[state] = self._followers(point)
        self._reached = {state: _reachable(state, self.edges) for state in self.edges}
        self._loops = [loop for loop in _components(self.edges) if min(loop) in self._reached[min(loop)]]

    def _point(self) -> int:
        self._empty.append([])
        return len(self._empty) - 1

    def _add_character(self, start: int, mask: int, end: int) -> None:
        self._read.setdefault(start, []).append((len(self.masks), end))
        self.masks.append(mask)
        self._after.append(end)

    def _build(self, node: Node, start: int, end: int) -> None:
        """Connect two points by all ways through a part of the pattern."""
        match node:
            case Characters():
                self._add_character(start, self.alphabet.masks[node], end)
            case Sequence(parts):
                for part in parts:
                    following = self._point()
                    self._build(part, start, following)
                    start = following
                self._empty[start].append(end)
            case Choice(branches):
                for branch in branches:
                    inner = self._point()
                    self._empty[start].append(inner)
                    self._build(branch, inner, end)
            case Repeat(body, least, most, _):
                for _ in range(min(least, MANY)):
                    following = self._point()
                    self._build(body, start, following)
                    start = following
                if most is None or most > MANY:
                    again = self._point()
                    self._empty[start].append(again)
                    self._build(body, again, again)
                    start = again
                    most = least
                for _ in range(most - least):
                    following = self._point()
                    self._build(body, start, following)
                    self._empty[start].append(end)
                    start = following
                self._empty[start].append(end)
            case Group(body) | Atomic(body):
                self._build(body, start, end)
            case Look(body):  # the text is read, and then read again
                inner = self._point()
                self._empty[start] += [inner, end]
                self._build(body, inner, self._point())
            case Backreference():  # any text
                again = self._point()
                self._empty[start].append(again)
                self._add_character(again, self.alphabet.all, again)
                self._empty[again].append(end)
            case Anchor():
                self._empty[start].append(end)

    def _followers(self, point: int) -> dict[int, int]:
        """Return the characters that can be read next, with the number of ways to each: 1, or 2 for several.

        A way can pass a point twice, as those through `(a*)*` do.
        """
        ways: dict[int, int] = {}
        visits = [0] * len(self._empty)

        def visit(reached: int) -> None:
            visits[reached] += 1
            for state, _ in self._read.get(reached, []):
                ways[state] = min(2, ways.get(state, 0) + 1)
            for following in self._empty[reached]:
                if visits[following] < 2:
                    visit(following)
            visits[reached] -= 1

        visit(point)
        return ways

    def ambiguities(self) -> Iterator[tuple[str, str]]:
        """Yield texts whose repetition can be read in many ways: what comes before, and what is repeated."""
        for loop in self._loops:
            yield from self._two_ways(loop)
        for first, second in product(self._loops, repeat=2):
            if first is not second and min(second) in self._reached[min(first)]:
                yield from self._taking_over(first, second)

    def _two_ways(self, loop: frozenset[int]) -> Iterator[tuple[str, str]]:
        """Yield a text that leads from a state to itself on two ways, if there is one."""
        for state in sorted(loop):
            for following, ways in self.edges[state].items():
                if ways > 1 and following in loop:
                    yield self._prefix(state), self._text([following]) + self._way(following, state)
                    return
        start = min(loop)
        ended: set[tuple[int, ...]] = set()
        """Pairs of different states from which no text leads to a single state."""
        for pair, text in self._walks([(start, start)], (loop, loop)):
            if pair[0] == pair[1] or pair in ended:
                continue
            for reached, rest in self._walks([pair], (loop, loop)):
                if reached[0] == reached[1]:
                    yield self._prefix(start), text + rest + self._way(reached[0], start)
                    return
                ended.add(reached)

    def _taking_over(self, first: frozenset[int], second: frozenset[int]) -> Iterator[tuple[str, str]]:
        """Yield texts that lead from one state to itself and to another one, and from that to itself."""
        middle = frozenset(state for state in self._reached[min(first)] if min(second) in self._reached[state])
        texts = 0
        for state, other in self._in_step(first, second):
            for reached, text in self._walks([(state, state, other)], (first, middle, second)):
                if reached == (state, other, other):
                    yield self._prefix(state), text
                    texts += 1
                    break
            if texts == MAX_TEXTS:
                return

    def _in_step(self, first: frozenset[int], second: frozenset[int]) -> list[tuple[int, int]]:
        """Return the pairs of states that the same text can lead to themselves."""
        edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for state, other in product(first, second):
            if self.masks[state] & self.masks[other]:
                followers = product(self.edges[state], self.edges[other])
                edges[state, other] = [pair for pair in followers if pair[0] in first and pair[1] in second]
        edges = {pair: [after for after in followers if after in edges] for pair, followers in edges.items()}
        pairs: list[tuple[int, int]] = []
        for component in _components(edges):
            pair = min(component)
            if len(component) > 1 or pair in edges[pair]:
                pairs += sorted(component)
        return pairs

    def _walks(
        self, starts: list[tuple[int, ...]], allowed: tuple[frozenset[int], ...]
    ) -> Iterator[tuple[tuple[int, ...], str]]:
        """Yield what several walkers reach together by reading the same text, which is the shortest for each place."""
        seen: set[tuple[int, ...]] = set()
        waiting = deque((start, "") for start in starts)
        while waiting:
            places, text = waiting.popleft()
            choices = []
            for place, states in zip(places, allowed, strict=True):
                choices.append([state for state in self.edges[place] if state in states])
            for following in product(*choices):
                if following in seen:
                    continue
                mask = self.alphabet.all
                for state in following:
                    mask &= self.masks[state]
                if mask:
                    seen.add(following)
                    longer = text + self.alphabet.character(mask)
                    yield following, longer
                    waiting.append((following, longer))

    def _text(self, states: Iterable[int]) -> str:
        return "".join(self.alphabet.character(self.masks[state]) for state in states)

    def _way(self, start: int, end: int) -> str:
        """Return a shortest text from a state to another; none from a state to itself."""
        if start == end:
            return ""
        everything = frozenset(range(len(self.masks)))
        return next(text for (state,), text in self._walks([(start,)], (everything,)) if state == end)

    def _prefix(self, state: int) -> str:
        return self._way(START, state)


Vertex = TypeVar("Vertex", bound=Hashable)


def _reachable(start: Vertex, edges: Mapping[Vertex, Iterable[Vertex]]) -> frozenset[Vertex]:
    reached: set[Vertex] = set()
    waiting = [start]
    while waiting:
        for following in edges[waiting.pop()]:
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return frozenset(reached)


def _components(edges: Mapping[Vertex, Iterable[Vertex]]) -> list[frozenset[Vertex]]:
    """Return the largest sets of nodes of which each leads to each (Kosaraju's algorithm)."""
    finished: list[Vertex] = []
    seen: set[Vertex] = set()
    for root in edges:
        if root in seen:
            continue
        seen.add(root)
        branches = [(root, iter(edges[root]))]
        while branches:
            node, followers = branches[-1]
            following = next((other for other in followers if other not in seen), None)
            if following is None:
                finished.append(node)
                branches.pop()
            else:
                seen.add(following)
                branches.append((following, iter(edges[following])))
    before: dict[Vertex, list[Vertex]] = {node: [] for node in edges}
    for node in edges:
        for following in edges[node]:
            before[following].append(node)
    components: list[frozenset[Vertex]] = []
    placed: set[Vertex] = set()
    for node in reversed(finished):
        if node in placed:
            continue
        component: set[Vertex] = {node}
        waiting = [node]
        while waiting:
            for other in before[waiting.pop()]:
                if other not in placed and other not in component:
                    component.add(other)
                    waiting.append(other)
        placed |= component
        components.append(frozenset(component))
    return components


class Read(NamedTuple):
    """Read a character of these classes."""

    mask: int


class Choose(NamedTuple):
    """Go on at the first of these steps that leads to a match."""

    steps: tuple[int, ...]


class Enter(NamedTuple):
    """Begin to count the repetitions of a loop."""

    loop: int


class Again(NamedTuple):
    """Repeat the steps that follow, or leave the loop for the step `leave`."""

    loop: int
    least: int
    most: int | None
    is_lazy: bool
    leave: int


class Begin(NamedTuple):
    """Begin the text of a group."""

    group: int


class Close(NamedTuple):
    """End the text of a group."""

    group: int


class Same(NamedTuple):
    """Read the text of a group again."""

    group: int


class Try(NamedTuple):
    """Match other steps in one way."""

    program: "Program"


class Condition(NamedTuple):
    """Match other steps a number of characters before, and return."""

    program: "Program"
    back: int
    is_negative: bool


class Place(NamedTuple):
    """Check the position."""

    anchor: Anchor


class End(NamedTuple):
    """Report a match."""


Step: TypeAlias = Read | Choose | Enter | Again | Begin | Close | Same | Try | Condition | Place | End
Program: TypeAlias = list[Step]
Pairs: TypeAlias = tuple[tuple[int, int], ...]


class Thread(NamedTuple):
    """A way that is still to be tried. `counts` has, for each loop, its repetitions and where the last one began."""

    step: int
    offset: int
    counts: Pairs
    groups: Pairs


class _TooManyStepsError(Exception):
    """A match took more steps than are counted."""


class Matcher:
    """A matcher that tries the same ways as Python's in the same order, and counts its steps."""

    def __init__(self, tree: Node, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._loops = 0
        self._program = self._compiled(tree)
        self._text = ""
        self._bits: list[int] = []
        self._steps = 0
        self._limit = MAX_STEPS
        self._must_end = False

    def steps(self, method: str, text: str, limit: int = MAX_STEPS) -> int:
        """Return the number of steps that a method takes for a text, counted to one more than `limit`."""
        self._limit = limit
        self._text = text
        self._bits = [self._alphabet.bits[character] for character in text]
        self._steps = 0
        self._must_end = method == "fullmatch"
        with suppress(_TooManyStepsError):
            if method in {"match", "fullmatch"}:
                self._run(self._program, 0, ())
            else:
                self._search(only_first=method == "search")
        return self._steps

    def match_end(self, text: str) -> int | None:
        """Return the end of the match at the start of a text, if there is one."""
        self._text = text
        self._bits = [self._alphabet.bits[character] for character in text]
        self._steps = 0
        self._must_end = False
        return self._run(self._program, 0, ())

    def _search(self, *, only_first: bool) -> None:
        start = 0
        while start <= len(self._text):
            end = self._run(self._program, start, ())
            if end is not None and only_first:
                return
            start = start + 1 if end is None or end == start else end

    def _run(self, program: Program, start: int, groups: Pairs) -> int | None:
        """Return the end of the first match that starts there, if there is one."""
        threads = [Thread(0, start, (), groups)]
        while threads:
            self._steps += 1
            if self._steps > self._limit:
                raise _TooManyStepsError
            step, offset, counts, groups = threads.pop()
            match program[step]:
                case Read(mask):
                    if offset < len(self._bits) and self._bits[offset] & mask:
                        threads.append(Thread(step + 1, offset + 1, counts, groups))
                case Choose(steps):
                    threads += [Thread(other, offset, counts, groups) for other in reversed(steps)]
                case Enter(loop):
                    threads.append(Thread(step + 1, offset, _with(counts, loop, (0, -1)), groups))
                case Again(loop, least, most, is_lazy, leave):
                    count, last = counts[loop]
                    again = Thread(step + 1, offset, _with(counts, loop, (count + 1, offset)), groups)
                    onward = Thread(leave, offset, counts, groups)
                    if count < least:
                        threads.append(again)
                    elif count == most or (count > 0 and last == offset):
                        threads.append(onward)
                    elif is_lazy:
                        threads += [again, onward]
                    else:
                        threads += [onward, again]
                case Begin(group):
                    threads.append(Thread(step + 1, offset, counts, _with(groups, group, (offset, -1))))
                case Close(group):
                    text = (groups[group][0], offset)
                    threads.append(Thread(step + 1, offset, counts, _with(groups, group, text)))
                case Same(group):
                    begin, close = _with(groups, group + 1, (0, 0))[group]
                    same = self._text[begin:close]
                    self._steps += len(same)
                    if close >= 0 and self._text.startswith(same, offset):
                        threads.append(Thread(step + 1, offset + len(same), counts, groups))
                case Try(body):
                    end = self._run(body, offset, groups)
                    if end is not None:
                        threads.append(Thread(step + 1, end, counts, groups))
                case Condition(body, back, is_negative):
                    holds = offset >= back and self._run(body, offset - back, groups) is not None
                    if holds != is_negative:
                        threads.append(Thread(step + 1, offset, counts, groups))
                case Place(anchor):
                    if self._holds(anchor, offset):
                        threads.append(Thread(step + 1, offset, counts, groups))
                case End():
                    if program is not self._program or not self._must_end or offset == len(self._text):
                        return offset
        return None

    def _holds(self, anchor: Anchor, offset: int) -> bool:
        match anchor.kind:
            case "A":
                return offset == 0
            case "Z":
                return offset == len(self._text)
            case "^":
                is_line = bool(anchor.flags & re.MULTILINE) and self._text[offset - 1 : offset] == "\n"
                return offset == 0 or is_line
            case "$":
                rest = self._text[offset:]
                return rest in {"", "\n"} or (bool(anchor.flags & re.MULTILINE) and rest.startswith("\n"))
            case _:
                word = re.compile(r"\w", anchor.flags & re.ASCII)
                before = bool(word.match(self._text[offset - 1 : offset])) if offset else False
                after = bool(word.match(self._text[offset : offset + 1]))
                return (before != after) == (anchor.kind == "b")

    def _compiled(self, node: Node) -> Program:
        program: Program = []
        self._compile(node, program)
        program.append(End())
        return program

    def _compile(self, node: Node, program: Program) -> None:
        match node:
            case Characters():
                program.append(Read(self._alphabet.masks[node]))
            case Sequence(parts):
                for part in parts:
                    self._compile(part, program)
            case Choice(branches):
                self._compile_choice(branches, program)
            case Repeat(body, least, most, "+"):
                program.append(Try(self._compiled(Repeat(body, least, most, ""))))
            case Repeat():
                self._compile_repeat(node, program)
            case Group(body, number):
                program.append(Begin(number))
                self._compile(body, program)
                program.append(Close(number))
            case Atomic(body):
                program.append(Try(self._compiled(body)))
            case Look(body, is_ahead, is_negative):
                back = 0 if is_ahead else _width(body)
                program.append(Condition(self._compiled(body), back, is_negative))
            case Anchor():
                program.append(Place(node))
            case Backreference(number):
                program.append(Same(number))

    def _compile_choice(self, branches: tuple[Node, ...], program: Program) -> None:
        choice = len(program)
        program.append(End())  # replaced when the steps are known
        starts: list[int] = []
        ends: list[int] = []
        for branch in branches:
            starts.append(len(program))
            self._compile(branch, program)
            ends.append(len(program))
            program.append(End())
        program[choice] = Choose(tuple(starts))
        for end in ends:
            program[end] = Choose((len(program),))

    def _compile_repeat(self, repeat: Repeat, program: Program) -> None:
        loop = self._loops
        self._loops += 1
        program.append(Enter(loop))
        again = len(program)
        program.append(End())  # replaced when the last step is known
        self._compile(repeat.body, program)
        program.append(Choose((again,)))
        program[again] = Again(loop, repeat.least, repeat.most, repeat.order == "?", len(program))


def _with(pairs: Pairs, index: int, pair: tuple[int, int]) -> Pairs:
    missing = ((0, -1),) * (index - len(pairs))
    return (*pairs[:index], *missing, pair, *pairs[index + 1 :])


def _width(node: Node) -> int:
    """Return the number of characters that a part matches, which is fixed in a look behind."""
    match node:
        case Characters():
            return 1
        case Sequence(parts):
            return sum(_width(part) for part in parts)
        case Choice(branches):
            return _width(branches[0])
        case Repeat(body, least):
            return least * _width(body)
        case Group(body) | Atomic(body):
            return _width(body)
        case _:
            return 0
