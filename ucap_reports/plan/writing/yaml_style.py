"""YAML scalars in the simplest style that keeps their values."""

import re

from ucap_reports.source.scalars import plain_value

WIDTH = 120
"""The longest line."""
_UNSAFE_START = re.compile(r"[-?:](?:\s|$)|[,\[\]{}#&*!|>'\"%@`]|---|\.\.\.|<<$|=$")
_UNSAFE_INSIDE = re.compile(r":(?:\s|$)|\s#|[\n\r\t\ufeff]|\s$|^\s")
_FLOW_UNSAFE = re.compile(r"[,\[\]{}]|^[-?:]|:$")
_BREAK = re.compile(r"(?<=[^ \t]) (?=[^ \t])")
"""Where a folded text may continue on the next line: at a single space."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\ufeff": "\\uFEFF"}


def is_plain_scalar(text: str, *, flow: bool = False) -> bool:
    """Whether the text is still text without quotes; `flow` is inside brackets."""
    if not isinstance(plain_value(text), str) or _UNSAFE_START.match(text) or _UNSAFE_INSIDE.search(text):
        return False
    return not (flow and _FLOW_UNSAFE.search(text))


def on_one_line(text: str, *, flow: bool = False) -> str:
    """The text without quotes if possible, else in those that need no escapes."""
    if is_plain_scalar(text, flow=flow):
        return text
    if "'" not in text and not any(character in text for character in "\n\r\t\ufeff"):
        return f"'{text}'" if '"' in text or "\\" in text else f'"{text}"'
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def folded_lines(text: str, width: int) -> list[str] | None:
    """The lines of a folded block (`>-`) with this text; None if there is none."""
    if not text or text != text.strip() or any(character in text for character in "\n\r\ufeff"):
        return None
    return filled(_BREAK.split(text), width)


def literal_lines(text: str) -> list[str] | None:
    """The lines of a literal block (`|`) with this text and a line end; None if there is none."""
    lines = text.split("\n")
    if text[:1] in {"", " ", "\t", "\n"} or not lines[-1].strip() or any(mark in text for mark in "\r\ufeff"):
        return None
    return lines if all(line.strip() or not line for line in lines) else None


def filled(words: list[str], width: int) -> list[str]:
    """The words with spaces between them, in lines that are as long as possible."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
