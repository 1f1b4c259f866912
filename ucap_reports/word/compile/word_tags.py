"""The tags of Word templates: their syntax, how they are found in the text of paragraphs and taken out of Word's runs,
where a mark in the tree replaces each of them, and which row, cell or paragraph they replace.

In the order of this file: the tags of a text (`find_word_tags`), the marks in the tree (`mark_tags`), the blocks of
statements (`find_blocks`, `check_places`), the elements that tags replace (`join_paragraphs`, `place_tags`), and the
Jinja source of the tree with the marks (`part_source`). `check_places` comes after `place_tags` when a part is
compiled: only then are the statements in the places between which they repeat something.

A tag of this dialect of docxtpl is `{{ value }}`, `{% statement %}` or `{# comment #}`. A prefix after the opening
braces is its scope: the tag replaces its paragraph (`p`), its table row (`tr`), its table cell (`tc`), or only itself
(`r`). `{_{`, `}_}`, `{_%` and `%_}` print braces. The lexer does not depend on Word's runs.

Statements form blocks, which must begin and end in the same place. Jinja source replaces the marks in the XML of the
tree.

A paragraph that contains only statements is replaced too, with or without the prefix `p`, and one that is a value alone
becomes the paragraphs of the value.

Which statements there are is in `CLOSING_OF`, `CONTINUING` and `DIRECTIVES`; where braces end a tag, in
`_end_of_content`; which paragraphs disappear with their statements, in `_bare_paragraphs`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from enum import Enum, StrEnum
from functools import partial
from typing import Any

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Location, Problem, did_you_mean, problem, shortened
from ucap_reports.template.jinja.rendering_state import SourceLocations
from ucap_reports.template.jinja.sandbox import instead_of
from ucap_reports.word.file.word_styles import Gaps
from ucap_reports.word.file.word_xml import (
    BOOKMARKS,
    DECLARATION,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    RUN,
    RUN_FORMAT,
    TEXT,
    XML_SPACE,
    ElementLocator,
    bare,
    children_xml,
    insert,
    qualified,
    remove,
    to_text,
    value_at,
)
from ucap_reports.word.render.rich_text_and_lists import ValuePlace
from ucap_reports.word.render.table_grid import NUMBER, grid_mark

_OPENING = re.compile(r"\{[{%#]|\{_[{%]|[%}]_\}")
_CLOSING_BRACES = re.compile(r"[}%#]\}")
_ESCAPED = {"{_{": "{{", "{_%": "{%", "}_}": "}}", "%_}": "%}"}
"""Escaped braces, and the braces that they print."""
_SPACE = " \t"
"""White space that a dash removes, in addition to one line end; a no-break space stays."""
_SPACE_AFTER = re.compile(rf"[{_SPACE}]*+\n?+")
_DASHES = ("-", "\u2013")
"""The dash that removes white space, and the one by which Word may replace it."""
_SCOPE = re.compile(r"(p|tr|tc|r)\s+")
_KEYWORD = re.compile(r"\w+")
_DOUBLE = "\u201c\u201d\u201e"
_SINGLE = "\u2018\u2019\u201a"
"""The quotation marks by which Word replaces straight ones, in English and in German."""


def _quoted(opening: str, closing: str) -> str:
    """Return the pattern of a quoted text between marks of these two sets.

    A backslash in it escapes the next character. The pattern is possessive (`*+`), so that the search from a mark
    without a counterpart is not repeated with shorter texts.
    """
    return rf"[{opening}](?:\\.|[^{closing}\\])*+[{closing}]"


_QUOTED_TEXT = "|".join(
    (
        _quoted('"', '"'),
        _quoted("'", "'"),
        _quoted(_DOUBLE, _DOUBLE + '"'),  # the end may be straight, where Word has replaced only the beginning
        _quoted(_SINGLE, _SINGLE + "'"),
    )
)
_ESCAPED_QUOTE = rf"\\[\"'{_DOUBLE}{_SINGLE}]"
"""An escaped quotation mark outside of a quoted text, which begins none. It is matched first: otherwise the search for
the end of each makes a text of many such marks quadratic.
"""
_QUOTATION = re.compile(
    rf"{_ESCAPED_QUOTE}|{_QUOTED_TEXT}"
    rf"|[{_DOUBLE}{_SINGLE}]",  # one without a counterpart, such as an apostrophe
    re.DOTALL,
)
"""What `_straightened` replaces: a quoted text, or a single mark."""
_TOKEN = re.compile(
    rf"{_ESCAPED_QUOTE}|{_QUOTED_TEXT}"  # "}}" does not end a tag
    r"|(?P<next_tag>\{[{%#])"  # {{, {% or {#
    r"|(?P<begins_dictionary>\{)"
    r"|(?P<closing>\}|%(?=\}))",  # the end of a dictionary, or the first character of }} or %}
    re.DOTALL,
)
"""What ends the content of a tag, or keeps braces from ending it (see `_end_of_content`)."""


class WordTagKind(Enum):
    """Kinds of tags; the value is the opening and closing braces."""

    PRINT = ("{{", "}}")
    STATEMENT = ("{%", "%}")
    COMMENT = ("{#", "#}")

    @property
    def closing(self) -> str:
        """The closing braces."""
        return str(self.value[1])


class Scope(StrEnum):
    """The element that a tag replaces; the value is the prefix."""

    TEXT = ""
    RUN = "r"
    PARAGRAPH = "p"
    CELL = "tc"
    ROW = "tr"


class WordTag(Struct, frozen=True):
    """A tag from `start` to `end` of its paragraph's text.

    `content` is for Jinja, with straight quotation marks; `written` is the complete tag as it is in Word.
    `joins_before` and `joins_after` are the dashes of `{%-` and `-%}`, which remove white space.
    """

    kind: WordTagKind
    scope: Scope
    content: str
    written: str
    start: int
    end: int
    joins_before: bool = False
    joins_after: bool = False

    @property
    def keyword(self) -> str:
        """The first word, which is the name of a statement."""
        word = _KEYWORD.match(self.content)
        return word[0] if word else ""


class Tags(Struct, frozen=True):
    """The tags of a text in order, the beginnings of tags without an end, and the ends of tags without a beginning."""

    complete: tuple[WordTag, ...] = ()
    unclosed: tuple[str, ...] = ()
    unopened: tuple[str, ...] = ()


_NO_TAGS = Tags()
MOST_TAGS = 1_000
"""The maximum number of tags of a part."""
_MAX_QUOTED = 60
"""How many characters of an incomplete tag a message shows."""


def find_word_tags(text: str) -> Tags:
    """Return the tags of a text."""
    tags: list[WordTag] = []
    unclosed: list[str] = []
    unopened: list[str] = []
    position = 0
    opening = _OPENING.search(text)
    # One more than the maximum, so that `mark_tags` reports too many.
    while opening is not None and len(tags) + len(unclosed) <= MOST_TAGS:
        unopened += _endings(text, position, opening.start())
        tag = _read_tag(text, opening.start())
        if tag is None:
            following = _OPENING.search(text, opening.end())
            position = following.start() if following else len(text)
            unclosed.append(shortened(text[opening.start() : position].rstrip()))
        else:
            tags.append(tag)
            position = tag.end
        opening = _OPENING.search(text, position)
    unopened += _endings(text, position, len(text))
    return Tags(tuple(_with_space(tags, text)), tuple(unclosed), tuple(unopened[:MOST_TAGS]))


def _endings(text: str, start: int, end: int) -> Iterator[str]:
    """Yield the closing braces in a part of the text that is not in a tag, each with the text before it."""
    end_before = start  # of the closing braces before
    for ending in _CLOSING_BRACES.finditer(text, start, end):
        shown_from = max(end_before, ending.end() - _MAX_QUOTED)
        yield text[shown_from : ending.end()].strip()
        end_before = ending.end()


def _with_space(tags: Iterable[WordTag], text: str) -> Iterator[WordTag]:
    """Yield the tags with the white space that their dashes remove: spaces, and one line end behind them.

    White space at the beginning or end of the paragraph stays: a dash there joins paragraphs (`join_paragraphs`).
    """
    first_visible = len(text) - len(text.lstrip())
    end_of_visible = len(text.rstrip())
    end_before = 0  # of the tag before
    for tag in tags:
        start = tag.start
        end = tag.end
        if tag.joins_before and start > first_visible:
            text_before = text[end_before:start].rstrip(_SPACE).removesuffix("\n")
            start = end_before + len(text_before)
        if tag.joins_after and end < end_of_visible:
            space = _SPACE_AFTER.match(text, end)
            if space is not None:
                end = space.end()
        end_before = end
        if (start, end) == (tag.start, tag.end):  # as most tags, which are not copied
            yield tag
        else:
            yield replace(tag, start=start, end=end)


def _read_tag(text: str, start: int) -> WordTag | None:
    """Return the tag or the escaped braces at `start`; None if the tag does not end before the next one begins."""
    escaped = text[start : start + 3]
    braces = _ESCAPED.get(escaped)
    if braces:
        return WordTag(WordTagKind.PRINT, Scope.RUN, f"'{braces}'", escaped, start, start + len(escaped))
    kind = next(kind for kind in WordTagKind if text.startswith(kind.value[0], start))
    content_start = start + 2
    end = _end_of_content(text, content_start, kind)
    if end is None:
        return None
    content = text[content_start:end]
    joins_before = content.startswith(_DASHES)
    joins_after = content.endswith(_DASHES) and len(content) > 1  # a lone dash is that of the beginning
    # The plus of Jinja, which keeps white space, has no effect: without a dash, white space always stays.
    if joins_before or content.startswith("+"):
        content = content[1:]
    if joins_after or content.endswith("+"):
        content = content[:-1]
    scope = Scope.TEXT
    prefix = _SCOPE.match(content)
    if prefix:
        scope = Scope(prefix[1])
        content = content[prefix.end() :]
    content = content.strip()
    if kind is not WordTagKind.COMMENT:
        content = _QUOTATION.sub(_straightened, content)
    return WordTag(
        kind=kind,
        scope=scope,
        content=content,
        written=text[start : end + 2],
        start=start,
        end=end + 2,
        joins_before=joins_before,
        joins_after=joins_after,
    )


def _end_of_content(text: str, position: int, kind: WordTagKind) -> int | None:
    """Return the offset of the closing braces, which are not in a quoted text and do not end a dictionary; None if the
    tag does not end before the next one begins. A comment ends with the first ones.
    """
    if kind is WordTagKind.COMMENT:
        end = text.find(kind.closing, position)
        return end if end >= 0 else None
    depth = 0  # of dictionaries in each other
    for token in _TOKEN.finditer(text, position):
        if token["next_tag"]:
            return None
        if token["begins_dictionary"]:
            depth += 1
        elif token["closing"]:
            if depth == 0 and text.startswith(kind.closing, token.start()):
                return token.start()
            if token["closing"] == "}" and depth > 0:
                depth -= 1
    return None


def _straightened(quote: re.Match[str]) -> str:
    """Return the quoted text in straight quotation marks, which Jinja reads, or a single one, such as an apostrophe."""
    text = quote[0]
    if text.startswith("\\"):
        return text
    is_double = text[0] in _DOUBLE + '"'
    straight = '"' if is_double else "'"
    if len(text) == 1:
        return straight
    return straight + text[1:-1] + straight


# The marks in the tree

MARK = "ucap"
"""The target of the processing instructions for tags, and for what is known only when a summary is filled in."""
_CHARACTERS = {
    qualified("w:tab"): "\t",
    qualified("w:br"): "\n",
    qualified("w:cr"): "\n",
    qualified("w:noBreakHyphen"): "-",
    qualified("w:softHyphen"): "\u00ad",
}
"""Elements of runs that are characters."""
_OF_WORDS = ("lang", "rtl", "cs")
"""Run properties that belong to the words of a tag, and not to those of its value: language, direction and script."""


class TagMark(Struct, frozen=True, eq=False):
    """A tag in the tree: the `element` that replaces it, and the properties of the run in which it begins."""

    tag: WordTag
    element: etree._Element
    location: Location
    run_properties: Mapping[str, str]

    @property
    def statement(self) -> str:
        """The keyword of a statement; empty for other tags."""
        return self.tag.keyword if self.tag.kind is WordTagKind.STATEMENT else ""

    @property
    def argument(self) -> str:
        """The text after the keyword of a statement."""
        return self.tag.content.removeprefix(self.statement).strip()

    @property
    def locations(self) -> SourceLocations:
        """The tag for problems, without the tree."""
        return SourceLocations.at(self.location, self.tag.written)


class RunText(Struct, frozen=True):
    """An element of a run, and its text from `start` to `end` in the text of the paragraph."""

    element: etree._Element
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.text)


def mark_tags(root: etree._Element, locator: ElementLocator) -> tuple[Sequence[TagMark], Sequence[Problem]]:
    """Replace the tags of a part by marks. Returns these in document order, and errors for incomplete tags, or for too
    many.
    """
    problems: list[Problem] = []
    tags_of_part: list[tuple[WordTag, list[RunText], Location]] = []
    for paragraph in root.iter(PARAGRAPH):
        pieces = pieces_of(paragraph)
        text = "".join(piece.text for piece in pieces)
        if "{" not in text and "}" not in text:
            continue
        tags = find_word_tags(text)
        if tags == _NO_TAGS:
            continue
        location = locator.location(paragraph)
        problems += _incomplete(tags, location)
        for tag in tags.complete:
            tags_of_part.append((tag, pieces, location))
        if len(tags_of_part) + len(problems) > MOST_TAGS:
            return [], [problem("tags-too-many", location, limit=MOST_TAGS)]
    marks = []
    for tag, pieces, location in reversed(tags_of_part):  # the pieces before a tag stay valid when it is cut out
        marks.append(_isolate(tag, pieces, location))
    marks.reverse()
    return marks, problems


def _incomplete(tags: Tags, location: Location) -> Iterator[Problem]:
    for written in tags.unclosed:
        closing = next(kind.closing for kind in WordTagKind if written.startswith(kind.value[0]))
        yield problem("tag-unclosed", location, tag=written, opening=written[:2], closing=closing)
    for written in tags.unopened:
        yield problem("tag-unopened", location, tag=written, closing=written[-2:])


def pieces_of(paragraph: etree._Element) -> list[RunText]:
    """Return the text of a paragraph in order, without that of text boxes in it, which have their own paragraphs."""
    pieces: list[RunText] = []
    start = 0
    for element in _own_descendants(paragraph):
        if element.tag == TEXT:
            text = element.text or ""
        else:
            text = _CHARACTERS.get(str(element.tag), "")
        if text:
            pieces.append(RunText(element, text, start))
            start += len(text)
    return pieces


def _own_descendants(element: etree._Element) -> Iterator[etree._Element]:
    for child in element.iterchildren(etree.Element):
        if child.tag == RUN:
            yield from child.iterchildren(etree.Element)
        elif child.tag != PARAGRAPH:
            yield from _own_descendants(child)


def _isolate(tag: WordTag, pieces: list[RunText], location: Location) -> TagMark:
    """Replace a tag by a mark. Call it for the last tag of a paragraph first: the pieces before it stay valid."""
    elements = cut_out(pieces, tag.start, tag.end)
    first = run_of(elements[0])
    properties = children_xml(first.find(RUN_FORMAT))
    for name in _OF_WORDS:
        properties.pop(name, None)
    mark = _mark_element("")
    first.addprevious(mark)
    for element in elements:
        run = run_of(element)
        run.remove(element)
        if all(child.tag == RUN_FORMAT for child in run):
            remove(run)
    return TagMark(tag, mark, location, properties)


def _mark_element(content: str) -> etree._Element:
    """Return the processing instruction of a mark, with that content."""
    return etree.ProcessingInstruction(MARK, content)


def cut_out(pieces: Sequence[RunText], start: int, end: int) -> list[etree._Element]:
    """Return the elements of the text between two offsets, in runs of their own.

    Of several parts of a paragraph, the last one must be cut out first: only the pieces before it stay valid.
    """
    cut_pieces = [piece for piece in pieces if piece.start < end and piece.end > start]
    first = cut_pieces[0]
    last = cut_pieces[-1]
    # The end is cut before the start: if the text is in one piece, `first` is still valid for the cut at the start.
    # Not `last.end`: if a later part of this piece was cut out before, the element has only the text before that part.
    end_of_text = last.start + len(last.element.text or "")
    if end_of_text > end:
        cut_run(last, end)
    first_element = cut_run(first, start)  # what is before the start stays in the element of the piece
    return [first_element, *[piece.element for piece in cut_pieces[1:]]]


def cut_run(piece: RunText, offset: int) -> etree._Element:
    """Split the run of a piece, so that a run begins at an offset of the paragraph's text. Return the first element of
    this run; the offset must be in the piece.
    """
    element = piece.element
    run = run_of(element)
    index = offset - piece.start
    if index:  # never in an element of one character, such as a tab
        text = element.text or ""
        second_part = deepcopy(element)
        _set_text(element, text[:index])
        _set_text(second_part, text[index:])
        element.addnext(second_part)
        element = second_part
    is_first_in_run = all(sibling.tag == RUN_FORMAT for sibling in element.itersiblings(preceding=True))
    if not is_first_in_run:
        tail = run.makeelement(RUN)
        tail.extend([deepcopy(properties) for properties in run.findall(RUN_FORMAT)])
        tail.extend([element, *element.itersiblings()])
        run.addnext(tail)
    return element


def run_of(element: etree._Element) -> etree._Element:
    """Return the run that contains a piece of text."""
    run = element.getparent()
    if run is None:
        raise AssertionError("text is in a run")
    return run


def _set_text(element: etree._Element, text: str) -> None:
    """Set the text of a `w:t`, with the spaces at its ends."""
    element.text = text
    element.set(XML_SPACE, "preserve")


# Blocks

CLOSING_OF: Mapping[str, str] = {"for": "endfor", "if": "endif", "with": "endwith"}
"""The statements that open a block, with those that close it."""
CONTINUING: Mapping[str, tuple[str, ...]] = {"else": ("if", "for"), "elif": ("if",)}
"""The statements that continue a block, with the blocks that they may continue."""
DIRECTIVES = ("colspan", "cellbg", "hm", "vm")
"""Statements about their table cell: its span, its colour, and whether it is merged with the cells that a loop puts
beside it (`hm`) or below it (`vm`).
"""
ALONE = ("set", *DIRECTIVES)
"""Statements without a block."""
KNOWN = (*CLOSING_OF, *CLOSING_OF.values(), *CONTINUING, *ALONE)
Block = tuple[TagMark, ...]
"""The statements of one block in order, from the opening to the closing one."""


def find_blocks(marks: Iterable[TagMark], problems: list[Problem]) -> list[Block]:
    """Return the blocks of a part; statements that are unknown or have no counterpart go to `problems`."""
    blocks: list[Block] = []
    open_blocks: list[list[TagMark]] = []
    """The statements of each block that has not ended yet, the inner blocks last."""
    for mark in marks:
        word = mark.tag.keyword
        if mark.tag.kind is not WordTagKind.STATEMENT or word in ALONE:
            continue
        innermost = open_blocks[-1][0].statement if open_blocks else ""
        if word in CLOSING_OF:
            open_blocks.append([mark])
        elif innermost in CONTINUING.get(word, ()):
            open_blocks[-1].append(mark)
        elif word == CLOSING_OF.get(innermost):
            blocks.append((*open_blocks.pop(), mark))
        else:
            problems.append(_stray(mark))
    for opening, *_ in open_blocks:
        closing = f"{{% {CLOSING_OF[opening.statement]} %}}"
        tag = opening.tag.written
        problems.append(problem("tag-unclosed", opening.location, form="block", tag=tag, closing=closing))
    return blocks


def _stray(mark: TagMark) -> Problem:
    word = mark.tag.keyword
    written = mark.tag.written
    if word not in KNOWN:
        hint = _prefix_hint(mark) or instead_of("tags", word) or did_you_mean(word, KNOWN)
        return problem("tag-unknown", mark.location, hint=hint, name=word, tag=written, known=", ".join(KNOWN))
    if word in CONTINUING:
        openings = CONTINUING[word]
    else:
        openings = tuple(opening for opening, closing in CLOSING_OF.items() if closing == word)
    wanted = " or ".join(f"{{% {opening} … %}}" for opening in openings)
    return problem("tag-unmatched", mark.location, tag=written, openings=wanted)


def _prefix_hint(mark: TagMark) -> str | None:
    """Return how to write a statement whose prefix has a space before it, or none after it."""
    for scope in (Scope.RUN, Scope.PARAGRAPH, Scope.CELL, Scope.ROW):
        prefix = scope.value
        statement = mark.tag.content.removeprefix(prefix).lstrip()
        has_prefix = statement != mark.tag.content
        words = statement.split(maxsplit=1)
        if has_prefix and words and words[0] in KNOWN:
            return f"write {{%{prefix} {statement} %}}: the prefix directly follows the braces, with a space after it"
    return None


def check_places(blocks: Sequence[Block], problems: list[Problem]) -> None:
    """Report each block whose statements are in different places: what is between them could not be repeated."""
    for opening, *others in blocks:
        for mark in others:
            if not _is_beside(opening.element, mark.element):
                tag = mark.tag.written
                problems.append(
                    problem("tag-misplaced", mark.location, form="block", tag=tag, opening=opening.tag.written)
                )
                break


def _is_beside(one: etree._Element, other: etree._Element) -> bool:
    """Return whether two marks have the same parent, or are in two paragraphs with the same parent."""
    first = one.getparent()
    second = other.getparent()
    if first is second:
        return True
    if first is None or second is None:
        return False
    return first.tag == second.tag == PARAGRAPH and first.getparent() is second.getparent()


# The elements that tags replace

_NAMES = {Scope.PARAGRAPH: "paragraph", Scope.CELL: "table cell", Scope.ROW: "table row"}
"""The names in messages of the elements that tags replace."""
_SECTION = f"{PARAGRAPH_FORMAT}/{qualified('w:sectPr')}"
TagsByNode = Mapping[Any, TagMark]
"""The marks of a part by their nodes; lxml has no public name for their class."""
_FOOTNOTE = qualified("w:footnoteReference")
_PICTURES = tuple(qualified(f"w:{name}") for name in ("drawing", "pict", "object", "sym"))


def join_paragraphs(marks: Iterable[TagMark]) -> None:
    """Join a paragraph that begins with `{%-` with the one before it, and one that ends with `-%}` with the next."""
    for mark in marks:
        paragraph = mark.element.getparent()
        if paragraph is None or paragraph.tag != PARAGRAPH or mark.tag.scope is not Scope.TEXT:
            continue
        before = paragraph.getprevious()
        after = paragraph.getnext()
        is_last = mark.element.getnext() is None
        if mark.tag.joins_after and is_last and after is not None and after.tag == PARAGRAPH:
            _move_content(after, paragraph)
        is_first = all(sibling.tag == PARAGRAPH_FORMAT for sibling in mark.element.itersiblings(preceding=True))
        if mark.tag.joins_before and is_first and before is not None and before.tag == PARAGRAPH:
            _move_content(paragraph, before)


def place_tags(
    marks: Sequence[TagMark], blocks: Sequence[Block], gaps_in: Callable[[str | None], Gaps], problems: list[Problem]
) -> dict[TagMark, ValuePlace]:
    """Put every mark in the place of the element that it replaces, and return the places of the values that are whole
    paragraphs; `gaps_in` returns the spaces in a paragraph of the style with an identifier.

    Tags outside of their element, and those that would remove other content, go to `problems`.
    """
    by_node = {mark.element: mark for mark in marks}
    value_places: dict[TagMark, ValuePlace] = {}
    for element, replacing in _replaced(by_node, blocks, problems).items():
        lost = _other_content(element, replacing, by_node)
        if lost:
            scope = Scope(etree.QName(element).localname)  # the prefix of a tag is the name of its element
            name = _NAMES[scope]
            tag = replacing[0].tag.written
            problems.append(problem("tag-swallows", replacing[0].location, tag=tag, element=name, lost=lost))
            continue
        properties = children_xml(element.find(PARAGRAPH_FORMAT))
        gaps = gaps_in(value_at(element, "w:pPr/w:pStyle"))
        for mark in replacing:
            if mark.tag.kind is WordTagKind.PRINT:
                is_text = mark.tag.scope is Scope.TEXT
                before = _spaces_before(mark) if is_text else ""
                value_places[mark] = ValuePlace(mark.run_properties, properties, gaps, is_text, before)
        _put_in_place(element, replacing)
    return value_places


def _put_in_place(element: etree._Element, replacing: Sequence[TagMark]) -> None:
    """Put the tags of an element in its place. Of its other content, only the bookmarks stay."""
    nodes = {mark.element for mark in replacing}
    for node in list(element.iter(etree.ProcessingInstruction, *BOOKMARKS)):
        if node in nodes or node.tag in BOOKMARKS:
            element.addprevious(node)
    if element.tag == PARAGRAPH and _ends_section(element):  # the section needs its last paragraph
        for child in list(element):
            if child.tag != PARAGRAPH_FORMAT:
                element.remove(child)
    else:
        remove(element)


def _replaced(
    marks: TagsByNode, blocks: Sequence[Block], problems: list[Problem]
) -> dict[etree._Element, list[TagMark]]:
    """Return the elements that are replaced, in document order, with the marks that replace them."""
    bare_paragraphs = _bare_paragraphs(marks, blocks)
    replaced: dict[etree._Element, list[TagMark]] = {}
    for mark in marks.values():
        scope = mark.tag.scope
        if scope is Scope.RUN:
            continue
        if scope is Scope.TEXT:
            paragraph = next(mark.element.iterancestors(PARAGRAPH))
            if paragraph in bare_paragraphs or is_whole_paragraph(mark, paragraph, marks):
                replaced.setdefault(paragraph, []).append(mark)
            continue
        if mark.tag.kind is WordTagKind.PRINT and scope in (Scope.CELL, Scope.ROW):
            problems.append(problem("tag-misplaced", mark.location, form="value", tag=mark.tag.written))
            continue
        element = next(mark.element.iterancestors(qualified(f"w:{scope}")), None)
        if element is None:
            problems.append(problem("tag-misplaced", mark.location, tag=mark.tag.written, element=_NAMES[scope]))
        else:
            replaced.setdefault(element, []).append(mark)
    return replaced


def is_whole_paragraph(mark: TagMark, paragraph: etree._Element, marks: TagsByNode) -> bool:
    """Return whether a paragraph is the value of a tag alone, which is then printed as paragraphs of its own."""
    is_value = mark.tag.scope is Scope.TEXT and mark.tag.kind is WordTagKind.PRINT
    if not is_value or _ends_section(paragraph):
        return False
    return _only_marks(paragraph, marks) == [mark]


def _bare_paragraphs(marks: TagsByNode, blocks: Sequence[Block]) -> set[etree._Element]:
    """Return the paragraphs that disappear with their tags, since these are statements and comments alone.

    The paragraphs of the statements of one block all disappear, or all stay: they stay if one of them has words.
    """
    paragraph_of = {mark: next(mark.element.iterancestors(PARAGRAPH)) for mark in marks.values()}
    bare_paragraphs: set[etree._Element] = set()
    for paragraph in dict.fromkeys(paragraph_of.values()):
        own_marks = _only_marks(paragraph, marks)
        if own_marks and all(_prints_nothing(mark.tag) for mark in own_marks):
            bare_paragraphs.add(paragraph)
    for linked_paragraphs in _linked_by_blocks(blocks, paragraph_of):
        if not linked_paragraphs <= bare_paragraphs:
            bare_paragraphs -= linked_paragraphs
    return bare_paragraphs


def _linked_by_blocks(
    blocks: Sequence[Block], paragraph_of: Mapping[TagMark, etree._Element]
) -> list[set[etree._Element]]:
    """Return the paragraphs of each block; those of blocks that share a paragraph are one set, so that no paragraph is
    in two.
    """
    groups: list[set[etree._Element]] = []
    for block in blocks:
        linked = {paragraph_of[mark] for mark in block if mark.tag.scope in (Scope.TEXT, Scope.RUN)}
        groups_of_others = []
        for group in groups:
            if group.isdisjoint(linked):
                groups_of_others.append(group)
            else:  # the block joins this group, perhaps with others
                linked |= group
        groups = [*groups_of_others, linked]
    return groups


def _prints_nothing(tag: WordTag) -> bool:
    """Return whether a tag is a statement or a comment without a prefix."""
    return tag.kind is not WordTagKind.PRINT and tag.scope is Scope.TEXT


def _ends_section(paragraph: etree._Element) -> bool:
    return paragraph.find(_SECTION) is not None


def _only_marks(paragraph: etree._Element, marks: TagsByNode) -> list[TagMark]:
    """Return the marks of a paragraph that contains only marks, spaces and bookmarks; none for other paragraphs."""
    own_marks: list[TagMark] = []
    for child in paragraph:
        if child in marks:
            own_marks.append(marks[child])
        elif child.tag not in (PARAGRAPH_FORMAT, *BOOKMARKS) and not _is_blank_run(child):
            return []
    return own_marks


def _is_blank_run(element: etree._Element) -> bool:
    if element.tag != RUN:
        return False
    for child in element:
        is_blank_text = child.tag == TEXT and not (child.text or "").strip()
        if child.tag != RUN_FORMAT and not is_blank_text:
            return False
    return True


def _spaces_before(mark: TagMark) -> str:
    """Return the XML of the runs before a value that is alone in its paragraph: they have only spaces."""
    spaces = ""
    for run in mark.element.itersiblings(RUN, preceding=True):  # the nearest first
        if any(child.text for child in run):
            spaces = bare(to_text(run)) + spaces
    return spaces


def _other_content(replaced: etree._Element, replacing: Sequence[TagMark], marks: TagsByNode) -> str:
    """Return the content of an element that would be lost with it, as text."""
    lost: list[str] = []
    for element in replaced.iter():
        if element in marks:
            mark = marks[element]
            if mark not in replacing:
                lost.append(mark.tag.written)
        elif element.tag == TEXT:
            lost.append((element.text or "").strip())
        elif element.tag == _FOOTNOTE:
            lost.append("a footnote")
        elif element.tag in _PICTURES:
            lost.append("a picture")
    return " ".join(text for text in lost if text)


def _move_content(source: etree._Element, target: etree._Element) -> None:
    """Move the content of a paragraph to the end of another one, and remove the paragraph."""
    target.extend([child for child in source if child.tag != PARAGRAPH_FORMAT])
    remove(source)


# The source of a part

_NUMBERED = "ucap-number\n"
"""The placeholder for the number of a picture, which a loop may repeat. Only in attributes, XML escapes its line end:
no text looks like the placeholder.
"""
_NUMBERED_XML = '"ucap-number&#10;"'
_NODE = re.compile(rf"<\?{MARK} (\d+)\?>")
"""A mark in the XML of a part, with the index of its snippet."""
_BRACE = re.compile(r"\{(?=[{%#]|\Z)")
"""A brace that Jinja would read as the start of a tag; also the last one of a text, since a tag may come after it."""


class Snippet(Struct, frozen=True, eq=False):
    """The source that replaces `element`, and the mark of its tag, if any.

    Each tag of the source begins its content on a new line, so that a line belongs to one tag at most.
    """

    element: etree._Element
    source: str
    mark: TagMark | None = None


def snippet(put: Callable[[etree._Element], None], source: str, mark: TagMark | None = None) -> Snippet:
    """Return the source at a new mark, which `put` puts into the tree."""
    made = Snippet(_mark_element(""), source, mark)
    put(made.element)
    return made


def property_snippet(properties: etree._Element, name: str, source: str, mark: TagMark | None = None) -> Snippet:
    """Return the source at a new mark in the place of the child of `properties` with that name."""
    return snippet(partial(insert, properties, name=name), source, mark)


def part_source(root: etree._Element, snippets: Sequence[Snippet]) -> tuple[str, Sequence[TagMark | None]]:
    """Return the Jinja source of a part, its XML with the snippets in place of nodes, and the tag of each of
    its lines.
    """
    for index, inserted in enumerate(snippets):
        inserted.element.text = str(index)
    for properties in root.iter(qualified("wp:docPr")):
        properties.set("id", _NUMBERED)
    written = _WrittenSource()
    xml = DECLARATION + to_text(root)
    end = 0
    for node in _NODE.finditer(xml):
        inserted = snippets[int(node[1])]
        written.add(literal(xml[end : node.start()]))
        written.add(inserted.source, inserted.mark)
        end = node.end()
    written.add(literal(xml[end:]))
    return "".join(written.texts), written.marks_of_lines


class _WrittenSource:
    """The texts of a source, and the tag of each of its lines."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.marks_of_lines: list[TagMark | None] = [None]  # that of the first line

    def add(self, text: str, mark: TagMark | None = None) -> None:
        """Add a text; the lines that begin in it are those of the tag."""
        self.texts.append(text)
        self.marks_of_lines += [mark] * text.count("\n")


def literal(xml: str) -> str:
    """Return the XML as plain text in Jinja: braces in it do not begin tags. The placeholder of the numbers of pictures
    becomes the expression that numbers them.
    """
    return _BRACE.sub("{{ '{' }}", xml).replace(_NUMBERED_XML, f'"{grid_mark(NUMBER)}"')
