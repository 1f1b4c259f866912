"""Writing and formatting of plan files in canonical order and style, with the comments where they belong. What plans of
earlier versions have below `extra` moves to custom fields.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, assert_never

from msgspec.structs import replace

from ucap_reports.plan.fields import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.undeclared_fields import EXTRA, extra_hint
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.validation import described
from ucap_reports.plan.writing.comment_reading import (
    Content,
    Entries,
    PlainValue,
    PlanEntry,
    PlanFileContent,
    TextValue,
    comments_of,
    read_document,
)
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Loc, Tree, YamlNode, mapped, plain_value
from ucap_reports.storage.decoding import Source

STEP = "  "
_ON_ONE_LINE = {field.name for field in BUILT_IN.inside() if field.on_one_line}
"""The lists of a plan that are written on one line if they are short; others have a line for each item."""
_ON_LINES = {field.name for field in BUILT_IN.fields if field.on_one_line is False}
"""The lists inside of other fields that have a line for each item; others are written on one line if they are short."""
WIDTH = 120
"""The longest line."""
_UNSAFE_START = re.compile(r"[-?:](?:\s|$)|[,\[\]{}#&*!|>'\"%@`]|---|\.\.\.|<<$|=$")
_UNSAFE_INSIDE = re.compile(r":(?:\s|$)|\s#|[\n\r\t\ufeff]|\s$|^\s")
_FLOW_UNSAFE = re.compile(r"[,\[\]{}]|^[-?:]|:$")
_BREAK = re.compile(r"(?<=[^ \t]) (?=[^ \t])")
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
        where = Location(source.path, 1, 1)
        given, hint = described(tree.value), "write `name: value`"
        raise ProblemsFound([problem("type-invalid", where, expected="fields", given=given, hint=hint)])
    raise_found(list(_aliases(tree, tree.root, ())))
    document = _with_moved_entries(read_document(tree), tree.value, known)
    canonical = write_document(in_canonical_order(document, known))
    after = parse(Source(source.path, canonical))
    before = mapped(_moved_values(tree.value, known), _comparable)
    written = mapped(after.value, _comparable)
    if before != written or comments_of(tree) != comments_of(after):
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
        entries.sort(key=lambda entry: names.index(entry.key) if entry.key in names else len(names))
    ordered = []
    for entry in entries:
        inner = entry.content
        if isinstance(inner, Entries):
            path_of_entry = path if entry.key is None else f"{path}.{entry.key}".removeprefix(".")
            entry = replace(entry, content=_in_order(inner, path_of_entry, known))  # noqa: PLW2901 - the same entry
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
    return value.strip("\n") if isinstance(value, str) else (type(value), getattr(value, "text", value))


def write_document(document: PlanFileContent) -> str:
    """Return the text of the file: the head, then the fields with an empty line between two of them."""
    lines = list(document.head)
    for index, entry in enumerate(document.body.entries):
        if index:
            lines.append("")
        lines += _entry(entry, "")
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
    """Return the lines of a field or item with its comments, each after `indent`."""
    return _entry(entry, indent)


def _entry(entry: PlanEntry, indent: str) -> Iterator[str]:
    """Yield the lines of a field or item with its comments."""
    yield from _comments(entry.comments_before, indent)
    if entry.key is None:
        yield from _item(entry, indent)
        return
    yield from _after(f"{indent}{on_one_line(entry.key)}:", entry, indent)


def _item(entry: PlanEntry, indent: str) -> Iterator[str]:
    """Yield an item, whose fields or items start on the line of its dash."""
    match entry.content:
        case Entries(entries, closing) if entries and not entry.comment_after:
            inner: list[str] = []
            for field in entries:
                inner += _entry(field, f"{indent}{STEP}")
            if entries[0].comments_before:  # there is no place for a comment between the dash and the first field
                yield from _comments(entries[0].comments_before, indent)
                inner = inner[len(entries[0].comments_before) :]
            yield f"{indent}- {inner[0].removeprefix(indent + STEP)}"
            yield from inner[1:]
            yield from _comments(closing, f"{indent}{STEP}")
        case _:
            yield from _after(f"{indent}-", entry, indent)


def _after(lead: str, entry: PlanEntry, indent: str) -> Iterator[str]:
    """Yield the lines from a key or dash on."""
    comment = f" {entry.comment_after}" if entry.comment_after else ""
    match entry.content:
        case PlainValue(written):
            yield f"{lead} {written}{comment}" if written else f"{lead}{comment}"
        case TextValue(text):
            yield from _text(lead, text, comment, indent)
        case Entries((), (), is_list):
            yield f"{lead} {'[]' if is_list else '{}'}{comment}"
        case Entries(is_list=True) if line := _flow(lead, entry, indent):
            yield f"{line}{comment}"
        case Entries(entries, closing):
            yield f"{lead}{comment}"
            for inner in entries:
                yield from _entry(inner, f"{indent}{STEP}")
            yield from _comments(closing, f"{indent}{STEP}")
        case _:
            assert_never(entry.content)


def _text(lead: str, text: str, comment: str, indent: str) -> Iterator[str]:
    """Yield a text on the line of its key if it fits, else in a block below."""
    inner = f"{indent}{STEP}"
    if "\n" in text and (lines := _literal_lines(text)) is not None:
        # One piece, because empty lines and spaces at line ends belong to the text.
        yield "\n".join([f"{lead} |{comment}", *(f"{inner}{line}" if line else "" for line in lines)])
        return
    plain = f"{lead} {on_one_line(text)}{comment}"
    if len(plain) <= WIDTH or (lines := _folded_lines(text, WIDTH - len(inner))) is None:
        yield plain
        return
    yield f"{lead} >-{comment}"
    yield from (f"{inner}{line}" for line in lines)


def _flow(lead: str, entry: PlanEntry, indent: str) -> str | None:
    """Return a short list on one line; None for lists that have a line for each item."""
    content = entry.content
    is_short = entry.key not in _ON_LINES if indent else entry.key in _ON_ONE_LINE
    if not isinstance(content, Entries) or content.closing or not is_short:
        return None
    texts = [_flow_item(item) for item in content.entries]
    line = f"{lead} [{', '.join(text for text in texts if text is not None)}]"
    return line if None not in texts and len(line) <= WIDTH else None


def _flow_item(entry: PlanEntry) -> str | None:
    match entry:
        case PlanEntry(None, TextValue(text), (), "") if "\n" not in text:
            return on_one_line(text, flow=True)
        case PlanEntry(None, PlainValue(written), (), "") if written:
            return written
        case _:
            return None


def _comments(lines: Iterable[str], indent: str) -> Iterator[str]:
    return (f"{indent}{line}" if line else "" for line in lines)


def plain_entry(key: str | None, value: object) -> PlanEntry:
    """Return an entry for plain data: texts and scalars, lists and mappings of them."""
    return PlanEntry(key, _content(value))


def _content(value: object) -> Content:
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
    if not isinstance(plain_value(text), str) or _UNSAFE_START.match(text) or _UNSAFE_INSIDE.search(text):
        return False
    return not (flow and _FLOW_UNSAFE.search(text))


def on_one_line(text: str, *, flow: bool = False) -> str:
    """Return the text without quotes if possible, else in those that need no escapes."""
    if _is_plain_scalar(text, flow=flow):
        return text
    if "'" not in text and not any(character in text for character in "\n\r\t\ufeff"):
        return f"'{text}'" if '"' in text or "\\" in text else f'"{text}"'
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def _folded_lines(text: str, width: int) -> list[str] | None:
    """Return the lines of a folded block (`>-`) with this text; None if there is none."""
    if not text or text != text.strip() or any(character in text for character in "\n\r\ufeff"):
        return None
    return _filled(_BREAK.split(text), width)


def _literal_lines(text: str) -> list[str] | None:
    """Return the lines of a literal block (`|`) with this text and a line end; None if there is none."""
    lines = text.split("\n")
    if text[:1] in {"", " ", "\t", "\n"} or not lines[-1].strip() or any(mark in text for mark in "\r\ufeff"):
        return None
    return lines if all(line.strip() or not line for line in lines) else None


def _filled(words: list[str], width: int) -> list[str]:
    """Return the words with spaces between them, in lines that are as long as possible."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
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
    extra = {key: value for key, value in values[EXTRA].items() if key not in keys}
    moved = {key: values[EXTRA][key] for key in keys}
    others = {key: value for key, value in values.items() if key != EXTRA and key not in keys}
    return others | moved | ({EXTRA: extra} if extra else {})


def _with_moved_entries(document: PlanFileContent, values: Any, known: KnownFields) -> PlanFileContent:
    """Return the document with the same moves, and with all comments; `values` are those of the file."""
    keys = _movable_keys(values, known)
    if not keys:
        return document
    entries: list[PlanEntry] = []
    for entry in document.body.entries:
        if entry.key == EXTRA and isinstance(entry.content, Entries):
            entries += _parts(entry, entry.content, keys)
        elif entry.key not in keys:
            entries.append(entry)
        elif entry.comments_before or entry.comment_after:
            document = _with_closing(document, entry)
    return replace(document, body=replace(document.body, entries=tuple(entries)))


def _parts(entry: PlanEntry, content: Entries, keys: list[str]) -> Iterator[PlanEntry]:
    """Yield the entries of `extra` that are moved, and `extra` with the others; without any, its comments move too."""
    comments = (*entry.comments_before, *([entry.comment_after] if entry.comment_after else []))
    remaining = tuple(inner for inner in content.entries if inner.key not in keys)
    moved = [inner for inner in content.entries if inner.key in keys]
    if not remaining:
        moved[0] = replace(moved[0], comments_before=(*comments, *moved[0].comments_before))
        closing = content.closing
        if closing:
            moved[-1] = replace(moved[-1], comments_before=(*moved[-1].comments_before, *closing))
    yield from moved
    if remaining:
        yield replace(entry, content=replace(content, entries=remaining))


def _with_closing(document: PlanFileContent, entry: PlanEntry) -> PlanFileContent:
    """Return the document with the comments of an empty entry at its end."""
    comments = (*entry.comments_before, *([entry.comment_after] if entry.comment_after else []))
    return replace(document, body=replace(document.body, closing=(*document.body.closing, *comments)))


def left_extra(tree: Tree, known: KnownFields) -> list[Problem]:
    """Return the error about `extra` in a plan file, with the declarations of its keys; none if there is no `extra`."""
    if not isinstance(tree.value, dict) or EXTRA not in tree.value:
        return []
    hint = extra_hint(tree.value[EXTRA], known)
    return [problem("field-unknown", tree.location((EXTRA,), key=True), name=EXTRA, hint=hint)]
