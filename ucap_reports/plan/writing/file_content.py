"""The content of a plan file, with each comment at the field or item that it is about."""

from msgspec import Struct


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

    `leading` has the comment lines before it, each with its number sign, and an empty text for an empty line;
    `trailing` is the comment after it on its line, or an empty text.
    """

    key: str | None
    content: Content
    leading: tuple[str, ...] = ()
    trailing: str = ""


class PlanFileContent(Struct, frozen=True):
    """A complete plan file: the comments at its start, and its fields."""

    head: tuple[str, ...]
    body: Entries
