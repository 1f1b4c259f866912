"""Problems of titles: words that do not fit on a line, and draft marks that documents in other languages lack."""

import re
import unicodedata
from collections.abc import Iterator

from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.text.rich_text import Run

_TITLE = "title"
_DRAFT = re.compile(r"\b(?:DRAFT|ENTWURF|BROUILLON|BORRADOR|RASCUNHO|TODO|TBC|TBD|XXX)\b")
"""Marks of texts that are not final."""


def title_warnings(opened: OpenedPack) -> Iterator[Problem]:
    """Yield `title-broken` for the titles of a pack, and `wording-inherited`."""
    pack, tree = opened.pack, opened.tree
    titles: dict[Loc, str] = {(_TITLE,): pack.settings.title}
    for tag, wording in pack.settings.wording.items():
        if wording.title:
            titles["wording", tag, _TITLE] = wording.title
    for loc, title in titles.items():
        setting = loc if tree.depth(loc) == 0 else ("theme", "styles", _TITLE, "size")
        warnings = list(_broken(title, pack, tree.location(setting)))
        if warnings:
            yield from warnings
            break
    others = [tag for tag in pack.settings.wording if 0 < tree.depth(("wording", tag, _TITLE)) < len(tree.layers)]
    mark = _DRAFT.search(pack.settings.title)
    if mark and others and tree.depth((_TITLE,)) == 0:
        where, languages = tree.location((_TITLE,)), ", ".join(sorted(others))
        yield problem("wording-inherited", where, name=_TITLE, mark=mark[0], languages=languages)


def plan_title_warnings(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield `title-broken` for the title of a plan."""
    if plan.title:
        yield from _broken(plan.title, pack, tree.location((_TITLE,)))


def _broken(title: str, pack: Pack, location: Location) -> Iterator[Problem]:
    """Yield a warning for the first word that is wider than the text of a page. Chinese and Japanese break anywhere."""
    style, width = pack.theme.style(_TITLE), pack.theme.text_width
    for word in title.split():
        is_long = len(word) * style.size > width  # measuring takes longer, and few letters are wider than high
        if is_long and not any(unicodedata.east_asian_width(character) in "WF" for character in word):
            from ucap_reports.pdf.text.line_filling import text_width  # noqa: PLC0415 - almost no title needs it

            measured = text_width(pack, (Run(word, bold=style.bold, italic=style.italic),), style)
            if measured > width:
                yield problem("title-broken", location, word=word)
                return
