"""Difficult text is printed as written, in both formats."""

import pytest
import yaml
from msgspec.structs import replace

from tests.pdf_text import pdf_paragraphs
from tests.stages import pdf_file, summary_of, word_file
from tests.words import docx_paragraphs
from ucap_reports.problems import ProblemsFound
from ucap_reports.text.rich_text import RichText

pytestmark = pytest.mark.no_cover

TEXTS = {
    "marks of XML": "& < > \" ' ]]> <!-- &lt; <?x?>",
    "an end of a section": "]]>",
    "a calculation": "{{ 7*7 }}",
    "a statement": "{% raw %} {% endraw %}",
    "a comment": "{# gone? #}",
    "a walk to Python": "{{ ''.__class__.__mro__ }}",
    "marks of a template engine": "{{ summary.title }} %} }} {%",
    "marks of PDF": "(a) \\( \\) \\n <</Type /Page>> endstream endobj %%EOF",
    "zero-width characters": "zero\u200bwidth\u200cnon\u200djoiner\u2060word",
    "a soft hyphen": "soft\u00adhyphen",
    "spaces that do not break": "a\u00a0b\u202fc\u2007d",
    "hyphens of all kinds": "a-b\u2010c\u2011d\u2012e–f—g−h",
    "a word of 400 letters": "x" * 400,
    "a long address": "https://example.org/" + "path/" * 60,
    "Chinese": "欧盟项目：天津市与罗马市的城市合作（2017—2020年），“智慧城市”。",
    "a long line of Chinese": "城市合作规划创新环境保护经济贸易" * 30,
    "Vietnamese": "Chương trình của Liên minh Châu Âu – Đà Nẵng, Huế",
    "Vietnamese in parts": "Chu\u031bo\u031bng tri\u0300nh cu\u0309a",
    "Greek": "Ευρωπαϊκή Ένωση: Αθήνα, Θεσσαλονίκη",
    "Polytonic Greek": "ᾍδης ᾧ ἀρχή",
    "Cyrillic": "Европейский союз: София, Пловдив",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_plan_text_is_printed_as_written(name: str) -> None:
    text = TEXTS[name]
    tree = {"title": text, "cities": [{"name": text, "region": text}], "period": text, "themes": [text]}
    summary = summary_of(yaml.safe_dump(tree, allow_unicode=True, width=10_000))
    assert summary.title == text
    assert docx_paragraphs(word_file(summary)).count(text) >= 4
    assert pdf_paragraphs(pdf_file(summary).content).count(text) >= 4


@pytest.mark.parametrize("name", TEXTS)
def test_rich_text_is_printed_as_in_the_summary(name: str) -> None:
    """Markup is only recognised when rich text is parsed, not when it is printed."""
    text = TEXTS[name]
    summary = summary_of("cities: [{name: Rome}]\nchallenges: To be replaced.")
    rows = [replace(row, cells=(RichText.plain(text),)) if row.shared else row for row in summary.rows]
    changed = replace(summary, rows=tuple(rows))
    shared = sum(row.shared for row in rows)
    assert docx_paragraphs(word_file(changed)).count(text) == shared
    assert pdf_paragraphs(pdf_file(changed).content).count(text) == shared


def test_u_feff_which_pdf_ua_forbids_is_printed_as_u_2060() -> None:
    """U+FEFF inside a text joins words; Unicode recommends U+2060 instead, and ISO 14289-1, 7.21.7 forbids U+FEFF."""
    summary = summary_of('cities: [{name: Rome}]\nperiod: "join\ufeffed"')
    assert "join\ufeffed" in docx_paragraphs(word_file(summary))
    assert "join\u2060ed" in pdf_paragraphs(pdf_file(summary).content)


def test_a_character_that_no_font_has_is_an_error_that_names_it_and_its_field() -> None:
    summary = summary_of("cities: [{name: Rome}]\nperiod: Until \U00020000 then")
    with pytest.raises(ProblemsFound) as found:
        pdf_file(summary)
    (problem,) = found.value.problems
    assert problem.code == "glyph-missing"
    assert "U+20000" in problem.message
    assert "period" in (problem.location.field or "") + problem.message
