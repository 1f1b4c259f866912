"""Files of earlier revisions of a project, as git keeps them."""

import subprocess
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path


class NoRevisionError(Exception):
    """The folder is in no git repository, git is not installed, or the name is that of no revision."""


def files_at(root: Path, revision: str, folder: str) -> Mapping[str, bytes]:
    """The files in a folder of the project at a revision such as `HEAD~10`, by name. Raises NoRevisionError."""
    name = f"{revision}^{{commit}}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip()
    if not _git(root, "ls-tree", commit, "--", f"{folder}/"):
        return {}
    archive = BytesIO(_git(root, "archive", "--format=tar", commit, "--", f"{folder}/"))
    with tarfile.open(fileobj=archive) as files:
        found = {each.name.rpartition("/")[2]: files.extractfile(each) for each in files if each.isfile()}
        return {name: content.read() for name, content in found.items() if content}


def _git(root: Path, *words: str) -> bytes:
    try:
        return subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=True).stdout  # noqa: S603, S607 - the user's git, and the revision is not an option
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NoRevisionError(str(error)) from error
