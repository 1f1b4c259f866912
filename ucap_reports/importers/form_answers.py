"""Answers in forms that came back: the plan that they make, and what they change in an existing plan.

Answers are compared with what the form contained when it was sent, so that only what was changed since is a change.
A field that is missing changes nothing. Fields are found by their tags or, where a program has removed the controls, by
their labels.

How values are written as the plain text of a form, and answers become values again, is in `answers_as_values`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import groupby
from typing import Any, NamedTuple

from lxml import etree
from msgspec import Struct

from ucap_reports.importers.answers_as_values import form_text, form_value, loses_markup
from ucap_reports.importers.draft_and_kept_comments import Draft
from ucap_reports.importers.import_updates import (
    CurrentPlan,
    FieldChange,
    FieldConflict,
    MergedChange,
    PlansUpdate,
    UpdatedPlan,
    applied_changes,
)
from ucap_reports.importers.label_recognition import Labels, folded_label
from ucap_reports.importers.sent_edition import SentEdition, read_edition
from ucap_reports.importers.word_package import WORD, DocumentIdentity, WordPackage
from ucap_reports.importers.word_paragraphs import Paragraphs, paragraphs_in
from ucap_reports.plan.field_descriptions import CITIES, NAME, Field, FieldType, KnownFields
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.writing.value_edits import ABSENT, ValueChange, as_list, changed_values, json_value, value_at
from ucap_reports.problems import Location, Problem, problem, shortened
from ucap_reports.source.yaml_tree import Loc, field_name, loc_of
from ucap_reports.word.compile.hidden_text_and_accepted_changes import remove_deleted

MAX_FORM_CONTROLS = 2_000
"""fields of a form that are read"""
MAX_NESTED_CONTROLS = 5
"""content controls around a field of a form; Google Docs adds some"""
FORM = "ucap-form"
"""The property of a Word file that is a form."""
PLACEHOLDER = "placeholder"
LABEL = "label"
"""The styles of recorded paragraphs that are no values: the placeholder of a field, and its label."""
_CONTROL, _CELL, _ROW, _PARAGRAPH = f"{WORD}sdt", f"{WORD}tc", f"{WORD}tr", f"{WORD}p"
_TABLE = f"{WORD}tbl"
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
    sent_cities: Mapping[int, str] = {}
    """The names of the cities that had facts when the form was sent, by their indexes: a name may be empty. They are
    known even if the fields of a city were deleted from the form since.
    """


def read_form(package: WordPackage) -> PlanForm | None:
    """Return the answers in a Word file; None if it is no form."""
    path = package.path
    sent = _Sent(read_edition(package.custom_properties))
    fields = _AnswerTexts(package).fields(sent)
    has_sent_field = any(field.has_control and field.loc in sent.texts for field in fields)
    if package.custom_properties.get(FORM) is None and not has_sent_field:
        return None
    answers: dict[Loc, FormAnswer] = {}
    for tag, text in _texts_by_tag(fields, sent).items():
        loc = loc_of(tag)
        if loc and len(loc) <= _MAX_DEPTH:
            answer = _without_placeholder(text, sent.placeholder(loc))
            location = Location(path, field=tag, place=sent.label(loc))
            answers[loc] = FormAnswer(answer, sent.texts.get(loc), location)
    return PlanForm(path, package.identity, answers, sent.cities())


def _without_placeholder(text: str, placeholder: str) -> str:
    """Return the text of a field; empty if it still shows its placeholder, or what Word shows instead of one."""
    normal = _normal(text)
    return "" if normal in (_normal(placeholder), *_DEFAULTS) else normal


def form_draft(form: PlanForm, labels: Labels) -> Draft:
    """Return the draft of a plan from all answers in a form."""
    draft = Draft(form.path, known=labels.known)
    language = form.identity.language
    pack = form.identity.pack
    if language and language != labels.language:
        language_field = labels.known.of_type(FieldType.LANGUAGE)
        draft.put((language_field.name,), language, Location(form.path))
    if pack and pack != labels.packs[0].name:
        pack_field = labels.known.of_type(FieldType.PACK)
        draft.put((pack_field.name,), pack, Location(form.path))
    filled_fields: dict[Loc, Field] = {}
    for loc, answer in form.answers.items():
        field = labels.known.at(loc)
        if field is not None and answer.text and _is_place(loc):
            filled_fields[loc] = field
    filled_cities = _city_indexes(filled_fields)
    for loc, field in filled_fields.items():
        answer = form.answers[loc]
        draft_loc = loc
        index = _city_index(loc)
        if index is not None:  # a draft has no cities without answers
            draft_loc = (CITIES, filled_cities.index(index), *loc[2:])
        value = form_value(field, answer.text, None, labels.known)
        draft.put(draft_loc, value, answer.location)
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
    """Return what edited answers change in a plan. Writes nothing.

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
    updated: list[UpdatedPlan] = []
    if source.text != before.text:
        updated.append(UpdatedPlan(current.id, before, source))
    return PlansUpdate(tuple(updated), tuple(made), tuple(conflicts), problems=tuple(problems))


def form_proposals(form: PlanForm, current: CurrentPlan) -> Sequence[FormProposal]:
    """Return what edited answers make of the values of a plan."""
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
        self._added = self._added_cities()

    def proposals(self) -> Iterator[FormProposal]:
        """Yield the proposals for fields, then those of new cities."""
        for loc, answer in self._form.answers.items():
            field = self._known.at(loc)
            if field is None or not _is_place(loc):
                continue
            if _city_index(loc) in self._added:  # all facts of a new city are one proposal
                continue
            proposal = self._proposal(loc, field, answer)
            if proposal is not None:
                yield proposal
        yield from self._insertions()

    def _proposal(self, loc: Loc, field: Field, answer: FormAnswer) -> FormProposal | None:
        """Return what an answer makes of the value of a field; None if it changes nothing."""
        plan_loc = self._loc_in_plan(loc)
        old = None
        if plan_loc is not None:
            value = value_at(self._values, plan_loc)
            old = None if value is ABSENT else value
        text_now = self._text(field, old)
        # What the form contained there is unknown for a copied field: any text that the plan does not have is a change.
        sent_text = text_now if answer.sent is None else _normal(answer.sent)
        if answer.text in (sent_text, text_now):
            return None
        new = form_value(field, answer.text, old, self._known)
        if new == old:
            return None
        path = field_name(plan_loc or loc)
        record = FieldChange(self._current.id, path, json_value(old), json_value(new), answer.location)
        is_markup_lost = loses_markup(field, old, new)
        if plan_loc is None:  # the city of the answer is not in the plan any more
            return FormProposal(record, None, is_open=True, loses_markup=is_markup_lost)
        change = ValueChange("set", plan_loc, new)
        is_changed_in_plan = text_now != sent_text
        return FormProposal(record, change, is_open=is_changed_in_plan, loses_markup=is_markup_lost)

    def _text(self, field: Field, value: Any) -> str:
        labels = _choice_labels(field, self._form)
        return _normal(form_text(field, value, labels))

    def _loc_in_plan(self, loc: Loc) -> Loc | None:
        """Return where the plan has a value now; None if its city is not in the plan."""
        index_in_form = _city_index(loc)
        if index_in_form is None:
            return loc
        index_in_plan = self._index_in_plan(index_in_form)
        return None if index_in_plan is None else (CITIES, index_in_plan, *loc[2:])

    def _index_in_plan(self, index: int) -> int | None:
        """Return the index that a city of the form has in the plan now; None if the plan does not have it.

        It is found by its name, as it was sent or as it is in the answer; without a name, by its index.
        """
        cities = as_list(value_at(self._values, (CITIES,)))
        sent_name = _normal(self._form.sent_cities.get(index, ""))
        name_field = self._known.at((CITIES, 0, NAME))
        if not sent_name or name_field is None:  # only its index tells the city
            is_in_plan = index < len(cities) and index in self._form.sent_cities
            return index if is_in_plan else None
        names_in_form = [sent_name]
        name_answer = self._form.answers.get((CITIES, index, NAME))
        if name_answer is not None:
            names_in_form.append(name_answer.text)
        names = [self._text(name_field, value_at(city, (NAME,))) for city in cities]
        if index < len(names) and names[index] in names_in_form:
            return index
        for name_in_form in names_in_form:
            if names.count(name_in_form) == 1:
                return names.index(name_in_form)
        # The name has changed in the plan, or the city was removed from it. The index tells the city if there are as
        # many cities as before, and if none of the others is at this index now.
        are_as_many = len(names) == len(self._form.sent_cities)
        if not are_as_many or index >= len(names):
            return None
        other_names = [_normal(name) for other, name in self._form.sent_cities.items() if other != index]
        return None if names[index] in other_names else index

    def _added_cities(self) -> Mapping[int, "_AddedCity"]:
        """Return the cities that were written into fields that were all empty when the form was sent, by their indexes
        in the form.
        """
        added: dict[int, _AddedCity] = {}
        for loc, answer in self._form.answers.items():
            index = _city_index(loc)
            field = self._known.at(loc)
            if index is None or field is None or not answer.text or index in self._form.sent_cities:
                continue
            city = added.setdefault(index, _AddedCity(answer.location))
            value = form_value(field, answer.text, None, self._known)
            city.facts = changed_values(city.facts, ValueChange("set", loc[2:], value))
        return {index: added[index] for index in sorted(added) if added[index].facts}

    def _insertions(self) -> Iterator[FormProposal]:
        """Yield the insertions of the new cities that the plan does not have yet; of equal ones, only the first."""
        cities = as_list(value_at(self._values, (CITIES,)))
        inserted: list[dict[str, Any]] = []
        for city in self._added.values():
            is_in_plan = NAME in city.facts and any(_has_all(known, city.facts) for known in cities)
            if is_in_plan or city.facts in inserted:
                continue
            city_loc: Loc = (CITIES, len(cities) + len(inserted))
            inserted.append(city.facts)
            record = FieldChange(self._current.id, field_name(city_loc), None, json_value(city.facts), city.location)
            yield FormProposal(record, ValueChange("insert", city_loc, city.facts))


class _AddedCity(Struct):
    """A city that a form adds: the location of its first answer, and its facts by the names of their fields."""

    location: Location
    facts: dict[str, Any] = {}


def _has_all(known: Any, city: Mapping[str, Any]) -> bool:
    """Return whether a city of the plan has all values of a new one."""
    return isinstance(known, dict) and all(known.get(name) == value for name, value in city.items())


def _city_indexes(locs: Iterable[Loc]) -> list[int]:
    """Return the indexes of the cities that these places are in."""
    indexes = {_city_index(loc) for loc in locs}
    return sorted(index for index in indexes if index is not None)


def _is_place(loc: Loc) -> bool:
    """Return whether a field can be at a place: an index only for cities, and not too large."""
    if loc[0] != CITIES:
        return all(isinstance(step, str) for step in loc)
    if len(loc) != _MAX_DEPTH:
        return False
    _, index, name = loc
    return isinstance(index, int) and index < MAX_CITIES and isinstance(name, str)


def _city_index(loc: Loc) -> int | None:
    """Return the index of the city that a place is in; None for other places."""
    if loc[:1] != (CITIES,) or not _is_place(loc):
        return None
    return int(loc[1])


def _city_field(index: int, name: str) -> str:
    """Return the path of a field of a city."""
    return field_name((CITIES, index, name))


def _choice_labels(field: Field, form: PlanForm) -> Mapping[str, str]:
    """Return the labels of choices in the language of a form, or else the first of each."""
    labels = {}
    for key, texts in field.choices.items():
        first_text = next(iter(texts.values()), key)
        labels[key] = texts.get(form.identity.language) or texts.get("") or first_text
    return labels


def _normal(text: str) -> str:
    """Return a text without differences that programs make: line ends, spaces that do not break, and spaces at the
    ends of lines.
    """
    text = text.replace("\r\n", "\n").replace("\u00a0", " ")
    lines = [line.rstrip() for line in text.split("\n")]
    return "\n".join(lines).strip("\n")


class _Sent:
    """What a form contained when it was sent: texts, placeholders and labels by the places of the fields."""

    def __init__(self, edition: SentEdition | None) -> None:
        self.texts: dict[Loc, str] = {}
        self.placeholders: dict[Loc, str] = {}
        self.labels: dict[Loc, tuple[str, str]] = {}
        paragraphs = edition.paragraphs if edition is not None else ()
        for paragraph in paragraphs:
            if not paragraph.fields:
                continue
            loc = loc_of(paragraph.fields[0].field)
            text = "".join(run.text for run in paragraph.runs)
            if paragraph.style == PLACEHOLDER:
                self.placeholders[loc] = text
            elif paragraph.style == LABEL:
                group, _, label = text.partition("\n")
                self.labels[loc] = (group, label)
            else:
                self.texts[loc] = text
        self._positions: dict[str, int] = {}
        """The positions of the fields of cities by their names; those of all cities are the same."""
        for loc in self.texts:
            if _city_index(loc) is not None:
                self._positions.setdefault(str(loc[-1]), len(self._positions))

    def placeholder(self, loc: Loc) -> str:
        """Return the hint in an empty field; that of a copied field is the one of the first city."""
        if loc not in self.placeholders and _city_index(loc) is not None:
            loc = (CITIES, 0, loc[2])
        return self.placeholders.get(loc, "")

    def shown(self, loc: Loc) -> str:
        """Return what a field showed: its text, or the placeholder of an empty one."""
        return self.texts.get(loc, "") or self.placeholder(loc)

    def follows(self, name: str, earlier: str) -> bool:
        """Return whether a field of cities is after another one in the form, as far as that is known."""
        position, earlier_position = self._positions.get(name), self._positions.get(earlier)
        return position is None or earlier_position is None or position > earlier_position

    def cities(self) -> Mapping[int, str]:
        """Return the names of the cities that had facts, by their indexes; empty for one without a name."""
        indexes = _city_indexes(loc for loc, text in self.texts.items() if text)
        return {index: self.texts.get((CITIES, index, NAME), "") for index in indexes}

    def label(self, loc: Loc) -> str | None:
        """Return the label of a field with its group, for people."""
        group, label = self.labels.get(loc, ("", ""))
        return f"{group}: {label}" if label else None


class _FormField(Struct, frozen=True):
    """A field of a form: a content control, or the answer beside a label whose control is gone.

    `number` is its position among all fields, `table` the number of the table that it is in, and `section` that of the
    heading or text before it.
    """

    number: int
    tag: str
    loc: Loc
    text: str
    table: int | None
    section: int
    has_control: bool

    @property
    def name(self) -> str:
        """The name of the field in its city."""
        return str(self.loc[-1])


_CityFields = list[_FormField]
"""The fields of a city that belong together: those that were sent, or those of a copy."""


class _AnswerTexts:
    """Reads the texts of the fields of a form, with the tracked changes accepted."""

    def __init__(self, package: WordPackage) -> None:
        self._root = deepcopy(package.document)
        remove_deleted(self._root)
        self._paragraphs = Paragraphs(package, exact=True, text_alone=True)
        self._paragraphs.begin_part(package.main)

    def fields(self, sent: _Sent) -> list[_FormField]:
        """Return the content controls, and the rows without one beside the labels of fields, as they follow each other.

        A label is that of a field below the title of its group. Beside controls, an empty row may be one whose control
        was deleted: it is no answer.
        """
        loc_by_label: dict[tuple[str, str], Loc] = {}
        for loc, (group, label) in sent.labels.items():
            loc_by_label[folded_label(group), folded_label(label)] = loc
        groups = {group for group, _ in loc_by_label}
        fields: list[_FormField] = []
        current_group = ""
        section = 0
        tables: dict[etree._Element, int] = {}
        control_count = 0
        for element in self._root.iter(_CONTROL, _ROW, _PARAGRAPH):
            table_element = next(element.iterancestors(_TABLE), None)
            if element.tag == _PARAGRAPH:
                heading = folded_label(self._text(element)) if table_element is None else ""
                if heading:
                    section += 1
                if heading in groups:
                    current_group = heading
                continue
            answer: _WrittenAnswer | None = None
            if element.tag == _ROW:
                answer = self._answer_in_row(element, current_group, loc_by_label)
            elif control_count < MAX_FORM_CONTROLS:
                answer = self._answer_in_control(element)
            if answer is None:
                continue
            has_control = element.tag == _CONTROL
            if has_control:
                control_count += 1
            table = None if table_element is None else tables.setdefault(table_element, len(tables))
            tag, loc, text = answer
            fields.append(_FormField(len(fields), tag, loc, text, table, section, has_control=has_control))
        if control_count:
            return [field for field in fields if field.has_control or field.text]
        return fields

    def _answer_in_control(self, control: etree._Element) -> "_WrittenAnswer | None":
        """Return the text of a content control; None for one without a tag, and one that is nested too deep."""
        tag = _control_tag(control)
        content = control.find(f"{WORD}sdtContent")
        controls_around = sum(1 for _ in control.iterancestors(_CONTROL))
        if not tag or content is None or controls_around > MAX_NESTED_CONTROLS:
            return None
        return _WrittenAnswer(tag, loc_of(tag), self._text(content))

    def _answer_in_row(
        self, row: etree._Element, group: str, loc_by_label: Mapping[tuple[str, str], Loc]
    ) -> "_WrittenAnswer | None":
        """Return the text beside the label of a field in this group; None for other rows, and for one with a control,
        whose text is read.
        """
        has_control = row.find(f".//{WORD}sdtPr/{WORD}tag") is not None
        if has_control:
            return None
        cells = [self._text(cell).strip() for cell in row.iterchildren(_CELL, _CONTROL)]
        if len(cells) <= 1:
            return None
        label, *texts = cells
        loc = loc_by_label.get((group, folded_label(label)))
        if loc is None:
            return None
        return _WrittenAnswer(field_name(loc), loc, "\n".join(texts))

    def _text(self, element: etree._Element) -> str:
        """Return the text of an element, with a line for each paragraph and break."""
        paragraphs = list(paragraphs_in(element)) or [element]
        return "\n".join([self._paragraphs.text(paragraph) for paragraph in paragraphs])


class _WrittenAnswer(NamedTuple):
    """The text of a field, with the tag of its control, or the one that it had."""

    tag: str
    loc: Loc
    text: str


def _control_tag(control: etree._Element) -> str:
    """Return the tag of a content control; empty if it has none."""
    tag = control.find(f"{WORD}sdtPr/{WORD}tag")
    return "" if tag is None else tag.get(f"{WORD}val", "")


def _texts_by_tag(fields: Sequence[_FormField], sent: _Sent) -> dict[str, str]:
    """Return the texts of fields by their tags.

    Of several fields of the plan with one tag, the first counts, and one beside a label only if no control has the tag.
    The fields of a city that were copied, with their tags, are those of a further city, unless nothing was changed in
    them. A field that the city lost is never that of its copy.
    """
    texts: dict[str, str] = {}
    controls_first = sorted(fields, key=lambda field: not field.has_control)
    for field in controls_first:
        if _city_index(field.loc) is None:
            texts.setdefault(field.tag, field.text)
    fields_of_cities: dict[int, _CityFields] = {}
    for field in fields:
        city_index = _city_index(field.loc)
        if city_index is not None:
            fields_of_cities.setdefault(city_index, []).append(field)
    copies: list[_CityFields] = []
    for city_index, fields_of_city in fields_of_cities.items():
        original, *copies_of_city = _in_copies(fields_of_city, city_index, sent)
        for field in original:
            texts[field.tag] = field.text
        for copy in copies_of_city:
            if any(texts.get(field.tag, sent.shown(field.loc)) != field.text for field in copy):
                copies.append(copy)
    # The further cities are in the order of the form.
    copies.sort(key=lambda copy: copy[0].number)
    # They follow the cities that were sent, too: the form may have lost all fields of one.
    locs_of_cities = [*sent.texts, *map(loc_of, texts)]
    first_free_index = max(_city_indexes(locs_of_cities), default=0) + 1
    for city_index, copy in enumerate(copies, start=first_free_index):
        for field in copy:
            texts[_city_field(city_index, field.name)] = field.text
    return texts


def _in_copies(fields: _CityFields, index: int, sent: _Sent) -> list[_CityFields]:
    """Return the fields of a city as those that were sent, followed by those of each copy.

    A copy has each field once, in the order of the form, but both it and what was copied may have lost some, and a
    table may have been split. If a city has no field twice, nothing was copied.
    """
    if not _has_repetition(fields):
        return [fields]
    copies: list[_CityFields] = []
    for _, fields_of_table in groupby(fields, key=lambda field: field.table):
        parts = _parts_of_table(list(fields_of_table), sent)
        if copies and _is_rest_of_table(copies[-1], parts[0], sent):
            copies[-1] += parts.pop(0)
        copies += parts
    # The form may have been copied above the fields that were sent, which have the name that was sent.
    sent_name = _normal(sent.texts.get((CITIES, index, NAME), ""))
    names = [_name_in(copy) for copy in copies]
    has_other_name = names[0] not in (None, sent_name)
    if sent_name and has_other_name and sent_name in names:
        original = copies.pop(names.index(sent_name))
        copies.insert(0, original)
    return copies


def _parts_of_table(fields: _CityFields, sent: _Sent) -> list[_CityFields]:
    """Return the fields of a city in a table, in parts where it has several copies: programs join tables without a
    paragraph between them.

    A part ends where a field follows that it has already, or that is before its last one in the form.
    """
    if not _has_repetition(fields):
        return [fields]
    parts = [fields[:1]]
    for field in fields[1:]:
        names = [known.name for known in parts[-1]]
        if field.name in names or not sent.follows(field.name, names[-1]):
            parts.append([])
        parts[-1].append(field)
    return parts


def _is_rest_of_table(first: _CityFields, rest: _CityFields, sent: _Sent) -> bool:
    """Return whether fields are those that follow others in a table that was split."""
    is_after = sent.follows(rest[0].name, first[-1].name)
    return is_after and first[-1].section == rest[0].section and not _has_repetition([*first, *rest])


def _has_repetition(fields: _CityFields) -> bool:
    return len({field.name for field in fields}) < len(fields)


def _name_in(fields: _CityFields) -> str | None:
    """Return the name of the city among its fields; None if they have lost it."""
    for field in fields:
        if field.name == NAME:
            return _normal(field.text)
    return None
