"""Pictures of a pack looked at before they are drawn."""

from functools import lru_cache
from io import BytesIO
from warnings import catch_warnings

FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 16_000_000
"""More than a full page at 400 dpi has."""


@lru_cache(maxsize=64)
def image_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG or JPEG file that can be read to its end; ValueError for any other."""
    from PIL import Image  # noqa: PLC0415 - most pages have no picture, and need not wait for the library

    try:
        with catch_warnings(action="ignore"), Image.open(BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise ValueError(f"it has more than {MOST_PIXELS:,} pixels")
            image.load()
    except Image.DecompressionBombError:
        raise ValueError(f"it has more than {MOST_PIXELS:,} pixels") from None
    except (OSError, SyntaxError) as error:  # Pillow's answers to what is no picture, and to one that is damaged
        raise ValueError("it is no PNG or JPEG picture, or a damaged one") from error
    return width, height
