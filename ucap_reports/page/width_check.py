"""Errors for blocks that are wider than their place, found in the page tree, so that each format has them."""

from collections.abc import Iterable
from itertools import chain

from ucap_reports.page.box_geometry import (
    block_width,
    column_widths,
    drawing_width,
    fits_side_by_side,
    fits_table,
    fits_text_columns,
    inner_width,
    side_by_side_widths,
    table_widths,
    text_column_width,
)
from ucap_reports.page.page_tree import (
    Block,
    ChartBlock,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageTree,
    Table,
    TextBlock,
)
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.lengths_and_colours import TOLERANCE, Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style


def width_problems(tree: PageTree, pack: Pack) -> tuple[Problem, ...]:
    """Return `width-exceeded` and `image-too-wide` for each block that does not fit, at its line, each once."""
    check = _WidthCheck(pack.page_template.path)
    for blocks in (tree.body, tree.headers, tree.footers):
        check.stack(blocks, pack.theme.text_width)
    return tuple(check.problems)


class _WidthCheck:
    """Follows the blocks with the widths of their places, as the layout of each format does."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.problems: dict[Problem, None] = {}

    def stack(self, blocks: Iterable[Block], available: float) -> None:
        """Check blocks below each other in a place of that width."""
        for block in blocks:
            if isinstance(block, TextBlock | Items):
                continue  # text is broken into lines that fit
            self._block(block, available if isinstance(block, ChartBlock) else block_width(block, available))

    def _block(self, block: Block, available: float) -> None:
        match block:
            case ImageBlock():
                self._figure(block.width, available, block.line)
            case Drawing():
                self._figure(drawing_width(block, available), available, block.line)
            case ChartBlock() if block.style.width is not None:
                self._figure(block.style.width, available, block.line)
            case Table():
                self._table(block, available)
            case Division() if block.count:
                self._text_columns(block, inner_width(block.style, available))
            case Division() if block.style.layout == "columns":
                self._side_by_side(block, inner_width(block.style, available))
            case Division():
                self.stack(block.blocks, inner_width(block.style, available))
            case _:
                pass  # pictures of plans are made smaller

    def _figure(self, width: float, available: float, line: int) -> None:
        if width > available + TOLERANCE:
            millimetres = {"width": f"{width / Length.mm(1):.0f}", "available": f"{available / Length.mm(1):.0f}"}
            self._report(problem("image-too-wide", **millimetres), line)

    def _table(self, table: Table, available: float) -> None:
        rows = (*table.head, *table.body)
        if not fits_table(table_widths(table, available), available):
            cells = chain.from_iterable(row.cells for row in rows)
            self._report(_too_wide((cell.style for cell in cells), table.line), table.line)
        widths = column_widths(table, available)
        for row in rows:
            column = 0
            for cell in row.cells:
                width = sum(widths[column : column + cell.span])
                self.stack(cell.blocks, inner_width(cell.style, width))
                column += cell.span

    def _text_columns(self, division: Division, available: float) -> None:
        if not fits_text_columns(division, available):
            self._report(_too_wide([], division.line), division.line)
        self.stack(division.blocks, text_column_width(division, available))

    def _side_by_side(self, division: Division, available: float) -> None:
        if not fits_side_by_side(division, available):
            self._report(_too_wide((block.style for block in division.blocks), division.line), division.line)
        for block, width in zip(division.blocks, side_by_side_widths(division, available), strict=True):
            self.stack([block], width)

    def _report(self, fault: Problem, line: int) -> None:
        self.problems[fault.at(Location(self._path, line))] = None


def _too_wide(styles: Iterable[Style], line: int) -> Problem:
    """Return `width-exceeded` for blocks side by side, with the style that has the largest width, if any has one."""
    widths = {style.name: style.width / Length.mm(1) for style in styles if style.width}
    if not widths:
        return problem("width-exceeded", form="blocks")
    style = max(widths, key=lambda name: widths[name])
    return problem("width-exceeded", form="style", style=style, width=f"{widths[style]:g}", line=line)
