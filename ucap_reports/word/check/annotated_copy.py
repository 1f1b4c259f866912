"""A copy of a Word template with each problem as a comment at its place, for a designer to open in Word."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from html import escape

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Problem, Severity
from ucap_reports.template.pack import PackFile
from ucap_reports.word.compile.docxtpl_tags import find_word_tags
from ucap_reports.word.compile.revision_cleanup import tidy
from ucap_reports.word.compile.tag_marks import RunText, pieces_of
from ucap_reports.word.compile.template_opening import broken
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.package_parts import BODY, MAIN, OFFICE, Contents, add_part, kinds_of
from ucap_reports.word.file.word_measures import whole
from ucap_reports.word.file.word_xml import DECLARATION, WORD, XML_SPACE, new, qualified, read_xml, to_bytes
from ucap_reports.word.file.zip_package import BrokenPackageError, compressed, read_package, write_package

AUTHOR, INITIALS = "ucap", "ucap"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_NUMBER = "ucap-paragraph"
"""The attribute that a paragraph has for a moment, so that it is known again in a copy."""
_PARAGRAPH, _ID = qualified("w:p"), qualified("w:id")


class _Note(Struct, frozen=True):
    """A comment to be: at which paragraph of the body, around which text of it, and what it says."""

    paragraph: etree._Element
    quoted: str
    text: str


def annotate(template: PackFile, problems: Iterable[Problem]) -> bytes:
    """The template's bytes with a comment for each of the problems that are about it; all else stays as it is.

    Word knows comments in the body of a document alone: a problem in a header, a note or a text box is told at the
    nearest paragraph before which it stands, with its place. Raises ProblemsFound (`template-broken`) for what is no
    Word file, or has comments that cannot be read.
    """
    try:
        return _annotated(template, problems)
    except BrokenPackageError as error:
        raise broken(template, error) from None


def _annotated(template: PackFile, problems: Iterable[Problem]) -> bytes:
    contents = Contents(read_package(template.content))
    ours = [problem for problem in problems if problem.location.path == template.path]
    body = next(iter(kinds_of(contents).get(MAIN, [])), None)
    if body is None:
        raise BrokenPackageError("it is not a Word document")
    if not ours:
        return template.content
    root = contents.tree(body)
    notes = _notes(root, ours)
    comments_name = _comments_part(contents, body)
    comments = contents.tree(comments_name)
    first = max((whole(each.get(_ID)) for each in comments), default=-1) + 1
    for number, note in enumerate(notes, first):
        comments.append(_comment(number, note.text))
        _enclose(note, number)
    contents[comments_name] = to_bytes(comments)
    contents[body] = to_bytes(root)
    names = {*contents.package.parts, *contents.changed}
    return write_package(compressed(name, contents[name]) for name in sorted(names))


def _notes(root: etree._Element, problems: Sequence[Problem]) -> list[_Note]:
    by_place = _paragraphs_by_place(root)
    first = _first_paragraph(root)
    notes: list[_Note] = []
    for problem in problems:
        where = problem.location.place or ""
        paragraph = by_place.get(where)
        shown = _first_inside(by_place, where) if paragraph is None else paragraph
        text = _told(problem) if shown is not None and paragraph is not None else f"{where}: {_told(problem)}"
        notes.append(_Note(first if shown is None else shown, _quoted(paragraph, problem), text.removeprefix(": ")))
    return notes


def _paragraphs_by_place(root: etree._Element) -> dict[str, etree._Element]:
    """The paragraphs by the places that problems have, which are those after all revisions are accepted."""
    paragraphs = list(root.iter(_PARAGRAPH))
    for number, paragraph in enumerate(paragraphs):
        paragraph.set(_NUMBER, str(number))
    copy = deepcopy(root)
    tidy(copy)
    places = ElementPlaces(copy, BODY)
    found = {places.of(each): paragraphs[int(each.get(_NUMBER, ""))] for each in copy.iter(_PARAGRAPH)}
    for paragraph in paragraphs:
        del paragraph.attrib[_NUMBER]
    return {where: _commentable(paragraph) for where, paragraph in found.items()}


def _commentable(paragraph: etree._Element) -> etree._Element:
    """The paragraph, or the one in whose text box it stands, where Word has no comments."""
    around = [each for each in paragraph.iterancestors() if each.tag == _PARAGRAPH]
    return around[-1] if around else paragraph


def _first_inside(by_place: Mapping[str, etree._Element], where: str) -> etree._Element | None:
    """The first paragraph of a table, row or cell."""
    return next((each for place, each in by_place.items() if where and place.startswith(where)), None)


def _first_paragraph(root: etree._Element) -> etree._Element:
    """The body's first paragraph; a new one where it has none."""
    found = next(root.iter(_PARAGRAPH), None)
    if found is not None:
        return _commentable(found)
    paragraph = new("w:p")
    body = root.find(qualified("w:body"))
    (root if body is None else body).insert(0, paragraph)
    return paragraph


def _quoted(paragraph: etree._Element | None, problem: Problem) -> str:
    """The tag that the problem is about, as its paragraph has it; empty for the whole paragraph."""
    if paragraph is None:
        return ""
    text = "".join(piece.text for piece in pieces_of(paragraph))
    tags = find_word_tags(text)
    written = [*(tag.written for tag in tags.found), *tags.unclosed]
    return next((each for each in written if f'"{each}"' in problem.message), "")


def _told(problem: Problem) -> str:
    severity = "" if problem.severity is Severity.ERROR else "warning: "
    hint = f"\n{problem.hint}" if problem.hint else ""
    return f"{severity}{problem.message} [{problem.code}]{hint}"


def _comments_part(contents: Contents, body: str) -> str:
    """The name of the part with the comments, which is made where there is none."""
    known = kinds_of(contents).get("comments")
    if known:
        return known[0]
    name = posixpath.join(posixpath.dirname(body), "comments.xml")
    add_part(contents, name, TYPE, body, f"{OFFICE}/comments")
    contents[name] = f'{DECLARATION}<w:comments xmlns:w="{WORD}"/>'.encode()
    return name


def _comment(number: int, text: str) -> etree._Element:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line, quote=False)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    attributes = f'w:id="{number}" w:author="{AUTHOR}" w:initials="{INITIALS}"'
    return read_xml(f'<w:comment xmlns:w="{WORD}" {attributes}>{paragraphs}</w:comment>'.encode())


def _enclose(note: _Note, number: int) -> None:
    """Mark what the comment is about: the runs of the quoted text, cut where it begins and ends, or the paragraph."""
    start, end = new("w:commentRangeStart"), new("w:commentRangeEnd")
    reference = new("w:r")
    etree.SubElement(reference, qualified("w:commentReference")).set(_ID, str(number))
    for each in (start, end):
        each.set(_ID, str(number))
    runs = _runs_of(note.paragraph, note.quoted) if note.quoted else []
    if runs:
        runs[0].addprevious(start)
        runs[-1].addnext(end)
    else:
        properties = note.paragraph.find(qualified("w:pPr"))
        note.paragraph.insert(0 if properties is None else 1, start)
        note.paragraph.append(end)
    end.addnext(reference)


def _runs_of(paragraph: etree._Element, quoted: str) -> list[etree._Element]:
    """The runs that hold the quoted text and nothing else of the paragraph."""
    for at in (0, len(quoted)):
        pieces = pieces_of(paragraph)
        begin = "".join(piece.text for piece in pieces).find(quoted)
        _cut(pieces, begin + at)
    pieces = pieces_of(paragraph)
    begin = "".join(piece.text for piece in pieces).find(quoted)
    held = [piece for piece in pieces if piece.start >= begin and piece.end <= begin + len(quoted)]
    return list(dict.fromkeys(run for piece in held if (run := piece.element.getparent()) is not None))


def _cut(pieces: Sequence[RunText], offset: int) -> None:
    """Let a run begin at that offset of the paragraph's text."""
    piece = next((each for each in pieces if each.start <= offset < each.end), None)
    run = None if piece is None else piece.element.getparent()
    if piece is None or run is None:
        return
    tail = new("w:r")
    tail.extend([deepcopy(each) for each in run.findall(qualified("w:rPr"))])
    inside = offset - piece.start
    if inside:
        rest = deepcopy(piece.element)
        rest.text, piece.element.text = piece.text[inside:], piece.text[:inside]
        tail.append(rest)
        for half in (rest, piece.element):
            half.set(XML_SPACE, "preserve")
    moved = list(piece.element.itersiblings()) if inside else [piece.element, *piece.element.itersiblings()]
    if not inside and all(each.tag == qualified("w:rPr") for each in piece.element.itersiblings(preceding=True)):
        return
    tail.extend(moved)
    run.addnext(tail)
