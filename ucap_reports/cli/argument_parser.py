"""The parser of command lines: argparse, with usage errors as problems."""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from ucap_reports.cli.command_list import GLOBAL_OPTIONS, Settings
from ucap_reports.cli.terminal import write_text
from ucap_reports.problems import ProblemsFound, did_you_mean, problem

PROGRAM = "ucap"


class Arguments(Namespace):
    """The arguments of a command line: those of every command, and those of the command in `commands.json`."""

    command: str = ""
    root: Path | None = None
    json: bool = False
    quiet: bool = False
    no_color: bool = False
    strict: bool = False


class UsageError(ProblemsFound):
    """The command line is invalid or names something that does not exist: exit code 2."""


@contextmanager
def usage_errors() -> Iterator[None]:
    """Raise the problems that are found in the block as UsageError."""
    try:
        yield
    except ProblemsFound as found:
        raise UsageError(found.problems) from found


@contextmanager
def needs_extra(extra: str, libraries: Collection[str]) -> Iterator[None]:
    """Raise ProblemsFound (`extra-missing`) if the block cannot import a library of an extra, named as its command."""
    try:
        yield
    except ModuleNotFoundError as error:
        library, python = (error.name or "").partition(".")[0], Path(sys.executable).name
        if library not in libraries:
            raise
        found = problem("extra-missing", command=extra, extra=extra, library=library, python=python)
        raise ProblemsFound([found]) from error


class Parser(ArgumentParser):
    """argparse's parser that raises UsageError where argparse prints a message and exits."""

    def __init__(self, prog: str, arguments: Settings | None = None, **settings: Any) -> None:
        super().__init__(prog, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False, **settings)
        own = arguments or {}
        for group, added in ((self, own), (self.add_argument_group("global options"), GLOBAL_OPTIONS)):
            for name, each in added.items():
                group.add_argument(name, **each)
        names = (*own, *GLOBAL_OPTIONS, "--help", "--version")
        self.option_names = [name for name in names if name.startswith("--")]

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with argparse's message."""
        raise UsageError([problem("usage-wrong", form="parser", reason=message, program=self.prog)])

    def print_help(self, file: Any = None) -> None:
        """Print the help. argparse's own method ignores a full disk."""
        write_text(self.format_help(), file)

    def parse(self, words: Sequence[str], arguments: Arguments) -> None:
        """Set the arguments that the words give, options and names in any order. Raises UsageError."""
        with usage_errors():
            _, unknown = self.parse_known_intermixed_args(words, arguments)
        self.refuse_options(unknown)
        if unknown:
            raise UsageError([problem("usage-wrong", form="surplus", word=unknown[0], program=self.prog)])

    def refuse_options(self, words: Sequence[str]) -> None:
        """Raise UsageError where one of the words, which the parser does not know, is an option."""
        for word in words:
            if word.startswith("-"):
                name = word.partition("=")[0]
                hint = did_you_mean(name, self.option_names, prefix="--")
                raise UsageError([problem("option-unknown", hint=hint, name=name, program=self.prog)])
