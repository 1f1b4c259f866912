"""Documents that can be told apart: their cities in titles and headers, and the date of their content in the footer."""

import re
import zipfile
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest
from docx import Document

from tests.pages import SUMMARY as SMALL
from tests.pages import pack_of, problems_of
from tests.pdf_text import structure
from tests.stages import EXAMPLE, example_summary, pdf_file, shipped_pack, word_file
from tests.stages import summary_of as summary_in_english
from tests.tools import office_pdf
from tests.verapdf import AssertConformant
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack_settings_and_number_format import PackSettings

pytestmark = pytest.mark.no_cover

FULL_TITLE = "IUC Urban Cooperation Action Plan (U-CAP) Summary: Tianjin – Rome"
NAMES = "cities: [{name: Tianjin}, {name: Rome}]\n"
DATED = f"updated: 2019-04-30\n{NAMES}"


def summary_of(text: str, language: str | None = None) -> Summary:
    return compose_summary(parse_plan(Source("plans/example.yaml", text)), shipped_pack(), language)


def pages(pdf: bytes) -> list[str]:
    """The text of each page on one line."""
    with pdfium.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def word_parts(docx: bytes, kind: str) -> list[str]:
    """The words of the headers or footers of a Word file."""
    with zipfile.ZipFile(BytesIO(docx)) as package:
        names = sorted(name for name in package.namelist() if name.startswith(f"word/{kind}"))
        return ["".join(re.findall(r"<w:t\b[^>]*>([^<]*)", package.read(name).decode())) for name in names]


def test_the_properties_of_both_formats_have_the_title_with_the_cities() -> None:
    with pikepdf.open(BytesIO(pdf_file(example_summary()).content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == FULL_TITLE
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == FULL_TITLE
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert Document(BytesIO(word_file(example_summary()))).core_properties.title == FULL_TITLE


def test_the_heading_is_the_title_as_published() -> None:
    assert example_summary().title == "IUC Urban Cooperation Action Plan (U-CAP) Summary"


def test_page_two_has_the_title_with_the_cities_in_its_header_and_page_one_has_not() -> None:
    for pdf in (pdf_file(example_summary()).content, office_pdf(word_file(example_summary()))):
        first, second = pages(pdf)
        assert FULL_TITLE not in first
        assert FULL_TITLE in second
    assert FULL_TITLE not in str(structure(pdf_file(example_summary()).content))


def test_the_footer_has_the_cities_and_the_date_in_both_formats() -> None:
    dated = summary_in_english(f"updated: 2019-04-30\n{EXAMPLE.read_text(encoding='utf-8')}")
    for pdf in (pdf_file(dated).content, office_pdf(word_file(dated))):
        assert all("Tianjin – Rome · As of 30 April 2019" in page for page in pages(pdf))
    assert word_parts(word_file(dated), "footer") == ["Tianjin – Rome · As of 30 April 20191 / 1"]
    assert word_parts(word_file(example_summary()), "footer") == ["Tianjin – Rome1 / 1"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "As of 30 April 2019"),
        ("de", "Stand: 30. April 2019"),
        ("fr", "Au 30 avril 2019"),
        ("zh", "截至2019年4月30日"),
        ("ja", "2019年4月30日現在"),
        ("ar", "As of 30 April 2019"),
    ],
)
def test_the_date_is_in_the_language_of_the_labels(language: str, expected: str) -> None:
    summary = summary_of(DATED, language)
    assert summary.as_of == expected
    assert summary_of(NAMES, language).as_of == ""
    assert any(expected in text for text in word_parts(word_file(summary), "footer"))


def test_every_language_of_a_shipped_pack_has_a_text_for_the_date() -> None:
    assert [tag for tag, words in shipped_pack().settings.wording.items() if not words.as_of] == []


@pytest.mark.parametrize("text", ["2019", "As of {day}", ""])
def test_the_text_for_the_date_says_where_the_date_is(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape("needs {date}")):
        PackSettings.model_validate({**dict(shipped_pack().settings), "as_of": text})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("title: Tianjin and Rome\n", "Tianjin and Rome"),
        ("title: Rome\n", "Rome: Tianjin – Rome"),
        ("language: fr\ntitle: Plan\n", "Plan\u00a0: Tianjin – Rome"),
        ("language: ja\ntitle: 計画\n", "計画：Tianjin – Rome"),
        ("status: draft\ntitle: Rome\n", "Rome: Tianjin – Rome (Draft)"),
        ("language: zh\n", "IUC城市合作行动计划（U-CAP）摘要：Tianjin – Rome"),
    ],
)
def test_the_full_title_has_each_city_once(fields: str, expected: str) -> None:
    assert summary_of(fields + NAMES).full_title == expected


@pytest.mark.parametrize("title", ["AKK and Nice with Rome", "AKK – Nice – Rome", "AKK, Nice and Rome"])
def test_the_full_title_repeats_no_city_of_a_group(title: str) -> None:
    summary = summary_of(f"title: {title}\ncities: [{{name: [AKK, Nice]}}, {{name: Rome}}]\n")
    assert summary.full_title == title


def test_names_of_a_group_are_joined_and_more_than_four_names_are_counted() -> None:
    group = summary_of("cities: [{name: Zhengzhou}, {name: [AKK, Málaga, Rome]}]")
    assert group.names == "Zhengzhou – AKK, Málaga, Rome"
    many = summary_of("cities:\n" + "".join(f"  - name: City number {number}\n" for number in range(1, 13)))
    assert many.names == "12 cities"
    assert many.all_names == " – ".join(f"City number {number}" for number in range(1, 13))
    assert many.full_title.endswith("Summary: 12 cities")


@pytest.mark.parametrize(
    ("count", "language", "expected"),
    [
        (5, "en", "5 cities"),
        (5, "de", "5 Städte"),
        (5, "pl", "5 miast"),
        (22, "pl", "22 miasta"),
        (21, "ru", "21 город"),
        (22, "ru", "22 города"),
        (12, "sl", "12 mest"),
        (20, "ro", "20 de orașe"),
        (5, "ar", "5 مدن"),
        (11, "ar", "11 مدينة"),
        (12, "zh-CN", "12座城市"),
        (12, "ja", "12都市"),
        (7, "ga", "7 gcathair"),
        (5, "sw", "5 cities"),
    ],
)
def test_the_number_of_cities_has_the_plural_of_its_language(count: int, language: str, expected: str) -> None:
    names = ", ".join(f"City {number}" for number in range(count))
    assert summary_of(f"language: {language}\ncities: [{{name: [{names}]}}]").names == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["A" * 90], "A" * 90),
        (["A" * 91], f"{'A' * 89}…"),
        (["A" * 43, "B" * 44], f"{'A' * 43} – {'B' * 44}"),
        (["A" * 43, "B" * 45], "2 cities"),
        (["A" * 29, "B" * 30, "C" * 30], "3 cities"),
        (["A", "B", "C", "D"], "A – B – C – D"),
        (["A", "B", "C", "D", "E"], "5 cities"),
    ],
)
def test_a_title_has_the_names_of_up_to_four_cities_if_they_are_not_longer_than_a_line(
    names: list[str], expected: str
) -> None:
    assert summary_of(f"cities: [{', '.join(f'{{name: {name}}}' for name in names)}]").names == expected


@pytest.mark.parametrize("name", ["bilingual", "glance", "modern", "plain"])
def test_the_cities_are_the_heading_below_the_name_of_the_form(name: str) -> None:
    pack = shipped_pack(name)
    few, many = (
        compose_summary(parse_plan(Source("a.yaml", f"cities: [{{name: {names}}}]")), pack)
        for names in ("[Rome, Nice]", "[A, B, C, D, E]")
    )
    for summary, names in ((few, "Rome, Nice"), (many, "5 cities")):
        root = structure(render_pdf(summary, pack).content)
        (heading,) = root.find("H1")
        paragraphs = [paragraph.text for paragraph in root.find("P")]
        assert heading.text == names
        assert summary.title in paragraphs
        assert ("A, B, C, D, E" in paragraphs) == (summary is many)


@pytest.mark.parametrize(("length", "shown"), [(94, True), (95, False)])
def test_a_header_has_at_most_a_hundred_and_ten_characters(length: int, shown: bool) -> None:  # noqa: FBT001 - a parameter of the test
    summary = summary_of(f"title: {'x' * length}\n{NAMES}")
    assert summary.running_title == (summary.full_title if shown else summary.names)


def test_a_header_has_the_names_alone_if_the_title_is_too_long_for_it() -> None:
    long = summary_of(f"title: {'Word ' * 30}\n{NAMES}focus: {'word ' * 2000}\n")
    assert long.running_title == "Tianjin – Rome"
    assert "Tianjin – Rome" in pages(pdf_file(long).content)[1]


@pytest.mark.parametrize("names", [["A" * 150], [f"City number {number}" * 5 for number in range(12)]])
def test_no_name_is_too_long_for_the_margins(names: list[str], assert_conformant: AssertConformant) -> None:
    cities = "".join(f"  - name: {name}\n" for name in names)
    assert_conformant(pdf_file(summary_of(f"{DATED.partition('cities')[0]}cities:\n{cities}")).content)


TWO_PAGES = "".join(f"<p>{number}</p>" for number in range(200))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("<page-header>every</page-header>", ["every", "every"]),
        ('<page-header first="true">first</page-header>', ["first", ""]),
        ('<page-header first="true">first</page-header><page-header>later</page-header>', ["first", "later"]),
        ('<page-header>later</page-header><page-header first="true"/>', ["", "later"]),
        ('<page-header first="false">every</page-header>', ["every", "every"]),
    ],
)
def test_the_first_page_can_have_a_header_of_its_own(headers: str, expected: list[str]) -> None:
    pack = pack_of(f"<document>{headers}{TWO_PAGES}</document>")
    shown = [re.sub(r"[\d ]+", "", page) for page in pages(render_pdf(SMALL, pack).content)[:2]]
    assert shown == expected


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ('<page-header first="true"/><page-header first="true"/>', "element-duplicate"),
        ("<page-header/><page-header/>", "element-duplicate"),
        ('<page-header first="yes"/>', "attribute-invalid"),
        ('<page-footer first="true"/>', "attribute-unknown"),
    ],
)
def test_mistakes_in_headers_are_errors(headers: str, code: str) -> None:
    assert [problem.code for problem in problems_of(f"<document>{headers}</document>")] == [code]


def test_a_first_header_is_checked_like_the_others() -> None:
    header = '<page-header first="true">' + "<p>line</p>" * 30 + "</page-header>"
    with pytest.raises(ProblemsFound) as found:
        render_pdf(SMALL, pack_of(f"<document>{header}<p>text</p></document>"))
    assert [problem.code for problem in found.value.problems] == ["margin-exceeded"]
