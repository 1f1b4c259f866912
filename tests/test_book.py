"""`ucap book`: one document over many plans, in three formats."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pikepdf
import pytest
from lxml import etree, html
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from tests.books import CHINA, EUROPE, JAPAN, PLANS, book_pack, content_of
from tests.command import ucap, write_plan
from tests.nu_checker import html_problems
from tests.pdf_pages import page_texts
from tests.pdf_text import pdf_words, structure
from tests.projects import digests
from tests.selected_cases import every, mostly_long
from tests.stages import ROOT, shipped_pack
from tests.test_web_page import texts
from tests.verapdf import AssertConformant
from tests.word_templates import W, part, shipped_settings
from ucap_reports.batch.manifest import Records
from ucap_reports.cli.command_output_and_exit_codes import Exit
from ucap_reports.html.render_html import render_book_html
from ucap_reports.page.read_book import try_book
from ucap_reports.pdf.render_book_pdf import render_book_pdf
from ucap_reports.plan.countries_goals_and_partnerships import country_names, region_of
from ucap_reports.problems import ProblemsFound
from ucap_reports.summary.compose_book import BookFigures, Grouping
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, PdfStandard
from ucap_reports.template.pack import BOOK_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import open_pack
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.sort_order import sort_key
from ucap_reports.word.writer.write_word import render_book_word


def book_pdf(template: str, plans: dict[str, str] = PLANS) -> bytes:
    """The PDF of a book with a template in a pack."""
    files = {**shipped_pack().files, BOOK_TEMPLATE: PackFile("templates/house/book.page.xml", template.encode())}
    pack = Pack(shipped_pack().settings, files, shipped_pack().labels).for_book
    assert pack is not None
    return render_book_pdf(content_of(plans), pack).content


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three plans."""
    for name, text in PLANS.items():
        write_plan(tmp_path, f"{name}.yaml", text)
    return tmp_path


def test_a_book_is_built_in_three_formats_and_unchanged_afterwards(project: Path) -> None:
    first = ucap(project, "book", "--format", "pdf,docx,html", "--json").report
    assert [(each["path"], each["status"]) for each in first["documents"]] == [
        ("out/book.pdf", "written"),
        ("out/book.docx", "written"),
        ("out/book.html", "written"),
    ]
    assert ucap(project, "book", "--format", "pdf,docx,html").out.count("unchanged") == 3
    record = Records(project / "out", "out").get("book")
    assert record is not None
    assert record.is_book

    write_plan(project, "rome-metz.yaml", EUROPE.replace("Metz", "Nancy"))
    assert "build     out/book.pdf" in ucap(project, "book", "--format", "pdf", "--dry-run").out
    assert "written   out/book.pdf" in ucap(project, "book", "--format", "pdf").out
    assert "Nancy" in pdf_words((project / "out" / "book.pdf").read_bytes())


def test_the_name_and_the_plans_of_a_book_can_be_chosen(project: Path) -> None:
    run = ucap(project, "book", "--where", "country=JP", "--title", "Japan", "--out", "out/japan", "--format", "pdf")
    assert (run.code, run.out.split()[1]) == (0, "out/japan.pdf")
    words = pdf_words((project / "out" / "japan.pdf").read_bytes())
    assert {"Kobe"} <= set(words)
    assert not {"Haikou", "Rome"} & set(words)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--out", "out/Book"), "book-name-invalid"),
        (("--out", "."), "book-name-invalid"),
        (("--out", "out/.."), "book-name-invalid"),
        (("--out", "out/"), "book-name-invalid"),
        (("--title", "Japan\udcff"), "usage-invalid"),
        (("--split", "--title", "Japan\x01"), "usage-invalid"),
        (("--out", "out/rome-metz"), "book-name-taken"),
        (("--template", "nothing"), "pack-unknown"),
        (("--format", "odt"), "format-unknown"),
    ],
)
def test_wrong_options_are_reported(project: Path, words: tuple[str, ...], code: str) -> None:
    assert code in ucap(project, "book", *words, "--json").codes


@pytest.mark.no_cover
@pytest.mark.parametrize("dry_run", [False, True])
def test_plan_never_replaces_a_book(project: Path, *, dry_run: bool) -> None:
    ucap(project, "book", "--out", "out/europe", "--format", "pdf,html")
    before = digests(project / "out")
    write_plan(project, "europe.yaml", EUROPE)
    words = ("build", "--format", "pdf,html", "--no-index", "--json", *(("--dry-run",) if dry_run else ()))

    run = ucap(project, *words)

    assert (run.code, run.codes.count("plan-name-taken")) == (1, 1)
    statuses = {document["path"]: document["status"] for document in run.report["documents"]}
    assert statuses["out/europe.pdf"] == "failed"
    assert statuses["out/rome-metz.pdf"] == "written"
    shown = ucap(project, *(word for word in words if word != "--json"))
    assert "failed    out/europe.pdf" in shown.out
    after = digests(project / "out")
    assert {name: after[name] for name in before if "europe" in name} == {
        name: before[name] for name in before if "europe" in name
    }

    (project / "out" / "europe.pdf").unlink()
    (project / "out" / "europe.html").unlink()
    assert ucap(project, *words).code == 0


def test_plan_never_replaces_a_page_of_a_site(project: Path) -> None:
    ucap(project, *SITE)
    pages = {path.name: path.read_bytes() for path in (project / "site").glob("*.html")}

    run = ucap(project, "build", "--out", "site", "--format", "html", "--no-index", "--json")

    assert (run.code, run.codes.count("plan-name-taken")) == (1, len(PLANS))
    assert {path.name: path.read_bytes() for path in (project / "site").glob("*.html")} == pages


@pytest.mark.parametrize("built", [True, False])
def test_book_never_has_the_files_of_another_plan(project: Path, *, built: bool) -> None:
    if built:
        ucap(project, "build", "--format", "pdf")
    before = digests(project / "out")

    run = ucap(project, "book", "kobe-marseille", "--out", "out/rome-metz", "--json")

    assert (run.code, run.codes) == (1, ["book-name-taken"])
    assert digests(project / "out") == before


def test_book_never_has_the_files_of_a_plan_that_was_deleted(project: Path) -> None:
    ucap(project, "build", "--format", "pdf")
    (project / "plans" / "rome-metz.yaml").unlink()
    before = digests(project / "out")

    run = ucap(project, "book", "--out", "out/rome-metz", "--json")

    assert (run.code, run.codes) == (1, ["book-name-taken"])
    assert digests(project / "out") == before


@pytest.mark.parametrize("words", [("book", "--out", "out/all", "--format", "pdf"), ("build", "--format", "pdf")])
def test_index_page_of_a_web_site_is_kept(project: Path, words: tuple[str, ...]) -> None:
    page = project / "out" / "index.html"
    page.parent.mkdir()
    page.write_text("<h1>Our web site</h1>", encoding="utf-8")

    run = ucap(project, *words, "--json")

    assert "index-foreign" in run.codes
    assert {document["status"] for document in run.report["documents"]} == {"written"}
    assert page.read_text(encoding="utf-8") == "<h1>Our web site</h1>"


def test_site_replaces_no_documents_of_plans(project: Path) -> None:
    (project / "ucap.yaml").write_text("languages: [de]\n", encoding="utf-8")
    ucap(project, "build", "--format", "pdf", "--no-index")
    before = digests(project / "out")

    run = ucap(project, "book", "--split", "--out", "out", "--json")

    assert (run.code, run.codes) == (1, ["site-folder-taken"])
    assert digests(project / "out") == before


@pytest.mark.no_cover
def test_site_keeps_a_book_in_its_folder(project: Path) -> None:
    ucap(project, *SITE)
    ucap(project, "book", "--out", "site/europe", "--format", "pdf")
    (project / "plans" / "kobe-marseille.yaml").unlink()

    run = ucap(project, *SITE, "--json")

    assert run.report["removed"] == ["site/kobe-marseille.html"]
    assert (project / "site" / "europe.pdf").exists()


def test_a_plan_with_errors_stops_the_book(project: Path) -> None:
    write_plan(project, "rome-metz.yaml", "cities: [{name: Rome, country: Itly}]\n")
    run = ucap(project, "book", "--format", "pdf", "--json")
    assert run.code == 1
    assert "country-unknown" in run.codes
    assert [each["status"] for each in run.report["documents"]] == ["failed"]
    assert not (project / "out" / "book.pdf").exists()


@pytest.mark.no_cover
@pytest.mark.parametrize("words", [("--format", "pdf"), ("--split", "--out", "site")])
def test_labels_in_another_language_than_that_of_the_book_are_reported_once(
    project: Path, words: tuple[str, ...]
) -> None:
    (project / "ucap.yaml").write_text('fields: {trams: {type: number, label: "Trams:"}}\n', encoding="utf-8")
    (project / "plans" / "kobe-marseille.yaml").write_text(f"{JAPAN}trams: 12\n", encoding="utf-8")
    codes = {}
    for language in ("en", "de", "ar"):
        for run in (1, 2):  # the second one rebuilds nothing
            codes[language, run] = ucap(project, "book", *words, "--language", language, "--json").codes

    assert codes["en", 1] == []
    assert codes["de", 1] == ["label-untranslated"]
    assert sorted(codes["ar", 1]) == ["book-words-missing", "label-untranslated", "labels-missing"]
    assert [codes[language, 2] for language in ("en", "de", "ar")] == [
        codes[language, 1] for language in ("en", "de", "ar")
    ]
    assert ucap(project, "book", *words, "--language", "ar", "--strict").code == Exit.WARNINGS


def years_in_properties(project: Path) -> tuple[list[str], list[str]]:
    """The years in the properties of the Word file and of the PDF of a book."""
    with ZipFile(project / "out" / "book.docx") as package:
        core = package.read("docProps/core.xml").decode()
    with pikepdf.open(project / "out" / "book.pdf") as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
    return sorted({*re.findall(r"(\d{4})-\d\d-\d\dT", core)}), sorted({*re.findall(r"(\d{4})-\d\d-\d\dT", metadata)})


@pytest.mark.no_cover
@pytest.mark.parametrize(("updated", "years"), [("", ["2019"]), ("updated: 2021-04-30\n", ["2021"])])
def test_the_date_of_a_book_without_dated_plans_is_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, updated: str, years: list[str]
) -> None:
    write_plan(tmp_path, "a.yaml", f"cities: [{{name: Rome, country: Italy}}]\n{updated}")
    write_plan(tmp_path, "b.yaml", "cities: [{name: Oslo, country: Norway}]\n")
    assert ucap(tmp_path, "book", "--json").code == 0
    without = years if updated else []
    assert years_in_properties(tmp_path) == (without, without)

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1554076800")
    assert ucap(tmp_path, "book", "--json").code == 0
    assert years_in_properties(tmp_path) == (years, years)


def test_an_edited_word_book_is_kept(project: Path) -> None:
    ucap(project, "book", "--format", "docx")
    path = project / "out" / "book.docx"
    path.write_bytes(b"edited")
    (edited,) = ucap(project, "book", "--format", "docx", "--json").report["problems"]
    assert edited["code"] == "document-edited"
    assert "`ucap book --overwrite-edited`" in edited["hint"]
    assert path.read_bytes() == b"edited"
    assert ucap(project, "book", "--format", "docx", "--overwrite-edited").code == 0
    assert path.read_bytes() != b"edited"


def test_a_build_keeps_the_book_and_its_index_does_not_list_it_as_a_plan(project: Path) -> None:
    ucap(project, "book", "--format", "pdf")
    assert "plan-deleted" not in ucap(project, "build", "--format", "pdf", "--prune", "--json").codes
    assert (project / "out" / "book.pdf").exists()
    assert Records(project / "out", "out").get("book") is not None


def test_the_index_links_to_the_book(project: Path) -> None:
    ucap(project, "build", "--format", "pdf")
    assert 'href="book.pdf"' not in (project / "out" / "index.html").read_text(encoding="utf-8")
    ucap(project, "book", "--format", "pdf,html")
    page = (project / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count('href="book.pdf"') == page.count('href="book.html"') == 1
    ucap(project, "build", "--format", "pdf")
    assert (project / "out" / "index.html").read_text(encoding="utf-8") == page


def test_a_check_refers_to_the_book_from_three_sparse_plans(project: Path) -> None:
    assert "plans-sparse" not in ucap(project, "check", "--json").codes
    write_plan(project, "oslo-metz.yaml", EUROPE.replace("Rome", "Oslo"))
    (found,) = [each for each in ucap(project, "check", "--json").report["problems"] if each["code"] == "plans-sparse"]
    assert (found["severity"], found["message"].split(":")[0]) == ("info", "3 plans have few facts")


def test_book_is_no_id_of_a_plan(project: Path) -> None:
    write_plan(project, "book.yaml", EUROPE)
    assert ucap(project, "check", "book").code == 1


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("name", "cards", "plans"),
    [
        ("iuc-asia", 15, sorted((ROOT / "plans").glob("*.yaml"))[::6]),
        ("iuc-asia", 1_000, [ROOT / "plans" / "tianjin-rome.yaml"]),
        ("action-plan", 1_000, [*(ROOT / "docs" / "examples" / "action-plan" / "plans").glob("*.yaml")]),
    ],
    ids=["summaries and cards", "a card with all fields", "custom fields and tables"],
)
def test_each_row_that_a_summary_prints_is_in_the_book(name: str, cards: int, plans: list[Path]) -> None:
    shipped = shipped_pack(name)
    book = shipped.settings.book.model_copy(update={"cards": cards})
    pack = replace(shipped, settings=shipped.settings.model_copy(update={"book": book}))
    texts = {path.stem: path.read_text(encoding="utf-8") for path in plans}
    content = content_of(texts, pack)
    printed = _letters(" ".join(pdf_words(render_book_pdf(content, book_pack(name)).content)))
    for summary in content.summaries:
        unknown = {pack.settings.unknown, ""}
        for row in summary.rows:
            for line in [line for cell in row.cells for line in cell.text.splitlines() if line not in unknown]:
                assert _letters(line) in printed, (summary.id, row.key)


def _letters(text: str) -> str:
    """The text without spaces and hyphens, which depend on the breaks of lines."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def test_sources_without_an_address_are_not_printed() -> None:
    text = " ".join(pdf_words(render_book_pdf(content_of(PLANS), book_pack()).content))
    assert "iuc.eu" in text
    assert "GeoNames" in text
    assert "mayor" not in text


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        (Grouping.COUNTRY, ["China", "Italy", "Japan"]),
        (Grouping.REGION, ["Asia", "Europe"]),
        (Grouping.THEME, ["Smart cities", "Other"]),
        (Grouping.NONE, ["City pairings"]),
    ],
)
def test_the_chapters_are_countries_regions_or_themes(grouping: Grouping, names: list[str]) -> None:
    assert sorted(group.name for group in content_of(PLANS, grouping=grouping).groups) == sorted(names)


def test_a_book_by_theme_without_a_shared_theme_is_one_chapter() -> None:
    (chapter,) = content_of({"kobe-marseille": JAPAN, "rome-metz": EUROPE}, grouping=Grouping.THEME).groups
    assert chapter.name == "City pairings"


def test_sentences_in_english_have_dates_and_regions_in_english() -> None:
    """There are no words of books in Italian: it was "Last update: 24 novembre 2020"."""
    book = content_of(PLANS, language="it").book

    assert book.updated == "Last update: 24 November 2020"
    assert book.subtitle == "Summaries of the partnerships between cities in Europe and cities in Asia"
    assert book.partner_countries == ("Cina", "Giappone")


def test_figures_of_one_have_words_in_the_singular() -> None:
    units = content_of({"kobe-marseille": JAPAN}).book.units
    assert units == BookFigures(
        "pairing", "cities and metropolitan areas", "countries", "partner country outside Europe", "country in Europe"
    )


def test_cards_leave_out_unknown_facts_in_every_language() -> None:
    spanish = f"language: es\n{JAPAN}"
    (kobe,) = content_of({"kobe-marseille": spanish}).summaries
    assert [city.facts for city in kobe.card.cities] == ["Japan\u00a0· 1,5 millones inhabitants", "France"]
    (kobe,) = content_of({"kobe-marseille": JAPAN}, language="zh").summaries
    assert [city.facts for city in kobe.card.cities][1] == "France"


def test_cards_leave_out_unknown_facts_of_packs_that_show_them(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    settings = "extends: iuc-asia\nwhen_unknown: show\nrows: {signed: {when_unknown: show}}\n"
    (tmp_path / "house" / "pack.yaml").write_text(settings, encoding="utf-8")
    (summary,) = content_of({"rome-metz": EUROPE}, open_pack(tmp_path / "house")).summaries
    assert (summary.card.facts, summary.card.status) == ((), "City pairing")


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        ("fr", "1,5\u00a0million d’habitants"),
        ("es", "1,5 millones de habitantes"),
        ("pt", "1,5 milhão de habitantes"),
        ("zh", "150万人"),
        ("de", "1,5 Millionen Einwohner"),
    ],
)
def test_populations_of_cards_are_phrased_as_the_language_does(language: str, facts: str) -> None:
    (kobe,) = content_of({"kobe-marseille": f"language: {language}\n{JAPAN}"}, language=language).summaries
    shown = kobe.card.cities[0].facts.removeprefix("Japan\u00a0· ")
    assert shown.replace("\u00a0", " ") == facts.replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "status"), [("hu", "Pairing signed 29 March 2019"), ("de", "29. M\u00e4rz 2019")])
def test_the_date_on_a_card_is_in_the_language_of_the_words_around_it(language: str, status: str) -> None:
    (kobe,) = content_of({"kobe-marseille": f"language: {language}\n{JAPAN}"}, language=language).summaries
    assert status in kobe.card.status


def test_the_numbers_on_a_card_are_in_the_language_of_the_words_around_them() -> None:
    cities = "cities: [{name: Hanoi, country: VN, population: 1500000, area_km2: 3359.5}, {name: Metz, country: FR}]\n"
    (hanoi,) = content_of({"hanoi-metz": f"language: vi\n{cities}"}, language="vi").summaries
    facts = hanoi.card.cities[0].facts.replace("\u00a0", " ")
    assert "1.5 Mio inhabitants" in facts
    assert "3,359.5 km²" in facts


def test_cards_print_visits_with_their_label_and_areas_with_one_unit() -> None:
    kobe = "cities: [{name: Kobe, country: Japan, region: Hyogo, area_km2: 557, visits: [May 2018, May 2019]},"
    rome = " {name: Rome, country: Italy, area_km2: 500 square miles}]\n"
    (summary,) = content_of({"kobe-rome": kobe + rome}, shipped_pack("iuc-japan")).summaries
    assert [city.facts for city in summary.card.cities] == [
        "Hyogo, Japan\u00a0· 557 km²\u00a0· City visit: May 2018, May 2019",
        "Italy\u00a0· 500 square miles",
    ]


def test_cards_mark_drafts_and_print_the_contact_of_their_plan() -> None:
    own = f"status: draft\ncontact: {{office: Port of Kobe, email: port@kobe.example.org}}\n{JAPAN}"
    pages = page_texts(render_book_pdf(content_of({"kobe-marseille": own}), book_pack()).content)
    card = " ".join(next(page for page in pages if "Smart cities" in " ".join(page) and "Marseille" in page))
    assert "Draft\u00a0· Pairing signed 29 March 2019" in card
    assert "Contact\u00a0 Port of Kobe,  port@kobe.example.org" in card
    assert content_of(PLANS).summaries.first(1)[0].own_contact == RichText()


def test_cities_of_one_name_in_several_countries_are_different_cities() -> None:
    plan = "cities: [{{name: Valencia{}}}, {{name: Kobe, country: Japan}}]\n"
    plans = {"a": plan.format(", country: Spain"), "b": plan.format(", country: Venezuela"), "c": plan.format("")}
    book = content_of(plans).book
    assert [(city.name, city.references) for city in book.cities] == [
        ("Kobe", "a b c"),
        ("Valencia (Spain)", "a"),
        ("Valencia (Venezuela)", "b"),
        ("Valencia", "c"),
    ]
    assert content_of({name: plans[name] for name in ("a", "c")}).book.figures.cities == "2"
    reversed_book = content_of({"a": plans["b"], "b": plans["a"], "c": plans["c"]}).book
    assert [city.name for city in reversed_book.cities] == [city.name for city in book.cities]


def test_a_book_prints_the_web_site_of_its_contact_without_a_lead() -> None:
    settings = shipped_pack().settings
    contact = settings.contact.model_copy(update={"office": None, "email": None, "website": "https://iuc.example.org"})
    pack = Pack(settings.model_copy(update={"contact": contact}), shipped_pack().files, shipped_pack().labels)
    printed = content_of(PLANS, pack).summary.contact
    assert (printed.website, printed.lead) == ("https://iuc.example.org", "")


def test_sources_and_contacts_are_links() -> None:
    own = JAPAN.replace("iuc.eu/kobe", "www.iuc.eu/kobe")
    page = render_book_html(content_of({"kobe-marseille": own, "a-b": own}), book_pack()).content.decode()
    assert page.count('href="https://www.iuc.eu/kobe"') == 3, "two cards, and the only page of the site that is named"
    assert 'href="https://www.geonames.org"' in page
    several = {"kobe-marseille": own, "a-b": own.replace("/kobe", "/b")}
    assert 'href="https://www.iuc.eu/"' in render_book_html(content_of(several), book_pack()).content.decode()


def test_the_source_of_a_card_is_not_the_address_in_a_credit() -> None:
    own = JAPAN.partition("sources:")[0] + 'sources: ["Photo: A. (https://a.eu)", "https://b.eu/x (population)"]\n'
    (kobe,) = content_of({"kobe-marseille": own}).summaries
    assert kobe.source.text == "Source: b.eu"


def test_credits_are_counted_once_for_each_plan() -> None:
    credit = '"GeoNames (https://www.geonames.org)"'
    own = JAPAN.partition("sources:")[0] + f"sources: [{credit}, {credit}]\n"
    assert [source.count for source in content_of({"kobe-marseille": own}).book.sources] == [""]
    book = content_of({"kobe-marseille": own, "a-b": own}).book
    assert [source.count for source in book.sources] == ["2 pairings"]


def test_goals_are_counted_once_for_each_plan() -> None:
    own = JAPAN.replace("sdgs: [11]", "sdgs: [11, SDG 11 Safe cities, 13]")
    assert [count for _, count in content_of({"kobe-marseille": own}).lists["goals"]] == [1, 1]


def test_contents_do_not_end_with_a_few_lines_on_a_second_page() -> None:
    cities = "cities: [{{name: City {}, country: Japan}}, {{name: Nice, country: France}}]\n"
    plans = {f"city-{number}": cities.format(number) for number in range(84)}
    pages = [" ".join(texts) for texts in page_texts(render_book_pdf(content_of(plans), book_pack()).content)]
    assert pages[1].startswith("Contents")
    assert pages[2].startswith("Overview")


def test_chinese_names_are_in_the_order_of_dictionaries() -> None:
    names = ["阿根廷", "巴西", "加拿大", "智利", "中国", "Rome", "哥伦比亚", "瑙鲁"]
    assert sorted(names, key=lambda name: sort_key(name, "zh-CN")) == [
        "Rome", "阿根廷", "巴西", "哥伦比亚", "加拿大", "智利", "中国", "瑙鲁",
    ]  # fmt: skip
    assert sorted(["東京", "大阪", "京都", "カナダ"], key=lambda name: sort_key(name, "ja")) == [
        "カナダ",
        "京都",
        "大阪",
        "東京",
    ]
    assert sorted(["美國", "日本", "中國"], key=lambda name: sort_key(name, "zh-TW")) == ["中國", "日本", "美國"]
    assert sorted(["中国", "阿根廷"], key=lambda name: sort_key(name, "zh-Hans-HK")) == ["阿根廷", "中国"]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("de", ["Oslo", "Österreich", "Peru"]),
        ("sv", ["Oslo", "Zypern", "Åland", "Ängelholm", "Österrike"]),
        ("da", ["Odense", "Zagreb", "Ærø", "Østrig", "Åland", "Aarhus"]),
        ("es", ["Nz", "Ñora", "Oa"]),
        ("pl", ["Lublin", "Lwów", "Łotwa", "Łódź", "Madryt"]),
        ("cs", ["Cypr", "Čína", "Dánsko", "Haiti", "Chile", "Chorvatsko", "Indie"]),
        ("hr", ["Cetinje", "Čakovec", "Dubrovnik", "Đakovo", "Zagreb", "Žabljak"]),
        ("hu", ["Oslo", "Ököritó", "Őriszentpéter", "Pécs", "Sopron", "Szeged", "Tata"]),
        ("et", ["Soome", "Šveits", "Zagreb", "Tallinn"]),
        ("tr", ["Iğdır", "Isparta", "İstanbul", "İzmir"]),
        ("uk", ["Гана", "Ґалаґан", "Данія", "Естонія", "Європа", "Житомир"]),
    ],
)
def test_names_are_in_the_order_of_the_alphabet(language: str, names: list[str]) -> None:
    assert sorted(names, key=lambda name: sort_key(name, language)) == names


def test_links_to_addresses_look_like_links_in_word_after_links_in_the_book() -> None:
    content = render_book_word(content_of(PLANS), book_pack()).content
    with ZipFile(BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
    looks = {False: set[bool](), True: set[bool]()}
    for link in root.iter(f"{word}hyperlink"):
        looks[link.get(f"{relation}id") is not None].add(link.find(f".//{word}rStyle") is not None)
    assert looks == {False: {False}, True: {True}}


def test_a_plan_with_two_countries_outside_europe_is_in_one_chapter_and_referred_to_in_the_other() -> None:
    plans = {"a-b": "cities: [{name: A, country: Japan}, {name: B, country: China}, {name: C, country: Italy}]\n"}
    china, japan = content_of(plans).groups
    assert [summary.id for summary in japan.cards] == ["a-b"]
    assert [(each.id, each.chapter, each.see) for each in china.references] == [("a-b", "Japan", "See Japan")]


JAPANESE = "cities: [{{name: City {}, country: Japan}}, {{name: Nice, country: France}}]\n"


@pytest.mark.parametrize(("letters", "cards", "wide_cards"), [("a", 0, 1), ("ab", 2, 0), ("abc", 3, 0)])
def test_only_card_of_a_chapter_takes_both_columns(letters: str, cards: int, wide_cards: int) -> None:
    (chapter,) = content_of({f"city-{letter}": JAPANESE.format(letter) for letter in letters}).groups
    assert (len(list(chapter.cards)), len(list(chapter.wide_cards))) == (cards, wide_cards)


def test_plans_with_few_facts_are_cards() -> None:
    content = content_of(PLANS)
    cards = {summary.id: summary.card.is_printed for summary in content.summaries}
    assert cards == {"kobe-marseille": True, "haikou-nice": False, "rome-metz": True}
    kobe = next(summary for summary in content.summaries if summary.id == "kobe-marseille")
    assert kobe.card.status == "Pairing signed 29 March 2019"
    assert kobe.card.cities[0].facts == "Japan\u00a0· 1.5 Mio inhabitants"
    assert (kobe.card.themes_label, kobe.card.themes) == ("Themes", "Smart cities\u00a0· Ports")
    settings = shipped_pack().settings
    without = settings.model_copy(update={"book": settings.book.model_copy(update={"cards": 0})})
    none = content_of(PLANS, Pack(without, shipped_pack().files, shipped_pack().labels))
    assert not any(summary.card.is_printed for summary in none.summaries)


@pytest.mark.parametrize(
    ("facts", "counts"),
    [("", [8, 8, 1]), ("signed: 2019-03-29\nperiod: From 2019\nobjectives: Exchange practice.\n", [6, 8, 3])],
    ids=["few facts", "more facts"],
)
def test_six_to_eight_cards_are_on_a_page(facts: str, counts: list[int]) -> None:
    themes = "themes: [Smart cities, Circular economy, Water and waste management]\nsources: [https://iuc.eu]\n"
    cities = "cities: [{{name: City {}, country: Japan, population: 150000}}, {{name: Nice, country: France}}]\n"
    plans = {f"city-{number}": cities.format(number) + themes + facts for number in range(17)}
    pages = page_texts(render_book_pdf(content_of(plans), book_pack()).content)
    assert [count for page in pages if (count := " ".join(page).count("Source:"))] == counts


def test_pages_have_the_title_and_their_chapters_above() -> None:
    margins = page_texts(render_book_pdf(content_of(PLANS), book_pack()).content, "Artifact")
    heads = ["".join(texts).partition("A European Union")[0] for texts in margins]
    chapters = ["Contents", "Overview", "China · Italy", "Japan", "Index of cities and themes", "Sources and contact"]
    assert heads == ["", *(f"City pairings{chapter}" for chapter in chapters)], "none on the cover"


def test_the_cover_has_the_newest_date_and_only_the_last_chapter_the_contact() -> None:
    pages = [" ".join(texts) for texts in page_texts(render_book_pdf(content_of(PLANS), book_pack()).content)]
    assert "Last update: 24 November 2020" in pages[0]
    assert "International Urban Cooperation" in pages[0]
    assert [number for number, text in enumerate(pages, 1) if "office@iuc-asia.eu" in text] == [len(pages)]


def test_the_spellings_of_a_theme_count_as_one() -> None:
    assert content_of(PLANS).lists["themes"] == [("Smart cities", 2)]


def test_the_contents_and_the_index_have_the_numbers_of_the_pages() -> None:
    pdf = render_book_pdf(content_of(PLANS), book_pack()).content
    pages = [" ".join(texts) for texts in page_texts(pdf)]
    page = next(number for number, text in enumerate(pages, 1) if "Haikou" in text and "Words and more" in text)
    assert f"Haikou – Nice {page}" in pages[1]
    assert re.search(rf"Haikou\s+{page}\b", " ".join(pages[-2:]))


def test_links_and_bookmarks_lead_to_the_headings() -> None:
    with pikepdf.open(BytesIO(render_book_pdf(content_of(PLANS), book_pack()).content)) as pdf:
        with pdf.open_outline() as outline:
            (title,) = outline.root
            names = [item.title for item in title.children]
        assert names[:3] == ["Contents", "Overview", "China"]
        links = [link for link in pdf.pages[1].Annots if "/Dest" in link]
        assert len(links) == 2 * 9  # the text and the number of each entry: six chapters and three plans
        assert {link.Dest[0].objgen for link in links} <= {page.obj.objgen for page in pdf.pages}


def test_embedded_plans_are_in_the_order_of_the_bytes_of_their_names() -> None:
    names = ["aB.yaml", "a(1).yaml", "a\\.yaml", "a).yaml"]
    plans = [Attachment(name, "application/yaml", "A plan", b"cities: []") for name in names]
    with pikepdf.open(BytesIO(render_book_pdf(content_of(PLANS), book_pack(), plans).content)) as pdf:
        tree = pdf.Root.Names.EmbeddedFiles.Names
        assert [bytes(tree[index]) for index in range(0, len(tree), 2)] == sorted(name.encode() for name in names)


def test_all_content_of_pages_is_in_the_tag_tree() -> None:
    """Tags are packed as soon as their pages are drawn: also those of texts that continue on the next pages."""
    long = CHINA.replace("two cities want.", "two cities want. " + "They want it for a long time. " * 500)
    plans = {**PLANS, "haikou-nice": long, "kunming-nice": long.replace("Haikou", "Kunming")}
    document = render_book_pdf(content_of(plans), book_pack())
    assert document.pages is not None
    assert document.pages > 12
    with pikepdf.open(BytesIO(document.content)) as pdf:
        entries = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        owners = {int(key): owner for key, owner in zip(entries[::2], entries[1::2], strict=True)}
        for page in pdf.pages:
            page.contents_coalesce()
            marks = re.findall(rb"/MCID (\d+)>>", page.Contents.read_bytes())
            elements = list(owners[int(page.StructParents)])
            assert len(elements) == len(marks) > 0
            assert all(isinstance(element, pikepdf.Dictionary) for element in elements)
            for link in page.get("/Annots", []):
                assert owners[int(link.StructParent)].S == "/Link"


def office_pack(body: str, language: str = "en", settings: PackSettings | None = None) -> Pack:
    """The pack of books of an office with that body."""
    template = f"<document lang='{language}'><h1>{{{{ book.title }}}}</h1>{body}</document>"
    files = {**shipped_pack().files, BOOK_TEMPLATE: PackFile("templates/house/book.page.xml", template.encode())}
    pack = Pack(settings or shipped_pack().settings, files, shipped_pack().labels).for_book
    assert pack is not None
    return pack


REFERENCES = "<h2 id='china'>China</h2><h3 id='plan'>Haikou</h3><page-break/>" + "".join(
    block.format(f"{name} <page-of ref='plan'/> and <a href='#rome-metz'>others</a>")
    for name, block in (
        ("Item", "<ul><li>{}</li></ul>"),
        ("Cell", "<table><thead><tr><th>{}</th></tr></thead><tr><td>Text</td></tr></table>"),
        ("Box", "<div><p>{}</p></div>"),
    )
)


def test_formats_without_pages_have_names_instead_of_page_numbers_in_lists_and_tables() -> None:
    pack = office_pack(REFERENCES + "<h3 id='rome-metz'>Rome</h3>")
    lines = ["Item Haikou and others", "Cell Haikou and others", "Box Haikou and others"]
    page = html.fromstring(render_book_html(content_of(PLANS), pack).content.decode())
    assert texts(page, "//main//*[a]") == lines
    document = docx.Document(BytesIO(render_book_word(content_of(PLANS), pack).content))
    paragraphs = [
        "".join(text.text for text in paragraph.iter("{*}t")) for paragraph in document.element.body.iter("{*}p")
    ]
    assert [paragraph for paragraph in paragraphs if "others" in paragraph] == lines


def test_links_in_lists_and_tables_lead_to_the_pages_of_plans() -> None:
    page = render_book_html(content_of(PLANS), office_pack(REFERENCES), {"rome-metz": "Rome"}).content
    assert html.fromstring(page).xpath("//a[text()='others']/@href") == ["rome-metz.html"] * 3


def test_contents_have_plans_before_the_first_chapter_in_all_formats() -> None:
    pack = office_pack("<h2>Contents</h2><contents/><page-break/><h3 id='a'>Rome</h3><h2 id='b'>China</h2>")
    page = html.fromstring(render_book_html(content_of(PLANS), pack).content.decode())
    assert page.xpath("//div[@role='navigation']//a/@href") == ["#a", "#b"]
    assert " ".join(page_texts(render_book_pdf(content_of(PLANS), pack).content)[0]).endswith("Contents Rome 2 China 2")


@pytest.mark.parametrize(
    ("language", "pages", "titles"),
    [("en", "1, 2", "A; B"), ("zh", "1、2", "A；B"), ("ja", "1、2", "A；B")],
)
def test_pages_of_several_headings_have_the_punctuation_of_the_language_between_them(
    language: str, pages: str, titles: str
) -> None:
    body = "<h2 id='plan'>A</h2><page-break/><h2 id='other'>B</h2><p>[<page-of ref='plan other'/>]</p>"
    pack = office_pack(body, language)
    pdf = render_book_pdf(content_of(PLANS), pack).content
    assert f"[{pages}]" in "".join(page_texts(pdf)[1])
    page = html.fromstring(render_book_html(content_of(PLANS), pack).content.decode())
    assert f"[{titles}]" in texts(page, "//main//p")


def test_a_heading_in_a_cell_has_a_page_number_where_it_is_with_others() -> None:
    pack = office_pack("<p>See <page-of ref='plan'/></p><table><tr><td><h2 id='plan'>Rome</h2></td></tr></table>")
    assert " ".join(page_texts(render_book_pdf(content_of(PLANS), pack).content)[0]).split()[-3:] == [
        "See",
        "1",
        "Rome",
    ]


def test_a_line_break_in_a_heading_is_a_space_in_contents_and_bookmarks() -> None:
    pack = office_pack("<h2>Contents</h2><contents/><page-break/><h2 id='a'>Greater<br/>Rome</h2>")
    pdf = render_book_pdf(content_of(PLANS), pack).content
    assert "Greater Rome 2" in " ".join(page_texts(pdf)[0])
    with pikepdf.open(BytesIO(pdf)) as document, document.open_outline() as outline:
        assert outline.root[0].children[1].title == "Greater Rome"


def test_signs_that_end_the_text_of_a_field_or_a_line_are_not_in_the_contents_of_a_word_file() -> None:
    pack = office_pack("<h2>Contents</h2><contents/><page-break/><h2 id='a'>Donau\u00addampf \\ \"a\" &amp; b</h2>")
    body = part(render_book_word(content_of(PLANS), pack).content)
    instructions = [(field.text or "").strip() for field in body.iter(f"{W}instrText")]
    assert 'TC "Donaudampf  \u201da\u201d & b" \\f C \\l 1' in instructions


def test_texts_in_chinese_have_the_same_language_in_all_formats_of_a_book() -> None:
    chinese = f"language: zh\n{JAPAN}"
    content = content_of({"kobe-marseille": chinese, "haikou-nice": CHINA})
    pack = book_pack()
    document = docx.Document(BytesIO(render_book_word(content, pack).content))
    word_tags = {run.get(f"{W}val") for run in document.element.body.iter(f"{W}lang")}
    page = html.document_fromstring(render_book_html(content, pack).content)
    web_tags = {element.get("lang") for element in page.iter()}
    pdf_tags = {node.language for node in structure(render_book_pdf(content, pack).content).find("Span")}
    for tags in (word_tags, web_tags, pdf_tags):
        assert {tag for tag in tags if tag and tag.startswith("zh")} == {"zh-CN"}
    assert [label.language for label in content.summary.programme_label][:2] == ["en", "zh-CN"]


def test_a_book_in_another_language_than_its_labels_has_that_language() -> None:
    pdf = render_book_pdf(content_of(PLANS), office_pack("<p>Texte</p>", "fr")).content
    (document,) = structure(pdf).find("Document")
    assert document.language == "fr"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<div class='row'><div class='wide'><p>A</p></div><div class='wide'><p>B</p></div></div>", "width-exceeded"),
        ("<page-header><div class='row'><emblem class='wide'/><p>A</p></div></page-header>", "width-exceeded"),
        ("<contents class='row' count='12'/><page-break/><h2 id='a'>Rome</h2>", "width-exceeded"),
    ],
)
def test_blocks_that_are_too_wide_are_errors_in_all_formats(body: str, code: str) -> None:
    settings = shipped_settings()
    settings["theme"]["styles"] |= {
        "row": {"layout": "columns", "gap": "12 mm"},
        "wide": {"width": "140 mm", "height": "120 mm"},
    }
    pack = office_pack(f"\n{body}", settings=PackSettings.model_validate(settings))
    for write in (render_book_pdf, render_book_html, render_book_word):
        with pytest.raises(ProblemsFound) as found:
            write(content_of(PLANS), pack)
        assert [(problem.code, problem.location.line) for problem in found.value.problems] == [(code, 2)]


def test_the_contrast_of_contents_is_that_with_their_own_background() -> None:
    settings = shipped_settings()
    settings["book"]["styles"] |= {
        "contents-2": {"colour": "#FFFFFF", "background": "#003399"},
        "contents-3": {"colour": "#EEEEEE"},
    }
    body = "<h2>Contents</h2><contents/><page-break/><h2 id='a'>China</h2><h3 id='b'>Rome</h3>"
    errors, warnings = try_book(content_of(PLANS), office_pack(body, settings=PackSettings.model_validate(settings)))
    assert errors == ()
    assert [(warning.code, warning.details["colour"]) for warning in warnings] == [("contrast-low", "EEEEEE")]


@pytest.mark.long
@pytest.mark.parametrize("standard", PdfStandard)
def test_a_book_conforms_to_both_standards(
    project: Path, standard: PdfStandard, assert_conformant: AssertConformant
) -> None:
    ucap(project, "book", "--format", "pdf", "--pdf-standard", standard.value)
    assert_conformant((project / "out" / "book.pdf").read_bytes(), standard)


@pytest.mark.no_cover
def test_word_has_a_contents_field_without_page_numbers_and_bookmarks(project: Path) -> None:
    ucap(project, "book", "--format", "docx")
    content = (project / "out" / "book.docx").read_bytes()
    with ZipFile(BytesIO(content)) as package:
        xml = package.read("word/document.xml").decode()
        assert 'STYLEREF "heading 2"' in "".join(package.read(f"word/header{number}.xml").decode() for number in (1, 2))
    assert xml.count('<w:br w:type="page"/>') == 5, "none where a PDF has one only on a full page"
    anchors = set(re.findall(r'w:anchor="([^"]+)"', xml))
    assert anchors <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
    assert " TOC " in xml
    assert OpenXmlValidator().validate(str(project / "out" / "book.docx")).errors == []
    paragraphs = docx.Document(BytesIO(content)).paragraphs
    entries = [paragraph.text for paragraph in paragraphs if paragraph.style and paragraph.style.name == "toc 2"]
    assert entries == ["Haikou – Nice", "Rome – Metz", "Kobe – Marseille"]


def test_the_web_page_has_links_to_all_headings(project: Path) -> None:
    ucap(project, "book", "--format", "html")
    page = (project / "out" / "book.html").read_text(encoding="utf-8")
    links = re.findall(r'href="#([^"]+)"', page)
    identifiers = re.findall(r' id="([^"]+)"', page)
    assert {"kobe-marseille", "book_index"} <= set(links) <= set(identifiers)
    assert len(identifiers) == len(set(identifiers))


def test_boxes_on_the_web_have_the_shape_of_those_on_paper() -> None:
    two = {f"city-{letter}": JAPANESE.format(letter) for letter in "ab"}  # with Kobe, three cards of a chapter
    page = render_book_html(content_of({**PLANS, **two}), book_pack()).content.decode()
    assert '</div></div></div>\n<div class="_space"></div></div>' in page, (
        "a card beside an empty place keeps its width"
    )
    assert re.search(
        r'<div class="card _stretch"><div class="card-top">.*?</div>\n<div class="card-end _bottom">', page, re.DOTALL
    )
    first, *others = re.findall(r'<li([^>]*)><p class="contents-2', page)
    assert first == ""
    assert all("_above-" in classes for classes in others)


SITE = ("book", "--split", "--out", "site")


@pytest.mark.long
def test_the_nu_html_checker_finds_nothing(project: Path) -> None:
    ucap(project, "book", "--format", "html")
    ucap(project, *SITE)
    assert html_problems([project / "out" / "book.html", *(project / "site").glob("*.html")]) == []


@pytest.mark.parametrize(
    ("name", "sources", "chapter"),
    [
        ("iuc-asia", "", "Sources and contact"),
        ("plain", "", "Sources"),
        ("iuc-asia", "sources", "Contact"),
        ("plain", "sources", "Index of cities and themes"),
    ],
)
def test_the_last_chapter_is_called_what_it_has(name: str, sources: str, chapter: str) -> None:
    """Without `sources`, the plans have none, and the pack `plain` has no contact."""
    plans = {plan: text.partition("sources:")[0] if sources else text for plan, text in PLANS.items()}
    content = render_book_pdf(content_of(plans, shipped_pack(name)), book_pack(name)).content
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        (title,) = outline.root
        assert title.children[-1].title == chapter


def test_the_cover_of_a_landscape_book_is_one_page() -> None:
    pdf = render_book_pdf(content_of(PLANS, shipped_pack("bilingual")), book_pack("bilingual")).content
    assert "Contents" in page_texts(pdf)[1]


PARTNERS = (
    *("China", "Japan", "India", "Brazil", "Peru", "Chile", "Mexico", "Canada", "Colombia", "Argentina", "Indonesia"),
    *("Vietnam", "Thailand", "Malaysia", "Singapore", "Australia", "Egypt", "Morocco", "Kenya", "Ghana", "Ecuador"),
    *("Bolivia", "Uruguay", "Cambodia"),
)
"""Countries on three continents, whose names are as many as the cover of a book can have."""
LONG_TITLE = "Cooperation of cities in Europe and in Asia, Africa and both parts of America between 2016 and 2020: "


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["iuc-asia", "plain", "bilingual"])
@pytest.mark.parametrize(
    "title", every(2, [LONG_TITLE[:34], LONG_TITLE[:60], LONG_TITLE, LONG_TITLE * 2, "城市合作行动计划" * 4])
)
@pytest.mark.parametrize("count", mostly_long([4, 24], {24}))
def test_the_cover_with_a_long_title_and_many_countries_is_one_page(name: str, title: str, count: int) -> None:
    plans = {}
    for country in PARTNERS[:count]:
        plans[country.lower()] = f"cities: [{{name: Here, country: {country}}}, {{name: Rome, country: Italy}}]\n"
    content = content_of(plans, shipped_pack(name), title=title.strip())
    pages = page_texts(render_book_pdf(content, book_pack(name)).content)
    assert "European" in " ".join(pages[0])
    assert "Contents" in pages[1]


def test_a_template_of_an_office_prints_groups_contents_and_pages() -> None:
    pdf = book_pdf(
        '<document><h1>{{ book.title }}</h1><contents count="1"/><page-break/>{% for group in groups %}'
        '<h2 id="{{ group.id }}">{{ group.name }}</h2>{% for summary in summaries %}{% if loop.first %}'
        "<p>{{ summary.title }}</p>{% endif %}{% endfor %}{% endfor %}<page-break/>"
        '<p>China is on page <page-of ref="chapter_1"/>.</p></document>'
    )
    assert "".join(page_texts(pdf)[-1]) == "China is on page 2."


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<p><page-of ref="nowhere"/></p>', "anchor-unknown"),
        ('<h2 id="a">A</h2><h2 id="a">B</h2>', "anchor-duplicate"),
        ('<h2 id="a b">A</h2>', "attribute-invalid"),
        ('<page-break from="half"/>', "attribute-invalid"),
        ('<contents count="99"/>', "columns-invalid"),
        ("<p>{{ book.subject }}</p>", "name-unknown"),
        ("<p>{{ book.title }}", "xml-invalid"),
        ("<p><page-chapters/></p>", "element-misplaced"),
    ],
)
def test_errors_of_a_template_are_reported(body: str, code: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        book_pdf(f"<document><h1>{{{{ book.title }}}}</h1>{body}</document>")
    assert code in [problem.code for problem in found.value.problems]


def test_references_are_compared_with_all_headings_of_a_long_book() -> None:
    headings = "".join(f'<h2 id="heading_{number}">A</h2>' for number in range(400))
    with pytest.raises(ProblemsFound) as found:
        book_pdf(
            f"<document><h1>{{{{ book.title }}}}</h1>{headings}<page-break/>"
            '<p><page-of ref="haeding_99"/></p></document>'
        )
    assert "heading_99" in found.value.problems[0].suggestions


def test_every_country_is_in_a_region() -> None:
    assert {code for code in country_names() if not region_of(code)} == {"AQ"}


def test_a_site_has_an_index_and_a_page_for_each_plan(project: Path) -> None:
    assert ucap(project, *SITE).code == 0
    site = project / "site"
    assert {path.name for path in site.glob("*.html")} == {"index.html", *(f"{name}.html" for name in PLANS)}
    index = (site / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)"', index)
    assert {f"{name}.html" for name in PLANS} <= set(links)
    assert {link[1:] for link in links if link[0] == "#"} <= set(re.findall(r' id="([^"]+)"', index))
    assert 'href="index.html"' in (site / "rome-metz.html").read_text(encoding="utf-8")
    assert not (site / "feed.xml").exists()
    assert not (site / "sitemap.xml").exists()


def test_a_site_has_pages_of_plans_in_other_languages(project: Path) -> None:
    write_plan(project, "rome-metz.yaml", f"language: fr\n{EUROPE}")
    assert ucap(project, *SITE).code == 0
    record = Records(project / "site", "site").get("rome-metz")
    assert record is not None
    assert record.card.countries == ("IT", "FR")


def test_a_site_rebuilds_what_has_changed_and_removes_pages_of_deleted_plans(project: Path) -> None:
    ucap(project, *SITE)
    assert {each["status"] for each in ucap(project, *SITE, "--json").report["documents"]} == {"unchanged"}
    write_plan(project, "rome-metz.yaml", EUROPE.replace("Metz", "Nancy"))
    (project / "plans" / "kobe-marseille.yaml").unlink()
    report = ucap(project, *SITE, "--json").report
    assert report["removed"] == ["site/kobe-marseille.html"]
    written = [each["path"] for each in report["documents"] if each["status"] == "written"]
    assert written == ["site/index.html", "site/rome-metz.html"]


def test_a_site_keeps_the_pages_of_other_projects_in_its_folder(tmp_path: Path) -> None:
    for name in ("rome", "nice"):
        (tmp_path / name).mkdir()
        write_plan(tmp_path / name, f"{name}.yaml", "cities: [{name: Rome, country: Italy}]\n")
        run = ucap(tmp_path / name, "book", "--split", "--out", str(tmp_path / "site"), "--json")
        assert (run.code, run.report["removed"]) == (0, [])

    assert {"rome.html", "nice.html"} <= {path.name for path in (tmp_path / "site").iterdir()}


def test_a_site_of_a_project_that_moved_has_no_pages_of_deleted_plans(tmp_path: Path) -> None:
    site = str(tmp_path / "site")
    (tmp_path / "old").mkdir()
    for name in ("rome", "nice", "oslo"):
        write_plan(tmp_path / "old", f"{name}.yaml", "cities: [{name: Rome, country: Italy}]\n")
    ucap(tmp_path / "old", "book", "--split", "--out", site)
    (tmp_path / "deeper").mkdir()
    moved = (tmp_path / "old").rename(tmp_path / "deeper" / "new")
    (moved / "plans" / "nice.yaml").unlink()

    run = ucap(moved, "book", "--split", "--out", site, "--json")

    assert [Path(path).name for path in run.report["removed"]] == ["nice.html"]


def test_a_site_with_a_base_url_has_a_feed_and_a_sitemap(project: Path) -> None:
    ucap(project, *SITE, "--base-url", "https://example.eu/pairings")
    feed = etree.fromstring((project / "site" / "feed.xml").read_bytes())
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.findtext("a:updated", namespaces=atom) == "2020-11-24T00:00:00Z"
    assert [entry.findtext("a:id", namespaces=atom) for entry in feed.findall("a:entry", atom)] == [
        "https://example.eu/pairings/kobe-marseille.html"
    ]
    sitemap = (project / "site" / "sitemap.xml").read_text(encoding="utf-8")
    assert sitemap.count("<url>") == 1 + len(PLANS)
    assert 'href="feed.xml"' in (project / "site" / "index.html").read_text(encoding="utf-8")


def test_feed_and_sitemap_of_a_web_site_are_kept(project: Path) -> None:
    site = (*SITE, "--base-url", "https://example.eu", "--json")
    (project / "site").mkdir()
    (project / "site" / "feed.xml").write_text("<feed>News</feed>", encoding="utf-8")
    run = ucap(project, *site)
    assert (run.code, run.codes.count("index-foreign")) == (0, 1)
    assert (project / "site" / "feed.xml").read_text(encoding="utf-8") == "<feed>News</feed>"

    (project / "site" / "feed.xml").unlink()
    sitemap = project / "site" / "sitemap.xml"
    assert "rome-metz" in sitemap.read_text(encoding="utf-8")
    (project / "plans" / "rome-metz.yaml").unlink()
    assert "index-foreign" not in ucap(project, *site).codes
    assert "rome-metz" not in sitemap.read_text(encoding="utf-8")


def test_site_without_a_base_url_has_no_old_feed_and_sitemap(project: Path) -> None:
    ucap(project, *SITE, "--base-url", "https://example.eu")
    run = ucap(project, *SITE, "--json")
    assert run.report["removed"] == ["site/feed.xml", "site/sitemap.xml"]
    assert not (project / "site" / "feed.xml").exists()

    (project / "site" / "feed.xml").write_text("<feed>News</feed>", encoding="utf-8")
    assert ucap(project, *SITE, "--title", "Cities", "--json").report["removed"] == []
    assert (project / "site" / "feed.xml").exists()


def test_site_keeps_all_pages_while_a_plan_has_errors(project: Path) -> None:
    ucap(project, *SITE)
    (project / "plans" / "kobe-marseille.yaml").unlink()
    write_plan(project, "rome-metz.yaml", "cities: [{name: Rome, country: Itly}]\n")
    assert ucap(project, *SITE, "--json").report["removed"] == []
    assert (project / "site" / "kobe-marseille.html").exists()


def test_book_in_the_folder_of_a_site_leaves_its_index_alone(project: Path) -> None:
    ucap(project, *SITE)
    index = (project / "site" / "index.html").read_bytes()
    run = ucap(project, "book", "--out", "site/europe", "--format", "pdf", "--json")
    assert (run.code, run.codes) == (0, [])
    assert (project / "site" / "index.html").read_bytes() == index


def test_a_feed_without_dates_is_reported(project: Path) -> None:
    write_plan(project, "kobe-marseille.yaml", EUROPE)
    assert "feed-empty" in ucap(project, *SITE, "--base-url", "https://example.eu", "--json").codes


def test_a_plan_with_errors_stops_the_site(project: Path) -> None:
    write_plan(project, "rome-metz.yaml", "cities: [{name: Rome, country: Itly}]\n")
    run = ucap(project, *SITE, "--json")
    assert (run.code, run.codes.count("country-unknown")) == (1, 1)
    assert not (project / "site" / "index.html").exists()


@pytest.mark.parametrize(
    "words",
    [("--base-url", "https://example.eu"), ("--split", "--format", "pdf"), ("--split", "--base-url", "example.eu")],
)
def test_options_of_a_site_that_do_not_fit_are_reported(project: Path, words: tuple[str, ...]) -> None:
    run = ucap(project, "book", *words, "--json")
    assert (run.code, run.codes) == (2, ["site-options-invalid"])


@pytest.mark.parametrize("words", [(), ("--split", "--out", "out/site")])
def test_a_dry_run_reports_that_an_edited_book_stays(project: Path, words: tuple[str, ...]) -> None:
    book = ("book", *(words or ("--format", "html")), "--json")
    ucap(project, *book)
    path = project / "out" / ("site/rome-metz.html" if words else "book.html")
    path.write_text(f"{path.read_text(encoding='utf-8')}<!-- edited -->", encoding="utf-8")
    plan = project / "plans" / "rome-metz.yaml"
    plan.write_text(f"{plan.read_text(encoding='utf-8')}objectives: New words\n", encoding="utf-8")
    before = digests(project / "out")

    planned = ucap(project, *book, "--dry-run")

    assert digests(project / "out") == before
    done = ucap(project, *book)
    status = {document["path"]: document["status"] for document in planned.report["documents"]}
    assert status == {document["path"]: document["status"] for document in done.report["documents"]}
    assert "edited" in status.values()
    assert (planned.code, "document-edited" in planned.codes) == (done.code, True)
