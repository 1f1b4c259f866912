"""Warnings about the styles, fonts and pictures of a Word template."""

import posixpath
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy

from lxml import etree
from msgspec.structs import replace

from ucap_reports.pictures.document_pictures import PictureError, open_picture, quality_warnings
from ucap_reports.problems import Location, Problem, Severity, did_you_mean, problem
from ucap_reports.template.lengths_and_colours import EMU_PER_POINT, Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.template_opening import OpenedTemplate, TemplateText
from ucap_reports.word.compile.theme_styles import OF_TABLE, apply_theme, theme_name
from ucap_reports.word.file.effective_styles import OFF, THEME_PREFIX, StyleSheet
from ucap_reports.word.file.element_locator import NAMED
from ucap_reports.word.file.word_xml import PARAGRAPH, RUN, TWENTIETHS, VALUE, points, qualified, text_of, value_at

_USES = tuple(qualified(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle"))
_DESCRIBED = qualified("wp:docPr")
_PICTURES = ("blip", "imagedata")
"""Elements that show a picture, in DrawingML and in VML."""
_ANY_SIZE = 1_000_000_000
"""Pixels of a picture of which only the header is read."""


def template_warnings(opened: OpenedTemplate, pack: Pack) -> Iterator[Problem]:
    """Warnings about content that is left out, and about styles, fonts and pictures, in the order of the template.

    Styles can differ only if the pack keeps the template's.
    """
    sheet, uses = StyleSheet(opened.styles), dict[str, Location]()
    for text in opened.texts:
        for use in text.root.iter(*_USES):
            uses.setdefault(str(use.get(VALUE)), text.locator.location(use))
    yield from opened.of_severity(Severity.WARNING)
    yield from _unknown_styles(sheet, pack, uses, opened.path)
    if pack.settings.word_styles == "keep":
        yield from _different_styles(opened, sheet, pack, uses)
    for text in opened.texts:
        yield from _missing_styles(text, sheet)
        yield from _foreign_fonts(text, pack.theme)
        yield from _undescribed_pictures(text)
    for text in opened.texts:
        yield from _unsuitable_pictures(text, opened, float(pack.theme.paper[0]))


def word_places(opened: OpenedTemplate) -> tuple[str, ...]:
    """Return the places in a Word template, in the order body, headers, footers, notes."""
    names: dict[str, None] = {}
    for text in opened.texts:
        for element in (text.root, *text.root.iter(*NAMED)):
            names[text.locator.of(element)] = None
    return tuple(names)


def _unknown_styles(sheet: StyleSheet, pack: Pack, uses: Mapping[str, Location], path: str) -> Iterator[Problem]:
    """Styles that would follow the theme if it had them; `uses` has the first use of each style."""
    for identifier, name in sheet.names.items():
        own = name.removeprefix(THEME_PREFIX)
        if own == name:
            continue
        if theme_name(name, pack.theme) is None and theme_name(name.removesuffix(OF_TABLE), pack.theme) is None:
            hint = did_you_mean(own, pack.theme.styles) or f'add the style "{own}" to the theme'
            location = uses.get(identifier, Location(path, place="styles"))
            unknown = problem("style-unknown", location, hint=hint, name=own)
            yield replace(unknown, severity=Severity.WARNING)  # the text has its Word style, so nothing is lost


def _different_styles(
    opened: OpenedTemplate, sheet: StyleSheet, pack: Pack, uses: Mapping[str, Location]
) -> Iterator[Problem]:
    themed = deepcopy(opened.styles)
    apply_theme(themed, pack.theme)
    wanted = StyleSheet(themed)
    for identifier, name in sheet.names.items():
        is_used = identifier in uses and theme_name(name, pack.theme) is not None
        if is_used and (different := differences(sheet, wanted, identifier)):
            yield problem("styles-differ", uses[identifier], name=name, differences=", ".join(different))


def _missing_styles(text: TemplateText, sheet: StyleSheet) -> Iterator[Problem]:
    for use in text.root.iter(*_USES):
        identifier = str(use.get(VALUE))
        if identifier not in sheet.styles:
            hint = did_you_mean(identifier, sheet.styles)
            yield problem("style-missing", text.locator.location(use), hint=hint, name=identifier)


def _foreign_fonts(text: TemplateText, theme: Theme) -> Iterator[Problem]:
    """Yield text with direct formatting in a font that the theme does not have, so that it differs from the PDF."""
    known = sorted(
        {font.word for font in theme.fonts.values()} | {font.word_east_asian for font in theme.fonts.values()}
    )
    for run in text.root.iter(RUN):
        words, font = text_of(run).strip(), value_at(run, "w:rPr/w:rFonts", "w:ascii")
        if words and font is not None and font not in known:
            location = text.locator.location(run)
            yield problem("font-foreign", location, text=words, font=font, known=" or ".join(known))


def _undescribed_pictures(text: TemplateText) -> Iterator[Problem]:
    for picture in text.root.iter(etree.Element):
        if etree.QName(picture).localname in _PICTURES and not _is_described(picture):
            location = text.locator.location(picture)
            yield replace(problem("alt-missing", location, form="word"), severity=Severity.WARNING)


def _unsuitable_pictures(text: TemplateText, opened: OpenedTemplate, paper: float) -> Iterator[Problem]:
    """Pictures of a part that are wider than the paper, have too few pixels for their width, or too many bytes."""
    targets = opened.secured.targets.get(text.name, {})
    for drawing in text.root.iter(qualified("wp:inline"), qualified("wp:anchor")):
        extent, shown = drawing.find(qualified("wp:extent")), list(drawing.iter("{*}blip"))
        width = "" if extent is None else str(extent.get("cx"))
        if len(shown) != 1 or not width.isdecimal() or not (points := int(width) / EMU_PER_POINT):
            continue  # the size of a picture in a group depends on that of the group
        location = text.locator.location(drawing)
        if points > paper:
            lengths = {
                name: f"{length / Length.mm(1):.0f}" for name, length in (("width", points), ("available", paper))
            }
            # Word shows the part of it that fits
            yield replace(problem("image-too-wide", location, **lengths), severity=Severity.WARNING)
        name = targets.get(str(shown[0].get(qualified("r:embed"))))
        if name:
            content = opened.contents[name]
            with suppress(PictureError):  # a format other than PNG and JPEG
                pixels, file = open_picture(content, limit=_ANY_SIZE).width, posixpath.basename(name)
                yield from quality_warnings(file, pixels, points, len(content), location)


def _is_described(picture: etree._Element) -> bool:
    """Return whether the drawing around a picture has an alternative text, or is marked as decorative."""
    for around in picture.iterancestors():
        described = around.find(_DESCRIBED)
        if described is not None:
            is_decorative = any(element.get("val") in ("1", "true") for element in described.iter("{*}decorative"))
            return is_decorative or bool((described.get("descr") or described.get("title") or "").strip())
        name = etree.QName(around).localname
        if name == "Fallback":  # the newer form of the same drawing is checked
            return True
        if name == "shape":
            return bool((around.get("alt") or "").strip())
        if around.tag == PARAGRAPH:
            break
    return False


_NEUTRAL = (None, "none", "auto", "left", "start", *OFF)
"""Values of properties that are as if these were not set."""
PROPERTIES: Mapping[str, tuple[str, str, int]] = {
    "font": ("w:rPr/w:rFonts", "w:ascii", 0),
    "size": ("w:rPr/w:sz", "w:val", 2),
    "colour": ("w:rPr/w:color", "w:val", 0),
    "bold": ("w:rPr/w:b", "w:val", 0),
    "italic": ("w:rPr/w:i", "w:val", 0),
    "underline": ("w:rPr/w:u", "w:val", 0),
    "align": ("w:pPr/w:jc", "w:val", 0),
    "space before": ("w:pPr/w:spacing", "w:before", TWENTIETHS),
    "space after": ("w:pPr/w:spacing", "w:after", TWENTIETHS),
    "leading": ("w:pPr/w:spacing", "w:line", TWENTIETHS),
}
"""The properties of a Word style that the theme sets: its element, its attribute and, for lengths, their parts of a
point.
"""


def _shown(value: str | None, parts: int) -> str:
    length = points(value, parts) if parts else None
    if value in _NEUTRAL or length == 0:
        return "not set"
    return str(value) if length is None else f"{length:g} pt"


def differences(own: StyleSheet, wanted: StyleSheet, identifier: str) -> list[str]:
    """Return the properties of a style that differ between two style sheets, such as "size 20 pt (theme: 17 pt)"."""
    names: list[str] = []
    for name, (path, attribute, parts) in PROPERTIES.items():
        is_, should = (_shown(sheet.value(identifier, path, attribute), parts) for sheet in (own, wanted))
        if is_.upper() != should.upper():
            names.append(f"{name} {is_} (theme: {should})")
    return names
