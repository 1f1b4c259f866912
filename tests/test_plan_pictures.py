"""Pictures of plans in all formats: their place, their words, their alternatives, and what becomes of their files."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import html
from msgspec.structs import replace

from tests.hostile_packs import png
from tests.pdf_text import Node, embedded_plan, pdf_words, structure
from tests.photos import photograph, saved, write_pictures
from tests.selected_cases import every
from tests.stages import shipped_pack
from tests.verapdf import AssertConformant
from tests.word_templates import docx, filled, paragraph, part
from tests.words import docx_words, html_words, summary_words
from ucap_reports import Rendered, render
from ucap_reports.batch.plan_pictures import PictureFile, pictures_of, prepared_pictures
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pictures import picture_preparation_and_quality
from ucap_reports.pictures.picture_preparation_and_quality import PreparedPicture
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import read_source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.word.compile.template_opening import open_template

W, WP = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}",
)
ALTS = ["The Colosseum & <people>", "Ten people at a table.", "The same picture."]


def summary_of(path: Path, pack: str = "iuc-asia") -> Summary:
    """The summary of a plan file with its pictures."""
    plan = load_plan(path)
    files = pictures_of(read_source(path), path.parent / "pictures")
    return compose_summary(plan, shipped_pack(pack), images=prepared_pictures(plan, files))


def rendered(path: Path, **options: object) -> Rendered:
    return render(path, formats="pdf,docx,html", **options)  # type: ignore[arg-type] # the options of `render`


def codes(path: Path) -> list[tuple[str, str | None]]:
    """The code and the field of each error of a plan file."""
    with pytest.raises(ProblemsFound) as found:
        render(path)
    return [(each.code, each.location.field) for each in found.value.problems if each.severity.value == "error"]


def figures(node: Node) -> Iterator[Node]:
    return (each for each in node.find("Figure") if each.alt in ALTS)


@pytest.mark.parametrize("pack", every(2, ["iuc-asia", "plain", "iuc-japan", "iuc-americas"]))
def test_all_formats_have_the_words_of_the_summary_and_the_alternatives(tmp_path: Path, pack: str) -> None:
    path = write_pictures(tmp_path)
    summary = summary_of(path, pack)
    words = summary_words(summary)
    assert "Rossi" in words
    if pack == "plain":  # the cities are the heading, below the title
        below_title = len(summary.title.split())
        words[below_title:below_title] = summary.names.split()
    result = rendered(path, template=pack)
    assert pdf_words(result.pdf.content) == words
    assert docx_words(result.docx.content) == words
    assert html_words(result.html.content) == words
    assert [each.alt for each in figures(structure(result.pdf.content))] == ALTS
    drawn = part(result.docx.content).iter(f"{WP}docPr")
    assert [alt for each in drawn if (alt := str(each.get("descr"))) != "European Union flag"] == ALTS
    assert [each.get("alt") for each in html.fromstring(result.html.content.decode()).iter("img")] == ALTS
    assert [each.code for each in result.problems if each.code.startswith("picture")] == []


def test_the_caption_is_part_of_the_figure_after_the_picture(tmp_path: Path) -> None:
    node = structure(rendered(write_pictures(tmp_path)).pdf.content)
    captions = [[child.text for child in each.find("Caption")] for each in figures(node)]
    assert captions == [[], ["The workshop of May.Photo: Maria Rossi"], ["Once more"]]


@pytest.mark.parametrize("standard", list(PdfStandard))
def test_pdfs_with_pictures_conform_to_the_standards(
    tmp_path: Path, standard: PdfStandard, assert_conformant: AssertConformant
) -> None:
    path = write_pictures(tmp_path)
    clear = photograph((400, 300)).convert("RGBA")
    clear.putalpha(100)
    (path.parent / "pictures" / "workshop.png").write_bytes(saved(clear, "PNG"))
    (path.parent / "pictures" / "rome.jpg").write_bytes(saved(photograph().convert("CMYK")))
    content = render(path, formats="pdf", pdf_standard=standard.value).pdf.content
    assert_conformant(content, standard)
    if standard is PdfStandard.UA_2:
        assert "workshop.png" in embedded_plan(content)


def test_a_word_file_with_pictures_is_a_valid_template(tmp_path: Path) -> None:
    content = rendered(write_pictures(tmp_path)).docx.content
    with ZipFile(BytesIO(content)) as package:
        media = [name for name in package.namelist() if "/plan-" in name]
        assert len(media) == len(set(media)) == 2  # the picture that is used twice is in the file once
        identifiers = [each.get("id") for each in part(content).iter(f"{WP}docPr")]
    assert len(identifiers) == len(set(identifiers))
    opened = open_template(PackFile("summary.docx", content))
    assert list(opened.content_problems()) == []
    styles = [each.get(f"{W}val") for each in part(content).iter(f"{W}pStyle")]
    assert "UCAPcaption" in styles


def test_documents_have_the_pictures_in_the_order_of_the_plan(tmp_path: Path) -> None:
    picture = "picture: {file: rome.jpg, alt: y}"
    cities = f"cities: [{{name: [Turin, Genoa], {picture}}}, {{name: Rome, {picture}}}]\n"
    path = write_pictures(tmp_path, f"{cities}pictures: [{{file: rome.jpg, alt: y}}]\n")
    fields = [field for field, _ in load_plan(path).all_pictures()]
    assert [shown.field for shown in summary_of(path).all_pictures] == fields
    assert fields == ["cities[1].picture", "cities[0].picture", "pictures[0]"]


def test_documents_without_pictures_do_not_mention_them(tmp_path: Path) -> None:
    path = write_pictures(tmp_path, "cities: [{name: Rome}]\nupdated: 2019-04-30\nresults: Less traffic.\n")
    result = rendered(path)
    assert b"<figure" not in result.html.content
    assert b"figcaption" not in result.html.content
    with ZipFile(BytesIO(result.docx.content)) as package:
        assert b"caption" not in package.read("word/styles.xml") + package.read("word/document.xml")
    assert "Caption" not in str(structure(result.pdf.content))


def test_a_missing_picture_of_a_city_leaves_no_paragraph_and_no_block(tmp_path: Path) -> None:
    summary = summary_of(write_pictures(tmp_path))
    body = "".join(map(paragraph, ("{%p for city in summary.cities %}", "{{ city.picture }}", "{%p endfor %}", "End")))
    document = part(filled(docx(body), summary))
    assert len(list(document.iter(f"{W}p"))) == 2
    assert [str(each.get("descr")) for each in document.iter(f"{WP}docPr")] == ALTS[:1]
    page = '<document>{% for city in summary.cities %}<picture of="{{ city.picture }}"/>{% endfor %}</document>'
    pack = shipped_pack()
    own = replace(pack, files={**pack.files, "summary.page.xml": PackFile("summary.page.xml", page.encode())})
    assert [each.alt for each in figures(structure(render_pdf(summary, own).content))] == ALTS[:1]


def with_page(page: str) -> Pack:
    pack = shipped_pack()
    return replace(pack, files={**pack.files, "summary.page.xml": PackFile("summary.page.xml", page.encode())})


@pytest.mark.parametrize(
    ("picture", "width"),
    [
        ("{{ summary.pictures[0]|width('30 mm') }}", 30),
        ("{{ summary.pictures[0] }}", 55 * 800 / 1200),  # the largest height of the style
        ("{{ summary.pictures[1]|width('999 mm') }}", 82.5),
    ],
)
def test_both_formats_print_a_picture_with_the_same_width(tmp_path: Path, picture: str, width: float) -> None:
    summary = summary_of(write_pictures(tmp_path))
    page = f'<document><picture of="{picture}" caption="false"/></document>'
    found = render_pdf(summary, with_page(page)).pictures
    (extent,) = part(filled(docx(paragraph(picture)), summary)).iter(f"{WP}extent")
    assert found[next(iter(found))] / 72 * 25.4 == pytest.approx(width, abs=0.1)
    assert int(extent.get("cx", "")) / 36_000 == pytest.approx(width, abs=0.1)


def test_a_web_page_has_a_picture_in_the_centre_if_its_style_says_so(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    pack = tmp_path / "templates" / "own"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: plain\ntheme: {styles: {photo: {align: center}}}\n")
    page = html.fromstring(rendered(path, template="own").html.content.decode())
    classes = [picture.get("class", "").split() for picture in page.iter("img")]
    assert all("_figure-center" in names for names in classes)
    assert len(classes) == len(ALTS)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("{{ summary.pictures[0] }}", "value-not-text"),
        ('<picture of="rome.jpg"/>', "attribute-invalid"),
        ("<picture/>", "attribute-missing"),
        ("<picture of=\"{{ summary.pictures[0]|width('wide') }}\"/>", "tag-failed"),
        ("{{ summary.title|width('9 mm') }}", "tag-failed"),
    ],
)
def test_a_picture_in_the_wrong_place_is_a_problem_of_the_page(tmp_path: Path, page: str, code: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        render_pdf(summary_of(write_pictures(tmp_path)), with_page(f"<document>{page}</document>"))
    assert [each.code for each in found.value.problems] == [code]


@pytest.mark.parametrize(
    ("pictures", "code", "field"),
    [
        ("[{alt: x, file: nowhere.jpg}]", "picture-missing", "pictures[0].file"),
        ("[{alt: x, file: ../rome.yaml}]", "picture-outside", "pictures[0].file"),
        ("[{alt: x, file: /etc/passwd}]", "picture-outside", "pictures[0].file"),
        ("[{alt: x, file: 'C:\\rome.jpg'}]", "picture-outside", "pictures[0].file"),
        ("[{alt: x, file: 'https://www.iuc.eu/rome.jpg'}]", "picture-outside", "pictures[0].file"),
        ("[{alt: x, file: link.jpg}]", "picture-outside", "pictures[0].file"),
        ("[{alt: x, file: out/rome.yaml}]", "picture-outside", "pictures[0].file"),
        ("[{alt: x, file: pipe.jpg}]", "picture-missing", "pictures[0].file"),
        ("[{alt: x, file: folder}]", "picture-missing", "pictures[0].file"),
        ("[{alt: x, file: text.jpg}]", "picture-invalid", "pictures[0].file"),
        ("[{file: rome.jpg}]", "field-missing", "pictures[0].alt"),
        ("[{file: rome.jpg, alt: N/A}]", "field-missing", "pictures[0].alt"),
        ("[{file: rome.jpg, alt: x, size: 3}]", "field-unknown", "pictures[0].size"),
        ("[rome.jpg]", "type-invalid", "pictures[0]"),
    ],
)
def test_a_wrong_picture_is_an_error_at_its_place(tmp_path: Path, pictures: str, code: str, field: str) -> None:
    path = write_pictures(tmp_path, f"cities: [{{name: Rome}}]\npictures: {pictures}\n")
    folder = path.parent / "pictures"
    (folder / "link.jpg").symlink_to(path)
    (folder / "out").symlink_to(path.parent)
    (folder / "text.jpg").write_text("text")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe.jpg")
    assert codes(path) == [(code, field)]


def test_the_pictures_of_a_plan_have_a_limit_in_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_preparation_and_quality, "prepare_picture", lambda _: PreparedPicture(b"", 1, 1))
    files = [PictureFile(f"{number}.png", png(4_000, 6_000)) for number in range(11)]
    text = "".join(f"  - {{file: {each.name}, alt: x}}\n" for each in files)
    plan = load_plan(write_pictures(tmp_path, f"cities: [{{name: Rome}}]\npictures:\n{text}"))

    with pytest.raises(ProblemsFound) as found:
        prepared_pictures(plan, files)
    assert [(each.code, each.location.field) for each in found.value.problems] == [
        ("picture-invalid", "pictures[10].file")
    ]


def test_the_nearest_file_is_the_hint(tmp_path: Path) -> None:
    path = write_pictures(tmp_path, "cities: [{name: Rome, picture: {file: pictures/Rome.jpg, alt: x}}]\n")
    with pytest.raises(ProblemsFound) as found:
        render(path)
    assert "rome.jpg" in str(found.value.problems[0].hint)
