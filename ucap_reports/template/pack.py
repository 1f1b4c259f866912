"""An opened template pack: everything that a designer may change, with the content of its files.

In this order: the settings in `pack.yaml`, with their types and defaults (`PackSettings`); the pack itself (`Pack`),
with its labels, languages and scales; the formats of numbers; and the checks of settings beyond their types
(`pack_problems`). `pack_opening` reads packs from disk; no other module does.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from itertools import chain, islice
from typing import Annotated, Any, Literal

from msgspec import Struct
from msgspec.structs import replace
from pydantic import AfterValidator, Field

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.custom_field_declarations import known_fields
from ucap_reports.plan.field_descriptions import CITIES, KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.model_validation import Strict, WholeNumber, without_tags
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.lengths_and_colours import TOLERANCE, Length, is_colour
from ucap_reports.template.programme_label import (
    Funding,
    PackLabelLanguages,
    funding_statement,
    funding_statements,
    label_language_problems,
    languages_of_document,
)
from ucap_reports.template.theme import (
    BORDERS,
    MAX_BASES,
    SMALLEST_TEXT,
    Box,
    Rule,
    Scale,
    StyleSettings,
    Theme,
    ThemeSettings,
    least_leading,
    resolve_theme,
    unknown_paper,
    with_least_leading,
)
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, LANGUAGE, lookup, primary
from ucap_reports.text.links import link_address
from ucap_reports.text.rich_text import RichText

WORD_TEMPLATE = "summary.docx"
PAGE_TEMPLATE = "summary.page.xml"
BOOK_TEMPLATE = "book.page.xml"
"""The optional page template of a book of many plans."""
STYLE_SHEET = "summary.css"
"""The optional style sheet of the web page."""


# The content of `pack.yaml`
DATE = "{date}"
_MOST_CARD_LINES = 15
"""Lines of a card, of which six are on a page of A4."""
WhenUnknown = Literal["show", "omit"]
"""What happens to a row whose field is unknown."""


def _with_date(text: str) -> str:
    if DATE not in text:
        raise ValueError(f"the text needs {DATE}, where the date is printed")
    return text


Words = Annotated[str, Field(max_length=2_000), AfterValidator(without_tags)]
"""A text of the pack, none of which is long."""


class RowRule(Strict):
    """A row of the form. `field` is the key of a field of the plan, or of a row that prints several."""

    field: Words
    label: Words
    """Rich text of one paragraph."""
    short_label: Words | None = None
    """The heading of the column if the table is transposed."""
    when_unknown: WhenUnknown | None = None
    """By default the setting of the pack."""
    keep_unit: bool = False
    """Whether an area that was written with its unit keeps it although the label has it."""


class PackContact(Strict):
    """The contact of the office, for plans without one."""

    lead: Words = ""
    office: Words = ""
    email: Words = ""
    phone: Words = ""
    website: Words = ""
    address: Words = ""


class PackLogo(Strict):
    """The logo in the page header: the path of a PNG, JPEG or SVG file of the pack, and its alternative text."""

    file: Words = ""
    alt: Words = ""


class ProgrammeLabel(Strict):
    """The programme label in one language; `confirmed` when the programme has approved this wording."""

    text: Words
    confirmed: bool = False


class Wording(Strict):
    """The texts of a pack, other than row labels, in another language; absent ones are printed in the pack's own.

    `confirmed` when an office has approved these texts and the row labels in this language.
    """

    title: Words | None = None
    lead: Words | None = None
    continued: Words | None = None
    unknown: Words | None = None
    as_of: Annotated[Words, AfterValidator(_with_date)] | None = None
    draft: Words | None = None
    total: Words | None = None
    short_labels: dict[str, Words] = Field(default_factory=dict)
    confirmed: bool = False


class RequiredPart(StrEnum):
    """What every document prints, unless the pack omits it on purpose (`leaves_out` in `pack.yaml`)."""

    CONTACT = "contact"
    PROGRAMME_LABEL = "programme_label"
    PAGE_NUMBER = "page_number"


class BookPage(Strict):
    """The page of books, where it is not that of the theme."""

    size: str | None = None
    margins: Box | None = None


class BookSettings(Strict):
    """The settings of books."""

    cards: Annotated[WholeNumber, Field(ge=0, le=60)] = _MOST_CARD_LINES
    """Lines of text up to which a plan is printed as a card and not as a summary; 0 for no cards."""
    programme: Words = ""
    """The name of the programme on the cover."""
    page: BookPage = Field(default_factory=BookPage)
    styles: dict[str, StyleSettings] = Field(default_factory=dict)
    """The styles of books over those of the theme."""


class PackSettings(Strict):
    """The content of `pack.yaml`, with inherited settings filled in."""

    name: str
    title: Words
    rows: tuple[RowRule, ...]
    theme: ThemeSettings
    extends: str | None = None
    language: str = "en"
    label_languages: PackLabelLanguages = ("en",)
    """The languages of the programme label, or those by country."""
    page_limit: WholeNumber = Field(default=2, ge=1)
    max_columns: WholeNumber = Field(default=5, ge=1, le=12)
    number_format: Words = "13,600,000"
    unknown: Words = "N/A"
    when_unknown: WhenUnknown = "omit"
    scale: Literal["auto", "compact", "generous", "medium", "tight"] = "auto"
    """The scale of the theme's text; by default the generous one for documents with little text, and the tight one for
    those whose last page would be nearly empty.
    """
    continued: Words = "(continued)"
    as_of: Annotated[Words, AfterValidator(_with_date)] = f"As of {DATE}"
    draft: Words = "Draft"
    total: Words = "Total"
    """The label of the row with the totals of a table."""
    contact: PackContact = Field(default_factory=PackContact)
    logo: PackLogo | None = None
    programme_label: dict[str, ProgrammeLabel]
    funding: Funding | None = None
    """The statement about the funding that is printed below the programme label, in the languages of the Union."""
    labels: dict[str, dict[str, Words]] = Field(default_factory=dict)
    wording: dict[str, Wording] = Field(default_factory=dict)
    word_styles: Literal["theme", "keep"] = "theme"
    """Where the styles of the Word file come from: the theme, or the Word template."""
    leaves_out: tuple[RequiredPart, ...] = ()
    book: BookSettings = Field(default_factory=BookSettings)
    fields: Any = Field(default_factory=dict)
    """The declarations of the custom fields of plans in this pack, by path.

    `pack_opening` validates them, so that packs without declarations do not build their validator.
    """


# Packs
class PackFile(Struct, frozen=True):
    """A file of a pack; `path` is its name in problems."""

    path: str
    content: bytes


class Pack(Struct, frozen=True, eq=False, dict=True):
    """An opened pack.

    `files` has the files of the pack and of all packs that it extends, by their path inside the pack. `labels` has the
    row labels as rich text, by language (empty for the pack's own) and field. `shipped` is whether the pack is part of
    the product and not in the project.
    """

    settings: PackSettings
    files: Mapping[str, PackFile]
    labels: Mapping[str, Mapping[str, RichText]]
    shipped: bool = False
    declared_labels: Mapping[str, Mapping[str, RichText]] = {}
    """The labels in the declarations of custom fields, by field and language."""
    shipped_contact: str = ""
    """The office or email address that a pack of the project has from a shipped one, which is another office's."""
    hidden_rows: frozenset[str] = frozenset()
    """The fields of rows that the project leaves out."""
    project_fields: frozenset[str] = frozenset()
    """The paths of the custom fields that the project declares, also those that a pack declares, too."""
    project_labels: frozenset[str] = frozenset()
    """The fields of rows whose labels the project sets, which leaves out their translations in packs."""

    def __reduce__(self) -> tuple[Callable[..., "Pack"], tuple[object, ...]]:
        return _restored, (
            self.digest,
            self.theme,
            self.settings,
            self.files,
            self.labels,
            self.shipped,
            self.declared_labels,
            self.shipped_contact,
            self.hidden_rows,
            self.project_fields,
            self.project_labels,
        )

    @property
    def name(self) -> str:
        """The name of the pack, which is that of its folder."""
        return self.settings.name

    @property
    def settings_path(self) -> str:
        """The path of `pack.yaml` in problems."""
        return f"templates/{self.name}/pack.yaml"

    @property
    def home(self) -> str:
        """Where a project changes the pack's settings, for hints."""
        if self.shipped:
            return f"a pack of your own, which `ucap template new {self.name} --extends {self.name}` creates"
        return f"the pack {self.name}"

    @cached_property
    def fields(self) -> KnownFields:
        """The fields that plans of this pack may have, with their descriptions."""
        return known_fields(self.settings.fields, BUILT_IN)

    def omits(self, rule: RowRule) -> bool:
        """Return whether the pack leaves the row out if all its cells are unknown."""
        return (rule.when_unknown or self.settings.when_unknown) == "omit"

    def spoken_language(self, wanted: str) -> str | None:
        """Return the nearest language of the pack's labels and wording; None for the pack's own."""
        own = self.settings.language
        known = self.labels.keys() | self.settings.wording.keys() | {own}
        nearest = lookup(wanted, known)
        return None if nearest == own else nearest

    def label_languages(
        self, document: str, countries: Iterable[str] = (), of_plan: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """Return the languages of the programme label in documents of that language about partners from `countries`.

        `of_plan` are those that the plan names.
        """
        return languages_of_document(self.settings.label_languages, document, countries, of_plan)

    def label_texts(self, tags: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Return what is printed beside the emblem in these languages, each text after its language: the programme
        label, and then the statement about the funding, which is in English if none of the languages has one.
        """
        labels: list[tuple[str, str]] = []
        statements: list[tuple[str, str]] = []
        for tag in tags:
            label = self.programme_label(tag)
            if label is not None:
                labels.append((tag, label))
            statement = self.funding_statement(tag)
            if statement is not None:
                statements.append((tag, statement))
        english = self.funding_statement(DEFAULT_LANGUAGE)
        if english is not None and not statements:
            statements.append((DEFAULT_LANGUAGE, english))
        return (*labels, *statements)

    def programme_label(self, tag: str) -> str | None:
        """Return the programme label in a language; None if the pack does not have it."""
        known = self.settings.programme_label
        label = known.get(tag) or known.get(primary(tag))
        return None if label is None else label.text

    def funding_statement(self, tag: str) -> str | None:
        """Return the statement about the funding in a language; None if there is none, or if the pack prints none."""
        if self.settings.funding is None:
            return None
        return funding_statement(self.settings.funding, tag)

    @property
    def unconfirmed_label_languages(self) -> tuple[str, ...]:
        """The languages in which the programme has not confirmed the wording of its label."""
        labels = self.settings.programme_label
        return tuple([language for language, label in labels.items() if not label.confirmed])

    def titles(self) -> tuple[str, ...]:
        """Return the default titles of documents, in all languages."""
        translated = [wording.title for wording in self.settings.wording.values() if wording.title]
        return (self.settings.title, *translated)

    def label(self, field: str, language: str | None = None) -> RichText:
        """Return the row label of a field, in `language` if the pack has it; empty for a field without a row."""
        own = self.labels[""].get(field, RichText())
        return self.labels.get(language or "", {}).get(field, own)

    @cached_property
    def theme(self) -> Theme:
        """The theme, resolved once."""
        return resolve_theme(self.settings.theme)

    def scaled(self, scale: Scale, language: str = DEFAULT_LANGUAGE) -> "Pack":
        """Return the pack with the styles of a scale of its theme, and with the leading that a language needs.

        Of each scale and leading, there is one pack, so that what is computed for it is computed once.
        """
        leading = least_leading(language)
        has_scale = bool(self.settings.theme.scales.get(scale))
        if not has_scale and leading is None:
            return self
        if (scale, leading) not in self._scales:
            settings = self.settings
            if has_scale:
                settings = settings.model_copy(update={"theme": settings.theme.scaled(scale)})
            pack = replace(self, settings=settings)
            pack.__dict__["digest"] = f"{self.digest}-{scale}"
            if leading is not None:
                pack.__dict__["digest"] += f"-{leading}"
                pack.__dict__["theme"] = with_least_leading(pack.theme, leading)
            self._scales[scale, leading] = pack
        return self._scales[scale, leading]

    @cached_property
    def for_book(self) -> "Pack | None":
        """The pack whose page template is that of books, with their page and styles; None if it has no such template.

        It has one scale, the compact one.
        """
        template = self.files.get(BOOK_TEMPLATE)
        if template is None:
            return None
        settings = self.settings.model_copy(update={"theme": book_theme(self.settings)})
        files = {**self.files, PAGE_TEMPLATE: template}
        files.pop(WORD_TEMPLATE, None)
        return replace(self, settings=settings, files=files)

    @cached_property
    def _scales(self) -> dict[tuple[Scale, float | None], "Pack"]:
        """The packs of other scales and leadings so far."""
        return {}

    @property
    def word_template(self) -> PackFile | None:
        """The Word template; None if Word files are written from the page template."""
        return self.files.get(WORD_TEMPLATE)

    @property
    def page_template(self) -> PackFile:
        """The page template."""
        return self.files[PAGE_TEMPLATE]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the settings and all files, which identifies compiled templates in the cache."""
        digest = sha256(self.settings.model_dump_json().encode())
        for name in sorted(self.files):
            content = self.files[name].content
            digest.update(b"\0" + name.encode() + b"\0" + content)
        return digest.hexdigest()


def book_theme(settings: PackSettings) -> ThemeSettings:
    """Return the theme of books: the page and the styles of `book` over those of the theme."""
    theme = settings.theme
    book = settings.book
    page_changes = {name: getattr(book.page, name) for name in book.page.model_fields_set}
    page = theme.page.model_copy(update=page_changes)
    styles = dict(theme.styles)
    for name, own in book.styles.items():
        if name in styles:
            rules = {key: getattr(own, key) for key in own.model_fields_set}
            styles[name] = styles[name].model_copy(update=rules)
        else:
            styles[name] = own
    return theme.model_copy(update={"page": page, "styles": styles, "scales": {}})


def _restored(digest: str, theme: Theme, *fields: Any) -> Pack:
    """Return a pickled pack, with the digest and the theme that were computed before."""
    pack = Pack(*fields)
    pack.__dict__.update(digest=digest, theme=theme)
    return pack


# Numbers, as the example of the pack shows them: 13600000 is "13.6 Mio", "13,600,000" or "13 600 000"
_MILLIONS = re.compile(r"13([.,])6(\s*[^\s\d.,].*)")
_GROUPED = LazyPattern(r"13(\D?)600\1(?:000)")


class NumberFormat(Struct, frozen=True):
    """The separators, and the text after a number of millions (empty: millions are printed in full)."""

    group: str
    point: str
    millions: str = ""

    @classmethod
    def from_example(cls, example: str) -> "NumberFormat":
        """Return the format of an example. Raises ValueError if the example is not the number 13600000."""
        in_millions = _MILLIONS.fullmatch(example)
        if in_millions is not None:
            point = in_millions[1]
            group = "," if point == "." else "."
            return cls(group, point, millions=in_millions[2])
        grouped = _GROUPED.fullmatch(example)
        if grouped is not None:
            group = grouped[1]
            point = "," if group in {".", " ", "\u00a0", "\u202f"} else "."
            return cls(group, point)
        raise ValueError(f'"{example}" is not the number 13600000')


# Checks of settings beyond their types: names, colours, fonts, files and addresses that do not exist
Locate = Callable[[Loc], Location]

ROW_FIELDS = (CITIES, *BUILT_IN.rows)
"""The fields that every pack can have a row with."""
_BODY_RULES = ("size", "leading", "colour")
"""The rules that `body` must have, because other styles may omit them."""
_REQUIRED_STYLES = ("body", "title")
_LEAST_TEXT_AREA = Length.mm(20)
"""The smallest width and height between the margins."""
_MOST_KNOWN = 300
"""The largest number of names among which the nearest is searched."""
MOST_PROBLEMS = 100
"""The largest number of errors in one pack: each needs a search for the nearest name."""


def pack_problems(settings: PackSettings, files: Collection[str], at: Locate) -> Iterator[Problem]:
    """Return the errors in the settings, up to a limit. `files` are the paths of the pack's files; `at` locates
    settings.
    """
    checks = [
        _row_problems(settings, at),
        _language_problems(settings, at),
        _logo_problems(settings, files, at),
        _font_problems(settings.theme, files, at),
        _theme_problems(settings.theme, at),
        _problems_of_styles(settings.theme, at),
        _book_problems(settings, at),
        _text_problems(settings, at),
    ]
    return islice(chain.from_iterable(checks), MOST_PROBLEMS)


def nearest_or_all(name: str, known: Iterable[str]) -> str | None:
    """Return the hint that names the nearest of the known names or, without one, all of them."""
    known = sorted(known)
    if not 0 < len(known) <= _MOST_KNOWN:
        return None
    return did_you_mean(name, known) or f"choose one of {', '.join(known)}"


def _row_problems(settings: PackSettings, at: Locate) -> Iterator[Problem]:
    """Yield an error for a pack without a row of the cities, and for labels of fields that do not exist."""
    with_row = {rule.field for rule in settings.rows}
    if CITIES not in with_row:
        yield problem("row-missing", at(("rows",)), field=CITIES)
    labelled: dict[Loc, Iterable[str]] = {}
    """The fields that have labels, by the places of these in the settings."""
    for tag, labels in settings.labels.items():
        labelled["labels", tag] = labels
    for tag, wording in settings.wording.items():
        labelled["wording", tag, "short_labels"] = wording.short_labels
    fields = {*ROW_FIELDS, *with_row, *settings.fields}
    for path, names in labelled.items():
        for name in sorted({*names} - fields):
            hint = nearest_or_all(name, fields)
            yield problem("row-field-unknown", at((*path, name)), hint=hint, name=name)


def _language_problems(settings: PackSettings, at: Locate) -> Iterator[Problem]:
    """Yield errors about tags that are no languages, and about languages of the programme label without a wording."""
    tags: dict[Loc, str] = {("language",): settings.language}
    for key in ("programme_label", "labels", "wording"):
        for tag in getattr(settings, key):
            tags[key, tag] = tag
    for path, tag in tags.items():
        if not LANGUAGE.fullmatch(tag):
            yield problem("language-invalid", at(path), tag=tag)
    known = set(settings.programme_label)
    if settings.funding is not None:
        known |= funding_statements(settings.funding).keys()
    yield from label_language_problems(settings.label_languages, known, at)


def _logo_problems(settings: PackSettings, files: Collection[str], at: Locate) -> Iterator[Problem]:
    """Yield errors about a logo without its file or its alternative text."""
    if settings.logo is None:
        return
    file = settings.logo.file
    images = [known for known in files if known.startswith("images/")]
    if file not in images:
        yield problem("image-missing", at(("logo", "file")), hint=did_you_mean(file, images), name=file)
    if not settings.logo.alt.strip():
        yield problem("alt-missing", at(("logo", "alt")), form="logo")


def _font_problems(theme: ThemeSettings, files: Collection[str], at: Locate) -> Iterator[Problem]:
    """Yield errors about missing fonts, files of fonts and unknown families."""
    from ucap_reports.fonts.font_faces import FAMILIES  # noqa: PLC0415 - a build in which nothing changed needs no fonts

    fonts: Loc = ("theme", "fonts")
    if "text" not in theme.fonts:
        yield problem("font-missing", at(fonts), form="text")
    families: dict[Loc, str] = {}
    """The families that the theme names, by their places in the settings."""
    for index, name in enumerate(theme.fallback):
        families["theme", "fallback", index] = name
    for name, font in theme.fonts.items():
        if (font.pdf is None) == (font.files is None):
            yield problem("font-missing", at((*fonts, name)), form="source", name=name)
        if font.pdf is not None:
            families[*fonts, name, "pdf"] = font.pdf
        for face, file in font.files or ():
            if file is not None and file not in files:
                known_files = [known for known in files if known.startswith("fonts/")]
                hint = nearest_or_all(file, known_files)
                yield problem("font-file-missing", at((*fonts, name, "files", face)), hint=hint, file=file)
    for path, family in families.items():
        if family not in FAMILIES:
            hint = did_you_mean(family, FAMILIES)
            known = ", ".join(FAMILIES)
            yield problem("font-unknown", at(path), form="family", hint=hint, name=family, known=known)


def _theme_problems(theme: ThemeSettings, at: Locate) -> Iterator[Problem]:
    """Yield errors about the page, the colours and the required styles of a theme."""
    page = theme.page
    styles = theme.styles
    unknown = unknown_paper(page.size, at(("theme", "page", "size")))
    if unknown is not None:
        yield unknown
    elif min(page.text_area) < _LEAST_TEXT_AREA - TOLERANCE:
        yield _margins_too_wide(page.text_area, at(("theme", "page", "margins")))
    for name, colour in theme.colours.items():
        if not is_colour(colour):
            where = at(("theme", "colours", name))
            yield problem("colour-unknown", where, hint=_colour_hint(colour), name=colour)
    for name in _REQUIRED_STYLES:
        if name not in styles:
            yield problem("style-required", at(("theme", "styles")), name=name)
    if "body" in styles:
        for rule in _BODY_RULES:
            if getattr(styles["body"], rule) is None:
                yield problem("style-incomplete", at(("theme", "styles", "body")), rule=rule)


def _margins_too_wide(text_area: tuple[Length, Length], where: Location) -> Problem:
    """Return the error about a page without room for text between its margins."""
    width, height = text_area
    millimetre = Length.mm(1)
    width_text = round(max(0, width) / millimetre)
    height_text = round(max(0, height) / millimetre)
    return problem("margins-too-wide", where, width=width_text, height=height_text)


def _style_problems(name: str, rules: StyleSettings, theme: ThemeSettings, at: Locate, path: Loc) -> Iterator[Problem]:
    """Yield errors about the rules of a style, which are at `path` in the settings."""
    if rules.like is not None:
        where = at((*path, "like"))
        if rules.like not in theme.styles:
            hint = nearest_or_all(rules.like, theme.styles)
            yield problem("style-unknown", where, hint=hint, name=rules.like)
        if theme.is_circular(name):
            yield problem("style-circular", where, form="circle", name=name)
        elif theme.has_long_chain(name):
            yield problem("style-circular", where, form="long", name=name, limit=MAX_BASES)
    if rules.font is not None and rules.font not in theme.fonts:
        hint = nearest_or_all(rules.font, theme.fonts)
        known = ", ".join(theme.fonts)
        yield problem("font-unknown", at((*path, "font")), form="font", hint=hint, name=rules.font, known=known)
    if rules.size is not None and rules.size < SMALLEST_TEXT - TOLERANCE:
        where = at((*path, "size"))
        yield problem("text-too-small", where, name=name, size=f"{rules.size:g}", least=f"{SMALLEST_TEXT:g}")
    for key, colour in _colours_of(rules):
        if colour not in theme.colours and not is_colour(colour):
            hint = nearest_or_all(colour, theme.colours)
            yield problem("colour-unknown", at((*path, *key)), hint=hint, name=colour)


def _problems_of_styles(theme: ThemeSettings, at: Locate) -> Iterator[Problem]:
    """Yield errors about the styles of a theme and of its scales."""
    for name, rules in theme.styles.items():
        yield from _style_problems(name, rules, theme, at, ("theme", "styles", name))
    for scale, styles in theme.scales.items():
        scaled = theme.scaled(scale)
        for name, rules in styles.items():
            path: Loc = ("theme", "scales", scale.value, name)
            if name in theme.styles:
                yield from _style_problems(name, rules, scaled, at, path)
            else:
                hint = nearest_or_all(name, theme.styles)
                yield problem("style-unknown", at(path), hint=hint, name=name)


def _book_problems(settings: PackSettings, at: Locate) -> Iterator[Problem]:
    """Yield the errors in the styles and the paper of books."""
    theme = book_theme(settings)
    for name in settings.book.styles:
        yield from _style_problems(name, theme.styles[name], theme, at, ("book", "styles", name))
    page = settings.book.page
    if page.size is not None:
        unknown = unknown_paper(page.size, at(("book", "page", "size")))
        if unknown is not None:
            yield unknown


def book_page_problem(settings: PackSettings, path: str) -> Problem | None:
    """Return the error about a page of books without room for text.

    It is no error of the pack: one with small paper can inherit these margins, and print no books.
    """
    text_area = book_theme(settings).page.text_area
    if min(text_area) >= _LEAST_TEXT_AREA - TOLERANCE:
        return None
    return _margins_too_wide(text_area, Location(path))


def _text_problems(settings: PackSettings, at: Locate) -> Iterator[Problem]:
    """Yield errors about the example of numbers, and about the addresses of the contact."""
    example = settings.number_format
    try:
        NumberFormat.from_example(example)
    except ValueError:
        yield problem("number-format-unknown", at(("number_format",)), example=example)
    email = settings.contact.email
    if email and link_address(email) is None:
        yield problem("email-invalid", at(("contact", "email")), value=email)
    website = settings.contact.website
    if website and link_address(website) is None:
        yield problem("website-invalid", at(("contact", "website")), value=website)


def _colours_of(rules: StyleSettings) -> Iterator[tuple[Loc, str]]:
    """Yield the colours that a style names, with their places in it."""
    values: dict[Loc, Any] = {}
    for key in ("colour", "background", "rule_below", "rule_start"):
        values[key,] = getattr(rules, key)
    if rules.border is not None:
        for side in ("colour", *BORDERS):
            values["border", side] = getattr(rules.border, side)
    for loc, value in values.items():
        colour = value.colour if isinstance(value, Rule) else value
        if colour is not None:
            yield loc, colour


def _colour_hint(text: str) -> str | None:
    """Return the likely colour for six digits without a number sign, or for three."""
    digits = text.removeprefix("#").upper()
    if not re.fullmatch(r"[0-9A-F]{6}|[0-9A-F]{3}", digits):
        return None
    if len(digits) == len("RGB"):
        digits = "".join([digit * 2 for digit in digits])
    return f'write "#{digits}"'
