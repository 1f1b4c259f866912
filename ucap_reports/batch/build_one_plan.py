"""From the text of a plan to its documents, for builds, checks and the editor.

A plan goes through the stages in `STAGES`: it is read and validated, composed to a summary, filled into the page, and
made into the file of each format. What is wrong is collected on the way (`Produced.problems`): an error in one place
does not hide those in others, but then there are no documents.

Rules of single stages are in the functions below `STAGES`, in its order: which pack is used, which warnings there are,
and when a PDF contains its plan.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec.structs import replace

from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.links_between_documents import linked_files, linked_versions
from ucap_reports.batch.manifest import PlanCard
from ucap_reports.batch.options_settings_and_source_date import DEFAULT_PACK, BuildOptions, own_language, pack_name
from ucap_reports.batch.pack_store import PackStore, pack_of_plan, plan_fields
from ucap_reports.batch.plan_pictures import picture_warnings, prepared_pictures
from ucap_reports.batch.plan_translations import NO_FILES, PlanFiles
from ucap_reports.batch.translated_versions import TranslatedVersions, translated_versions
from ucap_reports.check.completeness_and_contact_warnings import contact_of_other_office
from ucap_reports.check.label_number_and_font_warnings import (
    label_warnings,
    number_format_warnings,
    untranslated_labels,
)
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN, Plan, read_plan, read_valid_part
from ucap_reports.plan.undeclared_field_hints import without_undeclared
from ucap_reports.problems import Location, Problem, problem, raise_found, reported
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Tree, loc_of
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLAN_ENDING
from ucap_reports.summary.city_groups_and_facts_for_templates import Images
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, Document, Format
from ucap_reports.summary.pack_and_book_words import words_of
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack

if TYPE_CHECKING:  # not imported at run time: checks need no page
    from ucap_reports.page.fitted_scale import PlanPage
    from ucap_reports.pdf.render_pdf import DrawnPages

Value = TypeVar("Value")


def produce(
    source: Source, open_named_pack: Callable[[str], Pack], options: BuildOptions, files: PlanFiles = NO_FILES
) -> Produced:
    """Return the documents of a plan, in the pack from the options, the plan, or the default.

    Errors of plan or pack are not raised: all of them are in `problems`, with their places.
    """
    production = Production(source, open_named_pack, options, files)
    for stage in STAGES:
        stage(production)
    return production.result


def produce_all(productions: Sequence["Production"]) -> list[Produced | Exception]:
    """Return what `produce` returns for each of several plans, or the unexpected error that one of them provoked.

    Each stage is done for all plans before the next one. Plan by plan takes about a sixth more time, since the
    processor's caches do not hold the code of all stages at once (`python -m benchmarks.stages`).
    """
    failed: dict[Production, Exception] = {}
    for stage in STAGES:
        for production in productions:
            if production not in failed:
                try:
                    stage(production)
                except Exception as error:  # noqa: BLE001 - a bug that one plan provokes must not stop the others
                    failed[production] = error
    return [failed.get(production, production.result) for production in productions]


def embedded_plan(source: Source, packs: PackStore, options: BuildOptions, plan_id: str) -> Attachment:
    """Return the public form of a valid plan as it is in its file, for the PDF of a book."""
    from ucap_reports.plan.writing.markdown_and_public_plan import public_plan  # noqa: PLC0415 - few builds embed plans

    tree = parse_tolerantly(source)
    fields = packs.fields(tree.value, options.default_pack) or BUILT_IN
    content = public_plan(cast("Mapping[str, Any]", tree.value), fields).encode()
    return Attachment(f"{plan_id}{PLAN_ENDING}", "application/yaml", f"The plan {plan_id}", content)


class Production:
    """A plan on its way to its documents.

    The stages in `STAGES` are called in their order, each once. Each does what the stages before it have made possible,
    and adds what is wrong to the problems.
    """

    def __init__(
        self, source: Source, open_named_pack: Callable[[str], Pack], options: BuildOptions, files: PlanFiles = NO_FILES
    ) -> None:
        self.source = source
        self._open_named_pack = open_named_pack
        self._options = options
        self._files = files
        self._problems: list[Problem] = []
        self._tree: Tree | None = None
        self._pack: Pack | None = None
        self._fields: KnownFields | None = None
        """The fields that plans can have; None if the settings or the pack that declare some have errors."""
        self._plan: Plan | None = None
        self._valid_part: Plan | None = None
        """The plan or, if it has errors, the plan without the fields that have them."""
        self._translated: TranslatedVersions | None = None
        self._images: Images | None = None
        self._summary: Summary | None = None
        """The summary of the plan. In checks, a plan with errors has that of its valid part: if this has text that no
        font can print, or more pages than the pack allows, so has the complete plan.
        """
        self._page: PlanPage | None = None
        self._page_problems: tuple[Problem, ...] = ()
        """The errors of the page template, which concern only the formats that need the page."""
        self._drawn_pages: DrawnPages | None = None
        """The pages of the PDF."""
        self._documents: dict[Format, Document] = {}
        self.result = Produced(())
        """What all stages produced; known after the last one."""

    def read_plan(self) -> None:
        """Read and validate the text of the plan, and find what its author should be warned of."""
        options = self._options
        self._tree = tree = _attempt(self._problems, partial(parse_tolerantly, self.source))
        if tree is None:
            return
        self._pack = _attempt(self._problems, partial(_open_pack, tree, self._open_named_pack, options))
        self._fields = plan_fields(tree.value, self._open_named_pack, options.default_pack, options.template)
        self._plan = _valid_plan(self._problems, tree, self._fields, options)
        self._valid_part = self._plan or read_valid_part(tree, self._fields, options.default_language)
        known = self._fields or BUILT_IN
        self._problems += plan_warnings(self._valid_part, tree, self._pack, self._problems, known)
        if self._valid_part is not None and self._pack is not None:
            self._problems += _pack_warnings(self._valid_part, tree, self._pack, options)

    def compose(self) -> None:
        """Translate the plan, prepare its pictures, and compose its summary."""
        if self._tree is None or self._valid_part is None:
            return
        if self._plan is not None:
            translate = partial(translated_versions, self._plan, self._tree, self._files.translations, self._options)
            self._translated = _attempt(self._problems, translate)
        if self._translated is not None:
            self._problems += self._translated.problems
        self._images = _attempt(self._problems, partial(prepared_pictures, self._valid_part, self._files.pictures))
        if self._pack is None or self._images is None:
            return
        if self._translated is not None:
            compose = partial(_summary, self._translated, self._pack, self._options, self._images)
            self._summary = _attempt(self._problems, compose)
        elif self._plan is None and self._options.is_check and self._valid_part.cities:  # see `_summary`
            compose = partial(_own_summary, self._valid_part, self._pack, self._options, self._images)
            self._summary = _attempt(self._problems, compose)

    def fill_page(self) -> None:
        """Fill the page template and read it, once for all formats."""
        if self._summary is None or self._pack is None or not self._options.formats:
            return
        from ucap_reports.page.fitted_scale import plan_page  # noqa: PLC0415 - not needed for the warnings of a plan alone

        errors: list[Problem] = []
        self._page = _attempt(errors, partial(plan_page, self._summary, self._pack))
        self._page_problems = tuple(errors)

    def draw_pdf(self) -> None:
        """Lay out and draw the pages of the PDF, if it is wanted."""
        self._drawn_pages = self._if_wanted(Format.PDF, self._draw_pages)

    def write_pdf(self) -> None:
        """Make the file of the PDF, with the plan in it if its standard has attachments."""
        if self._drawn_pages is None:
            return
        write = partial(self._drawn_pages.document, self._embedded_plan())
        self._add(_attempt(self._problems, write))

    def make_word_file(self) -> None:
        """Make the Word file, if it is wanted."""
        self._add(self._if_wanted(Format.DOCX, self._word_file))

    def make_web_page(self) -> None:
        """Make the web page, if it is wanted."""
        self._add(self._if_wanted(Format.HTML, self._web_page))

    def find_warnings(self) -> None:
        """Find what is remarkable in the finished documents."""
        if self._summary is None or self._pack is None:
            return
        for document in self._documents.values():
            for warning in _document_warnings(document, self._summary, self._pack, self.source):
                if warning not in self._problems:
                    self._problems.append(warning)

    def finish(self) -> None:
        """Collect the results of all stages."""
        problems = _with_places(self._problems, self.source, self._tree)
        if self._tree is None:
            self.result = Produced(problems)
            return
        plan = self._plan
        pack = self._pack
        translated = self._translated
        summary = None if plan is None else self._summary  # not that of a valid part
        card = None
        is_sparse = False
        documents: tuple[Document, ...] = ()
        if plan is not None and translated is not None and pack is not None and summary is not None:
            card = _card(translated.plan, plan, summary)
            is_sparse = self._options.is_check and _is_sparse(plan, summary, pack)
            if len(self._documents) == len(self._options.formats):  # all or none
                documents = tuple(self._documents[format_] for format_ in self._options.formats)
        self.result = Produced(
            problems=problems,
            plan=plan,
            summary=summary,
            card=card,
            documents=documents,
            pack="" if pack is None else pack.name,
            pack_digest="" if pack is None else pack.digest,
            completeness=None if translated is None else translated.completeness,
            is_sparse=is_sparse,
        )

    def _if_wanted(self, format_: Format, make: Callable[[Summary, Pack], Value]) -> Value | None:
        """Return what `make` makes for a format; None if the format is not wanted, or cannot be made."""
        if self._summary is None or self._pack is None or format_ not in self._options.formats:
            return None
        from ucap_reports.check.printed_content import required_content_problems  # noqa: PLC0415 - it imports both formats

        with reported(self._problems.extend):
            raise_found(required_content_problems(self._pack, format_))
            return make(self._summary, self._pack)
        return None

    def _draw_pages(self, _summary: Summary, _pack: Pack) -> "DrawnPages":
        from ucap_reports.pdf.render_pdf import draw_pages  # noqa: PLC0415 - not needed for Word alone

        return draw_pages(self._filled_page())

    def _word_file(self, summary: Summary, pack: Pack) -> Document:
        from ucap_reports.importers.sent_edition import SummaryRecorder  # noqa: PLC0415 - not needed for PDF alone
        from ucap_reports.word.render_word import render_word  # noqa: PLC0415 - not needed for PDF alone

        if pack.word_template is None:
            page: PlanPage | None = self._filled_page()
        else:
            # The file is made from the Word template: errors of the page template, without a page, do not matter.
            page = self._page
        return render_word(summary, pack, SummaryRecorder(summary), page=page)

    def _web_page(self, summary: Summary, pack: Pack) -> Document:
        from ucap_reports.html.render_html import render_html  # noqa: PLC0415 - few builds have web pages

        return render_html(summary, pack, page=self._filled_page())

    def _filled_page(self) -> "PlanPage":
        """Return the page of the summary. Raises ProblemsFound with the errors of the page template."""
        raise_found(self._page_problems)
        assert self._page is not None  # noqa: S101 - filled before documents are made
        return self._page

    def _embedded_plan(self) -> Attachment | None:
        """Return the plan in its public form, if PDFs contain it."""
        if self._tree is None or self._translated is None or self._pack is None:
            return None
        return _attachment(self._tree, self._translated, self._pack, self._options, self._fields or BUILT_IN)

    def _add(self, document: Document | None) -> None:
        if document is not None:
            self._documents[document.format] = document


STAGES: Sequence[Callable[[Production], None]] = (
    Production.read_plan,
    Production.compose,
    Production.fill_page,
    Production.draw_pdf,
    Production.write_pdf,
    Production.make_word_file,
    Production.make_web_page,
    Production.find_warnings,
    Production.finish,
)
"""What is done for a plan, in this order."""


def _attempt(problems: list[Problem], stage: Callable[[], Value]) -> Value | None:
    """Return the value of a stage; None if it fails: then its errors are added to `problems`."""
    with reported(problems.extend):
        return stage()
    return None


def _open_pack(tree: Tree, open_named_pack: Callable[[str], Pack], options: BuildOptions) -> Pack:
    """Return the pack from the options, the plan, or the default."""
    if options.template:
        return open_named_pack(options.template)
    return pack_of_plan(tree, open_named_pack, options.default_pack)


def _valid_plan(problems: list[Problem], tree: Tree, fields: KnownFields | None, options: BuildOptions) -> Plan | None:
    """Return the plan of a tree; None if it has errors, which are added to `problems`.

    Unknown fields are not reported if the settings or the pack that may declare them have errors.
    """
    errors: list[Problem] = []
    plan = _attempt(errors, partial(read_plan, tree, fields, options.default_language))
    if fields is None or not options.knows_all_fields:
        errors = without_undeclared(errors, BUILT_IN)
    problems += errors
    return plan


def _pack_warnings(plan: Plan, tree: Tree, pack: Pack, options: BuildOptions) -> Iterator[Problem]:
    """Yield the warnings about what the pack prints beside the texts of the plan: labels, contact and numbers."""
    yield from label_warnings(plan, pack, options.language)
    if options.is_check:  # the same for all plans in a pack
        yield from contact_of_other_office(plan, pack)
    yield from untranslated_labels(plan, pack, options.language)
    yield from number_format_warnings(plan, tree, words_of(pack, plan.language, options.language))


def _summary(translated: TranslatedVersions, pack: Pack, options: BuildOptions, images: Images) -> Summary:
    """Return the summary of a plan, with its other versions and the documents to which the web page links."""
    summary = _own_summary(translated.plan, pack, options, images)
    if translated.others:
        summary = replace(summary, translations=translated.summaries(pack, images))
    linked = linked_files(summary.id, options.formats) if options.linked is None else options.linked
    return replace(summary, versions=linked_versions(linked, summary.language))


def _own_summary(plan: Plan, pack: Pack, options: BuildOptions, images: Images) -> Summary:
    """Return the summary of a plan alone."""
    return compose_summary(plan, pack, options.language, undated=options.undated, images=images)


def _attachment(
    tree: Tree, translated: TranslatedVersions, pack: Pack, options: BuildOptions, fields: KnownFields
) -> Attachment | None:
    """Return the plan in its public form, if PDFs contain it: as in its file, or translated, with its pack."""
    if Format.PDF not in options.formats or not options.pdf_standard.has_attachments:
        return None
    from ucap_reports.plan.writing.markdown_and_public_plan import plan_values, public_plan  # noqa: PLC0415 - few builds embed plans

    plan = translated.plan
    values: Any = tree.value if translated.completeness is None else plan_values(plan)
    if pack_name(values, DEFAULT_PACK) != pack.name:
        values = {**values, "template": pack.name}
    if own_language(values) != plan.language:
        values = {**values, "language": plan.language}
    content = public_plan(values, fields).encode()
    return Attachment(
        f"{plan.id}{PLAN_ENDING}", "application/yaml", "The plan that this document was built from", content
    )


def _document_warnings(document: Document, summary: Summary, pack: Pack, source: Source) -> Iterator[Problem]:
    """Yield warnings about one document: its length, its fonts, and content of its template that it leaves out."""
    if document.format is Format.PDF:
        from ucap_reports.check.label_number_and_font_warnings import font_warnings  # noqa: PLC0415 - Word files only name their fonts

        yield from font_warnings(summary, source.path)
    yield from document.warnings
    yield from picture_warnings(document, summary)
    limit = pack.settings.page_limit
    if document.pages is not None and document.pages > limit:
        where = Location(source.path)
        format_name = document.format.value.upper()
        yield problem("pages-too-many", where, format=format_name, pages=document.pages, limit=limit, pack=pack.name)


def _with_places(problems: Iterable[Problem], source: Source, tree: Tree | None) -> tuple[Problem, ...]:
    """Return the problems with their places, each once: formats that are made from one template have the same."""
    return tuple(dict.fromkeys(_with_place(finding, source, tree) for finding in problems))


def _with_place(finding: Problem, source: Source, tree: Tree | None) -> Problem:
    """Return the problem with a place: one without a file belongs to the plan, at the field that it names."""
    location = finding.location
    if location.path is not None:
        return finding
    if tree is None or location.field is None:
        return finding.at(replace(location, path=source.path))
    return finding.at(replace(tree.location(loc_of(location.field)), field=location.field))


def _card(plan: Plan, original: Plan, summary: Summary) -> PlanCard:
    """Return the card of a version of the plan `original`, which has the languages of all versions."""
    city_names: list[str] = []
    for city in plan.cities:  # some are groups of several cities
        city_names += map(str, city.name)
    return PlanCard(
        id=plan.id,
        title=summary.full_title,
        cities=tuple(city_names),
        countries=tuple(plan.country_codes),
        themes=tuple(map(str, plan.known_themes)),
        sdgs=tuple(goal.number for goal in plan.sdgs),
        language=plan.language,
        updated=plan.updated,
        status=plan.status,
        languages=original.languages,
    )


def _is_sparse(plan: Plan, summary: Summary, pack: Pack) -> bool:
    """Return whether a book prints a plan as a card."""
    from ucap_reports.summary.compose_book import book_summary  # noqa: PLC0415 - needed in checks alone

    return book_summary(summary, plan, pack, summary.language).card.is_printed
