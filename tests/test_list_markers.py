"""List markers have the size and the baseline of their text in every scale."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.pages import SUMMARY, pack_of
from tests.pdf_text import structure
from tests.stages import shipped_pack
from tests.word_templates import part, text_of
from tests.words import W
from ucap_reports.page.box_geometry import marker_style
from ucap_reports.page.fill_and_read_page import fill_page, read_page
from ucap_reports.page.page_tree import Items
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack_opening import pack_names, shipped_packs
from ucap_reports.template.theme_and_line_spacing import Scale
from ucap_reports.word.render_word import render_word

PLAN = """\
cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]
objectives: |
  - To support local districts.
    - research
results: |
  1. Less traffic.
"""


class DrawnText(Struct, frozen=True):
    """A piece of marked content: its tag, the size of its text, and the height of its first baseline on the page."""

    tag: str
    size: float
    baseline: float


def drawn_texts(pdf: bytes) -> Iterator[DrawnText]:
    with pikepdf.open(BytesIO(pdf)) as document:
        for page in document.pages:
            tag, size, y = "", 0.0, 0.0
            is_first = True
            for instruction in pikepdf.parse_content_stream(page):
                operands: Any = instruction.operands
                match str(instruction.operator):
                    case "BDC" | "BMC":
                        tag, is_first = str(operands[0])[1:], True
                    case "Tf":
                        size = float(operands[1])
                    case "Tm":
                        y = float(operands[5])
                    case "Td":
                        y += float(operands[1])
                    case "BT":
                        y = 0.0
                    case "Tj" | "TJ" if is_first:
                        yield DrawnText(tag, size, y)
                        is_first = False
                    case _:
                        pass


@pytest.mark.no_cover
@pytest.mark.parametrize("name", pack_names([shipped_packs()]))
@pytest.mark.parametrize("scale", ["compact", "generous"])
def test_a_marker_has_the_size_and_the_baseline_of_its_text(name: str, scale: str) -> None:
    shipped = shipped_pack(name)
    pack = replace(shipped, settings=shipped.settings.model_copy(update={"scale": scale}))
    summary = compose_summary(parse_plan(Source("plans/x.yaml", PLAN)), pack)
    assert summary.scale == scale

    texts = list(drawn_texts(render_pdf(summary, pack).content))
    labels = [index for index, text in enumerate(texts) if text.tag == "Lbl"]

    assert len(labels) == 3
    for index in labels:
        marker, text = texts[index], texts[index + 1]
        assert marker.size == text.size
        assert marker.baseline == pytest.approx(text.baseline, abs=0.01)


@pytest.mark.parametrize("scale", [Scale.COMPACT, Scale.GENEROUS])
def test_a_marker_in_a_word_file_has_the_size_of_its_text(scale: Scale) -> None:
    shipped = shipped_pack("plain")
    pack = replace(shipped, settings=shipped.settings.model_copy(update={"scale": scale}))
    content = render_word(compose_summary(parse_plan(Source("plans/x.yaml", PLAN)), pack), pack).content
    cell = pack.scaled(scale).theme.style("cell")
    sizes = {size.get(f"{W}val") for size in part(content, "word/numbering.xml").iter(f"{W}sz")}
    assert f"{2 * cell.size:g}" in sizes


def test_a_marker_is_at_the_start_of_its_place_in_lists_with_other_alignments() -> None:
    pack = pack_of(
        "<document><ul class='low'><li>a</li></ul></document>", styles={"low": {"indent": "20 mm", "align": "end"}}
    )
    (items,) = read_page(fill_page(pack.page_template, SUMMARY), pack).body
    assert isinstance(items, Items)
    assert marker_style(items, items.items[0]).align == "start"


NESTED = """\
template: {pack}
cities: [{{name: Tianjin, country: China}}, {{name: Rome, country: Italy}}]
results: |
  1. First
  2. - Inner
     - Other
  3. Last
"""


@pytest.mark.parametrize("pack", ["iuc-asia", "modern"])
def test_word_prints_the_marker_of_an_item_that_begins_with_another_list(pack: str, tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", NESTED.format(pack=pack))
    ucap(tmp_path, "build", "--format", "docx,pdf")
    numbered = []
    for paragraph in part((tmp_path / "out" / "rome.docx").read_bytes()).iter(f"{W}p"):
        level = paragraph.find(f"{W}pPr/{W}numPr/{W}ilvl")
        if level is not None:
            numbered.append((text_of(paragraph), level.get(f"{W}val")))
    assert numbered == [("First", "0"), ("", "0"), ("Inner", "1"), ("Other", "1"), ("Last", "0")]
    pdf = (tmp_path / "out" / "rome.pdf").read_bytes()
    assert [label.text for label in structure(pdf).find("Lbl")][::4] == ["1.", "3."]
    assert ucap(tmp_path, "review", "out/rome.docx").err.startswith("0 changes")
