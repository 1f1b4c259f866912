"""Plan → Word → import: the plan is the same, and prints the same bytes in both formats."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.imports import PACKS, codes, one_plan, read, refused
from tests.selected_cases import every
from tests.stages import ROOT, shipped_pack
from tests.strategies import plan_texts
from ucap_reports.importers.draft_and_kept_comments import ImportedPlan
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import Plan, load_plan, parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.word.render_word import render_word

pytestmark = pytest.mark.no_cover

PLANS = sorted((ROOT / "plans").glob("*.yaml"))
EXAMPLE = ROOT / "plans" / "tianjin-rome.yaml"


def plan_of(text: str) -> Plan:
    return parse_plan(Source("plans/example.yaml", text))


def word_file(plan: Plan, pack: str) -> bytes:
    return render_word(compose_summary(plan, shipped_pack(pack)), shipped_pack(pack)).content


def both_formats(plan: Plan, pack: str) -> tuple[bytes, bytes]:
    return word_file(plan, pack), render_pdf(compose_summary(plan, shipped_pack(pack)), shipped_pack(pack)).content


def again(plan: Plan, pack: str) -> ImportedPlan:
    """The plan imported from its own Word file."""
    return one_plan(word_file(plan, pack), f"{plan.id}.docx")


def printed(plan: ImportedPlan) -> Summary:
    """What an imported plan prints, in the pack that it names."""
    found = read(plan)
    return content(found, found.template or "iuc-asia")


def content(plan: Plan, pack: str) -> Summary:
    """The summary of a plan without facts that the pack does not print, and that a file therefore does not have."""
    return replace(compose_summary(plan, shipped_pack(pack)), cities=(), goals=(), period="")


def with_unprinted(plan: Plan, original: Plan) -> Plan:
    """The plan with what a Word file does not print: populations that are numbers, and a region of a group again."""
    cities = []
    for city, before in zip(plan.cities, original.cities, strict=True):
        is_number = before.population is not None and before.population.text is None
        population = before.population if is_number else city.population
        region = before.region if set(before.region) == set(city.region) else city.region
        cities.append(city.model_copy(update={"population": population, "region": region}))
    return plan.model_copy(update={"cities": tuple(cities)})


@pytest.mark.parametrize("path", every(3, PLANS), ids=lambda path: str(path.stem))
def test_each_shipped_plan_is_the_same_after_printing_and_importing(path: Path) -> None:
    plan = load_plan(path)
    found = again(plan, plan.template or "iuc-asia")
    assert codes(found) == []
    assert with_unprinted(read(found), plan).model_copy(update={"sources": plan.sources}) == plan
    assert printed(found) == content(plan, plan.template or "iuc-asia")


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
def test_shipped_plans_print_the_same_after_importing_from_any_pack(pack: str) -> None:
    for plan in map(load_plan, PLANS[PACKS.index(pack) :: len(PACKS)]):
        found = again(plan, pack)
        assert codes(found) == []
        assert (read(found).template or "iuc-asia") == pack
        assert printed(found) == content(plan, pack)


@pytest.mark.parametrize("pack", PACKS)
def test_the_imported_example_gives_the_same_documents_to_the_byte(pack: str) -> None:
    documents = both_formats(load_plan(EXAMPLE), pack)
    assert both_formats(read(one_plan(documents[0], "tianjin-rome.docx")), pack) == documents


@pytest.mark.long
@given(plan_texts(), st.sampled_from(PACKS))
@settings(max_examples=40)
def test_any_plan_prints_the_same_after_importing(text: str, pack: str) -> None:
    found = again(plan_of(text), pack)
    assert codes(found) == []
    assert printed(found) == content(plan_of(text), pack)


@pytest.mark.long
@given(plan_texts(max_cities=3), st.sampled_from(PACKS))
@settings(max_examples=10)
def test_any_imported_plan_gives_the_same_documents_to_the_byte(text: str, pack: str) -> None:
    assert both_formats(read(again(plan_of(text), pack)), pack) == both_formats(plan_of(text), pack)


def test_an_imported_plan_is_checked_and_built_to_the_same_files(tmp_path: Path) -> None:
    write_plan(tmp_path, "tianjin-rome.yaml", EXAMPLE.read_text(encoding="utf-8"))
    assert ucap(tmp_path, "build").code == 0
    built = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("tianjin-rome.*")}
    other = tmp_path / "other"
    (other / "plans").mkdir(parents=True)
    assert ucap(other, "import", str(tmp_path / "out" / "tianjin-rome.docx")).code == 0
    assert ucap(other, "check").code == 0
    assert ucap(other, "build").code == 0
    assert {path.name: path.read_bytes() for path in (other / "out").glob("tianjin-rome.*")} == built
    assert set(built) == {"tianjin-rome.docx", "tianjin-rome.pdf"}


@pytest.mark.parametrize("path", PLANS[::9], ids=lambda path: path.stem)
def test_a_file_with_facts_in_cards_is_an_error(path: Path) -> None:
    assert refused(word_file(load_plan(path), "glance"), "a.docx") == ["import-no-cities"]


def test_language_and_date_are_read_from_the_properties() -> None:
    found = read(again(plan_of("cities: [{name: Lyon}]\nlanguage: fr\nupdated: 2019-04-01\n"), "iuc-asia"))
    assert (found.language, found.updated) == ("fr", date(2019, 4, 1))


def test_a_word_file_without_a_date_is_read_as_it_was_built() -> None:
    content = word_file(plan_of("cities: [{name: Lyon}]\n"), "iuc-asia")
    properties = WordPackage(content, "a.docx").properties
    assert (properties.updated, properties.exact) == (None, True)


def test_the_contact_of_a_plan_is_imported() -> None:
    contact = (
        "{office: City of Lyon, email: a@lyon.fr, phone: +33 4 72 10, website: www.lyon.fr, address: 1 place Bellecour}"
    )
    plan = plan_of(f"cities: [{{name: Lyon}}]\ncontact: {contact}\n")
    assert read(again(plan, "iuc-asia")).contact == plan.contact


@pytest.mark.parametrize("language", ["en", "fr", "de", "zh", "ja", "vi", "hi", "xx"])
def test_a_signing_date_is_imported_as_a_date_and_words_as_words(language: str) -> None:
    for written in ("2018-05-31", "'In May 2018, by 31 people'", "Spring 2018"):
        plan = plan_of(f"cities: [{{name: Lyon}}]\nlanguage: {language}\nsigned: {written}\n")
        assert read(again(plan, "iuc-asia")).signed == plan.signed


@pytest.mark.parametrize(
    "tag", ["fr", "fr-FR", "zh", "zh-CN", "zh-Hans", "zh-Hant", "en-GB", "hi-IN", "hi", "de-AT", "ar"]
)
def test_the_language_of_words_is_imported_as_its_author_wrote_it(tag: str) -> None:
    plan = plan_of(f"cities: [{{name: Lyon}}]\nobjectives: 'The word <span lang=\"{tag}\">word</span>'\n")
    assert read(again(plan, "iuc-asia")) == plan
