"""The sent edition in Word files: what they printed when they were built, with the fields of the plan."""

import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from time import process_time

import msgspec
import pytest
from lxml import etree
from msgspec.structs import replace

from tests.command import Run, ucap, write_plan
from tests.edited_words import WordEdit
from tests.photos import write_pictures
from tests.samples import row, with_rows
from tests.selected_cases import every, mostly_long
from tests.stages import EXAMPLE, SHIPPED_PACKS, shipped_pack
from tests.test_review_packs import OWN, PLAN
from tests.translations import translated_project
from tests.word_templates import docx, paragraph
from ucap_reports import compose_summary, render, render_word
from ucap_reports.importers.fields_of_paragraphs import PrintedDocument
from ucap_reports.importers.paragraph_identity import DocumentParagraph
from ucap_reports.importers.sent_edition import (
    MARK_DIGITS,
    MARK_END,
    MARK_START,
    MAX_SENT_BYTES,
    MAX_SENT_OBJECTS,
    MAX_SENT_PATH,
    MAX_SENT_VALUES,
    PIECE,
    PROPERTY,
    MarkedField,
    RecordedMarkup,
    SentEdition,
    SentRun,
    SentSpan,
    SummaryRecorder,
    edition_properties,
    read_edition,
    sent_spans,
)
from ucap_reports.importers.word_package import (
    DOCUMENT,
    LISTS,
    MAX_WORD_ELEMENTS,
    NOTES,
    STYLES,
    WordPackage,
    margin_names,
)
from ucap_reports.importers.word_review import EditedDocument
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.reading_limits import MAX_PARAGRAPHS
from ucap_reports.summary.numbers_dates_and_names import Formats
from ucap_reports.text.markdown import Piece
from ucap_reports.text.rich_text import Marker
from ucap_reports.text.rich_text import Run as Text
from ucap_reports.word.file.package_parts import (
    IDENTITY,
    OFFICE,
    new_relationship,
    relationships_of,
    relationships_part,
)
from ucap_reports.word.file.word_xml import NAMESPACES
from ucap_reports.word.file.zip_package import read_package

pytestmark = pytest.mark.no_cover

MARK = re.compile(f"{MARK_START}[{MARK_DIGITS}]*{MARK_END}")
TEXT = EXAMPLE.read_text(encoding="utf-8")
RICH = """|
  **Narrow** streets & *old* [quarters](https://www.iuc.eu/) < 5 m<sup>2</sup>, <span lang="ar">مرحبا 12</span>

  3. Noise<br>and dust
     - See https://www.iuc.eu/a
  4. Heat

  Streets"""
"""Text of all kinds, in lists too."""


def properties(content: bytes) -> dict[str, str]:
    root = etree.fromstring(read_package(content)[IDENTITY])
    return {str(each.get("name")): "".join(map(str, each.itertext())) for each in root}


def sent(content: bytes) -> SentEdition:
    edition = read_edition(properties(content))
    assert edition is not None
    return edition


def unpacked(found: Mapping[str, str]) -> bytes:
    """What the properties of a file contain, unpacked."""
    pieces = [text for name, text in found.items() if name.startswith(PROPERTY)]
    return zlib.decompress(b64decode("".join(pieces), validate=True))


def markup_in(found: Mapping[str, str]) -> RecordedMarkup:
    return msgspec.msgpack.decode(unpacked(found), type=RecordedMarkup)


def markup(content: bytes) -> RecordedMarkup:
    return markup_in(properties(content))


@pytest.mark.parametrize("name", SHIPPED_PACKS)
def test_recording_changes_no_printed_part(name: str) -> None:
    plan = parse_plan(Source("plans/x.yaml", f"{TEXT.partition('results:')[0]}results: Heat falls by 20 %\n"))
    pack = shipped_pack(name)
    summary = compose_summary(plan, pack)
    printed = read_package(render_word(summary, pack).content)
    recorded = read_package(render_word(summary, pack, SummaryRecorder(summary)).content)
    assert "Heat falls by 20 %" in printed["word/document.xml"].decode()
    assert {name for name in printed if printed[name] != recorded[name]} == {IDENTITY}


def test_recording_finds_the_fields_of_texts_that_were_printed_without_marks_before() -> None:
    plan = parse_plan(Source("plans/x.yaml", TEXT))
    pack = shipped_pack("iuc-asia")
    summary = compose_summary(plan, pack)
    first = render_word(summary, pack, SummaryRecorder(summary)).content
    render_word(summary, pack)
    again = render_word(summary, pack, SummaryRecorder(summary)).content

    assert {"cities[0].name", "cities[1].name"} <= fields(sent(again))
    assert again == first


def as_recorded(paragraph: DocumentParagraph) -> DocumentParagraph:
    """The paragraph with adjacent pieces in one style as one, and without languages."""
    pieces: list[Piece] = []
    for piece in paragraph.line.pieces:
        last = pieces[-1] if pieces else None
        if not isinstance(piece, Text):
            pieces.append(piece)
        elif isinstance(last, Text) and replace(last, text=piece.text) == piece:
            pieces[-1] = replace(last, text=last.text + piece.text)
        elif piece.text:
            pieces.append(piece)
    return replace(paragraph, line=replace(paragraph.line, pieces=tuple(pieces)))


def fields(edition: SentEdition) -> set[str]:
    return {span.field for paragraph in edition.paragraphs for span in paragraph.fields}


@pytest.mark.parametrize("pack", every(2, SHIPPED_PACKS))
def test_a_file_contains_its_paragraphs_as_they_are_read_with_their_fields(tmp_path: Path, pack: str) -> None:
    path = write_pictures(tmp_path, f"{PLAN.replace('Narrow streets', RICH)}template: {pack}\n")
    content = render(path, formats="docx").docx.content
    edition = sent(content)

    read = EditedDocument(WordPackage(content, "x.docx")).edition(())
    assert list(map(as_recorded, edition.document)) == list(map(as_recorded, read))
    assert (edition.pack, edition.language) == (pack, "en")
    known = {"themes", "focus", "challenges", "activities", "results", "contact.email", "pictures[0].caption"}
    assert known <= fields(edition)


def test_the_texts_of_fields_are_those_of_the_plan() -> None:
    edition = sent(render(EXAMPLE, formats="docx").docx.content)
    texts: dict[str, list[str]] = {}
    for recorded, read in zip(edition.paragraphs, edition.document, strict=True):
        for span in recorded.fields:
            texts.setdefault(span.field, []).append(read.text[span.start : span.end])

    assert texts["cities[1].region"] == ["Lazio"]
    assert texts["themes"][:2] == ["Aerospace", "Energy conservation and environmental protection"]
    assert texts["challenges"][0].startswith("Internationalisation of city")


def test_properties_have_a_length_that_word_keeps() -> None:
    found = properties(render(EXAMPLE, formats="docx").docx.content)
    pieces = [text for name, text in found.items() if name.startswith(PROPERTY)]

    assert [name for name in found if name.startswith(PROPERTY)] == [f"{PROPERTY}{n}" for n in range(len(pieces))]
    assert {len(each) for each in pieces[:-1]} == {PIECE}
    assert sum(map(len, pieces)) < 5_150


def test_only_what_the_document_prints_is_in_it() -> None:
    text = TEXT.replace("sources:\n", "sources: # A secret remark.\n  - A private file\n")
    assert text != TEXT
    recorded = unpacked(properties(render(text=text, formats="docx").docx.content)).decode(errors="replace")

    assert "secret" not in recorded
    assert "private file" not in recorded
    assert "Aerospace" in recorded


@pytest.mark.parametrize("pack", SHIPPED_PACKS)
def test_the_recorded_parts_have_the_text_and_the_links_of_the_file_without_its_look(tmp_path: Path, pack: str) -> None:
    path = write_plan(tmp_path, "one.yaml", f"{TEXT}template: {pack}\n")
    content = render(path, formats="docx").docx.content
    printed = read_package(content)
    recorded = markup(content).parts

    known = {DOCUMENT, STYLES, LISTS, *margin_names(printed), *NOTES}
    assert known & set(printed) <= set(recorded) <= known | set(map(relationships_of, known))
    assert MARK.search(recorded[DOCUMENT].decode())
    for name in (DOCUMENT, *margin_names(printed)):
        text = MARK.sub("", recorded[name].decode())
        assert texts_in(text.encode()) == texts_in(printed[name])
        assert not re.search("<w:(?:tcPr|tblPr|tblGrid|sectPr|drawing)>", text)
    links = set(re.findall(b'Target="[^"]*" TargetMode="External"', printed[relationships_of(DOCUMENT)]))
    assert links
    assert set(re.findall(b'Target="[^"]*".*?/>', recorded[relationships_of(DOCUMENT)])) == {b"%b/>" % x for x in links}
    assert len(recorded[DOCUMENT]) < len(printed[DOCUMENT]) * 0.8
    assert len(recorded[STYLES]) < len(printed[STYLES]) / 10


def texts_in(part: bytes) -> list[str]:
    """The texts of a part with markup of Word, and the styles of its paragraphs."""
    return re.findall(r"<w:t(?: [^<>]*)?>[^<]*|<w:pStyle [^<>]*/>|<w:hyperlink [^<>]*>", part.decode())


LOOK = """
<w:p><w:pPr><w:pStyle w:val="Item"/></w:pPr><w:r><w:rPr><w:rStyle w:val="a"/></w:rPr><w:t>{0}</w:t></w:r></w:p>
<w:tbl><w:tblPr><w:tblW w:w="9"/></w:tblPr><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid>
<w:tr><w:tc><w:tcPr><w:tcW w:w="9"/></w:tcPr><w:p><w:r><w:drawing><w:a/></w:drawing></w:r></w:p></w:tc>
<w:tc>{1}<w:p><w:r>{2}<w:t>Rome</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""
STYLE_SHEET = f"""<w:styles xmlns:w="{NAMESPACES["w"]}">
<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/>
<w:pPr><w:jc w:val="left"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Item"><w:name w:val="Item"/><w:basedOn w:val="Middle"/></w:style>
<w:style w:type="paragraph" w:styleId="Middle"><w:name w:val="Middle"/><w:basedOn w:val="Base"/></w:style>
<w:style w:type="paragraph" w:styleId="Other"><w:name w:val="Other"/></w:style>
<w:style w:type="character" w:styleId="a"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style></w:styles>"""
NUMBERING = f"""<w:numbering xmlns:w="{NAMESPACES["w"]}"><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:rPr><w:b/></w:rPr></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


@pytest.mark.parametrize(
    ("cell", "run", "texts"),
    [
        ("", "", ["Less noise.", "", "Rome"]),
        # The properties before a tracked change are elements in elements with the same name.
        ("<w:tcPr><w:x><w:tcPr><w:a/></w:tcPr></w:x><w:b/></w:tcPr>", "", ["Less noise.", "", "Rome"]),
        # A text box has a paragraph.
        (
            "",
            "<w:drawing><w:txbxContent><w:p><w:r><w:t>Box</w:t></w:r></w:p></w:txbxContent></w:drawing>",
            ["Less noise.", "", "Rome", "Box"],
        ),
    ],
)
def test_a_recorded_document_is_read_like_the_printed_one(cell: str, run: str, texts: list[str]) -> None:
    printed = document_part(LOOK.format("Less noise.", cell, run))
    marked = document_part(LOOK.format(VALUE, cell, run))
    recorder = SummaryRecorder(with_rows())
    recorder.marked()
    parts = {DOCUMENT: printed, STYLES: STYLE_SHEET.encode(), LISTS: NUMBERING.encode()}

    recorded = recorder.properties(parts, DOCUMENT, marked)
    edition = read_edition(recorded)
    assert edition is not None
    assert [paragraph.text for paragraph in edition.document] == texts
    whole = replace(markup_in(recorded), parts={**parts, DOCUMENT: marked}).edition()
    assert edition.paragraphs == whole.paragraphs
    first = edition.paragraphs[0]
    assert (first.level, first.marker, first.start, first.list_key) == (0, "NUMBER", 3, "0 0 0")
    assert first.runs == (SentRun("Less noise.", bold=True),)


def test_a_picture_whose_bytes_are_those_of_a_mark_does_not_prevent_recording() -> None:
    recorder = SummaryRecorder(with_rows())
    parts = {DOCUMENT: b"<w:document/>", "word/media/image1.jpg": MARK_START.encode()}
    recorder.marked()

    assert recorder.properties(parts, DOCUMENT, b"<w:document/>")
    assert not recorder.properties({DOCUMENT: MARK_START.encode()}, DOCUMENT, b"")


def test_the_same_plan_has_the_same_edition() -> None:
    one, other = (properties(render(EXAMPLE, formats="docx").docx.content) for _ in range(2))
    assert one == other


def test_a_template_that_decides_by_a_value_records_what_it_prints(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "own"
    folder.mkdir(parents=True)
    settings = "extends: iuc-asia\nleaves_out: [contact, programme_label, page_number]\n"
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    (folder / "summary.docx").write_bytes(docx(OWN))
    path = write_plan(tmp_path, "tianjin-rome.yaml", f"{TEXT}template: own\n")
    content = render(path, formats="docx").docx.content

    texts = [each.text for each in sent(content).document]
    assert texts == [each.text for each in EditedDocument(WordPackage(content, "x.docx")).edition(())]
    assert "Two places" not in texts
    assert "challenges" in fields(sent(content))


def test_a_word_template_that_looks_up_a_value_records_its_fields(tmp_path: Path) -> None:
    body = OWN + paragraph("{{ {'2019': 'x'}[summary.period] }}")
    edition = sent(render(_small_plan(tmp_path, "summary.docx", docx(body)), formats="docx").docx.content)

    assert "results" in fields(edition)
    assert {"Less noise.", "x"} <= {each.text for each in edition.document}


def test_a_page_template_that_looks_up_a_value_records_its_fields(tmp_path: Path) -> None:
    body = (
        "<p>{{ {'2019': 'x'}[summary.period] }}</p>"
        "{% for row in summary.rows %}<p>{{ row.cells[0].text.splitlines()|join(' · ') }}</p>{% endfor %}"
    )
    page = f"<document>{body}</document>".encode()
    edition = sent(render(_small_plan(tmp_path, "summary.page.xml", page), formats="docx").docx.content)

    assert "results" in fields(edition)
    assert {"Less noise.", "x"} <= {each.text for each in edition.document}


@pytest.mark.parametrize("text", ["a\ufdd0b\ufdd1c", "\ufdd0", "\ufdd1"])
def test_texts_that_look_like_marks_of_a_page_are_printed(tmp_path: Path, text: str) -> None:
    rows = "{% for row in summary.rows %}<p>{{ row.cells[0].text }}</p>{% endfor %}"
    page = f"<document><p>{text}</p>{rows}</document>"
    path = _small_plan(tmp_path, "summary.page.xml", page.encode())
    path.write_text(path.read_text(encoding="utf-8").replace("Less", f"{text} less"), encoding="utf-8")
    content = render(path, formats="docx").docx.content

    assert read_package(content)[DOCUMENT].decode().count(text) == 2
    assert {text, f"{text} less noise."} <= {each.text for each in sent(content).document}


def _small_plan(project: Path, template: str, content: bytes) -> Path:
    """Return a plan in a pack with that template."""
    folder = project / "templates" / "own"
    folder.mkdir(parents=True)
    base = "iuc-asia" if template == "summary.docx" else "plain"
    leaves_out = "[contact, programme_label, page_number]"
    (folder / "pack.yaml").write_text(f"extends: {base}\nleaves_out: {leaves_out}\n", encoding="utf-8")
    (folder / template).write_bytes(content)
    text = "cities: [{name: Rome, country: Italy}]\nperiod: 2019\nresults: Less noise.\ntemplate: own\n"
    return write_plan(project, "rome.yaml", text)


@pytest.mark.parametrize(
    "printed",
    every(
        2,
        [
            "row.label.text ~ row.cells[0].text",
            "row.cells[0].text|upper",
            "row.cells[0].text.upper()",
            "['', row.cells[0].text]|join",
            "row.cells[0].text + '.'",
            "row.cells[0].text|language('de')",
            "row.cells[0].text|replace('q', 'x')",
        ],
    ),
)
def test_a_word_template_that_changes_a_text_records_its_field(tmp_path: Path, printed: str) -> None:
    body = (
        OWN
        + f"{paragraph('{%p for row in summary.rows %}')}{paragraph(f'{{{{ {printed} }}}}')}"
        + paragraph("{%p endfor %}")
    )
    edition = sent(render(_small_plan(tmp_path, "summary.docx", docx(body)), formats="docx").docx.content)

    last = [span for each in edition.paragraphs[-3:] for span in each.fields if span.field == "results"]
    assert [span.end - span.start for span in last] == [len("Less noise.")]


@pytest.mark.parametrize("pack", ["iuc-asia", "plain"])
def test_the_recorded_style_of_names_is_that_in_the_file(tmp_path: Path, pack: str) -> None:
    cities = "cities: [{name: Guangzhou, country: China}, {name: Bologna (Metropolitan), country: Italy}]"
    plan = write_plan(tmp_path, "one.yaml", f"{cities}\nresults: Less noise.\ntemplate: {pack}\n")
    content = render(plan, formats="docx").docx.content
    read = EditedDocument(WordPackage(content, "x.docx")).edition(())

    assert [each.style for each in sent(content).document] == [each.style for each in read]


@pytest.mark.parametrize(
    "content", [b" " * (MAX_SENT_BYTES + 1), b'{"paragraphs":[' + b"{}," * MAX_SENT_OBJECTS + b"{}]}"]
)
def test_an_edition_that_unpacks_to_too_much_is_ignored(content: bytes) -> None:
    packed = b64encode(zlib.compress(content)).decode()
    pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    assert read_edition({f"{PROPERTY}{number}": piece for number, piece in enumerate(pieces)}) is None


PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
VALUE = f"{MARK_START}{MARK_DIGITS[0]}{MARK_END}Less noise.{MARK_START}{MARK_END}"


def document_part(body: str, before: str = "") -> bytes:
    return f'{before}<w:document xmlns:w="{NAMESPACES["w"]}"><w:body>{body}</w:body></w:document>'.encode()


def recorded_edition(parts: dict[str, bytes], *paths: str) -> SentEdition | None:
    """The edition that is read from recorded markup with these parts and fields."""
    fields = tuple(MarkedField(path, 0) for path in paths)
    return read_edition(edition_properties(RecordedMarkup("iuc-asia", "en", Formats(), parts, fields)))


def test_recorded_markup_is_read_with_its_fields() -> None:
    edition = recorded_edition({DOCUMENT: document_part(PARAGRAPH.format(f"So: {VALUE}"))}, "results")
    assert edition is not None
    assert [each.text for each in edition.document] == ["So: Less noise."]
    assert edition.paragraphs[0].fields == (SentSpan(4, 15, "results", 0),)


ENTITIES = '<!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa">]>'
MANY_ATTRIBUTES = " ".join([f'a{number}="x"' for number in range(2_000)])
DAMAGED_MARKUP = {
    "no main part": {"word/header1.xml": b"<a/>"},
    "another main part": {DOCUMENT: b"<a/>"},
    "invalid XML": {DOCUMENT: document_part("<w:p>")},
    "entities": {DOCUMENT: document_part(PARAGRAPH.format("x"), before=ENTITIES)},
    "entities in a header": {DOCUMENT: document_part(""), "word/header1.xml": f"{ENTITIES}<a/>".encode()},
    "another encoding": {DOCUMENT: document_part("", before='<?xml version="1.0" encoding="utf-7"?>')},
    "deep nesting": {DOCUMENT: document_part("<w:sdt>" * 1_000 + "</w:sdt>" * 1_000)},
    "many paragraphs": {DOCUMENT: document_part("<w:p/>" * (MAX_PARAGRAPHS + 1))},
    "many elements": {DOCUMENT: document_part("<w:a/>" * (MAX_WORD_ELEMENTS + 1))},
    "many attributes": {DOCUMENT: document_part(f"<w:p {MANY_ATTRIBUTES}/>")},
    "two parts with one name": {DOCUMENT: document_part(""), f"/{DOCUMENT}": document_part("")},
}


@pytest.mark.parametrize("name", DAMAGED_MARKUP)
def test_damaged_markup_is_ignored(name: str) -> None:
    assert recorded_edition(DAMAGED_MARKUP[name], "results") is None


@pytest.mark.parametrize(
    "text",
    [
        f"{MARK_START}{MARK_DIGITS[3]}{MARK_END}x{MARK_START}{MARK_END}",  # there is no such field
        f"{MARK_START}{MARK_DIGITS[3] * 16}{MARK_END}x{MARK_START}{MARK_END}",
        f"{MARK_START}{MARK_DIGITS[0]}{MARK_END}x",
        f"x{MARK_START}{MARK_END}",
    ],
)
def test_marks_without_a_field_or_an_end_are_no_fields(text: str) -> None:
    edition = recorded_edition({DOCUMENT: document_part(PARAGRAPH.format(text))}, "results")
    assert edition is not None
    assert [each.text for each in edition.document] == ["x"]
    assert edition.paragraphs[0].fields == ()


def test_a_path_that_no_field_has_is_not_repeated_for_each_of_its_values() -> None:
    assert recorded_edition({DOCUMENT: document_part(PARAGRAPH.format(VALUE))}, "x" * (MAX_SENT_PATH + 1)) is None


def test_marks_and_runs_of_one_paragraph_are_read_in_linear_time() -> None:
    run = f"<w:r><w:t>{VALUE}</w:t></w:r>"
    few, many = (document_part(f"<w:p>{run * count}</w:p>") for count in (1_000, MAX_SENT_VALUES))
    start = process_time()
    recorded_edition({DOCUMENT: few}, "results")
    seconds = process_time() - start
    start = process_time()
    edition = recorded_edition({DOCUMENT: many}, "results")
    assert process_time() - start < 100 * seconds
    assert edition is not None
    assert len(edition.paragraphs[0].fields) == MAX_SENT_VALUES
    assert edition.paragraphs[0].runs == (SentRun("Less noise." * MAX_SENT_VALUES),)


def test_more_values_than_a_summary_can_have_are_not_read() -> None:
    run = f"<w:r><w:t>{VALUE}</w:t></w:r>"
    assert recorded_edition({DOCUMENT: document_part(f"<w:p>{run * (MAX_SENT_VALUES + 1)}</w:p>")}, "results") is None


def test_recorded_markup_follows_no_relationship_to_other_parts(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(document_part(PARAGRAPH.format("secret")))
    targets = [(f"{OFFICE}/officeDocument", secret.as_uri()), (f"{OFFICE}/header", secret.as_uri())]
    related = relationships_part(new_relationship(f"r{n}", kind, target) for n, (kind, target) in enumerate(targets))
    parts = {DOCUMENT: document_part(PARAGRAPH.format("x")), relationships_of(DOCUMENT): related}

    edition = recorded_edition(parts)
    assert edition is not None
    assert [each.text for each in edition.document] == ["x"]
    assert recorded_edition({**parts, relationships_of(""): related}) is None


OLD_EDITION = """{"pack":"iuc-asia","language":"en","formats":{"example":"13,600,000","spoken":null,"wanted":"en",
"document":"en"},"paragraphs":[{"runs":[{"text":"Results:","bold":true}],"holder":"/body[1]","style":"UCAPlabel"},
{"runs":[{"text":"Less noise"},{},{"text":"here","link":"https://www.iuc.eu"}],"level":0,"marker":"NUMBER","start":3,
"list_key":"1 0 0","fields":[[0,15,"results",0]]},{"is_in_margin":true,"is_beside":true}],
"revisions":[["2026-01-31T00:00:00Z","Li Wei"]]}"""


def test_the_edition_of_a_file_of_an_older_version_is_read() -> None:
    packed = b64encode(zlib.compress(OLD_EDITION.encode())).decode()
    edition = read_edition({f"{PROPERTY}0": packed[:PIECE], f"{PROPERTY}1": packed[PIECE:]})
    assert edition is not None
    assert (edition.pack, edition.language, edition.formats) == ("iuc-asia", "en", Formats())
    assert [each.text for each in edition.document] == ["Results:", "Less noise\nhere", ""]
    assert [each.is_beside for each in edition.document] == [False, False, True]
    assert (edition.document[1].line.start, edition.document[1].line.marker) == (3, Marker.NUMBER)
    assert edition.revisions == (("2026-01-31T00:00:00Z", "Li Wei"),)
    assert list(map(len, edition.spans({"results"}))) == [0, 1, 0]


@pytest.mark.parametrize("text", ["", "%%%", "AAAA", b64encode(zlib.compress(b"[1, 2]")).decode()])
def test_a_damaged_edition_is_ignored(text: str) -> None:
    assert read_edition({f"{PROPERTY}0": text}) is None


def forged(project: Path, field: str) -> Run:
    """The review of a file in which a stranger calls the challenges another field."""
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edition = sent((project / "out" / "tianjin-rome.docx").read_bytes())
    paragraphs = []
    for one in edition.paragraphs:
        spans = [replace(span, field=field) if span.field == "challenges" else span for span in one.fields]
        paragraphs.append(replace(one, fields=tuple(spans)))
    edit.set_properties(edition_properties(replace(edition, paragraphs=tuple(paragraphs))))
    edit.replace("and vice-versa.", "and back.")
    edit.save(project / "edited.docx")
    return ucap(project, "review", "edited.docx", "--apply", "--json")


MISPLACED = [
    "challenges[0]",
    "focus[1][1]",
    "cities.name",
    "cities[0][0].name",
    "cities[0].name[0]",
    "pictures.caption",
]


def test_fields_with_other_indexes_than_those_of_lists_are_ignored() -> None:
    """The review of a file with such fields ended in an error of Python."""
    known = ["challenges", "cities[0].name", "cities[1].name", "pictures[0].caption"]
    paragraphs = []
    for index in range(len(MISPLACED) + len(known)):
        mark = f"{MARK_START}{MARK_DIGITS[index // 4]}{MARK_DIGITS[index % 4]}{MARK_END}"
        paragraphs.append(PARAGRAPH.format(f"{mark}Less noise.{MARK_START}{MARK_END}"))
    edition = recorded_edition({DOCUMENT: document_part("".join(paragraphs))}, *MISPLACED, *known)
    assert edition is not None
    spans = [span.occurrence.field for paragraph in sent_spans(edition, shipped_pack()) for span in paragraph]
    assert spans == known


@pytest.mark.parametrize(
    "field",
    mostly_long(
        ["template", "status", "sources", "title.x", "pictures[0].file", "nothing", "cities[0][0].name"],
        {"status", "title.x", "pictures[0].file", "nothing", "cities[0][0].name"},
    ),
)
def test_a_forged_edition_changes_no_field_that_is_not_printed(tmp_path: Path, field: str) -> None:
    plan = write_plan(tmp_path, "tianjin-rome.yaml", TEXT)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")

    run = forged(tmp_path, field)

    assert not any(change["applied"] for change in run.report["changes"])
    assert plan.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    "spans", [(SentSpan(-1, 4, "results", 0),), (SentSpan(5, 2, "results", 0),), (SentSpan(0, 10**6, "results", 0),)]
)
def test_spans_outside_of_their_text_are_ignored(spans: tuple[SentSpan, ...]) -> None:
    edition = sent(render(EXAMPLE, formats="docx").docx.content)
    wrong = replace(edition, paragraphs=tuple(replace(each, fields=spans) for each in edition.paragraphs))
    assert not any(wrong.spans({"results"}))


def test_untracked_changes_of_fields_that_have_not_changed_are_applied_to_a_newer_plan(tmp_path: Path) -> None:
    plan = write_plan(tmp_path, "tianjin-rome.yaml", TEXT)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edit = WordEdit(tmp_path / "out" / "tianjin-rome.docx")
    edit.replace("Lazio", "Latium")
    edit.save(tmp_path / "edited.docx")
    newer = TEXT.replace("Internationalisation of city", "Internationalisation of the city")
    plan.write_text(newer, encoding="utf-8")

    run = ucap(tmp_path, "review", "edited.docx", "--apply", "--json")

    assert [(each["field"], each["applied"]) for each in run.report["changes"]] == [("cities[1].region", True)]
    assert plan.read_text(encoding="utf-8") == newer.replace("region: Lazio", "region: Latium")


def test_a_file_whose_edition_names_no_current_value_is_compared_with_what_was_sent(tmp_path: Path) -> None:
    """What the office has changed since is no change of the city."""
    plan = write_plan(tmp_path, "tianjin-rome.yaml", TEXT)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edit = WordEdit(tmp_path / "out" / "tianjin-rome.docx")
    edit.save(tmp_path / "edited.docx", office=True)
    plan.write_text(TEXT.replace("region: Lazio", "region: Latium"), encoding="utf-8")

    assert ucap(tmp_path, "review", "edited.docx", "--json").report["changes"] == []


@pytest.mark.parametrize("recorded", ["paragraphs", "nothing"])
def test_a_file_of_an_older_version_is_reviewed(tmp_path: Path, recorded: str) -> None:
    plan = write_plan(tmp_path, "tianjin-rome.yaml", TEXT)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edit = WordEdit(tmp_path / "out" / "tianjin-rome.docx")
    if recorded == "paragraphs":
        edit.set_properties(edition_properties(sent((tmp_path / "out" / "tianjin-rome.docx").read_bytes())))
    else:
        edit.remove_properties(PROPERTY)
    edit.replace("Lazio", "Latium")
    edit.save(tmp_path / "edited.docx")

    run = ucap(tmp_path, "review", "edited.docx", "--apply", "--json")

    assert [(each["field"], each["applied"]) for each in run.report["changes"]] == [("cities[1].region", True)]
    assert plan.read_text(encoding="utf-8") == TEXT.replace("region: Lazio", "region: Latium")


def test_the_edition_of_a_translated_file_is_in_its_language(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    edition = sent(render(plan, formats="docx", language="fr").docx.content)
    assert edition.language == "fr"
    assert any("et vice versa." in each.text for each in edition.document)


def edited_document(text: str) -> EditedDocument:
    pack = shipped_pack()
    summary = compose_summary(parse_plan(Source("plans/x.yaml", text)), pack)
    content = render_word(summary, pack, SummaryRecorder(summary)).content
    return EditedDocument(WordPackage(content, "x.docx"))


def test_names_that_were_swapped_are_swapped_in_headers_too() -> None:
    cities = "cities: [{{name: {}, country: Italy}}, {{name: {}, country: Italy}}]\nresults: Less traffic.\n"
    sent_document = edited_document(cities.format("Rome", "Turin"))
    assert sent_document.sent is not None
    printed = PrintedDocument(sent_document.sent, shipped_pack(), "x.docx")
    state = printed.state_of(edited_document(cities.format("Turin", "Rome")).edition(()))
    assert state.beside == printed.state.beside
    assert any("Rome" in line for line in state.beside)


@pytest.mark.parametrize("mark", ["\\u206a\\u206f\\u206f\\u206b", "\\u206a\\u206c\\u206b"])
def test_a_file_whose_texts_have_the_characters_of_marks_has_no_edition(mark: str) -> None:
    cities = "cities: [{name: Rome, country: Italy}, {name: Turin, country: Italy}]\n"
    assert edited_document(f'{cities}results: "Less {mark} traffic"\n').sent is None
    assert edited_document(f"{cities}results: Less traffic\n").sent is not None


def test_marked_keeps_cells_without_fields() -> None:
    summary = with_rows(row("results", "Results:", "Less traffic", "No noise"))
    assert SummaryRecorder(summary).marked().rows == summary.rows
