"""Workbooks, opened within limits that are checked before openpyxl reads them. All readers of workbooks start here."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from math import prod

from lxml import etree
from msgspec import Struct
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.cell_grids import too_large
from ucap_reports.importers.office_archive import RELATIONS, Archive, part_at
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.reading_limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_IMPORT_CHARACTERS,
    MAX_MERGED_CELLS,
    MAX_ROWS,
    MAX_WORKBOOK_DEFINITIONS,
)
from ucap_reports.word.file.word_measures import whole

_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_CELL_CONTENT = re.compile(rb"<(?:\w+:)?(?:c|v|f|is|t|row|si)[\s/>]")
"""The elements that are read fast: cells and their content, rows, and shared strings (ISO/IEC 29500-1, 18.3, 18.4)."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")
_WITHOUT_CELLS = ("/pivotTable", "/pivotCacheDefinition", "/pivotCacheRecords", "/drawing")
"""The ends of the types of relationships to parts that have no cells."""
_EMPTY_STYLE = re.compile(rb"\s(?:s|style)=(?:\"\"|'')")
_DAMAGED = (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError)
"""What openpyxl raises for damaged workbooks."""
Place = tuple[int, int]
"""The row and the column of a cell, from 1."""


class WorkbookSheet(Struct, frozen=True):
    """A sheet: openpyxl's with the values of formulas, and the places of its cells with content.

    `filled` says whether the content is a formula. Cells that are only coloured are not in it: they can reach to the
    end of a sheet. `notes` are the places of notes. `covered` are the texts of cells that a merged cell hides.
    """

    values: Worksheet
    filled: Mapping[Place, bool]
    notes: Sequence[Place]
    covered: Mapping[Place, str]


class WorkbookFile(Struct, frozen=True):
    """A workbook: its sheets, and the parts of its archive."""

    sheets: Sequence[WorkbookSheet]
    archive: Archive


def open_workbook(content: bytes, path: str) -> WorkbookFile:
    """Open a workbook. Raises ProblemsFound for one that is damaged, or that exceeds a limit."""
    archive = Archive(content, path, "xlsx")
    _refuse_bombs(archive)
    values = _loaded(content, archive)
    parts = _sheet_parts(archive)
    sheets: list[WorkbookSheet] = []
    characters = 0
    for sheet in values.worksheets:
        part = parts.get(sheet.title, "")
        filled = _filled_cells(archive, part)
        for place in filled:
            value = sheet.cell(*place).value
            size = len(value) if isinstance(value, str) else 0
            if size > MAX_CELL_CHARACTERS:
                raise _too_large(path, "cell", MAX_CELL_CHARACTERS)
            characters += size
        if characters > MAX_IMPORT_CHARACTERS:
            raise _too_large(path, "text", MAX_IMPORT_CHARACTERS)
        sheets.append(WorkbookSheet(sheet, filled, _notes(archive, part), _covered(archive, part, sheet, filled)))
    return WorkbookFile(sheets, archive)


def _refuse_bombs(archive: Archive) -> None:
    """Raise ProblemsFound if openpyxl would create too much from a part of the file."""
    cells = definitions = 0
    for name in archive.names:
        markup = archive.markup(name)
        cells += len(_CELL.findall(markup))
        definitions += markup.count(b"<") - markup.count(b"</") - len(_CELL_CONTENT.findall(markup))
        if cells > MAX_CELLS:
            raise _too_large(archive.path, "cells", MAX_CELLS)
        if definitions > MAX_WORKBOOK_DEFINITIONS:
            raise _too_large(archive.path, "definitions", MAX_WORKBOOK_DEFINITIONS)
        merged = 0
        for match in _MERGED.finditer(markup):
            with suppress(ValueError, TypeError):  # openpyxl refuses them too
                merged += prod(CellRange(match[1].decode("ascii")).size.values())
            if merged > MAX_MERGED_CELLS:
                raise _too_large(archive.path, "merged", MAX_MERGED_CELLS)


def _loaded(content: bytes, archive: Archive) -> Workbook:
    """Return the workbook. Raises ProblemsFound if it is damaged.

    openpyxl refuses some workbooks that spreadsheet programs read, because of parts without cells; these are left out
    then.
    """
    try:
        return _read(content)
    except _DAMAGED:
        pass
    try:
        return _read(_with_cells_only(archive))
    except _DAMAGED:
        where = Location(archive.path)
        raise ProblemsFound([problem("import-damaged", where, form="archive", kind="xlsx")]) from None


def _read(content: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about what it does not keep; nothing is saved here
        return load_workbook(BytesIO(content), data_only=True, keep_links=False)


def _with_cells_only(archive: Archive) -> bytes:
    """Return the workbook without pivot tables and drawings, and without empty references to styles of cells."""
    main = archive.main_part("xl/workbook.xml")
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as reduced:
        for name in archive.names:
            content = archive.read(name)
            if name.endswith(".rels"):
                root = archive.xml(name)
                for relationship in list(root):
                    if relationship.get("Type", "").endswith(_WITHOUT_CELLS):
                        root.remove(relationship)
                content = etree.tostring(root)
            elif name == main:
                root = archive.xml(name)
                for caches in list(root.iterchildren("{*}pivotCaches")):
                    root.remove(caches)
                content = etree.tostring(root)
            elif _EMPTY_STYLE.search(content):
                root = archive.xml(name)
                for cell in root.iter("{*}c", "{*}row", "{*}col"):
                    for attribute in ("s", "style"):
                        if cell.get(attribute) == "":
                            del cell.attrib[attribute]
                content = etree.tostring(root)
            reduced.writestr(name, content)
    return stream.getvalue()


def _sheet_parts(archive: Archive) -> Mapping[str, str]:
    """Return the names of the sheets' parts by the titles of the sheets."""
    main = archive.main_part("xl/workbook.xml")
    links = archive.links(main)
    parts: dict[str, str] = {}
    for sheet in archive.xml(main).iter("{*}sheet"):
        target = links.get(sheet.get(f"{RELATIONS}id", ""), "")
        parts[sheet.get("name", "")] = part_at(target, main)
    return parts


def _filled_cells(archive: Archive, part: str) -> Mapping[Place, bool]:
    """Return the places of the cells of a sheet that have content, and whether it is a formula.

    openpyxl can only list the cells of the whole area of a sheet, which it creates for that. Raises ProblemsFound if
    there is content far from the table.
    """
    filled: dict[Place, bool] = {}
    for place, cell in _cells(archive, part):
        is_formula = cell.find("{*}f") is not None
        if not (is_formula or cell.findtext("{*}v") or cell.find("{*}is") is not None):
            continue
        if place[0] > MAX_ROWS or place[1] > MAX_COLUMNS:
            raise too_large(archive.path)
        filled[place] = is_formula
    return filled


def _cells(archive: Archive, part: str) -> Iterator[tuple[Place, etree._Element]]:
    """Yield the cells of a sheet with their places."""
    row_number = 0
    for row in archive.xml(part).iter("{*}row"):
        row_number = whole(row.get("r"), row_number + 1)
        column_number = 0
        for cell in row.iterchildren("{*}c"):
            place = (row_number, column_number + 1)
            if reference := cell.get("r"):  # a cell may have none (ISO/IEC 29500-1, 18.3.1.4)
                with suppress(ValueError):
                    place = coordinate_to_tuple(reference)
            column_number = place[1]
            yield place, cell


def _covered(archive: Archive, part: str, sheet: Worksheet, filled: Mapping[Place, bool]) -> Mapping[Place, str]:
    """Return the texts of the cells that merged cells hide. Programs keep them in the file; openpyxl drops them."""
    hidden: set[Place] = set()
    for area in sheet.merged_cells.ranges:
        hidden.update(place for place in area.cells if place in filled and place != (area.min_row, area.min_col))
    if not hidden:
        return {}
    main = archive.main_part("xl/workbook.xml")
    targets = list(archive.links(main, "/sharedStrings").values())
    shared = list(archive.xml(part_at(targets[0], main)).iter("{*}si")) if targets else []
    texts: dict[Place, str] = {}
    for place, cell in _cells(archive, part):
        if place in hidden:
            text = _cell_text(cell, shared).strip()
            if text:
                texts[place] = text
    return texts


def _cell_text(cell: etree._Element, shared: Sequence[etree._Element]) -> str:
    """Return the text or the number in a cell (ISO/IEC 29500-1, 18.3.1.4)."""
    holder = cell.find("{*}is")
    value = cell.findtext("{*}v") or ""
    if cell.get("t") == "s":
        index = whole(value, -1)
        holder = shared[index] if 0 <= index < len(shared) else None
        value = ""
    if holder is None:
        return value
    return "".join(text.text or "" for text in holder.iterfind("{*}t")) + "".join(
        text.text or "" for text in holder.iterfind("{*}r/{*}t")
    )


def _notes(archive: Archive, part: str) -> Sequence[Place]:
    """Return the places of the notes of a sheet, by row and column."""
    places: set[Place] = set()
    for target in archive.links(part, "/comments").values():
        for comment in archive.xml(part_at(target, part)).iter("{*}comment"):
            with suppress(ValueError):
                places.add(coordinate_to_tuple(comment.get("ref") or "0"))
    return sorted(places)


def _too_large(path: str, form: str, limit: int) -> ProblemsFound:
    return ProblemsFound([problem("import-too-large", Location(path), form=form, limit=limit)])
