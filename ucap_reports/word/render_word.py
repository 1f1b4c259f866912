"""Rendering of a summary as a Word file."""

from collections.abc import Container
from contextlib import suppress
from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.page.fitted_scale import PlanPage, fitting_scale, plan_page
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.summary.document_formats_and_pdf_standards import Document, Format
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.theme_and_line_spacing import Scale
from ucap_reports.word.file.document_properties import EditionRecorder
from ucap_reports.word.render.fill_word_template import WordTemplate, fill_word_template

MOST_KEPT = 16
"""The number of compiled templates in memory."""


def render_word(
    summary: Summary,
    pack: Pack,
    recorder: EditionRecorder | None = None,
    *,
    page: PlanPage | None = None,
    sample_words: Container[str] = frozenset(),
) -> Document:
    """Return the summary as a Word file.

    Args:
        summary: The summary.
        pack: The template pack, whose Word template is filled. Without one, the file is written from its page template.
        recorder: Records in the file what was sent; without one, a reply can only be compared with the plan.
        page: The page of the summary in this pack, if another format needed it before.
        sample_words: The words of a sample. In a document, each may be a colour.

    Raises:
        ProblemsFound: With all errors of the template.
    """
    if pack.word_template is None:
        from ucap_reports.word.writer.write_word import render_page  # noqa: PLC0415 - not needed with a Word template

        content, widths, warnings = render_page(page or plan_page(summary, pack), recorder)
    else:
        scale = _fitting_scale(summary, pack) if page is None else page.summary.scale
        summary = replace(summary, scale=scale)
        scaled = pack.scaled(summary.scale, summary.language)
        template = _compiled(scaled, pack.word_template)
        content, widths = fill_word_template(template, summary, scaled.theme, recorder, sample_words)
        warnings = word_warnings(scaled)
    return Document(summary.id, Format.DOCX, content, pictures=widths, warnings=warnings)


def _fitting_scale(summary: Summary, pack: Pack) -> Scale:
    """Return the scale of the page, which a Word file from a Word template has, too."""
    if PAGE_TEMPLATE in pack.files:
        with suppress(ProblemsFound):  # these are problems of the other formats
            return fitting_scale(summary, pack)
    return summary.scale


def word_warnings(pack: Pack) -> tuple[Problem, ...]:
    """Return warnings about what the documents leave out of the pack's Word template."""
    if pack.word_template is None:
        return ()
    return _compiled(pack, pack.word_template).warnings


@lru_cache(maxsize=MOST_KEPT)
def _compiled(pack: Pack, template: PackFile) -> WordTemplate:
    def make() -> WordTemplate:
        from ucap_reports.word.compile.compile_word_template import compile_word_template  # noqa: PLC0415 - most templates are in the cache

        return compile_word_template(pack, template)

    return cached_artifact("word-template", (pack.digest, template.path), WordTemplate, make)
