"""The tag tree of a document: the structure of its text, for screen readers (ISO 32000-1, 14.7 and 14.8).

Layout creates the nodes in reading order; drawing adds marked content and link annotations to them. The parts of a
paragraph, row or cell that is split over pages share its node.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, final

from msgspec import Struct, field

from ucap_reports.pdf.file.pdf_objects import PdfFile, reference, references, text_string, word_joined
from ucap_reports.storage.bounded_and_compressed_values import compressed, decompressed
from ucap_reports.text.language_tags import tag_in_documents

Tag = Literal[
    "Caption", "Document", "Figure", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LBody", "LI", "Lbl", "Link", "P", "Part",
    "Span", "TBody", "TD", "TH", "THead", "TOC", "TOCI", "TR", "Table",
]  # fmt: skip
"""Standard structure types (14.8.4)."""

_ONLY_IN_1_7 = frozenset({"TOC", "TOCI"})
"""Tags that the namespace of PDF 2.0 does not have; without one, they are in that of PDF 1.7 (ISO 32000-2, 14.8.6)."""
_KEPT_EMPTY = frozenset({"Document", "TD", "TH"})
"""Tags that are there even if they are empty: the root (ISO 14289-2, 8.2.5.2), and those that a table needs to be
regular. Other empty nodes are omitted.
"""
_BOOKMARKED = frozenset({"H1", "H2", "H3"})
"""Tags of headings that have bookmarks in books."""


@final
class TaggedContent(Struct, frozen=True, gc=False):
    """A piece of a page's content by its MCID, or a link by its index on the page; pages are counted from 0."""

    page: int
    number: int
    is_annotation: bool = False


@final
class TagNode(Struct, eq=False, gc=False):
    """A structure element. `attributes` are PDF attribute dictionaries, such as `<</O/Table/Scope/Row>>`; `actual` is
    the text of its content, where it cannot be read from the glyphs.
    """

    tag: Tag
    parent: "TagNode | None" = None
    attributes: str = ""
    alt: str | None = None
    actual: str | None = None
    language: str | None = None
    kids: "list[TagNode | TaggedContent | PackedNodes]" = field(default_factory=list)
    number: int = 0
    """The number of its object, once it is written."""
    anchor: str = ""
    """The identifier of the heading to which an entry of the contents leads."""

    def __post_init__(self) -> None:
        if self.parent is not None:
            self.parent.kids.append(self)
            self.parent = None  # so that the tree is freed without a garbage collection

    def prune(self) -> bool:
        """Remove the nodes below it that have no content; return whether it is shown: whether it has content, or a node
        below it has. Call it when all content is drawn.
        """
        empty: list[TagNode | PackedNodes] = []
        for kid in self.kids:
            # The types are compared, because `isinstance` takes long for a Struct that is no instance.
            if type(kid) is not TaggedContent and not kid.prune():
                empty.append(kid)
        if empty:
            self._remove(empty)
        return bool(self.kids) or self.tag in _KEPT_EMPTY

    def _remove(self, nodes: "list[TagNode | PackedNodes]") -> None:
        self.kids = [kid for kid in self.kids if kid not in nodes]

    @property
    def texts(self) -> str:
        """Alternative text, actual text and language, as entries of its dictionary."""
        entries = ""
        if self.alt is not None:
            entries += f"/Alt{text_string(self.alt)}"
        if self.actual is not None:
            entries += f"/ActualText{text_string(word_joined(self.actual))}"
        if self.language is not None:
            entries += f"/Lang{text_string(tag_in_documents(self.language))}"
        return entries


@final
class PackedNodes(Struct, eq=False):
    """Nodes whose content is drawn, in a compressed form; those of thousands of plans would need more memory than all
    the rest. Headings remain nodes, because bookmarks lead to them.
    """

    parts: list[TagNode | bytes] = field(default_factory=list)

    def add(self, nodes: Iterable[TagNode]) -> None:
        """Pack nodes, after those that were packed before."""
        run: list[TagNode] = []
        for node in nodes:
            if not node.prune():
                continue
            if _has_bookmark(node):
                self._add_run(run)
                self.parts.append(node)
                run = []
            else:
                run.append(node)
        self._add_run(run)

    def _add_run(self, nodes: Sequence[TagNode]) -> None:
        if nodes:
            self.parts.append(compressed(nodes))

    def prune(self) -> bool:
        """Return whether there are nodes; each was pruned before it was packed."""
        return bool(self.parts)

    def nodes(self) -> Iterator[TagNode]:
        """Yield the nodes."""
        for part in self.parts:
            if isinstance(part, TagNode):
                yield part
            else:
                yield from decompressed(part)


def _has_bookmark(node: TagNode) -> bool:
    """Return whether a node is a heading with a bookmark, or one is below it."""
    if node.tag in _BOOKMARKED:
        return True
    return any(_has_bookmark(kid) for kid in node.kids if isinstance(kid, TagNode))


class TaggedPage(NamedTuple):
    """A page in the tag tree: its object number, the number of its marked contents, and the object numbers of its
    links.
    """

    number: int
    contents: int
    links: Sequence[int]


NO_ANCHORS: Mapping[str, TagNode] = {}


class StructureTree:
    """The tag tree of a document."""

    def __init__(self) -> None:
        self.root = TagNode("Document")

    def write(
        self,
        document: PdfFile,
        pages: Sequence[TaggedPage],
        namespace: str = "",
        anchors: Mapping[str, TagNode] = NO_ANCHORS,
    ) -> int:
        """Add the tree to the document; return the number of the StructTreeRoot. The tags are in that namespace, if
        there is one (ISO 32000-2, 14.7.4), and then entries of the contents refer to their headings, which are the
        nodes of `anchors`.
        """
        top = document.reserve()
        parent_tree = document.reserve()
        namespaces = namespace_entry = ""
        if namespace:
            number = document.add(f"<</Type/Namespace/NS{text_string(namespace)}>>".encode("ascii"))
            namespaces = f"/Namespaces[{number} 0 R]"
            namespace_entry = f"/NS {number} 0 R"
        owners = _Owners(pages)
        page_entries = [f"/Pg {page.number} 0 R" for page in pages]
        writer = _ElementWriter(document.objects, pages, page_entries, namespace_entry, anchors, owners)
        root = writer.write(self.root, f"{top} 0 R")
        parents = list(owners.entries())
        document.put(parent_tree, f"<</Nums[{' '.join(parents)}]>>".encode("ascii"))
        keys = f"/ParentTree {parent_tree} 0 R/ParentTreeNextKey {len(parents)}"
        document.put(top, f"<</Type/StructTreeRoot/K[{root}]{namespaces}{keys}>>".encode("ascii"))
        return top


def link_keys(counts: Sequence[int]) -> list[int]:
    """Return the key of the first link of each page in the parent tree, by the number of links of the pages: pages have
    the first keys, then links.
    """
    keys = []
    key = len(counts)
    for count in counts:
        keys.append(key)
        key += count
    return keys


class _Owners:
    """The element of each marked content and of each link (ISO 32000-1, 14.7.4.4)."""

    def __init__(self, pages: Sequence[TaggedPage]) -> None:
        self.contents = [_zeros(page.contents) for page in pages]
        """The object numbers of the elements of the marked contents of each page."""
        self.links = [_zeros(len(page.links)) for page in pages]
        """Those of the links of each page."""

    def entries(self) -> Iterator[str]:
        """Yield the entries of the parent tree."""
        for key, elements in enumerate(self.contents):
            yield f"{key} {references(elements)}"
        first_keys = link_keys([len(elements) for elements in self.links])
        for first_key, elements in zip(first_keys, self.links, strict=True):
            for key, element in enumerate(elements, first_key):
                yield f"{key} {element} 0 R"


def _zeros(count: int) -> "array[int]":
    """Return an array for the numbers of so many objects."""
    return array("L", bytes(array("L").itemsize * count))


class _ElementWriter(Struct, frozen=True):
    """Writes structure elements. `page_entries` are the entries for the pages of content, `namespace` is an entry of
    every element; `anchors` are those to which others refer.
    """

    objects: list[bytes]
    """Those of the file (see `PdfFile.objects`)."""
    pages: Sequence[TaggedPage]
    page_entries: Sequence[str]
    namespace: str
    anchors: Mapping[str, TagNode]
    owners: _Owners

    def write(self, node: TagNode, parent: str) -> str:
        """Add the element and those below it to the file; return the reference to it, which is empty if it is
        omitted because it has no content. `parent` is that of its parent.
        """
        number = node.number
        is_new = not number  # no entry of the contents has needed it before
        if is_new:
            self.objects.append(b"null")
            number = node.number = len(self.objects)
        own_reference = reference(number)
        page: int | None = None
        kids = []
        links = []
        for kid in node.kids:
            # The types are compared, because `isinstance` takes long for a Struct that is no instance.
            if type(kid) is TagNode:
                element = self.write(kid, own_reference)
                if element:
                    kids.append(element)
            elif type(kid) is PackedNodes:
                for packed_node in kid.nodes():
                    kids.append(self.write(packed_node, own_reference))
            elif kid.is_annotation:
                link_page = self.pages[kid.page]
                self.owners.links[kid.page][kid.number] = number
                links.append(f"<</Type/OBJR/Pg {link_page.number} 0 R/Obj {link_page.links[kid.number]} 0 R>>")
            else:
                content_page = kid.page
                mcid = kid.number
                self.owners.contents[content_page][mcid] = number
                if page is None:
                    page = content_page
                if page == content_page:
                    kids.append(f"{mcid}")
                else:
                    kids.append(f"<</Type/MCR/Pg {self.pages[content_page].number} 0 R/MCID {mcid}>>")
        if links:
            kids += links
        if not kids and node.tag not in _KEPT_EMPTY:
            if is_new:  # its number is the last one, because all elements below it are omitted as well
                self.objects.pop()
                node.number = 0
            return ""
        page_entry = "" if page is None else self.page_entries[page]
        namespace = entries = ""
        if node.attributes:
            entries = f"/A[{node.attributes}]"
        if self.namespace:
            namespace = "" if node.tag in _ONLY_IN_1_7 else self.namespace
            entries += self._heading_entry(node)
        if node.alt is not None or node.actual is not None or node.language is not None:
            entries += node.texts
        content = f"<</S/{node.tag}{namespace}/P {parent}{page_entry}/K[{' '.join(kids)}]{entries}>>"
        self.objects[number - 1] = content.encode("ascii")
        node.kids.clear()  # they are written, and those of a book need much memory
        return own_reference

    def _heading_entry(self, node: TagNode) -> str:
        """Return the entry for the heading to which an entry of the contents leads; none for other elements."""
        heading = self.anchors.get(node.anchor)
        if heading is None:
            return ""
        if not heading.number:
            self.objects.append(b"null")
            heading.number = len(self.objects)
        return f"/Ref[{heading.number} 0 R]"
