"""Copies of a Word template with problems as comments around their tags."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from tests.broken_packs import BODY
from tests.tools import office_pdf, page_texts
from tests.word_templates import W, docx, pack_of, paragraph, part, run, table, text_of, texts
from ucap_reports.check.word_template_check import read_word_tags
from ucap_reports.problems import Location, problem
from ucap_reports.template.pack import PackFile
from ucap_reports.template.pack_opening import open_pack
from ucap_reports.word.annotated_copy import annotate
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, read_package, write_package

COMMENTS = "word/comments.xml"


def annotated(template: bytes) -> bytes:
    """The template with a comment for each error of its tags."""
    file = pack_of(template).files["summary.docx"]
    return annotate(file, read_word_tags(open_template(file)))


def enclosed(root: etree._Element, number: int = 0) -> str:
    """The text between the marks of a comment."""
    found, inside = "", False
    for element in root.iter():
        if element.get(f"{W}id") == str(number) and element.tag == f"{W}commentRangeStart":
            inside = True
        elif element.get(f"{W}id") == str(number) and element.tag == f"{W}commentRangeEnd":
            inside = False
        elif inside and element.tag == f"{W}t":
            found += element.text or ""
    return found


def test_a_comment_is_around_its_tag_even_if_word_has_split_it() -> None:
    for runs in (["a {{ sumary.id }} b"], ["a {", "{ sumary", run(".id }", "<w:b/>"), "} b"]):
        content = annotated(docx(paragraph("first") + paragraph(*runs)))
        root = part(content)
        assert enclosed(root) == "{{ sumary.id }}"
        assert texts(root) == ["first", "a {{ sumary.id }} b"]
        (comment,) = Document(BytesIO(content)).comments
        assert comment.text.endswith('[name-unknown]\ndid you mean "summary"?')
        assert comment.author == "ucap"


def test_a_split_run_keeps_its_format() -> None:
    root = part(annotated(docx(paragraph(run("a {{ sumary }} b", "<w:i/>")))))
    cut = [(text_of(each), each.find(f"{W}rPr/{W}i") is not None) for each in root.iter(f"{W}r") if text_of(each)]
    assert cut == [("a ", True), ("{{ sumary }}", True), (" b", True)]


def test_the_comment_for_a_table_cell_is_in_the_cell() -> None:
    root = part(annotated(docx(table(["x", "y {{ summary.foo }}", "z"]))))
    (start,) = root.iter(f"{W}commentRangeStart")
    assert text_of(next(start.iterancestors(f"{W}tc"))) == "y {{ summary.foo }}"


def test_the_comment_for_a_header_is_in_the_body_with_its_place() -> None:
    content = annotated(docx(paragraph("first"), header=paragraph("{{ summary.foo }}")))
    assert enclosed(part(content)) == "first"
    (comment,) = Document(BytesIO(content)).comments
    assert comment.text.startswith("header 1 › paragraph 1: ")


def test_existing_comments_stay_and_keep_their_numbers() -> None:
    once = annotated(docx(paragraph("{{ summary.foo }}")))
    twice = annotated(once)
    assert [each.comment_id for each in Document(BytesIO(twice)).comments] == [0, 1]


def test_tracked_changes_stay() -> None:
    deleted = '<w:del w:id="9" w:author="a"><w:r><w:delText>gone</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="8" w:author="a">{run("ary.id }}")}</w:ins>'
    content = annotated(docx(paragraph("{{ sum", deleted, inserted)))
    root = part(content)
    assert [each.text for each in root.iter(f"{W}delText")] == ["gone"]
    assert len(list(root.iter(f"{W}ins"))) == 1


def test_a_template_without_problems_is_copied_unchanged() -> None:
    pack = open_pack("iuc-asia")
    elsewhere = problem("updated-missing", Location("templates/iuc-asia/pack.yaml", 3))
    assert annotate(pack.files["summary.docx"], [elsewhere]) == pack.files["summary.docx"].content


def test_an_empty_body_gets_a_paragraph_for_the_comment() -> None:
    file = PackFile("a.docx", docx("", header=paragraph("{{ summary.foo }}")))
    assert len(list(Document(BytesIO(annotate(file, read_word_tags(open_template(file))))).comments)) == 1


@pytest.mark.long
def test_the_annotated_copy_of_a_shipped_template_is_valid_and_opens_in_libreoffice(tmp_path: Path) -> None:
    template = open_pack("iuc-asia").files["summary.docx"]
    location = Location(template.path, place="body › paragraph 1")
    unmatched = problem("tag-unmatched", location, hint="a & b", tag="{{ title }}", openings="")
    content = annotate(template, [unmatched])
    path = tmp_path / "annotated.docx"
    path.write_bytes(content)
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []
    assert enclosed(part(content)) == "{{ title }}"
    assert "{{ title }}" in "".join(page_texts(office_pdf(content)))


def test_the_same_problems_give_the_same_bytes() -> None:
    template = docx(BODY + paragraph("{{ summary.foo }}"))
    first, second = annotated(template), annotated(template)
    assert first == second
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert b"w:date" not in archive.read(COMMENTS)


def test_a_template_for_new_documents_is_annotated() -> None:
    """python-docx opens none of them (`.dotx`)."""
    parts = read_package(docx(paragraph("{{ sumary.id }}")))
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(b"document.main", b"template.main")
    content = annotated(write_package(compressed(name, content) for name, content in parts.items()))
    assert enclosed(part(content)) == "{{ sumary.id }}"
    assert b"template.main" not in read_package(content)[CONTENT_TYPES]
