"""From a summary and a pack to a PDF: the page template is filled, read and laid out, and its pages are drawn.

Books are rendered by `render_book_pdf`.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import groupby
from operator import attrgetter

from msgspec.structs import replace

from ucap_reports.page.fitted_scale import PlanPage, placed_texts, plan_page
from ucap_reports.page.page_tree import PageTree
from ucap_reports.pdf.file.canvas import Artifact, Canvas, Used
from ucap_reports.pdf.file.tag_tree import StructureTree
from ucap_reports.pdf.file.write_pdf import Drawn, write_pdf
from ucap_reports.pdf.layout.block_and_table_layout import BlockLayout, PageNumbers
from ucap_reports.pdf.layout.flow_items import inside
from ucap_reports.pdf.layout.headers_footers_and_watermark import Margin, margin, watermark
from ucap_reports.pdf.layout.page_breaks_and_columns import PlacedItem, paginate
from ucap_reports.pdf.text.glyphs_and_font_fallback import glyph_missing
from ucap_reports.problems import problem, raise_found
from ucap_reports.summary.document_formats import Attachment, Document, Format
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left


def render_pdf(
    summary: Summary, pack: Pack, plan: Attachment | None = None, *, page: PlanPage | None = None
) -> Document:
    """Return the summary as a PDF, with its number of pages.

    Args:
        summary: The summary.
        pack: The template pack, whose page template is filled.
        plan: The plan's file. A PDF with it conforms to PDF/UA-2, WTPDF and PDF/A-4f, others to PDF/UA-1 and PDF/A-2a.
        page: The page of the summary in this pack, if another format needed it before.

    Raises:
        ProblemsFound: With all errors of the page template, or else with the text that cannot be printed.
    """
    page = page or plan_page(summary, pack)
    document = draw_document(page, plan)
    return replace(document, warnings=(*document.warnings, *page.warnings))


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
        for repeated in _draw_page(drawn, placed, PageNumbers(number, len(pages)), tree, pack):
            problems |= dict.fromkeys(repeated.problems)
            missing |= dict.fromkeys(repeated.missing)
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
