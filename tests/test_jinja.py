from datetime import date

import pytest
from markupsafe import escape
from msgspec import Struct

from tests.hostile_packs import JINJA
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.template.jinja.jinja_templates import (
    COMMENT,
    PRINT,
    RAW,
    STATEMENT,
    CompiledTemplate,
    compile_template,
    find_jinja_tags,
)
from ucap_reports.template.jinja.rendering_state import Place, Printable, SourceLocations, WriteText
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact, FactsByName, LazyTranslations
from ucap_reports.text.rich_text import RichText


class Line(Struct, frozen=True):
    key: str
    label: RichText
    cells: tuple[RichText, ...]
    shared: bool


class Sheet(Struct, frozen=True):
    """A value like a summary."""

    title: str = "Rome & <b>Tianjin</b>"
    columns: tuple[str, ...] = ("Rome", "Tianjin")
    rows: tuple[Line, ...] = (
        Line("country", RichText.plain("Country:"), (RichText.plain("Italy"), RichText.plain("China")), shared=False),
        Line("period", RichText.plain("Period"), (RichText.plain("May 2017"),), shared=True),
    )
    updated: date | None = date(2018, 7, 1)
    phone: str = ""

    @property
    def column_count(self) -> int:
        return len(self.columns)


def placed(value: Printable, kind: str) -> str:
    return f"<{kind or 'rich'}>{value.text}</{kind or 'rich'}>"


at = SourceLocations(tuple((Location("summary.page.xml", line), "") for line in range(1, 100)))


def filled(
    template: CompiledTemplate, summary: object, place: Place, text: WriteText = lambda text, _: escape(text)
) -> str:
    attempt = template.attempt(summary, place, text)
    if attempt.problems:
        raise ProblemsFound(attempt.problems)
    return attempt.text or ""


def rendered(text: str, kinds: tuple[str, ...] = ()) -> str:
    return filled(compile_template(text, at, kinds), Sheet(), placed)


def problems_of(text: str, places: SourceLocations = at) -> list[Problem]:
    with pytest.raises(ProblemsFound) as found:
        filled(compile_template(text, places), Sheet(), placed)
    return list(found.value.problems)


def codes_of(text: str) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.location.line) for problem in problems_of(text)]


def test_plain_text_is_escaped_and_numbers_and_dates_are_text() -> None:
    assert rendered("{{ summary.title }}|{{ summary.column_count }}|{{ summary.updated }}|{{ 3 / 2 }}") == (
        "Rome &amp; &lt;b&gt;Tianjin&lt;/b&gt;|2|2018-07-01|1.5"
    )


def test_rich_text_is_placed_by_the_format_and_not_escaped_again() -> None:
    loop = "{% for row in summary.rows %}{{ row.label }}{% endfor %}"
    assert rendered(loop) == "<rich>Country:</rich><rich>Period</rich>"


def test_the_kind_of_a_tag_is_passed_to_the_format() -> None:
    assert (
        rendered("{{ (summary.rows[0].label)|kind_p }}{{ (summary.title[:4])|kind_p }}", ("p",))
        == "<p>Country:</p>Rome"
    )


def test_the_format_can_write_plain_text_itself() -> None:
    template = compile_template("{{ summary.title }}{{ ('a')|kind_r }}", at, ("r",))
    assert filled(template, Sheet(), placed, lambda text, kind: f"[{kind}{text[:4]}]") == "[Rome][ra]"


def test_a_call_block_of_an_unknown_macro_is_an_error() -> None:
    assert codes_of("a\n{% call item() %}b{% endcall %}") == [("name-unknown", 2)]
    assert (
        rendered("{% macro item() %}<i>{{ caller() }}</i>{% endmacro %}{% call item() %}b{% endcall %}") == "<i>b</i>"
    )


def test_markup_in_macros_and_set_blocks_is_kept_and_values_in_it_are_escaped() -> None:
    macro = "{% macro item(text) %}<i>{{ text }}</i>{% endmacro %}{{ item(summary.title) }}"
    assert rendered(macro) == "<i>Rome &amp; &lt;b&gt;Tianjin&lt;/b&gt;</i>"
    assert rendered("{% set mark %}<b>{{ '<' }}</b>{% endset %}{{ mark }}") == "<b>&lt;</b>"
    assert rendered("{% set mark = '<b>' %}{{ mark ~ '&' }}{{ '<b>' + mark }}") == "&lt;b&gt;&amp;&lt;b&gt;&lt;b&gt;"


@pytest.mark.parametrize(("tag", "code"), [("{{ 1[0] }}", "name-unknown"), ("{{ 1[0:1] }}", "tag-failed")])
def test_python_does_not_warn_about_the_code_of_a_template(tag: str, code: str) -> None:
    assert codes_of(tag) == [(code, 1)]


def test_a_value_that_looks_like_a_tag_is_text() -> None:
    template = compile_template("{{ summary.title }}", at)
    assert filled(template, Sheet(title="{{ 7*7 }}{% raw %}"), placed) == "{{ 7*7 }}{% raw %}"


def test_the_usual_tags_and_filters_work() -> None:
    assert rendered(
        "{% for c in summary.columns %}{{ loop.index }} {{ c|upper }}{{ '' if loop.last else ', ' }}{% endfor %}"
    ) == ("1 ROME, 2 TIANJIN")
    assert (
        rendered("{{ summary.columns|join(' / ') }} {{ summary.phone|default('none', true) }}") == "Rome / Tianjin none"
    )
    assert rendered("{{ summary.rows|map(attribute='key')|join(', ') }}") == "country, period"
    assert rendered("{% for n in range(summary.column_count) %}{{ n + 1 }}{% endfor %}") == "12"
    assert rendered("{{ summary.title|replace('Rome', 'Lazio')|e }}") == "Lazio &amp; &lt;b&gt;Tianjin&lt;/b&gt;"
    assert rendered("{{ summary.phone if summary.phone }}") == ""
    assert rendered("{% for row in summary.rows %}{{ loop.previtem.key }}.{% endfor %}") == ".country."


def test_all_unknown_names_are_found_at_once_with_the_nearest_ones() -> None:
    text = "{{ sumary.title }}\n{% for row in summary.rows %}\n{{ row.lable }}{% endfor %}\n{{ summary.titel }}"
    assert [(problem.details["name"], problem.hint, problem.location.line) for problem in problems_of(text)] == [
        ("sumary", 'did you mean "summary"?', 1),
        ("lable", 'did you mean "label"?', 3),
        ("titel", 'did you mean "title"?', 4),
    ]


def test_a_name_is_unknown_outside_of_its_loop() -> None:
    assert codes_of("{% for row in summary.rows %}{% endfor %}\n{{ row.label }}") == [("name-unknown", 2)]


def test_a_name_that_branches_set_is_known_where_it_is_set() -> None:
    branches = "{% if summary.phone %}{% set n = 1 %}{% else %}{% set n = 2 %}{% endif %}"
    assert rendered(f"{branches}{{{{ n }}}}") == "2"
    assert codes_of("{% if summary.phone %}{% set n = 1 %}{% endif %}\n{{ n }}") == [("name-unknown", 2)]


def test_a_problem_quotes_the_tag_as_its_author_wrote_it() -> None:
    [problem] = problems_of("{{ sumary.title }}", SourceLocations.at(Location(), "{{ sumary.title }}"))
    assert problem.message.endswith(' in "{{ sumary.title }}"')
    assert problem.details == {"name": "sumary", "tag": "{{ sumary.title }}", "suggestions": ["summary"]}


@pytest.mark.parametrize(
    "expression",
    ["summary.rows", "summary.rows[0]", "summary.rows[0].shared", "summary.title.upper", "range", "{}"],
)
def test_a_value_that_is_not_text_is_an_error(expression: str) -> None:
    assert codes_of("\n{{ " + expression + " }}") == [("value-not-text", 2)]


class Facts(Struct, frozen=True):
    """A value like a summary with custom fields."""

    custom: FactsByName
    translations: LazyTranslations[object]


@pytest.mark.parametrize(("name", "listed"), [("custom", "airport, budget"), ("translations", "there are none")])
def test_the_error_about_values_by_name_lists_the_names(name: str, listed: str) -> None:
    facts = Facts(FactsByName({"airport": CustomFact(), "budget": CustomFact()}), LazyTranslations())
    with pytest.raises(ProblemsFound) as found:
        filled(compile_template("{{ summary." + name + " }}", at), facts, placed)
    [problem] = found.value.problems
    assert (problem.code, problem.details["kind"]) == ("value-not-text", "values by name")
    assert problem.hint == f"print one of them, with a point before its name: {listed}"


def test_an_unknown_number_is_printed_as_nothing() -> None:
    def refused(value: Printable, _kind: str) -> str:
        raise AssertionError(value)

    assert filled(compile_template("a{{ none }}{% set x = none %}{{ x }}b", at), Sheet(), refused) == "ab"


def test_rich_text_is_never_printed_in_python_notation() -> None:
    for expression in ("row.label|upper", "row.label ~ 'x'", "row.cells|join", "row.label|replace('a', 'b')"):
        assert codes_of("{% for row in summary.rows %}{{ " + expression + " }}{% endfor %}") == [("tag-failed", 1)]


@pytest.mark.parametrize(
    "expression",
    [
        "summary.__class__",
        "summary['__class__']",
        "''.__class__.__mro__",
        "summary.title.format(1)",
        "'{0.__class__}'.format(summary)",
        "summary.title.join(summary.columns)",
        "summary.rows.__len__()",
        "summary|attr('title')",
        "summary.title|safe",
        "summary.rows|map(attribute='__class__')|first",
        "range.__call__",
        "'a' * 10",
        "'%d' % 7",
        "9 ** 9",
        "1000000000 * 1000000000",
    ],
)
def test_the_sandbox_forbids(expression: str) -> None:
    assert ("tag-forbidden", 2) in codes_of("\n{{ " + expression + " }}")


@pytest.mark.parametrize("expression", ["a.split('a')|length", "a.title()", "a[1:]"])
def test_methods_and_slices_of_long_texts_take_from_the_budget(expression: str) -> None:
    doubled = "{% set a = 'aaaaaaaaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 14
    assert "template-output-limit" in [
        code for code, _ in codes_of(f"{doubled}{{{{ [{f'{expression}, ' * 99}]|length }}}}")
    ]


NOT_FORBIDDEN = {
    "cycler": "name-unknown",
    "lipsum": "name-unknown",
    "huge range": "tag-failed",
    "ranges in ranges": "template-output-limit",
    "doubled text": "template-output-limit",
    "deep nesting": "tag-syntax",
}
"""Attacks that fail in another way than by a tag that is forbidden."""


@pytest.mark.parametrize("name", JINJA)
def test_attacks_on_jinja_are_errors(name: str) -> None:
    assert codes_of(JINJA[name])[0] == (NOT_FORBIDDEN.get(name, "tag-forbidden"), 1)


@pytest.mark.parametrize("name", ["cycler", "lipsum", "joiner", "namespace", "dict", "self.title", "caller", "super"])
def test_names_of_jinja_are_unknown(name: str) -> None:
    assert codes_of("{{ " + name + " }}") in ([("name-unknown", 1)], [("value-not-text", 1), ("name-unknown", 1)])


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% filter upper %}{% endfilter %}",
        "{% autoescape false %}{{ summary.title }}{% endautoescape %}",
        "{% set x | upper %}{% endset %}",
        "{% for row in summary.rows recursive %}{% endfor %}",
    ],
)
def test_tags_that_read_files_or_disable_escaping_are_forbidden(text: str) -> None:
    assert codes_of(text) == [("tag-forbidden", 1)]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set a = summary.title %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        "{% set a = summary.title %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
        "{% set a %}long{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a }}",
        "{% for a in range(900) %}" + "x" * 100_000 + "{% endfor %}",
        "{% macro f() %}" + "x" * 100_000 + "{% endmacro %}{% for a in range(900) %}{% set x = f() %}{% endfor %}",
        "{% set a = summary.title %}" + "{% set a = a|replace('o', a) %}" * 60,
        "{% set a = summary.title %}" + "{% set a = a|list|join(a) %}" * 60,
    ],
)
def test_a_template_with_unlimited_output_is_stopped(text: str) -> None:
    assert codes_of(text) == [("template-output-limit", 1)]


def test_a_range_is_limited() -> None:
    assert codes_of("{% for n in range(1000000000) %}{% endfor %}") == [("tag-failed", 1)]


def test_unknown_filters_and_tests_are_found_at_once_with_the_nearest_ones() -> None:
    found = problems_of("{{ summary.title|uper }}\n{{ summary.title is evn }}")
    assert [(problem.code, problem.hint, problem.location.line) for problem in found] == [
        ("filter-unknown", 'did you mean "upper"?', 1),
        ("test-unknown", 'did you mean "even"?', 2),
    ]


def test_a_failing_tag_is_reported_at_its_line() -> None:
    assert codes_of("\n\n{{ 1 / 0 }}") == [("tag-failed", 3)]


def test_an_error_in_the_code_of_a_format_is_raised() -> None:
    def broken(value: Printable, kind: str) -> str:
        raise KeyError(value.text + kind)

    with pytest.raises(KeyError):
        filled(compile_template("{{ summary.rows[0].label }}", at), Sheet(), broken)


def test_problems_of_the_format_join_those_of_the_template() -> None:
    def refusing(value: Printable, kind: str) -> str:
        raise ProblemsFound([Problem("rich-misplaced", Severity.ERROR, value.text + kind)])

    with pytest.raises(ProblemsFound) as found:
        filled(compile_template("{{ nothing }}{{ summary.rows[0].label }}", at), Sheet(), refusing)
    assert [problem.code for problem in found.value.problems] == ["name-unknown", "rich-misplaced"]


def test_tags_are_found_where_jinja_finds_them() -> None:
    text = "a{{ {'x': {'}}': 1}} }}b  {%- if x -%}  c{# {{ no }} #}{% raw %}{{ text }}{% endraw %}{% endif %}"
    assert [
        (tag.kind, text[tag.start : tag.end], text[tag.inner_start : tag.inner_end])
        for tag in find_jinja_tags(text, "summary.page.xml")
    ] == [
        (PRINT, "{{ {'x': {'}}': 1}} }}", " {'x': {'}}': 1}} "),
        (STATEMENT, "{%- if x -%}  ", " if x "),
        (COMMENT, "{# {{ no }} #}", " {{ no }} "),
        (RAW, "{% raw %}", ""),
        (RAW, "{% endraw %}", ""),
        (STATEMENT, "{% endif %}", " endif "),
    ]
    assert [tag.word for tag in find_jinja_tags(text, "summary.page.xml")] == ["", "if", "", "", "", "endif"]


@pytest.mark.parametrize(
    "calculation", ["100 * x", "x * 100", "x + 1", "1 - x", "x / 2", "7 // x", "x % 2", "-x", "+x"]
)
def test_a_calculation_with_an_unknown_value_is_unknown(calculation: str) -> None:
    assert rendered(f"{{% set x = none %}}[{{{{ {calculation} }}}}]") == "[]"
    assert rendered(f"{{% set x = none %}}{{% if {calculation} %}}known{{% else %}}unknown{{% endif %}}") == "unknown"
