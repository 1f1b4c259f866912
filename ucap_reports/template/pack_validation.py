"""What can be wrong inside a pack's settings beyond types: names that nothing answers to, all found at once."""

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from ucap_reports.problems import Location, Problem, did_you_mean
from ucap_reports.source.tree import Loc
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.number_formats import NumberFormat
from ucap_reports.template.pack import COLUMN_FIELDS, EXTRA, NAMES_FIELD, SHARED_FIELDS, PackSettings
from ucap_reports.template.theme import PAPER, TEXT_RULES, Rule, Theme
from ucap_reports.text.language_tags import LANGUAGE

Locate = Callable[[Loc], Location]

ROW_FIELDS = (NAMES_FIELD, *COLUMN_FIELDS, *SHARED_FIELDS)
LONGEST_TAG = 35
"""As long as language tags of registered parts grow (RFC 5646, 4.4.1); of longer ones messages show the beginning."""
BODY_RULES = tuple(rule for rule in TEXT_RULES if rule in {"size", "leading", "colour"})
"""What `body` must say, since every other style may leave it out."""


def pack_problems(settings: PackSettings, locate: Locate) -> tuple[Problem, ...]:
    """Every name in the settings that nothing answers to, as errors at their places."""
    return tuple(
        chain(_row_problems(settings, locate), _wording_problems(settings, locate), _theme_problems(settings, locate))
    )


def _unknown(code: str, kind: str, name: str, known: Iterable[str], location: Location) -> Problem:
    known = sorted(known)
    return Problem.error(code, f'no {kind} is called "{name}"', did_you_mean(name, known) or _choices(known), location)


def _choices(known: list[str]) -> str | None:
    return f"there are {', '.join(known)}" if known else None


def _row_problems(settings: PackSettings, locate: Locate) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, rule in enumerate(settings.rows):
        location = locate(("rows", place, "field"))
        if rule.field not in ROW_FIELDS and not rule.field.startswith(EXTRA):
            yield _unknown("row-field-unknown", "field", rule.field, ROW_FIELDS, location)
        if rule.field in seen:
            yield Problem.error("row-twice", f'the field "{rule.field}" has two rows', "keep one of them", location)
        seen.add(rule.field)
    if NAMES_FIELD not in seen:
        hint = f'add a row with "field: {NAMES_FIELD}"; its label heads the table'
        yield Problem.error("row-missing", "no row names the cities", hint, locate(("rows",)))


def _wording_problems(settings: PackSettings, locate: Locate) -> Iterator[Problem]:
    try:
        NumberFormat.from_example(settings.number_format)
    except ValueError as error:
        yield Problem.error("number-format-unknown", str(error), location=locate(("number_format",)))
    yield from _language_problems(settings, locate)
    for place, language in enumerate(settings.label_languages):
        if language not in settings.programme_label:
            location = locate(("label_languages", place))
            yield _unknown("label-language-unknown", "programme label", language, settings.programme_label, location)
    fields = {*ROW_FIELDS, *(rule.field for rule in settings.rows)}
    named: list[tuple[Loc, AbstractSet[str]]] = []
    named += [(("labels", tag), said.keys()) for tag, said in settings.labels.items()]
    named += [(("wording", tag, "short_labels"), said.short_labels.keys()) for tag, said in settings.wording.items()]
    for path, names in named:
        for field in sorted(names - fields):
            yield _unknown("row-field-unknown", "row", field, fields, locate((*path, field)))


def _language_problems(settings: PackSettings, locate: Locate) -> Iterator[Problem]:
    named: list[tuple[str, Loc]] = [(settings.language, ("language",))]
    for holder in ("programme_label", "labels", "wording"):
        named += [(tag, (holder, tag)) for tag in getattr(settings, holder)]
    for tag, path in named:
        if not LANGUAGE.fullmatch(tag):
            shown = tag if len(tag) <= LONGEST_TAG else f"{tag[:LONGEST_TAG]}…"
            hint = "write a tag such as en, fr or zh-CN"
            yield Problem.error("language-invalid", f'"{shown}" is no language tag', hint, locate(path))


def _theme_problems(settings: PackSettings, locate: Locate) -> Iterator[Problem]:
    theme = settings.theme
    if theme.page.size not in PAPER:
        yield _unknown("paper-unknown", "paper", theme.page.size, PAPER, locate(("theme", "page", "size")))
    for name, colour in theme.colours.items():
        if not _is_colour(colour):
            message, hint = f'"{colour}" is not a colour', _colour_hint(colour)
            yield Problem.error("colour-unknown", message, hint, locate(("theme", "colours", name)))
    if "text" not in theme.fonts:
        yield Problem.error("font-missing", 'the theme has no font "text"', location=locate(("theme", "fonts")))
    for name, font in theme.fonts.items():
        if (font.pdf is None) == (font.files is None):
            message = f'the font "{name}" needs either a family for the PDF or files of its own'
            yield Problem.error("font-missing", message, "write pdf: Arimo", locate(("theme", "fonts", name)))
    yield from _style_problems(theme, lambda path: locate(("theme", "styles", *path)))


def _style_problems(theme: Theme, locate: Locate) -> Iterator[Problem]:
    body = theme.styles.get("body")
    for rule in BODY_RULES:
        if body is None or getattr(body, rule) is None:
            message = f'the style "body" does not say its {rule}'
            yield Problem.error("style-incomplete", message, "every style begins with body", locate(("body",)))
    for name, rules in theme.styles.items():
        if rules.like is not None and rules.like not in theme.styles:
            yield _unknown("style-unknown", "style", rules.like, theme.styles, locate((name, "like")))
        if _circles(name, theme):
            message = f'the style "{name}" is like one that is like it'
            hint = "let one of them be like another style, or like none"
            yield Problem.error("style-circular", message, hint, locate((name, "like")))
        if rules.font is not None and rules.font not in theme.fonts:
            yield _unknown("font-unknown", "font of the theme", rules.font, theme.fonts, locate((name, "font")))
        for key in ("colour", "background", "rule_below", "rule_start"):
            value = getattr(rules, key)
            colour = value.colour if isinstance(value, Rule) else value
            if colour is not None and colour not in theme.colours and not _is_colour(colour):
                yield _unknown("colour-unknown", "colour of the theme", colour, theme.colours, locate((name, key)))


def _colour_hint(text: str) -> str:
    """The colour that was meant by six digits without their sign, or by three."""
    digits = text.removeprefix("#").upper()
    if not re.fullmatch(r"[0-9A-F]{6}|[0-9A-F]{3}", digits):
        return 'write two digits each of red, green and blue, as in "#003399"'
    return f'write it as "#{digits if len(digits) > len("RGB") else "".join(digit * 2 for digit in digits)}"'


def _circles(name: str, theme: Theme) -> bool:
    """Whether the styles that a style is like lead back to it."""
    seen: set[str] = set()
    base = theme.styles[name].like
    while base is not None and base in theme.styles and base not in seen:
        seen.add(base)
        base = theme.styles[base].like
    return name in seen


def _is_colour(text: str) -> bool:
    try:
        Colour.parse(text)
    except ValueError:
        return False
    return True
