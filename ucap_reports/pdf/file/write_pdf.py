"""Writes drawn pages into one file: page objects, links, fonts, pictures, tag tree, bookmarks and metadata.

Bookmarks are the headings of a document and the rows of its tables, in a reader's side bar (ISO 32000-1, 12.3.3).

The metadata are its properties, the standards it conforms to, and its colour profile; PDF/UA (ISO 14289-1, 5 and 7.1)
and PDF/A (ISO 19005-2, 6.2.3 and 6.6) require most of them. The XMP packet is in xmp_packet.xml, its properties about
the standards in a file for each PdfStandard; PDF/A-2 (6.6.2.3) requires the description of the PDF/UA property in it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from msgspec import Struct

from ucap_reports import __version__
from ucap_reports.pdf.file.canvas import Bookmark, Canvas, Link, PictureObject, Used
from ucap_reports.pdf.file.font_embedding import embed_fonts
from ucap_reports.pdf.file.pdf_objects import (
    SMALL,
    PdfFile,
    compressed_stream,
    dictionary,
    points,
    references,
    stream,
    string_bytes,
    text_string,
)
from ucap_reports.pdf.file.tag_tree import StructureTree, TaggedPage, TagNode, link_keys
from ucap_reports.problems import Location
from ucap_reports.summary.document_formats_and_pdf_standards import DEFAULT_STANDARD, Attachment, PdfStandard
from ucap_reports.summary.summary_model import Summary, document_date

_NAMESPACE = "http://iso.org/pdf2/ssn"
"""The standard structure namespace of PDF 2.0 (ISO 32000-2, 14.8.6)."""


class Drawn(Struct, frozen=True):
    """Pages, their tag tree, and their resources."""

    canvases: list[Canvas]
    """The pages in the order in which they were drawn."""
    tree: StructureTree
    used: Used
    order: Sequence[int] = ()
    """The indexes of the pages in the order of a book; by default they are drawn in the order of the document."""

    @property
    def ordered(self) -> list[Canvas]:
        """The pages in the order of the document."""
        if not self.order:
            return self.canvases
        return [self.canvases[index] for index in self.order]


def write_pdf(drawn: Drawn, summary: Summary, template: str, plans: Sequence[Attachment] = ()) -> bytes:
    """Return the file: the same bytes for the same pages. With embedded plans it has the next standards, otherwise the
    usual ones (see PdfStandard). Books show their bookmarks.

    Raises ProblemsFound for too many different characters, at the page template with that path, and for fonts that
    cannot be used.
    """
    is_book = bool(drawn.order)
    version = "2.0" if plans else "1.7"
    document = PdfFile(version)
    resources = _add_resources(document, drawn.used, Location(template))
    pages = [document.reserve() for _ in drawn.canvases]
    parent = document.reserve()
    links_to_pages: list[tuple[int, str, Link]] = []
    tagged = []
    first_keys = link_keys([len(canvas.links) for canvas in drawn.canvases])
    for page, canvas, first_key in zip(pages, drawn.canvases, first_keys, strict=True):
        links = []
        for key, link in enumerate(canvas.links, first_key):
            links.append(_add_link(document, link, canvas.height, key, links_to_pages))
        tagged.append(TaggedPage(page, canvas.marked, links))
        document.put(page, _page(document, canvas, links, parent, resources))
    kids = references([pages[canvas.index] for canvas in drawn.ordered])
    document.put(parent, dictionary({"Type": "/Pages", "Count": str(len(pages)), "Kids": kids}))
    mode = "/UseOutlines" if is_book else "/UseNone"
    entries: dict[str, str] = {"Type": "/Catalog", "PageMode": mode, "Pages": f"{parent} 0 R"}
    bookmarks: list[Bookmark] = []
    for canvas in drawn.ordered:
        bookmarks += canvas.bookmarks
    anchors = {bookmark.outline.anchor: bookmark for bookmark in bookmarks}
    headings = {anchor: bookmark.outline.node for anchor, bookmark in anchors.items()}
    namespace = _NAMESPACE if plans else ""
    structure = drawn.tree.write(document, tagged, namespace, headings)
    entries["StructTreeRoot"] = f"{structure} 0 R"
    root = drawn.tree.root if plans else None
    if bookmarks:
        outlines = _add_bookmarks(document, bookmarks, pages, root, opened=is_book)
        entries["Outlines"] = f"{outlines} 0 R"
    for number, content, link in links_to_pages:
        heading = anchors[link.address.removeprefix("#")]
        target = _target_entry(heading, pages, root)
        document.put(number, f"{content}{target}>>".encode("ascii"))
    if not plans:
        entries |= catalog_entries(document, summary)
        catalog = document.add(dictionary(entries))
        return document.content(catalog, document.add(information(summary)))
    entries |= catalog_entries(document, summary, PdfStandard.UA_2)
    entries |= _add_attachments(document, plans, summary)
    catalog = document.add(dictionary(entries))
    return document.content(catalog)


def _add_bookmarks(
    document: PdfFile,
    bookmarks: list[Bookmark],
    pages: Sequence[int],
    root: TagNode | None,
    *,
    opened: bool = False,
) -> int:
    """Add the outline of a document; return its number. `pages` are the object numbers of the pages.

    With `root`, bookmarks lead to structure elements (ISO 32000-2, 12.3.2.3), and in older readers to their places; it
    is the element for headings without text, which are not in the tag tree. If it is `opened`, the bookmarks below the
    title are shown.
    """

    def target(bookmark: Bookmark) -> str:
        return _target_entry(bookmark, pages, root)

    number = document.reserve()
    first, last, count = _add(document, bookmarks, target, number, opened=opened)
    document.put(number, f"<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {count}>>".encode("ascii"))
    return number


def _target_entry(bookmark: Bookmark, pages: Sequence[int], root: TagNode | None) -> str:
    """Return where a bookmark or a link leads, as an entry of its dictionary; see `_add_bookmarks`."""
    view = f"/XYZ null {points(bookmark.top)} null"
    position = f"[{pages[bookmark.page]} 0 R{view}]"
    if root is None:
        return f"/Dest{position}"
    element = bookmark.outline.node.number or root.number
    return f"/A<</S/GoTo/D{position}/SD[{element} 0 R{view}]>>"


def _add_resources(document: PdfFile, used: Used, where: Location) -> int:
    """Add fonts and pictures, and their names for all pages; return the number of the latter."""
    number = document.reserve()
    document.put(number, dictionary(embed_fonts(document, used.characters, where)))
    drawings = [f"/{name} {_add_drawing(document, drawing)} 0 R" for name, drawing in sorted(used.drawings.items())]
    pictures = f"/XObject<<{''.join(drawings)}>>" if drawings else ""
    return document.add(f"<</Font {number} 0 R{pictures}>>".encode("ascii"))


def _add_drawing(document: PdfFile, drawing: PictureObject) -> int:
    if not drawing.mask:
        return document.add(drawing.content)
    mask = document.add(drawing.mask)
    return document.add(drawing.content.replace(b"<<", b"<</SMask %d 0 R" % mask, 1))


def _page(document: PdfFile, canvas: Canvas, links: Sequence[int], parent: int, resources: int) -> bytes:
    """Return the dictionary of a page; its content is added to the document."""
    annotations = f"/Annots{references(links)}" if links else ""
    streams = [document.add(stream) for stream in canvas.taken_streams()]
    contents = f" {streams[0]} 0 R" if len(streams) == 1 else references(streams)
    return (
        f"<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 {canvas.width:.2f} {canvas.height:.2f}]/Contents{contents}"
        f"/Resources {resources} 0 R/StructParents {canvas.index}/Tabs/S{annotations}>>"
    ).encode("ascii")


def _add_link(
    document: PdfFile, link: Link, height: float, key: int, links_to_pages: list[tuple[int, str, Link]]
) -> int:
    """Add a link's annotation to the document; return its number. `height` is that of the page, `key` that of the link
    in the tag tree.

    A link to another page of a book is added to `links_to_pages`, with its number and the start of its dictionary: the
    rest is written later, when the element of its target has a number.
    """
    box = link.box
    rectangle = f"{points(box.left)} {points(height - box.bottom)} {points(box.right)} {points(height - box.top)}"
    content = (
        f"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[{rectangle}]/Contents{text_string(link.text)}"
        f"/StructParent {key}"
    )
    if link.address.startswith("#"):
        number = document.reserve()
        links_to_pages.append((number, content, link))
    else:
        number = document.add(f"{content}/A<</S/URI/URI{text_string(link.address)}>>>>".encode("ascii"))
    return number


def _add_attachments(document: PdfFile, files: Sequence[Attachment], summary: Summary) -> dict[str, str]:
    """Embed files as the source of the document (ISO 32000-2, 7.11.4 and 14.13); return the catalog's entries."""
    numbers = {file.name: _add_attachment(document, file, summary) for file in files}
    sorted_names = sorted(numbers, key=string_bytes)  # as a name tree must be (ISO 32000-2, 7.9.6)
    tree_entries = [f"{text_string(name)} {numbers[name]} 0 R" for name in sorted_names]
    name_tree = f"<</Names[{' '.join(tree_entries)}]>>"
    return {"AF": references(numbers.values()), "Names": f"<</EmbeddedFiles{name_tree}>>"}


def _add_attachment(document: PdfFile, file: Attachment, summary: Summary) -> int:
    """Embed a file; return the number of its specification."""
    name = text_string(file.name)
    kind = file.kind.replace("/", "#2F")
    parameters = f"/Params<</Size {len(file.content)}{_date_entries(summary, 'ModDate')}>>"
    entries = f"/Type/EmbeddedFile/Subtype/{kind}{parameters}".encode("ascii")
    number = document.add(compressed_stream(file.content, entries))
    specification = (
        f"<</Type/Filespec/F{name}/UF{name}/Desc{text_string(file.description)}/AFRelationship/Source"
        f"/EF<</F {number} 0 R/UF {number} 0 R>>>>"
    )
    return document.add(specification.encode("ascii"))


def _add(
    document: PdfFile,
    bookmarks: list[Bookmark],
    target: Callable[[Bookmark], str],
    parent: int,
    *,
    opened: bool = False,
) -> tuple[int, int, int]:
    """Add bookmarks below a parent; return the numbers of the first and the last, and the count of those shown.

    A bookmark of a deeper level than the one before is below it, folded unless it is `opened`. `target` writes where
    one leads, as an entry of its dictionary.
    """
    groups = _groups(bookmarks)
    entries = [document.reserve() for _ in groups]
    shown = len(entries)
    for index, (entry, (own, *below)) in enumerate(zip(entries, groups, strict=True)):
        content = f"<</Title{text_string(own.outline.text)}/Parent {parent} 0 R{target(own)}"
        if index > 0:
            content += f"/Prev {entries[index - 1]} 0 R"
        if index + 1 < len(entries):
            content += f"/Next {entries[index + 1]} 0 R"
        if below:
            first, last, count = _add(document, below, target, entry)
            if opened:
                shown += count
            else:
                count = -count  # the bookmarks are not shown
            content += f"/First {first} 0 R/Last {last} 0 R/Count {count}"
        document.put(entry, f"{content}>>".encode("ascii"))
    return entries[0], entries[-1], shown


def _groups(bookmarks: list[Bookmark]) -> list[list[Bookmark]]:
    """Return each bookmark of the upper level with those below it."""
    groups: list[list[Bookmark]] = []
    for bookmark in bookmarks:
        if groups and bookmark.outline.level > groups[-1][0].outline.level:
            groups[-1].append(bookmark)
        else:
            groups.append([bookmark])
    return groups


# Metadata
_PROGRAM = f"ucap-reports {__version__}"
"""The program that made the content (`Creator`), and the one that wrote it as a PDF (`Producer`)."""

_FOLDER = Path(__file__).parent


def catalog_entries(document: PdfFile, summary: Summary, standard: PdfStandard = DEFAULT_STANDARD) -> dict[str, str]:
    """Return the catalog's entries for language, XMP packet and output intent, whose objects are added to the
    document.
    """
    packet = document.add(stream(_xmp(summary, standard).encode(), b"/Type/Metadata/Subtype/XML"))
    profile = document.add(_colour_profile())
    return {
        "Lang": text_string(summary.language),
        "MarkInfo": "<</Marked true>>",
        "Metadata": f"{packet} 0 R",
        "OutputIntents": "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)"
        f"/DestOutputProfile {profile} 0 R>>]",
        "ViewerPreferences": "<</DisplayDocTitle true>>",
    }


@cache
def _colour_profile() -> bytes:
    return compressed_stream((_FOLDER / "srgb.icc").read_bytes(), b"/N 3", SMALL)


@cache
def _xmp_packet(standard: PdfStandard) -> str:
    """Return the XMP packet around the properties."""
    packet = (_FOLDER / "xmp_packet.xml").read_text(encoding="utf-8")
    conformance = (_FOLDER / f"{standard.value}.xml").read_text(encoding="utf-8")
    return packet.replace("{conformance}", conformance)


def _date_entries(summary: Summary, *keys: str) -> str:
    """Return the entries of a dictionary whose value is the date of the document; none if it has no date.

    The date is a PDF string object (ISO 32000-1, 7.9.4).
    """
    date = document_date(summary)
    if date is None:
        return ""
    stamp = date.strftime("(D:%Y%m%d000000Z)")
    return "".join(f"/{key}{stamp}" for key in keys)


def information(summary: Summary) -> bytes:
    """Return the document information dictionary, with the same values as the XMP packet."""
    texts = {
        "Title": summary.full_title,
        "Author": summary.metadata.author,
        "Subject": summary.metadata.subject,
        "Keywords": ", ".join(summary.metadata.keywords),
        "Creator": _PROGRAM,
        "Producer": _PROGRAM,
    }
    entries = "".join([f"/{key} {text_string(text)}" for key, text in texts.items() if text])
    dates = _date_entries(summary, "CreationDate", "ModDate")
    return f"<<{entries}{dates}>>".encode("ascii")


def _xmp(summary: Summary, standard: PdfStandard) -> str:
    """Return the XMP packet (ISO 16684-1), without empty properties."""
    date = document_date(summary)
    stamp = date.strftime("%Y-%m-%dT00:00:00Z") if date else ""
    keywords = summary.metadata.keywords
    properties = [
        "<dc:format>application/pdf</dc:format>",
        _xmp_list("dc:title", "Alt", [summary.full_title], ' xml:lang="x-default"'),
        _xmp_list("dc:creator", "Seq", [summary.metadata.author]),
        _xmp_list("dc:description", "Alt", [summary.metadata.subject], ' xml:lang="x-default"'),
        _xmp_list("dc:language", "Bag", [summary.language]),
        _xmp_list("dc:subject", "Bag", keywords),
        _xmp_property("pdf:Keywords", ", ".join(keywords)),
        _xmp_property("pdf:Producer", _PROGRAM),
        _xmp_property("xmp:CreatorTool", _PROGRAM),
        _xmp_property("xmp:CreateDate", stamp),
        _xmp_property("xmp:ModifyDate", stamp),
    ]
    return _xmp_packet(standard).format(properties="\n".join(filter(None, properties)))


def _xmp_property(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>" if text else ""


def _xmp_list(name: str, kind: str, texts: Iterable[str], attribute: str = "") -> str:
    """Return a property whose value is an XMP array of texts; empty if there is no text."""
    entries = "".join([f"<rdf:li{attribute}>{escape(text, quote=False)}</rdf:li>" for text in texts if text])
    if not entries:
        return ""
    return f"<{name}><rdf:{kind}>{entries}</rdf:{kind}></{name}>"
