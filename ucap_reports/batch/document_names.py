"""The names of documents.

Variants, which are documents in another pack or another language, have names of their own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from ucap_reports.batch.document_options import BuildOptions, LinkedFile, own_language, pack_name
from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.summary.document_formats import Format

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}(\.[\w-]{1,80}){0,2}")
"""The only names of documents that a build uses: `ID`, `ID.PACK`, `ID.TAG` or `ID.PACK.TAG`."""
_OTHER = RarePattern(r"[^\w-]+")


def variant(name: str, plan: Any, options: BuildOptions) -> tuple[str, BuildOptions]:
    """Return the name of the documents without their format, and the options without what the plan says itself.

    `name` is the id of the plan, which is given as parsed YAML, which may be invalid.
    """
    pack, language = pack_name(plan, options.default_pack), own_language(plan, options.default_language)
    if options.template == pack:
        options = replace(options, template=None)
    if options.language is not None and options.language.lower() == language.lower():
        options = replace(options, language=None)
    parts = (_OTHER.sub("-", part)[:80] for part in (options.template, options.language) if part)
    return ".".join([name, *parts]), options


def linked_files(
    name: str, formats: Iterable[Format], pages: Mapping[str, str] | None = None
) -> tuple[LinkedFile, ...]:
    """Return the files to which the web page of that name links: the other formats, and the pages in other languages.

    `pages` has the language of each version of the plan, by its name.
    """
    files = [LinkedFile(f"{name}.{format_.value}") for format_ in formats if format_ is not Format.HTML]
    if pages and name in pages:
        for page, language in pages.items():
            if page != name:
                files.append(LinkedFile(f"{page}.{Format.HTML.value}", language))
    return tuple(files)


def plan_of(name: str) -> str:
    """Return the id of the plan with documents of that name."""
    return name.partition(".")[0]


def version_of(name: str) -> str:
    """Return what a name says about the variant, such as "iuc-japan zh"; empty for the plan's own documents."""
    return " ".join(name.split(".")[1:])
