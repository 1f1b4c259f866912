"""The answers in forms that came back, listed and applied by `review`."""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins

from ucap_reports.batch.plan_exchange import update_from_form, write_update
from ucap_reports.cli.argument_parser import Arguments
from ucap_reports.cli.command_output import Session
from ucap_reports.cli.diff_display import marked_text
from ucap_reports.cli.import_command import read_import
from ucap_reports.importers.edited_document import EditedDocument
from ucap_reports.importers.form_reading import read_form
from ucap_reports.importers.workbook_update import FieldChange, FieldConflict
from ucap_reports.plan.comparison.plan_changes import shown_value
from ucap_reports.problems import reported
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.project_folder import Project


def review_forms(
    project: Project, arguments: Arguments, preferred: str | None, session: Session
) -> tuple[Sequence[str], int]:
    """List the changes in the forms among the files and, with --apply, write them; the `preferred` file decides
    conflicts.

    Returns the names of the other files, and the number of the forms that were read.

    Each form is compared with its plan after the changes of the forms before it.
    """
    others: list[str] = []
    reviewed = 0
    for name in dict.fromkeys(arguments.files):
        form = None
        with reported(session.report):
            content = read_import(name, project)
            form = read_form(content, name)
            if form is None:
                others.append(name)
                continue
            update = update_from_form(project, form, arguments.plan, is_preferred=name == preferred)
            session.report(update.problems)
            if arguments.apply:
                session.changes += write_update(project, update)
                for plan in update.plans:
                    session.result(WriteStatus.WRITTEN.value, plan.after.path)
                    session.json["files"].append({"path": plan.after.path, "status": WriteStatus.WRITTEN.value})
            changes = [_change_record(change, name, applied=arguments.apply) for change in update.changes]
            comments = [
                {"plan": form.identity.plan, "file": name, **to_builtins(comment)}
                for comment in EditedDocument(content, name).comments()
            ]
            session.json["changes"] += changes
            session.json["comments"] += comments
            session.json["conflicts"] += [_conflict_record(conflict, name) for conflict in update.conflicts]
            _show(changes, comments, session)
            reviewed += 1
    return others, reviewed


def _change_record(change: FieldChange, file: str, *, applied: bool) -> dict[str, Any]:
    return {
        "plan": change.plan,
        "field": change.field,
        "old": shown_value(change.old),
        "new": shown_value(change.new),
        "author": "",
        "date": "",
        "applied": applied,
        "reason": "",
        "file": file,
    }


def _conflict_record(conflict: FieldConflict, file: str) -> dict[str, Any]:
    values = [{"file": file, "value": shown_value(conflict.value)}]
    return {"plan": conflict.plan, "field": conflict.field, "now": shown_value(conflict.now), "values": values}


def _show(changes: Sequence[dict[str, Any]], comments: Sequence[dict[str, Any]], session: Session) -> None:
    for change in changes:
        session.text(f"{change['field']}{': applied' if change['applied'] else ''}\n")
        lines = marked_text(change["old"], change["new"]).split("\n")
        session.text("".join(f"  {line}\n" for line in lines if line.strip()))
    for comment in comments:
        author, about = comment["author"] or "unknown", comment["about"][:60]
        session.text(f"comment by {author} on “{about}”: {comment['text']}\n")
