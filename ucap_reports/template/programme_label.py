"""The programme label, which is printed beside the emblem: its languages and their order, and the statement about the
funding.

The languages are the same in all documents of a pack, or depend on the country of a partner:

label_languages: [en, zh]
label_languages: {China: [en, zh], Japan: [en, ja], other: [en]}

The statements say that the European Union has funded or co-funded something. The wordings are official ones. Languages
whose wording could not be confirmed have no statement.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from ucap_reports.plan import field_values
from ucap_reports.plan.countries_goals_and_partnerships import EU_COUNTRIES, country_hint, find_country
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.artifact_cache import shipped_table
from ucap_reports.text.capitals_punctuation_and_plain_letters import searchable
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, is_readable_as, primary

OTHER = "other"
"""The key for pairings whose partners have no entry."""
_MAX_COUNTRIES = 100
"""The largest number of entries."""
_DEFAULT = ("en",)
_FILE = Path(__file__).with_name("funding_statements.toml")
_UNION_NAMES = Path(__file__).with_name("union_names.toml")
_UNION_LANGUAGES = frozenset({
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
})  # fmt: skip
"""The official languages of the Union (Regulation No 1 of 1958, article 1)."""


# Languages
_ByCountry = Annotated[dict[str, tuple[str, ...]], Field(max_length=_MAX_COUNTRIES)]
LabelLanguages = tuple[str, ...] | dict[str, tuple[str, ...]]
"""The languages, or the languages by country."""
_LISTS = Discriminator(lambda value: "countries" if isinstance(value, dict) else "list")
"""Selects the type by what is written, so that only the errors of that type are reported."""
PackLabelLanguages = Annotated[
    Annotated[tuple[str, ...], Tag("list")] | Annotated[_ByCountry, Tag("countries")],
    _LISTS,
]
"""The setting in `pack.yaml`."""
ProjectLabelLanguages = Annotated[
    Annotated[field_values.Languages, Tag("list")]
    | Annotated[dict[str, field_values.Languages], Field(max_length=_MAX_COUNTRIES), Tag("countries")],
    _LISTS,
]
"""The setting in `ucap.yaml`, where a single language needs no brackets."""


def languages_of_document(
    setting: LabelLanguages, document: str, countries: Iterable[str] = (), of_plan: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Return the languages of the label in a document, in their order.

    The list of a plan is printed as the plan has it. In that of a pack or a project, the document's own language comes
    first, because headers have room for one label only.

    Args:
        setting: The setting of a pack or a project.
        document: The language of the document.
        countries: ISO 3166-1 alpha-2 codes of the partners, in the order of the plan.
        of_plan: The languages that the plan names; None if it names none.
    """
    if of_plan is not None:
        return tuple(of_plan)
    return _own_language_first(languages_for(setting, countries), document)


def languages_of_book(setting: LabelLanguages, document: str) -> tuple[str, ...]:
    """Return the languages of the label on the cover of a book: those of all countries, with the book's own first."""
    of_other_countries = languages_for(setting, ())
    languages = dict.fromkeys([*of_other_countries, *all_languages(setting)])
    return _own_language_first(languages, document)


def _own_language_first(languages: Iterable[str], document: str) -> tuple[str, ...]:
    """Return the languages with that of the document first, and the others in their order."""
    return tuple(sorted(languages, key=lambda tag: not is_readable_as(tag, document)))


def languages_for(setting: LabelLanguages, countries: Iterable[str]) -> tuple[str, ...]:
    """Return the languages for partners from these countries, given by their codes in the order of the plan.

    The first country outside the European Union that has an entry decides: the label in the languages of the Union's
    own partners is on every document.
    """
    if not isinstance(setting, dict):
        return setting
    by_code = {find_country(name): languages for name, languages in setting.items()}
    for code in countries:
        if code not in EU_COUNTRIES and code in by_code:
            return by_code[code]
    return setting.get(OTHER, _DEFAULT)


def all_languages(setting: LabelLanguages) -> tuple[str, ...]:
    """Return each language of the setting once, in the order in which they are written."""
    languages: dict[str, None] = {}
    for entry in _entries(setting).values():
        languages |= dict.fromkeys(entry)
    return tuple(languages)


def over_inherited(upper: Any, inherited: Any) -> Any:
    """Return the setting of a layer, in which the list of the layer below holds for all other countries."""
    if isinstance(upper, dict) and isinstance(inherited, list | tuple) and OTHER not in upper:
        return upper | {OTHER: list(inherited)}
    return upper


def label_language_problems(
    setting: LabelLanguages, known: Iterable[str], at: Callable[[Loc], Location]
) -> Iterator[Problem]:
    """Find entries for countries that do not exist or are in the European Union, and languages without a wording.

    Args:
        setting: The setting of a pack, with that of its project.
        known: The languages in which the pack has the programme label.
        at: The location of a setting of the pack.
    """
    known = sorted(known)
    name = "label_languages"
    for country, languages in _entries(setting).items():
        path: Loc = (name, country) if isinstance(setting, dict) else (name,)
        if isinstance(setting, dict) and country != OTHER:
            yield from _country_problems(country, at(path))
        for index, language in enumerate(languages):
            if language not in known:
                hint = did_you_mean(language, known) or f"choose one of {', '.join(known)}"
                yield problem("label-language-unknown", at((*path, index)), hint=hint, language=language)


def _country_problems(name: str, where: Location) -> Iterator[Problem]:
    code = find_country(name)
    if code is None:
        yield problem("country-unknown", where, hint=did_you_mean(name, [OTHER]) or country_hint(name), name=name)
    elif code in EU_COUNTRIES:
        yield problem("label-country-ignored", where, name=name)


def _entries(setting: LabelLanguages) -> Mapping[str, tuple[str, ...]]:
    return setting if isinstance(setting, dict) else {OTHER: setting}


# Texts
Funding = Literal["funded", "co-funded"]


def label_texts(labels: Mapping[str, str], funding: Funding | None, tags: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return what is printed beside the emblem in these languages, each text after its language: the programme label,
    and then the statement about the funding, which is in English if none of the languages has one.

    Args:
        labels: The programme label of a pack by language.
        funding: Which statement the pack prints; None for no statement.
        tags: The languages in their order.
    """
    printed: list[tuple[str, str]] = []
    statements: list[tuple[str, str]] = []
    for tag in tags:
        label = _label(labels, tag)
        if label is not None:
            printed.append((tag, label))
        statement = None if funding is None else funding_statement(funding, tag)
        if statement is not None:
            statements.append((tag, statement))
    english = None if funding is None else funding_statement(funding, DEFAULT_LANGUAGE)
    if english is not None and not statements:
        statements.append((DEFAULT_LANGUAGE, english))
    return (*printed, *statements)


def plan_language_problems(
    labels: Mapping[str, str], funding: Funding | None, tags: Iterable[str], pack_name: str
) -> Iterator[Problem]:
    """Yield an error about each language of a plan's `label_languages` in which the pack prints no text.

    The arguments are those of `label_texts`, and the name of the pack.
    """
    for index, tag in enumerate(tags):
        has_statement = funding is not None and funding_statement(funding, tag) is not None
        if _label(labels, tag) is None and not has_statement:
            hint = did_you_mean(tag, labels) or f"the pack {pack_name} has it in {', '.join(labels)}"
            yield problem(
                "label-language-unknown", Location(field=f"label_languages[{index}]"), language=tag, hint=hint
            )


def _label(labels: Mapping[str, str], tag: str) -> str | None:
    """Return the label in a language, with or without the region of the tag; None if the pack does not have it."""
    for known in (tag, primary(tag)):
        if known in labels:
            return labels[known]
    return None


def funding_statement(funding: Funding, tag: str) -> str | None:
    """Return the statement in a language; None if there is none."""
    return funding_statements(funding).get(primary(tag))


@cache
def funding_statements(funding: Funding) -> Mapping[str, str]:
    """Return the statements by language."""
    return shipped_table(_FILE, dict[str, dict[str, str]])[funding]


def is_unconfirmed(funding: Funding, tag: str) -> bool:
    """Return whether a language of the Union has no confirmed statement."""
    return primary(tag) in _UNION_LANGUAGES and funding_statement(funding, tag) is None


# The name of the Union
def names_union(text: str) -> bool:
    """Return whether a text names the European Union, in any form of its name in the languages of the Union and in the
    most common languages of labels.
    """
    words = _plain(text).split()
    return any(_has_words(words, name) for name in _union_names())


def _has_words(words: Sequence[str], parts: Sequence[str]) -> bool:
    """Return whether consecutive words contain these parts, perhaps after an article or before an ending."""
    for start in range(len(words) - len(parts) + 1):
        following = words[start : start + len(parts)]
        if all(part in word for part, word in zip(parts, following, strict=True)):
            return True
    return False


@cache
def _union_names() -> tuple[list[str], ...]:
    """Return the names, each as the parts of its words."""
    names: list[str] = []
    for names_of_group in shipped_table(_UNION_NAMES, dict[str, list[str]]).values():
        names += names_of_group
    return tuple([_plain(name).split() for name in names])


def _plain(text: str) -> str:
    """Return a text in plain small letters without characters that are not printed, such as soft hyphens."""
    visible = "".join([character for character in text if unicodedata.category(character) != "Cf"])
    return searchable(visible)
