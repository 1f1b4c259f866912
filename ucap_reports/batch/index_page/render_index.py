"""Renders the index: one HTML page that needs no server, and no script for reading."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from io import StringIO
from urllib.parse import quote

from jinja2 import DictLoader, Environment, StrictUndefined

from ucap_reports.batch.index_page.index_entry import THUMBNAILS, IndexEntry, PublishedFile
from ucap_reports.html.block_markup import emblem_svg
from ucap_reports.plan.vocabulary import GOALS, country_names
from ucap_reports.summary.document import FORMAT_NAMES
from ucap_reports.summary.pack_words import date_text
from ucap_reports.text.orthography import PLAIN_LETTERS, searchable

TITLE = "Urban Cooperation Action Plans"
LABEL = "A European Union Programme"
THOUSAND = 1000


def render_index(
    entries: Iterable[IndexEntry], title: str = TITLE, label: str = LABEL, book: Sequence[PublishedFile] = ()
) -> str:
    """Return the page that lists the entries by city, complete in one file except for the pictures and the documents.

    `label` is the programme label beside the emblem, `book` are the files of the book of all plans. The order of
    `entries` makes no difference.
    """
    listed = sorted(entries, key=lambda entry: (searchable(" ".join(entry.cities)), entry.id))
    codes = sorted(set[str]().union(*(entry.countries for entry in listed)))
    names = {code: country_names().get(code, (code,)) for code in codes}
    style, script = _part("index_page.css"), _part("index_page.js")
    page = StringIO()  # a list of the pieces, a hundred for each entry, would need several times as much memory
    page.writelines(
        _environment()
        .get_template("index_page.html")
        .generate(
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
    """Return the text of a file in this package."""
    return files("ucap_reports.batch.index_page").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({"index_page.html": _part("index_page.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(goals=GOALS, thumbnails=THUMBNAILS, emblem=emblem_svg())
    address = partial(quote, safe="")  # a relative URL that cannot leave its folder
    day = partial(date_text, language="en")
    environment.filters.update(address=address, day=day, format_name=FORMAT_NAMES.__getitem__, size=_size)
    return environment


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
    if size < THOUSAND**2:
        return f"{max(1, round(size / THOUSAND))} kB"
    return f"{size / THOUSAND**2:.1f} MB"
