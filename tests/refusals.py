"""A disk that refuses some of the calls of the product, which names files relative to open folders."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

IN_USE = "The process cannot access the file because it is being used by another process"


def named(path: Any, folder: int | None) -> Path:
    """The path of a file that is named in an open folder."""
    if folder is None:
        return Path(os.fsdecode(path))
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc for the names of open folders")
    return Path(f"/proc/self/fd/{folder}").readlink() / os.fsdecode(path)


def refuse_opening(monkeypatch: pytest.MonkeyPatch, is_refused: Callable[[Path], bool]) -> None:
    """Let the system open no file or folder for which the condition holds."""
    really = os.open

    def refuse(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if is_refused(named(path, dir_fd)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return really(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)


def refuse_replacing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let no file replace the one of that name, as if a viewer had it open on Windows."""
    really = os.replace

    def refuse(old: Any, new: Any, **folders: int) -> None:
        if Path(os.fsdecode(new)).name == name:
            raise PermissionError(errno.EACCES, IN_USE, old)
        really(old, new, **folders)

    monkeypatch.setattr(os, "replace", refuse)
