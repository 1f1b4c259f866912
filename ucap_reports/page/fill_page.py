"""Fills the pack's page template with a summary: page XML with references to the summary's rich text."""

import re
from collections.abc import Mapping, Sequence
from html import escape

from msgspec.structs import replace

from ucap_reports.pictures.picture_facts import PictureFacts
from ucap_reports.problems import Problem, raise_found
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.render_budget import Printable
from ucap_reports.template.markup.picture_references import picture_reference
from ucap_reports.template.markup.prepared_template import NO_KIND, TEXT_KIND, FilledTemplate, prepared_template
from ucap_reports.template.pack import PackFile
from ucap_reports.text.foreign_text import language_of
from ucap_reports.text.rich_text import Break, Inline, Paragraph, RichText, Run
from ucap_reports.text.shapes import Bar, Shape

_LINE_END = re.compile(r"\r\n?|\n")
_NOT_FOLDABLE = re.compile(r"^ | $|  |[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML forbids, or white space that would look like the template's layout."""


Lists = Mapping[str, Sequence[tuple[str, float]]]
"""Labels with numbers, by the names of their lists."""
NO_LISTS: Lists = {}


class PageXml(FilledTemplate, frozen=True):
    """A filled page template. `<rich ref="3"/>` refers to `texts[3]`; with `inline="true"` its lines flow in a text.
    `<picture of="…"/>` refers to one of the `pictures`; `<bar ref="0"/>` and `<goal ref="0"/>` refer to `shapes[0]`.
    """

    texts: tuple[RichText, ...]
    summary: Summary
    shapes: tuple[Shape, ...]
    pictures: Mapping[str, PictureFacts]
    lists: Lists = NO_LISTS
    """Lists of labels with numbers, which charts show by their names."""


def fill_page(template: PackFile, summary: Summary, lists: Lists = NO_LISTS) -> PageXml:
    """The page template filled with the summary; `lists` are those that charts show.

    Raises ProblemsFound with all problems of the template's tags, at their places in the template.
    """
    page, problems = attempt_fill(template, summary)
    raise_found(problems)
    return replace(page, lists=lists) if lists else page


def attempt_fill(template: PackFile, summary: Summary) -> tuple[PageXml, tuple[Problem, ...]]:
    """The template filled as far as possible (empty if filling stopped), and the problems of its tags.

    Raises ProblemsFound for a template that cannot be compiled.
    """
    prepared = prepared_template("page-template", template)
    texts: list[RichText] = []
    pictures: dict[str, PictureFacts] = {}
    shapes: list[Shape] = []

    def place(value: Printable, kind: str) -> str:
        if isinstance(value, PictureFacts):
            return picture_reference(value, kind, pictures, '<picture of="{{ picture }}"/>')
        if kind != TEXT_KIND:
            return write(value.text, kind)
        texts.append(value)
        return f'<rich ref="{len(texts) - 1}"/>'

    def write(text: str, kind: str) -> str:
        if kind == NO_KIND:
            return ""
        if kind != TEXT_KIND or (_NOT_FOLDABLE.search(text) is None and language_of(text) is None):
            return escape(text)
        texts.append(_lines(text))
        return f'<rich ref="{len(texts) - 1}" inline="true"/>'

    def draw(shape: Shape, kind: str) -> str:
        if kind != TEXT_KIND:
            return write(shape.alt, kind)
        shapes.append(shape)
        return f'<{"bar" if isinstance(shape, Bar) else "goal"} ref="{len(shapes) - 1}"/>'

    filled = prepared.compiled.attempt(summary, place, write, draw)
    text, start_tags = filled.text or "", prepared.start_tags
    return PageXml(text, template.path, start_tags, tuple(texts), summary, tuple(shapes), pictures), filled.problems


def _lines(text: str) -> RichText:
    """The text with its line ends as breaks, and with its language if it has one."""
    inlines: list[Inline] = []
    for line in _LINE_END.split(text):
        run = Run(line, language=language_of(text))
        inlines += [Break(), run] if inlines else [run]
    return RichText((Paragraph(tuple(inlines)),))
