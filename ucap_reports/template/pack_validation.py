"""Checks of a pack's settings beyond their types: names, colours, fonts, files and addresses that do not exist."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from ucap_reports.fonts.font_families import FAMILIES
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.borders import BORDERS, Rule
from ucap_reports.template.lengths_and_colours import Length, is_colour
from ucap_reports.template.number_formats import NumberFormat
from ucap_reports.template.pack import COLUMN_FIELDS, NAMES_FIELD, SHARED_FIELDS, PackSettings
from ucap_reports.template.paper_sizes import PAPERS, paper_size
from ucap_reports.template.theme import StyleRules, ThemeSettings
from ucap_reports.text.language_tags import LANGUAGE
from ucap_reports.text.links import link_address

Locate = Callable[[Loc], Location]

ROW_FIELDS = (NAMES_FIELD, *COLUMN_FIELDS, *SHARED_FIELDS)
BODY_RULES = ("size", "leading", "colour")
"""The rules that `body` must have, because other styles may omit them."""
REQUIRED_STYLES = ("body", "title")
LEAST_ROOM = Length.mm(20)
"""The smallest width and height between the margins."""
MOST_KNOWN = 300
"""The largest number of names among which the nearest is searched."""
MOST_HINTS = 100
"""The largest number of searches for one pack."""


def pack_problems(settings: PackSettings, files: Collection[str], locate: Locate) -> Iterator[Problem]:
    """All errors in the settings. `files` are the paths of the pack's files."""
    yield from _Checks(settings, files, locate).problems()


def nearest_or_all(name: str, known: Iterable[str]) -> str | None:
    """The hint that names the nearest of the known names or, without one, all of them."""
    known = sorted(known)
    if not 0 < len(known) <= MOST_KNOWN:
        return None
    return did_you_mean(name, known) or f"choose one of {', '.join(known)}"


class _Checks:
    """The checks of one pack."""

    def __init__(self, settings: PackSettings, files: Collection[str], locate: Locate) -> None:
        self.settings = settings
        self.theme = settings.theme
        self.files = files
        self.at = locate
        self._hints = MOST_HINTS

    def problems(self) -> Iterator[Problem]:
        """All errors."""
        settings = self.settings
        yield from (*self._rows(), *self._languages(), *self._fonts(), *self._theme())
        for name, rules in self.theme.styles.items():
            yield from self._style(name, rules, self.theme, ("theme", "styles", name))
        for scale, styles in self.theme.scales.items():
            scaled = self.theme.scaled(scale)
            for name, rules in styles.items():
                yield from self._style(name, rules, scaled, ("theme", "scales", scale.value, name))
        try:
            NumberFormat.from_example(settings.number_format)
        except ValueError:
            yield problem("number-format-unknown", self.at(("number_format",)), example=settings.number_format)
        if settings.contact.email and link_address(settings.contact.email) is None:
            yield problem("email-invalid", self.at(("contact", "email")), value=settings.contact.email)
        if settings.contact.website and link_address(settings.contact.website) is None:
            yield problem("website-invalid", self.at(("contact", "website")), value=settings.contact.website)

    def _hint(self, name: str, known: Iterable[str]) -> str | None:
        self._hints -= 1
        return nearest_or_all(name, known) if self._hints >= 0 else None

    def _rows(self) -> Iterator[Problem]:
        seen = {rule.field for rule in self.settings.rows}
        if NAMES_FIELD not in seen:
            yield problem("row-missing", self.at(("rows",)), field=NAMES_FIELD)
        labelled: dict[Loc, Iterable[str]] = {("labels", tag): each for tag, each in self.settings.labels.items()}
        labelled |= {("wording", tag, "short_labels"): each.short_labels for tag, each in self.settings.wording.items()}
        fields = {*ROW_FIELDS, *seen}
        for path, names in labelled.items():
            for name in sorted({*names} - fields):
                yield problem("row-field-unknown", self.at((*path, name)), hint=self._hint(name, fields), name=name)

    def _languages(self) -> Iterator[Problem]:
        settings = self.settings
        tags: dict[Loc, str] = {("language",): settings.language}
        for key in ("programme_label", "labels", "wording"):
            tags |= {(key, tag): tag for tag in getattr(settings, key)}
        for path, tag in tags.items():
            if not LANGUAGE.fullmatch(tag):
                yield problem("language-invalid", self.at(path), tag=tag)
        for place, tag in enumerate(settings.label_languages):
            if tag not in settings.programme_label:
                hint = self._hint(tag, settings.programme_label)
                yield problem("label-language-unknown", self.at(("label_languages", place)), hint=hint, language=tag)

    def _fonts(self) -> Iterator[Problem]:
        fonts: Loc = ("theme", "fonts")
        if "text" not in self.theme.fonts:
            yield problem("font-missing", self.at(fonts), form="text")
        families: dict[Loc, str] = {
            ("theme", "fallback", place): name for place, name in enumerate(self.theme.fallback)
        }
        for name, font in self.theme.fonts.items():
            if (font.pdf is None) == (font.files is None):
                yield problem("font-missing", self.at((*fonts, name)), form="source", name=name)
            if font.pdf is not None:
                families[*fonts, name, "pdf"] = font.pdf
            for face, file in font.files or ():
                if file is not None and file not in self.files:
                    hint = self._hint(file, (each for each in self.files if each.startswith("fonts/")))
                    yield problem("font-file-missing", self.at((*fonts, name, "files", face)), hint=hint, file=file)
        for path, family in families.items():
            if family not in FAMILIES:
                hint, known = did_you_mean(family, FAMILIES), ", ".join(FAMILIES)
                yield problem("font-unknown", self.at(path), form="family", hint=hint, name=family, known=known)

    def _theme(self) -> Iterator[Problem]:
        page, styles = self.theme.page, self.theme.styles
        if paper_size(page.size) is None:
            hint = did_you_mean(page.size, PAPERS)
            yield problem("paper-unknown", self.at(("theme", "page", "size")), hint=hint, name=page.size)
        elif min(room := page.room) < LEAST_ROOM:
            width, height = (round(max(0, side) / Length.mm(1)) for side in room)
            yield problem("margins-too-wide", self.at(("theme", "page", "margins")), width=width, height=height)
        for name, colour in self.theme.colours.items():
            if not is_colour(colour):
                hint = _colour_hint(colour)
                yield problem("colour-unknown", self.at(("theme", "colours", name)), hint=hint, name=colour)
        for name in REQUIRED_STYLES:
            if name not in styles:
                yield problem("style-required", self.at(("theme", "styles")), name=name)
        for rule in BODY_RULES if "body" in styles else ():
            if getattr(styles["body"], rule) is None:
                yield problem("style-incomplete", self.at(("theme", "styles", "body")), rule=rule)

    def _style(self, name: str, rules: StyleRules, theme: ThemeSettings, path: Loc) -> Iterator[Problem]:
        if name not in self.theme.styles:
            yield problem("style-unknown", self.at(path), hint=self._hint(name, self.theme.styles), name=name)
            return
        if rules.like is not None and rules.like not in theme.styles:
            hint = self._hint(rules.like, theme.styles)
            yield problem("style-unknown", self.at((*path, "like")), hint=hint, name=rules.like)
        if rules.like is not None and theme.is_circular(name):
            yield problem("style-circular", self.at((*path, "like")), name=name)
        if rules.font is not None and rules.font not in theme.fonts:
            hint, known = self._hint(rules.font, theme.fonts), ", ".join(theme.fonts)
            yield problem(
                "font-unknown", self.at((*path, "font")), form="font", hint=hint, name=rules.font, known=known
            )
        for key, colour in _colours(rules):
            if colour not in theme.colours and not is_colour(colour):
                hint = self._hint(colour, theme.colours)
                yield problem("colour-unknown", self.at((*path, *key)), hint=hint, name=colour)


def _colours(rules: StyleRules) -> Iterator[tuple[Loc, str]]:
    """The colours that a style names, with their places in it."""
    named: dict[Loc, Any] = {
        (key,): getattr(rules, key) for key in ("colour", "background", "rule_below", "rule_start")
    }
    if rules.border is not None:
        named |= {("border", side): getattr(rules.border, side) for side in ("colour", *BORDERS)}
    for place, value in named.items():
        if (colour := value.colour if isinstance(value, Rule) else value) is not None:
            yield place, colour


def _colour_hint(text: str) -> str | None:
    """The likely colour for six digits without a number sign, or for three."""
    digits = text.removeprefix("#").upper()
    if not re.fullmatch(r"[0-9A-F]{6}|[0-9A-F]{3}", digits):
        return None
    return f'write "#{digits if len(digits) > len("RGB") else "".join(digit * 2 for digit in digits)}"'
