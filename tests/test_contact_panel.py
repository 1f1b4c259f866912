"""The contact panel with the programme label: at the foot of the last page of every summary."""

import json
from pathlib import Path

import pypdfium2
import pytest
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.selected_cases import crossed
from tests.stages import EXAMPLE
from ucap_reports import open_pack
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack_opening import pack_names, shipped_packs
from ucap_reports.template.pack_settings_and_number_format import PackSettings

pytestmark = pytest.mark.no_cover

SPARSE = "cities: [{name: Rome, country: Italy}, {name: Lima, country: Peru}]\n"
PACKS = pack_names([shipped_packs()])


def label_heights(pack_name: str, plan_text: str) -> list[float]:
    """Return where each programme label on the last page stands, from 0 at the foot of the paper to 1."""
    summary = compose_summary(parse_plan(Source("plans/p.yaml", plan_text)), open_pack(pack_name))
    document = pypdfium2.PdfDocument(render_pdf(summary, open_pack(pack_name)).content)
    page = document[len(document) - 1]
    text = page.get_textpage()
    search = text.search("A European Union")
    heights = []
    while (match := search.get_next()) is not None:
        index, _ = match
        heights.append(text.get_charbox(index)[1] / page.get_height())
    return heights


@pytest.mark.parametrize(("pack_name", "plan_text"), crossed(PACKS, [EXAMPLE.read_text(encoding="utf-8"), SPARSE]))
def test_label_is_at_the_foot_of_the_last_page(pack_name: str, plan_text: str) -> None:
    assert min(label_heights(pack_name, plan_text)) < 0.2


@pytest.mark.parametrize("visits", [33, 36])
def test_last_row_is_on_the_page_of_the_foot(visits: int) -> None:
    pack = open_pack("plain")
    pack = replace(pack, settings=PackSettings.model_validate({**dict(pack.settings), "scale": "compact"}))
    activities = [{"when": str(1900 + visit), "text": "A visit"} for visit in range(visits)]
    text = f"{SPARSE}activities: {json.dumps(activities)}\nresults: The end\n"
    summary = compose_summary(parse_plan(Source("plans/p.yaml", text)), pack)
    with pypdfium2.PdfDocument(render_pdf(summary, pack).content) as document:
        last_pages = [page.get_textpage().get_text_range() for page in document][1:]
    assert [("The end" in words, "A visit" in words) for words in last_pages] == [(True, False)]


@pytest.mark.parametrize("pack_name", ["iuc-americas", "iuc-japan"])
def test_web_site_of_the_programme_is_printed_without_an_office(pack_name: str) -> None:
    contact = compose_summary(parse_plan(Source("plans/p.yaml", SPARSE)), open_pack(pack_name)).contact
    assert (contact.website, contact.office, contact.lead) == ("www.iuc.eu", "", "")


def test_contact_of_the_plan_is_printed_without_the_web_site_of_the_pack() -> None:
    text = SPARSE + "contact: {office: Ours, email: a@example.org}\n"
    contact = compose_summary(parse_plan(Source("plans/p.yaml", text)), open_pack("iuc-japan")).contact
    assert (contact.website, contact.office) == ("", "Ours")
    assert contact.lead


def test_contact_of_another_office_is_one_warning_of_check(tmp_path: Path) -> None:
    assert ucap(tmp_path, "init").code == 0
    write_plan(tmp_path, "other.yaml", SPARSE)

    def warnings(*words: str) -> list[str]:
        problems = ucap(tmp_path, *words, "--json").report["problems"]
        return [problem["path"] for problem in problems if problem["code"] == "contact-of-other-office"]

    assert warnings("check") == ["templates/iuc-asia/pack.yaml"]
    assert warnings("build", "--format", "docx", "--no-index") == []
    (tmp_path / "ucap.yaml").write_text("contact: {office: Ours, email: a@example.org}\n", encoding="utf-8")
    assert warnings("check") == []


def test_warning_about_another_office_names_what_the_pack_inherits(tmp_path: Path) -> None:
    assert ucap(tmp_path, "init").code == 0
    (tmp_path / "templates/iuc-asia/pack.yaml").write_text("extends: iuc-asia\ncontact: {office: Ours}\n")
    inherited = open_pack("iuc-asia").settings.contact.email

    problems = ucap(tmp_path, "check", "--json").report["problems"]
    messages = [problem["message"] for problem in problems if problem["code"] == "contact-of-other-office"]

    assert messages == [f'summaries in the pack "iuc-asia" print the contact of another office: {inherited}']


def test_new_project_with_a_contact_prints_it(tmp_path: Path) -> None:
    assert ucap(tmp_path, "init", "--contact", "Our Desk <desk@example.org>").code == 0
    codes = ucap(tmp_path, "check", "--json").codes
    assert "contact-of-other-office" not in codes
