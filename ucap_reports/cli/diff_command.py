"""`diff`: what has changed between two editions of plans, as text, as JSON and as a web page."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from ucap_reports.batch.where_conditions_and_plan_facts import list_editions, plans_where
from ucap_reports.cli.command_line import Arguments, UsageError, refuse_two_forms, usage_errors
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.project_plans_and_packs import open_project, opened_with_errors_reported
from ucap_reports.cli.terminal_colours_and_excerpts import TerminalColour, painted
from ucap_reports.plan.plan_changes import ChangeKind, PlanChange, PlanDifference, edition_differences
from ucap_reports.problems import problem, reported
from ucap_reports.problems.control_characters import visible
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.decoding import Source, decode_source, read_source, too_large
from ucap_reports.storage.git_revisions import NoRevisionError, files_at
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS, Project
from ucap_reports.storage.safe_folder import FileKind, SafeFolder, is_file, is_folder
from ucap_reports.text.text_comparison import ComparedText, PartKind, compared_words


class Edition(Struct, frozen=True):
    """Functions that read the plan files of an edition, by id; `is_single` is whether one plan was named."""

    sources: Mapping[str, Callable[[], Source]]
    is_single: bool = False

    def only(self, plan: str) -> "Edition":
        """Return the edition with one plan."""
        if plan not in self.sources:
            return Edition({})
        return Edition({plan: self.sources[plan]})


def run_diff(arguments: Arguments, session: Session) -> None:
    """Print the differences between two editions of plans."""
    if arguments.docx is not None:
        session.json["documents"] = []
    refuse_two_forms({"--json": arguments.json, "--html": arguments.html})
    project = open_project(arguments, session)
    old, new = _editions(project, arguments)
    trees = _trees((old, new), session)
    if arguments.where:
        trees = _selected(project, trees, arguments.where, session)
    old_trees, new_trees = trees
    differences = list(edition_differences(old_trees, new_trees))
    session.json["plans"] = [_difference_record(difference) for difference in differences]
    if arguments.html:
        session.data(_difference_page(differences))
    else:
        for difference in differences:
            session.painted(_difference_text(difference, colour=session.colour(sys.stdout)))
    if arguments.docx is not None:
        from ucap_reports.cli.diff_to_word import write_tracked  # noqa: PLC0415 - other differences need no documents

        write_tracked(differences, (old_trees, new_trees), project, arguments.docx, session)
    session.conclude(f"{counted(len(differences), 'plan')} changed; {session.problem_counts()}.")


def _selected(
    project: Project, trees: Sequence[Mapping[str, Tree]], where: Sequence[str], session: Session
) -> list[Mapping[str, Tree]]:
    """Return the plans that fulfil the conditions in their new edition, or in the old one if they were deleted."""
    old, new = trees
    opened = opened_with_errors_reported(project, session)
    with usage_errors():
        listed = list_editions(opened, {**old, **new})
        selected = plans_where(where, listed, opened)
    plan_ids = {plan.path.name for plan in selected}  # plans of editions have their id as their path
    return [_only_plans(plan_ids, edition) for edition in trees]


def _only_plans(plan_ids: Collection[str], trees: Mapping[str, Tree]) -> dict[str, Tree]:
    """Return the plans of an edition that have these ids."""
    return {plan_id: tree for plan_id, tree in trees.items() if plan_id in plan_ids}


def _trees(editions: Sequence[Edition], session: Session) -> list[Mapping[str, Tree]]:
    """Return the plans of each edition that are valid YAML; errors of the others are reported.

    A plan that cannot be read in one edition is left out of the others, too: it would seem to be new or removed.
    """
    trees: list[dict[str, Tree]] = []
    readable_ids: set[str] = set()
    unreadable_ids: set[str] = set()
    for edition in editions:
        readable: dict[str, Tree] = {}
        for plan_id, read in edition.sources.items():
            with reported(session.report):
                readable[plan_id] = parse(read())
        readable_ids |= readable.keys()
        unreadable_ids |= edition.sources.keys() - readable.keys()
        trees.append(readable)
    return [_only_plans(readable_ids - unreadable_ids, edition) for edition in trees]


# The editions: the plans of a folder, a file, an id or a git revision


def _editions(project: Project, arguments: Arguments) -> tuple[Edition, Edition]:
    """Return the two editions; without a second name, the plans of the project. Raises UsageError."""
    old = _edition(project, arguments.old)
    if arguments.new:
        new = _edition(project, arguments.new)
    else:
        new = _edition_of_paths(project, project.plan_paths())
    if old.is_single and new.is_single:  # they may have different names
        (plan,) = new.sources
        (read_old,) = old.sources.values()
        return Edition({plan: read_old}), new
    if old.is_single or new.is_single:
        single = old if old.is_single else new
        (plan,) = single.sources
        return old.only(plan), new.only(plan)
    return old, new


def _edition(project: Project, name: str) -> Edition:
    """Return the edition that a person named. Raises UsageError if there is none."""
    try:
        return _find_edition(project, name, Path.cwd())
    except NoRevisionError as error:
        raise UsageError([problem("diff-unknown", form=error.form, name=name)]) from None


def _find_edition(project: Project, name: str, folder: Path) -> Edition:
    """Return the plans that a name means: those of a folder, or else that of a file, of an id, or those of a git
    revision.

    Paths are relative to `folder`. Raises NoRevisionError if the name is none of these.
    """
    path = folder / name
    if name and is_folder(path):
        return _edition_of_folder(project, project.path(str(path)))
    for file in (path, project.plans / f"{name}{PLAN_ENDING}"):
        if is_file(file):
            return replace(_edition_of_paths(project, [file]), is_single=True)
    return _edition_of_revision(project, name)


def _edition_of_paths(project: Project, paths: Sequence[Path], within: SafeFolder | None = None) -> Edition:
    """Return the plans in files, which are opened without following links below `within`, by default as typed paths."""
    sources: dict[str, Callable[[], Source]] = {}
    for path in paths:
        safe_folder = within or project.safe_folder_of(path)
        sources[path.stem] = partial(read_source, path, project.shown(path), safe_folder)
    return Edition(sources)


def _edition_of_folder(project: Project, folder: Path) -> Edition:
    """Return the plans in a folder that a person named, or in its folder `plans`."""
    safe_folder = project.safe_output(folder)
    if safe_folder.kind(folder / PLANS) in (FileKind.FOLDER, FileKind.LINK):
        folder /= PLANS
    paths = []
    with disk_refusals(project.shown(folder)):
        for entry in safe_folder.entries(folder):
            if entry.name.endswith(PLAN_ENDING):
                paths.append(folder / entry.name)
    return _edition_of_paths(project, paths, safe_folder)


def _edition_of_revision(project: Project, revision: str) -> Edition:
    """Return the plans of a project at a git revision. Raises NoRevisionError."""
    sources: dict[str, Callable[[], Source]] = {}
    for plan_file, content in files_at(project.root, revision, PLANS).items():
        if plan_file.endswith(PLAN_ENDING):
            shown = f"{revision}:{PLANS}/{plan_file}"
            sources[plan_file.removesuffix(PLAN_ENDING)] = partial(_revision_source, content, shown)
    return Edition(sources)


def _revision_source(content: bytes | None, shown: str) -> Source:
    """Return the text of a file at a revision. Raises ProblemsFound as `read_source` does."""
    if content is None:
        raise too_large(shown)
    return decode_source(content, shown)


# The differences as text, as JSON and as a web page

_COLOURS = {PartKind.OLD: TerminalColour.RED, PartKind.NEW: TerminalColour.GREEN}
_SIGNS = {PartKind.OLD: ("[-", "-]"), PartKind.NEW: ("{+", "+}")}
_ELEMENTS = {PartKind.OLD: "del", PartKind.NEW: "ins", PartKind.SAME: "span"}


def _difference_record(difference: PlanDifference) -> dict[str, Any]:
    """Return the record of a plan in the JSON report: each change with the words that both editions have and those of
    one.
    """
    record: dict[str, Any] = to_builtins(difference)
    for change, written in zip(difference.changes, record["changes"], strict=True):
        written["words"] = [to_builtins(part) for part in _changed_words(change)]
    return record


def _difference_text(difference: PlanDifference, *, colour: bool) -> str:
    """Return the changes of a plan as text: `[-old words-]` and `{+new words+}`."""
    title = visible(_difference_title(difference))
    lines = [painted(title, TerminalColour.BOLD, colour=colour)]
    for change in difference.changes:
        heading = visible(_change_heading(change))
        lines.append(f"  {painted(heading, TerminalColour.CYAN, colour=colour)}")
        text = "".join(_marked(part, colour=colour) for part in _changed_words(change))
        lines += [f"    {line}" for line in text.split("\n") if line.strip()]
    return "".join(f"{line}\n" for line in lines)


def text_with_changes(old: str, new: str) -> str:
    """Return the words of both texts, those that differ marked: `[-old words-]` and `{+new words+}`."""
    return "".join(_marked(part, colour=False) for part in compared_words(old, new))


def _difference_page(differences: Iterable[PlanDifference]) -> str:
    """Return the changes of all plans as a web page in one file."""
    lines: list[str] = []
    for difference in differences:
        lines += _page_lines(difference)
    body = "\n".join(lines) or "<p>No differences.</p>"
    page = Path(__file__).with_name("diff_page.html").read_text(encoding="utf-8")
    return Template(page).substitute(differences=body)


def _difference_title(difference: PlanDifference) -> str:
    title = f"{difference.plan}: {difference.status}"
    if difference.old and difference.new:
        return f"{title} ({difference.old} → {difference.new})"
    return title


def _change_heading(change: PlanChange) -> str:
    heading = f"{change.field}: {change.kind.value}"
    if change.origin and change.origin != change.field:
        return f"{heading} from {change.origin}"
    return heading


def _changed_words(change: PlanChange) -> tuple[ComparedText, ...]:
    """Return the words of a change; a text that has moved is shown once, and an order as a whole."""
    if change.kind in {ChangeKind.REORDERED, ChangeKind.RENAMED}:
        return (
            ComparedText(PartKind.OLD, change.old),
            ComparedText(PartKind.SAME, "\n"),
            ComparedText(PartKind.NEW, change.new),
        )
    return compared_words(change.old, change.new)


def _marked(part: ComparedText, *, colour: bool) -> str:
    """Return words for a terminal: old and new ones in colour or, without colours, with signs around each line."""
    lines = [visible(line) for line in part.text.split("\n")]
    if part.kind is PartKind.SAME:
        return "\n".join(lines)
    before, after = _SIGNS[part.kind]
    marked = []
    for line in lines:
        if colour:
            marked.append(painted(line, _COLOURS[part.kind], colour=True))
        else:
            marked.append(f"{before}{line}{after}" if line else "")
    return "\n".join(marked)


def _page_lines(difference: PlanDifference) -> Iterator[str]:
    yield f"<h2>{escape(_difference_title(difference))}</h2>"
    for change in difference.changes:
        parts = ""
        for part in _changed_words(change):
            element = _ELEMENTS[part.kind]
            parts += f"<{element}>{escape(part.text)}</{element}>"
        # Text in Arabic has its own direction, and so has each of its lines (in diff_page.html).
        yield f'<h3>{escape(_change_heading(change))}</h3>\n<p dir="auto">{parts}</p>'
