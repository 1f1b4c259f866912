"""Generate docs/reference/commands.md from the output of `ucap --help`: python docs/make_commands.py"""

import contextlib
import io
import os
from pathlib import Path

from ucap_reports.cli import main
from ucap_reports.cli.command_list import COMMANDS

PAGE = Path(__file__).parent / "reference" / "commands.md"
HEAD = """\
<!-- Made by docs/make_commands.py; change the help texts, not this page. -->
# Commands

`ucap` is also `python -m ucap_reports`. In a checkout it is `.venv/bin/ucap` after `make reports`.

A **project** is the nearest folder, from the current one upward, that has a `plans/`; `--root` names another.
`--out` is relative to it, other paths to the current folder. A `PLAN` is an id or a path. Problems and progress go
to standard error, results to standard output; problems are never wrapped, and coloured only on a terminal.

{overview}
"""
SECTION = """
## `ucap {name}`
{help}
"""


def page() -> str:
    """The text of the page."""
    sections = (SECTION.format(name=command.name, help=shown(*command.name.split(), "--help")) for command in COMMANDS)
    return HEAD.format(overview=shown("--help")) + "".join(sections)


def shown(*words: str) -> str:
    """A command and its output as the documentation shows them."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        main(words)
    return f"```console\n$ ucap {' '.join(words)}\n{output.getvalue().rstrip()}\n```"


if __name__ == "__main__":
    os.environ["COLUMNS"] = "100"
    PAGE.write_text(page(), encoding="utf-8")
