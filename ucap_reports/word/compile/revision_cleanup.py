"""A template's part made ready for merging: its revisions accepted, and what is left of its editing taken away.

A published document shows no revision marks, and the same template must give the same bytes whoever saved it last.
"""

from lxml import etree

from ucap_reports.word.file.word_xml import WORD, WORD_2010, WORD_2012, qualified

UNWRAPPED = tuple(qualified(f"w:{name}") for name in ("ins", "moveTo", "smartTag", "customXml"))
"""Elements that stand around runs and of which only what they hold is kept."""
REMOVED = (
    f"{{{WORD_2012}}}dataBinding",
    *(
        qualified(f"w:{name}")
        for name in (
            *("del", "moveFrom", "proofErr", "lastRenderedPageBreak", "smartTagPr"),
            *("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
            *("rPrChange", "pPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange", "sectPrChange"),
            *("cellIns", "cellDel", "cellMerge", "tblPrExChange", "numberingChange"),
            *("customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd"),
            *("customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart"),
            *("customXmlMoveToRangeEnd", "customXmlPr", "commentRangeStart", "commentRangeEnd", "commentReference"),
            *("annotationRef", "permStart", "permEnd", "dataBinding", "fldData", "ffData", "printerSettings"),
        )
    ),
)
"""Elements that are gone once revisions are accepted, that say only how the template was edited and who may edit it, or
that belong to parts which are left out. `fldData` can give a field another target than its instruction.
"""
LAST_POSITION = "_GoBack"
"""The bookmark where Word's writer stopped."""
_ROW_PROPERTIES = qualified("w:trPr")


def tidy(root: etree._Element) -> None:
    """Accept all revisions in the tree, and remove revision identifiers, spelling marks and the last position."""
    for properties in list(root.iter(_ROW_PROPERTIES)):
        row = properties.getparent()
        if row is not None and properties.find(qualified("w:del")) is not None:
            _remove(row)
    for element in list(root.iter(*REMOVED)):
        _remove(element)
    for element in list(root.iter(*UNWRAPPED)):
        _unwrap(element)
    _remove_last_position(root)
    for element in root.iter(etree.Element):
        for name in [name for name in element.attrib if _is_of_editing(str(name))]:
            del element.attrib[name]


def _is_of_editing(name: str) -> bool:
    """Revision identifiers, and identifiers of paragraphs, which a loop would repeat."""
    return name.startswith(f"{{{WORD}}}rsid") or name in (f"{{{WORD_2010}}}paraId", f"{{{WORD_2010}}}textId")


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    for child in list(element):
        element.addprevious(child)
    parent.remove(element)


def _remove_last_position(root: etree._Element) -> None:
    for start in list(root.iter(qualified("w:bookmarkStart"))):
        if start.get(qualified("w:name")) == LAST_POSITION:
            number = start.get(qualified("w:id"))
            for end in list(root.iter(qualified("w:bookmarkEnd"))):
                if end.get(qualified("w:id")) == number:
                    _remove(end)
            _remove(start)
