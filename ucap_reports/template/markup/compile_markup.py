"""Prepares templates in XML: decodes, marks and compiles them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.template.jinja.compile_template import compile_template
from ucap_reports.template.jinja.jinja_tags import PRINT, STATEMENT, JinjaTag, find_jinja_tags
from ucap_reports.template.jinja.render_budget import SourceLocations
from ucap_reports.template.jinja.tag_check import DeclaredFacts, WrittenTag, read_tags
from ucap_reports.template.markup.prepared_template import (
    KINDS,
    XML_DECLARATION,
    PreparedTemplate,
    is_too_large,
    too_large,
)
from ucap_reports.template.markup.source_marking import mark_template
from ucap_reports.template.pack import PackFile

_MOST_TAGS = 1_000
_NOT_LINE_END = re.compile(r"[^\n]")
_LINE_END = re.compile(r"\r\n?|\n")


def compile_markup(template: PackFile, prologue: re.Pattern[str] = XML_DECLARATION) -> PreparedTemplate:
    """Return the template, ready to be filled; what `prologue` matches at its beginning is ignored.

    Raises ProblemsFound for tags that cannot be compiled, at their places in the template, and for a template that is
    not UTF-8 (`encoding-invalid`), has a DOCTYPE (`xml-invalid`), parts of tags (`tag-unopened`, `tag-misplaced`) or
    too many tags (`tags-too-many`).
    """
    marked = mark_template(template_text(template, prologue), template.path)
    compiled = compile_template(marked.text, marked.locations, KINDS)
    if marked.problems:  # checked last, because an unclosed tag looks like the end of another one
        raise ProblemsFound(marked.problems)
    return PreparedTemplate(compiled, marked.start_tags)


def template_text(template: PackFile, prologue: re.Pattern[str] = XML_DECLARATION) -> str:
    """Return the template's text with its line ends normalised; what `prologue` matches is replaced by spaces.

    Raises ProblemsFound if it is not UTF-8 (`encoding-invalid`) or is too large (`tags-too-many`, `page-too-large`).
    """
    try:
        text = template.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemsFound([problem("encoding-invalid", Location(template.path), form="page")]) from None
    if is_too_large(text):
        raise ProblemsFound([too_large(template.path)])
    if text.count("{{") + text.count("{%") > _MOST_TAGS:
        raise ProblemsFound([problem("tags-too-many", Location(template.path, 1, 1), limit=_MOST_TAGS)])
    return prologue.sub(lambda match: _NOT_LINE_END.sub(" ", match[0]), _LINE_END.sub("\n", text), count=1)


def tag_problems(
    template: PackFile,
    summary: type,
    facts: Mapping[type, DeclaredFacts] | None = None,
    prologue: re.Pattern[str] = XML_DECLARATION,
) -> tuple[Problem, ...]:
    """Return the problems of each tag. `summary` is the class of the value of that name; for `facts` see
    `read_tags`.
    """
    try:
        text = template_text(template, prologue)
        tags = tuple(find_jinja_tags(text, template.path))
    except ProblemsFound as error:
        return error.problems
    return tuple(read_tags(_written(text, tags, template.path), {"summary": summary}, facts))


def _written(text: str, tags: Sequence[JinjaTag], path: str) -> Iterator[WrittenTag]:
    for tag in tags:
        content = text[tag.inner_start : tag.inner_end].strip()
        if tag.kind in (PRINT, STATEMENT) and content:
            start = text.rfind("\n", 0, tag.start) + 1
            location = Location(path, text.count("\n", 0, tag.start) + 1, tag.start - start + 1)
            yield WrittenTag(content, tag.kind == PRINT, SourceLocations.at(location))
