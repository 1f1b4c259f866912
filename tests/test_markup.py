import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.text.markup import parse_inline, parse_rich_text
from ucap_reports.text.rich_text import Break, Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run, Script
from ucap_reports.text.typed_lists import BULLETS


def inlines_of(text: str) -> tuple[Inline, ...]:
    match parse_rich_text(text).blocks:
        case (Paragraph(inlines),):
            return inlines
        case blocks:
            pytest.fail(f"not one paragraph: {blocks}")


def items(*texts: str, marker: Marker = Marker.BULLET, start: int = 1) -> ItemList:
    return ItemList(marker, tuple(ListItem((Paragraph((Run(text),)),)) for text in texts), start)


@pytest.mark.parametrize("text", ["", "  ", "\n\n", " \n "])
def test_text_without_words_is_empty(text: str) -> None:
    assert parse_rich_text(text) == RichText()


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }} {% raw %} {# x #}",
        "R&D, AT&T; &nosuch; & < > \" ' ]]>",
        "1 < 2 > 1, a <3 b, <5 and <",
        "snake_case_name and *stray asterisk and ** two and _one",
        "C:\\temp and 10% of [brackets] and (these)",
        "#hashtag, ~~no strike~~, a | b, -- and ---- here",
        "zero\u200bwidth, no\u00a0break, soft\u00adhyphen",
        "`one backtick",
        "x" * 400,
        "天津市，中国。",
        "*",
        "-",
        "1.",
        "→",
        "2 + 2 = 4",
        "ftp://example.org/x and //example.org",
        "javascript:alert(1)",
        "[text][reference] and [1]",
        "vice-versa.To support",
    ],
)
def test_text_is_text(text: str) -> None:
    assert parse_rich_text(text) == RichText.plain(text)


def test_styles_are_runs() -> None:
    assert inlines_of("a **b** *c* <u>d</u> <b>e</b><i>f</i> H<sub>2</sub>O m<sup>2</sup>") == (
        Run("a "),
        Run("b", bold=True),
        Run(" "),
        Run("c", italic=True),
        Run(" "),
        Run("d", underline=True),
        Run(" "),
        Run("e", bold=True),
        Run("f", italic=True),
        Run(" H"),
        Run("2", script=Script.SUBSCRIPT),
        Run("O m"),
        Run("2", script=Script.SUPERSCRIPT),
    )


def test_styles_nest_whichever_notation_they_have() -> None:
    assert inlines_of("**a <u>b *c*</u>**") == (
        Run("a ", bold=True),
        Run("b ", bold=True, underline=True),
        Run("c", bold=True, italic=True, underline=True),
    )


def test_neighbours_of_one_style_are_one_run() -> None:
    assert inlines_of("**a**<b>b</b> **c**") == (Run("ab", bold=True), Run(" "), Run("c", bold=True))
    assert inlines_of("a &amp; b \\* c") == (Run("a & b * c"),)


def test_a_language_is_the_run_s() -> None:
    assert inlines_of('<span lang="zh-CN">欧盟</span> EU') == (Run("欧盟", language="zh-CN"), Run(" EU"))


def test_links_are_runs_with_an_address() -> None:
    assert inlines_of("[a **b**](https://example.org/c_d?e=1&f=2 'title') <a href='mailto:x@y.eu'>g</a>") == (
        Run("a ", link="https://example.org/c_d?e=1&f=2"),
        Run("b", bold=True, link="https://example.org/c_d?e=1&f=2"),
        Run(" "),
        Run("g", link="mailto:x@y.eu"),
    )


def test_bare_addresses_are_links_as_they_are_written() -> None:
    assert inlines_of("see www.world-cities.eu, office@iuc-asia.eu or <https://a.eu/ü>.") == (
        Run("see "),
        Run("www.world-cities.eu", link="http://www.world-cities.eu"),
        Run(", "),
        Run("office@iuc-asia.eu", link="mailto:office@iuc-asia.eu"),
        Run(" or "),
        Run("https://a.eu/ü", link="https://a.eu/%C3%BC"),
        Run("."),
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("请见www.x.eu。", "http://www.x.eu"),
        ("(see www.köln.de)", "http://www.xn--kln-sna.de"),
        ("iuc-asia.eu/path?a=b.", "http://iuc-asia.eu/path?a=b"),
        ("请看www.x.eu网站", "http://www.x.eu"),
        ("请看https://x.eu/页？", "https://x.eu/%E9%A1%B5"),
        ("x.y@z.it, or so", "mailto:x.y@z.it"),
        ("请写office@x.eu。", "mailto:office@x.eu"),
        ("mailto:a@b.eu", "mailto:a@b.eu"),
        ("http://x.eu:8080/a_(b)?c=[d]#e).", "http://x.eu:8080/a_(b)?c=%5Bd%5D#e"),
        ("(x.eu/a…", "http://x.eu/a"),
        ("\u201cwww.x.eu/a\u201d", "http://www.x.eu/a"),
        ("https://example.org/a_b_c", "https://example.org/a_b_c"),
    ],
)
def test_a_bare_address_is_found_where_it_begins_and_ends(text: str, address: str) -> None:
    assert [run.link for run in inlines_of(text) if isinstance(run, Run) and run.link] == [address]
    assert parse_rich_text(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "vice-versa.To support",
        "in Tianjin.it is",
        "1.5.2",
        "a@b",
        "U.S.A.",
        "Www.X.De",
        "ftp://x.eu",
        "x.com.it",
        "//x.eu",
    ],
)
def test_a_full_stop_between_words_makes_no_address(text: str) -> None:
    assert parse_rich_text(text) == RichText.plain(text)


def test_lines_flow_and_hard_breaks_stay() -> None:
    assert inlines_of("one\ntwo  \nthree\\\nfour<br>five<br/>six") == (
        Run("one two"),
        Break(),
        Run("three"),
        Break(),
        Run("four"),
        Break(),
        Run("five"),
        Break(),
        Run("six"),
    )


def test_a_line_end_between_chinese_characters_is_no_space() -> None:
    assert inlines_of("天津\n罗马 and\nKorean 한국\n도시") == (Run("天津罗马 and Korean 한국 도시"),)


def test_indented_text_is_no_code() -> None:
    assert parse_rich_text("    indented\n\n\ttabbed") == RichText(
        (Paragraph((Run("indented"),)), Paragraph((Run("tabbed"),)))
    )


def test_lists_have_two_levels() -> None:
    inner = items("c", "d", marker=Marker.NUMBER, start=3)
    assert parse_rich_text("- a\n- b\n\n  3. c\n  4. d\n\nend").blocks == (
        ItemList(Marker.BULLET, (*items("a").items, ListItem((Paragraph((Run("b"),)), inner)))),
        Paragraph((Run("end"),)),
    )


def test_an_item_may_have_several_paragraphs() -> None:
    assert parse_rich_text("- a\n\n  b").blocks == (
        ItemList(Marker.BULLET, (ListItem((Paragraph((Run("a"),)), Paragraph((Run("b"),)))),)),
    )


@pytest.mark.parametrize("text", ["- → a\n- → b", "→ a\n→ b", "→ a\n\n→ b", "<ul><li>→ a</li><li>→b</li></ul>"])
def test_arrows_that_begin_every_item_are_the_marker(text: str) -> None:
    assert parse_rich_text(text).blocks == (items("a", "b", marker=Marker.ARROW),)


@pytest.mark.parametrize(
    "text",
    [
        *("• a\n• b", "•\ta\n•\tb", "\uf0b7a\n\uf0b7b", "▪ a\n\n▪ b", "○ a  \n○ b", "– a\n– b", "· a\n· b"),
        *("— a<br>— b", "- • a\n- • b", "- – a\n- – b", "<ul><li>• a</li><li>▪ b</li></ul>"),
    ],
)
def test_bullets_of_a_word_processor_that_begin_every_line_begin_items(text: str) -> None:
    assert parse_rich_text(text).blocks == (items("a", "b"),)


def test_another_bullet_than_the_first_begins_items_of_the_second_level() -> None:
    (found,) = parse_rich_text("• a\n  ○ b\n  ○ c\n• **d**").blocks

    first = ListItem((Paragraph((Run("a"),)), items("b", "c")))
    assert found == ItemList(Marker.BULLET, (first, ListItem((Paragraph((Run("d", bold=True),)),))))


@pytest.mark.parametrize("text", ["a\n• b\n• c", "– a", "—a\n—b", "– a\nb", "1. • a\n2. • b", "• a\n→ b", "•"])
def test_bullets_elsewhere_are_text(text: str) -> None:
    sign = next(sign for sign in text if sign in "•–—")
    assert sign in parse_rich_text(text).text


@pytest.mark.parametrize("text", ["- → a\n- b", "1. → a\n2. → b"])
def test_arrows_elsewhere_are_text(text: str) -> None:
    assert "→ a" in parse_rich_text(text).text


def test_blocks_of_html_are_read_as_html() -> None:
    text = (
        "<p>Aerospace:\n  <u>x</u> &amp; *y*</p> <p>Trade</p>\n<ul>\n<li>a</li>\n<li>b<ol><li>c</li></ol></li>\n</ul>"
    )
    assert parse_rich_text(text).blocks == (
        Paragraph((Run("Aerospace: "), Run("x", underline=True), Run(" & *y*"))),
        Paragraph((Run("Trade"),)),
        ItemList(
            Marker.BULLET,
            (*items("a").items, ListItem((Paragraph((Run("b"),)), items("c", marker=Marker.NUMBER)))),
        ),
    )


def test_a_block_of_html_ends_the_paragraph_before_it() -> None:
    assert parse_rich_text("a <p>b</p> c").text == "a\nb\nc"


def test_problems_stand_at_the_place_that_is_given() -> None:
    place = Location("pack.yaml", 7, 12, "rows[0].label")
    with pytest.raises(ProblemsFound) as found:
        parse_inline("a `b` ![c](d)", place)

    assert [problem.location for problem in found.value.problems] == [place, place]


def test_a_label_is_one_paragraph_with_styles_and_links() -> None:
    assert parse_inline("Related [SDGs](https://sdgs.un.org/goals):").text == "Related SDGs:"
    assert parse_inline("") == RichText()


@pytest.mark.parametrize("text", ["- a", "a\n\nb", "→ a"])
def test_a_label_is_no_list_and_not_two_paragraphs(text: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_inline(text)

    assert [problem.code for problem in found.value.problems] == ["paragraph-needed"]


WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Z"]), min_size=1), min_size=1)
SIGNS = "\\`*_{}[]<>()#+-.!|&~=:@/→" + BULLETS


@given(WORDS.map(" ".join))
def test_any_line_without_signs_of_markup_is_printed_as_it_is_written(text: str) -> None:
    plain = "".join(character for character in text if character not in SIGNS).strip()
    assume(not plain[:1].isdecimal())

    assert parse_rich_text(plain) == RichText.plain(plain)


@given(WORDS.map(" ".join))
def test_any_line_keeps_its_words_when_its_signs_are_escaped(text: str) -> None:
    text = text.strip()
    escaped = "".join(f"\\{sign}" if sign.isascii() and not sign.isalnum() and sign != " " else sign for sign in text)
    assume("→" not in text and text[:1] not in BULLETS)

    assert parse_rich_text(escaped).text == text
