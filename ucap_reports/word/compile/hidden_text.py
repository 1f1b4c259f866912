"""Hidden text of a template: finished documents must not contain it, but tags in it work."""

from collections.abc import Iterator

from lxml import etree

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.word.compile.docxtpl_tags import WordTagKind, find_word_tags
from ucap_reports.word.compile.tag_marks import PARAGRAPH, RUN, RUN_PROPERTIES, TEXT, pieces_of, run_of, set_text
from ucap_reports.word.file.effective_styles import OFF, StyleSheet
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import qualified, remove

_VALUE = qualified("w:val")


def remove_hidden_text(root: etree._Element, sheet: StyleSheet, place: str, path: str) -> Iterator[Problem]:
    """Remove the hidden runs of a part, except for statements and comments in them. Yields warnings."""
    styles = {name for name in sheet.styles if sheet.value(name, "w:rPr/w:vanish") not in (None, *OFF)}
    paragraphs = {each for each in root.iter(PARAGRAPH) if _style(each, "w:pPr/w:pStyle") in styles}
    hidden = {run for run in root.iter(RUN) if _is_hidden(run, styles, paragraphs)}
    if not hidden:
        return
    places = ElementPlaces(root, place)
    places.of(root)  # counts now, before paragraphs of text boxes are removed
    for paragraph in list(root.iter(PARAGRAPH)):
        if _remove_from(paragraph, hidden):
            yield problem("content-left-out", Location(path, place=places.of(paragraph)), content="hidden text")


def _is_hidden(run: etree._Element, styles: set[str], paragraphs: set[etree._Element]) -> bool:
    """Whether a run has the property `vanish` of its own, or from a style of its own or of its paragraph."""
    own = run.find(f"{RUN_PROPERTIES}/{qualified('w:vanish')}")
    if own is not None:
        return own.get(_VALUE) not in OFF
    return _style(run, "w:rPr/w:rStyle") in styles or next(run.iterancestors(PARAGRAPH), None) in paragraphs


def _style(element: etree._Element, path: str) -> str | None:
    """The identifier of the style of a run or paragraph."""
    found = element.find("/".join(map(qualified, path.split("/"))))
    return None if found is None else found.get(_VALUE)


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
        for child in [child for child in run if child.tag not in (RUN_PROPERTIES, TEXT)]:
            is_lost = True
            run.remove(child)
        if all(child.tag == RUN_PROPERTIES for child in run):
            remove(run)
    return is_lost
