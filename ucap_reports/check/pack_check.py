"""Everything that is wrong with a pack, found before any plan is published with it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.check.colour_contrast import Pair, low_contrasts, page_pairs, word_pairs
from ucap_reports.check.pack_recovery import RecoveredPack, recover_pack, themed
from ucap_reports.check.pack_texts import wording_problems
from ucap_reports.check.programme_label_look import label_look_warnings
from ucap_reports.check.sample_summaries import bare_summary, full_summary, turned_summary
from ucap_reports.check.unused_content import Shown, never_shown
from ucap_reports.pdf.template.page_trial import read_page_tags, tree_texts, try_page
from ucap_reports.pdf.text.font_fallback import typeface
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.template.pack import PAGE_TEMPLATE, WORD_TEMPLATE, PackFile
from ucap_reports.template.pack_opening import OpenedPack, PackFolder, own_files, read_layers
from ucap_reports.word.check.style_and_picture_warnings import template_warnings, word_places
from ucap_reports.word.check.text_colours import text_colours
from ucap_reports.word.check.word_trial import read_word_tags, try_word

GLYPH = "glyph-missing"
OF_THE_LOOK = frozenset(
    {GLYPH, "block-too-high", "margin-exceeded", "style-missing", "style-unknown", "width-exceeded"}
)
"""What templates may be told only because the theme is not what it is meant to be."""
OF_TURNED = ", in the table that is turned since it has more cities than `max_columns`"
"""What messages say of the summary that does not fit."""


class PackCheck(Struct, frozen=True):
    """All problems of a pack, and its Word template where there is one."""

    problems: tuple[Problem, ...]
    word_template: PackFile | None


def check_named(name: str, folders: Sequence[PackFolder]) -> PackCheck:
    """Everything that is wrong with the pack of that name. Settings that are wrong keep nobody from looking at the
    templates: with what the pack extends in their place or, where that is nothing, at each tag by itself.
    """
    try:
        recovered = recover_pack(read_layers(name, folders))
    except ProblemsFound as found:
        return _tags_alone(name, folders, found.problems)
    if recovered.opened is None:
        return _tags_alone(name, folders, recovered.problems)
    pack = recovered.opened.pack
    problems = check_pack(recovered.opened)
    if recovered.problems:
        problems = (*recovered.problems, *_of_templates(problems, recovered))
    return PackCheck(problems, pack.word_template)


def _of_templates(problems: Iterable[Problem], recovered: RecoveredPack) -> Iterator[Problem]:
    """The problems that templates have whatever the settings are meant to be."""
    pack = recovered.opened.pack if recovered.opened else None
    paths = {pack.word_template.path, pack.page_template.path} if pack else set()
    passed_over = OF_THE_LOOK if themed(recovered.left_out) else frozenset()
    return (each for each in problems if each.location.path in paths and each.code not in passed_over)


def _tags_alone(name: str, folders: Sequence[PackFolder], problems: tuple[Problem, ...]) -> PackCheck:
    """What can be said of a pack that cannot be opened."""
    try:
        files = own_files(name, folders)
    except ProblemsFound:
        return PackCheck(problems, None)
    found = [*problems]
    readers = ((WORD_TEMPLATE, read_word_tags), (PAGE_TEMPLATE, read_page_tags))
    for template, read in readers:
        if template in files:
            try:
                found += read(files[template])
            except ProblemsFound as broken:
                found += broken.problems
    return PackCheck(tuple(_each_once(found, files.get(WORD_TEMPLATE))), files.get(WORD_TEMPLATE))


def check_pack(opened: OpenedPack) -> tuple[Problem, ...]:
    """All problems of an opened pack, each once: settings first, then the Word template, then the page template."""
    pairs: list[Pair] = []
    found = [*wording_problems(opened), *_font_problems(opened)]
    found += [*_word_problems(opened, pairs), *_page_problems(opened, pairs), *low_contrasts(pairs, opened)]
    return tuple(_each_once((_at_home(problem, opened) for problem in found), opened.pack.word_template))


def _font_problems(opened: OpenedPack) -> Iterator[Problem]:
    """What is wrong with the fonts of each style."""
    theme = opened.pack.theme
    styles = [theme.style(name) for name in theme.styles]
    for font, bold, italic in dict.fromkeys((style.font, style.bold, style.italic) for style in styles):
        try:
            _ = typeface(opened.pack, font, bold=bold, italic=italic).face
        except ProblemsFound as found:
            yield from found.problems


def _word_problems(opened: OpenedPack, pairs: list[Pair]) -> Iterator[Problem]:
    pack, path = opened.pack, opened.pack.word_template.path
    full = full_summary(pack)
    turned = turned_summary(full, pack)
    trial, bare, other = try_word(pack, (full.summary, bare_summary(pack), turned.summary))
    try:
        yield from read_word_tags(pack.word_template)
        yield from (*trial.problems, *bare.problems, *other.problems)
        yield from template_warnings(pack)
        pairs += word_pairs(text_colours(pack))
    except ProblemsFound as found:
        yield from found.problems
    if trial.paragraphs is not None and other.paragraphs is not None:
        tries = (Shown(full.pieces, trial.paragraphs), Shown(turned.pieces, other.paragraphs, OF_TURNED))
        yield from never_shown(tries, "Word template", path)


def _page_problems(opened: OpenedPack, pairs: list[Pair]) -> Iterator[Problem]:
    pack, path = opened.pack, opened.pack.page_template.path
    full = full_summary(pack)
    turned = turned_summary(full, pack)
    trial, bare, other = try_page(pack, (full.summary, bare_summary(pack), turned.summary))
    yield from (*read_page_tags(pack.page_template), *trial.problems, *bare.problems, *other.problems)
    if trial.tree is not None:
        pairs += page_pairs(trial.tree, pack.theme)
        yield from label_look_warnings(trial.tree, [each.text for each in full.summary.programme_label], opened)
        if not any(problem.code == "xml-invalid" for problem in trial.problems):
            tries = [Shown(full.pieces, tree_texts(trial.tree))]
            tries += [Shown(turned.pieces, tree_texts(other.tree), OF_TURNED)] if other.tree is not None else []
            yield from never_shown(tries, "page template", path)


def _at_home(problem: Problem, opened: OpenedPack) -> Problem:
    """The problem at its place in the pack: at the setting that it names, or at the character that no font has."""
    location = problem.location
    if problem.code == GLYPH and location.line is None and location.path == opened.pack.page_template.path:
        return replace(problem, location=_of_character(problem, opened))
    if location.path is not None or location.field is None:
        return problem
    steps = tuple(location.field.split("."))
    return replace(problem, location=opened.tree.location(steps))


def _of_character(problem: Problem, opened: OpenedPack) -> Location:
    """Where the page template has the character that the problem names."""
    template = opened.pack.page_template
    text = template.content.decode("utf-8", "replace")
    offset = text.find(problem.details["character"])
    if offset < 0:
        return Location(template.path)
    start = text.rfind("\n", 0, offset) + 1
    return Location(template.path, text.count("\n", 0, offset) + 1, offset - start + 1)


def _each_once(problems: Iterable[Problem], word_template: PackFile | None) -> Iterator[Problem]:
    """The problems without those that say the same of the same place: by file, errors before warnings, and each as they
    stand there.
    """
    seen: dict[tuple[str, str, Location], Problem] = {}
    for problem in problems:
        place = replace(problem.location, field=None)
        seen.setdefault((problem.code, problem.message, place), problem)
    ranks = _ranks(word_template)

    def order(problem: Problem) -> tuple[str, bool, int, int, int]:
        location = problem.location
        rank = ranks.get(location.place, len(ranks))
        return (
            location.path or "",
            problem.severity is Severity.WARNING,
            location.line or 0,
            location.column or 0,
            rank,
        )

    yield from sorted(seen.values(), key=order)


def _ranks(word_template: PackFile | None) -> dict[str | None, int]:
    """Where each place of the Word template comes; the whole file comes first."""
    places: tuple[str, ...] = ()
    if word_template is not None:
        with suppress(ProblemsFound):
            places = word_places(word_template)
    return {place: rank for rank, place in enumerate((None, *places))}
