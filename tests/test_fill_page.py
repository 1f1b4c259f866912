"""Filled page templates: page XML, references to rich text, marks, and the places of problems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.pages import PATH, SUMMARY, found_in, pack_of, problems_of, rich
from ucap_reports.page.fill_and_read_page import fill_page
from ucap_reports.page.page_elements import PageXml
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import PackFile
from ucap_reports.template.xml_templates import mark_template


def filled(template: str, summary: Summary = SUMMARY) -> PageXml:
    return fill_page(pack_of(template).page_template, summary)


def test_rich_text_becomes_a_reference_not_markup() -> None:
    page = filled("<document>{{ summary.rows[0].label }}</document>")
    assert page.text.endswith('><rich ref="0"/></document>')
    assert page.texts == {0: rich("Country:")}


def test_rich_text_in_an_attribute_becomes_plain_text() -> None:
    page = filled('<document><img alt="{{ summary.rows[0].label }}"/></document>')
    assert 'alt="Country:"' in page.text
    assert page.texts == {}


def test_plain_text_is_escaped() -> None:
    page = filled("<document>{{ summary.title }}</document>", replace(SUMMARY, title="<b> & \"'"))
    assert "&lt;b&gt; &amp; &quot;&#x27;</document>" in page.text


def test_plain_text_with_white_space_becomes_a_reference() -> None:
    page = filled('<document lang="{{ summary.title }}">{{ summary.title }}</document>', replace(SUMMARY, title="a  b"))
    assert page.text.endswith(' lang="a  b"><rich ref="0" inline="true"/></document>')


def test_tags_in_comments_print_nothing_and_their_loops_work() -> None:
    template = "<document><!-- {% for c in summary.columns %} -- {{ c }}--><p/><!-- {% endfor %} --></document>"
    assert "Tianjin" not in filled(template).text
    assert filled(template).text.count("<p ") == 2


def test_values_in_character_data_are_printed_as_text() -> None:
    page = filled("<document><![CDATA[a < {{ summary.title }} <b>]]></document>")
    assert page.text.endswith("><![CDATA[a < ]]>Rome &amp; Tianjin<![CDATA[ <b>]]></document>")


def test_xml_declarations_byte_order_marks_and_windows_line_ends_are_accepted() -> None:
    template = b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\r\n<document>\r\n{{ nothing }}</document>"
    assert found_in(template) == ["3:1 name-unknown"]


def test_a_template_is_compiled_once() -> None:
    template = PackFile(PATH, b"<document>{{ summary.title }}</document>")
    assert fill_page(template, SUMMARY).start_tags is fill_page(template, SUMMARY).start_tags


@pytest.mark.parametrize(
    "template",
    [
        "<document>{% raw %}<p>{{ a }}</p>{% endraw %}{{ '}}' }}&#125;&#125;<!-- }} --><?a %} ?></document>",
        "<document><style>@media print { p { color: red }}</style></document>",
        "<document>{{ {1: {2: 3}} }}{ {</document>",
    ],
)
def test_braces_that_are_no_part_of_a_tag_are_allowed(template: str) -> None:
    assert mark_template(template, PATH).problems == ()


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<document>{% raw %}{{{% endraw %}\n a }}<p/>%}</document>", ["2:4 tag-unopened", "2:10 tag-unopened"]),
        (
            "<document>\n  <p>{{ sumary.title }}</p>\n{{ summary.titel }}</document>",
            ["2:6 name-unknown", "3:1 name-unknown"],
        ),
        ("<document>\n  <p lang='{{ nope }}'>{{ no }}</p></document>", ["2:12 name-unknown", "2:24 name-unknown"]),
        ("<document>{{\n\n  nope\n}}</document>", ["1:11 name-unknown"]),
        ("<document>\n{% for row in summary.rows %}</document>", ["2:1 tag-syntax"]),
        ("<document>\n {{ summary.title</document>", ["2:1 tag-syntax"]),
        ("<document>\n {{ summary.title</p>\n{% if a %}{{ a }}{% endif %}</document>", ["2:1 tag-syntax"]),
        ("<document>\n {{ }}</document>", ["2:2 tag-syntax"]),
        ("<document>\n {{ summary.title ! }}</document>", ["2:None tag-syntax"]),
        ("<document>\n{% include 'x' %} {{ 'a'|safe }}</document>", ["2:1 tag-forbidden", "2:19 tag-forbidden"]),
        ("<document>{% if true %}\n\n{% endif %} {{ summary.rows }}</document>", ["3:13 value-not-text"]),
        ("<!DOCTYPE html>\n<document/>", ["1:1 xml-invalid"]),
        ('<!DOCTYPE d [<!ENTITY a "b">]>\n<document/>', ["1:1 xml-invalid"]),
        (b"<document>\xff</document>", ["None:None encoding-invalid"]),
    ],
)
def test_problems_have_their_place_in_the_template(template: str | bytes, found: list[str]) -> None:
    assert found_in(template) == found
    assert {problem.location.path for problem in problems_of(template)} == {PATH}


def marks(template: str) -> list[tuple[int, int]]:
    return [(each.line or 0, each.column or 0) for each in mark_template(template, PATH).start_tags]


def test_every_start_tag_is_marked() -> None:
    assert marks("<a>\n <b/>\n<!-- <c> --></a>") == [(1, 1), (2, 2)]
    assert marks("<a><?pi <b> ?><![CDATA[<c>]]><d/></a>") == [(1, 1), (1, 30)]
    assert marks("""<a title="{{ '<b>' ~ "x" }} > c"><d/></a>""") == [(1, 1), (1, 34)]
    assert marks("<a>{# <b> #}{{ '<c>' }}{% raw %}<d/>{% endraw %}</a>") == [(1, 1), (1, 33)]


def test_start_tags_with_jinja_tags_in_them_are_marked() -> None:
    assert marks('<td{% if x %} class="a"{% endif %}><p/></td>') == [(1, 1), (1, 36)]
    assert marks('{% if x %}<td a="{{ 1 if x else 2 }}"/>{% else %}<p/>{% endif %}<b/>') == [(1, 11), (1, 50), (1, 65)]
    assert marks("<td {% if x %}a='1{% else %}a='2{% endif %}'><p/></td>") == [(1, 1), (1, 46)]


def test_a_start_tag_whose_name_continues_in_a_jinja_tag_is_not_marked() -> None:
    assert mark_template("<h{{ 1 }}>a</h1>", PATH).start_tags == ()
    assert mark_template("<h{% if x %}1{% endif %}>a</h1>", PATH).start_tags == ()
    assert "h1>Rome" in filled("<document><h{{ 1 }}>{{ summary.title }}</h1></document>").text


def test_raw_text_and_dictionaries_are_read_as_in_jinja() -> None:
    assert ">{{ x }}<" in filled("<document>{% raw %}{{ x }}{% endraw %}</document>").text
    assert ">1<" in filled("<document>{{ {'a': {'b': 1}}['a']['b'] }}</document>").text


@given(st.text(alphabet="<>\"'/ab -!?[]CDATA{}%#\n", max_size=60))
def test_marking_only_adds_marks_to_a_template_without_tags(text: str) -> None:
    if not any(begin in text for begin in ("{{", "{%", "{#")):
        marked = mark_template(text, PATH)
        assert marked.text.count("start-tag=") == len(marked.start_tags)
        restored = marked.text
        for number in range(len(marked.start_tags)):
            restored = restored.replace(f' start-tag="{number}"', "", 1)
        assert restored == text
