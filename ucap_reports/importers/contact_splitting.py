"""Contacts that stand in one line: name or office, mail address, telephone, website, each for itself."""

import re
from collections.abc import Iterator

from ucap_reports.importers.imported_form import one_line
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.plan.dates import dates_meant
from ucap_reports.text.links import link_address

_AROUND = ",;<>()[]"
"""What stands around an address, and is no part of it."""
_BETWEEN = " ,;|/\u00b7\u2022-\u2013\u2014"
"""What stands between the parts of a contact."""
_SIGNS = ",;|"
"""Those that are written right behind a part, and part the words before it from those behind it."""
_NAME = re.compile(r"(?:e-?mail|mail|web-?(?:site|page)?|homepage|internet|url):|e-?mail", re.IGNORECASE)
"""What stands before an address to name it."""
_WEBSITE = re.compile(r"https?://\S+|www\.\S+|[^\sA-Z]+\.[a-z]{2,}(?:/\S*)?")
"""What is an address in everybody's eyes, unlike "Dr.Rossi" and "e.V."."""
_PHONE = re.compile(
    r"(?:t[e\u00e9]l|phone|mob|cell|\u7535\u8bdd|\u96fb\u8a71|\uc804\ud654)\S*\s*(?::\s*)?\+?[\d\s()/.-]{6,40}"
    r"|[tpm][.:]\s*\+?[\d\s()/.-]{6,40}|[+(0][\d\s()/.-]{7,40}",
    re.IGNORECASE,
)
"""A number that is named as one, or looks like one beside years and postal codes."""


def split_office(draft: Draft) -> None:
    """Give what stands beside the office in its field to the other fields of the contact."""
    office, where = draft.get(("contact", "office")), draft.place_of(("contact", "office"))
    if not isinstance(office, str):
        return
    contact = draft.fields["contact"]
    known = set(contact)
    del contact["office"]
    words = without_parts(office, contact)
    if words:
        contact["office"] = one_line(words)
    draft.places |= {("contact", name): where for name in contact.keys() - known}


def without_parts(text: str, contact: dict[str, str]) -> str:
    """The text without the mail address, telephone and website in it, which go to the contact; where it has others
    already, they stay.
    """
    lines = [_line_without_parts(line, contact) for line in text.split("\n")]
    return "\n".join(filter(None, lines))


def _line_without_parts(line: str, contact: dict[str, str]) -> str:
    left = []
    for segment in _segments(line, contact):
        bare = segment.strip(_BETWEEN)
        phone = bare if "(" in bare else bare.rstrip(")")
        is_phone = _PHONE.fullmatch(phone) is not None and not dates_meant(phone)
        if bare and not (is_phone and contact.setdefault("phone", phone) == phone):
            left.append(segment)
    words = " ".join(left)
    return line if words == " ".join(line.split()) else words.strip(_BETWEEN)


def _segments(line: str, contact: dict[str, str]) -> Iterator[str]:
    """What stands between the addresses of a line and the signs that part it."""
    segment: list[str] = []
    for word in line.split():
        if _is_taken(word, contact):
            while segment and _NAME.fullmatch(segment[-1]):
                segment.pop()
            if segment and word[-1] in _SIGNS:
                segment[-1] += word[-1]
        else:
            segment.append(word)
            if word[-1] not in _BETWEEN:
                continue
        yield " ".join(segment)
        segment = []
    yield " ".join(segment)


def _is_taken(word: str, contact: dict[str, str]) -> bool:
    """Whether a word is an address that the contact has, or gets."""
    bare = word.strip(f"{_AROUND}.").removeprefix("mailto:")
    kind = _address_kind(bare, alone=False)
    return kind is not None and contact.setdefault(kind, bare) == bare


def _address_kind(word: str, *, alone: bool) -> str | None:
    """The field of the contact that a word is for, an address; None for other words."""
    link = link_address(word)
    if link is None or link.startswith("mailto:"):
        return None if link is None else "email"
    return "website" if alone or _WEBSITE.fullmatch(word) else None


def without_addresses(line: str, contact: dict[str, str]) -> str:
    """The line of a document of ours without the mail address and website in it, which go to the contact, and without
    the comma that stood before them.
    """
    words: list[str] = []
    written = line.split()
    for word in written:
        bare = word.strip(_AROUND)
        kind = _address_kind(bare, alone=len(written) == 1)
        if kind is None or kind in contact:
            words.append(word)
            continue
        contact[kind] = bare
        words[-1:] = [before.rstrip(",") for before in words[-1:]]
    return " ".join(words)
