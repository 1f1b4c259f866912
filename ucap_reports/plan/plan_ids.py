"""The ids of plans, which are the names of their files: which texts are ids, which ids are reserved, and the id that is
proposed for names, with a number if another plan has it.

Documents, addresses of web pages and folders of translations have these names as well, so an id has characters that
each file system and address takes as they are.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.decoding import unprintable
from ucap_reports.storage.project_folder import PLAN_ENDING
from ucap_reports.text.capitals_punctuation_and_plain_letters import searchable

MAX_ID = 80
"""The largest number of characters of an id."""
_ID = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_ID - 1}}}")
_RESERVED = ("index", "book")
"""The names of the index page and of the book."""
_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""The names of devices on Windows, which no file or folder has there."""
_NUMBER = re.compile(r"-(\d+)$")
"""What the ids of several plans with the same names end with."""
_WITHOUT_NAME = "plan"
"""The id of a plan whose names have no letters of ids."""
_APOSTROPHE = re.compile(r"['\u2019]")


def id_of_file(path: str) -> str:
    """Return the id of the plan of a file, which may not be valid."""
    plan_id = _file_name(path).removesuffix(PLAN_ENDING)
    if unprintable(plan_id) is not None:  # no document can contain it: it may be a name in another encoding
        return id_of_names([plan_id])
    return plan_id


def id_problems(path: str) -> list[Problem]:
    """Return the error about the name of a plan's file if it is not an id."""
    name = _file_name(path)
    stem = name.removesuffix(PLAN_ENDING)
    form = id_fault(stem) if name.endswith(PLAN_ENDING) else "characters"
    if form is None:
        return []
    hint = f"rename the file to {id_of_names([stem])}{PLAN_ENDING}"
    return [problem("id-invalid", Location(path), form=form, id=name, hint=hint)]


def _file_name(path: str) -> str:
    """Return the name of a file in a path of any system."""
    return re.split(r"[\\/]", path)[-1]


def id_fault(text: str) -> str | None:
    """Return why no plan can have this id, as a form of the problem `id-invalid`: reserved, or its characters."""
    if is_reserved(text):
        return "reserved"
    return None if has_id_characters(text) else "characters"


def is_reserved(text: str) -> bool:
    """Return whether this is a name that other files have, or that Windows has for a device."""
    return text in _RESERVED or names_device(text)


def names_device(text: str) -> bool:
    """Return whether Windows has this name for a device, so that no file and no folder can have it there."""
    return _DEVICE.fullmatch(text) is not None


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


def id_of_names(names: Iterable[str]) -> str:
    """Return the id that is proposed for a plan with these names, such as those of its cities."""
    return better_id(" ".join(names)) or _WITHOUT_NAME


def is_id_of_names(plan_id: str, names: Iterable[str]) -> bool:
    """Return whether this is the id that is proposed for these names, perhaps with a number."""
    proposed = id_of_names(names)
    if plan_id == proposed:
        return True
    number = _NUMBER.search(plan_id)
    return number is not None and plan_id == _numbered(proposed, int(number[1]))


def different_ids(plan_ids: Iterable[str]) -> list[str]:
    """Return the ids of plans that are created together: one that an earlier plan has gets a number, from 2 on."""
    taken: set[str] = set()
    different: list[str] = []
    numbers: Counter[str] = Counter()
    for plan_id in plan_ids:
        own_id = plan_id
        while own_id in taken:
            numbers[plan_id] += 1
            own_id = _numbered(plan_id, numbers[plan_id] + 1)
        taken.add(own_id)
        different.append(own_id)
    return different


def free_id(plan_id: str, taken: Container[str], names: Sequence[str] = ()) -> str:
    """Return the id of a new plan with these names: if another plan has it, with the next number.

    That replaces the number of an id that was proposed for the names and numbered, as `rome-2` of Rome. Any other
    number belongs to the name and stays, as in `agenda-2030`.
    """
    if plan_id not in taken:
        return plan_id
    without_number = plan_id
    if is_id_of_names(plan_id, names):
        without_number = id_of_names(names)
    number = 2
    while _numbered(without_number, number) in taken:
        number += 1
    return _numbered(without_number, number)


def _numbered(plan_id: str, number: int) -> str:
    """Return an id with a number at its end, before which a long one is cut."""
    ending = f"-{number}"
    return f"{plan_id[: MAX_ID - len(ending)]}{ending}"
