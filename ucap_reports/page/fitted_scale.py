"""The page of a summary in a pack (`plan_page`), and the scale of its text: both are found once, for all formats. Of a
page for a Word template, only the scale is found (`fitting_scale`).

The scale is tighter if a word fits in no line, or if the last page would be nearly empty, and larger if a page would be
rather empty. For this, the pages that a document fills are measured (`Extent`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.fill_and_read_page import PageReader, fill_page
from ucap_reports.page.height_estimates import stack_height
from ucap_reports.page.measured_lines import LineMeasure, has_divided_titles, words_to_cut
from ucap_reports.page.page_checks import contrast_warnings, width_problems
from ucap_reports.page.page_tree import Block, PageTree, Table, is_foot, is_page_end
from ucap_reports.problems import Location, Problem, problem, raise_found
from ucap_reports.summary.summary_model import Contact, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import MAX_GENEROUS_COLUMNS, Scale

NEARLY_EMPTY = 1 / 6
"""The part of the last page below which a document is set in a tighter scale."""
_HALF = 1 / 2
"""The part of the last page below which a document in the compact scale may be set in the medium one."""
_LOST = 1 / 20
"""The part of a page that is usually lost where a page ends, beside what is measured. So the last page in the medium
scale counts as half full from `_HALF - _LOST` on.
"""
_NEARLY_FULL = 9 / 10
"""The part of the last page up to which it may be full in a larger scale, since heights are estimates."""
_OPEN = 7 / 10
"""The part of a single page in the compact scale below which a larger scale is tried."""
_TIGHTER: Mapping[Scale, tuple[Scale, ...]] = {
    Scale.GENEROUS: (Scale.COMPACT, Scale.TIGHT),
    Scale.MEDIUM: (Scale.COMPACT, Scale.TIGHT),
    Scale.COMPACT: (Scale.TIGHT,),
    Scale.TIGHT: (),
}
"""The scales that are tried if a text does not fit a scale, the next one first. The medium one is never tried then: it
is for documents that fill their last page too little in the compact one.
"""


class Extent(NamedTuple):
    """How many pages a document fills."""

    pages: int
    last: float
    """The part of the last page that is full, without the foot."""
    foot: float
    """The part of a page that the foot needs."""
    has_wide_words: bool
    """Whether a word may be wider than its line."""


class PlanPage(Struct, frozen=True, dict=True):
    """The page tree of a summary, in the pack with the styles of its scale, and what is wrong with its look."""

    summary: Summary
    pack: Pack
    tree: PageTree
    kept_words: tuple[str, ...] = ()
    """The words that would have been cut in a larger scale."""

    @cached_property
    def width_problems(self) -> tuple[Problem, ...]:
        """The errors about blocks that are wider than their place."""
        return width_problems(self.tree, self.pack)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings about colours, and about words that are wider than their place."""
        problems = list(contrast_warnings(self.tree, self.pack))
        summary = self.summary
        template = self.pack.page_template.path
        for word, location in placed_texts(self.cut_words, summary, template):
            problems.append(problem("title-broken", location, form="column", word=word))
        for word, location in placed_texts(self.kept_words, summary, template):
            problems.append(problem("title-broken", location, form="scale", word=word, scale=summary.scale))
        return tuple(problems)

    @cached_property
    def cut_words(self) -> tuple[str, ...]:
        """The words that are wider than their lines and cannot be hyphenated."""
        if not self.extent.has_wide_words:
            return ()
        return words_to_cut(self.tree, self.pack)

    @cached_property
    def has_divided_titles(self) -> bool:
        """Whether a name of a city, or another word of a heading, is wider than its line."""
        return self.extent.has_wide_words and has_divided_titles(self.tree, self.pack)

    @cached_property
    def has_smaller_tables(self) -> bool:
        """Whether a table of the plan has smaller text than the page, because its columns are many."""
        return any(isinstance(block, Table) and block.scale < 1 for block in self.tree.body)

    @cached_property
    def extent(self) -> Extent:
        """How many pages of paper it fills."""
        return _measured_extent(self.tree, self.pack)

    def raise_width_problems(self) -> None:
        """Raise ProblemsFound if there are blocks that are wider than their place."""
        raise_found(self.width_problems)


def plan_page(summary: Summary, pack: Pack) -> PlanPage:
    """Return the page of a summary in the page template of a pack, in the scale that fits.

    1. A pack that sets a scale has its documents in it. Otherwise, the summary's scale is the first one.
    2. If a word is wider than its line and cannot be hyphenated, the next tighter scale in which no word is cut.
       A table of the plan in smaller text than the page has is a reason for a tighter scale as well.
    3. A single page in the compact scale that is less than seven tenths full: the largest scale in which it is one page
       and not nearly full. All other single pages stay.
    4. A document whose last page is at least half full stays.
    5. If the last page is at least a sixth full: the medium scale instead of the compact one, if the document has as
       many pages in it, the last of which is about half to nine tenths full. Otherwise, the document stays.
    6. If it is emptier: the next tighter scale in which the document has fewer pages; if only one is left, it may be
       made larger, as in 3.
    7. If there is none: as in 5.

    No document is made larger, as in 3 and 5, so that a name of a city, or another word of a heading, is hyphenated, or
    that a table gets smaller text.

    Heights are measured with the widths of words, without laying out the page.

    The template is filled and read once for all scales, and nothing is checked until the problems or warnings of the
    page are needed.

    Raises ProblemsFound with all errors of the page template.
    """
    return _fitting_page(_Versions(summary, pack))


def fitting_scale(summary: Summary, pack: Pack) -> Scale:
    """Return the scale of `plan_page`. It depends on the body of the page alone, so headers and footers are not read.

    Raises ProblemsFound with all errors of the page template, except those in headers and footers.
    """
    return _fitting_page(_Versions(summary, pack, reads_margins=False)).summary.scale


def _fitting_page(versions: "_Versions") -> PlanPage:
    """Return the page in the scale that fits, as `plan_page` describes it."""
    page = versions.in_first_scale()
    if page.pack.settings.scale != "auto":
        return page
    if page.cut_words:
        page = _without_cut_words(page, versions)
    if page.has_smaller_tables:
        page = _with_larger_tables(page, versions)
    if page.extent.pages == 1:
        return _filling_single_page(page, versions) or page
    if page.extent.last >= _HALF:
        return page
    if page.extent.last >= NEARLY_EMPTY:
        return _filling_last_page(page, versions) or page
    for scale in versions.tighter_scales(page):
        tighter = versions.in_scale(scale)
        if tighter.extent.pages == 1:
            tighter = _filling_single_page(tighter, versions) or tighter
        if tighter.extent.pages < page.extent.pages:
            return _with_kept_words(tighter, page.kept_words)
    return _filling_last_page(page, versions) or page


def page_in_scale(summary: Summary, pack: Pack, scale: Scale) -> PlanPage:
    """Return the page of a summary in a scale.

    Raises ProblemsFound with all errors of the page template.
    """
    return _Versions(summary, pack).in_scale(scale)


class _Versions:
    """The pages of a summary in the scales of a pack. The page template is filled and read once for all of them, unless
    the word "scale" is in it, without which it prints the same in each.
    """

    def __init__(self, summary: Summary, pack: Pack, *, reads_margins: bool = True) -> None:
        self._summary = summary
        self._pack = pack
        self._reads_margins = reads_margins
        """Whether the pages have their headers and footers."""
        self._pages: dict[Scale, PlanPage] = {}
        self._reader: PageReader | None = None

    def in_first_scale(self) -> PlanPage:
        """Return the page in the scale of the summary. Raises ProblemsFound with all errors of the page template."""
        return self.in_scale(self._summary.scale)

    def in_scale(self, scale: Scale) -> PlanPage:
        """Return the page in a scale. Raises ProblemsFound with all errors of the page template."""
        if scale not in self._pages:
            summary = replace(self._summary, scale=scale)
            pack = self._pack.scaled(scale, summary.language)
            if self._reader is None or b"scale" in pack.page_template.content:
                self._reader = PageReader(fill_page(pack.page_template, summary), reads_margins=self._reads_margins)
            self._pages[scale] = PlanPage(summary, pack, self._reader.tree(pack))
        return self._pages[scale]

    def tighter_scales(self, page: PlanPage) -> Iterator[Scale]:
        """Yield the scales of the pack that are tighter than that of a page, the next one first."""
        for scale in _TIGHTER[page.summary.scale]:
            if scale is Scale.COMPACT or self.has(scale):
                yield scale

    def has(self, scale: Scale) -> bool:
        """Return whether the pack has styles for a scale."""
        return scale in self._pack.settings.theme.scales


def _filling_last_page(page: PlanPage, versions: _Versions) -> PlanPage | None:
    """Return the page in the medium scale if it has as many pages, and the last is about half to nine tenths full."""
    if page.summary.scale is not Scale.COMPACT or not versions.has(Scale.MEDIUM):
        return None
    larger = versions.in_scale(Scale.MEDIUM)
    if larger.extent.pages != page.extent.pages or _breaks_words(larger, page):
        return None
    if not _HALF - _LOST <= larger.extent.last <= _NEARLY_FULL:
        return None
    return _with_kept_words(larger, page.kept_words)


def _filling_single_page(page: PlanPage, versions: _Versions) -> PlanPage | None:
    """Return the page in the largest scale in which it is still one page, and not nearly full."""
    if page.summary.scale is not Scale.COMPACT or page.extent.last >= _OPEN:
        return None
    for scale in (Scale.GENEROUS, Scale.MEDIUM):
        has_too_many_columns = scale is Scale.GENEROUS and page.summary.column_count > MAX_GENEROUS_COLUMNS
        if has_too_many_columns or not versions.has(scale):
            continue
        larger = versions.in_scale(scale)
        extent = larger.extent
        is_filled = extent.pages == 1 and extent.last + extent.foot <= _NEARLY_FULL
        if is_filled and not _breaks_words(larger, page):
            return _with_kept_words(larger, page.kept_words)
    return None


def _breaks_words(larger: PlanPage, page: PlanPage) -> bool:
    """Return whether words are cut in a larger scale, or words of headings are hyphenated that are not in this one, or
    a table does not fit it.
    """
    if larger.cut_words or larger.has_smaller_tables:
        return True
    return larger.has_divided_titles and not page.has_divided_titles


def _with_kept_words(page: PlanPage, words: tuple[str, ...]) -> PlanPage:
    """Return the page with these kept words."""
    if page.kept_words == words:
        return page  # a copy would be measured again
    return replace(page, kept_words=words)


def _without_cut_words(page: PlanPage, versions: _Versions) -> PlanPage:
    """Return the page in the next tighter scale in which no word is cut; the same page if there is none."""
    for scale in versions.tighter_scales(page):
        tighter = versions.in_scale(scale)
        if not tighter.cut_words:
            return _with_kept_words(tighter, page.cut_words)
    return page


def _with_larger_tables(page: PlanPage, versions: _Versions) -> PlanPage:
    """Return the page in the next tighter scale, whose text is not much larger than that of its tables."""
    scale = next(versions.tighter_scales(page), None)
    if scale is None:
        return page
    return _with_kept_words(versions.in_scale(scale), page.kept_words)


def _measured_extent(tree: PageTree, pack: Pack) -> Extent:
    """Return how many pages a page tree fills, by the heights of its blocks and the widths of its words."""
    theme = pack.theme
    height = theme.text_height
    measure = LineMeasure(pack)
    flow = [block for block in tree.body if not is_foot(block)]
    foot = [block for block in tree.body if is_foot(block)]
    foot_height = stack_height(foot, theme.text_width, lines=measure.count)
    foot_height += sum([block.style.space_before for block in foot])
    line = theme.style("body").leading
    # Where a page ends, a line is usually lost, since most rows and paragraphs are not split at any line.
    used_height = max(height - line, line)
    pages = 1
    filled = 0.0
    sections = _sections(flow)
    for index, section in enumerate(sections):
        is_last = index == len(sections) - 1
        filled = stack_height(section, theme.text_width, lines=measure.count)
        if section:
            filled += section[0].style.space_before
        reserved = foot_height if is_last else 0
        while filled + reserved > height:  # what does not fit is on a further page
            filled -= used_height
            pages += 1
        if not is_last:  # the next section begins on a new page
            pages += 1
    return Extent(pages, max(filled, 0) / height, foot_height / height, measure.has_wide_words)


def _sections(flow: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks between page breaks, each on pages of its own; one section if there are no blocks."""
    sections: list[list[Block]] = [[]]
    for block in flow:
        if is_page_end(block):
            sections.append([])
        else:
            sections[-1].append(block)
    return sections


def placed_texts(texts: Iterable[str], summary: Summary, template: str) -> Iterator[tuple[str, Location]]:
    """Yield each text with each field that contains it; with the page template if no field does."""
    for text in texts:
        fields = dict.fromkeys([field for field, content in _fields(summary) if text in content])
        for field in fields:
            yield text, Location(field=field)
        if not fields:
            yield text, Location(template)


def _fields(summary: Summary) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the summary's fields."""
    yield "title", summary.title
    yield "cities", " ".join(summary.columns)
    for picture in summary.all_pictures:
        yield picture.field, f"{picture.caption.text} {picture.credit.text}"
    for row in summary.rows:
        cell_texts = [cell.text for cell in row.cells]
        yield row.key, " ".join([row.label.text, *cell_texts])
    for name in Contact.__struct_fields__:
        yield f"contact.{name}", getattr(summary.contact, name)
    for label in summary.programme_label:
        yield f"programme_label.{label.language}", label.text
