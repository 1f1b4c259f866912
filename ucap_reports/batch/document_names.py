"""The names of documents, and of the index beside them.

Variants, which are documents in another pack or another language, have names of their own.
"""

import re
from typing import Any

from msgspec.structs import replace

from ucap_reports.batch.options_settings_and_source_date import BuildOptions, own_language, pack_name
from ucap_reports.patterns.lazy_pattern import LazyPattern

BOOK = "book"
"""The name of the files of a book, unless another one is given."""
INDEX = "index.html"
SITE_INDEX = "index"
"""The name of the index of a web site of plans, without its format."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}(\.[\w-]{1,80}){0,2}")
"""The only names of documents that a build uses: `ID`, `ID.PACK`, `ID.TAG` or `ID.PACK.TAG`."""
_OTHER = LazyPattern(r"[^\w-]+")
"""What the names of packs and languages have in names of documents as a hyphen."""
_LONGEST_PART = 80
"""Characters of a pack or a language in the name of a document."""


def variant(name: str, plan: Any, options: BuildOptions) -> tuple[str, BuildOptions]:
    """Return the name of the documents without their format, and the options without what the plan says itself.

    `name` is the id of the plan, which is given as parsed YAML, which may be invalid.
    """
    if options.template == pack_name(plan, options.default_pack):
        options = replace(options, template=None)
    own = own_language(plan, options.default_language)
    if options.language is not None and options.language.lower() == own.lower():
        options = replace(options, language=None)
    parts = [name]
    for part in (options.template, options.language):
        if part:
            parts.append(_OTHER.sub("-", part)[:_LONGEST_PART])
    return ".".join(parts), options


def plan_of(name: str) -> str:
    """Return the id of the plan with documents of that name."""
    return name.partition(".")[0]


def version_of(name: str) -> str:
    """Return what a name says about the variant, such as "iuc-japan zh"; empty for the plan's own documents."""
    return " ".join(name.split(".")[1:])
