"""Problems of the structure of Word templates, which need tables, styles or links."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from tests.word_templates import STYLES, cell, docx, pack_of, paragraph, run, table
from ucap_reports.check.word_template_check import accessibility_warnings
from ucap_reports.word.compile.template_opening import open_template

HEADINGS = "".join(
    f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/>'
    f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr></w:style>'
    for level in (1, 2, 3)
)
"""Styles of headings."""


def warnings_of(body: str) -> list[tuple[str, str | None]]:
    """The codes and places of the warnings about a template with that body."""
    found = accessibility_warnings(open_template(pack_of(docx(body, styles=STYLES + HEADINGS)).files["summary.docx"]))
    return [(each.code, each.location.place) for each in found]


def link(text: str) -> str:
    """A paragraph with a link."""
    return f'<w:p><w:hyperlink w:anchor="a">{run(text)}</w:hyperlink></w:p>'


def merged(text: str, properties: str) -> str:
    """A cell with a text and those properties."""
    return cell(text, properties=properties)


CASES: Mapping[str, str] = {
    "header-row-missing": table(["a", "b"], ["c", "d"]),
    "cells-merged": table([merged("a", '<w:vMerge w:val="restart"/>')], [merged("", "<w:vMerge/>")]),
    "heading-order": paragraph("a", style="H1") + paragraph("b", style="H3"),
    "link-text-vague": link("Click here"),
}


def _codes(body: str, _folder: Path, _monkeypatch: pytest.MonkeyPatch) -> set[str]:
    return {code for code, _ in warnings_of(body)}


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    code: partial(_codes, body) for code, body in CASES.items()
}
