"""All problems of a pack, found before a plan is published with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.check.book_trial import book_problems
from ucap_reports.check.colour_contrast import low_contrasts
from ucap_reports.check.format_differences import (
    FULL,
    SPARSE,
    format_differences,
    printed_by_page,
    printed_by_word,
)
from ucap_reports.check.invalid_pack_settings import RecoveredPack, recover_pack
from ucap_reports.check.pack_texts import wording_problems
from ucap_reports.check.pack_trials import PackTrials
from ucap_reports.check.page_trial import read_page_tags
from ucap_reports.check.programme_label_look import label_look_warnings
from ucap_reports.check.required_parts import NAMES, required_content_problems
from ucap_reports.check.theme_use import theme_warnings
from ucap_reports.check.title_texts import title_warnings
from ucap_reports.check.unused_content import never_shown
from ucap_reports.html.pack_style_sheet import pack_style_sheet
from ucap_reports.page.page_tree import tree_texts
from ucap_reports.page.text_contrast import TextColours, page_colours
from ucap_reports.pdf.text.font_fallback import typeface
from ucap_reports.plan.fields import CITIES
from ucap_reports.plan.validation import Located
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, did_you_mean, problem, reported
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.document import Format
from ucap_reports.summary.summary import CityFacts, Summary
from ucap_reports.template.jinja.tag_check import NO_FACTS, DeclaredFacts
from ucap_reports.template.pack import BOOK_TEMPLATE, PAGE_TEMPLATE, STYLE_SHEET, WORD_TEMPLATE, LeftOut, Pack, PackFile
from ucap_reports.template.pack_opening import OpenedPack, PackFolder, own_files, read_layers
from ucap_reports.word.check.accessibility import accessibility_warnings
from ucap_reports.word.check.style_and_picture_warnings import template_warnings, word_places
from ucap_reports.word.check.text_colours import text_colours
from ucap_reports.word.check.word_trial import read_word_tags, repetitions_in
from ucap_reports.word.compile.example_tags import Repetition
from ucap_reports.word.compile.template_opening import OpenedTemplate, dress, open_template
from ucap_reports.word.compile.theme_styles import style_names

FORMER_WEB_TEMPLATE = "summary.html"
TEMPLATES = frozenset({WORD_TEMPLATE, PAGE_TEMPLATE, BOOK_TEMPLATE, STYLE_SHEET})
GLYPH = "glyph-missing"
OF_THEME = frozenset({GLYPH, "block-too-high", "margin-exceeded", "style-missing", "style-unknown", "width-exceeded"})
"""Problems of templates that a wrong theme may cause."""
CAUSES = {
    "content-not-shown": {"element-unknown", "name-unknown"},
    "row-uneven": {"attribute-unknown", "element-unknown"},
}
"""Problems that are not reported beside an error of the same file that may cause them."""


class PackCheck(Struct, frozen=True):
    """All problems of a pack, and its Word template if it has one."""

    problems: tuple[Problem, ...]
    word_template: PackFile | None

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """What the Word template repeats by example."""
        return () if self.word_template is None else repetitions_in(self.word_template)


def check_named(name: str, folders: Sequence[PackFolder], declared: Located | None = None) -> PackCheck:
    """All problems of the pack of that name; `declared` has the custom fields of the project.

    Templates are checked even if settings are wrong: with the settings of the pack that it extends or, if there are
    none, each tag by itself.
    """
    try:
        recovered = recover_pack(replace(read_layers(name, folders), project=declared))
    except ProblemsFound as found:
        return _tags_alone(name, folders, found.problems)
    if recovered.opened is None:
        return _tags_alone(name, folders, recovered.problems)
    trials = PackTrials(recovered.opened.pack)
    problems = (*check_pack(recovered.opened, trials), *_ignored_files(name, folders))
    if all(each.severity is not Severity.ERROR for each in (*problems, *recovered.problems)):
        problems = (*problems, *_differences(trials))
    if recovered.problems:
        problems = (*recovered.problems, *_of_templates(problems, recovered.opened, recovered))
    return PackCheck(problems, recovered.opened.pack.word_template)


def _ignored_files(name: str, folders: Sequence[PackFolder]) -> Iterator[Problem]:
    """Yield a warning about a template of web pages as packs had them before they were made from the page template."""
    for folder in folders:
        path = f"{name}/{FORMER_WEB_TEMPLATE}"
        if folder.kind(path) is FileKind.FILE:
            yield problem("web-template-ignored", Location(f"{folder.shown}/{path}"), page=PAGE_TEMPLATE)


def _differences(trials: PackTrials) -> Iterator[Problem]:
    """Yield warnings about what only the Word template or only the page template of a pack prints."""
    template, samples = trials.pack.word_template, trials.samples
    if template is None:
        return
    reported: set[tuple[str | None, ...]] = set()
    content = [*samples.pieces, *samples.turned_pieces]
    for sample, page, trial in zip((FULL, SPARSE), trials.pages, trials.word, strict=False):
        if page.tree is None or trial.paragraphs is None:
            continue
        in_word, on_page = printed_by_word(trial), printed_by_page(page.tree)
        for found in format_differences(in_word, on_page, sample, content, template.path):
            key = found.details["format"], found.details["words"]
            if key not in reported:
                yield found
            reported.add(key)
        content += [word.casefold() for word in {*in_word.words} ^ {*on_page.words}]  # reported once


def _of_templates(problems: Iterable[Problem], opened: OpenedPack, recovered: RecoveredPack) -> Iterator[Problem]:
    """The problems of the templates that removed settings cannot have caused."""
    paths = {file.path for name, file in opened.pack.files.items() if name in TEMPLATES}
    ignored = OF_THEME if any(loc[:1] == ("theme",) for loc in recovered.removed) else frozenset()
    return (each for each in problems if each.location.path in paths and each.code not in ignored)


def _tags_alone(name: str, folders: Sequence[PackFolder], problems: tuple[Problem, ...]) -> PackCheck:
    """The problems of a pack that cannot be opened."""
    try:
        files = own_files(name, folders)
    except ProblemsFound:
        return PackCheck(problems, None)
    found, places = [*problems], list[str]()
    with reported(found.extend):
        if WORD_TEMPLATE in files:
            found += read_word_tags(_open_word(files[WORD_TEMPLATE], places))
    if PAGE_TEMPLATE in files:
        found += read_page_tags(files[PAGE_TEMPLATE])
    return PackCheck(_each_once(found, places), files.get(WORD_TEMPLATE))


def check_pack(opened: OpenedPack, trials: PackTrials | None = None) -> tuple[Problem, ...]:
    """All problems of an opened pack, each once: those of its settings, its Word template, page template and style
    sheet. The templates are tried unless there are `trials`.
    """
    trials = trials or PackTrials(opened.pack)
    in_word, in_pdf = list[TextColours](), list[TextColours]()
    places: list[str] = []
    found = [*wording_problems(opened), *_font_problems(opened), *_title_problems(opened)]
    found += [*_word_problems(opened, trials, in_word, places), *_page_problems(opened, trials, in_pdf)]
    found += pack_style_sheet(opened.pack)[1]
    colours = {"all formats": in_pdf}
    if opened.pack.word_template is not None:
        colours = {"Word": in_word, "PDF": in_pdf, "web page": in_pdf}
    of_summaries = [*low_contrasts(colours, opened)]
    found += of_summaries
    found += _without_contrasts(book_problems(opened.pack), of_summaries)
    required = [each for format_ in Format for each in required_content_problems(opened.pack, format_)]
    found = [*required, *(each for each in found if not _is_about(each, required))]
    return _each_once((_located(each, opened) for each in _without_effects(found)), places)


def _without_contrasts(problems: Iterable[Problem], reported: Iterable[Problem]) -> Iterator[Problem]:
    """The problems of books without colours with too little contrast that are reported for summaries."""
    known = {_colours(found) for found in reported}
    return (found for found in problems if found.code != "contrast-low" or _colours(found) not in known)


def _colours(found: Problem) -> tuple[object, object]:
    return found.details["colour"], found.details["background"]


def _without_effects(found: Sequence[Problem]) -> Iterator[Problem]:
    """The problems that no other one explains: each mistake is reported once."""
    reported = {(each.code, each.location.path) for each in found}
    unknown = [each.details["name"] for each in found if each.code == "style-unknown"]
    for each in found:
        is_meant = each.code == "style-unused" and did_you_mean(each.details["name"], unknown)
        if not is_meant and not any((cause, each.location.path) in reported for cause in CAUSES.get(each.code, ())):
            yield each


def _is_about(found: Problem, required: Iterable[Problem]) -> bool:
    """Whether the problem is a warning about a name of content that is reported as missing."""
    name = str(found.details.get("name")) if found.code == "content-not-shown" else ""
    return any(
        name.startswith(NAMES.get(LeftOut(each.details["name"]), " ")) and each.location.path == found.location.path
        for each in required
    )


def _font_problems(opened: OpenedPack) -> Iterator[Problem]:
    styles = opened.pack.theme.styles.values()
    for font, bold, italic in dict.fromkeys((style.font, style.bold, style.italic) for style in styles):
        try:
            _ = typeface(opened.pack, font, bold=bold, italic=italic).face
        except ProblemsFound as found:
            yield from found.problems


def _title_problems(opened: OpenedPack) -> Iterator[Problem]:
    with suppress(ProblemsFound):  # fonts are checked separately
        yield from title_warnings(opened)


def _open_word(template: PackFile, places: list[str]) -> OpenedTemplate:
    """The Word template; the places in it are added to `places`."""
    opened = open_template(template)
    places += word_places(opened)
    return opened


def _word_problems(
    opened: OpenedPack, trials: PackTrials, colours: list[TextColours], places: list[str]
) -> Iterator[Problem]:
    """The problems of the Word template; the colours of its text and its places are added to `colours` and `places`."""
    pack, template = opened.pack, opened.pack.word_template
    if template is None:
        yield from theme_warnings(opened, ())
        return
    try:
        word = _open_word(template, places)
    except ProblemsFound as found:
        yield from found.problems
        return
    yield from template_warnings(word, pack)
    yield from accessibility_warnings(word)
    yield from theme_warnings(opened, style_names(word.styles).values())
    dress(word, pack)
    colours += text_colours(word, pack)
    full, bare, turned = trials.word
    yield from (*read_word_tags(word, _declared_facts(pack)), *full.problems, *bare.problems, *turned.problems)
    if full.paragraphs is not None and turned.paragraphs is not None:
        yield from never_shown(trials.samples, full.paragraphs, turned.paragraphs, template.path)


def _page_problems(opened: OpenedPack, trials: PackTrials, colours: list[TextColours]) -> Iterator[Problem]:
    """The problems of the page template; the colours of its text are added to `colours`."""
    pack, samples = opened.pack, trials.samples
    problems = [trial.problems for trial in trials.pages]
    full, _, turned = [trial.tree for trial in trials.pages]
    yield from chain(read_page_tags(pack.page_template, _declared_facts(pack)), *problems)
    if full is None:
        return
    colours += page_colours(full, pack)
    yield from label_look_warnings(full, [each.text for each in samples.full.programme_label], opened)
    if not any(each.code == "xml-invalid" for each in problems[0]):
        of_turned = tree_texts(turned) if turned else None
        yield from never_shown(samples, tree_texts(full), of_turned, pack.page_template.path)


def _declared_facts(pack: Pack) -> Mapping[type, DeclaredFacts]:
    """Return the custom fields of plans and of cities in the pack, with the columns of their tables."""
    facts: dict[type, DeclaredFacts] = {}
    for kind, owner in ((Summary, ""), (CityFacts, CITIES)):
        fields = [field for field in pack.fields.custom if field.owner == owner]
        columns = {field.name: dict.fromkeys([column.name for column in field.columns], NO_FACTS) for field in fields}
        facts[kind] = DeclaredFacts({name: DeclaredFacts(known) for name, known in columns.items()})
    return facts


def _located(problem: Problem, opened: OpenedPack) -> Problem:
    """The problem at the setting that it names or that causes it, or at the character without a glyph."""
    location, template = problem.location, opened.pack.page_template
    if problem.code == "width-exceeded" and (name := problem.details.get("style")):
        setting = ("theme", "styles", opened.pack.settings.theme.origin(name, "width"), "width")
        return problem.at(opened.tree.location(setting)) if opened.tree.depth(setting) == 0 else problem
    if problem.code == GLYPH and location.line is None and location.path == template.path:
        return problem.at(_place_of_character(problem.details["character"], template))
    if location.path is not None or location.field is None:
        return problem
    return problem.at(opened.tree.location(tuple(location.field.split("."))))


def _place_of_character(character: str, template: PackFile) -> Location:
    """The first place of a character in the page template."""
    before, found, _ = template.content.decode("utf-8", "replace").partition(character)
    if not found:
        return Location(template.path)
    return Location(template.path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _each_once(problems: Iterable[Problem], places: Iterable[str]) -> tuple[Problem, ...]:
    """The problems without duplicates, by file, with errors before warnings, in the order of the file; `places` are
    those in the Word template.
    """
    seen: dict[tuple[str, str, Location], Problem] = {}
    for found in problems:
        seen.setdefault((found.code, found.message, replace(found.location, field=None)), found)
    ranks = {place: rank for rank, place in enumerate((None, *places))}  # the complete file comes first

    def order(found: Problem) -> tuple[str, bool, int, int, int]:
        location = found.location
        is_warning, rank = found.severity is not Severity.ERROR, ranks.get(location.place, len(ranks))
        return location.path or "", is_warning, location.line or 0, location.column or 0, rank

    return tuple(sorted(seen.values(), key=order))
