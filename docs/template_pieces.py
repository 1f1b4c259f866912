"""What several scripts for the Word templates of the shipped packs use."""

from copy import deepcopy
from typing import Any

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.word.file.element_names import qualified
from ucap_reports.word.file.word_xml import put, to_bytes

TITLE = (
    "{{ summary.title }}"
    "{% if summary.status_text %}\u00a0·\u00a0{{ summary.status_text|language(summary.label_language) }}{% endif %}"
)
CUSTOM = ' w:customStyle="1"'
NOWHERE = '<w:tblInd w:w="0" w:type="dxa"/>'
Element = Any
"""An element of lxml, with the children that the generated template has."""
BETWEEN = Length.mm(12.7)
"""Word's own space between columns."""


def style_identifier(name: str) -> str:
    """The identifier of a style of the theme; the title has the built-in style "heading 1"."""
    return "Heading1" if name == "title" else "UCAP" + name.replace("-", "")


def section(of: Element, count: int = 1, gap: Length = BETWEEN, *, first: bool = False) -> str:
    """The properties of a section with so many columns, on the paper of the section `of`. Only the first section has
    the page headers and footers; the others continue on its page.
    """
    own = deepcopy(of)
    for name in ("cols", "docGrid", *(() if first else ("headerReference", "footerReference", "titlePg"))):
        for each in own.findall(qualified(f"w:{name}")):
            own.remove(each)
    columns = f'<w:cols w:num="{count}" w:space="{gap.twips}"/>' if count > 1 else f'<w:cols w:space="{gap.twips}"/>'
    put(own, columns if first else f'{columns}<w:type w:val="continuous"/>')
    return to_bytes(own).decode().split("?>", 1)[-1]


def end_of(properties: str) -> str:
    """The paragraph that ends a section with these properties."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style_identifier("end")}"/>{properties}</w:pPr></w:p>'
