"""Documents look as in the pictures of tests/goldens, which `make goldens` regenerates."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.make_goldens import FOLDER, golden, pack_and_language, picture, plan_text
from tests.stages import ROOT

pytestmark = pytest.mark.no_cover

MOST_SHADES, MOST_PIXELS = 51, 20
"""The tolerance: a pixel differs if it is more than 51 of 255 shades lighter or darker (PDFium's versions smooth edges
differently), and at most 20 pixels differ, which are fewer than those of a short word.
"""
REPORTS = ROOT / "build" / "goldens"


def reviewed(path: Path) -> Image.Image:
    """A reviewed picture in shades of grey."""
    with Image.open(path) as picture_in_file:
        return picture_in_file.convert("L")


def differing(expected: Image.Image, actual: Image.Image) -> int:
    """The number of pixels that differ; all of them if the sizes do."""
    if expected.size != actual.size:
        return max(each.width * each.height for each in (expected, actual))
    return sum(ImageChops.difference(expected, actual).histogram()[MOST_SHADES + 1 :])


def report(name: str, expected: Image.Image, actual: Image.Image) -> str:
    """Write both pictures and their difference; returns where they are."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    difference = ImageChops.invert(ImageChops.difference(expected, actual))
    pictures = {"expected": expected, "actual": actual, "difference": difference}
    for kind, each in pictures.items():
        each.save(REPORTS / f"{name}-{kind}.png")
    return ", ".join(str(REPORTS / f"{name}-{kind}.png") for kind in pictures)


@pytest.mark.parametrize(("pack", "language"), [*pack_and_language()])
def test_a_document_looks_as_it_was_reviewed(pack: str, language: str) -> None:
    path, actual = golden(pack, language), picture(pack, plan_text(language))
    assert path.exists(), "run `make goldens`, and look at the new picture"
    expected = reviewed(path)
    count = differing(expected, actual)
    assert count <= MOST_PIXELS, f"{count} pixels differ: {report(path.stem, expected, actual)}"


def test_every_picture_is_of_a_shipped_pack_and_all_are_small() -> None:
    assert {golden(*each) for each in pack_and_language()} == set(FOLDER.iterdir())
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_000_000


@pytest.mark.parametrize("change", [("Smart City", "Smart Town"), ("NDRC", "Moon"), ("13.6", "9.1")])
def test_a_changed_word_exceeds_the_tolerance(change: tuple[str, str]) -> None:
    text = plan_text("en")
    assert change[0] in text
    expected = reviewed(golden("iuc-asia", "en"))
    assert differing(expected, picture("iuc-asia", text.replace(*change))) > MOST_PIXELS


def test_a_page_that_is_moved_by_one_pixel_exceeds_the_tolerance() -> None:
    expected = reviewed(golden("plain", "en"))
    assert differing(expected, ImageChops.offset(expected, 0, 1)) > MOST_PIXELS
    assert differing(expected, expected.crop((0, 0, expected.width - 1, expected.height))) > MOST_PIXELS
