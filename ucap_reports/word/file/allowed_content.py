"""The allowlist for finished Word files: part types, relationship types, settings, namespaces and references.

Anything else in a template is an error, or is left out if the file is complete without it. The types are those of
ISO/IEC 29500-1, Annex A, and of [MS-DOCX], in lower case.
"""

from collections.abc import Mapping

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MICROSOFT = "http://schemas.microsoft.com/office"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
RELATED = f"{_OFFICE}/relationships/"
HYPERLINK, IMAGE = f"{RELATED}hyperlink", f"{RELATED}image"
MAIN_DOCUMENT = f"{RELATED}officeDocument"
STRICT = "http://purl.oclc.org/ooxml/"
"""The beginning of the namespaces and relationship types of "Strict Open XML" files."""

IMAGES: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
"""Types of raster images, with the first bytes of their files. Metafiles (EMF, WMF) are lists of drawing commands that
printer drivers and old readers execute; PNG replaces BMP and TIFF.
"""
SVG = "image/svg+xml"
RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"
FONTS = (
    "application/vnd.openxmlformats-officedocument.obfuscatedfont",
    "application/x-fontdata",
    "application/x-font-ttf",
)
"""Types of embedded fonts, as Word, LibreOffice and Google Docs write them."""

_CORE = ("application/vnd.openxmlformats-package.core-properties+xml",)
PACKAGE_PARTS: Mapping[str, tuple[str, ...]] = {
    MAIN_DOCUMENT: (f"{_WORD}document.main+xml", f"{_WORD}template.main+xml"),
    f"{_PACKAGE}/relationships/metadata/core-properties": _CORE,
    # how LibreOffice writes it
    "http://schemas.openxmlformats.org/officedocument/2006/relationships/metadata/core-properties": _CORE,
}
"""Relationships of the package itself, with the part types of their targets."""
SINGLE_PARTS: Mapping[str, tuple[str, ...]] = {
    f"{RELATED}theme": ("application/vnd.openxmlformats-officedocument.theme+xml",),
    **{
        f"{RELATED}{name}": (f"{_WORD}{name.lower()}+xml",)
        for name in ("styles", "numbering", "settings", "fontTable", "footnotes", "endnotes")
    },
}
"""Relationships that a document has at most once, with the part types of their targets."""
PARTS: Mapping[str, tuple[str, ...]] = {
    **SINGLE_PARTS,
    f"{RELATED}header": (f"{_WORD}header+xml",),
    f"{RELATED}footer": (f"{_WORD}footer+xml",),
    IMAGE: (*IMAGES, SVG),
    f"{RELATED}font": FONTS,
}
"""Relationships between parts, with the part types of their targets."""

COMMENTS, CUSTOM_XML, CUSTOMISED = "review comments", "custom XML data", "keyboard and toolbar customizations"
LEFT_OUT: Mapping[str, str | None] = {
    f"{RELATED}comments": COMMENTS,
    f"{_MICROSOFT}/2011/relationships/commentsExtended": COMMENTS,
    f"{_MICROSOFT}/2016/09/relationships/commentsIds": COMMENTS,
    f"{_MICROSOFT}/2018/08/relationships/commentsExtensible": COMMENTS,
    f"{_MICROSOFT}/2020/10/relationships/commentsExtensible": COMMENTS,
    f"{_MICROSOFT}/2011/relationships/people": COMMENTS,
    f"{_MICROSOFT}/2019/05/relationships/documenttasks": COMMENTS,
    f"{RELATED}customXml": CUSTOM_XML,
    # Word copies names and values from templates and servers: authors, file numbers, classification labels
    f"{RELATED}custom-properties": "custom document properties",
    f"{RELATED}glossaryDocument": "building blocks",
    f"{RELATED}printerSettings": "printer settings",
    f"{_MICROSOFT}/2006/relationships/keyMapCustomizations": CUSTOMISED,
    f"{_MICROSOFT}/2006/relationships/attachedToolbars": CUSTOMISED,
    f"{_PACKAGE}/relationships/metadata/thumbnail": "a thumbnail",
    f"{_PACKAGE}/relationships/digital-signature/origin": "a digital signature",
    f"{_OFFICE}/relationships/metadata/thumbnail": "a thumbnail",
    # editing statistics, the author's company and the path of the template
    f"{RELATED}extended-properties": None,
    # settings for saving as a web page, which can name frames outside the file
    f"{RELATED}webSettings": None,
    # a copy of the styles for Word 2007, which would not follow the theme
    f"{_MICROSOFT}/2007/relationships/stylesWithEffects": None,
    # the original of a picture with an effect, for the picture editor
    f"{_MICROSOFT}/2007/relationships/hdphoto": None,
}
"""Relationships that are left out, with the name of their target in warnings; None for no warning."""

SETTINGS = frozenset(
    (
        *("zoom", "removePersonalInformation", "removeDateAndTime", "displayBackgroundShape", "mirrorMargins"),
        *("alignBordersAndEdges", "bordersDoNotSurroundHeader", "bordersDoNotSurroundFooter", "gutterAtTop"),
        *("hideSpellingErrors", "hideGrammaticalErrors", "defaultTabStop", "autoHyphenation", "hyphenationZone"),
        *("consecutiveHyphenLimit", "doNotHyphenateCaps", "evenAndOddHeaders", "bookFoldRevPrinting"),
        *("bookFoldPrinting", "bookFoldPrintingSheets", "drawingGridHorizontalSpacing", "drawingGridVerticalSpacing"),
        *("displayHorizontalDrawingGridEvery", "displayVerticalDrawingGridEvery", "drawingGridHorizontalOrigin"),
        *("drawingGridVerticalOrigin", "doNotUseMarginsForDrawingGridOrigin", "characterSpacingControl"),
        *("noPunctuationKerning", "noLineBreaksAfter", "noLineBreaksBefore", "strictFirstAndLastChars"),
        *("printTwoOnOne", "updateFields", "hdrShapeDefaults", "footnotePr", "endnotePr", "compat", "mathPr"),
        *("uiCompat97To2003", "themeFontLang", "clrSchemeMapping", "shapeDefaults", "decimalSymbol"),
        *("listSeparator", "defaultTableStyle", "doNotShadeFormData", "embedTrueTypeFonts", "embedSystemFonts"),
        *("saveSubsetFonts", "doNotAutoCompressPictures", "defaultImageDpi", "discardImageEditingData"),
    ),
)
"""Settings for the look and layout of a document. The others are about editing: revision identifiers, proofing state,
views, styles linked to a template (`linkStyles`), saving through XSLT.
"""
SETTINGS_LEFT_OUT: Mapping[str, str] = {
    "documentProtection": "the protection against editing",
    "writeProtection": "the protection against editing",
    "docVars": "document variables",
}
"""Settings that are left out with a warning: they contain password hashes, and data of macros and add-ins."""

NAMESPACES = frozenset(
    (
        "",
        "http://www.w3.org/XML/1998/namespace",
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        f"{_OFFICE}/relationships",
        f"{_OFFICE}/math",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        *(
            f"http://schemas.openxmlformats.org/drawingml/2006/{name}"
            for name in ("main", "picture", "wordprocessingDrawing", "lockedCanvas")
        ),
        *("urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office"),
        "urn:schemas-microsoft-com:office:word",
        *(
            f"{_MICROSOFT}/word/{name}"
            for name in (
                *("2010/wordml", "2012/wordml", "2015/wordml/symex", "2016/wordml/cid", "2018/wordml"),
                *("2018/wordml/cex", "2020/wordml/sdtdatahash", "2023/wordml/word16du", "2024/wordml/sdtformatlock"),
                *("2010/wordprocessingDrawing", "2010/wordprocessingShape", "2010/wordprocessingGroup"),
                "2010/wordprocessingCanvas",
            )
        ),
        *(
            f"{_MICROSOFT}/{name}"
            for name in (
                *("drawing/2010/main", "drawing/2014/main", "drawing/2016/SVG/main", "drawing/2017/decorative"),
                *("thememl/2012/main", "drawing/2018/hyperlinkcolor"),
            )
        ),
    ),
)
"""Namespaces of elements and attributes. Not allowed are those of charts, diagrams, ink, 3D models and web videos, and
those of the "strict" and early forms of WordprocessingML, which Word reads too.
"""
REFERENCES: Mapping[tuple[str, str], str] = {
    ("blip", "embed"): IMAGE,
    ("svgBlip", "embed"): IMAGE,
    ("imagedata", "id"): IMAGE,
    ("fill", "id"): IMAGE,
    ("stroke", "id"): IMAGE,
    ("imagedata", "relid"): IMAGE,
    ("fill", "relid"): IMAGE,
    ("stroke", "relid"): IMAGE,
    ("hyperlink", "id"): HYPERLINK,
    ("hlinkClick", "id"): HYPERLINK,
    ("hlinkHover", "id"): HYPERLINK,
    ("hlinkMouseOver", "id"): HYPERLINK,
    ("headerReference", "id"): f"{RELATED}header",
    ("footerReference", "id"): f"{RELATED}footer",
    **{(f"embed{style}", "id"): f"{RELATED}font" for style in ("Regular", "Bold", "Italic", "BoldItalic")},
}
"""The elements and attributes that may name a relationship, with the type of the relationship."""
ACTIVE = frozenset(
    (
        *("altChunk", "object", "OLEObject", "control", "subDoc", "movie", "contentPart", "scriptAnchor", "applet"),
        *("frameset", "audioFile", "videoFile", "quickTimeFile", "wavAudioFile", "audioCd", "snd"),
    ),
)
"""Elements that include other files or run programs, even without a relationship."""
