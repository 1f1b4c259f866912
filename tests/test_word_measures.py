"""Numbers and lengths in Word files, as Word and other programs write them."""

import pytest
from lxml import etree

from tests.samples import with_rows
from tests.word_templates import NAMESPACES, W, cell, merged, rows, table
from ucap_reports.check.word_template_check import differences
from ucap_reports.word.file.word_styles import StyleSheet
from ucap_reports.word.file.word_xml import points, twips, whole


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("900", 900),
        ("-20", -20),
        ("4513.5", 4514),
        ("1in", 1440),
        ("2.54cm", 1440),
        ("25.4mm", 1440),
        ("12pt", 240),
        ("1pc", 240),
        ("1pi", 240),
        ("50%", 0),
        ("auto", 0),
        ("", 0),
        (None, 0),
        ("9" * 5_000, 0),
    ],
)
def test_a_length_is_read_in_any_unit(text: str | None, length: int) -> None:
    assert twips(text) == length


@pytest.mark.parametrize(
    ("text", "size"),
    [("21", 10.5), ("21.0", 10.5), ("10.5pt", 10.5), ("1pc", 12), ("-3", -1.5), ("x", None), (None, None)],
)
def test_a_size_is_read_in_half_points_or_in_any_unit(text: str | None, size: float | None) -> None:
    assert points(text, 2) == size


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("-1", -1), ("1.5", 3), ("", 3), (None, 3), ("9" * 5_000, 3)])
def test_text_that_is_not_an_integer_is_the_default(text: str | None, number: int) -> None:
    assert whole(text, 3) == number


@pytest.mark.parametrize("span", ["x", "0", "-1", "99999999"])
def test_a_table_with_invalid_widths_and_spans_is_filled_in(span: str) -> None:
    odd = cell("{{ name }}", properties=f'<w:gridSpan w:val="{span}"/>')
    body = table(["head", "{%tc for name in summary.columns %}", odd, "{%tc endfor %}"], widths=(1000, 500, 2000, 500))
    for width in ("1000.4", "1in", "20%", ""):
        root = merged(body.replace('"1000"', f'"{width}"'), with_rows(columns=("a", "b")))
        assert rows(root) == [["head", "a", "b"]]
        assert all(each.get(f"{W}w", "").isdigit() for each in root.iter(f"{W}gridCol", f"{W}tcW"))


def sheet(size: str, before: str, alignment: str = "") -> StyleSheet:
    """A style sheet with a style "T" of that size, with that space before it and that alignment, if there is one."""
    aligned = f'<w:jc w:val="{alignment}"/>' if alignment else ""
    properties = f'<w:pPr><w:spacing w:before="{before}"/>{aligned}</w:pPr><w:rPr><w:sz w:val="{size}"/></w:rPr>'
    style = f'<w:style w:type="paragraph" w:styleId="T"><w:name w:val="T"/>{properties}</w:style>'
    return StyleSheet(etree.fromstring(f"<w:styles {NAMESPACES}>{style}</w:styles>"))


def test_lengths_of_a_style_are_compared_in_any_units() -> None:
    theme = sheet("21", "567")
    assert [differences(sheet(*same), theme, "T") for same in (("10.5pt", "1cm"), ("21.0", "567.0"))] == [[], []]
    assert differences(sheet("12pt", "0.5in"), theme, "T") == [
        "size 12 pt (theme: 10.5 pt)",
        "space before 36 pt (theme: 28.35 pt)",
    ]


@pytest.mark.parametrize("start", ["left", "start"])
def test_a_style_without_alignment_begins_at_the_start_of_the_line(start: str) -> None:
    theme = sheet("21", "567")
    assert differences(sheet("21", "567", start), theme, "T") == []
    assert differences(sheet("21", "567", "center"), theme, "T") == ["align center (theme: not set)"]
