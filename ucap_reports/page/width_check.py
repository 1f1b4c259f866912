"""Blocks that are wider than their place: errors, which are found in the page tree, so that each format has them."""

from collections.abc import Iterable
from itertools import chain

from ucap_reports.page.box_geometry import (
    CONTENTS_NUMBER_WIDTH,
    LEAST_COLUMN,
    block_width,
    column_widths,
    contents_column_width,
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
    ContentsBlock,
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
    check = WidthCheck(pack.page_template.path)
    for blocks in (tree.body, tree.headers, tree.footers):
        check.stack(blocks, pack.theme.text_width)
    return tuple(check.problems)


_BROKEN_INTO_LINES = frozenset({TextBlock, Items})
"""Blocks whose text is broken into lines that fit. A test of their type takes less time than `isinstance`."""


def _is_only_text(blocks: Iterable[Block]) -> bool:
    """Return whether blocks fit into any width, as those in most cells do."""
    for block in blocks:
        if type(block) not in _BROKEN_INTO_LINES:
            return False
    return True


class WidthCheck:
    """Follows the blocks with the widths of their places, as the layout of each format does."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.problems: dict[Problem, None] = {}

    def stack(self, blocks: Iterable[Block], available: float) -> None:
        """Check blocks below each other in a place of that width."""
        for block in blocks:
            if type(block) not in _BROKEN_INTO_LINES:
                self._block(block, available if type(block) is ChartBlock else block_width(block, available))

    def _block(self, block: Block, available: float) -> None:
        match block:
            case Division():
                self._division(block, inner_width(block.style, available))
            case Table():
                self._table(block, available)
            case ImageBlock():
                self._figure(block.width, available, block.line)
            case Drawing():
                self._figure(drawing_width(block, available), available, block.line)
            case ChartBlock():
                self._figure(block.style.width or LEAST_COLUMN, available, block.line)
            case ContentsBlock():
                self._contents(block, available)
            case _:
                pass  # pictures of plans are made smaller

    def _division(self, division: Division, available: float) -> None:
        if division.count:
            self._text_columns(division, available)
        elif division.style.layout == "columns":
            self._side_by_side(division, available)
        else:
            self.stack(division.blocks, available)

    def _figure(self, width: float, available: float, line: int) -> None:
        if width > available + TOLERANCE:
            millimetres = {"width": f"{width / Length.mm(1):.0f}", "available": f"{available / Length.mm(1):.0f}"}
            self._report(problem("image-too-wide", **millimetres), line)

    def _table(self, table: Table, available: float) -> None:
        rows = (*table.head, *table.body)
        widths = table_widths(table, available)
        if not fits_table(widths, available):
            cells = chain.from_iterable(row.cells for row in rows)
            self._report(_too_wide((cell.style for cell in cells), table.line), table.line)
            widths = column_widths(table, available)
        for row in rows:
            column = 0
            for cell in row.cells:
                if not _is_only_text(cell.blocks):
                    width = sum(widths[column : column + cell.span])
                    self.stack(cell.blocks, inner_width(cell.style, width))
                column += cell.span

    def _text_columns(self, division: Division, available: float) -> None:
        if not fits_text_columns(division, available):
            self._report(_too_wide([], division.line), division.line)
        self.stack(division.blocks, text_column_width(division, available))

    def _contents(self, contents: ContentsBlock, available: float) -> None:
        column = contents_column_width(contents, available)
        for style in (contents.chapter, contents.entry):
            width = inner_width(style, column) - CONTENTS_NUMBER_WIDTH * style.size
            if width < LEAST_COLUMN - TOLERANCE:
                self._report(_too_wide([], contents.line), contents.line)

    def _side_by_side(self, division: Division, available: float) -> None:
        if not fits_side_by_side(division, available):
            self._report(_too_wide((block.style for block in division.blocks), division.line), division.line)
        if _is_only_text(division.blocks):
            return
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
