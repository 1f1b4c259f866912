"""Contacts: the office, email address, phone number, website and postal address that lines of text contain."""

import re
from collections.abc import Sequence

from ucap_reports.importers.plan_draft import Draft
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.fields import FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.text.links import link_address

CONTACT = BUILT_IN.of_type(FieldType.CONTACT).name
OFFICE = BUILT_IN.of_type(FieldType.OFFICE).name
EMAIL = BUILT_IN.of_type(FieldType.EMAIL).name
PHONE = BUILT_IN.of_type(FieldType.PHONE).name
WEBSITE = BUILT_IN.of_type(FieldType.WEBSITE).name
ADDRESS = BUILT_IN.of_type(FieldType.ADDRESS).name
OFFICE_PLACE = (CONTACT, OFFICE)
_AROUND = ",;<>()[]"
"""What is around an address, and no part of it."""
_BETWEEN = " ,;|/\u00b7\u2022\u2013\u2014-"
"""What is between the parts of a contact."""
_SIGNS = ",;|"
"""Those that are written right behind a part, and separate the words before it from those behind it."""
_TAKEN = "\0"
"""In place of an address that the contact has."""
_SEGMENT_END = re.compile(rf" ?{_TAKEN} ?|(?<=[{_BETWEEN}]) ")
_NAME = re.compile(r"(?:e-?mail|mail|web-?(?:site|page)?|homepage|internet|url):|e-?mail", re.IGNORECASE)
"""The label of an address, before it."""
_WEBSITE = re.compile(r"https?://\S+|www\.\S+|[^\sA-Z/]+\.[a-z]{2,}(?:/\S*)?")
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
    office, where = draft.get(OFFICE_PLACE), draft.place_of(OFFICE_PLACE)
    if not isinstance(office, str):
        return
    contact = draft.fields[CONTACT]
    known = set(contact)
    del contact[OFFICE]
    _read_contact(office.split("\n"), contact, exact=draft.exact, has_office=has_office)
    draft.locations |= {(CONTACT, name): where for name in contact.keys() - known}


def _read_contact(lines: Sequence[str], contact: dict[str, str], *, exact: bool, has_office: bool) -> None:
    """Add the parts of the contact in these lines: by their form, then the office in the first line, then the address.

    In a file of this product (`exact`) a telephone number has its own line.
    """
    address: list[str] = []
    for line in lines:
        words = _without_parts(line, contact, exact=exact)
        if exact and PHONE not in contact and (_PHONE.fullmatch(words) or _NUMBER.fullmatch(words)):
            contact[PHONE] = words
        elif words and OFFICE not in contact and has_office and not address:
            contact[OFFICE] = words
        elif words:
            address.append(words)
    if address:
        contact[ADDRESS] = "\n".join([*filter(None, [contact.get(ADDRESS)]), *address])


def _without_parts(line: str, contact: dict[str, str], *, exact: bool) -> str:
    """Return the line without the email address, telephone number and website in it, which the contact gets; where it
    has others already, they stay.
    """
    words: list[str] = []
    for word in line.split():
        is_taken = _is_taken(word, contact, alone=exact and word == line.strip())
        while is_taken and words and _NAME.fullmatch(words[-1]):
            words.pop()
        if is_taken and words and word[-1] in _SIGNS and words[-1][-1] not in _BETWEEN:
            words[-1] += word[-1]
        words.append(_TAKEN if is_taken else word)
    segments = _SEGMENT_END.split(" ".join(words))
    remaining = " ".join(
        segment for segment in segments if segment and (exact or not _is_number(segment.strip(_BETWEEN), contact))
    )
    return line.strip() if remaining == " ".join(line.split()) else remaining.strip(_BETWEEN)


def _is_number(segment: str, contact: dict[str, str]) -> bool:
    """Return whether a segment is the telephone number that the contact has, or gets, or has no words."""
    number = segment if "(" in segment else segment.rstrip(")")
    is_phone = _PHONE.fullmatch(number) is not None and not dates_meant(number)
    return not segment or (is_phone and contact.setdefault(PHONE, number) == number)


def _is_taken(word: str, contact: dict[str, str], *, alone: bool) -> bool:
    """Return whether a word is an address that the contact has, or gets."""
    bare = word.strip(f"{_AROUND}.").removeprefix("mailto:")
    link = link_address(bare)
    if link is None or not (link.startswith("mailto:") or alone or _WEBSITE.fullmatch(bare)):
        return False
    return contact.setdefault(EMAIL if link.startswith("mailto:") else WEBSITE, bare) == bare
