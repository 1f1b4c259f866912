"""Checks of a pack's settings beyond their types: names, colours, fonts, files and addresses that do not exist."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from ucap_reports.fonts.font_families import FAMILIES
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.tree import Loc
from ucap_reports.template.lengths_and_colours import is_colour
from ucap_reports.template.number_formats import NumberFormat
from ucap_reports.template.pack import COLUMN_FIELDS, EXTRA, NAMES_FIELD, SHARED_FIELDS, PackSettings
from ucap_reports.template.theme import PAPER, Rule, ThemeSettings
from ucap_reports.text.addresses import link_address
from ucap_reports.text.markup_reader import LANGUAGE

Locate = Callable[[Loc], Location]

ROW_FIELDS = (NAMES_FIELD, *COLUMN_FIELDS, *SHARED_FIELDS)
LONGEST_TAG = 35
"""The length of the longest language tags of registered parts (RFC 5646, 4.4.1); messages shorten longer ones."""
BODY_RULES = ("size", "leading", "colour")
"""The rules that `body` must have, because other styles may omit them."""
REQUIRED_STYLES = ("body", "title")


def pack_problems(settings: PackSettings, files: Collection[str], locate: Locate) -> Iterator[Problem]:
    """All errors in the settings. `files` are the paths of the pack's files."""
    yield from _row_problems(settings, locate)
    yield from _language_problems(settings, locate)
    yield from _font_problems(settings.theme, files, locate)
    yield from _theme_problems(settings.theme, locate)
    try:
        NumberFormat.from_example(settings.number_format)
    except ValueError:
        yield problem("number-format-unknown", locate(("number_format",)), example=settings.number_format)
    contact = settings.contact
    if contact.email and link_address(contact.email) is None:
        yield problem("email-invalid", locate(("contact", "email")), value=contact.email)
    if contact.website and link_address(contact.website) is None:
        yield problem("website-invalid", locate(("contact", "website")), value=contact.website)


def nearest_or_all(name: str, known: Iterable[str]) -> str | None:
    """The hint that names the nearest of the known names or, without one, all of them."""
    known = sorted(known)
    return did_you_mean(name, known) or (f"choose one of {', '.join(known)}" if known else None)


def _row_problems(settings: PackSettings, locate: Locate) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, rule in enumerate(settings.rows):
        location = locate(("rows", place, "field"))
        if rule.field not in ROW_FIELDS and not rule.field.startswith(EXTRA):
            yield problem("row-field-unknown", location, hint=nearest_or_all(rule.field, ROW_FIELDS), name=rule.field)
        if rule.field in seen:
            yield problem("row-twice", location, field=rule.field)
        seen.add(rule.field)
    if NAMES_FIELD not in seen:
        yield problem("row-missing", locate(("rows",)), field=NAMES_FIELD)
    labelled: dict[Loc, Iterable[str]] = {("labels", tag): labels for tag, labels in settings.labels.items()}
    labelled |= {("wording", tag, "short_labels"): each.short_labels for tag, each in settings.wording.items()}
    fields = {*ROW_FIELDS, *seen}
    for path, names in labelled.items():
        for name in sorted({*names} - fields):
            yield problem("row-field-unknown", locate((*path, name)), hint=nearest_or_all(name, fields), name=name)


def _language_problems(settings: PackSettings, locate: Locate) -> Iterator[Problem]:
    tags: dict[Loc, str] = {("language",): settings.language}
    for key in ("programme_label", "labels", "wording"):
        tags |= {(key, tag): tag for tag in getattr(settings, key)}
    for path, tag in tags.items():
        if not LANGUAGE.fullmatch(tag):
            shown = tag if len(tag) <= LONGEST_TAG else f"{tag[:LONGEST_TAG]}…"
            yield problem("language-invalid", locate(path), tag=shown)
    for place, tag in enumerate(settings.label_languages):
        if tag not in settings.programme_label:
            hint = nearest_or_all(tag, settings.programme_label)
            yield problem("label-language-unknown", locate(("label_languages", place)), hint=hint, language=tag)


def _font_problems(theme: ThemeSettings, files: Collection[str], locate: Locate) -> Iterator[Problem]:
    if "text" not in theme.fonts:
        yield problem("font-missing", locate(("theme", "fonts")), form="text")
    families: dict[Loc, str] = {("theme", "fallback", place): name for place, name in enumerate(theme.fallback)}
    for name, font in theme.fonts.items():
        path: Loc = ("theme", "fonts", name)
        if (font.pdf is None) == (font.files is None):
            yield problem("font-missing", locate(path), form="source", name=name)
        if font.pdf is not None:
            families[*path, "pdf"] = font.pdf
        for face, file in font.files or ():
            if file is not None and file not in files:
                hint = did_you_mean(file, (each for each in files if each.startswith("fonts/")))
                yield problem("font-file-missing", locate((*path, "files", face)), hint=hint, file=file)
    for path, family in families.items():
        if family not in FAMILIES:
            hint, known = did_you_mean(family, FAMILIES), ", ".join(FAMILIES)
            yield problem("font-unknown", locate(path), form="family", hint=hint, name=family, known=known)


def _theme_problems(theme: ThemeSettings, locate: Locate) -> Iterator[Problem]:
    size = theme.page.size
    if size not in PAPER:
        yield problem("paper-unknown", locate(("theme", "page", "size")), hint=nearest_or_all(size, PAPER), name=size)
    for name, colour in theme.colours.items():
        if not is_colour(colour):
            hint = _colour_hint(colour)
            yield problem("colour-unknown", locate(("theme", "colours", name)), hint=hint, name=colour)
    for name in REQUIRED_STYLES:
        if name not in theme.styles:
            yield problem("style-required", locate(("theme", "styles")), name=name)
    if body := theme.styles.get("body"):
        for rule in (each for each in BODY_RULES if getattr(body, each) is None):
            yield problem("style-incomplete", locate(("theme", "styles", "body")), rule=rule)
    for name in theme.styles:
        yield from _style_problems(name, theme, locate)


def _style_problems(name: str, theme: ThemeSettings, locate: Locate) -> Iterator[Problem]:
    rules, path = theme.styles[name], ("theme", "styles", name)
    if rules.like is not None and rules.like not in theme.styles:
        yield problem(
            "style-unknown", locate((*path, "like")), hint=nearest_or_all(rules.like, theme.styles), name=rules.like
        )
    if theme.styles[theme.chain(name)[-1]].like == name:
        yield problem("style-circular", locate((*path, "like")), name=name)
    if rules.font is not None and rules.font not in theme.fonts:
        hint, known = did_you_mean(rules.font, theme.fonts), ", ".join(theme.fonts)
        yield problem("font-unknown", locate((*path, "font")), form="font", hint=hint, name=rules.font, known=known)
    for key in ("colour", "background", "rule_below", "rule_start"):
        value = getattr(rules, key)
        colour = value.colour if isinstance(value, Rule) else value
        if colour is not None and colour not in theme.colours and not is_colour(colour):
            hint = nearest_or_all(colour, theme.colours)
            yield problem("colour-unknown", locate((*path, key)), hint=hint, name=colour)


def _colour_hint(text: str) -> str | None:
    """The likely colour for six digits without a number sign, or for three."""
    digits = text.removeprefix("#").upper()
    if not re.fullmatch(r"[0-9A-F]{6}|[0-9A-F]{3}", digits):
        return None
    return f'write "#{digits if len(digits) > len("RGB") else "".join(digit * 2 for digit in digits)}"'
