"""Words that are divided at the end of a line, with a hyphen that is not part of the copied text."""

from typing import NamedTuple

from msgspec.structs import replace

from ucap_reports.pdf.text.paragraph_measuring import StyledRun
from ucap_reports.pdf.text.word_measuring import CONTEXT, Unit, WordPart
from ucap_reports.text.hyphenation import hyphenation_points

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_TOLERANCE = 0.001


class DividedWord(NamedTuple):
    """The parts of a word on both lines. The hyphen is drawn after the first, and copied as a soft hyphen."""

    first: Unit
    hyphen: WordPart
    rest: Unit


def divided_word(
    unit: Unit, styled_run: StyledRun, language: str, available: float, *, names: bool = False
) -> DividedWord | None:
    """Divide a word of a language so that as much of it as possible fits in `available` points, with its hyphen.

    Returns None if it has no point for it. Words that may be names are only divided with `names`.
    """
    text = "".join(part.text for part in unit.parts)
    style = styled_run.text_style
    hyphen = _hyphen(styled_run)
    for point in reversed(hyphenation_points(text, language, names=names)):
        first = style.fragment(text[:point], "", text[point : point + CONTEXT])
        if first.ink + hyphen.width <= available + _TOLERANCE:
            rest = style.fragment(text[point:], text[max(point - CONTEXT, 0) : point], "")
            return DividedWord(first, hyphen, rest)
    return None


def can_be_divided(unit: Unit, styled_run: StyledRun, language: str, width: float) -> bool:
    """Return whether a word that is wider than its lines fits on them if it is divided."""
    while unit.ink > width:
        divided = divided_word(unit, styled_run, language, width, names=True)
        if divided is None:
            return False
        unit = divided.rest
    return True


def _hyphen(styled_run: StyledRun) -> WordPart:
    (part,) = styled_run.text_style.unit("-").parts
    return replace(part, text=_SOFT_HYPHEN, drawn=part.operators, shown="-")
