"""What only the Word template or only the page template of a pack prints, with the same sample summaries."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ucap_reports.check.printed_content import Samples
from ucap_reports.check.word_template_check import PrintedPage, WordTrial
from ucap_reports.page.page_tree import (
    Block,
    ChartBlock,
    Drawing,
    ImageBlock,
    PageTree,
    PictureBlock,
    all_blocks,
    block_texts,
)
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, Tile

_MOST_WORDS = 8
"""The largest number of words in a message."""
_WORD = re.compile(r"\w+")
_ON_FIRST_PAGE, _ON_LATER_PAGES = " on the first page", " on later pages"
_IF_SPARSE = " for a plan with nothing but cities"
_FIGURES: Mapping[type[Bar | Tile | ChartBlock], str] = {Bar: "bars", Tile: "tiles of goals", ChartBlock: "charts"}


class _PageWords(Struct, frozen=True):
    """What a page prints with its header and footer: how often each word, in lower case, and each alternative text of
    the pictures of the template, such as logos.
    """

    words: Counter[str]
    logos: Counter[str]


class _Printed(Struct, frozen=True):
    """What a template prints of a sample: on the first page and on later ones, which both have the complete text; the
    words as they are spelled, in order; the fields of the plan's pictures; the kinds of figures.
    """

    first_page: _PageWords
    later_pages: _PageWords
    spelling: Mapping[str, str]
    pictures: frozenset[str]
    figures: frozenset[str]


class _Difference(Struct, frozen=True):
    """What only one format prints, or prints more often: the form of the message, and the items and the place in it."""

    form: str
    items: tuple[str, ...]
    where: str = ""

    @property
    def shown(self) -> str:
        """The items as the message lists them."""
        if self.form in ("words", "words-more"):
            return " ".join(self.items[:_MOST_WORDS]) + (" …" if len(self.items) > _MOST_WORDS else "")
        return ", ".join(f'"{alt}"' if self.form.startswith("logos") else alt for alt in self.items)


def format_differences(
    samples: Samples, full: tuple[WordTrial, PageTree], sparse: tuple[WordTrial, PageTree], path: str
) -> Iterator[Problem]:
    """Yield a warning for each kind of content that only one template prints, at the Word template.

    Each sample was tried with both templates. What differs with the full sample is not reported again of the sparse
    one; neither are headers and footers of single pages, and how often words are printed.
    """
    known: set[str] = set()
    for is_sparse, (trial, tree) in ((False, full), (True, sparse)):
        in_word, on_page = _printed_by_word(trial), _printed_by_page(tree)
        differences: list[tuple[str, _Difference]] = []
        for name, printed, other in (("Word file", in_word, on_page), ("PDF", on_page, in_word)):
            for difference in _differences(printed, other, samples):
                differences.append((name, difference))
        for name, difference in differences:
            items = tuple(item for item in difference.items if item.casefold() not in known)
            if items and not (is_sparse and (difference.where or difference.form == "words-more")):
                shown = _Difference(difference.form, items).shown
                where = _IF_SPARSE if is_sparse else difference.where
                yield problem(
                    "formats-differ", Location(path), form=difference.form, format=name, words=shown, where=where
                )
        for _, difference in differences:
            known.update(item.casefold() for item in difference.items)


def _differences(printed: _Printed, other: _Printed, samples: Samples) -> Iterator[_Difference]:
    yield from _content_differences(printed, other, samples)
    yield from _word_differences(printed, other, samples)
    if pictures := sorted(printed.pictures - other.pictures):
        yield _Difference("pictures", tuple(pictures))
    if figures := sorted(printed.figures - other.figures):
        yield _Difference("figures", tuple(figures))
    yield from _logo_differences(printed, other)


def _content_differences(printed: _Printed, other: _Printed, samples: Samples) -> Iterator[_Difference]:
    """Yield the names of values that need not be printed and that the other template does not print, not even as rows
    of the table.
    """
    other_text = " ".join(other.spelling)
    rows = {piece.row for word, piece in samples.pieces.items() if piece.row and word in other_text}
    names: dict[str, dict[str, None]] = {}
    for where, mine, its in (
        ("", printed.spelling, other.spelling),
        (_ON_FIRST_PAGE, printed.first_page.words, other.first_page.words),
        (_ON_LATER_PAGES, printed.later_pages.words, other.later_pages.words),
    ):
        own_text, other_text = " ".join(mine), " ".join(its)
        for word, piece in samples.optional.items():
            is_missing = word in own_text and word not in other_text and not rows.intersection(piece.rows)
            if is_missing and piece.name not in names.get("", ()):
                names.setdefault(where, {})[piece.name] = None
    for where, of_page in names.items():
        yield _Difference("content", tuple(of_page), where)


def _word_differences(printed: _Printed, other: _Printed, samples: Samples) -> Iterator[_Difference]:
    """Yield the words of the template itself that the other one does not print, not on these pages, or less often."""
    forms: dict[tuple[str, str], list[str]] = {}
    for word, spelled in printed.spelling.items():
        if _is_content(word, samples):
            continue
        if word not in other.spelling:
            forms.setdefault(("words", ""), []).append(spelled)
        elif word in printed.first_page.words and word not in other.first_page.words:
            forms.setdefault(("words", _ON_FIRST_PAGE), []).append(spelled)
        elif word in printed.later_pages.words and word not in other.later_pages.words:
            forms.setdefault(("words", _ON_LATER_PAGES), []).append(spelled)
        elif any(mine.words[word] > its.words[word] for mine, its in _pages(printed, other)):
            forms.setdefault(("words-more", ""), []).append(spelled)
    for (form, where), words in forms.items():
        yield _Difference(form, tuple(words), where)


def _logo_differences(printed: _Printed, other: _Printed) -> Iterator[_Difference]:
    first, later = (mine.logos - its.logos for mine, its in _pages(printed, other))
    forms: dict[tuple[str, str], list[str]] = {}
    for alt in dict.fromkeys([*first, *later]):
        if alt in first and alt in later:
            where = ""
        else:
            where = _ON_FIRST_PAGE if alt in first else _ON_LATER_PAGES
        has_one = any(mine.logos[alt] > its.logos[alt] > 0 for mine, its in _pages(printed, other))
        forms.setdefault(("logos-more" if has_one else "logos", where), []).append(alt)
    for (form, where), alts in forms.items():
        yield _Difference(form, tuple(alts), where)


def _pages(printed: _Printed, other: _Printed) -> Sequence[tuple[_PageWords, _PageWords]]:
    """Return the first pages and the later ones of two templates."""
    return (printed.first_page, other.first_page), (printed.later_pages, other.later_pages)


def _is_content(word: str, samples: Samples) -> bool:
    """Return whether a word has one of the samples, also together with another one at the end of a line."""
    if word in samples.numbers:
        return True
    content = (*samples.pieces, *samples.turned_pieces, *samples.optional)
    return any(piece in word for piece in content)


def _printed_by_page(tree: PageTree) -> _Printed:
    """Return what a page template prints."""
    first_page = (*tree.header_of(1), *tree.footer_of(1), *tree.body)
    later_pages = (*tree.header, *tree.footer, *tree.body)
    pictures, figures = set(), set()
    for block in all_blocks(tree.body):
        match block:
            case PictureBlock():
                pictures.add(block.facts.field)
            case Drawing():
                figures.add(_FIGURES[type(block.shape)])
            case ChartBlock():
                figures.add(_FIGURES[ChartBlock])
            case _:
                pass
    return _printed(_blocks_page(first_page), _blocks_page(later_pages), pictures, figures)


def _blocks_page(blocks: Iterable[Block]) -> PrintedPage:
    page = tuple(blocks)
    logos = tuple(block.alt for block in all_blocks(page) if isinstance(block, ImageBlock))
    return PrintedPage(tuple(block_texts(page)), logos)


def _printed_by_word(trial: WordTrial) -> _Printed:
    """Return what a filled Word template prints."""
    figures = [_FIGURES[shape] for shape in trial.shapes]
    return _printed(trial.first_page, trial.later_pages, trial.pictures, figures)


def _printed(first: PrintedPage, later: PrintedPage, pictures: Iterable[str], figures: Iterable[str]) -> _Printed:
    pages = []
    spelling: dict[str, str] = {}
    for page in (first, later):
        words = [word for text in page.texts for word in _WORD.findall(text)]
        for word in words:
            spelling.setdefault(word.casefold(), word)
        pages.append(_PageWords(Counter(map(str.casefold, words)), Counter(page.logos)))
    return _Printed(pages[0], pages[1], spelling, frozenset(pictures), frozenset(figures))
