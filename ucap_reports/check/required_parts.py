"""What the templates of a pack must print, tried with a sample summary once for each pack."""

import re
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from zipfile import ZipFile

from msgspec import Struct

from ucap_reports.check.sample_summaries import sample_summaries
from ucap_reports.page.fill_page import fill_page
from ucap_reports.page.read_page import read_page
from ucap_reports.page.required_content import PAGE_NUMBER, content_problems, printed_parts
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.summary.document import Format
from ucap_reports.template.pack import LeftOut, Pack
from ucap_reports.word.render_word import render_word

NAMES = {LeftOut.CONTACT: "summary.contact.", LeftOut.PROGRAMME_LABEL: "summary.programme_label"}
"""The beginnings of the names of what a template prints in tags."""
_WORD_PAGE_NUMBER = "a page number (Insert, Page Number)"
_PAGE_FIELD = re.compile(r"<w:(?:instrText\b[^<>]*>|fldSimple\b[^<>]*\bw:instr=\")\s*PAGE\b")


class PrintedContent(Struct, frozen=True):
    """What a template prints; None if it cannot be filled."""

    found: frozenset[LeftOut] | None


@lru_cache(maxsize=64)
def required_content_problems(pack: Pack, format_: Format) -> tuple[Problem, ...]:
    """Return an error for each part that the template of a format does not print, or that the pack leaves out.

    All formats have the page template, except Word files of packs with a Word template. There is no error for a
    template with errors, which are reported when it is filled.
    """
    printed_by: Callable[[Pack], frozenset[LeftOut]] = _printed_by_page
    template, page_number = pack.page_template, PAGE_NUMBER
    if format_ is Format.DOCX and pack.word_template is not None:
        printed_by = _printed_by_word
        template, page_number = pack.word_template, _WORD_PAGE_NUMBER

    def make() -> PrintedContent:
        try:
            return PrintedContent(printed_by(pack))
        except ProblemsFound:
            return PrintedContent(None)

    printed = cached_artifact("printed", (pack.digest, template.path), PrintedContent, make).found
    return () if printed is None else tuple(content_problems(printed, pack, template.path, page_number))


def _printed_by_page(pack: Pack) -> frozenset[LeftOut]:
    summary = sample_summaries(pack).full
    return printed_parts(read_page(fill_page(pack.page_template, summary), pack), summary)


def _printed_by_word(pack: Pack) -> frozenset[LeftOut]:
    samples = sample_summaries(pack)
    with ZipFile(BytesIO(render_word(samples.full, pack).content)) as package:
        names = [name for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")]
        text = "\n".join(package.read(name).decode() for name in names)
    found = set()
    for part, name in NAMES.items():
        if any(piece.name.startswith(name) and word in text for word, piece in samples.pieces.items()):
            found.add(part)
    if _PAGE_FIELD.search(text) is not None:
        found.add(LeftOut.PAGE_NUMBER)
    return frozenset(found)
