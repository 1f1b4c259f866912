"""The pictures of a plan, checked and prepared for its documents, and the warnings about how they are printed."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from ucap_reports.batch.plan_files import PictureFile
from ucap_reports.pictures.document_pictures import PictureError, PreparedPicture, picture_work, prepare_picture
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, Problem, problem, raise_found
from ucap_reports.storage.reading_limits import MAX_PICTURE_PIXELS
from ucap_reports.summary.document import FORMAT_NAMES, Document, Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.lengths_and_colours import Length

MOST_WORK = 256_000_000
"""The maximum number of pixels in all pictures of a plan; decoding them takes up to eight seconds."""
LEAST_PRINT_RESOLUTION = 150
"""The minimum number of pixels per inch in print."""


def prepared_pictures(plan: Plan, files: Sequence[PictureFile]) -> Mapping[str, PreparedPicture]:
    """Return the pictures of the plan for documents, by the names of their files. Raises ProblemsFound
    with all errors.
    """
    known = {file.name: file for file in files}
    problems: list[Problem] = []
    prepared: dict[str, PreparedPicture] = {}
    work = 0
    for field, picture in plan.all_pictures():
        file, where = known.get(picture.file, PictureFile(picture.file)), Location(field=f"{field}.file")
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


def _prepared(file: PictureFile, work: int) -> PreparedPicture:
    """Return the picture. Raises PictureError if decoding it and those before it, `work` in total, takes too long."""
    if work > MOST_WORK:
        raise PictureError("total", MOST_WORK)
    return prepare_picture(file.content)


def picture_warnings(document: Document, summary: Summary) -> Iterator[Problem]:
    """Yield a warning for each picture with few pixels for its printed width, and for each that is not printed."""
    for picture in summary.all_pictures:
        where = Location(field=f"{picture.field}.file")
        if (width := document.pictures.get(picture.field)) is None:
            yield problem("picture-not-printed", where, format=FORMAT_NAMES[document.format])
            continue
        inches = width / Length.parse("1 in")
        resolution, pixels = picture.image.width / inches, ceil(inches * LEAST_PRINT_RESOLUTION)
        if document.format is not Format.HTML and pixels > picture.image.width:
            printed = f"{width / Length.mm(1):.0f}"
            yield problem("picture-resolution-low", where, resolution=f"{resolution:.0f}", width=printed, pixels=pixels)
