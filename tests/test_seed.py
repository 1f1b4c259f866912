"""The shipped example has the text of its published summary, with the differences that are listed here."""

import re
from difflib import SequenceMatcher

from tests.imports import DATA
from tests.stages import EXAMPLE, example_summary, shipped_pack
from tests.words import summary_texts
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.summary_model import Row
from ucap_reports.text.rich_text import ItemList, Marker

SEED = DATA / "tianjin-rome.txt"
"""The text of the publication, with the tags of a conversion to HTML."""
CUT = "To support local districts by facilitating entry to EU business large and small in the above"
ARROWS = 7
LABEL = "A European Union Programme"
CHALLENGES = "Key challenges of cooperation theme:"
OBJECTIVES = "Main objectives of cooperation as described in the U-CAP:"
ACTIVITIES = "Short description of main activities and key outputs (e.g. pilot projects):"
RESULTS = "Expected results and benefits:"
DIFFERENCES = [
    ("Size (km\u00b2)", "km \u00b2", "km\u00b2", "The unit of an area is printed without a space in it."),
    (CHALLENGES, CUT, "", "Editorial decision: the sentence that a page break cuts is complete among the objectives."),
    (OBJECTIVES, "", CUT, "See above: the start of the sentence."),
    *[(ACTIVITIES, "\u2192", "", "The marker of an item is not part of its text.")] * ARROWS,
    (RESULTS, LABEL, "", "The label of the programme, which the publication has on each page, is in the summary once."),
    (RESULTS, LABEL, "", "See above."),
]
"""Every difference between the words of the publication and of the summary in reading order: the label of the row (the
lines after the table belong to the last one), the words of both, and the reason.
"""


def seed_text() -> str:
    """The text of the publication without tags."""
    return re.sub(r"<[^<>]*>", "", SEED.read_text(encoding="utf-8"))


def words_by_row(text: str) -> dict[str, list[str]]:
    """The words and signs after each label, up to the next; those before the first label have none."""
    rest = " ".join(text.split())
    found, label = {}, ""
    for following in ["City:", *(row.label.text for row in example_summary().rows)]:
        words, separator, rest = rest.partition(f" {following} ")
        assert separator, following
        found[label], label = words.split(), following
    return {**found, label: rest.split()}


def differences(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """The words that differ, in reading order."""
    edits = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [edit for edit in edits if edit[0] != "equal"]
    return [(" ".join(old[first:last]), " ".join(new[start:end])) for _, first, last, start, end in changed]


def row(key: str) -> Row:
    return next(found for found in example_summary().rows if found.key == key)


def test_the_example_differs_from_the_publication_only_where_this_is_explained() -> None:
    published = words_by_row(seed_text())
    printed = words_by_row(" ".join(summary_texts(example_summary())))

    found = [(label, *each) for label in printed for each in differences(published[label], printed[label])]

    assert found == [(label, old, new) for label, old, new, _ in DIFFERENCES]


def test_the_example_states_its_editorial_decision_beside_the_field() -> None:
    _, comment, after = EXAMPLE.read_text(encoding="utf-8").partition("\n# Editorial decision: ")
    assert comment
    assert after.splitlines()[1] == "objectives: |"


def test_the_sentence_cut_by_a_page_break_is_complete_in_the_objectives() -> None:
    assert row("challenges").cells[0].text.endswith("from EU to Tianjin and vice-versa.")
    assert row("objectives").cells[0].text.startswith(f"{CUT} mentioned key cooperation themes. To mobilize")


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
