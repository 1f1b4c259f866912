"""The smallest document of the product's fonts and metadata, without its layout."""

from collections.abc import Sequence
from datetime import date

from ucap_reports.fonts.font_faces import Face
from ucap_reports.pdf.file.font_embedding import embed_fonts
from ucap_reports.pdf.file.pdf_objects import PdfFile, dictionary, references, stream
from ucap_reports.pdf.file.write_pdf import catalog_entries, information
from ucap_reports.pdf.text.glyphs_and_font_fallback import GlyphRun
from ucap_reports.summary.summary_model import Contact, Metadata, Summary
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


def tagged_page(runs: Sequence[GlyphRun], summary: Summary = DESCRIBED) -> bytes:
    """The file of one page with one tagged paragraph of these runs."""
    document = PdfFile()
    characters: dict[Face, set[str]] = {}
    for run in runs:
        characters.setdefault(run.face, set()).update(run.text)
    shown = "".join(f"/{run.face.name} 12 Tf ({run.code}) Tj " for run in runs)
    body = f"/P <</MCID 0>> BDC BT 72 700 Td {shown}ET EMC".encode("latin-1")
    content, fonts = document.add(stream(body)), document.add(dictionary(embed_fonts(document, characters)))
    page, pages, root, part, paragraph = (document.reserve() for _ in range(5))
    document.put(
        page,
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<</Font %d 0 R>>/Contents %d 0 R"
        b"/StructParents 0/Tabs/S>>" % (pages, fonts, content),
    )
    document.put(pages, dictionary({"Type": "/Pages", "Count": "1", "Kids": references([page])}))
    document.put(paragraph, b"<</Type/StructElem/S/P/P %d 0 R/Pg %d 0 R/K 0>>" % (part, page))
    document.put(part, b"<</Type/StructElem/S/Document/P %d 0 R/K %d 0 R>>" % (root, paragraph))
    parents = b"/ParentTree<</Nums[0[%d 0 R]]>>/ParentTreeNextKey 1" % paragraph
    document.put(root, b"<</Type/StructTreeRoot/K %d 0 R%b>>" % (part, parents))
    entries = {"Type": "/Catalog", "Pages": f"{pages} 0 R", "StructTreeRoot": f"{root} 0 R"}
    catalog = document.add(dictionary(entries | catalog_entries(document, summary)))
    return document.content(catalog, document.add(information(summary)))
