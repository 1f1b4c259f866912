"""The parser of command lines: argparse, with typed arguments and usage errors as problems."""

import re
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from ucap_reports.cli.terminal import write_text
from ucap_reports.problems import ProblemsFound, did_you_mean, problem
from ucap_reports.summary.document import Format, PdfStandard

PROGRAM = "ucap"
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
"""The shape of a language tag (BCP 47)."""


class Arguments(Namespace):
    """The arguments of a command line, with their defaults. The first six are those of every command."""

    command: str = ""
    root: Path | None = None
    json: bool = False
    quiet: bool = False
    no_color: bool = False
    strict: bool = False
    plans: Sequence[str] = ()
    where: Sequence[str] | None = None
    csv: bool = False
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
    pack: str = ""
    extends: str | None = None
    copy: bool = False
    web_page: bool = False
    annotate: Path | None = None
    jobs: int | None = None
    scheduler: str | None = None
    prune: bool = False
    index: bool = True
    pdf_standard: PdfStandard | None = None
    verbose: bool = False
    code: str | None = None
    shell: str = ""
    sheet_format: str = "po"
    import_file: str | None = None
    status: bool = False
    old: str = ""
    new: str | None = None
    html: bool = False
    docx: Path | None = None
    apply: bool = False
    only_author: Sequence[str] | None = None


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


class Argument(Struct, frozen=True):
    """An argument of a command: what `ArgumentParser.add_argument` is called with."""

    names: Sequence[str]
    settings: Mapping[str, Any]


def argument(*names: str, **settings: Any) -> Argument:
    """The argument that `add_argument(*names, **settings)` adds."""
    return Argument(names, settings)


def switch(name: str, help_: str) -> Argument:
    """An option without a value, which sets its argument to True."""
    return argument(name, action="store_true", help=help_)


GLOBAL_OPTIONS = (
    argument("--root", type=Path, metavar="DIR", help="the project; by default the nearest folder with plans/"),
    switch("--json", "print a machine-readable report on standard output"),
    switch("--quiet", "print no progress and no totals, only problems"),
    switch("--no-color", "print no colours, as with NO_COLOR in the environment"),
)


class Parser(ArgumentParser):
    """argparse's parser that raises UsageError where argparse prints a message and exits."""

    def __init__(self, prog: str, arguments: Sequence[Argument] = (), **settings: Any) -> None:
        super().__init__(prog, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False, **settings)
        for each in arguments:
            self.add_argument(*each.names, **each.settings)
        common = self.add_argument_group("global options")
        for each in GLOBAL_OPTIONS:
            common.add_argument(*each.names, **each.settings)
        names = [name for each in (*arguments, *GLOBAL_OPTIONS) for name in each.names]
        self.option_names = [name for name in (*names, "--help", "--version") if name.startswith("--")]

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


def language_tag(text: str) -> str:
    """The text, if it is a language tag. Raises UsageError."""
    if LANGUAGE_TAG.fullmatch(text):
        return text
    raise UsageError([problem("language-unknown", text=text)])


def worker_count(text: str) -> int:
    """The number of workers that the text names. Raises UsageError."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise UsageError([problem("jobs-wrong", text=text)])
