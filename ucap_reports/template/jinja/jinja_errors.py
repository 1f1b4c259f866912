"""What Jinja says of a tag it cannot read, said as a problem."""

import re

from jinja2.exceptions import TemplateSyntaxError

from ucap_reports.problems import Problem, did_you_mean
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.unsupported_tags import instead_of_tag

TAGS = (
    "call", "elif", "else", "endcall", "endfor", "endif", "endmacro", "endraw", "endset", "endwith", "for", "if",
    "macro", "raw", "set", "with",
)  # fmt: skip
"""The tags a template may use."""
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(\w+)'")
_OPEN_TAG = re.compile(r"The innermost block that needs to be closed is '(\w+)'")


def jinja_syntax_problem(places: SourcePlaces, error: TemplateSyntaxError) -> Problem:
    """The problem `tag-syntax` of the error, with the nearest names of a tag that there is not."""
    text = error.message or "this is not a tag"
    unknown, unclosed = _UNKNOWN_TAG.match(text), _OPEN_TAG.search(text)
    hint = f"write {{% end{unclosed[1]} %}}" if unclosed else None
    if unknown and unknown[1] not in TAGS:
        message = f'no tag is called "{unknown[1]}"'
        hint = instead_of_tag(unknown[1]) or did_you_mean(unknown[1], TAGS) or "there are for, if, set, with and macro"
    elif unknown and unclosed:
        message = f'"{unknown[1]}" comes before "{unclosed[1]}" is closed'
    elif unknown:
        message = f'"{unknown[1]}" belongs to no tag before it'
    elif unclosed:
        message = f'"{unclosed[1]}" is not closed'
    else:
        plain = text.replace(". Jinja was looking for", ", expected").rstrip(".")
        message = plain[:1].lower() + plain[1:]
    return places.problem(error.lineno, "tag-syntax", message, hint)
