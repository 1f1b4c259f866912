"""`render`: from a plan to its documents in one call, for programs. A plan may be a mapping: everything that this may
contain is checked here, once.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from html import escape
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.pack_store import PackStore, pack_folders
from ucap_reports.batch.plan_pictures import PICTURES, pictures_of
from ucap_reports.batch.plan_translations import PlanFiles, TranslationFile
from ucap_reports.batch.worker_pool import RENDERING
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, Problem, ProblemsFound, by_severity, problem, raise_found, shortened
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.storage.decoding import Source, character_name, read_source, too_large, unprintable, with_line_feeds
from ucap_reports.storage.project_folder import PLAN_ENDING, Project, find_project
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES, MAX_YAML_DEPTH, MAX_YAML_NODES
from ucap_reports.storage.safe_folder import SafeFolder
from ucap_reports.summary.document_formats_and_pdf_standards import Document, Format, parse_formats
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import open_pack
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag


class Rendered(Struct, frozen=True):
    """The result of `render`: the documents of a plan, and the warnings and infos about it."""

    plan: Plan
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]

    @property
    def pdf(self) -> Document:
        """The PDF. Raises LookupError if it was not among the formats."""
        return self._document(Format.PDF)

    @property
    def docx(self) -> Document:
        """The Word file. Raises LookupError if it was not among the formats."""
        return self._document(Format.DOCX)

    @property
    def html(self) -> Document:
        """The web page. Raises LookupError if it was not among the formats."""
        return self._document(Format.HTML)

    def _document(self, wanted: Format) -> Document:
        for document in self.documents:
            if document.format is wanted:
                return document
        raise LookupError(f"{wanted.value} is not among the formats that were rendered")

    def _repr_html_(self) -> str:
        """Return the result in a notebook: the first page of the PDF, the names of the documents, the problems."""
        from ucap_reports.batch.document_names_and_thumbnails import thumbnail  # noqa: PLC0415 - needed in notebooks alone

        parts = []
        for document in self.documents:
            if document.format is Format.PDF:
                with RENDERING:
                    picture = b64encode(thumbnail(document.content)).decode()
                parts.append(f'<img alt="First page of {document.file_name}" src="data:image/jpeg;base64,{picture}">')
        parts.append(f"<p>{', '.join(document.file_name for document in self.documents)}</p>")
        parts.append("".join(f"<pre>{escape(str(problem))}</pre>" for problem in self.problems))
        return "".join(parts)


def render(
    plan: str | Path | Mapping[str, Any] | Plan | None = None,
    *,
    text: str | None = None,
    template: str | Path | Pack | None = None,
    formats: str | Iterable[str] | None = None,
    language: str | None = None,
    name: str = "plan",
    pdf_standard: str | None = None,
    pictures: str | Path | None = None,
) -> Rendered:
    """Return the documents of one plan. Nothing is written; `.save(path)` of a document writes it.

    The settings of a project apply to plans that are given by their path. An opened `Pack` is used as it is.

    It may be called from several threads: one of them renders at a time, and the others wait.

    Args:
        plan: The path of a plan file, a mapping of the fields of a plan, or a `Plan`.
        text: The text of a plan file, instead of `plan`.
        template: The template pack: a name, the path of a folder, or an opened `Pack`, which saves time if many plans
            are rendered. By default the pack that the plan names, or else the project, or `iuc-asia`. Names are looked
            up in the project that a plan file is in, then among the shipped packs.
        formats: Names of formats, such as `["pdf"]` or `"pdf,docx"`; by default those of the project, or both of these.
        language: The language, such as `zh`; by default the plan's. If the project that a plan file is in has a
            translation of it, the document is translated; else its row labels are in that language.
        name: The id of a plan that is given as a mapping or as text; the documents are named after it.
        pdf_standard: The standards of the PDF: `ua-1+a-2a`, or `ua-2+a-4f`, which embeds the plan without its sources;
            by default that of the project, or `ua-1+a-2a`.
        pictures: The folder of the pictures that the plan names; by default `pictures` beside the plan's file. A plan
            with pictures that is given as a mapping, as text or as a `Plan` needs it.

    Returns:
        The documents, and the warnings and infos about the plan.

    Raises:
        ProblemsFound: With all errors of the plan and of the pack, and then the warnings and infos. Also if `ucap.yaml`
            has errors, or a name of a pack, a format or a standard is unknown.
        TypeError: If neither or both of `plan` and `text` are given.
    """
    if (plan is None) == (text is None):
        raise TypeError("render() needs a plan or its text")
    if language is not None and not LANGUAGE.fullmatch(language):
        raise ProblemsFound([problem("language-invalid", tag=shortened(language))])
    language = None if language is None else canonical_tag(language)
    if isinstance(template, str) and unprintable(template):
        raise ProblemsFound([problem("pack-unknown", name=shortened(template))])
    project = _project_of(Path(plan)) if isinstance(plan, str | Path) else None
    source = _source(plan, text, name, project)
    settings = ProjectSettings()
    packs = PackStore(None)
    translations: tuple[TranslationFile, ...] = ()
    if project is not None:
        opened = opened_project(project)
        settings = opened.settings
        packs = opened.packs
        translations = opened.translations.of_plan(Path(source.path).stem)

    if isinstance(template, str) and Path(template).name != template:
        template = Path(template)  # here alone: a name in a plan is never a path

    named = template.name if isinstance(template, Pack) else template

    def open_named(wanted: str) -> Pack:
        if named is not None and wanted == str(named):
            if isinstance(template, Pack):
                return template
            if isinstance(template, Path):
                return open_pack(template, pack_folders(project), settings.pack)
        return packs.open(wanted)

    pack_name = str(named) if named else None
    options = settings.options(parse_formats(formats or ()), pack_name, language, pdf_standard)
    if pictures:
        picture_files = pictures_of(source, Path(pictures))
    elif isinstance(plan, str | Path):
        picture_files = pictures_of(source, Path(plan).parent / PICTURES, _folder_of(Path(plan), project))
    else:
        picture_files = pictures_of(source, None)
    with RENDERING:
        produced = produce(source, open_named, options, PlanFiles(translations, picture_files))
    problems = by_severity((*settings.problems, *produced.problems))
    if isinstance(plan, Plan | Mapping):
        problems = [_without_line(problem, source.path) for problem in problems]
    if produced.failed or produced.plan is None:
        raise ProblemsFound(problems)
    return Rendered(produced.plan, produced.documents, tuple(problems))


def _source(
    plan: str | Path | Mapping[str, Any] | Plan | None, text: str | None, name: str, project: Project | None = None
) -> Source:
    """Return the text of a plan: that of its file, which may be in a project, or its values as JSON, which is YAML."""
    match plan:
        case str() | Path():
            path = Path(plan)
            within = SafeFolder(path.parent, typed=True) if project is None else project.safe_folder_of(path)
            return read_source(path, within=within)
        case Plan():
            from ucap_reports.plan.writing.markdown_and_public_plan import plan_values  # noqa: PLC0415 - few calls have a `Plan`

            return _source(plan_values(plan), None, plan.id)
        case Mapping():
            return Source(f"{name}{PLAN_ENDING}", mapping_text(plan, f"{name}{PLAN_ENDING}"))
        case None:
            shown = f"{name}{PLAN_ENDING}"
            if len(text or "") > MAX_TEXT_FILE_BYTES:
                raise too_large(shown)
            without_mark = (text or "").removeprefix("\ufeff")  # that of a file that was read as UTF-8
            return Source(shown, with_line_feeds(without_mark))
        case _:
            raise ProblemsFound([problem("value-unusable", form="type", type=type(plan).__name__)])


def _folder_of(plan: Path, project: Project | None) -> SafeFolder:
    """Return the folder below which files beside a plan are opened."""
    return SafeFolder(plan.parent) if project is None else project.safe_output(plan.parent)


def _project_of(plan: Path) -> Project | None:
    """Return the project that the plan file is in; None if it is in no project."""
    try:
        return find_project(None, plan.parent)
    except ProblemsFound:
        return None


def _without_line(problem: Problem, path: str) -> Problem:
    """Return a problem of the plan without line and column, which a plan that is not a file does not have."""
    if problem.location.path != path:
        return problem
    return problem.at(replace(problem.location, line=None, column=None))


# Plans that programs give as mappings

_MAX_DIGITS = 40
"""The largest number of digits of a number, as in plan files."""


def mapping_text(fields: Mapping[Any, Any], path: str) -> str:
    """Return the fields of a plan as JSON, which is YAML; `path` is the plan's name in problems.

    A plan has text, numbers, booleans, dates, None, lists, tuples and mappings whose keys are text. NaN, which is in
    empty cells of pandas, is unknown. Raises ProblemsFound with all other values, and for values that contain
    themselves, or are too many or too deeply nested.
    """
    reader = _MappingReader(path)
    plain = reader.read(fields, ())
    raise_found(reader.problems)
    return msgspec.json.encode(plain).decode()


class _MappingReader:
    """Makes plain values, and collects what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._count = 0
        self._characters = 0
        self._open: set[int] = set()
        """The identities of the lists and mappings around the current value."""

    def read(self, value: Any, loc: Loc) -> Any:
        """Return the value as text, number, boolean, None, list or dict; None if it is refused."""
        self._count += 1
        if self._count > MAX_YAML_NODES:
            raise ProblemsFound([*self.problems, problem("yaml-size", self._place(()), limit=MAX_YAML_NODES)])
        match value:
            case None | bool():
                return value
            case Enum():
                return self.read(value.value, loc)
            case str():
                return self._text(str.__str__(value), loc)
            case Integral() | Real() | Decimal():
                return self._number(value, loc)
            case date():
                return value.isoformat() if value == value else None  # noqa: PLR0124 - pandas.NaT is not equal to itself
            case Mapping() | list() | tuple():
                return self._collection(value, loc)
            case _:
                self.problems.append(
                    problem("value-unusable", self._place(loc), form="type", type=type(value).__name__)
                )
                return None

    def _text(self, text: str, loc: Loc) -> str | None:
        self._characters += len(text)
        if self._characters > MAX_TEXT_FILE_BYTES:
            raise too_large(self._path)
        character = unprintable(text)
        if character is None:
            return text
        self.problems.append(problem("control-character", self._place(loc), character=character_name(character)))
        return None

    def _number(self, number: Any, loc: Loc) -> Any:
        """Return a number, or as text one whose decimals matter; None for NaN."""
        if isinstance(number, Decimal):
            is_nan = number.is_nan()  # comparing a signalling NaN is an error
        else:
            is_nan = number != number  # noqa: PLR0124 - NaN alone is not equal to itself
        if is_nan:
            return None
        if not -(10**_MAX_DIGITS) < number < 10**_MAX_DIGITS:
            self.problems.append(problem("value-unusable", self._place(loc), form="number", digits=_MAX_DIGITS))
            return None
        if isinstance(number, Integral):
            return int(number)
        return str(number) if isinstance(number, Decimal) else float(number)

    def _collection(self, value: Any, loc: Loc) -> Any:
        if id(value) in self._open:
            self.problems.append(problem("value-unusable", self._place(loc), form="cycle"))
            return None
        if len(loc) > MAX_YAML_DEPTH:
            self.problems.append(problem("yaml-depth", self._place(loc), limit=MAX_YAML_DEPTH))
            return None
        self._open.add(id(value))
        try:
            if isinstance(value, Mapping):
                return self._mapping(value, loc)
            return [self.read(item, (*loc, index)) for index, item in enumerate(value)]
        finally:
            self._open.remove(id(value))

    def _mapping(self, mapping: Mapping[Any, Any], loc: Loc) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in mapping.items():
            if not isinstance(key, str):
                self.problems.append(problem("yaml-key", self._place(loc), key=f"of the type {type(key).__name__}"))
                continue
            name = self._text(str.__str__(key), loc)
            if name is not None:
                fields[name] = self.read(value, (*loc, name))
        return fields

    def _place(self, loc: Loc) -> Location:
        return Location(self._path, field=field_name(loc) or None)
