"""`init`, `new` and `schema`: create a project or a plan, and print the schema of plans; the files of new packs."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_project, settings_despite_errors
from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.settings_fields_and_schema import read_settings, settings_schema_content
from ucap_reports.cli.command_line import PROGRAM, Arguments, UsageError, usage_errors
from ucap_reports.cli.command_output_and_exit_codes import Session
from ucap_reports.cli.project_plans_and_packs import open_project, project_or_none, safe_folder_of
from ucap_reports.plan.field_descriptions import LISTS, Field, FieldType, KnownFields
from ucap_reports.plan.json_schema import is_json_schema, schema_content
from ucap_reports.plan.plan_ids import better_id, id_fault
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.plan_file import STEP, entry_lines, plain_entry
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_refusals, make_folder
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.installation import shell_word
from ucap_reports.storage.project_folder import (
    PACK_SETTINGS,
    PLAN_ENDING,
    PLANS,
    SCHEMA,
    SETTINGS_FILE,
    SETTINGS_SCHEMA,
    TEMPLATES,
    Project,
    project_at,
    shipped_folder,
    typed_path,
)
from ucap_reports.storage.safe_folder import FileKind, SafeFolder
from ucap_reports.template.pack import BOOK_TEMPLATE, PAGE_TEMPLATE, STYLE_SHEET, WORD_TEMPLATE, Pack
from ucap_reports.template.pack_opening import PackFolder, pack_names
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, primary

_STARTERS = Path(__file__).parent / "starters"
_EXAMPLE_PLAN = f"{PLANS}/tianjin-rome.yaml"
EXAMPLE_PACK = "plain"
"""The shipped pack that is meant to be copied."""
_CONTACT_COMMENT = "The contact of plans that have none:"
_EXTENDED = "EXTENDED"
"""The placeholder in the starter for the name of the extended pack."""


def run_init(arguments: Arguments, session: Session) -> None:
    """Write the files of a new project that do not exist yet."""
    if arguments.folder is not None and arguments.root is not None:
        raise UsageError([problem("usage-invalid", form="two-folders")])
    named = arguments.folder or arguments.root or Path()
    project = project_at(typed_path(named))
    files = list(_project_files(project, arguments.language or DEFAULT_LANGUAGE))
    if arguments.contact is not None or arguments.language is not None:
        contact = {} if arguments.contact is None else _contact(arguments.contact)
        settings = list(_settings_files(project, arguments.language, contact))
        with usage_errors():
            read_settings(Source(SETTINGS_FILE, settings[0].content.decode()), ())
        files += settings
    make_folder(project.root, str(named))
    statuses = session.create(files)
    for file, status in zip(files, statuses, strict=True):
        if file.path == project.settings and status is not WriteStatus.WRITTEN:
            session.report([problem("settings-kept", Location(SETTINGS_FILE))])
    if WriteStatus.WRITTEN not in statuses:
        session.note("Nothing to do: all files exist.")
        return
    enter = "" if project.root == Path.cwd() else f"cd {shell_word(str(named))} && "
    session.note(f"Next: `{enter}{PROGRAM} build` builds the documents, `{PROGRAM} new ID` creates a plan.")
    if project.safe_folder.kind(project.settings) is FileKind.MISSING:
        session.note(f"The language and the contact of all plans are set in {SETTINGS_FILE}: `{PROGRAM} help init`.")


def run_new(arguments: Arguments, session: Session) -> None:
    """Write a plan to fill in, and the schema for editors where it is missing."""
    plan_id = arguments.id.removesuffix(PLAN_ENDING)
    form = id_fault(plan_id)
    if form is not None:
        better = better_id(plan_id)
        hint = f'write it as "{better}"' if better else None
        raise UsageError([problem("id-invalid", form=form, hint=hint, id=arguments.id)])
    project = open_project(arguments, session)
    opened = opened_project(project)
    plan = _plan_file(opened, plan_id)
    with disk_refusals(plan.shown, is_writing=True):
        is_new = plan.safe_folder.kind(plan.path) is FileKind.MISSING
    if not is_new:
        raise ProblemsFound([problem("plan-exists", Location(plan.shown), form="new")])
    status, _ = session.create((plan, schema_file(opened)))
    if status is not WriteStatus.WRITTEN:  # something else has created it meanwhile
        raise ProblemsFound([problem("plan-exists", Location(plan.shown), form="new")])
    session.note(f"Next: fill in {plan.shown}; `{PROGRAM} check {plan_id}` reports what is missing.")


def run_schema(arguments: Arguments, session: Session) -> None:
    """Print the schema, or write it to a file, which may replace another schema."""
    out = arguments.out
    if out is not None:
        session.json["files"] = []
    project = project_or_none(arguments, session)
    if arguments.settings:
        content = settings_schema_content()
    elif project is None:
        content = schema_content()
    else:
        content = opened_project(project).plan_schema
    if out is None:
        session.json["schema"] = json.loads(content)
        session.data(content.decode())
        return
    path = typed_path(out)
    file = NewFile(path, content, out, safe_folder_of(path, project))

    def refuse(replaced: bytes) -> None:
        if not is_json_schema(replaced):
            raise ProblemsFound([problem("export-edited", Location(out), form="schema")])

    session.json["files"] = [session.save(file, refuse)]


def starter_plan(fields: KnownFields = BUILT_IN, language: str = DEFAULT_LANGUAGE) -> str:
    """Return the text of a plan to fill in, in that language."""
    return _new_plan_text(_starter("plan.yaml").decode(), fields, language)


def schema_file(opened: OpenedProject) -> NewFile:
    """Return the JSON Schema of plan files, at the path that their first line names."""
    return _file(opened.project, f"{PLANS}/{SCHEMA}", opened.plan_schema)


def pack_files(project: Project, name: str, source: Pack | Mapping[str, bytes], *, copied: bool) -> Iterator[NewFile]:
    """Yield the files of a new pack: copies of all files of another one, or settings that extend a pack, and its
    templates if they are `copied`.
    """
    folder = f"{TEMPLATES}/{name}"
    if isinstance(source, Pack):
        settings = _starter("extending-pack.yaml").replace(_EXTENDED.encode(), source.name.encode())
        files = {PACK_SETTINGS: settings}
        if copied:
            for file in (WORD_TEMPLATE, PAGE_TEMPLATE, BOOK_TEMPLATE, STYLE_SHEET):
                if file in source.files:
                    files[file] = source.files[file].content
    else:
        files = dict(source)
    for file, content in files.items():
        yield _file(project, f"{folder}/{file}", content)


def _project_files(project: Project, language: str) -> Iterator[NewFile]:
    """Yield the files of a new project whose plans are in that language, unless its settings name another one: without
    the example plan or pack where the project has plans or packs of its own.
    """
    if not project.plan_paths():
        if project.safe_folder.kind(project.settings) is not FileKind.MISSING:
            language = settings_despite_errors(project).language
        yield _file(project, _EXAMPLE_PLAN, _example_plan(language))
    yield schema_file(OpenedProject(project, ProjectSettings()))
    if not pack_names([PackFolder(project.root / TEMPLATES, TEMPLATES, project.safe_folder)]):
        yield _file(project, f"{TEMPLATES}/iuc-asia/{PACK_SETTINGS}", _starter("pack.yaml"))
    yield _file(project, ".gitignore", _starter("gitignore"))


def _example_plan(language: str) -> bytes:
    """Return the shipped plan, which is in English; it says so where plans are in another language by default."""
    shipped = shipped_folder()
    content = SafeFolder(shipped).read_file(shipped / _EXAMPLE_PLAN)
    if primary(language) == primary(DEFAULT_LANGUAGE):
        return content
    return content.replace(b"\ncities:\n", f"\nlanguage: {DEFAULT_LANGUAGE}\n\ncities:\n".encode(), 1)


def _file(project: Project, name: str, content: bytes) -> NewFile:
    return NewFile(project.root / name, content, name, project.safe_folder)


def _starter(name: str) -> bytes:
    return (_STARTERS / name).read_bytes()


def _settings_files(project: Project, language: str | None, contact: Mapping[str, str]) -> Iterator[NewFile]:
    """Yield the settings of a new project with a language and a contact, and their JSON Schema."""
    lines: list[str] = []
    if language:
        lines += _setting("language", language, "The language of plans that set none:")
    if contact:
        lines += _setting("contact", contact, _CONTACT_COMMENT)
    settings = "".join(f"{line}\n" for line in lines)
    text = _starter(SETTINGS_FILE).decode().replace("SETTINGS\n", settings)
    yield _file(project, SETTINGS_FILE, text.encode())
    yield _file(project, f"{PLANS}/{SETTINGS_SCHEMA}", settings_schema_content())


def _setting(name: str, value: object, comment: str) -> Iterator[str]:
    """Yield the lines of a setting below its comment, with an empty line after it."""
    yield f"# {comment}"
    yield from entry_lines(plain_entry(name, value), "")
    yield ""


def _contact(text: str) -> dict[str, str]:
    """Return the contact in a text such as "Office <desk@example.org>", an office alone, or an address alone.

    Raises UsageError for a text without both.
    """
    office, _, email = text.strip().removesuffix(">").partition("<")
    if not email and "@" in office and " " not in office:
        email = office
        office = ""
    values = {"office": office.strip(), "email": email.strip()}
    contact = {name: value for name, value in values.items() if value}
    if not contact:
        raise UsageError([problem("usage-invalid", form="contact")])
    return contact


def _plan_file(opened: OpenedProject, plan_id: str) -> NewFile:
    """Return a plan to fill in, with the fields and the language of the plans of the project."""
    text = starter_plan(opened.fields, opened.settings.language)
    return _file(opened.project, f"{PLANS}/{plan_id}.yaml", text.encode())


# The text of a new plan file: every field, each below a comment that explains it


def _new_plan_text(head: str, known: KnownFields, language: str) -> str:
    """Return a plan file to fill in, in that language; `head` is the comment at its start."""
    defaults = {FieldType.LANGUAGE: language, FieldType.STATUS: "final"}
    lines = [head.rstrip("\n")]
    for field in known.inside():
        lines += ["", *_comment(field, "")]
        if field.type is FieldType.CITIES:
            lines += [f"{field.name}:", *_cities(known.inside(field.path))]
        else:
            lines.append(_entry(field, defaults.get(field.type, "")))
    return "".join(f"{line}\n" for line in lines)


def _cities(fields: tuple[Field, ...]) -> Iterator[str]:
    """Yield the lines of the cities; the first one has the comments."""
    name, *others = fields
    for index, city in enumerate(name.placeholders):
        yield f"{STEP}- {name.name}: {city}"
        for field in others:
            if index == 0:
                yield from _comment(field, STEP * 2)
            yield f"{STEP * 2}{_entry(field)}"


def _comment(field: Field, indent: str) -> Iterator[str]:
    text = field.starter or field.hint
    if field.is_custom:
        text = _custom_comment(field)
    for line in text.split("\n"):
        yield f"{indent}# {line}"


def _custom_comment(field: Field) -> str:
    """Return the hint of a custom field or its label, and how values of its type are written."""
    label = field.labels.get("en") or next(iter(field.labels.values()), field.name)
    text = " ".join((field.hint or label).split()).rstrip(":.")
    ways = {
        FieldType.LINES: 'a list: ["first line", "second line"]',
        FieldType.LIST: "a list of texts",
        FieldType.NUMBER: "a number",
        FieldType.MONEY: "an amount such as 40,000 € or EUR 40000",
        FieldType.DATE: "a date such as 2026-03-31, 2026-03 or 2026",
        FieldType.CHOICE: f"one of {', '.join(field.choices)}",
        FieldType.TABLE: f"a row for each, such as `- {{{', '.join(_cells(field))}}}`",
    }
    way = ways.get(field.type)
    return f"{text}: {way}." if way else f"{text}."


def _cells(field: Field) -> Iterator[str]:
    """Yield the columns of a table, each with what is to be written."""
    examples = {FieldType.NUMBER: "12", FieldType.MONEY: '"40,000 €"', FieldType.DATE: "2026-03"}
    for column in field.columns:
        example = next(iter(column.choices), examples.get(column.type, "…"))
        yield f"{column.name}: {example}"


def _entry(field: Field, value: str = "") -> str:
    """Return the line of a field with that value, or of one that is unknown."""
    if field.type in LISTS and not field.plural:
        value = "[]"
    return f"{field.name}: {value}".rstrip()
