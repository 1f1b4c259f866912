"""The command `ucap`: reads the command line, runs a command, and reports what it has found and written."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from ucap_reports.cli.command_line import Arguments, UsageError, read_command_line
from ucap_reports.cli.command_output_and_exit_codes import Exit, Session, write_line
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.atomic_files import disk_problem

__all__ = ["main"]


def main(words: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code.

    Args:
        words: The command line after the name of the program; by default that of this process.
    """
    try:
        if "_ARGCOMPLETE" in os.environ:
            from ucap_reports.cli.completion_command import complete  # noqa: PLC0415 - needed by shells alone

            complete()
        if words is None:
            words = sys.argv[1:]
        return _run(words)
    except SystemExit as end:  # after --help
        return int(end.code or 0)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        return Exit.INTERRUPTED
    except OSError as error:  # the output cannot be written
        with suppress(OSError):
            write_line(str(disk_problem(error)), sys.stderr)
        return Exit.ERRORS


def _run(words: Sequence[str]) -> int:
    """Run a command line. Raises OSError only where its output cannot be written."""
    arguments = Arguments(json="--json" in words)
    session = Session(arguments)
    try:
        command = read_command_line(words, arguments, session.json)
        module_name, _, function_name = command.run.partition(".")
        run_command = getattr(import_module(f"{__name__}.{module_name}"), function_name)
        run_command(arguments, session)
    except UsageError as wrong:
        session.report(wrong.problems)
        return session.finish(Exit.USAGE_ERROR)
    except ProblemsFound as errors:
        session.report(errors.problems)
    except OSError as error:
        session.report([disk_problem(error)])
    return session.finish()
