"""Only what a label names goes into a field, and only in the form that the field takes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from time import process_time

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import load_workbook

from tests.imported_words import WORD, lost
from tests.imports import DATA, imported, labels, one_plan, read, refused
from tests.selected_cases import every
from tests.stages import ROOT, shipped_pack
from tests.test_import_damaged import ours, with_parts
from tests.test_import_tables import workbook
from tests.test_import_word import HEAD, content_of, hand_made
from ucap_reports.importers.draft_and_kept_comments import ImportedPlan
from ucap_reports.importers.import_file import MappedLabel, import_content
from ucap_reports.importers.imported_summaries import own_words
from ucap_reports.importers.imported_tables import target_of_header
from ucap_reports.importers.word_package import WORD as W
from ucap_reports.importers.word_package import Archive

GERMAN = {
    "Einwohner": "population",
    "Fl\u00e4che (km\u00b2)": "area_km2",
    "Laufzeit": "period",
    "Ansprechpartner": "contact.office",
}
SPANISH_ROWS = (
    ("Ciudad:", "M\u00e1laga", "Medell\u00edn"),
    ("Pa\u00eds:", "Espa\u00f1a", "Colombia"),
    ("Poblaci\u00f3n:", "578460", "2500000"),
    ("Temas de cooperaci\u00f3n:", "Agua", ""),
    ("Principales objetivos:", "Menos tr\u00e1fico.", ""),
)
PLURALS = {"city": "cities", "country": "countries"}
LINES = (
    "City Cooperation Fact Sheet: Mannheim \u2013 Qingdao",
    "Prepared by the City of Mannheim: International Office",
    "This sheet has further information about both cities.",
    "Please contact us before you print it.",
    "2018",
    "12 of 14",
    "Area of cooperation: the old town",
    "We wrote the objectives on the first day: with both offices",
    "Our twin city: a short history",
)
"""Lines without a label that names a field."""
SECONDS = 2


def word_rows(rows: tuple[tuple[str, ...], ...]) -> ImportedPlan:
    return one_plan(content_of(hand_made(*rows)[0]), "x.docx")


def text_rows(rows: tuple[tuple[str, ...], ...]) -> ImportedPlan:
    return one_plan("\n".join("\t".join(row) for row in rows), "x.txt")


def from_text(line: str) -> ImportedPlan:
    return one_plan(f"{line}\n\nCity:\tTianjin\tRome\nPeriod:\t2017\n\n{line} too\nIn print", "x.txt")


def from_word(line: str) -> ImportedPlan:
    document, table = hand_made(HEAD, ("Period", "2017", ""))
    table._tbl.addprevious(document.add_paragraph(line)._p)
    for text in ("", f"{line} too", "In print"):
        document.add_paragraph(text)
    return one_plan(content_of(document), "x.docx")


def test_spaces_in_short_chinese_labels_do_not_matter() -> None:
    cities = "\u57ce\u3000\u5e02\uff1a\t\u5929\u6d25\t\u7f57\u9a6c"
    countries = "\u56fd  \u5bb6\t\u4e2d\u56fd\t\u610f\u5927\u5229"

    plan = read(one_plan(f"{cities}\n{countries}\n", "x.txt"))

    assert [city.country[0].code for city in plan.cities] == ["CN", "IT"]


@pytest.mark.parametrize(
    ("header", "field"),
    [("City2 area km2", "cities[1].area_km2"), ("Area km2", "area_km2"), ("Population1", "cities[0].population")],
)
def test_numbers_of_cities_may_be_joined_to_headers(header: str, field: str) -> None:
    assert target_of_header(header, labels()) == field


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("source", [from_text, from_word])
def test_a_line_without_the_label_of_a_field_is_a_comment(source: object, line: str) -> None:
    assert callable(source)
    found = source(line)
    plan = read(found)
    assert [city.name for city in plan.cities] == [("Tianjin",), ("Rome",)]
    assert (plan.title, plan.contact, plan.period) == (None, None, "2017")
    for text in (f"# {line} (", f"# {line} too (", "# In print ("):
        assert text in found.text
    assert len(found.problems) == 3


@pytest.mark.parametrize("label", ["City Cooperation Fact Sheet", "Prepared by the City of Mannheim", "Photos by city"])
def test_a_row_of_a_table_with_such_a_label_is_a_comment(label: str) -> None:
    document, _ = hand_made((label, "Mannheim", "Qingdao"), HEAD, ("Country", "China", "Italy"))
    found = one_plan(content_of(document), "x.docx")
    assert [city.name for city in read(found).cities] == [("Tianjin",), ("Rome",)]
    assert f"# {label}: Qingdao (body" in found.text


@pytest.mark.parametrize(
    ("goals", "written"),
    [
        ("SDG 9, SDG 11 and SDG 13", ["SDG 9", "SDG 11", "SDG 13"]),
        ("SDG 9, 11 und 13", ["SDG 9", "SDG 11", "SDG 13"]),
        ("9; 11 & 13.", ["SDG 9", "SDG 11", "SDG 13"]),
        ("SDG 11 green cities and SDG 13", ["SDG 11 green cities", "SDG 13"]),
        ("SDG 11 Sustainable Cities and Communities", ["SDG 11 Sustainable Cities and Communities"]),
    ],
)
def test_a_word_between_goals_is_not_part_of_them(goals: str, written: list[str]) -> None:
    plan = one_plan(f"City 1|City 2|Goals\nTianjin|Rome|{goals}\n", "x.csv")
    assert "sdgs:\n" + "".join(f"  - {goal}\n" for goal in written) in plan.text
    assert plan.problems == ()


def test_words_that_are_no_goals_are_a_comment() -> None:
    found = one_plan("City 1|City 2|Goals\nTianjin|Rome|SDG 9, to be agreed\n", "x.csv")
    assert [goal.number for goal in read(found).sdgs] == [9]
    assert "to be agreed" in found.text


@pytest.mark.parametrize("separator", every(2, ["und", "and", "et", "y", "&"]))
def test_two_cities_with_a_word_between_them_are_two_columns_in_every_format(separator: str) -> None:
    rows = (("Stadt", f"Leipzig {separator} Nanjing"), ("Land", f"Deutschland {separator} China"))
    document, _ = hand_made(*rows)
    table = "\n".join(";".join(cells) for cells in zip(*rows, strict=True))
    files = {
        "x.docx": content_of(document),
        "x.xlsx": workbook(*rows, ("Laufzeit", 2018)),
        "x.csv": table.encode(),
        "x.txt": "\n".join("\t".join(row) for row in rows).encode(),
    }
    for name, content in files.items():
        plan = read(one_plan(content, name))
        cities = [(city.name, [country.code for country in city.country]) for city in plan.cities]
        assert cities == [(("Leipzig",), ["DE"]), (("Nanjing",), ["CN"])], name


@pytest.mark.parametrize(("label", "field"), GERMAN.items())
def test_german_labels_are_known_in_rows_and_headers(label: str, field: str) -> None:
    assert labels().find(label) == field
    values = {"population": "600000", "area_km2": "300", "period": "2018", "contact.office": "Frau Meier"}
    number, other = (" 1", "\t7000") if field in {"population", "area_km2"} else ("", "")
    in_table = one_plan(f"Stadt 1;Stadt 2;{label}{number}\nLeipzig;Nanjing;{values[field]}\n", "x.csv")
    in_rows = one_plan(f"Stadt:\tLeipzig\tNanjing\n{label}:\t{values[field]}{other}\n", "x.txt")
    for found in (in_table, in_rows):
        assert "Not imported" not in found.text
        assert values[field] in found.text


def test_a_header_over_two_rows_names_its_column() -> None:
    rows = (
        ("City 1", None, "City 2", None, "Themes"),
        ("Name", "Country", "Name", "Country", None),
        ("Tianjin", "China", "Rome", "Italy", "Aerospace"),
    )
    merged = imported(workbook(*rows, merged=("A1:B1", "C1:D1", "E1:E2")), "x.xlsx")
    (plan,) = map(read, merged.plans)
    assert plan.themes == ("Aerospace",)
    assert [city.country[0].code for city in plan.cities] == ["CN", "IT"]
    assert merged.problems == ()
    (other,) = imported(workbook(*rows), "x.xlsx").plans
    assert "# Aerospace (Sheet \u203a E3)" in other.text  # the header row has no header in this column


@pytest.mark.parametrize("text", ["_", " ", "Word_", "Word"])
def test_a_long_header_is_read_in_linear_time(text: str) -> None:
    start = process_time()
    assert target_of_header(text * 50_000, labels()) is None
    assert process_time() - start < SECONDS


def test_labels_with_the_words_of_two_fields_name_none() -> None:
    assert labels().proposal("Challenges and objectives") is None
    assert labels().proposal("Population of the region") is None
    assert labels().proposal("Related SDGs and topics of the urban agenda") == "topics"


def test_only_the_first_words_of_a_known_row_that_takes_one_line_are_its_value() -> None:
    found = one_plan("City: Tianjin; Rome\nPrepared by the office\n\nPeriod:\n2017 to 2019\n", "x.txt")
    assert [city.name for city in read(found).cities] == [("Tianjin",), ("Rome",)]
    assert read(found).period == "2017 to 2019"
    assert "# Prepared by the office (line 2)" in found.text


def with_note(parts: dict[str, bytes]) -> None:
    """Add a hidden run, a text box and a line in the footer to a file of the product."""
    body, footer = "word/document.xml", "word/footer1.xml"
    hidden = b"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden words</w:t></w:r></w:p>"
    reference = b'<w:p><w:r><w:t>See</w:t></w:r><w:r><w:footnoteReference w:id="7"/></w:r></w:p>'
    parts[body] = parts[body].replace(b"</w:tbl>", b"</w:tbl>" + hidden + reference, 1)
    parts[footer] = parts[footer].replace(b"</w:ftr>", b"<w:p><w:r><w:t>Draft 3</w:t></w:r></w:p></w:ftr>")
    note = b'<w:footnote w:id="7"><w:p><w:r><w:t>since 2016</w:t></w:r></w:p></w:footnote>'
    parts["word/footnotes.xml"] = b'<w:footnotes xmlns:w="' + W[1:-1].encode() + b'">' + note + b"</w:footnotes>"


def test_words_added_to_a_file_of_the_product_are_comments_even_if_its_dates_are_unchanged() -> None:
    found = one_plan(with_parts(ours(), with_note), "x.docx")
    for words in ("hidden text: hidden words", "footnote: since 2016", "Draft 3", "See"):
        assert f"# {words} (" in found.text
    assert {problem.code for problem in found.problems} == {"import-aside", "import-unplaced"}


def test_footnotes_of_other_files_with_dates_at_midnight_are_comments() -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    document.core_properties.created = document.core_properties.modified = midnight
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "7")
    document.add_paragraph("See").add_run()._r.append(reference)
    part = b'<w:footnotes xmlns:w="' + W[1:-1].encode() + b'"><w:footnote w:id="7"><w:p><w:r><w:t>since 2016'
    part += b"</w:t></w:r></w:p></w:footnote></w:footnotes>"
    found = one_plan(
        with_parts(content_of(document), lambda parts: parts.update({"word/footnotes.xml": part})), "x.docx"
    )
    assert "# footnote: since 2016 (" in found.text
    assert read(found).updated is None


@pytest.mark.no_cover
@pytest.mark.parametrize("line", ["Italy 2017 Rome", "endif text"])
def test_a_line_with_words_of_the_table_or_of_tags_is_a_comment_in_a_file_in_the_form_of_a_pack(line: str) -> None:
    pack = shipped_pack()
    label = {field: text for text, field in labels().printed(pack).items()}
    rows = ((label["cities"], "Tianjin", "Rome"), (label["country"], "China", "Italy"), (label["period"], "2017"))
    text = "\n".join("\t".join(row) for row in rows)
    found = one_plan(f"{pack.settings.title}\n\n{text}\n\n{line}\n\nTianjin \u2013 Rome\n", "x.txt")
    assert f"# {line} (line" in found.text
    assert [problem.code for problem in found.problems] == ["import-unplaced"]


def word_texts(content: bytes) -> list[str]:
    """The paragraphs of all parts of a Word file, without deleted words and page numbers."""
    archive = Archive(content, "x.docx", "docx")
    roots = [archive.xml(name) for name in archive.names if name.startswith("word/") and name.endswith(".xml")]
    paragraphs = [paragraph for root in roots for paragraph in root.iter(f"{W}p")]
    texts = [
        [each for each in paragraph.iter(f"{W}t") if next(each.iterancestors(f"{W}p")) is paragraph]
        for paragraph in paragraphs
    ]
    return ["".join(each.text or "" for each in found) for found in texts]


def sheet_texts(content: bytes) -> list[str]:
    """The cells and notes of a workbook, without error values and ids."""
    cells = [cell for sheet in load_workbook(BytesIO(content), data_only=True) for row in sheet.rows for cell in row]
    notes = [cell.comment.text for cell in cells if cell.comment]
    values = [cell.value for cell in cells if isinstance(cell.value, str)]
    return [value for value in values if not re.fullmatch(r"#.*|[a-z-]+", value)] + notes


def words_of_labels(texts: list[str]) -> list[str]:
    return [text for text in texts if target_of_header(text, labels())]


def test_no_word_of_the_word_file_of_a_real_program_is_lost() -> None:
    content = (DATA / "office-summary.docx").read_bytes()
    texts = word_texts(content)
    assert lost(texts, imported(content, "office-summary.docx"), words_of_labels(texts)) == set()


@pytest.mark.parametrize("name", ["office.xlsx", "pairings.xlsx"])
def test_no_word_of_the_workbooks_of_a_real_program_is_lost(name: str) -> None:
    content = (DATA / name).read_bytes()
    texts = sheet_texts(content)
    known = {*WORD.findall(" ".join(words_of_labels(texts))), "Urban", "Agenda"}  # of "Urban Agenda: jobs"
    assert lost(texts, imported(content, name), []) - known == set()


@pytest.mark.no_cover
def test_no_word_of_the_table_of_pairings_is_lost() -> None:
    content = (ROOT / "plans" / "sources" / "pairings.csv").read_bytes()
    columns = "columns: {partner_cities: 'cities[0].name', european_cities: 'cities[1].name'}"
    found = imported(content, "pairings.csv", columns)
    header = set(WORD.findall(content.decode().splitlines()[0]))
    assert lost(content.decode().splitlines(), found, ["Urban Agenda"]) - header == set()


def test_no_word_of_the_published_summary_is_lost() -> None:
    content = (DATA / "tianjin-rome.txt").read_bytes()
    text = content.decode()
    assert lost([], imported(content, "tianjin-rome.txt"), []) == set()
    kept = WORD.findall(one_plan(content, "tianjin-rome.txt").text)
    pack = shipped_pack()
    said = {word for label in labels().printed(pack) for word in WORD.findall(label)} | own_words(pack, None)
    said |= set(WORD.findall(f"{pack.settings.contact} p u i ul li style list type none N A o"))
    assert {word for word in WORD.findall(text) if word not in kept} - said == set()


def test_what_a_document_of_the_product_prints_beside_the_plan_is_its_own() -> None:
    document = Document(BytesIO(ours()))
    (line,) = (row for table in document.sections[0].footer.tables for row in table.rows)
    assert line.cells[0].text.startswith("Tianjin – Rome")
    assert one_plan(ours(), "x.docx").problems == ()


NUMBERED = {
    "numbers": (("City 1", "Tianjin"), ("City 2:", "Rome"), ("Country 1", "China"), ("Country 2", "Italy")),
    "names": (
        ("City 1 name", "Tianjin"),
        ("City 1 country", "China"),
        ("City 2 name", "Rome"),
        ("City 2 country", "Italy"),
    ),
    "brackets": (
        ("Country (City 2)", "Italy"),
        ("City 2", "Rome"),
        ("City 1", "Tianjin"),
        ("Country (City 1)", "China"),
    ),
    "blocks": (("City 1", "Tianjin"), ("Country", "China"), ("City 2", "Rome"), ("Country", "Italy")),
    "Chinese": (("城市一", "Tianjin"), ("城市二", "Rome"), ("国家一", "China"), ("国家二", "Italy")),
}
"""Rows of a table, each about one city."""
OTHERS = (("Themes", "Water"), ("Results", "Less noise."))


def word_table(rows: tuple[tuple[str, str], ...]) -> tuple[bytes | str, str]:
    return content_of(hand_made(*rows)[0]), "x.docx"


def word_lines(rows: tuple[tuple[str, str], ...]) -> tuple[bytes | str, str]:
    document = Document()
    for label, text in rows:
        document.add_paragraph(f"{label.removesuffix(':')}: {text}")
    return content_of(document), "x.docx"


def text_dump(rows: tuple[tuple[str, str], ...]) -> tuple[bytes | str, str]:
    return "\n".join(f"{label.removesuffix(':')}: {text}" for label, text in rows), "x.txt"


def vertical_table(rows: tuple[tuple[str, str], ...]) -> tuple[bytes | str, str]:
    return "\n".join(";".join(row) for row in rows), "x.csv"


SOURCES = [word_table, word_lines, text_dump, vertical_table]


@pytest.mark.no_cover
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("rows", NUMBERED.values(), ids=NUMBERED)
def test_rows_of_one_city_each_are_read_by_the_numbers_of_the_cities(
    source: Callable[[tuple[tuple[str, str], ...]], tuple[bytes | str, str]], rows: tuple[tuple[str, str], ...]
) -> None:
    mapping: list[MappedLabel] = []
    content, name = source((*rows, *OTHERS))
    content = content if isinstance(content, bytes) else content.encode()
    (plan,) = import_content(content, name, labels(), mapping=mapping).plans
    facts = read(plan)
    cities = [(city.name, [country.code for country in city.country]) for city in facts.cities]
    assert cities == [(("Tianjin",), ["CN"]), (("Rome",), ["IT"])]
    assert (facts.themes, facts.results.text) == (("Water",), "Less noise.")
    assert plan.problems == ()
    assert {label.field for label in mapping} >= {"cities[0].name", "cities[1].name", "themes", "results"}
    assert all(label.certain for label in mapping)


@pytest.mark.parametrize(
    "rows",
    [
        (
            ("1. City", "Tianjin and Rome"),
            ("2. Country", "China"),
            ("3. Population", "13.6 Mio"),
        ),  # numbers of the rows
        (("City 2", "Rome"), ("Country 2", "Italy"), ("Population", "13.6 Mio")),
    ],
)
@pytest.mark.parametrize("source", SOURCES[:3])
def test_rows_with_other_numbers_name_no_cities(
    source: Callable[[tuple[tuple[str, str], ...]], tuple[bytes | str, str]], rows: tuple[tuple[str, str], ...]
) -> None:
    content, name = source((*rows, *OTHERS))
    assert refused(content, name) == ["import-no-cities"]


def test_a_city_after_a_gap_in_the_numbers_is_a_comment() -> None:
    document, _ = hand_made(("City 1", "Tianjin"), ("City 3", "Rome"), *OTHERS)
    plan = one_plan(content_of(document), "x.docx")
    assert [city.name for city in read(plan).cities] == [("Tianjin",)]
    assert "# City 3: Rome (" in plan.text


@pytest.mark.parametrize("in_table", [False, True])
def test_lines_with_labels_in_one_paragraph_are_read_like_paragraphs(*, in_table: bool) -> None:
    """As after Shift+Enter in Word."""
    text = "City: Tianjin; Rome\nCountry: China; Italy\nThemes: Water\nAir\nResults: Less noise.\nMore trees."
    document = Document()
    if in_table:
        document.add_table(rows=1, cols=1).cell(0, 0).text = text
    else:
        document.add_paragraph(text)
    plan = one_plan(content_of(document), "x.docx")
    facts = read(plan)
    assert [(city.name, city.country[0].code) for city in facts.cities] == [(("Tianjin",), "CN"), (("Rome",), "IT")]
    assert (facts.themes, facts.results.text) == (("Water", "Air"), "Less noise.\nMore trees.")
    assert plan.problems == ()


def test_a_number_of_a_city_says_nothing_beside_a_row_with_all_cities() -> None:
    document, _ = hand_made(HEAD, ("City 1", "a remark"), *OTHERS)
    plan = one_plan(content_of(document), "x.docx")
    assert [city.name for city in read(plan).cities] == [("Tianjin",), ("Rome",)]
    assert "# City 1: a remark (" in plan.text


@pytest.mark.parametrize(
    ("above", "is_kept"), [(("", "City 1", "City 2"), False), (("", "City 2", "City 1"), True), (("", "A", ""), True)]
)
def test_the_numbers_of_cities_above_their_columns_are_no_text(above: tuple[str, ...], *, is_kept: bool) -> None:
    document, _ = hand_made(above, HEAD, ("Country", "China", "Italy"))
    plan = one_plan(content_of(document), "x.docx")
    assert [city.name for city in read(plan).cities] == [("Tianjin",), ("Rome",)]
    assert (plan.problems != ()) == is_kept


@pytest.mark.parametrize("source", [word_rows, text_rows], ids=["docx", "txt"])
def test_import_sets_the_language_that_all_labels_of_a_file_have(source: Callable[..., ImportedPlan]) -> None:
    found = source(SPANISH_ROWS)

    assert read(found).language == "es"
    (guess,) = (problem for problem in found.problems if problem.code == "import-guessed")
    assert guess.details["language"] == "es"


@pytest.mark.parametrize(
    "rows",
    [SPANISH_ROWS[:3], (*SPANISH_ROWS, ("Cooperation Themes:", "Agua", "")), (("City", "Ciudad Real", "Rome"),)],
    ids=["few labels", "two languages", "English"],
)
def test_import_sets_no_language_that_not_all_labels_have(rows: tuple[tuple[str, ...], ...]) -> None:
    assert "language" not in read(word_rows(rows)).model_fields_set


def test_the_label_of_a_text_without_a_field_has_one_colon_in_every_script() -> None:
    found = word_rows((("\u57ce\u5e02\uff1a", "\u5e7f\u5dde", "\u7f57\u9a6c"), ("\u90ae\u7f16\uff1a", "510000", "")))

    assert "# \u90ae\u7f16: 510000" in found.text
    (unplaced,) = (problem for problem in found.problems if problem.code == "import-unplaced")
    assert unplaced.details["text"] == "\u90ae\u7f16: 510000"


def test_labels_of_cities_and_countries_are_known_in_the_plural_too() -> None:
    known = labels()
    for field in (known.known.of_key("name"), known.known.of_key("country")):
        assert field is not None
        for label in field.import_names:
            *words, last = label.split()
            if last in PLURALS:
                plural = " ".join([*words, PLURALS[last]]).replace("name of the", "names of the")
                assert known.find(plural) == field.key, plural


def test_columns_of_partner_and_european_cities_are_the_columns_of_a_plan() -> None:
    header = "partner_cities,partner_countries,european_cities,european_countries"

    plan = read(one_plan(f"{header}\nLongyan,China,Mannheim; Prague,Germany; Czech Republic\n", "x.csv"))

    assert [city.name for city in plan.cities] == [("Longyan",), ("Mannheim", "Prague")]
    assert [len(city.country) for city in plan.cities] == [1, 2]
