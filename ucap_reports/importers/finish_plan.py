"""A draft becomes a plan file that is valid: what a field does not take is kept as a comment, and told."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.plan_draft import MAX_ID, Draft, loc_of, problems_left
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.plan.writing.canonical_order import in_canonical_order
from ucap_reports.plan.writing.file_content import Entries, PlainValue, PlanFileContent
from ucap_reports.plan.writing.yaml_style import WIDTH
from ucap_reports.plan.writing.yaml_writing import plain_entry, write_document
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.source.tree import Loc
from ucap_reports.storage.decoding import Source

SCHEMA_LINE = "# yaml-language-server: $schema=plan.schema.json"
_PASSES = 30
_COMMENT_END = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class ImportedPlan(Struct, frozen=True):
    """A plan made of a file: its id, the text of its plan file, and warnings about what could not be taken as it is."""

    id: str
    text: str
    problems: tuple[Problem, ...]


def finished(draft: Draft) -> ImportedPlan:
    """The plan file of a draft; raises ProblemsFound where no valid plan can be made of it."""
    plan_id = draft.id or id_of(names_of(draft))
    found: list[Problem] = list(draft.problems)
    for _ in range(_PASSES):
        text = _text(draft)
        try:
            parse_plan(Source(f"{plan_id}.yaml", text))
        except ProblemsFound as wrong:
            found += _put_aside(draft, wrong.problems)
        else:
            return ImportedPlan(plan_id, text, (*found, *problems_left(draft)))
    raise ProblemsFound([Problem.error("import-failed", "no plan can be made of this", None, Location(draft.path))])


def names_of(draft: Draft) -> list[str]:
    """The names of all cities in the order of the columns."""
    names: list[str] = []
    for city in draft.fields.get("cities", []):
        name = city.get("name", [])
        names += [name] if isinstance(name, str) else name
    return names


def id_of(names: Iterable[str]) -> str:
    """An id made of names: in lower case, without accents, cut after a whole word."""
    plain = unicodedata.normalize("NFKD", " ".join(names).replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    plain = re.sub(r"['\u2019]", "", plain).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    while words and len("-".join(words)) > MAX_ID:
        del words[-1]
    return "-".join(words) or "plan"


def _put_aside(draft: Draft, problems: Sequence[Problem]) -> list[Problem]:
    """Take the values out that the plan format refuses; a warning for each, at its place in the file imported."""
    told: list[Problem] = []
    taken: set[Loc] = set()
    for problem in problems:
        loc = loc_of(problem.location.field or "")
        while loc and draft.get(loc) is None:
            loc = loc[:-1]
        if not loc or loc in taken or loc[-1] in {"name", "cities"}:
            if not loc or loc[-1] in {"name", "cities"}:
                raise ProblemsFound([replace(problem, location=draft.place_of(loc))])
            continue
        taken.add(loc)
        if (problem := _not_taken(problem, draft.place_of(loc))) not in told:
            told.append(problem)
    for loc in sorted(taken, key=lambda each: [str(step).zfill(4) for step in each], reverse=True):
        value, name = _shown(_take_out(draft, loc)), str(loc[-1] if isinstance(loc[-1], str) else loc[-2])
        draft.leave(name, value, draft.place_of(loc), told=True)
    return told


def _not_taken(problem: Problem, where: Location) -> Problem:
    """What is wrong with a value, told as what became of it."""
    kept = "the value was not taken, and is kept as a comment at the end of the plan"
    hint = f"{kept}; {problem.hint}" if problem.hint else kept
    return replace(problem, severity=Severity.WARNING, hint=hint, location=where)


def _take_out(draft: Draft, loc: Loc) -> object:
    holder: Any = draft.get(loc[:-1]) if loc[:-1] else draft.fields
    return holder.pop(loc[-1])


def _shown(value: object) -> str:
    match value:
        case list():
            return "\n".join(_shown(each) for each in value)
        case dict():
            return "\n".join(f"{key}: {_shown(each)}" for key, each in value.items())
        case PlainValue(written):
            return written
        case _:
            return str(value)


def _text(draft: Draft) -> str:
    head = [
        SCHEMA_LINE,
        *_commented(f"Imported from {PurePath(draft.path).name}. `ucap check` tells what is still missing."),
    ]
    entries = tuple(plain_entry(key, value) for key, value in draft.fields.items() if value not in ([], {}, ""))
    return write_document(in_canonical_order(PlanFileContent(tuple(head), Entries(entries, tuple(_remarks(draft))))))


def _remarks(draft: Draft) -> list[str]:
    """The comments at the end: what no field has taken."""
    if not draft.remarks:
        return []
    lines = _commented("What no field has taken, with its place in the file:")
    for remark in draft.remarks:
        line = f"line {remark.location.line}" if remark.location.line else ""
        where = ", ".join(part for part in (line, remark.location.place) if part)
        name = f"{remark.name.rstrip(':')}: " if remark.name else ""
        place = f" ({where})" if where else ""
        lines += ["", *_commented(f"{name}{remark.text}{place}")]
    return lines


def _commented(text: str) -> list[str]:
    lines = _COMMENT_END.sub(" ", text).split("\n")
    wrapped = [part for line in lines for part in textwrap.wrap(line, WIDTH - 2, break_on_hyphens=False) or [""]]
    return [f"# {line}" if line else "#" for line in wrapped]
