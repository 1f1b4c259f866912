"""The translations of plans as the editor shows and changes them: each passage beside its translation.

They are the PO files of `ucap translate`, read, merged with the plan and written by the library.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_despite_errors, opened_project
from ucap_reports.batch.options_settings_and_source_date import further_languages, version_languages
from ucap_reports.batch.plan_translations import OpenedTranslation, TranslationFiles, open_translation
from ucap_reports.editor.undoable_changes import DigestConflict, UndoableChanges, content_digest
from ucap_reports.plan.plan_model import BUILT_IN, Plan, read_plan
from ucap_reports.plan.po_files import Completeness, PoEntry, completeness_of, read_po_file
from ucap_reports.plan.translation import IN_FINAL_TRANSLATIONS, translate_plan, translation_text
from ucap_reports.plan.writing.editor_change_merge import Conflict
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem, problem_record, shortened
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of
from ucap_reports.storage.decoding import Source, read_source, unprintable
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_titles import BETWEEN
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag, distinct

MISSING, OUTDATED, DONE = "missing", "outdated", "done"
MAX_KNOWN = 200
"""States of translations that are kept by digest, to merge changes that were made in them."""


class TranslationEditing:
    """The translations of the plans of a project. For one thread."""

    def __init__(self, project: Project, changes: UndoableChanges) -> None:
        self._project = project
        self._changes = changes
        self._known: OrderedDict[str, Mapping[str, PoEntry]] = OrderedDict()

    def all_languages(self) -> list[dict[str, Any]]:
        """Return each plan with its languages and their completeness; without languages if it has errors."""
        project = opened_despite_errors(self._project)
        plans = []
        for path in self._project.plan_paths():
            record: dict[str, Any] = {"id": path.stem, "title": path.stem, "language": None, "languages": []}
            try:
                plan, tree = _read(path, project)
                record["title"] = _title(plan)
                record["language"] = plan.language
                record["languages"] = self._languages(path, plan, tree, project)
            except ProblemsFound as error:
                record["problems"] = [problem_record(fault) for fault in error.problems]
            plans.append(record)
        return plans

    def languages(self, plan_id: str) -> list[dict[str, Any]]:
        """Return the languages of the versions of a plan and of its translations, with their completeness."""
        project = opened_despite_errors(self._project)
        path = self._plan_path(plan_id)
        plan, tree = _read(path, project)
        return self._languages(path, plan, tree, project)

    def _languages(self, path: Path, plan: Plan, tree: Tree, project: OpenedProject) -> list[dict[str, Any]]:
        named = version_languages(tree.value, project.settings.languages, project.settings.language)
        translated = [file.language for file in project.translations.of_plan(path.stem)]
        records: list[dict[str, Any]] = []
        for tag in distinct([*named, *translated]):
            record: dict[str, Any] = {"language": tag, "completeness": None, "problems": []}
            try:
                opened = self._opened_translation(plan, tree, tag)
            except ProblemsFound as error:
                record["problems"] = [problem_record(fault) for fault in error.problems]
            else:
                complete = completeness_of(opened.merged.entries, path.stem, tag, opened.shown)
                record["completeness"] = _completeness_record(complete)
            records.append(record)
        return records

    def translation(self, plan_id: str, language: str) -> dict[str, Any]:
        """Return the passages of a plan beside their translations, those that need work first. Raises ProblemsFound."""
        opened = self._opened(plan_id, language)
        merged = opened.merged
        entries = {entry.field: entry for entry in merged.entries}
        self._known[_digest(opened)] = entries
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        problems = self._problems(opened)
        records = [_passage_record(entry, problems) for entry in merged.entries]
        order = {OUTDATED: 0, MISSING: 1, DONE: 2}
        records.sort(key=lambda record: order[record["state"]])
        complete = completeness_of(merged.entries, plan_id, language, opened.shown)
        project_languages = opened_project(self._project).settings.languages
        return {
            "id": plan_id,
            "language": language,
            "source_language": opened.plan.language,
            "title": _title(opened.plan),
            "path": opened.shown,
            "digest": _digest(opened),
            "passages": records,
            "values": _nested({loc_of(entry.field): entry.text for entry in merged.entries}),
            "text": "",
            "editable": True,
            "problems": [problem_record(fault) for fault in problems],
            "completeness": _completeness_record(complete),
            "project_languages": further_languages(opened.plan.language, project_languages),
            "undo": self._changes.can_undo,
            "redo": self._changes.can_redo,
        }

    def change(
        self, plan_id: str, language: str, digest: str, changes: Sequence[Mapping[str, Any]], visit: str = ""
    ) -> dict[str, Any]:
        """Change translations of passages that were shown with that digest, and return the translation.

        A translation that is set is up to date, also if it is the one that was outdated; but not if the plan has other
        words than were shown. Raises DigestConflict if a translation was changed since, and ProblemsFound; then nothing
        is changed.
        """
        path = TranslationFiles(self._project).path(canonical_tag(language), self._plan_path(plan_id).stem)
        with self._changes.locked([self._project.shown(path)]):
            opened = self._opened(plan_id, language)
            entries = {entry.field: entry for entry in opened.merged.entries}
            shown_entries = self._known.get(digest, {})
            is_current = digest == _digest(opened)
            conflicts: list[Conflict] = []
            for change in changes:
                field = change["path"]
                value = change.get("value")
                entry = entries.get(field)
                if change["op"] != "set" or entry is None or not isinstance(value, str | None):
                    raise ProblemsFound([problem("plan-place-unknown", field=shortened(field))])
                if value is not None and unprintable(value):
                    raise ProblemsFound([problem("plan-not-editable", Location(opened.shown), form="characters")])
                shown = shown_entries.get(field, entry)
                was = change.get("was", shown.text)
                if not is_current and entry.text not in (was or "", value or ""):
                    conflicts.append(Conflict(loc_of(field), value, entry.text))
                is_outdated = bool(value) and shown.source != entry.source
                previous = shown.source if is_outdated else ""
                entries[field] = replace(entry, text=value or "", fuzzy=is_outdated, previous=previous)
            if conflicts:
                record = self.translation(plan_id, language)
                raise DigestConflict(conflicts, record["digest"], record["values"])
            merged = replace(opened.merged, entries=tuple(entries.values()))
            text = translation_text(opened.plan, opened.tree, merged, language)
            self._changes.write("translate", {opened.shown: (opened.content, text.encode())}, visit)
        return self.translation(plan_id, language)

    def _problems(self, opened: OpenedTranslation) -> Sequence[Problem]:
        """Return the errors in translations, what differs from the plan in its markup and numbers, and vague links."""
        text = translation_text(opened.plan, opened.tree, opened.merged, opened.language)
        try:
            po = read_po_file(Source(opened.shown, text))
            problems = translate_plan(opened.plan, opened.tree, po, opened.language).problems
        except ProblemsFound as errors:
            return errors.problems
        return [fault for fault in problems if fault.code in IN_FINAL_TRANSLATIONS]

    def _opened(self, plan_id: str, language: str) -> OpenedTranslation:
        project = opened_project(self._project)
        path = self._plan_path(plan_id)
        plan, tree = _read(path, project)
        return self._opened_translation(plan, tree, language)

    def _opened_translation(self, plan: Plan, tree: Tree, language: str) -> OpenedTranslation:
        if not LANGUAGE.fullmatch(language) or language.lower() == plan.language.lower():
            raise ProblemsFound([problem("language-invalid", tag=shortened(language))])
        return open_translation(self._project, plan, tree, canonical_tag(language))

    def _plan_path(self, plan_id: str) -> Path:
        paths = {path.stem: path for path in self._project.plan_paths()}
        if plan_id not in paths:
            hint = did_you_mean(plan_id, paths)
            raise ProblemsFound([problem("plan-unknown", form="name", name=plan_id, hint=hint)])
        return paths[plan_id]


def _read(path: Path, opened: OpenedProject) -> tuple[Plan, Tree]:
    """Return a plan with its file. Raises ProblemsFound if it has errors."""
    project = opened.project
    settings = opened.settings
    tree = parse(read_source(path, project.shown(path), project.safe_folder))
    # As for `ucap translate`, a fact that is missing prevents no translation of the others.
    known = opened.packs.fields(tree.value, settings.template)
    fields = None if known is None else known.without_required
    return read_plan(tree, fields, settings.language), tree


def _digest(opened: OpenedTranslation) -> str:
    """Return the digest of a plan and its translation."""
    return content_digest(opened.tree.source.text.encode() + b"\0" + (opened.content or b""))


def _title(plan: Plan) -> str:
    return BETWEEN.join(", ".join(city.name) for city in plan.cities) or plan.id


def _passage_record(entry: PoEntry, problems: Sequence[Problem]) -> dict[str, Any]:
    if not entry.text:
        state = MISSING
    elif entry.fuzzy:
        state = OUTDATED
    else:
        state = DONE
    own_problems = [fault for fault in problems if fault.location.field == entry.field]
    differences = [fault for fault in own_problems if fault.code == "translation-differs"]
    return {
        "field": entry.field,
        "label": BUILT_IN.spoken_name(entry.field),
        "source": entry.source,
        "text": entry.text,
        "state": state,
        "previous": entry.previous,
        "notes": list(entry.notes),
        "differences": [fault.details.get("words", "") for fault in differences],
        "problems": [problem_record(fault) for fault in own_problems],
    }


def _completeness_record(complete: Completeness) -> dict[str, int]:
    return {
        "total": complete.total,
        "translated": complete.translated,
        "missing": complete.missing,
        "outdated": complete.outdated,
        "percent": complete.percent,
    }


def _nested(texts: Mapping[Loc, str]) -> Any:
    """Return texts by place as the mappings and lists of a plan; None where a list has an item without a text."""
    values: Any = {}
    for loc, text in texts.items():
        owner = values
        for step, following in zip(loc, (*loc[1:], None), strict=True):
            if isinstance(step, int):
                owner.extend([None] * (step + 1 - len(owner)))
            present = owner[step] if isinstance(step, int) else owner.get(step)
            if following is None:
                owner[step] = text
            elif present is None:
                owner[step] = [] if isinstance(following, int) else {}
            owner = owner[step]
    return values
