"""What the labels in a file say: the field of a plan that a label names (`Labels.find`), the city whose number it has,
as in "City 1" (`Labels.city_of_row`), the field that it may mean (`Labels.proposal`), the language of a document
(`Labels.common_language`), and the pack that printed it (`detected_packs`).

Known are the labels of the packs, the names of the fields, and what offices write for them (`label_words.toml`).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct, toml
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.field_descriptions import CITIES, NAME, Field, FieldType, KnownFields
from ucap_reports.plan.numbers_and_amounts import area, is_plain_amount
from ucap_reports.plan.plan_model import BUILT_IN, MAX_CITIES
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.template.pack import Pack
from ucap_reports.template.programme_label import Funding, funding_statements
from ucap_reports.text.capitals_punctuation_and_plain_letters import unaccented
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE

ID = BUILT_IN.of_type(FieldType.ID).key
"""The name of the plan's file."""
OFFICE = BUILT_IN.of_type(FieldType.OFFICE)
_WITH_LINES_BELOW = frozenset(
    {
        FieldType.TEXT,
        FieldType.LIST,
        FieldType.FOCUS,
        FieldType.ACTIVITIES,
        FieldType.THEMES,
        FieldType.GOALS,
        FieldType.AGENDA,
        FieldType.TOPICS,
        FieldType.OFFICE,
        FieldType.ADDRESS,
        FieldType.SOURCES,
    }
)
"""The types of the fields to which the lines below their label in an imported file belong; others are on one line."""
_UNIT = re.compile(r"\b(?:in )?(?:km ?2|sq km|qkm)\b")
_UNIT_AT_END = LazyPattern(
    r"""
    (?: [ ] (?:in|en|em|w|v|i|\u0432) [ ] | ,[ ]? )           # "in", in several languages, or a comma
    ( 1,000s? | [^\s,:()\[\]]+ (?:[ ][^\s,:()\[\]]+){0,2} )
    (?= [ ]? [:(\[\uff08] | \Z )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What may be a unit without brackets, as in "Population in millions" and "Area, km²"."""
THOUSAND = re.compile(r"['\u2019]?(?:1[ ,.'\u2019]?)?000s?")
"""A thousand in digits: "in 1,000", "'000"."""
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\uff08[^\uff08\uff09]*\uff09")
_IN_WIDE_WORD = LazyPattern(r"(?<=[\u3041-\u30ff\u3400-\u9fff]) (?=[\u3041-\u30ff\u3400-\u9fff])")
"""A space between two Chinese or Japanese letters; Korean words have spaces between them."""
MAX_LABEL = 200
"""Characters of a label; the labels of the packs have up to 120."""
_MOST_WORDS = 14
_FEWEST_LETTERS = 5
"""Shorter words are similar to too many others; the known word may be one letter shorter."""
_CITY_WORDS = 3
_FEWEST_HEADERS = 2
"""The headers of a table that must name columns of a field."""
_FEWEST_LABELS_OF_LANGUAGE = 4
"""The labels that must be known to tell the language of a file: two languages can share a few."""
_NEAR = 0.86
"""How similar two words are that differ by one typing error."""


_WIDE_ORDINALS = ("一二三四五六七八九十"[:MAX_CITIES], "甲乙丙丁")


def _indexes_of_ordinals() -> Mapping[str, int]:
    indexes = {str(number): number - 1 for number in range(1, MAX_CITIES + 1)}
    for ordinals in ("ab", *_WIDE_ORDINALS):
        indexes |= {ordinal: index for index, ordinal in enumerate(ordinals)}
    return indexes


_CITY_INDEXES = _indexes_of_ordinals()
"""The ordinals of cities in headers, and their indexes."""
_WIDE_ORDINAL = LazyPattern(rf"第?([{''.join(_WIDE_ORDINALS)}]|(?<=[\u3041-\u9fff\uac00-\ud7a3])[ab](?![a-z]))")
"""An ordinal in a Chinese, Japanese or Korean word: "城市一", "第一城市", "都市A"."""
_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")
"""Between a letter and a digit."""
_NUMBERED = re.compile(r"\W*(?:[0-9]|[A-Za-z]\W*(?:[.)\u3001\uff0e\uff09]))")
"""A label that begins with its own number, as "1. City" and "B) Country": it says nothing about cities."""


class WordLists(Struct, frozen=True):
    """The content of `label_words.toml`: labels as offices write them, other words folded."""

    connectors: tuple[str, ...]
    prepositions: frozenset[str]
    city_words: frozenset[str]
    totals: frozenset[str]


@cache
def word_lists() -> WordLists:
    """Return the content of `label_words.toml`."""
    lists = toml.decode(Path(__file__).with_name("label_words.toml").read_bytes(), type=WordLists)
    return replace(lists, totals=frozenset(map(folded_label, lists.totals)))


class Labels(Struct, frozen=True, dict=True):
    """The labels that the packs know, in all their languages; the first pack is that of plans that name none."""

    packs: tuple[Pack, ...]
    known: KnownFields = BUILT_IN
    mapped: Mapping[str, str] = {}
    """Further labels with their fields, which a person has given for a file."""
    cities_of_plans: Mapping[str, tuple[Any, ...]] = {}
    """The names of the cities of the plans that a table may change, by id: a row that names the plan can omit them."""
    language: str = DEFAULT_LANGUAGE
    """The language of plans that name none."""

    def find(self, text: str) -> str | None:
        """Return the field that a text names by being one of its labels, whatever is in brackets; else None."""
        return self._mapped.get(folded_label(text)) or self._fields.get(_key(text))

    def target(self, text: str) -> str | None:
        """Return the field that a label names, with the index of its city if it has the number of one: "City 1 country"
        is about `cities[0].country`. None for other labels.
        """
        return self.path(*self._city_and_field(text, self.find))

    def proposed_target(self, text: str) -> str | None:
        """Return the field that a label may mean, which a person must confirm, as `target` does."""
        return self.path(*self._city_and_field(text, self.proposal))

    def city_of_row(self, text: str) -> tuple[int, str] | None:
        """Return the index of the city, and the field, that the label of a row names by the number of the city, as
        "City 1" and "Population (City 2)" do; None for other labels, also those with a number of their own.
        """
        if _NUMBERED.match(text):
            return None
        city, field = self._city_and_field(text, self.find)
        if city is None and self.known.is_of_city(field):
            city = self.city_in_brackets(text)
        if city is None or field is None:
            return None
        return city, field

    def field_of_row(self, text: str) -> str | None:
        """Return the field of a row with this label, also if the label has the number of a city; else None."""
        field = self.find(text)
        if field is not None:
            return field
        city_and_field = self.city_of_row(text)
        return None if city_and_field is None else city_and_field[1]

    def city_in_brackets(self, text: str) -> int | None:
        """Return the index of the city that a label has in brackets, as "Population (City 2)" or "Country (B)"."""
        for inner in in_brackets(text):
            spaced = _BESIDE_DIGIT.sub(" ", folded_label(inner))
            words = _WIDE_ORDINAL.sub(r" \1 ", spaced).split()
            if not words or words[-1] not in _CITY_INDEXES:
                continue
            is_ordinal_alone = len(words) == 1
            if is_ordinal_alone or self.find(" ".join(words[:-1])) == NAME:
                return _CITY_INDEXES[words[-1]]
        return None

    def path(self, city: int | None, field: str | None) -> str | None:
        """Return the path of a field in the city with that index, or the field alone."""
        if city is None or field is None:
            return field
        return f"{CITIES}[{city}].{self.name_in_city(field)}"

    def name_in_city(self, key: str) -> str:
        """Return the name of a field in its city."""
        field = self.known.of_key(key)
        return key if field is None else field.name

    def proposal(self, text: str) -> str | None:
        """Return the field that a label may mean, which a person must confirm; None if there is none.

        It is the one that the label names, but for a typing error, or the only one whose words are in the label.
        """
        key = self._corrected(_key(text))
        field = self.find(text) or self._fields.get(key)
        if field:
            return field
        fields = [known for known in self.known.all if _has_import_word(key, known)]
        if len(fields) > 1:
            return self._joint_row(fields)
        if fields:
            return fields[0].key
        words = key.split()
        lists = word_lists()
        is_short = 0 < len(words) <= _CITY_WORDS
        is_city = is_short and words[-1] in lists.city_words and lists.prepositions.isdisjoint(words)
        return NAME if is_city else None

    def table_columns(self, headers: Sequence[str], title: str) -> tuple[Field, tuple[str | None, ...]] | None:
        """Return the field whose table has columns with these headers, and the name of each column, None for an unknown
        one.

        At least two headers, and half of them, must name its columns; of several such fields, it is the one that the
        title names.
        """
        titled = self.find(title)
        matches: list[_TableMatch] = []
        for field in self.known.custom:
            columns = _columns_of_headers(field, headers)
            count = len(set(columns) - {None})
            if count >= min(_FEWEST_HEADERS, len(field.columns)) and 2 * count >= len(headers):
                matches.append(_TableMatch(field, columns, count, field.key == titled))
        if not matches:
            return None
        best = max(matches, key=lambda match: (match.is_titled, match.count))
        return best.field, best.columns

    def is_total(self, text: str) -> bool:
        """Return whether a text is the label of a row with totals: that of a pack, or a word of `label_words.toml`.

        In tables of plans, such a row is no plan; in the table of a field, it is computed.
        """
        return folded_label(text) in self._totals

    @cached_property
    def _totals(self) -> frozenset[str]:
        texts = [pack.settings.total for pack in self.packs]
        for pack in self.packs:
            for wording in pack.settings.wording.values():
                if wording.total:
                    texts.append(wording.total)
        return word_lists().totals | frozenset(map(folded_label, texts))

    @cached_property
    def _mapped(self) -> Mapping[str, str]:
        return {folded_label(text): _field_of_label(field) for text, field in self.mapped.items()}

    def _joint_row(self, fields: Sequence[Field]) -> str | None:
        """Return the row that prints exactly these fields together."""
        paths = {field.path for field in fields}
        for row in self.known.rows.values():
            if paths == set(row.parts):
                return row.key
        return None

    def takes_lines(self, label: str, *, is_empty: bool) -> bool:
        """Return whether the lines below a label belong to it: to a field of several lines, or where nothing is beside
        it.
        """
        field = self.known.of_key(self.field_of_row(label) or "")
        return is_empty or field is None or field.type in _WITH_LINES_BELOW

    def printed(self, pack: Pack) -> dict[str, str]:
        """Return the labels of a pack, in all its languages, as they are printed, with their fields."""
        printed: dict[str, str] = {}
        for labels in pack.labels.values():
            printed |= {label.text: field for field, label in labels.items()}
        for field, texts in pack.declared_labels.items():
            printed |= {label.text: field for label in texts.values()}
        return printed

    def common_language(self, texts: Sequence[str]) -> str | None:
        """Return the only language that has all known ones of these labels; None if they are too few, or have none.

        Texts that no pack prints as a label say nothing about the language.
        """
        known = [self._languages[_key(text)] for text in texts if _key(text) in self._languages]
        if len(known) < _FEWEST_LABELS_OF_LANGUAGE:
            return None
        common = frozenset.intersection(*known)
        return next(iter(common)) if len(common) == 1 else None

    @cached_property
    def _languages(self) -> dict[str, frozenset[str]]:
        """The languages of the labels of the packs by the keys of the labels."""
        languages: dict[str, frozenset[str]] = {}
        for pack in self.packs:
            for tag, labels in pack.labels.items():
                language = tag or pack.settings.language
                for label in labels.values():
                    key = _key(label.text)
                    known = languages.get(key, frozenset())
                    languages[key] = known | {language}
        return languages

    @cached_property
    def unknown(self) -> frozenset[str]:
        """What a pack prints where nothing is known, in all languages."""
        texts = set[str]()
        for pack in self.packs:
            texts.add(pack.settings.unknown)
            for wording in pack.settings.wording.values():
                if wording.unknown:
                    texts.add(wording.unknown)
        return frozenset(texts)

    @cached_property
    def programme_labels(self) -> dict[str, str]:
        """The programme labels of the packs, and the statements about the funding, folded, with their languages."""
        printed: dict[str, str] = {}
        for funding in get_args(Funding):
            printed |= {folded_label(text): language for language, text in funding_statements(funding).items()}
        for pack in self.packs:
            labels = pack.settings.programme_label.items()
            printed |= {folded_label(label.text): language for language, label in labels}
        return printed

    def _city_and_field(self, text: str, find: Callable[[str], str | None]) -> tuple[int | None, str | None]:
        """Return the index of the city whose number a label has, and the field that it names, as `find` reads labels.

        A label that is known is never read otherwise.
        """
        field = self.find(text)
        if field:
            return None, field
        folded = ""
        if len(text) <= MAX_LABEL:
            folded = folded_label(without_brackets(text)).removesuffix(" km2")  # "City 1 area km2"
        spaced = _BESIDE_DIGIT.sub(" ", folded)  # "City1", but first "km2" as it is
        with_ordinal = _WIDE_ORDINAL.sub(r" \1 ", spaced)
        for words in (folded.split(), spaced.split(), with_ordinal.split()):
            for index, word in enumerate(words):
                if word not in _CITY_INDEXES:
                    continue
                field = _field_beside_number(words[:index], words[index + 1 :], find)
                if not field:
                    continue
                if self.known.is_of_city(field):
                    return _CITY_INDEXES[word], field
                return None, field
        return None, find(text)

    def _corrected(self, key: str) -> str:
        """Return the key, with the known word for each word that has a typing error."""
        words = key.split()
        if len(words) > _MOST_WORDS:
            return ""
        for word in words:
            if word in self._spelling:
                continue
            is_short = len(word) < _FEWEST_LETTERS
            self._spelling[word] = word if is_short else self._nearest(word)
        return " ".join(self._spelling[word] for word in words)

    def _nearest(self, word: str) -> str:
        """Return the known word that is nearest to a word; the word itself if none is near."""
        letters = _letters(word)
        candidates: list[str] = []
        for known, known_letters in self._vocabulary.items():
            # Half of the similarity is the share of equal letters (see `SequenceMatcher.ratio`).
            least_equal = _NEAR * (len(word) + len(known)) / 2
            only_in_word = (letters & ~known_letters).bit_count()
            only_in_known = (known_letters & ~letters).bit_count()
            if only_in_word <= len(word) - least_equal and only_in_known <= len(known) - least_equal:
                candidates.append(known)
        near = get_close_matches(word, candidates, n=1, cutoff=_NEAR)
        return near[0] if near else word

    @cached_property
    def _spelling(self) -> dict[str, str]:
        """The known word for each word that has been looked up."""
        return {}

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        """The words of labels with their letters."""
        phrases = [*self._fields, *word_lists().city_words]
        for field in self.known.all:
            phrases += field.import_words
        words = set[str]()
        for phrase in phrases:
            words.update(word for word in phrase.split() if len(word) >= _FEWEST_LETTERS - 1)
        return {word: _letters(word) for word in sorted(words)}

    @cached_property
    def _fields(self) -> dict[str, str]:
        """The fields by the keys of their labels. Of several with one label, the last in this order has it."""
        labels = [(known.name, known.key) for known in self.known.custom]
        labels += [(known.key, known.key) for known in self.known.importable]
        for known in self.known.all:
            labels += [(name, known.key) for name in known.import_names]
        for pack in reversed(self.packs):
            labels += self._labels_of_pack(pack)
        fields: dict[str, str] = {}
        for label, field in labels:
            key = _key(label)
            if key:
                fields[key] = _field_of_label(field)
        return fields

    def _labels_of_pack(self, pack: Pack) -> Iterator[tuple[str, str]]:
        """Yield the labels of a pack, in all its languages, with their fields: its contact, the labels that it prints,
        and their short forms.
        """
        settings = pack.settings
        wordings = settings.wording.values()
        for lead in (settings.contact.lead, *(wording.lead for wording in wordings)):
            yield lead or "", OFFICE.key
        yield from self.printed(pack).items()
        for wording in wordings:
            for field, short_label in wording.short_labels.items():
                yield short_label, field
        for rule in settings.rows:
            yield rule.short_label or "", rule.field


class _TableMatch(Struct, frozen=True):
    """A field whose table may have these columns, the number of known ones, and whether the title names the field."""

    field: Field
    columns: tuple[str | None, ...]
    count: int
    is_titled: bool


def _field_of_label(field: str) -> str:
    """Return the field that a label names whose field is this: the label of the cities names their names."""
    return NAME if field == CITIES else field


def _has_import_word(key: str, field: Field) -> bool:
    """Return whether the key of a label contains one of the words by which a field is recognised."""
    return any(f" {word} " in f" {key} " for word in field.import_words)


def _columns_of_headers(field: Field, headers: Sequence[str]) -> tuple[str | None, ...]:
    """Return the name of the column of a field that each header names; None for an unknown one."""
    names: dict[str, str] = {}
    for column in field.columns:
        for text in (column.name, *column.labels.values(), *column.import_names):
            names[_key(text)] = column.name
    return tuple(names.get(_key(header)) for header in headers)


def _field_beside_number(before: list[str], after: list[str], find: Callable[[str], str | None]) -> str | None:
    """Return the field that the words before and after the number of a city name."""
    if before and after:
        is_city = find(" ".join(before)) == NAME  # "City 1 country"
        return find(" ".join(after)) if is_city else None
    field = find(" ".join(before + after))  # "1 country", "country 1"
    if field is None and len(before) > 1 and find(before[-1]) == NAME:  # "Population city 1", "Country of city 1"
        prepositions = word_lists().prepositions
        field = find(" ".join(word for word in before[:-1] if word not in prepositions))
    return field


def _letters(word: str) -> int:
    """Return a set of the letters of a word as bits; different letters may have the same bit."""
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 64
    return bits


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    """Return the folded label without its unit and what is in brackets; empty for what is too long to be a label."""
    if len(text) > MAX_LABEL:
        return ""
    words = _UNIT.sub("", folded_label(without_brackets(text)))
    return " ".join(words.split())


# The pack and the language that a file without the properties of the product was built with

_COLON = re.compile("[:\uff1a]")
_FEWEST_LABELS_OF_PACK = 2
"""A single label is a word that any document may have."""
PackLanguage = tuple[str, str]
"""The name of a pack, and a language of its labels."""


def detected_packs(texts: Collection[str], packs: Sequence[Pack], language: str = "") -> Sequence[PackLanguage]:
    """Return the packs and languages with the most labels that paragraphs of a file consist of or begin with.

    Several are returned if packs have the same labels; none, if the file does not have the labels of any. With a
    `language`, only labels in that language are looked for.
    """
    beginnings = set()
    for text in texts:
        before_colon = _COLON.split(text, maxsplit=1)[0]
        beginnings |= {folded_label(text), folded_label(before_colon)}
    counts: dict[PackLanguage, int] = {}
    for pack in packs:
        for tag, labels in _folded_labels(pack):
            if not language or tag.lower() == language.lower():
                counts[pack.name, tag] = len(labels & beginnings)
    highest = max(counts.values(), default=0)
    if highest < _FEWEST_LABELS_OF_PACK:
        return []
    return [pack_language for pack_language, count in counts.items() if count == highest]


def _folded_labels(pack: Pack) -> Iterator[tuple[str, set[str]]]:
    """Yield the folded labels of a pack in each of its languages."""
    settings = pack.settings
    for tag, labels in pack.labels.items():
        texts = [label.text for label in labels.values()]
        if not tag:
            texts += [rule.short_label for rule in settings.rows if rule.short_label]
        elif tag in settings.wording:
            texts += settings.wording[tag].short_labels.values()
        folded = {folded_label(text) for text in texts}
        yield tag or settings.language, folded - {""}


# Labels as they are compared


def in_brackets(text: str) -> list[str]:
    """Return what a label has in brackets, and its unit at the end, as if it were in brackets."""
    return [brackets[0][1:-1].strip() for brackets in _BRACKETS.finditer(_with_unit_in_brackets(text))]


def without_brackets(text: str) -> str:
    """Return a label without what is in brackets and without its unit at the end, unless it is nothing else."""
    shorter = _BRACKETS.sub(" ", _with_unit_in_brackets(text))
    return shorter if shorter.strip(" :") else text


def _with_unit_in_brackets(text: str) -> str:
    """Return a label whose unit is in brackets: "Population in millions" is "Population (millions)"."""
    if len(text) > MAX_LABEL:
        return text
    return _UNIT_AT_END.sub(_unit_in_brackets, " ".join(text.split()))


def _unit_in_brackets(words: re.Match[str]) -> str:
    """Return words at the end of a label in brackets if they are a unit of numbers, areas or money; otherwise as they
    are.
    """
    unit = THOUSAND.sub("thousand", words[1])
    if len(unit) == 1 and unit.isalpha():  # a metre, or a number of a list
        return words[0]
    is_unit = area(f"1 {unit}").is_number or is_plain_amount(f"1 {unit}", currencies())
    return f" ({words[1]})" if is_unit else words[0]


def folded_label(text: str) -> str:
    """Return a label without what people write differently: case, accents, punctuation, underscores, and the spaces
    that make short Chinese and Japanese labels as wide as others.
    """
    letters = unaccented(re.sub(r"<[^<>]*>", "", text)).casefold()
    words = " ".join(re.findall(r"[^\W_]+", letters))
    return _IN_WIDE_WORD.sub("", words)
