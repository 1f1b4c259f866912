"""Links: which web and email addresses they may have, the link of a printed one, the addresses in a text, the link of a
phone number, and texts that do not say where they lead.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from unicodedata import category

from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.storage.artifact_cache import shipped_table
from ucap_reports.text.rich_text import Run

MAIL = re.compile(r"[^\s@,;:/<>]+@[^\s@,;:/<>.]+(?:\.[^\s@,;:/<>.]+)+")
"""An email address."""
_GENERIC = "eu|com|org|net|int|info|edu|gov|asia|city"
"""The top-level domains of hosts without "www." that are links in a text. Those of countries are words as well ("in",
"is", "to"): a missing space after a full stop would make a link.
"""
_LINKED = re.compile(r"https?://(?![^/?#]*\.\.)[^\s/]+(?:[/?#].*)?|mailto:[^\s@]+@[^\s@].*", re.IGNORECASE)
_NORMAL = re.compile(
    r"""
    (?i:https?):// [A-Za-z0-9.-]{1,200} (?: [/?#] [A-Za-z0-9;/?:@&=+$,_.!~*'()#-]* )?
    | (?i:mailto): [A-Za-z0-9.+_-]+ @ [A-Za-z0-9.-]{1,200}
    """,
    re.VERBOSE,
)
"""An address that is encoded already, as nearly all are."""
_HOST_PART = LazyPattern(r"(?<=://)[^/?#]+")
_PRINTED_HOST = re.compile(r"[^\s@/\\:?#][^\s@/\\:?#.]*\.[^\s@/\\:?#]+(?::\d+)?(?:[/?#]\S*)?")
_DOT_OF_HOST = re.compile(rf"\.(?:(?<=www\.)|(?:{_GENERIC})\b)", re.IGNORECASE)
"""A dot as in an address. It comes first, because Python finds a character much faster than one of several words."""
_PUNCTUATION_OF_OTHERS = (
    r"\u055a-\u055f\u0589\u060c\u061b\u061f\u06d4\u0964\u0965\u104a\u104b\u1361-\u1368\u17d4\u17d5\u17d6\u17da"
)
"""Commas, stops and question marks of Armenian, Arabic, the scripts of India, Burmese, Ethiopic and Khmer."""
_HOST = r"(?:[\w-]+\.)+[A-Za-z]{2,}"
_QUOTES_AND_DASH = r"<>\"|\u00ab\u00bb\u2014\u2018-\u201f"
_WIDE_PUNCTUATION = r"\u3001-\u301f\uff01-\uff0f\uff1a-\uff1f\uff5c"
_INVISIBLE = r"\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_AFTER_ADDRESS = rf"\s{_QUOTES_AND_DASH}{_WIDE_PUNCTUATION}{_PUNCTUATION_OF_OTHERS}{_INVISIBLE}"
_PORT_AND_PATH = rf"(?: : \d{{1,5}} )? (?: [/?#] [^{_AFTER_ADDRESS}]* )?"
"""A port, and a path, query and fragment up to the next character that is not of them."""
_WITHOUT_SPACE = "[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]"
"""Letters that follow an address directly: those of scripts without spaces, and of Korean, which has endings there."""
_BARE = LazyPattern(
    rf"""
    (?<! [A-Za-z0-9] ) (?i:https?):// [\w.@:%-]* \.[A-Za-z]{{2,}} (?={_WITHOUT_SPACE})
    | (?<! [A-Za-z0-9] ) (?i:https?):// [\w.@:%-]*\w {_PORT_AND_PATH}
    | (?<! [0-9A-Za-z\u00df-\u024f.+_%-] ) (?i:mailto:)? [A-Za-z0-9.+_%-]{{1,64}} @ {_HOST}
    | (?<! [A-Za-z0-9.-] ) www\. {_HOST} {_PORT_AND_PATH}               # Chinese may precede it directly
    | (?<! [\w.@/-] ) (?!-) (?: [a-z0-9-]+\. )+ (?:{_GENERIC}) (?! [\w@-] | \.\w ) {_PORT_AND_PATH}
    """,
    re.VERBOSE,
)
"""Addresses in a text: with a scheme, of email, with "www.", and without any of these, then only in lower case."""
_PHONE = LazyPattern(r"(?:\(?\+ ?\(?|\()?[0-9][0-9 ()./\u00a0-]{2,}")
_ZERO_INSIDE_COUNTRY = LazyPattern(r"(?<=[0-9 \u00a0])\(0\)")
"""The zero after the code of a country, which is dialled only inside it."""
_NOT_DIALLED = LazyPattern(r"[^+0-9]")
"""What separates digits."""
_LONGEST_PHONE = 15
"""Digits of a phone number (ITU-T E.164)."""
_CLOSING = {")": "(", "]": "[", "}": "{"}
_PUNCTUATION = ".,;:!?'…([{"
_VAGUE_TEXTS = Path(__file__).with_name("vague_link_texts.toml")
_NO_LETTERS = frozenset("PSZ")
"""The categories of punctuation, of symbols such as arrows, and of spaces."""


def link_address(printed: str) -> str | None:
    """Return the http, https or mailto address in ASCII for a printed one; None for text that is not an address.

    `www.iuc-asia.eu`, `iuc-asia.eu` and `office@iuc-asia.eu` get their schemes, https and mailto.
    """
    written = printed.strip()
    if re.search(r"\s", written):
        return None
    if MAIL.fullmatch(written):
        return explicit_address(f"mailto:{written}")
    if _PRINTED_HOST.fullmatch(written):
        return explicit_address(f"https://{written}")
    return explicit_address(written)


@lru_cache(maxsize=256)
def explicit_address(written: str) -> str | None:
    """Return the address in ASCII (RFC 3986) if it says what it is: by the scheme http, https or mailto, or by
    `www.`.
    """
    address = written
    if written.lower().startswith("www."):
        address = f"https://{written}"
    if not address.isascii():  # normalizeLink encodes a host as it is, capitals too
        address = _HOST_PART.sub(lambda host: host[0].lower(), address, count=1)
    if _LINKED.fullmatch(address) is None:
        return None
    if _NORMAL.fullmatch(address):
        return address
    from markdown_it.common.normalize_url import normalizeLink  # noqa: PLC0415 - imports all of markdown-it

    return normalizeLink(address)


def phone_address(printed: str) -> str | None:
    """Return the address of a link to a phone number (RFC 3966); None for text that is not one number."""
    if _PHONE.fullmatch(printed) is None:
        return None
    number = _NOT_DIALLED.sub("", _ZERO_INSIDE_COUNTRY.sub("", printed))
    has_several_numbers = len(number.removeprefix("+")) > _LONGEST_PHONE
    return None if has_several_numbers else f"tel:{number}"


def may_contain_address(text: str) -> bool:
    """Return whether the text is worth searching for addresses; never false when it has one."""
    return "@" in text or "://" in text or _DOT_OF_HOST.search(text) is not None


def with_links(run: Run) -> Iterator[Run]:
    """Yield the run in pieces, each web or email address in it a link."""
    offset = 0
    if may_contain_address(run.text):
        for match in _BARE.finditer(run.text):
            address = _without_punctuation(match[0])
            if offset < match.start():
                yield replace(run, text=run.text[offset : match.start()])
            yield replace(run, text=address, link=link_address(address))
            offset = match.start() + len(address)
    if offset < len(run.text):
        yield replace(run, text=run.text[offset:])


def addresses_in(text: str) -> Iterator[str]:
    """Yield the web and email addresses in a text, with their schemes."""
    for match in _BARE.finditer(text):
        address = link_address(_without_punctuation(match[0]))
        if address is not None:
            yield address


def _without_punctuation(address: str) -> str:
    """Return the address without the punctuation of the sentence after it: stops, and brackets that it does not
    open.
    """
    while True:
        last = address[-1]
        is_unopened = address.count(last) > address.count(_CLOSING.get(last, last))
        if last not in _PUNCTUATION and not is_unopened:
            return address
        address = address[:-1]


def vague_link_texts(content: Iterable[object]) -> Iterator[str]:
    """Yield the texts of the links in a paragraph that do not say where they lead.

    A link consists of several runs if some of its words are bold or italic.
    """
    runs = [inline for inline in content if isinstance(inline, Run)]
    for link, runs_of_link in groupby(runs, key=attrgetter("link")):
        if link is not None:
            link_text = "".join([run.text for run in runs_of_link])
            if is_vague(link_text):
                yield link_text


def is_vague(text: str) -> bool:
    """Return whether the text of a link does not say where it leads, such as "here" and "read more" (WCAG 2.2, 2.4.4).

    People hear a list of the links of a page without the words around them.
    """
    start = 0
    end = len(text)
    while start < end and category(text[start])[0] in _NO_LETTERS:
        start += 1
    while start < end and category(text[end - 1])[0] in _NO_LETTERS:
        end -= 1
    return text[start:end].casefold() in _vague_texts()


@cache
def _vague_texts() -> frozenset[str]:
    """Return the texts of links that do not say where they lead, in all languages."""
    by_language = shipped_table(_VAGUE_TEXTS, dict[str, list[str]])
    return frozenset(chain.from_iterable(by_language.values()))
