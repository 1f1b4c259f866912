"""The tag tree of a document: what its text is, for readers who do not see the page (ISO 32000-1, 14.7 and 14.8).

Layout makes the nodes, in reading order; drawing hangs marked content and link annotations on them. What layout splits
over pages shares its node, so that one paragraph, row or cell is one element however many pages it stands on.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from reportlab.pdfbase.pdfdoc import PDFDocument

from ucap_reports.pdf.objects import RawObject, text_string

Tag = Literal[
    "Document", "Figure", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LBody", "LI", "Lbl", "Link", "P", "Span",
    "TBody", "TD", "TH", "THead", "TR", "Table",
]  # fmt: skip
"""Standard structure types (14.8.4)."""

_STANDS_EMPTY = frozenset({"TD", "TH"})
"""Tags that a table needs to stay regular even where they hold nothing; others are left out when empty."""


class MarkedContent(Struct, frozen=True):
    """A piece of a page's content: the page by its place in the document, from 0, and the MCID."""

    page: int
    mcid: int


class Annotation(Struct, frozen=True):
    """An annotation on a page, by its object number."""

    page: int
    number: int


class Node:
    """A structure element. `attributes` are PDF attribute dictionaries, such as `<</O/Table/Scope/Row>>`; `actual` is
    the text that its content stands for, where that cannot be read from it.
    """

    __slots__ = ("actual", "alt", "attributes", "kids", "language", "tag")

    def __init__(
        self,
        tag: Tag,
        parent: "Node | None" = None,
        attributes: str = "",
        *,
        alt: str | None = None,
        actual: str | None = None,
        language: str | None = None,
    ) -> None:
        self.tag: Tag = tag
        self.attributes = attributes
        self.alt = alt
        self.actual = actual
        self.language = language
        self.kids: list[Node | MarkedContent | Annotation] = []
        if parent is not None:
            parent.kids.append(self)


class StructureTree:
    """The tree, and to which node each piece of marked content and each annotation belongs (14.7.4.4)."""

    def __init__(self) -> None:
        self.root = Node("Document")
        self._parents: list[list[Node] | Node] = []

    def open_page(self) -> tuple[int, list[Node]]:
        """The page's key in the parent tree, and the list that is to hold the nodes of its marked content by MCID."""
        nodes: list[Node] = []
        self._parents.append(nodes)
        return len(self._parents) - 1, nodes

    def add_annotation(self, node: Node) -> int:
        """The annotation's key in the parent tree."""
        self._parents.append(node)
        return len(self._parents) - 1

    def write(self, document: PDFDocument, pages: Sequence[int]) -> RawObject:
        """The StructTreeRoot, put into the document with all that hangs on it. `pages` are their object numbers."""
        top = RawObject(document)
        parent_tree = RawObject(document)
        elements: dict[Node, RawObject] = {}
        if _prune(self.root):
            _write(document, pages, elements, self.root, top.number)
        parents = " ".join(f"{key} {_owners(elements, owners)}" for key, owners in enumerate(self._parents))
        parent_tree.content = f"<</Nums[{parents}]>>".encode("ascii")
        roots = f"/K[{elements[self.root].number} 0 R]" if elements else ""
        keys = f"/ParentTree {parent_tree.number} 0 R/ParentTreeNextKey {len(self._parents)}"
        top.content = f"<</Type/StructTreeRoot{roots}{keys}>>".encode("ascii")
        return top


def _prune(node: Node) -> bool:
    """Leave out the elements that hold nothing; False when the node itself is one."""
    node.kids = [kid for kid in node.kids if kid.__class__ is not Node or _prune(kid)]
    return bool(node.kids) or node.tag in _STANDS_EMPTY


def _owners(elements: dict[Node, RawObject], owners: list[Node] | Node) -> str:
    if isinstance(owners, Node):
        return f"{elements[owners].number} 0 R"
    return f"[{' '.join([f'{elements[owner].number} 0 R' for owner in owners])}]"


def _write(
    document: PDFDocument, pages: Sequence[int], elements: dict[Node, RawObject], node: Node, parent: int
) -> int:
    """Put the element and those below it into the document; its object number."""
    element = elements[node] = RawObject(document)
    number = element.number
    page = -1
    kids = []
    for kid in node.kids:
        if isinstance(kid, Node):
            kids.append(f"{_write(document, pages, elements, kid, number)} 0 R")
        elif isinstance(kid, Annotation):
            kids.append(f"<</Type/OBJR/Pg {pages[kid.page]} 0 R/Obj {kid.number} 0 R>>")
        elif kid.page == page or page < 0:
            page = kid.page
            kids.append(str(kid.mcid))
        else:
            kids.append(f"<</Type/MCR/Pg {pages[kid.page]} 0 R/MCID {kid.mcid}>>")
    on_page = f"/Pg {pages[page]} 0 R" if page >= 0 else ""
    content = f"<</S/{node.tag}/P {parent} 0 R{on_page}/K[{' '.join(kids)}]{_properties(node)}>>"
    element.content = content.encode("ascii")
    return number


def _properties(node: Node) -> str:
    written = f"/A[{node.attributes}]" if node.attributes else ""
    if node.alt is not None:
        written += f"/Alt{text_string(node.alt)}"
    if node.actual is not None:
        written += f"/ActualText{text_string(node.actual)}"
    if node.language is not None:
        written += f"/Lang{text_string(node.language)}"
    return written
