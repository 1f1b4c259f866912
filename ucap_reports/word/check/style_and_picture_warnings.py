"""What a designer should look at in a Word template beside its tags: styles, fonts, pictures."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from ucap_reports.problems import Location, Problem, Severity, did_you_mean
from ucap_reports.template.pack import Pack, PackFile, WordStyles
from ucap_reports.template.theme import Theme
from ucap_reports.word.check.style_differences import differences
from ucap_reports.word.compile.template_opening import OpenedTemplate, open_template
from ucap_reports.word.compile.theme_styles import PREFIX, apply_theme, theme_name
from ucap_reports.word.file.effective_styles import StyleSheet
from ucap_reports.word.file.element_places import NAMED, ElementPlaces
from ucap_reports.word.file.word_xml import qualified

_VALUE, _PARAGRAPH = qualified("w:val"), qualified("w:p")
_USES = tuple(qualified(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle"))
_DESCRIBED = qualified("wp:docPr")
_PICTURES = ("blip", "imagedata")
"""What shows a picture, in today's drawings and in those of old."""
STYLES = "styles"
"""The place of a style that nothing in the template has."""


def template_warnings(pack: Pack) -> tuple[Problem, ...]:
    """Warnings: `content-left-out`, `style-unknown`, `style-missing`, `styles-differ`, `font-foreign`, `alt-missing`.

    Styles can differ only where the pack keeps Word's own. Raises ProblemsFound for a template that cannot be read.
    """
    return tuple(_Inspection(open_template(pack.word_template), pack).warnings())


def word_places(template: PackFile) -> tuple[str, ...]:
    """The places that problems of a Word template can have, in the order of the document: its body, its headers, its
    footers, its notes. Raises ProblemsFound for a template that cannot be read.
    """
    opened = open_template(template)
    found: list[str] = []
    for part in opened.parts.texts:
        root = opened.texts[part.name]
        places = ElementPlaces(root, part.place)
        found += [part.place, *(places.of(each) for each in root.iter(*NAMED))]
    return tuple(dict.fromkeys(found))


class _Inspection:
    """One template, looked at."""

    def __init__(self, opened: OpenedTemplate, pack: Pack) -> None:
        self.pack = pack
        self.opened = opened
        self.sheet = StyleSheet(opened.styles)
        self.roots = [opened.texts[part.name] for part in opened.parts.texts]
        self.places = {
            root: ElementPlaces(root, part.place) for root, part in zip(self.roots, opened.parts.texts, strict=True)
        }

    def warnings(self) -> Iterator[Problem]:
        """All of them, in the order of the template."""
        yield from self.opened.of_severity(Severity.WARNING)
        yield from self._unknown_styles()
        if self.pack.settings.word_styles is WordStyles.KEEP:
            yield from self._different_styles()
        for root in self.roots:
            yield from self._missing_styles(root)
            yield from self._foreign_fonts(root)
            yield from self._undescribed_pictures(root)

    def _at(self, element: etree._Element) -> Location:
        root = element.getroottree().getroot()
        return Location(self.pack.word_template.path, place=self.places[root].of(element))

    def _of_style(self, identifier: str) -> Location:
        """Where the style is used first."""
        for root in self.roots:
            for use in root.iter(*_USES):
                if use.get(_VALUE) == identifier:
                    return self._at(use)
        return Location(self.pack.word_template.path, place=STYLES)

    def _unknown_styles(self) -> Iterator[Problem]:
        theme = self.pack.theme
        for identifier, name in self.sheet.names.items():
            own = name.removeprefix(PREFIX)
            if own != name and theme_name(name, theme) is None:
                message = f'the Word style "{name}" follows no style of the theme'
                hint = did_you_mean(own, theme.styles) or f'add the style "{own}" to the theme'
                yield Problem.warning("style-unknown", message, hint, self._of_style(identifier))

    def _different_styles(self) -> Iterator[Problem]:
        themed = deepcopy(self.opened.styles)
        apply_theme(themed, self.pack.theme)
        wanted = StyleSheet(themed)
        hint = "the PDF shows it as the theme says: change pack.yaml, or the style in Word"
        for identifier, name in self.sheet.names.items():
            if theme_name(name, self.pack.theme) is None or self._of_style(identifier).place == STYLES:
                continue
            if different := differences(self.sheet, wanted, identifier):
                message = f'the Word style "{name}" differs from the theme: {", ".join(different)}'
                yield Problem.warning("styles-differ", message, hint, self._of_style(identifier))

    def _missing_styles(self, root: etree._Element) -> Iterator[Problem]:
        for use in root.iter(*_USES):
            identifier = str(use.get(_VALUE))
            if identifier not in self.sheet.styles:
                message = f'the Word template has no style "{identifier}", which is used here'
                hint = did_you_mean(identifier, self.sheet.styles) or "choose a style in Word"
                yield Problem.warning("style-missing", message, hint, self._at(use))

    def _foreign_fonts(self, root: etree._Element) -> Iterator[Problem]:
        """Text that is set by hand in a font which the theme does not have, so that it differs from the PDF."""
        known = _fonts(self.pack.theme)
        for run in root.iter(qualified("w:r")):
            fonts = run.find(f"{qualified('w:rPr')}/{qualified('w:rFonts')}")
            text = "".join(each.text or "" for each in run.iter(qualified("w:t"))).strip()
            font = None if fonts is None else fonts.get(qualified("w:ascii"))
            if text and font is not None and font not in known:
                message = f'"{text}" is set in {font}, which is no font of the theme'
                hint = f"use {_listed(known)}, or add the font to the theme"
                yield Problem.warning("font-foreign", message, hint, self._at(run))

    def _undescribed_pictures(self, root: etree._Element) -> Iterator[Problem]:
        for picture in root.iter(etree.Element):
            if etree.QName(picture).localname in _PICTURES and not _is_described(picture):
                hint = "right-click it in Word: Edit Alt Text"
                yield Problem.warning("alt-missing", "a picture has no alternative text", hint, self._at(picture))


def _fonts(theme: Theme) -> list[str]:
    return sorted({name for font in theme.fonts.values() for name in (font.word, font.word_east_asian)})


def _listed(names: list[str]) -> str:
    return " or ".join(names)


def _is_described(picture: etree._Element) -> bool:
    """Whether the drawing around the picture says what it shows, or that it is for decoration alone."""
    for holder in picture.iterancestors():
        described = holder.find(_DESCRIBED)
        if described is not None:
            marked = [each for each in described.iter(etree.Element) if etree.QName(each).localname == "decorative"]
            decorative = any(each.get("val") in ("1", "true") for each in marked)
            return decorative or bool((described.get("descr") or described.get("title") or "").strip())
        name = etree.QName(holder).localname
        if name == "Fallback":  # the newer form of the same drawing is looked at
            return True
        if name == "shape":
            return bool((holder.get("alt") or "").strip())
        if holder.tag == _PARAGRAPH:
            break
    return False
