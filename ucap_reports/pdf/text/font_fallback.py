"""Typefaces: the fonts of a theme in one weight and slant, with their fallbacks."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from itertools import groupby, islice
from unicodedata import east_asian_width

from msgspec.structs import replace

from ucap_reports.fonts.font_faces import (
    Face,
    coverage_hint,
    face_name,
    family_source,
    language_families,
    shaped_families,
)
from ucap_reports.fonts.font_sources import BOLD, REGULAR, FontSource
from ucap_reports.fonts.synthetic_bold import is_synthetic
from ucap_reports.patterns.wide_characters import WIDE_SIGNS
from ucap_reports.pdf.text.glyph_writing import (
    ALONE,
    LEFT_TO_RIGHT,
    FaceWriter,
    GlyphRun,
    WritingMode,
    clusters,
    writer,
)
from ucap_reports.problems import NOWHERE, Location, Problem, problem
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import FontFiles

_MOST_RUNS = 50_000
"""Texts in the cache of a typeface, so that a long batch does not fill the memory."""


_WITH_WIDE_SIGNS = ("zh", "ja")


class Typeface:
    """One font of the theme in one weight and slant, followed by its fallbacks, which are opened when they are needed.
    In Chinese and Japanese the first fallback has the quotation marks and dashes that are not beside Latin letters.

    `runs` is the cached form of `runs_of`.
    """

    def __init__(self, sources: Sequence[FontSource], mode: WritingMode = LEFT_TO_RIGHT) -> None:
        self._sources = tuple(dict.fromkeys(sources))
        self.mode = mode
        self._has_wide_signs = mode.language in _WITH_WIDE_SIGNS
        self._opened: list[FaceWriter] = []
        self._first = cache(self._find)
        self.runs = lru_cache(maxsize=_MOST_RUNS)(self.runs_of)

    @property
    def face(self) -> Face:
        """The font itself, whose measures are those of a line."""
        return next(self._writers()).face

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of the text that no face has, each once, in the order of the text."""
        return self.missing_in(text, self.runs(text, ALONE))

    def missing_in(self, text: str, runs: Sequence[GlyphRun]) -> tuple[str, ...]:
        """Return the same for a text whose runs are known."""
        if len(runs) == 1 and runs[0].text == text:
            return ()
        return self._missing(text)

    def _missing(self, text: str) -> tuple[str, ...]:
        return tuple(character for character in dict.fromkeys(text) if self._first(character) is None)

    def runs_of(self, text: str, beside: tuple[str, str] = ALONE) -> tuple[GlyphRun, ...]:
        """Return the text cut where the face changes, without missing characters; `beside` is the text of its word
        before and after it.
        """
        first = self._opened[0] if self._opened else next(self._writers())
        has_wide_signs = self._has_wide_signs and not WIDE_SIGNS.isdisjoint(text)
        if not has_wide_signs:
            complete = first.complete_run(text, self.mode, beside) or self._run_in_fallback(text, beside)
            if complete is not None:
                return (complete,)
        return self._runs_by_face(text, beside)

    def _runs_by_face(self, text: str, beside: tuple[str, str]) -> tuple[GlyphRun, ...]:
        """Return the same for a text that no face writes alone."""
        missing = self._missing(text)
        if missing:
            return self.runs_of("".join(character for character in text if character not in missing), beside)
        groups = [
            (face_writer, "".join(part for _, part in parts))
            for face_writer, parts in groupby(self._written(text), lambda part: part[0])
        ]
        before, after = beside
        last = len(groups) - 1
        return tuple(
            face_writer.run(part, self.mode, (before if index == 0 else "", after if index == last else ""))
            for index, (face_writer, part) in enumerate(groups)
        )

    def _run_in_fallback(self, text: str, beside: tuple[str, str]) -> GlyphRun | None:
        """Return a text, such as a Chinese word, in the first face that has any of its letters; None if that face does
        not have all of it.
        """
        face_writers = {self._first(letter) for letter in text.rstrip(" ")}
        if len(face_writers) != 1:
            return None
        (face_writer,) = face_writers
        return None if face_writer is None else face_writer.complete_run(text, self.mode, beside)

    def _written(self, text: str) -> Iterator[tuple[FaceWriter, str]]:
        """Yield each cluster (a letter with its marks) with its writer: the first face that has all of it. A space or a
        single mark stays with the text before it, if that face has it.
        """
        before: FaceWriter | None = None
        parts = clusters(text)
        for index, cluster in enumerate(parts):
            if before is not None and _is_neutral(cluster) and all(map(before.has, cluster)):
                yield before, cluster
                continue
            beside = (*parts[max(index - 1, 0) : index], *parts[index + 1 : index + 2])
            before = self._wide(cluster, beside) or self._first(cluster)
            if before is not None:
                yield before, cluster
                continue
            for character in cluster:
                before = self._first(character)
                assert before is not None  # noqa: S101 - `runs_of` has removed missing characters
                yield before, character

    def _wide(self, cluster: str, beside: Iterable[str]) -> FaceWriter | None:
        """Return the first fallback, for a sign that is as wide as a letter in East Asian text."""
        if not self._has_wide_signs or cluster not in WIDE_SIGNS or any(map(_is_latin, beside)):
            return None
        fallback = next(islice(self._writers(), 1, None), None)
        return fallback if fallback is not None and fallback.has(cluster) else None

    def _find(self, cluster: str) -> FaceWriter | None:
        """Return the first face that has all of the cluster."""
        return next((face_writer for face_writer in self._writers() if all(map(face_writer.has, cluster))), None)

    def _writers(self) -> Iterator[FaceWriter]:
        """Yield the font and its fallbacks in order, each opened when a search reaches it."""
        for number, source in enumerate(self._sources):
            if number == len(self._opened):
                self._opened.append(writer(source))
            yield self._opened[number]


def _is_latin(cluster: str) -> bool:
    """Return whether this is a letter or digit that is as narrow as Latin ones."""
    return cluster.isalnum() and east_asian_width(cluster[0]) not in {"W", "F"}


def _is_neutral(cluster: str) -> bool:
    """Return whether this is a space, a format character or a single mark, which looks the same in all faces."""
    return unicodedata.category(cluster[0]) in {"Zs", "Cf", "Cc", "Zl", "Zp", "Mn", "Me", "Mc"}


@lru_cache(maxsize=256)
def typeface(pack: Pack, font: str, *, bold: bool, italic: bool, mode: WritingMode = LEFT_TO_RIGHT) -> Typeface:
    """Return the theme's font of that name (a key of `theme.fonts`, such as `text`) in that weight and slant, followed
    by the families of the language, the pack's fallbacks, the shaped families, and those of the languages of its
    labels.

    Raises ProblemsFound for a family that is not installed.
    """
    theme, families = pack.theme, language_families
    family = theme.fonts[font]
    if family.files is not None:
        own = _pack_source(pack, family.word, family.files, bold=bold, italic=italic)
    else:
        location = Location(field=f"theme.fonts.{font}")
        own = family_source(family.pdf or family.word, bold=bold, italic=italic, location=location)
    names = [*families(mode.language), *theme.fallback, *shaped_families()]
    of_labels: dict[str, None] = {}
    for language in pack.settings.labels:
        of_labels |= dict.fromkeys(families(language))
    names += of_labels
    fallback = Location(field="theme.fallback")
    sources = [own]
    for name in names:
        sources.append(family_source(name, bold=bold, italic=italic, location=fallback))
    return Typeface(sources, mode)


def _pack_source(pack: Pack, family: str, files: FontFiles, *, bold: bool, italic: bool) -> FontSource:
    """Return the face of the pack's file for a weight and slant, or of the nearest file, which may become bold
    by its weight or by thicker strokes.

    The name of the face contains a digest of the file, since two fonts of a pack may have the same name.
    """
    path = files.nearest(bold=bold, italic=italic)
    file = pack.files[path]
    is_italic = path in {files.italic, files.bold_italic}
    name = face_name(family, bold=bold, italic=is_italic)
    digest = sha256(file.content).hexdigest()[:6]
    weight = BOLD if bold else REGULAR
    source = FontSource(f"{name}-{digest}", weight, content=file.content, file=file.path)
    has_bold_face = path in {files.bold, files.bold_italic}
    thickened = is_synthetic(bold=bold, has_bold_face=has_bold_face, has_weights=source.has_weights())
    return replace(source, thickened=thickened)


def glyph_missing(character: str, location: Location = NOWHERE) -> Problem:
    """Return the error `glyph-missing`: the character, its code point, and the family that has it."""
    name, code = unicodedata.name(character, "without a name"), f"{ord(character):04X}"
    return problem("glyph-missing", location, hint=coverage_hint(character), character=character, code=code, name=name)
