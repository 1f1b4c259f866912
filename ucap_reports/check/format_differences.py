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
            words = " ".join(self.items[:_MOST_WORDS])
            return f"{words} …" if len(self.items) > _MOST_WORDS else words
        if self.form.startswith("logos"):
            return ", ".join(f'"{alt}"' for alt in self.items)
        return ", ".join(self.items)


def format_differences(
    samples: Samples, full: tuple[WordTrial, PageTree], sparse: tuple[WordTrial, PageTree], path: str
) -> Iterator[Problem]:
    """Yield a warning for each kind of content that only one template prints, at the Word template.

    Each sample was tried with both templates. What differs with the full sample is not reported again of the sparse
    one; neither are headers and footers of single pages, and how often words are printed.
    """
    items_with_full: set[str] = set()
    for name, difference in _differences_of_formats(*full, samples):
        items_with_full.update(item.casefold() for item in difference.items)
        yield _warning(path, name, difference)
    for name, difference in _differences_of_formats(*sparse, samples):
        if difference.where or difference.form == "words-more":
            continue
        items = tuple(item for item in difference.items if item.casefold() not in items_with_full)
        if items:
            yield _warning(path, name, _Difference(difference.form, items, _IF_SPARSE))


def _warning(path: str, name: str, difference: _Difference) -> Problem:
    """Return the warning about what only the format of that name prints."""
    details = {"format": name, "words": difference.shown, "where": difference.where}
    return problem("formats-differ", Location(path), form=difference.form, **details)


def _differences_of_formats(trial: WordTrial, tree: PageTree, samples: Samples) -> Iterator[tuple[str, _Difference]]:
    """Yield what only one of the formats prints of a sample, after the name of the format."""
    in_word = _printed_by_word(trial)
    on_page = _printed_by_page(tree)
    for difference in _differences(in_word, on_page, samples):
        yield "Word file", difference
    for difference in _differences(on_page, in_word, samples):
        yield "PDF", difference


def _differences(printed: _Printed, other: _Printed, samples: Samples) -> Iterator[_Difference]:
    """Yield what a template prints and the other one does not."""
    yield from _content_differences(printed, other, samples)
    yield from _word_differences(printed, other, samples)
    pictures = sorted(printed.pictures - other.pictures)
    if pictures:
        yield _Difference("pictures", tuple(pictures))
    figures = sorted(printed.figures - other.figures)
    if figures:
        yield _Difference("figures", tuple(figures))
    yield from _logo_differences(printed, other)


def _content_differences(printed: _Printed, other: _Printed, samples: Samples) -> Iterator[_Difference]:
    """Yield the names of values that need not be printed and that the other template does not print, not even as rows
    of the table.
    """
    text_of_other = " ".join(other.spelling)
    rows = {piece.row for word, piece in samples.pieces.items() if piece.row and word in text_of_other}
    names: dict[str, dict[str, None]] = {}
    """The names, each once, by where they are missing."""
    for where, own_words, other_words in (
        ("", printed.spelling, other.spelling),
        (_ON_FIRST_PAGE, printed.first_page.words, other.first_page.words),
        (_ON_LATER_PAGES, printed.later_pages.words, other.later_pages.words),
    ):
        own_text = " ".join(own_words)
        other_text = " ".join(other_words)
        for word, piece in samples.optional.items():
            is_missing = word in own_text and word not in other_text
            is_in_table = not rows.isdisjoint(piece.rows)
            is_missing_everywhere = piece.name in names.get("", ())
            if is_missing and not is_in_table and not is_missing_everywhere:
                names.setdefault(where, {})[piece.name] = None
    for where, of_page in names.items():
        yield _Difference("content", tuple(of_page), where)


def _word_differences(printed: _Printed, other: _Printed, samples: Samples) -> Iterator[_Difference]:
    """Yield the words of the template itself that the other one does not print, not on these pages, or less often."""
    words: dict[tuple[str, str], list[str]] = {}
    """The words by the form and the place of their difference."""
    for word, spelled in printed.spelling.items():
        if _is_content(word, samples):
            continue
        if word not in other.spelling:
            kind = ("words", "")
        elif word in printed.first_page.words and word not in other.first_page.words:
            kind = ("words", _ON_FIRST_PAGE)
        elif word in printed.later_pages.words and word not in other.later_pages.words:
            kind = ("words", _ON_LATER_PAGES)
        elif any(own.words[word] > others.words[word] for own, others in _pages(printed, other)):
            kind = ("words-more", "")
        else:
            continue
        words.setdefault(kind, []).append(spelled)
    for (form, where), words_of_kind in words.items():
        yield _Difference(form, tuple(words_of_kind), where)


def _logo_differences(printed: _Printed, other: _Printed) -> Iterator[_Difference]:
    """Yield alternative texts of logos that the other template does not print, not on these pages, or less often."""
    on_first_page = printed.first_page.logos - other.first_page.logos
    on_later_pages = printed.later_pages.logos - other.later_pages.logos
    alts: dict[tuple[str, str], list[str]] = {}
    """The alternative texts by the form and the place of their difference."""
    for alt in dict.fromkeys([*on_first_page, *on_later_pages]):
        if alt not in on_later_pages:
            where = _ON_FIRST_PAGE
        elif alt not in on_first_page:
            where = _ON_LATER_PAGES
        else:
            where = ""
        has_fewer = any(own.logos[alt] > others.logos[alt] > 0 for own, others in _pages(printed, other))
        form = "logos-more" if has_fewer else "logos"
        alts.setdefault((form, where), []).append(alt)
    for (form, where), alts_of_kind in alts.items():
        yield _Difference(form, tuple(alts_of_kind), where)


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
    pictures = set()
    figures = set()
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
    """Return what a template prints, of which these are the first page and the later ones."""
    pages: list[_PageWords] = []
    spelling: dict[str, str] = {}
    for page in (first, later):
        words = Counter[str]()
        for word in _WORD.findall("\n".join(page.texts)):
            lower_case = word.casefold()
            spelling.setdefault(lower_case, word)
            words[lower_case] += 1
        pages.append(_PageWords(words, Counter(page.logos)))
    first_page, later_pages = pages
    return _Printed(first_page, later_pages, spelling, frozenset(pictures), frozenset(figures))
