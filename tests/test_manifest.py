"""The manifest and its records: read as they were written, and not used if they were changed."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ucap_reports.batch.document_names_and_thumbnails import NAME
from ucap_reports.batch.manifest import (
    JOURNAL,
    MANIFEST,
    DocumentRecord,
    Inputs,
    PlanCard,
    PlanRecord,
    Reason,
    Records,
    WarningRecord,
    decode_lines,
    decode_manifest,
    decode_record,
    encode_line,
    encode_manifest,
    encode_record,
)
from ucap_reports.batch.options_settings_and_source_date import DocumentOptions
from ucap_reports.batch.rebuild_reasons import difference
from ucap_reports.problems import Severity
from ucap_reports.summary.document_formats_and_pdf_standards import Format, PdfStandard

TEXT = st.text(max_size=8)
"""Any text, including lone surrogates, which file names can contain."""
NUMBER = st.integers(0, 9999)
DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)
FORMATS = st.sampled_from(Format)
IDS = st.from_regex(NAME, fullmatch=True)
INPUTS = st.builds(
    Inputs,
    plan=DIGEST,
    options=st.builds(DocumentOptions, **dict.fromkeys(("template", "language"), st.none() | TEXT), undated=st.dates()),
    **dict.fromkeys(("pack", "pack_digest", "tools"), TEXT),
)
WARNINGS = st.lists(
    st.builds(WarningRecord, TEXT, st.sampled_from(Severity), st.none() | TEXT, st.none() | NUMBER, st.none() | TEXT),
    max_size=2,
).map(tuple)
CARDS = st.builds(
    PlanCard,
    id=TEXT,
    title=TEXT,
    cities=st.lists(TEXT, max_size=2).map(tuple),
    countries=st.lists(TEXT, max_size=2).map(tuple),
    themes=st.lists(TEXT, max_size=2).map(tuple),
    sdgs=st.lists(st.integers(1, 17), max_size=2).map(tuple),
    language=TEXT,
    updated=st.none() | st.dates(),
)
DOCUMENTS = st.builds(
    DocumentRecord,
    DIGEST,
    st.none() | NUMBER,
    st.none() | st.sampled_from(Reason),
    st.none() | DIGEST,
)
RECORDS = st.builds(
    PlanRecord,
    source=TEXT,
    inputs=INPUTS,
    card=CARDS,
    problems=WARNINGS,
    documents=st.dictionaries(FORMATS, DOCUMENTS, max_size=2),
    thumbnail_pdf=st.none() | DIGEST,
    thumbnail=st.none() | DIGEST,
)
MANIFESTS = st.dictionaries(IDS, RECORDS.map(encode_record), max_size=3)
INPUT = Inputs("0" * 64, DocumentOptions(language="en"), "pack", "digest", "tools")
RECORD = PlanRecord("plans/x.yaml", INPUT, PlanCard("x", "X", ("X",), ("IT",), (), (11,), updated=date(2020, 1, 2)))


@given(RECORDS)
def test_a_record_is_read_as_it_was_written(record: PlanRecord) -> None:
    line = encode_record(record)

    assert decode_record(line) == record
    assert b"\n" not in line


@given(MANIFESTS)
def test_a_manifest_is_read_as_it_was_written(manifest: dict[str, bytes]) -> None:
    assert decode_manifest(encode_manifest(manifest)) == manifest


@given(MANIFESTS, st.data())
def test_a_manifest_that_was_cut_off_is_not_used(manifest: dict[str, bytes], data: st.DataObject) -> None:
    content = encode_manifest(manifest)
    place = data.draw(st.integers(0, len(content) - 1))

    assert decode_manifest(content[:place]) is None


@given(st.binary(max_size=200) | MANIFESTS.map(encode_manifest), st.data())
def test_any_bytes_can_be_read(content: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(content)))
    changed = content[:place] + data.draw(st.binary(max_size=3)) + content[place + 1 :]
    manifest = decode_manifest(changed)
    for line in (manifest or {}).values():
        decode_record(line)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("card", "sdgs"), [99]),
        (("card", "cities"), "Rome"),
        (("card", "updated"), "soon"),
        (("source",), ["plans/x.yaml"]),
        (("inputs", "plan"), "../../etc"),
        (("documents",), {"exe": {}}),
        (("documents",), {"pdf": {"sha256": "0"}}),
        (("pictured",), "x"),
        (("problems",), [{"code": "a"}]),
        (("card",), None),
    ],
)
def test_a_record_with_a_wrong_value_is_not_used(keys: tuple[str, ...], value: Any) -> None:
    plain = json.loads(encode_record(RECORD))
    inner = plain
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value

    assert decode_record(json.dumps(plain).encode()) is None


def test_values_that_are_nested_too_deeply_are_not_used() -> None:
    deep = b"[" * 100_000

    assert decode_record(deep) is None
    assert decode_lines(deep + b": {}") == {}


def test_a_wrong_record_in_the_journal_leaves_that_of_the_manifest(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(encode_manifest({"x": encode_record(RECORD)}))
    wrong = (encode_line("x", b'{"card": 1}'), encode_line("../y", encode_record(RECORD)))
    (tmp_path / JOURNAL).write_bytes(b"\n".join([*wrong, b""]))
    records = Records(tmp_path, "out")

    assert [*records] == ["x"]
    assert records.get("x") == RECORD


@pytest.mark.parametrize("cut_off", [b'"a": {"sour', encode_line("a", encode_record(RECORD))])
def test_a_record_after_a_line_that_was_cut_off_is_read(tmp_path: Path, cut_off: bytes) -> None:
    (tmp_path / JOURNAL).write_bytes(cut_off)
    records = Records(tmp_path, "out")
    records.put("x", RECORD)
    journal = (tmp_path / JOURNAL).read_bytes()
    records.save()
    # As if the build had been killed before it saved its records:
    (tmp_path / MANIFEST).unlink()
    (tmp_path / JOURNAL).write_bytes(journal)

    assert Records(tmp_path, "out").get("x") == RECORD


@pytest.mark.parametrize(
    "name",
    [
        *("../x", "/etc/x", "a/b", "", ".", "X", "a" * 81, "a\\b", "a\x00", "a\n", "..", "a.", ".a", "a..b", "a.b.c.d"),
        *("a.b/c", "a.../x", "a.b\\c", "a.b\x00", "a.b c", f"a.{'b' * 81}", "a.b:c", "a.$b"),
    ],
)
def test_a_record_whose_name_is_not_that_of_documents_is_not_used(name: str) -> None:
    found = decode_manifest(encode_manifest({name: encode_record(RECORD), "x": encode_record(RECORD)}))

    assert found is not None
    assert list(found) == ["x"]


@given(MANIFESTS, st.data())
def test_a_manifest_that_was_changed_anywhere_is_not_used(manifest: dict[str, bytes], data: st.DataObject) -> None:
    content = encode_manifest(manifest)
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]

    assert decode_manifest(changed) is None


@pytest.mark.parametrize("name", ["a", "a-1", "a.zh", "a.zh-Hans", "a.iuc-japan.zh", "a.büro", "a.New_Pack"])
def test_records_of_plans_and_variants_are_used(name: str) -> None:
    found = decode_manifest(encode_manifest({name: encode_record(RECORD)}))

    assert found is not None
    assert list(found) == [name]


def test_another_version_of_the_manifest_is_not_read() -> None:
    content = encode_manifest({})

    assert decode_manifest(content.replace(b'"format": 3', b'"format": 4')) is None


def test_a_manifest_has_one_line_for_each_plan() -> None:
    manifest = {"b": encode_record(RECORD), "a": encode_record(RECORD)}

    lines = encode_manifest(manifest).decode().splitlines()

    assert [line.split(":")[0] for line in lines if line.startswith(('"a"', '"b"'))] == ['"a"', '"b"']
    assert json.loads(encode_manifest(manifest))["plans"]["a"]["source"] == "plans/x.yaml"


def test_each_difference_has_its_reason() -> None:
    def changed(**values: Any) -> Reason | None:
        return difference(INPUT, replace(INPUT, **values))

    def options(**values: Any) -> Reason | None:
        return changed(options=replace(INPUT.options, **values))

    assert changed() is None
    assert changed(plan="other", tools="other") is Reason.PLAN
    assert options(template="other") is options(language=None) is options(undated=date(2020, 1, 2)) is Reason.OPTIONS
    assert options(pdf_standard=PdfStandard.UA_2) is Reason.OPTIONS
    assert changed(pack="other") is changed(pack_digest="other") is Reason.PACK
    assert changed(tools="other") is Reason.VERSION
