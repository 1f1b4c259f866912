"""`template list`, `new`, `show` and `check`: packs for designers."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ucap_reports.batch.opened_project import pack_folders, project_settings
from ucap_reports.check.pack_check import PackCheck, check_named
from ucap_reports.check.pack_description import pack_record, pack_text
from ucap_reports.cli.command_line import PROGRAM, Arguments, UsageError
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.init_command import EXAMPLE_PACK, pack_files
from ucap_reports.cli.selected_plans import known_pack, open_project, project_or_none, safe_folder_of
from ucap_reports.plan.vocabulary import names_language
from ucap_reports.problems import Location, ProblemsFound, Severity, problem
from ucap_reports.storage.atomic_files import NewFile, disk_refusals
from ucap_reports.storage.project_folder import TEMPLATES, Project
from ucap_reports.storage.safe_folder import FileKind, LinkError
from ucap_reports.template.pack import WORD_TEMPLATE
from ucap_reports.template.pack_opening import PACK_NAME, PackFolder, open_pack, own_content, pack_names, shipped_packs


def run_template_list(arguments: Arguments, session: Session) -> None:
    """List the packs."""
    folders = pack_folders(project_or_none(arguments, session))
    packs = session.json["packs"] = [_listed(name, folders) for name in pack_names(folders)]
    width = max(len(pack["name"]) for pack in packs)
    for pack in packs:
        title = pack["title"] or f"has errors: see `{PROGRAM} template check {pack['name']}`"
        extends = f", extends {pack['extends']}" if pack["extends"] else ""
        home = "shipped" if pack["shipped"] else pack["path"]
        session.text(f"{pack['name']:{width}}  {title} ({home}{extends})\n")


def run_template_new(arguments: Arguments, session: Session) -> None:
    """Write the files of a new pack."""
    project, name = open_project(arguments, session), arguments.pack
    if not PACK_NAME.fullmatch(name):
        raise UsageError([problem("pack-name-invalid", form="characters", name=name)])
    if names_language(name):
        raise UsageError([problem("pack-name-invalid", form="language", name=name)])
    if arguments.copy and arguments.extends is None:
        raise UsageError([problem("usage-invalid", form="copy")])
    if arguments.source is not None and arguments.extends is not None:
        raise UsageError([problem("usage-invalid", form="from")])
    shown = f"{TEMPLATES}/{name}"
    with disk_refusals(shown, is_writing=True):
        is_new = project.safe_folder.kind(project.root / shown) is FileKind.MISSING
    if not is_new:
        raise ProblemsFound([problem("pack-exists", Location(shown), name=name)])
    folders = pack_folders(project)
    extended = open_pack(known_pack(arguments.extends, project), folders) if arguments.extends is not None else None
    copied = own_content(known_pack(arguments.source or EXAMPLE_PACK, project), folders) if extended is None else {}
    made = pack_files(project, name, extended or copied, copied=arguments.copy)
    session.create(tuple(made))
    session.note(f"Next: edit it, then run `{PROGRAM} template check {name}`; plans select it with `template: {name}`.")


def run_template_show(arguments: Arguments, session: Session) -> None:
    """Show what a pack's templates may use."""
    project = project_or_none(arguments, session)
    declared = project_settings(project).declared if project is not None else None
    record = pack_record(open_pack(known_pack(arguments.pack, project), pack_folders(project), declared))
    session.json["pack"] = record
    session.text(pack_text(record))


def run_template_word(arguments: Arguments, session: Session) -> None:
    """Write a Word template from the page template of a pack."""
    project = project_or_none(arguments, session)
    name = known_pack(arguments.pack, project)
    pack = open_pack(name, pack_folders(project))
    out: Path = arguments.out or Path(f"{name}.docx")
    if out.suffix.lower() != ".docx":
        raise UsageError([problem("usage-invalid", form="template-ending")])
    from ucap_reports.word.writer.word_template import word_template  # noqa: PLC0415 - needed for this command alone

    path = Path.cwd() / out
    session.create([NewFile(path, word_template(pack), out.as_posix(), safe_folder_of(path, project))])
    session.note(f"Next: edit it in Word, and save it as {TEMPLATES}/NAME/{WORD_TEMPLATE} in a pack of your own.")


def run_template_check(arguments: Arguments, session: Session) -> None:
    """Report all problems of one pack, or of all packs of the project."""
    project = project_or_none(arguments, session)
    folders = pack_folders(project)
    own = pack_names(folders[:1]) if project is not None else ()
    names = [known_pack(arguments.pack, project)] if arguments.pack else own or pack_names(folders)
    if arguments.annotate is not None and len(names) != 1:
        raise UsageError([problem("usage-invalid", form="annotate-many")])
    if arguments.annotate is not None and arguments.annotate.suffix.lower() != ".docx":
        raise UsageError([problem("usage-invalid", form="annotate-ending")])
    declared = project_settings(project).declared if project is not None else None
    checked = session.json["packs"] = []
    repeats = session.json["repeats"] = []
    for name in names:
        result = check_named(name, folders, declared)
        if arguments.annotate is not None:
            _annotate(name, result, project, arguments.annotate, session)
        session.report(result.problems)
        for repetition in result.repetitions:
            session.text(f"repeats   {repetition.location}: for {repetition.reason}\n")
            repeats.append({"pack": name, "where": str(repetition.location), "for": repetition.reason})
        is_ok = all(problem.severity is not Severity.ERROR for problem in result.problems)
        checked.append({"name": name, "ok": is_ok})
    session.conclude(f"{counted(len(names), 'pack')} checked: {session.problem_counts()}.")


def _listed(name: str, folders: Sequence[PackFolder]) -> dict[str, Any]:
    """Return the record of a pack, from the first folder that has it; it has no title if it cannot be opened."""
    home = next(folder for folder in folders if name in pack_names([folder]))
    title = extends = None
    with suppress(ProblemsFound):
        settings = open_pack(name, folders).settings
        title, extends = settings.title, settings.extends
    path, shipped = f"{home.shown}/{name}", home.path == shipped_packs().path
    return {"name": name, "title": title, "extends": extends, "path": path, "shipped": shipped}


def _annotate(name: str, checked: PackCheck, project: Project | None, copy: Path, session: Session) -> None:
    """Write the problems of a pack into a copy of its Word template."""
    folders = pack_folders(project)
    problems, template = checked.problems, checked.word_template
    if any(problem.code == "template-broken" for problem in problems):
        return
    if template is None:
        raise UsageError([problem("usage-invalid", form="annotate-none", name=name)])
    from ucap_reports.word.check.annotated_copy import annotate  # noqa: PLC0415 - needed for --annotate alone

    path, shown = Path.cwd() / copy, copy.as_posix()
    file = NewFile(path, annotate(template, problems), shown, safe_folder_of(path, project))
    with disk_refusals(shown, is_writing=True):
        if _is_template(file, folders):
            raise UsageError([problem("usage-invalid", form="annotate-template")])
    session.json["files"] = [session.save(file)]


def _is_template(file: NewFile, folders: Sequence[PackFolder]) -> bool:
    """Return whether a file is the Word template of a pack."""
    written = file.safe_folder.status(file.path)
    if written is None:
        return False
    for folder in folders:
        for name in pack_names([folder]):
            with suppress(LinkError):
                template = folder.safe_folder.status(folder.path / name / WORD_TEMPLATE)
                if template is not None and os.path.samestat(template, written):
                    return True
    return False
