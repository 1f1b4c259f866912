"""The settings of an office as the editor shows and changes them: `ucap.yaml`, and the project's own template pack.

The values are those of `ucap.yaml`, with those of `pack.yaml` under `pack`, which is no setting of a project. Only the
changed values are written. All rules about settings and packs are those of the library.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_despite_errors, project_settings
from ucap_reports.batch.options_settings_and_source_date import ProjectSettings, pack_name
from ucap_reports.batch.pack_store import pack_folders
from ucap_reports.check.pack_check import check_named
from ucap_reports.editor.plan_editing import place_of_change
from ucap_reports.editor.undoable_changes import DigestConflict, UndoableChanges, content_digest
from ucap_reports.page.page_tree import ending_of_picture
from ucap_reports.pictures.picture_preparation_and_quality import PictureError
from ucap_reports.plan.countries_goals_and_partnerships import country_names
from ucap_reports.plan.custom_field_declarations import ColumnDeclaration, Declaration, reserved_names
from ucap_reports.plan.plan_ids import better_id
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.editor_change_merge import (
    Conflict,
    ConflictsFound,
    WantedChange,
    merged_plan,
    replaced_text,
)
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    editing_obstacles,
    json_value,
    plan_file_text,
    value_at,
    values_of_new_file,
)
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, problem_record
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.decoding import Source, decode_source, encoded_like, read_content, readable_text
from ucap_reports.storage.project_folder import PACK_IMAGES, PACK_SETTINGS, SETTINGS_FILE, TEMPLATES, Project
from ucap_reports.summary.document_formats_and_pdf_standards import Format, PdfStandard
from ucap_reports.template.lengths_colours_and_paper_sizes import LEAST_CONTRAST, Colour, contrast
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import pack_name_problem, pack_names
from ucap_reports.template.theme_and_line_spacing import ThemeSettings

PACK = "pack"
"""The name under which the values of `pack.yaml` are."""
MAX_TEXTS = 200
"""States of the two files that are kept by digest, to merge changes that were made in them."""
_PAPER = Colour.parse("#FFFFFF")
_FIELDS, _CITIES = "fields", "cities"


class OfficeFiles(Struct, frozen=True):
    """The texts of the two files; None for one that does not exist. `pack` is the name of the project's own pack."""

    settings: bytes | None
    pack: str | None
    pack_file: bytes | None

    @property
    def digest(self) -> str:
        """The digest of both files."""
        pack = (self.pack or "").encode()
        return content_digest(b"\0".join((self.settings or b"", pack, self.pack_file or b"")))


class OfficeEditing:
    """The settings of a project, read, checked and changed. For one thread."""

    def __init__(self, project: Project, changes: UndoableChanges) -> None:
        self._project = project
        self._changes = changes
        self._known: OrderedDict[str, OfficeFiles] = OrderedDict()

    def office(self) -> dict[str, Any]:
        """Return the settings: their digest, values and problems, and what can be chosen. Raises ProblemsFound."""
        files = self._files()
        self._known[files.digest] = files
        while len(self._known) > MAX_TEXTS:
            self._known.popitem(last=False)
        values = _values(files.settings, SETTINGS_FILE)
        pack_values = None if files.pack is None else _values(files.pack_file, self._pack_path(files.pack))
        opened, problems = self._checked(files.pack)
        template = files.pack or opened.settings.template
        pack: Pack | None = None
        try:
            pack = opened.packs.open(template)
        except ProblemsFound as error:
            records = [_of_pack(fault, self._pack_path(template)) for fault in error.problems]
            problems += [record for record in records if record not in problems]
        return {
            "id": "office",
            "digest": files.digest,
            "values": None if values is None else {**values, PACK: pack_values},
            "text": readable_text(files.settings or b""),
            "editable": values is not None,
            "problems": problems,
            "completeness": None,
            "undo": self._changes.can_undo,
            "redo": self._changes.can_redo,
            "own_pack": files.pack,
            "template": template,
            "packs": list(pack_names(pack_folders(self._project))),
            "formats": list(Format),
            "standards": list(PdfStandard),
            "types": list(get_args(Declaration.model_fields["type"].annotation)),
            "column_types": list(get_args(ColumnDeclaration.model_fields["type"].annotation)),
            "reserved": sorted(reserved_names(BUILT_IN)),
            "countries": sorted(names[0] for names in country_names().values()),
            "pack": None if pack is None else _described(pack),
        }

    def change(self, digest: str, changes: Sequence[Mapping[str, Any]], visit: str = "") -> dict[str, Any]:
        """Make changes in settings that were shown with that digest, and return the settings.

        Raises DigestConflict if they were changed since at the same places, and ProblemsFound if a file cannot be
        edited by field; then nothing is changed.
        """
        with self._locked() as files:
            shown = files if digest == files.digest else self._known.get(digest)
            before = shown or OfficeFiles(None, None, None)
            own, of_pack = _by_file(changes)
            if of_pack and files.pack is None:
                raise ProblemsFound([problem("plan-place-unknown", field=PACK)])
            written: dict[str, tuple[bytes | None, bytes | None]] = {}
            conflicts: list[Conflict] = []
            for name, start, wanted, content, was in (
                (SETTINGS_FILE, (), own, files.settings, before.settings),
                (self._pack_path(files.pack or ""), (PACK,), of_pack, files.pack_file, before.pack_file),
            ):
                if not wanted:
                    continue
                try:
                    after = _edited(name, content, wanted, was, is_known=shown is not None)
                except ProblemsFound as error:
                    raise ProblemsFound([_at_place(fault, start) for fault in error.problems]) from error
                except ConflictsFound as error:
                    for conflict in error.conflicts:
                        conflicts.append(replace(conflict, loc=(*start, *conflict.loc)))
                else:
                    written[name] = (content, after)
            if conflicts:
                office = self.office()
                raise DigestConflict(conflicts, office["digest"], office["values"])
            self._changes.write("office", written, visit)
        return self.office()

    def create_pack(self, name: str) -> dict[str, Any]:
        """Create a pack that extends that of the project, and make it the project's. Raises ProblemsFound."""
        invalid_name = pack_name_problem(name)
        if invalid_name is not None:
            raise ProblemsFound([invalid_name])
        path = self._pack_path(name)
        with self._locked(path) as files:
            if name in pack_names(pack_folders(self._project)) or self._project.has(f"{TEMPLATES}/{name}"):
                raise ProblemsFound([problem("pack-exists", Location(f"{TEMPLATES}/{name}"), name=name)])
            settings = project_settings(self._project)
            change = WantedChange(ValueChange("set", ("template",), name))
            chosen = _edited(SETTINGS_FILE, files.settings, [change], files.settings, is_known=True)
            new = plan_file_text(path, {"extends": settings.template}).encode()
            self._changes.write("office", {path: (None, new), SETTINGS_FILE: (files.settings, chosen)})
        return self.office()

    def add_logo(self, name: str, content: bytes) -> str:
        """Put a picture into the project's own pack, and return its path in the pack, for the setting of the logo.

        Its ending is that of its content. Raises ProblemsFound if no page can print it, or if there is no own pack.
        """
        pack = self._files().pack
        if pack is None:
            raise ProblemsFound([problem("plan-place-unknown", field=PACK)])
        try:
            ending = ending_of_picture(content)
        except PictureError as error:
            details = {"form": error.form, "name": name, "limit": f"{error.limit:,}"}
            faults = [problem("image-invalid", content=part, **details) for part in error.contents]
            raise ProblemsFound(faults) from error
        stem = better_id(PurePath(name.replace("\\", "/")).stem) or "logo"
        file = self._changes.add_file("office", f"{TEMPLATES}/{pack}/{PACK_IMAGES}", stem, ending, content)
        return f"{PACK_IMAGES}/{file}"

    @contextmanager
    def _locked(self, *names: str) -> Iterator[OfficeFiles]:
        """Keep commands from changing the two files, and others, during the block, which gets them as they are now."""
        files = self._files()
        while True:
            own_pack = [] if files.pack is None else [self._pack_path(files.pack)]
            with self._changes.locked([SETTINGS_FILE, *own_pack, *names]):
                current = self._files()
                if current.pack == files.pack:
                    yield current
                    return
            files = current

    def _files(self) -> OfficeFiles:
        settings = self._content(SETTINGS_FILE)
        pack = self._own_pack(settings)
        pack_file = None if pack is None else self._content(self._pack_path(pack))
        return OfficeFiles(settings, pack, pack_file)

    def _content(self, name: str) -> bytes | None:
        if not self._project.has(name):
            return None
        return read_content(self._project.root / name, name, within=self._project.safe_folder)

    def _own_pack(self, settings: bytes | None) -> str | None:
        """Return the name of the pack that the settings name, if it is one of the project."""
        values = _values(settings, SETTINGS_FILE) or {}
        name = pack_name(values, ProjectSettings().template)
        own_folder = pack_folders(self._project)[:1]
        if name not in pack_names(own_folder):
            return None
        return name if self._project.has(self._pack_path(name)) else None

    def _pack_path(self, name: str) -> str:
        return f"{TEMPLATES}/{name}/{PACK_SETTINGS}"

    def _checked(self, own_pack: str | None) -> tuple[OpenedProject, list[dict[str, Any]]]:
        """Return the project with its settings as far as they are valid, and the problems of both files."""
        opened = opened_despite_errors(self._project)
        records = [problem_record(fault) for fault in opened.settings.problems]
        if own_pack is not None:
            checked = check_named(own_pack, pack_folders(self._project), opened.settings.declared)
            records += [_of_pack(fault, self._pack_path(own_pack)) for fault in checked.problems]
        return opened, records


def _values(content: bytes | None, name: str) -> dict[str, Any] | None:
    """Return the values of a file; none if it does not exist or is empty, None if it cannot be edited by field."""
    if content is None:
        return {}
    try:
        source = decode_source(content, name)
        if not _has_values(source):
            return {}
        tree = parse_tolerantly(source)
    except ProblemsFound:
        return None
    if editing_obstacles(tree):
        return None
    values: dict[str, Any] = json_value(tree.value)
    return values


def _has_values(source: Source) -> bool:
    """Return whether a file has more than blank lines and comments."""
    for line in source.text.removeprefix("\ufeff").splitlines():
        written = line.strip()
        if written and not written.startswith("#"):
            return True
    return False


def _by_file(changes: Sequence[Mapping[str, Any]]) -> tuple[list[WantedChange], list[WantedChange]]:
    """Return the changes of `ucap.yaml` and those of `pack.yaml`. Raises ProblemsFound for one without a place."""
    settings: list[WantedChange] = []
    pack: list[WantedChange] = []
    for change in changes:
        loc = place_of_change(change)
        is_of_pack = loc[:1] == (PACK,)
        if is_of_pack:
            loc = loc[1:]
        if loc[:2] == (_FIELDS, _CITIES):  # a field of cities is declared by one key with a dot
            loc = (_FIELDS, ".".join(map(str, loc[1:3])), *loc[3:])
        value_change = ValueChange(change["op"], loc, change.get("value"))
        wanted = WantedChange(value_change, change.get("was", ABSENT))
        if is_of_pack:
            pack.append(wanted)
        else:
            settings.append(wanted)
    return settings, pack


def _edited(
    name: str, content: bytes | None, wanted: Sequence[WantedChange], shown: bytes | None, *, is_known: bool
) -> bytes:
    """Return the content of a file after changes. Raises ConflictsFound and ProblemsFound."""
    old_content = content or b""  # a file that does not exist yet is like an empty one
    changes_whole_file = any(not wanted_change.change.loc for wanted_change in wanted)
    if changes_whole_file:
        return replaced_text(name, old_content, wanted, is_as_shown=is_known and shown == content)
    now = decode_source(old_content, name) if old_content else Source(name, "")
    if not _has_values(now):
        changes = [wanted_change.change for wanted_change in wanted]
        return _with_first_values(name, old_content, now.text, changes)
    before = decode_source(shown, name) if shown and is_known else None
    values = parse_tolerantly(now).value
    without_empty = [_without_empty_mappings(wanted_change, values) for wanted_change in wanted]
    merged = merged_plan(now, without_empty, before)
    return encoded_like(merged.text, old_content)


def _with_first_values(name: str, content: bytes, text: str, changes: Sequence[ValueChange]) -> bytes:
    """Return the content of a file, whose text has nothing but comments, with the values of changes below them."""
    values = values_of_new_file(name, changes)
    if not values:
        return content
    if text and not text.endswith("\n"):
        text = f"{text}\n"
    return encoded_like(text + plan_file_text(name, values), content)


def _without_empty_mappings(wanted: WantedChange, values: Any) -> WantedChange:
    """Return a change that clears a setting so that it also removes the mappings that would be empty after it.

    In a plan, a field without a value is unknown; in settings, a mapping without one may be an error.
    """
    change = wanted.change
    if change.op in {"insert", "move"} or (change.op == "set" and change.value is not None):
        return wanted
    loc = change.loc
    was = wanted.was
    while len(loc) > 1 and value_at(values, loc[:-1]) == {loc[-1]: value_at(values, loc)}:
        if was is not ABSENT:
            was = {loc[-1]: was}
        loc = loc[:-1]
    if loc == change.loc:
        return WantedChange(ValueChange(change.op, loc), was)
    return WantedChange(ValueChange("remove", loc), was)


def _at_place(fault: Problem, start: Loc) -> Problem:
    """Return a problem of a change; an unknown place of `pack.yaml` has the name that the request had for it."""
    if fault.code != "plan-place-unknown" or not start:
        return fault
    field = fault.details["field"]
    if field == '""':  # the whole file
        return problem("plan-place-unknown", field=PACK)
    return problem("plan-place-unknown", field=f"{PACK}.{field}")


def _of_pack(fault: Problem, path: str) -> dict[str, Any]:
    """Return a problem of a pack, whose field is below that of the pack if it is in its file."""
    record = problem_record(fault)
    if record["path"] == path and record["field"]:
        record["field"] = f"{PACK}.{record['field']}"
    return record


def _described(pack: Pack) -> dict[str, Any]:
    """Return what the form shows of the pack of the project, with all that it inherits."""
    settings = pack.settings
    label_languages = [language for language in pack.labels if language]
    languages = dict.fromkeys([settings.language, *label_languages])
    rows = []
    for row in settings.rows:
        labels = {language: texts.get(row.field, "") for language, texts in settings.labels.items()}
        when_unknown = row.when_unknown or settings.when_unknown
        rows.append({"field": row.field, "label": row.label, "labels": labels, "when_unknown": when_unknown})
    return {
        "name": pack.name,
        "extends": settings.extends,
        "title": settings.title,
        "language": settings.language,
        "lead": settings.contact.lead,
        "contact": {name: getattr(settings.contact, name) for name in type(settings.contact).model_fields},
        "colours": list(_colours(settings.theme, pack)),
        "logo": None if settings.logo is None else settings.logo.model_dump(),
        "languages": list(languages),
        "label_languages": list(settings.programme_label),
        "rows": rows,
    }


def _colours(theme: ThemeSettings, pack: Pack) -> Iterator[dict[str, Any]]:
    """Yield each colour of a pack with its uses, and its contrast with white paper (WCAG 2.2)."""
    for name, colour in pack.theme.colours.items():
        styles = theme.styles.values()
        uses = []
        if any(style.colour == name for style in styles):
            uses.append("text")
        if any(style.background == name for style in styles):
            uses.append("background")
        ratio = contrast(colour, _PAPER)
        yield {
            "name": name,
            "value": f"#{colour.hex}",
            "uses": uses or ["lines"],
            "contrast": round(ratio, 1),
            "readable": ratio >= LEAST_CONTRAST,
        }
