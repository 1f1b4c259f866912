"""Revisions of a template's part: tracked changes are accepted, and traces of editing are removed.

A published document has no tracked changes, and the same template gives the same bytes after every save.
"""

from lxml import etree

from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.element_names import PARAGRAPH, PARAGRAPH_FORMAT, WORD, WORD_2010, WORD_2012, qualified
from ucap_reports.word.file.word_xml import remove

_INSERTED = tuple(qualified(f"w:{name}") for name in ("ins", "moveTo"))
_DELETED = tuple(qualified(f"w:{name}") for name in ("del", "moveFrom"))
_UNWRAPPED = (*_INSERTED, *(qualified(f"w:{name}") for name in ("smartTag", "customXml")))
"""Elements that are replaced by their children."""


def accept_revisions(root: etree._Element) -> bool:
    """Accept the tracked changes of a part, and remove revision identifiers and spelling marks.

    Returns whether there were tracked changes.
    """
    changed, editing = (
        [qualified(f"w:{name}") for name in names] for names in (allowlist().changes, allowlist().editing)
    )
    is_tracked = next(root.iter(*_INSERTED, *_DELETED, *changed), None) is not None
    _remove_deleted(root)
    etree.strip_elements(root, *_DELETED, *changed, f"{{{WORD_2012}}}dataBinding", *editing)
    etree.strip_tags(root, *_UNWRAPPED)
    for element in root.iter(etree.Element):
        for name in [name for name in element.attrib if _is_of_editing(str(name))]:
            del element.attrib[name]
    return is_tracked


def _remove_deleted(root: etree._Element) -> None:
    """Remove deleted rows and cells, and join paragraphs whose end is deleted with the next ones."""
    for properties in list(root.iter(qualified("w:trPr"), qualified("w:tcPr"))):
        mark = "w:del" if properties.tag == qualified("w:trPr") else "w:cellDel"
        if (element := properties.getparent()) is not None and properties.find(qualified(mark)) is not None:
            remove(element)
    for deleted in reversed(list(root.iter(*_DELETED))):  # so that the content of each paragraph is moved once
        around = list(deleted.iterancestors(PARAGRAPH_FORMAT, PARAGRAPH))
        if len(around) > 1 and around[0].tag == PARAGRAPH_FORMAT:  # the end of a paragraph is in its properties
            _join_with_next(around[1])


def _join_with_next(paragraph: etree._Element) -> None:
    """Move the content of a paragraph whose end is deleted to the beginning of the next one."""
    following = paragraph.getnext()
    if following is not None and following.tag == PARAGRAPH:
        place = 0 if following.find(PARAGRAPH_FORMAT) is None else 1
        for child in reversed([child for child in paragraph if child.tag != PARAGRAPH_FORMAT]):
            following.insert(place, child)
        remove(paragraph)


def _is_of_editing(name: str) -> bool:
    """Whether an attribute is a revision identifier, or an identifier of a paragraph, which a loop would repeat."""
    return name.startswith(f"{{{WORD}}}rsid") or name in (f"{{{WORD_2010}}}paraId", f"{{{WORD_2010}}}textId")
