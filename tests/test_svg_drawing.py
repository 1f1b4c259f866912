"""SVG drawings of a pack in the PDF: what is drawn, and that everything else is an error."""

import re
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from tests.drawings import LOGO, drawing
from tests.hostile_packs import unzipped
from tests.pages import SUMMARY, blocks_of, pack_of, problems_of
from tests.pdf_text import structure
from tests.test_package_security import REFUSED
from tests.verapdf import AssertConformant
from ucap_reports.check.pack_check import try_page
from ucap_reports.page import page_tree, svg_drawing
from ucap_reports.page.page_tree import ImageBlock
from ucap_reports.page.svg_drawing import MAX_SVG_BYTES, png_of_drawing, read_drawing
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pictures.picture_preparation_and_quality import PictureError
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, PdfStandard

IMAGE = '<img src="images/a.svg" alt="The logo"/>'
STYLED = IMAGE.replace("img", 'img class="logo"')
REPEATED, USE = '<g id="a"><path d="M0 0h1"/></g>', '<use href="#a"/>'
DOT = '<path d="M5 5z" stroke="red" stroke-linecap="square"/>'
HREFS = (
    '<defs><path id="b" d="M0 0h1v1"/><g id="c"/></defs>'
    '<use href="#b" xmlns:x="http://www.w3.org/1999/xlink" x:href="#c"/>'
)
"""A reference of SVG 2, and one of SVG 1.1 that browsers ignore beside it."""
PAGES = f"<page-header>{STYLED}</page-header>{IMAGE}<page-break/>{IMAGE}"


def pdf_of(content: bytes, body: str = IMAGE, source: Attachment | None = None) -> bytes:
    return render_pdf(SUMMARY, pack_of(f"<document>{body}</document>", {"images/a.svg": content}), source).content


def form_of(body: str, attributes: str = 'viewBox="0 0 100 50"') -> tuple[str, list[float]]:
    """The operators of a drawing in a PDF, and its visible box."""
    with pikepdf.open(BytesIO(pdf_of(drawing(body, attributes)))) as document:
        (form,) = document.pages[0].Resources.XObject.values()
        return form.read_bytes().decode(), [float(side) for side in form.BBox]


def operators(body: str) -> list[str]:
    """The operators of a drawing with one shape, without those for the transformation and the end."""
    (lines,) = re.findall(r"q .+? cm\n(.*) Q", form_of(body)[0], re.DOTALL)
    return str(lines).split("\n")


def rendered(content: bytes) -> Image.Image:
    with pdfium.PdfDocument(pdf_of(content)) as document:
        picture: Image.Image = document[0].render(scale=2 * 96 / 72).to_pil().convert("RGB")
        return picture


@pytest.mark.no_cover
def test_a_drawing_looks_as_in_a_browser(browser: Browser) -> None:
    address = f"data:image/svg+xml;base64,{b64encode(LOGO).decode()}"
    page = browser.new_page(viewport={"width": 794, "height": 400}, device_scale_factor=2)
    page.set_content(f'<img style="position: absolute; left: 20mm; top: 20mm" src="{address}">')
    page.wait_for_function("document.images[0].complete")
    shown = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.close()
    printed = rendered(LOGO).crop((0, 0, *shown.size))
    assert len(printed.getcolors(maxcolors=1_000_000) or ()) > 10
    difference = ImageChops.difference(printed, shown).convert("L").point(lambda value: 255 * (value > 100))
    assert difference.histogram()[255] < 2_000, "pixels, which are at the edges of shapes"
    moved = ImageChops.difference(printed, ImageChops.offset(shown, 8, 0)).convert("L")
    assert moved.point(lambda value: 255 * (value > 100)).histogram()[255] > 5_000


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ('<path d="M1 2 3 4H5V6h1v-1l.5.5Zm1 1"/>', "1 2 m|3 4 l|5 4 l|5 6 l|6 6 l|6 5 l|6.5 5.5 l|1 2 l|h|2 3 m"),
        ('<path d="M0 0C1 1 2 1 3 0S5-1 6 0"/>', "0 0 m|1 1 2 1 3 0 c|4 -1 5 -1 6 0 c"),
        ('<path d="M0 0Q3 3 6 0T12 0"/>', "0 0 m|2 2 4 2 6 0 c|8 -2 10 -2 12 0 c"),
        ('<path d="M1e1,-1.5E0+3.-.5"/>', "10 -1.5 m|3 -0.5 l"),
        ('<rect x="1" y="2" width="3in" height="4"/>', "1 2 m|289 2 l|289 6 l|1 6 l|1 2 l|h"),
        ('<polygon points="1,2 3,4-5-6"/>', "1 2 m|3 4 l|-5 -6 l|1 2 l|h"),
        ('<polyline points="1 2 3 4"/>', "1 2 m|3 4 l"),
    ],
)
def test_a_shape_has_the_operators_of_its_path(shape: str, path: str) -> None:
    assert operators(shape) == ["0 0 0 rg", *path.split("|"), "f"]


@pytest.mark.parametrize(
    ("shape", "same"),
    [
        ('<circle cx="5" cy="6" r="4"/>', '<path d="M9 6A4 4 0 0 1 1 6a4 4 0 018 0z"/>'),
        ('<ellipse cx="5" cy="6" rx="4" ry="2"/>', '<path d="M9 6A4 2 0 011 6 4 2 0\n0\n1 9 6z"/>'),
        (
            '<rect x="1" y="2" width="30" height="20" rx="5" ry="90"/>',
            '<path d="M6 2H26A5 10 0 0131 12V12A5 10 0 0126 22H6A5 10 0 011 12V12A5 10 0 016 2Z"/>',
        ),
        ('<rect width="9" height="9" style="fill: #f00"/>', '<rect width="9" height="9" fill="rgb(255,0,0)"/>'),
        ('<path d="M0 0h1v1"  fill="lime"/>', '<g fill="lime"><path d="M0 0h1v1" fill="inherit"/></g>'),
        (
            '<path d="M0 0h1v1" transform="matrix(2 0 0 2 3 4)"/>',
            '<g transform="translate(3,4)scale(2)"><path d="M0 0h1v1"/></g>',
        ),
        (
            '<use href="#a" x="3"/><defs><path id="a" d="M0 0h1v1"/></defs>',
            '<path d="M0 0h1v1" transform="translate(3)"/>',
        ),
        (
            '<style>.a{fill:red}.b{fill:blue}.a{fill:lime}</style><path class="b a" d="M0 0h1v1"/>',
            '<path d="M0 0h1v1" fill="lime"/>',
        ),
        ('<path style="fill:red" class="a" fill="blue" d="M0 0h1v1"/>', '<path d="M0 0h1v1" fill="#FF0000FF"/>'),
        ('<path style="/* a */FILL:/* b */red" d="M0 0h1v1"/>', '<path d="M0 0h1v1" fill="red"/>'),
        (
            '<use href="#a"/><defs><path id="a" d="M0 0h1v1"/><path id="a" d="M0 0h9v9"/></defs>',
            '<path d="M0 0h1v1"/>',
        ),
        ('<path d="M0 0A0 5 0 0 1 9 9 5 5 0 0 1 9 19a5 0 0 0 1-9 0z"/>', '<path d="M0 0L9 9A5 5 0 0 1 9 19l-9 0z"/>'),
        ('<rect width="9" height="9" rx="0" ry="3"/>', '<rect width="9" height="9"/>'),
        ('<rect width="9" height="9" ry="3"/>', '<rect width="9" height="9" rx="3" ry="3"/>'),
        ('<ellipse cx="5" cy="6" rx="4"/>', '<circle cx="5" cy="6" r="4"/>'),
        ('<rect width="9" height="9" rx="-2" ry="3"/>', '<rect width="9" height="9" rx="3" ry="3"/>'),
        ('<path d="M0 0h1v1"/>', HREFS),
    ],
)
def test_two_ways_to_draw_the_same(shape: str, same: str) -> None:
    assert form_of(shape) == form_of(same)
    assert form_of(shape)[0]


def test_a_stroke_has_its_colour_width_ends_and_corners() -> None:
    style = "stroke:#f00;stroke-width:2mm;stroke-linecap:round;stroke-linejoin:bevel;stroke-miterlimit:3"
    written = operators(f'<path fill-rule="evenodd" d="M0 0h1" style="{style}"/>')
    lines = ["7.55906 w 1 J 2 j", "3 M"]
    assert written == ["0 0 0 rg", "1 0 0 RG", *lines, "0 0 m", "1 0 l", "B*"]
    assert operators('<line x2="1" stroke="red"/>')[-1] == "S"


@pytest.mark.parametrize(
    "body",
    [
        '<rect width="0" height="5"/>',
        '<circle r="0"/>',
        '<circle r="1e-200"/>',
        '<rect width="1e-300" height="9" rx="2"/>',
        '<path d=""/>',
        '<polygon points=" "/>',
        '<line x2="5"/>',
        '<g display="none"><path d="M0 0h1v1"/><text>a</text></g>',
        '<path d="M0 0h1v1" fill="none"/>',
        '<path d="M0 0h1v1" fill="none" stroke="red" stroke-width="0"/>',
        '<path d="M0 0h1v1" transform="scale(0)"/>',
    ],
)
def test_what_svg_does_not_show_is_not_drawn(body: str) -> None:
    assert form_of(body)[0] == ""


@pytest.mark.parametrize(
    ("attribute", "colour"),
    [
        ("", "FF0000"),
        ('media=""', "FF0000"),
        ('media="Screen, print"', "FF0000"),
        ('media="print"', "000000"),
        ('media="print, speech"', "000000"),
    ],
)
def test_style_sheets_apply_in_the_media_in_which_browsers_show_a_drawing(attribute: str, colour: str) -> None:
    sheet = f"<style {attribute}>.a{{fill:red}}</style>"
    (shape,) = read_drawing(drawing(f'{sheet}<rect class="a" width="1" height="1"/>')).shapes
    assert shape.fill is not None
    assert shape.fill.hex == colour


@pytest.mark.parametrize(
    ("attributes", "size", "box"),
    [
        ('viewBox="0 0 100 50"', (100, 50), (0, 0, 100, 50)),
        ('width="3in" height="72pt"', (288, 96), (0, 0, 288, 96)),
        ('width="200" viewBox="-1 -2 100 50"', (200, 100), (-1, -2, 99, 48)),
        ('height="200" viewBox="0 0 100 50"', (400, 200), (0, 0, 100, 50)),
        ('width="100%" height="100%" viewBox="0 0 100 50"', (100, 50), (0, 0, 100, 50)),
        ('width="100" height="100" viewBox="0 0 100 50"', (100, 50), (0, 0, 100, 50)),
    ],
)
def test_the_size_is_that_of_the_file_or_of_its_view_box(
    attributes: str, size: tuple[float, float], box: tuple[float, ...]
) -> None:
    files = {"images/a.svg": drawing('<path d="M0 0h1v1"/>', attributes)}
    natural, styled = blocks_of(IMAGE + STYLED, files=files)
    assert isinstance(natural, ImageBlock)
    assert isinstance(styled, ImageBlock)
    assert (natural.width, natural.height) == pytest.approx([side * 0.75 for side in size])
    assert (styled.height, styled.width) == pytest.approx([72 / 2.54, 72 / 2.54 * size[0] / size[1]])
    assert form_of("", attributes)[1] == pytest.approx(box)


@pytest.mark.parametrize(
    "attributes",
    [
        'width="200" height="100" viewBox="0 0 50 50"',
        'style="width:200px;height:100px;" viewBox="0 0 50 50"',
        'class="a" viewBox="0 0 50 50"',
    ],
)
def test_a_drawing_has_the_same_proportions_in_all_formats(browser: Browser, attributes: str) -> None:
    rules = "<style>.a{width:200px;height:100px}</style>"
    files = {"images/a.svg": drawing(f'{rules}<path d="M0 0h50v50h-50z"/>', attributes)}
    (image,) = blocks_of(IMAGE, files=files)
    assert isinstance(image, ImageBlock)
    assert image.width == image.height
    page = browser.new_page()
    page.set_content(f'<img src="data:image/svg+xml;base64,{b64encode(image.picture.content).decode()}">')
    page.wait_for_function("document.images[0].complete")
    assert page.evaluate("[document.images[0].naturalWidth, document.images[0].naturalHeight]") == [100, 100]
    page.close()


def test_a_drawing_without_margins_is_kept_as_it_is() -> None:
    content = drawing('<path d="M0 0h50v50h-50z"/>', 'width="200" height="100" viewBox="0 0 100 50"')
    (image,) = blocks_of(IMAGE, files={"images/a.svg": content})
    assert isinstance(image, ImageBlock)
    assert image.picture.content == content


def test_a_drawing_has_no_resolution() -> None:
    pack = pack_of(f"<document>{IMAGE}</document>", {"images/a.svg": drawing("", 'viewBox="0 0 1 1" width="90mm"')})
    assert try_page(pack, SUMMARY)[0] == ()


def test_a_drawing_is_one_object_and_a_figure_outside_of_headers() -> None:
    content = pdf_of(LOGO, PAGES)
    with pikepdf.open(BytesIO(content)) as document:
        forms = [page.Resources.XObject for page in document.pages]
        assert len(forms) == 2
        assert len({value.objgen for each in forms for value in each.values()}) == 1
        streams = [page.Contents.read_bytes() for page in document.pages]
    assert [each.count(b" Do") for each in streams] == [2, 2]
    assert [node.alt for node in structure(content).find("Figure")] == ["The logo", "The logo"]


@pytest.mark.parametrize("standard", PdfStandard)
def test_a_page_with_drawings_conforms(standard: PdfStandard, assert_conformant: AssertConformant) -> None:
    source = Attachment("plan.yaml", "application/yaml", "The plan", b"cities: []")
    assert_conformant(pdf_of(LOGO, PAGES, source if standard is PdfStandard.UA_2 else None), standard)


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("<text>a</text>", 'the element "text" (line 1)'),
        ('\n<g>\n<image href="data:image/png;base64,AA"/></g>', 'the element "image" (line 3)'),
        ('<svg viewBox="0 0 1 1"/>', 'the element "svg" (line 1)'),
        ('<use href="#a"/><symbol id="a"/>', 'the element "symbol" (line 1)'),
        ('<use href="#b"/>', 'href="#b" (line 1)'),
        ('<use href="#None"/>', 'href="#None" (line 1)'),
        ('<linearGradient id="a"/><rect width="1" height="1" fill="url(#a)"/>', 'fill="url(#a)" (line 1)'),
        ('<g stroke="#ff000080"/>', 'stroke="#ff000080" (line 1)'),
        ('<g fill="rgba(1,2,3,.5)"/>', 'fill="rgba(1,2,3,.5)" (line 1)'),
        ('<g style="opacity:.5"/>', 'opacity=".5" (line 1)'),
        ('<g fill-opacity="50%"/>', 'fill-opacity="50%" (line 1)'),
        ('<g clip-path="url(#a)"/>', 'clip-path="url(#a)" (line 1)'),
        ('<g mask="url(#a)"/>', 'mask="url(#a)" (line 1)'),
        ('<g filter="url(#a)"/>', 'filter="url(#a)" (line 1)'),
        ('<g marker-end="url(#a)"/>', 'marker-end="url(#a)" (line 1)'),
        ('<g visibility="hidden"/>', 'visibility="hidden" (line 1)'),
        ('<g style="mix-blend-mode:multiply"/>', 'mix-blend-mode="multiply" (line 1)'),
        ('<g transform-origin="5"/>', 'transform-origin="5" (line 1)'),
        ("<style>path > .a{fill:red}</style>", 'the style rule "path > .a" (line 1)'),
        ('<style media="(width &gt; 9px)">.a{fill:red}</style>', 'media="(width > 9px)" (line 1)'),
        ("<style>@media print{.a{fill:red}}</style>", 'the style rule "@media print" (line 1)'),
        ('<path d="M0 0 5"/>', 'd="M0 0 5" (line 1)'),
        ('<path d="L0 5"/>', 'd="L0 5" (line 1)'),
        ('<path d="M0 0x"/>', 'd="M0 0x" (line 1)'),
        ('<path d="none"/>', 'd="none" (line 1)'),
        ('<path d="M0 0A5 5 0 2 0 1 1"/>', 'd="M0 0A5 5 0 2 0 1 1" (line 1)'),
        ('<polygon points="1 2 3"/>', 'points="1 2 3" (line 1)'),
        ('<rect width="1e999" height="1"/>', 'width="1e999" (line 1)'),
        ('<rect width="50%" height="1"/>', 'width="50%" (line 1)'),
        ('<g transform="turn(5)"/>', 'transform="turn(5)" (line 1)'),
        ('<g transform="matrix(2 0)"/>', 'transform="matrix(2 0)" (line 1)'),
        ('<g transform="rotate(45 10)"/>', 'transform="rotate(45 10)" (line 1)'),
        ('<g style="transform:translate(9,9)"/>', 'the property "transform: translate(9,9)" (line 1)'),
        ('<g style="rotate:45deg"/>', 'rotate="45deg" (line 1)'),
        ('<g style="scale:3"/>', 'scale="3" (line 1)'),
        ('<g style="translate:3px"/>', 'translate="3px" (line 1)'),
        ('<g style="transform-box:fill-box"/>', 'transform-box="fill-box" (line 1)'),
        ('<g style="mask-image:url(#a)"/>', 'mask-image="url(#a)" (line 1)'),
        ('<g style="-webkit-filter:blur(5px)"/>', '-webkit-filter="blur(5px)" (line 1)'),
        ('<g systemLanguage="de"/>', 'the attribute "systemLanguage" (line 1)'),
        ('<g requiredExtensions=""/>', 'the attribute "requiredExtensions" (line 1)'),
        ('<g fill="hsv(120,100%,100%)"/>', 'fill="hsv(120,100%,100%)" (line 1)'),
        ("<style>.a{fill:red!important}</style>", 'the style rule ".a !important" (line 1)'),
        (DOT, 'stroke-linecap="square" of a line without a length (line 1)'),
        ('<g stroke-dasharray="1 2"/>', 'stroke-dasharray="1 2" (line 1)'),
        ('<g stroke-linejoin="arcs"/>', 'stroke-linejoin="arcs" (line 1)'),
        ('<g stroke-miterlimit="0"/>', 'stroke-miterlimit="0" (line 1)'),
        ('<g stroke-width="-1"/>', 'stroke-width="-1" (line 1)'),
        ('<g color="none"/>', 'color="none" (line 1)'),
        ("<animate/>", 'the element "animate"'),
        ("<a href='#a'/>", 'the element "a"'),
        ("<g>" * 120 + "</g>" * 120, "elements nested more than 100 deep (line 1)"),
        ('<use id="a" href="#a"/>', "elements nested more than 100 deep (line 1)"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_an_error_that_names_it(body: str, content: str) -> None:
    (problem,) = problems_of(f"<document>{IMAGE}</document>", {"images/a.svg": drawing(body)})
    assert problem.code == "image-invalid"
    assert problem.message == f'"images/a.svg" contains {content}, which page templates cannot draw'
    assert "convert text to paths" in (problem.hint or "")


def test_all_errors_of_a_drawing_are_reported_at_once() -> None:
    body = '<text/>\n<text/>\n<g opacity="0"><g opacity="0"/></g>'
    found = problems_of(f"<document>{IMAGE}</document>", {"images/a.svg": drawing(body)})
    assert [problem.details["content"] for problem in found] == ['the element "text" (line 1)', 'opacity="0" (line 3)']


def test_errors_of_classes_are_in_the_order_of_the_classes() -> None:
    names = ["color", "fill", "stroke", "display", "opacity", "mask", "filter", "visibility"]
    rules = "".join([f".of-{name} {{{name}: odd}}" for name in names])
    classes = " ".join([f"of-{name}" for name in names])
    with pytest.raises(PictureError) as raised:
        read_drawing(drawing(f'<style>{rules}</style><path class="{classes}" d="M0 0h1v1"/>'))
    assert raised.value.contents == tuple([f'{name}="odd" (line 1)' for name in names])


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("written", ["-5", "0", "-0.5mm"])
def test_a_size_that_is_not_positive_is_an_error(side: str, written: str) -> None:
    content = drawing('<path d="M0 0h1v1"/>', f'viewBox="0 0 1 1" {side}="{written}"')
    with pytest.raises(PictureError) as caught:
        png_of_drawing(content)
    assert caught.value.contents == (f'{side}="{written}" (line 1)',)


@pytest.mark.parametrize(
    "attributes", ["", 'width="5"', 'viewBox="0 0 0 5"', 'viewBox="0 0 1e-300 1"', 'viewBox="0 0 1"', 'viewBox="a"']
)
def test_a_drawing_without_a_size_is_an_error(attributes: str) -> None:
    with pytest.raises(PictureError) as found:
        read_drawing(drawing("", attributes))
    assert "viewBox" in "".join(found.value.contents)


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ('transform="scale(2)"', "transform"),
        ('preserveAspectRatio="none"', "preserveAspectRatio"),
        ('preserveAspectRatio="xMidYMid slice"', "preserveAspectRatio"),
        ('style="background:#fff"', "background"),
        ('style="background-color:red"', "background"),
    ],
)
def test_attributes_of_the_drawing_that_would_change_it_are_errors(attribute: str, name: str) -> None:
    with pytest.raises(PictureError) as found:
        read_drawing(drawing("", f'viewBox="0 0 1 1" {attribute}'))
    assert name in "".join(found.value.contents)


@pytest.mark.parametrize("attribute", ['display="none"', 'style="enable-background:new 0 0 9 9;background:none"'])
def test_attributes_of_the_drawing_that_browsers_ignore_are_ignored(attribute: str) -> None:
    assert read_drawing(drawing('<path d="M0 0h1v1"/>', f'viewBox="0 0 1 1" {attribute}')).shapes


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"<svg", "damaged"),
        (b"<svg viewBox='0 0 1 1'/>", "damaged"),
        (drawing("<g>" * 5_000 + "</g>" * 5_000), "damaged"),
        (b'<!DOCTYPE svg [<!ENTITY a "<g/>">]>' + drawing("&a;"), "drawing"),
        (drawing('<g id="a"><use href="#a"/><use href="#a"/></g>'), "bytes"),
        (drawing(f"<style>.a{{fill:{'c' * 999}}}</style>" + '<g class="a"/>' * 9_000), "bytes"),
        (drawing(" " * MAX_SVG_BYTES), "bytes"),
        (drawing(REPEATED + USE * 2_000), "bytes"),
    ],
)
def test_a_drawing_has_limits(content: bytes, form: str) -> None:
    with pytest.raises(PictureError) as found:
        read_drawing(content)
    assert found.value.form == form


def test_a_drawing_repeats_a_thousand_elements() -> None:
    assert len(read_drawing(drawing(REPEATED + USE * 1_000)).shapes) == 1_001


def test_a_drawing_with_an_error_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = drawing("<text>read once</text>")
    with pytest.raises(PictureError) as first:
        read_drawing(content)
    monkeypatch.setattr(svg_drawing, "_read", pytest.fail)
    with pytest.raises(PictureError) as second:
        read_drawing(content)
    assert second.value.contents == first.value.contents


def test_the_limit_of_all_drawings_counts_those_with_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"images/{letter}.svg": drawing(f'<path d="M0 0{letter}1"/>') for letter in "hxv"}
    characters = sum(len(files[f"images/{letter}.svg"]) for letter in "hx")
    monkeypatch.setattr(page_tree, "MOST_PICTURE_WORK", characters * page_tree.WORK_OF_DRAWING)
    body = "\n".join(f'<img src="{name}" alt="a"/>' for name in files)
    of_path, of_all = (problem.message for problem in problems_of(f"<document>{body}</document>", files))
    assert "contains d=" in of_path
    assert "the pictures of the page have more than" in of_all


@pytest.mark.long
def test_drawings_have_a_limit_in_total_also_those_with_errors() -> None:
    files = {f"images/{number}.svg": drawing(f'<path d="M0 0{"h1" * 29_000}{end}"/>')
             for number, end in enumerate(["", "x", "v1", "x", "v2", "x", "v3", "x"])}  # fmt: skip
    body = "\n".join(f'<img src="{name}" alt="a"/>' for name in files)
    found = [problem.message for problem in problems_of(f"<document>{body}</document>", files)]
    assert sum("contains d=" in message for message in found) == 2
    assert sum("the pictures of the page have more than" in message for message in found) == 4


@pytest.mark.parametrize("make", [make for name, (make, _) in REFUSED.items() if name.startswith("an SVG with an")])
def test_a_drawing_that_word_templates_refuse_for_its_references_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(PictureError) as found:
        read_drawing(unzipped(make())["word/media/a.svg"])
    assert found.value.form == "drawing"


def test_properties_of_many_classes_are_refused() -> None:
    """Each class of a rule has all of its properties, so that a small file would take gigabytes."""
    classes = ",".join(f".a{number}" for number in range(200))
    properties = ";".join(f"b{number}:c" for number in range(200))
    sheet = f"<style>{classes}{{{properties}}}</style>"
    with pytest.raises(PictureError) as found:
        read_drawing(drawing(f'{sheet}<rect class="a1" width="1" height="1"/>'))
    assert "20,000 properties" in str(found.value.contents)
