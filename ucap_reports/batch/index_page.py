"""The index of a folder of documents: one HTML page that needs no server, and no script for reading.

It is made from the records of the folder only: no plan is read for it.
"""

import marshal
from base64 import b64encode
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import asdict

from ucap_reports.batch.build_request_and_report import BuildState, Listed, Remark
from ucap_reports.batch.document_names_and_thumbnails import (
    BOOK,
    INDEX,
    THUMBNAILS,
    plan_of,
    thumbnail_name,
    version_of,
)
from ucap_reports.batch.manifest import PlanCard, PlanRecord
from ucap_reports.problems import Location, problem
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_refusals, write_files
from ucap_reports.storage.safe_folder import FileKind, OpenFolder
from ucap_reports.summary.document_formats_and_pdf_standards import FORMAT_NAMES, Format
from ucap_reports.text.language_tags import is_right_to_left

if TYPE_CHECKING:  # not imported at run time: a page that has not changed is not rendered
    from jinja2 import Template

TITLE = "Urban Cooperation Action Plans"
LABEL = "A European Union Programme"
_LANGUAGE = "en"
"""The language of the page, by whose alphabet the entries are sorted."""
_THOUSAND = 1000


class PublishedFile(Struct, frozen=True):
    """A document beside the index: `size` is in bytes, `pages` is None for Word, which has no fixed pages.

    `version` is empty for the plan's own documents, and otherwise the pack and the language of the variant.
    """

    format: Format
    file_name: str
    size: int
    pages: int | None = None
    version: str = ""


class VersionNames(Struct, frozen=True):
    """The names of the cities in the language of a version."""

    language: str
    cities: tuple[str, ...]


class IndexEntry(PlanCard, frozen=True):
    """The entry of a plan: its facts as they are published, and `files` in the order of their links."""

    files: tuple[PublishedFile, ...] = ()
    versions: tuple[VersionNames, ...] = ()
    """The versions in other languages."""
    thumbnail: str | None = None
    """The file name of the picture of the first page, in the folder `THUMBNAILS` beside the index."""


_OWN_PAGE = b'<script type="application/json" id="spellings">'
"""What each page that was written here contains, and no other one."""


def index_events(build: BuildState) -> Iterator[Listed | Remark]:
    """Write the page if it changed, and yield what happened; nothing if there is nothing to list and no page."""
    status = _write_index(build)
    if status is WriteStatus.EDITED:
        yield Remark((problem("index-foreign", Location(build.shown(INDEX)), form="index"),))
    elif status is not None:
        yield Listed(build.shown(INDEX), status)


def _write_index(build: BuildState) -> WriteStatus | None:
    """Write the page if it changed; returns its status, or None if there is nothing to list and no page.

    It has an entry for each plan, with its variants as versions. Drafts are left out, unless the settings of the
    project include them. A page of that name that something else wrote is kept, such as that of a web site.
    """
    path = build.out / INDEX
    title = build.request.settings.index_title or ""
    shown = build.project.shown(build.out)
    with disk_refusals(shown, is_writing=True), build.safe_out.open_folder(build.out) as folder:
        entries = list(_entries(build, folder))
        book = tuple(_book(build, folder))
    if not entries and build.kind(path) is FileKind.MISSING:
        return None
    made_from = sha256()
    for entry in entries:
        made_from.update(repr(entry).encode(errors="surrogateescape"))
    made_from.update(repr(book).encode(errors="surrogateescape"))
    content = cache(partial(_content, entries, title, book))
    digest = cached_artifact("index", (title, made_from.digest()), str, lambda: sha256(content()).hexdigest())
    if build.digest(path) == digest:
        return WriteStatus.UNCHANGED
    if is_foreign(path, _OWN_PAGE, build):
        return WriteStatus.EDITED
    return write_files([NewFile(path, content(), build.shown(INDEX), build.safe_out)])[0]


def is_foreign(path: Path, mark: bytes, build: BuildState) -> bool:
    """Return whether there is a file that something else wrote: without the mark of those that were written here.

    An empty one has nothing to lose.
    """
    if build.kind(path) is not FileKind.FILE:
        return False
    with disk_refusals(build.shown(path.name)):
        present = build.safe_out.read_file(path)
    return bool(present.strip()) and mark not in present


def _content(entries: Sequence[IndexEntry], title: str, book: Sequence[PublishedFile]) -> bytes:
    return render_index(entries, title or TITLE, book=book).encode(errors="surrogateescape")


def _book(build: BuildState, folder: OpenFolder) -> Iterator[PublishedFile]:
    """Yield the files of the book of all plans, which has the usual name."""
    record = build.records.get(BOOK)
    if record is not None and record.is_book:
        yield from _published(folder, BOOK, record)


def _entries(build: BuildState, folder: OpenFolder) -> Iterator[IndexEntry]:
    """Yield the entries of the plans that have documents, which are in `folder`."""
    thumbnails = build.thumbnail_files()
    versions: dict[str, list[str]] = {}
    for name in build.records:
        versions.setdefault(plan_of(name), []).append(name)
    lists = build.request.settings.lists
    for names in versions.values():
        records: dict[str, PlanRecord] = {}
        files: list[PublishedFile] = []
        for name in names:
            record = build.records.get(name)
            if record is not None and not record.is_book and lists(record.source, record.card.status):
                records[name] = record
                files += _published(folder, name, record)
        if files:
            yield _entry(records, tuple(files), thumbnails)


def _entry(
    records: Mapping[str, PlanRecord], files: tuple[PublishedFile, ...], thumbnails: Container[str]
) -> IndexEntry:
    """Return the entry of a plan, given the records of its versions, its own first, and the names of all thumbnails."""
    card, *others = [record.card for record in records.values()]
    names: dict[VersionNames, None] = {}
    for other in others:
        if other.language != card.language:
            names[VersionNames(other.language, other.cities)] = None
    thumbnail = None
    pdf = next((file for file in files if file.format is Format.PDF), None)
    if pdf is not None:
        name = pdf.file_name.removesuffix(f".{Format.PDF.value}")
        if records[name].thumbnail and thumbnail_name(name) in thumbnails:
            thumbnail = thumbnail_name(name)
    return IndexEntry(**asdict(card), files=files, versions=tuple(names), thumbnail=thumbnail)


def _published(folder: OpenFolder, name: str, record: PlanRecord) -> Iterator[PublishedFile]:
    """Yield the documents of a version that exist."""
    for format_ in Format:
        document = record.documents.get(format_)
        file_name = f"{name}.{format_.value}"
        status = None if document is None else folder.status(file_name)
        if document is not None and status is not None:
            yield PublishedFile(format_, file_name, status.st_size, document.pages, version_of(name))


def render_index(
    entries: Iterable[IndexEntry], title: str = TITLE, label: str = LABEL, book: Sequence[PublishedFile] = ()
) -> str:
    """Return the page that lists the entries by city, complete in one file except for the pictures and the documents.

    `label` is the programme label beside the emblem, `book` are the files of the book of all plans. The order of
    `entries` makes no difference.
    """
    from ucap_reports.plan.countries_goals_and_partnerships import country_names  # noqa: PLC0415 - a page that has not changed needs none
    from ucap_reports.text.capitals_punctuation_and_plain_letters import PLAIN_LETTERS  # noqa: PLC0415 - as above
    from ucap_reports.text.sort_order import names_sort_key  # noqa: PLC0415 - as above

    listed = sorted(entries, key=lambda entry: (names_sort_key(entry.cities, _LANGUAGE), entry.id))
    codes = sorted(set[str]().union(*(entry.countries for entry in listed)))
    names = {code: country_names().get(code, (code,)) for code in codes}
    style = _part("index_page.css")
    script = _part("index_page.js")
    page = StringIO()  # a list of the pieces, a hundred for each entry, would need several times as much memory
    page.writelines(
        _template().generate(
            title=title,
            label=label,
            book=book,
            entries=listed,
            country_names={code: first for code, (first, *_) in names.items()},
            spellings={
                "countries": {first: " ".join(others) for first, *others in names.values()},
                "letters": PLAIN_LETTERS,
            },
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )
    return page.getvalue()


@cache
def _part(name: str) -> str:
    """Return the text of a file beside this module."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@cache
def _template() -> "Template":
    """Return the template of the page, which is compiled once for each version of the product."""
    from jinja2 import Environment, StrictUndefined, Template  # noqa: PLC0415 - as above

    from ucap_reports.html.block_markup import emblem_svg  # noqa: PLC0415 - as above
    from ucap_reports.plan.countries_goals_and_partnerships import GOALS  # noqa: PLC0415 - as above
    from ucap_reports.summary.numbers_dates_and_names import date_text  # noqa: PLC0415 - as above

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(goals=GOALS, thumbnails=THUMBNAILS, emblem=emblem_svg(), right_to_left=is_right_to_left)
    address = partial(quote, safe="")  # a relative URL that cannot leave its folder
    day = partial(date_text, language=_LANGUAGE)
    environment.filters.update(address=address, day=day, format_name=FORMAT_NAMES.__getitem__, size=_size)
    source = _part("index_page.html")
    code = cached_artifact("index-template", (source,), bytes, lambda: marshal.dumps(environment.compile(source)))
    return Template.from_code(environment, marshal.loads(code), environment.globals)  # noqa: S302 - compiled above


def _policy(style: str, script: str) -> str:
    """Return a content security policy that only allows the page's own style and script, and pictures beside it."""
    return (
        f"default-src 'none'; style-src {_source_hash(style)}; script-src {_source_hash(script)}; "
        "img-src 'self' file:; base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def _size(size: int) -> str:
    """Return a number of bytes with its unit, such as `84 kB`."""
    if size < _THOUSAND**2:
        return f"{max(1, round(size / _THOUSAND))} kB"
    return f"{size / _THOUSAND**2:.1f} MB"
