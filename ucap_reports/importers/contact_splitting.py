"""Contacts: the office, email address, phone number, website and postal address that lines of text contain."""

import re
from collections.abc import Iterator, Sequence

from ucap_reports.importers.plan_draft import Draft
from ucap_reports.plan.dates import dates_meant
from ucap_reports.text.links import link_address

_AROUND = ",;<>()[]"
"""What is around an address, and no part of it."""
_BETWEEN = " ,;|/\u00b7\u2022-\u2013\u2014"
"""What is between the parts of a contact."""
_SIGNS = ",;|"
"""Those that are written right behind a part, and separate the words before it from those behind it."""
_NAME = re.compile(r"(?:e-?mail|mail|web-?(?:site|page)?|homepage|internet|url):|e-?mail", re.IGNORECASE)
"""The label of an address, before it."""
_WEBSITE = re.compile(r"https?://\S+|www\.\S+|[^\sA-Z]+\.[a-z]{2,}(?:/\S*)?")
"""A certain web address, unlike "Dr.Rossi" and "e.V."."""
_PHONE = re.compile(
    r"(?:t[e\u00e9]l|phone|fax|mob|cell|\u7535\u8bdd|\u96fb\u8a71|\uc804\ud654)\S*\s*(?::\s*)?\+?[\d\s()/.-]{6,40}"
    r"|[tpm][.:]\s*\+?[\d\s()/.-]{6,40}|[+(0][\d\s()/.-]{7,40}",
    re.IGNORECASE,
)
"""A number that is labelled as a telephone's, or cannot be a year or postal code."""
_NUMBER = re.compile(r"\+?[\d\s()/.-]{6,}")


def split_office(draft: Draft, *, has_office: bool = True) -> None:
    """Move the lines of the field `office` to the other fields of the contact where they belong there."""
    office, where = draft.get(("contact", "office")), draft.place_of(("contact", "office"))
    if not isinstance(office, str):
        return
    contact = draft.fields["contact"]
    known = set(contact)
    del contact["office"]
    _read_contact(office.split("\n"), contact, exact=draft.exact, has_office=has_office)
    draft.places |= {("contact", name): where for name in contact.keys() - known}


def _read_contact(lines: Sequence[str], contact: dict[str, str], *, exact: bool, has_office: bool) -> None:
    """Add the parts of the contact in these lines: by their form, then the office in the first line, then the address.

    In a file of this product (`exact`) a telephone number has its own line.
    """
    address: list[str] = []
    for line in lines:
        words = _without_parts(line, contact, exact=exact)
        if exact and "phone" not in contact and (_PHONE.fullmatch(words) or _NUMBER.fullmatch(words)):
            contact["phone"] = words
        elif words and "office" not in contact and has_office and not address:
            contact["office"] = words
        elif words:
            address.append(words)
    if address:
        contact["address"] = "\n".join([*filter(None, [contact.get("address")]), *address])


def _without_parts(line: str, contact: dict[str, str], *, exact: bool) -> str:
    """The line without the email address, telephone number and website in it, which the contact gets; where it has
    others already, they stay.
    """
    left = []
    for segment in _segments(line, contact, alone=exact and len(line.split()) == 1):
        bare = segment.strip(_BETWEEN)
        phone = bare if "(" in bare else bare.rstrip(")")
        is_phone = _PHONE.fullmatch(phone) is not None and not dates_meant(phone)
        if exact or (bare and not (is_phone and contact.setdefault("phone", phone) == phone)):
            left.append(segment)
    words = " ".join(filter(None, left))
    return line.strip() if words == " ".join(line.split()) else words.strip(_BETWEEN)


def _segments(line: str, contact: dict[str, str], *, alone: bool) -> Iterator[str]:
    """The words between the addresses of a line and the signs that separate it."""
    segment: list[str] = []
    for word in line.split():
        if _is_taken(word, contact, alone=alone):
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


def _is_taken(word: str, contact: dict[str, str], *, alone: bool) -> bool:
    """Whether a word is an address that the contact has, or gets."""
    bare = word.strip(f"{_AROUND}.").removeprefix("mailto:")
    link = link_address(bare)
    if link is None or not (link.startswith("mailto:") or alone or _WEBSITE.fullmatch(bare)):
        return False
    return contact.setdefault("email" if link.startswith("mailto:") else "website", bare) == bare
