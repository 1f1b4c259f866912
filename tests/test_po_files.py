"""PO files that people edit: errors with their lines, headers that stay, and entries that no passage has."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from tests.command import ucap, write_plan
from tests.forks import command, forked
from tests.selected_cases import crossed
from tests.translations import edit, po_path
from ucap_reports.plan.po_files import PoContext, PoEntry, PoFile, po_text, read_po_file
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source

PLAN = "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\nperiod: May 2017\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", PLAN)
    return tmp_path


@pytest.mark.parametrize("written", ['"Rome', 'Rome"', "Rome", '"Ro"me"', "'Rome'", '"Rome" x'])
def test_text_without_its_quotation_marks_is_an_error_with_its_line(project: Path, written: str) -> None:
    ucap(project, "translate", "fr")
    path = po_path(project, "fr", "rome")
    edit(path, 'msgid "Rome"\nmsgstr ""', f'msgid "Rome"\nmsgstr {written}')
    content = path.read_text(encoding="utf-8")

    for words in ("translate fr", "translate fr --import translations/fr/rome.po", "build --language fr"):
        run = ucap(project, *words.split(), "--json")
        (found,) = [each for each in run.report["problems"] if each["severity"] == "error"]
        assert (run.code, found["code"]) == (1, "po-invalid")
        assert content.split("\n")[found["line"] - 1] == f"msgstr {written}"
    assert path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("words", "line"),
    crossed(
        ["check", "build --language fr --dry-run", "translate fr --import translations/fr/rome.po"],
        ["#", "", "#\n", "#,", '"'],
    ),
)
def test_many_comments_and_empty_lines_are_read_in_linear_time(project: Path, words: str, line: str) -> None:
    write_plan(project, "rome.yaml", PLAN + "languages: [fr]\n")
    path = po_path(project, "fr", "rome")
    path.parent.mkdir(parents=True)
    path.write_text(f"{line}\n" * 2000, encoding="utf-8")

    ended = forked(command, *words.split(), folder=project, processor_seconds=30)

    assert ended.code in {0, 1}, ended.err


@pytest.mark.parametrize("source", ['"May 2017"', '""\n"May "\n"2017"'])
def test_a_duplicate_entry_is_an_error_with_its_line(project: Path, source: str) -> None:
    ucap(project, "translate", "fr")
    path = po_path(project, "fr", "rome")
    entry = f'\nmsgctxt "period"\nmsgid {source}\nmsgstr "mai 2017"\n'
    content = path.read_text(encoding="utf-8") + entry
    path.write_text(content, encoding="utf-8")

    run = ucap(project, "translate", "fr", "--json")

    assert (run.code, run.codes) == (1, ["po-invalid"])
    assert run.report["problems"][0]["line"] == content.removesuffix(entry).count("\n") + 2
    assert path.read_text(encoding="utf-8") == content


def test_the_header_of_a_po_file_is_kept(project: Path) -> None:
    ucap(project, "translate", "fr")
    path = po_path(project, "fr", "rome")
    written = path.read_text(encoding="utf-8")
    header = (
        '# French translation.\n#\n# By Marie.\nmsgid ""\nmsgstr ""\n"Last-Translator: Marie\\n"\n"Language: fr\\n"\n'
    )
    path.write_text(header + written[written.index("\n\n") + 1 :], encoding="utf-8")
    before = path.read_text(encoding="utf-8")

    run = ucap(project, "translate", "fr", "--json")

    assert (run.code, run.codes) == (0, [])
    assert path.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("translated", ['""', '"100% Rome"'])
def test_flags_of_a_po_file_are_kept(project: Path, translated: str) -> None:
    write_plan(project, "rome.yaml", f"title: 100% sure of Rome\n{PLAN}")
    ucap(project, "translate", "fr")
    path = po_path(project, "fr", "rome")
    entry = 'msgctxt "title"\nmsgid "100% sure of Rome"\nmsgstr '
    edit(path, f'{entry}""', f"#, no-wrap, c-format\n{entry}{translated}")
    before = path.read_text(encoding="utf-8")

    ucap(project, "translate", "fr")

    assert path.read_text(encoding="utf-8") == before


def test_flags_of_a_passage_stay_when_its_text_changes_or_is_imported(project: Path) -> None:
    ucap(project, "translate", "fr")
    path = po_path(project, "fr", "rome")
    entry = 'msgctxt "period"\nmsgid "May 2017"\nmsgstr '
    edit(path, f'{entry}""', f'#,no-wrap,  c-format\n{entry}"mai 2017"')
    ucap(project, "translate", "fr", "--format", "xlsx")

    ucap(project, "translate", "fr", "--import", str(path.with_suffix(".xlsx")))
    assert f'\n#, no-wrap, c-format\n{entry}"mai 2017"\n' in path.read_text(encoding="utf-8")

    write_plan(project, "rome.yaml", PLAN.replace("May", "in May"))
    ucap(project, "translate", "fr")
    assert '\n#, fuzzy, no-wrap, c-format\n#| msgid "May 2017"\n' in path.read_text(encoding="utf-8")

    write_plan(project, "rome.yaml", PLAN.replace("period: May 2017\n", ""))
    ucap(project, "translate", "fr")
    assert '\n#, fuzzy, no-wrap, c-format\n#~ msgctxt "period"\n' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["po", "xlsx"])
def test_imported_entries_that_no_passage_has_are_reported(project: Path, kind: str) -> None:
    if kind == "po":
        sent = project / "rome.po"
        sent.write_text('\nmsgctxt "cities[1].nam"\nmsgid "Roma"\nmsgstr "Rome"\n', encoding="utf-8")
    else:
        ucap(project, "translate", "fr", "--format", "xlsx")
        sent = po_path(project, "fr", "rome").with_suffix(".xlsx")
        book = load_workbook(sent)
        book.active.append(["rome", "cities[1].nam", "Roma", "Rome"])
        book.active.append(["rom", "cities[1].name", "Rome", "Rome"])
        book.save(sent)

    run = ucap(project, "translate", "fr", "--import", str(sent), "--json")

    assert run.code == 0
    assert [(each["code"], each["field"]) for each in run.report["problems"]] == [
        *([("translation-unused", "rom")] if kind == "xlsx" else []),
        ("translation-unused", "cities[1].nam"),
    ]
    assert '#~ msgid "Roma"' in po_path(project, "fr", "rome").read_text(encoding="utf-8")


def test_earlier_context_of_an_entry_is_not_its_earlier_source() -> None:
    text = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n#, fuzzy\n'
        '#| msgctxt ""\n#| "activities[0]"\n#| msgid "In "\n#| "May"\n'
        'msgctxt "period"\nmsgid "In June"\nmsgstr "en mai"\n'
    )
    (entry,) = read_po_file(Source("x.po", text)).entries
    assert (entry.previous, entry.fuzzy) == ("In May", True)


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def entries(text: str) -> list[PoEntry]:
    po = read_po_file(Source("rome.po", text))
    return [replace(entry, line=None) for entry in (*po.entries, *po.obsolete)]


@pytest.mark.parametrize(
    "field",
    [
        "POT-Creation-Date: ",
        "PO-Revision-Date: yesterday",
        "PO-Revision-Date: YEAR-MO-DA HO:MI+ZONE",
        "Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;",
        "Content-Type: text/plain; charset=CHARSET",
        "Language: ",
    ],
)
def test_a_header_with_fields_that_an_editor_left_empty_is_read_and_kept(field: str) -> None:
    header = f'{HEADER}"{field}\\n"\n'
    po = read_po_file(Source("rome.po", f'{header}\nmsgctxt "title"\nmsgid "A"\nmsgstr "B"\n'))
    assert [(entry.field, entry.text, entry.line) for entry in po.entries] == [("title", "B", 7)]
    assert po.header == header


def test_earlier_texts_of_obsolete_entries_are_read() -> None:
    text = '#, fuzzy\n#~| msgctxt "t"\n#~| msgid "old"\n#~ msgctxt "title"\n#~ msgid "A"\n#~ msgstr "B"\n'
    assert entries(f"{HEADER}\n{text}") == [PoEntry("title", "A", "B", fuzzy=True)]


@pytest.mark.parametrize("space", ["\t", "", "  "])
def test_any_white_space_may_be_between_a_keyword_and_its_text(space: str) -> None:
    text = f'msgctxt{space}"title"\nmsgid{space}"A"\nmsgstr{space}"B"\n\n#~ msgid{space}"C"\n#~ msgstr{space}"D"\n'
    assert entries(f"{HEADER}\n{text}") == [PoEntry("title", "A", "B"), PoEntry("", "C", "D")]


def test_equal_lines_of_notes_and_of_an_earlier_text_are_kept() -> None:
    earlier = "First.\n\nSecond.\n\nThird.\n\nThird."
    entry = PoEntry("results", "New.", "Neu.", fuzzy=True, notes=("See", "  below", "", "See"), previous=earlier)
    text = po_text("de", PoFile("rome.po", (entry,)), {"results": PoContext((), "plans/rome.yaml:1")})
    assert entries(text) == [entry]


@pytest.mark.parametrize("start", ['msgid ""', 'msgid  ""', 'msgctxt "x"\nmsgid ""', 'msgid ""\n""'])
def test_second_header_is_refused(start: str) -> None:
    """Babel reads each header, and makes a list of as many plural forms as it declares."""
    plural = '"Plural-Forms: nplurals=100000000; plural=0;\\n"'
    text = f'msgid ""\nmsgstr ""\n\n{start}\nmsgstr {plural}\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n'
    with pytest.raises(ProblemsFound) as found:
        read_po_file(Source("x.po", text))
    assert {problem.code for problem in found.value.problems} == {"po-invalid"}
    assert {problem.location.line for problem in found.value.problems} <= {4, 5}
