"""Hidden text of a template: finished documents must not contain it, but tags in it work."""

from collections.abc import Iterator

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.tag_lexer import WordTagKind, find_word_tags
from ucap_reports.word.compile.tag_marks import pieces_of, run_of, set_text
from ucap_reports.word.file.effective_styles import OFF, StyleSheet
from ucap_reports.word.file.element_names import NAMESPACES, PARAGRAPH, RUN, RUN_FORMAT, TEXT, VALUE
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import remove, value_at


def remove_hidden_text(root: etree._Element, sheet: StyleSheet, places: ElementPlaces) -> Iterator[Problem]:
    """Remove the hidden runs of a part, except for statements and comments in them. Yields warnings."""
    styles = {name for name in sheet.styles if sheet.value(name, "w:rPr/w:vanish") not in (None, *OFF)}
    paragraphs = {each for each in root.iter(PARAGRAPH) if value_at(each, "w:pPr/w:pStyle") in styles}
    hidden = {run for run in root.iter(RUN) if _is_hidden(run, styles, paragraphs)}
    places.of(root)  # counts now, before paragraphs of text boxes are removed
    for paragraph in list(root.iter(PARAGRAPH)) if hidden else ():
        if _remove_from(paragraph, hidden):
            yield problem("content-left-out", places.location(paragraph), content="hidden text")


def _is_hidden(run: etree._Element, styles: set[str], paragraphs: set[etree._Element]) -> bool:
    """Whether a run has the property `vanish` of its own, or from a style of its own or of its paragraph."""
    own = run.find("w:rPr/w:vanish", NAMESPACES)
    if own is not None:
        return own.get(VALUE) not in OFF
    return value_at(run, "w:rPr/w:rStyle") in styles or next(run.iterancestors(PARAGRAPH), None) in paragraphs


def _remove_from(paragraph: etree._Element, hidden: set[etree._Element]) -> bool:
    """Remove the hidden content of a paragraph. Returns whether any of it would be visible if it were not hidden."""
    pieces = pieces_of(paragraph)
    tags = find_word_tags("".join(piece.text for piece in pieces)).found
    kept = {offset for tag in tags if tag.kind is not WordTagKind.PRINT for offset in range(tag.start, tag.end)}
    is_lost = False
    for piece in pieces:
        if run_of(piece.element) in hidden:
            rest = "".join(text for offset, text in enumerate(piece.text, piece.start) if offset in kept)
            is_lost = is_lost or (rest != piece.text and bool(piece.text.strip()))
            set_text(piece.element, rest)
    for run in [run for run in paragraph.iter(RUN) if run in hidden]:
        for child in [child for child in run if child.tag not in (RUN_FORMAT, TEXT)]:
            is_lost = True
            run.remove(child)
        if all(child.tag == RUN_FORMAT for child in run):
            remove(run)
    return is_lost
