"""`template list`, `new`, `show`, `word` and `check`: packs for designers."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct, toml
from msgspec.structs import asdict

from ucap_reports.batch.opened_project_and_settings_file import project_settings
from ucap_reports.batch.pack_store import pack_folders
from ucap_reports.check.pack_check import PackCheck, check_named
from ucap_reports.cli.command_line import PROGRAM, Arguments, UsageError
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.init_new_and_schema_commands import EXAMPLE_PACK, pack_files
from ucap_reports.cli.project_plans_and_packs import known_pack, open_project, project_or_none, safe_folder_of
from ucap_reports.plan.plan_model import BUILT_IN, load_plan
from ucap_reports.problems import Location, ProblemsFound, Severity, problem, shortened
from ucap_reports.storage.atomic_files import NewFile, disk_refusals
from ucap_reports.storage.project_folder import PLANS, TEMPLATES, Project, shipped_folder, typed_path
from ucap_reports.storage.safe_folder import FileKind, LinkError
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import WORD_TEMPLATE, Pack
from ucap_reports.template.pack_opening import (
    PackFolder,
    open_pack,
    own_content,
    pack_name_problem,
    pack_names,
    shipped_packs,
)
from ucap_reports.template.theme_and_line_spacing import FontFamily
from ucap_reports.text.bars_tiles_charts_and_facts import FactsByName
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon
from ucap_reports.text.rich_text import RichText


def run_template_list(arguments: Arguments, session: Session) -> None:
    """List the packs."""
    folders = pack_folders(project_or_none(arguments, session))
    packs = session.json["packs"] = [_listed(name, folders) for name in pack_names(folders)]
    width = max(len(pack["name"]) for pack in packs)
    for pack in packs:
        title = pack["title"] or f"has errors: see `{PROGRAM} template check {pack['name']}`"
        extends = f", extends {pack['extends']}" if pack["extends"] else ""
        home = "shipped" if pack["shipped"] else pack["path"]
        session.text(f"{pack['name']:{width}}  {title} ({home}{extends})\n")


def run_template_new(arguments: Arguments, session: Session) -> None:
    """Write the files of a new pack."""
    project = open_project(arguments, session)
    name = arguments.pack
    invalid_name = pack_name_problem(name)
    if invalid_name is not None:
        raise UsageError([invalid_name])
    if arguments.copy and arguments.extends is None:
        raise UsageError([problem("usage-invalid", form="copy")])
    if arguments.source is not None and arguments.extends is not None:
        raise UsageError([problem("usage-invalid", form="from")])
    shown = f"{TEMPLATES}/{name}"
    with disk_refusals(shown, is_writing=True):
        folder = project.root / shown
        kind = project.safe_folder.kind(folder)
        is_empty = not project.safe_folder.entries(folder)
    if kind is not FileKind.MISSING and not (kind is FileKind.FOLDER and is_empty):
        raise ProblemsFound([problem("pack-exists", Location(shown), name=name)])
    folders = pack_folders(project)
    source: Pack | Mapping[str, bytes]
    if arguments.extends is not None:
        source = open_pack(known_pack(arguments.extends, project), folders)
    else:
        source = own_content(known_pack(arguments.source or EXAMPLE_PACK, project), folders)
    files = pack_files(project, name, source, copied=arguments.copy)
    session.create(tuple(files))
    session.note(f"Next: edit it, then run `{PROGRAM} template check {name}`; plans select it with `template: {name}`.")


def run_template_show(arguments: Arguments, session: Session) -> None:
    """Show what a pack's templates may use."""
    project = project_or_none(arguments, session)
    declared = project_settings(project).declared if project is not None else None
    pack = open_pack(known_pack(arguments.pack, project), pack_folders(project), declared)
    record = _pack_record(pack)
    session.json["pack"] = record
    session.text(pack_text(record))


def run_template_word(arguments: Arguments, session: Session) -> None:
    """Write a Word template from the page template of a pack. A file that exists is not overwritten."""
    project = project_or_none(arguments, session)
    name = known_pack(arguments.pack, project)
    pack = open_pack(name, pack_folders(project))
    out: Path = arguments.out or Path(f"{name}.docx")
    if out.suffix.lower() != ".docx":
        raise UsageError([problem("usage-invalid", form="template-ending")])
    from ucap_reports.word.writer.template_export import word_template  # noqa: PLC0415 - needed for this command alone

    path = typed_path(out)
    file = NewFile(path, word_template(pack), out.as_posix(), safe_folder_of(path, project))

    def refuse(_: bytes) -> None:
        raise ProblemsFound([problem("export-edited", Location(file.shown), form="template")])

    session.json["files"] = [session.save(file, refuse)]
    session.note(f"Next: edit it in Word, and save it as {TEMPLATES}/NAME/{WORD_TEMPLATE} in a pack of your own.")


def run_template_check(arguments: Arguments, session: Session) -> None:
    """Report all problems of one pack, or of all packs of the project."""
    project = project_or_none(arguments, session)
    folders = pack_folders(project)
    names: Sequence[str] = ()
    if arguments.pack:
        names = [known_pack(arguments.pack, project)]
    elif project is not None:
        names = pack_names(folders[:1])  # its own packs
    if not names:
        names = pack_names(folders)
    if arguments.annotate is not None and len(names) != 1:
        raise UsageError([problem("usage-invalid", form="annotate-many")])
    if arguments.annotate is not None and arguments.annotate.suffix.lower() != ".docx":
        raise UsageError([problem("usage-invalid", form="annotate-ending")])
    declared = project_settings(project).declared if project is not None else None
    for name in names:
        result = check_named(name, folders, declared)
        if arguments.annotate is not None:
            _annotate(name, result, project, arguments.annotate, session)
        session.report(result.problems)
        for repetition in result.repetitions:
            where = str(repetition.location)
            session.text(f"repeats   {where}: for {repetition.reason}\n")
            session.json["repeats"].append({"pack": name, "where": where, "for": repetition.reason})
        is_ok = all(problem.severity is not Severity.ERROR for problem in result.problems)
        session.json["packs"].append({"name": name, "ok": is_ok})
    session.conclude(f"{counted(len(names), 'pack')} checked: {session.problem_counts()}.")


def _listed(name: str, folders: Sequence[PackFolder]) -> dict[str, Any]:
    """Return the record of a pack, from the first folder that has it; it has no title if it cannot be opened."""
    home = next(folder for folder in folders if name in pack_names([folder]))
    title = extends = None
    with suppress(ProblemsFound):
        settings = open_pack(name, folders).settings
        title = settings.title
        extends = settings.extends
    is_shipped = home.path == shipped_packs().path
    return {"name": name, "title": title, "extends": extends, "path": f"{home.shown}/{name}", "shipped": is_shipped}


def _annotate(name: str, checked: PackCheck, project: Project | None, copy: Path, session: Session) -> None:
    """Write the problems of a pack into a copy of its Word template."""
    folders = pack_folders(project)
    problems = checked.problems
    template = checked.word_template
    if any(problem.code == "template-broken" for problem in problems):
        return
    if template is None:
        raise UsageError([problem("usage-invalid", form="annotate-none", name=name)])
    from ucap_reports.cli.diff_to_word import save_word  # noqa: PLC0415 - needed for --annotate alone
    from ucap_reports.word.annotated_copy import annotate  # noqa: PLC0415 - needed for --annotate alone

    path = typed_path(copy)
    shown = copy.as_posix()
    file = NewFile(path, annotate(template, problems), shown, safe_folder_of(path, project))
    with disk_refusals(shown, is_writing=True):
        if _is_template(file, folders):
            raise UsageError([problem("usage-invalid", form="annotate-template")])
    session.json["files"] = [save_word(file, session)]


def _is_template(file: NewFile, folders: Sequence[PackFolder]) -> bool:
    """Return whether a file is the Word template of a pack."""
    written = file.safe_folder.status(file.path)
    if written is None:
        return False
    for folder in folders:
        for name in pack_names([folder]):
            with suppress(LinkError):
                template = folder.safe_folder.status(folder.path / name / WORD_TEMPLATE)
                if template is not None and os.path.samestat(template, written):
                    return True
    return False


# `template show`: the names, rows, styles, colours, fonts and files that the templates of a pack may use

_EXAMPLE = "tianjin-rome.yaml"
"""The shipped plan."""


def _pack_record(pack: Pack) -> dict[str, Any]:
    """Return the pack as plain data for JSON, with example values from the shipped plan."""
    settings = pack.settings
    summary = compose_summary(load_plan(shipped_folder() / PLANS / _EXAMPLE), pack)
    rows = []
    for rule in settings.rows:
        when_unknown = "omit" if pack.omits(rule) else "show"
        rows.append({"field": rule.field, "label": pack.label(rule.field).text, "when_unknown": when_unknown})
    return {
        "name": pack.name,
        "title": settings.title,
        "extends": settings.extends,
        "plan": summary.id,
        "names": [asdict(name) for name in template_names(summary)],
        "rows": rows,
        "label_languages": ["", *settings.labels],
        "programme_label": {language: label.model_dump() for language, label in settings.programme_label.items()},
        "styles": list(settings.theme.styles),
        "colours": dict(settings.theme.colours),
        "fonts": {name: _font(family) for name, family in settings.theme.fonts.items()},
        "files": {name: pack.files[name].path for name in sorted(pack.files)},
    }


def pack_text(record: Mapping[str, Any]) -> str:
    """Return the data of `_pack_record` as text with headings."""
    return "\n".join(_description_lines(record)) + "\n"


class _TemplateName(Struct, frozen=True):
    """A name, its description, and its value in a certain summary as one line."""

    name: str
    about: str
    example: str


def template_names(summary: Summary) -> Iterator[_TemplateName]:
    """Yield all names with their values in the summary; those of rows, labels and versions are the first one's."""
    owners: dict[str, object] = {
        "summary": summary,
        "summary.contact": summary.contact,
        "summary.logo": summary.logo,
        "summary.metadata": summary.metadata,
        "row": next(iter(summary.rows), None),
        "city": next(iter(summary.cities), None),
        "goal": next(iter(summary.goals), None),
        "picture": next(iter(summary.all_pictures), None),
        "label": next(iter(summary.programme_label), None),
        "version": next(iter(summary.versions), None),
        "fact": next(iter(summary.custom.values()), None),
    }
    for name, about in described_names().items():
        owner, _, attribute = name.rpartition(".")
        value = getattr(owners[owner], attribute, "")
        words = _value_text(value).split()
        yield _TemplateName(name, about, shortened(" ".join(words)))
    for prefix, facts in _custom_facts(summary):
        for name, fact in facts.items():
            about = f"the custom field {without_colon(fact.label)}"
            yield _TemplateName(f"{prefix}.{name}", about, shortened(fact.text))


@cache
def described_names() -> Mapping[str, str]:
    """Return the descriptions by name: those of the file, with the names of fields where it has `.*`."""
    content = Path(__file__).with_name("template_names.toml").read_bytes()
    described = toml.decode(content, type=dict[str, str])
    names: dict[str, str] = {}
    for name, about in described.items():
        owner, _, attribute = name.rpartition(".")
        if attribute == "*":
            names |= {f"{owner}.{known}": text for known, text in _names_of_fields(owner)}
        else:
            names[name] = about
    return names


def _font(family: FontFamily) -> dict[str, str]:
    pdf_font = family.pdf or ""
    if not pdf_font and family.files:
        pdf_font = family.files.regular
    return {"word": family.word, "word_east_asian": family.word_east_asian, "pdf": pdf_font}


def _description_lines(record: Mapping[str, Any]) -> Iterator[str]:
    extends = f", extends {record['extends']}" if record["extends"] else ""
    yield f"{record['name']}: {record['title']}{extends}"
    names = {name["name"]: name["example"] or f"({name['about']})" for name in record["names"]}
    yield from _aligned(f"names, with their values in {record['plan']}", names)
    rows = {row["field"]: f"{row['label']} (when unknown: {row['when_unknown']})" for row in record["rows"]}
    yield from _aligned("rows", rows)
    labels = {language: label["text"] for language, label in record["programme_label"].items()}
    yield from _aligned("programme label", labels)
    fonts = {name: f"Word: {font['word']}, PDF: {font['pdf']}" for name, font in record["fonts"].items()}
    yield from _aligned("fonts", fonts)
    yield from _aligned("colours", record["colours"])
    yield f"\nstyles (in Word, with U-CAP before the name):\n  {', '.join(record['styles'])}"
    languages = ", ".join(language or "the pack's own" for language in record["label_languages"])
    yield f"\nlanguages of row labels:\n  {languages}"
    yield from _aligned("files", record["files"])


def _aligned(heading: str, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield a heading, and below it the names with their texts in a column."""
    width = max(map(len, texts), default=0)
    yield f"\n{heading}:"
    for name, text in texts.items():
        yield f"  {name:{width}}  {text}"


def _custom_facts(summary: Summary) -> Iterator[tuple[str, FactsByName]]:
    """Yield the custom fields of the plan and of its first city, with the names of these in templates."""
    yield "summary.custom", summary.custom
    for city in summary.cities[:1]:
        yield "city.custom", city.custom


def _value_text(value: object) -> str:
    match value:
        case RichText():
            return value.text
        case bool():
            return str(value).lower()
        case tuple() if all(isinstance(text, str | RichText) for text in value):
            return " | ".join(_value_text(text) for text in value)
        case tuple():
            return f"{len(value)} items"
        case str() | int() | float() | date():
            return str(value)
        case _:
            return ""


def _names_of_fields(owner: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes of a value in templates that are fields of plans, with their descriptions."""
    path = ""
    for field in BUILT_IN.inside():
        if field.template_item == owner:
            path = field.path
            break
    for field in BUILT_IN.inside(path):
        yield from field.template_names.items()
