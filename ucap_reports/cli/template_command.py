"""`template list`, `new`, `show` and `check`: packs for designers."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import asdict

from ucap_reports.check.pack_check import check_named
from ucap_reports.check.pack_description import pack_record, pack_text
from ucap_reports.check.pack_list import list_packs
from ucap_reports.cli.argument_parser import PROGRAM, Arguments, UsageError, usage_error
from ucap_reports.cli.new_pack_files import new_pack
from ucap_reports.cli.plan_selection import project_with_lines
from ucap_reports.cli.problem_display import TerminalColour
from ucap_reports.cli.text_or_json_output import Session, counted, open_project, problem_counts
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, did_you_mean
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, make_folder, write_files, write_missing
from ucap_reports.storage.project_folder import TEMPLATES, Project, shipped_folder
from ucap_reports.template.pack import WORD_TEMPLATE
from ucap_reports.template.pack_opening import PackFolder, open_pack, pack_names, shipped_packs

PACK_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_NAME = 80


def run_template_list(arguments: Arguments, session: Session) -> None:
    """List the packs."""
    _, folders = _packs(arguments, session)
    packs = list_packs(folders)
    session.report["packs"] = [asdict(pack) for pack in packs]
    if arguments.json:
        return
    width = max(len(pack.name) for pack in packs)
    for pack in packs:
        title = pack.title or f"has errors: see `{PROGRAM} template check {pack.name}`"
        extends = f", extends {pack.extends}" if pack.extends else ""
        home = "shipped" if pack.shipped else pack.path
        session.data(f"{pack.name:{width}}  {title} ({home}{extends})\n")


def run_template_new(arguments: Arguments, session: Session) -> None:
    """Write the files of a new pack."""
    project = open_project(arguments)
    name = arguments.pack or ""
    if len(name) > MAX_NAME or not PACK_NAME.fullmatch(name):
        message = f'"{name}" is no name of a pack: it has up to {MAX_NAME} lower-case letters, digits and hyphens'
        raise usage_error("pack-name-invalid", message, "write it as in our-city")
    if arguments.copy and arguments.extends is None:
        raise usage_error(
            "usage-wrong", "--copy copies the templates of a pack, and none is named", "add --extends PACK"
        )
    shown = f"{TEMPLATES}/{name}"
    if (project.root / shown).exists():
        hint = "choose another name, or change what is there"
        raise ProblemsFound([Problem.error("pack-exists", "there is such a pack already", hint, Location(shown))])
    extended = None
    if arguments.extends is not None:
        folders = _folders_of(project)
        extended = open_pack(_known(arguments.extends, folders), folders)
    files = tuple(new_pack(project, name, extended, copied=arguments.copy))
    _show_files(files, write_missing(files), session)
    session.note(f"Next: change it, and `{PROGRAM} template check {name}`; plans choose it with `template: {name}`.")


def run_template_show(arguments: Arguments, session: Session) -> None:
    """Show what a pack's templates may use."""
    project, folders = _packs(arguments, session)
    pack = open_pack(_known(arguments.pack or "", folders), folders)
    record = pack_record(pack, project)
    session.report["pack"] = record
    if not arguments.json:
        session.data(pack_text(record))


def run_template_check(arguments: Arguments, session: Session) -> None:
    """Tell everything that is wrong with one pack, or with all of the project."""
    project, folders = _packs(arguments, session)
    names = [_known(arguments.pack, folders)] if arguments.pack else _own_names(project, folders)
    if arguments.annotate is not None and len(names) != 1:
        raise usage_error("usage-wrong", "--annotate is about one pack", "name the pack")
    if arguments.annotate is not None and arguments.annotate.suffix.lower() != ".docx":
        raise usage_error("usage-wrong", "--annotate writes a Word file", "name a file that ends in .docx")
    checked: list[dict[str, str | bool]] = []
    session.report["packs"] = checked
    for name in names:
        problems = _check(name, folders, arguments, session)
        session.tell(problems)
        checked.append({"name": name, "ok": all(problem.severity is Severity.WARNING for problem in problems)})
    session.note(f"{counted(len(names), 'pack')} checked: {problem_counts(session)}.")


def _check(name: str, folders: Sequence[PackFolder], arguments: Arguments, session: Session) -> Sequence[Problem]:
    """All problems of a pack, written into a copy of its Word template where that is asked for."""
    checked = check_named(name, folders)
    problems, template = checked.problems, checked.word_template
    if arguments.annotate is None or template is None or any(each.code == "template-broken" for each in problems):
        return problems
    from ucap_reports.word.check.annotated_copy import annotate  # noqa: PLC0415 - only who asks for it waits for it

    shown = arguments.annotate.as_posix()
    file = NewFile(Path.cwd() / arguments.annotate, annotate(template, problems), shown)
    if any(path.samefile(file.path) for path in _word_templates(folders) if file.path.exists()):
        raise usage_error("usage-wrong", "--annotate would write over the template itself", "name another file")
    make_folder(file.path.parent, arguments.annotate.parent.as_posix())
    _show_files([file], write_files([file]), session)
    return problems


def _word_templates(folders: Sequence[PackFolder]) -> Iterator[Path]:
    """The Word templates that packs have themselves."""
    return (path for folder in folders for path in folder.path.glob(f"*/{WORD_TEMPLATE}"))


def _packs(arguments: Arguments, session: Session) -> tuple[Project | None, Sequence[PackFolder]]:
    """The project, if there is one, and where packs are looked up: without a project among the shipped ones."""
    try:
        project = project_with_lines(arguments, session)
    except UsageError:
        if arguments.root is not None:
            raise
        session.lines = SourceExcerpts((shipped_folder(), Path.cwd()))
        return None, [shipped_packs()]
    return project, _folders_of(project)


def _folders_of(project: Project) -> Sequence[PackFolder]:
    return [PackFolder(folder, TEMPLATES) for folder in project.pack_folders]


def _own_names(project: Project | None, folders: Sequence[PackFolder]) -> Sequence[str]:
    """The packs of the project; the shipped ones where it has none."""
    own = pack_names(folders[:1]) if project is not None else ()
    return own or pack_names(folders)


def _known(name: str, folders: Sequence[PackFolder]) -> str:
    names = pack_names(folders)
    if name in names:
        return name
    hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
    raise usage_error("pack-unknown", f'no pack is called "{name}"', hint)


def _show_files(files: Sequence[NewFile], statuses: Sequence[WriteStatus], session: Session) -> None:
    pairs = tuple(zip(files, statuses, strict=True))
    session.report["files"] = [{"path": file.shown, "status": status.value} for file, status in pairs]
    for file, status in pairs:
        session.result(
            f"{status.value:9} {file.shown}", TerminalColour.GREEN if status is WriteStatus.WRITTEN else None
        )


RUNS = {
    "template list": run_template_list,
    "template new": run_template_new,
    "template show": run_template_show,
    "template check": run_template_check,
}
