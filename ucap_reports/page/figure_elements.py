"""Reads the figures of a page: the emblem, pictures of the pack and of the plan, bars, tiles of goals, and charts."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from ucap_reports.page.emblem_rules import emblem_height, height_problem
from ucap_reports.page.inline_elements import rich_block
from ucap_reports.page.page_elements import ElementContext, PageElement, natural_style, tile_style, without_box
from ucap_reports.page.page_tree import EMBLEM, Block, ChartBlock, Drawing, ImageBlock, Picture, PictureBlock
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import did_you_mean, problem
from ucap_reports.summary.summary_model import CityFacts
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.picture_bar_tile_and_emblem_look import (
    ALTERNATIVE_TEXT,
    CAPTION,
    PHOTO,
    PROPORTION,
    TILE_COLOURS,
)
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.bars_tiles_charts_and_facts import (
    NO_BAR,
    ChartData,
    ChartKind,
    ChartSeries,
    CustomFact,
    Shape,
    Tile,
    bar_of,
)
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import Run

PIXEL = Length(0.75)
"""The size of a picture's pixel if no style gives its size: that of CSS, 96 to the inch."""
_NUMBER = LazyPattern(r"-?[0-9]{1,15}(\.[0-9]{1,20})?(e-[0-9]{1,3})?")
"""A number as `{{ … }}` prints it; no template can make larger ones."""
CHART, BAR = "chart", "bar"
"""The style of charts, and that of bars, whose colour charts have in themes without the first one."""
CITIES = "cities"
"""What a chart of the cities is `of`."""
MOST_CATEGORIES = 100
_CITY_NUMBERS = {"population": "population_text", "area_km2": "area_text"}
"""The numbers of cities with the attributes that have their texts."""
_BETWEEN = LazyPattern(r"[\s,]+")
_Row = tuple[str, Sequence[CustomFact]]
"""A category with its values."""


def read_emblem(opened: PageElement, context: ElementContext) -> ImageBlock:
    """Return the emblem of the European Union.

    Its alternative text is `alt` or, in English, "European Union flag".
    """
    style = opened.style(context.text)
    too_small = height_problem(style)
    if too_small is not None:
        opened.report(too_small)
    height = emblem_height(style)
    width = Length(height * PROPORTION)
    alt = _alt(opened, ALTERNATIVE_TEXT)
    language = opened.language(context.language) if "alt" in opened.attributes else "en"
    return ImageBlock("", EMBLEM, alt, style, opened.line, width, height, language)


def read_image(opened: PageElement, context: ElementContext) -> ImageBlock | None:
    """Return a PNG, JPEG or SVG picture of the pack, in the size of its style or at 96 pixels to the inch."""
    style = opened.style(context.text)
    alt = _alt(opened)
    files = opened.reading.pack.files
    name = opened.required("src", "images/logo.png")
    if name is None:
        return None
    if name not in files:
        _report_missing_image(opened, name)
        return None
    picture = opened.reading.picture(opened.element, name, files[name].content)
    if picture is None:
        return None
    language = opened.language(context.language)
    return ImageBlock(name, picture, alt, style, opened.line, *image_size(style, picture), language)


def image_size(style: Style, picture: Picture) -> tuple[Length, Length]:
    """Return the width and height of a picture of the pack, which keeps its proportions and is as large as its style
    allows.
    """
    scales = []
    if style.width is not None:
        scales.append(style.width / picture.width)
    if style.height is not None:
        scales.append(style.height / picture.height)
    scale = min(scales, default=PIXEL)
    return Length(picture.width * scale), Length(picture.height * scale)


def _alt(opened: PageElement, default: str = "") -> str:
    """Return the alternative text. Reports an empty one."""
    alt = opened.attributes.get("alt", default)
    if not alt.strip():
        opened.report(problem("alt-missing", form="page", element=opened.tag))
    return alt


def _report_missing_image(opened: PageElement, name: str) -> None:
    """Report a name that is not a file of the pack."""
    is_outside = name.startswith("/") or ".." in PurePosixPath(name).parts
    if is_outside or "\\" in name or ":" in name:
        opened.report(problem("image-outside", name=name))
    else:
        hint = opened.reading.similar_images.hint(name)
        opened.report(problem("image-missing", hint=hint, name=name))


def read_plan_picture(opened: PageElement, context: ElementContext) -> PictureBlock | None:
    """Return a picture of the plan; None if there is none. With `caption="false"`, only the picture is printed."""
    reading = opened.reading
    name = opened.required("of", "{{ picture }}")
    facts = reading.page.pictures.get(name or "")
    if facts is None:
        if name:
            known = "a picture of the summary, such as {{ picture }}"
            opened.report(problem("attribute-invalid", name="of", value=name, known=known))
        return None
    style = opened.style(context.text, PHOTO)
    caption_style = natural_style(reading.theme, CAPTION, context.text)
    inner = replace(context, name="picture", text=caption_style, line=opened.line)
    form = Run("", language=opened.language(context.language))
    caption: list[Block] = []
    if opened.is_true("caption", default="true"):
        for block in (*facts.caption.blocks, *facts.credit.blocks):
            caption.append(rich_block(reading, block, inner, form))
    return PictureBlock(facts, tuple(caption), style, opened.line)


def read_shape(opened: PageElement, context: ElementContext) -> Drawing | None:
    """Return a `bar` or `goal`, from the template or, with a `ref`, from a filter; None if a number is unknown."""
    shape: Shape | None
    if "ref" in opened.attributes:
        shape = opened.reading.page.shapes[int(opened.attributes["ref"])]
    elif opened.tag == "bar":
        shape = _bar(opened)
    else:
        shape = _tile(opened)
    style = opened.style(context.text)
    language = opened.language(context.language)
    if isinstance(shape, Tile):
        style = tile_style(style)
    if shape is None or shape == NO_BAR:
        return None
    return Drawing(shape, style, opened.line, language)


def _bar(opened: PageElement) -> Shape:
    """Read a bar of the template, with its value as text."""
    value = _number(opened, "value")
    largest = _number(opened, "max")
    text = "" if value is None else opened.reading.page.summary.formats.figure(value)
    label = opened.attributes.get("label", "")
    return bar_of(value, largest, text, label, _document_language(opened))


def _tile(opened: PageElement) -> Shape | None:
    """Read a tile of the template, with the title of its goal; None without a number that a goal has."""
    number = _number(opened, "number")
    if number is None:
        return None
    if number not in TILE_COLOURS:
        known = f"a number from 1 to {max(TILE_COLOURS)}"
        opened.report(problem("attribute-invalid", name="number", value=f"{number:g}", known=known))
        return None
    title = opened.reading.page.summary.formats.goal(int(number))
    return Tile(int(number), str(title), language_of(title), _document_language(opened))


def _document_language(opened: PageElement) -> str:
    return opened.reading.page.summary.formats.document


def _number(opened: PageElement, name: str) -> float | None:
    """Return the number in an attribute; None if it is empty, as it is for an unknown number.

    Reports a missing attribute.
    """
    written = opened.required(name, "9")
    if written and not _NUMBER.fullmatch(written):
        opened.report(problem("attribute-invalid", name=name, value=written, known="a number"))
        return None
    if not written:
        return None
    number = float(written)
    return int(number) if number == int(number) else number


def read_chart(opened: PageElement, context: ElementContext) -> ChartBlock | None:
    """Return a `chart` of one of the `kinds`; None if there is nothing to show."""
    kind = opened.required("kind", ChartKind.BAR.value)
    name = opened.required("of", "partners")
    if kind is not None and kind not in set(ChartKind):
        known = ", ".join(f'"{known_kind.value}"' for known_kind in ChartKind)
        opened.report(problem("attribute-invalid", name="kind", value=kind, known=known))
        return None
    rows = None if kind is None or name is None else _rows(opened, name)
    data = _data(opened, name or "", rows) if rows else None
    if kind is None or data is None:
        return None
    if kind == ChartKind.SHARE:
        kind, data = _shares_or_bars(data, opened.reading.page.summary.formats.percent)
    style, text = _styles(opened, context)
    language = opened.language(context.language)
    return ChartBlock(ChartKind(kind), data, style, opened.line, text, language)


def _shares_or_bars(data: ChartData, percent: Callable[[float], str]) -> tuple[ChartKind, ChartData]:
    """Return what a chart of shares shows, as `percent` writes them: bars of the numbers if one of them is negative,
    since there are no shares of such numbers. Shares are those of the values of the first series.
    """
    first, *others = data.series
    has_negative = any(value is not None and value < 0 for value in first.values)
    if has_negative:
        return ChartKind.BAR, replace(data, series=(first,))
    total = sum([value or 0 for value in first.values]) or 1
    shares = []
    for value in first.values:
        shares.append("" if value is None else percent(value / total))
    with_shares = replace(first, shares=tuple(shares))
    return ChartKind.SHARE, replace(data, series=(with_shares, *others))


def _styles(opened: PageElement, context: ElementContext) -> tuple[Style, Style]:
    """Return the style of the chart, whose colour is that of the bars, and that of its labels."""
    theme = opened.reading.theme
    text = without_box(context.text)
    if "class" in opened.attributes:
        style = opened.style(context.text)
    elif CHART in theme.styles:
        style = theme.styles[CHART]
    else:
        colour = natural_style(theme, BAR, theme.styles.get("title", text)).colour
        style = replace(text, colour=colour)
    return style, replace(text, size=style.size, leading=style.leading, font=style.font, align="start")


def _rows(opened: PageElement, name: str) -> list[_Row] | None:
    """Return the categories with their values; None for an unknown name, which is reported."""
    page = opened.reading.page
    if name in page.lists:
        return [(label, (_number_fact(opened, value),)) for label, value in page.lists[name]]
    if name == CITIES:
        return list(_of_cities(opened, page.summary.cities))
    table = page.summary.custom.get(name)
    if table is None:
        names = {CITIES, *page.lists}
        for custom_name, custom in page.summary.custom.items():
            if custom.rows:
                names.add(custom_name)
        hint = did_you_mean(name, sorted(names))
        known = f"a table, such as {', '.join(sorted(names))}"
        opened.report(problem("attribute-invalid", hint=hint, name="of", value=name, known=known))
        return None
    if not table.rows:
        return []
    columns = list(table.rows[0])
    label = opened.attributes.get("label", columns[0])
    written = opened.required("value", "share")
    if written is None:
        return None
    values = _BETWEEN.split(written.strip(" ,"))
    attributes = [("label", label)]
    attributes += [("value", value) for value in values]
    for attribute, column in attributes:
        if column not in columns:
            known = f"one of {', '.join(columns)}"
            hint = did_you_mean(column, columns)
            opened.report(problem("attribute-invalid", hint=hint, name=attribute, value=column, known=known))
            return None
    rows: list[_Row] = []
    for row in table.rows:
        rows.append((row[label].text, [row[value] for value in values]))
    return rows


def _of_cities(opened: PageElement, cities: Sequence[CityFacts]) -> Iterator[_Row]:
    """Yield the cities with their numbers: `population`, `area_km2`, or custom fields."""
    for city in cities:
        facts = []
        for value in _BETWEEN.split(opened.attributes.get("value", "population")):
            if value in _CITY_NUMBERS:
                number = getattr(city, value)
                text = getattr(city, _CITY_NUMBERS[value])
                fact = _number_fact(opened, number, text, field=value)
            elif value in city.custom:
                fact = city.custom[value]
            else:
                known = ", ".join([*_CITY_NUMBERS, *city.custom])
                opened.report(problem("attribute-invalid", name="value", value=value, known=f"one of {known}"))
                return
            facts.append(fact)
        yield city.name, facts


def _number_fact(opened: PageElement, value: float | None, text: str = "", *, field: str = "") -> CustomFact:
    """Return a number with its text and, for a number of a field, the label of the field in the pack."""
    from ucap_reports.text.rich_text import RichText  # noqa: PLC0415 - few charts are of numbers

    summary = opened.reading.page.summary
    label = opened.reading.pack.label(field, summary.label_language).text
    if not text and value is not None:
        text = summary.formats.number(value)
    return CustomFact(label, RichText.plain(text), value)


def _data(opened: PageElement, name: str, rows: Sequence[_Row]) -> ChartData | None:
    """Return the data of a chart; None if no value is a number."""
    if len(rows) > MOST_CATEGORIES:
        known = f"a list of up to {MOST_CATEGORIES} items"
        opened.report(problem("attribute-invalid", name="of", value=name, known=known))
        return None
    categories = []
    facts_of_categories = []
    for category, facts in rows:
        if any(_value(fact) is not None for fact in facts):
            categories.append(category)
            facts_of_categories.append(facts)
    if not categories:
        return None
    first_facts = facts_of_categories[0]
    series_count = len(first_facts)
    series = []
    for index in range(series_count):
        facts_of_series = [facts[index] for facts in facts_of_categories]
        series_name = without_colon(first_facts[index].label) if series_count > 1 else ""
        values = tuple(map(_value, facts_of_series))
        texts = tuple([fact.text for fact in facts_of_series])
        series.append(ChartSeries(series_name, values, texts))
    table = opened.reading.page.summary.custom.get(name)
    label = "" if table is None else table.label
    if name == CITIES and series_count == 1:
        label = first_facts[0].label
    title = opened.attributes.get("title") or without_colon(label)
    language = language_of(title) or _document_language(opened)
    return ChartData(title, tuple(categories), tuple(series), language)


def _value(fact: CustomFact) -> float | None:
    """Return the number of a fact; None if it is unknown, or not a number."""
    return float(fact.value) if isinstance(fact.value, int | float) else None
