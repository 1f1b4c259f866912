"""The picture files of plans, read from the folder `pictures` beside a plan."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.batch.document_names import early_values
from ucap_reports.problems import Problem, did_you_mean, problem
from ucap_reports.storage.atomic_files import regular_only
from ucap_reports.storage.decoding import Source

PICTURES = "pictures"
PICTURE_FIELD = "picture"
"""The start of the names of picture fields."""
MOST_FILE_BYTES = 32_000_000
MOST_FILES = 50
"""The maximum number of files that are read for a plan; a valid plan has fewer."""


class PictureFile(Struct, frozen=True):
    """A picture file: its name in the plan, and its content or the `problem` that prevents its use."""

    name: str
    content: bytes = b""
    problem: Problem | None = None


def pictures_of(path: Path, source: Source) -> tuple[PictureFile, ...]:
    """The pictures of a plan file with this text."""
    return named_pictures(picture_names(early_values(source, PICTURE_FIELD)), path.parent / PICTURES)


def picture_names(values: Any) -> Iterator[str]:
    """The names of the files of all pictures of a plan, given as parsed YAML, which may be invalid."""
    fields = values if isinstance(values, dict) else {}
    cities, pictures = (each if isinstance(each, list) else [] for each in map(fields.get, ("cities", "pictures")))
    for each in (*(city.get("picture") for city in cities if isinstance(city, dict)), *pictures):
        if isinstance(each, dict) and isinstance(name := each.get("file"), str):
            yield name.strip().removeprefix("./")


def named_pictures(names: Iterable[str], folder: Path | None) -> tuple[PictureFile, ...]:
    """The files with these names in `folder`, which is None if no folder is known."""
    return tuple(_file(name, folder) for name in dict.fromkeys(islice(names, MOST_FILES)))


def pictures_digest(files: Sequence[PictureFile]) -> str:
    """The SHA-256 of pictures; empty if there are none."""
    digest = sha256()
    for each in files:
        digest.update(f"{each.name}\0{len(each.content)}\0{each.problem}\0".encode() + each.content)
    return digest.hexdigest() if files else ""


def _file(name: str, folder: Path | None) -> PictureFile:
    """The file of that name in the folder. The name may be anything, since the plan is not validated yet."""
    if folder is None:
        return PictureFile(name, problem=problem("picture-missing", form="folder", name=name))
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.parent.resolve() / folder.name):
            return PictureFile(name, problem=problem("picture-outside", form="link", name=name))
        with open(path.resolve(), "rb", opener=regular_only) as file:
            content = file.read(MOST_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        hint = did_you_mean(Path(name).name, [each.name for each in folder.glob("*")])
        return PictureFile(name, problem=problem("picture-missing", form="file", name=name, hint=hint))
    except (OSError, ValueError):
        return PictureFile(name, problem=problem("picture-missing", form="unreadable", name=name))
    if len(content) > MOST_FILE_BYTES:
        most = f"{MOST_FILE_BYTES:,}"
        return PictureFile(name, problem=problem("picture-invalid", form="bytes", name=name, most=most))
    return PictureFile(name, content)
