"""Small books for tests: three plans, of which two have few facts."""

from typing import Any

from tests.stages import shipped_pack
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_book import BookContent, BookRequest, book_entry, book_summary, compose_book
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack import Pack

JAPAN = """\
cities: [{name: Kobe, country: Japan, population: 1500000}, {name: Marseille, country: France}]
themes: [Smart cities, Ports]
sdgs: [11]
signed: 2019-03-29
updated: 2020-11-24
sources: [https://iuc.eu/kobe, "GeoNames (https://www.geonames.org), CC BY 4.0", A letter of the mayor]
"""
CHINA = """\
cities: [{name: Haikou, country: China}, {name: Nice, country: France}]
themes: [smart city]
objectives: "Words and more words about what the two cities want. %s"
""" % ("They want it very much and for a long time. " * 40)
EUROPE = "cities: [{name: Rome, country: Italy}, {name: Metz, country: France}]\n"
PLANS = {"kobe-marseille": JAPAN, "haikou-nice": CHINA, "rome-metz": EUROPE}


def content_of(plans: dict[str, str], pack: Pack | None = None, **request: Any) -> BookContent:
    """The content of a book of plans."""
    pack = pack or shipped_pack()
    summaries, entries = {}, []
    for name, text in plans.items():
        plan = parse_plan(Source(f"plans/{name}.yaml", text), pack.fields)
        language = request.get("language", "en")
        summaries[name] = book_summary(compose_summary(plan, pack, request.get("language")), plan, pack, language)
        entries.append(book_entry(summaries[name], plan))
    return compose_book(entries, summaries.__getitem__, pack, BookRequest(**request), "book")


def book_pack(name: str = "iuc-asia") -> Pack:
    """The pack of books of a shipped pack."""
    pack = shipped_pack(name).for_book
    assert pack is not None
    return pack
