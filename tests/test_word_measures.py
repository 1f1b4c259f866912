"""Numbers and lengths in Word files, as programs other than Word write them too."""

import pytest

from tests.samples import with_rows
from tests.word_templates import W, cell, merged, rows, table
from ucap_reports.word.measures import twips, whole


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


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("-1", -1), ("1.5", 3), ("", 3), (None, 3), ("9" * 5_000, 3)])
def test_what_is_no_number_is_the_usual_one(text: str | None, number: int) -> None:
    assert whole(text, 3) == number


@pytest.mark.parametrize("span", ["x", "0", "-1", "99999999"])
def test_a_table_with_odd_widths_and_spans_is_filled(span: str) -> None:
    odd = cell("{{ name }}", properties=f'<w:gridSpan w:val="{span}"/>')
    body = table(["head", "{%tc for name in summary.columns %}", odd, "{%tc endfor %}"], widths=(1000, 500, 2000, 500))
    for width in ("1000.4", "1in", "20%", ""):
        root = merged(body.replace('"1000"', f'"{width}"'), with_rows(columns=("a", "b")))
        assert rows(root) == [["head", "a", "b"]]
        assert all(each.get(f"{W}w", "").isdigit() for each in root.iter(f"{W}gridCol", f"{W}tcW"))
