"""Fields of Word templates: only allowed ones, whatever tags and values add to them."""

from datetime import date
from time import process_time

import pytest
from msgspec.structs import replace

from tests.samples import seed_summary
from tests.word_packages import BODY
from tests.word_templates import NAMESPACES, docx, filled, pack_of, paragraph, problems_of, run, table
from ucap_reports.problems import ProblemsFound
from ucap_reports.word.compile import compile_word_template
from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.word_fields import finished_field_problems, instruction_problem
from ucap_reports.word.file.zip_package import read_package
from ucap_reports.word.render.fill_word_template import fill_word_template

BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
PAGE = f"{BEGIN}{{}}{SEPARATE}{run('1')}{END}"
SECONDS = 3
IF, ELSE, ENDIF = run("{% if summary.updated %}"), run("{% else %}"), run("{% endif %}")


def instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def alternatives(choice: str, fallback: str) -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


ASSEMBLED = {
    "name from conditions": f"{BEGIN}{IF}{instruction('DDE')}{ENDIF}{IF}{instruction('AUTO')}{ENDIF}{END}",
    "name after a condition": f"{BEGIN}{IF}{instruction(' PAGE ')}{ENDIF}{instruction('DDEAUTO')}{END}",
    "name from a value": f"{BEGIN}{run('{{ summary.title }}')}{instruction(' PAGE ')}{END}",
    "arguments from a value": f"{BEGIN}{instruction(' PAGE ')}{run('{{ summary.title }}')}{SEPARATE}{END}",
    "begin in a condition": f"{IF}{BEGIN}{ENDIF}{instruction(' PAGE ')}{END}",
    "end in a condition": f"{BEGIN}{instruction(' PAGE ')}{SEPARATE}{IF}{END}{ENDIF}",
    "separator in a condition": f"{BEGIN}{instruction(' PAGE ')}{IF}{SEPARATE}{ENDIF}{instruction('DDE')}{END}",
    "branches that end an outer field": f"{BEGIN}{instruction(' PAGE ')}{IF}{SEPARATE}{ELSE}{SEPARATE}{ENDIF}{END}",
    "begin and end in two branches": f"{IF}{BEGIN}{instruction(' PAGE ')}{SEPARATE}{ELSE}{END}{ENDIF}",
    "a loop that begins several": f"{run('{% for a in summary.columns %}')}{BEGIN}{run('{% endfor %}')}{END}",
    "a nested field by condition": f"{BEGIN}{instruction(' IF ')}{IF}{PAGE.format(instruction('PAGE'))}{ENDIF}{END}",
    "no end": f"{BEGIN}{instruction(' PAGE ')}{SEPARATE}{run('1')}",
    "no beginning": f"{instruction(' PAGE ')}{END}",
    "an end in an alternative": f"{BEGIN}{instruction(' PAGE ')}{SEPARATE}{alternatives(END, '')}",
    "an instruction in an alternative": f"{BEGIN}{alternatives(instruction('DDE'), instruction(' PAGE '))}{END}",
    "name from text": f"{BEGIN}{run('DDEAUTO')}{instruction(' PAGE ')}{END}",
    "name around a tab": f"{BEGIN}{instruction('PAGE')}<w:r><w:tab/></w:r>{instruction('a')}{END}",
    "a bookmark with a forbidden name": f"{BEGIN}{instruction(' DDEAUTO_a ')}{END}",
    "nothing": f"{BEGIN}{END}",
}
"""Fields that differ between documents, or whose instruction differs between readers."""


@pytest.mark.parametrize("name", ASSEMBLED)
def test_an_assembled_field_is_an_error(name: str) -> None:
    problems = problems_of(f"<w:p>{ASSEMBLED[name]}</w:p>" + BODY)
    assert {problem.code for problem in problems} <= {"content-active", "content-external"}
    assert {problem.location.place for problem in problems} == {"body › paragraph 1"}


def test_a_field_that_begins_in_one_cell_and_ends_in_another_is_an_error() -> None:
    first, second = f"<w:p>{BEGIN}{instruction(' PAGE ')}{SEPARATE}</w:p>", f"<w:p>{END}</w:p>"
    body = table([f"<w:tc>{first}</w:tc>", f"<w:tc>{second}</w:tc>", "{% hm %}a"])
    assert {problem.code for problem in problems_of(body + BODY)} == {"content-active"}


def test_a_paragraph_that_a_tag_replaces_must_not_contain_half_of_a_field() -> None:
    body = f"<w:p>{BEGIN}{run('{%p if summary.updated %}')}</w:p>{BODY}{paragraph('{%p endif %}')}"
    body += f"<w:p>{instruction(' PAGE ')}{END}</w:p>"
    assert "content-active" in {problem.code for problem in problems_of(body)}


WHOLE = {
    "in a condition": f"{IF}{PAGE.format(instruction(' PAGE '))}{ELSE}{PAGE.format(instruction(' NUMPAGES '))}{ENDIF}",
    "in a loop": f"{run('{% for a in summary.columns %}')}{PAGE.format(instruction('SEQ a'))}{run('{% endfor %}')}",
    "with a value as its result": f"{BEGIN}{instruction(' TITLE ')}{SEPARATE}{run('{{ summary.title }}')}{END}",
    "with a condition in its result": f"{BEGIN}{instruction(' TITLE ')}{SEPARATE}{IF}{run('a')}{ENDIF}{END}",
    "split into runs": f"{BEGIN}{instruction(' PA')}{instruction('GE ')}<w:r><w:rPr/></w:r>{SEPARATE}{END}",
    "in both alternatives": alternatives(PAGE.format(instruction("PAGE")), PAGE.format(instruction("PAGE"))),
    "nested": f"{BEGIN}{instruction('= ')}{PAGE.format(instruction('NUMPAGES'))}{instruction(' - 1')}{SEPARATE}{END}",
    "over paragraphs": f"{BEGIN}{instruction('TOC')}{SEPARATE}</w:p><w:p>{PAGE.format(instruction('PAGEREF a'))}{END}",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_field_that_is_equal_in_all_documents_is_allowed(name: str) -> None:
    assert problems_of(f"<w:p>{WHOLE[name]}</w:p>" + BODY) == ()


@pytest.mark.parametrize("name", sorted(allowlist().fields))
def test_each_allowed_field_may_be_written_in_any_case(name: str) -> None:
    assert instruction_problem(f" {name.lower()} \\* MERGEFORMAT ") is None
    assert instruction_problem(name) is None


@pytest.mark.parametrize(
    "text",
    [
        *("DATE", "TIME", "PRINTDATE", "FILENAME \\p", "USERNAME", "ASK a", "FILLIN", "SET a b", "QUOTE a", "ADDIN"),
        *("FORMTEXT", "GOTOBUTTON a", "BARCODE", "DOCVARIABLE a", "DOCPROPERTY a", "AUTOTEXT", "GLOSSARY", "CITATION"),
        *("mybookmark", "PAGES", "PAGE2", "PAGE\u200b", "", " ", "\\* MERGEFORMAT", '"PAGE"', "ＰＡＧＥ", "İF 1"),
    ],
)
def test_a_field_that_is_not_allowed_is_an_error(text: str) -> None:
    problem = instruction_problem(text)
    assert problem is not None
    assert problem.code == "content-active"


@pytest.mark.parametrize("name", ["DDE", "DDEAUTO", "INCLUDEPICTURE", "IncludeText", "LINK", "database", "MERGEFIELD"])
def test_a_field_that_reads_another_file_has_its_own_code(name: str) -> None:
    problem = instruction_problem(f" {name} a ")
    assert problem is not None
    assert problem.code == "content-external"


FINISHED = {
    "a field on the list": (PAGE.format(instruction(" PAGE ")), []),
    "a link": (PAGE.format(instruction(" HYPERLINK &quot;https://example.org/?a=b&amp;c&quot; ")), []),
    "nested fields": (WHOLE["nested"], []),
    "a result with text": (PAGE.format(instruction("PAGE") + SEPARATE + run("DDE")), []),
    "a bare field": (f"{BEGIN}{instruction('DDE')}{instruction('AUTO a')}{END}", ["content-external"]),
    "a field of text": (f"{BEGIN}{run('DDEAUTO a')}{END}", ["content-external"]),
    "a simple field": ('<w:fldSimple w:instr=" DDE a "/>', ["content-external"]),
    "an invalid link": (PAGE.format(instruction(" HYPERLINK &quot;file:///a&quot; ")), ["link-invalid"]),
    "no end": (f"{BEGIN}{instruction('PAGE')}{SEPARATE}", ["content-active"]),
    "text around a field": (f"{run('DDE')}{PAGE.format(instruction('PAGE'))}{run('DDE')}", []),
    "text after a beginning": (f"{BEGIN}{run('DDEAUTO a')}", ["content-active"]),
    "no end of an instruction": (f"{BEGIN}{instruction('PAGE')}", ["content-active"]),
    "no beginning": (END, ["content-active"]),
    "an instruction without a field": (instruction("DDE"), ["content-external"]),
    "a field in an instruction": (f"{BEGIN}{PAGE.format(instruction('PAGE'))}{END}", ["content-active"]),
}


def test_simple_field_without_instruction_is_reported_as_an_empty_one() -> None:
    (found,) = finished_field_problems(f"<w:p {NAMESPACES}><w:fldSimple/></w:p>")
    assert found.message == 'unknown field instruction ""'


@pytest.mark.parametrize("name", FINISHED)
def test_the_fields_of_a_finished_part_are_checked(name: str) -> None:
    xml, codes = FINISHED[name]
    part = f"<w:p {NAMESPACES}>{xml}</w:p>"
    assert [problem.code for problem in finished_field_problems(part)] == codes


def test_the_fields_of_a_document_are_checked_again_after_its_tags_are_filled_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compile_word_template, "field_problems", lambda *_: [])
    pack = pack_of(docx(f"<w:p>{ASSEMBLED['name from conditions']}</w:p>" + BODY))
    with pytest.raises(ProblemsFound) as found:
        fill_word_template(
            compile_word_template.compile_word_template(pack, pack.files["summary.docx"]),
            replace(seed_summary(), updated=date(2026, 3, 1)),
            pack.theme,
        )
    assert [problem.code for problem in found.value.problems] == ["content-external"]


def test_text_that_looks_like_fields_takes_linear_time() -> None:
    text = 'instr="DDE" fldCharType="begin" ' * 200_000
    part = f'<w:p {NAMESPACES}><w:fldSimple w:instr="PAGE"/><w:r><w:t>{text}</w:t></w:r></w:p>'
    start = process_time()
    assert finished_field_problems(part) == ()
    assert process_time() - start < SECONDS


def test_text_of_a_plan_is_never_a_field() -> None:
    title = 'x</w:t><w:fldSimple w:instr="DDEAUTO"/> fldCharType="begin" instr="DDE" instrText>'
    template = docx(f"<w:p>{PAGE.format(instruction('PAGE'))}{run('{{ summary.title }}')}</w:p>")
    document = read_package(filled(template, replace(seed_summary(), title=title)))["word/document.xml"]
    assert b"<w:fldSimple" not in document
