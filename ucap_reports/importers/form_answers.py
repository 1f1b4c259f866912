"""Answers in forms that came back: the plan that they make, and what they change in an existing plan.

Answers are compared with what the form contained when it was sent, so that only what somebody has changed is a change.
A field that is missing changes nothing. Fields are found by their tags or, where a program has removed the controls, by
their labels.

A field of a form has plain text: a list has a line for each item, with an indent for its further lines, an activity is
"May 2017: text", with lines that begin with a hyphen for its details, a focus is "Theme: text", and a row of a table
has bars between its columns (`form_text`). An answer becomes a value again by `form_value`, which keeps what is still
the same as it is written in the plan.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from functools import partial
from textwrap import dedent
from typing import Any, NamedTuple

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.draft_and_kept_comments import Draft
from ucap_reports.importers.exported_sheets import scalar_text
from ucap_reports.importers.field_labels import Labels, folded_label
from ucap_reports.importers.imported_cells import Filler, joined_countries
from ucap_reports.importers.parsed_summary import ParsedCell, dump_text, without_typed_markers
from ucap_reports.importers.plan_updates import (
    CurrentPlan,
    FieldChange,
    FieldConflict,
    MergedChange,
    PlansUpdate,
    UpdatedPlan,
    applied_changes,
)
from ucap_reports.importers.sent_edition import SentEdition, read_edition
from ucap_reports.importers.word_package import WORD, DocumentIdentity, WordPackage
from ucap_reports.importers.word_paragraphs import Paragraphs, paragraphs_in
from ucap_reports.importers.workbook_update import plan_value
from ucap_reports.plan.amounts_and_dates import dates_meant
from ucap_reports.plan.custom_values import choice_key
from ucap_reports.plan.field_descriptions import CITIES, DAYS, LISTS, NAME, RICH, Field, FieldType, KnownFields
from ucap_reports.plan.field_types import read_goal
from ucap_reports.plan.goals import GOALS
from ucap_reports.plan.plan_model import BUILT_IN, MAX_CITIES
from ucap_reports.plan.writing.value_edits import ABSENT, ValueChange, as_list, changed_values, json_value, value_at
from ucap_reports.plan.writing.value_sources import rich_text_source
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, shortened
from ucap_reports.source.yaml_tree import Loc, field_name, loc_of
from ucap_reports.storage.reading_limits import MAX_FORM_CONTROLS, MAX_NESTED_CONTROLS
from ucap_reports.text.markdown import parse_rich_text
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.word.compile.template_opening import remove_deleted

FORM = "ucap-form"
"""The property of a Word file that is a form."""
PLACEHOLDER = "placeholder"
LABEL = "label"
"""The styles of recorded paragraphs that are no values: the placeholder of a field, and its label."""
_CONTROL, _CELL, _ROW, _PARAGRAPH = f"{WORD}sdt", f"{WORD}tc", f"{WORD}tr", f"{WORD}p"
_DEFAULTS = ("Click or tap here to enter text.", "Click or tap to enter a date.", "Choose an item.")
"""What Word shows in an empty control without a placeholder of its own."""
_MAX_DEPTH = 3
"""Steps of the path of a field, such as `cities[0].population`."""


class FormAnswer(Struct, frozen=True):
    """The text of a field, and the text that it had when the form was sent; None if that is not known."""

    text: str
    sent: str | None
    location: Location


class PlanForm(Struct, frozen=True):
    """A form: what it was made from, and its answers by their places in a plan."""

    path: str
    identity: DocumentIdentity
    answers: Mapping[Loc, FormAnswer]


def read_form(package: WordPackage) -> PlanForm | None:
    """Return the answers in a Word file; None if it is no form."""
    path = package.path
    sent = _Sent(read_edition(package.custom_properties))
    texts = _AnswerTexts(package)
    controls = texts.of_controls()
    if package.custom_properties.get(FORM) is None and not any(loc_of(tag) in sent.texts for tag in controls):
        return None
    answered = dict(controls)
    for tag, text in texts.beside_labels(sent):
        if not controls or text:  # beside controls, an empty cell may be one whose control was deleted
            answered[tag] = text
    answers: dict[Loc, FormAnswer] = {}
    for tag, text in answered.items():
        loc = loc_of(tag)
        if loc and len(loc) <= _MAX_DEPTH:
            answer = _without_placeholder(text, sent.placeholder(loc))
            answers[loc] = FormAnswer(answer, sent.texts.get(loc), Location(path, field=tag, place=sent.label(loc)))
    return PlanForm(path, package.identity, answers)


def _without_placeholder(text: str, placeholder: str) -> str:
    """Return the text of a field; empty if it still shows its placeholder, or what Word shows instead of one."""
    normal = _normal(text)
    return "" if normal in (_normal(placeholder), *_DEFAULTS) else normal


def form_draft(form: PlanForm, labels: Labels) -> Draft:
    """Return the draft of a plan from all answers in a form."""
    draft = Draft(form.path, known=labels.known)
    language, pack = form.identity.language, form.identity.pack
    start = Location(form.path)
    if language and language != labels.language:
        draft.put((labels.known.of_type(FieldType.LANGUAGE).name,), language, start)
    if pack and pack != labels.packs[0].name:
        draft.put((labels.known.of_type(FieldType.PACK).name,), pack, start)
    groups = _filled_groups(form)
    for loc, answer in form.answers.items():
        field = labels.known.at(loc)
        if field is None or not answer.text or not _is_place(loc):
            continue
        draft_loc = loc
        if loc[0] == CITIES:  # a draft has no cities without answers
            draft_loc = (CITIES, groups.index(loc[1]), *loc[2:])
        draft.put(draft_loc, form_value(field, answer.text, None, labels.known), answer.location)
    if form.identity.plan:
        draft.id = form.identity.plan
    return draft


class FormProposal(Struct, frozen=True):
    """What an answer makes of a value of a plan.

    `change` is None if the plan has no place for it any more. `is_open` is whether the plan has changed there too, or
    has no place for it: the answer is then a conflict.
    """

    record: FieldChange
    change: ValueChange | None
    is_open: bool = False
    loses_markup: bool = False
    """Whether the plan has markup there, which an answer in plain text cannot have."""


def form_update(form: PlanForm, current: CurrentPlan) -> PlansUpdate:
    """Return what the answers that somebody has changed change in a plan. Writes nothing.

    Where the plan has changed too, it keeps its value, and the answer is a conflict.
    """
    proposals = form_proposals(form, current)
    wanted: list[MergedChange] = []
    conflicts: list[FieldConflict] = []
    for proposal in proposals:
        record = proposal.record
        if proposal.is_open or proposal.change is None:
            conflicts.append(FieldConflict(record.plan, record.field, record.old, record.new, record.location))
        else:
            wanted.append(MergedChange(proposal.change, record))
    source, made, refused = applied_changes(current, wanted)
    problems = [*markup_problems(proposals), *refused]
    for conflict in conflicts:
        now = shortened(str(conflict.now or ""))
        problems.append(
            problem("import-conflict", conflict.location, plan=conflict.plan, field=conflict.field, now=now)
        )
    before = current.tree.source
    updated = (UpdatedPlan(current.id, before, source),) if source.text != before.text else ()
    return PlansUpdate(updated, tuple(made), tuple(conflicts), problems=tuple(problems))


def form_proposals(form: PlanForm, current: CurrentPlan) -> Sequence[FormProposal]:
    """Return what the answers that somebody has changed make of the values of a plan."""
    return tuple(_FormComparison(form, current).proposals())


def markup_problems(proposals: Sequence[FormProposal]) -> Iterator[Problem]:
    """Yield a warning for each value that loses its markup."""
    for proposal in proposals:
        if proposal.loses_markup and not proposal.is_open:
            yield problem("form-markup", proposal.record.location, field=proposal.record.field)


def unknown_answers(form: PlanForm, known: KnownFields) -> Iterator[Problem]:
    """Yield a warning for each answer that the plan has no field for."""
    for loc, answer in form.answers.items():
        has_field = known.at(loc) is not None and _is_place(loc)
        is_changed = answer.text != _normal(answer.sent or "")
        if answer.text and is_changed and not has_field:
            yield problem("form-field-unknown", answer.location, field=shortened(field_name(loc)))


class _FormComparison:
    """Compares the answers of a form with what it contained when it was sent, and with its plan as it is now."""

    def __init__(self, form: PlanForm, current: CurrentPlan) -> None:
        self._form = form
        self._current = current
        self._values = current.tree.value
        self._known = current.known
        self._spare = {group for group in _groups(form) if self._is_spare(group)}
        """The cities whose fields were empty when the form was sent."""
        self._added = self._added_cities()

    def proposals(self) -> Iterator[FormProposal]:
        """Yield the proposals for fields, then those of new cities."""
        for loc, answer in self._form.answers.items():
            field = self._known.at(loc)
            if field is None or not _is_place(loc):
                continue
            proposal = self._proposal(loc, field, answer)
            if proposal is not None:
                yield proposal
        yield from self._insertions()

    def _proposal(self, loc: Loc, field: Field, answer: FormAnswer) -> FormProposal | None:
        """Return what an answer makes of the value of a field; None if it changes nothing, or is of a new city."""
        plan_loc = self._place(loc)
        if plan_loc is None and loc in self._added:
            return None
        old = ABSENT if plan_loc is None else value_at(self._values, plan_loc)
        old = None if old is ABSENT else old
        now_text = self._text(field, old)
        sent_text = now_text if answer.sent is None else _normal(answer.sent)
        if answer.text in (sent_text, now_text):
            return None
        new = form_value(field, answer.text, old, self._known)
        if new == old:
            return None
        path = field_name(loc if plan_loc is None else plan_loc)
        record = FieldChange(self._current.id, path, json_value(old), json_value(new), answer.location)
        change = None if plan_loc is None else ValueChange("set", plan_loc, new)
        is_open = plan_loc is None or now_text != sent_text
        return FormProposal(record, change, is_open, loses_markup(field, old, new))

    def _text(self, field: Field, value: Any) -> str:
        labels = _choice_labels(field, self._form)
        return _normal(form_text(field, value, labels))

    def _place(self, loc: Loc) -> Loc | None:
        """Return where the plan has a value now; None if its city is not in the plan any more, or not yet."""
        index = _city_index(loc)
        if index is None:
            return loc
        cities = as_list(value_at(self._values, (CITIES,)))
        name = self._form.answers.get((CITIES, index, NAME))
        name_field = self._known.at((CITIES, 0, NAME))
        if name is None or not name.sent or name_field is None:  # only its index tells the city
            return loc if index < len(cities) and index not in self._spare else None
        names = [self._text(name_field, value_at(city, (NAME,))) for city in cities]
        names_in_form = (_normal(name.sent), name.text)
        if index < len(names) and names[index] in names_in_form:
            return loc
        for name_in_form in names_in_form:
            if names.count(name_in_form) == 1:
                return (CITIES, names.index(name_in_form), *loc[2:])
        # The name has changed in the plan: the index tells the city if no city was added or removed since.
        count_when_sent = len(_groups(self._form)) - len(self._spare)
        return loc if count_when_sent == len(cities) else None

    def _is_spare(self, group: int) -> bool:
        return not any(answer.sent for loc, answer in self._form.answers.items() if loc[:2] == (CITIES, group))

    def _added_cities(self) -> Mapping[Loc, dict[str, Any]]:
        """Return the cities that were written into groups of fields that were empty, by the places of their answers."""
        added: dict[Loc, dict[str, Any]] = {}
        for group in self._spare:
            locs = [loc for loc, answer in self._form.answers.items() if loc[:2] == (CITIES, group) and answer.text]
            city: dict[str, Any] = {}
            for loc in locs:
                field = self._known.at(loc)
                if field is not None and _is_place(loc):
                    value = form_value(field, self._form.answers[loc].text, None, self._known)
                    city = changed_values(city, ValueChange("set", loc[2:], value))
            if city:
                added |= dict.fromkeys(locs, city)
        return added

    def _insertions(self) -> Iterator[FormProposal]:
        cities = as_list(value_at(self._values, (CITIES,)))
        seen: list[dict[str, Any]] = []
        for loc, city in self._added.items():
            if city in seen or (NAME in city and any(_has_all(known, city) for known in cities)):
                continue
            seen.append(city)
            city_loc: Loc = (CITIES, len(cities) + len(seen) - 1)
            location = self._form.answers[loc].location
            record = FieldChange(self._current.id, field_name(city_loc), None, json_value(city), location)
            yield FormProposal(record, ValueChange("insert", city_loc, city))


def _has_all(known: Any, city: Mapping[str, Any]) -> bool:
    return isinstance(known, dict) and all(known.get(name) == value for name, value in city.items())


def _groups(form: PlanForm) -> list[int]:
    """Return the indexes of the cities of a form."""
    return sorted({loc[1] for loc in form.answers if loc[0] == CITIES and _is_place(loc) and isinstance(loc[1], int)})


def _filled_groups(form: PlanForm) -> list[Any]:
    """Return the indexes of the cities with answers."""
    filled = {loc[1] for loc, answer in form.answers.items() if loc[0] == CITIES and len(loc) > 1 and answer.text}
    return sorted(index for index in filled if isinstance(index, int))


def _is_place(loc: Loc) -> bool:
    """Return whether a field can be at a place: an index only for cities, and not too large."""
    if loc[0] == CITIES:
        return len(loc) == _MAX_DEPTH and isinstance(loc[1], int) and loc[1] < MAX_CITIES and isinstance(loc[2], str)
    return all(isinstance(step, str) for step in loc)


def _city_index(loc: Loc) -> int | None:
    """Return the index of the city that a place is in; None for other places."""
    return int(loc[1]) if loc[:1] == (CITIES,) and _is_place(loc) else None


def _city_field(index: int, name: str) -> str:
    """Return the path of a field of a city."""
    return field_name((CITIES, index, name))


def _choice_labels(field: Field, form: PlanForm) -> Mapping[str, str]:
    """Return the labels of choices in the language of a form, or else the first of each."""
    labels = {}
    for key, texts in field.choices.items():
        labels[key] = texts.get(form.identity.language) or texts.get("") or next(iter(texts.values()), key)
    return labels


def _normal(text: str) -> str:
    """Return a text without differences that programs make: line ends, and spaces at the ends of lines."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\u00a0", " ").split("\n")]
    return "\n".join(lines).strip("\n")


class _Sent:
    """What a form contained when it was sent: texts, placeholders and labels by the places of the fields."""

    def __init__(self, edition: SentEdition | None) -> None:
        self.texts: dict[Loc, str] = {}
        self.placeholders: dict[Loc, str] = {}
        self.labels: dict[Loc, tuple[str, str]] = {}
        paragraphs = edition.paragraphs if edition is not None else ()
        for paragraph in paragraphs:
            text = "".join(run.text for run in paragraph.runs)
            for span in paragraph.fields[:1]:
                loc = loc_of(span.field)
                if paragraph.style == PLACEHOLDER:
                    self.placeholders[loc] = text
                elif paragraph.style == LABEL:
                    group, _, label = text.partition("\n")
                    self.labels[loc] = (group, label)
                else:
                    self.texts[loc] = text

    def placeholder(self, loc: Loc) -> str:
        """Return the hint in an empty field; that of a copied field is the one of the first city."""
        if loc not in self.placeholders and _city_index(loc) is not None:
            loc = (CITIES, 0, loc[2])
        return self.placeholders.get(loc, "")

    def label(self, loc: Loc) -> str | None:
        """Return the label of a field with its group, for people."""
        group, label = self.labels.get(loc, ("", ""))
        return f"{group}: {label}" if label else None


class _AnswerTexts:
    """Reads the texts of the fields of a form, with the tracked changes accepted."""

    def __init__(self, package: WordPackage) -> None:
        self._root = deepcopy(package.document)
        remove_deleted(self._root)
        self._paragraphs = Paragraphs(package, exact=True, text_alone=True)
        self._paragraphs.begin_part(package.main)

    def of_controls(self) -> dict[str, str]:
        """Return the texts of the content controls by their tags; of several with one tag, the first.

        The fields of a city that were copied, with their tags, are those of a further city, unless nothing was changed
        in them.
        """
        texts: dict[str, str] = {}
        copies: dict[tuple[int, int], dict[str, str]] = {}
        """The texts of copied fields by their names, by the index of the city and the number of the copy."""
        copies_of_tag: Counter[str] = Counter()
        for tag, text in self._tagged_texts():
            if tag not in texts:
                texts[tag] = text
                continue
            index = _city_index(loc_of(tag))
            if index is not None:
                copies_of_tag[tag] += 1
                name = str(loc_of(tag)[-1])
                copies.setdefault((index, copies_of_tag[tag]), {})[name] = text
        indexes = [_city_index(loc_of(tag)) for tag in texts]
        last_index = max([index for index in indexes if index is not None], default=0)
        for (original, _), fields in copies.items():
            is_changed = any(texts[_city_field(original, name)] != text for name, text in fields.items())
            if is_changed:
                last_index += 1
                texts |= {_city_field(last_index, name): text for name, text in fields.items()}
        return texts

    def _tagged_texts(self) -> Iterator[tuple[str, str]]:
        """Yield the tags of the content controls with their texts."""
        count = 0
        for control in self._root.iter(_CONTROL):
            is_nested = sum(1 for _ in control.iterancestors(_CONTROL)) > MAX_NESTED_CONTROLS
            if count >= MAX_FORM_CONTROLS or is_nested:
                continue
            tag = control.find(f"{WORD}sdtPr/{WORD}tag")
            content = control.find(f"{WORD}sdtContent")
            name = "" if tag is None else tag.get(f"{WORD}val", "")
            if name and content is not None:
                count += 1
                yield name, self._text(content)

    def beside_labels(self, sent: _Sent) -> Iterator[tuple[str, str]]:
        """Yield the paths and texts of fields without a control, beside their labels in a table, below the title of
        their group.
        """
        loc_by_label: dict[tuple[str, str], Loc] = {}
        for loc, (group, label) in sent.labels.items():
            loc_by_label[folded_label(group), folded_label(label)] = loc
        groups = {group for group, _ in loc_by_label}
        current_group = ""
        for element in self._root.iter(_ROW, _PARAGRAPH):
            if element.tag == _PARAGRAPH:
                is_in_table = next(element.iterancestors(_ROW), None) is not None
                heading = "" if is_in_table else folded_label(self._text(element))
                if heading in groups and not is_in_table:
                    current_group = heading
                continue
            if element.find(f".//{WORD}sdtPr/{WORD}tag") is not None:  # a row with a control
                continue
            cells = [self._text(cell).strip() for cell in element.iterchildren(_CELL, _CONTROL)]
            if len(cells) > 1:
                labelled = loc_by_label.get((current_group, folded_label(cells[0])))
                if labelled is not None:
                    yield field_name(labelled), "\n".join(cells[1:])

    def _text(self, element: etree._Element) -> str:
        """Return the text of an element, with a line for each paragraph and break."""
        paragraphs = list(paragraphs_in(element)) or [element]
        return "\n".join([self._paragraphs.text(paragraph) for paragraph in paragraphs])


# Values of plans as texts of forms, and answers as values

COLUMN_END = "|"
"""What is between the columns of a row of a table."""
_SIGNS = "-*\u2013\u2014\u2022\u00b7\u25aa\u25e6\u2192"
"""What people type before the items of a list. The hyphen is first, since it would be a range within `[…]`."""
_DETAIL_LINE = re.compile(rf"\s+|[{_SIGNS}]\s")
"""What begins a line with a detail of the entry above it."""
_INDENT = "  "
"""What begins a further line of an item."""
_LIST_MARKER = re.compile(rf"\s*(?:[{_SIGNS}]\s+)?")
_LISTED_LINE = re.compile(rf"\s|(?:[{_SIGNS}]|\d{{1,9}}[.)])\s")
"""The start of a line that is, or belongs to, an item of a list."""
_HEAD_AND_TEXT = re.compile(r"([^:\uff1a\n]{1,80})(?:: |\uff1a)(.+)", re.DOTALL)
_DIGIT = re.compile(r"\d")
_COUNTRY_END = re.compile("[;\uff1b\u061b\n\uff0c\u3001]|[,\u060c]\\s")
"""What is between countries, also in Chinese and Arabic."""


def form_text(field: Field, value: Any, labels: Mapping[str, str] | None = None) -> str:
    """Return a value as a form shows it; `labels` are those of the choices of the field."""
    if value is None or value is ABSENT:
        return ""
    if field.type in (FieldType.FOCUS, FieldType.ACTIVITIES) and isinstance(value, list):
        return "\n".join(_entry_text(field, entry) for entry in value)
    if field.type is FieldType.TABLE and isinstance(value, list):
        return "\n".join(_row_text(field, row) for row in value)
    if field.type is FieldType.LIST:
        return "\n".join(_list_item(field, item) for item in as_list(value))
    if isinstance(value, list):
        return "\n".join(_item_text(field, item) for item in value)
    if field.type is FieldType.CHOICE and labels:
        return labels.get(str(value), str(value))
    return _item_text(field, value)


def form_value(field: Field, text: str, before: Any, known: KnownFields) -> Any:
    """Return an answer as the value of a field; None for an empty one.

    `before` is the value that the plan has now; entries and items that are still the same are kept as they are written.
    """
    if not text.strip():
        return None
    if field.type in LISTS:
        text = _without_markers(field, text, before)
    match field.type:
        case FieldType.GOALS:
            return _goals_in(field, text, before, known)
        case FieldType.CHOICE:
            return choice_key(field, text.strip())
        case FieldType.FOCUS | FieldType.ACTIVITIES:
            return _entries_in(field, text, before, known)
        case FieldType.TABLE:
            return _rows_in(field, text, before, known)
        case FieldType.LIST:
            return _items_in(field, text, before)
        case type_ if type_ in DAYS:
            days = dates_meant(text.strip())
            return days[0].isoformat() if len(days) == 1 else text.strip()
        case FieldType.COUNTRIES:
            names = [name.strip() for name in _COUNTRY_END.split(text)]
            return plan_value(field, "\n".join(joined_countries(names)), "", before)
        case type_ if type_ in RICH:
            return _rich_text_in(text, before)
        case _:
            return plan_value(field, text, "", before)


def loses_markup(field: Field, before: Any, after: Any) -> bool:
    """Return whether a changed value had bold text, links or other markup that an answer in plain text cannot have."""
    if field.type not in RICH:
        return False
    lost = _marked_runs(before) - _marked_runs(after)
    return bool(lost)


def has_markup(value: Any) -> bool:
    """Return whether a value has bold text, links or other markup."""
    return bool(_marked_runs(value))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)


def _marked_runs(value: Any) -> Counter[Run]:
    """Return the runs with markup in the texts of a value."""
    runs: Counter[Run] = Counter()
    for text in _texts_in(value):
        with suppress(ProblemsFound):
            rich = parse_rich_text(text)
            runs.update(run for run in rich.runs() if run.bold or run.italic or run.underline or run.link)
    return runs


# Values as text


def _item_text(field: Field, value: Any) -> str:
    text = scalar_text(value) or ""
    if field.type not in RICH:
        return text.strip()
    with suppress(ProblemsFound):
        return "\n".join(_rich_text_lines(parse_rich_text(text).blocks))
    return text.strip()


def _list_item(field: Field, item: Any) -> str:
    """Return an item of a list; its further paragraphs, and the lists in it, are lines with an indent."""
    return _item_text(field, item).replace("\n", f"\n{_INDENT}")


def _rich_text_lines(blocks: Sequence[Paragraph | ItemList], indent: str = "") -> Iterator[str]:
    """Yield the paragraphs and items of rich text as lines."""
    for block in blocks:
        if not isinstance(block, ItemList):
            yield from (f"{indent}{line}" for line in block.text.split("\n"))
            continue
        for number, item in enumerate(block.items, block.start):
            marker = f"{number}. " if block.marker is Marker.NUMBER else "- "
            first, *others = list(_rich_text_lines(item.blocks)) or [""]
            yield f"{indent}{marker}{first}".rstrip()
            yield from (f"{indent}{_INDENT}{line}" for line in others)


def _entry_text(field: Field, entry: Any) -> str:
    """Return an activity or a focus as a line, and its details as lines below it, however a file orders them."""
    if not isinstance(entry, dict):
        return _one_line(entry)
    head_field, body_field, *other_fields = BUILT_IN.inside(field.path)
    head = _one_line(entry.get(head_field.name))
    body = _one_line(entry.get(body_field.name))
    first_line = head or body
    if head and body:
        first_line = f"{head}: {body}"
    lines = [first_line]
    for other in other_fields:
        lines += [f"{_INDENT}- {_one_line(item)}" for item in as_list(entry.get(other.name))]
    return "\n".join(lines)


def _one_line(value: Any) -> str:
    text = scalar_text(value) or ""
    with suppress(ProblemsFound):
        text = parse_rich_text(text).text
    return " ".join(text.split())


def _row_text(table: Field, row: Any) -> str:
    """Return a row of a table as a line."""
    cells = []
    for column in table.columns:
        value = row.get(column.name) if isinstance(row, dict) else None
        cells.append(" ".join(form_text(column, value).split()))
    return f" {COLUMN_END} ".join(cells).rstrip()


# Answers as values


def _without_markers(field: Field, text: str, before: Any) -> str:
    """Return the lines of a list without the signs or numbers before its items, unless its value has them."""
    unmarked = without_typed_markers(text, form_text(field, before))
    if field.type is FieldType.GOALS:
        have_numbers = all(_DIGIT.search(line) for line in unmarked.split("\n"))
        if not have_numbers:  # "1. No Poverty": the numbers were those of the goals
            return text
    return unmarked


def _markdown(text: str, numbers: Collection[int] = ()) -> str:
    """Return plain text as Markdown: a paragraph for each line, and lists from their markers, also from these
    numbers.
    """
    rich = dump_text(text, is_stripped=False, numbers=numbers)
    return rich_text_source(rich) or " ".join(text.split())


def _rich_text_in(text: str, before: Any) -> str:
    """Return plain text as Markdown, as `_markdown` does. Paragraphs, lists and items of lists that are still the same
    as in the plan stay as they are there, with their markup.
    """
    old: Sequence[Paragraph | ItemList] = ()
    if isinstance(before, str):
        with suppress(ProblemsFound):
            old = parse_rich_text(before).blocks
    rich = RichText(tuple(_with_old_blocks(text, old)))
    return rich_text_source(rich) or _markdown(text, _numbers_of_items(old))


def _numbers_of_items(blocks: Iterable[Paragraph | ItemList]) -> Collection[int]:
    """Return the numbers up to that of the last item of all numbered lists."""
    last = 0
    for block in blocks:
        if not isinstance(block, ItemList):
            continue
        if block.marker is Marker.NUMBER:
            last = max(last, block.start + len(block.items) - 1)
        for item in block.items:
            last = max(last, len(_numbers_of_items(item.blocks)))
    return range(1, last + 1)


class _ShownBlock(NamedTuple):
    """A paragraph or list of a plan with the lines by which a form shows it, and the lines beside these."""

    block: Paragraph | ItemList
    lines: list[str]
    beside: list[str]


def _with_old_blocks(text: str, old: Sequence[Paragraph | ItemList]) -> Iterator[Paragraph | ItemList]:
    """Yield the blocks of plain text, with those of the plan where the text still has their lines."""
    lines_of_blocks = [list(_rich_text_lines([block])) for block in old]
    unused: list[_ShownBlock] = []
    for position, (block, shown_lines) in enumerate(zip(old, lines_of_blocks, strict=True)):
        beside = [lines_above[-1] for lines_above in lines_of_blocks[max(position - 1, 0) : position]]
        beside += [lines_below[0] for lines_below in lines_of_blocks[position + 1 : position + 2]]
        unused.append(_ShownBlock(block, shown_lines, beside))
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    changed_lines: list[str] = []
    index = 0
    while index < len(lines):
        same = _same_block(unused, lines, index)
        if same is None:
            changed_lines.append(lines[index])
            index += 1
            continue
        yield from _with_old_items(changed_lines, old)
        changed_lines = []
        yield same.block
        unused.remove(same)
        index += len(same.lines)
    yield from _with_old_items(changed_lines, old)


def _same_block(unused: Sequence[_ShownBlock], lines: Sequence[str], start: int) -> _ShownBlock | None:
    """Return the block whose lines an answer has from `start` on, if no line beside them belongs to the same list."""
    for shown in unused:
        end = start + len(shown.lines)
        if lines[start:end] != shown.lines:
            continue
        beside = [*lines[max(start - 1, 0) : start], *lines[end : end + 1]]
        of_other_block = [line for line in beside if line in shown.beside or _LISTED_LINE.match(line) is None]
        if isinstance(shown.block, Paragraph) or beside == of_other_block:
            return shown
    return None


def _with_old_items(lines: Sequence[str], old: Sequence[Paragraph | ItemList]) -> Iterator[Paragraph | ItemList]:
    """Yield the blocks of lines of plain text, with the items of the plan that are still the same."""
    old_items: list[ListItem] = []
    for block in old:
        if isinstance(block, ItemList):
            old_items += block.items
    unused = _Unused(old_items, _shown_item)
    numbers = _numbers_of_items(old)
    for block in dump_text("\n".join(lines), is_stripped=False, numbers=numbers).blocks:
        if isinstance(block, ItemList):
            yield replace(block, items=tuple(unused.take(_shown_item(item), item) for item in block.items))
        else:
            yield block


class _Unused:
    """The items of a plan by how a form shows them, each of which is used once: two may be shown in the same way."""

    def __init__(self, items: Iterable[Any], show: Callable[[Any], str]) -> None:
        self._items: dict[str, list[Any]] = {}
        for item in items:
            self._items.setdefault(show(item), []).append(item)

    def take(self, shown: str, default: Any = None) -> Any:
        """Return the first item that is shown so and was not taken yet; else the default."""
        same = self._items.get(shown)
        return same.pop(0) if same else default


def _shown_item(item: ListItem) -> str:
    return "\n".join(_rich_text_lines(item.blocks))


def _goals_in(field: Field, text: str, before: Any, known: KnownFields) -> list[Any]:
    """Return goals from "SDG 11", "11", "Goal 11: …" or "SDG 3, 4 and 9"; known ones as they were written.

    A partnership among them stays there, where checks refuse it, so that nobody misses it.
    """
    unused = _Unused(as_list(before), partial(_item_text, field))
    old: dict[tuple[int, str], Any] = {}
    for item in as_list(before):
        old.setdefault(_goal_key(item), item)
    goals: list[Any] = []
    for line in text.split("\n"):
        same = unused.take(line.strip())
        if same is not None:
            goals.append(same)
            continue
        for item in _goals_of_line(field, line, known):
            key = _goal_key(item)
            number, wording = key
            if key in old:
                goals.append(old[key])
            elif number and not wording:
                goals.append(f"SDG {number}")
            else:
                goals.append(item)
    return _without_duplicates(goals)


def _goals_of_line(field: Field, line: str, known: KnownFields) -> list[Any]:
    """Return the goals in a line, and the partnerships behind them."""
    draft = Draft("", known=known)
    Filler(draft).fill((field.name,), ParsedCell(RichText.plain(line), Location()))
    partnerships = known.of_type(FieldType.AGENDA)
    return [*as_list(draft.get((field.name,))), *as_list(draft.get((partnerships.name,)))]


def _without_duplicates(items: Sequence[Any]) -> list[Any]:
    once: list[Any] = []
    for item in items:
        if item not in once:
            once.append(item)
    return once


def _goal_key(item: Any) -> tuple[int, str]:
    """Return the number of a goal and its own wording; 0 for what is no goal."""
    try:
        goal = read_goal(item)
    except ValueError:
        return 0, str(item)
    wording = (goal.wording or "").strip()
    is_official = wording.casefold().rstrip(".") == GOALS[goal.number].casefold()
    return goal.number, "" if is_official else wording


def _items_in(field: Field, text: str, before: Any) -> list[Any]:
    """Return the items of a list; those that are still the same as they are written.

    A line that is indented more than the first line of the item above it belongs to that item.
    """
    groups: list[list[str]] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if groups and _indent_of(line) > _indent_of(groups[-1][0]):
            groups[-1].append(line)
        else:
            groups.append([line])
    unused = _Unused(as_list(before), partial(_list_item, field))
    items: list[Any] = []
    for first, *others in groups:
        shown = "\n".join([first, *others])
        same = unused.take(shown)
        if same is not None:
            items.append(same)
        else:
            first_line = _LIST_MARKER.sub("", first, count=1)
            other_lines = dedent("\n".join(others))
            items.append(_markdown(f"{first_line}\n{other_lines}".rstrip()))
    return items


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


def _entries_in(field: Field, text: str, before: Any, known: KnownFields) -> Any:
    """Return the entries of a field, or one text if its lines are not entries; those that are still the same as they
    are written.
    """
    lines_of_entries = _lines_of_entries(_without_markers(field, text, before))
    have_all_heads = all(_HEAD_AND_TEXT.fullmatch(lines[0]) for lines in lines_of_entries)
    is_text = field.type is FieldType.FOCUS and not have_all_heads
    if isinstance(before, str) or is_text:
        return _rich_text_in(text, before)
    unused = _Unused(as_list(before), partial(_entry_text, field))
    entries: list[Any] = []
    for lines in lines_of_entries:
        first, *details = lines
        shown = "\n".join([first, *[f"{_INDENT}- {line}" for line in details]])
        same = unused.take(shown)
        entries.append(_new_entry(field, lines, known) if same is None else same)
    return entries


def _lines_of_entries(text: str) -> list[list[str]]:
    """Return the lines of each entry: the first one, and those of its details without their signs."""
    lines_of_entries: list[list[str]] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if lines_of_entries and _DETAIL_LINE.match(line):
            lines_of_entries[-1].append(_LIST_MARKER.sub("", line, count=1))
        else:
            lines_of_entries.append([line.strip()])
    return lines_of_entries


def _new_entry(field: Field, lines: Sequence[str], known: KnownFields) -> dict[str, Any]:
    """Return the entry that these lines make: its head, such as a date, its text, and its details."""
    head_field, body_field, *other_fields = known.inside(field.path)
    is_focus = field.type is FieldType.FOCUS
    first, *details = lines
    if is_focus:  # it has no details
        first, details = " ".join(lines), []
    entry: dict[str, Any] = {}
    body = first
    head = _HEAD_AND_TEXT.fullmatch(first)
    if head is not None and (is_focus or _DIGIT.search(head[1])):
        entry[head_field.name] = head[1].rstrip()
        body = head[2].lstrip()
    entry[body_field.name] = _markdown(body)
    if details and other_fields:
        entry[other_fields[0].name] = [_markdown(line) for line in details]
    return entry


def _rows_in(field: Field, text: str, before: Any, known: KnownFields) -> list[Any]:
    """Return the rows of a table; those that are still the same as they are written."""
    unused = _Unused(as_list(before), partial(_row_text, field))
    rows: list[Any] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        same = unused.take(line.rstrip())
        if same is not None:
            rows.append(same)
            continue
        row: dict[str, Any] = {}
        is_from_spreadsheet = "\t" in line and COLUMN_END not in line
        column_end = "\t" if is_from_spreadsheet else COLUMN_END
        cells = line.split(column_end, len(field.columns) - 1)
        for column, cell in zip(field.columns, cells, strict=False):
            if cell.strip():
                row[column.name] = form_value(column, cell.strip(), None, known)
        rows.append(row)
    return rows
