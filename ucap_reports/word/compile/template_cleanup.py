"""What is removed from a Word template before its tags are read: tracked changes, traces of editing, formatting that
repeats the styles, and hidden text.

Direct formatting that office suites copy from the styles keeps a template from following the theme. Finished documents
must not contain hidden text, but tags in it work.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.tag_lexer import WordTagKind, find_word_tags
from ucap_reports.word.compile.tag_marks import cut_out, pieces_of, run_of
from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.effective_styles import OFF, THEME_PREFIX, StyleSheet
from ucap_reports.word.file.element_locator import ElementLocator
from ucap_reports.word.file.word_xml import (
    CELL,
    NAMESPACES,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    RUN,
    RUN_FORMAT,
    TABLE,
    TEXT,
    VALUE,
    WORD,
    WORD_2010,
    WORD_2012,
    own,
    qualified,
    remove,
    value_at,
    whole,
)

_INSERTED = tuple(qualified(f"w:{name}") for name in ("ins", "moveTo"))
_DELETED = tuple(qualified(f"w:{name}") for name in ("del", "moveFrom"))
_UNWRAPPED = (*_INSERTED, *(qualified(f"w:{name}") for name in ("smartTag", "customXml")))
"""Elements that are replaced by their children."""

MODE = "compatibilityMode"
NEWEST = 15
"""The mode of Word 2013 and later: tables begin at the margin. In older modes, the text in them does."""
_MARGINS, _WIDTH = "w:tblPr/w:tblCellMar/*", qualified("w:w")
_LINE = tuple(qualified(f"w:{name}") for name in ("val", "sz", "color"))


def accept_revisions(root: etree._Element) -> bool:
    """Accept the tracked changes of a part, and remove revision identifiers and spelling marks.

    Returns whether there were tracked changes.
    """
    changed = [qualified(f"w:{name}") for name in allowlist().changes]
    editing = [qualified(f"w:{name}") for name in allowlist().editing]
    is_tracked = next(root.iter(*_INSERTED, *_DELETED, *changed), None) is not None
    _remove_deleted(root)
    etree.strip_elements(root, *_DELETED, *changed, f"{{{WORD_2012}}}dataBinding", *editing)
    etree.strip_tags(root, *_UNWRAPPED)
    for element in root.iter(etree.Element):
        for name in [name for name in element.attrib if _is_of_editing(str(name))]:
            del element.attrib[name]
    return is_tracked


def remove_repeats(texts: Iterable[etree._Element], styles: etree._Element, settings: etree._Element | None) -> None:
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
        if setting.get(qualified("w:name")) == MODE and 0 < whole(setting.get(VALUE)) < NEWEST:
            setting.set(VALUE, str(NEWEST))


def remove_hidden_text(root: etree._Element, sheet: StyleSheet, locator: ElementLocator) -> Iterator[Problem]:
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


def _remove_deleted(root: etree._Element) -> None:
    """Remove deleted rows and cells, and join paragraphs whose end is deleted with the next ones."""
    for properties in list(root.iter(qualified("w:trPr"), qualified("w:tcPr"))):
        mark = "w:del" if properties.tag == qualified("w:trPr") else "w:cellDel"
        element = properties.getparent()
        if element is not None and properties.find(qualified(mark)) is not None:
            remove(element)
    for deleted in reversed(list(root.iter(*_DELETED))):  # so that the content of each paragraph is moved once
        around = list(deleted.iterancestors(PARAGRAPH_FORMAT, PARAGRAPH))
        if len(around) > 1 and around[0].tag == PARAGRAPH_FORMAT:  # the end of a paragraph is in its properties
            _join_with_next(around[1])


def _join_with_next(paragraph: etree._Element) -> None:
    """Move the content of a paragraph whose end is deleted to the beginning of the next one."""
    following = paragraph.getnext()
    if following is not None and following.tag == PARAGRAPH:
        index = 0 if following.find(PARAGRAPH_FORMAT) is None else 1
        for child in reversed([child for child in paragraph if child.tag != PARAGRAPH_FORMAT]):
            following.insert(index, child)
        remove(paragraph)


def _is_of_editing(name: str) -> bool:
    """Return whether an attribute is a revision identifier, or an identifier of a paragraph, which a loop would
    repeat.
    """
    return name.startswith(f"{{{WORD}}}rsid") or name in (f"{{{WORD_2010}}}paraId", f"{{{WORD_2010}}}textId")


def _remove_from_table(table: etree._Element, style: etree._Element) -> None:
    margins = list(table.iterfind(_MARGINS, NAMESPACES))
    margins_of_style = style.iterfind(_MARGINS, NAMESPACES)
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
