"""The position of the table at the foot of the last page, such as the contact panel.

LibreOffice moves tracked changes of captions by one character if pictures in cells of a table come before a floating
table (seen in 25.2.3): "The lake in autumn" came back as "Thelake in autumn". In documents with such pictures, the foot
is therefore below the text, where it does not float.
"""

AT_FOOT = (
    '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin"'
    ' w:tblpXSpec="center" w:tblpYSpec="bottom"/>'
)
"""The position of a table at the bottom margin (ECMA-376, 17.4.57)."""


def with_foot_below_text(part: bytes) -> bytes:
    """Return the XML of a filled part with the table at the foot of the page below the text instead."""
    return part.replace(AT_FOOT.encode(), b"")
