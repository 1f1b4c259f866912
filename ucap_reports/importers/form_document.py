"""Forms: Word files with a field for each value of a plan, empty or filled, in the look of a pack.

Each field is a content control inside its paragraph (ISO/IEC 29500-1, 17.5.2): its tag is the path of the value, its
title the label, its placeholder the hint. It cannot be deleted by accident, and its text can be changed in any program.
What the form contains when it is sent is recorded like the sent edition of a summary, so that only what somebody has
changed since is a change.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from lxml import etree
from msgspec import Struct, convert
from msgspec.structs import replace

from ucap_reports.importers.answers_as_values import COLUMN_END, form_text
from ucap_reports.importers.form_answers import FORM, LABEL, PLACEHOLDER
from ucap_reports.importers.sent_edition import SentEdition, SentParagraph, SentRun, SentSpan, edition_properties
from ucap_reports.page.fill_and_read_page import attempt_fill, attempt_page
from ucap_reports.page.page_elements import PageXml, without_box
from ucap_reports.page.page_tree import Block, PageTree, Table, TextBlock
from ucap_reports.plan.countries_goals_and_partnerships import country_names
from ucap_reports.plan.field_descriptions import CITIES, DAYS, ENTRIES, LISTS, NAME, RICH, Field, FieldType, KnownFields
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.writing.value_edits import as_list, value_at
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.summary.pack_and_book_words import PackWords
from ucap_reports.summary.summary_model import Contact, Summary
from ucap_reports.template.lengths_and_colours import Colour, Length, contrast
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style, Theme
from ucap_reports.text.capitals_and_punctuation import without_colon
from ucap_reports.text.language_tags import lookup, primary
from ucap_reports.word.file.office_package import (
    CONTENT_TYPES,
    OFFICE,
    RELATED,
    compressed,
    new_relationship,
    read_package,
    relationships_of,
    write_package,
)
from ucap_reports.word.file.word_languages import word_language
from ucap_reports.word.file.word_xml import CELL, DECLARATION, ROW, RUN, WORD, qualified, read_finished, to_bytes
from ucap_reports.word.writer.write_word import MAIN_PART, write_word

_FORM_VERSION = "1"
_EMPTY_CITIES = 1
"""Groups of fields for further cities, which can stay empty."""
_FEWEST_CITIES = 2
_MAX_TITLE = 64
"""Characters of a title and a tag, as in Word."""
_ENTRIES_AS_TEXT = frozenset({FieldType.FOCUS, FieldType.ACTIVITIES, FieldType.TABLE})
"""The types of lists of entries that are one field, with a line for each entry."""
_MULTILINE = LISTS | RICH | {FieldType.ADDRESS, FieldType.NAMES}
"""The types whose fields have several lines."""
_LARGEST_TITLE = 2
"""The size of a title relative to that of the text."""
_GROUP_LEVEL, _GROUP_STYLE = 2, "heading-2"
"""The headings of groups."""
_LARGER = 1.25
_TITLE_STYLE = "form-title"
_PAPER, _READABLE = Colour("FFFFFF"), 4.5
"""The colour behind the title, and the contrast that it needs (WCAG 2.2, 1.4.3)."""
_OWN_LANGUAGE = "en"
"""The language of the words of the product."""
_CONTROL_MARK = re.compile("\ue000([0-9]+)\ue001")
"""The text of a cell for an answer, before it has its content control."""
_GLOSSARY = "word/glossary/document.xml"
_GLOSSARY_STYLES = "word/glossary/styles.xml"
_STYLES = "word/styles.xml"
_WORD_2012 = "http://schemas.microsoft.com/office/word/2012/wordml"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PLACEHOLDER_STYLE = (
    f'<w:style xmlns:w="{WORD}" w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:rPr><w:color w:val="595959"/></w:rPr></w:style>'
)
"""The style of the hints in empty fields; its grey can be read on white and on light colours."""


_EXAMPLE_DAY = "2026-03-31"


class FormWords(Struct, frozen=True):
    """The words of forms in one language; `language` is its tag. Those with braces are patterns."""

    language: str
    title: str
    introduction: tuple[str, ...]
    field: str
    answer: str
    cooperation: str
    contact: str
    picture: str
    example: str
    each_line: str
    enter_text: str
    choose_item: str
    fields_of: str
    """What the table below a heading contains."""
    labels: Mapping[str, str]
    """The labels of fields for which a pack has none, by the English ones."""


@cache
def form_words(language: str) -> FormWords:
    """Return the words in the nearest language that the product has, or else in English."""
    known = json.loads(Path(__file__).with_name("form_words.json").read_text(encoding="utf-8"))
    tag = lookup(language, known) or _OWN_LANGUAGE
    return convert({"language": tag, **known[tag]}, FormWords)


class FormControl(Struct, frozen=True):
    """A field of a form: the place of its value in a plan, its label and hint, and the text that it has."""

    loc: Loc
    field: Field
    label: str
    hint: str
    text: str

    @property
    def path(self) -> str:
        """The path of the value, such as `cities[0].population`."""
        return field_name(self.loc)


class FormGroup(Struct, frozen=True):
    """The fields about a city, the cooperation or the contact, below a heading."""

    title: str
    controls: tuple[FormControl, ...]
    language: str = ""
    """The language of the title, if it is not that of the form."""


def form_groups(words: PackWords, values: Any, known: KnownFields) -> tuple[FormGroup, ...]:
    """Return the fields that the pack prints and the office has declared, with the values of a plan.

    Args:
        words: The words of the pack in the language of the form.
        values: The values in the plan file; an empty mapping for an empty form.
        known: The fields that the plan may have.
    """
    of_cities, of_plan = _printed_fields(words.pack, known)
    own = form_words(words.wanted)
    contact = known.of_type(FieldType.CONTACT)
    count = len(as_list(value_at(values, (CITIES,)))) or _FEWEST_CITIES
    city = without_colon(words.label(CITIES).text)
    if not city or primary(words.language) == _OWN_LANGUAGE:
        city = known.of_type(FieldType.CITIES).item.capitalize()  # the label of the column may be "Cities"
    cities = []
    for index in range(min(count + _EMPTY_CITIES, MAX_CITIES)):
        controls = [_control((CITIES, index, field.name), field, words, values) for field in of_cities]
        cities.append(FormGroup(f"{city} {index + 1}", tuple(controls)))
    cooperation = [_control((field.name,), field, words, values) for field in of_plan]
    persons = [_control((contact.name, field.name), field, words, values) for field in known.inside(contact.path)]
    others = (
        FormGroup(own.cooperation, tuple(cooperation), own.language),
        FormGroup(own.contact, tuple(persons), own.language),
    )
    return (*cities, *others)


def form_document(groups: Sequence[FormGroup], words: PackWords, summary: Summary) -> bytes:
    """Return the Word file of a form.

    Args:
        groups: The fields.
        words: The words of the pack.
        summary: The plan. Only its title, header and footer are printed; what else it contains is left out.
    """
    title = form_words(words.wanted).title.format(title=summary.title)
    summary = replace(summary, title=title, rows=(), columns=(), contact=Contact(), as_of="", status_text="")
    controls: list[FormControl] = []
    for group in groups:
        controls += group.controls
    tree = _page(groups, words.pack, summary, form_words(words.wanted))
    recorder = _FormRecorder(groups, words, summary)
    content, _ = write_word(tree, summary, words.pack, recorder=recorder)
    return _with_controls(content, controls, words)


def _printed_fields(pack: Pack, known: KnownFields) -> tuple[list[Field], list[Field]]:
    """Return the fields of cities and those of the plan that documents of the pack print, in their order."""
    printed: dict[str, Field] = {}
    for field in known.inside(CITIES):
        if field.name == NAME:
            printed[field.path] = field
    for rule in pack.settings.rows:
        for field in known.printed_by(rule.field):
            printed.setdefault(field.path, field)
    for field in known.custom:
        printed.setdefault(field.path, field)
    for type_ in (FieldType.TITLE, FieldType.DAY):
        field = known.of_type(type_)
        printed.setdefault(field.path, field)
    with_text = [field for field in printed.values() if field.type in _ENTRIES_AS_TEXT or field.type not in ENTRIES]
    of_cities = [field for field in with_text if field.is_of_city]
    return of_cities, [field for field in with_text if not field.is_of_city]


def _control(loc: Loc, field: Field, words: PackWords, values: Any) -> FormControl:
    labels = {key: words.choice(texts, key) for key, texts in field.choices.items()}
    own = form_words(words.wanted)
    hint = _example_hint(field, own)
    if not hint and (field.is_custom or own.language == _OWN_LANGUAGE):  # those of built-in fields are in English
        hint = " ".join(field.hint.split())
    hint = hint or _usual_hint(field, own)
    if field.type is FieldType.TABLE:
        columns = f" {COLUMN_END} ".join(words.field_label(column) for column in field.columns)
        hint = f"{' '.join(field.hint.split())} {columns}".strip()
    if field.type in LISTS and not field.plural and field.type is not FieldType.NAMES:
        hint = f"{hint.rstrip('.')}. {own.each_line}"
    return FormControl(loc, field, _label(field, words, own), hint, form_text(field, value_at(values, loc), labels))


def _label(field: Field, words: PackWords, own: FormWords) -> str:
    """Return the label of a field without its colon: that of the pack or of the office, or else that of the product."""
    label = words.field_label(field)
    is_labelled = field.is_custom or (field.has_row and bool(words.label(field.key).text))
    return label if is_labelled else own.labels.get(label, label)


def _usual_hint(field: Field, own: FormWords) -> str:
    """Return what a field without a hint asks for."""
    if field.type is FieldType.CHOICE:
        return own.choose_item
    if field.type in DAYS:
        return own.example.format(example=_EXAMPLE_DAY)
    return own.enter_text


def _example_hint(field: Field, own: FormWords) -> str:
    """Return a built-in fact as an example; the hints of such fields are about the plan file."""
    if field.is_custom or field.is_rich or field.type in ENTRIES:
        return ""
    for example in field.examples:
        first = example[0] if isinstance(example, list) else example
        if isinstance(first, str):
            return own.example.format(example=first)
    return ""


# The page


def _page(groups: Sequence[FormGroup], pack: Pack, summary: Summary, own: FormWords) -> PageTree:
    """Return the page of the form, with the header and footer of the pack's documents."""
    filled, _ = attempt_fill(pack.page_template, summary)
    around, _ = attempt_page(filled, pack)
    text = "".join(_page_text(groups, summary, own))
    page = PageXml(text, "form", (), {}, summary, {}, {})
    body, _ = attempt_page(page, pack)
    blocks = tuple(_with_wide_answers(_with_heading_style(block, pack.theme)) for block in body.body)
    return replace(around, language=summary.language, body=blocks)


def _with_wide_answers(block: Block) -> Block:
    """Return a table whose column of answers takes the width that the labels leave, also if the theme prints the head
    of each column like a label, with its width.
    """
    if not isinstance(block, Table):
        return block
    rows = []
    for row in block.head:
        label, *answers = row.cells
        cells = [label, *(replace(answer, style=replace(answer.style, width=None)) for answer in answers)]
        rows.append(replace(row, cells=tuple(cells)))
    return replace(block, head=tuple(rows))


def _with_heading_style(block: Block, theme: Theme) -> Block:
    """Return a heading in a style that can be read on paper.

    The heading of a group has a style of its own, if the theme has none for it: that of the title, smaller. A title
    that the theme prints in a light colour, on a coloured band, has that of the headings of groups, or of the text; a
    very large one, which is for the names of cities, is smaller.
    """
    if isinstance(block, TextBlock) and block.level == 1:
        return replace(block, style=_title_style(block.style, theme))
    if not isinstance(block, TextBlock) or block.level != _GROUP_LEVEL or _GROUP_STYLE in theme.styles:
        return block
    body = theme.style("body")
    title = without_box(theme.styles.get("title", body))
    size, leading = Length(body.size * _LARGER), Length(body.leading * _LARGER)
    spaces = {"space_before": body.leading, "space_after": Length(body.leading / 3)}
    style = replace(title, name=_GROUP_STYLE, size=size, leading=leading, bold=True, align="start", **spaces)
    return replace(block, style=style)


def _title_style(style: Style, theme: Theme) -> Style:
    body = theme.style("body")
    if contrast(style.colour, _PAPER) < _READABLE:
        colour = theme.styles.get(_GROUP_STYLE, body).colour
        below = Length(max(style.space_after, body.leading / 2))
        style = replace(without_box(style), name=_TITLE_STYLE, colour=colour, space_after=below)
    if style.size > _LARGEST_TITLE * body.size:
        size = Length(_LARGEST_TITLE * body.size)
        style = replace(style, name=_TITLE_STYLE, size=size, leading=Length(style.leading * size / style.size))
    return style


def _page_text(groups: Sequence[FormGroup], summary: Summary, own: FormWords) -> Iterator[str]:
    """Yield the page in the language of page templates; fields are marks with their numbers."""
    number = 0
    yield f'<document lang="{escape(summary.language)}"><h1>{escape(summary.title)}</h1>'
    for line in own.introduction:
        yield f'<p lang="{own.language}">{escape(line)}</p>'
    for group in groups:
        language = f' lang="{group.language}"' if group.language else ""
        yield f"<h2{language}>{escape(group.title)}</h2>"
        heads = "".join(f'<th lang="{own.language}">{escape(text)}</th>' for text in (own.field, own.answer))
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
        for control in group.controls:
            yield f"<tr><th>{escape(control.label)}</th><td>\ue000{number}\ue001</td></tr>"
            number += 1
        yield "</tbody></table>"
    yield "</document>"


class _FormRecorder:
    """Records the fields of a form, with their placeholders and labels, as its sent edition."""

    def __init__(self, groups: Sequence[FormGroup], words: PackWords, summary: Summary) -> None:
        self._groups = groups
        self._words = words
        self._language = summary.language
        self._summary = summary

    def marked(self) -> Summary:
        """Return the summary; the fields of a form need no marks."""
        return self._summary

    def properties(self, _parts: Mapping[str, bytes], _main: str, _marked: bytes) -> Mapping[str, str]:
        """Return the properties of a form."""
        paragraphs: list[SentParagraph] = []
        for group in self._groups:
            for control in group.controls:
                paragraphs += _recorded(control, group.title)
        pack = self._words.pack.name
        edition = SentEdition(pack, self._language, self._words.formats, tuple(paragraphs))
        return {FORM: _FORM_VERSION, **edition_properties(edition)}


def _recorded(control: FormControl, group: str) -> Iterator[SentParagraph]:
    """Yield what is recorded of a field: its text, its placeholder, and its group with its label."""
    recorded = ((control.text, None), (control.hint, PLACEHOLDER), (f"{group}\n{control.label}", LABEL))
    for number, (text, style) in enumerate(recorded):
        runs = (SentRun(text),) if text else ()
        yield SentParagraph(runs, style=style, fields=(SentSpan(0, len(text), control.path, number),))


# The controls


def _with_controls(content: bytes, controls: Sequence[FormControl], words: PackWords) -> bytes:
    """Return the file with a content control for each mark, and the placeholders that the controls need."""
    parts = read_package(content)
    root = read_finished(parts[MAIN_PART])
    placeholders: dict[str, str] = {}
    for run in _answer_runs(root):
        text = "".join(part.text or "" for part in run.iter(qualified("w:t")))
        mark = _CONTROL_MARK.fullmatch(text.strip())
        if mark is None:
            continue
        control = controls[int(mark[1])]
        name = placeholders.setdefault(control.hint, f"UCAP{sha256(control.hint.encode()).hexdigest()[:12]}")
        properties = run.find(qualified("w:rPr"))
        look = "" if properties is None else etree.tostring(properties, encoding="unicode")
        element = etree.fromstring(_control_xml(control, int(mark[1]) + 1, name, look, words))
        parent = run.getparent()
        assert parent is not None  # noqa: S101 - a run is in a paragraph
        parent.replace(run, element)
    _describe_tables(root, form_words(words.wanted))
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r"])
    parts[MAIN_PART] = _with_ignorable(to_bytes(root))
    end = b"</w:styles>"
    parts[_STYLES] = parts[_STYLES].replace(end, _without_namespace(_PLACEHOLDER_STYLE).encode() + end)
    parts[_GLOSSARY] = _glossary(placeholders)
    parts[_GLOSSARY_STYLES] = parts[_STYLES]
    parts[relationships_of(_GLOSSARY)] = (
        f'{DECLARATION}<Relationships xmlns="{RELATED}">'
        f"{new_relationship('styles', f'{OFFICE}/styles', 'styles.xml')}</Relationships>"
    ).encode()
    related = relationships_of(MAIN_PART)
    link = new_relationship("glossary", f"{OFFICE}/glossaryDocument", "glossary/document.xml")
    parts[related] = parts[related].replace(b"</Relationships>", link.encode() + b"</Relationships>")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
    types = (
        f'<Override PartName="/{_GLOSSARY}" ContentType="{kind.format("document.glossary")}"/>'
        f'<Override PartName="/{_GLOSSARY_STYLES}" ContentType="{kind.format("styles")}"/>'
    )
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(b"</Types>", types.encode() + b"</Types>")
    return write_package([compressed(name, part) for name, part in parts.items()])


def _answer_runs(root: etree._Element) -> list[etree._Element]:
    """Return the runs in the cells for answers, which are beside labels: a label may have the characters of a mark."""
    runs: list[etree._Element] = []
    for row in root.iter(ROW):
        for answer in list(row.iterchildren(CELL))[1:]:
            runs += answer.iter(RUN)
    return runs


def _control_xml(control: FormControl, number: int, placeholder: str, look: str, words: PackWords) -> str:
    """Return a content control inside a paragraph."""
    is_empty = not control.text
    if is_empty:
        runs = f'<w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>{_text_xml(control.hint)}</w:r>'
    else:
        runs = f"<w:r>{look}{_text_xml(control.text)}</w:r>"
    showing = "<w:showingPlcHdr/>" if is_empty else ""
    return (
        f'<w:sdt xmlns:w="{WORD}" xmlns:w15="{_WORD_2012}"><w:sdtPr>{look}'
        f'<w:alias w:val="{escape(control.label[:_MAX_TITLE])}"/><w:tag w:val="{control.path[:_MAX_TITLE]}"/>'
        f'<w:id w:val="{number}"/><w:lock w:val="sdtLocked"/>'
        f'<w:placeholder><w:docPart w:val="{placeholder}"/></w:placeholder>{showing}'
        f'<w15:appearance w15:val="boundingBox"/>{_kind_xml(control, words)}</w:sdtPr>'
        f"<w:sdtContent>{runs}</w:sdtContent></w:sdt>"
    )


def _kind_xml(control: FormControl, words: PackWords) -> str:
    """Return what a control accepts."""
    field = control.field
    if field.type is FieldType.COUNTRIES:
        names = sorted(names[0] for names in country_names().values())
        return f"<w:comboBox>{''.join(_item_xml(name, name) for name in names)}</w:comboBox>"
    if field.type is FieldType.CHOICE:
        items = "".join(_item_xml(words.choice(texts, key), key) for key, texts in field.choices.items())
        return f"<w:dropDownList>{items}</w:dropDownList>"
    if field.type in DAYS:
        full = f' w:fullDate="{control.text}T00:00:00Z"' if re.fullmatch(r"\d{4}-\d\d-\d\d", control.text) else ""
        return (
            f'<w:date{full}><w:dateFormat w:val="yyyy-MM-dd"/><w:lid w:val="{word_language(words.language)}"/>'
            '<w:storeMappedDataAs w:val="date"/><w:calendar w:val="gregorian"/></w:date>'
        )
    return '<w:text w:multiLine="1"/>' if field.type in _MULTILINE else "<w:text/>"


def _item_xml(text: str, value: str) -> str:
    return f'<w:listItem w:displayText="{escape(text)}" w:value="{escape(value)}"/>'


def _text_xml(text: str) -> str:
    lines = [f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in text.split("\n")]
    return "<w:br/>".join(lines)


def _describe_tables(root: etree._Element, own: FormWords) -> None:
    """Give each table its title, for readers who cannot see it."""
    for table in root.iter(qualified("w:tbl")):
        properties = table.find(qualified("w:tblPr"))
        if properties is None or properties.find(qualified("w:tblCaption")) is not None:
            continue
        title = _heading_before(table)
        etree.SubElement(properties, qualified("w:tblCaption")).set(qualified("w:val"), title)
        description = etree.SubElement(properties, qualified("w:tblDescription"))
        description.set(qualified("w:val"), own.fields_of.format(title=title))


def _heading_before(table: etree._Element) -> str:
    """Return the text of the nearest paragraph with words before a table."""
    for element in table.itersiblings(preceding=True):
        text = "".join(part.text or "" for part in element.iter(qualified("w:t")))
        if text:
            return text
    return ""


def _glossary(placeholders: Mapping[str, str]) -> bytes:
    """Return the part with the placeholders, which programs show in fields that are emptied."""
    blocks = []
    for hint, name in placeholders.items():
        digits = sha256(hint.encode()).hexdigest().upper()
        guid = f"{{{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}}}"
        blocks.append(
            f'<w:docPart><w:docPartPr><w:name w:val="{name}"/><w:category><w:name w:val="General"/>'
            '<w:gallery w:val="placeholder"/></w:category>'
            f'<w:behaviors><w:behavior w:val="content"/></w:behaviors><w:guid w:val="{guid}"/></w:docPartPr>'
            f'<w:docPartBody><w:p><w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>{_text_xml(hint)}</w:r></w:p>'
            "</w:docPartBody></w:docPart>"
        )
    xml = f'<w:glossaryDocument xmlns:w="{WORD}"><w:docParts>{"".join(blocks)}</w:docParts></w:glossaryDocument>'
    return (DECLARATION + xml).encode()


def _with_ignorable(document: bytes) -> bytes:
    """Return the document with the look of its controls declared as one that older programs may ignore."""
    start = b"<w:document "
    names = f'xmlns:w15="{_WORD_2012}" xmlns:mc="{_COMPATIBILITY}" mc:Ignorable="w15" '
    return document.replace(start, start + names.encode(), 1)


def _without_namespace(xml: str) -> str:
    return xml.replace(f' xmlns:w="{WORD}"', "", 1)
