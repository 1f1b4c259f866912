"""Several Word files as one: nothing of a file is lost, and each keeps its look."""

from collections import Counter
from pathlib import Path

from lxml import etree
from openxml_audit import OpenXmlValidator

from tests.command import ucap, write_plan
from tests.tracked import accepted, paragraphs, part, rejected
from ucap_reports.word.file.office_package import (
    CONTENT_TYPES,
    OFFICE,
    TYPED,
    compressed,
    read_package,
    relationships_of,
    write_package,
)
from ucap_reports.word.file.word_xml import elements, put, qualified, read_finished, remove, text_of, to_bytes
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
    """Return a document with a footnote, a bookmark and a link to it, a table at its end, and no headers."""
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
        f'<w:footnote w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>'
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
    sections = list(body.iter(qualified("w:sectPr")))
    headers = [section.findall(qualified("w:headerReference")) for section in sections]
    assert [{one.get(qualified("r:id")) for one in references} for references in headers] == [
        {"header1", "header2"},
        {"joined-header"},
        {"joined-header"},
    ]
    assert all(section.find(qualified("w:type")) is None for section in sections)
