"""Templates: Jinja in one environment that is strict, sandboxed and always escapes, for both formats."""

from ucap_reports.templating.tags import Tag, TagKind, find_tags
from ucap_reports.templating.template import CompiledTemplate, compile_template

__all__ = ["CompiledTemplate", "Tag", "TagKind", "compile_template", "find_tags"]
