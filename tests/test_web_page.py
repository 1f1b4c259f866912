"""The web page: its structure, languages, links, colours and metadata."""

import json
import re
from pathlib import Path

import pytest
from lxml import html
from msgspec.structs import replace

from tests.nu_checker import html_problems
from tests.samples import EVERYTHING, row, seed_summary, shared, with_rows
from tests.stages import example_summary, shipped_pack, summary_of, web_page
from tests.web_pages import VERSIONS, band_pack, web_summaries
from tests.words import html_words, summary_words
from ucap_reports import render
from ucap_reports.html.page_colours import DARK, LABEL, theme_css
from ucap_reports.html.render_html import render_html
from ucap_reports.summary.summary import Summary
from ucap_reports.template.lengths_and_colours import Colour, contrast
from ucap_reports.template.pack_opening import pack_names, shipped_packs

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


def test_the_nu_html_checker_finds_nothing(tmp_path: Path) -> None:
    pages = {name.replace(" ", "-"): web_page(summary) for name, summary in web_summaries().items()}
    for name, page in pages.items():
        (tmp_path / f"{name}.html").write_bytes(page)
    assert html_problems(sorted(tmp_path.glob("*.html"))) == []


def test_the_nu_html_checker_would_find_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(web_page(example_summary()).replace(b"<h1", b"<h1 colour='red'"))
    (found,) = html_problems([tmp_path / "page.html"])
    assert "colour" in found


@pytest.mark.parametrize("name", pack_names([shipped_packs()]))
def test_each_shipped_pack_has_web_pages(name: str) -> None:
    pack = shipped_pack(name)
    page = render_html(seed_summary(), pack)
    assert (page.file_name, page.pages) == ("tianjin-rome.html", None)
    assert f"--body-colour:#{pack.theme.style('body').colour.hex}".encode() in page.content


def test_columns_are_a_table_and_the_other_rows_are_sections_with_headings() -> None:
    page = parsed(seed_summary())
    assert texts(page, "//thead/tr/th[@scope='col']") == ["City:", "Tianjin", "Rome"]
    assert texts(page, "//tbody/tr/th[@scope='row']")[:2] == ["Province, State, Department...:", "Country:"]
    assert texts(page, "//section/h2")[:2] == ["Period of cooperation", "Cooperation Themes:"]
    assert texts(page, "//h1") == ["IUC Urban Cooperation Action Plan (U-CAP) Summary"]
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


def test_without_rows_for_columns_the_cities_are_a_list() -> None:
    page = parsed(with_rows(shared("results", "Results", "none")))
    assert page.xpath("//table") == []
    assert texts(page, "//section[1]/ul/li") == ["Tianjin", "Rome"]


def test_each_change_of_language_is_marked_with_its_direction() -> None:
    page = parsed(web_summaries()["arabic"])
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    spans = {each.text_content(): (each.get("lang"), each.get("dir")) for each in page.iter("span")}
    assert spans["Palazzo Ducale"] == ("it", "ltr")
    assert spans["A European Union Programme"] == ("en", "ltr")
    assert {each.get("dir") for each in page.xpath("//h2//span[@lang='en']")} == {"ltr"}


def test_neighbours_in_the_same_language_are_one_element_so_that_they_stay_in_order() -> None:
    page = parsed(web_summaries()["arabic"])
    assert [len(each) for each in page.xpath("//h2[.//a]/span")] == [2]
    assert texts(page, "//h2[.//a]/span") == ["Related SDGs and Urban Agenda topics:"]


def test_text_in_the_language_of_the_page_has_no_language_of_its_own() -> None:
    page = parsed(web_summaries()["chinese"])
    assert page.get("lang") == "zh"
    assert {each.get("lang") for each in page.iter("span")} == {"en"}


def test_rich_text_keeps_its_emphasis_links_and_lists() -> None:
    page = web_page(with_rows(shared("results", "Results", EVERYTHING))).decode()
    for part in (
        "<strong>Bold</strong> and <em>italic</em>, H<sub>2</sub>O, km<sup>2</sup><br>",
        '<a href="https://example.org/?a=b&amp;c=d"> a page<strong> in bold</strong></a>',
        '<ul class="bullets"><li><p>First</p><ul class="bullets"><li>Under it</li></ul></li>',
        "<ol><li>One</li><li>Two</li></ol>",
        '<ol start="5"><li>Five</li>',
        '<ul class="lines"><li>close to</li>',
    ):
        assert part in page


def test_the_contact_has_links() -> None:
    contact = replace(seed_summary().contact, phone="+39 06", website="www.iuc-asia.eu", address="Via Roma\n1")
    page = parsed(replace(seed_summary(), contact=contact))
    assert page.xpath("//address//a/@href") == ["mailto:office@iuc-asia.eu", "tel:+3906", "https://www.iuc-asia.eu"]
    assert texts(page, "//address/p")[-1] == "Via Roma1"
    assert texts(page, "//section[@class='contact']/h2") == [contact.lead]


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
    assert texts(page, "//h1/span") == ["Draft"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    final = parsed(web_summaries()["example"])
    assert final.xpath("//meta[@name='robots'] | //h1/span") == []


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


def colours(css: str) -> dict[str, Colour]:
    return {name: Colour(value) for name, value in re.findall(r"--([\w-]+):#([0-9A-F]{6})", css)}


@pytest.mark.parametrize("name", [*pack_names([shipped_packs()]), "bands"])
def test_text_is_readable_in_dark_mode(name: str) -> None:
    theme = band_pack().theme if name == "bands" else shipped_pack(name).theme
    found = colours(theme_css(theme).partition("@media")[2])
    assert found["page"] == DARK
    for style in (each.removesuffix("-colour") for each in found if each.endswith("-colour")):
        behind = found.get(f"{style}-background", DARK)
        assert contrast(found[f"{style}-colour"], behind) >= 4.5, style
        assert contrast(found[f"{style}-ink"], DARK) >= 4.5, style
    assert found.get(f"{LABEL}-colour", Colour("FFFFFF")) == Colour("FFFFFF")


def test_white_text_on_a_band_is_readable_without_the_band() -> None:
    found = colours(theme_css(band_pack().theme).partition("@media")[0])
    assert (found["title-colour"].hex, found["title-ink"].hex) == ("FFFFFF", "00695C")
    assert all(contrast(value, Colour("FFFFFF")) >= 4.5 for name, value in found.items() if name.endswith("-ink"))


def test_the_theme_cannot_add_rules_to_the_style_sheet() -> None:
    pack = shipped_pack()
    fonts = {"text": pack.theme.fonts["text"].model_copy(update={"word": 'A"; } body { display: none } </style>'})}
    styles = {**pack.theme.styles, "x{}": pack.theme.style("body")}
    styles["list"] = replace(pack.theme.style("list"), marker='"</style>')
    css = theme_css(replace(pack.theme, fonts=fonts, styles=styles))
    assert css.count("{") == 4
    assert "</" not in css


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("+39 06 0606", "tel:+39060606"),
        ("+39 (0)6 06-06", "tel:+3960606"),
        ("06/0606.12", "tel:06060612"),
        ("+39 06 0606 ext. 5", ""),
        ("112 or 113", ""),
        ("", ""),
    ],
)
def test_a_phone_number_is_a_link_unless_it_has_words(phone: str, link: str) -> None:
    contact = replace(seed_summary().contact, phone=phone)
    assert contact.phone_link == link
    page = web_page(replace(seed_summary(), contact=contact)).decode()
    assert (f'<a href="{link}">{phone}</a>' in page) == bool(link)
    assert phone in page


def test_the_header_has_the_date_of_the_content_in_the_language_of_the_labels() -> None:
    dated = web_page(replace(seed_summary(), as_of="截至2019年4月30日", label_language="zh")).decode()
    assert '<p class="as-of" lang="zh">截至2019年4月30日</p>' in dated
    assert 'class="as-of"' not in web_page(seed_summary()).decode()
