"""Compiling templates: parsing, checking, and generating code that can be cached."""

import marshal
from collections.abc import Sequence

from ucap_reports.problems import ProblemsFound
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
