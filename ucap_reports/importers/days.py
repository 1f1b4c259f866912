"""Days in the words that packs print them in, back as the days that plan files have."""

import re
from collections.abc import Iterable
from datetime import date

from ucap_reports.compose.wording import words_of
from ucap_reports.importers.draft import Draft
from ucap_reports.importers.labels import Labels
from ucap_reports.pack import Pack

_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_LONGEST = 100
"""Characters of a day in words, at the most; what is longer is no day, and may have more numbers than can be tried."""
_LAST_DAY = 31
_MONTHS = 12


def put_days(draft: Draft, labels: Labels) -> None:
    """Write days that stand in words as 2018-11-16; what is printed, only where the day is printed in those words."""
    language = str(draft.get(("language",)) or "en")
    for field, languages in (("signed", [language]), ("updated", [language, *_spoken(labels)])):
        text = draft.get((field,))
        if isinstance(text, str) and _YEAR.search(text) and (day := day_of(text, labels.packs[0], languages)):
            draft.fields[field] = day.isoformat()


def day_of(text: str, pack: Pack, languages: Iterable[str]) -> date | None:
    """The day that the text is in one of the languages, written out, such as "16 November 2018"; None where in none."""
    if len(text) > _LONGEST:
        return None
    numbers = [int(number) for number in _NUMBER.findall(text)]
    years = [number for number in numbers if _YEAR.fullmatch(str(number))]
    days = [number for number in numbers if 1 <= number <= _LAST_DAY]
    wordings = [words_of(pack, language, None) for language in dict.fromkeys(languages)]
    for year in years:
        for day in dict.fromkeys(days):
            for month in range(1, _MONTHS + 1):
                found = _date(year, month, day)
                if found and any(words.day_text(found) == text for words in wordings):
                    return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spoken(labels: Labels) -> list[str]:
    """The languages that the packs print dates in."""
    return sorted({language for pack in labels.packs for language in pack.labels if language})
