"""Charts of Word files: a chart that Word draws (ISO/IEC 29500-1, 21.2), with its data in an embedded workbook, so that
it can be edited.
"""

import re
from collections.abc import Sequence
from html import escape

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.page_tree import ChartBlock
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.text.bars_tiles_charts_and_facts import ChartData, ChartKind, ChartSeries, pattern_of
from ucap_reports.word.file.package_parts import OFFICE, TYPED, new_relationship, relationships_part
from ucap_reports.word.file.word_styles import half_points
from ucap_reports.word.file.word_xml import DECLARATION, FORBIDDEN
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, write_package

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHART_RELATION, PACKAGE_RELATION = f"{OFFICE}/chart", f"{OFFICE}/package"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NUMBER = LazyPattern(r"-?[0-9][0-9.,'\u2019\u00a0\u202f]*")
_FILLS = {"up": "wdUpDiag", "down": "wdDnDiag", "horizontal": "narHorz", "cross": "diagCross"}
"""The patterns of Word that are like those of the drawing."""
_DASHES = ("solid", "dash", "sysDot", "dashDot", "sysDash", "lgDash")
_SHOWN = (
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)
"""What labels show: the values."""
_ONE_LINE = '<a:bodyPr wrap="none"/>'
"""Text that is not wrapped: LibreOffice would wrap labels after some characters, and shrink the chart to fit them."""
_MOST_DECIMALS = 6
_LABEL_OF_NEGATIVE = 0.1
"""The part of the axis that the values of negative numbers have, between their bars and the names of the categories."""
_LEAST_GROUPED = 1_000
"""The least number with a separator of thousands."""
_CATEGORY_AXIS, _VALUE_AXIS = 1001, 1002


class ChartPart(Struct, frozen=True):
    """The chart and its workbook, as the content of two parts."""

    chart: bytes
    workbook: bytes


class BarPlace(Struct, frozen=True):
    """Where the bars of a chart are: the shares of its width before them and of the longest one."""

    start: float
    width: float


def chart_part(
    block: ChartBlock, language: str, bars: BarPlace | None = None, *, right_to_left: bool = False
) -> ChartPart:
    """Return the parts of a chart in text of that direction; Word itself places `bars` that have no place."""
    data = block.data
    if block.kind is ChartKind.SHARE:
        data = _transposed(data)
    data = replace(data, title=_text(data.title))
    if bars is not None and right_to_left:
        bars = replace(bars, start=1 - bars.start - bars.width)
    chart = _chart_xml(block, data, language, bars, right_to_left=right_to_left)
    return ChartPart(chart, _workbook(data))


def chart_run(number: int, identifier: str, alt: str, width: Length, height: Length) -> str:
    """Return the run with a chart; `identifier` is that of the relationship to it."""
    size = f'cx="{width.emu}" cy="{height.emu}"'
    return (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        f' distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{number}" name="{identifier}" descr="{_text(alt)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_MAIN}"><a:graphicData uri="{_CHART}"><c:chart xmlns:c="{_CHART}"'
        f' r:id="{identifier}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def chart_relationships(workbook: str) -> bytes:
    """Return the relationships of a chart to its workbook, whose name is beside the folder of charts."""
    return relationships_part([new_relationship("workbook", PACKAGE_RELATION, f"../{workbook}")])


def _text(text: str) -> str:
    """Return text for an element or an attribute; what XML cannot represent is replaced."""
    return escape(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))


def _transposed(data: ChartData) -> ChartData:
    """Return the first series as a series for each of its values: the parts of one bar."""
    first = data.series[0]
    parts = []
    for name, value, text in zip(data.categories, first.values, first.texts, strict=True):
        parts.append(ChartSeries(name, (value,), (text,)))
    return ChartData(data.title, (data.title or first.name,), tuple(parts))


def _chart_xml(
    block: ChartBlock, data: ChartData, language: str, bars: BarPlace | None, *, right_to_left: bool
) -> bytes:
    colour = block.style.colour.hex
    is_line = block.kind is ChartKind.LINE
    series = ""
    for index in range(len(data.series)):
        series += _series_xml(index, data, colour, is_line=is_line)
    axes = f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/>'
    if is_line:
        plot = (
            f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>{axes}'
            "</c:lineChart>"
        )
    else:
        grouping = {ChartKind.BAR: "clustered", ChartKind.STACKED: "stacked", ChartKind.SHARE: "percentStacked"}
        # The values of a single series are after its bars, which they cannot be in stacks.
        is_single = block.kind is ChartKind.STACKED and len(data.series) == 1
        kind = ChartKind.BAR if is_single else block.kind
        overlap = "" if kind is ChartKind.BAR else '<c:overlap val="100"/>'
        plot = (
            f'<c:barChart><c:barDir val="bar"/><c:grouping val="{grouping[kind]}"/><c:varyColors val="0"/>'
            f'{series}<c:gapWidth val="50"/>{overlap}{axes}</c:barChart>'
        )
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(data.series) > 1 else ""
    size = half_points(block.text.size) * 50
    axes_xml = _axes_xml(block, colour, bars, right_to_left=right_to_left)
    direction = ' rtl="1"' if right_to_left else ""
    return (
        f'{DECLARATION}<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_MAIN}"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<c:date1904 val="0"/><c:lang val="{_text(language)}"/><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea>{_layout_xml(bars)}{plot}{axes_xml}'
        f"</c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr{direction}><a:defRPr sz="{size}"><a:solidFill>'
        f'<a:srgbClr val="{block.text.colour.hex}"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr/></a:p></c:txPr>'
        '<c:externalData r:id="workbook"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _layout_xml(bars: BarPlace | None) -> str:
    if bars is None:
        return "<c:layout/>"
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{bars.start:.4f}"/><c:y val="0"/><c:w val="{bars.width:.4f}"/><c:h val="1"/>'
        "</c:manualLayout></c:layout>"
    )


def _axes_xml(block: ChartBlock, colour: str, bars: BarPlace | None, *, right_to_left: bool) -> str:
    """Return the axes. From right to left, the axis that runs across the chart is reversed, and the other one is at
    the right.
    """
    is_line = block.kind is ChartKind.LINE
    least, largest = block.data.value_range(is_stacked=block.kind is ChartKind.STACKED)
    maximum = f'<c:max val="{largest!r}"/>' if bars is not None else ""
    if least < 0 and not is_line:
        least -= _LABEL_OF_NEGATIVE * (largest - least)
    minimum = f'<c:min val="{least!r}"/>'
    hidden = int(block.kind is ChartKind.SHARE)
    across = "maxMin" if right_to_left else "minMax"
    side = "r" if right_to_left else "l"
    if is_line:
        category_order, value_order = across, "minMax"
        sides = ("b", side)
    else:
        category_order, value_order = "maxMin", across  # the first category is at the top
        sides = (side, "b")
    line = f'<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln></c:spPr>'
    return (
        f'<c:catAx><c:axId val="{_CATEGORY_AXIS}"/><c:scaling><c:orientation val="{category_order}"/></c:scaling>'
        f'<c:delete val="{hidden}"/><c:axPos val="{sides[0]}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/>{line}<c:crossAx val="{_VALUE_AXIS}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{_VALUE_AXIS}"/>'
        f'<c:scaling><c:orientation val="{value_order}"/>{maximum}{minimum}</c:scaling>'
        f'<c:delete val="1"/><c:axPos val="{sides[1]}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:crossAx val="{_CATEGORY_AXIS}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _series_xml(index: int, data: ChartData, colour: str, *, is_line: bool) -> str:
    series = data.series[index]
    column = _column(index + 1)
    last = len(data.categories) + 1
    name = _text(series.name or data.title)
    points = ""
    for number, value in enumerate(series.values):
        if value is not None:
            points += f'<c:pt idx="{number}"><c:v>{value!r}</c:v></c:pt>'
    categories = ""
    for number, category in enumerate(data.categories):
        categories += f'<c:pt idx="{number}"><c:v>{_text(category)}</c:v></c:pt>'
    count = f'<c:ptCount val="{len(data.categories)}"/>'
    own_format = _number_format(series)
    pattern = _text(own_format or "General")
    if is_line:
        look = _line_look(index, colour)
        position = '<c:dLblPos val="t"/>'
        after = '<c:smooth val="0"/>'
    else:
        look = f'<c:spPr>{_fill(index, colour)}</c:spPr><c:invertIfNegative val="0"/>'
        position = ""
        after = ""
    fixed = "" if own_format is not None else _fixed_labels(series, position)
    return (
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'{look}<c:dLbls>{fixed}<c:numFmt formatCode="{pattern}" sourceLinked="0"/>'
        '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f'<c:txPr>{_ONE_LINE}<a:lstStyle/><a:p><a:pPr><a:defRPr b="1"/></a:pPr><a:endParaRPr/></a:p></c:txPr>'
        f"{position}{_SHOWN}</c:dLbls>"
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>{count}{categories}</c:strCache></c:strRef>"
        "</c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f><c:numCache>"
        f"<c:formatCode>{pattern}</c:formatCode>{count}{points}</c:numCache></c:numRef></c:val>{after}</c:ser>"
    )


def _fill(index: int, colour: str) -> str:
    """Return the fill of a series: in its colour, in white, or a pattern of both."""
    pattern = pattern_of(index)
    own = f'<a:srgbClr val="{colour}"/>'
    white = '<a:srgbClr val="FFFFFF"/>'
    outline = f'<a:ln w="7620"><a:solidFill>{own}</a:solidFill></a:ln>'
    if pattern in _FILLS:
        preset = _FILLS[pattern]
        return f'<a:pattFill prst="{preset}"><a:fgClr>{own}</a:fgClr><a:bgClr>{white}</a:bgClr></a:pattFill>{outline}'
    fill = own if pattern == "solid" else white
    return f"<a:solidFill>{fill}</a:solidFill>{outline}"


def _line_look(index: int, colour: str) -> str:
    own = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    dash = f'<a:prstDash val="{_DASHES[index % len(_DASHES)]}"/>'
    return (
        f'<c:spPr><a:ln w="19050">{own}{dash}</a:ln></c:spPr>'
        f'<c:marker><c:symbol val="circle"/><c:size val="5"/><c:spPr>{_fill(index, colour)}</c:spPr></c:marker>'
    )


def _number_format(series: ChartSeries) -> str | None:
    """Return the format of numbers that prints the values as the texts do, with their signs or units; None if there is
    no such format.
    """
    formats: set[tuple[str, str]] = set()
    are_grouped: set[bool] = set()
    decimals = 0
    for value, text in zip(series.values, series.texts, strict=True):
        number = _NUMBER.search(text)
        if value is None:
            continue
        if number is None or value < 0:  # with a sign that Word would write again
            return None
        written = _decimals_of(value, number[0])
        if written is None:
            return None
        decimals = max(decimals, written)
        if value >= _LEAST_GROUPED:
            whole = number[0][: -written - 1] if written else number[0]
            are_grouped.add(not whole.isdecimal())
        before = _quoted(text[: number.start()])
        after = _quoted(text[number.end() :])
        formats.add((before, after))
    if len(formats) != 1 or len(are_grouped) > 1:
        return None
    digits = "0" if are_grouped == {False} else "#,##0"
    if decimals:
        digits += "." + "0" * decimals
    before, after = formats.pop()
    return f"{before}{digits}{after}"


def _quoted(text: str) -> str:
    """Return a text as a part of a format of numbers, which has no way to write a quotation mark."""
    text = text.replace('"', "")
    return f'"{text}"' if text else ""


def _decimals_of(value: float, text: str) -> int | None:
    """Return with how many decimals a text has a value, whatever its separators are; None if it has another number."""
    digits = re.sub("[^0-9]", "", text)
    for decimals in range(_MOST_DECIMALS + 1):
        if re.sub("[^0-9]", "", f"{value:.{decimals}f}") == digits:
            return decimals
    return None


def _fixed_labels(series: ChartSeries, position: str) -> str:
    """Return labels with the texts of the values."""
    written = []
    for index, (value, text) in enumerate(zip(series.values, series.texts, strict=True)):
        if value is None:
            continue
        words = f"<c:rich>{_ONE_LINE}<a:p><a:r><a:t>{_text(text)}</a:t></a:r></a:p></c:rich>"
        written.append(f'<c:dLbl><c:idx val="{index}"/><c:tx>{words}</c:tx>{position}{_SHOWN}</c:dLbl>')
    return "".join(written)


def _column(index: int) -> str:
    """Return the letters of a column of a workbook, by its place from 0."""
    letters = ""
    index += 1
    while index:
        index, letter_index = divmod(index - 1, 26)
        letters = chr(ord("A") + letter_index) + letters
    return letters


def _workbook(data: ChartData) -> bytes:
    """Return a workbook with the categories in the first column, and a column for each series."""
    names = [series.name or data.title for series in data.series]
    rows: list[Sequence[str | float | None]] = [["", *names]]
    for index, category in enumerate(data.categories):
        values = [series.values[index] for series in data.series]
        rows.append([category, *values])
    written = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{_column(column)}{number}", value) for column, value in enumerate(row))
        written += f'<row r="{number}">{cells}</row>'
    sheet = f'{DECLARATION}<worksheet xmlns="{_SHEET}"><sheetData>{written}</sheetData></worksheet>'
    book = (
        f'{DECLARATION}<workbook xmlns="{_SHEET}"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="sheet1"/></sheets></workbook>'
    )
    types = (
        f'{DECLARATION}<Types xmlns="{TYPED}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK_TYPE}.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/></Types>'
    )
    parts = {
        CONTENT_TYPES: types.encode(),
        "_rels/.rels": relationships_part([new_relationship("book", f"{OFFICE}/officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": relationships_part(
            [new_relationship("sheet1", f"{OFFICE}/worksheet", "worksheets/sheet1.xml")]
        ),
        "xl/worksheets/sheet1.xml": sheet.encode(),
    }
    return write_package(compressed(name, content) for name, content in parts.items())


def _cell(coordinate: str, value: str | float | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f'<c r="{coordinate}" t="inlineStr"><is><t>{_text(value)}</t></is></c>'
    return f'<c r="{coordinate}"><v>{value!r}</v></c>'
