"""Files from strangers, other than packs, that are small and would take much time or memory to read."""

import os
import struct
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from msgspec import Struct
from openpyxl import Workbook
from PIL import Image

from tests.forks import execute, forked
from tests.hostile_packs import Padded
from tests.photos import saved
from tests.word_templates import docx, paragraph, table

PLAN = b"cities: [{name: Rome, country: IT}]\n"
GIBIBYTE = 1 << 30
ADLER_PRIME = 65_521
"""The modulus of the checksum of zlib streams (RFC 1950, 9)."""
PROCESSOR_LIMIT = 20
"""Seconds of processor time after which a command is killed."""
RUN = """
import gc, io, json, resource, sys
from contextlib import redirect_stdout
from pathlib import Path
from ucap_reports.__main__ import MANY_OBJECTS
from ucap_reports.cli import main
gc.set_threshold(MANY_OBJECTS)  # as in the command
with redirect_stdout(io.StringIO()) as out:
    main([*json.loads({words!r}), "--json"])
problems = json.loads(out.getvalue())["problems"]
codes = sorted({{problem["code"] for problem in problems if problem["severity"] == "error"}})
used = resource.getrusage(resource.RUSAGE_SELF)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
megabytes = int(status["VmHWM"].split()[0]) // 1024
print(json.dumps({{"codes": codes, "megabytes": megabytes, "seconds": used.ru_utime + used.ru_stime}}))
"""
"""Runs a command. The peak of memory is the process's own (Linux)."""


class InputUse(Struct, frozen=True):
    """The codes of the errors that a command reported, and the processor time and memory that it took."""

    codes: list[str]
    seconds: float
    megabytes: int


class HostileInput(Struct, frozen=True):
    """A command, the files of its project besides the plan `plans/a.yaml`, and the codes of the errors."""

    words: tuple[str, ...]
    files: Callable[[], Mapping[str, bytes | Padded]]
    codes: tuple[str, ...]


def run_script(words: tuple[str, ...]) -> str:
    """Return the code that runs a command and prints what it used."""
    return RUN.format(words=msgspec.json.encode(words).decode())


def in_fork(project: Path, words: tuple[str, ...]) -> str:
    """Run the command in a fork of a process that has the product in memory; return what the script prints."""
    ended = forked(execute, run_script(words), folder=project, processor_seconds=PROCESSOR_LIMIT)
    assert ended.code == 0, ended.err
    return ended.out


def run_hostile_input(
    project: Path, hostile: HostileInput, run: Callable[[Path, tuple[str, ...]], str] = in_fork
) -> InputUse:
    """Write the files into `project`, an empty folder, and run the command in another process."""
    for name, content in {"plans/a.yaml": PLAN, **hostile.files()}.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.content if isinstance(content, Padded) else content)
        if isinstance(content, Padded):
            os.truncate(path, content.size)
    return msgspec.json.decode(run(project, hostile.words), type=InputUse)


def deflated(size: int) -> bytes:
    """Return so many zero bytes, compressed to a thousandth.

    A mebibyte is compressed once: after a full flush, a stream does not refer to what is before (RFC 1951, RFC 1950).
    """
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    mebibyte = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    end = compressor.compress(bytes(size % (1 << 20))) + compressor.flush()
    checksum = (size % ADLER_PRIME) << 16 | 1
    return b"\x78\xda" + mebibyte * (size >> 20) + end + checksum.to_bytes(4, "big")


def pdf_with_plan(data: bytes, entries: bytes = b"") -> bytes:
    """Return a PDF with an embedded file `a.yaml`; `entries` are those of its stream's dictionary."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a.yaml) 4 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Type /Filespec /F (a.yaml) /UF (a.yaml) /EF << /F 5 0 R >> >>",
        b"<< /Type /EmbeddedFile %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data),
        b"[/FlateDecode /FlateDecode]",
    ]
    content, table = b"%PDF-1.7\n", b"0000000000 65535 f \n"
    for number, pdf_object in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(content)
        content += b"%d 0 obj\n%b\nendobj\n" % (number, pdf_object)
    start = len(content)
    content += b"xref\n0 %d\n%b" % (len(objects) + 1, table)
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def twice_packed(entries: bytes) -> bytes:
    """Return a PDF of a few kilobytes with a plan of a gibibyte."""
    return pdf_with_plan(zlib.compress(deflated(GIBIBYTE), 9), entries)


def streams_in_empty_blocks() -> bytes:
    """Return a PDF with streams in streams, all of which end with thousands of empty blocks (RFC 1951, 3.2.4)."""
    head = b"stream\n\x78\x01\0%b"
    count, size = 4_000, len(head) + 2
    lengths = [size * number for number in reversed(range(count))]
    heads = [head % struct.pack("<HH", length, length ^ 0xFFFF) for length in lengths]
    return pdf_with_plan(b"".join([*heads, b"\0\0\0\xff\xff" * 200_000]), b"/Filter /FlateDecode")


HIDDEN_PDFS: Mapping[str, Callable[[], bytes]] = {
    "PDF packed twice": lambda: twice_packed(b"/Filter [/FlateDecode /FlateDecode]"),
    "PDF with escaped names": lambda: twice_packed(b"/F#69lter [/Fl %]\n/Fl#61teDecode]"),
    "PDF with its filters in another object": lambda: twice_packed(b"/Filter 6 0 R"),
    "PDF with hexadecimal data": lambda: pdf_with_plan(deflated(GIBIBYTE).hex().encode() + b">", b"/Filter [/AHx /Fl]"),
    "PDF with a password": lambda: pdf_with_plan(PLAN) + b"trailer << /Encrypt 6 0 R >>",
}
"""PDFs whose streams cannot be measured before they are unpacked."""


def pdf_with_many_objects(entries: bytes = b"/Index[0 10000000]") -> bytes:
    """Return a PDF whose cross-reference stream lists ten million objects without data."""
    start = b"%PDF-1.7\n%/ByteRange\n"
    stream = (
        b"1 0 obj\n<</Type/XRef/Size 10000001/W[0 0 0]"
        + entries
        + b"/Root 2 0 R/Length 0>>\nstream\n\nendstream\nendobj\n"
    )
    return start + stream + b"startxref\n%d\n%%%%EOF\n" % len(start)


LARGE_PDFS: Mapping[str, Callable[[], bytes]] = {
    "PDF with many objects": pdf_with_many_objects,
    "PDF with a list of a very long number": lambda: pdf_with_many_objects(b"/Index[0 " + b"9" * 10_000 + b"]"),
    "PDF with many objects by their size": lambda: pdf_with_many_objects(b""),
    "PDF packed once": lambda: pdf_with_plan(deflated(GIBIBYTE), b"/Filter /FlateDecode"),
    "PDF with words after the keyword": lambda: pdf_with_plan(deflated(GIBIBYTE), b"/Filter /FlateDecode").replace(
        b"stream\n", b"stream and more\n", 1
    ),
    "PDF with many streams": lambda: pdf_with_plan(PLAN) + b"1 0 obj << >>\nstream\n\nendstream\nendobj\n" * 30_000,
    "PDF with streams in empty blocks": streams_in_empty_blocks,
}
"""PDFs that unpack to too much."""


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"

STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def workbook(rows: str, after: str = "", name: str = SHEET, parts: Mapping[str, bytes] | None = None) -> bytes:
    """Return a workbook whose sheet has these rows and, after them, other elements; `parts` are more parts by name."""
    saved = BytesIO()
    Workbook().save(saved)
    content = BytesIO()
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()
    with ZipFile(saved) as old, ZipFile(content, "w", ZIP_DEFLATED) as new:
        contents = {entry: old.read(entry) for entry in old.namelist()}
        del contents[SHEET]
        for entry in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
            contents[entry] = contents[entry].replace(SHEET.encode(), name.encode())
        if STRINGS in (parts or {}):
            contents["[Content_Types].xml"] = contents["[Content_Types].xml"].replace(b"</Types>", STRINGS_TYPE)
        for entry, part in {**contents, name: sheet, **(parts or {})}.items():
            new.writestr(entry, part)
    return content.getvalue()


def text_rows(count: int, texts: str) -> str:
    """Return so many rows with a cell for each of these texts, below a header."""
    words = texts.split()
    cells = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in words)
    heads = "".join(f'<c t="inlineStr"><is><t>City {number}</t></is></c>' for number in range(1, len(words) + 1))
    return f"<row>{heads}</row>" + f"<row>{cells}</row>" * count


def shared_string(length: int) -> bytes:
    """Return a workbook with a text of that length in 12,000 cells."""
    cells = '<c t="s"><v>0</v></c>' * 3
    strings = f'<sst xmlns="{MAIN}"><si><t>{"word " * (length // 5)}</t></si></sst>'.encode()
    return workbook(text_rows(1, "Tianjin Rome") + f"<row>{cells}</row>" * 4_000, parts={STRINGS: strings})


def sheet_relation(kind: str, target: str) -> Mapping[str, bytes]:
    """Return the part with a relationship `r1` of the sheet."""
    relation = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">{relation}</Relationships>'
    return {"xl/worksheets/_rels/sheet1.xml.rels": relations.encode()}


def with_link(cells: str) -> bytes:
    """Return a workbook in which these cells have a link."""
    link = f'<hyperlinks xmlns:r="{OFFICE}"><hyperlink ref="{cells}" r:id="r1"/></hyperlinks>'
    return workbook(ROWS, link, parts=sheet_relation("hyperlink", "https://example.org"))


def with_note(cells: str) -> bytes:
    """Return a workbook in which these cells have a note."""
    note = f'<comment ref="{cells}" authorId="0"><text><t>Note</t></text></comment>'
    notes = (
        f'<comments xmlns="{MAIN}"><authors><author>A</author></authors><commentList>{note}</commentList></comments>'
    )
    return workbook(ROWS, parts={"xl/comments1.xml": notes.encode(), **sheet_relation("comments", "/xl/comments1.xml")})


def styles(count: int) -> bytes:
    """Return a part with so many formats of cells."""
    return f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * count}</cellXfs></styleSheet>'.encode()


def many_sheets(count: int) -> bytes:
    """Return a workbook whose sheets have text in their first and in their last cell."""
    book = Workbook()
    for _ in range(count):
        sheet = book.create_sheet()
        sheet["A1"], sheet["IV5000"] = "City", "x"
    content = BytesIO()
    book.save(content)
    return content.getvalue()


COLOURED = "".join(f'<row r="{row}"><c r="XFD{row}" s="0"/></row>' for row in range(4, 30_000))
MERGED = '<mergeCells><mergeCell ref="A9:{}"/></mergeCells>'
MERGED_UTF_16 = f'<worksheet xmlns="{MAIN}"><sheetData/>{MERGED.format("XFD50000")}</worksheet>'.encode("utf-16")
ROWS = text_rows(1, "Tianjin Rome")
FAR = '<row r="9"><c r="{}" t="inlineStr"><is><t>x</t></is></c></row>'
LARGE_WORKBOOKS: Mapping[str, Callable[[], bytes]] = {
    "workbook with a cell in column XFD": lambda: workbook(ROWS + FAR.format("XFD9")),
    "workbook with a cell in the last row": lambda: workbook(ROWS + FAR.format("A1048576")),
    "workbook with a text of 1 MB in 12,000 cells": lambda: shared_string(1_000_000),
    "workbook with a text of 32 kB in 12,000 cells": lambda: shared_string(32_000),
    "workbook with a million cells": lambda: workbook(ROWS + "<row><c/></row>" * 1_000_000),
    "workbook with a million elements in rows": lambda: workbook(ROWS + f"<row>{'<x/>' * 1_000_000}</row>"),
    "workbook with a million styles": lambda: workbook(
        ROWS,
        parts={STYLES: f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 1_000_000}</cellXfs></styleSheet>'.encode()},
    ),
    "workbook with merged columns": lambda: workbook(ROWS, MERGED.format("XFD50000")),
    "workbook with merged columns in another part": lambda: workbook(ROWS, MERGED.format("XFD50000"), "xl/sheet.bin"),
    "workbook with merged columns in UTF-16": lambda: workbook(
        "",
        parts={
            SHEET: f'<worksheet xmlns="{MAIN}"><sheetData/>{MERGED.format("XFD50000")}</worksheet>'.encode("utf-16")
        },
    ),
    "workbook with many large sheets": lambda: many_sheets(60),
}
RANGE_WORKBOOKS: Mapping[str, Callable[[], bytes]] = {
    "workbook with linked columns": lambda: with_link("A1:XFD50000"),
    "workbook with a linked column": lambda: with_link("A1:A1048576"),
    "workbook with a note on columns": lambda: with_note("A1:XFD50000"),
    "workbook with a note in the last cell": lambda: with_note("XFD1048576"),
}
"""Workbooks with ranges whose cells openpyxl would create. They are imported."""
HIDDEN_WORKBOOKS: Mapping[str, Callable[[], bytes]] = {
    "workbook in another encoding": lambda: workbook(
        "", parts={SHEET: f'<?xml version="1.0" encoding="cp037"?><worksheet xmlns="{MAIN}"/>'.encode("cp037")}
    ),
    "workbook in UTF-7": lambda: workbook(
        "", parts={SHEET: f'<?xml version="1.0" encoding="UTF-7"?><worksheet xmlns="{MAIN}"/>'.encode()}
    ),
    "workbook with two parts of one name": lambda: workbook(ROWS, parts={f"/{SHEET}": b"<worksheet/>"}),
    "workbook with tags without an end": lambda: workbook(ROWS, "<mergeCell " * 49_000),
}
"""Workbooks that cannot be measured before they are read, or that cannot be read."""


PICTURE_PLAN = b"cities: [{name: Rome, country: IT}]\npictures: [{file: a.jpg, alt: A}]\n"


def jpeg(size: tuple[int, int], mode: str = "RGB", **options: object) -> bytes:
    """Return a JPEG of one colour."""
    return saved(Image.new(mode, size), "JPEG", subsampling=0, **options)


def jpeg_with_scans(size: tuple[int, int], scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated."""
    content = jpeg(size, progressive=True)
    start = content.rindex(b"\xff\xda")
    return content[:start] + content[start:-2] * scans + content[-2:]


def png_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG file with these chunks."""
    written = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def black_png(width: int, height: int, bits: int = 8, *before: tuple[bytes, bytes]) -> bytes:
    """Return a black PNG with transparency, with these chunks before its pixels."""
    head = struct.pack(">IIBBBBB", width, height, bits, 6, 0, 0, 0)
    rows = deflated(height * (1 + width * bits // 2))
    return png_chunks((b"IHDR", head), *before, (b"IDAT", rows), (b"IEND", b""))


LARGE_PICTURES: Mapping[str, Callable[[], bytes]] = {
    "PNG of 64 megapixels": lambda: black_png(8_000, 7_999),
    "PNG of 64 megapixels with 16 bits": lambda: black_png(8_000, 7_999, 16),
    "progressive JPEG of 64 megapixels": lambda: jpeg((8_000, 7_999), progressive=True),
    "progressive JPEG of four colours": lambda: jpeg((8_000, 7_999), "CMYK", progressive=True),
    "JPEG with 2,000 scans": lambda: jpeg_with_scans((64, 64), 2_000),
    "PNG that is wide": lambda: black_png(1_000_000, 100),
    "PNG with a large text": lambda: black_png(9, 9, 8, (b"zTXt", b"a\0\0" + deflated(64 << 20))),
    "PNG with a large profile": lambda: black_png(9, 9, 8, (b"iCCP", b"a\0\0" + deflated(64 << 20))),
}
"""Pictures that take much time or memory to decode."""
ALLOWED_PICTURES: Mapping[str, Callable[[], bytes]] = {
    "JPEG of 60 megapixels": lambda: jpeg((9_000, 6_600)),
    "JPEG of 47 megapixels that is turned": lambda: jpeg((7_900, 5_990), exif=turned()),
    "JPEG that is wide": lambda: jpeg((30_000, 2_100), exif=turned()),
    "PNG of 25 megapixels": lambda: black_png(5_000, 5_000, 16),
    "progressive JPEG of 25 megapixels": lambda: jpeg((5_000, 5_000), "CMYK", progressive=True),
}
"""The largest pictures that are decoded."""


def turned() -> bytes:
    """Return metadata by which a picture is shown turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif.tobytes()


def building(make: Callable[[], bytes], *codes: str) -> HostileInput:
    """Return a build of a plan with a picture."""
    return HostileInput(
        ("build", "--no-index"), lambda: {"plans/a.yaml": PICTURE_PLAN, "plans/pictures/a.jpg": make()}, codes
    )


def importing(make: Callable[[], bytes], code: str, name: str) -> HostileInput:
    """Return the import of a file that is an error with that code."""
    return HostileInput(("import", name), lambda: {name: make()}, (code,))


def word_file(body: str, styles: str = "") -> bytes:
    """Return a Word file with a fact table and, below it, more content of its body."""
    parts = {}
    with ZipFile(BytesIO(docx(table(["City", "Tianjin", "Rome"], ["Country", "China", "Italy"]) + body))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if styles:
        namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        parts["word/styles.xml"] = f'<w:styles xmlns:w="{namespace}">{styles}</w:styles>'.encode()
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def bases(count: int) -> str:
    """Return so many styles of which each is based on the next."""
    return "".join(
        f'<w:style w:type="paragraph" w:styleId="s{number}"><w:name w:val="s{number}"/>'
        f'<w:basedOn w:val="s{number + 1}"/></w:style>'
        for number in range(count)
    )


def csv_with_long_texts_above() -> bytes:
    """Return a table with texts above it that are kept in each of its plans."""
    above = ";".join(["x" * 100_000] * 20)
    return f"{above}\nCity 1;City 2\n".encode() + b"Tianjin;Rome\n" * 4_900


def labels(count: int) -> bytes:
    """Return a text with so many lines that could be labels, each with a word that no other has."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"city{letters[number % 26]}{letters[number // 26 % 26]}{number}" for number in range(count)]
    return ("City:\tRome\tTianjin\n" + "".join(f"{word}: words\n" for word in words)).encode()


LINES = "".join(paragraph(f"Line {number} of a text") for number in range(9_500))
DOCUMENTS: Mapping[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "Word file of 40,000 paragraphs": (
        "a.docx",
        lambda: word_file(paragraph("a") * 40_000),
        ("import-too-large",),
    ),
    "Word file of a million runs": (
        "a.docx",
        lambda: word_file(f"<w:p>{'<w:r/>' * 1_000_000}</w:p>"),
        ("import-too-large",),
    ),
    "Word file of 9,500 lines below a label": ("a.docx", lambda: word_file(paragraph("Objectives:") + LINES), ()),
    "Word file of 9,500 lines": ("a.docx", lambda: word_file(LINES), ()),
    "Word file with styles based on each other": (
        "a.docx",
        lambda: word_file(paragraph("a", style="s0") * 9_000, bases(9_000)),
        (),
    ),
    "text of 60,000 different words": ("a.txt", lambda: labels(60_000), ("import-too-large",)),
    "text of 9,000 different labels": ("a.txt", lambda: labels(9_000), ()),
    "Word file with a paragraph of 5 MB": (
        "a.docx",
        lambda: word_file(paragraph("word " * 1_000_000)),
        ("import-too-large",),
    ),
    "Word file with a long first line": (
        "a.docx",
        lambda: docx(paragraph("é" * 500_000) + table(["City", "Tianjin", "Rome"])),
        (),
    ),
    "Word file with the programme label 20,000 times": (
        "a.docx",
        lambda: word_file(paragraph("Funded by the European Union " * 35_000)),
        (),
    ),
    "table of eight million columns": ("a.csv", lambda: b"," * 8_000_000, ("import-too-large",)),
    "table of a million cells": (
        "a.csv",
        lambda: b"City 1,City 2,Period\n" + (b"a," * 255 + b"a\n") * 4_900,
        ("import-too-large",),
    ),
    "table of a million errors": (
        "a.csv",
        lambda: b"City 1,City 2,Period\n" + (b"#REF!," * 255 + b"#REF!\n") * 4_900,
        ("import-too-large",),
    ),
    "table of 190,000 cells": (
        "a.csv",
        lambda: b"City 1,City 2,Period\n" + (b"Rome," * 37 + b"Rome\n") * 4_900,
        (),
    ),
    "table of a million empty cells": (
        "a.csv",
        lambda: b"City 1,City 2,Period\n" + (b"," * 255 + b"\n") * 4_900 + b"Rome,Siena\n",
        (),
    ),
    "table with long texts above it": ("a.csv", csv_with_long_texts_above, ("import-too-large",)),
    "text of 2 MB": ("a.txt", lambda: b"City:\tRome\tTianjin\n" + b"Some words.\n" * 170_000, ("import-too-large",)),
}
"""Files to import, and the errors."""


def importing_as(name: str, make: Callable[[], bytes], codes: tuple[str, ...]) -> HostileInput:
    """Return the import of a file of that name into another folder."""
    return HostileInput(("import", name, "--into", "imported"), lambda: {name: make()}, codes)


CHANGE = b'{"command": "fmt", "visit": "", "files": ["plans/a.yaml"]}'
HUGE_FILES: Mapping[str, tuple[tuple[str, ...], Mapping[str, bytes], str, tuple[str, ...]]] = {
    "plan": (("build", "--no-index"), {}, "plans/b.yaml", ("file-too-large",)),
    "settings": (("build", "--no-index"), {}, "ucap.yaml", ("file-too-large",)),
    "translation": (("build", "--no-index", "--language", "fr"), {}, "translations/fr/a.po", ("file-too-large",)),
    "picture": (("build", "--no-index"), {"plans/a.yaml": PICTURE_PLAN}, "plans/pictures/a.jpg", ("picture-invalid",)),
    "manifest": (("build", "--no-index"), {}, "out/manifest.json", ()),
    "journal": (("build", "--no-index"), {}, "out/.manifest.journal", ()),
    "schema": (("build", "--no-index"), {}, "plans/plan.schema.json", ()),
    "document": (("build", "--no-index"), {}, "out/a.docx", ("document-edited",)),
    "history": (("undo",), {}, "plans/.history/000001/change.json", ("undo-nothing",)),
    "file of the history": (
        ("undo",),
        {"plans/.history/000001/change.json": CHANGE, "plans/.history/000001/after/0-a.yaml": PLAN},
        "plans/.history/000001/before/0-a.yaml",
        ("undo-nothing",),
    ),
    "signed PDF": (("check", "a.pdf"), {}, "a.pdf", ("file-not-accessible",)),
    "workbook": (("import", "a.xlsx"), {}, "a.xlsx", ("file-too-large",)),
    "plan to overwrite": (
        ("import", "a.csv", "--force"),
        {"a.csv": b"id,City 1,City 2\nb,Rome,Siena\n"},
        "plans/b.yaml",
        ("file-not-written",),
    ),
    "page of a pack": (
        ("build", "--no-index", "--template", "evil"),
        {"templates/evil/pack.yaml": b"extends: iuc-asia\n"},
        "templates/evil/summary.page.xml",
        ("pack-too-large",),
    ),
}
"""Files of a downloaded project that have two gibibytes, most of which archives compress to nothing: a command, its
other files, the name of the huge one, and the errors."""


def with_huge_file(
    words: tuple[str, ...], others: Mapping[str, bytes], name: str, codes: tuple[str, ...]
) -> HostileInput:
    """Return a command in a project with a huge file of that name."""
    return HostileInput(words, lambda: {**others, name: Padded(b" ", 2 * GIBIBYTE)}, codes)


NESTED = b"[" * 4_000_000
HEADER = b'msgid ""\nmsgstr "Language: fr\\n"\n\n'
PROJECT_FILES: Mapping[str, tuple[tuple[str, ...], str, Callable[[], bytes], tuple[str, ...]]] = {
    "translation of 45 empty comments": (
        ("check",),
        "translations/fr/a.po",
        lambda: b"#\n" * 45 + b"x",
        ("po-invalid",),
    ),
    "translation of 500,000 comments": (
        ("check",),
        "translations/fr/a.po",
        lambda: HEADER + b"#\n" * 500_000 + b'msgid "a"\nmsgstr "b"\n',
        (),
    ),
    "translation of a long text": (
        ("check",),
        "translations/fr/a.po",
        lambda: HEADER + b'msgid ""\n' + b'"word "\n' * 100_000 + b'msgstr ""\n',
        (),
    ),
    "record of changes in nested lists": (
        ("undo",),
        "plans/.history/000001/change.json",
        lambda: b'{"files": ' + NESTED,
        ("undo-nothing",),
    ),
    "manifest of nested lists": (("build", "--no-index"), "out/manifest.json", lambda: manifest(NESTED), ()),
    "settings of nested lists": (("check",), "ucap.yaml", lambda: b"rows: " + NESTED[:200_000], ("yaml-depth",)),
}
"""Files of a downloaded project: a command, the name of the file, and the errors."""


def manifest(body: bytes) -> bytes:
    """Return a manifest that says that it is complete."""
    return f'{{"format": 3, "sha256": "{sha256(body).hexdigest()}",\n'.encode() + body


def with_file(words: tuple[str, ...], name: str, make: Callable[[], bytes], codes: tuple[str, ...]) -> HostileInput:
    """Return a command in a project with a file of that name."""
    return HostileInput(words, lambda: {name: make()}, codes)


HOSTILE_INPUTS: Mapping[str, HostileInput] = {
    **{name: with_file(*file) for name, file in PROJECT_FILES.items()},
    **{f"{name} of 2 GiB": with_huge_file(*huge) for name, huge in HUGE_FILES.items()},
    **{name: importing(make, "import-damaged", "a.pdf") for name, make in HIDDEN_PDFS.items()},
    **{name: importing(make, "import-too-large", "a.pdf") for name, make in LARGE_PDFS.items()},
    **{name: importing(make, "import-damaged", "a.xlsx") for name, make in HIDDEN_WORKBOOKS.items()},
    **{name: importing(make, "import-too-large", "a.xlsx") for name, make in LARGE_WORKBOOKS.items()},
    **{name: building(make, "picture-invalid") for name, make in LARGE_PICTURES.items()},
    **{name: building(make) for name, make in ALLOWED_PICTURES.items()},
    **{name: importing_as(*document) for name, document in DOCUMENTS.items()},
    **{name: importing_as("a.xlsx", make, ()) for name, make in RANGE_WORKBOOKS.items()},
    "workbook with coloured cells in column XFD": importing(lambda: workbook(COLOURED), "import-empty", "a.xlsx"),
}
