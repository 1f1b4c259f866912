"""The documents of a plan contain exactly the words of its summary, in the same order, in each format."""

import pytest
from hypothesis import given, settings

from tests.pdf_text import pdf_words
from tests.stages import example_summary, pdf_file, summary_of, web_page, word_file
from tests.strategies import plan_texts
from tests.words import docx_words, html_words, summary_words


def test_all_formats_of_the_example_have_the_same_words() -> None:
    summary = example_summary()
    words = summary_words(summary)
    assert docx_words(word_file(summary)) == words
    assert pdf_words(pdf_file(summary).content) == words
    assert html_words(web_page(summary)) == words


@pytest.mark.no_cover
@settings(max_examples=60)
@given(plan_texts())
def test_all_formats_of_any_plan_have_the_same_words(text: str) -> None:
    summary = summary_of(text)
    words = summary_words(summary)
    assert docx_words(word_file(summary)) == words
    assert pdf_words(pdf_file(summary).content) == words
    assert html_words(web_page(summary)) == words
