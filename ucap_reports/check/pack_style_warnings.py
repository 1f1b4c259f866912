"""Warnings about the look of a pack: styles that are not used, small texts, broken titles, the emblem and the
programme label.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from ucap_reports.check.plan_warnings import broken_title
from ucap_reports.page.data_tables_text_size_and_widths import CELL, HEAD, HEADING, TABLE, TOTAL
from ucap_reports.page.emblem_rules import first_page_has_emblem
from ucap_reports.page.page_elements import COLUMN, LABEL, LINES, LISTS, NATURAL
from ucap_reports.page.page_tree import PageTree, tree_paragraphs
from ucap_reports.problems import Location, Problem, Suggestions, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE, Colour, Length
from ucap_reports.template.pack import BOOK_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.template.pack_settings_and_number_format import RequiredPart
from ucap_reports.template.picture_bar_tile_and_emblem_look import CAPTION, PHOTO
from ucap_reports.template.theme_and_line_spacing import SMALL_TEXT
from ucap_reports.text.rich_text import Run
from ucap_reports.word.file.word_styles import THEME_PREFIX

_BUILT_IN_STYLES = frozenset({
    *NATURAL.values(), COLUMN, LABEL, LINES, *LISTS, PHOTO, CAPTION,
    HEAD, CELL, TOTAL, TABLE, HEADING,
    "body", "link", "contact", "footer-rule",
})  # fmt: skip
"""Styles that a format uses without a class."""
_CONTINUED_SUFFIX = "-continued"
"""The suffix of the style of a row label that continues on the next page."""
_STYLE_NAME = re.compile(r"[\w-]+")
_LABEL_COLOURS = (Colour("003399"), Colour("000000"), Colour("FFFFFF"))
"""Reflex Blue on screens, black and white."""
_LABEL_LOOKS = {"italic": "italic", "underline": "underlined"}
_TITLE = "title"
_DRAFT_MARK = re.compile(r"\b(?:DRAFT|ENTWURF|BROUILLON|BORRADOR|RASCUNHO|TODO|TBC|TBD|XXX)\b")
"""Marks of texts that are not final."""


def theme_warnings(opened: OpenedPack, word_styles: Iterable[str], word_fonts: Collection[str]) -> Iterator[Problem]:
    """Yield `style-unused` and `font-unused` for each style and font that only the pack itself has and no template
    uses, `text-small` and `leading-small`; `word_styles` and `word_fonts` are the names in the Word template.
    """
    yield from _unused_styles(opened, word_styles)
    yield from _unused_fonts(opened, word_fonts)
    yield from _small_texts(opened)
    yield from _small_leadings(opened)


def _unused_styles(opened: OpenedPack, word_styles: Iterable[str]) -> Iterator[Problem]:
    """Yield `style-unused` for each style of the pack's own that no template names."""
    pack = opened.pack
    theme = opened.pack.settings.theme
    used = {*_BUILT_IN_STYLES, *_words_of(pack.page_template)}
    if BOOK_TEMPLATE in pack.files:
        used |= _words_of(pack.files[BOOK_TEMPLATE])
    used |= {name.removeprefix(THEME_PREFIX) for name in word_styles}
    used |= {rules.like for rules in theme.styles.values() if rules.like}
    used_styles = used & {*_BUILT_IN_STYLES, *theme.styles}
    suggestions = Suggestions(sorted(used_styles))
    for name in theme.styles:
        loc = ("theme", "styles", name)
        is_of_pack = opened.tree.depth(loc) == 0
        if is_of_pack and name.removesuffix(_CONTINUED_SUFFIX) not in used:
            hint = suggestions.hint(name)
            yield problem("style-unused", opened.tree.location(loc, key=True), hint=hint, name=name)


def _words_of(template: PackFile) -> set[str]:
    """Return all words of a template, among which are the names of styles."""
    return set(_STYLE_NAME.findall(template.content.decode("utf-8", "replace")))


def _unused_fonts(opened: OpenedPack, word_fonts: Collection[str]) -> Iterator[Problem]:
    """Yield `font-unused` for each font of the pack's own that no style has and the Word template does not name."""
    theme = opened.pack.settings.theme
    used = {style.font for style in opened.pack.theme.styles.values()}
    for styles in theme.scales.values():
        used |= {rules.font for rules in styles.values() if rules.font is not None}
    for name, family in theme.fonts.items():
        loc = ("theme", "fonts", name)
        is_of_pack = opened.tree.depth(loc) == 0
        if is_of_pack and name not in used and family.word not in word_fonts:
            yield problem("font-unused", opened.tree.location(loc, key=True), name=name)


def _small_texts(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `text-small` for each size of the pack's own styles that is hard to read, in all scales."""
    theme = opened.pack.settings.theme
    sizes: dict[Loc, Length | None] = {}
    for name, rules in theme.styles.items():
        sizes["theme", "styles", name] = rules.size
    for scale, styles in theme.scales.items():
        for name, rules in styles.items():
            sizes["theme", "scales", scale.value, name] = rules.size
    for loc, size in sizes.items():
        if size is not None and size < SMALL_TEXT - TOLERANCE:
            location = opened.tree.location((*loc, "size"))
            yield problem("text-small", location, name=str(loc[-1]), size=f"{size:g}", least=f"{SMALL_TEXT:g}")


def _small_leadings(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `leading-small` for each setting that makes the lines of a style closer than its letters are high."""
    theme = opened.pack.settings.theme
    reported: set[Location] = set()
    for name, style in opened.pack.theme.styles.items():
        if style.leading >= style.size:
            continue
        # Either setting can be changed: the one in the pack itself, rather than in a pack that it extends.
        settings = [("theme", "styles", theme.origin(name, rule), rule) for rule in ("leading", "size")]
        nearest_setting = min(settings, key=opened.tree.depth)
        location = opened.tree.location(nearest_setting)
        if location not in reported:
            reported.add(location)
            yield problem("leading-small", location, name=name, leading=f"{style.leading:g}", size=f"{style.size:g}")


def title_warnings(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `title-broken` for the titles of a pack, and `wording-inherited`."""
    pack = opened.pack
    tree = opened.tree
    titles: dict[Loc, str] = {(_TITLE,): pack.settings.title}
    for tag, wording in pack.settings.wording.items():
        if wording.title:
            titles["wording", tag, _TITLE] = wording.title
    for loc, title in titles.items():
        is_of_pack = tree.depth(loc) == 0
        setting = loc if is_of_pack else ("theme", "styles", _TITLE, "size")
        warnings = list(broken_title(title, pack, tree.location(setting)))
        if warnings:
            yield from warnings
            break
    inherited: list[str] = []
    """The languages whose titles are those of a pack that this one extends."""
    for tag in pack.settings.wording:
        depth = tree.depth(("wording", tag, _TITLE))
        if 0 < depth < len(tree.layers):
            inherited.append(tag)
    mark = _DRAFT_MARK.search(pack.settings.title)
    if mark and inherited and tree.depth((_TITLE,)) == 0:
        languages = ", ".join(sorted(inherited))
        yield problem("wording-inherited", tree.location((_TITLE,)), name=_TITLE, mark=mark[0], languages=languages)


def emblem_warnings(tree: PageTree, pack: Pack) -> Iterator[Problem]:
    """Yield a warning `emblem-missing` if the first page has no emblem, nor what is accepted instead of it.

    A pack that leaves out the programme label is not of a programme of the Union.
    """
    is_of_programme = RequiredPart.PROGRAMME_LABEL not in pack.settings.leaves_out
    if is_of_programme and not first_page_has_emblem(tree):
        yield problem("emblem-missing", Location(pack.page_template.path))


def label_look_warnings(tree: PageTree, words: Collection[str], opened: OpenedPack) -> Iterator[Problem]:
    """Yield a warning `programme-label-altered` for each property that the label may not have.

    `words` are the texts of the label on the page. The footer repeats the label without the emblem and is not checked.
    """

    def setting(style: str, rule: str) -> Location:
        origin = opened.pack.settings.theme.origin(style, rule)
        return opened.tree.location(("theme", "styles", origin, rule))

    for paragraph in tree_paragraphs((*tree.headers, *tree.body)):
        runs: list[Run] = []
        for inline in paragraph.content:
            if isinstance(inline, Run) and any(word in inline.text for word in words):
                runs.append(inline)
        if not runs:
            continue
        style = paragraph.style
        if style.colour not in _LABEL_COLOURS:
            yield problem("programme-label-altered", setting(style.name, "colour"), look=f"in #{style.colour.hex}")
        for rule, look in _LABEL_LOOKS.items():
            if getattr(style, rule):
                yield problem("programme-label-altered", setting(style.name, rule), look=look)
            elif any(getattr(run, rule) for run in runs):
                where = Location(opened.pack.page_template.path, paragraph.line)
                yield problem("programme-label-altered", where, look=look)
