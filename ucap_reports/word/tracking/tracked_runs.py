"""The elements of tracked changes (ISO/IEC 29500-1, 17.13.5), and the words of two editions of a paragraph in them.

In a changed paragraph, the content of bookmarks, content controls and simple fields is plain text.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from itertools import count, groupby, islice

from lxml import etree
from msgspec import Struct

from ucap_reports.text.text_comparison import token_changes, word_tokens
from ucap_reports.word.file.element_names import PARAGRAPH_FORMAT, RUN, RUN_FORMAT, TEXT, XML_SPACE, qualified
from ucap_reports.word.file.word_xml import new, own, properties_of, put

INSERTED, DELETED = "w:ins", "w:del"
NO_OFFICE = "ucap diff"
"""The author of the changes if the document names no office."""
_FIRST_ID = 100_000
"""Identifiers above those of the marks in the templates."""
_LINK = qualified("w:hyperlink")


class TrackedMarks:
    """Creates the elements of changes, each with an identifier of its own."""

    def __init__(self, author: str) -> None:
        self._author = author or NO_OFFICE
        self._numbers = count(_FIRST_ID)

    def mark(self, name: str) -> etree._Element:
        """An empty element with the author."""
        element = new(name)
        element.set(qualified("w:id"), str(next(self._numbers)))
        element.set(qualified("w:author"), self._author)
        return element

    def around(self, name: str, runs: Iterable[etree._Element]) -> etree._Element:
        """The runs as inserted or deleted ones."""
        element = self.mark(name)
        element.extend(list(runs))
        return element

    def end_of(self, paragraph: etree._Element, name: str) -> None:
        """Mark the end of a paragraph as inserted or deleted."""
        properties_of(properties_of(paragraph, "w:pPr"), "w:rPr").insert(0, self.mark(name))

    def row(self, row: etree._Element, name: str) -> None:
        """Mark a row of a table as inserted or deleted."""
        properties = properties_of(row, "w:trPr")
        if not len(properties):  # the schema requires another property before the mark
            put(properties, '<w:cantSplit w:val="off"/>')
        properties.append(self.mark(name))


class _Token(Struct, frozen=True, eq=False):
    """A word, or an element of a run such as a line break; its run's properties, and the link that it is in."""

    text: str
    element: etree._Element | None
    properties: Sequence[etree._Element] = ()
    link: etree._Element | None = None


def words_of(paragraph: etree._Element) -> str:
    """The words of a paragraph, with signs for what is not text."""
    return "".join(token.text for token in _tokens(paragraph))


def merge_words(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    """Change the new edition of a paragraph, so that it has the words of the old one as well, deleted."""
    parts = list(_parts(list(_tokens(old)), list(_tokens(after))))
    _set_content(after, [each for tokens, name in parts for each in _marked(tokens, name, marks)])


def mark_runs(paragraph: etree._Element, name: str, marks: TrackedMarks) -> None:
    """Mark all words of a paragraph as inserted or deleted."""
    _set_content(paragraph, list(_marked(list(_tokens(paragraph)), name, marks)))


def _set_content(paragraph: etree._Element, content: Sequence[etree._Element]) -> None:
    for child in [child for child in paragraph if child.tag != PARAGRAPH_FORMAT]:
        paragraph.remove(child)
    paragraph.extend(content)


def _parts(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[tuple[Sequence[_Token], str]]:
    """The tokens of both editions: those of both with no name, the others with that of their mark."""
    olds, news = iter(old), iter(new)
    for equal, first, second in token_changes([each.text for each in old], [each.text for each in new]):
        before, after = list(islice(olds, len(first))), list(islice(news, len(second)))
        if equal:
            yield after, ""
        else:
            yield before, DELETED
            yield after, INSERTED


def _tokens(paragraph: etree._Element) -> Iterator[_Token]:
    """The tokens of the runs in a paragraph, without those of text boxes in it."""
    for run in own(paragraph, RUN):
        yield from _run_tokens(run, next(run.iterancestors(_LINK), None))


def _run_tokens(run: etree._Element, link: etree._Element | None) -> Iterator[_Token]:
    properties = run.findall(RUN_FORMAT)
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
        if words := [each for each in tokens if each.text[:1] != "\0" or each.text.startswith("\0tab")]:
            yield marks.around(DELETED, _runs(words, deleted=True))
        return
    for link, group in groupby(tokens, lambda each: each.link):
        content = list(_runs(group, deleted=False))
        if name == INSERTED:
            content = [marks.around(INSERTED, content)]
        if link is None:
            yield from content
        else:
            linked = etree.Element(_LINK, {str(key): str(value) for key, value in link.attrib.items()})
            linked.extend(content)
            yield linked


def _runs(tokens: Iterable[_Token], *, deleted: bool) -> Iterator[etree._Element]:
    """The tokens as runs, adjacent words with the same properties in one."""
    for _, group in groupby(tokens, lambda each: ([*map(etree.tostring, each.properties)], each.element)):
        first, *others = group
        run = new("w:r")
        run.extend(map(deepcopy, first.properties))
        if first.element is not None:
            run.append(deepcopy(first.element))
        else:
            text = etree.SubElement(run, qualified("w:delText") if deleted else TEXT)
            text.text = "".join(each.text for each in (first, *others))
            text.set(XML_SPACE, "preserve")
        yield run
