"""Compilation of a Word template: its parts are cleaned and themed, its tags found and put in their places."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from lxml import etree
from msgspec.structs import replace

from ucap_reports.problems import NOWHERE, Problem, ProblemsFound, Severity, raise_found, reported
from ucap_reports.template.figure_sizes_and_colours import usual_width
from ucap_reports.template.jinja.jinja_templates import CompiledTemplate, WrittenTag, compile_template, read_tags
from ucap_reports.template.jinja.rendering_state import SourceLocations
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.repetition_by_example import ExampleLook, Examples, place_examples
from ucap_reports.word.compile.table_layout_marks import (
    directive_snippets,
    gap_cells,
    lay_out_tables,
    table_marks,
    take_directives,
)
from ucap_reports.word.compile.template_opening import OpenedTemplate, TemplateText, dress, open_template
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
from ucap_reports.word.file.office_package import CONTENT_TYPES, IMAGE, OFFICE, compressed, relationships_xml
from ucap_reports.word.file.word_fields import TagStep, field_problems, has_fields
from ucap_reports.word.file.word_languages import leave_language_open
from ucap_reports.word.file.word_styles import StyleSheet, gaps_of, style_names
from ucap_reports.word.file.word_xml import BOOKMARKS, PARAGRAPH, SECTION, is_on, properties_xml, qualified
from ucap_reports.word.render.fill_word_template import TextTemplate, WordTemplate, alignments_of, has_identifiers
from ucap_reports.word.render.pictures_shapes_and_watermark import DRAFT_HEADER
from ucap_reports.word.render.rich_text_and_lists import ValuePlace, with_lists
from ucap_reports.word.render.table_grid import DIRECTION, DRAFT, PARAGRAPH_MARK, grid_mark
from ucap_reports.word.render.unprinted_parts import VALUE, VALUE_END, example_mark

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
    root, (all_marks, incomplete) = text.root, text.tags
    problems = [*incomplete]
    blocks = find_blocks(all_marks, problems)
    directives = take_directives(all_marks, problems)
    marks = [mark for mark in all_marks if mark.statement not in DIRECTIVES]
    join_paragraphs(marks)
    look = ExampleLook(names, usual_width(theme))
    examples = place_examples(marks, blocks, text.locator, look, problems)
    gaps = gap_cells(root, names)
    snippets = [*lay_out_tables(marks, directives, examples.cells, gaps, examples.tables)]
    link_colours = _link_colours(opened, marks, theme)
    whole = place_tags(marks, blocks, lambda style: gaps_of(names.get(style or "", ""), theme), problems)
    problems += _field_problems(text, marks)
    if not problems:
        check_places(blocks, problems)
    if problems or any(mark.tag.kind is WordTagKind.PRINT and not mark.tag.content for mark in marks):
        raise ProblemsFound([*problems, *_syntax_problems(marks)])
    sites: dict[str, ValuePlace] = {}
    for index, mark in enumerate(marks):
        site = whole.get(mark) or ValuePlace(mark.run_properties)
        sites[f"v{index}"] = replace(site, link_colour=link_colours.get(mark), disappears=mark in examples.disappearing)
    snippets += [
        *examples.snippets,
        *(Snippet(mark.element, _source(mark, number, examples), mark) for number, mark in enumerate(marks)),
        *directive_snippets(directives),
        *_close_containers(root, whole, examples.emptied),
        *table_marks(root),
        *_direction_marks(root),
        *_draft_marks(root, opened.settings),
    ]
    types, targets = opened.secured.relationships.get(text.name, {}), opened.secured.targets.get(text.name, {})
    return TextTemplate(
        text.name,
        text.locator.location(root),
        number,
        _compiled(root, snippets, marks),
        sites,
        tuple(mark.locations for mark in directives),
        relationships_xml(opened.contents, text.name),
        {identifier: part for identifier, part in targets.items() if types[identifier] in _EXPLICIT},
        has_fields=has_fields(root),
        has_identifiers=has_identifiers(root),
    )


def _close_containers(
    root: etree._Element, value_places: Mapping[TagMark, ValuePlace], emptied: Mapping[etree._Element, str]
) -> Iterator[Snippet]:
    """Yield marks at the ends of cells and other containers that could be left without a paragraph.

    The added paragraph has the properties of one that may disappear (`emptied`, by container, as XML), or of the last
    value in the container that is a whole paragraph (`value_places`).
    """
    by_node = {mark.element: place.paragraph or {} for mark, place in value_places.items()}
    for container in list(root.iter(*_CONTAINERS)):
        nodes = list(container.iterchildren(etree.ProcessingInstruction))
        if nodes and not _is_in_line(container):
            properties = emptied.get(container, "")
            values = [by_node[node] for node in nodes if node in by_node]
            if not properties and values:
                properties = properties_xml("w:pPr", values[-1])
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
    """Yield references to a header in the sections whose pages, or some of them, have none (ECMA-376, 17.10)."""
    known: set[str] = set()
    is_even = settings is not None and is_on(settings, "w:evenAndOddHeaders")
    body = document.find(qualified("w:body"))
    if body is not None and body.find(SECTION) is None:
        reference = _HEADER.format("default", DRAFT_HEADER)
        yield snippet(body.append, grid_mark(DRAFT, f"<w:sectPr>{reference}</w:sectPr>"))
    for section in document.iter(SECTION):
        known |= {str(element.get(qualified("w:type"))) for element in section.iterfind(qualified("w:headerReference"))}
        needed = {"default", *(["even"] if is_even else [])}
        needed |= {"first"} if is_on(section, "w:titlePg") else set()
        missing = sorted(needed - known)
        if missing:
            references = "".join(_HEADER.format(part, DRAFT_HEADER) for part in missing)
            yield snippet(partial(section.insert, 0), grid_mark(DRAFT, references))
            known |= needed


def _link_colours(opened: OpenedTemplate, marks: Sequence[TagMark], theme: Theme) -> dict[TagMark, str]:
    """Return the colour of links in the values of tags whose text has a colour of its own, such as white on a dark
    panel: as in the PDF, their links have it, too. Links in text of the usual colour have that of the style for links.
    """
    sheet = StyleSheet(opened.styles)
    usual = {theme.style("body").colour.hex, sheet.value(sheet.defaults.get("paragraph", ""), "w:rPr/w:color")}
    colours: dict[TagMark, str] = {}
    for mark in marks:
        paragraph = next(mark.element.iterancestors(PARAGRAPH), None)
        if paragraph is None:
            continue
        direct = _DIRECT_COLOUR.search(mark.run_properties.get("color", ""))
        colour = direct[1] if direct else sheet.value(sheet.of_paragraph(paragraph), "w:rPr/w:color")
        if colour is not None and colour != "auto" and colour not in usual:
            colours[mark] = colour
    return colours


def _field_problems(text: TemplateText, marks: Sequence[TagMark]) -> list[Problem]:
    """Errors for the fields of a part, except for tags in addresses, which `content_problems` reports."""
    steps = {mark.element: _step(mark) for mark in marks if mark.tag.kind is not WordTagKind.COMMENT}
    problems = field_problems(text.root, text.locator.location, steps)
    return [fault for fault in problems if "{{" not in str(fault.details.get("address"))]


def _step(mark: TagMark) -> TagStep:
    opens = mark.statement in CLOSING_OF
    closes = mark.statement in CLOSING_OF.values()
    goes_on = mark.statement in CONTINUING
    return TagStep(mark.tag.written, mark.location, closes or goes_on, opens or goes_on)


def _source(mark: TagMark, number: int, examples: Examples) -> str:
    """Return the Jinja source of a tag; its content begins on a new line."""
    if mark.tag.kind is WordTagKind.PRINT:
        source = f"{{{{\n({examples.expression(mark)})|kind_v{number} }}}}"
        return f"{example_mark(VALUE)}{source}{example_mark(VALUE_END)}" if mark in examples.values else source
    return f"{{%\n{mark.tag.content} %}}" if mark.tag.kind is WordTagKind.STATEMENT else ""


def _compiled(root: etree._Element, snippets: Sequence[Snippet], marks: Sequence[TagMark]) -> CompiledTemplate:
    source, tags = part_source(root, snippets)
    try:
        locations = SourceLocations(tuple((tag.location, tag.tag.written) if tag else (NOWHERE, "") for tag in tags))
        return compile_template(source, locations, tuple(f"v{index}" for index in range(len(marks))))
    except ProblemsFound as error:
        raise ProblemsFound(_syntax_problems(marks) or error.problems) from None


def _syntax_problems(marks: Sequence[TagMark]) -> list[Problem]:
    """Return what is wrong with each tag by itself: Jinja reports only the first error of a template."""
    return [tag for tag in read_tags(written_tags(marks), {}) if tag.code in _OF_SYNTAX]


def written_tags(marks: Sequence[TagMark]) -> Iterator[WrittenTag]:
    """Yield the tags as Jinja knows them, without comments and unknown statements."""
    for mark in marks:
        content, is_value = mark.tag.content, mark.tag.kind is WordTagKind.PRINT
        if mark.statement in DIRECTIVES:
            content, is_value = mark.argument, True
            if not content:
                continue
        if is_value or mark.statement in KNOWN:
            yield WrittenTag(content, is_value, mark.locations)


def _assemble(opened: OpenedTemplate, texts: Sequence[TextTemplate], theme: Theme) -> WordTemplate:
    """Return the template with its compiled texts and all other parts."""
    contents, parts = opened.contents, opened.parts
    alignments = alignments_of(opened.styles)
    numbering = with_lists(opened.numbering, theme)
    trees = {parts.styles: opened.styles, parts.numbering: opened.numbering}
    if parts.settings is not None and opened.settings is not None:
        trees[parts.settings] = opened.settings
    named = {text.name for text in texts}
    others = [targets.values() for source, targets in opened.secured.targets.items() if source not in named]
    written = {*trees, parts.core, *named}
    fixed = tuple(compressed(name, contents[name]) for name in sorted(contents) if name not in written)
    return WordTemplate(
        tuple(texts),
        fixed,
        contents[CONTENT_TYPES],
        {name: leave_language_open(tree) for name, tree in trees.items()},
        parts.numbering,
        numbering,
        parts.core,
        alignments,
        frozenset().union(*others),
        opened.of_severity(Severity.WARNING),
    )
