"""Contacts in imported files, split into office, email address, phone number, website and postal address."""

import re
from collections.abc import Sequence

from ucap_reports.importers.draft_and_kept_comments import Draft
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.field_descriptions import FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.text.links import link_address

# The names of the fields.
_CONTACT = BUILT_IN.of_type(FieldType.CONTACT).name
_OFFICE = BUILT_IN.of_type(FieldType.OFFICE).name
_EMAIL = BUILT_IN.of_type(FieldType.EMAIL).name
_PHONE = BUILT_IN.of_type(FieldType.PHONE).name
_WEBSITE = BUILT_IN.of_type(FieldType.WEBSITE).name
_ADDRESS = BUILT_IN.of_type(FieldType.ADDRESS).name
_OFFICE_PLACE = (_CONTACT, _OFFICE)
_AROUND_ADDRESS = ",;<>()[]\uff0c\uff1b\u3001\uff08\uff09"
"""What is around an address, and no part of it."""
_BETWEEN_PARTS = " ,;|/\u00b7\u2022\u2013\u2014\uff0c\uff1b\u3001-"
"""What is between the parts of a contact."""
_PART_ENDS = ",;|\uff0c\uff1b\u3001"
"""Those that are written right behind a part, and separate the words before it from those behind it."""
_TAKEN_ADDRESS = "\0"
"""In place of an address that the contact has."""
_SEGMENT_END = re.compile(rf" ?{_TAKEN_ADDRESS} ?|(?<=[{_BETWEEN_PARTS}]) (?!(?<=\d [/\u2013-] )\d)")
"""What is between the segments of a line; not the signs in a number such as "0228 / 77 - 33"."""
_ADDRESS_LABELS = (
    "e-?mail|mail|web-?(?:site|page)?|homepage|internet|url"
    "|\u90ae\u7bb1|\u7535\u5b50\u90ae\u4ef6|\u7535\u90ae|\u7f51\u5740|\u7f51\u7ad9"
)
_ADDRESS_LABEL = re.compile(rf"(?:{_ADDRESS_LABELS}):|e-?mail", re.IGNORECASE)
"""The label of an address, before it."""
_BARE_LABEL = re.compile(_ADDRESS_LABELS, re.IGNORECASE)
"""A label without a colon, which is one only at the start of a part: not in "Royal Mail"."""
_LABEL_COLON = re.compile(rf"(?<![\w/.?=&])({_ADDRESS_LABELS})\s*[:\uff1a]", re.IGNORECASE)
"""The label of an address and its colon, with or without spaces around the colon."""
_WIDE_SEPARATOR = re.compile(r"(?<=[\uff0c\uff1b\u3001])")
"""Behind a separator of Chinese and Japanese texts, which have no space there."""
_WIDE_SPACE = re.compile(r"(?<=[\uff0c\uff1b\u3001]) ")
_CERTAIN_WEBSITE = re.compile(r"https?://\S+|www\.\S+|[^\sA-Z/]+\.[a-z]{2,}(?:/\S*)?")
"""A certain web address, unlike "Dr.Rossi" and "e.V."."""
_IN_PHONE_NUMBER = r"[\d\s()/.\u2013-]"
_LABELLED_PHONE = re.compile(
    rf"""
    (?:                                                       # labels in European languages:
        (?:
            (?:
                t[e\u00e9]l                                   # Tel
                (?:
                    [e\u00e9](?:ph|f)[o\u00f3]o?n[oe]?        # Telephone, Telefon, Tel\u00e9fono
                    | efax
                    | em[o\u00f3]vel                          # Telem\u00f3vel
                )?
                | phone
                | fax
                | handy
                | m[o\u00f3](?: b | bile? | vil )             # Mob, Mobile, M\u00f3vil
                | cell(?: ulare | ular )?
            )
            (?: telefon | phone | nummer | number | nr | s )? # second parts of words, as in Faxnummer, Mobiltelefon
        )
        (?![^\W\d_])                                          # the word ends
        | (?: \u7535\u8bdd | \u96fb\u8a71 | \uc804\ud654 )    # labels in Chinese and Korean
    )
    \S* \s* (?: : \s* )?                                      # signs behind the label, as in "Tel.:"
    \(?\+? {_IN_PHONE_NUMBER}{{6,40}}
    | (?: [tpm][.:] \s* | [tpmf] \s+ (?= \(?\+ ) )              # labels of one letter: "T. 06 1234", "T +39 06"
        \(?\+? {_IN_PHONE_NUMBER}{{6,40}}
    | [+(0] {_IN_PHONE_NUMBER}{{7,40}}                        # no label, but the start of no year: "+39 06 1234"
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A number that is labelled as a telephone's, or cannot be a year or postal code; those in "Mobility 2020-2030" and
"Telford 2019-2021" are neither.
"""
_PERIOD = re.compile(r"\(?(?:\d\d?[./]){0,2}(?:19|20)\d\d ?- ?(?:\d\d?[./]){0,2}(?:19|20)\d\d\)?")
"""A period of days, months or years, which is no telephone number."""
_UNLABELLED_PHONE = re.compile(r"\+?[\d\s()/.-]{6,}")
_POSTCODE = re.compile(r"\d{3}-\d{4}|\d{5}-\d{3,4}|\d{3} ?\d{3}")
"""A postal code, as in Japan, Brazil, the United States, China or India, that a telephone number could be."""


def split_office(draft: Draft, *, has_office: bool = True) -> None:
    """Move the lines of the field `office` to the other fields of the contact where they belong there."""
    office = draft.get(_OFFICE_PLACE)
    location = draft.place_of(_OFFICE_PLACE)
    if not isinstance(office, str):
        return
    contact = draft.fields[_CONTACT]
    known_parts = set(contact)
    del contact[_OFFICE]
    _read_contact(office.split("\n"), contact, exact=draft.exact, has_office=has_office)
    for part in contact.keys() - known_parts:
        draft.locations[_CONTACT, part] = location


def _read_contact(lines: Sequence[str], contact: dict[str, str], *, exact: bool, has_office: bool) -> None:
    """Add the parts of the contact in these lines: by their form, then the office in the first line, then the address.

    In a file of this product (`exact`) a telephone number has its own line. In others, the number of a fax is the
    contact's only if there is no other.
    """
    if not exact:
        lines = sorted(lines, key=_is_fax)
    address: list[str] = []
    for line in lines:
        words = _without_parts(line, contact, exact=exact)
        if exact and _PHONE not in contact and _is_phone_line(words, is_below_address=bool(address)):
            contact[_PHONE] = words
        elif words and _OFFICE not in contact and has_office and not address:
            contact[_OFFICE] = words
        elif words:
            address.append(words)
    if address:
        if _ADDRESS in contact:
            address.insert(0, contact[_ADDRESS])
        contact[_ADDRESS] = "\n".join(address)


def _is_phone_line(line: str, *, is_below_address: bool) -> bool:
    """Return whether a line is a telephone number. Documents print the address below it."""
    if _POSTCODE.fullmatch(line):
        return False
    if _LABELLED_PHONE.fullmatch(line) is not None:
        return True
    return not is_below_address and _UNLABELLED_PHONE.fullmatch(line) is not None


def _without_parts(line: str, contact: dict[str, str], *, exact: bool) -> str:
    """Return the line without the email address, telephone number and website in it, which the contact gets; where it
    has others already, they stay.
    """
    spaced = line
    if not exact:
        spaced = _WIDE_SEPARATOR.sub(" ", spaced)
        spaced = _LABEL_COLON.sub(r"\1: ", spaced)
    words = _without_addresses(spaced.split(), contact, exact=exact)
    segments = [segment for segment in _SEGMENT_END.split(" ".join(words)) if segment]
    if not exact:
        phones = []
        for segment in sorted(segments, key=_is_fax):  # the number of a fax is taken only if there is no other
            if _take_phone(_bare(segment), contact):
                phones.append(segment)
        segments = [segment for segment in segments if segment not in phones]
    text = " ".join(segments)
    if text == " ".join(spaced.split()):
        return line.strip()  # nothing was taken, so its spaces and signs stay
    return _WIDE_SPACE.sub("", text).strip(_BETWEEN_PARTS)


def _without_addresses(words: Sequence[str], contact: dict[str, str], *, exact: bool) -> list[str]:
    """Return the words of a line with `_TAKEN_ADDRESS` in the place of each address that the contact gets, and without
    the labels before them.
    """
    is_one_word = len(words) == 1
    remaining: list[str] = []
    for word in words:
        if not _take_address(word, contact, alone=exact and is_one_word):
            remaining.append(word)
            continue
        while remaining and _is_address_label(remaining, exact=exact):
            remaining.pop()
        last_sign = word[-1]
        if last_sign in _PART_ENDS and remaining and not remaining[-1].endswith(tuple(_BETWEEN_PARTS)):
            remaining[-1] += last_sign  # it still separates the words around the address
        remaining.append(_TAKEN_ADDRESS)
    return remaining


def _is_address_label(words: Sequence[str], *, exact: bool) -> bool:
    """Return whether the last word before an address is its label."""
    *others, last = words
    if _ADDRESS_LABEL.fullmatch(last):
        return True
    is_at_start = not others or others[-1].endswith((*_BETWEEN_PARTS.strip(), _TAKEN_ADDRESS))
    return is_at_start and not exact and _BARE_LABEL.fullmatch(last) is not None


def _bare(segment: str) -> str:
    """Return a segment without the signs around it."""
    return segment.strip(_BETWEEN_PARTS)


def _is_fax(text: str) -> bool:
    """Return whether a line or a segment is the number of a fax."""
    number = _bare(text)
    return number.lower().startswith(("fax", "telefax", "f ")) and _LABELLED_PHONE.fullmatch(number) is not None


def _take_phone(segment: str, contact: dict[str, str]) -> bool:
    """Move a segment into the contact if it is a telephone number; return whether nothing of it is left: it is the
    number of the contact, or empty.
    """
    if not segment:
        return True
    number = segment if "(" in segment else segment.rstrip(")")
    if _LABELLED_PHONE.fullmatch(number) is None or _POSTCODE.fullmatch(number):
        return False
    if dates_meant(number) or _PERIOD.fullmatch(segment):
        return False
    return contact.setdefault(_PHONE, number) == number


def _take_address(word: str, contact: dict[str, str], *, alone: bool) -> bool:
    """Move a word into the contact if it is an email or web address; return whether it is the contact's."""
    bare = word.strip(f"{_AROUND_ADDRESS}.").removeprefix("mailto:")
    link = link_address(bare)
    if link is None:
        return False
    if link.startswith("mailto:"):
        return contact.setdefault(_EMAIL, bare) == bare
    is_website = alone or _CERTAIN_WEBSITE.fullmatch(bare) is not None
    return is_website and contact.setdefault(_WEBSITE, bare) == bare
