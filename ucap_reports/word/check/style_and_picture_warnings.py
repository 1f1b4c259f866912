"""Warnings about the styles, fonts and pictures of a Word template."""

import posixpath
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy

from lxml import etree
from msgspec.structs import replace

from ucap_reports.pictures.decoding_limits import PictureError, open_picture
from ucap_reports.pictures.picture_quality import quality_warnings
from ucap_reports.problems import Location, Problem, Severity, did_you_mean, problem
from ucap_reports.template.lengths_and_colours import EMU_PER_POINT, Length
from ucap_reports.template.pack import Pack, PackFile, WordStyles
from ucap_reports.word.check.style_differences import differences
from ucap_reports.word.compile.template_opening import OpenedTemplate, TemplateText, open_template
from ucap_reports.word.compile.theme_styles import PREFIX, apply_theme, theme_name
from ucap_reports.word.file.effective_styles import StyleSheet
from ucap_reports.word.file.element_names import PARAGRAPH, RUN, VALUE, qualified
from ucap_reports.word.file.element_places import NAMED
from ucap_reports.word.file.word_xml import text_of, value_at

_USES = tuple(qualified(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle"))
_DESCRIBED = qualified("wp:docPr")
_PICTURES = ("blip", "imagedata")
"""Elements that show a picture, in DrawingML and in VML."""
_ANY_SIZE = 1_000_000_000
"""Pixels of a picture of which only the header is read."""
STYLES = "styles"
"""The place of a style that is not used."""


def template_warnings(pack: Pack) -> tuple[Problem, ...]:
    """Warnings about content that is left out, and about styles, fonts and pictures.

    Styles can differ only if the pack keeps the template's. Raises ProblemsFound if the template cannot be read.
    """
    return tuple(_Inspection(open_template(pack.word_template), pack).warnings())


def word_places(template: PackFile) -> tuple[str, ...]:
    """The places in a Word template, in the order body, headers, footers, notes.

    Raises ProblemsFound if the template cannot be read.
    """
    texts = open_template(template).texts
    found = (text.places.of(each) for text in texts for each in (text.root, *text.root.iter(*NAMED)))
    return tuple(dict.fromkeys(found))


class _Inspection:
    """Inspects one template."""

    def __init__(self, opened: OpenedTemplate, pack: Pack) -> None:
        self.pack = pack
        self.opened = opened
        self.sheet = StyleSheet(opened.styles)
        self.places = {text.root: text.places for text in opened.texts}

    def warnings(self) -> Iterator[Problem]:
        """All warnings, in the order of the template."""
        yield from self.opened.of_severity(Severity.WARNING)
        yield from self._unknown_styles()
        if self.pack.settings.word_styles is WordStyles.KEEP:
            yield from self._different_styles()
        for root in self.places:
            yield from self._missing_styles(root)
            yield from self._foreign_fonts(root)
            yield from self._undescribed_pictures(root)
        for text in self.opened.texts:
            yield from self._unsuitable_pictures(text)

    def _at(self, element: etree._Element) -> Location:
        return self.places[element.getroottree().getroot()].location(element)

    def _of_style(self, identifier: str) -> Location:
        """The first use of a style."""
        uses = (use for root in self.places for use in root.iter(*_USES) if use.get(VALUE) == identifier)
        used = next(uses, None)
        return Location(self.pack.word_template.path, place=STYLES) if used is None else self._at(used)

    def _unknown_styles(self) -> Iterator[Problem]:
        theme = self.pack.theme
        for identifier, name in self.sheet.names.items():
            own = name.removeprefix(PREFIX)
            if own != name and theme_name(name, theme) is None:
                hint = did_you_mean(own, theme.styles) or f'add the style "{own}" to the theme'
                unknown = problem("style-unknown", self._of_style(identifier), hint=hint, name=own)
                yield replace(unknown, severity=Severity.WARNING)  # the text has its Word style, so nothing is lost

    def _different_styles(self) -> Iterator[Problem]:
        themed = deepcopy(self.opened.styles)
        apply_theme(themed, self.pack.theme)
        wanted = StyleSheet(themed)
        for identifier, name in self.sheet.names.items():
            location = self._of_style(identifier)
            if theme_name(name, self.pack.theme) is None or location.place == STYLES:
                continue
            if different := differences(self.sheet, wanted, identifier):
                yield problem("styles-differ", location, name=name, differences=", ".join(different))

    def _missing_styles(self, root: etree._Element) -> Iterator[Problem]:
        for use in root.iter(*_USES):
            identifier = str(use.get(VALUE))
            if identifier not in self.sheet.styles:
                hint = did_you_mean(identifier, self.sheet.styles)
                yield problem("style-missing", self._at(use), hint=hint, name=identifier)

    def _foreign_fonts(self, root: etree._Element) -> Iterator[Problem]:
        """Text with direct formatting in a font that the theme does not have, so that it differs from the PDF."""
        fonts = self.pack.theme.fonts.values()
        known = sorted({name for font in fonts for name in (font.word, font.word_east_asian)})
        for run in root.iter(RUN):
            text, font = text_of(run).strip(), value_at(run, "w:rPr/w:rFonts", "w:ascii")
            if text and font is not None and font not in known:
                yield problem("font-foreign", self._at(run), text=text, font=font, known=" or ".join(known))

    def _undescribed_pictures(self, root: etree._Element) -> Iterator[Problem]:
        for picture in root.iter(etree.Element):
            if etree.QName(picture).localname in _PICTURES and not _is_described(picture):
                yield replace(problem("alt-missing", self._at(picture), form="word"), severity=Severity.WARNING)

    def _unsuitable_pictures(self, text: TemplateText) -> Iterator[Problem]:
        """Pictures of a part that are wider than the paper, have too few pixels for their width, or too many bytes."""
        targets, paper = self.opened.secured.targets.get(text.name, {}), float(self.pack.theme.paper[0])
        for drawing in text.root.iter(qualified("wp:inline"), qualified("wp:anchor")):
            extent, shown = drawing.find(qualified("wp:extent")), list(drawing.iter("{*}blip"))
            width = "" if extent is None else str(extent.get("cx"))
            if len(shown) != 1 or not width.isdecimal() or not (points := int(width) / EMU_PER_POINT):
                continue  # the size of a picture in a group depends on that of the group
            if points > paper:
                lengths = {
                    name: f"{length / Length.mm(1):.0f}" for name, length in (("width", points), ("room", paper))
                }
                wide = problem("image-too-wide", self._at(drawing), **lengths)
                yield replace(wide, severity=Severity.WARNING)  # Word shows the part of it that fits
            if name := targets.get(str(shown[0].get(qualified("r:embed")))):
                content = self.opened.contents[name]
                with suppress(PictureError):  # a format other than PNG and JPEG
                    pixels, file = open_picture(content, most=_ANY_SIZE).width, posixpath.basename(name)
                    yield from quality_warnings(file, pixels, points, len(content), self._at(drawing))


def _is_described(picture: etree._Element) -> bool:
    """Whether the drawing around a picture has an alternative text, or is marked as decorative."""
    for around in picture.iterancestors():
        described = around.find(_DESCRIBED)
        if described is not None:
            marked = [each for each in described.iter(etree.Element) if etree.QName(each).localname == "decorative"]
            is_decorative = any(each.get("val") in ("1", "true") for each in marked)
            return is_decorative or bool((described.get("descr") or described.get("title") or "").strip())
        name = etree.QName(around).localname
        if name == "Fallback":  # the newer form of the same drawing is checked
            return True
        if name == "shape":
            return bool((around.get("alt") or "").strip())
        if around.tag == PARAGRAPH:
            break
    return False
