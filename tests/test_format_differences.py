"""`template check` compares what the Word template and the page template of a pack print."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Template
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from msgspec.structs import replace

from tests.photos import photograph, saved
from tests.selected_cases import every
from tests.stages import SHIPPED_PACKS, shipped_pack, summary_of
from ucap_reports.check.format_differences import _printed_by_page
from ucap_reports.check.pack_check import PackTrials, _differences, try_page
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import PackFolder, open_pack, shipped_packs

Change = Callable[[Template], Any]
"""A change of a Word template."""


def differences(folder: Path, change: Change, settings: str = "") -> list[str]:
    """The messages about a changed copy of the shipped Word template."""
    pack = folder / "templates" / "house"
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "pack.yaml").write_text(f"extends: iuc-asia\n{settings}", encoding="utf-8")
    template = Document(str(shipped_packs().path / "iuc-asia" / "summary.docx"))
    change(template)
    template.save(str(pack / "summary.docx"))
    return messages_about(open_pack("house", [PackFolder(folder / "templates", "templates"), shipped_packs()]))


def messages_about(pack: Pack) -> list[str]:
    """The messages about what only one template of a pack prints. `tests/provoked_packs.py` provokes one of the
    command.
    """
    return [problem.message for problem in _differences(PackTrials(pack))]


@pytest.mark.parametrize("name", every(3, SHIPPED_PACKS))
def test_the_templates_of_the_shipped_packs_print_the_same(name: str) -> None:
    assert messages_about(shipped_pack(name)) == []


def test_an_unchanged_template_prints_the_same(tmp_path: Path) -> None:
    assert differences(tmp_path, lambda _: None) == []


def write(paragraph: Paragraph, text: str) -> None:
    """Replace the text of a paragraph and keep the format of its first run."""
    for run in paragraph.runs[1:]:
        paragraph._p.remove(run._r)
    paragraph.runs[0].text = text


def add(text: str) -> Change:
    """Add a paragraph at the beginning."""
    return lambda template: template.paragraphs[0].insert_paragraph_before(text)


def header_names(template: Template) -> list[Paragraph]:
    """The paragraphs with the name of the programme: of the first page, and of later ones."""
    section = template.sections[0]
    return [header.tables[0].rows[0].cells[2].paragraphs[1] for header in (section.first_page_header, section.header)]


def without_name(template: Template) -> None:
    for name in header_names(template):
        write(name, "")


def without_name_on_later_pages(template: Template) -> None:
    write(header_names(template)[1], "")


def without_date(template: Template) -> None:
    for footer in (template.sections[0].first_page_footer, template.sections[0].footer):
        write(footer.tables[0].rows[0].cells[0].paragraphs[0], "{{ names }}")


def without_emblem(template: Template) -> None:
    for header in (template.sections[0].first_page_header, template.sections[0].header):
        for run in header.tables[0].rows[0].cells[0].paragraphs[0].runs:
            run._r.getparent().remove(run._r)


def without_caption(template: Template) -> None:
    write(template.tables[1].rows[0].cells[0].paragraphs[1], "")


def without_photo(template: Template) -> None:
    for cell in template.tables[1].rows[0].cells:
        cell.paragraphs[0].runs[0].text = ""


def with_row(template: Template) -> None:
    table = template.tables[0]
    table.rows[1]._tr.addnext(deepcopy(table.rows[1]._tr))
    for cell, text in zip(table.rows[2].cells, ("Our row", "Our text"), strict=True):
        write(cell.paragraphs[0], text)


@pytest.mark.parametrize(
    ("change", "messages"),
    every(
        2,
        [
            (add("Urban Cooperation"), ['the Word file prints "Urban Cooperation" more often']),
            (add("Visit our stand."), ['only the Word file prints "Visit our stand"']),
            (without_name_on_later_pages, ['only the PDF prints "International Urban Cooperation" on later pages']),
            (without_name, ['only the PDF prints "International Urban Cooperation"']),
            (without_date, ["only the PDF prints summary.as_of"]),
            (
                lambda template: write(template.paragraphs[0], "{{ title }}"),
                ["PDF prints summary.status_text on the first page"],
            ),
            (
                add("{% for goal in summary.goals %}{{ goal|tile }}{% endfor %}"),
                ["only the Word file has tiles of goals"],
            ),
            (add("{% for city in summary.cities %}{{ city.population|bar(9) }}{% endfor %}"), ["Word file has bars"]),
            (without_emblem, ['the PDF has the picture "European Union flag" more often']),
            (without_caption, ["only the PDF prints picture.caption"]),
            (without_photo, ["only the PDF prints these pictures of a plan: pictures[0]"]),
            (add("{% if summary.status_text %}Confidential{% endif %}"), ['only the Word file prints "Confidential"']),
            (
                add("{% if not summary.contact %}Nobody knows.{% endif %}"),
                ['only the Word file prints "Nobody knows" for a plan with nothing but cities'],
            ),
            (with_row, ['only the Word file prints "Our row text"']),
            (add("{% for city in summary.cities %}{{ city.region }} {% endfor %}"), []),
            (add("© 2024"), ['only the Word file prints "2024"']),
        ],
    ),
)
def test_what_only_one_format_prints_is_reported(change: Change, messages: list[str], tmp_path: Path) -> None:
    printed = differences(tmp_path, change)
    for message, part in zip(printed, messages, strict=True):
        assert part in message


def test_charts_and_the_header_of_the_first_page_are_printed_by_a_page_template() -> None:
    summary = summary_of("cities: [{name: Rome, population: 3000000}, {name: Essen, population: 600000}]")
    header = "<page-header first='true'><p>Draft</p></page-header><page-header><p>Final</p></page-header>"
    page = PackFile("summary.page.xml", f"<document>{header}<chart kind='bar' of='cities'/></document>".encode())
    tree = try_page(replace(shipped_pack(), files={PAGE_TEMPLATE: page}), summary).tree
    assert tree is not None
    printed = _printed_by_page(tree)
    assert printed.figures == {"charts"}
    headers = [page.words.keys() & {"draft", "final"} for page in (printed.first_page, printed.later_pages)]
    assert headers == [{"draft"}, {"final"}]


LOGO = "logo: {file: images/logo.png, alt: Our City}\n"


@pytest.mark.parametrize(
    ("settings", "headers", "alt", "messages"),
    every(
        2,
        [
            ("", 2, "Our City", ['only the Word file has the picture "Our City"']),
            (LOGO, 0, "", ['only the PDF has the picture "Our City"']),
            (LOGO, 1, "Our City", ['only the PDF has the picture "Our City" on later pages']),
            (LOGO, 2, "Our City", []),
            (
                LOGO,
                2,
                "Our Region",
                ['only the Word file has the picture "Our Region"', 'only the PDF has the picture "Our City"'],
            ),
        ],
        start=1,
    ),
)
def test_a_logo_of_one_format_is_reported_by_its_alternative_text(
    settings: str, headers: int, alt: str, messages: list[str], tmp_path: Path
) -> None:
    logo = tmp_path / "templates" / "house" / "images" / "logo.png"
    logo.parent.mkdir(parents=True)
    logo.write_bytes(saved(photograph((600, 400)), "PNG"))

    def change(template: Template) -> None:
        for name in header_names(template)[:headers]:
            name.runs[0].add_picture(str(logo), height=Mm(12))
            (picture,) = name._p.iter(qn("wp:docPr"))
            picture.set("descr", alt)

    assert [message for message in differences(tmp_path, change, settings) if "picture" in message] == messages
