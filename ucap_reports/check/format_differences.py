"""Warnings about what only one of the two templates of a pack prints: its Word template or its page template.

Content of plans that a template never shows is reported for each template by `unused_content`.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct

from ucap_reports.page.page_tree import ImageBlock, PageTree, PictureBlock, all_blocks, tree_texts
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.word.check.word_trial import WordTrial

MOST_WORDS = 8
"""The largest number of words in a message."""
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W\d_]")
FULL, SPARSE = "full", "sparse"
"""The samples: a plan with everything, and one with nothing but a title."""


class PrintedParts(Struct, frozen=True):
    """What a template prints of a sample: its words in order, the fields of the plan's pictures, and the alternative
    texts of its own pictures, such as logos.
    """

    words: tuple[str, ...]
    pictures: frozenset[str]
    logos: frozenset[str]


def printed_by_page(tree: PageTree) -> PrintedParts:
    """Return what a page prints."""
    blocks = list(all_blocks((*tree.headers, *tree.footers, *tree.body)))
    pictures = frozenset(block.facts.field for block in blocks if isinstance(block, PictureBlock))
    logos = frozenset(block.alt for block in blocks if isinstance(block, ImageBlock))
    return PrintedParts(_words(tree_texts(tree)), pictures, logos)


def printed_by_word(trial: WordTrial) -> PrintedParts:
    """Return what a filled Word template prints."""
    return PrintedParts(_words(trial.paragraphs or ()), trial.pictures, trial.logos)


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words with letters: numbers are those of pages."""
    words = [word for text in texts for word in _WORD.findall(text) if _LETTER.search(word)]
    return tuple(dict.fromkeys(words))


def format_differences(
    in_word: PrintedParts, on_page: PrintedParts, sample: str, content: Collection[str], path: str
) -> Iterator[Problem]:
    """Yield a warning for each kind of content that only one template prints, at the Word template.

    `content` are the words of the sample.
    """
    formats = (("Word file", in_word, on_page), ("PDF", on_page, in_word))
    for name, printed, other in formats:
        form = "words" if sample == FULL else "words-sparse"
        known = {word.casefold() for word in other.words}
        words = [word for word in printed.words if word.casefold() not in known and not _is_content(word, content)]
        if words:
            shown = " ".join(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
            yield problem("formats-differ", Location(path), form=form, format=name, words=shown)
        if pictures := sorted(printed.pictures - other.pictures):
            yield problem("formats-differ", Location(path), form="pictures", format=name, words=", ".join(pictures))
        if len(printed.logos) > len(other.logos):
            logos = ", ".join(f'"{alt}"' for alt in sorted(printed.logos - other.logos))
            yield problem("formats-differ", Location(path), form="logos", format=name, words=logos)


def _is_content(word: str, content: Collection[str]) -> bool:
    """Return whether a word has one of the sample, also together with another one at the end of a line."""
    return any(piece in word.casefold() for piece in content)
