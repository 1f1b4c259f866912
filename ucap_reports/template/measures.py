"""Lengths, sizes and sides as `pack.yaml` writes them."""

from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator

from ucap_reports.template.lengths_and_colours import Length

LONGEST = 14_400
"""The largest length in points: the largest side of a PDF page (ISO 32000-1, annex C)."""


def _length(value: Any) -> Length:
    if isinstance(value, str):
        value = Length.parse(value)
    elif value == 0 and not isinstance(value, bool):
        value = Length(0)
    if not isinstance(value, Length):
        raise ValueError("a length needs a unit, as in 18 mm or 8.75 pt")  # noqa: TRY004 - pydantic reports ValueError only
    if value > LONGEST:
        raise ValueError(f"a length is at most {LONGEST:,} pt")
    return value


def _size(value: Any) -> Length:
    if (size := _length(value)) < 1:
        raise ValueError("a size of text is at least 1 pt")
    return size


Measure = Annotated[Length, BeforeValidator(_length)]
Size = Annotated[Length, BeforeValidator(_size)]


class Sides(NamedTuple):
    """Four lengths in CSS's order."""

    top: Length
    right: Length
    bottom: Length
    left: Length


SHORTHAND = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}
"""Which of the written lengths each side has, by their number."""
NO_SIDES = Sides(Length(0), Length(0), Length(0), Length(0))


def _sides(value: Any) -> Sides:
    """Sides from CSS's shorthand: one length, two (vertical, horizontal), three or all four."""
    if isinstance(value, Sides):
        return value
    texts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    lengths = [_length(text) for text in texts] if isinstance(texts, list) else [_length(texts)]
    if len(lengths) not in SHORTHAND:
        raise ValueError("write one to four lengths: top, right, bottom, left")
    return Sides(*(lengths[place] for place in SHORTHAND[len(lengths)]))


Box = Annotated[Sides, BeforeValidator(_sides)]


class Bleed(NamedTuple):
    """The sides on which the background of a box reaches the edge of the paper."""

    top: bool
    right: bool
    bottom: bool
    left: bool


SIDE_NAMES = {"top": 0, "right": 1, "end": 1, "bottom": 2, "left": 3, "start": 3}
NO_BLEED = Bleed(top=False, right=False, bottom=False, left=False)


def _bleed(value: Any) -> Bleed:
    """All sides for `true`; otherwise those that are named."""
    if isinstance(value, bool):
        return Bleed(*[value] * 4)
    names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(names, list) or not set(map(str, names)) <= SIDE_NAMES.keys():
        raise ValueError("write true, or sides: top, right, bottom, left")
    sides = {SIDE_NAMES[name] for name in names}
    return Bleed(*(side in sides for side in range(len(NO_BLEED))))


Bleeding = Annotated[Bleed, BeforeValidator(_bleed)]
