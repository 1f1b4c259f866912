"""Plans in other languages: versions of their documents, what is missing or outdated, and facts in the language."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.pdf_text import pdf_paragraphs
from tests.refusals import refuse_opening
from tests.selected_cases import every
from tests.stages import shipped_pack
from tests.strategies import plan_texts
from tests.translations import LANGUAGES, edit, po_path, translated_project
from tests.verapdf import AssertConformant
from ucap_reports import render
from ucap_reports.plan.passages_and_their_changes import merged_translation
from ucap_reports.plan.plan_model import read_plan
from ucap_reports.plan.po_files import PoEntry, PoFile, read_po_file
from ucap_reports.plan.translation import differences, translate_plan, translation_text
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.markdown import parse_rich_text


def text_of(pdf: bytes) -> str:
    return "\n".join(pdf_paragraphs(pdf))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    translated_project(tmp_path)
    return tmp_path


@pytest.fixture
def plan(project: Path) -> Path:
    return project / "plans" / "tianjin-rome.yaml"


def of_translations(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The problems about translations: the code and the field of each."""
    return [(each["code"], each["field"]) for each in report["problems"] if each["code"].startswith("translation-")]


def test_a_build_makes_the_documents_of_each_language(project: Path) -> None:
    documents = ucap(project, "build", "--json").report["documents"]

    assert [each["path"] for each in documents] == [
        f"out/tianjin-rome{version}.{ending}" for version in ("", ".zh", ".fr") for ending in ("pdf", "docx")
    ]
    assert {each["status"] for each in documents} == {"written"}
    assert {each["status"] for each in ucap(project, "build", "--json").report["documents"]} == {"unchanged"}


def test_a_document_is_in_its_language_with_its_facts(project: Path) -> None:
    ucap(project, "build", "--format", "pdf", "--no-index")
    chinese, french = (text_of((project / "out" / f"tianjin-rome.{each}.pdf").read_bytes()) for each in LANGUAGES)

    for words in ("天津", "意大利", "1360万", "2017年5月31日", "城市国际化"):
        assert words in chinese
    for words in ("Italie", "13,6 millions", "11\u202f760 km²", "Villes résilientes", "Pays :"):
        assert words in french.replace("\u00a0", " ")
    assert "Internationalisation of" not in chinese + french


@pytest.mark.long
@pytest.mark.parametrize("language", every(2, LANGUAGES))
def test_translated_documents_conform(
    project: Path, plan: Path, assert_conformant: AssertConformant, language: str
) -> None:
    assert_conformant(render(plan, formats="pdf", language=language).pdf.content)
    edit(plan, "name: Rome", "name: Roma")
    edit(plan, "Facilitate and launch", "Start")
    assert_conformant(render(plan, formats="pdf", language=language).pdf.content)


def test_one_changed_sentence_is_reported_with_its_field_in_each_language(project: Path, plan: Path) -> None:
    edit(plan, "10th China", "11th China")

    run = ucap(project, "check", "--json")

    assert of_translations(run.report) == [("translation-outdated", "activities[4].text")] * len(LANGUAGES)
    assert {each["line"] for each in run.report["problems"] if each["field"] == "activities[4].text"} == {72}
    assert [(each["language"], each["percent"], each["outdated"]) for each in run.report["translations"]] == [
        ("zh", 97, 1),
        ("fr", 97, 1),
    ]
    assert ucap(project, "check", "--strict").code == 3


def test_a_new_passage_is_missing_in_each_language(project: Path, plan: Path) -> None:
    edit(plan, "  - Economy and trade\n", "  - Economy and trade\n  - Water\n")

    assert of_translations(ucap(project, "check", "--json").report) == [("translation-missing", "themes[4]")] * 2


def test_a_language_without_a_po_file_has_translated_labels_and_a_warning(project: Path) -> None:
    write_plan(project, "essen.yaml", "cities: [{name: Essen, country: Germany}]\nlanguages: [en, fr]\n")

    run = ucap(project, "build", "essen", "--json")

    assert of_translations(run.report) == [("translation-missing", "languages")]
    assert [each["path"] for each in run.report["documents"]][2:] == ["out/essen.fr.pdf", "out/essen.fr.docx"]


def test_the_option_uses_a_translation_that_the_plan_does_not_name(project: Path, plan: Path) -> None:
    edit(plan, "languages: [zh, fr]\n", "")

    assert [each["path"] for each in ucap(project, "build", "--json").report["documents"]] == [
        "out/tianjin-rome.pdf",
        "out/tianjin-rome.docx",
    ]
    ucap(project, "build", "--language", "fr", "--format", "pdf")

    assert "Villes résilientes" in text_of((project / "out" / "tianjin-rome.fr.pdf").read_bytes())


def test_only_the_documents_of_a_changed_translation_are_rebuilt(project: Path) -> None:
    write_plan(project, "essen.yaml", "cities: [{name: Essen, country: Germany}]\n")
    ucap(project, "build")
    edit(po_path(project, "fr"), 'msgstr "Latium"', 'msgstr "Lazio (Latium)"')

    dry = ucap(project, "build", "--dry-run", "--json").report["documents"]
    statuses = {each["path"]: each["status"] for each in ucap(project, "build", "--json").report["documents"]}

    assert {each["plan"] for each in dry if each["reason"]} == {"tianjin-rome"}
    assert {each["reason"] for each in dry if each["reason"]} == {"translation or picture changed"}
    assert [path for path, status in statuses.items() if status == "written"] == [
        "out/tianjin-rome.fr.pdf",
        "out/tianjin-rome.fr.docx",
    ]


def test_passages_in_the_language_of_the_plan_are_tagged_with_it(project: Path, plan: Path) -> None:
    edit(plan, "name: Rome", "name: Roma")
    edit(plan, "Internationalisation of city", "Internationalisation of the city")
    edit(plan, "  - Economy and trade", "  - Trade")
    tree = parse(Source("plans/tianjin-rome.yaml", plan.read_text(encoding="utf-8")))
    po = read_po_file(Source("zh.po", po_path(project, "zh").read_text(encoding="utf-8")))

    translated = translate_plan(read_plan(tree), tree, po, "zh")
    summary = compose_summary(translated.plan, shipped_pack(), "zh")

    assert summary.language == "zh"
    assert [language_of(name) for name in summary.columns] == [None, "en"]
    cells = {row.key: row.cells[0] for row in summary.rows}
    assert {run.language for run in cells["challenges"].runs()} == {"en"}
    assert [run.language for run in cells["themes"].runs()] == [None, None, None, "en"]
    assert {run.language for run in cells["objectives"].runs()} == {None}


def test_column_heads_in_another_language_are_tagged_in_both_formats(project: Path, plan: Path) -> None:
    edit(plan, "name: Rome", "name: Roma")

    result = render(plan, language="zh")

    assert b"Roma" in word_part(result.docx.content)
    assert '<w:lang w:val="en-GB"/></w:rPr><w:t>Roma' in word_part(result.docx.content).decode().replace(
        ' xml:space="preserve"', ""
    )


def test_column_heads_in_another_language_are_tagged_on_the_web_page(project: Path, plan: Path) -> None:
    edit(plan, "name: Rome", "name: Roma")
    edit(plan, "languages: [zh, fr]", "languages: [zh, fr]\ntitle: Our plan")

    page = render(plan, language="zh", formats="html").html.content.decode()

    assert re.search('<th class="[^"]*" lang="en" scope="col">Roma</th>', page)
    assert "<" not in page.partition("<title>")[2].partition("</title>")[0]


def word_part(content: bytes) -> bytes:
    import zipfile  # noqa: PLC0415 - one test needs it
    from io import BytesIO  # noqa: PLC0415 - one test needs it

    return zipfile.ZipFile(BytesIO(content)).read("word/document.xml")


def test_an_invalid_translation_is_an_error_at_its_line_and_only_of_its_version(project: Path) -> None:
    edit(po_path(project, "zh"), 'msgstr "城市国际化以及欧盟与天津之间的双向创新发展。"', 'msgstr "# 标题"')

    run = ucap(project, "build", "--json")

    (error,) = (each for each in run.report["problems"] if each["severity"] == "error")
    assert (error["path"], error["field"]) == ("translations/zh/tianjin-rome.po", "challenges")
    assert error["line"] is not None
    failed = [each["path"] for each in run.report["documents"] if each["status"] == "failed"]
    assert failed == ["out/tianjin-rome.zh.pdf", "out/tianjin-rome.zh.docx"]


def test_the_index_has_one_entry_with_all_names(project: Path) -> None:
    ucap(project, "build", "--format", "pdf")

    page = (project / "out" / "index.html").read_text(encoding="utf-8")

    assert page.count("<li>") == 1
    assert '<p class="names" lang="zh">天津, 罗马</p>' in page
    assert page.index(">PDF<") < page.index(">PDF fr<") < page.index(">PDF zh<")


def test_a_template_can_print_another_language_beside_the_plans(project: Path, plan: Path) -> None:
    pack = project / "templates" / "both"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        "extends: plain\nleaves_out: [contact, programme_label, page_number]\n", encoding="utf-8"
    )
    (pack / "summary.page.xml").write_text(
        "<document><h1>{{ summary.title }}</h1>{% with other = summary.translations.zh %}"
        "<p>{{ other.columns[0] }}{% for row in other.rows %}{{ row.key }} {% endfor %}</p>{% endwith %}"
        "<p>{{ summary.translations.xx.title }}.</p></document>",
        encoding="utf-8",
    )

    result = render(plan, template="both", formats="pdf")

    assert "天津country" in text_of(result.pdf.content).replace(" ", "")
    assert not [each for each in result.problems if each.code == "name-unknown"]


@pytest.mark.parametrize(
    ("source", "translation", "kinds"),
    [
        ("**a** b", "**x** y", []),
        ("**a** b", "x y", ["emphasis"]),
        ("see [a](https://a.org)", "voir [a](https://a.org/)", ["links"]),
        ("- a\n- b", "- x", ["items"]),
        ("- a\n- b", "x", ["items"]),
        ("in 2016-2020", "en 2016-2021", ["numbers"]),
        ("590,000 people", "590\u2009000 personnes", []),
        ("590,000 people", "٥٩٠٬٠٠٠ نسمة", []),
        ("1,234,567 people", "12,34,567 लोग", []),
        ("1,360,000 people", "136万人", []),
        ("1,360,000 people", "137万人", ["numbers"]),
        ("2,800 people", "2 800 personnes", []),
        ("31 May 2017", "2017年5月31日", []),
        ("31 May 2017", "２０１７年５月３１日", []),
        ("13.6 million people", "1360万人", []),
        ("10th forum", "10e forum", []),
    ],
)
def test_markup_and_numbers_of_a_translation_are_compared(source: str, translation: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in differences(parse_rich_text(source), parse_rich_text(translation))] == kinds


def merged(po: PoFile, *texts: str, period: str = "") -> PoFile:
    """Return the PO file, merged with a plan with that period and activities of these texts."""
    activities = "".join(f"  - text: {text}\n" for text in texts)
    plan_text = f"cities: [{{name: Rome}}]\nperiod: {period}\nactivities:\n{activities}"
    tree = parse(Source("plans/x.yaml", plan_text))
    return merged_translation(read_plan(tree), tree, po)


def translated(po: PoFile) -> PoFile:
    entries = [replace(entry, text=f"{entry.source} in {entry.field}") for entry in po.entries]
    return replace(po, entries=tuple(entries))


def test_changed_passage_keeps_its_own_translation_after_the_passage_before_it_was_deleted() -> None:
    tram, trees, oaks = "Build a tram line to the port", "Plant trees in all streets", "Plant oaks in all streets"
    po = translated(merged(PoFile("x.po"), tram, trees))
    po = merged(merged(po, trees), oaks)
    entry = po.entries[-1]
    assert (entry.field, entry.fuzzy, entry.previous) == ("activities[0].text", True, trees)
    assert entry.text == f"{trees} in activities[1].text"
    assert [entry.source for entry in po.obsolete] == [tram]


@pytest.mark.parametrize(("language", "name"), [("fr", "Angleterre"), ("de", "England"), ("th", "England")])
def test_part_of_a_country_is_not_translated_as_the_country(language: str, name: str) -> None:
    tree = parse(Source("plans/x.yaml", "cities: [{name: Barnsley, country: England}, {name: Rome, country: Italy}]\n"))
    plan = translate_plan(read_plan(tree), tree, PoFile("x.po"), language).plan
    assert [country.text for country in plan.cities[0].country] == [name]
    assert plan.cities[1].country[0].text != "Italy"


def test_population_with_words_keeps_its_number_in_a_translation() -> None:
    tree = parse(Source("plans/x.yaml", "cities: [{name: Rome, population: 'about 12,500'}]\n"))
    plan = read_plan(tree)
    po = translated(merged_translation(plan, tree, PoFile("x.po")))
    population = translate_plan(plan, tree, po, "xx").plan.cities[0].population
    assert population is not None
    assert (population.text, population.value) == ("about 12,500 in cities[0].population", 12_500)


def test_population_of_a_translator_is_printed_as_it_is_written() -> None:
    tree = parse(Source("plans/x.yaml", "cities: [{name: Rosario, population: 1.276.000 hab.}]\n"))
    po = PoFile("x.po", (PoEntry("cities[0].population", "1.276.000 hab.", "127.6万人"),))
    population = translate_plan(read_plan(tree), tree, po, "zh").plan.cities[0].population
    assert population is not None
    assert population.text == "127.6万人"


def test_populations_of_a_translation_keep_all_digits(tmp_path: Path) -> None:
    cities = "cities: [{name: Rosario, population: 1.276 million}, {name: Jaén, population: '113,457'}]\n"
    plan = write_plan(tmp_path, "r.yaml", cities)
    po = tmp_path / "translations" / "de" / "r.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgctxt "cities[0].name"\nmsgid "Rosario"\nmsgstr "Rosário"\n', encoding="utf-8")
    page = render(plan, formats="html", language="de").html.content.decode()
    text = re.sub("<[^<>]*>", "", page).replace("\u00a0", " ")
    assert "1,276 Millionen" in text
    assert "113.457" in text


def test_similar_passage_gets_the_translation_of_its_own_field() -> None:
    school, schools = "Open a school of gardeners", "Open a school of the gardeners"
    po = translated(merged(PoFile("x.po"), "Plant trees", school, period=school))
    po = merged(po, schools, "Plant trees")
    entry = next(entry for entry in po.entries if entry.source == schools)
    assert (entry.field, entry.text) == ("activities[0].text", f"{school} in activities[1].text")


def entries_of(po: PoFile) -> dict[str, PoEntry]:
    return {entry.field: entry for entry in po.entries}


def test_changed_passage_keeps_its_translation_although_another_passage_has_its_earlier_text() -> None:
    school = "Open a school of gardeners"
    po = translated(merged(PoFile("x.po"), school, period=school))
    entry = entries_of(merged(po, school, period="Until the school is open"))["period"]
    assert (entry.text, entry.fuzzy, entry.previous) == (f"{school} in period", True, school)


def test_translation_of_a_removed_passage_is_kept_although_another_passage_has_its_text() -> None:
    school = "Open a school of gardeners"
    po = translated(merged(PoFile("x.po"), school, period=school))
    without = merged(po, school)
    assert [entry.text for entry in without.obsolete] == [f"{school} in period"]
    assert entries_of(merged(without, school, period=school))["period"].text == f"{school} in period"


def test_translation_that_another_passage_has_for_the_same_text_does_not_become_obsolete() -> None:
    trees = "Plant trees"
    po = merged(PoFile("x.po"), trees, trees)
    po = replace(po, entries=tuple(replace(entry, text="Planter des arbres") for entry in po.entries))
    assert merged(po, trees).obsolete == ()


def test_notes_of_a_passage_without_a_translation_are_kept_where_it_moves() -> None:
    trees, school = "Plant trees", "Open a school"
    po = merged(PoFile("x.po"), trees, school)
    noted = [replace(entry, notes=(f"What is {entry.source}?",)) for entry in po.entries]
    moved = entries_of(merged(replace(po, entries=tuple(noted)), school, trees))
    assert moved["activities[0].text"].notes == (f"What is {school}?",)
    assert moved["activities[1].text"].notes == (f"What is {trees}?",)


def test_an_outdated_translation_is_that_of_one_passage_alone() -> None:
    trees, oaks = "Plant trees in all streets", "Plant oaks in all streets"
    po = translated(merged(PoFile("x.po"), trees))
    once = merged(po, oaks, period=oaks)
    assert [entry.fuzzy for entry in once.entries if entry.source == oaks] == [False, True]
    assert merged(once, oaks, period=oaks) == once


@pytest.mark.parametrize(("link", "codes"), [("ici", ["link-text-vague"]), ("notre rapport", [])])
def test_link_of_a_translation_that_does_not_say_where_it_leads_is_a_warning_at_its_entry(
    tmp_path: Path, link: str, codes: list[str]
) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\nresults: See [our report](https://example.org).\n")
    (tmp_path / "ucap.yaml").write_text("languages: [fr]\n", encoding="utf-8")
    entries = f'msgctxt "results"\nmsgid "See [our report](https://example.org)."\nmsgstr "Voir [{link}](https://example.org)."\n'
    (tmp_path / "in.po").write_text(f'msgid ""\nmsgstr ""\n"Language: fr\\n"\n\n{entries}', encoding="utf-8")

    assert ucap(tmp_path, "translate", "fr", "rome", "--import", "in.po", "--json").codes == codes

    problems = ucap(tmp_path, "check", "--json").report["problems"]
    vague = [problem for problem in problems if problem["code"] == "link-text-vague"]
    assert [(problem["path"], problem["field"]) for problem in vague] == [
        ("translations/fr/rome.po", "results") for _ in codes
    ]


@pytest.mark.long
@settings(max_examples=50)
@given(plan_texts())
def test_a_plan_translated_into_its_own_words_is_the_same_plan(text: str) -> None:
    tree = parse(Source("plans/x.yaml", text))
    plan = read_plan(tree)
    merged = merged_translation(plan, tree, PoFile("x.po"))
    same = PoFile("x.po", tuple(replace(entry, text=entry.source) for entry in merged.entries))
    written = translation_text(plan, tree, same, "xx")
    po = read_po_file(Source("x.po", written))

    translated = translate_plan(plan, tree, po, "xx")

    assert translation_text(plan, tree, merged_translation(plan, tree, po), "xx") == written
    assert not [each for each in translated.problems if each.code != "translation-differs"]
    changed = {"language", "cities"}
    assert translated.plan.model_dump(exclude=changed) == plan.model_dump(exclude=changed)
    for city, own in zip(translated.plan.cities, plan.cities, strict=True):
        assert city.model_copy(update={"population": None, "area_km2": None}).name == own.name


def test_json_of_check_has_no_translations_without_any(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")

    assert json.loads(ucap(tmp_path, "check", "--json").out)["translations"] == []


def test_a_folder_of_translations_that_cannot_be_read_stops_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.docx")}
    refuse_opening(monkeypatch, lambda path: path.name == "translations")
    run = ucap(tmp_path, "build", "--format", "docx", "--no-index", "--json")

    assert (run.code, [(each["code"], each["path"]) for each in run.report["problems"]]) == (
        1,
        [("file-not-accessible", "translations")],
    )
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.docx")} == before
