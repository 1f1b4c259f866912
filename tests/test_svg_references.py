"""References to other files in SVG drawings of Word templates: none reaches a document."""

from base64 import b64encode

import pytest

from tests.hostile_packs import png
from tests.word_packages import BODY, PICTURE, codes_in, finished, image, with_part
from ucap_reports.problems import ProblemsFound

pytestmark = pytest.mark.no_cover

EVIL = "https://evil.example/a.png"
NAMES = (
    'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:html="http://www.w3.org/1999/xhtml" xmlns:other="urn:other"'
)

REFUSED = {
    "image": f'<image href="{EVIL}"/>',
    "image by XLink": f'<image xlink:href="{EVIL}"/>',
    "image by another prefix": f'<image xmlns:l="http://www.w3.org/1999/xlink" l:href="{EVIL}"/>',
    "image by an attribute of another namespace": f'<image other:href="{EVIL}"/>',
    "image in upper case": f'<image HREF="{EVIL}"/>',
    "image after spaces": f'<image href="&#9; {EVIL}"/>',
    "image without a scheme": '<image href="//evil.example/a.png"/>',
    "image beside the file": '<image href="evil.example.png"/>',
    "image of a file": '<image href="file:///evil.example"/>',
    "image that is an SVG": '<image href="data:image/svg+xml;base64,ZXZpbC5leGFtcGxl"/>',
    "image that is a page": '<image href="data:text/html,evil.example"/>',
    "image by a source": f'<image src="{EVIL}"/>',
    "used drawing": f'<use href="{EVIL}#a"/>',
    "gradient": f'<linearGradient href="{EVIL}#a"/>',
    "pattern": f'<pattern xlink:href="{EVIL}#a"/>',
    "path of a text": f'<text><textPath href="{EVIL}#a">x</textPath></text>',
    "image of a filter": f'<filter><feImage href="{EVIL}"/></filter>',
    "base of references": f'<g xml:base="{EVIL}"><use href="#a"/></g>',
    "link": f'<a href="{EVIL}"><path/></a>',
    "fill": f'<path fill="url({EVIL}#a)"/>',
    "fill in quotation marks": f"<path fill=\"url( '{EVIL}#a')\"/>",
    "fill in upper case": f'<path fill="URL({EVIL}#a)"/>',
    "second filter": f'<path filter="url(#a) url({EVIL}#a)"/>',
    "clip path": f'<path clip-path="url({EVIL}#a)"/>',
    "mask": f'<path mask="url({EVIL}#a)"/>',
    "marker": f'<path marker-end="url({EVIL}#a)"/>',
    "cursor": f'<path cursor="url({EVIL}), auto"/>',
    "style": f'<path style="fill:url({EVIL}#a)"/>',
    "style with an escape": f'<path style="fill:u\\72l({EVIL}#a)"/>',
    "style with a set of images": f"<path style=\"background:image-set('{EVIL}' 1x)\"/>",
    "style with an image": f"<path style=\"background:image('{EVIL}')\"/>",
    "style with a source": f"<path style=\"background:src('{EVIL}')\"/>",
    "style with a behaviour": '<path style="behavior:url(#evil.example)"/>',
    "style with a variable": f'<path style="--a:{EVIL};fill:url(var(--a))"/>',
    "imported style sheet": f"<style>@import '{EVIL}';</style>",
    "imported style sheet in upper case": f'<style>@IMPORT url("{EVIL}");</style>',
    "imported style sheet with an escape": f"<style>@\\69mport '{EVIL}';</style>",
    "imported style sheet in CDATA": f"<style><![CDATA[@import '{EVIL}';]]></style>",
    "imported style sheet after an element": f"<style>a{{}}<g/>@import '{EVIL}';</style>",
    "imported style sheet in parts": f"<style>@imp<!-- -->ort '{EVIL}';</style>",
    "font": f"<style>@font-face{{font-family:a;src:url({EVIL})}}</style>",
    "linked style sheet": f'<style href="{EVIL}"/>',
    "script": "<script>fetch('//evil.example')</script>",
    "script of a file": f'<script href="{EVIL}"/>',
    "script of HTML": "<html:script>fetch('//evil.example')</html:script>",
    "handler": "<path onclick=\"fetch('//evil.example')\"/>",
    "handler in upper case": "<path ONLOAD=\"fetch('//evil.example')\"/>",
    "page": f'<foreignObject><html:img src="{EVIL}"/></foreignObject>',
    "animated reference": f'<use href="#a"><animate attributeName="href" to="{EVIL}#a"/></use>',
    "set reference": f'<use href="#a"><set attributeName="href" to="{EVIL}#a"/></use>',
    "HTML frame in the namespace of SVG": f'<iframe src="{EVIL}"/>',
}
"""Drawings that are an error."""

REMOVED = {
    "HTML image": f'<html:img src="{EVIL}"/>',
    "HTML images": f'<html:img srcset="{EVIL} 2x"/>',
    "HTML style sheet": f"<html:style>@import '{EVIL}';</html:style>",
    "linked HTML style sheet": f'<html:link rel="stylesheet" href="{EVIL}"/>',
    "HTML base": f'<html:base href="{EVIL}"/>',
    "HTML redirection": f'<html:meta http-equiv="refresh" content="0;url={EVIL}"/>',
    "HTML frame": f'<html:iframe src="{EVIL}"/>',
    "HTML object": f'<html:object data="{EVIL}"/>',
    "HTML form": f'<html:form action="{EVIL}"><html:input formaction="{EVIL}"/></html:form>',
    "included XML": f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{EVIL}"/>',
    "schema": f'<g xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:a {EVIL}"/>',
    "metadata": f'<metadata><other:rdf about="{EVIL}">{EVIL}</other:rdf></metadata>',
    "role of a link": f'<use xlink:href="#a" xlink:role="{EVIL}"/>',
    "handler of another namespace": f'<g><other:on event="{EVIL}"/></g>',
    "namespace": '<g xmlns:evil="https://evil.example/"/>',
    "comment": f"<!-- {EVIL} -->",
    "processing instruction": f'<?xml-stylesheet href="{EVIL}"?>',
}
"""Drawings whose other content is left out."""

BEFORE = {
    "style sheet": f'<?xml-stylesheet type="text/css" href="{EVIL}"?>',
    "comment": f"<!-- {EVIL} -->",
}


def drawing(content: str, before: str = "") -> bytes:
    """Return a template that shows a drawing."""
    svg = f"{before}<svg {NAMES}>{content}</svg>".encode()
    shown = PICTURE.format('<a:blip r:embed="rId99"/>')
    body = f"<w:p>{shown}</w:p>{BODY}"
    return with_part("word/media/a.svg", svg, "image/svg+xml", "image", body=body)


def drawn(template: bytes) -> bytes:
    """Return the drawing in the finished document."""
    return finished(template)["word/media/a.svg"]


@pytest.mark.parametrize("name", REFUSED)
def test_a_drawing_that_refers_to_another_file_is_an_error(name: str) -> None:
    assert codes_in(drawing(REFUSED[name])) == ["content-active"]


@pytest.mark.parametrize("name", REMOVED)
def test_content_that_is_no_part_of_a_drawing_does_not_reach_the_document(name: str) -> None:
    content = drawn(drawing(f'{REMOVED[name]}<path id="kept" d="M0 0"/>'))
    assert b"evil.example" not in content
    assert b'<path id="kept" d="M0 0"/>' in content


@pytest.mark.parametrize("name", BEFORE)
def test_what_is_before_a_drawing_does_not_reach_the_document(name: str) -> None:
    assert b"evil.example" not in drawn(drawing("<path/>", BEFORE[name]))


@pytest.mark.parametrize(
    "document_type",
    [
        f'<!DOCTYPE svg SYSTEM "{EVIL}">',
        f'<!DOCTYPE svg [<!ENTITY e SYSTEM "{EVIL}">]>',
        f'<!DOCTYPE svg [<!ENTITY % e SYSTEM "{EVIL}"> %e;]>',
        f'<!DOCTYPE svg [<!ATTLIST image href CDATA "{EVIL}">]>',
    ],
)
def test_a_drawing_with_a_document_type_is_an_error(document_type: str) -> None:
    assert codes_in(drawing("<image/>", document_type)) == ["template-broken"]


def test_a_drawing_keeps_its_shapes_styles_pictures_and_spaces() -> None:
    picture = f"data:image/png;base64,{b64encode(png(1, 1)).decode()}"
    content = (
        "<style>path{fill:url(#a)}</style>"
        '<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        f'<image xlink:href="{picture}" width="1" height="1"/>'
        '<text xml:space="preserve"><tspan>one</tspan> <tspan>two</tspan> </text>'
        '<path d="M0 0h1" style="fill:url(#a)"/>'
    )
    assert content.encode() in drawn(drawing(content))


@pytest.mark.parametrize(
    "content",
    [
        '<path fill="url( #a )" style="fill:url( &quot;#a&quot; )"/>',
        "<style>path{fill:url( #a )}</style>",
        '<path id="image(1)" class="image(1)" data-name="Image (2)" aria-label="Image (2)"/>',
    ],
)
def test_references_inside_the_drawing_may_have_spaces_and_labels_any_words(content: str) -> None:
    assert content.encode() in drawn(drawing(content))


def test_labels_of_drawing_programs_may_have_any_words() -> None:
    assert b"<g/>" in drawn(drawing('<g xmlns:inkscape="urn:inkscape" inkscape:label="Image (1)"/>'))


def test_text_after_removed_content_is_kept() -> None:
    assert b"<text>one two</text>" in drawn(drawing("<text>one<other:a>x</other:a> two</text>"))


def test_a_drawing_in_another_namespace_is_an_error() -> None:
    content = b'<svg xmlns="urn:other"><path/></svg>'
    with pytest.raises(ProblemsFound):
        finished(image("a.svg", content, "image/svg+xml")())
