"""Days as people write them, in the languages of the Union and of the partners' countries."""

from datetime import date

import pytest
from babel.dates import format_date

from docs.make_months import TARGET, month_names
from ucap_reports.plan.dates import dates_meant

SHARED = {("hr", 10), ("pl", 11)}
"""What Croatian calls listopada is October, and November in Polish."""
NAMED = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "fi", "et", "lv", "lt", "pl", "cs", "sk", "sl", "hr", "hu"),
    *("nb", "ca", "ro", "bg", "el", "mt", "ga", "uk", "ru", "tr", "ar", "he", "hi", "id", "ms", "vi", "zh", "ja", "ko"),
)


@pytest.mark.parametrize("language", NAMED)
def test_a_date_is_read_in_the_words_of_each_language(language: str) -> None:
    for month in range(1, 13):
        day = date(2019, month, 3)
        expected = [] if (language, month) in SHARED else [day]
        assert dates_meant(format_date(day, "long", locale=language)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("1 avril 2019", "le 1er avril 2019", "1. April 2019", "am 1. April 2019", "der 1. April 2019", "1 Apr '2019"),
        *("April 1st, 2019", "1-Apr-2019", "1/Apr/2019", "1 – Apr – 2019", "on the 1st of April 2019"),
        *("ngày 1 tháng 4 năm 2019", "1 de abril de 2019", "1º de abril de 2019", "el 1 d’abril del 2019"),
        *(
            "1ª de abril de 2019",
            "il 1° aprile 2019",
            "den 1. april 2019",
            "2019. gada 1. aprīlis",
            "2019 m. balandžio 1 d.",
        ),
        *("1 ta’ April 2019", "1 апреля 2019 г.", "1 апреля 2019 года", "1 квітня 2019 р.", "1 квітня 2019 року"),
        *("1 kwietnia 2019 r.", "1 kwietnia 2019 roku", "2019.04.01.", "2019. 4. 1.", "1. 4. 2019.", "1.4.2019."),
        "1 avril 2019" + "." * 48,
    ],
)
def test_words_beside_day_month_and_year_are_ignored(text: str) -> None:
    assert dates_meant(text) == [date(2019, 4, 1)]


@pytest.mark.parametrize(
    "text",
    [
        *("31 avril 2019", "avril 2019", "2-3 avril 2019", "1 avril 19", "1 avril 2019 2020", "vers le 1 avril 2019"),
        *("", "1 2 2019", "1 mars avril 2019", "1 avril 2019" + "." * 49, "001 avril 2019"),
    ],
)
def test_text_that_is_not_exactly_a_date_gives_none(text: str) -> None:
    assert dates_meant(text) == []


def test_other_short_forms_and_ordinals_are_read() -> None:
    for text, month, day in (("2nd Sept 2019", 9, 2), ("Sep 3rd, 2019", 9, 3), ("4th September 2019", 9, 4)):
        assert dates_meant(text) == [date(2019, month, day)]


def test_a_numeric_date_may_have_two_meanings() -> None:
    assert dates_meant("04/05/2019") == [date(2019, 5, 4), date(2019, 4, 5)]
    assert dates_meant("04.05.2019") == [date(2019, 5, 4)]


def test_the_names_of_months_are_those_of_babel() -> None:
    assert TARGET.read_text(encoding="utf-8") == month_names()
