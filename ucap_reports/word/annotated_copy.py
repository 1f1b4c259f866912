"""A copy of a Word template with each problem as a comment at its place, for a designer to open in Word."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from ucap_reports.problems import Problem, Severity
from ucap_reports.template.pack import PackFile
from ucap_reports.word.compile.hidden_text_and_accepted_changes import accept_revisions
from ucap_reports.word.compile.template_opening import broken
from ucap_reports.word.compile.word_tags import cut_out, pieces_of, run_of
from ucap_reports.word.file.package_parts import BODY, as_document
from ucap_reports.word.file.word_xml import PARAGRAPH, ElementLocator, qualified
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, read_package, write_package

AUTHOR = "ucap"
REFERENCE_STYLE = "CommentReference"
"""The character style of the marks that refer to comments."""


def annotate(template: PackFile, problems: Iterable[Problem]) -> bytes:
    """Return the template with a comment for each problem that is about it, and no other changes of its parts.

    Word has comments only in the body: a problem in a header, a note or a text box is at the nearest paragraph there,
    with its place in the text. Raises ProblemsFound (`template-broken`) if the template or its comments cannot be read.
    """
    own = [problem for problem in problems if problem.location.path == template.path]
    content = template.content
    if own:
        buffer = BytesIO()
        try:
            document = Document(BytesIO(_as_document(content)))
            _add_comments(document, own)
            document.save(buffer)
        except Exception as error:  # python-docx raises any exception for a damaged file
            raise broken(template, error) from error
        content = buffer.getvalue()
    # The product's own archive, which the next copy may replace.
    return write_package(compressed(name, part) for name, part in read_package(content).items())


def _as_document(content: bytes) -> bytes:
    """Return the same file as a document, since python-docx opens no `.dotx` files."""
    parts = read_package(content)
    types = as_document(parts[CONTENT_TYPES])
    if types == parts[CONTENT_TYPES]:
        return content
    parts[CONTENT_TYPES] = types
    return write_package(compressed(name, part) for name, part in parts.items())


def _add_comments(document: WordDocument, problems: Iterable[Problem]) -> None:
    root = document.element
    if next(root.iter(PARAGRAPH), None) is None:
        document.add_paragraph()
    if all(style.style_id != REFERENCE_STYLE for style in document.styles):
        document.styles.add_style(REFERENCE_STYLE, WD_STYLE_TYPE.CHARACTER)
    paragraphs = _paragraphs_by_place(root)
    first = _commentable(next(root.iter(PARAGRAPH)))
    for problem in problems:
        place = problem.location.place or ""
        text = _text_of(problem)
        quoted = str(problem.details.get("tag", ""))
        paragraph = paragraphs.get(place)
        if paragraph is None:
            paragraph = _first_in(place, paragraphs, first)
            quoted = ""
            text = f"{place}: {text}" if place else text
        runs = _runs_of(paragraph, quoted, document)
        comment = document.add_comment(runs, text, AUTHOR, AUTHOR)
        etree.strip_attributes(comment.part.element[-1], qualified("w:date"))


def _first_in(place: str, paragraphs: Mapping[str, Any], otherwise: Any) -> Any:
    """Return the first paragraph in a place such as a table, or another one if there is none."""
    if not place:
        return otherwise
    for place_of_paragraph, paragraph in paragraphs.items():
        if place_of_paragraph.startswith(place):
            return paragraph
    return otherwise


def _paragraphs_by_place(root: etree._Element) -> Mapping[str, Any]:
    """Return the paragraphs by their places in problems, which are those after revisions are accepted."""
    copy = deepcopy(root)
    originals = dict(zip(copy.iter(PARAGRAPH), root.iter(PARAGRAPH), strict=True))
    accept_revisions(copy)
    locator = ElementLocator(copy, BODY)
    paragraphs = {}
    for paragraph in copy.iter(PARAGRAPH):
        paragraphs[locator.of(paragraph)] = _commentable(originals[paragraph])
    return paragraphs


def _commentable(paragraph: etree._Element) -> Any:
    """Return the paragraph, or the one with the text box that it is in, where Word has no comments."""
    outermost = paragraph
    for around in paragraph.iterancestors(PARAGRAPH):
        outermost = around
    return outermost


def _text_of(problem: Problem) -> str:
    """Return the text of the comment for a problem."""
    text = f"{problem.message} [{problem.code}]"
    if problem.severity is not Severity.ERROR:
        text = f"{problem.severity.value}: {text}"
    if problem.hint:
        text += f"\n{problem.hint}"
    return text


def _runs_of(element: Any, quoted: str, document: WordDocument) -> list[Run]:
    """Return the runs of the quoted text, cut at its beginning and end, or else all runs of the paragraph."""
    paragraph = Paragraph(element, document)
    pieces = pieces_of(element)
    text = "".join(piece.text for piece in pieces)
    if not quoted or quoted not in text:
        return paragraph.runs or [paragraph.add_run()]
    start = text.index(quoted)
    runs = []
    for text_element in cut_out(pieces, start, start + len(quoted)):
        run: Any = run_of(text_element)
        runs.append(Run(run, paragraph))
    return runs
