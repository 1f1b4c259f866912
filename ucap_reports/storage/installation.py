"""The installation of the product: the command that adds an optional part to it."""

import os
import shlex
import sys
from pathlib import Path

_UV_TOOL = "uv-receipt.toml"
"""The file that `uv tool install` writes into the environment of a tool."""
_PIPX = "pipx_metadata.json"
"""The file that pipx writes into the environment of an application."""


def install_command(extra: str | None = None) -> str:
    """Return the command that installs an extra of the product where this process runs, or the product alone.

    uv and pipx keep their applications in environments of their own, in which pip is missing or must not be used.
    """
    wanted = "ucap-reports" if extra is None else f"ucap-reports[{extra}]"
    environment = Path(sys.prefix)
    if (environment / _UV_TOOL).is_file():
        return f'uv tool install "{wanted}"'
    if (environment / _PIPX).is_file():
        return f'pipx install --force "{wanted}"'
    python = shell_word(sys.executable)
    if _was_made_by_uv(environment):
        return f'uv pip install "{wanted}" --python {python}'
    return f'{python} -m pip install "{wanted}"'


def shell_word(text: str, *, windows: bool = os.name == "nt") -> str:
    """Return the text as one word of a command line, in quotes if it needs them."""
    if not windows:
        return shlex.quote(text)
    needs_quotes = not text or any(character in text for character in " \t&()[]{}^=;!'+,`~")
    return f'"{text}"' if needs_quotes else text


def _was_made_by_uv(environment: Path) -> bool:
    """Return whether uv made a virtual environment, which then has no pip."""
    settings = environment / "pyvenv.cfg"
    try:
        lines = settings.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(line.partition("=")[0].strip() == "uv" for line in lines)
