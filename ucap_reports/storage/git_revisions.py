"""Files of earlier revisions of a project, as git keeps them.

A stranger may have written the project, its repository and the settings of that repository, which can name programs.
Git gives the settings of a repository precedence over general ones on the command line: `protocol.ext.allow=always`
outranks `-c protocol.allow=never`. Therefore the guard consists of the environment, of settings that git does not
accept from repositories, and of commands that have nothing to run.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES, MIB

MAX_GIT_FOLDER_BYTES = 16 * MIB
"""bytes of the list of files in a folder: about 200,000 names"""
MAX_GIT_BYTES = 256 * MIB
"""bytes of the files of a revision: about 40,000 plans"""
MAX_GIT_SECONDS = 60
"""seconds for each call of git: settings can include a file that never ends, such as a pipe"""
_FOLDER = "040000"
"""The mode of folders."""
_REGULAR_FILE = "100"
"""The start of the modes of regular files."""
_OPTIONS = (
    "--no-pager",
    # Git ignores this setting in repositories (git-config, safe.bareRepository). Without it, a folder of the project
    # that looks like a repository brings its own settings.
    "-c",
    "safe.bareRepository=explicit",
    # Revisions such as `:plans/rome.yaml` read the index, and with it a program that watches for changes.
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "protocol.allow=never",
)


class NoRevisionError(Exception):
    """A revision that cannot be read. `form` is the form of the problem `diff-unknown`."""

    def __init__(self, form: str = "") -> None:
        super().__init__(form)
        self.form = form


class TreeEntry(NamedTuple):
    """A file or folder at a revision: its mode, the name of its object, and its path."""

    mode: str
    object: str
    path: str


def files_at(root: Path, revision: str, folder: str) -> Mapping[str, bytes | None]:
    """Return the contents of the files that are directly in a folder of the project at a revision, by name.

    Hidden files are left out. The content of a file that is larger than `MAX_TEXT_FILE_BYTES` is None. The files are
    read as they are stored: filters in the settings of a repository can run programs.

    Args:
        root: The folder of the project.
        revision: A name that git understands, such as `HEAD~10`.
        folder: The name of a folder in `root`.

    Raises:
        NoRevisionError: If git is not installed, the project is in no repository, or the revision is unknown,
            incomplete or too large.
    """
    name = f"{revision}^{{commit}}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name, form="").decode().strip()
    blobs: dict[str, str] = {}
    for tree in _tree_entries(root, commit, "--", folder):
        if tree.mode != _FOLDER:
            continue
        if _sizes(root, [tree.object])[tree.object] > MAX_GIT_FOLDER_BYTES:
            raise NoRevisionError("large")
        for entry in _tree_entries(root, "--full-tree", tree.object):
            if entry.mode.startswith(_REGULAR_FILE) and not entry.path.startswith("."):
                blobs[entry.path] = entry.object
    contents = _contents(root, sorted(set(blobs.values())))
    return {file: contents.get(blob) for file, blob in blobs.items()}


def _tree_entries(root: Path, *words: str) -> list[TreeEntry]:
    output = _git(root, "ls-tree", "-z", *words).decode(errors="surrogateescape")
    entries: list[TreeEntry] = []
    for line in output.split("\0"):
        if line:
            details, _, path = line.partition("\t")
            mode, _, name = details.split()
            entries.append(TreeEntry(mode, name, path))
    return entries


def _contents(root: Path, blobs: Sequence[str]) -> Mapping[str, bytes]:
    """Return the contents of files, without those larger than `MAX_TEXT_FILE_BYTES`. Equal files are read once."""
    sizes = _sizes(root, blobs)
    wanted = [blob for blob in blobs if sizes[blob] <= MAX_TEXT_FILE_BYTES]
    if sum(sizes[blob] for blob in wanted) > MAX_GIT_BYTES:
        raise NoRevisionError("large")
    output = BytesIO(_git(root, "cat-file", "--batch", sent=wanted))
    contents: dict[str, bytes] = {}
    for blob in wanted:
        size = _size(output.readline())
        contents[blob] = output.read(size)
        output.readline()
    return contents


def _sizes(root: Path, objects: Sequence[str]) -> Mapping[str, int]:
    """Return the sizes of objects in bytes, which git knows before it unpacks them."""
    lines = _git(root, "cat-file", "--batch-check", sent=objects).splitlines()
    return {name: _size(line) for name, line in zip(objects, lines, strict=True)}


def _size(line: bytes) -> int:
    """Return the size of an object, given its line in the output of `git cat-file`."""
    *_, size = line.split()
    if not size.isdigit():
        raise NoRevisionError("incomplete")
    return int(size)


def _git(root: Path, *words: str, sent: Sequence[str] = (), form: str = "incomplete") -> bytes:
    """Return the output of a command of git that fetches nothing and runs no other program.

    Args:
        root: The folder of the project.
        words: The command and its arguments.
        sent: The lines of its input.
        form: The form of the error if the command fails.
    """
    program = find_git(root)
    command = [str(program), *_OPTIONS, "-C", str(root), *words]
    lines = "".join(f"{line}\n" for line in sent)
    try:
        return subprocess.run(  # noqa: S603 - the user's git, and the revision is not an option
            command,
            input=lines.encode(),
            capture_output=True,
            check=True,
            cwd=program.parent,  # Windows looks for libraries of a program in the current folder
            env=guarded_environment(),
            timeout=MAX_GIT_SECONDS,
        ).stdout
    except subprocess.TimeoutExpired:
        raise NoRevisionError("slow") from None
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NoRevisionError(form) from error


def guarded_environment() -> dict[str, str]:
    """Return the variables of this process, and those that keep git from connecting and asking."""
    return os.environ | {
        # Versions of git since 2024 do not fetch missing objects.
        "GIT_NO_LAZY_FETCH": "1",
        # Earlier ones find no allowed protocol. An empty list would allow the protocol with the empty name, for which
        # `remote.origin.vcs` and an alias `remote-` name a program; they can name no protocol that they cannot know.
        "GIT_ALLOW_PROTOCOL": secrets.token_hex(16),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
    }


def find_git(root: Path) -> Path:
    """Return the absolute path of git on the user's `PATH`, never that of a file in the project or the current folder.

    Windows would look in the current folder first, and other systems in it for relative parts of `PATH`.

    Raises:
        NoRevisionError: If git is not installed.
    """
    name = "git.exe" if sys.platform == "win32" else "git"
    project = root.resolve()
    for part in os.get_exec_path():
        folder = Path(part)
        if not folder.is_absolute():
            continue
        real_folder = folder.resolve()
        if real_folder.is_relative_to(project) or real_folder == Path.cwd():
            continue
        program = folder / name
        # Unlike `Path.is_file`, it raises no error in folders where the user may not look.
        if os.path.isfile(program) and os.access(program, os.X_OK):  # noqa: PTH113 - as above
            return program
    raise NoRevisionError
