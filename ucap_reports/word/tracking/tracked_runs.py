"""The words of two editions of a paragraph as runs, some of them inserted or deleted."""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from itertools import groupby

from lxml import etree
from msgspec import Struct

from ucap_reports.text.word_changes import token_changes, word_tokens
from ucap_reports.word.file.element_names import PARAGRAPH_FORMAT, RUN, RUN_FORMAT, TEXT, XML_SPACE, qualified
from ucap_reports.word.file.word_xml import new, text_of
from ucap_reports.word.tracking.tracked_marks import DELETED, INSERTED, TrackedMarks

_LINK = qualified("w:hyperlink")


class _Token(Struct, frozen=True, eq=False):
    """A word, or an element of a run such as a line break; its run's properties, and the link that it is in."""

    text: str
    element: etree._Element | None
    properties: etree._Element | None
    link: etree._Element | None
    whole: etree._Element | None = None
    """An element of the paragraph that is neither a run nor a link, and is kept as it is."""

    @property
    def look(self) -> bytes:
        """The properties of its run, to compare them."""
        return b"" if self.properties is None else etree.tostring(self.properties)


def paragraph_text(paragraph: etree._Element) -> str:
    """The words of a paragraph, with signs for what is not text."""
    return "".join(token.text for token in _tokens(paragraph))


def merge_paragraphs(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    """Change the new edition of a paragraph, so that it has the words of the old one as well, deleted."""
    before, now = list(_tokens(old)), list(_tokens(after))
    content: list[etree._Element] = []
    for tokens, name in _parts(before, now):
        content += _marked(tokens, name, marks)
    _set_content(after, content)


def mark_runs(paragraph: etree._Element, name: str, marks: TrackedMarks) -> None:
    """Mark all words of a paragraph as inserted or deleted."""
    _set_content(paragraph, list(_marked(list(_tokens(paragraph)), name, marks)))


def _set_content(paragraph: etree._Element, content: Sequence[etree._Element]) -> None:
    for child in [child for child in paragraph if child.tag != PARAGRAPH_FORMAT]:
        paragraph.remove(child)
    paragraph.extend(content)


def _parts(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[tuple[Sequence[_Token], str]]:
    """The tokens of both editions: those of both with no name, the others with that of their mark."""
    place = 0
    done = 0
    for equal, first, second in token_changes([each.text for each in old], [each.text for each in new]):
        before, after = old[place : place + len(first)], new[done : done + len(second)]
        place, done = place + len(first), done + len(second)
        if equal:
            yield after, ""
        else:
            yield before, DELETED
            yield after, INSERTED


def _tokens(paragraph: etree._Element) -> Iterator[_Token]:
    for child in paragraph.iterchildren(etree.Element):
        if child.tag == RUN:
            yield from _run_tokens(child, None)
        elif child.tag == _LINK:
            for run in child.iter(RUN):
                yield from _run_tokens(run, child)
        elif child.tag != PARAGRAPH_FORMAT:
            runs = list(child.iter(RUN))
            text = text_of(child) if runs else ""
            yield _Token(text, None, None, None, child)


def _run_tokens(run: etree._Element, link: etree._Element | None) -> Iterator[_Token]:
    properties = run.find(RUN_FORMAT)
    for child in run.iterchildren(etree.Element):
        if child.tag == TEXT:
            for word in word_tokens(child.text or ""):
                yield _Token(word, None, properties, link)
        elif child.tag != RUN_FORMAT:
            sign = "\n" if child.tag == qualified("w:br") else f"\0{etree.QName(child).localname}{child.text or ''}"
            yield _Token(sign, child, properties, link)


def _marked(tokens: Sequence[_Token], name: str, marks: TrackedMarks) -> Iterator[etree._Element]:
    """The tokens as runs in their links, inserted or deleted; deleted ones have no links and no pictures."""
    if name == DELETED:
        runs = list(_runs([each for each in tokens if each.whole is None and _is_words(each)], deleted=True))
        runs += [run for each in tokens if each.whole is not None for run in _old_runs(each.whole)]
        if runs:
            yield marks.around(DELETED, runs)
        return
    for _, group in groupby(tokens, lambda each: id(each.link) if each.whole is None else id(each.whole)):
        members = list(group)
        first = members[0]
        content = [deepcopy(first.whole)] if first.whole is not None else list(_runs(members, deleted=False))
        is_tracked = name == INSERTED and (first.whole is None or any(True for _ in first.whole.iter(RUN)))
        inner = [marks.around(INSERTED, content)] if is_tracked else content
        if first.link is None or first.whole is not None:
            yield from inner
        else:
            link = etree.Element(_LINK, {str(key): str(value) for key, value in first.link.attrib.items()})
            link.extend(inner)
            yield link


def _is_words(token: _Token) -> bool:
    return not token.text.startswith("\0") or token.text.startswith("\0tab")


def _old_runs(whole: etree._Element) -> Iterator[etree._Element]:
    """The words of an element of the old edition, as deleted runs."""
    for run in whole.iter(RUN):
        yield from _runs([each for each in _run_tokens(run, None) if _is_words(each)], deleted=True)


def _runs(tokens: Iterable[_Token], *, deleted: bool) -> Iterator[etree._Element]:
    """The tokens as runs, adjacent words with the same properties in one."""
    for _, group in groupby(tokens, lambda each: (each.look, id(each.element) if each.element is not None else None)):
        members = list(group)
        run = new("w:r")
        if members[0].properties is not None:
            run.append(deepcopy(members[0].properties))
        if members[0].element is not None:
            run.append(deepcopy(members[0].element))
        else:
            text = etree.SubElement(run, qualified("w:delText") if deleted else TEXT)
            text.text = "".join(each.text for each in members)
            text.set(XML_SPACE, "preserve")
        yield run
