"""Templates: Jinja in one environment that is strict, sandboxed and always escapes, for both formats.

Here is what runs a template that was compiled before; `compiling`, `tags` and `reading` are for those that were not.
"""

from ucap_reports.templating.rendering import Places
from ucap_reports.templating.template import Attempt, CompiledTemplate

__all__ = ["Attempt", "CompiledTemplate", "Places"]
