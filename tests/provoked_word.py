"""Problems of Word templates that need more than paragraphs of text."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.samples import seed_summary
from tests.word_packages import image
from tests.word_templates import STYLES, cell, docx, pack_of, paragraph, table
from ucap_reports.check.word_template_check import template_warnings
from ucap_reports.problems import ProblemsFound
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.render_word import render_word


def rendered(template: bytes, title: str = "") -> set[str]:
    """The codes of the problems of a document."""
    try:
        render_word(replace(seed_summary(), title=title), pack_of(template))
    except ProblemsFound as found:
        return {problem.code for problem in found.problems}
    return set()


def span_invalid(_folder: Path, _monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A cell over 0 columns."""
    return rendered(docx(table([cell("{% colspan 0 %}a")])))


def background_invalid(_folder: Path, _monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A cell in a colour with a name."""
    return rendered(docx(table([cell("{% cellbg 'blue' %}a")])))


def character_forbidden(_folder: Path, _monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A control character; plans cannot contain one, but summaries that a program makes can."""
    return rendered(docx(paragraph("{{ summary.title }}")), title="a\x0b")


def tags_too_many(_folder: Path, _monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A template with too many tags."""
    return rendered(docx(paragraph("{{ summary.id }}") * 1_001))


def image_invalid(_folder: Path, _monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A metafile."""
    return rendered(image("a.wmf", b"a", "image/x-wmf")())


def styles_differ(_folder: Path, _monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A pack that keeps the styles of its Word template."""
    pack = pack_of(docx(paragraph("a", style="Title"), styles=STYLES), word_styles="keep")
    return {problem.code for problem in template_warnings(open_template(pack.files["summary.docx"]), pack)}


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "span-invalid": span_invalid,
    "background-invalid": background_invalid,
    "character-forbidden": character_forbidden,
    "tags-too-many": tags_too_many,
    "image-invalid": image_invalid,
    "styles-differ": styles_differ,
}
