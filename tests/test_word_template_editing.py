"""The shipped Word template: it looks like the document, and an officer changes it in Word or LibreOffice."""

from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Length, Mm, RGBColor
from msgspec.structs import replace
from PIL import Image, ImageChops

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from tests.photos import photograph, saved
from tests.samples import EVERYTHING, row, seed_summary, shared, with_rows
from tests.selected_cases import mostly_long
from tests.stages import ROOT, shipped_pack, summary_of
from tests.test_template_export import SUMMARIES
from tests.tools import office_file, office_pdf
from tests.word_templates import SHIPPED, W, pack_of, part, rows, text_of, texts, themed
from tests.words import docx_words
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import WORD_TEMPLATE
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.render_word import render_word

pytestmark = pytest.mark.no_cover

DATA = Path(__file__).parent / "data" / "word"
PLANS = ("tianjin-rome", "liuzhou-barnsley", "zhengzhou-malaga")
MOST_DIFFERENT = 0.02
"""The largest share of pixels that differ between two pages that look the same: text that is moved by a twip."""
MANY = with_rows(
    row("population", "Population:", *(f"{number} Mio" for number in range(5))),
    shared("activities", "Activities:", EVERYTHING),
    columns=tuple(f"City {number}" for number in range(5)),
)
PLAN = """\
cities:
  - {name: Tianjin, country: China, region: Tianjin, population: 13600000}
  - {name: Rome, country: Italy, region: Lazio}
updated: 2019-04-30
period: May 2017
themes: [Aerospace, Smart city construction]
challenges: Internationalisation of the city.
activities:
  - "January 2017: visit of a delegation."
  - "March 2017: a **study** visit."
results: To be analysed.
contact: {office: IUC-ASIA, email: office@iuc-asia.eu}
"""


def template() -> bytes:
    return (SHIPPED / WORD_TEMPLATE).read_bytes()


def plan_summary(name: str) -> Summary:
    return summary_of((ROOT / "plans" / f"{name}.yaml").read_text(encoding="utf-8"), name)


def written_and_filled(summary: Summary) -> tuple[bytes, bytes]:
    """The Word file written from the page template, and the one from the Word template."""
    pack = shipped_pack()
    of_page = replace(pack, files={path: file for path, file in pack.files.items() if path != WORD_TEMPLATE})
    return render_word(summary, of_page).content, render_word(summary, pack).content


def pages(docx: bytes) -> list[Image.Image]:
    """The pages of a Word file as LibreOffice prints them."""
    with pdfium.PdfDocument(office_pdf(docx)) as document:
        return [page.render(scale=1).to_pil().convert("L") for page in document]


def test_the_shipped_template_has_no_statements_and_is_one_page() -> None:
    parts = read_package(template())
    text = "".join(
        text_of(part(template(), name)) for name in parts if name.endswith(("document.xml", "1.xml", "2.xml"))
    )
    assert "{%" not in text
    assert rows(part(template()))[:2] == [
        ["{{ summary.column_label }}", "{{ head }}"],
        ["{{ row.label }}", "{{ cell }}"],
    ]
    assert len(pages(template())) == 1


@pytest.mark.parametrize("plan", mostly_long([*PLANS, "many columns"], {"many columns"}))
def test_documents_look_like_those_written_from_the_page_template(plan: str) -> None:
    summary = MANY if plan == "many columns" else plan_summary(plan)
    written, filled = (pages(content) for content in written_and_filled(summary))
    assert len(filled) == len(written)
    for one, other in zip(written, filled, strict=True):
        different = ImageChops.difference(one, other).point(lambda value: 255 * (value > 60))
        assert different.histogram()[255] <= MOST_DIFFERENT * one.width * one.height


@pytest.mark.parametrize("summary", SUMMARIES)
def test_a_template_with_statements_prints_the_words_of_the_one_by_example(summary: str) -> None:
    of_statements = pack_of((DATA / "iuc-asia-with-statements.docx").read_bytes())
    words = docx_words(render_word(SUMMARIES[summary], shipped_pack()).content)
    assert docx_words(render_word(SUMMARIES[summary], of_statements).content) == words


def test_a_file_built_from_a_template_with_statements_is_reviewed(tmp_path: Path) -> None:
    write_plan(tmp_path, "tianjin-rome.yaml", PLAN)
    (tmp_path / "built.docx").write_bytes((DATA / "built-from-statements.docx").read_bytes())
    edited = WordEdit(tmp_path / "built.docx")
    edited.replace("Lazio", "Latium", "Li Wei")
    edited.replace("To be analysed", "To be measured", "Li Wei")
    edited.save(tmp_path / "edited.docx")
    changes = ucap(tmp_path, "review", "edited.docx", "--json").report["changes"]
    assert {(change["field"], change["new"]) for change in changes} == {
        ("cities[1].region", "Latium"), ("results", "To be measured."),
    }  # fmt: skip


# What an officer changes


def logo() -> bytes:
    return saved(photograph((300, 200), seed=7), "PNG")


def changed_template() -> bytes:
    """The shipped template with another column width, colours, text and logo."""
    document = Document(BytesIO(template()))
    label, cells = document.tables[0].columns
    label_width, total = Mm(70), sum(column.width or 0 for column in (label, cells))
    for column, width in ((label, label_width), (cells, Length(total - label_width))):
        column.width = width
        for cell in column.cells:
            cell.width = width
    for shade in next(document.element.iter(qn("w:tr"))).iter(qn("w:shd")):
        shade.attrib.clear()
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "004D40")
    header = document.sections[0].first_page_header.tables[0]
    (brand, *_) = [
        paragraph for cell in header.rows[0].cells for paragraph in cell.paragraphs if paragraph.text == "IUC"
    ]
    brand.runs[0].text = "Our Office"
    brand.runs[0].font.color.rgb = RGBColor(0x80, 0, 0)
    content = BytesIO()
    document.save(content)
    parts = read_package(content.getvalue())
    (picture,) = [name for name in parts if name.startswith("word/media/")]
    parts[picture] = logo()
    return write_package(compressed(name, part_content) for name, part_content in parts.items())


@pytest.mark.long
@pytest.mark.parametrize("form", ["saved by python-docx", "saved by LibreOffice"])
def test_an_officer_changes_a_width_a_colour_a_text_and_the_logo(form: str, tmp_path: Path) -> None:
    changed = changed_template()
    if form == "saved by LibreOffice":
        changed = office_file(changed)
    folder = tmp_path / "templates" / "ours"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    (folder / WORD_TEMPLATE).write_bytes(changed)
    write_plan(tmp_path, "tianjin-rome.yaml", PLAN)
    check = ucap(tmp_path, "template", "check", "ours", "--json").report
    assert check["ok"], check["problems"]
    assert len(check["repeats"]) == 5
    assert ucap(tmp_path, "build", "--template", "ours", "--format", "docx").code == 0
    built = (tmp_path / "out" / "tianjin-rome.ours.docx").read_bytes()
    root = part(built)
    facts = next(root.iter(f"{W}tbl"))
    assert [row[0] for row in rows(facts)][:3] == ["City:", "Province, State, Department...:", "Country:"]
    widths = [int(column.get(f"{W}w", "")) for column in facts.iter(f"{W}gridCol")]
    assert widths[0] == pytest.approx(Mm(70).twips, abs=20)
    assert widths[1] == pytest.approx(widths[2], abs=20)
    first_row = next(facts.iter(f"{W}tr"))
    assert {shade.get(f"{W}fill") for shade in first_row.iter(f"{W}shd")} == {"004D40"}
    headers = [part(built, name) for name in read_package(built) if name.startswith("word/header")]
    assert any("Our Office" in texts(header) for header in headers)
    assert "800000" in {colour.get(f"{W}val") for header in headers for colour in header.iter(f"{W}color")}
    pictures = [content for name, content in read_package(built).items() if name.startswith("word/media/")]
    assert [Image.open(BytesIO(content)).size for content in pictures] == [(300, 200)]


def test_a_template_without_changes_follows_the_colours_of_the_pack() -> None:
    pack = themed({"colours": {"blue": "#004D40"}})
    facts = next(part(render_word(seed_summary(), pack).content).iter(f"{W}tbl"))
    assert {shade.get(f"{W}fill") for shade in next(facts.iter(f"{W}tr")).iter(f"{W}shd")} == {"004D40"}
