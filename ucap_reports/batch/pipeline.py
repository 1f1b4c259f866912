"""The one pipeline from a plan's text to its documents, for all who build, check or preview."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.plan_card import PlanCard
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.plan_model import Plan, read_plan, read_valid_part
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.source.tree import Tree
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.summary.document import Document, Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import lookup, primary

DEFAULT_PACK = "iuc-asia"
"""The pack of plans that name none."""
TEMPLATE = "template"
"""The field that names the pack."""
FIELD_STEP = re.compile(r"[^.\[\]]+")


class Produced(Struct, frozen=True):
    """What became of a plan: all `problems`, and what could be made. `documents` are those ordered, or none."""

    problems: tuple[Problem, ...]
    plan: Plan | None = None
    summary: Summary | None = None
    card: PlanCard | None = None
    documents: tuple[Document, ...] = ()
    pack: Pack | None = None
    format_problems: Mapping[Format, tuple[Problem, ...]] = field(default_factory=dict)
    """Those of the problems that only the document of that format has."""

    @property
    def failed(self) -> bool:
        """Whether an error keeps it from being published."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def produce(
    source: Source, open_named_pack: Callable[[str], Pack], options: BuildOptions, plan: Plan | None = None
) -> Produced:
    """The documents of a plan in the order's formats, in the pack that the order, the plan or nobody names.

    Raises nothing for what is wrong with plan or pack: all of that is in `problems`, at its place.
    """
    problems: list[Problem] = []
    tree = pack = summary = None
    with _Keeping(problems):
        tree = parse_tolerantly(source)
        with _Keeping(problems):
            plan = plan or read_plan(tree)
        with _Keeping(problems):
            pack = open_named_pack(options.template) if options.template else _own_pack(tree, open_named_pack)
    documents: tuple[Document, ...] = ()
    own: dict[Format, tuple[Problem, ...]] = {}
    if tree is not None:
        checked = plan or read_valid_part(tree)
        problems += plan_warnings(checked, tree, pack, problems)
        problems += _label_warnings(checked, pack, options) if checked is not None and pack is not None else ()
    if plan is not None and pack is not None:
        with _Keeping(problems):
            summary = compose_summary(plan, pack, options.language, undated=options.undated)
            documents = _render_all(summary, pack, options.formats, problems)
            own = {each.format: _document_warnings(each, summary, pack, source) for each in documents}
            problems += [warning for found in own.values() for warning in found]
    return Produced(
        problems=tuple(_at_home(problem, source, tree) for problem in problems),
        plan=plan,
        summary=summary,
        card=_card(plan, summary) if plan is not None and summary is not None else None,
        documents=documents if len(documents) == len(options.formats) else (),
        pack=pack,
        format_problems=own,
    )


class _Keeping:
    """Keeps the errors that a stage raises, so that they do not hide those of another stage."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if isinstance(error, ProblemsFound):
            self.problems += error.problems
        return isinstance(error, ProblemsFound)


def _own_pack(tree: Tree, open_named_pack: Callable[[str], Pack]) -> Pack:
    """The pack that a plan names, even one with errors elsewhere; that there is none is a problem where it is named."""
    named = tree.value.get(TEMPLATE) if isinstance(tree.value, dict) else None
    try:
        return open_named_pack(named if isinstance(named, str) and named else DEFAULT_PACK)
    except ProblemsFound as found:
        raise ProblemsFound(
            problem if problem.location.path else replace(problem, location=tree.location((TEMPLATE,)))
            for problem in found.problems
        ) from found


def _render_all(
    summary: Summary, pack: Pack, formats: Sequence[Format], problems: list[Problem]
) -> tuple[Document, ...]:
    """The documents in those of the formats that can be made, what is wrong with any of them added to `problems`."""
    documents = []
    for each in formats:
        with _Keeping(problems):
            documents.append(_render(summary, pack, each))
    return tuple(documents)


def _render(summary: Summary, pack: Pack, format_: Format) -> Document:
    match format_:
        case Format.PDF:
            from ucap_reports.pdf.render_pdf import render_pdf  # noqa: PLC0415 - who wants Word alone does not wait for it

            return render_pdf(summary, pack)
        case Format.DOCX:
            from ucap_reports.word.render_word import render_word  # noqa: PLC0415 - who wants PDF alone does not wait for it

            return render_word(summary, pack)
        case _:
            assert_never(format_)


def _document_warnings(document: Document, summary: Summary, pack: Pack, source: Source) -> tuple[Problem, ...]:
    """Warnings about one document: its length, its fonts, and what it leaves out of its template."""
    found: list[Problem] = []
    if document.format is Format.PDF:
        from ucap_reports.check.missing_fonts import font_warnings  # noqa: PLC0415 - Word files name fonts and open none

        found += font_warnings(summary, source.path)
    else:
        from ucap_reports.word.render_word import word_warnings  # noqa: PLC0415 - imported already, since there is a document

        found += word_warnings(pack)
    limit = pack.settings.page_limit
    if document.pages is not None and document.pages > limit:
        kind = document.format.value.upper()
        message = f"the {kind} has {document.pages} pages, and the pack {pack.name} allows {limit}"
        found.append(Problem.warning("pages-too-many", message, "shorten the longest texts", Location(source.path)))
    return tuple(found)


def _label_warnings(plan: Plan, pack: Pack, options: BuildOptions) -> tuple[Problem, ...]:
    """A warning when row labels are asked for in a language that the pack has none in, or none that are confirmed."""
    settings, wanted = pack.settings, options.language or plan.language
    place = Location(f"templates/{pack.name}/pack.yaml")
    spoken = pack.spoken_language(wanted)
    if spoken is not None:
        if (said := settings.wording.get(spoken)) is not None and said.confirmed:
            return ()
        message = f'nobody has confirmed what the pack {pack.name} says in the language "{spoken}"'
        hint = f"when an office has, set `confirmed: true` under wording.{spoken} in {pack.home}"
        return (Problem.warning("labels-unconfirmed", message, hint, place),)
    own = lookup(wanted, {settings.language}) is not None
    if own or options.language is None or primary(wanted) == primary(plan.language):
        return ()
    known = ", ".join(sorted({settings.language, *settings.labels}))
    message = f'the pack {pack.name} has no row labels in the language "{wanted}", so its own are printed'
    hint = f"it has them in {known}; write others under labels in {pack.home}"
    return (Problem.warning("labels-missing", message, hint, place),)


def _at_home(problem: Problem, source: Source, tree: Tree | None) -> Problem:
    """The problem with a place: those that name no file are the plan's, at the field that they name."""
    location = problem.location
    if location.path is not None:
        return problem
    if tree is None or location.field is None:
        return replace(problem, location=replace(location, path=source.path))
    steps = [int(step) if step.isdecimal() else step for step in FIELD_STEP.findall(location.field)]
    return replace(problem, location=replace(tree.location(tuple(steps)), field=location.field))


def _card(plan: Plan, summary: Summary) -> PlanCard:
    countries = dict.fromkeys(country.code for city in plan.cities for country in city.country)
    return PlanCard(
        id=plan.id,
        title=summary.title,
        cities=tuple(name for city in plan.cities for name in city.name),
        countries=tuple(countries),
        themes=plan.themes,
        sdgs=tuple(goal.number for goal in plan.sdgs),
        language=plan.language,
        updated=plan.updated,
    )
