"""From a summary and a pack to a PDF: the page template is filled, read and laid out, its pages are drawn with headers,
footers and watermarks, and what cannot be printed is reported.

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
from ucap_reports.pdf.layout.flow_items import inner_box
from ucap_reports.pdf.layout.headers_footers_and_watermark import Margin, margin, watermark
from ucap_reports.pdf.layout.page_breaks_and_columns import PlacedItem, paginate
from ucap_reports.pdf.text.glyphs_and_font_fallback import glyph_missing
from ucap_reports.problems import problem, raise_found
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, Document, Format
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
        page = self.page
        template = page.pack.page_template.path
        plans = () if plan is None else (plan,)
        content = write_pdf(self.drawn, page.summary, template, plans)
        warnings = []
        words_without_warning = [word for word in self.broken_words if word not in page.cut_words]
        for word, location in placed_texts(words_without_warning, page.summary, template):
            warnings.append(problem("title-broken", location, form="column", word=word))
        return Document(
            name=page.summary.id,
            format=Format.PDF,
            content=content,
            pages=len(self.drawn.canvases),
            pictures=self.picture_widths,
            warnings=(*warnings, *page.warnings),  # the page warns about the other words that are cut
        )


def draw_pages(page: PlanPage) -> DrawnPages:
    """Lay out and draw the pages of a summary.

    Raises ProblemsFound with everything that cannot be printed: missing glyphs, and blocks that do not fit.
    """
    tree = page.tree
    summary = page.summary
    pack = page.pack
    template = pack.page_template.path
    drawn = Drawn([], StructureTree(), Used())
    if tree.language != summary.language:
        drawn.tree.root.language = tree.language
    layout = BlockLayout(pack, tree.language)
    sections = layout.body(tree.body, pack.theme.text_width, drawn.tree.root)
    pages = paginate(sections, pack.theme.text_height, template)
    # Dicts, which keep each problem and each character once, in order.
    problems = dict.fromkeys(page.width_problems)
    missing = dict.fromkeys(layout.missing)
    mark = watermark(pack, tree.language, summary.watermark) if summary.watermark else None
    for number, items in enumerate(pages, 1):
        numbers = PageNumbers(number, len(pages))
        header, footer = _draw_page(drawn, items, numbers, tree, pack)
        problems |= dict.fromkeys((*header.problems, *footer.problems))
        missing |= dict.fromkeys((*header.missing, *footer.missing))
        if mark is not None:
            drawn.canvases[-1].repeat(mark.operators, mark.used, behind=True)
            missing |= dict.fromkeys(mark.missing)
    for character, location in placed_texts(missing, summary, template):
        problems[glyph_missing(character, location)] = None
    raise_found(problems)
    return DrawnPages(page, drawn, layout.picture_widths, tuple(layout.broken))


def _draw_page(
    drawn: Drawn, items: Sequence[PlacedItem], numbers: PageNumbers, tree: PageTree, pack: Pack
) -> tuple[Margin, Margin]:
    """Draw a page; return its header and footer."""
    theme = pack.theme
    margins = theme.margins
    right_to_left = is_right_to_left(tree.language)
    canvas = Canvas(numbers.page - 1, theme.paper, drawn.used, right_to_left=right_to_left)
    canvas.frame = inner_box(canvas.frame, margins)
    drawn.canvases.append(canvas)
    header = margin(pack, tree.language, Artifact.HEADER, tree.header_of(numbers.page), numbers)
    footer = margin(pack, tree.language, Artifact.FOOTER, tree.footer_of(numbers.page), numbers)
    canvas.repeat(header.operators, header.used)
    for is_repeated, group in groupby(items, attrgetter("is_repeated")):
        artifact = canvas.artifact(Artifact.REPEATED) if is_repeated else nullcontext()
        with artifact:
            for placed in group:
                placed.item.draw(canvas, margins.left, margins.top + placed.y)
    canvas.repeat(footer.operators, footer.used)
    return header, footer
