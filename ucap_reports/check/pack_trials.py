"""The trial runs of a pack: its templates filled with sample summaries, once for all checks and formats."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from ucap_reports.check.sample_summaries import sample_summaries
from ucap_reports.html.web_page import write_web_page
from ucap_reports.page.fill_page import attempt_fill
from ucap_reports.page.page_tree import ImageBlock, PageTree, all_blocks
from ucap_reports.page.plan_page import PlanPage
from ucap_reports.page.read_book import try_book
from ucap_reports.page.read_page import attempt_page
from ucap_reports.pdf.file.picture_objects import picture_object
from ucap_reports.pdf.layout.draw_document import draw_document
from ucap_reports.pdf.render_pdf import render_book_pdf
from ucap_reports.pictures.document_pictures import quality_warnings
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Location, Problem, ProblemsFound, reported
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.book import BookRequest, BookSummary, book_entry, book_summary, compose_book
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.tag_check import DeclaredFacts
from ucap_reports.template.markup.compile_markup import tag_problems
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.pack_validation import book_page_problem
from ucap_reports.word.check.word_trial import WordTrial, try_word
from ucap_reports.word.compile.template_opening import dress, open_template
from ucap_reports.word.writer.render_page import render_page

_THEMES = ", ".join(f"Theme number {number} of a pairing" for number in range(12))
_PLANS = {
    "long": f"cities: [{{name: A, country: Japan}}, {{name: B, country: Italy}}]\nobjectives: {'Words. ' * 200}",
    "short": "cities: [{name: C, country: China}, {name: D, country: Italy}]\nthemes: [Theme]\nsdgs: [11]",
    "wide": f"cities: [{{name: E, country: China}}, {{name: F, country: Italy}}]\nthemes: [{_THEMES}]",
}
_CONTACT = {
    "lead": "Contact:",
    "office": "Office",
    "email": "office@example.org",
    "phone": "+32 2 000 00 00",
    "website": "www.example.org",
    "address": "Street 1",
}
"""The contact in books of packs that have none, or only a part of one."""


class _PageTrial(NamedTuple):
    """The problems of a page template with a summary, and the page tree, or None if it could not be filled."""

    problems: tuple[Problem, ...]
    tree: PageTree | None


class PackTrials:
    """The samples of a pack, and what its templates print of each, in the order of the samples."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.samples = sample_summaries(pack)

    @cached_property
    def pages(self) -> tuple[_PageTrial, ...]:
        """The trials of the page template, which all formats are made from that have no template of their own."""
        return tuple(try_page(self.pack, summary) for summary in self.samples.summaries)

    @cached_property
    def word(self) -> tuple[WordTrial, ...]:
        """The trials of the Word template; none without one.

        Raises ProblemsFound for a template that cannot be opened.
        """
        if self.pack.word_template is None:
            return ()
        opened = open_template(self.pack.word_template)
        dress(opened, self.pack)
        return try_word(opened, self.pack.theme, self.samples.summaries)


def try_page(pack: Pack, summary: Summary) -> _PageTrial:
    """Fill the page template with a summary, and read the page.

    If there is no other problem, the PDF, the web page and, for packs without a Word template, the Word file are made.
    """
    pack = pack.scaled(summary.scale, summary.language)
    try:
        page, tag_problems = attempt_fill(pack.page_template, summary)
    except ProblemsFound as error:
        return _PageTrial(error.problems, None)
    if not page.text and tag_problems:
        return _PageTrial(tag_problems, None)
    tree, all_problems = attempt_page(page, pack)
    problems = [problem for problem in all_problems if not _is_of_sample(problem, pack)]
    if not tag_problems and not problems:
        with reported(problems.extend):
            plan_page = PlanPage(summary, pack, tree)
            draw_document(plan_page)
            write_web_page(tree, summary, pack)
            if pack.word_template is None:
                _ = render_page(plan_page)
    return _PageTrial((*tag_problems, *problems, *_picture_warnings(tree, pack.page_template.path)), tree)


def read_page_tags(template: PackFile, facts: Mapping[type, DeclaredFacts] | None = None) -> tuple[Problem, ...]:
    """Return the problems of each tag of a page template, read without a summary; for `facts` see `read_tags`."""
    return tag_problems(template, Summary, facts)


def _is_of_sample(problem: Problem, pack: Pack) -> bool:
    """Return whether a missing picture is one whose name contains a value of the sample summary."""
    return problem.code == "image-missing" and str(problem.details["name"]).encode() not in pack.page_template.content


def _picture_warnings(tree: PageTree, path: str) -> Iterator[Problem]:
    """Yield a warning for each picture with few pixels for its size, or with many bytes."""
    for image in all_blocks((*tree.headers, *tree.footers, *tree.body)):
        if isinstance(image, ImageBlock):
            drawn = picture_object(image.picture)
            size = len(drawn.content) + len(drawn.mask)
            pixels = None if image.picture.is_drawn else image.picture.width
            yield from quality_warnings(image.name, pixels, image.width, size, Location(path, image.line))


def _with_contact(pack: Pack) -> Pack:
    """Return the pack with a complete contact, so that a book prints all of it."""
    contact = pack.settings.contact
    sample = {name: getattr(contact, name) or text for name, text in _CONTACT.items()}
    settings = pack.settings.model_copy(update={"contact": contact.model_copy(update=sample)})
    return replace(pack, settings=settings)


def book_problems(pack: Pack) -> Iterator[Problem]:
    """Yield the problems of the pack's template of books, if it has one."""
    book_pack = pack.for_book
    if book_pack is None or book_page_problem(pack.settings, pack.settings_path) is not None:
        return
    pack = _with_contact(pack)
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
    except ProblemsFound as error:
        yield from error.problems
