"""The checks of the settings of packs beyond their types: names, colours, fonts and files, addresses of the contact."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from ucap_reports.plan.field_descriptions import CITIES
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE, Length, is_colour, unknown_paper
from ucap_reports.template.pack import book_theme
from ucap_reports.template.pack_settings_and_number_format import NumberFormat, PackSettings
from ucap_reports.template.programme_label import (
    funding_statements,
    label_language_problems,
)
from ucap_reports.template.theme_and_line_spacing import (
    BORDERS,
    MAX_BASES,
    SMALLEST_TEXT,
    Rule,
    StyleSettings,
    ThemeSettings,
)
from ucap_reports.text.language_tags import LANGUAGE
from ucap_reports.text.links import link_address

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
