"""Files with generated words, for the test that importing loses none."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import yaml
from docx import Document
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.imports import labels
from ucap_reports.importers.draft_and_kept_comments import Imported
from ucap_reports.importers.label_recognition import word_lists

WORD = re.compile(r"\w+")
"""What is a word, in a file and in a plan."""
GENERATED = re.compile(r"[wxyz]ord\d+")
PLACE = re.compile(r" \((?:line \d+(?:, column \d+)?|[^()]*\u203a[^()]*|(?:head|foot)er\d+|[A-Z]\w+|xl/[^()]*)\)$")
HEAD = "# Not imported into any field, with the place in the file:\n"
SHAPES = (
    *("@", "@ @", "@, @", "@; @", "@ and @", "@ und @ e @", "@ \u2013 @", "@ / @", "@/@", "@ | @", "@ (@)", "@: @"),
    *("SDG 9, SDG 11 and SDG 13", "SDG 3, 4 and 9 @", "SDG 11 @ and SDG 12 @", "Goal 3 @", "SDG 99", "7, 8 and @"),
    *("EU UP Urban Mobility, @", "@ EU UP Housing", "Urban Agenda @"),
    *("<b>@</b> @", "<@> @", "<u>@</u>: @", "a < @", "&amp; @", "<script>@</script>", "<!-- @ --> @"),
    *("\u2192 @ o One@ \u25cb @", "\u2022 @", "- @", "@ - @", "\u2013"),
    *("Mr @, @@example.org", "@@example.org (@)", "@, +49 30 123456, www.@.org", "Tel. +49 30 123456 @"),
    *("https://example.org/@ @", "[@](@)", "**@** @", "# @", "N/A", "n/a @", "unknown", "tbd @"),
    *("China", "Italy, @", "@, Georgia", "Korea, Republic of", "13.6 Mio", "2 800 000 @", "11,760 km\u00b2 @"),
    *("2018-05-31", "16 November 2018 @", "1. Mai 2019", "03/06/2019", "2018", "12 of 14", "page 3 @"),
    *("for further information @", "Please contact @", "City @ Fact Sheet", "@ City of @: @"),
)
"""Contents of cells and lines; a new word for each sign @."""
KNOWN = (
    *("Country", "Region", "State/Country", "Population", "Einwohner", "Fl\u00e4che (km\u00b2)", "Mayor", "Visits"),
    *("Period", "Laufzeit", "Signed", "Themes", "Topics", "Goals", "SDGs", "Urban Agenda", "SDGs and Urban Agenda"),
    *("Focus", "Challenges", "Main objectives of cooperation", "Activities", "Results", "Contact", "Ansprechpartner"),
    *("E-mail", "Phone", "Website", "Address", "Sources", "Last updated", "Key challenges of cooperation theme:"),
)
UNKNOWN = ("Shoe size", "City Cooperation Fact Sheet", "Prepared by the City of Mannheim", "Area of interest")


class Words:
    """Fills shapes with words that no other place has."""

    def __init__(self) -> None:
        self._number = 0

    def fill(self, shape: str) -> str:
        """The shape with a new word for each sign @ that is before a space or at an edge of a word."""
        return re.sub(r"@(?!example)", self._next, shape)

    def _next(self, _: re.Match[str]) -> str:
        self._number += 1
        return f"{'wxyz'[self._number % 4]}ord{self._number}"


def shapes() -> st.SearchStrategy[str]:
    return st.sampled_from(SHAPES)


def rows() -> st.SearchStrategy[list[tuple[str, list[str]]]]:
    """Labels, each with the shapes of one or two cells."""
    row = st.tuples(st.sampled_from((*KNOWN, *UNKNOWN)), st.lists(shapes(), min_size=1, max_size=2))
    return st.lists(row, max_size=6)


def words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text))


def words_of_plan(text: str) -> Counter[str]:
    """The words of the values and of the closing comments of a plan file."""
    _, _, comments = text.partition(HEAD)
    remarks = "\n".join(PLACE.sub("", line) for line in comments.splitlines())
    return words("\n".join(_values(yaml.safe_load(text)))) + words(remarks)


def _values(data: object) -> Iterator[str]:
    match data:
        case dict():
            for value in data.values():
                yield from _values(value)
        case list():
            for value in data:
                yield from _values(value)
        case _:
            yield str(data)


def without_markup(text: str) -> str:
    """The text of a cell or dump without its inline HTML."""
    return re.sub(r"</?[bu]>", "", text).replace("&amp;", "&")


def lost(source: Iterable[str], found: Imported, labelled: Sequence[str]) -> set[str]:
    """The words of the cells and lines of a file that no plan has, except for labels and words between two items.

    A generated word is in one cell. Others may be in several, and the same value twice in a field is one.
    """
    kept = sum((words_of_plan(plan.text) for plan in found.plans), Counter())
    meant = {word for label in labelled if labels().find(label) for word in WORD.findall(label)}
    meant |= {*word_lists().connectors, *"NnAa", *"12o", "Mai", "November"}  # N/A, City 1, a marker, dates
    missing = words("\n".join(dict.fromkeys(source))) - kept
    return {word for word in missing if word not in meant and (kept[word] == 0 or GENERATED.fullmatch(word))}


def delimited(table: Sequence[Sequence[str]]) -> str:
    return "".join("\t".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\n" for row in table)


def workbook(table: Sequence[Sequence[str]], note: str) -> bytes:
    """A workbook with the table, a note on its first cell, and a sheet with that note."""
    book = Workbook()
    for row in table:
        book.worksheets[0].append([cell.replace("=", "") for cell in row])
    book.worksheets[0]["A2"].comment = Comment(f"{note} on A2", "A. Schmidt")
    book.create_sheet("Notes").append([note])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def word_file(table: Sequence[Sequence[str]], lines: Sequence[str]) -> bytes:
    """A Word file with the lines before and after the table, and in its header and footer."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    grid = document.add_table(rows=0, cols=max(len(row) for row in table))
    for row in table:
        for cell, text in zip(grid.add_row().cells, row, strict=False):
            cell.text = text
    for line in lines:
        document.add_paragraph(line)
    document.sections[0].header.paragraphs[0].text = " ".join(lines)
    document.sections[0].footer.paragraphs[0].text = " ".join(lines)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
