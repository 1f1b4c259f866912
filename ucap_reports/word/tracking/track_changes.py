"""Two editions of a Word file as one file with tracked changes."""

import re

from lxml import etree

from ucap_reports.word.file.element_names import qualified
from ucap_reports.word.file.word_xml import read_finished, remove, to_bytes, value_at
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.tracking.tracked_blocks import merge_blocks
from ucap_reports.word.tracking.tracked_marks import TrackedMarks

AUTHOR = "ucap diff"
_BODY_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
_NUMBERING = "word/numbering.xml"


def track_changes(old: bytes, new: bytes, author: str = AUTHOR) -> bytes:
    """The new edition of a Word file, with its differences from the old one as tracked changes.

    Accepting all of them gives the words of the new edition, rejecting all those of the old one. Both files are
    documents that the product has made. The same files give the same bytes.
    """
    before, package = read_package(old), read_package(new)
    marks = TrackedMarks(author)
    for name in sorted(package):
        if _BODY_PARTS.fullmatch(name) and name in before and before[name] != package[name]:
            root = read_finished(package[name])
            _merge_part(read_finished(before[name]), root, marks)
            _remove_unknown_lists(root, package.get(_NUMBERING))
            package[name] = to_bytes(root)
    return write_package(compressed(name, content) for name, content in package.items())


def _merge_part(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    first, second = (root if (body := root.find(qualified("w:body"))) is None else body for root in (old, after))
    merge_blocks(first, second, marks)


def _remove_unknown_lists(root: etree._Element, numbering: bytes | None) -> None:
    """Make deleted items of lists that the new edition does not have ordinary paragraphs."""
    known = {"0"}
    if numbering is not None:
        known |= {str(each.get(qualified("w:numId"))) for each in read_finished(numbering).iter(qualified("w:num"))}
    for properties in list(root.iter(qualified("w:numPr"))):
        if (value_at(properties, "w:numId") or "0") not in known:
            remove(properties)
