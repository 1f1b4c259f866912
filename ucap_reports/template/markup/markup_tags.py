"""Checks of the single tags of a template in XML, read without a summary."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.template.jinja.jinja_errors import find_jinja_tags
from ucap_reports.template.jinja.jinja_tags import PRINT, STATEMENT, JinjaTag
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.tag_check import DeclaredFacts, WrittenTag, read_tags
from ucap_reports.template.markup.compile_markup import template_text
from ucap_reports.template.markup.prepared_template import XML_DECLARATION
from ucap_reports.template.pack import PackFile


def tag_problems(
    template: PackFile,
    summary: type,
    facts: Mapping[type, DeclaredFacts] | None = None,
    prologue: re.Pattern[str] = XML_DECLARATION,
) -> tuple[Problem, ...]:
    """The problems of each tag. `summary` is the class of the value of that name; for `facts` see `read_tags`."""
    try:
        text = template_text(template, prologue)
        tags = tuple(find_jinja_tags(text, template.path))
    except ProblemsFound as found:
        return found.problems
    return tuple(read_tags(_written(text, tags, template.path), {"summary": summary}, facts))


def _written(text: str, tags: Sequence[JinjaTag], path: str) -> Iterator[WrittenTag]:
    for tag in tags:
        content = text[tag.inner_start : tag.inner_end].strip()
        if tag.kind in (PRINT, STATEMENT) and content:
            start = text.rfind("\n", 0, tag.start) + 1
            location = Location(path, text.count("\n", 0, tag.start) + 1, tag.start - start + 1)
            yield WrittenTag(content, tag.kind == PRINT, SourcePlaces.at(location))
