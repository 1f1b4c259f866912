"""A copy of a Word template with each problem as a comment at its place, for a designer to open in Word."""

import posixpath
from collections.abc import Iterable, Mapping
from copy import deepcopy
from html import escape

from lxml import etree

from ucap_reports.problems import Problem, Severity
from ucap_reports.template.pack import PackFile
from ucap_reports.word.compile.revision_cleanup import accept_revisions
from ucap_reports.word.compile.tag_marks import cut_out, pieces_of, run_of
from ucap_reports.word.compile.template_opening import broken
from ucap_reports.word.file.element_names import PARAGRAPH, PARAGRAPH_FORMAT, WORD, qualified
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.package_parts import BODY, MAIN, OFFICE, Contents, add_part, kinds_of
from ucap_reports.word.file.word_measures import whole
from ucap_reports.word.file.word_xml import DECLARATION, new, read_xml, to_bytes
from ucap_reports.word.file.zip_package import BrokenPackageError, compressed, read_package, write_package

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_ID = qualified("w:id")


def annotate(template: PackFile, problems: Iterable[Problem]) -> bytes:
    """The template with a comment for each problem that is about it, and no other changes.

    Word has comments only in the body: a problem in a header, a note or a text box is at the nearest paragraph there,
    with its place in the text. Raises ProblemsFound (`template-broken`) if the template or its comments cannot be read.
    """
    try:
        return _annotated(template, problems)
    except BrokenPackageError as error:
        raise broken(template, error) from None


def _annotated(template: PackFile, problems: Iterable[Problem]) -> bytes:
    contents = Contents(read_package(template.content))
    own = [problem for problem in problems if problem.location.path == template.path]
    body = next(iter(kinds_of(contents).get(MAIN, [])), None)
    if body is None:
        raise BrokenPackageError("it is not a Word document")
    if not own:
        return template.content
    root = contents.tree(body)
    by_place, first = _paragraphs_by_place(root), _first_paragraph(root)
    name = _comments_part(contents, body)
    listed = contents.tree(name)
    known = max((whole(each.get(_ID)) for each in listed), default=-1)
    for number, problem in enumerate(own, known + 1):
        place, text, quoted = problem.location.place or "", _text_of(problem), str(problem.details.get("tag", ""))
        paragraph = by_place.get(place)
        if paragraph is None:
            inside = (each for known, each in by_place.items() if place and known.startswith(place))
            paragraph, quoted, text = next(inside, first), "", f"{place}: {text}" if place else text
        listed.append(_comment_xml(number, text))
        _enclose(paragraph, quoted, number)
    contents[name] = to_bytes(listed)
    contents[body] = to_bytes(root)
    return write_package(compressed(each, contents[each]) for each in sorted(contents))


def _paragraphs_by_place(root: etree._Element) -> Mapping[str, etree._Element]:
    """The paragraphs by their places in problems, which are those after revisions are accepted."""
    copy = deepcopy(root)
    originals = dict(zip(copy.iter(PARAGRAPH), root.iter(PARAGRAPH), strict=True))
    accept_revisions(copy)
    places = ElementPlaces(copy, BODY)
    return {places.of(each): _commentable(originals[each]) for each in copy.iter(PARAGRAPH)}


def _commentable(paragraph: etree._Element) -> etree._Element:
    """The paragraph, or the one with the text box that it is in, where Word has no comments."""
    return [paragraph, *paragraph.iterancestors(PARAGRAPH)][-1]


def _first_paragraph(root: etree._Element) -> etree._Element:
    """The first paragraph of the body, added if there is none."""
    found = next(root.iter(PARAGRAPH), None)
    if found is None:
        found = new("w:p")
        body = root.find(qualified("w:body"))
        (root if body is None else body).insert(0, found)
    return _commentable(found)


def _text_of(problem: Problem) -> str:
    severity = "" if problem.severity is Severity.ERROR else f"{problem.severity.value}: "
    hint = f"\n{problem.hint}" if problem.hint else ""
    return f"{severity}{problem.message} [{problem.code}]{hint}"


def _comments_part(contents: Contents, body: str) -> str:
    """The name of the part with the comments, added if there is none."""
    known = kinds_of(contents).get("comments")
    if known:
        return known[0]
    name = posixpath.join(posixpath.dirname(body), "comments.xml")
    add_part(contents, name, TYPE, body, f"{OFFICE}/comments")
    contents[name] = f'{DECLARATION}<w:comments xmlns:w="{WORD}"/>'.encode()
    return name


def _comment_xml(number: int, text: str) -> etree._Element:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line, quote=False)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    attributes = f'w:id="{number}" w:author="ucap" w:initials="ucap"'
    return read_xml(f'<w:comment xmlns:w="{WORD}" {attributes}>{paragraphs}</w:comment>'.encode())


def _enclose(paragraph: etree._Element, quoted: str, number: int) -> None:
    """Mark the range of a comment: the runs of the quoted text, or else the whole paragraph."""
    start, end, reference = new("w:commentRangeStart"), new("w:commentRangeEnd"), new("w:r")
    for each in (start, end, etree.SubElement(reference, qualified("w:commentReference"))):
        each.set(_ID, str(number))
    if quoted and (runs := _runs_of(paragraph, quoted)):
        runs[0].addprevious(start)
        runs[-1].addnext(end)
    else:
        paragraph.insert(0 if paragraph.find(PARAGRAPH_FORMAT) is None else 1, start)
        paragraph.append(end)
    end.addnext(reference)


def _runs_of(paragraph: etree._Element, quoted: str) -> list[etree._Element]:
    """The runs of the quoted text, cut at its beginning and end; none if the paragraph does not contain it."""
    pieces = pieces_of(paragraph)
    begin = "".join(piece.text for piece in pieces).find(quoted)
    return [] if begin < 0 else [run_of(element) for element in cut_out(pieces, begin, begin + len(quoted))]
