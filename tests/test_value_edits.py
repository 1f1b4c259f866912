"""Edits of single values in plan files, which leave every other byte as it is."""

import difflib
import re
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.stages import EXAMPLE
from tests.strategies import commented_plans, plan_texts, rich_texts
from ucap_reports.plan.writing.changed_words import edited_source
from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source
from ucap_reports.plan.writing.plan_file import comments_of
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    _rewritten_field,
    changed_values,
    edited_plan,
    value_at,
)
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.reading_limits import MAX_YAML_NODES
from ucap_reports.text.markdown import parse_rich_text
from ucap_reports.text.rich_text import ItemList, ListItem, Paragraph, RichText, Run

SEED = Source("plans/tianjin-rome.yaml", EXAMPLE.read_text(encoding="utf-8"))
COMMENTED = """\
# yaml-language-server: $schema=plan.schema.json
# About the plan.

# Two cities.
cities:
- name: Tianjin   # from the register
  country:   China
  # From the yearbook.
  population: 13.6 Mio # 2015
- name: 'Rome'
  contry: Italy
themes: # in this order
    - Water   # first

    # The second.
    - "Air"
sdgs: [11, 9] # both
focus: |  # one text
  Clean water.
updated: 2019-04-30
"""


def edited(text: str, change: ValueChange) -> str:
    return edited_plan(Source("x.yaml", text), change).text


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that only the text before has, and those that only the one after has."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line.startswith("- ")], [line[2:] for line in lines if line.startswith("+ ")]


@pytest.mark.parametrize(
    ("op", "loc", "value", "removed", "added"),
    [
        ("set", ("cities", 0, "country"), "Japan", ["  country:   China"], ["  country: Japan"]),
        (
            "set",
            ("cities", 0, "name"),
            "Kobe",
            ["- name: Tianjin   # from the register"],
            ["- name: Kobe # from the register"],
        ),
        ("set", ("cities", 0, "population"), None, ["  population: 13.6 Mio # 2015"], ["  population: # 2015"]),
        ("set", ("cities", 1, "country"), "Italy", [], ["  country: Italy"]),
        ("set", ("cities", 1, "name"), None, ["- name: 'Rome'"], ["- name:"]),
        ("set", ("title",), "Water", [], ["title: Water"]),
        ("set", ("contact", "email"), "a@example.org", [], ["contact:", "  email: a@example.org"]),
        ("insert", ("themes", 1), "Soil", [], ["    - Soil"]),
        ("insert", ("themes", 2), "a: b", [], ['    - "a: b"']),
        ("remove", ("themes", 1), None, ["    # The second.", '    - "Air"'], []),
        ("remove", ("themes", 0), None, ["    - Water   # first"], []),
        ("insert", ("sdgs", 2), "SDG 4, ours", ["sdgs: [11, 9] # both"], ['sdgs: [11, 9, "SDG 4, ours"] # both']),
        ("remove", ("sdgs", 0), None, ["sdgs: [11, 9] # both"], ["sdgs: [9] # both"]),
        (
            "set",
            ("focus",),
            "One.\n\nTwo.",
            ["focus: |  # one text", "  Clean water."],
            ["focus: | # one text", "  One.", "", "  Two."],
        ),
        ("set", ("updated",), None, ["updated: 2019-04-30"], []),
        ("set", ("updated",), "2020-01-01", ["updated: 2019-04-30"], ["updated: 2020-01-01"]),
    ],
)  # fmt: skip - a table of changes
def test_edited_plan_changes_only_the_lines_of_the_value(
    op: Any, loc: Loc, value: Any, removed: list[str], added: list[str]
) -> None:
    after = edited(COMMENTED, ValueChange(op, loc, value))

    gone, new = changed_lines(COMMENTED, after)
    assert gone == removed
    assert new == added


def test_edited_plan_moves_an_item_with_its_comments() -> None:
    after = edited(COMMENTED, ValueChange("move", ("themes", 1), 0))

    assert '    # The second.\n    - "Air"\n    - Water   # first\n' in after
    assert edited(after, ValueChange("move", ("themes", 0), 1)).split() == COMMENTED.split()


def test_edited_plan_keeps_mistakes_elsewhere() -> None:
    after = edited(f"{COMMENTED}titel: Oh\nupdated: 2020\n", ValueChange("set", ("cities", 1, "name"), "Roma"))

    assert "contry: Italy" in after
    assert after.endswith("titel: Oh\nupdated: 2020\n")


def test_edited_plan_keeps_line_ends() -> None:
    change = ValueChange("set", ("focus",), "One.\n\nTwo.")

    assert edited(COMMENTED.replace("\n", "\r\n"), change) == edited(COMMENTED, change).replace("\n", "\r\n")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("# c\n{cities: [{name: Rome}]}\n", ValueChange("set", ("challenges",), "one\n\ntwo")),
        ("# c\n? title\n: ab\n", ValueChange("set", ("period",), "x")),
        ("# c\n? title\n: ab\n", ValueChange("set", ("title",), None)),
    ],
)
def test_plan_that_is_written_again_keeps_line_ends_and_its_mark(text: str, change: ValueChange, mark: str) -> None:
    written = edited(text, change)

    assert edited(mark + text.replace("\n", "\r\n"), change) == mark + written.replace("\n", "\r\n")


def test_plan_whose_last_field_is_removed_has_its_comments_once_and_in_their_order() -> None:
    text = "# top\n\n# second\n{ # beside the bracket\n  title: x }\n"

    after = edited(text, ValueChange("set", ("title",), None))

    assert after == "# top\n\n# second\n# beside the bracket\n{}\n"


def test_edited_plan_without_a_last_line_end() -> None:
    assert edited("cities: [{name: Rome}]\nperiod: 2018", ValueChange("set", ("updated",), "2019-01-01")) == (
        "cities: [{name: Rome}]\nperiod: 2018\nupdated: 2019-01-01"
    )


def test_edited_plan_makes_a_single_value_a_list() -> None:
    assert edited("cities: [{name: Rome}]\nthemes: Water\n", ValueChange("insert", ("themes", 1), "Air")) == (
        "cities: [{name: Rome}]\nthemes:\n  - Water\n  - Air\n"
    )


def test_edited_plan_replaces_an_unknown_value_by_fields() -> None:
    assert edited("cities: [{name: Rome}]\ncontact: N/A\n", ValueChange("set", ("contact", "phone"), "+39 06")) == (
        "cities: [{name: Rome}]\ncontact:\n  phone: +39 06\n"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cities: &all [{name: Rome}]\nthemes: *all\n", "plan-not-editable"),
        ("- Rome\n", "plan-not-editable"),
        ("cities: [\n", "yaml-syntax"),
    ],
)
def test_edited_plan_refuses_files_that_cannot_be_edited_by_field(text: str, code: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        edited(text, ValueChange("set", ("title",), "x"))

    assert found.value.problems[0].code == code


@pytest.mark.parametrize(
    "change",
    [
        ValueChange("set", ("themes", 7), "x"),
        ValueChange("set", ("themes", -1), "x"),
        ValueChange("insert", ("themes", 3), "x"),
        ValueChange("remove", ("themes", 2)),
        ValueChange("move", ("themes", 0), 2),
        ValueChange("insert", ("title",), "x"),
        ValueChange("set", ("cities", "name"), "x"),
        ValueChange("set", (), {}),
    ],
)
def test_edited_plan_refuses_places_that_the_plan_does_not_have(change: ValueChange) -> None:
    with pytest.raises(ProblemsFound) as found:
        edited(COMMENTED, change)

    assert [problem.code for problem in found.value.problems] == ["plan-place-unknown"]


@pytest.mark.parametrize(
    ("text", "loc"),
    [
        ("contact: Call us\ntitle: x\n", ("contact", "email")),
        ("cities: [Rome]\n", ("cities", 0, "name")),
        ("cities: Rome\n", ("cities", 0, "name")),
        ("title: x\n", ("contact", "email")),
        ("title: x\nperiod:\n", ("period", "end")),
    ],
)
def test_edited_plan_removes_nothing_for_a_field_that_is_not_there(text: str, loc: Loc) -> None:
    for change in (ValueChange("remove", loc), ValueChange("set", loc, None)):
        assert edited(text, change) == text
        values = parse_tolerantly(Source("x.yaml", text)).value
        assert changed_values(values, change) == values


@pytest.mark.parametrize("head", ["# a\n", "  # a\n", "\n# a\n", "\n\n", "# a\r\n# b\r\n", ""])
def test_edited_plan_after_a_byte_order_mark(head: str) -> None:
    line_end = "\r\n" if "\r" in head else "\n"
    text = f"\ufeff{head}title: x{line_end}period: y{line_end}"

    assert edited(text, ValueChange("remove", ("title",))) == f"\ufeff{head}period: y{line_end}"
    assert edited(text, ValueChange("remove", ("period",))) == f"\ufeff{head}title: x{line_end}"
    assert edited(text, ValueChange("set", ("title",), "z")) == text.replace("x", "z")


@pytest.mark.long
def test_edited_plan_sets_a_value_whose_parts_cannot_be_set_one_after_another() -> None:
    items = ["x"] * (MAX_YAML_NODES // 2)
    lines = "".join(["    - x\n"] * len(items))

    text = edited(f"budget:\n  a: x\n  b:\n{lines}", ValueChange("set", ("budget",), {"a": items}))

    assert parse_tolerantly(Source("x.yaml", text)).value == {"budget": {"a": items}}


@pytest.mark.parametrize("value", ["\0", "a\ud800", {"a\x07": "b"}, ["\u2028"], {"a": [{"b\x07": 1}]}])
def test_edited_plan_refuses_characters_that_no_file_can_contain(value: Any) -> None:
    with pytest.raises(ProblemsFound) as found:
        edited(COMMENTED, ValueChange("set", ("title",), value))

    assert [problem.code for problem in found.value.problems] == ["plan-not-editable"]


@pytest.mark.parametrize(
    ("text", "loc"),
    [
        ("contact: City Hall\n", ("contact", "email")),
        ("cities: [Rome, Turin]\n", ("cities", 0, "country")),
        ("cities: Rome\n", ("cities", 0, "country")),
        ("contact: 1984\n", ("contact", "email")),
    ],
)
def test_edited_plan_replaces_no_text_by_the_fields_of_a_mapping(text: str, loc: Loc) -> None:
    with pytest.raises(ProblemsFound) as found:
        edited(text, ValueChange("set", loc, "Italy"))
    assert [problem.code for problem in found.value.problems] == ["plan-not-editable"]


THEMES = ("# about air\n- Air # air\n", "# about water\n- Water # water\n", "# about soil\n- Soil # soil\n")


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (["Water", "Soil"], THEMES[1:]),
        (["Soil", "Air", "Water"], (THEMES[2], THEMES[0], THEMES[1])),
        (["Noise", "Air", "Water", "Soil"], ("- Noise\n", *THEMES)),
    ],
)
def test_edited_plan_keeps_comments_at_the_items_of_a_list_that_is_set(
    value: list[str], lines: tuple[str, ...]
) -> None:
    change = ValueChange("set", ("themes",), value)
    text = f"title: x\nthemes:\n{''.join(THEMES)}"
    assert edited(text, change) == f"title: x\nthemes:\n{''.join(lines)}"


def test_rewritten_field_keeps_comments_at_their_items() -> None:
    tree = parse_tolerantly(Source("x.yaml", f"title: x\nthemes:\n{''.join(THEMES)}"))
    text = _rewritten_field(tree, ("themes",), {"themes": ["Water", "Soil"]})
    assert [line.strip() for line in text.splitlines()[2:]] == "".join(THEMES[1:]).splitlines()


def test_value_at_reads_a_single_value_as_the_first_item() -> None:
    assert value_at({"themes": "Aerospace"}, ("themes", 0)) == "Aerospace"
    assert value_at({"themes": "N/A"}, ("themes", 0)) is ABSENT
    assert value_at({"themes": ["a"]}, ("themes", 1)) is ABSENT


@pytest.mark.parametrize(
    ("loc", "before", "after", "removed", "added"),
    [
        (("themes",), ["Water", "Air"], ["Air"], ["    - Water   # first"], []),
        (
            ("themes",),
            ["Water", "Air"],
            ["Air", "Water"],
            ["    # The second.", '    - "Air"'],
            ["    # The second.", '    - "Air"'],
        ),
        (("themes",), ["Water", "Air"], ["Water", "Noise", "Air"], [], ["    - Noise"]),
        (("themes",), ["Water", "Air"], ["Water", "Clean air"], ['    - "Air"'], ["    - Clean air"]),
        (("sdgs",), ["11", "9"], ["11", "13", "9"], ["sdgs: [11, 9] # both"], ["sdgs: [11, 13, 9] # both"]),
        (
            ("focus",),
            "Clean water.",
            "Clean air.",
            ["focus: |  # one text", "  Clean water."],
            ["focus: Clean air. # one text"],
        ),
        (
            ("cities", 0, "population"),
            "13.6 million",
            "14 million",
            ["  population: 13.6 Mio # 2015"],
            ["  population: 14 Mio # 2015"],
        ),
        (("cities", 1, "region"), None, "Lazio", [], ["  region: Lazio"]),
        (("cities", 0, "country"), "China", None, ["  country:   China"], []),
        (("cities", 0, "country"), None, None, [], []),
        (("results",), None, "Fine.", [], ["results: Fine."]),
    ],
)
def test_edited_source_changes_only_what_differs_in_the_document(
    loc: Loc, before: Any, after: Any, removed: list[str], added: list[str]
) -> None:
    text = edited_source(Source("x.yaml", COMMENTED), loc, before, after).text

    assert changed_lines(COMMENTED, text) == (removed, added)


@pytest.mark.parametrize(
    "written",
    [
        "→ Trams\n→ Cycling",
        "• Trams\n• Cycling",
        "* Trams\n* Cycling",
        "– Trams\n– Cycling",
        "4) Trams\n5) Cycling",
        "* Trams\n    + Lines\n    + Stops\n* Cycling",
    ],
)
def test_items_inserted_into_the_list_of_a_text_have_the_marks_that_the_list_has(written: str) -> None:
    source = Source("x.yaml", "results: |\n" + "".join(f"  {line}\n" for line in written.split("\n")))
    listed = parse_rich_text(written).blocks[0]
    assert isinstance(listed, ItemList)
    new_item = ListItem((Paragraph((Run("Walking"),)),))
    for index in range(len(listed.items) + 1):
        items = (*listed.items[:index], new_item, *listed.items[index:])
        before, after = (rich_text_source(RichText((each,))) for each in (listed, replace(listed, items=items)))

        text = edited_source(source, ("results",), before, after).text

        edited = parse_tolerantly(Source("x.yaml", text)).value
        assert isinstance(edited, dict)
        (list_after,) = parse_rich_text(edited["results"]).blocks
        assert list_after == replace(listed, items=items)
        marks = {re.sub("[0-9]+", "1", line.split(" ")[0]) for line in edited["results"].splitlines() if line[0] != " "}
        assert len(marks) == 1


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("\u2013 Trams\n\u2013 Cycling", "- Cycling"),
        ("• Trams\n• Buses\n\nMore.\n\n+ Parks", "- Trams\n- Cycling\n- Buses\n\nMore.\n\n- Parks"),
    ],
)
def test_edited_source_gives_a_text_whose_lists_have_several_marks_the_lists_of_the_document(
    written: str, after: str
) -> None:
    """A dash alone begins no list, and an item with another mark would begin one."""
    source = Source("x.yaml", "results: |\n" + "".join(f"  {line}\n" if line else "\n" for line in written.split("\n")))
    before = rich_text_source(parse_rich_text(written))

    text = edited_source(source, ("results",), before, after).text

    edited = parse_tolerantly(Source("x.yaml", text)).value
    assert isinstance(edited, dict)
    assert parse_rich_text(edited["results"]) == parse_rich_text(after)


@pytest.mark.no_cover
@given(st.lists(st.sampled_from("abcdefg"), min_size=1), st.lists(st.sampled_from("abcdefgh"), min_size=1))
def test_edited_source_makes_one_list_of_another(before: list[str], after: list[str]) -> None:
    source = Source("x.yaml", "themes:\n" + "".join(f"  - {item}\n" for item in before))

    assert parse_tolerantly(edited_source(source, ("themes",), before, after)).value == {"themes": after}


def places(values: Any, loc: Loc = ()) -> list[Loc]:
    """All places in the values of a plan."""
    steps: Any = values if isinstance(values, dict) else range(len(values)) if isinstance(values, list) else ()
    found = [loc] if loc else []
    for step in steps:
        found += places(values[step], (*loc, step))
    return found


@pytest.mark.long
@given(
    commented_plans().map(itemgetter(0)) | plan_texts() | st.sampled_from([SEED.text, COMMENTED]),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_edited_plan_has_the_wanted_values_and_all_other_lines(text: str, line_end: str, data: st.DataObject) -> None:
    source = Source("x.yaml", text.replace("\n", line_end))
    tree = parse_tolerantly(source)
    loc = data.draw(st.sampled_from(places(tree.value)))
    scalar = st.one_of(rich_texts(), st.sampled_from(["N/A", "a: b", "# no comment", "- x", "[a", "11", "yes", " x "]))
    op: Any = data.draw(st.sampled_from(["set", "insert", "remove", "move"] if isinstance(loc[-1], int) else ["set"]))
    value: Any = data.draw(scalar | st.none()) if op in {"set", "insert"} else None
    if op == "move":
        value = data.draw(st.integers(0, len(value_at(tree.value, loc[:-1])) - 1))
    change = ValueChange(op, loc, value)

    after = edited_plan(source, change)

    wanted = changed_values(tree.value, change)
    assert comparable(parse_tolerantly(after).value) == comparable(wanted)
    field = loc[0]
    if tree.source.text[tree.root.start] != "{":
        assert outside(after, field) == outside(source, field)
    if op in {"move", "insert"}:
        assert comments_of(parse_tolerantly(after)) == comments_of(tree)


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: comparable(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return value.replace("\r\n", "\n").strip("\n") if isinstance(value, str) else value


def outside(source: Source, field: Any) -> list[str]:
    """The lines of all fields but one; a field ends where the next one or its comments begin."""
    tree = parse_tolerantly(source)
    starts = sorted(offset for name, offset in tree.root.keys.items() if name != field)
    own = tree.root.keys.get(field)
    lines = []
    for start in starts:
        ends = [offset for offset in [*starts, own] if offset is not None and offset > start]
        lines += source.text[start : min(ends, default=len(source.text))].split("\n")
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize(
    ("text", "loc"),
    [
        ("contact:\n  2019: Anna\n", ("contact", "email")),
        ("cities:\n- 1: Rome\n- name: Essen\n", ("cities", 0, "name")),
    ],
)
def test_an_edit_loses_no_field_that_could_not_be_read(text: str, loc: Loc) -> None:
    with pytest.raises(ProblemsFound) as raised:
        edited(text, ValueChange("set", loc, "Anna"))
    assert [problem.code for problem in raised.value.problems] == ["plan-not-editable"]


@pytest.mark.parametrize(
    "last", ["  true: x\n", "  ? [a]\n  : b\n", "  office: B\n", "  1:\n", "  2019:\n    - a\n    - b\n"]
)
def test_new_field_is_after_a_mapping_whose_last_field_could_not_be_read(last: str) -> None:
    text = f"cities:\n- name: Rome\ncontact:\n  office: A\n{last}"
    assert edited(text, ValueChange("set", ("updated",), "2019-04-30")) == f"{text}updated: 2019-04-30\n"


def test_a_field_that_could_not_be_read_may_be_removed_with_what_is_around_it() -> None:
    text = "cities:\n- 1: Rome\n  name: Milan\n- name: Essen\n"
    assert edited(text, ValueChange("remove", ("cities", 0))) == "cities:\n- name: Essen\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_field_before_comments_is_removed_alone_with_any_line_ends(line_end: str) -> None:
    text = "title: A\nresults: | # text\n  B # C\n# before\nupdated: 2024-01-01\n\n# end\n# of the file\n"
    source = Source("plans/rome.yaml", text.replace("\n", line_end))
    edited = edited_plan(source, ValueChange("remove", ("updated",)))
    assert edited.text == text.replace("updated: 2024-01-01\n", "").replace("\n", line_end)
