"""`completion`: a script for the shell, and the words with which the shell completes a command line."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import argcomplete
from argcomplete.shell_integration import shellcode

from ucap_reports.cli.argument_parser import GLOBAL_OPTIONS, PROGRAM, Arguments
from ucap_reports.cli.command_line import GROUP
from ucap_reports.cli.command_list import COMMANDS
from ucap_reports.cli.selection import pack_folders
from ucap_reports.cli.session import Session
from ucap_reports.problems import ProblemsFound, catalogue
from ucap_reports.storage.project_folder import Project, find_project


def run_completion(arguments: Arguments, session: Session) -> None:
    """Print the script that makes a shell complete command lines."""
    script = session.json["script"] = shellcode([PROGRAM], shell=arguments.shell)
    session.data(script)


def complete() -> None:
    """Print the words that may follow a command line, and exit: what the shell runs the program for."""
    parser = ArgumentParser(PROGRAM)
    for each in GLOBAL_OPTIONS:
        parser.add_argument(*each.names, **each.settings)
    commands = parser.add_subparsers()
    group = commands.add_parser(GROUP).add_subparsers()
    for command in COMMANDS:
        *parents, name = command.name.split()
        subparser = (group if parents else commands).add_parser(name)
        for each in (*command.arguments, *GLOBAL_OPTIONS):
            action = subparser.add_argument(*each.names, **each.settings)
            if action.dest in COMPLETERS:
                action.completer = _completer(COMPLETERS[action.dest])  # type: ignore[attr-defined] # argcomplete's way
    argcomplete.autocomplete(parser, always_complete_options=False)


def _completer(words: Callable[[Project], Iterable[str]]) -> Callable[..., Iterable[str]]:
    """A completer, as argcomplete calls it, for words that a project has."""

    def completer(parsed_args: Any, **_: Any) -> Iterable[str]:
        try:
            return words(find_project(parsed_args.root, Path.cwd()))
        except ProblemsFound:
            return ()

    return completer


def _plans(project: Project) -> list[str]:
    return [path.stem for path in project.plan_paths()]


def _packs(project: Project) -> Iterable[str]:
    from ucap_reports.template.pack_opening import pack_names  # noqa: PLC0415 - most command lines name no pack

    return pack_names(pack_folders(project))


COMPLETERS: Mapping[str, Callable[[Project], Iterable[str]]] = {
    "plans": _plans,
    "plan": _plans,
    "template": _packs,
    "pack": _packs,
    "extends": _packs,
    "code": lambda _: catalogue(),
}
"""The words for an argument, by its name."""
