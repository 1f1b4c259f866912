"""Word file and PDF of a plan say the same, in the same order: the words of its summary, all of them and no others."""

from hypothesis import given, settings

from tests.pdf_text import pdf_words
from tests.stages import example_summary, pdf_file, summary_of, word_file
from tests.strategies import plan_texts
from tests.words import docx_words, summary_words


def test_the_example_reads_the_same_in_both_formats() -> None:
    summary = example_summary()
    words = summary_words(summary)
    assert docx_words(word_file(summary)) == words
    assert pdf_words(pdf_file(summary).content) == words


@settings(max_examples=60)
@given(plan_texts())
def test_any_plan_reads_the_same_in_both_formats(text: str) -> None:
    summary = summary_of(text)
    words = summary_words(summary)
    assert docx_words(word_file(summary)) == words
    assert pdf_words(pdf_file(summary).content) == words
