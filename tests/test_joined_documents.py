"""Several Word files as one: nothing of a file is lost, and each keeps its look."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from tests.command import ucap, write_plan
from tests.tracked import accepted, paragraphs, part, rejected
from ucap_reports.word.file.package_parts import OFFICE, TYPED, new_relationship, relationships_of, relationships_part
from ucap_reports.word.file.word_xml import elements, put, qualified, read_finished, remove, text_of, to_bytes, value_at
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, read_package, write_package
from ucap_reports.word.joined_documents import join_documents

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def style_names(parts: dict[str, bytes]) -> list[str]:
    return [style.get(qualified("w:styleId"), "") for style in part_of(parts, "word/styles.xml")]


def part_of(parts: dict[str, bytes], name: str) -> etree._Element:
    return read_finished(parts[name])


def assert_valid(content: bytes, tmp_path: Path) -> None:
    """Assert that the file follows the schema, all styles and relationships exist, and no identifier is used twice."""
    path = tmp_path / "joined.docx"
    path.write_bytes(content)
    assert OpenXmlValidator().validate(str(path)).errors == []
    parts = read_package(content)
    styles = style_names(parts)
    assert [name for name, count in Counter(filter(None, styles)).items() if count > 1] == []
    used: list[str] = []
    for name, content_of_part in parts.items():
        if name.startswith("word/") and name.endswith(".xml") and "theme" not in name:
            root = read_finished(content_of_part)
            for element in root.iter(*map(qualified, ("w:pStyle", "w:rStyle", "w:tblStyle", "w:basedOn"))):
                assert element.get(qualified("w:val")) in styles, name
            links = relationships_of(name)
            known = {one.get("Id") for one in part_of(parts, links)} if links in parts else set()
            for element in root.iter(etree.Element):
                for attribute, value in element.items():
                    if str(attribute).startswith(f"{{{OFFICE}}}"):
                        assert value in known, name
            for element in root.iter(*map(qualified, ("w:ins", "w:del"))):
                used.append(element.get(qualified("w:id"), ""))
    assert len(used) == len(set(used))


@pytest.mark.long
def test_all_plans_of_a_comparison_are_one_word_file(tmp_path: Path) -> None:
    texts = {
        "a": "cities: [{name: Rome, country: Italy}]\nperiod: 2019\nobjectives: Clean air.\n",
        "b": "cities: [{name: Rome, country: Italy}]\nlanguage: zh-CN\nperiod: 2020\nactivities: [One., Two.]\n",
        "c": "cities: [{name: Rome, country: Italy}]\ntemplate: plain\nperiod: 2021\nactivities: [One., Two.]\n",
    }
    (tmp_path / "old").mkdir()
    for name, text in texts.items():
        write_plan(tmp_path, f"{name}.yaml", text.replace("Rome", "Essen"))
        write_plan(tmp_path / "old", f"{name}.yaml", text)

    run = ucap(tmp_path, "diff", "old", "--docx", "sent/all.docx", "--json")
    assert ucap(tmp_path, "diff", "old", "--docx", "sent", "--json").code == 0

    assert [(one["plans"], one["path"]) for one in run.report["documents"]] == [(["a", "b", "c"], "sent/all.docx")]
    content = (tmp_path / "sent" / "all.docx").read_bytes()
    single = [(tmp_path / "sent" / f"{name}.docx").read_bytes() for name in texts]
    assert accepted(content) == [line for document in single for line in accepted(document)]
    assert rejected(content) == [line for document in single for line in rejected(document)]
    assert_valid(content, tmp_path)
    parts = read_package(content)
    assert "docProps/custom.xml" not in parts
    assert len(list(part_of(parts, "word/document.xml").iter(qualified("w:sectPr")))) == 3
    assert content == join_documents(single)


def test_a_comparison_without_changed_plans_has_no_word_file(tmp_path: Path) -> None:
    write_plan(tmp_path, "a.yaml", "cities: [{name: Rome, country: Italy}]\n")

    assert ucap(tmp_path, "diff", "plans", "--docx", "all.docx", "--json").report["documents"] == []
    assert ucap(tmp_path, "diff", "plans", "--docx", "out/all.docx", "--json").codes == ["usage-invalid"]


def with_notes(content: bytes, text: str) -> bytes:
    """Return a document with a bookmark and links to it, also in a footnote, a table at its end, and no headers."""
    parts = read_package(content)
    body = part_of(parts, "word/document.xml")
    (holder,) = body
    for margin in (*holder.iter(qualified("w:headerReference")), *holder.iter(qualified("w:footerReference"))):
        remove(margin)
    xml = (
        '<w:p><w:bookmarkStart w:id="7" w:name="there"/><w:r><w:t>note</w:t></w:r>'
        '<w:r><w:footnoteReference w:id="1"/></w:r><w:bookmarkEnd w:id="7"/>'
        '<w:hyperlink w:anchor="there"><w:r><w:t>there</w:t></w:r></w:hyperlink>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF there </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
    )
    for element in elements(xml):
        holder[-1].addprevious(element)
    section = holder[-1]
    put(section, '<w:type w:val="continuous"/>')
    parts["word/document.xml"] = to_bytes(body)
    parts["word/footnotes.xml"] = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="1"><w:p><w:hyperlink w:anchor="there"><w:r><w:t>{text}</w:t></w:r></w:hyperlink></w:p>'
        "</w:footnote></w:footnotes>"
    ).encode()
    types = part_of(parts, CONTENT_TYPES)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    etree.SubElement(types, f"{{{TYPED}}}Override", PartName="/word/footnotes.xml", ContentType=kind)
    parts[CONTENT_TYPES] = to_bytes(types)
    links = part_of(parts, "word/_rels/document.xml.rels")
    target = {"Id": "notes", "Type": f"{OFFICE}/footnotes", "Target": "footnotes.xml"}
    etree.SubElement(links, links[0].tag, target)
    parts["word/_rels/document.xml.rels"] = to_bytes(links)
    return write_package(compressed(name, content) for name, content in parts.items())


def test_notes_and_bookmarks_of_each_file_are_kept(tmp_path: Path) -> None:
    write_plan(tmp_path, "a.yaml", "cities: [{name: Rome, country: Italy}]\nactivities: [One., Two.]\n")
    assert ucap(tmp_path, "build", "--format", "docx", "--no-index").code == 0
    plain = (tmp_path / "out" / "a.docx").read_bytes()

    content = join_documents([plain, with_notes(plain, "First."), with_notes(plain, "Second.")])

    assert_valid(content, tmp_path)
    assert paragraphs(part(content, "word/footnotes.xml")) == ["First.", "Second."]
    body = part(content)
    notes = [note.get(qualified("w:id")) for note in body.iter(qualified("w:footnoteReference"))]
    texts = {
        note.get(qualified("w:id")): text_of(note)
        for note in part(content, "word/footnotes.xml").iter(qualified("w:footnote"))
    }
    assert [texts[note] for note in notes] == ["First.", "Second."]
    names = [one.get(qualified("w:name")) for one in body.iter(qualified("w:bookmarkStart"))]
    anchors = [one.get(qualified("w:anchor")) for one in body.iter(qualified("w:hyperlink"))]
    fields = [(one.text or "").split() for one in body.iter(qualified("w:instrText"))]
    assert names == [anchor for anchor in anchors if anchor] == ["there_2", "there_3"]
    assert [words[1] for words in fields if words[0] == "REF"] == names
    links_in_notes = part(content, "word/footnotes.xml").iter(qualified("w:hyperlink"))
    assert [one.get(qualified("w:anchor")) for one in links_in_notes] == names
    sections = list(body.iter(qualified("w:sectPr")))
    headers = [section.findall(qualified("w:headerReference")) for section in sections]
    assert [{one.get(qualified("r:id")) for one in references} for references in headers] == [
        {"header1", "header2"},
        {"joined-header"},
        {"joined-header"},
    ]
    assert all(section.find(qualified("w:type")) is None for section in sections)


BODY, STYLES, NUMBERING = "word/document.xml", "word/styles.xml", "word/numbering.xml"


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("summary")
    write_plan(folder, "a.yaml", "cities: [{name: Rome, country: Italy}]\nactivities: [One., Two.]\n")
    assert ucap(folder, "build", "--format", "docx", "--no-index").code == 0
    return (folder / "out" / "a.docx").read_bytes()


def edited(content: bytes, name: str, old: str, new: str) -> bytes:
    """Return a file in which the first place with a text has another one."""
    parts = read_package(content)
    text = parts[name].decode()
    assert old in text
    parts[name] = text.replace(old, new, 1).encode()
    return write_package(compressed(part_name, content_of_part) for part_name, content_of_part in parts.items())


def with_end(content: bytes, xml: str) -> bytes:
    """Return a file with blocks before the properties of its last section."""
    return edited(content, BODY, "<w:sectPr>", f"{xml}<w:sectPr>")


def values(root: etree._Element, name: str, attribute: str = "w:val") -> list[str | None]:
    return [element.get(qualified(attribute)) for element in root.iter(qualified(name))]


def styles_of(content: bytes) -> dict[str, etree._Element]:
    return {style.get(qualified("w:styleId"), ""): style for style in part(content, STYLES)}


def test_a_table_without_style_keeps_the_default_of_its_file(summary: bytes, tmp_path: Path) -> None:
    margin = '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w='
    plain_table = edited(summary, BODY, '<w:tblStyle w:val="UCAPtable"/>', "")
    added = edited(plain_table, STYLES, f'{margin}"0"', f'{margin}"108"')

    content = join_documents([summary, added])

    assert_valid(content, tmp_path)
    assert values(part(content), "w:tblStyle")[2] == "TableNormal-2"
    assert values(styles_of(content)["TableNormal-2"], "w:left", "w:w") == ["108"]


def test_a_style_with_the_name_of_another_style_has_its_own_name(summary: bytes, tmp_path: Path) -> None:
    renamed = edited(summary, STYLES, 'w:styleId="UCAPend"', 'w:styleId="End"')
    added = edited(renamed, BODY, '<w:pStyle w:val="UCAPend"/>', '<w:pStyle w:val="End"/>')

    content = join_documents([summary, added])

    names = [name for style in styles_of(content).values() for name in values(style, "w:name")]
    assert len(names) == len(set(names))
    assert values(styles_of(content)["End"], "w:name") == ["U-CAP end (2)"]


def test_a_style_without_base_keeps_the_defaults_of_its_file(summary: bytes, tmp_path: Path) -> None:
    without_base = edited(
        summary, STYLES, '<w:name w:val="U-CAP brand"/><w:basedOn w:val="Normal"/>', '<w:name w:val="U-CAP brand"/>'
    )
    added = edited(without_base, STYLES, "<w:rPrDefault><w:rPr>", "<w:rPrDefault><w:rPr><w:caps/>")

    content = join_documents([without_base, added])

    assert_valid(content, tmp_path)
    assert styles_of(content)["UCAPbrand-2"].find(f".//{qualified('w:caps')}") is not None


def test_lists_of_styles_start_again_in_each_file(summary: bytes, tmp_path: Path) -> None:
    name = '<w:name w:val="U-CAP brand"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>'
    numbered = edited(summary, STYLES, name, f'{name}<w:numPr><w:numId w:val="1"/></w:numPr>')

    content = join_documents([numbered, numbered, numbered])

    lists = [values(style, "w:numId") for style in styles_of(content).values()]
    used = [number for numbers in lists for number in numbers]
    assert len(used) == len(set(used)) == 3
    assert set(used) <= set(values(part(content, NUMBERING), "w:num", "w:numId"))
    assert {"UCAPbrand", "UCAPbrand-2", "UCAPbrand-3"} <= set(values(part(content), "w:pStyle")) | set(
        values(part(content, "word/header1.xml"), "w:pStyle")
        + values(part(content, "word/header1-2.xml"), "w:pStyle")
        + values(part(content, "word/header1-3.xml"), "w:pStyle")
    )


def test_lists_are_added_before_what_word_for_the_mac_writes_last(summary: bytes, tmp_path: Path) -> None:
    of_mac = edited(summary, NUMBERING, "</w:numbering>", '<w:numIdMacAtCleanup w:val="5"/></w:numbering>')

    content = join_documents([of_mac, summary])

    assert_valid(content, tmp_path)
    assert part(content, NUMBERING)[-1].tag == qualified("w:numIdMacAtCleanup")


def test_a_content_control_at_the_end_stays_in_the_section_of_its_file(summary: bytes, tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtContent><w:p><w:r><w:t>Last.</w:t></w:r></w:p></w:sdtContent></w:sdt>"

    content = join_documents([with_end(summary, control), summary])

    assert_valid(content, tmp_path)
    first_section: list[str] = []
    for element in part(content).iter(qualified("w:p"), qualified("w:sectPr")):
        if element.tag == qualified("w:sectPr"):
            break
        first_section.append(text_of(element))
    assert first_section[-2:] == ["Last.", ""], "the second paragraph ends the section"


def test_fields_lead_to_the_bookmarks_of_their_file(summary: bytes) -> None:
    long_names = ("a" * 39 + "1", "a" * 39 + "2")
    marks = "".join(
        f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'
        for number, name in enumerate(("there", *long_names), 7)
    )
    fields = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        r'<w:r><w:instrText xml:space="preserve"> HYPERLINK \l "there" \o "go there" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:fldSimple w:instr=" REF there "/>'
    )

    body = part(join_documents([summary, with_end(summary, f"<w:p>{marks}{fields}</w:p>")]))

    names = [name for name in values(body, "w:bookmarkStart", "w:name") if name is not None]
    assert names[-3] == "there_2"
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 40
    instructions = [element.text for element in body.iter(qualified("w:instrText"))]
    assert r' HYPERLINK \l "there_2" \o "go there" ' in instructions
    assert values(body, "w:fldSimple", "w:instr") == [" REF there_2 "]


def test_new_names_of_bookmarks_are_those_of_no_other_bookmark(summary: bytes) -> None:
    marks = (
        '<w:bookmarkStart w:id="7" w:name="there"/><w:bookmarkEnd w:id="7"/>'
        '<w:bookmarkStart w:id="8" w:name="there_2"/><w:bookmarkEnd w:id="8"/>'
    )
    file = with_end(
        summary, f'<w:p>{marks}<w:hyperlink w:anchor="there"><w:r><w:t>there</w:t></w:r></w:hyperlink></w:p>'
    )

    body = part(join_documents([file, file, file]))

    names = values(body, "w:bookmarkStart", "w:name")
    assert len(set(names)) == len(names)
    first_bookmarks = [name for name in names if name in set(values(body, "w:hyperlink", "w:anchor"))]
    assert first_bookmarks == [names[0], names[2], names[4]], "each link leads to the first bookmark of its file"


def with_styles(content: bytes, colour: str, names: Sequence[str]) -> bytes:
    """Return a file with styles of these names, whose text has a colour."""
    xml = ""
    for name in names:
        xml += (
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name.replace(" ", "")}">'
            f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:rPr><w:color w:val="{colour}"/></w:rPr></w:style>'
        )
    return edited(content, STYLES, "</w:styles>", f"{xml}</w:styles>")


@pytest.mark.no_cover
@pytest.mark.parametrize("first_names", [["Quote"], ["Quote", "Quote-2"], ["Quote", "Quote (2)"]])
@pytest.mark.parametrize("second_names", [["Quote"], ["Quote", "Quote-2"], ["Quote", "quote (2)"]])
def test_new_names_of_styles_are_those_of_no_other_style(
    summary: bytes, first_names: list[str], second_names: list[str]
) -> None:
    content = join_documents(
        [with_styles(summary, "111111", first_names), with_styles(summary, "222222", second_names)]
    )

    identifiers = values(part(content, STYLES), "w:style", "w:styleId")
    assert len(set(identifiers)) == len(identifiers)
    shown_names = [(value_at(style, "w:name") or "").lower() for style in styles_of(content).values()]
    assert len(set(shown_names)) == len(shown_names)
    colours = values(part(content, STYLES), "w:color")
    assert (colours.count("111111"), colours.count("222222")) == (len(first_names), len(second_names))


def test_new_identifiers_of_relationships_are_those_of_no_file_before(summary: bytes, tmp_path: Path) -> None:
    of_joined_file = edited(summary, BODY, 'r:id="header1"', 'r:id="file2-header1"')
    of_joined_file = edited(of_joined_file, relationships_of(BODY), 'Id="header1"', 'Id="file2-header1"')

    content = join_documents([of_joined_file, summary])

    assert_valid(content, tmp_path)
    identifiers = [relationship.get("Id") for relationship in part(content, relationships_of(BODY))]
    assert len(set(identifiers)) == len(identifiers)


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The Word files of plans in two languages and two packs."""
    folder = tmp_path_factory.mktemp("editions")
    write_plan(folder, "ar.yaml", "language: ar\ncities: [{name: Rome, country: Italy}]\nactivities: [One., Two.]\n")
    write_plan(
        folder, "en.yaml", "template: modern\ncities: [{name: Rome, country: Italy}]\nactivities: [One., Two.]\n"
    )
    assert ucap(folder, "build", "--format", "docx", "--no-index").code == 0
    return {name: (folder / "out" / f"{name}.docx").read_bytes() for name in ("ar", "en")}


def test_a_file_from_left_to_right_stays_so_after_one_from_right_to_left(
    editions: dict[str, bytes], tmp_path: Path
) -> None:
    content = join_documents([editions["ar"], editions["en"], editions["ar"]])

    assert_valid(content, tmp_path)
    directions = [values(style, "w:bidi") for name, style in styles_of(content).items() if name.startswith("Normal")]
    assert [own for own in directions if own] == [["0"]]
    body = part(content)
    sections = [values(section, "w:bidi") for section in body.iter(qualified("w:sectPr"))]
    tables = [values(table, "w:bidiVisual") for table in body.iter(qualified("w:tblPr"))]
    assert list(dict.fromkeys(map(str, sections))) == ["[None]", "['off']"]
    assert list(dict.fromkeys(map(str, tables))) == ["[None]", "['off']"]
    own_tables = part(editions["en"]).iter(qualified("w:tbl"))
    assert tables.count(["off"]) == len(list(own_tables))


@pytest.mark.long
def test_the_same_files_give_the_same_bytes_in_each_process(editions: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in editions.items():
        (tmp_path / f"{name}.docx").write_bytes(content)
    script = (
        "import hashlib, pathlib, sys\n"
        "from ucap_reports.word.joined_documents import join_documents\n"
        "files = [pathlib.Path(name).read_bytes() for name in sys.argv[1:]]\n"
        "print(hashlib.sha256(join_documents(files)).hexdigest())\n"
    )
    written = set()
    for seed in "123":
        command = [sys.executable, "-c", script, str(tmp_path / "ar.docx"), str(tmp_path / "en.docx")]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        written.add(run.stdout)
    assert len(written) == 1


def test_fields_print_the_text_in_the_style_of_their_file(summary: bytes, tmp_path: Path) -> None:
    def instruction(style: str) -> str:
        return f"<w:p><w:fldSimple w:instr=' STYLEREF \"{style}\" \\l '><w:r><w:t>a</w:t></w:r></w:fldSimple></w:p>"

    added = edited(
        summary, STYLES, 'w:styleId="UCAPbrand" w:customStyle="1"', 'w:customStyle="1" w:styleId="UCAPbrand"'
    )
    added = edited(
        added, STYLES, '<w:name w:val="U-CAP brand"/>', '<w:name w:val="U-CAP brand"/><w:uiPriority w:val="9"/>'
    )
    added = with_end(added, instruction("u-cap brand") + instruction("U-CAP end"))

    content = join_documents([summary, added])

    fields = values(part(content), "w:fldSimple", "w:instr")
    assert fields == [' STYLEREF "U-CAP brand (2)" \\l ', ' STYLEREF "U-CAP end" \\l ']


def test_content_controls_of_files_have_different_identifiers(summary: bytes, tmp_path: Path) -> None:
    control = '<w:sdt><w:sdtPr><w:id w:val="7"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>'

    content = join_documents([with_end(summary, control)] * 2)

    assert_valid(content, tmp_path)
    controls = [control.find(f".//{qualified('w:id')}") is None for control in part(content).iter(qualified("w:sdtPr"))]
    assert controls == [False, True], "Word gives the second one an identifier"


def with_picture_bullet(content: bytes, picture: bytes) -> bytes:
    """Return a file whose lists have a picture as their marker."""
    bullet = (
        '<w:numPicBullet w:numPicBulletId="0"><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" '
        'id="bullet" style="width:9pt;height:9pt"><v:imagedata r:id="b1"/></v:shape></w:pict></w:numPicBullet>'
    )
    level = '<w:lvlJc w:val="left"/>'
    marked = edited(content, NUMBERING, "<w:abstractNum ", f"{bullet}<w:abstractNum ")
    parts = read_package(edited(marked, NUMBERING, level, f'<w:lvlPicBulletId w:val="0"/>{level}'))
    parts["word/media/bullet.png"] = picture
    numbering = parts[NUMBERING].decode()
    if "xmlns:r=" not in numbering:
        numbering = numbering.replace("<w:numbering ", f'<w:numbering xmlns:r="{OFFICE}" ', 1)
    parts[NUMBERING] = numbering.encode()
    link = new_relationship("b1", f"{OFFICE}/image", "media/bullet.png")
    parts[relationships_of(NUMBERING)] = relationships_part([link])
    return write_package(compressed(name, content_of_part) for name, content_of_part in parts.items())


def test_lists_have_the_pictures_of_their_file_as_markers(summary: bytes, tmp_path: Path) -> None:
    pictures = [b"\x89PNG\r\n\x1a\n first", b"\x89PNG\r\n\x1a\n second"]

    content = join_documents([with_picture_bullet(summary, picture) for picture in pictures])

    assert_valid(content, tmp_path)
    parts = read_package(content)
    numbering = part(content, NUMBERING)
    links = {link.get("Id"): link.get("Target", "") for link in part_of(parts, relationships_of(NUMBERING))}
    shown = {}
    for bullet in numbering.iter(qualified("w:numPicBullet")):
        drawn = [element.get(qualified("r:id")) for element in bullet.iter(etree.Element)]
        target = links[next(filter(None, drawn))]
        shown[bullet.get(qualified("w:numPicBulletId"))] = parts[f"word/{target}" if target[0] != "/" else target[1:]]
    assert [shown[number] for number in values(numbering, "w:lvlPicBulletId")] == pictures
    assert [etree.QName(child).localname for child in numbering][:2] == ["numPicBullet"] * 2
