"""The tag tree of a document: the structure of its text, for screen readers (ISO 32000-1, 14.7 and 14.8).

Layout creates the nodes in reading order; drawing adds marked content and link annotations to them. The parts of a
paragraph, row or cell that is split over pages share its node.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from ucap_reports.pdf.file.pdf_objects import PdfFile, text_string, word_joined

Tag = Literal[
    "Caption", "Document", "Figure", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LBody", "LI", "Lbl", "Link", "P", "Part",
    "Span", "TBody", "TD", "TH", "THead", "TOC", "TOCI", "TR", "Table",
]  # fmt: skip
"""Standard structure types (14.8.4)."""

_ONLY_IN_1_7 = frozenset({"TOC", "TOCI"})
"""Tags that the namespace of PDF 2.0 does not have; without one, they are in that of PDF 1.7 (ISO 32000-2, 14.8.6)."""
_KEPT_EMPTY = frozenset({"TD", "TH"})
"""Tags that a table needs to be regular even if they are empty; other empty nodes are omitted."""


class TaggedContent(Struct, frozen=True, gc=False):
    """A piece of a page's content by its MCID, or an annotation by its object number; pages are counted from 0."""

    page: int
    number: int
    is_annotation: bool = False


class TagNode(Struct, eq=False):
    """A structure element. `attributes` are PDF attribute dictionaries, such as `<</O/Table/Scope/Row>>`; `actual` is
    the text of its content, where it cannot be read from the glyphs.
    """

    tag: Tag
    parent: "TagNode | None" = None
    attributes: str = ""
    alt: str | None = None
    actual: str | None = None
    language: str | None = None
    kids: "list[TagNode | TaggedContent]" = field(default_factory=list)
    number: int = 0
    """The number of its object, once it is written."""
    anchor: str = ""
    """The identifier of the heading to which an entry of the contents leads."""

    def __post_init__(self) -> None:
        if self.parent is not None:
            self.parent.kids.append(self)
            self.parent = None  # so that the tree is freed without a garbage collection

    def is_shown(self) -> bool:
        """Return whether it has content, or a node below it has; empty nodes are omitted."""
        for kid in self.kids:
            if not isinstance(kid, TagNode) or kid.is_shown():
                return True
        return self.tag in _KEPT_EMPTY

    @property
    def texts(self) -> str:
        """Alternative text, actual text and language, as entries of its dictionary; most elements have none of them."""
        if self.alt is self.actual is self.language is None:
            return ""
        actual = self.actual and word_joined(self.actual)
        texts = {"Alt": self.alt, "ActualText": actual, "Lang": self.language}
        return "".join([f"/{key}{text_string(text)}" for key, text in texts.items() if text is not None])


NO_ANCHORS: Mapping[str, TagNode] = {}


class StructureTree:
    """The tree, and the node of each marked content and each annotation (14.7.4.4)."""

    def __init__(self) -> None:
        self.root = TagNode("Document")
        self._parents: list[list[TagNode] | TagNode] = []

    def open_page(self) -> tuple[int, list[TagNode]]:
        """Return the page's key in the parent tree, and the list for the nodes of its marked content by MCID."""
        nodes: list[TagNode] = []
        self._parents.append(nodes)
        return len(self._parents) - 1, nodes

    def add_annotation(self, node: TagNode) -> int:
        """Return the annotation's key in the parent tree."""
        self._parents.append(node)
        return len(self._parents) - 1

    def write(
        self,
        document: PdfFile,
        pages: Sequence[int],
        namespace: str = "",
        anchors: Mapping[str, TagNode] = NO_ANCHORS,
    ) -> int:
        """Add the tree to the document; return the number of the StructTreeRoot. `pages` are the object numbers of the
        pages; the tags are in that namespace, if there is one (ISO 32000-2, 14.7.4), and then entries of the contents
        refer to their headings, which are the nodes of `anchors`.
        """
        top, parent_tree = document.reserve(), document.reserve()
        spaces = own = ""
        if namespace:
            space = document.add(f"<</Type/Namespace/NS{text_string(namespace)}>>".encode("ascii"))
            spaces, own = f"/Namespaces[{space} 0 R]", f"/NS {space} 0 R"
        root = (
            f"/K[{_ElementWriter(document, pages, own, anchors).write(self.root, top)} 0 R]"
            if self.root.is_shown()
            else ""
        )
        parents = " ".join([f"{key} {_owners(owners)}" for key, owners in enumerate(self._parents)])
        document.put(parent_tree, f"<</Nums[{parents}]>>".encode("ascii"))
        keys = f"/ParentTree {parent_tree} 0 R/ParentTreeNextKey {len(self._parents)}"
        document.put(top, f"<</Type/StructTreeRoot{root}{spaces}{keys}>>".encode("ascii"))
        return top


def _owners(owners: list[TagNode] | TagNode) -> str:
    if isinstance(owners, TagNode):
        return f"{owners.number} 0 R"
    return f"[{' '.join([f'{owner.number} 0 R' for owner in owners])}]"


class _ElementWriter(Struct, frozen=True):
    """Writes structure elements. `namespace` is an entry of each of them; `anchors` are those to which others refer."""

    document: PdfFile
    pages: Sequence[int]
    namespace: str
    anchors: Mapping[str, TagNode]

    def write(self, node: TagNode, parent: int) -> int:
        """Add the element and those below it to the document; return its object number."""
        number = self._number(node)
        pages = self.pages
        page: int | None = None
        kids = []
        for kid in node.kids:
            if isinstance(kid, TagNode):
                if kid.is_shown():
                    kids.append(f"{self.write(kid, number)} 0 R")
            elif kid.is_annotation:
                kids.append(f"<</Type/OBJR/Pg {pages[kid.page]} 0 R/Obj {kid.number} 0 R>>")
            elif page is None or page == kid.page:
                page = kid.page
                kids.append(str(kid.number))
            else:
                kids.append(f"<</Type/MCR/Pg {pages[kid.page]} 0 R/MCID {kid.number}>>")
        on_page = f"/Pg {pages[page]} 0 R" if page is not None else ""
        attributes = f"/A[{node.attributes}]" if node.attributes else ""
        own = "" if node.tag in _ONLY_IN_1_7 else self.namespace
        reference = ""
        if self.namespace and node.anchor in self.anchors:
            reference = f"/Ref[{self._number(self.anchors[node.anchor])} 0 R]"
        texts = f"{attributes}{reference}{node.texts}"
        content = f"<</S/{node.tag}{own}/P {parent} 0 R{on_page}/K[{' '.join(kids)}]{texts}>>"
        self.document.put(number, content.encode("ascii"))
        node.kids.clear()  # they are written, and those of a book need much memory
        return number

    def _number(self, node: TagNode) -> int:
        """Return the number of an element, which another one may have needed before."""
        node.number = node.number or self.document.reserve()
        return node.number
