"""Addresses: which ones a text may link to, and where bare ones stand in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from linkify_it import LinkifyIt
from markdown_it.common.normalize_url import normalizeLink

from ucap_reports.richtext import Run

_GENERIC = "eu|com|org|net|int|info|edu|gov|asia|city"
"""Endings of bare hosts that are taken for web addresses. The two-letter ones of countries are words as well ("in",
"is", "to"): a full stop without a space after it would make an address; with "www." before them they are taken.
"""
_ALLOWED = re.compile(r"https?://[^\s/].*|mailto:[^\s@]+@[^\s@].*", re.IGNORECASE)
_BARE_WEB = re.compile(r"(?<![\w.-])[a-z0-9.-]+\.(?:" + _GENERIC + r")(?:[/:?#].*)?$|(?<![A-Za-z0-9.-])www\..+")
"""What of a match without a scheme is an address: Chinese is written without spaces, also before "www."."""
_MAYBE = re.compile(r"://|@|www\.|\.(?:" + _GENERIC + r")\b", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+")


@dataclass(frozen=True, slots=True)
class LinkTarget:
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
    for match in _linkify().match(run.text) or () if may_hold_address(run.text) else ():
        bare = None if match.schema else _BARE_WEB.search(match.text)
        if match.schema or bare:
            start = match.index + (bare.start() if bare else 0)
            if place < start:
                yield replace(run, text=run.text[place:start])
            address = run.text[start : match.last_index]
            yield replace(run, text=address, link=normalizeLink(f"http://{address}" if bare else match.url))
            place = match.last_index
    if place < len(run.text):
        yield replace(run, text=run.text[place:])


@cache
def _linkify() -> LinkifyIt:
    """What finds addresses; `ftp://` and `//host` are text."""
    return LinkifyIt().add("ftp:", None).add("//", None).tlds(_GENERIC.split("|"), keep_old=True)
