"""Rendering of a summary as a Word file."""

from functools import lru_cache

from ucap_reports.problems import Problem
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.summary.document import Document, Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.word.render.fill_word import WordTemplate, fill_word

MOST_KEPT = 16
"""The number of compiled templates in memory."""


def render_word(summary: Summary, pack: Pack) -> Document:
    """The summary as a Word file.

    Args:
        summary: The summary.
        pack: The template pack, whose Word template is filled.

    Raises:
        ProblemsFound: With all errors of the Word template.
    """
    scaled = pack.scaled(summary.scale)
    content, widths = fill_word(_compiled(scaled), summary, scaled.theme)
    return Document(summary.id, Format.DOCX, content, pictures=widths)


def word_warnings(pack: Pack) -> tuple[Problem, ...]:
    """Warnings about what the documents leave out of the pack's Word template."""
    return _compiled(pack).warnings


@lru_cache(maxsize=MOST_KEPT)
def _compiled(pack: Pack) -> WordTemplate:
    def make() -> WordTemplate:
        from ucap_reports.word.compile.compile_word import compile_word  # noqa: PLC0415 - most templates are in the cache

        return compile_word(pack)

    return cached_artifact("word-template", (pack.digest, pack.word_template.path), WordTemplate, make)
