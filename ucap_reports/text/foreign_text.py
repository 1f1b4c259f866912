"""Plain text in another language than its document, and values in several languages."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Value = TypeVar("Value")


class ByLanguage(dict[str, Callable[[], Value | None]]):
    """Functions that return values, by language tag, so that only those that a template uses are made.

    In templates, a language that it does not have is empty and not an error.
    """

    def of(self, language: object) -> Value | None:
        """The value of a language; None if there is none."""
        make = self.get(language) if isinstance(language, str) else None
        return make() if make else None


class ForeignText(str):
    """A text with the BCP 47 tag of its language, which documents tag it with."""

    __slots__ = ("language",)
    language: str


def foreign_text(text: str, language: str | None) -> str:
    """The text with its language, if it has one."""
    if language is None:
        return text
    foreign = ForeignText(text)
    foreign.language = language
    return foreign


def like(text: str, model: str) -> str:
    """The text with the language that another text has."""
    return foreign_text(text, language_of(model))


def joined_text(parts: Sequence[str]) -> str:
    """The parts with commas between them, with their language if all have the same."""
    languages = {language_of(part) for part in parts}
    return foreign_text(", ".join(parts), languages.pop() if len(languages) == 1 else None)


def language_of(text: str) -> str | None:
    """The language of a text that is not in the language of its document; None for any other text."""
    return text.language if isinstance(text, ForeignText) else None
