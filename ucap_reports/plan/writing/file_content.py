"""A plan file's content with its comments, each comment at what it is about."""

from msgspec import Struct


class TextValue(Struct, frozen=True):
    """Text, however it is to be written."""

    text: str


class PlainValue(Struct, frozen=True):
    """A number, a switch or nothing, exactly as it is written."""

    written: str


class EntryMapping(Struct, frozen=True):
    """Fields; `closing` are the lines of comment after the last one."""

    entries: tuple["PlanEntry", ...]
    closing: tuple[str, ...] = ()


class EntryList(Struct, frozen=True):
    """Items, whose entries have no key; `closing` are the lines of comment after the last one."""

    entries: tuple["PlanEntry", ...]
    closing: tuple[str, ...] = ()


Content = TextValue | PlainValue | EntryMapping | EntryList


class PlanEntry(Struct, frozen=True):
    """A field, or an item of a list where `key` is None.

    `leading` are the lines of comment before it, each with its number sign, an empty one for an empty line; `trailing`
    is the comment behind it on its line, or an empty text.
    """

    key: str | None
    content: Content
    leading: tuple[str, ...] = ()
    trailing: str = ""


class PlanFileContent(Struct, frozen=True):
    """A whole plan file: comments that stand at its head, and its fields."""

    head: tuple[str, ...]
    body: EntryMapping
