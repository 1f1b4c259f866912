"""`completion`: a script for the shell, and the words with which the shell completes a command line."""

from argparse import Action, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import argcomplete
from argcomplete.completers import BaseCompleter
from argcomplete.shell_integration import shellcode

from ucap_reports.batch.pack_store import pack_folders
from ucap_reports.cli.command_line import COMMANDS, GROUP, PROGRAM, Arguments, Parser
from ucap_reports.cli.command_output_and_exit_codes import Session
from ucap_reports.problems import ProblemsFound, catalogue
from ucap_reports.problems.control_characters import visible
from ucap_reports.storage.project_folder import find_project


def run_completion(arguments: Arguments, session: Session) -> None:
    """Print the script that makes a shell complete command lines."""
    script = session.json["script"] = shellcode([PROGRAM], shell=arguments.shell)
    session.data(script)


def complete() -> None:
    """Print the words that may follow a command line, and exit: what the shell runs the program for."""
    parser = Parser(PROGRAM)
    commands = parser.add_subparsers(parser_class=Parser)
    group = commands.add_parser(GROUP).add_subparsers(parser_class=Parser)
    for command in COMMANDS:
        *parents, name = command.name.split()
        parsers = group if parents else commands
        parsers.add_parser(name, arguments=command.arguments)
    argcomplete.autocomplete(parser, always_complete_options=False, default_completer=_Words())


class _Words(BaseCompleter):
    """The words for an argument: the plans, packs or codes that exist, or the files of the folder."""

    def __call__(self, *, prefix: str, action: Action, parsed_args: Namespace, **_: Any) -> Iterable[str]:
        match action.dest:
            case "plan" | "plans" | "pack" | "template" | "extends":
                return _project_words(action.dest, parsed_args.root)
            case "code":
                return catalogue()
            case _:
                return _files(prefix)


def _files(prefix: str) -> Iterable[str]:
    """Return the files and folders whose names start so. The completer of argcomplete starts `bash`.

    On Windows, that could be a program in the current folder.
    """
    folder, slash, start = prefix.rpartition("/")
    try:
        paths = sorted(Path(f"{folder}{slash}").expanduser().iterdir())
    except OSError:
        return []
    words: list[str] = []
    for path in paths:
        if path.name.startswith(start):
            end = "/" if path.is_dir() else ""
            words.append(f"{folder}{slash}{path.name}{end}")
    return words


def _project_words(argument: str, root: Path | None) -> Iterable[str]:
    """Return the names of plans or packs that the shell may print."""
    return [word for word in _names(argument, root) if word == visible(word)]


def _names(argument: str, root: Path | None) -> Iterable[str]:
    try:
        project = find_project(root, Path.cwd())
        if argument.startswith("plan"):
            return [path.stem for path in project.plan_paths()]
        from ucap_reports.template.pack_opening import pack_names  # noqa: PLC0415 - most command lines name no pack

        return pack_names(pack_folders(project))
    except ProblemsFound:
        return ()
