"""The tag tree of a document: what its text is, for readers who do not see the page (ISO 32000-1, 14.7 and 14.8).

Layout makes the nodes, in reading order; drawing hangs marked content and link annotations on them. What layout splits
over pages shares its node, so that one paragraph, row or cell is one element however many pages it stands on.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from ucap_reports.pdf.file.pdf_objects import PdfFile, text_string

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


class TagNode:
    """A structure element. `attributes` are PDF attribute dictionaries, such as `<</O/Table/Scope/Row>>`; `actual` is
    the text that its content stands for, where that cannot be read from it.
    """

    __slots__ = ("attributes", "is_shown", "kids", "number", "parent", "tag", "texts")

    def __init__(
        self,
        tag: Tag,
        parent: "TagNode | None" = None,
        attributes: str = "",
        *,
        alt: str | None = None,
        actual: str | None = None,
        language: str | None = None,
    ) -> None:
        self.tag: Tag = tag
        self.attributes = attributes
        self.texts = ""
        """Its alternative text, the text it stands for and its language, as entries of its dictionary."""
        if alt is not None or actual is not None or language is not None:
            self.tell(alt, actual, language)
        self.kids: list[TagNode | MarkedContent | Annotation] = []
        self.parent = parent
        self.number = 0
        """Of its object, once it is written."""
        self.is_shown = False
        """Whether it, or what is below it, is to be in the tree; it is left out where it holds nothing."""
        if parent is not None:
            parent.kids.append(self)
        if tag in _STANDS_EMPTY:
            self._show()

    def tell(self, alt: str | None = None, actual: str | None = None, language: str | None = None) -> None:
        """Say more of the element."""
        texts = {"Alt": alt, "ActualText": actual, "Lang": language}
        self.texts = "".join([f"/{key}{text_string(text)}" for key, text in texts.items() if text is not None])

    def add(self, kid: MarkedContent | Annotation) -> None:
        """Hang what is shown of the element on it."""
        self.kids.append(kid)
        if not self.is_shown:
            self._show()

    def _show(self) -> None:
        node: TagNode | None = self
        while node is not None and not node.is_shown:
            node.is_shown = True
            node = node.parent


class StructureTree:
    """The tree, and to which node each piece of marked content and each annotation belongs (14.7.4.4)."""

    def __init__(self) -> None:
        self.root = TagNode("Document")
        self._parents: list[list[TagNode] | TagNode] = []

    def open_page(self) -> tuple[int, list[TagNode]]:
        """The page's key in the parent tree, and the list that is to hold the nodes of its marked content by MCID."""
        nodes: list[TagNode] = []
        self._parents.append(nodes)
        return len(self._parents) - 1, nodes

    def add_annotation(self, node: TagNode) -> int:
        """The annotation's key in the parent tree."""
        self._parents.append(node)
        return len(self._parents) - 1

    def write(self, document: PdfFile, pages: Sequence[int]) -> int:
        """The number of the StructTreeRoot, put into the document with all that hangs on it. `pages` are the object
        numbers of the pages.
        """
        top, parent_tree = document.reserve(), document.reserve()
        root = f"/K[{_write(document, pages, self.root, top)} 0 R]" if self.root.is_shown else ""
        parents = " ".join([f"{key} {_owners(owners)}" for key, owners in enumerate(self._parents)])
        document.put(parent_tree, f"<</Nums[{parents}]>>".encode("ascii"))
        keys = f"/ParentTree {parent_tree} 0 R/ParentTreeNextKey {len(self._parents)}"
        document.put(top, f"<</Type/StructTreeRoot{root}{keys}>>".encode("ascii"))
        return top


def _owners(owners: list[TagNode] | TagNode) -> str:
    if isinstance(owners, TagNode):
        return f"{owners.number} 0 R"
    return f"[{' '.join([f'{owner.number} 0 R' for owner in owners])}]"


def _write(document: PdfFile, pages: Sequence[int], node: TagNode, parent: int) -> int:
    """Put the element and those below it into the document; its object number. They forget their parents: so they go
    with the last who needs them, and are no circles that garbage must be looked for.
    """
    number = node.number = document.reserve()
    page = -1
    kids = []
    for kid in node.kids:
        if isinstance(kid, TagNode):
            kid.parent = None
            if kid.is_shown:
                kids.append(f"{_write(document, pages, kid, number)} 0 R")
        elif isinstance(kid, Annotation):
            kids.append(f"<</Type/OBJR/Pg {pages[kid.page]} 0 R/Obj {kid.number} 0 R>>")
        elif kid.page == page or page < 0:
            page = kid.page
            kids.append(str(kid.mcid))
        else:
            kids.append(f"<</Type/MCR/Pg {pages[kid.page]} 0 R/MCID {kid.mcid}>>")
    on_page = f"/Pg {pages[page]} 0 R" if page >= 0 else ""
    attributes = f"/A[{node.attributes}]" if node.attributes else ""
    content = f"<</S/{node.tag}/P {parent} 0 R{on_page}/K[{' '.join(kids)}]{attributes}{node.texts}>>"
    document.put(number, content.encode("ascii"))
    return number
