"""The plans of a project as the editor shows and changes them. All rules about plans are those of the library."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.opened_project_and_settings_file import (
    OpenedProject,
    opened_despite_errors,
    settings_despite_errors,
)
from ucap_reports.batch.options_settings_and_source_date import own_language
from ucap_reports.batch.output_overwriting_and_pruning import documents_of_plan
from ucap_reports.batch.pack_store import pack_folders
from ucap_reports.batch.plan_pictures import PICTURES
from ucap_reports.batch.where_conditions_and_plan_facts import ListedPlan, list_plans
from ucap_reports.batch.workbook_and_form_exchange import Exported, export_plans, plan_form
from ucap_reports.check.completeness_and_contact_warnings import completeness
from ucap_reports.editor.undoable_changes import RENAME, DigestConflict, UndoableChanges, content_digest
from ucap_reports.html.inline_markup import rich_markup
from ucap_reports.importers.draft_and_kept_comments import left_over_texts
from ucap_reports.pictures.picture_preparation_and_quality import PictureError, prepare_picture
from ucap_reports.plan.field_descriptions import Field, KnownFields
from ucap_reports.plan.plan_ids import better_id, id_fault
from ucap_reports.plan.plan_model import BUILT_IN, read_valid_part
from ucap_reports.plan.writing.editor_change_merge import (
    Conflict,
    ConflictsFound,
    WantedChange,
    merged_plan,
    replaced_text,
)
from ucap_reports.plan.writing.plan_file import SCHEMA_LINE
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    as_written,
    editing_obstacles,
    json_value,
    plan_file_text,
)
from ucap_reports.problems import (
    Location,
    Problem,
    ProblemsFound,
    Severity,
    by_severity,
    did_you_mean,
    problem,
    problem_record,
    raise_found,
    shortened,
)
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, is_name, loc_of
from ucap_reports.storage.atomic_files import NewFile, disk_refusals, make_folder, write_files
from ucap_reports.storage.decoding import Source, decode_source, encoded_like, read_content, readable_text
from ucap_reports.storage.project_folder import OUT, PLAN_ENDING, PLANS, TRANSLATIONS, Project
from ucap_reports.summary.document_titles import BETWEEN
from ucap_reports.template.pack_opening import pack_names
from ucap_reports.text.markdown import parse_rich_text

TRANSLATION_ENDINGS = (".po", ".xlsx")
DELETED = ".deleted"
"""The folder in `plans/` with deleted plans, which git ignores."""
MAX_TEXTS = 500
"""Texts of plan files that are kept by digest, to merge changes that were made in them."""
MAX_MADE = 5000
"""Ids of changes that are kept: those of many requests."""
_PICTURE_ENDINGS = {"jpeg": ".jpg", "png": ".png"}


class Checked(Struct, frozen=True):
    """A plan file that was checked: its content, and everything that is known without a layout."""

    content: bytes
    text: str
    tree: Tree | None
    problems: tuple[Problem, ...]
    completeness: int | None
    printed: Mapping[str, str] = {}
    """The text of each field of a city, such as `cities[0].population`, as the documents print it."""
    formatted: Mapping[str, str] = {}
    """The rich texts of the plan as HTML."""


class PlanEditing:
    """The plans of a project, read, checked and changed. For one thread."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.changes = UndoableChanges(project)
        """All changes, also those of other files than plans."""
        self._texts: OrderedDict[str, Source] = OrderedDict()
        self._made: OrderedDict[str, None] = OrderedDict()
        """The ids of the last changes that were made: a page sends a change again if the answer was lost."""

    # What is shown

    def plans(self) -> list[dict[str, Any]]:
        """Return the plans in the order of their ids, each with its facts and the number of its errors."""
        opened = opened_despite_errors(self.project)
        records = []
        for plan in list_plans(opened, self.project.plan_paths()):
            left_over = len(self._left_over(plan.path))
            records.append(_listed_record(plan) | {"left_over": left_over})
        return records

    def _left_over(self, path: Path) -> list[str]:
        """Return what an import has found no field for; nothing for a file that cannot be read."""
        shown = self.project.shown(path)
        with suppress(ProblemsFound):
            content = read_content(path, shown, within=self.project.safe_folder)
            return left_over_texts(decode_source(content, shown).text)
        return []

    def packs(self) -> list[str]:
        """Return the names of all packs, sorted."""
        return list(pack_names(pack_folders(self.project)))

    def settings_problems(self) -> list[dict[str, Any]]:
        """Return the errors in the settings of the project."""
        faults = settings_despite_errors(self.project).problems
        return [problem_record(fault) for fault in faults if fault.severity is Severity.ERROR]

    def plan(self, plan_id: str) -> dict[str, Any]:
        """Return a plan: its digest, values, text, problems and completeness. Raises ProblemsFound if it is unknown."""
        path = self._path(plan_id)
        shown = self.project.shown(path)
        content = read_content(path, shown, within=self.project.safe_folder)
        return self._record(plan_id, content)

    def _record(self, plan_id: str, content: bytes) -> dict[str, Any]:
        checked = self._checked(plan_id, content)
        tree = checked.tree
        is_editable = tree is not None and not editing_obstacles(tree)
        return {
            "id": plan_id,
            "digest": self._remember(plan_id, content, checked.text),
            "values": json_value(tree.value) if tree is not None and is_editable else None,
            "text": checked.text,
            "editable": is_editable,
            "problems": [problem_record(fault) for fault in checked.problems],
            "completeness": checked.completeness,
            "printed": checked.printed,
            "formatted": checked.formatted,
            "left_over": left_over_texts(checked.text),
            "undo": self.changes.can_undo,
            "redo": self.changes.can_redo,
        }

    def _checked(self, plan_id: str, content: bytes) -> Checked:
        """Return the plan with its problems, without building documents."""
        path = self.project.plans / f"{plan_id}{PLAN_ENDING}"
        shown = self.project.shown(path)
        try:
            source = decode_source(content, shown)
        except ProblemsFound as error:
            text = readable_text(content)
            return Checked(content, text, tree=None, problems=error.problems, completeness=None)
        opened = opened_despite_errors(self.project)
        options = replace(opened.settings.options(), formats=())
        try:
            tree = parse_tolerantly(source)
        except ProblemsFound:
            tree = None
        try:
            files = opened.files_of(path, source)
        except ProblemsFound as error:  # the folder of the translations cannot be read
            return Checked(content, source.text, tree, problems=error.problems, completeness=None)
        produced = produce(source, opened.packs.open, options, files)
        problems_once = dict.fromkeys((*produced.problems, *opened.settings.problems))
        problems = tuple(by_severity(problems_once))
        if tree is None:
            return Checked(content, source.text, tree=None, problems=problems, completeness=None)
        return Checked(
            content,
            source.text,
            tree,
            problems,
            completeness=_percent(produced, tree, opened),
            printed=_printed(produced),
            formatted=_formatted(tree, opened, options.default_language),
        )

    # What is changed

    def change(
        self, plan_id: str, digest: str, changes: Sequence[Mapping[str, Any]], visit: str = ""
    ) -> dict[str, Any]:
        """Make changes in a plan as it was when it had that digest, and return the plan.

        Args:
            plan_id: The plan.
            digest: That of the plan when it was shown.
            changes: Mappings with `op`, `path`, `value` and `was`, as in the contract of the editor. One with the `id`
                of an earlier change is not made again.
            visit: What makes several calls one step to undo, such as the visit to a field.

        Raises:
            DigestConflict: If the plan was changed since at the same places; then nothing is changed.
            ProblemsFound: If the plan is unknown, or cannot be edited by field.
        """
        path = self._path(plan_id)
        shown = self.project.shown(path)
        known = known_fields_of(self.project, path)
        new = [change for change in changes if change.get("id") not in self._made]
        wanted = [_wanted_change(change, known) for change in new]
        with self.changes.locked([self._name(plan_id)]):
            content = read_content(path, shown, within=self.project.safe_folder)
            try:
                after = self._after(wanted, shown, digest, content, known) if wanted else content
            except ConflictsFound as error:
                record = self._record(plan_id, content)
                raise DigestConflict(error.conflicts, record["digest"], record["values"]) from error
            if after != content:
                self.changes.write("edit", {self._name(plan_id): (content, after)}, visit)
        self._made |= dict.fromkeys(change["id"] for change in new if change.get("id"))
        while len(self._made) > MAX_MADE:
            self._made.popitem(last=False)
        return self._record(plan_id, after)

    def _after(
        self, wanted: Sequence[WantedChange], path: str, digest: str, content: bytes, known: KnownFields
    ) -> bytes:
        """Return the content of a plan file after changes. Raises ConflictsFound, and ProblemsFound."""
        is_as_shown = digest == content_digest(content)
        changes_whole_file = any(not wanted_change.change.loc for wanted_change in wanted)
        if changes_whole_file:
            return replaced_text(path, content, wanted, is_as_shown=is_as_shown)
        now = decode_source(content, path)
        # The text that the person has seen; None if it is too long ago.
        shown = now if is_as_shown else self._texts.get(digest)
        merged = merged_plan(now, wanted, shown, known)
        return encoded_like(merged.text, content)

    def form(self, plan_id: str | None, language: str | None) -> bytes:
        """Return a form with the values of a plan, or an empty one, with labels in a language. Raises ProblemsFound."""
        path = None if plan_id is None else self._path(plan_id)
        return plan_form(self.project, path, None, language)

    def workbook(self) -> Exported:
        """Return the workbook of all plans. Raises ProblemsFound."""
        return export_plans(opened_despite_errors(self.project), self.project.plan_paths())

    def create(self, plan_id: str, origin: str | None = None, cities: Sequence[str] = ()) -> dict[str, Any]:
        """Create a plan, or a copy of the plan `origin` with its translations, and return it. Raises ProblemsFound.

        A new plan has the cities with these names, or two without. A copy names the same pictures: these belong to all
        plans.
        """
        self._check_id(plan_id)
        file_name = self._name(plan_id)
        origins = [] if origin is None else [origin]
        with self._locked_plans(plan_id, *origins):
            self._refuse_existing(plan_id)
            if origin is None:
                names = [name.strip() or None for name in cities] or [None, None]
                text = plan_file_text(file_name, {"cities": [{"name": name} for name in names]})
                content = f"{SCHEMA_LINE}\n{text}".encode()
                self.changes.write("new", {file_name: (None, content)})
            else:
                contents = self._files_of(origin)
                content = contents[self._name(origin)]
                copies = {_renamed(name, plan_id): (None, copied) for name, copied in contents.items()}
                self.changes.write("duplicate", copies)
        return self._record(plan_id, content)

    def rename_plan(self, plan_id: str, new_id: str) -> dict[str, Any]:
        """Give a plan and its translations another id, and return it. Raises ProblemsFound.

        `documents` of the result are the documents with the old name, which nothing builds any more.
        """
        self._path(plan_id)
        self._check_id(new_id)
        with self._locked_plans(plan_id, new_id):
            contents = self._files_of(plan_id)
            self._refuse_existing(new_id)
            files: dict[str, tuple[bytes | None, bytes | None]] = {}
            for name, content in contents.items():
                files[name] = (content, None)
                files[_renamed(name, new_id)] = (None, content)
            self.changes.write(RENAME, files)
        documents: list[str] = []
        with suppress(ProblemsFound):  # the folder of the documents cannot be read
            documents = documents_of_plan(self.project, self.project.path(OUT), plan_id)
        return {**self._record(new_id, contents[self._name(plan_id)]), "documents": documents}

    def _check_id(self, plan_id: str) -> None:
        """Raise ProblemsFound if no plan can have that id."""
        form = id_fault(plan_id)
        if form is not None:
            raise ProblemsFound([problem("id-invalid", form=form, id=plan_id)])

    def _refuse_existing(self, plan_id: str) -> None:
        """Raise ProblemsFound if there is a plan with that id, or a translation of one."""
        names = [self._name(plan_id), *self._translations_of(plan_id)]
        existing = [name for name in names if self.project.has(name)]
        raise_found([problem("plan-exists", Location(name)) for name in existing])

    @contextmanager
    def _locked_plans(self, *plan_ids: str) -> Iterator[None]:
        """Keep commands from changing plans and their translations, also those that do not exist, during the block."""
        names: list[str] = []
        for plan_id in plan_ids:
            names += [self._name(plan_id), *self._possible_translations_of(plan_id)]
        with self.changes.locked(names):
            yield

    def _files_of(self, plan_id: str) -> dict[str, bytes]:
        """Return the content of a plan and of its translations by name. Raises ProblemsFound."""
        names = [self.project.shown(self._path(plan_id)), *self._translations_of(plan_id)]
        contents = {}
        for name in names:
            with disk_refusals(name):
                contents[name] = self.project.safe_folder.read_file(self.project.root / name)
        return contents

    def _translations_of(self, plan_id: str) -> list[str]:
        """Return the names of the files that translate a plan: PO files and spreadsheets."""
        return [name for name in self._possible_translations_of(plan_id) if self.project.has(name)]

    def _possible_translations_of(self, plan_id: str) -> list[str]:
        """Return the names that files which translate a plan have in the folders of all languages."""
        folder = self.project.root / TRANSLATIONS
        with disk_refusals(TRANSLATIONS):
            languages = [entry.name for entry in self.project.safe_folder.entries(folder)]
        names = []
        for language in languages:
            for ending in TRANSLATION_ENDINGS:
                names.append(f"{TRANSLATIONS}/{language}/{plan_id}{ending}")
        return names

    def add_picture(self, name: str, content: bytes) -> str:
        """Put a picture into the folder of the pictures, and return the name of its file.

        The name is made of letters, digits and hyphens, with a number if another picture has it already. Raises
        ProblemsFound if it is no picture that documents can print.
        """
        try:
            kind = prepare_picture(content).media_type.rpartition("/")[2]
        except PictureError as error:
            limit = f"{error.limit:,}"
            raise ProblemsFound([problem("picture-invalid", form=error.form, name=name, limit=limit)]) from error
        stem = better_id(PurePath(name.replace("\\", "/")).stem) or "picture"
        return self.changes.add_file("picture", f"{PLANS}/{PICTURES}", stem, _PICTURE_ENDINGS[kind], content)

    def delete(self, plan_id: str) -> None:
        """Move a plan, with its translations, to the folder of deleted plans. Raises ProblemsFound."""
        self._path(plan_id)
        with self._locked_plans(plan_id):
            files: dict[str, tuple[bytes | None, bytes | None]] = {}
            for name, content in self._files_of(plan_id).items():
                self._keep_deleted(name, content)
                files[name] = (content, None)
            self.changes.write("delete", files)

    def _keep_deleted(self, name: str, content: bytes) -> None:
        """Keep a copy of a file; a number keeps it apart from earlier ones of the same name."""
        folder = self.project.plans / DELETED
        shown = f"{PLANS}/{DELETED}"
        safe_folder = self.project.safe_folder
        # Refuse a folder that is a link before a name is chosen: all names in it would seem to be taken, without end.
        make_folder(folder, shown, safe_folder)
        kept_name = Path(name)
        if not name.startswith(f"{PLANS}/"):  # as `translations-fr-ID.po`
            kept_name = Path(name.replace("/", "-"))
        file = kept_name.name
        number = 1
        while not self._can_be_kept_as(f"{shown}/{file}", content):
            number += 1
            file = f"{kept_name.stem}-{number}{kept_name.suffix}"
        ignored = NewFile(folder / ".gitignore", b"*\n", shown, safe_folder)
        write_files([ignored, NewFile(folder / file, content, shown, safe_folder)])

    def _can_be_kept_as(self, name: str, content: bytes) -> bool:
        """Return whether the name is free, or its file has this content already."""
        present = self.changes.current(name)
        if present is None:  # no file, or one that cannot be read
            return not self.project.has(name)
        return present == content

    # Names, digests, texts

    def _path(self, plan_id: str) -> Path:
        """Return the file of a plan of the project. Raises ProblemsFound if there is none."""
        paths = {path.stem: path for path in self.project.plan_paths()}
        if plan_id not in paths:
            hint = did_you_mean(plan_id, paths)
            raise ProblemsFound([problem("plan-unknown", form="name", name=plan_id, hint=hint)])
        return paths[plan_id]

    def _name(self, plan_id: str) -> str:
        return f"{PLANS}/{plan_id}{PLAN_ENDING}"

    def _remember(self, plan_id: str, content: bytes, text: str) -> str:
        digest = content_digest(content)
        self._texts[digest] = Source(self._name(plan_id), text)
        self._texts.move_to_end(digest)
        while len(self._texts) > MAX_TEXTS:
            self._texts.popitem(last=False)
        return digest


def _renamed(name: str, plan_id: str) -> str:
    """Return the name of a file of a plan, such as its translation, for another id of the plan."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{plan_id}{path.suffix}"))


def conflict_record(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as the answer of the server has it."""
    path = field_name(conflict.loc)
    return {"path": path, "yours": json_value(conflict.yours), "theirs": json_value(conflict.theirs)}


def place_of_change(change: Mapping[str, Any]) -> Loc:
    """Return the place that a change names; an empty one is the whole file. Raises ProblemsFound if it is no name."""
    path = change["path"]
    if path and not is_name(path):
        raise ProblemsFound([problem("plan-place-unknown", field=shortened(path))])
    return loc_of(path)


def known_fields_of(project: Project, path: Path) -> KnownFields:
    """Return the fields that a plan may have, with those that its project and its pack declare."""
    opened = opened_despite_errors(project)
    try:
        values = opened.read_tree(path).value
    except ProblemsFound:
        return BUILT_IN
    return opened.fields_of(values)


def _wanted_change(change: Mapping[str, Any], known: KnownFields) -> WantedChange:
    loc = place_of_change(change)
    value = change.get("value")
    if change["op"] != "move":
        value = as_written(known.at(loc), value)
    value_change = ValueChange(change["op"], loc, value)
    return WantedChange(value_change, change.get("was", ABSENT))


def _listed_record(plan: ListedPlan) -> dict[str, Any]:
    percent = plan.first("completeness")
    return {
        "id": plan.path.stem,
        "title": BETWEEN.join(plan.columns) or plan.path.stem,
        "cities": list(plan.facts.get("city", ())),
        "countries": list(plan.facts.get("country", ())),
        "themes": list(plan.facts.get("theme", ())),
        "completeness": int(percent) if percent else None,
        "status": plan.first("status"),
        "updated": plan.first("updated"),
        "template": plan.first("template"),
        "errors": len(plan.errors),
    }


def _percent(produced: Produced, tree: Tree, opened: OpenedProject) -> int | None:
    """Return how much of the plan is known in percent; None if its cities or its pack have errors."""
    plan = produced.plan or read_valid_part(tree, opened.fields_of(tree.value))
    if plan is None or not produced.pack:
        return None
    return completeness(plan, opened.packs.open(produced.pack))


def _printed(produced: Produced) -> dict[str, str]:
    """Return the text of each cell of the fact table that shows a single field, by that field."""
    if produced.summary is None:
        return {}
    printed = {}
    for row in produced.summary.rows:
        if row.shared:  # its cell is about all cities, so it belongs to none
            continue
        for cell, fields in zip(row.cells, row.fields, strict=False):
            if len(fields) == 1:
                printed[fields[0]] = cell.text
    return printed


def _formatted(tree: Tree, opened: OpenedProject, default_language: str) -> dict[str, str]:
    """Return the rich texts of a plan by their places as HTML in which all text is escaped."""
    values = tree.value
    if not isinstance(values, dict):
        return {}
    language = own_language(values, default_language)
    formatted = {}
    for path, written in _rich_texts(values, opened.fields_of(values)):
        with suppress(ProblemsFound):
            formatted[path] = rich_markup(parse_rich_text(written), language)
    return formatted


def _rich_texts(values: Mapping[str, Any], known: KnownFields) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each rich text of a plan, also of those in lists and entries."""
    for field in known.inside():
        written = values.get(field.path)
        if field.is_rich and isinstance(written, str):
            yield field.path, written
        if not isinstance(written, list):
            continue
        for index, item in enumerate(written):
            path = f"{field.path}[{index}]"
            if field.is_rich and isinstance(item, str):
                yield path, item
            elif isinstance(item, dict):
                yield from _rich_texts_of_entry(item, path, known.inside(field.path))


def _rich_texts_of_entry(entry: Mapping[str, Any], path: str, fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        written = entry.get(field.name)
        if field.is_rich and isinstance(written, str):
            yield f"{path}.{field.name}", written
