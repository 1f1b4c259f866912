import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.text.markdown import BULLETS, parse_inline, parse_rich_text, simple_paragraphs
from ucap_reports.text.rich_text import Break, Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run, Script


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
def test_text_without_markup_is_printed_as_written(text: str) -> None:
    assert parse_rich_text(text) == RichText.plain(text)


def test_each_style_is_a_run() -> None:
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


def test_markdown_and_html_styles_nest() -> None:
    assert inlines_of("**a <u>b *c*</u>**") == (
        Run("a ", bold=True),
        Run("b ", bold=True, underline=True),
        Run("c", bold=True, italic=True, underline=True),
    )


def test_adjacent_text_in_one_style_is_one_run() -> None:
    assert inlines_of("**a**<b>b</b> **c**") == (Run("ab", bold=True), Run(" "), Run("c", bold=True))
    assert inlines_of("a &amp; b \\* c") == (Run("a & b * c"),)


def test_a_span_with_a_language_sets_the_language_of_its_run() -> None:
    assert inlines_of('<span lang="zh-CN">欧盟</span> EU') == (Run("欧盟", language="zh-CN"), Run(" EU"))


def test_a_link_is_a_run_with_an_address() -> None:
    assert inlines_of("[a **b**](https://example.org/c_d?e=1&f=2 'title') <a href='mailto:x@y.eu'>g</a>") == (
        Run("a ", link="https://example.org/c_d?e=1&f=2"),
        Run("b", bold=True, link="https://example.org/c_d?e=1&f=2"),
        Run(" "),
        Run("g", link="mailto:x@y.eu"),
    )


def test_a_bare_address_is_a_link_printed_as_written() -> None:
    assert inlines_of("see www.world-cities.eu, office@iuc-asia.eu or <https://a.eu/ü>.") == (
        Run("see "),
        Run("www.world-cities.eu", link="https://www.world-cities.eu"),
        Run(", "),
        Run("office@iuc-asia.eu", link="mailto:office@iuc-asia.eu"),
        Run(" or "),
        Run("https://a.eu/ü", link="https://a.eu/%C3%BC"),
        Run("."),
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("见http://www.a.eu中的说明", "http://www.a.eu"),
        ("http://a.kr에서 본다", "http://a.kr"),
        ("https://例子.cn好", "https://例子.cn"),
        ("见https://zh.wikipedia.org/wiki/天津市 等", "https://zh.wikipedia.org/wiki/天津市"),
        ("http://例子.中国/路径", "http://例子.中国/路径"),
        ("see https://x.eu/2020–2030/ or", "https://x.eu/2020–2030/"),
    ],
)
def test_a_bare_address_ends_before_text_without_a_space(text: str, address: str) -> None:
    assert [run.text for run in parse_rich_text(text).runs() if run.link] == [address]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("请见www.x.eu。", "https://www.x.eu"),
        ("(see www.köln.de)", "https://www.xn--kln-sna.de"),
        ("iuc-asia.eu/path?a=b.", "https://iuc-asia.eu/path?a=b"),
        ("请看www.x.eu网站", "https://www.x.eu"),
        ("请看https://x.eu/页？", "https://x.eu/%E9%A1%B5"),
        ("x.y@z.it, or so", "mailto:x.y@z.it"),
        ("请写office@x.eu。", "mailto:office@x.eu"),
        ("mailto:a@b.eu", "mailto:a@b.eu"),
        ("http://x.eu:8080/a_(b)?c=[d]#e).", "http://x.eu:8080/a_(b)?c=%5Bd%5D#e"),
        ("(x.eu/a…", "https://x.eu/a"),
        ("\u201cwww.x.eu/a\u201d", "https://www.x.eu/a"),
        ("https://example.org/a_b_c", "https://example.org/a_b_c"),
        ("راجع https://x.eu/a، ثم", "https://x.eu/a"),
        ("راجع (https://x.eu/a)؟", "https://x.eu/a"),
        ("दे https://x.eu/a।", "https://x.eu/a"),
        ("មើល https://x.eu/a។", "https://x.eu/a"),
        ("ይ https://x.eu/a።", "https://x.eu/a"),
        ("see x.eu/a\u2014or call", "https://x.eu/a"),
        ("https://x.eu/a\u200f.", "https://x.eu/a"),
        ("https://x.eu/a\u200b", "https://x.eu/a"),
    ],
)
def test_a_bare_address_ends_before_punctuation(text: str, address: str) -> None:
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
def test_a_missing_space_after_a_full_stop_makes_no_link(text: str) -> None:
    assert parse_rich_text(text) == RichText.plain(text)


def test_line_ends_are_spaces_and_hard_breaks_are_kept() -> None:
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


def test_a_line_end_has_what_the_styles_around_it_have_in_common() -> None:
    assert inlines_of("<u>**a**\n*b*</u>")[1] == Run(" ", underline=True)
    assert inlines_of("[**a**\n*b*](https://x.eu)")[1] == Run(" ", link="https://x.eu")
    assert inlines_of('<span lang="fr"><b>a</b>\n<i>b</i></span>')[1] == Run(" ", language="fr")
    assert inlines_of("<sup>*a*\n**b**</sup>")[1] == Run(" ", script=Script.SUPERSCRIPT)
    assert inlines_of("*a*\n[**b**](https://x.eu)")[1] == Run(" ")


def test_a_line_end_between_chinese_characters_is_removed() -> None:
    assert inlines_of("天津……\n“罗马”\n——北京") == (Run("天津……“罗马”——北京"),)
    assert inlines_of("“Smart City”\n天津 “a”\nb…\nc") == (Run("“Smart City” 天津 “a” b… c"),)
    assert inlines_of("天津\n罗马 and\nKorean 한국\n도시") == (Run("天津罗马 and Korean 한국 도시"),)


def test_indented_text_is_not_code() -> None:
    assert parse_rich_text("    indented\n\n\ttabbed") == RichText(
        (Paragraph((Run("indented"),)), Paragraph((Run("tabbed"),)))
    )


def test_lists_have_two_levels() -> None:
    inner = items("c", "d", marker=Marker.NUMBER, start=3)
    assert parse_rich_text("- a\n- b\n\n  3. c\n  4. d\n\nend").blocks == (
        ItemList(Marker.BULLET, (*items("a").items, ListItem((Paragraph((Run("b"),)), inner)))),
        Paragraph((Run("end"),)),
    )


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        (
            "31. Mai: a\n1. Juni: b",
            [items("Mai: a", marker=Marker.NUMBER, start=31), items("Juni: b", marker=Marker.NUMBER)],
        ),
        (
            "3. a\n4. b\n8. c",
            [items("a", "b", marker=Marker.NUMBER, start=3), items("c", marker=Marker.NUMBER, start=8)],
        ),
        ("1. a\n1. b\n1. c", [items("a", "b", "c", marker=Marker.NUMBER)]),
        ("1. a\n2. b\n2. c\n3. d", [items("a", "b", "c", "d", marker=Marker.NUMBER)]),
        ("0. a\n1. b", [items("a", "b", marker=Marker.NUMBER, start=0)]),
        ("<ol><li>a</li><li>b</li></ol>", [items("a", "b", marker=Marker.NUMBER)]),
    ],
)
def test_numbers_of_items_are_printed_as_they_are_written(text: str, lists: list[ItemList]) -> None:
    rich = parse_rich_text(text)
    assert list(rich.blocks) == lists
    assert parse_rich_text(rich_text_source(rich) or "") == rich


def test_an_item_may_have_several_paragraphs() -> None:
    assert parse_rich_text("- a\n\n  b").blocks == (
        ItemList(Marker.BULLET, (ListItem((Paragraph((Run("a"),)), Paragraph((Run("b"),)))),)),
    )


@pytest.mark.parametrize("text", ["- → a\n- → b", "→ a\n→ b", "→ a\n\n→ b", "<ul><li>→ a</li><li>→b</li></ul>"])
def test_arrows_at_the_start_of_every_item_are_the_list_marker(text: str) -> None:
    assert parse_rich_text(text).blocks == (items("a", "b", marker=Marker.ARROW),)


@pytest.mark.parametrize(
    "text",
    [
        *("• a\n• b", "•\ta\n•\tb", "\uf0b7a\n\uf0b7b", "▪ a\n\n▪ b", "○ a  \n○ b", "– a\n– b", "· a\n· b"),
        *("◆ a\n◆ b", "➢ a\n➢ b", "・a\n・b", "\uf0d8 a\n\uf0d8 b"),
        *("— a<br>— b", "- • a\n- • b", "- – a\n- – b", "<ul><li>• a</li><li>▪ b</li></ul>"),
    ],
)
def test_typed_bullets_at_the_start_of_every_line_make_a_list(text: str) -> None:
    assert parse_rich_text(text).blocks == (items("a", "b"),)


def test_a_different_typed_bullet_makes_items_of_the_second_level() -> None:
    (found,) = parse_rich_text("• a\n  ○ b\n  ○ c\n• **d**").blocks

    first = ListItem((Paragraph((Run("a"),)), items("b", "c")))
    assert found == ItemList(Marker.BULLET, (first, ListItem((Paragraph((Run("d", bold=True),)),))))


@pytest.mark.parametrize("text", ["a\n• b\n• c", "– a", "—a\n—b", "– a\nb", "1. • a\n2. • b", "• a\n→ b", "•"])
def test_bullets_inside_text_are_text(text: str) -> None:
    sign = next(sign for sign in text if sign in "•–—")
    assert sign in parse_rich_text(text).text


@pytest.mark.parametrize("text", ["- → a\n- b", "1. → a\n2. → b"])
def test_arrows_inside_text_are_text(text: str) -> None:
    assert "→ a" in parse_rich_text(text).text


def test_html_blocks_are_read_as_html() -> None:
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


def test_an_html_block_ends_the_paragraph_before_it() -> None:
    assert parse_rich_text("a <p>b</p> c").text == "a\nb\nc"


def test_errors_have_the_given_location() -> None:
    place = Location("pack.yaml", 7, 12, "rows[0].label")
    with pytest.raises(ProblemsFound) as found:
        parse_inline("a `b` ![c](d)", place)

    assert [problem.location for problem in found.value.problems] == [place, place]


def test_a_label_is_one_paragraph_with_styles_and_links() -> None:
    assert parse_inline("Related [SDGs](https://sdgs.un.org/goals):").text == "Related SDGs:"
    assert parse_inline("") == RichText()


@pytest.mark.parametrize("text", ["- a", "a\n\nb", "→ a"])
def test_a_label_with_a_list_or_two_paragraphs_is_an_error(text: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_inline(text)

    assert [problem.code for problem in found.value.problems] == ["paragraph-needed"]


WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Z"]), min_size=1), min_size=1)
SIGNS = "\\`*_{}[]<>()#+-.!|&~=:@/→" + BULLETS


@given(WORDS.map(" ".join))
def test_any_line_without_markup_characters_is_printed_as_written(text: str) -> None:
    plain = "".join(character for character in text if character not in SIGNS).strip()
    assume(not plain[:1].isdecimal())

    assert parse_rich_text(plain) == RichText.plain(plain)


@given(WORDS.map(" ".join))
def test_any_line_with_escaped_markup_characters_keeps_its_words(text: str) -> None:
    text = text.strip()
    escaped = "".join(f"\\{sign}" if sign.isascii() and not sign.isalnum() and sign != " " else sign for sign in text)
    assume("→" not in text and text[:1] not in BULLETS)

    assert parse_rich_text(escaped).text == text


FRAGMENTS = (
    "word", " ", "  ", "\t", "\n", "\n\n", "<u>", "</u>", "<b>a</b>", "<br>", "<p>", "*", "_", "#", ">", "=", "---",
    "1.", "|", ":-", "[a](b.eu)", "[a]: b.eu", "`", "\\", "&amp;", "www.iuc-asia.eu", "→", "•",
)  # fmt: skip


SOME_FRAGMENTS = st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join)


def read(text: str) -> RichText | tuple[Problem, ...]:
    """The rich text, or the problems of a text."""
    try:
        return parse_rich_text(text)
    except ProblemsFound as error:
        return error.problems


def test_each_element_that_a_block_ends_is_reported() -> None:
    found = read("<u>\nword <b>bold\n\n- item")
    assert isinstance(found, tuple)
    assert [(each.message, each.location.line) for each in found] == [
        ("<b> is not closed", 2),
        ("<u> is not closed", 1),
    ]


@given(SOME_FRAGMENTS, SOME_FRAGMENTS)
def test_paragraphs_alone_are_read_as_before_another_block(start: str, end: str) -> None:
    alone, before_list = read(f"{start}word{end}"), read(f"{start}word{end}\n\n- item")
    if isinstance(alone, RichText) and isinstance(before_list, RichText):
        assume(not any(isinstance(block, ItemList) for block in alone.blocks))
        assert before_list.blocks[:-1] == alone.blocks
    else:
        assert before_list == alone


SIMPLE_FRAGMENTS = (
    "word", "a", "é", "城", "1", " ", "\n", "\n\n", "*", "**", "***", "<u>", "</u>", "<b>", "</b>", "<em>", "</em>",
    ".", "(", ")", ">", "$", "€", "“", "”", "\u00a0", "\u0301", "_", "~", "<br>", "- ",
)  # fmt: skip


def read_by_markdown_it(text: str) -> RichText:
    """The rich text of a simple text as it is read beside a text that is not."""
    *blocks, last = parse_rich_text(f"{text}\n\n\\*").blocks
    assert last == Paragraph((Run("*"),))
    return RichText(tuple(blocks))


@pytest.mark.parametrize(
    ("text", "is_simple"),
    [
        ("a", True),
        ("a\nb\n\nc", True),
        ("<u>March 2017</u>. A visit", True),
        ("a *b (c)*.", True),
        ("**a <i>b</i>** *c*", True),
        ("2 * 3 or 4* 5", True),
        ("*a **b** c*", True),
        ("a*b*c", True),
        ("*a", False),
        ("**a*", False),
        ("<u>*a</u>*", False),
        ("***a***", False),
        ("*a\u00a0*", False),
        ("a _b_", False),
        ("<u>a", False),
        ("<br>a", False),
        ("[a](https://b.eu)", False),
        ("- a", False),
    ],
)
def test_emphasis_and_tags_alone_are_read_without_markdown_it(text: str, *, is_simple: bool) -> None:
    assert (simple_paragraphs(text) is not None) is is_simple
    assert not is_simple or parse_rich_text(text) == read_by_markdown_it(text)


@given(st.lists(st.sampled_from(SIMPLE_FRAGMENTS), max_size=12).map("".join))
def test_simple_markup_is_read_like_by_markdown_it(text: str) -> None:
    assume(simple_paragraphs(text) is not None)

    assert parse_rich_text(text) == read_by_markdown_it(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\r\nb\rc",
        "a\n\n\nb",
        "a \nb",
        "a  \nb",
        "a\n b",
        "\na\n",
        "• a\n• b\n\n• c",
        "– a\n– b",
        "→ a\n→ b",
        "see www.example.eu\nor me@example.eu.",
        "城市\n合作",
        "a | b\nc",
        "1980 was\n2. a year",
        "a\u00a0\nb",
    ],
)
def test_text_without_other_markup_has_the_same_paragraphs_beside_markup(text: str) -> None:
    beside = parse_rich_text(f"{text}\n\n<u>end</u>").blocks

    assert [*parse_rich_text(text).blocks, Paragraph((Run("end", underline=True),))] == list(beside)
