"""Compiling templates: parsing, checking, and generating code that can be cached."""

import marshal
from collections.abc import Iterator, Sequence

from ucap_reports.problems import ProblemsFound
from ucap_reports.template.jinja.branches import numbered
from ucap_reports.template.jinja.compiled_template import CompiledTemplate
from ucap_reports.template.jinja.jinja_errors import NOT_PARSED, parse_problem
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.sandbox import sandbox
from ucap_reports.template.jinja.template_security import bounded, security_faults


def compile_template(text: str, places: SourcePlaces, kinds: Sequence[str] = ()) -> CompiledTemplate:
    """The compiled template. `places` are those of the lines of `text`.

    Each of `kinds` adds a filter: `{{ (value)|kind_p }}` is printed with kind `p`.
    Raises ProblemsFound: `tag-syntax` for the first tag that cannot be parsed, or else all of `tag-forbidden`,
    `filter-unknown` and `test-unknown`.
    """
    environment = sandbox(tuple(kinds))
    try:
        tree = environment.parse(text)
        if faults := security_faults(tree, environment):
            raise ProblemsFound(places.placed(*fault) for fault in faults)
        code = environment.compile(bounded(tree, environment))
    except NOT_PARSED as error:
        raise ProblemsFound([parse_problem(places, error, text)]) from None
    return CompiledTemplate(marshal.dumps(code), tuple(kinds), places)


def compile_branches(text: str, places: SourcePlaces, kinds: Sequence[str] = ()) -> Iterator[CompiledTemplate]:
    """For each branch of a valid template, a copy of the template that always takes this branch."""
    environment = sandbox(tuple(kinds))
    tree = environment.parse(text)
    branches = numbered(tree)
    code = marshal.dumps(environment.compile(bounded(tree, environment)))
    return (CompiledTemplate(code, tuple(kinds), places, outcomes) for outcomes in branches)
