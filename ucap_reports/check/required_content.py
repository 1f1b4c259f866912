"""Errors for templates without a contact, programme label or page numbers, unless the pack leaves them out."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from io import BytesIO
from zipfile import ZipFile

from msgspec import Struct

from ucap_reports.check.sample_summaries import sample_summaries
from ucap_reports.check.unused_content import PLACES
from ucap_reports.page.fill_page import fill_page
from ucap_reports.page.page_tree import PageNumber, tree_paragraphs
from ucap_reports.page.read_page import read_page
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.summary.document import Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import LeftOut, Pack
from ucap_reports.text.rich_text import Run
from ucap_reports.word.render_word import render_word

NAMES = {LeftOut.CONTACT: "summary.contact.", LeftOut.PROGRAMME_LABEL: "summary.programme_label"}
"""The beginnings of the names of what a template prints in tags."""
TAGS = {LeftOut.CONTACT: "{{ summary.contact.email }}", LeftOut.PROGRAMME_LABEL: PLACES["summary.programme_label"]}
PAGE_NUMBERS = {Format.PDF: "<page-number/>", Format.DOCX: "a page number (Insert, Page Number)"}
_PAGE_FIELD = re.compile(r"<w:(?:instrText\b[^<>]*>|fldSimple\b[^<>]*\bw:instr=\")\s*PAGE\b")


class PrintedContent(Struct, frozen=True):
    """What a template prints; None if it cannot be filled."""

    found: frozenset[LeftOut] | None


@lru_cache(maxsize=64)
def required_content_problems(pack: Pack, format_: Format) -> tuple[Problem, ...]:
    """An error for each part that the template does not print, or that it prints although the pack leaves it out.

    There is none for a template with errors, which are reported when it is filled, and none for web pages, which have
    no page numbers.
    """
    if format_ is Format.HTML:
        return ()
    template = pack.page_template
    if format_ is Format.DOCX and pack.word_template is not None:
        template = pack.word_template

    def make() -> PrintedContent:
        try:
            return PrintedContent(frozenset(_printed(pack, format_)))
        except ProblemsFound:
            return PrintedContent(None)

    printed = cached_artifact(f"printed-{format_.value}", (pack.digest, template.path), PrintedContent, make).found
    return () if printed is None else tuple(_problems(pack, format_, printed, Location(template.path)))


def _problems(pack: Pack, format_: Format, printed: Collection[LeftOut], where: Location) -> Iterator[Problem]:
    omitted = pack.settings.leaves_out
    for part in LeftOut:
        if part not in printed and part not in omitted:
            example = TAGS.get(part, PAGE_NUMBERS[Format.PDF if where.path == pack.page_template.path else format_])
            hint = f"print {example}, or write `leaves_out: [{part.value}]` in pack.yaml"
            yield problem("content-required", where, form=part.value, hint=hint, name=part.value)
        elif part in printed and part in omitted:
            yield problem("left-out-printed", where, form=part.value, name=part.value)


def _printed(pack: Pack, format_: Format) -> Iterator[LeftOut]:
    """The parts that the template prints of a summary with everything."""
    samples = sample_summaries(pack)
    is_page = format_ is Format.PDF or pack.word_template is None
    text, has_numbers = (_page if is_page else _word)(pack, samples.full)
    for part, name in NAMES.items():
        if any(piece.name.startswith(name) and word in text for word, piece in samples.pieces.items()):
            yield part
    if has_numbers:
        yield LeftOut.PAGE_NUMBER


def _page(pack: Pack, summary: Summary) -> tuple[str, bool]:
    """The text of a page, and whether it has page numbers."""
    tree = read_page(fill_page(pack.page_template, summary), pack)
    content = [each for text in tree_paragraphs((*tree.headers, *tree.footer, *tree.body)) for each in text.content]
    text = "\n".join(each.text for each in content if isinstance(each, Run))
    return text, any(isinstance(each, PageNumber) for each in content)


def _word(pack: Pack, summary: Summary) -> tuple[str, bool]:
    """The XML of a Word file, and whether it has page numbers."""
    with ZipFile(BytesIO(render_word(summary, pack).content)) as package:
        names = [name for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")]
        text = "\n".join(package.read(name).decode() for name in names)
    return text, _PAGE_FIELD.search(text) is not None
