"""Workbooks, opened within limits that are checked before openpyxl reads them. All readers of workbooks start here."""

import re
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from math import prod

from msgspec import Struct
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.cell_grids import MAX_COLUMNS, MAX_ROWS, too_large
from ucap_reports.importers.encoding_detection import MAX_TEXT
from ucap_reports.importers.office_archive import RELATIONS, Archive, part_at
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.word.file.word_measures import whole

MAX_CELL_TEXT = 32_767
"""Characters in a cell, as in Excel ("Excel specifications and limits")."""
MAX_CELLS = 200_000
"""Cells of all sheets together, with empty ones that are only coloured: openpyxl takes 30 µs and 1 kB for each."""
MAX_DEFINITIONS = 50_000
"""Other elements, such as styles and rules: openpyxl takes 50 µs for each."""
MAX_MERGED = 50_000
"""Merged cells of a part: openpyxl creates each of them."""
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_CELL_CONTENT = re.compile(rb"<(?:\w+:)?(?:c|v|f|is|t|row|si)[\s/>]")
"""The elements that are read fast: cells and their content, rows, and shared strings (ISO/IEC 29500-1, 18.3, 18.4)."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")
_DAMAGED = (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError)
"""What openpyxl raises for damaged workbooks."""
Place = tuple[int, int]
"""The row and the column of a cell, from 1."""


class WorkbookSheet(Struct, frozen=True):
    """A sheet: openpyxl's with the values of formulas, and the places of its cells with content.

    `filled` says whether the content is a formula. Cells that are only coloured are not in it: they can reach to the
    end of a sheet. `notes` are the places of notes.
    """

    values: Worksheet
    filled: Mapping[Place, bool]
    notes: Sequence[Place]


class WorkbookFile(Struct, frozen=True):
    """A workbook: its sheets, and the parts of its archive."""

    sheets: Sequence[WorkbookSheet]
    archive: Archive


def open_workbook(content: bytes, path: str) -> WorkbookFile:
    """Open a workbook. Raises ProblemsFound for one that is damaged, or that exceeds a limit."""
    archive = Archive(content, path, "xlsx")
    _refuse_bombs(archive)
    values = _loaded(content, path)
    parts = _sheet_parts(archive)
    sheets: list[WorkbookSheet] = []
    characters = 0
    for sheet in values.worksheets:
        part = parts.get(sheet.title, "")
        filled = _filled_cells(archive, part)
        for place in filled:
            value = sheet.cell(*place).value
            size = len(value) if isinstance(value, str) else 0
            if size > MAX_CELL_TEXT:
                raise _too_large(path, "cell", MAX_CELL_TEXT)
            characters += size
        if characters > MAX_TEXT:
            raise _too_large(path, "text", MAX_TEXT)
        sheets.append(WorkbookSheet(sheet, filled, _notes(archive, part)))
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
        if definitions > MAX_DEFINITIONS:
            raise _too_large(archive.path, "definitions", MAX_DEFINITIONS)
        merged = 0
        for match in _MERGED.finditer(markup):
            with suppress(ValueError, TypeError):  # openpyxl refuses them too
                merged += prod(CellRange(match[1].decode("ascii")).size.values())
            if merged > MAX_MERGED:
                raise _too_large(archive.path, "merged", MAX_MERGED)


def _loaded(content: bytes, path: str) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about what it does not keep; nothing is saved here
            return load_workbook(BytesIO(content), data_only=True)
    except _DAMAGED:
        raise ProblemsFound([problem("import-damaged", Location(path), form="archive", kind="xlsx")]) from None


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
            is_formula = cell.find("{*}f") is not None
            if not (is_formula or cell.findtext("{*}v") or cell.find("{*}is") is not None):
                continue
            if place[0] > MAX_ROWS or place[1] > MAX_COLUMNS:
                raise too_large(archive.path)
            filled[place] = is_formula
    return filled


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
