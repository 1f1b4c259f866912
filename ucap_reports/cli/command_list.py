"""All commands with their functions and arguments, from commands.json. The help about them is in command_help.txt.

An argument has the settings with which `ArgumentParser.add_argument` is called; a text is the help of an option without
a value, and null means one of the shared arguments.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.summary.document import parse_formats, parse_standard

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
"""The shape of a language tag (BCP 47)."""
Settings = Mapping[str, Mapping[str, Any]]
"""The settings of arguments by their names."""


class Command(Struct, frozen=True):
    """A command: `run` is the module and the name of its function, which gets the arguments and the session."""

    name: str
    run: str
    arguments: Settings


def language_tag(text: str) -> str:
    """The text, if it is a language tag. Raises ProblemsFound."""
    if LANGUAGE_TAG.fullmatch(text):
        return text
    raise ProblemsFound([problem("language-unknown", text=text)])


def worker_count(text: str) -> int:
    """The number of workers that the text names. Raises ProblemsFound."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ProblemsFound([problem("jobs-wrong", text=text)])


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
