from importlib.metadata import version

import pytest

from docs import make_countries
from tests.stages import ROOT
from ucap_reports.plan.countries_goals_and_partnerships import (
    PARTNERSHIPS,
    country_names,
    find_country,
    find_partnership,
    is_near_spelling,
    part_of_country,
    theme_key,
)

pytestmark = pytest.mark.no_cover

made_with_this_babel = pytest.mark.skipif(
    f"\nbabel=={version('babel')} " not in (ROOT / "locks" / "test.txt").read_text(encoding="utf-8"),
    reason="the table of countries is made from the names in the locked version of Babel",
)


def test_there_are_twenty_partnerships() -> None:
    assert len(set(PARTNERSHIPS)) == 20


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("China", "CN"),
        ("CN", "CN"),
        ("CHN", "CN"),
        ("P.R. China", "CN"),
        ("People's Republic of China", "CN"),
        ("中国", "CN"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("United Kingdom", "GB"),
        ("Scotland", "GB"),
        ("Schottland", "GB"),
        ("Pays de Galles", "GB"),
        ("苏格兰", "GB"),
        ("UAE", "AE"),
        ("Republic of Ireland", "IE"),
        ("Bosnia-Herzegovina", "BA"),
        ("República Checa", "CZ"),
        ("EE. UU.", "US"),
        ("中华人民共和国", "CN"),
        ("中國", "CN"),
        ("義大利", "IT"),
        ("日本国", "JP"),
        ("한국", "KR"),
        ("Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("the Netherlands", "NL"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Việt Nam", "VN"),
        ("Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("대한민국", "KR"),
        ("Bolivia", "BO"),
        ("Bolivia, Plurinational State of", "BO"),
        ("USA", "US"),
        ("EL", "GR"),
        ("Greece", "GR"),
        ("Kosovo", "XK"),
        ("Côte d\u2019Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("Italien", "IT"),
        ("Türkiye", "TR"),
        ("Cina", "CN"),
        ("Австрия", "AT"),
        ("الصين", "CN"),
        ("ไทย", "TH"),
        ("भारत", "IN"),
        ("日本", "JP"),
        ("Bosnia & Herzegovina", "BA"),
        ("VR China", "CN"),
        ("R.P. China", "CN"),
        ("Volksrepublik China", "CN"),
        ("República Popular China", "CN"),
        ("КНР", "CN"),
        ("Republik Korea", "KR"),
        ("Weißrussland", "BY"),
        ("Hongkong", "HK"),
        ("Germany (DE)", "DE"),
        ("中国（China）", "CN"),
    ],
)
def test_a_country_is_found_by_its_usual_names_and_codes(text: str, code: str) -> None:
    assert find_country(text) == code


@pytest.mark.parametrize(
    "text", ["Itly", "no", "in", "my", "", "Europe", "Italy, UK", "Rome", "Italy (Rome)", "Italy (France)"]
)
def test_text_that_is_not_a_country_gives_none(text: str) -> None:
    assert find_country(text) is None


def test_the_common_name_of_a_country_comes_first() -> None:
    assert country_names()["GB"][0] == "United Kingdom"
    assert "UK" in country_names()["GB"]
    assert "QQ" not in country_names()


@made_with_this_babel
def test_no_country_name_is_ambiguous() -> None:
    table, _ = make_countries.tables()
    known = {name for names in country_names().values() for name in names}
    found = {name: {code for code, names in table["names"].items() if name in names} for name in known}

    assert {name: codes for name, codes in found.items() if len(codes) > 1} == {}
    assert all(find_country(name) in codes for name, codes in found.items())


@made_with_this_babel
def test_every_name_in_another_language_is_found() -> None:
    table, names = make_countries.tables()
    others = names.keys() - table["english"].keys()

    assert {name: find_country(name) for name in others} == {name: names[name] for name in others}


@made_with_this_babel
def test_the_table_of_countries_is_up_to_date() -> None:
    for name, text in make_countries.texts().items():
        assert (make_countries.FOLDER / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("partnership", PARTNERSHIPS)
@pytest.mark.parametrize("prefix", ["", "EU UP ", "EU UP: ", "Urban Agenda: "])
def test_a_partnership_is_found_by_its_name_with_any_prefix(partnership: str, prefix: str) -> None:
    assert find_partnership(prefix + partnership) == partnership


@pytest.mark.parametrize(
    ("text", "partnership"),
    [
        ("EU UP Jobs & Skills in Local Economy", "Jobs and Skills in the Local Economy"),
        ("Culture/Cultural Heritage", "Culture and Cultural Heritage"),
        ("Responsible and Innovative Public Procurement", "Innovative and Responsible Public Procurement"),
        ("Affordable Housing", "Housing"),
        ("Housing (Affordable Housing)", "Housing"),
        ("urban mobilty", "Urban Mobility"),
        ("Climate adaption", "Climate Adaptation"),
        ("Sustainable land use and nature based solutions", "Sustainable Use of Land and Nature-Based Solutions"),
        ("Water sensitive cities", "Water Sensitive City"),
        ("Building decarbonization", "Building Decarbonisation"),
    ],
)
def test_a_partnership_is_found_by_its_usual_wordings(text: str, partnership: str) -> None:
    assert find_partnership(text) == partnership


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Urban mobilty", True),
        ("Urban mobility", False),
        ("EU UP Water sensitive cities", False),
        ("Digital transitions", False),
        ("Flying cars", False),
    ],
)
def test_plurals_are_not_typing_errors(text: str, near: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_near_spelling(text) is near


@pytest.mark.parametrize("text", ["", "Smart city", "Energy", "Urban", "EU UP", "Jobs", "Digital economy"])
def test_text_that_is_not_a_partnership_gives_none(text: str) -> None:
    assert find_partnership(text) is None


def test_small_words_in_the_name_of_a_partnership_do_not_count() -> None:
    assert find_partnership("The mobility of and to the urban in on for") == "Urban Mobility"


PROGRAMME = """
Argentina, Austria, Belgium, Brazil, Bulgaria, Canada, Chile, China, Colombia, Croatia, Czech Republic,
Denmark, Finland, France, Germany, Greece, India, Indonesia, Italy, Japan, Mexico, Netherlands, Peru, Poland,
Portugal, Republic of Korea, Romania, Slovakia, Spain, Sweden, United Kingdom, United States
"""
"""The countries of the programme's published pairings."""


def test_every_country_of_the_programme_is_known() -> None:
    names = PROGRAMME.replace("\n", " ").strip().split(", ")

    assert [name for name in names if find_country(name) is None] == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("England", "fr", "Angleterre"),
        ("Schottland", "en", "Scotland"),
        ("Escocia", "de-AT", "Schottland"),
        ("Wales", "zh-TW", "威爾斯"),
        ("Northern Ireland", "zh", "北爱尔兰"),
        ("England", "th", "England"),
        ("United Kingdom", "fr", None),
        ("Italy", "fr", None),
    ],
)
def test_part_of_a_country_has_its_name_in_each_language(text: str, language: str, name: str | None) -> None:
    assert part_of_country(text, language) == name


def test_themes_in_scripts_with_marks_differ_by_them() -> None:
    assert theme_key("पानी") != theme_key("नाप")
    assert theme_key("जल और कला") == theme_key("कला और जल")
    assert theme_key("น้ำ") != theme_key("นา")
    assert theme_key("Smart cities") == theme_key("smart city")
