"""`review`: the changes of edited Word files and the answers in forms, listed and applied to their plans."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from ucap_reports.batch.replies import (
    Comparison,
    FormReply,
    ReplyConflict,
    ReplyFile,
    ReplyOptions,
    apply_replies,
    compare_replies,
    preferring,
)
from ucap_reports.batch.replies_in_output_folder import merged_replies, merged_reply, record_reply
from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.import_export_and_form_commands import read_import, show_difference
from ucap_reports.cli.project_plans_and_packs import known_pack, named_plans, open_project, recorded_changes
from ucap_reports.importers.word_review import CONFLICT, ReviewChange
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem, reported, shortened
from ucap_reports.problems.control_characters import visible
from ucap_reports.storage.atomic_files import NewFile, locked
from ucap_reports.storage.installation import shell_word
from ucap_reports.storage.project_folder import Project, typed_path


def run_review(arguments: Arguments, session: Session) -> None:
    """List the changes of the files and, with --apply, write them into the plans."""
    report = session.json
    project = open_project(arguments, session)
    preferred = _preferred(arguments)
    plan = None
    if arguments.plan is not None:
        plan = named_plans(project, [arguments.plan], session)[0].stem
    template = None
    if arguments.template is not None:
        template = known_pack(arguments.template, project)
    files: list[ReplyFile] = []
    for name in dict.fromkeys(arguments.files):
        with reported(session.report):
            files.append(ReplyFile(name, read_import(name, project)))
    options = ReplyOptions(plan, template, arguments.language, tuple(arguments.only_author or ()))
    comparison = compare_replies(project, files, options, preferring(preferred))
    session.report(comparison.problems)
    changes: Collection[ReviewChange] = [change for change in comparison.changes if change not in comparison.known]
    conflicts: Collection[ReplyConflict] = comparison.conflicts
    if arguments.apply:
        with recorded_changes(project, session):
            changes, conflicts = _apply(comparison, project, preferred, session)
    comments = []
    for reply in comparison.all_replies:
        for comment in reply.comments:
            comments.append({"plan": reply.id, "file": reply.name, **to_builtins(comment)})
    report["changes"] += [to_builtins(change) for change in changes]
    report["comments"] += comments
    report["conflicts"] += [conflict.record() for conflict in conflicts]
    _show(comparison, changes, conflicts, comments, session)
    for conflict in conflicts:
        names = [file for file, _ in conflict.values]
        location = Location(conflict.target, field=conflict.field)
        details = {"field": conflict.field, "files": ", ".join(names), "file": shell_word(names[0])}
        session.report([problem("review-conflict", location, **details)])
    session.conclude(_totals(len(comparison.all_replies), len(conflicts), session))


def _preferred(arguments: Arguments) -> str | None:
    """Return the name of the file that decides conflicts. Raises UsageError if it is not among the files."""
    if arguments.prefer is None:
        return None
    for name in arguments.files:
        if typed_path(name) == typed_path(arguments.prefer):
            return str(name)
    raise UsageError([problem("usage-invalid", form="prefer", name=arguments.prefer)])


def _show(
    comparison: Comparison,
    changes: Collection[ReviewChange],
    conflicts: Collection[ReplyConflict],
    comments: Collection[dict[str, Any]],
    session: Session,
) -> None:
    """Print the changes and comments of each file, then the conflicts."""
    for reply in comparison.all_replies:
        if len(comparison.all_replies) > 1:
            session.text(f"{visible(reply.name)}:\n")
        for change in changes:
            if change.file == reply.name:
                _show_change(change, session, is_answer=isinstance(reply, FormReply))
        for comment in comments:
            if comment["file"] == reply.name:
                _show_comment(comment, session)
    for conflict in conflicts:
        record = conflict.record()
        session.text(f"conflict about {conflict.field}\n")
        values = [("the plan", record["now"])]
        values += [(reply_value["file"], reply_value["value"]) for reply_value in record["values"]]
        for name, value in values:
            lines = value.split("\n") if value else ["(nothing)"]
            session.text("".join(f"  {name}: {line}\n" for line in lines))


def _show_change(change: ReviewChange, session: Session, *, is_answer: bool) -> None:
    day = change.date[:10]
    origin = ", ".join(visible(part) for part in (change.author, day) if part)
    if not origin:
        origin = "answer" if is_answer else "not tracked"
    line = f"{change.field or 'elsewhere'} ({origin})"
    state = "applied" if change.applied else change.reason
    if state:
        line = f"{line}: {state}"
    session.text(f"{line}\n")
    show_difference(change.old, change.new, session)


def _show_comment(comment: Mapping[str, Any], session: Session) -> None:
    author = visible(comment["author"]) or "unknown"
    about = visible(comment["about"][:60])
    text = comment["text"].replace("\n", "\n  ")
    session.text(f"comment by {author} on “{about}”: {text}\n")


def _apply(
    comparison: Comparison, project: Project, preferred: str | None, session: Session
) -> tuple[Collection[ReviewChange], Collection[ReplyConflict]]:
    """Write the plans and translations; return the changes with their results, and the open conflicts."""
    applied = apply_replies(comparison, decide=preferring(preferred))
    files = session.json["files"]
    refused: dict[str, str] = {}  # replies whose plan could not be written, with the reason
    for changed in applied.files:
        path = project.path(changed.path)
        file = NewFile(path, changed.content, changed.path, project.safe_folder)
        try:
            with locked(path):
                files.append(session.save_edited(file, changed.before))
        except ProblemsFound as error:
            session.report(error.problems)
            refused |= dict.fromkeys(changed.replies, error.problems[0].message)
    session.report(applied.problems)
    for change in applied.changes:
        if change.reason and change.reason != CONFLICT:
            session.report([_not_applied(change)])
    contents = {changed.path: changed.content for changed in applied.files}
    for reply in merged_replies(comparison, applied):
        if reply.name not in refused:
            merged = merged_reply(reply, contents.get(reply.target, reply.content))
            with reported(session.report):
                record_reply(project, project.path(str(typed_path(reply.name))), merged)
    changes = []
    for change in applied.changes:
        if change.file in refused:
            changes.append(replace(change, applied=False, reason=refused[change.file]))
        else:
            changes.append(change)
    return changes, applied.conflicts


def _totals(reviewed: int, reported_conflicts: int, session: Session) -> str:
    if not reviewed:
        return f"Nothing reviewed; {session.problem_counts()}."
    changes = counted(len(session.json["changes"]), "change")
    comments = counted(len(session.json["comments"]), "comment")
    parts = [f"{changes} and {comments} found"]
    conflicts = len(session.json["conflicts"])
    if conflicts:
        parts.append(counted(conflicts, "conflict"))
    errors_of_files = session.count(Severity.ERROR) - reported_conflicts
    if errors_of_files:
        parts.append(counted(errors_of_files, "error"))
    return f"{'; '.join(parts)}."


def _not_applied(change: ReviewChange) -> Problem:
    """Return a warning about a change with the reason why it is not applied."""
    form = "field" if change.field else "words"
    words = shortened(change.new or change.old)
    details = {"field": change.field, "words": words, "reason": change.reason}
    return problem("review-not-applied", Location(change.file, field=change.field or None), form=form, **details)
