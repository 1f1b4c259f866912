"""Content of Word templates that finished documents leave out, with or without a warning."""

import json
from collections.abc import Callable
from pathlib import Path

import docx as python_docx
import pytest
from lxml import etree

from tests.selected_cases import every
from tests.word_packages import (
    BODY,
    DOCTYPE,
    MAIN,
    MICROSOFT,
    NO_RELATIONSHIPS,
    PICTURE,
    PNG,
    THEME,
    THEME_TYPE,
    WORD,
    body,
    changed,
    finished,
    image,
    problems_in,
    related,
    svg,
    typed,
    with_comments,
    with_part,
    with_settings,
)
from tests.word_templates import NAMESPACES, ROOT, docx, run
from ucap_reports.cli import main
from ucap_reports.word.file.word_xml import WORD_2012


def custom(kind: str, name: str = "word/extra.xml", source: str = "word/document.xml") -> Callable[[], bytes]:
    """A template with a part that is not valid XML."""
    return lambda: with_part(name, DOCTYPE + b"<a>&e;", "application/xml", kind, source=source)


LEFT_OUT: dict[str, tuple[Callable[[], bytes], str]] = {
    "comments with fields": (with_comments, "review comments"),
    "authors of comments": (custom(f"{MICROSOFT}/2011/relationships/people"), "review comments"),
    "a glossary with fields": (
        lambda: with_part("word/glossary/document.xml", MAIN, f"{WORD}document.glossary+xml", "glossaryDocument"),
        "building blocks",
    ),
    "custom XML": (custom("customXml"), "custom XML data"),
    "custom properties": (custom("custom-properties", source=""), "custom document properties"),
    "printer settings": (custom("printerSettings"), "printer settings"),
    "key maps": (custom(f"{MICROSOFT}/2006/relationships/keyMapCustomizations"), "customizations"),
    "a part without a relationship": (lambda: changed({}, {"word/extra.xml": DOCTYPE}), "word/extra.xml"),
    "another main document without a relationship": (
        lambda: changed(
            {
                "[Content_Types].xml": typed(
                    f'Override PartName="/word/extra.xml" ContentType="{WORD}document.main+xml"'
                )
            },
            {"word/extra.xml": MAIN},
        ),
        "word/extra.xml",
    ),
    "protection": (lambda: with_settings('<w:documentProtection w:hash="a"/>'), "editing restrictions"),
    "variables": (lambda: with_settings('<w:docVars><w:docVar w:name="a" w:val="b"/></w:docVars>'), "variables"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_content_for_authors_is_left_out_with_a_warning(name: str) -> None:
    template, what = LEFT_OUT[name]
    (problem,) = problems_in(template())
    assert (problem.code, problem.severity.value) == ("content-left-out", "warning")
    assert what in problem.message
    parts = finished(template())
    assert {"word/document.xml", "word/styles1.xml"} <= parts.keys()
    assert not {name for name in parts if "extra" in name or "comments" in name or "glossary" in name}
    assert b"extra" not in b"".join(parts.values())
    assert b"docVar" not in b"".join(parts.values())


@pytest.mark.parametrize(
    ("count", "named"), [(3, "(word/0.xml, word/1.xml, word/2.xml)"), (4, "(word/0.xml, word/1.xml, word/2.xml, …)")]
)
def test_a_warning_names_the_first_parts_without_a_relationship(count: int, named: str) -> None:
    (problem,) = problems_in(changed({}, {f"word/{number}.xml": b"<a/>" for number in range(count)}))
    assert named in problem.message


@pytest.mark.parametrize(
    ("name", "kind", "source"),
    [
        ("docProps/app.xml", "extended-properties", ""),
        ("word/webSettings.xml", "webSettings", "word/document.xml"),
        ("word/stylesWithEffects.xml", f"{MICROSOFT}/2007/relationships/stylesWithEffects", "word/document.xml"),
    ],
)
def test_parts_for_editing_are_left_out_without_a_warning(name: str, kind: str, source: str) -> None:
    template = custom(kind, name, source)()
    assert problems_in(template) == ()
    assert name not in finished(template)


def test_settings_that_are_not_allowed_are_removed() -> None:
    kept = '<w:zoom w:percent="90"/><w:evenAndOddHeaders/><w:compat/>'
    template = with_settings(f'<w:trackRevisions/><w:linkStyles/><w:attachedTemplate r:id="rId9"/>{kept}')
    assert problems_in(template) == ()
    settings = etree.fromstring(finished(template)["word/settings.xml"])
    assert [str(each.tag).rsplit("}", 1)[-1] for each in settings] == ["zoom", "evenAndOddHeaders", "compat"]


def test_traces_of_review_and_of_forms_are_removed_from_texts() -> None:
    content = (
        '<w:commentRangeStart w:id="1"/><w:permStart w:id="1" w:ed="a@example.org"/>'
        f'{run("kept")}<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r><w:permEnd w:id="1"/>'
        f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a"/><x:dataBinding xmlns:x="{WORD_2012}" x:xpath="/a"/></w:sdtPr>'
        f"<w:sdtContent>{run('bound {{ summary.id }}')}</w:sdtContent></w:sdt>"
        '<w:fldSimple w:instr="PAGE"><w:fldData>AAAA</w:fldData></w:fldSimple><!-- by Ms A --><?ucap 0?>'
    )
    parts = finished(docx(f'<w:p w:rsidR="00A1B2C3">{content}</w:p>' + BODY))
    text = parts["word/document.xml"]
    for word in (b"comment", b"perm", b"dataBinding", b"fldData", b"rsid", b"Ms A", b"ucap 0"):
        assert word not in text
    assert b"kept" in text
    assert b"tianjin-rome" in text


def test_xml_comments_are_removed() -> None:
    template = with_part("word/theme.xml", THEME % b"<!-- by Ms A -->", THEME_TYPE, "theme")
    assert b"Ms A" not in finished(template)["word/theme.xml"]


def test_unknown_extensions_of_drawings_are_removed() -> None:
    extensions = '<a:extLst><a:ext uri="a"><x:b xmlns:x="urn:x"/></a:ext><a:ext uri="b"/></a:extLst>'
    parts = finished(docx(f"<w:p>{PICTURE.format(extensions)}</w:p>" + BODY))
    assert b"urn:x" not in parts["word/document.xml"]
    assert b'uri="b"' in parts["word/document.xml"]


def test_packages_inside_attributes_of_drawings_are_removed() -> None:
    shape = '<v:rect xmlns:o="urn:schemas-microsoft-com:office:office" alt="a" o:gfxdata="UEs"/>'
    template = docx(f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>" + BODY)
    assert b"gfxdata" not in finished(template)["word/document.xml"]


def test_xml_comments_in_another_encoding_are_removed() -> None:
    theme = '<?xml version="1.0" encoding="utf-16"?>' + (THEME % b"<!-- by Ms A -->").decode()
    template = with_part("word/theme.xml", theme.encode("utf-16"), THEME_TYPE, "theme")
    assert "Ms A" not in finished(template)["word/theme.xml"].decode("utf-8")


def test_properties_without_content_are_left_out_without_a_warning() -> None:
    template = with_part("docProps/custom.xml", b"<Properties/>", "application/xml", "custom-properties", source="")
    assert [problem.code for problem in problems_in(template)] == []


@pytest.mark.no_cover
@pytest.mark.parametrize("first", every(2, ["header", "customXml"]))
def test_a_long_chain_of_parts_is_followed_to_its_end(first: str) -> None:
    """Each header, or part that is left out, is related to the next one, and the last one to a missing header."""
    count = 990
    added = {f"word/h{number}.xml": f"<w:hdr {NAMESPACES}/>".encode() for number in range(count)}
    for number in range(count):
        rels = related("header", f"h{number + 1}.xml", "")(NO_RELATIONSHIPS)
        added[f"word/_rels/h{number}.xml.rels"] = rels
    overrides = [f'Override PartName="/word/h{number}.xml" ContentType="{WORD}header+xml"' for number in range(count)]
    changes = {"[Content_Types].xml": typed(*overrides), "word/_rels/document.xml.rels": related(first, "h0.xml", "")}
    (problem,) = problems_in(changed(changes, added))
    assert problem.code == ("template-broken" if first == "header" else "content-left-out")


def test_parts_that_are_left_out_and_related_to_each_other_are_followed_once() -> None:
    rels = {
        f"word/_rels/{one}.xml.rels": related("a", f"{other}.xml", "")(NO_RELATIONSHIPS) for one, other in ("ab", "ba")
    }
    added = {f"word/{name}.xml": b"<a/>" for name in "ab"} | rels
    template = changed({"word/_rels/document.xml.rels": related("customXml", "a.xml", "")}, added)
    assert [problem.code for problem in problems_in(template)] == ["content-left-out"]
    assert not {*finished(template)} & {*added}


ORDINARY: dict[str, Callable[[], bytes]] = {
    "PNG": image("a.png", PNG, "image/png"),
    "JPEG": image("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
    "a plain SVG": svg('<defs><linearGradient id="a"/></defs><path fill="url(#a)" d="M0 0"/><use xlink:href="#a"/>'),
    "an embedded font": lambda: with_part(
        "word/fonts/font1.odttf",
        b"a",
        "application/vnd.openxmlformats-officedocument.obfuscatedFont",
        "font",
    ),
    "a Word template": lambda: changed(
        {"[Content_Types].xml": lambda content: content.replace(b"document.main", b"template.main")}
    ),
    "a type by extension": lambda: changed(
        {
            "[Content_Types].xml": lambda content: content.replace(
                b'Override PartName="/word/document.xml"', b'Default Extension="XML"'
            )
        }
    ),
    "shapes": body(
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
        '<wp:docPr id="1" name="a" descr="a"/>'
        "<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent><w:p/></w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        '<v:rect alt="a"/></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    ),
    "python-docx": (Path(python_docx.__file__).parent / "templates" / "default.docx").read_bytes,
    "LibreOffice": (ROOT / "tests" / "data" / "import" / "office-summary.docx").read_bytes,
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_template_passes(name: str) -> None:
    template = ORDINARY[name]()
    assert {problem.severity.value for problem in problems_in(template)} <= {"warning"}
    finished(template)


@pytest.mark.parametrize("path", sorted((ROOT / "templates").glob("*/*.docx")), ids=lambda path: path.parent.name)
def test_nothing_of_a_shipped_template_is_left_out(path: Path) -> None:
    assert problems_in(path.read_bytes()) == ()
    finished(path.read_bytes())


@pytest.mark.parametrize("command", ["build", "check", "template check ours"])
def test_each_command_reports_what_is_left_out_once(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("rome", "essen"):
        plan = tmp_path / "plans" / f"{name}.yaml"
        plan.parent.mkdir(exist_ok=True)
        plan.write_text(f"template: ours\ncities: [{{name: {name.title()}}}]\n", encoding="utf-8")
    folder = tmp_path / "templates" / "ours"
    folder.mkdir(parents=True)
    settings = "extends: iuc-asia\nleaves_out: [contact, programme_label, page_number]\n"
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    (folder / "summary.page.xml").write_text("<document><h1>{{ summary.title }}</h1></document>", encoding="utf-8")
    (folder / "summary.docx").write_bytes(with_comments())
    monkeypatch.chdir(tmp_path)
    main([*command.split(), "--json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    (problem,) = [each for each in problems if each["code"] == "content-left-out"]
    assert (problem["severity"], problem["path"]) == ("warning", "templates/ours/summary.docx")
