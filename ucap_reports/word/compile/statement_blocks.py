"""Blocks of statements: what opens, continues and closes them, and whether their statements are in the same place."""

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from ucap_reports.problems import Problem, did_you_mean, problem
from ucap_reports.template.jinja.jinja_tags import instead_of
from ucap_reports.word.compile.tag_lexer import Scope, WordTagKind
from ucap_reports.word.compile.tag_marks import TagMark
from ucap_reports.word.file.element_names import PARAGRAPH

CLOSING: Mapping[str, str] = {"for": "endfor", "if": "endif", "with": "endwith"}
"""The statements that open a block, with those that close it."""
CONTINUING: Mapping[str, tuple[str, ...]] = {"else": ("if", "for"), "elif": ("if",)}
"""The statements that continue a block, with the blocks that they may continue."""
DIRECTIVES = ("colspan", "cellbg", "hm", "vm")
"""Statements about their table cell: its span, its colour, and whether it is merged with the cells that a loop puts
beside it (`hm`) or below it (`vm`).
"""
ALONE = ("set", *DIRECTIVES)
"""Statements without a block."""
KNOWN = (*CLOSING, *CLOSING.values(), *CONTINUING, *ALONE)

Block = tuple[TagMark, ...]
"""The statements of one block in order, from the opening to the closing one."""


def find_blocks(marks: Iterable[TagMark], problems: list[Problem]) -> list[Block]:
    """The blocks of a part; statements that are unknown or have no counterpart go to `problems`."""
    blocks: list[Block] = []
    open_blocks: list[list[TagMark]] = []
    for mark in marks:
        word = mark.tag.keyword
        if mark.tag.kind is not WordTagKind.STATEMENT or word in ALONE:
            continue
        if word in CLOSING:
            open_blocks.append([mark])
        elif word in CONTINUING and open_blocks and open_blocks[-1][0].statement in CONTINUING[word]:
            open_blocks[-1].append(mark)
        elif open_blocks and word == CLOSING[open_blocks[-1][0].statement]:
            blocks.append((*open_blocks.pop(), mark))
        else:
            problems.append(_stray(mark))
    for opening, *_ in open_blocks:
        closing = f"{{% {CLOSING[opening.statement]} %}}"
        tag = opening.tag.written
        problems.append(problem("tag-unclosed", opening.location, form="block", tag=tag, closing=closing))
    return blocks


def check_places(blocks: Sequence[Block], problems: list[Problem]) -> None:
    """Report each block whose statements are in different places: what is between them could not be repeated."""
    for opening, *others in blocks:
        for mark in others:
            if not _is_beside(opening.node, mark.node):
                tag, first = mark.tag.written, opening.tag.written
                problems.append(problem("tag-misplaced", mark.location, form="block", tag=tag, opening=first))
                break


def _is_beside(one: etree._Element, other: etree._Element) -> bool:
    """Whether two marks have the same parent, or are in two paragraphs with the same parent."""
    first, second = one.getparent(), other.getparent()
    if first is None or second is None or first is second:
        return first is second
    return first.tag == second.tag == PARAGRAPH and first.getparent() is second.getparent()


def _stray(mark: TagMark) -> Problem:
    word, written = mark.tag.keyword, mark.tag.written
    if word not in KNOWN:
        hint = _prefix_hint(mark) or instead_of("tags", word) or did_you_mean(word, KNOWN)
        return problem("tag-unknown", mark.location, hint=hint, name=word, tag=written, known=", ".join(KNOWN))
    openings = CONTINUING.get(word) or tuple(opening for opening, closing in CLOSING.items() if closing == word)
    wanted = " or ".join(f"{{% {opening} … %}}" for opening in openings)
    return problem("tag-unmatched", mark.location, tag=written, openings=wanted)


def _prefix_hint(mark: TagMark) -> str | None:
    """How to write a statement whose prefix has a space before it, or none after it."""
    for scope in (each.value for each in Scope if each.value):
        content = mark.tag.content.removeprefix(scope).lstrip()
        if content != mark.tag.content and content.split(maxsplit=1)[:1] in [[word] for word in KNOWN]:
            return f"write {{%{scope} {content} %}}: the prefix directly follows the braces, with a space after it"
    return None
