"""The ids of plans, which are the names of their files: which texts are ids, which ids are reserved, and the id that is
proposed for a name.

Documents, addresses of web pages and folders of translations have these names as well, so an id has characters that
each file system and address takes as they are.
"""

import re

from ucap_reports.text.capitals_and_plain_letters import searchable

MAX_ID = 80
"""The largest number of characters of an id."""
_ID = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_ID - 1}}}")
_RESERVED = re.compile(r"index|book|con|prn|aux|nul|com\d|lpt\d")
"""The names of the index page and of the book, and those of devices on Windows."""
_APOSTROPHE = re.compile(r"['\u2019]")


def id_fault(text: str) -> str | None:
    """Return why no plan can have this id, as a form of the problem `id-invalid`: reserved, or its characters."""
    if is_reserved(text):
        return "reserved"
    return None if has_id_characters(text) else "characters"


def is_reserved(text: str) -> bool:
    """Return whether this is a name that other files have, or that Windows has for a device."""
    return _RESERVED.fullmatch(text) is not None


def has_id_characters(text: str) -> bool:
    """Return whether a text has only the characters of ids, and not too many."""
    return _ID.fullmatch(text) is not None


def better_id(text: str) -> str:
    """Return the valid id that is nearest to a text: without accents, capitals and spaces, cut after a complete word;
    empty if there is none.
    """
    without_apostrophes = _APOSTROPHE.sub("", searchable(text))
    plan_id = "-".join(re.findall(r"[a-z0-9]+", without_apostrophes))
    if is_reserved(plan_id):
        plan_id += "-plan"
    if len(plan_id) <= MAX_ID:
        return plan_id
    complete_words, _, _ = plan_id[: MAX_ID + 1].rpartition("-")
    return complete_words or plan_id[:MAX_ID]
