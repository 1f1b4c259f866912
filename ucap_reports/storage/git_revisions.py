"""Files of earlier revisions of a project, as git keeps them."""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

_SECONDS = 60


class NoRevisionError(Exception):
    """The folder is in no git repository, git is not installed, or the name is that of no revision."""


def files_at(root: Path, revision: str, folder: str) -> Mapping[str, bytes]:
    """The files in a folder of the project at a revision such as `HEAD~10`, by name. Raises NoRevisionError."""
    commit = (
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    )
    listed = _git(root, "ls-tree", "-z", commit, "--", f"{folder}/").decode(errors="surrogateescape")
    blobs = dict(_blobs(listed))
    contents = _contents(_git(root, "cat-file", "--batch", given="".join(f"{each}\n" for each in blobs.values())))
    return dict(zip(blobs, contents, strict=True))


def _git(root: Path, *words: str, given: str = "") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - the program is fixed, and the revision is no option
            ["git", "-C", str(root), *words],  # noqa: S607 - the user's git
            input=given.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NoRevisionError(str(error)) from error
    return done.stdout


def _blobs(listed: str) -> Iterator[tuple[str, str]]:
    """The name and the identifier of each file in the output of `git ls-tree -z`."""
    for line in filter(None, listed.split("\0")):
        about, _, path = line.partition("\t")
        _, kind, identifier = about.split()
        if kind == "blob":
            yield path.rpartition("/")[2], identifier


def _contents(output: bytes) -> Iterator[bytes]:
    """The contents in the output of `git cat-file --batch`."""
    place = 0
    while place < len(output):
        end = output.index(b"\n", place)
        size = int(output[place:end].split()[2])
        yield output[end + 1 : end + 1 + size]
        place = end + 1 + size + 1
