"""A draft as a valid plan file: values that a field refuses become comments, with warnings."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.plan_draft import Draft, Leftover, loc_of
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.plan.writing.canonical_order import in_canonical_order
from ucap_reports.plan.writing.file_content import Entries, PlainValue, PlanFileContent
from ucap_reports.plan.writing.yaml_style import WIDTH
from ucap_reports.plan.writing.yaml_writing import plain_entry, write_document
from ucap_reports.problems import Problem, ProblemsFound, Severity
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.decoding import Source

MAX_ID = 80
SCHEMA_LINE = "# yaml-language-server: $schema=plan.schema.json"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class ImportedPlan(Struct, frozen=True):
    """A plan from a file: its id, the text of its plan file, and warnings about what has no field."""

    id: str
    text: str
    problems: tuple[Problem, ...]


def finished(draft: Draft) -> ImportedPlan:
    """The plan file of a draft; raises ProblemsFound where no valid plan can be made of it."""
    plan_id = draft.id or id_of(names_of(draft))
    while True:
        text = _text(draft)
        try:
            parse_plan(Source(f"{plan_id}.yaml", text))
        except ProblemsFound as wrong:
            _keep_refused(draft, wrong.problems)
        else:
            return ImportedPlan(plan_id, text, tuple(dict.fromkeys(draft.problems)))


def names_of(draft: Draft) -> list[str]:
    """The names of all cities in the order of the columns."""
    names: list[str] = []
    for city in draft.fields.get("cities", []):
        name = city.get("name", [])
        names += [name] if isinstance(name, str) else name
    return names


def id_of(names: Iterable[str]) -> str:
    """An id made of names: in lower case, without accents, cut after a complete word."""
    plain = unicodedata.normalize("NFKD", " ".join(names).replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    plain = re.sub(r"['\u2019]", "", plain).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    while words and len("-".join(words)) > MAX_ID:
        del words[-1]
    return "-".join(words) or "plan"


def _keep_refused(draft: Draft, problems: Sequence[Problem]) -> None:
    """Take the values out that the plan format refuses, with a warning for each at its place in the imported file.

    Raises ProblemsFound where a plan is not valid without the value.
    """
    refused: dict[Loc, Problem] = {}
    for each in problems:
        loc = loc_of(each.location.field or "")
        while loc and draft.get(loc) is None:
            loc = loc[:-1]
        if not loc or loc[-1] in {"name", "cities"}:
            raise ProblemsFound([replace(each, location=draft.place_of(loc))])
        refused.setdefault(loc, each)
    for loc in sorted(refused, key=lambda loc: [str(step).zfill(4) for step in loc], reverse=True):
        name = str(loc[-1] if isinstance(loc[-1], str) else loc[-2])
        where = draft.place_of(loc)
        draft.keep(name, _shown(_taken_out(draft, loc)), where, _as_warning(refused[loc]).at(where))


def _as_warning(refused: Problem) -> Problem:
    kept = "the value is a comment at the end of the plan"
    hint = f"{kept}; {refused.hint}" if refused.hint else kept
    return replace(refused, severity=Severity.WARNING, hint=hint)


def _taken_out(draft: Draft, loc: Loc) -> object:
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
    head = f"Imported from {PurePath(draft.path).name}. `ucap check` reports what is missing."
    entries = tuple(plain_entry(key, value) for key, value in draft.fields.items() if value not in ([], {}, ""))
    closing = tuple(_closing(draft.leftovers))
    content = PlanFileContent((SCHEMA_LINE, *_commented(head)), Entries(entries, closing))
    return write_document(in_canonical_order(content))


def _closing(leftovers: Sequence[Leftover]) -> list[str]:
    """The comments at the end: everything that has no field."""
    lines = _commented("Not imported into any field, with the place in the file:") if leftovers else []
    for leftover in leftovers:
        line = f"line {leftover.location.line}" if leftover.location.line else ""
        where = ", ".join(part for part in (line, leftover.location.place) if part)
        name = f"{leftover.name.rstrip(':')}: " if leftover.name else ""
        lines += ["", *_commented(f"{name}{leftover.text} ({where})" if where else f"{name}{leftover.text}")]
    return lines


def _commented(text: str) -> list[str]:
    lines = _UNPRINTABLE.sub(" ", text).split("\n")
    wrapped = [part for line in lines for part in _wrapped(line)]
    return [f"# {line}" if line else "#" for line in wrapped]


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH - 2, break_long_words=False, break_on_hyphens=False) or [""]
