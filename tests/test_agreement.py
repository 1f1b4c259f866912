"""The documents of a plan contain exactly the words of its summary, in the same order, in each format."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pdf_text import pdf_words
from tests.stages import ROOT, SHIPPED_PACKS, example_summary, pdf_file, shipped_pack, summary_of, web_page, word_file
from tests.strategies import plan_texts
from tests.words import docx_words, html_words, summary_words
from ucap_reports import render
from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.word.render_word import render_word

PLANS = sorted((ROOT / "plans").glob("*.yaml"))


def test_all_formats_of_the_example_have_the_same_words() -> None:
    summary = example_summary()
    words = summary_words(summary)
    assert docx_words(word_file(summary)) == words
    assert pdf_words(pdf_file(summary).content) == words
    assert html_words(web_page(summary)) == words


@pytest.mark.long
@settings(max_examples=60)
@given(plan_texts())
def test_all_formats_of_any_plan_have_the_same_words(text: str) -> None:
    summary = summary_of(text)
    words = summary_words(summary)
    assert docx_words(word_file(summary)) == words
    assert pdf_words(pdf_file(summary).content) == words
    assert html_words(web_page(summary)) == words


@pytest.mark.long
@settings(max_examples=40)
@given(plan_texts(), st.sampled_from(SHIPPED_PACKS))
def test_all_formats_of_any_plan_have_the_same_words_in_any_pack(text: str, name: str) -> None:
    pack = shipped_pack(name)
    summary = compose_summary(parse_plan(Source("plans/example.yaml", text)), pack)
    words = pdf_words(render_pdf(summary, pack).content)
    assert docx_words(render_word(summary, pack).content) == words
    assert html_words(render_html(summary, pack).content) == words


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED_PACKS)
def test_all_formats_of_shipped_plans_have_the_same_words_in_each_pack(name: str) -> None:
    """Each plan is printed in one of the packs: what a pack prints of it is tested with invented plans, too."""
    different = []
    for path in PLANS[SHIPPED_PACKS.index(name) :: len(SHIPPED_PACKS)]:
        result = render(path, template=name, formats="pdf,docx,html")
        words = pdf_words(result.pdf.content)
        if docx_words(result.docx.content) != words or html_words(result.html.content) != words:
            different.append(path.name)
    assert different == []
