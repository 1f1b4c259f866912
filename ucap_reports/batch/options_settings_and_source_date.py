"""The options that documents are built with, and the settings of a project, which give some of them; and the date of
documents whose plan has none.

What is decided in several places comes from the first of these that says it:

1. an option of the command, such as `--template`, or the version of the plan that is built,
2. the plan,
3. `ucap.yaml` (`ProjectSettings`; `settings_fields_and_schema` reads it),
4. the pack (`template/pack_opening.py` puts the settings of `ucap.yaml` over those of the packs), and then the defaults
   of the product, which are here.
"""

import os
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ucap_reports.batch.links_between_documents import LinkedFile
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLANS
from ucap_reports.summary.document_formats_and_pdf_standards import (
    DEFAULT_FORMATS,
    DEFAULT_STANDARD,
    DRAFT,
    Format,
    PdfStandard,
    parse_standard,
)
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, LANGUAGE, canonical_tag

if TYPE_CHECKING:  # not imported at run time: most builds need no place in the settings
    from ucap_reports.source.yaml_tree import Loc, Tree

DEFAULT_PACK = "iuc-asia"
"""The pack of plans that name none, unless the project names another."""


class DocumentOptions(Struct, frozen=True):
    """Options of a document: `template` is a pack instead of the plan's own, `language` that of the translation or, if
    there is none, of the row labels.
    """

    template: str | None = None
    language: str | None = None
    undated: date | None = None
    """The date of documents whose plan has none; None leaves it out."""
    default_pack: str = DEFAULT_PACK
    """The pack of plans that name none."""
    pdf_standard: PdfStandard = DEFAULT_STANDARD
    default_language: str = DEFAULT_LANGUAGE
    """The language of plans that name none."""

    def pack_of(self, plan: Any) -> str:
        """Return the name of the pack that prints a plan, or a book if that is None.

        The plan is parsed YAML, which may be invalid.
        """
        return self.template or pack_name(plan, self.default_pack)

    def language_of(self, plan: Any) -> str:
        """Return the language of a document of a plan, or of a book if that is None.

        The plan is parsed YAML, which may be invalid.
        """
        return self.language or own_language(plan, self.default_language)


class BuildOptions(DocumentOptions, frozen=True):
    """Options of the documents of a plan."""

    formats: tuple[Format, ...] = DEFAULT_FORMATS
    is_version: bool = False
    """Whether the language is one of those that plan or project name, so that a missing translation is a warning."""
    linked: tuple[LinkedFile, ...] | None = None
    """The files to which the web page links; None for those of the formats."""
    knows_all_fields: bool = True
    """Whether the project has no errors that may keep custom fields from being known."""
    is_check: bool = False
    """Only the problems are needed."""
    needs_thumbnail: bool = False
    """Whether the index needs a thumbnail of the PDF."""
    thumbnail_pdf: str | None = None
    """The SHA-256 of a PDF whose thumbnail the index has already, in hex."""


class PackChanges(Struct, frozen=True, dict=True):
    """The settings in `ucap.yaml` that replace those of packs, as plain data."""

    value: dict[str, Any]
    source: Source

    def location(self, loc: "Loc", *, key: bool = False) -> Location:
        """Return the place in the file of the value at `loc`, or of its key."""
        return self._tree.location(loc, key=key)

    @cached_property
    def _tree(self) -> "Tree":
        from ucap_reports.source.yaml_parsing import parse_tolerantly  # noqa: PLC0415 - most builds need no place

        return parse_tolerantly(self.source)


class ProjectSettings(Struct, frozen=True):
    """The settings in `ucap.yaml`, with the defaults of a project without the file."""

    template: str = DEFAULT_PACK
    """The pack of plans that name none."""
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    language: str = DEFAULT_LANGUAGE
    """The language of plans that name none."""
    languages: tuple[str, ...] = ()
    pdf_standard: PdfStandard = DEFAULT_STANDARD
    index_title: str | None = None
    index_drafts: bool = False
    """Whether the index lists drafts."""
    pack: PackChanges | None = None
    """The `contact`, `label_languages`, `funding`, `rows` and `fields` that replace those of packs, or are added to
    them.
    """
    problems: tuple[Problem, ...] = ()
    """Warnings about the file, or its errors."""
    have_errors: bool = False
    """Whether the file has errors, so that these settings are only those that are valid in spite of them."""

    def options(
        self,
        formats: Collection[Format] | None = None,
        template: str | None = None,
        language: str | None = None,
        pdf_standard: str | None = None,
    ) -> BuildOptions:
        """Return the options of a build in which these are requested.

        Raises ProblemsFound for an unknown standard, or an invalid date in the environment.
        """
        wanted = tuple(format_ for format_ in Format if format_ in (formats or self.formats))
        standard = parse_standard(pdf_standard) if pdf_standard else self.pdf_standard
        return BuildOptions(
            formats=wanted,
            template=template,
            language=language,
            undated=source_date(),
            default_pack=self.template,
            pdf_standard=standard,
            default_language=self.language,
            knows_all_fields=not self.have_errors,
        )

    def lists(self, source: str, status: str) -> bool:
        """Return whether the index lists a plan: drafts, and plans that are not in `plans/`, only if it
        lists drafts.
        """
        return self.index_drafts or (status != DRAFT and source.rpartition("/")[0] == PLANS)

    @property
    def declared(self) -> PackChanges | None:
        """The custom fields alone, for checks of packs; None if there are none."""
        if self.pack is None:
            return None
        declared = self.pack.value.get("fields")
        if not declared:
            return None
        return PackChanges({"fields": declared}, self.pack.source)


# What a plan says of itself, before it is validated: parsed YAML, which may be invalid


def pack_name(plan: Any, default: str) -> str:
    """Return the pack that a plan names, given as parsed YAML, which may be invalid; `default` if it names none."""
    return _text(plan, "template") or default


def own_language(plan: Any, default: str = DEFAULT_LANGUAGE) -> str:
    """Return the language of a plan, given as parsed YAML, which may be invalid; `default` if it names none."""
    language = _text(plan, "language")
    return canonical_tag(language) if LANGUAGE.fullmatch(language) else language or default


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
    """Return the text of a field as validation reads it, without spaces around it; empty if it is unknown.

    A number, such as the name of a pack that is a year, is the text that it was written as.
    """
    value = plan.get(field) if isinstance(plan, dict) else None
    if isinstance(value, str):
        return "" if is_unknown(value) else value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(getattr(value, "text", value))
    return ""


# The versions of a plan in other languages


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
    """Return the valid ones of the wanted languages in their canonical form, each once, without a plan's own."""
    own_tag = canonical_tag(own)
    further_tags: dict[str, None] = {}
    for written in wanted:
        tag = written.strip() if isinstance(written, str) else ""
        if not LANGUAGE.fullmatch(tag):
            continue
        canonical = canonical_tag(tag)
        if canonical != own_tag:
            further_tags[canonical] = None
    return tuple(further_tags)


# The date of documents whose plan has none, so that builds do not depend on the clock
# (https://reproducible-builds.org/specs/source-date-epoch/)

SOURCE_DATE = "SOURCE_DATE_EPOCH"


def source_date() -> date | None:
    """Return the date of documents whose plan has none: SOURCE_DATE_EPOCH, in seconds since 1970, if that is set.

    Raises ProblemsFound if it is not a number.
    """
    written = os.environ.get(SOURCE_DATE)
    if not written:
        return None
    try:
        return datetime.fromtimestamp(int(written), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise ProblemsFound([problem("source-date-invalid", value=written)]) from None
