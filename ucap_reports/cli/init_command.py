"""`init`, `new` and `schema`: create a project or a plan, and print the schema of plans."""

import json
from pathlib import Path

from ucap_reports.batch.project_settings import project_settings
from ucap_reports.batch.settings_file import read_settings
from ucap_reports.batch.settings_schema import settings_schema_content
from ucap_reports.cli.argument_parser import PROGRAM, Arguments, UsageError, usage_errors
from ucap_reports.cli.command_output import Session
from ucap_reports.cli.selected_plans import open_project, project_or_none, safe_folder_of
from ucap_reports.cli.starter_files import plan_file, project_files, schema_file, settings_files
from ucap_reports.plan.json_schema import schema_content
from ucap_reports.plan.name_hints import better_id
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_refusals, make_folder
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.installation import shell_word
from ucap_reports.storage.project_folder import PLAN_ENDING, PLAN_ID, RESERVED_ID, SETTINGS_FILE, project_at
from ucap_reports.storage.safe_folder import FileKind


def run_init(arguments: Arguments, session: Session) -> None:
    """Write the files of a new project that do not exist yet."""
    if arguments.folder is not None and arguments.root is not None:
        raise UsageError([problem("usage-invalid", form="two-folders")])
    named = arguments.folder or arguments.root or Path()
    project = project_at(Path.cwd() / named)
    files = list(project_files(project))
    if arguments.contact is not None or arguments.language is not None:
        settings = list(settings_files(project, arguments.language, _contact(arguments.contact or "")))
        with usage_errors():
            read_settings(Source(SETTINGS_FILE, settings[0].content.decode()), ())
        files += settings
    make_folder(project.root, str(named))
    statuses = session.create(files)
    ignored = [file for file, status in zip(files, statuses, strict=True) if status is not WriteStatus.WRITTEN]
    if any(file.path == project.settings for file in ignored):
        session.report([problem("settings-kept", Location(SETTINGS_FILE))])
    if WriteStatus.WRITTEN not in statuses:
        session.note("Nothing to do: all files exist.")
        return
    enter = "" if project.root == Path.cwd() else f"cd {shell_word(str(named))} && "
    session.note(f"Next: `{enter}{PROGRAM} build` builds the documents, `{PROGRAM} new ID` creates a plan.")
    if project.safe_folder.kind(project.settings) is FileKind.MISSING:
        session.note(f"The language and the contact of all plans are set in {SETTINGS_FILE}: `{PROGRAM} help init`.")


def _contact(text: str) -> dict[str, str]:
    """Return the contact in a text such as "Office <desk@example.org>", an office alone, or an address alone."""
    office, _, email = text.strip().removesuffix(">").partition("<")
    if not email and "@" in office and " " not in office:
        office, email = "", office
    values = {"office": office.strip(), "email": email.strip()}
    return {name: value for name, value in values.items() if value}


def run_new(arguments: Arguments, session: Session) -> None:
    """Write a plan to fill in, and the schema for editors where it is missing."""
    plan_id = arguments.id.removesuffix(PLAN_ENDING)
    reserved = RESERVED_ID.fullmatch(plan_id)
    if reserved or not PLAN_ID.fullmatch(plan_id):
        better = None if reserved else better_id(plan_id)
        hint = f'write it as "{better}"' if better else None
        form = "reserved" if reserved else "characters"
        raise UsageError([problem("id-invalid", form=form, hint=hint, id=arguments.id)])
    project = open_project(arguments, session)
    settings = project_settings(project)
    plan = plan_file(project, plan_id, settings.fields(project))
    with disk_refusals(plan.shown, is_writing=True):
        is_new = plan.safe_folder.kind(plan.path) is FileKind.MISSING
    if not is_new:
        raise ProblemsFound([problem("plan-exists", Location(plan.shown), form="new")])
    session.create((plan, schema_file(project, settings)))
    session.note(f"Next: fill in {plan.shown}; `{PROGRAM} check {plan_id}` reports what is missing.")


def run_schema(arguments: Arguments, session: Session) -> None:
    """Print the schema, or write it to a file."""
    project, out = project_or_none(arguments, session), arguments.out
    if arguments.settings:
        content = settings_schema_content()
    else:
        content = project_settings(project).plan_schema(project) if project else schema_content()
    if out is None:
        session.json["schema"] = json.loads(content)
        session.data(content.decode())
        return
    path = Path.cwd() / out
    file = NewFile(path, content, out, safe_folder_of(path, project))
    session.json["files"] = [session.save(file)]
