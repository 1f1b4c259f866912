"""The smallest complete document with the product's fonts and metadata, without its layout."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ucap_reports.pdf.file.font_embedding import FontUse, embed_fonts
from ucap_reports.pdf.file.pdf_objects import PdfFile, RawObject, stream
from ucap_reports.pdf.file.xmp_metadata import apply_metadata
from ucap_reports.pdf.text.glyph_writing import GlyphRun
from ucap_reports.summary.summary import Contact, Metadata, Summary
from ucap_reports.text.rich_text import RichText

DESCRIBED = Summary(
    id="tianjin-rome",
    title="U-CAP summary & <plan>: Tianjin – 罗马",
    language="en",
    column_label=RichText.plain("City:"),
    columns=("Tianjin", "Rome"),
    rows=(),
    contact=Contact(),
    programme_label=(),
    metadata=Metadata("IUC-ASIA", "Tianjin and Rome", ("SDG 11", "mobility")),
    updated=date(2018, 7, 4),
)
"""A summary without rows, for its metadata."""


def tagged_page(pieces: Sequence[GlyphRun], summary: Summary = DESCRIBED) -> bytes:
    """A file with one page and one tagged paragraph of these pieces."""
    document: Any = PdfFile()
    use = FontUse()
    use.add_texts((piece.face, piece.text) for piece in pieces)
    shown = "".join(f"/{piece.face.name} 12 Tf ({piece.code}) Tj " for piece in pieces)
    body = f"/P <</MCID 0>> BDC BT 72 700 Td {shown}ET EMC".encode("latin-1")
    content = document.add(stream(body))
    page = RawObject(document)
    root, part, paragraph = (document.reserve() for _ in range(3))
    numbers = document.idToObjectNumberAndVersion
    pages = numbers[document.Reference(document.Pages).name][0]
    fonts = numbers["BasicFonts"][0]
    page.content = (
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<</Font %d 0 R>>/Contents %d 0 R"
        b"/StructParents 0/Tabs/S>>" % (pages, fonts, content)
    )
    document.put(paragraph, b"<</Type/StructElem/S/P/P %d 0 R/Pg %d 0 R/K 0>>" % (part, page.number))
    document.put(part, b"<</Type/StructElem/S/Document/P %d 0 R/K %d 0 R>>" % (root, paragraph))
    parents = b"/ParentTree<</Nums[0[%d 0 R]]>>/ParentTreeNextKey 1" % paragraph
    document.put(root, b"<</Type/StructTreeRoot/K %d 0 R%b>>" % (part, parents))
    document.Pages.addPage(page)
    document.Catalog.StructTreeRoot = f"{root} 0 R"
    embed_fonts(document, use)
    apply_metadata(document, summary)
    file: bytes = document.GetPDFData(None)
    return file
