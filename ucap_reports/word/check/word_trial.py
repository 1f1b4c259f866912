"""A Word template tried out on summaries, so that everything wrong with its tags is found and its words can be seen."""

from collections.abc import Sequence

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.tag_check import WrittenTag, read_tags
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.word.compile.compile_word import compile_texts
from ucap_reports.word.compile.docxtpl_tags import WordTagKind
from ucap_reports.word.compile.statement_blocks import DIRECTIVES, KNOWN
from ucap_reports.word.compile.tag_marks import TagMark, mark_tags
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.file.package_parts import Links
from ucap_reports.word.file.word_xml import qualified, read_xml
from ucap_reports.word.render.fill_word import TextTemplate, attempt_text
from ucap_reports.word.render.list_numbering import Numbering, Numbers, with_lists
from ucap_reports.word.render.rich_text_runs import Surroundings

_TEXT = qualified("w:t")


class WordTrial(Struct, frozen=True):
    """What a template made of one summary: the words of each paragraph, or None where it could not be filled in."""

    problems: tuple[Problem, ...]
    paragraphs: tuple[str, ...] | None


def try_word(pack: Pack, summaries: Sequence[Summary]) -> tuple[WordTrial, ...]:
    """A trial for each summary: parts that fail keep none of the others from being tried."""
    try:
        opened = open_template(pack.word_template)
        texts, faults = compile_texts(opened, pack)
    except ProblemsFound as found:
        return tuple(WordTrial(found.problems, None) for _ in summaries)
    lists = with_lists(opened.numbering, pack.theme)
    return tuple(_try(texts, tuple(faults), summary, lists) for summary in summaries)


def read_word_tags(template: PackFile) -> tuple[Problem, ...]:
    """What is wrong with each tag of a Word template, read by itself. Raises ProblemsFound where it is no Word file."""
    opened = open_template(template)
    tags: list[WrittenTag] = []
    for part in opened.parts.texts:
        marks = mark_tags(opened.texts[part.name], part.place, template.path, [])
        tags += [written for mark in marks if (written := _written(mark)) is not None]
    return tuple(read_tags(tags, {"summary": Summary}))


def _written(mark: TagMark) -> WrittenTag | None:
    """The tag as Jinja knows it; None for one that says nothing to it."""
    tag, word = mark.tag, mark.tag.keyword
    places = SourcePlaces.at(mark.location, tag.written)
    if tag.kind is WordTagKind.STATEMENT and word in DIRECTIVES:
        argument = tag.content.removeprefix(word).strip()
        return WrittenTag(argument, prints=True, places=places) if argument else None
    known = tag.kind is WordTagKind.PRINT or (tag.kind is WordTagKind.STATEMENT and word in KNOWN)
    return WrittenTag(tag.content, tag.kind is WordTagKind.PRINT, places) if known and tag.content else None


def _try(texts: Sequence[TextTemplate], faults: tuple[Problem, ...], summary: Summary, lists: Numbering) -> WordTrial:
    around = Surroundings(Links({}).relate, Numbers(lists).number)
    filled = [attempt_text(text, summary, around) for text in texts]
    problems = (*faults, *(problem for each in filled for problem in each.problems))
    written = [each.text for each in filled if each.text is not None]
    if faults or len(written) < len(filled):
        return WordTrial(problems, None)
    return WordTrial(problems, tuple(words for xml in written for words in _paragraphs(read_xml(xml.encode()))))


def _paragraphs(root: etree._Element) -> list[str]:
    return ["".join(text.text or "" for text in each.iter(_TEXT)) for each in root.iter(qualified("w:p"))]
