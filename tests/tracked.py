"""Word files with tracked changes: their words with all changes accepted, and with all rejected."""

from lxml import etree

from ucap_reports.word.compile.hidden_text_and_accepted_changes import accept_revisions
from ucap_reports.word.file.word_xml import qualified, read_finished
from ucap_reports.word.file.zip_package import read_package

_SIGNS = {
    qualified("w:br"): "\n",
    qualified("w:noBreakHyphen"): "-",
    qualified("w:softHyphen"): "\u00ad",
    qualified("w:tab"): "\t",
}
_SWAPPED = {"ins": "del", "del": "ins", "t": "t", "delText": "t"}


def part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    """The root of a part."""
    return read_finished(read_package(content)[name])


def paragraphs(root: etree._Element) -> list[str]:
    """The words of all paragraphs that have any."""
    found = []
    for paragraph in root.iter(qualified("w:p")):
        pieces = paragraph.iter(qualified("w:t"), *_SIGNS)
        text = "".join(_SIGNS.get(str(each.tag)) or each.text or "" for each in pieces)
        found += [text] if text else []
    return found


def accepted(content: bytes) -> list[str]:
    """The words with all changes accepted."""
    root = part(content)
    accept_revisions(root)
    return paragraphs(root)


def rejected(content: bytes) -> list[str]:
    """The words with all changes rejected: what was inserted is as if deleted, and the other way round."""
    root = part(content)
    for element in root.iter(*(qualified(f"w:{name}") for name in _SWAPPED)):
        element.tag = qualified(f"w:{_SWAPPED[etree.QName(element).localname]}")
    accept_revisions(root)
    return paragraphs(root)


def is_tracked(content: bytes) -> bool:
    """Whether there are tracked changes."""
    return accept_revisions(part(content))
