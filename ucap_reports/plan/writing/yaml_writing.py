"""Canonical text of a plan file."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from ucap_reports.plan.writing.file_content import (
    Content,
    EntryList,
    EntryMapping,
    PlainValue,
    PlanEntry,
    PlanFileContent,
    TextValue,
)
from ucap_reports.plan.writing.yaml_style import WIDTH, folded_lines, is_plain_scalar, literal_lines, on_one_line

STEP = "  "


def write_document(document: PlanFileContent) -> str:
    """The file's text: the head, then the fields with an empty line between two of them."""
    lines = list(document.head)
    for place, entry in enumerate(document.body.entries):
        if place:
            lines.append("")
        lines += _entry(entry, "")
    if document.body.closing:
        lines += ["", *document.body.closing]
    return "\n".join(_tidy(lines)) + "\n"


def _tidy(lines: Iterable[str]) -> Iterator[str]:
    """The lines without spaces at their ends, and never two empty ones after each other."""
    before = ""
    for line in lines:
        kept = line.rstrip(" ")
        if kept or before:
            yield kept
        before = kept


def _entry(entry: PlanEntry, indent: str) -> Iterator[str]:
    """The lines of a field or an item with its comments."""
    yield from _comments(entry.leading, indent)
    if entry.key is None:
        yield from _item(entry, indent)
        return
    yield from _after(f"{indent}{on_one_line(entry.key)}:", entry, indent)


def _item(entry: PlanEntry, indent: str) -> Iterator[str]:
    """An item: its fields or its own items begin on the line of its dash."""
    match entry.content:
        case (EntryMapping(entries, _) | EntryList(entries, _)) as content if entries and not entry.trailing:
            inner = [line for each in entries for line in _entry(each, f"{indent}{STEP}")]
            if entries[0].leading:  # a comment cannot stand between the dash and what it is about
                yield from _comments(entries[0].leading, indent)
                inner = inner[len(entries[0].leading) :]
            yield f"{indent}- {inner[0].removeprefix(indent + STEP)}"
            yield from inner[1:]
            yield from _comments(content.closing, f"{indent}{STEP}")
        case _:
            yield from _after(f"{indent}-", entry, indent)


def _after(lead: str, entry: PlanEntry, indent: str) -> Iterator[str]:
    """What follows a key or a dash."""
    comment = f" {entry.trailing}" if entry.trailing else ""
    match entry.content:
        case PlainValue(written):
            yield f"{lead} {written}{comment}" if written else f"{lead}{comment}"
        case TextValue(text):
            yield from _text(lead, text, comment, indent)
        case EntryMapping((), ()):
            yield f"{lead} {{}}{comment}"
        case EntryList((), ()):
            yield f"{lead} []{comment}"
        case EntryList() if line := _flow(lead, entry, indent):
            yield f"{line}{comment}"
        case EntryMapping(entries, closing) | EntryList(entries, closing):
            yield f"{lead}{comment}"
            for each in entries:
                yield from _entry(each, f"{indent}{STEP}")
            yield from _comments(closing, f"{indent}{STEP}")
        case _:
            assert_never(entry.content)


def _text(lead: str, text: str, comment: str, indent: str) -> Iterator[str]:
    """A text on the line of its key where it fits, else in a block below."""
    inner = f"{indent}{STEP}"
    if "\n" in text and (lines := literal_lines(text)) is not None:
        yield f"{lead} |{comment}"
        yield from (f"{inner}{line}" if line else "" for line in lines)
        return
    plain = f"{lead} {on_one_line(text)}{comment}"
    if len(plain) <= WIDTH or (lines := folded_lines(text, WIDTH - len(inner))) is None:
        yield plain
        return
    yield f"{lead} >-{comment}"
    yield from (f"{inner}{line}" for line in lines)


def _flow(lead: str, entry: PlanEntry, indent: str) -> str | None:
    """A short list inside a city on one line; lists that are fields of the plan have a line for each item."""
    content = entry.content
    if not isinstance(content, EntryList) or content.closing or (not indent and entry.key != "label_languages"):
        return None
    texts = [_flow_item(each) for each in content.entries]
    line = f"{lead} [{', '.join(text for text in texts if text is not None)}]"
    return line if None not in texts and entry.key != "details" and len(line) <= WIDTH else None


def _flow_item(entry: PlanEntry) -> str | None:
    match entry:
        case PlanEntry(None, TextValue(text), (), "") if is_plain_scalar(text, flow=True) or "\n" not in text:
            return on_one_line(text, flow=True)
        case PlanEntry(None, PlainValue(written), (), "") if written:
            return written
        case _:
            return None


def _comments(lines: Iterable[str], indent: str) -> Iterator[str]:
    return (f"{indent}{line}" if line else "" for line in lines)


def plain_entry(key: str | None, value: object, leading: tuple[str, ...] = ()) -> PlanEntry:
    """Plain data (texts and scalars, lists and mappings of them) as an entry."""
    return PlanEntry(key, _content(value), leading)


def _content(value: object) -> Content:
    match value:
        case str():
            return TextValue(value)
        case PlainValue():
            return value
        case dict():
            return EntryMapping(tuple(plain_entry(key, each) for key, each in value.items()))
        case list():
            return EntryList(tuple(plain_entry(None, each) for each in value))
        case _:
            return PlainValue("" if value is None else str(value))
