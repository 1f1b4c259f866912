"""Links from a web page to the other documents of its plan: which files it links to, in which order, and their texts.

First come the other formats, in their order, then the pages in other languages, in the order of the versions.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from ucap_reports.summary.document_formats_and_pdf_standards import FORMAT_NAMES, MEDIA_TYPES, Format

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed makes no summary
    from ucap_reports.summary.summary_model import Version


class LinkedFile(Struct, frozen=True):
    """A file to which a web page links; `language` is None for another format of the same document."""

    file_name: str
    language: str | None = None


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


def linked_versions(files: Iterable[LinkedFile], own_language: str) -> tuple["Version", ...]:
    """Return the links as a summary has them: with the name of the format or, for a page in another language, that of
    the language.

    `own_language` is that of the other formats.
    """
    from ucap_reports.summary.numbers_dates_and_names import language_name  # noqa: PLC0415 - see above
    from ucap_reports.summary.summary_model import Version  # noqa: PLC0415 - see above

    versions = []
    for file in files:
        format_ = Format(file.file_name.rpartition(".")[2])
        text = FORMAT_NAMES[format_] if file.language is None else language_name(file.language)
        versions.append(Version(file.file_name, text, file.language or own_language, MEDIA_TYPES[format_]))
    return tuple(versions)
