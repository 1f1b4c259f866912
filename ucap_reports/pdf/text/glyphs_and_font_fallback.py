"""Glyphs of text, and the fonts that have them.

Typefaces are the fonts of a theme in one weight and slant, with their fallbacks: text is cut where the face changes. In
one face, characters are written as one glyph each, reversed, or shaped with HarfBuzz.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple
from unicodedata import east_asian_width

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.fonts.font_faces import (
    Face,
    coverage_hint,
    face_name,
    family_source,
    is_synthetic,
    language_families,
    needs_shaping,
    open_face,
    shaped_families,
)
from ucap_reports.fonts.font_sources import BOLD, FIRST_SHAPE, REGULAR, FontSource
from ucap_reports.patterns.wide_characters import WIDE_SIGNS
from ucap_reports.problems import NOWHERE, Location, Problem, problem
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import FontFiles
from ucap_reports.text.bidi_levels import MIRRORED
from ucap_reports.text.language_tags import primary

_MAY_BE_MARKED = re.compile("[^\x00-\u02ff]")
"""Characters that may be combining marks: none of Latin letters, of which most words consist."""
_FIRST_THAI, _LAST_THAI = "\u0e01", "\u0e5b"
"""Thai letters do not change beside each other, and their marks are placed on them in all fonts."""
_ESCAPES = str.maketrans({"(": "\\(", ")": "\\)", "\\": "\\\\", "\r": "\\r", "\n": "\\n"})


class Shift(NamedTuple):
    """A string of adjacent glyphs, `up` above the line, after a move of the pen by `right`. The code is like that of a
    GlyphRun, the rest in 1/1000 em.
    """

    code: str
    right: int
    up: int


class Shape(NamedTuple):
    """A glyph as a character of its face (see `FontIndex`). In 1/1000 em: the move of the pen over it, and its offset
    from the pen.
    """

    character: str
    advance: int
    right: int
    up: int


class GlyphRun(Struct, frozen=True, gc=False):
    """Text in one face. `code` is the body of a PDF literal string that writes it (two bytes a glyph, escaped, as
    Latin-1 text), `width` is in 1/1000 em.

    `shown` has the characters of the face that are drawn, from left to right like the code. `shifts` is only set where
    glyphs are not simply in a row, or are not all of the text.
    """

    face: Face
    text: str
    code: str
    width: int
    shown: str
    shifts: tuple[Shift, ...] = ()


class WritingMode(NamedTuple):
    """How text is written: its language, if fonts or forms depend on it, and its direction."""

    language: str = ""
    right_to_left: bool = False


LEFT_TO_RIGHT = WritingMode()
ALONE = ("", "")
"""The text beside a text that is not part of a word."""


class FaceWriter:
    """Writes characters in one face: keeps the escaped codes and the widths of those that were looked up."""

    def __init__(self, source: FontSource) -> None:
        self.source = source
        self.face = open_face(source)
        self._codes: dict[str, str] = {}
        """Empty for a blank, which has no glyph."""
        self._widths: dict[str, int] = {}

    def has(self, character: str) -> bool:
        """Return whether the face has the character, and it can be written in the face."""
        if character in self._codes:
            return True
        if not self.face.has(character):
            return False
        if not self.source.shaped and needs_shaping(character) and not _FIRST_THAI <= character <= _LAST_THAI:
            return False
        code = self.face.index.code(ord(character))
        escaped = code.to_bytes(2, "big").decode("latin-1").translate(_ESCAPES)
        self._codes[character] = escaped if code else ""
        self._widths[character] = self.face.width(character)
        return True

    def complete_run(self, text: str, mode: WritingMode, beside: tuple[str, str]) -> GlyphRun | None:
        """Write a text as `run` does, if the face has every character of it; otherwise, return None."""
        try:
            codes = list(map(self._codes.__getitem__, text))
        except KeyError:
            if not all(map(self.has, text)):
                return None
            return self.run(text, mode, beside)
        is_unusual = mode.right_to_left or self.source.shaped or _MAY_BE_MARKED.search(text, 1)
        if is_unusual or not all(codes):
            return self.run(text, mode, beside)
        width = sum(map(self._widths.__getitem__, text))
        return GlyphRun(self.face, text, "".join(codes), width, text)

    def run(self, text: str, mode: WritingMode = LEFT_TO_RIGHT, beside: tuple[str, str] = ALONE) -> GlyphRun:
        """Write a text of characters that `has` was called for; letters join those of their word `beside` the text,
        before and after it.
        """
        if self.source.shaped:
            shapes = _shapes_of(self.source, self.face, text, mode, beside)
            return self._placed(text, shapes)
        if _MAY_BE_MARKED.search(text, 1) and any(map(unicodedata.combining, text[1:])):
            return self._marked(text, mode)
        return self._plain(text, text, mode)

    def _plain(self, text: str, characters: str, mode: WritingMode) -> GlyphRun:
        """Write a text as these characters, one glyph each."""
        shown = self._reversed(characters) if mode.right_to_left else characters
        codes = list(map(self._codes.__getitem__, shown))
        if not all(codes):
            return self._spaced(text, shown)
        code = "".join(codes)
        width = sum(map(self._widths.__getitem__, shown))
        shifts = (Shift(code, 0, 0),) if characters != text else ()
        return GlyphRun(self.face, text, code, width, shown, shifts)

    def _spaced(self, text: str, shown: str) -> GlyphRun:
        """Write a text with blanks that the pen moves over."""
        shifts: list[Shift] = []
        width = move = 0
        for character in shown:
            code = self._codes[character]
            if code:
                shifts.append(Shift(code, move, 0))
                move = 0
            else:
                move += self._widths[character]
            width += self._widths[character]
        shifts.append(Shift("", move, 0))
        drawn = "".join(character for character in shown if self._codes[character])
        return GlyphRun(self.face, text, "", width, drawn, tuple(shifts))

    def _marked(self, text: str, mode: WritingMode) -> GlyphRun:
        """Write a text with combining marks: one character for a letter with its marks where the face has it; other
        marks are placed on their letters.
        """
        parts = list(map(self._composed, clusters(text)))
        composed = "".join(parts)
        if not any(map(unicodedata.combining, composed)):
            return self._plain(text, composed, mode)
        if mode.right_to_left:
            parts.reverse()
        shapes: list[Shape] = []
        for part in parts:
            shapes += place_marks(self.source, self.face, part, mode)
        return self._placed(text, shapes)

    def _composed(self, cluster: str) -> str:
        """Return a letter with its marks in as few characters as possible in the face."""
        if len(cluster) > 1:
            composed = unicodedata.normalize("NFC", cluster)
            if all(map(self.has, composed)):
                return composed
        return cluster

    def _reversed(self, text: str) -> str:
        """Return right-to-left text in the order from left to right: each letter before its marks, brackets mirrored
        where the face has them.
        """
        from_the_left = []
        for cluster in reversed(clusters(text)):
            mirrored = MIRRORED.get(cluster, cluster)
            has_mirrored = all(map(self.has, mirrored))
            from_the_left.append(mirrored if has_mirrored else cluster)
        return "".join(from_the_left)

    def _placed(self, text: str, shapes: Sequence[Shape]) -> GlyphRun:
        """Write a text as these glyphs."""
        shifts: list[Shift] = []
        pen = 0
        for shape in shapes:
            assert self.has(shape.character)  # noqa: S101 - shapes are characters of the face
            shifts.append(Shift(self._codes[shape.character], shape.right - pen, shape.up))
            pen = shape.right + self._widths[shape.character] - shape.advance
        shifts.append(Shift("", -pen, 0))
        shown = "".join(shape.character for shape in shapes)
        width = sum(shape.advance for shape in shapes)
        return GlyphRun(self.face, text, "", width, shown, tuple(shifts))


writer = lru_cache(maxsize=64)(FaceWriter)
"""The writer of a source's face, created once."""


def clusters(text: str) -> list[str]:
    """Return each letter with its marks."""
    clusters_of_text: list[str] = []
    for character in text:
        if clusters_of_text and unicodedata.category(character).startswith("M"):
            clusters_of_text[-1] += character
        else:
            clusters_of_text.append(character)
    return clusters_of_text


@lru_cache(maxsize=256)
def writing_mode(language: str, *, right_to_left: bool = False) -> WritingMode:
    """Return the mode for text in a language; languages without font families of their own share one."""
    mode_language = primary(language) if language_families(language) else ""
    return WritingMode(mode_language, right_to_left)


# Shaped text: the glyphs of letters beside each other, and their positions
_MARKS_ALONE = dict.fromkeys(("kern", "liga", "clig", "calt", "locl"), False)
"""Features that are off for text that is otherwise written letter by letter."""
_LEVEL = 15
"""The offset above or below the line, in 1/1000 em, up to which it is ignored: it is invisible, and would split the
line when it is copied.
"""


def _shapes_of(
    source: FontSource, face: Face, text: str, mode: WritingMode, beside: tuple[str, str]
) -> tuple[Shape, ...]:
    """Return the glyphs of a text in one direction, in the order from left to right; letters join those `beside` the
    text.
    """
    placed = _shaped(source, face, text, mode, beside)
    return tuple([Shape(chr(FIRST_SHAPE + glyph), advance, right, up) for glyph, advance, right, up in placed])


@lru_cache(maxsize=4096)
def place_marks(source: FontSource, face: Face, cluster: str, mode: WritingMode) -> tuple[Shape, ...]:
    """Return a letter and its marks in a font that is not shaped otherwise, each mark at its place on the letter.

    If no feature of the font leads to glyphs of characters, they are one after the other.
    """
    characters = _characters(face)
    for features in (_MARKS_ALONE, _MARKS_ALONE | {"ccmp": False}):
        placed = _shaped(source, face, cluster, mode, ALONE, **features)
        if not characters.keys() >= {glyph for glyph, *_ in placed}:
            continue
        shapes = []
        for glyph, advance, right, up in placed:
            visible_up = 0 if abs(up) <= _LEVEL else up
            shapes.append(Shape(characters[glyph], advance, right, visible_up))
        return tuple(shapes)
    drawn = [character for character in cluster if face.index.code(ord(character))]
    return tuple([Shape(character, face.width(character), 0, 0) for character in drawn])


def _shaped(
    source: FontSource, face: Face, text: str, mode: WritingMode, beside: tuple[str, str], **features: bool
) -> list[tuple[int, int, int, int]]:
    """Return the glyphs of a text, each with its advance and its offsets to the right and up, in 1/1000 em."""
    import uharfbuzz as harfbuzz  # noqa: PLC0415 - most texts need no HarfBuzz

    from ucap_reports.fonts.font_checks_and_licences import open_font  # noqa: PLC0415 - as above

    buffer = harfbuzz.Buffer()
    before, after = beside
    codes = list(map(ord, before + text + after))
    buffer.add_codepoints(codes, item_offset=len(before), item_length=len(text))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if mode.right_to_left else "ltr"
    buffer.language = mode.language or "und"  # never the language of the machine
    harfbuzz.shape(open_font(source).font, buffer, features)
    scaled = face.thousandths
    placed = []
    for glyph, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        advance = scaled(position.x_advance)
        right = scaled(position.x_offset)
        up = scaled(position.y_offset)
        placed.append((glyph.codepoint, advance, right, up))
    return placed


@lru_cache(maxsize=16)
def _characters(face: Face) -> dict[int, str]:
    """Return the characters of a face by the glyphs of its font; the first of those that share one."""
    characters: dict[int, str] = {}
    for glyph, character in zip(face.index.glyphs, face.index.characters, strict=True):
        characters.setdefault(glyph, chr(character))
    return characters


# Typefaces
_MOST_RUNS = 50_000
"""Texts in the cache of a typeface, so that a long batch does not fill the memory."""


_WITH_WIDE_SIGNS = ("zh", "ja")
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_QUOTATION_MARKS = "\u2018\u201c\u201d"
"""Those that are nothing else: the right single one is also an apostrophe."""


class Typeface:
    """One font of the theme in one weight and slant, followed by its fallbacks, which are opened when they are needed.
    In Chinese and Japanese the first fallback has quotation marks, and dashes that are not beside Latin letters.

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
            written = "".join([character for character in text if character not in missing])
            return self.runs_of(written, beside) if written else ()
        parts: list[tuple[FaceWriter, str]] = []
        for face_writer, group in groupby(self._written(text), itemgetter(0)):
            parts.append((face_writer, "".join([cluster for _, cluster in group])))
        before, after = beside
        last = len(parts) - 1
        runs = []
        for index, (face_writer, part) in enumerate(parts):
            before_part = before if index == 0 else ""
            after_part = after if index == last else ""
            runs.append(face_writer.run(part, self.mode, (before_part, after_part)))
        return tuple(runs)

    def _run_in_fallback(self, text: str, beside: tuple[str, str]) -> GlyphRun | None:
        """Return a text, such as a Chinese word, in the first face that has any of its letters; None if that face does
        not have all of it.
        """
        face_writers = {self._first(letter) for letter in text.rstrip(" ")}
        if len(face_writers) != 1:
            return None
        (face_writer,) = face_writers
        if face_writer is None:
            return None
        return face_writer.complete_run(text, self.mode, beside)

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
            cluster_before = parts[max(index - 1, 0) : index]
            cluster_after = parts[index + 1 : index + 2]
            beside = (*cluster_before, *cluster_after)
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
        if not self._has_wide_signs or cluster not in WIDE_SIGNS or _is_narrow(cluster, beside):
            return None
        fallback = next(islice(self._writers(), 1, None), None)
        if fallback is None or not fallback.has(cluster):
            return None
        return fallback

    def _find(self, cluster: str) -> FaceWriter | None:
        """Return the first face that has all of the cluster."""
        for face_writer in self._writers():
            if all(map(face_writer.has, cluster)):
                return face_writer
        return None

    def _writers(self) -> Iterator[FaceWriter]:
        """Yield the font and its fallbacks in order, each opened when a search reaches it."""
        for number, source in enumerate(self._sources):
            if number == len(self._opened):
                self._opened.append(writer(source))
            yield self._opened[number]


def _is_narrow(sign: str, beside: Iterable[str]) -> bool:
    """Return whether a sign of East Asian text is a Latin one, by the letters beside it.

    The quotation marks of a pair are alike, although only one of them may be beside a Latin letter: none is narrow but
    the apostrophe in a Latin word.
    """
    is_latin = [_is_latin(cluster) for cluster in beside]
    if sign == _APOSTROPHE:
        return is_latin == [True, True]
    return sign not in _QUOTATION_MARKS and any(is_latin)


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
    theme = pack.theme
    family = theme.fonts[font]
    if family.files is not None:
        own = _pack_source(pack, family.word, family.files, bold=bold, italic=italic)
    else:
        location = Location(field=f"theme.fonts.{font}")
        own = family_source(family.pdf or family.word, bold=bold, italic=italic, location=location)
    names = [*language_families(mode.language), *theme.fallback, *shaped_families()]
    of_labels: dict[str, None] = {}
    for language in pack.settings.labels:
        of_labels |= dict.fromkeys(language_families(language))
    names += of_labels
    fallback_location = Location(field="theme.fallback")
    sources = [own]
    for name in names:
        sources.append(family_source(name, bold=bold, italic=italic, location=fallback_location))
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
    name = unicodedata.name(character, "without a name")
    code = f"{ord(character):04X}"
    hint = coverage_hint(character)
    return problem("glyph-missing", location, hint=hint, character=character, code=code, name=name)
