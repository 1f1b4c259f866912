"""Compilation of a Word template: its parts are cleaned and themed, its tags found and put in their places."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import NOWHERE, Problem, ProblemsFound, Severity
from ucap_reports.template.jinja.compile_template import compile_template
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.tag_check import WrittenTag, read_tags
from ucap_reports.template.pack import Pack
from ucap_reports.template.picture_size import picture_box
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile import cell_tags
from ucap_reports.word.compile.jinja_source import Snippet, part_source
from ucap_reports.word.compile.page_setup import draft_marks, set_direction
from ucap_reports.word.compile.prefixed_tags import join_paragraphs, place_tags
from ucap_reports.word.compile.statement_blocks import CLOSING, CONTINUING, DIRECTIVES, KNOWN, check_places, find_blocks
from ucap_reports.word.compile.tag_lexer import WordTagKind
from ucap_reports.word.compile.tag_marks import TagMark, mark_tags
from ucap_reports.word.compile.template_opening import OpenedTemplate, TemplateText, dress, open_template
from ucap_reports.word.compile.theme_styles import gaps_of, style_names
from ucap_reports.word.file.allowed_content import IMAGE
from ucap_reports.word.file.document_properties import leave_language_open
from ucap_reports.word.file.package_parts import OFFICE, relationships_xml
from ucap_reports.word.file.word_fields import TagStep, field_problems
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed
from ucap_reports.word.render.fill_word import PlacedTag, TextTemplate, WordTemplate
from ucap_reports.word.render.list_numbering import with_lists
from ucap_reports.word.render.picture_drawing import PictureRoom
from ucap_reports.word.render.rich_text_runs import ValuePlace
from ucap_reports.word.render.right_to_left import alignments_of
from ucap_reports.word.render.shape_runs import ShapeStyles

_EXPLICIT = (IMAGE, f"{OFFICE}/header", f"{OFFICE}/footer")
"""Relationships to parts that a document contains only if an element refers to them."""
_OF_SYNTAX = ("tag-syntax", "tag-forbidden", "filter-unknown", "test-unknown")
"""Problems of a tag that keep its template from being compiled."""


class _Tagged(Struct, frozen=True):
    """A part whose marks are in their places, with their source and the places of its values."""

    marks: Sequence[TagMark]
    snippets: Sequence[Snippet]
    sites: Mapping[str, ValuePlace]
    directives: tuple[PlacedTag, ...]


def compile_word(pack: Pack) -> WordTemplate:
    """The pack's Word template, compiled. Raises ProblemsFound with all errors in it."""
    opened = open_template(pack.word_template)
    texts, problems = compile_texts(opened, pack)
    if problems:
        raise ProblemsFound(problems)
    return _assemble(opened, texts, pack.theme)


def compile_texts(opened: OpenedTemplate, pack: Pack) -> tuple[Sequence[TextTemplate], Sequence[Problem]]:
    """The compiled parts with text of an opened template, and all errors. The trees of `opened` are changed."""
    problems = [*opened.of_severity(Severity.ERROR), *opened.content_problems()]
    names = style_names(opened.styles)
    dress(opened, names, pack)
    texts: list[TextTemplate] = []
    for number, text in enumerate(opened.texts):
        try:
            tagged = _place_tags(opened, text, names, pack.theme)
            texts.append(_text_template(opened, number, tagged, pack.theme))
        except ProblemsFound as found:
            problems += found.problems
    return texts, problems


def _place_tags(opened: OpenedTemplate, text: TemplateText, names: Mapping[str, str], theme: Theme) -> _Tagged:
    """Put the tags of a part in their places in its tree. Raises ProblemsFound with all errors."""
    problems: list[Problem] = []
    root, places = text.root, text.places
    found = mark_tags(root, places, problems)
    blocks = find_blocks(found, problems)
    directives = cell_tags.take_directives(found, problems)
    marks = [mark for mark in found if mark.statement not in DIRECTIVES]
    join_paragraphs(marks)
    columns = cell_tags.first_columns(marks)
    whole = place_tags(marks, blocks, problems)
    steps = {mark.node: _step(mark) for mark in marks if mark.tag.kind is not WordTagKind.COMMENT}
    of_fields = field_problems(root, places.location, steps)
    # a tag in an address is reported by `content_problems`
    problems += [each for each in of_fields if "{{" not in str(each.details.get("address"))]
    if not problems:
        check_places(blocks, problems)
    if problems or any(mark.tag.kind is WordTagKind.PRINT and not mark.tag.content for mark in marks):
        raise ProblemsFound([*problems, *_syntax_problems(marks)])
    sites = {f"v{number}": _site(mark, whole.get(mark), names, theme) for number, mark in enumerate(marks)}
    snippets = [
        *(Snippet(mark.node, _source(mark, f"v{number}"), mark) for number, mark in enumerate(marks)),
        *cell_tags.lay_out_tables(marks, directives, columns),
        *cell_tags.follow(directives),
        *cell_tags.close_containers(root, whole),
        *set_direction(root),
        *draft_marks(root, opened.settings),
    ]
    return _Tagged(marks, snippets, sites, tuple(each.mark.as_written for each in directives))


def _step(mark: TagMark) -> TagStep:
    opens, closes = mark.statement in CLOSING, mark.statement in CLOSING.values()
    return TagStep(mark.tag.written, mark.location, closes or mark.statement in CONTINUING, opens - closes)


def _site(mark: TagMark, whole: ValuePlace | None, names: Mapping[str, str], theme: Theme) -> ValuePlace:
    """The place of a value, with the look of its tag and, if it is a whole paragraph, the spaces of its style."""
    if whole is None:
        return ValuePlace(mark.run_properties)
    style = (whole.paragraph or {}).get("pStyle")
    identifier = "" if style is None else style.split('"')[1]
    return replace(whole, gaps=gaps_of(names.get(identifier, ""), theme))


def _source(mark: TagMark, kind: str) -> str:
    """The Jinja source of a tag; its content begins on a new line."""
    match mark.tag.kind:
        case WordTagKind.PRINT:
            return f"{{{{\n({mark.tag.content})|kind_{kind} }}}}"
        case WordTagKind.STATEMENT:
            return f"{{%\n{mark.tag.content} %}}"
        case WordTagKind.COMMENT:
            return ""


def _text_template(opened: OpenedTemplate, number: int, tagged: _Tagged, theme: Theme) -> TextTemplate:
    text = opened.texts[number]
    source, tags = part_source(text.root, tagged.snippets)
    types, targets = opened.secured.relationships.get(text.name, {}), opened.secured.targets.get(text.name, {})
    lines = [tags.get(line, PlacedTag("", NOWHERE)) for line in range(1, source.count("\n") + 2)]
    try:
        places = SourcePlaces(tuple((tag.location, tag.written) for tag in lines))
        template = compile_template(source, places, tuple(tagged.sites))
    except ProblemsFound as found:
        raise ProblemsFound(_syntax_problems(tagged.marks) or found.problems) from None
    return TextTemplate(
        text.name,
        text.places.location(text.root),
        number,
        template,
        tagged.sites,
        tagged.directives,
        relationships_xml(opened.contents, text.name),
        {each: part for each, part in targets.items() if types[each] in _EXPLICIT},
        ShapeStyles.of(theme),
    )


def _syntax_problems(marks: Sequence[TagMark]) -> list[Problem]:
    """What is wrong with each tag by itself: Jinja reports only the first error of a template."""
    return [each for each in read_tags(written_tags(marks), {}) if each.code in _OF_SYNTAX]


def written_tags(marks: Sequence[TagMark]) -> Iterator[WrittenTag]:
    """The tags as Jinja knows them, without comments and unknown statements."""
    for mark in marks:
        content, is_value = mark.tag.content, mark.tag.kind is WordTagKind.PRINT
        if mark.statement in DIRECTIVES:
            content, is_value = content.removeprefix(mark.statement).strip(), True
            if not content:
                continue
        if is_value or mark.statement in KNOWN:
            yield WrittenTag(content, is_value, SourcePlaces.at(mark.location, mark.tag.written))


def _assemble(opened: OpenedTemplate, texts: Sequence[TextTemplate], theme: Theme) -> WordTemplate:
    """The template with its compiled texts and all other parts."""
    contents, parts = opened.contents, opened.parts
    alignments = alignments_of(opened.styles)
    by_language = {parts.styles: leave_language_open(opened.styles)}
    if parts.settings is not None and opened.settings is not None:
        by_language[parts.settings] = leave_language_open(opened.settings)
    named = {text.name for text in texts}
    others = [targets.values() for source, targets in opened.secured.targets.items() if source not in named]
    written = {*by_language, parts.numbering, parts.core, *named}
    fixed = tuple(compressed(name, contents[name]) for name in sorted(contents) if name not in written)
    return WordTemplate(
        tuple(texts),
        fixed,
        contents[CONTENT_TYPES],
        by_language,
        parts.numbering,
        with_lists(opened.numbering, theme),
        parts.core,
        alignments,
        PictureRoom(picture_box(theme), float(theme.text_width)),
        frozenset().union(*others),
        opened.of_severity(Severity.WARNING),
    )
