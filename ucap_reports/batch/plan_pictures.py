"""The pictures of a plan, in the folder `pictures` beside it: how they are read before the plan is validated, and
prepared for documents, and the warnings about how these print them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ucap_reports.batch.options_settings_and_source_date import early_values
from ucap_reports.problems import Location, Problem, did_you_mean, problem, raise_found
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.reading_limits import MAX_PICTURE_FILE_BYTES, MAX_PICTURE_PIXELS
from ucap_reports.storage.safe_folder import LinkError, OutsideError, SafeFolder
from ucap_reports.summary.document_formats_and_pdf_standards import FORMAT_NAMES, Document, Format

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed validates no plan and needs no pictures
    from ucap_reports.pictures.picture_preparation_and_quality import PreparedPicture
    from ucap_reports.plan.plan_model import Plan
    from ucap_reports.summary.summary_model import Summary

MAX_PICTURES_READ = 50
"""pictures of a plan that are read; a valid plan has fewer"""
PICTURES = "pictures"
PICTURE_FIELD = "picture"
"""The start of the names of picture fields."""
_MOST_WORK = 256_000_000
"""The maximum number of pixels in all pictures of a plan; decoding them takes up to eight seconds."""


class PictureFile(Struct, frozen=True):
    """A picture file: its name in the plan, and its content or the `problem` that prevents its use."""

    name: str
    content: bytes = b""
    problem: Problem | None = None


def pictures_of(source: Source, folder: Path | None, within: SafeFolder | None = None) -> tuple[PictureFile, ...]:
    """Return the pictures of a plan with this text in `folder`, which is None if no folder is known.

    They are opened without following links below `within`, by default the folder itself.
    """
    return named_pictures(picture_names(early_values(source, PICTURE_FIELD)), folder, within)


def pictures_beside(plan: Path, names: Iterable[str], project: Project) -> tuple[PictureFile, ...]:
    """Return the pictures with these names in the folder `pictures` beside the file of a plan."""
    names = tuple(names)
    if not names:  # as in most plans
        return ()
    return named_pictures(names, plan.parent / PICTURES, project.safe_output(plan.parent))


def named_pictures(
    names: Iterable[str], folder: Path | None, within: SafeFolder | None = None
) -> tuple[PictureFile, ...]:
    """Return the files with these names in `folder`, which is None if no folder is known.

    They are opened without following links below `within`, by default the folder itself.
    """
    pictures: list[PictureFile] = []
    for name in dict.fromkeys(islice(names, MAX_PICTURES_READ)):
        if folder is None:
            missing = problem("picture-missing", form="folder", name=name)
            pictures.append(PictureFile(name, problem=missing))
        else:
            pictures.append(_picture(name, folder, within or SafeFolder(folder)))
    return tuple(pictures)


def picture_names(values: Any) -> Iterator[str]:
    """Yield the names of the files of all pictures of a plan, given as parsed YAML, which may be invalid."""
    fields = values if isinstance(values, dict) else {}
    cities = fields.get("cities")
    pictures = fields.get("pictures")
    all_pictures: list[Any] = []
    if isinstance(cities, list):
        all_pictures += [city.get("picture") for city in cities if isinstance(city, dict)]
    if isinstance(pictures, list):
        all_pictures += pictures
    for picture in all_pictures:
        name = picture.get("file") if isinstance(picture, dict) else None
        if isinstance(name, str):
            yield name.strip().removeprefix("./")


def _picture(name: str, folder: Path, safe_folder: SafeFolder) -> PictureFile:
    """Return the file of that name in the folder. The name may be anything, since the plan is not validated yet."""
    path = folder / name
    try:
        if not SafeFolder(folder).contains(path):
            return PictureFile(name, problem=problem("picture-outside", form="path", name=name))
        content = safe_folder.read_file(path, MAX_PICTURE_FILE_BYTES + 1)
    except (LinkError, OutsideError):
        return PictureFile(name, problem=problem("picture-outside", form="link", name=name))
    except (FileNotFoundError, NotADirectoryError):
        hint = did_you_mean(Path(name).name, [entry.name for entry in safe_folder.entries(folder)])
        return PictureFile(name, problem=problem("picture-missing", form="file", name=name, hint=hint))
    except (OSError, ValueError):
        return PictureFile(name, problem=problem("picture-missing", form="unreadable", name=name))
    if len(content) > MAX_PICTURE_FILE_BYTES:
        limit = f"{MAX_PICTURE_FILE_BYTES:,}"
        return PictureFile(name, problem=problem("picture-invalid", form="bytes", name=name, limit=limit))
    return PictureFile(name, content)


# Pictures prepared for documents, and how these print them


def prepared_pictures(plan: "Plan", files: Sequence[PictureFile]) -> Mapping[str, "PreparedPicture"]:
    """Return the pictures of the plan for documents, by the names of their files. Raises ProblemsFound
    with all errors.
    """
    from ucap_reports.pictures.picture_preparation_and_quality import PictureError, picture_work  # noqa: PLC0415 - many plans have none

    known = {file.name: file for file in files}
    problems: list[Problem] = []
    prepared: dict[str, PreparedPicture] = {}
    work = 0
    for field, picture in plan.all_pictures():
        file = known.get(picture.file, PictureFile(picture.file))
        where = Location(field=f"{field}.file")
        if file.problem is not None:
            problems.append(file.problem.at(where))
        elif file.name not in prepared:
            try:
                work += picture_work(file.content, MAX_PICTURE_PIXELS)
                prepared[file.name] = _prepared(file, work)
            except PictureError as error:
                limit = f"{error.limit:,}"
                problems.append(problem("picture-invalid", where, form=error.form, name=file.name, limit=limit))
    raise_found(problems)
    return prepared


def _prepared(file: PictureFile, work: int) -> "PreparedPicture":
    """Return the picture. Raises PictureError if decoding it and those before it, `work` in total, takes too long."""
    from ucap_reports.pictures.picture_preparation_and_quality import PictureError, prepare_picture  # noqa: PLC0415 - as above

    if work > _MOST_WORK:
        raise PictureError("total", _MOST_WORK)
    return prepare_picture(file.content)


def picture_warnings(document: Document, summary: "Summary") -> Iterator[Problem]:
    """Yield a warning for each picture with few pixels for its printed width, and for each that is not printed."""
    from ucap_reports.pictures.picture_preparation_and_quality import print_warnings  # noqa: PLC0415 - as above

    for picture in summary.all_pictures:
        where = Location(field=f"{picture.field}.file")
        width = document.pictures.get(picture.field)
        if width is None:
            yield problem("picture-not-printed", where, format=FORMAT_NAMES[document.format])
        elif document.format is not Format.HTML:
            yield from print_warnings(picture.image.width, width, where)
