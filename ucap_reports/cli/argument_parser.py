"""The command line as text becomes typed arguments, or a clear word on what is wrong with it."""

import re
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from ucap_reports.problems import Problem, ProblemsFound, did_you_mean
from ucap_reports.summary.document import Format

PROGRAM = "ucap"
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
"""The shape of a language tag (BCP 47), not a list of languages."""


class Arguments(Namespace):
    """What was asked for. Every command sets the first five; the others are set by the commands that have them."""

    command: str
    root: Path | None
    json: bool
    quiet: bool
    no_color: bool
    strict: bool = False
    plans: Sequence[str] = ()
    formats: Sequence[Format] | None = None
    template: str | None = None
    language: str | None = None
    out: str | None = None
    folder: Path | None = None
    id: str = ""
    check: bool = False
    files: Sequence[str] = ()
    into: str = "plans"
    columns: Path | None = None
    force: bool = False
    overwrite_edited: bool = False
    dry_run: bool = False
    plan: str | None = None
    port: int | None = None
    open: bool = True
    pack: str | None = None
    extends: str | None = None
    copy: bool = False
    annotate: Path | None = None
    jobs: int | None = None
    scheduler: str | None = None
    prune: bool = False
    index: bool = True


class UsageError(ProblemsFound):
    """The command line does not say what to do, or means something that is not there: exit code 2."""


def usage_error(code: str, message: str, hint: str | None = None) -> UsageError:
    """To be raised: one thing wrong with the command line."""
    return UsageError([Problem.error(code, message, hint)])


class Parser(ArgumentParser):
    """argparse's parser that raises UsageError where argparse would print and exit.

    `names` is for what is no option, `own` for the options of the one command.
    """

    def __init__(self, prog: str, use: str, description: str, epilog: str) -> None:
        super().__init__(
            prog=prog,
            usage=f"{use} [options]",
            description=description,
            epilog=epilog,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )
        self.names = self.add_argument_group("names")
        self.own = self.add_argument_group("options")

    def error(self, message: str) -> NoReturn:
        """Never returns: UsageError with argparse's own words."""
        raise usage_error("usage-wrong", message, f"`{self.prog} --help` shows how it is used")

    def print_help(self, file: object = None) -> None:  # noqa: ARG002 - argparse's own parameter, which nobody gives
        """Print what `--help` asks for; argparse would keep it to itself that a disk refuses."""
        sys.stdout.write(self.format_help())
        sys.stdout.flush()

    def parse(self, texts: Sequence[str], arguments: Arguments) -> Arguments:
        """The arguments in `texts`; options and names may come in any order."""
        _, unknown = self.parse_known_intermixed_args(texts, arguments)
        for text in unknown:
            if text.startswith("-"):
                name = text.partition("=")[0]
                hint = did_you_mean(name, self.options()) or f"`{self.prog} --help` lists the options"
                raise usage_error("option-unknown", f'{self.prog} has no option "{name}"', hint)
        if unknown:
            self.error(f'nothing more was expected, but here is "{unknown[0]}"')
        return arguments

    def options(self) -> list[str]:
        """The names of all options, such as `--root`."""
        return [name for action in self._actions for name in action.option_strings if name.startswith("--")]


class Command(Struct, frozen=True):
    """A command: `use` is how it is called, `summary` what it does in one line, `runner` the module that does it."""

    name: str
    use: str
    summary: str
    description: str
    examples: Sequence[str]
    add_options: Callable[[Parser], None]
    runner: str

    def parser(self) -> Parser:
        """The parser of what comes after the command's name."""
        examples = "\n".join(f"  {example}" for example in self.examples)
        parser = Parser(f"{PROGRAM} {self.name}", f"{PROGRAM} {self.use}", self.description, f"examples:\n{examples}")
        self.add_options(parser)
        common = parser.add_argument_group("options of every command")
        common.add_argument(
            "--root", type=Path, metavar="DIR", help="the project; the nearest folder with a plans/ unless named"
        )
        common.add_argument("--json", action="store_true", help="a report for programs, on standard output")
        common.add_argument("--quiet", action="store_true", help="no progress and no totals; problems are always told")
        common.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR in the environment")
        common.add_argument("-h", "--help", action="help", help="this text")
        return parser


def format_option(text: str) -> Format:
    """The format of that name."""
    try:
        return Format(text.lower())
    except ValueError:
        known = [each.value for each in Format]
        hint = did_you_mean(text, known) or f"there are {' and '.join(known)}"
        raise usage_error("format-unknown", f'no format is called "{text}"', hint) from None


def language_option(text: str) -> str:
    """The language tag, if it has the shape of one."""
    if LANGUAGE_TAG.fullmatch(text):
        return text
    raise usage_error("language-unknown", f'"{text}" is no language tag', "write it as en, zh or pt-BR")


def jobs_option(text: str) -> int:
    """How many workers, if it is a number of them."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise usage_error("jobs-wrong", f'"{text}" is no number of workers', "write it as in --jobs 4")
