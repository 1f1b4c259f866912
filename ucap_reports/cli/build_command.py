"""`check` and `build`: plans looked at, and published."""

from contextlib import closing

from ucap_reports.batch import OUT, BuildRequest, Crew, build_plans, cores
from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.cli.argument_parser import Arguments, usage_error
from ucap_reports.cli.build_output import BuildOutput
from ucap_reports.cli.plan_selection import named_plans, project_with_lines
from ucap_reports.cli.progress_bar import Progress
from ucap_reports.cli.text_or_json_output import Session, counted, joined_with_and, problem_counts
from ucap_reports.problems import did_you_mean
from ucap_reports.storage.project_folder import TEMPLATES, Project
from ucap_reports.summary.document import Format


def run_check(arguments: Arguments, session: Session) -> None:
    """Tell all problems of the plans and of their packs."""
    from ucap_reports.batch.checking import check_plans  # noqa: PLC0415 - `build` may find that it needs nothing of it

    project = project_with_lines(arguments, session)
    paths = named_plans(project, arguments, session)
    for report in check_plans(project, paths):
        session.tell(report.problems)
    session.note(f"{counted(len(paths), 'plan')} checked: {problem_counts(session)}.")


def run_build(arguments: Arguments, session: Session) -> None:
    """Build the plans, telling of each as soon as it is done."""
    session.report["documents"] = []
    project = project_with_lines(arguments, session)
    paths = named_plans(project, arguments, session)
    _refuse_unknown_pack(project, arguments.template)
    request = _request(arguments)
    session.shortens = request.everything
    with Progress(session) as progress:
        output = BuildOutput(session, progress, foretelling=request.dry_run)
        session.report["documents"] = output.documents
        if request.prune:
            session.report["removed"] = output.removed
        with closing(build_plans(project, paths, request, project.path(arguments.out or OUT))) as events:
            for event in events:
                output.tell(event)
    session.note(output.totals())


RUNS = {"check": run_check, "build": run_build}


def _request(arguments: Arguments) -> BuildRequest:
    wanted = arguments.formats or tuple(Format)
    formats = tuple(each for each in Format if each in wanted)
    return BuildRequest(
        options=BuildOptions(formats, arguments.template, arguments.language),
        crew=Crew(arguments.jobs or cores(), arguments.scheduler),
        force=arguments.force,
        overwrite_edited=arguments.overwrite_edited,
        dry_run=arguments.dry_run,
        prune=arguments.prune,
        index=arguments.index,
        everything=not arguments.plans,
    )


def _refuse_unknown_pack(project: Project, name: str | None) -> None:
    if name is None:
        return
    from ucap_reports.template.pack_opening import PackFolder, pack_names  # noqa: PLC0415 - only who names a pack waits for it

    names = pack_names([PackFolder(folder, TEMPLATES) for folder in project.pack_folders])
    if name not in names:
        hint = did_you_mean(name, names) or f"there are {joined_with_and(names)}"
        raise usage_error("pack-unknown", f'no pack is called "{name}"', hint)
