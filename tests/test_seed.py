"""The shipped example has the complete text of its published summary.

`data/tianjin-rome.words.txt` has the words of the publication, one per line, in the order of the summary. It differs
from the publication in three places: the unit is km² without a space, the label appears once instead of on every page,
and the sentence that was cut by a page break is complete, as the first of the objectives.
"""

from pathlib import Path

from tests.stages import EXAMPLE, example_summary, shipped_pack
from tests.words import summary_words
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.summary import Row
from ucap_reports.text.rich_text import ItemList, Marker

WORDS = Path(__file__).parent / "data" / "tianjin-rome.words.txt"


def row(key: str) -> Row:
    return next(found for found in example_summary().rows if found.key == key)


def test_the_example_has_exactly_the_words_of_the_publication() -> None:
    assert summary_words(example_summary()) == WORDS.read_text(encoding="utf-8").split()


def test_the_sentence_cut_by_a_page_break_is_complete_in_the_objectives() -> None:
    assert row("challenges").cells[0].text.endswith("from EU to Tianjin and vice-versa.")
    objectives = row("objectives").cells[0].text
    assert objectives.startswith("To support local districts by facilitating entry")
    assert "large and small in the above mentioned key cooperation themes. To mobilize" in objectives


def test_the_activities_are_a_list_with_their_dates_underlined_and_punctuated_as_published() -> None:
    (entries,) = row("activities").cells[0].blocks
    assert isinstance(entries, ItemList)
    assert entries.marker in {Marker.BULLET, Marker.ARROW}

    underlined = [run.text for run in row("activities").cells[0].runs() if run.underline]

    assert underlined == [
        "January 2017",
        "March 2017",
        "March 2017 in Beijing",
        "31 May 2017 in Brussels",
        "December 2017",
        "July 2018",
    ]
    text = row("activities").cells[0].text
    assert all(
        start in text for start in ("January 2017: Visit", "March 2017. DG", "December 2017 \u201cBelt", "July 2018 EU")
    )


def test_lists_lost_in_the_dump_are_lists_again() -> None:
    (themes,) = row("themes").cells[0].blocks
    (topics,) = row("topics").cells[0].blocks
    assert isinstance(themes, ItemList)
    assert isinstance(topics, ItemList)

    assert (len(themes.items), len(topics.items)) == (4, 4)


def test_the_only_finding_about_the_example_is_its_missing_date() -> None:
    source = Source(EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))

    found = plan_warnings(parse_plan(source), parse(source), shipped_pack())

    assert [warning.code for warning in found] == ["updated-missing"]
