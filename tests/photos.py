"""Photographs for tests: files with the properties of real ones, and hostile ones."""

import struct
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageCms

PLAN = """cities:
  - {name: Rome, country: Italy, picture: {file: rome.jpg, alt: The Colosseum & <people>}}
  - {name: Tianjin}
updated: 2019-04-30
results: Less traffic.
contact: {office: IUC, email: office@iuc-asia.eu}
pictures:
  - file: workshop.png
    alt: Ten people at a table.
    caption: The *workshop* of [May](https://www.iuc.eu).
    credit: "Photo: Maria Rossi"
  - {file: rome.jpg, alt: The same picture., caption: Once more}
"""


def saved(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """The file of a picture."""
    content = BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def photograph(size: tuple[int, int] = (1200, 800), seed: int = 1) -> Image.Image:
    """A picture with shapes of many colours."""
    small = Image.frombytes("RGB", (4, 3), Random(seed).randbytes(3 * 4 * 3))  # noqa: S311 - pixels are no secret
    return small.resize(size, Image.Resampling.BICUBIC)


def noisy(size: tuple[int, int]) -> Image.Image:
    """A picture that hardly any format makes smaller."""
    return Image.frombytes("RGB", size, Random(1).randbytes(3 * size[0] * size[1]))  # noqa: S311 - pixels are no secret


def with_metadata(orientation: int = 1) -> bytes:
    """A photograph that is red above and blue below, with the place where it was taken."""
    image = Image.new("RGB", (60, 40), "#FF0000")
    image.paste("#0000FF", (0, 20, 60, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    return saved(image, exif=exif, comment=b"a secret comment", quality=95)


def with_profile(mode: str = "RGB") -> bytes:
    """A picture with the colour profile of another colour space."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return saved(photograph((60, 40)).convert(mode), icc_profile=profile.tobytes())


def bomb() -> bytes:
    """A PNG of 50,000 x 50,000 pixels in a few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def write_pictures(folder: Path, plan: str = PLAN) -> Path:
    """A project with a plan and its pictures; returns the plan's file."""
    pictures = folder / "plans" / "pictures"
    pictures.mkdir(parents=True)
    for name, content in _picture_files().items():
        (pictures / name).write_bytes(content)
    path = folder / "plans" / "rome.yaml"
    path.write_text(plan, encoding="utf-8")
    return path


@cache
def _picture_files() -> dict[str, bytes]:
    return {"rome.jpg": saved(photograph()), "workshop.png": saved(photograph((800, 1200), 2), "PNG")}
