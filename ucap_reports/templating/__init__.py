"""Templates: Jinja in one environment that is strict, sandboxed and always escapes, for both formats."""

from ucap_reports.templating.reading import WrittenTag, read_tags
from ucap_reports.templating.rendering import Places
from ucap_reports.templating.tags import Tag, TagKind, find_tags
from ucap_reports.templating.template import Attempt, CompiledTemplate, compile_template

__all__ = [
    "Attempt",
    "CompiledTemplate",
    "Places",
    "Tag",
    "TagKind",
    "WrittenTag",
    "compile_template",
    "find_tags",
    "read_tags",
]
