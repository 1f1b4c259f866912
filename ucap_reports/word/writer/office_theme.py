"""The theme part of a Word file (ISO/IEC 29500-1, 20.1.6): Word offers its colours and fonts for text that is added.

It has the fonts and the first colours of the pack's theme.
"""

from collections.abc import Iterator
from html import escape
from itertools import islice
from pathlib import Path

from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.theme import Theme
from ucap_reports.word.file.word_xml import DECLARATION, one_line

_THEME = DECLARATION + one_line(Path(__file__).with_name("office_theme.xml"))
_ACCENTS = 6
"""The number of accent colours of Office."""
_WHITE = Colour("FFFFFF")


def office_theme(theme: Theme) -> bytes:
    """Return the theme part of documents with that theme."""
    colours = "".join(f'<a:{name}><a:srgbClr val="{colour.hex}"/></a:{name}>' for name, colour in _colours(theme))
    font = theme.fonts["text"]
    return _THEME.format(colours=colours, latin=escape(font.word), eastern=escape(font.word_east_asian)).encode()


def accents_by_colour(theme: Theme) -> dict[str, str]:
    """Return the names of the accents of Office by their colours."""
    return {colour.hex: name for name, colour in reversed(list(_colours(theme))) if name.startswith("accent")}


def _colours(theme: Theme) -> Iterator[tuple[str, Colour]]:
    """Yield the colours of Office by name: dark and light, accents, and those of links."""
    text = theme.style("body").colour
    link = theme.styles.get("link", theme.style("body")).colour
    yield from (("dk1", text), ("lt1", _WHITE), ("dk2", text), ("lt2", _WHITE))
    accents = list(islice(theme.colours.values(), _ACCENTS))
    accents += [text] * (_ACCENTS - len(accents))
    yield from ((f"accent{number}", colour) for number, colour in enumerate(accents, 1))
    yield from (("hlink", link), ("folHlink", link))
