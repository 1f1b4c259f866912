"""The structure tree of a tagged PDF with its text, as a screen reader gets it, read without the product's code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

INLINE = {"Span", "Link", "Lbl", "Reference", "Em", "Strong", "Sub"}
HEX_PAIRS = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
CHARACTER_BLOCKS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
RANGE_BLOCKS = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
HYPHEN = "\N{SOFT HYPHEN}"
"""The text of a hyphen at the end of a line, which is not part of its word."""
Marked = dict[tuple[Any, int], str]
"""The text of each marked content sequence, by page and number."""


@dataclass(frozen=True)
class Node:
    """An element of the structure tree, with the attributes of its attribute objects and its alternative text."""

    tag: str
    children: tuple["Node | str", ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    language: str | None = None
    alt: str | None = None
    links: int = 0
    """The number of its annotations."""

    @property
    def text(self) -> str:
        """All its text, in reading order."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def find(self, tag: str) -> Iterator["Node"]:
        """All elements with this tag, including itself, in reading order."""
        if self.tag == tag:
            yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.find(tag)


def pdf_words(pdf: bytes) -> list[str]:
    """The words of the structure tree in reading order, without list labels."""
    return " ".join(pdf_paragraphs(pdf)).split()


def pdf_paragraphs(pdf: bytes) -> list[str]:
    """The text of each element that directly contains text, including inline elements."""
    return list(_paragraphs(structure(pdf)))


def _paragraphs(node: Node) -> Iterator[str]:
    flowing = ""
    for child in node.children:
        if isinstance(child, str):
            flowing += child
        elif child.tag in INLINE:
            flowing += "" if child.tag == "Lbl" else child.text
        else:
            if flowing:
                yield flowing
            flowing = ""
            yield from _paragraphs(child)
    if flowing:
        yield flowing


def structure(pdf: bytes) -> Node:
    """The structure tree; the tag of its root is "StructTreeRoot"."""
    with pikepdf.open(BytesIO(pdf)) as document:
        marked: Marked = {}
        for page in document.pages:
            marked |= _page_text(page)
        return _node(document.Root.StructTreeRoot, None, marked)


def _node(element: Any, page: Any, marked: Marked) -> Node:
    page = element.get("/Pg", page)
    kids = element.get("/K", [])
    children: list[Node | str] = []
    links = 0
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            children.append(marked[page.objgen, kid])
        elif kid.get("/Type") == "/MCR":
            children.append(marked[kid.get("/Pg", page).objgen, int(kid.MCID)])
        elif kid.get("/Type") == "/OBJR":
            links += 1
        else:
            children.append(_node(kid, page, marked))
    actual = _optional_text(element.get("/ActualText"))
    return Node(
        tag=str(element.get("/S", "/StructTreeRoot"))[1:],
        children=tuple(children) if actual is None else (actual,),
        attributes=_attributes(element.get("/A", [])),
        language=_optional_text(element.get("/Lang")),
        alt=_optional_text(element.get("/Alt")),
        links=links,
    )


def _optional_text(value: Any) -> str | None:
    return None if value is None else str(value)


def _attributes(found: Any) -> dict[str, Any]:
    objects = found if isinstance(found, pikepdf.Array | list) else [found]
    return {key[1:]: _plain(value) for each in objects for key, value in each.items() if key != "/O"}


def _plain(value: Any) -> Any:
    """The value as a plain Python value: names and strings as text, arrays as tuples."""
    if isinstance(value, pikepdf.Array):
        return tuple(_plain(item) for item in value)
    return str(value).removeprefix("/") if isinstance(value, pikepdf.Object) else value


def _page_text(page: pikepdf.Page) -> Marked:
    """The text of the marked content of a page, without artifacts."""
    fonts = {str(name): to_unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
    texts: Marked = {}
    within: list[int | None] = []
    replaced: list[bool] = []
    codes: dict[bytes, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                actual = _actual_text(operands)
                replaced.append(actual is not None or any(replaced))
                within.append(number_of(operands) if actual is None else within[-1])
                if actual is not None and within[-1] is not None:
                    texts[page.obj.objgen, within[-1]] += "" if actual == HYPHEN else actual
                elif within[-1] is not None:
                    texts.setdefault((page.obj.objgen, within[-1]), "")
            case "EMC":
                within.pop()
                replaced.pop()
            case "Tf":
                codes = fonts[str(operands[0])]
            case "Tj" | "TJ":
                strings = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
                if within[-1] is not None and not replaced[-1]:
                    texts[page.obj.objgen, within[-1]] += "".join(decoded(string, codes) for string in strings)
            case _:
                pass
    return texts


def _actual_text(operands: Any) -> str | None:
    """The actual text of marked content, if it has one."""
    properties = operands[1] if len(operands) > 1 else {}
    return _optional_text(properties.get("/ActualText")) if isinstance(properties, pikepdf.Dictionary) else None


def number_of(operands: Any) -> int | None:
    """The number of marked content, None for an artifact."""
    properties = operands[1] if len(operands) > 1 else {}
    number = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
    return None if number is None else int(number)


def decoded(string: Any, codes: dict[bytes, str]) -> str:
    if not isinstance(string, pikepdf.String):
        return ""
    content = bytes(string)
    return "".join(codes[content[place : place + 2]] for place in range(0, len(content), 2))


def to_unicode(font: Any) -> dict[bytes, str]:
    """The text for each two-byte code of a font."""
    return cmap_texts(font.ToUnicode.read_bytes())


def cmap_texts(table: bytes) -> dict[bytes, str]:
    """The text for each two-byte code of a ToUnicode CMap."""
    codes = {}
    for block in CHARACTER_BLOCKS.findall(table):
        for code, text in HEX_PAIRS.findall(block):
            codes[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in RANGE_BLOCKS.findall(table):
        for first, last, text in RANGE.findall(block):
            begin = bytes.fromhex(text.decode())
            for step in range(int(last, 16) - int(first, 16) + 1):
                changed = begin[:-1] + bytes([begin[-1] + step])
                codes[(int(first, 16) + step).to_bytes(2, "big")] = changed.decode("utf-16-be")
    return codes


def embedded_plan(pdf: bytes) -> str:
    """The text of the plan that the PDF contains."""
    with pikepdf.open(BytesIO(pdf)) as document:
        (attached,) = document.attachments.values()
        return attached.get_file().read_bytes().decode()


def unpacked(pdf: bytes) -> bytes:
    """The same PDF with all objects readable, not compressed."""
    result = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(
            result,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            fix_metadata_version=False,
        )
    return result.getvalue()
