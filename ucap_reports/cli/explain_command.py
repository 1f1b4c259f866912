"""`explain`: what a problem means, with an example and its fix."""

import sys
from textwrap import indent

from msgspec import to_builtins

from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output_and_exit_codes import Session
from ucap_reports.cli.terminal_colours_and_excerpts import COLOURS, painted
from ucap_reports.problems import catalogue, did_you_mean, problem
from ucap_reports.problems.problem_and_catalogue import CatalogueEntry, cause_and_fix, example_text, forms_of


def run_explain(arguments: Arguments, session: Session) -> None:
    """Print the entry of a code, or the list of all codes."""
    entries = catalogue()
    if arguments.code is None:
        shown = ""
        session.json["codes"] = []
        for code, entry in sorted(entries.items()):
            session.json["codes"].append({"code": code, "severity": entry.severity})
            shown += f"{entry.severity:8} {code}\n"
    elif arguments.code in entries:
        entry = entries[arguments.code]
        cause, fix = cause_and_fix(arguments.code)
        described = to_builtins(entry) | {"cause": cause, "fix": fix}
        del described["like"], described["warnings"]
        session.json["entry"] = {"code": arguments.code, **described}
        shown = _entry_text(arguments.code, entry, session)
    else:
        hint = did_you_mean(arguments.code, entries)
        raise UsageError([problem("code-unknown", hint=hint, code=arguments.code)])
    session.painted(shown)


def _entry_text(code: str, entry: CatalogueEntry, session: Session) -> str:
    """Return the entry as a person reads it: its message forms, then a section each for cause, example and fix."""
    messages = []
    for form, message in forms_of(entry.message).items():
        severity = entry.severity_of(form)
        head = painted(f"{severity}[{code}]", COLOURS[severity], colour=session.colour(sys.stdout))
        messages.append(f"{head}: {message}")
    cause, fix = cause_and_fix(code)
    sections = ["\n".join(messages)]
    for title, text in (("Cause", cause), ("Example", example_text(entry)), ("Fix", fix)):
        if text:
            sections.append(f"{title}:\n{indent(text.strip(), '  ')}")
    return "\n\n".join(sections) + "\n"
