"""The documents conform to their standards, checked by veraPDF, a schema validator and an office suite."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from openxml_audit import OpenXmlValidator

from tests.selected_cases import every, mostly_long
from tests.stages import EXAMPLE, example_summary, pdf_file, summary_of, word_file
from tests.strategies import GENERATED_PLANS, plan_texts
from tests.tools import office_pdf, page_texts
from tests.verapdf import FLAVOURS, AssertConformant, all_failures, failures
from tests.words import summary_words
from ucap_reports import render
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard

pytestmark = pytest.mark.no_cover


def test_the_example_is_an_accessible_archivable_pdf(assert_conformant: AssertConformant) -> None:
    assert_conformant(pdf_file(example_summary()).content)


@pytest.mark.long
@settings(max_examples=GENERATED_PLANS)
@given(text=plan_texts())
def test_the_pdf_of_any_plan_is_accessible_and_archivable(assert_conformant: AssertConformant, text: str) -> None:
    assert_conformant(pdf_file(summary_of(text)).content)


@pytest.mark.parametrize("standard", every(2, PdfStandard, start=1))
def test_one_pass_of_verapdf_finds_the_faults_of_all_profiles(standard: PdfStandard) -> None:
    pdf = render(EXAMPLE, formats="pdf", pdf_standard=standard).pdf.content
    with pikepdf.open(BytesIO(pdf)) as document:
        for key in {"/Lang", "/MarkInfo", "/AF", "/Names", "/OutputIntents"} & document.Root.keys():
            del document.Root[key]
        document.save(broken := BytesIO())
    alone = [faults(failures(broken.getvalue(), flavour)) for flavour in FLAVOURS[standard]]
    assert all(alone)
    assert faults(all_failures(broken.getvalue(), standard)) == set().union(*alone)


def faults(found: list[str]) -> set[str]:
    """The messages without the profile and clause."""
    return {each.partition(": ")[2] for each in found}


def columns_plan(count: int) -> str:
    cities = [{"name": f"City number {n}", "country": "Italy", "population": 13_600_000 + n} for n in range(count)]
    return yaml.safe_dump({"cities": cities, "results": "- One\n  - Two\n\n1. First\n2. Second"})


@pytest.mark.parametrize("count", mostly_long(range(1, 13), [1, 2, 12]))
def test_a_table_of_one_to_twelve_cities_conforms_in_both_formats(
    count: int,
    assert_conformant: AssertConformant,
    tmp_path: Path,
) -> None:
    summary = summary_of(columns_plan(count))
    assert_conformant(pdf_file(summary).content)
    assert schema_errors(word_file(summary), tmp_path) == []


def test_the_word_file_of_the_example_is_valid(tmp_path: Path) -> None:
    assert schema_errors(word_file(example_summary()), tmp_path) == []


@pytest.mark.long
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=plan_texts(max_cities=4))
def test_the_word_file_of_any_plan_is_valid(tmp_path: Path, text: str) -> None:
    assert schema_errors(word_file(summary_of(text)), tmp_path) == []


def schema_errors(docx: bytes, folder: Path) -> list[str]:
    path = folder / "document.docx"
    path.write_bytes(docx)
    return [str(error) for error in OpenXmlValidator().validate(str(path)).errors]


@pytest.mark.long
def test_libreoffice_shows_the_words_of_the_word_file_on_two_pages() -> None:
    summary = example_summary()
    pages = page_texts(office_pdf(word_file(summary)))
    assert len(pages) == 2
    printed = letters("".join(pages))
    assert [word for word in summary_words(summary) if letters(word) not in printed] == []


def letters(text: str) -> str:
    """The text without spaces and hyphens, which are ambiguous at line ends in untagged text."""
    return "".join(letter for letter in text if letter.isalnum())
