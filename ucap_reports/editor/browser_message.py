"""The message to the page in the browser: a state as JSON data."""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins

from ucap_reports.editor.page_pictures import PagePicture
from ucap_reports.editor.plan_previews import Choice, PreviewState
from ucap_reports.editor.printed_areas import PrintedArea
from ucap_reports.problems import Problem, Severity, problem_record
from ucap_reports.source.source_excerpts import SourceExcerpts

AROUND = 60
"""Characters that are shown on each side of a problem's place, since plans have long lines."""
ELLIPSIS = "…"


def message(
    choice: Choice,
    state: PreviewState,
    pages: Sequence[PagePicture] = (),
    areas: Sequence[PrintedArea] = (),
    web_page: str | None = None,
    *,
    lines: SourceExcerpts,
) -> dict[str, Any]:
    """Return everything that the page shows of a choice beside its form.

    `web_page` is the name to request the web page by.
    """
    severities = list(Severity)  # errors first, infos last
    problems = sorted(state.produced.problems, key=lambda found: severities.index(found.severity))
    return {
        "plan": choice.plan,
        "digest": state.digest,
        "pack": choice.pack,
        "own_pack": state.produced.pack if choice.pack is None else None,
        "title": state.title,
        "outdated": state.outdated,
        "publishable": state.publishable,
        "pages": [{"name": page.name, "width": page.width, "height": page.height} for page in pages],
        "areas": [to_builtins(area) for area in areas],
        "web_page": web_page,
        "problems": [_problem(problem, lines) for problem in problems],
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
