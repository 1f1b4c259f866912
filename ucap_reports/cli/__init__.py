"""The command `ucap`: reads what is asked, has it done, shows what was found and made."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ucap_reports import __version__
from ucap_reports.cli import template_command_list
from ucap_reports.cli.argument_parser import PROGRAM, Arguments, Command, UsageError, usage_error
from ucap_reports.cli.command_list import COMMANDS, overview
from ucap_reports.cli.problem_display import problem_text
from ucap_reports.cli.text_or_json_output import Exit, Session, write_line, write_text
from ucap_reports.problems import ProblemsFound, did_you_mean
from ucap_reports.storage.atomic_files import disk_problem

__all__ = ["main"]

SELDOM = 100_000
"""Objects that are made before those among them that nobody holds are looked for; Python's 700 are a tenth of a start,
when nearly all that is made stays.
"""


def main(texts: Sequence[str] | None = None) -> int:
    """Run the command line, `sys.argv` unless given; the exit code."""
    gc.set_threshold(SELDOM)
    _want_no_extensions()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # who started this has closed it, and no other file may get its place
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese is no reason to fail
    try:
        return _main(sys.argv[1:] if texts is None else texts)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        return Exit.INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except OSError as error:  # what was asked for, or the report on it, cannot be printed
        with suppress(OSError):
            write_line(problem_text(disk_problem(error), None, colour=False), sys.stderr)
        return Exit.ERRORS


def _want_no_extensions() -> None:
    """Let pydantic look for no extensions of itself: it would read the metadata of every package there is, and to load
    what reads them is a fortieth of a start, even where they are not wanted.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    nobody = ModuleType("pydantic.plugin._loader")
    nobody.get_plugins = tuple  # type: ignore[attr-defined]  # so that there are none
    sys.modules.setdefault(nobody.__name__, nobody)


def _main(texts: Sequence[str]) -> int:
    match texts:
        case ["-h" | "--help", *_]:
            write_text(overview(), sys.stdout)
            return Exit.DONE
        case ["--version", *_]:
            write_line(f"{PROGRAM} {__version__}", sys.stdout)
            return Exit.DONE
        case []:
            write_text(overview(), sys.stderr)
            return Exit.USAGE_ERROR
        case [template_command_list.GROUP, *rest]:
            return _template(rest)
        case _:
            return _run(texts)


def _template(texts: Sequence[str]) -> int:
    """Run one of the commands whose names have two words."""
    match texts:
        case ["-h" | "--help", *_]:
            write_text(template_command_list.group_overview(), sys.stdout)
            return Exit.DONE
        case []:
            write_text(template_command_list.group_overview(), sys.stderr)
            return Exit.USAGE_ERROR
        case [name, *rest]:
            return _run([f"{template_command_list.GROUP} {name}", *rest])
        case _:
            raise AssertionError("a sequence is empty or not")


def _run(texts: Sequence[str]) -> int:
    """Run the command that the first text names."""
    name, *rest = texts
    arguments = Arguments(command=name, root=None, json="--json" in rest, quiet=False, no_color="--no-color" in rest)
    session = Session(arguments)
    try:
        command = _command(name)
        command.parser().parse(rest, arguments)
        run = import_module(command.runner).RUNS[name]
        run(arguments, session)
    except UsageError as wrong:
        session.tell(wrong.problems)
        return session.finish(Exit.USAGE_ERROR)
    except ProblemsFound as found:
        session.tell(found.problems)
    except BrokenPipeError:
        raise
    except OSError as error:
        session.tell([disk_problem(error)])
    return session.finish()


def _command(name: str) -> Command:
    commands = {command.name: command for command in COMMANDS}
    if name in commands:
        return commands[name]
    if name.startswith("-"):
        message = f'options come after a command, but "{name}" is the first word'
        raise usage_error("command-missing", message, f"write it as in `{PROGRAM} build {name} …`")
    hint = did_you_mean(name, commands) or f"`{PROGRAM} --help` lists the commands"
    raise usage_error("command-unknown", f'{PROGRAM} has no command "{name}"', hint)
