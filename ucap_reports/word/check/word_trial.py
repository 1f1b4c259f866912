"""Trial runs of a Word template with summaries, which find all problems of its tags and show its words."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.jinja_templates import DeclaredFacts, read_tags
from ucap_reports.template.pack import PackFile
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.compile_word import compile_texts, written_tags
from ucap_reports.word.compile.example_tags import ExampleLook, Repetition, place_examples
from ucap_reports.word.compile.tag_marks import find_blocks
from ucap_reports.word.compile.template_opening import OpenedTemplate, open_template
from ucap_reports.word.file.word_xml import MAIN, PARAGRAPH, qualified, read_finished, text_of
from ucap_reports.word.render.drawings import PartContext
from ucap_reports.word.render.fill_word import TextTemplate, attempt_text
from ucap_reports.word.render.list_numbering import Numbers, with_lists
from ucap_reports.word.render.short_names import CUSTOM, KINDS


class WordTrial(Struct, frozen=True):
    """The result of a trial: the words of each paragraph, None if the template could not be filled in.

    `pictures` are the fields of the plan's pictures that are printed, `logos` the alternative texts of the template's
    own ones.
    """

    problems: tuple[Problem, ...]
    paragraphs: tuple[str, ...] | None
    pictures: frozenset[str] = frozenset()
    logos: frozenset[str] = frozenset()


def try_word(opened: OpenedTemplate, theme: Theme, summaries: Sequence[Summary]) -> tuple[WordTrial, ...]:
    """Return a trial for each summary. Errors in one part do not keep the others from being tried."""
    texts, problems = compile_texts(opened, theme)
    lists = with_lists(opened.numbering, theme)
    return tuple(
        _try(texts, problems, summary, PartContext(Numbers(lists).number, theme=theme)) for summary in summaries
    )


def read_word_tags(opened: OpenedTemplate, facts: Mapping[type, DeclaredFacts] | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with each tag of a Word template by itself; for `facts` see `read_tags`."""
    marks = list(chain.from_iterable(text.tags[0] for text in opened.texts))
    kinds = dict(KINDS)
    if facts is not None:
        kinds[CUSTOM] = facts[Summary]
    return tuple(read_tags(written_tags(marks), kinds, facts))


def repetitions_in(template: PackFile) -> tuple[Repetition, ...]:
    """Return what a Word template repeats by example, in the order of the document; nothing of a broken template."""
    repetitions: list[Repetition] = []
    with suppress(ProblemsFound):
        for text in open_template(template).texts:
            marks = list(text.tags[0])
            repetitions += place_examples(marks, find_blocks(marks, []), text.locator, ExampleLook(), []).repetitions
    return tuple(repetitions)


def _try(texts: Sequence[TextTemplate], errors: Sequence[Problem], summary: Summary, context: PartContext) -> WordTrial:
    filled = [attempt_text(text, summary, context) for text in texts]
    problems = (*errors, *chain.from_iterable(attempt.problems for attempt in filled))
    written = [attempt.text for attempt in filled if attempt.text is not None]
    if errors or len(written) < len(filled):
        return WordTrial(problems, None)
    roots = [read_finished(xml.encode()) for xml in written]
    paragraphs = tuple(text_of(element) for root in roots for element in root.iter(PARAGRAPH))
    of_plan = {picture.alt for picture in summary.all_pictures}
    logos = frozenset(alt for root in roots for alt in _picture_texts(root) if alt not in of_plan)
    return WordTrial(problems, paragraphs, frozenset(context.widths), logos)


def _picture_texts(root: etree._Element) -> Iterator[str]:
    """Yield the alternative texts of the pictures in a part; bars and tiles are shapes without a file."""
    for drawing in root.iter(qualified("w:drawing")):
        if any(True for _ in drawing.iter(f"{{{MAIN}}}blip")):
            for properties in drawing.iter(qualified("wp:docPr")):
                yield properties.get("descr") or ""
