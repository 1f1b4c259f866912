"""Fills the pack's page template with a summary: page XML with references to the summary's rich text."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import count

from msgspec.structs import replace

from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.pictures.picture_preparation import PictureFacts
from ucap_reports.problems import Problem, raise_found
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.jinja.rendering_state import Printable
from ucap_reports.template.pack import PackFile
from ucap_reports.template.xml_templates import (
    NO_KIND,
    TEXT_KIND,
    FilledTemplate,
    PreparedTemplate,
    picture_reference,
    prepared_template,
)
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, Shape
from ucap_reports.text.field_marks import MARK_BEGIN, MARK_END, divided, marks_of, with_marks
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import Break, Inline, Paragraph, RichText, Run

_LINE_END = RarePattern(r"\r\n?|\n")
_NOT_FOLDABLE = re.compile(rf"^ | $|  |[\x00-\x1f\ud800-\udfff\ufffe\uffff{MARK_BEGIN}{MARK_END}]")
"""Characters that XML forbids, or white space that would look like the template's layout."""
_MARKUP = re.compile("[&<>\"']")
"""Characters that are escaped, which few texts have."""
Lists = Mapping[str, Sequence[tuple[str, float]]]
"""Labels with numbers, by the names of their lists."""
NO_LISTS: Lists = {}


class PageXml(FilledTemplate, frozen=True):
    """A filled page template. `<rich ref="3"/>` refers to `texts[3]`; with `inline="true"` its lines flow in a text.
    `<picture of="…"/>` refers to one of the `pictures`; `<bar ref="0"/>` and `<goal ref="0"/>` refer to `shapes[0]`.
    """

    texts: Mapping[int, RichText]
    summary: Summary
    shapes: Mapping[int, Shape]
    pictures: Mapping[str, PictureFacts]
    lists: Lists = NO_LISTS
    """Lists of labels with numbers, which charts show by their names."""
    is_book: bool = False
    has_marks: bool = False
    """Whether texts have marks of values (`read_marks`). Without them, characters that look like marks are text."""


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
    values = PageValues()
    filled = prepared.compiled.attempt(summary, values.place, values.write, values.draw)
    return values.page(prepared, template, filled.text or "", summary), filled.problems


class PageValues:
    """The values that a page template has printed, to which its page refers by their numbers."""

    def __init__(self) -> None:
        self._texts: dict[int, RichText] = {}
        self._pictures: dict[str, PictureFacts] = {}
        self._shapes: dict[int, Shape] = {}
        self._text_numbers, self._shape_numbers = count(), count()
        self._has_marks = False

    def page(self, prepared: PreparedTemplate, template: PackFile, text: str, summary: Summary) -> PageXml:
        """Return the page of a filled template, to which values can still be added."""
        page = PageXml(text, template.path, prepared.start_tags, self._texts, summary, self._shapes, self._pictures)
        return replace(page, has_marks=True) if self._has_marks else page

    def forget(self) -> None:
        """Remove the values so far, because nothing refers to them any more."""
        self._texts.clear()
        self._shapes.clear()
        self._pictures.clear()

    def place(self, value: Printable, kind: str) -> str:
        """Return the markup of rich text or a picture."""
        if not isinstance(value, RichText):
            return picture_reference(value, kind, self._pictures, '<picture of="{{ picture }}"/>')
        if kind != TEXT_KIND:
            return self.write(value.text, kind)
        return f'<rich ref="{self._added(value)}"/>'

    def write(self, text: str, kind: str) -> str:
        """Return the markup of a plain text. Its marks are text until the page is read."""
        if kind == NO_KIND:
            return ""
        if kind == TEXT_KIND:
            if _NOT_FOLDABLE.search(text) is not None or language_of(text) is not None:
                return f'<rich ref="{self._added(_lines(text))}" inline="true"/>'
            if marks_of(text):
                self._has_marks = True
                text = with_marks(text)
        return escape(text) if _MARKUP.search(text) else text

    def draw(self, shape: Shape, kind: str) -> str:
        """Return the markup of a shape."""
        if kind != TEXT_KIND:
            return self.write(shape.alt, kind)
        number = next(self._shape_numbers)
        self._shapes[number] = shape
        return f'<{"bar" if isinstance(shape, Bar) else "goal"} ref="{number}"/>'

    def _added(self, text: RichText) -> int:
        number = next(self._text_numbers)
        self._texts[number] = text
        return number


def _lines(text: str) -> RichText:
    """The text with its line ends as breaks, and with its language if it has one."""
    inlines: list[Inline] = []
    for line in divided(text, _LINE_END.split(text)):
        run = Run(line, language=language_of(text))
        inlines += [Break(), run] if inlines else [run]
    return RichText((Paragraph(tuple(inlines)),))
