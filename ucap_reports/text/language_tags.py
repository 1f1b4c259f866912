"""Language tags (BCP 47): their form, which of them exist and match, hints about invalid ones, the direction of their
text, and texts that carry one.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import suggesting

DEFAULT_LANGUAGE = "en"
"""The language of plans that name none, unless the project has another."""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The form of a tag, such as `zh-CN`."""
_WITH_REGION = {"zh": "zh-CN"}
"""Full tags for languages whose primary tag does not determine the characters."""
_RIGHT_TO_LEFT = frozenset({
    "acm", "acq", "acw", "aeb", "aec", "afb", "apc", "apd", "ar", "arq", "ars", "ary", "arz", "ayl",  # Arabic
    "azb", "bal", "bgn", "bqi", "brh", "ckb", "dv", "fa", "glk", "he", "hno", "iw", "ji", "khw", "ks", "lki", "lrc",
    "luz", "mzn", "nqo", "pnb", "prs", "ps", "rhg", "sd", "sdh", "skr", "syr", "trw", "ug", "ur", "yi",
})  # fmt: skip
"""Languages that are written from right to left in their usual script (likely subtags of CLDR)."""
_RIGHT_TO_LEFT_IN = {"az": "ir", "pa": "pk", "uz": "af"}
"""Languages that are written from right to left in one country only."""
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_SCRIPT = re.compile("[a-z]{4}")
"""The part of a tag that names a script, in lower case."""
_REGION_LETTERS = 2
"""The characters of a part of a tag that names a region by its ISO 3166-1 code."""
_BETWEEN_TAGS = LazyPattern(r"[;,/&+]|\sand\s")
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


def primary(tag: str) -> str:
    """Return the language alone, without script and region."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=256)
def is_right_to_left(tag: str) -> bool:
    """Return whether the language is written from right to left, in its usual script or in that of the tag."""
    language, *others = tag.lower().split("-")
    scripts = [part for part in others if _SCRIPT.fullmatch(part)]
    if scripts:
        return scripts[0] in _RIGHT_TO_LEFT_SCRIPTS
    if language in _RIGHT_TO_LEFT:
        return True
    country = _RIGHT_TO_LEFT_IN.get(language)
    return country in others


@lru_cache(maxsize=256)
def is_traditional_chinese(tag: str) -> bool:
    """Return whether the tag is of Chinese in traditional characters: by its script or, without one, its region."""
    language, *others = tag.lower().split("-")
    if language != "zh" or "hans" in others:
        return False
    return not _TRADITIONAL.isdisjoint(others)


@lru_cache(maxsize=256)
def is_readable_as(tag: str, other: str) -> bool:
    """Return whether text in the one language is written and pronounced as text in the other."""
    return primary(tag) == primary(other) and is_traditional_chinese(tag) == is_traditional_chinese(other)


def tag_in_documents(tag: str) -> str:
    """Return the tag that a text in a language has within a document in another one, in all formats: with a region if
    the language alone does not determine the characters.

    The language of a document itself is written as its author wrote it.
    """
    return _WITH_REGION.get(tag, tag)


def canonical_tag(tag: str) -> str:
    """Return the tag with the capitals that it should have (RFC 5646, section 2.1.1): `zh-Hant-TW`.

    They have no meaning, but names of files contain tags, and two files whose names differ only in capitals are one on
    Windows and macOS.
    """
    language, *others = tag.split("-")
    parts = [language.lower()]
    for other in others:
        if len(other) == _REGION_LETTERS:
            parts.append(other.upper())
        elif _SCRIPT.fullmatch(other.lower()):
            parts.append(other.capitalize())
        else:
            parts.append(other.lower())
    return "-".join(parts)


def lookup(tag: str, known: Collection[str]) -> str | None:
    """Return the best match among the known tags: the tag itself, or shortened from its end (RFC 4647, section 3.4).

    Capitals make no difference (RFC 5646, section 2.1.1).
    """
    if tag in known:  # as most tags are: these need no table of spellings
        return tag
    # Of two tags that differ only in capitals, the first one counts, which overwrites the others.
    spellings = {name.lower(): name for name in sorted(known, reverse=True)}
    while tag:
        if tag in known:
            return tag
        if tag.lower() in spellings:
            return spellings[tag.lower()]
        tag = tag.rpartition("-")[0]
    return None


def distinct(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags, each once in its last spelling: capitals make no difference (RFC 5646, section 2.1.1)."""
    return tuple({tag.lower(): tag for tag in tags}.values())


@lru_cache(maxsize=64)
def locale_of(language: str) -> Any:
    """Return Babel's data about a language (a `babel.Locale`); None for an unknown one."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - many commands need none

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def names_language(text: str) -> bool:
    """Return whether the text is the tag of a language that exists, such as `zh`, `deu`, `pt-br` or `de-1996`."""
    if not LANGUAGE.fullmatch(text):
        return False
    from babel import Locale  # noqa: PLC0415 - few texts look like a tag
    from babel.core import get_global  # noqa: PLC0415 - as above

    language, *others = text.lower().split("-")
    names = Locale("en")
    # Languages with a tag of two letters have others in ISO 639-2 and ISO 639-3: `deu` and `ger` are `de`.
    is_language = language in names.languages or language in get_global("language_aliases")
    known = {*map(str.lower, names.scripts), *map(str.lower, names.territories), *map(str.lower, names.variants)}
    return is_language and all(other in known for other in others)


def language_hint(text: str) -> str | None:
    """Return the tag with a hyphen, or the tag for the English name of a language; None for other texts."""
    from babel import Locale  # noqa: PLC0415 - only plans with such an error need it

    tags_by_name = {name.casefold(): tag for tag, name in Locale("en").languages.items()}
    named_tag = tags_by_name.get(text.casefold(), text)
    tag = named_tag.replace("_", "-")
    if not LANGUAGE.fullmatch(tag):
        return None
    return suggesting([tag])


def languages_hint(text: str) -> str | None:
    """Return what to write instead of an unknown language in a list: the list, if the text has several tags."""
    tags = [tag.strip() for tag in _BETWEEN_TAGS.split(text)]
    if len(tags) > 1 and all(map(LANGUAGE.fullmatch, tags)):
        return f"write a list: [{', '.join(tags)}]"
    return language_hint(text)


class ForeignText(str):
    """A text with the BCP 47 tag of its language, which documents tag it with."""

    __slots__ = ("language",)
    language: str | None

    def in_language(self, language: str) -> "ForeignText":
        """Return the text with another language."""
        return _tagged(self, language)

    def given_to(self, text: str) -> str:
        """Return another text with what this one is tagged with."""
        return foreign_text(text, self.language)


def foreign_text(text: str, language: str | None) -> str:
    """Return the text with its language, if it has one."""
    if language is None:
        return text
    if isinstance(text, ForeignText):  # which may have marks, too
        return text.in_language(language)
    return _tagged(text, language)


def like(text: str, model: str) -> str:
    """Return the text with the language that another text has, and its marks."""
    return model.given_to(text) if isinstance(model, ForeignText) else text


def language_of(text: str) -> str | None:
    """Return the language of a text that is not in the language of its document; None for any other text."""
    return text.language if isinstance(text, ForeignText) else None


def plain_text(value: Any) -> str:
    """Return a text without what its class adds to it, such as its language.

    This is an `enc_hook` of msgspec, which encodes no subclasses of `str`.
    """
    if isinstance(value, str):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} cannot be encoded")


def _tagged(text: str, language: str) -> ForeignText:
    """Return a text with a language."""
    foreign = ForeignText(text)
    foreign.language = language
    return foreign
