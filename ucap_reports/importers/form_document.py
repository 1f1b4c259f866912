"""Forms: Word files with a field for each value of a plan, empty or filled, in the look of a pack.

Each field is a content control inside its paragraph (ISO/IEC 29500-1, 17.5.2): its tag is the path of the value, its
title the label, its placeholder the hint. It cannot be deleted by accident, and its text can be changed in any program.
What the form contains when it is sent is recorded like the sent edition of a summary, so that only what was
changed since is a change.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length, contrast
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Style, Theme
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon
from ucap_reports.text.language_tags import lookup, primary
from ucap_reports.word.file.package_parts import OFFICE, RELATED, new_relationship, relationships_of
from ucap_reports.word.file.word_languages import word_language
from ucap_reports.word.file.word_xml import CELL, DECLARATION, ROW, RUN, WORD, qualified, read_finished, to_bytes
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, read_package, write_package
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
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
"""What the types of the parts of a Word file begin with."""
_PLACEHOLDER_STYLE = (
    '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:rPr><w:color w:val="595959"/></w:rPr></w:style>'
)
"""The style of the hints in empty fields; its grey can be read on white and on light colours."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
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
    content = Path(__file__).with_name("form_words.json").read_text(encoding="utf-8")
    words_of_languages = json.loads(content)
    tag = lookup(language, words_of_languages) or _OWN_LANGUAGE
    return convert({"language": tag, **words_of_languages[tag]}, FormWords)


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
    fields_of_city, fields_of_plan = _printed_fields(words.pack, known)
    own = form_words(words.wanted)
    cities_of_plan = as_list(value_at(values, (CITIES,)))
    count = len(cities_of_plan) or _FEWEST_CITIES
    city = without_colon(words.label(CITIES).text)
    if not city or primary(words.language) == _OWN_LANGUAGE:
        city = known.of_type(FieldType.CITIES).item.capitalize()  # the label of the column may be "Cities"
    groups = []
    for index in range(min(count + _EMPTY_CITIES, MAX_CITIES)):
        controls = _controls((CITIES, index), fields_of_city, words, values)
        groups.append(FormGroup(f"{city} {index + 1}", controls))
    cooperation = _controls((), fields_of_plan, words, values)
    groups.append(FormGroup(own.cooperation, cooperation, own.language))
    contact = known.of_type(FieldType.CONTACT)
    contact_controls = _controls((contact.name,), known.inside(contact.path), words, values)
    groups.append(FormGroup(own.contact, contact_controls, own.language))
    return tuple(groups)


def form_document(groups: Sequence[FormGroup], words: PackWords, summary: Summary) -> bytes:
    """Return the Word file of a form.

    Args:
        groups: The fields.
        words: The words of the pack.
        summary: The plan. Only its title, header and footer are printed; what else it contains is left out.
    """
    own = form_words(words.wanted)
    title = own.title.format(title=summary.title)
    heading = replace(summary, title=title, rows=(), columns=(), contact=Contact(), as_of="", status_text="")
    page = _page(groups, words.pack, heading, own)
    recorder = _FormRecorder(groups, words, heading)
    content, _ = write_word(page, heading, words.pack, recorder=recorder)
    controls: list[FormControl] = []
    for group in groups:
        controls += group.controls
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
    fields_of_city = []
    fields_of_plan = []
    for field in printed.values():
        if field.type in ENTRIES and field.type not in _ENTRIES_AS_TEXT:
            continue  # its entries have fields of their own
        if field.is_of_city:
            fields_of_city.append(field)
        else:
            fields_of_plan.append(field)
    return fields_of_city, fields_of_plan


def _controls(loc: Loc, fields: Iterable[Field], words: PackWords, values: Any) -> tuple[FormControl, ...]:
    """Return the controls of the fields that are inside of a place in a plan."""
    own = form_words(words.wanted)
    controls = []
    for field in fields:
        field_loc = (*loc, field.name)
        choice_labels = {key: words.choice(texts, key) for key, texts in field.choices.items()}
        text = form_text(field, value_at(values, field_loc), choice_labels)
        controls.append(FormControl(field_loc, field, _label(field, words, own), _hint(field, words, own), text))
    return tuple(controls)


def _label(field: Field, words: PackWords, own: FormWords) -> str:
    """Return the label of a field without its colon: that of the pack or of the office, or else that of the product."""
    label = words.field_label(field)
    if field.is_custom:
        return label
    has_label_in_pack = field.has_row and bool(words.label(field.key).text)
    return label if has_label_in_pack else own.labels.get(label, label)


def _hint(field: Field, words: PackWords, own: FormWords) -> str:
    """Return what an empty field shows: what is expected in it, and whether it takes a line for each item."""
    if field.type is FieldType.TABLE:
        columns = f" {COLUMN_END} ".join(words.field_label(column) for column in field.columns)
        hint = f"{_declared_hint(field)} {columns}".strip()
    else:
        hint = _example_hint(field, own)
        if not hint and (field.is_custom or own.language == _OWN_LANGUAGE):  # those of built-in fields are in English
            hint = _declared_hint(field)
        if not hint:
            hint = _usual_hint(field, own)
    if field.type in LISTS and not field.plural and field.type is not FieldType.NAMES:
        hint = f"{hint.rstrip('.')}. {own.each_line}"
    return hint


def _declared_hint(field: Field) -> str:
    """Return the hint of a field on one line."""
    return " ".join(field.hint.split())


def _example_hint(field: Field, own: FormWords) -> str:
    """Return a built-in fact as an example; the hints of such fields are about the plan file."""
    if field.is_custom or field.is_rich or field.type in ENTRIES:
        return ""
    for example in field.examples:
        first = example[0] if isinstance(example, list) else example
        if isinstance(first, str):
            return own.example.format(example=first)
    return ""


def _usual_hint(field: Field, own: FormWords) -> str:
    """Return what a field without a hint asks for."""
    if field.type is FieldType.CHOICE:
        return own.choose_item
    if field.type in DAYS:
        return own.example.format(example=_EXAMPLE_DAY)
    return own.enter_text


# The page


def _page(groups: Sequence[FormGroup], pack: Pack, summary: Summary, own: FormWords) -> PageTree:
    """Return the page of the form, with the header and footer of the pack's documents."""
    filled, _ = attempt_fill(pack.page_template, summary)
    page_of_pack, _ = attempt_page(filled, pack)
    text = "".join(_page_text(groups, summary, own))
    form_page, _ = attempt_page(PageXml(text, "form", (), {}, summary, {}, {}), pack)
    blocks: list[Block] = []
    for block in form_page.body:
        match block:
            case TextBlock():
                blocks.append(_with_heading_style(block, pack.theme))
            case Table():
                blocks.append(_with_wide_answers(block))
            case _:
                blocks.append(block)
    return replace(page_of_pack, language=summary.language, body=tuple(blocks))


def _page_text(groups: Sequence[FormGroup], summary: Summary, own: FormWords) -> Iterator[str]:
    """Yield the page in the language of page templates; fields are marks with their numbers."""
    number = 0
    yield f'<document lang="{escape(summary.language)}"><h1>{escape(summary.title)}</h1>'
    for line in own.introduction:
        yield f'<p lang="{own.language}">{escape(line)}</p>'
    for group in groups:
        language = f' lang="{group.language}"' if group.language else ""
        yield f"<h2{language}>{escape(group.title)}</h2>"
        yield "<table><thead><tr>"
        for head in (own.field, own.answer):
            yield f'<th lang="{own.language}">{escape(head)}</th>'
        yield "</tr></thead><tbody>"
        for control in group.controls:
            yield f"<tr><th>{escape(control.label)}</th><td>\ue000{number}\ue001</td></tr>"
            number += 1
        yield "</tbody></table>"
    yield "</document>"


def _with_heading_style(block: TextBlock, theme: Theme) -> TextBlock:
    """Return a text in a style that can be read on paper, if it is the title or the heading of a group.

    The heading of a group has a style of its own, if the theme has none for it. Other texts stay as they are.
    """
    if block.level == 1:
        return replace(block, style=_title_style(block.style, theme))
    if block.level == _GROUP_LEVEL and _GROUP_STYLE not in theme.styles:
        return replace(block, style=_group_style(theme))
    return block


def _title_style(style: Style, theme: Theme) -> Style:
    """Return the style of the title on paper.

    One in a light colour, which the theme prints on a coloured band, gets the colour of the headings of groups, or of
    the text. A very large one, which is for the names of cities, is smaller.
    """
    body = theme.style("body")
    if contrast(style.colour, _PAPER) < _READABLE:
        colour = theme.styles.get(_GROUP_STYLE, body).colour
        space_after = Length(max(style.space_after, body.leading / 2))
        style = replace(without_box(style), name=_TITLE_STYLE, colour=colour, space_after=space_after)
    if style.size > _LARGEST_TITLE * body.size:
        size = Length(_LARGEST_TITLE * body.size)
        leading = Length(style.leading * size / style.size)
        style = replace(style, name=_TITLE_STYLE, size=size, leading=leading)
    return style


def _group_style(theme: Theme) -> Style:
    """Return the style of the headings of groups in a theme that has none: that of the title, smaller."""
    body = theme.style("body")
    title = without_box(theme.styles.get("title", body))
    return replace(
        title,
        name=_GROUP_STYLE,
        size=Length(body.size * _LARGER),
        leading=Length(body.leading * _LARGER),
        bold=True,
        align="start",
        space_before=body.leading,
        space_after=Length(body.leading / 3),
    )


def _with_wide_answers(table: Table) -> Table:
    """Return a table whose column of answers takes the width that the labels leave, also if the theme prints the head
    of each column like a label, with its width.
    """
    rows = []
    for row in table.head:
        label, *answers = row.cells
        cells = [label]
        for answer in answers:
            style = replace(answer.style, width=None)
            cells.append(replace(answer, style=style))
        rows.append(replace(row, cells=tuple(cells)))
    return replace(table, head=tuple(rows))


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
    recorded_texts = (
        (None, control.text),
        (PLACEHOLDER, control.hint),
        (LABEL, f"{group}\n{control.label}"),
    )
    for number, (style, text) in enumerate(recorded_texts):
        runs = (SentRun(text),) if text else ()
        span = SentSpan(0, len(text), control.path, number)
        yield SentParagraph(runs, style=style, fields=(span,))


# The controls


def _with_controls(content: bytes, controls: Sequence[FormControl], words: PackWords) -> bytes:
    """Return the file with a content control for each mark, and the placeholders that the controls need."""
    parts = read_package(content)
    root = read_finished(parts[MAIN_PART])
    placeholders: dict[str, str] = {}
    """The names of the placeholders by their hints."""
    for run in _answer_runs(root):
        mark = _CONTROL_MARK.fullmatch(_words_of(run).strip())
        if mark is None:
            continue
        index = int(mark[1])
        control = controls[index]
        digest = sha256(control.hint.encode()).hexdigest()
        placeholder = placeholders.setdefault(control.hint, f"UCAP{digest[:12]}")
        properties = run.find(qualified("w:rPr"))
        look = "" if properties is None else etree.tostring(properties, encoding="unicode")
        element = etree.fromstring(_control_xml(control, index + 1, placeholder, look, words))
        parent = run.getparent()
        assert parent is not None  # noqa: S101 - a run is in a paragraph
        parent.replace(run, element)
    _describe_tables(root, form_words(words.wanted))
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r"])
    parts[MAIN_PART] = _with_ignorable(to_bytes(root))
    _add_glossary(parts, placeholders)
    return write_package([compressed(name, part) for name, part in parts.items()])


def _answer_runs(root: etree._Element) -> list[etree._Element]:
    """Return the runs in the cells for answers, which are beside labels: a label may have the characters of a mark."""
    runs: list[etree._Element] = []
    for row in root.iter(ROW):
        _label, *answers = row.iterchildren(CELL)
        for answer in answers:
            runs += answer.iter(RUN)
    return runs


def _words_of(element: etree._Element) -> str:
    """Return the text of the runs in an element."""
    return "".join(text.text or "" for text in element.iter(qualified("w:t")))


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
        first_names = sorted(names[0] for names in country_names().values())
        items = "".join(_item_xml(name, name) for name in first_names)
        return f"<w:comboBox>{items}</w:comboBox>"
    if field.type is FieldType.CHOICE:
        items = "".join(_item_xml(words.choice(texts, key), key) for key, texts in field.choices.items())
        return f"<w:dropDownList>{items}</w:dropDownList>"
    if field.type in DAYS:
        return _date_xml(control.text, words.language)
    return '<w:text w:multiLine="1"/>' if field.type in _MULTILINE else "<w:text/>"


def _date_xml(text: str, language: str) -> str:
    """Return the kind of a control for a day; a text that is no complete day, such as a month, has no date."""
    date = ""
    if _DAY.fullmatch(text):
        date = f' w:fullDate="{text}T00:00:00Z"'
    return (
        f'<w:date{date}><w:dateFormat w:val="yyyy-MM-dd"/><w:lid w:val="{word_language(language)}"/>'
        '<w:storeMappedDataAs w:val="date"/><w:calendar w:val="gregorian"/></w:date>'
    )


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
        caption = etree.SubElement(properties, qualified("w:tblCaption"))
        caption.set(qualified("w:val"), title)
        description = etree.SubElement(properties, qualified("w:tblDescription"))
        description.set(qualified("w:val"), own.fields_of.format(title=title))


def _heading_before(table: etree._Element) -> str:
    """Return the text of the nearest paragraph with words before a table."""
    for element in table.itersiblings(preceding=True):
        words = _words_of(element)
        if words:
            return words
    return ""


def _with_ignorable(document: bytes) -> bytes:
    """Return the document with the look of its controls declared as one that older programs may ignore."""
    start = b"<w:document "
    names = f'xmlns:w15="{_WORD_2012}" xmlns:mc="{_COMPATIBILITY}" mc:Ignorable="w15" '
    return document.replace(start, start + names.encode(), 1)


def _add_glossary(parts: dict[str, bytes], placeholders: Mapping[str, str]) -> None:
    """Add the part with the placeholders to the parts of a file, with their style, its links and its types."""
    styles_end = b"</w:styles>"
    style = _PLACEHOLDER_STYLE.encode()
    parts[_STYLES] = parts[_STYLES].replace(styles_end, style + styles_end)
    parts[_GLOSSARY] = _glossary(placeholders)
    parts[_GLOSSARY_STYLES] = parts[_STYLES]
    link_to_styles = new_relationship("styles", f"{OFFICE}/styles", "styles.xml")
    links = f'{DECLARATION}<Relationships xmlns="{RELATED}">{link_to_styles}</Relationships>'
    parts[relationships_of(_GLOSSARY)] = links.encode()
    links_end = b"</Relationships>"
    links_of_main = relationships_of(MAIN_PART)
    link_to_glossary = new_relationship("glossary", f"{OFFICE}/glossaryDocument", "glossary/document.xml")
    parts[links_of_main] = parts[links_of_main].replace(links_end, link_to_glossary.encode() + links_end)
    types_end = b"</Types>"
    types = (
        f'<Override PartName="/{_GLOSSARY}" ContentType="{_WORD_TYPE}.document.glossary+xml"/>'
        f'<Override PartName="/{_GLOSSARY_STYLES}" ContentType="{_WORD_TYPE}.styles+xml"/>'
    )
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(types_end, types.encode() + types_end)


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
