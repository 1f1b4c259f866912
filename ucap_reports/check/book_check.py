"""The check of the page of books of a pack, with sample plans."""

from collections.abc import Iterator

from msgspec.structs import replace

from ucap_reports.page.read_book import try_book
from ucap_reports.pdf.render_pdf import render_book_pdf
from ucap_reports.plan.field_descriptions import KnownFields, Required
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_book import BookRequest, BookSummary, book_entry, book_summary, compose_book
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_validation import book_page_problem

_BOOK_THEMES = ", ".join(f"Theme number {number} of a pairing" for number in range(12))
_BOOK_PLANS = {
    "long": f"cities: [{{name: A, country: Japan}}, {{name: B, country: Italy}}]\nobjectives: {'Words. ' * 200}",
    "short": "cities: [{name: C, country: China}, {name: D, country: Italy}]\nthemes: [Theme]\nsdgs: [11]",
    "wide": f"cities: [{{name: E, country: China}}, {{name: F, country: Italy}}]\nthemes: [{_BOOK_THEMES}]",
}
_BOOK_CONTACT = {
    "lead": "Contact:",
    "office": "Office",
    "email": "office@example.org",
    "phone": "+32 2 000 00 00",
    "website": "www.example.org",
    "address": "Street 1",
}
"""The contact in books of packs that have none, or only a part of one."""


def book_problems(pack: Pack) -> Iterator[Problem]:
    """Yield the problems of the pack's template of books, if it has one."""
    book_pack = pack.for_book
    if book_pack is None or book_page_problem(pack.settings, pack.settings_path) is not None:
        return
    pack = _with_contact(pack)
    fields = _without_required(pack.fields)
    summaries: dict[str, BookSummary] = {}
    entries = []
    request = BookRequest(language=pack.settings.language)
    try:
        for name, text in _BOOK_PLANS.items():
            plan = parse_plan(Source(f"{name}.yaml", text), fields)
            summaries[name] = book_summary(compose_summary(plan, pack), plan, pack, pack.settings.language)
            entries.append(book_entry(summaries[name], plan))
        content = compose_book(entries, summaries.__getitem__, pack, request, "book")
        errors, warnings = try_book(content, book_pack)
        yield from (*errors, *warnings)
        if not errors:
            _ = render_book_pdf(content, book_pack)
    except ProblemsFound as error:
        yield from error.problems


def _without_required(fields: KnownFields) -> KnownFields:
    """Return the fields, of which the custom ones may be missing: the sample plans have none."""
    optional = [replace(field, required=Required.NO) if field.is_custom else field for field in fields.fields]
    return replace(fields, fields=tuple(optional))


def _with_contact(pack: Pack) -> Pack:
    """Return the pack with a complete contact, so that a book prints all of it."""
    contact = pack.settings.contact
    sample = {name: getattr(contact, name) or text for name, text in _BOOK_CONTACT.items()}
    settings = pack.settings.model_copy(update={"contact": contact.model_copy(update=sample)})
    return replace(pack, settings=settings)
