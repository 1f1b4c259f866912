"""Small files that would take much time or memory to read end in an error (`python -m benchmarks.hostile`)."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from random import Random
from time import process_time

import pytest
from lxml import etree

from tests.hostile_inputs import (
    HIDDEN_PDFS,
    HIDDEN_WORKBOOKS,
    HOSTILE_INPUTS,
    LARGE_PDFS,
    LARGE_WORKBOOKS,
    deflated,
    pdf_with_many_objects,
    pdf_with_plan,
    run_hostile_input,
)
from tests.hostile_runs import MEGABYTES
from tests.imports import imported, labels, refused
from tests.selected_cases import every
from tests.word_templates import merged, paragraph
from ucap_reports.cli.terminal_colours_and_excerpts import problem_text
from ucap_reports.importers.draft_and_kept_comments import Imported, ImportedPlan
from ucap_reports.importers.import_updates import CurrentPlan, PlansUpdate
from ucap_reports.importers.pasted_text import pasted_text
from ucap_reports.importers.table_update import table_update
from ucap_reports.importers.translation_sheets import read_translation_sheet
from ucap_reports.importers.word_package import WORD
from ucap_reports.plan.plan_changes import paired_items
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage import reading_limits
from ucap_reports.storage.atomic_files import NewFile, write_files
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.pdf_safety_check import MAX_PDF_BYTES, MAX_PDF_UNPACKED, PdfLimitError, check_pdf_limits
from ucap_reports.text.text_comparison import similarity
from ucap_reports.word.compile.hidden_text_and_accepted_changes import accept_revisions
from ucap_reports.word.file.word_xml import read_xml, text_of

pytestmark = pytest.mark.no_cover


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other ways")
@pytest.mark.parametrize("name", HOSTILE_INPUTS)
def test_hostile_input_is_an_error_within_limits(name: str, tmp_path: Path) -> None:
    """The process is killed after four times the promised processor time, on any machine."""
    hostile = HOSTILE_INPUTS[name]
    used = run_hostile_input(tmp_path, hostile)
    assert used.codes == [*hostile.codes]
    assert used.megabytes < MEGABYTES


@pytest.mark.parametrize("name", every(2, [*HIDDEN_PDFS, *LARGE_PDFS]))
def test_signatures_has_the_limits_of_import_for_pdf_files(name: str) -> None:
    signatures = pytest.importorskip("ucap_reports.pdf.file.signatures")
    pdf = {**HIDDEN_PDFS, **LARGE_PDFS}[name]()
    with pytest.raises(signatures.SignatureError, match=r"^it |^its "):
        signatures.signatures(pdf)


@pytest.mark.parametrize("name", every(4, [*HIDDEN_WORKBOOKS, *LARGE_WORKBOOKS]))
def test_translate_has_the_limits_of_import_for_workbooks(name: str) -> None:
    content = {**HIDDEN_WORKBOOKS, **LARGE_WORKBOOKS}[name]()
    with pytest.raises(ProblemsFound) as found:
        read_translation_sheet(content, "a.xlsx")
    if name == "workbook with many large sheets":  # it has no tables, so that only the cells with content are read
        assert {problem.code for problem in found.value.problems} == {"translation-sheet-invalid"}
    else:
        assert [problem.code for problem in found.value.problems] == [*HOSTILE_INPUTS[name].codes]


@pytest.mark.parametrize(
    "entries",
    [
        b"/Filter /FlateDecode",
        b"/Filter [/FlateDecode]",
        b"/Filter[/FlateDecode/RunLengthDecode]",
        b"/Filter [/FlateDecode /DCTDecode]",
        b"/Filter /DCTDecode",
        b"/Filter /Adobe.PPKLite",
        b"/Filter []",
    ],
)
def test_check_pdf_limits_accepts_filters_that_unpack_once(entries: bytes) -> None:
    check_pdf_limits(pdf_with_plan(b"data", entries))


def test_check_pdf_limits_accepts_short_lists_of_objects() -> None:
    for entries in (b"/Index[]", b"/Index[0 5]", b"/Index [ 0 1 7 2 ]"):
        check_pdf_limits(pdf_with_many_objects(entries).replace(b"/Size 10000001", b"/Size 6"))


def test_check_pdf_limits_accepts_streams_up_to_the_limit() -> None:
    check_pdf_limits(pdf_with_plan(deflated(MAX_PDF_UNPACKED - (1 << 20)), b"/Filter /FlateDecode"))
    with pytest.raises(PdfLimitError, match="unpacks to more than 64 MiB"):
        check_pdf_limits(pdf_with_plan(deflated(MAX_PDF_UNPACKED), b"/Filter /FlateDecode"))
    with pytest.raises(PdfLimitError, match="larger than 32 MiB"):
        check_pdf_limits(bytes(MAX_PDF_BYTES + 1))


def counted_calls(function: Callable[[], object]) -> int:
    """Return how many functions of Python and C a call calls."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


def deleted_ends(count: int) -> etree._Element:
    """Return a body with so many paragraphs, all of which are joined with the next one."""
    mark = '<w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'
    paragraph = f"<w:p>{mark}<w:r><w:t>a</w:t></w:r></w:p>"
    return read_xml(f'<w:body xmlns:w="{WORD[1:-1]}">{paragraph * count}<w:p/></w:body>'.encode())


def test_accept_revisions_joins_paragraphs_in_linear_time() -> None:
    few, many = deleted_ends(200), deleted_ends(2_000)
    moved = counted_calls(lambda: accept_revisions(few))
    assert counted_calls(lambda: accept_revisions(many)) < 12 * moved
    (paragraph,) = many.iterchildren()
    assert len(paragraph) == 2_000
    assert text_of(paragraph) == "a" * 2_000


def test_excerpt_of_a_long_line_takes_no_longer() -> None:
    """A file may have all of its problems in one line."""
    problem = Problem("code", Severity.ERROR, "message", location=Location("plans/rome.yaml", 1, 500))
    short, long = ("x" * count for count in (1_000, 100_000))
    work = counted_calls(lambda: problem_text(problem, short, colour=False))
    assert counted_calls(lambda: problem_text(problem, long, colour=False)) == work


@pytest.mark.parametrize("part", every(6, ["mso-list:", "mso-list:l0;", "mso-list:level", "level", ";", " "], start=4))
def test_paste_of_a_long_style_takes_linear_time(part: str) -> None:
    """Where it took the square of the length, it took half a minute."""
    start = process_time()
    pasted_text(f'<p class="MsoListParagraph" style="{part * (500_000 // len(part))}">a</p>')
    assert process_time() - start < 5


@pytest.mark.parametrize(
    ("start", "part"),
    [
        ("<p>", "<br>"),
        pytest.param("<pre>", "\n", marks=pytest.mark.long),
        pytest.param("<ul><li>", "<p>a</p>", marks=pytest.mark.long),
        pytest.param("<ul><li>a<ul><li>b</ul>", "<p>a</p>", marks=pytest.mark.long),
        pytest.param("<p>", "a<b>b</b>", marks=pytest.mark.long),
    ],
)
def test_paste_of_many_elements_takes_linear_time(start: str, part: str) -> None:
    short, long = (start + part * (count // len(part)) + "x" for count in (20_000, 200_000))
    began = process_time()
    pasted_text(short)
    seconds = process_time() - began

    began = process_time()
    pasted_text(long)

    assert process_time() - began < 40 * seconds + 1


def test_import_of_tables_takes_linear_time() -> None:
    """The rows have columns without a header, whose cells are kept as comments."""
    few, many = ("City 1,City 2,Period\n" + "Rome,Siena,2030,Words,Words\n" * count for count in (30, 300))
    imported(few, "a.csv")
    work = counted_calls(lambda: imported(few, "a.csv"))
    assert counted_calls(lambda: imported(many, "a.csv")) < 12 * work


def test_updates_from_tables_find_plans_by_their_cities_in_linear_time() -> None:
    work = counted_calls(lambda: updated_by_cities(20))
    assert counted_calls(lambda: updated_by_cities(200)) < 12 * work


def updated_by_cities(count: int) -> PlansUpdate:
    """What a table changes in so many plans, which it names by their cities."""
    imported_plans = []
    current = {}
    for number in range(count):
        text = f"cities: [{{name: Town {number}}}, {{name: Rome}}]\n"
        imported_plans.append(ImportedPlan(f"row-{number}", f"{text}period: 2030\n", ()))
        plan = f"plan-{number}"
        current[plan] = CurrentPlan(plan, parse_tolerantly(Source(f"plans/{plan}.yaml", text)), BUILT_IN)
    update = table_update(Imported(tuple(imported_plans), ()), "table.csv", current, {})
    assert [change.plan for change in update.changes] == list(current)
    return update


def test_write_files_takes_linear_time(tmp_path: Path) -> None:
    few, many = (
        [NewFile(tmp_path / f"{count}-{number}", b"new", "out") for number in range(count)] for count in (20, 200)
    )
    work = counted_calls(lambda: write_files(few))
    assert counted_calls(lambda: write_files(many)) < 12 * work


def test_paragraphs_by_example_with_many_runs_take_linear_time() -> None:
    other, few, many = (paragraph("{{ title }}", *["A ", "B "] * count) for count in (40, 50, 500))
    merged(other)  # imports modules
    work = counted_calls(lambda: merged(few))
    assert counted_calls(lambda: merged(many)) < 12 * work


def test_accept_revisions_keeps_the_order_of_joined_paragraphs() -> None:
    root = deleted_ends(3)
    for number, text in enumerate(root.iter(f"{WORD}t")):
        text.text = str(number)
    accept_revisions(root)
    assert text_of(root) == "012"


def test_nearest_label_is_the_one_of_difflib() -> None:
    """Words that cannot be near are left out before they are compared."""
    known = list(labels()._vocabulary)
    random = Random(1)  # noqa: S311 - misspelt words are no secret
    for _ in range(500):
        letters = list(random.choice(known))
        letters[random.randrange(len(letters))] = random.choice("aeinst")
        word = "".join(letters)
        expected = get_close_matches(word, known, n=1, cutoff=0.86)
        assert labels()._nearest(word) == (expected[0] if expected else word)


def test_import_refuses_a_plan_larger_than_a_plan_file() -> None:
    lines = "".join(f"Line {number} {'word ' * 30}\n" for number in range(9_000))
    assert refused(f"City:\tTianjin\tRome\n{lines}", "a.txt") == ["import-too-large"]


def test_each_shared_limit_is_used_by_several_modules() -> None:
    """One that a single module needs is in that module. The general limit of a file is that of all readers."""
    package = Path(reading_limits.__file__).parents[1]
    users: Counter[str] = Counter()
    for path in package.rglob("*.py"):
        if path.stem != "reading_limits":
            users.update({*re.findall(r"\bMAX_\w+", path.read_text(encoding="utf-8"))})
    shared = {name for name in vars(reading_limits) if name.startswith("MAX_")} - {"MAX_FILE_BYTES"}
    assert {name for name in shared if users[name] < 2} == set()


def test_texts_of_lists_are_compared_by_the_order_of_words_only_if_they_may_be_similar() -> None:
    """A rewritten list is compared item by item: most pairs share few words."""
    old, new = ([" ".join(f"{side}{number}-{word}" for word in range(200)) for number in range(40)] for side in "ab")
    work = counted_calls(lambda: similarity(old[0], new[0]))
    pairs = counted_calls(lambda: paired_items(old, new, str))
    assert pairs < 40 * 40 * work / 3
    assert [pair.old for pair in paired_items(old, new, str)] == list(range(40))


def test_similarity_is_exact_from_the_least_one_on() -> None:
    random = Random(1)  # noqa: S311 - texts are no secret
    for _ in range(300):
        old, new = (" ".join(random.choices("abcdefgh", k=random.randrange(12))) for _ in range(2))
        exact = similarity(old, new)
        if exact >= 0.5:
            assert similarity(old, new, 0.5) == exact
        else:
            assert similarity(old, new, 0.5) < 0.5
