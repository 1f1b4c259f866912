"""Shortcuts that start the editor of a project without a command."""

import configparser
import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap
from ucap_reports.editor.shortcut import Desktop, install_shortcut
from ucap_reports.problems import ProblemsFound

ODD = "Our plans & 'partners' \"2026\" 50% $HOME `x` 天津"


def unquoted(command: str) -> list[str]:
    """The arguments of `Exec`, read as the Desktop Entry Specification says: escapes of the text, quotes, codes."""
    text = re.sub(r"\\(.)", r"\1", command)
    words = re.findall(r'"((?:\\.|[^"\\])*)"', text)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]


def test_desktop_entry_starts_the_editor_of_the_project(tmp_path: Path) -> None:
    root = tmp_path / ODD

    path = install_shortcut(root, Desktop("linux", tmp_path, {}, "/usr/bin/python3"))

    entry = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    entry.read(path, encoding="utf-8")
    assert path.parent == tmp_path / ".local" / "share" / "applications"
    assert unquoted(entry["Desktop Entry"]["Exec"]) == [
        *("/usr/bin/python3", "-P", "-m", "ucap_reports", "edit", "--root"),
        str(root),
    ]


def test_desktop_entry_is_in_the_chosen_data_folder(tmp_path: Path) -> None:
    desktop = Desktop("linux", tmp_path, {"XDG_DATA_HOME": str(tmp_path / "data")}, "python3")

    one, two = (install_shortcut(tmp_path / name, desktop) for name in ("one", "two"))

    assert one.parent == two.parent == tmp_path / "data" / "applications"
    assert one != two


def test_relative_data_folder_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG Base Directory Specification."""
    monkeypatch.chdir(tmp_path)

    path = install_shortcut(tmp_path, Desktop("linux", tmp_path / "home", {"XDG_DATA_HOME": "data"}, "python3"))

    assert path.parent == tmp_path / "home" / ".local" / "share" / "applications"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_shortcut_leads_to_a_folder_whose_name_is_not_unicode(tmp_path: Path, platform: str) -> None:
    root = Path(os.fsdecode(b"/projects/M\xe1laga"))

    path = install_shortcut(root, Desktop(platform, tmp_path, {}, "/bin/echo"))

    assert b"/projects/M\xe1laga" in path.read_bytes()


def test_mac_command_starts_the_editor_of_the_project(tmp_path: Path) -> None:
    root = tmp_path / ODD

    path = install_shortcut(root, Desktop("darwin", tmp_path, {}, "/bin/echo"))

    assert path.parent == tmp_path / "Desktop"
    done = subprocess.run([path], capture_output=True, text=True, check=True)
    assert done.stdout == f"-P -m ucap_reports edit --root {root}\n"


def test_windows_shortcut_gets_names_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[list[str], dict[str, Any]]] = []
    moved = tmp_path / "OneDrive" / "Büro 天津"

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":
        """Answer like Windows whose desktop is in another folder."""
        calls.append((command, options))
        written = str(moved / options["env"]["UCAP_LINK"])
        return subprocess.CompletedProcess(command, 0, b64encode(written.encode()) + b"\r\n")

    monkeypatch.setattr(subprocess, "run", run)
    root = tmp_path / ODD

    path = install_shortcut(root, Desktop("win32", tmp_path, {"SystemRoot": "W:"}, "python.exe"))

    ((command, options),) = calls
    assert command[0].startswith("W:")
    assert not any(ODD in word for word in command)
    assert "[Environment]::GetFolderPath('Desktop')" in command[-1]
    assert path.parent == moved
    assert path.name == options["env"]["UCAP_LINK"]
    assert options["env"]["UCAP_ARGUMENTS"] == subprocess.list2cmdline(
        ["-P", "-m", "ucap_reports", "edit", "--root", str(root)]
    )


@pytest.mark.parametrize(("code", "output"), [(1, b"QQ==\r\n"), (0, b""), (0, b"?"), (0, b"/w==")])
def test_windows_without_a_shortcut_is_an_error(
    code: int, output: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], code, output))
    with pytest.raises(ProblemsFound, match="shortcut-not-made"):
        install_shortcut(tmp_path, Desktop("win32", tmp_path, {}, "python.exe"))


def test_edit_installs_the_shortcut_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    (tmp_path / "plans").mkdir()

    run = ucap(tmp_path, "edit", "--install-shortcut", "--json")

    assert run.code == 0
    assert Path(run.report["shortcut"]).is_file()
