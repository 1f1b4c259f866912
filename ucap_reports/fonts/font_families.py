"""The font families that the product knows, and where their files are: in packages of their own, from pip."""

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from ucap_reports.fonts.font_files import BOLD, REGULAR, FontSource
from ucap_reports.fonts.prepared_faces import open_face
from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.text.language_tags import primary


class Family(Struct, frozen=True):
    """A family and the package that carries it. Without `italic` the upright face stands for it, without `bold` the
    regular one is drawn thicker; `heavy` is the bold face's own file, where the others have no weight axis.

    `extra` is what to install it with, where the product does not always bring it. `scripts` are the first words of
    the Unicode names of the characters that it is there for, `languages` those in which it comes before all fallbacks.
    One that is `shaped` is for scripts whose letters change beside each other; it stands after the fallbacks of every
    pack, and needs uharfbuzz.
    """

    name: str
    package: str
    upright: str
    italic: str | None = None
    bold: bool = False
    heavy: str | None = None
    extra: str | None = None
    scripts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    shaped: bool = False

    @property
    def folder(self) -> Path | None:
        """The folder of the installed package; None when it, or what it needs, is not installed."""
        return None if self.shaped and not can_shape() else _folder(self.package)


@cache
def _folder(package: str) -> Path | None:
    """The folder of an installed package, looked for once: whoever looks for what is not there looks everywhere."""
    specification = find_spec(package)
    return Path(specification.origin).parent if specification and specification.origin else None


def can_shape() -> bool:
    """Whether what shapes letters and places their marks is installed: HarfBuzz, which comes with some extras."""
    return _folder("uharfbuzz") is not None


FAMILIES = {
    family.name: family
    for family in (
        Family("Arimo", "fontpkg_arimo", "files/Arimo[wght].ttf", "files/Arimo-Italic[wght].ttf", bold=True),
        Family("Noto Sans SC", "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf", scripts=("CJK",), languages=("zh",)),
        Family(
            "Noto Sans JP",
            "pylopdf_fonts_jp",
            "NotoSansJP-Regular.otf",
            extra="ja",
            scripts=("HIRAGANA", "KATAKANA", "CJK"),
            languages=("ja",),
        ),
        Family(
            "Noto Sans KR",
            "pylopdf_fonts_ko",
            "NotoSansKR-Regular.otf",
            extra="ko",
            scripts=("HANGUL",),
            languages=("ko",),
        ),
        Family(
            "Noto Sans Devanagari",
            "fontpkg_noto_sans_devanagari",
            "files/NotoSansDevanagari[wdth,wght].ttf",
            bold=True,
            extra="hi",
            scripts=("DEVANAGARI",),
            languages=("hi", "mr", "ne", "sa"),
            shaped=True,
        ),
        Family(
            "IBM Plex Sans Arabic",
            "fontpkg_ibm_plex_sans_arabic",
            "files/IBMPlexSansArabic-Regular.ttf",
            bold=True,
            heavy="files/IBMPlexSansArabic-Bold.ttf",
            extra="ar",
            scripts=("ARABIC",),
            languages=("ar", "ckb", "fa", "ps", "sd", "ug", "ur"),
            shaped=True,
        ),
    )
}
"""By name, in the order in which they are offered for a character."""


def family_source(name: str, *, bold: bool, italic: bool, location: Location = NOWHERE) -> FontSource:
    """The source of a known family's face; ProblemsFound `font-unknown` or `font-not-installed` at that location."""
    family = FAMILIES.get(name)
    if family is None:
        hint = did_you_mean(name, FAMILIES) or f"known are {', '.join(FAMILIES)}; or name files of the pack"
        raise ProblemsFound([Problem.error("font-unknown", f'no font family "{name}"', hint, location)])
    folder = family.folder
    if folder is None:
        message = f'the font family "{name}" is not installed'
        raise ProblemsFound([Problem.error("font-not-installed", message, install_hint(family), location)])
    file, slanted = (family.italic, True) if italic and family.italic else (family.upright, False)
    if bold and family.heavy:
        file = family.heavy
    face = face_name(name, bold=bold, italic=slanted)
    thickened = bold and not family.bold
    return FontSource(face, BOLD if bold else REGULAR, folder / file, shaped=family.shaped, thickened=thickened)


def language_families(language: str) -> tuple[str, ...]:
    """The installed families that are made for a language, in order."""
    spoken = primary(language)
    return tuple(family.name for family in FAMILIES.values() if spoken in family.languages and family.folder)


def missing_families(language: str) -> tuple[Family, ...]:
    """The families that are made for a language and are not installed, in order."""
    spoken = primary(language)
    return tuple(family for family in FAMILIES.values() if spoken in family.languages and not family.folder)


def shaped_families() -> tuple[str, ...]:
    """The installed families of scripts whose letters change beside each other."""
    return tuple(family.name for family in FAMILIES.values() if family.shaped and family.folder)


def face_name(family: str, *, bold: bool, italic: bool) -> str:
    """The PostScript name of a face, such as `NotoSansSC-Regular` or `Arimo-BoldItalic`."""
    letters = "".join(character for character in family if character.isascii() and character.isalnum())
    return f"{letters or 'Font'}-{('Bold' * bold + 'Italic' * italic) or 'Regular'}"


def families_covering(character: str) -> tuple[str, ...]:
    """The installed families that have a glyph for the character."""
    return tuple(
        family.name
        for family in FAMILIES.values()
        if family.folder is not None
        and open_face(family_source(family.name, bold=False, italic=False)).covers(character)
    )


def coverage_hint(character: str) -> str:
    """What to do about a character that a pack's fonts do not have: name a family that has it, or install one."""
    if covering := families_covering(character):
        return f'add "{covering[0]}" to the theme\'s "fallback" in pack.yaml'
    name = unicodedata.name(character, "")
    for family in FAMILIES.values():
        if family.folder is None and name.startswith(family.scripts):
            if family.shaped:
                return install_hint(family)
            return f'{install_hint(family)}, and add "{family.name}" to the theme\'s "fallback" in pack.yaml'
    return "write it in other characters, or give the pack a font of its own that has it"


def install_hint(family: Family) -> str:
    """What to do to have the family."""
    what = "ucap-reports" if family.extra is None else f"ucap-reports[{family.extra}]"
    return f'install it with pip install "{what}"'
