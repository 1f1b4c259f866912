"""`translate`: PO files and spreadsheets with the texts of plans, written, merged, imported and counted."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_project
from ucap_reports.batch.plan_translations import PO_ENDING, OpenedTranslation, open_translation
from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.import_export_and_form_commands import read_import
from ucap_reports.cli.project_plans_and_packs import open_project, recorded_changes, selected_plans
from ucap_reports.importers.translation_sheets import read_translation_sheet, translation_sheet
from ucap_reports.plan.passages_and_their_changes import merged_translation
from ucap_reports.plan.plan_model import read_plan
from ucap_reports.plan.po_files import (
    ImportedEntry,
    PoEntry,
    PoFile,
    completeness_of,
    imported_entries,
    read_po_file,
    with_imported,
)
from ucap_reports.plan.translation import IN_FINAL_TRANSLATIONS, passage_contexts, translate_plan, translation_text
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, reported
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.atomic_files import NewFile, locked
from ucap_reports.storage.decoding import Source, decode_source, read_content, read_source
from ucap_reports.storage.project_folder import Project
from ucap_reports.text.language_tags import primary

SHEET_ENDING = ".xlsx"


def run_translate(arguments: Arguments, session: Session) -> None:
    """Write, import or count the translations of the plans into a language."""
    files = session.json["files"]
    records = session.json["translations"]
    project = open_project(arguments, session)
    language = arguments.language or ""
    opened = opened_project(project)
    paths = selected_plans(opened, arguments, session)
    imported: Mapping[str, Sequence[ImportedEntry]] = {}
    if arguments.import_file:
        imported = _imported(session, project, paths, language)
    unused = sorted(imported.keys() - {path.stem for path in paths})
    session.report(_unused(arguments, "plan", plan_id) for plan_id in unused)
    if imported:
        paths = [path for path in paths if path.stem in imported]
    with recorded_changes(project, session):
        for path in paths:
            po_path = opened.translations.path(language, path.stem)
            with reported(session.report), locked(po_path, po_path.with_suffix(SHEET_ENDING)):
                translation = _open(opened, path, language)
                if translation is None:
                    continue
                entries = tuple(imported_entries(imported.get(path.stem, ()), translation.known))
                known = with_imported(translation.known, entries)
                merged = merged_translation(translation.plan, translation.tree, known)
                if not arguments.status:
                    files.append(_write(translation, merged, project, session))
                complete = completeness_of(merged.entries, translation.plan.id, language, translation.shown)
                records.append(session.completeness(complete))
                if entries:
                    _report_imported(translation, entries, merged, session)
    session.conclude(f"{counted(len(records), 'translation')} into {language}: {session.problem_counts('no errors')}.")


def _open(opened: OpenedProject, path: Path, language: str) -> OpenedTranslation | None:
    """Return the translation of a plan; None if the plan is in that language. Raises ProblemsFound for
    an invalid plan.
    """
    project = opened.project
    settings = opened.settings
    tree = parse(read_source(path, project.shown(path), project.safe_folder_of(path)))
    # A fact that is missing prevents no translation of the others: the plan may be completed later.
    known = opened.packs.fields(tree.value, settings.template)
    fields = None if known is None else known.without_required
    plan = read_plan(tree, fields, settings.language)
    if plan.language.lower() == language.lower():
        return None
    return open_translation(project, plan, tree, language)


def _write(translation: OpenedTranslation, merged: PoFile, project: Project, session: Session) -> dict[str, str]:
    """Write the PO file or the spreadsheet, and return its record in the JSON report."""
    arguments = session.arguments
    if arguments.sheet_format == "po" or arguments.import_file:
        text = translation_text(translation.plan, translation.tree, merged, translation.language)
        file = NewFile(translation.path, text.encode(), translation.shown, project.safe_folder)
        return session.save_edited(file, translation.content)
    path = translation.path.with_suffix(SHEET_ENDING)
    shown = translation.shown.removesuffix(PO_ENDING) + SHEET_ENDING
    before = _known_sheet(path, project, merged, translation)
    contexts = passage_contexts(translation.plan, translation.tree)
    content = translation_sheet(translation.plan.id, merged.entries, contexts)
    return session.save_replacing(NewFile(path, content, shown, project.safe_folder), before)


def _known_sheet(path: Path, project: Project, merged: PoFile, translation: OpenedTranslation) -> bytes | None:
    """Return the spreadsheet to overwrite; None if there is none.

    Raises ProblemsFound if it has translations that were not imported.
    """
    shown = project.shown(path)
    if not project.has(shown):
        return None
    known: set[tuple[str, str]] = set()
    for entry in (*merged.entries, *merged.obsolete):
        known |= _identities(entry)
    content = read_content(path, shown, within=project.safe_folder)
    sheet = read_translation_sheet(content, shown)
    for row in chain(*sheet.entries.values()):
        if known.isdisjoint(_identities(row.entry)):
            details = {"language": translation.language, "path": shown}
            raise ProblemsFound([problem("translation-sheet-unread", Location(shown), **details)])
    return content


def _identities(entry: PoEntry) -> set[tuple[str, str]]:
    """Return by what a translation is known: its words for a field, wherever its text is, or for a text."""
    return {(entry.field, entry.text), (entry.source, entry.text)}


def _report_imported(
    translation: OpenedTranslation, entries: Collection[PoEntry], merged: PoFile, session: Session
) -> None:
    """Report imported entries that match no passage, and problems of the others: differences, at their lines in the new
    PO file, and translations that are not final.
    """
    unused = [entry.field for entry in entries if entry in merged.obsolete]
    session.report(_unused(session.arguments, "field", field) for field in unused)
    plan = translation.plan
    tree = translation.tree
    language = translation.language
    written = Source(translation.shown, translation_text(plan, tree, merged, language))
    problems = translate_plan(plan, tree, read_po_file(written), language).problems
    session.report(warning for warning in problems if warning.code in IN_FINAL_TRANSLATIONS)
    # Not those that were outdated before, which the import has left as they were.
    fuzzy_in_import = {entry.field for entry in entries if entry.fuzzy}
    fuzzy_now = {entry.field for entry in merged.entries if entry.fuzzy}
    not_final = fuzzy_in_import & fuzzy_now
    outdated = [warning for warning in problems if warning.code == "translation-outdated"]
    session.report(warning for warning in outdated if warning.location.field in not_final)


def _unused(arguments: Arguments, form: str, name: str) -> Problem:
    """Return a warning about a plan or a field of the imported file that is not used."""
    return problem("translation-unused", Location(str(arguments.import_file), field=name), form=form, name=name)


def _imported(
    session: Session, project: Project, paths: Sequence[Path], language: str
) -> Mapping[str, Sequence[ImportedEntry]]:
    """Return the translations in a file by plan, and report its warnings. Raises ProblemsFound."""
    name = str(session.arguments.import_file)
    entries_by_plan: Mapping[str, Sequence[ImportedEntry]]
    content = read_import(name, project)
    match Path(name).suffix.lower():
        case ".xlsx":
            sheet = read_translation_sheet(content, name)
            session.report(sheet.problems)
            entries_by_plan = sheet.entries
        case ".po":
            plan = paths[0].stem if len(paths) == 1 else Path(name).stem
            po = read_po_file(decode_source(content, name))
            if po.language and primary(po.language) != primary(language):
                other_language = problem("translation-differs", Location(name), form="language", words=po.language)
                session.report([other_language])
            entries_by_plan = {plan: tuple(map(ImportedEntry, po.entries))}
        case _:
            raise UsageError([problem("translation-sheet-invalid", Location(name), form="format")])
    if not entries_by_plan.keys() & {path.stem for path in paths}:
        details = {"language": language, "path": name}
        raise UsageError([problem("translation-sheet-invalid", Location(name), form="plan", **details)])
    return entries_by_plan
