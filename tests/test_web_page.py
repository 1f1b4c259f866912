"""The web page: its structure, languages, links, colours and metadata."""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.sfnt import SFNTReader
from lxml import html
from msgspec.structs import replace

from tests.command import write_plan
from tests.hostile_fonts import ARIMO, font_of, font_of_subroutines, saved
from tests.nu_checker import html_problems
from tests.pages import PATH, SETTINGS, SUMMARY, pack_of
from tests.samples import EVERYTHING, row, seed_summary, shared, with_rows
from tests.stages import EXAMPLE, SHIPPED_PACKS, example_summary, shipped_pack, summary_of, web_page
from tests.web_pages import VERSIONS, band_pack, pack_with_styles, web_summaries
from tests.words import html_words, summary_words
from ucap_reports import ProblemsFound, render
from ucap_reports.fonts.font_sources import FontSource
from ucap_reports.fonts.font_subset import web_font, woff
from ucap_reports.html.inline_markup import inline_markup
from ucap_reports.html.pack_style_sheet import pack_style_sheet
from ucap_reports.html.render_html import render_html
from ucap_reports.html.theme_style_sheet import DARK, font_rules
from ucap_reports.problems.problem_and_catalogue import catalogue_entry, forms_of
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, contrast
from ucap_reports.template.pack import PAGE_TEMPLATE, STYLE_SHEET, Pack, PackFile
from ucap_reports.template.pack_opening import pack_names, shipped_packs
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run

NAMES = tuple(web_summaries())


def parsed(summary: Summary) -> html.HtmlElement:
    return html.fromstring(web_page(summary).decode())


def texts(page: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.xpath(path)]


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_those_of_the_summary(name: str) -> None:
    summary = web_summaries()[name]
    title = f"{summary.title} · {summary.status_text}" if summary.status_text else summary.title
    assert html_words(web_page(summary)) == summary_words(replace(summary, title=title))


@pytest.mark.long
def test_the_nu_html_checker_finds_only_the_error_that_was_made(tmp_path: Path) -> None:
    pages = {name.replace(" ", "-"): web_page(summary) for name, summary in web_summaries().items()}
    pages["wrong"] = web_page(example_summary()).replace(b"<h1", b"<h1 colour='red'")
    for name, page in pages.items():
        (tmp_path / f"{name}.html").write_bytes(page)
    (problem,) = html_problems(sorted(tmp_path.glob("*.html")))
    assert "wrong.html" in problem
    assert "colour" in problem


@pytest.mark.parametrize("name", pack_names([shipped_packs()]))
def test_each_shipped_pack_has_web_pages(name: str) -> None:
    pack = shipped_pack(name)
    page = render(EXAMPLE, template=name, formats="html").html
    assert (page.file_name, page.pages) == ("tianjin-rome.html", None)
    assert f"--ink:#{pack.theme.style('body').colour.hex}".encode() in page.content


def test_columns_are_a_table_and_the_other_rows_are_sections_with_headings() -> None:
    page = parsed(seed_summary())
    assert texts(page, "//thead/tr/th[@scope='col']") == ["City:", "Tianjin", "Rome"]
    assert texts(page, "//tbody/tr/th[@scope='row']")[:2] == ["Province, State, Department...:", "Country:"]
    assert texts(page, "//section/h2")[:2] == ["Period of cooperation", "Cooperation Themes:"]
    assert texts(page, "//h1") == ["IUC Urban Cooperation Action Plan (U-CAP) Summary"]
    assert page.xpath("//table/@aria-labelledby") == page.xpath("//h1/@id")
    assert [each.tag for each in page.find("body")] == ["header", "main", "footer"]


def test_a_shared_row_before_the_last_row_with_columns_stays_in_the_table() -> None:
    rows = (
        row("country", "Country", "China", "Italy"),
        shared("signed", "Signed", "2017"),
        row("visits", "V", "a", "b"),
    )
    page = parsed(with_rows(*rows, shared("results", "Results", "none")))
    assert texts(page, "//tbody//th") == ["Country", "Signed", "V"]
    assert texts(page, "//td[@colspan='2']") == ["2017"]
    assert texts(page, "//section/h2")[0] == "Results"


def test_without_rows_for_columns_there_is_no_table() -> None:
    page = parsed(with_rows(shared("results", "Results", "none")))
    assert page.xpath("//table") == []
    assert texts(page, "//section/*") == ["City:", "Tianjin", "Rome", "Results", "none"]
    assert texts(page, "//section/h2") == ["City:", "Results"]


def test_long_texts_of_one_city_are_sections() -> None:
    page = parsed(
        replace(
            with_rows(row("country", "Country", "Italy"), shared("results", "Results", "long " * 20)), columns=("Rome",)
        )
    )
    assert texts(page, "//tbody//th") == ["Country"]
    assert texts(page, "//section/h2") == ["Results"]


def test_each_change_of_language_is_marked_with_its_direction() -> None:
    page = parsed(web_summaries()["arabic"])
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    spans = {each.text_content(): (each.get("lang"), each.get("dir")) for each in page.iter("span")}
    assert spans["Palazzo Ducale"] == ("it", "ltr")
    foreign = {each.text_content(): (each.get("lang"), each.get("dir")) for each in page.xpath("//main//*[@lang='en']")}
    assert foreign["A European Union Programme"] == ("en", "ltr")
    assert {each.get("dir") for each in page.xpath("//h2[@lang='en']")} == {"ltr"}


def test_phone_numbers_and_addresses_are_from_left_to_right_in_arabic() -> None:
    contact = replace(seed_summary().contact, phone="+216 71 000 000", website="www.iuc-asia.eu")
    page = parsed(replace(web_summaries()["arabic"], contact=contact))
    isolated = {each.text_content(): each.get("dir") for each in page.iter("bdi")}
    assert isolated["+216 71 000 000"] == isolated["www.iuc-asia.eu"] == "ltr"
    assert page.xpath("//bdi/ancestor::a/@href")[:1] == ["https://www.example.org"]


def test_neighbours_in_the_same_language_are_one_element_so_that_they_stay_in_order() -> None:
    page = parsed(web_summaries()["arabic"])
    assert [len(each) for each in page.xpath("//h2[.//a]")] == [2]
    assert texts(page, "//h2[.//a][@lang='en']") == ["Related SDGs and Urban Agenda topics:"]


def test_text_in_the_language_of_the_page_has_no_language_of_its_own() -> None:
    page = parsed(web_summaries()["chinese"])
    assert page.get("lang") == "zh"
    assert {each.get("lang") for each in page.xpath("//body//*[@lang]")} == {"en"}


def test_rich_text_keeps_its_emphasis_links_and_lists() -> None:
    page = web_page(with_rows(shared("results", "Results", EVERYTHING))).decode()
    for part in (
        "<strong>Bold</strong> and <em>italic</em>, H<sub>2</sub>O, km<sup>2</sup><br>",
        '<a href="https://example.org/?a=b&amp;c=d"> a page<strong> in bold</strong></a>',
        '<li><p>First</p>\n<ul class="list-2 _above-',
        '_numbers _above-0-394"><li>One</li><li>Two</li></ol>',
        ' start="5"><li>Five</li>',
        "<li>close to</li>",
    ):
        assert part in page


def test_the_contact_has_links() -> None:
    contact = replace(seed_summary().contact, phone="+39 06", website="www.iuc-asia.eu", address="Via Roma\n1")
    page = parsed(replace(seed_summary(), contact=contact))
    assert page.xpath("//address//a/@href") == ["mailto:office@iuc-asia.eu", "tel:+3906", "https://www.iuc-asia.eu"]
    assert texts(page, "//address/p")[0] == contact.lead
    assert texts(page, "//address/p")[-2:] == ["Via Roma", "1"]


def test_the_other_formats_and_languages_are_linked() -> None:
    page = parsed(replace(seed_summary(), versions=VERSIONS))
    assert [(each.text_content(), each.get("href"), each.get("hreflang")) for each in page.xpath("//nav//a")] == [
        ("PDF", "example.pdf", "en"),
        ("中文", "example.zh.html", "zh"),
    ]
    assert page.xpath("//nav//a/span/@lang") == ["zh-CN"]
    assert page.xpath("//link[@rel='alternate']/@href") == ["example.pdf", "example.zh.html"]
    assert parsed(seed_summary()).xpath("//nav") == []


def test_drafts_are_marked_and_stay_out_of_search_engines() -> None:
    page = parsed(web_summaries()["draft"])
    assert texts(page, "//header/p") == ["DRAFT"]
    assert texts(page, "//h1")[0].endswith("Draft")
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    final = parsed(web_summaries()["example"])
    assert final.xpath("//meta[@name='robots'] | //header/p") == []


def test_rendered_formats_link_to_each_other() -> None:
    result = render(text="cities: [{name: Rome}]", name="rome", formats="html,pdf")
    assert {each.format for each in result.documents} == {"html", "pdf"}
    assert b'<a href="rome.pdf"' in result.html.content
    alone = render(text="cities: [{name: Rome}]", formats=("html",))
    assert b"<nav" not in alone.html.content
    with pytest.raises(LookupError):
        _ = alone.pdf


def test_the_metadata_are_schema_org_and_cannot_end_their_element() -> None:
    title = "</script><script>alert(1)</script><!-- & \u2028"
    page = web_page(replace(web_summaries()["example"], title=title)).decode()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found = json.loads(data)
    assert (found["@context"], found["@type"], found["name"]) == (
        "https://schema.org",
        "Report",
        replace(web_summaries()["example"], title=title).full_title,
    )
    assert found["publisher"] == {"@type": "Organization", "name": "IUC-ASIA", "email": "office@iuc-asia.eu"}
    assert found["encoding"][0]["contentUrl"] == "example.pdf"
    assert not set(data) & set("<>&\u2028")
    assert page.count("<script") == 1


def test_text_of_a_plan_is_never_markup() -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}&nbsp;<br>'
    page = web_page(with_rows(row("country", hostile, hostile, "x"), columns=(hostile, "Rome")))
    assert hostile.split() == [each for each in html_words(page) if each in hostile.split()][: len(hostile.split())]
    assert page.count(b"<script") == 1


def test_characters_that_no_page_can_have_are_replaced() -> None:
    page = web_page(with_rows(row("country", "Country", "a\x00b\x0b", "\ufffe")))
    assert "a\ufffdb\ufffd".encode() in page


def test_the_same_summary_gives_the_same_bytes() -> None:
    assert web_page(summary_of("cities: [{name: Rome}]")) == web_page(summary_of("cities: [{name: Rome}]"))


def rules(css: str) -> dict[str, dict[str, str]]:
    """The declarations of each simple rule, by its selector."""
    found: dict[str, dict[str, str]] = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        declarations = [each.partition(":") for each in body.split(";") if each]
        found.setdefault(selector.strip(), {}).update({name: value for name, _, value in declarations})
    return found


def style_sheet(page: bytes) -> str:
    return page.decode().partition("<style>")[2].partition("</style>")[0]


@pytest.mark.parametrize("name", [*pack_names([shipped_packs()]), "bands"])
def test_text_is_readable_in_dark_mode(name: str) -> None:
    if name == "bands":
        page = render_html(web_summaries()["example"], band_pack())
    else:
        page = render(EXAMPLE, template=name, formats="html").html
    css = style_sheet(page.content)
    dark = css.rpartition("@media screen and (prefers-color-scheme:dark){\n")[2].partition("\n}\n")[0]
    found = {selector: each for selector, each in rules(dark).items() if "color" in each}
    assert len(found) > 10
    for selector, declarations in found.items():
        behind = Colour(declarations.get("background", f"#{DARK.hex}")[1:])
        on_background = re.search(r"-on-([0-9a-f]{6})", selector)
        if on_background is None:
            assert contrast(Colour(declarations["color"][1:]), behind) >= 4.5, selector
    assert f"--page:#{DARK.hex}" in css
    assert found.get(".emblem-label", {"color": "#FFFFFF"})["color"] == "#FFFFFF"


@pytest.mark.parametrize(
    ("colour", "width", "is_brand"),
    [
        ("#FFCC00", "0.75 pt", True),
        ("#003399", "0.5 pt", True),
        ("#003399", "2 pt", True),
        ("#C5CFE6", "0.5 pt", False),
    ],
)
@pytest.mark.parametrize("length", [None, "20 mm"])
def test_only_hairlines_without_a_brand_colour_fade_in_dark_mode(
    colour: str, width: str, length: str | None, *, is_brand: bool
) -> None:
    line = {"width": width, "colour": colour} | ({} if length is None else {"length": length})
    pack = pack_of('<document><h1 class="lined">a</h1></document>', styles={"lined": {"border": {"bottom": line}}})
    css = style_sheet(render_html(SUMMARY, pack).content)
    light, _, dark = css.rpartition("@media screen and (prefers-color-scheme:dark){\n")
    shown = [Colour(value) for value in re.findall(r"^\.lined.*#([0-9A-F]{6})(?:\}|;)", light + dark, re.MULTILINE)]
    assert (contrast(shown[-1], DARK) >= 4.5) is is_brand


def test_the_theme_cannot_add_rules_to_the_style_sheet() -> None:
    pack = shipped_pack()
    hostile = 'A"; } body { display: none } </style>'
    fonts = {"text": pack.theme.fonts["text"].model_copy(update={"word": hostile, "word_east_asian": hostile})}
    styles = {**pack.theme.styles, "list": replace(pack.theme.style("list"), marker='"</style>{')}
    styles["title"] = replace(pack.theme.style("title"), name='x{}"</style>')
    changed = Pack(pack.settings, pack.files, pack.labels)
    changed.__dict__["theme"] = replace(pack.theme, fonts=fonts, styles=styles)
    page, plain = (render_html(seed_summary(), each).content.decode() for each in (changed, pack))
    assert page.count("{") == plain.count("{")
    assert page.count("<style>") == page.count("</style>") == 1
    assert "display: none" not in page


def test_no_element_has_a_style_attribute() -> None:
    pages = [render(EXAMPLE, template=name, formats="html").html.content for name in SHIPPED_PACKS]
    assert [page for page in pages if b" style=" in page] == []


def test_the_fonts_of_the_theme_are_in_the_page_with_the_characters_that_it_uses() -> None:
    page = web_page(web_summaries()["example"]).decode()
    faces = re.findall(
        r'@font-face\{font-family:"ucap text";font-style:(\w+);font-weight:([\d ]+);src:url\(([^)]*)\)', page
    )
    assert {(slant, weight) for slant, weight, _ in faces} == {("normal", "400 700"), ("italic", "400")}
    font = TTFont(BytesIO(b64decode(faces[0][2].partition(",")[2])))
    assert font.flavor == "woff"
    assert {ord("A"), ord("z"), 0xB2} <= font.getBestCmap().keys()
    assert ord("ω") not in font.getBestCmap()
    assert len(page) < 60_000


def test_an_italic_font_has_bold_letters_only_if_the_page_may_show_them() -> None:
    pack = shipped_pack()
    italic, both = {("text", False, True): ["note"]}, {("text", False, True): ["note"], ("text", True, True): ["A"]}
    with_sheet = pack_with_styles(b"em { font-weight: bold }")
    weights, tables = [], []
    for changed, written in ((pack, italic), (pack, both), (with_sheet, italic)):
        (rule,) = font_rules(changed, written)
        weights += re.findall(rb"font-weight:([\d ]+);", rule)
        data = re.findall(rb"base64,([^)]*)", rule)[0]
        tables.append("gvar" in TTFont(BytesIO(b64decode(data))))
    assert weights == [b"400", b"400 700", b"400 700"]
    assert tables == [False, True, True]


def test_woff_file_has_the_tables_of_its_font() -> None:
    content = ARIMO.read_bytes()
    font, compressed = SFNTReader(BytesIO(content)), SFNTReader(BytesIO(woff(content)), checkChecksums=2)
    assert (compressed.flavor, compressed.sfntVersion) == ("woff", font.sfntVersion)
    assert set(compressed.tables) == set(font.tables)
    for tag in font.tables:
        assert compressed[tag] == font[tag]


def test_a_font_whose_licence_forbids_it_is_not_in_the_page() -> None:
    font = TTFont(ARIMO)
    allowed, forbidden = saved(font), BytesIO()
    font["OS/2"].fsType = 4
    font.save(forbidden)
    sources = [FontSource("own", content=content) for content in (allowed, forbidden.getvalue())]
    assert [web_font(source, "A") is None for source in sources] == [False, True]


@pytest.mark.parametrize(
    "font_file", [lambda: font_of(("a", "a")), lambda: font_of_subroutines(40), lambda: b"OTTO", bytes]
)
def test_web_font_leaves_out_a_hostile_font_in_time(font_file: Callable[[], bytes]) -> None:
    assert web_font(FontSource("own", content=font_file()), "a") is None


@pytest.mark.parametrize(("size", "rule"), [("6 pt", "width:max(5.039rem,7.559*var(--least))"), ("8 pt", None)])
def test_a_block_beside_others_is_wider_if_its_text_is_shown_larger(size: str, rule: str | None) -> None:
    styles = {"line": {"layout": "columns"}, "label": {"size": size, "width": "16 mm"}}
    body = '<document><div class="line"><div class="label"><p>Programme</p></div><p>a</p></div></document>'
    page = render_html(SUMMARY, pack_of(body, styles=styles)).content.decode()
    assert ("*var(--least))" in page) == (rule is not None)
    assert rule is None or rule in page


def test_the_contact_does_not_decide_on_the_size_of_the_text() -> None:
    sparse = summary_of("cities: [{name: Rome, country: Italy}, {name: Udaipur, country: India}]")
    long = replace(sparse, contact=replace(sparse.contact, lead="For further information " * 9))
    sizes = [
        re.findall(r"@media print\{\s*:root\{[^}]*font-size:([\d.]+pt)", web_page(each).decode())
        for each in (sparse, long)
    ]
    assert sizes == [["11pt"], ["11pt"]]


def test_arrows_point_in_the_direction_of_the_text() -> None:
    rich = RichText((ItemList(Marker.ARROW, (ListItem((Paragraph((Run("x"),)),)),)),))
    summary = with_rows(shared("results", "Results", rich))
    assert ' _arrows"' in web_page(summary).decode()
    assert ' _arrows-back"' in web_page(replace(summary, language="ar")).decode()


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("+39 06 0606", "tel:+39060606"),
        ("+39 (0)6 06-06", "tel:+3960606"),
        ("06/0606.12", "tel:06060612"),
        ("(06) 060606", "tel:06060606"),
        ("(+39) 06 0606", "tel:+39060606"),
        ("+(39) 06 0606", "tel:+39060606"),
        ("(0) 30 123456", "tel:030123456"),
        ("+39 06 0606 ext. 5", ""),
        ("112 or 113", ""),
        ("030 123456 / 030 123457", ""),
        ("", ""),
    ],
)
def test_a_phone_number_is_a_link_unless_it_has_words(phone: str, link: str) -> None:
    contact = replace(seed_summary().contact, phone=phone)
    assert contact.phone_link == link
    page = web_page(replace(seed_summary(), contact=contact)).decode()
    assert (f'<a href="{link}">{phone}</a>' in page) == bool(link)
    assert phone in page


def test_the_footer_has_the_date_of_the_content_and_no_page_numbers() -> None:
    dated = parsed(replace(seed_summary(), names="Tianjin – Rome", as_of="截至2019年4月30日", label_language="zh"))
    assert texts(dated, "//footer//p") == ["Tianjin – Rome · 截至2019年4月30日"]
    assert dated.xpath("//footer//span/@lang") == ["zh-CN"]


def test_a_style_sheet_of_the_pack_comes_after_that_of_the_theme() -> None:
    page = render_html(seed_summary(), pack_with_styles(b"h1 { color: #123456; } /* </style><p> */")).content.decode()
    (_, own) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert own == "h1 { color: #123456; } /* <\\/style><p> */"
    assert page.count("'sha256-") == 3


def test_a_pack_inherits_the_style_sheet(tmp_path: Path) -> None:
    for name, files in {"base": {STYLE_SHEET: "h1 { color: #123456; }"}, "next": {}}.items():
        folder = tmp_path / "templates" / name
        folder.mkdir(parents=True)
        extends = "iuc-asia" if name == "base" else "base"
        for file, content in {"pack.yaml": f"extends: {extends}\n", **files}.items():
            (folder / file).write_text(content, encoding="utf-8")
    write_plan(tmp_path, "rome.yaml", "template: next\ncities: [{name: Rome}]\n")
    assert b"#123456" in render(tmp_path / "plans" / "rome.yaml", formats="html").html.content


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("@import 'https://example.eu/a.css';", ["rule 1:1"]),
        ("@IMP\\4fRT url(x.css);", ["rule 1:1", "address 1:11"]),
        ("h1 { background: url(https://example.eu/a.png) }", ["address 1:18"]),
        ("h1 { background: \\75 rl(//example.eu/a.png) }", ["address 1:18"]),
        ('h1 { background: URL("a.png") }', ["address 1:22"]),
        ('@media print { h1 { background: image-set("a.png" 1x) } }', ["address 1:43"]),
        ('h1 { background: image-set(var(--y, "x.png") 1x) }', ["address 1:37"]),
        ('h1 { background: image-set(env(a, (var(--y, "x.png"))) 1x) }', ["address 1:45"]),
        ('h1 { background: cross-fade(if(print: "x.png"; else: "y.png"), 50%) }', ["address 1:39", "address 1:54"]),
        ('h1 { background: image-set("data:image/gif;base64,R0" type("image/gif")) }', []),
        ('h1 { background: image-set(var(--y, "data:image/gif;base64,R0") 1x) }', []),
        ('h1 { content: var(--y, "x.png") }', []),
        ("@font-face { src: url(a.woff) }", ["address 1:19"]),
        ("h1 { color red }", ["syntax 1:15"]),
        ("h1 { }\n}", ["syntax 2:1"]),
        ("h1", ["syntax 1:1"]),
        ("h1 { background: url(data:image/png;base64,AA==) } /* url(x) */ p::before { content: 'url(x)' }", []),
        ("@media (max-width: 40rem) { .title { font-size: 1rem; } } @page { margin: 1cm }", []),
        ("x" * 100_001, ["size None:None"]),
        ("(" * 50_000, ["syntax 1:1"]),
        ("a { b { c { background: url(a.png) } } }", ["address 1:25"]),
        ("a{" * 5_000 + "}" * 5_000, []),
    ],
)
def test_the_style_sheet_of_a_pack_is_checked(css: str, found: list[str]) -> None:
    _, problems = pack_style_sheet(pack_with_styles(css.encode()))
    wordings = forms_of(catalogue_entry("css-invalid").message)
    forms = {form: re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(text))) for form, text in wordings.items()}
    named = [next(form for form, text in forms.items() if text.fullmatch(each.message)) for each in problems]
    places = [f"{each.location.line}:{each.location.column}" for each in problems]
    assert [f"{form} {place}" for form, place in zip(named, places, strict=True)] == found
    if found:
        with pytest.raises(ProblemsFound):
            render_html(seed_summary(), pack_with_styles(css.encode()))


def test_a_style_sheet_that_is_not_utf_8_is_an_error() -> None:
    assert [each.code for each in pack_style_sheet(pack_with_styles(b"\xff"))[1]] == ["encoding-invalid"]


def test_names_with_hyphens_and_words_in_katakana_are_whole_words() -> None:
    content = (Run("U-CAP と欧州のプログラム"),)
    assert inline_markup(content, "ja", whole_words=True) == (
        '<span class="_whole">U-CAP</span> と欧州の<span class="_word">プログラム</span>'
    )


def test_a_wide_word_before_a_dash_can_be_broken_where_it_is_wider_than_its_line() -> None:
    runs = (Run("サンティアゴ – 天津 – Rome"),)
    assert inline_markup(runs, "ja", whole_words=True) == (
        '<span class="_word">サンティアゴ</span><span class="_whole"> –</span> '
        '<span class="_word">天津</span><span class="_whole"> –</span> Rome'
    )


def test_a_digit_and_its_unit_are_a_whole_word() -> None:
    content = (Run("From 20 % to 30 %, in 2020 measures"),)
    assert inline_markup(content, "en", whole_words=True) == (
        'From 2<span class="_whole">0 %</span> to 3<span class="_whole">0 %</span>, in 2020 measures'
    )


def test_no_line_begins_with_a_dash_between_words() -> None:
    content = (Run("San José – Metropolitan-Area-of-Rome – A&B – C–D"),)
    assert inline_markup(content, "en", whole_words=True) == (
        'San <span class="_whole">José \u2013</span> Metropolitan-Area-of-Rome \u2013 A&amp;B \u2013 C\u2013D'
    )


@pytest.mark.parametrize(
    ("address", "markup"),
    [
        ("office@iuc-asia.eu", "office@iuc-asia.eu"),
        ("https://www.example.org/a-b?c=d", "https://<wbr>www.<wbr>example.<wbr>org/<wbr>a-<wbr>b?<wbr>c=<wbr>d"),
        ("international.desk@example.org", "international.<wbr>desk@<wbr>example.<wbr>org"),
    ],
)
def test_a_line_may_begin_after_the_signs_in_a_long_address(address: str, markup: str) -> None:
    run = Run(address, link=f"https://{address}")
    assert inline_markup((run,), "en") == f'<a href="https://{address}">{markup}</a>'
    assert inline_markup((run,), "ar").count("<wbr>") == markup.count("<wbr>")
    assert "<wbr>" not in inline_markup((replace(run, text="the page of the International Urban"),), "en")


def page_of(body: str, summary: Summary = SUMMARY) -> html.HtmlElement:
    """The web page of a template with that body."""
    return html.fromstring(render_html(summary, pack_of(f"<document>{body}</document>")).content.decode())


@pytest.mark.parametrize(
    ("footer", "printed"),
    [
        ("My office · <page-number/>/<page-number total='true'/>", ["My office"]),
        ("Page <page-number/> of <page-number total='true'/>", []),
        ("<page-number/>", []),
        ("<page-number/> | <b>My</b> office", ["My office"]),
        ("My office, Rome – page <page-number/>", ["My office, Rome"]),
        ("My office · page <page-number/> · Rome", ["My office · Rome"]),
        ("My office<br/>Page <page-number/>", ["My office"]),
        ("<b>My office</b>\N{EM SPACE}\N{EM SPACE}<page-number/>", ["My office"]),
    ],
)
def test_a_paragraph_with_page_numbers_keeps_its_other_parts(footer: str, printed: list[str]) -> None:
    page = page_of(f"<page-footer><p>{footer}</p></page-footer><h1>Title</h1>")
    assert [paragraph.text_content() for paragraph in page.xpath("//footer//p")] == printed


def test_a_table_is_named_after_the_first_main_heading_that_is_printed() -> None:
    table = "<table><tr><th>Label</th><td>One</td><td>Two</td></tr></table>"
    assert page_of(f"<h1>Title</h1>{table}").xpath("//table/@aria-labelledby") == ["title"]
    assert page_of(f"<h1>{{{{ summary.contact.website }}}}</h1>{table}").xpath("//@aria-labelledby") == []


def test_the_name_of_a_column_has_a_space_where_a_line_of_its_header_ends() -> None:
    head = "<thead><tr><th/><th>Greater<br/>Rome</th><th><p>Tianjin</p><p>City</p></th></tr></thead>"
    page = page_of(f"<table>{head}<tr><th>Label</th><td>One</td><td>Two</td></tr></table>")
    assert page.xpath("//td/@data-column") == ["Greater Rome: ", "Tianjin City: "]
    assert page.xpath("name(//thead//*[@class='column'][1])") == "td"  # an empty cell is a header of nothing
    assert page.xpath("//th[@scope='col']/text()")[0] == "Greater"


def test_a_label_in_a_style_of_its_own_is_a_heading_without_a_paragraph_in_it() -> None:
    row = f"<tr><th><p class='note'>Label</p></th><td>{'A long text. ' * 10}</td></tr>"
    page = page_of(f"<h1>Title</h1><table>{row}</table>")
    assert texts(page, "//section//h2") == ["Label"]
    assert page.xpath("//h2/@class") == ["note"]
    assert page.xpath("//h2//p") == []


def test_a_phone_number_with_a_link_of_the_template_has_no_other_link_around_it() -> None:
    summary = replace(SUMMARY, contact=replace(SUMMARY.contact, phone="+39 06 1234567"))
    phone = "{{ summary.contact.phone }}"
    page = page_of(f"<p>{phone}</p><p><a href='https://example.org'>{phone}</a></p>", summary)
    assert page.xpath("//main//a/@href") == ["tel:+39061234567", "https://example.org"]


def page_fonts(page: str) -> list[TTFont]:
    """The fonts in a page."""
    return [TTFont(BytesIO(b64decode(data))) for data in re.findall(r"src:url\(data:font/woff;base64,([^)]*)\)", page)]


def test_the_font_of_the_page_has_the_letters_of_links_marks_of_drafts_and_markers() -> None:
    body = "<p lang='tr' class='shout'>istanbul</p><ol><li>one</li></ol><ul><li>two</li></ul>"
    head = "<thead><tr><th/><th>Qx</th><th>Zy</th></tr></thead>"
    body += f"<table>{head}<tr><th>l</th><td>1</td><td>2</td></tr></table>"
    pack = pack_of(f"<document>{body}</document>", styles={"shout": {"capitals": True}, "list": {"marker": "»"}})
    (version, _) = VERSIONS
    summary = replace(SUMMARY, status="draft", versions=(replace(version, text="Word"),))
    (font,) = page_fonts(render_html(summary, pack).content.decode())
    assert set(map(ord, "DRAFTWordİSTANBUL1.»\u00a0QxZy:")) <= font.getBestCmap().keys()


def test_fonts_and_bars_with_similar_names_have_rules_of_their_own() -> None:
    settings = deepcopy(SETTINGS)
    for name, word in (("a_b", "Georgia"), ("a-b", "Verdana"), ("A-B", "Tahoma"), ("a.b", "Calibri")):
        settings["theme"]["fonts"][name] = {"word": word, "pdf": "Arimo"}
        settings["theme"]["styles"][f"style-{word}"] = {"font": name}
    settings["theme"]["styles"] |= {"bar_a": {"colour": "#AA0000"}, "bar-a": {"colour": "#00AA00"}}
    styles = ["style-Georgia", "style-Verdana", "style-Tahoma", "style-Calibri"]
    body = "".join(f"<p class='{name}'>Text</p>" for name in styles)
    body += "<bar class='bar_a' value='1' max='2'/><bar class='bar-a' value='1' max='2'/>"
    template = PackFile(PATH, f"<document>{body}</document>".encode())
    page = render_html(
        SUMMARY, Pack(PackSettings.model_validate(settings), {PAGE_TEMPLATE: template}, {})
    ).content.decode()

    stacks = dict(re.findall(r'--(font-[^:;]*):("ucap [^;}]*)', page))
    for name in styles:
        (used,) = re.findall(rf"\.{name.lower()}\{{[^}}]*font-family:var\(--([^)]*)\)", page)
        family, word, *_ = stacks[used].split(",")
        assert word == f'"{name.partition("-")[2]}"'
        assert f"@font-face{{font-family:{family};" in page
    bars = re.findall(r'class="_bar (\S+) _share-50"', page)
    assert [re.findall(rf"\n\.{bar}\{{background:#(\w+)", page)[0] for bar in bars] == ["AA0000", "00AA00"]


@pytest.mark.parametrize(
    "body",
    [
        '<p class="panel">Text</p><div class="panel"><p>Box</p></div>',
        '<div class="panel"><p>Box</p></div><p class="panel">Text</p>',
    ],
)
def test_the_height_of_a_style_is_that_of_its_boxes_alone(body: str) -> None:
    pack = pack_of(f"<document>{body}</document>", styles={"panel": {"height": "40mm"}})
    page = render_html(SUMMARY, pack).content.decode()

    (box,) = re.findall(r'<div class="(panel[^" ]*)', page)
    (text,) = re.findall(r'<p class="(panel[^" ]*)', page)
    with_height = re.findall(r"\n\.(panel[^{]*)\{[^}]*min-height:", page)
    assert with_height == [box]
    assert text != box


LABEL_HEADING = "<h1>Title</h1><table><tr><th><h2>Label</h2></th><td><h2>Value</h2></td><td>Text</td></tr></table>"
UNEVEN_ROWS = "<tr><th>l</th><td colspan='2'>x</td><td>y</td></tr><tr><td colspan='3'>x</td><td>y</td></tr>"
UNEVEN_TABLE = f"<table>{UNEVEN_ROWS}</table>"
UNEVEN_TABLE_WITH_HEAD = (
    f"<table><thead><tr><th>A</th><th colspan='2'>B</th><th>C</th></tr></thead>{UNEVEN_ROWS}</table>"
)


@pytest.mark.long
def test_headings_in_header_cells_and_columns_in_which_no_cell_begins_conform(tmp_path: Path) -> None:
    paths = []
    for index, body in enumerate([LABEL_HEADING, UNEVEN_TABLE, UNEVEN_TABLE_WITH_HEAD]):
        path = tmp_path / f"{index}.html"
        path.write_bytes(render_html(SUMMARY, pack_of(f"<document>{body}</document>")).content)
        paths.append(path)
    assert html_problems(paths) == []


def test_a_heading_in_a_header_cell_is_a_heading_by_its_role() -> None:
    page = page_of(LABEL_HEADING)
    assert page.xpath("//th//*[@role='heading']/@aria-level") == ["2"]
    assert texts(page, "//th//p") == ["Label"]
    assert texts(page, "//td//h2") == ["Value"]


def test_only_the_first_title_has_the_name_that_the_page_refers_to() -> None:
    page = page_of("<h1>First</h1><h1>Second</h1>")
    assert [title.get("id") is None for title in page.xpath("//h1")] == [False, True]


def test_a_text_that_mentions_the_office_is_no_address() -> None:
    page = page_of("<div><p>IUC is a programme of many cities.</p></div><div><p>Contact</p><p>IUC</p></div>")
    assert texts(page, "//address") == ["Contact IUC"]


def test_a_paragraph_in_the_other_direction_is_aligned_like_the_text_around_it() -> None:
    arabic = "<span lang='ar'>برنامج (12)</span>"
    page = page_of(f"<p>{arabic}</p><ul><li>{arabic}</li></ul><table><tr><td lang='ar'>{arabic}</td></tr></table>")
    turned: list[html.HtmlElement] = page.xpath("//main//*[@dir='rtl']")
    assert [(element.tag, element.get("lang")) for element in turned] == [("p", "ar"), ("span", "ar"), ("td", "ar")]
    assert [element.get("class") for element in turned] == ["_side-left", None, "cell"]  # the cell has its direction
    page = page_of("<p><span lang='en'>Programme</span></p>", replace(SUMMARY, language="ar"))
    assert page.xpath("//main//p/@class") == ["_side-right"]

    bordered = {"marked": {"border": {"left": {"width": "2 mm", "colour": "#000000"}}}}
    body = f"<p class='marked'>{arabic}</p><table><tr><td class='marked'>{arabic}</td></tr></table>"
    marked = render_html(SUMMARY, pack_of(f"<document>{body}</document>", styles=bordered)).content.decode()
    assert html.fromstring(marked).xpath("name(//*[@dir='rtl'][1])") == "span"  # the border stays at the left
    assert marked.count('"><span lang="ar" dir="rtl">') == 2

    ruled = {"ruled": {"border": {"bottom": {"width": "1 pt", "length": "20 mm", "colour": "#000000"}}}}
    pack = pack_of("<document><h1 class='ruled'><span lang='en'>Overview</span></h1></document>", styles=ruled)
    arabic_page = html.fromstring(render_html(replace(SUMMARY, language="ar"), pack).content.decode())
    assert arabic_page.xpath("//h1/@dir") == []  # the short rule is at the start of the text around it


def test_a_paragraph_in_a_script_of_the_other_direction_runs_in_that_also_without_its_language() -> None:
    cells = "<table><tr><td>Good results (2019).</td><td>نتائج (2019) Rome.</td><td>12 (5).</td></tr></table>"
    body = f"<p>Good results.</p><ul><li>Good results.</li></ul>{cells}"
    page = page_of(body, replace(SUMMARY, language="ar"))
    assert page.xpath("//main//*[@dir='ltr']/text()") == ["Good results.", "Good results.", "Good results (2019)."]
    assert [page.xpath(f"name((//main//*[@dir='ltr'])[{place}])") for place in (1, 2, 3)] == ["p", "span", "td"]
    page = page_of("<p>نتائج (2019).</p><p>نتائج Rome</p>")
    assert page.xpath("//main//*[@dir='rtl']/text()") == ["نتائج (2019)."]


def test_padding_is_at_the_start_and_the_end_of_the_text() -> None:
    styles = {"wide": {"padding": "1 mm, 2 mm, 3 mm, 4 mm"}, "even": {"padding": "1 mm, 2 mm"}}
    pack = pack_of("<document><p class='wide'>A</p><p class='even'>B</p></document>", styles=styles)
    page = render_html(SUMMARY, pack).content.decode()
    assert re.findall(r"padding-block:([^;}]*);padding-inline:([^;}]*)", page)[-1] == (
        "0.315rem 0.945rem",
        "1.26rem 0.63rem",
    )
    assert "padding:0.315rem 0.63rem 0.315rem 0.63rem" in page


def test_columns_in_which_no_cell_begins_are_parts_of_those_before_them() -> None:
    assert page_of(UNEVEN_TABLE).xpath("count(//col)") == 3
    page = page_of(UNEVEN_TABLE_WITH_HEAD)
    assert page.xpath("count(//col)") == 3
    assert page.xpath("//*[@colspan]/@colspan") == ["2"]
    assert page.xpath("//td/@data-column") == ["B: ", "C: ", "C: "]


def test_a_row_without_a_heading_is_no_section() -> None:
    head = "<thead><tr><th/><th>Rome</th></tr></thead>"
    page = page_of(f"<table>{head}<tr><th>Label</th><td>{'A long text. ' * 10}</td></tr></table>")
    assert texts(page, "//div[contains(@class, '_section')]") == ["Rome"]
    assert texts(page, "//section/*[1]") == ["Label"]


@pytest.mark.parametrize(
    ("labels", "text", "language"),
    [("fr", "Brouillon", None), ("fr", "", "en"), ("en", "Draft", "en"), ("de", "Entwurf", "de"), ("en", "", "en")],
)
def test_the_mark_of_a_draft_has_its_language(labels: str, text: str, language: str | None) -> None:
    summary = replace(SUMMARY, language="fr", label_language=labels, status="draft", status_text=text)
    (mark,) = page_of("<p>Texte</p>", summary).xpath("//p[@class='_draft']")
    assert mark.get("lang") == language
