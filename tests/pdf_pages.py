"""Page trees for tests, and the content of each page of their PDF."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from msgspec.structs import replace

from tests.pdf_text import decoded, number_of, to_unicode
from tests.samples import seed_summary
from tests.stages import shipped_pack
from ucap_reports.page.fitted_scale import PlanPage
from ucap_reports.page.page_tree import (
    EMBLEM,
    Block,
    ImageBlock,
    Items,
    PageTree,
    Table,
    TableCell,
    TableRow,
    TextBlock,
)
from ucap_reports.pdf.render_pdf import draw_pages
from ucap_reports.summary.document_formats_and_pdf_standards import Document
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.rich_text import Inline, Marker, Run

BODY_HEIGHT = (297 - 34 - 20) / 25.4 * 72
"""Points between the margins of the shipped pack."""
LINE = 12.25
"""Points of a line of text in its tables."""


def style(name: str) -> Style:
    return shipped_pack().theme.style(name)


def text(content: str | tuple[Inline, ...], name: str = "body", level: int = 0) -> TextBlock:
    return TextBlock((Run(content),) if isinstance(content, str) else content, style(name), 1, level)


def flag(height: float = Length.mm(12), line: int = 1) -> ImageBlock:
    return ImageBlock("", EMBLEM, "European Union flag", style("emblem"), line, Length(height * 1.5), Length(height))


def listed(*items: str, marker: Marker = Marker.ARROW) -> Items:
    return Items(marker, tuple((text(item),) for item in items), style("list"), 1)


def cell(*blocks: Block | str, span: int = 1) -> TableCell:
    return TableCell(
        tuple(text(block) if isinstance(block, str) else block for block in blocks), style("cell"), 1, span=span
    )


def label(words: str) -> TableCell:
    plain = replace(style("label"), background=None, width=None, rule_below=None, padding=style("body").padding)
    return TableCell((TextBlock((Run(words),), plain, 1),), style("label"), 1, header=True)


def row(name: str, *cells: TableCell | Block | str) -> TableRow:
    return TableRow((label(name), *(each if isinstance(each, TableCell) else cell(each) for each in cells)), 1)


def table(*rows: TableRow, head: tuple[TableRow, ...] = ()) -> Table:
    return Table(head, rows, style("table"), 1, "(continued)")


def head(*names: str) -> TableRow:
    return TableRow(tuple(TableCell((text(name),), style("column"), 1, header=True) for name in names), 1)


def page_tree(*body: Block, header: tuple[Block, ...] = (), footer: tuple[Block, ...] = ()) -> PageTree:
    return PageTree("en", header, footer, body)


def drawn(*body: Block, header: tuple[Block, ...] = (), footer: tuple[Block, ...] = ()) -> Document:
    tree = page_tree(*body, header=header, footer=footer)
    return draw_pages(PlanPage(seed_summary(), shipped_pack(), tree)).document()


def numbered_lines(count: int, name: str = "line") -> str:
    """A text with words as wide as a column, so that each is a line with a number."""
    return " ".join(f"{name}-{number}-{'x' * 40}".replace("-", "\u2011") for number in range(count))


@dataclass(frozen=True)
class Shown:
    """Text of one piece of marked content: its tag or "Artifact", the artifact's subtype, the fonts."""

    mark: str
    text: str
    subtype: str
    fonts: tuple[str, ...]


def shown_pages(pdf: bytes) -> list[list[Shown]]:
    """The marked content of each page, in order."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return [_shown(page) for page in document.pages]


def page_texts(pdf: bytes, mark: str | None = None) -> list[list[str]]:
    """The texts of each page with that mark, or without the artifacts."""
    return [
        [shown.text for shown in page if shown.mark == mark or (mark is None and shown.mark != "Artifact")]
        for page in shown_pages(pdf)
    ]


def _shown(page: pikepdf.Page) -> list[Shown]:
    codes = {str(name): to_unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
    found: list[Shown] = []
    font = ""
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                properties = operands[1] if len(operands) > 1 else {}
                found.append(Shown(str(operands[0])[1:], "", str(properties.get("/Subtype", "/"))[1:], ()))
                assert (number_of(operands) is None) == (found[-1].mark == "Artifact")
            case "Tf":
                font = str(operands[0])
            case "Tj":
                last = found[-1]
                words = last.text + decoded(operands[0], codes[font])
                found[-1] = Shown(last.mark, words, last.subtype, tuple(dict.fromkeys((*last.fonts, font[1:]))))
            case _:
                pass
    return found
