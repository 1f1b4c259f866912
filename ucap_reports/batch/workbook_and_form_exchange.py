"""Exchange with offices and cities: workbooks with all plans (`export_plans`), forms (`plan_form`), what they and other
tables change in the plans (`update_from_file`, `write_update`), and which of these files are not overwritten because
they may have answers (`refuse_to_overwrite`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_project
from ucap_reports.batch.pack_store import PackStore, pack_folders
from ucap_reports.batch.undo_history import FileChange, refuse_links
from ucap_reports.importers.column_map_file import NO_MAP, ColumnMap
from ucap_reports.importers.form_answers import form_update, read_form, unknown_answers
from ucap_reports.importers.form_document import form_document, form_groups
from ucap_reports.importers.import_file import WORD_FILES, WORKBOOKS, import_content
from ucap_reports.importers.import_updates import CurrentPlan, PlansUpdate, UnreadPlans, UpdatedPlan
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.importers.table_update import cities_of_plans, table_update
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.importers.workbook_merge import FieldsOf, has_edits_beside_plans, is_plan_workbook, workbook_update
from ucap_reports.importers.workbook_reading import open_workbook
from ucap_reports.importers.workbook_writing import ExportedPlan, WorkbookStyle, plan_workbook
from ucap_reports.plan.field_descriptions import CITIES, NAME
from ucap_reports.plan.plan_model import parse_plan, read_plan
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem, reported
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage.atomic_files import NewFile, locked, write_edited
from ucap_reports.storage.decoding import Source, decode_source, encoded_like, read_content, read_source
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS, Project
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.pack_and_book_words import words_of
from ucap_reports.template.lengths_colours_and_paper_sizes import LEAST_CONTRAST, Colour, contrast
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import pack_names

_BLACK, _WHITE = Colour("000000"), Colour("FFFFFF")

# Workbooks with all plans


class Exported(Struct, frozen=True):
    """A workbook, the ids of its plans, and the problems of those that are not in it."""

    content: bytes
    plans: tuple[str, ...]
    problems: tuple[Problem, ...]


def export_plans(opened: OpenedProject, paths: Sequence[Path]) -> Exported:
    """Return the workbook of these plans.

    Plans that are no valid YAML are left out and reported. Raises ProblemsFound if no plan can be read, if the default
    pack cannot be opened, or if the workbook would be too large.
    """
    problems: list[Problem] = []
    plans: list[ExportedPlan] = []
    for path in paths:
        with reported(problems.extend):
            tree = opened.read_tree(path)
            if not tree.is_valid_yaml:
                raise ProblemsFound(tree.problems)
            known = opened.fields_of(tree.value)
            plans.append(ExportedPlan(path.stem, opened.project.shown(path), tree.value, known))
    if paths and not plans:
        raise ProblemsFound(problems)
    content, cut = plan_workbook(plans, _workbook_style(opened))
    return Exported(content, tuple(plan.id for plan in plans), (*problems, *cut))


def _workbook_style(opened: OpenedProject) -> WorkbookStyle:
    """Return what workbooks of the project have from its default pack. Raises ProblemsFound if it has errors."""
    language = opened.settings.language
    pack = opened.packs.open(opened.settings.template)
    words = words_of(pack, language, language)
    return WorkbookStyle(words, _strongest_colour(pack), pack_names(pack_folders(opened.project)))


def _strongest_colour(pack: Pack) -> Colour:
    """Return the most saturated colour of a theme on which white text can be read; black if there is none."""
    dark = [colour for colour in pack.theme.colours.values() if contrast(colour, _WHITE) >= LEAST_CONTRAST]
    return max(dark, key=_saturation, default=_BLACK)


def _saturation(colour: Colour) -> float:
    """Return how far the strongest component of a colour is above its weakest."""
    return max(colour.rgb) - min(colour.rgb)


# Forms


def plan_form(project: Project, plan: Path | None, template: str | None, language: str | None) -> bytes:
    """Return a form for a plan, or an empty one.

    Args:
        project: The project.
        plan: The file of the plan; None for an empty form.
        template: The pack; by default that of the plan, or that of the project.
        language: The language of the labels; by default that of the plan, or that of the project.

    Raises:
        ProblemsFound: If the plan or the pack has errors.
    """
    opened = opened_project(project)
    settings = opened.settings
    packs = opened.packs
    if plan is None:
        source = Source(f"{PLANS}/form{PLAN_ENDING}", f"{CITIES}: [{{{NAME}: …}}]\n")
        tree = parse_tolerantly(source).with_value({})
        known = packs.open(template or settings.template).fields.without_required
        model = parse_plan(source, known)
    else:
        tree = opened.read_tree(plan)
        known = opened.fields_of(tree.value).without_required
        model = read_plan(tree, known, settings.language)
    pack = packs.open(template or model.template or settings.template)
    language_of_plan = settings.language if plan is None else model.language
    language_of_form = language or language_of_plan
    words = words_of(pack, language_of_form, language_of_form)
    summary = compose_summary(model.model_copy(update={"language": language_of_form}), pack, language)
    if plan is None:
        summary = replace(summary, id="", names="", cities=())
    return form_document(form_groups(words, tree.value, known), words, summary)


# What workbooks, forms and other tables change


def import_labels(project: Project) -> tuple[Labels, tuple[Problem, ...]]:
    """Return the labels by which imports recognise fields, and warnings about packs that cannot be opened.

    They are those of the default pack, of the other packs of the project with the changes of its settings, and then of
    all packs without them.
    """
    opened = opened_project(project)
    settings = opened.settings
    packs: list[Pack] = []
    problems_by_pack: dict[str, Sequence[Problem]] = {}
    stores = [opened.packs]
    if settings.pack:
        stores.append(PackStore(project))
    names = sorted(pack_names(pack_folders(project)), key=lambda name: (name != settings.template, name))
    for store in stores:
        for name in names:
            try:
                packs.append(store.open(name))
            except ProblemsFound as error:
                problems_by_pack[name] = error.problems
            else:
                if name != settings.template:  # the project does not use every pack, whose fields may be others
                    problems_by_pack.pop(name, None)
    warnings = []
    for problems in problems_by_pack.values():
        warnings += [replace(problem, severity=Severity.WARNING) for problem in problems]
    return Labels(tuple(packs), opened.fields, language=settings.language), tuple(warnings)


def labels_for_update(project: Project, labels: Labels) -> Labels:
    """Return the labels by which `update_from_file` reads a table, whose rows need not name the cities of plans."""
    plans, _ = _current_plans(project, opened_project(project).fields_of)
    return replace(labels, cities_of_plans=cities_of_plans(plans))


def update_from_file(
    project: Project, content: bytes, path: str, labels: Labels, columns: ColumnMap = NO_MAP
) -> PlansUpdate:
    """Return what a workbook of `export_plans`, a form or another table changes in the plans of a project.

    Writes nothing.

    Args:
        project: The project.
        content: The file.
        path: Its path, for problems.
        labels: The labels by which columns of other tables are recognised.
        columns: The fields of columns of other tables.

    Raises:
        ProblemsFound: If the file cannot be read.
    """
    fields_of = opened_project(project).fields_of
    plans, unread = _current_plans(project, fields_of)
    ending = PurePath(path).suffix.lower()
    if ending in WORKBOOKS:
        workbook = open_workbook(content, path)
        if is_plan_workbook(workbook, path):
            return workbook_update(workbook, path, plans, unread, fields_of)
    if ending in WORD_FILES:
        form = read_form(WordPackage(content, path))
        if form is not None and form.identity.plan in plans:
            current = plans[form.identity.plan]
            update = form_update(form, current)
            return replace(update, problems=(*update.problems, *unknown_answers(form, current.known)))
    labels = replace(labels, cities_of_plans=cities_of_plans(plans))
    imported = import_content(content, path, labels, columns)
    return table_update(imported, path, plans, unread)


def _current_plans(project: Project, fields_of: FieldsOf) -> tuple[Mapping[str, CurrentPlan], UnreadPlans]:
    """Return the plans of a project by id, and the errors of those that cannot be read."""
    plans: dict[str, CurrentPlan] = {}
    unread: dict[str, Sequence[Problem]] = {}
    for path in project.plan_paths():
        try:
            tree = parse_tolerantly(read_source(path, project.shown(path), project.safe_folder))
            plans[path.stem] = CurrentPlan(path.stem, tree, fields_of(tree.value))
        except ProblemsFound as error:
            unread[path.stem] = error.problems
    return plans, unread


def write_update(project: Project, update: PlansUpdate) -> Iterator[FileChange]:
    """Write the plans of an update, and yield the file of each before and after it, as soon as it is written.

    Raises ProblemsFound, before the first plan is written, if one of them has changed since the update was made or
    cannot be written; and when the disk refuses.
    """
    changes = file_changes(project, update.plans)
    refuse_links(project, [change.path for change in changes])
    for change in changes:
        assert change.after is not None  # noqa: S101 - plans are never removed
        path = project.root / change.path
        with locked(path):
            write_edited(NewFile(path, change.after, change.path, project.safe_folder), change.before)
        yield change


def file_changes(project: Project, plans: Sequence[UpdatedPlan]) -> Sequence[FileChange]:
    """Return the file of each plan of an update before and after it.

    Raises ProblemsFound if one of them has changed since the update was made.
    """
    changes: list[FileChange] = []
    for plan in plans:
        before = None
        if plan.before is not None:
            path = project.root / plan.before.path
            before = read_content(path, plan.before.path, within=project.safe_folder)
            if decode_source(before, plan.before.path).text != plan.before.text:
                raise ProblemsFound([problem("file-changed", Location(plan.before.path))])
        elif project.has(plan.after.path):
            raise ProblemsFound([problem("plan-exists", Location(plan.after.path), form="import")])
        after = encoded_like(plan.after.text, before or b"")
        changes.append(FileChange(plan.after.path, before, after))
    return changes


# Files that are not overwritten, or not imported as new plans


def refuse_to_overwrite(project: Project, file: NewFile, content: bytes) -> None:
    """Raise ProblemsFound if a workbook or a form would replace a file with this other content, which may be answers.

    Only a workbook of `export_plans` is replaced, unless a person has changed something in it that is not in the plans.
    """
    location = Location(file.shown)
    if file.path.suffix.lower() in WORD_FILES:
        raise ProblemsFound([problem("export-edited", location, form="form")])
    workbook = None
    with suppress(ProblemsFound):
        workbook = open_workbook(content, file.shown)
    if workbook is None or not is_plan_workbook(workbook, file.shown):
        raise ProblemsFound([problem("export-edited", location, form="other")])
    fields_of = opened_project(project).fields_of
    plans, unread = _current_plans(project, fields_of)
    if has_edits_beside_plans(workbook, file.shown, plans, unread, fields_of):
        raise ProblemsFound([problem("export-edited", location, form="changed", path=file.shown)])


def refuse_plan_workbook(content: bytes, path: str) -> None:
    """Raise ProblemsFound if a file is a workbook of `export_plans`, which changes existing plans."""
    if PurePath(path).suffix.lower() not in WORKBOOKS:
        return
    workbook = open_workbook(content, path)
    if is_plan_workbook(workbook, path):
        raise ProblemsFound([problem("import-not-exported", Location(path), path=path)])
