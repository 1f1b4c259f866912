"""The structure of Word templates and of all built Word files, as Word's accessibility checker wants it."""

import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from lxml import etree

from tests.broken_packs import picture
from tests.provoked_accessibility import CASES, link, merged, warnings_of
from tests.stages import ROOT, shipped_pack
from tests.web_pages import web_summaries
from tests.word_templates import cell, docx, pack_of, paragraph, run, table
from tests.words import W
from ucap_reports import Plan, compose_summary, load_plan, render_word
from ucap_reports.check.word_template_check import accessibility_warnings, template_warnings, text_colours
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import contrast
from ucap_reports.template.pack import WORD_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import pack_names, shipped_packs
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.word.compile.template_opening import open_template

PACKS = pack_names([shipped_packs()])
SHIPPED_PLANS = [load_plan(path) for path in sorted((ROOT / "plans").glob("*.yaml"))]
SPARSE_AND_FULL = {"boston-lyon", "tianjin-rome", "zhengzhou-agioi-anargyroi-kamatero-akk-malaga-rome-nice"}
HEADER = "<w:trPr><w:tblHeader/></w:trPr>"
TWO = '<w:gridSpan w:val="2"/>'
"""The property of a cell over two columns."""
LEAST_CONTRAST = 4.5
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


def built_cases() -> Iterator[Any]:
    """Each plan in its own pack, and some of them in all; one in all packs, and these in their own, are not long."""
    for plan in SHIPPED_PLANS:
        for name in PACKS:
            is_own = name == (plan.template or "iuc-asia")
            is_quick = plan.id == "tianjin-rome" or (is_own and plan.id in SPARSE_AND_FULL)
            if is_own or plan.id in SPARSE_AND_FULL:
                yield pytest.param(plan, name, id=f"{plan.id} {name}", marks=() if is_quick else pytest.mark.long)


def table_with_header(*rows: list[str]) -> str:
    return table(*rows).replace("<w:tr>", f"<w:tr>{HEADER}", 1)


def simple_field_link(text: str) -> str:
    return f'<w:p><w:fldSimple w:instr=" HYPERLINK \\l a ">{run(text)}</w:fldSimple></w:p>'


def complex_field_link(*texts: str) -> str:
    """A paragraph with a link as Word writes it in old files, whose instruction is in two parts."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText> HYPER</w:instrText>",
        "<w:instrText>LINK \\l a </w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>',
    )
    begin = "".join(f"<w:r>{part}</w:r>" for part in parts)
    return f'<w:p>{begin}{"".join(map(run, texts))}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


@pytest.mark.parametrize("code", CASES)
def test_each_fault_is_found_once_at_its_place(code: str) -> None:
    found = warnings_of(CASES[code])
    assert [each for each, _ in found] == [code] or code == "cells-merged"
    assert dict(found)[code]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (table_with_header(["a", "b"], ["c", "d"]), []),
        (table(["a", "b"]), []),
        (table(["a"], ["b"]), []),
        (
            table(["a", "b"], ["{%tr for row in summary.rows %}"], ["{{ row.label }}", "c"], ["{%tr endfor %}"]),
            ["header-row-missing"],
        ),
        (table(["{{ row.label }}", "{{ cell }}"]), ["header-row-missing"]),
        (table(["{{ contact.lead }}", "{{ contact.email }}"]), []),
        (table(["a", "{%tc for row in summary.rows %}", "{{ row.label }}", "{%tc endfor %}"]), []),
        (table_with_header(["a", "b", "c"], ["d", merged("e", TWO)]), []),
        (
            table_with_header(["a", merged("b", TWO)], ["c", merged("d", TWO)]),
            ["cells-merged"],
        ),
        (paragraph("a") + paragraph() + paragraph("b"), ["paragraph-empty"]),
        (paragraph("a") + paragraph() + paragraph() + paragraph("b"), ["paragraph-empty"] * 2),
        (table(["a"]) + paragraph() + table(["b"]) + paragraph(), []),
        (table(["a"]) + paragraph("{%p if summary.title %}") + paragraph() + table(["b"]), []),
        (paragraph("a") + paragraph('<w:r><w:br w:type="page"/></w:r>') + paragraph("b"), []),
        (paragraph("a") + '<w:p><w:pPr><w:pBdr><w:bottom w:val="single"/></w:pBdr></w:pPr></w:p>' + paragraph("b"), []),
        (table([cell("")]), []),
        (paragraph("a", style="H1") + paragraph("b", style="H2") + paragraph("c", style="H3"), []),
        (paragraph("a", style="H2"), ["heading-order"]),
        (f'<w:p><w:pPr><w:outlineLvl w:val="{"1" * 5000}"/></w:pPr>{run("a")}</w:p>', []),
        (paragraph("a", style="H1") + paragraph("", style="H3") + paragraph("b", style="H2"), ["paragraph-empty"]),
        (link("here"), ["link-text-vague"]),
        (link("» Mehr lesen"), ["link-text-vague"]),
        (simple_field_link("here"), ["link-text-vague"]),
        (simple_field_link("The programme of the EU"), []),
        (complex_field_link("Click ", "here"), ["link-text-vague"]),
        (complex_field_link("The programme of the EU"), []),
        (complex_field_link("here").replace("HYPER", "REF a").replace("LINK", " "), []),
        (link("The programme of the EU"), []),
        (link("www.example.org"), []),
    ],
)  # fmt: skip - a table
def test_only_faults_are_found(body: str, found: list[str]) -> None:
    assert [code for code, _ in warnings_of(body)] == found


@pytest.mark.parametrize(("width", "is_reported"), [("9" * 14, True), ("9" * 5000, False), ("\uff19", False)])
def test_picture_widths_that_are_no_coordinates_are_unknown(width: str, *, is_reported: bool) -> None:
    shown = picture(' descr="a"').replace("<wp:docPr", f'<wp:extent cx="{width}" cy="1"/><wp:docPr')
    pack = pack_of(docx(paragraph(shown)))
    warnings = template_warnings(open_template(pack.files["summary.docx"]), pack)
    assert ("image-too-wide" in [warning.code for warning in warnings]) is is_reported


@cache
def opened(name: str) -> Pack:
    return shipped_pack(name)


def as_template(docx: bytes, pack: Pack) -> Pack:
    """A pack that has a built Word file as its template, with the styles that are in the file."""
    settings = PackSettings.model_validate({**dict(pack.settings), "word_styles": "keep"})
    return Pack(settings, {**pack.files, WORD_TEMPLATE: PackFile("built.docx", docx)}, pack.labels)


def faults_of(docx: bytes, pack: Pack) -> Iterator[str]:
    """What is wrong with a built file, as `template check` finds it in a template."""
    built = as_template(docx, pack)
    opened = open_template(built.files["summary.docx"])
    yield from (str(each) for each in accessibility_warnings(opened))
    yield from (str(each) for each in template_warnings(opened, built) if each.code in {"alt-missing", "style-missing"})
    for each in text_colours(opened, built):
        if (found := contrast(each.colour, each.background)) < LEAST_CONTRAST:
            yield f"{each.location.place}: contrast {found:.1f}"


def language_and_title(docx: bytes) -> tuple[str | None, str | None]:
    with zipfile.ZipFile(BytesIO(docx)) as package:
        core = etree.fromstring(package.read("docProps/core.xml"))
        styles = etree.fromstring(package.read("word/styles.xml"))
    language = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    title = core.findtext(f"{DUBLIN_CORE}title")
    return (None if language is None else str(language.get(f"{W}val"))), title


@pytest.mark.no_cover
@pytest.mark.parametrize(("plan", "name"), [*built_cases()])
def test_built_files_of_the_shipped_plans_are_accessible(plan: Plan, name: str) -> None:
    pack = opened(name)
    summary = compose_summary(plan, pack)
    docx = render_word(summary, pack).content
    assert list(faults_of(docx, pack)) == []
    language, title = language_and_title(docx)
    assert language is not None
    assert title


@pytest.mark.parametrize("shape", web_summaries())
def test_built_files_of_all_shapes_and_scripts_are_accessible(shape: str) -> None:
    summary: Summary = web_summaries()[shape]
    assert list(faults_of(render_word(summary, shipped_pack()).content, shipped_pack())) == []


def test_the_language_and_the_title_are_those_of_the_summary() -> None:
    summary = web_summaries()["chinese"]
    language, title = language_and_title(render_word(summary, shipped_pack()).content)
    assert title == summary.full_title
    assert language
