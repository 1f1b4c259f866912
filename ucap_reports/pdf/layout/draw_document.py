"""From the page tree to the document: laid out, then drawn page by page, then written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ucap_reports.fonts.font_files import FontUnusable
from ucap_reports.pdf.file.canvas import Artifact, Canvas, Used
from ucap_reports.pdf.file.tag_tree import StructureTree
from ucap_reports.pdf.file.write_pdf import Drawn, write_pdf
from ucap_reports.pdf.layout.block_layout import BlockLayout, PageNumbers
from ucap_reports.pdf.layout.headers_and_footers import margin
from ucap_reports.pdf.layout.pagination import PlacedItem, paginate
from ucap_reports.pdf.template.page_tree import PageTree
from ucap_reports.pdf.text.font_fallback import font_unusable, glyph_missing
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.summary.document import Document, Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left


def draw_document(tree: PageTree, summary: Summary, pack: Pack) -> Document:
    """The document of a page tree, with the summary's properties and its number of pages.

    Raises ProblemsFound for what cannot be printed: `glyph-missing`, `font-unusable`, `block-too-high`,
    `width-exceeded`, `margin-exceeded`.
    """
    drawing = _DocumentDrawing(tree, pack)
    if tree.language != summary.language:
        drawing.drawn.tree.root.tell(language=tree.language)
    drawing.draw()
    problems = [*drawing.problems, *_glyph_problems(drawing.missing, summary, pack.page_template.path)]
    if problems:
        raise ProblemsFound(problems)
    try:
        content = write_pdf(drawing.drawn, summary)
    except FontUnusable as unusable:
        raise ProblemsFound([font_unusable(unusable, pack)]) from unusable
    return Document(summary.id, Format.PDF, content, len(drawing.drawn.canvases))


class _DocumentDrawing:
    """The pages of a tree in the making."""

    def __init__(self, tree: PageTree, pack: Pack) -> None:
        self._tree = tree
        self._pack = pack
        self.drawn = Drawn([], StructureTree(), Used())
        self.problems: list[Problem] = []
        self.missing: dict[str, None] = {}

    def draw(self) -> None:
        """Lay everything out, and then draw it: layout never depends on what is drawn."""
        theme = self._pack.theme
        margins, (_, height) = theme.margins, theme.paper
        flow = BlockLayout(self._pack, self._tree.language)
        pieces = flow.body(self._tree.body, theme.text_width, self.drawn.tree.root)
        pages = paginate(pieces, height - margins.top - margins.bottom, self._pack.page_template.path)
        self._keep(flow.problems, flow.missing)
        for number, placed in enumerate(pages, 1):
            self._draw_page(placed, PageNumbers(number, len(pages)))

    def _draw_page(self, placed: Sequence[PlacedItem], numbers: PageNumbers) -> None:
        theme = self._pack.theme
        margins, (_, height) = theme.margins, theme.paper
        turned = is_right_to_left(self._tree.language)
        canvas = Canvas(numbers.page - 1, theme.paper, self.drawn.tree, self.drawn.used, right_to_left=turned)
        self.drawn.canvases.append(canvas)
        self._draw_margin(canvas, Artifact.HEADER, numbers)
        repeated = [each for each in placed if each.is_repeated]
        if repeated:
            with canvas.artifact(Artifact.REPEATED):
                _draw_placed(repeated, canvas, margins.left, margins.top)
        _draw_placed([each for each in placed if not each.is_repeated], canvas, margins.left, margins.top)
        self._draw_margin(canvas, Artifact.FOOTER, numbers)
        for each in placed:
            if each.piece.outline is not None and not each.is_repeated:
                self.drawn.add_bookmark(each.piece.outline, canvas, height - margins.top - each.y)

    def _draw_margin(self, canvas: Canvas, kind: Artifact, numbers: PageNumbers) -> None:
        """Draw the page's header or footer, where there is one."""
        blocks = self._tree.header if kind is Artifact.HEADER else self._tree.footer
        if not blocks:
            return
        drawn = margin(self._pack, self._tree.language, kind, blocks, numbers)
        canvas.repeat(drawn.operators, drawn.used)
        self._keep(drawn.problems, drawn.missing)

    def _keep(self, problems: Iterable[Problem], missing: Iterable[str]) -> None:
        self.problems += [problem for problem in problems if problem not in self.problems]
        self.missing |= dict.fromkeys(missing)


def _draw_placed(placed: Sequence[PlacedItem], canvas: Canvas, x: float, top: float) -> None:
    for each in placed:
        each.piece.draw(canvas, x, top + each.y)


def _glyph_problems(missing: Mapping[str, None], summary: Summary, template: str) -> Iterator[Problem]:
    """An error for each character that no font has, in each field that has it; else of the page template."""
    for character in missing:
        fields = [field for field, text in _fields(summary) if character in text]
        for field in dict.fromkeys(fields):
            yield glyph_missing(character, Location(field=field))
        if not fields:
            yield glyph_missing(character, Location(template))


def _fields(summary: Summary) -> Iterator[tuple[str, str]]:
    """The summary's fields by name, and what they print."""
    yield "title", summary.title
    yield "cities", " ".join(summary.columns)
    for row in summary.rows:
        yield row.key, " ".join([row.label.text, *(cell.text for cell in row.cells)])
    contact = summary.contact
    for name in ("lead", "office", "email", "phone", "website", "address"):
        yield f"contact.{name}", getattr(contact, name)
    for label in summary.programme_label:
        yield f"programme_label.{label.language}", label.text
