"""Pictures: their place on the page, and the limits for decoding them."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from PIL import Image
from pypdfium2 import raw

from tests.hostile_packs import png
from tests.pages import SUMMARY, found_in, noise, pack_of, picture
from tests.photos import saved
from tests.samples import seed_summary
from tests.word_templates import shipped_settings
from ucap_reports.check.pack_check import try_page
from ucap_reports.page import page_tree
from ucap_reports.page.page_tree import MOST_PICTURE_WORK, read_picture
from ucap_reports.pdf.layout.pictures_and_charts import image_object
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pictures.picture_preparation_and_quality import (
    MAX_DECODED_PIXELS,
    MAX_JPEG_SCANS,
    MAX_PACK_PICTURE_PIXELS,
    PictureError,
    open_picture,
    picture_work,
    prepare_picture,
)
from ucap_reports.problems import ProblemsFound
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings

TEMPLATE = b'<document><img class="logo" src="images/a.png" alt="a"/></document>'
LEFT, RIGHT, WIDTH = 51.0, 544.3, 60.0
"""The margins of the shipped pack from the left edge of A4, and the picture's width, in points."""


@pytest.mark.parametrize(
    ("align", "left"), [("start", LEFT), ("end", RIGHT - WIDTH), ("center", (LEFT + RIGHT - WIDTH) / 2)]
)
def test_a_picture_is_aligned_as_in_its_style(align: str, left: float) -> None:
    settings = shipped_settings()
    settings["theme"]["styles"]["logo"] = {"width": f"{WIDTH} pt", "align": align}
    files = {
        "summary.page.xml": PackFile("summary.page.xml", TEMPLATE),
        "images/a.png": PackFile("images/a.png", picture()),
    }
    content = render_pdf(seed_summary(), Pack(PackSettings.model_validate(settings), files, {})).content
    with pdfium.PdfDocument(content) as document:
        (image,) = document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])
        found = image.get_bounds()
    assert found[0] == pytest.approx(left, abs=0.1)
    assert found[2] - found[0] == pytest.approx(WIDTH, abs=0.1)


def large(number: int) -> bytes:
    """A picture with as many pixels as allowed, all of them black but one."""
    image = Image.new("1", (4000, MAX_PACK_PICTURE_PIXELS // 4000))
    image.putpixel((number, 0), 1)
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("most", [MAX_PACK_PICTURE_PIXELS, 64_000_000])
def test_a_picture_with_too_many_pixels_is_an_error_before_it_is_decoded(most: int) -> None:
    assert open_picture(png(1_000, most // 1_000), most).width == 1_000
    with pytest.raises(PictureError) as found:
        open_picture(png(1_000, most // 1_000 + 1), most)
    assert (found.value.form, found.value.limit) == ("pixels", most)


def progressive(scans: int) -> bytes:
    """A progressive JPEG with so many scans: the last one again and again."""
    content = BytesIO()
    Image.new("RGB", (64, 64)).save(content, "JPEG", progressive=True)
    start, end = content.getvalue().rindex(b"\xff\xda"), len(content.getvalue()) - 2
    before, scan, marker = content.getvalue()[:start], content.getvalue()[start:end], content.getvalue()[end:]
    return before + scan * (scans - before.count(b"\xff\xda")) + marker


def test_the_work_of_a_picture_is_its_pixels_and_for_a_jpeg_its_scans() -> None:
    assert picture_work(picture((40, 20))) == 800
    assert picture_work(progressive(16)) == 2 * 64 * 64
    assert picture_work(progressive(MAX_JPEG_SCANS)) > 7 * 64 * 64


def test_picture_work_ignores_scans_of_thumbnails() -> None:
    plain = saved(Image.new("RGB", (40, 20)))
    thumbnail = b"\xff\xe1\x00\x12" + b"\xff\xda\x00\x02" * 4
    assert picture_work(plain[:2] + thumbnail + plain[2:]) == picture_work(plain) == 40 * 20 * 17 // 16


def test_pictures_that_are_decoded_completely_have_a_limit_in_all_readers() -> None:
    """A JPEG with one scan may have more pixels than others, since it is decoded in parts."""
    wide = (MAX_DECODED_PIXELS // 1_000 + 1, 1_000)
    contents = [png(*wide), saved(Image.new("L", wide), progressive=True)]
    for content in contents:
        for read in (partial(picture_work, limit=64_000_000), prepare_picture):
            with pytest.raises(PictureError) as found:
                read(content)
            assert (found.value.form, found.value.limit) == ("decoded", MAX_DECODED_PIXELS)
    assert picture_work(saved(Image.new("L", wide)), 64_000_000) > MAX_DECODED_PIXELS


@pytest.mark.parametrize("read", [picture_work, prepare_picture, image_object, read_picture])
def test_scans_have_the_same_limit_in_all_readers(read: Callable[[bytes], object]) -> None:
    with pytest.raises(PictureError) as found:
        read(progressive(MAX_JPEG_SCANS + 1))
    assert (found.value.form, found.value.limit) == ("scans", MAX_JPEG_SCANS)


def test_a_jpeg_with_too_many_scans_is_an_error_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_tree, "read_picture", None)
    with pytest.raises(PictureError) as raised:
        picture_work(progressive(2000))
    assert raised.value.form == "scans"
    template = '<document>\n<img src="images/a.jpg" alt="A"/></document>'
    assert found_in(template, {"images/a.jpg": progressive(2000)}) == ["2:1 image-invalid"]


def test_the_limit_of_all_pictures_counts_their_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_tree, "MOST_PICTURE_WORK", 2 * 40 * 20)
    files = {f"images/{number}.png": picture((40, 20 - number)) for number in range(4)}
    template = "<document>\n" + "\n".join(f'<img src="{name}" alt="A"/>' for name in files) + "</document>"
    assert found_in(template, files) == ["4:1 image-invalid", "5:1 image-invalid"]


@pytest.mark.long
def test_the_pictures_of_a_page_have_a_limit_in_total(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []

    def recording(content: bytes) -> object:
        decoded.append(picture_work(content))
        return read_picture(picture())

    monkeypatch.setattr(page_tree, "read_picture", recording)
    files = {f"images/{number}.png": large(number) for number in range(40)}
    template = "<document>\n" + "\n".join(f'<img src="{name}" alt="A"/>' for name in files) + "</document>"
    assert found_in(template, files) == [f"{line}:1 image-invalid" for line in range(6, 42)]
    assert sum(decoded) <= MOST_PICTURE_WORK


def test_a_picture_that_is_repeated_counts_once() -> None:
    template = "<document>" + '<img class="logo" src="images/a.png" alt="A"/>' * 20 + "</document>"
    tree = try_page(pack_of(template, {"images/a.png": large(0)}), SUMMARY).tree
    assert tree is not None
    assert len(tree.body) == 20


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('\n<img src="images/a.png" alt="A"/>', 2),
        ('<table><tr><td>a</td>\n<td><img src="images/b.png" alt="A"/></td></tr></table>', 2),
    ],
    ids=["on the page", "in a cell"],
)
def test_a_picture_wider_than_its_place_is_an_error_at_its_line(body: str, line: int) -> None:
    files = {"images/a.png": picture((700, 20)), "images/b.png": picture((400, 20))}
    with pytest.raises(ProblemsFound) as raised:
        render_pdf(SUMMARY, pack_of(f"<document>{body}</document>", files))
    assert [(problem.code, problem.location.line) for problem in raised.value.problems] == [("image-too-wide", line)]


def test_coarse_and_heavy_pictures_have_a_warning_at_their_line() -> None:
    files = {
        "images/coarse.png": picture((20, 10)),
        "images/heavy.png": noise((2000, 400)),
        "images/a.png": picture((200, 100)),
    }
    body = "\n".join(f'<img class="logo" src="{name}" alt="A"/>' for name in files)
    pack = pack_of(f"<document>\n{body}</document>", files)
    problems = try_page(pack, SUMMARY).problems
    assert [(problem.code, problem.location.line) for problem in problems] == [
        ("image-resolution-low", 2),
        ("image-heavy", 3),
    ]


def turned_photo() -> bytes:
    """A JPEG of 60 x 30 pixels that is to be shown upright, with red at its left and thus on top."""
    image = Image.new("RGB", (60, 30), "white")
    image.paste("red", (0, 0, 20, 30))
    metadata = Image.Exif()
    metadata[0x112] = 6
    content = BytesIO()
    image.save(content, "JPEG", exif=metadata)
    return content.getvalue()


def deep_grey() -> bytes:
    """A grey PNG with 16 bits from black to white."""
    row = b"".join((x * 1024).to_bytes(2, "little") for x in range(64))
    image = Image.frombytes("I;16", (64, 16), row * 16)
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def test_turned_and_deep_pictures_of_packs_are_the_same_in_all_formats() -> None:
    upright = read_picture(turned_photo())
    assert (upright.width, upright.height) == (30, 60)
    image = Image.open(BytesIO(upright.content)).convert("RGB")
    assert image.getexif() == {}
    greens = image.getchannel("G")
    assert [round(greens.getpixel((15, y)), -2) for y in (10, 50)] == [0, 300]  # type: ignore[arg-type] # red, then white

    grey = read_picture(deep_grey())
    levels = [Image.open(BytesIO(grey.content)).getpixel((x, 8)) for x in (0, 32, 63)]
    assert levels == pytest.approx([0, 128, 252], abs=1)
    files = {"images/a.jpg": turned_photo(), "images/b.png": deep_grey()}
    pack = pack_of('<document><img src="images/a.jpg" alt="a"/><img src="images/b.png" alt="b"/></document>', files)
    page = pdfium.PdfDocument(render_pdf(SUMMARY, pack).content)[0].render(scale=1).to_pil().convert("L")
    drawn = page.crop((57, 57 + 45, 57 + 48, 57 + 57)).getcolors(5000)
    assert drawn is not None
    assert len(drawn) > 20  # many shades of grey


def test_plain_pictures_of_packs_are_the_files_of_the_pack() -> None:
    for content in (picture(), picture(form="JPEG")):
        assert read_picture(content).content == content
