"""The settings of a project in `ucap.yaml`: what they change, their errors, and what a change of them rebuilds."""

import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from tests.command import ucap, write_plan
from ucap_reports import Format, ProblemsFound, Summary, render
from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.manifest import Records
from ucap_reports.batch.opened_project_and_settings_file import project_settings
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.editor.document_previews import Choice, PlanPreviews
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import Project, shipped_folder
from ucap_reports.summary.document_formats_and_pdf_standards import DEFAULT_FORMATS

pytestmark = pytest.mark.no_cover

PLAN = "cities: [{name: Rome, country: Italy, population: 2}]\nthemes: [Water]\nupdated: 2019-04-30\n"
CONTACT = "contact:\n  office: Our Office\n  email: office@example.org\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", PLAN)
    return tmp_path


def write(project: Path, text: str) -> None:
    (project / "ucap.yaml").write_text(text, encoding="utf-8")


def summary(project: Path, plan: str = "rome", **options: Any) -> Summary:
    """The summary of a plan as a build composes it."""
    settings = project_settings(Project(project))
    made = replace(settings.options((), options.get("template")))
    source = read_source(project / "plans" / f"{plan}.yaml")
    produced = produce(source, PackStore(Project(project), settings.pack).open, made)
    assert produced.summary is not None, produced.problems
    return produced.summary


def keys(project: Path, **options: Any) -> list[str]:
    return [row.key for row in summary(project, **options).rows]


def codes(project: Path, *words: str) -> list[tuple[str, int | None, int | None]]:
    """The code and the place of each problem in ucap.yaml."""
    problems = ucap(project, *words, "--json").report["problems"]
    return [(each["code"], each["line"], each["column"]) for each in problems if each["path"] == "ucap.yaml"]


def due(project: Path) -> dict[str, str]:
    report = ucap(project, "build", "--dry-run", "--json").report
    return {each["path"]: each["reason"] for each in report["documents"] if each["reason"]}


def test_one_contact_is_printed_in_all_plans_with_the_lead_of_the_pack(project: Path) -> None:
    lead = summary(project).contact.lead
    write(project, CONTACT)
    contact = summary(project).contact
    assert (contact.lead, contact.office, contact.email) == (lead, "Our Office", "office@example.org")
    assert (contact.phone, contact.website, contact.address) == ("", "", "")


@pytest.mark.parametrize(
    ("own", "office"),
    [
        ("contact: {office: City of Rome, phone: +39 06 0606}\n", "City of Rome"),
        ("contact: {email: info@example.org}\n", ""),
        ("contact: {phone: +39 06 0606}\n", "Our Office"),
        ("contact: N/A\n", "Our Office"),
    ],
)
def test_the_contact_of_a_plan_is_taken_whole_if_it_names_an_office_or_a_mail_address(
    project: Path, own: str, office: str
) -> None:
    write(project, CONTACT)
    write_plan(project, "rome.yaml", PLAN + own)
    contact = summary(project).contact
    assert contact.office == office
    assert (contact.email == "office@example.org") is (office == "Our Office")
    assert ("contact-ignored" in ucap(project, "check", "--json").codes) is ("+39" in own and office == "Our Office")


def test_a_contact_without_office_and_mail_address_is_ignored_with_a_warning(project: Path) -> None:
    before = summary(project).contact
    write(project, "contact: {phone: +39 06 0606}\n")
    assert summary(project).contact == before
    assert codes(project, "check") == [("contact-ignored", 1, 1)]


def test_a_contact_whose_mail_address_is_invalid_is_not_said_to_have_none(project: Path) -> None:
    write_plan(project, "rome.yaml", PLAN + "contact: {email: nope, phone: +39 06 0606}\n")
    found = ucap(project, "check", "--json").codes
    assert "email-invalid" in found
    assert "contact-ignored" not in found

    write_plan(project, "rome.yaml", PLAN + "template: iuc-americas\ncontact: {email: nope, phone: +39 06 0606}\n")
    found = ucap(project, "check", "--json").codes
    assert "email-invalid" in found
    assert "contact-missing" not in found


def test_a_plan_whose_contact_has_only_a_phone_number_prints_it_if_there_is_no_other(project: Path) -> None:
    write_plan(project, "rome.yaml", PLAN + "template: iuc-americas\ncontact: {phone: +39 06 0606}\n")
    assert summary(project).contact.phone == "+39 06 0606"


def test_the_default_pack_is_for_plans_that_name_none(project: Path) -> None:
    write_plan(project, "nice.yaml", PLAN + "template: plain\n")
    write(project, "template: iuc-japan\n")
    assert "place" in keys(project)
    assert summary(project, "nice").column_label.text == "City"
    assert "place" not in keys(project, template="iuc-asia")


def test_documents_of_the_default_pack_have_the_plain_name(project: Path) -> None:
    write(project, "template: iuc-japan\nformats: pdf\n")
    for words in ((), ("--template", "iuc-japan"), ("--template", "iuc-asia")):
        assert ucap(project, "build", "--no-index", *words).code == 0
    assert sorted(path.name for path in (project / "out").glob("*.pdf")) == ["rome.iuc-asia.pdf", "rome.pdf"]


def test_label_languages_are_those_of_the_project_unless_the_plan_names_some(project: Path) -> None:
    write(project, "label_languages: [de, en]\n")
    assert [label.language for label in summary(project).programme_label] == ["en", "de"]
    write_plan(project, "rome.yaml", PLAN + "label_languages: [fr]\n")
    assert [label.language for label in summary(project).programme_label] == ["fr"]


def test_a_label_language_that_the_pack_does_not_have_is_an_error_at_its_place(project: Path) -> None:
    write(project, "label_languages:\n  - en\n  - xx\n")
    assert codes(project, "build") == [("label-language-unknown", 3, 5)]


def test_rows_are_hidden_and_changed_without_a_pack(project: Path) -> None:
    before = keys(project, template="plain")
    write(project, "rows:\n  country: hide\n  themes: {label: Topics}\n  results: {when_unknown: show}\n")
    assert keys(project, template="plain") == [key for key in [*before, "results"] if key != "country"]
    labels = {row.key: row.label.text for row in summary(project, template="plain").rows}
    assert labels["themes"] == "Topics"


def test_rows_as_a_list_are_their_order(project: Path) -> None:
    write(project, "rows:\n  - themes\n  - country\n  - place\n  - area_km2: {when_unknown: omit}\n")
    assert keys(project) == ["themes", "country"]
    assert summary(project).column_label.text == "City:"
    assert keys(project, template="iuc-japan") == ["themes", "place"]


def test_rows_that_the_pack_does_not_have_are_ignored(project: Path) -> None:
    before = keys(project)
    write(project, "rows: {place: hide, budget: {label: Budget}, mayor: {label: Mayor, when_unknown: show}}\n")
    assert keys(project) == before


def test_a_row_that_no_pack_has_is_a_warning(project: Path) -> None:
    write(project, "rows:\n  place: hide\n  populaton: hide\n")
    assert codes(project, "check") == [("row-unused", 3, 3)]
    assert codes(project, "build") == [("row-unused", 3, 3)]
    assert codes(project, "build") == [("row-unused", 3, 3)], "also if nothing has changed"


def test_all_errors_of_the_file_are_reported_at_once_at_their_places(project: Path) -> None:
    text = "template: iuc-aisa\nformats: [pdf, dox]\ncontact: {mail: x}\nindex: {draft: true}\n"
    write(project, text + "rows:\n  region: omit\n  country: {when_unknwn: show}\nlanguages: [klingon_x]\n")
    expected = [
        ("pack-unknown", 1, 11),
        ("format-unknown", 2, 16),
        ("field-unknown", 3, 11),
        ("field-unknown", 4, 9),
        ("row-change-invalid", 6, 11),
        ("field-unknown", 7, 13),
        ("language-invalid", 8, 13),
    ]
    assert codes(project, "build") == expected
    assert codes(project, "check") == expected
    assert not (project / "out").exists()
    with pytest.raises(ProblemsFound) as found:
        render(project / "plans" / "rome.yaml")
    assert [each.code for each in found.value.problems] == [code for code, _, _ in expected]


def test_pack_whose_name_is_a_number_needs_no_quotes(project: Path) -> None:
    write(project, "template: 2020\n")
    assert codes(project, "build") == [("pack-unknown", 1, 11)]
    shutil.copytree(shipped_folder() / "templates" / "plain", project / "templates" / "2020")
    report = ucap(project, "build", "--json").report
    assert {document["status"] for document in report["documents"]} == {"written"}
    record = Records(project / "out", "out").get("rome")
    assert record is not None
    assert record.inputs.pack == "2020"


@pytest.mark.parametrize(
    "text", ["- contact\n", "contact: [\n", "contact:\n  office: A\ncontact:\n  office: B\n", "rows: 3\n"]
)
def test_a_file_that_has_no_settings_is_an_error_and_nothing_is_built(project: Path, text: str) -> None:
    write(project, text)
    run = ucap(project, "build", "--json")
    assert run.code == 1
    assert [problem["severity"] for problem in run.report["problems"]] == ["error"]
    assert run.report["documents"] == []


@pytest.mark.parametrize("text", ["", "# contact:\n", "contact:\nformats:\nrows:\nindex:\ntemplate:\n"])
def test_empty_settings_are_those_of_a_project_without_the_file(project: Path, text: str) -> None:
    before = project_settings(Project(project))
    write(project, text)
    assert project_settings(Project(project)) == before


def test_the_plans_are_checked_even_if_the_settings_have_errors(project: Path) -> None:
    write_plan(project, "rome.yaml", "cities: [{name: Rome, country: Itly}]\n")
    write(project, "formats: [dox]\n")
    assert ucap(project, "check", "--json").codes[:2] == ["format-unknown", "country-unknown"]


def test_formats_of_the_project_are_built_unless_the_command_names_some(project: Path) -> None:
    write(project, "formats: [pdf]\n")
    assert [each["format"] for each in ucap(project, "build", "--json").report["documents"]] == ["pdf"]
    for words in (["--format", "docx,pdf"], ["--format", "docx", "--format", "pdf"]):
        report = ucap(project, "build", "--json", *words).report
        assert [each["format"] for each in report["documents"]] == ["pdf", "docx"]


def test_the_documents_in_other_languages_are_built_too(project: Path) -> None:
    write_plan(project, "nice.yaml", PLAN + "language: fr\n")
    write(project, "languages: [fr, zh]\nformats: pdf\n")
    report = ucap(project, "build", "--json").report
    assert [each["path"] for each in report["documents"]] == [
        *("out/nice.pdf", "out/nice.zh.pdf", "out/rome.pdf", "out/rome.fr.pdf", "out/rome.zh.pdf")
    ]
    assert due(project) == {}
    report = ucap(project, "build", "--json", "--language", "de").report
    assert [each["path"] for each in report["documents"]] == ["out/nice.de.pdf", "out/rome.de.pdf"]


@pytest.mark.parametrize("formats", ["pdf", "[pdf]", "docx, pdf", "[DOCX, pdf]", "[html]"])
def test_formats_are_a_text_or_a_list(project: Path, formats: str) -> None:
    write(project, f"formats: {formats}\npdf_standard: ua-1+a-2a\n")
    found = project_settings(Project(project)).options().formats
    assert found == tuple(each for each in Format if each.value in formats.lower())


@pytest.mark.parametrize("name", ["ucap.yml", "ucap.yaml.txt", "ucap.yaml.yaml"])
def test_a_settings_file_with_another_ending_is_reported(project: Path, name: str) -> None:
    (project / name).write_text(CONTACT, encoding="utf-8")
    assert "settings-misnamed" in ucap(project, "check", "--json").codes
    write(project, CONTACT)
    assert "settings-misnamed" not in ucap(project, "check", "--json").codes


def test_a_changed_contact_rebuilds_the_documents_and_a_comment_does_not(project: Path) -> None:
    write(project, CONTACT)
    ucap(project, "build")
    assert due(project) == {}
    write(project, f"# our office\n{CONTACT}index: {{title: Ours}}\n")
    assert due(project) == {}
    write(project, CONTACT.replace("Our", "New"))
    assert due(project) == dict.fromkeys(("out/rome.pdf", "out/rome.docx"), "template pack or project settings changed")
    ucap(project, "build")
    (project / "ucap.yaml").unlink()
    assert set(due(project)) == {"out/rome.pdf", "out/rome.docx"}


def test_another_default_pack_rebuilds_only_the_plans_that_name_none(project: Path) -> None:
    write_plan(project, "nice.yaml", PLAN + "template: plain\n")
    ucap(project, "build")
    write(project, "template: iuc-japan\n")
    assert set(due(project)) == {"out/rome.pdf", "out/rome.docx"}
    ucap(project, "build")
    assert due(project) == {}


def test_worker_processes_use_the_settings(project: Path) -> None:
    write_plan(project, "nice.yaml", PLAN)
    write(project, CONTACT)
    assert ucap(project, "build", "--jobs", "2", "--out", "two").code == 0
    assert ucap(project, "build", "--jobs", "1").code == 0
    for name in ("rome.pdf", "nice.docx"):
        assert (project / "two" / name).read_bytes() == (project / "out" / name).read_bytes()


def test_tracked_changes_use_the_settings(project: Path) -> None:
    shutil.copytree(project / "plans", project / "old")
    write_plan(project, "rome.yaml", PLAN.replace("Water", "Air"))
    write(project, f"{CONTACT}template: plain\n")
    assert ucap(project, "diff", "old", "--docx", "changes").code == 0
    with ZipFile(project / "changes" / "rome.docx") as file:
        text = file.read("word/document.xml").decode()
    assert "Our Office" in text
    assert "City Partnership" in text


def test_render_uses_the_settings_of_the_project_of_a_path(project: Path) -> None:
    write(project, f"{CONTACT}formats: [pdf]\nrows: {{populaton: hide}}\n")
    assert ucap(project, "build").code == 0
    result = render(project / "plans" / "rome.yaml")
    assert [document.format for document in result.documents] == [Format.PDF]
    assert result.pdf.content == (project / "out" / "rome.pdf").read_bytes()
    assert "row-unused" in {problem.code for problem in result.problems}
    assert len(render(text=PLAN).documents) == 2


def test_the_preview_follows_the_settings(project: Path) -> None:
    previews = PlanPreviews(Project(project))
    first = previews.state(Choice("rome"))
    write(project, f"{CONTACT}formats: [docx]\n")
    previews.saved()
    second = previews.state(Choice("rome"))
    assert [each.format for each in second.documents] == list(DEFAULT_FORMATS)
    assert all(old.content != new.content for old, new in zip(first.documents, second.documents, strict=True))
    write(project, "template: none\n")
    previews.saved()
    third = previews.state(Choice("rome"))
    assert [problem.code for problem in third.produced.problems] == ["pack-unknown"]
    assert third.outdated
