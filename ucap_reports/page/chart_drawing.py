"""The geometry of charts: shapes as an SVG drawing, from ReportLab's charts, and the places of their labels.

`_Bars`, `_Share` and `_Lines` are the kinds of charts: ReportLab's chart of the values gives the places of their bars
and points, beside which each of them places the names and the values, with the `_Legend` below.
ReportLab would set the labels in fonts that are registered for the whole process; each format sets them itself.
Patterns distinguish the series, so that they are distinct in black and white, and all of them are in one colour.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, count, pairwise, product
from typing import Any
from unicodedata import combining

from msgspec import Struct
from msgspec.structs import replace
from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.renderbase import Renderer
from reportlab.graphics.shapes import Drawing as ReportLabDrawing
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor

from ucap_reports.page.box_geometry import estimated_width, is_wide
from ucap_reports.pictures.svg_safety import SVG_NAMESPACE
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE, Length
from ucap_reports.template.theme_and_line_spacing import Align, Style
from ucap_reports.text.bars_tiles_charts_and_facts import ChartData, ChartKind, ChartSeries, pattern_of
from ucap_reports.text.capitals_punctuation_and_plain_letters import colon
from ucap_reports.text.hyphenation_and_thai_words import hyphenation_points

_BAR = Length.mm(3.8)
"""The least height of a bar."""
_GAP = Length.mm(2.1)
"""The space between categories."""
_AFTER = Length.mm(1.8)
"""The space between a bar and its value."""
_LINE_HEIGHT = Length.mm(38)
"""The height of a chart with lines."""
_OUTLINE = 0.6
"""The width of the lines around bars, in points."""
_HATCH = 0.5
"""The width of the lines in bars, in points."""
_HATCH_DISTANCE = 3.2
"""The distance between these lines along an edge of the bar, in points."""
_BASE = 0.75
"""The width of the base line, in points."""
_CURVE = 1.5
"""The width of the lines of series, in points."""
_POINT = 3
"""The size of their points."""
_MOST_LABEL = 0.46
"""The part of the width that labels of categories may have."""
_MOST_VALUE = 0.6
"""The part of the width that values may have. They are numbers, which are not divided."""
_LEAST_BARS = 0.1
"""The part of the width that is left for the longest bar."""
_SAFE = 1.15
"""The factor by which texts may be wider than they are estimated."""
_SAFE_IN_LINES = 1.08
"""The same for lines of a text in several lines, which may reach into the space beside their column."""
_CAPITAL_HEIGHT = 0.75
"""The height of digits, relative to the size of the text, with a little space."""
_LEAST_SHARE = 1e-6
"""The part of the largest value that the smallest bars have."""
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 2), (1, 1.6), (6, 2, 1, 2), (2, 2), (8, 3))
"""The dashes of the lines of series: lengths of a dash and a gap in turn, in points; the first line has none."""
_Point = tuple[float, float]
_LinePiece = tuple[_Point, _Point]
"""A straight line from one point to another."""


class ChartLabel(Struct, frozen=True):
    """A line of text in a chart: its place from the top left, the width that it may have, and how it is aligned."""

    text: str
    x: float
    y: float
    width: float
    align: Align = "start"
    bold: bool = False


class ChartDrawing(Struct, frozen=True):
    """A chart: its shapes as an SVG file, its size in points, and its labels.

    `bars` is where the base line of bars is and how long the longest bar can be; None for other charts, and for bars
    with a legend, which Word places itself.
    """

    svg: bytes
    width: float
    height: float
    labels: tuple[ChartLabel, ...]
    bars: tuple[float, float] | None = None


def draw_chart(
    kind: ChartKind, data: ChartData, style: Style, width: float, language: str, *, height: float | None = None
) -> ChartDrawing:
    """Return a chart of that width, whose texts are in that language.

    `height` counts for lines alone, without what the names of their categories need: other charts are as high as their
    bars. No label needs more than one line: those in several lines are several labels.
    """
    if kind is ChartKind.LINE:
        lines = _Lines(data, style, width, language, height=height or _LINE_HEIGHT)
        return lines.drawing()
    if kind is ChartKind.SHARE:
        return _Share(data, style, width, language).drawing()
    bars = _Bars(data, style, width, language, is_stacked=kind is ChartKind.STACKED)
    return bars.drawing()


class _NoCanvas:
    """What ReportLab draws on: nothing."""

    def saveState(self) -> None:  # noqa: N802 - ReportLab's name
        """Do nothing."""

    def restoreState(self) -> None:  # noqa: N802 - ReportLab's name
        """Do nothing."""


class _ShapeCollector(Renderer):
    """Collects the bars and the points that a chart draws. Axes, lines and labels are drawn by others."""

    def __init__(self) -> None:
        self.bars: list[tuple[float, float, float, float]] = []
        """The left and bottom edge, the width and the height of each bar; y grows upwards."""
        self.points: list[_Point] = []

    def applyStateChanges(self, delta: Any, newState: Any) -> None:  # noqa: N802, N803 - ReportLab's names
        """Do nothing: the shapes of charts have their own colours."""

    def drawNode(self, node: Any) -> None:  # noqa: N802 - ReportLab's name
        """Visit a shape."""
        self.drawNodeDispatcher(node)

    def drawRect(self, rect: Any) -> None:  # noqa: N802 - ReportLab's name
        """Collect a bar."""
        left = min(rect.x, rect.x + rect.width)
        bottom = min(rect.y, rect.y + rect.height)
        self.bars.append((left, bottom, abs(rect.width), abs(rect.height)))

    def drawLine(self, line: Any) -> None:  # noqa: N802 - ReportLab's name
        """Draw no line."""

    def drawPolyLine(self, p: Any) -> None:  # noqa: N802 - ReportLab's name
        """Draw no line."""

    def drawCircle(self, circle: Any) -> None:  # noqa: N802 - ReportLab's name
        """Collect a point of a line."""
        self.points.append((circle.cx, circle.cy))

    def drawString(self, stringObj: Any) -> None:  # noqa: N802, N803 - ReportLab's names
        """Draw no text."""


def _collected(chart: Any, width: float, height: float) -> _ShapeCollector:
    """Return the shapes that a chart of that size draws."""
    drawing = ReportLabDrawing(width, height)
    drawing.add(chart)
    collector = _ShapeCollector()
    collector.draw(drawing, _NoCanvas(), showBoundary=0)
    return collector


class _SvgShapes:
    """Writes shapes with presentation attributes; their origin is at the top left."""

    def __init__(self, colour: str, width: float, height: float) -> None:
        self._colour = f"#{colour}"
        self._width = width
        self._height = height
        self._shapes: list[str] = []

    def line(self, points: Sequence[_Point], width: float, dashes: Sequence[float] = ()) -> None:
        stroke = f'stroke="{self._colour}" stroke-width="{width}"'
        for (x1, y1), (x2, y2) in _dashed(points, dashes):
            self._shapes.append(f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" {stroke}/>')

    def bar(self, x: float, y: float, width: float, height: float, pattern: str) -> None:
        visible_width = max(width, 0.5)
        stroke = f'stroke="{self._colour}" stroke-width="{_OUTLINE}"'
        self._shapes.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{visible_width:.2f}" height="{height:.2f}"'
            f' fill="{self._fill(pattern)}" {stroke}/>'
        )
        for start, end in _hatch(x, y, width, height, pattern):
            self.line((start, end), _HATCH)

    def point(self, x: float, y: float, pattern: str) -> None:
        stroke = f'stroke="{self._colour}" stroke-width="0.8"'
        self._shapes.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.8" fill="{self._fill(pattern)}" {stroke}/>')

    def _fill(self, pattern: str) -> str:
        return self._colour if pattern == "solid" else "#FFFFFF"

    def svg(self) -> bytes:
        size = f'width="{self._width:.2f}" height="{self._height:.2f}"'
        box = f'viewBox="0 0 {self._width:.2f} {self._height:.2f}"'
        shapes = "".join(self._shapes)
        return f'<svg xmlns="{SVG_NAMESPACE}" {size} {box}>{shapes}</svg>'.encode()


def _hatch(x: float, y: float, width: float, height: float, pattern: str) -> Iterator[_LinePiece]:
    """Yield the lines of a pattern in a rectangle."""
    if pattern in ("up", "cross"):
        yield from _diagonals(x, y, width, height)
    if pattern in ("down", "cross"):
        for (x1, y1), (x2, y2) in _diagonals(x, y, width, height):  # upside down
            yield (x1, 2 * y + height - y1), (x2, 2 * y + height - y2)
    if pattern == "horizontal":
        distance = _HATCH_DISTANCE / 1.6
        top = y + distance
        while top < y + height:
            yield (x, top), (x + width, top)
            top += distance


def _diagonals(x: float, y: float, width: float, height: float) -> Iterator[_LinePiece]:
    """Yield lines that rise to the right, cut off at the edges of a rectangle."""
    offset = _HATCH_DISTANCE
    while offset < width + height:
        start = max(offset - height, 0)
        end = min(offset, width)
        yield (x + start, y + offset - start), (x + end, y + offset - end)
        offset += _HATCH_DISTANCE


def _dashed(points: Sequence[_Point], dashes: Sequence[float]) -> Iterator[_LinePiece]:
    """Yield the dashes of a line through points; without dashes, the line from each point to the next one."""
    for start, end in pairwise(points):
        (x1, y1), (x2, y2) = start, end
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        if not dashes or not length:
            yield start, end
            continue
        position = 0.0
        for number in count():
            if position >= length:
                break
            next_position = min(position + dashes[number % len(dashes)], length)
            if number % 2 == 0:  # a dash; the others are the gaps
                yield _between(start, end, position / length), _between(start, end, next_position / length)
            position = next_position


def _between(start: _Point, end: _Point, share: float) -> _Point:
    """Return the point at that share of the way from one point to another."""
    x1, y1 = start
    x2, y2 = end
    return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


def _label_width(texts: Sequence[str], style: Style) -> float:
    """Return the width that the widest of these texts may have."""
    widest = max([estimated_width(text, style) for text in texts], default=0)
    return widest * _SAFE


def _lines(text: str, style: Style, width: float, language: str | None) -> list[str]:
    """Return a label in lines of that width, by the estimated widths of its words; a word that no line can hold is
    divided, if it has a language.
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if _fits(longer, style, width):
            lines[-1] = longer
            continue
        if not lines[-1]:
            lines.pop()
        if language is None:
            lines.append(word)
        else:
            lines += _divided(word, style, width, language)
    return lines


def _fits(line: str, style: Style, width: float) -> bool:
    return estimated_width(line, style) * _SAFE_IN_LINES <= width + TOLERANCE


def _divided(word: str, style: Style, width: float, language: str) -> list[str]:
    """Return a word in parts of that width: hyphenated, or divided at any letter if no hyphenation fits."""
    parts = []
    rest = word
    while not _fits(rest, style, width):
        hyphen = "-"
        end = _hyphenated_end(rest, style, width, language)
        if end == 0:
            end = _last_fitting_letter(rest, style, width)
            if is_wide(rest[end - 1]):
                hyphen = ""
        if end == len(rest):
            break
        parts.append(f"{rest[:end]}{hyphen}")
        rest = rest[end:]
    return [*parts, rest]


def _hyphenated_end(word: str, style: Style, width: float, language: str) -> int:
    """Return the end of the longest first part of a word that fits on a line with its hyphen; 0 if none fits."""
    end = 0
    for point in hyphenation_points(word, language, names=True):
        if _fits(f"{word[:point]}-", style, width):
            end = point
    return end


def _last_fitting_letter(word: str, style: Style, width: float) -> int:
    """Return the end of the last letter of a word that fits on a line; that of the first one if none does."""
    lengths = range(1, len(word))
    number_of_fitting = bisect_right(lengths, False, key=partial(_is_too_wide, word, style, width))
    end = max(number_of_fitting, 1)
    while end < len(word) and combining(word[end]):  # an accent stays with its letter
        end += 1
    return end


def _is_too_wide(word: str, style: Style, width: float, length: int) -> bool:
    """Return whether the first letters of a word are too wide for a line, with a hyphen after them."""
    hyphen = "" if is_wide(word[length - 1]) else "-"
    return not _fits(f"{word[:length]}{hyphen}", style, width)


class _Legend:
    """Texts, each with a pattern before it, below a chart; without texts, it has no height."""

    def __init__(self, texts: Sequence[str], style: Style, width: float, language: str) -> None:
        self._style = style
        self._side = style.size * 0.8
        self._start = self._side * 1.6 + _AFTER
        self._width = width - self._start
        self._entries = [_lines(text, style, self._width, language) for text in texts]
        line_count = sum([len(lines) for lines in self._entries])
        self.height = style.leading * line_count + _GAP if texts else 0.0

    def write(self, shapes: _SvgShapes, top: float) -> Iterator[ChartLabel]:
        """Yield the labels, and draw a small bar before each."""
        leading = self._style.leading
        y = top + _GAP
        for index, lines in enumerate(self._entries):
            bar_top = y + (leading - self._side) / 2
            shapes.bar(0.5, bar_top, self._side * 1.6, self._side, pattern_of(index))
            for line in lines:
                yield ChartLabel(line, self._start, y, self._width)
                y += leading


def _series_legend(data: ChartData, style: Style, width: float, language: str) -> _Legend:
    """Return the names of the series; a single series has none."""
    names: list[str] = []
    if len(data.series) > 1:
        names = [series.name for series in data.series]
    return _Legend(names, style, width, language)


class _CategoryRow(Struct, frozen=True):
    """The place of a category in a chart with bars, and the lines of its name and of the value of a stack."""

    name: Sequence[str]
    value: Sequence[str]
    top: float
    height: float


class _ValueBar(Struct, frozen=True):
    """The bar of a known value, or its part of a stack, with its place from the top left; `series` and `category` are
    indices.
    """

    series: int
    category: int
    x: float
    top: float
    width: float
    height: float

    @property
    def end(self) -> float:
        """The right edge."""
        return self.x + self.width


class _Bars:
    """Horizontal bars, with the names of categories before them and the values after them."""

    def __init__(self, data: ChartData, style: Style, width: float, language: str, *, is_stacked: bool) -> None:
        self._data = data
        self._style = style
        self._bold = replace(style, bold=True)
        self._width = width
        self._language = language
        self._is_stacked = is_stacked
        self._least, self._largest = data.value_range(is_stacked=is_stacked)
        self._bars_of_category = 1 if is_stacked else len(data.series)
        """The number of bars below each other in the row of a category."""
        self._name_width, self._value_width = self._column_widths()
        self._plot_width = width - self._name_width - self._value_width
        """The width between the names and the values, which the longest bar fills."""
        self._usual_height = max(self._bars_of_category * _BAR, float(style.leading)) + _GAP
        """The height of a row without a text of many lines."""
        self._rows = self._category_rows()
        last = self._rows[-1]
        self._height = last.top + last.height

    def drawing(self) -> ChartDrawing:
        """Draw the bars, their base line and the legend, with the names and the values as labels."""
        legend = _series_legend(self._data, self._style, self._width, self._language)
        height_with_legend = self._height + legend.height
        shapes = _SvgShapes(self._style.colour.hex, self._width, height_with_legend)
        bars = self._bars()
        for bar in bars:
            shapes.bar(bar.x, bar.top, bar.width, bar.height, pattern_of(bar.series))
        base = self._base()
        shapes.line(((base, 0), (base, self._height)), _BASE)
        labels = list(self._names())
        if self._is_stacked:
            labels += self._values_of_stacks(bars)
        else:
            labels += self._values_of_bars(bars)
        labels += legend.write(shapes, self._height)
        plot = None if legend.height else (self._name_width, self._plot_width)
        return ChartDrawing(shapes.svg(), self._width, height_with_legend, tuple(labels), plot)

    def _column_widths(self) -> tuple[float, float]:
        """Return the widths of the names and of the values, each with the space between it and the bars.

        Names are divided into lines so that values, which are not, and a part of the bars have their place.
        """
        needed_for_values = _label_width(self._value_texts(), self._bold) + _AFTER
        value_width = min(needed_for_values, _MOST_VALUE * self._width)
        beside_shortest_bars = (1 - _LEAST_BARS) * self._width - value_width
        needed_for_names = _label_width(self._data.categories, self._style) + _AFTER
        name_width = min(needed_for_names, _MOST_LABEL * self._width, beside_shortest_bars)
        return name_width, value_width

    def _category_rows(self) -> list[_CategoryRow]:
        """Return the places of the categories, from the top; one with a text of many lines is higher than usual."""
        rows = []
        top = 0.0
        for index, category in enumerate(self._data.categories):
            name = _lines(category, self._style, self._name_width - _AFTER, self._language)
            value: list[str] = []
            if self._is_stacked:
                value = _lines(self._joined(index), self._bold, self._value_width - _AFTER, None)
            line_count = max(len(name), len(value))
            height = max(self._usual_height, line_count * self._style.leading)
            rows.append(_CategoryRow(name, value, top, height))
            top += height
        return rows

    def _bars(self) -> list[_ValueBar]:
        """Return the bars from ReportLab's chart: series by series, each from its last category to the first."""
        # ReportLab begins at the bottom, so the last category and the last series come first. The parts of a stack
        # begin at its left, with the first series.
        categories = list(reversed(range(len(self._rows))))
        series_numbers = list(range(len(self._data.series)))
        if not self._is_stacked:
            series_numbers.reverse()
        values = [_known(self._data.series[number]) for number in series_numbers]
        chart = _bar_chart(values, self._least, self._largest, is_stacked=self._is_stacked)
        chart.x = self._name_width
        chart.y = 0
        chart.width = self._plot_width
        chart.height = self._height
        collected = _collected(chart, self._width, self._height)
        has_high_rows = any(row.height > self._usual_height for row in self._rows)
        bars = []
        drawn_order = product(series_numbers, categories)
        for (series, category), (x, bottom, width, height) in zip(drawn_order, collected.bars, strict=True):
            if self._data.series[series].values[category] is None:
                continue
            bar = _ValueBar(series, category, x, self._height - bottom - height, width, height)
            if has_high_rows:
                bar = self._in_its_row(bar)
            bars.append(bar)
        return bars

    def _in_its_row(self, bar: _ValueBar) -> _ValueBar:
        """Return a bar where its row is: ReportLab gives all rows the same height."""
        row = self._rows[bar.category]
        top = row.top + (row.height - self._bars_of_category * _BAR) / 2
        if not self._is_stacked:
            top += bar.series * _BAR
        return replace(bar, top=top, height=float(_BAR))

    def _base(self) -> float:
        """Return where the bars begin: at 0, to the left and the right."""
        return self._name_width + self._plot_width * -self._least / (self._largest - self._least)

    def _names(self) -> Iterator[ChartLabel]:
        """Yield the names of the categories, each in the middle of its row."""
        leading = self._style.leading
        for row in self._rows:
            first_top = row.top + (row.height - len(row.name) * leading) / 2
            for index, line in enumerate(row.name):
                yield ChartLabel(line, 0, first_top + index * leading, self._name_width)

    def _values_of_bars(self, bars: Iterable[_ValueBar]) -> Iterator[ChartLabel]:
        """Yield the value of each bar, after it."""
        for bar in bars:
            text = self._data.series[bar.series].texts[bar.category]
            top = bar.top + bar.height / 2 - self._style.leading / 2
            yield ChartLabel(text, bar.end + _AFTER, top, self._value_width, bold=True)

    def _values_of_stacks(self, bars: Iterable[_ValueBar]) -> Iterator[ChartLabel]:
        """Yield the values of each category, after the last bar of its stack."""
        ends: dict[int, float] = {}
        base = self._base()
        for bar in bars:
            ends[bar.category] = max(ends.get(bar.category, base), bar.end)
        leading = self._style.leading
        for category, end in ends.items():
            row = self._rows[category]
            start = end + _AFTER
            available = self._width - end - _AFTER
            first_top = row.top + (row.height - len(row.value) * leading) / 2
            for index, line in enumerate(row.value):
                yield ChartLabel(line, start, first_top + index * leading, available, bold=True)

    def _value_texts(self) -> list[str]:
        """Return the texts after the bars."""
        if self._is_stacked:
            return [self._joined(index) for index in range(len(self._data.categories))]
        texts: list[str] = []
        for series in self._data.series:
            texts += series.texts
        return texts

    def _joined(self, index: int) -> str:
        """Return the values of a bar that consists of several."""
        texts = []
        for series in self._data.series:
            if series.values[index] is not None:
                texts.append(series.texts[index])
        return " + ".join(texts)


def _known(series: ChartSeries) -> list[float]:
    """Return the values from the last to the first, as ReportLab begins at the bottom; unknown ones as 0."""
    return [value or 0 for value in reversed(series.values)]


def _bar_chart(rows: Sequence[Sequence[float]], least: float, largest: float, *, is_stacked: bool) -> Any:
    """Return ReportLab's chart of rows of values, whose size is set by the caller."""
    smallest = _LEAST_SHARE * (largest - least)

    def drawn(value: float) -> float:
        """Return the value, or a small one instead of 0, for which ReportLab draws no bar."""
        return value if value < 0 else max(value, smallest)

    chart: Any = HorizontalBarChart()
    if is_stacked:
        chart.categoryAxis.style = "stacked"
    chart.data = [tuple(map(drawn, row)) for row in rows]
    chart.categoryAxis.visible = 0
    chart.valueAxis.visible = 0
    chart.valueAxis.valueMin = least
    chart.valueAxis.valueMax = largest
    chart.useAbsolute = 0
    chart.barWidth = _BAR
    chart.barSpacing = 0
    chart.groupSpacing = _GAP
    chart.bars.strokeColor = HexColor("#000000")
    return chart


class _Share:
    """One bar that consists of all values, and below it a line for each with its share."""

    def __init__(self, data: ChartData, style: Style, width: float, language: str) -> None:
        self._data = data
        self._style = style
        self._width = width
        self._language = language

    def drawing(self) -> ChartDrawing:
        data = self._data
        style = self._style
        series = data.series[0]
        values = [value or 0 for value in series.values]
        height = float(Length.mm(7))
        legend = _Legend(self._texts(), style, self._width, self._language)
        rows = [[value] for value in values]
        chart = _bar_chart(rows, 0, sum(values) or 1, is_stacked=True)
        chart.x = 0.5
        chart.y = 0
        chart.width = self._width - 1
        chart.height = height
        collected = _collected(chart, self._width, height)
        shapes = _SvgShapes(style.colour.hex, self._width, height + legend.height)
        for number, (x, y, width, bar_height) in enumerate(collected.bars):
            if values[number]:
                shapes.bar(x, height - y - bar_height, width, bar_height, pattern_of(number))
        labels = tuple(legend.write(shapes, height))
        return ChartDrawing(shapes.svg(), self._width, height + legend.height, labels)

    def _texts(self) -> list[str]:
        """Return each category with its share of the total; an unknown value has none."""
        series = self._data.series[0]
        texts = []
        shares = series.shares or ("",) * len(series.texts)
        between = colon(self._language)
        for category, share, text in zip(self._data.categories, shares, series.texts, strict=True):
            if share:
                texts.append(f"{category}{between}{share} ({text})")
            elif text:
                texts.append(f"{category}{between}{text}")
            else:
                texts.append(category)
        return texts


class _ValuePoint(Struct, frozen=True):
    """The point of a known value on a line, with its place from the top left."""

    text: str
    x: float
    y: float


class _Lines:
    """A line for each series, with the values at its points and the categories below them."""

    def __init__(self, data: ChartData, style: Style, width: float, language: str, *, height: float) -> None:
        self._data = data
        self._style = style
        self._width = width
        self._language = language
        self._cell = width / max(len(data.categories), 1)
        """The width of a category, below which its name is centred."""
        self._names = [_lines(name, style, self._cell - _AFTER, language) for name in data.categories]
        self._name_lines = max([1, *map(len, self._names)])
        self._height = height + (self._name_lines - 1) * style.leading

    def drawing(self) -> ChartDrawing:
        """Draw the axis, the lines with their points, and the legend, with the names and the values as labels."""
        legend = _series_legend(self._data, self._style, self._width, self._language)
        height_with_legend = self._height + legend.height
        shapes = _SvgShapes(self._style.colour.hex, self._width, height_with_legend)
        least, largest = self._data.value_range()
        chart = self._chart(least, largest)
        bottom = self._height - chart.y  # where the lowest value is; the names of the categories are below
        zero = bottom - chart.height * -least / (largest - least)
        shapes.line(((0, zero), (self._width, zero)), _BASE)
        values = []
        for number, pieces in enumerate(self._pieces_of_lines(chart)):
            for piece in pieces:
                points = [(point.x, point.y) for point in piece]
                shapes.line(points, _CURVE, _DASHES[number % len(_DASHES)])
            for point in chain.from_iterable(pieces):
                shapes.point(point.x, point.y, pattern_of(number))
                values.append(self._value_label(point))
        labels = [*self._name_labels(bottom), *self._readable(values)]
        labels += legend.write(shapes, self._height)
        return ChartDrawing(shapes.svg(), self._width, height_with_legend, tuple(labels))

    def _chart(self, least: float, largest: float) -> Any:
        """Return ReportLab's chart, with space for values above it and for the names of categories below it."""
        space_above = self._style.leading * 1.2
        space_below = self._style.leading * (self._name_lines + 0.3)
        chart: Any = HorizontalLineChart()
        chart.data = [series.values for series in self._data.series]
        chart.x = 0
        chart.y = space_below
        chart.width = self._width
        chart.height = max(self._height - space_above - space_below, 10)
        chart.categoryAxis.visible = 0
        chart.valueAxis.visible = 0
        chart.categoryAxis.categoryNames = None
        chart.valueAxis.valueMin = least
        chart.valueAxis.valueMax = largest
        for index in range(len(self._data.series)):
            line = chart.lines[index]
            line.symbol = makeMarker("Circle")  # type: ignore[no-untyped-call] # ReportLab has no types
            line.symbol.size = _POINT
            line.strokeColor = HexColor("#000000")  # which only the first three lines have by default
        return chart

    def _pieces_of_lines(self, chart: Any) -> Iterator[list[list[_ValuePoint]]]:
        """Yield the points of each series in pieces, between which the line has gaps for unknown values."""
        points = iter(_collected(chart, self._width, self._height).points)  # series by series, of known values only
        for series in self._data.series:
            pieces: list[list[_ValuePoint]] = [[]]
            for value, text in zip(series.values, series.texts, strict=True):
                if value is None:
                    pieces.append([])
                else:
                    x, y_from_below = next(points)
                    pieces[-1].append(_ValuePoint(text, x, self._height - y_from_below))
            yield pieces

    def _value_label(self, point: _ValuePoint) -> ChartLabel:
        """Return the value of a point, above it."""
        top = point.y - self._style.leading - 2
        return ChartLabel(point.text, point.x - self._cell / 2, top, self._cell, "center", bold=True)

    def _name_labels(self, top: float) -> Iterator[ChartLabel]:
        """Yield the names of the categories, each in the middle of its cell."""
        for index, lines in enumerate(self._names):
            for line_number, line in enumerate(lines):
                line_top = top + 2 + line_number * self._style.leading
                yield ChartLabel(line, index * self._cell, line_top, self._cell, "center")

    def _readable(self, values: Sequence[ChartLabel]) -> list[ChartLabel]:
        """Return the labels of values without those that would be printed over others. The first and the last one, and
        those of the highest and the lowest points come first.
        """
        tops = [label.y for label in values]
        highest = tops.index(min(tops))
        lowest = tops.index(max(tops))
        by_importance = dict.fromkeys([0, len(values) - 1, highest, lowest, *range(len(values))])
        kept: dict[int, ChartLabel] = {}
        for index in by_importance:
            label = values[index]
            if not any(self._overlap(label, kept_label) for kept_label in kept.values()):
                kept[index] = label
        return [kept[index] for index in sorted(kept)]

    def _overlap(self, label: ChartLabel, other: ChartLabel) -> bool:
        """Return whether two labels of values, which are centred in cells, are over each other."""
        style = replace(self._style, bold=True)
        width = estimated_width(label.text, style)
        other_width = estimated_width(other.text, style)
        least_distance = (width + other_width) / 2
        are_beside = abs(label.x - other.x) >= least_distance
        are_above = abs(label.y - other.y) >= _CAPITAL_HEIGHT * style.size
        return not (are_beside or are_above)
