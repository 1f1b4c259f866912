"""Writes drawn pages into one file: page objects, links, fonts, pictures, tag tree, bookmarks and metadata."""

from msgspec import Struct

from ucap_reports.pdf.file.bookmarks import add_bookmarks
from ucap_reports.pdf.file.canvas import Canvas, Link, PictureObject, Used
from ucap_reports.pdf.file.font_embedding import embed_fonts
from ucap_reports.pdf.file.pdf_objects import PdfFile, compressed_stream, dictionary, references, text_string
from ucap_reports.pdf.file.tag_tree import StructureTree, TaggedContent
from ucap_reports.pdf.file.xmp_metadata import catalog_entries, date_entries, information
from ucap_reports.summary.document import Attachment, PdfStandard
from ucap_reports.summary.summary import Summary

_NAMESPACE = "http://iso.org/pdf2/ssn"
"""The standard structure namespace of PDF 2.0 (ISO 32000-2, 14.8.6)."""


class Drawn(Struct, frozen=True):
    """Pages, their tag tree, and their resources."""

    canvases: list[Canvas]
    tree: StructureTree
    used: Used


def write_pdf(drawn: Drawn, summary: Summary, plan: Attachment | None = None) -> bytes:
    """The file: the same bytes for the same pages. With an embedded plan it has the next standards, otherwise the usual
    ones (see PdfStandard).
    """
    document = PdfFile("2.0" if plan else "1.7")
    resources = _add_resources(document, drawn.used)
    pages = [document.reserve() for _ in drawn.canvases]
    parent = document.reserve()
    for page, canvas in zip(pages, drawn.canvases, strict=True):
        document.put(page, _page(document, canvas, drawn.tree, parent, resources))
    document.put(parent, dictionary({"Type": "/Pages", "Count": str(len(pages)), "Kids": references(pages)}))
    entries: dict[str, str] = {"Type": "/Catalog", "PageMode": "/UseNone", "Pages": f"{parent} 0 R"}
    entries["StructTreeRoot"] = f"{drawn.tree.write(document, pages, _NAMESPACE if plan else '')} 0 R"
    if bookmarks := [each for canvas in drawn.canvases for each in canvas.bookmarks]:
        outlines = add_bookmarks(document, bookmarks, pages, drawn.tree.root if plan else None)
        entries["Outlines"] = f"{outlines} 0 R"
    if plan is None:
        catalog = dictionary(entries | catalog_entries(document, summary))
        return document.content(document.add(catalog), document.add(information(summary)))
    entries |= catalog_entries(document, summary, PdfStandard.UA_2) | _add_attachment(document, plan, summary)
    return document.content(document.add(dictionary(entries)))


def _add_attachment(document: PdfFile, file: Attachment, summary: Summary) -> dict[str, str]:
    """Embed a file as the source of the document (ISO 32000-2, 7.11.4 and 14.13); return the catalog's entries."""
    name, kind = text_string(file.name), file.kind.replace("/", "#2F")
    parameters = f"/Params<</Size {len(file.content)}{date_entries(summary, 'ModDate')}>>"
    entries = f"/Type/EmbeddedFile/Subtype/{kind}{parameters}".encode("ascii")
    number = document.add(compressed_stream(file.content, entries))
    specification = (
        f"<</Type/Filespec/F{name}/UF{name}/Desc{text_string(file.description)}/AFRelationship/Source"
        f"/EF<</F {number} 0 R/UF {number} 0 R>>>>"
    )
    number = document.add(specification.encode("ascii"))
    return {"AF": f"[{number} 0 R]", "Names": f"<</EmbeddedFiles<</Names[{name} {number} 0 R]>>>>"}


def _page(document: PdfFile, canvas: Canvas, tree: StructureTree, parent: int, resources: int) -> bytes:
    links = " ".join([f"{_add_link(document, link, canvas, tree)} 0 R" for link in canvas.links])
    annotations = f"/Annots[{links}]" if links else ""
    contents = document.add(compressed_stream(canvas.operators().encode("latin-1")))
    return (
        f"<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 {canvas.width:.2f} {canvas.height:.2f}]/Contents {contents} 0 R"
        f"/Resources {resources} 0 R/StructParents {canvas.key}/Tabs/S{annotations}>>"
    ).encode("ascii")


def _add_link(document: PdfFile, link: Link, canvas: Canvas, tree: StructureTree) -> int:
    """Add a link's annotation to the document and the tag tree; return its number."""
    box = link.box
    rectangle = f"{box.left:.2f} {canvas.height - box.bottom:.2f} {box.right:.2f} {canvas.height - box.top:.2f}"
    content = (
        f"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[{rectangle}]/Contents{text_string(link.text)}"
        f"/StructParent {tree.add_annotation(link.node)}/A<</S/URI/URI{text_string(link.address)}>>>>"
    )
    number = document.add(content.encode("ascii"))
    link.node.kids.append(TaggedContent(canvas.index, number, is_annotation=True))
    return number


def _add_resources(document: PdfFile, used: Used) -> int:
    """Add fonts and pictures, and their names for all pages; return the number of the latter."""
    number = document.reserve()
    document.put(number, dictionary(embed_fonts(document, used.texts)))
    drawings = [f"/{name} {_add_drawing(document, drawing)} 0 R" for name, drawing in sorted(used.drawings.items())]
    pictures = f"/XObject<<{''.join(drawings)}>>" if drawings else ""
    return document.add(f"<</Font {number} 0 R{pictures}>>".encode("ascii"))


def _add_drawing(document: PdfFile, drawing: PictureObject) -> int:
    if not drawing.mask:
        return document.add(drawing.content)
    mask = document.add(drawing.mask)
    return document.add(drawing.content.replace(b"<<", b"<</SMask %d 0 R" % mask, 1))
