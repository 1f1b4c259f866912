"""Checks of a Word template: trial runs with summaries, and warnings about its styles, fonts and pictures.

The trial runs find all problems of the tags. The accessibility checker of Word, and screen readers, need a certain
structure. The colours of text and its background are those that the template has with the look of the theme.
"""

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Any

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.page_checks import LINK, PAPER, TextColours
from ucap_reports.pictures.picture_preparation_and_quality import PictureError, open_picture, quality_warnings
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, Suggestions, problem
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.jinja.jinja_templates import DeclaredFacts, read_tags
from ucap_reports.template.lengths_colours_and_paper_sizes import EMU_PER_POINT, Colour, Length
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.theme_and_line_spacing import Theme
from ucap_reports.text.bars_tiles_charts_and_facts import Shape
from ucap_reports.text.links import is_vague
from ucap_reports.word.compile.compile_word_template import compile_texts, written_tags
from ucap_reports.word.compile.repetition_by_example import KINDS, ExampleLook, Repetition, place_examples
from ucap_reports.word.compile.table_layout_marks import cell_columns
from ucap_reports.word.compile.template_opening import OpenedTemplate, TemplateText, open_template
from ucap_reports.word.compile.theme_look_of_templates import dress
from ucap_reports.word.compile.word_tags import TagMark, find_blocks
from ucap_reports.word.file.package_parts import types_of
from ucap_reports.word.file.word_fields import is_page_number, link_of_field, name_of_field
from ucap_reports.word.file.word_styles import (
    CONTACT_GAP,
    END,
    OF_TABLE,
    THEME_PREFIX,
    TITLE_RULE,
    StyleSheet,
    apply_theme,
    theme_name,
)
from ucap_reports.word.file.word_xml import (
    CELL,
    MAIN,
    NAMED,
    NAMESPACES,
    OFF,
    PARAGRAPH,
    ROW,
    RUN,
    SECTION,
    TABLE,
    TEXT,
    TWENTIETHS,
    UNBROKEN_HYPHEN,
    VALUE,
    WORD_SHAPE,
    is_on,
    points,
    qualified,
    read_finished,
    text_of,
    value_at,
    whole,
)
from ucap_reports.word.render.fill_word_template import CUSTOM, TextTemplate, attempt_text, printed_values
from ucap_reports.word.render.pictures_shapes_and_watermark import SHAPE_NAME, PartContext
from ucap_reports.word.render.rich_text_and_lists import Numbers, with_lists


class PrintedPage(Struct, frozen=True):
    """What a page prints with its header and footer: the text of each paragraph without page numbers, and the
    alternative texts of the template's own pictures.
    """

    texts: tuple[str, ...] = ()
    logos: tuple[str, ...] = ()
    has_number: bool = False
    """Whether it prints its number; only known of Word templates."""


class WordTrial(Struct, frozen=True):
    """The result of a trial: the words of each paragraph, None if the template could not be filled in.

    The first page and the others have the complete text, and their own headers and footers. `pictures` are the fields
    of the plan's pictures that are printed, `shapes` the kinds of the shapes for its numbers and goals.
    """

    problems: tuple[Problem, ...]
    paragraphs: tuple[str, ...] | None
    first_page: PrintedPage = PrintedPage()
    later_pages: PrintedPage = PrintedPage()
    pictures: frozenset[str] = frozenset()
    shapes: frozenset[type[Shape]] = frozenset()


def try_word_template(
    pack: Pack, summaries: Sequence[Summary], sample_words: Container[str] = frozenset()
) -> tuple[WordTrial, ...]:
    """Return a trial of the Word template of a pack for each summary; none without one.

    Raises ProblemsFound for a template that cannot be opened.
    """
    if pack.word_template is None:
        return ()
    opened = open_template(pack.word_template)
    dress(opened, pack)
    return try_word(opened, pack.theme, summaries, sample_words)


def try_word(
    opened: OpenedTemplate, theme: Theme, summaries: Sequence[Summary], sample_words: Container[str] = frozenset()
) -> tuple[WordTrial, ...]:
    """Return a trial for each summary. Errors in one part do not keep the others from being tried.

    In a document, each of the `sample_words` in these summaries may be a colour.
    """
    parts_of_pages = _parts_of_pages(opened)
    texts, problems = compile_texts(opened, theme)
    lists = with_lists(opened.numbering, theme)
    trials = []
    for summary in summaries:
        context = PartContext(Numbers(lists).number, theme=theme, language=summary.language, sample_words=sample_words)
        trials.append(_try(texts, problems, summary, context, parts_of_pages))
    return tuple(trials)


def read_word_tags(opened: OpenedTemplate, facts: Mapping[type, DeclaredFacts] | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with each tag of a Word template by itself; for `facts` see `read_tags`."""
    marks: list[TagMark] = []
    for text in opened.texts:
        marks += text.tags[0]
    kinds = dict(KINDS)
    if facts is not None:
        kinds[CUSTOM] = facts[Summary]
    return tuple(read_tags(written_tags(marks), kinds, facts))


def repetitions_in(template: PackFile) -> tuple[Repetition, ...]:
    """Return what a Word template repeats by example, in the order of the document; nothing of a broken template."""
    repetitions: list[Repetition] = []
    with suppress(ProblemsFound):
        for text in open_template(template).texts:
            marks = list(text.tags[0])
            blocks = find_blocks(marks, [])
            repetitions += place_examples(marks, blocks, text.locator, ExampleLook(), []).repetitions
    return tuple(repetitions)


_MARGIN_REFERENCES = (qualified("w:headerReference"), qualified("w:footerReference"))
_FIELD_CHARACTER = qualified("w:fldChar")
_INSTRUCTION = qualified("w:instrText")
_FONTS = qualified("w:rFonts")
_SIMPLE_FIELD = qualified("w:fldSimple")
_DESCRIBED = qualified("wp:docPr")
"""The properties of a drawing, which have its alternative text."""


def _try(
    texts: Sequence[TextTemplate],
    errors: Sequence[Problem],
    summary: Summary,
    context: PartContext,
    parts_of_pages: tuple[frozenset[str], frozenset[str]],
) -> WordTrial:
    """Fill the texts of a template, which have these errors, with a summary."""
    values = printed_values(summary)
    problems = list(errors)
    written: list[bytes] = []
    for text in texts:
        attempt = attempt_text(text, values, context)
        problems += attempt.problems
        if attempt.xml is not None:
            written.append(attempt.xml)
    if errors or len(written) < len(texts):
        return WordTrial(tuple(problems), None)
    pictures_of_plan = {picture.alt for picture in summary.all_pictures}
    parts: dict[str, PrintedPage] = {}
    for text, xml in zip(texts, written, strict=True):
        root = read_finished(xml)
        logos = [alt for alt in _picture_texts(root) if alt not in pictures_of_plan]
        parts[text.name] = PrintedPage(tuple(_printed_texts(root)), tuple(logos), _has_page_number(root))
    on_first, on_later = parts_of_pages
    return WordTrial(
        tuple(problems),
        paragraphs=_joined(parts.values()).texts,
        first_page=_joined(part for name, part in parts.items() if name in on_first),
        later_pages=_joined(part for name, part in parts.items() if name in on_later),
        pictures=frozenset(context.widths),
        shapes=frozenset(context.shapes),
    )


def _parts_of_pages(opened: OpenedTemplate) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the parts that the first page prints, and of those that the others print."""
    body = opened.texts[0]
    targets = opened.secured.targets.get(body.name, {})
    on_first: set[str] = set()
    on_later: set[str] = set()
    margins: set[str] = set()
    has_even_pages = opened.settings is not None and is_on(opened.settings, "w:evenAndOddHeaders")
    for number, section in enumerate(body.root.iter(SECTION)):
        is_first_section = number == 0
        has_first_page = is_on(section, "w:titlePg")
        kind_on_first_page = "first" if has_first_page else "default"
        for reference in section.iterchildren(*_MARGIN_REFERENCES):
            name = targets.get(str(reference.get(qualified("r:id"))), "")
            margins.add(name)
            kind = reference.get(qualified("w:type"))
            if is_first_section and kind == kind_on_first_page:
                on_first.add(name)
            if kind == "first":
                is_on_later_pages = has_first_page and not is_first_section
            elif kind == "even":
                is_on_later_pages = has_even_pages
            else:
                is_on_later_pages = True
            if is_on_later_pages:
                on_later.add(name)
    others = {text.name for text in opened.texts} - margins
    return frozenset(on_first | others), frozenset(on_later | others)


def _joined(parts: Iterable[PrintedPage]) -> PrintedPage:
    texts: list[str] = []
    logos: list[str] = []
    has_number = False
    for part in parts:
        texts += part.texts
        logos += part.logos
        has_number = has_number or part.has_number
    return PrintedPage(tuple(texts), tuple(logos), has_number)


def _printed_texts(root: etree._Element) -> Iterator[str]:
    """Yield the text of each paragraph, without page numbers and the texts in shapes for bars and tiles."""
    texts: dict[etree._Element, list[str]] = {}
    instructions: list[str] = []
    """Those of the complex fields that are open, the innermost one last."""
    for element in root.iter(PARAGRAPH, TEXT, UNBROKEN_HYPHEN, _FIELD_CHARACTER, _INSTRUCTION):
        if element.tag == PARAGRAPH:
            texts[element] = []
            continue
        if element.tag == _FIELD_CHARACTER:
            kind = element.get(qualified("w:fldCharType"))
            if kind == "begin":
                instructions.append("")
            elif kind == "end" and instructions:
                instructions.pop()
            continue
        if element.tag == _INSTRUCTION:
            if instructions:
                instructions[-1] += element.text or ""
            continue
        paragraph = next(element.iterancestors(PARAGRAPH), None)
        is_left_out = _is_page_number(element, instructions) or _is_in_figure(element)
        if paragraph is not None and not is_left_out:
            text = "-" if element.tag == UNBROKEN_HYPHEN else element.text or ""
            texts[paragraph].append(text)
    for parts in texts.values():
        yield "".join(parts)


def _has_page_number(root: etree._Element) -> bool:
    """Return whether a part has a field with the number of the page."""
    instructions: list[str] = []
    for element in root.iter(_SIMPLE_FIELD, _FIELD_CHARACTER, _INSTRUCTION):
        if element.tag == _SIMPLE_FIELD:
            instructions.append(element.get(qualified("w:instr"), ""))
        elif element.tag == _INSTRUCTION and instructions:
            instructions[-1] += element.text or ""
        else:  # where a field begins, its instruction ends, or its result ends
            instructions.append("")
    return any(name_of_field(instruction) == "PAGE" for instruction in instructions)


def _is_page_number(text: etree._Element, instructions: Sequence[str]) -> bool:
    """Return whether a text is the result of a field with the number of a page or of all pages; `instructions` are
    those of the complex fields around it.
    """
    all_instructions = [*instructions]
    simple_field = next(text.iterancestors(_SIMPLE_FIELD), None)
    if simple_field is not None:
        all_instructions.append(str(simple_field.get(qualified("w:instr"))))
    return any(map(is_page_number, all_instructions))


def _is_in_figure(text: etree._Element) -> bool:
    inline = next(text.iterancestors(qualified("wp:inline")), None)
    return inline is not None and _is_figure(inline)


def _is_figure(inline: etree._Element) -> bool:
    """Return whether a drawing is a bar or a tile of `drawings.py`, and not a shape that was drawn in Word."""
    properties = inline.find(_DESCRIBED)
    return properties is not None and properties.get("name") == SHAPE_NAME


def _picture_texts(root: etree._Element) -> Iterator[str]:
    """Yield the alternative texts of the pictures in a part; bars and tiles are shapes without a file."""
    for drawing in root.iter(qualified("w:drawing")):
        has_file = next(drawing.iter(f"{{{MAIN}}}blip"), None) is not None
        if has_file:
            for properties in drawing.iter(_DESCRIBED):
                yield properties.get("descr") or ""


# Styles, fonts and pictures
_USES = tuple(qualified(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle"))
_OFFICE_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
_PICTURES = ("blip", "imagedata")
"""Elements that show a picture, in DrawingML and in VML."""
_COORDINATE = re.compile("[0-9]{1,14}")
"""A width in EMU (ECMA-376, ST_PositiveCoordinate)."""
_ANY_SIZE = 1_000_000_000
"""Pixels of a picture of which only the header is read."""


def template_warnings(opened: OpenedTemplate, pack: Pack) -> Iterator[Problem]:
    """Yield warnings about omitted content, styles, fonts and pictures, in the order of the template.

    Styles can differ only if the pack keeps the template's.
    """
    sheet = StyleSheet(opened.styles)
    uses: dict[str, Location] = {}
    for text in opened.texts:
        for use in text.root.iter(*_USES):
            uses.setdefault(str(use.get(VALUE)), text.locator.location(use))
    yield from opened.of_severity(Severity.WARNING)
    yield from _unknown_styles(sheet, pack, uses, opened.path)
    if pack.settings.word_styles == "keep":
        yield from _different_styles(opened, sheet, pack, uses)
    suggestions = Suggestions(sheet.styles)
    fonts = _fonts_of_office_theme(opened)
    for text in opened.texts:
        yield from _missing_styles(text, sheet, suggestions)
        yield from _foreign_fonts(text, pack.theme, fonts)
        yield from _undescribed_pictures(text)
    for text in opened.texts:
        yield from _unsuitable_pictures(text, opened, float(pack.theme.paper[0]))


def word_places(opened: OpenedTemplate) -> tuple[str, ...]:
    """Return the places in a Word template, in the order body, headers, footers, notes."""
    names: dict[str, None] = {}
    for text in opened.texts:
        for element in (text.root, *text.root.iter(*NAMED)):
            names[text.locator.of(element)] = None
    return tuple(names)


def _unknown_styles(sheet: StyleSheet, pack: Pack, uses: Mapping[str, Location], path: str) -> Iterator[Problem]:
    """Yield styles that would follow the theme if it had them; `uses` has the first use of each style."""
    suggestions = Suggestions(pack.theme.styles)
    for identifier, name in sheet.names.items():
        own = name.removeprefix(THEME_PREFIX)
        if own == name:
            continue
        name_without_table = name.removesuffix(OF_TABLE)
        is_known = theme_name(name, pack.theme) is not None or theme_name(name_without_table, pack.theme) is not None
        if not is_known:
            hint = suggestions.hint(own) or f'add the style "{own}" to the theme'
            location = uses.get(identifier, Location(path, place="styles"))
            unknown = problem("style-unknown", location, hint=hint, name=own)
            yield replace(unknown, severity=Severity.WARNING)  # the text has its Word style, so nothing is lost


def _different_styles(
    opened: OpenedTemplate, sheet: StyleSheet, pack: Pack, uses: Mapping[str, Location]
) -> Iterator[Problem]:
    themed = deepcopy(opened.styles)
    apply_theme(themed, pack.theme)
    wanted = StyleSheet(themed)
    for identifier, name in sheet.names.items():
        if identifier not in uses or theme_name(name, pack.theme) is None:
            continue
        different = differences(sheet, wanted, identifier)
        if different:
            yield problem("styles-differ", uses[identifier], name=name, differences=", ".join(different))


def _missing_styles(text: TemplateText, sheet: StyleSheet, suggestions: Suggestions) -> Iterator[Problem]:
    for use in text.root.iter(*_USES):
        identifier = str(use.get(VALUE))
        if identifier not in sheet.styles:
            hint = suggestions.hint(identifier)
            yield problem("style-missing", text.locator.location(use), hint=hint, name=identifier)


def fonts_in(opened: OpenedTemplate) -> set[str]:
    """Return the font families that a Word template names in its styles, in its text and in its office theme."""
    families = set(_fonts_of_office_theme(opened).values())
    roots = [opened.styles]
    for text in opened.texts:
        roots.append(text.root)
    for root in roots:
        for fonts in root.iter(_FONTS):
            families.update(map(str, fonts.values()))
    return families


def _fonts_of_office_theme(opened: OpenedTemplate) -> Mapping[str, str]:
    """Return the fonts of the office theme of a template, for headings and for text, by the names of their kinds."""
    fonts: dict[str, str] = {}
    for name, content_type in types_of(opened.contents).items():
        if content_type != _OFFICE_THEME:
            continue
        for latin in opened.contents.tree(name).iterfind(f".//{{{MAIN}}}fontScheme/*/{{{MAIN}}}latin"):
            kind = etree.QName(latin.getparent()).localname.removesuffix("Font")  # "majorFont" or "minorFont"
            fonts[kind] = str(latin.get("typeface"))
    return fonts


def _direct_font(run: etree._Element, fonts: Mapping[str, str]) -> str | None:
    """Return the font of a run with direct formatting, which may be a font of the office theme; None without one."""
    of_theme = value_at(run, "w:rPr/w:rFonts", "w:asciiTheme")
    if of_theme is None:
        return value_at(run, "w:rPr/w:rFonts", "w:ascii")
    for kind, font in fonts.items():
        if of_theme.startswith(kind):  # such as "majorHAnsi"
            return font
    return None


def _foreign_fonts(text: TemplateText, theme: Theme, fonts_of_office_theme: Mapping[str, str]) -> Iterator[Problem]:
    """Yield text with direct formatting in a font that the theme does not have, so that it differs from the PDF."""
    fonts: set[str] = set()
    for family in theme.fonts.values():
        fonts |= {family.word, family.word_east_asian}
    known = sorted(fonts)
    for run in text.root.iter(RUN):
        words = text_of(run).strip()
        font = _direct_font(run, fonts_of_office_theme)
        if words and font is not None and font not in known:
            location = text.locator.location(run)
            yield problem("font-foreign", location, text=words, font=font, known=" or ".join(known))


def _undescribed_pictures(text: TemplateText) -> Iterator[Problem]:
    for element in text.root.iter(etree.Element):
        is_picture = etree.QName(element).localname in _PICTURES
        if is_picture and not _is_described(element):
            missing = problem("alt-missing", text.locator.location(element), form="word")
            yield replace(missing, severity=Severity.WARNING)


def _unsuitable_pictures(text: TemplateText, opened: OpenedTemplate, paper: float) -> Iterator[Problem]:
    """Yield pictures of a part that are wider than the paper, have too few pixels for their width, or too many bytes.

    Those in groups are left out, since their size depends on that of the group.
    """
    targets = opened.secured.targets.get(text.name, {})
    for drawing in text.root.iter(qualified("wp:inline"), qualified("wp:anchor")):
        pictures = list(drawing.iter("{*}blip"))
        width = _width_of(drawing)
        if len(pictures) != 1 or not width:
            continue
        location = text.locator.location(drawing)
        if width > paper:
            too_wide = problem("image-too-wide", location, width=_in_mm(width), available=_in_mm(paper))
            yield replace(too_wide, severity=Severity.WARNING)  # Word shows the part of it that fits
        name = targets.get(str(pictures[0].get(qualified("r:embed"))))
        if name:
            content = opened.contents[name]
            with suppress(PictureError):  # a format other than PNG and JPEG
                pixels = open_picture(content, limit=_ANY_SIZE).width
                yield from quality_warnings(posixpath.basename(name), pixels, width, len(content), location)


def _width_of(drawing: etree._Element) -> float:
    """Return the width of a drawing in points; 0 if it is unknown."""
    extent = drawing.find(qualified("wp:extent"))
    width = "" if extent is None else str(extent.get("cx"))
    if not _COORDINATE.fullmatch(width):
        return 0.0
    return int(width) / EMU_PER_POINT


def _in_mm(length: float) -> str:
    return f"{length / Length.mm(1):.0f}"


def _is_described(picture: etree._Element) -> bool:
    """Return whether the drawing around a picture has an alternative text, or is marked as decorative."""
    for around in picture.iterancestors():
        properties = around.find(_DESCRIBED)
        if properties is not None:
            is_decorative = any(element.get("val") in ("1", "true") for element in properties.iter("{*}decorative"))
            description = properties.get("descr") or properties.get("title") or ""
            return is_decorative or bool(description.strip())
        name = etree.QName(around).localname
        if name == "Fallback":  # the newer form of the same drawing is checked
            return True
        if name == "shape":  # of VML
            return bool((around.get("alt") or "").strip())
        if around.tag == PARAGRAPH:
            break
    return False


_NEUTRAL = (None, "none", "auto", "left", "start", *OFF)
"""Values of properties that are as if these were not set."""
PROPERTIES: Mapping[str, tuple[str, str, int]] = {
    "font": ("w:rPr/w:rFonts", "w:ascii", 0),
    "size": ("w:rPr/w:sz", "w:val", 2),
    "colour": ("w:rPr/w:color", "w:val", 0),
    "bold": ("w:rPr/w:b", "w:val", 0),
    "italic": ("w:rPr/w:i", "w:val", 0),
    "underline": ("w:rPr/w:u", "w:val", 0),
    "align": ("w:pPr/w:jc", "w:val", 0),
    "space before": ("w:pPr/w:spacing", "w:before", TWENTIETHS),
    "space after": ("w:pPr/w:spacing", "w:after", TWENTIETHS),
    "leading": ("w:pPr/w:spacing", "w:line", TWENTIETHS),
}
"""The properties of a Word style that the theme sets: its element, its attribute and, for lengths, their parts of a
point.
"""


def _shown(value: str | None, parts: int) -> str:
    length = points(value, parts) if parts else None
    if value in _NEUTRAL or length == 0:
        return "not set"
    return str(value) if length is None else f"{length:g} pt"


def differences(own: StyleSheet, wanted: StyleSheet, identifier: str) -> list[str]:
    """Return the properties of a style that differ between two style sheets, such as "size 20 pt (theme: 17 pt)"."""
    names: list[str] = []
    for name, (path, attribute, parts) in PROPERTIES.items():
        own_value = _shown(own.value(identifier, path, attribute), parts)
        wanted_value = _shown(wanted.value(identifier, path, attribute), parts)
        if own_value.upper() != wanted_value.upper():
            names.append(f"{name} {own_value} (theme: {wanted_value})")
    return names


# The structure that the accessibility checker of Word, and screen readers, need
_LEVELS = 9
"""Outline levels of headings; the tenth is that of text (ECMA-376, 17.3.1.20)."""
_FORM = {qualified(f"w:{name}") for name in ("pPr", "rPr", "r", "t", "proofErr", "lastRenderedPageBreak")}
"""What an empty paragraph may contain, if there is no text in it."""
_OF_TEMPLATES = frozenset({TITLE_RULE, CONTACT_GAP, END})
"""Styles of empty paragraphs with a line of the theme, or between two tables if there is a contact."""

Fault = tuple[Any, Problem]
"""An element of lxml, which has no public name for their class, and its problem."""

INK = Colour("000000")
"""The automatic colour of text in Word; that of its background is the paper."""
_NOT_PRINTED = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)
"""Statements and comments: a paragraph of these alone prints nothing."""
_ROW_LOOP = re.compile(r"\{%-?tr\s+for\b")
_ROW_VALUE = re.compile(r"\{\{[^{}]*\brow\.")
_ROW_IN_CELL = re.compile(r"\{%-?(?:tc|p)?\s+for\s+row\b")
"""What repeats a row: a loop, or by example a value of a row of the summary that no cell or paragraph repeats."""
_PRINTED_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_PICTURES_OF_PLAN = frozenset({"picture", "photo", "pictures", "all_pictures"})
"""The last parts of the names of pictures of a plan."""
_SHAPE = f"{{{WORD_SHAPE}}}wsp"
_SHAPE_FILL = f"{{{WORD_SHAPE}}}spPr/{{{MAIN}}}solidFill/{{{MAIN}}}srgbClr"


def accessibility_warnings(opened: OpenedTemplate) -> Iterator[Problem]:
    """Yield warnings about tables, empty paragraphs, headings and links, in the order of the template."""
    sheet = StyleSheet(opened.styles)
    for text in opened.texts:
        for element, fault in _faults(text.root, sheet):
            yield fault.at(text.locator.location(element))


def text_colours(opened: OpenedTemplate, pack: Pack) -> Iterator[TextColours]:
    """Yield the colours of the texts of a template that has the look of the theme."""
    sheet = StyleSheet(opened.styles)
    follows_theme = pack.settings.word_styles == "theme"
    usual = pack.theme.style("body").colour
    link = pack.theme.styles.get(LINK, pack.theme.style("body"))
    for text in opened.texts:
        for paragraph in text.root.iter(PARAGRAPH):
            printed = _NOT_PRINTED.sub("", text_of(paragraph))
            printed_as_text = _PRINTED_TAG.sub(_without_figure, printed)
            if not printed_as_text.strip():
                continue
            background = _background(paragraph, sheet)
            location = text.locator.location(paragraph)
            identifier = sheet.of_paragraph(paragraph)
            theme_style = None
            if follows_theme:
                name = theme_name(sheet.names.get(identifier, ""), pack.theme)
                theme_style = name if name in pack.theme.styles else None
            prints_value = "{{" in text_of(paragraph)
            for colour, is_direct in _colours(paragraph, identifier, sheet):
                if is_direct:
                    yield TextColours(colour, background, None, location)
                    continue
                yield TextColours(colour, background, theme_style, location)
                if follows_theme and prints_value and colour == usual:
                    # The value may contain links: in text of the usual colour, they have a colour of their own.
                    yield TextColours(link.colour, background, LINK, location)


def _without_figure(tag: re.Match[str]) -> str:
    """Return a tag such as `{{ summary.pictures[0] }}` or `{{ 5 | bar(10) }}`; nothing for one that, like these, prints
    a picture of the plan, a bar or a tile.
    """
    value, _, filters = tag[1].partition("|")
    last_attribute = value.strip().rpartition(".")[2]
    attribute_name = last_attribute.partition("[")[0]
    filter_name = filters.partition("(")[0].strip()
    is_figure = attribute_name in _PICTURES_OF_PLAN or filter_name in ("bar", "tile")
    return "" if is_figure else tag[0]


def _faults(root: etree._Element, sheet: StyleSheet) -> Iterator[Fault]:
    for table in root.iter(TABLE):
        yield from _table_faults(table)
    for paragraph in root.iter(PARAGRAPH):
        if _is_spacing(paragraph, sheet):
            yield paragraph, problem("paragraph-empty")
    yield from _heading_faults(root, sheet)
    for link, text in _links(root):
        if is_vague(text):
            yield link, problem("link-text-vague", text=text.strip())


class _OpenLinkField(Struct):
    """A complex field whose end has not been read yet, which may be a link."""

    begin: etree._Element
    instruction: str = ""
    text: str = ""
    has_result: bool = False


def _links(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield the links with their texts: Word writes them as elements, and as simple and complex fields (17.16.5.25)."""
    for link in root.iter(qualified("w:hyperlink")):
        yield link, text_of(link)
    for simple_field in root.iter(_SIMPLE_FIELD):
        if link_of_field(simple_field.get(qualified("w:instr"), "")) is not None:
            yield simple_field, text_of(simple_field)
    yield from _links_in_complex_fields(root)


def _links_in_complex_fields(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield the first element of each complex field that is a link, with its text."""
    open_fields: list[_OpenLinkField] = []
    """The fields around what is read, the innermost one last."""
    for element in root.iter(TEXT, UNBROKEN_HYPHEN, _FIELD_CHARACTER, _INSTRUCTION):
        kind = element.get(qualified("w:fldCharType"))
        if element.tag == _FIELD_CHARACTER and kind == "begin":
            open_fields.append(_OpenLinkField(element))
        elif not open_fields:
            continue
        elif element.tag == _INSTRUCTION:
            open_fields[-1].instruction += element.text or ""
        elif element.tag != _FIELD_CHARACTER:
            text = "-" if element.tag == UNBROKEN_HYPHEN else element.text or ""
            for field in open_fields:
                if field.has_result:
                    field.text += text
        elif kind == "separate":
            open_fields[-1].has_result = True
        elif kind == "end":
            closed = open_fields.pop()
            if link_of_field(closed.instruction) is not None:
                yield closed.begin, closed.text


def _table_faults(table: etree._Element) -> Iterator[Fault]:
    """Yield a missing header row, and cells that are merged without need."""
    rows = [row for row in table.iterchildren(ROW) if not _is_statement(row)]
    repeats = any(_is_repeated(text_of(row)) for row in table.iterchildren(ROW))
    has_columns = any(len(list(row.iterchildren(CELL))) > 1 for row in rows)
    is_data = has_columns and (len(rows) > 1 or repeats)
    if is_data and not is_on(rows[0], "w:trPr/w:tblHeader"):
        yield table, problem("header-row-missing")
    cells: list[tuple[etree._Element, int, int]] = []
    for row in rows:
        cells += cell_columns(row)
    for cell, _, _ in cells:
        if cell.find("w:tcPr/w:vMerge", NAMESPACES) is not None:
            yield cell, problem("cells-merged", form="vertical")
            break
    if "{%" in text_of(table):  # tags repeat cells, and set how many columns they span
        return
    starts = {start for _, start, _ in cells}
    for cell, start, span in cells:
        further_columns = range(start + 1, start + span)
        if span > 1 and starts.isdisjoint(further_columns):  # in no row, a cell begins in one of them
            yield cell, problem("cells-merged", form="unused")
            break


def _is_repeated(row: str) -> bool:
    """Return whether a row of a table, by its text, is printed for each row of the summary."""
    if _ROW_LOOP.search(row):
        return True
    return _ROW_VALUE.search(row) is not None and _ROW_IN_CELL.search(row) is None


def _is_statement(element: etree._Element) -> bool:
    """Return whether a row or paragraph has nothing but a tag that takes it away."""
    text = text_of(element).strip()
    return text.startswith(("{%tr", "{%p")) and text.endswith("%}") and text.count("{") == 1


def _is_spacing(paragraph: etree._Element, sheet: StyleSheet) -> bool:
    """Return whether a paragraph is empty, shows no line, and Word does not need it there."""
    if not _is_empty(paragraph):
        return False
    style = sheet.of_paragraph(paragraph)
    formats = (paragraph, *sheet.chain(style))
    has_borders = any(element.find(".//w:pBdr", NAMESPACES) is not None for element in formats)
    style_name = sheet.names.get(style, "").removeprefix(THEME_PREFIX)
    if has_borders or style_name in _OF_TEMPLATES:
        return False
    before = _neighbour(paragraph, before=True)
    after = _neighbour(paragraph, before=False)
    is_first = before is None or before.tag == qualified("w:tcPr")
    is_alone = is_first and after is None
    is_below_table = before is not None and before.tag == TABLE
    is_before_table_or_end = after is None or after.tag in (qualified("w:sectPr"), TABLE)
    # A cell and the body need a paragraph at their end, and two tables need one between them.
    is_needed = is_alone or (is_below_table and is_before_table_or_end)
    return not is_needed


def _is_empty(paragraph: etree._Element) -> bool:
    """Return whether a paragraph has no text, picture, break, field or mark, and ends no section."""
    if text_of(paragraph) or paragraph.find("w:pPr/w:sectPr", NAMESPACES) is not None:
        return False
    for element in (paragraph, *paragraph.iterchildren(RUN)):
        if any(child.tag not in _FORM for child in element.iterchildren()):
            return False
    return True


def _neighbour(paragraph: etree._Element, *, before: bool) -> etree._Element | None:
    """Return the block before or after a paragraph, without paragraphs that have nothing but a tag and are left out."""
    for block in paragraph.itersiblings(preceding=before):
        is_left_out = block.tag == PARAGRAPH and _is_statement(block)
        if not is_left_out:
            return block
    return None


def _heading_faults(root: etree._Element, sheet: StyleSheet) -> Iterator[Fault]:
    """Yield the headings that skip a level."""
    before = 0
    for paragraph in root.iter(PARAGRAPH):
        level = _level(paragraph, sheet)
        if level is None or not text_of(paragraph).strip():
            continue
        if level > before + 1:
            yield paragraph, problem("heading-order", level=level, expected=before + 1)
        before = level


def _level(paragraph: etree._Element, sheet: StyleSheet) -> int | None:
    """Return the level of a heading, from 1; None for other paragraphs."""
    path = "w:pPr/w:outlineLvl"
    written = value_at(paragraph, path) or sheet.value(sheet.of_paragraph(paragraph), path)
    outline_level = whole(written, _LEVELS)
    is_heading = 0 <= outline_level < _LEVELS
    return outline_level + 1 if is_heading else None


def _background(paragraph: etree._Element, sheet: StyleSheet) -> Colour:
    """Return the nearest shading around a text: its own, its style's, its shape's, its cell's, its table's, or the
    paper.
    """
    own = value_at(paragraph, "w:pPr/w:shd", "w:fill")
    of_style = sheet.value(sheet.of_paragraph(paragraph), "w:pPr/w:shd", "w:fill")
    fills = [own, of_style]
    for around in paragraph.iterancestors(_SHAPE, CELL, TABLE):
        if around.tag == _SHAPE:
            shape_fill = around.find(_SHAPE_FILL)
            if shape_fill is not None:
                fills.append(shape_fill.get("val"))
        elif around.tag == CELL:
            fills.append(value_at(around, "w:tcPr/w:shd", "w:fill"))
        else:
            table_style = value_at(around, "w:tblPr/w:tblStyle")
            if table_style:
                fills.append(sheet.value(table_style, "w:tcPr/w:shd", "w:fill"))
    for written in fills:
        if written not in (None, "auto"):
            return _colour(written, PAPER)
    return PAPER


def _colour(written: str | None, otherwise: Colour) -> Colour:
    try:
        return Colour.parse(f"#{written}")
    except ValueError:  # automatic, or the name of a colour of the office theme
        return otherwise


def _colours(paragraph: etree._Element, identifier: str, sheet: StyleSheet) -> Iterator[tuple[Colour, bool]]:
    """Yield the colours of a paragraph's text, and whether they are direct formatting."""
    for run in (*paragraph.iterchildren(RUN), *paragraph.iterfind("w:hyperlink/w:r", NAMESPACES)):
        if not text_of(run).strip():
            continue
        direct = value_at(run, "w:rPr/w:color")
        style = value_at(run, "w:rPr/w:rStyle") or identifier
        of_style = sheet.value(style, "w:rPr/w:color") or sheet.value(identifier, "w:rPr/w:color")
        yield _colour(direct or of_style, INK), direct is not None
