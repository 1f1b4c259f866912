"""Files of earlier revisions of a project, as git keeps them."""

import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

_FILE = "100"
"""The start of the modes of regular files."""


class NoRevisionError(Exception):
    """The folder is in no git repository, git is not installed, or the name is that of no revision."""


def files_at(root: Path, revision: str, folder: str) -> Mapping[str, bytes]:
    """The files that are directly in a folder of the project at a revision such as `HEAD~10`, by name, without hidden
    ones. Raises NoRevisionError.

    The files are read as they are stored: filters in the settings of a repository can run programs.
    """
    name = f"{revision}^{{commit}}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip()
    blobs: dict[str, str] = {}
    for entry in _git(root, "ls-tree", "-z", commit, "--", f"{folder}/").decode(errors="surrogateescape").split("\0"):
        kind, _, path = entry.partition("\t")
        file = path.rpartition("/")[2]
        if kind.startswith(_FILE) and not file.startswith("."):
            blobs[file] = kind.split()[2]
    contents = BytesIO(_git(root, "cat-file", "--batch", sent="".join(f"{blob}\n" for blob in blobs.values())))
    return {file: _next_content(contents) for file in blobs}


def _next_content(contents: BytesIO) -> bytes:
    """The content of the next object in the output of `git cat-file`."""
    *_, size = contents.readline().split()
    if not size.isdigit():
        raise NoRevisionError("an object is missing")
    return contents.read(int(size) + 1)[:-1]


def _git(root: Path, *words: str, sent: str = "") -> bytes:
    command = ["git", "-C", str(root), "-c", "protocol.allow=never", *words]  # fetches nothing, which can run programs
    try:
        return subprocess.run(command, input=sent.encode(), capture_output=True, check=True).stdout  # noqa: S603 - the user's git, and the revision is not an option
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NoRevisionError(str(error)) from error
