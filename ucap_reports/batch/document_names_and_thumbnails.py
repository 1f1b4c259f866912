"""The names of documents, and of the index beside them; the pictures of PDFs in the index: their folder and names,
their size, and how they are drawn.

Variants, which are documents in another pack or another language, have names of their own.
"""

import re
from io import BytesIO
from typing import Any

from msgspec.structs import replace

from ucap_reports.batch.options_settings_and_source_date import BuildOptions, own_language, pack_name
from ucap_reports.patterns.lazy_pattern import LazyPattern

BOOK = "book"
"""The name of the files of a book, unless another one is given."""
INDEX = "index.html"
SITE_INDEX = "index"
"""The name of the index of a web site of plans, without its format."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}(\.[\w-]{1,80}){0,2}")
"""The only names of documents that a build uses: `ID`, `ID.PACK`, `ID.TAG` or `ID.PACK.TAG`."""
_NOT_IN_NAMES = LazyPattern(r"[^\w-]+")
"""Characters of packs and languages that are a hyphen in the names of documents, such as the space of `my pack`."""
_LONGEST_PART = 80
"""Characters of a pack or a language in the name of a document."""


def variant(name: str, plan: Any, options: BuildOptions) -> tuple[str, BuildOptions]:
    """Return the name of the documents without their format, and the options without the pack and the language that are
    those of the plan itself, whose documents then are no variant.

    Args:
        name: The id of the plan.
        plan: The plan as parsed YAML, which may be invalid.
        options: The options, whose template and language may be None.
    """
    if options.template == pack_name(plan, options.default_pack):
        options = replace(options, template=None)
    own = own_language(plan, options.default_language)
    if options.language is not None and options.language.lower() == own.lower():
        options = replace(options, language=None)
    parts = [name]
    for part in (options.template, options.language):
        if part:
            parts.append(_NOT_IN_NAMES.sub("-", part)[:_LONGEST_PART])
    return ".".join(parts), options


def plan_of(name: str) -> str:
    """Return the id of the plan with documents of that name."""
    return name.partition(".")[0]


def version_of(name: str) -> str:
    """Return what a name says about the variant, such as "iuc-japan zh"; empty for the plan's own documents."""
    return " ".join(name.split(".")[1:])


# Pictures of PDFs in the index

THUMBNAILS = "thumbnails"
"""The folder of the pictures, beside the index."""
_WIDTH = 240
"""In pixels: twice the width in the index, for screens with a high resolution."""
_QUALITY = 60
"""JPEG quality, 0 to 100. A dense page has 12 kB, written in 0.2 ms; WebP saves a third and takes ten times as long."""


def thumbnail(pdf: bytes) -> bytes:
    """Return a JPEG of the PDF's first page, 240 pixels wide: the same bytes for the same PDF.

    Raises PdfiumError (of pypdfium2) if it is not a PDF.
    """
    import pypdfium2 as pdfium  # noqa: PLC0415 - takes 30 ms to import

    picture = BytesIO()
    with pdfium.PdfDocument(pdf) as document:
        page = document[0]
        scale = (_WIDTH - 0.01) / page.get_width()  # PDFium rounds up
        # Pillow takes these pixels, red, green, blue and an unused byte, as they are.
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        bitmap.to_pil().save(picture, "JPEG", quality=_QUALITY)
    return picture.getvalue()


def thumbnail_name(name: str) -> str:
    """Return the file name of the picture of a PDF, by the name of the PDF without its format."""
    return f"{name}.jpg"
