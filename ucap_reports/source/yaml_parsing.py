"""Parsing of YAML files to trees."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.source.commas_in_brackets import (
    comma_problem,
    is_bare_number,
    is_rest_of_text,
    is_split_amount,
    is_start_of_range,
    joined,
)
from ucap_reports.source.yaml_tree import Tree, YamlNode, plain_value, text_offset, written_offset
from ucap_reports.storage.decoding import (
    Source,
    character_name,
    locate,
    refuse_unprintable,
    unprintable,
    without_unprintable,
)
from ucap_reports.storage.reading_limits import MAX_YAML_DEPTH, MAX_YAML_NODES

_YAML_TAGS = "tag:yaml.org,2002:"
_PROPERTIES = LazyPattern(r"(?:[&!]\S*\s*(?:#.*\n\s*)*){0,2}")
"""The anchor and the tag before a value (YAML 1.2.2, section 6.9), with the white space and comments after them."""
_JSON_ESCAPE = LazyPattern(
    r"""
    \\
    (?: u (?P<high> [dD][89abAB][0-9a-fA-F]{2} ) \\u (?P<low> [dD][c-fC-F][0-9a-fA-F]{2} )
    | .
    )
    """,
    re.DOTALL | re.VERBOSE,
)
"""An escape; if it is one of a pair for a character beyond the first 65,536, both, with their numbers."""
_COMMENT_TEXT = LazyPattern(r"#[^\r\n]*")
_LINE_END = LazyPattern(r"[\r\n]")
_SIGNS_AND_LETTER = 4
"""The length of a letter and the signs beside it, such as a quotation mark and an ellipsis."""
_SINGLE_SPACE = LazyPattern(r" (?<=[^\x00-\x7f] )(?=[^\x00-\x7f])")
"""A space between characters beyond ASCII. It comes first, because Python finds a character much faster than a set."""
_FOLDED_LINE_END = LazyPattern(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
"""A line end that is not escaped, with the white space around it (YAML 1.2.2, section 6.5)."""
if TYPE_CHECKING:  # not imported at run time: most files have no mistake
    from ucap_reports.source.yaml_syntax_errors import WorkingCopy


def parse(source: Source) -> Tree:
    """Return the tree of a source with one YAML document (YAML 1.2 core schema; dates are text).

    Raises ProblemsFound with all errors: invalid YAML, keys that are duplicate or not text, tags, wrong aliases,
    several documents, and too many or too deeply nested values.
    """
    tree = parse_tolerantly(source)
    raise_found(tree.problems)
    return tree


def parse_tolerantly(source: Source) -> Tree:
    """Like `parse`, but keeps the errors in the tree's `problems`, so that one run finds those of the values, too.

    Where the YAML is invalid, the tree has what was probably meant, or lacks the entry. Raises ProblemsFound if nothing
    is left.
    """
    refuse_unprintable(source)
    copy = _with_surrogate_pairs(source)
    mistakes: dict[int | None, Problem] = {}
    root: YamlNode | None = None
    problems: list[Problem] | None = None
    while problems is None:
        composer = _Composer(source, copy)
        try:
            root = composer.compose()
            problems = composer.problems
        except yaml.MarkedYAMLError as error:
            copy, mistake, stop = _recover(source, copy, error)
            # A line has one error: what follows it in the same line was not meant as it is read.
            mistakes.setdefault(mistake.location.line, mistake)
            if copy is None:
                raise ProblemsFound([*composer.problems, *mistakes.values(), *stop]) from None
    others = [other for other in problems if other.location.line not in mistakes]
    problems = [*mistakes.values(), *others]
    lost = tuple(copy.lost) if copy else ()
    if root is None or (root.value is None and not lost):
        raise ProblemsFound(problems or [problem("file-empty", Location(source.path))])
    return Tree(source, root, tuple(problems), lost, is_valid_yaml=copy is None)


def comments_and_dashes(text: str) -> tuple[list[tuple[int, str]], list[int]]:
    """Return every comment with the offset of its number sign, which needs no space before it, and the offsets of
    dashes.
    """
    comments: list[tuple[int, str]] = []
    dashes: list[int] = []
    end = 0
    for token in yaml.scan(text, Loader=yaml.CLoader):
        start = text_offset(token.start_mark.index, text)
        comments += _comments_between(text, end, start)
        end = text_offset(token.end_mark.index, text)
        if isinstance(token, yaml.BlockEntryToken):
            dashes.append(start)
        elif isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:  # its header may have a comment
            line_end = _LINE_END.search(text, start, end)
            header_end = line_end.start() if line_end else end
            comments += _comments_between(text, start, header_end)
    return comments, dashes


def _comments_between(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the comments in a part of the text that has nothing else with number signs, each with its offset."""
    for comment in _COMMENT_TEXT.finditer(text, start, end):
        yield comment.start(), comment[0].rstrip()


def _with_surrogate_pairs(source: Source) -> "WorkingCopy | None":
    """Return a copy of a JSON text with a character for each pair of escapes of surrogates; None without such pairs.

    JSON writes characters such as emojis as pairs (RFC 8259, section 7), which YAML does not have.
    """
    text = source.text
    if "\\u" not in text or not text.lstrip().startswith("{"):
        return None
    pairs = [escape for escape in _JSON_ESCAPE.finditer(text) if escape["high"]]
    if not pairs:
        return None
    from ucap_reports.source.yaml_syntax_errors import Edit, WorkingCopy  # noqa: PLC0415 - see below

    copy = WorkingCopy(source)
    edits = []
    for pair in pairs:
        units = bytes.fromhex(pair["high"] + pair["low"])
        edits.append(Edit(pair.start(), pair.end(), units.decode("utf-16-be")))
    copy.apply(tuple(edits))
    return copy


def _recover(
    source: Source, copy: "WorkingCopy | None", error: yaml.MarkedYAMLError
) -> tuple["WorkingCopy | None", Problem, Sequence[Problem]]:
    """Return the copy in which a mistake is corrected, None if that is not possible; the problem of the mistake; and,
    if a limit is the reason, the warning that the rest of the file is not checked.
    """
    # Most files have no mistake.
    from ucap_reports.source.yaml_syntax_errors import WorkingCopy, find_syntax_mistake  # noqa: PLC0415 - as above

    copy = copy or WorkingCopy(source)
    mistake = find_syntax_mistake(copy.source, error, MAX_YAML_DEPTH)
    where = locate(source, copy.original(mistake.offset))
    fault = mistake.problem.at(where)
    if copy.recover(mistake.offset, mistake.edits):
        return copy, fault, ()
    limit_problem = copy.limit_problem()
    if limit_problem is None:
        return None, fault, ()
    return None, fault, (limit_problem.at(where),)


class _Composer:
    """Composes nodes from the parser's events; `problems` are the errors despite which it continues."""

    def __init__(self, source: Source, copy: "WorkingCopy | None") -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._copy = copy
        text = copy.source.text if copy else source.text
        self._first_offset = text_offset(0, text)
        self._events: Iterator[yaml.Event] = iter(yaml.CLoader(text).get_event, None)
        self._anchors: dict[str, YamlNode | None] = {}
        """The values with anchors; None while a value is not complete."""
        self._wrong_aliases: set[str] = set()
        """The names that have been reported."""
        self._nodes = 0

    def compose(self) -> YamlNode | None:
        """Return the root of the first document, or None without content."""
        root: YamlNode | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self.problems.append(problem("yaml-documents", self._place(event)))
                    return root
                root = self._node(next(self._events), 0)
        return root

    def _node(self, event: yaml.Event, depth: int) -> YamlNode:
        self._nodes += 1
        if depth > MAX_YAML_DEPTH:
            self._stop(problem("yaml-depth", self._place(event), limit=MAX_YAML_DEPTH))
        if self._nodes > MAX_YAML_NODES:
            self._stop(problem("yaml-size", self._place(event), limit=MAX_YAML_NODES))
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        assert isinstance(event, yaml.NodeEvent)  # noqa: S101 - the grammar of events has nothing else here
        if event.anchor:
            self._anchors[event.anchor] = None
        node = self._untagged(event, depth)
        if event.anchor or getattr(event, "tag", None):
            node = replace(node, start=self._content_start(node))
        if node.size > MAX_YAML_NODES:
            self._stop(problem("yaml-size", self._place(event), limit=MAX_YAML_NODES))
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _untagged(self, event: yaml.NodeEvent, depth: int) -> YamlNode:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.problems.append(problem("yaml-tag", self._place(event), tag=tag.replace(_YAML_TAGS, "!!")))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        return self._sequence(event, depth)

    def _content_start(self, node: YamlNode) -> int:
        """Return the offset of a value, whose event begins with its anchor and tag."""
        properties = _PROPERTIES.match(self.source.text, node.start, node.end)
        return properties.end() if properties else node.start

    def _scalar(self, event: yaml.ScalarEvent) -> YamlNode:
        start, end = self._span(event)
        text = event.value
        # Only an escape can produce such a character: the file itself has been checked.
        character = unprintable(text) if event.style == '"' else None
        if character is not None:
            self.problems.append(problem("control-character", self._place(event), character=character_name(character)))
            text = without_unprintable(text)  # or checks of the rest of the file would report it again
        if event.style != "|" and not text.isascii():
            text = _without_folding_in_chinese(text, self.source.text[start:end])
        value = text if event.style else plain_value(text)
        return YamlNode(value, start, end)

    def _sequence(self, start: yaml.Event, depth: int) -> YamlNode:
        items: list[YamlNode] = []
        split: dict[int, int] = {}
        """The items that a comma has split, with the offsets of their second parts."""
        is_in_brackets = getattr(start, "flow_style", False)
        event = next(self._events)
        while not isinstance(event, yaml.SequenceEndEvent):
            item = self._node(event, depth + 1)
            if items and is_in_brackets and is_split_amount(self.source.text, items[-1], item):
                self._add_to_last_item(items, split, item)
            else:
                items.append(item)
            event = next(self._events)
        for index, offset in split.items():
            items[index] = joined(self.source.text, items[index])
            form = "number" if is_bare_number(items[index]) else "amount"
            self.problems.append(comma_problem(self.source, items[index], offset, form))
        size = 1 + sum(item.size for item in items)
        value = [item.value for item in items]
        start_offset, _ = self._span(start)
        _, end_offset = self._span(event)
        return YamlNode(value, start_offset, end_offset, dict(enumerate(items)), size=size)

    def _add_to_last_item(self, items: list[YamlNode], split: dict[int, int], part: YamlNode) -> None:
        """Extend the last item by what a comma has split from it, as `5 million` from `[2,5 million]`.

        In `[2,5-3,5 million]`, this shows that the `2` before the last item `5-3` belongs to it, too: both become one.
        """
        last = len(items) - 1
        split.setdefault(last, part.start)
        if last > 0 and is_start_of_range(self.source.text, items[last - 1], items[last]):
            del split[last]
            split[last - 1] = items[last].start
            del items[last]
            last -= 1
        items[last] = replace(items[last], end=part.end)

    def _mapping(self, start: yaml.Event, depth: int) -> YamlNode:
        children: dict[str, YamlNode] = {}
        keys: dict[str, int] = {}
        split: dict[str, int] = {}
        """The fields whose values a comma has split, with the offsets of their second parts."""
        split_texts: set[str] = set()
        """Those of these fields that are not amounts: a part of them is no group of digits."""
        last: str | None = None
        """The field before, unless its key was wrong: what a comma has split from its value looks like the next key."""
        ignored: list[YamlNode] = []
        """The values whose keys are wrong, or such a key if it has no value: edits of the file must find them."""
        event = next(self._events)
        while not isinstance(event, yaml.MappingEndEvent):
            key_node = self._node(event, depth + 1)
            node = self._node(next(self._events), depth + 1)
            if last is not None and is_rest_of_text(self.source.text, children[last], key_node, node):
                if not is_split_amount(self.source.text, children[last], key_node):
                    split_texts.add(last)
                split.setdefault(last, key_node.start)
                children[last] = replace(children[last], end=key_node.end)
            else:
                key = self._key(event, key_node)
                last = None
                if key in children:
                    line = locate(self.source, keys[key]).line
                    self.problems.append(problem("yaml-duplicate-key", self._place(event), name=key, line=line))
                if key is None or key in children:
                    has_value = node.start != node.end
                    ignored.append(node if has_value else key_node)
                else:
                    children[key] = node
                    keys[key], _ = self._span(event)
                    last = key
            event = next(self._events)
        for key, offset in split.items():
            children[key] = joined(self.source.text, children[key])
            form = "text" if key in split_texts else "amount"
            self.problems.append(comma_problem(self.source, children[key], offset, form))
        size = 1 + sum(child.size for child in children.values())
        value = {key: child.value for key, child in children.items()}
        start_offset, _ = self._span(start)
        _, end_offset = self._span(event)
        return YamlNode(value, start_offset, end_offset, children, keys, size, ignored)

    def _key(self, event: yaml.Event, node: YamlNode) -> str | None:
        """Return the key's text, or None with a problem reported."""
        if isinstance(node.value, str):
            return node.value
        key = self.source.text[node.start : node.end]
        self.problems.append(problem("yaml-key", self._place(event), key=key))
        return None

    def _alias(self, event: yaml.AliasEvent) -> YamlNode:
        """Return the value that the alias repeats, at the place of the alias."""
        name = event.anchor or ""
        start, end = self._span(event)
        node = self._anchors.get(name)
        if node is None:
            form = "recursive" if name in self._anchors else "unknown"
            if name not in self._wrong_aliases:
                self._wrong_aliases.add(name)
                self.problems.append(problem("yaml-alias", self._place(event), form=form, name=name))
            return YamlNode(None, start, end)
        return replace(node, start=start, end=end)

    def _span(self, event: yaml.Event) -> tuple[int, int]:
        """Return the offsets in the file of the start and the end of an event."""
        start_mark: Any = event.start_mark  # the parser sets both
        end_mark: Any = event.end_mark
        start = self._first_offset + start_mark.index
        end = self._first_offset + end_mark.index
        if self._copy is not None:
            return self._copy.original(start), self._copy.original(end)
        return start, end

    def _place(self, event: yaml.Event) -> Location:
        return locate(self.source, self._span(event)[0])

    def _stop(self, problem: Problem) -> NoReturn:
        raise ProblemsFound([*self.problems, problem])


def _without_folding_in_chinese(text: str, written: str) -> str:
    """Return a text without the spaces that its line ends between Chinese or Japanese characters became, as in literal
    text: these are written without spaces.
    """
    if "\n" not in written and "\r" not in written:
        return text
    parts: list[str] = []
    start = 0
    for space in _SINGLE_SPACE.finditer(text):
        before = text[max(space.start() - _SIGNS_AND_LETTER, 0) : space.start()]
        after = text[space.end() : space.end() + _SIGNS_AND_LETTER]
        if has_space_between(before, after):
            continue
        line_end = written_offset(written, text, space.start() - 1) + 1
        next_line = written_offset(written, text, space.end())
        if _FOLDED_LINE_END.fullmatch(written, line_end, next_line):
            parts.append(text[start : space.start()])
            start = space.end()
    return "".join(parts) + text[start:]
