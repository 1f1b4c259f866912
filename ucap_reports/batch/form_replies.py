"""Replies that are completed forms: the answers of one or more forms, merged into their plan."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.reply_decisions import Decided, ReplyConflict
from ucap_reports.importers.edited_document import ReviewComment
from ucap_reports.importers.form_reading import (
    FormProposal,
    PlanForm,
    form_proposals,
    markup_problems,
    unknown_answers,
)
from ucap_reports.importers.review_changes import CONFLICT, ReviewChange
from ucap_reports.importers.workbook_update import CurrentPlan, FieldChange, MergedChange, applied_changes
from ucap_reports.plan.plan_changes import shown_value
from ucap_reports.plan.writing.value_edits import ABSENT, value_at
from ucap_reports.problems import Problem
from ucap_reports.source.yaml_tree import Loc, loc_of


class FormReply(Struct, frozen=True, eq=False):
    """A completed form: the name of its file, its plan as it is now, and what its answers make of the plan."""

    name: str
    plan: CurrentPlan
    content: bytes
    """The file of the plan."""
    proposals: tuple[FormProposal, ...]
    changes: tuple[ReviewChange, ...]
    """The proposals as they are listed, in the same order."""
    comments: tuple[ReviewComment, ...] = ()

    @property
    def id(self) -> str:
        """The id of the plan."""
        return self.plan.id

    @property
    def target(self) -> str:
        """The path of the plan."""
        return self.plan.tree.source.path


def form_reply(
    form: PlanForm, plan: CurrentPlan, content: bytes, comments: Sequence[ReviewComment]
) -> tuple[FormReply, Sequence[Problem]]:
    """Return a form as a reply to a plan, without answers that the format of plans refuses, and its problems."""
    proposals = form_proposals(form, plan)
    wanted = []
    for proposal in proposals:
        if proposal.change is not None and not proposal.is_open:
            wanted.append(MergedChange(proposal.change, proposal.record))
    _, made, refused = applied_changes(plan, wanted)
    possible = tuple(proposal for proposal in proposals if proposal.is_open or proposal.record in made)
    problems = [*markup_problems(possible), *refused, *unknown_answers(form, plan.known)]
    changes = tuple(_listed(proposal.record, form.path) for proposal in possible)
    return FormReply(form.path, plan, content, possible, changes, tuple(comments)), problems


def _listed(record: FieldChange, file: str) -> ReviewChange:
    return ReviewChange(record.plan, record.field, shown_value(record.old), shown_value(record.new), file=file)


_Answer = tuple[FormReply, FormProposal]


class FormMerge:
    """The answers of all forms to one plan.

    Different answers for the same field, and answers where the plan has changed since the form was sent, are conflicts,
    and the plan keeps its value. The result does not depend on the order of the forms.
    """

    def __init__(self, forms: Sequence[FormReply], choose: Callable[[ReviewChange], bool], decide: Decided) -> None:
        self._plan = forms[0].plan
        self._accepted: list[_Answer] = []
        self._in_conflict: set[tuple[str, str]] = set()
        """The file and field of each answer that is not taken because of a conflict."""
        self._refused: dict[str, str] = {}
        """Why the plan cannot have an answer, by its field."""
        self.conflicts: list[ReplyConflict] = []
        """Those that are open."""
        by_field: dict[str, list[_Answer]] = {}
        for form in sorted(forms, key=lambda form: form.name):
            for proposal, change in zip(form.proposals, form.changes, strict=True):
                if choose(change):
                    by_field.setdefault(proposal.record.field, []).append((form, proposal))
        for answers in by_field.values():
            self._merge(answers, decide)

    def _merge(self, answers: Sequence[_Answer], decide: Decided) -> None:
        _, first = answers[0]
        is_agreed = all(proposal.record.new == first.record.new for _, proposal in answers)
        if is_agreed and not any(proposal.is_open for _, proposal in answers):
            self._accepted += answers
            return
        is_insertion = first.change is not None and first.change.op == "insert"
        values = []
        for form, proposal in answers:
            new = proposal.record.new
            values.append((form.name, [new] if is_insertion else new))
        record = first.record
        target = self._plan.tree.source.path
        conflict = ReplyConflict(record.plan, target, record.field, record.old, tuple(values), is_insertion)
        files = decide(conflict)
        if files is None:
            self.conflicts.append(conflict)
            files = ()
        taken: list[_Answer] = []
        for form, proposal in answers:
            is_possible = form.name in files and proposal.change is not None
            if is_possible and (is_insertion or not taken):  # several items can be inserted, but only one value is kept
                taken.append((form, proposal))
        self._accepted += taken
        taken_from = {form.name for form, _ in taken}
        self._in_conflict.update((form.name, record.field) for form, _ in answers if form.name not in taken_from)

    def text(self) -> str:
        """Return the text of the plan with the answers that are taken; those that its format refuses are left out."""
        wanted: dict[tuple[str, str], MergedChange] = {}
        insertions: Counter[Loc] = Counter()
        for _, proposal in self._accepted:
            change = proposal.change
            answer = (proposal.record.field, str(proposal.record.new))
            if change is None or answer in wanted:  # several forms have the same answer
                continue
            if change.op == "insert":  # one after the other, if several are kept
                *list_loc, index = change.loc
                moved_loc = (*list_loc, int(index) + insertions[change.loc])
                insertions[change.loc] += 1
                change = replace(change, loc=moved_loc)
            wanted[answer] = MergedChange(change, proposal.record)
        source, made, problems = applied_changes(self._plan, list(wanted.values()))
        made_fields = {record.field for record in made}
        for merged in wanted.values():
            if merged.record.field not in made_fields:
                # The first problem at the field says why; or else one elsewhere, which the answer has caused.
                own_problems = [problem for problem in problems if problem.location == merged.record.location]
                reasons = [problem.message for problem in (*own_problems, *problems)]
                self._refused[merged.record.field] = reasons[0] if reasons else ""
        return source.text

    def values_at(self, loc: Loc) -> Iterator[tuple[str, Any, Any]]:
        """Yield the answers at a place that are taken: the file, its value there, and that of the plan before.

        An answer for a field inside the place is yielded with the values of that field alone.
        """
        for form, proposal in self._accepted:
            field_loc = loc_of(proposal.record.field)
            if _overlap(field_loc, loc):
                inner = loc[len(field_loc) :]
                yield form.name, _inside(proposal.record.new, inner), _inside(proposal.record.old, inner)

    def withdraw(self, locs: Collection[Loc]) -> None:
        """Leave out the answers at these places, which are in conflict with an edited file."""
        kept: list[_Answer] = []
        for form, proposal in self._accepted:
            field_loc = loc_of(proposal.record.field)
            if any(_overlap(field_loc, loc) for loc in locs):
                self._in_conflict.add((form.name, proposal.record.field))
            else:
                kept.append((form, proposal))
        self._accepted = kept

    def results(self, form: FormReply) -> tuple[ReviewChange, ...]:
        """Return the changes of a form with their results."""
        accepted = {(reply.name, proposal.record.field) for reply, proposal in self._accepted}
        changes = []
        for change in form.changes:
            if (form.name, change.field) in self._in_conflict:
                changes.append(replace(change, reason=CONFLICT))
            elif change.field in self._refused:
                changes.append(replace(change, reason=self._refused[change.field]))
            else:
                changes.append(replace(change, applied=(form.name, change.field) in accepted))
        return tuple(changes)


def _overlap(first: Loc, second: Loc) -> bool:
    """Return whether places are the same, or one is inside the other."""
    length = min(len(first), len(second))
    return first[:length] == second[:length]


def _inside(value: Any, loc: Loc) -> Any:
    """Return the value at a place inside another value; None if there is none."""
    inner = value_at(value, loc) if loc else value
    return None if inner is ABSENT else inner
