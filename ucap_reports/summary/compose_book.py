"""A book: the summaries of many plans in chapters, with all that its template prints, as finished text.

Templates get these values under the name `book`, and its `groups` and `summaries` under their own names.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import chain
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.wide_characters import width_in_characters
from ucap_reports.plan.countries_goals_and_partnerships import EUROPE, region_number, region_of, theme_key
from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.book_cards import BookCard, book_card
from ucap_reports.summary.compose_summary_and_estimate_scale import logo_of, programme_label_in
from ucap_reports.summary.contact_author_and_keywords import contact_of_book, contact_of_pack, properties_of_book
from ucap_reports.summary.document_titles import BETWEEN
from ucap_reports.summary.languages_of_texts import foreign_summary
from ucap_reports.summary.numbers_dates_and_names import country_name, date_text
from ucap_reports.summary.pack_and_book_words import BookWords, PackWords, book_words, filled, words_of
from ucap_reports.summary.summary_model import LabelText, Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import is_landscape
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import RequiredPart
from ucap_reports.template.programme_label import languages_of_book
from ucap_reports.text.bars_tiles_charts_and_facts import LazyItems
from ucap_reports.text.capitals_punctuation_and_plain_letters import comma, with_capital
from ucap_reports.text.language_tags import is_readable_as, like, locale_of
from ucap_reports.text.links import addresses_in, with_links
from ucap_reports.text.rich_text import Paragraph, RichText, Run, plain_run
from ucap_reports.text.sort_order import names_sort_key, sort_key

_MAX_THEMES = 13
"""The themes in the chart if no chart of goals follows."""
_MAX_THEMES_ABOVE_GOALS = 8
"""The themes in the chart if one follows."""
_MIN_PLANS_OF_THEME = 2
"""How many plans name a theme that is in the chart, or a chapter."""
_MAX_CHART_COUNTRIES = 30
"""The countries in the chart."""
_MAX_NAMES = 90
"""Characters of the names of all cities in a heading; a summary names fewer cities."""


ChartLists = Mapping[str, Sequence[tuple[str, float]]]
"""The names and values of the charts of a book."""


class Grouping(StrEnum):
    """What the chapters of a book are."""

    COUNTRY = "country"
    REGION = "region"
    THEME = "theme"
    NONE = "none"


class BookSummary(Summary, frozen=True):
    """A plan in a book: its summary, and its card, which is printed instead if little is known about it."""

    heading: str = ""
    """The names of the cities, as in the contents."""
    card: BookCard = BookCard()
    source: RichText = RichText()
    """The host of the first source that begins with a web address, as a link."""
    own_contact: RichText = RichText()
    """The contact of the plan in one line, if it is not that of the book."""


class BookLink(Struct, frozen=True):
    """A plan of a chapter: its identifier, and the names of its cities."""

    id: str
    heading: str


class CrossReference(BookLink, frozen=True):
    """A plan that is in another chapter; `see` refers to that: "See Argentina"."""

    chapter: str
    see: str


class BookGroup(Struct, frozen=True):
    """A chapter: its identifier, which no plan has, its name, the number of its plans in words, empty without any, and
    the languages of the programme label of its countries.

    `summaries` are the plans with enough content, `cards` and `wide_cards` the others. Wide cards take both columns:
    those with long themes, and the only narrow card of a chapter, as half of the page would be empty beside it.
    """

    id: str
    name: str
    count: str
    label_languages: str
    summaries: LazyItems[BookSummary]
    cards: LazyItems[BookSummary]
    wide_cards: LazyItems[BookSummary]
    plans: tuple[BookLink, ...]
    references: tuple[CrossReference, ...] = ()


class BookIndexEntry(Struct, frozen=True):
    """A city or a theme with the identifiers of its plans, with spaces between them."""

    name: str
    references: str


class BookSource(Struct, frozen=True):
    """A web site or a credit that plans name as a source, with the number of these plans in words if there are more."""

    text: RichText
    count: str = ""
    is_site: bool = True


class BookFigures(Struct, frozen=True):
    """The numbers of the overview, as text."""

    pairings: str
    cities: str
    countries: str
    outside: str
    europe: str


class Book(Struct, frozen=True):
    """A book. `words` are those that no pack has, such as "Contents"."""

    title: str
    title_length: int
    """The narrow characters that are as wide as the title, on whose length the size of the title depends."""
    subtitle: str
    language: str
    words: BookWords
    figures: BookFigures
    units: BookFigures
    """The words after the figures, such as "pairings"."""
    partner_countries: tuple[str, ...]
    """The names of the countries outside Europe."""
    updated: str
    """The newest date of its plans in words; empty without one."""
    theme_note: str
    has_more_themes: bool
    has_countries: bool
    has_themes: bool
    has_goals: bool
    cities: tuple[BookIndexEntry, ...]
    themes: tuple[BookIndexEntry, ...]
    sources: tuple[BookSource, ...]
    programme: str = ""
    """The name of the programme, on the cover."""
    is_site: bool = False
    """Whether it is the index of a site, which links to the pages of the plans."""
    is_landscape: bool = False
    """Whether its pages are wider than high."""


class BookCity(Struct, frozen=True):
    """A city of a plan: its name, and the ISO 3166-1 code of its country, which is empty if it is unknown."""

    name: str
    country_code: str


class BookEntry(Struct, frozen=True):
    """What is kept in memory of a plan of a book: all that other pages than its own print about it."""

    id: str
    heading: str
    cities: tuple[BookCity, ...]
    countries: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes."""
    themes: tuple[str, ...]
    goals: tuple[int, ...]
    updated: date | None
    sources: tuple[str, ...]
    is_card: bool
    is_wide: bool
    can_be_wide: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the cities, by which plans are sorted, also if the heading has only their number."""
        return tuple([city.name for city in self.cities])

    @property
    def outside(self) -> tuple[str, ...]:
        """The countries outside Europe."""
        return tuple([code for code in self.countries if region_of(code) != EUROPE])


class BookContent(Struct, frozen=True):
    """All that a template of a book prints, and the summary with what the file says about itself."""

    book: Book
    summary: Summary
    groups: tuple[BookGroup, ...]
    summaries: LazyItems[BookSummary]
    lists: ChartLists
    """The data of the charts."""

    @property
    def names(self) -> Mapping[str, object]:
        """What templates may use beside `summary`."""
        return {"book": self.book, "groups": self.groups, "summaries": self.summaries}


# Plans
def book_summary(summary: Summary, plan: Plan, pack: Pack, language: str) -> BookSummary:
    """Return a plan as a book in that language prints it, with its texts tagged if they are in another one."""
    words = words_of(pack, summary.language, language)
    own = book_words(language)
    if not is_readable_as(summary.language, language):
        summary = foreign_summary(summary)
    own_contact = _own_contact(summary, pack)
    fields = {name: getattr(summary, name) for name in Summary.__struct_fields__}
    del fields["translations"]  # no page of a book needs them
    return BookSummary(
        **fields,
        heading=_heading(summary, words.draft),
        card=book_card(summary, plan, own_contact, words, own),
        source=_source(plan.sources, own),
        own_contact=own_contact,
    )


def book_entry(summary: BookSummary, plan: Plan) -> BookEntry:
    """Return what is kept in memory of a plan."""
    return BookEntry(
        id=plan.id,
        heading=summary.heading,
        cities=tuple([BookCity(city.name, city.country_code) for city in summary.cities]),
        countries=plan.country_codes,
        themes=tuple(map(str, summary.metadata.keywords)),
        goals=tuple(dict.fromkeys(goal.number for goal in plan.sdgs)),
        updated=plan.updated,
        sources=plan.sources,
        is_card=summary.card.is_printed,
        is_wide=summary.card.is_wide,
        can_be_wide=summary.card.can_be_wide,
    )


# Books
class BookRequest(Struct, frozen=True):
    """What a book is asked for."""

    title: str = ""
    grouping: Grouping = Grouping.COUNTRY
    language: str = "en"
    is_site: bool = False
    undated: date | None = None
    """The date in the properties of a book whose plans have none; None leaves it out."""


def compose_book(
    entries: Sequence[BookEntry], load: Callable[[str], BookSummary], pack: Pack, request: BookRequest, name: str
) -> BookContent:
    """Return a book of plans.

    Args:
        entries: The plans.
        load: The summary of the plan with that id.
        pack: The pack of the book.
        request: The title, the language and what the chapters are, and the date of a book whose plans have none.
        name: The id of the book, which names its files.
    """
    words = words_of(pack, request.language, None)
    own = book_words(request.language)
    entries = sorted(entries, key=lambda entry: (names_sort_key(entry.names, request.language), entry.id))
    division = _ChapterDivision(pack, own, request, load)
    groups = tuple(division.groups(entries))
    ids: list[str] = []
    for group in groups:
        ids += [*group.summaries.keys, *group.cards.keys, *group.wide_cards.keys]
    lists = _chart_lists(entries, words, request.language)
    book = _book(entries, lists, words, request, pack)
    summary = _summary(entries, words, book, pack, name, undated=request.undated)
    return BookContent(book, summary, groups, LazyItems(ids, load), lists)


def _region_name(region: str, language: str) -> str:
    """Return the name of a region of the world; empty for an unknown one."""
    if not region:
        return ""
    locale = locale_of(language) or locale_of("en")
    return str(locale.territories.get(region_number(region), ""))


def _web_addresses(source: str) -> Iterator[str]:
    """Yield the web addresses in a source."""
    for address in addresses_in(source):
        if address.startswith("http") and urlsplit(address).hostname:
            yield address


def _host(address: str) -> str:
    """Return the host of a web address as it is printed."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _source(sources: Iterable[str], own: BookWords) -> RichText:
    """Return the line of a card about the first source that begins with a web address, with a link to it; empty without
    one. Credits, such as of photos, begin with a name.
    """
    address = _first_address(sources)
    if not address:
        return RichText()
    before, _, after = own.source.partition("{host}")
    words_before = plain_run(like(before, own.source))
    link = Run(_host(address), link=address)
    words_after = plain_run(like(after, own.source))
    runs = [run for run in (words_before, link, words_after) if run.text]
    return RichText((Paragraph(tuple(runs)),))


def _first_address(sources: Iterable[str]) -> str:
    """Return the web address at the beginning of the first source that has one there; empty without one."""
    for source in sources:
        if source.strip():
            first_word = source.split(maxsplit=1)[0]
            for address in _web_addresses(first_word):
                return address
    return ""


def _own_contact(summary: Summary, pack: Pack) -> RichText:
    """Return the contact of a plan in one line with links; empty if the book prints the same at its end."""
    contact = summary.contact
    if replace(contact, lead="") == contact_of_pack(pack):
        return RichText()
    parts = [contact.office, contact.email, contact.phone, contact.website, *contact.address.splitlines()]
    text = comma(summary.language).join(filter(None, parts))
    if not text:
        return RichText()
    return _with_links(plain_run(text))


def _with_links(run: Run) -> RichText:
    """Return a paragraph of a run, in which addresses are links."""
    return RichText((Paragraph(tuple(with_links(run))),))


def _heading(summary: Summary, draft: str) -> str:
    """Return the names of the cities, with the mark of a draft."""
    names = summary.names or summary.title
    has_rows_of_cities = any(row.is_city for row in summary.rows)
    is_short = sum(map(len, summary.columns)) <= _MAX_NAMES
    if is_short and not has_rows_of_cities:
        names = like(BETWEEN.join(summary.columns), names)
    if summary.status_text:
        return like(f"{names} ({draft})", names)
    return names


class _ChapterDivision(Struct, frozen=True):
    """Divides the plans of a book into chapters."""

    pack: Pack
    words: BookWords
    request: BookRequest
    load: Callable[[str], BookSummary]

    def groups(self, entries: Sequence[BookEntry]) -> Iterator[BookGroup]:
        """Yield the chapters by name; that of plans that belong to no other comes last."""
        other_chapter = self.words.other
        chapters: dict[str, list[BookEntry]] = {}
        references: dict[str, list[tuple[BookEntry, str]]] = {}
        shared: Mapping[str, str] = {}
        if self.request.grouping is Grouping.THEME:
            shared = _shared_themes(entries, self.request.language)
        for entry in entries:
            first, *others = self._chapters(entry, shared) or [other_chapter]
            chapters.setdefault(first, []).append(entry)
            for other in others:
                references.setdefault(other, []).append((entry, first))
        if chapters.keys() == {other_chapter}:  # a book without chapters
            other_chapter = self._title
            chapters = {other_chapter: list(entries)}
        names = dict.fromkeys([*chapters, *references])
        ordered = sorted(names, key=partial(sort_key, language=self.request.language))
        if other_chapter in names:
            ordered.remove(other_chapter)
            ordered.append(other_chapter)
        for number, name in enumerate(ordered, 1):
            yield self._group(f"chapter_{number}", name, chapters.get(name, []), references.get(name, []))

    @property
    def _title(self) -> str:
        """The title of the book."""
        return self.request.title or self.words.title

    def _chapters(self, entry: BookEntry, shared: Mapping[str, str]) -> list[str]:
        """Return the names of the chapters to which a plan belongs; it is in the first of them."""
        countries = entry.outside or entry.countries[:1]
        language = self.request.language
        match self.request.grouping:
            case Grouping.COUNTRY:
                names = [country_name(code, language) for code in countries]
            case Grouping.REGION:
                names = [_region_name(region_of(code), language) for code in countries]
            case Grouping.THEME:
                names = [shared.get(theme_key(theme), "") for theme in entry.themes]
            case _:
                names = [self._title]
        return list(dict.fromkeys(filter(None, names)))

    def _group(
        self, id_: str, name: str, entries: Sequence[BookEntry], references: Sequence[tuple[BookEntry, str]]
    ) -> BookGroup:
        """Return a chapter with these plans, and with references to plans in other chapters."""
        languages: dict[str, None] = {}
        for entry in entries:
            languages |= dict.fromkeys(self.pack.label_languages(self.request.language, entry.countries))
        cards = [entry for entry in entries if entry.is_card]
        narrow = [entry for entry in cards if not entry.is_wide]
        wide = [entry for entry in cards if entry.is_wide]
        if len(narrow) == 1 and narrow[0].can_be_wide:
            narrow = []
            wide = cards
        return BookGroup(
            id=id_,
            name=name,
            count=self.words.counted(len(entries)) if entries else "",
            label_languages=" ".join(languages),
            summaries=self._lazy([entry for entry in entries if not entry.is_card]),
            cards=self._lazy(narrow),
            wide_cards=self._lazy(wide),
            plans=tuple([BookLink(entry.id, entry.heading) for entry in entries]),
            references=tuple([self._reference(entry, chapter) for entry, chapter in references]),
        )

    def _reference(self, entry: BookEntry, chapter: str) -> CrossReference:
        see = filled(self.words.see, chapter=chapter)
        return CrossReference(entry.id, entry.heading, chapter, see)

    def _lazy(self, entries: Iterable[BookEntry]) -> LazyItems[BookSummary]:
        return LazyItems([entry.id for entry in entries], self.load)


def _shared_themes(entries: Iterable[BookEntry], language: str) -> Mapping[str, str]:
    """Return the names of the themes that several plans have, by their keys."""
    names = {}
    for key, (name, plans) in _theme_names(entries, language).items():
        if len(plans) >= _MIN_PLANS_OF_THEME:
            names[key] = name
    return names


def _theme_names(entries: Iterable[BookEntry], language: str) -> Mapping[str, tuple[str, list[str]]]:
    """Return the most frequent spelling of each theme, and the ids of its plans, by the key of the theme."""
    spellings: dict[str, Counter[str]] = {}
    plans: dict[str, dict[str, None]] = {}
    for entry in entries:
        for theme in entry.themes:
            key = theme_key(theme)
            capitalised = with_capital(theme, language)
            spellings.setdefault(key, Counter())[capitalised] += 1
            plans.setdefault(key, {})[entry.id] = None
    names: dict[str, tuple[str, list[str]]] = {}
    for key, spellings_of_theme in spellings.items():
        names[key] = (_most_frequent(spellings_of_theme), list(plans[key]))
    return names


def _most_frequent(names: Counter[str]) -> str:
    """Return the most frequent spelling; of several, the longest, which is a plural."""
    return max(names, key=lambda name: (names[name], len(name), name))


def _book(
    entries: Sequence[BookEntry],
    lists: ChartLists,
    words: PackWords,
    request: BookRequest,
    pack: Pack,
) -> Book:
    """Return what a book has beside its chapters; `lists` are the data of its charts."""
    language = request.language
    own = book_words(language)
    language_of_values = own.language_of_values(language)
    number = words.formats.number
    counts = _counts(entries)
    figures = {name: number(count) for name, count in counts.items()}
    units = {name: own.unit(name, count) for name, count in counts.items()}
    themes = _theme_names(entries, language)
    theme_index = []
    for name, plans in sorted(themes.values(), key=lambda item: sort_key(item[0], language)):
        theme_index.append(BookIndexEntry(name, " ".join(plans)))
    count_with_themes = len([entry for entry in entries if entry.themes])
    theme_note = filled(own.theme_note, named=number(count_with_themes), count=number(len(entries)))
    partner_countries = [country_name(code, language) for code in _plans_outside(entries)]
    partner_countries.sort(key=partial(sort_key, language=language))
    updated = _newest_update(entries)
    updated_text = ""
    if updated is not None:
        updated_text = filled(own.updated, date=date_text(updated, language_of_values))
    title = request.title or own.title
    return Book(
        title=title,
        title_length=width_in_characters(title),
        subtitle=_subtitle(entries, own, language_of_values),
        language=language,
        words=own,
        figures=BookFigures(**figures),
        units=BookFigures(**units),
        partner_countries=tuple(partner_countries),
        updated=updated_text,
        theme_note=theme_note,
        has_more_themes=len(themes) > len(lists["themes"]),
        has_countries=bool(lists["countries"]),
        has_themes=bool(lists["themes"]),
        has_goals=bool(lists["goals"]),
        programme=pack.settings.book.programme,
        is_site=request.is_site,
        is_landscape=is_landscape(pack.theme.paper),
        cities=tuple(_city_index(entries, language)),
        themes=tuple(theme_index),
        sources=tuple(_sources(entries, own)),
    )


def _chart_lists(entries: Sequence[BookEntry], words: PackWords, language: str) -> ChartLists:
    """Return the data of the charts."""
    countries = [(country_name(code, language), count) for code, count in _plans_outside(entries).items()]
    shared_themes = []
    for name, plans in _theme_names(entries, language).values():
        if len(plans) >= _MIN_PLANS_OF_THEME:
            shared_themes.append((name, len(plans)))
    goals = Counter(chain.from_iterable([entry.goals for entry in entries]))
    max_themes = _MAX_THEMES_ABOVE_GOALS if goals else _MAX_THEMES
    return {
        "countries": _ranked(countries, language)[:_MAX_CHART_COUNTRIES],
        "themes": _ranked(shared_themes, language)[:max_themes],
        "goals": [(f"{goal}  {words.formats.goal(goal)}", goals[goal]) for goal in sorted(goals)],
    }


def _counts(entries: Sequence[BookEntry]) -> Mapping[str, int]:
    """Return the numbers of the overview, by the names of `BookFigures`."""
    city_count = sum([len(countries) for countries in _plans_of_cities(entries).values()])
    countries = _country_codes(entries)
    outside = _plans_outside(entries)
    return {
        "pairings": len(entries),
        "cities": city_count,
        "countries": len(countries),
        "outside": len(outside),
        "europe": len(countries) - len(outside),
    }


def _country_codes(entries: Iterable[BookEntry]) -> set[str]:
    """Return the codes of all countries of plans."""
    return set(chain.from_iterable([entry.countries for entry in entries]))


def _plans_outside(entries: Iterable[BookEntry]) -> Counter[str]:
    """Return the number of plans of each country outside Europe, by its code."""
    return Counter(chain.from_iterable([entry.outside for entry in entries]))


def _subtitle(entries: Sequence[BookEntry], own: BookWords, language: str) -> str:
    """Return the line with the regions of the partners in Europe and outside; empty if there are not both."""
    regions = {region_of(code) for code in _country_codes(entries)}
    names = [_region_name(region, language) for region in sorted(regions - {EUROPE})]
    known_names = sorted(filter(None, names), key=partial(sort_key, language=language))
    if not known_names or EUROPE not in regions:
        return ""
    return filled(own.subtitle, regions=_listed(known_names, language))


def _newest_update(entries: Iterable[BookEntry]) -> date | None:
    """Return the newest date of the plans; None if none has one."""
    return max([entry.updated for entry in entries if entry.updated], default=None)


def _ranked(counts: Iterable[tuple[str, int]], language: str) -> list[tuple[str, int]]:
    """Return names with their counts, the largest first."""
    return sorted(counts, key=lambda item: (-item[1], sort_key(item[0], language)))


def _listed(names: Sequence[str], language: str) -> str:
    """Return names as a list in words."""
    from babel.lists import format_list  # noqa: PLC0415 - takes as long to import as a plan to read

    if language == "en":
        language = "en-GB"  # as in documents of the Union, which has no comma before "and"
    locale = locale_of(language) or locale_of("en-GB")
    return str(format_list(list(names), locale=locale))


def _city_index(entries: Iterable[BookEntry], language: str) -> Iterator[BookIndexEntry]:
    """Yield the cities by name. Behind names that are in several countries, the country follows in brackets."""
    plans_of_cities = _plans_of_cities(entries)
    for name in sorted(plans_of_cities, key=partial(sort_key, language=language)):
        plans_of_countries = plans_of_cities[name]
        is_ambiguous = len(plans_of_countries) > 1
        country_names = {code: country_name(code, language) for code in plans_of_countries if code}
        codes = sorted(country_names, key=lambda code: sort_key(country_names[code], language))
        for code in codes:
            label = f"{name} ({country_names[code]})" if is_ambiguous else name
            yield BookIndexEntry(label, " ".join(plans_of_countries[code]))
        if "" in plans_of_countries:  # a city of an unknown country
            yield BookIndexEntry(name, " ".join(plans_of_countries[""]))


def _plans_of_cities(entries: Iterable[BookEntry]) -> Mapping[str, Mapping[str, Iterable[str]]]:
    """Return the ids of the plans of each city, by its name and the code of its country.

    A city of an unknown country is taken for the one of its name, if there is only one.
    """
    plans: dict[str, dict[str, dict[str, None]]] = {}
    for entry in entries:
        for city in entry.cities:
            countries = plans.setdefault(city.name, {})
            countries.setdefault(city.country_code, {})[entry.id] = None
    for countries in plans.values():
        known = [code for code in countries if code]
        if len(known) == 1 and "" in countries:
            countries[known[0]] |= countries.pop("")
    return plans


def _sources(entries: Iterable[BookEntry], own: BookWords) -> Iterator[BookSource]:
    """Yield the web sites that plans name as sources, then the credits: texts with an address.

    Sources without a web address are notes of an office, and never printed.
    """
    sites: Counter[str] = Counter()
    credits_: Counter[str] = Counter()
    addresses: dict[str, dict[str, None]] = {}
    for entry in entries:
        hosts: set[str] = set()
        credits_of_plan: set[str] = set()
        for source in entry.sources:
            addresses_of_source = list(_web_addresses(source))
            if addresses_of_source and " " in source.strip():
                credits_of_plan.add(source.strip())
                continue
            for address in addresses_of_source:
                host = _host(address)
                hosts.add(host)
                addresses.setdefault(host, {})[address] = None
        sites.update(hosts)
        credits_.update(credits_of_plan)
    for host, count in _by_frequency(sites):
        link = Run(host, link=_site_address(list(addresses[host])))
        count_text = own.counted(count) if count > 1 else ""
        yield BookSource(RichText((Paragraph((link,)),)), count_text)
    for text, count in _by_frequency(credits_):
        count_text = own.counted(count) if count > 1 else ""
        yield BookSource(_with_links(Run(text)), count_text, is_site=False)


def _by_frequency(counts: Counter[str]) -> list[tuple[str, int]]:
    """Return texts with their counts, the most frequent first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _site_address(addresses: Sequence[str]) -> str:
    """Return the address of a web site: the only one that plans name, or else its home page."""
    if len(addresses) == 1:
        return addresses[0]
    parts = urlsplit(addresses[0])
    return f"{parts.scheme}://{parts.netloc}/"


def _summary(
    entries: Sequence[BookEntry], words: PackWords, book: Book, pack: Pack, name: str, *, undated: date | None
) -> Summary:
    """Return the book in the form of a summary: what its file says about itself, its contact and its label."""
    settings = pack.settings
    contact = contact_of_book(pack, words.lead)
    labels: tuple[LabelText, ...] = ()
    if RequiredPart.PROGRAMME_LABEL not in settings.leaves_out:
        tags = languages_of_book(settings.label_languages, book.language)
        labels = programme_label_in(tags, pack)
    updated = _newest_update(entries)
    return Summary(
        id=name,
        title=book.title,
        language=book.language,
        column_label=RichText(),
        columns=(),
        rows=(),
        contact=contact,
        programme_label=labels,
        metadata=properties_of_book(
            contact, pack, undated, subject=book.subtitle or book.title, countries=book.partner_countries
        ),
        updated=updated,
        updated_text=words.day_text(updated) if updated else "",
        formats=words.formats,
        label_language=words.language,
        continued=words.continued,
        logo=logo_of(pack),
    )
