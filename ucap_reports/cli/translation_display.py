"""How complete translations are, as lines of text and in JSON reports."""

from typing import Any

from msgspec import to_builtins

from ucap_reports.cli.command_output import Session
from ucap_reports.plan.translation.po_entry import Completeness


def show_completeness(complete: Completeness, session: Session) -> dict[str, Any]:
    """Print a line about a translation, and return its record for the JSON report."""
    counts = [f"{complete.translated} of {complete.total} translated"]
    counts += [f"{complete.outdated} outdated"] if complete.outdated else []
    counts += [f"{complete.missing} missing"] if complete.missing else []
    session.result(f"{complete.percent}%", f"{complete.plan} {complete.language}: {', '.join(counts)}")
    record: dict[str, Any] = to_builtins(complete)
    return record | {"translated": complete.translated, "percent": complete.percent}
