"""A plan file's content with its comments, each comment at what it is about."""

from msgspec import Struct


class Text(Struct, frozen=True):
    """Text, however it is to be written."""

    text: str


class Scalar(Struct, frozen=True):
    """A number, a switch or nothing, exactly as it is written."""

    written: str


class Mapping(Struct, frozen=True):
    """Fields; `closing` are the lines of comment after the last one."""

    entries: tuple["Entry", ...]
    closing: tuple[str, ...] = ()


class Listing(Struct, frozen=True):
    """Items, whose entries have no key; `closing` are the lines of comment after the last one."""

    entries: tuple["Entry", ...]
    closing: tuple[str, ...] = ()


Content = Text | Scalar | Mapping | Listing


class Entry(Struct, frozen=True):
    """A field, or an item of a list where `key` is None.

    `leading` are the lines of comment before it, each with its number sign, an empty one for an empty line; `trailing`
    is the comment behind it on its line, or an empty text.
    """

    key: str | None
    content: Content
    leading: tuple[str, ...] = ()
    trailing: str = ""


class Document(Struct, frozen=True):
    """A whole plan file: comments that stand at its head, and its fields."""

    head: tuple[str, ...]
    body: Mapping
