"""The watermark of drafts: a shape behind the text, in each header, as Word itself inserts it."""

from unicodedata import east_asian_width

from ucap_reports.word.file.element_names import WORD
from ucap_reports.word.file.package_parts import OFFICE, relationship_xml
from ucap_reports.word.file.word_xml import DECLARATION, escaped

IDENTIFIER = "ucapDraft"
"""The identifier of the relationship to the header that only drafts have."""
HEADER_NAME = "ucap-draft.xml"
HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
COLOUR = "#E4E4E4"
LARGEST, WIDEST = 120, 480
"""The size of the text, and the width of the shape, in points."""
_WIDE, _NARROW = 1.0, 0.72
"""The widths of characters relative to the size of the text."""
_HIGH, _CAPITALS = 0.95, 0.73
"""The heights of ideographs and of capitals, which fill the height of the shape, relative to that size."""
_TYPE = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"'
    ' o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
)
"""The definition of text in a shape (ISO/IEC 29500-4, 19.1.2.20), which each part with such a shape needs."""


def watermark_xml(text: str, part: int) -> str:
    """The paragraph of a header with the watermark; `part` distinguishes the headers. Empty without a text."""
    if not text:
        return ""
    wide = any(east_asian_width(character) in "FW" for character in text)
    units = sum(_WIDE if east_asian_width(character) in "FW" else _NARROW for character in text)
    size = min(LARGEST, WIDEST / units)
    height = size * (_HIGH if wide else _CAPITALS)
    style = (
        f"position:absolute;width:{size * units:.0f}pt;height:{height:.0f}pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:page;"
        "mso-position-vertical:center;mso-position-vertical-relative:page"
    )
    font = "Microsoft YaHei" if wide else "Arial"
    shape = (
        f'<v:shape id="PowerPlusWaterMarkObject{part}" o:spid="_x0000_s{2049 + part}" type="#_x0000_t136" alt=""'
        f' style="{style}" o:allowincell="f" fillcolor="{COLOUR}" stroked="f">'
        f'<v:textpath style="font-family:&quot;{font}&quot;;font-size:1pt;font-weight:bold" string="{escaped(text)}"/>'
        "</v:shape>"
    )
    return (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr>'
        '<w:r><w:rPr><w:noProof/></w:rPr><w:pict xmlns:v="urn:schemas-microsoft-com:vml"'
        f' xmlns:o="urn:schemas-microsoft-com:office:office">{_TYPE}{shape}</w:pict></w:r></w:p>'
    )


def header_part(watermark: str) -> bytes:
    """A header with nothing but the watermark, for drafts whose template has no header."""
    return f'{DECLARATION}<w:hdr xmlns:w="{WORD}">{watermark}</w:hdr>'.encode()


def header_relationship() -> str:
    """The relationship to that header."""
    return relationship_xml({"Id": IDENTIFIER, "Type": f"{OFFICE}/header", "Target": HEADER_NAME}.items())
