"""A Word template, opened: its parts as trees, cleaned, and with the look of the pack's theme.

Tracked changes, traces of editing, formatting that repeats the styles, and hidden text are removed before the tags are
read. Direct formatting that office suites copy from the styles keeps a template from following the theme. Finished
documents must not contain hidden text, but tags in it work. Styles, paper, margins and tables get the look of the
theme.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem
from ucap_reports.storage.reading_limits import MAX_TEMPLATE_PART_BYTES
from ucap_reports.template.lengths_and_colours import NO_SIDES, Length
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.theme import Style, Theme, is_landscape
from ucap_reports.word.compile.active_content import SecuredPackage, clean_settings, content_problems
from ucap_reports.word.compile.word_tags import (
    TagMark,
    WordTagKind,
    cut_out,
    find_word_tags,
    mark_tags,
    pieces_of,
    run_of,
)
from ucap_reports.word.file.office_package import (
    RELATIONSHIPS_TYPE,
    SVG,
    BrokenPackageError,
    Contents,
    Parts,
    allowlist,
    find_parts,
    read_package,
    types_of,
)
from ucap_reports.word.file.word_styles import (
    END,
    HEADING,
    MAX_BASES,
    THEME_PREFIX,
    VERTICAL,
    StyleSheet,
    apply_theme,
    borders_xml,
    sides_xml,
    style_names,
    style_of,
    with_link_style,
)
from ucap_reports.word.file.word_xml import (
    BOOKMARKS,
    CELL,
    NAMESPACES,
    OFF,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    RELATIONSHIPS,
    ROW,
    RUN,
    RUN_FORMAT,
    SECTION,
    TABLE,
    TEXT,
    VALUE,
    WORD,
    WORD_2010,
    WORD_2012,
    ElementLocator,
    insert,
    is_on,
    own,
    properties_of,
    put,
    qualified,
    remove,
    to_bytes,
    twips,
    value_at,
    whole,
    with_namespaces,
)
from ucap_reports.word.render.pictures_shapes_and_watermark import AT_FOOT, DRAFT_HEADER

_WIDTH = qualified("w:w")
_ROOTS = {"body": "document", "header": "hdr", "footer": "ftr"}
"""The first elements of texts that do not have the name of their kind."""


class TemplateText(Struct, frozen=True, dict=True):
    """A part with text as a tree, and the places of its elements in the author's template."""

    name: str
    root: etree._Element
    locator: ElementLocator

    @cached_property
    def tags(self) -> tuple[Sequence[TagMark], Sequence[Problem]]:
        """The tags, which marks replace in the tree the first time, and errors for incomplete ones."""
        return mark_tags(self.root, self.locator)


class OpenedTemplate(Struct, frozen=True):
    """The parts of a template as trees, the texts with the body first; `problems` are errors and warnings about content
    that is not in them.
    """

    path: str
    secured: SecuredPackage
    parts: Parts
    texts: Sequence[TemplateText]
    styles: etree._Element
    settings: etree._Element | None
    numbering: etree._Element
    problems: tuple[Problem, ...]

    @property
    def contents(self) -> Contents:
        """The parts as bytes."""
        return self.secured.contents

    def of_severity(self, severity: Severity) -> tuple[Problem, ...]:
        """Return the problems that are errors, or those that are warnings."""
        return tuple(reported for reported in self.problems if reported.severity is severity)

    def content_problems(self) -> Iterator[Problem]:
        """Errors for the XML of each part that finished documents contain."""
        known = {text.name: text for text in self.texts}
        for name, content_type in types_of(self.contents).items():
            is_finished = content_type.endswith("xml") and content_type not in (RELATIONSHIPS_TYPE, SVG)
            if name == self.parts.core or not is_finished:
                continue
            if name in known:
                root, locator = known[name].root, known[name].locator
            else:
                root = self.contents.tree(name)
                locator = ElementLocator(root, posixpath.basename(name).removesuffix(".xml"), self.path)
            yield from content_problems(root, locator, self.secured.relationships.get(name, {}))


def open_template(template: PackFile) -> OpenedTemplate:
    """Return the template as trees. Raises ProblemsFound (`template-broken`) if it cannot be read."""
    try:
        return _open(template)
    except BrokenPackageError as error:
        raise broken(template, error) from None


def broken(template: PackFile, error: Exception) -> ProblemsFound:
    """Return the error for a template that cannot be read (`template-broken`)."""
    return ProblemsFound([problem("template-broken", Location(template.path), reason=str(error))])


def _open(template: PackFile) -> OpenedTemplate:
    path = template.path
    secured = SecuredPackage(read_package(template.content), path)
    contents = secured.contents
    problems = list(secured.problems)
    parts = find_parts(contents)
    if sum(len(contents[name]) for name in parts.texts) > MAX_TEMPLATE_PART_BYTES:
        raise BrokenPackageError("it has more text than a template needs")
    texts: list[TemplateText] = []
    for name, location in parts.texts.items():
        kind = location.split()[0]
        root = with_namespaces(contents.tree(name, f"w:{_ROOTS.get(kind, kind)}"))
        _remove_last_edited(root)
        _unwrap_rows_and_cells(root)
        text = TemplateText(name, root, ElementLocator(root, location, path))
        _free_identifiers(text, secured)
        texts.append(text)
    styles = contents.tree(parts.styles, "w:styles")
    sheet = StyleSheet(styles)
    if any(len(list(islice(sheet.chain(style), MAX_BASES + 1))) > MAX_BASES for style in sheet.styles):
        raise BrokenPackageError(f"a style is based on more than {MAX_BASES} others")
    numbering = contents.tree(parts.numbering, "w:numbering")
    tracked = [accept_revisions(root) for root in (*(text.root for text in texts), styles, numbering)]
    if any(tracked):
        problems.append(problem("changes-tracked", Location(path)))
    for text in texts:
        problems += _remove_hidden_text(text.root, sheet, text.locator)
    settings = None if parts.settings is None else contents.tree(parts.settings, "w:settings")
    if parts.settings is not None and settings is not None:
        problems += clean_settings(settings, Location(path, place="settings"))
        contents[parts.settings] = to_bytes(settings)
    return OpenedTemplate(path, secured, parts, texts, styles, settings, with_namespaces(numbering), tuple(problems))


def dress(opened: OpenedTemplate, pack: Pack) -> None:
    """Give the template the theme's look, unless the pack keeps its own."""
    follows = pack.settings.word_styles == "theme"
    with_link_style(opened.styles, pack.theme, follow=follows)
    if not follows:
        return
    _remove_repeats([text.root for text in opened.texts], opened.styles, opened.settings)
    apply_theme(opened.styles, pack.theme)
    names = style_names(opened.styles)
    has_gutter_at_top = opened.settings is not None and is_on(opened.settings, "w:gutterAtTop")
    widths = _set_page(opened.texts[0].root, pack.theme, has_gutter_at_top=has_gutter_at_top)
    keep_fills = any(_has_theme_fills(text.root) for text in opened.texts)
    for text in opened.texts:
        _fit_tables(text.root, widths)
        _dress_tables(text.root, names, pack.theme, keep_fills=keep_fills)
        _bleed_tables(text.root, names, pack.theme)
        _space_short_rules(text.root, names, pack.theme)


# What is removed before the tags are read
_ADDED_IDENTIFIER = re.compile(rf"(?:link|picture)\d+|{DRAFT_HEADER}")
"""The identifiers of relationships that documents add, of `PartContext` and `DRAFT_HEADER`."""
_INSERTED = tuple(qualified(f"w:{name}") for name in ("ins", "moveTo"))
_DELETED = tuple(qualified(f"w:{name}") for name in ("del", "moveFrom"))
_MARKED = ("bookmark", "commentRange", "moveFromRange", "moveToRange", "perm")
_RANGE_ENDS = tuple(qualified(f"w:{name}{end}") for name in _MARKED for end in ("Start", "End"))
"""Elements that can be between paragraphs, and are no text."""
_LAST_EDITED = "_GoBack"
"""The bookmark that Word sets at the last change, often in the middle of a tag."""
_UNWRAPPED = (*_INSERTED, *(qualified(f"w:{name}") for name in ("smartTag", "customXml")))
"""Elements that are replaced by their children."""

MODE = "compatibilityMode"
_NEWEST = 15
"""The mode of Word 2013 and later: tables begin at the margin. In older modes, the text in them does."""
_CELL_MARGINS = "w:tblPr/w:tblCellMar/*"
_LINE = tuple(qualified(f"w:{name}") for name in ("val", "sz", "color"))


def _free_identifiers(text: TemplateText, secured: SecuredPackage) -> None:
    """Give relationships of a text other identifiers if documents may add relationships with theirs: the template may
    have been such a document.
    """
    known = secured.relationships.get(text.name, {})
    renamed: dict[str, str] = {}
    for identifier in known:
        if _ADDED_IDENTIFIER.fullmatch(identifier):
            number = 1
            while f"own{number}-{identifier}" in known:
                number += 1
            renamed[identifier] = f"own{number}-{identifier}"
    if not renamed:
        return
    secured.renumber(text.name, renamed)
    for element in text.root.iter(etree.Element):
        for name, value in element.items():
            if etree.QName(name).namespace == RELATIONSHIPS and value in renamed:
                element.set(name, renamed[str(value)])


def _remove_last_edited(root: etree._Element) -> None:
    """Remove the bookmark at the last change."""
    start, end = BOOKMARKS
    for bookmark in list(root.iter(start)):
        if bookmark.get(qualified("w:name")) == _LAST_EDITED:
            number = bookmark.get(qualified("w:id"))
            for mark in list(root.iter(start, end)):
                if mark.get(qualified("w:id")) == number:
                    remove(mark)


def _unwrap_rows_and_cells(root: etree._Element) -> None:
    """Replace content controls around rows and cells by what is in them, so that a table has only rows of cells."""
    for control in list(root.iter(qualified("w:sdt"))):
        parent = control.getparent()
        content = control.find(qualified("w:sdtContent"))
        if parent is not None and parent.tag in (TABLE, ROW):
            for element in [] if content is None else list(content):
                control.addprevious(element)
            remove(control)


def accept_revisions(root: etree._Element) -> bool:
    """Accept the tracked changes of a part, and remove revision identifiers and spelling marks.

    Returns whether there were tracked changes.
    """
    changed = [qualified(f"w:{name}") for name in allowlist().changes]
    editing = [qualified(f"w:{name}") for name in allowlist().editing]
    is_tracked = next(root.iter(*_INSERTED, *_DELETED, *changed), None) is not None
    etree.strip_elements(root, *editing)
    remove_deleted(root)
    etree.strip_elements(root, *_DELETED, *changed, f"{{{WORD_2012}}}dataBinding")
    etree.strip_tags(root, *_UNWRAPPED)
    for element in root.iter(etree.Element):
        for name in [name for name in element.attrib if _is_of_editing(str(name))]:
            del element.attrib[name]
    return is_tracked


def _remove_repeats(texts: Iterable[etree._Element], styles: etree._Element, settings: etree._Element | None) -> None:
    """Remove the borders and margins of tables that repeat those of a style that follows the theme.

    If there are such styles, the newest compatibility mode is set too.
    """
    sheet = StyleSheet(styles)
    following = {name: style for name, style in sheet.styles.items() if sheet.names[name].startswith(THEME_PREFIX)}
    for root in texts:
        for table in root.iter(TABLE):
            style = following.get(value_at(table, "w:tblPr/w:tblStyle") or "")
            if style is not None:
                _remove_from_table(table, style)
    if settings is None or not following:
        return
    for setting in settings.iter(qualified("w:compatSetting")):
        if setting.get(qualified("w:name")) == MODE and 0 < whole(setting.get(VALUE)) < _NEWEST:
            setting.set(VALUE, str(_NEWEST))


def _remove_hidden_text(root: etree._Element, sheet: StyleSheet, locator: ElementLocator) -> Iterator[Problem]:
    """Remove the hidden runs of a part, except for statements and comments in them. Yields warnings."""
    styles = {name for name in sheet.styles if sheet.value(name, "w:rPr/w:vanish") not in (None, *OFF)}
    paragraphs = {paragraph for paragraph in root.iter(PARAGRAPH) if value_at(paragraph, "w:pPr/w:pStyle") in styles}
    affected = dict.fromkeys(_hidden_in(run, styles, paragraphs) for run in root.iter(RUN))
    locator.of(root)  # counts now, before paragraphs of text boxes are removed
    for paragraph in affected:
        if paragraph is None:
            continue
        kept = _tag_runs(paragraph)
        runs = [run for run in paragraph.iter(RUN) if _hidden_in(run, styles, paragraphs) is paragraph]
        lost = [run for run in runs if run not in kept]
        for run in lost:
            remove(run)
        if any(map(_is_visible, lost)):
            yield problem("content-left-out", locator.location(paragraph), content="hidden text")


def remove_deleted(root: etree._Element) -> None:
    """Remove deleted rows and cells, with the tables and rows of which nothing is left, and join paragraphs whose end
    is deleted with the next ones. Deleted text stays.
    """
    for properties in list(root.iter(qualified("w:trPr"), qualified("w:tcPr"))):
        mark = "w:del" if properties.tag == qualified("w:trPr") else "w:cellDel"
        element = properties.getparent()
        if element is not None and properties.find(qualified(mark)) is not None:
            row, table = element.getparent(), next(element.iterancestors(TABLE), None)
            remove(element)
            if row is not None and row.tag == ROW and next(row.iter(CELL), None) is None:
                remove(row)
            if table is not None and next(table.iter(ROW), None) is None:
                remove(table)
    for deleted in reversed(list(root.iter(*_DELETED))):  # so that the content of each paragraph is moved once
        around = list(deleted.iterancestors(PARAGRAPH_FORMAT, PARAGRAPH))
        if len(around) > 1 and around[0].tag == PARAGRAPH_FORMAT:  # the end of a paragraph is in its properties
            _join_with_next(around[1])


def _join_with_next(paragraph: etree._Element) -> None:
    """Move the content of a paragraph whose end is deleted, and the ends of ranges after it, to the start of the next
    one.
    """
    moved = [child for child in paragraph if child.tag != PARAGRAPH_FORMAT]
    following = paragraph.getnext()
    while following is not None and following.tag in _RANGE_ENDS:
        moved.append(following)
        following = following.getnext()
    if following is not None and following.tag == PARAGRAPH:
        index = 0 if following.find(PARAGRAPH_FORMAT) is None else 1
        for element in reversed(moved):
            following.insert(index, element)
        remove(paragraph)
    elif following is not None and following.tag == TABLE and all(child.tag in _DELETED for child in moved):
        before = paragraph.getprevious()
        if before is None or before.tag != TABLE:  # without the paragraph, the two tables would become one
            remove(paragraph)


def _is_of_editing(name: str) -> bool:
    """Return whether an attribute is a revision identifier, or an identifier of a paragraph, which a loop would
    repeat.
    """
    return name.startswith(f"{{{WORD}}}rsid") or name in (f"{{{WORD_2010}}}paraId", f"{{{WORD_2010}}}textId")


def _remove_from_table(table: etree._Element, style: etree._Element) -> None:
    margins = list(table.iterfind(_CELL_MARGINS, NAMESPACES))
    margins_of_style = style.iterfind(_CELL_MARGINS, NAMESPACES)
    widths = {margin.tag: margin.get(_WIDTH) for margin in margins}
    if widths == {margin.tag: margin.get(_WIDTH) for margin in margins_of_style}:
        for margin in margins:
            remove(margin)
    lines = {_line(border) for border in style.iterfind("w:tblPr/w:tblBorders/*", NAMESPACES)}
    for cell in own(table, CELL):
        for border in cell.findall("w:tcPr/w:tcBorders/*", NAMESPACES):
            if _line(border) in lines:
                remove(border)


def _line(border: etree._Element) -> tuple[str | None, ...]:
    """Return the look of a border on any side."""
    return tuple(border.get(name) for name in _LINE)


def _hidden_in(run: etree._Element, styles: set[str], paragraphs: set[etree._Element]) -> etree._Element | None:
    """Return the paragraph of a run with the property `vanish` of its own, or from a style of its own or of its
    paragraph; None for one that is not hidden.
    """
    paragraph = next(run.iterancestors(PARAGRAPH), None)
    own = run.find("w:rPr/w:vanish", NAMESPACES)
    if own is not None:
        is_hidden = own.get(VALUE) not in OFF
    else:
        is_hidden = value_at(run, "w:rPr/w:rStyle") in styles or paragraph in paragraphs
    return paragraph if is_hidden else None


def _tag_runs(paragraph: etree._Element) -> set[etree._Element]:
    """Return the runs of the statements and comments in a paragraph, which have nothing else afterwards."""
    pieces = pieces_of(paragraph)
    tags = find_word_tags("".join(piece.text for piece in pieces)).complete
    runs: set[etree._Element] = set()
    for tag in reversed(tags):
        if tag.kind is not WordTagKind.PRINT:
            runs.update(map(run_of, cut_out(pieces, tag.start, tag.end)))
    return runs


def _is_visible(run: etree._Element) -> bool:
    """Return whether the content of a run would be visible if it were not hidden."""
    return any(child.tag != RUN_FORMAT and (child.tag != TEXT or (child.text or "").strip()) for child in run)


# The look of the theme on pages and in tables
_WIDTH_TOLERANCE = 0.02
"""The relative difference up to which a table counts as wide as the text."""
_PAPER_TOLERANCE = 57
"""Twips (1 mm) by which two sizes of one paper may differ."""
_HEIGHT, _TYPE, _SPACE = qualified("w:h"), qualified("w:type"), qualified("w:space")
_SIZES = (qualified("w:tcW"), qualified("w:tblW"))


def _set_page(document: etree._Element, theme: Theme, *, has_gutter_at_top: bool) -> dict[int, int]:
    """Give the sections the theme's paper and margins, which have no gutter. A landscape section stays one, and so does
    a section that is turned against the first; sections on another paper than the first keep it.

    Returns the new width of the text by the old one, in twips.
    """
    margins = theme.margins
    widths: dict[int, int] = {}
    sized = []
    columns = []
    for section in document.iter(SECTION):
        size = section.find(qualified("w:pgSz"))
        borders = section.find(qualified("w:pgMar"))
        if size is not None and borders is not None:
            sized.append((_paper(size), size, borders))
            columns.append(list(section.iterfind("w:cols/w:col", NAMESPACES)))
    for (paper, size, borders), own_columns in zip(sized, columns, strict=True):
        first = sized[0][0]
        sides = ["left", "right"] if has_gutter_at_top else ["left", "right", "gutter"]
        old = paper[0] - sum(twips(borders.get(qualified(f"w:{side}"))) for side in sides)
        if any(abs(one - other) > _PAPER_TOLERANCE for one, other in zip(sorted(paper), sorted(first), strict=True)):
            widths.setdefault(old, old)
            continue
        follows = is_landscape(theme.paper) and is_landscape(paper) == is_landscape(first)
        width, height = sorted(theme.paper, reverse=follows or is_landscape(paper))
        widths[old] = Length(width - margins.left - margins.right).twips
        for column in own_columns:  # of different widths, which Word does not fit to the page
            for name in (_WIDTH, _SPACE):
                if old > 0 and column.get(name) is not None:
                    column.set(name, str(round(twips(column.get(name)) * widths[old] / old)))
        size.set(_WIDTH, str(width.twips))
        size.set(_HEIGHT, str(height.twips))
        if width > height:
            size.set(qualified("w:orient"), "landscape")
        for side, length in zip(("top", "right", "bottom", "left"), margins, strict=True):
            borders.set(qualified(f"w:{side}"), str(length.twips))
        borders.set(qualified("w:gutter"), "0")
    return widths


def _paper(size: etree._Element) -> tuple[int, int]:
    """Width and height of a section's paper, in twips; a section that is marked as landscape is one."""
    paper = twips(size.get(_WIDTH)), twips(size.get(_HEIGHT))
    return (max(paper), min(paper)) if size.get(qualified("w:orient")) == "landscape" else paper


def _fit_tables(root: etree._Element, widths: Mapping[int, int]) -> None:
    """Scale the tables that were as wide as the text to its new width; `widths` has the new width by the old one."""
    for table in root.iter(TABLE):
        columns = list(table.iterfind("w:tblGrid/w:gridCol", NAMESPACES))
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        old = next((width for width in widths if width > 0 and abs(total - width) <= width * _WIDTH_TOLERANCE), None)
        if old is None or widths[old] == old:
            continue
        sizes = [size for size in own(table, *_SIZES) if size.get(_TYPE) == "dxa"]
        for element in (*columns, *sizes):
            element.set(_WIDTH, str(round(twips(element.get(_WIDTH)) * widths[old] / old)))


def _has_theme_fills(root: etree._Element) -> bool:
    """Return whether cells say that their background is a colour of the theme, so that others have one of their own."""
    return any(_has_theme_fill(cell) for cell in root.iter(CELL))


def _has_theme_fill(cell: etree._Element) -> bool:
    return value_at(cell, "w:tcPr/w:shd", "w:themeFill") is not None


def _dress_tables(root: etree._Element, names: Mapping[str, str], theme: Theme, *, keep_fills: bool = False) -> None:
    """Give each table cell the background, padding and vertical alignment of its first paragraph's style, or else the
    background of its table's style, and put tables of a pinned style at the foot of the page.

    `names` are the names of the styles by identifier; `keep_fills` if backgrounds that are no colours of the theme
    stay.
    """
    of_tables: dict[etree._Element, Style | None] = {}
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        style = of_tables[table] = style_of(_style_name(properties, "w:tblStyle", names), theme)
        if style is not None and style.pin == "foot":
            put(properties, AT_FOOT)
    for cell in root.iter(CELL):
        style = style_of(_style_name(cell, "w:p/w:pPr/w:pStyle", names), theme)
        around = of_tables[next(cell.iterancestors(TABLE))]
        fill = None if _has_theme_fill(cell) else cell.find("w:tcPr/w:shd", NAMESPACES)
        look = "".join(_cell_look(style, around, theme))
        if look:
            put(properties_of(cell, "w:tcPr"), look)
        if keep_fills and fill is not None:
            insert(properties_of(cell, "w:tcPr"), fill, "shd")


def _bleed_tables(root: etree._Element, names: Mapping[str, str], theme: Theme) -> None:
    """Extend the tables that are as wide as the text, and whose style bleeds to the sides, to the edges of the paper.
    Their text stays between the margins.
    """
    left, right, text = theme.margins.left, theme.margins.right, theme.text_width.twips
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        style = style_of(_style_name(properties, "w:tblStyle", names), theme)
        columns = [*table.iterfind("w:tblGrid/w:gridCol", NAMESPACES)]
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        if style is None or not (style.bleed.left and style.bleed.right) or abs(total - text) > text * _WIDTH_TOLERANCE:
            continue
        width = f'<w:tblW w:w="{total + left.twips + right.twips}" w:type="dxa"/>'
        put(properties, f'{width}<w:tblInd w:w="{-left.twips}" w:type="dxa"/>')
        rows = [row.findall(CELL) for row in table.iterfind("w:tr", NAMESPACES) if row.find(CELL) is not None]
        for index, side, margin in ((0, "left", left), (-1, "right", right)):
            _widen(columns[index], margin)
            for cell in (row[index] for row in rows):
                cell_properties = properties_of(cell, "w:tcPr")
                for size in cell_properties.iterfind("w:tcW", NAMESPACES):
                    _widen(size, margin)
                _widen(_inset(cell_properties, side, style), margin)


def _inset(cell_properties: etree._Element, side: str, style: Style) -> etree._Element:
    """Return the margin of a cell at a side: its own, or else that of the style of its table, which is added."""
    if cell_properties.find("w:tcMar", NAMESPACES) is None:
        put(cell_properties, f"<w:tcMar>{sides_xml(style.padding)}</w:tcMar>")
    (margins,) = cell_properties.iterfind("w:tcMar", NAMESPACES)
    if margins.find(f"w:{side}", NAMESPACES) is None:
        length: Length = getattr(style.padding, side)
        put(margins, f'<w:{side} w:w="{length.twips}" w:type="dxa"/>')
    (inset,) = margins.iterfind(f"w:{side}", NAMESPACES)
    return inset


def _widen(element: etree._Element, length: Length) -> None:
    element.set(_WIDTH, str(twips(element.get(_WIDTH)) + length.twips))


def _space_short_rules(root: etree._Element, names: Mapping[str, str], theme: Theme) -> None:
    """Give each rule that is shorter than its text, which is the border of an empty paragraph, the space below it that
    the style of the text has.
    """
    for rule in root.iter(PARAGRAPH):
        before = rule.getprevious()
        is_rule = _style_name(rule, "w:pPr/w:pStyle", names) == f"{THEME_PREFIX}{END}"
        if not is_rule or before is None or rule.find("w:pPr/w:pBdr/w:bottom", NAMESPACES) is None:
            continue
        style = style_of(_style_name(before, "w:pPr/w:pStyle", names), theme)
        if style is not None and style.rule_below is not None and style.rule_below.length is not None:
            put(properties_of(rule, "w:pPr"), f'<w:spacing w:after="{style.space_after.twips}"/>')


def _cell_look(style: Style | None, around: Style | None, theme: Theme) -> Iterator[str]:
    """Yield the properties of a cell whose first paragraph has that style, in a table of the style `around`."""
    colours = [own.background for own in (style, around) if own is not None and own.background is not None]
    below = theme.styles["cell"].rule_below if "cell" in theme.styles else None
    if style is not None and not style.name.startswith(HEADING):
        borders = borders_xml(replace(style, rule_below=None) if style.rule_below == below else style)
        yield f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    if colours:
        yield f'<w:shd w:val="clear" w:color="auto" w:fill="{colours[0].hex}"/>'
    if style is None:
        return
    if "cell" in theme.styles and style.padding not in {NO_SIDES, theme.style("cell").padding}:
        yield f"<w:tcMar>{sides_xml(style.padding)}</w:tcMar>"
    if style.align_block is not None:
        yield f'<w:vAlign w:val="{VERTICAL[style.align_block]}"/>'


def _style_name(element: etree._Element, path: str, names: Mapping[str, str]) -> str:
    """Return the name of the style that is in that child; empty without one."""
    return names.get(value_at(element, path) or "", "")
