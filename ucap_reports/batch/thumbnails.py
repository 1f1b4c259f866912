"""The pictures of PDFs in the index of documents: their folder and names, their size, and how they are drawn."""

from io import BytesIO

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
