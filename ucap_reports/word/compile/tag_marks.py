"""Tags taken out of Word's runs: each is replaced by one mark in the tree, however many runs Word has split it over."""

from collections.abc import Iterator, Mapping
from copy import deepcopy

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.word.compile.docxtpl_tags import END_RAW, MOST_TAGS, RAW, WordTag, WordTagKind, find_word_tags
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import XML_SPACE, children_xml, new, qualified
from ucap_reports.word.render.fill_word import PlacedTag

MARK = "ucap"
"""The target of the processing instructions that stand for tags, and for what is known only when a summary is there."""
PARAGRAPH, RUN, TEXT = qualified("w:p"), qualified("w:r"), qualified("w:t")
_CHARACTERS = {
    qualified("w:tab"): "\t",
    qualified("w:br"): "\n",
    qualified("w:cr"): "\n",
    qualified("w:noBreakHyphen"): "-",
    qualified("w:softHyphen"): "\u00ad",
}
"""What stands for a character in a run without being text."""


class TagMark(Struct, frozen=True, eq=False):
    """A tag in the tree: `node` stands for it there, `run_properties` are those of the run in which it begins."""

    tag: WordTag
    node: etree._Element
    location: Location
    run_properties: Mapping[str, str]

    @property
    def as_written(self) -> PlacedTag:
        """What problems need of it, long after the tree is gone."""
        return PlacedTag(self.tag.written, self.location)


class RunText(Struct, frozen=True):
    """Some text of a paragraph: an element of a run, and where its text begins and ends in the paragraph's."""

    element: etree._Element
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)


def mark_tags(root: etree._Element, part: str, path: str, problems: list[Problem]) -> list[TagMark]:
    """Every tag of the part in document order, replaced in the tree by its mark; what never ends goes to `problems`.
    Raises ProblemsFound (`tags-too-many`) for a part that nobody has written by hand.

    `part` is what places call it, `path` the template's own. A literal `{% raw %}` leaves its text and goes itself.
    """
    found: list[tuple[WordTag, etree._Element, list[RunText], Location]] = []
    places = ElementPlaces(root, part)
    for paragraph in root.iter(PARAGRAPH):
        pieces = pieces_of(paragraph)
        text = "".join(piece.text for piece in pieces)
        tags = find_word_tags(text) if "{" in text or "_}" in text else None
        if tags is not None and (tags.found or tags.unclosed):
            location = Location(path, place=places.of(paragraph))
            problems += [_unclosed(written, location) for written in tags.unclosed]
            found += [(tag, paragraph, pieces, location) for tag in tags.found]
            if len(found) + len(problems) > MOST_TAGS:
                message, hint = f"the Word template has more than {MOST_TAGS:,} tags", "go through lists with loops"
                raise ProblemsFound([Problem.error("tags-too-many", message, hint, location)])
    problems += _unread(root, places, path)
    marks = [_isolate(tag, pieces, location) for tag, _, pieces, location in reversed(found)]
    return [mark for mark in reversed(marks) if mark is not None]


def node(content: str) -> etree._Element:
    """A mark with something to say, which `content` holds."""
    return etree.ProcessingInstruction(MARK, content)


def _unread(root: etree._Element, places: ElementPlaces, path: str) -> Iterator[Problem]:
    """A problem for each tag in a field or in an attribute such as an alternative text, where nobody reads it."""
    for element in root.iter(etree.Element):
        texts = [str(value) for value in element.attrib.values()]
        texts += [element.text or ""] if element.tag == qualified("w:instrText") else []
        for tag in (tag for text in texts if "{" in text for tag in find_word_tags(text).found):
            location = Location(path, place=places.of(element))
            message = f'no tag is read where "{tag.written}" stands: in a field or in what describes a picture'
            yield Problem.error("tag-misplaced", message, "put it into the text itself", location)


def _unclosed(written: str, location: Location) -> Problem:
    closing = next(kind.closing for kind in WordTagKind if written.startswith(kind.value[0]))
    message = f'a tag begins and does not end in "{written}"'
    hint = f"end it with {closing} in the same paragraph, or write {{{{ '{written[:2]}' }}}} to print the braces"
    if written.startswith("{%") and written[2:].strip(" -%}") == RAW:
        message, hint = f'"{written}" has no "{{% endraw %}}"', "end it in the same paragraph"
    return Problem.error("tag-unclosed", message, hint, location)


def pieces_of(paragraph: etree._Element) -> list[RunText]:
    """The paragraph's own text in order; what a text box in it holds are other paragraphs."""
    pieces: list[RunText] = []
    start = 0
    for element in _own_descendants(paragraph):
        text = (element.text or "") if element.tag == TEXT else _CHARACTERS.get(str(element.tag), "")
        if text:
            pieces.append(RunText(element, text, start))
            start += len(text)
    return pieces


def _own_descendants(element: etree._Element) -> Iterator[etree._Element]:
    for child in element.iterchildren(etree.Element):
        if child.tag == RUN:
            yield from child.iterchildren(etree.Element)
        elif child.tag != PARAGRAPH:
            yield from _own_descendants(child)


def _isolate(tag: WordTag, pieces: list[RunText], location: Location) -> TagMark | None:
    """The tag cut out of its runs. The last one comes first, so that what stands before a tag is where it was found."""
    touched = [piece for piece in pieces if piece.start < tag.end and piece.end > tag.start]
    first, last = touched[0], touched[-1]
    run, properties = _run_of(first.element)
    runs = [_run_of(piece.element)[0] for piece in touched[1:]]
    after = _text(last.element)[tag.end - last.start :]
    mark = node("")
    run.addnext(mark)
    tail = _tail(run, first.element)
    if last is first and after:
        _insert_text(tail, after, len(properties))
    elif last is not first:
        _set_text(last.element, after)
    _set_text(first.element, _text(first.element)[: tag.start - first.start])
    for piece in touched[1:-1]:
        _set_text(piece.element, "")
    mark.addnext(tail)
    for each in (run, *runs, tail):
        _remove_emptied(each)
    if tag.kind is WordTagKind.STATEMENT and tag.keyword in (RAW, END_RAW):
        _take_out(mark)
        return None
    return TagMark(tag, mark, location, children_xml(properties[0] if properties else None))


def _run_of(element: etree._Element) -> tuple[etree._Element, list[etree._Element]]:
    """The run that holds a piece of text, and its properties, none or one."""
    run = element.getparent()
    if run is None:
        raise AssertionError("text stands in a run")
    return run, run.findall(qualified("w:rPr"))


def _tail(run: etree._Element, element: etree._Element) -> etree._Element:
    """A run like `run`, not in the tree yet, that takes over what follows `element` in it."""
    tail = new("w:r")
    tail.extend([deepcopy(properties) for properties in run.findall(qualified("w:rPr"))])
    tail.extend(list(element.itersiblings()))
    return tail


def _text(element: etree._Element) -> str:
    return (element.text or "") if element.tag == TEXT else ""


def _insert_text(run: etree._Element, text: str, place: int) -> None:
    element = new("w:t")
    run.insert(place, element)
    _set_text(element, text)


def _set_text(element: etree._Element, text: str) -> None:
    """The text of an element, which goes when nothing is left of it, as does one that stands for a character."""
    if not text:
        _take_out(element)
    elif element.tag == TEXT:
        element.text = text
        element.set(XML_SPACE, "preserve")


def _remove_emptied(run: etree._Element) -> None:
    if all(child.tag == qualified("w:rPr") for child in run):
        _take_out(run)


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
