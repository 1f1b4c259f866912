"""What Jinja says of a tag it cannot read, said as a problem."""

import re

from jinja2.exceptions import TemplateSyntaxError

from ucap_reports.problems import Problem, did_you_mean
from ucap_reports.templating.rendering import Places

TAGS = (
    "call", "elif", "else", "endcall", "endfor", "endif", "endmacro", "endraw", "endset", "endwith", "for", "if",
    "macro", "raw", "set", "with",
)  # fmt: skip
"""The tags a template may use."""
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(\w+)'")


def syntax_problem(places: Places, error: TemplateSyntaxError) -> Problem:
    """The problem `tag-syntax` of the error, with the nearest names of a tag that there is not."""
    message = error.message or "this is not a tag"
    if unknown := _UNKNOWN_TAG.match(message):
        hint = did_you_mean(unknown[1], TAGS) or "there are for, if, set, with and macro"
        return places.problem(error.lineno, "tag-syntax", f'no tag is called "{unknown[1]}"', hint)
    message = message.replace(". Jinja was looking for", ", expected").replace("Jinja was looking for", "expected")
    return places.problem(error.lineno, "tag-syntax", (message[:1].lower() + message[1:]).rstrip("."))
