"""Days in the words that packs print them in, back as the days that plan files have."""

import re
from datetime import date

from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.plan.dates import dates_meant
from ucap_reports.summary.label_languages import words_of
from ucap_reports.template.pack import Pack

_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_LONGEST = 100
"""Characters of a day in words, at the most; what is longer is no day, and may have more numbers than can be tried."""
_GAP = re.compile(r"[\s:\uff1a]+")
_LAST_DAY = 31
_MONTHS = 12


def put_days(draft: Draft, labels: Labels) -> None:
    """Write days in other forms as 2018-11-16; what is printed, only where the day is printed in those words."""
    language = str(draft.get(("language",)) or "en")
    signed, updated = draft.get(("signed",)), draft.get(("updated",))
    if isinstance(signed, str) and _YEAR.search(signed) and (day := day_of(signed, labels.packs[0], language)):
        draft.fields["signed"] = day.isoformat()
    if isinstance(updated, str):
        days = dates_meant(updated) or list(filter(None, [day_of(updated, labels.packs[0], language)]))
        draft.fields["updated"] = days[0].isoformat() if len(days) == 1 else updated


def day_said(line: str, labels: Labels) -> str | None:
    """The day that a line such as "Last updated: 3 June 2019" says the content is of, in its words; None of others."""
    text = line.strip(" ()[].")
    for gap in _GAP.finditer(text) if len(text) <= _LONGEST else ():
        day = text[gap.end() :]
        if dates_meant(day) and labels.find(text[: gap.start()]) == "updated":
            return day
    return None


def day_of(text: str, pack: Pack, language: str) -> date | None:
    """The day that the text is in the language, written out, such as "16 November 2018"; None where it is none."""
    if len(text) > _LONGEST:
        return None
    numbers = [int(number) for number in _NUMBER.findall(text)]
    years = [number for number in numbers if _YEAR.fullmatch(str(number))]
    days = [number for number in numbers if 1 <= number <= _LAST_DAY]
    words = words_of(pack, language, None)
    for year in years:
        for day in dict.fromkeys(days):
            for month in range(1, _MONTHS + 1):
                found = _date(year, month, day)
                if found and words.day_text(found) == text:
                    return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
