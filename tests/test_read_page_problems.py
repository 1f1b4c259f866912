"""Problems of page templates, and their places."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.pages import SUMMARY, blocks_of, found_in, pack_of, picture, problems_of
from ucap_reports.page.fill_and_read_page import MAX_PAGE_DEPTH, fill_page, read_page
from ucap_reports.page.page_elements import ATTRIBUTES
from ucap_reports.problems import ProblemsFound


def test_problems_of_elements_in_loops_are_reported_for_each_document() -> None:
    """Elements without problems are kept for other documents; the second one of a loop has the problem of the first."""
    box = "{% for c in summary.columns %}<div class='noted'><p>a</p></div>{% endfor %}"
    pack = pack_of(f"<document><page-footer>{box}</page-footer><p>a</p></document>")
    for _ in range(3):
        with pytest.raises(ProblemsFound) as found:
            read_page(fill_page(pack.page_template, SUMMARY), pack)
        assert [problem.code for problem in found.value.problems] == ["style-unknown"]


def test_problems_of_pictures_are_reported_for_each_document() -> None:
    """The second box has the problem of the first one, which only the first document has."""
    picture = "<img src='images/text.png' alt='a'/>"
    boxes = f"{{% if summary.id == 'first' %}}<div class='stamp'>{picture}</div>{{% endif %}}<div>{picture}</div>"
    pack = pack_of(f"<document><page-footer>{boxes}</page-footer><p>a</p></document>", {"images/text.png": b"text"})
    for name in ("first", "second"):
        with pytest.raises(ProblemsFound) as found:
            read_page(fill_page(pack.page_template, replace(SUMMARY, id=name)), pack)
        assert [problem.code for problem in found.value.problems] == ["image-invalid"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<foo/>", "element-unknown"),
        ("<h7/>", "element-unknown"),
        ("<rich ref='0'/>", "element-unknown"),
        ("<p><rich ref='0'/></p>", "element-unknown"),
        ("<p xmlns='http://www.w3.org/1999/xhtml'/>", "element-unknown"),
        ("<td/>", "element-misplaced"),
        ("<p><p/></p>", "element-misplaced"),
        ("<p><img alt='a'/></p>", "element-misplaced"),
        ("<ul><p/></ul>", "element-misplaced"),
        ("<table><p/></table>", "element-misplaced"),
        ("<table><tbody><tbody/></tbody></table>", "element-misplaced"),
        ("<table><tr><p/></tr></table>", "element-misplaced"),
        ("<div><table/></div>", "element-misplaced"),
        ("<div><page-header/></div>", "element-misplaced"),
        ("<div><foot/></div>", "element-misplaced"),
        ("<div><page-break/></div>", "element-misplaced"),
        ("<page-break>a</page-break>", "element-misplaced"),
        ("<page-footer><columns/></page-footer>", "element-misplaced"),
        ("<columns count='0'/>", "columns-invalid"),
        ("<columns gap='6'/>", "columns-invalid"),
        ("<columns><columns><columns><div><columns/></div></columns></columns></columns>", "columns-invalid"),
        ("<foot/><foot/>", "element-duplicate"),
        ("<page-header><h1/></page-header>", "element-misplaced"),
        ("<p><page-number/></p>", "element-misplaced"),
        ("<p><br>a</br></p>", "element-misplaced"),
        ("<emblem>a</emblem>", "element-misplaced"),
        ("<page-footer/><page-footer/>", "element-duplicate"),
        ("<table>a<tr/></table>", "text-misplaced"),
        ("<ul>{{ summary.title }}</ul>", "text-misplaced"),
        ("<p clas='note'/>", "attribute-unknown"),
        ("<p style='color: red'/>", "attribute-unknown"),
        ("<p xml:lang='en'/>", "attribute-unknown"),
        ("<p><span class='note'/></p>", "attribute-unknown"),
        ("<p><a>a</a></p>", "attribute-missing"),
        ("<img alt='a'/>", "attribute-missing"),
        ("<page-header><page-number total='yes'/></page-header>", "attribute-invalid"),
        ("<p class='noted'/>", "style-unknown"),
        ("<p lang='english language'/>", "language-invalid"),
        ("<p><a href='javascript:alert(1)'>a</a></p>", "link-invalid"),
        ("<p><a href='file:///etc/passwd'>a</a></p>", "link-invalid"),
        ("<p><a href=' '>a</a></p>", "link-invalid"),
        ("<img src='images/a.png'/>", "alt-missing"),
        ("<img src='images/a.png' alt=' '/>", "alt-missing"),
        ("<emblem alt=''/>", "alt-missing"),
        ("<img src='images/b.png' alt='b'/>", "image-missing"),
        ("<img src='../a.png' alt='b'/>", "image-outside"),
        ("<img src='/etc/passwd' alt='b'/>", "image-outside"),
        ("<img src='https://a.eu/a.png' alt='b'/>", "image-outside"),
        (r"<img src='images\a.png' alt='b'/>", "image-outside"),
        ("<img src='images/text.png' alt='b'/>", "image-invalid"),
        ("<img src='images/half.png' alt='b'/>", "image-invalid"),
        ("<img src='summary.page.xml' alt='b'/>", "image-invalid"),
        ("<emblem class='small-emblem'/>", "emblem-too-small"),
        ("<table><tr><td colspan='0'/></tr></table>", "colspan-invalid"),
        ("<table><tr><td colspan='two'/></tr></table>", "colspan-invalid"),
        ("<table><tr><td colspan='1000'/></tr></table>", "colspan-invalid"),
        ("<table><tr><td/><td/></tr>\n<tr><td/></tr></table>", "row-uneven"),
        ("<ul><li><ul><li><ul/></li></ul></li></ul>", "list-too-deep"),
        ("<h2>a</h2>", "heading-skipped"),
        ("<h1>a</h1><h3>b</h3>", "heading-skipped"),
    ],
)
def test_each_problem_is_reported_at_its_line(body: str, found: str) -> None:
    files = {"images/a.png": picture(), "images/text.png": b"text", "images/half.png": picture()[:60]}
    template = f"<document>\n{{% for c in summary.columns %}}\n{body}\n{{% endfor %}}</document>"
    assert {(place.split(":")[0], code) for place, code in map(str.split, found_in(template, files))} & {
        ("3", found),
        ("4", found),
    }


def test_all_problems_are_reported_once_with_their_columns() -> None:
    template = """<document>
  {% for row in summary.rows %}
  <p clas="note">{{ row.label }}<spam>a</spam></p><p class="noted"/>
  {% endfor %}
  <imag/>
</document>"""
    assert found_in(template) == [
        "3:3 attribute-unknown",
        "3:33 element-unknown",
        "3:51 style-unknown",
        "5:3 element-unknown",
    ]
    details = [problem.details for problem in problems_of(template)]
    assert [each.get("name", each.get("element")) for each in details] == ["clas", "spam", "noted", "imag"]
    suggestions = zip(problems_of(template), ('"class"', "span", '"note"', '"img"'), strict=True)
    assert [name for problem, name in suggestions if name not in (problem.hint or "")] == []


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("<p><dvi/></p>", "<p> can contain a, b"),
        ("<p><spam/></p>", 'did you mean "span"?'),
        ("<table><tbody><t/></tbody></table>", 'did you mean "tr"?'),
    ],
)
def test_the_hint_for_an_unknown_element_offers_only_allowed_ones(body: str, hint: str) -> None:
    (problem,) = problems_of(f"<document>{body}</document>")
    assert (problem.hint or "").startswith(hint)


@pytest.mark.parametrize(
    ("template", "found", "value"),
    [
        ("<document>\n <p>\n <b>a</p></document>", "3:2", "b"),
        ("<document>\n <p>a\n", "2:2", None),
        ("<document>\n <p>a</p>&nbsp;</document>", "2:2", "nbsp"),
        ("<document>\n <p>R & D</p></document>", "2:2", None),
        ("<document>\n <p>a < b</p></document>", "2:2", None),
        ("<document>\n <p class=a/></document>", "2:2", None),
        ("", "1:1", None),
        ("text", "1:1", None),
        ("<document/>\n<p/>", "2:1", None),
    ],
)
def test_malformed_xml_is_reported_at_its_line_in_the_template(template: str, found: str, value: str | None) -> None:
    assert found_in(template) == [f"{found} xml-invalid"]
    (details,) = (problem.details for problem in problems_of(template))
    assert details.get("element", details.get("entity")) == value


@pytest.mark.parametrize("levels", [MAX_PAGE_DEPTH, 200, 300])
def test_elements_that_are_nested_too_deeply_are_an_error(levels: int) -> None:
    """The XML parser itself refuses 256 levels."""
    problems = found_in(f"<document>{'<div>' * levels}{'</div>' * levels}</document>")
    assert problems == ["1:1 page-too-large"]


def test_elements_can_be_nested_up_to_the_limit() -> None:
    levels = MAX_PAGE_DEPTH - 1
    (block,) = blocks_of("<div>" * levels + "</div>" * levels)
    assert block.line == 1


def test_a_page_must_begin_with_document() -> None:
    assert found_in("\n<html/>") == ["2:1 element-misplaced"]


def test_the_reference_documents_every_element_and_attribute() -> None:
    reference = Path(__file__).parent.parent / "docs" / "reference"
    page = "".join((reference / name).read_text(encoding="utf-8") for name in ("page-template.md", "elements.md"))
    headings = {f"h{level}" for level in range(2, 6)}  # the page says h1 … h6
    assert [name for name in ATTRIBUTES if f"`{name}`" not in page and name not in headings] == []
    assert [name for name in frozenset().union(*ATTRIBUTES.values()) if f"`{name}" not in page] == []


@pytest.mark.parametrize(
    "body",
    [
        "<div><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table></div>",
        "<p><table><tr><td><p>a</p></td></tr></table></p>",
        "<p><ul><li>a</li><li>b</li></ul></p>",
    ],
)
def test_a_misplaced_element_is_reported_once_and_not_for_each_child(body: str) -> None:
    assert [fault.code for fault in problems_of(f"<document>{body}</document>")] == ["element-misplaced"]


def test_elements_beside_a_misplaced_one_are_reported() -> None:
    faults = problems_of("<document><div><table><tr><td/></tr></table><td/></div></document>")
    assert [str(fault.details["element"]) for fault in faults] == ["table", "td"]


@pytest.mark.parametrize("element", ["li", "p"])
def test_hints_name_only_elements_that_are_allowed_there(element: str) -> None:
    body = "<ul><li><img/></li></ul>" if element == "li" else "<p><img/></p>"
    (fault, *_) = problems_of(f"<document>{body}</document>")
    assert "span" in str(fault)
    assert "page-" not in str(fault)
    (fault, *_) = problems_of("<document><page-header><p><ul/></p></page-header></document>")
    assert "page-number" in str(fault)
    assert "page-of" not in str(fault)
