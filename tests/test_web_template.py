"""Web templates of packs: what they may contain, and where their faults are reported."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.samples import seed_summary
from tests.web_pages import MINIMAL, found_in_body, pack_with, problems_in
from ucap_reports import ProblemsFound
from ucap_reports.html.render_html import render_html
from ucap_reports.html.web_template import shipped_template

ENDLESS = "{% for a in range(1000) %}{% for b in range(1000) %}x{% endfor %}{% endfor %}"


def test_the_shipped_template_is_used_unless_the_pack_has_one() -> None:
    assert b"<h1>IUC Urban" in render_html(seed_summary(), pack_with(MINIMAL.replace("BODY", "<p>x</p>"))).content
    assert b"summary.html" not in shipped_template().content.partition(b"#}")[2]


def test_a_template_may_use_html_syntax_entities_and_pictures_of_the_pack() -> None:
    body = '<!-- x --><img src="images/logo.png" alt="Logo"><hr>\n<p>a&nbsp;b<br>c</p><emblem alt="EU"/>'
    page = render_html(seed_summary(), pack_with(MINIMAL.replace("BODY", body))).content.decode()
    assert '<img src="data:image/png;base64,iVBOR' in page
    assert "<p>a\xa0b<br>c</p><svg" in page
    assert 'aria-label="EU"' in page
    assert "<!--" not in page


def test_a_style_sheet_of_the_template_is_allowed_by_the_policy_and_cannot_end_itself() -> None:
    template = MINIMAL.replace("</title>", "</title><style>\np::after { content: '{{ summary.title }}' }\n</style>")
    summary = replace(seed_summary(), title="</style><script>x</script>")
    page = render_html(summary, pack_with(template.replace("BODY", ""))).content.decode()
    assert page.count("</style>") == 2
    assert page.count("'sha256-") == 3


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>{{ summary.titel }}</p>", ["name-unknown 5:4"]),
        ("<p>{{ summary.rows }}</p>", ["value-not-text 5:4"]),
        ("<p>{{ ''.__class__ }}</p>", ["tag-forbidden 5:4"]),
        ("<p>summary.title }}</p>", ["tag-unopened 5:18"]),
        ('<a href="https://a.eu/%7b%7bsummary.id%7d%7d">a</a>', ["tag-misplaced 5:23"]),
        ("<p>a</p>\n<b>b", ["xml-invalid 6:1"]),
        ("<script>alert(1)</script>", ["element-unknown 5:1"]),
        ("<iframe src='x'></iframe>", ["element-unknown 5:1"]),
        ("<form><p>a</p></form>", ["element-unknown 5:1"]),
        ('<p onclick="x">a</p>', ["attribute-unknown 5:1"]),
        ('<p style="color: red">a</p>', ["attribute-unknown 5:1"]),
        ('<a href="javascript:alert(1)">a</a>', ["link-invalid 5:1"]),
        ('<a href="../x.pdf">a</a>', ["link-invalid 5:1"]),
        ('<a href="{{ summary.title }}">a</a>', ["link-invalid 5:1"]),
        ('<p lang="?">a</p>', ["language-invalid 5:1"]),
        ('<p dir="left">a</p>', ["attribute-invalid 5:1"]),
        ("<p><table/></p>", ["element-misplaced 5:4"]),
        ("<p>{{ summary.rows[5].cells[0] }}</p>", ["element-misplaced 5:1"]),
        ("<h3>a</h3>", ["heading-skipped 5:1"]),
        ('<img src="images/logo.png">', ["alt-missing 5:1"]),
        ('<img src="images/logo.gif" alt="a">', ["image-missing 5:1"]),
        ('<img src="https://example.org/a.png" alt="a">', ["image-missing 5:1"]),
        ('<img src="images/text.png" alt="a">', ["image-invalid 5:1"]),
        ("<emblem>a</emblem>", ["element-misplaced 5:1"]),
        ("<hr><p>a</p><br>", []),
    ],
)
def test_a_fault_of_a_template_is_reported_at_its_place(body: str, found: list[str]) -> None:
    assert found_in_body(body)[: len(found)] == found
    assert bool(found_in_body(body)) == bool(found)


def test_the_example_of_the_reference_is_valid() -> None:
    page = (Path(__file__).parent.parent / "docs/reference/web-template.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```html\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert problems_in(example) == []


@pytest.mark.parametrize("part", ["title", "main", "h1", "head", "body"])
def test_a_page_without_what_screen_readers_need_is_an_error(part: str) -> None:
    template = re.sub(rf"</?{part}\b[^>]*>", "", MINIMAL.replace("BODY", ""))
    assert "element-missing" in {each.code for each in problems_in(template)}


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (MINIMAL.replace(' lang="{{ summary.language }}"', ""), "attribute-missing"),
        ("<document/>", "element-misplaced"),
        ("", "xml-invalid"),
        ("<!DOCTYPE html SYSTEM 'x'><html/>", "xml-invalid"),
        (b"\xff\xfe", "encoding-wrong"),
        (MINIMAL.replace("BODY", ENDLESS), "template-endless"),
    ],
)
def test_a_template_that_is_no_page_is_an_error(template: str | bytes, code: str) -> None:
    assert code in {each.code for each in problems_in(template)}
    with pytest.raises(ProblemsFound):
        render_html(seed_summary(), pack_with(template))
