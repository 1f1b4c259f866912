"""The names of elements and attributes in Word files, in lxml's form: the namespace in braces before the local name."""

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
WORD_2012 = "http://schemas.microsoft.com/office/word/2012/wordml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
WORD_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMESPACES = {"w": WORD, "r": RELATIONSHIPS, "wp": DRAWING}


def qualified(name: str) -> str:
    """The name in lxml's form: the namespace of `w:tbl` in braces before `tbl`."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


PARAGRAPH, RUN, TEXT, TABLE, ROW, CELL = (qualified(f"w:{name}") for name in ("p", "r", "t", "tbl", "tr", "tc"))
VALUE = qualified("w:val")
"""The attribute of most properties."""
PARAGRAPH_FORMAT, RUN_FORMAT = qualified("w:pPr"), qualified("w:rPr")
"""The elements with the properties of a paragraph and of a run."""
