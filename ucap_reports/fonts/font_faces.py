"""Faces of fonts: the families of the product, whose files are in packages of their own from pip; the file and the
weight of each face; and an index with its measures, which is cached between runs. Synthetic bold is at the end: which
faces are made bold by thicker strokes, and how much thicker.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, msgpack

from ucap_reports.fonts.font_sources import BOLD, REGULAR, FontIndex, FontSource
from ucap_reports.problems import NOWHERE, Location, ProblemsFound, problem
from ucap_reports.storage.artifact_cache import shipped_table
from ucap_reports.storage.installation import install_command
from ucap_reports.storage.user_cache import LIMIT, UserCache, user_cache
from ucap_reports.text.language_tags import primary

if TYPE_CHECKING:  # faces are chosen without HarfBuzz, which is loaded only for drawing
    from uharfbuzz import Font


class Face(Struct, frozen=True, eq=False):
    """A prepared face to measure with and to embed."""

    source: FontSource
    index: FontIndex

    @property
    def name(self) -> str:
        """The PostScript name of the face."""
        return self.source.name

    def has(self, character: str) -> bool:
        """Return whether the face has a character, drawn or blank."""
        return self.index.code(ord(character)) > 0 or ord(character) in self.index.blanks

    def covers(self, text: str) -> bool:
        """Return whether the face has every character of the text."""
        return all(map(self.has, text))

    def advance(self, code: int) -> int:
        """Return the width of a code in 1/1000 em: the same number as in the PDF."""
        return self.thousandths(self.index.advances[code - 1])

    def width(self, character: str) -> int:
        """Return the width of a character that the face has, in 1/1000 em."""
        blank = self.index.blanks.get(ord(character))
        if blank is not None:
            return self.thousandths(blank)
        return self.advance(self.index.code(ord(character)))

    def thousandths(self, units: int) -> int:
        """Return font units in 1/1000 em, a half rounded up."""
        per_em = self.index.metrics.units_per_em
        return (units * 2000 + per_em) // (2 * per_em)


@lru_cache(maxsize=64)
def open_face(source: FontSource) -> Face:
    """Return the prepared face of a source, from the user's cache where possible.

    Raises ProblemsFound (`font-unusable`) for a font that is damaged or does not allow embedding.
    """
    return load_face(source, user_cache())


def load_face(source: FontSource, cache: UserCache) -> Face:
    """Return the prepared face of a source, from the cache where possible."""
    name = f"{source.name}-{source.digest()}.index"
    content = cache.load(name)
    if content is not None:
        return Face(source, msgpack.decode(content, type=FontIndex))
    from ucap_reports.fonts.face_index import prepare_index  # noqa: PLC0415 - only the first run on a machine needs it

    index = prepare_index(source)
    cache.store(name, msgpack.encode(index))
    cache.trim(".index", LIMIT)
    return Face(source, index)


# Families
class Family(Struct, frozen=True):
    """A family and the files of its package. Without `italic`, italic text is upright; without `bold` or a weight axis
    (`has_weights`), bold text is synthetic.

    `extra` is the extra of the product that installs the package, None where it is always installed. `scripts` are the
    first words of the Unicode names of the characters that the family is for; `languages` are those in which it comes
    before all fallbacks. A `shaped` family is for scripts whose letters change beside each other; it comes after the
    fallbacks of every pack.
    """

    name: str
    package: str
    upright: str
    italic: str | None = None
    bold: str | None = None
    has_weights: bool = False
    extra: str | None = None
    scripts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    shaped: bool = False

    @property
    def folder(self) -> Path | None:
        """The folder of the installed package; None when it is not installed."""
        return _folder(self.package)


_TABLE = shipped_table(Path(__file__).with_name("families.toml"), dict[str, list[Family]])
FAMILIES = {family.name: family for family in _TABLE["family"]}
"""The families by name, in the order in which they are offered for a character."""
_SHAPED_SCRIPTS = tuple(chain.from_iterable([family.scripts for family in FAMILIES.values() if family.shaped]))
_FIRST_SHAPED = "\u0600"
"""The first letter of such a script."""
_FIRST_FORM = "\ufb1d"
"""The first character that is a form of a letter, which does not change."""


def family_source(name: str, *, bold: bool, italic: bool, location: Location = NOWHERE) -> FontSource:
    """Return the source of a face of one of the families. Raises ProblemsFound with `font-not-installed`."""
    family = FAMILIES[name]
    if family.folder is None:
        hint = install_hint(family)
        raise ProblemsFound([problem("font-not-installed", location, hint=hint, name=name)])
    return _installed_source(family, family.folder, bold=bold, italic=italic)


def language_families(language: str) -> tuple[str, ...]:
    """Return the names of the installed families for a language, in order."""
    return tuple([family.name for family in _for_language(language) if family.folder])


def missing_families(language: str) -> tuple[Family, ...]:
    """Return the families for a language that are not installed, in order."""
    return tuple([family for family in _for_language(language) if not family.folder])


def shaped_families() -> tuple[str, ...]:
    """Return the names of the installed families of scripts whose letters change beside each other."""
    return tuple([family.name for family in FAMILIES.values() if family.shaped and family.folder])


@lru_cache(maxsize=4096)
def needs_shaping(character: str) -> bool:
    """Return whether a character is a letter or a mark that changes beside others, as those of the shaped families do.

    Other fonts, such as those of packs, may have it, but it is not printed with them: it would be misspelt.
    """
    if not _FIRST_SHAPED <= character < _FIRST_FORM or unicodedata.category(character)[0] not in "LM":
        return False
    return unicodedata.name(character, "").startswith(_SHAPED_SCRIPTS)


def face_name(family: str, *, bold: bool, italic: bool) -> str:
    """Return the PostScript name of a face, such as `NotoSansSC-Regular` or `Arimo-BoldItalic`."""
    letters = "".join([character for character in family if character.isascii() and character.isalnum()])
    style = ""
    if bold:
        style += "Bold"
    if italic:
        style += "Italic"
    return f"{letters or 'Font'}-{style or 'Regular'}"


def families_covering(character: str) -> tuple[str, ...]:
    """Return the names of the installed families that have a glyph for the character."""
    covering = []
    for family in FAMILIES.values():
        if family.folder:
            face = open_face(family_source(family.name, bold=False, italic=False))
            if face.covers(character):
                covering.append(family.name)
    return tuple(covering)


def coverage_hint(character: str) -> str:
    """Return the hint for a character that a pack's fonts lack: use a family that has it, or install one."""
    covering = families_covering(character)
    if covering:
        return f'add "{covering[0]}" to the theme\'s `fallback` in pack.yaml'
    name = unicodedata.name(character, "")
    for family in FAMILIES.values():
        if family.folder is None and name.startswith(family.scripts):
            if family.shaped:
                return install_hint(family)
            return f'{install_hint(family)}, and add "{family.name}" to the theme\'s `fallback` in pack.yaml'
    return "use other characters, or add a font file that has it to the pack"


def install_hint(family: Family) -> str:
    """Return the hint that says how to install the family."""
    return f"run `{install_command(family.extra)}`"


@lru_cache(maxsize=128)
def _installed_source(family: Family, folder: Path, *, bold: bool, italic: bool) -> FontSource:
    """Return the source of a face of an installed family. There are four for each of about ten families."""
    is_italic = italic and family.italic is not None
    file = family.upright
    if italic and family.italic:
        file = family.italic
    if bold and family.bold:
        file = family.bold
    face = face_name(family.name, bold=bold, italic=is_italic)
    weight = BOLD if bold else REGULAR
    thickened = is_synthetic(bold=bold, has_bold_face=family.bold is not None, has_weights=family.has_weights)
    return FontSource(face, weight, folder / file, shaped=family.shaped, thickened=thickened)


def _for_language(language: str) -> list[Family]:
    """Return the families for a language, in order."""
    return [family for family in FAMILIES.values() if primary(language) in family.languages]


@cache
def _folder(package: str) -> Path | None:
    """Return the folder of an installed package. Cached, because a missing package is searched for in every folder."""
    specification = find_spec(package)
    if specification is None or not specification.origin:
        return None
    return Path(specification.origin).parent


# Synthetic bold, which only PDF files need: Word and browsers thicken strokes themselves
_THICKENING = 0.032
"""How much thicker strokes are, in ems: half as thick again, as in the bold face of most families."""
RAISED = _THICKENING / 2
"""How much HarfBuzz raises the outlines, in ems, so that they grow upwards only."""


def is_synthetic(*, bold: bool, has_bold_face: bool, has_weights: bool) -> bool:
    """Return whether text is made bold by thicker strokes: its font has neither a bold face nor a range of weights."""
    return bold and not has_bold_face and not has_weights


def thicken_strokes(font: "Font") -> None:
    """Let HarfBuzz draw the glyphs of a font with thicker strokes, and `RAISED`; their widths stay the same."""
    font.synthetic_bold = (_THICKENING, _THICKENING, True)
