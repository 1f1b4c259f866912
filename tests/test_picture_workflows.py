"""Pictures of plans in builds, programs, translations, reviews, comparisons and the preview."""

import pickle
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.command import ucap
from tests.pdf_text import pdf_words
from tests.photos import PLAN, photograph, saved, with_metadata, write_pictures
from tests.stages import shipped_pack
from tests.word_templates import part
from ucap_reports import Rendered, render
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.plan_pictures import pictures_of
from ucap_reports.batch.plan_translations import PlanFiles
from ucap_reports.batch.worker_pool import Job, JobRunner
from ucap_reports.editor.document_previews import Choice, PlanPreviews
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.installation import product_fingerprint
from ucap_reports.storage.project_folder import find_project
from ucap_reports.summary.document_formats_and_pdf_standards import Format

W, WP = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}",
)
ALTS = ["The Colosseum & <people>", "Ten people at a table.", "The same picture."]


def rendered(path: Path, **options: object) -> Rendered:
    return render(path, formats="pdf,docx,html", **options)  # type: ignore[arg-type] # the options of `render`


def test_a_changed_picture_makes_its_plan_due(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    (tmp_path / "plans" / "siena.yaml").write_text("cities: [{name: Siena}]\n", encoding="utf-8")
    assert {each["status"] for each in ucap(tmp_path, "build", "--json").report["documents"]} == {"written"}
    (path.parent / "pictures" / "rome.jpg").write_bytes(saved(photograph(seed=3)))
    (path.parent / "pictures" / "unused.jpg").write_bytes(b"")
    dues = ucap(tmp_path, "build", "--dry-run", "--json").report["documents"]
    assert {(each["plan"], each.get("reason")) for each in dues} == {
        ("rome", "translation or picture changed"),
        ("siena", None),
    }
    assert [each["status"] for each in ucap(tmp_path, "build", "--json").report["documents"]].count("written") == 2
    assert {each["status"] for each in ucap(tmp_path, "build", "--json").report["documents"]} == {"unchanged"}


def test_documents_from_any_place_are_equal(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    ucap(tmp_path, "build")
    built = {name: (tmp_path / "out" / f"rome.{name}").read_bytes() for name in ("pdf", "docx")}
    folder = path.parent / "pictures"
    values = {
        "cities": [
            {"name": "Rome", "country": "Italy", "picture": {"file": "rome.jpg", "alt": ALTS[0]}},
            {"name": "Tianjin"},
        ],
        "updated": "2019-04-30",
        "results": "Less traffic.",
        "contact": {"office": "IUC", "email": "office@iuc-asia.eu"},
        "pictures": [
            {
                "file": "workshop.png",
                "alt": ALTS[1],
                "caption": "The *workshop* of [May](https://www.iuc.eu).",
                "credit": "Photo: Maria Rossi",
            },
            {"file": "rome.jpg", "alt": ALTS[2], "caption": "Once more"},
        ],
    }
    results = [
        render(path),
        render(text=PLAN, name="rome", pictures=folder),
        render(values, name="rome", pictures=str(folder)),
        render(load_plan(path), pictures=folder),
    ]
    for result in results:
        assert {each.format.value: each.content for each in result.documents} == built
    with pytest.raises(ProblemsFound) as found:
        render(text=PLAN)
    assert {each.code for each in found.value.problems if each.severity.value == "error"} == {"picture-missing"}


def test_no_document_contains_the_place_of_a_photograph(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    (path.parent / "pictures" / "rome.jpg").write_bytes(with_metadata(6))
    for document in rendered(path).documents:
        with_files = document.content
        if document.format.value == "docx":
            with ZipFile(BytesIO(document.content)) as package:
                with_files = b"".join(map(package.read, package.namelist()))
        assert b"SecretCamera" not in with_files


def test_words_about_pictures_are_translated_and_formatted(tmp_path: Path) -> None:
    path = write_pictures(tmp_path, PLAN + "languages: [fr]\n")
    assert ucap(tmp_path, "translate", "fr").code == 0
    po = tmp_path / "translations" / "fr" / "rome.po"
    text = po.read_text(encoding="utf-8")
    for field in ("cities[0].picture.alt", "pictures[0].alt", "pictures[0].caption", "pictures[0].credit"):
        assert f'msgctxt "{field}"' in text
    po.write_text(text.replace('msgid "Once more"\nmsgstr ""', 'msgid "Once more"\nmsgstr "Encore"'), encoding="utf-8")
    assert "Encore" in pdf_words(render(path, language="fr").pdf.content)
    inner = "{credit: x, alt: y, file: rome.jpg}"
    path.write_text(f"pictures: [{inner}]\ncities: [{{picture: {inner}, name: Rome}}]\n", encoding="utf-8")
    assert ucap(tmp_path, "fmt").code == 0
    formatted = path.read_text(encoding="utf-8")
    assert re.findall(r"\w+(?=:)", formatted) == [
        *("cities", "name", "picture", "file", "alt", "credit"),
        *("pictures", "file", "alt", "credit"),
    ]


def test_a_review_and_an_import_keep_the_words_about_pictures(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    (tmp_path / "edited.docx").write_bytes(render(path, formats="docx").docx.content)
    assert ucap(tmp_path, "review", "edited.docx", "--json").report["changes"] == []
    other = tmp_path / "other"
    (other / "plans").mkdir(parents=True)
    assert ucap(other, "import", str(tmp_path / "edited.docx")).code == 0
    (imported,) = (other / "plans").glob("*.yaml")
    for words in ("The workshop of May.", "Photo: Maria Rossi", "Once more"):
        assert words in imported.read_text(encoding="utf-8")


def test_a_comparison_shows_pictures_that_were_removed_since(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    old = tmp_path / "old"
    old.mkdir()
    (old / path.name).write_text(PLAN.replace("rome.jpg", "gone.jpg").replace("Once more", "Before"), encoding="utf-8")
    assert ucap(tmp_path, "diff", "old", "--docx", "changes").code == 0
    content = (tmp_path / "changes" / "rome.docx").read_bytes()
    root = part(content)
    assert [each.text for each in root.iter(f"{W}delText")] == ["Before"]
    with ZipFile(BytesIO(content)) as package:
        relationships = package.read("word/_rels/document.xml.rels").decode()
    blips = root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip")
    assert all(f'Id="{each.values()[0]!s}"' in relationships for each in blips)


def test_the_preview_shows_a_changed_picture(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    previews = PlanPreviews(find_project(tmp_path, tmp_path))
    before = previews.state(Choice("rome", None)).documents
    (path.parent / "pictures" / "rome.jpg").write_bytes(saved(photograph(seed=5)))
    previews.saved()
    after = previews.state(Choice("rome", None)).documents
    assert [each.pictures.keys() for each in after] == [{"cities[0].picture", "pictures[0]", "pictures[1]"}] * 2
    assert all(one.content != other.content for one, other in zip(before, after, strict=True))


def test_the_work_for_a_plan_contains_its_pictures(tmp_path: Path) -> None:
    path = write_pictures(tmp_path)
    source = Source("plans/rome.yaml", PLAN)
    files = PlanFiles(pictures=pictures_of(source, path.parent / "pictures"))
    options = BuildOptions(formats=(Format.PDF,))
    job = pickle.loads(pickle.dumps(Job(source, options, files)))  # noqa: S301 - the test's own bytes
    path.unlink()
    runner = JobRunner(lambda _: shipped_pack(), product_fingerprint())
    outcome = runner.produce(job)
    assert len(outcome.documents) == 1
