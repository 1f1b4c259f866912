"""The identity of Word files: the plan, language, pack and digest that they were built from."""

from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from tests.stages import EXAMPLE, example_summary, shipped_pack, word_file
from tests.translations import translated_project
from ucap_reports import render
from ucap_reports.importers.label_recognition import detected_packs
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.summary_model import Metadata
from ucap_reports.word.file.package_parts import IDENTITY
from ucap_reports.word.file.zip_package import read_package
from ucap_reports.word.render_word import render_word

TEXT = EXAMPLE.read_text(encoding="utf-8")


def identity(content: bytes) -> dict[str, str]:
    root = etree.fromstring(read_package(content)[IDENTITY])
    return {str(each.get("name")): "".join(map(str, each.itertext())) for each in root}


def test_a_file_names_its_plan_language_and_pack() -> None:
    found = identity(word_file(example_summary()))
    digest = found.pop("ucap-digest")
    assert found == {"ucap-plan": "tianjin-rome", "ucap-language": "en", "ucap-pack": "iuc-asia"}
    assert len(digest) == 64


def test_a_translated_file_names_its_language_and_has_another_digest(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    own, french = (identity(render(plan, formats="docx", language=each).docx.content) for each in (None, "fr"))
    assert (own["ucap-language"], french["ucap-language"]) == ("en", "fr")
    assert own["ucap-digest"] != french["ucap-digest"]


def test_the_digest_is_that_of_what_is_printed() -> None:
    def digest(text: str) -> str:
        return identity(render(text=text, formats="docx").docx.content)["ucap-digest"]

    assert digest(format_plan(Source("x.yaml", TEXT))) == digest(TEXT)
    assert digest(f"# A comment.\n{TEXT}") == digest(TEXT)
    assert digest(TEXT.replace("(iuc-asia.eu)", "")) == digest(TEXT), "sources are never printed"
    assert digest(TEXT.replace("10th", "11th")) != digest(TEXT)
    assert digest(TEXT.replace("population: 13.6 Mio", "population: 13600000")) == digest(TEXT), "both print 13.6 Mio"


def test_a_summary_without_an_identity_has_no_empty_properties() -> None:
    bare = replace(example_summary(), metadata=Metadata("", ""))
    assert identity(render_word(bare, shipped_pack()).content).keys() == {"ucap-plan", "ucap-language"}


def test_a_plan_and_its_file_have_the_same_identity() -> None:
    plan = load_plan(EXAMPLE)
    assert identity(render(plan, formats="docx").docx.content) == identity(render(EXAMPLE, formats="docx").docx.content)


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        ({"City: Tianjin", "Country: China"}, "en"),
        ({"\u57ce\u5e02\uff1a\u5929\u6d25", "\u56fd\u5bb6\uff1a\u4e2d\u56fd"}, "zh"),
    ],
)
def test_pack_and_language_are_detected_by_labels_before_any_colon(texts: set[str], language: str) -> None:
    assert detected_packs(texts, [shipped_pack("iuc-asia")]) == [("iuc-asia", language)]
