"""Everything that is wrong with a pack, found before any plan is published with it."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ucap_reports.designer.contrasts import Pair, low_contrasts, page_pairs, word_pairs
from ucap_reports.designer.coverage import never_shown
from ucap_reports.designer.markers import bare_summary, full_summary
from ucap_reports.designer.wording import wording_problems
from ucap_reports.packs import OpenedPack
from ucap_reports.pdf.trial import read_page_tags, tree_texts, try_page
from ucap_reports.pdf.typeface import typefaces
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.word.colours import text_colours
from ucap_reports.word.inspecting import word_cautions
from ucap_reports.word.trial import read_word_tags, try_word

GLYPH = "glyph-missing"


def check_pack(opened: OpenedPack) -> tuple[Problem, ...]:
    """All problems of an opened pack, each once: settings first, then the Word template, then the page template."""
    pairs: list[Pair] = []
    found = [*wording_problems(opened), *_font_problems(opened)]
    found += [*_word_problems(opened, pairs), *_page_problems(opened, pairs), *low_contrasts(pairs, opened)]
    return tuple(_each_once(_at_home(problem, opened) for problem in found))


def _font_problems(opened: OpenedPack) -> Iterator[Problem]:
    """What is wrong with the fonts of each style."""
    theme = opened.pack.theme
    styles = [theme.style(name) for name in theme.styles]
    for font, bold, italic in dict.fromkeys((style.font, style.bold, style.italic) for style in styles):
        try:
            _ = typefaces(opened.pack).get(font, bold=bold, italic=italic).face
        except ProblemsFound as found:
            yield from found.problems


def _word_problems(opened: OpenedPack, pairs: list[Pair]) -> Iterator[Problem]:
    pack, path = opened.pack, opened.pack.word_template.path
    full = full_summary(pack)
    trial, bare = try_word(pack, (full.summary, bare_summary(pack)))
    try:
        yield from read_word_tags(pack.word_template)
        yield from (*trial.problems, *bare.problems)
        yield from word_cautions(pack)
        pairs += word_pairs(text_colours(pack))
    except ProblemsFound as found:
        yield from found.problems
    if trial.paragraphs is not None:
        yield from never_shown(full.pieces, trial.paragraphs, "Word template", path)


def _page_problems(opened: OpenedPack, pairs: list[Pair]) -> Iterator[Problem]:
    pack, path = opened.pack, opened.pack.page_template.path
    full = full_summary(pack)
    trial, bare = try_page(pack, (full.summary, bare_summary(pack)))
    yield from (*read_page_tags(pack.page_template), *trial.problems, *bare.problems)
    if trial.tree is not None:
        pairs += page_pairs(trial.tree, pack.theme)
        if not any(problem.code == "xml-invalid" for problem in trial.problems):
            yield from never_shown(full.pieces, tree_texts(trial.tree), "page template", path)


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
    """Where the page template has the character that the problem quotes."""
    template = opened.pack.page_template
    text = template.content.decode("utf-8", "replace")
    offset = text.find(problem.message.partition('"')[2][:1])
    if offset < 0:
        return Location(template.path)
    start = text.rfind("\n", 0, offset) + 1
    return Location(template.path, text.count("\n", 0, offset) + 1, offset - start + 1)


def _each_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems without those that say the same of the same place; errors stand before warnings of one file."""
    seen: dict[tuple[str, str, Location], Problem] = {}
    for problem in problems:
        place = replace(problem.location, field=None)
        seen.setdefault((problem.code, problem.message, place), problem)
    yield from sorted(seen.values(), key=_order)


def _order(problem: Problem) -> tuple[str, bool, int, int]:
    location = problem.location
    return location.path or "", problem.severity is Severity.WARNING, location.line or 0, location.column or 0
