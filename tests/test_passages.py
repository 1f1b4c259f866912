"""The passages of plans: which of their texts are translated."""

from ucap_reports.plan.passages_and_their_changes import passages
from ucap_reports.plan.plan_model import read_plan
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source


def test_every_text_of_plans_is_translated_and_no_fact() -> None:
    text = """
title: One
template: iuc-asia
cities:
- {name: [A, B], region: C, country: Italy, population: about 2, area_km2: 3, visits: V, mayor: M,
   picture: {file: a.png, alt: Alt, caption: Caption, credit: Credit}}
period: P
signed: S
themes: [T]
sdgs: [11, SDG 9 own]
urban_agenda: [Urban Mobility]
focus: [{theme: F, text: Focus}]
challenges: Challenges
activities: [Short, {when: W, text: Long, details: Detail}]
contact: {office: Office, email: a@example.org, phone: "1", website: www.example.org, address: Street}
sources: [Source]
"""
    tree = parse(Source("plans/full.yaml", text))
    fields = [passage.field for passage in passages(read_plan(tree), tree)]

    of_picture = [f"cities[0].picture.{name}" for name in ("alt", "caption", "credit")]
    assert fields == [
        *("title", "cities[0].name[0]", "cities[0].name[1]", "cities[0].region", "cities[0].population"),
        *("cities[0].visits", "cities[0].mayor", *of_picture, "period", "signed", "themes[0]", "sdgs[1]"),
        *("urban_agenda[0]", "focus[0].theme", "focus[0].text", "challenges", "activities[0].text"),
        *("activities[1].when", "activities[1].text", "activities[1].details", "contact.office", "contact.address"),
    ]
