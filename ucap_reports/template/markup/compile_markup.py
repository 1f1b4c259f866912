"""Prepares templates in XML: decodes, marks and compiles them."""

import re

from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.template.jinja.compile_template import compile_template
from ucap_reports.template.markup.prepared_template import KINDS, PreparedTemplate, TemplateLines
from ucap_reports.template.markup.source_marking import mark_template
from ucap_reports.template.pack import PackFile

XML_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_NOT_LINE_END = re.compile(r"[^\n]")
_LINE_END = re.compile(r"\r\n?|\n")


def compile_markup(template: PackFile, prologue: re.Pattern[str] = XML_DECLARATION) -> PreparedTemplate:
    """The template, ready to be filled; what `prologue` matches at its beginning is ignored.

    Raises ProblemsFound for tags that cannot be compiled, at their places in the template, and for a template that is
    not UTF-8 (`encoding-wrong`) or has a DOCTYPE (`xml-invalid`).
    """
    path = template.path
    marked = mark_template(template_text(template, prologue), path)
    if marked.declarations:
        raise ProblemsFound(
            problem("xml-invalid", Location(path, *position), form="doctype") for position in marked.declarations
        )
    lines = TemplateLines(path, marked.lines)
    return PreparedTemplate(compile_template(marked.text, lines.locate, KINDS), marked.start_tags)


def template_text(template: PackFile, prologue: re.Pattern[str] = XML_DECLARATION) -> str:
    """The template's text with its line ends normalised; what `prologue` matches is replaced by spaces."""
    try:
        text = template.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemsFound([problem("encoding-wrong", Location(template.path), form="page")]) from None
    return prologue.sub(lambda found: _NOT_LINE_END.sub(" ", found[0]), _LINE_END.sub("\n", text), count=1)
