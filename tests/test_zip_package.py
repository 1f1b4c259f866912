"""Word files as ZIP packages: deterministic bytes, and limits for templates."""

import os
import subprocess
import sys
import zipfile
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.samples import seed_summary
from tests.word_templates import ROOT, W, docx, filled, paragraph, part, shipped_word_pack, texts
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.word.file.word_xml import read_xml
from ucap_reports.word.file.zip_package import (
    MAX_TEMPLATE_ELEMENTS,
    BrokenPackageError,
    compressed,
    read_package,
    write_package,
)
from ucap_reports.word.render_word import render_word

CHILD = """
from hashlib import sha256
from tests.samples import seed_summary
from tests.word_templates import shipped_word_pack
from ucap_reports.word.render_word import render_word
print(sha256(render_word(seed_summary(), shipped_word_pack()).content).hexdigest())
"""


def seed_file() -> bytes:
    return render_word(seed_summary(), shipped_word_pack()).content


def test_a_document_is_named_after_its_plan() -> None:
    document = render_word(seed_summary(), shipped_word_pack())
    assert (document.name, document.format, document.pages) == ("tianjin-rome", Format.DOCX, None)


@pytest.mark.long
def test_another_process_with_another_hash_seed_time_zone_and_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CHILD]
    there = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert there.stdout.strip() == sha256(seed_file()).hexdigest()


def test_a_document_does_not_depend_on_the_one_before_it() -> None:
    pack = shipped_word_pack()
    alone = render_word(seed_summary(), pack).content
    render_word(replace(seed_summary(), language="fr", columns=("a", "b")), pack)
    assert render_word(seed_summary(), pack).content == alone


def test_all_parts_have_the_same_date_and_are_sorted() -> None:
    with zipfile.ZipFile(BytesIO(seed_file())) as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    names = [info.filename for info in infos]
    assert names == ["[Content_Types].xml", *sorted(names[1:])]


def test_parts_that_do_not_depend_on_the_plan_are_those_of_the_template() -> None:
    template = read_package((ROOT / "templates" / "iuc-asia" / "summary.docx").read_bytes())
    document = read_package(seed_file())
    same = {name for name, content in template.items() if document[name] == content}
    (emblem,) = (name for name in template if name.startswith("word/media/"))
    assert {emblem, "word/theme.xml", "word/fontTable.xml"} <= same


def test_core_properties_are_title_author_language_and_date() -> None:
    summary = replace(seed_summary(), title="A & B <c>", updated=date(2019, 4, 1))
    core = part(render_word(summary, shipped_word_pack()).content, "docProps/core.xml")
    found = {str(each.tag).rsplit("}", 1)[-1]: each.text for each in core}
    assert found == {
        "title": "A & B <c>: Tianjin – Rome",
        "subject": "Tianjin, Rome",
        "creator": "IUC-ASIA",
        "keywords": "Aerospace, Smart city construction",
        "lastModifiedBy": "IUC-ASIA",
        "language": "en",
        "created": "2019-04-01T00:00:00Z",
        "modified": "2019-04-01T00:00:00Z",
    }


def test_core_properties_of_a_plan_without_a_date_have_no_date() -> None:
    core = part(seed_file(), "docProps/core.xml")
    assert [element.tag for element in core if str(element.tag).endswith(("created", "modified"))] == []


@pytest.mark.parametrize(
    ("language", "western", "eastern", "turned"),
    [
        ("en", "en-GB", "zh-CN", 0),
        ("zh-CN", "zh-CN", "zh-CN", 0),
        ("ja", "ja-JP", "ja-JP", 0),
        ("ar", "ar", "zh-CN", 1),
    ],
)
def test_the_language_of_the_content_is_that_of_the_document(
    language: str,
    western: str,
    eastern: str,
    turned: int,
) -> None:
    content = render_word(replace(seed_summary(), language=language), shipped_word_pack()).content
    styles = part(content, "word/styles.xml")
    (default,) = styles.iterfind(f"{W}docDefaults//{W}lang")
    assert (default.get(f"{W}val"), default.get(f"{W}eastAsia")) == (western, eastern)
    (settings,) = part(content, "word/settings.xml").iter(f"{W}themeFontLang")
    assert settings.get(f"{W}val") == western
    assert len(list(styles.iterfind(f"{W}docDefaults//{W}bidi"))) == turned
    assert len(list(part(content).iter(f"{W}bidiVisual"))) == turned * 2


def test_revision_identifiers_and_spelling_marks_are_removed() -> None:
    spelling = '<w:proofErr w:type="spellStart"/>'
    edited = f'<w:p w:rsidR="00A1" w:rsidRDefault="00B2">{spelling}<w:r w:rsidRPr="1"><w:t>x</w:t></w:r></w:p>'
    with zipfile.ZipFile(BytesIO(filled(docx(edited + paragraph("{{ summary.id }}"))))) as archive:
        text = archive.read("word/document.xml").decode()
    assert "rsid" not in text
    assert "proofErr" not in text


def test_revisions_are_accepted() -> None:
    body = (
        '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>new</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>old</w:delText></w:r></w:del></w:p>'
        '<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr><w:del w:id="3" w:author="a"/></w:trPr>'
        "<w:tc><w:p/></w:tc></w:tr></w:tbl>"
    )
    root = part(filled(docx(body + paragraph("{{ summary.id }}"))))
    assert [str(each.tag).removeprefix(W) for each in root.iter(f"{W}ins", f"{W}del", f"{W}delText", f"{W}tr")] == []
    assert texts(root) == ["new", "tianjin-rome"]


@pytest.mark.parametrize("content", [{"a": bytes(65 * 1024**2)}, {str(number): b"" for number in range(2001)}])
def test_packages_over_a_limit_are_errors(content: dict[str, bytes]) -> None:
    written = write_package(compressed(name, text) for name, text in content.items())
    with pytest.raises(BrokenPackageError, match="than a template needs"):
        read_package(written)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("start", ["", " \r\n\t"])
def test_a_package_with_too_many_elements_is_an_error_in_any_encoding(encoding: str, start: str) -> None:
    parts = [
        start + "<a>" + "<b/>" * (count - 1) + "</a>"
        for count in (MAX_TEMPLATE_ELEMENTS // 2, MAX_TEMPLATE_ELEMENTS + 1)
    ]
    allowed, refused = (write_package([compressed("a", each.encode(encoding))]) for each in parts)
    assert read_package(allowed).keys() == {"a"}
    with pytest.raises(BrokenPackageError, match="elements"):
        read_package(refused)


def test_a_written_package_can_be_read() -> None:
    content = {"b.xml": b"b" * 1000, "ä/ö.xml": "欧盟".encode(), "[Content_Types].xml": b""}
    written = write_package(compressed(name, text) for name, text in content.items())
    assert read_package(written) == content


@pytest.mark.parametrize(
    "xml",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<!DOCTYPE a SYSTEM "http://x/"><a/>',
        b"<a>",
        b"",
    ],
)
def test_xml_with_a_document_type_or_a_syntax_error_is_an_error(xml: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_xml(xml)
