"""The objects of a PDF file: where they are, and how many bytes they take."""

import re
import struct
import zlib
from io import BytesIO

import pikepdf
import yaml

from tests.stages import EXAMPLE, example_summary, pdf_file, summary_of
from ucap_reports.fonts.font_faces import family_source, open_face
from ucap_reports.pdf.file.canvas import Canvas, Used
from ucap_reports.pdf.file.pdf_objects import points
from ucap_reports.template.lengths_colours_and_paper_sizes import Length


def example() -> bytes:
    return pdf_file(example_summary()).content


def stream_at(pdf: bytes, place: int) -> tuple[bytes, bytes]:
    """The dictionary of the stream object at that place, and its decompressed content."""
    entries, _, rest = pdf[place:].partition(b"\nstream\n")
    length = int(re.findall(rb"/Length (\d+)>>$", entries)[0])
    assert rest[length:].startswith(b"\nendstream\nendobj\n")
    return entries, zlib.decompress(rest[:length])


def test_equal_lengths_are_written_the_same() -> None:
    """What is written does not depend on which of two equal lengths another document had before."""
    assert [points(-0.0), points(0.0), points(0)] == ["0.00", "0.00", "0.00"]
    assert [points(-0.004), points(12.345), points(Length(12.25))] == ["-0.00", "12.35", "12.25"]


def table_of(pdf: bytes) -> list[tuple[int, int, int]]:
    """The rows of the cross-reference stream (ISO 32000-1, 7.5.8.3): the kind of each object, and two numbers."""
    entries, content = stream_at(pdf, int(pdf.rsplit(b"startxref\n", 1)[1].split()[0]))
    assert b"/W[1 4 2]" in entries
    return list(struct.iter_unpack(">BIH", content))


def test_the_table_leads_to_each_object() -> None:
    pdf = example()
    table = table_of(pdf)
    assert table[0] == (0, 0, 65535)
    for number, (kind, place, index) in enumerate(table[1:], 1):
        if kind == 1:
            assert pdf[place:].startswith(b"%d 0 obj\n" % number)
            continue
        entries, content = stream_at(pdf, table[place][1])
        first = int(re.findall(rb"/First (\d+)", entries)[0])
        numbers = [int(each) for each in content[:first].split()]
        assert (kind, numbers[2 * index]) == (2, number)
        start, end = numbers[2 * index + 1], [*numbers[3::2], len(content)][index]
        assert content[first + start : first + end].strip()


def test_every_object_that_is_not_a_stream_is_compressed() -> None:
    pdf = example()
    plain = [number for number, (kind, _, _) in enumerate(table_of(pdf)) if kind == 1]
    with pikepdf.open(BytesIO(pdf)) as document:
        streams = [each.objgen[0] for each in document.objects if isinstance(each, pikepdf.Stream)]
    assert plain == sorted(streams)


def test_readers_find_no_fault_in_the_file() -> None:
    with pikepdf.open(BytesIO(example())) as document:
        assert document.check_pdf_syntax() == []


def test_the_pdf_of_the_example_has_at_most_30_kilobytes() -> None:
    assert len(example()) <= 30_000


def test_seventy_other_characters_in_two_styles_need_at_most_5_kilobytes_more() -> None:
    plan = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    plan["results"] += "\n\n**Łódź Győr Šibenik** Ελλάδα България Đà Nẵng 城市合作项目规划创新环境"
    more = pdf_file(summary_of(yaml.safe_dump(plan, allow_unicode=True))).content
    assert len(more) <= len(example()) + 5_000


def test_of_finished_and_repeated_pages_only_the_characters_of_texts_are_kept() -> None:
    face = open_face(family_source("Arimo", bold=False, italic=False))
    size = Length(100), Length(100)
    used = Used()
    finished = Canvas(0, size, used)
    used.texts[face].append("Rome")
    finished.finish()
    assert not used.texts
    margin = Canvas(0, size, Used())
    margin.used.texts[face].append("1/2")
    operators, repeated = margin.repeated()
    assert not repeated.texts
    finished.repeat(operators, repeated)
    used.texts[face].append("Oslo")
    assert used.characters[face] == set("RomeOslo1/2")


def test_all_characters_of_a_long_text_are_found() -> None:
    face = open_face(family_source("Arimo", bold=False, italic=False))
    characters = "".join(map(chr, (*range(0x300), 0x2192, 0x57CE, 0x1F600)))
    used = Used()
    used.texts[face] += [characters] * 3
    assert used.characters[face] == set(characters)
    used.texts[face].append("a" * 3000)
    assert used.characters[face] == set(characters)
