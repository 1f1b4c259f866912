"""Minimal Word templates, and the documents made from them."""

import zipfile
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from tests.samples import seed_summary
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.word.render_word import render_word

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "templates" / "iuc-asia"
PATH = "templates/test/summary.docx"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": W[1:-1],
        "r": R[1:-1],
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Cell"><w:name w:val="U-CAP cell"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="U-CAP title"/><w:rPr><w:sz w:val="99"/></w:rPr></w:style>
"""
ROOTS = {"document": "document", "header": "hdr", "footer": "ftr", "footnotes": "footnotes", "styles": "styles"}


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    wrapped = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{wrapped}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*texts: str, style: str = "") -> str:
    """A paragraph with a run for each text; a text that is XML is used as it is."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(text if text.startswith('<') else run(text) for text in texts)}</w:p>"


def cell(*paragraphs: str, width: int = 1000, properties: str = "") -> str:
    """A table cell with a paragraph for each text; a text that is XML is used as it is."""
    content = "".join(text if text.startswith("<") else paragraph(text) for text in paragraphs)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def table(*rows: list[str], widths: tuple[int, ...] = (1000, 1000, 1000)) -> str:
    """A table with a cell for each text; a text that is XML is used as it is."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    written = "".join(
        f"<w:tr>{''.join(text if text.startswith('<') else cell(text) for text in row)}</w:tr>" for row in rows
    )
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>'


def docx(body: str, **parts: str) -> bytes:
    """A Word file with that body; `parts` are its header, footer, footnotes and styles."""
    others = {name: f"{name}1.xml" for name in {"styles": STYLES} | parts}
    references = "".join(
        f'<w:{name}Reference w:type="default" r:id="rId{number}"/>'
        for number, name in enumerate(others, start=1)
        if name in ("header", "footer")
    )
    section = f"<w:sectPr>{references}</w:sectPr>" if references else "<w:sectPr/>"
    contents = {"document": f"<w:body>{body}{section}</w:body>", "styles": STYLES} | parts
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(contents))
        archive.writestr("_rels/.rels", _relationships({"officeDocument": "word/document.xml"}))
        archive.writestr("word/_rels/document.xml.rels", _relationships(others))
        for name, content in contents.items():
            root = ROOTS[name]
            archive.writestr(_file(name), f"<w:{root} {NAMESPACES}>{content}</w:{root}>")
    return buffer.getvalue()


def _file(name: str) -> str:
    return "word/document.xml" if name == "document" else f"word/{name}1.xml"


def _content_types(contents: Mapping[str, str]) -> str:
    types = {"document": "document.main"}
    overrides = "".join(
        f'<Override PartName="/{_file(name)}" ContentType="{TYPE.format(types.get(name, name))}"/>' for name in contents
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )


def _relationships(targets: Mapping[str, str]) -> str:
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATED}{name}" Target="{target}"/>'
        for number, (name, target) in enumerate(targets.items(), start=1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{related}</Relationships>'
    )


@cache
def _settings() -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load((SHIPPED / "pack.yaml").read_text(encoding="utf-8"))
    return settings


def shipped_settings() -> dict[str, Any]:
    """The settings in the pack.yaml of the shipped pack."""
    return deepcopy(_settings())


@cache
def _valid_settings() -> PackSettings:
    return PackSettings.model_validate(_settings())


def pack_of(template: bytes, **settings: Any) -> Pack:
    """The shipped pack with changed settings and another Word template."""
    changed = PackSettings.model_validate(_settings() | settings) if settings else _valid_settings()
    return Pack(changed, {"summary.docx": PackFile(PATH, template)}, {})


def shipped_word_pack(**settings: Any) -> Pack:
    """The shipped pack with its Word template only."""
    return pack_of((SHIPPED / "summary.docx").read_bytes(), **settings)


def themed(changed: dict[str, dict[str, Any]], **settings: Any) -> Pack:
    """The shipped pack with a changed theme."""
    theme = shipped_settings()["theme"]
    return shipped_word_pack(
        theme={key: part | changed.get(key, {}) if isinstance(part, dict) else part for key, part in theme.items()},
        **settings,
    )


def filled(template: bytes, summary: Summary | None = None, **settings: Any) -> bytes:
    """The document of a summary, by default the one of the seed plan."""
    return render_word(summary or seed_summary(), pack_of(template, **settings)).content


def part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    """The root of a part of a Word file."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def merged(body: str, summary: Summary | None = None, **parts: str) -> etree._Element:
    """The root of the document that is made from a template with that body."""
    return part(filled(docx(body, **parts), summary))


def problems_of(body: str, summary: Summary | None = None, **parts: str) -> tuple[Problem, ...]:
    """The problems of a template with that body."""
    try:
        filled(docx(body, **parts), summary)
    except ProblemsFound as found:
        return found.problems
    return ()


def text_of(element: etree._Element) -> str:
    """The text of an element's runs, with its line breaks."""
    signs = {f"{W}br": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "\u00ad"}
    return "".join(signs.get(each.tag) or each.text or "" for each in element.iter(f"{W}t", *signs))


def texts(root: etree._Element) -> list[str]:
    """The text of each paragraph."""
    return [text_of(each) for each in root.iter(f"{W}p")]


def rows(root: etree._Element) -> list[list[str]]:
    """The text of each cell of each table row, with a line for each paragraph."""
    return [
        ["\n".join(text_of(each) for each in cell.iter(f"{W}p")) for cell in row.iter(f"{W}tc")]
        for row in root.iter(f"{W}tr")
    ]
