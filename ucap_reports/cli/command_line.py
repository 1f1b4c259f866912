"""The command line as a whole: the command that it names, and the help, which is in command_help.txt."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ucap_reports import __version__
from ucap_reports.cli.argument_parser import COMMANDS, PROGRAM, Arguments, Command, Parser, UsageError, usage_errors
from ucap_reports.cli.terminal import write_text
from ucap_reports.problems import did_you_mean, problem
from ucap_reports.storage.installation import shell_word

GROUP = "template"
"""The first word of the commands about template packs."""
_COMMANDS_FOR = {
    ".docx": ("import", "review"),
    ".yaml": ("check", "build"),
    ".pdf": ("check", "import"),
    **dict.fromkeys((".xlsx", ".csv", ".txt"), ("import",)),
}
"""The commands that take a file as their argument, by its ending."""


class CommandHelp(Struct, frozen=True):
    """The help about a command: how it is called, what it does in one line, and all about it."""

    usage: str
    summary: str
    text: str


def command_helps() -> Mapping[str, CommandHelp]:
    """The help about each command by its name, and about all commands as `ucap` and `ucap template`."""
    text = Path(__file__).with_name("command_help.txt").read_text(encoding="utf-8")
    helps = (CommandHelp(*section.split("\n", 2)) for section in text.split("== ")[1:])
    return {re.split(" [A-Z[]", each.usage)[0]: each for each in helps}


def read_command_line(words: Sequence[str], arguments: Arguments) -> Command:
    """The command that the words name, with its arguments set. Raises UsageError; SystemExit where help is printed."""
    parser = Parser(PROGRAM, add_help=False)
    with usage_errors():
        _, rest = parser.parse_known_args(words, arguments)
    if rest[:1] == ["help"]:
        rest = [*rest[1:], "--help"]  # `ucap help build` is `ucap build --help`
    group = rest.pop(0) if rest[:1] == [GROUP] else ""
    word = rest[0] if rest else ""
    if word in {"-h", "--help"}:
        write_text(overview(group))
        sys.exit()
    if word == "--version":
        write_text(f"{PROGRAM} {__version__}\n")
        sys.exit()
    if not word and not arguments.json:
        write_text(overview(group), sys.stderr)
        sys.exit(2)
    parser.refuse_options(rest[:1])
    arguments.command = f"{group} {word}".strip()
    command = _named(word, group)
    command_parser(command).parse(rest[1:], arguments)
    return command


def command_parser(command: Command) -> Parser:
    """The parser of the words after the command's name."""
    about = command_helps()[command.name]
    usage = f"{PROGRAM} {about.usage} [options]"
    return Parser(f"{PROGRAM} {command.name}", command.arguments, usage=usage, description=about.text.strip())


def overview(group: str = "") -> str:
    """The help about all commands, or about those of a group."""
    helps = command_helps()
    shown = [each for name, each in helps.items() if name.startswith(group) and not name.startswith(PROGRAM)]
    column = max(len(each.usage) for each in shown)
    lines = "\n".join(f"  {each.usage:{column}}  {each.summary}" for each in shown)
    return helps[f"{PROGRAM} {group}".strip()].text.strip().format(commands=lines) + "\n"


def _named(word: str, group: str) -> Command:
    """The command of that name. Raises UsageError."""
    if not word:
        raise UsageError([problem("command-missing", program=PROGRAM)])
    named = {each.name.removeprefix(group).strip(): each for each in COMMANDS if each.name.startswith(group)}
    if word not in named:
        hint = did_you_mean(word, named) or _file_hint(word)
        raise UsageError([problem("command-unknown", hint=hint, name=word, program=f"{PROGRAM} {group}".strip())])
    return named[word]


def _file_hint(word: str) -> str | None:
    """The commands for a file whose name is where the name of a command belongs; None for any other word."""
    commands = _COMMANDS_FOR.get(Path(word).suffix.lower())
    if commands is None:
        return None
    return "did you mean " + " or ".join(f"`{PROGRAM} {command} {shell_word(word)}`" for command in commands) + "?"
