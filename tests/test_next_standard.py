"""PDFs in the next standard: PDF/UA-2, WTPDF and PDF/A-4f, with the plan embedded."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
from hypothesis import given, settings

from tests.command import ucap, write_plan
from tests.pages import SUMMARY, pack_of
from tests.pdf_text import embedded_plan, pdf_words
from tests.stages import EXAMPLE
from tests.strategies import GENERATED_PLANS, plan_texts
from tests.translations import translated_project
from tests.verapdf import AssertConformant
from ucap_reports import load_plan, render
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.plan.writing.markdown_and_public_plan import plan_values, public_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, PdfStandard

pytestmark = pytest.mark.no_cover

NEXT = PdfStandard.UA_2
SAMPLE = ["tianjin-rome", "zhengzhou-agioi-anargyroi-kamatero-akk-malaga-rome-nice", "yokohama-frankfurt"]
ARABIC = "language: ar\ncities: [{name: روما}]\nresults: هواء نظيف 2019 (Rome)"
LONG = "cities: [{name: Rome}, {name: Nice}]\nresults: |\n" + "  1. A point that takes its line.\n" * 120
PRIVATE = """# internal
sources: [secret]
updated: 2019-04-30  # why
cities: [{area_km2: 757.20, name: Rome}]
"""


def next_pdf(text: str, name: str = "example") -> bytes:
    return render(text=text, name=name, formats="pdf", pdf_standard=NEXT).pdf.content


def elements(item: Any) -> Iterator[Any]:
    """All structure elements from this one downward."""
    if isinstance(item, pikepdf.Array):
        for each in item:
            yield from elements(each)
    elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
        yield item
        yield from elements(item.get("/K"))


def bookmarks(item: Any) -> Iterator[Any]:
    """All outline items from this one on, with those below them."""
    while item is not None:
        yield item
        yield from bookmarks(item.get("/First"))
        item = item.get("/Next")


# Conformance


@pytest.mark.parametrize("name", SAMPLE)
def test_published_plans_conform(name: str, assert_conformant: AssertConformant) -> None:
    assert_conformant(next_pdf((EXAMPLE.parent / f"{name}.yaml").read_text(encoding="utf-8"), name), NEXT)


@pytest.mark.parametrize("text", [LONG, ARABIC], ids=["long", "right to left"])
def test_other_plans_conform(text: str, assert_conformant: AssertConformant) -> None:
    assert_conformant(next_pdf(text), NEXT)


@pytest.mark.long
@settings(max_examples=GENERATED_PLANS)
@given(text=plan_texts())
def test_any_plan_conforms_and_its_embedded_plan_gives_the_same_document(
    assert_conformant: AssertConformant, text: str
) -> None:
    pdf = next_pdf(text)
    assert_conformant(pdf, NEXT)
    assert next_pdf(embedded_plan(pdf)) == pdf


def test_every_element_is_in_the_namespace_of_pdf_2() -> None:
    with pikepdf.open(BytesIO(next_pdf(LONG))) as document:
        assert document.pdf_version == "2.0"
        (namespace,) = document.Root.StructTreeRoot.Namespaces
        assert str(namespace.NS) == "http://iso.org/pdf2/ssn"
        found = list(elements(document.Root.StructTreeRoot.K))
        assert len(found) > 100
        assert {each.NS.objgen for each in found} == {namespace.objgen}
        assert "/Info" not in document.trailer


# Bookmarks


def test_each_bookmark_leads_to_its_heading_or_row() -> None:
    with pikepdf.open(BytesIO(next_pdf(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.stem))) as document:
        found = list(bookmarks(document.Root.Outlines.First))
        targets = [each.A.SD[0] for each in found]
        known = {each.objgen for each in elements(document.Root.StructTreeRoot.K)}
        assert [str(each.S) for each in targets] == ["/H1", *["/TR"] * (len(found) - 1)]
        assert len({each.objgen for each in targets}) == len(found) > 5
        assert {each.objgen for each in targets} <= known
        assert all("/Dest" not in each and each.A.S == "/GoTo" for each in found)
        pages = [each.objgen for each in document.pages]
        assert all(each.A.D[0].objgen in pages for each in found)


# The embedded plan


def test_the_embedded_plan_is_the_public_form() -> None:
    pdf = next_pdf(PRIVATE, "rome")
    assert embedded_plan(pdf) == "cities:\n  - name: Rome\n    area_km2: 757.20\n\nupdated: 2019-04-30\n"
    with pikepdf.open(BytesIO(pdf)) as document:
        (file,) = document.Root.AF
        assert (str(file.UF), str(file.AFRelationship)) == ("rome.yaml", "/Source")
        assert str(file.EF.F.Subtype) == "/application/yaml"
        assert str(file.EF.F.Params.ModDate) == "D:20190430000000Z"


def test_the_embedded_plan_has_the_values_of_the_example() -> None:
    plan = EXAMPLE.read_text(encoding="utf-8")
    expected = yaml.safe_load(plan)
    del expected["sources"]
    assert yaml.safe_load(embedded_plan(next_pdf(plan))) == expected


def test_a_plan_from_a_mapping_is_embedded() -> None:
    fields = {"cities": [{"name": "Rome", "population": 2_800_000}], "sources": ["secret"]}
    pdf = render(fields, formats="pdf", pdf_standard="ua-2+a-4f").pdf.content
    assert yaml.safe_load(embedded_plan(pdf)) == {"cities": fields["cities"]}


@pytest.mark.long
@given(plan_texts())
def test_the_values_of_any_plan_are_a_plan_file(text: str) -> None:
    plan = parse_plan(Source("plans/plan.yaml", text))
    again = parse_plan(Source("plans/plan.yaml", public_plan(plan_values(plan))))
    for field in type(plan).model_fields.keys() - {"sources"}:
        assert getattr(again, field) == getattr(plan, field) or not (getattr(again, field) or getattr(plan, field))


def test_a_plan_object_is_embedded_from_its_values() -> None:
    pdf = render(load_plan(EXAMPLE), formats="pdf", pdf_standard="ua-2+a-4f").pdf.content
    again = parse_plan(Source("plans/tianjin-rome.yaml", embedded_plan(pdf)))
    assert again == load_plan(EXAMPLE).model_copy(update={"sources": ()})
    assert render(again, formats="pdf", pdf_standard="ua-2+a-4f").pdf.content == pdf


def test_a_translated_document_contains_its_translation(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    pdf = render(plan, formats="pdf", language="zh", pdf_standard="ua-2+a-4f").pdf.content
    embedded = yaml.safe_load(embedded_plan(pdf))
    assert (embedded["language"], embedded["cities"][0]["name"]) == ("zh", "天津")
    again = render(text=embedded_plan(pdf), name="tianjin-rome", formats="pdf").pdf.content
    translated = render(plan, formats="pdf", language="zh").pdf.content
    missing = {*pdf_words(translated)} - {*pdf_words(again)}
    assert {word for word in missing if "欧盟城市伙伴关系" not in word} <= {"1360万"}, "facts are those of the plan"


def test_the_embedded_plan_names_the_pack_of_the_project_or_of_the_command(tmp_path: Path) -> None:
    plan = write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")
    (tmp_path / "ucap.yaml").write_text(
        "template: iuc-japan\npdf_standard: ua-2+a-4f\nformats: [pdf]\n", encoding="utf-8"
    )
    for template, named in ((None, "iuc-japan"), ("plain", "plain"), ("iuc-asia", None)):
        embedded = yaml.safe_load(embedded_plan(render(plan, template=template).pdf.content))
        assert embedded.get("template") == named


# The option


def test_the_usual_standard_is_the_default_and_embeds_nothing() -> None:
    pdf = render(EXAMPLE, formats="pdf").pdf.content
    assert pdf == render(EXAMPLE, formats="pdf", pdf_standard="ua-1+a-2a").pdf.content
    with pikepdf.open(BytesIO(pdf)) as document:
        assert document.pdf_version == "1.7"
        assert len(document.attachments) == 0


def test_build_writes_the_standard_of_the_option(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")
    option = ("--pdf-standard", "ua-2+a-4f")
    assert ucap(tmp_path, "build", "--format", "pdf").code == 0
    assert "(options changed)" in ucap(tmp_path, "build", "--format", "pdf", "--dry-run", *option).out
    assert ucap(tmp_path, "build", "--format", "pdf", *option).code == 0
    assert (tmp_path / "out" / "rome.pdf").read_bytes().startswith(b"%PDF-2.0")
    assert "unchanged" in ucap(tmp_path, "build", "--format", "pdf", *option).out


def test_the_standard_of_the_project_applies_unless_the_command_names_one(tmp_path: Path) -> None:
    plan = write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")
    (tmp_path / "ucap.yaml").write_text("pdf_standard: ua-2+a-4f\nformats: [pdf]\n", encoding="utf-8")
    written = tmp_path / "out" / "rome.pdf"
    assert ucap(tmp_path, "build").code == 0
    assert written.read_bytes() == render(plan).pdf.content
    assert written.read_bytes().startswith(b"%PDF-2.0")
    assert ucap(tmp_path, "build", "--pdf-standard", "ua-1+a-2a").code == 0
    assert written.read_bytes().startswith(b"%PDF-1.7")


def test_an_unknown_standard_of_the_project_is_an_error_at_its_place(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")
    (tmp_path / "ucap.yaml").write_text("formats: [pdf]\npdf_standard: ua-3\n", encoding="utf-8")
    run = ucap(tmp_path, "build", "--json")
    assert run.codes == ["pdf-standard-unknown"]
    assert (run.report["problems"][0]["path"], run.report["problems"][0]["line"]) == ("ucap.yaml", 2)


def test_an_unknown_standard_is_a_usage_error(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")
    run = ucap(tmp_path, "build", "--pdf-standard", "ua-3", "--json")
    assert (run.code, run.codes) == (2, ["pdf-standard-unknown"])


def test_a_document_without_text_conforms(assert_conformant: AssertConformant) -> None:
    plan = Attachment("plan.yaml", "application/yaml", "The plan", b"cities: []")
    pack = pack_of("<document/>")
    assert_conformant(render_pdf(SUMMARY, pack, plan).content, PdfStandard.UA_2)
    assert_conformant(render_pdf(SUMMARY, pack).content, PdfStandard.UA_1)
