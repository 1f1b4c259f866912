"""What the manifest keeps of a plan, and how it is written: one line of JSON."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from ucap_reports.batch.inputs import Inputs
from ucap_reports.document import Format
from ucap_reports.order import Card
from ucap_reports.problems import Location, Problem, Severity, problem_record


class DocumentRecord(Struct, frozen=True):
    """A document as it was written. `inputs` is None from when a build begins to replace it until that build says
    what became of it: the file is whole then, but may be newer than the record.
    """

    sha256: str
    size: int
    pages: int | None
    inputs: Inputs | None


class PlanRecord(Struct, frozen=True):
    """What is known of a plan that was built. `inputs` are those of its card and its problems."""

    source: str
    """The plan's file, as messages name it."""
    inputs: Inputs
    card: Card
    problems: tuple[Problem, ...]
    format_problems: Mapping[Format, tuple[Problem, ...]] = field(default_factory=dict)
    """Those that only the document of that format has."""
    documents: Mapping[Format, DocumentRecord] = field(default_factory=dict)
    pictured: str | None = None
    """The digest of the PDF whose first page the picture in the index shows."""

    def problems_of(self, formats: tuple[Format, ...]) -> tuple[Problem, ...]:
        """All that is wrong when these formats are asked for."""
        return self.problems + tuple(found for each in formats for found in self.format_problems.get(each, ()))


def encode_record(record: PlanRecord) -> bytes:
    """The record as JSON in ASCII on one line, without what is empty or the same again."""
    own = _Inputs(record.inputs)
    plain = {
        "source": record.source,
        "inputs": asdict(record.inputs),
        "card": asdict(record.card) | {"updated": record.card.updated and record.card.updated.isoformat()},
        "problems": [_plain_problem(problem) for problem in record.problems],
        "format_problems": {
            each.value: [_plain_problem(problem) for problem in problems]
            for each, problems in record.format_problems.items()
            if problems
        },
        "documents": {each.value: own.plain(document) for each, document in record.documents.items()},
        "pictured": record.pictured,
    }
    return json.dumps({key: value for key, value in plain.items() if value not in ({}, [], None)}).encode("ascii")


def decode_record(line: bytes) -> PlanRecord:
    """The record that `encode_record` made this of. What else it is given ends in any error at all."""
    plain = json.loads(line)
    inputs = Inputs(**plain["inputs"])
    card = plain["card"]
    return PlanRecord(
        source=plain["source"],
        inputs=inputs,
        card=Card(
            **{key: tuple(value) if isinstance(value, list) else value for key, value in card.items()}
            | {"updated": card["updated"] and date.fromisoformat(card["updated"])}
        ),
        problems=tuple(_problem(problem) for problem in plain.get("problems", ())),
        format_problems={
            Format(each): tuple(_problem(problem) for problem in problems)
            for each, problems in plain.get("format_problems", {}).items()
        },
        documents={
            Format(each): _Inputs(inputs).document(document) for each, document in plain.get("documents", {}).items()
        },
        pictured=plain.get("pictured"),
    )


class _Inputs(Struct, frozen=True):
    """Those of the plan's record, which its documents need not repeat."""

    own: Inputs

    def plain(self, document: DocumentRecord) -> dict[str, Any]:
        plain = {"sha256": document.sha256, "size": document.size, "pages": document.pages}
        if document.inputs is None:
            return plain | {"unfinished": True}
        return plain if document.inputs == self.own else plain | {"inputs": asdict(document.inputs)}

    def document(self, plain: dict[str, Any]) -> DocumentRecord:
        inputs = None if plain.get("unfinished") else Inputs(**plain["inputs"]) if "inputs" in plain else self.own
        return DocumentRecord(plain["sha256"], plain["size"], plain["pages"], inputs)


def _plain_problem(problem: Problem) -> dict[str, Any]:
    return {key: value for key, value in problem_record(problem).items() if value is not None}


def _problem(plain: dict[str, Any]) -> Problem:
    where = Location(*(plain.get(key) for key in ("path", "line", "column", "field", "place")))
    return Problem(plain["code"], Severity(plain["severity"]), plain["message"], plain.get("hint"), where)
