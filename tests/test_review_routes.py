"""`ucap review` of files that other programs have saved: the edits are found, and nothing else is a change."""

from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from tests.command import ucap, write_plan
from tests.edited_words import DOCUMENT, WordEdit
from tests.selected_cases import mostly_long
from tests.stages import EXAMPLE
from tests.tools import office_file
from ucap_reports.word.file.package_parts import IDENTITY
from ucap_reports.word.file.word_xml import (
    CELL,
    PARAGRAPH,
    ROW,
    RUN,
    TABLE,
    new,
    qualified,
    read_finished,
    remove,
    to_bytes,
)
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

pytestmark = pytest.mark.no_cover

EMPHASIS = {qualified(f"w:{name}") for name in ("b", "i", "u")}


def google_like(content: bytes) -> bytes:
    """Return a file as Google Docs exports it: without properties, with styles of its own, and with controls around
    runs, cells, rows and tables.
    """
    parts = read_package(content)
    parts[IDENTITY] = b"<Properties/>"
    styles, body = read_finished(parts["word/styles.xml"]), read_finished(parts[DOCUMENT])
    names = {}
    for number, style in enumerate(styles.iter(qualified("w:style"))):
        names[style.get(qualified("w:styleId"), "")] = f"style{number}"
    for root in (styles, body):
        for element in root.iter(*map(qualified, ("w:pStyle", "w:rStyle", "w:tblStyle", "w:basedOn", "w:next"))):
            element.set(qualified("w:val"), names[element.get(qualified("w:val"), "")])
    for style in styles.iter(qualified("w:style")):
        style.set(qualified("w:styleId"), names[style.get(qualified("w:styleId"), "")])
        for name in style.iter(qualified("w:name"), qualified("w:aliases")):
            name.set(qualified("w:val"), style.get(qualified("w:styleId"), ""))
    for bookmark in list(body.iter(qualified("w:bookmarkStart"), qualified("w:bookmarkEnd"))):
        remove(bookmark)
    for element in [*list(body.iter(RUN))[::3], *body.iter(CELL, ROW, TABLE)]:
        control, around = new("w:sdt"), new("w:sdtContent")
        control.append(around)
        element.addprevious(control)
        around.append(element)
    parts["word/styles.xml"], parts[DOCUMENT] = to_bytes(styles), to_bytes(body)
    return write_package(compressed(name, part) for name, part in parts.items())


def pandoc_like(content: bytes) -> bytes:
    """Return a file as pandoc writes it: the words, emphasis, links, lists and tables of the body, and nothing else."""
    source, target = docx.Document(BytesIO(content)), docx.Document()
    body = target.element.body
    for block in source.element.body.iterchildren(PARAGRAPH, TABLE):
        copied = deepcopy(block)
        body.insert(len(body) - 1, copied)
        for properties in list(copied.iter(*map(qualified, ("w:rPr", "w:tblPr", "w:trPr", "w:tcPr", "w:pPr")))):
            simplify(properties)
        for link in copied.iter(qualified("w:hyperlink")):
            address = source.part.rels[link.get(qualified("r:id"))].target_ref
            link.set(qualified("r:id"), target.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        for picture in list(copied.iter(qualified("w:drawing"))):
            remove(picture)
    saved = BytesIO()
    target.save(saved)
    return saved.getvalue()


def simplify(properties: etree._Element) -> None:
    """Keep emphasis, and make a paragraph of a list one in the style of lists."""
    is_item = properties.find(qualified("w:numPr")) is not None
    for child in list(properties):
        if child.tag not in EMPHASIS:
            properties.remove(child)
    if properties.tag == qualified("w:pPr"):
        style = etree.SubElement(properties, qualified("w:pStyle"))
        style.set(qualified("w:val"), "ListBullet" if is_item else "BodyText")


ROUTES: dict[str, Callable[[bytes], bytes]] = {
    "libreoffice": office_file,
    "odt": lambda content: office_file(content, "odt"),
    "doc": lambda content: office_file(content, "doc"),
    "rtf": lambda content: office_file(content, "rtf"),
    "google": google_like,
    "pandoc": pandoc_like,
}


@pytest.mark.parametrize("route", mostly_long(ROUTES, {"libreoffice", "google", "pandoc"}))
def test_a_file_that_another_program_has_saved_has_only_the_changes_that_were_made(tmp_path: Path, route: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    plan = write_plan(tmp_path, "tianjin-rome.yaml", text)
    assert ucap(tmp_path, "build", "--format", "docx", "--no-index").code == 0
    edit = WordEdit(tmp_path / "out" / "tianjin-rome.docx")
    edit.replace("10th China", "11th China")
    edit.replace("Lazio", "Latium")
    edit.replace("Economy and trade", "Economy")
    edit.save(tmp_path / "edited.docx")
    saved = ROUTES[route]((tmp_path / "edited.docx").read_bytes())
    (tmp_path / "saved.docx").write_bytes(saved)

    run = ucap(tmp_path, "review", "saved.docx", "--plan", "tianjin-rome", "--apply", "--json")

    changes = [(change["field"], change["applied"]) for change in run.report["changes"] if change["field"]]
    assert changes == [("cities[1].region", True), ("themes[3]", True), ("activities[4].text", True)]
    expected = text.replace("10th China", "11th China").replace("region: Lazio", "region: Latium")
    assert plan.read_text(encoding="utf-8") == expected.replace("Economy and trade", "Economy")
    others = [change["old"] for change in run.report["changes"] if not change["field"]]
    assert len(others) == (route == "pandoc")  # it leaves out headers and footers
