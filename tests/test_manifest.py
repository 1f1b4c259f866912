from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.batch.inputs import Inputs
from ucap_reports.batch.manifest import Made, Manifest, decode_manifest, encode_manifest
from ucap_reports.batch.records import DocumentRecord, PlanRecord, decode_record, encode_record
from ucap_reports.batch.report import Reason
from ucap_reports.document import Format
from ucap_reports.order import Card
from ucap_reports.problems import Location, Problem, Severity

TEXT = st.text(max_size=8)
"""Any text at all, single surrogates too: file names can hold what no encoding has."""
NUMBER = st.integers(0, 9999)
FORMATS = st.sampled_from(Format)
INPUTS = st.builds(
    Inputs,
    **dict.fromkeys(("plan", "pack", "pack_digest", "undated", "tools"), TEXT),
    **dict.fromkeys(("template", "language"), st.none() | TEXT),
)
LOCATIONS = st.builds(
    Location,
    **dict.fromkeys(("path", "field", "place"), st.none() | TEXT),
    **dict.fromkeys(("line", "column"), st.none() | NUMBER),
)
PROBLEMS = st.lists(
    st.builds(Problem, TEXT, st.sampled_from(Severity), TEXT, st.none() | TEXT, LOCATIONS), max_size=2
).map(tuple)
CARDS = st.builds(
    Card,
    id=TEXT,
    title=TEXT,
    cities=st.lists(TEXT, max_size=2).map(tuple),
    countries=st.lists(TEXT, max_size=2).map(tuple),
    themes=st.lists(TEXT, max_size=2).map(tuple),
    sdgs=st.lists(NUMBER, max_size=2).map(tuple),
    language=TEXT,
    updated=st.none() | st.dates(),
)
RECORDS = st.builds(
    PlanRecord,
    source=TEXT,
    inputs=INPUTS,
    card=CARDS,
    problems=PROBLEMS,
    format_problems=st.dictionaries(FORMATS, PROBLEMS, max_size=2).map(
        lambda found: {k: v for k, v in found.items() if v}
    ),
    documents=st.dictionaries(
        FORMATS, st.builds(DocumentRecord, TEXT, NUMBER, st.none() | NUMBER, st.none() | INPUTS), max_size=2
    ),
    pictured=st.none() | TEXT,
)
MANIFESTS = st.builds(
    Manifest,
    plans=st.dictionaries(TEXT, RECORDS.map(encode_record), max_size=3),
    templates=TEXT,
    packs=st.dictionaries(TEXT, TEXT, max_size=2),
    index=st.none() | st.builds(Made, TEXT, TEXT),
    schema=st.none() | st.builds(Made, TEXT, TEXT),
)
INPUT = Inputs("plan", "pack", "digest", None, "en", "2000-01-01", "tools")
RECORD = PlanRecord("plans/x.yaml", INPUT, Card("x", "X", ("X",), (), (), (), updated=date(2020, 1, 2)), ())


@given(RECORDS)
def test_a_record_is_read_as_it_was_written(record: PlanRecord) -> None:
    line = encode_record(record)

    assert decode_record(line) == record
    assert b"\n" not in line


@given(MANIFESTS)
def test_a_manifest_is_read_as_it_was_written(manifest: Manifest) -> None:
    assert decode_manifest(encode_manifest(manifest)) == manifest


@given(MANIFESTS, st.data())
def test_a_manifest_that_was_cut_or_changed_anywhere_is_not_believed(manifest: Manifest, data: st.DataObject) -> None:
    content = encode_manifest(manifest)
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]

    assert decode_manifest(content[:place]) is None
    assert decode_manifest(changed) is None


def test_an_older_or_newer_form_is_not_read() -> None:
    content = encode_manifest(Manifest())

    assert decode_manifest(content.replace(b'"format": 1', b'"format": 2')) is None


def test_a_manifest_has_a_plan_a_line_so_that_people_can_compare_two() -> None:
    manifest = Manifest({"b": encode_record(RECORD), "a": encode_record(RECORD)})

    lines = encode_manifest(manifest).decode().splitlines()

    assert [line.split(":")[0] for line in lines if line.startswith(('"a"', '"b"'))] == ['"a"', '"b"']


def test_what_differs_has_its_reason() -> None:
    def changed(**values: str | None) -> Reason | None:
        return INPUT.difference(
            Inputs(**{name: values.get(name, getattr(INPUT, name)) for name in INPUT.__struct_fields__})
        )

    assert changed() is None
    assert changed(plan="other", tools="other") is Reason.PLAN
    assert changed(template="other") is changed(language=None) is changed(undated="other") is Reason.OPTIONS
    assert changed(pack="other") is changed(pack_digest="other") is Reason.PACK
    assert changed(tools="other") is Reason.VERSION
