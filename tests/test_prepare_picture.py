"""Pictures of plans as documents contain them, whatever their files are."""

import re
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from tests.photos import bomb, noisy, photograph, saved, with_metadata, with_profile
from tests.test_picture_objects import progressive
from ucap_reports.pictures import picture_preparation_and_quality
from ucap_reports.pictures.picture_preparation_and_quality import MAX_BYTES, PictureError, picture_work, prepare_picture
from ucap_reports.storage.reading_limits import MAX_PICTURE_PIXELS


def prepared(content: bytes) -> Image.Image:
    """The picture as documents contain it, decoded."""
    picture = prepare_picture(content)
    image = Image.open(BytesIO(picture.content))
    image.load()
    assert image.size == (picture.width, picture.height)
    assert image.mode in {"L", "RGB", "RGBA"}
    return image


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_without_metadata(orientation: int) -> None:
    content = prepare_picture(with_metadata(orientation)).content
    for secret in (b"Exif", b"SecretCamera", b"secret comment"):
        assert secret in with_metadata(orientation)
        assert secret not in content
    image = prepared(with_metadata(orientation))
    assert image.size == ((60, 40) if orientation < 5 else (40, 60))
    corners = [image.getpixel(place) for place in ((2, 2), (image.width - 3, 2), (2, image.height - 3))]
    red = [corner[0] > 128 for corner in corners if isinstance(corner, tuple)]
    expected = {1: "110", 2: "110", 3: "001", 4: "001", 5: "101", 6: "010", 7: "010", 8: "101"}[orientation]
    assert "".join(str(int(each)) for each in red) == expected


@pytest.mark.parametrize(
    ("image", "form", "mode"),
    [
        (photograph((60, 40)), "JPEG", "RGB"),
        (photograph((60, 40)).convert("L"), "JPEG", "L"),
        (photograph((60, 40)).convert("CMYK"), "JPEG", "RGB"),
        (photograph((60, 40)).convert("P"), "PNG", "RGB"),
        (photograph((60, 40)).convert("1"), "PNG", "L"),
        (photograph((60, 40)).convert("RGBA"), "PNG", "RGB"),
        (photograph((60, 40)).convert("LA"), "PNG", "RGB"),
        (Image.new("RGBA", (60, 40), (255, 0, 0, 128)), "PNG", "RGBA"),
        (Image.new("I;16", (60, 40), 32768), "PNG", "L"),
    ],
    ids=["rgb", "grey", "cmyk", "palette", "bilevel", "opaque", "grey-alpha", "transparent", "16-bit"],
)
def test_all_kinds_of_pixels_become_those_that_pdf_a_allows(image: Image.Image, form: str, mode: str) -> None:
    found = prepared(saved(image, form))
    assert found.mode == mode
    expected = image.convert("RGB") if image.mode != "I;16" else Image.new("RGB", (60, 40), (128, 128, 128))
    if mode != "RGBA":
        pairs = zip(expected.tobytes(), found.convert("RGB").tobytes(), strict=True)
        assert sum(abs(one - other) for one, other in pairs) / (3 * 60 * 40) < 8


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
def test_a_profile_that_does_not_fit_is_left_out(mode: str) -> None:
    content = prepare_picture(with_profile(mode)).content
    assert b"ICC_PROFILE" in with_profile(mode)
    assert b"ICC_PROFILE" not in content


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_in_another_colour_space_keeps_its_colours(mode: str) -> None:
    """In that space, red and green are exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    names = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ", "sRGB".encode("utf-16-be"): "test".encode("utf-16-be")}
    turned = re.sub(b"|".join(names), lambda name: names[name[0]], profile)
    red = Image.new(mode, (61, 41), (255, 0, 0, 128)[: len(mode)])
    assert prepared(saved(red, "PNG", icc_profile=turned)).getpixel((5, 5)) == (0, 255, 0, 128)[: len(mode)]


def test_a_picture_with_many_bytes_has_fewer_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_preparation_and_quality, "MAX_BYTES", 3_000)
    opaque = prepare_picture(saved(noisy((71, 71)), "PNG"))
    assert len(opaque.content) <= 3_000
    assert opaque.media_type == "image/jpeg"
    assert 30 < opaque.width == opaque.height < 71
    transparent = noisy((61, 61)).convert("RGBA")
    transparent.putalpha(128)
    clear = prepare_picture(saved(transparent, "PNG"))
    assert len(clear.content) <= 3_000
    assert clear.media_type == "image/png"
    assert 15 < clear.width == clear.height < 61


@pytest.mark.long
def test_a_large_picture_is_made_smaller() -> None:
    heavy = saved(noisy((1500, 1500)), "PNG")
    assert len(heavy) > 6 * MAX_BYTES
    assert len(prepare_picture(heavy).content) <= MAX_BYTES
    transparent = noisy((900, 900)).convert("RGBA")
    transparent.putalpha(128)
    clear = prepare_picture(saved(transparent, "PNG"))
    assert len(clear.content) <= MAX_BYTES
    assert clear.media_type == "image/png"
    assert abs(clear.width - clear.height) <= 1


def test_a_small_jpeg_keeps_its_pixels() -> None:
    content = saved(photograph((300, 200)), quality=70)
    original = Image.open(BytesIO(content)).tobytes()
    assert max(abs(one - other) for one, other in zip(original, prepared(content).tobytes(), strict=True)) <= 2


def test_the_same_file_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    content = saved(photograph((5000, 3500)))
    first = prepare_picture(content)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert prepare_picture(content) == first
    assert max(first.width, first.height) <= 3000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"This is a text.",
        saved(photograph())[:2000],
        saved(photograph(), "PNG")[:2000],
        saved(photograph((20, 20)), "BMP"),
        saved(photograph((20, 20)), "GIF"),
    ],
    ids=["empty", "text", "truncated-jpeg", "truncated-png", "bmp", "gif"],
)
def test_a_damaged_file_is_an_error(content: bytes) -> None:
    with pytest.raises(PictureError) as found:
        prepare_picture(content)
    assert found.value.form == "damaged"


@pytest.mark.no_cover
def test_any_change_of_a_byte_gives_a_picture_or_an_error() -> None:
    for content in (with_metadata(6), with_profile(), saved(photograph((40, 40)).convert("P"), "PNG")):
        for place in range(0, min(len(content), 800), 7):
            changed = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
            try:
                prepare_picture(changed)
            except PictureError as error:
                assert error.form in {"damaged", "pixels"}  # noqa: PT017 - both results are right


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PictureError) as found:
        picture_work(bomb(), MAX_PICTURE_PIXELS)
    assert (found.value.form, found.value.limit) == ("pixels", MAX_PICTURE_PIXELS)
    with pytest.raises(PictureError) as found:
        picture_work(progressive(2000), MAX_PICTURE_PIXELS)
    assert found.value.form == "scans"
