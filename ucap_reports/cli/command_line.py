"""The command line: all commands with their arguments, the command that a line names, its parser, and the help.

Commands are in commands.json and their help in command_help.txt. An argument has the settings with which
`ArgumentParser.add_argument` is called; a text is the help of an option without a value, and null means one of the
shared arguments. `lists` are the lists in the JSON report of a command, and `values` what else it always has.
"""

import json
import os
import re
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TextIO

from msgspec import Struct

from ucap_reports import __version__
from ucap_reports.problems import ProblemsFound, did_you_mean, problem, shortened
from ucap_reports.storage.installation import install_command, shell_word
from ucap_reports.summary.document_formats_and_pdf_standards import parse_formats, parse_standard
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag

GROUP = "template"
"""The first word of the commands about template packs."""
_COMMANDS_FOR = {
    ".docx": ("import", "review"),
    ".yaml": ("check", "build"),
    ".pdf": ("check", "import"),
    **dict.fromkeys((".xlsx", ".csv", ".txt"), ("import",)),
}
"""The commands that take a file as their argument, by its ending."""
PROGRAM = "ucap"
_SHORT_NAMES = {"--out": "-o"}
"""The options with a short name, which is the same in all commands."""
_MAX_COUNT_DIGITS = 9
"""The digits of a number of workers. Python raises an error for a number of thousands of digits."""
_ANY_WIDTH = 80
"""The characters of a line of help that is not printed."""
_Settings = Mapping[str, Mapping[str, Any]]
"""The settings of arguments by their names."""


class Arguments(Namespace):
    """The arguments of a command line: those of every command, and those of the command in `commands.json`."""

    command: str = ""
    root: Path | None = None
    json: bool = False
    quiet: bool = False
    no_color: bool = False
    strict: bool = False


class _Command(Struct, frozen=True):
    """A command: `run` is the module and the name of its function, which gets the arguments and the session."""

    name: str
    run: str
    lists: tuple[str, ...]
    """The lists in its JSON report, which has them even if the command line is invalid."""
    values: tuple[str, ...]
    """The other values that its JSON report always has; null if there is an error."""
    arguments: _Settings


def read_command_line(words: Sequence[str], arguments: Arguments, report: dict[str, Any]) -> _Command:
    """Return the command that the words name, with its arguments set, and what its JSON report always has added to it.

    Raises UsageError; SystemExit where help is printed.
    """
    parser = Parser(PROGRAM, add_help=False)
    with usage_errors():
        _, remaining = parser.parse_known_args(words, arguments)
    if remaining[:1] == ["help"]:
        remaining = [*remaining[1:], "--help"]  # `ucap help build` is `ucap build --help`
    group = remaining.pop(0) if remaining[:1] == [GROUP] else ""
    word = remaining[0] if remaining else ""
    if word in {"-h", "--help"}:
        write_text(overview(group))
        sys.exit()
    if word == "--version":
        write_text(f"{PROGRAM} {__version__}\n")
        sys.exit()
    if not word and not arguments.json:
        write_text(overview(group), sys.stderr)
        sys.exit(2)
    parser.refuse_options(remaining[:1])
    arguments.command = f"{group} {word}".strip()
    command = _named(word, group)
    report.update({name: [] for name in command.lists})
    report.update(dict.fromkeys(command.values))
    _command_parser(command).parse(remaining[1:], arguments)
    return command


class Parser(ArgumentParser):
    """argparse's parser that raises UsageError where argparse prints a message and exits."""

    def __init__(self, prog: str, arguments: _Settings | None = None, **options: Any) -> None:
        # Each argument is checked with a formatter, which imports `shutil` with all kinds of archives for its width.
        narrow = partial(RawDescriptionHelpFormatter, width=_ANY_WIDTH)
        super().__init__(prog, formatter_class=narrow, allow_abbrev=False, **options)
        own = arguments or {}
        for name, settings in own.items():
            short_names = [_SHORT_NAMES[name]] if name in _SHORT_NAMES else []
            self.add_argument(*short_names, name, **settings)
        group = self.add_argument_group("global options")
        for name, settings in _GLOBAL_OPTIONS.items():
            group.add_argument(name, **settings)
        names = (*own, *_GLOBAL_OPTIONS, "--help", "--version")
        self.option_names = [name for name in names if name.startswith("--")]

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with argparse's message."""
        raise UsageError([problem("usage-invalid", form="parser", reason=message, program=self.prog)])

    def print_help(self, file: Any = None) -> None:
        """Print the help. argparse's own method ignores a full disk."""
        self.formatter_class = RawDescriptionHelpFormatter
        write_text(self.format_help(), file)

    def parse(self, words: Sequence[str], arguments: Arguments) -> None:
        """Set the arguments that the words give, options and names in any order. Raises UsageError.

        All words after `--` are names. One that begins with a dash is a file, which argparse would take for an option.
        """
        if "--" in words:
            end = words.index("--")
            names = []
            for name in words[end + 1 :]:
                names.append(f"./{name}" if name.startswith("-") else name)
            words = [*words[:end], *names]
        # Before a required option is reported as missing, which may be the one that is misspelt.
        misspelt = [word for word in words if self._is_misspelt(word)]
        self.refuse_options(misspelt)
        with usage_errors():
            _, unknown = self.parse_known_intermixed_args(words, arguments)
        self.refuse_options(unknown)
        if unknown:
            raise UsageError([problem("usage-invalid", form="surplus", word=unknown[0], program=self.prog)])

    def _is_misspelt(self, word: str) -> bool:
        return word.startswith("--") and word.partition("=")[0] not in self.option_names

    def refuse_options(self, words: Sequence[str]) -> None:
        """Raise UsageError where one of the words, which the parser does not know, is an option."""
        for word in words:
            if word.startswith("-"):
                name = word.partition("=")[0]
                hint = did_you_mean(name, self.option_names, prefix="--")
                raise UsageError([problem("option-unknown", hint=hint, name=name, program=self.prog)])


def _command_parser(command: _Command) -> Parser:
    """Return the parser of the words after the command's name."""
    about = command_helps()[command.name]
    usage = f"{PROGRAM} {about.usage} [options]"
    return Parser(f"{PROGRAM} {command.name}", command.arguments, usage=usage, description=about.text.strip())


class _CommandHelp(Struct, frozen=True):
    """The help about a command: how it is called, what it does in one line, and all about it."""

    usage: str
    summary: str
    text: str


def command_helps() -> Mapping[str, _CommandHelp]:
    """Return the help about each command by its name, and about all commands as `ucap` and `ucap template`."""
    text = Path(__file__).with_name("command_help.txt").read_text(encoding="utf-8")
    helps = {}
    for section in text.split("== ")[1:]:
        usage, summary, details = section.split("\n", 2)
        name = re.split(" [A-Z[]", usage)[0]  # before the arguments, as in "diff OLD [NEW]"
        helps[name] = _CommandHelp(usage, summary, details)
    return helps


def overview(group: str = "") -> str:
    """Return the help about all commands, or about those of a group."""
    helps = command_helps()
    listed = []
    for name, about in helps.items():
        if name.startswith(group) and not name.startswith(PROGRAM):
            listed.append(about)
    column = max(len(about.usage) for about in listed)
    lines = [f"  {about.usage:{column}}  {about.summary}" for about in listed]
    text = helps[f"{PROGRAM} {group}".strip()].text.strip()
    return text.format(commands="\n".join(lines)) + "\n"


class UsageError(ProblemsFound):
    """The command line is invalid or names something that does not exist: exit code 2."""


@contextmanager
def usage_errors() -> Iterator[None]:
    """Raise the problems that are found in the block as UsageError."""
    try:
        yield
    except ProblemsFound as error:
        raise UsageError(error.problems) from error


def refuse_two_forms(wanted: Mapping[str, bool]) -> None:
    """Raise UsageError if more than one of the options is wanted, each of which prints the result in another form."""
    options = [name for name, is_wanted in wanted.items() if is_wanted]
    if len(options) > 1:
        first, second, *_ = options
        raise UsageError([problem("usage-invalid", form="two-forms", first=first, second=second)])


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Raise ProblemsFound (`extra-missing`) if the block cannot import a library of an extra, named as its command."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        install = install_command(extra)
        missing = problem("extra-missing", command=extra, library=library, install=install)
        raise ProblemsFound([missing]) from error


def _named(word: str, group: str) -> _Command:
    """Return the command of that name. Raises UsageError."""
    if not word:
        raise UsageError([problem("command-missing", program=PROGRAM)])
    named = {}
    for command in COMMANDS:
        if command.name.startswith(group):
            named[command.name.removeprefix(group).strip()] = command
    if word not in named:
        hint = did_you_mean(word, named) or _file_hint(word)
        program = f"{PROGRAM} {group}".strip()
        raise UsageError([problem("command-unknown", hint=hint, name=word, program=program)])
    return named[word]


def _file_hint(word: str) -> str | None:
    """Return the commands for a file whose name is where the name of a command belongs; None for any other word."""
    commands = _COMMANDS_FOR.get(Path(word).suffix.lower())
    if commands is None:
        return None
    lines = [f"`{PROGRAM} {command} {shell_word(word)}`" for command in commands]
    return f"did you mean {' or '.join(lines)}?"


def _language_tag(text: str) -> str:
    """Return the language tag that the text is, in its canonical form. Raises ProblemsFound."""
    if LANGUAGE.fullmatch(text):
        return canonical_tag(text)
    raise ProblemsFound([problem("language-unknown", text=text)])


def _worker_count(text: str) -> int:
    """Return the number of workers that the text names. Raises ProblemsFound."""
    if text.isdecimal() and len(text) <= _MAX_COUNT_DIGITS and int(text) > 0:
        return int(text)
    raise ProblemsFound([problem("jobs-invalid", text=shortened(text))])


def _path(text: str) -> Path:
    """Return the path of a file or folder. Raises ProblemsFound."""
    return Path(_path_name(text))


def _path_name(text: str) -> str:
    """Return the name of a file or folder. Raises ProblemsFound if it is empty, which would mean the current folder."""
    if text:
        return text
    raise ProblemsFound([problem("usage-invalid", form="empty")])


def _printed_text(text: str) -> str:
    """Return text that documents or settings contain. Raises ProblemsFound if they cannot contain one of its
    characters, such as one that is not in the encoding of the terminal.
    """
    from ucap_reports.storage.decoding import character_name, unprintable  # noqa: PLC0415 - help needs none of it

    character = unprintable(text)
    if character is None:
        return text
    raise ProblemsFound([problem("usage-invalid", form="character", character=character_name(character))])


_TYPES: Mapping[str, Callable[[str], Any]] = {
    "path": _path,
    "name": _path_name,
    "text": _printed_text,
    "number": int,
    "formats": parse_formats,
    "standard": parse_standard,
    "language": _language_tag,
    "workers": _worker_count,
}
"""The functions that convert the text of an argument, by the names of types in commands.json."""


def _settings(written: Mapping[str, Any], shared: Mapping[str, Any]) -> _Settings:
    """Return the settings of arguments as argparse takes them."""
    settings_by_name: dict[str, Mapping[str, Any]] = {}
    for name, value in written.items():
        settings = shared[name] if value is None else value
        if isinstance(settings, str):
            settings = {"action": "store_true", "help": settings}
        elif "type" in settings:
            settings = settings | {"type": _TYPES[settings["type"]]}
        settings_by_name[name] = settings
    return settings_by_name


def _read_commands() -> tuple[_Settings, tuple[_Command, ...]]:
    """Return the global options and the commands of commands.json."""
    content = Path(__file__).with_name("commands.json").read_text(encoding="utf-8")
    written: dict[str, Any] = json.loads(content)
    global_options = _settings(written.pop("global options"), {})
    shared = written.pop("shared arguments")
    commands = []
    for name, arguments in written.items():
        run = arguments.pop("run")
        lists = tuple(arguments.pop("lists", ()))
        values = tuple(arguments.pop("values", ()))
        commands.append(_Command(name, run, lists, values, _settings(arguments, shared)))
    return global_options, tuple(commands)


_GLOBAL_OPTIONS, COMMANDS = _read_commands()


def write_text(text: str, stream: TextIO | None = None) -> None:
    """Write the text (to standard output unless a stream is given) and flush it, so that a full disk raises OSError."""
    stream = stream or sys.stdout
    with _closed_pipes_ignored(stream):
        stream.write(text)
        stream.flush()


def write_bytes(content: bytes, stream: TextIO) -> None:
    """Write bytes to the file or pipe that a stream is, after the text before them, and flush them."""
    with _closed_pipes_ignored(stream):
        stream.flush()
        stream.buffer.write(content)
        stream.buffer.flush()


@contextmanager
def _closed_pipes_ignored(stream: TextIO) -> Iterator[None]:
    """Discard the output for a reader that has closed the pipe, such as `head`, so that the command does all its work.

    A command that formats or imports plans must not stop in the middle of them.
    """
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
