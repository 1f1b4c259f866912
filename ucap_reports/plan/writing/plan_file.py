"""The text of plan files: read as entries with their comments (`read_document`), and written in canonical order and
style, with the comments where they belong (`format_plan`, `write_document`).

To which entry a comment belongs is in `_assign`. Which lists are written on one line is in `_list_on_one_line`, which
texts need quotes in `_is_plain_scalar`. What plans of earlier versions have below `extra` moves to custom fields.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, assert_never

from msgspec import Struct
from msgspec import field as struct_field
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.undeclared_field_hints import EXTRA, extra_hint
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.source.model_validation import described
from ucap_reports.source.yaml_parsing import comments_and_dashes, parse
from ucap_reports.source.yaml_tree import Loc, Tree, YamlNode, mapped, plain_value
from ucap_reports.storage.decoding import Source

SCHEMA_MARK = "# yaml-language-server:"
SCHEMA_LINE = f"{SCHEMA_MARK} $schema=plan.schema.json"
"""The first line of new plan files, by which editors find the schema beside them."""


class TextValue(Struct, frozen=True):
    """Text, in any style."""

    text: str


class PlainValue(Struct, frozen=True):
    """A number, a boolean or nothing, exactly as it is written."""

    written: str


class Entries(Struct, frozen=True):
    """Fields, or the items of a list, which have no key; `closing` has the comment lines after the last one."""

    entries: tuple["PlanEntry", ...]
    closing: tuple[str, ...] = ()
    is_list: bool = False


Content = TextValue | PlainValue | Entries


class PlanEntry(Struct, frozen=True):
    """A field, or a list item if `key` is None.

    `comments_before` has the comment lines before it, each with its number sign, and an empty text for an empty line;
    `comment_after` is the comment after it on its line, or an empty text.
    """

    key: str | None
    content: Content
    comments_before: tuple[str, ...] = ()
    comment_after: str = ""


class PlanFileContent(Struct, frozen=True):
    """A complete plan file: the comments at its start, and its fields."""

    head: tuple[str, ...]
    body: Entries


class _Spot(Struct):
    """An entry of the file: the place and the column of its first character, and its comments.

    The complete file is an entry, too, before all others.
    """

    loc: Loc
    start: int = -1
    column: int = -1
    flow_end: int = -1
    """The end of its value if that is in brackets or an alias, else -1."""
    comments_before: list[str] = struct_field(default_factory=list)
    comment_after: str = ""
    closing: list[str] = struct_field(default_factory=list)


_Spots = Mapping[Loc, _Spot]
"""The entries of block mappings and lists by their places, in the order of the file; the first is the complete file."""


def read_document(tree: Tree) -> PlanFileContent:
    """Return the fields of a file whose root is a mapping with at least one field, each with its comments."""
    text = tree.source.text
    comments, dashes = comments_and_dashes(text)
    order = [_Spot(())]
    order.extend(_block_entries(tree.root, (), text, dashes))
    spots = {spot.loc: spot for spot in order}
    for start, comment in comments:
        _assign(start, comment, text, order, spots)
    head = _take_head(order[1])  # before the entries are made: it takes comments from the first one
    return PlanFileContent(tuple(head), _entries(tree.root, (), spots, text))


def comments_of(tree: Tree) -> list[str]:
    """Return all comments of a file, sorted: what must not be lost."""
    return sorted(comment for _, comment in comments_and_dashes(tree.source.text)[0])


def _block_entries(node: YamlNode, loc: Loc, text: str, dashes: Sequence[int]) -> Iterator[_Spot]:
    """Yield the entries of a block mapping or list, each followed by those in it.

    Values in brackets and aliases have no entries.
    """
    for key, child in node.children.items():
        if key in node.keys:
            start = node.keys[key]
        else:  # an item of a list, which begins with its dash
            start = dashes[bisect_left(dashes, child.start) - 1]
        column = start - (text.rfind("\n", 0, start) + 1)
        is_flow = isinstance(child.value, dict | list) and text[child.start] in "[{*"
        yield _Spot((*loc, key), start, column, child.end if is_flow else -1)
        if not is_flow:
            yield from _block_entries(child, (*loc, key), text, dashes)


def _assign(start: int, comment: str, text: str, order: Sequence[_Spot], spots: _Spots) -> None:
    """Add a comment to the entry that it is about, or to the list or mapping that it closes."""
    next_index = bisect_left(order, start, key=attrgetter("start"))
    before = order[next_index - 1]
    following = order[next_index] if next_index < len(order) else None
    line_start = text.rfind("\n", 0, start) + 1
    is_inside_brackets = start < before.flow_end
    is_beside_entry = before.loc and text[line_start:start].strip()
    if is_inside_brackets:  # about an item, which cannot have a comment
        before.comments_before.append(comment)
        return
    if is_beside_entry:
        if before.comment_after:  # that of an explicit key ("? key"), whose value has one too
            before.comments_before.append(before.comment_after)
        before.comment_after = comment
        return
    line_end = text.find("\n", start)
    blank_before = [""] if text.endswith("\n\n", 0, line_start) else []
    blank_after = [""] if text.startswith("\n\n", line_end) else []
    closed = _closed_by(start - line_start, before, following, spots)
    if closed is not None:
        if closed.closing:
            closed.closing += blank_before
        closed.closing.append(comment)
    elif following is None:  # the end of the file
        complete_file = order[0]
        complete_file.closing += [*blank_before, comment]
    else:
        following.comments_before += [*blank_before, comment, *blank_after]


def _closed_by(column: int, before: _Spot, following: _Spot | None, spots: _Spots) -> _Spot | None:
    """Return the list or mapping that a comment between two entries closes; None if it is about the entry after it, or
    about the complete file.

    It is the innermost one, of those that end before the comment, whose entries do not begin further right.
    """
    if following is None and column == 0:  # it is about the complete file
        return None
    if following is not None and column <= following.column:
        return None
    for depth in range(len(before.loc) - 1, 0, -1):  # from the innermost list or mapping outwards
        holder = before.loc[:depth]
        last_entry = before.loc[: depth + 1]
        goes_on_after_comment = following is not None and following.loc[:depth] == holder
        if goes_on_after_comment:
            return None
        if spots[last_entry].column <= column:
            return spots[holder]
    return None


def _take_head(first: _Spot) -> list[str]:
    """Return the comments at the start of the file, removed from its first field: all up to the last empty line among
    them, or all of them if the first names the schema.
    """
    comments = first.comments_before
    empty_lines = [index for index, line in enumerate(comments) if index > 0 and not line]
    if empty_lines:
        end = empty_lines[-1] + 1
    elif comments and comments[0].startswith(SCHEMA_MARK):
        end = len(comments)
    else:
        end = 0
    first.comments_before = comments[end:]
    return comments[:end]


def _entries(node: YamlNode, loc: Loc, spots: _Spots, text: str) -> Entries:
    """Return the entries of a list or mapping; those in brackets have no comments."""
    entries = []
    for key, child in node.children.items():
        child_loc = (*loc, key)
        spot = spots.get(child_loc, _Spot(child_loc))
        content = _read_content(child, child_loc, spots, text)
        name = key if isinstance(node.value, dict) else None
        entries.append(PlanEntry(name, content, _trimmed(spot.comments_before), spot.comment_after))
    closing = spots[loc].closing if loc in spots else ()
    return Entries(tuple(entries), _trimmed(closing), isinstance(node.value, list))


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines without empty ones at the edges, and with one at a time between others."""
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return tuple(text.split("\n")) if text else ()


def _read_content(node: YamlNode, loc: Loc, spots: _Spots, text: str) -> Content:
    match node.value:
        case dict() | list():
            return _entries(node, loc, spots, text)
        case str() as value:
            return TextValue(value.strip("\n"))
        case None:
            return PlainValue("")
        case _:
            return PlainValue(text[node.start : node.end].strip())


# Writing

STEP = "  "
_ON_ONE_LINE = {field.name for field in BUILT_IN.inside() if field.on_one_line}
"""The lists of a plan that are written on one line if they are short; others have a line for each item."""
_ON_LINES = {field.name for field in BUILT_IN.fields if field.on_one_line is False}
"""The lists inside of other fields that have a line for each item; others are written on one line if they are short."""
WIDTH = 120
"""The longest line."""
# A text needs quotes if YAML would read it, or its edges, as something else.
_UNSAFE_START = LazyPattern(r"[-?:](?:\s|$)|[,\[\]{}#&*!|>'\"%@`]|---|\.\.\.|<<$|=$")
_UNSAFE_INSIDE = LazyPattern(r":(?:\s|$)|\s#|[\n\r\t\ufeff]|\s$|^\s")
_FLOW_UNSAFE = LazyPattern(r"[,\[\]{}]|^[-?:]|:$")
"""What needs quotes inside brackets as well."""
_BREAK = LazyPattern(r"(?<=[^ \t]) (?=[^ \t])")
"""Where a folded text may continue on the next line: at a single space."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\ufeff": "\\uFEFF"}


def format_plan(source: Source, known: KnownFields = BUILT_IN) -> str:
    """Return the canonical text of a plan file, with the same values to the character of every text.

    What is below `extra` is moved to custom fields that are known and have no value yet.
    Raises ProblemsFound for invalid YAML, and for aliases, which cannot be kept if fields change places.
    """
    text = source.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tree = parse(Source(source.path, text))
    if not isinstance(tree.value, dict) or not tree.value:
        start = Location(source.path, 1, 1)
        given = described(tree.value)
        hint = "write `name: value`"
        raise ProblemsFound([problem("type-invalid", start, expected="fields", given=given, hint=hint)])
    raise_found(list(_aliases(tree, tree.root, ())))
    document = _with_moved_entries(read_document(tree), tree.value, known)
    canonical = write_document(in_canonical_order(document, known))
    after = parse(Source(source.path, canonical))
    values_before = mapped(_moved_values(tree.value, known), _comparable)
    values_after = mapped(after.value, _comparable)
    if values_before != values_after or comments_of(tree) != comments_of(after):
        raise ProblemsFound([problem("format-unsafe", Location(source.path))])
    return canonical


def in_canonical_order(document: PlanFileContent, known: KnownFields = BUILT_IN) -> PlanFileContent:
    """Return the document with all fields in the order of the plan format; unknown ones come last."""
    return replace(document, body=_in_order(document.body, "", known))


def _in_order(content: Entries, path: str, known: KnownFields) -> Entries:
    """Return the content of the field with that path, with the fields in it in their order."""
    entries = list(content.entries)
    if not content.is_list:
        names = [field.name for field in known.inside(path)]
        rank: dict[str | None, int] = {name: index for index, name in enumerate(names)}
        entries.sort(key=lambda entry: rank.get(entry.key, len(names)))
    ordered = []
    for entry in entries:
        inner = entry.content
        if isinstance(inner, Entries):
            path_of_entry = path if entry.key is None else f"{path}.{entry.key}".removeprefix(".")
            ordered.append(replace(entry, content=_in_order(inner, path_of_entry, known)))
        else:
            ordered.append(entry)
    return replace(content, entries=tuple(ordered))


def _aliases(tree: Tree, node: YamlNode, loc: Loc) -> Iterable[Problem]:
    """Yield an error for each alias in the file."""
    written = tree.source.text[node.start : node.end]
    if written.startswith("*"):
        yield problem("alias-misplaced", tree.location(loc), alias=written.strip())
        return
    for key, child in node.children.items():
        yield from _aliases(tree, child, (*loc, key))


def _comparable(value: Any) -> Any:
    """Return a value to compare: with its type, a number as it is written, a text without line ends at its edges."""
    if isinstance(value, str):
        return value.strip("\n")
    return (type(value), getattr(value, "text", value))


def write_document(document: PlanFileContent) -> str:
    """Return the text of the file: the head, then the fields with an empty line between two of them.

    Without fields it has an empty mapping: a file with nothing but comments is invalid.
    """
    lines = list(document.head)
    if not document.body.entries:
        lines.append("{}")
    for index, entry in enumerate(document.body.entries):
        if index:
            lines.append("")
        lines += entry_lines(entry, "")
    if document.body.closing:
        lines += ["", *document.body.closing]
    return "\n".join(_without_double_gaps(lines)) + "\n"


def _without_double_gaps(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines with one empty line at a time."""
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line


def field_order(loc: Loc, known: KnownFields = BUILT_IN) -> tuple[str, ...]:
    """Return the names of the fields that a mapping at `loc` may have, in canonical order."""
    path = ".".join(step for step in loc if isinstance(step, str))
    return tuple(field.name for field in known.inside(path))


def entry_lines(entry: PlanEntry, indent: str) -> Iterator[str]:
    """Yield the lines of a field or item with its comments, each after `indent`."""
    yield from _indented(entry.comments_before, indent)
    if entry.key is None:
        yield from _item(entry, indent)
        return
    yield from _after(f"{indent}{scalar_on_one_line(entry.key)}:", entry, indent)


def _item(entry: PlanEntry, indent: str) -> Iterator[str]:
    """Yield an item, whose fields or items start on the line of its dash."""
    match entry.content:
        case Entries((first, *others), closing) if not entry.comment_after:
            # There is no place for a comment between the dash and the first field.
            yield from _indented(first.comments_before, indent)
            inner_indent = f"{indent}{STEP}"
            first_line, *further_lines = entry_lines(replace(first, comments_before=()), inner_indent)
            yield f"{indent}- {first_line.removeprefix(inner_indent)}"
            yield from further_lines
            for inner in others:
                yield from entry_lines(inner, inner_indent)
            yield from _indented(closing, inner_indent)
        case _:
            yield from _after(f"{indent}-", entry, indent)


def _after(lead: str, entry: PlanEntry, indent: str) -> Iterator[str]:
    """Yield the lines from a key or a dash on, which is `lead`, with its indent."""
    comment = f" {entry.comment_after}" if entry.comment_after else ""
    list_on_one_line = _list_on_one_line(lead, entry, indent)
    match entry.content:
        case PlainValue(written):
            yield f"{lead} {written}{comment}" if written else f"{lead}{comment}"
        case TextValue(text):
            yield from _text(lead, text, comment, indent)
        case Entries((), (), is_list):
            empty = "[]" if is_list else "{}"
            yield f"{lead} {empty}{comment}"
        case Entries() if list_on_one_line is not None:
            yield f"{list_on_one_line}{comment}"
        case Entries(entries, closing):
            yield f"{lead}{comment}"
            for inner in entries:
                yield from entry_lines(inner, f"{indent}{STEP}")
            yield from _indented(closing, f"{indent}{STEP}")
        case _:
            assert_never(entry.content)


def _text(lead: str, text: str, comment: str, indent: str) -> Iterator[str]:
    """Yield a text on the line of its key if it fits, else in a block below."""
    inner = f"{indent}{STEP}"
    literal = _literal_lines(text) if "\n" in text else None
    if literal is not None:
        # One piece, because empty lines and spaces at line ends belong to the text.
        yield "\n".join([f"{lead} |{comment}", *_indented(literal, inner)])
        return
    on_one_line = f"{lead} {scalar_on_one_line(text)}{comment}"
    folded = None if len(on_one_line) <= WIDTH else _folded_lines(text, WIDTH - len(inner))
    if folded is None:
        yield on_one_line
        return
    yield f"{lead} >-{comment}"
    for line in folded:
        yield f"{inner}{line}"


def _list_on_one_line(lead: str, entry: PlanEntry, indent: str) -> str | None:
    """Return a short list in brackets; None for lists that have a line for each item, and for other content."""
    content = entry.content
    if not isinstance(content, Entries) or not content.is_list or content.closing:
        return None
    is_inside_another_field = indent != ""
    if is_inside_another_field:
        may_be_on_one_line = entry.key not in _ON_LINES
    else:
        may_be_on_one_line = entry.key in _ON_ONE_LINE
    if not may_be_on_one_line:
        return None
    items = []
    for item in content.entries:
        written = _item_in_brackets(item)
        if written is None:
            return None
        items.append(written)
    line = f"{lead} [{', '.join(items)}]"
    return line if len(line) <= WIDTH else None


def _item_in_brackets(entry: PlanEntry) -> str | None:
    """Return an item of a list as it is written inside brackets; None if it has comments, fields, or several lines."""
    match entry:
        case PlanEntry(None, TextValue(text), (), "") if "\n" not in text:
            return scalar_on_one_line(text, flow=True)
        case PlanEntry(None, PlainValue(written), (), "") if written:
            return written
        case _:
            return None


def _indented(lines: Iterable[str], indent: str) -> Iterator[str]:
    return (f"{indent}{line}" if line else "" for line in lines)


def plain_entry(key: str | None, value: object) -> PlanEntry:
    """Return an entry for plain data: texts and scalars, lists and mappings of them."""
    return PlanEntry(key, _plain_content(value))


def _plain_content(value: object) -> Content:
    match value:
        case str():
            return TextValue(value)
        case PlainValue():
            return value
        case dict():
            return Entries(tuple(plain_entry(key, inner) for key, inner in value.items()))
        case list():
            return Entries(tuple(plain_entry(None, item) for item in value), is_list=True)
        case _:
            return written_scalar(value)


def written_scalar(value: object) -> PlainValue:
    """Return a scalar that is no text as it is written in a plan file; a number keeps the text that it was written as.

    The digits matter: a population of 303.000 is 303 thousand.
    """
    if value is None:
        return PlainValue("")
    if isinstance(value, bool):
        return PlainValue(str(value).lower())
    return PlainValue(getattr(value, "text", str(value)))


def _is_plain_scalar(text: str, *, flow: bool = False) -> bool:
    """Return whether the text is still text without quotes; `flow` is inside brackets."""
    if not isinstance(plain_value(text), str):
        return False
    if _UNSAFE_START.match(text) or _UNSAFE_INSIDE.search(text):
        return False
    return not (flow and _FLOW_UNSAFE.search(text))


def scalar_on_one_line(text: str, *, flow: bool = False) -> str:
    """Return the text without quotes if possible, else in those that need no escapes."""
    if _is_plain_scalar(text, flow=flow):
        return text
    needs_escapes = any(character in text for character in "\n\r\t\ufeff")
    if needs_escapes or "'" in text:
        escaped = "".join(_ESCAPES.get(character, character) for character in text)
        return f'"{escaped}"'
    if '"' in text or "\\" in text:
        return f"'{text}'"
    return f'"{text}"'


def _folded_lines(text: str, width: int) -> list[str] | None:
    """Return the lines of a folded block (`>-`) with this text; None if there is none."""
    if not text or text != text.strip() or any(character in text for character in "\n\r\ufeff"):
        return None
    return _filled(_BREAK.split(text), width)


def _literal_lines(text: str) -> list[str] | None:
    """Return the lines of a literal block (`|`) with this text and a line end; None if there is none."""
    lines = text.split("\n")
    starts_with_space = text[:1] in {"", " ", "\t", "\n"}
    ends_with_space = not lines[-1].strip()
    needs_escapes = any(character in text for character in "\r\ufeff")
    if starts_with_space or ends_with_space or needs_escapes:
        return None
    has_line_of_spaces = any(line and not line.strip() for line in lines)
    return None if has_line_of_spaces else lines


def _filled(words: list[str], width: int) -> list[str]:
    """Return the words with spaces between them, in lines that are as long as possible.

    A space between Chinese or Japanese characters is not folded: a line end there would be no space.
    """
    lines = [words[0]]
    for word in words[1:]:
        fits = len(lines[-1]) + 1 + len(word) <= width
        if fits or not has_space_between(lines[-1], word):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# What plans of earlier versions have below `extra`


def _movable_keys(values: Any, known: KnownFields) -> list[str]:
    """Return the keys of `extra` that are declared as fields of the plan and have no value there yet."""
    extra = values.get(EXTRA) if isinstance(values, dict) else None
    if not isinstance(extra, dict):
        return []
    declared = [field.name for field in known.inside() if field.is_custom]
    return [key for key in extra if key in declared and _is_free(values.get(key))]


def _is_free(value: Any) -> bool:
    return is_unknown(value) or value in ([], {})


def _moved_values(values: dict[str, Any], known: KnownFields) -> dict[str, Any]:
    """Return the values of a plan file with those of `extra` that can be moved as fields of the plan."""
    keys = _movable_keys(values, known)
    if not keys:
        return values
    old_extra = values[EXTRA]
    moved_values = {key: value for key, value in values.items() if key != EXTRA and key not in keys}
    for key in keys:
        moved_values[key] = old_extra[key]
    extra = {key: value for key, value in old_extra.items() if key not in keys}
    if extra:
        moved_values[EXTRA] = extra
    return moved_values


def _with_moved_entries(document: PlanFileContent, values: Any, known: KnownFields) -> PlanFileContent:
    """Return the document with the same moves, and with all comments; `values` are those of the file."""
    keys = _movable_keys(values, known)
    if not keys:
        return document
    entries: list[PlanEntry] = []
    for entry in document.body.entries:
        if entry.key == EXTRA and isinstance(entry.content, Entries):
            entries += _split_extra(entry, entry.content, keys)
        elif entry.key not in keys:
            entries.append(entry)
        elif entry.comments_before or entry.comment_after:
            document = _with_closing(document, entry)
    return replace(document, body=replace(document.body, entries=tuple(entries)))


def _split_extra(entry: PlanEntry, content: Entries, keys: list[str]) -> Iterator[PlanEntry]:
    """Yield the entries of `extra` that are moved, and `extra` with the others; without any, its comments move too."""
    moved = [inner for inner in content.entries if inner.key in keys]
    remaining = tuple(inner for inner in content.entries if inner.key not in keys)
    if remaining:
        yield from moved
        yield replace(entry, content=replace(content, entries=remaining))
        return
    first = moved[0]
    moved[0] = replace(first, comments_before=(*_entry_comments(entry), *first.comments_before))
    last = moved[-1]
    moved[-1] = replace(last, comments_before=(*last.comments_before, *content.closing))
    yield from moved


def _with_closing(document: PlanFileContent, entry: PlanEntry) -> PlanFileContent:
    """Return the document with the comments of an empty entry at its end."""
    closing = (*document.body.closing, *_entry_comments(entry))
    return replace(document, body=replace(document.body, closing=closing))


def _entry_comments(entry: PlanEntry) -> tuple[str, ...]:
    """Return the comments about an entry, without those inside of it."""
    if not entry.comment_after:
        return entry.comments_before
    return (*entry.comments_before, entry.comment_after)


def left_extra(tree: Tree, known: KnownFields) -> list[Problem]:
    """Return the error about `extra` in a plan file, with the declarations of its keys; none if there is no `extra`."""
    if not isinstance(tree.value, dict) or EXTRA not in tree.value:
        return []
    where = tree.location((EXTRA,), key=True)
    hint = extra_hint(tree.value[EXTRA], known)
    return [problem("field-unknown", where, name=EXTRA, hint=hint)]
