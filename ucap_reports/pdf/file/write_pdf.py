"""Drawn pages into one file: page objects, links, fonts, pictures, the tag tree, bookmarks and properties."""

from typing import Any

from msgspec import Struct, field

from ucap_reports.pdf.file.bookmarks import Bookmark, Bookmarks
from ucap_reports.pdf.file.canvas import Canvas, Link, PictureObject, Used
from ucap_reports.pdf.file.font_embedding import embed_fonts
from ucap_reports.pdf.file.pdf_objects import PdfFile, RawObject, compressed_stream, text_string
from ucap_reports.pdf.file.tag_tree import Annotation, StructureTree
from ucap_reports.pdf.file.xmp_metadata import apply_metadata
from ucap_reports.pdf.layout.flow_items import Outline
from ucap_reports.summary.summary import Summary


class Drawn(Struct, frozen=True):
    """Pages, their tag tree, and what they use. Bookmarks lead to a page (from 0) and a height above its bottom."""

    canvases: list[Canvas]
    tree: StructureTree
    used: Used
    bookmarks: list[tuple[Outline, int, float]] = field(default_factory=list)

    def add_bookmark(self, outline: Outline, canvas: Canvas, top: float) -> None:
        """Let a bookmark lead to that height of the page."""
        self.bookmarks.append((outline, canvas.index, top))


def write_pdf(drawn: Drawn, summary: Summary) -> bytes:
    """The file: the same bytes for the same pages."""
    document: Any = PdfFile()  # the stubs leave out most of it
    resources = _add_resources(document, drawn.used)
    pages = [RawObject(document) for _ in drawn.canvases]
    for page, canvas in zip(pages, drawn.canvases, strict=True):
        page.content = _page(document, canvas, drawn.tree, resources)
        document.Pages.addPage(page)
    catalog = document.Catalog
    numbers = [page.number for page in pages]
    catalog.StructTreeRoot = f"{drawn.tree.write(document, numbers)} 0 R"
    if drawn.bookmarks:
        bookmarks = [Bookmark(outline, numbers[index], top) for outline, index, top in drawn.bookmarks]
        catalog.Outlines = document.Outlines = Bookmarks(document, bookmarks)
    apply_metadata(document, summary)
    content: bytes = document.GetPDFData(None)
    return content


def _page(document: Any, canvas: Canvas, tree: StructureTree, resources: int) -> bytes:
    parent = document.Reference(document.Pages).format(document).decode("ascii")
    links = " ".join([f"{_add_link(document, link, canvas, tree)} 0 R" for link in canvas.links])
    annotations = f"/Annots[{links}]" if links else ""
    contents = document.add(compressed_stream(canvas.content()))
    return (
        f"<</Type/Page/Parent {parent}/MediaBox[0 0 {canvas.width:.2f} {canvas.height:.2f}]/Contents {contents} 0 R"
        f"/Resources {resources} 0 R/StructParents {canvas.key}/Tabs/S{annotations}>>"
    ).encode("ascii")


def _add_link(document: PdfFile, link: Link, canvas: Canvas, tree: StructureTree) -> int:
    """Put a link's annotation into the document, on its page and in the tag tree; its number."""
    box = link.box
    rectangle = f"{box.left:.2f} {canvas.height - box.bottom:.2f} {box.right:.2f} {canvas.height - box.top:.2f}"
    content = (
        f"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[{rectangle}]/Contents{text_string(link.text)}"
        f"/StructParent {tree.add_annotation(link.node)}/A<</S/URI/URI{text_string(link.address)}>>>>"
    )
    number = document.add(content.encode("ascii"))
    link.node.add(Annotation(canvas.index, number))
    return number


def _add_resources(document: PdfFile, used: Used) -> int:
    """Put fonts and pictures into the document, and what names them for every page; the number of that."""
    embed_fonts(document, used.fonts)
    fonts, _ = document.idToObjectNumberAndVersion["BasicFonts"]
    drawings = [f"/{name} {_add_drawing(document, drawing)} 0 R" for name, drawing in sorted(used.drawings.items())]
    pictures = f"/XObject<<{''.join(drawings)}>>" if drawings else ""
    return document.add(f"<</Font {fonts} 0 R{pictures}>>".encode("ascii"))


def _add_drawing(document: PdfFile, drawing: PictureObject) -> int:
    if not drawing.mask:
        return document.add(drawing.content)
    mask = document.add(drawing.mask)
    return document.add(drawing.content.replace(b"<<", b"<</SMask %d 0 R" % mask, 1))
