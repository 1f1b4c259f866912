"""Draws the document of a page tree: lays it out, draws its pages, writes the file.

The watermark of drafts is drawn once for all pages.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import groupby
from math import cos, radians
from operator import attrgetter

from msgspec.structs import replace

from ucap_reports.page.fitted_scale import PlanPage, placed_texts
from ucap_reports.page.page_tree import PageTree
from ucap_reports.pdf.file.canvas import Artifact, Canvas, Used
from ucap_reports.pdf.file.tag_tree import StructureTree, TagNode
from ucap_reports.pdf.file.write_pdf import Drawn, write_pdf
from ucap_reports.pdf.layout.block_layout import BlockLayout, PageNumbers
from ucap_reports.pdf.layout.flow_items import inside
from ucap_reports.pdf.layout.page_margins import Margin, margin, repeated_page
from ucap_reports.pdf.layout.pagination import PlacedItem, paginate
from ucap_reports.pdf.text.font_fallback import glyph_missing
from ucap_reports.pdf.text.line_filling import paragraph_lines, text_width
from ucap_reports.pdf.text.text_drawing import all_lines
from ucap_reports.problems import problem, raise_found
from ucap_reports.summary.document_formats import Attachment, Document, Format
from ucap_reports.template.lengths_and_colours import Colour, Length
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Run

LIGHT = Colour("E4E4E4")
"""The colour of the watermark: dark and blue text on it still has a contrast above 4.5 (WCAG 2.2, 1.4.3)."""
LARGEST = Length(120)
"""The largest size of its text."""
ANGLE = 45
"""The angle of the text in degrees, counter-clockwise. Word files: `draft_watermark.xml`."""
SHARE = 0.9
"""The part of the page's width that the rotated text may cover."""


def draw_document(page: PlanPage, plan: Attachment | None = None) -> Document:
    """Return the document of a page, with the summary's metadata and its number of pages. `plan` is embedded.

    Raises ProblemsFound with everything that cannot be printed: missing glyphs, blocks that do not fit, fonts that
    cannot be used.
    """
    tree, summary, pack = page.tree, page.summary, page.pack
    theme, template = pack.theme, pack.page_template.path
    drawn = Drawn([], StructureTree(), Used())
    if tree.language != summary.language:
        drawn.tree.root.language = tree.language
    flow = BlockLayout(pack, tree.language)
    items = flow.body(tree.body, theme.text_width, drawn.tree.root)
    pages = paginate(items, theme.text_height, template)
    problems, missing = dict.fromkeys(page.width_problems), dict.fromkeys(flow.missing)
    behind = watermark(pack, tree.language, summary.watermark) if summary.watermark else None
    for number, placed in enumerate(pages, 1):
        for missing_character in _draw_page(drawn, placed, PageNumbers(number, len(pages)), tree, pack):
            problems |= dict.fromkeys(missing_character.problems)
            missing |= dict.fromkeys(missing_character.missing)
        if behind is not None:
            drawn.canvases[-1].repeat(behind.operators, behind.used, behind=True)
            missing |= dict.fromkeys(behind.missing)
    problems |= dict.fromkeys(
        glyph_missing(character, place) for character, place in placed_texts(missing, summary, template)
    )
    raise_found(problems)
    content = write_pdf(drawn, summary, template, () if plan is None else (plan,))
    cut_words = [word for word in flow.broken if word not in page.cut_words]  # the page has warnings about the others
    broken = (
        problem("title-broken", location, form="column", word=word)
        for word, location in placed_texts(cut_words, summary, template)
    )
    return Document(summary.id, Format.PDF, content, len(drawn.canvases), flow.picture_widths, tuple(broken))


def watermark(pack: Pack, language: str, text: str) -> Margin:
    """Return the watermark text across a page, as an artifact."""
    theme = pack.theme
    width, height = theme.paper
    style = replace(theme.style("body"), size=LARGEST, leading=LARGEST, colour=LIGHT, bold=True, align="center")
    content = (Run(text),)
    diagonal = width / cos(radians(ANGLE))
    shrink = min(1.0, SHARE * diagonal / max(text_width(pack, content, style, language), 1))
    style = replace(style, size=Length(LARGEST * shrink), leading=Length(LARGEST * shrink))
    lines = paragraph_lines(pack, content, style, 2 * width, language)
    canvas = repeated_page(pack, language)
    with canvas.artifact(Artifact.WATERMARK), canvas.rotated(ANGLE):
        all_lines(lines, TagNode("P"), language).draw(canvas, -width / 2, (height - style.leading) / 2)
    return Margin(*canvas.repeated(), (), lines.missing)


def _draw_page(
    drawn: Drawn, placed: Sequence[PlacedItem], numbers: PageNumbers, tree: PageTree, pack: Pack
) -> tuple[Margin, Margin]:
    """Draw a page; return its header and footer."""
    theme, margins = pack.theme, pack.theme.margins
    reverse = is_right_to_left(tree.language)
    canvas = Canvas(numbers.page - 1, theme.paper, drawn.used, right_to_left=reverse)
    canvas.frame = inside(canvas.frame, margins)
    drawn.canvases.append(canvas)
    header = tree.header if tree.first_header is None or canvas.index else tree.first_header
    footer = tree.footer if tree.first_footer is None or canvas.index else tree.first_footer
    above = margin(pack, tree.language, Artifact.HEADER, header, numbers)
    below = margin(pack, tree.language, Artifact.FOOTER, footer, numbers)
    canvas.repeat(above.operators, above.used)
    for is_repeated, group in groupby(placed, attrgetter("is_repeated")):
        with canvas.artifact(Artifact.REPEATED) if is_repeated else nullcontext():
            for on_page in group:
                on_page.item.draw(canvas, margins.left, margins.top + on_page.y)
    canvas.repeat(below.operators, below.used)
    return above, below
