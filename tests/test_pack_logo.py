"""The logo of a pack: one file, printed in the page header of all formats."""

import zipfile
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from tests.command import ucap
from tests.photos import photograph, saved
from tests.stages import SHIPPED_PACKS, example_summary
from ucap_reports.html.render_html import render_html
from ucap_reports.page.fitted_scale import plan_page
from ucap_reports.page.page_tree import MOST_PICTURE_WORK, WORK_OF_DRAWING, ImageBlock, all_blocks, ending_of_picture
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pictures.picture_preparation_and_quality import PictureError
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.project_folder import shipped_folder
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, open_pack, shipped_packs
from ucap_reports.word.render_word import render_word

pytestmark = pytest.mark.no_cover

ALT = "Our City"
COLOUR = (0, 77, 64)
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path d="M0 0h90v30h-90z" fill="#004D40"/></svg>'
)


def write_pack(folder: Path, base: str = "iuc-asia", logo: str = "{file: images/logo.svg, alt: Our City}") -> None:
    images = folder / "templates" / "house" / "images"
    images.mkdir(parents=True)
    (images / "logo.svg").write_bytes(DRAWING)
    (images.parent / "pack.yaml").write_text(f"extends: {base}\nlogo: {logo}\n", encoding="utf-8")


def opened(folder: Path) -> Pack:
    return open_pack("house", [PackFolder(folder / "templates", "templates"), shipped_packs()])


def printed(folder: Path, base: str) -> tuple[Summary, Pack]:
    write_pack(folder, base)
    pack = opened(folder)
    return compose_summary(load_plan(shipped_folder() / "plans" / "tianjin-rome.yaml"), pack), pack


@pytest.mark.parametrize("base", SHIPPED_PACKS)
def test_page_headers_of_the_shipped_packs_print_the_logo(base: str, tmp_path: Path) -> None:
    tree = plan_page(*printed(tmp_path, base)).tree
    logos = [block for block in all_blocks(tree.headers) if isinstance(block, ImageBlock) and block.alt == ALT]
    assert [logo.name for logo in logos] == ["images/logo.svg"] * 2, "on the first page, and on the others"
    assert {logo.height > Length.mm(9.9) for logo in logos} == {True}
    assert "brand" not in {block.style.name for block in all_blocks(tree.headers)}


@pytest.mark.parametrize("base", ["iuc-asia", "glance"])
def test_every_format_prints_the_logo(base: str, tmp_path: Path) -> None:
    summary, pack = printed(tmp_path, base)
    page = pypdfium2.PdfDocument(render_pdf(summary, pack).content)[0].render().to_pil().convert("RGB")
    end = page.crop((page.width // 2, 0, page.width, page.height // 8))
    assert COLOUR in {colour for _, colour in end.getcolors(maxcolors=1_000_000) or ()}
    with zipfile.ZipFile(BytesIO(render_word(summary, pack).content)) as package:
        headers = [package.read(name).decode() for name in package.namelist() if name.startswith("word/header")]
        assert [ALT in header for header in headers] == [True, True]
    assert f'alt="{ALT}"' in render_html(summary, pack).content.decode()


@pytest.mark.parametrize(
    ("logo", "code", "field"),
    [
        ("{file: images/gone.svg, alt: x}", "image-missing", "logo.file"),
        ("{file: ../logo.svg, alt: x}", "image-missing", "logo.file"),
        ("{file: images/logo.svg}", "alt-missing", "logo.alt"),
        ("{file: images/logo.svg, alt: ' '}", "alt-missing", "logo.alt"),
    ],
)
def test_logo_without_a_file_or_an_alternative_text_is_an_error(
    logo: str, code: str, field: str, tmp_path: Path
) -> None:
    write_pack(tmp_path, logo=logo)
    with pytest.raises(ProblemsFound) as found:
        opened(tmp_path)
    assert [(problem.code, problem.location.line) for problem in found.value.problems] == [(code, 2)]
    assert (found.value.problems[0].location.field or "").startswith(field.partition(".")[0])


def test_logo_that_cannot_be_drawn_is_an_error_at_the_setting(tmp_path: Path) -> None:
    write_pack(tmp_path)
    (tmp_path / "templates" / "house" / "images" / "logo.svg").write_bytes(b"<svg><script>x</script></svg>")
    (tmp_path / "plans").mkdir()
    report = ucap(tmp_path, "template", "check", "house", "--json").report
    found = {(problem["code"], problem["path"], problem["field"]) for problem in report["problems"]}
    assert found == {("image-invalid", "templates/house/pack.yaml", "logo.file")}


def test_own_templates_that_do_not_print_the_logo_are_reported(tmp_path: Path) -> None:
    write_pack(tmp_path)
    (tmp_path / "plans").mkdir()
    shipped, own = shipped_packs().path / "iuc-asia", tmp_path / "templates" / "house"
    (own / "summary.docx").write_bytes((shipped / "summary.docx").read_bytes())
    messages = [
        problem["message"] for problem in ucap(tmp_path, "template", "check", "house", "--json").report["problems"]
    ]
    assert 'only the PDF has the picture "Our City"' in messages
    page = (shipped / "summary.page.xml").read_text(encoding="utf-8")
    (own / "summary.page.xml").write_text(page.replace("{% if summary.logo %}", "{% if false %}"), encoding="utf-8")
    messages = [
        problem["message"] for problem in ucap(tmp_path, "template", "check", "house", "--json").report["problems"]
    ]
    assert messages == ["the template never prints summary.logo"]


def test_pack_without_a_logo_keeps_the_word_template() -> None:
    assert open_pack("iuc-asia").word_template is not None
    assert not example_summary().logo


def test_kind_of_a_picture_is_that_of_its_content() -> None:
    photo = photograph((60, 40))
    assert [ending_of_picture(content) for content in (saved(photo, "PNG"), saved(photo), DRAWING)] == [
        ".png",
        ".jpg",
        ".svg",
    ]
    for content in (b"", b"GIF89a", saved(photo)[:40], b"<svg><script/></svg>"):
        with pytest.raises(PictureError):
            ending_of_picture(content)
    with pytest.raises(PictureError, match="total"):
        ending_of_picture(b" " * (MOST_PICTURE_WORK // WORK_OF_DRAWING + 1))


@pytest.mark.parametrize("base", ["iuc-asia", "plain"])
def test_books_print_the_logo_on_the_cover(base: str, tmp_path: Path) -> None:
    write_pack(tmp_path, base)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.yaml").write_text("cities: [{name: Rome, country: Italy}]\n", encoding="utf-8")
    assert ucap(tmp_path, "book", "--template", "house", "--format", "pdf").code != 1
    [book] = (tmp_path / "out").glob("*.pdf")
    with pypdfium2.PdfDocument(book) as document:
        cover = document[0].render(scale=0.5).to_pil()
    assert COLOUR in {colour for _, colour in cover.getcolors(cover.width * cover.height)}
