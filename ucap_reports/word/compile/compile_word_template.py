"""Compilation of a Word template: its parts are cleaned and themed, its tags found and put in their places.

Each part with text is compiled alone (`_text_template`): `_placed_tags` changes its tree step by step, in an order that
matters, until each tag is in the place of what it replaces; the marks in the tree then become Jinja source. Which marks
are added beside the tags is decided by `_close_containers`, `_direction_marks` and `_draft_marks`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from lxml import etree
from msgspec.structs import replace

from ucap_reports.problems import NOWHERE, Problem, ProblemsFound, Severity, raise_found, reported
from ucap_reports.template.jinja.jinja_templates import CompiledTemplate, WrittenTag, compile_template, read_tags
from ucap_reports.template.jinja.rendering_state import SourceLocations
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.picture_bar_tile_and_emblem_look import usual_width
from ucap_reports.template.theme_and_line_spacing import Theme
from ucap_reports.word.compile.repetition_by_example import ExampleLook, Examples, place_examples
from ucap_reports.word.compile.table_layout_marks import (
    directive_snippets,
    gap_cells,
    lay_out_tables,
    table_marks,
    take_directives,
)
from ucap_reports.word.compile.template_opening import OpenedTemplate, TemplateText, open_template
from ucap_reports.word.compile.theme_look_of_templates import dress
from ucap_reports.word.compile.word_tags import (
    CLOSING_OF,
    CONTINUING,
    DIRECTIVES,
    KNOWN,
    Snippet,
    TagMark,
    WordTagKind,
    check_places,
    find_blocks,
    join_paragraphs,
    part_source,
    place_tags,
    property_snippet,
    snippet,
)
from ucap_reports.word.file.package_parts import IMAGE, OFFICE, relationships_xml
from ucap_reports.word.file.word_fields import TagStep, field_problems, has_fields
from ucap_reports.word.file.word_languages import leave_language_open
from ucap_reports.word.file.word_styles import StyleSheet, gaps_of, style_names
from ucap_reports.word.file.word_xml import BOOKMARKS, PARAGRAPH, SECTION, is_on, properties_xml, qualified
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed
from ucap_reports.word.render.fill_word_template import TextTemplate, WordTemplate, alignments_of, has_identifiers
from ucap_reports.word.render.pictures_shapes_and_watermark import DRAFT_HEADER
from ucap_reports.word.render.rich_text_and_lists import ValuePlace, with_lists
from ucap_reports.word.render.table_grid import DIRECTION, DRAFT, PARAGRAPH_MARK, grid_mark
from ucap_reports.word.render.unprinted_parts import VALUE, VALUE_END, example_mark

_SPACING = "w:rPr/w:spacing"
_DIRECT_VALUE = re.compile(r'w:val="([^"]*)"')
_DIRECT_COLOUR = re.compile(r'w:val="([0-9A-Fa-f]{6})"')
_EXPLICIT = (IMAGE, f"{OFFICE}/header", f"{OFFICE}/footer")
"""Relationships to parts that a document contains only if an element refers to them."""
_HEADER = '<w:headerReference w:type="{}" r:id="{}"/>'
_CONTROL_CONTENT = qualified("w:sdtContent")
_CONTAINERS = (
    _CONTROL_CONTENT,
    *(qualified(f"w:{name}") for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent")),
)
"""Elements that must end with a paragraph, among them content controls around paragraphs."""
_OF_SYNTAX = ("tag-syntax", "tag-forbidden", "filter-unknown", "test-unknown")
"""Problems of a tag that keep its template from being compiled."""


def compile_word_template(pack: Pack, template: PackFile) -> WordTemplate:
    """Return the pack's Word template, compiled. Raises ProblemsFound with all errors in it."""
    opened = open_template(template)
    dress(opened, pack)
    texts, problems = compile_texts(opened, pack.theme)
    raise_found(problems)
    return _assemble(opened, texts, pack.theme)


def compile_texts(opened: OpenedTemplate, theme: Theme) -> tuple[Sequence[TextTemplate], Sequence[Problem]]:
    """Return the compiled parts with text of an opened template, and all errors. The trees of `opened` are changed."""
    problems = [*opened.of_severity(Severity.ERROR), *opened.content_problems()]
    names = style_names(opened.styles)
    texts: list[TextTemplate] = []
    for number in range(len(opened.texts)):
        with reported(problems.extend):
            texts.append(_text_template(opened, number, names, theme))
    return texts, problems


def _text_template(opened: OpenedTemplate, number: int, names: Mapping[str, str], theme: Theme) -> TextTemplate:
    """Return the compiled part of that number, whose tree is changed. Raises ProblemsFound with all errors."""
    text = opened.texts[number]
    root = text.root
    placed = _placed_tags(opened, text, names, theme)
    marks = placed.marks
    examples = placed.examples
    snippets = [*placed.table_snippets, *examples.snippets]
    value_places: dict[str, ValuePlace] = {}
    for index, mark in enumerate(marks):
        value_places[f"v{index}"] = _value_place(mark, placed)
        snippets.append(Snippet(mark.element, _source(mark, index, examples), mark))
    # What is known only when all tags are in their places: which containers, tables and sections have tags.
    snippets += directive_snippets(placed.directives)
    snippets += _close_containers(root, placed.paragraph_places, examples.emptied)
    snippets += table_marks(root)
    snippets += _direction_marks(root)
    snippets += _draft_marks(root, opened.settings)
    return TextTemplate(
        text.name,
        text.locator.location(root),
        number,
        _compiled(root, snippets, marks),
        value_places,
        tuple(mark.locations for mark in placed.directives),
        relationships_xml(opened.contents, text.name),
        _explicit_targets(opened, text.name),
        has_fields=has_fields(root),
        has_identifiers=has_identifiers(root),
    )


class _PlacedTags(NamedTuple):
    """The tags of a part, whose marks are in the place of what they replace."""

    marks: Sequence[TagMark]
    """The tags and those of repetition by example, without the statements about cells."""
    directives: Mapping[TagMark, etree._Element]
    """The statements about cells, with their cells."""
    examples: Examples
    table_snippets: Sequence[Snippet]
    """The columns of the tables that depend on the summary."""
    paragraph_places: Mapping[TagMark, ValuePlace]
    """The places of the values that are whole paragraphs."""
    link_colours: Mapping[TagMark, str]
    spaced: frozenset[TagMark]
    """The values whose text has letter spacing."""


def _placed_tags(opened: OpenedTemplate, text: TemplateText, names: Mapping[str, str], theme: Theme) -> _PlacedTags:
    """Put the tags of a part in the place of what they replace. Raises ProblemsFound with all errors.

    Each step changes the tree that the next ones read.
    """
    root = text.root
    all_marks, incomplete = text.tags
    problems = list(incomplete)
    blocks = find_blocks(all_marks, problems)
    # Statements about cells print nothing. The other steps read what else is in their paragraphs.
    directives = take_directives(all_marks, problems)
    marks = [mark for mark in all_marks if mark.statement not in DIRECTIVES]
    # Before anything is said about the content of a paragraph, it must be complete.
    join_paragraphs(marks)
    # Repetition by example adds its loops to `marks`, and tables must be laid out with the cells that it repeats.
    look = ExampleLook(names, usual_width(theme))
    examples = place_examples(marks, blocks, text.locator, look, problems)
    # Columns and colours are those of the cells and paragraphs that still have their tags.
    gaps = gap_cells(root, names)
    table_snippets = list(lay_out_tables(marks, directives, examples.cells, gaps, examples.tables))
    link_colours = _link_colours(opened, marks, theme)
    spaced = _spaced_marks(opened, marks)
    # Now the tags replace them.
    paragraph_places = place_tags(marks, blocks, lambda style: gaps_of(names.get(style or "", ""), theme), problems)
    problems += _field_problems(text, marks)
    if not problems:  # a tag that could not be placed would be reported again
        check_places(blocks, problems)
    # Jinja would read an empty tag as an empty tuple, because `_source` puts its content in parentheses.
    has_empty_value = any(mark.tag.kind is WordTagKind.PRINT and not mark.tag.content for mark in marks)
    if problems or has_empty_value:
        raise ProblemsFound([*problems, *_syntax_problems(marks)])
    return _PlacedTags(marks, directives, examples, table_snippets, paragraph_places, link_colours, spaced)


def _value_place(mark: TagMark, placed: _PlacedTags) -> ValuePlace:
    """Return the place of the value of a tag: a whole paragraph, or a part of a line."""
    value_place = placed.paragraph_places.get(mark) or ValuePlace(mark.run_properties)
    disappears = mark in placed.examples.disappearing
    return replace(
        value_place,
        link_colour=placed.link_colours.get(mark),
        disappears=disappears,
        is_spaced=mark in placed.spaced,
    )


def _explicit_targets(opened: OpenedTemplate, name: str) -> dict[str, str]:
    """Return the pictures, headers and footers to which a part is related, by the identifier of the relationship."""
    types = opened.secured.relationships.get(name, {})
    explicit_targets: dict[str, str] = {}
    for identifier, part in opened.secured.targets.get(name, {}).items():
        if types[identifier] in _EXPLICIT:
            explicit_targets[identifier] = part
    return explicit_targets


def _close_containers(
    root: etree._Element, value_places: Mapping[TagMark, ValuePlace], emptied: Mapping[etree._Element, str]
) -> Iterator[Snippet]:
    """Yield marks at the ends of cells and other containers that could be left without a paragraph.

    The added paragraph has the properties of one that may disappear (`emptied`, by container, as XML), or of the last
    value in the container that is a whole paragraph (`value_places`).
    """
    look_by_node = {mark.element: value_place.paragraph or {} for mark, value_place in value_places.items()}
    for container in list(root.iter(*_CONTAINERS)):
        nodes = list(container.iterchildren(etree.ProcessingInstruction))
        if not nodes or _is_in_line(container):
            continue
        properties = emptied.get(container, "")
        if not properties:
            looks = [look_by_node[node] for node in nodes if node in look_by_node]
            if looks:
                properties = properties_xml("w:pPr", looks[-1])
        paragraph = f"<w:p>{properties}</w:p>" if properties else "<w:p/>"
        # Bookmarks may be after the last paragraph.
        last = next(child for child in reversed(container) if child.tag not in BOOKMARKS)
        yield snippet(last.addnext, grid_mark(PARAGRAPH_MARK, paragraph))


def _is_in_line(container: etree._Element) -> bool:
    """Return whether a container is a content control around a part of a line."""
    if container.tag != _CONTROL_CONTENT:
        return False
    for around in container.iterancestors(PARAGRAPH, *_CONTAINERS):
        if around.tag != _CONTROL_CONTENT:
            return around.tag == PARAGRAPH
    return False


def _direction_marks(root: etree._Element) -> Iterator[Snippet]:
    """Yield marks for the direction of tables and sections, which right-to-left documents have."""
    for name, tag in (("bidiVisual", "w:tblPr"), ("bidi", "w:sectPr")):
        for properties in list(root.iter(qualified(tag))):
            yield property_snippet(properties, name, grid_mark(DIRECTION, f"<w:{name}/>"))


def _draft_marks(root: etree._Element, settings: etree._Element | None) -> Iterator[Snippet]:
    """Yield the marks in a part: at the end of a header, or in sections of the document without headers."""
    if root.tag == qualified("w:document"):
        yield from _missing_headers(root, settings)
    elif root.tag == qualified("w:hdr"):
        yield snippet(root.append, grid_mark(DRAFT))


def _missing_headers(document: etree._Element, settings: etree._Element | None) -> Iterator[Snippet]:
    """Yield references to a header in the sections whose pages, or some of them, have none (ECMA-376, 17.10).

    A section has those of the section before it that it does not name.
    """
    has_even_pages = settings is not None and is_on(settings, "w:evenAndOddHeaders")
    body = document.find(qualified("w:body"))
    if body is not None and body.find(SECTION) is None:
        added_reference = _HEADER.format("default", DRAFT_HEADER)
        yield snippet(body.append, grid_mark(DRAFT, f"<w:sectPr>{added_reference}</w:sectPr>"))
    known: set[str] = set()
    for section in document.iter(SECTION):
        for reference in section.iterfind(qualified("w:headerReference")):
            known.add(str(reference.get(qualified("w:type"))))
        needed = {"default"}
        if has_even_pages:
            needed.add("even")
        if is_on(section, "w:titlePg"):
            needed.add("first")
        missing = sorted(needed - known)
        if missing:
            references = "".join(_HEADER.format(pages, DRAFT_HEADER) for pages in missing)
            yield snippet(partial(section.insert, 0), grid_mark(DRAFT, references))
            known |= needed


def _link_colours(opened: OpenedTemplate, marks: Sequence[TagMark], theme: Theme) -> dict[TagMark, str]:
    """Return the colour of links in the values of tags whose text has a colour of its own, such as white on a dark
    panel: as in the PDF, their links have it, too. Links in text of the usual colour have that of the style for links.
    """
    sheet = StyleSheet(opened.styles)
    default_style = sheet.defaults.get("paragraph", "")
    usual = {theme.style("body").colour.hex, sheet.value(default_style, "w:rPr/w:color")}
    colours: dict[TagMark, str] = {}
    for mark in marks:
        paragraph = next(mark.element.iterancestors(PARAGRAPH), None)
        if paragraph is None:
            continue
        direct = _DIRECT_COLOUR.search(mark.run_properties.get("color", ""))
        if direct is not None:
            colour: str | None = direct[1]
        else:
            colour = sheet.value(sheet.of_paragraph(paragraph), "w:rPr/w:color")
        if colour is not None and colour != "auto" and colour not in usual:
            colours[mark] = colour
    return colours


def _spaced_marks(opened: OpenedTemplate, marks: Sequence[TagMark]) -> frozenset[TagMark]:
    """Return the tags whose text has letter spacing: by its run, its character style, or the style of its paragraph."""
    sheet = StyleSheet(opened.styles)
    spaced: set[TagMark] = set()
    for mark in marks:
        paragraph = next(mark.element.iterancestors(PARAGRAPH), None)
        if paragraph is None:
            continue
        direct = _DIRECT_VALUE.search(mark.run_properties.get("spacing", ""))
        if direct is not None:
            spacing: str | None = direct[1]
        else:
            of_run = _DIRECT_VALUE.search(mark.run_properties.get("rStyle", ""))
            spacing = None
            if of_run is not None:
                spacing = sheet.own_value(of_run[1], _SPACING)
            if spacing is None:
                spacing = sheet.value(sheet.of_paragraph(paragraph), _SPACING)
        if spacing not in (None, "0"):
            spaced.add(mark)
    return frozenset(spaced)


def _field_problems(text: TemplateText, marks: Sequence[TagMark]) -> list[Problem]:
    """Return errors for the fields of a part, except for tags in addresses, which `content_problems` reports."""
    steps: dict[etree._Element, TagStep] = {}
    for mark in marks:
        if mark.tag.kind is not WordTagKind.COMMENT:
            steps[mark.element] = _step(mark)
    problems = field_problems(text.root, text.locator.location, steps)
    return [fault for fault in problems if "{{" not in str(fault.details.get("address"))]


def _step(mark: TagMark) -> TagStep:
    """Return a tag with the branches of statements that it ends and begins, as an `else` does both."""
    is_opening = mark.statement in CLOSING_OF
    is_closing = mark.statement in CLOSING_OF.values()
    is_continuing = mark.statement in CONTINUING
    return TagStep(
        mark.tag.written, mark.location, ends=is_closing or is_continuing, begins=is_opening or is_continuing
    )


def _source(mark: TagMark, number: int, examples: Examples) -> str:
    """Return the Jinja source of a tag; its content begins on a new line."""
    if mark.tag.kind is WordTagKind.STATEMENT:
        return f"{{%\n{mark.tag.content} %}}"
    if mark.tag.kind is WordTagKind.COMMENT:
        return ""
    source = f"{{{{\n({examples.expression(mark)})|kind_v{number} }}}}"
    if mark in examples.values:
        return f"{example_mark(VALUE)}{source}{example_mark(VALUE_END)}"
    return source


def _compiled(root: etree._Element, snippets: Sequence[Snippet], marks: Sequence[TagMark]) -> CompiledTemplate:
    """Return the template of a part with the snippets at their places. Raises ProblemsFound with all errors of tags."""
    source, tags = part_source(root, snippets)
    locations = []
    for tag in tags:
        if tag is None:
            locations.append((NOWHERE, ""))
        else:
            locations.append((tag.location, tag.tag.written))
    value_names = tuple(f"v{index}" for index in range(len(marks)))
    try:
        return compile_template(source, SourceLocations(tuple(locations)), value_names)
    except ProblemsFound as error:
        raise ProblemsFound(_syntax_problems(marks) or error.problems) from None


def _syntax_problems(marks: Sequence[TagMark]) -> list[Problem]:
    """Return what is wrong with each tag by itself: Jinja reports only the first error of a template."""
    return [tag for tag in read_tags(written_tags(marks), {}) if tag.code in _OF_SYNTAX]


def written_tags(marks: Sequence[TagMark]) -> Iterator[WrittenTag]:
    """Yield the tags as Jinja knows them, without comments and unknown statements."""
    for mark in marks:
        is_value = mark.tag.kind is WordTagKind.PRINT
        if mark.statement in DIRECTIVES:  # its argument is an expression, if it has one
            if mark.argument:
                yield WrittenTag(mark.argument, prints=True, locations=mark.locations)
        elif is_value or mark.statement in KNOWN:
            yield WrittenTag(mark.tag.content, is_value, mark.locations)


def _assemble(opened: OpenedTemplate, texts: Sequence[TextTemplate], theme: Theme) -> WordTemplate:
    """Return the template with its compiled texts and all other parts."""
    contents = opened.contents
    parts = opened.parts
    alignments = alignments_of(opened.styles)
    numbering = with_lists(opened.numbering, theme)
    trees = {parts.styles: opened.styles, parts.numbering: opened.numbering}
    if parts.settings is not None and opened.settings is not None:
        trees[parts.settings] = opened.settings
    text_names = {text.name for text in texts}
    written = {*trees, parts.core, *text_names}
    fixed = tuple(compressed(name, contents[name]) for name in sorted(contents) if name not in written)
    referenced: set[str] = set()
    """The parts to which others than the texts are related, so that all documents contain them."""
    for source, targets in opened.secured.targets.items():
        if source not in text_names:
            referenced.update(targets.values())
    return WordTemplate(
        tuple(texts),
        fixed,
        contents[CONTENT_TYPES],
        {name: leave_language_open(tree) for name, tree in trees.items()},
        parts.numbering,
        numbering,
        parts.core,
        alignments,
        frozenset(referenced),
        opened.of_severity(Severity.WARNING),
    )
