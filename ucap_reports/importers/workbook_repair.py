"""Workbooks without what openpyxl refuses or expands, although spreadsheet programs ignore it.

openpyxl checks every attribute of every part, so that a rule of a chart, the colour of a font or a date in the
properties of a file can stop it, and it creates each cell of a range that has a link or a note. Therefore it gets only
what is imported: cells, the formats of their numbers, hidden cells, links, notes, headers and footers. Merged cells are
read by `merged_areas`, because openpyxl drops the content that programs keep below them.
"""

import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from io import BytesIO

from lxml import etree
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_ISO8601
from openpyxl.worksheet.cell_range import CellRange

from ucap_reports.importers.word_package import RELATIONS, Archive, part_at
from ucap_reports.storage.reading_limits import MAX_MERGED_CELLS
from ucap_reports.word.file.office_package import STRICT
from ucap_reports.word.file.word_xml import whole

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_KEPT_RELATIONS = ("/officeDocument", "/worksheet", "/sharedStrings", "/styles", "/hyperlink", "/comments")
"""The ends of the types of the relationships that are kept."""
_KEPT_IN_SHEETS = frozenset({"cols", "sheetData", "hyperlinks", "headerFooter"})
_TYPES = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})
"""The types of cells (ISO/IEC 29500-1, 18.18.11)."""
_TRUE = frozenset({"1", "true"})
_STATES = frozenset({"hidden", "veryHidden"})
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_CELL = re.compile(r"\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})")
_NO_FORMAT = 0
"""The format of numbers that is called General."""


def readable_workbook(archive: Archive) -> bytes:
    """Return the workbook for openpyxl. Raises ProblemsFound if a part that is imported is no XML."""
    main = archive.main_part("xl/workbook.xml")
    sheets = archive.links(main, "/worksheet")
    types = archive.xml("[Content_Types].xml")
    parts = {main: _workbook(archive.xml(main), sheets), "[Content_Types].xml": types}
    formats = 0
    for name in _targets(archive, main, "/styles"):
        parts[name] = _style_sheet(archive.xml(name))
        formats = len(parts[name].findall(f"{_MAIN}cellXfs/*"))
    for override in types.iter("{*}Override"):  # by its type, as openpyxl finds it
        if override.get("ContentType", "").endswith(".sharedStrings+xml"):
            name = override.get("PartName", "").lstrip("/")
            parts[name] = _without_fonts(archive.xml(name))
    for name in _targets(archive, main, "/worksheet"):
        parts[name] = _sheet(archive.xml(name), formats, archive.links(name))
        for notes in _targets(archive, name, "/comments"):
            parts[notes] = _notes(archive.xml(notes))
    for name in archive.names:
        if name.endswith(".rels"):
            parts[name] = _relationships(archive.xml(name))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as reduced:
        for name, root in parts.items():
            if name in archive.names:
                reduced.writestr(name, etree.tostring(root, encoding="utf-8"))
    return stream.getvalue()


def merged_areas(archive: Archive, name: str) -> list[CellRange]:
    """Return the areas of merged cells in the sheet of that part."""
    references = [merged.get("ref") for merged in archive.xml(name).iterfind("{*}mergeCells/{*}mergeCell")]
    return [CellRange(reference) for reference in references if _cells_in(reference) is not None]


def is_strict(archive: Archive) -> bool:
    """Return whether a workbook has the namespaces of "Strict Open XML" (ISO/IEC 29500-1, annex A)."""
    root = etree.QName(archive.xml(archive.main_part("xl/workbook.xml")))
    return root.localname == "workbook" and (root.namespace or "").startswith(STRICT)


def _targets(archive: Archive, name: str, kind: str) -> list[str]:
    """Return the names of the parts of a kind that a part refers to."""
    return [part_at(target, name) for target in archive.links(name, kind).values()]


def _relationships(root: etree._Element) -> etree._Element:
    for relationship in list(root):
        if not relationship.get("Type", "").endswith(_KEPT_RELATIONS):
            root.remove(relationship)
    return root


def _workbook(root: etree._Element, links: Collection[str]) -> etree._Element:
    """Return the workbook with the names of its sheets, and the day from which it counts dates."""
    workbook = etree.Element(root.tag)
    for properties in root.iterchildren("{*}workbookPr"):
        if properties.get("date1904", "").lower() in _TRUE:
            etree.SubElement(workbook, properties.tag, date1904="1")
    for sheets in root.iterchildren("{*}sheets"):
        kept = etree.SubElement(workbook, sheets.tag)
        for number, sheet in enumerate(sheets.iterchildren("{*}sheet"), start=1):
            identifier = sheet.get(f"{RELATIONS}id", "")
            if identifier not in links:  # a sheet with nothing but a chart
                continue
            attributes = {"name": sheet.get("name", ""), "sheetId": str(number)}
            if sheet.get("state") in _STATES:
                attributes["state"] = sheet.get("state", "")
            attributes[f"{RELATIONS}id"] = identifier
            etree.SubElement(kept, sheet.tag, attributes)
    return workbook


def _style_sheet(root: etree._Element) -> etree._Element:
    """Return the formats of the numbers in cells."""
    style_sheet = etree.Element(f"{_MAIN}styleSheet")
    written = etree.SubElement(style_sheet, f"{_MAIN}numFmts")
    known = set[int]()
    for number_format in root.iterfind("{*}numFmts/{*}numFmt"):
        identifier = whole(number_format.get("numFmtId"), _NO_FORMAT)
        code = number_format.get("formatCode")
        if code and identifier not in known:
            known.add(identifier)
            etree.SubElement(written, f"{_MAIN}numFmt", numFmtId=str(identifier), formatCode=code)
    if not known:
        style_sheet.remove(written)
    cells = etree.SubElement(style_sheet, f"{_MAIN}cellXfs")
    for cell_format in root.iterfind("{*}cellXfs/{*}xf"):
        identifier = whole(cell_format.get("numFmtId"), _NO_FORMAT)
        etree.SubElement(cells, f"{_MAIN}xf", numFmtId=str(max(identifier, _NO_FORMAT)))
    return style_sheet


def _without_fonts(root: etree._Element) -> etree._Element:
    """Return texts without their fonts, and without how they are pronounced."""
    for element in list(root.iter("{*}rPr", "{*}phoneticPr", "{*}rPh")):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return root


def _notes(root: etree._Element) -> etree._Element:
    """Return the notes, each at the first cell of its range."""
    for notes in root.iterchildren("{*}commentList"):
        for note in list(notes):
            cell = _first_cell(note.get("ref"))
            if cell is None:
                notes.remove(note)
                continue
            texts = _without_fonts(note)
            author = note.get("authorId", "")
            texts.attrib.clear()
            texts.attrib.update({"ref": cell, "authorId": str(whole(author))})
    return root


def _sheet(root: etree._Element, formats: int, links: Collection[str]) -> etree._Element:
    """Return the sheet with attributes that openpyxl accepts; `formats` is the number of formats of cells."""
    for element in list(root):
        if etree.QName(element).localname not in _KEPT_IN_SHEETS:
            root.remove(element)
    for column in list(root.iterfind("{*}cols/{*}col")):
        first, last = whole(column.get("min")), whole(column.get("max"))
        if 1 <= first <= last <= _MOST_COLUMNS:
            _keep(column, {"min": str.isdigit, "max": str.isdigit, "hidden": _TRUE.__contains__})
        else:
            _remove(column)
    for row in root.iterfind("{*}sheetData/{*}row"):
        _keep(row, {"r": _is_row, "hidden": _TRUE.__contains__})
        for cell in row.iterchildren("{*}c"):
            _keep(cell, {"r": _is_cell, "s": lambda index: 0 <= whole(index, -1) < formats, "t": _TYPES.__contains__})
            _correct_type(cell)
            for text in cell.iterchildren("{*}is"):
                _without_fonts(text)
    _correct_links(root, links)
    for margins in root.iterfind("{*}headerFooter"):
        margins.attrib.clear()
    return root


def _correct_type(cell: etree._Element) -> None:
    """Make a cell a text whose value does not fit its type."""
    value = cell.findtext("{*}v")
    readers: Mapping[str, Callable[[str], object]] = {"n": float, "b": int, "d": from_ISO8601}
    read = readers.get(cell.get("t", "n"))
    if value is None or read is None:
        return
    try:
        read(value)
    except (ValueError, TypeError, OverflowError):
        cell.set("t", "str")


def _correct_links(root: etree._Element, links: Collection[str]) -> None:
    """Remove links without a target; leave those of many cells at the first one of each."""
    linked = 0
    for link in list(root.iterfind("{*}hyperlinks/{*}hyperlink")):
        identifier, cells = link.get(f"{RELATIONS}id"), _cells_in(link.get("ref"))
        if cells is None or identifier not in links:
            _remove(link)
            continue
        linked += cells
        if linked > MAX_MERGED_CELLS:
            link.set("ref", _first_cell(link.get("ref")) or "A1")
        _keep(link, {"ref": bool, f"{RELATIONS}id": bool})
    for holder in list(root.iterfind("{*}hyperlinks")):
        if not len(holder):
            _remove(holder)


def _keep(element: etree._Element, accepted: Mapping[str, Callable[[str], bool]]) -> None:
    """Remove the attributes of an element that are not accepted."""
    for name, text in element.attrib.items():
        is_accepted = accepted.get(str(name))
        if is_accepted is None or not is_accepted(str(text)):
            del element.attrib[name]


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _is_row(text: str) -> bool:
    return 1 <= whole(text) <= _MOST_ROWS


def cell_position(reference: str | None) -> tuple[int, int] | None:
    """Return the row and the column, from 1, of a cell such as B12; None if it names no cell that a sheet can have."""
    match = _CELL.fullmatch(reference or "")
    if match is None:
        return None
    row, column = int(match["row"]), column_index_from_string(match["column"])
    return (row, column) if 1 <= row <= _MOST_ROWS and column <= _MOST_COLUMNS else None


def _is_cell(text: str) -> bool:
    return cell_position(text) is not None


def _first_cell(reference: str | None) -> str | None:
    """Return the first cell of a range of cells; None for anything else."""
    cell = (reference or "").partition(":")[0]
    return cell if _is_cell(cell) else None


def _cells_in(reference: str | None) -> int | None:
    """Return the number of cells of a range; None for anything else, such as complete columns."""
    first, _, last = (reference or "").partition(":")
    start, end = cell_position(first), cell_position(last or first)
    if start is None or end is None or start[0] > end[0] or start[1] > end[1]:
        return None
    return (end[0] - start[0] + 1) * (end[1] - start[1] + 1)
