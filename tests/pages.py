"""A small pack and summary for tests of page templates."""

import io
from collections.abc import Mapping
from copy import deepcopy
from random import Random
from typing import Any

from PIL import Image

from ucap_reports.page.fill_and_read_page import fill_page, read_page
from ucap_reports.page.page_tree import (
    EMBLEM,
    Block,
    ChartBlock,
    ContentsBlock,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PageNumber,
    PictureBlock,
    Table,
    TableCell,
    TextBlock,
)
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary.summary_model import Contact, LabelText, Metadata, Row, Summary
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.text.rich_text import Break, ItemList, ListItem, Marker, Paragraph, RichText, Run

PATH = "templates/small/summary.page.xml"
SETTINGS: dict[str, Any] = {
    "name": "small",
    "title": "Summary",
    "rows": [],
    "programme_label": {"en": {"text": "A European Union Programme"}},
    "theme": {
        "page": {"size": "A4", "margins": "20 mm"},
        "colours": {"ink": "#1A1A1A"},
        "fonts": {"text": {"word": "Arial", "pdf": "Arimo"}},
        "styles": {
            "body": {"size": "9 pt", "leading": "12 pt", "colour": "ink"},
            "cell": {"size": "8 pt", "padding": "2 mm"},
            "label": {"like": "cell", "bold": True, "width": "50 mm"},
            "column": {"like": "cell", "bold": True},
            "title": {"size": "17 pt"},
            "heading-2": {"size": "12 pt"},
            "list": {"marker": "→", "indent": "4 mm"},
            "list-2": {"marker": "○", "indent": "4 mm"},
            "note": {"italic": True, "background": "#EEEEEE"},
            "small-emblem": {"height": "8 mm"},
            "logo": {"height": "10 mm"},
            "stamp": {"height": "10 mm", "width": "10 mm"},
        },
    },
}


def rich(*paragraphs: str) -> RichText:
    return RichText(tuple(Paragraph((Run(text),)) for text in paragraphs))


def listed(marker: Marker, *items: str) -> RichText:
    return RichText((ItemList(marker, tuple(ListItem(rich(item).blocks) for item in items)),))


SUMMARY = Summary(
    id="rome-tianjin",
    title="Rome & Tianjin",
    language="en",
    column_label=rich("City:"),
    columns=("Tianjin", "Rome"),
    rows=(
        Row("country", rich("Country:"), (rich("China"), rich("Italy")), shared=False),
        Row("results", rich("Results:"), (rich("First.", "Second."),), shared=True),
        Row("activities", rich("Activities:"), (listed(Marker.ARROW, "One", "Two"),), shared=True),
    ),
    contact=Contact(lead="Please contact:", office="IUC", email="office@iuc-asia.eu", address="Street 1\nBeijing"),
    programme_label=(LabelText("en", "A European Union Programme"), LabelText("zh-CN", "欧盟项目")),
    metadata=Metadata("IUC", "Cities"),
    continued="(continued)",
)


def picture(size: tuple[int, int] = (40, 20), form: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "#003399").save(content, form)
    return content.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A PNG picture of random pixels, which cannot be compressed."""
    content = io.BytesIO()
    samples = Random(1).randbytes(3 * size[0] * size[1])  # noqa: S311 - pixels are no secret
    Image.frombytes("RGB", size, samples).save(content, "PNG")
    return content.getvalue()


def pack_of(
    template: str | bytes, files: Mapping[str, bytes] | None = None, styles: Mapping[str, object] | None = None
) -> Pack:
    """The small pack with that page template, more files and more styles."""
    content = template.encode() if isinstance(template, str) else template
    settings = deepcopy(SETTINGS)
    settings["theme"]["styles"] |= styles or {}
    found = {PAGE_TEMPLATE: PackFile(PATH, content)}
    found |= {name: PackFile(f"templates/small/{name}", content) for name, content in (files or {}).items()}
    return Pack(PackSettings.model_validate(settings), found, {})


def blocks_of(body: str, summary: Summary = SUMMARY, files: Mapping[str, bytes] | None = None) -> tuple[Block, ...]:
    """The blocks of a page with that body."""
    pack = pack_of(f"<document>{body}</document>", files)
    return read_page(fill_page(pack.page_template, summary), pack).body


def problems_of(template: str | bytes, files: Mapping[str, bytes] | None = None) -> tuple[Problem, ...]:
    """The problems of a template, which must have some."""
    pack = pack_of(template, files)
    try:
        read_page(fill_page(pack.page_template, SUMMARY), pack)
    except ProblemsFound as found:
        return found.problems
    raise AssertionError("the template has no problem")


def found_in(template: str | bytes, files: Mapping[str, bytes] | None = None) -> list[str]:
    """Each problem as `line:column code`."""
    places = [(problem.location, problem.code) for problem in problems_of(template, files)]
    return [f"{place.line}:{place.column} {code}" for place, code in places]


def outline(block: Block) -> str:
    """A block as one line of text: its kind, its style, and its content."""
    text = ""
    match block:
        case TextBlock(content, style, _, level):
            text = f"{f'h{level}' if level else 'p'}.{style.name}({words(content)})"
        case Items(marker, items, style):
            text = f"{marker.name.lower()}.{style.name}[{' '.join(outlines(item) for item in items)}]"
        case PageBreak():
            text = "pagebreak"
        case ContentsBlock(count=count):
            text = f"contents({count})"
        case ImageBlock("", picture) if picture is EMBLEM:
            text = "emblem"
        case Drawing(shape, style):
            text = f"{type(shape).__name__.lower()}.{style.name}({shape.alt})"
        case ImageBlock(width=width, height=height):
            text = f"picture({width:.0f} x {height:.0f})"
        case PictureBlock(facts, blocks=blocks):
            text = f"picture.{facts.field}[{outlines(blocks)}]"
        case ChartBlock(kind, data, style):
            text = f"chart.{kind}.{style.name}({data.alt})"
        case Division(blocks, style):
            name = f"columns({block.count}, {block.gap:.0f})" if block.count else "div"
            text = f"{name}.{style.name}[{outlines(blocks)}]"
        case Table(head, body):
            rows = [*head, *body]
            text = f"table[{' / '.join(' '.join(cell_outline(cell) for cell in row.cells) for row in rows)}]"
    return text


def outlines(blocks: tuple[Block, ...]) -> str:
    return " ".join(outline(block) for block in blocks)


def cell_outline(cell: TableCell) -> str:
    kind = "th" if cell.header else "td"
    return f"{kind}.{cell.style.name}{f'*{cell.span}' if cell.span > 1 else ''}[{outlines(cell.blocks)}]"


def words(content: tuple[Run | Break | PageNumber, ...]) -> str:
    """The content's words: `⏎` for a break, `#` and `##` for page numbers."""
    texts = []
    for inline in content:
        match inline:
            case Run(text):
                texts.append(text)
            case Break():
                texts.append("⏎")
            case PageNumber(total):
                texts.append("##" if total else "#")
    return "".join(texts)
