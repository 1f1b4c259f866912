"""All problems of a pack, found before a plan is published with it.

`check_named` finds the problems of a pack by its name, `check_pack` those of an opened one. Below them, in this order,
are the checks of texts and fonts, of the Word template and of the page template; where a problem is reported; the
templates filled with sample summaries, once for all checks and formats; the page of books with sample plans; packs with
invalid settings, which are checked with those of the pack that they extend in their place; and which problems are left
out, so that each mistake is reported once, without its effects.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from html import unescape
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.check.completeness_and_contact_warnings import contact_of_pack_missing
from ucap_reports.check.format_differences import format_differences
from ucap_reports.check.pack_style_warnings import emblem_warnings, label_look_warnings, theme_warnings, title_warnings
from ucap_reports.check.printed_content import (
    LOGO,
    NAMES,
    content_problems,
    missing_in_book,
    never_shown,
    parts_in_word,
    parts_on_page,
    sample_summaries,
)
from ucap_reports.check.word_template_check import (
    WordTrial,
    accessibility_warnings,
    fonts_in,
    read_word_tags,
    repetitions_in,
    template_warnings,
    text_colours,
    try_word_template,
    word_places,
)
from ucap_reports.html.pack_style_sheet import pack_style_sheet
from ucap_reports.html.render_html import write_web_page
from ucap_reports.page.fill_and_read_page import attempt_fill, attempt_page
from ucap_reports.page.fitted_scale import PlanPage
from ucap_reports.page.page_checks import TextColours, low_contrasts, page_colours, vague_link_warnings
from ucap_reports.page.page_tree import ImageBlock, PageTree, all_blocks, tree_texts
from ucap_reports.page.read_book import try_book
from ucap_reports.pdf.layout.pictures_and_charts import picture_object
from ucap_reports.pdf.render_book_pdf import render_book_pdf
from ucap_reports.pdf.render_pdf import draw_pages
from ucap_reports.pdf.text.glyphs_and_font_fallback import glyph_missing, typeface, writing_mode
from ucap_reports.pictures.picture_preparation_and_quality import quality_warnings
from ucap_reports.plan.field_descriptions import CITIES
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, Suggestions, problem, reported
from ucap_reports.source.model_validation import Located, remove_fields
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of, mapped, overlap
from ucap_reports.storage.decoding import Source, locate, readable_text
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.compose_book import BookRequest, BookSummary, book_entry, book_summary, compose_book
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.summary.summary_model import CityFacts, Summary
from ucap_reports.template.jinja.jinja_templates import NO_FACTS, DeclaredFacts
from ucap_reports.template.pack import BOOK_TEMPLATE, PAGE_TEMPLATE, STYLE_SHEET, WORD_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_inheritance import PackLayers
from ucap_reports.template.pack_opening import (
    OpenedPack,
    PackFolder,
    assemble,
    own_files,
    read_layers,
    reserved_pack_name,
)
from ucap_reports.template.pack_settings_and_number_format import RequiredPart
from ucap_reports.template.pack_settings_checks import book_page_problem
from ucap_reports.template.programme_label import all_languages
from ucap_reports.template.xml_templates import tag_problems
from ucap_reports.word.compile.repetition_by_example import Repetition
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.compile.theme_look_of_templates import dress
from ucap_reports.word.file.word_styles import style_names
from ucap_reports.word.writer.write_word import render_page

_FORMER_WEB_TEMPLATE = "summary.html"
_GLYPH = "glyph-missing"
_TEXT_FONT = "text"


class PackCheck(Struct, frozen=True):
    """All problems of a pack, and its Word template if it has one."""

    problems: tuple[Problem, ...]
    word_template: PackFile | None

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """What the Word template repeats by example."""
        return () if self.word_template is None else repetitions_in(self.word_template)


class _PageTrial(NamedTuple):
    """The problems of a page template with a summary, and the page tree, or None if it could not be filled.

    A tree `is_complete` if the template has no errors in its tags and elements.
    """

    problems: tuple[Problem, ...]
    tree: PageTree | None
    is_complete: bool = False


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
        return try_word_template(self.pack, self.samples.summaries, self.samples.words)

    def missing_content(self) -> Iterator[Problem]:
        """Yield an error for each part that the template of a format does not print, or that the pack leaves out.

        A template with errors has none, because they may be the reason.
        """
        for format_ in Format:
            if format_ is Format.DOCX and self.pack.word_template is not None:
                printed = self._parts_in_word()
            else:
                printed = self._parts_on_page()
            if printed is not None:
                yield from content_problems(printed, self.pack, format_)

    def _parts_in_word(self) -> frozenset[RequiredPart] | None:
        """Return the parts that the Word template prints; None if it has errors."""
        with suppress(ProblemsFound):
            full, *_ = self.word
            if not full.problems:
                return parts_in_word(full, self.samples.full)
        return None

    def _parts_on_page(self) -> frozenset[RequiredPart] | None:
        """Return the parts that the page template prints; None if it has errors."""
        full, *_ = self.pages
        if full.tree is None or not full.is_complete:
            return None
        return parts_on_page(full.tree, self.samples.full)


def check_named(name: str, folders: Sequence[PackFolder], declared: Located | None = None) -> PackCheck:
    """Return all problems of the pack of that name; `declared` has the custom fields of the project.

    Templates are checked even if settings are wrong: with the settings of the pack that it extends or, if there are
    none, each tag by itself.
    """
    try:
        recovered = _recover_pack(replace(read_layers(name, folders), project=declared))
    except ProblemsFound as error:
        return _tags_alone(name, folders, error.problems)
    if recovered.opened is None:
        return _tags_alone(name, folders, recovered.problems)
    trials = PackTrials(recovered.opened.pack)
    problems = list(check_pack(recovered.opened, trials))
    problems += _ignored_files(name, folders)
    problems += _name_problems(name, folders)
    has_errors = any(finding.severity is Severity.ERROR for finding in (*problems, *recovered.problems))
    if not has_errors:
        problems += _differences(trials)
    if recovered.problems:
        problems = [*recovered.problems, *_template_problems(problems, recovered.opened, recovered)]
    return PackCheck(tuple(problems), recovered.opened.pack.word_template)


def check_pack(opened: OpenedPack, trials: PackTrials | None = None) -> tuple[Problem, ...]:
    """Return all problems of an opened pack, each once: those of its settings, its Word template, page template, style
    sheet and template of books. The templates are tried unless there are `trials`.
    """
    pack = opened.pack
    trials = trials or PackTrials(pack)
    word = _word_findings(opened, trials)
    page = _page_findings(opened, trials)
    colours = {"all formats": page.colours}
    if pack.word_template is not None:
        colours = {"Word": word.colours, "PDF": page.colours, "web page": page.colours}
    contrasts = list(low_contrasts(colours, lambda text: _setting_of_colours(text, opened)))
    missing = list(trials.missing_content())
    others = [*_wording_problems(opened), *_font_problems(opened)]
    with suppress(ProblemsFound):  # fonts are checked separately
        others += title_warnings(opened)
    others += word.problems
    others += page.problems
    others += pack_style_sheet(pack)[1]
    others += contrasts
    others += _without_contrasts(_book_problems(pack), contrasts)
    not_about_missing = [finding for finding in others if not _is_about_missing(finding, missing)]
    findings = [*missing, *not_about_missing]
    located = [_located(finding, opened) for finding in _without_effects(findings)]
    return _each_once(located, word.parts)


def _tags_alone(name: str, folders: Sequence[PackFolder], problems: tuple[Problem, ...]) -> PackCheck:
    """Return the problems of a pack that cannot be opened."""
    try:
        files = own_files(name, folders)
    except ProblemsFound:
        return PackCheck(problems, None)
    word_parts: Sequence[str] = ()
    all_problems = list(problems)
    if WORD_TEMPLATE in files:
        with reported(all_problems.extend):
            word = open_template(files[WORD_TEMPLATE])
            word_parts = word_places(word)
            all_problems += read_word_tags(word)
    if PAGE_TEMPLATE in files:
        all_problems += _read_page_tags(files[PAGE_TEMPLATE])
    return PackCheck(_each_once(all_problems, word_parts), files.get(WORD_TEMPLATE))


def _ignored_files(name: str, folders: Sequence[PackFolder]) -> Iterator[Problem]:
    """Yield a warning about a template of web pages as packs had them before they were made from the page template."""
    for folder in folders:
        path = f"{name}/{_FORMER_WEB_TEMPLATE}"
        if folder.kind(path) is FileKind.FILE:
            yield problem("web-template-ignored", Location(f"{folder.shown}/{path}"), page=PAGE_TEMPLATE)


def _name_problems(name: str, folders: Sequence[PackFolder]) -> Iterator[Problem]:
    """Yield a warning about a name that is also a language tag, which `ucap build --template` refuses, or that of a
    device.
    """
    reserved = reserved_pack_name(name, Location(f"{folders[0].shown}/{name}"))
    if reserved is not None:
        yield replace(reserved, severity=Severity.WARNING)  # plans may select the pack themselves


def _differences(trials: PackTrials) -> Iterator[Problem]:
    """Yield warnings about what only the Word template or only the page template of a pack prints."""
    template = trials.pack.word_template
    if template is None:
        return
    tried = []
    for page, trial in zip(trials.pages, trials.word, strict=True):
        if page.tree is None or trial.paragraphs is None:
            return
        tried.append((trial, page.tree))
    full, bare, _ = tried  # in the order of `Samples.summaries`
    yield from format_differences(trials.samples, full, bare, template.path)


# Texts and fonts


def _wording_problems(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `contact-missing`, `label-unconfirmed`, and `glyph-missing` for texts that every summary prints."""
    yield from _texts_to_be_entered(opened)
    with suppress(ProblemsFound):  # fonts are checked separately
        for loc, text, language in _printed_texts(opened):
            face = typeface(opened.pack, _TEXT_FONT, bold=False, italic=False, mode=writing_mode(language))
            missing = face.missing(text)
            if missing:
                yield glyph_missing(missing[0], opened.tree.location(loc))


def _texts_to_be_entered(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `contact-missing` and `label-unconfirmed`, for which a person must enter a text."""
    settings = opened.pack.settings
    yield from contact_of_pack_missing(opened)
    unconfirmed = opened.pack.unconfirmed_label_languages
    # An inherited label is reported in the pack that has it, unless this one selects its languages.
    is_label_of_pack = any(opened.tree.depth((name,)) == 0 for name in ("programme_label", "label_languages"))
    is_printed = not set(unconfirmed).isdisjoint(all_languages(settings.label_languages))
    if is_label_of_pack and is_printed:
        location = opened.tree.location(("programme_label",), key=True)
        details = {"languages": ", ".join(unconfirmed), "pack": opened.pack.name, "home": "pack.yaml"}
        yield problem("label-unconfirmed", location, **details)


def _printed_texts(opened: OpenedPack) -> Iterator[tuple[Loc, str, str]]:
    """Yield each text that every summary prints, after its place and before its language."""
    settings = opened.pack.settings
    own = settings.language
    for name in ("title", "unknown", "continued"):
        yield (name,), getattr(settings, name), own
    for name, text in settings.contact:
        yield ("contact", name), text.replace("\n", ""), own
    for index, rule in enumerate(settings.rows):
        yield ("rows", index, "label"), opened.pack.label(rule.field).text, own
    for language, text in opened.pack.label_texts(all_languages(settings.label_languages)):
        yield ("programme_label", language, "text"), text, language


def _font_problems(opened: OpenedPack) -> Iterator[Problem]:
    """Yield the problems of the fonts of the styles, once for each of their files."""
    styles = opened.pack.theme.styles.values()
    fonts = dict.fromkeys((style.font, style.bold, style.italic) for style in styles)
    for font, bold, italic in fonts:
        try:
            _ = typeface(opened.pack, font, bold=bold, italic=italic).face
        except ProblemsFound as error:
            yield from error.problems


# The Word template and the page template


class _Findings(Struct, frozen=True):
    """The problems of a template, and what the check of the pack needs to know of it."""

    problems: Sequence[Problem]
    colours: Sequence[TextColours] = ()
    """The colours of its texts."""
    parts: Sequence[str] = ()
    """The names of the parts of a Word template, as in `Location.place`, in their order."""


def _word_findings(opened: OpenedPack, trials: PackTrials) -> _Findings:
    """Return what is found in the Word template; without one, only the warnings about styles."""
    pack = opened.pack
    template = pack.word_template
    if template is None:
        return _Findings([*theme_warnings(opened, (), ())])
    try:
        word = open_template(template)
    except ProblemsFound as error:
        return _Findings(error.problems)
    problems = [*template_warnings(word, pack), *accessibility_warnings(word)]
    problems += theme_warnings(opened, style_names(word.styles).values(), fonts_in(word))
    parts = word_places(word)
    dress(word, pack)
    colours = list(text_colours(word, pack))  # before the tags are read, which takes them out of their paragraphs
    full, bare, turned = trials.word
    problems += read_word_tags(word, _declared_facts(pack))
    problems += (*full.problems, *bare.problems, *turned.problems)
    if full.paragraphs is not None and turned.paragraphs is not None:
        problems += never_shown(trials.samples, full.paragraphs, turned.paragraphs, template.path)
    return _Findings(problems, colours, parts)


def _declared_facts(pack: Pack) -> Mapping[type, DeclaredFacts]:
    """Return the custom fields of plans and of cities in the pack, with the columns of their tables."""
    facts: dict[type, DeclaredFacts] = {}
    for kind, owner in ((Summary, ""), (CityFacts, CITIES)):
        facts_of_kind: dict[str, DeclaredFacts] = {}
        for field in pack.fields.custom:
            if field.owner == owner:
                columns = [column.name for column in field.columns]
                facts_of_kind[field.name] = DeclaredFacts(dict.fromkeys(columns, NO_FACTS))
        facts[kind] = DeclaredFacts(facts_of_kind)
    return facts


def _page_findings(opened: OpenedPack, trials: PackTrials) -> _Findings:
    """Return what is found in the page template."""
    pack = opened.pack
    samples = trials.samples
    template = pack.page_template
    full, _, turned = trials.pages
    problems = list(_read_page_tags(template, _declared_facts(pack)))
    for trial in trials.pages:
        problems += trial.problems
    if full.tree is None:
        return _Findings(problems)
    label_texts = [label.text for label in samples.full.programme_label]
    problems += label_look_warnings(full.tree, label_texts, opened)
    codes = {finding.code for finding in full.problems}
    if "xml-invalid" not in codes:
        turned_texts = None if turned.tree is None else tree_texts(turned.tree)
        problems += never_shown(samples, tree_texts(full.tree), turned_texts, template.path)
        if "image-invalid" not in codes:
            problems += _logo_problems(full.tree, pack)
        problems += emblem_warnings(full.tree, pack)
        problems += vague_link_warnings(full.tree, template.path)
    return _Findings(problems, [*page_colours(full.tree, pack)])


def _logo_problems(tree: PageTree, pack: Pack) -> Iterator[Problem]:
    """Yield `content-not-shown` if a page does not print the logo of its pack."""
    logo = pack.settings.logo
    if logo is None:
        return
    pictures = [block for block in all_blocks(tree.blocks) if isinstance(block, ImageBlock)]
    if all(picture.alt != logo.alt for picture in pictures):
        location = Location(pack.page_template.path)
        yield problem("content-not-shown", location, form="all", hint=f"print it as in {LOGO}", name="summary.logo")


# Where a problem is reported: at the setting or the character that causes it


def _located(finding: Problem, opened: OpenedPack) -> Problem:
    """Return the problem at the setting that it names or that causes it, or at the character without a glyph."""
    location = finding.location
    template = opened.pack.page_template
    style = finding.details.get("style")
    if finding.code == "width-exceeded" and style:
        origin = opened.pack.settings.theme.origin(style, "width")
        setting: Loc = ("theme", "styles", origin, "width")
        is_inherited = opened.tree.depth(setting) > 0
        return finding if is_inherited else finding.at(opened.tree.location(setting))
    if finding.code == _GLYPH and location.line is None and location.path == template.path:
        return finding.at(_first_location_of(finding.details["character"], template))
    if location.path is not None or location.field is None:
        return finding
    setting = tuple(location.field.split("."))
    return finding.at(opened.tree.location(setting))


def _first_location_of(character: str, template: PackFile) -> Location:
    """Return where a character is first in the page template."""
    source = Source(template.path, readable_text(template.content))
    offset = source.text.find(character)
    return Location(template.path) if offset < 0 else locate(source, offset)


def _setting_of_colours(text: TextColours, opened: OpenedPack) -> Location:
    """Return the setting in the nearest layer that determines the colour of a text or its background.

    It is the nearest one, so that it is the designer's own rather than an inherited one.
    """
    if not text.style:
        return text.location
    theme = opened.pack.settings.theme
    styles = opened.pack.theme.styles
    origin = theme.origin(text.style, "colour")
    settings: list[Loc] = [("theme", "styles", origin, "colour")]
    colours = [theme.styles[origin].colour]
    """The colours in these settings, which may be names of colours of the theme."""
    for name, rules in theme.styles.items():
        if rules.background and styles[name].background == text.background:
            settings.append(("theme", "styles", name, "background"))
            colours.append(rules.background)
    settings += [("theme", "colours", colour) for colour in colours if colour in theme.colours]
    nearest = min(settings, key=opened.tree.depth)
    return opened.tree.location(nearest)


# The templates filled with sample summaries


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
    problems = [finding for finding in all_problems if not _is_of_sample(finding, pack)]
    is_complete = not tag_problems and not problems
    if is_complete:
        with reported(problems.extend):
            plan_page = PlanPage(summary, pack, tree)
            draw_pages(plan_page).document()
            write_web_page(tree, summary, pack)
            if pack.word_template is None:
                _ = render_page(plan_page)
    problems += _picture_warnings(tree, pack.page_template.path)
    return _PageTrial((*tag_problems, *problems), tree, is_complete)


def _read_page_tags(template: PackFile, facts: Mapping[type, DeclaredFacts] | None = None) -> tuple[Problem, ...]:
    """Return the problems of each tag of a page template, read without a summary; for `facts` see `read_tags`."""
    return tag_problems(template, Summary, facts)


def _is_of_sample(finding: Problem, pack: Pack) -> bool:
    """Return whether a missing picture is one whose name contains a value of the sample summary."""
    if finding.code != "image-missing":
        return False
    written = unescape(pack.page_template.content.decode("utf-8", "replace"))  # such as "&amp;" in a name
    return str(finding.details["name"]) not in written


def _picture_warnings(tree: PageTree, path: str) -> Iterator[Problem]:
    """Yield a warning for each picture with few pixels for its size, or with many bytes."""
    for image in all_blocks(tree.blocks):
        if isinstance(image, ImageBlock):
            drawn = picture_object(image.picture)
            size = len(drawn.content) + len(drawn.mask)
            pixels = None if image.picture.is_drawn else image.picture.width
            location = Location(path, image.line)
            yield from quality_warnings(image.name, pixels, image.width, size, location)


# The page of books with sample plans

_BOOK_THEMES = ", ".join(f"Theme number {number} of a pairing" for number in range(12))
_BOOK_PLANS = {
    "long": f"cities: [{{name: A, country: Japan}}, {{name: B, country: Italy}}]\nobjectives: {'Words. ' * 200}",
    "short": "cities: [{name: C, country: China}, {name: D, country: Italy}]\nthemes: [Theme]\nsdgs: [11]",
    "next": "cities: [{name: G, country: China}, {name: H, country: Italy}]\nthemes: [Theme]\nsdgs: [11]",
    "wide": f"cities: [{{name: E, country: China}}, {{name: F, country: Italy}}]\nthemes: [{_BOOK_THEMES}]",
}
"""Plans of each kind in a chapter; a chapter has no narrow card alone."""
_BOOK_CONTACT = {
    "lead": "Contact:",
    "office": "Office",
    "email": "office@example.org",
    "phone": "+32 2 000 00 00",
    "website": "www.example.org",
    "address": "Street 1",
}
"""The contact in books of packs that have none, or only a part of one."""


class _PackOfBooks:
    """A pack for books: equal to another one with the same content, whatever their templates of summaries are."""

    def __init__(self, pack: Pack, book_pack: Pack) -> None:
        self.pack = replace(pack, files=book_pack.files)
        self.book_pack = book_pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _PackOfBooks) and self.pack.content == other.pack.content

    def __hash__(self) -> int:
        return hash(self.pack.digest)


def _book_problems(pack: Pack) -> tuple[Problem, ...]:
    """Return the problems of the pack's template of books, if it has one."""
    book_pack = pack.for_book
    if book_pack is None or book_page_problem(pack.settings, pack.settings_path) is not None:
        return ()
    return _problems_of_books(_PackOfBooks(pack, book_pack))


@lru_cache(maxsize=4)
def _problems_of_books(packs: _PackOfBooks) -> tuple[Problem, ...]:
    """Return the problems of a template of books. It takes a third of the time of a check, and a designer in the editor
    checks a pack again after each change of the template of summaries.
    """
    pack = _with_contact(packs.pack)
    book_pack = packs.book_pack
    fields = pack.fields.without_required
    language = pack.settings.language
    summaries: dict[str, BookSummary] = {}
    entries = []
    request = BookRequest(language=language)
    problems: list[Problem] = []
    with reported(problems.extend):
        for name, text in _BOOK_PLANS.items():
            plan = parse_plan(Source(f"{name}.yaml", text), fields)
            summary = book_summary(compose_summary(plan, pack), plan, pack, language)
            summaries[name] = summary
            entries.append(book_entry(summary, plan))
        content = compose_book(entries, summaries.__getitem__, pack, request, "book")
        errors, warnings = try_book(content, book_pack)
        problems += (*errors, *warnings)
        if not errors:
            _ = render_book_pdf(content, book_pack)
            problems += missing_in_book(content, book_pack)
    return tuple(problems)


def _with_contact(pack: Pack) -> Pack:
    """Return the pack with a complete contact, so that a book prints all of it."""
    contact = pack.settings.contact
    texts = {name: getattr(contact, name) or text for name, text in _BOOK_CONTACT.items()}
    complete = contact.model_copy(update=texts)
    settings = pack.settings.model_copy(update={"contact": complete})
    return replace(pack, settings=settings)


# A pack with invalid settings: opened with those of the pack that it extends in their place, so that all its problems
# are reported at once

_MOST_TURNS = 10
"""How often settings are removed: each removal may reveal more problems."""
_MOST_PROBLEMS = 100
"""The largest number of invalid settings that are removed."""
_TEMPLATE_FILES = frozenset({WORD_TEMPLATE, PAGE_TEMPLATE, BOOK_TEMPLATE, STYLE_SHEET})
_OF_THEME = frozenset(
    {"glyph-missing", "block-too-high", "margin-exceeded", "style-missing", "style-unknown", "width-exceeded"}
)
"""Problems of templates that a wrong theme may cause."""


class _RecoveredPack(Struct, frozen=True):
    """All problems of a pack's settings, and the pack without the fields `removed`, or None if the rest is no pack."""

    problems: tuple[Problem, ...]
    opened: OpenedPack | None
    removed: tuple[Loc, ...] = ()


def _recover_pack(read: PackLayers) -> _RecoveredPack:
    """Return the pack without its invalid settings, which those of the pack that it extends replace."""
    problems: list[Problem] = []
    removed: list[Loc] = []
    for _ in range(_MOST_TURNS):
        try:
            return _RecoveredPack(tuple(problems), assemble(read), tuple(removed))
        except ProblemsFound as error:
            errors = error.problems
        problems += [error for error in errors if not _follows(error, removed)]
        if len(problems) > _MOST_PROBLEMS:
            break
        trees = tuple(_without_errors(tree, errors) for tree in read.trees)
        is_changed = any(tree is not before for tree, before in zip(trees, read.trees, strict=True))
        if not is_changed:
            break
        removed += map(_loc_of_problem, errors)
        read = replace(read, trees=trees)
    return _RecoveredPack(tuple(problems), None)


def _template_problems(problems: Iterable[Problem], opened: OpenedPack, recovered: _RecoveredPack) -> Iterator[Problem]:
    """Yield the problems of the templates that removed settings cannot have caused."""
    paths = {file.path for name, file in opened.pack.files.items() if name in _TEMPLATE_FILES}
    is_theme_incomplete = any(loc[:1] == ("theme",) for loc in recovered.removed)
    ignored = _OF_THEME if is_theme_incomplete else frozenset()
    for finding in problems:
        if finding.location.path in paths and finding.code not in ignored:
            yield finding


def _follows(error: Problem, removed: Iterable[Loc]) -> bool:
    """Return whether a removed field causes an error: it is around the field of the error, inside it, or
    named by it.
    """
    loc = _loc_of_problem(error)
    for removed_loc in removed:
        if not removed_loc:
            continue
        if loc and overlap(loc, removed_loc):
            return True
        name = removed_loc[-1]  # the index of an item is not a name: it may equal any number
        if isinstance(name, str) and name in error.details.values():
            return True
    return False


def _loc_of_problem(error: Problem) -> Loc:
    return loc_of(error.location.field or "")


def _without_errors(tree: Tree, errors: Sequence[Problem]) -> Tree:
    """Return the tree without the values that have errors; the same tree if none of them is in its file."""
    path = tree.location(()).path
    locs = [_loc_of_problem(error) for error in errors if error.location.path == path]
    copy = mapped(tree.value, lambda leaf: leaf)
    is_changed = remove_fields(copy, locs)
    if not is_changed:
        return tree
    return replace(tree, root=replace(tree.root, value=copy))


# Which problems are not reported: each mistake is reported once, without its effects

_CAUSES = {
    "content-not-shown": {"element-unknown", "name-unknown"},
    "row-uneven": {"attribute-unknown", "element-unknown"},
}
"""Problems that are not reported beside an error of the same file that may cause them."""


def _is_about_missing(finding: Problem, missing: Iterable[Problem]) -> bool:
    """Return whether a problem is a warning about a name of content that is reported as missing."""
    if finding.code != "content-not-shown":
        return False
    name = str(finding.details.get("name"))
    for error in missing:
        prefix = NAMES.get(RequiredPart(error.details["name"]))
        if prefix is not None and name.startswith(prefix) and error.location.path == finding.location.path:
            return True
    return False


def _without_effects(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems that no other one explains: each mistake is reported once."""
    known = {(finding.code, finding.location.path) for finding in problems}
    unknown_styles = [finding.details["name"] for finding in problems if finding.code == "style-unknown"]
    similar_unknown_styles = Suggestions(dict.fromkeys(unknown_styles))
    for finding in problems:
        if finding.code == "style-unused":
            is_misspelt_elsewhere = similar_unknown_styles.hint(finding.details["name"]) is not None
            if is_misspelt_elsewhere:
                continue
        causes = _CAUSES.get(finding.code, set())
        has_cause = any((cause, finding.location.path) in known for cause in causes)
        if not has_cause:
            yield finding


def _without_contrasts(problems: Iterable[Problem], contrasts: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems of books without colours with too little contrast that are reported for summaries."""
    known = {_contrast_colours(contrast) for contrast in contrasts}
    for finding in problems:
        if finding.code != "contrast-low" or _contrast_colours(finding) not in known:
            yield finding


def _each_once(problems: Iterable[Problem], word_parts: Iterable[str]) -> tuple[Problem, ...]:
    """Return the problems without duplicates, in the order of the files; of each file errors before warnings, and both
    in the order of the file.

    `word_parts` are the names of the parts of the Word template, as in `Location.place`, in their order.
    """
    findings: dict[tuple[str, str, Location], Problem] = {}
    for finding in problems:
        where = replace(finding.location, field=None)
        findings.setdefault((finding.code, finding.message, where), finding)
    ranks: dict[str | None, int] = {None: 0}  # the complete file comes first
    for part in word_parts:
        ranks[part] = len(ranks)

    def order(finding: Problem) -> tuple[str, bool, int, int, int]:
        location = finding.location
        is_warning = finding.severity is not Severity.ERROR
        rank_of_part = ranks.get(location.place, len(ranks))
        return location.path or "", is_warning, location.line or 0, location.column or 0, rank_of_part

    return tuple(sorted(findings.values(), key=order))


def _contrast_colours(contrast: Problem) -> tuple[object, object]:
    return contrast.details["colour"], contrast.details["background"]
