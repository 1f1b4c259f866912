"""All commands with their arguments, from commands.json, and their parser: argparse, with usage errors as problems.

An argument has the settings with which `ArgumentParser.add_argument` is called; a text is the help of an option without
a value, and null means one of the shared arguments. The help about commands is in command_help.txt.
"""

import json
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from ucap_reports.cli.terminal import write_text
from ucap_reports.problems import ProblemsFound, did_you_mean, problem
from ucap_reports.storage.installation import install_command
from ucap_reports.summary.document import parse_formats, parse_standard
from ucap_reports.text.language_tags import LANGUAGE

PROGRAM = "ucap"
SHORT_NAMES = {"--out": "-o"}
"""The options with a short name, which is the same in all commands."""
Settings = Mapping[str, Mapping[str, Any]]
"""The settings of arguments by their names."""


class Command(Struct, frozen=True):
    """A command: `run` is the module and the name of its function, which gets the arguments and the session."""

    name: str
    run: str
    arguments: Settings


def language_tag(text: str) -> str:
    """The text, if it is a language tag. Raises ProblemsFound."""
    if LANGUAGE.fullmatch(text):
        return text
    raise ProblemsFound([problem("language-unknown", text=text)])


def worker_count(text: str) -> int:
    """The number of workers that the text names. Raises ProblemsFound."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ProblemsFound([problem("jobs-invalid", text=text)])


TYPES: Mapping[str, Callable[[str], Any]] = {
    "path": Path,
    "number": int,
    "formats": parse_formats,
    "standard": parse_standard,
    "language": language_tag,
    "workers": worker_count,
}


def _settings(written: Mapping[str, Any], shared: Mapping[str, Any]) -> Settings:
    found: dict[str, Mapping[str, Any]] = {}
    for name, value in written.items():
        settings = shared[name] if value is None else value
        if isinstance(settings, str):
            found[name] = {"action": "store_true", "help": settings}
        else:
            found[name] = settings | ({"type": TYPES[settings["type"]]} if "type" in settings else {})
    return found


_WRITTEN: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("commands.json").read_text(encoding="utf-8"))
GLOBAL_OPTIONS = _settings(_WRITTEN.pop("global options"), {})
_SHARED = _WRITTEN.pop("shared arguments")
COMMANDS = tuple(Command(name, each.pop("run"), _settings(each, _SHARED)) for name, each in _WRITTEN.items())


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
def needs_extra(extra: str) -> Iterator[None]:
    """Raise ProblemsFound (`extra-missing`) if the block cannot import a library of an extra, named as its command."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        found = problem("extra-missing", command=extra, library=library, install=install_command(extra))
        raise ProblemsFound([found]) from error


class Parser(ArgumentParser):
    """argparse's parser that raises UsageError where argparse prints a message and exits."""

    def __init__(self, prog: str, arguments: Settings | None = None, **options: Any) -> None:
        super().__init__(prog, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False, **options)
        own = arguments or {}
        for group, added in ((self, own), (self.add_argument_group("global options"), GLOBAL_OPTIONS)):
            for name, settings in added.items():
                short = [SHORT_NAMES[name]] if name in SHORT_NAMES else []
                group.add_argument(*short, name, **settings)
        names = (*own, *GLOBAL_OPTIONS, "--help", "--version")
        self.option_names = [name for name in names if name.startswith("--")]

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with argparse's message."""
        raise UsageError([problem("usage-invalid", form="parser", reason=message, program=self.prog)])

    def print_help(self, file: Any = None) -> None:
        """Print the help. argparse's own method ignores a full disk."""
        write_text(self.format_help(), file)

    def parse(self, words: Sequence[str], arguments: Arguments) -> None:
        """Set the arguments that the words give, options and names in any order. Raises UsageError."""
        with usage_errors():
            _, unknown = self.parse_known_intermixed_args(words, arguments)
        self.refuse_options(unknown)
        if unknown:
            raise UsageError([problem("usage-invalid", form="surplus", word=unknown[0], program=self.prog)])

    def refuse_options(self, words: Sequence[str]) -> None:
        """Raise UsageError where one of the words, which the parser does not know, is an option."""
        for word in words:
            if word.startswith("-"):
                name = word.partition("=")[0]
                hint = did_you_mean(name, self.option_names, prefix="--")
                raise UsageError([problem("option-unknown", hint=hint, name=name, program=self.prog)])
