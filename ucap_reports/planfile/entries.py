"""A plan file's content with its comments, each comment at what it is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Text, however it is to be written."""

    text: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, a switch or nothing, exactly as it is written."""

    written: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Fields; `closing` are the lines of comment after the last one."""

    entries: tuple["Entry", ...]
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Items, whose entries have no key; `closing` are the lines of comment after the last one."""

    entries: tuple["Entry", ...]
    closing: tuple[str, ...] = ()


Content = Text | Scalar | Mapping | Listing


@dataclass(frozen=True, slots=True)
class Entry:
    """A field, or an item of a list where `key` is None.

    `leading` are the lines of comment before it, each with its number sign, an empty one for an empty line; `trailing`
    is the comment behind it on its line, or an empty text.
    """

    key: str | None
    content: Content
    leading: tuple[str, ...] = ()
    trailing: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole plan file: comments that stand at its head, and its fields."""

    head: tuple[str, ...]
    body: Mapping
