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

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem
from ucap_reports.template.lengths_and_colours import NO_SIDES, Length, Sides
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.paper_sizes import is_landscape
from ucap_reports.template.theme import Style, Theme
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
    MAX_TEMPLATE_PART_BYTES,
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
        """Yield errors for the XML of each part that finished documents contain."""
        known = {text.name: text for text in self.texts}
        for name, content_type in types_of(self.contents).items():
            is_finished = content_type.endswith("xml") and content_type not in (RELATIONSHIPS_TYPE, SVG)
            if name == self.parts.core or not is_finished:
                continue
            if name in known:
                root = known[name].root
                locator = known[name].locator
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
    for style in sheet.styles:
        if len(list(sheet.chain(style))) > MAX_BASES:
            raise BrokenPackageError(f"a style is based on more than {MAX_BASES} others")
    numbering = contents.tree(parts.numbering, "w:numbering")
    is_tracked = False
    for root in (*[text.root for text in texts], styles, numbering):
        if accept_revisions(root):
            is_tracked = True
    if is_tracked:
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
_RANGES = ("bookmark", "commentRange", "moveFromRange", "moveToRange", "perm")
_RANGE_ENDS = (
    *[qualified(f"w:{name}Start") for name in _RANGES],
    *[qualified(f"w:{name}End") for name in _RANGES],
)
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
            for mark in list(root.iter(start, end)):  # its end, and the bookmark itself
                if mark.get(qualified("w:id")) == number:
                    remove(mark)


def _unwrap_rows_and_cells(root: etree._Element) -> None:
    """Replace content controls around rows and cells by what is in them, so that a table has only rows of cells."""
    for control in list(root.iter(qualified("w:sdt"))):
        parent = control.getparent()
        content = control.find(qualified("w:sdtContent"))
        if parent is None or parent.tag not in (TABLE, ROW):
            continue
        if content is not None:
            for element in list(content):
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
        for name in list(element.attrib):
            if _is_of_editing(str(name)):
                del element.attrib[name]
    return is_tracked


def _remove_repeats(texts: Iterable[etree._Element], styles: etree._Element, settings: etree._Element | None) -> None:
    """Remove the borders and margins of tables that repeat those of a style that follows the theme.

    If there are such styles, the newest compatibility mode is set too.
    """
    sheet = StyleSheet(styles)
    themed: dict[str, etree._Element] = {}
    """The styles that follow the theme, by identifier."""
    for identifier, style in sheet.styles.items():
        if sheet.names[identifier].startswith(THEME_PREFIX):
            themed[identifier] = style
    for root in texts:
        for table in root.iter(TABLE):
            identifier = value_at(table, "w:tblPr/w:tblStyle") or ""
            if identifier in themed:
                _remove_from_table(table, themed[identifier])
    if settings is None or not themed:
        return
    for setting in settings.iter(qualified("w:compatSetting")):
        if setting.get(qualified("w:name")) == MODE and 0 < whole(setting.get(VALUE)) < _NEWEST:
            setting.set(VALUE, str(_NEWEST))


def _remove_hidden_text(root: etree._Element, sheet: StyleSheet, locator: ElementLocator) -> Iterator[Problem]:
    """Remove the hidden runs of a part, except for statements and comments in them. Yields warnings."""
    styles = {name for name in sheet.styles if sheet.value(name, "w:rPr/w:vanish") not in (None, *OFF)}
    paragraphs = {paragraph for paragraph in root.iter(PARAGRAPH) if value_at(paragraph, "w:pPr/w:pStyle") in styles}
    affected: dict[etree._Element, None] = {}
    """The paragraphs with hidden runs, in order."""
    for run in root.iter(RUN):
        holder = _hidden_in(run, styles, paragraphs)
        if holder is not None:
            affected[holder] = None
    locator.of(root)  # counts now, before paragraphs of text boxes are removed
    for paragraph in affected:
        kept = _tag_runs(paragraph)
        removed = []
        for run in paragraph.iter(RUN):
            if run not in kept and _hidden_in(run, styles, paragraphs) is paragraph:
                removed.append(run)
        for run in removed:
            remove(run)
        if any(map(_is_visible, removed)):
            yield problem("content-left-out", locator.location(paragraph), content="hidden text")


def remove_deleted(root: etree._Element) -> None:
    """Remove deleted rows and cells, with the tables and rows of which nothing is left, and join paragraphs whose end
    is deleted with the next ones. Deleted text stays.
    """
    for properties in list(root.iter(qualified("w:trPr"), qualified("w:tcPr"))):
        mark = "w:del" if properties.tag == qualified("w:trPr") else "w:cellDel"
        row_or_cell = properties.getparent()
        if row_or_cell is None or properties.find(qualified(mark)) is None:
            continue
        parent = row_or_cell.getparent()
        table = next(row_or_cell.iterancestors(TABLE), None)
        remove(row_or_cell)
        if parent is not None and parent.tag == ROW and next(parent.iter(CELL), None) is None:
            remove(parent)
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
    elif following is not None and following.tag == TABLE and all(element.tag in _DELETED for element in moved):
        before = paragraph.getprevious()
        if before is None or before.tag != TABLE:  # without the paragraph, the two tables would become one
            remove(paragraph)


def _is_of_editing(name: str) -> bool:
    """Return whether an attribute is a revision identifier, or an identifier of a paragraph, which a loop would
    repeat.
    """
    return name.startswith(f"{{{WORD}}}rsid") or name in (f"{{{WORD_2010}}}paraId", f"{{{WORD_2010}}}textId")


def _remove_from_table(table: etree._Element, style: etree._Element) -> None:
    """Remove the borders of cells and the margins of a table that are those of its style."""
    if _widths_of_margins(table) == _widths_of_margins(style):
        for margin in list(table.iterfind(_CELL_MARGINS, NAMESPACES)):
            remove(margin)
    lines = {_line(border) for border in style.iterfind("w:tblPr/w:tblBorders/*", NAMESPACES)}
    for cell in own(table, CELL):
        for border in cell.findall("w:tcPr/w:tcBorders/*", NAMESPACES):
            if _line(border) in lines:
                remove(border)


def _widths_of_margins(table_or_style: etree._Element) -> dict[str, str | None]:
    """Return the widths of the margins of cells by the tag of the side."""
    widths: dict[str, str | None] = {}
    for margin in table_or_style.iterfind(_CELL_MARGINS, NAMESPACES):
        widths[str(margin.tag)] = margin.get(_WIDTH)
    return widths


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
    for child in run:
        is_blank = child.tag == TEXT and not (child.text or "").strip()
        if child.tag != RUN_FORMAT and not is_blank:
            return True
    return False


# The look of the theme on pages and in tables
_WIDTH_TOLERANCE = 0.02
"""The relative difference up to which a table counts as wide as the text."""
_PAPER_TOLERANCE = 57
"""Twips (1 mm) by which two sizes of one paper may differ."""
_HEIGHT = qualified("w:h")
_TYPE = qualified("w:type")
_SPACE = qualified("w:space")
_SIZES = (qualified("w:tcW"), qualified("w:tblW"))


def _set_page(document: etree._Element, theme: Theme, *, has_gutter_at_top: bool) -> dict[int, int]:
    """Give the sections the theme's paper and margins, which have no gutter. A landscape section stays one, and so does
    a section that is turned against the first; sections on another paper than the first keep it.

    Returns the new width of the text by the old one, in twips.
    """
    margins = theme.margins
    margin_names = ["left", "right"] if has_gutter_at_top else ["left", "right", "gutter"]
    widths: dict[int, int] = {}
    first_paper: tuple[int, int] | None = None
    for section in document.iter(SECTION):
        size = section.find(qualified("w:pgSz"))
        own_margins = section.find(qualified("w:pgMar"))
        if size is None or own_margins is None:
            continue
        paper = _paper(size)
        if first_paper is None:
            first_paper = paper
        old_width = paper[0]
        for name in margin_names:
            old_width -= twips(own_margins.get(qualified(f"w:{name}")))
        if not _is_same_paper(paper, first_paper):
            widths.setdefault(old_width, old_width)
            continue
        is_like_first = is_landscape(paper) == is_landscape(first_paper)
        is_turned = is_landscape(paper) or (is_landscape(theme.paper) and is_like_first)
        width, height = sorted(theme.paper, reverse=is_turned)
        new_width = Length(width - margins.left - margins.right).twips
        widths[old_width] = new_width
        if old_width > 0:
            for column in section.iterfind("w:cols/w:col", NAMESPACES):  # Word does not fit columns to the page
                _scale(column, _WIDTH, new_width, old_width)
                _scale(column, _SPACE, new_width, old_width)
        _set_paper(size, width, height)
        _set_margins(own_margins, margins)
    return widths


def _set_paper(size: etree._Element, width: Length, height: Length) -> None:
    size.set(_WIDTH, str(width.twips))
    size.set(_HEIGHT, str(height.twips))
    if width > height:
        size.set(qualified("w:orient"), "landscape")


def _set_margins(page_margins: etree._Element, margins: Sides) -> None:
    """Set the margins of a section, without a gutter."""
    for side, length in margins._asdict().items():
        page_margins.set(qualified(f"w:{side}"), str(length.twips))
    page_margins.set(qualified("w:gutter"), "0")


def _paper(size: etree._Element) -> tuple[int, int]:
    """Return the width and height of a section's paper, in twips; a section that is marked as landscape is one."""
    width = twips(size.get(_WIDTH))
    height = twips(size.get(_HEIGHT))
    if size.get(qualified("w:orient")) == "landscape":
        return max(width, height), min(width, height)
    return width, height


def _is_same_paper(paper: tuple[int, int], other: tuple[int, int]) -> bool:
    """Return whether two sizes are those of one paper, which may be turned."""
    narrow_difference = abs(min(paper) - min(other))
    wide_difference = abs(max(paper) - max(other))
    return narrow_difference <= _PAPER_TOLERANCE and wide_difference <= _PAPER_TOLERANCE


def _scale(element: etree._Element, attribute: str, new_width: int, old_width: int) -> None:
    """Scale the length in an attribute, if there is one, as the width of the text."""
    length = element.get(attribute)
    if length is not None:
        element.set(attribute, str(round(twips(length) * new_width / old_width)))


def _fit_tables(root: etree._Element, widths: Mapping[int, int]) -> None:
    """Scale the tables that were as wide as the text to its new width; `widths` has the new width by the old one."""
    for table in root.iter(TABLE):
        columns = list(table.iterfind("w:tblGrid/w:gridCol", NAMESPACES))
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        text_widths = [width for width in widths if width > 0 and _is_as_wide(total, width)]
        if not text_widths:
            continue
        old_width = text_widths[0]
        new_width = widths[old_width]
        if new_width == old_width:
            continue
        sizes = [size for size in own(table, *_SIZES) if size.get(_TYPE) == "dxa"]
        for element in (*columns, *sizes):
            length = twips(element.get(_WIDTH))
            element.set(_WIDTH, str(round(length * new_width / old_width)))


def _is_as_wide(total: int, text_width: int) -> bool:
    """Return whether a table with that width counts as wide as the text; both in twips."""
    return abs(total - text_width) <= text_width * _WIDTH_TOLERANCE


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
    table_styles: dict[etree._Element, Style | None] = {}
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        table_style = style_of(_style_name(properties, "w:tblStyle", names), theme)
        table_styles[table] = table_style
        if table_style is not None and table_style.pin == "foot":
            put(properties, AT_FOOT)
    for cell in root.iter(CELL):
        style = style_of(_style_name(cell, "w:p/w:pPr/w:pStyle", names), theme)
        around = table_styles[next(cell.iterancestors(TABLE))]
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
    left = theme.margins.left
    right = theme.margins.right
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        style = style_of(_style_name(properties, "w:tblStyle", names), theme)
        if style is None or not style.bleed.left or not style.bleed.right:
            continue
        columns = list(table.iterfind("w:tblGrid/w:gridCol", NAMESPACES))
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        if not _is_as_wide(total, theme.text_width.twips):
            continue
        width = f'<w:tblW w:w="{total + left.twips + right.twips}" w:type="dxa"/>'
        put(properties, f'{width}<w:tblInd w:w="{-left.twips}" w:type="dxa"/>')
        _widen(columns[0], left)
        _widen(columns[-1], right)
        for row in table.iterfind("w:tr", NAMESPACES):
            cells = row.findall(CELL)
            if cells:
                _widen_cell(cells[0], "left", left, style)
                _widen_cell(cells[-1], "right", right, style)


def _widen_cell(cell: etree._Element, side: str, margin: Length, style: Style) -> None:
    """Make a cell wider by the margin of the page at that side, where its text does not go."""
    properties = properties_of(cell, "w:tcPr")
    for size in properties.iterfind("w:tcW", NAMESPACES):
        _widen(size, margin)
    _widen(_inset(properties, side, style), margin)


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
    """Add a length to the width in an element."""
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
    usual = theme.styles.get("cell")
    if style is not None and not style.name.startswith(HEADING):
        boxed = style
        if usual is not None and style.rule_below == usual.rule_below:  # the table has it
            boxed = replace(style, rule_below=None)
        borders = borders_xml(boxed)
        if borders:
            yield f"<w:tcBorders>{borders}</w:tcBorders>"
    background = None if style is None else style.background
    if background is None and around is not None:
        background = around.background
    if background is not None:
        yield f'<w:shd w:val="clear" w:color="auto" w:fill="{background.hex}"/>'
    if style is None:
        return
    if usual is not None and style.padding not in {NO_SIDES, usual.padding}:
        yield f"<w:tcMar>{sides_xml(style.padding)}</w:tcMar>"
    if style.align_block is not None:
        yield f'<w:vAlign w:val="{VERTICAL[style.align_block]}"/>'


def _style_name(element: etree._Element, path: str, names: Mapping[str, str]) -> str:
    """Return the name of the style that is in that child; empty without one."""
    return names.get(value_at(element, path) or "", "")
