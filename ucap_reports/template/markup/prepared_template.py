"""A prepared template in XML, and the marks that connect its output to its source: the number of each start tag, and
the kind of each Jinja tag.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.template.jinja.compiled_template import CompiledTemplate
from ucap_reports.template.pack import PackFile

MARK = "start-tag"
"""The attribute with the number of an element's start tag in the template, from 0."""
TEXT_KIND = "text"
"""The kind of a tag that prints into the text of an element."""
NO_KIND = "nowhere"
"""The kind of a tag in a comment."""
KINDS = (TEXT_KIND, NO_KIND)
MOST_ELEMENTS, MOST_CHARACTERS = 10_000, 1_000_000
"""Limits of a page: its elements and attributes, and its characters. Pages have some hundred elements."""

XML_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")


def is_too_large(text: str) -> bool:
    """Whether page XML has too many elements and attributes, counted without parsing it, or too many characters."""
    counted = text.count("<") - text.count("</") + text.count("=")
    return counted > MOST_ELEMENTS or len(text) > MOST_CHARACTERS


def too_large(path: str) -> Problem:
    """The problem of a page for which `is_too_large` is true."""
    return problem("page-too-large", Location(path, 1, 1), elements=MOST_ELEMENTS, characters=MOST_CHARACTERS)


class PreparedTemplate(Struct, frozen=True):
    """A template, ready to be filled; `start_tags` has the place of each mark's start tag."""

    compiled: CompiledTemplate
    start_tags: tuple[Location, ...]


@lru_cache(maxsize=64)
def prepared_template(kind: str, template: PackFile, prologue: re.Pattern[str] = XML_DECLARATION) -> PreparedTemplate:
    """The template, ready to be filled, from the cache of that kind where possible; see `compile_markup`."""

    def make() -> PreparedTemplate:
        from ucap_reports.template.markup.compile_markup import compile_markup  # noqa: PLC0415 - most templates are cached

        return compile_markup(template, prologue)

    return cached_artifact(kind, (template.path, template.content), PreparedTemplate, make)


class FilledTemplate(Struct, frozen=True):
    """A filled template: `start_tags` has the place of each mark's start tag; `path` is its name in problems."""

    text: str
    path: str
    start_tags: tuple[Location, ...]

    def location(self, start_tag: int | None) -> Location:
        """The place in the template of the start tag of that number; of None the beginning."""
        return Location(self.path, 1, 1) if start_tag is None else self.start_tags[start_tag]


def nearest_mark(elements: Iterable[Any]) -> int | None:
    """The mark of the first of the elements (of lxml) that has one."""
    return next((int(mark) for each in elements if (mark := each.get(MARK)) is not None), None)
