"""The sizes of pages, by name or as two lengths, in both formats."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import seed_summary
from tests.word_templates import W, cell, docx, paragraph, part, shipped_settings, table
from tests.word_templates import pack_of as word_pack
from ucap_reports.template.lengths_colours_and_paper_sizes import PAPERS, Length, paper_size
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.render_word import render_word

pytestmark = pytest.mark.no_cover


def millimetres(written: str) -> tuple[int, ...] | None:
    paper = paper_size(written)
    return paper and tuple(round(side / Length.mm(1)) for side in paper)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A4", (210, 297)),
        ("a4", (210, 297)),
        ("A0", (841, 1189)),
        ("A6", (105, 148)),
        ("B5", (176, 250)),
        ("C4", (229, 324)),
        ("Letter", (216, 279)),
        ("Legal", (216, 356)),
        ("Tabloid", (279, 432)),
        ("ANSI C", (432, 559)),
        ("ansi e", (864, 1118)),
        ("A4 landscape", (297, 210)),
        ("A4 Portrait", (210, 297)),
        ("Ledger portrait", (279, 432)),
        ("210 mm \N{MULTIPLICATION SIGN} 300 mm", (210, 300)),
        ("210mm x 300mm", (210, 300)),
        ("21 cm 300 mm", (210, 300)),
        ("210 x 300 mm", (210, 300)),
        ("210 mm, 300 mm landscape", (300, 210)),
        ("8.5 in x 13 in", (216, 330)),
        ("A44", None),
        ("A11", None),
        ("D4", None),
        ("landscape", None),
        ("210 x 300", None),
        ("210 mm", None),
        ("210 ft x 300 ft", None),
        ("1 mm x 6000 mm", None),
        ("", None),
    ],
)
def test_a_size_is_a_name_or_two_lengths(written: str, expected: tuple[int, int] | None) -> None:
    assert millimetres(written) == expected


@pytest.mark.parametrize("series", "ABC")
def test_each_size_of_a_series_is_half_of_the_one_before(series: str) -> None:
    for number in range(10):
        width, height = PAPERS[f"{series}{number}"]
        assert PAPERS[f"{series}{number + 1}"] == pytest.approx((height / 2, width), abs=Length.mm(0.51))


@given(st.text(max_size=40))
def test_any_text_is_a_size_or_none(text: str) -> None:
    paper = paper_size(text)
    assert paper is None or min(paper) >= 0


PORTRAIT, LANDSCAPE = 'w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"'
A3 = 'w:w="16838" w:h="23811"'


def section(size: str, gutter: int = 0) -> str:
    margins = f'<w:pgMar w:left="1000" w:right="1000" w:top="1000" w:bottom="1000" w:gutter="{gutter}"/>'
    return f"<w:sectPr><w:pgSz {size}/>{margins}</w:sectPr>"


def resized(theme_size: str, body: str, *sizes: str, gutter: int = 0) -> Any:
    """The document of a template with that body, and with sections of these sizes, the last one for the body."""
    ended = "".join(f"<w:p><w:pPr>{section(size)}</w:pPr></w:p>" for size in sizes[:-1])
    parts = read_package(docx(f"{ended}{body}"))
    document = parts["word/document.xml"].decode()
    parts["word/document.xml"] = re.sub(
        "<w:sectPr[^>]*/>(?=</w:body>)|<w:sectPr>(?:(?!<w:sectPr).)*</w:sectPr>(?=</w:body>)",
        section(sizes[-1], gutter),
        document,
    ).encode()
    template = write_package(compressed(name, content) for name, content in parts.items())
    theme = shipped_settings()["theme"]
    pack = word_pack(template, theme=theme | {"page": {"size": theme_size, "margins": "20 mm, 15 mm, 10 mm, 25 mm"}})
    return part(render_word(seed_summary(), pack).content)


def word_sizes(theme_size: str, *sizes: str) -> list[tuple[str | None, ...]]:
    """Width, height and orientation of each section of a document with sections of these sizes."""
    root = resized(theme_size, paragraph("{{ summary.id }}"), *sizes)
    return [tuple(each.get(f"{W}{name}") for name in ("w", "h", "orient")) for each in root.iter(f"{W}pgSz")]


TURNED = ("16838", "11906", "landscape")
UPRIGHT = ("11906", "16838", None)


@pytest.mark.parametrize(
    ("theme_size", "sizes", "expected"),
    [
        ("A4", [PORTRAIT], [UPRIGHT]),
        ("A4 landscape", [PORTRAIT], [TURNED]),
        ("A4", [LANDSCAPE], [TURNED]),
        ("A4", [LANDSCAPE.removesuffix(' w:orient="landscape"')], [TURNED]),
        ("A4 landscape", [PORTRAIT, LANDSCAPE], [TURNED, TURNED]),
        ("A4 landscape", [LANDSCAPE, PORTRAIT], [TURNED, UPRIGHT]),
        ("A5", [PORTRAIT, LANDSCAPE], [("8391", "11906", None), ("11906", "8391", "landscape")]),
        ("A5", [PORTRAIT, A3], [("8391", "11906", None), ("16838", "23811", None)]),
    ],
)
def test_word_sections_follow_the_theme_and_keep_their_orientation_and_other_paper(
    theme_size: str, sizes: list[str], expected: list[tuple[str | None, ...]]
) -> None:
    assert word_sizes(theme_size, *sizes) == expected


def test_columns_of_different_widths_follow_the_width_of_the_text() -> None:
    columns = '<w:cols w:num="2" w:equalWidth="0"><w:col w:w="6000" w:space="906"/><w:col w:w="3000"/></w:cols>'
    margins = '<w:pgMar w:left="1000" w:right="1000" w:top="1000" w:bottom="1000" w:gutter="0"/>'
    first = f"<w:p><w:pPr><w:sectPr><w:pgSz {PORTRAIT}/>{margins}{columns}</w:sectPr></w:pPr></w:p>"
    root = resized("A5", f"{first}{paragraph('{{ summary.id }}')}", PORTRAIT)
    wide, narrow = root.iter(f"{W}col")
    text_width = 8391 - Length.mm(15).twips - Length.mm(25).twips
    widths = [int(wide.get(f"{W}w")), int(wide.get(f"{W}space")), int(narrow.get(f"{W}w"))]
    assert sum(widths) == pytest.approx(text_width, abs=3)
    assert widths[0] == pytest.approx(2 * widths[2], abs=2)


SLIGHTLY_OTHER = 'w:w="11849" w:h="16895"'
"""A4 with each side 57 twips, which is a millimetre, longer or shorter."""


def test_paper_that_differs_by_more_than_a_millimetre_is_another_one() -> None:
    assert word_sizes("A5", PORTRAIT, SLIGHTLY_OTHER) == [("8391", "11906", None)] * 2
    other = SLIGHTLY_OTHER.replace("16895", "16896")
    assert word_sizes("A5", PORTRAIT, other) == [("8391", "11906", None), ("11849", "16896", None)]


def test_word_sections_have_the_margins_of_the_theme() -> None:
    (margins,) = resized("A5", paragraph("a"), PORTRAIT).iter(f"{W}pgMar")
    assert {side: margins.get(f"{W}{side}") for side in ("top", "right", "bottom", "left")} == {
        side: str(Length.mm(length).twips)
        for side, length in (("top", 20), ("right", 15), ("bottom", 10), ("left", 25))
    }


def test_word_sections_have_no_gutter_beside_the_margins_of_the_theme() -> None:
    body = table(["a"], widths=(TEXT - 500,)) + paragraph("b")
    root = resized("A5", body, PORTRAIT, gutter=500)
    (margins,), (column,) = root.iter(f"{W}pgMar"), root.iter(f"{W}gridCol")
    assert (margins.get(f"{W}gutter"), column.get(f"{W}w")) == ("0", str(NEW_TEXT))


def test_a_table_and_a_text_without_width_stay_so() -> None:
    (column,) = resized("A5", table(["a"], widths=(0,)), 'w:w="2000" w:h="16838"').iter(f"{W}gridCol")
    assert column.get(f"{W}w") == "0"


TEXT, NEW_TEXT = 11906 - 2000, Length.mm(148 - 15 - 25).twips
"""The width of the text in the template, and in a document on A5."""


@pytest.mark.parametrize(
    ("columns", "factor"),
    [
        ((TEXT - 1000, 1000), NEW_TEXT / TEXT),
        ((TEXT - 802, 1000), NEW_TEXT / TEXT),
        ((TEXT - 1198, 1000), NEW_TEXT / TEXT),
        ((TEXT - 801, 1000), 1),
        ((TEXT - 1199, 1000), 1),
        ((2000, 1000), 1),
    ],
)
def test_tables_as_wide_as_the_text_stay_so_and_others_keep_their_width(
    columns: tuple[int, int], factor: float
) -> None:
    percent = cell("b").replace('w:w="1000" w:type="dxa"', 'w:w="1000" w:type="pct"')
    inner = table(["c"], widths=(500,)).replace('w:w="1000"', 'w:w="500"')
    outer = cell("a").replace("</w:tc>", f"{inner}<w:p/></w:tc>")
    root = resized("A5", table([outer, percent], widths=columns) + paragraph("d"), PORTRAIT)
    found = [int(each.get(f"{W}w")) for each in root.iter(f"{W}gridCol")]
    assert found == [*(round(column * factor) for column in columns), 500]
    cells = [(each.get(f"{W}w"), each.get(f"{W}type")) for each in root.iter(f"{W}tcW")]
    assert cells == [(str(round(1000 * factor)), "dxa"), ("500", "dxa"), ("1000", "pct")]
