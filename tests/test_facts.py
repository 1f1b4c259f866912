"""The facts of a plan as data for templates of both formats."""

from io import BytesIO

import pytest
from docx import Document

from tests.pages import pack_of as page_pack
from tests.pdf_text import pdf_words
from tests.stages import shipped_pack, summary_of
from tests.word_templates import docx, filled, paragraph
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.summary.facts import COLOURS
from ucap_reports.summary.summary import CityFacts

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
        CityFacts("Málaga", "Andalusia", "Spain", "ES"),
        CityFacts("Rome", "Andalusia", "Italy", "IT"),
    )


def test_a_group_with_fewer_countries_than_cities_has_none_of_its_own() -> None:
    (*_, last) = summary_of("cities: [{name: [A, B, C], country: [Spain, Italy]}]").cities
    assert (last.country, last.country_code) == ("", "")


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
    assert len({*COLOURS}) == len(COLOURS) == 17


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


def test_an_unknown_fact_of_a_city_is_an_error_with_a_hint() -> None:
    with pytest.raises(ProblemsFound) as found:
        render_pdf(summary_of(PLAN), page_pack("<document><p>{{ summary.cities[0].populaton }}</p></document>"))
    (problem,) = found.value.problems
    assert (problem.code, problem.hint) == ("name-unknown", 'did you mean "population"?')
