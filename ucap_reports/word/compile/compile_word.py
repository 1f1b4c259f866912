"""From a template's bytes to what is filled in: its parts tidied and themed, its tags found and put where they work."""

from collections.abc import Mapping, Sequence

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.template.jinja.compile_template import compile_template
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.cell_tags import close_holders, first_columns, follow, lay_out_tables, take_directives
from ucap_reports.word.compile.docxtpl_tags import WordTagKind
from ucap_reports.word.compile.field_structure import field_problems
from ucap_reports.word.compile.jinja_source import PartSource, Snippet, number_pictures, part_source
from ucap_reports.word.compile.statement_blocks import CLOSING, CONTINUING, DIRECTIVES, check_places, find_blocks
from ucap_reports.word.compile.tag_marks import TagMark, mark_tags
from ucap_reports.word.compile.tag_placement import Whole, join_paragraphs, place_tags
from ucap_reports.word.compile.template_opening import OpenedTemplate, dress, open_template
from ucap_reports.word.compile.theme_page import turn
from ucap_reports.word.compile.theme_styles import gaps_of, style_names
from ucap_reports.word.file.document_properties import leave_language_open
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.package_parts import NO_RELATIONSHIPS, Contents, relationships_of
from ucap_reports.word.file.word_xml import qualified, to_bytes
from ucap_reports.word.file.zip_package import compressed
from ucap_reports.word.render.fill_word import PartTags, PlacedTag, TextTemplate, WordTemplate
from ucap_reports.word.render.list_numbering import with_lists
from ucap_reports.word.render.rich_text_runs import ValuePlace
from ucap_reports.word.render.right_to_left import alignments_of

_STYLE, _VALUE = "pStyle", qualified("w:val")


class _Tagged(Struct, frozen=True):
    """A part whose marks stand where they work: what they become, and the sites of its values."""

    marks: Sequence[TagMark]
    snippets: Sequence[Snippet]
    sites: Mapping[str, ValuePlace]
    directives: tuple[PlacedTag, ...]


def compile_word(pack: Pack) -> WordTemplate:
    """The pack's Word template, ready to be filled in. Raises ProblemsFound with everything that is wrong in it."""
    opened = open_template(pack.word_template)
    texts, problems = compile_texts(opened, pack)
    if problems:
        raise ProblemsFound(problems)
    return _assemble(opened, texts, pack.theme)


def compile_texts(opened: OpenedTemplate, pack: Pack) -> tuple[Sequence[TextTemplate], Sequence[Problem]]:
    """The parts with tags of a template that was just opened, as far as they can be compiled, and all that is wrong.

    The trees of `opened` are changed: dressed, and with marks for tags.
    """
    path = pack.word_template.path
    problems = [*opened.of_severity(Severity.ERROR), *opened.content_problems(path)]
    names = style_names(opened.styles)
    dress(opened, names, pack)
    texts: list[TextTemplate] = []
    for number, part in enumerate(opened.parts.texts):
        root = opened.texts[part.name]
        try:
            tagged = _place_tags(root, part.place, path, names, pack.theme)
            if tagged.snippets:
                texts.append(_text_template(opened, number, tagged, path))
            else:
                number_pictures(root, number)
                opened.contents[part.name] = to_bytes(root)
        except ProblemsFound as found:
            problems += found.problems
    return texts, problems


def _place_tags(root: etree._Element, place: str, path: str, names: Mapping[str, str], theme: Theme) -> _Tagged:
    """The part's tags put where they work in its tree. Raises ProblemsFound with all that cannot be."""
    problems: list[Problem] = []
    places = ElementPlaces(root, place)
    places.of(root)  # counted now, as the author sees them: tags take paragraphs with them
    found = mark_tags(root, place, path, problems)
    blocks = find_blocks(found, problems)
    directives = take_directives(found, problems)
    marks = [mark for mark in found if mark.tag.keyword not in DIRECTIVES or mark.tag.kind is not WordTagKind.STATEMENT]
    join_paragraphs(marks)
    columns = first_columns(marks)
    whole = place_tags(marks, blocks, problems)
    problems += field_problems(root, places, path, {mark.node: mark for mark in marks})
    if not problems:
        check_places(blocks, problems)
    if problems or any(_is_empty(mark) for mark in marks):
        raise ProblemsFound([*problems, *_faults_of_each(marks)])
    sites = {f"v{number}": _site(mark, whole.get(mark), names, theme) for number, mark in enumerate(marks)}
    snippets = [
        *(Snippet(mark.node, _source(mark, f"v{number}"), mark) for number, mark in enumerate(marks)),
        *lay_out_tables(marks, directives, columns),
        *follow(directives),
        *close_holders(root, whole),
        *turn(root),
    ]
    return _Tagged(marks, snippets, sites, tuple(each.mark.as_written for each in directives))


def _site(mark: TagMark, whole: Whole | None, names: Mapping[str, str], theme: Theme) -> ValuePlace:
    """The place of a value, in the look of its tag."""
    if whole is None:
        return ValuePlace(mark.run_properties)
    style = whole.paragraph_properties.get(_STYLE)
    identifier = "" if style is None else style.split('"')[1]
    gaps = gaps_of(names.get(identifier, ""), theme)
    return ValuePlace(mark.run_properties, whole.paragraph_properties, gaps, whole.kept)


def _source(mark: TagMark, kind: str) -> str:
    """The Jinja source of a tag; its content begins on a line of its own."""
    match mark.tag.kind:
        case WordTagKind.PRINT:
            return f"{{{{\n({mark.tag.content})|kind_{kind} }}}}"
        case WordTagKind.STATEMENT:
            return f"{{%\n{mark.tag.content} %}}"
        case WordTagKind.COMMENT:
            return ""


def _is_empty(mark: TagMark) -> bool:
    return mark.tag.kind is WordTagKind.PRINT and not mark.tag.content


def _nothing(mark: TagMark) -> Problem:
    message = f'nothing stands between the braces in "{mark.tag.written}"'
    return Problem.error("tag-syntax", message, "name a value, such as summary.title", mark.location)


def _text_template(opened: OpenedTemplate, number: int, tagged: _Tagged, path: str) -> TextTemplate:
    part = opened.parts.texts[number]
    root, location = opened.texts[part.name], Location(path, place=part.place)
    relationships = _relationships(opened.contents, part.name)
    source = part_source(root, tagged.snippets)
    try:
        template = compile_template(source.text, source.tags.locate, tuple(tagged.sites), source.tags.quote)
    except ProblemsFound as found:
        raise ProblemsFound(_faults_of_each(tagged.marks) or found.problems) from None
    return TextTemplate(part.name, location, number, template, tagged.sites, tagged.directives, relationships)


def _faults_of_each(marks: Sequence[TagMark]) -> list[Problem]:
    """What is wrong with each tag alone: Jinja tells no more than the first of several in one template."""
    problems: list[Problem] = []
    for mark in marks:
        if _is_empty(mark):
            problems.append(_nothing(mark))
        source = PartSource(_alone(mark), PartTags({1: mark.as_written, 2: mark.as_written}))
        try:
            compile_template(source.text, source.tags.locate, (), source.tags.quote)
        except ProblemsFound as found:
            problems += found.problems
    return problems


def _alone(mark: TagMark) -> str:
    """A template of this tag and no more than it needs to be one."""
    word, content = mark.tag.keyword, mark.tag.content
    if mark.tag.kind is WordTagKind.PRINT:
        return f"{{{{\n{content} }}}}" if content else ""
    if mark.tag.kind is WordTagKind.COMMENT:
        return ""
    if word in CONTINUING:
        return f"{{% if range %}}{{%\n{content} %}}{{% endif %}}"
    if word in CLOSING:
        return f"{{%\n{content} %}}{{% {CLOSING[word]} %}}"
    return f"{{%\n{content} %}}" if word == "set" else ""


def _relationships(contents: Contents, name: str) -> bytes:
    """The relationships of a part, to which those of its hyperlinks can be added."""
    related = relationships_of(name)
    if related not in contents or len(contents.tree(related)) == 0:
        return NO_RELATIONSHIPS
    return to_bytes(contents.tree(related))


def _assemble(opened: OpenedTemplate, texts: Sequence[TextTemplate], theme: Theme) -> WordTemplate:
    """The template of compiled texts, and of everything that they do not change."""
    contents, parts = opened.contents, opened.parts
    alignments = alignments_of(opened.styles)
    styles, settings = leave_language_open(opened.styles, opened.settings)
    open_parts = {parts.styles: styles}
    if parts.settings is not None and settings is not None:
        open_parts[parts.settings] = settings
    written = {*open_parts, parts.numbering, parts.core, *(text.name for text in texts)}
    fixed = [
        compressed(name, contents[name]) if name in contents.changed else contents.package.entries[name]
        for name in sorted({*contents.package.parts, *contents.changed} - written)
    ]
    numbering = with_lists(opened.numbering, theme)
    warnings = opened.of_severity(Severity.WARNING)
    return WordTemplate(
        tuple(texts), tuple(fixed), open_parts, parts.numbering, numbering, parts.core, alignments, warnings
    )
