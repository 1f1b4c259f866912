"""A shortcut that starts the editor of a project, so that no command needs to be typed: a desktop entry in the menu on
Linux, a shortcut on the desktop on Windows, and a `.command` file on the desktop on macOS.

On all systems the editor runs in a terminal window, which shows its address and whose closing ends it.
"""

import os
import re
import shlex
import subprocess
import sys
from binascii import a2b_base64
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.atomic_files import disk_problem

_EXEC_RESERVED = re.compile(r'(["`$\\])')
"""Characters that are escaped in quoted arguments of `Exec` (Desktop Entry Specification 1.5, "The Exec key")."""
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_POWERSHELL = r"System32\WindowsPowerShell\v1.0\powershell.exe"
_WINDOWS_SCRIPT = (
    "$ErrorActionPreference = 'Stop'; "
    "$folder = [Environment]::GetFolderPath('Desktop'); "
    "if (-not $folder) { throw 'no desktop' }; "
    "$path = [IO.Path]::Combine($folder, $env:UCAP_LINK); "
    "$link = (New-Object -ComObject WScript.Shell).CreateShortcut($path); "
    "$link.TargetPath = $env:UCAP_PYTHON; $link.Arguments = $env:UCAP_ARGUMENTS; "
    "$link.WorkingDirectory = $env:UCAP_ROOT; $link.Save(); "
    "[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($path))"
)
"""The script writes the shortcut to the desktop and prints its path. Windows names the folder, which OneDrive and
offices move to other places. Names of files reach PowerShell in the environment, never in the text of the script, and
come back as Base64, because the encoding of its output depends on the machine.
"""


class Desktop(Struct, frozen=True):
    """The computer that gets the shortcut: its platform as in `sys.platform`, the user's home, and its environment."""

    platform: str
    home: Path
    environment: Mapping[str, str]
    python: str


def this_desktop() -> Desktop:
    """Return the computer on which the product runs."""
    return Desktop(sys.platform, Path.home(), os.environ, sys.executable)


def install_shortcut(root: Path, desktop: Desktop) -> Path:
    """Write the shortcut for the project in the folder `root`, and return its path. An older one is replaced.

    Raises ProblemsFound when the disk or the system refuses.
    """
    try:
        if desktop.platform == "win32":
            return _windows_shortcut(root, desktop)
        if desktop.platform == "darwin":
            return _mac_command(root, desktop)
        return _desktop_entry(root, desktop)
    except OSError as error:
        raise ProblemsFound([disk_problem(error, is_writing=True)]) from error


def _desktop_entry(root: Path, desktop: Desktop) -> Path:
    data = Path(desktop.environment.get("XDG_DATA_HOME") or "")
    if not data.is_absolute():  # is ignored (XDG Base Directory Specification)
        data = desktop.home / ".local" / "share"
    path = data / "applications" / f"ucap-editor-{_digest(root)}.desktop"
    command = " ".join(_exec_argument(word) for word in _command(root, desktop))
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        f"Name={_entry_text(_name(root))}",
        "Comment=Write the plans of this project in the browser",
        f"Exec={command}",
        "Terminal=true",
        "Categories=Office;",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.fsencode("\n".join([*lines, ""])))
    return path


def _mac_command(root: Path, desktop: Desktop) -> Path:
    path = desktop.home / "Desktop" / f"{_name(root)}.command"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.fsencode(f"#!/bin/sh\nexec {shlex.join(_command(root, desktop))}\n"))
    path.chmod(0o755)
    return path


def _windows_shortcut(root: Path, desktop: Desktop) -> Path:
    name = f"{_name(root)}.lnk"
    python, *arguments = _command(root, desktop)
    environment = dict(desktop.environment) | {
        "UCAP_LINK": name,
        "UCAP_PYTHON": python,
        "UCAP_ARGUMENTS": subprocess.list2cmdline(arguments),
        "UCAP_ROOT": str(root),
    }
    shell = Path(desktop.environment.get("SystemRoot", r"C:\Windows")) / _POWERSHELL
    done = subprocess.run(  # noqa: S603 - a program of Windows, by its absolute path
        [str(shell), "-NoProfile", "-NonInteractive", "-Command", _WINDOWS_SCRIPT],
        env=environment,
        cwd=desktop.home,
        capture_output=True,
        check=False,
    )
    try:
        path = a2b_base64(done.stdout or b"").decode()
    except ValueError:
        path = ""
    if done.returncode or not path:
        raise ProblemsFound([problem("shortcut-not-made", path=name)])
    return Path(path)


def _command(root: Path, desktop: Desktop) -> list[str]:
    """Return the command that starts the editor; `-P` keeps Python from importing modules of the project's folder."""
    return [desktop.python, "-P", "-m", "ucap_reports", "edit", "--root", str(root)]


def _exec_argument(word: str) -> str:
    """Return an argument of `Exec`: quoted, with its percent signs doubled, and escaped as a text of the file."""
    quoted = '"' + _EXEC_RESERVED.sub(r"\\\1", word) + '"'
    return _entry_text(quoted).replace("%", "%%")


def _entry_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _name(root: Path) -> str:
    return f"U-CAP editor {_NOT_IN_NAMES.sub('-', root.name)}".strip()


def _digest(root: Path) -> str:
    return sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
