"""`explain`: what a problem means, with an example and its fix."""

import sys
from textwrap import indent

from msgspec import to_builtins

from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output_and_exit_codes import COLOURS, Session, painted
from ucap_reports.problems import catalogue, did_you_mean, problem
from ucap_reports.problems.problem import CatalogueEntry, cause_and_fix, example_text, forms_of


def run_explain(arguments: Arguments, session: Session) -> None:
    """Print the entry of a code, or the list of all codes."""
    entries = catalogue()
    if arguments.code is None:
        session.json["codes"] = [{"code": code, "severity": entry.severity} for code, entry in sorted(entries.items())]
        shown = "".join(f"{entry.severity:8} {code}\n" for code, entry in sorted(entries.items()))
    elif arguments.code in entries:
        entry = entries[arguments.code]
        cause, fix = cause_and_fix(arguments.code)
        described = to_builtins(entry) | {"cause": cause, "fix": fix}
        del described["like"]
        session.json["entry"] = {"code": arguments.code, **described}
        shown = _entry_text(arguments.code, entry, session)
    else:
        hint = did_you_mean(arguments.code, entries)
        raise UsageError([problem("code-unknown", hint=hint, code=arguments.code)])
    session.painted(shown)


def _entry_text(code: str, entry: CatalogueEntry, session: Session) -> str:
    """Return the entry as a person reads it: its message forms, then a section each for cause, example and fix."""
    head = painted(f"{entry.severity}[{code}]", COLOURS[entry.severity], colour=session.colour(sys.stdout))
    messages = [f"{head}: {form}" for form in forms_of(entry.message).values()]
    cause, fix = cause_and_fix(code)
    sections = {"Cause": cause, "Example": example_text(entry), "Fix": fix}
    parts = [f"{title}:\n{indent(text.strip(), '  ')}" for title, text in sections.items() if text]
    return "\n\n".join(["\n".join(messages), *parts]) + "\n"
