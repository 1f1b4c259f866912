"""The plans of a project as the editor shows and changes them; all rules about plans are those of the library."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.pipeline import Produced, produce
from ucap_reports.batch.plan_files import PICTURES, TranslationFiles
from ucap_reports.batch.plan_history import FileChange, HistoryEntry, PlanHistory, refuse_links, write_or_remove
from ucap_reports.batch.plan_list import ListedPlan, list_plans
from ucap_reports.batch.project_settings import ProjectSettings, project_settings
from ucap_reports.check.completeness import completeness
from ucap_reports.editor.form_fields import known_fields_of
from ucap_reports.html.web_template import rich_markup
from ucap_reports.pictures.decoding_limits import PictureError
from ucap_reports.pictures.prepare_picture import prepare_picture
from ucap_reports.plan.fields import FIGURES, Field, FieldType
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.name_hints import better_id
from ucap_reports.plan.plan_model import Plan, read_plan, read_valid_part
from ucap_reports.plan.writing.merged_edits import (
    Conflict,
    ConflictsFound,
    WantedChange,
    json_value,
    merged_plan,
    value_differences,
)
from ucap_reports.plan.writing.value_edits import ABSENT, ValueChange, editing_obstacles, plan_file_text
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, did_you_mean, problem, problem_record
from ucap_reports.source.scalars import WrittenDecimal, WrittenInteger, plain_value
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Tree, field_name, loc_of
from ucap_reports.storage.atomic_files import NewFile, disk_refusals, make_folder, write_files
from ucap_reports.storage.decoding import Source, decode_source, encoded_like, read_content, unprintable
from ucap_reports.storage.file_lock import locked
from ucap_reports.storage.project_folder import PLAN_ENDING, PLAN_ID, PLANS, RESERVED_ID, TRANSLATIONS, Project
from ucap_reports.summary.summary import BETWEEN
from ucap_reports.text.markup import parse_rich_text

DELETED = ".deleted"
"""The folder in `plans/` with deleted plans, which git ignores."""
MAX_TEXTS = 500
"""Texts of plan files that are kept by digest, to merge changes that were made in them."""
MAX_UNDONE = 200
_PICTURE_ENDINGS = {"jpeg": ".jpg", "png": ".png"}
SCHEMA_LINE = "# yaml-language-server: $schema=plan.schema.json\n"


class DigestConflict(Exception):  # noqa: N818 - named like ConflictsFound
    """Raised where a file was changed since it was shown, at the places of `conflicts`, and nothing was changed."""

    def __init__(self, conflicts: Sequence[Conflict], digest: str, values: Any) -> None:
        super().__init__("the plan has changed")
        self.conflicts = tuple(conflicts)
        self.digest = digest
        self.values = values


class NothingToUndo(Exception):  # noqa: N818 - an answer, not an error
    """Raised where there is no change to undo or redo."""


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
        self._history = PlanHistory(project)
        self._texts: OrderedDict[str, Source] = OrderedDict()
        self._done: list[HistoryEntry] = []
        self._undone: list[HistoryEntry] = []

    # What is shown

    def plans(self) -> list[dict[str, Any]]:
        """Return the plans in the order of their ids, each with its facts and the number of its errors."""
        settings = project_settings(self.project)
        listed = list_plans(self.project, self.project.plan_paths(), settings)
        return [_listed_record(plan) for plan in listed]

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
            "problems": [problem_record(found) for found in checked.problems],
            "completeness": checked.completeness,
            "printed": checked.printed,
            "formatted": checked.formatted,
            "undo": bool(self._done),
            "redo": bool(self._undone),
        }

    def _checked(self, plan_id: str, content: bytes) -> Checked:
        """Return the plan with its problems, without building documents."""
        path = self.project.plans / f"{plan_id}{PLAN_ENDING}"
        shown = self.project.shown(path)
        try:
            source = decode_source(content, shown)
        except ProblemsFound as found:
            return Checked(content, content.decode("utf-8", "replace"), None, found.problems, None)
        try:
            settings = project_settings(self.project)
        except ProblemsFound as found:
            settings = ProjectSettings(problems=found.problems)
        packs = PackStore(self.project, settings.pack)
        options = replace(settings.options(), formats=())
        try:
            tree = parse_tolerantly(source)
        except ProblemsFound:
            tree = None
        try:
            files = TranslationFiles(self.project, settings.languages).with_pictures(path, source)
        except ProblemsFound as found:  # the folder of the translations cannot be read
            return Checked(content, source.text, tree, found.problems, None)
        produced = produce(source, packs.open, options, files)
        problems_once = dict.fromkeys((*produced.problems, *settings.problems))
        problems = sorted(problems_once, key=_order)
        known = packs.fields(tree.value if tree is not None else None, settings.template) or BUILT_IN
        return Checked(
            content,
            source.text,
            tree,
            tuple(problems),
            _percent(produced, tree, packs, settings.template),
            _printed(produced),
            _formatted(tree, known),
        )

    # What is changed

    def change(
        self, plan_id: str, digest: str, changes: Sequence[Mapping[str, Any]], visit: str = ""
    ) -> dict[str, Any]:
        """Make changes in a plan that was shown with that digest, and return the plan.

        Args:
            plan_id: The plan.
            digest: That of the plan when it was shown.
            changes: Mappings with `op`, `path`, `value` and `was`, as in the contract of the editor.
            visit: What makes several calls one step to undo, such as the visit to a field.

        Raises:
            DigestConflict: If the plan was changed since at the same places; then nothing is changed.
            ProblemsFound: If the plan is unknown, or cannot be edited by field.
        """
        path = self._path(plan_id)
        shown = self.project.shown(path)
        known = self._known(path)
        wanted = [_wanted_change(change, known) for change in changes]
        with locked(path):
            content = read_content(path, shown, within=self.project.safe_folder)
            try:
                after = self._after(wanted, decode_source(content, shown), digest, content, known)
            except ConflictsFound as found:
                record = self._record(plan_id, content)
                raise DigestConflict(found.conflicts, record["digest"], record["values"]) from found
            if after != content:
                self._write("edit", {self._name(plan_id): (content, after)}, visit)
        return self._record(plan_id, after)

    def _after(
        self, wanted: Sequence[WantedChange], now: Source, digest: str, content: bytes, known: KnownFields
    ) -> bytes:
        """Return the content of a plan file after changes. Raises ConflictsFound, and ProblemsFound."""
        if any(not one.change.loc for one in wanted):
            text = self._with_text(wanted, now, digest, content)
        else:
            shown = now if digest == _digest(content) else self._texts.get(digest)
            text = merged_plan(now, wanted, shown, known).text
        return encoded_like(text, content)

    def _with_text(self, wanted: Sequence[WantedChange], now: Source, digest: str, content: bytes) -> str:
        """Return the text of a file that is changed as a whole, because it cannot be edited by field.

        Raises ProblemsFound if other changes are beside it, or if no file can contain the text.
        """
        change = wanted[0].change
        if len(wanted) > 1 or change.op != "set" or not isinstance(change.value, str):
            raise ProblemsFound([problem("plan-place-unknown", field="")])
        if unprintable(change.value):
            raise ProblemsFound([problem("plan-not-editable", Location(now.path), form="characters")])
        if digest != _digest(content):
            raise ConflictsFound([Conflict((), change.value, now.text)])
        return change.value

    def create(self, plan_id: str, origin: str | None = None) -> dict[str, Any]:
        """Create a plan, empty or as a copy of another one, and return it. Raises ProblemsFound."""
        if not PLAN_ID.fullmatch(plan_id) or RESERVED_ID.fullmatch(plan_id):
            form = "reserved" if RESERVED_ID.fullmatch(plan_id) else "characters"
            raise ProblemsFound([problem("id-invalid", form=form, id=plan_id)])
        name = self._name(plan_id)
        if self.project.has(name):
            raise ProblemsFound([problem("plan-exists", Location(name))])
        if origin is None:
            content = (SCHEMA_LINE + plan_file_text({"cities": [{"name": None}, {"name": None}]})).encode()
        else:
            path = self._path(origin)
            content = read_content(path, self.project.shown(path), within=self.project.safe_folder)
        self._write("new" if origin is None else "duplicate", {name: (None, content)})
        return self._record(plan_id, content)

    def add_picture(self, name: str, content: bytes) -> str:
        """Put a picture into the folder of the pictures, and return the name of its file.

        The name is made of letters, digits and hyphens, with a number if another picture has it already. Raises
        ProblemsFound if it is no picture that documents can print.
        """
        try:
            kind = prepare_picture(content).media_type.rpartition("/")[2]
        except PictureError as error:
            most = f"{error.most:,}"
            raise ProblemsFound([problem("picture-invalid", form=error.form, name=name, most=most)]) from error
        stem = better_id(PurePath(name.replace("\\", "/")).stem) or "picture"
        number, file = 1, f"{stem}{_PICTURE_ENDINGS[kind]}"
        while (present := self._history.current(f"{PLANS}/{PICTURES}/{file}")) is not None:
            if present == content:
                return file
            number += 1
            file = f"{stem}-{number}{_PICTURE_ENDINGS[kind]}"
        self._write("picture", {f"{PLANS}/{PICTURES}/{file}": (None, content)})
        return file

    def delete(self, plan_id: str) -> None:
        """Move a plan, with its translations, to the folder of deleted plans. Raises ProblemsFound."""
        names = [self.project.shown(self._path(plan_id))]
        folder = self.project.root / TRANSLATIONS
        with disk_refusals(TRANSLATIONS):
            languages = [entry.name for entry in self.project.safe_folder.entries(folder)]
        for language in languages:
            translation = f"{TRANSLATIONS}/{language}/{plan_id}.po"
            if self.project.has(translation):
                names.append(translation)
        removed = {}
        for name in names:
            with disk_refusals(name):
                content = self.project.safe_folder.read_file(self.project.root / name)
            removed[name] = (content, None)
            self._keep_deleted(name, content)
        self._write("delete", removed)

    def _keep_deleted(self, name: str, content: bytes) -> None:
        folder = self.project.plans / DELETED
        shown = f"{PLANS}/{DELETED}"
        kept_name = Path(name).name if name.startswith(f"{PLANS}/") else name.replace("/", "-")
        target = folder / kept_name
        safe_folder = self.project.safe_folder
        make_folder(folder, shown, safe_folder)
        ignored = NewFile(folder / ".gitignore", b"*\n", shown, safe_folder)
        write_files([ignored, NewFile(target, content, shown, safe_folder)])

    def undo(self) -> dict[str, Any]:
        """Undo the last change since the editor was started. Raises NothingToUndo, DigestConflict or ProblemsFound."""
        return self._restore(self._done, self._undone, is_undo=True)

    def redo(self) -> dict[str, Any]:
        """Make the last change that was undone again. Raises NothingToUndo, DigestConflict or ProblemsFound."""
        return self._restore(self._undone, self._done, is_undo=False)

    def _restore(self, source: list[HistoryEntry], target: list[HistoryEntry], *, is_undo: bool) -> dict[str, Any]:
        if not source:
            raise NothingToUndo
        entry = source[-1]
        contents = {}
        try:
            for file in entry.files:
                if is_undo:
                    contents[file.path] = self._restored(file.path, file.after, file.before)
                else:
                    contents[file.path] = self._restored(file.path, file.before, file.after)
        except (DigestConflict, ProblemsFound):
            source.pop()  # what somebody else has written since stays, and the changes before can still be undone
            raise
        refuse_links(self.project, contents)
        for name, (_, after) in contents.items():
            write_or_remove(self.project, name, after)
        source.pop()  # only now: a change that the disk refused can be undone later
        if is_undo:
            self._history.forget(entry)
            target.append(entry)
        else:
            files = [FileChange(name, before, after) for name, (before, after) in contents.items()]
            target.append(self._history.record(entry.command, files) or entry)
        plans = [Path(name).stem for name in contents if name.startswith(f"{PLANS}/")]
        return {"command": entry.command, "plans": plans, "undo": bool(self._done), "redo": bool(self._undone)}

    def _restored(self, name: str, old: bytes | None, new: bytes | None) -> tuple[bytes | None, bytes | None]:
        """Return a file as it is now, and as it is to be: `old` becomes `new`, and later changes of it are kept."""
        now = self._history.current(name)
        if now == old:
            return now, new
        if now is None or old is None or new is None:
            raise DigestConflict([Conflict((), None, None)], _digest(now or b""), None)
        current, before, wanted = (decode_source(content, name) for content in (now, old, new))
        changes = value_differences(parse_tolerantly(before).value, parse_tolerantly(wanted).value)
        try:
            text = merged_plan(current, changes, before).text
        except ConflictsFound as found:
            values = json_value(parse_tolerantly(current).value)
            raise DigestConflict(found.conflicts, _digest(now), values) from found
        return now, encoded_like(text, now)

    def _write(self, command: str, files: Mapping[str, tuple[bytes | None, bytes | None]], visit: str = "") -> None:
        """Write the files of a change, after it is in the history. A change that links prevent is not."""
        changes = [FileChange(name, before, after) for name, (before, after) in files.items()]
        refuse_links(self.project, files)
        entry = self._history.record(command, changes, visit)
        for change in changes:
            write_or_remove(self.project, change.path, change.after)
        if entry is None:
            return
        if self._done and self._done[-1].number == entry.number:
            self._done.pop()
        self._done.append(entry)
        self._undone.clear()
        del self._done[:-MAX_UNDONE]

    # Names, fields, digests, texts

    def _known(self, path: Path) -> KnownFields:
        """Return the fields that a plan may have: those of all plans, of the project and of its pack."""
        return known_fields_of(self.project, path)

    def _path(self, plan_id: str) -> Path:
        """Return the file of a plan of the project. Raises ProblemsFound if there is none."""
        paths = {path.stem: path for path in self.project.plan_paths()}
        if plan_id not in paths:
            raise ProblemsFound([problem("plan-unknown", form="name", name=plan_id, hint=did_you_mean(plan_id, paths))])
        return paths[plan_id]

    def _name(self, plan_id: str) -> str:
        return f"{PLANS}/{plan_id}{PLAN_ENDING}"

    def _remember(self, plan_id: str, content: bytes, text: str) -> str:
        digest = _digest(content)
        self._texts[digest] = Source(self._name(plan_id), text)
        self._texts.move_to_end(digest)
        while len(self._texts) > MAX_TEXTS:
            self._texts.popitem(last=False)
        return digest


def conflict_record(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as the answer of the server has it."""
    path = field_name(conflict.loc)
    return {"path": path, "yours": json_value(conflict.yours), "theirs": json_value(conflict.theirs)}


def _wanted_change(change: Mapping[str, Any], known: KnownFields) -> WantedChange:
    loc = loc_of(change["path"])
    if not loc and change["path"]:
        raise ProblemsFound([problem("plan-place-unknown", field=change["path"])])
    value = change.get("value")
    if change["op"] != "move":
        value = _as_written(known.at(loc), value)
    return WantedChange(ValueChange(change["op"], loc, value), change.get("was", ABSENT))


def _as_written(described: Field | None, value: Any) -> Any:
    """Return a value as a person would write it in the file: digits as the value of a number are a number."""
    if described is None or described.type not in FIGURES or not isinstance(value, str):
        return value
    number = plain_value(value.strip())
    return number if isinstance(number, WrittenInteger | WrittenDecimal) else value


def _listed_record(plan: ListedPlan) -> dict[str, Any]:
    percent = plan.first("completeness")
    return {
        "id": plan.path.stem,
        "title": BETWEEN.join(plan.facts.get("city", ())) or plan.path.stem,
        "cities": list(plan.facts.get("city", ())),
        "countries": list(plan.facts.get("country", ())),
        "themes": list(plan.facts.get("theme", ())),
        "completeness": int(percent) if percent else None,
        "status": plan.first("status"),
        "updated": plan.first("updated"),
        "template": plan.first("template"),
        "errors": len(plan.errors),
    }


def _percent(produced: Produced, tree: Tree | None, packs: PackStore, template: str) -> int | None:
    """Return how much of the plan is known in percent; None if its cities or its pack have errors."""
    plan: Plan | None = None
    if tree is not None:
        fields = packs.fields(tree.value, template)
        try:
            plan = read_plan(tree, fields)
        except ProblemsFound:
            plan = read_valid_part(tree, fields)
    if plan is None or not produced.pack:
        return None
    return completeness(plan, packs.open(produced.pack))


def _printed(produced: Produced) -> dict[str, str]:
    """Return the texts of the cells of the fact table by the only field that each shows."""
    printed = {}
    rows = produced.summary.rows if produced.summary is not None else ()
    for row in rows:
        for cell, fields in zip(row.cells, row.fields, strict=False):
            if len(fields) == 1 and not row.shared:
                printed[fields[0]] = cell.text
    return printed


def _formatted(tree: Tree | None, known: KnownFields) -> dict[str, str]:
    """Return the rich texts of a plan, other than those of entries, as HTML in which all text is escaped."""
    values = tree.value if tree is not None else None
    if not isinstance(values, dict):
        return {}
    language = values.get(known.of_type(FieldType.LANGUAGE).path)
    formatted = {}
    for field in known.inside():
        written = values.get(field.path)
        if field.is_rich and isinstance(written, str):
            with suppress(ProblemsFound):
                rich = parse_rich_text(written)
                formatted[field.path] = rich_markup(rich, str(language or "en"))
    return formatted


def _order(found: Problem) -> int:
    return list(Severity).index(found.severity)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
