"""From a summary and a pack to a PDF: the page template is filled, read and laid out, and its pages are drawn.

Books are rendered by `render_book_pdf`.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

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
    return draw_pages(page or plan_page(summary, pack)).document(plan)


class DrawnPages(Struct, frozen=True):
    """The pages of a summary, which are laid out and drawn, but not yet a file."""

    page: PlanPage
    drawn: Drawn
    picture_widths: Mapping[str, float]
    """The widths of the plan's pictures in points, by their fields."""
    broken_words: Sequence[str]
    """Words that are wider than their column, so that they go on in the next line."""

    def document(self, plan: Attachment | None = None) -> Document:
        """Return the pages as a PDF file, with the summary's metadata and its number of pages. `plan` is embedded.

        Raises ProblemsFound for too many different characters, and for fonts that cannot be used.
        """
        page, template = self.page, self.page.pack.page_template.path
        content = write_pdf(self.drawn, page.summary, template, () if plan is None else (plan,))
        warnings = []
        cut_words = [word for word in self.broken_words if word not in page.cut_words]
        for word, location in placed_texts(cut_words, page.summary, template):
            warnings.append(problem("title-broken", location, form="column", word=word))
        return Document(
            name=page.summary.id,
            format=Format.PDF,
            content=content,
            pages=len(self.drawn.canvases),
            pictures=self.picture_widths,
            warnings=(*warnings, *page.warnings),  # the page warns of the other words that are cut
        )


def draw_pages(page: PlanPage) -> DrawnPages:
    """Lay out and draw the pages of a summary.

    Raises ProblemsFound with everything that cannot be printed: missing glyphs, and blocks that do not fit.
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
    return DrawnPages(page, drawn, flow.picture_widths, tuple(flow.broken))


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
