import json
from importlib.resources import files
from unicodedata import normalize

import pytest
from pydantic_core import PydanticCustomError

from ucap_reports.plan.countries_goals_and_partnerships import (
    GOAL_TITLES,
    GOALS,
    goal_in,
    goal_meant,
    goal_named,
    goal_title,
    shares_words,
    with_english_word,
)
from ucap_reports.problems import Problem


def test_there_are_seventeen_goals() -> None:
    assert list(GOALS) == list(range(1, 18))


def test_each_language_has_seventeen_goal_titles_and_a_publisher() -> None:
    table = json.loads(files("ucap_reports").joinpath("plan", "goals.json").read_text(encoding="utf-8"))

    assert GOAL_TITLES.keys() == table.keys()
    for language, each in table.items():
        titles = [GOAL_TITLES[language][number] for number in GOALS]
        assert titles == each["titles"]
        assert len(set(titles)) == len(GOALS) == len(each["titles"])
        assert each["publisher"]
        assert each["compared"]
        assert all(title == normalize("NFC", title.strip()) for title in titles)


@pytest.mark.parametrize(
    ("language", "title"),
    [("de", ("Nachhaltige Städte und Gemeinden", "de")), ("de-AT", ("Nachhaltige Städte und Gemeinden", "de"))],
)
def test_title_of_a_goal_is_that_of_the_nearest_language(language: str, title: tuple[str, str]) -> None:
    assert goal_title(11, language) == title


def test_title_of_a_goal_is_english_if_its_language_has_none() -> None:
    assert goal_title(11, "tlh") == (GOALS[11], "en")


def refused(text: str) -> Problem:
    with pytest.raises(PydanticCustomError) as error:
        goal_in(text)
    problems: tuple[Problem, ...] = (error.value.context or {})["problems"]
    assert len(problems) == 1
    return problems[0]


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("Ziel 11", "SDG 11"),
        ("ODD 11: Villes", "SDG 11 Villes"),
        ("目标11", "SDG 11"),
        ("11. Sustainable cities", "SDG 11 Sustainable cities"),
        ("Sustainable Development Goal 9", "SDG 9"),
        ("SDG No. 9", "SDG 9"),
        ("SDG: 9", "SDG 9"),
        ("#9", "SDG 9"),
    ],
)
def test_hint_about_another_form_of_a_goal_is_the_form_of_plans(text: str, goal: str) -> None:
    assert refused(text).hint == f'did you mean "{goal}"?'


@pytest.mark.parametrize("text", ["SDGs 9, 11", "SDG 9 & 11", "Goals 9 and 11", "SDG 9/11", "9; 11"])
def test_hint_about_several_numbers_of_goals_is_a_list(text: str) -> None:
    assert refused(text).hint == "write a list: [9, 11]"


@pytest.mark.parametrize("text", ["SDG 42", "Ziel 18", "SDG 11.2 Transport", "9 - 11", "ten"])
def test_hint_proposes_no_goal_that_does_not_exist_or_is_unclear(text: str) -> None:
    assert "did you mean" not in (refused(text).hint or "")


def test_second_goal_behind_the_wording_of_the_first_is_an_error() -> None:
    for text in ("Goal 9: Industry; Goal 11: Cities", "SDG 9 Industry and Goal 11", "Goal 9 & Goal 11"):
        assert "several" in refused(text).message
    assert goal_in("SDG 9 Industry, a goal 11 cities have").wording == "Industry, a goal 11 cities have"


@pytest.mark.parametrize("written", ["ODD 11", "ods-11", "Ziel 11", "Objectif 11", "目标11", "الهدف 11"])
def test_words_for_a_goal_in_other_languages_become_english(written: str) -> None:
    assert with_english_word(written) == "SDG 11"


@pytest.mark.parametrize(
    ("wording", "goal"),
    [
        ("Climate Action", 13),
        ("clean water and sanitation", 6),
        ("Sustainable cities", 11),
        ("Clean energy", 7),
        ("Resilient and sustainable cities", None),
        ("Clean", None),
        ("", None),
    ],
)
def test_a_wording_names_the_goal_whose_title_has_all_its_words(wording: str, goal: int | None) -> None:
    assert goal_named(wording) == goal


def test_words_of_many_goals_and_small_words_do_not_count() -> None:
    for words in ("sustainable development goal", "goals global urban", "and the of in on for to"):
        assert [goal_named(f"{word} sanitation") for word in words.split()] == [6] * len(words.split())


def test_a_wording_shares_words_with_its_own_goal() -> None:
    assert shares_words("Resilient and sustainable cities", 11, "en")
    assert not shares_words("Resilient and sustainable cities", 9, "en")


@pytest.mark.parametrize("language", GOAL_TITLES)
def test_each_title_names_its_goal_in_the_language_of_the_plan(language: str) -> None:
    for number, title in GOAL_TITLES[language].items():
        assert goal_meant(title, language) == (number, language)
        assert shares_words(title, number, language)


@pytest.mark.parametrize(
    ("wording", "language", "goal"),
    [
        ("Sauberes Wasser", "de-AT", 6),
        ("Wasser", "de", None),
        ("und", "de", None),
        ("Resiliente Städte", "de", None),
        ("Climate action", "de", 13),
        ("Eau propre", "fr", 6),
        ("水下生物", "zh-Hans", 14),
        ("Sauberes Wasser", "fr", None),
    ],
)
def test_a_wording_names_a_goal_in_english_or_in_the_language_of_the_plan(
    wording: str, language: str, goal: int | None
) -> None:
    meant = goal_meant(wording, language)
    assert (None if meant is None else meant[0]) == goal


def test_a_small_word_of_two_titles_is_no_shared_word() -> None:
    assert not shares_words("Sauberes Wasser und Sanitäreinrichtungen", 11, "de")  # both have "und"
