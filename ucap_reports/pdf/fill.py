"""Summary to page XML: the pack's page template filled, in which the summary's rich text is only referred to."""

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from html import escape

from msgspec import Struct

from ucap_reports.keeping import kept
from ucap_reports.pack import PackFile
from ucap_reports.pdf.marks import KINDS, NO_KIND, TEXT_KIND, Position, mark
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.richtext import Break, Inline, Paragraph, RichText, Run
from ucap_reports.summary import Summary
from ucap_reports.templating import CompiledTemplate, compile_template

_XML_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_NOT_LINE_END = re.compile(r"[^\n]")
_LINE_END = re.compile(r"\r\n?|\n")
_NOT_FOLDABLE = re.compile(r"^ | $|  |[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML forbids in text, or what would be taken for the layout of the template."""


class PageXml(Struct, frozen=True):
    """A filled page template. `<rich ref="3"/>` stands for `texts[3]`; with `inline="true"` its lines flow in a text.

    `start_tags` tells where the template has the start tag of each mark; `path` is how problems name the template.
    """

    text: str
    texts: tuple[RichText, ...]
    title: str
    language: str
    path: str
    start_tags: tuple[Position, ...]

    def location(self, start_tag: int | None) -> Location:
        """The place in the template of the start tag of that number; of none the template as a whole."""
        if start_tag is None:
            return Location(self.path, 1, 1)
        line, column = self.start_tags[start_tag]
        return Location(self.path, line, column)


def fill(template: PackFile, summary: Summary) -> PageXml:
    """The page template filled with the summary.

    Raises ProblemsFound with all that `compile_template` and its result raise, at the tags' places in the template,
    and `encoding-wrong` or `xml-invalid` for a template that is no plain XML in UTF-8.
    """
    page, problems = attempt_fill(template, summary)
    if problems:
        raise ProblemsFound(problems)
    return page


def attempt_fill(template: PackFile, summary: Summary) -> tuple[PageXml, tuple[Problem, ...]]:
    """The template filled as far as it can be (nothing where it was stopped), and what is wrong with its tags.

    Raises ProblemsFound with what `fill` raises for a template that cannot be compiled.
    """
    prepared = _prepared(template)
    texts: list[RichText] = []

    def place(value: RichText, kind: str) -> str:
        if kind != TEXT_KIND:
            return write(value.text, kind)
        texts.append(value)
        return f'<rich ref="{len(texts) - 1}"/>'

    def write(text: str, kind: str) -> str:
        if kind == NO_KIND:
            return ""
        if kind != TEXT_KIND or _NOT_FOLDABLE.search(text) is None:
            return escape(text)
        texts.append(_lines(text))
        return f'<rich ref="{len(texts) - 1}" inline="true"/>'

    filled = prepared.compiled.attempt(summary, place, write)
    text, start_tags = filled.text or "", prepared.start_tags
    page = PageXml(text, tuple(texts), summary.title, summary.language, template.path, start_tags)
    return page, filled.problems


def _lines(text: str) -> RichText:
    """The text as it is, with its line ends as breaks."""
    inlines: list[Inline] = []
    for line in _LINE_END.split(text):
        inlines += [Break(), Run(line)] if inlines else [Run(line)]
    return RichText((Paragraph(tuple(inlines)),))


class _Prepared(Struct, frozen=True):
    """A page template, ready to be filled."""

    compiled: CompiledTemplate
    start_tags: tuple[Position, ...]


@lru_cache(maxsize=32)
def _prepared(template: PackFile) -> _Prepared:
    """The template compiled, once for each path and content."""
    return kept("page-template", (template.path, template.content), lambda: _compiled(template))


def _compiled(template: PackFile) -> _Prepared:
    path = template.path
    marked = mark(template_text(template), path)
    if marked.declarations:
        message, hint = "a page template has no DOCTYPE and no entities", "begin with <document>"
        raise ProblemsFound(
            Problem.error("xml-invalid", message, hint, Location(path, *position)) for position in marked.declarations
        )

    locate = partial(_located, path, tuple(marked.lines))
    return _Prepared(compile_template(marked.text, locate, KINDS), marked.start_tags)


def _located(path: str, lines: Sequence[Position], line: int) -> Location:
    """Where that line of the marked template stands in the template itself."""
    return Location(path, *lines[min(line, len(lines)) - 1])


def template_text(template: PackFile) -> str:
    """The template's text with plain line ends; an XML declaration is left out, every other character in its place."""
    try:
        text = template.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message, hint = "the page template is not text in UTF-8", "save it as UTF-8"
        raise ProblemsFound([Problem.error("encoding-wrong", message, hint, Location(template.path))]) from None
    return _XML_DECLARATION.sub(lambda found: _NOT_LINE_END.sub(" ", found[0]), _LINE_END.sub("\n", text), count=1)
