"""Statements that belong together: what opens, continues and closes a block, and whether they stand where they can."""

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from ucap_reports.problems import Problem, did_you_mean
from ucap_reports.template.jinja.unsupported_tags import instead_of_tag
from ucap_reports.word.compile.docxtpl_tags import Scope, WordTagKind
from ucap_reports.word.compile.tag_marks import PARAGRAPH, TagMark
from ucap_reports.word.file.word_xml import qualified

CLOSING: Mapping[str, str] = {"for": "endfor", "if": "endif", "with": "endwith"}
"""The statements that open a block, and those that close it."""
CONTINUING: Mapping[str, tuple[str, ...]] = {"else": ("if", "for"), "elif": ("if",)}
"""The statements that continue a block, and the blocks that they may continue."""
ALONE = ("set",)
"""Statements that open nothing."""
DIRECTIVES = ("colspan", "cellbg", "hm", "vm")
"""Statements about the table cell that they stand in: its span and its colour, and whether it is one with those that a
loop puts beside it (`hm`) or under it (`vm`).
"""
KNOWN = (*CLOSING, *CLOSING.values(), *CONTINUING, *ALONE, *DIRECTIVES)
_ROW, _CELL = qualified("w:tr"), qualified("w:tc")

Block = tuple[TagMark, ...]
"""The statements of one block in order, the opening one first and the closing one last."""


def find_blocks(marks: Iterable[TagMark], problems: list[Problem]) -> list[Block]:
    """The blocks of a part; statements that are unknown, or miss the one they belong to, go to `problems`."""
    blocks: list[Block] = []
    open_blocks: list[list[TagMark]] = []
    for mark in marks:
        word = mark.tag.keyword
        if mark.tag.kind is not WordTagKind.STATEMENT or word in (*ALONE, *DIRECTIVES):
            continue
        if word in CLOSING:
            open_blocks.append([mark])
        elif word in CONTINUING and open_blocks and open_blocks[-1][0].tag.keyword in CONTINUING[word]:
            open_blocks[-1].append(mark)
        elif open_blocks and word == CLOSING[open_blocks[-1][0].tag.keyword]:
            blocks.append((*open_blocks.pop(), mark))
        else:
            problems.append(_stray(mark))
    problems += [_never_closed(block[0]) for block in open_blocks]
    return blocks


def check_places(blocks: Sequence[Block], problems: list[Problem]) -> None:
    """A problem for each statement from which its block cannot be closed: what lies between would tear the document."""
    for block in blocks:
        opening = block[0]
        for mark in block[1:]:
            if not _stand_together(opening.node, mark.node):
                message = f'"{mark.tag.written}" does not stand where "{opening.tag.written}" does'
                problems.append(Problem.error("tag-misplaced", message, _hint(opening, mark), mark.location))
                break


def _stand_together(one: etree._Element, other: etree._Element) -> bool:
    """Whether both are held by the same element, or by two paragraphs that are."""
    first, second = one.getparent(), other.getparent()
    if first is None or second is None or first is second:
        return first is second
    return first.tag == second.tag == PARAGRAPH and first.getparent() is second.getparent()


def _hint(opening: TagMark, mark: TagMark) -> str:
    """What to write instead, by what stands between the two."""

    def around(each: TagMark, tag: str) -> etree._Element | None:
        return next(each.node.iterancestors(tag), None)

    word, end = opening.tag.keyword, CLOSING[opening.tag.keyword]
    if around(opening, _ROW) is not around(mark, _ROW):
        return f"put both in rows of their own, as {{%tr {word} … %}} and {{%tr {end} %}}"
    if around(opening, _CELL) is not around(mark, _CELL):
        return f"put both in cells of their own, as {{%tc {word} … %}} and {{%tc {end} %}}"
    return f"put both in paragraphs of their own, as {{%p {word} … %}} and {{%p {end} %}}"


def _stray(mark: TagMark) -> Problem:
    word, written = mark.tag.keyword, mark.tag.written
    if word not in KNOWN:
        hint = (
            _letter_apart(mark)
            or instead_of_tag(word)
            or did_you_mean(word, KNOWN)
            or f"a Word template knows {', '.join(KNOWN)}"
        )
        return Problem.error("tag-unknown", f'no statement is called "{word}" in "{written}"', hint, mark.location)
    openings = CONTINUING.get(word) or tuple(opening for opening, closing in CLOSING.items() if closing == word)
    wanted = " or ".join(f"{{% {opening} … %}}" for opening in openings)
    hint = f"put {wanted} before it, or take it away"
    return Problem.error("tag-unmatched", f'"{written}" belongs to nothing', hint, mark.location)


def _letter_apart(mark: TagMark) -> str | None:
    """What to write where the letter before a statement has a space before it, or none behind it."""
    for scope in (each.value for each in Scope if each.value):
        content = mark.tag.content.removeprefix(scope).lstrip()
        if content != mark.tag.content and content.split(maxsplit=1)[:1] in [[word] for word in KNOWN]:
            return (
                f"write {{%{scope} {content} %}}: the letter stands straight behind the braces, and a space behind it"
            )
    return None


def _never_closed(opening: TagMark) -> Problem:
    closing = f"{{% {CLOSING[opening.tag.keyword]} %}}"
    message = f'"{opening.tag.written}" has no "{closing}"'
    return Problem.error("tag-unclosed", message, f"put {closing} where it ends", opening.location)
