"""A summary's text in Word: formats, links, lists and languages, in the style of its tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from tests.samples import EVERYTHING, joined, line, listed, seed_summary, with_rows
from tests.samples import shared as shared_row
from tests.word_templates import R, W, docx, filled, merged, paragraph, part, run, text_of, texts, themed
from ucap_reports.problems import ProblemsFound
from ucap_reports.summary.summary_model import Contact, LabelText, Summary
from ucap_reports.text.bidi_levels import isolated_parts, levels, paragraph_text, printed_levels, visual_order
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run, Script
from ucap_reports.word.render.rich_text_and_lists import ValuePlace, inlines_xml
from ucap_reports.word.render_word import render_word

TWO = joined(RichText.plain("one"), RichText.plain("two"))
VALUE = "summary.rows[0].cells[0]"


def with_value(*values: RichText) -> Summary:
    """A summary whose rows have those values."""
    return with_rows(*(shared_row("a", "A:", value) for value in values))


def written(value: RichText, *, style: str = "") -> etree._Element:
    """A document with only this value."""
    return merged(paragraph(f"{{{{p {VALUE} }}}}", style=style), with_value(value))


def properties(element: etree._Element) -> dict[str, dict[str, str]]:
    """The properties of a run or paragraph by name, each with its attributes."""
    held = element.find(f"{element.tag}Pr")
    names = [] if held is None else list(held)
    return {
        str(each.tag).removeprefix(W): {str(name).removeprefix(W): str(value) for name, value in each.attrib.items()}
        for each in names
    }


def test_rich_text_with_prefix_p_is_paragraphs_in_the_style_of_its_tag() -> None:
    summary = with_rows(shared_row("a", "A:", TWO))
    root = merged(paragraph("{{p summary.rows[0].cells[0] }}", style="Cell"), summary)
    assert texts(root) == ["one", "two"]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}pStyle")] == ["Cell", "Cell"]


def test_rich_text_alone_in_its_paragraph_is_paragraphs() -> None:
    summary = with_rows(shared_row("a", "A:", TWO))
    assert texts(merged(paragraph("{{ summary.rows[0].cells[0] }}"), summary)) == ["one", "two"]


@pytest.mark.parametrize("tag", [f"{{{{r {VALUE} }}}}", f"{{{{ {VALUE} }}}}"])
def test_rich_text_in_a_line_is_runs_with_line_breaks_between_its_paragraphs(tag: str) -> None:
    summary = with_rows(shared_row("a", "A:", TWO))
    assert texts(merged(paragraph("see: ", tag), summary)) == ["see: one\ntwo"]


def test_rich_text_with_prefix_r_stays_in_its_paragraph_even_alone() -> None:
    summary = with_rows(shared_row("a", "A:", TWO))
    assert texts(merged(paragraph("{{r summary.rows[0].cells[0] }}"), summary)) == ["one\ntwo"]


def test_rich_text_in_a_line_adds_its_format_to_that_of_its_tag() -> None:
    summary = with_rows(shared_row("a", "A:", line(Run("plain"), Run("bold", bold=True))))
    root = merged(paragraph("x ", run("{{ summary.rows[0].cells[0] }}", "<w:i/>")), summary)
    found = [[child.tag.removeprefix(W) for child in each[0]] for each in list(root.iter(f"{W}r"))[1:]]
    assert found == [["i"], ["b", "bCs", "i"]]


def test_a_paragraph_with_prefix_p_is_left_out_if_its_value_is_empty() -> None:
    body = paragraph("a") + paragraph("{{p summary.contact.phone }}") + paragraph("b")
    assert texts(merged(body, replace(seed_summary(), contact=Contact()))) == ["a", "b"]


def test_line_breaks_and_tabs_become_elements() -> None:
    summary = replace(seed_summary(), contact=Contact(address="Street 1\n\n1000 City\tCountry"))
    root = merged(paragraph("{{ summary.contact.address }}"), summary)
    assert texts(root) == ["Street 1\n\n1000 CityCountry"]
    assert len(list(root.iter(f"{W}tab"))) == 1


def test_a_hyphen_in_a_name_is_an_element_at_which_no_line_ends() -> None:
    summary = with_rows(shared_row("a", "A:", RichText.plain("A U-CAP, e-mobility and a follow-up")))
    root = merged(paragraph(f"{{{{ {VALUE} }}}}"), summary)
    assert texts(root) == ["A U-CAP, e-mobility and a follow-up"]
    assert [each.tag.removeprefix(W) for each in next(root.iter(f"{W}r"))] == ["t", "noBreakHyphen", "t"]


@pytest.mark.parametrize(
    ("text", "unbroken"),
    [
        ("Write to office@iuc-asia.eu.", 1),
        ("see (www.iuc-la.eu), a-b", 1),
        ("https://world-cities-one.eu", 2),
        ("https://europa.eu/a-long-page", 0),
        ("a follow-up of one-off events.", 0),
        ("the U-CAP of iuc-asia.eu", 2),
    ],
)
def test_no_line_ends_at_the_hyphens_of_short_addresses(text: str, unbroken: int) -> None:
    root = written(RichText.plain(text))
    assert texts(root) == [text]
    assert len(list(root.iter(f"{W}noBreakHyphen"))) == unbroken


def test_a_soft_hyphen_is_the_optional_hyphen_of_word() -> None:
    root = written(RichText.plain("Donau\u00addampf\u00adschiff"))
    assert [each.tag.removeprefix(W) for each in next(root.iter(f"{W}r"))] == ["t", *["softHyphen", "t"] * 2]
    assert "\u00ad" not in "".join(map(str, root.itertext()))


ARABIC_QUOTE = Run("شركة ABC (الدولية)", language="ar")
MIXED: dict[str, tuple[int, tuple[Run, ...]]] = {
    "a phrase with a Latin name": (0, (Run("The office "), ARABIC_QUOTE, Run(" is new."))),
    "a phrase with a year": (0, (Run("In "), Run("عام 2020 و 2021", language="ar"), Run(" and later"))),
    "a phrase of two styles": (0, (Run("The "), Run("شركة AB", language="ar"), replace(ARABIC_QUOTE, bold=True))),
    "a phrase in a link": (0, (Run("The "), replace(ARABIC_QUOTE, link="https://a.eu"), Run(" is new."))),
    "a number without a language": (0, (Run("see אבג 123 דהו end"),)),
    "a number at the end": (0, (Run("see אבג 123, 124"),)),
    "a phone number": (0, (Run("אבג +49 30 1234 דהו end"),)),
    "an English phrase with a Hebrew name": (1, (Run("אבג "), Run("the אגד office (new)", language="en"), Run(" דה."))),
    "addresses": (1, (Run("אבג foo@example.org, +39 06 1234 5678 דהו 2020."),)),
}


@pytest.mark.parametrize(("base", "runs"), MIXED.values(), ids=MIXED)
def test_text_of_both_directions_is_in_the_order_of_the_other_formats(base: int, runs: tuple[Run, ...]) -> None:
    text = paragraph_text(runs)
    expected = "".join(text[index] for index in visual_order(printed_levels(text, base, isolated_parts(runs, base))))
    assert shown_by_word(runs, base) == expected


def test_only_text_that_word_would_print_in_another_order_has_an_element_around_it() -> None:
    embedded = {name for name, (base, runs) in MIXED.items() if "<w:dir " in runs_of(runs, base)}
    assert set(MIXED) - embedded == {"a number without a language", "a number at the end", "addresses"}


def test_a_phrase_with_a_link_in_it_has_no_element_around_it() -> None:
    runs = (Run("a "), ARABIC_QUOTE, replace(ARABIC_QUOTE, link="https://a.eu"))
    assert "<w:dir " not in runs_of(runs, 0)


def runs_of(runs: tuple[Run, ...], base: int) -> str:
    """The runs of a paragraph with that level."""
    return inlines_xml(runs, ValuePlace({}), lambda _: "r1", right_to_left=base == 1)


def shown_by_word(runs: tuple[Run, ...], base: int) -> str:
    """The characters from left to right in Word, which takes the direction of all but digits from their run, and which
    reads `w:dir` as the controls of an embedding (ISO/IEC 29500-1, 17.3.2.8 and 17.3.2.30).
    """
    root = etree.fromstring(f'<p xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}">{runs_of(runs, base)}</p>')
    printed = ""
    read = ""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag == f"{W}dir":
            control = "\u202b" if element.get(f"{W}val") == "rtl" else "\u202a"
            printed += "\0"
            read += control if event == "start" else "\u202c"
        elif element.tag == f"{W}t" and event == "start":
            is_turned = element.getparent().find(f"{W}rPr/{W}rtl") is not None
            text = element.text.replace("\u00a0", " ")
            printed += text
            letter = "\u05d0" if is_turned else "a"
            read += "".join(character if is_turned and character.isdigit() else letter for character in text)
    return "".join(printed[index] for index in visual_order(levels(read, base))).replace("\0", "")


def test_a_no_break_space_is_between_a_number_and_its_unit() -> None:
    summary = with_rows(shared_row("a", "A:", RichText.plain("20 % of 11,760 km² in 2020 measures")))
    root = merged(paragraph(f"{{{{ {VALUE} }}}}"), summary)
    assert texts(root) == ["20\u00a0% of 11,760\u00a0km² in 2020 measures"]


def test_the_filter_link_makes_a_hyperlink() -> None:
    content = filled(docx(paragraph("{{ summary.contact.email|link }}")))
    assert texts(part(content)) == ["office@iuc-asia.eu"]
    targets = [each.get("Target") for each in part(content, "word/_rels/document.xml.rels")]
    assert "mailto:office@iuc-asia.eu" in targets


def test_the_filter_language_sets_the_language_of_a_text() -> None:
    body = paragraph("{% for label in summary.programme_label %}{{ label.text|language(label.language) }}{% endfor %}")
    summary = replace(seed_summary(), programme_label=(LabelText("zh-CN", "欧盟项目"), LabelText("en", "EU")))
    found = [dict(each.attrib) for each in merged(body, summary).iter(f"{W}lang")]
    assert found == [{f"{W}val": "zh-CN", f"{W}eastAsia": "zh-CN"}, {f"{W}val": "en-GB"}]


@pytest.mark.parametrize(
    ("styled", "expected"),
    [
        (Run("a"), {}),
        (Run("a", bold=True), {"b": {}, "bCs": {}}),
        (Run("a", italic=True), {"i": {}, "iCs": {}}),
        (Run("a", underline=True), {"u": {"val": "single"}}),
        (Run("a", script=Script.SUBSCRIPT), {"vertAlign": {"val": "subscript"}}),
        (Run("a", script=Script.SUPERSCRIPT), {"vertAlign": {"val": "superscript"}}),
        (Run("a", language="fr"), {"lang": {"val": "fr-FR"}}),
        (Run("a", language="hi"), {"lang": {"val": "hi-IN", "bidi": "hi-IN"}}),
        (
            Run("a", language="ja"),
            {"rFonts": {"hint": "eastAsia"}, "lang": {"val": "ja-JP", "eastAsia": "ja-JP"}},
        ),
    ],
)
def test_each_format_of_a_run_is_a_property_in_word(styled: Run, expected: dict[str, dict[str, str]]) -> None:
    (found,) = written(line(styled)).iter(f"{W}r")
    assert properties(found) == expected


def test_a_run_in_another_script_keeps_the_fonts_of_its_tag() -> None:
    body = paragraph("x", run(f"{{{{ {VALUE} }}}}", '<w:rFonts w:ascii="Georgia"/>'))
    found = list(merged(body, with_value(line(Run("欧盟", language="zh-CN")))).iter(f"{W}r"))[1]
    assert properties(found)["rFonts"] == {"hint": "eastAsia", "ascii": "Georgia"}


def test_a_link_is_a_hyperlink_with_a_relationship_whatever_its_address() -> None:
    address = 'https://example.org/?a=b&c="d"<e>'
    content = filled(docx(paragraph(f"{{{{ {VALUE} }}}}")), with_value(line(Run("here", link=address), Run("."))))
    (link,) = part(content).iter(f"{W}hyperlink")
    related = {each.get("Id"): each for each in part(content, "word/_rels/document.xml.rels")}
    found = related[str(link.get(f"{R}id"))]
    assert (found.get("Target"), found.get("TargetMode")) == (address, "External")
    assert text_of(link) == "here"


def test_a_link_has_the_colour_of_links_and_is_one_hyperlink_for_all_its_runs() -> None:
    tag = run(f"{{{{ {VALUE} }}}}", '<w:u w:val="none"/>')
    parts = line(
        Run("a ", link="https://a.eu"), Run("b", bold=True, link="https://a.eu"), Run("c", link="https://c.eu")
    )
    links = list(merged(paragraph("x", tag), with_value(parts)).iter(f"{W}hyperlink"))
    assert [text_of(each) for each in links] == ["a b", "c"]
    assert properties(links[0][0]) == {"rStyle": {"val": "Hyperlink"}}


def test_a_link_in_text_of_another_colour_has_the_colour_of_the_text() -> None:
    tag = run(f"{{{{ {VALUE} }}}}", '<w:color w:val="FFFFFF"/><w:u w:val="none"/>')
    (link,) = merged(paragraph("x", tag), with_value(line(Run("a", link="https://a.eu")))).iter(f"{W}hyperlink")
    assert properties(link[0]) == {"rStyle": {"val": "Hyperlink"}, "color": {"val": "FFFFFF"}}


def test_links_in_a_dark_contact_panel_have_the_colour_of_its_text() -> None:
    dark = {"contact": {"background": "blue"}, "contact-text": {"colour": "white"}, "contact-lead": {"colour": "white"}}
    summary = replace(seed_summary(), contact=Contact("Lead", "Desk", "desk@example.org", "", "www.example.org"))
    content = render_word(summary, themed({"styles": dark})).content
    links = [link for link in part(content).iter(f"{W}hyperlink") if "example.org" in text_of(link)]
    assert len(links) == 2
    assert {properties(run).get("color", {}).get("val") for link in links for run in link} == {"FFFFFF"}


def test_links_of_a_header_are_related_to_the_header() -> None:
    content = filled(docx(paragraph("x"), header=paragraph("{{ summary.contact.email|link }}")))
    (link,) = part(content, "word/header1.xml").iter(f"{W}hyperlink")
    (related,) = part(content, "word/_rels/header1.xml.rels")
    assert related.get("Id") == link.get(f"{R}id")


def lists_of(root: etree._Element) -> list[tuple[str, str]]:
    """The list and level of each paragraph, empty outside of lists."""
    numbers = ((each.find(f".//{W}numId"), each.find(f".//{W}ilvl")) for each in root.iter(f"{W}p"))
    return [("", "") if a is None or b is None else (a.get(f"{W}val", ""), b.get(f"{W}val", "")) for a, b in numbers]


def test_lists_are_word_lists_and_each_numbered_list_has_its_own_numbers() -> None:
    content = filled(docx(paragraph(f"{{{{p {VALUE} }}}}")), with_value(EVERYTHING))
    root, numbering = part(content), part(content, "word/numbering.xml")
    bullets, under, second, further, one, two, five, six, *rest = lists_of(root)[1:]
    assert (bullets, under) == ((bullets[0], "0"), (bullets[0], "1"))
    assert (second, further) == (bullets, ("", ""))
    assert one == two
    assert five == six
    assert len({bullets[0], one[0], five[0]}) == 3
    assert rest == [("", "")] * 3
    starts = {
        each.get(f"{W}numId"): [start.get(f"{W}val") for start in each.iter(f"{W}startOverride")] for each in numbering
    }
    assert (starts[one[0]], starts[five[0]]) == (["1"], ["5"])


def test_list_markers_are_those_of_the_theme() -> None:
    content = filled(docx(paragraph(f"{{{{p {VALUE} }}}}")), with_value(EVERYTHING))
    numbering = part(content, "word/numbering.xml")
    markers = [[each.get(f"{W}val") for each in definition.iter(f"{W}lvlText")] for definition in numbering]
    assert markers[:3] == [["→", "○"], ["→", "→"], ["%1.", "%2."]]


def test_paragraphs_have_the_gaps_of_the_theme_and_lists_without_markers_have_none() -> None:
    value = joined(
        *(RichText.plain("a"), RichText.plain("b")),
        *(listed(Marker.BULLET, RichText.plain("c"), RichText.plain("d")), RichText.plain("e")),
    )
    found = [properties(each).get("spacing", {}).get("before") for each in written(value, style="Cell").iter(f"{W}p")]
    assert found == [None, "62", "62", "57", "62"]
    lines = listed(Marker.NONE, RichText.plain("a"), RichText.plain("b"))
    assert all("spacing" not in properties(each) for each in written(lines, style="Cell").iter(f"{W}p"))


def test_a_paragraph_of_another_style_has_no_gaps_of_the_theme() -> None:
    assert [properties(each) for each in written(TWO).iter(f"{W}p")] == [{}, {}]


def test_the_second_paragraph_of_an_item_is_aligned_with_its_text() -> None:
    item = ListItem((Paragraph((Run("a"),)), Paragraph((Run("b"),))))
    found = list(written(RichText((ItemList(Marker.BULLET, (item,)),)), style="Cell").iter(f"{W}p"))
    assert properties(found[1])["ind"] == {"left": "238"}


def test_text_after_wide_numbers_begins_after_them_and_not_at_a_tab_stop() -> None:
    inner = ItemList(Marker.BULLET, (ListItem((Paragraph((Run("inner"),)),)),))
    items = [ListItem((Paragraph((Run(f"item {number}"),)),)) for number in range(12)]
    items[3] = ListItem((Paragraph((Run("a"),)), Paragraph((Run("b"),)), inner))
    found = list(written(RichText((ItemList(Marker.NUMBER, tuple(items)),)), style="Cell").iter(f"{W}p"))
    first, fourth, below, nested = (properties(found[index])["ind"] for index in (0, 3, 4, 5))
    assert first == fourth
    assert int(first["left"]) == int(first["hanging"]) > 1.5 * 8 * 20, "two digits, a full stop and a space"
    assert below == {"left": first["left"]}
    assert int(nested["left"]) - int(nested["hanging"]) == int(first["left"]), "its marker is below the text"
    few = written(RichText((ItemList(Marker.NUMBER, tuple(items[:3])),)), style="Cell")
    assert all("ind" not in properties(each) for each in few.iter(f"{W}p"))


def test_a_character_that_xml_cannot_represent_is_an_error() -> None:
    with pytest.raises(ProblemsFound) as found:
        written(RichText.plain("a\x0bb"))
    (problem,) = found.value.problems
    assert (problem.code, problem.details["character"]) == ("character-forbidden", "U+000B")


@pytest.mark.long
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1))
def test_any_text_is_printed_unchanged(text: str) -> None:
    assert texts(written(RichText.plain(text))) == [text]


@pytest.mark.parametrize(("length", "together"), [(30, False), (300, True), (3000, False)])
def test_a_paragraph_of_a_few_lines_is_not_split(length: int, *, together: bool) -> None:
    found = next(written(RichText.plain("m" * length)).iter(f"{W}p"))

    assert ("keepLines" in properties(found)) is together


def test_text_in_another_language_has_one_hint_about_its_font() -> None:
    """A Chinese Word writes such hints for the runs of tags."""
    hint = '<w:rFonts w:ascii="Arial" w:hint="eastAsia"/>'
    value = line(Run("Tianjin "), Run("天津", language="zh"))
    first, second = merged(paragraph(run(f"{{{{ {VALUE} }}}}", hint)), with_value(value)).iter(f"{W}r")
    assert [properties(element)["rFonts"] for element in (first, second)] == [
        {"ascii": "Arial", "hint": "eastAsia"}
    ] * 2


@pytest.mark.no_cover
@pytest.mark.parametrize("marker", ["&", '"', "<", "»"])
def test_any_sign_can_be_the_marker_of_a_list(marker: str) -> None:
    summary = with_value(listed(Marker.BULLET, RichText.plain("one")))
    content = render_word(summary, themed({"styles": {"list": {"marker": marker}}})).content
    texts_of_levels = [level.get(f"{W}val") for level in part(content, "word/numbering.xml").iter(f"{W}lvlText")]
    assert texts_of_levels[0] == marker
