"""Writes `srgb.icc`: the smallest sRGB profile, from Little CMS in Pillow ("No copyright, use freely").

Run as `python -m tests.make_srgb`. The profile's date is fixed, and its version is 4.2, the newest in
PDF/A-2.
"""

from pathlib import Path

from PIL import ImageCms

import ucap_reports

PATH = Path(ucap_reports.__file__).parent / "pdf" / "file" / "srgb.icc"
VERSION = slice(8, 12)
DATE = slice(24, 36)
FIXED_DATE = b"".join(part.to_bytes(2, "big") for part in (2000, 1, 1, 0, 0, 0))


def srgb_profile() -> bytes:
    """The profile (ICC.1:2004-10): 588 bytes, always the same."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[VERSION] = bytes([4, 0x20, 0, 0])
    profile[DATE] = FIXED_DATE
    return bytes(profile)


if __name__ == "__main__":
    PATH.write_bytes(srgb_profile())
