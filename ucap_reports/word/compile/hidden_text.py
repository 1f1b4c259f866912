"""Hidden text of a template: finished documents must not contain it, but tags in it work."""

from collections.abc import Iterator

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.tag_lexer import WordTagKind, find_word_tags
from ucap_reports.word.compile.tag_marks import cut_out, pieces_of, run_of
from ucap_reports.word.file.effective_styles import OFF, StyleSheet
from ucap_reports.word.file.element_names import NAMESPACES, PARAGRAPH, RUN, RUN_FORMAT, TEXT, VALUE
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import remove, value_at


def remove_hidden_text(root: etree._Element, sheet: StyleSheet, places: ElementPlaces) -> Iterator[Problem]:
    """Remove the hidden runs of a part, except for statements and comments in them. Yields warnings."""
    styles = {name for name in sheet.styles if sheet.value(name, "w:rPr/w:vanish") not in (None, *OFF)}
    paragraphs = {each for each in root.iter(PARAGRAPH) if value_at(each, "w:pPr/w:pStyle") in styles}
    affected = dict.fromkeys(_hidden_in(run, styles, paragraphs) for run in root.iter(RUN))
    places.of(root)  # counts now, before paragraphs of text boxes are removed
    for paragraph in (each for each in affected if each is not None):
        kept = _tag_runs(paragraph)
        runs = [each for each in paragraph.iter(RUN) if _hidden_in(each, styles, paragraphs) is paragraph]
        lost = [run for run in runs if run not in kept]
        for run in lost:
            remove(run)
        if any(map(_is_visible, lost)):
            yield problem("content-left-out", places.location(paragraph), content="hidden text")


def _hidden_in(run: etree._Element, styles: set[str], paragraphs: set[etree._Element]) -> etree._Element | None:
    """The paragraph of a run with the property `vanish` of its own, or from a style of its own or of its paragraph;
    None for one that is not hidden.
    """
    paragraph, own = next(run.iterancestors(PARAGRAPH), None), run.find("w:rPr/w:vanish", NAMESPACES)
    by_style = value_at(run, "w:rPr/w:rStyle") in styles or paragraph in paragraphs
    return paragraph if (by_style if own is None else own.get(VALUE) not in OFF) else None


def _tag_runs(paragraph: etree._Element) -> set[etree._Element]:
    """The runs of the statements and comments in a paragraph, which have nothing else afterwards."""
    pieces = pieces_of(paragraph)
    tags = find_word_tags("".join(piece.text for piece in pieces)).found
    kept = [tag for tag in reversed(tags) if tag.kind is not WordTagKind.PRINT]
    return {run_of(each) for tag in kept for each in cut_out(pieces, tag.start, tag.end)}


def _is_visible(run: etree._Element) -> bool:
    """Whether the content of a run would be visible if it were not hidden."""
    return any(child.tag != RUN_FORMAT and (child.tag != TEXT or (child.text or "").strip()) for child in run)
