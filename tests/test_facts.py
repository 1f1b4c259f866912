"""The facts of a plan as data for templates of both formats."""

from io import BytesIO

import pytest
from docx import Document

from tests.pages import pack_of as page_pack
from tests.pdf_text import pdf_words, structure
from tests.stages import shipped_pack, summary_of
from tests.word_templates import docx, filled, paragraph
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.countries_goals_and_partnerships import GOAL_COLOURS
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import CityFacts

PLAN = """
cities:
  - {name: Tianjin, region: Tianjin, country: China, population: 13.6 Mio, area_km2: "11,760"}
  - name: [Málaga, Rome]
    region: Andalusia
    country: [Spain, Italy]
    population: 2800000
period: May 2017
sdgs: [11, SDG 9 own wording]
"""


def test_each_city_has_its_facts_and_those_that_a_group_shares_are_unknown() -> None:
    assert summary_of(PLAN).cities == (
        CityFacts("Tianjin", "Tianjin", "China", "CN", 13_600_000, "13.6 Mio", 11_760, "11,760"),
        CityFacts("Málaga", "", "Spain", "ES"),
        CityFacts("Rome", "", "Italy", "IT"),
    )


def test_a_group_with_fewer_countries_than_cities_has_none_of_its_own() -> None:
    (*_, last) = summary_of("cities: [{name: [A, B, C], country: [Spain, Italy]}]").cities
    assert (last.country, last.country_code) == ("", "")


def test_a_country_of_a_group_is_that_of_all_its_cities_and_a_region_may_be_that_of_one() -> None:
    (first, second) = summary_of("cities: [{name: [A, B], region: Attica, country: Greece}]").cities
    assert (first.region, second.region) == ("", "")
    assert (first.country, second.country) == ("Greece", "Greece")


def test_a_city_with_two_countries_and_regions_has_both() -> None:
    (city,) = summary_of("cities: [{name: Rome, region: [Lazio, Surrey], country: [Italy, UK]}]").cities
    assert (city.region, city.country, city.country_code) == ("Lazio, Surrey", "Italy, UK", "")


def test_numbers_are_those_of_the_plan_with_their_printed_texts() -> None:
    (city,) = summary_of("cities: [{name: A, population: 590000, area_km2: 757.20}]").cities
    assert (city.population, city.population_text) == (590_000, "590,000")
    assert (city.area_km2, city.area_text) == (757.2, "757.20")
    (unknown,) = summary_of("cities: [{name: A, population: N/A}]").cities
    assert (unknown.population, unknown.population_text) == (None, "")


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Sustainable Cities and Communities"), ("zh", "可持续城市和社区")]
)
def test_goals_have_official_titles_and_colours(language: str, title: str) -> None:
    plan = parse_plan(Source("plans/a.yaml", PLAN))
    first, second = compose_summary(plan, shipped_pack(), language).goals
    assert (first.number, first.title, first.colour) == (11, title, "#FD9D24")
    assert (second.number, second.colour) == (9, "#FD6925")
    assert len({*GOAL_COLOURS.values()}) == len(GOAL_COLOURS) == 17


def test_the_period_is_a_text() -> None:
    assert summary_of(PLAN).period == "May 2017"
    assert summary_of("cities: [{name: A}]").period == ""


FACTS = (
    "{% for city in summary.cities %}{% if city.population and city.population > 1000000 %}"
    "{{ city.name|upper }}: {{ city.population }} in {{ city.country_code }}. {% endif %}{% endfor %}"
    "{% for goal in summary.goals %}{{ goal.number }} {{ goal.colour }} {% endfor %}{{ summary.period }}"
)
SHOWN = "TIANJIN: 13600000 in CN. 11 #FD9D24 9 #FD6925 May 2017"


def test_both_formats_compare_and_print_facts() -> None:
    summary = summary_of(PLAN)
    pdf = render_pdf(summary, page_pack(f"<document><p>{FACTS}</p></document>")).content
    document = Document(BytesIO(filled(docx(paragraph(FACTS)), summary)))
    assert " ".join(pdf_words(pdf)) == SHOWN
    assert document.paragraphs[0].text == SHOWN


FILTERED = (
    "{% set known = summary.cities|map(attribute='population') %}{{ known|max|number }} {{ known|min|number }} "
    "{{ summary.cities[0].area_km2|number }} {{ 1234.56|number(1) }} {{ 2|number(0) }} {{ summary.updated|date }} "
    "{{ summary.cities[1].population|number }}{{ summary.cities[1].name|upper }}{{ none|date }} "
    "{% for group in summary.cities|batch(2) %}{{ group|length }}{% endfor %} "
    "{% for row in summary.rows if row.key == 'results' %}{{ row.cells[0].text|upper }}{% endfor %}"
)
FACTS_OF_CITIES = """
cities: [{name: Tianjin, population: 13600000, area_km2: 11760.5}, {name: Nice}, {name: Rome, population: 280000}]
updated: 2019-04-01
results: "Clean **air**"
"""


@pytest.mark.parametrize(
    ("pack", "language", "shown"),
    [
        ("iuc-asia", "en", "13.6 Mio 280,000 11,760.5 1,234.6 2 1 April 2019 NICE 21 CLEAN AIR"),
        ("iuc-asia", "de", "13,6 Millionen 280.000 11.760,5 1.234,6 2 1. April 2019 NICE 21 CLEAN AIR"),
        ("iuc-asia", "zh", "1360万 280,000 11,760.5 1,234.6 2 2019年4月1日 NICE 21 CLEAN AIR"),
        ("plain", "en", "13,600,000 280,000 11,760.5 1,234.6 2 1 April 2019 NICE 21 CLEAN AIR"),
    ],
)
def test_both_formats_print_numbers_dates_and_plain_text_of_cells(pack: str, language: str, shown: str) -> None:
    plan = parse_plan(Source("plans/a.yaml", FACTS_OF_CITIES))
    summary = compose_summary(plan, shipped_pack(pack), language)
    pdf = render_pdf(summary, page_pack(f"<document><p>{FILTERED}</p></document>")).content
    document = Document(BytesIO(filled(docx(paragraph(FILTERED)), summary)))
    assert " ".join(pdf_words(pdf)) == shown
    assert document.paragraphs[0].text.replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    "tag", ["'a'|number", "1|number(7)", "1|number(-1)", "1|date", "summary.rows|max", "true|number", "1|number('a')"]
)
def test_a_filter_for_other_values_is_an_error(tag: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        render_pdf(summary_of(PLAN), page_pack(f"<document><p>{{{{ {tag} }}}}</p></document>"))
    assert [problem.code for problem in found.value.problems] == ["tag-failed"]


def test_capitals_keep_the_language_of_their_text() -> None:
    summary = summary_of("{cities: [{name: Roma}], sdgs: [9], language: it}")
    pdf = render_pdf(summary, page_pack("<document><p>{{ summary.goals[0].title|upper }}</p></document>")).content
    assert [span.language for span in structure(pdf).find("Span")] == ["en"]


def test_an_unknown_fact_of_a_city_is_an_error_with_a_hint() -> None:
    with pytest.raises(ProblemsFound) as found:
        render_pdf(summary_of(PLAN), page_pack("<document><p>{{ summary.cities[0].populaton }}</p></document>"))
    (problem,) = found.value.problems
    assert (problem.code, problem.hint) == ("name-unknown", 'did you mean "population"?')
