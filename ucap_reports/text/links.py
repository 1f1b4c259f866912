"""Addresses: which ones a text may link to, and where bare ones stand in it."""

import re
from collections.abc import Iterator

from markdown_it.common.normalize_url import normalizeLink
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.text.rich_text import Run

_GENERIC = "eu|com|org|net|int|info|edu|gov|asia|city"
"""Endings of bare hosts that are taken for web addresses. The two-letter ones of countries are words as well ("in",
"is", "to"): a full stop without a space after it would make an address; with "www." before them they are taken.
"""
_ALLOWED = re.compile(r"https?://[^\s/].*|mailto:[^\s@]+@[^\s@].*", re.IGNORECASE)
_MAYBE = re.compile(r"://|@|www\.|\.(?:" + _GENERIC + r")\b", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+")
_HOST = r"(?:[\w-]+\.)+[A-Za-z]{2,}"
_REST = (
    r"(?::\d{1,5})?(?:[/?#]"
    r"[^\s<>\"|\u00ab\u00bb\u2018-\u201f\u3001-\u301f\uff01-\uff0f\uff1a-\uff1f\uff5c]*)?"
)
"""A port and what follows it, up to the next space or sign of a sentence in Chinese."""
_BARE = re.compile(
    r"(?P<scheme>(?<![A-Za-z0-9])(?i:https?)://[\w.@:%-]*\w" + _REST + r")"
    r"|(?P<mail>(?<![0-9A-Za-z\u00df-\u024f.+_%-])(?i:mailto:)?[A-Za-z0-9.+_%-]{1,64}@" + _HOST + r")"
    r"|(?P<web>(?<![A-Za-z0-9.-])www\." + _HOST + _REST + r"|(?<![\w.@/-])(?!-)(?:[a-z0-9-]+\.)+(?:" + _GENERIC + r")"
    r"(?![\w@-]|\.\w)" + _REST + r")"
)
"""Of addresses without a scheme those in lower case; Chinese stands also right before "www."."""
_CLOSING = {")": "(", "]": "[", "}": "{"}
_SENTENCE = ".,;:!?'…([{"


class LinkTarget(Struct, frozen=True):
    """An address that may be linked to, or why it may not: `address` or `hint` is given."""

    address: str | None
    hint: str | None = None


def link_target(written: str) -> LinkTarget:
    """The address in ASCII as a link carries it (RFC 3986), when it is an http, https or mailto one.

    An address that begins with `www.` is one of the web.
    """
    address = f"http://{written}" if written.lower().startswith("www.") else written
    if _ALLOWED.fullmatch(address):
        return LinkTarget(normalizeLink(address))
    if _MAIL.fullmatch(written):
        return LinkTarget(None, f"write mailto:{written}")
    return LinkTarget(None, "links begin with https://, http:// or mailto:")


def may_hold_address(text: str) -> bool:
    """Whether it is worth looking for bare addresses; never false when there is one."""
    return _MAYBE.search(text) is not None


def linked(run: Run) -> Iterator[Run]:
    """The run in pieces, so that each bare web or mail address in it is a link."""
    place = 0
    for match in _BARE.finditer(run.text) if may_hold_address(run.text) else ():
        address = _without_sentence(match[0])
        if place < match.start():
            yield replace(run, text=run.text[place : match.start()])
        yield replace(run, text=address, link=normalizeLink(_with_scheme(address, match.lastgroup)))
        place = match.start() + len(address)
    if place < len(run.text):
        yield replace(run, text=run.text[place:])


def _without_sentence(address: str) -> str:
    """The address without the signs after it that belong to the sentence: stops, and brackets opened before it."""
    while (last := address[-1]) in _SENTENCE or address.count(last) > address.count(_CLOSING.get(last, last)):
        address = address[:-1]
    return address


def _with_scheme(address: str, kind: str | None) -> str:
    match kind:
        case "web":
            return f"http://{address}"
        case "mail" if not address.lower().startswith("mailto:"):
            return f"mailto:{address}"
        case _:
            return address
