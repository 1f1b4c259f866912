"""From a page template's bytes to what is filled in: its text read, marked, and compiled."""

import re

from ucap_reports.pdf.template.prepared_template import KINDS, PreparedTemplate, TemplateLines
from ucap_reports.pdf.template.source_marking import mark_template
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.template.jinja.compile_template import compile_template
from ucap_reports.template.pack import PackFile

_XML_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_NOT_LINE_END = re.compile(r"[^\n]")
_LINE_END = re.compile(r"\r\n?|\n")


def compile_page(template: PackFile) -> PreparedTemplate:
    """The page template, ready to be filled.

    Raises ProblemsFound with all that `compile_template` raises, at the tags' places in the template, and
    `encoding-wrong` or `xml-invalid` for a template that is no plain XML in UTF-8.
    """
    path = template.path
    marked = mark_template(template_text(template), path)
    if marked.declarations:
        message, hint = "a page template has no DOCTYPE and no entities", "begin with <document>"
        raise ProblemsFound(
            Problem.error("xml-invalid", message, hint, Location(path, *position)) for position in marked.declarations
        )
    lines = TemplateLines(path, marked.lines)
    return PreparedTemplate(compile_template(marked.text, lines.locate, KINDS), marked.start_tags)


def template_text(template: PackFile) -> str:
    """The template's text with plain line ends; an XML declaration is left out, every other character in its place."""
    try:
        text = template.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message, hint = "the page template is not text in UTF-8", "save it as UTF-8"
        raise ProblemsFound([Problem.error("encoding-wrong", message, hint, Location(template.path))]) from None
    return _XML_DECLARATION.sub(lambda found: _NOT_LINE_END.sub(" ", found[0]), _LINE_END.sub("\n", text), count=1)
