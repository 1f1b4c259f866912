"""Typefaces: the fonts of a theme at one weight and slant, with their fallbacks, as text is measured and written."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import groupby, islice
from unicodedata import east_asian_width

from ucap_reports.fonts.font_families import coverage_hint, face_name, family_source, language_families, shaped_families
from ucap_reports.fonts.font_files import BOLD, REGULAR, FontSource, FontUnusable
from ucap_reports.fonts.prepared_faces import Face, open_face
from ucap_reports.pdf.text.glyph_writing import (
    ALONE,
    LEFT_TO_RIGHT,
    FaceWriter,
    GlyphRun,
    WritingMode,
    clusters,
    writing_in,
)
from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import FontFamily, FontFiles

_MOST_PIECES = 50_000
"""Texts that a typeface remembers before it begins anew, so that a long batch does not fill the memory."""


class MissingGlyph(Exception):  # noqa: N818 - named after what it carries
    """Characters that no face of a typeface has, in the order in which they stand."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        super().__init__(f"no glyph for {', '.join(f'U+{ord(character):04X}' for character in self.characters)}")


_WITH_WIDE_SIGNS = ("zh", "ja")
WIDE_SIGNS = frozenset("\u2018\u2019\u201c\u201d\u2014\u2026\u00b7")
"""Quotation marks, dash, ellipsis and middle dot: as wide as a letter in Chinese and Japanese."""


class Typeface:
    """One font of the theme at one weight and slant, and after it its fallbacks, opened when they are needed. In
    Chinese and Japanese the first fallback writes the quotation marks and dashes that are not beside Latin letters.
    """

    def __init__(self, sources: Sequence[FontSource], manner: WritingMode = LEFT_TO_RIGHT) -> None:
        self._sources = tuple(dict.fromkeys(sources))
        self.manner = manner
        self._has_wide_signs = manner.language in _WITH_WIDE_SIGNS
        self._opened: list[FaceWriter] = []
        self._writers: dict[str, FaceWriter | None] = {}
        self._pieces: dict[str, tuple[GlyphRun, ...]] = {}

    @property
    def face(self) -> Face:
        """The font itself, without its fallbacks: its measures are the line's."""
        return next(self._writings()).face

    def pieces(self, text: str, beside: tuple[str, str] = ALONE) -> tuple[GlyphRun, ...]:
        """The text cut where the face changes, a part of a word with what stands `beside` it there, before and after.
        MissingGlyph when it has characters that no face has.
        """
        if beside != ALONE:
            return tuple(self._cut(text, beside))
        pieces = self._pieces.get(text)
        if pieces is None:
            if len(self._pieces) >= _MOST_PIECES:
                self._pieces.clear()
            pieces = self._pieces[text] = tuple(self._cut(text))
        return pieces

    def missing(self, text: str) -> tuple[str, ...]:
        """The characters of the text that no face has, each once, in the order in which they stand."""
        return tuple(character for character in dict.fromkeys(text) if self._first(character) is None)

    def _cut(self, text: str, beside: tuple[str, str] = ALONE) -> Iterator[GlyphRun]:
        first = next(self._writings())
        wide = self._has_wide_signs and not WIDE_SIGNS.isdisjoint(text)
        if not wide and first.has_all(text):
            yield first.piece(text, self.manner, beside)
            return
        if missing := self.missing(text):
            raise MissingGlyph(missing)
        before, after = beside
        groups = [
            (writing, "".join(part for _, part in parts))
            for writing, parts in groupby(self._written(text), lambda part: part[0])
        ]
        for place, (writing, part) in enumerate(groups, 1):
            yield writing.piece(
                part, self.manner, (before if place == 1 else "", after if place == len(groups) else "")
            )

    def _written(self, text: str) -> Iterator[tuple[FaceWriter, str]]:
        """Each cluster (a letter with its marks) with who writes it: the first face that has all of it. A space or a
        mark of its own stays with what is before it, where that face has it.
        """
        before: FaceWriter | None = None
        parts = clusters(text)
        for place, cluster in enumerate(parts):
            if before is not None and _is_neutral(cluster) and all(map(before.has, cluster)):
                yield before, cluster
                continue
            beside = (*parts[max(place - 1, 0) : place], *parts[place + 1 : place + 2])
            before = self._wide(cluster, beside) or self._first(cluster)
            if before is not None:
                yield before, cluster
                continue
            for character in cluster:
                before = self._first(character)
                assert before is not None  # noqa: S101 - `_cut` has looked
                yield before, character

    def _wide(self, cluster: str, beside: Iterable[str]) -> FaceWriter | None:
        """The first fallback, for a sign that East Asian text has as wide as its letters."""
        if not self._has_wide_signs or cluster not in WIDE_SIGNS or any(map(_is_latin, beside)):
            return None
        fallback = next(islice(self._writings(), 1, None), None)
        return fallback if fallback is not None and fallback.has(cluster) else None

    def _first(self, cluster: str) -> FaceWriter | None:
        """The first face that has all of the cluster."""
        if cluster not in self._writers:
            able = (writing for writing in self._writings() if all(map(writing.has, cluster)))
            self._writers[cluster] = next(able, None)
        return self._writers[cluster]

    def _writings(self) -> Iterator[FaceWriter]:
        """The font and its fallbacks in their order, each opened when the search first comes to it."""
        for number, source in enumerate(self._sources):
            if number == len(self._opened):
                self._opened.append(writing_in(source))
            yield self._opened[number]


def _is_latin(cluster: str) -> bool:
    """Whether it is a letter or a figure as narrow as Latin ones."""
    return cluster.isalnum() and east_asian_width(cluster[0]) not in {"W", "F"}


def _is_neutral(cluster: str) -> bool:
    """Whether it is a space, a format character or a lone mark: nothing that has a look of its own."""
    return unicodedata.category(cluster[0]) in {"Zs", "Cf", "Cc", "Zl", "Zp", "Mn", "Me", "Mc"}


class Typefaces:
    """The typefaces of a pack's theme, opened when they are first asked for."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._typefaces: dict[tuple[str, bool, bool, WritingMode], Typeface] = {}

    def get(self, font: str, *, bold: bool, italic: bool, manner: WritingMode = LEFT_TO_RIGHT) -> Typeface:
        """The theme's font of that name (a key of `theme.fonts`, such as `text`) at that weight and slant.

        Raises ProblemsFound for a family that nobody knows or has installed, and for a font file that cannot be used.
        """
        key = (font, bold, italic, manner)
        if key not in self._typefaces:
            sources = self._sources(font, manner.language, bold=bold, italic=italic)
            self._typefaces[key] = Typeface(sources, manner)
        return self._typefaces[key]

    def _sources(self, font: str, language: str, *, bold: bool, italic: bool) -> list[FontSource]:
        """The font, the families of the language, the pack's fallbacks, those of shaped scripts, and those of the
        languages that the pack has labels in.
        """
        theme = self._pack.theme
        if font not in theme.fonts:
            hint = did_you_mean(font, theme.fonts)
            raise ProblemsFound([Problem.error("font-unknown", f'the theme has no font "{font}"', hint)])
        location = Location(field=f"theme.fonts.{font}")
        own = self._own_source(theme.fonts[font], bold=bold, italic=italic, location=location)
        fallback = Location(field="theme.fallback")
        spoken = (name for tag in self._pack.settings.labels for name in language_families(tag))
        families = (*language_families(language), *theme.fallback, *shaped_families(), *dict.fromkeys(spoken))
        return [own, *(family_source(name, bold=bold, italic=italic, location=fallback) for name in families)]

    def _own_source(self, family: FontFamily, *, bold: bool, italic: bool, location: Location) -> FontSource:
        match family:
            case FontFamily(files=FontFiles() as files):
                return self._file_source(family.word, files, bold=bold, italic=italic, location=location)
            case FontFamily(pdf=str(name)):
                return family_source(name, bold=bold, italic=italic, location=location)
            case _:
                message = f'the font "{family.word}" has neither a family for the PDF nor files'
                hint = "add `pdf: Arimo`, or `files:` with fonts of the pack"
                raise ProblemsFound([Problem.error("font-unknown", message, hint, location)])

    def _file_source(
        self, family: str, files: FontFiles, *, bold: bool, italic: bool, location: Location
    ) -> FontSource:
        """The pack's own face: the file for that weight and slant, or the nearest it has."""
        choices = ((files.bold_italic, bold and italic), (files.bold, bold), (files.italic, italic))
        path = next((file for file, wanted in choices if wanted and file is not None), files.regular)
        if path not in self._pack.files:
            hint = did_you_mean(path, self._pack.files)
            raise ProblemsFound([Problem.error("font-file-missing", f'the pack has no file "{path}"', hint, location)])
        file = self._pack.files[path]
        source = _face_of_file(family, files, path, file.content, bold=bold)
        try:
            open_face(source)
        except FontUnusable as unusable:
            raise ProblemsFound([font_unusable(unusable, self._pack)]) from unusable
        return source


def font_unusable(unusable: FontUnusable, pack: Pack) -> Problem:
    """The problem that a font of the pack cannot be used, told at its file, which the names of faces say."""
    named = (file.path for file in pack.files.values() if sha256(file.content).hexdigest()[:6] in str(unusable))
    hint = "give the pack another file: TrueType or OpenType, and allowed in documents"
    return Problem.error("font-unusable", str(unusable), hint, Location(path=next(named, None)))


def _face_of_file(family: str, files: FontFiles, path: str, content: bytes, *, bold: bool) -> FontSource:
    """The face to make of a pack's file: where the pack has no bold file of its own, a variable font becomes bold, and
    another one is drawn thicker.

    Its name says which file it is, since two fonts of a pack may call themselves the same.
    """
    variable = b"fvar" in FontSource(family, content=content).table_names()
    thickened = bold and not variable and path not in {files.bold, files.bold_italic}
    name = face_name(family, bold=bold, italic=path in {files.italic, files.bold_italic})
    digest = sha256(content).hexdigest()[:6]
    weight = BOLD if bold else REGULAR
    return FontSource(f"{name}-{digest}", weight, content=content, thickened=thickened)


@lru_cache(maxsize=16)
def typefaces(pack: Pack) -> Typefaces:
    """The typefaces of a pack, the same ones every time."""
    return Typefaces(pack)


def glyph_missing(character: str, location: Location = NOWHERE) -> Problem:
    """The error `glyph-missing`: the character, its code point, and the family that has it."""
    name, code = unicodedata.name(character, "without a name"), f"{ord(character):04X}"
    return problem("glyph-missing", location, hint=coverage_hint(character), character=character, code=code, name=name)
