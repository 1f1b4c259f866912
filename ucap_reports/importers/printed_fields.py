"""The fields of a plan in the Word file that is built from it, and in edited editions of that file."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.cell_values import Filler
from ucap_reports.importers.document_paragraphs import DocumentParagraph, paired_texts, paragraphs_of
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.field_marks import FieldMarks, PrintedSpan, Printing
from ucap_reports.importers.imported_form import FormCell
from ucap_reports.importers.lines_to_blocks import TextLine, rich_text
from ucap_reports.importers.plan_draft import Draft, loc_of
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.plan.dates import dates_meant
from ucap_reports.problems import Location
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.render_word import render_word

_NO_TEXT = RichText()


class PrintedParagraph(Struct, frozen=True):
    """A paragraph of a document, with the texts of fields in it, in order."""

    paragraph: DocumentParagraph
    spans: tuple[PrintedSpan, ...] = ()

    @property
    def value(self) -> Printing | None:
        """The field, if the complete paragraph is its text."""
        is_one = len(self.spans) == 1 and (self.spans[0].start, self.spans[0].end) == (0, len(self.paragraph.text))
        return self.spans[0].printing if is_one else None

    def edited(self, paragraph: DocumentParagraph) -> "PrintedParagraph | None":
        """The paragraph after an edit; None if words around the fields have changed, or may be part of a field."""
        if paragraph.text == self.paragraph.text:
            return PrintedParagraph(paragraph, self.spans)
        alone = [each for span in self.spans if (each := self._edited_in(span, paragraph)) is not None]
        if alone:
            return alone[0] if len(alone) == 1 else None
        between = [re.escape(text) for text in self.others()]
        found = [re.fullmatch(gap.join(between), paragraph.text, re.DOTALL) for gap in ("(.*?)", "(.*)")]
        if not self.spans or found[0] is None or found[1] is None or found[0].regs != found[1].regs:
            return None
        places = zip(found[0].regs[1:], self.spans, strict=True)
        return PrintedParagraph(paragraph, tuple(PrintedSpan(*place, span.printing) for place, span in places))

    def _edited_in(self, changed: PrintedSpan, paragraph: DocumentParagraph) -> "PrintedParagraph | None":
        """The paragraph after an edit of one field; None if other words differ."""
        before, after = self.paragraph.text[: changed.start], self.paragraph.text[changed.end :]
        rest = paragraph.text.removeprefix(before)
        if before + rest != paragraph.text or not rest.endswith(after):
            return None
        grown = len(paragraph.text) - len(self.paragraph.text)
        spans = (
            replace(each, start=each.start + grown * (each.start >= changed.end), end=each.end + grown)
            if each.end > changed.start
            else each
            for each in self.spans
        )
        return PrintedParagraph(paragraph, tuple(spans))

    def lines(self) -> Sequence[tuple[Printing, TextLine]]:
        """The text of each field."""
        return [(span.printing, self.paragraph.part(span.start, span.end)) for span in self.spans]

    def others(self) -> Sequence[str]:
        """The text before, between and after the fields."""
        edges = [0, *(edge for span in self.spans for edge in (span.start, span.end)), len(self.paragraph.text)]
        return [self.paragraph.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


class DocumentState(Struct, frozen=True):
    """The content of a document: the values of a plan by place, their printed texts, and texts that are in no field."""

    values: Mapping[Loc, Any]
    texts: Mapping[Printing, str]
    others: tuple[str, ...]

    @property
    def words(self) -> str:
        """All words, those of each text in lines of their own."""
        return "\n".join([*self.texts.values(), *self.others])


class PrintedDocument:
    """A document as it is built from a plan, with the field of each text."""

    def __init__(self, summary: Summary, pack: Pack, content: bytes, path: str) -> None:
        self._path = path
        self._unknown = Labels((pack,)).unknown
        self._formats = summary.formats
        package = WordPackage(content, path)
        self._paragraphs = _printed(paragraphs_of(package, package.document), summary, pack, path)
        own = [each.paragraph for each in self._paragraphs]
        self._built = _texts(self._paragraphs)
        self.state = self.state_of(own)

    def state_of(self, paragraphs: Sequence[DocumentParagraph]) -> DocumentState:
        """The content of an edited edition of the document. If a value is printed twice, the edited text counts."""
        printed, others = self._edited(paragraphs)
        texts = _texts(printed)
        values: dict[Loc, Any] = {}
        for printing, built in self._built.items():
            known, left_before = self._values(printing[0], built)
            found, left = self._values(printing[0], texts.get(printing, _NO_TEXT))
            if left - left_before:  # such as an unknown goal
                found, others = known, [*others, *sorted(left - left_before)]
            for loc in {**known, **found}:
                if loc not in values or found.get(loc) != known.get(loc):
                    values[loc] = found.get(loc)
        words = {printing: each.text for printing, each in texts.items() if each}
        known_values = {loc: each for loc, each in values.items() if each is not None}
        return DocumentState(known_values, words, tuple(others))

    def _values(self, field: str, text: RichText) -> tuple[Mapping[Loc, Any], set[str]]:
        """The values in a text of a field, by place, since `topics` contains goals and partnerships; and the parts of
        the text that are not such values.
        """
        loc, here = loc_of(field), Location(self._path)
        if not text or text.text in self._unknown:
            return {}, set()
        if loc[0] == "contact":
            return {loc: text.text}, set()
        if loc == ("signed",):
            day = next(iter(dates_meant(text.text)), None)
            return {loc: day.isoformat() if day and self._formats.date(day) == text.text else text.text}, set()
        draft = Draft(self._path, exact=True)
        filler = Filler(draft)
        if loc[-1] == "place":  # whether Georgia is a region depends on the name of the city
            name = (*loc[:-1], "name")
            filler.fill(name, FormCell(self._built.get((field_name(name), 0), _NO_TEXT), here))
            draft.places.clear()
        filler.fill(loc, FormCell(text, here))
        return {each: draft.get(each) for each in draft.places}, {each.text for each in draft.leftovers}

    def _edited(self, paragraphs: Sequence[DocumentParagraph]) -> tuple[Sequence[PrintedParagraph], Sequence[str]]:
        """The paragraphs with the texts of fields in them, and the texts that are in none.

        If the other words of a paragraph were edited, its fields keep their built texts.
        """
        pairs = paired_texts([each.paragraph.text for each in self._paragraphs], [each.text for each in paragraphs])
        found: list[PrintedParagraph] = []
        others: list[str] = []
        for place, paragraph in enumerate(paragraphs):
            known = self._paragraphs[pairs[place]] if place in pairs else None
            edited = None if known is None else known.edited(paragraph)
            if known is None:
                below = (
                    self._paragraphs[pairs[each]].edited(paragraphs[each]) for each in [place + 1] if each in pairs
                )
                known = edited = _inserted(paragraph, [*found[-1:], *filter(None, below)])
            others += [paragraph.text] if edited is None else edited.others()
            found.append(edited or known)
        return found, [text.strip() for text in others if text.strip()]


def _printed(
    paragraphs: Sequence[DocumentParagraph], summary: Summary, pack: Pack, path: str
) -> Sequence[PrintedParagraph]:
    """The paragraphs of a built document with the fields in them: those of the same document with marked values."""
    marks = FieldMarks()
    package = WordPackage(render_word(marks.marked(summary), pack).content, path)
    marked = [marks.spans(each.text) for each in paragraphs_of(package, package.document)]
    pairs = paired_texts([text for text, _ in marked], [each.text for each in paragraphs])
    found = []
    for place, paragraph in enumerate(paragraphs):
        text, spans = marked[pairs[place]] if place in pairs else ("", ())
        found.append(PrintedParagraph(paragraph, spans if text == paragraph.text else ()))
    return found


def _inserted(paragraph: DocumentParagraph, beside: Sequence[PrintedParagraph]) -> PrintedParagraph:
    """A new paragraph as text of the field beside it in the same cell; one in the same style has precedence."""
    alike = [each for each in beside if each.value and each.paragraph.holder == paragraph.holder]
    alike.sort(key=lambda each: each.paragraph.style != paragraph.style)
    spans = (PrintedSpan(0, len(paragraph.text), each.value) for each in alike[:1] if each.value)
    return PrintedParagraph(paragraph, tuple(spans))


def _texts(paragraphs: Sequence[PrintedParagraph]) -> Mapping[Printing, RichText]:
    """The text of each field at each place where it is printed."""
    lines: dict[Printing, list[TextLine]] = {}
    for paragraph in paragraphs:
        for printing, line in paragraph.lines():
            lines.setdefault(printing, []).append(line)
    return {printing: rich_text(each) for printing, each in lines.items()}
