"""`template check` compares what the Word template and the page template of a pack print."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Template

from tests.command import ucap
from tests.photos import photograph, saved
from tests.stages import SHIPPED_PACKS
from ucap_reports.template.pack_opening import shipped_packs


def differences(folder: Path, change: Callable[[Template], None]) -> list[str]:
    """The messages about a changed copy of the shipped Word template."""
    pack = folder / "templates" / "house"
    pack.mkdir(parents=True)
    (folder / "plans").mkdir()
    (pack / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    template = Document(str(shipped_packs().path / "iuc-asia" / "summary.docx"))
    change(template)
    template.save(str(pack / "summary.docx"))
    problems = ucap(folder, "template", "check", "house", "--json").report["problems"]
    return [problem["message"] for problem in problems if problem["code"] == "formats-differ"]


@pytest.mark.parametrize("name", SHIPPED_PACKS)
def test_the_templates_of_the_shipped_packs_print_the_same(name: str, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    assert "formats-differ" not in ucap(tmp_path, "template", "check", name, "--json").codes


def test_an_unchanged_template_prints_the_same(tmp_path: Path) -> None:
    assert differences(tmp_path, lambda _: None) == []


def test_words_of_one_format_are_reported(tmp_path: Path) -> None:
    def change(template: Template) -> None:
        template.paragraphs[0].insert_paragraph_before("Visit our stand.")
        for header in (template.sections[0].first_page_header, template.sections[0].header):
            for cell in header.tables[0].rows[0].cells:
                for paragraph in cell.paragraphs:
                    if paragraph.text == "International Urban Cooperation":
                        paragraph.runs[0].text = ""

    assert differences(tmp_path, change) == [
        'only the Word file prints "Visit our stand"',
        'only the PDF prints "International Urban Cooperation"',
    ]


def test_words_that_only_sparse_plans_have_are_reported(tmp_path: Path) -> None:
    def change(template: Template) -> None:
        template.paragraphs[0].insert_paragraph_before("{% if not summary.contact %}Nobody knows.{% endif %}")

    assert differences(tmp_path, change) == [
        'only the Word file prints "Nobody knows" for a plan with nothing but cities'
    ]


def test_a_logo_of_one_format_is_reported_by_its_alternative_text(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(saved(photograph((60, 40)), "PNG"))

    def change(template: Template) -> None:
        run = template.paragraphs[0].insert_paragraph_before("").add_run()
        run.add_picture(str(logo))
        template.inline_shapes[0]._inline.docPr.set("descr", "Our City")

    assert differences(tmp_path, change) == ['only the Word file has the picture "Our City"']


def test_pictures_of_plans_of_one_format_are_reported(tmp_path: Path) -> None:
    def change(template: Template) -> None:
        for cell in template.tables[1].rows[0].cells:
            cell.paragraphs[0].runs[0].text = ""

    (message,) = differences(tmp_path, change)
    assert message.startswith("only the PDF prints these pictures of a plan: ")
