"""The commands in hints: how an extra is installed, and names as words of a command line."""

import sys
from pathlib import Path

import pytest

from ucap_reports.storage.installation import install_command, shell_word


@pytest.mark.parametrize(
    ("file", "content", "command"),
    [
        ("uv-receipt.toml", "", 'uv tool install "ucap-reports[sign]"'),
        ("pipx_metadata.json", "{}", 'pipx install --force "ucap-reports[sign]"'),
        ("pyvenv.cfg", "home = /usr/bin\nuv = 0.9.1\n", 'uv pip install "ucap-reports[sign]" --python {python}'),
        ("pyvenv.cfg", "home = /usr/bin\n", '{python} -m pip install "ucap-reports[sign]"'),
        ("unrelated", "", '{python} -m pip install "ucap-reports[sign]"'),
    ],
)
def test_install_command_is_that_of_the_tool_that_installed_the_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, content: str, command: str
) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/opt/tools/bin/python")

    assert install_command("sign") == command.format(python="/opt/tools/bin/python")


def test_install_command_names_the_python_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/nowhere")
    monkeypatch.setattr(sys, "executable", "/opt/my tools/python3")

    assert install_command() == f'{shell_word("/opt/my tools/python3")} -m pip install "ucap-reports"'


@pytest.mark.parametrize(
    ("text", "posix", "windows"),
    [
        ("plans", "plans", "plans"),
        ("my plans", "'my plans'", '"my plans"'),
        ("a$HOME", "'a$HOME'", "a$HOME"),
        ("a&b", "'a&b'", '"a&b"'),
        (r"C:\tools", r"'C:\tools'", r"C:\tools"),
    ],
)
def test_shell_word_quotes_what_the_shell_would_read(text: str, posix: str, windows: str) -> None:
    assert (shell_word(text, windows=False), shell_word(text, windows=True)) == (posix, windows)
