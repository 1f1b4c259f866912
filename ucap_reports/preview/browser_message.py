"""The message to the page in the browser: a state as JSON data."""

from collections.abc import Iterable, Sequence
from typing import Any

from ucap_reports.preview.page_pictures import PagePicture
from ucap_reports.preview.plan_previews import Choice, PreviewState
from ucap_reports.problems import Problem, Severity, problem_record
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.summary.document import Document

AROUND = 60
"""Characters that are shown on each side of a problem's place, since plans have long lines."""
ELLIPSIS = "…"


def message(
    choice: Choice,
    state: PreviewState,
    pages: Sequence[PagePicture] = (),
    *,
    plans: Iterable[str],
    packs: Iterable[str],
    lines: SourceExcerpts,
) -> dict[str, Any]:
    """Everything that the page shows of a choice."""
    severities = list(Severity)  # errors first, infos last
    problems = sorted(state.produced.problems, key=lambda problem: severities.index(problem.severity))
    return {
        "plan": choice.plan or None,
        "pack": choice.pack,
        "own_pack": state.produced.pack if choice.pack is None else None,
        "plans": list(plans),
        "packs": list(packs),
        "title": state.title,
        "outdated": state.outdated,
        "publishable": state.publishable,
        "pages": [{"name": page.name, "width": page.width, "height": page.height} for page in pages],
        "documents": [_document(document, state.earlier) for document in state.documents],
        "problems": [_problem(problem, lines) for problem in problems],
    }


def _document(document: Document, earlier: Iterable[Document]) -> dict[str, Any]:
    before = next((each for each in earlier if each.format is document.format), None)
    return {
        "format": document.format.value,
        "file": document.file_name,
        "size": len(document.content),
        "pages": document.pages,
        "before": {"size": len(before.content), "pages": before.pages} if before is not None else None,
        "same": before is not None and before.content == document.content,
    }


def _problem(problem: Problem, lines: SourceExcerpts) -> dict[str, Any]:
    location = problem.location
    return {**problem_record(problem), "excerpt": excerpt(lines.line(location), location.column)}


def excerpt(line: str | None, column: int | None) -> list[str] | None:
    """The text before, at and after a column (from 1), shortened; None if there is no text."""
    if line is None or not line.strip():
        return None
    at = min((column or 1) - 1, len(line))
    end = at if column is None else at + 1
    before, after = line[max(0, at - AROUND) : at].lstrip(), line[end : end + AROUND].rstrip()
    cut_before, cut_after = at > AROUND, len(line.rstrip()) > end + AROUND
    return [ELLIPSIS * cut_before + before, line[at:end], after + ELLIPSIS * cut_after]
