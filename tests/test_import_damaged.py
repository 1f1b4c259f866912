"""Files that are damaged, hostile or too large: problems, never a crash, and what can be read is read."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from io import BytesIO

import pytest
from openpyxl import Workbook

from tests.imports import DATA, codes, imported, one_plan, read, refused
from tests.stages import ROOT, shipped_pack
from ucap_reports.importers.word_package import MAX_OFFICE_BYTES, WordPackage
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.word.render_word import render_word

EXAMPLE = load_plan(ROOT / "plans" / "tianjin-rome.yaml")
DOCUMENT = "word/document.xml"


@cache
def ours() -> bytes:
    return render_word(compose_summary(EXAMPLE, shipped_pack()), shipped_pack()).content


def with_parts(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """An archive with its parts changed."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def edited(pattern: bytes, new: bytes, count: int = 0) -> bytes:
    """Our example with its document changed by hand."""

    def change(parts: dict[str, bytes]) -> None:
        changed = re.sub(pattern, new, parts[DOCUMENT], count=count, flags=re.DOTALL)
        assert changed != parts[DOCUMENT]
        parts[DOCUMENT] = changed

    return with_parts(ours(), change)


def without(*names: str) -> bytes:
    """Our example without some of its parts."""

    def change(parts: dict[str, bytes]) -> None:
        for name in names:
            del parts[name]

    return with_parts(ours(), change)


DAMAGED = {
    "no styles": lambda: without("word/styles.xml"),
    "no numbering": lambda: without("word/numbering.xml"),
    "no relations": lambda: without("word/_rels/document.xml.rels"),
    "no properties": lambda: without("docProps/core.xml"),
    "no list of types": lambda: without("[Content_Types].xml"),
    "rows without properties": lambda: edited(rb"<w:tcPr>.*?</w:tcPr>", b""),
    "words torn into runs": lambda: edited(
        rb'<w:t xml:space="preserve">Countr', b'<w:t>Co</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>untr'
    ),
    "cells in content controls": lambda: edited(
        rb"(<w:tc>(?:(?!</w:tc>).)*Lazio.*?</w:tc>)", rb"<w:sdt><w:sdtContent>\1</w:sdtContent></w:sdt>", 1
    ),
    "numbers that are none": lambda: edited(rb'w:ilvl w:val="0"', b'w:ilvl w:val="many"'),
    "links to nowhere": lambda: edited(rb'r:id="link\d+"', b'r:id="gone"'),
    "tables without a grid": lambda: edited(rb"<w:tblGrid>.*?</w:tblGrid>", b""),
    "an empty row in the middle": lambda: edited(
        rb"(</w:tr>)", rb"\1<w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr><w:tr/>", 3
    ),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_document_is_read_as_far_as_possible(damage: Callable[[], bytes]) -> None:
    (found,) = imported(damage(), "tianjin-rome.docx").plans
    plan = read(found)
    assert [city.name for city in plan.cities] == [("Tianjin",), ("Rome",)]
    assert plan.cities[1].region == ("Lazio",)
    assert [country.code for country in plan.cities[0].country] == ["CN"]
    assert len(plan.sdgs) == 2
    assert "Jobs & Skills" in plan.urban_agenda[0].wording
    assert plan.objectives.text == EXAMPLE.objectives.text


UNREADABLE = {
    "cut in the middle": (lambda: ours()[:-3000], "import-damaged"),
    "no archive": (lambda: b"PK this is none", "import-damaged"),
    "no document": (lambda: without(DOCUMENT), "import-damaged"),
    "another root": (lambda: with_parts(ours(), lambda parts: parts.update({DOCUMENT: b"<a/>"})), "import-damaged"),
    "broken XML": (lambda: edited(rb"</w:body>.*", b""), "import-damaged"),
    "no table": (lambda: edited(rb"<w:tbl>.*</w:tbl>", b""), "import-no-cities"),
    "an old file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import-old-format"),
    "entities": (
        lambda: with_parts(ours(), lambda parts: parts.update({DOCUMENT: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
        "import-entities",
    ),
}


@pytest.mark.parametrize(("content", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_document_is_an_error_with_the_reason(content: Callable[[], bytes], code: str) -> None:
    assert refused(content(), "x.docx") == [code]


@pytest.mark.parametrize("day", ["2024-02-31", "0000-01-01", "\uff12\uff10\uff12\uff14-01-01"])
def test_dates_in_properties_that_do_not_exist_are_ignored(day: str) -> None:
    plan = EXAMPLE.model_copy(update={"updated": date(2024, 2, 29)})
    dated = render_word(compose_summary(plan, shipped_pack()), shipped_pack())

    def change(parts: dict[str, bytes]) -> None:
        changed = parts["docProps/core.xml"].replace(b"2024-02-29", day.encode())
        assert changed != parts["docProps/core.xml"]
        parts["docProps/core.xml"] = changed

    properties = WordPackage(with_parts(dated.content, change), "a.docx").properties
    assert (properties.updated, properties.exact, properties.pack) == (None, False, "iuc-asia")


@pytest.mark.no_cover
def test_a_changed_byte_leads_to_problems_at_most() -> None:
    content = bytearray(ours())
    for place in range(0, len(content), max(1, len(content) // 60)):
        changed = content.copy()
        changed[place] ^= 0xFF
        refused(bytes(changed), "x.docx")


@cache
def bomb(name: str, size: int) -> bytes:
    """An archive with a part that unpacks to `size` bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\0" * size)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["x.docx", "x.xlsx"])
def test_an_archive_that_unpacks_to_too_much_is_an_error(name: str) -> None:
    assert refused(bomb(DOCUMENT, MAX_OFFICE_BYTES + 1), name) == ["import-too-large"]


def test_a_part_that_is_too_large_is_an_error() -> None:
    assert refused(bomb("xl/worksheets/sheet1.xml", 30 * 1024 * 1024), "x.xlsx") == ["import-too-large"]


SHEET = "xl/worksheets/sheet1.xml"


def spreadsheet(pattern: bytes, new: bytes) -> bytes:
    """The spreadsheet of the tests with its sheet changed by hand."""

    def change(parts: dict[str, bytes]) -> None:
        changed = re.sub(pattern, new, parts[SHEET], count=1, flags=re.DOTALL)
        assert changed != parts[SHEET]
        parts[SHEET] = changed

    return with_parts((DATA / "pairings.xlsx").read_bytes(), change)


def test_millions_of_merged_cells_are_an_error_before_they_are_created() -> None:
    assert refused(spreadsheet(rb'ref="A3:A4"', b'ref="A3:XFD1048576"'), "x.xlsx") == ["import-too-large"]


def test_a_cell_at_the_end_of_the_sheet_is_an_error() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert refused(spreadsheet(rb"</sheetData>", far), "x.xlsx") == ["import-too-large"]


def test_entities_in_a_spreadsheet_are_an_error() -> None:
    declared = b'\\g<0><!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert refused(spreadsheet(rb"<\?xml.*?\?>", declared), "x.xlsx") == ["import-entities"]


@pytest.mark.parametrize("number_format", ["General", "0.00", "0%"])
def test_a_number_of_hundreds_of_digits_is_kept_whatever_its_format(number_format: str) -> None:
    book = Workbook()
    for row in (["City 1", "City 2", "Budget"], ["Tianjin", "Rome", 777]):
        book.worksheets[0].append(row)
    book.worksheets[0]["C2"].number_format = number_format
    stream = BytesIO()
    book.save(stream)
    long = with_parts(stream.getvalue(), lambda parts: parts.update({SHEET: parts[SHEET].replace(b"777", b"8" * 400)}))
    assert "8" * 400 in one_plan(long, "x.xlsx").text


def test_a_damaged_spreadsheet_is_an_error() -> None:
    content = (DATA / "pairings.xlsx").read_bytes()
    emptied = with_parts(content, lambda parts: parts.update({"xl/workbook.xml": b"<a/>"}))
    assert refused(emptied, "x.xlsx") == ["import-empty"]
    assert refused(b"PK none", "x.xlsx") == ["import-damaged"]


def test_a_table_with_too_many_rows_is_an_error() -> None:
    assert refused("City;Country\n" + "A;China\n" * 6_000, "x.csv") == ["import-too-large"]


@pytest.mark.parametrize("name", ["x.doc", "x.ods", "x.xls", "x.pptx", "x.docs", "x"])
def test_a_file_of_another_kind_is_an_error_with_a_hint(name: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        imported(b"anything", name)
    (problem,) = found.value.problems
    assert problem.code == "import-kind"
    assert (problem.hint or "").endswith(".docx, .docm, .xlsx, .xlsm, .csv, .tsv, .txt, .pdf")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        ((DATA / "pairings.xlsx").read_bytes(), "x.docx", "import-damaged"),
        ((DATA / "pairings.xlsx").read_bytes(), "x.csv", "import-encoding"),
        ((DATA / "office-summary.docx").read_bytes(), "x.xlsx", "import-damaged"),
        ((DATA / "office-summary.docx").read_bytes(), "x.txt", "import-encoding"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nCity: Tianjin\0", "x.txt", "import-encoding"),
        (b"%PDF-1.4\nCity: Tianjin", "x.docx", "import-damaged"),
        (b"{\\rtf1 City}", "x.docx", "import-damaged"),
    ],
)
def test_a_file_with_a_wrong_ending_is_an_error(content: bytes, name: str, code: str) -> None:
    assert refused(content, name) == [code]


def test_an_open_document_with_a_wrong_ending_is_an_error() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(stream.getvalue(), "x.xlsx") == ["import-damaged"]


@pytest.mark.parametrize("name", ["x.txt", "x.csv"])
def test_a_very_long_number_in_a_date_is_an_error(name: str) -> None:
    signed = f"16 November 2018 {'9' * 5_000}"
    dump = f"City: Tianjin | Rome\nSigned: {signed}\n"
    table = f"City 1,City 2,Signed\nTianjin,Rome,{signed}\n"
    assert "text-too-long" in codes(one_plan(dump if name == "x.txt" else table, name))
