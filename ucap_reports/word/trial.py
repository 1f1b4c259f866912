"""A Word template tried out on summaries, so that everything wrong with its tags is found and its words can be seen."""

from collections.abc import Sequence

from lxml import etree
from msgspec import Struct

from ucap_reports.pack import Pack, PackFile
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary import Summary
from ucap_reports.templating import Places
from ucap_reports.templating.reading import WrittenTag, read_tags
from ucap_reports.word.blocks import DIRECTIVES, KNOWN
from ucap_reports.word.compiling import compile_texts
from ucap_reports.word.marks import Mark, mark_tags
from ucap_reports.word.merge import TextTemplate, attempt_text
from ucap_reports.word.numbering import Numbering, Numbers, with_lists
from ucap_reports.word.opening import open_template
from ucap_reports.word.parts import Links
from ucap_reports.word.runs import Surroundings
from ucap_reports.word.tags import TagKind
from ucap_reports.word.wordml import qualified, read_xml

_TEXT = qualified("w:t")


class Trial(Struct, frozen=True):
    """What a template made of one summary: the words of each paragraph, or None where it could not be filled in."""

    problems: tuple[Problem, ...]
    paragraphs: tuple[str, ...] | None


def try_word(pack: Pack, summaries: Sequence[Summary]) -> tuple[Trial, ...]:
    """A trial for each summary: parts that fail keep none of the others from being tried."""
    try:
        opened = open_template(pack.word_template)
        texts, faults = compile_texts(opened, pack)
    except ProblemsFound as found:
        return tuple(Trial(found.problems, None) for _ in summaries)
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


def _written(mark: Mark) -> WrittenTag | None:
    """The tag as Jinja knows it; None for one that says nothing to it."""
    tag, word = mark.tag, mark.tag.keyword
    places = Places.at(mark.location, tag.written)
    if tag.kind is TagKind.STATEMENT and word in DIRECTIVES:
        argument = tag.content.removeprefix(word).strip()
        return WrittenTag(argument, prints=True, places=places) if argument else None
    known = tag.kind is TagKind.PRINT or (tag.kind is TagKind.STATEMENT and word in KNOWN)
    return WrittenTag(tag.content, tag.kind is TagKind.PRINT, places) if known and tag.content else None


def _try(texts: Sequence[TextTemplate], faults: tuple[Problem, ...], summary: Summary, lists: Numbering) -> Trial:
    around = Surroundings(Links({}).relate, Numbers(lists).number)
    filled = [attempt_text(text, summary, around) for text in texts]
    problems = (*faults, *(problem for each in filled for problem in each.problems))
    written = [each.text for each in filled if each.text is not None]
    if faults or len(written) < len(filled):
        return Trial(problems, None)
    return Trial(problems, tuple(words for xml in written for words in _paragraphs(read_xml(xml.encode()))))


def _paragraphs(root: etree._Element) -> list[str]:
    return ["".join(text.text or "" for text in each.iter(_TEXT)) for each in root.iter(qualified("w:p"))]
