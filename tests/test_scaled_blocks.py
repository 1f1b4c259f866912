"""The page in another scale, derived from the one that was read, is the same as if it were read again."""

from typing import Any

import pytest

from tests.pages import PATH, SETTINGS, SUMMARY, picture
from tests.stages import SHIPPED_PACKS, example_summary, shipped_pack, with_fields_of
from ucap_reports.page.fill_and_read_page import PageReader, fill_page, read_page, scaled_blocks
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.template.theme_and_line_spacing import Scale

SCALED: dict[str, Any] = {
    "body": {"size": "11 pt"},
    "cell": {"size": "11 pt"},
    "label": {"padding": "3 mm"},
    "logo": {"height": "14 mm"},
    "note": {"gap": "3 mm"},
}
"""The styles of a scale that are different."""


def scaled_pack(body: str, scaled: dict[str, Any] | None = None) -> Pack:
    """Return the small pack with a scale."""
    theme = SETTINGS["theme"] | {"scales": {"tight": SCALED if scaled is None else scaled}}
    files = {
        PAGE_TEMPLATE: PackFile(PATH, f"<document>{body}</document>".encode()),
        "logo.png": PackFile("", picture()),
    }
    return Pack(PackSettings.model_validate(SETTINGS | {"theme": theme}), files, {})


@pytest.mark.no_cover
@pytest.mark.parametrize("name", SHIPPED_PACKS)
def test_tree_in_each_scale_is_the_one_that_would_be_read(name: str) -> None:
    pack = shipped_pack(name)
    page = fill_page(pack.page_template, with_fields_of(pack, example_summary()))
    reader = PageReader(page)
    for scale in (Scale.COMPACT, Scale.GENEROUS, Scale.MEDIUM, Scale.TIGHT):
        scaled = pack.scaled(scale)
        assert reader.tree(scaled) == read_page(page, scaled)


@pytest.mark.parametrize(
    ("body", "is_derived"),
    [
        ("<h1>a</h1><p class='note'>b</p><ul><li>c</li></ul><page-break/>", True),
        ("<table><tr><th>{{ row }}</th><td><p>b</p></td></tr></table><img src='logo.png' alt='c' class='logo'/>", True),
        ("<div class='note'><goal number='1'/><bar value='1' max='2'/></div>", True),
        ("{{ summary.rows[2].cells[0] }}", True),
        ("<columns class='note' gap='1 mm'>a</columns>", True),
        ("<columns class='note'>a</columns>", False),
        ("<div><emblem/></div>", False),
        ("<page-header><emblem/></page-header><foot class='note'><emblem/></foot>a", True),
    ],
)
def test_blocks_are_derived_only_where_it_is_clear_how(body: str, is_derived: bool) -> None:  # noqa: FBT001 - a case
    pack = scaled_pack(body.replace("{{ row }}", "{{ summary.rows[0].label }}"))
    page, scaled = fill_page(pack.page_template, SUMMARY), pack.scaled(Scale.TIGHT)
    reader = PageReader(page)
    before = reader.tree(pack)
    assert reader.tree(scaled) == read_page(page, scaled) != before
    flow = tuple(block for block in before.body if block.style.pin != "foot")
    assert (scaled_blocks(flow, pack, scaled) is not None) is is_derived


def test_page_parts_without_a_style_that_is_different_in_a_scale_are_read_once() -> None:
    header = "<page-header class='note'>a</page-header>"
    body = f"{header}<page-footer class='logo'>b</page-footer><foot class='note'>c</foot>"
    pack = scaled_pack(body, {"note": {"gap": "3 mm"}})
    page, scaled = fill_page(pack.page_template, SUMMARY), pack.scaled(Scale.TIGHT)
    reader = PageReader(page)
    first, second = reader.tree(pack), reader.tree(scaled)
    assert second == read_page(page, scaled)
    assert second.footer is first.footer
    assert second.header != first.header
    assert second.body != first.body


def test_styles_that_only_one_scale_has_are_not_derived() -> None:
    pack = scaled_pack("<div class='wide'>a</div>", {"wide": {"size": "11 pt"}, "body": {}})
    assert scaled_blocks((), pack, pack.scaled(Scale.TIGHT)) is None


def test_page_with_an_emblem_that_is_too_small_in_a_scale_has_the_problem_there() -> None:
    pack = scaled_pack("<page-header><emblem class='logo'/></page-header>", {"logo": {"height": "8 mm"}})
    reader = PageReader(fill_page(pack.page_template, SUMMARY))
    for scale, codes in ((Scale.COMPACT, []), (Scale.TIGHT, ["emblem-too-small"])):
        _, problems = reader.attempt(pack.scaled(scale))
        assert [problem.code for problem in problems] == codes
