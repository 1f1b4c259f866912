from datetime import date
from itertools import chain
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from tests.stages import shipped_pack
from ucap_reports.pictures.picture_preparation_and_quality import NO_PICTURE
from ucap_reports.plan.plan_model import BUILT_IN, parse_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Contact, LabelText, Row, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import open_pack
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.text.rich_text import ItemList, Marker, Paragraph, RichText, Run

PACK = open_pack("iuc-asia")


def with_settings(pack: Pack = PACK, **changes: Any) -> Pack:
    """The pack with some of its settings changed."""
    return Pack(PackSettings.model_validate({**dict(pack.settings), **changes}), pack.files, pack.labels)


def compose(pack: Pack = PACK, **fields: Any) -> Summary:
    """The summary of a plan with those fields."""
    text = yaml.safe_dump({"cities": [{"name": "Tianjin"}, {"name": "Rome"}], **fields}, allow_unicode=True)
    return compose_summary(parse_plan(Source("plans/tianjin-rome.yaml", text)), pack)


def row(summary: Summary, key: str) -> Row:
    return next(row for row in summary.rows if row.key == key)


def texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def city(number: int) -> dict[str, Any]:
    return {"name": f"City {number}", "region": f"Region {number}", "country": "Italy", "population": number}


def test_columns_are_cities_or_groups_in_the_order_of_the_plan() -> None:
    summary = compose(cities=[{"name": "Zhengzhou"}, {"name": ["AKK", "Málaga"], "country": ["Greece", "Spain"]}])

    assert summary.columns == ("Zhengzhou", "AKK, Málaga")
    assert summary.column_label == RichText.plain("City:")
    assert texts(row(summary, "country")) == ["N/A", "Greece, Spain"]


def test_summaries_of_a_pack_share_their_labels() -> None:
    first, second = compose(period="2017"), compose(cities=[{"name": "Wuhan"}], period="2018")

    assert row(first, "period").label is row(second, "period").label


def test_rows_have_the_order_of_the_pack_without_omitted_ones() -> None:
    keys = [row.key for row in compose(with_settings(when_unknown="show")).rows]

    assert keys[:4] == ["region", "country", "population", "area_km2"]
    assert "signed" not in keys
    assert "visits" not in keys


def test_a_row_without_any_value_is_left_out_by_default() -> None:
    assert compose(themes="-", results="N/A").rows == ()


def test_a_row_can_be_shown_although_its_pack_omits_unknown_rows() -> None:
    rules = [{"field": "period", "label": "Period", "when_unknown": "show"}, {"field": "results", "label": "Results"}]

    assert [row.key for row in compose(with_settings(rows=rules)).rows] == ["period"]


def test_an_unknown_field_is_printed_as_the_packs_word_for_it() -> None:
    summary = compose(with_settings(unknown="–", when_unknown="show"), themes="-", results="N/A")

    assert texts(row(summary, "themes")) == ["–"]
    assert texts(row(summary, "results")) == ["–"]


def test_in_a_row_with_a_value_for_one_city_the_others_are_unknown() -> None:
    summary = compose(cities=[{"name": "A", "region": "R"}, {"name": "B"}, {"name": "C", "region": "-"}])

    assert [texts(row) for row in summary.rows] == [["R", "N/A", "N/A"]]


def test_numbers_have_the_packs_format_and_texts_are_printed_as_written() -> None:
    summary = compose(
        cities=[
            {"name": "A", "population": 13600000, "area_km2": 11760},
            {"name": "B", "population": "2 800 000", "area_km2": "11,760 km ²"},
        ]
    )

    assert texts(row(summary, "population")) == ["13.6 Mio", "2 800 000"]
    assert texts(row(summary, "area_km2")) == ["11,760", "11,760 km²"]


@pytest.mark.parametrize(
    ("pack", "language", "area"),
    [
        ("iuc-asia", "en", "11,760 km²"),  # the published form
        ("iuc-americas", "en", "11,760 km²"),
        ("iuc-japan", "en", "11,760"),
        ("modern", "zh", "11,760"),
        ("plain", "en", "11,760"),
    ],
)
def test_an_area_has_no_unit_that_its_label_has_except_in_the_published_form(
    pack: str, language: str, area: str
) -> None:
    cities = [{"name": "A", "area_km2": "11,760 km²"}]
    summary = compose(shipped_pack(pack), language=language, cities=cities)
    assert texts(row(summary, "area_km2")) == [area]
    assert summary.cities[0].area_text == "11,760 km²"


def test_decimals_are_kept_and_thousands_are_grouped() -> None:
    text = "cities: [{name: A, area_km2: 757.20}, {name: B, area_km2: 8494.41}, {name: C, area_km2: '8494.41'}]"
    plan = parse_plan(Source("plans/areas.yaml", text))
    summary = compose_summary(plan, PACK)

    assert texts(row(summary, "area_km2")) == ["757.20", "8,494.41", "8494.41"]


def test_regions_and_countries_of_a_group_are_printed_once() -> None:
    names, regions, countries = ["Rome", "Velletri", "Nice"], ["Lazio", "Lazio", "PACA"], ["Italy", "Italy", "FR"]
    summary = compose(cities=[{"name": names, "region": regions, "country": countries}])

    assert texts(row(summary, "region")) == ["Lazio, PACA"]
    assert texts(row(summary, "country")) == ["Italy, FR"]


def test_unknown_places_of_a_group_are_printed_as_the_packs_word_for_them() -> None:
    group = {"name": ["Rome", "Nice", "Nowhere"], "region": ["Lazio", "", "N/A"], "country": ["Italy", "France", "-"]}
    summary = compose(with_settings(unknown="not known"), cities=[group])

    assert texts(row(summary, "region")) == ["Lazio, not known"]
    assert texts(row(summary, "country")) == ["Italy, France, not known"]
    last = summary.cities[2]
    assert (last.name, last.region, last.country, last.country_code) == ("Nowhere", "", "", "")


def test_unknown_items_of_a_list_are_not_printed() -> None:
    summary = compose(themes=["", "Aerospace", "N/A", "Trade"])

    assert texts(row(summary, "themes")) == ["Aerospace\nTrade"]
    assert summary.metadata.keywords == ("Aerospace", "Trade")


def test_several_themes_are_lines_without_markers_and_one_is_a_paragraph() -> None:
    several = row(compose(themes=["Aerospace", "Trade"]), "themes").cells[0]
    one = row(compose(themes=["Aerospace"]), "themes").cells[0]

    assert isinstance(several.blocks[0], ItemList)
    assert several.blocks[0].marker is Marker.NONE
    assert several.text == "Aerospace\nTrade"
    assert one == RichText.plain("Aerospace")


def test_a_goal_without_a_wording_has_its_official_title() -> None:
    summary = compose(sdgs=[13, "SDG 11 Resilient cities"], urban_agenda=["EU UP Urban Mobility"])

    assert (
        row(summary, "topics").cells[0].text == "SDG 13 Climate Action\nSDG 11 Resilient cities\nEU UP Urban Mobility"
    )


def test_a_focus_starts_with_its_theme_in_bold() -> None:
    summary = compose(focus=[{"theme": "Aerospace", "text": "Deeper *ties*."}])

    assert row(summary, "focus").cells[0].blocks == (
        Paragraph((Run("Aerospace:", bold=True), Run(" Deeper "), Run("ties", italic=True), Run("."))),
    )


def test_an_activity_starts_with_its_underlined_date_and_has_its_details() -> None:
    summary = compose(activities=[{"when": "May 2017", "text": "Visit.", "details": ["One", "Two"]}, {"text": "Last"}])

    activities = row(summary, "activities").cells[0].blocks[0]

    assert isinstance(activities, ItemList)
    first, last = activities.items
    assert first.blocks[0] == Paragraph((Run("May 2017", underline=True), Run(": Visit.")))
    assert isinstance(first.blocks[1], ItemList)
    assert first.blocks[1].marker is Marker.BULLET
    assert last.blocks == RichText.plain("Last").blocks


def test_entries_without_words_are_not_printed_and_leave_no_colon() -> None:
    focus = [{"theme": "", "text": "Trade."}, {"theme": "Aerospace", "text": ""}, {"theme": "-", "text": "N/A"}]
    activities = [{"text": ""}, {"when": "May", "text": "-"}, {"text": "Visit.", "details": ["", "One"]}, ""]
    summary = compose(focus=focus, activities=activities)

    assert texts(row(summary, "focus")) == ["Trade.\nAerospace"]
    printed = row(summary, "activities").cells[0]
    assert printed.text == "May\nVisit.\nOne"
    assert isinstance(printed.blocks[0], ItemList)
    assert len(printed.blocks[0].items) == 2
    assert "activities" not in [row.key for row in compose(activities=[{"text": ""}]).rows]


def test_the_date_before_a_list_is_a_paragraph_of_its_own() -> None:
    summary = compose(activities=[{"when": "May", "text": "- a\n- b"}])

    activities = row(summary, "activities").cells[0].blocks[0]

    assert isinstance(activities, ItemList)
    assert activities.items[0].blocks[0] == Paragraph((Run("May", underline=True), Run(":")))


def test_a_signing_date_is_printed_in_words_and_text_as_written() -> None:
    assert texts(row(compose(signed="2018-11-16"), "signed")) == ["16 November 2018"]
    assert texts(row(compose(signed="2018-11-16", language="de"), "signed")) == ["16. November 2018"]
    assert texts(row(compose(signed="spring 2018"), "signed")) == ["spring 2018"]


def test_a_date_in_an_unknown_language_is_printed_as_iso_8601() -> None:
    assert compose(updated="2020-06-01", language="qaa").updated_text == "2020-06-01"


def test_the_date_of_the_content_is_kept_and_printed() -> None:
    summary = compose(updated="2019-04-01")

    assert (summary.updated, summary.updated_text) == (date(2019, 4, 1), "1 April 2019")
    assert (compose().updated, compose().updated_text) == (None, "")


def test_the_contact_of_the_plan_has_the_lead_of_the_pack() -> None:
    own = compose(contact={"office": "Rome", "phone": "+39 06"}).contact

    assert own == Contact(lead=PACK.settings.contact.lead, office="Rome", phone="+39 06")
    for contact in (None, {"phone": "+39 06"}):
        assert compose(contact=contact).contact.email == "office@iuc-asia.eu"
    for pack in (with_settings(contact={"phone": "+86"}), with_settings(contact={})):
        assert compose(pack, contact={"phone": "+39 06"}).contact.phone == "+39 06"


def test_without_a_contact_there_is_no_lead() -> None:
    assert compose(with_settings(contact={"lead": "Please contact:"})).contact == Contact()


def test_the_programme_label_is_in_the_languages_of_the_plan_or_else_the_pack() -> None:
    cities = [{"name": "Tianjin", "country": "China"}]
    assert [label.language for label in compose(cities=cities).programme_label] == ["en", "zh-CN"]
    assert compose(label_languages=["pt-BR"]).programme_label == (LabelText("pt-BR", "Um programa da União Europeia"),)


def test_an_unknown_label_language_is_an_error_with_the_nearest_or_all() -> None:
    with pytest.raises(ProblemsFound) as found:
        compose(label_languages=["xx", "yy"])

    assert [problem.code for problem in found.value.problems] == ["label-language-unknown"] * 2


def test_beyond_max_columns_the_table_has_a_row_for_each_city() -> None:
    summary = compose(cities=[city(number) for number in range(1, 13)], themes=["Water"])

    assert summary.columns == ("Province", "Country", "Population")
    assert [texts(row) for row in summary.rows[:12]] == [
        [f"Region {number}", "Italy", str(number)] for number in range(1, 13)
    ]
    assert [row.label.text for row in summary.rows[:12]] == [f"City {number}" for number in range(1, 13)]
    assert all(row.shared for row in summary.rows[12:])
    assert summary.column_count <= PACK.settings.max_columns


def test_facts_without_a_column_of_their_own_share_the_last_one() -> None:
    cities = [city(1) | {"area_km2": 5}, *(city(number) for number in range(2, 5))]
    summary = compose(with_settings(max_columns=3), cities=cities)

    assert summary.columns == ("Province", "Country", "Population · Size (km²)")
    assert texts(summary.rows[0]) == ["Region 1", "Italy", "1\n5"]
    assert texts(summary.rows[1]) == ["Region 2", "Italy", "2\nN/A"]
    fitting = compose(with_settings(max_columns=3), cities=[city(number) for number in range(1, 5)])
    assert fitting.columns == ("Province", "Country", "Population")


def test_numbers_in_a_column_of_their_own_are_aligned_and_so_is_its_heading() -> None:
    summary = compose(cities=[city(number) | {"area_km2": number} for number in range(1, 7)])

    of_columns = zip(summary.heads, *(row.cells for row in summary.rows), strict=True)
    assert [[cell.blocks[0].figure for cell in column] for column in of_columns] == [
        [False] * 7,
        [False] * 7,
        [True] * 7,
        [True] * 7,
    ]


@pytest.mark.parametrize(("count", "rows"), [(0, []), (1, [1]), (3, [3]), (4, [2, 2]), (5, [3, 2]), (7, [3, 2, 2])])
def test_pictures_are_in_rows_of_up_to_three_the_longer_ones_first(count: int, rows: list[int]) -> None:
    pictures = tuple(replace(NO_PICTURE, alt=str(number)) for number in range(count))
    summary = replace(compose(), pictures=pictures)

    assert [len(each) for each in summary.picture_rows] == rows
    assert tuple(chain.from_iterable(summary.picture_rows)) == pictures


def test_a_table_without_facts_has_all_cities_in_one_column() -> None:
    rows = [rule for rule in PACK.settings.rows if not BUILT_IN.is_of_city(rule.field)]

    summary = compose(with_settings(rows=rows, max_columns=1))

    assert summary.columns == ("Tianjin, Rome",)
    assert all(len(row.cells) == 1 for row in summary.rows)


def test_row_labels_are_in_the_requested_language() -> None:
    pack = replace(PACK, labels={**PACK.labels, "fr": {"themes": RichText.plain("Thèmes")}})

    plan = parse_plan(Source("plans/a.yaml", "{cities: [{name: A}], themes: [Water], focus: Water}"))
    summary = compose_summary(plan, pack, "fr")

    assert row(summary, "themes").label.text == "Thèmes"
    assert row(summary, "focus").label == PACK.label("focus")


def test_the_metadata_has_author_subject_and_keywords() -> None:
    summary = compose(themes=["Aerospace"])

    assert (summary.id, summary.language) == ("tianjin-rome", "en")
    assert summary.metadata.author == "IUC-ASIA"
    assert summary.metadata.subject == "Tianjin, Rome"
    assert summary.metadata.keywords == ("Aerospace",)
