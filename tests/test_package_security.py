"""Hostile Word templates: each is an error."""

from collections.abc import Callable

import pytest

from tests.word_packages import (
    BODY,
    DOCTYPE,
    MAIN,
    MICROSOFT,
    NO_RELATIONSHIPS,
    PICTURE,
    THEME,
    THEME_TYPE,
    WORD,
    body,
    changed,
    codes_in,
    image,
    problems_in,
    related,
    svg,
    typed,
    with_part,
    with_settings,
)
from tests.word_templates import NAMESPACES, docx
from ucap_reports.word.file.package_parts import NUMBERING_TYPE

STYLES = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
FIELD = '<w:p><w:fldSimple w:instr="DDEAUTO a"/></w:p>'
OFFICE = "urn:schemas-microsoft-com:office:office"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def other_main() -> bytes:
    """A template whose main document has its content type by extension, beside an ordinary document."""

    def moved(content: bytes) -> bytes:
        return content.replace(b'Target="word/document.xml"', b'Target="word/evil.Txt"')

    default = f'Default Extension="txt" ContentType="{WORD}document.main+xml"'
    rels = NO_RELATIONSHIPS.replace(b"></R", b'><Relationship Id="a" Type="%s" Target="styles1.xml"/></R' % STYLES)
    changes = {"[Content_Types].xml": typed(default), "_rels/.rels": moved}
    return changed(changes, {"word/evil.Txt": MAIN, "word/_rels/evil.Txt.rels": rels})


def other_root(_: bytes) -> bytes:
    return b'<w:document xmlns:w="https://other.example"/>'


def notes(kind: str) -> Callable[[], bytes]:
    """A template with a part for notes, one of which has a field."""
    content = f"<w:{kind}s {NAMESPACES}><w:{kind}>{FIELD}</w:{kind}></w:{kind}s>".encode()
    return lambda: with_part(f"word/{kind}s9.xml", content, f"{WORD}{kind}s+xml", f"{kind}s")


STRICT_RELATIONSHIPS = (
    b"http://schemas.openxmlformats.org/officeDocument/2006/",
    b"http://purl.oclc.org/ooxml/officeDocument/",
)
MACROS = (f"{WORD}document.main+xml".encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml")
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "another part is the main document": (other_main, "content-external"),
    "two main documents": (
        lambda: changed({"_rels/.rels": related("officeDocument", "word/document.xml", "")}),
        "template-broken",
    ),
    "two types for one part": (
        lambda: changed(
            {"[Content_Types].xml": typed(f'Override PartName="/WORD/document.xml" ContentType="{WORD}a"')}
        ),
        "template-broken",
    ),
    "two parts that differ in case": (lambda: changed({}, {"word/DOCUMENT.xml": MAIN}), "template-broken"),
    "two relationships of one identifier": (
        lambda: changed({"word/_rels/document.xml.rels": related("image", "a.png", "", number=1)}),
        "template-broken",
    ),
    "broken relationships of the package": (lambda: changed({"_rels/.rels": lambda _: b"<Rel"}), "template-broken"),
    "broken relationships of a part": (
        lambda: changed({"word/_rels/document.xml.rels": lambda content: content[:-9]}),
        "template-broken",
    ),
    "a content type in another one": (
        lambda: changed(
            {"[Content_Types].xml": lambda content: content.replace(b"/></Types>", b"><Override/></Override></Types>")}
        ),
        "template-broken",
    ),
    "a relationship in another one": (
        lambda: changed(
            {"_rels/.rels": lambda content: content.replace(b"/></Rel", b"><Relationship/></Relationship></Rel")}
        ),
        "template-broken",
    ),
    "broken content types": (lambda: changed({"[Content_Types].xml": lambda _: b""}), "template-broken"),
    "no content types": (lambda: changed({"[Content_Types].xml": lambda _: b"<Types/>"}), "template-broken"),
    "a missing part": (
        lambda: changed({"word/_rels/document.xml.rels": related("header", "header9.xml", "")}),
        "template-broken",
    ),
    "an entity in the theme": (
        lambda: with_part("word/theme.xml", DOCTYPE + THEME % b"", THEME_TYPE, "theme"),
        "template-broken",
    ),
    "an entity in relationships": (
        lambda: changed({"word/_rels/document.xml.rels": lambda content: DOCTYPE + content}),
        "template-broken",
    ),
    "an unusual encoding": (
        lambda: with_part(
            "word/theme.xml", b'<?xml version="1.0" encoding="iso-8859-15"?>' + THEME % b"", THEME_TYPE, "theme"
        ),
        "template-broken",
    ),
    "another first element of the text": (lambda: changed({"word/document.xml": other_root}), "template-broken"),
    "another first element of styles": (lambda: changed({"word/styles1.xml": other_root}), "template-broken"),
    "another first element of lists": (
        lambda: with_part("word/numbering.xml", other_root(b""), NUMBERING_TYPE, "numbering"),
        "template-broken",
    ),
    "a strict file": (
        lambda: changed({"_rels/.rels": lambda content: content.replace(*STRICT_RELATIONSHIPS)}),
        "template-broken",
    ),
    "a macro project": (
        lambda: with_part(
            "word/vbaProject.bin",
            b"a",
            "application/vnd.ms-office.vbaProject",
            f"{MICROSOFT}/2006/relationships/vbaProject",
        ),
        "content-active",
    ),
    "a macro-enabled main document": (
        lambda: changed({"[Content_Types].xml": lambda content: content.replace(*MACROS)}),
        "content-active",
    ),
    "web extension task panes": (
        lambda: with_part(
            "word/webextensions/taskpanes.xml",
            b"<a/>",
            "application/vnd.ms-office.webextensiontaskpanes+xml",
            f"{MICROSOFT}/2011/relationships/webextensiontaskpanes",
            source="",
        ),
        "content-active",
    ),
    "a user interface with macros": (
        lambda: with_part(
            "customUI/customUI.xml",
            b"<a/>",
            "application/xml",
            f"{MICROSOFT}/2006/relationships/ui/extensibility",
            source="",
        ),
        "content-active",
    ),
    "an embedded workbook": (
        lambda: with_part("word/embeddings/a.xlsx", b"PK", "application/vnd.ms-excel", "package"),
        "content-active",
    ),
    "a chart": (lambda: with_part("word/chart1.xml", b"<a/>", "application/xml", "chart"), "content-active"),
    "SmartArt": (lambda: with_part("word/data1.xml", b"<a/>", "application/xml", "diagramData"), "content-active"),
    "a header that is a page of HTML": (
        lambda: with_part("word/a.htm", b"a", "text/html", "header"),
        "template-broken",
    ),
    "a metafile": (image("a.wmf", b"\xd7\xcd\xc6\x9a", "image/x-wmf"), "image-invalid"),
    "a PNG that is none": (image("a.png", b"GIF89a", "image/png"), "image-invalid"),
    "an SVG with a script": (svg("<script>alert(1)</script>"), "content-active"),
    "an SVG with a handler": (svg('<path onload="alert(1)"/>'), "content-active"),
    "an SVG with a page": (svg("<foreignObject/>"), "content-active"),
    "an SVG with an outside picture": (svg('<image xlink:href="https://evil.example/a.png"/>'), "content-active"),
    "an SVG with an outside style": (svg("<style>@import 'https://evil.example'</style>"), "content-active"),
    "an SVG with an outside filter": (svg('<path fill="url(https://evil.example/#a)"/>'), "content-active"),
    "an SVG with a tag": (svg("<text><tspan>{</tspan><tspan>{ summary.id }}</tspan></text>"), "tag-misplaced"),
    "an SVG with half of a tag": (svg("<title>summary.id }}</title>"), "tag-misplaced"),
    "an SVG with an entity": (svg("", DOCTYPE.decode()), "template-broken"),
    "a mail merge": (
        lambda: with_settings("<w:mailMerge><w:connectString w:val='a'/></w:mailMerge>"),
        "content-external",
    ),
    "an XSLT for saving": (
        lambda: with_settings(
            '<w:saveThroughXslt r:id="rId99"/>', related("transform", "file:///c:/a.xslt")(NO_RELATIONSHIPS)
        ),
        "content-external",
    ),
    "a chunk of another format": (body('</w:p><w:altChunk r:id="rId1"/><w:p>'), "content-active"),
    "an object": (body("<w:r><w:object/></w:r>"), "content-active"),
    "a control": (body('<w:r><w:control r:id="rId1"/></w:r>'), "content-active"),
    "another document": (body('</w:p><w:subDoc r:id="rId1"/><w:p>'), "content-active"),
    "a film": (body('<w:r><w:movie r:id="rId1"/></w:r>'), "content-active"),
    "a script": (body("<w:r><w:scriptAnchor/></w:r>"), "content-active"),
    "ink": (
        body('<w:r><w14:contentPart xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"/></w:r>'),
        "content-active",
    ),
    "a linked picture": (body(PICTURE.format('<a:blip r:link="rId9"/>')), "content-external"),
    "a picture that is missing": (body(PICTURE.format('<a:blip r:embed="rId9"/>')), "template-broken"),
    "a picture that is a style sheet": (body(PICTURE.format('<a:blip r:embed="rId1"/>')), "template-broken"),
    "a drawing with an action": (
        body(PICTURE.format('<a:hlinkClick r:id="" action="ppaction://program"/>')),
        "content-active",
    ),
    "an object in the alternative": (
        body(
            "<w:r><mc:AlternateContent><mc:Choice Requires='a'/><mc:Fallback><w:object/></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        ),
        "content-active",
    ),
    "an outside picture in an old drawing's fill": (
        body('<w:r><w:pict><v:rect alt="a"><v:fill src="https://evil.example/a.png"/></v:rect></w:pict></w:r>'),
        "content-external",
    ),
    "an outside picture by another attribute": (
        body('<w:r><w:pict><v:rect alt="a"><v:imagedata r:href="rId9"/></v:rect></w:pict></w:r>'),
        "content-external",
    ),
    "a missing picture of an old drawing": (
        body(f'<w:r><w:pict xmlns:o="{OFFICE}"><v:rect alt="a"><v:imagedata o:relid="rId9"/></v:rect></w:pict></w:r>'),
        "template-broken",
    ),
    "a field of the strict format": (body(f'<s:fldSimple xmlns:s="{STRICT}" s:instr="DDEAUTO a"/>'), "template-broken"),
    "a web video": (
        body(
            PICTURE.format(
                '<x:webVideoPr xmlns:x="http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing"/>'
            )
        ),
        "content-active",
    ),
    "an attribute of unknown markup": (body('<w:r xmlns:x="urn:x" x:a="1"/>'), "content-active"),
    "an object in the styles": (
        lambda: docx(
            BODY,
            styles='<w:docDefaults><w:object/></w:docDefaults><w:style w:styleId="a"><w:name w:val="a"/></w:style>',
        ),
        "content-active",
    ),
    "a field in a footnote": (notes("footnote"), "content-external"),
    "a field in an endnote": (notes("endnote"), "content-external"),
    "a picture from elsewhere in a footnote": (
        lambda: docx(
            BODY,
            footnotes='<w:footnote><w:p><w:r><w:pict><v:imagedata src="https://evil.example"/></w:pict></w:r></w:p></w:footnote>',
        ),
        "content-external",
    ),
}


def test_a_strict_file_is_named_as_one() -> None:
    for name in ("a strict file", "a field of the strict format"):
        (problem,) = problems_in(REFUSED[name][0]())
        assert "reason" not in problem.details, "the file is not damaged"


def test_a_package_of_another_program_is_named_as_one() -> None:
    (problem,) = problems_in(changed({"[Content_Types].xml": lambda content: content.replace(b"document.main", b"a")}))
    assert problem.details["reason"] == "it is not a Word document"


def test_a_problem_of_the_package_itself_has_its_place() -> None:
    (problem,) = problems_in(REFUSED["a user interface with macros"][0]())
    assert problem.location.place == "package"


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_template_is_an_error(name: str) -> None:
    template, code = REFUSED[name]
    assert codes_in(template()) == [code]
