"""Cleanup of inlines: line ends resolved, white space at edges removed, equal runs merged, addresses linked."""

import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.text.links import with_links
from ucap_reports.text.rich_text import Break, Inline, Paragraph, Run

_WHITE = " \t\n"


class SoftBreak(Struct, frozen=True):
    """A line end of the source that is not printed as one."""


SOFT = SoftBreak()
Piece = Run | Break | SoftBreak


def paragraph(pieces: Sequence[Piece]) -> Paragraph | None:
    """The paragraph of these pieces, or None if they have no words."""
    inlines: list[Inline] = []
    for line in split_at(pieces, (Break,)):
        inlines += [Break(), *_clean_line(line)]
    for edge in (0, -1):
        while inlines and isinstance(inlines[edge], Break):
            del inlines[edge]
    return Paragraph(tuple(inlines)) if inlines else None


def source_lines(pieces: Sequence[Piece]) -> list[list[Run]]:
    """The lines of the source that have words."""
    lines = [_clean_line(line) for line in split_at(pieces, (Break, SoftBreak))]
    return [line for line in lines if line]


def split_at(pieces: Sequence[Piece], at: tuple[type, ...]) -> list[list[Piece]]:
    """The pieces before, between and after those of the given types."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, at):
            lines.append([])
        else:
            lines[-1].append(piece)
    return lines


def without_lead(inlines: Sequence[Inline], count: int) -> tuple[Inline, ...]:
    """The inlines without their first `count` characters, and without white space where they then begin."""
    left = list(inlines)
    while left and isinstance(left[0], Run):
        if text := left[0].text[count:].lstrip():
            left[0] = replace(left[0], text=text)
            break
        count = max(0, count - len(left[0].text))
        del left[0]
    return tuple(left)


def _clean_line(pieces: Sequence[Piece]) -> list[Run]:
    """The runs of one line."""
    runs = _resolved(pieces)
    for edge, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while runs and not (rest := strip(runs[edge].text, _WHITE)):
            del runs[edge]
        if runs:
            runs[edge] = replace(runs[edge], text=rest)
    return [piece for run in _merged(runs) for piece in (with_links(run) if run.link is None else (run,))]


def _resolved(pieces: Sequence[Piece]) -> list[Run]:
    """The runs, each soft break replaced by a space, or by nothing between two Chinese or Japanese characters."""
    runs: list[Run] = []
    pending = False
    for piece in pieces:
        if isinstance(piece, SoftBreak):
            pending = bool(runs)
        elif isinstance(piece, Run) and piece.text:
            if pending and not (_is_wide(runs[-1].text[-1]) and _is_wide(piece.text[0])):
                runs.append(replace(piece, text=" ") if _have_one_style(runs[-1], piece) else Run(" "))
            runs.append(piece)
            pending = False
    return runs


def _is_wide(character: str) -> bool:
    """Whether it is Chinese or Japanese; Korean is wide too, but written with spaces."""
    return unicodedata.east_asian_width(character) in "WF" and "HANGUL" not in unicodedata.name(character, "")


def _merged(runs: Iterable[Run]) -> list[Run]:
    """The runs, neighbours of one style merged."""
    merged: list[Run] = []
    for run in runs:
        if merged and _have_one_style(merged[-1], run):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged


def _have_one_style(one: Run, other: Run) -> bool:
    return replace(one, text=other.text) == other
