"""The pack `bilingual`: two languages side by side in both formats, or one alone."""

from itertools import cycle, repeat
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from tests.pdf_pages import page_texts
from tests.pdf_text import pdf_words, structure
from tests.stages import shipped_pack
from tests.test_conformance import schema_errors
from tests.translations import translated_project
from tests.verapdf import AssertConformant
from tests.words import docx_words
from ucap_reports import Rendered, render

pytestmark = pytest.mark.no_cover

CITIES = {
    "Cairo": ("القاهرة", "开罗"), "Lyon": ("ليون", "里昂"), "Rome": ("روما", "罗马"), "Nice": ("نيس", "尼斯"),
    "Ghent": ("غنت", "根特"),
    "Lima": ("ليما", "利马"), "Porto": ("بورتو", "波尔图"), "Turku": ("توركو", "图尔库"), "Graz": ("غراتس", "格拉茨"),
    "Essen": ("إسن", "埃森"), "Turin": ("تورينو", "都灵"), "Quito": ("كيتو", "基多"),
}  # fmt: skip
TEXT = "Both cities reduce the emissions of their buses by 20 % until 2030. "
TRANSLATED = (
    "تخفض المدينتان انبعاثات الحافلات بنسبة 20 % حتى عام 2030 (Metro). ",
    "到2030年，两个城市将公共汽车的排放减少20%。",
)
LANGUAGES = ("ar", "zh")
COUNTS = (1, 2, 5, 12)
FULL_PLANS = list(zip(cycle(LANGUAGES), COUNTS, repeat(True)))
SPARSE_PLANS = list(zip(cycle(reversed(LANGUAGES)), COUNTS, repeat(False)))
"""With the full plans, any two of a language, a number of cities and an amount of text are in one case."""


def project_of(folder: Path, language: str, count: int, *, full: bool) -> Path:
    """A project with a plan of so many cities in English, and its translation; returns the plan's file."""
    place = LANGUAGES.index(language)
    names = list(CITIES)[:count]
    facts = ", population: 1200000, area_km2: 47.9" if full else ""
    lines = ["template: bilingual", f"languages: [{language}]", "cities:"]
    lines += [f"  - {{name: {name}, country: France{facts}}}" for name in names]
    entries = [(f"cities[{number}].name", name, CITIES[name][place]) for number, name in enumerate(names)]
    for field in ("focus", "challenges", "objectives", "results") if full else ():
        lines.append(f"{field}: {TEXT * 9}")
        entries.append((field, (TEXT * 9).strip(), TRANSLATED[place] * 9))
    path = folder / "translations" / language / "cities.po"
    path.parent.mkdir(parents=True)
    written = (f'msgctxt "{field}"\nmsgid "{source}"\nmsgstr "{text.strip()}"\n' for field, source, text in entries)
    path.write_text("\n".join(written), encoding="utf-8")
    return write_plan(folder, "cities.yaml", "\n".join(lines))


def both(plan: Path, **options: str) -> Rendered:
    return render(plan, formats="pdf,docx", **options)


def test_template_check_finds_only_unconfirmed_wordings(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    assert ucap(tmp_path, "template", "check", "bilingual", "--json").codes == ["label-unconfirmed"]


@pytest.mark.long
@pytest.mark.parametrize(("language", "count", "full"), [*FULL_PLANS, *SPARSE_PLANS])
def test_both_formats_print_both_languages_and_conform(
    language: str, count: int, *, full: bool, tmp_path: Path, assert_conformant: AssertConformant
) -> None:
    plan = project_of(tmp_path, language, count, full=full)
    for version in ("en", language):
        result = both(plan, language=version)

        assert_conformant(result.pdf.content)
        assert schema_errors(result.docx.content, tmp_path) == []
        words = docx_words(result.docx.content)
        assert pdf_words(result.pdf.content) == words
        for name in list(CITIES)[:count]:
            assert {name, CITIES[name][LANGUAGES.index(language)]} <= set(words)
        assert (result.pdf.pages or 0) <= shipped_pack("bilingual").settings.page_limit


def test_without_a_translation_one_language_has_the_whole_width(tmp_path: Path) -> None:
    plan = write_plan(tmp_path, "x.yaml", "template: bilingual\ncities: [{name: Rome, country: Italy}, {name: Lima}]\n")

    result = both(plan)

    rows = [len([*row.find("TH"), *row.find("TD")]) for row in structure(result.pdf.content).find("TR")]
    assert rows == [3, 3]
    assert pdf_words(result.pdf.content) == docx_words(result.docx.content)


def test_the_label_of_each_half_continues_in_its_language(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)

    long = plan.read_text(encoding="utf-8").replace("challenges: ", f"challenges: {TEXT * 30}", 1)
    plan.write_text(long, encoding="utf-8")
    pages = page_texts(both(plan, template="bilingual").pdf.content, "Artifact")

    assert any("(continued)" in text for page in pages for text in page)
    assert any("（续）" in text for page in pages for text in page)


def test_a_reviewed_file_changes_its_own_language_only(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    before = plan.read_text(encoding="utf-8")
    ucap(tmp_path, "build", "--format", "docx", "--no-index", "--template", "bilingual")
    name = "out/tianjin-rome.bilingual.docx"
    edited = WordEdit(tmp_path / name)
    edited.replace("and vice-versa.", "and back.", "Li Wei")
    edited.save()

    run = ucap(tmp_path, "review", name, "--apply", "--json")

    assert [(each["field"], each["applied"]) for each in run.report["changes"]] == [("challenges", True)]
    assert plan.read_text(encoding="utf-8") == before.replace("and vice-versa.", "and back.")


@pytest.mark.long
def test_an_import_reads_the_language_of_the_document_only(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    (tmp_path / "x.docx").write_bytes(render(plan, template="bilingual", formats="docx").docx.content)

    run = ucap(tmp_path, "import", "x.docx", "--json")

    imported = (tmp_path / "plans" / "x.yaml").read_text(encoding="utf-8")
    assert "template: bilingual" in imported
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in imported.partition("label_languages")[0])
    assert "import-unplaced" not in run.codes
