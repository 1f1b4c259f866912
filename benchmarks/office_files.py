"""Import the Word files of a folder, such as those that other projects test with, and compare what the plans contain.

    .venv/bin/python -m benchmarks.office_files FOLDER [--record]

Most of them are no plans, and are refused as they are. Therefore each is also imported with a table at its beginning
that names two cities: then each of its words must be in a field or a comment, and only a label may fill a field.
"""

import argparse
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import yaml
from lxml import etree
from msgspec import Struct

from benchmarks.records import add_option, write_record
from tests.imports import imported, labels
from tests.words import W, docx_paragraphs
from ucap_reports.importers.word_paragraphs import ALTERNATIVES
from ucap_reports.plan.field_descriptions import CITIES
from ucap_reports.problems import ProblemsFound

DOCUMENT = "word/document.xml"
CELL = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
CITY_TABLE = (
    f'<w:tbl xmlns:w="{W[1:-1]}"><w:tblPr/><w:tblGrid/>'
    f"<w:tr>{''.join(map(CELL.format, ('City:', 'Tianjin', 'Rome')))}</w:tr></w:tbl>"
)
WORD = re.compile(r"\w{4,}")
"""Shorter words are often in a plan by chance."""


class Outcome(Struct, frozen=True):
    """What became of a file: the plans or the codes of errors, the words that no plan has, and seconds."""

    plans: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    failure: str = ""
    lost: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def fields(self) -> list[str]:
        """The fields beside the cities that are filled."""
        plans = [yaml.safe_load(text) for text in self.plans]
        return [name for plan in plans for name in plan if name != CITIES]


def outcome(content: bytes, name: str) -> Outcome:
    """Import a file, and compare its words with those of the plans."""
    start = time.process_time()
    try:
        plans = tuple(plan.text for plan in imported(content, name).plans)
    except ProblemsFound as found:
        codes = dict.fromkeys(problem.code for problem in found.problems)
        return Outcome(errors=tuple(codes), seconds=time.process_time() - start)
    except Exception as error:  # noqa: BLE001 - counted and printed
        return Outcome(failure=repr(error), seconds=time.process_time() - start)
    seconds = time.process_time() - start
    missing = words(content) - set(WORD.findall("\n".join(plans)))
    return Outcome(plans, lost=tuple(sorted(missing)), seconds=seconds)


def words(content: bytes) -> set[str]:
    """Return the words of the text of a file, except for known labels and deleted text."""
    found: set[str] = set()
    for paragraph in docx_paragraphs(without_deleted(content)):
        if labels().find(paragraph.strip()) is None:
            found |= set(WORD.findall(paragraph))
    return found


def without_deleted(content: bytes) -> bytes:
    """Return a file without the text that tracked changes delete or move away, and that only old programs show."""

    def change(root: etree._Element) -> None:
        for element in list(root.iter(f"{W}del", f"{W}moveFrom", f"{ALTERNATIVES}Fallback")):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)

    return changed(content, change)


def with_cities(content: bytes) -> bytes:
    """Return a file with a table at its beginning that names two cities."""

    def change(root: etree._Element) -> None:
        body = root.find(f"{W}body")
        if body is not None:
            body.insert(0, etree.fromstring(CITY_TABLE))
            body.insert(1, etree.Element(f"{W}p"))

    return changed(content, change)


def changed(content: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """Return a file with its document changed; the same file if it cannot be read."""
    stream = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                part = old.read(name)
                if name == DOCUMENT:
                    root = etree.fromstring(part)
                    change(root)
                    part = etree.tostring(root)
                new.writestr(name, part)
    except (zipfile.BadZipFile, etree.XMLSyntaxError):
        return content
    return stream.getvalue()


def report(title: str, outcomes: dict[str, Outcome]) -> None:
    """Print the totals, and the files with failures, lost words or filled fields."""
    errors = Counter(code for one in outcomes.values() for code in one.errors)
    read = sum(1 for one in outcomes.values() if one.plans)
    print(f"{title}: {len(outcomes)} files, {read} read, errors: {dict(errors)}")
    print(f"  at most {max(one.seconds for one in outcomes.values()):.1f} s of processor time")
    for name, one in outcomes.items():
        if one.failure or one.lost or one.fields:
            print(f"  {name}: {one.failure} lost {list(one.lost)[:9]} fields {one.fields}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Import, print, and exit with 1 after an exception or if a word is lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    add_option(parser)
    options = parser.parse_args(arguments)
    paths = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in (".docx", ".docm"))
    as_is = {path.name: outcome(path.read_bytes(), path.name) for path in paths}
    report("as they are", as_is)
    named = {path.name: outcome(with_cities(path.read_bytes()), path.name) for path in paths}
    report("with cities", named)
    both = [*as_is.values(), *named.values()]
    failures = sum(1 for one in both if one.failure)
    lost = sum(len(one.lost) for one in both)
    if options.record:
        figures = {
            "files": f"{len(paths)} files",
            "read": f"{sum(1 for one in named.values() if one.plans)}",
            "failures": f"{failures} other exceptions",
            "lost": f"{lost} words lost",
            "fields": f"{sum(len(one.fields) for one in named.values())}",
            "seconds": f"{max(one.seconds for one in both):.1f} s",
        }
        write_record("office_files", options.record, figures)
    sys.exit(bool(failures or lost))


if __name__ == "__main__":
    main()
