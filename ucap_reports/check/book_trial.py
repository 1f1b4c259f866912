"""Tries the page template of books with a small book of invented plans: a summary and the kinds of cards."""

from collections.abc import Iterator

from ucap_reports.page.read_book import try_book
from ucap_reports.pdf.render_pdf_book import render_book_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.book import BookRequest, BookSummary, book_entry, book_summary, compose_book
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_validation import book_page_problem

_THEMES = ", ".join(f"Theme number {number} of a pairing" for number in range(12))
_PLANS = {
    "long": f"cities: [{{name: A, country: Japan}}, {{name: B, country: Italy}}]\nobjectives: {'Words. ' * 200}",
    "short": "cities: [{name: C, country: China}, {name: D, country: Italy}]\nthemes: [Theme]\nsdgs: [11]",
    "wide": f"cities: [{{name: E, country: China}}, {{name: F, country: Italy}}]\nthemes: [{_THEMES}]",
}


def book_problems(pack: Pack) -> Iterator[Problem]:
    """Yield the problems of the pack's template of books, if it has one."""
    book_pack = pack.for_book
    if book_pack is None or book_page_problem(pack.settings, pack.settings_path) is not None:
        return
    summaries: dict[str, BookSummary] = {}
    entries = []
    for name, text in _PLANS.items():
        plan = parse_plan(Source(f"{name}.yaml", text), pack.fields)
        summaries[name] = book_summary(compose_summary(plan, pack), plan, pack, pack.settings.language)
        entries.append(book_entry(summaries[name], plan))
    content = compose_book(entries, summaries.__getitem__, pack, BookRequest(language=pack.settings.language), "book")
    try:
        errors, warnings = try_book(content, book_pack)
        yield from (*errors, *warnings)
        if not errors:
            _ = render_book_pdf(content, book_pack)
    except ProblemsFound as found:
        yield from found.problems
