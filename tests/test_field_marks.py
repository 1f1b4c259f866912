"""Texts with marks, which are equal to those without them."""

import pytest

from ucap_reports.text.field_marks import (
    MARK_BEGIN,
    MARK_END,
    divided,
    joined,
    marked_text,
    marks_of,
    part_of,
    read_marks,
    with_marks,
)
from ucap_reports.text.language_tags import foreign_text, language_of, like

TEXT = marked_text("Rome", ((0, "<"), (4, ">")))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (TEXT, "<Rome>"),
        ("Rome", "Rome"),
        (joined(" and ", ["Tianjin", TEXT, TEXT]), "Tianjin and <Rome> and <Rome>"),
        (joined(", ", ["Tianjin", "Rome"]), "Tianjin, Rome"),
        (part_of(TEXT, 0, 2), "<Ro"),
        (part_of(TEXT, 2, 4), "me>"),
        (part_of(TEXT, 1, 3), "om"),
        (part_of(joined("", [TEXT, "s"]), 0, 4), "<Rome"),
        (part_of("Rome", 1, 3), "om"),
        (divided(joined(", ", [TEXT, TEXT]), ["Rome", "Rome"])[0], "<Rome>"),
        (divided(joined(", ", [TEXT, TEXT]), ["Rome", "Rome"])[1], "<Rome>"),
        (divided(TEXT, ["Rome", "", ""])[2], ""),
        (like("ROME", TEXT), "<ROME>"),
        (like("Rome, Italy", TEXT), "<Rome>, Italy"),
        (like("Ro", TEXT), "<Ro"),
        (like("Rom", foreign_text(TEXT, "de")), "<Rom"),
        (foreign_text(TEXT, "de"), "<Rome>"),
    ],
)
def test_marks_are_at_the_same_characters_of_texts_made_from_others(text: str, written: str) -> None:
    assert with_marks(text).replace(MARK_BEGIN, "").replace(MARK_END, "") == written
    read = read_marks(with_marks(text))
    assert (read, marks_of(read)) == (text, marks_of(text))


def test_a_marked_text_is_equal_to_its_text_and_keeps_its_language() -> None:
    german = foreign_text(TEXT, "de")

    assert (TEXT, len(TEXT), {"Rome": 1}[TEXT]) == ("Rome", 4, 1)
    assert (language_of(TEXT), language_of(german)) == (None, "de")
    assert (marks_of(german), marks_of("Rome")) == (marks_of(TEXT), ())
    assert language_of(marked_text(foreign_text("Rom", "de"), ((0, "<"),))) == "de"
    assert language_of(part_of(foreign_text("Rom", "de"), 0, 2)) == "de"
