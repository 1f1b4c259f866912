"""Inlines made tidy: line ends resolved, edges without white space, equal runs merged, bare addresses linked."""

import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.text.links import linked
from ucap_reports.text.rich_text import Break, Inline, Paragraph, Run

_WHITE = " \t\n"


class SoftBreak(Struct, frozen=True):
    """Where the author's line ends and the reader's goes on."""


SOFT = SoftBreak()
Piece = Run | Break | SoftBreak


def paragraph(pieces: Sequence[Piece]) -> Paragraph | None:
    """The paragraph of these pieces, or None where they hold no words."""
    lines = [_tidy_line(line) for line in _split(pieces, Break)]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    inlines: list[Inline] = []
    for line in lines:
        inlines += [Break(), *line] if inlines else line
    return Paragraph(tuple(inlines)) if inlines else None


def written_lines(pieces: Sequence[Piece]) -> list[list[Run]]:
    """The lines as their author has written them, those without words left out."""
    lines = [_tidy_line(line) for line in _split(pieces, Break | SoftBreak)]
    return [line for line in lines if line]


def _split(pieces: Sequence[Piece], at: type | object) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, at):  # type: ignore[arg-type] # a union of types is what isinstance takes too
            lines.append([])
        else:
            lines[-1].append(piece)
    return lines


def _tidy_line(pieces: Sequence[Piece]) -> list[Run]:
    """The runs of one line."""
    runs = _resolved(pieces)
    while runs and not (first := runs[0].text.lstrip(_WHITE)):
        del runs[0]
    if runs:
        runs[0] = replace(runs[0], text=first)
    while runs and not (last := runs[-1].text.rstrip(_WHITE)):
        del runs[-1]
    if runs:
        runs[-1] = replace(runs[-1], text=last)
    return [piece for run in _merged(runs) for piece in (linked(run) if run.link is None else (run,))]


def _resolved(pieces: Sequence[Piece]) -> list[Run]:
    """Each soft break made a space, or nothing between two characters of a script that is written without spaces."""
    runs: list[Run] = []
    pending = False
    for piece in pieces:
        match piece:
            case SoftBreak():
                pending = bool(runs)
            case Run(text) if text:
                if pending and not (_is_wide(runs[-1].text[-1]) and _is_wide(text[0])):
                    same = replace(piece, text="") == replace(runs[-1], text="")
                    runs.append(replace(piece, text=" ") if same else Run(" "))
                runs.append(piece)
                pending = False
            case _:
                pass
    return runs


def _is_wide(character: str) -> bool:
    """Whether it is Chinese or Japanese; Korean is wide too, but written with spaces."""
    return unicodedata.east_asian_width(character) in "WF" and "HANGUL" not in unicodedata.name(character, "")


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one style made one."""
    merged: list[Run] = []
    for run in runs:
        if merged and replace(merged[-1], text=run.text) == run:
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged
