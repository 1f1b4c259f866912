"""The names of documents, and what a plan says of itself before it is validated: its languages and its pack.

Variants, which are documents in another pack or another language, have names of their own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from ucap_reports.batch.document_options import BuildOptions, LinkedFile
from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.plan.placeholders import is_unknown
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.document_formats import Format
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, LANGUAGE, distinct

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


def version_languages(plan: Any, of_project: Iterable[str] = (), default: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """Return the languages of the versions of a plan, given as parsed YAML, which may be invalid.

    `of_project` are the languages of plans that name none.
    """
    fields = plan if isinstance(plan, dict) else {}
    named = fields.get("languages")
    wanted: Iterable[Any] = of_project
    if isinstance(named, str) and not is_unknown(named):
        wanted = [named]
    elif isinstance(named, list | tuple) and named:
        wanted = named
    return further_languages(own_language(plan, default), wanted)


def further_languages(own: str, wanted: Iterable[Any]) -> tuple[str, ...]:
    """Return the valid ones of the wanted languages, each once, without a plan's own.

    Two that only differ in capitals would have one name on disks that ignore these.
    """
    tags = [tag.strip() for tag in wanted if isinstance(tag, str)]
    return distinct(tag for tag in tags if LANGUAGE.fullmatch(tag) and tag.lower() != own.lower())


# What the plan says of itself, before it is validated


def pack_name(plan: Any, default: str) -> str:
    """Return the pack that a plan names, given as parsed YAML, which may be invalid; `default` if it names none."""
    return _text(plan, "template") or default


def own_language(plan: Any, default: str = DEFAULT_LANGUAGE) -> str:
    """Return the language of a plan, given as parsed YAML, which may be invalid; `default` if it names none."""
    return _text(plan, "language") or default


def early_values(source: Source, *fields: str) -> Any:
    """Return the parsed YAML of a plan; None if it is invalid. A text without the fields is not parsed: also None."""
    if not any(field in source.text for field in (*fields, "\\")):  # a key may contain escapes
        return None
    from ucap_reports.source.yaml_parsing import parse_tolerantly  # noqa: PLC0415 - few plans are parsed this early

    try:
        return parse_tolerantly(source).value
    except ProblemsFound:  # reported when the plan is built
        return None


def _text(plan: Any, field: str) -> str:
    """Return the text of a field as validation reads it, without spaces around it; empty if it is unknown."""
    value = plan.get(field) if isinstance(plan, dict) else None
    return value.strip() if isinstance(value, str) and not is_unknown(value) else ""
