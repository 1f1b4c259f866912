"""Warnings about the look of a pack: styles that are not used, small texts, broken titles, the emblem and the
programme label.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import takewhile

from ucap_reports.check.plan_warnings import broken_title
from ucap_reports.page.data_tables import CELL, HEAD, HEADING, TABLE, TOTAL
from ucap_reports.page.page_elements import COLUMN, LABEL, LINES, LISTS, NATURAL
from ucap_reports.page.page_tree import EMBLEM, ImageBlock, PageTree, all_blocks, is_page_end, tree_paragraphs
from ucap_reports.problems import Location, Problem, Suggestions, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.figure_sizes_and_colours import CAPTION, PHOTO
from ucap_reports.template.lengths_and_colours import TOLERANCE, Colour, Length
from ucap_reports.template.pack import BOOK_TEMPLATE, Pack, PackFile, RequiredPart
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.template.theme import SMALL_TEXT
from ucap_reports.text.rich_text import Run
from ucap_reports.word.file.word_styles import THEME_PREFIX

_BUILT_IN_STYLES = frozenset({
    *(*NATURAL.values(), COLUMN, LABEL, LINES, *LISTS, PHOTO, CAPTION),
    *(HEAD, CELL, TOTAL, TABLE, HEADING),
    *("body", "link", "contact", "footer-rule"),
})  # fmt: skip
"""Styles that a format uses without a class."""
_CONTINUED_SUFFIX = "-continued"
"""The suffix of the style of a row label that continues on the next page."""
_STYLE_NAME = re.compile(r"[\w-]+")
_LABEL_COLOURS = (Colour("003399"), Colour("000000"), Colour("FFFFFF"))
"""Reflex Blue on screens, black and white."""
_LABEL_LOOKS = {"italic": "italic", "underline": "underlined"}
_UNION = "european union"
_TITLE = "title"
_DRAFT_MARK = re.compile(r"\b(?:DRAFT|ENTWURF|BROUILLON|BORRADOR|RASCUNHO|TODO|TBC|TBD|XXX)\b")
"""Marks of texts that are not final."""


def theme_warnings(opened: OpenedPack, word_styles: Iterable[str], word_fonts: Collection[str]) -> Iterator[Problem]:
    """Yield `style-unused` and `font-unused` for each style and font that only the pack itself has and no template
    uses, `text-small` and `leading-small`; `word_styles` and `word_fonts` are the names in the Word template.
    """
    pack, theme = opened.pack, opened.pack.settings.theme
    named = _names_in(pack.page_template)
    if BOOK_TEMPLATE in pack.files:
        named |= _names_in(pack.files[BOOK_TEMPLATE])
    named |= {name.removeprefix(THEME_PREFIX) for name in word_styles}
    named |= {*_BUILT_IN_STYLES, *(rules.like for rules in theme.styles.values() if rules.like)}
    similar_styles = Suggestions(sorted(named & {*_BUILT_IN_STYLES, *theme.styles}))
    for name in theme.styles:
        loc = ("theme", "styles", name)
        if name.removesuffix(_CONTINUED_SUFFIX) not in named and opened.tree.depth(loc) == 0:
            hint = similar_styles.hint(name)
            yield problem("style-unused", opened.tree.location(loc, key=True), hint=hint, name=name)
    yield from _unused_fonts(opened, word_fonts)
    yield from _small_texts(opened)
    locations: set[Location] = set()
    for name, style in pack.theme.styles.items():
        settings = [("theme", "styles", theme.origin(name, rule), rule) for rule in ("leading", "size")]
        location = opened.tree.location(min(settings, key=opened.tree.depth))
        if style.leading < style.size and location not in locations:
            locations.add(location)
            yield problem("leading-small", location, name=name, leading=f"{style.leading:g}", size=f"{style.size:g}")


def _unused_fonts(opened: OpenedPack, word_fonts: Collection[str]) -> Iterator[Problem]:
    """Yield `font-unused` for each font of the pack's own that no style has and the Word template does not name."""
    theme = opened.pack.settings.theme
    used = {style.font for style in opened.pack.theme.styles.values()}
    for styles in theme.scales.values():
        used |= {rules.font for rules in styles.values() if rules.font is not None}
    for name, family in theme.fonts.items():
        loc = ("theme", "fonts", name)
        if name not in used and family.word not in word_fonts and opened.tree.depth(loc) == 0:
            yield problem("font-unused", opened.tree.location(loc, key=True), name=name)


def _names_in(template: PackFile) -> set[str]:
    """Return all words of a template, among which are the names of styles."""
    return {*_STYLE_NAME.findall(template.content.decode("utf-8", "replace"))}


def _small_texts(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `text-small` for each size of the pack's own styles that is hard to read, in all scales."""
    theme = opened.pack.settings.theme
    sizes: list[tuple[Loc, Length | None]] = []
    sizes += [(("theme", "styles", name), rules.size) for name, rules in theme.styles.items()]
    for scale, styles in theme.scales.items():
        sizes += [(("theme", "scales", scale.value, name), rules.size) for name, rules in styles.items()]
    for path, size in sizes:
        if size is not None and size < SMALL_TEXT - TOLERANCE:
            location = opened.tree.location((*path, "size"))
            yield problem("text-small", location, name=str(path[-1]), size=f"{size:g}", least=f"{SMALL_TEXT:g}")


def title_warnings(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `title-broken` for the titles of a pack, and `wording-inherited`."""
    pack, tree = opened.pack, opened.tree
    titles: dict[Loc, str] = {(_TITLE,): pack.settings.title}
    for tag, wording in pack.settings.wording.items():
        if wording.title:
            titles["wording", tag, _TITLE] = wording.title
    for loc, title in titles.items():
        setting = loc if tree.depth(loc) == 0 else ("theme", "styles", _TITLE, "size")
        warnings = list(broken_title(title, pack, tree.location(setting)))
        if warnings:
            yield from warnings
            break
    others = [tag for tag in pack.settings.wording if 0 < tree.depth(("wording", tag, _TITLE)) < len(tree.layers)]
    mark = _DRAFT_MARK.search(pack.settings.title)
    if mark and others and tree.depth((_TITLE,)) == 0:
        where, languages = tree.location((_TITLE,)), ", ".join(sorted(others))
        yield problem("wording-inherited", where, name=_TITLE, mark=mark[0], languages=languages)


def emblem_warnings(tree: PageTree, pack: Pack) -> Iterator[Problem]:
    """Yield a warning `emblem-missing` if the first page has neither the emblem nor a picture that is described as one
    of the European Union, such as a file with the emblem and the statement about the funding.

    A pack that leaves out the programme label is not of a programme of the Union.
    """
    if RequiredPart.PROGRAMME_LABEL in pack.settings.leaves_out:
        return
    first_page = [*tree.header_of(1), *tree.footer_of(1)]
    first_page += takewhile(lambda block: not is_page_end(block), tree.body)
    for block in all_blocks(first_page):
        if isinstance(block, ImageBlock) and (block.picture is EMBLEM or _UNION in block.alt.casefold()):
            return
    yield problem("emblem-missing", Location(pack.page_template.path))


def label_look_warnings(tree: PageTree, words: Collection[str], opened: OpenedPack) -> Iterator[Problem]:
    """Yield a warning `programme-label-altered` for each property that the label may not have.

    `words` are the texts of the label on the page. The footer repeats the label without the emblem and is not checked.
    """

    def at(style: str, rule: str) -> Location:
        return opened.tree.location(("theme", "styles", opened.pack.settings.theme.origin(style, rule), rule))

    for text in tree_paragraphs((*tree.headers, *tree.body)):
        runs = []
        for part in text.content:
            if isinstance(part, Run) and any(word in part.text for word in words):
                runs.append(part)
        if not runs:
            continue
        style = text.style
        if style.colour not in _LABEL_COLOURS:
            yield problem("programme-label-altered", at(style.name, "colour"), look=f"in #{style.colour.hex}")
        for rule, look in _LABEL_LOOKS.items():
            if getattr(style, rule):
                yield problem("programme-label-altered", at(style.name, rule), look=look)
            elif any(getattr(run, rule) for run in runs):
                where = Location(opened.pack.page_template.path, text.line)
                yield problem("programme-label-altered", where, look=look)
