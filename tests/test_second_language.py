"""`summary.translations`: templates of each format that print another language beside that of the document."""

from pathlib import Path

import pytest
from lxml import etree
from pypdfium2 import PdfDocument

from tests.command import ucap, write_plan
from tests.pdf_text import structure
from tests.translations import edit, translated_project
from tests.word_templates import docx, part, text_of
from tests.words import W
from ucap_reports import Rendered, render
from ucap_reports.editor.document_previews import Choice, PlanPreviews
from ucap_reports.plan.po_files import PoFile, read_po_file
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import Project

pytestmark = pytest.mark.no_cover

PLAN = "cities: [{name: Cairo, country: Egypt, population: 9500000}, {name: Rome, country: Italy}]\ntemplate: both\n"
ARABIC = {"Cairo": "القاهرة", "Rome": "روما", "- Trams (2019)": "- ترام Metro (2019)"}
CHINESE = {"Cairo": "开罗", "Rome": "罗马", "- Trams (2019)": "- 电车 (2019)"}
FIELDS = ("cities[0].name", "cities[1].name", "objectives")
SETTINGS = (
    "extends: plain\nleaves_out: [contact, programme_label, page_number]\ntheme: {styles: {body: {size: 9 pt}}}\n"
)
OTHER = "{% with other = summary.translations.ar %}"
PAGE = f"""<document><h1>{{{{ summary.title }}}}</h1>{OTHER}<table><tr>
<td>{{{{ summary.rows[-1].cells[0] }}}}</td>
<td lang="{{{{ other.language }}}}">{{{{ other.rows[-1].cells[0] }}}}</td>
</tr></table>{{% endwith %}}</document>"""
WORD = [
    "{{ summary.title }}",
    "{%p with other = summary.translations.ar %}",
    "{{ other.columns[0] }}",
    "{{p other.heads[1] }}",
    "{{p other.rows[-1].cells[0] }}",
    "{%p endwith %}",
]


def write_translation(project: Path, language: str, texts: dict[str, str]) -> Path:
    """The PO file of the plan in a language."""
    path = project / "translations" / language / "cairo.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = zip(FIELDS, texts.items(), strict=True)
    lines = (f'msgctxt "{field}"\nmsgid "{source}"\nmsgstr "{text}"\n' for field, (source, text) in entries)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a plan in English, two translations, and a pack that prints the one into Arabic."""
    write_plan(tmp_path, "cairo.yaml", PLAN + 'objectives: "- Trams (2019)"\n')
    for language, texts in (("ar", ARABIC), ("zh", CHINESE)):
        write_translation(tmp_path, language, texts)
    pack = tmp_path / "templates" / "both"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text(SETTINGS, encoding="utf-8")
    (pack / "summary.page.xml").write_text(PAGE, encoding="utf-8")
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{each}</w:t></w:r></w:p>' for each in WORD)
    (pack / "summary.docx").write_bytes(docx(body))
    return tmp_path


def rendered(project: Path, formats: str, **options: str) -> Rendered:
    return render(project / "plans" / "cairo.yaml", formats=formats, **options)


def direction_of(paragraph: etree._Element) -> str | None:
    bidi = paragraph.find(f"{W}pPr/{W}bidi")
    return None if bidi is None else bidi.get(f"{W}val")


def test_the_pdf_tags_the_other_language_and_lays_it_out_in_its_direction(project: Path) -> None:
    content = rendered(project, "pdf").pdf.content

    own, other = structure(content).find("TD")
    assert not [each.language for each in own.find("Span") if each.language]
    assert [each.text for each in other.find("Span") if each.language == "ar"] == [ARABIC["- Trams (2019)"][2:]]
    page = PdfDocument(content)[0].get_textpage()
    bullets = [
        page.get_charbox(place)[0] for place in range(page.count_chars()) if page.get_text_range(place, 1) == "•"
    ]
    left, right = 60, 520  # the margins, in points
    assert (bullets[0] < left + 10, bullets[1] > right - 10) == (True, True), "each is at the start of its language"


def test_word_tags_the_other_language_and_sets_the_direction_of_its_paragraphs(project: Path) -> None:
    root = part(rendered(project, "docx").docx.content)

    paragraphs = {text_of(each): each for each in root.iter(f"{W}p")}
    arabic = [paragraphs[text] for text in ("القاهرة", "روما", "ترام Metro (2019)")]
    assert [direction_of(each) for each in arabic] == ["1", "1", "1"]
    languages = {lang.get(f"{W}bidi") or lang.get(f"{W}val") for each in arabic for lang in each.iter(f"{W}lang")}
    assert languages == {"ar"}
    assert arabic[-1].find(f"{W}pPr/{W}numPr") is not None
    (title,) = (each for text, each in paragraphs.items() if text.startswith("City Partnership"))
    assert direction_of(title) is None


def test_the_web_page_tags_the_other_language_and_sets_its_direction(project: Path) -> None:
    page = rendered(project, "html").documents[0].content.decode()

    cell = page.partition('<td class="cell" lang="ar" dir="rtl">')[2].partition("</td>")[0]
    assert ARABIC["- Trams (2019)"][2:].split()[0] in cell
    assert "lang=" not in cell.replace('<span lang="en" dir="ltr">', "")


def test_a_document_in_another_language_gets_that_of_the_plan(project: Path) -> None:
    (project / "templates" / "both" / "summary.page.xml").write_text(
        "<document><p>{{ summary.language }} {{ summary.translation.language }} {{ summary.translation.names }}"
        "{% if summary.translations.ar %} ar{% endif %}</p></document>",
        encoding="utf-8",
    )

    (paragraph,) = structure(rendered(project, "pdf", language="ar").pdf.content).find("P")

    assert paragraph.text == "ar en Cairo – Rome"


@pytest.mark.parametrize(
    ("of_project", "of_plan", "first"),
    [("", "", "ar"), ("", "[zh, ar]", "zh"), ("[zh]", "", "zh"), ("[zh]", "[ar]", "ar"), ("[fr, zh]", "", "zh")],
)
def test_the_languages_that_the_plan_or_project_names_come_first(
    project: Path, of_project: str, of_plan: str, first: str
) -> None:
    for path, languages in ((project / "ucap.yaml", of_project), (project / "plans" / "cairo.yaml", of_plan)):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"languages: {languages}\n" if languages else "\n")
    (project / "templates" / "both" / "summary.page.xml").write_text(
        "<document><p>{{ summary.translation.language }}</p></document>", encoding="utf-8"
    )

    (paragraph,) = structure(rendered(project, "pdf").pdf.content).find("P")

    assert paragraph.text == first


def test_worker_processes_print_the_other_language_and_a_changed_translation_is_built(project: Path) -> None:
    write_plan(project, "lima.yaml", "cities: [{name: Lima}]\n")
    assert ucap(project, "build", "--format", "docx", "--jobs", "2").code == 0
    write_translation(project, "ar", ARABIC | {"Rome": "روما الجديدة"})

    run = ucap(project, "build", "--format", "docx", "--jobs", "2", "--json")

    status = {each["path"]: each["status"] for each in run.report["documents"]}
    assert (status["out/cairo.docx"], status["out/lima.docx"]) == ("written", "unchanged")
    assert "روما الجديدة" in text_of(part((project / "out" / "cairo.docx").read_bytes()))


def test_other_translations_are_read_only_for_templates_that_print_them(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(source: Source) -> PoFile:
        read.append(source.path)
        return read_po_file(source)

    monkeypatch.setattr("ucap_reports.batch.translated_versions.read_po_file", reading)

    rendered(project, "pdf", template="plain")
    assert read == []
    rendered(project, "pdf")
    assert [Path(each).parent.name for each in read] == ["ar"]


def test_an_invalid_translation_is_as_if_there_were_none(project: Path) -> None:
    write_translation(project, "ar", ARABIC | {"- Trams (2019)": "# Heading"})

    root = part(rendered(project, "docx").docx.content)

    assert text_of(root) == "City Partnership"


def test_the_preview_prints_the_other_language(project: Path) -> None:
    previews = PlanPreviews(Project(project))

    before = previews.state(Choice("cairo")).documents
    write_translation(project, "ar", ARABIC | {"Rome": "روما الجديدة"})
    previews.saved()

    assert "روما الجديدة" in text_of(part(previews.state(Choice("cairo")).documents[1].content))
    assert "روما" in text_of(part(before[1].content))


def test_template_check_renders_translations(project: Path) -> None:
    page = project / "templates" / "both" / "summary.page.xml"
    page.write_text(PAGE.replace("other.rows[-1]", "other.row[-1]"), encoding="utf-8")

    problems = ucap(project, "template", "check", "both", "--json").report["problems"]

    assert ("name-unknown", "templates/both/summary.page.xml", 3) in [
        (each["code"], each["path"], each["line"]) for each in problems
    ]


def test_documents_of_a_dropped_language_are_reported_and_pruned(tmp_path: Path) -> None:
    project, plan = tmp_path, translated_project(tmp_path)
    ucap(project, "build", "--format", "docx", "--no-index")
    ucap(project, "build", "--format", "docx", "--no-index", "--language", "de")
    edit(plan, "languages: [zh, fr]", "languages: [zh]")

    (warning,) = (
        each
        for each in ucap(project, "build", "--format", "docx", "--no-index", "--json").report["problems"]
        if each["code"] == "plan-deleted"
    )
    assert "out/tianjin-rome.fr.docx" in warning["message"]
    pruned = ucap(project, "build", "--format", "docx", "--no-index", "--prune", "--json").report

    assert pruned["removed"] == ["out/tianjin-rome.fr.docx"]
    left = {path.name for path in (project / "out").glob("*.docx")}
    assert left == {"tianjin-rome.docx", "tianjin-rome.zh.docx", "tianjin-rome.de.docx"}
    assert "plan-deleted" not in ucap(project, "build", "--format", "docx", "--no-index", "--json").codes
