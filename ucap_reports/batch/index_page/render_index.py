"""Entries to one page of HTML that needs no server, and no script to be read."""

import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from io import StringIO
from typing import assert_never
from urllib.parse import quote

from jinja2 import DictLoader, Environment, StrictUndefined

from ucap_reports.batch.index_page.index_entry import THUMBNAILS, IndexEntry
from ucap_reports.plan.vocabulary import GOALS, english_country_names
from ucap_reports.summary.document import Format
from ucap_reports.template.emblem_geometry import ALTERNATIVE_TEXT, BLUE, GOLD, PROPORTION, stars

TITLE = "Urban Cooperation Action Plans"
LABEL = "A European Union Programme"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PLAIN_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
"""How people write letters that have no accent to take away and are not on their keyboard; for order and search."""
THOUSAND = 1000
HEIGHT = 36
"""The emblem's, in units of its own picture."""


def render_index(entries: Iterable[IndexEntry], title: str = TITLE, label: str = LABEL) -> str:
    """The page that lists the entries by city: HTML that holds all it needs but the pictures and the documents.

    `label` is the programme label beside the emblem. The same entries, in whatever order, give the same page.
    """
    listed = sorted(entries, key=lambda entry: (_sorting_key(" ".join(entry.cities)), entry.id))
    codes = sorted({code for entry in listed for code in entry.countries})
    style, script = _part("index_page.css"), _part("index_page.js")
    page = StringIO()  # a list of its pieces, a hundred for each entry, would need several times as much memory
    page.writelines(
        _environment()
        .get_template("index_page.html")
        .generate(
            title=title,
            label=label,
            entries=listed,
            country_names={code: _country_name(code) for code in codes},
            spellings={
                "countries": {_country_name(code): " ".join(english_country_names(code)[1:]) for code in codes},
                "letters": PLAIN_LETTERS,
            },
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )
    return page.getvalue()


def _sorting_key(text: str) -> str:
    """The text without what does not count in an alphabet: case and accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(PLAIN_LETTERS.get(letter, letter) for letter in letters if not unicodedata.combining(letter))


def _country_name(code: str) -> str:
    """A code that nobody has a name for names itself."""
    return next(iter(english_country_names(code)), code)


@cache
def _part(name: str) -> str:
    """The text of a file in this package."""
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
    environment.globals.update(goals=GOALS, thumbnails=THUMBNAILS, emblem=_emblem())
    environment.filters.update(address=_address, day=_day, format_name=_format_name, size=_size)
    return environment


def _emblem() -> dict[str, str | int]:
    """The emblem in numbers of a picture that grows downwards from its upper left corner."""
    corners = [" ".join(f"{x * HEIGHT:.3f} {(1 - y) * HEIGHT:.3f}" for x, y in star) for star in stars()]
    return {
        "width": round(PROPORTION * HEIGHT),
        "height": HEIGHT,
        "stars": "".join(f"M{star}z" for star in corners),
        "blue": BLUE.hex,
        "gold": GOLD.hex,
        "text": ALTERNATIVE_TEXT,
    }


def _policy(style: str, script: str) -> str:
    """The content security policy under which nothing runs, loads or looks but what this page was made with."""
    return (
        f"default-src 'none'; style-src {_fingerprint(style)}; script-src {_fingerprint(script)}; "
        "img-src 'self' file:; base-uri 'none'; form-action 'none'"
    )


def _fingerprint(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def _address(file_name: str) -> str:
    """A file name as a relative address, which has no way out of its folder."""
    return quote(file_name, safe="")


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _format_name(format_: Format) -> str:
    """The format as its readers call it."""
    match format_:
        case Format.PDF:
            return "PDF"
        case Format.DOCX:
            return "Word"
        case _:
            assert_never(format_)


def _size(size: int) -> str:
    """So many bytes in the unit that people know them by, such as `84 kB`."""
    if size < THOUSAND**2:
        return f"{max(1, round(size / THOUSAND))} kB"
    return f"{size / THOUSAND**2:.1f} MB"
