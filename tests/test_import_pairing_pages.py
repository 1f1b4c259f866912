"""Texts of public web pages: pairing pages of iuc.eu (z86r274o, odik1rvu), and a partner list of famalicao.pt."""

import pytest

from tests.imports import DATA, codes, one_plan, read, refused
from ucap_reports.importers.plan_draft import ImportedPlan


def page(name: str) -> ImportedPlan:
    return one_plan((DATA / name).read_bytes(), name)


def comments(plan: ImportedPlan) -> str:
    return plan.text.partition("# Not imported into any field")[2]


def test_facts_below_their_labels_belong_to_the_cities_in_turn() -> None:
    plan = page("iuc-eu-bologna-guangzhou.txt")
    cities = [(each.name, each.population, each.area_km2, each.mayor) for each in read(plan).cities]

    assert [(names, mayor) for names, _, _, mayor in cities] == [
        (("Bologna (Metropolitan)",), "Virginio Merola"),
        (("Guangzhou",), "Wen Guohui"),
    ]
    assert [quantity and quantity.value for _, quantity, _, _ in cities] == [1_010_389, 14_904_400]
    assert [quantity and quantity.value for _, _, quantity, _ in cities] == [140.9, 7_434.4]


def test_topics_that_run_together_are_themes_of_their_own() -> None:
    assert read(page("iuc-eu-bologna-guangzhou.txt")).themes == (
        "Circular economy",
        "Smart cities and regional/urban innovation and competitiveness",
        "Urban mobility",
    )
    assert read(page("iuc-eu-pitesti-trujillo.txt")).themes == (
        "Nature and cultural heritage conservation",
        "Sustainable use of land and nature-based solutions",
    )


def test_everything_else_on_a_pairing_page_is_a_comment_and_reported() -> None:
    plan = page("iuc-eu-bologna-guangzhou.txt")
    kept = ("EU City", "Paired city", "Pixabay", "Author:KevinMcGill", "Description", "*Note: IUC Asia pioneered")
    assert [each for each in kept if each not in comments(plan)] == []
    assert set(codes(plan)) == {"import-unplaced"}
    assert "wikimedia" in comments(page("iuc-eu-pitesti-trujillo.txt"))
    assert [each.name for each in read(page("iuc-eu-pitesti-trujillo.txt")).cities] == [("Pitesti",), ("Trujillo",)]


def test_a_list_of_partners_is_a_city_in_each_line_with_the_country_after_the_last_bar() -> None:
    cities = read(page("famalicao-urbact.txt")).cities
    assert len(cities) == 10
    assert (cities[0].name, [each.code for each in cities[0].country]) == (("Greater Metropolis of Paris",), ["FR"])
    assert (cities[5].name, [each.code for each in cities[5].country]) == (
        ("Lamia Development Agency | Amfiktyonies",),
        ["GR"],
    )
    kept = ("Rede URBACT | Cities@Heart", "brings together ten European urban areas", "Network Partners:")
    assert [each for each in kept if each not in comments(page("famalicao-urbact.txt"))] == []


def test_texts_below_their_labels_are_filled_in_up_to_the_next_label() -> None:
    facts = "".join(f"\nPopulation\n\n{number}000\n" for number in (1, 2))
    text = f"Rome\n\nEssen\n{facts}\nMain objectives\n\nClean air.\n\nLess noise.\n\nTopics\n\nWater\n"

    plan = read(one_plan(text, "x.txt"))

    assert plan.objectives.text == "Clean air.\nLess noise."
    assert plan.themes == ("Water",)


@pytest.mark.parametrize(
    "text",
    [
        "Rome\n\nEssen\n\nPopulation\n\n1000\n",
        "Rome\n\nPopulation\n\n1000\n\nPopulation\n\n2000\n",
        "Rome | Italy\n",
        "Rome | Italy\n\nSome text.\n\nEssen | Germany\n",
        "Rome | a\nEssen | b\n",
    ],
    ids=["facts of one city", "fewer names than facts", "one partner", "partners apart", "no countries"],
)
def test_other_texts_are_not_guessed_at(text: str) -> None:
    assert refused(text, "x.txt") == ["import-no-cities"]


def test_a_fact_that_one_city_does_not_have_is_a_comment() -> None:
    text = "Rome\n\nEssen\n\nPopulation\n\n1000\n\nMayor\n\nAnna\n\nPopulation\n\n2000\n"

    plan = one_plan(text, "x.txt")

    assert [each.mayor for each in read(plan).cities] == [None, None]
    assert "Anna" in comments(plan)
